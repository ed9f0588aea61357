#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "action/list_file.h"
#include "action/list_run.h"
#include "base/sha256.h"
#include "store/store_notice.h"
#include "store/store_person.h"

/*
 * Letting a list go.  What two officers approved is kept line by line and is what is written to a file,
 * however often; its SHA-256 stands in the approval's preview, in the release and in the log, so that a file found
 * somewhere can be told.  Who has died, left or come under protection since stops the file, until somebody
 * says that they are to be left out.
 */
#define ROWS_AT_ONCE 500
#define DETAIL_SIZE 400
#define HEX_SIZE (2 * SHA256_BYTES + 1)

static void
hex_of(const unsigned char digest[SHA256_BYTES], char hex[HEX_SIZE])
{
	for (size_t i = 0; i < SHA256_BYTES; i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}

/* ---- release ---- */

/* The lines of the file in order: hashed, and kept where the number of a release is given. */
static enum rc
take_lines(struct call *c, const struct list_question *q, const struct list_result *r, int64_t no,
    unsigned char ret_digest[SHA256_BYTES], struct fault *why)
{
	struct buf line = BUF_INIT(LIST_FILE_LINE_BYTES);
	struct arena whole = c->arena;
	struct release_row row = { .seq = 0 };
	struct sha256 h;
	struct person p;
	enum rc rc;

	sha256_init(&h);
	if ((rc = list_file_head(&line)) == RC_OK)
		sha256_add(&h, line.data, line.len);
	for (size_t i = 0; i < r->n_match && rc == RC_OK; i++) {
		arena_init(&c->arena, LIMIT_REQUEST_BYTES);
		buf_truncate(&line, 0);
		if ((rc = store_person_get(c->a->store, &r->match[i].person, &c->arena, &p, why)) == RC_OK &&
		    (rc = list_file_line(c->a->law, q, &r->match[i], &p, &line)) == RC_OK) {
			sha256_add(&h, line.data, line.len);
			row = (struct release_row){ .seq = (int64_t)i + 1, .person = p.id, .dose = r->match[i].dose,
			    .line = line.data };
			if (no > 0)
				rc = store_release_row_add(c->a->store, no, &row, why);
		}
		arena_clear(&c->arena);
	}
	c->arena = whole;
	sha256_digest(&h, ret_digest);
	buf_wipe(&line);
	return rc == RC_OK ? RC_OK : why != NULL && why->rc != RC_OK ? rc : fault_set(why, rc, "release", "%s", fault_name(rc));
}

enum rc
do_list_release(struct call *c, struct fault *why)
{
	struct list_result result = { .match = NULL };
	struct release release;
	struct list_question q;
	unsigned char digest[SHA256_BYTES];
	char hex[HEX_SIZE], law[LAW_HASH_TEXT_SIZE], on[DAY_TEXT_SIZE], detail[DETAIL_SIZE];
	int64_t no = 0;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = list_question_read(c, &q, why)) != RC_OK ||
	    (rc = list_run(c, &q, &result, why)) != RC_OK)
		return rc;
	if (result.n_match == 0) {
		rc = fault_set(why, RC_REFUSED, "release", "nobody is on it");
		goto out;
	}
	if ((rc = take_lines(c, &q, &result, 0, digest, why)) != RC_OK)
		goto out;
	hex_of(digest, hex);
	law_hash_write(c->a->law, law);
	release = (struct release){ .list = q.row->name, .version = q.row->version, .on = q.on, .is_apart = q.apart,
	    .purpose = q.purpose, .programme = q.condition.programme,
	    .law_version = law_string(c->a->law, c->a->law->version), .law_hash = law,
	    .count = (int64_t)result.n_match, .released_by = c->actor };
	memcpy(release.hash.b, digest, sizeof(release.hash.b));
	/* Writing it all only to drop it would show nothing that the hash does not. */
	if (!c->is_preview && ((rc = store_release_add(c->a->store, &release, &no, why)) != RC_OK ||
	    (rc = take_lines(c, &q, &result, no, digest, why)) != RC_OK))
		goto out;
	day_write(q.on, on);
	(void)snprintf(detail, sizeof(detail), "release %lld: %.100s v%lld, %s, law %.20s %s, %s%s, %zu, sha256:%s",
	    (long long)no, q.row->name, (long long)q.row->version, on, release.law_version, law,
	    release_purpose_word(q.purpose), q.apart ? ", apart" : "", result.n_match, hex);
	if ((rc = node_audit(c, NULL, AUDIT_DONE, detail, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		goto out;
	rc = list_reply(c, &q, &result, hex, no, why);
 out:
	list_result_clear(&result);
	return rc;
}

static enum rc
reply_release(struct call *c, const struct release *r, struct fault *why)
{
	char hex[HEX_SIZE];
	struct frame f;
	enum rc rc;

	hex_of(r->hash.b, hex);
	frame_init(&f, RESULT_ROW);
	frame_put_int(&f, TAG_RELEASE, r->no);
	frame_put_text(&f, TAG_LIST, r->list);
	frame_put_int(&f, TAG_VERSION, r->version);
	frame_put_day(&f, TAG_ON, r->on);
	frame_put_text(&f, TAG_PURPOSE, release_purpose_word(r->purpose));
	frame_put_text(&f, TAG_STATE, r->is_apart ? "apart" : "on-the-list");
	frame_put_int(&f, TAG_COUNT, r->count);
	frame_put_text(&f, TAG_LAW, r->law_version);
	frame_put_text(&f, TAG_HASH, hex);
	node_put_officer(c, &f, TAG_OFFICER, r->released_by);
	frame_put_int(&f, TAG_AT, r->released_us);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

enum rc
do_list_released(struct call *c, struct fault *why)
{
	struct release *r;
	size_t n;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = store_release_list(c->a->store, node_most(c), &c->arena, &r, &n, why)) != RC_OK ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, NULL, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	n = node_cut(c, n);
	for (size_t i = 0; i < n && rc == RC_OK; i++)
		rc = reply_release(c, &r[i], why);
	return rc;
}

/* ---- fetch ---- */

struct fetch {
	struct call *c;
	struct release release;
	struct list_out out;
	bool leave_out;
	int64_t run;			/* only who gets a letter of this run; 0: everybody */
	struct sha256 whole;		/* every line in UTF-8 as it was approved */
	int64_t n_written, n_left_out;
	int64_t n_unseen;		/* lines of people protected since: their bytes are not there to be hashed */
};

/* May this line go out today? */
static enum rc
still_good(struct fetch *f, const struct release_row *row, bool *ret_good, struct fault *why)
{
	struct person p;
	enum rc rc;

	*ret_good = false;
	if (row->is_shielded || row->line == NULL)
		return RC_OK;
	if ((rc = store_person_get(f->c->a->store, &row->person, &f->c->arena, &p, why)) != RC_OK)
		return rc;
	*ret_good = !p.is_protected && !day_known(p.died_on) &&
	    (f->release.purpose == RELEASE_WORK || person_residence_on(&p, f->c->today) != NULL);
	return RC_OK;
}

static enum rc
put_rows(struct fetch *f, const struct release_row *row, size_t n, bool trace, struct fault *why)
{
	char detail[32];
	bool good;
	enum rc rc;

	(void)snprintf(detail, sizeof(detail), "release %lld", (long long)f->release.no);
	for (size_t i = 0; i < n; i++) {
		if (row[i].line != NULL)
			sha256_add(&f->whole, row[i].line, strlen(row[i].line));
		else
			f->n_unseen++;
		good = true;
		if (f->run != 0 && (rc = store_notice_is_letter(f->c->a->store, f->run, &row[i].person, &good, why)) != RC_OK)
			return rc;
		if (!good)
			continue;
		if ((rc = still_good(f, &row[i], &good, why)) != RC_OK)
			return rc;
		if (!good) {
			f->n_left_out++;
			continue;
		}
		f->n_written++;
		if ((rc = list_out_put(&f->out, row[i].line, strlen(row[i].line), why)) != RC_OK ||
		    (trace && (rc = node_audit(f->c, &row[i].person, AUDIT_DONE, detail, why)) != RC_OK))
			return rc;
	}
	return RC_OK;
}

/* Every line once, in order, in the transaction that is open. */
static enum rc
pass(struct fetch *f, bool trace, struct fault *why)
{
	struct arena whole = f->c->arena;
	struct release_row *row;
	struct buf head = BUF_INIT(LIST_FILE_LINE_BYTES);
	int64_t after = 0;
	size_t n = ROWS_AT_ONCE;
	enum rc rc;

	sha256_init(&f->whole);
	sha256_init(&f->out.file);
	f->n_written = f->n_left_out = f->n_unseen = 0;
	f->out.encoder.n_replaced = 0;
	if ((rc = list_file_head(&head)) != RC_OK)
		rc = fault_set(why, rc, "release", "%s", fault_name(rc));
	else {
		sha256_add(&f->whole, head.data, head.len);
		rc = list_out_put(&f->out, head.data, head.len, why);
	}
	while (rc == RC_OK && n == ROWS_AT_ONCE) {
		arena_init(&f->c->arena, LIMIT_REQUEST_BYTES);
		if ((rc = store_release_rows(f->c->a->store, f->release.no, after, ROWS_AT_ONCE, &f->c->arena, &row, &n,
		    why)) == RC_OK && n > 0) {
			after = row[n - 1].seq;
			rc = put_rows(f, row, n, trace, why);
		}
		arena_clear(&f->c->arena);
	}
	f->c->arena = whole;
	buf_clear(&head);
	return rc;
}

/* A refused step is a step: begun, written down, committed. */
static enum rc
trace_refusal(struct fetch *f, const char *word, struct fault *why)
{
	enum rc rc;

	store_rollback(f->c->a->store);
	if ((rc = store_begin(f->c->a->store, f->c->now_us, why)) != RC_OK ||
	    (rc = node_audit(f->c, NULL, AUDIT_REFUSED, word, why)) != RC_OK)
		return rc;
	return store_commit(f->c->a->store, why);
}

static enum rc
check(struct fetch *f, struct fault *why)
{
	unsigned char digest[SHA256_BYTES];
	enum rc rc;

	sha256_digest(&f->whole, digest);
	if (f->n_unseen == 0 && memcmp(digest, f->release.hash.b, sizeof(digest)) != 0) {
		if ((rc = trace_refusal(f, "changed", why)) != RC_OK)
			return rc;
		return fault_set(why, RC_REFUSED, "release", "it is not what was approved: propose it anew");
	}
	if (f->n_left_out == 0 || f->leave_out)
		return RC_OK;
	if ((rc = trace_refusal(f, "died, left or protected since", why)) != RC_OK)
		return rc;
	return fault_set(why, RC_REFUSED, "release",
	    "%lld of its people have died, left or come under protection since: leave them out, or propose it anew",
	    (long long)f->n_left_out);
}

/* The run is one of this release, and stands. */
static enum rc
check_run(struct fetch *f, struct fault *why)
{
	struct notice_run run;
	enum rc rc;

	if ((rc = store_notice_run_get(f->c->a->store, f->run, &f->c->arena, &run, why)) == RC_ABSENT ||
	    (rc == RC_OK && run.release != f->release.no))
		return fault_set(why, RC_ABSENT, "run", "the release has no run of this number");
	if (rc == RC_OK && run.undone_us != 0)
		return fault_set(why, RC_REFUSED, "run", "it was taken back");
	return rc;
}

static enum rc
reply_file(struct call *c, const struct fetch *f, const char *hex, struct fault *why)
{
	struct frame frame;
	enum rc rc;

	frame_init(&frame, RESULT_ROW);
	frame_put_int(&frame, TAG_RELEASE, f->release.no);
	frame_put_int(&frame, TAG_COUNT, f->n_written);
	frame_put_int(&frame, TAG_LEFT_OUT, f->n_left_out);
	frame_put_text(&frame, TAG_HASH, hex);
	if (f->out.encoder.n_replaced > 0)
		frame_put_int(&frame, TAG_REPLACED, f->out.encoder.n_replaced);
	rc = node_reply(c, &frame, why);
	frame_clear(&frame);
	return rc;
}

enum rc
do_list_fetch(struct call *c, struct fault *why)
{
	struct fetch f = { .c = c, .out.fd = -1, .leave_out = request_int(c->r, TAG_LEAVE_OUT, 0) != 0,
	    .run = request_int(c->r, TAG_RUN, 0) };
	struct store *s = c->a->store;
	unsigned char digest[SHA256_BYTES];
	char hex[HEX_SIZE], detail[DETAIL_SIZE];
	enum rc rc;

	if ((fcntl(c->r->fd, F_GETFL) & O_ACCMODE) == O_RDONLY)
		return fault_set(why, RC_INVALID, "file", "a new file to write is wanted");
	if ((rc = list_encoder_open(&f.out.encoder, request_text(c->r, TAG_ENCODING), why)) != RC_OK)
		return rc;
	if ((rc = store_begin(s, c->now_us, why)) != RC_OK)
		goto out;
	if ((rc = store_release_get(s, request_int(c->r, TAG_RELEASE, 0), &c->arena, &f.release, why)) == RC_ABSENT)
		rc = fault_set(why, RC_ABSENT, "release", "nothing was released under this number");
	if (rc == RC_OK && f.run != 0)
		rc = check_run(&f, why);
	/* Hashed and traced first: the log has it before the first byte is out. */
	if (rc != RC_OK || (rc = pass(&f, true, why)) != RC_OK || (rc = check(&f, why)) != RC_OK)
		goto out;
	sha256_digest(&f.out.file, digest);
	hex_of(digest, hex);
	(void)snprintf(detail, sizeof(detail), "release %lld: %lld, %lld left out, %s, sha256:%s",
	    (long long)f.release.no, (long long)f.n_written, (long long)f.n_left_out,
	    list_encoder_name(&f.out.encoder), hex);
	if ((rc = node_audit(c, NULL, AUDIT_DONE, detail, why)) != RC_OK || (rc = store_commit(s, why)) != RC_OK ||
	    (rc = store_begin(s, c->now_us, why)) != RC_OK)
		goto out;
	f.out.fd = c->r->fd;
	if ((rc = pass(&f, false, why)) != RC_OK)
		goto out;
	store_rollback(s);
	if ((rc = list_out_sync(&f.out, why)) == RC_OK)
		rc = reply_file(c, &f, hex, why);
 out:
	list_encoder_close(&f.out.encoder);
	return rc;
}

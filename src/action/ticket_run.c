#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "action/list_file.h"
#include "action/ticket.h"
#include "report/csv.h"
#include "store/store_list.h"
#include "store/store_person.h"

/*
 * Tickets for everybody of a release at once.  Who has died, left or come under protection since gets none here;
 * protected people stand in no release and are looked after one by one.  The second officer's decision and the first
 * portion are one transaction; the clockwork does the others, one after the other and a request between, each with how
 * far it came in the same transaction: a node that is killed goes on with whoever comes next, and nobody is handed
 * tickets twice.  The file for the printer holds what is good on the day it is written.
 */
#define PORTION 200			/* people: a fraction of a second */
#define ROWS_AT_ONCE 500
#define DETAIL_SIZE 240
#define HEX_SIZE (2 * SHA256_BYTES + 1)

enum left_out { LEFT_DEAD, LEFT_DEPARTED, LEFT_PROTECTED, LEFT_NOTHING_DUE, LEFT__COUNT };
static const char *const left_word[LEFT__COUNT] = { "dead", "departed", "protected", "nothing-due" };

struct handing {
	struct call *c;
	struct ticket_run run;
	bool is_trial;			/* only counted, and all of it */
	int64_t n_incomplete;
	int64_t left[LEFT__COUNT];
	int64_t of_programme[LAW_PROGRAMMES_MAX];
};

/* ---- handing out ---- */

static enum rc
hand_to(struct handing *h, const struct release_row *row, struct fault *why)
{
	struct call *c = h->c;
	struct hand_out out;
	struct person p;
	char detail[32];
	int64_t seq;
	enum rc rc;

	if ((rc = store_person_get(c->a->store, &row->person, &c->arena, &p, why)) != RC_OK)
		return rc;
	if (row->is_shielded || p.is_protected)
		h->left[LEFT_PROTECTED]++;
	else if (day_known(p.died_on))
		h->left[LEFT_DEAD]++;
	else if ((rc = ticket_still_here(c, &p, NULL)) == RC_REFUSED)
		h->left[LEFT_DEPARTED]++;
	else if (rc == RC_OK) {
		if ((rc = ticket_hand_out_find(c, &p, &out, why)) != RC_OK)
			return rc;
		if (out.n == 0) {
			h->left[LEFT_NOTHING_DUE]++;
			return RC_OK;
		}
		for (size_t i = 0; i < out.n; i++) {
			const char *code = out.ticket[i].programme;
			uint16_t programme = law_find_programme(c->a->law, code, strlen(code));

			if (programme < LAW_PROGRAMMES_MAX)
				h->of_programme[programme]++;
		}
		h->run.n_people++;
		h->run.n_tickets += (int64_t)out.n;
		h->n_incomplete += out.is_incomplete;
		if (h->is_trial)
			return RC_OK;
		seq = h->run.n_tickets - (int64_t)out.n;
		(void)snprintf(detail, sizeof(detail), "run %lld", (long long)h->run.no);
		if ((rc = ticket_hand_out_issue(c, &p, &out, h->run.no, &seq, why)) != RC_OK)
			return rc;
		return node_audit(c, &p.id, AUDIT_DONE, detail, why);
	}
	return rc == RC_REFUSED ? RC_OK : rc;
}

/* The next people of the release, in its order: a portion; finished_us once nobody is left. */
static enum rc
hand_to_next(struct handing *h, struct fault *why)
{
	struct call *c = h->c;
	struct arena whole = c->arena, of_rows;
	struct release_row *row;
	size_t n = 0;
	enum rc rc;

	arena_init(&of_rows, LIMIT_REQUEST_BYTES);
	rc = store_release_rows(c->a->store, h->run.release, h->run.done_seq, PORTION, &of_rows, &row, &n, why);
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		h->run.done_seq = row[i].seq;
		arena_init(&c->arena, LIMIT_REQUEST_BYTES);	/* of one person */
		rc = hand_to(h, &row[i], why);
		arena_clear(&c->arena);
	}
	arena_clear(&of_rows);
	c->arena = whole;
	if (rc != RC_OK)
		return rc;
	h->run.n_left = 0;
	for (int i = 0; i < LEFT__COUNT; i++)
		h->run.n_left += h->left[i];
	if (n < PORTION)
		h->run.finished_us = c->now_us;
	return RC_OK;
}

/* Everybody, for the counts. */
static enum rc
hand_to_all(struct handing *h, struct fault *why)
{
	enum rc rc = RC_OK;

	while (rc == RC_OK && h->run.finished_us == 0)
		if ((rc = hand_to_next(h, why)) == RC_OK)
			rc = node_progress(h->c, h->run.done_seq, h->run.n_all, why);
	return rc;
}

static enum rc
say_counts(const struct handing *h, struct fault *why)
{
	const struct law *law = h->c->a->law;
	char as_of[DAY_TEXT_SIZE];
	enum rc rc;

	day_write(h->run.as_of, as_of);
	if ((rc = node_reply_count(h->c, "list", "release", NULL, h->run.release, why)) != RC_OK ||
	    (rc = node_reply_count(h->c, "list", "judgedOn", as_of, -1, why)) != RC_OK ||
	    (rc = node_reply_count(h->c, "list", "people", NULL, h->run.n_people, why)) != RC_OK ||
	    (rc = node_reply_count(h->c, "list", "tickets", NULL, h->run.n_tickets, why)) != RC_OK)
		return rc;
	for (uint16_t i = 0; i < law->n_programme && i < LAW_PROGRAMMES_MAX && rc == RC_OK; i++)
		if (h->of_programme[i] > 0)
			rc = node_reply_count(h->c, "programme", law_string(law, law->programme[i].code), NULL, h->of_programme[i], why);
	for (int i = 0; i < LEFT__COUNT && rc == RC_OK; i++)
		rc = node_reply_count(h->c, "excluded", left_word[i], NULL, h->left[i], why);
	if (rc == RC_OK && h->n_incomplete > 0)
		rc = node_reply_count(h->c, "warning", "incomplete", NULL, h->n_incomplete, why);
	if (rc == RC_OK && h->run.no > 0)
		rc = node_reply_count(h->c, "list", "run", NULL, h->run.no, why);
	if (rc == RC_OK && h->run.finished_us == 0)
		rc = node_reply_count(h->c, "list", "still-to-do", NULL, h->run.n_all - h->run.n_people - h->run.n_left, why);
	return rc;
}

/* Begins; counts, and hands out unless it is a trial. */
static enum rc
hand_out(struct handing *h, struct fault *why)
{
	struct call *c = h->c;
	struct release release;
	enum rc rc;

	if (c->a->law == NULL)
		return fault_set(why, RC_REFUSED, "law", "no law file is installed");
	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	if ((rc = store_release_get(c->a->store, request_int(c->r, TAG_RELEASE, 0), &c->arena, &release,
	    why)) == RC_ABSENT)
		return fault_set(why, RC_ABSENT, "release", "nothing was released under this number");
	if (rc != RC_OK)
		return rc;
	if (release.is_apart)
		return fault_set(why, RC_REFUSED, "release", "these people could not be decided: look at them one by one");
	h->run.release = release.no;
	h->run.n_all = release.count;
	h->run.as_of = c->as_of;
	h->run.made_by = c->actor;
	if (!h->is_trial && (rc = store_ticket_run_next(c->a->store, &h->run.no, why)) != RC_OK)
		return rc;
	if ((rc = h->is_trial ? hand_to_all(h, why) : hand_to_next(h, why)) != RC_OK)
		return rc;
	return h->run.n_people > 0 || h->run.finished_us == 0 ? RC_OK :
	    fault_set(why, RC_REFUSED, "release", "nobody of it is left to hand a ticket to");
}

static void
write_detail(const struct handing *h, char detail[DETAIL_SIZE])
{
	char as_of[DAY_TEXT_SIZE];

	day_write(h->run.as_of, as_of);
	(void)snprintf(detail, DETAIL_SIZE, "run %lld of release %lld: %s, %lld people, %lld tickets", (long long)h->run.no,
	    (long long)h->run.release, as_of, (long long)h->run.n_people, (long long)h->run.n_tickets);
}

/* What a run would hand out. */
enum rc
do_ticket_count(struct call *c, struct fault *why)
{
	struct handing h = { .c = c, .is_trial = true };
	char detail[DETAIL_SIZE];
	enum rc rc;

	if ((rc = hand_out(&h, why)) != RC_OK)
		return rc;
	write_detail(&h, detail);
	if ((rc = node_audit(c, NULL, AUDIT_DONE, detail, why)) != RC_OK || (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	return say_counts(&h, why);
}

enum rc
do_ticket_run(struct call *c, struct fault *why)
{
	struct handing h = { .c = c, .is_trial = c->is_preview };
	char detail[DETAIL_SIZE];
	enum rc rc;

	if ((rc = hand_out(&h, why)) != RC_OK)
		return rc;
	write_detail(&h, detail);
	if (!h.is_trial)
		c->a->runs_settled = false;
	if ((!h.is_trial && (rc = store_ticket_run_add(c->a->store, &h.run, why)) != RC_OK) ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, detail, why)) != RC_OK || (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	return say_counts(&h, why);
}

/* One portion of a run that is under way, in the name of the two who wanted it. */
static enum rc
go_on(struct action *a, const struct ticket_run *run, int64_t now_us, day today, bool *ret_finished, struct fault *why)
{
	struct request r = { .kind = REQUEST_TICKET_RUN, .fd = -1 };
	struct call c = { .a = a, .r = &r, .actor = run->made_by, .now_us = now_us, .today = today, .as_of = run->as_of };
	struct handing h = { .c = &c, .run = *run };
	char detail[DETAIL_SIZE];
	enum rc rc;

	/* Left out before: of which kind is no matter any more. */
	h.left[LEFT_NOTHING_DUE] = run->n_left;
	if ((rc = hand_to_next(&h, why)) != RC_OK || (rc = store_ticket_run_set(a->store, &h.run, why)) != RC_OK)
		return rc;
	*ret_finished = h.run.finished_us != 0;
	if (!*ret_finished)
		return RC_OK;
	write_detail(&h, detail);
	return node_audit(&c, NULL, AUDIT_DONE, detail, why);
}

enum rc
ticket_run_tick(struct action *a, int64_t now_us, day today, bool *ret_more, struct fault *why)
{
	struct ticket_run run;
	struct arena arena;
	bool finished;
	enum rc rc;

	*ret_more = false;
	if (a->runs_settled || a->law == NULL)
		return RC_OK;
	arena_init(&arena, LIMIT_REQUEST_BYTES);
	/* As whoever wanted it: who is protected is not seen. */
	if ((rc = store_begin(a->store, now_us, why)) != RC_OK)
		goto out;
	if ((rc = store_ticket_run_open(a->store, &arena, &run, why)) == RC_ABSENT) {
		a->runs_settled = true;
		rc = RC_OK;
	} else if (rc == RC_OK && (rc = go_on(a, &run, now_us, today, &finished, why)) == RC_OK &&
	    (rc = store_commit(a->store, why)) == RC_OK)
		*ret_more = true;
 out:
	store_rollback(a->store);
	arena_clear(&arena);
	return rc;
}

enum rc
do_ticket_runs(struct call *c, struct fault *why)
{
	struct ticket_run *r;
	struct frame f;
	size_t n;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = store_ticket_run_list(c->a->store, node_most(c), &c->arena, &r, &n, why)) != RC_OK ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, NULL, why)) != RC_OK || (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	n = node_cut(c, n);
	for (size_t i = 0; i < n && rc == RC_OK; i++) {
		frame_init(&f, RESULT_ROW);
		frame_put_int(&f, TAG_RUN, r[i].no);
		frame_put_int(&f, TAG_RELEASE, r[i].release);
		frame_put_day(&f, TAG_AS_OF, r[i].as_of);
		frame_put_int(&f, TAG_COUNT, r[i].n_people);
		frame_put_int(&f, TAG_TICKETS, r[i].n_tickets);
		frame_put_text(&f, TAG_STATE, r[i].finished_us != 0 ? "finished" : "under-way");
		frame_put_int(&f, TAG_TOTAL, r[i].n_all);
		frame_put_int(&f, TAG_LEFT_OUT, r[i].n_left);
		node_put_officer(c, &f, TAG_OFFICER, r[i].made_by);
		frame_put_int(&f, TAG_AT, r[i].made_us);
		rc = node_reply(c, &f, why);
		frame_clear(&f);
	}
	return rc;
}

/* ---- the file for the printer ---- */

struct printing {
	struct call *c;
	struct ticket_run run;
	struct list_out out;
	int64_t n_written, n_left_out;
};

static const char *
or_empty(const char *text)
{
	return text != NULL ? text : "";
}

static enum rc
put_head(struct printing *p, struct fault *why)
{
	static const char *const column[] = { "addressee_no", "name", "kana", "birth_date", "language", "send_to", "send_name",
	    "ticket_no", "programme", "programme_name", "dose", "earliest", "latest", "run" };
	struct buf line = BUF_INIT(LIST_FILE_LINE_BYTES);
	struct report_out o;
	bool first = true;
	enum rc rc;

	report_out_init(&o, &line, LANG_EN);
	report_put(&o, "\xef\xbb\xbf");		/* by which a spreadsheet knows UTF-8 */
	for (size_t i = 0; i < sizeof(column) / sizeof(column[0]); i++)
		csv_cell(&o, &first, column[i]);
	csv_end(&o, &first);
	rc = report_out_end(&o);
	rc = rc == RC_OK ? list_out_put(&p->out, line.data, line.len, why) : fault_set(why, rc, "file", "%s", fault_name(rc));
	buf_clear(&line);
	return rc;
}

static enum rc
put_ticket(struct printing *p, const struct ticket *t, const struct person *who, struct buf *line, struct fault *why)
{
	const struct law *law = p->c->a->law;
	uint16_t i = law == NULL ? LAW_NONE : law_find_programme(law, t->programme, strlen(t->programme));
	char text[DAY_TEXT_SIZE], number[24];
	struct report_out o;
	bool first = true;
	enum rc rc;

	buf_truncate(line, 0);
	report_out_init(&o, line, LANG_EN);
	csv_cell(&o, &first, who->addressee_no);
	csv_cell(&o, &first, or_empty(who->name_display != NULL ? who->name_display : who->name));
	csv_cell(&o, &first, or_empty(who->kana));
	day_span_write(who->birth, text);
	csv_cell(&o, &first, text);
	csv_cell(&o, &first, or_empty(who->language));
	csv_cell(&o, &first, or_empty(who->mailing_address != NULL ? who->mailing_address : who->address));
	csv_cell(&o, &first, or_empty(who->mailing_name));
	csv_cell(&o, &first, t->number);
	csv_cell(&o, &first, t->programme);
	csv_cell(&o, &first, i == LAW_NONE ? "" : law_string(law, law->programme[i].name_ja));
	(void)snprintf(number, sizeof(number), "%lld", (long long)t->dose);
	csv_cell(&o, &first, number);
	day_write(t->earliest, text);
	csv_cell(&o, &first, text);
	day_write(t->latest, text);
	csv_cell(&o, &first, text);
	(void)snprintf(number, sizeof(number), "%lld", (long long)p->run.no);
	csv_cell(&o, &first, number);
	csv_end(&o, &first);
	if ((rc = report_out_end(&o)) != RC_OK)
		return fault_set(why, rc, "file", "%s", fault_name(rc));
	return list_out_put(&p->out, line->data, line->len, why);
}

/* Of somebody who may be written to today; a void or spent ticket is not printed. */
static bool
may_be_printed(const struct printing *p, const struct ticket *t, const struct person *who, const struct history *h)
{
	return !who->is_protected && !day_known(who->died_on) && ticket_good_on(t, p->c->today) &&
	    person_residence_on(who, p->c->today) != NULL && !day_known(ticket_spent(h, t).first);
}

static enum rc
put_tickets(struct printing *p, const struct ticket *t, size_t n, bool trace, struct buf *line, struct fault *why)
{
	struct call *c = p->c;
	struct person who = { .id = ID_NONE };
	struct history h;
	char detail[32];
	enum rc rc = RC_OK;

	(void)snprintf(detail, sizeof(detail), "run %lld", (long long)p->run.no);
	history_init(&h);
	for (size_t i = 0; i < n && rc == RC_OK; i++) {
		if (!id_equal(&who.id, &t[i].person)) {
			if ((rc = store_person_get(c->a->store, &t[i].person, &c->arena, &who, why)) != RC_OK)
				break;
			history_init(&h);
			if (c->a->law != NULL && !who.is_protected && !day_after(who.birth.last, c->today) &&
			    (rc = node_history(c->a, &who, c->today, c->today, &c->arena, &h, why)) != RC_OK)
				break;
			if (trace && !who.is_protected &&
			    (rc = node_audit(c, &who.id, AUDIT_DONE, detail, why)) != RC_OK)
				break;
		}
		if (may_be_printed(p, &t[i], &who, &h) && (rc = put_ticket(p, &t[i], &who, line, why)) == RC_OK)
			p->n_written++;
	}
	return rc;
}

/* Every ticket once, in order, in the transaction that is open. */
static enum rc
pass(struct printing *p, bool trace, struct fault *why)
{
	struct call *c = p->c;
	struct arena whole = c->arena;
	struct buf line = BUF_INIT(LIST_FILE_LINE_BYTES);
	struct ticket *t;
	int64_t after = 0;
	size_t n = ROWS_AT_ONCE;
	enum rc rc;

	sha256_init(&p->out.file);
	p->out.encoder.n_replaced = p->n_written = 0;
	rc = put_head(p, why);
	while (rc == RC_OK && n == ROWS_AT_ONCE) {
		arena_init(&c->arena, LIMIT_REQUEST_BYTES);
		rc = store_ticket_of_run(c->a->store, p->run.no, after, ROWS_AT_ONCE, &c->arena, &t, &n, why);
		if (rc == RC_OK && n > 0) {
			after = t[n - 1].run_seq;
			rc = put_tickets(p, t, n, trace, &line, why);
		}
		arena_clear(&c->arena);
	}
	c->arena = whole;
	/* Those of protected people are not even read. */
	p->n_left_out = p->run.n_tickets - p->n_written;
	buf_wipe(&line);
	return rc;
}

static enum rc
reply_file(const struct printing *p, const char *hex, struct fault *why)
{
	struct frame f;
	enum rc rc;

	frame_init(&f, RESULT_ROW);
	frame_put_int(&f, TAG_RUN, p->run.no);
	frame_put_int(&f, TAG_COUNT, p->n_written);
	frame_put_int(&f, TAG_LEFT_OUT, p->n_left_out);
	if (p->out.encoder.n_replaced > 0)
		frame_put_int(&f, TAG_REPLACED, p->out.encoder.n_replaced);
	frame_put_text(&f, TAG_HASH, hex);
	rc = node_reply(p->c, &f, why);
	frame_clear(&f);
	return rc;
}

enum rc
do_ticket_fetch(struct call *c, struct fault *why)
{
	struct printing p = { .c = c, .out.fd = -1 };
	struct store *s = c->a->store;
	unsigned char digest[SHA256_BYTES];
	char hex[HEX_SIZE], detail[DETAIL_SIZE];
	enum rc rc;

	if ((fcntl(c->r->fd, F_GETFL) & O_ACCMODE) == O_RDONLY)
		return fault_set(why, RC_INVALID, "file", "a new file to write is wanted");
	if ((rc = list_encoder_open(&p.out.encoder, request_text(c->r, TAG_ENCODING), why)) != RC_OK)
		return rc;
	if ((rc = store_begin(s, c->now_us, why)) != RC_OK)
		goto out;
	if ((rc = store_ticket_run_get(s, request_int(c->r, TAG_RUN, 0), &c->arena, &p.run, why)) == RC_ABSENT)
		rc = fault_set(why, RC_ABSENT, "run", "no hand-out of this number");
	else if (rc == RC_OK && p.run.finished_us == 0)
		rc = fault_set(why, RC_REFUSED, "run", "it is still under way, at person %lld of %lld: fetch it once it is finished",
		    (long long)(p.run.n_people + p.run.n_left), (long long)p.run.n_all);
	/* Hashed and traced first: the log has it before the first byte is out. */
	if (rc != RC_OK || (rc = pass(&p, true, why)) != RC_OK)
		goto out;
	sha256_digest(&p.out.file, digest);
	for (size_t i = 0; i < SHA256_BYTES; i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	(void)snprintf(detail, sizeof(detail), "run %lld: %lld, %lld left out, %s, sha256:%s", (long long)p.run.no,
	    (long long)p.n_written, (long long)p.n_left_out, list_encoder_name(&p.out.encoder), hex);
	if ((rc = node_audit(c, NULL, AUDIT_DONE, detail, why)) != RC_OK || (rc = store_commit(s, why)) != RC_OK ||
	    (rc = store_begin(s, c->now_us, why)) != RC_OK)
		goto out;
	p.out.fd = c->r->fd;
	if ((rc = pass(&p, false, why)) != RC_OK)
		goto out;
	store_rollback(s);
	if ((rc = list_out_sync(&p.out, why)) == RC_OK)
		rc = reply_file(&p, hex, why);
 out:
	list_encoder_close(&p.out.encoder);
	return rc;
}

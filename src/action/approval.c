#include "action/approval.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/checkdigit.h"
#include "store/store_approval.h"
#include "store/store_officer.h"

#define DAY_US (86400 * (int64_t)1000000)
#define NUMBER_DIGITS 12
#define KEPT_HEAD 8		/* kind and length, four bytes each */

/* What would change is shown by running the handler and dropping its transaction; where that is not
 * enough, by one of these. */
static node_handler *const own_preview[REQUEST__COUNT] = {
	[REQUEST_LAW_INSTALL] = preview_law_install,
};

/* ---- rows kept while their transaction is open ---- */

void
approval_kept_init(struct approval_kept *k)
{
	*k = (struct approval_kept){ .n = 0 };
	buf_init(&k->frames, APPROVAL_ANSWER_BYTES);
}

void
approval_kept_clear(struct approval_kept *k)
{
	buf_wipe(&k->frames);
}

/* Another run says another time and draws other numbers without anything having changed. */
static bool
is_fresh(const struct frame_field *f)
{
	switch (f->tag) {
	case TAG_DOSE_ID:
	case TAG_TICKET:
	case TAG_HELD_ID:
	case TAG_PROCESS_NO:
		return true;
	default:
		return f->type == FRAME_INT && f->tag < TAG__COUNT && f->tag > TAG_NONE &&
		    request_tag_unit((enum request_tag)f->tag) == UNIT_TIME;
	}
}

static enum rc
add_said(struct buf *said, const struct frame *f, struct fault *why)
{
	struct frame_reader r;
	struct frame_field v;
	char day_text[DAY_TEXT_SIZE];
	enum rc rc;

	if (f->kind != RESULT_ROW)
		return buf_add(said, f->body.data, f->body.len);
	if ((rc = frame_read_open(&r, f->kind, f->body.data, f->body.len, why)) != RC_OK)
		return rc;
	while (rc == RC_OK && frame_next(&r, &v)) {
		if (is_fresh(&v))
			continue;
		if ((rc = buf_printf(said, "%u %d %zu ", (unsigned)v.tag, (int)v.type, v.len)) != RC_OK)
			break;
		if (v.type == FRAME_INT)
			rc = buf_printf(said, "%lld", (long long)v.number);
		else if (v.type == FRAME_DAY) {
			day_write(v.date, day_text);
			rc = buf_add_text(said, day_text);
		} else if (v.type == FRAME_TEXT || v.type == FRAME_BYTES)
			rc = buf_add(said, v.text, v.len);
	}
	return rc;
}

enum rc
approval_keep(struct approval_kept *k, const struct frame *f, struct fault *why)
{
	struct buf said = BUF_INIT(LIMIT_FRAME_BYTES + VAULT_DIGEST_BYTES);
	uint32_t head[2] = { f->kind, (uint32_t)f->body.len };
	size_t before = k->frames.len;
	enum rc rc = RC_OK;

	if (!k->is_remark && ((rc = buf_add(&said, k->digest.b, sizeof(k->digest.b))) != RC_OK ||
	    (rc = add_said(&said, f, why)) != RC_OK ||
	    (rc = vault_digest(said.data, said.len, &k->digest)) != RC_OK)) {
		rc = fault_set(why, rc, "preview", "%s", fault_name(rc));
		goto out;
	}
	k->n++;
	if (buf_add(&k->frames, head, KEPT_HEAD) != RC_OK ||
	    (f->body.len > 0 && buf_add(&k->frames, f->body.data, f->body.len) != RC_OK)) {
		buf_truncate(&k->frames, before);
		k->n_dropped++;
	}
 out:
	buf_wipe(&said);
	return rc;
}

void
approval_keep_person(struct approval_kept *k, const struct id *person)
{
	for (size_t i = 0; i < k->n_person; i++)
		if (id_equal(&k->person[i], person))
			return;
	if (k->n_person < APPROVAL_PERSONS)
		k->person[k->n_person++] = *person;
}

enum rc
approval_trace(struct call *c, const char *action, const struct approval_kept *kept,
    enum audit_outcome outcome, const char *detail, struct fault *why)
{
	struct audit_entry e = { c->actor, action, NULL, outcome, detail };
	enum rc rc;

	if (kept == NULL || kept->n_person == 0)
		return store_audit_append(c->a->store, &e, why);
	for (size_t i = 0; i < kept->n_person; i++) {
		e.person = &kept->person[i];
		if ((rc = store_audit_append(c->a->store, &e, why)) != RC_OK)
			return rc;
	}
	return RC_OK;
}

bool
approval_kept_next(const struct approval_kept *k, size_t *at, uint16_t *ret_kind,
    const char **ret_body, size_t *ret_len)
{
	uint32_t head[2];

	if (*at + KEPT_HEAD > k->frames.len)
		return false;
	memcpy(head, k->frames.data + *at, KEPT_HEAD);
	*ret_kind = (uint16_t)head[0];
	*ret_body = k->frames.data + *at + KEPT_HEAD;
	*ret_len = head[1];
	*at += KEPT_HEAD + head[1];
	return true;
}

bool
approval_remarks(struct call *c, bool on)
{
	if (c->kept == NULL || c->kept->no_remarks)
		return false;
	c->kept->is_remark = on;
	return on;
}

/* ---- a request at rest ---- */

/* Another program may number or name its fields otherwise: then what lies there cannot be read. */
static enum rc
digest_shape(const struct request_shape *shape, struct vault_digest *ret, struct fault *why)
{
	struct buf text = BUF_INIT(LIMIT_TEXT_BYTES * 4);
	enum rc rc = buf_printf(&text, "%s %d\n", shape->name, shape->file);

	for (size_t i = 0; i < shape->n_field && rc == RC_OK; i++)
		rc = buf_printf(&text, "%d %d %s\n", (int)shape->field[i].tag, (int)shape->field[i].type,
		    request_tag_name(shape->field[i].tag));
	if (rc == RC_OK)
		rc = vault_digest(text.data, text.len, ret);
	buf_clear(&text);
	return rc == RC_OK ? RC_OK : fault_set(why, rc, "approval", "%s", fault_name(rc));
}

/* Over the name, the fields and the file. */
static enum rc
digest_request(const char *name, const struct frame *f, const struct buf *file,
    struct vault_digest *ret, struct fault *why)
{
	struct buf text = BUF_INIT(REQUEST_BYTES_MAX + LIMIT_TEXT_BYTES);
	struct vault_digest of_file;
	enum rc rc;

	memset(&of_file, 0, sizeof(of_file));
	if ((file == NULL || (rc = vault_digest(file->data, file->len, &of_file)) == RC_OK) &&
	    (rc = buf_add(&text, name, strlen(name) + 1)) == RC_OK &&
	    (rc = buf_add(&text, of_file.b, sizeof(of_file.b))) == RC_OK &&
	    (f->body.len == 0 || (rc = buf_add(&text, f->body.data, f->body.len)) == RC_OK))
		rc = vault_digest(text.data, text.len, ret);
	buf_wipe(&text);
	return rc == RC_OK ? RC_OK : fault_set(why, rc, "approval", "%s", fault_name(rc));
}

/* The bytes as a file without a name, from its beginning. */
static enum rc
file_of(const void *bytes, size_t len, int *ret_fd, struct fault *why)
{
	const char *at = bytes;
	int fd = memfd_create("request", MFD_CLOEXEC);

	while (fd >= 0 && len > 0) {
		ssize_t n = write(fd, at, len);

		if (n <= 0)
			break;
		at += n;
		len -= (size_t)n;
	}
	if (fd < 0 || len > 0 || lseek(fd, 0, SEEK_SET) != 0) {
		if (fd >= 0)
			(void)close(fd);
		return fault_set(why, RC_NOMEM, "approval", "no memory for the file");
	}
	*ret_fd = fd;
	return RC_OK;
}

static enum request_kind
kind_named(const char *name)
{
	for (int k = REQUEST_NONE + 1; k < REQUEST__COUNT; k++)
		if (strcmp(request_shape((enum request_kind)k)->name, name) == 0)
			return (enum request_kind)k;
	return REQUEST_NONE;
}

enum rc
approval_read(const struct approval_row *row, struct approval_stored *ret_stored, struct fault *why)
{
	enum request_kind kind = kind_named(row->request);
	struct vault_digest shape;
	int fd = -1;
	enum rc rc;

	if (kind != REQUEST_NONE && (rc = digest_shape(request_shape(kind), &shape, why)) != RC_OK)
		return rc;
	if (kind == REQUEST_NONE || approval_rule_of(kind) == NULL ||
	    memcmp(shape.b, row->shape.b, sizeof(shape.b)) != 0)
		return fault_set(why, RC_VERSION, "approval",
		    "it was proposed to another version of the program: refuse it, and propose it anew");
	if (row->body == NULL)
		return fault_set(why, RC_CONFLICT, "approval", "it waits no longer");
	if (row->file != NULL && (rc = file_of(row->file, row->file_len, &fd, why)) != RC_OK)
		return rc;
	if ((rc = request_read((uint16_t)kind, row->body, row->body_len, fd, &ret_stored->request,
	    why)) != RC_OK) {
		if (fd >= 0)
			(void)close(fd);
		return rc;
	}
	ret_stored->fd = fd;
	return RC_OK;
}

void
approval_read_clear(struct approval_stored *s)
{
	if (s->fd >= 0)
		(void)close(s->fd);
	s->fd = -1;
}

/* ---- doing it, for good or not ---- */

static enum rc
run(struct call *c, const struct request *stored, const struct officer *proposer, node_handler *handler,
    bool is_preview, struct approval_kept *kept, node_settled **ret_settled, struct fault *why)
{
	struct call inner = *c;
	char actor[NODE_ACTOR_SIZE];
	enum rc rc;

	inner.r = stored;
	inner.officer = proposer->no;
	inner.role = action_role_find(store_officer_role_word(proposer->role));
	inner.is_shielded = !action_permitted(c->role, REQUEST_SEE_PROTECTED);
	inner.second = is_preview ? 0 : c->officer;
	inner.is_preview = is_preview;
	inner.kept = kept;
	inner.settled = NULL;
	inner.cut = NULL;
	inner.as_of = request_day(stored, TAG_AS_OF);
	if (!day_known(inner.as_of))
		inner.as_of = c->today;
	if (proposer->no == c->officer)
		(void)snprintf(actor, sizeof(actor), "officer:%lld", (long long)proposer->no);
	else
		(void)snprintf(actor, sizeof(actor), "officer:%lld+officer:%lld",
		    (long long)proposer->no, (long long)c->officer);
	inner.actor = actor;
	arena_init(&inner.arena, LIMIT_REQUEST_BYTES);
	rc = handler(&inner, why);
	store_rollback(c->a->store);		/* a reading that it left open */
	arena_clear(&inner.arena);
	c->cut = inner.cut;
	if (rc == RC_OK && ret_settled != NULL)
		*ret_settled = inner.settled;
	return rc;
}

enum rc
approval_execute(struct call *c, const struct request *stored, const struct officer *proposer,
    struct approval_kept *kept, node_settled **ret_settled, struct fault *why)
{
	return run(c, stored, proposer, node_handler_of(stored->kind), false, kept, ret_settled, why);
}

enum rc
approval_preview(struct call *c, const struct request *stored, const struct officer *proposer,
    struct approval_kept *kept, struct fault *why)
{
	node_handler *handler = own_preview[stored->kind];
	enum rc rc;

	if (handler == NULL)
		handler = node_handler_of(stored->kind);
	if ((rc = store_join(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	rc = run(c, stored, proposer, handler, true, kept, NULL, why);
	store_join_drop(c->a->store);
	return rc;
}

/* ---- proposing ---- */

/* D5: a reason is kept in the clear. */
static bool
holds_number(const char *text)
{
	for (const char *c = text; *c != '\0'; ) {
		size_t n = strspn(c, "0123456789");

		if (n == NUMBER_DIGITS && checkdigit_mynumber(c, n))
			return true;
		c += n > 0 ? n : 1;
	}
	return false;
}

static enum rc
check_proposal(const struct call *c, struct fault *why)
{
	const struct request_shape *shape = request_shape(c->r->kind);
	const char *reason = request_text(c->r, TAG_REASON);

	for (size_t i = 0; i < shape->n_field; i++)
		if (shape->field[i].secret)
			return fault_set(why, RC_BUG, shape->name, "a request with a secret cannot wait");
	if (reason == NULL)
		return fault_set(why, RC_INVALID, request_tag_name(TAG_REASON),
		    "a second officer must be told why");
	if (holds_number(reason))
		return fault_set(why, RC_INVALID, request_tag_name(TAG_REASON),
		    "it holds what looks like an individual number");
	return RC_OK;
}

/* The same proposal that waits already, 0 none; RC_TOO_BIG when too many wait. */
static enum rc
find_waiting(struct call *c, const struct vault_digest *digest, int64_t *ret_no, struct fault *why)
{
	struct approval_row *row;
	size_t n;
	int64_t no = 0;
	enum rc rc;

	if ((rc = store_approval_list(c->a->store, APPROVAL_WAITING, APPROVAL_WAITING_MAX, &c->arena, &row,
	    &n, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n && no == 0; i++)
		if (memcmp(row[i].digest.b, digest->b, sizeof(digest->b)) == 0) {
			no = row[i].no;
			if (row[i].proposed_by != c->officer)
				return fault_set(why, RC_CONFLICT, "approval",
				    "another officer proposed the same already, see approval %lld", (long long)no);
		}
	if (no == 0 && n >= APPROVAL_WAITING_MAX)
		return fault_set(why, RC_TOO_BIG, "approval", "%d proposals wait already", APPROVAL_WAITING_MAX);
	*ret_no = no;
	return RC_OK;
}

static int64_t
expires_us(const struct call *c, const struct approval_rule *rule)
{
	const char *days = c->a->config.approval_days;

	return c->now_us + (days[0] != '\0' ? strtol(days, NULL, 10) : rule->days) * DAY_US;
}

static enum rc
store_proposal(struct call *c, struct approval_row *row, const struct approval_kept *kept,
    int64_t *ret_no, struct fault *why)
{
	struct store *s = c->a->store;
	char detail[96];
	int64_t no;
	enum rc rc;

	if ((rc = store_begin(s, c->now_us, why)) != RC_OK ||
	    (rc = find_waiting(c, &row->digest, &no, why)) != RC_OK)
		return rc;
	if (no == 0) {
		if ((rc = store_approval_add(s, row, &no, why)) != RC_OK)
			return rc;
	}
	(void)snprintf(detail, sizeof(detail), "%lld, %s", (long long)no, row->request);
	if ((rc = approval_trace(c, "approval propose", kept, AUDIT_DONE, detail, why)) != RC_OK ||
	    (rc = store_commit(s, why)) != RC_OK)
		return rc;
	*ret_no = no;
	return RC_OK;
}

static enum rc
send_kept(struct call *c, const struct approval_kept *kept, struct fault *why)
{
	struct frame f;
	const char *body;
	uint16_t kind;
	size_t at = 0, len;
	enum rc rc = RC_OK;

	while (rc == RC_OK && approval_kept_next(kept, &at, &kind, &body, &len)) {
		frame_init(&f, kind);
		f.rc = len > 0 ? buf_add(&f.body, body, len) : RC_OK;
		rc = node_reply(c, &f, why);
		frame_clear(&f);
	}
	return rc;
}

enum rc
approval_propose(struct call *c, struct fault *why)
{
	const struct request_shape *shape = request_shape(c->r->kind);
	const struct approval_rule *rule = approval_rule_of(c->r->kind);
	struct approval_row row = { .request = shape->name, .reason = request_text(c->r, TAG_REASON),
	    .proposed_by = c->officer, .proposed_uid = c->uid, .expires_us = expires_us(c, rule) };
	struct buf file = BUF_INIT(APPROVAL_FILE_BYTES);
	struct request request = *c->r;
	struct approval_kept kept;
	struct officer proposer;
	struct frame f;
	char place[32];
	int64_t no;
	enum rc rc;

	approval_kept_init(&kept);
	request_write(c->r, &f);
	request.fd = -1;
	if ((rc = check_proposal(c, why)) != RC_OK)
		goto out;
	if (f.rc != RC_OK) {
		rc = fault_set(why, f.rc, shape->name, "it cannot be kept");
		goto out;
	}
	if (shape->file && ((rc = buf_read_fd(&file, c->r->fd, why)) != RC_OK ||
	    (rc = file_of(file.data, file.len, &request.fd, why)) != RC_OK))
		goto out;
	if ((rc = digest_request(shape->name, &f, shape->file ? &file : NULL, &row.digest, why)) != RC_OK ||
	    (rc = digest_shape(shape, &row.shape, why)) != RC_OK ||
	    (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		goto out;
	rc = store_officer_get(c->a->store, c->officer, &c->arena, &proposer, why);
	store_rollback(c->a->store);
	if (rc != RC_OK || (rc = approval_preview(c, &request, &proposer, &kept, why)) != RC_OK)
		goto out;
	row.body = f.body.data != NULL ? f.body.data : "";
	row.body_len = f.body.len;
	row.file = shape->file ? (file.data != NULL ? file.data : "") : NULL;
	row.file_len = file.len;
	row.preview = kept.digest;
	row.preview_rows = kept.n;
	if ((rc = store_proposal(c, &row, &kept, &no, why)) != RC_OK || (rc = send_kept(c, &kept, why)) != RC_OK)
		goto out;
	(void)snprintf(place, sizeof(place), "approval %lld", (long long)no);
	rc = fault_set(why, RC_PENDING, place, "nothing is done yet: it waits for a second officer");
 out:
	if (request.fd >= 0)
		(void)close(request.fd);
	approval_kept_clear(&kept);
	buf_wipe(&file);
	frame_clear(&f);
	return rc;
}

/* ---- its time ---- */

#define EXPIRE_AT_ONCE 100

enum rc
approval_expire(struct action *a, int64_t now_us, int64_t *ret_next_us, struct fault *why)
{
	struct audit_entry e = { "timer", "approval expire", NULL, AUDIT_DONE, NULL };
	struct approval_row *row;
	struct arena arena;
	char detail[96];
	int64_t next = INT64_MAX;
	size_t n, i, n_over = 0;
	enum rc rc;

	arena_init(&arena, LIMIT_REQUEST_BYTES);
	if ((rc = store_begin(a->store, now_us, why)) != RC_OK ||
	    (rc = store_approval_list(a->store, APPROVAL_WAITING, EXPIRE_AT_ONCE, &arena, &row, &n, why)) != RC_OK)
		goto out;
	for (i = 0; i < n && row[i].expires_us <= now_us; i++, n_over++) {
		(void)snprintf(detail, sizeof(detail), "%lld, %s", (long long)row[i].no, row[i].request);
		e.detail = detail;
		if ((rc = store_approval_decide(a->store, row[i].no, APPROVAL_EXPIRED, 0, 0, NULL, why)) != RC_OK ||
		    (rc = store_audit_append(a->store, &e, why)) != RC_OK)
			goto out;
	}
	if (n_over > 0 && (rc = store_commit(a->store, why)) != RC_OK)
		goto out;
	if (n_over < n)
		next = row[n_over].expires_us;
	else if (n == EXPIRE_AT_ONCE)
		next = now_us;
	*ret_next_us = next;
 out:
	store_rollback(a->store);
	arena_clear(&arena);
	return rc;
}

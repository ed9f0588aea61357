#include "store/store_held.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "store/store_room.h"

/* What makes two held things the same: kind, reference and payload, each with its length. */
static enum rc
digest_of(const struct held_row *row, struct vault_digest *ret_digest, struct fault *why)
{
	struct buf b = BUF_INIT(LIMIT_FRAME_BYTES);
	enum rc rc;

	if ((rc = buf_printf(&b, "%d %zu %zu\n%s\n", (int)row->kind,
	    row->reference != NULL ? strlen(row->reference) : 0, row->payload_len,
	    row->reference != NULL ? row->reference : "")) != RC_OK ||
	    (row->payload_len > 0 && (rc = buf_add(&b, row->payload, row->payload_len)) != RC_OK) ||
	    (rc = vault_digest(b.data, b.len, ret_digest)) != RC_OK)
		(void)fault_set(why, rc, "store/held", "cannot be held: %s", fault_name(rc));
	buf_clear(&b);
	return rc;
}

enum rc
store_held_add(struct store *s, const struct held_row *row, struct id *ret_id, bool *ret_is_new,
    struct fault *why)
{
	struct vault_digest digest;
	struct stmt *q;
	struct id id;
	enum rc rc;

	if ((rc = digest_of(row, &digest, why)) != RC_OK)
		return rc;
	q = stmt_start(s, STMT_HELD_BY_DIGEST);
	stmt_put_bytes(q, STMT_HELD_BY_DIGEST__DIGEST, digest.b, sizeof(digest.b));
	rc = stmt_next(q, why);
	if (rc == RC_OK) {
		id = stmt_id(q);
		if ((rc = stmt_end(q, why)) != RC_OK)
			return rc;
		*ret_id = id;
		*ret_is_new = false;
		return RC_OK;
	}
	if (rc != RC_ABSENT || (rc = store_id_new(s, &id, why)) != RC_OK)
		return rc;
	q = stmt_start(s, STMT_HELD_ADD);
	stmt_put_id(q, STMT_HELD_ADD__ID, &id);
	stmt_put_int(q, STMT_HELD_ADD__KIND, (int64_t)row->kind);
	stmt_put_bytes(q, STMT_HELD_ADD__DIGEST, digest.b, sizeof(digest.b));
	stmt_put_text(q, STMT_HELD_ADD__REASON, row->reason);
	stmt_put_text(q, STMT_HELD_ADD__REFERENCE, row->reference);
	stmt_put_text(q, STMT_HELD_ADD__SOURCE, row->source);
	stmt_put_id(q, STMT_HELD_ADD__PERSON, &row->person);
	stmt_put_bytes(q, STMT_HELD_ADD__PAYLOAD, row->payload, row->payload_len);
	stmt_put_int(q, STMT_HELD_ADD__STATE, HELD_OPEN);
	stmt_put_int(q, STMT_HELD_ADD__CREATED_US, s->now_us);
	if ((rc = stmt_run(q, why)) == RC_OK) {
		*ret_id = id;
		*ret_is_new = true;
	}
	return rc;
}

static void
take(struct stmt *q, struct arena *a, struct held_row *r)
{
	r->id = stmt_id(q);
	r->kind = (enum held_kind)stmt_int(q);
	r->reason = stmt_text(q, a);
	r->reference = stmt_text(q, a);
	r->source = stmt_text(q, a);
	r->person = stmt_id(q);
	r->payload = stmt_blob(q, a, &r->payload_len);
	r->state = (enum held_state)stmt_int(q);
	r->created_us = stmt_int(q);
	r->decided_us = stmt_int(q);
	r->decided_by = stmt_text(q, a);
	r->note = stmt_text(q, a);
	r->is_shielded = stmt_int(q) != 0;
}

enum rc
store_held_get(struct store *s, const struct id *id, struct arena *a, struct held_row *ret_row,
    struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_HELD_GET);
	struct held_row r;
	enum rc rc;

	stmt_put_id(q, STMT_HELD_GET__ID, id);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	take(q, a, &r);
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret_row = r;
	return rc;
}

static enum rc
list_kind(struct store *s, enum held_kind kind, const struct id *after, size_t cap,
    struct rows *rows, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_HELD_LIST);
	struct held_row *r;
	enum rc rc;

	stmt_put_int(q, STMT_HELD_LIST__STATE, HELD_OPEN);
	stmt_put_int(q, STMT_HELD_LIST__KIND, (int64_t)kind);
	stmt_put_bytes(q, STMT_HELD_LIST__AFTER, after != NULL ? (const void *)after->b : "",
	    after != NULL ? ID_BYTES : 0);
	stmt_put_int(q, STMT_HELD_LIST__CAP, (int64_t)cap);
	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((r = rows_add(rows)) == NULL) {
			stmt_drop(q);
			return fault_set(why, RC_NOMEM, "store/held", "no memory");
		}
		take(q, rows->arena, r);
	}
	return rc == RC_ABSENT ? RC_OK : rc;
}

static int
by_id(const void *a, const void *b)
{
	return id_compare(&((const struct held_row *)a)->id, &((const struct held_row *)b)->id);
}

enum rc
store_held_list(struct store *s, enum held_kind kind, const struct id *after, size_t cap,
    struct arena *a, struct held_row **ret_rows, size_t *ret_n, struct fault *why)
{
	struct rows rows = { a, sizeof(struct held_row), NULL, 0, 0 };
	enum rc rc;

	for (int k = 0; k < HELD_KIND__COUNT; k++) {
		if (kind != HELD_KIND__COUNT && kind != (enum held_kind)k)
			continue;
		if ((rc = list_kind(s, (enum held_kind)k, after, cap, &rows, why)) != RC_OK)
			return rc;
	}
	if (rows.n > 1)
		qsort(rows.at, rows.n, sizeof(struct held_row), by_id);
	*ret_rows = rows.at;
	*ret_n = rows.n < cap ? rows.n : cap;
	return RC_OK;
}

enum rc
store_held_decide(struct store *s, const struct id *id, enum held_state state,
    const char *decided_by, const char *note, const struct id *person, struct fault *why)
{
	struct held_row row;
	struct arena a;
	struct stmt *q;
	enum rc rc;

	arena_init(&a, LIMIT_REQUEST_BYTES);
	if ((rc = store_held_get(s, id, &a, &row, why)) != RC_OK)
		goto out;
	if (row.state != HELD_OPEN) {
		rc = fault_set(why, RC_REFUSED, "store/held", "decided already");
		goto out;
	}
	q = stmt_start(s, STMT_HELD_DECIDE);
	stmt_put_id(q, STMT_HELD_DECIDE__ID, id);
	stmt_put_int(q, STMT_HELD_DECIDE__STATE, (int64_t)state);
	stmt_put_int(q, STMT_HELD_DECIDE__DECIDED_US, s->now_us);
	stmt_put_text(q, STMT_HELD_DECIDE__DECIDED_BY, decided_by);
	stmt_put_text(q, STMT_HELD_DECIDE__NOTE, note);
	stmt_put_id(q, STMT_HELD_DECIDE__PERSON, person != NULL ? person : &row.person);
	rc = stmt_run(q, why);
 out:
	arena_clear(&a);
	return rc;
}

enum rc
store_held_count(struct store *s, int64_t ret_open[HELD_KIND__COUNT], struct fault *why)
{
	int64_t n[HELD_KIND__COUNT];
	struct stmt *q;
	enum rc rc;

	for (int k = 0; k < HELD_KIND__COUNT; k++) {
		q = stmt_start(s, STMT_HELD_COUNT);
		stmt_put_int(q, STMT_HELD_COUNT__STATE, HELD_OPEN);
		stmt_put_int(q, STMT_HELD_COUNT__KIND, k);
		if ((rc = stmt_next(q, why)) != RC_OK)
			return rc;
		n[k] = stmt_int(q);
		if ((rc = stmt_end(q, why)) != RC_OK)
			return rc;
	}
	memcpy(ret_open, n, sizeof(n));
	return RC_OK;
}

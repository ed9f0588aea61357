#include "store/store_approval.h"

#include "store/store_room.h"
#include "store/store_setting.h"

const char *
store_approval_state_word(enum approval_state state)
{
	static const char *const word[APPROVAL_STATE__COUNT] = {
		[APPROVAL_WAITING] = "waiting",
		[APPROVAL_GIVEN] = "approved",
		[APPROVAL_REFUSED] = "refused",
		[APPROVAL_WITHDRAWN] = "withdrawn",
		[APPROVAL_EXPIRED] = "expired",
	};

	return (unsigned)state < APPROVAL_STATE__COUNT ? word[state] : "unknown";
}

enum rc
store_approval_add(struct store *s, const struct approval_row *row, int64_t *ret_no,
    struct fault *why)
{
	struct stmt *q;
	int64_t no;
	enum rc rc;

	if ((rc = store_setting_next(s, "approval", &no, why)) != RC_OK)
		return rc;
	q = stmt_start(s, STMT_APPROVAL_ADD);
	stmt_put_int(q, STMT_APPROVAL_ADD__NO, no);
	stmt_put_text(q, STMT_APPROVAL_ADD__REQUEST, row->request);
	stmt_put_bytes(q, STMT_APPROVAL_ADD__SHAPE, row->shape.b, sizeof(row->shape.b));
	stmt_put_bytes(q, STMT_APPROVAL_ADD__BODY, row->body, row->body_len);
	stmt_put_bytes(q, STMT_APPROVAL_ADD__FILE, row->file, row->file_len);
	stmt_put_bytes(q, STMT_APPROVAL_ADD__DIGEST, row->digest.b, sizeof(row->digest.b));
	stmt_put_bytes(q, STMT_APPROVAL_ADD__PREVIEW, row->preview.b, sizeof(row->preview.b));
	stmt_put_int(q, STMT_APPROVAL_ADD__PREVIEW_ROWS, row->preview_rows);
	stmt_put_text(q, STMT_APPROVAL_ADD__REASON, row->reason);
	stmt_put_int(q, STMT_APPROVAL_ADD__PROPOSED_BY, row->proposed_by);
	stmt_put_int(q, STMT_APPROVAL_ADD__PROPOSED_UID, row->proposed_uid);
	stmt_put_int(q, STMT_APPROVAL_ADD__PROPOSED_US, s->now_us);
	stmt_put_int(q, STMT_APPROVAL_ADD__EXPIRES_US, row->expires_us);
	if ((rc = stmt_run(q, why)) == RC_OK)
		*ret_no = no;
	return rc;
}

static void
take(struct stmt *q, struct arena *a, struct approval_row *r)
{
	r->no = stmt_int(q);
	r->request = stmt_text(q, a);
	stmt_bytes(q, r->digest.b, sizeof(r->digest.b));
	stmt_bytes(q, r->preview.b, sizeof(r->preview.b));
	r->preview_rows = stmt_int(q);
	r->reason = stmt_text(q, a);
	r->proposed_by = stmt_int(q);
	r->proposed_uid = stmt_int(q);
	r->proposed_us = stmt_int(q);
	r->expires_us = stmt_int(q);
	r->state = (enum approval_state)stmt_int(q);
	r->decided_by = stmt_int(q);
	r->decided_uid = stmt_int(q);
	r->decided_us = stmt_int(q);
	r->note = stmt_text(q, a);
}

enum rc
store_approval_get(struct store *s, int64_t no, struct arena *a, struct approval_row *ret_row,
    struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_APPROVAL_GET);
	struct approval_row r = { .no = 0 };
	enum rc rc;

	stmt_put_int(q, STMT_APPROVAL_GET__NO, no);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	take(q, a, &r);
	stmt_bytes(q, r.shape.b, sizeof(r.shape.b));
	r.body = stmt_blob(q, a, &r.body_len);
	r.file = stmt_blob(q, a, &r.file_len);
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret_row = r;
	return rc;
}

static enum rc
list(struct stmt *q, struct arena *a, struct approval_row **ret_rows, size_t *ret_n,
    struct fault *why)
{
	struct rows rows = { a, sizeof(struct approval_row), NULL, 0, 0 };
	struct approval_row *r;
	enum rc rc;

	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((r = rows_add(&rows)) == NULL) {
			stmt_drop(q);
			return fault_set(why, RC_NOMEM, "store/approval", "no memory");
		}
		take(q, a, r);
	}
	if (rc != RC_ABSENT)
		return rc;
	*ret_rows = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

enum rc
store_approval_list(struct store *s, enum approval_state state, size_t cap, struct arena *a,
    struct approval_row **ret_rows, size_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_APPROVAL_LIST);

	stmt_put_int(q, STMT_APPROVAL_LIST__STATE, (int64_t)state);
	stmt_put_int(q, STMT_APPROVAL_LIST__CAP, (int64_t)cap);
	return list(q, a, ret_rows, ret_n, why);
}

enum rc
store_approval_last(struct store *s, size_t cap, struct arena *a, struct approval_row **ret_rows,
    size_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_APPROVAL_LAST);

	stmt_put_int(q, STMT_APPROVAL_LAST__CAP, (int64_t)cap);
	return list(q, a, ret_rows, ret_n, why);
}

enum rc
store_approval_count(struct store *s, enum approval_state state, int64_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_APPROVAL_COUNT);
	int64_t n;
	enum rc rc;

	stmt_put_int(q, STMT_APPROVAL_COUNT__STATE, (int64_t)state);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	n = stmt_int(q);
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret_n = n;
	return rc;
}

enum rc
store_approval_decide(struct store *s, int64_t no, enum approval_state state, int64_t by,
    int64_t uid, const char *note, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_APPROVAL_DECIDE);
	enum rc rc;

	stmt_put_int(q, STMT_APPROVAL_DECIDE__NO, no);
	stmt_put_int(q, STMT_APPROVAL_DECIDE__STATE, (int64_t)state);
	if (by != 0) {
		stmt_put_int(q, STMT_APPROVAL_DECIDE__DECIDED_BY, by);
		stmt_put_int(q, STMT_APPROVAL_DECIDE__DECIDED_UID, uid);
	}
	stmt_put_int(q, STMT_APPROVAL_DECIDE__DECIDED_US, s->now_us);
	stmt_put_text(q, STMT_APPROVAL_DECIDE__NOTE, note);
	if ((rc = stmt_run(q, why)) != RC_OK)
		return rc;
	return stmt_changed(q) == 1 ? RC_OK :
	    fault_set(why, RC_CONFLICT, "approval", "it waits no longer");
}

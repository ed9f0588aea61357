#include "store/store_portal.h"

#include "store/store_notice.h"
#include "store/store_room.h"

const char *
portal_state_word(enum portal_state state)
{
	static const char *const word[PORTAL_STATE__COUNT] = {
		[PORTAL_WAITS] = "waits", [PORTAL_SENT] = "sent", [PORTAL_RECEIVED] = "received", [PORTAL_THERE] = "delivered",
		[PORTAL_NO_ACCOUNT] = "no-portal", [PORTAL_REFUSED] = "refused", [PORTAL_WITHHELD] = "not-sent",
		[PORTAL_NOT_CONNECTED] = "not-connected",
	};

	return word[state];
}

const char *
portal_reason_word(enum portal_reason reason)
{
	static const char *const word[PORTAL_REASON__COUNT] = {
		[PORTAL_NO_REASON] = "", [PORTAL_DIED] = "dead", [PORTAL_DEPARTED] = "departed",
		[PORTAL_PROTECTED] = "protected", [PORTAL_UNWANTED] = "refused", [PORTAL_BARRED] = "portal-barred",
		[PORTAL_UNDONE] = "undone",
	};

	return word[reason];
}

static const struct id nobody = { { 0 } };

static void
take(struct stmt *q, struct arena *a, struct portal_notice *n)
{
	int64_t state, reason;

	n->id = stmt_id(q);
	n->person = stmt_id(q);
	n->kind = (enum portal_kind)stmt_int(q);
	n->run = stmt_int_or(q, 0);
	n->made_us = stmt_int(q);
	n->made_by = stmt_text(q, a);
	state = stmt_int(q);
	reason = stmt_int(q);
	n->state = state >= 0 && state < PORTAL_STATE__COUNT ? (enum portal_state)state : PORTAL_REFUSED;
	n->reason = reason >= 0 && reason < PORTAL_REASON__COUNT ? (enum portal_reason)reason : PORTAL_NO_REASON;
	n->settled_us = stmt_int(q);
}

static enum rc
all(struct stmt *q, struct arena *a, struct portal_notice **ret_rows, size_t *ret_n, struct fault *why)
{
	struct rows rows = { a, sizeof(struct portal_notice), NULL, 0, 0 };
	struct portal_notice *n;
	enum rc rc;

	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((n = rows_add(&rows)) == NULL) {
			stmt_drop(q);
			return fault_set(why, RC_NOMEM, "store/portal", "no memory");
		}
		take(q, a, n);
	}
	if (rc != RC_ABSENT)
		return rc;
	*ret_rows = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

enum rc
store_portal_add(struct store *s, const struct portal_notice *n, struct fault *why)
{
	struct stmt *q;
	struct id id;
	enum rc rc;

	if ((rc = store_id_new(s, &id, why)) != RC_OK)
		return rc;
	q = stmt_start(s, STMT_PORTAL_NOTICE_ADD);
	stmt_put_id(q, STMT_PORTAL_NOTICE_ADD__ID, &id);
	stmt_put_id(q, STMT_PORTAL_NOTICE_ADD__PERSON, &n->person);
	stmt_put_int(q, STMT_PORTAL_NOTICE_ADD__KIND, n->kind);
	if (n->run != 0)
		stmt_put_int(q, STMT_PORTAL_NOTICE_ADD__RUN, n->run);
	stmt_put_int(q, STMT_PORTAL_NOTICE_ADD__MADE_US, s->now_us);
	stmt_put_text(q, STMT_PORTAL_NOTICE_ADD__MADE_BY, n->made_by);
	stmt_put_int(q, STMT_PORTAL_NOTICE_ADD__STATE, n->state);
	stmt_put_int(q, STMT_PORTAL_NOTICE_ADD__REASON, n->reason);
	return stmt_run(q, why);
}

enum rc
store_portal_get(struct store *s, const struct id *id, struct arena *a, struct portal_notice *ret_notice,
    struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_PORTAL_NOTICE_GET);
	struct portal_notice n;
	enum rc rc;

	stmt_put_id(q, STMT_PORTAL_NOTICE_GET__ID, id);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	take(q, a, &n);
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret_notice = n;
	return rc;
}

enum rc
store_portal_set(struct store *s, const struct id *id, enum portal_state state, enum portal_reason reason,
    struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_PORTAL_NOTICE_SET);

	stmt_put_id(q, STMT_PORTAL_NOTICE_SET__ID, id);
	stmt_put_int(q, STMT_PORTAL_NOTICE_SET__STATE, state);
	stmt_put_int(q, STMT_PORTAL_NOTICE_SET__REASON, reason);
	stmt_put_int(q, STMT_PORTAL_NOTICE_SET__SETTLED_US, s->now_us);
	return stmt_run(q, why);
}

enum rc
store_portal_in(struct store *s, enum portal_state state, size_t cap, struct arena *a, struct portal_notice **ret_rows,
    size_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_PORTAL_NOTICE_IN);

	stmt_put_int(q, STMT_PORTAL_NOTICE_IN__STATE, state);
	stmt_put_int(q, STMT_PORTAL_NOTICE_IN__CAP, (int64_t)cap);
	return all(q, a, ret_rows, ret_n, why);
}

enum rc
store_portal_of_run(struct store *s, int64_t run, const struct id *after, size_t cap, struct arena *a,
    struct portal_notice **ret_rows, size_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_PORTAL_NOTICE_OF_RUN);

	stmt_put_int(q, STMT_PORTAL_NOTICE_OF_RUN__RUN, run);
	stmt_put_bytes(q, STMT_PORTAL_NOTICE_OF_RUN__AFTER, after != NULL ? after->b : nobody.b, ID_BYTES);
	stmt_put_int(q, STMT_PORTAL_NOTICE_OF_RUN__CAP, (int64_t)cap);
	return all(q, a, ret_rows, ret_n, why);
}

enum rc
store_portal_of(struct store *s, const struct id *person, struct arena *a, struct portal_notice **ret_rows, size_t *ret_n,
    struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_PORTAL_NOTICE_OF);

	stmt_put_id(q, STMT_PORTAL_NOTICE_OF__PERSON, person);
	return all(q, a, ret_rows, ret_n, why);
}

enum rc
store_portal_count(struct store *s, int64_t run, int64_t ret_n[PORTAL_STATE__COUNT], struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_PORTAL_NOTICE_COUNT);
	int64_t count[PORTAL_STATE__COUNT] = { 0 }, state, n;
	enum rc rc;

	stmt_put_int(q, STMT_PORTAL_NOTICE_COUNT__RUN, run);
	while ((rc = stmt_next(q, why)) == RC_OK) {
		state = stmt_int(q);
		n = stmt_int(q);
		if (state >= 0 && state < PORTAL_STATE__COUNT)
			count[state] = n;
	}
	if (rc != RC_ABSENT)
		return rc;
	for (int i = 0; i < PORTAL_STATE__COUNT; i++)
		ret_n[i] = count[i];
	return RC_OK;
}

enum rc
store_portal_letters(struct store *s, int64_t run, const struct id *after, size_t cap, struct arena *a,
    struct id **ret_people, size_t *ret_n, struct fault *why)
{
	struct rows rows = { a, sizeof(struct id), NULL, 0, 0 };
	struct stmt *q = stmt_start(s, STMT_PORTAL_LETTERS);
	struct id *p;
	enum rc rc;

	stmt_put_int(q, STMT_PORTAL_LETTERS__RUN, run);
	stmt_put_int(q, STMT_PORTAL_LETTERS__LETTER, NOTICE_LETTER);
	stmt_put_bytes(q, STMT_PORTAL_LETTERS__AFTER, after != NULL ? after->b : nobody.b, ID_BYTES);
	stmt_put_int(q, STMT_PORTAL_LETTERS__CAP, (int64_t)cap);
	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((p = rows_add(&rows)) == NULL) {
			stmt_drop(q);
			return fault_set(why, RC_NOMEM, "store/portal", "no memory");
		}
		*p = stmt_id(q);
	}
	if (rc != RC_ABSENT)
		return rc;
	*ret_people = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

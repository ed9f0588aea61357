#include "store/store_outbox.h"

#include "store/store_room.h"

static void
take(struct stmt *q, struct arena *a, struct outbox_row *r)
{
	r->id = stmt_id(q);
	r->message_id = stmt_text(q, a);
	r->endpoint = stmt_text(q, a);
	r->type = stmt_text(q, a);
	r->person = stmt_id(q);
	r->about = stmt_id(q);
	r->bytes = stmt_blob(q, a, &r->len);
	r->gap_offset = stmt_int(q);
	r->state = (enum store_outbox_state)stmt_int(q);
	r->attempts = stmt_int(q);
	r->due_us = stmt_int(q);
	r->deadline_us = stmt_int(q);
	r->last = stmt_text(q, a);
	r->retry_class = stmt_int(q);
	r->created_us = stmt_int(q);
	r->exchange_no = stmt_text(q, a);
}

static enum rc
take_all(struct stmt *q, struct rows *rows, struct fault *why)
{
	struct outbox_row *r;
	enum rc rc;

	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((r = rows_add(rows)) == NULL) {
			stmt_drop(q);
			return fault_set(why, RC_NOMEM, "store/outbox", "no memory");
		}
		take(q, rows->arena, r);
	}
	return rc == RC_ABSENT ? RC_OK : rc;
}

enum rc
store_outbox_put(struct store *s, const struct outbox_row *row, struct id *ret_id,
    struct fault *why)
{
	struct stmt *q;
	struct id id;
	enum rc rc;

	if ((rc = store_id_new(s, &id, why)) != RC_OK)
		return rc;
	q = stmt_start(s, STMT_OUTBOX_ADD);
	stmt_put_id(q, STMT_OUTBOX_ADD__ID, &id);
	stmt_put_text(q, STMT_OUTBOX_ADD__MESSAGE_ID, row->message_id);
	stmt_put_text(q, STMT_OUTBOX_ADD__ENDPOINT, row->endpoint);
	stmt_put_text(q, STMT_OUTBOX_ADD__TYPE, row->type);
	stmt_put_id(q, STMT_OUTBOX_ADD__PERSON, &row->person);
	stmt_put_id(q, STMT_OUTBOX_ADD__ABOUT, &row->about);
	stmt_put_bytes(q, STMT_OUTBOX_ADD__BYTES, row->bytes, row->len);
	stmt_put_int(q, STMT_OUTBOX_ADD__GAP, row->gap_offset);
	stmt_put_int(q, STMT_OUTBOX_ADD__STATE, STORE_OUTBOX_DUE);
	stmt_put_int(q, STMT_OUTBOX_ADD__DUE_US, row->due_us);
	stmt_put_int(q, STMT_OUTBOX_ADD__DEADLINE_US, row->deadline_us);
	stmt_put_int(q, STMT_OUTBOX_ADD__CREATED_US, s->now_us);
	stmt_put_text(q, STMT_OUTBOX_ADD__EXCHANGE_NO, row->exchange_no);
	if ((rc = stmt_run(q, why)) == RC_OK)
		*ret_id = id;
	return rc;
}

enum rc
store_outbox_due(struct store *s, const char *endpoint, int64_t now_us, size_t cap, struct arena *a,
    struct outbox_row **ret_rows, size_t *ret_n, struct fault *why)
{
	struct rows rows = { a, sizeof(struct outbox_row), NULL, 0, 0 };
	struct stmt *q = stmt_start(s, STMT_OUTBOX_DUE);
	enum rc rc;

	stmt_put_int(q, STMT_OUTBOX_DUE__DUE, STORE_OUTBOX_DUE);
	stmt_put_int(q, STMT_OUTBOX_DUE__SENT, STORE_OUTBOX_SENT);
	stmt_put_int(q, STMT_OUTBOX_DUE__FAILED, STORE_OUTBOX_FAILED);
	stmt_put_text(q, STMT_OUTBOX_DUE__ENDPOINT, endpoint);
	stmt_put_int(q, STMT_OUTBOX_DUE__NOW_US, now_us);
	stmt_put_int(q, STMT_OUTBOX_DUE__CAP, (int64_t)cap);
	if ((rc = take_all(q, &rows, why)) != RC_OK)
		return rc;
	*ret_rows = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

enum rc
store_outbox_get(struct store *s, const struct id *id, struct arena *a,
    struct outbox_row *ret_row, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_OUTBOX_GET);
	struct outbox_row r;
	enum rc rc;

	stmt_put_id(q, STMT_OUTBOX_GET__ID, id);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	take(q, a, &r);
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret_row = r;
	return rc;
}

enum rc
store_outbox_find_message(struct store *s, const char *message_id, struct id *ret_id,
    struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_OUTBOX_BY_MESSAGE);
	struct id id;
	enum rc rc;

	stmt_put_text(q, STMT_OUTBOX_BY_MESSAGE__MESSAGE_ID, message_id);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	id = stmt_id(q);
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret_id = id;
	return rc;
}

enum rc
store_outbox_unsent(struct store *s, const struct id *about, bool *ret, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_OUTBOX_UNSENT);
	int64_t n;
	enum rc rc;

	stmt_put_id(q, STMT_OUTBOX_UNSENT__ABOUT, about);
	stmt_put_int(q, STMT_OUTBOX_UNSENT__DUE, STORE_OUTBOX_DUE);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	n = stmt_int(q);
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret = n > 0;
	return rc;
}

enum rc
store_outbox_pending(struct store *s, const struct id *about, bool *ret, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_OUTBOX_PENDING);
	int64_t n;
	enum rc rc;

	stmt_put_id(q, STMT_OUTBOX_PENDING__ABOUT, about);
	stmt_put_int(q, STMT_OUTBOX_PENDING__DUE, STORE_OUTBOX_DUE);
	stmt_put_int(q, STMT_OUTBOX_PENDING__SENT, STORE_OUTBOX_SENT);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	n = stmt_int(q);
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret = n > 0;
	return rc;
}

enum rc
store_outbox_waiting(struct store *s, const char *endpoint, int64_t now_us, size_t cap, size_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_OUTBOX_WAITING);
	size_t n;
	enum rc rc;

	stmt_put_int(q, STMT_OUTBOX_WAITING__STATE, STORE_OUTBOX_DUE);
	stmt_put_text(q, STMT_OUTBOX_WAITING__ENDPOINT, endpoint);
	stmt_put_int(q, STMT_OUTBOX_WAITING__NOW_US, now_us);
	stmt_put_int(q, STMT_OUTBOX_WAITING__CAP, (int64_t)cap);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	n = (size_t)stmt_int(q);
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret_n = n;
	return rc;
}

enum rc
store_outbox_next_due(struct store *s, const char *endpoint, int64_t now_us, int64_t *ret_due_us, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_OUTBOX_NEXT);
	int64_t due_us;
	enum rc rc;

	stmt_put_int(q, STMT_OUTBOX_NEXT__STATE, STORE_OUTBOX_DUE);
	stmt_put_text(q, STMT_OUTBOX_NEXT__ENDPOINT, endpoint);
	stmt_put_int(q, STMT_OUTBOX_NEXT__NOW_US, now_us);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	due_us = stmt_int(q);
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret_due_us = due_us;
	return rc;
}

enum rc
store_outbox_set(struct store *s, const struct id *id, enum store_outbox_state state,
    int64_t attempts, int64_t due_us, const char *last, int64_t retry_class, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_OUTBOX_SET);
	enum rc rc;

	stmt_put_id(q, STMT_OUTBOX_SET__ID, id);
	stmt_put_int(q, STMT_OUTBOX_SET__STATE, (int64_t)state);
	stmt_put_int(q, STMT_OUTBOX_SET__ATTEMPTS, attempts);
	stmt_put_int(q, STMT_OUTBOX_SET__DUE_US, due_us);
	stmt_put_text(q, STMT_OUTBOX_SET__LAST, last);
	stmt_put_int(q, STMT_OUTBOX_SET__RETRY_CLASS, retry_class);
	stmt_put_int(q, STMT_OUTBOX_SET__DROP_BYTES, state == STORE_OUTBOX_DONE);
	if ((rc = stmt_run(q, why)) != RC_OK)
		return rc;
	return stmt_changed(q) == 1 ? RC_OK : RC_ABSENT;
}

enum rc
store_outbox_resume(struct store *s, int64_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_OUTBOX_RESUME);
	enum rc rc;

	stmt_put_int(q, STMT_OUTBOX_RESUME__DUE, STORE_OUTBOX_DUE);
	stmt_put_int(q, STMT_OUTBOX_RESUME__SENT, STORE_OUTBOX_SENT);
	stmt_put_int(q, STMT_OUTBOX_RESUME__DUE_US, s->now_us);
	if ((rc = stmt_run(q, why)) == RC_OK)
		*ret_n = stmt_changed(q);
	return rc;
}

enum rc
store_outbox_withhold(struct store *s, const struct id *person, const char *type, int64_t tries, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_OUTBOX_WITHHOLD);

	stmt_put_id(q, STMT_OUTBOX_WITHHOLD__PERSON, person);
	stmt_put_text(q, STMT_OUTBOX_WITHHOLD__TYPE, type);
	stmt_put_int(q, STMT_OUTBOX_WITHHOLD__TRIES, tries);
	stmt_put_int(q, STMT_OUTBOX_WITHHOLD__DONE, STORE_OUTBOX_DONE);
	stmt_put_int(q, STMT_OUTBOX_WITHHOLD__DUE, STORE_OUTBOX_DUE);
	stmt_put_int(q, STMT_OUTBOX_WITHHOLD__SENT, STORE_OUTBOX_SENT);
	stmt_put_int(q, STMT_OUTBOX_WITHHOLD__FAILED, STORE_OUTBOX_FAILED);
	return stmt_run(q, why);
}

static const enum store_outbox_state open_states[] = {
	STORE_OUTBOX_FAILED, STORE_OUTBOX_SENT, STORE_OUTBOX_DUE
};

static enum rc
count_apart(struct store *s, int64_t acts_from, const char *apart, struct outbox_apart *ret, struct fault *why)
{
	struct outbox_apart all = { .n = 0 };

	for (size_t i = 0; i < sizeof(open_states) / sizeof(open_states[0]); i++) {
		struct stmt *q = stmt_start(s, STMT_OUTBOX_APART);
		struct outbox_apart one;
		enum rc rc;

		stmt_put_int(q, STMT_OUTBOX_APART__STATE, (int64_t)open_states[i]);
		stmt_put_int(q, STMT_OUTBOX_APART__ACTS_FROM, acts_from);
		stmt_put_text(q, STMT_OUTBOX_APART__APART, apart);
		if ((rc = stmt_next(q, why)) != RC_OK)
			return rc;
		one.n = stmt_int(q);
		one.next_us = stmt_int(q);
		one.since_us = stmt_int(q);
		one.attempts = stmt_int(q);
		if ((rc = stmt_end(q, why)) != RC_OK)
			return rc;
		if (one.n == 0)
			continue;
		all.next_us = all.n == 0 || one.next_us < all.next_us ? one.next_us : all.next_us;
		all.since_us = all.n == 0 || one.since_us < all.since_us ? one.since_us : all.since_us;
		all.attempts = one.attempts > all.attempts ? one.attempts : all.attempts;
		all.n += one.n;
	}
	*ret = all;
	return RC_OK;
}

enum rc
store_outbox_queue(struct store *s, int64_t acts_from, const char *apart, size_t cap, struct arena *a,
    struct outbox_row **ret_rows, size_t *ret_n, struct outbox_apart *ret_apart, struct fault *why)
{
	const size_t n_states = sizeof(open_states) / sizeof(open_states[0]);
	struct rows rows = { a, sizeof(struct outbox_row), NULL, 0, 0 };
	struct outbox_apart all;
	enum rc rc;

	for (size_t i = 0; i < 2 * n_states && rows.n < cap; i++) {
		struct stmt *q = stmt_start(s, STMT_OUTBOX_QUEUE);

		stmt_put_int(q, STMT_OUTBOX_QUEUE__STATE, (int64_t)open_states[i % n_states]);
		stmt_put_int(q, STMT_OUTBOX_QUEUE__ACTS_FROM, acts_from);
		stmt_put_int(q, STMT_OUTBOX_QUEUE__ACTS, i < n_states);
		stmt_put_text(q, STMT_OUTBOX_QUEUE__APART, apart);
		stmt_put_int(q, STMT_OUTBOX_QUEUE__CAP, (int64_t)(cap - rows.n));
		if ((rc = take_all(q, &rows, why)) != RC_OK)
			return rc;
	}
	if ((rc = count_apart(s, acts_from, apart, &all, why)) != RC_OK)
		return rc;
	*ret_apart = all;
	*ret_rows = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

enum rc
store_outbox_count(struct store *s, int64_t ret_n[STORE_OUTBOX_STATE__COUNT], struct fault *why)
{
	int64_t n[STORE_OUTBOX_STATE__COUNT];
	struct stmt *q;
	enum rc rc;

	for (int i = 0; i < STORE_OUTBOX_STATE__COUNT; i++) {
		q = stmt_start(s, STMT_OUTBOX_COUNT);
		stmt_put_int(q, STMT_OUTBOX_COUNT__STATE, i);
		if ((rc = stmt_next(q, why)) != RC_OK)
			return rc;
		n[i] = stmt_int(q);
		if ((rc = stmt_end(q, why)) != RC_OK)
			return rc;
	}
	for (int i = 0; i < STORE_OUTBOX_STATE__COUNT; i++)
		ret_n[i] = n[i];
	return RC_OK;
}

enum rc
store_outbox_oldest(struct store *s, int64_t *ret_us, struct fault *why)
{
	int64_t oldest = INT64_MAX, us;
	struct stmt *q;
	enum rc rc;

	for (int state = 0; state < STORE_OUTBOX_STATE__COUNT; state++) {
		if (state == STORE_OUTBOX_DONE)
			continue;
		q = stmt_start(s, STMT_OUTBOX_OLDEST);
		stmt_put_int(q, STMT_OUTBOX_OLDEST__STATE, state);
		if ((rc = stmt_next(q, why)) != RC_OK)
			return rc;
		us = stmt_int(q);
		oldest = us < oldest ? us : oldest;
		if ((rc = stmt_end(q, why)) != RC_OK)
			return rc;
	}
	*ret_us = oldest;
	return RC_OK;
}

#include "store/store_copy.h"

#include "store/store_room.h"

enum rc
store_copy_touch(struct store *s, const struct id *person, bool is_wanted, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_COPY_TOUCH);

	stmt_put_id(q, STMT_COPY_TOUCH__PERSON, person);
	stmt_put_int(q, STMT_COPY_TOUCH__IS_WANTED, is_wanted);
	stmt_put_int(q, STMT_COPY_TOUCH__TOUCHED_US, s->now_us);
	return stmt_run(q, why);
}

enum rc
store_copy_due(struct store *s, struct id *ret_persons, size_t cap, size_t *ret_n,
    struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_COPY_DUE);
	size_t n = 0;
	enum rc rc = RC_OK;

	stmt_put_int(q, STMT_COPY_DUE__CAP, (int64_t)cap);
	while (n < cap && (rc = stmt_next(q, why)) == RC_OK)
		ret_persons[n++] = stmt_id(q);
	if (n == cap)
		rc = stmt_end(q, why);
	else if (rc == RC_ABSENT)
		rc = RC_OK;
	if (rc == RC_OK)
		*ret_n = n;
	return rc;
}

enum rc
store_copy_sent(struct store *s, const struct copy_row *row, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_COPY_SENT);

	stmt_put_id(q, STMT_COPY_SENT__PERSON, &row->person);
	stmt_put_text(q, STMT_COPY_SENT__RECORD_KEY, row->record_key);
	stmt_put_int(q, STMT_COPY_SENT__VERSION, row->version);
	stmt_put_bytes(q, STMT_COPY_SENT__DIGEST, row->digest.b, sizeof(row->digest.b));
	stmt_put_int(q, STMT_COPY_SENT__SENT_US, row->sent_us != 0 ? row->sent_us : s->now_us);
	return stmt_run(q, why);
}

enum rc
store_copy_confirmed(struct store *s, const struct id *person, int64_t sent_us, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_COPY_CONFIRMED);

	stmt_put_id(q, STMT_COPY_CONFIRMED__PERSON, person);
	stmt_put_int(q, STMT_COPY_CONFIRMED__SENT_US, sent_us);
	stmt_put_int(q, STMT_COPY_CONFIRMED__CONFIRMED_US, s->now_us);
	return stmt_run(q, why);
}

enum rc
store_copy_settled(struct store *s, const struct id *person, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_COPY_SETTLED);

	stmt_put_id(q, STMT_COPY_SETTLED__PERSON, person);
	return stmt_run(q, why);
}

enum rc
store_copy_waits(struct store *s, const struct id *person, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_COPY_WAITS);

	stmt_put_id(q, STMT_COPY_WAITS__PERSON, person);
	return stmt_run(q, why);
}

enum rc
store_copy_wake(struct store *s, const struct id *person, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_COPY_WAKE);

	stmt_put_id(q, STMT_COPY_WAKE__PERSON, person);
	return stmt_run(q, why);
}

enum rc
store_copy_drop(struct store *s, const struct id *person, const char *record_key,
    struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_COPY_DROP);

	stmt_put_id(q, STMT_COPY_DROP__PERSON, person);
	stmt_put_text(q, STMT_COPY_DROP__RECORD_KEY, record_key);
	return stmt_run(q, why);
}

enum rc
store_copy_of(struct store *s, const struct id *person, struct arena *a,
    struct copy_row **ret_rows, size_t *ret_n, struct fault *why)
{
	struct rows rows = { a, sizeof(struct copy_row), NULL, 0, 0 };
	struct stmt *q = stmt_start(s, STMT_COPY_OF);
	struct copy_row *r;
	enum rc rc;

	stmt_put_id(q, STMT_COPY_OF__PERSON, person);
	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((r = rows_add(&rows)) == NULL) {
			stmt_drop(q);
			return fault_set(why, RC_NOMEM, "store/copy", "no memory");
		}
		r->person = stmt_id(q);
		r->record_key = stmt_text(q, a);
		r->version = stmt_int(q);
		stmt_bytes(q, r->digest.b, sizeof(r->digest.b));
		r->is_wanted = stmt_int(q) != 0;
		r->touched_us = stmt_int(q);
		r->sent_us = stmt_int(q);
		r->confirmed_us = stmt_int(q);
	}
	if (rc != RC_ABSENT)
		return rc;
	*ret_rows = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

enum rc
store_copy_count(struct store *s, int64_t *ret_due, int64_t *ret_sent, int64_t *ret_confirmed,
    struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_COPY_COUNT_DUE);
	int64_t due, sent, confirmed;
	enum rc rc;

	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	due = stmt_int(q);
	if ((rc = stmt_end(q, why)) != RC_OK)
		return rc;
	q = stmt_start(s, STMT_COPY_COUNT_KEY);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	sent = stmt_int(q);
	confirmed = stmt_int(q);
	if ((rc = stmt_end(q, why)) != RC_OK)
		return rc;
	*ret_due = due;
	*ret_sent = sent;
	*ret_confirmed = confirmed;
	return RC_OK;
}

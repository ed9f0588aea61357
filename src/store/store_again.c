#include "store/store_again.h"

#include "store/store_room.h"

static enum rc
read_row(struct store *s, struct stmt *q, struct arena *a, struct again_row *row, struct fault *why)
{
	int64_t town;

	row->person = stmt_id(q);
	town = stmt_int(q);
	row->ended = stmt_int(q);
	row->tries = stmt_int(q);
	row->due_us = stmt_int(q);
	return store_town_text(s, town, a, &row->provider, why);
}

enum rc
store_again_put(struct store *s, const struct again_row *row, struct fault *why)
{
	struct stmt *q;
	int64_t town;
	enum rc rc;

	if ((rc = store_town(s, row->provider, &town, why)) != RC_OK)
		return rc;
	q = stmt_start(s, STMT_AGAIN_PUT);
	stmt_put_id(q, STMT_AGAIN_PUT__PERSON, &row->person);
	stmt_put_int(q, STMT_AGAIN_PUT__PROVIDER, town);
	stmt_put_int(q, STMT_AGAIN_PUT__ENDED, row->ended);
	stmt_put_int(q, STMT_AGAIN_PUT__TRIES, row->tries);
	stmt_put_int(q, STMT_AGAIN_PUT__DUE_US, row->due_us);
	return stmt_run(q, why);
}

enum rc
store_again_get(struct store *s, const struct id *person, const char *provider, struct arena *a,
    struct again_row *ret_row, struct fault *why)
{
	struct again_row row;
	struct stmt *q;
	int64_t town;
	enum rc rc;

	if ((rc = store_town_find(s, provider, &town, why)) != RC_OK)
		return rc;
	q = stmt_start(s, STMT_AGAIN_GET);
	stmt_put_id(q, STMT_AGAIN_GET__PERSON, person);
	stmt_put_int(q, STMT_AGAIN_GET__PROVIDER, town);
	if ((rc = stmt_next(q, why)) != RC_OK ||
	    (rc = read_row(s, q, a, &row, why)) != RC_OK || (rc = stmt_end(q, why)) != RC_OK)
		return rc;
	*ret_row = row;
	return RC_OK;
}

enum rc
store_again_drop(struct store *s, const struct id *person, const char *provider, struct fault *why)
{
	struct stmt *q;
	int64_t town;
	enum rc rc;

	if ((rc = store_town_find(s, provider, &town, why)) != RC_OK)
		return rc == RC_ABSENT ? RC_OK : rc;
	q = stmt_start(s, STMT_AGAIN_DROP);
	stmt_put_id(q, STMT_AGAIN_DROP__PERSON, person);
	stmt_put_int(q, STMT_AGAIN_DROP__PROVIDER, town);
	return stmt_run(q, why);
}

enum rc
store_again_due(struct store *s, int64_t now_us, size_t cap, struct arena *a, struct again_row **ret_rows,
    size_t *ret_n, struct fault *why)
{
	struct rows rows = { a, sizeof(struct again_row), NULL, 0, 0 };
	struct stmt *q = stmt_start(s, STMT_AGAIN_DUE);
	struct again_row *row;
	enum rc rc;

	stmt_put_int(q, STMT_AGAIN_DUE__NOW_US, now_us);
	stmt_put_int(q, STMT_AGAIN_DUE__CAP, (int64_t)cap);
	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((row = rows_add(&rows)) == NULL)
			return fault_set(why, RC_NOMEM, "store/again", "out of memory");
		if ((rc = read_row(s, q, a, row, why)) != RC_OK)
			return rc;
	}
	if (rc != RC_ABSENT)
		return rc;
	*ret_rows = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

enum rc
store_again_next(struct store *s, int64_t *ret_us, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_AGAIN_NEXT);
	int64_t us;
	enum rc rc;

	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	us = stmt_int(q);
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret_us = us;
	return rc;
}

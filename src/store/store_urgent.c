#include "store/store_urgent.h"

#include <stdio.h>

#include "store/store_room.h"

enum rc
store_urgent_add(struct store *s, const struct urgent_row *row, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_URGENT_ADD);

	stmt_put_id(q, STMT_URGENT_ADD__INQUIRY, &row->inquiry);
	stmt_put_id(q, STMT_URGENT_ADD__PERSON, &row->person);
	stmt_put_text(q, STMT_URGENT_ADD__REASON, row->reason);
	stmt_put_int(q, STMT_URGENT_ADD__ASKED_US, row->asked_us);
	stmt_put_int(q, STMT_URGENT_ADD__UNTIL_US, row->until_us);
	stmt_put_int(q, STMT_URGENT_ADD__STATE, row->state);
	return stmt_run(q, why);
}

enum rc
store_urgent_set(struct store *s, const struct id *inquiry, enum urgent_state state, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_URGENT_SET);

	stmt_put_id(q, STMT_URGENT_SET__INQUIRY, inquiry);
	stmt_put_int(q, STMT_URGENT_SET__STATE, state);
	return stmt_run(q, why);
}

enum rc
store_urgent_list(struct store *s, enum urgent_state state, int64_t from_us, int64_t to_us, size_t cap,
    struct arena *a, struct urgent_row **ret_rows, size_t *ret_n, struct fault *why)
{
	struct rows rows = { a, sizeof(struct urgent_row), NULL, 0, 0 };
	struct urgent_row *row;
	struct stmt *q;
	enum rc rc;

	if (state == URGENT_STATE__COUNT) {
		q = stmt_start(s, STMT_URGENT_BETWEEN);
		stmt_put_int(q, STMT_URGENT_BETWEEN__FROM_US, from_us);
		stmt_put_int(q, STMT_URGENT_BETWEEN__TO_US, to_us);
		stmt_put_int(q, STMT_URGENT_BETWEEN__CAP, (int64_t)cap);
	} else {
		q = stmt_start(s, STMT_URGENT_OF_STATE);
		stmt_put_int(q, STMT_URGENT_OF_STATE__STATE, state);
		stmt_put_int(q, STMT_URGENT_OF_STATE__CAP, (int64_t)cap);
	}
	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((row = rows_add(&rows)) == NULL)
			return fault_set(why, RC_NOMEM, "store/urgent", "out of memory");
		row->inquiry = stmt_id(q);
		row->person = stmt_id(q);
		row->reason = stmt_text(q, a);
		row->asked_us = stmt_int(q);
		row->until_us = stmt_int(q);
		row->state = (enum urgent_state)stmt_int(q);
	}
	if (rc != RC_ABSENT)
		return rc;
	*ret_rows = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

enum rc
store_urgent_count_by(struct store *s, const char *actor, int64_t since_us, int64_t *ret_n, struct fault *why)
{
	enum store_eyes eyes = store_eyes(s);
	char first[96], last[96];
	struct stmt *q;
	int64_t n;
	enum rc rc;

	/* Asked by "officer:3+officer:5": from '+' up to what follows it. */
	(void)snprintf(first, sizeof(first), "%.80s+", actor);
	(void)snprintf(last, sizeof(last), "%.80s%c", actor, '+' + 1);
	store_see(s, STORE_EYES_WHOLE);		/* a count, also of people protected since */
	q = stmt_start(s, STMT_URGENT_COUNT_BY);
	stmt_put_int(q, STMT_URGENT_COUNT_BY__SINCE_US, since_us);
	stmt_put_text(q, STMT_URGENT_COUNT_BY__FIRST, first);
	stmt_put_text(q, STMT_URGENT_COUNT_BY__LAST, last);
	if ((rc = stmt_next(q, why)) == RC_OK) {
		n = stmt_int(q);
		if ((rc = stmt_end(q, why)) == RC_OK)
			*ret_n = n;
	}
	store_see(s, eyes);
	return rc;
}

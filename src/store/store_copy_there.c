#include "store/store_copy_there.h"

#include "store/store_room.h"

enum rc
store_copy_there_put(struct store *s, const struct copy_there_row *row, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_COPY_THERE_PUT);

	stmt_put_text(q, STMT_COPY_THERE_PUT__DESTINATION, row->destination);
	stmt_put_text(q, STMT_COPY_THERE_PUT__ADDRESSEE_NO, row->addressee_no);
	stmt_put_text(q, STMT_COPY_THERE_PUT__RECORD_KEY, row->record_key);
	stmt_put_int(q, STMT_COPY_THERE_PUT__TROUBLE, row->trouble);
	stmt_put_int(q, STMT_COPY_THERE_PUT__SEEN_US, row->seen_us);
	return stmt_run(q, why);
}

enum rc
store_copy_there_heal(struct store *s, const char *destination, int64_t before_us, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_COPY_THERE_HEAL);

	stmt_put_text(q, STMT_COPY_THERE_HEAL__DESTINATION, destination);
	stmt_put_int(q, STMT_COPY_THERE_HEAL__BEFORE_US, before_us);
	return stmt_run(q, why);
}

enum rc
store_copy_there_list(struct store *s, const char *destination, size_t cap, struct arena *a,
    struct copy_there_row **ret_rows, size_t *ret_n, struct fault *why)
{
	struct rows rows = { a, sizeof(struct copy_there_row), NULL, 0, 0 };
	struct stmt *q = stmt_start(s, STMT_COPY_THERE_LIST);
	struct copy_there_row *row;
	enum rc rc;

	stmt_put_text(q, STMT_COPY_THERE_LIST__DESTINATION, destination);
	stmt_put_int(q, STMT_COPY_THERE_LIST__CAP, (int64_t)cap);
	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((row = rows_add(&rows)) == NULL)
			return fault_set(why, RC_NOMEM, "store/copy", "out of memory");
		row->destination = destination;
		row->addressee_no = stmt_text(q, a);
		row->record_key = stmt_text(q, a);
		row->trouble = (enum copy_trouble)stmt_int(q);
		row->since_us = stmt_int(q);
		row->seen_us = stmt_int(q);
		if (row->addressee_no == NULL || row->record_key == NULL)
			return fault_set(why, RC_NOMEM, "store/copy", "out of memory");
	}
	if (rc != RC_ABSENT)
		return rc;
	*ret_rows = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

enum rc
store_copy_there_count(struct store *s, const char *destination, int64_t ret_n[COPY_TROUBLE__COUNT],
    int64_t *ret_oldest_us, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_COPY_THERE_COUNT);
	int64_t n[COPY_TROUBLE__COUNT], oldest;
	enum rc rc;

	stmt_put_text(q, STMT_COPY_THERE_COUNT__DESTINATION, destination);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	for (int i = 0; i < COPY_TROUBLE__COUNT; i++)
		n[i] = stmt_int(q);
	oldest = stmt_int(q);
	if ((rc = stmt_end(q, why)) != RC_OK)
		return rc;
	for (int i = 0; i < COPY_TROUBLE__COUNT; i++)
		ret_n[i] = n[i];
	*ret_oldest_us = oldest;
	return RC_OK;
}

enum rc
store_copy_named(struct store *s, const struct id *person, const char *record_key, int64_t at_us,
    struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_COPY_NAMED);
	enum rc rc;

	stmt_put_id(q, STMT_COPY_NAMED__PERSON, person);
	stmt_put_text(q, STMT_COPY_NAMED__RECORD_KEY, record_key);
	stmt_put_int(q, STMT_COPY_NAMED__AT_US, at_us);
	if ((rc = stmt_run(q, why)) != RC_OK)
		return rc;
	return stmt_changed(q) == 1 ? RC_OK : RC_ABSENT;
}

enum rc
store_copy_unnamed(struct store *s, int64_t since_us, size_t cap, struct arena *a,
    struct copy_there_row **ret_rows, size_t *ret_n, struct fault *why)
{
	struct rows rows = { a, sizeof(struct copy_there_row), NULL, 0, 0 };
	struct stmt *q = stmt_start(s, STMT_COPY_UNNAMED);
	struct copy_there_row *row;
	enum rc rc;

	stmt_put_int(q, STMT_COPY_UNNAMED__SINCE_US, since_us);
	stmt_put_int(q, STMT_COPY_UNNAMED__CAP, (int64_t)cap);
	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((row = rows_add(&rows)) == NULL)
			return fault_set(why, RC_NOMEM, "store/copy", "out of memory");
		row->person = stmt_id(q);
		row->record_key = stmt_text(q, a);
		row->trouble = COPY_MISSING;
		if (row->record_key == NULL)
			return fault_set(why, RC_NOMEM, "store/copy", "out of memory");
	}
	if (rc != RC_ABSENT)
		return rc;
	*ret_rows = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

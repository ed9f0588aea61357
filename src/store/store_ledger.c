#include "store/store_ledger.h"

#include "store/store_outbox.h"
#include "store/store_room.h"

static enum rc
no_room(struct fault *why)
{
	return fault_set(why, RC_NOMEM, "store/ledger", "out of memory");
}

enum rc
store_told_add(struct store *s, const struct told_row *row, struct fault *why)
{
	struct stmt *q;
	int64_t town;
	enum rc rc;

	if ((rc = store_town(s, row->recipient, &town, why)) != RC_OK)
		return rc;
	q = stmt_start(s, STMT_TOLD_ADD);
	stmt_put_id(q, STMT_TOLD_ADD__PERSON, &row->person);
	stmt_put_id(q, STMT_TOLD_ADD__STATEMENT, &row->statement);
	stmt_put_text(q, STMT_TOLD_ADD__PROCESS_NO, row->process_no);
	stmt_put_int(q, STMT_TOLD_ADD__RECIPIENT, town);
	stmt_put_int(q, STMT_TOLD_ADD__VERSION, row->version);
	stmt_put_int(q, STMT_TOLD_ADD__TOLD_US, row->told_us);
	return stmt_run(q, why);
}

enum rc
store_told_owe(struct store *s, const struct told_row *row, struct fault *why)
{
	struct stmt *q;
	int64_t town;
	enum rc rc;

	if ((rc = store_town(s, row->recipient, &town, why)) != RC_OK)
		return rc;
	q = stmt_start(s, STMT_TOLD_OWE);
	stmt_put_id(q, STMT_TOLD_OWE__PERSON, &row->person);
	stmt_put_id(q, STMT_TOLD_OWE__STATEMENT, &row->statement);
	stmt_put_text(q, STMT_TOLD_OWE__PROCESS_NO, row->process_no);
	stmt_put_int(q, STMT_TOLD_OWE__RECIPIENT, town);
	stmt_put_int(q, STMT_TOLD_OWE__TOLD_US, row->told_us);
	return stmt_run(q, why);
}

enum rc
store_told_part(struct store *s, const struct told_row *row, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_TOLD_PART);

	stmt_put_id(q, STMT_TOLD_PART__PERSON, &row->person);
	stmt_put_id(q, STMT_TOLD_PART__STATEMENT, &row->statement);
	stmt_put_text(q, STMT_TOLD_PART__PROCESS_NO, row->process_no);
	return stmt_run(q, why);
}

enum rc
store_told_of(struct store *s, const struct id *person, struct arena *a, struct told_row **ret_rows, size_t *ret_n,
    struct fault *why)
{
	struct rows rows = { a, sizeof(struct told_row), NULL, 0, 0 };
	struct stmt *q = stmt_start(s, STMT_TOLD_OF);
	struct told_row *row;
	enum rc rc;

	stmt_put_id(q, STMT_TOLD_OF__PERSON, person);
	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((row = rows_add(&rows)) == NULL) {
			stmt_drop(q);
			return no_room(why);
		}
		row->person = stmt_id(q);
		row->statement = stmt_id(q);
		row->process_no = stmt_text(q, a);
		if ((rc = store_town_text(s, stmt_int(q), a, &row->recipient, why)) != RC_OK) {
			stmt_drop(q);
			return rc;
		}
		row->version = stmt_int(q);
		row->told_us = stmt_int(q);
		row->parted = stmt_int(q) != 0;
	}
	if (rc != RC_ABSENT)
		return rc;
	*ret_rows = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

/* Most people were never told about: asked first, since the rest looks at every dose. */
static enum rc
was_told(struct store *s, const struct id *person, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_TOLD_ANY);
	enum rc rc;

	stmt_put_id(q, STMT_TOLD_ANY__PERSON, person);
	return (rc = stmt_next(q, why)) == RC_OK ? stmt_end(q, why) : rc;
}

enum rc
store_correction_owed(struct store *s, const struct id *person, struct arena *a, struct owed_row **ret_rows,
    size_t *ret_n, struct fault *why)
{
	struct rows rows = { a, sizeof(struct owed_row), NULL, 0, 0 };
	struct owed_row *row;
	struct stmt *q;
	enum rc rc;

	if ((rc = was_told(s, person, why)) != RC_OK) {
		if (rc == RC_ABSENT)
			goto none;
		return rc;
	}
	q = stmt_start(s, STMT_TOLD_OWED);
	stmt_put_id(q, STMT_TOLD_OWED__PERSON, person);
	stmt_put_int(q, STMT_TOLD_OWED__WITHHELD, CORRECTION_WITHHELD);
	stmt_put_int(q, STMT_TOLD_OWED__BARRED, CORRECTION_BARRED);
	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((row = rows_add(&rows)) == NULL) {
			stmt_drop(q);
			return no_room(why);
		}
		row->statement = stmt_id(q);
		if ((rc = store_town_text(s, stmt_int(q), a, &row->recipient, why)) != RC_OK) {
			stmt_drop(q);
			return rc;
		}
		row->process_no = stmt_text(q, a);
		row->version = stmt_int(q);
		row->dose = stmt_id(q);
		row->withheld = stmt_id(q);
	}
	if (rc != RC_ABSENT)
		return rc;
 none:
	*ret_rows = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

enum rc
store_correction_add(struct store *s, const struct correction_row *row, struct fault *why)
{
	struct stmt *q;
	int64_t town;
	enum rc rc;

	if ((rc = store_town(s, row->recipient, &town, why)) != RC_OK)
		return rc;
	q = stmt_start(s, STMT_CORRECTION_ADD);
	stmt_put_id(q, STMT_CORRECTION_ADD__ID, &row->id);
	stmt_put_id(q, STMT_CORRECTION_ADD__PERSON, &row->person);
	stmt_put_id(q, STMT_CORRECTION_ADD__STATEMENT, &row->statement);
	stmt_put_int(q, STMT_CORRECTION_ADD__VERSION, row->version);
	stmt_put_int(q, STMT_CORRECTION_ADD__RECIPIENT, town);
	stmt_put_text(q, STMT_CORRECTION_ADD__PROCESS_NO, row->process_no);
	stmt_put_int(q, STMT_CORRECTION_ADD__STATE, (int64_t)row->state);
	stmt_put_int(q, STMT_CORRECTION_ADD__MADE_US, row->made_us);
	stmt_put_int(q, STMT_CORRECTION_ADD__NEXT_US, row->next_us);
	stmt_put_text(q, STMT_CORRECTION_ADD__REASON, row->reason);
	stmt_put_int(q, STMT_CORRECTION_ADD__PARTED, row->parted);
	return stmt_run(q, why);
}

enum rc
store_correction_set(struct store *s, const struct correction_row *row, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_CORRECTION_SET);

	stmt_put_id(q, STMT_CORRECTION_SET__ID, &row->id);
	stmt_put_text(q, STMT_CORRECTION_SET__PROCESS_NO, row->process_no);
	stmt_put_int(q, STMT_CORRECTION_SET__STATE, (int64_t)row->state);
	stmt_put_int(q, STMT_CORRECTION_SET__SENT_US, row->sent_us);
	stmt_put_int(q, STMT_CORRECTION_SET__NEXT_US, row->next_us);
	stmt_put_int(q, STMT_CORRECTION_SET__TRIES, row->tries);
	stmt_put_int(q, STMT_CORRECTION_SET__RECEIPT_US, row->receipt_us);
	stmt_put_int(q, STMT_CORRECTION_SET__LOCAL_VERSION, row->local_version);
	stmt_put_text(q, STMT_CORRECTION_SET__REASON, row->reason);
	return stmt_run(q, why);
}

enum rc
store_correction_withhold(struct store *s, const struct id *person, const char *type, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_CORRECTION_WITHHOLD);
	enum rc rc;

	stmt_put_id(q, STMT_CORRECTION_WITHHOLD__PERSON, person);
	stmt_put_int(q, STMT_CORRECTION_WITHHOLD__WITHHELD, CORRECTION_WITHHELD);
	stmt_put_int(q, STMT_CORRECTION_WITHHOLD__WAITING, CORRECTION_WAITING);
	stmt_put_int(q, STMT_CORRECTION_WITHHOLD__SENT, CORRECTION_SENT);
	stmt_put_int(q, STMT_CORRECTION_WITHHOLD__NEVER, INT64_MAX);
	if ((rc = stmt_run(q, why)) != RC_OK)
		return rc;
	return store_outbox_withhold(s, person, type, INT64_MAX, why);
}

static enum rc
take(struct store *s, struct stmt *q, struct arena *a, struct correction_row *row, struct fault *why)
{
	enum rc rc;

	row->id = stmt_id(q);
	row->person = stmt_id(q);
	row->statement = stmt_id(q);
	row->version = stmt_int(q);
	if ((rc = store_town_text(s, stmt_int(q), a, &row->recipient, why)) != RC_OK)
		return rc;
	row->process_no = stmt_text(q, a);
	row->state = (enum correction_state)stmt_int(q);
	row->made_us = stmt_int(q);
	row->sent_us = stmt_int(q);
	row->next_us = stmt_int(q);
	row->tries = stmt_int(q);
	row->receipt_us = stmt_int(q);
	row->local_version = stmt_int(q);
	row->reason = stmt_text(q, a);
	row->parted = stmt_int(q) != 0;
	return RC_OK;
}

static enum rc
take_all(struct store *s, struct stmt *q, struct arena *a, struct correction_row **ret_rows, size_t *ret_n,
    struct fault *why)
{
	struct rows rows = { a, sizeof(struct correction_row), NULL, 0, 0 };
	struct correction_row *row;
	enum rc rc;

	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((row = rows_add(&rows)) == NULL)
			rc = no_room(why);
		else
			rc = take(s, q, a, row, why);
		if (rc != RC_OK) {
			stmt_drop(q);
			return rc;
		}
	}
	if (rc != RC_ABSENT)
		return rc;
	*ret_rows = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

enum rc
store_correction_get(struct store *s, const struct id *id, struct arena *a, struct correction_row *ret_row,
    struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_CORRECTION_GET);
	struct correction_row row;
	enum rc rc;

	stmt_put_id(q, STMT_CORRECTION_GET__ID, id);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	if ((rc = take(s, q, a, &row, why)) != RC_OK) {
		stmt_drop(q);
		return rc;
	}
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret_row = row;
	return rc;
}

enum rc
store_correction_due(struct store *s, int64_t now_us, size_t cap, struct arena *a, struct correction_row **ret_rows,
    size_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_CORRECTION_DUE);

	stmt_put_int(q, STMT_CORRECTION_DUE__SENT, CORRECTION_SENT);
	stmt_put_int(q, STMT_CORRECTION_DUE__NOW_US, now_us);
	stmt_put_int(q, STMT_CORRECTION_DUE__CAP, (int64_t)cap);
	return take_all(s, q, a, ret_rows, ret_n, why);
}

enum rc
store_correction_next(struct store *s, int64_t *ret_us, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_CORRECTION_NEXT);
	int64_t us;
	enum rc rc;

	stmt_put_int(q, STMT_CORRECTION_NEXT__SENT, CORRECTION_SENT);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	us = stmt_int(q);
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret_us = us;
	return rc;
}

enum rc
store_correction_list(struct store *s, enum correction_state state, int64_t before_us, const struct id *after,
    size_t cap, struct arena *a, struct correction_row **ret_rows, size_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_CORRECTION_LIST);

	stmt_put_int(q, STMT_CORRECTION_LIST__STATE, (int64_t)state);
	stmt_put_int(q, STMT_CORRECTION_LIST__BEFORE_US, before_us);
	stmt_put_id(q, STMT_CORRECTION_LIST__AFTER, after);
	stmt_put_int(q, STMT_CORRECTION_LIST__CAP, (int64_t)cap);
	return take_all(s, q, a, ret_rows, ret_n, why);
}

enum rc
store_correction_of(struct store *s, const struct id *person, struct arena *a, struct correction_row **ret_rows,
    size_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_CORRECTION_OF);

	stmt_put_id(q, STMT_CORRECTION_OF__PERSON, person);
	return take_all(s, q, a, ret_rows, ret_n, why);
}

enum rc
store_correction_count(struct store *s, enum correction_state state, int64_t before_us, int64_t *ret_n,
    struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_CORRECTION_COUNT);
	int64_t n;
	enum rc rc;

	stmt_put_int(q, STMT_CORRECTION_COUNT__STATE, (int64_t)state);
	stmt_put_int(q, STMT_CORRECTION_COUNT__BEFORE_US, before_us);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	n = stmt_int(q);
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret_n = n;
	return rc;
}

/* ---- what others sent us ---- */

enum rc
store_correction_in_add(struct store *s, const struct correction_in *row, struct fault *why)
{
	struct stmt *q;
	int64_t town;
	enum rc rc;

	if ((rc = store_town(s, row->sender, &town, why)) != RC_OK)
		return rc;
	q = stmt_start(s, STMT_CORRECTION_IN_ADD);
	stmt_put_int(q, STMT_CORRECTION_IN_ADD__SENDER, town);
	stmt_put_id(q, STMT_CORRECTION_IN_ADD__CORRECTION, &row->correction);
	stmt_put_text(q, STMT_CORRECTION_IN_ADD__PROCESS_NO, row->process_no);
	stmt_put_id(q, STMT_CORRECTION_IN_ADD__PERSON, &row->person);
	stmt_put_text(q, STMT_CORRECTION_IN_ADD__RECORD_KEY, row->record_key);
	stmt_put_int(q, STMT_CORRECTION_IN_ADD__VERSION, row->version);
	stmt_put_bytes(q, STMT_CORRECTION_IN_ADD__DIGEST, row->digest.b, sizeof(row->digest.b));
	stmt_put_int(q, STMT_CORRECTION_IN_ADD__TAKEN, row->taken);
	stmt_put_int(q, STMT_CORRECTION_IN_ADD__LOCAL_VERSION, row->local_version);
	stmt_put_text(q, STMT_CORRECTION_IN_ADD__REASON, row->reason);
	stmt_put_int(q, STMT_CORRECTION_IN_ADD__RECEIVED_US, row->received_us);
	stmt_put_int(q, STMT_CORRECTION_IN_ADD__TAKEN_US, row->taken_us);
	return stmt_run(q, why);
}

enum rc
store_correction_in_set(struct store *s, const struct correction_in *row, struct fault *why)
{
	struct stmt *q;
	int64_t town;
	enum rc rc;

	if ((rc = store_town(s, row->sender, &town, why)) != RC_OK)
		return rc;
	q = stmt_start(s, STMT_CORRECTION_IN_SET);
	stmt_put_int(q, STMT_CORRECTION_IN_SET__SENDER, town);
	stmt_put_id(q, STMT_CORRECTION_IN_SET__CORRECTION, &row->correction);
	stmt_put_int(q, STMT_CORRECTION_IN_SET__TAKEN, row->taken);
	stmt_put_int(q, STMT_CORRECTION_IN_SET__LOCAL_VERSION, row->local_version);
	stmt_put_text(q, STMT_CORRECTION_IN_SET__REASON, row->reason);
	stmt_put_int(q, STMT_CORRECTION_IN_SET__TAKEN_US, row->taken_us);
	return stmt_run(q, why);
}

enum rc
store_correction_in_get(struct store *s, const char *sender, const struct id *correction, struct arena *a,
    struct correction_in *ret_row, struct fault *why)
{
	struct correction_in row;
	struct stmt *q;
	int64_t town;
	enum rc rc;

	if ((rc = store_town_find(s, sender, &town, why)) != RC_OK)
		return rc;
	q = stmt_start(s, STMT_CORRECTION_IN_GET);
	stmt_put_int(q, STMT_CORRECTION_IN_GET__SENDER, town);
	stmt_put_id(q, STMT_CORRECTION_IN_GET__CORRECTION, correction);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	if ((rc = store_town_text(s, stmt_int(q), a, &row.sender, why)) != RC_OK) {
		stmt_drop(q);
		return rc;
	}
	row.correction = stmt_id(q);
	row.process_no = stmt_text(q, a);
	row.person = stmt_id(q);
	row.record_key = stmt_text(q, a);
	row.version = stmt_int(q);
	stmt_bytes(q, row.digest.b, sizeof(row.digest.b));
	row.taken = stmt_int(q);
	row.local_version = stmt_int(q);
	row.reason = stmt_text(q, a);
	row.received_us = stmt_int(q);
	row.taken_us = stmt_int(q);
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret_row = row;
	return rc;
}

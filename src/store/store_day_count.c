#include "store/store_day_count.h"

#include <string.h>

#include "store/store_room.h"

static enum rc
no_room(struct fault *why)
{
	return fault_set(why, RC_NOMEM, "store/day-count", "out of memory");
}

static void
take_digest(struct stmt *q, struct vault_digest *ret)
{
	stmt_bytes(q, ret->b, sizeof(ret->b));
}

static void
put_digest(struct stmt *q, int place, const struct vault_digest *d)
{
	static const struct vault_digest none;

	if (memcmp(d->b, none.b, sizeof(d->b)) == 0)
		stmt_put_null(q, place);
	else
		stmt_put_bytes(q, place, d->b, sizeof(d->b));
}

static void
take(struct stmt *q, struct arena *a, struct day_count_row *r)
{
	r->no = stmt_int(q);
	r->on = stmt_day(q);
	r->side = (enum provision_side)stmt_int(q);
	r->inquirer = stmt_text(q, a);
	r->provider = stmt_text(q, a);
	r->is_due = stmt_int(q) != 0;
	r->is_gone = stmt_int(q) != 0;
	r->made_us = stmt_int(q);
	take_digest(q, &r->digest);
	r->is_listed = stmt_int(q) != 0;
	r->next_us = stmt_int(q);
	r->tries = stmt_int(q);
	r->receipt_us = stmt_int(q);
	r->receipt = stmt_int(q);
	r->differs = stmt_int(q) != 0;
	r->since_us = stmt_int(q);
	r->explained_us = stmt_int(q);
	r->explained_by = stmt_text(q, a);
	r->explanation = stmt_text(q, a);
	take_digest(q, &r->explained_of);
}

static enum rc
one(struct stmt *q, struct arena *a, struct day_count_row *ret_row, struct fault *why)
{
	struct day_count_row row;
	enum rc rc;

	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	take(q, a, &row);
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret_row = row;
	return rc;
}

static enum rc
all(struct stmt *q, struct arena *a, struct day_count_row **ret_rows, size_t *ret_n, struct fault *why)
{
	struct rows rows = { a, sizeof(struct day_count_row), NULL, 0, 0 };
	struct day_count_row *r;
	enum rc rc;

	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((r = rows_add(&rows)) == NULL) {
			stmt_drop(q);
			return no_room(why);
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
store_day_count_find(struct store *s, day on, const char *inquirer, const char *provider, struct arena *a,
    struct day_count_row *ret_row, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_DAY_COUNT_FIND);

	stmt_put_day(q, STMT_DAY_COUNT_FIND__ON_DAY, on);
	stmt_put_text(q, STMT_DAY_COUNT_FIND__INQUIRER, inquirer);
	stmt_put_text(q, STMT_DAY_COUNT_FIND__PROVIDER, provider);
	return one(q, a, ret_row, why);
}

enum rc
store_day_count_get(struct store *s, int64_t no, struct arena *a, struct day_count_row *ret_row, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_DAY_COUNT_GET);

	stmt_put_int(q, STMT_DAY_COUNT_GET__NO, no);
	return one(q, a, ret_row, why);
}

enum rc
store_day_count_add(struct store *s, struct day_count_row *row, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_DAY_COUNT_NEXT_NO);
	int64_t no;
	enum rc rc;

	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	no = stmt_int(q);
	if ((rc = stmt_end(q, why)) != RC_OK)
		return rc;
	q = stmt_start(s, STMT_DAY_COUNT_ADD);
	stmt_put_int(q, STMT_DAY_COUNT_ADD__NO, no);
	stmt_put_day(q, STMT_DAY_COUNT_ADD__ON_DAY, row->on);
	stmt_put_int(q, STMT_DAY_COUNT_ADD__SIDE, (int64_t)row->side);
	stmt_put_text(q, STMT_DAY_COUNT_ADD__INQUIRER, row->inquirer);
	stmt_put_text(q, STMT_DAY_COUNT_ADD__PROVIDER, row->provider);
	stmt_put_int(q, STMT_DAY_COUNT_ADD__NEXT_US, INT64_MAX);
	if ((rc = stmt_run(q, why)) == RC_OK) {
		row->no = no;
		row->is_due = true;
		row->next_us = INT64_MAX;
	}
	return rc;
}

enum rc
store_day_count_set(struct store *s, const struct day_count_row *row, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_DAY_COUNT_SET);

	stmt_put_int(q, STMT_DAY_COUNT_SET__NO, row->no);
	stmt_put_int(q, STMT_DAY_COUNT_SET__IS_DUE, row->is_due);
	stmt_put_int(q, STMT_DAY_COUNT_SET__IS_GONE, row->is_gone);
	stmt_put_int(q, STMT_DAY_COUNT_SET__MADE_US, row->made_us);
	put_digest(q, STMT_DAY_COUNT_SET__DIGEST, &row->digest);
	stmt_put_int(q, STMT_DAY_COUNT_SET__IS_LISTED, row->is_listed);
	stmt_put_int(q, STMT_DAY_COUNT_SET__NEXT_US, row->next_us);
	stmt_put_int(q, STMT_DAY_COUNT_SET__TRIES, row->tries);
	stmt_put_int(q, STMT_DAY_COUNT_SET__RECEIPT_US, row->receipt_us);
	stmt_put_int(q, STMT_DAY_COUNT_SET__RECEIPT, row->receipt);
	stmt_put_int(q, STMT_DAY_COUNT_SET__DIFFERS, row->differs);
	stmt_put_int(q, STMT_DAY_COUNT_SET__SINCE_US, row->since_us);
	stmt_put_int(q, STMT_DAY_COUNT_SET__EXPLAINED_US, row->explained_us);
	stmt_put_text(q, STMT_DAY_COUNT_SET__EXPLAINED_BY, row->explained_by);
	stmt_put_text(q, STMT_DAY_COUNT_SET__EXPLANATION, row->explanation);
	put_digest(q, STMT_DAY_COUNT_SET__EXPLAINED_OF, &row->explained_of);
	return stmt_run(q, why);
}

enum rc
store_day_count_due(struct store *s, day before, size_t cap, struct arena *a, struct day_count_row **ret_rows,
    size_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_DAY_COUNT_DUE);

	stmt_put_day(q, STMT_DAY_COUNT_DUE__BEFORE_DAY, before);
	stmt_put_int(q, STMT_DAY_COUNT_DUE__CAP, (int64_t)cap);
	return all(q, a, ret_rows, ret_n, why);
}

enum rc
store_day_count_again(struct store *s, int64_t now_us, size_t cap, struct arena *a, struct day_count_row **ret_rows,
    size_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_DAY_COUNT_AGAIN);

	stmt_put_int(q, STMT_DAY_COUNT_AGAIN__NOW_US, now_us);
	stmt_put_int(q, STMT_DAY_COUNT_AGAIN__CAP, (int64_t)cap);
	return all(q, a, ret_rows, ret_n, why);
}

enum rc
store_day_count_list(struct store *s, day from, day to, size_t cap, struct arena *a, struct day_count_row **ret_rows,
    size_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_DAY_COUNT_LIST);

	stmt_put_day(q, STMT_DAY_COUNT_LIST__FROM_DAY, from);
	stmt_put_day(q, STMT_DAY_COUNT_LIST__TO_DAY, to);
	stmt_put_int(q, STMT_DAY_COUNT_LIST__CAP, (int64_t)cap);
	return all(q, a, ret_rows, ret_n, why);
}

enum rc
store_day_count_open(struct store *s, day silent, size_t cap, struct arena *a, struct day_count_row **ret_rows,
    size_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_DAY_COUNT_OPEN);

	stmt_put_day(q, STMT_DAY_COUNT_OPEN__SILENT, silent);
	stmt_put_int(q, STMT_DAY_COUNT_OPEN__PEER, DAY_TELLER_TOWN);
	stmt_put_int(q, STMT_DAY_COUNT_OPEN__CAP, (int64_t)cap);
	return all(q, a, ret_rows, ret_n, why);
}

enum rc
store_day_count_trouble(struct store *s, int64_t long_us, day silent, day silent_long, struct day_count_trouble *ret,
    struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_DAY_COUNT_TROUBLE);
	struct day_count_trouble t;
	enum rc rc;

	stmt_put_int(q, STMT_DAY_COUNT_TROUBLE__LONG_US, long_us);
	stmt_put_day(q, STMT_DAY_COUNT_TROUBLE__SILENT, silent);
	stmt_put_day(q, STMT_DAY_COUNT_TROUBLE__SILENT_LONG, silent_long);
	stmt_put_int(q, STMT_DAY_COUNT_TROUBLE__PEER, DAY_TELLER_TOWN);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	t.differs = stmt_int(q);
	t.differs_long = stmt_int(q);
	t.silent = stmt_int(q);
	t.silent_long = stmt_int(q);
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret = t;
	return rc;
}

/* ---- what others counted ---- */

enum rc
store_day_said_get(struct store *s, int64_t no, enum day_teller teller, struct day_said *ret, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_DAY_SAID_GET);
	struct day_said said;
	enum rc rc;

	stmt_put_int(q, STMT_DAY_SAID_GET__NO, no);
	stmt_put_int(q, STMT_DAY_SAID_GET__TELLER, (int64_t)teller);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	said.made_us = stmt_int(q);
	said.received_us = stmt_int(q);
	said.provided = stmt_int(q);
	said.no_data = stmt_int(q);
	said.refused = stmt_int(q);
	said.failed = stmt_int(q);
	take_digest(q, &said.digest);
	said.n_listed = stmt_int(q);
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret = said;
	return rc;
}

enum rc
store_day_said_put(struct store *s, int64_t no, enum day_teller teller, const struct day_said *said, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_DAY_ENTRY_DROP);
	enum rc rc;

	stmt_put_int(q, STMT_DAY_ENTRY_DROP__NO, no);
	stmt_put_int(q, STMT_DAY_ENTRY_DROP__TELLER, (int64_t)teller);
	if ((rc = stmt_run(q, why)) != RC_OK)
		return rc;
	q = stmt_start(s, STMT_DAY_SAID_PUT);
	stmt_put_int(q, STMT_DAY_SAID_PUT__NO, no);
	stmt_put_int(q, STMT_DAY_SAID_PUT__TELLER, (int64_t)teller);
	stmt_put_int(q, STMT_DAY_SAID_PUT__MADE_US, said->made_us);
	stmt_put_int(q, STMT_DAY_SAID_PUT__RECEIVED_US, said->received_us);
	stmt_put_int(q, STMT_DAY_SAID_PUT__PROVIDED, said->provided);
	stmt_put_int(q, STMT_DAY_SAID_PUT__NO_DATA, said->no_data);
	stmt_put_int(q, STMT_DAY_SAID_PUT__REFUSED, said->refused);
	stmt_put_int(q, STMT_DAY_SAID_PUT__FAILED, said->failed);
	stmt_put_bytes(q, STMT_DAY_SAID_PUT__DIGEST, said->digest.b, sizeof(said->digest.b));
	stmt_put_int(q, STMT_DAY_SAID_PUT__N_LISTED, said->n_listed);
	return stmt_run(q, why);
}

enum rc
store_day_entry_add(struct store *s, int64_t no, enum day_teller teller, const struct day_entry *e, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_DAY_ENTRY_ADD);

	stmt_put_int(q, STMT_DAY_ENTRY_ADD__NO, no);
	stmt_put_int(q, STMT_DAY_ENTRY_ADD__TELLER, (int64_t)teller);
	stmt_put_text(q, STMT_DAY_ENTRY_ADD__PROCESS_NO, e->process_no);
	stmt_put_int(q, STMT_DAY_ENTRY_ADD__OUTCOME, e->outcome);
	stmt_put_bytes(q, STMT_DAY_ENTRY_ADD__DIGEST, e->digest.b, sizeof(e->digest.b));
	return stmt_run(q, why);
}

enum rc
store_day_entry_list(struct store *s, int64_t no, enum day_teller teller, struct arena *a, struct day_entry **ret_rows,
    size_t *ret_n, struct fault *why)
{
	struct rows rows = { a, sizeof(struct day_entry), NULL, 0, 0 };
	struct stmt *q = stmt_start(s, STMT_DAY_ENTRY_LIST);
	struct day_entry *e;
	enum rc rc;

	stmt_put_int(q, STMT_DAY_ENTRY_LIST__NO, no);
	stmt_put_int(q, STMT_DAY_ENTRY_LIST__TELLER, (int64_t)teller);
	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((e = rows_add(&rows)) == NULL) {
			stmt_drop(q);
			return no_room(why);
		}
		e->process_no = stmt_text(q, a);
		e->outcome = stmt_int(q);
		take_digest(q, &e->digest);
	}
	if (rc != RC_ABSENT)
		return rc;
	*ret_rows = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

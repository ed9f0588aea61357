#include "store/store_record.h"

#include <string.h>

#include "store/store_ledger.h"
#include "store/store_room.h"

static void
take(struct stmt *q, struct arena *a, struct provision_record *r)
{
	r->process_no = stmt_text(q, a);
	r->side = (enum provision_side)stmt_int(q);
	r->person = stmt_id(q);
	r->inquirer = stmt_text(q, a);
	r->provider = stmt_text(q, a);
	r->requested_us = stmt_int(q);
	r->provided_us = stmt_int(q);
	r->affair = stmt_text(q, a);
	r->procedure = stmt_text(q, a);
	r->item = stmt_text(q, a);
	r->outcome = stmt_text(q, a);
	r->inquirer_non_disclosure = stmt_int(q) != 0;
	r->provider_non_disclosure = stmt_int(q) != 0;
	r->keep_until = stmt_day(q);
}

static enum rc
all(struct stmt *q, struct arena *a, struct provision_record **ret_rows, size_t *ret_n,
    struct fault *why)
{
	struct rows rows = { a, sizeof(struct provision_record), NULL, 0, 0 };
	struct provision_record *r;
	enum rc rc;

	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((r = rows_add(&rows)) == NULL) {
			stmt_drop(q);
			return fault_set(why, RC_NOMEM, "store/record", "no memory");
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
store_record_find(struct store *s, const char *process_no, struct arena *a,
    struct provision_record **ret_rows, size_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_PROVISION_GET);

	stmt_put_text(q, STMT_PROVISION_GET__PROCESS_NO, process_no);
	return all(q, a, ret_rows, ret_n, why);
}

static bool
same(const struct provision_record *a, const struct provision_record *b)
{
	return id_equal(&a->person, &b->person) && strcmp(a->inquirer, b->inquirer) == 0 &&
	    strcmp(a->provider, b->provider) == 0 && a->requested_us == b->requested_us &&
	    a->provided_us == b->provided_us && strcmp(a->affair, b->affair) == 0 &&
	    strcmp(a->procedure, b->procedure) == 0 && strcmp(a->item, b->item) == 0 &&
	    strcmp(a->outcome, b->outcome) == 0 &&
	    a->inquirer_non_disclosure == b->inquirer_non_disclosure &&
	    a->provider_non_disclosure == b->provider_non_disclosure;
}

enum rc
store_record_add(struct store *s, const struct provision_record *r, struct fault *why)
{
	struct provision_record *old;
	struct arena a;
	struct stmt *q;
	size_t n;
	enum store_eyes eyes = store_eyes(s);
	enum rc rc;

	arena_init(&a, LIMIT_TEXT_BYTES * 16);
	store_see(s, STORE_EYES_WHOLE);		/* the same record twice is found whoever it is about */
	if ((rc = store_record_find(s, r->process_no, &a, &old, &n, why)) != RC_OK)
		goto out;
	for (size_t i = 0; i < n; i++)
		if (old[i].side == r->side) {
			if (!same(&old[i], r))
				rc = fault_set(why, RC_CONFLICT, "store/record",
				    "another record has this process number");
			goto out;
		}
	q = stmt_start(s, STMT_PROVISION_ADD);
	stmt_put_text(q, STMT_PROVISION_ADD__PROCESS_NO, r->process_no);
	stmt_put_int(q, STMT_PROVISION_ADD__SIDE, (int64_t)r->side);
	stmt_put_id(q, STMT_PROVISION_ADD__PERSON, &r->person);
	stmt_put_text(q, STMT_PROVISION_ADD__INQUIRER, r->inquirer);
	stmt_put_text(q, STMT_PROVISION_ADD__PROVIDER, r->provider);
	stmt_put_int(q, STMT_PROVISION_ADD__REQUESTED_US, r->requested_us);
	stmt_put_int(q, STMT_PROVISION_ADD__PROVIDED_US, r->provided_us);
	stmt_put_text(q, STMT_PROVISION_ADD__AFFAIR, r->affair);
	stmt_put_text(q, STMT_PROVISION_ADD__PROCEDURE, r->procedure);
	stmt_put_text(q, STMT_PROVISION_ADD__ITEM, r->item);
	stmt_put_text(q, STMT_PROVISION_ADD__OUTCOME, r->outcome);
	stmt_put_int(q, STMT_PROVISION_ADD__INQUIRER_HIDDEN, r->inquirer_non_disclosure);
	stmt_put_int(q, STMT_PROVISION_ADD__PROVIDER_HIDDEN, r->provider_non_disclosure);
	stmt_put_day(q, STMT_PROVISION_ADD__KEEP_UNTIL, r->keep_until);
	rc = stmt_run(q, why);
 out:
	store_see(s, eyes);
	arena_clear(&a);
	return rc;
}

enum rc
store_record_hold(struct store *s, const char *process_no, day until, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_PROVISION_HOLD);

	stmt_put_text(q, STMT_PROVISION_HOLD__PROCESS_NO, process_no);
	stmt_put_day(q, STMT_PROVISION_HOLD__UNTIL, until);
	return stmt_run(q, why);
}

enum rc
store_record_of(struct store *s, const struct id *person, struct arena *a,
    struct provision_record **ret_rows, size_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_PROVISION_OF);

	stmt_put_id(q, STMT_PROVISION_OF__PERSON, person);
	return all(q, a, ret_rows, ret_n, why);
}

enum rc
store_record_list(struct store *s, const char *after, size_t cap, struct arena *a,
    struct provision_record **ret_rows, size_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_PROVISION_LIST);
	struct provision_record *rows;
	size_t n;
	enum rc rc;

	stmt_put_text(q, STMT_PROVISION_LIST__AFTER, after != NULL ? after : "");
	stmt_put_int(q, STMT_PROVISION_LIST__CAP, (int64_t)cap);
	if ((rc = all(q, a, &rows, &n, why)) != RC_OK)
		return rc;
	/* A page never ends between the two sides of one exchange. */
	if (n == cap && n > 1 && rows[n - 1].side == PROVISION_ASKED)
		n--;
	*ret_rows = rows;
	*ret_n = n;
	return RC_OK;
}

enum rc
store_record_day(struct store *s, enum provision_side side, const char *inquirer, const char *provider,
    int64_t from_us, int64_t until_us, struct arena *a, struct provision_record **ret_rows, size_t *ret_n,
    struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_PROVISION_DAY);

	stmt_put_int(q, STMT_PROVISION_DAY__SIDE, (int64_t)side);
	stmt_put_text(q, STMT_PROVISION_DAY__INQUIRER, inquirer);
	stmt_put_text(q, STMT_PROVISION_DAY__PROVIDER, provider);
	stmt_put_int(q, STMT_PROVISION_DAY__FROM_US, from_us);
	stmt_put_int(q, STMT_PROVISION_DAY__UNTIL_US, until_us);
	return all(q, a, ret_rows, ret_n, why);
}

enum rc
store_record_outdated(struct store *s, const char *not_told, size_t cap, struct arena *a, struct provision_record **ret_rows,
    size_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_PROVISION_OUTDATED);

	stmt_put_text(q, STMT_PROVISION_OUTDATED__AFTER, "");
	stmt_put_text(q, STMT_PROVISION_OUTDATED__PORTAL, not_told);
	stmt_put_int(q, STMT_PROVISION_OUTDATED__PROVIDED, PROVISION_PROVIDED);
	stmt_put_int(q, STMT_PROVISION_OUTDATED__APPLIED, CORRECTION_APPLIED);
	stmt_put_int(q, STMT_PROVISION_OUTDATED__KNOWN, CORRECTION_KNOWN);
	stmt_put_int(q, STMT_PROVISION_OUTDATED__CAP, (int64_t)cap);
	return all(q, a, ret_rows, ret_n, why);
}

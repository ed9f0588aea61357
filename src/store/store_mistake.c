#include "store/store_mistake.h"

#include <string.h>

#include "store/store_room.h"

static const char *const words[MISTAKE_KIND__COUNT] = {
	[MISTAKE_INTERVAL] = "interval", [MISTAKE_AGE] = "age", [MISTAKE_PRODUCT] = "product",
	[MISTAKE_UNNEEDED] = "unneeded", [MISTAKE_PERSON] = "person", [MISTAKE_AMOUNT] = "amount",
	[MISTAKE_ROUTE] = "route", [MISTAKE_EXPIRED] = "expired", [MISTAKE_OTHER] = "other",
};

const char *
store_mistake_word(enum mistake_kind kind)
{
	return (unsigned)kind < MISTAKE_KIND__COUNT ? words[kind] : "other";
}

enum rc
store_mistake_parse(const char *text, enum mistake_kind *ret)
{
	for (int i = 0; i < MISTAKE_KIND__COUNT; i++)
		if (strcmp(words[i], text) == 0) {
			*ret = (enum mistake_kind)i;
			return RC_OK;
		}
	return RC_INVALID;
}

enum rc
store_mistake_put(struct store *s, const struct mistake *given, struct mistake *ret_put, struct fault *why)
{
	struct mistake m = *given;
	struct stmt *q;
	enum rc rc;

	m.version++;
	m.recorded_us = s->now_us;
	if (m.no == 0) {
		m.no = m.version = 1;
		q = stmt_start(s, STMT_MISTAKE_LAST);
		stmt_put_int(q, STMT_MISTAKE_LAST__FISCAL_YEAR, m.fiscal_year);
		if ((rc = stmt_next(q, why)) == RC_OK) {
			m.no = stmt_int(q) + 1;
			rc = stmt_end(q, why);
		}
		if (rc != RC_OK && rc != RC_ABSENT)
			return rc;
	}
	q = stmt_start(s, STMT_MISTAKE_ADD);
	stmt_put_int(q, STMT_MISTAKE_ADD__FISCAL_YEAR, m.fiscal_year);
	stmt_put_int(q, STMT_MISTAKE_ADD__NO, m.no);
	stmt_put_int(q, STMT_MISTAKE_ADD__VERSION, m.version);
	stmt_put_id(q, STMT_MISTAKE_ADD__PERSON, &m.person);
	stmt_put_id(q, STMT_MISTAKE_ADD__STATEMENT, &m.statement);
	stmt_put_int(q, STMT_MISTAKE_ADD__KIND, (int64_t)m.kind);
	stmt_put_day(q, STMT_MISTAKE_ADD__NOTICED_ON, m.noticed_on);
	stmt_put_text(q, STMT_MISTAKE_ADD__NOTICED_BY, m.noticed_by);
	stmt_put_text(q, STMT_MISTAKE_ADD__REPORTED_TO, m.reported_to);
	stmt_put_day(q, STMT_MISTAKE_ADD__REPORTED_ON, m.reported_on);
	stmt_put_text(q, STMT_MISTAKE_ADD__NOTE, m.note);
	stmt_put_int(q, STMT_MISTAKE_ADD__IS_WITHDRAWN, m.is_withdrawn);
	stmt_put_text(q, STMT_MISTAKE_ADD__REASON, m.reason);
	stmt_put_int(q, STMT_MISTAKE_ADD__RECORDED_US, m.recorded_us);
	stmt_put_text(q, STMT_MISTAKE_ADD__RECORDED_BY, m.recorded_by);
	if ((rc = stmt_run(q, why)) == RC_OK)
		*ret_put = m;
	return rc;
}

static void
take(struct stmt *q, struct arena *a, struct mistake *m)
{
	m->fiscal_year = (int)stmt_int(q);
	m->no = stmt_int(q);
	m->version = stmt_int(q);
	m->person = stmt_id(q);
	m->statement = stmt_id(q);
	m->kind = (enum mistake_kind)stmt_int(q);
	m->noticed_on = stmt_day(q);
	m->noticed_by = stmt_text(q, a);
	m->reported_to = stmt_text(q, a);
	m->reported_on = stmt_day(q);
	m->note = stmt_text(q, a);
	m->is_withdrawn = stmt_int(q) != 0;
	m->reason = stmt_text(q, a);
	m->recorded_us = stmt_int(q);
	m->recorded_by = stmt_text(q, a);
}

enum rc
store_mistake_get(struct store *s, int fiscal_year, int64_t no, struct arena *a, struct mistake *ret, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_MISTAKE_GET);
	struct mistake m;
	enum rc rc;

	stmt_put_int(q, STMT_MISTAKE_GET__FISCAL_YEAR, fiscal_year);
	stmt_put_int(q, STMT_MISTAKE_GET__NO, no);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	take(q, a, &m);
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret = m;
	return rc;
}

enum rc
store_mistake_list(struct store *s, int fiscal_year, struct arena *a, struct mistake **ret_rows, size_t *ret_n,
    struct fault *why)
{
	struct rows rows = { a, sizeof(struct mistake), NULL, 0, 0 };
	struct stmt *q = stmt_start(s, STMT_MISTAKE_YEAR);
	struct mistake m, *last = NULL;
	enum rc rc;

	stmt_put_int(q, STMT_MISTAKE_YEAR__FISCAL_YEAR, fiscal_year);
	while ((rc = stmt_next(q, why)) == RC_OK) {
		take(q, a, &m);
		if ((last == NULL || last->no != m.no) && (last = rows_add(&rows)) == NULL) {
			stmt_drop(q);
			return fault_set(why, RC_NOMEM, "store/mistake", "no memory");
		}
		*last = m;
	}
	if (rc != RC_ABSENT)
		return rc;
	*ret_rows = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

enum rc
store_mistake_count(struct store *s, int fiscal_year, int64_t ret_n[MISTAKE_KIND__COUNT], struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_MISTAKE_KINDS);
	int64_t n[MISTAKE_KIND__COUNT] = { 0 }, last_no = 0, last_kind = -1;
	enum rc rc;

	stmt_put_int(q, STMT_MISTAKE_KINDS__FISCAL_YEAR, fiscal_year);
	while ((rc = stmt_next(q, why)) == RC_OK) {
		int64_t no = stmt_int(q), kind = stmt_int(q);
		bool is_withdrawn = stmt_int(q) != 0;

		if (kind < 0 || kind >= MISTAKE_KIND__COUNT)
			kind = MISTAKE_OTHER;
		/* A later version takes the place of the one before. */
		if (no == last_no && last_kind >= 0)
			n[last_kind]--;
		last_no = no;
		last_kind = is_withdrawn ? -1 : kind;
		if (last_kind >= 0)
			n[last_kind]++;
	}
	if (rc != RC_ABSENT)
		return rc;
	memcpy(ret_n, n, sizeof(n));
	return RC_OK;
}

enum rc
store_mistake_has(struct store *s, const struct id *statement, bool *ret_has, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_MISTAKE_HAS);
	enum rc rc;

	stmt_put_id(q, STMT_MISTAKE_HAS__STATEMENT, statement);
	rc = stmt_next(q, why);
	if (rc != RC_OK && rc != RC_ABSENT)
		return rc;
	*ret_has = rc == RC_OK;
	return rc == RC_OK ? stmt_end(q, why) : RC_OK;
}

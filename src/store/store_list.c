#include "store/store_list.h"

#include <string.h>

#include "store/store_room.h"

static const char *const purpose_word[RELEASE_PURPOSE__COUNT] = {
	[RELEASE_NOTICE] = "notice", [RELEASE_REMINDER] = "reminder", [RELEASE_RECOMMENDATION] = "recommendation",
	[RELEASE_WORK] = "work",
};

const char *
release_purpose_word(enum release_purpose purpose)
{
	return purpose_word[purpose];
}

enum rc
release_purpose_parse(const char *word, enum release_purpose *ret_purpose)
{
	for (int i = 0; i < RELEASE_PURPOSE__COUNT; i++)
		if (strcmp(purpose_word[i], word) == 0) {
			*ret_purpose = (enum release_purpose)i;
			return RC_OK;
		}
	return RC_INVALID;
}

/* ---- questions ---- */

static void
take_list(struct stmt *q, struct arena *a, struct list_row *row)
{
	row->name = stmt_text(q, a);
	row->version = stmt_int(q);
	row->description = stmt_text(q, a);
	row->description_en = stmt_text(q, a);
	row->condition = stmt_text(q, a);
	row->made_by = stmt_text(q, a);
	row->made_us = stmt_int(q);
	row->is_closed = stmt_int(q) != 0;
}

/* The latest version of a name, 0 when there is none. */
static enum rc
last_version(struct store *s, const char *name, int64_t *ret_version, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_LIST_LAST);
	int64_t version;
	enum rc rc;

	stmt_put_text(q, STMT_LIST_LAST__NAME, name);
	if ((rc = stmt_next(q, why)) == RC_ABSENT) {
		*ret_version = 0;
		return RC_OK;
	}
	if (rc != RC_OK)
		return rc;
	version = stmt_int(q);
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret_version = version;
	return rc;
}

enum rc
store_list_add(struct store *s, const struct list_row *row, int64_t *ret_version, struct fault *why)
{
	int64_t version;
	struct stmt *q;
	enum rc rc;

	if ((rc = last_version(s, row->name, &version, why)) != RC_OK)
		return rc;
	version++;
	q = stmt_start(s, STMT_LIST_ADD);
	stmt_put_text(q, STMT_LIST_ADD__NAME, row->name);
	stmt_put_int(q, STMT_LIST_ADD__VERSION, version);
	stmt_put_text(q, STMT_LIST_ADD__DESCRIPTION, row->description);
	stmt_put_text(q, STMT_LIST_ADD__DESCRIPTION_EN, row->description_en);
	stmt_put_text(q, STMT_LIST_ADD__CONDITION, row->condition);
	stmt_put_text(q, STMT_LIST_ADD__MADE_BY, row->made_by);
	stmt_put_int(q, STMT_LIST_ADD__MADE_US, s->now_us);
	stmt_put_int(q, STMT_LIST_ADD__IS_CLOSED, row->is_closed);
	if ((rc = stmt_run(q, why)) == RC_OK)
		*ret_version = version;
	return rc;
}

enum rc
store_list_get(struct store *s, const char *name, int64_t version, struct arena *a, struct list_row *ret_row,
    struct fault *why)
{
	struct list_row row;
	struct stmt *q;
	enum rc rc;

	if (version == 0 && (rc = last_version(s, name, &version, why)) != RC_OK)
		return rc;
	q = stmt_start(s, STMT_LIST_GET);
	stmt_put_text(q, STMT_LIST_GET__NAME, name);
	stmt_put_int(q, STMT_LIST_GET__VERSION, version);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	take_list(q, a, &row);
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret_row = row;
	return rc;
}

enum rc
store_list_all(struct store *s, const char *name, size_t cap, struct arena *a, struct list_row **ret_rows,
    size_t *ret_n, struct fault *why)
{
	struct rows rows = { a, sizeof(struct list_row), NULL, 0, 0 };
	struct list_row *row;
	struct stmt *q;
	enum rc rc;

	if (name == NULL) {
		q = stmt_start(s, STMT_LIST_LATEST);
		stmt_put_int(q, STMT_LIST_LATEST__CAP, (int64_t)cap);
	} else {
		q = stmt_start(s, STMT_LIST_VERSIONS);
		stmt_put_text(q, STMT_LIST_VERSIONS__NAME, name);
		stmt_put_int(q, STMT_LIST_VERSIONS__CAP, (int64_t)cap);
	}
	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((row = rows_add(&rows)) == NULL) {
			stmt_drop(q);
			return fault_set(why, RC_NOMEM, "store/list", "no memory");
		}
		take_list(q, a, row);
	}
	if (rc != RC_ABSENT)
		return rc;
	*ret_rows = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

/* ---- releases ---- */

static void
take_release(struct stmt *q, struct arena *a, struct release *r)
{
	int64_t purpose;

	r->no = stmt_int(q);
	r->list = stmt_text(q, a);
	r->version = stmt_int(q);
	r->on = stmt_day(q);
	r->is_apart = stmt_int(q) != 0;
	purpose = stmt_int(q);
	r->purpose = purpose >= 0 && purpose < RELEASE_PURPOSE__COUNT ? (enum release_purpose)purpose : RELEASE_WORK;
	r->programme = stmt_text(q, a);
	r->law_version = stmt_text(q, a);
	r->law_hash = stmt_text(q, a);
	r->count = stmt_int(q);
	stmt_bytes(q, r->hash.b, sizeof(r->hash.b));
	r->released_by = stmt_text(q, a);
	r->released_us = stmt_int(q);
}

static enum rc
last_release(struct store *s, int64_t *ret_no, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_RELEASE_LAST);
	int64_t no;
	enum rc rc;

	if ((rc = stmt_next(q, why)) == RC_ABSENT) {
		*ret_no = 0;
		return RC_OK;
	}
	if (rc != RC_OK)
		return rc;
	no = stmt_int(q);
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret_no = no;
	return rc;
}

enum rc
store_release_add(struct store *s, const struct release *r, int64_t *ret_no, struct fault *why)
{
	struct stmt *q;
	int64_t no;
	enum rc rc;

	if ((rc = last_release(s, &no, why)) != RC_OK)
		return rc;
	no++;
	q = stmt_start(s, STMT_RELEASE_ADD);
	stmt_put_int(q, STMT_RELEASE_ADD__NO, no);
	stmt_put_text(q, STMT_RELEASE_ADD__LIST, r->list);
	stmt_put_int(q, STMT_RELEASE_ADD__VERSION, r->version);
	stmt_put_day(q, STMT_RELEASE_ADD__ON_DAY, r->on);
	stmt_put_int(q, STMT_RELEASE_ADD__IS_APART, r->is_apart);
	stmt_put_int(q, STMT_RELEASE_ADD__PURPOSE, r->purpose);
	stmt_put_text(q, STMT_RELEASE_ADD__PROGRAMME, r->programme);
	stmt_put_text(q, STMT_RELEASE_ADD__LAW_VERSION, r->law_version);
	stmt_put_text(q, STMT_RELEASE_ADD__LAW_HASH, r->law_hash);
	stmt_put_int(q, STMT_RELEASE_ADD__COUNT, r->count);
	stmt_put_bytes(q, STMT_RELEASE_ADD__HASH, r->hash.b, sizeof(r->hash.b));
	stmt_put_text(q, STMT_RELEASE_ADD__RELEASED_BY, r->released_by);
	stmt_put_int(q, STMT_RELEASE_ADD__RELEASED_US, s->now_us);
	if ((rc = stmt_run(q, why)) == RC_OK)
		*ret_no = no;
	return rc;
}

enum rc
store_release_row_add(struct store *s, int64_t release, const struct release_row *row, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_RELEASE_ROW_ADD);

	stmt_put_int(q, STMT_RELEASE_ROW_ADD__RELEASE, release);
	stmt_put_int(q, STMT_RELEASE_ROW_ADD__SEQ, row->seq);
	stmt_put_id(q, STMT_RELEASE_ROW_ADD__PERSON, &row->person);
	if (row->dose > 0)
		stmt_put_int(q, STMT_RELEASE_ROW_ADD__DOSE, row->dose);
	stmt_put_text(q, STMT_RELEASE_ROW_ADD__LINE, row->line);
	return stmt_run(q, why);
}

enum rc
store_release_get(struct store *s, int64_t no, struct arena *a, struct release *ret_release, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_RELEASE_GET);
	struct release r;
	enum rc rc;

	stmt_put_int(q, STMT_RELEASE_GET__NO, no);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	take_release(q, a, &r);
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret_release = r;
	return rc;
}

enum rc
store_release_list(struct store *s, size_t cap, struct arena *a, struct release **ret_releases, size_t *ret_n,
    struct fault *why)
{
	struct rows rows = { a, sizeof(struct release), NULL, 0, 0 };
	struct stmt *q = stmt_start(s, STMT_RELEASE_LIST);
	struct release *r;
	enum rc rc;

	stmt_put_int(q, STMT_RELEASE_LIST__CAP, (int64_t)cap);
	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((r = rows_add(&rows)) == NULL) {
			stmt_drop(q);
			return fault_set(why, RC_NOMEM, "store/list", "no memory");
		}
		take_release(q, a, r);
	}
	if (rc != RC_ABSENT)
		return rc;
	*ret_releases = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

enum rc
store_release_rows(struct store *s, int64_t no, int64_t after, size_t cap, struct arena *a,
    struct release_row **ret_rows, size_t *ret_n, struct fault *why)
{
	struct rows rows = { a, sizeof(struct release_row), NULL, 0, 0 };
	struct stmt *q = stmt_start(s, STMT_RELEASE_ROWS);
	struct release_row *r;
	enum rc rc;

	stmt_put_int(q, STMT_RELEASE_ROWS__RELEASE, no);
	stmt_put_int(q, STMT_RELEASE_ROWS__AFTER, after);
	stmt_put_int(q, STMT_RELEASE_ROWS__CAP, (int64_t)cap);
	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((r = rows_add(&rows)) == NULL) {
			stmt_drop(q);
			return fault_set(why, RC_NOMEM, "store/list", "no memory");
		}
		r->seq = stmt_int(q);
		r->person = stmt_id(q);
		r->dose = stmt_int(q);
		r->is_shielded = stmt_int(q) != 0;
		r->line = stmt_text(q, a);
	}
	if (rc != RC_ABSENT)
		return rc;
	*ret_rows = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

#include "store/store_notice.h"

#include "store/store_room.h"

const char *
notice_excluded_word(enum notice_excluded excluded)
{
	static const char *const word[NOTICE_EXCLUDED__COUNT] = {
		[NOTICE_LETTER] = "letter", [NOTICE_DIED] = "dead", [NOTICE_DEPARTED] = "departed",
		[NOTICE_PROTECTED] = "protected", [NOTICE_REFUSED] = "refused", [NOTICE_LATELY] = "lately",
		[NOTICE_CAME_BACK] = "came-back",
	};

	return word[excluded];
}

static enum notice_excluded
excluded_of(int64_t n)
{
	return n >= 0 && n < NOTICE_EXCLUDED__COUNT ? (enum notice_excluded)n : NOTICE_PROTECTED;
}

/* ---- runs ---- */

static void
take_run(struct stmt *q, struct arena *a, struct notice_run *r)
{
	int64_t purpose;

	r->no = stmt_int(q);
	r->release = stmt_int(q);
	purpose = stmt_int(q);
	r->purpose = purpose >= 0 && purpose < RELEASE_PURPOSE__COUNT ? (enum release_purpose)purpose : RELEASE_WORK;
	r->programme = stmt_text(q, a);
	r->planned_on = stmt_day(q);
	r->made_by = stmt_text(q, a);
	r->made_us = stmt_int(q);
	r->mailed_on = stmt_day(q);
	r->undone_us = stmt_int(q);
}

enum rc
store_notice_run_add(struct store *s, const struct notice_run *run, int64_t *ret_no, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_NOTICE_RUN_LAST);
	int64_t no = 0;
	enum rc rc;

	if ((rc = stmt_next(q, why)) == RC_OK) {
		no = stmt_int(q);
		rc = stmt_end(q, why);
	} else if (rc == RC_ABSENT)
		rc = RC_OK;
	if (rc != RC_OK)
		return rc;
	no++;
	q = stmt_start(s, STMT_NOTICE_RUN_ADD);
	stmt_put_int(q, STMT_NOTICE_RUN_ADD__NO, no);
	stmt_put_int(q, STMT_NOTICE_RUN_ADD__RELEASE, run->release);
	stmt_put_int(q, STMT_NOTICE_RUN_ADD__PURPOSE, run->purpose);
	stmt_put_text(q, STMT_NOTICE_RUN_ADD__PROGRAMME, run->programme);
	stmt_put_day(q, STMT_NOTICE_RUN_ADD__PLANNED_ON, run->planned_on);
	stmt_put_text(q, STMT_NOTICE_RUN_ADD__MADE_BY, run->made_by);
	stmt_put_int(q, STMT_NOTICE_RUN_ADD__MADE_US, s->now_us);
	if ((rc = stmt_run(q, why)) == RC_OK)
		*ret_no = no;
	return rc;
}

enum rc
store_notice_run_get(struct store *s, int64_t no, struct arena *a, struct notice_run *ret_run, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_NOTICE_RUN_GET);
	struct notice_run r;
	enum rc rc;

	stmt_put_int(q, STMT_NOTICE_RUN_GET__NO, no);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	take_run(q, a, &r);
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret_run = r;
	return rc;
}

enum rc
store_notice_run_list(struct store *s, size_t cap, struct arena *a, struct notice_run **ret_runs, size_t *ret_n,
    struct fault *why)
{
	struct rows rows = { a, sizeof(struct notice_run), NULL, 0, 0 };
	struct stmt *q = stmt_start(s, STMT_NOTICE_RUN_LIST);
	struct notice_run *r;
	enum rc rc;

	stmt_put_int(q, STMT_NOTICE_RUN_LIST__CAP, (int64_t)cap);
	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((r = rows_add(&rows)) == NULL) {
			stmt_drop(q);
			return fault_set(why, RC_NOMEM, "store/notice", "no memory");
		}
		take_run(q, a, r);
	}
	if (rc != RC_ABSENT)
		return rc;
	*ret_runs = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

static enum rc
changed_one(struct stmt *q, struct fault *why)
{
	enum rc rc = stmt_run(q, why);

	if (rc != RC_OK)
		return rc;
	return stmt_changed(q) == 1 ? RC_OK : fault_set(why, RC_CONFLICT, "run", "mailed or taken back already");
}

enum rc
store_notice_run_mailed(struct store *s, int64_t no, day on, const char *by, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_NOTICE_RUN_MAILED);

	stmt_put_int(q, STMT_NOTICE_RUN_MAILED__NO, no);
	stmt_put_day(q, STMT_NOTICE_RUN_MAILED__MAILED_ON, on);
	stmt_put_text(q, STMT_NOTICE_RUN_MAILED__MAILED_BY, by);
	return changed_one(q, why);
}

enum rc
store_notice_run_undo(struct store *s, int64_t no, const char *by, const char *reason, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_NOTICE_RUN_UNDO);

	stmt_put_int(q, STMT_NOTICE_RUN_UNDO__NO, no);
	stmt_put_int(q, STMT_NOTICE_RUN_UNDO__UNDONE_US, s->now_us);
	stmt_put_text(q, STMT_NOTICE_RUN_UNDO__UNDONE_BY, by);
	stmt_put_text(q, STMT_NOTICE_RUN_UNDO__UNDO_REASON, reason);
	return changed_one(q, why);
}

/* ---- people of a run ---- */

enum rc
store_notice_add(struct store *s, int64_t run, const struct id *person, int64_t dose,
    enum notice_excluded excluded, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_NOTICE_ADD);

	stmt_put_int(q, STMT_NOTICE_ADD__RUN, run);
	stmt_put_id(q, STMT_NOTICE_ADD__PERSON, person);
	if (dose > 0)
		stmt_put_int(q, STMT_NOTICE_ADD__DOSE, dose);
	stmt_put_int(q, STMT_NOTICE_ADD__EXCLUDED, excluded);
	return stmt_run(q, why);
}

/* The one number of the one row; absent when there is none. */
static enum rc
one_number(struct stmt *q, int64_t if_absent, int64_t *ret, struct fault *why)
{
	int64_t n;
	enum rc rc;

	if ((rc = stmt_next(q, why)) == RC_ABSENT) {
		*ret = if_absent;
		return RC_OK;
	}
	if (rc != RC_OK)
		return rc;
	n = stmt_int_or(q, if_absent);
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret = n;
	return rc;
}

enum rc
store_notice_is_letter(struct store *s, int64_t run, const struct id *person, bool *ret_letter, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_NOTICE_GET);
	int64_t excluded;
	enum rc rc;

	stmt_put_int(q, STMT_NOTICE_GET__RUN, run);
	stmt_put_id(q, STMT_NOTICE_GET__PERSON, person);
	if ((rc = one_number(q, NOTICE_PROTECTED, &excluded, why)) == RC_OK)
		*ret_letter = excluded == NOTICE_LETTER;
	return rc;
}

enum rc
store_notice_last(struct store *s, const struct id *person, const char *programme, day *ret_on, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_NOTICE_LAST);
	int64_t on;
	enum rc rc;

	stmt_put_id(q, STMT_NOTICE_LAST__PERSON, person);
	stmt_put_text(q, STMT_NOTICE_LAST__PROGRAMME, programme);
	stmt_put_int(q, STMT_NOTICE_LAST__RETURNED, NOTICE_RETURNED);
	if ((rc = one_number(q, DAY_NONE.n, &on, why)) == RC_OK)
		*ret_on = (day){ (int32_t)on };
	return rc;
}

enum rc
store_notice_came_back(struct store *s, const struct id *person, bool *ret_back, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_NOTICE_CAME_BACK);
	int64_t back;
	enum rc rc;

	stmt_put_id(q, STMT_NOTICE_CAME_BACK__PERSON, person);
	stmt_put_int(q, STMT_NOTICE_CAME_BACK__RETURNED, NOTICE_RETURNED);
	if ((rc = one_number(q, 0, &back, why)) == RC_OK)
		*ret_back = back != 0;
	return rc;
}

static enum rc
read_rows(struct stmt *q, struct arena *a, struct notice_row **ret_rows, size_t *ret_n, struct fault *why)
{
	struct rows rows = { a, sizeof(struct notice_row), NULL, 0, 0 };
	struct notice_row *r;
	enum rc rc;

	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((r = rows_add(&rows)) == NULL) {
			stmt_drop(q);
			return fault_set(why, RC_NOMEM, "store/notice", "no memory");
		}
		take_run(q, a, &r->run);
		r->person = stmt_id(q);
		r->dose = stmt_int(q);
		r->excluded = excluded_of(stmt_int(q));
	}
	if (rc != RC_ABSENT)
		return rc;
	*ret_rows = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

enum rc
store_notice_of(struct store *s, const struct id *person, struct arena *a, struct notice_row **ret_rows,
    size_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_NOTICE_OF);

	stmt_put_id(q, STMT_NOTICE_OF__PERSON, person);
	return read_rows(q, a, ret_rows, ret_n, why);
}

/* ---- what became of letters ---- */

enum rc
store_notice_event_add(struct store *s, const struct notice_event *e, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_NOTICE_EVENT_LAST);
	int64_t seq;
	enum rc rc;

	stmt_put_int(q, STMT_NOTICE_EVENT_LAST__RUN, e->run);
	stmt_put_id(q, STMT_NOTICE_EVENT_LAST__PERSON, &e->person);
	if ((rc = one_number(q, 0, &seq, why)) != RC_OK)
		return rc;
	q = stmt_start(s, STMT_NOTICE_EVENT_ADD);
	stmt_put_int(q, STMT_NOTICE_EVENT_ADD__RUN, e->run);
	stmt_put_id(q, STMT_NOTICE_EVENT_ADD__PERSON, &e->person);
	stmt_put_int(q, STMT_NOTICE_EVENT_ADD__SEQ, seq + 1);
	stmt_put_int(q, STMT_NOTICE_EVENT_ADD__KIND, e->kind);
	stmt_put_day(q, STMT_NOTICE_EVENT_ADD__ON_DAY, e->on);
	stmt_put_text(q, STMT_NOTICE_EVENT_ADD__NOTE, e->note);
	stmt_put_text(q, STMT_NOTICE_EVENT_ADD__TOLD_BY, e->told_by);
	stmt_put_int(q, STMT_NOTICE_EVENT_ADD__TOLD_US, s->now_us);
	return stmt_run(q, why);
}

static enum rc
read_events(struct stmt *q, struct arena *a, struct notice_event **ret_events, size_t *ret_n, struct fault *why)
{
	struct rows rows = { a, sizeof(struct notice_event), NULL, 0, 0 };
	struct notice_event *e;
	enum rc rc;

	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((e = rows_add(&rows)) == NULL) {
			stmt_drop(q);
			return fault_set(why, RC_NOMEM, "store/notice", "no memory");
		}
		e->run = stmt_int(q);
		e->person = stmt_id(q);
		e->kind = stmt_int(q) == NOTICE_RESENT ? NOTICE_RESENT : NOTICE_RETURNED;
		e->on = stmt_day(q);
		e->note = stmt_text(q, a);
		e->told_by = stmt_text(q, a);
	}
	if (rc != RC_ABSENT)
		return rc;
	*ret_events = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

enum rc
store_notice_events(struct store *s, int64_t run, const struct id *person, struct arena *a,
    struct notice_event **ret_events, size_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_NOTICE_EVENTS);

	stmt_put_int(q, STMT_NOTICE_EVENTS__RUN, run);
	stmt_put_id(q, STMT_NOTICE_EVENTS__PERSON, person);
	return read_events(q, a, ret_events, ret_n, why);
}

enum rc
store_notice_returned(struct store *s, size_t cap, struct arena *a, struct notice_event **ret_events, size_t *ret_n,
    struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_NOTICE_RETURNED);

	stmt_put_int(q, STMT_NOTICE_RETURNED__RETURNED, NOTICE_RETURNED);
	stmt_put_int(q, STMT_NOTICE_RETURNED__CAP, (int64_t)cap);
	return read_events(q, a, ret_events, ret_n, why);
}

/* ---- who wishes none ---- */

enum rc
store_notice_refuse(struct store *s, const struct id *person, const char *programme, const char *reason,
    const char *by, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_NOTICE_REFUSE);

	stmt_put_id(q, STMT_NOTICE_REFUSE__PERSON, person);
	stmt_put_text(q, STMT_NOTICE_REFUSE__PROGRAMME, programme);
	stmt_put_int(q, STMT_NOTICE_REFUSE__SINCE_US, s->now_us);
	stmt_put_text(q, STMT_NOTICE_REFUSE__REASON, reason);
	stmt_put_text(q, STMT_NOTICE_REFUSE__TOLD_BY, by);
	return stmt_run(q, why);
}

enum rc
store_notice_accept(struct store *s, const struct id *person, const char *programme, const char *by,
    struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_NOTICE_ACCEPT);
	enum rc rc;

	stmt_put_id(q, STMT_NOTICE_ACCEPT__PERSON, person);
	stmt_put_text(q, STMT_NOTICE_ACCEPT__PROGRAMME, programme);
	stmt_put_int(q, STMT_NOTICE_ACCEPT__ENDED_US, s->now_us);
	stmt_put_text(q, STMT_NOTICE_ACCEPT__ENDED_BY, by);
	if ((rc = stmt_run(q, why)) != RC_OK)
		return rc;
	return stmt_changed(q) > 0 ? RC_OK : fault_set(why, RC_ABSENT, "notice", "no wish for no letters stands");
}

enum rc
store_notice_refused(struct store *s, const struct id *person, const char *programme, bool *ret_refused,
    struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_NOTICE_REFUSED);
	int64_t n;
	enum rc rc;

	stmt_put_id(q, STMT_NOTICE_REFUSED__PERSON, person);
	stmt_put_text(q, STMT_NOTICE_REFUSED__PROGRAMME, programme);
	if ((rc = one_number(q, 0, &n, why)) == RC_OK)
		*ret_refused = n > 0;
	return rc;
}

#include <stdio.h>
#include <string.h>

#include "action/node.h"
#include "store/store_notice.h"
#include "store/store_portal.h"

/*
 * Runs of letters.  Whom a run writes to is decided anew from what stands when it is made: a release is of an
 * earlier day, and a letter to a dead child or to where somebody fled from cannot be taken back.  Who is
 * left out is written down with the reason.
 */
#define ROWS_AT_ONCE 500
#define DETAIL_SIZE 160
#define SPAN_DAYS 60			/* watashi.conf can say otherwise */
#define SPAN_DAYS_MAX 366

struct making {
	struct call *c;
	struct notice_run run;
	int span_days;			/* no two letters about one programme within so many days */
	int64_t count[NOTICE_EXCLUDED__COUNT];
};

static enum rc
decide(struct making *m, const struct release_row *row, enum notice_excluded *ret, struct fault *why)
{
	struct store *s = m->c->a->store;
	struct person p;
	bool yes = false;
	day last;
	enum rc rc;

	if ((rc = store_person_get(s, &row->person, &m->c->arena, &p, why)) != RC_OK)
		return rc;
	if (day_known(p.died_on)) {
		*ret = NOTICE_DIED;
		return RC_OK;
	}
	if (p.is_protected || row->is_shielded) {
		*ret = NOTICE_PROTECTED;
		return RC_OK;
	}
	if (person_residence_on(&p, m->c->today) == NULL) {
		*ret = NOTICE_DEPARTED;
		return RC_OK;
	}
	if ((rc = store_notice_refused(s, &p.id, m->run.programme, &yes, why)) != RC_OK)
		return rc;
	if (yes) {
		*ret = NOTICE_REFUSED;
		return RC_OK;
	}
	if ((rc = store_notice_last(s, &p.id, m->run.programme, &last, why)) != RC_OK)
		return rc;
	if (day_known(last) && day_before(m->run.planned_on, day_add(last, m->span_days))) {
		*ret = NOTICE_LATELY;
		return RC_OK;
	}
	if ((rc = store_notice_came_back(s, &p.id, &yes, why)) == RC_OK)
		*ret = yes ? NOTICE_CAME_BACK : NOTICE_LETTER;
	return rc;
}

/* Everybody of the release, in the transaction that is open. */
static enum rc
take_people(struct making *m, struct fault *why)
{
	struct store *s = m->c->a->store;
	struct arena whole = m->c->arena;
	enum notice_excluded excluded = NOTICE_LETTER;
	struct release_row *row;
	int64_t after = 0;
	size_t n = ROWS_AT_ONCE;
	enum rc rc = RC_OK;

	while (rc == RC_OK && n == ROWS_AT_ONCE) {
		arena_init(&m->c->arena, LIMIT_REQUEST_BYTES);
		rc = store_release_rows(s, m->run.release, after, ROWS_AT_ONCE, &m->c->arena, &row, &n, why);
		for (size_t i = 0; rc == RC_OK && i < n; i++) {
			after = row[i].seq;
			if ((rc = decide(m, &row[i], &excluded, why)) != RC_OK)
				break;
			m->count[excluded]++;
			rc = store_notice_add(s, m->run.no, &row[i].person, row[i].dose, excluded, why);
		}
		arena_clear(&m->c->arena);
	}
	m->c->arena = whole;
	return rc;
}

/* The release, what it is for and about what. */
static enum rc
begin_run(struct making *m, struct fault *why)
{
	struct call *c = m->c;
	const char *programme = request_text(c->r, TAG_PROGRAMME);
	struct release release;
	int64_t again;
	int span;
	enum rc rc;

	if ((rc = config_number("notice_span_days", c->a->config.notice_span_days, SPAN_DAYS, SPAN_DAYS_MAX, &span,
	    why)) != RC_OK)
		return rc;
	again = request_int(c->r, TAG_AGAIN_AFTER, span);
	if (again < 0 || again > SPAN_DAYS_MAX)
		return fault_set(why, RC_INVALID, "again-after", "expected days from 0 to %d", SPAN_DAYS_MAX);
	m->span_days = (int)again;
	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	if ((rc = store_release_get(c->a->store, request_int(c->r, TAG_RELEASE, 0), &c->arena, &release,
	    why)) == RC_ABSENT)
		return fault_set(why, RC_ABSENT, "release", "nothing was released under this number");
	if (rc != RC_OK)
		return rc;
	if (release.is_apart || release.purpose == RELEASE_WORK)
		return fault_set(why, RC_REFUSED, "release", release.is_apart ?
		    "these people could not be decided: nobody is written to by guessing" :
		    "it was released for work in the office, not for letters");
	if (programme != NULL && release.programme[0] != '\0' && strcmp(programme, release.programme) != 0)
		return fault_set(why, RC_INVALID, "programme", "the release is about another programme");
	if (programme == NULL)
		programme = release.programme;
	if (programme[0] == '\0')
		return fault_set(why, RC_INVALID, "programme", "say what the letters are about");
	if (c->a->law == NULL || law_find_programme(c->a->law, programme, strlen(programme)) == LAW_NONE)
		return fault_set(why, RC_INVALID, "programme", "no programme is called so");
	m->run = (struct notice_run){ .release = release.no, .purpose = release.purpose, .programme = programme,
	    .planned_on = request_day(c->r, TAG_ON), .made_by = c->actor };
	if (!day_known(m->run.planned_on))
		m->run.planned_on = c->today;
	if (day_before(m->run.planned_on, c->today))
		return fault_set(why, RC_INVALID, "on", "lies in the past: letters are mailed from today on");
	return store_notice_run_add(c->a->store, &m->run, &m->run.no, why);
}

enum rc
do_notice_run(struct call *c, struct fault *why)
{
	struct making m = { .c = c };
	char detail[DETAIL_SIZE], on[DAY_TEXT_SIZE];
	enum rc rc;

	if ((rc = begin_run(&m, why)) != RC_OK || (rc = take_people(&m, why)) != RC_OK)
		return rc;
	if (m.count[NOTICE_LETTER] == 0)
		return fault_set(why, RC_REFUSED, "run", "nobody is left to write to");
	day_write(m.run.planned_on, on);
	(void)snprintf(detail, sizeof(detail), "run %lld of release %lld: %.48s, %s, %s, %lld letters",
	    (long long)m.run.no, (long long)m.run.release, m.run.programme, release_purpose_word(m.run.purpose), on,
	    (long long)m.count[NOTICE_LETTER]);
	if ((rc = node_audit(c, NULL, AUDIT_DONE, detail, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK ||
	    (rc = node_reply_count(c, "list", "run", NULL, m.run.no, why)) != RC_OK ||
	    (rc = node_reply_count(c, "list", "programme", m.run.programme, -1, why)) != RC_OK ||
	    (rc = node_reply_count(c, "list", "purpose", release_purpose_word(m.run.purpose), -1, why)) != RC_OK ||
	    (rc = node_reply_count(c, "list", "plannedOn", on, -1, why)) != RC_OK)
		return rc;
	rc = node_reply_count(c, "list", "letters", NULL, m.count[NOTICE_LETTER], why);
	for (int i = NOTICE_LETTER + 1; i < NOTICE_EXCLUDED__COUNT && rc == RC_OK; i++)
		rc = node_reply_count(c, "excluded", notice_excluded_word((enum notice_excluded)i), NULL, m.count[i], why);
	return rc;
}

static enum rc
reply_run(struct call *c, const struct notice_run *r, struct fault *why)
{
	struct frame f;
	enum rc rc;

	frame_init(&f, RESULT_ROW);
	frame_put_int(&f, TAG_RUN, r->no);
	frame_put_int(&f, TAG_RELEASE, r->release);
	frame_put_text(&f, TAG_PROGRAMME, r->programme);
	frame_put_text(&f, TAG_PURPOSE, release_purpose_word(r->purpose));
	frame_put_text(&f, TAG_STATE, r->undone_us != 0 ? "undone" : day_known(r->mailed_on) ? "mailed" : "planned");
	frame_put_day(&f, TAG_ON, day_known(r->mailed_on) ? r->mailed_on : r->planned_on);
	node_put_officer(c, &f, TAG_OFFICER, r->made_by);
	frame_put_int(&f, TAG_AT, r->made_us);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

enum rc
do_notice_runs(struct call *c, struct fault *why)
{
	struct notice_run *r;
	size_t n;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = store_notice_run_list(c->a->store, node_most(c), &c->arena, &r, &n, why)) != RC_OK ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, NULL, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	n = node_cut(c, n);
	for (size_t i = 0; i < n && rc == RC_OK; i++)
		rc = reply_run(c, &r[i], why);
	return rc;
}

static enum rc
find_run(struct call *c, struct notice_run *ret_run, struct fault *why)
{
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	rc = store_notice_run_get(c->a->store, request_int(c->r, TAG_RUN, 0), &c->arena, ret_run, why);
	return rc == RC_ABSENT ? fault_set(why, RC_ABSENT, "run", "no run has this number") : rc;
}

/* After a change of a run: its trace, the commit, and how it stands. */
static enum rc
finish_run(struct call *c, int64_t no, struct fault *why)
{
	struct notice_run r;
	char detail[DETAIL_SIZE];
	enum rc rc;

	(void)snprintf(detail, sizeof(detail), "run %lld", (long long)no);
	if ((rc = store_notice_run_get(c->a->store, no, &c->arena, &r, why)) != RC_OK ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, detail, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	return reply_run(c, &r, why);
}

enum rc
do_notice_mail(struct call *c, struct fault *why)
{
	day on = request_day(c->r, TAG_ON);
	struct notice_run r;
	enum rc rc;

	if (!day_known(on))
		on = c->today;
	if (day_after(on, c->today))
		return fault_set(why, RC_INVALID, "on", "lies in the future: say it when they are mailed");
	if ((rc = find_run(c, &r, why)) != RC_OK ||
	    (rc = store_notice_run_mailed(c->a->store, r.no, on, c->actor, why)) != RC_OK)
		return rc;
	return finish_run(c, r.no, why);
}

enum rc
do_notice_undo(struct call *c, struct fault *why)
{
	int64_t told[PORTAL_STATE__COUNT];
	struct notice_run r;
	enum rc rc;

	if ((rc = find_run(c, &r, why)) != RC_OK)
		return rc;
	if (day_known(r.mailed_on))
		return fault_set(why, RC_REFUSED, "run", "it was mailed: what is in the post cannot be taken back");
	if ((rc = store_portal_count(c->a->store, r.no, told, why)) != RC_OK)
		return rc;
	if (told[PORTAL_SENT] + told[PORTAL_RECEIVED] + told[PORTAL_THERE] > 0)
		return fault_set(why, RC_REFUSED, "run", "notices of it are at portals: what is there cannot be taken back");
	if ((rc = store_notice_run_undo(c->a->store, r.no, c->actor, request_text(c->r, TAG_REASON), why)) != RC_OK)
		return rc;
	return finish_run(c, r.no, why);
}

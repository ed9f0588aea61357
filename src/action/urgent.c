#include "action/urgent.h"

#include <stdio.h>
#include <string.h>

#include "action/acquire_code.h"
#include "action/inquiry_step.h"
#include "action/say.h"
#include "record/code.h"
#include "store/store_held.h"
#include "store/store_urgent.h"

/*
 * Asking at once.  An inquiry rests on a period of residence in the register; where that cannot be
 * waited for, two officers answer for it (data/code/approval.tsv), it stands on the auditor's list of
 * the day, and it ends unless the register names the town within three working days.
 */
#define WORKING_DAYS 3
/* Emergencies are few: who proposes more in a day is looking people up. */
#define OFFICER_A_DAY 20
#define LOOKED_AT_ONCE 1000		/* of those that wait; more than officers may ask for in weeks */
#define US_PER_DAY (24 * 3600 * INT64_C(1000000))
#define JAPAN_US (9 * 3600 * INT64_C(1000000))

/* Midnight in Japan after the third working day that follows.  Public holidays are not known here:
 * they shorten the time, and never lengthen it. */
static int64_t
end_of_time(day today)
{
	int left = WORKING_DAYS;
	int32_t n = today.n;

	while (left > 0) {
		n++;
		if ((n + 3) % 7 < 5)		/* 1970-01-01 was a Thursday */
			left--;
	}
	return (n + 1) * US_PER_DAY - JAPAN_US;
}

static bool
register_names(const struct person *p, const char *provider, day today)
{
	const char *code;
	size_t i;

	for (i = 0; i < p->n_residences; i++)
		if (code_municipality_to_ask(p->residences[i].previous, today, &code) == RC_OK &&
		    strcmp(code, provider) == 0)
			return true;
	return false;
}

static enum rc
reply_urgent(struct call *c, const struct urgent_row *row, struct fault *why)
{
	static const char *const word[URGENT_STATE__COUNT] = { "waits", "confirmed", "unconfirmed" };
	struct inquiry_row inquiry = { .provider = "" };	/* stays so of a protected person */
	struct person p;
	struct frame f;
	enum rc rc;

	rc = store_inquiry_get(c->a->store, &row->inquiry, &c->arena, &inquiry, why);
	if ((rc != RC_OK && rc != RC_ABSENT) ||
	    (rc = store_person_get(c->a->store, &row->person, &c->arena, &p, why)) != RC_OK)
		return rc;
	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_ADDRESSEE, p.addressee_no);
	frame_put_text(&f, TAG_PROVIDER, inquiry.provider);
	frame_put_text(&f, TAG_STATE, word[row->state]);
	/* What is proposed is the same whoever gives it. */
	if (c->r->kind == REQUEST_INQUIRY_URGENT)
		node_put_officer(c, &f, TAG_OFFICER, inquiry.asked_by);
	frame_put_text(&f, TAG_REASON, row->reason);
	frame_put_int(&f, TAG_REQUESTED_AT, row->asked_us);
	frame_put_int(&f, TAG_NEXT_AT, row->state == URGENT_WAITS ? row->until_us : 0);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

static enum rc
refuse(struct call *c, const struct id *person, const char *word, const char *text, struct fault *why)
{
	enum rc rc;

	if ((rc = node_audit(c, person, AUDIT_REFUSED, word, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	return fault_set(why, RC_REFUSED, "inquiry", "%s", text);
}

enum rc
do_inquire_urgent(struct call *c, struct fault *why)
{
	struct action *a = c->a;
	const char *from = request_text(c->r, TAG_FROM), *provider;
	struct inquiry_row row = { .basis = INQUIRY_SECOND_OFFICER, .from = DAY_NONE, .to = DAY_NONE,
	    .asked_by = c->actor, .requested_us = c->now_us };
	struct urgent_row urgent = { .reason = request_text(c->r, TAG_REASON), .asked_us = c->now_us,
	    .state = URGENT_WAITS };
	char proposer[NODE_ACTOR_SIZE];
	enum code_use use;
	struct person p;
	int64_t lately = 0;
	enum rc rc;

	if (!say_connected(a))
		return fault_set(why, RC_REFUSED, "network",
		    "this node is not joined to a network: see watashi doctor");
	if ((rc = code_municipality_to_ask(from, c->today, &provider)) == RC_INVALID)
		return fault_set(why, RC_INVALID, "from", "not a municipality code with a right check digit");
	if (rc == RC_ABSENT || strcmp(provider, a->config.municipality) == 0)
		return fault_set(why, RC_REFUSED, "from",
		    "nobody is asked abroad, at an unknown place or here: enter the doses by hand");
	if ((rc = store_begin(a->store, c->now_us, why)) != RC_OK ||
	    (rc = node_person(c, request_text(c->r, TAG_ADDRESSEE), &p, why)) != RC_OK)
		return rc;
	if (p.is_protected)
		return refuse(c, &p.id, "protected", "the record is protected: nobody is asked", why);
	if (register_names(&p, provider, c->today))
		return refuse(c, &p.id, "not-needed",
		    "the register names this municipality: watashi inquire asks it without a second officer", why);
	(void)snprintf(proposer, sizeof(proposer), "%.*s", (int)strcspn(c->actor, "+"), c->actor);
	if ((rc = store_urgent_count_by(a->store, proposer, c->now_us - US_PER_DAY, &lately, why)) != RC_OK)
		return rc;
	if (lately >= OFFICER_A_DAY)
		return refuse(c, &p.id, "limit", "an officer asks urgently at most 20 times within a day", why);
	if ((rc = code_want(a, &p.id, c->now_us, &use, why)) != RC_OK)
		return rc;
	if (use == CODE_NO_NUMBER || use == CODE_UNUSABLE)
		return refuse(c, &p.id, "no-code", use == CODE_NO_NUMBER ?
		    "no MyNumber is kept for this person: the network cannot be asked" :
		    "this person's code may not be used until an officer decides: see watashi held list", why);
	row.person = urgent.person = p.id;
	row.provider = provider;
	row.deadline_us = urgent.until_us = end_of_time(c->today);
	if ((rc = inquiry_draft(a, &row, why)) == RC_CONFLICT)
		return fault_set(why, RC_REFUSED, "inquiry", "this municipality is being asked already");
	if (rc != RC_OK)
		return rc;
	urgent.inquiry = row.id;
	if ((rc = store_urgent_add(a->store, &urgent, why)) != RC_OK ||
	    (rc = node_audit(c, &p.id, AUDIT_DONE, provider, why)) != RC_OK ||
	    (rc = store_commit(a->store, why)) != RC_OK ||
	    (rc = store_begin(a->store, c->now_us, why)) != RC_OK)
		return rc;
	return reply_urgent(c, &urgent, why);
}

/* The auditor's list: of one day, or (no day) everything that still waits for the register. */
enum rc
do_inquiry_urgent(struct call *c, struct fault *why)
{
	day on = request_day(c->r, TAG_ON);
	int64_t from = day_known(on) ? on.n * US_PER_DAY - JAPAN_US : 0;
	struct urgent_row *row;
	size_t n, i;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, NULL, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK ||
	    (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = store_urgent_list(c->a->store, day_known(on) ? URGENT_STATE__COUNT : URGENT_WAITS, from,
	    from + US_PER_DAY, node_most(c), &c->arena, &row, &n, why)) != RC_OK)
		return rc;
	n = node_cut(c, n);
	for (i = 0; i < n && rc == RC_OK; i++)
		rc = reply_urgent(c, &row[i], why);
	return rc;
}

static enum rc
judge(struct action *a, const struct urgent_row *row, int64_t now_us, day today, struct arena *arena,
    struct fault *why)
{
	struct held_row work = { .kind = HELD_POISON, .reason = "urgent-unconfirmed", .person = row->person };
	struct inquiry_row inquiry;
	struct person p;
	struct id id;
	bool is_new;
	enum rc rc;

	if ((rc = store_inquiry_get(a->store, &row->inquiry, arena, &inquiry, why)) != RC_OK ||
	    (rc = store_person_get(a->store, &row->person, arena, &p, why)) != RC_OK)
		return rc;
	if (register_names(&p, inquiry.provider, today)) {
		if ((rc = store_urgent_set(a->store, &row->inquiry, URGENT_CONFIRMED, why)) != RC_OK)
			return rc;
		return say_audit(a, "urgent-confirmed", &row->person, AUDIT_DONE, NULL, why);
	}
	if (now_us < row->until_us)
		return RC_OK;
	work.reference = inquiry.record_no;
	work.source = inquiry.asked_by;
	if ((rc = store_urgent_set(a->store, &row->inquiry, URGENT_UNCONFIRMED, why)) != RC_OK ||
	    (rc = store_held_add(a->store, &work, &id, &is_new, why)) != RC_OK)
		return rc;
	return say_audit(a, "urgent-unconfirmed", &row->person, AUDIT_FAILED, inquiry.asked_by, why);
}

enum rc
urgent_poll(struct action *a, int64_t now_us, day today, struct fault *why)
{
	struct urgent_row *row;
	struct arena arena;
	size_t n, i;
	enum rc rc;

	arena_init(&arena, LIMIT_REQUEST_BYTES);
	rc = store_urgent_list(a->store, URGENT_WAITS, 0, 0, LOOKED_AT_ONCE, &arena, &row, &n, why);
	for (i = 0; rc == RC_OK && i < n; i++)
		rc = judge(a, &row[i], now_us, today, &arena, why);
	arena_clear(&arena);
	return rc;
}

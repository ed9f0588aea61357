#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "exchange/inquiry.h"
#include "tests/lib/runner.h"

#define NEVER INT64_MAX
#define REFUSED_PAIR (-1)

/* "at t, event, expect": state, effects and the time to look again.  effects -1: the pair is refused. */
struct line {
	int64_t at_ms;
	int event;
	int state;
	int effects;
	int64_t next_at_ms;
};

#define POLL INQUIRY_DO_POLL
#define DAY_MS INT64_C(86400000)

static void
play_inquiry(const char *name, const struct line *line, size_t n)
{
	struct inquiry now = { .state = INQUIRY_DRAFT, .deadline_ms = 30 * DAY_MS };

	for (size_t i = 0; i < n; i++) {
		struct inquiry_step step = { .next = { .polls = -7 } };
		enum rc rc = inquiry_next(&now, (enum inquiry_event)line[i].event, line[i].at_ms, 1000, &step);

		if (line[i].effects == REFUSED_PAIR) {
			CU_ASSERT_EQUAL(rc, RC_REFUSED);
			CU_ASSERT_EQUAL(step.next.polls, -7);	/* untouched */
			continue;
		}
		if (rc != RC_OK || step.next.state != (enum inquiry_state)line[i].state ||
		    step.effects != (unsigned)line[i].effects || step.next_at_ms != line[i].next_at_ms)
			printf("%s, line %zu (%s): rc %d, %s, effects %x, next %lld\n", name, i + 1,
			    inquiry_event_name((enum inquiry_event)line[i].event), (int)rc,
			    inquiry_state_name(step.next.state), step.effects, (long long)step.next_at_ms);
		CU_ASSERT_EQUAL_FATAL(rc, RC_OK);
		CU_ASSERT_EQUAL(step.next.state, line[i].state);
		CU_ASSERT_EQUAL(step.effects, line[i].effects);
		CU_ASSERT_EQUAL(step.next_at_ms, line[i].next_at_ms);
		now = step.next;
	}
}
#define PLAY(name, ...) do {							\
	static const struct line script_[] = { __VA_ARGS__ };			\
	play_inquiry(name, script_, sizeof(script_) / sizeof(script_[0]));	\
} while (0)

static void
an_inquiry_goes_from_draft_to_applied(void)
{
	PLAY("straight",
	    { 0, INQUIRY_ON_SEND, INQUIRY_DRAFT, INQUIRY_DO_SEND, NEVER },
	    { 100, INQUIRY_ON_RECEIPT, INQUIRY_ACCEPTED, POLL, 200 },
	    { 1100, INQUIRY_ON_CHECKED, INQUIRY_CHECKED, POLL, 1200 },
	    { 2100, INQUIRY_ON_PERMITTED, INQUIRY_PERMITTED, POLL, 2200 },
	    { 3100, INQUIRY_ON_NOTIFIED, INQUIRY_NOTIFIED, POLL, 3200 },
	    { 4100, INQUIRY_ON_ANSWER, INQUIRY_ANSWERED, INQUIRY_DO_EVIDENCE, NEVER },
	    { 4100, INQUIRY_ON_TAKEN, INQUIRY_FETCHED, INQUIRY_DO_COMPARE, NEVER },
	    { 4100, INQUIRY_ON_MATCH, INQUIRY_APPLIED, INQUIRY_DO_APPLY | INQUIRY_DO_RECORD, NEVER },
	    { 4200, INQUIRY_ON_RESTART, INQUIRY_APPLIED, 0, NEVER });
}

static void
polls_become_rarer_while_nothing_changes_and_begin_anew_when_something_does(void)
{
	PLAY("polls",
	    { 0, INQUIRY_ON_RECEIPT, INQUIRY_ACCEPTED, POLL, 100 },
	    { 1000, INQUIRY_ON_BUSY, INQUIRY_ACCEPTED, POLL, 1300 },
	    { 3000, INQUIRY_ON_BUSY, INQUIRY_ACCEPTED, POLL, 3900 },
	    { 7000, INQUIRY_ON_BUSY, INQUIRY_ACCEPTED, POLL, 9700 },
	    { 15000, INQUIRY_ON_NOTIFIED, INQUIRY_NOTIFIED, POLL, 15100 },
	    { 16000, INQUIRY_ON_NOTIFIED, INQUIRY_NOTIFIED, POLL, 16300 },
	    { 18000, INQUIRY_ON_HELD, INQUIRY_HELD, POLL, 48000 },
	    { 48000, INQUIRY_ON_HELD, INQUIRY_HELD, POLL, 108000 },
	    { 108000, INQUIRY_ON_HELD, INQUIRY_HELD, POLL, 228000 },
	    { 228000, INQUIRY_ON_HELD, INQUIRY_HELD, POLL, 468000 },
	    { 468000, INQUIRY_ON_HELD, INQUIRY_HELD, POLL, 948000 },
	    { 948000, INQUIRY_ON_HELD, INQUIRY_HELD, POLL, 1548000 },	/* ten minutes at most */
	    { 1548000, INQUIRY_ON_HELD, INQUIRY_HELD, POLL, 2148000 },
	    { 2148000, INQUIRY_ON_ANSWER, INQUIRY_ANSWERED, INQUIRY_DO_EVIDENCE, NEVER });
}

static void
a_poll_may_skip_steps_but_never_goes_back(void)
{
	PLAY("skip",
	    { 0, INQUIRY_ON_RECEIPT, INQUIRY_ACCEPTED, POLL, 100 },
	    { 1000, INQUIRY_ON_NOTIFIED, INQUIRY_NOTIFIED, POLL, 1100 },
	    { 2000, INQUIRY_ON_CHECKED, INQUIRY_NOTIFIED, POLL, 2300 },		/* an answer overtaken */
	    { 4000, INQUIRY_ON_RECEIPT, INQUIRY_NOTIFIED, 0, NEVER },		/* a receipt twice */
	    { 4100, INQUIRY_ON_HELD, INQUIRY_HELD, POLL, 34100 },
	    { 34100, INQUIRY_ON_NOTIFIED, INQUIRY_HELD, POLL, 94100 },
	    { 94100, INQUIRY_ON_SEND, 0, REFUSED_PAIR, 0 },
	    { 94100, INQUIRY_ON_MATCH, 0, REFUSED_PAIR, 0 },
	    { 94100, INQUIRY_ON_CANCEL, 0, REFUSED_PAIR, 0 });
}

static void
a_different_person_sets_the_answer_aside_until_an_officer_decides(void)
{
	PLAY("doubt, accepted",
	    { 0, INQUIRY_ON_RECEIPT, INQUIRY_ACCEPTED, POLL, 100 },
	    { 1000, INQUIRY_ON_ANSWER, INQUIRY_ANSWERED, INQUIRY_DO_EVIDENCE, NEVER },
	    { 1000, INQUIRY_ON_TAKEN, INQUIRY_FETCHED, INQUIRY_DO_COMPARE, NEVER },
	    { 1000, INQUIRY_ON_DIFFER, INQUIRY_IN_DOUBT,
	      INQUIRY_DO_RECORD | INQUIRY_DO_WORK | INQUIRY_DO_BAR_CODE, NEVER },
	    { 2000, INQUIRY_ON_MATCH, 0, REFUSED_PAIR, 0 },
	    { 2000, INQUIRY_ON_DEADLINE, 0, REFUSED_PAIR, 0 },		/* not yet due */
	    { 3000, INQUIRY_ON_ANSWER, INQUIRY_IN_DOUBT, 0, NEVER },	/* the same answer again */
	    { 40 * DAY_MS, INQUIRY_ON_DEADLINE, INQUIRY_IN_DOUBT, 0, NEVER },
	    { 40 * DAY_MS, INQUIRY_ON_OFFICER_ACCEPTS, INQUIRY_APPLIED,
	      INQUIRY_DO_APPLY | INQUIRY_DO_FREE_CODE, NEVER },
	    { 40 * DAY_MS, INQUIRY_ON_OFFICER_REJECTS, 0, REFUSED_PAIR, 0 });
	PLAY("doubt, rejected",
	    { 0, INQUIRY_ON_RECEIPT, INQUIRY_ACCEPTED, POLL, 100 },
	    { 1000, INQUIRY_ON_ANSWER, INQUIRY_ANSWERED, INQUIRY_DO_EVIDENCE, NEVER },
	    { 1000, INQUIRY_ON_TAKEN, INQUIRY_FETCHED, INQUIRY_DO_COMPARE, NEVER },
	    { 1000, INQUIRY_ON_DIFFER, INQUIRY_IN_DOUBT,
	      INQUIRY_DO_RECORD | INQUIRY_DO_WORK | INQUIRY_DO_BAR_CODE, NEVER },
	    /* The code stays barred: it leads to somebody else. */
	    { 2000, INQUIRY_ON_OFFICER_REJECTS, INQUIRY_ERROR, INQUIRY_DO_WORK, NEVER });
}

static void
an_answer_whose_signature_does_not_hold_is_kept_and_alarms(void)
{
	PLAY("unverified",
	    { 0, INQUIRY_ON_RECEIPT, INQUIRY_ACCEPTED, POLL, 100 },
	    { 1000, INQUIRY_ON_ANSWER, INQUIRY_ANSWERED, INQUIRY_DO_EVIDENCE, NEVER },
	    { 1000, INQUIRY_ON_MATCH, 0, REFUSED_PAIR, 0 },	/* never applied unverified */
	    { 1000, INQUIRY_ON_UNVERIFIED, INQUIRY_ERROR,
	      INQUIRY_DO_RECORD | INQUIRY_DO_WORK | INQUIRY_DO_ALARM, NEVER },
	    { 1100, INQUIRY_ON_TAKEN, 0, REFUSED_PAIR, 0 });
}

static void
nothing_known_is_an_end_of_its_own(void)
{
	PLAY("no data from the hub",
	    { 0, INQUIRY_ON_RECEIPT, INQUIRY_ACCEPTED, POLL, 100 },
	    { 1000, INQUIRY_ON_NO_DATA, INQUIRY_NO_DATA, INQUIRY_DO_RECORD, NEVER },
	    { 2000, INQUIRY_ON_REFUSAL, 0, REFUSED_PAIR, 0 });
	PLAY("no data, signed by the provider",
	    { 0, INQUIRY_ON_RECEIPT, INQUIRY_ACCEPTED, POLL, 100 },
	    { 1000, INQUIRY_ON_ANSWER, INQUIRY_ANSWERED, INQUIRY_DO_EVIDENCE, NEVER },
	    { 1000, INQUIRY_ON_TAKEN, INQUIRY_FETCHED, INQUIRY_DO_COMPARE, NEVER },
	    { 1000, INQUIRY_ON_NO_DATA, INQUIRY_NO_DATA, INQUIRY_DO_RECORD, NEVER });
}

static void
without_a_code_the_inquiry_waits_as_a_draft(void)
{
	PLAY("no code",
	    { 0, INQUIRY_ON_SEND, INQUIRY_DRAFT, INQUIRY_DO_SEND, NEVER },
	    { 10, INQUIRY_ON_NO_CODE, INQUIRY_DRAFT, INQUIRY_DO_ACQUIRE, NEVER },
	    { 5000, INQUIRY_ON_SEND, INQUIRY_DRAFT, INQUIRY_DO_SEND, NEVER },
	    { 5010, INQUIRY_ON_RECEIPT, INQUIRY_ACCEPTED, POLL, 5110 },
	    { 6010, INQUIRY_ON_NO_CODE, INQUIRY_DRAFT, INQUIRY_DO_RECORD | INQUIRY_DO_ACQUIRE, NEVER });
}

static void
what_the_deadline_ends_can_be_asked_again(void)
{
	PLAY("deadline",
	    { 0, INQUIRY_ON_RECEIPT, INQUIRY_ACCEPTED, POLL, 100 },
	    { 30 * DAY_MS - 500, INQUIRY_ON_HELD, INQUIRY_HELD, POLL, 30 * DAY_MS },	/* one last look */
	    { 30 * DAY_MS - 1, INQUIRY_ON_DEADLINE, 0, REFUSED_PAIR, 0 },
	    { 30 * DAY_MS, INQUIRY_ON_DEADLINE, INQUIRY_EXPIRED, INQUIRY_DO_RECORD | INQUIRY_DO_WORK, NEVER },
	    { 31 * DAY_MS, INQUIRY_ON_ANSWER, INQUIRY_EXPIRED, INQUIRY_DO_EVIDENCE, NEVER });	/* too late: evidence only */
	PLAY("permit gone",
	    { 0, INQUIRY_ON_RECEIPT, INQUIRY_ACCEPTED, POLL, 100 },
	    { 1000, INQUIRY_ON_PERMIT_GONE, INQUIRY_EXPIRED, INQUIRY_DO_RECORD | INQUIRY_DO_RENEW, NEVER });
	PLAY("cancelled",
	    { 0, INQUIRY_ON_CANCEL, INQUIRY_EXPIRED, 0, NEVER });
}

static void
after_a_restart_everything_open_is_polled_at_once(void)
{
	static const enum inquiry_state open[] = { INQUIRY_ACCEPTED, INQUIRY_CHECKED, INQUIRY_PERMITTED,
	    INQUIRY_NOTIFIED, INQUIRY_HELD };

	for (size_t i = 0; i < sizeof(open) / sizeof(open[0]); i++) {
		struct inquiry now = { open[i], 9, 1000000 };
		struct inquiry_step step;

		CU_ASSERT_EQUAL_FATAL(inquiry_next(&now, INQUIRY_ON_RESTART, 5000, 0, &step), RC_OK);
		CU_ASSERT_EQUAL(step.next.state, open[i]);
		CU_ASSERT_EQUAL(step.effects, POLL);
		CU_ASSERT_EQUAL(step.next_at_ms, 5000);
	}
}

/* All pairs of state and event, walked from the draft: what must hold whatever comes in whatever order. */
static void
no_order_of_events_applies_twice_or_applies_what_was_not_verified(void)
{
	/* state, whether verified, whether applied, whether a record was written */
	static bool seen[INQUIRY_STATE__COUNT][2][2][2];
	struct place { int state, verified, applied, recorded; } todo[512];
	size_t n = 0, reached = 0;

	memset(seen, 0, sizeof(seen));
	todo[n++] = (struct place){ INQUIRY_DRAFT, 0, 0, 0 };
	seen[INQUIRY_DRAFT][0][0][0] = true;
	while (n > 0) {
		struct place p = todo[--n];

		reached++;
		for (int e = 0; e < INQUIRY_EVENT__COUNT; e++) {
			struct inquiry now = { (enum inquiry_state)p.state, 0, 0 };
			struct inquiry_step step;
			struct place q = p;

			if (inquiry_next(&now, (enum inquiry_event)e, 10, 0, &step) != RC_OK)
				continue;
			q.state = (int)step.next.state;
			if (e == INQUIRY_ON_TAKEN)
				q.verified = 1;
			if (step.effects & INQUIRY_DO_APPLY) {
				CU_ASSERT(q.verified);
				CU_ASSERT_FALSE(q.applied);
				q.applied = 1;
			}
			if (step.effects & INQUIRY_DO_RECORD)
				q.recorded = 1;
			/* From a reception on, every end has left a record, refusals too. */
			if (inquiry_ended(step.next.state) && p.state >= INQUIRY_ACCEPTED && p.state <= INQUIRY_FETCHED)
				CU_ASSERT(q.recorded);
			/* An end is never left again. */
			if (inquiry_ended((enum inquiry_state)p.state))
				CU_ASSERT_EQUAL(q.state, p.state);
			CU_ASSERT_EQUAL(q.applied, q.state == INQUIRY_APPLIED ? 1 : 0);
			if (!seen[q.state][q.verified][q.applied][q.recorded]) {
				seen[q.state][q.verified][q.applied][q.recorded] = true;
				todo[n++] = q;
			}
		}
	}
	CU_ASSERT(reached > INQUIRY_STATE__COUNT);
	for (int s = 0; s < INQUIRY_STATE__COUNT; s++)
		CU_ASSERT(seen[s][0][0][0] || seen[s][1][0][0] || seen[s][0][0][1] || seen[s][1][0][1] || seen[s][1][1][1]);
}

static void
every_state_survives_a_restart_and_can_be_left_unless_it_is_an_end(void)
{
	for (int s = 0; s < INQUIRY_STATE__COUNT; s++) {
		struct inquiry now = { (enum inquiry_state)s, 0, 0 };
		struct inquiry_step step;
		int ways = 0;

		CU_ASSERT_EQUAL_FATAL(inquiry_next(&now, INQUIRY_ON_RESTART, 5, 0, &step), RC_OK);
		CU_ASSERT_EQUAL(step.next.state, s);
		for (int e = 0; e < INQUIRY_EVENT__COUNT; e++)
			ways += inquiry_next(&now, (enum inquiry_event)e, 5, 0, &step) == RC_OK && (int)step.next.state != s;
		CU_ASSERT_EQUAL(ways == 0, inquiry_ended((enum inquiry_state)s));
		CU_ASSERT_EQUAL(inquiry_state_of(inquiry_state_name((enum inquiry_state)s)), s);
	}
	CU_ASSERT_EQUAL(inquiry_state_of("nonsense"), INQUIRY_STATE__COUNT);
}

static void
each_error_of_the_network_is_an_event(void)
{
	static const struct { enum message_error error; enum inquiry_event event; } expect[] = {
		{ E101_NO_CODE_YET, INQUIRY_ON_NO_CODE }, { E102_CODE_REVOKED, INQUIRY_ON_REFUSAL },
		{ E103_DUPLICATE, INQUIRY_ON_FIX }, { E201_NOT_PERMITTED, INQUIRY_ON_REFUSAL },
		{ E202_NO_ASSESSMENT, INQUIRY_ON_REFUSAL }, { E203_BAD_INSTITUTION, INQUIRY_ON_FIX },
		{ E301_PERMIT_INVALID, INQUIRY_ON_PERMIT_GONE }, { E302_PERMIT_REUSED, INQUIRY_ON_PERMIT_GONE },
		{ E303_PERMIT_EXPIRED, INQUIRY_ON_PERMIT_GONE }, { E401_NO_COPY, INQUIRY_ON_NO_DATA },
		{ E402_HELD, INQUIRY_ON_HELD }, { E403_REFUSED_BY_STAFF, INQUIRY_ON_REFUSAL },
		{ E404_LAYOUT_UNKNOWN, INQUIRY_ON_FIX }, { E501_CLOSED, INQUIRY_ON_BUSY },
		{ E502_OVER_CAPACITY, INQUIRY_ON_BUSY }, { E503_UNREACHABLE, INQUIRY_ON_BUSY },
		{ E901_MALFORMED, INQUIRY_ON_FIX },
	};

	CU_ASSERT_EQUAL(sizeof(expect) / sizeof(expect[0]), MESSAGE_ERROR__COUNT - 1);
	for (size_t i = 0; i < sizeof(expect) / sizeof(expect[0]); i++) {
		struct inquiry now = { INQUIRY_ACCEPTED, 0, 100 };
		struct inquiry_step step;

		CU_ASSERT_EQUAL(inquiry_event_of_error(expect[i].error), expect[i].event);
		/* Each is possible for an inquiry under way. */
		CU_ASSERT_EQUAL(inquiry_next(&now, expect[i].event, 1, 0, &step), RC_OK);
	}
	CU_ASSERT_EQUAL(inquiry_event_of_progress(MESSAGE_PROGRESS_HELD), INQUIRY_ON_HELD);
	CU_ASSERT_EQUAL(inquiry_event_of_progress(MESSAGE_PROGRESS_DONE), INQUIRY_EVENT__COUNT);
}

/* ---- codes ---- */

static void
play_code(const char *name, const struct line *line, size_t n)
{
	struct acquire now = { .state = ACQUIRE_NONE };

	for (size_t i = 0; i < n; i++) {
		struct acquire_step step;
		enum rc rc = acquire_next(&now, (enum acquire_event)line[i].event, line[i].at_ms, 1000, &step);

		if (line[i].effects == REFUSED_PAIR) {
			CU_ASSERT_EQUAL(rc, RC_REFUSED);
			continue;
		}
		CU_ASSERT_EQUAL_FATAL(rc, RC_OK);
		if (step.next.state != (enum acquire_state)line[i].state || step.effects != (unsigned)line[i].effects ||
		    step.next_at_ms != line[i].next_at_ms)
			printf("%s, line %zu (%s): %s, effects %x, next %lld\n", name, i + 1,
			    acquire_event_name((enum acquire_event)line[i].event), acquire_state_name(step.next.state),
			    step.effects, (long long)step.next_at_ms);
		CU_ASSERT_EQUAL(step.next.state, line[i].state);
		CU_ASSERT_EQUAL(step.effects, line[i].effects);
		CU_ASSERT_EQUAL(step.next_at_ms, line[i].next_at_ms);
		now = step.next;
	}
}
#define PLAY_CODE(name, ...) do {						\
	static const struct line script_[] = { __VA_ARGS__ };			\
	play_code(name, script_, sizeof(script_) / sizeof(script_[0]));		\
} while (0)

static void
a_code_is_acquired_in_two_legs_and_the_acquisition_number_is_erased(void)
{
	PLAY_CODE("two legs",
	    { 0, ACQUIRE_ON_ASK, ACQUIRE_NUMBER_ASKED, ACQUIRE_DO_ASK, NEVER },
	    { 10, ACQUIRE_ON_RECEIPT, ACQUIRE_NUMBER_ASKED, ACQUIRE_DO_FETCH_NUMBER, 60 },
	    { 510, ACQUIRE_ON_WAITING, ACQUIRE_NUMBER_ASKED, ACQUIRE_DO_FETCH_NUMBER, 660 },
	    { 1510, ACQUIRE_ON_NUMBER, ACQUIRE_NUMBER_ISSUED, ACQUIRE_DO_REGISTER, NEVER },
	    { 1600, ACQUIRE_ON_REGISTERED, ACQUIRE_REQUESTED, ACQUIRE_DO_ERASE | ACQUIRE_DO_FETCH_CODE, 1650 },
	    { 2100, ACQUIRE_ON_WAITING, ACQUIRE_REQUESTED, ACQUIRE_DO_FETCH_CODE, 2250 },
	    { 3100, ACQUIRE_ON_CODE, ACQUIRE_ISSUED, ACQUIRE_DO_ERASE | ACQUIRE_DO_RELEASE, NEVER },
	    { 3200, ACQUIRE_ON_ASK, ACQUIRE_ISSUED, ACQUIRE_DO_RELEASE, NEVER });
}

static void
a_code_in_doubt_is_not_used_until_cleared(void)
{
	PLAY_CODE("doubt",
	    { 0, ACQUIRE_ON_CODE, ACQUIRE_ISSUED, ACQUIRE_DO_RELEASE, NEVER },
	    { 1, ACQUIRE_ON_DOUBT, ACQUIRE_BARRED, ACQUIRE_DO_WORK, NEVER },
	    { 2, ACQUIRE_ON_ASK, ACQUIRE_BARRED, 0, NEVER },
	    { 3, ACQUIRE_ON_CODE, ACQUIRE_BARRED, 0, NEVER },
	    { 4, ACQUIRE_ON_CLEARED, ACQUIRE_ISSUED, ACQUIRE_DO_RELEASE, NEVER },
	    { 5, ACQUIRE_ON_REVOKED, ACQUIRE_REVOKED, ACQUIRE_DO_WORK, NEVER },
	    { 6, ACQUIRE_ON_CODE, 0, REFUSED_PAIR, 0 },
	    { 7, ACQUIRE_ON_ASK, ACQUIRE_NUMBER_ASKED, ACQUIRE_DO_ASK, NEVER });
}

static void
a_lost_acquisition_number_begins_again_and_a_repetition_changes_nothing(void)
{
	PLAY_CODE("lost",
	    { 0, ACQUIRE_ON_ASK, ACQUIRE_NUMBER_ASKED, ACQUIRE_DO_ASK, NEVER },
	    { 5, ACQUIRE_ON_BUSY, ACQUIRE_NUMBER_ASKED, 0, NEVER },	/* no reception number yet: the outbox sends */
	    { 10, ACQUIRE_ON_RECEIPT, ACQUIRE_NUMBER_ASKED, ACQUIRE_DO_FETCH_NUMBER, 60 },
	    { 11, ACQUIRE_ON_RECEIPT, ACQUIRE_NUMBER_ASKED, 0, NEVER },
	    { 510, ACQUIRE_ON_NUMBER, ACQUIRE_NUMBER_ISSUED, ACQUIRE_DO_REGISTER, NEVER },
	    { 520, ACQUIRE_ON_NUMBER, ACQUIRE_NUMBER_ISSUED, 0, NEVER },
	    { 600, ACQUIRE_ON_LOST, ACQUIRE_NUMBER_ASKED, ACQUIRE_DO_ERASE | ACQUIRE_DO_ASK, NEVER },
	    { 700, ACQUIRE_ON_RESTART, ACQUIRE_NUMBER_ASKED, 0, NEVER },
	    { 800, ACQUIRE_ON_RECEIPT, ACQUIRE_NUMBER_ASKED, ACQUIRE_DO_FETCH_NUMBER, 850 },
	    { 900, ACQUIRE_ON_RESTART, ACQUIRE_NUMBER_ASKED, ACQUIRE_DO_FETCH_NUMBER, 900 },
	    { 950, ACQUIRE_ON_FIX, ACQUIRE_FAILED, ACQUIRE_DO_ERASE | ACQUIRE_DO_WORK, NEVER },
	    { 960, ACQUIRE_ON_REGISTERED, 0, REFUSED_PAIR, 0 });
}

/* Whatever happens, from the moment the registrar has it or the attempt ends, the number is erased. */
static void
no_order_of_events_keeps_an_acquisition_number_beyond_its_purpose(void)
{
	static bool seen[ACQUIRE_STATE__COUNT][2][2];
	struct place { int state, received, held; } todo[128];
	size_t n = 0;

	memset(seen, 0, sizeof(seen));
	todo[n++] = (struct place){ ACQUIRE_NONE, 0, 0 };
	while (n > 0) {
		struct place p = todo[--n];

		for (int e = 0; e < ACQUIRE_EVENT__COUNT; e++) {
			struct acquire now = { (enum acquire_state)p.state, p.received, 0 };
			struct acquire_step step;
			struct place q = p;

			if (acquire_next(&now, (enum acquire_event)e, 1, 0, &step) != RC_OK)
				continue;
			q.state = (int)step.next.state;
			q.received = step.next.received;
			if (e == ACQUIRE_ON_NUMBER && p.state == ACQUIRE_NUMBER_ASKED)
				q.held = 1;
			if (step.effects & ACQUIRE_DO_ERASE)
				q.held = 0;
			CU_ASSERT_EQUAL(q.held, q.state == ACQUIRE_NUMBER_ISSUED);
			if (!seen[q.state][q.received][q.held]) {
				seen[q.state][q.received][q.held] = true;
				todo[n++] = q;
			}
		}
	}
	for (int s = ACQUIRE_NUMBER_ASKED; s < ACQUIRE_STATE__COUNT; s++) {
		CU_ASSERT(seen[s][0][0] || seen[s][0][1] || seen[s][1][0]);
		CU_ASSERT_EQUAL(acquire_state_of(acquire_state_name((enum acquire_state)s)), s);
	}
}

/* Late doses, late copies, towns that do not answer: asked again, ever more seldom; what a person decides is not. */
static void
a_town_is_asked_again_by_itself_where_that_can_help(void)
{
	static const struct { enum inquiry_state ended; bool corrections_come; int days[5]; } table[] = {
		{ INQUIRY_APPLIED, true, { 30, 90, 180, -1, -1 } },
		{ INQUIRY_APPLIED, false, { 30, 90, 180, 180, 180 } },
		{ INQUIRY_NO_DATA, true, { 7, 30, 90, -1, -1 } },
		{ INQUIRY_NO_DATA, false, { 7, 30, 90, -1, -1 } },
		{ INQUIRY_EXPIRED, true, { 1, 7, 30, 30, 30 } },
		{ INQUIRY_REFUSED, false, { -1, -1, -1, -1, -1 } },
		{ INQUIRY_IN_DOUBT, false, { -1, -1, -1, -1, -1 } },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		for (int times = 1; times <= 5; times++)
			CU_ASSERT_EQUAL(inquiry_again_days(table[i].ended, times, table[i].corrections_come),
			    table[i].days[times - 1]);
}

RUNNER_SUITE(exchange_inquiry,
    RUNNER_TEST(an_inquiry_goes_from_draft_to_applied),
    RUNNER_TEST(polls_become_rarer_while_nothing_changes_and_begin_anew_when_something_does),
    RUNNER_TEST(a_poll_may_skip_steps_but_never_goes_back),
    RUNNER_TEST(a_different_person_sets_the_answer_aside_until_an_officer_decides),
    RUNNER_TEST(an_answer_whose_signature_does_not_hold_is_kept_and_alarms),
    RUNNER_TEST(nothing_known_is_an_end_of_its_own),
    RUNNER_TEST(without_a_code_the_inquiry_waits_as_a_draft),
    RUNNER_TEST(what_the_deadline_ends_can_be_asked_again),
    RUNNER_TEST(after_a_restart_everything_open_is_polled_at_once),
    RUNNER_TEST(no_order_of_events_applies_twice_or_applies_what_was_not_verified),
    RUNNER_TEST(every_state_survives_a_restart_and_can_be_left_unless_it_is_an_end),
    RUNNER_TEST(each_error_of_the_network_is_an_event),
    RUNNER_TEST(a_code_is_acquired_in_two_legs_and_the_acquisition_number_is_erased),
    RUNNER_TEST(a_code_in_doubt_is_not_used_until_cleared),
    RUNNER_TEST(a_lost_acquisition_number_begins_again_and_a_repetition_changes_nothing),
    RUNNER_TEST(no_order_of_events_keeps_an_acquisition_number_beyond_its_purpose),
    RUNNER_TEST(a_town_is_asked_again_by_itself_where_that_can_help));

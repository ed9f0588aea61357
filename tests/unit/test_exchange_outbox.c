#include <stdio.h>
#include <string.h>

#include "exchange/breaker.h"
#include "exchange/outbox.h"
#include "tests/lib/runner.h"

#define REFUSED_PAIR (-1)

struct line {
	int64_t at_ms;
	int event;
	int outcome;
	int state;		/* REFUSED_PAIR: nothing changes */
	int64_t next_at_ms;	/* -1: not looked at */
	int why;
};

static void
play(const char *name, const struct line *line, size_t n)
{
	struct sending now = { .state = SENDING_DUE, .deadline_ms = 3600000 };

	for (size_t i = 0; i < n; i++) {
		struct sending next;
		enum rc rc = sending_next(&now, (enum sending_event)line[i].event, (enum sending_outcome)line[i].outcome,
		    line[i].at_ms, 1000, &next);

		if (line[i].state == REFUSED_PAIR) {
			CU_ASSERT_EQUAL(rc, RC_REFUSED);
			continue;
		}
		CU_ASSERT_EQUAL_FATAL(rc, RC_OK);
		if (next.state != (enum sending_state)line[i].state ||
		    (line[i].next_at_ms >= 0 && next.next_at_ms != line[i].next_at_ms))
			printf("%s, line %zu: %s, next %lld\n", name, i + 1, sending_state_name(next.state),
			    (long long)next.next_at_ms);
		CU_ASSERT_EQUAL(next.state, line[i].state);
		if (line[i].next_at_ms >= 0)
			CU_ASSERT_EQUAL(next.next_at_ms, line[i].next_at_ms);
		CU_ASSERT_EQUAL(next.why, line[i].why);
		now = next;
	}
}
#define PLAY(name, ...) do {							\
	static const struct line script_[] = { __VA_ARGS__ };			\
	play(name, script_, sizeof(script_) / sizeof(script_[0]));		\
} while (0)
#define TAKE(at) { at, SENDING_ON_TAKE, 0, SENDING_UNDER_WAY, -1, SENDING_CLASS_NONE }
#define TAKE_AGAIN(at, why) { at, SENDING_ON_TAKE, 0, SENDING_UNDER_WAY, -1, why }

static void
a_message_is_sent_until_it_is_answered(void)
{
	PLAY("until answered",
	    TAKE(0),
	    { 10, SENDING_ON_OUTCOME, SENDING_NO_CONNECTION, SENDING_DUE, 1010, SENDING_RETRY },
	    { 500, SENDING_ON_TAKE, 0, REFUSED_PAIR, 0, 0 },		/* too soon */
	    TAKE_AGAIN(1010, SENDING_RETRY),
	    { 2000, SENDING_ON_OUTCOME, SENDING_BROKE_OFF, SENDING_DUE, 4000, SENDING_RETRY },
	    TAKE_AGAIN(4000, SENDING_RETRY),
	    { 4100, SENDING_ON_OUTCOME, SENDING_CLOSED, SENDING_DUE, 8100, SENDING_RETRY },
	    TAKE_AGAIN(8100, SENDING_RETRY),
	    { 8200, SENDING_ON_OUTCOME, SENDING_ANSWERED, SENDING_DONE, -1, SENDING_CLASS_NONE },
	    { 8300, SENDING_ON_OUTCOME, SENDING_ANSWERED, REFUSED_PAIR, 0, 0 },
	    { 8300, SENDING_ON_TAKE, 0, REFUSED_PAIR, 0, 0 },
	    { 8300, SENDING_ON_RESTART, 0, SENDING_DONE, -1, SENDING_CLASS_NONE });
}

static void
what_was_under_way_at_a_restart_is_due_at_once(void)
{
	PLAY("restart",
	    TAKE(0),
	    { 50, SENDING_ON_RESTART, 0, SENDING_DUE, 50, SENDING_CLASS_NONE },
	    { 60, SENDING_ON_OUTCOME, SENDING_ANSWERED, REFUSED_PAIR, 0, 0 },	/* of the life before */
	    TAKE(60),
	    { 70, SENDING_ON_OUTCOME, SENDING_ANSWERED, SENDING_DONE, -1, SENDING_CLASS_NONE });
}

static void
poison_is_put_aside_after_three_tries(void)
{
	PLAY("poison",
	    TAKE(0),
	    { 1, SENDING_ON_OUTCOME, SENDING_BAD_ANSWER, SENDING_DUE, 1001, SENDING_CALL_SUPPORT },
	    TAKE_AGAIN(1001, SENDING_CALL_SUPPORT),
	    { 1002, SENDING_ON_OUTCOME, SENDING_BAD_SIGNATURE, SENDING_DUE, 3002, SENDING_CHECK_PEER },
	    TAKE_AGAIN(3002, SENDING_CHECK_PEER),
	    { 3003, SENDING_ON_OUTCOME, SENDING_BAD_ANSWER, SENDING_STOPPED, -1, SENDING_CALL_SUPPORT },
	    { 4000, SENDING_ON_TAKE, 0, REFUSED_PAIR, 0, 0 },
	    { 5000, SENDING_ON_RELEASE, 0, SENDING_DUE, 5000, SENDING_CLASS_NONE },
	    TAKE(5000),
	    { 5001, SENDING_ON_OUTCOME, SENDING_BAD_ANSWER, SENDING_DUE, -1, SENDING_CALL_SUPPORT },
	    { 5002, SENDING_ON_DROP, 0, SENDING_EXPIRED, -1, SENDING_CALL_SUPPORT });
}

static void
a_quiet_peer_between_makes_the_suspicion_start_anew(void)
{
	PLAY("not in a row",
	    TAKE(0),
	    { 1, SENDING_ON_OUTCOME, SENDING_BAD_ANSWER, SENDING_DUE, -1, SENDING_CALL_SUPPORT },
	    TAKE_AGAIN(10000, SENDING_CALL_SUPPORT),
	    { 10001, SENDING_ON_OUTCOME, SENDING_BAD_ANSWER, SENDING_DUE, -1, SENDING_CALL_SUPPORT },
	    TAKE_AGAIN(20000, SENDING_CALL_SUPPORT),
	    { 20001, SENDING_ON_OUTCOME, SENDING_NO_CONNECTION, SENDING_DUE, -1, SENDING_RETRY },
	    TAKE_AGAIN(40000, SENDING_RETRY),
	    { 40001, SENDING_ON_OUTCOME, SENDING_BAD_ANSWER, SENDING_DUE, -1, SENDING_CALL_SUPPORT });
}

static void
a_refused_message_waits_for_a_person_and_a_refused_certificate_is_tried_again(void)
{
	PLAY("refused",
	    TAKE(0),
	    { 1, SENDING_ON_OUTCOME, SENDING_TLS_REFUSED, SENDING_DUE, 1001, SENDING_CHECK_PEER },
	    TAKE_AGAIN(1001, SENDING_CHECK_PEER),
	    { 1002, SENDING_ON_OUTCOME, SENDING_HTTP_REFUSED, SENDING_STOPPED, -1, SENDING_FIX_MESSAGE },
	    { 1003, SENDING_ON_TICK, 0, SENDING_STOPPED, -1, SENDING_FIX_MESSAGE });
}

static void
the_deadline_allows_one_last_try(void)
{
	PLAY("deadline",
	    TAKE(3599000),
	    { 3599500, SENDING_ON_OUTCOME, SENDING_NO_CONNECTION, SENDING_DUE, 3600000, SENDING_RETRY },
	    { 3600000, SENDING_ON_TICK, 0, SENDING_DUE, -1, SENDING_RETRY },
	    TAKE_AGAIN(3600000, SENDING_RETRY),
	    { 3601000, SENDING_ON_TICK, 0, SENDING_UNDER_WAY, -1, SENDING_RETRY },	/* an answer may still come */
	    { 3601000, SENDING_ON_OUTCOME, SENDING_NO_CONNECTION, SENDING_EXPIRED, -1, SENDING_RETRY });
	PLAY("deadline while waiting",
	    { 3600001, SENDING_ON_TICK, 0, SENDING_EXPIRED, -1, SENDING_CLASS_NONE },
	    { 3600002, SENDING_ON_TAKE, 0, REFUSED_PAIR, 0, 0 });
}

static void
waits_double_from_one_second_to_ten_minutes_and_jitter_stays_between_half_and_whole(void)
{
	static const int64_t whole[] = { 1000, 1000, 2000, 4000, 8000, 16000, 32000, 64000, 128000, 256000, 512000, 600000,
	    600000 };

	for (int i = 0; i < (int)(sizeof(whole) / sizeof(whole[0])); i++) {
		CU_ASSERT_EQUAL(sending_wait_ms(i, 1000), whole[i]);
		CU_ASSERT_EQUAL(sending_wait_ms(i, 0), whole[i] / 2);
		CU_ASSERT_EQUAL(sending_wait_ms(i, -5), whole[i] / 2);
		CU_ASSERT_EQUAL(sending_wait_ms(i, 5000), whole[i]);
		CU_ASSERT(sending_wait_ms(i, 500) > whole[i] / 2 && sending_wait_ms(i, 500) < whole[i]);
	}
	CU_ASSERT_EQUAL(sending_wait_ms(1000000, 1000), SENDING_LONGEST_WAIT_MS);
}

static void
http_answers_are_sorted_into_outcomes(void)
{
	static const struct { long status; enum sending_outcome outcome; } expect[] = {
		{ 200, SENDING_ANSWERED }, { 503, SENDING_ANSWERED }, { 500, SENDING_HTTP_BUSY }, { 502, SENDING_HTTP_BUSY },
		{ 504, SENDING_HTTP_BUSY }, { 408, SENDING_HTTP_BUSY }, { 429, SENDING_HTTP_BUSY },
		{ 400, SENDING_HTTP_REFUSED }, { 403, SENDING_HTTP_REFUSED }, { 404, SENDING_HTTP_REFUSED },
		{ 301, SENDING_BAD_ANSWER }, { 204, SENDING_BAD_ANSWER }, { 0, SENDING_BAD_ANSWER },
	};

	for (size_t i = 0; i < sizeof(expect) / sizeof(expect[0]); i++)
		CU_ASSERT_EQUAL(sending_outcome_of_status(expect[i].status), expect[i].outcome);
	for (int s = 0; s < SENDING_STATE__COUNT; s++)
		CU_ASSERT_EQUAL(sending_state_of(sending_state_name((enum sending_state)s)), s);
	for (int o = 0; o < SENDING_OUTCOME__COUNT; o++) {
		CU_ASSERT_PTR_NOT_NULL(sending_outcome_name((enum sending_outcome)o));
		CU_ASSERT_EQUAL(sending_class_of((enum sending_outcome)o) == SENDING_CLASS_NONE, o == SENDING_ANSWERED);
	}
	CU_ASSERT_STRING_EQUAL(sending_class_name(SENDING_FIX_MESSAGE), "fix-message");
}

/* ---- breaker ---- */

/* Three calls, each of which leaves as soon after the one before that its failure counts: open at now_ms. */
static void
break_it(struct breaker *b, int64_t now_ms)
{
	for (int64_t i = 1 - BREAKER_FAILURES; i <= 0; i++) {
		int64_t at_ms = now_ms + i * BREAKER_APART_MS;

		CU_ASSERT(breaker_take(b, at_ms));
		breaker_report(b, false, at_ms, at_ms);
	}
}

static void
a_probe_of_which_nothing_will_be_known_is_followed_by_another_at_once(void)
{
	struct breaker b = BREAKER_INIT;

	break_it(&b, 5100);
	breaker_forget_probe(&b, 5200);		/* there was none */
	CU_ASSERT_EQUAL(breaker_ready_ms(&b, 5200), 20100);
	CU_ASSERT(breaker_take(&b, 20100));
	breaker_forget_probe(&b, 20200);
	CU_ASSERT_EQUAL(breaker_ready_ms(&b, 20200), 20200);
	CU_ASSERT(breaker_take(&b, 20200));
	CU_ASSERT_FALSE(breaker_take(&b, 20200));
	breaker_report(&b, false, 20200, 20200);	/* the schedule goes on where it was */
	CU_ASSERT_EQUAL(breaker_ready_ms(&b, 20200), 80200);
	CU_ASSERT(breaker_take(&b, 80200));
	breaker_report(&b, true, 80200, 80300);
	breaker_forget_probe(&b, 80300);
	CU_ASSERT(breaker_take(&b, 80300));
}

static void
three_failures_open_the_breaker_and_probes_follow_the_schedule(void)
{
	static const int64_t wait_s[] = { 15, 60, 120, 180, 240, 300, 600, 900, 900, 900 };
	struct breaker b = BREAKER_INIT;
	int64_t now = 5000;

	break_it(&b, now);
	for (size_t i = 0; i < sizeof(wait_s) / sizeof(wait_s[0]); i++) {
		CU_ASSERT_EQUAL(b.state, BREAKER_OPEN);
		CU_ASSERT_EQUAL(breaker_ready_ms(&b, now), now + wait_s[i] * 1000);
		CU_ASSERT_FALSE(breaker_take(&b, now + wait_s[i] * 1000 - 1));
		now += wait_s[i] * 1000;
		CU_ASSERT(breaker_take(&b, now));
		CU_ASSERT_EQUAL(b.state, BREAKER_PROBING);
		CU_ASSERT_FALSE(breaker_take(&b, now));		/* one probe alone */
		CU_ASSERT_EQUAL(breaker_ready_ms(&b, now), INT64_MAX);
		breaker_report(&b, false, now, now);
	}
	now += 900000;
	CU_ASSERT(breaker_take(&b, now));
	breaker_report(&b, true, now, now);
	CU_ASSERT_EQUAL(b.state, BREAKER_CLOSED);
	CU_ASSERT(breaker_take(&b, now));
	/* And it begins with the shortest wait again. */
	break_it(&b, now + 4010);
	CU_ASSERT_EQUAL(breaker_ready_ms(&b, now + 4010), now + 4010 + 15000);
	CU_ASSERT_STRING_EQUAL(breaker_state_name(b.state), "open");
}

/*
 * Calls of random lengths to a peer that is away for a while: the machine beside its rule, by the calls' own times.  So
 * long as it is closed, failures are as many as can be laid behind one another, two seconds between the end of one and
 * the beginning of the next, since the last success.
 */
static void
however_calls_overlap_the_count_is_of_failures_two_seconds_apart(void)
{
	const int64_t apart = 4;		/* in units of 500 ms */
	unsigned seed = 1;
	int opened = 0;

	for (int run = 0; run < 2000; run++) {
		struct { int64_t left, ends; bool reached; } call[16];
		struct breaker b = BREAKER_INIT;
		int64_t seen = -apart;
		int chain = 0;

		for (int i = 0; i < 16; i++) {
			seed = seed * 1103515245u + 12345u;
			call[i].left = seed >> 16 & 63;
			call[i].ends = call[i].left + (seed >> 22 & 31);
			call[i].reached = (seed >> 28 & 3) == 0;
		}
		for (int64_t now = 0; now < 128 && b.state == BREAKER_CLOSED; now++)
			for (int i = 0; i < 16 && b.state == BREAKER_CLOSED; i++) {
				if (call[i].ends != now)
					continue;
				breaker_report(&b, call[i].reached, call[i].left * 500, now * 500);
				if (call[i].reached)
					chain = 0;
				else if (call[i].left >= seen + apart) {
					chain++;
					seen = now;
				}
				CU_ASSERT_EQUAL(b.state == BREAKER_OPEN, chain == BREAKER_FAILURES);
				opened += b.state == BREAKER_OPEN;
			}
	}
	CU_ASSERT(opened > 200 && opened < 1800);
}

RUNNER_SUITE(exchange_outbox,
    RUNNER_TEST(a_message_is_sent_until_it_is_answered),
    RUNNER_TEST(what_was_under_way_at_a_restart_is_due_at_once),
    RUNNER_TEST(poison_is_put_aside_after_three_tries),
    RUNNER_TEST(a_quiet_peer_between_makes_the_suspicion_start_anew),
    RUNNER_TEST(a_refused_message_waits_for_a_person_and_a_refused_certificate_is_tried_again),
    RUNNER_TEST(the_deadline_allows_one_last_try),
    RUNNER_TEST(waits_double_from_one_second_to_ten_minutes_and_jitter_stays_between_half_and_whole),
    RUNNER_TEST(http_answers_are_sorted_into_outcomes),
    RUNNER_TEST(three_failures_open_the_breaker_and_probes_follow_the_schedule),
    RUNNER_TEST(a_probe_of_which_nothing_will_be_known_is_followed_by_another_at_once),
    RUNNER_TEST(however_calls_overlap_the_count_is_of_failures_two_seconds_apart));

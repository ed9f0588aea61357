#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exchange/breaker.h"
#include "exchange/inquiry.h"
#include "exchange/outbox.h"
#include "exchange/receipt.h"
#include "tests/lib/runner.h"

/*
 * The histories of tests/case/exchange/MACHINE: what happens to a machine at which time, and what it must do then.
 *
 *	# Sentence.
 *	start STATE [deadline T] [polls N] [received] [attempts N] [suspicious N] [next T] [left T]
 *	                                   a new history; times begin at 0
 *	jitter N                           0..1000, from here on (1000 until told otherwise)
 *	at T EVENT -> STATE [EFFECT]... [next T]
 *	at T EVENT -> impossible           refused, and nothing has changed
 *
 * T is a sum as 30d-1ms of ms, s, m, h and d.  Of an inquiry and a code EVENT may also be `error CODE`; of the outbox
 * it is take, restart, tick, release, drop or what came of a sending, and EFFECT the class of retry, none when it is
 * not named; of a breaker take, reached, failed (the call that left last), `late-reached left T`, `late-failed left T`
 * (one that had left then) or forget, and EFFECT `yes` when something may be sent; `left` of a start is when the probe
 * or the call before it left; of a receipt, that of a correction owed since 0, EFFECT is also who must do what then.
 * What is not named must not be: no other effect, no other time.
 */
enum machine { INQUIRY, CODE, OUTBOX, BREAKER, RECEIPT, MACHINE__COUNT };

#define NEVER INT64_MAX
#define LINES_MAX 4000
#define WORDS_MAX 24
#define EVENTS_MAX 32
enum { BREAKER_TAKE, BREAKER_REACHED, BREAKER_FAILED, BREAKER_LATE_REACHED, BREAKER_LATE_FAILED, BREAKER_FORGET, BREAKER_EVENTS };
/* Of the outbox: take, restart, tick, release, drop, and one for each outcome. */
#define OUTBOX_PLAIN 5

static const char *const folder_of[MACHINE__COUNT] = { "inquiry", "code", "outbox", "breaker", "receipt" };
static const int n_states[MACHINE__COUNT] = { INQUIRY_STATE__COUNT, ACQUIRE_STATE__COUNT, SENDING_STATE__COUNT,
    BREAKER_STATE__COUNT, RECEIPT_STATE__COUNT };
static const int n_events[MACHINE__COUNT] = { INQUIRY_EVENT__COUNT, ACQUIRE_EVENT__COUNT,
    OUTBOX_PLAIN + SENDING_OUTCOME__COUNT, BREAKER_EVENTS, RECEIPT_EVENT__COUNT };
static const char *const effect_name[MACHINE__COUNT][16] = {
	{ "send", "poll", "evidence", "compare", "apply", "record", "work", "bar-code", "free-code", "acquire", "alarm",
	  "renew" },
	{ "ask", "fetch-number", "register", "erase", "fetch-code", "release", "work" },
	{ "retry", "fix-message", "check-peer", "call-support" },
	{ "yes" },
	{ "send", "keep", "undeliverable", "refused", "differs", "retry", "fix-message", "check-peer", "call-support" },
};
#define RECEIPT_EFFECTS 5		/* before the classes */
static const char *const outbox_event[OUTBOX_PLAIN] = { "take", "restart", "tick", "release", "drop" };
static const enum sending_event outbox_event_of[OUTBOX_PLAIN] = { SENDING_ON_TAKE, SENDING_ON_RESTART, SENDING_ON_TICK,
    SENDING_ON_RELEASE, SENDING_ON_DROP };
static const char *const breaker_event[BREAKER_EVENTS] = { "take", "reached", "failed", "late-reached", "late-failed", "forget" };

/* Where a machine stands. */
struct stand {
	struct inquiry inquiry;
	struct acquire code;
	struct sending outbox;
	struct breaker breaker;
	struct receipt receipt;
	int64_t left_ms;		/* of the breaker: when the last one left */
};

/* What one event did, and what it should have done. */
struct deed {
	bool possible;
	int state;
	unsigned effects;
	int64_t next_ms;
};

struct line {
	char file[64];
	int number;
	bool starts;
	struct stand stand;		/* when it starts */
	int64_t at_ms, left_ms;
	int jitter, event;
	struct deed want;
};

/* A machine that is wrong about one pair of state and event. */
enum lie { LIE_NONE, LIE_POSSIBLE, LIE_STATE, LIE_EFFECT, LIE_TIME, LIE__COUNT };
struct liar {
	enum lie lie;
	int state, event;
};

static struct line lines[MACHINE__COUNT][LINES_MAX];
static int n_lines[MACHINE__COUNT];

/* ---- the machines ---- */

static int
state_of(enum machine m, const struct stand *s)
{
	switch (m) {
	case INQUIRY:
		return (int)s->inquiry.state;
	case CODE:
		return (int)s->code.state;
	case OUTBOX:
		return (int)s->outbox.state;
	case RECEIPT:
		return (int)s->receipt.state;
	case BREAKER:
	case MACHINE__COUNT:
		break;
	}
	return (int)s->breaker.state;
}

static int
state_named(enum machine m, const char *name)
{
	int i;

	switch (m) {
	case INQUIRY:
		return (int)inquiry_state_of(name);
	case CODE:
		return (int)acquire_state_of(name);
	case OUTBOX:
		return (int)sending_state_of(name);
	case RECEIPT:
		return (int)receipt_state_of(name);
	case BREAKER:
	case MACHINE__COUNT:
		break;
	}
	for (i = 0; i < BREAKER_STATE__COUNT; i++)
		if (strcmp(breaker_state_name((enum breaker_state)i), name) == 0)
			break;
	return i;
}

static const char *
event_name(enum machine m, int e)
{
	switch (m) {
	case INQUIRY:
		return inquiry_event_name((enum inquiry_event)e);
	case CODE:
		return acquire_event_name((enum acquire_event)e);
	case OUTBOX:
		return e < OUTBOX_PLAIN ? outbox_event[e] : sending_outcome_name((enum sending_outcome)(e - OUTBOX_PLAIN));
	case RECEIPT:
		return receipt_event_name((enum receipt_event)e);
	case BREAKER:
	case MACHINE__COUNT:
		break;
	}
	return breaker_event[e];
}

static struct deed
step(enum machine m, struct stand *s, const struct line *l)
{
	struct inquiry_step inquiry = { .next = s->inquiry };
	struct acquire_step code = { .next = s->code };
	struct receipt_step receipt = { .next = s->receipt };
	enum sending_class class;
	struct sending next = s->outbox;
	struct deed d = { .possible = true, .next_ms = NEVER };
	bool plain = l->event < OUTBOX_PLAIN;

	switch (m) {
	case INQUIRY:
		d.possible = inquiry_next(&s->inquiry, (enum inquiry_event)l->event, l->at_ms, l->jitter, &inquiry) == RC_OK;
		s->inquiry = inquiry.next;
		d.effects = inquiry.effects;
		d.next_ms = inquiry.next_at_ms;
		break;
	case CODE:
		d.possible = acquire_next(&s->code, (enum acquire_event)l->event, l->at_ms, l->jitter, &code) == RC_OK;
		s->code = code.next;
		d.effects = code.effects;
		d.next_ms = code.next_at_ms;
		break;
	case OUTBOX:
		d.possible = sending_next(&s->outbox, plain ? outbox_event_of[l->event] : SENDING_ON_OUTCOME,
		    plain ? SENDING_OUTCOME__COUNT : (enum sending_outcome)(l->event - OUTBOX_PLAIN), l->at_ms, l->jitter,
		    &next) == RC_OK;
		s->outbox = next;
		d.effects = next.why == SENDING_CLASS_NONE ? 0 : 1u << (next.why - 1);
		d.next_ms = next.state == SENDING_DUE ? next.next_at_ms : NEVER;
		break;
	case RECEIPT:
		d.possible = receipt_next(&s->receipt, (enum receipt_event)l->event, l->at_ms, &receipt) == RC_OK;
		s->receipt = receipt.next;
		class = receipt_class(s->receipt.state, 0, l->at_ms);
		d.effects = receipt.effects | (class == SENDING_CLASS_NONE ? 0 : 1u << (RECEIPT_EFFECTS + (int)class - 1));
		d.next_ms = receipt.next.next_at_ms;
		break;
	case BREAKER:
	case MACHINE__COUNT:
		if (l->event == BREAKER_TAKE) {
			d.effects = breaker_take(&s->breaker, l->at_ms);
			if (d.effects != 0)
				s->left_ms = l->at_ms;
		} else if (l->event == BREAKER_FORGET)
			breaker_forget_probe(&s->breaker, l->at_ms);
		else
			breaker_report(&s->breaker, l->event == BREAKER_REACHED || l->event == BREAKER_LATE_REACHED,
			    l->event == BREAKER_REACHED || l->event == BREAKER_FAILED ? s->left_ms : l->left_ms, l->at_ms);
		d.next_ms = breaker_ready_ms(&s->breaker, l->at_ms);
		break;
	}
	d.state = state_of(m, s);
	return d;
}

static void
tell_lie(enum machine m, const struct liar *liar, int before, const struct line *l, struct deed *d)
{
	if (liar->lie == LIE_NONE || liar->state != before || liar->event != l->event)
		return;
	switch (liar->lie) {
	case LIE_POSSIBLE:
		d->possible = !d->possible;
		break;
	case LIE_STATE:
		d->state = (d->state + 1) % n_states[m];
		break;
	case LIE_EFFECT:
		d->effects ^= 1;
		break;
	case LIE_TIME:
		d->next_ms = d->next_ms == NEVER ? 0 : d->next_ms + 1;
		break;
	case LIE_NONE:
	case LIE__COUNT:
		break;
	}
}

/* ---- reading ---- */

static int64_t
time_of(const char *text)
{
	int64_t sum = 0, sign = 1;

	while (*text != '\0') {
		char *end;
		int64_t v = strtoll(text, &end, 10), unit = 1000;

		if (end == text)
			return -1;
		if (end[0] == 'm' && end[1] == 's') {
			unit = 1;
			end++;
		} else if (*end == 'm')
			unit = 60000;
		else if (*end == 'h')
			unit = 3600000;
		else if (*end == 'd')
			unit = 86400000;
		else if (*end != 's')
			return *end == '\0' && v == 0 ? sum : -1;
		sum += sign * v * unit;
		end++;
		if (*end != '\0' && *end != '+' && *end != '-')
			return -1;
		sign = *end == '-' ? -1 : 1;
		text = *end == '\0' ? end : end + 1;
	}
	return sum;
}

static bool
read_start(enum machine m, char **word, int n, struct line *l)
{
	int state = state_named(m, word[1]), i;
	struct stand s = { .inquiry = { .deadline_ms = NEVER }, .outbox = { .deadline_ms = NEVER },
	    .breaker = BREAKER_INIT, .receipt = { .next_at_ms = RECEIPT_NEVER } };

	if (state == n_states[m])
		return false;
	s.inquiry.state = (enum inquiry_state)state;
	s.code.state = (enum acquire_state)state;
	s.outbox.state = (enum sending_state)state;
	s.breaker.state = (enum breaker_state)state;
	s.receipt.state = (enum receipt_state)state;
	for (i = 2; i < n; i++) {
		if (strcmp(word[i], "received") == 0) {
			s.code.received = true;
			continue;
		}
		if (i + 1 == n)
			return false;
		if (strcmp(word[i], "deadline") == 0)
			s.inquiry.deadline_ms = s.outbox.deadline_ms = time_of(word[i + 1]);
		else if (strcmp(word[i], "next") == 0)
			s.outbox.next_at_ms = s.breaker.probe_at_ms = s.receipt.next_at_ms = time_of(word[i + 1]);
		else if (strcmp(word[i], "left") == 0)
			s.left_ms = s.breaker.probe_left_ms = time_of(word[i + 1]);
		else if (strcmp(word[i], "polls") == 0)
			s.inquiry.polls = s.code.polls = atoi(word[i + 1]);
		else if (strcmp(word[i], "attempts") == 0)
			s.receipt.tries = s.outbox.attempts = atoi(word[i + 1]);
		else if (strcmp(word[i], "suspicious") == 0)
			s.outbox.suspicious = atoi(word[i + 1]);
		else
			return false;
		i++;
	}
	l->starts = true;
	l->stand = s;
	return true;
}

/* From word[i]: an event.  Returns how many words it took, 0 none. */
static int
read_event(enum machine m, char **word, int n, int i, int *ret_event)
{
	int e;

	if (strcmp(word[i], "error") == 0 && i + 1 < n) {
		for (e = 1; e < MESSAGE_ERROR__COUNT; e++)
			if (strcmp(message_error_name((enum message_error)e), word[i + 1]) == 0) {
				*ret_event = m == INQUIRY ? (int)inquiry_event_of_error((enum message_error)e) :
				    (int)acquire_event_of_error((enum message_error)e);
				return m == INQUIRY || m == CODE ? 2 : 0;
			}
		return 0;
	}
	for (e = 0; e < n_events[m]; e++)
		if (strcmp(event_name(m, e), word[i]) == 0) {
			*ret_event = e;
			return 1;
		}
	return 0;
}

static bool
read_want(enum machine m, char **word, int n, int i, struct deed *ret_want)
{
	struct deed d = { .possible = true, .next_ms = NEVER };
	unsigned bit;

	if (i >= n)
		return false;
	if (strcmp(word[i], "impossible") == 0) {
		ret_want->possible = false;
		return i + 1 == n;
	}
	if ((d.state = state_named(m, word[i])) == n_states[m])
		return false;
	while (++i < n) {
		if (strcmp(word[i], "next") == 0 && i + 1 < n) {
			if ((d.next_ms = time_of(word[++i])) < 0)
				return false;
			continue;
		}
		for (bit = 0; effect_name[m][bit] != NULL; bit++)
			if (strcmp(effect_name[m][bit], word[i]) == 0)
				break;
		if (effect_name[m][bit] == NULL)
			return false;
		d.effects |= 1u << bit;
	}
	*ret_want = d;
	return true;
}

static bool
read_line(enum machine m, char **word, int n, int *jitter, struct line *l)
{
	int took;

	if (strcmp(word[0], "jitter") == 0 && n == 2) {
		*jitter = atoi(word[1]);
		return true;
	}
	l->jitter = *jitter;
	if (strcmp(word[0], "start") == 0 && n >= 2)
		return read_start(m, word, n, l);
	if (strcmp(word[0], "at") != 0 || n < 5 || (l->at_ms = time_of(word[1])) < 0 ||
	    (took = read_event(m, word, n, 2, &l->event)) == 0)
		return false;
	if (m == BREAKER && (l->event == BREAKER_LATE_REACHED || l->event == BREAKER_LATE_FAILED)) {
		if (5 >= n || strcmp(word[3], "left") != 0 || (l->left_ms = time_of(word[4])) < 0)
			return false;
		took += 2;
	}
	if (2 + took >= n || strcmp(word[2 + took], "->") != 0)
		return false;
	return read_want(m, word, n, 3 + took, &l->want);
}

static int
is_replay(const struct dirent *e)
{
	size_t len = strlen(e->d_name);

	return len > 7 && strcmp(e->d_name + len - 7, ".replay") == 0;
}

static void
read_file(enum machine m, const char *folder, const char *name)
{
	char path[600], text[400], *word[WORDS_MAX], *at, *rest;
	int n, number = 0, jitter = 1000;
	bool begun = false;
	FILE *f;

	(void)snprintf(path, sizeof(path), "%.300s/%.200s", folder, name);
	if ((f = fopen(path, "r")) == NULL) {
		CU_FAIL("a history cannot be read");
		return;
	}
	while (fgets(text, sizeof(text), f) != NULL) {
		struct line *l = &lines[m][n_lines[m]];

		number++;
		if (text[0] == '#')
			continue;
		for (n = 0, at = text; n < WORDS_MAX && (word[n] = strtok_r(at, " \t\n", &rest)) != NULL; at = NULL)
			n++;
		if (n == 0)
			continue;
		memset(l, 0, sizeof(*l));
		(void)snprintf(l->file, sizeof(l->file), "%s/%.50s", folder_of[m], name);
		l->number = number;
		if (n_lines[m] == LINES_MAX - 1 || !read_line(m, word, n, &jitter, l)) {
			printf("     %s:%d: not understood: %s\n", l->file, number, word[0]);
			CU_FAIL("a history is not understood");
			break;
		}
		if (strcmp(word[0], "jitter") == 0)
			continue;
		begun |= l->starts;
		if (!begun) {
			CU_FAIL("a history that does not start");
			break;
		}
		n_lines[m]++;
	}
	(void)fclose(f);
}

static void
read_all(void)
{
	const char *top = getenv("top_srcdir");
	struct dirent **list;
	char folder[400];

	if (n_lines[INQUIRY] > 0)
		return;
	for (int m = 0; m < MACHINE__COUNT; m++) {
		int n;

		(void)snprintf(folder, sizeof(folder), "%s/tests/case/exchange/%s", top != NULL ? top : "..", folder_of[m]);
		n = scandir(folder, &list, is_replay, alphasort);
		CU_ASSERT_FATAL(n > 0);
		for (int i = 0; i < n; i++) {
			read_file((enum machine)m, folder, list[i]->d_name);
			free(list[i]);
		}
		free(list);
	}
}

/* ---- playing ---- */

static void
show(enum machine m, const struct line *l, const struct deed *d)
{
	printf("     %s:%d: %s: ", l->file, l->number, event_name(m, l->event));
	if (!d->possible) {
		printf("is impossible\n");
		return;
	}
	printf("leads to %d", d->state);
	for (int bit = 0; effect_name[m][bit] != NULL; bit++)
		if (d->effects & 1u << bit)
			printf(" %s", effect_name[m][bit]);
	if (d->next_ms != NEVER)
		printf(" next %lldms", (long long)d->next_ms);
	printf("\n");
}

/* What the lines say of one machine's pairs. */
struct pairs {
	bool seen[16][EVENTS_MAX], possible[16][EVENTS_MAX];
};

/* How many lines do not hold. */
static int
play_all(enum machine m, const struct liar *liar, bool says, struct pairs *pairs)
{
	struct stand s = { .breaker = BREAKER_INIT }, was;
	int wrong = 0;

	for (int i = 0; i < n_lines[m]; i++) {
		const struct line *l = &lines[m][i];
		struct deed d;
		int before;
		bool holds;

		if (l->starts) {
			s = l->stand;
			continue;
		}
		was = s;
		before = state_of(m, &s);
		if (pairs != NULL) {
			pairs->seen[before][l->event] = true;
			pairs->possible[before][l->event] |= l->want.possible;
		}
		d = step(m, &s, l);
		tell_lie(m, liar, before, l, &d);
		holds = l->want.possible ? d.possible && d.state == l->want.state && d.effects == l->want.effects &&
		    d.next_ms == l->want.next_ms : !d.possible && memcmp(&was, &s, sizeof(s)) == 0;
		if (holds)
			continue;
		wrong++;
		if (says)
			show(m, l, &d);
	}
	return wrong;
}

static struct pairs *
pairs_of(enum machine m, int *ret_wrong)
{
	static const struct liar honest = { LIE_NONE, 0, 0 };
	static struct pairs pairs;

	memset(&pairs, 0, sizeof(pairs));
	*ret_wrong = play_all(m, &honest, true, &pairs);
	return &pairs;
}

static void
every_history_holds_and_every_pair_of_state_and_event_is_in_one(void)
{
	read_all();
	for (int m = 0; m < MACHINE__COUNT; m++) {
		int wrong, starts = 0;
		const struct pairs *pairs = pairs_of((enum machine)m, &wrong);

		for (int i = 0; i < n_lines[m]; i++)
			starts += lines[m][i].starts;
		printf("     %s: %d lines in %d histories\n", folder_of[m], n_lines[m] - starts, starts);
		CU_ASSERT_EQUAL(wrong, 0);
		for (int s = 0; s < n_states[m]; s++)
			for (int e = 0; e < n_events[m]; e++)
				if (!pairs->seen[s][e]) {
					printf("     %s: state %d, %s: no line\n", folder_of[m], s, event_name((enum machine)m, e));
					CU_FAIL("a pair on which no line stands");
				}
	}
}

static void
a_machine_that_is_wrong_about_any_pair_is_noticed(void)
{
	read_all();
	for (int m = 0; m < MACHINE__COUNT; m++) {
		int wrong;
		const struct pairs pairs = *pairs_of((enum machine)m, &wrong);

		for (int s = 0; s < n_states[m]; s++)
			for (int e = 0; e < n_events[m]; e++)
				for (int k = LIE_POSSIBLE; k < LIE__COUNT; k++) {
					const struct liar liar = { (enum lie)k, s, e };

					/* What is impossible does nothing that one could lie about. */
					if (k != LIE_POSSIBLE && !pairs.possible[s][e])
						continue;
					if (play_all((enum machine)m, &liar, false, NULL) <= wrong) {
						printf("     %s: state %d, %s: a lie is not noticed\n", folder_of[m], s,
						    event_name((enum machine)m, e));
						CU_FAIL("a line that cannot fail");
					}
				}
	}
}

RUNNER_SUITE(exchange_replay,
    RUNNER_TEST(every_history_holds_and_every_pair_of_state_and_event_is_in_one),
    RUNNER_TEST(a_machine_that_is_wrong_about_any_pair_is_noticed));

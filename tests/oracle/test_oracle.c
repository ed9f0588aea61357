#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/lib/runner.h"
#include "tests/oracle/burden.h"
#include "tests/oracle/civil.h"
#include "tests/oracle/compare.h"
#include "tests/oracle/history.h"
#include "tests/oracle/stretch.h"
#include "tests/unit/test_schedule.h"

/*
 * The calculator against a second reader of the same law text, that shares no code with it and
 * asks of one day after the other.  WATASHI_SEED=N asks the two of that life only and shows
 * it; WATASHI_SEED=N WATASHI_COUNT=M asks M from there.  WATASHI_LONG=1 asks a million, of the first
 * day of each stretch in which nothing can change (stretch.h), and every fiftieth both ways;
 * WATASHI_JOBS=N: so many processes.  Two populations are asked about: history.h, and burden.h (WATASHI_BURDEN=M), which is
 * always asked by stretches.
 */
static struct text text;

static const struct text *
the_text(void)
{
	const char *top = getenv("top_srcdir");
	char folder[4096];

	if (text.n_programmes == 0) {
		civil_start();
		snprintf(folder, sizeof folder, "%s/data/law", top != NULL ? top : ".");
		text_read(&text, folder);
	}
	return &text;
}

static unsigned long
setting(const char *name, unsigned long otherwise)
{
	const char *s = getenv(name);

	return s == NULL || *s == '\0' ? otherwise : strtoul(s, NULL, 10);
}

#define FAILURES 12
#define BOTH_WAYS 50		/* of so many lives asked by stretches, one is asked of every day as well */

struct run {
	void (*make)(const struct text *text, uint64_t seed, struct life *life);
	unsigned long from, end, step;
	bool by_day;		/* every life is asked of every day, else the first day of each stretch */
	bool tells;		/* says how far it is */
};

/* Whether asking of every day and asking of the first day of each stretch give one answer. */
static bool
both_ways_agree(const struct life *life, struct difference *ret)
{
	static struct answer by_day, by_stretch;

	stretch_every_day = true;
	answer(the_text(), life, &by_day);
	stretch_every_day = false;
	answer(the_text(), life, &by_stretch);
	return compare_same(the_text(), life, &by_day, &by_stretch, ret);
}

static void
tell(const struct run *r, unsigned long seed, time_t began)
{
	double done = (double)(seed - r->from) / (double)(r->end - r->from), spent = difftime(time(NULL), began);

	fprintf(stderr, "oracle: %.1f %% of %lu lives, %.0f s, about %.0f s left\n", 100 * done, r->end - r->from, spent,
	    done > 0 ? spent / done - spent : 0.0);
}

/* Returns how many differ. */
static unsigned
ask(const struct run *r)
{
	char seen[FAILURES][64];
	unsigned failed = 0, shown = 0;
	time_t began = time(NULL), told = began;

	for (unsigned long seed = r->from; seed < r->end; seed += r->step) {
		struct life life;
		struct difference d;
		bool agree = true;
		unsigned i;

		if (r->tells && time(NULL) >= told + 30) {
			tell(r, seed, began);
			told = time(NULL);
		}
		r->make(the_text(), seed, &life);
		if (seed % BOTH_WAYS == 0)
			agree = both_ways_agree(&life, &d);
		stretch_every_day = r->by_day;
		if (agree && compare(the_text(), &life, &d) == 0)
			continue;
		failed++;
		for (i = 0; i < shown && strcmp(seen[i], d.where) != 0; i++)
			continue;
		if (i < shown || shown == FAILURES)
			continue;
		snprintf(seen[shown++], sizeof seen[0], "%s", d.where);
		if (getenv("WATASHI_WHOLE") == NULL && agree)
			compare_shrink(the_text(), &life, &d);
		printf("# seed %lu: %s: %s\n", seed, d.where, d.what);
		history_print(the_text(), &life);
		printf("\n");
		fflush(stdout);
	}
	if (failed > 0)
		printf("%u differ\n", failed);
	fflush(stdout);
	return failed;
}

static void
ask_all(struct run all, unsigned long n)
{
	unsigned long jobs = setting("WATASHI_JOBS", 2);
	int status = 1;

	the_text();
	test_law();
	fflush(stdout);
	for (unsigned long i = 0; i < jobs; i++) {
		struct run r = { all.make, all.from + i, all.from + n, jobs, all.by_day, getenv("WATASHI_LONG") != NULL && i == 0 };
		pid_t child = fork();

		CU_ASSERT_FATAL(child >= 0);
		if (child == 0)
			_exit(ask(&r) > 0);
	}
	for (unsigned long i = 0; i < jobs; i++) {
		CU_ASSERT_FATAL(wait(&status) > 0);
		CU_ASSERT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
}

static void
both_readers_give_one_answer(void)
{
	bool is_long = getenv("WATASHI_LONG") != NULL;
	struct run r = { .make = history_make, .from = setting("WATASHI_SEED", 1), .by_day = !is_long };

	ask_all(r, setting("WATASHI_COUNT", getenv("WATASHI_SEED") != NULL ? 1 : is_long ? 1000000 : 5000));
}

static void
both_readers_give_one_answer_on_burdened_lives(void)
{
	bool is_long = getenv("WATASHI_LONG") != NULL;
	struct run r = { .make = burden_make, .from = setting("WATASHI_SEED", 1) };

	ask_all(r, setting("WATASHI_BURDEN", getenv("WATASHI_SEED") != NULL ? 0 : is_long ? 100000 : 500));
}

/* Of the rules of one name, as many bind on the day as the text may have. */
static bool
one_version(const struct text_span *span[], int n, int on)
{
	int bind = 0, first = CIVIL_NEVER_AFTER, last = CIVIL_NEVER_BEFORE;

	for (int i = 0; i < n; i++) {
		bind += span[i]->from <= on && on <= span[i]->to;
		first = span[i]->from < first ? span[i]->from : first;
		last = span[i]->to > last ? span[i]->to : last;
	}
	return on < first || on > last ? bind == 0 : bind == 1;
}

static void
every_day_has_one_version_of_each_rule(void)
{
	const struct text *t = the_text();
	int from = civil_of(2005, 1, 1), to = civil_of(2045, 12, 31);

	for (int r = 0; r < t->n_targets + t->n_courses; r++) {
		const struct text_span *span[32];
		int n = 0;

		for (int i = 0; r < t->n_targets && i < t->n_targets && n < 32; i++)
			if (t->target[i].programme == t->target[r].programme && strcmp(t->target[i].name, t->target[r].name) == 0)
				span[n++] = &t->target[i].span;
		for (int i = 0; r >= t->n_targets && i < t->n_courses && n < 32; i++)
			if (t->course[i].programme == t->course[r - t->n_targets].programme &&
			    strcmp(t->course[i].name, t->course[r - t->n_targets].name) == 0)
				span[n++] = &t->course[i].span;
		for (int on = from; on <= to; on++)
			if (!one_version(span, n, on)) {
				char when[11];

				civil_write(on, when);
				printf("FAIL %s: not one version on %s\n",
				    r < t->n_targets ? t->target[r].name : t->course[r - t->n_targets].name, when);
				CU_FAIL("a day without exactly one version");
				break;
			}
	}
}

RUNNER_SUITE(oracle,
    RUNNER_TEST(every_day_has_one_version_of_each_rule),
    RUNNER_TEST(both_readers_give_one_answer),
    RUNNER_TEST(both_readers_give_one_answer_on_burdened_lives));

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/lib/runner.h"
#include "tests/oracle/civil.h"
#include "tests/oracle/compare.h"
#include "tests/oracle/history.h"
#include "tests/unit/test_schedule.h"

/*
 * The calculator against a second reader of the same law text, that shares no code with it and
 * asks of one day after the other.  WATASHI_SEED=N asks the two of that life only and shows
 * it; WATASHI_SEED=N WATASHI_COUNT=M asks M from there; WATASHI_LONG=1 asks a million.
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

/* Every second life from `seed`; returns how many differ. */
static unsigned
ask_half(unsigned long seed, unsigned long end)
{
	char seen[FAILURES][64];
	unsigned failed = 0, shown = 0;

	for (; seed < end; seed += 2) {
		struct life life;
		struct difference d;
		unsigned i;

		history_make(the_text(), seed, &life);
		if (compare(the_text(), &life, &d) == 0)
			continue;
		failed++;
		for (i = 0; i < shown && strcmp(seen[i], d.where) != 0; i++)
			continue;
		if (i < shown || shown == FAILURES)
			continue;
		snprintf(seen[shown++], sizeof seen[0], "%s", d.where);
		if (getenv("WATASHI_WHOLE") == NULL)
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
both_readers_give_one_answer(void)
{
	unsigned long from = setting("WATASHI_SEED", 1);
	unsigned long n = setting("WATASHI_COUNT", getenv("WATASHI_SEED") != NULL ? 1 : getenv("WATASHI_LONG") != NULL ? 1000000 : 5000);
	int status = 1;
	pid_t other;

	the_text();
	test_law();
	fflush(stdout);
	if ((other = fork()) == 0)
		_exit(ask_half(from + 1, from + n) > 0);
	CU_ASSERT_EQUAL(ask_half(from, from + n), 0);
	CU_ASSERT_FATAL(other > 0 && waitpid(other, &status, 0) == other);
	CU_ASSERT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
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
    RUNNER_TEST(both_readers_give_one_answer));

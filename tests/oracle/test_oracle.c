#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/runner.h"
#include "tests/oracle/civil.h"
#include "tests/oracle/compare.h"
#include "tests/oracle/history.h"

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

static void
both_readers_give_one_answer(void)
{
	unsigned long from = setting("WATASHI_SEED", 1);
	unsigned long n = setting("WATASHI_COUNT", getenv("WATASHI_SEED") != NULL ? 1 : getenv("WATASHI_LONG") != NULL ? 1000000 : 5000);
	char seen[FAILURES][64];
	unsigned failed = 0, shown = 0;

	for (unsigned long seed = from; seed < from + n; seed++) {
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
	}
	if (failed > 0)
		printf("%u of %lu differ\n", failed, n);
	CU_ASSERT_EQUAL(failed, 0);
}

RUNNER_SUITE(oracle,
    RUNNER_TEST(both_readers_give_one_answer));

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exchange/wire_read.h"
#include "tests/explore/explore_mutant.h"
#include "tests/explore/explore_search.h"
#include "tests/explore/explore_story.h"
#include "tests/lib/runner.h"

/* Who dies in the middle of a call leaves its memory behind, as a process would not. */
int __lsan_is_turned_off(void);
int
__lsan_is_turned_off(void)
{
	return 1;
}

static void
every_story_holds(void)
{
	const char *only = getenv("STORY"), *is_long = getenv("WATASHI_LONG"), *bound = getenv("BOUND");
	struct search s;

	wire_read_open();
	for (int i = 0; stories[i] != NULL; i++) {
		/* Some are for long runs alone. */
		if (only != NULL ? strcmp(only, stories[i]->name) != 0 : is_long == NULL && stories[i]->most[0] == 0)
			continue;
		struct story own = *stories[i];

		/* BOUND=losses,doubles,deaths,together,states,days late,days: to look at one more closely. */
		if (bound != NULL)
			(void)sscanf(bound, "%d,%d,%d,%d,%ld,%d,%d", &own.bound[0][0], &own.bound[0][1], &own.bound[0][2],
			    &own.bound[0][3], &own.most[0], &own.lag_days, &own.days);
		search_run(bound != NULL ? &own : stories[i], is_long != NULL, true, &s);
		printf("     %-14s %8ld states %9ld transitions, %ld may stay, %ld cut, %ld deep%s\n", stories[i]->name, s.states,
		    s.transitions, s.good, s.cut, s.deepest, s.is_whole ? "" : " (not whole)");
		fflush(stdout);
		if (s.wrong[0] != '\0')
			CU_FAIL("a story does not hold");
	}
}

static const struct story *
story_of(const char *name)
{
	int i;

	for (i = 0; strcmp(stories[i]->name, name) != 0; i++)
		;
	return stories[i];
}

/*
 * States of which the same comes are taken for one; so that this leaves nothing out, it is done without on stories that
 * are small enough: both reach the same states and the same ends.
 */
static void
nothing_is_left_out(void)
{
	static const struct { const char *story; int bound[2][4]; } small[] = {
		{ "code", { { 1, 1, 1, 1 }, { 2, 2, 2, 2 } } },
		{ "correct", { { 0, 0, 0, 0 }, { 1, 0, 0, 1 } } },
		{ "ask", { [1] = { 1, 1, 1, 1 } } },
		{ "held", { [1] = { 1, 0, 0, 1 } } },
		{ "doubt", { [1] = { 1, 1, 1, 1 } } },
		{ "protected", { [1] = { 1, 0, 0, 1 } } },
		{ "days", { [1] = { 0, 0, 0, 0 } } },
		{ "evidence", { [1] = { 1, 1, 1, 1 } } },
	};
	bool is_long = getenv("WATASHI_LONG") != NULL;
	struct search merged, plain;

	wire_read_open();
	for (size_t i = 0; i < (is_long ? sizeof(small) / sizeof(small[0]) : 2); i++) {
		struct story own = *story_of(small[i].story);

		memcpy(own.bound[0], small[i].bound[is_long], sizeof(own.bound[0]));
		own.most[0] = 400000;
		search_run(&own, false, false, &merged);
		search_run_plain(&own, &plain);
		printf("     %-14s %8ld states of %ld, %ld may stay of %ld, %ld unlike%s\n", own.name, merged.states, plain.states,
		    merged.good, plain.good, plain.unlike, merged.is_whole && plain.is_whole ? "" : " (not whole)");
		fflush(stdout);
		if (merged.different != plain.different || merged.set != plain.set || merged.good_set != plain.good_set)
			CU_FAIL("a state is reached by one of them alone");
		if (plain.unlike > 0)
			CU_FAIL("two states that are taken for one lead to different ones");
	}
}

/* An exploration that finds nothing has looked at nothing: each of these is found in its story. */
static void
every_defect_is_found(void)
{
	struct search s;

	wire_read_open();
	for (mutant = 1; mutants[mutant].sentence != NULL; mutant++) {
		struct story own = *story_of(mutants[mutant].story);

		memcpy(own.bound[0], mutants[mutant].bound, sizeof(own.bound[0]));
		search_run(&own, false, false, &s);
		printf("     %-72s %s after %ld states\n", mutants[mutant].sentence, s.wrong[0] != '\0' ? s.wrong : "NOT FOUND", s.states);
		fflush(stdout);
		if (s.wrong[0] == '\0')
			CU_FAIL("a defect is not found");
	}
	mutant = 0;
	world_end();
}

RUNNER_SUITE(explore, RUNNER_TEST(every_story_holds), RUNNER_TEST(nothing_is_left_out),
    RUNNER_TEST(every_defect_is_found));

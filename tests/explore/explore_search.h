#ifndef TESTS_EXPLORE_SEARCH_H
#define TESTS_EXPLORE_SEARCH_H

#include <stdbool.h>

#include "tests/explore/explore_world.h"

/*
 * Every state that can be reached from the first: each is looked at once, whichever way leads to it, and gone on from at
 * the earliest clock at which it is reached, so that what lies within the days of the story does not hang on the way.
 * Besides what the story says of single states: from every state one that may stay is reached without a
 * further fault.
 */
struct search {
	long states, transitions, deepest;
	long good;			/* may stay */
	long cut;			/* from which the clock would have to be turned further than the story does */
	bool is_whole;			/* false: stopped at the story's most */
	char wrong[160];		/* the first thing that did not hold; "" none */
	long different;			/* states by world_mark, and marks of the set of them, and of those that may stay */
	uint64_t set, good_set;
	long unlike;			/* those that are one by world_mark, and lead elsewhere or may stay otherwise */
};

/* is_long: the wide bounds.  shows: the way to what is wrong is printed. */
void search_run(const struct story *s, bool is_long, bool shows, struct search *ret);
/*
 * The same without any state being taken for another of which the same comes (world_mark_plain); the sets are those
 * of world_mark, as the search above gives them.
 */
void search_run_plain(const struct story *s, struct search *ret);

#endif

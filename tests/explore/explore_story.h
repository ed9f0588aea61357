#ifndef TESTS_EXPLORE_STORY_H
#define TESTS_EXPLORE_STORY_H

#include "tests/explore/explore_world.h"

/* What is explored; NULL ends. */
extern const struct story *const stories[];

#endif

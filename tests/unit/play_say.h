#ifndef TESTS_UNIT_PLAY_SAY_H
#define TESTS_UNIT_PLAY_SAY_H

#include "tests/unit/play_node.h"

/* A request by the administrator, its fields as NAME, VALUE, NAME, VALUE...; n_pairs of them. */
enum rc play_say(struct play_node *n, const char *words, const char *const *pair, int n_pairs);
/* The same; the test ends with what the node said when it is not served. */
void play_must(struct play_node *n, const char *words, const char *const *pair, int n_pairs);

#endif

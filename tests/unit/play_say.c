#include "tests/unit/play_say.h"

#include <assert.h>
#include <stdio.h>

#include "tests/lib/runner.h"

#define PAIRS_MAX 16

enum rc
play_say(struct play_node *n, const char *words, const char *const *pair, int n_pairs)
{
	const char *field[PAIRS_MAX], *value[PAIRS_MAX];

	assert(n_pairs <= PAIRS_MAX);
	for (int i = 0; i < n_pairs; i++) {
		field[i] = pair[2 * i];
		value[i] = pair[2 * i + 1];
	}
	return play_node_do(n, 1, words, field, value, n_pairs);
}

void
play_must(struct play_node *n, const char *words, const char *const *pair, int n_pairs)
{
	if (play_say(n, words, pair, n_pairs) != RC_OK) {
		printf("     %s: %s\n", words, play_node_text(n));
		CU_FAIL_FATAL("it is not served");
	}
}

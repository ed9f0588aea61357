#ifndef TESTS_EXPLORE_STORY_ROOM_H
#define TESTS_EXPLORE_STORY_ROOM_H

#include "tests/explore/explore_world.h"

/* What the stories have in common. */
/* Towns: who asks, who is asked, and who asks the one that asked. */
#define ASKER 0
#define PROVIDER 1
#define THIRD 2
#define TOWNS { "011002", "141003", "012025" }

/* By these numbers each town knows who is asked about; the last three digits say who it really is. */
#define NO_ASKER "915730200200001"
#define NO_PROVIDER "926841300001001"
#define NO_OTHER "926841300001009"
#define NO_THIRD "937952400400001"
#define NUMBERS { "9157302002", "9268413000", "9379524004" }

#define COUNT(node, sql) world_number(w, node, sql)

void story_resident(struct world *w, int node, const char *no, const char *since, const char *until, const char *from,
    const char *to);
void story_asks(struct world *w, int node, const char *no);
/* The provider has its copy there; the asker has a code; nobody has asked yet. */
void story_both_towns(struct world *w);
void story_begin_asked(struct world *w);		/* and the asker has asked just now */
enum rc story_protects(struct node *n, int64_t now_us, const char *no);

void story_look(struct world *w);			/* what holds in every state of every story */
bool story_rests(struct world *w);			/* nothing goes on */
bool story_answered(struct world *w);			/* and the asker has what the provider had */

extern const struct story story_correct, story_correct_twice, story_correct_early, story_withheld, story_evidence, story_days,
    story_days_late, story_onward;

#endif

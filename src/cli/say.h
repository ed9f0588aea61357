#ifndef CLI_SAY_H
#define CLI_SAY_H

#include "base/arena.h"
#include "base/words.h"

/*
 * A sentence of the node in the language asked for.  Sentences are message ids; those that
 * carry a count or a name are looked up with every run of digits as "#" ("# MiB free"), and
 * "place: reason" and "one; other" part by part.  What no catalogue knows stays as it is.  The result is the
 * catalogue's, text itself, or in the arena; never NULL.
 */
const char *say(enum lang lang, const char *text, struct arena *arena);

#endif

#ifndef CLI_SAY_H
#define CLI_SAY_H

#include "base/arena.h"
#include "base/words.h"

/*
 * A sentence of the node in the language asked for.  Sentences are message ids; those that
 * carry counts are looked up with every run of digits as "#" ("# MiB free"), one that carries a name with "%s" in its
 * place ("the column %s is missing"), and "place: reason" and "one; other" part by part.  What no catalogue knows stays as it is.  The result is the
 * catalogue's, text itself, or in the arena; never NULL.
 */
const char *say(enum lang lang, const char *text, struct arena *arena);
/*
 * The same of a word that is another one elsewhere: a pair of doses is not open as a node is.  subject: words of the
 * command line; the first of them and the word, "duplicate/open", are looked up before the word by itself.
 */
const char *say_of(enum lang lang, const char *subject, const char *text, struct arena *arena);

#endif

#ifndef CLI_HELP_H
#define CLI_HELP_H

#include <stdio.h>

#include "cli/command.h"

/* Every command in a line each, by what it is about; every first word of the table stands in one chapter. */
void help_all(FILE *to, enum lang lang);
/* The commands that begin with this word, in a line each. */
void help_group(FILE *to, const char *word, enum lang lang);
/* One command: its use, options and formats. */
void help_command(FILE *to, const struct command *c, enum lang lang);
/* How to use it in one line, after wrong usage. */
void help_use(FILE *to, const struct command *c, enum lang lang);

#endif

#ifndef CLI_IMPACT_COMMAND_H
#define CLI_IMPACT_COMMAND_H

#include <stdbool.h>

#include "cli/options.h"

/*
 * watashi law impact OLD NEW --ndjson FILE|-: two law files and persons of watashi-schedule, without any
 * node.  Returns the exit status: 1 when a line could not be judged.
 */
bool impact_command_is_local(char *const *argv, int argc);
int impact_command(struct options *o, char **argv, int argc);

/* law impact OLD NEW of a node: the first word becomes --old=HASH of that file, or --old=WORD where there is none. */
#define IMPACT_COMMAND_OLD_SIZE 96
void impact_command_old(char **argv, int argc, char room[IMPACT_COMMAND_OLD_SIZE]);

#endif

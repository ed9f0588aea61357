#ifndef TESTS_UNIT_PLAY_DATABASE_H
#define TESTS_UNIT_PLAY_DATABASE_H

#include <stddef.h>

/*
 * The database of a node, as no request writes it (folder: play_node_folder).
 *
 * So many rows into a table, whatever columns it has.  columns: "name=EXPRESSION;...", in which n counts up from
 * first.  The others are as in the rows of the table that `from` (a condition) names; without it they hold nothing, or
 * what their type has.
 */
void play_database_fill(const char *folder, const char *table, const char *columns, const char *from, size_t first,
    size_t rows);

#endif

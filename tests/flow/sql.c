/*
 * Asks or changes a node's database as no command does, its pages written as the store writes them: sqlite3 alone would
 * leave pages that the store refuses.  Rows as sqlite3 prints them.
 * usage: sql DATABASE STATEMENTS...
 */
#include <stdio.h>

#include "store/sqlite/sqlite_pages.h"

#define BUSY_MS 5000

static int
print_row(void *given, int n, char **value, char **name)
{
	(void)given;
	(void)name;
	for (int i = 0; i < n; i++)
		(void)printf("%s%s", i > 0 ? "|" : "", value[i] != NULL ? value[i] : "");
	(void)putchar('\n');
	return 0;
}

int
main(int argc, char **argv)
{
	sqlite3 *db = NULL;
	char *trouble = NULL;
	int code;

	if (argc < 3) {
		(void)fprintf(stderr, "usage: sql DATABASE STATEMENTS...\n");
		return 2;
	}
	if ((code = sqlite_pages_open(argv[1], SQLITE_OPEN_READWRITE, &db)) == SQLITE_OK) {
		sqlite3_busy_timeout(db, BUSY_MS);
		for (int i = 2; i < argc && code == SQLITE_OK; i++)
			code = sqlite3_exec(db, argv[i], print_row, NULL, &trouble);
	}
	if (code != SQLITE_OK)
		(void)fprintf(stderr, "sql: %s\n", trouble != NULL ? trouble : sqlite3_errstr(code));
	sqlite3_free(trouble);
	sqlite3_close(db);
	return code == SQLITE_OK ? 0 : 3;
}

#ifndef TESTS_UNIT_NET_FOLDER_H
#define TESTS_UNIT_NET_FOLDER_H

#include <stddef.h>

/* A fresh directory for one test, removed with all its files by net_folder_end. */
void net_folder_begin(void);
void net_folder_end(void);
/* DIR/name; the same room is used again by the fourth call after it. */
const char *net_folder_path(const char *name);
/* Writes the file whole; fails the test when it cannot. */
const char *net_folder_file(const char *name, const char *text);
/* Does any file of the directory hold these bytes? */
int net_folder_holds(const char *text);

#endif

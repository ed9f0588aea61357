#ifndef STORE_SQLITE_PAGES_H
#define STORE_SQLITE_PAGES_H

#include <sqlite3.h>
#include <stdbool.h>

/*
 * Pages of the database that are answered only as they were written.  The last eight bytes of each page are a
 * checksum of the rest and of its number, written with the page and compared whenever it is read from the disk;
 * a page of the log beside the database (WAL) is compared with the checksum that the log keeps of it anyway.
 * What differs is never handed out: the read fails with SQLITE_IOERR_DATA.  The room for it is set aside in the
 * header ("reserved bytes", https://www.sqlite.org/fileformat2.html, 1.3.4), so that every SQLite reads such a
 * file; one that writes to it without this leaves pages that are refused here.
 *
 * It lies between the engine and whatever file system layer is the default when a database is opened.  Not for
 * several threads.
 */
#define SQLITE_PAGES_BYTES 4096		/* of a page */
#define SQLITE_PAGES_RESERVED 8

/* As sqlite3_open_v2, by way of these pages: a new database gets room for checksums. */
int sqlite_pages_open(const char *path, int flags, sqlite3 **ret_db);

/* Whether the first 100 bytes of a file are those of a database with such pages. */
bool sqlite_pages_head(const unsigned char head[100]);

#endif

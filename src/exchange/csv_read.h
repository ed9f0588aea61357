#ifndef EXCHANGE_CSV_READ_H
#define EXCHANGE_CSV_READ_H

#include <stddef.h>

#include "base/fault.h"

/*
 * CSV as towns send it: RFC 4180 quoting, CRLF or LF, UTF-8 with or without byte
 * mark, or CP932 (found out from the bytes: what is not UTF-8 throughout must be
 * CP932 throughout).  A header is required, columns come in any order.  Only cells:
 * what a row means is not known here.
 *
 * These refuse the whole file, naming line and column: bytes of neither encoding,
 * NUL and control characters, broken quoting, a quote that never ends, a missing,
 * repeated or unwanted column, a row with too few or too many cells, a last line cut
 * within a row, an empty file, a cell over LIMIT_IMPORT_CELL_BYTES, a file over
 * LIMIT_IMPORT_BYTES.
 */
struct csv_want {
	const char *const *column;	/* names, in the order cells are handed out */
	size_t n_column;		/* <= LIMIT_IMPORT_COLUMNS */
	size_t n_required;		/* the first so many must be in the header */
};

struct csv_sink {
	/* cell[i] belongs to want->column[i]: UTF-8, NUL-terminated, valid during the call; NULL
	 * when absent or empty.  line: of the row's first line, 1 = header. */
	enum rc (*row)(void *context, const char *const *cell, size_t line, struct fault *why);
	void *context;
};

/* Reads fd from its current offset to the end (it must be a regular file: encodings are found
 * out in a first pass); a refusal by the sink ends it with the sink's rc. */
enum rc csv_read_fd(int fd, const struct csv_want *want, const struct csv_sink *sink,
    struct fault *why) MUST_USE;
enum rc csv_read(const char *bytes, size_t len, const struct csv_want *want,
    const struct csv_sink *sink, struct fault *why) MUST_USE;

#endif

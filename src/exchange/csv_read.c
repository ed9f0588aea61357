#include <errno.h>
#include <iconv.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "exchange/csv_read.h"

/*
 * Two passes over the bytes: the first finds out what the file is written in, the second
 * reads.  A row is decoded as a whole before it is cut: the bytes of a CP932 character may
 * look like a comma or a quote only behind its first byte, so cutting goes by UTF-8.
 */
#define ROW_MAX_BYTES ((size_t)LIMIT_IMPORT_COLUMNS * LIMIT_IMPORT_CELL_BYTES)
#define BLOCK_BYTES 65536

enum where { ROW_START, CELL_START, IN_CELL, IN_QUOTES, AFTER_QUOTE, AFTER_CR };

struct reader {
	const struct csv_want *want;
	const struct csv_sink *sink;
	struct fault *why;
	enum where where;
	size_t line;			/* of the byte being read */
	size_t row_line;		/* where the row began */
	bool header_done;
	bool quoted_row;		/* the row holds a quoted cell: an empty line is not one then */
	struct buf row;			/* cells of the row, each followed by NUL */
	size_t cell_at;			/* where the present cell begins in row */
	size_t start[LIMIT_IMPORT_COLUMNS];
	size_t n_cells;
	size_t n_columns;		/* of the file */
	int to_want[LIMIT_IMPORT_COLUMNS];	/* column of the file to wanted column */
};

static enum rc
refuse(struct reader *r, enum rc rc, const char *rule)
{
	char place[FAULT_PLACE_MAX];

	if (r->n_cells < LIMIT_IMPORT_COLUMNS && r->header_done && r->n_cells < r->n_columns)
		(void)snprintf(place, sizeof(place), "line %zu: %s", r->line,
		    r->want->column[r->to_want[r->n_cells]]);
	else
		(void)snprintf(place, sizeof(place), "line %zu: column %zu", r->line, r->n_cells + 1);
	return fault_set(r->why, rc, place, "%s", rule);
}

static enum rc
end_cell(struct reader *r)
{
	const char *text = r->row.data == NULL ? "" : r->row.data + r->cell_at;
	size_t len = r->row.len - r->cell_at;
	enum rc rc;

	if (r->n_cells == LIMIT_IMPORT_COLUMNS)
		return refuse(r, RC_INVALID, "the row has too many cells");
	if (utf8_check(text, len, UTF8_BLOCK, NULL) != RC_OK)
		return refuse(r, RC_INVALID, "the cell holds control characters");
	r->start[r->n_cells] = r->cell_at;
	if ((rc = buf_add_char(&r->row, '\0')) != RC_OK)
		return refuse(r, rc, "the row is too long");
	r->n_cells++;
	r->cell_at = r->row.len;
	return RC_OK;
}

static enum rc
take_header(struct reader *r)
{
	const struct csv_want *want = r->want;
	bool seen[LIMIT_IMPORT_COLUMNS] = { false };
	char place[FAULT_PLACE_MAX];

	for (size_t i = 0; i < r->n_cells; i++) {
		const char *name = r->row.data + r->start[i];
		size_t k;

		(void)snprintf(place, sizeof(place), "line 1: column %zu", i + 1);
		for (k = 0; k < want->n_column; k++)
			if (strcmp(want->column[k], name) == 0)
				break;
		/* The name itself is not repeated: a file without a header would show a person's data. */
		if (k == want->n_column)
			return fault_set(r->why, RC_INVALID, place, "is no column of this file (is the header missing?)");
		if (seen[k])
			return fault_set(r->why, RC_INVALID, place, "the column %s stands twice", want->column[k]);
		seen[k] = true;
		r->to_want[i] = (int)k;
	}
	for (size_t k = 0; k < want->n_required; k++)
		if (!seen[k])
			return fault_set(r->why, RC_INVALID, "line 1", "the column %s is missing", want->column[k]);
	r->n_columns = r->n_cells;
	r->header_done = true;
	return RC_OK;
}

static enum rc
end_row(struct reader *r)
{
	const char *cell[LIMIT_IMPORT_COLUMNS] = { NULL };
	bool blank;
	enum rc rc;

	if ((rc = end_cell(r)) != RC_OK)
		return rc;
	blank = r->n_cells == 1 && r->row.data[0] == '\0' && !r->quoted_row;
	if (!r->header_done) {
		if (blank)
			return fault_set(r->why, RC_INVALID, "line 1", "is empty where the header belongs");
		if ((rc = take_header(r)) != RC_OK)
			return rc;
	} else if (!(blank && r->n_columns > 1)) {
		if (r->n_cells != r->n_columns) {
			char place[FAULT_PLACE_MAX];

			(void)snprintf(place, sizeof(place), "line %zu", r->row_line);
			return fault_set(r->why, RC_INVALID, place, "has %zu cells, the header %zu", r->n_cells,
			    r->n_columns);
		}
		for (size_t i = 0; i < r->n_cells; i++)
			if (r->row.data[r->start[i]] != '\0')
				cell[r->to_want[i]] = r->row.data + r->start[i];
		if ((rc = r->sink->row(r->sink->context, cell, r->row_line, r->why)) != RC_OK)
			return rc;
	}
	buf_truncate(&r->row, 0);
	r->cell_at = 0;
	r->n_cells = 0;
	r->quoted_row = false;
	r->where = ROW_START;
	return RC_OK;
}

static enum rc
keep(struct reader *r, const char *bytes, size_t n)
{
	enum rc rc;

	if (n > LIMIT_IMPORT_CELL_BYTES - (r->row.len - r->cell_at))
		return refuse(r, RC_TOO_BIG, "the cell is too long");
	if (memchr(bytes, '\0', n) != NULL)
		return refuse(r, RC_INVALID, "the cell holds a NUL");
	if ((rc = buf_add(&r->row, bytes, n)) != RC_OK)
		return refuse(r, rc, "the row is too long");
	return RC_OK;
}

static enum rc
take(struct reader *r, char c)
{
	enum rc rc;

	switch (r->where) {
	case AFTER_CR:
		if (c != '\n')
			return refuse(r, RC_INVALID, "a carriage return stands alone");
		rc = end_row(r);
		r->line++;
		return rc;
	case IN_QUOTES:
		if (c == '"') {
			r->where = AFTER_QUOTE;
			return RC_OK;
		}
		rc = keep(r, &c, 1);
		if (c == '\n')
			r->line++;
		return rc;
	case AFTER_QUOTE:
		if (c == '"') {
			r->where = IN_QUOTES;
			return keep(r, &c, 1);
		}
		if (c != ',' && c != '\r' && c != '\n')
			return refuse(r, RC_INVALID, "something follows a closing quote");
		break;
	case ROW_START:
		r->row_line = r->line;
		/* fall through */
	case CELL_START:
		if (c == '"') {
			r->where = IN_QUOTES;
			r->quoted_row = true;
			return RC_OK;
		}
		break;
	case IN_CELL:
		if (c == '"')
			return refuse(r, RC_INVALID, "a quote stands inside a cell that did not begin with one");
		break;
	}
	switch (c) {
	case ',':
		r->where = CELL_START;
		return end_cell(r);
	case '\r':
		r->where = AFTER_CR;
		return RC_OK;
	case '\n':
		rc = end_row(r);
		r->line++;
		return rc;
	default:
		r->where = IN_CELL;
		return keep(r, &c, 1);
	}
}

/* How many bytes from here on only belong to the present cell. */
static size_t
plain(const char *bytes, size_t n, bool quoted)
{
	size_t i = 0;

	if (quoted)
		while (i < n && bytes[i] != '"' && bytes[i] != '\n' && bytes[i] != '\0')
			i++;
	else
		while (i < n && bytes[i] != ',' && bytes[i] != '"' && bytes[i] != '\r' && bytes[i] != '\n' && bytes[i] != '\0')
			i++;
	return i;
}

static enum rc
take_all(struct reader *r, const char *bytes, size_t n)
{
	size_t i = 0, run;
	enum rc rc;

	while (i < n) {
		run = r->where == IN_CELL || r->where == IN_QUOTES ? plain(bytes + i, n - i, r->where == IN_QUOTES) : 0;
		rc = run > 0 ? keep(r, bytes + i, run) : take(r, bytes[i]);
		if (rc != RC_OK)
			return rc;
		i += run > 0 ? run : 1;
	}
	return RC_OK;
}

static enum rc
end_file(struct reader *r)
{
	if (r->where == IN_QUOTES)
		return refuse(r, RC_INVALID, "the file ends within quotes");
	if (r->where == AFTER_CR)
		return refuse(r, RC_INVALID, "the file ends within a line end");
	if (r->where != ROW_START) {
		/* A last line without its end is allowed by RFC 4180, but a cut looks just so: only a whole row passes. */
		if (r->header_done && r->n_cells + 1 != r->n_columns)
			return refuse(r, RC_INVALID, "the file is cut within this row");
		return end_row(r);
	}
	if (!r->header_done)
		return fault_set(r->why, RC_INVALID, "line 1", "the file is empty");
	return RC_OK;
}

/* ---- where bytes come from, and in what they are written ---- */

struct source {
	int fd;				/* -1: memory */
	off_t start;
	const char *bytes;
	size_t len;
	size_t at;
};

static enum rc
source_read(struct source *s, char *block, size_t *ret_n, struct fault *why)
{
	size_t n = 0;

	if (s->fd < 0) {
		n = s->len - s->at < BLOCK_BYTES ? s->len - s->at : BLOCK_BYTES;
		if (n > 0)
			memcpy(block, s->bytes + s->at, n);
	} else {
		while (n < BLOCK_BYTES) {
			ssize_t got = pread(s->fd, block + n, BLOCK_BYTES - n, s->start + (off_t)(s->at + n));

			if (got < 0 && errno == EINTR)
				continue;
			if (got < 0)
				return fault_set(why, RC_IO, "file", "cannot be read: %s", strerror(errno));
			if (got == 0)
				break;
			n += (size_t)got;
		}
	}
	s->at += n;
	if (s->at > LIMIT_IMPORT_BYTES)
		return fault_set(why, RC_TOO_BIG, "file", "is over the ceiling for imports");
	*ret_n = n;
	return RC_OK;
}

/* How many of the last bytes may be the beginning of a character. */
static size_t
utf8_tail(const char *bytes, size_t len)
{
	for (size_t back = 1; back <= 3 && back <= len; back++) {
		unsigned char c = (unsigned char)bytes[len - back];

		if (c < 0x80)
			return 0;
		if (c >= 0xc0) {
			size_t need = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;

			return need > back ? back : 0;
		}
	}
	return 0;
}

/* Well-formed only: what characters mean is judged cell by cell. */
static bool
well_formed(const char *bytes, size_t len, size_t *ret_bad)
{
	uint64_t eight;
	uint32_t c;
	size_t n;

	for (size_t at = 0; at < len; at += n) {
		if (len - at >= sizeof(eight)) {
			memcpy(&eight, bytes + at, sizeof(eight));
			if ((eight & 0x8080808080808080u) == 0) {
				n = sizeof(eight);
				continue;
			}
		}
		if ((unsigned char)bytes[at] < 0x80) {
			n = 1;
			continue;
		}
		if ((n = utf8_next(bytes + at, len - at, &c)) == 0) {
			*ret_bad = at;
			return false;
		}
	}
	return true;
}

static size_t
lines_in(const char *bytes, size_t len)
{
	const char *at = bytes, *end = bytes + len;
	size_t n = 0;

	for (; at < end && (at = memchr(at, '\n', (size_t)(end - at))) != NULL; at++)
		n++;
	return n;
}

static enum rc
is_utf8(struct source *s, char *block, bool *ret_utf8, size_t *ret_bad_line, struct fault *why)
{
	char piece[BLOCK_BYTES + 4];
	size_t tail = 0, n, line = 1, bad = 0;
	enum rc rc;

	*ret_utf8 = true;
	do {
		size_t len;

		if ((rc = source_read(s, block, &n, why)) != RC_OK)
			return rc;
		memcpy(piece + tail, block, n);
		len = tail + n;
		tail = n == 0 ? 0 : utf8_tail(piece, len);
		if (!well_formed(piece, len - tail, &bad)) {
			*ret_utf8 = false;
			len = bad + tail;
		}
		line += lines_in(piece, len - tail);
		if (!*ret_utf8)
			break;
		memmove(piece, piece + len - tail, tail);
	} while (n > 0);
	*ret_bad_line = line;
	return RC_OK;
}

static enum rc
read_utf8(struct reader *r, struct source *s, char *block)
{
	bool first = true;
	size_t n;
	enum rc rc;

	do {
		size_t i = 0;

		if ((rc = source_read(s, block, &n, r->why)) != RC_OK)
			return rc;
		if (first && n >= 3 && memcmp(block, "\xef\xbb\xbf", 3) == 0)
			i = 3;
		first = false;
		if ((rc = take_all(r, block + i, n - i)) != RC_OK)
			return rc;
	} while (n > 0);
	return end_file(r);
}

static enum rc
read_cp932(struct reader *r, struct source *s, char *block, size_t bad_line)
{
	iconv_t conv = iconv_open("UTF-8", "CP932");
	char in[BLOCK_BYTES + 4], out[4 * BLOCK_BYTES];
	char place[FAULT_PLACE_MAX];
	size_t kept = 0, n;
	enum rc rc;

	if (conv == (iconv_t)-1)
		return fault_set(r->why, RC_BUG, "file", "this machine cannot convert CP932");
	do {
		char *from = in, *to = out;
		size_t n_from, n_to = sizeof(out), got;

		if ((rc = source_read(s, block, &n, r->why)) != RC_OK)
			goto out;
		memcpy(in + kept, block, n);
		n_from = kept + n;
		got = iconv(conv, &from, &n_from, &to, &n_to);
		if ((rc = take_all(r, out, (size_t)(to - out))) != RC_OK)
			goto out;
		if (got == (size_t)-1 && errno != EINVAL) {
			(void)snprintf(place, sizeof(place), "line %zu", r->line);
			rc = fault_set(r->why, RC_INVALID, place,
			    "neither UTF-8 (broken on line %zu) nor CP932 (broken here)", bad_line);
			goto out;
		}
		kept = n_from;
		if (kept > 3 || (n == 0 && kept > 0)) {
			(void)snprintf(place, sizeof(place), "line %zu", r->line);
			rc = fault_set(r->why, RC_INVALID, place, "the file ends within a character");
			goto out;
		}
		memmove(in, from, kept);
	} while (n > 0);
	rc = end_file(r);
 out:
	(void)iconv_close(conv);
	return rc;
}

static enum rc
read_source(struct source *s, const struct csv_want *want, const struct csv_sink *sink, struct fault *why)
{
	struct reader r = { .want = want, .sink = sink, .why = why, .line = 1, .where = ROW_START };
	char block[BLOCK_BYTES];
	size_t bad_line = 0;
	bool utf8;
	enum rc rc;

	buf_init(&r.row, ROW_MAX_BYTES);
	if ((rc = is_utf8(s, block, &utf8, &bad_line, why)) != RC_OK)
		return rc;
	s->at = 0;
	rc = utf8 ? read_utf8(&r, s, block) : read_cp932(&r, s, block, bad_line);
	buf_wipe(&r.row);
	explicit_bzero(block, sizeof(block));
	return rc;
}

enum rc
csv_read(const char *bytes, size_t len, const struct csv_want *want, const struct csv_sink *sink,
    struct fault *why)
{
	struct source s = { .fd = -1, .bytes = bytes, .len = len };

	return read_source(&s, want, sink, why);
}

enum rc
csv_read_fd(int fd, const struct csv_want *want, const struct csv_sink *sink, struct fault *why)
{
	struct source s = { .fd = fd, .start = lseek(fd, 0, SEEK_CUR) };

	if (s.start < 0)
		return fault_set(why, RC_IO, "file", "is no regular file: %s", strerror(errno));
	return read_source(&s, want, sink, why);
}

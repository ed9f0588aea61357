#ifndef ACTION_LIST_FILE_H
#define ACTION_LIST_FILE_H

#include <iconv.h>

#include "action/list_run.h"
#include "base/sha256.h"

/*
 * The file of a release: CSV as RFC 4180, every cell quoted, nothing in it that a spreadsheet takes for a
 * formula; UTF-8 with a byte mark, or CP932 (the character set of Windows in Japan).
 */
#define LIST_FILE_LINE_BYTES (4u * LIMIT_TEXT_BYTES)

/* The first line, with the byte mark. */
enum rc list_file_head(struct buf *out) MUST_USE;
enum rc list_file_line(const struct law *law, const struct list_question *q, const struct list_match *m,
    const struct person *p, struct buf *out) MUST_USE;

struct list_encoder {
	iconv_t conv;			/* (iconv_t)-1: UTF-8, nothing to do */
	int64_t n_replaced;		/* characters that CP932 lacks, written as U+3013 */
	struct buf bytes;
};
/* "utf-8" (also NULL) or "cp932". */
enum rc list_encoder_open(struct list_encoder *e, const char *name, struct fault *why) MUST_USE;
void list_encoder_close(struct list_encoder *e);
const char *list_encoder_name(const struct list_encoder *e);
/* Good until the next call. */
enum rc list_encode(struct list_encoder *e, const char *line, size_t len, const char **ret_bytes,
    size_t *ret_len) MUST_USE;

/* A file of a list on its way out. */
struct list_out {
	struct list_encoder encoder;
	int fd;				/* -1: only hashed and counted */
	struct sha256 file;		/* of what was written; begun by the caller */
};
/* A line, encoded, hashed and written.  RC_FULL, RC_IO. */
enum rc list_out_put(struct list_out *o, const char *line, size_t len, struct fault *why) MUST_USE;
/* On the disk. */
enum rc list_out_sync(const struct list_out *o, struct fault *why) MUST_USE;

#endif

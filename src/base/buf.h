#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>

#include "base/fault.h"

/*
 * Growing bytes, born with a ceiling.  data is NUL-terminated after every
 * successful call (the NUL is not counted in len).  After RC_TOO_BIG or
 * RC_NOMEM the contents are as before the call.
 */
struct buf {
	char *data;		/* NULL until the first byte */
	size_t len;
	size_t room;
	size_t max;		/* most bytes len may reach */
};

#define BUF_INIT(max_bytes) { NULL, 0, 0, (max_bytes) }

void buf_init(struct buf *b, size_t max_bytes);
void buf_clear(struct buf *b);			/* frees; usable again with the same ceiling */
void buf_wipe(struct buf *b);			/* overwrites, then frees: for secrets */
void buf_truncate(struct buf *b, size_t len);	/* len <= b->len; keeps memory */
enum rc buf_add(struct buf *b, const void *bytes, size_t len) MUST_USE;
enum rc buf_add_text(struct buf *b, const char *text) MUST_USE;
enum rc buf_add_char(struct buf *b, char c) MUST_USE;
enum rc buf_printf(struct buf *b, const char *format, ...) PRINTF_LIKE(2, 3) MUST_USE;
enum rc buf_grow(struct buf *b, size_t len) MUST_USE;	/* private to buf_reserve */
/* Room for len more bytes at b->data + b->len; the caller adds to len what it wrote. */
static inline enum rc MUST_USE
buf_reserve(struct buf *b, size_t len)
{
	return b->data != NULL && len <= b->room - b->len ? RC_OK : buf_grow(b, len);
}
/* Whole file or stream, refused over the ceiling. */
enum rc buf_read_fd(struct buf *b, int fd, struct fault *why) MUST_USE;
enum rc buf_read_file(struct buf *b, const char *path, struct fault *why) MUST_USE;

#endif

#ifndef BASE_FRAME_H
#define BASE_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/day.h"
#include "base/fault.h"
#include "base/limits.h"

/*
 * A typed message between two processes of one node: a kind, and fields in
 * order.  A field has a tag (its name, an enum of the room that owns the kind),
 * a type and a value; groups nest.  On the stream a frame is a 12-byte head
 * (magic, kind, bytes) and its fields; a file descriptor may ride along.
 *
 * A reader checks the whole structure before the first field is handed out
 * (types, lengths, nesting, UTF-8 of text, range of days), so that everything
 * behind frame_read_open is well formed.
 */
enum frame_type {
	FRAME_INT = 1,		/* int64 */
	FRAME_DAY,		/* int32, DAY_NONE allowed */
	FRAME_TEXT,		/* UTF-8, UTF8_BLOCK clean */
	FRAME_BYTES,
	FRAME_OPEN,		/* group begins */
	FRAME_CLOSE,		/* group ends */
};

struct frame {			/* being written */
	uint16_t kind;
	struct buf body;
	unsigned depth;		/* groups open; at most LIMIT_FRAME_DEPTH */
	size_t group_at[LIMIT_FRAME_DEPTH];	/* where their contents begin */
	enum rc rc;		/* first failure; every put after it is a no-op */
};

void frame_init(struct frame *f, uint16_t kind);
void frame_clear(struct frame *f);		/* wipes: frames may carry secrets */
void frame_put_int(struct frame *f, uint16_t tag, int64_t value);
void frame_put_day(struct frame *f, uint16_t tag, day value);
void frame_put_text(struct frame *f, uint16_t tag, const char *text);	/* NULL: nothing is put */
void frame_put_text_n(struct frame *f, uint16_t tag, const char *text, size_t len);
void frame_put_bytes(struct frame *f, uint16_t tag, const void *bytes, size_t len);
void frame_open(struct frame *f, uint16_t tag);
void frame_close(struct frame *f);

struct frame_field {
	uint16_t tag;
	enum frame_type type;
	int64_t number;			/* FRAME_INT */
	day date;			/* FRAME_DAY */
	const char *text;		/* FRAME_TEXT (NUL-terminated), FRAME_BYTES */
	size_t len;
};

struct frame_reader {
	const char *at, *end;
	const char *group;		/* contents of the group just handed out, or NULL */
	uint16_t kind;
	unsigned depth;
};

/* body must stay alive while the reader and its fields are used. */
enum rc frame_read_open(struct frame_reader *r, uint16_t kind, const void *body,
    size_t len, struct fault *why) MUST_USE;
/* False at the end of the frame, or of the group being read.  FRAME_CLOSE is never handed out. */
bool frame_next(struct frame_reader *r, struct frame_field *ret_field);
/* Enter the group whose FRAME_OPEN was just handed out: *ret_inner reads its fields, r goes on
 * after it.  A group that is not entered is passed over. */
void frame_enter(struct frame_reader *r, struct frame_reader *ret_inner);

/*
 * Send and receive on a stream socket, whole or not at all: after RC_IO or RC_INVALID the
 * stream is of no further use.  pass_fd = -1 for none.  Non-blocking sockets are waited
 * for; SO_RCVTIMEO and SO_SNDTIMEO of a blocking one are kept (RC_IO).
 * frame_send: RC_INVALID when a text was not clean UTF-8, and nothing is sent.
 * frame_receive: RC_ABSENT at a clean end of stream; *ret_fd is -1 or a descriptor
 * that is now the caller's (close-on-exec); ret_fd may be NULL where none is expected.
 * body keeps what frame_read_open needs.
 */
enum rc frame_send(int fd, const struct frame *f, int pass_fd, struct fault *why) MUST_USE;
enum rc frame_receive(int fd, struct buf *body, uint16_t *ret_kind, int *ret_fd,
    struct fault *why) MUST_USE;

/*
 * For a loop that must not wait for a slow peer.  frame_pack appends the bytes of a frame
 * (without descriptor) to out.  frame_waiting says whether frame_receive would come back at
 * once: RC_OK, RC_PENDING (not whole yet), RC_ABSENT (end of stream), RC_TOO_BIG (body over
 * max_bytes, which must be well below a socket's buffer), RC_INVALID (no frame).
 */
enum rc frame_pack(const struct frame *f, struct buf *out) MUST_USE;
enum rc frame_waiting(int fd, size_t max_bytes, struct fault *why) MUST_USE;

/*
 * A frame that is taken in as it comes: where both sides send without waiting, whoever waited for the rest of one would
 * keep the rest of its own from the other, which waits for that.
 */
struct frame_inflow {
	char head[12];
	size_t n;			/* bytes so far, head and body */
	struct buf body;		/* whole after RC_OK, until the next call */
	uint16_t kind;
};
void frame_inflow_init(struct frame_inflow *in);
void frame_inflow_clear(struct frame_inflow *in);	/* wipes */
/*
 * Takes what is there: RC_OK a whole frame, RC_PENDING not yet, else as frame_receive.  Nothing of the frame after it is
 * read.  A descriptor that rides along is closed.
 */
enum rc frame_take(struct frame_inflow *in, int fd, struct fault *why) MUST_USE;

#endif

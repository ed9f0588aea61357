#ifndef SERVE_OUTFLOW_H
#define SERVE_OUTFLOW_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/frame.h"

/*
 * Frames on their way out of a socket that must not be waited for: the store sends while
 * the other side may be sending to it.
 */
struct outflow {
	struct buf bytes;
	size_t sent;
};

#define OUTFLOW_MAX_BYTES (2u * LIMIT_FRAME_BYTES)

void outflow_init(struct outflow *o);
void outflow_clear(struct outflow *o);		/* wipes */
static inline size_t outflow_left(const struct outflow *o) { return o->bytes.len - o->sent; }
/* RC_TOO_BIG when the other side takes nothing; nothing is added then. */
enum rc outflow_add(struct outflow *o, const struct frame *f, struct fault *why) MUST_USE;
/* Sends what fd takes at once.  RC_IO: the other side is gone. */
enum rc outflow_send(struct outflow *o, int fd, struct fault *why) MUST_USE;
/* Waits until at most `most` bytes are left; RC_IO when wait_ms have passed without that. */
enum rc outflow_drain(struct outflow *o, int fd, size_t most, int wait_ms, struct fault *why) MUST_USE;

#endif

#ifndef LAW_LAW_COMPILE_H
#define LAW_LAW_COMPILE_H

#include "base/buf.h"
#include "law/law_finding.h"

/* One file of law text; all of one call are one law, in the order that decides nothing. */
struct law_input {
	const char *name;	/* for findings */
	const char *text;	/* may be NULL when len is 0 */
	size_t len;
};

/*
 * Text to the bytes of a law file, appended to an empty buf.  RC_INVALID when anything is wrong with
 * the text: everything was told to the listener and nothing was written.  RC_NOMEM, RC_TOO_BIG.
 */
enum rc law_compile(const struct law_input *input, size_t n, struct law_listener listener,
    struct buf *out, struct fault *why) MUST_USE;

#endif

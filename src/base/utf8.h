#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

/*
 * UTF-8 as text of people: well-formed (RFC 3629: no overlong form, no
 * surrogate, nothing over U+10FFFF), without NUL, control characters
 * (C0 but for tab and newline where allowed, DEL, C1) and noncharacters.
 */
enum utf8_kind {
	UTF8_LINE,		/* no control characters at all */
	UTF8_BLOCK,		/* tab, CR and LF allowed */
};

/* RC_OK, or RC_INVALID with *ret_at = offset of the first bad byte (may be NULL). */
enum rc utf8_check(const char *text, size_t len, enum utf8_kind kind, size_t *ret_at) MUST_USE;
/* Characters in well-formed text; a variation selector counts as one. */
size_t utf8_length(const char *text, size_t len);
/* One character at text (len > 0): returns its bytes (1..4), 0 when malformed. */
size_t utf8_next(const char *text, size_t len, uint32_t *ret_char);
/* Writes 1..4 bytes for a scalar value; returns how many, 0 for a bad value. */
size_t utf8_put(uint32_t c, char out[4]);

#endif

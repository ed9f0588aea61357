#ifndef RECORD_KANA_H
#define RECORD_KANA_H

#include <stdbool.h>

#include "base/buf.h"

/*
 * Folded kana, the form in which names are compared between municipalities:
 * half-width to full-width (with its voicing marks joined), hiragana to
 * katakana, spaces and middle dots dropped, every kind of long mark and dash
 * made one, full-width Latin made plain capitals; small kana are kept.
 * Folding twice changes nothing.
 */
enum rc kana_fold(const char *text, struct buf *ret_folded) MUST_USE;	/* appends; RC_INVALID: bad UTF-8 */
/* True when both fold to the same non-empty text. */
bool kana_same(const char *a, const char *b);

#endif

#ifndef EXCHANGE_WIRE_WRITE_H
#define EXCHANGE_WIRE_WRITE_H

#include "base/buf.h"
#include "base/fault.h"
#include "exchange/message.h"

#define WIRE_NO_GAP ((size_t)-1)

/*
 * Message to XML, appended to out.  The same message gives the same bytes.
 * Everything is checked as the reader will check it (RC_INVALID: place and rule),
 * and the ceiling of the kind holds (RC_TOO_BIG); out is unchanged on failure.
 *
 * JUKI.CodeRequest with my_number NULL: twelve spaces stand where the number
 * belongs and *ret_gap_offset (may be NULL) is the offset of the first from the
 * start of this document; such a document is refused by every reader until
 * filled in.  WIRE_NO_GAP for all others.
 */
enum rc wire_write(const struct message *m, struct buf *out, size_t *ret_gap_offset,
    struct fault *why) MUST_USE;

#endif

#ifndef LAW_LAW_EMIT_H
#define LAW_LAW_EMIT_H

#include "base/buf.h"
#include "law/law_draft.h"

/*
 * A finished draft without findings as the bytes of a law file, appended to an empty buf.
 * The same draft gives the same bytes on every machine of one byte order.
 */
enum rc law_emit(const struct law_draft *d, struct buf *out, struct fault *why) MUST_USE;

#endif

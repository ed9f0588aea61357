#ifndef NET_NET_FAULT_DOCUMENT_H
#define NET_NET_FAULT_DOCUMENT_H

#include "base/buf.h"
#include "net/net_fault.h"

/*
 * What a broken or hostile peer would send in the place of a good answer: made of the good one,
 * so that everything but the one thing is right.  kind is one with net_fault_is_document.
 * ret_document was initialised by the caller, with room for some megabytes.
 */
enum rc net_fault_document(enum net_fault_kind kind, const char *good, size_t len,
    struct buf *ret_document, struct fault *why) MUST_USE;

#endif

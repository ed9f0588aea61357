#ifndef NET_NET_SCHEMA_H
#define NET_NET_SCHEMA_H

#include <stddef.h>

#include "base/fault.h"

/*
 * The XML schema of data/wire, applied to every message beside wire_read: two
 * readings of the profile that must agree.  May be shared by threads.
 */
struct net_schema;

enum rc net_schema_open(const char *path, struct net_schema **ret_schema, struct fault *why) MUST_USE;
void net_schema_close(struct net_schema *s);
/* RC_INVALID: the first thing found, its line as place.  Never holds the whole document as a tree. */
enum rc net_schema_check(const struct net_schema *s, const void *bytes, size_t len,
    struct fault *why) MUST_USE;

#endif

#ifndef SERVE_CONFINE_H
#define SERVE_CONFINE_H

#include "base/fault.h"

/*
 * Rights that no process of a node needs, given up for good: new privileges by execution,
 * core files and being looked into by others of the same user (keys and numbers pass
 * through memory).
 */
enum rc confine_always(struct fault *why) MUST_USE;

#endif

#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include "base/buf.h"
#include "base/fault.h"

/*
 * Where an answer goes.  To a file: whole or not at all, readable by its owner alone, and an
 * older file of that name stands until the new one is complete.  path NULL: standard output.
 */
enum rc output_write(const char *path, const struct buf *bytes, struct fault *why) MUST_USE;

#endif

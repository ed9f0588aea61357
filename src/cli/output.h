#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include "base/buf.h"
#include "base/fault.h"

/* Where an answer goes: to a file (base/outfile.h) readable by its owner alone.  path NULL: standard output. */
enum rc output_write(const char *path, const struct buf *bytes, struct fault *why) MUST_USE;

#endif

#ifndef LAW_LAW_LOAD_H
#define LAW_LAW_LOAD_H

#include "base/fault.h"
#include "law/law.h"

/*
 * Opens a compiled law file: maps it read-only, verifies its magic, layout version, hash
 * and every offset, index, mask and enumeration in it.  Foreign bytes: a fuzz target.
 * RC_ABSENT no such file, RC_INVALID damaged or not a law file, RC_VERSION other layout.
 */
struct law_file;	/* owns the mapping; struct law points into it */

enum rc law_load(const char *path, struct law_file **ret_file, struct fault *why) MUST_USE;
/* The same from memory that stays the caller's and alive (aligned to 8). */
enum rc law_load_bytes(const void *bytes, size_t len, struct law_file **ret_file,
    struct fault *why) MUST_USE;
const struct law *law_of(const struct law_file *file);
void law_free(struct law_file *file);

/* Where the law file is when none is named: WATASHI_LAW, the build tree the program runs
 * from, the installed place.  Writes a path, or RC_ABSENT. */
enum rc law_default_path(const char *program_path, char *ret_path, size_t size) MUST_USE;

#endif

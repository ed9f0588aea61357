#ifndef TESTS_UNIT_TEST_LAW_H
#define TESTS_UNIT_TEST_LAW_H

#include "base/buf.h"
#include "law/law_compile.h"
#include "law/law_load.h"

#define TEST_LAW_HEARD 16

/* What a listener heard. */
struct test_law_heard {
	size_t n;
	enum law_finding finding[TEST_LAW_HEARD];
	uint32_t line[TEST_LAW_HEARD];
};

/* A file of the source tree, read whole; ends the test when it cannot be. */
void test_law_read(const char *path, struct buf *text);
enum rc test_law_compile(const char *name, const struct buf *text, struct test_law_heard *heard,
    struct buf *law);
/* Bytes of the small invented law, compiled. */
void test_law_small(struct buf *law);
/* Loads from a copy that is aligned; the copy lives as long as the file. */
struct test_law_copy { uint64_t *bytes; };
enum rc test_law_load(const void *bytes, size_t len, struct test_law_copy *copy,
    struct law_file **ret_file, struct fault *why);
/* Makes the hash of changed bytes fit again. */
void test_law_sign(char *bytes, size_t len);
/* The law of this build. */
struct law_file *test_law_packaged(void);
const char *test_law_source_path(const char *name, char *path, size_t size);

#endif

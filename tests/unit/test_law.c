#include "tests/unit/test_law.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sha256.h"
#include "tests/lib/runner.h"

#define ROOM (4u << 20)

const char *
test_law_source_path(const char *name, char *path, size_t size)
{
	const char *top = getenv("top_srcdir");

	(void)snprintf(path, size, "%s/%s", top == NULL ? "." : top, name);
	return path;
}

void
test_law_read(const char *path, struct buf *text)
{
	struct fault why;
	enum rc rc;

	buf_init(text, ROOM);
	rc = buf_read_file(text, path, &why);
	if (rc != RC_OK)
		fprintf(stderr, "%s: %s\n", path, why.text);
	CU_ASSERT_EQUAL_FATAL(rc, RC_OK);
}

static void
hear(void *context, struct law_place place, enum law_finding finding, const char *detail)
{
	struct test_law_heard *heard = context;

	(void)detail;
	if (heard->n < TEST_LAW_HEARD) {
		heard->finding[heard->n] = finding;
		heard->line[heard->n] = place.line;
	}
	heard->n++;
}

enum rc
test_law_compile(const char *name, const struct buf *text, struct test_law_heard *heard, struct buf *law)
{
	struct law_input input = { name, text->data, text->len };
	struct fault why;

	memset(heard, 0, sizeof *heard);
	buf_init(law, ROOM);
	return law_compile(&input, 1, (struct law_listener){ hear, heard }, law, &why);
}

void
test_law_small(struct buf *law)
{
	char path[4096];
	struct test_law_heard heard;
	struct buf text;

	test_law_read(test_law_source_path("tests/case/law-good/small.law", path, sizeof path), &text);
	CU_ASSERT_EQUAL_FATAL(test_law_compile("small.law", &text, &heard, law), RC_OK);
	buf_clear(&text);
}

enum rc
test_law_load(const void *bytes, size_t len, struct test_law_copy *copy, struct law_file **ret_file,
    struct fault *why)
{
	copy->bytes = malloc(len + 8);
	CU_ASSERT_PTR_NOT_NULL_FATAL(copy->bytes);
	if (len > 0)
		memcpy(copy->bytes, bytes, len);
	return law_load_bytes(copy->bytes, len, ret_file, why);
}

void
test_law_sign(char *bytes, size_t len)
{
	struct sha256 hash;

	sha256_init(&hash);
	sha256_add(&hash, bytes, len - SHA256_BYTES);
	sha256_digest(&hash, (unsigned char *)bytes + len - SHA256_BYTES);
}

struct law_file *
test_law_packaged(void)
{
	struct law_file *file = NULL;
	char path[4096];
	struct fault why;

	CU_ASSERT_EQUAL_FATAL(law_default_path(NULL, path, sizeof path), RC_OK);
	CU_ASSERT_EQUAL_FATAL(law_load(path, &file, &why), RC_OK);
	return file;
}

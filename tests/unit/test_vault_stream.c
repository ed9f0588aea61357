#include "tests/unit/test_vault.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vault/vault_stream.h"

#define CLEAR 150000			/* two whole chunks and a part */

static const unsigned char key[VAULT_SECRET_BYTES] = { 7 };
static const struct vault_digest head = { { 1 } };

static unsigned char
byte_at(size_t i)
{
	return (unsigned char)(i * 31 + (i >> 8));
}

static int
make(size_t len, size_t step)
{
	unsigned char *clear = malloc(len + 1);
	struct vault_stream *s = NULL;
	int fd = memfd_create("stream", MFD_CLOEXEC);

	CU_ASSERT_FATAL(fd >= 0 && clear != NULL);
	for (size_t i = 0; i < len; i++)
		clear[i] = byte_at(i);
	CU_ASSERT_EQUAL_FATAL(vault_stream_write(fd, key, &head, &s, NULL), RC_OK);
	for (size_t at = 0; at < len; at += step)
		CU_ASSERT_EQUAL(vault_stream_put(s, clear + at, len - at < step ? len - at : step, NULL), RC_OK);
	CU_ASSERT_EQUAL(vault_stream_end(s, NULL), RC_OK);
	vault_stream_free(s);
	free(clear);
	return fd;
}

/* Everything that is handed out is right; the status of the first failure, or RC_OK at the end. */
static enum rc
read_back(int fd, size_t len, const unsigned char by[VAULT_SECRET_BYTES], const struct vault_digest *of)
{
	struct vault_stream *s = NULL;
	unsigned char part[4096];
	enum rc rc = RC_OK;

	CU_ASSERT_EQUAL_FATAL(lseek(fd, 0, SEEK_SET), 0);
	CU_ASSERT_EQUAL_FATAL(vault_stream_read(fd, by, of, &s, NULL), RC_OK);
	for (size_t at = 0; rc == RC_OK && at < len; ) {
		size_t n = len - at < sizeof(part) ? len - at : sizeof(part);
		bool right = true;

		if ((rc = vault_stream_take(s, part, n, NULL)) != RC_OK)
			break;
		for (size_t i = 0; i < n; i++)
			right = right && part[i] == byte_at(at + i);
		CU_ASSERT_TRUE(right);
		at += n;
	}
	if (rc == RC_OK)
		rc = vault_stream_at_end(s, NULL);
	vault_stream_free(s);
	return rc;
}

static void
what_is_put_is_taken_whatever_the_pieces(void)
{
	static const size_t len[] = { 0, 1, 65535, 65536, 65537, 131072, CLEAR };
	static const size_t step[] = { 1000, 65536, 70000 };

	for (size_t i = 0; i < sizeof(len) / sizeof(len[0]); i++)
		for (size_t j = 0; j < sizeof(step) / sizeof(step[0]); j++) {
			int fd = make(len[i], step[j]);

			CU_ASSERT_EQUAL(read_back(fd, len[i], key, &head), RC_OK);
			CU_ASSERT_EQUAL(read_back(fd, len[i] + 1, key, &head), RC_INVALID);
			if (len[i] > 0)
				CU_ASSERT_EQUAL(read_back(fd, len[i] - 1, key, &head), RC_INVALID);
			close(fd);
		}
}

static void
every_changed_byte_every_cut_and_a_foreign_key_or_head_are_found(void)
{
	const struct vault_digest other_head = { { 2 } };
	const unsigned char other_key[VAULT_SECRET_BYTES] = { 8 };
	int fd = make(3000, 100);
	off_t size = lseek(fd, 0, SEEK_END);
	unsigned char was, is;

	CU_ASSERT_EQUAL(read_back(fd, 3000, other_key, &head), RC_CRYPTO);
	CU_ASSERT_EQUAL(read_back(fd, 3000, key, &other_head), RC_CRYPTO);
	for (off_t at = 0; at < size; at++)
		for (int bit = 0; bit < 8; bit += 7) {
			CU_ASSERT_EQUAL_FATAL(pread(fd, &was, 1, at), 1);
			is = was ^ (unsigned char)(1 << bit);
			CU_ASSERT_EQUAL_FATAL(pwrite(fd, &is, 1, at), 1);
			CU_ASSERT_EQUAL(read_back(fd, 3000, key, &head), RC_CRYPTO);
			CU_ASSERT_EQUAL_FATAL(pwrite(fd, &was, 1, at), 1);
		}
	CU_ASSERT_EQUAL(read_back(fd, 3000, key, &head), RC_OK);
	CU_ASSERT_EQUAL_FATAL(pwrite(fd, "x", 1, size), 1);
	CU_ASSERT_EQUAL(read_back(fd, 3000, key, &head), RC_CRYPTO);
	for (off_t cut = size - 1; cut >= 0; cut -= 7) {
		CU_ASSERT_EQUAL_FATAL(ftruncate(fd, cut), 0);
		CU_ASSERT_EQUAL(read_back(fd, 3000, key, &head), RC_CRYPTO);
	}
	close(fd);
}

static void
chunks_lost_doubled_or_exchanged_are_found(void)
{
	const size_t whole = 4 + 65536 + VAULT_TAG_BYTES;
	unsigned char *bytes;
	off_t size;
	int fd = make(CLEAR, 9999), at = -1;

	size = lseek(fd, 0, SEEK_END);
	bytes = malloc((size_t)size);
	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
	CU_ASSERT_EQUAL_FATAL(pread(fd, bytes, (size_t)size, 0), size);
	for (int what = 0; what < 4; what++) {
		at = memfd_create("moved", MFD_CLOEXEC);
		CU_ASSERT_FATAL(at >= 0);
		switch (what) {
		case 0:		/* the first is lost */
			CU_ASSERT_EQUAL(write(at, bytes + whole, (size_t)size - whole), size - (off_t)whole);
			break;
		case 1:		/* the first comes twice */
			CU_ASSERT_EQUAL(write(at, bytes, whole), (ssize_t)whole);
			CU_ASSERT_EQUAL(write(at, bytes, (size_t)size), size);
			break;
		case 2:		/* the first two are exchanged */
			CU_ASSERT_EQUAL(write(at, bytes + whole, whole), (ssize_t)whole);
			CU_ASSERT_EQUAL(write(at, bytes, whole), (ssize_t)whole);
			CU_ASSERT_EQUAL(write(at, bytes + 2 * whole, (size_t)size - 2 * whole), size - 2 * (off_t)whole);
			break;
		default:	/* the last is lost, cleanly */
			CU_ASSERT_EQUAL(write(at, bytes, 2 * whole), 2 * (ssize_t)whole);
			break;
		}
		CU_ASSERT_EQUAL(read_back(at, CLEAR, key, &head), RC_CRYPTO);
		close(at);
	}
	free(bytes);
	close(fd);
}

RUNNER_SUITE(vault_stream,
    RUNNER_TEST(what_is_put_is_taken_whatever_the_pieces),
    RUNNER_TEST(every_changed_byte_every_cut_and_a_foreign_key_or_head_are_found),
    RUNNER_TEST(chunks_lost_doubled_or_exchanged_are_found));

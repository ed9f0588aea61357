#include "base/sha256.h"

#include <stdio.h>
#include <string.h>

#include "tests/lib/runner.h"

static void
is(const struct sha256 *h, const char *want)
{
	unsigned char digest[SHA256_BYTES];
	char text[2 * SHA256_BYTES + 1];

	sha256_digest(h, digest);
	for (size_t i = 0; i < SHA256_BYTES; i++)
		snprintf(text + 2 * i, 3, "%02x", digest[i]);
	CU_ASSERT_STRING_EQUAL(text, want);
}

static void
the_published_examples_come_out(void)
{
	static const char two_blocks[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
	struct sha256 h;

	sha256_init(&h);
	is(&h, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	sha256_add(&h, "abc", 3);
	is(&h, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	sha256_init(&h);
	sha256_add(&h, two_blocks, sizeof two_blocks - 1);
	is(&h, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
	sha256_init(&h);
	for (int i = 0; i < 1000000 / 50; i++)
		sha256_add(&h, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 50);
	is(&h, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void
it_does_not_matter_in_how_many_pieces_the_bytes_come(void)
{
	unsigned char bytes[300], whole[SHA256_BYTES], parts[SHA256_BYTES];
	unsigned wrong = 0;

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (unsigned char)(i * 7);
	for (size_t len = 0; len <= sizeof bytes; len++) {
		struct sha256 h;

		sha256_init(&h);
		sha256_add(&h, bytes, len);
		sha256_digest(&h, whole);
		for (size_t cut = 0; cut <= len; cut += 13) {
			sha256_init(&h);
			sha256_add(&h, bytes, cut);
			sha256_digest(&h, parts);	/* looking does not disturb */
			sha256_add(&h, bytes + cut, len - cut);
			sha256_digest(&h, parts);
			wrong += memcmp(whole, parts, SHA256_BYTES) != 0;
		}
	}
	CU_ASSERT_EQUAL(wrong, 0);
}

RUNNER_SUITE(base_sha256,
    RUNNER_TEST(the_published_examples_come_out),
    RUNNER_TEST(it_does_not_matter_in_how_many_pieces_the_bytes_come));

#include "law/law_emit.h"

#include <assert.h>
#include <string.h>

#include "base/sha256.h"

static enum rc
pad(struct buf *out)
{
	static const char zero[8];

	return buf_add(out, zero, (8 - out->len % 8) % 8);
}

enum rc
law_emit(const struct law_draft *d, struct buf *out, struct fault *why)
{
	struct law_head head;
	struct sha256 hash;
	unsigned char digest[SHA256_BYTES];
	enum rc rc;

	assert(out->len == 0);
	memset(&head, 0, sizeof head);
	memcpy(head.magic, LAW_MAGIC, sizeof head.magic);
	head.layout = LAW_LAYOUT;
	head.byte_order = LAW_BYTE_ORDER;
	head.history_from = d->history_from;
	head.version = d->version;
	if ((rc = buf_add(out, &head, sizeof head)) != RC_OK)
		goto out;
	for (size_t t = 0; t < LAW_TABLE__COUNT; t++) {
		size_t bytes = d->table[t].n * law_table_shape[t].each;

		if ((rc = pad(out)) != RC_OK)
			goto out;
		head.section[t].at = (uint32_t)out->len;
		head.section[t].count = (uint32_t)d->table[t].n;
		head.section[t].each = law_table_shape[t].each;
		if (bytes > 0 && (rc = buf_add(out, d->table[t].rows, bytes)) != RC_OK)
			goto out;
	}
	if ((rc = pad(out)) != RC_OK)
		goto out;
	head.strings_at = (uint32_t)out->len;
	head.strings_bytes = (uint32_t)d->n_strings;
	if ((rc = buf_add(out, d->strings, d->n_strings)) != RC_OK || (rc = pad(out)) != RC_OK)
		goto out;
	head.bytes = (uint32_t)(out->len + SHA256_BYTES);
	memcpy(out->data, &head, sizeof head);
	sha256_init(&hash);
	sha256_add(&hash, out->data, out->len);
	sha256_digest(&hash, digest);
	rc = buf_add(out, digest, sizeof digest);
 out:
	return rc == RC_OK ? RC_OK : fault_set(why, rc, "law file", "no room for the compiled law");
}

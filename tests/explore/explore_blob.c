#include "tests/explore/explore_blob.h"

#include <stdlib.h>
#include <string.h>

static struct { void *bytes; size_t len; uint64_t mark; } *blobs;
static int n_blobs, room;
static int *bucket;
static int buckets;

uint64_t
mark_bytes(uint64_t h, const void *bytes, size_t len)
{
	const unsigned char *b = bytes;

	for (size_t i = 0; i < len; i++)
		h = (h ^ b[i]) * UINT64_C(0x100000001b3);
	return h ^ h >> 31;
}

uint64_t
mark_value(uint64_t h, uint64_t v)
{
	h ^= v + UINT64_C(0x9e3779b97f4a7c15) + (h << 6) + (h >> 2);
	h *= UINT64_C(0xbf58476d1ce4e5b9);
	return h ^ h >> 29;
}

int
blob_of(const void *bytes, size_t len)
{
	uint64_t mark = mark_bytes(UINT64_C(0xcbf29ce484222325), bytes, len);
	int at;

	if (n_blobs * 2 >= buckets) {
		buckets = buckets == 0 ? 4096 : buckets * 2;
		free(bucket);
		if ((bucket = calloc((size_t)buckets, sizeof(*bucket))) == NULL)
			abort();
		for (int i = 0; i < n_blobs; i++) {
			for (at = (int)(blobs[i].mark & (uint64_t)(buckets - 1)); bucket[at] != 0; at = (at + 1) & (buckets - 1))
				;
			bucket[at] = i + 1;
		}
	}
	for (at = (int)(mark & (uint64_t)(buckets - 1)); bucket[at] != 0; at = (at + 1) & (buckets - 1))
		if (blobs[bucket[at] - 1].mark == mark && blobs[bucket[at] - 1].len == len)
			return bucket[at] - 1;
	if (n_blobs == room) {
		room = room == 0 ? 1024 : room * 2;
		if ((blobs = realloc(blobs, (size_t)room * sizeof(*blobs))) == NULL)
			abort();
	}
	if ((blobs[n_blobs].bytes = malloc(len + 1)) == NULL)
		abort();
	memcpy(blobs[n_blobs].bytes, bytes, len);
	blobs[n_blobs].len = len;
	blobs[n_blobs].mark = mark;
	bucket[at] = ++n_blobs;
	return n_blobs - 1;
}

const void *
blob_bytes(int blob, size_t *ret_len)
{
	*ret_len = blobs[blob].len;
	return blobs[blob].bytes;
}

void
blobs_forget(void)
{
	for (int i = 0; i < n_blobs; i++)
		free(blobs[i].bytes);
	free(blobs);
	free(bucket);
	blobs = NULL;
	bucket = NULL;
	n_blobs = room = buckets = 0;
}

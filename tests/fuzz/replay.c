/*
 * Stands in for a fuzzer in `make check`: runs the target on every file of its corpus
 * (tests/fuzz/corpus/NAME, or the files and folders named), and on changed copies of
 * each, the same ones every time.  WATASHI_LONG=1 tries many more.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"

#define INPUT_BYTES (1u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

struct replay {
	unsigned files, failed;
	unsigned changes;		/* tried per file */
	uint64_t seed;
};

static uint32_t
next(struct replay *r)
{
	r->seed ^= r->seed << 13;
	r->seed ^= r->seed >> 7;
	r->seed ^= r->seed << 17;
	return (uint32_t)(r->seed >> 32);
}

/* On a copy of exactly that size, so that a sanitizer sees one byte too many. */
static void
run(const char *bytes, size_t len)
{
	uint8_t *copy = malloc(len > 0 ? len : 1);

	if (copy == NULL)
		abort();
	if (len > 0)
		memcpy(copy, bytes, len);
	(void)LLVMFuzzerTestOneInput(copy, len);
	free(copy);
}

/* Flips, sets, cuts, doubles or drops a little of the bytes. */
static size_t
change(struct replay *r, char *bytes, size_t len, size_t room)
{
	for (uint32_t n = next(r) % 4 + 1; n > 0; n--) {
		size_t at = len > 0 ? next(r) % len : 0, part = next(r) % 16 + 1;

		switch (next(r) % 6) {
		case 0:
			if (len > 0)
				bytes[at] = (char)(bytes[at] ^ 1 << next(r) % 8);
			break;
		case 1:
			if (len > 0)
				bytes[at] = (char)next(r);
			break;
		case 2:
			len = at;
			break;
		case 3:		/* a part appears twice */
			if (part > len - at)
				part = len - at;
			if (len + part <= room) {
				memmove(bytes + at + part, bytes + at, len - at);
				len += part;
			}
			break;
		case 4:		/* a part goes missing */
			if (part > len - at)
				part = len - at;
			memmove(bytes + at, bytes + at + part, len - at - part);
			len -= part;
			break;
		default:	/* a part is copied over another */
			if (len > part)
				memmove(bytes + next(r) % (len - part), bytes + next(r) % (len - part),
				    part);
			break;
		}
	}
	return len;
}

static void
replay_file(struct replay *r, const char *path)
{
	struct buf b = BUF_INIT(INPUT_BYTES);
	struct fault why;
	char *work;
	size_t room;

	r->files++;
	if (buf_read_file(&b, path, &why) != RC_OK) {
		printf("FAIL %s: %s\n", path, why.text);
		r->failed++;
		buf_clear(&b);
		return;
	}
	run(b.data, b.len);
	room = b.len + 256;
	if ((work = malloc(room)) == NULL)
		abort();
	for (unsigned i = 0; i < r->changes; i++) {
		memcpy(work, b.data, b.len);
		run(work, change(r, work, b.len, room));
	}
	free(work);
	buf_clear(&b);
}

static void
replay_path(struct replay *r, const char *path)
{
	struct dirent **entries;
	struct stat st;
	int n;

	if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode)) {
		replay_file(r, path);
		return;
	}
	if ((n = scandir(path, &entries, NULL, alphasort)) < 0)
		return;
	for (int i = 0; i < n; i++) {
		char *inner;

		if (entries[i]->d_name[0] != '.') {
			if (asprintf(&inner, "%s/%s", path, entries[i]->d_name) < 0)
				abort();
			replay_path(r, inner);
			free(inner);
		}
		free(entries[i]);
	}
	free(entries);
}

int
main(int argc, char **argv)
{
	const char *source = getenv("top_srcdir"), *name = strrchr(argv[0], '/');
	struct replay r = { .changes = getenv("WATASHI_LONG") != NULL ? 200000 : 2000,
	    .seed = UINT64_C(0x9e3779b97f4a7c15) };
	char *corpus;

	name = name != NULL ? name + 1 : argv[0];
	for (int i = 1; i < argc; i++)
		replay_path(&r, argv[i]);
	if (argc < 2) {
		if (strncmp(name, "fuzz_", 5) == 0)
			name += 5;
		if (asprintf(&corpus, "%s/tests/fuzz/corpus/%s", source != NULL ? source : ".", name) < 0)
			abort();
		replay_path(&r, corpus);
		free(corpus);
	}
	printf("%u passed, %u failed\n", r.files - r.failed, r.failed);
	return r.failed > 0 || r.files == 0;
}

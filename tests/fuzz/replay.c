/*
 * Stands in for the fuzzing engine in a plain build: every file of the folders named on the command
 * line goes through the target once.  Last line as every test: "N passed, N failed".
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
replay(const char *directory, const char *name)
{
	char path[4096];
	struct buf bytes = BUF_INIT(16u << 20);
	struct fault why;

	(void)snprintf(path, sizeof path, "%s/%s", directory, name);
	if (buf_read_file(&bytes, path, &why) != RC_OK) {
		fprintf(stderr, "%s: %s\n", why.place, why.text);
		return 1;
	}
	/* A copy of its exact size, so that a sanitizer sees the first byte read beyond it. */
	uint8_t *exact = malloc(bytes.len > 0 ? bytes.len : 1);

	if (exact == NULL)
		return 1;
	for (size_t i = 0; i < bytes.len; i++)
		exact[i] = (uint8_t)bytes.data[i];
	(void)LLVMFuzzerTestOneInput(exact, bytes.len);
	free(exact);
	buf_clear(&bytes);
	return 0;
}

int
main(int argc, char **argv)
{
	unsigned passed = 0, failed = 0;

	for (int i = 1; i < argc; i++) {
		DIR *dir = opendir(argv[i]);
		struct dirent *entry;

		if (dir == NULL) {
			fprintf(stderr, "%s: no such corpus\n", argv[i]);
			failed++;
			continue;
		}
		while ((entry = readdir(dir)) != NULL) {
			if (entry->d_name[0] == '.')
				continue;
			if (replay(argv[i], entry->d_name) == 0)
				passed++;
			else
				failed++;
		}
		closedir(dir);
	}
	printf("%u passed, %u failed\n", passed, failed);
	return failed > 0 || passed == 0;
}

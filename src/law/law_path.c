#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "law/law_load.h"

/* The name of a build tree and of nothing that is installed. */
#define BUILD_MARK "config.status"
#define LAW_PLACE "data/law/watashi.law"

static bool
readable(const char *directory, const char *name, char *path, size_t size)
{
	int n = snprintf(path, size, "%s/%s", directory, name);

	return n > 0 && (size_t)n < size && access(path, R_OK) == 0;
}

/* Directories above a program, up to three: a build tree keeps some programs in folders. */
static bool
in_build_tree(const char *program_path, char *path, size_t size)
{
	char directory[4096];
	ssize_t n = readlink("/proc/self/exe", directory, sizeof directory - 1);

	if (n > 0) {
		directory[n] = '\0';
	} else {
		if (program_path == NULL || strchr(program_path, '/') == NULL ||
		    strlen(program_path) >= sizeof directory)
			return false;
		memcpy(directory, program_path, strlen(program_path) + 1);
	}
	for (int up = 0; up < 4; up++) {
		char *slash = strrchr(directory, '/');

		if (slash == NULL || slash == directory)
			return false;
		*slash = '\0';
		if (readable(directory, BUILD_MARK, path, size))
			return readable(directory, LAW_PLACE, path, size);
	}
	return false;
}

enum rc
law_default_path(const char *program_path, char *ret_path, size_t size)
{
	const char *named = getenv("WATASHI_LAW");
	char path[4096];
	bool found;

	if (named != NULL && named[0] != '\0') {
		/* Named but missing is for law_load to say, with the name. */
		found = strlen(named) < sizeof path;
		if (found)
			memcpy(path, named, strlen(named) + 1);
	} else {
		found = in_build_tree(program_path, path, sizeof path) ||
		    readable(WATASHI_DATADIR, "law/watashi.law", path, sizeof path);
	}
	if (!found || strlen(path) >= size)
		return RC_ABSENT;
	memcpy(ret_path, path, strlen(path) + 1);
	return RC_OK;
}

#include "tests/unit/net_folder.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <CUnit/CUnit.h>

#include "base/buf.h"

static char folder[64];
static char paths[4][512];
static unsigned next_path;

void
net_folder_begin(void)
{
	(void)snprintf(folder, sizeof folder, "/tmp/watashi-test-net.XXXXXX");
	if (mkdtemp(folder) == NULL)
		CU_FAIL_FATAL("no directory for the test");
}

void
net_folder_end(void)
{
	DIR *d = opendir(folder);
	struct dirent *e;

	while (d != NULL && (e = readdir(d)) != NULL)
		if (e->d_name[0] != '.')
			(void)unlink(net_folder_path(e->d_name));
	if (d != NULL)
		(void)closedir(d);
	(void)rmdir(folder);
}

const char *
net_folder_path(const char *name)
{
	char *path = paths[next_path++ % 4];

	(void)snprintf(path, sizeof paths[0], "%s/%s", folder, name);
	return path;
}

const char *
net_folder_file(const char *name, const char *text)
{
	const char *path = net_folder_path(name);
	FILE *f = fopen(path, "w");

	if (f == NULL || fputs(text, f) < 0 || fclose(f) != 0)
		CU_FAIL_FATAL("a file of the test could not be written");
	return path;
}

int
net_folder_holds(const char *text)
{
	DIR *d = opendir(folder);
	struct dirent *e;
	int found = 0;

	while (d != NULL && (e = readdir(d)) != NULL) {
		struct buf b = BUF_INIT(64u << 20);

		if (e->d_name[0] == '.')
			continue;
		if (buf_read_file(&b, net_folder_path(e->d_name), NULL) == RC_OK && b.len > 0 &&
		    memmem(b.data, b.len, text, strlen(text)) != NULL)
			found = 1;
		buf_clear(&b);
	}
	if (d != NULL)
		(void)closedir(d);
	return found;
}

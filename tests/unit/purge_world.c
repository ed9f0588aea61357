#include "tests/unit/purge_world.h"

#include <stdlib.h>
#include <unistd.h>

void
purge_world_open(struct purge_world *w)
{
	struct fault why = { .rc = RC_OK };

	snprintf(w->folder, sizeof(w->folder), "/tmp/watashi-purge-XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(w->folder));
	snprintf(w->path, sizeof(w->path), "%s/watashi.db", w->folder);
	OK(store_create(w->path, "141003", NOW, &why));
	OK(store_open(w->path, STORE_WRITE, &w->s, &why));
}

void
purge_world_close(struct purge_world *w)
{
	static const char *const parts[] = { "", "-wal", "-shm" };
	char path[128];

	store_close(w->s);
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s%s", w->path, parts[i]);
		(void)unlink(path);
	}
	(void)rmdir(w->folder);
}

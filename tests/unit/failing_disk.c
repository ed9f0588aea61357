#include "tests/unit/failing_disk.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SECTOR 512

/* A change that no sync has confirmed. */
struct change {
	enum { CHANGE_WRITE, CHANGE_CUT, CHANGE_REMOVE } kind;
	size_t at, len;			/* of a cut: the new length */
	unsigned char *bytes;
	struct change *next;
};

/* What surely lies on the disk of one file, and what may. */
struct kept_file {
	char *path;
	bool exists;
	unsigned char *bytes;
	size_t len;
	struct change *first, **last;
	struct kept_file *next;
};

struct shim_file {
	sqlite3_file base;
	sqlite3_file *real;
	const char *name;		/* the engine keeps it alive; NULL of a temporary file */
};

static sqlite3_vfs shim, *real_vfs;
static sqlite3_io_methods methods;

static enum disk_fault how;
static bool for_good, happened;
static long left = -1;			/* below zero: never */
static struct kept_file *files;		/* while a power cut is awaited */

static void *
need(void *p)
{
	if (p == NULL)
		abort();
	return p;
}

/* ---- what a power cut leaves -------------------------------------------------------------- */

static bool
is_traced(void)
{
	return how == DISK_POWER_CUT && left >= 0;
}

static void
apply(struct kept_file *f, const struct change *c, size_t len)
{
	switch (c->kind) {
	case CHANGE_WRITE:
		if (c->at + len > f->len) {
			f->bytes = need(realloc(f->bytes, c->at + len + 1));
			memset(f->bytes + f->len, 0, c->at + len - f->len);
			f->len = c->at + len;
		}
		if (len > 0)
			memcpy(f->bytes + c->at, c->bytes, len);
		f->exists = true;
		break;
	case CHANGE_CUT:
		if (c->at < f->len)
			f->len = c->at;
		break;
	case CHANGE_REMOVE:
		f->exists = false;
		f->len = 0;
		break;
	}
}

static void
drop_changes(struct kept_file *f)
{
	struct change *c;

	while ((c = f->first) != NULL) {
		f->first = c->next;
		free(c->bytes);
		free(c);
	}
	f->last = &f->first;
}

/* As it lies there before the first change. */
static struct kept_file *
kept(const char *path)
{
	struct kept_file *f;
	FILE *in;
	long len;

	for (f = files; f != NULL; f = f->next)
		if (strcmp(f->path, path) == 0)
			return f;
	f = need(calloc(1, sizeof(*f)));
	f->path = need(strdup(path));
	f->last = &f->first;
	f->next = files;
	files = f;
	if ((in = fopen(path, "rb")) != NULL) {
		f->exists = true;
		if (fseek(in, 0, SEEK_END) != 0 || (len = ftell(in)) < 0)
			abort();
		rewind(in);
		f->bytes = need(malloc((size_t)len + 1));
		f->len = fread(f->bytes, 1, (size_t)len, in);
		fclose(in);
	}
	return f;
}

static void
trace(const char *path, int kind, size_t at, const void *bytes, size_t len)
{
	struct kept_file *f;
	struct change *c;

	if (!is_traced() || path == NULL)
		return;
	f = kept(path);
	c = need(calloc(1, sizeof(*c)));
	c->kind = kind;
	c->at = at;
	c->len = len;
	if (len > 0)
		memcpy(c->bytes = need(malloc(len)), bytes, len);
	*f->last = c;
	f->last = &c->next;
}

static void
trace_sync(const char *path)
{
	struct kept_file *f;

	if (!is_traced() || path == NULL)
		return;
	f = kept(path);
	f->exists = true;
	for (struct change *c = f->first; c != NULL; c = c->next)
		apply(f, c, c->len);
	drop_changes(f);
}

void
disk_power_back(enum disk_fate fate, unsigned seed)
{
	struct kept_file *f;
	char index[512];

	left = -1;
	while ((f = files) != NULL) {
		for (struct change *c = f->first; c != NULL; c = c->next) {
			size_t len = c->len;

			if (fate == DISK_ALL_LOST)
				break;
			if (fate == DISK_TORN && rand_r(&seed) % 3 == 0)
				continue;
			if (fate == DISK_TORN && len > SECTOR && rand_r(&seed) % 2 == 0)
				len = (size_t)rand_r(&seed) % (len / SECTOR) * SECTOR;
			apply(f, c, len);
		}
		snprintf(index, sizeof(index), "%s-shm", f->path);
		(void)unlink(index);
		(void)unlink(f->path);
		if (f->exists) {
			int fd = open(f->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

			if (fd < 0 || write(fd, f->bytes, f->len) != (ssize_t)f->len || close(fd) != 0)
				abort();
		}
		files = f->next;
		drop_changes(f);
		free(f->path);
		free(f->bytes);
		free(f);
	}
}

/* ---- the countdown -------------------------------------------------------------------------- */

static bool
fails(void)
{
	if (left < 0)
		return false;
	if (left == 0) {
		happened = true;
		if (!for_good && how != DISK_POWER_CUT)
			left = -1;
		return true;
	}
	left--;
	return false;
}

/* Nothing is traced any more once the power is gone. */
static bool
is_dark(void)
{
	return how == DISK_POWER_CUT && left == 0 && happened;
}

void
disk_fail_after(enum disk_fault fault, bool sticky, long changes)
{
	how = fault;
	for_good = sticky;
	happened = false;
	left = changes;
}

void
disk_well(void)
{
	left = -1;
}

bool
disk_happened(void)
{
	return happened;
}

/* ---- the engine's calls ------------------------------------------------------------------------ */

static struct shim_file *
mine(sqlite3_file *f)
{
	return (struct shim_file *)f;
}

static sqlite3_file *
real(sqlite3_file *f)
{
	return mine(f)->real;
}

static int
shim_close(sqlite3_file *f)
{
	return real(f)->pMethods->xClose(real(f));
}

static int
shim_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
	return real(f)->pMethods->xRead(real(f), p, n, at);
}

static int
shim_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	if (fails()) {
		if (how == DISK_POWER_CUT)
			return SQLITE_IOERR_WRITE;
		(void)real(f)->pMethods->xWrite(real(f), p, n / 2, at);
		return how == DISK_FULL ? SQLITE_FULL : SQLITE_IOERR_WRITE;
	}
	trace(mine(f)->name, CHANGE_WRITE, (size_t)at, p, (size_t)n);
	return real(f)->pMethods->xWrite(real(f), p, n, at);
}

static int
shim_truncate(sqlite3_file *f, sqlite3_int64 n)
{
	if (how != DISK_FULL && fails())
		return SQLITE_IOERR_TRUNCATE;
	trace(mine(f)->name, CHANGE_CUT, (size_t)n, NULL, 0);
	return real(f)->pMethods->xTruncate(real(f), n);
}

static int
shim_sync(sqlite3_file *f, int flags)
{
	if (how != DISK_FULL && fails())
		return SQLITE_IOERR_FSYNC;
	trace_sync(mine(f)->name);
	return real(f)->pMethods->xSync(real(f), flags);
}

static int
shim_size(sqlite3_file *f, sqlite3_int64 *n)
{
	return real(f)->pMethods->xFileSize(real(f), n);
}

static int
shim_lock(sqlite3_file *f, int level)
{
	return real(f)->pMethods->xLock(real(f), level);
}

static int
shim_unlock(sqlite3_file *f, int level)
{
	return real(f)->pMethods->xUnlock(real(f), level);
}

static int
shim_check_lock(sqlite3_file *f, int *out)
{
	return real(f)->pMethods->xCheckReservedLock(real(f), out);
}

static int
shim_control(sqlite3_file *f, int what, void *arg)
{
	return real(f)->pMethods->xFileControl(real(f), what, arg);
}

static int
shim_sector(sqlite3_file *f)
{
	return real(f)->pMethods->xSectorSize(real(f));
}

static int
shim_traits(sqlite3_file *f)
{
	return real(f)->pMethods->xDeviceCharacteristics(real(f));
}

static int
shim_map(sqlite3_file *f, int page, int size, int extend, void volatile **p)
{
	if (extend && fails())
		return how == DISK_FULL ? SQLITE_FULL : SQLITE_IOERR_SHMMAP;
	return real(f)->pMethods->xShmMap(real(f), page, size, extend, p);
}

static int
shim_shm_lock(sqlite3_file *f, int at, int n, int flags)
{
	return real(f)->pMethods->xShmLock(real(f), at, n, flags);
}

static void
shim_barrier(sqlite3_file *f)
{
	real(f)->pMethods->xShmBarrier(real(f));
}

static int
shim_unmap(sqlite3_file *f, int drop)
{
	return real(f)->pMethods->xShmUnmap(real(f), drop && !is_dark());
}

static int
shim_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out)
{
	struct shim_file *s = mine(f);
	int code;

	(void)v;
	f->pMethods = NULL;
	if ((flags & SQLITE_OPEN_CREATE) != 0 && (name == NULL || access(name, F_OK) != 0) && fails())
		return SQLITE_CANTOPEN;
	s->real = (sqlite3_file *)(s + 1);
	s->name = name;
	if (is_traced() && name != NULL)
		(void)kept(name);
	code = real_vfs->xOpen(real_vfs, name, s->real, flags, out);
	f->pMethods = s->real->pMethods != NULL ? &methods : NULL;
	return code;
}

static int
shim_delete(sqlite3_vfs *v, const char *name, int sync)
{
	(void)v;
	if (how != DISK_FULL && fails())
		return SQLITE_IOERR_DELETE;
	trace(name, CHANGE_REMOVE, 0, NULL, 0);
	if (sync && is_traced()) {
		struct kept_file *f = kept(name);

		f->exists = false;
		f->len = 0;
		drop_changes(f);
	}
	return real_vfs->xDelete(real_vfs, name, sync);
}

void
disk_install(void)
{
	if (real_vfs != NULL)
		return;
	real_vfs = sqlite3_vfs_find(NULL);
	shim = *real_vfs;
	shim.zName = "failing";
	shim.szOsFile = (int)sizeof(struct shim_file) + real_vfs->szOsFile;
	shim.xOpen = shim_open;
	shim.xDelete = shim_delete;
	methods = (sqlite3_io_methods){
		.iVersion = 2, .xClose = shim_close, .xRead = shim_read, .xWrite = shim_write,
		.xTruncate = shim_truncate, .xSync = shim_sync, .xFileSize = shim_size,
		.xLock = shim_lock, .xUnlock = shim_unlock, .xCheckReservedLock = shim_check_lock,
		.xFileControl = shim_control, .xSectorSize = shim_sector,
		.xDeviceCharacteristics = shim_traits, .xShmMap = shim_map, .xShmLock = shim_shm_lock,
		.xShmBarrier = shim_barrier, .xShmUnmap = shim_unmap
	};
	sqlite3_vfs_register(&shim, 1);
}

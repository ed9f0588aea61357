#include "tests/explore/explore_disk.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE 4096u
#define FILES_MAX 16

struct page {
	int users;
	unsigned looked, holds;			/* for each of what is looked for, by its bit */
	unsigned char bytes[PAGE];
};
struct disk_image {
	struct page **page;
	size_t n, len;
};
/* One of ours by its path, and its journal, which is empty whenever no transaction is open. */
struct file {
	char path[256];
	struct disk_image now;
	int exists;
};
struct handle {
	sqlite3_file base;
	struct file *file;
};

static struct file files[FILES_MAX];
static int n_files;
static long n_pages;
#define LOOKED_FOR_MAX 32
static const void *looked_for[LOOKED_FOR_MAX];
static sqlite3_vfs vfs, *real_vfs;
static sqlite3_io_methods methods;

static void *
need(void *p)
{
	if (p == NULL)
		abort();
	return p;
}

static struct file *
find(const char *path)
{
	for (int i = 0; path != NULL && i < n_files; i++)
		if (strcmp(files[i].path, path) == 0)
			return &files[i];
	return NULL;
}

static void
drop(struct page *p)
{
	if (p != NULL && --p->users == 0) {
		free(p);
		n_pages--;
	}
}

static void
resize(struct disk_image *d, size_t len)
{
	size_t n = (len + PAGE - 1) / PAGE;

	for (size_t i = n; i < d->n; i++)
		drop(d->page[i]);
	if (n > d->n) {
		d->page = need(realloc(d->page, n * sizeof(*d->page)));
		memset(d->page + d->n, 0, (n - d->n) * sizeof(*d->page));
	}
	d->n = n;
	d->len = len;
}

/* A page of one's own to write on. */
static unsigned char *
own(struct disk_image *d, size_t i)
{
	struct page *p = d->page[i];

	if (p == NULL) {
		d->page[i] = need(calloc(1, sizeof(*p)));
		d->page[i]->users = 1;
		n_pages++;
	} else if (p->users > 1) {
		d->page[i] = need(malloc(sizeof(*p)));
		memcpy(d->page[i]->bytes, p->bytes, PAGE);
		d->page[i]->users = 1;
		p->users--;
		n_pages++;
	}
	d->page[i]->looked = d->page[i]->holds = 0;
	return d->page[i]->bytes;
}

static void
put(struct disk_image *d, const unsigned char *bytes, size_t n, size_t at)
{
	if (at + n > d->len)
		resize(d, at + n);
	while (n > 0) {
		size_t part = PAGE - at % PAGE < n ? PAGE - at % PAGE : n;

		memcpy(own(d, at / PAGE) + at % PAGE, bytes, part);
		bytes += part;
		at += part;
		n -= part;
	}
}

void
disk_adopt(const char *path)
{
	struct file *f;
	unsigned char block[PAGE];
	size_t got, at = 0;
	char name[300];
	FILE *in;

	assert(n_files + 2 <= FILES_MAX);
	f = &files[n_files++];
	(void)snprintf(f->path, sizeof(f->path), "%s", path);
	f->exists = 1;
	if ((in = fopen(path, "rb")) == NULL)
		abort();
	while ((got = fread(block, 1, sizeof(block), in)) > 0) {
		put(&f->now, block, got, at);
		at += got;
	}
	(void)fclose(in);
	(void)snprintf(name, sizeof(name), "%s-journal", path);
	f = &files[n_files++];
	(void)snprintf(f->path, sizeof(f->path), "%.250s", name);
}

void
disk_forget(const char *path)
{
	assert(n_files >= 2 && strcmp(files[n_files - 2].path, path) == 0);
	for (int i = 0; i < 2; i++) {
		struct file *f = &files[--n_files];

		resize(&f->now, 0);
		free(f->now.page);
		memset(f, 0, sizeof(*f));
	}
}

struct disk_image *
disk_keep(const char *path)
{
	const struct disk_image *now = &find(path)->now;
	struct disk_image *d = need(malloc(sizeof(*d)));

	*d = *now;
	d->page = need(malloc((now->n + 1) * sizeof(*d->page)));
	for (size_t i = 0; i < d->n; i++)
		if ((d->page[i] = now->page[i]) != NULL)
			d->page[i]->users++;
	return d;
}

void
disk_bring_back(const char *path, const struct disk_image *image)
{
	struct disk_image *now = &find(path)->now;
	struct page *p;

	if (now->n != image->n)
		resize(now, image->len);
	now->len = image->len;
	for (size_t i = 0; i < image->n; i++) {
		if (now->page[i] == image->page[i])
			continue;
		if ((p = image->page[i]) != NULL)
			p->users++;
		drop(now->page[i]);
		now->page[i] = p;
	}
}

void
disk_image_free(struct disk_image *image)
{
	if (image == NULL)
		return;
	resize(image, 0);
	free(image->page);
	free(image);
}

long
disk_pages(void)
{
	return n_pages;
}

int
disk_holds(const struct disk_image *image, const void *bytes, unsigned long len)
{
	unsigned bit;
	int k = 0;

	/* A page that many images have is looked through once. */
	while (k < LOOKED_FOR_MAX && looked_for[k] != NULL && looked_for[k] != bytes)
		k++;
	assert(k < LOOKED_FOR_MAX);
	looked_for[k] = bytes;
	bit = 1u << k;
	for (size_t i = 0; i < image->n; i++) {
		struct page *p = image->page[i];

		if (p == NULL)
			continue;
		if ((p->looked & bit) == 0 && memmem(p->bytes, PAGE, bytes, len) != NULL)
			p->holds |= bit;
		p->looked |= bit;
		if ((p->holds & bit) != 0)
			return 1;
	}
	return 0;
}

/* ---- the engine's calls ---- */

static struct disk_image *
of(sqlite3_file *f)
{
	return &((struct handle *)f)->file->now;
}

static int
mem_close(sqlite3_file *f)
{
	(void)f;
	return SQLITE_OK;
}

static int
mem_read(sqlite3_file *f, void *p, int n, sqlite3_int64 from)
{
	const struct disk_image *d = of(f);
	unsigned char *out = p;
	size_t at = (size_t)from, left = (size_t)n;

	memset(p, 0, left);
	while (left > 0 && at < d->len) {
		size_t part = PAGE - at % PAGE < left ? PAGE - at % PAGE : left;

		if (at + part > d->len)
			part = d->len - at;
		if (d->page[at / PAGE] != NULL)
			memcpy(out, d->page[at / PAGE]->bytes + at % PAGE, part);
		out += part;
		at += part;
		left -= part;
	}
	return left == 0 ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static int
mem_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	put(of(f), p, (size_t)n, (size_t)at);
	return SQLITE_OK;
}

static int
mem_truncate(sqlite3_file *f, sqlite3_int64 n)
{
	resize(of(f), (size_t)n);
	return SQLITE_OK;
}

static int
mem_size(sqlite3_file *f, sqlite3_int64 *n)
{
	*n = (sqlite3_int64)of(f)->len;
	return SQLITE_OK;
}

static int
mem_sync(sqlite3_file *f, int flags)
{
	(void)f, (void)flags;
	return SQLITE_OK;
}

static int
mem_lock(sqlite3_file *f, int level)
{
	(void)f, (void)level;
	return SQLITE_OK;
}

static int
mem_reserved(sqlite3_file *f, int *out)
{
	(void)f;
	*out = 0;
	return SQLITE_OK;
}

static int
mem_control(sqlite3_file *f, int what, void *arg)
{
	(void)f, (void)what, (void)arg;
	return SQLITE_NOTFOUND;
}

static int
mem_sector(sqlite3_file *f)
{
	(void)f;
	return (int)PAGE;
}

static int
mem_traits(sqlite3_file *f)
{
	(void)f;
	return 0;
}

static int
mem_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out)
{
	struct file *file = find(name);

	(void)v;
	if (file == NULL)
		return real_vfs->xOpen(real_vfs, name, f, flags, out);
	if (!file->exists && (flags & SQLITE_OPEN_CREATE) == 0)
		return SQLITE_CANTOPEN;
	file->exists = 1;
	((struct handle *)f)->file = file;
	f->pMethods = &methods;
	if (out != NULL)
		*out = flags;
	return SQLITE_OK;
}

static int
mem_delete(sqlite3_vfs *v, const char *name, int sync)
{
	struct file *file = find(name);

	(void)v;
	if (file == NULL)
		return real_vfs->xDelete(real_vfs, name, sync);
	resize(&file->now, 0);
	file->exists = 0;
	return SQLITE_OK;
}

static int
mem_access(sqlite3_vfs *v, const char *name, int flags, int *out)
{
	const struct file *file = find(name);

	(void)v;
	if (file == NULL)
		return real_vfs->xAccess(real_vfs, name, flags, out);
	*out = file->exists && (flags != SQLITE_ACCESS_EXISTS || file->now.len > 0);
	return SQLITE_OK;
}

void
disk_install(void)
{
	if (real_vfs != NULL)
		return;
	real_vfs = sqlite3_vfs_find(NULL);
	vfs = *real_vfs;
	vfs.zName = "explore";
	if (vfs.szOsFile < (int)sizeof(struct handle))
		vfs.szOsFile = (int)sizeof(struct handle);
	vfs.xOpen = mem_open;
	vfs.xDelete = mem_delete;
	vfs.xAccess = mem_access;
	methods = (sqlite3_io_methods){
		.iVersion = 1, .xClose = mem_close, .xRead = mem_read, .xWrite = mem_write, .xTruncate = mem_truncate,
		.xSync = mem_sync, .xFileSize = mem_size, .xLock = mem_lock, .xUnlock = mem_lock,
		.xCheckReservedLock = mem_reserved, .xFileControl = mem_control, .xSectorSize = mem_sector,
		.xDeviceCharacteristics = mem_traits
	};
	sqlite3_vfs_register(&vfs, 1);
}

#include "store/sqlite/sqlite_pages.h"

#include <stdint.h>
#include <string.h>

#define PAGE SQLITE_PAGES_BYTES
#define CONTENT (PAGE - SQLITE_PAGES_RESERVED)

/* The log (fileformat2, 4.1): a header, then frames of a header and a page. */
#define LOG_HEAD 32
#define FRAME_HEAD 24
#define FRAME (FRAME_HEAD + PAGE)
#define HEAD_SUM_AT 24			/* in the header of the log */
#define FRAME_SUM_AT 16			/* in that of a frame */
#define FRAME_SUMMED 8			/* its bytes under the checksum */
#define MAGIC 0x377f0682u		/* the lowest bit: words are big-endian */
#define NOWHERE INT64_MAX

enum kind { OTHER, DATABASE, LOG };

struct page_file {
	sqlite3_file base;
	sqlite3_file *real;
	enum kind kind;
	/* Of the log: the engine writes a page again in place within a transaction and mends the checksums from there on
	 * before it commits. */
	sqlite3_int64 last_head;	/* where a frame's header was written last */
	sqlite3_int64 stale_from;	/* first frame whose checksum is not yet that of its page; NOWHERE: none */
};

static sqlite3_vfs layer, *below;

static struct page_file *
mine(sqlite3_file *f)
{
	return (struct page_file *)f;
}

static sqlite3_file *
real(sqlite3_file *f)
{
	return mine(f)->real;
}

/* ---- checksums -------------------------------------------------------------------------- */

/*
 * Every step is one to one, whatever stands before and after: so whatever changes within eight bytes changes the
 * result, and of anything else one change in 2^64 does not.
 */
static uint64_t
page_sum(const unsigned char *page, sqlite3_int64 at)
{
	uint64_t h = 0x9e3779b97f4a7c15u ^ (uint64_t)(at / PAGE + 1), w;

	for (size_t i = 0; i < CONTENT; i += sizeof(w)) {
		memcpy(&w, page + i, sizeof(w));
		h = (h ^ w) * 0xff51afd7ed558ccdu;
		h ^= h >> 32;
	}
	return h;
}

/* In the file, the lowest byte first; words are read in the order of the machine, which is that of every Debian's. */
static void
put_sum(unsigned char *page, sqlite3_int64 at)
{
	uint64_t h = page_sum(page, at);

	for (int i = 0; i < SQLITE_PAGES_RESERVED; i++)
		page[CONTENT + i] = (unsigned char)(h >> (8 * i));
}

static bool
is_as_written(const unsigned char *page, sqlite3_int64 at)
{
	uint64_t h = page_sum(page, at);

	for (int i = 0; i < SQLITE_PAGES_RESERVED; i++)
		if (page[CONTENT + i] != (unsigned char)(h >> (8 * i)))
			return false;
	return true;
}

static uint32_t
word(const unsigned char *p, bool big)
{
	return big ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3] :
	    (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

/* That of the log, running over all frames. */
static void
log_sum(uint32_t sum[2], const unsigned char *bytes, size_t len, bool big)
{
	for (size_t i = 0; i < len; i += 8) {
		sum[0] += word(bytes + i, big) + sum[1];
		sum[1] += word(bytes + i + 4, big) + sum[0];
	}
}

/* at: of the page in the log. */
static int
compare_frame(struct page_file *p, const unsigned char *page, sqlite3_int64 at)
{
	unsigned char magic[4], before[8], head[FRAME_HEAD];
	sqlite3_int64 frame = at - FRAME_HEAD;
	uint32_t sum[2];
	bool big;
	int code;

	if (frame >= p->stale_from)
		return SQLITE_OK;
	if ((code = p->real->pMethods->xRead(p->real, magic, sizeof(magic), 0)) != SQLITE_OK ||
	    (code = p->real->pMethods->xRead(p->real, before, sizeof(before),
	    frame == LOG_HEAD ? HEAD_SUM_AT : frame - FRAME + FRAME_SUM_AT)) != SQLITE_OK ||
	    (code = p->real->pMethods->xRead(p->real, head, sizeof(head), frame)) != SQLITE_OK)
		return code;
	if ((word(magic, true) & ~1u) != MAGIC)
		return SQLITE_IOERR_DATA;
	big = (word(magic, true) & 1) != 0;
	sum[0] = word(before, true);
	sum[1] = word(before + 4, true);
	log_sum(sum, head, FRAME_SUMMED, big);
	log_sum(sum, page, PAGE, big);
	return sum[0] == word(head + FRAME_SUM_AT, true) && sum[1] == word(head + FRAME_SUM_AT + 4, true) ?
	    SQLITE_OK : SQLITE_IOERR_DATA;
}

/* ---- reading and writing ---------------------------------------------------------------- */

static bool
is_page_of_log(int len, sqlite3_int64 at)
{
	return len == PAGE && at >= LOG_HEAD + FRAME_HEAD && (at - LOG_HEAD - FRAME_HEAD) % FRAME == 0;
}

static int
page_read(sqlite3_file *f, void *bytes, int len, sqlite3_int64 at)
{
	struct page_file *p = mine(f);
	int code = p->real->pMethods->xRead(p->real, bytes, len, at);

	if (code != SQLITE_OK)
		return code;
	if (p->kind == DATABASE && len == PAGE && at % PAGE == 0)
		return is_as_written(bytes, at) ? SQLITE_OK : SQLITE_IOERR_DATA;
	if (p->kind == LOG && is_page_of_log(len, at))
		return compare_frame(p, bytes, at);
	return SQLITE_OK;
}

static void
note_log_write(struct page_file *p, const unsigned char *bytes, int len, sqlite3_int64 at)
{
	static const unsigned char later[FRAME_HEAD - FRAME_SUMMED];	/* a checksum that is to follow */

	if (at == 0) {
		p->stale_from = NOWHERE;
		p->last_head = 0;
	} else if (len == FRAME_HEAD && at >= LOG_HEAD && (at - LOG_HEAD) % FRAME == 0) {
		p->last_head = at;
		if (memcmp(bytes + FRAME_SUMMED, later, sizeof(later)) == 0) {
			if (at < p->stale_from)
				p->stale_from = at;
		} else if (at == p->stale_from)
			p->stale_from = at + FRAME;
	} else if (is_page_of_log(len, at) && at - FRAME_HEAD != p->last_head && at - FRAME_HEAD < p->stale_from)
		p->stale_from = at - FRAME_HEAD;
}

static int
page_write(sqlite3_file *f, const void *bytes, int len, sqlite3_int64 at)
{
	struct page_file *p = mine(f);
	unsigned char page[PAGE];

	if (p->kind == LOG)
		note_log_write(p, bytes, len, at);
	if (p->kind == DATABASE && len == PAGE && at % PAGE == 0) {
		memcpy(page, bytes, CONTENT);
		put_sum(page, at);
		bytes = page;
	}
	return p->real->pMethods->xWrite(p->real, bytes, len, at);
}

/* ---- what is only passed on -------------------------------------------------------------- */

static int
page_close(sqlite3_file *f)
{
	return real(f)->pMethods->xClose(real(f));
}

static int
page_truncate(sqlite3_file *f, sqlite3_int64 len)
{
	return real(f)->pMethods->xTruncate(real(f), len);
}

static int
page_sync(sqlite3_file *f, int flags)
{
	return real(f)->pMethods->xSync(real(f), flags);
}

static int
page_size(sqlite3_file *f, sqlite3_int64 *len)
{
	return real(f)->pMethods->xFileSize(real(f), len);
}

static int
page_lock(sqlite3_file *f, int how)
{
	return real(f)->pMethods->xLock(real(f), how);
}

static int
page_unlock(sqlite3_file *f, int how)
{
	return real(f)->pMethods->xUnlock(real(f), how);
}

static int
page_check_lock(sqlite3_file *f, int *out)
{
	return real(f)->pMethods->xCheckReservedLock(real(f), out);
}

static int
page_control(sqlite3_file *f, int what, void *given)
{
	return real(f)->pMethods->xFileControl(real(f), what, given);
}

static int
page_sector(sqlite3_file *f)
{
	return real(f)->pMethods->xSectorSize(real(f));
}

static int
page_traits(sqlite3_file *f)
{
	return real(f)->pMethods->xDeviceCharacteristics(real(f));
}

static int
page_map(sqlite3_file *f, int region, int size, int extend, void volatile **p)
{
	return real(f)->pMethods->xShmMap(real(f), region, size, extend, p);
}

static int
page_shm_lock(sqlite3_file *f, int at, int n, int flags)
{
	return real(f)->pMethods->xShmLock(real(f), at, n, flags);
}

static void
page_barrier(sqlite3_file *f)
{
	real(f)->pMethods->xShmBarrier(real(f));
}

static int
page_unmap(sqlite3_file *f, int drop)
{
	return real(f)->pMethods->xShmUnmap(real(f), drop);
}

/* Version 2: shared memory for the log, but no mapping of pages past the comparison. */
static const sqlite3_io_methods methods = {
	.iVersion = 2, .xClose = page_close, .xRead = page_read, .xWrite = page_write,
	.xTruncate = page_truncate, .xSync = page_sync, .xFileSize = page_size,
	.xLock = page_lock, .xUnlock = page_unlock, .xCheckReservedLock = page_check_lock,
	.xFileControl = page_control, .xSectorSize = page_sector,
	.xDeviceCharacteristics = page_traits, .xShmMap = page_map, .xShmLock = page_shm_lock,
	.xShmBarrier = page_barrier, .xShmUnmap = page_unmap
};

static int
page_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out)
{
	struct page_file *p = mine(f);
	int code;

	(void)v;
	*p = (struct page_file){ .real = (sqlite3_file *)(p + 1), .stale_from = NOWHERE,
	    .kind = (flags & SQLITE_OPEN_MAIN_DB) != 0 ? DATABASE : (flags & SQLITE_OPEN_WAL) != 0 ? LOG : OTHER };
	code = below->xOpen(below, name, p->real, flags, out);
	f->pMethods = p->real->pMethods != NULL ? &methods : NULL;
	return code;
}

/* ---- doors --------------------------------------------------------------------------------- */

static int
install(void)
{
	sqlite3_vfs *now = sqlite3_vfs_find(NULL);

	if (now == NULL)
		return SQLITE_ERROR;
	if (now == below)
		return SQLITE_OK;
	if (below != NULL)
		sqlite3_vfs_unregister(&layer);
	below = now;
	layer = *now;
	layer.zName = "watashi";
	layer.pNext = NULL;
	layer.szOsFile = (int)sizeof(struct page_file) + now->szOsFile;
	layer.xOpen = page_open;
	return sqlite3_vfs_register(&layer, 0);
}

int
sqlite_pages_open(const char *path, int flags, sqlite3 **ret_db)
{
	int reserved = SQLITE_PAGES_RESERVED, code;

	*ret_db = NULL;
	if ((code = sqlite3_initialize()) != SQLITE_OK || (code = install()) != SQLITE_OK ||
	    (code = sqlite3_open_v2(path, ret_db, flags, layer.zName)) != SQLITE_OK)
		return code;
	return sqlite3_file_control(*ret_db, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved);
}

bool
sqlite_pages_head(const unsigned char head[100])
{
	return memcmp(head, "SQLite format 3", 16) == 0 && head[16] == PAGE >> 8 && head[17] == (PAGE & 0xff) &&
	    head[20] == SQLITE_PAGES_RESERVED;
}

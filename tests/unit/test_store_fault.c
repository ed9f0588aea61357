/* Every allocation and every write of a scenario fails in turn. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "store/store_audit.h"
#include "store/store_held.h"
#include "store/store_inbox.h"
#include "store/store_outbox.h"
#include "store/store_setting.h"
#include "tests/lib/countdown.h"
#include "tests/unit/test_store.h"

/* ---- a file system whose n-th write or sync fails ------------------------------------------ */

struct slow_file {
	sqlite3_file base;
	sqlite3_file *real;
};

static sqlite3_vfs shim;
static sqlite3_io_methods shim_methods;
static sqlite3_vfs *real_vfs;
static long io_left = -1;		/* below zero: never */
static int io_sticky;			/* once failed, failing for good */
static int io_happened;

static int
io_fails(void)
{
	if (io_left < 0)
		return 0;
	if (io_left == 0) {
		io_happened = 1;
		if (!io_sticky)
			io_left = -1;
		return 1;
	}
	io_left--;
	return 0;
}

static sqlite3_file *
real(sqlite3_file *f)
{
	return ((struct slow_file *)f)->real;
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
	if (io_fails()) {
		/* A torn page: half of it arrived. */
		real(f)->pMethods->xWrite(real(f), p, n / 2, at);
		return SQLITE_IOERR_WRITE;
	}
	return real(f)->pMethods->xWrite(real(f), p, n, at);
}

static int
shim_truncate(sqlite3_file *f, sqlite3_int64 n)
{
	return io_fails() ? SQLITE_IOERR_TRUNCATE : real(f)->pMethods->xTruncate(real(f), n);
}

static int
shim_sync(sqlite3_file *f, int flags)
{
	return io_fails() ? SQLITE_IOERR_FSYNC : real(f)->pMethods->xSync(real(f), flags);
}

static int
shim_size(sqlite3_file *f, sqlite3_int64 *n)
{
	return real(f)->pMethods->xFileSize(real(f), n);
}

static int
shim_lock(sqlite3_file *f, int how)
{
	return real(f)->pMethods->xLock(real(f), how);
}

static int
shim_unlock(sqlite3_file *f, int how)
{
	return real(f)->pMethods->xUnlock(real(f), how);
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
	return io_fails() ? SQLITE_IOERR_SHMMAP : real(f)->pMethods->xShmMap(real(f), page, size, extend, p);
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
	return real(f)->pMethods->xShmUnmap(real(f), drop);
}

static int
shim_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out)
{
	struct slow_file *s = (struct slow_file *)f;
	int code;

	(void)v;
	if ((flags & SQLITE_OPEN_CREATE) != 0 && io_fails())
		return SQLITE_CANTOPEN;
	s->real = (sqlite3_file *)(s + 1);
	code = real_vfs->xOpen(real_vfs, name, s->real, flags, out);
	f->pMethods = s->real->pMethods != NULL ? &shim_methods : NULL;
	return code;
}

static int
shim_delete(sqlite3_vfs *v, const char *name, int sync)
{
	(void)v;
	return io_fails() ? SQLITE_IOERR_DELETE : real_vfs->xDelete(real_vfs, name, sync);
}

static void
install_shim(void)
{
	if (real_vfs != NULL)
		return;
	real_vfs = sqlite3_vfs_find(NULL);
	shim = *real_vfs;
	shim.zName = "failing";
	shim.szOsFile = (int)sizeof(struct slow_file) + real_vfs->szOsFile;
	shim.xOpen = shim_open;
	shim.xDelete = shim_delete;
	shim_methods = (sqlite3_io_methods){
		.iVersion = 2, .xClose = shim_close, .xRead = shim_read, .xWrite = shim_write,
		.xTruncate = shim_truncate, .xSync = shim_sync, .xFileSize = shim_size,
		.xLock = shim_lock, .xUnlock = shim_unlock, .xCheckReservedLock = shim_check_lock,
		.xFileControl = shim_control, .xSectorSize = shim_sector,
		.xDeviceCharacteristics = shim_traits, .xShmMap = shim_map, .xShmLock = shim_shm_lock,
		.xShmBarrier = shim_barrier, .xShmUnmap = shim_unmap
	};
	sqlite3_vfs_register(&shim, 1);
}

/* ---- allocations ------------------------------------------------------------------------------ */

static sqlite3_mem_methods real_memory, counted_memory;

static void *
counted_malloc(int n)
{
	void *p = countdown_malloc(1);

	if (p == NULL)
		return NULL;
	countdown_free(p);
	return real_memory.xMalloc(n);
}

static void *
counted_realloc(void *old, int n)
{
	void *p = countdown_malloc(1);

	if (p == NULL)
		return NULL;
	countdown_free(p);
	return real_memory.xRealloc(old, n);
}

/* Before the engine's first use in this program. */
__attribute__((constructor)) static void
count_engine_memory(void)
{
	if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_memory) != SQLITE_OK)
		abort();
	counted_memory = real_memory;
	counted_memory.xMalloc = counted_malloc;
	counted_memory.xRealloc = counted_realloc;
	if (sqlite3_config(SQLITE_CONFIG_MALLOC, &counted_memory) != SQLITE_OK)
		abort();
}

/* ---- the scenario -------------------------------------------------------------------------------- */

/* Everything that one crossing writes: resident, doses, held row, messages, trace. */
static enum rc
scenario(const char *path, bool *ret_committed, struct fault *why)
{
	struct audit_entry e = { "officer:1", "move-in", NULL, AUDIT_DONE, "1" };
	struct outbox_row out = {
		.message_id = "M1", .endpoint = "core", .type = "FGU.NumberRequest", .bytes = "x", .len = 1,
		.gap_offset = -1, .due_us = TEST_NOW, .deadline_us = INT64_MAX
	};
	struct held_row held = { .kind = HELD_IMPORT_ROW, .reason = "r", .payload = "p", .payload_len = 1 };
	struct residence home = { .from = test_day("2025-06-01"), .until = DAY_NONE, .previous = "012025" };
	struct person p = test_person("10001"), back;
	enum store_fate fate;
	enum inbox_fate inbox;
	struct store *s = NULL;
	struct dose d, *doses;
	struct arena a;
	struct id person, id;
	int64_t n_row;
	bool is_new;
	size_t n;
	enum rc rc;

	*ret_committed = false;
	p.residences = &home;
	p.n_residences = 1;
	arena_init(&a, LIMIT_REQUEST_BYTES);
	if ((rc = store_open(path, STORE_WRITE, &s, why)) != RC_OK ||
	    (rc = store_begin(s, TEST_NOW, why)) != RC_OK ||
	    (rc = store_person_put(s, &p, &person, &fate, why)) != RC_OK)
		goto out;
	e.person = &person;
	d = test_dose(&person, "A-1", "2025-05-02");
	if ((rc = store_dose_put(s, &d, &id, &fate, why)) != RC_OK)
		goto out;
	d.source_version = 2;
	d.lot = "LOT-2";
	if ((rc = store_dose_put(s, &d, &id, &fate, why)) != RC_OK ||
	    (rc = store_held_add(s, &held, &id, &is_new, why)) != RC_OK ||
	    (rc = store_inbox_add(s, "hub", "R1", "T", "x", 1, &inbox, why)) != RC_OK ||
	    (rc = store_outbox_put(s, &out, &id, why)) != RC_OK ||
	    (rc = store_setting_next(s, "record-no", &n_row, why)) != RC_OK ||
	    (rc = store_audit_append(s, &e, why)) != RC_OK ||
	    (rc = store_person_get(s, &person, &a, &back, why)) != RC_OK ||
	    (rc = store_dose_list(s, &person, &a, &doses, &n, why)) != RC_OK ||
	    (rc = store_commit(s, why)) != RC_OK)
		goto out;
	*ret_committed = true;
 out:
	store_close(s);
	arena_clear(&a);
	return rc;
}

/* All of it or nothing of it. */
static bool
holds_scenario(struct test_store *t)
{
	struct fault why = { .rc = RC_OK };
	int64_t versions, statements, people, messages[STORE_OUTBOX_STATE__COUNT];
	int64_t held[HELD_KIND__COUNT], inbox;
	struct audit_head head;

	test_store_again(t);
	OK(store_verify(t->s, &why));
	OK(store_person_count(t->s, &people, &why));
	OK(store_dose_count(t->s, &versions, &statements, &why));
	OK(store_outbox_count(t->s, messages, &why));
	OK(store_held_count(t->s, held, &why));
	OK(store_inbox_count(t->s, &inbox, &why));
	OK(store_audit_head(t->s, &head, &why));
	store_close(t->s);
	t->s = NULL;
	if (people == 0) {
		CU_ASSERT(versions == 0 && messages[STORE_OUTBOX_DUE] == 0 && held[HELD_IMPORT_ROW] == 0 &&
		    inbox == 0 && head.sequence == 0);
		return false;
	}
	CU_ASSERT(people == 1 && versions == 2 && statements == 1 && messages[STORE_OUTBOX_DUE] == 1 &&
	    held[HELD_IMPORT_ROW] == 1 && inbox == 1 && head.sequence == 1);
	return true;
}

static void
without_memory_at_any_point_nothing_is_half(void)
{
	struct fault why = { .rc = RC_OK };
	bool committed = false;
	long step = getenv("WATASHI_LONG") != NULL ? 1 : 97, n, tries = 0;
	struct test_store t;
	enum rc rc;

	for (n = 0;; n += step) {
		test_store_make(&t);
		fail_after(n);
		rc = scenario(t.path, &committed, &why);
		fail_never();
		tries++;
		CU_ASSERT(committed == (rc == RC_OK));
		CU_ASSERT_EQUAL(holds_scenario(&t), committed);
		test_store_clear(&t);
		if (rc == RC_OK && !fail_happened())
			break;
		/* An engine that does without a cache is no failure; any other answer is. */
		CU_ASSERT(rc == RC_NOMEM || rc == RC_OK);
	}
	CU_ASSERT(n > 300);
	printf("     %ld allocations, %ld of them failed in turn\n", n, tries);
}

static void
every_failing_write_and_sync_leaves_all_or_nothing(void)
{
	struct fault why = { .rc = RC_OK };
	struct test_store t;
	bool committed, there;
	enum rc rc;
	long n, step = getenv("WATASHI_LONG") != NULL ? 1 : 3;

	install_shim();
	for (int sticky = 0; sticky < 2; sticky++) {
		for (n = 0;; n += step) {
			test_store_make(&t);
			io_sticky = sticky;
			io_happened = 0;
			io_left = n;
			rc = scenario(t.path, &committed, &why);
			io_left = -1;
			there = holds_scenario(&t);
			test_store_clear(&t);
			/* What was reported is there; what was not may be (an unknown outcome). */
			CU_ASSERT(!committed || there);
			if (!io_happened)
				break;
			CU_ASSERT(rc == RC_OK || rc == RC_IO || rc == RC_FULL || rc == RC_DB);
		}
		CU_ASSERT(n >= 10);
		printf("     %ld writes and syncs%s\n", n, sticky ? ", failing for good" : "");
	}
}

static void
after_an_unknown_commit_the_next_transaction_opens_the_database_anew(void)
{
	struct fault why = { .rc = RC_OK };
	struct test_store t;
	struct person p;
	enum store_fate fate;
	struct id id;
	enum rc rc = RC_OK;
	int64_t people = -1;

	install_shim();
	test_store_open(&t);
	p = test_person("10001");
	OK(store_begin(t.s, TEST_NOW, &why));
	OK(store_person_put(t.s, &p, &id, &fate, &why));
	io_sticky = 0;
	io_left = 0;
	rc = store_commit(t.s, &why);
	io_left = -1;
	CU_ASSERT_EQUAL(rc, RC_IO);
	CU_ASSERT_EQUAL(store_person_count(t.s, &people, &why), RC_DB);
	CU_ASSERT_EQUAL(store_commit(t.s, &why), RC_BUG);
	/* While the disk stays sick the store says so, and is well again with it. */
	io_sticky = 1;
	io_left = 0;
	CU_ASSERT_NOT_EQUAL(store_begin(t.s, TEST_NOW, &why), RC_OK);
	CU_ASSERT_EQUAL(store_person_count(t.s, &people, &why), RC_DB);
	CU_ASSERT_NOT_EQUAL(store_verify(t.s, &why), RC_OK);
	io_left = -1;
	OK(store_begin(t.s, TEST_NOW, &why));
	OK(store_person_count(t.s, &people, &why));
	CU_ASSERT(people == 0 || people == 1);
	OK(store_person_put(t.s, &p, &id, &fate, &why));
	CU_ASSERT_EQUAL(fate, people == 1 ? STORE_UNCHANGED : STORE_NEW);
	OK(store_commit(t.s, &why));
	test_store_clear(&t);
}

static void
a_database_is_made_whole_or_not_at_all(void)
{
	struct fault why = { .rc = RC_OK };
	struct test_store t;
	enum rc rc;
	long n, step = getenv("WATASHI_LONG") != NULL ? 1 : 11;

	install_shim();
	for (n = 0;; n += step) {
		test_store_make(&t);
		unlink(t.path);
		io_sticky = 0;
		io_happened = 0;
		io_left = n;
		rc = store_create(t.path, TEST_MUNICIPALITY, TEST_NOW, &why);
		io_left = -1;
		CU_ASSERT_EQUAL(access(t.path, F_OK) == 0, rc == RC_OK);
		if (rc != RC_OK)
			OK(store_create(t.path, TEST_MUNICIPALITY, TEST_NOW, &why));
		test_store_again(&t);
		OK(store_verify(t.s, &why));
		test_store_clear(&t);
		if (!io_happened)
			break;
	}
	CU_ASSERT(n >= 10);
}

RUNNER_SUITE(store_fault,
    RUNNER_TEST(without_memory_at_any_point_nothing_is_half),
    RUNNER_TEST(every_failing_write_and_sync_leaves_all_or_nothing),
    RUNNER_TEST(after_an_unknown_commit_the_next_transaction_opens_the_database_anew),
    RUNNER_TEST(a_database_is_made_whole_or_not_at_all));

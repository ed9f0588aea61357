/* Every allocation and every change of the disk fails in turn, and the power is cut at every one. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "tests/lib/countdown.h"
#include "tests/unit/failing_disk.h"
#include "tests/unit/store_walk.h"
#include "tests/unit/test_store.h"

#define ALL_ALLOCATIONS 1000000000
#define OPENING 2000		/* the first and last allocations of opening: each is failed in a long run */

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

/* ---- every step of a walk (tests/unit/store_walk.h), disturbed ------------------------------------ */

static bool
is_clear(const struct fault *why)
{
	return why->place[0] != '\0' && why->text[0] != '\0' && strstr(why->text, WALK_NAME) == NULL &&
	    strstr(why->text, WALK_PERSON) == NULL;
}

/* Whole after the fault, nothing of it half, and what is left can be done. */
static void
recovers(struct test_store *t, enum rc rc, size_t reported, bool may_be_unknown)
{
	struct fault why = { .rc = RC_OK };
	struct store *reader = NULL;
	char copy[128];
	int there;

	there = walk_there(t->path);
	CU_ASSERT_FATAL(there >= 0);
	CU_ASSERT((size_t)there == reported || (may_be_unknown && rc != RC_OK && (size_t)there == reported + 1));
	reported = (size_t)there;
	if (t->s == NULL)
		test_store_again(t);
	OK(store_open(t->path, STORE_READ, &reader, &why));
	OK(store_verify(reader, &why));
	store_close(reader);
	/* In the same process too, which knows its connection no more after an unknown end. */
	OK(walk_on(t->s, t->folder, &reported, &why));
	CU_ASSERT_EQUAL(walk_there(t->path), WALK_STEPS);
	OK(store_verify(t->s, &why));
	/* The copy was made before its own trace was written. */
	snprintf(copy, sizeof(copy), "%s/copy.db", t->folder);
	if (there < WALK_STEPS)
		CU_ASSERT_EQUAL(walk_there(copy), WALK_STEPS - 1);
}

/*
 * Each try of what fails anywhere opens a store, which alone takes 60,000 allocations: of a store just opened every
 * seventh is failed in a long run, from WATASHI_OFFSET on (0 to 6), and all with WATASHI_EVERY=1.
 */
static long
every(void)
{
	const char *text = getenv("WATASHI_EVERY");

	return text != NULL && strtol(text, NULL, 10) > 0 ? strtol(text, NULL, 10) : 7;
}

static long
first_of(long step)
{
	const char *text = getenv("WATASHI_OFFSET");

	return text != NULL && getenv("WATASHI_LONG") != NULL ? strtol(text, NULL, 10) % step : 0;
}

/* A store that goes on after each failure: every allocation of every step. */
static void
without_memory_at_any_point_of_a_step_it_is_not_done_and_the_next_try_works(void)
{
	struct fault why = { .rc = RC_OK };
	long step = getenv("WATASHI_LONG") != NULL ? 1 : 97, tries = 0;
	struct test_store t;

	for (size_t k = 0; k < WALK_STEPS; k++) {
		bool dealt = true;
		enum rc rc = RC_NOMEM;

		walk_start_at(&t, k);
		test_store_again(&t);
		for (long n = 0; rc != RC_OK || dealt; n += step, tries++) {
			if (rc == RC_OK) {		/* done without a cache: back to before it */
				test_store_clear(&t);
				walk_start_at(&t, k);
				test_store_again(&t);
			}
			fail_after(n);
			rc = walk_step(t.s, t.folder, k, &why);
			fail_never();
			dealt = fail_happened();
			CU_ASSERT(rc == RC_OK || (rc == RC_NOMEM && is_clear(&why)));
			CU_ASSERT_EQUAL(walk_there(t.path), (int)k + (rc == RC_OK));
		}
		OK(store_verify(t.s, &why));
		test_store_clear(&t);
	}
	CU_ASSERT(tries > 100);
	printf("     %ld allocations failed in turn in a store that went on\n", tries);
}

static void
without_memory_at_any_point_nothing_is_half(void)
{
	struct fault why = { .rc = RC_OK };
	long n, step = getenv("WATASHI_LONG") != NULL ? every() : 233, tries = 0;
	struct test_store t;
	enum rc rc;

	for (n = first_of(step);; n += step) {
		size_t done = 0;
		bool dealt;

		walk_start(&t);
		test_store_again(&t);
		fail_after(n);
		rc = walk_on(t.s, t.folder, &done, &why);
		fail_never();
		dealt = fail_happened();
		tries++;
		/* An engine that does without a cache is no failure; any other answer is. */
		CU_ASSERT(rc == RC_OK || (rc == RC_NOMEM && is_clear(&why)));
		recovers(&t, rc, done, false);
		test_store_clear(&t);
		if (rc == RC_OK && !dealt)
			break;
	}
	CU_ASSERT(n > 300);
	printf("     %ld allocations, %ld of them failed in turn\n", n, tries);
}

static void
without_memory_a_store_opens_whole_or_not_at_all(void)
{
	struct fault why = { .rc = RC_OK };
	const bool is_long = getenv("WATASHI_LONG") != NULL;
	long n, step = is_long ? every() : 997, all;
	struct test_store t;
	bool dealt = true;
	enum rc rc;

	walk_start(&t);
	fail_after(ALL_ALLOCATIONS);
	OK(store_open(t.path, STORE_WRITE, &t.s, &why));
	all = ALL_ALLOCATIONS - fail_left();
	fail_never();
	store_close(t.s);
	t.s = NULL;
	/* Between our own stand those of the engine that prepares some hundred statements. */
	for (n = first_of(step); dealt; n += is_long && (n < OPENING || n > all - OPENING) ? 1 : step) {
		fail_after(n);
		rc = store_open(t.path, STORE_WRITE, &t.s, &why);
		fail_never();
		dealt = fail_happened();
		CU_ASSERT((t.s != NULL) == (rc == RC_OK));
		CU_ASSERT(rc == RC_OK || (rc == RC_NOMEM && is_clear(&why)));
		store_close(t.s);
		t.s = NULL;
	}
	CU_ASSERT(n > 300);
	recovers(&t, RC_OK, 0, false);
	test_store_clear(&t);
	printf("     %ld allocations while opening\n", n);
}

static void
fails_everywhere(enum disk_fault fault, bool for_good, const char *called)
{
	struct fault why = { .rc = RC_OK };
	struct test_store t;
	enum rc rc;
	long n, step = getenv("WATASHI_LONG") != NULL ? 1 : for_good ? 37 : 23, failed = 0;

	disk_install();
	for (n = 0;; n += step) {
		size_t done = 0;

		walk_start(&t);
		disk_fail_after(fault, for_good, n);
		if ((rc = store_open(t.path, STORE_WRITE, &t.s, &why)) == RC_OK)
			rc = walk_on(t.s, t.folder, &done, &why);
		if (for_good) {		/* whoever runs it gives up, and starts again on a mended disk */
			store_close(t.s);
			t.s = NULL;
		}
		disk_well();
		if (rc != RC_OK)
			failed++;
		CU_ASSERT(rc == RC_OK || ((rc == (fault == DISK_FULL ? RC_FULL : RC_IO) || rc == RC_IO ||
		    (rc == RC_DB && fault == DISK_IO_ERROR)) && is_clear(&why)));
		/* A full disk is never in doubt of what it kept. */
		recovers(&t, rc, done, fault != DISK_FULL);
		test_store_clear(&t);
		if (!disk_happened())
			break;
	}
	CU_ASSERT(n >= 20 && failed > n / step / 2);
	printf("     %ld changes of the disk, %s%s\n", n, called, for_good ? ", for good" : "");
}

static void
every_failing_write_and_sync_leaves_whole_steps_and_the_next_try_works(void)
{
	fails_everywhere(DISK_IO_ERROR, false, "failing");
	fails_everywhere(DISK_IO_ERROR, true, "failing");
}

static void
a_disk_full_at_any_write_is_told_and_keeps_exactly_what_was_reported(void)
{
	fails_everywhere(DISK_FULL, false, "without room");
	fails_everywhere(DISK_FULL, true, "without room");
}

static void
a_power_cut_at_any_write_or_sync_loses_nothing_reported_and_leaves_nothing_half(void)
{
	struct fault why = { .rc = RC_OK };
	struct test_store t;
	enum rc rc;
	long n, step = getenv("WATASHI_LONG") != NULL ? 1 : 31, cuts = 0;

	disk_install();
	for (n = 0;; n += step) {
		bool dealt = false;

		for (int fate = 0; fate < DISK_FATE__COUNT; fate++) {
			size_t done = 0;

			walk_start(&t);
			disk_fail_after(DISK_POWER_CUT, true, n);
			if ((rc = store_open(t.path, STORE_WRITE, &t.s, &why)) == RC_OK)
				rc = walk_on(t.s, t.folder, &done, &why);
			store_close(t.s);
			t.s = NULL;
			dealt = disk_happened();
			disk_power_back((enum disk_fate)fate, (unsigned)(n * 31 + fate));
			recovers(&t, rc, done, true);
			test_store_clear(&t);
			cuts++;
		}
		if (!dealt)
			break;
	}
	CU_ASSERT(n >= 20);
	printf("     %ld power cuts over %ld changes\n", cuts, n);
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

	disk_install();
	test_store_open(&t);
	p = test_person("10001");
	OK(store_begin(t.s, TEST_NOW, &why));
	OK(store_person_put(t.s, &p, &id, &fate, &why));
	disk_fail_after(DISK_IO_ERROR, false, 0);
	rc = store_commit(t.s, &why);
	disk_well();
	CU_ASSERT_EQUAL(rc, RC_IO);
	CU_ASSERT_EQUAL(store_person_count(t.s, &people, &why), RC_DB);
	CU_ASSERT_EQUAL(store_commit(t.s, &why), RC_BUG);
	/* While the disk stays sick the store says so, and is well again with it. */
	disk_fail_after(DISK_IO_ERROR, true, 0);
	CU_ASSERT_NOT_EQUAL(store_begin(t.s, TEST_NOW, &why), RC_OK);
	CU_ASSERT_EQUAL(store_person_count(t.s, &people, &why), RC_DB);
	CU_ASSERT_NOT_EQUAL(store_verify(t.s, &why), RC_OK);
	disk_well();
	OK(store_begin(t.s, TEST_NOW, &why));
	OK(store_person_count(t.s, &people, &why));
	CU_ASSERT(people == 0 || people == 1);
	OK(store_person_put(t.s, &p, &id, &fate, &why));
	CU_ASSERT_EQUAL(fate, people == 1 ? STORE_UNCHANGED : STORE_NEW);
	OK(store_commit(t.s, &why));
	test_store_clear(&t);
}

/* What lies in the folder, by name. */
static unsigned
left_behind(const struct test_store *t)
{
	static const char *const end[] = { "", ".new", ".new-wal", ".new-shm", ".new-journal", "-wal", "-shm", "-journal" };
	char path[160];
	unsigned found = 0;

	for (size_t i = 0; i < sizeof(end) / sizeof(end[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s%s", t->path, end[i]);
		found |= access(path, F_OK) == 0 ? 1u << i : 0;
	}
	return found;
}

static void
made_whole_under(enum disk_fault fault, enum disk_fate fate)
{
	const bool is_long = getenv("WATASHI_LONG") != NULL;
	unsigned before = ~0u, left;
	struct fault why = { .rc = RC_OK };
	struct test_store t;
	enum rc rc;
	long n, step = is_long ? 1 : 61;

	for (n = 0;; n += step) {
		test_store_folder(&t);
		disk_fail_after(fault, fault == DISK_POWER_CUT, n);
		rc = store_create(t.path, TEST_MUNICIPALITY, TEST_NOW, &why);
		disk_well();
		if (fault == DISK_POWER_CUT && disk_happened()) {
			/* Without power nobody gives the file its name. */
			unlink(t.path);
			rc = RC_IO;
		}
		if (fault == DISK_POWER_CUT)
			disk_power_back(fate, (unsigned)n);
		CU_ASSERT(rc == RC_OK || is_clear(&why));
		CU_ASSERT_EQUAL(access(t.path, F_OK) == 0, rc == RC_OK);
		/* The next try: in a long run of every eighth, and whenever something else is left behind than before. */
		left = left_behind(&t);
		if (rc != RC_OK && (!is_long || n % 8 == 0 || left != before)) {
			OK(store_create(t.path, TEST_MUNICIPALITY, TEST_NOW, &why));
			rc = RC_OK;
		}
		before = left;
		if (rc == RC_OK) {
			test_store_again(&t);
			OK(store_verify(t.s, &why));
		}
		test_store_clear(&t);
		if (!disk_happened())
			break;
	}
	CU_ASSERT(n >= 10);
}

static void
a_database_is_made_whole_or_not_at_all(void)
{
	disk_install();
	made_whole_under(DISK_IO_ERROR, DISK_ALL_LOST);
	made_whole_under(DISK_FULL, DISK_ALL_LOST);
	for (int fate = 0; fate < DISK_FATE__COUNT; fate++)
		made_whole_under(DISK_POWER_CUT, (enum disk_fate)fate);
}

RUNNER_SUITE(store_fault,
    RUNNER_TEST(without_memory_at_any_point_of_a_step_it_is_not_done_and_the_next_try_works),
    RUNNER_TEST(without_memory_at_any_point_nothing_is_half),
    RUNNER_TEST(without_memory_a_store_opens_whole_or_not_at_all),
    RUNNER_TEST(every_failing_write_and_sync_leaves_whole_steps_and_the_next_try_works),
    RUNNER_TEST(a_disk_full_at_any_write_is_told_and_keeps_exactly_what_was_reported),
    RUNNER_TEST(a_power_cut_at_any_write_or_sync_loses_nothing_reported_and_leaves_nothing_half),
    RUNNER_TEST(after_an_unknown_commit_the_next_transaction_opens_the_database_anew),
    RUNNER_TEST(a_database_is_made_whole_or_not_at_all));

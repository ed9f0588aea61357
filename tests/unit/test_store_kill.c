/* The machine and the disk at their worst: processes killed, disks full. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "store/store_audit.h"
#include "store/store_outbox.h"
#include "store/store_setting.h"
#include "tests/unit/test_store.h"

/*
 * One effect: a dose, its audit row and its message, in one transaction, number n.
 * Whatever happens, the three are there together or not at all.
 */
static enum rc
effect(struct store *s, const struct id *person, int n, struct fault *why)
{
	struct audit_entry e = { "officer:1", "record-dose", person, AUDIT_DONE, NULL };
	struct outbox_row row = {
		.endpoint = "intermediary", .type = "DBM.CopyRegister", .bytes = "x", .len = 1,
		.gap_offset = -1, .due_us = TEST_NOW, .deadline_us = INT64_MAX
	};
	enum store_fate fate;
	struct dose d;
	struct id id;
	char name[32];
	enum rc rc;

	snprintf(name, sizeof(name), "N-%d", n);
	d = test_dose(person, name, "2025-05-02");
	row.message_id = name;
	if ((rc = store_begin(s, TEST_NOW + n, why)) != RC_OK)
		return rc;
	if ((rc = store_dose_put(s, &d, &id, &fate, why)) != RC_OK ||
	    (rc = store_audit_append(s, &e, why)) != RC_OK ||
	    (rc = store_outbox_put(s, &row, &id, why)) != RC_OK ||
	    (rc = store_commit(s, why)) != RC_OK) {
		store_rollback(s);
		return rc;
	}
	return RC_OK;
}

/* How many effects are there; every part of each, or the test fails. */
static int
effects(struct test_store *t)
{
	struct fault why = { .rc = RC_OK };
	int64_t versions, statements, messages[STORE_OUTBOX_STATE__COUNT];
	struct audit_head head;

	OK(store_verify(t->s, &why));
	OK(store_dose_count(t->s, &versions, &statements, &why));
	OK(store_outbox_count(t->s, messages, &why));
	OK(store_audit_head(t->s, &head, &why));
	CU_ASSERT(versions == statements && messages[STORE_OUTBOX_DUE] == versions &&
	    head.sequence == versions);
	return (int)versions;
}

static void
a_writer_killed_at_any_moment_leaves_nothing_half_and_loses_nothing_it_reported(void)
{
	const int rounds = getenv("WATASHI_LONG") != NULL ? 300 : 25;
	struct test_store t;
	struct id person;
	int done = 0;
	unsigned seed = 3;

	test_store_open(&t);
	person = test_person_add(&t, "10001");
	store_close(t.s);
	t.s = NULL;
	for (int round = 0; round < rounds; round++) {
		struct timespec wait = { 0, (long)(rand_r(&seed) % 12 + 1) * 1000000 };
		int reported = done, status, told[2], n;
		pid_t writer;

		CU_ASSERT_EQUAL_FATAL(pipe(told), 0);
		fflush(stdout);
		writer = fork();
		CU_ASSERT_FATAL(writer >= 0);
		if (writer == 0) {
			struct store *s;

			close(told[0]);
			if (store_open(t.path, STORE_WRITE, &s, NULL) != RC_OK)
				_exit(1);
			for (n = done + 1;; n++)
				if (effect(s, &person, n, NULL) != RC_OK ||
				    write(told[1], &n, sizeof(n)) != sizeof(n))
					_exit(1);
		}
		close(told[1]);
		/* Mostly in the midst of its work, now and then while it still opens. */
		if (round % 5 != 0 && read(told[0], &n, sizeof(n)) == sizeof(n))
			reported = n;
		nanosleep(&wait, NULL);
		kill(writer, SIGKILL);
		CU_ASSERT_EQUAL(waitpid(writer, &status, 0), writer);
		CU_ASSERT(WIFSIGNALED(status));
		while (read(told[0], &n, sizeof(n)) == sizeof(n))
			reported = n;
		close(told[0]);
		test_store_again(&t);
		n = effects(&t);
		CU_ASSERT(n >= reported && n <= reported + 1);
		done = n;
		store_close(t.s);
		t.s = NULL;
	}
	CU_ASSERT(done > rounds / 2);
	test_store_clear(&t);
}

static void
a_full_disk_is_told_and_loses_nothing(void)
{
	struct fault why = { .rc = RC_OK };
	struct test_store t;
	struct id person;
	char folder[64] = "/tmp/watashi-full-XXXXXX", filler[128], spare[128], block[4096];
	int n = 0, again;
	enum rc rc;
	FILE *f;

	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
	if (mount("none", folder, "tmpfs", 0, "size=3m") != 0) {
		rmdir(folder);
		runner_skip("a small disk may not be mounted here");
		return;
	}
	memset(&t, 0, sizeof(t));
	snprintf(t.folder, sizeof(t.folder), "%s", folder);
	snprintf(t.path, sizeof(t.path), "%s/watashi.db", folder);
	snprintf(filler, sizeof(filler), "%s/filler", folder);
	/* What an operator frees in the end; the log is then written out into the file. */
	snprintf(spare, sizeof(spare), "%s/spare", folder);
	memset(block, 'x', sizeof(block));
	CU_ASSERT_PTR_NOT_NULL_FATAL(f = fopen(spare, "wb"));
	for (int i = 0; i < 256; i++)
		CU_ASSERT_EQUAL(fwrite(block, 1, sizeof(block), f), sizeof(block));
	fclose(f);
	OK(store_create(t.path, TEST_MUNICIPALITY, TEST_NOW, &why));
	test_store_again(&t);
	person = test_person_add(&t, "10001");
	while ((rc = effect(t.s, &person, n + 1, &why)) == RC_OK && n < 5000)
		n++;
	CU_ASSERT_EQUAL(rc, RC_FULL);
	/* Not a byte left for anybody. */
	if ((f = fopen(filler, "wb")) != NULL) {
		while (fwrite(block, 1, sizeof(block), f) == sizeof(block) && fflush(f) == 0)
			;
		fclose(f);
	}
	for (int i = 0; i < 20; i++)
		CU_ASSERT_NOT_EQUAL(effect(t.s, &person, n + 1, &why), RC_OK);
	unlink(filler);
	unlink(spare);
	OK(store_reopen(t.s, &why));
	again = effects(&t);
	CU_ASSERT_EQUAL(again, n);
	OK(effect(t.s, &person, n + 1, &why));
	CU_ASSERT_EQUAL(effects(&t), n + 1);
	store_close(t.s);
	t.s = NULL;
	CU_ASSERT_EQUAL(umount(folder), 0);
	rmdir(folder);
}

RUNNER_SUITE(store_kill,
    RUNNER_TEST(a_writer_killed_at_any_moment_leaves_nothing_half_and_loses_nothing_it_reported),
    RUNNER_TEST(a_full_disk_is_told_and_loses_nothing));

/* A database that lost its end or one bit: refused, or what it says is what was written, and never a crash. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "store/store_audit.h"
#include "store/store_held.h"
#include "store/store_outbox.h"
#include "store/store_ticket.h"
#include "tests/unit/store_walk.h"

#define PAGE 4096

/* After a whole walk; its bytes, to be freed. */
static char *
walked(struct test_store *t, size_t *ret_len)
{
	struct fault why = { .rc = RC_OK };
	size_t done = 0;
	char *bytes;

	walk_start(t);
	test_store_again(t);
	OK(walk_on(t->s, t->folder, &done, &why));
	store_close(t->s);
	t->s = NULL;
	CU_ASSERT_PTR_NOT_NULL_FATAL(bytes = test_file(t->path, ret_len));
	return bytes;
}

static void
write_whole(const char *path, const char *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	CU_ASSERT_FATAL(fd >= 0);
	CU_ASSERT_EQUAL_FATAL(write(fd, bytes, len), (ssize_t)len);
	close(fd);
}

static enum rc
try_open(struct test_store *t)
{
	struct fault why = { .rc = RC_OK };
	enum rc rc = store_open(t->path, STORE_WRITE, &t->s, &why);

	CU_ASSERT(rc == RC_OK || (why.place[0] != '\0' && why.text[0] != '\0'));
	return rc;
}

static void
a_database_cut_at_any_length_is_refused(void)
{
	struct test_store t;
	size_t len, cut;
	char *bytes;

	bytes = walked(&t, &len);
	for (cut = len - 1; cut > 0; cut -= cut > 997 ? 997 : 1) {
		CU_ASSERT_EQUAL_FATAL(truncate(t.path, (off_t)cut), 0);
		CU_ASSERT_EQUAL(try_open(&t), RC_DB);
	}
	write_whole(t.path, bytes, len);
	CU_ASSERT_EQUAL(walk_there(t.path), WALK_STEPS);
	free(bytes);
	test_store_clear(&t);
}

/* Whatever a reader may ask for; what it answers is not looked at here, that it answers is. */
static bool
reads_all(struct test_store *t)
{
	struct held_row *held;
	struct outbox_row *out;
	struct outbox_apart apart;
	struct ticket *tickets;
	struct audit_row *looks;
	struct dose *doses;
	struct id ids[8];
	struct person p;
	struct arena a;
	size_t n, m;
	enum rc rc;

	arena_init(&a, LIMIT_REQUEST_BYTES);
	if ((rc = store_begin(t->s, TEST_NOW, NULL)) != RC_OK ||
	    (rc = store_person_list(t->s, NULL, ids, 8, &n, NULL)) != RC_OK)
		goto out;
	store_see(t->s, STORE_EYES_WHOLE);
	for (size_t i = 0; i < n; i++)
		if ((rc = store_person_get(t->s, &ids[i], &a, &p, NULL)) != RC_OK ||
		    (rc = store_dose_list(t->s, &ids[i], &a, &doses, &m, NULL)) != RC_OK ||
		    (rc = store_ticket_list(t->s, &ids[i], &a, &tickets, &m, NULL)) != RC_OK ||
		    (rc = store_audit_of(t->s, &ids[i], INT64_MAX, 100, &a, &looks, &m, NULL)) != RC_OK)
			goto out;
	if ((rc = store_held_list(t->s, HELD_KIND__COUNT, NULL, 8, &a, &held, &n, NULL)) != RC_OK)
		goto out;
	rc = store_outbox_queue(t->s, INT64_MAX, "none", 8, &a, &out, &n, &apart, NULL);
 out:
	store_rollback(t->s);
	arena_clear(&a);
	return rc == RC_OK;
}

static void
one_flipped_bit_is_refused(void)
{
	const bool is_long = getenv("WATASHI_LONG") != NULL;
	const size_t step = is_long ? 1 : 137;
	size_t len, flips = 0, refused = 0, found = 0, reading = 0, harmless = 0, silent = 0;
	struct test_store t;
	char *bytes, *now, *log, *end;
	unsigned seed = 5;

	bytes = walked(&t, &len);
	now = walk_told(t.path);
	CU_ASSERT_PTR_NOT_NULL_FATAL(now);
	CU_ASSERT_PTR_NOT_NULL_FATAL(log = strstr(now, "1|1763769600000000|officer:1|take-in"));
	CU_ASSERT_PTR_NOT_NULL_FATAL(end = strstr(log, "backup"));
	CU_ASSERT_PTR_NOT_NULL_FATAL(log = strndup(log, (size_t)(end - log)));
	for (size_t at = 0; at < len; at += step) {
		char bit = (char)(1 << rand_r(&seed) % 8), *after;
		char index[128];

		/* Most of it is room for rows to come, where nothing is read. */
		if (bytes[at] == 0 && (!is_long || at % 101 != 0))
			continue;
		flips++;
		bytes[at] ^= bit;
		write_whole(t.path, bytes, len);
		bytes[at] ^= bit;
		snprintf(index, sizeof(index), "%s-wal", t.path);
		(void)unlink(index);
		snprintf(index, sizeof(index), "%s-shm", t.path);
		(void)unlink(index);
		if (try_open(&t) != RC_OK) {
			refused++;
			continue;
		}
		if (store_verify(t.s, NULL) != RC_OK)
			found++;
		else if (!reads_all(&t))
			reading++;
		else {
			after = walk_told(t.path);
			if (after == NULL)
				reading++;
			else {
				/* What the chain holds is never among what changed. */
				CU_ASSERT_PTR_NOT_NULL(strstr(after, log));
				if (strcmp(after, now) == 0)
					harmless++;
				else
					silent++;
			}
			free(after);
		}
		store_close(t.s);
		t.s = NULL;
	}
	printf("     %zu flipped bits: %zu refused at opening, %zu found by doctor, %zu by reading, %zu changed nothing,"
	    " %zu changed a value unseen\n", flips, refused, found, reading, harmless, silent);
	CU_ASSERT(silent == 0 && harmless * 100 < flips);
	free(log);
	free(now);
	free(bytes);
	test_store_clear(&t);
}

static void
a_log_beside_the_database_cut_or_flipped_anywhere_leaves_whole_steps(void)
{
	const size_t step = getenv("WATASHI_LONG") != NULL ? 61 : 4999;
	struct fault why = { .rc = RC_OK };
	char *main_file, *log, path[128], index[128];
	size_t main_len, log_len, done = 0;
	struct test_store t;
	unsigned seed = 7;

	walk_start(&t);
	test_store_again(&t);
	OK(walk_on(t.s, t.folder, &done, &why));
	/* As a process that is killed now leaves them. */
	snprintf(path, sizeof(path), "%s-wal", t.path);
	snprintf(index, sizeof(index), "%s-shm", t.path);
	CU_ASSERT_PTR_NOT_NULL_FATAL(main_file = test_file(t.path, &main_len));
	CU_ASSERT_PTR_NOT_NULL_FATAL(log = test_file(path, &log_len));
	CU_ASSERT_FATAL(log_len > 10 * PAGE);
	store_close(t.s);
	t.s = NULL;
	for (int way = 0; way < 2; way++) {
		for (size_t at = 0; at <= log_len; at += step) {
			(void)unlink(index);
			write_whole(t.path, main_file, main_len);
			if (way == 0)
				write_whole(path, log, at);
			else if (at < log_len) {
				char bit = (char)(1 << rand_r(&seed) % 8);

				log[at] ^= bit;
				write_whole(path, log, log_len);
				log[at] ^= bit;
			}
			test_store_again(&t);
			OK(store_verify(t.s, &why));
			CU_ASSERT(walk_there(t.path) >= 0);
			store_close(t.s);
			t.s = NULL;
		}
	}
	free(main_file);
	free(log);
	test_store_clear(&t);
}

RUNNER_SUITE(store_damage,
    RUNNER_TEST(a_database_cut_at_any_length_is_refused),
    RUNNER_TEST(one_flipped_bit_is_refused),
    RUNNER_TEST(a_log_beside_the_database_cut_or_flipped_anywhere_leaves_whole_steps));

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "action/action.h"
#include "tests/lib/runner.h"
#include "tests/unit/play_database.h"
#include "tests/unit/play_node.h"
#include "tests/unit/play_say.h"

/* A backup at a real node, with others' requests between its slices. */
static const char *const to_file[] = { "file", "" };

/* A town of some slices: what was sent fills the most of it. */
static struct play_node *
town(void)
{
	static const char *const pair[] = { "addresseeNo", "7001", "name", "港", "kana", "ミナト", "birthDate", "2020-03-10",
	    "sex", "female", "from", "2020-03-10" };
	struct play_node *n = play_node_new();

	play_must(n, "resident add", pair, 6);
	play_database_fill(play_node_folder(n), "outbox", "message_id='m'||n;state=2;bytes=randomblob(4000)", NULL, 1, 3000);
	play_node_by_slices(n, true);
	return n;
}

static bool
copy_is_there(const struct play_node *n)
{
	char path[256];

	(void)snprintf(path, sizeof(path), "%s/watashi.db.copy", play_node_folder(n));
	return access(path, F_OK) == 0;
}

static void
add_dose(struct play_node *n, int i)
{
	char on[16];
	const char *const pair[] = { "addresseeNo", "7001", "vaccine", "INF", "givenOn", on };

	(void)snprintf(on, sizeof(on), "%d-11-%02d", 2021 + i / 28 % 5, 1 + i % 28);
	play_must(n, "dose add", pair, 3);
}

static void
others_read_and_write_while_a_backup_is_under_way(void)
{
	static const char *const who[] = { "addresseeNo", "7001" };
	struct play_node *n = town();
	int between = 0;
	long long head, last;

	play_must(n, "audit verify", NULL, 0);
	head = atoll(play_node_cell(n, 0, "sequence"));
	(void)play_say(n, "backup", to_file, 1);
	CU_ASSERT(copy_is_there(n));
	/* Of two at once the one that came first is served. */
	CU_ASSERT_EQUAL(play_say(n, "backup", to_file, 1), RC_BUSY);
	while (play_node_slice(n)) {
		add_dose(n, between++);
		play_must(n, "show", who, 1);
	}
	CU_ASSERT_EQUAL(play_node_done(n), RC_OK);
	CU_ASSERT(between >= 9);
	/* It is of the moment at which it was begun, and its trace comes last. */
	CU_ASSERT_EQUAL(atoll(play_node_cell(n, play_node_rows(n) - 1, "sequence")), head + 1);
	play_must(n, "audit verify", NULL, 0);
	last = atoll(play_node_cell(n, 0, "sequence"));
	CU_ASSERT(last >= head + 2 * between + 2);
	CU_ASSERT_FALSE(copy_is_there(n));
	play_node_by_slices(n, false);
	CU_ASSERT_EQUAL(play_say(n, "backup", to_file, 1), RC_OK);
	play_node_free(n);
}

static void
a_backup_that_is_cut_off_leaves_nothing(void)
{
	struct play_node *n = town();

	(void)play_say(n, "backup", to_file, 1);
	for (int i = 0; i < 2; i++)
		CU_ASSERT(play_node_slice(n));
	CU_ASSERT(copy_is_there(n));
	play_node_restart(n);
	CU_ASSERT_FALSE(copy_is_there(n));
	play_must(n, "audit verify", NULL, 0);
	play_node_by_slices(n, false);
	CU_ASSERT_EQUAL(play_say(n, "backup", to_file, 1), RC_OK);
	play_node_free(n);
}

static void
a_full_disk_in_the_middle_is_named_and_the_node_goes_on(void)
{
	struct play_node *n = town();

	(void)play_say(n, "backup", to_file, 1);
	CU_ASSERT(play_node_slice(n));
	play_node_disk(-1);
	while (play_node_slice(n))
		;
	play_node_disk(0);
	CU_ASSERT(play_node_disk_met());
	CU_ASSERT_EQUAL(play_node_done(n), RC_FULL);
	CU_ASSERT_PTR_NOT_NULL(strstr(play_node_text(n), "no room"));
	CU_ASSERT_FALSE(copy_is_there(n));
	add_dose(n, 0);
	play_must(n, "audit verify", NULL, 0);
	play_node_by_slices(n, false);
	CU_ASSERT_EQUAL(play_say(n, "backup", to_file, 1), RC_OK);
	play_node_free(n);
}

RUNNER_SUITE(action_backup,
    RUNNER_TEST(others_read_and_write_while_a_backup_is_under_way),
    RUNNER_TEST(a_backup_that_is_cut_off_leaves_nothing),
    RUNNER_TEST(a_full_disk_in_the_middle_is_named_and_the_node_goes_on));

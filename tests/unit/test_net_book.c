#include "net/net_book.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exchange/message.h"
#include "tests/lib/runner.h"
#include "tests/unit/net_folder.h"

static struct net_book *
open_book(const char *name, const char *role)
{
	struct net_book *b = NULL;
	struct fault why = { .rc = RC_OK };

	CU_ASSERT_EQUAL_FATAL(net_book_open(net_folder_path(name), role, &b, &why), RC_OK);
	return b;
}

static void
put_setting(struct net_book *b, const char *name, const char *value)
{
	CU_ASSERT_EQUAL(net_book_run(b, NET_STMT_ANY_SETTING_PUT, NULL, "tt", name, value), RC_OK);
}

static void
setting_is(struct net_book *b, const char *name, const char *value)
{
	char found[64];

	CU_ASSERT_EQUAL_FATAL(net_book_begin(b, NULL), RC_OK);
	CU_ASSERT_EQUAL(net_book_setting(b, name, found, sizeof found, NULL), RC_OK);
	CU_ASSERT_STRING_EQUAL(found, value);
	net_book_rollback(b);
}

static void
each_part_has_its_own_statements_and_no_others(void)
{
	static const char *const roles[] = { "registrar", "core", "intermediary" };

	net_folder_begin();
	for (size_t i = 0; i < 3; i++) {
		struct net_book *b = open_book(roles[i], roles[i]);
		struct net_row row;

		CU_ASSERT_EQUAL_FATAL(net_book_begin(b, NULL), RC_OK);
		/* The table that ties codes together is the core's alone. */
		CU_ASSERT_EQUAL(net_book_row(b, NET_STMT_CORE_CODE_FIND, &row, NULL, "t", "x"),
		    i == 1 ? RC_ABSENT : RC_BUG);
		CU_ASSERT_EQUAL(net_book_row(b, NET_STMT_REGISTRAR_PERSON_FIND, &row, NULL, "b", "x",
		    (size_t)1), i == 0 ? RC_ABSENT : RC_BUG);
		CU_ASSERT_EQUAL(net_book_row(b, NET_STMT_INTERMEDIARY_SUBJECT_OF_CODE, &row, NULL, "t",
		    "x"), i == 2 ? RC_ABSENT : RC_BUG);
		net_book_rollback(b);
		net_book_close(b);
	}
	net_folder_end();
}

static void
what_was_rolled_back_never_was(void)
{
	struct net_book *b;

	net_folder_begin();
	b = open_book("book", "core");
	CU_ASSERT_EQUAL_FATAL(net_book_begin(b, NULL), RC_OK);
	put_setting(b, "a", "1");
	CU_ASSERT_EQUAL(net_book_commit(b, NULL), RC_OK);
	CU_ASSERT_EQUAL_FATAL(net_book_begin(b, NULL), RC_OK);
	put_setting(b, "a", "2");
	net_book_rollback(b);
	setting_is(b, "a", "1");
	setting_is(b, "absent", "");
	net_book_close(b);
	b = open_book("book", "core");
	setting_is(b, "a", "1");
	net_book_close(b);
	net_folder_end();
}

static void
what_was_committed_survives_a_kill(void)
{
	int told[2], status;
	char byte;
	pid_t child;
	struct net_book *b;

	net_folder_begin();
	net_book_close(open_book("book", "core"));
	CU_ASSERT_EQUAL_FATAL(pipe(told), 0);
	if ((child = fork()) == 0) {
		b = open_book("book", "core");
		if (net_book_begin(b, NULL) != RC_OK)
			_exit(1);
		put_setting(b, "kept", "1");
		if (net_book_commit(b, NULL) != RC_OK || net_book_begin(b, NULL) != RC_OK)
			_exit(1);
		put_setting(b, "lost", "1");
		(void)!write(told[1], "x", 1);
		for (;;)
			(void)pause();
	}
	CU_ASSERT_EQUAL(read(told[0], &byte, 1), 1);
	CU_ASSERT_EQUAL(kill(child, SIGKILL), 0);
	CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
	b = open_book("book", "core");
	setting_is(b, "kept", "1");
	setting_is(b, "lost", "");
	net_book_close(b);
	(void)close(told[0]);
	(void)close(told[1]);
	net_folder_end();
}

static void
an_erased_acquisition_number_is_nowhere_in_the_files(void)
{
	static const char number[] = "acquisition-number-of-this-test";
	struct net_book *b;

	net_folder_begin();
	b = open_book("book", "core");
	CU_ASSERT_EQUAL_FATAL(net_book_begin(b, NULL), RC_OK);
	CU_ASSERT_EQUAL(net_book_run(b, NET_STMT_CORE_ACQUISITION_PUT, NULL, "tttti", number,
	    "1410030000000001", "1", "r1", (int64_t)0), RC_OK);
	CU_ASSERT_EQUAL(net_book_commit(b, NULL), RC_OK);
	CU_ASSERT_TRUE(net_folder_holds(number));
	CU_ASSERT_EQUAL_FATAL(net_book_begin(b, NULL), RC_OK);
	CU_ASSERT_EQUAL(net_book_run(b, NET_STMT_CORE_ACQUISITION_ERASE, NULL, "t", number), RC_OK);
	net_book_scrub(b);
	CU_ASSERT_EQUAL(net_book_commit(b, NULL), RC_OK);
	CU_ASSERT_FALSE(net_folder_holds(number));
	net_book_close(b);
	net_folder_end();
}

static void
a_person_has_one_code_for_each_institution_even_when_linked_wrong(void)
{
	struct net_book *b;
	struct net_row row;

	net_folder_begin();
	b = open_book("book", "core");
	CU_ASSERT_EQUAL_FATAL(net_book_begin(b, NULL), RC_OK);
	CU_ASSERT_EQUAL(net_book_run(b, NET_STMT_CORE_CODE_PUT, NULL, "ttt", "a1", "A", "p1"), RC_OK);
	CU_ASSERT_EQUAL(net_book_run(b, NET_STMT_CORE_CODE_PUT, NULL, "ttt", "b2", "B", "p2"), RC_OK);
	CU_ASSERT_EQUAL(net_book_run(b, NET_STMT_CORE_CODE_PUT, NULL, "ttt", "a2", "A", "p2"), RC_OK);
	CU_ASSERT_EQUAL(net_book_run(b, NET_STMT_CORE_CODE_LINK_WRONG, NULL, "tt", "a1", "b2"), RC_OK);
	CU_ASSERT_EQUAL(net_book_changed(b), 1);
	CU_ASSERT_EQUAL_FATAL(net_book_row(b, NET_STMT_CORE_CODE_FIND, &row, NULL, "t", "a1"), RC_OK);
	net_row_end(&row);
	CU_ASSERT_EQUAL_FATAL(net_book_row(b, NET_STMT_CORE_CODE_OF_PERSON, &row, NULL, "tt", "p2", "A"),
	    RC_OK);
	CU_ASSERT_EQUAL(net_row_next(b, &row, NULL), RC_ABSENT);
	CU_ASSERT_EQUAL(net_book_run(b, NET_STMT_CORE_CODE_LINK_WRONG, NULL, "tt", "a1", "none"), RC_OK);
	CU_ASSERT_EQUAL(net_book_changed(b), 0);
	net_book_rollback(b);
	net_book_close(b);
	net_folder_end();
}

static void
a_value_of_a_wrong_kind_or_number_is_a_bug_not_a_crash(void)
{
	struct net_book *b;

	net_folder_begin();
	b = open_book("book", "registrar");
	CU_ASSERT_EQUAL_FATAL(net_book_begin(b, NULL), RC_OK);
	CU_ASSERT_EQUAL(net_book_run(b, NET_STMT_ANY_SETTING_PUT, NULL, "t", "a"), RC_BUG);
	CU_ASSERT_NOT_EQUAL(net_book_run(b, NET_STMT_ANY_SETTING_PUT, NULL, "tt", "a", NULL), RC_OK);
	net_book_rollback(b);
	net_book_close(b);
	net_folder_end();
}

RUNNER_SUITE(net_book,
    RUNNER_TEST(each_part_has_its_own_statements_and_no_others),
    RUNNER_TEST(what_was_rolled_back_never_was),
    RUNNER_TEST(what_was_committed_survives_a_kill),
    RUNNER_TEST(an_erased_acquisition_number_is_nowhere_in_the_files),
    RUNNER_TEST(a_person_has_one_code_for_each_institution_even_when_linked_wrong),
    RUNNER_TEST(a_value_of_a_wrong_kind_or_number_is_a_bug_not_a_crash));

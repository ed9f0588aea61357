#include "net/net_permit.h"

#include <string.h>

#include "tests/lib/countdown.h"
#include "tests/lib/runner.h"
#include "tests/unit/net_folder.h"

#define A "1410030000000001"
#define B "0110020000000001"
#define JM "DUMMYJM000000001"
#define JT "DUMMYJT000000001"
#define TM "DUMMYTM000000001"

static struct message_inquiry_request
inquiry(const char *inquirer, const char *provider)
{
	return (struct message_inquiry_request){
		.inquirer = inquirer, .provider = provider,
		.affair_code = JM, .procedure_code = JT, .item_code = TM,
	};
}

static enum message_error
check(const char *table, const struct message_inquiry_request *q)
{
	struct net_permission *p = NULL;
	struct fault why = { .rc = RC_OK };
	enum message_error error;

	net_folder_begin();
	CU_ASSERT_EQUAL_FATAL(net_permission_open(net_folder_file("table", table), &p, &why), RC_OK);
	error = net_permission_check(p, q);
	net_permission_close(p);
	net_folder_end();
	return error;
}

static void
refused(const char *table, const char *place)
{
	struct net_permission *p = NULL;
	struct fault why = { .rc = RC_OK };

	net_folder_begin();
	CU_ASSERT_EQUAL(net_permission_open(net_folder_file("table", table), &p, &why), RC_INVALID);
	CU_ASSERT_PTR_NULL(p);
	CU_ASSERT_PTR_NOT_NULL(strstr(why.place, place));
	net_folder_end();
}

static void
what_no_line_permits_is_not_permitted(void)
{
	struct message_inquiry_request q = inquiry(A, B);

	CU_ASSERT_EQUAL(check("# nothing\n", &q), E201_NOT_PERMITTED);
	CU_ASSERT_EQUAL(check(A "\t" B "\t" JM "\t" JT "\t" TM "\n", &q), MESSAGE_OK);
	CU_ASSERT_EQUAL(check(B "\t" A "\t" JM "\t" JT "\t" TM "\n", &q), E201_NOT_PERMITTED);
	CU_ASSERT_EQUAL(check("*\t*\t*\t*\t" TM "\n", &q), MESSAGE_OK);
	q.item_code = "DUMMYTM000000002";
	CU_ASSERT_EQUAL(check("*\t*\t*\t*\t" TM "\n", &q), E201_NOT_PERMITTED);
}

static void
a_missing_assessment_bars_both_sides_whatever_is_permitted(void)
{
	const char *table = "*\t*\t*\t*\t*\nno-assessment\t" B "\n";
	struct message_inquiry_request q = inquiry(A, B), r = inquiry(B, A), s = inquiry(A, A);

	CU_ASSERT_EQUAL(check(table, &q), E202_NO_ASSESSMENT);
	CU_ASSERT_EQUAL(check(table, &r), E202_NO_ASSESSMENT);
	CU_ASSERT_EQUAL(check(table, &s), MESSAGE_OK);
}

static void
a_bad_table_is_refused_with_its_line(void)
{
	refused("*\t*\t*\t*\n", "table:1");
	refused("# x\n*\t*\t*\t*\tshort\n", "table:2");
	refused("*\t*\t*\t*\t*\t*\n", "table:1");
	refused("*\t*\t*\t*\tdummytm000000001\n", "table:1");
	refused("no-assessment\tx\n", "table:1");
}

static void
out_of_memory_leaves_nothing_behind(void)
{
	net_folder_begin();
	for (long n = 0;; n++) {
		struct net_permission *p = NULL;
		struct fault why = { .rc = RC_OK };
		enum rc rc;
		const char *path = net_folder_file("table", "*\t*\t*\t*\t*\n");

		fail_after(n);
		rc = net_permission_open(path, &p, &why);
		fail_never();
		if (rc == RC_OK) {
			net_permission_close(p);
			break;
		}
		CU_ASSERT_EQUAL_FATAL(rc, RC_NOMEM);
		CU_ASSERT_PTR_NULL(p);
	}
	net_folder_end();
}

RUNNER_SUITE(net_permit,
    RUNNER_TEST(what_no_line_permits_is_not_permitted),
    RUNNER_TEST(a_missing_assessment_bars_both_sides_whatever_is_permitted),
    RUNNER_TEST(a_bad_table_is_refused_with_its_line),
    RUNNER_TEST(out_of_memory_leaves_nothing_behind));

#include "action/action.h"

#include "tests/lib/runner.h"

/* The contract's own words: what an unmapped uid may do. */
static void
a_stranger_may_only_ask_the_doctor(void)
{
	for (int k = REQUEST_NONE + 1; k < REQUEST__COUNT; k++)
		CU_ASSERT_EQUAL(action_permitted(ACTION_NOBODY, (enum request_kind)k),
		    k == REQUEST_DOCTOR);
}

static void
every_request_is_open_to_an_administrator_or_nobody_could_ask_it(void)
{
	for (int k = REQUEST_NONE + 1; k < REQUEST__COUNT; k++)
		CU_ASSERT(action_permitted(ACTION_ADMINISTRATOR, (enum request_kind)k));
}

static void
an_auditor_reads_no_record_and_writes_nothing(void)
{
	static const enum request_kind record[] = { REQUEST_SHOW, REQUEST_EXPORT, REQUEST_DUE,
	    REQUEST_CHECK, REQUEST_RESIDENT_SHOW, REQUEST_RESIDENT_FIND };

	for (size_t i = 0; i < sizeof(record) / sizeof(record[0]); i++)
		CU_ASSERT_FALSE(action_permitted(ACTION_AUDITOR, record[i]));
	for (int k = REQUEST_NONE + 1; k < REQUEST__COUNT; k++)
		if (request_shape((enum request_kind)k)->writes && k != REQUEST_AUDIT_HEAD)
			CU_ASSERT_FALSE(action_permitted(ACTION_AUDITOR, (enum request_kind)k));
}

static void
a_clinic_may_check_a_ticket_and_see_no_list(void)
{
	CU_ASSERT(action_permitted(ACTION_CLINIC, REQUEST_CHECK));
	CU_ASSERT_FALSE(action_permitted(ACTION_CLINIC, REQUEST_SHOW));
	CU_ASSERT_FALSE(action_permitted(ACTION_CLINIC, REQUEST_DUE));
	CU_ASSERT_FALSE(action_permitted(ACTION_CLINIC, REQUEST_RESIDENT_FIND));
}

static void
roles_and_requests_beyond_the_table_are_refused(void)
{
	CU_ASSERT_FALSE(action_permitted(ACTION_ROLE__COUNT, REQUEST_SHOW));
	CU_ASSERT_FALSE(action_permitted(ACTION_ADMINISTRATOR, REQUEST_NONE));
	CU_ASSERT_FALSE(action_permitted(ACTION_ADMINISTRATOR, (enum request_kind)REQUEST__PERMISSIONS));
	CU_ASSERT_FALSE(action_permitted(ACTION_ADMINISTRATOR, (enum request_kind)RESULT_DONE));
}

static void
role_names_lead_back_to_their_roles(void)
{
	for (int r = 0; r < ACTION_ROLE__COUNT; r++)
		CU_ASSERT_EQUAL(action_role_find(action_role_name((enum action_role)r)), r);
	CU_ASSERT_EQUAL(action_role_find("king"), ACTION_ROLE__COUNT);
}

/* Not even the administrator: it is a role of its own. */
static void
only_the_protecting_officer_sees_where_protected_people_are(void)
{
	for (int r = 0; r < ACTION_ROLE__COUNT; r++)
		CU_ASSERT_EQUAL(action_permitted((enum action_role)r, REQUEST_SEE_PROTECTED),
		    r == ACTION_PROTECTING_OFFICER);
	CU_ASSERT_FALSE(action_permitted(ACTION_NURSE, REQUEST_FIND_NUMBER));
	CU_ASSERT(action_permitted(ACTION_CLERK, REQUEST_FIND_NUMBER));
}

RUNNER_SUITE(action_permit,
    RUNNER_TEST(a_stranger_may_only_ask_the_doctor),
    RUNNER_TEST(every_request_is_open_to_an_administrator_or_nobody_could_ask_it),
    RUNNER_TEST(an_auditor_reads_no_record_and_writes_nothing),
    RUNNER_TEST(a_clinic_may_check_a_ticket_and_see_no_list),
    RUNNER_TEST(roles_and_requests_beyond_the_table_are_refused),
    RUNNER_TEST(only_the_protecting_officer_sees_where_protected_people_are),
    RUNNER_TEST(role_names_lead_back_to_their_roles));

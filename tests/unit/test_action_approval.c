#include "action/approval.h"

#include <stdio.h>
#include <string.h>

#include "tests/lib/runner.h"

static const struct request_field *
field_of(enum request_kind kind, enum request_tag tag)
{
	const struct request_shape *s = request_shape(kind);

	for (size_t i = 0; i < s->n_field; i++)
		if (s->field[i].tag == tag)
			return &s->field[i];
	return NULL;
}

static void
what_may_hold_an_individual_number_never_waits(void)
{
	for (int k = REQUEST_NONE + 1; k < REQUEST__COUNT; k++) {
		const struct request_shape *s = request_shape((enum request_kind)k);

		if (approval_rule_of((enum request_kind)k) == NULL)
			continue;
		for (size_t i = 0; i < s->n_field; i++)
			CU_ASSERT_FALSE(s->field[i].secret);
	}
	CU_ASSERT_PTR_NULL(approval_rule_of(REQUEST_IMPORT_RESIDENTS));
	CU_ASSERT_PTR_NULL(approval_rule_of(REQUEST_IMPORT_DOSES));
	CU_ASSERT_PTR_NULL(approval_rule_of(REQUEST_MOVE_IN));
	CU_ASSERT_PTR_NULL(approval_rule_of(REQUEST_RESIDENT_ADD));
}

static void
what_waits_says_why_and_changes_something(void)
{
	int n = 0;

	for (int k = REQUEST_NONE + 1; k < REQUEST__COUNT; k++) {
		const struct approval_rule *rule = approval_rule_of((enum request_kind)k);
		const struct request_field *reason;

		if (rule == NULL)
			continue;
		n++;
		CU_ASSERT_EQUAL(rule->kind, k);
		reason = field_of((enum request_kind)k, TAG_REASON);
		CU_ASSERT_PTR_NOT_NULL_FATAL(reason);
		CU_ASSERT_EQUAL(reason->type, FRAME_TEXT);
		CU_ASSERT(request_shape((enum request_kind)k)->writes);
		CU_ASSERT(rule->days >= 1 && rule->days <= APPROVAL_DAYS_MAX);
		if (rule->when == APPROVAL_FIELD) {
			CU_ASSERT_PTR_NOT_NULL_FATAL(field_of((enum request_kind)k, rule->field));
			CU_ASSERT_EQUAL(request_tag_unit(rule->field), UNIT_BOOL);
		}
	}
	CU_ASSERT(n >= 4);
}

static void
whoever_may_give_may_use_the_command_for_it(void)
{
	for (int k = REQUEST_NONE + 1; k < REQUEST__COUNT; k++) {
		const struct approval_rule *rule = approval_rule_of((enum request_kind)k);

		for (int r = 0; rule != NULL && r < ACTION_ROLE__COUNT; r++)
			if (approval_may_give(rule, (enum action_role)r)) {
				CU_ASSERT(action_permitted((enum action_role)r, REQUEST_APPROVAL_GIVE));
				CU_ASSERT(action_permitted((enum action_role)r, REQUEST_APPROVAL_SHOW));
			}
	}
}

static void
settings_name_requests_that_can_be_given(void)
{
	static const struct { const char *second, *days; enum rc rc; } given[] = {
		{ "", "", RC_OK },
		{ "dose correct", "", RC_OK },
		{ " dose correct ,dose withdraw,", "30", RC_OK },
		{ "dose", "", RC_INVALID },
		{ "dose correct dose withdraw", "", RC_INVALID },
		{ "import residents", "", RC_INVALID },
		{ "dose correct, show", "", RC_INVALID },
		{ "", "0", RC_INVALID },
		{ "", "366", RC_INVALID },
		{ "", "7d", RC_INVALID },
		{ "", "-1", RC_INVALID },
	};

	for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++) {
		struct config c = { .municipality = "" };
		struct fault why = { .rc = RC_OK };

		(void)snprintf(c.second_officer, sizeof(c.second_officer), "%s", given[i].second);
		(void)snprintf(c.approval_days, sizeof(c.approval_days), "%s", given[i].days);
		CU_ASSERT_EQUAL(approval_check_config(&c, &why), given[i].rc);
	}
}

static void
a_setting_makes_its_request_and_no_other_wait(void)
{
	struct config c = { .second_officer = "dose withdraw" };
	struct request r = { .kind = REQUEST_DOSE_WITHDRAW };

	CU_ASSERT(approval_wanted(&c, &r));
	r.kind = REQUEST_DOSE_CORRECT;
	CU_ASSERT_FALSE(approval_wanted(&c, &r));
	r.kind = REQUEST_SHOW;
	CU_ASSERT_FALSE(approval_wanted(&c, &r));
	c.second_officer[0] = '\0';
	r.kind = REQUEST_DOSE_WITHDRAW;
	CU_ASSERT_FALSE(approval_wanted(&c, &r));
}

/* What a row says decides, not when it is said or which number was drawn for it. */
static void
two_previews_differ_where_what_they_say_differs(void)
{
	struct { int64_t version, at; const char *state, *id; } said[] = {
		{ 2, 1000, "given", "a" }, { 2, 2000, "given", "b" }, { 3, 1000, "given", "a" },
		{ 2, 1000, "withdrawn", "a" },
	};
	struct approval_kept k[4];
	struct fault why = { .rc = RC_OK };
	struct frame f;

	for (size_t i = 0; i < 4; i++) {
		approval_kept_init(&k[i]);
		frame_init(&f, RESULT_ROW);
		frame_put_text(&f, TAG_DOSE_ID, said[i].id);
		frame_put_int(&f, TAG_VERSION, said[i].version);
		frame_put_int(&f, TAG_AT, said[i].at);
		frame_put_text(&f, TAG_STATE, said[i].state);
		CU_ASSERT_EQUAL(approval_keep(&k[i], &f, &why), RC_OK);
		frame_clear(&f);
	}
	CU_ASSERT_EQUAL(memcmp(&k[0].digest, &k[1].digest, sizeof(k[0].digest)), 0);
	CU_ASSERT_NOT_EQUAL(memcmp(&k[0].digest, &k[2].digest, sizeof(k[0].digest)), 0);
	CU_ASSERT_NOT_EQUAL(memcmp(&k[0].digest, &k[3].digest, sizeof(k[0].digest)), 0);
	for (size_t i = 0; i < 4; i++)
		approval_kept_clear(&k[i]);
}

static void
more_rows_than_can_be_kept_are_counted_and_still_told_apart(void)
{
	static char text[LIMIT_TEXT_BYTES];
	struct approval_kept k;
	struct fault why = { .rc = RC_OK };
	struct vault_digest before;
	const char *body;
	struct frame f;
	uint16_t kind;
	size_t at = 0, len;
	int64_t n = 0;

	memset(text, 'x', sizeof(text) - 1);
	approval_kept_init(&k);
	for (int i = 0; i < 1100; i++) {
		frame_init(&f, RESULT_ROW);
		frame_put_int(&f, TAG_ROW, i);
		frame_put_text(&f, TAG_TEXT, text);
		before = k.digest;
		CU_ASSERT_EQUAL(approval_keep(&k, &f, &why), RC_OK);
		CU_ASSERT_NOT_EQUAL(memcmp(&k.digest, &before, sizeof(before)), 0);
		frame_clear(&f);
	}
	while (approval_kept_next(&k, &at, &kind, &body, &len))
		n++;
	CU_ASSERT_EQUAL(k.n, 1100);
	CU_ASSERT(k.n_dropped > 0);
	CU_ASSERT_EQUAL(n + k.n_dropped, k.n);
	approval_kept_clear(&k);
}

RUNNER_SUITE(action_approval,
    RUNNER_TEST(what_may_hold_an_individual_number_never_waits),
    RUNNER_TEST(what_waits_says_why_and_changes_something),
    RUNNER_TEST(whoever_may_give_may_use_the_command_for_it),
    RUNNER_TEST(settings_name_requests_that_can_be_given),
    RUNNER_TEST(a_setting_makes_its_request_and_no_other_wait),
    RUNNER_TEST(two_previews_differ_where_what_they_say_differs),
    RUNNER_TEST(more_rows_than_can_be_kept_are_counted_and_still_told_apart));

#include "cli/command.h"

#include <stdio.h>
#include <string.h>

#include "cli/help.h"
#include "tests/lib/runner.h"

static void
every_request_can_be_made_from_the_command_line(void)
{
	for (int k = REQUEST_NONE + 1; k < REQUEST__COUNT; k++) {
		const struct command *c = command_table;

		while (c->name != NULL && c->kind != (enum request_kind)k)
			c++;
		CU_ASSERT_PTR_NOT_NULL_FATAL(c->name);
		CU_ASSERT_STRING_EQUAL(c->name, request_shape((enum request_kind)k)->name);
	}
}

static void
every_field_can_be_said_on_the_command_line(void)
{
	for (const struct command *c = command_table; c->name != NULL; c++) {
		const struct request_shape *s = request_shape(c->kind);

		for (size_t i = 0; i < s->n_field; i++) {
			enum request_tag tag = s->field[i].tag;

			/* --format is general; the second half of a recovery key comes with the first. */
			if (tag == c->positional || tag == TAG_FORMAT || tag == TAG_RECOVERY_B)
				continue;
			CU_ASSERT_PTR_NOT_NULL(command_option_of(c, tag));
		}
	}
}

static void
no_command_has_two_options_of_one_name(void)
{
	for (const struct command *c = command_table; c->name != NULL; c++) {
		const struct request_shape *s = request_shape(c->kind);

		for (size_t i = 0; i < s->n_field; i++) {
			const struct command_option *o = command_option_of(c, s->field[i].tag);

			if (o != NULL)
				CU_ASSERT_PTR_EQUAL(command_option_find(c, o->name, strlen(o->name)), o);
		}
	}
}

static void
every_command_stands_once_in_the_whole_help(void)
{
	static char text[65536];
	FILE *f = fmemopen(text, sizeof(text), "w");

	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	help_all(f, LANG_EN);
	CU_ASSERT_EQUAL_FATAL(fclose(f), 0);
	for (const struct command *c = command_table; c->name != NULL; c++) {
		char start[64];
		int n = 0;

		(void)snprintf(start, sizeof(start), "\n  %s ", c->name);
		for (const char *at = text; (at = strstr(at, start)) != NULL; at++)
			n += strncmp(at + strlen(start), c->summary, strlen(c->summary)) == 0 ||
			    at[strlen(start)] == ' ';
		CU_ASSERT_EQUAL(n, 1);
	}
}

static void
an_individual_number_is_no_argument(void)
{
	for (const struct command *c = command_table; c->name != NULL; c++) {
		const struct command_option *o = command_option_of(c, TAG_MY_NUMBER);

		CU_ASSERT_NOT_EQUAL(c->positional, TAG_MY_NUMBER);
		if (o != NULL)
			CU_ASSERT_STRING_EQUAL(o->name, "my-number-from");
	}
}

static const struct command *
find(const char *a, const char *b, int *used)
{
	char one[32], two[32], *argv[] = { one, two };

	(void)snprintf(one, sizeof(one), "%s", a);
	(void)snprintf(two, sizeof(two), "%s", b);
	return command_find(argv, b[0] == '\0' ? 1 : 2, used);
}

static void
commands_of_one_and_two_words_are_found(void)
{
	int used;

	CU_ASSERT_EQUAL(find("show", "123", &used)->kind, REQUEST_SHOW);
	CU_ASSERT_EQUAL(used, 1);
	CU_ASSERT_EQUAL(find("held", "list", &used)->kind, REQUEST_HELD_LIST);
	CU_ASSERT_EQUAL(used, 2);
	CU_ASSERT_PTR_NULL(find("held", "", &used));
	CU_ASSERT_EQUAL(used, 1);
	CU_ASSERT_PTR_NULL(find("held", "hold", &used));
	CU_ASSERT_EQUAL(used, 1);
	CU_ASSERT_PTR_NULL(find("sho", "", &used));
	CU_ASSERT_EQUAL(used, 0);
	CU_ASSERT_PTR_NULL(find("hel", "list", &used));
	CU_ASSERT_EQUAL(used, 0);
}

RUNNER_SUITE(cli_command,
    RUNNER_TEST(every_request_can_be_made_from_the_command_line),
    RUNNER_TEST(every_field_can_be_said_on_the_command_line),
    RUNNER_TEST(no_command_has_two_options_of_one_name),
    RUNNER_TEST(every_command_stands_once_in_the_whole_help),
    RUNNER_TEST(an_individual_number_is_no_argument),
    RUNNER_TEST(commands_of_one_and_two_words_are_found));

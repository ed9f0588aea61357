#include "cli/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/checkdigit.h"
#include "tests/lib/runner.h"

#define WORDS_MAX 16

/* Reads a line of words separated by single blanks, as the words after the command. */
static enum rc
read_line(const char *command, const char *line, struct options *o, struct frame *f,
    struct fault *why)
{
	static char text[512];		/* options point into their words */
	char name[32], *argv[WORDS_MAX], *words_of[2] = { name, NULL }, *rest = text;
	int argc = 0, used;
	const struct command *c;

	(void)snprintf(name, sizeof(name), "%s", command);
	if ((words_of[1] = strchr(name, ' ')) != NULL)
		*words_of[1]++ = '\0';
	c = command_find(words_of, words_of[1] != NULL ? 2 : 1, &used);
	CU_ASSERT_PTR_NOT_NULL_FATAL(c);
	(void)snprintf(text, sizeof(text), "%s", line);
	while (rest != NULL && *rest != '\0' && argc < WORDS_MAX) {
		argv[argc++] = rest;
		if ((rest = strchr(rest, ' ')) != NULL)
			*rest++ = '\0';
	}
	frame_init(f, (uint16_t)c->kind);
	return options_read(o, c, argv, argc, f, why);
}

static void
refuses(const char *command, const char *line, const char *place)
{
	struct options o;
	struct frame f;
	struct fault why = { .rc = RC_OK };

	options_init(&o);
	CU_ASSERT_NOT_EQUAL(read_line(command, line, &o, &f, &why), RC_OK);
	if (strcmp(why.place, place) != 0)
		(void)fprintf(stderr, "%s %s: place is '%s'\n", command, line, why.place);
	CU_ASSERT_STRING_EQUAL(why.place, place);
	frame_clear(&f);
	options_clear(&o);
}

static void
request_of(const char *command, const char *line, struct options *o, struct frame *f,
    struct request *r)
{
	struct fault why = { .rc = RC_OK };

	options_init(o);
	CU_ASSERT_EQUAL_FATAL(read_line(command, line, o, f, &why), RC_OK);
	CU_ASSERT_EQUAL_FATAL(request_read(f->kind, f->body.data, f->body.len, o->file, r, &why),
	    RC_OK);
}

static void
options_become_the_fields_of_the_request(void)
{
	struct request r;
	struct options o;
	struct frame f;
	day d;

	request_of("dose add", "7001 --vaccine MR --given-on=2026-05 --expires-on 2027-01-31", &o, &f, &r);
	CU_ASSERT_STRING_EQUAL(request_text(&r, TAG_ADDRESSEE), "7001");
	CU_ASSERT_STRING_EQUAL(request_text(&r, TAG_VACCINE), "MR");
	CU_ASSERT_STRING_EQUAL(request_text(&r, TAG_GIVEN_ON), "2026-05");
	CU_ASSERT_EQUAL_FATAL(day_make(2027, 1, 31, &d), RC_OK);
	CU_ASSERT(day_equal(request_day(&r, TAG_EXPIRES_ON), d));
	frame_clear(&f);
}

static void
general_options_stand_anywhere(void)
{
	struct request r;
	struct options o;
	struct frame f;

	request_of("show", "--format json 7001 --lang en -o out --node=dir", &o, &f, &r);
	CU_ASSERT_STRING_EQUAL(o.format, "json");
	CU_ASSERT_EQUAL(o.lang, LANG_EN);
	CU_ASSERT_STRING_EQUAL(o.output, "out");
	CU_ASSERT_STRING_EQUAL(o.node, "dir");
	CU_ASSERT_STRING_EQUAL(request_text(&r, TAG_ADDRESSEE), "7001");
	frame_clear(&f);
}

static void
the_day_one_works_as_if_it_were_is_the_as_of_day(void)
{
	struct request r;
	struct options o;
	struct frame f;
	char text[DAY_TEXT_SIZE];

	request_of("show", "7001 --today 2026-11-22", &o, &f, &r);
	day_write(request_day(&r, TAG_AS_OF), text);
	CU_ASSERT_STRING_EQUAL(text, "2026-11-22");
	frame_clear(&f);
	request_of("show", "7001 --today 2026-11-22 --as-of 2026-12-01", &o, &f, &r);
	day_write(request_day(&r, TAG_AS_OF), text);
	CU_ASSERT_STRING_EQUAL(text, "2026-12-01");
	frame_clear(&f);
}

static void
from_is_a_municipality_or_a_day_as_the_command_means(void)
{
	struct request r;
	struct options o;
	struct frame f;

	request_of("resident add",
	    "1 --name A --kana A --birth-date 2020-01-01 --sex female --from 2026-04-01", &o, &f, &r);
	CU_ASSERT(day_known(request_day(&r, TAG_FROM)));
	frame_clear(&f);
	refuses("move-in", "--from 2026-04-01 --from 011002", "--from");
}

static void
many_addressees_may_be_asked_about_at_once(void)
{
	struct request r;
	struct options o;
	struct frame f;

	request_of("inquire", "7001 7002 --wait 7003", &o, &f, &r);
	CU_ASSERT_EQUAL(r.n_addressee, 3);
	CU_ASSERT_EQUAL(request_int(&r, TAG_WAIT, 0), 600);
	frame_clear(&f);
	request_of("inquire", "--wait=30", &o, &f, &r);
	CU_ASSERT_EQUAL(r.n_addressee, 0);
	CU_ASSERT_EQUAL(request_int(&r, TAG_WAIT, 0), 30);
	frame_clear(&f);
}

static void
wrong_usage_names_its_place(void)
{
	refuses("show", "", "ADDRESSEE_NO");
	refuses("show", "1 2", "2");
	refuses("show", "1 --as-of 2026-02-30", "--as-of");
	refuses("show", "1 --as-of", "--as-of");
	refuses("show", "1 --nonsense", "--nonsense");
	refuses("show", "1 --overdue", "--overdue");
	refuses("show", "1 -x", "-x");
	refuses("show", "1 --lang fr", "--lang");
	refuses("due", "--overdue=yes", "--overdue");
	refuses("due", "7001", "7001");
	refuses("check", "--ticket 1", "--birth-date");
	refuses("check", "--ticket 1 --ticket 2", "--ticket");
	refuses("officer add", "yamada --role clerk --uid ten", "--uid");
	refuses("inquire", "1 --wait=0", "--wait");
	refuses("import doses", "", "import doses");
	refuses("import doses", "/nonexistent/file", "/nonexistent/file");
}

/* Invented, with a right check digit. */
static void
invent_number(char number[13])
{
	memcpy(number, "55566677788", 11);
	number[11] = checkdigit_mynumber_make(number);
	number[12] = '\0';
}

static void
write_number(const char *content, char path[64])
{
	int fd;

	(void)snprintf(path, 64, "/tmp/watashi-number-XXXXXX");
	CU_ASSERT_FATAL((fd = mkstemp(path)) >= 0);
	CU_ASSERT_EQUAL_FATAL(write(fd, content, strlen(content)), (ssize_t)strlen(content));
	(void)close(fd);
}

static void
an_individual_number_comes_from_a_file(void)
{
	char number[13], content[32], path[64], line[128];
	struct request r;
	struct options o;
	struct frame f;

	invent_number(number);
	(void)snprintf(content, sizeof(content), "%s\n", number);
	write_number(content, path);
	(void)snprintf(line, sizeof(line), "--my-number-from %s", path);
	request_of("resident find", line, &o, &f, &r);
	CU_ASSERT(strcmp(request_text(&r, TAG_MY_NUMBER), number) == 0);
	frame_clear(&f);
	(void)unlink(path);
}

static void
a_number_that_is_none_is_refused_without_being_repeated(void)
{
	static const char *const bad[] = { "", "\n", "12345678901", "1234567890123", "12345678901x",
	    "123 456 789 012" };
	char number[13], path[64], line[128];
	struct fault why;
	struct options o;
	struct frame f;

	for (size_t i = 0; i <= sizeof(bad) / sizeof(bad[0]); i++) {
		invent_number(number);
		number[11] = number[11] == '9' ? '0' : (char)(number[11] + 1);
		write_number(i < sizeof(bad) / sizeof(bad[0]) ? bad[i] : number, path);
		(void)snprintf(line, sizeof(line), "--my-number-from %s", path);
		options_init(&o);
		CU_ASSERT_EQUAL(read_line("resident find", line, &o, &f, &why), RC_INVALID);
		CU_ASSERT_STRING_EQUAL(why.place, "--my-number-from");
		CU_ASSERT_PTR_NULL(strstr(why.text, "1234"));
		frame_clear(&f);
		(void)unlink(path);
	}
}

RUNNER_SUITE(cli_options,
    RUNNER_TEST(options_become_the_fields_of_the_request),
    RUNNER_TEST(general_options_stand_anywhere),
    RUNNER_TEST(the_day_one_works_as_if_it_were_is_the_as_of_day),
    RUNNER_TEST(from_is_a_municipality_or_a_day_as_the_command_means),
    RUNNER_TEST(many_addressees_may_be_asked_about_at_once),
    RUNNER_TEST(wrong_usage_names_its_place),
    RUNNER_TEST(an_individual_number_comes_from_a_file),
    RUNNER_TEST(a_number_that_is_none_is_refused_without_being_repeated));

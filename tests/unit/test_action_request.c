#include "action/request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/runner.h"

static const day some_day = { 20000 };

/* A value of the declared type that every request takes. */
static void
put_good(struct frame *f, const struct request_field *d)
{
	if (d->type == FRAME_DAY)
		frame_put_day(f, (uint16_t)d->tag, some_day);
	else if (d->type == FRAME_INT)
		frame_put_int(f, (uint16_t)d->tag, 1);
	else if (d->type == FRAME_BYTES)
		frame_put_bytes(f, (uint16_t)d->tag, "x", 1);
	else
		frame_put_text(f, (uint16_t)d->tag, "x");
}

static enum rc
reads(const struct frame *f, int fd, struct request *r, struct fault *why)
{
	CU_ASSERT_EQUAL_FATAL(f->rc, RC_OK);
	return request_read(f->kind, f->body.data, f->body.len, fd, r, why);
}

static int
file_for(const struct request_shape *s)
{
	return s->file ? 3 : -1;		/* only its presence is looked at */
}

static void
every_request_is_read_with_all_its_fields(void)
{
	for (int k = REQUEST_NONE + 1; k < REQUEST__COUNT; k++) {
		const struct request_shape *s = request_shape((enum request_kind)k);
		struct request *r = calloc(1, sizeof(*r));
		struct fault why = { .rc = RC_OK };
		struct frame f;

		CU_ASSERT_PTR_NOT_NULL_FATAL(s);
		CU_ASSERT_PTR_NOT_NULL_FATAL(r);
		CU_ASSERT_EQUAL(s->kind, k);
		frame_init(&f, (uint16_t)k);
		for (size_t i = 0; i < s->n_field; i++)
			put_good(&f, &s->field[i]);
		CU_ASSERT_EQUAL(reads(&f, file_for(s), r, &why), RC_OK);
		CU_ASSERT_EQUAL(r->kind, k);
		CU_ASSERT_EQUAL(r->fd, file_for(s));
		for (size_t i = 0; i < s->n_field; i++)
			CU_ASSERT_EQUAL(r->field[s->field[i].tag].type, s->field[i].type);
		frame_clear(&f);
		free(r);
	}
}

static void
every_required_field_that_is_missing_is_named(void)
{
	size_t tried = 0;

	for (int k = REQUEST_NONE + 1; k < REQUEST__COUNT; k++) {
		const struct request_shape *s = request_shape((enum request_kind)k);

		for (size_t missing = 0; missing < s->n_field; missing++) {
			struct request *r = calloc(1, sizeof(*r));
			struct fault why = { .rc = RC_OK };
			struct frame f;

			frame_init(&f, (uint16_t)k);
			for (size_t i = 0; i < s->n_field; i++)
				if (i != missing)
					put_good(&f, &s->field[i]);
			if (s->field[missing].required) {
				tried++;
				CU_ASSERT_EQUAL(reads(&f, file_for(s), r, &why), RC_INVALID);
				CU_ASSERT_STRING_EQUAL(why.place, request_tag_name(s->field[missing].tag));
			} else
				CU_ASSERT_EQUAL(reads(&f, file_for(s), r, &why), RC_OK);
			frame_clear(&f);
			free(r);
		}
	}
	CU_ASSERT(tried > 20);
}

static void
every_field_of_another_type_is_refused_and_named(void)
{
	for (int k = REQUEST_NONE + 1; k < REQUEST__COUNT; k++) {
		const struct request_shape *s = request_shape((enum request_kind)k);

		for (size_t wrong = 0; wrong < s->n_field; wrong++) {
			struct request *r = calloc(1, sizeof(*r));
			struct fault why = { .rc = RC_OK };
			struct frame f;

			frame_init(&f, (uint16_t)k);
			for (size_t i = 0; i < s->n_field; i++)
				if (i != wrong)
					put_good(&f, &s->field[i]);
				else if (s->field[i].type == FRAME_INT)
					frame_put_text(&f, (uint16_t)s->field[i].tag, "1");
				else
					frame_put_int(&f, (uint16_t)s->field[i].tag, 1);
			CU_ASSERT_EQUAL(reads(&f, file_for(s), r, &why), RC_INVALID);
			CU_ASSERT_STRING_EQUAL(why.place, request_tag_name(s->field[wrong].tag));
			frame_clear(&f);
			free(r);
		}
	}
}

static void
a_field_that_was_not_declared_is_refused(void)
{
	for (int k = REQUEST_NONE + 1; k < REQUEST__COUNT; k++) {
		const struct request_shape *s = request_shape((enum request_kind)k);
		struct request *r = calloc(1, sizeof(*r));
		struct fault why = { .rc = RC_OK };
		struct frame f;

		frame_init(&f, (uint16_t)k);
		for (size_t i = 0; i < s->n_field; i++)
			put_good(&f, &s->field[i]);
		frame_put_text(&f, TAG_RECOVERY_A, "x");
		CU_ASSERT_EQUAL(reads(&f, file_for(s), r, &why), RC_INVALID);
		frame_clear(&f);
		free(r);
	}
}

static void
show_of(struct frame *f)
{
	frame_init(f, REQUEST_SHOW);
	frame_put_text(f, TAG_ADDRESSEE, "1");
}

static void
refuses(struct frame *f, int fd, const char *place)
{
	struct request r = { .kind = REQUEST_NONE };
	struct fault why = { .rc = RC_OK };

	CU_ASSERT_NOT_EQUAL(reads(f, fd, &r, &why), RC_OK);
	CU_ASSERT_STRING_EQUAL(why.place, place);
	CU_ASSERT_EQUAL(r.kind, REQUEST_NONE);		/* untouched */
	frame_clear(f);
}

static void
a_field_given_twice_is_refused(void)
{
	struct frame f;

	show_of(&f);
	frame_put_text(&f, TAG_ADDRESSEE, "2");
	refuses(&f, -1, "addresseeNo");
}

static void
a_group_is_no_value(void)
{
	struct frame f;

	show_of(&f);
	frame_open(&f, TAG_AS_OF);
	frame_close(&f);
	refuses(&f, -1, "asOf");
}

static void
an_unknown_day_is_refused(void)
{
	struct frame f;

	show_of(&f);
	frame_put_day(&f, TAG_AS_OF, DAY_NONE);
	refuses(&f, -1, "asOf");
}

static void
text_of_several_lines_is_refused(void)
{
	struct frame f;

	frame_init(&f, REQUEST_SHOW);
	frame_put_text(&f, TAG_ADDRESSEE, "1\n2");
	refuses(&f, -1, "addresseeNo");
}

static void
empty_text_is_refused(void)
{
	struct frame f;

	frame_init(&f, REQUEST_SHOW);
	frame_put_text(&f, TAG_ADDRESSEE, "");
	refuses(&f, -1, "addresseeNo");
}

static void
text_over_its_ceiling_is_refused(void)
{
	char text[LIMIT_TEXT_BYTES + 2];
	struct frame f;

	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	frame_init(&f, REQUEST_SHOW);
	frame_put_text(&f, TAG_ADDRESSEE, text);
	refuses(&f, -1, "addresseeNo");
}

static void
a_switch_is_0_or_1(void)
{
	struct frame f;

	frame_init(&f, REQUEST_DUE);
	frame_put_int(&f, TAG_OVERDUE, 2);
	refuses(&f, -1, "overdue");
}

static void
a_file_comes_along_exactly_where_it_is_declared(void)
{
	struct frame f;

	show_of(&f);
	refuses(&f, 3, "show");
	frame_init(&f, REQUEST_IMPORT_DOSES);
	refuses(&f, -1, "import doses");
}

static void
kinds_that_are_no_requests_are_refused(void)
{
	static const uint16_t kind[] = { REQUEST_NONE, REQUEST__COUNT, RESULT_DONE, 0xffff };

	for (size_t i = 0; i < sizeof(kind) / sizeof(kind[0]); i++) {
		struct frame f;

		frame_init(&f, kind[i]);
		refuses(&f, -1, "request");
	}
}

static void
many_addressees_are_kept_in_order_up_to_the_ceiling(void)
{
	struct request *r = calloc(1, sizeof(*r));
	struct fault why;
	struct frame f;
	char no[16];

	frame_init(&f, REQUEST_INQUIRE);
	for (int i = 0; i < REQUEST_ADDRESSEES; i++) {
		(void)snprintf(no, sizeof(no), "%d", i);
		frame_put_text(&f, TAG_ADDRESSEE, no);
	}
	CU_ASSERT_EQUAL_FATAL(reads(&f, -1, r, &why), RC_OK);
	CU_ASSERT_EQUAL(r->n_addressee, REQUEST_ADDRESSEES);
	CU_ASSERT_STRING_EQUAL(r->addressee[0], "0");
	CU_ASSERT_STRING_EQUAL(r->addressee[REQUEST_ADDRESSEES - 1], "999");
	CU_ASSERT_STRING_EQUAL(request_text(r, TAG_ADDRESSEE), "0");
	frame_put_text(&f, TAG_ADDRESSEE, "1000");
	CU_ASSERT_EQUAL(reads(&f, -1, r, &why), RC_TOO_BIG);
	frame_clear(&f);
	free(r);
}

static void
values_that_are_absent_have_their_defaults(void)
{
	struct request r;
	struct fault why;
	struct frame f;

	show_of(&f);
	CU_ASSERT_EQUAL_FATAL(reads(&f, -1, &r, &why), RC_OK);
	CU_ASSERT_FALSE(day_known(request_day(&r, TAG_AS_OF)));
	CU_ASSERT_PTR_NULL(request_text(&r, TAG_NAME));
	CU_ASSERT_EQUAL(request_int(&r, TAG_WAIT, -7), -7);
	CU_ASSERT_EQUAL(r.n_addressee, 0);		/* not a repeated field here */
	frame_clear(&f);
}

static void
any_cut_of_a_request_is_refused_or_lacks_a_field(void)
{
	struct frame f;

	frame_init(&f, REQUEST_CHECK);
	frame_put_text(&f, TAG_TICKET, "123456789012");
	frame_put_day(&f, TAG_BIRTH, some_day);
	for (size_t len = 0; len < f.body.len; len++) {
		struct request r;
		struct fault why;
		char *exact = malloc(len + 1);	/* so that a read beyond it is seen */

		memcpy(exact, f.body.data, len);
		exact[len] = '\0';
		CU_ASSERT_NOT_EQUAL(request_read(f.kind, exact, len, -1, &r, &why), RC_OK);
		free(exact);
	}
	frame_clear(&f);
}

static void
the_end_of_an_answer_carries_its_fault(void)
{
	struct fault why, said;
	struct frame f;

	(void)fault_set(&why, RC_REFUSED, "clerk", "this role may not do that");
	frame_init(&f, RESULT_DONE);
	request_put_done(&f, RC_REFUSED, &why);
	CU_ASSERT_EQUAL_FATAL(request_read_done(f.body.data, f.body.len, &said), RC_OK);
	CU_ASSERT_EQUAL(said.rc, RC_REFUSED);
	CU_ASSERT_STRING_EQUAL(said.place, "clerk");
	CU_ASSERT_STRING_EQUAL(said.text, "this role may not do that");
	frame_clear(&f);

	frame_init(&f, RESULT_DONE);
	request_put_done(&f, RC_OK, NULL);
	CU_ASSERT_EQUAL_FATAL(request_read_done(f.body.data, f.body.len, &said), RC_OK);
	CU_ASSERT_EQUAL(said.rc, RC_OK);
	frame_clear(&f);
}

static void
an_end_without_an_outcome_is_a_bug(void)
{
	struct fault said;
	struct frame f;

	frame_init(&f, RESULT_DONE);
	CU_ASSERT_EQUAL(request_read_done(f.body.data, f.body.len, &said), RC_BUG);
	frame_put_int(&f, TAG_RC, RC__COUNT);
	CU_ASSERT_EQUAL(request_read_done(f.body.data, f.body.len, &said), RC_BUG);
	frame_clear(&f);
}

static void
every_tag_has_a_name_of_its_own_and_a_heading(void)
{
	for (int a = TAG_NONE + 1; a < TAG__COUNT; a++) {
		CU_ASSERT_PTR_NOT_NULL_FATAL(request_tag_name((enum request_tag)a));
		CU_ASSERT_PTR_NOT_NULL_FATAL(request_tag_heading((enum request_tag)a));
		for (int b = TAG_NONE + 1; b < a; b++)
			CU_ASSERT_STRING_NOT_EQUAL(request_tag_name((enum request_tag)a),
			    request_tag_name((enum request_tag)b));
	}
}

/* Design D5: no output ever holds a MyNumber. */
static void
no_row_has_a_place_for_an_individual_number(void)
{
	for (int k = REQUEST_NONE + 1; k < REQUEST__COUNT; k++) {
		const struct request_shape *s = request_shape((enum request_kind)k);

		for (size_t i = 0; i < s->n_column; i++)
			CU_ASSERT_NOT_EQUAL(s->column[i].tag, TAG_MY_NUMBER);
		for (size_t i = 0; i < s->n_field; i++)
			if (s->field[i].tag == TAG_MY_NUMBER)
				CU_ASSERT(s->field[i].secret);
	}
}

RUNNER_SUITE(action_request,
    RUNNER_TEST(every_request_is_read_with_all_its_fields),
    RUNNER_TEST(every_required_field_that_is_missing_is_named),
    RUNNER_TEST(every_field_of_another_type_is_refused_and_named),
    RUNNER_TEST(a_field_that_was_not_declared_is_refused),
    RUNNER_TEST(a_field_given_twice_is_refused),
    RUNNER_TEST(a_group_is_no_value),
    RUNNER_TEST(an_unknown_day_is_refused),
    RUNNER_TEST(text_of_several_lines_is_refused),
    RUNNER_TEST(empty_text_is_refused),
    RUNNER_TEST(text_over_its_ceiling_is_refused),
    RUNNER_TEST(a_switch_is_0_or_1),
    RUNNER_TEST(a_file_comes_along_exactly_where_it_is_declared),
    RUNNER_TEST(kinds_that_are_no_requests_are_refused),
    RUNNER_TEST(many_addressees_are_kept_in_order_up_to_the_ceiling),
    RUNNER_TEST(values_that_are_absent_have_their_defaults),
    RUNNER_TEST(any_cut_of_a_request_is_refused_or_lacks_a_field),
    RUNNER_TEST(the_end_of_an_answer_carries_its_fault),
    RUNNER_TEST(an_end_without_an_outcome_is_a_bug),
    RUNNER_TEST(every_tag_has_a_name_of_its_own_and_a_heading),
    RUNNER_TEST(no_row_has_a_place_for_an_individual_number));

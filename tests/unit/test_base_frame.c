#include "base/frame.h"

#include <stdlib.h>
#include <string.h>

#include "tests/lib/countdown.h"
#include "tests/lib/runner.h"

enum { KIND = 7, TAG_ID = 1, TAG_DAY, TAG_NAME, TAG_RAW, TAG_GROUP, TAG_DEEP };

static void
fill(struct frame *f)
{
	frame_init(f, KIND);
	frame_put_int(f, TAG_ID, INT64_MIN);
	frame_put_day(f, TAG_DAY, DAY_NONE);
	frame_open(f, TAG_GROUP);
	frame_put_text(f, TAG_NAME, "渡し\n");
	frame_put_text(f, TAG_NAME, NULL);
	frame_open(f, TAG_DEEP);
	frame_close(f);
	frame_open(f, TAG_DEEP);
	frame_put_int(f, TAG_ID, 42);
	frame_close(f);
	frame_put_day(f, TAG_DAY, DAY_MAX);
	frame_close(f);
	frame_put_bytes(f, TAG_RAW, "\0\xff\0", 3);
	frame_put_text(f, TAG_NAME, "");
	frame_put_int(f, TAG_ID, INT64_MAX);
}

static void
what_was_put_is_read_back_in_order(void)
{
	struct frame f;
	struct frame_reader r, in, deep;
	struct frame_field x;
	struct fault why;

	fill(&f);
	CU_ASSERT_EQUAL_FATAL(f.rc, RC_OK);
	CU_ASSERT_EQUAL_FATAL(frame_read_open(&r, KIND, f.body.data, f.body.len, &why), RC_OK);
	CU_ASSERT_EQUAL(r.kind, KIND);
	CU_ASSERT(frame_next(&r, &x) && x.tag == TAG_ID && x.type == FRAME_INT &&
	    x.number == INT64_MIN);
	CU_ASSERT(frame_next(&r, &x) && x.tag == TAG_DAY && x.type == FRAME_DAY && !day_known(x.date));
	CU_ASSERT(frame_next(&r, &x) && x.tag == TAG_GROUP && x.type == FRAME_OPEN);
	frame_enter(&r, &in);
	CU_ASSERT(frame_next(&in, &x) && x.tag == TAG_NAME && x.type == FRAME_TEXT && x.len == 7 &&
	    strcmp(x.text, "渡し\n") == 0);
	CU_ASSERT(frame_next(&in, &x) && x.tag == TAG_DEEP && x.type == FRAME_OPEN);
	frame_enter(&in, &deep);
	CU_ASSERT(!frame_next(&deep, &x));
	CU_ASSERT(frame_next(&in, &x) && x.tag == TAG_DEEP && x.type == FRAME_OPEN);
	frame_enter(&in, &deep);
	CU_ASSERT(frame_next(&deep, &x) && x.number == 42);
	CU_ASSERT(!frame_next(&deep, &x));
	CU_ASSERT(!frame_next(&deep, &x));
	CU_ASSERT(frame_next(&in, &x) && x.tag == TAG_DAY && day_equal(x.date, DAY_MAX));
	CU_ASSERT(!frame_next(&in, &x));
	CU_ASSERT(frame_next(&r, &x) && x.type == FRAME_BYTES && x.len == 3 &&
	    memcmp(x.text, "\0\xff\0", 4) == 0);
	CU_ASSERT(frame_next(&r, &x) && x.type == FRAME_TEXT && x.len == 0 && x.text[0] == '\0');
	CU_ASSERT(frame_next(&r, &x) && x.number == INT64_MAX);
	CU_ASSERT(!frame_next(&r, &x));
	CU_ASSERT(!frame_next(&r, &x));
	frame_clear(&f);
}

static void
a_group_that_is_not_entered_is_passed_over(void)
{
	struct frame f;
	struct frame_reader r;
	struct frame_field x;
	unsigned n = 0;

	fill(&f);
	CU_ASSERT_EQUAL_FATAL(frame_read_open(&r, KIND, f.body.data, f.body.len, NULL), RC_OK);
	while (frame_next(&r, &x)) {
		CU_ASSERT_NOT_EQUAL(x.tag, TAG_DEEP);
		n++;
	}
	CU_ASSERT_EQUAL(n, 6);
	frame_clear(&f);
}

static void
an_empty_frame_has_no_fields(void)
{
	struct frame_reader r;
	struct frame_field x;

	CU_ASSERT_EQUAL(frame_read_open(&r, KIND, NULL, 0, NULL), RC_OK);
	CU_ASSERT(!frame_next(&r, &x));
}

/* Reads everything there is, touching every byte that is handed out. */
static unsigned
walk(struct frame_reader *r, unsigned depth)
{
	struct frame_field x;
	unsigned sum = 0;

	CU_ASSERT_FATAL(depth <= LIMIT_FRAME_DEPTH);
	while (frame_next(r, &x)) {
		sum += x.tag;
		switch (x.type) {
		case FRAME_TEXT:
		case FRAME_BYTES:
			for (size_t i = 0; i < x.len; i++)
				sum += (unsigned char)x.text[i];
			CU_ASSERT_EQUAL(x.text[x.len], '\0');
			break;
		case FRAME_DAY:
			CU_ASSERT(!day_known(x.date) || (x.date.n >= DAY_MIN.n && x.date.n <= DAY_MAX.n));
			break;
		case FRAME_OPEN: {
			struct frame_reader in;

			frame_enter(r, &in);
			sum += walk(&in, depth + 1);
			break;
		}
		case FRAME_INT:
			break;
		case FRAME_CLOSE:
			CU_FAIL("a close was handed out");
			break;
		}
	}
	return sum;
}

/* As frame_read_open and walk, on a copy of exactly len bytes, so that a sanitizer sees one too many. */
static bool
taken(const char *bytes, size_t len)
{
	struct frame_reader r;
	char *copy = malloc(len > 0 ? len : 1);
	bool good;

	CU_ASSERT_FATAL(copy != NULL);
	if (len > 0)
		memcpy(copy, bytes, len);
	good = frame_read_open(&r, KIND, copy, len, NULL) == RC_OK;
	if (good)
		walk(&r, 0);
	free(copy);
	return good;
}

static void
a_frame_cut_anywhere_is_refused_or_well_formed(void)
{
	unsigned taken_cut = 0, fields = 6;
	struct frame f;

	fill(&f);
	for (size_t len = 0; len < f.body.len; len++)
		taken_cut += taken(f.body.data, len);
	/* Only cuts between two outermost fields leave a frame, the empty one among them. */
	CU_ASSERT_EQUAL(taken_cut, fields);
	CU_ASSERT(taken(f.body.data, f.body.len));
	frame_clear(&f);
}

static void
every_flipped_bit_and_every_other_byte_is_refused_or_well_formed(void)
{
	unsigned refused = 0;
	struct frame f;

	fill(&f);
	for (size_t at = 0; at < f.body.len; at++) {
		char was = f.body.data[at];

		for (int v = 0; v < 256; v++) {
			f.body.data[at] = (char)v;
			refused += !taken(f.body.data, f.body.len);
		}
		f.body.data[at] = was;
	}
	CU_ASSERT(refused > 1000);
	frame_clear(&f);
}

static void
refusals_name_the_rule(void)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *text;
	} bad[] = {
		{ "\1\0\1\0\4\0\0\0\0\0\0\0", 12, "kind 7: a number has a wrong length" },
		{ "\1\0\2\0\4\0\0\0\xff\xff\xff\x7f", 12, "kind 7: a day is out of range" },
		{ "\1\0\3\0\1\0\0\0\xff\0", 10, "kind 7: a text is not clean UTF-8" },
		{ "\1\0\3\0\1\0\0\0ab", 10, "kind 7: a text has no end" },
		{ "\1\0\3\0\1\0\0\0a", 9, "kind 7: a text has no end" },
		{ "\1\0\3\0\xff\xff\xff\xff", 8, "kind 7: a field is longer than its frame" },
		{ "\1\0\5\0\0\0\0\0", 8, "kind 7: a group has no end" },
		{ "\0\0\6\0\0\0\0\0", 8, "kind 7: a field has an unknown type" },
		{ "\1\0\5\0\0\0\0\0\1\0\6\0\0\0\0\0", 16, "kind 7: a group does not end where it says" },
		{ "\1\0\1\1\10\0\0\0", 8, "kind 7: a field has an unknown form" },
		{ "\1\0\1\0\10\0\0", 7, "kind 7: a field is cut" },
	};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct frame_reader r;
		struct fault why = { RC_OK, "", "" };

		CU_ASSERT_EQUAL(frame_read_open(&r, KIND, bad[i].bytes, bad[i].len, &why), RC_INVALID);
		CU_ASSERT_STRING_EQUAL(why.text, bad[i].text);
	}
}

static void
groups_nest_as_deep_as_the_limit_and_no_deeper(void)
{
	struct frame f, g;

	frame_init(&f, KIND);
	for (int i = 0; i < LIMIT_FRAME_DEPTH; i++)
		frame_open(&f, TAG_DEEP);
	for (int i = 0; i < LIMIT_FRAME_DEPTH; i++)
		frame_close(&f);
	CU_ASSERT_EQUAL(f.rc, RC_OK);
	CU_ASSERT(taken(f.body.data, f.body.len));
	/* The same again inside one group more. */
	frame_init(&g, KIND);
	CU_ASSERT_EQUAL_FATAL(buf_add(&g.body, "\6\0\5\0", 4), RC_OK);
	CU_ASSERT_EQUAL_FATAL(buf_add_char(&g.body, (char)f.body.len), RC_OK);
	CU_ASSERT_EQUAL_FATAL(buf_add(&g.body, "\0\0\0", 3), RC_OK);
	CU_ASSERT_EQUAL_FATAL(buf_add(&g.body, f.body.data, f.body.len), RC_OK);
	CU_ASSERT_EQUAL_FATAL(buf_add(&g.body, "\0\0\6\0\0\0\0\0", 8), RC_OK);
	CU_ASSERT_FALSE(taken(g.body.data, g.body.len));
	frame_clear(&f);
	frame_clear(&g);
}

static void
a_text_that_is_not_clean_spoils_the_frame(void)
{
	struct frame f;
	size_t len;

	frame_init(&f, KIND);
	frame_put_int(&f, TAG_ID, 1);
	len = f.body.len;
	frame_put_text(&f, TAG_NAME, "\xff");
	CU_ASSERT_EQUAL(f.rc, RC_INVALID);
	frame_put_int(&f, TAG_ID, 2);
	frame_open(&f, TAG_GROUP);
	frame_close(&f);
	CU_ASSERT_EQUAL(f.body.len, len);
	frame_clear(&f);
}

static void
a_frame_over_the_ceiling_is_spoiled(void)
{
	char *big = calloc(1, LIMIT_FRAME_BYTES + 1);
	struct frame f;

	CU_ASSERT_FATAL(big != NULL);
	frame_init(&f, KIND);
	frame_put_bytes(&f, TAG_RAW, big, LIMIT_FRAME_BYTES);
	CU_ASSERT_EQUAL(f.rc, RC_TOO_BIG);
	frame_clear(&f);
	frame_init(&f, KIND);
	for (int i = 0; i < 5 && f.rc == RC_OK; i++)
		frame_put_bytes(&f, TAG_RAW, big, LIMIT_FRAME_BYTES / 4);
	CU_ASSERT_EQUAL(f.rc, RC_TOO_BIG);
	frame_clear(&f);
	free(big);
}

static void
without_memory_the_frame_is_spoiled_and_says_so(void)
{
	long n;

	for (n = 0; n < 100; n++) {
		struct frame f;
		enum rc rc;

		fail_after(n);
		fill(&f);
		fail_never();
		rc = f.rc;
		frame_clear(&f);
		if (rc == RC_OK)
			break;
		CU_ASSERT_EQUAL(rc, RC_NOMEM);
	}
	CU_ASSERT(n > 0 && n < 100);
}

RUNNER_SUITE(base_frame,
    RUNNER_TEST(what_was_put_is_read_back_in_order),
    RUNNER_TEST(a_group_that_is_not_entered_is_passed_over),
    RUNNER_TEST(an_empty_frame_has_no_fields),
    RUNNER_TEST(a_frame_cut_anywhere_is_refused_or_well_formed),
    RUNNER_TEST(every_flipped_bit_and_every_other_byte_is_refused_or_well_formed),
    RUNNER_TEST(refusals_name_the_rule),
    RUNNER_TEST(groups_nest_as_deep_as_the_limit_and_no_deeper),
    RUNNER_TEST(a_text_that_is_not_clean_spoils_the_frame),
    RUNNER_TEST(a_frame_over_the_ceiling_is_spoiled),
    RUNNER_TEST(without_memory_the_frame_is_spoiled_and_says_so));

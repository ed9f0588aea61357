#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/parser.h>

#include "base/limits.h"
#include "exchange/wire_frame.h"
#include "exchange/wire_read.h"
#include "exchange/wire_write.h"
#include "tests/lib/countdown.h"
#include "tests/lib/runner.h"
#include "tests/unit/exchange_sample.h"

#define ARENA_BYTES (64u << 20)

/* Before libxml2 allocates anything at all. */
__attribute__((constructor)) static void
count_libxml2(void)
{
	(void)xmlMemSetup(countdown_free, countdown_malloc, countdown_realloc, countdown_strdup);
}

static const char *
source(void)
{
	return getenv("srcdir") != NULL ? getenv("srcdir") : ".";
}

/* ---- sinks ---- */

struct counter {
	size_t begun, records;
	size_t refuse_at;	/* record that the sink refuses; 0 none */
};

static enum rc
count_begin(void *context, const struct message_header *header, enum message_segment segment, struct fault *why)
{
	struct counter *c = context;

	(void)why;
	CU_ASSERT_EQUAL(strlen(header->msg_id), MESSAGE_ID_CHARS);
	CU_ASSERT(segment != MESSAGE_SEGMENT_NONE);
	c->begun++;
	return RC_OK;
}

static enum rc
count_record(void *context, const struct message_copy *record, struct fault *why)
{
	struct counter *c = context;

	CU_ASSERT_PTR_NOT_NULL(record->record_key);
	if (++c->records == c->refuse_at)
		return fault_set(why, RC_FULL, "sink", "full");
	return RC_OK;
}

/* ---- files ---- */

static void
load(const char *folder, const char *name, struct buf *out)
{
	char path[1024];

	(void)snprintf(path, sizeof(path), "%s/tests/case/%s/%s", source(), folder, name);
	CU_ASSERT_EQUAL_FATAL(buf_read_file(out, path, NULL), RC_OK);
}

static enum rc
read_bytes(const struct buf *in, size_t piece, struct fault *why)
{
	struct counter counter = { 0 };
	struct wire_copy_sink sink = { count_begin, count_record, &counter };
	struct wire_reader *r = NULL;
	struct message *m = NULL;
	struct arena a;
	enum rc rc;

	arena_init(&a, ARENA_BYTES);
	rc = wire_reader_new(&a, &sink, &r, why);
	for (size_t at = 0; rc == RC_OK && at < in->len; at += piece)
		rc = wire_reader_feed(r, in->data + at, in->len - at < piece ? in->len - at : piece, why);
	if (rc == RC_OK)
		rc = wire_reader_end(r, &m, why);
	wire_reader_free(r);
	arena_clear(&a);
	return rc;
}

static size_t
count_files(const char *folder, const char *ending)
{
	char path[1024];
	struct dirent *e;
	size_t n = 0;
	DIR *d;

	(void)snprintf(path, sizeof(path), "%s/tests/case/%s", source(), folder);
	d = opendir(path);
	CU_ASSERT_PTR_NOT_NULL_FATAL(d);
	while ((e = readdir(d)) != NULL)
		n += strlen(e->d_name) > strlen(ending) && strcmp(e->d_name + strlen(e->d_name) - strlen(ending), ending) == 0;
	(void)closedir(d);
	return n;
}

/*
 * EXPECT names each file with the place and the rule it must be refused for.  The whole file, and the
 * same byte by byte, must come to the same end.
 */
static void
each_bad_message_is_refused_for_the_reason_in_its_name(void)
{
	struct buf expect = BUF_INIT(LIMIT_WIRE_BYTES);
	size_t n = 0;
	char *line, *save = NULL;

	load("wire-bad", "EXPECT", &expect);
	for (line = strtok_r(expect.data, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save)) {
		struct buf bytes = BUF_INIT(LIMIT_WIRE_BYTES);
		struct fault why = { .rc = RC_OK }, slow = { .rc = RC_OK };
		char *name, *place, *text, *inner = NULL, file[256];
		enum rc rc;

		name = strtok_r(line, "\t", &inner);
		place = strtok_r(NULL, "\t", &inner);
		text = strtok_r(NULL, "\t", &inner);
		CU_ASSERT_PTR_NOT_NULL_FATAL(text);
		(void)snprintf(file, sizeof(file), "%s.xml", name);
		load("wire-bad", file, &bytes);
		rc = read_bytes(&bytes, bytes.len + 1, &why);
		if (rc == RC_OK || strcmp(why.place, place) != 0 || strcmp(why.text, text) != 0)
			printf("%s\t%s\t%s\n", name, why.place, why.text);
		CU_ASSERT(rc == RC_INVALID || rc == RC_TOO_BIG);
		CU_ASSERT_STRING_EQUAL(why.place, place);
		CU_ASSERT_STRING_EQUAL(why.text, text);
		rc = read_bytes(&bytes, 1, &slow);
		CU_ASSERT(rc == RC_INVALID || rc == RC_TOO_BIG);
		buf_clear(&bytes);
		n++;
	}
	CU_ASSERT_EQUAL(n, count_files("wire-bad", ".xml"));
	CU_ASSERT(n > 100);
	buf_clear(&expect);
}

static void
good_messages_are_read_whole_and_in_pieces(void)
{
	static const char *const name[] = { "spaces-between-elements.xml",
	    "reply-to-a-fetch-with-character-references.xml", "copy-of-two-records.xml" };

	for (size_t i = 0; i < sizeof(name) / sizeof(name[0]); i++) {
		struct buf bytes = BUF_INIT(LIMIT_WIRE_BYTES);

		load("wire-good", name[i], &bytes);
		CU_ASSERT_EQUAL(read_bytes(&bytes, bytes.len, NULL), RC_OK);
		for (size_t piece = 1; piece < 40; piece += 3)
			CU_ASSERT_EQUAL(read_bytes(&bytes, piece, NULL), RC_OK);
		buf_clear(&bytes);
	}
	CU_ASSERT_EQUAL(count_files("wire-good", ".xml"), sizeof(name) / sizeof(name[0]));
}

/* ---- ceilings ---- */

static void
padded(struct buf *out, enum message_kind kind, size_t len)
{
	static char spaces[4096];
	struct buf document = BUF_INIT(LIMIT_WIRE_BYTES);
	struct arena a;
	const char *body;

	memset(spaces, ' ', sizeof(spaces));
	arena_init(&a, ARENA_BYTES);
	CU_ASSERT_EQUAL_FATAL(wire_write(sample_message(&a, kind, SAMPLE_SHORTEST), &document, NULL, NULL), RC_OK);
	body = strstr(document.data, "<Body>");
	CU_ASSERT_PTR_NOT_NULL_FATAL(body);
	CU_ASSERT_EQUAL_FATAL(buf_add(out, document.data, (size_t)(body - document.data)), RC_OK);
	while (out->len + document.len - (size_t)(body - document.data) < len) {
		size_t left = len - out->len - (document.len - (size_t)(body - document.data));

		CU_ASSERT_EQUAL_FATAL(buf_add(out, spaces, left < sizeof(spaces) ? left : sizeof(spaces)), RC_OK);
	}
	CU_ASSERT_EQUAL_FATAL(buf_add_text(out, body), RC_OK);
	buf_clear(&document);
	arena_clear(&a);
}

static void
a_message_over_its_ceiling_is_refused_and_one_at_it_is_read(void)
{
	struct buf bytes = BUF_INIT(4 * (size_t)LIMIT_WIRE_BYTES);
	struct fault why = { .rc = RC_OK };

	padded(&bytes, MESSAGE_CODE_FETCH, LIMIT_WIRE_BYTES);
	CU_ASSERT_EQUAL_FATAL(bytes.len, LIMIT_WIRE_BYTES);
	CU_ASSERT_EQUAL(read_bytes(&bytes, 65536, &why), RC_OK);
	CU_ASSERT_EQUAL_FATAL(buf_add_char(&bytes, '\n'), RC_OK);
	CU_ASSERT_EQUAL(read_bytes(&bytes, 65536, &why), RC_TOO_BIG);
	CU_ASSERT_EQUAL(read_bytes(&bytes, bytes.len, &why), RC_TOO_BIG);
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "ceiling"));
	buf_truncate(&bytes, 0);
	/* The copy registration alone may be bigger. */
	padded(&bytes, MESSAGE_COPY_REGISTER, 2 * (size_t)LIMIT_WIRE_BYTES);
	CU_ASSERT_EQUAL(read_bytes(&bytes, 65536, &why), RC_OK);
	buf_clear(&bytes);
}

static void
a_list_over_its_ceiling_is_refused(void)
{
	struct buf bytes = BUF_INIT(LIMIT_WIRE_BYTES);
	struct fault why = { .rc = RC_OK };
	struct message *m;
	struct message_provision_record *entries, *one;
	struct arena a;

	arena_init(&a, ARENA_BYTES);
	m = sample_message(&a, MESSAGE_RECORD_LIST, SAMPLE_SHORTEST);
	one = &sample_message(&a, MESSAGE_RECORD, SAMPLE_SHORTEST)->body.record;
	entries = arena_array(&a, MESSAGE_MAX_LIST + 1, sizeof(*entries));
	CU_ASSERT_PTR_NOT_NULL_FATAL(entries);
	for (size_t i = 0; i <= MESSAGE_MAX_LIST; i++)
		entries[i] = *one;
	m->body.record_list.entries = entries;
	m->body.record_list.n_entries = MESSAGE_MAX_LIST;
	CU_ASSERT_EQUAL_FATAL(wire_write(m, &bytes, NULL, &why), RC_OK);
	CU_ASSERT_EQUAL(read_bytes(&bytes, 4096, &why), RC_OK);
	m->body.record_list.n_entries = MESSAGE_MAX_LIST + 1;
	CU_ASSERT_EQUAL(wire_write(m, &bytes, NULL, &why), RC_TOO_BIG);
	CU_ASSERT_STRING_EQUAL(why.place, "TKM.RecordList/Entries");
	/* One more entry by hand. */
	{
		char *end = strstr(bytes.data, "</Entries>"), *first = strstr(bytes.data, "<Entry>");
		char *past = strstr(first, "</Entry>") + strlen("</Entry>");
		struct buf more = BUF_INIT(LIMIT_WIRE_BYTES);

		CU_ASSERT_EQUAL_FATAL(buf_add(&more, bytes.data, (size_t)(end - bytes.data)), RC_OK);
		CU_ASSERT_EQUAL_FATAL(buf_add(&more, first, (size_t)(past - first)), RC_OK);
		CU_ASSERT_EQUAL_FATAL(buf_add_text(&more, end), RC_OK);
		CU_ASSERT_EQUAL(read_bytes(&more, 4096, &why), RC_TOO_BIG);
		CU_ASSERT_STRING_EQUAL(why.place, "TKM.RecordList/Entries");
		buf_clear(&more);
	}
	buf_clear(&bytes);
	arena_clear(&a);
}

static void
a_document_over_its_ceiling_is_not_written(void)
{
	struct buf bytes = BUF_INIT(4 * (size_t)LIMIT_WIRE_BYTES);
	struct fault why = { .rc = RC_OK };
	struct message_record_items *records;
	struct message_item *items;
	struct message *m;
	struct arena a;

	arena_init(&a, ARENA_BYTES);
	m = sample_message(&a, MESSAGE_PROVISION_RESPONSE, SAMPLE_LONGEST);
	records = arena_array(&a, MESSAGE_MAX_RECORDS, sizeof(*records));
	items = arena_array(&a, MESSAGE_MAX_ITEMS, sizeof(*items));
	sample_identity(items, "2025-03-10");
	for (size_t i = 3; i < MESSAGE_MAX_ITEMS; i++)
		items[i] = (struct message_item){ "I000000104", 1, "2025", MESSAGE_NULL_NONE };
	for (size_t i = 0; i < MESSAGE_MAX_RECORDS; i++)
		records[i] = (struct message_record_items){ "d", 1, items, MESSAGE_MAX_ITEMS };
	m->body.provision_response.records = records;
	m->body.provision_response.n_records = MESSAGE_MAX_RECORDS;
	CU_ASSERT_EQUAL(wire_write(m, &bytes, NULL, &why), RC_TOO_BIG);
	CU_ASSERT_EQUAL(bytes.len, 0);
	m->body.provision_response.n_records = 20;
	CU_ASSERT_EQUAL(wire_write(m, &bytes, NULL, &why), RC_OK);
	buf_clear(&bytes);
	arena_clear(&a);
}

/* ---- copies, record by record ---- */

static void
copies_are_handed_over_one_by_one_and_never_held_whole(void)
{
	enum { RECORDS = 20000 };
	struct buf head = BUF_INIT(LIMIT_WIRE_BYTES), one = BUF_INIT(LIMIT_WIRE_BYTES);
	struct counter counter = { 0 };
	struct wire_copy_sink sink = { count_begin, count_record, &counter };
	struct wire_reader *r = NULL;
	struct message *m = NULL;
	struct fault why = { .rc = RC_OK };
	const char *first, *past, *end;
	struct arena a;

	arena_init(&a, ARENA_BYTES);
	CU_ASSERT_EQUAL_FATAL(wire_write(sample_message(&a, MESSAGE_COPY_REGISTER, SAMPLE_LONGEST), &head, NULL, &why),
	    RC_OK);
	arena_clear(&a);
	first = strstr(head.data, "<Record>");
	past = strstr(first, "</Record>") + strlen("</Record>");
	end = strstr(head.data, "</Records>");
	CU_ASSERT_EQUAL_FATAL(buf_add(&one, first, (size_t)(past - first)), RC_OK);
	/* An arena that could never hold them all. */
	arena_init(&a, 65536);
	CU_ASSERT_EQUAL_FATAL(wire_reader_new(&a, &sink, &r, &why), RC_OK);
	CU_ASSERT_EQUAL_FATAL(wire_reader_feed(r, head.data, (size_t)(first - head.data), &why), RC_OK);
	for (int i = 0; i < RECORDS; i++)
		CU_ASSERT_EQUAL_FATAL(wire_reader_feed(r, one.data, one.len, &why), RC_OK);
	CU_ASSERT_EQUAL_FATAL(wire_reader_feed(r, end, strlen(end), &why), RC_OK);
	CU_ASSERT_EQUAL_FATAL(wire_reader_end(r, &m, &why), RC_OK);
	CU_ASSERT_EQUAL(counter.begun, 1);
	CU_ASSERT_EQUAL(counter.records, RECORDS);
	CU_ASSERT_PTR_NULL(m->body.copy_register.records);
	wire_reader_free(r);
	arena_clear(&a);
	buf_clear(&head);
	buf_clear(&one);
}

static void
what_the_sink_refuses_ends_the_reading_with_its_own_reason(void)
{
	struct buf bytes = BUF_INIT(LIMIT_WIRE_BYTES);
	struct counter counter = { .refuse_at = 2 };
	struct wire_copy_sink sink = { count_begin, count_record, &counter };
	struct fault why = { .rc = RC_OK };
	struct message *m = NULL;
	struct arena a;

	arena_init(&a, ARENA_BYTES);
	CU_ASSERT_EQUAL_FATAL(wire_write(sample_message(&a, MESSAGE_COPY_REGISTER, SAMPLE_LONGEST), &bytes, NULL, &why),
	    RC_OK);
	CU_ASSERT_EQUAL(wire_read(bytes.data, bytes.len, &a, &sink, &m, &why), RC_FULL);
	CU_ASSERT_STRING_EQUAL(why.place, "sink");
	CU_ASSERT_EQUAL(counter.records, 2);
	CU_ASSERT_PTR_NULL(m);
	/* Where nobody takes copies, none is read. */
	CU_ASSERT_EQUAL(wire_read(bytes.data, bytes.len, &a, NULL, &m, &why), RC_INVALID);
	CU_ASSERT_STRING_EQUAL(why.text, "copies are not taken here");
	buf_clear(&bytes);
	arena_clear(&a);
}

/* ---- damage ---- */

/* Every byte of a message changed in turn: refused, or another well-formed message; never a crash. */
static void
a_flipped_bit_is_refused_or_gives_another_whole_message(void)
{
	static const enum message_kind kind[] = { MESSAGE_PROVISION_RESPONSE, MESSAGE_COPY_REGISTER, MESSAGE_RESULT };

	for (size_t k = 0; k < sizeof(kind) / sizeof(kind[0]); k++) {
		struct buf bytes = BUF_INIT(LIMIT_WIRE_BYTES);
		size_t refused = 0;
		struct arena a;

		arena_init(&a, ARENA_BYTES);
		CU_ASSERT_EQUAL_FATAL(wire_write(sample_message(&a, kind[k], SAMPLE_LONGEST), &bytes, NULL, NULL), RC_OK);
		for (size_t i = 0; i < bytes.len; i++) {
			for (int bit = 0; bit < 8; bit += 3) {
				bytes.data[i] ^= (char)(1 << bit);
				refused += read_bytes(&bytes, bytes.len, NULL) != RC_OK;
				bytes.data[i] ^= (char)(1 << bit);
			}
		}
		CU_ASSERT(refused > bytes.len);
		buf_clear(&bytes);
		arena_clear(&a);
	}
}

static void
a_cut_message_is_refused_at_every_length(void)
{
	struct buf bytes = BUF_INIT(LIMIT_WIRE_BYTES);
	size_t whole;
	struct arena a;

	arena_init(&a, ARENA_BYTES);
	CU_ASSERT_EQUAL_FATAL(wire_write(sample_message(&a, MESSAGE_RECORD, SAMPLE_LONGEST), &bytes, NULL, NULL), RC_OK);
	whole = (size_t)(strstr(bytes.data, "</Message>") - bytes.data) + strlen("</Message>");
	for (size_t len = 0; len < whole; len++) {
		struct buf cut = { bytes.data, len, 0, 0 };

		CU_ASSERT_EQUAL(read_bytes(&cut, len + 1, NULL), RC_INVALID);
	}
	buf_clear(&bytes);
	arena_clear(&a);
}

/* ---- no memory ---- */

static void
lack_of_memory_at_any_place_is_told_and_nothing_leaks(void)
{
	static const enum message_kind kind[] = { MESSAGE_PROVISION_RESPONSE, MESSAGE_COPY_REGISTER, MESSAGE_RESULT,
	    MESSAGE_RECORD_LIST };

	for (size_t k = 0; k < sizeof(kind) / sizeof(kind[0]); k++) {
		struct buf want = BUF_INIT(LIMIT_WIRE_BYTES);
		struct message *sample;
		struct arena a;
		bool done = false;
		long n;

		arena_init(&a, ARENA_BYTES);
		sample = sample_message(&a, kind[k], SAMPLE_LONGEST);
		CU_ASSERT_EQUAL_FATAL(wire_write(sample, &want, NULL, NULL), RC_OK);
		for (n = 0; !done; n++) {
			struct buf out = BUF_INIT(LIMIT_WIRE_BYTES);
			struct fault why = { .rc = RC_OK };
			enum rc rc;

			fail_after(n);
			rc = wire_write(sample, &out, NULL, &why);
			done = !fail_happened();
			fail_never();
			/* Where libxml2 can do without, the bytes are still the right ones. */
			if (rc == RC_OK) {
				CU_ASSERT_EQUAL_FATAL(out.len, want.len);
				CU_ASSERT_EQUAL(memcmp(out.data, want.data, want.len), 0);
			} else {
				CU_ASSERT_EQUAL(rc, RC_NOMEM);
				CU_ASSERT_EQUAL(out.len, 0);
			}
			buf_clear(&out);
			CU_ASSERT_FATAL(n < 100000);
		}
		for (n = 0, done = false; !done; n++) {
			struct fault why = { .rc = RC_OK };
			enum rc rc;

			fail_after(n);
			rc = read_bytes(&want, want.len, &why);
			done = !fail_happened();
			fail_never();
			if (rc != RC_OK && rc != RC_NOMEM)
				printf("allocation %ld: %s: %s\n", n, why.place, why.text);
			CU_ASSERT(rc == RC_OK || rc == RC_NOMEM);
			CU_ASSERT_FATAL(n < 100000);
		}
		CU_ASSERT(n > 20);
		/* Nothing may be lost on the way where the reader says that all is well. */
		for (n = 0, done = kind[k] == MESSAGE_COPY_REGISTER; !done; n++) {
			struct buf out = BUF_INIT(LIMIT_WIRE_BYTES);
			struct message *m = NULL;
			struct arena b;
			enum rc rc;

			arena_init(&b, ARENA_BYTES);
			fail_after(n);
			rc = wire_read(want.data, want.len, &b, NULL, &m, NULL);
			done = !fail_happened();
			fail_never();
			if (rc == RC_OK) {
				CU_ASSERT_EQUAL_FATAL(wire_write(m, &out, NULL, NULL), RC_OK);
				CU_ASSERT_EQUAL_FATAL(out.len, want.len);
				CU_ASSERT_EQUAL(memcmp(out.data, want.data, want.len), 0);
			}
			buf_clear(&out);
			arena_clear(&b);
		}
		buf_clear(&want);
		arena_clear(&a);
	}
}

/* ---- frames that no parser of ours wrote ---- */

static void
a_frame_that_breaks_the_shape_is_refused(void)
{
	struct frame f;
	size_t tried = 0;
	struct arena a;
	struct message *m;

	arena_init(&a, ARENA_BYTES);
	m = sample_message(&a, MESSAGE_COPY_RESULT, SAMPLE_LONGEST);
	frame_init(&f, 9);
	wire_frame_put(&f, 5, m);
	CU_ASSERT_EQUAL_FATAL(f.rc, RC_OK);
	for (size_t i = 0; i < f.body.len; i++) {
		for (int bit = 0; bit < 8; bit++) {
			struct frame_reader r, group;
			struct frame_field field;
			struct message *back = NULL;
			enum rc rc;

			f.body.data[i] ^= (char)(1 << bit);
			if (frame_read_open(&r, 9, f.body.data, f.body.len, NULL) == RC_OK && frame_next(&r, &field) &&
			    field.type == FRAME_OPEN) {
				frame_enter(&r, &group);
				rc = wire_frame_read(&group, &a, &back, NULL);
				/* What passes is a message that the writer would write. */
				if (rc == RC_OK) {
					struct buf out = BUF_INIT(LIMIT_WIRE_BYTES);

					CU_ASSERT_EQUAL(wire_write(back, &out, NULL, NULL), RC_OK);
					buf_clear(&out);
				} else {
					CU_ASSERT_PTR_NULL(back);
				}
				tried++;
			}
			f.body.data[i] ^= (char)(1 << bit);
		}
	}
	CU_ASSERT(tried > 100);
	frame_clear(&f);
	arena_clear(&a);
}

RUNNER_SUITE(exchange_wire,
    RUNNER_TEST(each_bad_message_is_refused_for_the_reason_in_its_name),
    RUNNER_TEST(good_messages_are_read_whole_and_in_pieces),
    RUNNER_TEST(a_message_over_its_ceiling_is_refused_and_one_at_it_is_read),
    RUNNER_TEST(a_list_over_its_ceiling_is_refused),
    RUNNER_TEST(a_document_over_its_ceiling_is_not_written),
    RUNNER_TEST(copies_are_handed_over_one_by_one_and_never_held_whole),
    RUNNER_TEST(what_the_sink_refuses_ends_the_reading_with_its_own_reason),
    RUNNER_TEST(a_flipped_bit_is_refused_or_gives_another_whole_message),
    RUNNER_TEST(a_cut_message_is_refused_at_every_length),
    RUNNER_TEST(lack_of_memory_at_any_place_is_told_and_nothing_leaks),
    RUNNER_TEST(a_frame_that_breaks_the_shape_is_refused));

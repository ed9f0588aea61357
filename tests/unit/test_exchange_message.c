#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/parser.h>
#include <libxml/xmlschemas.h>

#include "base/frame.h"
#include "base/limits.h"
#include "exchange/message.h"
#include "exchange/wire_frame.h"
#include "exchange/wire_read.h"
#include "exchange/wire_write.h"
#include "tests/lib/runner.h"
#include "tests/unit/exchange_sample.h"

#define ARENA_BYTES (64u << 20)

static xmlSchemaPtr
load_schema(void)
{
	char path[1024];
	xmlSchemaParserCtxtPtr parser;
	xmlSchemaPtr schema;

	(void)snprintf(path, sizeof(path), "%s/data/wire/watashi-wire.xsd",
	    getenv("srcdir") != NULL ? getenv("srcdir") : ".");
	parser = xmlSchemaNewParserCtxt(path);
	schema = xmlSchemaParse(parser);
	xmlSchemaFreeParserCtxt(parser);
	CU_ASSERT_PTR_NOT_NULL_FATAL(schema);
	return schema;
}

static void
be_silent(void *context, const char *format, ...)
{
	(void)context;
	(void)format;
}

static int
validates(xmlSchemaPtr schema, const struct buf *document)
{
	xmlDocPtr doc = xmlReadMemory(document->data, (int)document->len, "m.xml", NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	xmlSchemaValidCtxtPtr valid = xmlSchemaNewValidCtxt(schema);
	int ret;

	CU_ASSERT_PTR_NOT_NULL_FATAL(doc);
	xmlSchemaSetValidErrors(valid, be_silent, be_silent, NULL);
	ret = xmlSchemaValidateDoc(valid, doc);
	xmlSchemaFreeValidCtxt(valid);
	xmlFreeDoc(doc);
	return ret == 0;
}

/* Collects what the copy reader hands out, so that it can be written again. */
struct copies {
	struct arena *arena;
	struct message_copy record[16];
	size_t n;
	enum message_segment segment;
	struct frame frame;
};

static enum rc
copies_begin(void *context, const struct message_header *header, enum message_segment segment,
    struct fault *why)
{
	struct copies *c = context;

	(void)header;
	(void)why;
	c->segment = segment;
	return RC_OK;
}

/* The record dies after the call: it is kept by sending it through a frame, as the processes do. */
static enum rc
copies_record(void *context, const struct message_copy *record, struct fault *why)
{
	struct copies *c = context;
	struct frame_reader r, group;
	struct frame_field field;
	struct message_copy *back;
	struct frame f;
	enum rc rc;

	frame_init(&f, 9);
	wire_frame_put_copy(&f, 3, record);
	CU_ASSERT_EQUAL_FATAL(f.rc, RC_OK);
	CU_ASSERT_EQUAL_FATAL(frame_read_open(&r, 9, f.body.data, f.body.len, why), RC_OK);
	CU_ASSERT_FATAL(frame_next(&r, &field));
	frame_enter(&r, &group);
	rc = wire_frame_read_copy(&group, c->arena, &back, why);
	CU_ASSERT_EQUAL_FATAL(rc, RC_OK);
	c->record[c->n++] = *back;
	frame_clear(&f);
	return RC_OK;
}

static void
read_back(const struct buf *document, struct arena *a, struct message **ret_message)
{
	struct copies copies = { .arena = a };
	struct wire_copy_sink sink = { copies_begin, copies_record, &copies };
	struct fault why = { .rc = RC_OK };
	struct message_copy *records;
	enum rc rc = wire_read(document->data, document->len, a, &sink, ret_message, &why);

	if (rc != RC_OK)
		printf("refused: %s: %s\n", why.place, why.text);
	CU_ASSERT_EQUAL_FATAL(rc, RC_OK);
	if ((*ret_message)->kind == MESSAGE_COPY_REGISTER) {
		records = arena_array(a, copies.n, sizeof(*records));
		memcpy(records, copies.record, copies.n * sizeof(*records));
		(*ret_message)->body.copy_register.records = records;
		(*ret_message)->body.copy_register.n_records = copies.n;
		CU_ASSERT_EQUAL(copies.segment, (*ret_message)->body.copy_register.segment);
	}
}

static void
each_message_comes_back_as_it_was_written(void)
{
	xmlSchemaPtr schema = load_schema();

	for (int k = MESSAGE_NONE + 1; k < MESSAGE__COUNT; k++) {
		for (int size = 0; size < SAMPLE__COUNT; size++) {
			struct buf once = BUF_INIT(LIMIT_WIRE_BYTES), twice = BUF_INIT(LIMIT_WIRE_BYTES);
			struct message *m, *back = NULL;
			struct fault why = { .rc = RC_OK };
			struct arena a;
			enum rc rc;

			arena_init(&a, ARENA_BYTES);
			m = sample_message(&a, (enum message_kind)k, (enum sample)size);
			rc = wire_write(m, &once, NULL, &why);
			if (rc != RC_OK)
				printf("%s: %s: %s\n", message_name(m->kind), why.place, why.text);
			CU_ASSERT_EQUAL_FATAL(rc, RC_OK);
			if (!validates(schema, &once))
				printf("%s is not valid by the schema\n", once.data);
			CU_ASSERT(validates(schema, &once));
			read_back(&once, &a, &back);
			CU_ASSERT_EQUAL(back->kind, m->kind);
			CU_ASSERT_EQUAL_FATAL(wire_write(back, &twice, NULL, &why), RC_OK);
			CU_ASSERT_EQUAL(once.len, twice.len);
			CU_ASSERT_EQUAL(memcmp(once.data, twice.data, once.len), 0);
			buf_clear(&once);
			buf_clear(&twice);
			arena_clear(&a);
		}
	}
	xmlSchemaFree(schema);
}

static void
each_message_crosses_in_a_frame_unchanged(void)
{
	for (int k = MESSAGE_NONE + 1; k < MESSAGE__COUNT; k++) {
		for (int size = 0; size < SAMPLE__COUNT; size++) {
			struct buf once = BUF_INIT(LIMIT_WIRE_BYTES), twice = BUF_INIT(LIMIT_WIRE_BYTES);
			struct message *m, *back = NULL;
			struct fault why = { .rc = RC_OK };
			struct frame_reader r, group;
			struct frame_field field;
			struct frame f;
			struct arena a;

			arena_init(&a, ARENA_BYTES);
			m = sample_message(&a, (enum message_kind)k, (enum sample)size);
			CU_ASSERT_EQUAL_FATAL(wire_write(m, &once, NULL, &why), RC_OK);
			if (m->kind == MESSAGE_PROVISION_RESPONSE)
				read_back(&once, &a, &m);	/* now with its digest */
			frame_init(&f, 9);
			wire_frame_put(&f, 5, m);
			CU_ASSERT_EQUAL_FATAL(f.rc, RC_OK);
			CU_ASSERT_EQUAL_FATAL(frame_read_open(&r, 9, f.body.data, f.body.len, &why), RC_OK);
			CU_ASSERT_FATAL(frame_next(&r, &field));
			frame_enter(&r, &group);
			CU_ASSERT_EQUAL_FATAL(wire_frame_read(&group, &a, &back, &why), RC_OK);
			CU_ASSERT_EQUAL_FATAL(wire_write(back, &twice, NULL, &why), RC_OK);
			CU_ASSERT_EQUAL(once.len, twice.len);
			CU_ASSERT_EQUAL(memcmp(once.data, twice.data, once.len), 0);
			frame_clear(&f);
			buf_clear(&once);
			buf_clear(&twice);
			arena_clear(&a);
		}
	}
}

static void
a_copy_of_a_message_outlives_its_arena(void)
{
	for (int k = MESSAGE_NONE + 1; k < MESSAGE__COUNT; k++) {
		struct buf once = BUF_INIT(LIMIT_WIRE_BYTES), twice = BUF_INIT(LIMIT_WIRE_BYTES);
		struct message *m, *copy = NULL;
		struct arena a, b;

		arena_init(&a, ARENA_BYTES);
		arena_init(&b, ARENA_BYTES);
		m = sample_message(&a, (enum message_kind)k, SAMPLE_LONGEST);
		CU_ASSERT_EQUAL_FATAL(wire_write(m, &once, NULL, NULL), RC_OK);
		CU_ASSERT_EQUAL_FATAL(message_copy_into(&b, m, &copy, NULL), RC_OK);
		arena_clear(&a);
		CU_ASSERT_EQUAL_FATAL(wire_write(copy, &twice, NULL, NULL), RC_OK);
		CU_ASSERT_EQUAL(once.len, twice.len);
		CU_ASSERT_EQUAL(memcmp(once.data, twice.data, once.len), 0);
		buf_clear(&once);
		buf_clear(&twice);
		arena_clear(&b);
	}
}

/* Walks every text of a sample: one character more than allowed must be refused by writer and schema. */
static void
one_character_too_many_is_refused_by_writer_frame_and_schema(void)
{
	xmlSchemaPtr schema = load_schema();
	int tried = 0;

	for (int k = MESSAGE_NONE + 1; k < MESSAGE__COUNT; k++) {
		const struct shape *body = shape_of_body((enum message_kind)k);

		for (size_t i = 0; i < body->n_field; i++) {
			const struct shape_field *f = &body->field[i];
			struct buf document = BUF_INIT(LIMIT_WIRE_BYTES), longer = BUF_INIT(LIMIT_WIRE_BYTES);
			struct message *m;
			struct fault why = { .rc = RC_OK };
			struct arena a;
			const char *text, *at;
			char tag[64], *more;

			if (f->type != SHAPE_TEXT)
				continue;
			arena_init(&a, ARENA_BYTES);
			m = sample_message(&a, (enum message_kind)k, SAMPLE_LONGEST);
			memcpy(&text, (char *)&m->body + f->offset, sizeof(text));
			if (text == NULL || strcmp(f->name, "Digest") == 0)
				goto next;
			CU_ASSERT_EQUAL_FATAL(wire_write(m, &document, NULL, &why), RC_OK);
			more = arena_new(&a, strlen(text) + 2);
			(void)sprintf(more, "%s1", text);
			memcpy((char *)&m->body + f->offset, &more, sizeof(more));
			CU_ASSERT_EQUAL(wire_write(m, &longer, NULL, &why), RC_INVALID);
			CU_ASSERT_EQUAL(longer.len, 0);
			CU_ASSERT_PTR_NOT_NULL(strstr(why.place, f->name));
			(void)snprintf(tag, sizeof(tag), "</%s>", f->name);
			at = strstr(document.data, tag);
			/* The header may have an element of the same name (ReceptionNo): take the last. */
			while (at != NULL && strstr(at + 1, tag) != NULL)
				at = strstr(at + 1, tag);
			CU_ASSERT_PTR_NOT_NULL_FATAL(at);
			CU_ASSERT_EQUAL_FATAL(buf_add(&longer, document.data, (size_t)(at - document.data)), RC_OK);
			CU_ASSERT_EQUAL_FATAL(buf_add_text(&longer, "1"), RC_OK);
			CU_ASSERT_EQUAL_FATAL(buf_add_text(&longer, at), RC_OK);
			CU_ASSERT_FALSE(validates(schema, &longer));
			if (k != MESSAGE_COPY_REGISTER)
				CU_ASSERT_EQUAL(wire_read(longer.data, longer.len, &a, NULL, &m, &why), RC_INVALID);
			tried++;
 next:
			buf_clear(&document);
			buf_clear(&longer);
			arena_clear(&a);
		}
	}
	CU_ASSERT(tried > 60);
	xmlSchemaFree(schema);
}

static void
control_characters_are_never_written(void)
{
	static const char *const bad[] = { "a\x01", "a\n", "\xc2\x85", "\xed\xa0\x80", "\xff", "a\x7f", "\xef\xbf\xbe" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct buf out = BUF_INIT(LIMIT_WIRE_BYTES);
		struct fault why = { .rc = RC_OK };
		struct message *m;
		struct arena a;

		arena_init(&a, ARENA_BYTES);
		m = sample_message(&a, MESSAGE_PROVISION_DECISION, SAMPLE_SHORTEST);
		m->body.provision_decision.reason = bad[i];
		CU_ASSERT_EQUAL(wire_write(m, &out, NULL, &why), RC_INVALID);
		CU_ASSERT_STRING_EQUAL(why.place, "TKY.ProvisionDecision/Reason");
		CU_ASSERT_EQUAL(out.len, 0);
		arena_clear(&a);
		buf_clear(&out);
	}
}

static void
the_number_leaves_a_gap_that_no_reader_accepts(void)
{
	struct buf out = BUF_INIT(LIMIT_WIRE_BYTES);
	struct message *m, *back;
	struct fault why = { .rc = RC_OK };
	struct arena a;
	size_t gap = 0;

	arena_init(&a, ARENA_BYTES);
	CU_ASSERT_EQUAL_FATAL(buf_add_text(&out, "before"), RC_OK);
	m = sample_message(&a, MESSAGE_CODE_REQUEST, SAMPLE_SHORTEST);
	m->body.code_request.my_number = NULL;
	CU_ASSERT_EQUAL_FATAL(wire_write(m, &out, &gap, &why), RC_OK);
	CU_ASSERT_EQUAL(memcmp(out.data + 6 + gap - 10, "<MyNumber>            </MyNumber>", 33), 0);
	CU_ASSERT_EQUAL(wire_read(out.data + 6, out.len - 6, &a, NULL, &back, &why), RC_INVALID);
	CU_ASSERT_STRING_EQUAL(why.place, "JUKI.CodeRequest/MyNumber");
	memcpy(out.data + 6 + gap, "123456789018", 12);
	CU_ASSERT_EQUAL_FATAL(wire_read(out.data + 6, out.len - 6, &a, NULL, &back, &why), RC_OK);
	CU_ASSERT_STRING_EQUAL(back->body.code_request.my_number, "123456789018");
	buf_clear(&out);
	m = sample_message(&a, MESSAGE_CODE_FETCH, SAMPLE_SHORTEST);
	CU_ASSERT_EQUAL_FATAL(wire_write(m, &out, &gap, &why), RC_OK);
	CU_ASSERT_EQUAL(gap, WIRE_NO_GAP);
	buf_clear(&out);
	arena_clear(&a);
}

static void
times_are_written_in_japan_time(void)
{
	static const struct { const char *text; int64_t ms; } known[] = {
		{ "19700101090000000", 0 },
		{ "19691231235959999", -INT64_C(32400001) },
		{ "20261122120000000", INT64_C(1795316400000) },
		{ "20240229235959999", INT64_C(1709218799999) },
		{ "18680101000000000", INT64_C(-3218864400000) },
		{ "21991231235959999", INT64_C(7258085999999) },
	};
	static const char *const wrong[] = { "20230229000000000", "20261122240000000", "20261122126000000",
	    "20261122120060000", "2026112212000000", "202611221200000000", "2026112212000000x", "18671231000000000",
	    "22000101000000000", "20261322120000000", " 0261122120000000" };
	char text[MESSAGE_TIME_CHARS + 1];
	int64_t ms;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		CU_ASSERT_EQUAL_FATAL(message_time_parse(known[i].text, strlen(known[i].text), &ms), RC_OK);
		CU_ASSERT_EQUAL(ms, known[i].ms);
		message_time_write(known[i].ms, text);
		CU_ASSERT_STRING_EQUAL(text, known[i].text);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		ms = 7;
		CU_ASSERT_EQUAL(message_time_parse(wrong[i], strlen(wrong[i]), &ms), RC_INVALID);
		CU_ASSERT_EQUAL(ms, 7);
	}
}

/* Computed with sha256sum over the lines that the header names. */
static void
digests_are_those_that_the_header_describes(void)
{
	struct message_item items[4];
	struct message_record_items record = { "d:1", 2, items, 4 };
	struct message_inquiry_request q = { .record_no = "7", .inquirer = "0110020000000001",
	    .provider = "1410030000000001", .affair_code = "JM", .procedure_code = "JT", .item_code = "TM",
	    .from = DAY_NONE, .to = DAY_NONE, .requested_at_ms = INT64_C(1795316400000),
	    .salt = "00000000000000000000000000000001" };
	char digest[MESSAGE_DIGEST_CHARS + 1];

	sample_identity(items, "2025-03-10");
	items[3] = (struct message_item){ "I000000104", 1, NULL, MESSAGE_NULL_UNKNOWN };
	message_items_digest(items, 4, digest);
	CU_ASSERT_STRING_EQUAL(digest, "134108e2e258a80d054777f81baa42acf02ed3ed72bc541b7c7f5e2e1585d2fb");
	message_records_digest(&record, 1, digest);
	CU_ASSERT_STRING_EQUAL(digest, "5cc774e3d78f706a89df33fdbbef4bde6cbfccab842c0886dbfd355cec636ade");
	message_inquiry_digest(&q, digest);
	CU_ASSERT_STRING_EQUAL(digest, "a9de8c1838d5da46623a4aef0eb023b43b20ae823df635145e9efe31916ae83d");
	CU_ASSERT_EQUAL_FATAL(day_make(2020, 1, 2, &q.from), RC_OK);
	CU_ASSERT_EQUAL_FATAL(day_make(2026, 11, 22, &q.to), RC_OK);
	message_inquiry_digest(&q, digest);
	CU_ASSERT_STRING_EQUAL(digest, "f22c3008ba2f551bf57f67a633ba738e8c83df315fed0e2aac88dbcdd661ddfa");
}

static void
every_kind_has_a_name_and_an_answer(void)
{
	CU_ASSERT_PTR_NULL(message_name(MESSAGE_NONE));
	CU_ASSERT_EQUAL(message_kind_of("SKI.Nothing"), MESSAGE_NONE);
	for (int k = MESSAGE_NONE + 1; k < MESSAGE__COUNT; k++) {
		enum message_kind answer = message_answer_of((enum message_kind)k);

		CU_ASSERT_PTR_NOT_NULL_FATAL(message_name((enum message_kind)k));
		CU_ASSERT_EQUAL(message_kind_of(message_name((enum message_kind)k)), k);
		CU_ASSERT_EQUAL(message_max_bytes((enum message_kind)k),
		    k == MESSAGE_COPY_REGISTER ? LIMIT_WIRE_COPY_BYTES : LIMIT_WIRE_BYTES);
		/* An answer is never itself answered. */
		if (answer != MESSAGE_NONE && answer != MESSAGE_PROVISION_RESPONSE)
			CU_ASSERT_EQUAL(message_answer_of(answer), MESSAGE_NONE);
	}
	for (int e = MESSAGE_OK; e < MESSAGE_ERROR__COUNT; e++) {
		CU_ASSERT_EQUAL(strlen(message_error_name((enum message_error)e)), 4);
		CU_ASSERT_PTR_NOT_NULL(message_error_text((enum message_error)e));
	}
	CU_ASSERT_EQUAL(message_error_retry(E101_NO_CODE_YET), MESSAGE_RETRY_AFTER_CODE);
	CU_ASSERT_EQUAL(message_error_retry(E303_PERMIT_EXPIRED), MESSAGE_RETRY_NEW_INQUIRY);
	CU_ASSERT_EQUAL(message_error_retry(E402_HELD), MESSAGE_RETRY_POLL);
	CU_ASSERT_EQUAL(message_error_retry(E501_CLOSED), MESSAGE_RETRY_BACKOFF);
	CU_ASSERT_EQUAL(message_error_retry(E403_REFUSED_BY_STAFF), MESSAGE_RETRY_NO);
	CU_ASSERT_EQUAL(message_error_retry(E901_MALFORMED), MESSAGE_RETRY_FIX);
}

static void
institution_codes_carry_the_municipality(void)
{
	char institution[MESSAGE_CODE16_CHARS + 1], municipality[7] = "";

	message_institution_of("141003", institution);
	CU_ASSERT_STRING_EQUAL(institution, "1410030000000001");
	CU_ASSERT_EQUAL(message_municipality_of(institution, municipality), RC_OK);
	CU_ASSERT_STRING_EQUAL(municipality, "141003");
	CU_ASSERT_EQUAL(message_municipality_of("1410040000000001", municipality), RC_INVALID);
	CU_ASSERT_EQUAL(message_municipality_of("141003", municipality), RC_INVALID);
	CU_ASSERT_EQUAL(message_municipality_of(MESSAGE_INSTITUTION_CORE, municipality), RC_INVALID);
	CU_ASSERT_STRING_EQUAL(municipality, "141003");
}

/* Worked out with sha256sum from doc/WIRE 4.8. */
static void
the_digests_of_a_day_are_those_of_the_page(void)
{
	const struct message_provision_record r = { .process_no = "P1", .inquirer = "0110020000000001",
	    .provider = "1410030000000001", .requested_at_ms = INT64_C(1795316400000), .provided_at_ms = MESSAGE_NO_TIME,
	    .affair_code = "DUMMYJM000000025", .procedure_code = "DUMMYJT000002501", .item_code = "DUMMYTM002700001",
	    .outcome = MESSAGE_OUTCOME_NO_DATA, .inquirer_non_disclosure = true };
	struct message_day_entry e = { .process_no = "P1", .outcome = MESSAGE_OUTCOME_NO_DATA };
	char digest[MESSAGE_DIGEST_CHARS + 1], day_digest[MESSAGE_DIGEST_CHARS + 1];

	message_day_entry_digest(&r, digest);
	CU_ASSERT_STRING_EQUAL(digest, "6e2702a89b3893cbc0463b7951b28aaeeb43e73a9d927270ce9e4ffab1b5f55c");
	e.digest = digest;
	message_day_digest(&e, 1, day_digest);
	CU_ASSERT_STRING_EQUAL(day_digest, "9fbea356b65289083d959718bfa25532bf1728e1c3ddda294b9179680bd62385");
	message_day_digest(NULL, 0, day_digest);
	CU_ASSERT_STRING_EQUAL(day_digest, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void
the_day_of_a_time_is_that_of_japan(void)
{
	day d = message_day_of(INT64_C(1795273199999));	/* 2026-11-21 23:59:59.999 there */
	int y, m, md;

	day_split(d, &y, &m, &md);
	CU_ASSERT(y == 2026 && m == 11 && md == 21);
	CU_ASSERT_EQUAL(message_day_of(INT64_C(1795273200000)).n, d.n + 1);
	CU_ASSERT_EQUAL(message_day_of(-1).n, 0);
	CU_ASSERT(!day_known(message_day_of(INT64_MIN / 2)));
}

RUNNER_SUITE(exchange_message,
    RUNNER_TEST(each_message_comes_back_as_it_was_written),
    RUNNER_TEST(each_message_crosses_in_a_frame_unchanged),
    RUNNER_TEST(a_copy_of_a_message_outlives_its_arena),
    RUNNER_TEST(one_character_too_many_is_refused_by_writer_frame_and_schema),
    RUNNER_TEST(control_characters_are_never_written),
    RUNNER_TEST(the_number_leaves_a_gap_that_no_reader_accepts),
    RUNNER_TEST(times_are_written_in_japan_time),
    RUNNER_TEST(digests_are_those_that_the_header_describes),
    RUNNER_TEST(every_kind_has_a_name_and_an_answer),
    RUNNER_TEST(institution_codes_carry_the_municipality),
    RUNNER_TEST(the_digests_of_a_day_are_those_of_the_page),
    RUNNER_TEST(the_day_of_a_time_is_that_of_japan));

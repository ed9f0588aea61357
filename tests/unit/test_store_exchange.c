#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "store/store_copy.h"
#include "store/store_evidence.h"
#include "store/store_inbox.h"
#include "store/store_inquiry.h"
#include "store/store_outbox.h"
#include "store/store_record.h"
#include "tests/unit/test_store.h"

struct scene {
	struct test_store t;
	struct arena a;
	struct id person, other;
	struct fault why;
};

static void
start(struct scene *x)
{
	memset(x, 0, sizeof(*x));
	test_store_open(&x->t);
	arena_init(&x->a, LIMIT_REQUEST_BYTES);
	x->person = test_person_add(&x->t, "10001");
	x->other = test_person_add(&x->t, "10002");
	CU_ASSERT_EQUAL_FATAL(store_begin(x->t.s, TEST_NOW, &x->why), RC_OK);
}

static void
stop(struct scene *x)
{
	store_rollback(x->t.s);
	arena_clear(&x->a);
	test_store_clear(&x->t);
}

static struct id
send(struct scene *x, const char *message_id, const struct id *person, int64_t due_us)
{
	struct outbox_row row = {
		.message_id = message_id, .endpoint = "intermediary", .type = "SKI.InquiryRequest",
		.person = *person, .about = ID_NONE, .bytes = "<x/>", .len = 4, .gap_offset = -1,
		.due_us = due_us, .deadline_us = INT64_MAX
	};
	struct id id = ID_NONE;

	CU_ASSERT_EQUAL(store_outbox_put(x->t.s, &row, &id, &x->why), RC_OK);
	return id;
}

static size_t
due(struct scene *x, int64_t now_us, struct outbox_row **ret_rows)
{
	size_t n = 99;

	CU_ASSERT_EQUAL(store_outbox_due(x->t.s, "intermediary", now_us, 100, &x->a, ret_rows, &n, &x->why), RC_OK);
	return n;
}

static void
one_persons_messages_leave_in_order_and_one_at_a_time(void)
{
	struct outbox_row *rows, row;
	struct scene x;
	struct id none = ID_NONE, a, b, c;
	int64_t n, counts[STORE_OUTBOX_STATE__COUNT];

	start(&x);
	a = send(&x, "M1", &x.person, TEST_NOW + 5);
	b = send(&x, "M2", &x.person, TEST_NOW);
	c = send(&x, "M3", &x.other, TEST_NOW + 1);
	send(&x, "M4", &none, TEST_NOW + 2);
	send(&x, "M5", &none, TEST_NOW + 3);
	/* M2 is due earlier than M1, but was made after it. */
	CU_ASSERT_EQUAL(due(&x, TEST_NOW, &rows), 0);
	CU_ASSERT_EQUAL_FATAL(due(&x, TEST_NOW + 9, &rows), 4);
	CU_ASSERT_STRING_EQUAL(rows[0].message_id, "M3");
	CU_ASSERT_STRING_EQUAL(rows[3].message_id, "M1");
	CU_ASSERT(rows[3].len == 4 && memcmp(rows[3].bytes, "<x/>", 4) == 0);
	CU_ASSERT_EQUAL(store_outbox_set(x.t.s, &a, STORE_OUTBOX_SENT, 1, TEST_NOW + 5, NULL, 0, &x.why), RC_OK);
	CU_ASSERT_EQUAL(due(&x, TEST_NOW + 9, &rows), 3);
	CU_ASSERT_EQUAL(store_outbox_set(x.t.s, &a, STORE_OUTBOX_DONE, 1, 0, NULL, 0, &x.why), RC_OK);
	CU_ASSERT_EQUAL(due(&x, TEST_NOW + 9, &rows), 4);
	CU_ASSERT_STRING_EQUAL(rows[0].message_id, "M2");
	CU_ASSERT_EQUAL(store_outbox_get(x.t.s, &a, &x.a, &row, &x.why), RC_OK);
	CU_ASSERT(row.state == STORE_OUTBOX_DONE && row.bytes == NULL);
	/* A failed one holds nobody back. */
	CU_ASSERT_EQUAL(store_outbox_set(x.t.s, &b, STORE_OUTBOX_FAILED, 3, 0, "E901", 1, &x.why), RC_OK);
	CU_ASSERT_EQUAL(store_outbox_set(x.t.s, &c, STORE_OUTBOX_SENT, 1, 0, NULL, 0, &x.why), RC_OK);
	CU_ASSERT_EQUAL(store_outbox_count(x.t.s, counts, &x.why), RC_OK);
	CU_ASSERT(counts[0] == 2 && counts[1] == 1 && counts[2] == 1 && counts[3] == 1);
	CU_ASSERT_EQUAL(store_outbox_resume(x.t.s, &n, &x.why), RC_OK);
	CU_ASSERT_EQUAL(n, 1);
	CU_ASSERT_EQUAL(due(&x, TEST_NOW + 9, &rows), 3);
	CU_ASSERT_EQUAL(store_outbox_next_due(x.t.s, "intermediary", 0, &n, &x.why), RC_OK);
	CU_ASSERT_EQUAL(n, TEST_NOW);
	stop(&x);
}

static void
a_message_id_is_used_once(void)
{
	struct outbox_row row = { .message_id = "M1", .endpoint = "core", .type = "T", .bytes = "x",
	    .len = 1, .gap_offset = -1, .due_us = TEST_NOW, .deadline_us = INT64_MAX };
	struct scene x;
	struct id id, found;

	start(&x);
	CU_ASSERT_EQUAL(store_outbox_put(x.t.s, &row, &id, &x.why), RC_OK);
	CU_ASSERT_EQUAL(store_outbox_put(x.t.s, &row, &found, &x.why), RC_CONFLICT);
	CU_ASSERT_EQUAL(store_outbox_find_message(x.t.s, "M1", &found, &x.why), RC_OK);
	CU_ASSERT(id_equal(&id, &found));
	CU_ASSERT_EQUAL(store_outbox_find_message(x.t.s, "M2", &found, &x.why), RC_ABSENT);
	stop(&x);
}

static void
a_received_message_takes_effect_once_and_other_bytes_are_a_conflict(void)
{
	enum inbox_fate fate;
	struct scene x;
	int64_t n;

	start(&x);
	CU_ASSERT_EQUAL(store_inbox_add(x.t.s, "hub", "R1", "SKI.Result", "abc", 3, &fate, &x.why), RC_OK);
	CU_ASSERT_EQUAL(fate, INBOX_NEW);
	CU_ASSERT_EQUAL(store_inbox_add(x.t.s, "hub", "R1", "SKI.Result", "abc", 3, &fate, &x.why), RC_OK);
	CU_ASSERT_EQUAL(fate, INBOX_SAME);
	CU_ASSERT_EQUAL(store_inbox_add(x.t.s, "hub", "R1", "SKI.Result", "abd", 3, &fate, &x.why), RC_OK);
	CU_ASSERT_EQUAL(fate, INBOX_CONFLICT);
	CU_ASSERT_EQUAL(store_inbox_add(x.t.s, "other", "R1", "SKI.Result", "abd", 3, &fate, &x.why), RC_OK);
	CU_ASSERT_EQUAL(fate, INBOX_NEW);
	CU_ASSERT_EQUAL(store_inbox_count(x.t.s, &n, &x.why), RC_OK);
	CU_ASSERT_EQUAL(n, 2);
	for (int64_t i = 1; i <= 3; i++) {
		CU_ASSERT_EQUAL(store_inbox_poison(x.t.s, "hub", "R9", &n, &x.why), RC_OK);
		CU_ASSERT_EQUAL(n, i);
	}
	stop(&x);
}

static void
one_inquiry_at_a_time_goes_to_a_municipality_about_a_person(void)
{
	struct inquiry_row row = {
		.provider = "141003", .record_no = "1", .basis = INQUIRY_RESIDENCE, .from = DAY_NONE,
		.to = DAY_NONE, .known_as_of = DAY_NONE, .asked_by = "officer:1", .next_us = TEST_NOW + 7,
		.deadline_us = INT64_MAX
	}, got, *all;
	struct code_row code = { .state = 1, .reception_no = "C1", .next_us = TEST_NOW + 3 }, *codes;
	struct scene x;
	struct id id, second;
	int64_t next;
	size_t n;

	start(&x);
	row.person = code.person = x.person;
	CU_ASSERT_EQUAL(store_inquiry_add(x.t.s, &row, &id, &x.why), RC_OK);
	row.record_no = "2";
	CU_ASSERT_EQUAL(store_inquiry_add(x.t.s, &row, &second, &x.why), RC_CONFLICT);
	CU_ASSERT_EQUAL(store_inquiry_find_record(x.t.s, "1", &x.a, &got, &x.why), RC_OK);
	CU_ASSERT(id_equal(&got.id, &id) && strcmp(got.provider, "141003") == 0);
	CU_ASSERT(!day_known(got.from) && got.reception_no == NULL);
	CU_ASSERT_EQUAL(store_inquiry_due(x.t.s, TEST_NOW + 6, 10, &x.a, &all, &n, &x.why), RC_OK);
	CU_ASSERT_EQUAL(n, 0);
	CU_ASSERT_EQUAL(store_code_put(x.t.s, &code, &x.why), RC_OK);
	CU_ASSERT_EQUAL(store_inquiry_next_due(x.t.s, &next, &x.why), RC_OK);
	CU_ASSERT_EQUAL(next, TEST_NOW + 3);
	CU_ASSERT_EQUAL(store_code_due(x.t.s, TEST_NOW + 3, 10, &x.a, &codes, &n, &x.why), RC_OK);
	CU_ASSERT_EQUAL(n, 1);
	code.is_ended = true;
	code.acquisition_no = NULL;
	CU_ASSERT_EQUAL(store_code_put(x.t.s, &code, &x.why), RC_OK);
	CU_ASSERT_EQUAL(store_code_find_reception(x.t.s, "C1", &x.a, &code, &x.why), RC_OK);
	CU_ASSERT(code.is_ended && code.acquisition_no == NULL);
	CU_ASSERT_EQUAL(store_inquiry_next_due(x.t.s, &next, &x.why), RC_OK);
	CU_ASSERT_EQUAL(next, TEST_NOW + 7);
	got.is_ended = true;
	got.outcome = "applied";
	got.reception_no = "R1";
	got.known_as_of = test_day("2025-11-20");
	CU_ASSERT_EQUAL(store_inquiry_set(x.t.s, &got, &x.why), RC_OK);
	CU_ASSERT_EQUAL(store_inquiry_next_due(x.t.s, &next, &x.why), RC_ABSENT);
	CU_ASSERT_EQUAL(store_inquiry_add(x.t.s, &row, &second, &x.why), RC_OK);
	CU_ASSERT_EQUAL(store_inquiry_find_reception(x.t.s, "R1", &x.a, &got, &x.why), RC_OK);
	CU_ASSERT(strcmp(got.outcome, "applied") == 0 && day_known(got.known_as_of));
	CU_ASSERT_EQUAL(store_inquiry_of(x.t.s, &x.person, &x.a, &all, &n, &x.why), RC_OK);
	CU_ASSERT_EQUAL(n, 2);
	CU_ASSERT_EQUAL(store_inquiry_open(x.t.s, 10, &x.a, &all, &n, &x.why), RC_OK);
	CU_ASSERT(n == 1 && id_equal(&all[0].id, &second));
	stop(&x);
}

static void
a_copy_is_due_until_sent_and_unconfirmed_until_it_arrived(void)
{
	struct copy_row row = { .record_key = "000000000000001", .version = 1 }, *rows;
	struct scene x;
	struct id ids[4];
	int64_t n_due, sent, confirmed;
	size_t n;

	start(&x);
	row.person = x.person;
	CU_ASSERT_EQUAL(store_copy_touch(x.t.s, &x.person, true, &x.why), RC_OK);
	CU_ASSERT_EQUAL(store_copy_touch(x.t.s, &x.person, true, &x.why), RC_OK);
	CU_ASSERT_EQUAL(store_copy_due(x.t.s, ids, 4, &n, &x.why), RC_OK);
	CU_ASSERT(n == 1 && id_equal(&ids[0], &x.person));
	CU_ASSERT_EQUAL(store_copy_sent(x.t.s, &row, &x.why), RC_OK);
	CU_ASSERT_EQUAL(store_copy_settled(x.t.s, &x.person, &x.why), RC_OK);
	CU_ASSERT_EQUAL(store_copy_count(x.t.s, &n_due, &sent, &confirmed, &x.why), RC_OK);
	CU_ASSERT(n_due == 0 && sent == 1 && confirmed == 0);
	CU_ASSERT_EQUAL(store_copy_confirmed(x.t.s, &x.person, TEST_NOW, &x.why), RC_OK);
	CU_ASSERT_EQUAL(store_copy_of(x.t.s, &x.person, &x.a, &rows, &n, &x.why), RC_OK);
	CU_ASSERT_FATAL(n == 1);
	CU_ASSERT(rows[0].confirmed_us == TEST_NOW && rows[0].version == 1 && rows[0].is_wanted);
	row.version = 2;
	CU_ASSERT_EQUAL(store_copy_sent(x.t.s, &row, &x.why), RC_OK);
	CU_ASSERT_EQUAL(store_copy_of(x.t.s, &x.person, &x.a, &rows, &n, &x.why), RC_OK);
	CU_ASSERT(n == 1 && rows[0].confirmed_us == 0 && rows[0].version == 2);
	CU_ASSERT_EQUAL(store_copy_drop(x.t.s, &x.person, row.record_key, &x.why), RC_OK);
	CU_ASSERT_EQUAL(store_copy_of(x.t.s, &x.person, &x.a, &rows, &n, &x.why), RC_OK);
	CU_ASSERT_EQUAL(n, 0);
	stop(&x);
}

static void
a_shredded_subjects_evidence_keeps_its_proof_and_loses_its_bytes(void)
{
	struct evidence_row row = {
		.process_no = "P1", .message_id = "M1", .type = "SKI.InquiryRequest", .is_ours = true,
		.signer = "0000000141003000", .signature = "sig", .signature_len = 3, .header = "h"
	}, got, *rows;
	struct vault_place first, again;
	struct scene x;
	size_t n;

	start(&x);
	row.person = x.person;
	row.keep_until = test_day("2032-11-22");
	CU_ASSERT_EQUAL(store_id_new(x.t.s, &row.id, &x.why), RC_OK);
	CU_ASSERT_EQUAL(store_evidence_place(x.t.s, &row.id, &x.person, &first, &x.why), RC_OK);
	CU_ASSERT_EQUAL(store_evidence_place(x.t.s, &row.id, &x.person, &again, &x.why), RC_OK);
	CU_ASSERT(memcmp(&first, &again, sizeof(first)) == 0);
	row.sealed.key_id = 7;
	row.sealed.bytes = (const unsigned char *)"ciphertext";
	row.sealed.len = 10;
	CU_ASSERT_EQUAL(store_evidence_add(x.t.s, &row, &x.why), RC_OK);
	CU_ASSERT_EQUAL(store_evidence_of_message(x.t.s, "M1", &x.a, &got, &x.why), RC_OK);
	CU_ASSERT(got.sealed.len == 10 && got.sealed.key_id == 7 && got.signature_len == 3);
	CU_ASSERT_EQUAL(store_evidence_shred(x.t.s, &x.person, &x.why), RC_OK);
	CU_ASSERT_EQUAL(store_evidence_of_process(x.t.s, "P1", &x.a, &rows, &n, &x.why), RC_OK);
	CU_ASSERT_FATAL(n == 1);
	CU_ASSERT(rows[0].sealed.len == 0 && rows[0].signature_len == 3 && strcmp(rows[0].header, "h") == 0);
	CU_ASSERT_EQUAL(store_evidence_place(x.t.s, &row.id, &x.person, &again, &x.why), RC_OK);
	CU_ASSERT(memcmp(first.subject_secret, again.subject_secret, VAULT_SECRET_BYTES) != 0);
	stop(&x);
}

static void
a_provision_record_is_never_overwritten(void)
{
	struct provision_record r = {
		.side = PROVISION_ASKED, .process_no = "P1", .inquirer = "A", .provider = "B",
		.requested_us = 1, .provided_us = 2, .affair = "JM", .procedure = "JT", .item = "TM",
		.outcome = "ok"
	}, *rows;
	struct scene x;
	size_t n;

	start(&x);
	r.person = x.person;
	r.keep_until = test_day("2032-11-22");
	CU_ASSERT_EQUAL(store_record_add(x.t.s, &r, &x.why), RC_OK);
	CU_ASSERT_EQUAL(store_record_add(x.t.s, &r, &x.why), RC_OK);
	r.outcome = "E403";
	CU_ASSERT_EQUAL(store_record_add(x.t.s, &r, &x.why), RC_CONFLICT);
	r.side = PROVISION_PROVIDED;
	CU_ASSERT_EQUAL(store_record_add(x.t.s, &r, &x.why), RC_OK);
	CU_ASSERT_EQUAL(store_record_of(x.t.s, &x.person, &x.a, &rows, &n, &x.why), RC_OK);
	CU_ASSERT_FATAL(n == 2);
	CU_ASSERT_STRING_EQUAL(rows[0].outcome, "ok");
	CU_ASSERT_EQUAL(store_record_list(x.t.s, NULL, 10, &x.a, &rows, &n, &x.why), RC_OK);
	CU_ASSERT_EQUAL(n, 2);
	r.process_no = "P0";
	CU_ASSERT_EQUAL(store_record_add(x.t.s, &r, &x.why), RC_OK);
	CU_ASSERT_EQUAL(store_record_list(x.t.s, NULL, 2, &x.a, &rows, &n, &x.why), RC_OK);
	CU_ASSERT_FATAL(n == 1);
	CU_ASSERT_STRING_EQUAL(rows[0].process_no, "P0");
	CU_ASSERT_EQUAL(store_record_list(x.t.s, "P0", 2, &x.a, &rows, &n, &x.why), RC_OK);
	CU_ASSERT_EQUAL(n, 2);
	CU_ASSERT_EQUAL(store_record_list(x.t.s, "P1", 10, &x.a, &rows, &n, &x.why), RC_OK);
	CU_ASSERT_EQUAL(n, 0);
	stop(&x);
}

RUNNER_SUITE(store_exchange,
    RUNNER_TEST(one_persons_messages_leave_in_order_and_one_at_a_time),
    RUNNER_TEST(a_message_id_is_used_once),
    RUNNER_TEST(a_received_message_takes_effect_once_and_other_bytes_are_a_conflict),
    RUNNER_TEST(one_inquiry_at_a_time_goes_to_a_municipality_about_a_person),
    RUNNER_TEST(a_copy_is_due_until_sent_and_unconfirmed_until_it_arrived),
    RUNNER_TEST(a_shredded_subjects_evidence_keeps_its_proof_and_loses_its_bytes),
    RUNNER_TEST(a_provision_record_is_never_overwritten));

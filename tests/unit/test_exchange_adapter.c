#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "exchange/adapter.h"
#include "exchange/wire_read.h"
#include "tests/lib/runner.h"
#include "tests/unit/exchange_sample.h"

#define SELF "0110020000000001"
#define OTHER "1410030000000001"
#define ID "0123456789abcdef0123456789abcdef"

static const struct adapter_self self = { SELF, "011002", 0 };
static const struct adapter *const net = &adapter_reference;

static const struct adapter_inquiry question = {
	.record_no = "q-1", .addressee_no = "1001", .dept = "health", .user = "nurse",
	.provider_municipality = "141003", .affair_code = "DUMMYJM000000025", .procedure_code = "DUMMYJT000002501",
	.item_code = "DUMMYTM000002501", .from = { INT32_MIN }, .to = { INT32_MIN }, .non_disclosure = true,
	.requested_at_ms = INT64_C(1795316400000), .salt = "000102030405060708090a0b0c0d0e0f",
};

static void
begin(struct adapter_call *call)
{
	memset(call, 0, sizeof(*call));
	buf_init(&call->bytes, LIMIT_WIRE_BYTES);
}

/* What was encoded, read back as the peer will read it. */
static struct message *
decode(const struct adapter_call *call, struct arena *a)
{
	struct message *m = NULL;
	struct fault why = { .rc = RC_OK };

	CU_ASSERT_EQUAL_FATAL(wire_read(call->bytes.data, call->bytes.len, a, NULL, &m, &why), RC_OK);
	CU_ASSERT_EQUAL(m->kind, call->kind);
	CU_ASSERT_STRING_EQUAL(m->header.msg_id, ID);
	CU_ASSERT_STRING_EQUAL(m->header.source, SELF);
	CU_ASSERT_STRING_EQUAL(m->header.destination, call->answerer);
	return m;
}

static void
each_request_goes_to_its_endpoint_and_encodes_the_same_twice(void)
{
	struct message_record_fetch which = { .addressee_no = "1001" };
	struct message_provision_decision decision = { "P1", MESSAGE_DECISION_RELEASE, "nurse", "asked by telephone" };
	struct buf first = BUF_INIT(LIMIT_WIRE_BYTES);

	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 10; i++) {
			struct adapter_call call;
			struct message *m;
			struct arena a;
			enum rc rc = RC_BUG;

			begin(&call);
			arena_init(&a, 1 << 22);
			switch (i) {
			case 0: rc = net->number_request(&self, ID, "1001", &call, NULL); break;
			case 1: rc = net->number_fetch(&self, ID, "R-1", &call, NULL); break;
			case 2: rc = net->code_fetch(&self, ID, "1001", &call, NULL); break;
			case 3: rc = net->copies_fetch(&self, ID, "R-1", &call, NULL); break;
			case 4: rc = net->copies_list(&self, ID, NULL, &call, NULL); break;
			case 5: rc = net->inquire(&self, ID, &question, &call, NULL); break;
			case 6: rc = net->result_fetch(&self, ID, "R-1", &call, NULL); break;
			case 7: rc = net->held_list(&self, ID, true, &call, NULL); break;
			case 8: rc = net->held_decide(&self, ID, &decision, &call, NULL); break;
			case 9: rc = net->record_fetch(&self, ID, &which, &call, NULL); break;
			}
			CU_ASSERT_EQUAL_FATAL(rc, RC_OK);
			CU_ASSERT_EQUAL(call.endpoint, ADAPTER_INTERMEDIARY);
			CU_ASSERT_EQUAL(call.gap_offset, WIRE_NO_GAP);
			CU_ASSERT_STRING_EQUAL(call.answerer, SELF);
			m = decode(&call, &a);
			if (m->kind == MESSAGE_INQUIRY_REQUEST) {
				CU_ASSERT_STRING_EQUAL(m->body.inquiry_request.provider, OTHER);
				CU_ASSERT_STRING_EQUAL(m->body.inquiry_request.inquirer, SELF);
				CU_ASSERT_PTR_NULL(m->body.inquiry_request.code);
				CU_ASSERT(m->body.inquiry_request.inquirer_non_disclosure);
				CU_ASSERT_FALSE(day_known(m->body.inquiry_request.from));
				if (round == 0) {
					CU_ASSERT_EQUAL_FATAL(buf_add(&first, call.bytes.data, call.bytes.len), RC_OK);
				} else {
					CU_ASSERT(first.len == call.bytes.len && memcmp(first.data, call.bytes.data, first.len) == 0);
				}
			}
			buf_clear(&call.bytes);
			arena_clear(&a);
		}
	}
	buf_clear(&first);
}

static void
the_registrar_leg_has_a_gap_and_its_own_endpoint(void)
{
	struct adapter_call call;
	struct message *m;
	struct arena a;

	begin(&call);
	arena_init(&a, 1 << 20);
	CU_ASSERT_EQUAL_FATAL(net->code_request(&self, ID, "A-1", &call, NULL), RC_OK);
	CU_ASSERT_EQUAL(call.endpoint, ADAPTER_REGISTRAR);
	CU_ASSERT_STRING_EQUAL(call.answerer, MESSAGE_INSTITUTION_REGISTRAR);
	CU_ASSERT_FATAL(call.gap_offset < call.bytes.len);
	CU_ASSERT_EQUAL(memcmp(call.bytes.data + call.gap_offset, "            ", 12), 0);
	memcpy(call.bytes.data + call.gap_offset, "123456789018", 12);
	m = decode(&call, &a);
	CU_ASSERT_STRING_EQUAL(m->body.code_request.acquisition_no, "A-1");
	buf_clear(&call.bytes);
	arena_clear(&a);
}

static void
a_bad_provider_or_too_many_copies_are_refused_before_anything_is_written(void)
{
	struct adapter_inquiry q = question;
	struct adapter_copies many = { MESSAGE_SEGMENT_DELETE, NULL, ADAPTER_COPIES_AT_ONCE + 1 };
	struct adapter_copies none = { MESSAGE_SEGMENT_DELETE, NULL, 0 };
	struct fault why = { .rc = RC_OK };
	struct adapter_call call;

	begin(&call);
	q.provider_municipality = "141004";
	CU_ASSERT_EQUAL(net->inquire(&self, ID, &q, &call, &why), RC_INVALID);
	q.provider_municipality = "99999";
	CU_ASSERT_EQUAL(net->inquire(&self, ID, &q, &call, &why), RC_INVALID);
	CU_ASSERT_STRING_EQUAL(why.place, "SKI.InquiryRequest/Provider");
	q = question;
	q.salt = "short";
	CU_ASSERT_EQUAL(net->inquire(&self, ID, &q, &call, &why), RC_INVALID);
	CU_ASSERT_EQUAL(net->copies_send(&self, ID, &many, &call, &why), RC_TOO_BIG);
	CU_ASSERT_EQUAL(net->copies_send(&self, ID, &none, &call, &why), RC_INVALID);
	CU_ASSERT_EQUAL(net->number_request(&self, "not an id", "1001", &call, &why), RC_INVALID);
	CU_ASSERT_EQUAL(call.bytes.len, 0);
	buf_clear(&call.bytes);
}

/* ---- answers ---- */

static struct message
answer(enum message_kind kind)
{
	struct message m;

	message_init(&m, kind);
	m.header.msg_id = ID;
	m.header.source = SELF;
	m.header.destination = SELF;
	m.header.reception_no = "R-7";
	return m;
}

static void
answers_become_business_events(void)
{
	struct adapter_event e;
	struct message m;

	m = answer(MESSAGE_RECEIPT);
	CU_ASSERT_EQUAL_FATAL(net->interpret(&self, MESSAGE_INQUIRY_REQUEST, ID, &m, &e, NULL), RC_OK);
	CU_ASSERT_EQUAL(e.kind, ADAPTER_RECEIVED);
	CU_ASSERT_STRING_EQUAL(e.reception_no, "R-7");

	m = answer(MESSAGE_ERROR);
	m.header.result = m.body.error.error = E501_CLOSED;
	CU_ASSERT_EQUAL_FATAL(net->interpret(&self, MESSAGE_RESULT_FETCH, ID, &m, &e, NULL), RC_OK);
	CU_ASSERT_EQUAL(e.kind, ADAPTER_FAILED);
	CU_ASSERT_EQUAL(e.error, E501_CLOSED);
	CU_ASSERT_EQUAL(e.retry, MESSAGE_RETRY_BACKOFF);

	m = answer(MESSAGE_NUMBER_ISSUED);
	CU_ASSERT_EQUAL_FATAL(net->interpret(&self, MESSAGE_NUMBER_FETCH, ID, &m, &e, NULL), RC_OK);
	CU_ASSERT_EQUAL(e.kind, ADAPTER_NUMBER_WAITING);
	m.body.number_issued.acquisition_no = "A-1";
	CU_ASSERT_EQUAL_FATAL(net->interpret(&self, MESSAGE_NUMBER_FETCH, ID, &m, &e, NULL), RC_OK);
	CU_ASSERT_EQUAL(e.kind, ADAPTER_NUMBER_ISSUED);
	CU_ASSERT_STRING_EQUAL(e.acquisition_no, "A-1");

	m = answer(MESSAGE_CODE_STATUS);
	m.body.code_status.state = MESSAGE_CODE_ISSUED;
	CU_ASSERT_EQUAL_FATAL(net->interpret(&self, MESSAGE_CODE_FETCH, ID, &m, &e, NULL), RC_OK);
	CU_ASSERT_EQUAL(e.kind, ADAPTER_CODE);
	CU_ASSERT_EQUAL(e.code_state, MESSAGE_CODE_ISSUED);

	m = answer(MESSAGE_COPY_RESULT);
	CU_ASSERT_EQUAL_FATAL(net->interpret(&self, MESSAGE_COPY_RESULT_FETCH, ID, &m, &e, NULL), RC_OK);
	CU_ASSERT_EQUAL(e.kind, ADAPTER_COPIES_WAITING);
	m.body.copy_result.done = true;
	CU_ASSERT_EQUAL_FATAL(net->interpret(&self, MESSAGE_COPY_RESULT_FETCH, ID, &m, &e, NULL), RC_OK);
	CU_ASSERT_EQUAL(e.kind, ADAPTER_COPIES_DONE);

	m = answer(MESSAGE_RESULT);
	m.body.result.progress = MESSAGE_PROGRESS_HELD;
	CU_ASSERT_EQUAL_FATAL(net->interpret(&self, MESSAGE_RESULT_FETCH, ID, &m, &e, NULL), RC_OK);
	CU_ASSERT_EQUAL(e.kind, ADAPTER_INQUIRY_WAITING);
	CU_ASSERT_EQUAL(e.progress, MESSAGE_PROGRESS_HELD);
	m.body.result.progress = MESSAGE_PROGRESS_FAILED;
	m.body.result.error = E401_NO_COPY;
	CU_ASSERT_EQUAL_FATAL(net->interpret(&self, MESSAGE_RESULT_FETCH, ID, &m, &e, NULL), RC_OK);
	CU_ASSERT_EQUAL(e.kind, ADAPTER_INQUIRY_ENDED);
	CU_ASSERT_EQUAL(e.retry, MESSAGE_RETRY_LATER);
	m.body.result.progress = MESSAGE_PROGRESS_DONE;
	CU_ASSERT_EQUAL_FATAL(net->interpret(&self, MESSAGE_RESULT_FETCH, ID, &m, &e, NULL), RC_OK);
	CU_ASSERT_EQUAL(e.kind, ADAPTER_INQUIRY_ANSWERED);
	CU_ASSERT_PTR_EQUAL(e.message, &m);

	m = answer(MESSAGE_HELD_LIST);
	CU_ASSERT_EQUAL_FATAL(net->interpret(&self, MESSAGE_HELD_FETCH, ID, &m, &e, NULL), RC_OK);
	CU_ASSERT_EQUAL(e.kind, ADAPTER_HELD_LIST);
}

static void
an_answer_that_does_not_fit_its_request_is_refused(void)
{
	struct adapter_event e = { .kind = ADAPTER_EVENT__COUNT };
	struct fault why = { .rc = RC_OK };
	struct message m = answer(MESSAGE_RECEIPT);

	CU_ASSERT_EQUAL(net->interpret(&self, MESSAGE_RESULT_FETCH, ID, &m, &e, &why), RC_INVALID);
	m.header.msg_id = "ffffffffffffffffffffffffffffffff";
	CU_ASSERT_EQUAL(net->interpret(&self, MESSAGE_INQUIRY_REQUEST, ID, &m, &e, &why), RC_INVALID);
	CU_ASSERT_STRING_EQUAL(why.place, "Header/MsgID");
	m = answer(MESSAGE_RECEIPT);
	m.header.source = OTHER;
	CU_ASSERT_EQUAL(net->interpret(&self, MESSAGE_INQUIRY_REQUEST, ID, &m, &e, &why), RC_INVALID);
	CU_ASSERT_STRING_EQUAL(why.place, "Header/Source");
	/* The registrar's request is answered by the registrar alone. */
	m = answer(MESSAGE_RECEIPT);
	CU_ASSERT_EQUAL(net->interpret(&self, MESSAGE_CODE_REQUEST, ID, &m, &e, &why), RC_INVALID);
	m.header.source = MESSAGE_INSTITUTION_REGISTRAR;
	CU_ASSERT_EQUAL(net->interpret(&self, MESSAGE_CODE_REQUEST, ID, &m, &e, &why), RC_OK);
	e.kind = ADAPTER_EVENT__COUNT;
	m = answer(MESSAGE_RECEIPT);
	m.header.destination = OTHER;
	CU_ASSERT_EQUAL(net->interpret(&self, MESSAGE_INQUIRY_REQUEST, ID, &m, &e, &why), RC_INVALID);
	CU_ASSERT_STRING_EQUAL(why.place, "Header/Destination");
	m = answer(MESSAGE_RECEIPT);
	m.header.mode = 1;
	CU_ASSERT_EQUAL(net->interpret(&self, MESSAGE_INQUIRY_REQUEST, ID, &m, &e, &why), RC_INVALID);
	CU_ASSERT_STRING_EQUAL(why.place, "Header/Mode");
	m = answer(MESSAGE_INQUIRY_REQUEST);
	CU_ASSERT_EQUAL(net->interpret(&self, MESSAGE_INQUIRY_REQUEST, ID, &m, &e, &why), RC_INVALID);
	CU_ASSERT_EQUAL(e.kind, ADAPTER_EVENT__COUNT);
}

static void
a_response_must_be_about_our_question(void)
{
	static char digest[MESSAGE_DIGEST_CHARS + 1], other[MESSAGE_DIGEST_CHARS + 1];
	struct message result = answer(MESSAGE_RESULT), response = answer(MESSAGE_PROVISION_RESPONSE);
	struct adapter_inquiry another = question;
	struct fault why = { .rc = RC_OK };
	struct adapter_call call;
	struct arena a;

	/* The digest as the hub takes it: from the request that we really sent. */
	begin(&call);
	arena_init(&a, 1 << 20);
	CU_ASSERT_EQUAL_FATAL(net->inquire(&self, ID, &question, &call, NULL), RC_OK);
	message_inquiry_digest(&decode(&call, &a)->body.inquiry_request, digest);
	buf_clear(&call.bytes);
	memcpy(other, digest, sizeof(other));
	other[0] = other[0] == '0' ? '1' : '0';
	result.body.result = (struct message_result){ .record_no = "q-1", .progress = MESSAGE_PROGRESS_DONE,
	    .item_status = MESSAGE_ITEM_NO_DATA, .error = E401_NO_COPY, .process_no = "X-1", .provider = OTHER };
	response.header.source = OTHER;
	response.body.provision_response = (struct message_provision_response){ .permit_id = "P-1", .process_no = "X-1",
	    .inquiry_digest = digest, .status = MESSAGE_ITEM_NO_DATA };
	CU_ASSERT_EQUAL(net->response_fits(&self, &question, &result, &response, &why), RC_OK);

	response.body.provision_response.inquiry_digest = other;
	CU_ASSERT_EQUAL(net->response_fits(&self, &question, &result, &response, &why), RC_INVALID);
	response.body.provision_response.inquiry_digest = digest;
	another.salt = "ff0102030405060708090a0b0c0d0e0f";
	CU_ASSERT_EQUAL(net->response_fits(&self, &another, &result, &response, &why), RC_INVALID);
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "another inquiry"));
	response.header.source = "0120250000000001";
	CU_ASSERT_EQUAL(net->response_fits(&self, &question, &result, &response, &why), RC_INVALID);
	response.header.source = OTHER;
	response.header.destination = "0120250000000001";
	CU_ASSERT_EQUAL(net->response_fits(&self, &question, &result, &response, &why), RC_INVALID);
	response.header.destination = SELF;
	response.body.provision_response.process_no = "X-2";
	CU_ASSERT_EQUAL(net->response_fits(&self, &question, &result, &response, &why), RC_INVALID);
	response.body.provision_response.process_no = "X-1";
	result.body.result.process_no = NULL;
	CU_ASSERT_EQUAL(net->response_fits(&self, &question, &result, &response, &why), RC_INVALID);
	result.body.result.process_no = "X-1";
	result.body.result.item_status = MESSAGE_ITEM_OK;	/* the wrapper would make "nothing" into "something" */
	CU_ASSERT_EQUAL(net->response_fits(&self, &question, &result, &response, &why), RC_INVALID);
	result.body.result.item_status = MESSAGE_ITEM_NO_DATA;
	result.body.result.record_no = "q-2";
	CU_ASSERT_EQUAL(net->response_fits(&self, &question, &result, &response, &why), RC_INVALID);
	arena_clear(&a);
}

RUNNER_SUITE(exchange_adapter,
    RUNNER_TEST(each_request_goes_to_its_endpoint_and_encodes_the_same_twice),
    RUNNER_TEST(the_registrar_leg_has_a_gap_and_its_own_endpoint),
    RUNNER_TEST(a_bad_provider_or_too_many_copies_are_refused_before_anything_is_written),
    RUNNER_TEST(answers_become_business_events),
    RUNNER_TEST(an_answer_that_does_not_fit_its_request_is_refused),
    RUNNER_TEST(a_response_must_be_about_our_question));

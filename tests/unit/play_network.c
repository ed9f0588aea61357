#include "tests/unit/play_network.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action/copy_record.h"
#include "base/limits.h"
#include "exchange/peer.h"
#include "exchange/wire_read.h"
#include "exchange/wire_write.h"
#include "tests/unit/exchange_authority.h"
#include "tests/unit/play_network_room.h"

struct network *play_net;
char play_self[MESSAGE_CODE16_CHARS + 1];

void
play_network_begin(int64_t now_s)
{
	static const char *const all[] = { "core", "registrar", "int-s", "int-y", "int-h", "node-y", "node-h", NULL };
	static const struct test_leaf leaf[] = {
		{ .name = "authority" },
		{ .name = "core", .issuer = "authority", .uri = { "urn:watashi:core" } },
		{ .name = "registrar", .issuer = "authority", .uri = { "urn:watashi:registrar" } },
		{ .name = "int-s", .issuer = "authority", .uri = { "urn:watashi:intermediary:011002",
		    "urn:watashi:institution:0110020000000001" } },
		{ .name = "int-y", .issuer = "authority", .uri = { "urn:watashi:intermediary:141003",
		    "urn:watashi:institution:1410030000000001" } },
		{ .name = "int-h", .issuer = "authority", .uri = { "urn:watashi:intermediary:012025",
		    "urn:watashi:institution:0120250000000001" } },
		{ .name = "node-y", .issuer = "authority", .uri = { "urn:watashi:municipality:141003",
		    "urn:watashi:institution:1410030000000001" } },
		{ .name = "node-h", .issuer = "authority", .uri = { "urn:watashi:municipality:012025",
		    "urn:watashi:institution:0120250000000001" } },
	};

	(void)test_authority_begin();
	for (size_t i = 0; i < sizeof(leaf) / sizeof(leaf[0]); i++) {
		struct test_leaf l = leaf[i];

		l.from_s = now_s - 86400;
		l.until_s = now_s + INT64_C(5) * 366 * 86400;
		test_authority_make(&l);
	}
	test_bundle("directory.pem", all);
	message_institution_of(PLAY_TOWN, play_self);
	play_net = calloc(1, sizeof(*play_net));
	assert(play_net != NULL);
	arena_init(&play_net->arena, 64u << 20);
}

void
play_network_end(void)
{
	for (int i = 0; i < play_net->n_letter; i++)
		free(play_net->letter[i].bytes);
	for (int i = 0; i < play_net->n_seen; i++) {
		free(play_net->seen[i].sent);
		free(play_net->seen[i].answer);
	}
	arena_clear(&play_net->arena);
	free(play_net);
	play_net = NULL;
	test_authority_end();
}

void
play_network_mood(enum message_kind kind, enum play_mood mood, enum message_error error, int times)
{
	int i;

	for (i = 0; i < play_net->n_mood; i++)
		if (play_net->mood[i].kind == kind)
			break;
	assert(i < MOODS_MAX);
	if (i == play_net->n_mood)
		play_net->n_mood++;
	play_net->mood[i].kind = kind;
	play_net->mood[i].mood = mood;
	play_net->mood[i].error = error;
	play_net->mood[i].times = times;
}

void
play_network_town(const char *municipality, const char *does)
{
	int i;

	for (i = 0; i < play_net->n_town; i++)
		if (strcmp(play_net->town[i].municipality, municipality) == 0)
			break;
	if (i == play_net->n_town)
		play_net->n_town++;
	(void)snprintf(play_net->town[i].municipality, 7, "%s", municipality);
	(void)snprintf(play_net->town[i].does, sizeof(play_net->town[i].does), "%s", does);
}

void
play_network_holds(const char *municipality, const struct person *who, const struct dose *d, int64_t version)
{
	struct holding *h = NULL;
	struct message_copy copy;
	struct fault why;
	int i;

	if (copy_record_write(who, d, version, false, DAY_NONE, &play_net->arena, &copy, &why) != RC_OK)
		abort();
	for (i = 0; i < play_net->n_holding && h == NULL; i++)
		if (strcmp(play_net->holding[i].municipality, municipality) == 0 &&
		    strcmp(play_net->holding[i].addressee, who->addressee_no) == 0 &&
		    strcmp(play_net->holding[i].record.record_key, copy.record_key) == 0)
			h = &play_net->holding[i];
	if (h == NULL) {
		assert(play_net->n_holding < HOLDINGS_MAX);
		h = &play_net->holding[play_net->n_holding++];
	}
	(void)snprintf(h->municipality, 7, "%s", municipality);
	(void)snprintf(h->addressee, 16, "%s", who->addressee_no);
	/* The items' texts are the caller's: the story's, which lives longer. */
	h->record = (struct message_record_items){ copy.record_key, version, copy.items, copy.n_items };
}

void
play_network_asks(const char *permit_id, const char *addressee_no, const char *inquirer_municipality)
{
	assert(play_net->n_asks < ASKS_MAX);
	(void)snprintf(play_net->asks[play_net->n_asks].permit, 33, "%s", permit_id);
	(void)snprintf(play_net->asks[play_net->n_asks].addressee, 16, "%s", addressee_no);
	message_institution_of(inquirer_municipality, play_net->asks[play_net->n_asks].inquirer);
	play_net->n_asks++;
}

int
play_network_count(enum message_kind kind)
{
	int n = 0;

	for (int i = 0; i < play_net->n_seen; i++)
		n += kind == MESSAGE_NONE || play_net->seen[i].kind == kind;
	return n;
}

const char *
play_network_last(enum message_kind kind)
{
	for (int i = play_net->n_seen; i-- > 0; )
		if (play_net->seen[i].kind == kind)
			return play_net->seen[i].sent;
	return NULL;
}

bool
play_network_sent(enum message_kind kind, int back, const char **ret_bytes, size_t *ret_len)
{
	for (int i = play_net->n_seen; i-- > 0; )
		if (play_net->seen[i].kind == kind && back-- == 0) {
			*ret_bytes = play_net->seen[i].sent;
			*ret_len = play_net->seen[i].sent_len;
			return true;
		}
	return false;
}

int
play_network_knocks(void)
{
	return play_net->knocks;
}

int
play_network_broken_promises(void)
{
	return play_net->broken;
}

static int
copy_find(const char *addressee, const char *key)
{
	int i;

	for (i = 0; i < play_net->n_copy; i++)
		if (strcmp(play_net->copy[i].addressee, addressee) == 0 && strcmp(play_net->copy[i].key, key) == 0)
			break;
	return i;
}

bool
play_network_copy(const char *addressee_no, const char *record_key, int64_t *ret_version)
{
	int i = copy_find(addressee_no, record_key);

	if (i == play_net->n_copy)
		return false;
	*ret_version = play_net->copy[i].version;
	return true;
}

int
play_network_copies(void)
{
	return play_net->n_copy;
}

void
play_network_copy_lose(const char *addressee_no, const char *record_key)
{
	int i = copy_find(addressee_no, record_key);

	if (i < play_net->n_copy)
		play_net->copy[i] = play_net->copy[--play_net->n_copy];
}

/* ---- hearing ---- */

static enum message_segment segment;

static enum rc
copy_begin(void *context, const struct message_header *header, enum message_segment s, struct fault *why)
{
	(void)context, (void)header, (void)why;
	segment = s;
	return RC_OK;
}

static enum rc
copy_record(void *context, const struct message_copy *r, struct fault *why)
{
	int i = copy_find(r->addressee_no, r->record_key);

	(void)context, (void)why;
	if (segment == MESSAGE_SEGMENT_DELETE) {
		if (i < play_net->n_copy)
			play_net->copy[i] = play_net->copy[--play_net->n_copy];
		return RC_OK;
	}
	if (i < play_net->n_copy && play_net->copy[i].version > r->record_version)
		return RC_OK;
	assert(i < COPIES_MAX);
	if (i == play_net->n_copy)
		play_net->n_copy++;
	(void)snprintf(play_net->copy[i].addressee, 16, "%s", r->addressee_no);
	(void)snprintf(play_net->copy[i].key, sizeof(play_net->copy[i].key), "%s", r->record_key);
	play_net->copy[i].version = r->record_version;
	message_items_digest(r->items, r->n_items, play_net->copy[i].digest);
	return RC_OK;
}

static enum rc
copy_pass(void *context, const struct message_copy *r, struct fault *why)
{
	(void)context, (void)r, (void)why;
	return RC_OK;
}

/* Into what the intermediary holds, once the message is taken. */
static void
take_copies(const void *bytes, size_t len)
{
	const struct wire_copy_sink sink = { copy_begin, copy_record, NULL };
	struct message *m;
	struct arena arena;
	struct fault why;

	arena_init(&arena, 16u << 20);
	if (wire_read(bytes, len, &arena, &sink, &m, &why) != RC_OK)
		abort();
	arena_clear(&arena);
}

bool
play_network_late(enum message_kind kind, int nth)
{
	for (int i = 0; i < play_net->n_seen && kind == MESSAGE_COPY_REGISTER; i++)
		if (play_net->seen[i].kind == kind && --nth == 0) {
			take_copies(play_net->seen[i].sent, play_net->seen[i].sent_len);
			return true;
		}
	return false;
}

static const char *
fresh(struct arena *a, const char *prefix)
{
	char text[33];
	int n = snprintf(text, sizeof(text), "%s%d", prefix, ++play_net->next);

	return arena_text(a, text, (size_t)n);
}

static int
code_find(const char *addressee)
{
	int i;

	for (i = 0; i < play_net->n_code; i++)
		if (strcmp(play_net->code[i].addressee, addressee) == 0)
			break;
	return i;
}

static const char *
does(const char *provider)
{
	for (int i = 0; i < play_net->n_town; i++)
		if (strncmp(play_net->town[i].municipality, provider, 6) == 0)
			return play_net->town[i].does;
	return "answers";
}

static const char *
signer_of(const char *provider)
{
	return strncmp(provider, "141003", 6) == 0 ? "int-y" : strncmp(provider, "012025", 6) == 0 ? "int-h" : "int-s";
}

static enum message_error
error_of(const char *name)
{
	int e;

	for (e = 1; e < MESSAGE_ERROR__COUNT; e++)
		if (strcmp(message_error_name((enum message_error)e), name) == 0)
			break;
	return (enum message_error)e;
}

static void
say_error(struct message *m, enum message_error error)
{
	struct message_header h = m->header;

	message_init(m, MESSAGE_ERROR);
	m->header = h;
	m->header.result = error;
	m->body.error.error = error;
}

static void
answer_result(const struct inquiry_there *q, int64_t now_ms, struct arena *a, struct message *m)
{
	const char *what = does(q->provider);
	struct message_result *r = &m->body.result;
	struct message_record_items *record;
	struct message inner;
	struct buf bytes = BUF_INIT(LIMIT_WIRE_BYTES);
	unsigned char der[128], *kept;
	struct fault why;
	char *text;
	size_t n = 0, len;
	int i;

	r->record_no = q->record_no;
	r->process_no = q->process;
	r->provider = q->provider;
	r->progress = MESSAGE_PROGRESS_DONE;
	if (strcmp(what, "silent") == 0) {
		r->progress = MESSAGE_PROGRESS_NOTIFIED;
		return;
	}
	if (strcmp(what, "held") == 0) {
		r->progress = MESSAGE_PROGRESS_HELD;
		return;
	}
	if (error_of(what) != MESSAGE_ERROR__COUNT) {
		r->progress = MESSAGE_PROGRESS_FAILED;
		r->error = error_of(what);
		return;
	}
	message_init(&inner, MESSAGE_PROVISION_RESPONSE);
	inner.header.msg_id = "0123456789abcdef0123456789abcdef";
	inner.header.source = q->provider;
	inner.header.destination = play_self;
	inner.body.provision_response.permit_id = "PERMIT";
	inner.body.provision_response.process_no = q->process;
	inner.body.provision_response.inquiry_digest = q->digest;
	inner.body.provision_response.provided_at_ms = now_ms;
	inner.body.provision_response.status = r->item_status = MESSAGE_ITEM_OK;
	if ((record = arena_array(a, HOLDINGS_MAX, sizeof(*record))) == NULL)
		abort();
	for (i = 0; i < play_net->n_holding; i++)
		if (strncmp(play_net->holding[i].municipality, q->provider, 6) == 0 &&
		    strcmp(play_net->holding[i].addressee, q->addressee) == 0)
			record[n++] = play_net->holding[i].record;
	if (strcmp(what, "no-data") == 0 || n == 0) {
		inner.body.provision_response.status = r->item_status = MESSAGE_ITEM_NO_DATA;
		r->error = E401_NO_COPY;
		n = 0;
	} else if (strcmp(what, "refuses") == 0) {
		inner.body.provision_response.status = r->item_status = MESSAGE_ITEM_REFUSED;
		r->error = E403_REFUSED_BY_STAFF;
		n = 0;
	}
	inner.body.provision_response.records = record;
	inner.body.provision_response.n_records = n;
	if (wire_write(&inner, &bytes, NULL, &why) != RC_OK) {
		printf("     response: %s: %s\n", why.place, why.text);
		abort();
	}
	len = test_sign(strcmp(what, "forges") == 0 ? "int-s" : signer_of(q->provider), 256, bytes.data, bytes.len, der);
	if ((text = arena_new(a, bytes.len)) == NULL || (kept = arena_new(a, len)) == NULL)
		abort();
	memcpy(text, bytes.data, bytes.len);
	memcpy(kept, der, len);
	r->response.bytes = text;
	r->response.len = bytes.len;
	r->signature.bytes = kept;
	r->signature.len = len;
	buf_clear(&bytes);
}

static void
hear_inquiry(const struct message *m, struct arena *a, struct message *out)
{
	const struct message_inquiry_request *q = &m->body.inquiry_request;
	struct inquiry_there *there;
	int i;

	for (i = 0; i < play_net->n_inquiry; i++)
		if (strcmp(play_net->inquiry[i].record_no, q->record_no) == 0) {
			say_error(out, E103_DUPLICATE);
			return;
		}
	if ((i = code_find(q->addressee_no)) == play_net->n_code || play_net->code[i].state != 2) {
		say_error(out, E101_NO_CODE_YET);
		return;
	}
	assert(play_net->n_inquiry < INQUIRIES_MAX);
	there = &play_net->inquiry[play_net->n_inquiry++];
	out->header.reception_no = fresh(a, "RC");
	(void)snprintf(there->reception, 33, "%s", out->header.reception_no);
	(void)snprintf(there->process, 33, "PR%d", play_net->next);
	(void)snprintf(there->record_no, sizeof(there->record_no), "%s", q->record_no);
	(void)snprintf(there->addressee, 16, "%s", q->addressee_no);
	(void)snprintf(there->provider, 17, "%s", q->provider);
	message_inquiry_digest(q, there->digest);
}

/* What a network does with a request of a node; out has kind and header of the proper answer. */
static void
act(const struct message *m, int64_t now_ms, struct arena *a, struct message *out)
{
	struct message_copy_key *key;
	struct message_held *held;
	int i;

	switch ((unsigned)m->kind) {
	case MESSAGE_NUMBER_REQUEST:
		if ((i = code_find(m->body.number_request.addressee_no)) == play_net->n_code) {
			assert(play_net->n_code < CODES_MAX);
			(void)snprintf(play_net->code[play_net->n_code++].addressee, 16, "%s", m->body.number_request.addressee_no);
		}
		play_net->code[i].state = 1;
		{
			char text[33];
			int n = snprintf(text, sizeof(text), "NUM%d", i);

			out->header.reception_no = arena_text(a, text, (size_t)n);
		}
		break;
	case MESSAGE_NUMBER_FETCH:
		i = atoi(m->body.fetch.reception_no + 3);
		out->body.number_issued.addressee_no = play_net->code[i].addressee;
		out->body.number_issued.acquisition_no = fresh(a, "ACQ");
		break;
	case MESSAGE_CODE_REQUEST:
		out->header.reception_no = fresh(a, "JUKI");
		for (i = 0; i < play_net->n_code; i++)
			if (play_net->code[i].state == 1)
				play_net->code[i].state = 2;
		break;
	case MESSAGE_CODE_FETCH:
		out->body.code_status.addressee_no = m->body.code_fetch.addressee_no;
		i = code_find(m->body.code_fetch.addressee_no);
		out->body.code_status.state = i < play_net->n_code && play_net->code[i].state == 2 ? MESSAGE_CODE_ISSUED :
		    MESSAGE_CODE_REQUESTED;
		break;
	case MESSAGE_COPY_REGISTER:
		out->header.reception_no = fresh(a, "CP");
		break;
	case MESSAGE_COPY_RESULT_FETCH:
		out->body.copy_result.done = true;
		out->body.copy_result.accepted = 1;
		break;
	case MESSAGE_COPY_LIST_FETCH:
		if ((key = arena_array(a, (size_t)play_net->n_copy + 1, sizeof(*key))) == NULL)
			abort();
		for (i = 0; i < play_net->n_copy; i++)
			key[i] = (struct message_copy_key){ play_net->copy[i].addressee, "DUMMYTM002700001",
			    COPY_RECORD_DATA_SET, play_net->copy[i].key, play_net->copy[i].version, play_net->copy[i].digest };
		out->body.copy_list.entries = key;
		out->body.copy_list.n_entries = (size_t)play_net->n_copy;
		break;
	case MESSAGE_INQUIRY_REQUEST:
		hear_inquiry(m, a, out);
		break;
	case MESSAGE_RESULT_FETCH:
		for (i = 0; i < play_net->n_inquiry; i++)
			if (strcmp(play_net->inquiry[i].reception, m->body.fetch.reception_no) == 0)
				break;
		if (i == play_net->n_inquiry)
			say_error(out, E901_MALFORMED);
		else
			answer_result(&play_net->inquiry[i], now_ms, a, out);
		break;
	case MESSAGE_HELD_FETCH:
		if ((held = arena_array(a, ASKS_MAX, sizeof(*held))) == NULL)
			abort();
		for (i = 0; i < play_net->n_asks; i++)
			held[i] = (struct message_held){ play_net->asks[i].permit, play_net->asks[i].addressee,
			    "DUMMYJM000000025", "DUMMYTM002700001", play_net->asks[i].inquirer, now_ms, now_ms + 86400000 };
		out->body.held_list.entries = held;
		out->body.held_list.n_entries = (size_t)play_net->n_asks;
		break;
	case MESSAGE_PROVISION_DECISION:
		out->header.reception_no = fresh(a, "DC");
		for (i = 0; i < play_net->n_asks; i++)
			if (strcmp(play_net->asks[i].permit, m->body.provision_decision.permit_id) == 0)
				play_net->asks[i] = play_net->asks[--play_net->n_asks];
		break;
	case MESSAGE_RECORD_FETCH:
		play_answer_records(m, a, out);
		break;
	case MESSAGE_TOLD_FETCH:
		play_answer_told(m, out);
		break;
	case MESSAGE_EVIDENCE_FETCH:		/* nothing signed yet */
		out->body.evidence.process_no = m->body.evidence_fetch.process_no;
		break;
	case MESSAGE_LETTER_FETCH:
		play_answer_letter(m, a, out);
		break;
	case MESSAGE_NOTICE:
	case MESSAGE_NOTICE_FETCH:
		play_answer_notice(m, now_ms, a, out);
		break;
	case MESSAGE_CORRECTION:
	case MESSAGE_CORRECTION_RECEIPT:
	case MESSAGE_DAY_COUNT:
	case MESSAGE_DAY_RECEIPT:
		out->header.reception_no = fresh(a, "LT");
		break;
	default:
		say_error(out, E901_MALFORMED);
	}
}

static enum play_mood
mood_of(enum message_kind kind, enum message_error *ret_error)
{
	for (int i = 0; i < play_net->n_mood; i++)
		if ((play_net->mood[i].kind == kind || play_net->mood[i].kind == MESSAGE_NONE) && play_net->mood[i].times != 0) {
			if (play_net->mood[i].times > 0)
				play_net->mood[i].times--;
			*ret_error = play_net->mood[i].error;
			return play_net->mood[i].mood;
		}
	return PLAY_ANSWERS;
}

static void
put_answer(struct play_answer *out, const char *bytes, size_t len, const char *signer)
{
	unsigned char der[128];
	size_t n = test_sign(signer, 256, bytes, len, der);

	if (buf_add(&out->bytes, bytes, len) != RC_OK || peer_signature_text(der, n, &out->signature) != RC_OK)
		abort();
	out->outcome = SENDING_ANSWERED;
	out->status = 200;
}

static struct seen *
remember(const struct message *m, const void *bytes, size_t len, const struct buf *answer)
{
	struct seen *s;

	assert(play_net->n_seen < SEEN_MAX);
	s = &play_net->seen[play_net->n_seen++];
	(void)snprintf(s->id, sizeof(s->id), "%s", m->header.msg_id);
	s->kind = m->kind;
	if ((s->sent = malloc(len + 1)) == NULL || (s->answer = malloc(answer->len)) == NULL)
		abort();
	memcpy(s->sent, bytes, len);
	s->sent[len] = '\0';
	s->sent_len = len;
	memcpy(s->answer, answer->data, answer->len);
	s->answer_len = answer->len;
	return s;
}

void
play_network_hear(enum adapter_endpoint endpoint, const void *bytes, size_t len, int64_t now_ms,
    struct play_answer *ret_answer)
{
	const struct wire_copy_sink sink = { copy_begin, copy_pass, NULL };
	const char *signer = endpoint == ADAPTER_REGISTRAR ? "registrar" : "int-s";
	enum message_error error = MESSAGE_OK;
	struct buf written = BUF_INIT(LIMIT_WIRE_BYTES);
	struct seen *s = NULL;
	struct message *m, out;
	enum play_mood mood;
	struct arena arena;
	struct fault why;
	int i;

	buf_init(&ret_answer->bytes, LIMIT_WIRE_BYTES);
	buf_init(&ret_answer->signature, 256);
	ret_answer->status = 0;
	arena_init(&arena, 16u << 20);
	if (len == 0) {			/* touched only, by a test of the peers */
		ret_answer->outcome = SENDING_ANSWERED;
		ret_answer->status = 405;
		goto out;
	}
	if (wire_read(bytes, len, &arena, &sink, &m, &why) != RC_OK) {
		printf("     the node sent what nobody can read: %s: %s\n", why.place, why.text);
		abort();
	}
	mood = mood_of(m->kind, &error);
	if (mood == PLAY_GONE || mood == PLAY_STRANGE) {
		play_net->knocks++;
		ret_answer->outcome = mood == PLAY_GONE ? SENDING_NO_CONNECTION : SENDING_TLS_REFUSED;
		goto out;
	}
	message_init(&out, endpoint == ADAPTER_REGISTRAR ? MESSAGE_RECEIPT : message_answer_of(m->kind));
	out.header.msg_id = m->header.msg_id;
	out.header.source = endpoint == ADAPTER_REGISTRAR ? MESSAGE_INSTITUTION_REGISTRAR : play_self;
	out.header.destination = play_self;
	if (mood == PLAY_CLOSED || mood == PLAY_ERROR) {
		say_error(&out, mood == PLAY_CLOSED ? E501_CLOSED : error);
		if (wire_write(&out, &written, NULL, &why) != RC_OK)
			abort();
		put_answer(ret_answer, written.data, written.len, signer);
		goto out;
	}
	if (mood == PLAY_REFUSES) {
		ret_answer->outcome = SENDING_ANSWERED;
		ret_answer->status = 403;
		goto out;
	}
	for (i = 0; i < play_net->n_seen && s == NULL; i++)
		if (strcmp(play_net->seen[i].id, m->header.msg_id) == 0)
			s = &play_net->seen[i];
	if (s != NULL && (s->sent_len != len || memcmp(s->sent, bytes, len) != 0))
		play_net->broken++;
	if (s == NULL) {
		if (m->kind == MESSAGE_COPY_REGISTER)
			take_copies(bytes, len);
		act(m, now_ms, &arena, &out);
		if (wire_write(&out, &written, NULL, &why) != RC_OK) {
			printf("     answer: %s: %s\n", why.place, why.text);
			abort();
		}
		if (m->kind != MESSAGE_HELD_FETCH && m->kind != MESSAGE_RECORD_FETCH &&
		    m->kind != MESSAGE_RESULT_FETCH && m->kind != MESSAGE_LETTER_FETCH)
			s = remember(m, bytes, len, &written);
	}
	if (mood == PLAY_LOSES)
		ret_answer->outcome = SENDING_BROKE_OFF;
	else if (mood == PLAY_GARBLES)
		put_answer(ret_answer, "<Garbled", 8, signer);
	else
		put_answer(ret_answer, s != NULL ? s->answer : written.data, s != NULL ? s->answer_len : written.len,
		     mood == PLAY_FORGES ? "int-y" : signer);
 out:
	buf_clear(&written);
	arena_clear(&arena);
}

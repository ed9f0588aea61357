#include "tests/explore/explore_hub_room.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checkdigit.h"
#include "base/limits.h"
#include "exchange/peer.h"
#include "exchange/wire_read.h"
#include "exchange/wire_write.h"

void
hub_wrong(struct hub *h, const char *what)
{
	if (h->wrong == NULL)
		h->wrong = what;
}

int
hub_person_of(const char *addressee)
{
	size_t len = strlen(addressee);

	return atoi(addressee + (len > 3 ? len - 3 : 0));
}

int
hub_town_of(const struct hub_world *w, const char *institution)
{
	for (int i = 0; i < w->n_towns; i++)
		if (strncmp(w->town[i], institution, 6) == 0)
			return i;
	return -1;
}

const char *
hub_numbered(struct arena *a, const char *prefix, int no)
{
	char text[33];
	int n = snprintf(text, sizeof(text), "%s%05d", prefix, no);

	return arena_text(a, text, (size_t)n);
}

/* The record of a copy that a message registered. */
struct sink {
	struct hub *h;
	int town, blob;
	enum message_segment segment;
	/* or: one to be found again */
	const char *key;
	struct message_copy found;
	struct arena *arena;
};

static enum rc
sink_begin(void *context, const struct message_header *header, enum message_segment segment, struct fault *why)
{
	struct sink *s = context;

	(void)header, (void)why;
	s->segment = segment;
	return RC_OK;
}

static enum rc
sink_record(void *context, const struct message_copy *r, struct fault *why)
{
	struct sink *s = context;
	int person = hub_person_of(r->addressee_no), i;

	(void)why;
	for (i = 0; i < s->h->n_copy; i++)
		if (s->h->copy[i].town == s->town && s->h->copy[i].person == person &&
		    strcmp(s->h->copy[i].key, r->record_key) == 0)
			break;
	if (i < s->h->n_copy && s->h->copy[i].version > r->record_version)
		return RC_OK;
	assert(i < HUB_COPIES);
	if (i == s->h->n_copy)
		s->h->n_copy++;
	s->h->copy[i].town = s->town;
	s->h->copy[i].person = person;
	s->h->copy[i].version = (int)r->record_version;
	s->h->copy[i].blob = s->blob;
	s->h->copy[i].no_auto = r->no_auto_reply;
	s->h->copy[i].erased = s->segment == MESSAGE_SEGMENT_DELETE;
	(void)snprintf(s->h->copy[i].key, sizeof(s->h->copy[i].key), "%s", r->record_key);
	(void)snprintf(s->h->copy[i].addressee, 16, "%s", r->addressee_no);
	message_items_digest(r->items, r->n_items, s->h->copy[i].digest);
	return RC_OK;
}

static enum rc
sink_found(void *context, const struct message_copy *r, struct fault *why)
{
	struct sink *s = context;
	struct message_item *items;

	(void)why;
	if (strcmp(r->record_key, s->key) != 0)
		return RC_OK;
	s->found = *r;
	/* What the reader gives out dies with the record. */
	if ((items = arena_array(s->arena, r->n_items, sizeof(*items))) == NULL)
		abort();
	for (size_t i = 0; i < r->n_items; i++) {
		items[i] = r->items[i];
		items[i].code = arena_text(s->arena, items[i].code, strlen(items[i].code));
		if (items[i].value != NULL)
			items[i].value = arena_text(s->arena, items[i].value, strlen(items[i].value));
	}
	s->found.items = items;
	return RC_OK;
}

static void
records_of(struct hub *h, int nth, struct arena *a, struct message_record_items *record, size_t *ret_n)
{
	const struct wire_copy_sink sink = { sink_begin, sink_found, NULL };
	struct message *m;
	struct fault why;
	size_t n = 0, len;

	for (int i = 0; i < h->n_copy; i++) {
		struct sink s = { .key = h->copy[i].key, .arena = a };
		struct wire_copy_sink here = sink;
		const void *bytes;

		if (h->copy[i].town != h->inquiry[nth].provider || h->copy[i].person != h->inquiry[nth].person || h->copy[i].erased)
			continue;
		here.context = &s;
		bytes = blob_bytes(h->copy[i].blob, &len);
		if (wire_read(bytes, len, a, &here, &m, &why) != RC_OK)
			abort();
		record[n++] = (struct message_record_items){ h->copy[i].key, h->copy[i].version, s.found.items, s.found.n_items };
	}
	*ret_n = n;
}

/* The provider's intermediary answers from its copy. */
static void
respond(struct hub *h, const struct hub_world *w, int nth, enum message_item_status status, int64_t now_ms)
{
	struct message_record_items record[HUB_COPIES];
	char provider[17], asker[17];
	struct buf out = BUF_INIT(LIMIT_WIRE_BYTES);
	struct arena arena;
	struct message m;
	struct fault why;
	size_t n = 0;

	arena_init(&arena, 4u << 20);
	if (status == MESSAGE_ITEM_OK)
		records_of(h, nth, &arena, record, &n);
	if (status == MESSAGE_ITEM_OK && n == 0)
		status = MESSAGE_ITEM_NO_DATA;
	message_institution_of(w->town[h->inquiry[nth].provider], provider);
	message_institution_of(w->town[h->inquiry[nth].town], asker);
	message_init(&m, MESSAGE_PROVISION_RESPONSE);
	m.header.msg_id = "0123456789abcdef0123456789abcdef";
	m.header.source = provider;
	m.header.destination = asker;
	m.body.provision_response.permit_id = hub_numbered(&arena, "PM", h->inquiry[nth].permit);
	m.body.provision_response.process_no = hub_numbered(&arena, "PR", h->inquiry[nth].process);
	m.body.provision_response.inquiry_digest = h->inquiry[nth].digest;
	m.body.provision_response.provided_at_ms = now_ms;
	m.body.provision_response.status = status;
	m.body.provision_response.records = record;
	m.body.provision_response.n_records = n;
	if (wire_write(&m, &out, NULL, &why) != RC_OK) {
		printf("     response: %s: %s\n", why.place, why.text);
		abort();
	}
	h->inquiry[nth].blob = blob_of(out.data, out.len);
	h->inquiry[nth].status = (int)status;
	h->inquiry[nth].progress = HUB_DONE;
	h->inquiry[nth].provided_ms = now_ms;
	for (size_t i = 0; i < n && h->inquiry[nth].n_told < HUB_TOLD; i++) {
		(void)snprintf(h->inquiry[nth].told[h->inquiry[nth].n_told].key, 81, "%s", record[i].record_key);
		h->inquiry[nth].told[h->inquiry[nth].n_told++].version = (int)record[i].record_version;
	}
	buf_clear(&out);
	arena_clear(&arena);
}

static bool
is_held(const struct hub *h, int nth)
{
	for (int i = 0; i < h->n_copy; i++)
		if (h->copy[i].town == h->inquiry[nth].provider && h->copy[i].person == h->inquiry[nth].person && h->copy[i].no_auto &&
		    !h->copy[i].erased)
			return true;
	return false;
}

static void
advance(struct hub *h, const struct hub_world *w, int nth, int64_t now_ms)
{
	switch (h->inquiry[nth].progress) {
	case HUB_ACCEPTED:
		h->inquiry[nth].progress = HUB_CHECKED;
		break;
	case HUB_CHECKED:
		h->inquiry[nth].progress = HUB_PERMITTED;
		break;
	case HUB_PERMITTED:
		h->inquiry[nth].progress = HUB_NOTIFIED;
		break;
	case HUB_NOTIFIED:
		if (is_held(h, nth))
			h->inquiry[nth].progress = HUB_HELD;
		else
			respond(h, w, nth, MESSAGE_ITEM_OK, now_ms);
		break;
	case HUB_HELD:
		if (h->inquiry[nth].decision == MESSAGE_DECISION_RELEASE)
			respond(h, w, nth, MESSAGE_ITEM_OK, now_ms);
		else if (h->inquiry[nth].decision == MESSAGE_DECISION_REFUSE)
			respond(h, w, nth, MESSAGE_ITEM_REFUSED, now_ms);
		break;
	case HUB_DONE:
	case HUB_FAILED:
		break;
	}
}

static bool
can_advance(const struct hub *h, int nth)
{
	return h->inquiry[nth].progress < HUB_HELD || (h->inquiry[nth].progress == HUB_HELD && h->inquiry[nth].decision != 0);
}

int
hub_works(const struct hub *h)
{
	int n = 0;

	for (int i = 0; i < h->n_inquiry; i++)
		n += can_advance(h, i);
	for (int i = 0; i < h->n_code; i++)
		n += h->code[i].state == HUB_ASKED;
	return n;
}

bool
hub_work(struct hub *h, const struct hub_world *w, int nth, int64_t now_ms)
{
	for (int i = 0; i < h->n_inquiry; i++)
		if (can_advance(h, i) && nth-- == 0) {
			advance(h, w, i, now_ms);
			return true;
		}
	for (int i = 0; i < h->n_code; i++)
		if (h->code[i].state == HUB_ASKED && nth-- == 0) {
			h->code[i].state = HUB_ISSUED;
			return true;
		}
	return false;
}

static void
signer_of(const struct hub_world *w, int town, enum adapter_endpoint endpoint, const char *self, char signer[24])
{
	(void)w, (void)town;
	(void)snprintf(signer, 24, "%d %s", endpoint == ADAPTER_REGISTRAR ? PEER_REGISTRAR : PEER_INTERMEDIARY,
	    endpoint == ADAPTER_REGISTRAR ? MESSAGE_INSTITUTION_REGISTRAR : self);
}

static bool
is_fetch(enum message_kind kind)
{
	return kind == MESSAGE_NUMBER_FETCH || kind == MESSAGE_CODE_FETCH || kind == MESSAGE_COPY_RESULT_FETCH ||
	    kind == MESSAGE_COPY_LIST_FETCH || kind == MESSAGE_RESULT_FETCH || kind == MESSAGE_HELD_FETCH ||
	    kind == MESSAGE_RECORD_FETCH || kind == MESSAGE_TOLD_FETCH || kind == MESSAGE_LETTER_FETCH ||
	    kind == MESSAGE_EVIDENCE_FETCH;
}

/* The one message with a number, and no other, carries twelve digits that pass the check of a MyNumber of ours. */
static bool
has_number(const char *bytes, size_t len)
{
	for (size_t i = 0; i + 12 <= len; i++) {
		if (memcmp(bytes + i, "0002", 4) == 0 && strspn(bytes + i, "0123456789") == 12 &&
		    (i == 0 || bytes[i - 1] == '>') && checkdigit_mynumber(bytes + i, 12))
			return true;
	}
	return false;
}

static bool
is_letter(enum message_kind kind)
{
	return kind == MESSAGE_CORRECTION || kind == MESSAGE_CORRECTION_RECEIPT || kind == MESSAGE_DAY_COUNT ||
	    kind == MESSAGE_DAY_RECEIPT;
}

/* A town names people by its own numbers, and in what reaches other towns by none. */
static bool
names_other(const struct hub_world *w, int town, enum message_kind kind, const void *bytes, size_t len)
{
	for (int i = 0; i < w->n_towns; i++)
		if ((i != town || is_letter(kind)) && memmem(bytes, len, w->number[i], strlen(w->number[i])) != NULL)
			return true;
	return false;
}

void
hub_hear(struct hub *h, const struct hub_world *w, int town, enum adapter_endpoint endpoint, const void *bytes,
    size_t len, const void *signature, size_t signature_len, int64_t now_ms, struct hub_answer *ret_answer)
{
	struct buf written = BUF_INIT(LIMIT_WIRE_BYTES);
	int request = blob_of(bytes, len), i;
	struct sink s = { .h = h, .town = town, .blob = request };
	const struct wire_copy_sink sink = { sink_begin, sink_record, &s };
	struct message *m, out;
	struct hub before = *h;
	char self[17];
	struct arena arena;
	struct fault why;

	arena_init(&arena, 8u << 20);
	memset(ret_answer, 0, sizeof(*ret_answer));
	message_institution_of(w->town[town], self);
	signer_of(w, town, endpoint, self, ret_answer->signer);
	if (wire_read(bytes, len, &arena, &sink, &m, &why) != RC_OK) {
		hub_wrong(h, "a node sent what nobody can read");
		goto out;
	}
	if (has_number(bytes, len) != (m->kind == MESSAGE_CODE_REQUEST))
		hub_wrong(h, "a number where none belongs, or none where one does");
	if (names_other(w, town, m->kind, bytes, len))
		hub_wrong(h, "a message says by which number somebody is known elsewhere");
	for (i = 0; i < h->n_seen; i++)
		if (strcmp(h->seen[i].id, m->header.msg_id) == 0)
			break;
	if (i < h->n_seen) {
		before.n_seen = h->n_seen;
		before.wrong = h->wrong;
		*h = before;			/* also what the records of a copy did */
		if (h->seen[i].request != request)
			hub_wrong(h, "one message id with two contents");
		ret_answer->blob = h->seen[i].answer;
		memcpy(ret_answer->gist, h->seen[i].gist, sizeof(ret_answer->gist));
		goto out;
	}
	message_init(&out, endpoint == ADAPTER_REGISTRAR ? MESSAGE_RECEIPT : message_answer_of(m->kind));
	out.header.msg_id = m->header.msg_id;
	out.header.source = endpoint == ADAPTER_REGISTRAR ? MESSAGE_INSTITUTION_REGISTRAR : self;
	out.header.destination = self;
	hub_act(h, w, town, m, request, blob_of(signature, signature_len), now_ms, &arena, &out, ret_answer->gist);
	if (out.kind == MESSAGE_ERROR)
		(void)snprintf(ret_answer->gist, sizeof(ret_answer->gist), "%s", message_error_name(out.body.error.error));
	if (wire_write(&out, &written, NULL, &why) != RC_OK) {
		printf("     answer: %s: %s\n", why.place, why.text);
		abort();
	}
	ret_answer->blob = blob_of(written.data, written.len);
	if (!is_fetch(m->kind)) {
		assert(h->n_seen < HUB_SEEN);
		(void)snprintf(h->seen[h->n_seen].id, 33, "%s", m->header.msg_id);
		h->seen[h->n_seen].request = request;
		memcpy(h->seen[h->n_seen].gist, ret_answer->gist, sizeof(ret_answer->gist));
		h->seen[h->n_seen++].answer = ret_answer->blob;
	}
 out:
	buf_clear(&written);
	arena_clear(&arena);
}

void
hub_busy(const struct hub_world *w, int town, enum adapter_endpoint endpoint, const void *bytes, size_t len,
    struct hub_answer *ret_answer)
{
	static struct hub nobody;
	struct sink s = { .h = &nobody };
	const struct wire_copy_sink sink = { sink_begin, sink_record, &s };
	struct buf written = BUF_INIT(LIMIT_WIRE_BYTES);
	struct message *m, out;
	char self[17];
	struct arena arena;
	struct fault why;

	arena_init(&arena, 8u << 20);
	memset(&nobody, 0, sizeof(nobody));
	memset(ret_answer, 0, sizeof(*ret_answer));
	message_institution_of(w->town[town], self);
	signer_of(w, town, endpoint, self, ret_answer->signer);
	if (wire_read(bytes, len, &arena, &sink, &m, &why) != RC_OK)
		abort();
	message_init(&out, MESSAGE_ERROR);
	out.header.msg_id = m->header.msg_id;
	out.header.source = endpoint == ADAPTER_REGISTRAR ? MESSAGE_INSTITUTION_REGISTRAR : self;
	out.header.destination = self;
	hub_say_error(&out, E501_CLOSED);
	if (wire_write(&out, &written, NULL, &why) != RC_OK)
		abort();
	ret_answer->blob = blob_of(written.data, written.len);
	(void)snprintf(ret_answer->gist, sizeof(ret_answer->gist), "E501");
	buf_clear(&written);
	arena_clear(&arena);
}


#include "tests/explore/explore_hub.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action/copy_record.h"
#include "base/checkdigit.h"
#include "base/limits.h"
#include "exchange/peer.h"
#include "exchange/wire_read.h"
#include "exchange/wire_write.h"

/* ---- blobs ---- */

static struct { void *bytes; size_t len; uint64_t mark; } *blobs;
static int n_blobs, room;
static int *bucket;
static int buckets;

static uint64_t
mix(uint64_t h, const void *bytes, size_t len)
{
	const unsigned char *b = bytes;

	for (size_t i = 0; i < len; i++)
		h = (h ^ b[i]) * UINT64_C(0x100000001b3);
	return h ^ h >> 31;
}

int
blob_of(const void *bytes, size_t len)
{
	uint64_t mark = mix(UINT64_C(0xcbf29ce484222325), bytes, len);
	int at;

	if (n_blobs * 2 >= buckets) {
		buckets = buckets == 0 ? 4096 : buckets * 2;
		free(bucket);
		if ((bucket = calloc((size_t)buckets, sizeof(*bucket))) == NULL)
			abort();
		for (int i = 0; i < n_blobs; i++) {
			for (at = (int)(blobs[i].mark & (uint64_t)(buckets - 1)); bucket[at] != 0; at = (at + 1) & (buckets - 1))
				;
			bucket[at] = i + 1;
		}
	}
	for (at = (int)(mark & (uint64_t)(buckets - 1)); bucket[at] != 0; at = (at + 1) & (buckets - 1))
		if (blobs[bucket[at] - 1].mark == mark && blobs[bucket[at] - 1].len == len)
			return bucket[at] - 1;
	if (n_blobs == room) {
		room = room == 0 ? 1024 : room * 2;
		if ((blobs = realloc(blobs, (size_t)room * sizeof(*blobs))) == NULL)
			abort();
	}
	if ((blobs[n_blobs].bytes = malloc(len + 1)) == NULL)
		abort();
	memcpy(blobs[n_blobs].bytes, bytes, len);
	blobs[n_blobs].len = len;
	blobs[n_blobs].mark = mark;
	bucket[at] = ++n_blobs;
	return n_blobs - 1;
}

const void *
blob_bytes(int blob, size_t *ret_len)
{
	*ret_len = blobs[blob].len;
	return blobs[blob].bytes;
}

/* ---- hearing ---- */

static void
wrong(struct hub *h, const char *what)
{
	if (h->wrong[0] == '\0')
		(void)snprintf(h->wrong, sizeof(h->wrong), "%s", what);
}

static int
person_of(const char *addressee)
{
	size_t len = strlen(addressee);

	return atoi(addressee + (len > 3 ? len - 3 : 0));
}

static int
town_of(const struct hub_world *w, const char *institution)
{
	for (int i = 0; i < w->n_towns; i++)
		if (strncmp(w->town[i], institution, 6) == 0)
			return i;
	return -1;
}

static const char *
numbered(struct arena *a, const char *prefix, int no)
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
	int person = person_of(r->addressee_no), i;

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
	m.body.provision_response.permit_id = numbered(&arena, "PM", h->inquiry[nth].permit);
	m.body.provision_response.process_no = numbered(&arena, "PR", h->inquiry[nth].process);
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
say_error(struct message *m, enum message_error error)
{
	struct message_header head = m->header;

	message_init(m, MESSAGE_ERROR);
	m->header = head;
	m->header.result = error;
	m->body.error.error = error;
}

static int
code_of(const struct hub *h, int town, int person)
{
	int i;

	for (i = 0; i < h->n_code; i++)
		if (h->code[i].town == town && h->code[i].person == person)
			break;
	return i;
}

static void
hear_number(struct hub *h, int town, const struct message *m, struct arena *a, struct message *out)
{
	int i = code_of(h, town, person_of(m->body.number_request.addressee_no));

	assert(i < HUB_CODES);
	if (i == h->n_code) {
		h->n_code++;
		h->code[i].town = town;
		h->code[i].person = person_of(m->body.number_request.addressee_no);
		(void)snprintf(h->code[i].addressee, 16, "%s", m->body.number_request.addressee_no);
	}
	if (h->code[i].state == HUB_ISSUED)
		wrong(h, "a code is asked for that is there");
	h->code[i].state = HUB_NUMBER;
	h->code[i].acquisition = ++h->next;
	h->code[i].used = 0;
	out->header.reception_no = numbered(a, "RC", i);
}

static void
hear_code(struct hub *h, const struct hub_world *w, const struct message *m, struct arena *a, struct message *out)
{
	int no = atoi(m->body.code_request.acquisition_no + 3), i;

	for (i = 0; i < h->n_code; i++)
		if (h->code[i].acquisition == no)
			break;
	if (i == h->n_code) {
		say_error(out, E301_PERMIT_INVALID);
		return;
	}
	if (++h->code[i].used > 1) {
		wrong(h, "an acquisition number is used twice");
		say_error(out, E302_PERMIT_REUSED);
		return;
	}
	h->code[i].state = w->slow ? HUB_ASKED : HUB_ISSUED;
	out->header.reception_no = numbered(a, "JK", ++h->next);
}

static int
by_key(const void *x, const void *y)
{
	const struct message_copy_key *a = x, *b = y;
	int c = strcmp(a->addressee_no, b->addressee_no);

	return c != 0 ? c : strcmp(a->record_key, b->record_key);
}

static void
hear_list(struct hub *h, int town, struct arena *a, struct message *out)
{
	struct message_copy_key *key = arena_array(a, HUB_COPIES, sizeof(*key));
	size_t n = 0;

	for (int i = 0; i < h->n_copy; i++)
		if (h->copy[i].town == town && !h->copy[i].erased)
			key[n++] = (struct message_copy_key){ h->copy[i].addressee, "DUMMYTM002700001", COPY_RECORD_DATA_SET,
			    h->copy[i].key, h->copy[i].version, h->copy[i].digest };
	qsort(key, n, sizeof(*key), by_key);
	out->body.copy_list.entries = key;
	out->body.copy_list.n_entries = n;
}

static void
hear_inquiry(struct hub *h, const struct hub_world *w, int town, const struct message *m, struct arena *a,
    struct message *out)
{
	const struct message_inquiry_request *q = &m->body.inquiry_request;
	int i, person = person_of(q->addressee_no), theirs, provider = town_of(w, q->provider);

	for (i = 0; i < h->n_inquiry; i++)
		if (h->inquiry[i].town == town && strcmp(h->inquiry[i].record_no, q->record_no) == 0) {
			wrong(h, "one inquiry under two message ids");
			say_error(out, E103_DUPLICATE);
			return;
		}
	i = code_of(h, town, person);
	if (i == h->n_code || h->code[i].state != HUB_ISSUED) {
		say_error(out, E101_NO_CODE_YET);
		return;
	}
	assert(h->n_inquiry < HUB_INQUIRIES && provider >= 0);
	i = h->n_inquiry++;
	theirs = w->linked_to != 0 ? w->linked_to : person;
	h->inquiry[i].town = town;
	h->inquiry[i].provider = provider;
	h->inquiry[i].person = theirs;
	h->inquiry[i].reception = ++h->next;
	h->inquiry[i].process = h->next;
	h->inquiry[i].permit = h->next;
	h->inquiry[i].progress = w->slow ? HUB_ACCEPTED : HUB_NOTIFIED;
	h->inquiry[i].requested_ms = q->requested_at_ms;
	(void)snprintf(h->inquiry[i].record_no, 21, "%s", q->record_no);
	(void)snprintf(h->inquiry[i].addressee, 16, "%s", q->addressee_no);
	message_inquiry_digest(q, h->inquiry[i].digest);
	for (int k = 0; k < h->n_code; k++)
		if (h->code[k].town == provider && h->code[k].person == theirs)
			(void)snprintf(h->inquiry[i].provider_addressee, 16, "%s", h->code[k].addressee);
	out->header.reception_no = numbered(a, "RC", h->next);
}

static void
hear_result(struct hub *h, const struct hub_world *w, int town, const struct message *m, struct arena *a,
    struct message *out, char gist[24])
{
	static const enum message_progress progress[] = { MESSAGE_PROGRESS_ACCEPTED, MESSAGE_PROGRESS_CHECKED,
	    MESSAGE_PROGRESS_PERMITTED, MESSAGE_PROGRESS_NOTIFIED, MESSAGE_PROGRESS_HELD, MESSAGE_PROGRESS_DONE,
	    MESSAGE_PROGRESS_FAILED };
	struct message_result *r = &out->body.result;
	int no = atoi(m->body.fetch.reception_no + 2), i;
	char *provider = arena_new(a, 17), *signature;
	size_t len;

	for (i = 0; i < h->n_inquiry; i++)
		if (h->inquiry[i].town == town && h->inquiry[i].reception == no)
			break;
	if (i == h->n_inquiry) {
		wrong(h, "the result of an unknown inquiry is asked for");
		say_error(out, E901_MALFORMED);
		return;
	}
	message_institution_of(w->town[h->inquiry[i].provider], provider);
	r->record_no = h->inquiry[i].record_no;
	r->progress = progress[h->inquiry[i].progress];
	(void)snprintf(gist, 24, "result %d %d", (int)h->inquiry[i].progress, h->inquiry[i].status);
	r->process_no = h->inquiry[i].progress >= HUB_CHECKED ? numbered(a, "PR", h->inquiry[i].process) : NULL;
	r->provider = provider;
	if (h->inquiry[i].progress != HUB_DONE)
		return;
	r->item_status = (enum message_item_status)h->inquiry[i].status;
	r->error = r->item_status == MESSAGE_ITEM_NO_DATA ? E401_NO_COPY :
	    r->item_status == MESSAGE_ITEM_REFUSED ? E403_REFUSED_BY_STAFF : MESSAGE_OK;
	r->response.bytes = blob_bytes(h->inquiry[i].blob, &len);
	r->response.len = len;
	if ((signature = arena_new(a, 64)) == NULL)
		abort();
	r->signature.bytes = signature;
	r->signature.len = (size_t)snprintf(signature, 64, "%d %s", PEER_INTERMEDIARY, provider);
}

static void
hear_held(struct hub *h, const struct hub_world *w, int town, struct arena *a, struct message *out, int64_t now_ms)
{
	struct message_held *e = arena_array(a, HUB_INQUIRIES, sizeof(*e));
	size_t n = 0;

	for (int i = 0; i < h->n_inquiry; i++) {
		char *asker;

		if (h->inquiry[i].provider != town || h->inquiry[i].progress != HUB_HELD || h->inquiry[i].decision != 0)
			continue;
		if ((asker = arena_new(a, 17)) == NULL)
			abort();
		message_institution_of(w->town[h->inquiry[i].town], asker);
		e[n++] = (struct message_held){ numbered(a, "PM", h->inquiry[i].permit), h->inquiry[i].provider_addressee,
		    "DUMMYJM000000025", "DUMMYTM002700001", asker, now_ms, now_ms + 86400000 };
	}
	out->body.held_list.entries = e;
	out->body.held_list.n_entries = n;
}

static void
hear_decision(struct hub *h, int town, const struct message *m, struct arena *a, struct message *out)
{
	int no = atoi(m->body.provision_decision.permit_id + 2), i;

	for (i = 0; i < h->n_inquiry; i++)
		if (h->inquiry[i].permit == no && h->inquiry[i].provider == town)
			break;
	if (i == h->n_inquiry || h->inquiry[i].decision != 0) {
		wrong(h, "a decision comes twice, or about nothing");
		say_error(out, E302_PERMIT_REUSED);
		return;
	}
	h->inquiry[i].decision = (int)m->body.provision_decision.decision;
	h->decided_here++;
	out->header.reception_no = numbered(a, "DC", ++h->next);
}

static void
hear_records(struct hub *h, const struct hub_world *w, int town, const struct message *m, struct arena *a, struct message *out)
{
	const struct message_record_fetch *which = &m->body.record_fetch;
	struct message_provision_record *r = arena_array(a, HUB_INQUIRIES, sizeof(*r));
	size_t n = 0;
	day until;

	if (r == NULL || day_make(2033, 11, 22, &until) != RC_OK)
		abort();
	for (int i = 0; i < h->n_inquiry; i++) {
		const char *no = numbered(a, "PR", h->inquiry[i].process);
		char *asker, *provider;
		bool done = h->inquiry[i].progress == HUB_DONE;

		if ((h->inquiry[i].town != town && h->inquiry[i].provider != town) || h->inquiry[i].progress < HUB_CHECKED ||
		    (which->process_no != NULL && strcmp(which->process_no, no) != 0) ||
		    (which->after != NULL && strcmp(which->after, no) >= 0))
			continue;
		if ((asker = arena_new(a, 17)) == NULL || (provider = arena_new(a, 17)) == NULL)
			abort();
		message_institution_of(w->town[h->inquiry[i].town], asker);
		message_institution_of(w->town[h->inquiry[i].provider], provider);
		r[n++] = (struct message_provision_record){ .process_no = no,
		    .addressee_no = h->inquiry[i].town == town ? h->inquiry[i].addressee : h->inquiry[i].provider_addressee,
		    .inquirer = asker, .provider = provider, .requested_at_ms = h->inquiry[i].requested_ms,
		    .provided_at_ms = done && h->inquiry[i].status == (int)MESSAGE_ITEM_OK ? h->inquiry[i].provided_ms : MESSAGE_NO_TIME,
		    .affair_code = "DUMMYJM000000025", .procedure_code = "DUMMYJT000000001", .item_code = "DUMMYTM002700001",
		    .outcome = !done ? MESSAGE_OUTCOME_PENDING : h->inquiry[i].status == (int)MESSAGE_ITEM_OK ? MESSAGE_OUTCOME_PROVIDED :
		    h->inquiry[i].status == (int)MESSAGE_ITEM_NO_DATA ? MESSAGE_OUTCOME_NO_DATA : MESSAGE_OUTCOME_REFUSED,
		    .error = !done || h->inquiry[i].status == (int)MESSAGE_ITEM_OK ? MESSAGE_OK :
		    h->inquiry[i].status == (int)MESSAGE_ITEM_NO_DATA ? E401_NO_COPY : E403_REFUSED_BY_STAFF,
		    .expires_on = until };
		if (r[n - 1].addressee_no[0] == '\0')
			r[n - 1].addressee_no = NULL;
	}
	out->body.record_list.entries = r;
	out->body.record_list.n_entries = n;
}

static void
hear_told(struct hub *h, int town, const struct message *m, struct arena *a, struct message *out)
{
	struct message_told *t = arena_array(a, HUB_TOLD, sizeof(*t));

	out->body.told.process_no = m->body.told_fetch.process_no;
	for (int i = 0; i < h->n_inquiry; i++) {
		if (h->inquiry[i].provider != town || strcmp(numbered(a, "PR", h->inquiry[i].process), m->body.told_fetch.process_no) != 0)
			continue;
		for (int k = 0; k < h->inquiry[i].n_told; k++)
			t[k] = (struct message_told){ h->inquiry[i].told[k].key, h->inquiry[i].told[k].version };
		out->body.told.records = t;
		out->body.told.n_records = (size_t)h->inquiry[i].n_told;
	}
}

static void
hear_letter(struct hub *h, const struct hub_world *w, int town, const struct message *m, int request, int signature,
    struct arena *a, struct message *out)
{
	const char *to = m->kind == MESSAGE_CORRECTION ? m->body.correction.recipient : m->body.correction_receipt.recipient;
	int other = town_of(w, to);

	if (other < 0) {
		say_error(out, E203_BAD_INSTITUTION);
		return;
	}
	assert(h->n_letter < HUB_LETTERS);
	h->letter[h->n_letter].from = town;
	h->letter[h->n_letter].to = other;
	h->letter[h->n_letter].blob = request;
	h->letter[h->n_letter++].signature = signature;
	out->header.reception_no = numbered(a, "LT", ++h->next);
}

static void
hear_fetch_letter(struct hub *h, const struct hub_world *w, int town, const struct message *m, struct arena *a,
    struct message *out, char gist[24])
{
	struct message_letter *l = &out->body.letter;
	int after = m->body.letter_fetch.after != NULL ? atoi(m->body.letter_fetch.after) : 0, n = 0;

	for (int i = 0; i < h->n_letter; i++) {
		char text[33], *sender;
		size_t len;

		if (h->letter[i].to != town || ++n <= after)
			continue;
		if (l->letter_no != NULL) {
			l->more = true;
			break;
		}
		(void)snprintf(text, sizeof(text), "%015d", n);
		l->letter_no = arena_text(a, text, strlen(text));
		(void)snprintf(gist, 24, "letter %d", n);
		if ((sender = arena_new(a, 17)) == NULL)
			abort();
		message_institution_of(w->town[h->letter[i].from], sender);
		l->sender = sender;
		l->letter.bytes = blob_bytes(h->letter[i].blob, &len);
		l->letter.len = len;
		l->signature.bytes = blob_bytes(h->letter[i].signature, &len);
		l->signature.len = len;
	}
}

static void
act(struct hub *h, const struct hub_world *w, int town, const struct message *m, int request, int signature,
    int64_t now_ms, struct arena *a, struct message *out, char gist[24])
{
	int i;

	switch ((unsigned)m->kind) {
	case MESSAGE_NUMBER_REQUEST:
		hear_number(h, town, m, a, out);
		break;
	case MESSAGE_NUMBER_FETCH:
		i = atoi(m->body.fetch.reception_no + 2);
		out->body.number_issued.addressee_no = h->code[i].addressee;
		out->body.number_issued.acquisition_no = numbered(a, "ACQ", h->code[i].acquisition);
		break;
	case MESSAGE_CODE_REQUEST:
		hear_code(h, w, m, a, out);
		break;
	case MESSAGE_CODE_FETCH:
		i = code_of(h, town, person_of(m->body.code_fetch.addressee_no));
		out->body.code_status.addressee_no = m->body.code_fetch.addressee_no;
		out->body.code_status.state = i < h->n_code && h->code[i].state == HUB_ISSUED ? MESSAGE_CODE_ISSUED : MESSAGE_CODE_REQUESTED;
		(void)snprintf(gist, 24, "code %d", (int)out->body.code_status.state);
		break;
	case MESSAGE_COPY_REGISTER:
		out->header.reception_no = numbered(a, "CP", ++h->next);
		break;
	case MESSAGE_COPY_RESULT_FETCH:
		out->body.copy_result.done = true;
		out->body.copy_result.accepted = 1;
		break;
	case MESSAGE_COPY_LIST_FETCH:
		hear_list(h, town, a, out);
		break;
	case MESSAGE_INQUIRY_REQUEST:
		hear_inquiry(h, w, town, m, a, out);
		break;
	case MESSAGE_RESULT_FETCH:
		hear_result(h, w, town, m, a, out, gist);
		break;
	case MESSAGE_HELD_FETCH:
		hear_held(h, w, town, a, out, now_ms);
		(void)snprintf(gist, 24, "held %d", (int)out->body.held_list.n_entries);
		break;
	case MESSAGE_PROVISION_DECISION:
		hear_decision(h, town, m, a, out);
		break;
	case MESSAGE_RECORD_FETCH:
		hear_records(h, w, town, m, a, out);
		(void)snprintf(gist, 24, "records %d", (int)out->body.record_list.n_entries);
		break;
	case MESSAGE_TOLD_FETCH:
		hear_told(h, town, m, a, out);
		break;
	case MESSAGE_CORRECTION:
	case MESSAGE_CORRECTION_RECEIPT:
		hear_letter(h, w, town, m, request, signature, a, out);
		break;
	case MESSAGE_EVIDENCE_FETCH:		/* nothing signed yet */
		out->body.evidence.process_no = m->body.evidence_fetch.process_no;
		break;
	case MESSAGE_LETTER_FETCH:
		hear_fetch_letter(h, w, town, m, a, out, gist);
		break;
	default:
		wrong(h, "a message that no node sends");
		say_error(out, E901_MALFORMED);
	}
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
		wrong(h, "a node sent what nobody can read");
		goto out;
	}
	if (has_number(bytes, len) != (m->kind == MESSAGE_CODE_REQUEST))
		wrong(h, "a number where none belongs, or none where one does");
	for (i = 0; i < h->n_seen; i++)
		if (strcmp(h->seen[i].id, m->header.msg_id) == 0)
			break;
	if (i < h->n_seen) {
		before.n_seen = h->n_seen;
		memcpy(before.wrong, h->wrong, sizeof(before.wrong));
		*h = before;			/* also what the records of a copy did */
		if (h->seen[i].request != request)
			wrong(h, "one message id with two contents");
		ret_answer->blob = h->seen[i].answer;
		memcpy(ret_answer->gist, h->seen[i].gist, sizeof(ret_answer->gist));
		goto out;
	}
	message_init(&out, endpoint == ADAPTER_REGISTRAR ? MESSAGE_RECEIPT : message_answer_of(m->kind));
	out.header.msg_id = m->header.msg_id;
	out.header.source = endpoint == ADAPTER_REGISTRAR ? MESSAGE_INSTITUTION_REGISTRAR : self;
	out.header.destination = self;
	act(h, w, town, m, request, blob_of(signature, signature_len), now_ms, &arena, &out, ret_answer->gist);
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
	say_error(&out, E501_CLOSED);
	if (wire_write(&out, &written, NULL, &why) != RC_OK)
		abort();
	ret_answer->blob = blob_of(written.data, written.len);
	(void)snprintf(ret_answer->gist, sizeof(ret_answer->gist), "E501");
	buf_clear(&written);
	arena_clear(&arena);
}

bool
hub_has_seen(const struct hub *h, const char *message_id)
{
	for (int i = 0; i < h->n_seen; i++)
		if (strcmp(h->seen[i].id, message_id) == 0)
			return true;
	return false;
}

void
hub_forget(struct hub *h, bool (*is_wanted)(void *given, const char *message_id), void *given)
{
	int n = 0;

	for (int i = 0; i < h->n_seen; i++)
		if (is_wanted(given, h->seen[i].id))
			h->seen[n++] = h->seen[i];
	memset(&h->seen[n], 0, (size_t)(HUB_SEEN - n) * sizeof(h->seen[0]));
	h->n_seen = n;
}

uint64_t
hub_mark(const struct hub *h)
{
	uint64_t m = UINT64_C(0x84222325cbf29ce4);

	for (int i = 0; i < h->n_code; i++) {
		int v[4] = { h->code[i].town, h->code[i].person, (int)h->code[i].state, h->code[i].used };

		m = mix(m, v, sizeof(v));
	}
	for (int i = 0; i < h->n_copy; i++) {
		bool is_dose = strlen(h->copy[i].key) > 20;
		int v[5] = { h->copy[i].town, h->copy[i].person, is_dose ? h->copy[i].version : 0, h->copy[i].no_auto, h->copy[i].erased };

		m = mix(m, v, sizeof(v));
	}
	for (int i = 0; i < h->n_inquiry; i++) {
		int v[7] = { h->inquiry[i].town, h->inquiry[i].provider, h->inquiry[i].person, (int)h->inquiry[i].progress,
		    h->inquiry[i].decision, h->inquiry[i].status, h->inquiry[i].n_told };

		m = mix(m, v, sizeof(v));
		for (int k = 0; k < h->inquiry[i].n_told; k++)
			if (strlen(h->inquiry[i].told[k].key) > 20)
				m = mix(m, &h->inquiry[i].told[k].version, sizeof(int));
	}
	for (int i = 0; i < h->n_letter; i++) {
		size_t len;
		const char *bytes = blob_bytes(h->letter[i].blob, &len), *at;
		int v[4] = { h->letter[i].from, h->letter[i].to, 0, 0 };

		/* What it is and says, without its ids and times. */
		v[2] = memmem(bytes, len, "SKI.CorrectionReceipt", 21) != NULL;
		if ((at = memmem(bytes, len, "<RecordVersion>", 15)) != NULL)
			v[3] = atoi(at + 15);
		m = mix(m, v, sizeof(v));
		if ((at = memmem(bytes, len, "<Outcome>", 9)) != NULL)
			m = mix(m, at + 9, 2);
	}
	return m;
}

void
hub_print(const struct hub *h)
{
	for (int i = 0; i < h->n_code; i++)
		printf("       network: code town %d person %d state %d used %d\n", h->code[i].town, h->code[i].person,
		    (int)h->code[i].state, h->code[i].used);
	for (int i = 0; i < h->n_copy; i++)
		printf("       network: copy town %d person %d version %d%s%s\n", h->copy[i].town, h->copy[i].person, h->copy[i].version,
		    h->copy[i].no_auto ? " held back" : "", h->copy[i].erased ? " erased" : "");
	for (int i = 0; i < h->n_inquiry; i++)
		printf("       network: inquiry of %d to %d progress %d decision %d status %d told %d\n", h->inquiry[i].town,
		    h->inquiry[i].provider, (int)h->inquiry[i].progress, h->inquiry[i].decision, h->inquiry[i].status,
		    h->inquiry[i].n_told);
	for (int i = 0; i < h->n_letter; i++)
		printf("       network: letter from %d to %d\n", h->letter[i].from, h->letter[i].to);
	if (h->wrong[0] != '\0')
		printf("       network: %s\n", h->wrong);
}

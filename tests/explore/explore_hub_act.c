#include "tests/explore/explore_hub_room.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action/copy_record.h"
#include "base/limits.h"
#include "exchange/peer.h"
#include "exchange/wire_write.h"

void
hub_say_error(struct message *m, enum message_error error)
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
	int i = code_of(h, town, hub_person_of(m->body.number_request.addressee_no));

	assert(i < HUB_CODES);
	if (i == h->n_code) {
		h->n_code++;
		h->code[i].town = town;
		h->code[i].person = hub_person_of(m->body.number_request.addressee_no);
		(void)snprintf(h->code[i].addressee, 16, "%s", m->body.number_request.addressee_no);
	}
	if (h->code[i].state == HUB_ISSUED)
		hub_wrong(h, "a code is asked for that is there");
	h->code[i].state = HUB_NUMBER;
	h->code[i].acquisition = (town + 1) * 1000 + ++h->next[town];
	h->code[i].used = 0;
	out->header.reception_no = hub_numbered(a, "RC", i);
}

static void
hear_code(struct hub *h, const struct hub_world *w, int town, const struct message *m, struct arena *a, struct message *out)
{
	int no = atoi(m->body.code_request.acquisition_no + 3), i;

	for (i = 0; i < h->n_code; i++)
		if (h->code[i].acquisition == no)
			break;
	if (i == h->n_code) {
		hub_say_error(out, E301_PERMIT_INVALID);
		return;
	}
	if (++h->code[i].used > 1) {
		hub_wrong(h, "an acquisition number is used twice");
		hub_say_error(out, E302_PERMIT_REUSED);
		return;
	}
	h->code[i].state = w->slow ? HUB_ASKED : HUB_ISSUED;
	out->header.reception_no = hub_numbered(a, "JK", ++h->next[town]);
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
	int i, person = hub_person_of(q->addressee_no), theirs, provider = hub_town_of(w, q->provider);

	for (i = 0; i < h->n_inquiry; i++)
		if (h->inquiry[i].town == town && strcmp(h->inquiry[i].record_no, q->record_no) == 0) {
			hub_wrong(h, "one inquiry under two message ids");
			hub_say_error(out, E103_DUPLICATE);
			return;
		}
	i = code_of(h, town, person);
	if (i == h->n_code || h->code[i].state != HUB_ISSUED) {
		hub_say_error(out, E101_NO_CODE_YET);
		return;
	}
	assert(h->n_inquiry < HUB_INQUIRIES && provider >= 0);
	i = h->n_inquiry++;
	theirs = w->linked_to != 0 ? w->linked_to : person;
	h->inquiry[i].town = town;
	h->inquiry[i].provider = provider;
	h->inquiry[i].person = theirs;
	h->inquiry[i].reception = ++h->next[town];
	h->inquiry[i].process = h->inquiry[i].permit = h->n_inquiry;
	h->inquiry[i].progress = w->slow ? HUB_ACCEPTED : HUB_NOTIFIED;
	h->inquiry[i].requested_ms = q->requested_at_ms;
	(void)snprintf(h->inquiry[i].record_no, 21, "%s", q->record_no);
	(void)snprintf(h->inquiry[i].addressee, 16, "%s", q->addressee_no);
	message_inquiry_digest(q, h->inquiry[i].digest);
	for (int k = 0; k < h->n_code; k++)
		if (h->code[k].town == provider && h->code[k].person == theirs)
			(void)snprintf(h->inquiry[i].provider_addressee, 16, "%s", h->code[k].addressee);
	out->header.reception_no = hub_numbered(a, "RC", h->next[town]);
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
		hub_wrong(h, "the result of an unknown inquiry is asked for");
		hub_say_error(out, E901_MALFORMED);
		return;
	}
	message_institution_of(w->town[h->inquiry[i].provider], provider);
	r->record_no = h->inquiry[i].record_no;
	r->progress = progress[h->inquiry[i].progress];
	(void)snprintf(gist, 24, "result %d %d", (int)h->inquiry[i].progress, h->inquiry[i].status);
	r->process_no = h->inquiry[i].progress >= HUB_CHECKED ? hub_numbered(a, "PR", h->inquiry[i].process) : NULL;
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
		e[n++] = (struct message_held){ hub_numbered(a, "PM", h->inquiry[i].permit), h->inquiry[i].provider_addressee,
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
		hub_wrong(h, "a decision comes twice, or about nothing");
		hub_say_error(out, E302_PERMIT_REUSED);
		return;
	}
	h->inquiry[i].decision = (int)m->body.provision_decision.decision;
	h->decided_here++;
	out->header.reception_no = hub_numbered(a, "DC", ++h->next[town]);
}

/* As a town reads it; town -1: as the core signs it, with no number of anybody. */
static struct message_provision_record
record_of(const struct hub *h, const struct hub_world *w, int i, int town, struct arena *a)
{
	bool done = h->inquiry[i].progress == HUB_DONE, provided = done && h->inquiry[i].status == (int)MESSAGE_ITEM_OK;
	bool no_data = done && h->inquiry[i].status == (int)MESSAGE_ITEM_NO_DATA;
	struct message_provision_record r = { .process_no = hub_numbered(a, "PR", h->inquiry[i].process),
	    .requested_at_ms = h->inquiry[i].requested_ms, .affair_code = "DUMMYJM000000025", .procedure_code = "DUMMYJT000000001",
	    .item_code = "DUMMYTM002700001" };
	char *asker = arena_new(a, 17), *provider = arena_new(a, 17);

	if (asker == NULL || provider == NULL || day_make(2033, 11, 22, &r.expires_on) != RC_OK)
		abort();
	message_institution_of(w->town[h->inquiry[i].town], asker);
	message_institution_of(w->town[h->inquiry[i].provider], provider);
	r.inquirer = asker;
	r.provider = provider;
	if (town >= 0)
		r.addressee_no = h->inquiry[i].town == town ? h->inquiry[i].addressee : h->inquiry[i].provider_addressee;
	if (r.addressee_no != NULL && r.addressee_no[0] == '\0')
		r.addressee_no = NULL;
	r.provided_at_ms = provided ? h->inquiry[i].provided_ms : MESSAGE_NO_TIME;
	r.outcome = !done ? MESSAGE_OUTCOME_PENDING : provided ? MESSAGE_OUTCOME_PROVIDED :
	    no_data ? MESSAGE_OUTCOME_NO_DATA : MESSAGE_OUTCOME_REFUSED;
	r.error = !done || provided ? MESSAGE_OK : no_data ? E401_NO_COPY : E403_REFUSED_BY_STAFF;
	return r;
}

static void
hear_records(struct hub *h, const struct hub_world *w, int town, const struct message *m, struct arena *a, struct message *out)
{
	const struct message_record_fetch *which = &m->body.record_fetch;
	struct message_provision_record *r = arena_array(a, HUB_INQUIRIES, sizeof(*r));
	size_t n = 0;

	if (r == NULL)
		abort();
	for (int i = 0; i < h->n_inquiry; i++) {
		const char *no = hub_numbered(a, "PR", h->inquiry[i].process);

		if ((h->inquiry[i].town != town && h->inquiry[i].provider != town) || h->inquiry[i].progress < HUB_CHECKED ||
		    (which->process_no != NULL && strcmp(which->process_no, no) != 0) ||
		    (which->after != NULL && strcmp(which->after, no) >= 0))
			continue;
		r[n++] = record_of(h, w, i, town, a);
	}
	out->body.record_list.entries = r;
	out->body.record_list.n_entries = n;
}

static void
sign(struct message_bytes *ret, enum peer_role role, const char *institution, struct arena *a)
{
	char *text = arena_new(a, 64);

	if (text == NULL)
		abort();
	ret->bytes = text;
	ret->len = (size_t)snprintf(text, 64, "%d %s", (int)role, institution);
}

/* What the core has signed of an exchange that has ended, and what the town's intermediary gave. */
static void
hear_evidence(struct hub *h, const struct hub_world *w, int town, const struct message *m, struct arena *a,
    struct message *out, char gist[24])
{
	struct message_evidence *e = &out->body.evidence;
	struct buf written = BUF_INIT(LIMIT_WIRE_BYTES);
	struct message record;
	char provider[17];
	struct fault why;

	e->process_no = m->body.evidence_fetch.process_no;
	for (int i = 0; i < h->n_inquiry; i++) {
		if (strcmp(hub_numbered(a, "PR", h->inquiry[i].process), e->process_no) != 0 ||
		    (h->inquiry[i].town != town && h->inquiry[i].provider != town) || h->inquiry[i].progress != HUB_DONE)
			continue;
		message_init(&record, MESSAGE_RECORD);
		record.header.msg_id = "fedcba9876543210fedcba9876543210";
		record.header.source = record.header.destination = MESSAGE_INSTITUTION_CORE;
		record.body.record = record_of(h, w, i, -1, a);
		if (wire_write(&record, &written, NULL, &why) != RC_OK) {
			printf("     record: %s: %s\n", why.place, why.text);
			abort();
		}
		e->record.bytes = blob_bytes(blob_of(written.data, written.len), &e->record.len);
		sign(&e->record_signature, PEER_CORE, MESSAGE_INSTITUTION_CORE, a);
		if (h->inquiry[i].provider == town && h->inquiry[i].status == (int)MESSAGE_ITEM_OK) {
			message_institution_of(w->town[town], provider);
			e->response.bytes = blob_bytes(h->inquiry[i].blob, &e->response.len);
			sign(&e->response_signature, PEER_INTERMEDIARY, provider, a);
		}
		(void)snprintf(gist, 24, "evidence");
	}
	buf_clear(&written);
}

static void
hear_told(struct hub *h, int town, const struct message *m, struct arena *a, struct message *out)
{
	struct message_told *t = arena_array(a, HUB_TOLD, sizeof(*t));

	out->body.told.process_no = m->body.told_fetch.process_no;
	for (int i = 0; i < h->n_inquiry; i++) {
		if (h->inquiry[i].provider != town || strcmp(hub_numbered(a, "PR", h->inquiry[i].process), m->body.told_fetch.process_no) != 0)
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
	const char *to = m->kind == MESSAGE_CORRECTION ? m->body.correction.recipient : m->kind == MESSAGE_DAY_COUNT ?
	    m->body.day_count.recipient : m->kind == MESSAGE_DAY_RECEIPT ? m->body.day_receipt.recipient :
	    m->body.correction_receipt.recipient;
	int other = hub_town_of(w, to);

	if (other < 0) {
		hub_say_error(out, E203_BAD_INSTITUTION);
		return;
	}
	assert(h->n_letter < HUB_LETTERS);
	h->letter[h->n_letter].from = town;
	h->letter[h->n_letter].to = other;
	h->letter[h->n_letter].blob = request;
	h->letter[h->n_letter++].signature = signature;
	out->header.reception_no = hub_numbered(a, "LT", ++h->next[town]);
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

void
hub_act(struct hub *h, const struct hub_world *w, int town, const struct message *m, int request, int signature,
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
		out->body.number_issued.acquisition_no = hub_numbered(a, "ACQ", h->code[i].acquisition);
		break;
	case MESSAGE_CODE_REQUEST:
		hear_code(h, w, town, m, a, out);
		break;
	case MESSAGE_CODE_FETCH:
		i = code_of(h, town, hub_person_of(m->body.code_fetch.addressee_no));
		out->body.code_status.addressee_no = m->body.code_fetch.addressee_no;
		out->body.code_status.state = i < h->n_code && h->code[i].state == HUB_ISSUED ? MESSAGE_CODE_ISSUED : MESSAGE_CODE_REQUESTED;
		(void)snprintf(gist, 24, "code %d", (int)out->body.code_status.state);
		break;
	case MESSAGE_COPY_REGISTER:
		out->header.reception_no = hub_numbered(a, "CP", ++h->next[town]);
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
	case MESSAGE_DAY_COUNT:
	case MESSAGE_DAY_RECEIPT:
		hear_letter(h, w, town, m, request, signature, a, out);
		break;
	case MESSAGE_EVIDENCE_FETCH:
		hear_evidence(h, w, town, m, a, out, gist);
		break;
	case MESSAGE_LETTER_FETCH:
		hear_fetch_letter(h, w, town, m, a, out, gist);
		break;
	default:
		hub_wrong(h, "a message that no node sends");
		hub_say_error(out, E901_MALFORMED);
	}
}

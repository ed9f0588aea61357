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

#define SEEN_MAX 20000
#define CODES_MAX 4000
#define HOLDINGS_MAX 400
#define INQUIRIES_MAX 4000
#define COPIES_MAX 8000
#define MOODS_MAX 16
#define ASKS_MAX 16
#define LETTERS_MAX 200

struct seen {
	char id[MESSAGE_ID_CHARS + 1];
	enum message_kind kind;
	char *sent;
	size_t sent_len;
	char *answer;
	size_t answer_len;
};
struct inquiry_there {
	char reception[33], record_no[MESSAGE_RECORD_NO_CHARS + 1], addressee[16], process[33], provider[17];
	char digest[MESSAGE_DIGEST_CHARS + 1];
};
struct holding {
	char municipality[7], addressee[16];
	struct message_record_items record;
};

static struct network {
	struct seen seen[SEEN_MAX];
	int n_seen, broken;
	struct { char addressee[16]; int state; } code[CODES_MAX];
	int n_code;
	struct inquiry_there inquiry[INQUIRIES_MAX];
	int n_inquiry;
	struct { char municipality[7], does[16]; } town[16];
	int n_town;
	struct holding holding[HOLDINGS_MAX];
	int n_holding;
	struct { enum message_kind kind; enum play_mood mood; enum message_error error; int times; } mood[MOODS_MAX];
	int n_mood;
	struct { char addressee[16], key[MESSAGE_RECORD_KEY_CHARS + 1], digest[MESSAGE_DIGEST_CHARS + 1];
	    int64_t version; } copy[COPIES_MAX];
	int n_copy;
	struct { char permit[33], addressee[16], inquirer[17]; } asks[ASKS_MAX];
	int n_asks;
	struct letter_there { char sender[17], *bytes; size_t len; unsigned char der[128]; size_t der_len; }
	    letter[LETTERS_MAX];
	int n_letter;
	/* Exchanges with another town: it asked us, or (by_us) we asked it. */
	struct provided_there { char process[33], addressee[16], other[17]; int64_t at_ms;
	    struct message_told told[16]; size_t n_told; enum message_outcome outcome; bool by_us; } provided[ASKS_MAX];
	int n_provided;
	int next, knocks;
	struct arena arena;
} *net;

static char self[MESSAGE_CODE16_CHARS + 1];

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
	message_institution_of(PLAY_TOWN, self);
	net = calloc(1, sizeof(*net));
	assert(net != NULL);
	arena_init(&net->arena, 64u << 20);
}

void
play_network_end(void)
{
	for (int i = 0; i < net->n_letter; i++)
		free(net->letter[i].bytes);
	for (int i = 0; i < net->n_seen; i++) {
		free(net->seen[i].sent);
		free(net->seen[i].answer);
	}
	arena_clear(&net->arena);
	free(net);
	net = NULL;
	test_authority_end();
}

void
play_network_mood(enum message_kind kind, enum play_mood mood, enum message_error error, int times)
{
	int i;

	for (i = 0; i < net->n_mood; i++)
		if (net->mood[i].kind == kind)
			break;
	assert(i < MOODS_MAX);
	if (i == net->n_mood)
		net->n_mood++;
	net->mood[i].kind = kind;
	net->mood[i].mood = mood;
	net->mood[i].error = error;
	net->mood[i].times = times;
}

void
play_network_town(const char *municipality, const char *does)
{
	int i;

	for (i = 0; i < net->n_town; i++)
		if (strcmp(net->town[i].municipality, municipality) == 0)
			break;
	if (i == net->n_town)
		net->n_town++;
	(void)snprintf(net->town[i].municipality, 7, "%s", municipality);
	(void)snprintf(net->town[i].does, sizeof(net->town[i].does), "%s", does);
}

void
play_network_holds(const char *municipality, const struct person *who, const struct dose *d, int64_t version)
{
	struct holding *h = NULL;
	struct message_copy copy;
	struct fault why;
	int i;

	if (copy_record_write(who, d, version, false, DAY_NONE, &net->arena, &copy, &why) != RC_OK)
		abort();
	for (i = 0; i < net->n_holding && h == NULL; i++)
		if (strcmp(net->holding[i].municipality, municipality) == 0 &&
		    strcmp(net->holding[i].addressee, who->addressee_no) == 0 &&
		    strcmp(net->holding[i].record.record_key, copy.record_key) == 0)
			h = &net->holding[i];
	if (h == NULL) {
		assert(net->n_holding < HOLDINGS_MAX);
		h = &net->holding[net->n_holding++];
	}
	(void)snprintf(h->municipality, 7, "%s", municipality);
	(void)snprintf(h->addressee, 16, "%s", who->addressee_no);
	/* The items' texts are the caller's: the story's, which lives longer. */
	h->record = (struct message_record_items){ copy.record_key, version, copy.items, copy.n_items };
}

void
play_network_asks(const char *permit_id, const char *addressee_no, const char *inquirer_municipality)
{
	assert(net->n_asks < ASKS_MAX);
	(void)snprintf(net->asks[net->n_asks].permit, 33, "%s", permit_id);
	(void)snprintf(net->asks[net->n_asks].addressee, 16, "%s", addressee_no);
	message_institution_of(inquirer_municipality, net->asks[net->n_asks].inquirer);
	net->n_asks++;
}

int
play_network_count(enum message_kind kind)
{
	int n = 0;

	for (int i = 0; i < net->n_seen; i++)
		n += kind == MESSAGE_NONE || net->seen[i].kind == kind;
	return n;
}

const char *
play_network_last(enum message_kind kind)
{
	for (int i = net->n_seen; i-- > 0; )
		if (net->seen[i].kind == kind)
			return net->seen[i].sent;
	return NULL;
}

bool
play_network_sent(enum message_kind kind, int back, const char **ret_bytes, size_t *ret_len)
{
	for (int i = net->n_seen; i-- > 0; )
		if (net->seen[i].kind == kind && back-- == 0) {
			*ret_bytes = net->seen[i].sent;
			*ret_len = net->seen[i].sent_len;
			return true;
		}
	return false;
}

int
play_network_knocks(void)
{
	return net->knocks;
}

int
play_network_broken_promises(void)
{
	return net->broken;
}

static int
copy_find(const char *addressee, const char *key)
{
	int i;

	for (i = 0; i < net->n_copy; i++)
		if (strcmp(net->copy[i].addressee, addressee) == 0 && strcmp(net->copy[i].key, key) == 0)
			break;
	return i;
}

bool
play_network_copy(const char *addressee_no, const char *record_key, int64_t *ret_version)
{
	int i = copy_find(addressee_no, record_key);

	if (i == net->n_copy)
		return false;
	*ret_version = net->copy[i].version;
	return true;
}

int
play_network_copies(void)
{
	return net->n_copy;
}

void
play_network_copy_lose(const char *addressee_no, const char *record_key)
{
	int i = copy_find(addressee_no, record_key);

	if (i < net->n_copy)
		net->copy[i] = net->copy[--net->n_copy];
}

/* ---- letters, and what the node told others ---- */

const char *
play_network_node_of(const char *municipality)
{
	return strncmp(municipality, "141003", 6) == 0 ? "node-y" : "node-h";
}

void
play_network_put_letter(const char *sender, const char *signer, struct message *m)
{
	struct letter_there *l = &net->letter[net->n_letter++];
	struct buf bytes = BUF_INIT(LIMIT_WIRE_BYTES);
	char id[MESSAGE_ID_CHARS + 1];
	struct fault why;

	assert(net->n_letter < LETTERS_MAX);
	(void)snprintf(l->sender, sizeof(l->sender), "%s", sender);
	(void)snprintf(id, sizeof(id), "%032x", ++net->next);
	m->header.msg_id = id;
	m->header.source = l->sender;
	m->header.destination = l->sender;
	if (wire_write(m, &bytes, NULL, &why) != RC_OK) {
		printf("     letter: %s: %s\n", why.place, why.text);
		abort();
	}
	l->bytes = malloc(bytes.len);
	assert(l->bytes != NULL);
	memcpy(l->bytes, bytes.data, bytes.len);
	l->len = bytes.len;
	l->der_len = test_sign(signer, 256, l->bytes, l->len, l->der);
	buf_clear(&bytes);
}

static void
put_letter(const char *municipality, struct message *m, bool forged)
{
	char sender[MESSAGE_CODE16_CHARS + 1];

	message_institution_of(municipality, sender);
	play_network_put_letter(sender, forged ? "int-s" : play_network_node_of(municipality), m);
}

void
play_network_corrects(const char *municipality, const char *correction_id, const char *process_no,
    const struct person *who, const struct dose *d, int64_t version, int64_t now_ms, bool forged)
{
	char sender[MESSAGE_CODE16_CHARS + 1];
	struct message_copy copy;
	struct message m;
	struct fault why;
	int i;

	for (i = net->n_inquiry; process_no == NULL && i-- > 0; )
		if (strcmp(net->inquiry[i].addressee, who->addressee_no) == 0 &&
		    strncmp(net->inquiry[i].provider, municipality, 6) == 0)
			process_no = net->inquiry[i].process;
	if (copy_record_write(who, d, version, false, DAY_NONE, &net->arena, &copy, &why) != RC_OK)
		abort();
	message_institution_of(municipality, sender);
	message_init(&m, MESSAGE_CORRECTION);
	m.body.correction = (struct message_correction){ correction_id, process_no != NULL ? process_no : "PRX", sender,
	    self, now_ms, copy.record_key, version, copy.items, copy.n_items };
	put_letter(municipality, &m, forged);
}

bool
play_network_receipt(const char *municipality, int nth, enum message_taken taken, int64_t local_version,
    const char *reason, int64_t now_ms, bool forged)
{
	char sender[MESSAGE_CODE16_CHARS + 1];
	struct message m, *sent = NULL;
	struct arena a;
	struct fault why;
	bool found = false;

	arena_init(&a, 4u << 20);
	message_institution_of(municipality, sender);
	for (int i = 0; i < net->n_seen && nth > 0; i++) {
		if (net->seen[i].kind != MESSAGE_CORRECTION)
			continue;
		if (wire_read(net->seen[i].sent, net->seen[i].sent_len, &a, NULL, &sent, &why) != RC_OK)
			abort();
		if (strcmp(sent->body.correction.recipient, sender) == 0)
			found = --nth == 0;
	}
	if (found) {
		const struct message_correction *c = &sent->body.correction;

		message_init(&m, MESSAGE_CORRECTION_RECEIPT);
		m.body.correction_receipt = (struct message_correction_receipt){ c->correction_id, c->process_no, sender, self,
		    c->record_key, c->record_version, taken, local_version, reason, now_ms };
		put_letter(municipality, &m, forged);
	}
	arena_clear(&a);
	return found;
}

bool
play_network_letters(const char *what)
{
	struct letter_there *l = &net->letter[net->n_letter], was;

	if (strcmp(what, "turn") == 0 && net->n_letter > 1) {
		was = l[-1];
		l[-1] = l[-2];
		l[-2] = was;
	} else if (strcmp(what, "double") == 0 && net->n_letter > 0 && net->n_letter < LETTERS_MAX) {
		*l = l[-1];
		l->bytes = malloc(l->len);
		assert(l->bytes != NULL);
		memcpy(l->bytes, l[-1].bytes, l->len);
		net->n_letter++;
	} else if (strcmp(what, "spoil") == 0 && net->n_letter > 0) {
		/* What its own sender has signed and nobody can read. */
		memcpy(l[-1].bytes, "<!DOCTYPE a [", 13);
		l[-1].der_len = test_sign(play_network_node_of(l[-1].sender), 256, l[-1].bytes, l[-1].len, l[-1].der);
	} else if (strcmp(what, "lose") == 0 && net->n_letter > 0)
		free(net->letter[--net->n_letter].bytes);
	else
		return false;
	return true;
}

/* The exchange of that number, made when there is none, and where it stands then. */
static struct provided_there *
exchange_of(const char *process_no, bool *ret_new)
{
	struct provided_there new = { .at_ms = 0 };
	int i;

	for (i = 0; i < net->n_provided; i++)
		if (strcmp(net->provided[i].process, process_no) == 0)
			break;
	*ret_new = i == net->n_provided;
	if (i < net->n_provided)
		return &net->provided[i];
	assert(i < ASKS_MAX);
	(void)snprintf(new.process, sizeof(new.process), "%s", process_no);
	net->n_provided++;
	for (; i > 0 && strcmp(net->provided[i - 1].process, process_no) > 0; i--)
		net->provided[i] = net->provided[i - 1];
	net->provided[i] = new;
	return &net->provided[i];
}

void
play_network_provided(const char *process_no, const char *addressee_no, const char *inquirer_municipality,
    const char *const *key, const int64_t *version, size_t n, int64_t now_ms)
{
	bool is_new;
	struct provided_there *p = exchange_of(process_no, &is_new);

	assert(n <= 16);
	p->outcome = now_ms == MESSAGE_NO_TIME ? MESSAGE_OUTCOME_PENDING : MESSAGE_OUTCOME_PROVIDED;
	(void)snprintf(p->addressee, sizeof(p->addressee), "%s", addressee_no);
	message_institution_of(inquirer_municipality, p->other);
	p->at_ms = now_ms == MESSAGE_NO_TIME ? 0 : now_ms;
	for (p->n_told = 0; p->n_told < n; p->n_told++)
		p->told[p->n_told] = (struct message_told){ arena_text(&net->arena, key[p->n_told], strlen(key[p->n_told])),
		    version[p->n_told] };
}

void
play_network_exchange(const char *process_no, const char *addressee_no, const char *municipality, bool by_us,
    enum message_outcome outcome, int64_t now_ms)
{
	bool is_new;
	struct provided_there *p = exchange_of(process_no, &is_new);

	if (is_new)
		p->at_ms = now_ms;
	(void)snprintf(p->addressee, sizeof(p->addressee), "%s", addressee_no);
	message_institution_of(municipality, p->other);
	p->outcome = outcome;
	p->by_us = by_us;
}

bool
play_network_exchange_lose(const char *process_no)
{
	for (int i = 0; i < net->n_provided; i++)
		if (strcmp(net->provided[i].process, process_no) == 0) {
			memmove(&net->provided[i], &net->provided[i + 1],
			    (size_t)(--net->n_provided - i) * sizeof(net->provided[0]));
			return true;
		}
	return false;
}

static void
answer_letter(const struct message *m, struct arena *a, struct message *out)
{
	struct message_letter *l = &out->body.letter;
	int i = m->body.letter_fetch.after != NULL ? atoi(m->body.letter_fetch.after) : 0;
	char text[MESSAGE_NUMBER_CHARS + 1];

	if (i >= net->n_letter)
		return;
	(void)snprintf(text, sizeof(text), "%015d", i + 1);
	l->letter_no = arena_text(a, text, strlen(text));
	l->sender = net->letter[i].sender;
	l->letter = (struct message_bytes){ net->letter[i].bytes, net->letter[i].len };
	l->signature = (struct message_bytes){ net->letter[i].der, net->letter[i].der_len };
	l->more = i + 1 < net->n_letter;
}

/* What the network has recorded of an exchange. */
static struct message_provision_record
record_of(const struct provided_there *p)
{
	struct message_provision_record r = { .process_no = p->process, .addressee_no = p->addressee,
	    .inquirer = p->by_us ? self : p->other, .provider = p->by_us ? p->other : self, .requested_at_ms = p->at_ms,
	    .provided_at_ms = p->outcome == MESSAGE_OUTCOME_PROVIDED ? p->at_ms : MESSAGE_NO_TIME,
	    .affair_code = "DUMMYJM000000025", .procedure_code = "DUMMYJT000000001", .item_code = "DUMMYTM002700001",
	    .outcome = p->outcome };

	if (day_make(2033, 11, 22, &r.expires_on) != RC_OK)
		abort();
	return r;
}

bool
play_network_record(int i, struct message_provision_record *ret_record)
{
	if (i >= net->n_provided)
		return false;
	*ret_record = record_of(&net->provided[i]);
	return true;
}

/* In the order of their numbers, as they were told: two a page, so that there are pages. */
static void
answer_records(const struct message *m, struct arena *a, struct message *out)
{
	struct message_provision_record *r = arena_array(a, ASKS_MAX, sizeof(*r));
	const struct message_record_fetch *which = &m->body.record_fetch;
	size_t n = 0;

	assert(r != NULL);
	for (int i = 0; i < net->n_provided; i++) {
		const struct provided_there *p = &net->provided[i];

		if ((which->process_no != NULL && strcmp(which->process_no, p->process) != 0) ||
		    (which->after != NULL && strcmp(which->after, p->process) >= 0))
			continue;
		if (n == 2) {
			out->body.record_list.more = true;
			break;
		}
		r[n++] = record_of(p);
	}
	out->body.record_list.entries = r;
	out->body.record_list.n_entries = n;
}

static void
answer_told(const struct message *m, struct message *out)
{
	out->body.told.process_no = m->body.told_fetch.process_no;
	for (int i = 0; i < net->n_provided; i++)
		if (strcmp(net->provided[i].process, m->body.told_fetch.process_no) == 0) {
			out->body.told.records = net->provided[i].told;
			out->body.told.n_records = net->provided[i].n_told;
		}
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
		if (i < net->n_copy)
			net->copy[i] = net->copy[--net->n_copy];
		return RC_OK;
	}
	if (i < net->n_copy && net->copy[i].version > r->record_version)
		return RC_OK;
	assert(i < COPIES_MAX);
	if (i == net->n_copy)
		net->n_copy++;
	(void)snprintf(net->copy[i].addressee, 16, "%s", r->addressee_no);
	(void)snprintf(net->copy[i].key, sizeof(net->copy[i].key), "%s", r->record_key);
	net->copy[i].version = r->record_version;
	message_items_digest(r->items, r->n_items, net->copy[i].digest);
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
	for (int i = 0; i < net->n_seen && kind == MESSAGE_COPY_REGISTER; i++)
		if (net->seen[i].kind == kind && --nth == 0) {
			take_copies(net->seen[i].sent, net->seen[i].sent_len);
			return true;
		}
	return false;
}

static const char *
fresh(struct arena *a, const char *prefix)
{
	char text[33];
	int n = snprintf(text, sizeof(text), "%s%d", prefix, ++net->next);

	return arena_text(a, text, (size_t)n);
}

static int
code_find(const char *addressee)
{
	int i;

	for (i = 0; i < net->n_code; i++)
		if (strcmp(net->code[i].addressee, addressee) == 0)
			break;
	return i;
}

static const char *
does(const char *provider)
{
	for (int i = 0; i < net->n_town; i++)
		if (strncmp(net->town[i].municipality, provider, 6) == 0)
			return net->town[i].does;
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
	inner.header.destination = self;
	inner.body.provision_response.permit_id = "PERMIT";
	inner.body.provision_response.process_no = q->process;
	inner.body.provision_response.inquiry_digest = q->digest;
	inner.body.provision_response.provided_at_ms = now_ms;
	inner.body.provision_response.status = r->item_status = MESSAGE_ITEM_OK;
	if ((record = arena_array(a, HOLDINGS_MAX, sizeof(*record))) == NULL)
		abort();
	for (i = 0; i < net->n_holding; i++)
		if (strncmp(net->holding[i].municipality, q->provider, 6) == 0 &&
		    strcmp(net->holding[i].addressee, q->addressee) == 0)
			record[n++] = net->holding[i].record;
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

	for (i = 0; i < net->n_inquiry; i++)
		if (strcmp(net->inquiry[i].record_no, q->record_no) == 0) {
			say_error(out, E103_DUPLICATE);
			return;
		}
	if ((i = code_find(q->addressee_no)) == net->n_code || net->code[i].state != 2) {
		say_error(out, E101_NO_CODE_YET);
		return;
	}
	assert(net->n_inquiry < INQUIRIES_MAX);
	there = &net->inquiry[net->n_inquiry++];
	out->header.reception_no = fresh(a, "RC");
	(void)snprintf(there->reception, 33, "%s", out->header.reception_no);
	(void)snprintf(there->process, 33, "PR%d", net->next);
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
		if ((i = code_find(m->body.number_request.addressee_no)) == net->n_code) {
			assert(net->n_code < CODES_MAX);
			(void)snprintf(net->code[net->n_code++].addressee, 16, "%s", m->body.number_request.addressee_no);
		}
		net->code[i].state = 1;
		{
			char text[33];
			int n = snprintf(text, sizeof(text), "NUM%d", i);

			out->header.reception_no = arena_text(a, text, (size_t)n);
		}
		break;
	case MESSAGE_NUMBER_FETCH:
		i = atoi(m->body.fetch.reception_no + 3);
		out->body.number_issued.addressee_no = net->code[i].addressee;
		out->body.number_issued.acquisition_no = fresh(a, "ACQ");
		break;
	case MESSAGE_CODE_REQUEST:
		out->header.reception_no = fresh(a, "JUKI");
		for (i = 0; i < net->n_code; i++)
			if (net->code[i].state == 1)
				net->code[i].state = 2;
		break;
	case MESSAGE_CODE_FETCH:
		out->body.code_status.addressee_no = m->body.code_fetch.addressee_no;
		i = code_find(m->body.code_fetch.addressee_no);
		out->body.code_status.state = i < net->n_code && net->code[i].state == 2 ? MESSAGE_CODE_ISSUED :
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
		if ((key = arena_array(a, (size_t)net->n_copy + 1, sizeof(*key))) == NULL)
			abort();
		for (i = 0; i < net->n_copy; i++)
			key[i] = (struct message_copy_key){ net->copy[i].addressee, "DUMMYTM002700001",
			    COPY_RECORD_DATA_SET, net->copy[i].key, net->copy[i].version, net->copy[i].digest };
		out->body.copy_list.entries = key;
		out->body.copy_list.n_entries = (size_t)net->n_copy;
		break;
	case MESSAGE_INQUIRY_REQUEST:
		hear_inquiry(m, a, out);
		break;
	case MESSAGE_RESULT_FETCH:
		for (i = 0; i < net->n_inquiry; i++)
			if (strcmp(net->inquiry[i].reception, m->body.fetch.reception_no) == 0)
				break;
		if (i == net->n_inquiry)
			say_error(out, E901_MALFORMED);
		else
			answer_result(&net->inquiry[i], now_ms, a, out);
		break;
	case MESSAGE_HELD_FETCH:
		if ((held = arena_array(a, ASKS_MAX, sizeof(*held))) == NULL)
			abort();
		for (i = 0; i < net->n_asks; i++)
			held[i] = (struct message_held){ net->asks[i].permit, net->asks[i].addressee,
			    "DUMMYJM000000025", "DUMMYTM002700001", net->asks[i].inquirer, now_ms, now_ms + 86400000 };
		out->body.held_list.entries = held;
		out->body.held_list.n_entries = (size_t)net->n_asks;
		break;
	case MESSAGE_PROVISION_DECISION:
		out->header.reception_no = fresh(a, "DC");
		for (i = 0; i < net->n_asks; i++)
			if (strcmp(net->asks[i].permit, m->body.provision_decision.permit_id) == 0)
				net->asks[i] = net->asks[--net->n_asks];
		break;
	case MESSAGE_RECORD_FETCH:
		answer_records(m, a, out);
		break;
	case MESSAGE_TOLD_FETCH:
		answer_told(m, out);
		break;
	case MESSAGE_EVIDENCE_FETCH:		/* nothing signed yet */
		out->body.evidence.process_no = m->body.evidence_fetch.process_no;
		break;
	case MESSAGE_LETTER_FETCH:
		answer_letter(m, a, out);
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
	for (int i = 0; i < net->n_mood; i++)
		if ((net->mood[i].kind == kind || net->mood[i].kind == MESSAGE_NONE) && net->mood[i].times != 0) {
			if (net->mood[i].times > 0)
				net->mood[i].times--;
			*ret_error = net->mood[i].error;
			return net->mood[i].mood;
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

	assert(net->n_seen < SEEN_MAX);
	s = &net->seen[net->n_seen++];
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
		net->knocks++;
		ret_answer->outcome = mood == PLAY_GONE ? SENDING_NO_CONNECTION : SENDING_TLS_REFUSED;
		goto out;
	}
	message_init(&out, endpoint == ADAPTER_REGISTRAR ? MESSAGE_RECEIPT : message_answer_of(m->kind));
	out.header.msg_id = m->header.msg_id;
	out.header.source = endpoint == ADAPTER_REGISTRAR ? MESSAGE_INSTITUTION_REGISTRAR : self;
	out.header.destination = self;
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
	for (i = 0; i < net->n_seen && s == NULL; i++)
		if (strcmp(net->seen[i].id, m->header.msg_id) == 0)
			s = &net->seen[i];
	if (s != NULL && (s->sent_len != len || memcmp(s->sent, bytes, len) != 0))
		net->broken++;
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

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action/copy_record.h"
#include "base/limits.h"
#include "exchange/wire_read.h"
#include "exchange/wire_write.h"
#include "tests/unit/exchange_authority.h"
#include "tests/unit/play_network_room.h"

const char *
play_network_node_of(const char *municipality)
{
	return strncmp(municipality, "141003", 6) == 0 ? "node-y" : "node-h";
}

void
play_network_put_letter(const char *sender, const char *signer, struct message *m)
{
	struct letter_there *l = &play_net->letter[play_net->n_letter++];
	struct buf bytes = BUF_INIT(LIMIT_WIRE_BYTES);
	char id[MESSAGE_ID_CHARS + 1];
	struct fault why;

	assert(play_net->n_letter < LETTERS_MAX);
	(void)snprintf(l->sender, sizeof(l->sender), "%s", sender);
	(void)snprintf(id, sizeof(id), "%032x", ++play_net->next);
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

	for (i = play_net->n_inquiry; process_no == NULL && i-- > 0; )
		if (strcmp(play_net->inquiry[i].addressee, who->addressee_no) == 0 &&
		    strncmp(play_net->inquiry[i].provider, municipality, 6) == 0)
			process_no = play_net->inquiry[i].process;
	if (copy_record_write(who, d, version, false, DAY_NONE, &play_net->arena, &copy, &why) != RC_OK)
		abort();
	message_institution_of(municipality, sender);
	message_init(&m, MESSAGE_CORRECTION);
	m.body.correction = (struct message_correction){ correction_id, process_no != NULL ? process_no : "PRX", sender,
	    play_self, now_ms, copy.record_key, version, copy.items, copy.n_items };
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
	for (int i = 0; i < play_net->n_seen && nth > 0; i++) {
		if (play_net->seen[i].kind != MESSAGE_CORRECTION)
			continue;
		if (wire_read(play_net->seen[i].sent, play_net->seen[i].sent_len, &a, NULL, &sent, &why) != RC_OK)
			abort();
		if (strcmp(sent->body.correction.recipient, sender) == 0)
			found = --nth == 0;
	}
	if (found) {
		const struct message_correction *c = &sent->body.correction;

		message_init(&m, MESSAGE_CORRECTION_RECEIPT);
		m.body.correction_receipt = (struct message_correction_receipt){ c->correction_id, c->process_no, sender, play_self,
		    c->record_key, c->record_version, taken, local_version, reason, now_ms };
		put_letter(municipality, &m, forged);
	}
	arena_clear(&a);
	return found;
}

bool
play_network_letters(const char *what)
{
	struct letter_there *l = &play_net->letter[play_net->n_letter], was;

	if (strcmp(what, "turn") == 0 && play_net->n_letter > 1) {
		was = l[-1];
		l[-1] = l[-2];
		l[-2] = was;
	} else if (strcmp(what, "double") == 0 && play_net->n_letter > 0 && play_net->n_letter < LETTERS_MAX) {
		*l = l[-1];
		l->bytes = malloc(l->len);
		assert(l->bytes != NULL);
		memcpy(l->bytes, l[-1].bytes, l->len);
		play_net->n_letter++;
	} else if (strcmp(what, "spoil") == 0 && play_net->n_letter > 0) {
		/* What its own sender has signed and nobody can read. */
		memcpy(l[-1].bytes, "<!DOCTYPE a [", 13);
		l[-1].der_len = test_sign(play_network_node_of(l[-1].sender), 256, l[-1].bytes, l[-1].len, l[-1].der);
	} else if (strcmp(what, "lose") == 0 && play_net->n_letter > 0)
		free(play_net->letter[--play_net->n_letter].bytes);
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

	for (i = 0; i < play_net->n_provided; i++)
		if (strcmp(play_net->provided[i].process, process_no) == 0)
			break;
	*ret_new = i == play_net->n_provided;
	if (i < play_net->n_provided)
		return &play_net->provided[i];
	assert(i < ASKS_MAX);
	(void)snprintf(new.process, sizeof(new.process), "%s", process_no);
	play_net->n_provided++;
	for (; i > 0 && strcmp(play_net->provided[i - 1].process, process_no) > 0; i--)
		play_net->provided[i] = play_net->provided[i - 1];
	play_net->provided[i] = new;
	return &play_net->provided[i];
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
		p->told[p->n_told] = (struct message_told){ arena_text(&play_net->arena, key[p->n_told], strlen(key[p->n_told])),
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
	for (int i = 0; i < play_net->n_provided; i++)
		if (strcmp(play_net->provided[i].process, process_no) == 0) {
			memmove(&play_net->provided[i], &play_net->provided[i + 1],
			    (size_t)(--play_net->n_provided - i) * sizeof(play_net->provided[0]));
			return true;
		}
	return false;
}

void
play_answer_letter(const struct message *m, struct arena *a, struct message *out)
{
	struct message_letter *l = &out->body.letter;
	int i = m->body.letter_fetch.after != NULL ? atoi(m->body.letter_fetch.after) : 0;
	char text[MESSAGE_NUMBER_CHARS + 1];

	if (i >= play_net->n_letter)
		return;
	(void)snprintf(text, sizeof(text), "%015d", i + 1);
	l->letter_no = arena_text(a, text, strlen(text));
	l->sender = play_net->letter[i].sender;
	l->letter = (struct message_bytes){ play_net->letter[i].bytes, play_net->letter[i].len };
	l->signature = (struct message_bytes){ play_net->letter[i].der, play_net->letter[i].der_len };
	l->more = i + 1 < play_net->n_letter;
}

/* What the network has recorded of an exchange. */
static struct message_provision_record
record_of(const struct provided_there *p)
{
	struct message_provision_record r = { .process_no = p->process, .addressee_no = p->addressee,
	    .inquirer = p->by_us ? play_self : p->other, .provider = p->by_us ? p->other : play_self, .requested_at_ms = p->at_ms,
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
	if (i >= play_net->n_provided)
		return false;
	*ret_record = record_of(&play_net->provided[i]);
	return true;
}

/* In the order of their numbers, as they were told: two a page, so that there are pages. */
void
play_answer_records(const struct message *m, struct arena *a, struct message *out)
{
	struct message_provision_record *r = arena_array(a, ASKS_MAX, sizeof(*r));
	const struct message_record_fetch *which = &m->body.record_fetch;
	size_t n = 0;

	assert(r != NULL);
	for (int i = 0; i < play_net->n_provided; i++) {
		const struct provided_there *p = &play_net->provided[i];

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

void
play_answer_told(const struct message *m, struct message *out)
{
	out->body.told.process_no = m->body.told_fetch.process_no;
	for (int i = 0; i < play_net->n_provided; i++)
		if (strcmp(play_net->provided[i].process, m->body.told_fetch.process_no) == 0) {
			out->body.told.records = play_net->provided[i].told;
			out->body.told.n_records = play_net->provided[i].n_told;
		}
}

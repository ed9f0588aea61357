#include <stdio.h>
#include <string.h>

#include "net/net_day.h"
#include "net/net_intermediary.h"

/*
 * Letters between the nodes of two towns: a correction of what was told, a day's count, and the receipts for
 * them.  They are signed by the node that wrote them and pass unchanged.  A correction goes only along an exchange
 * that took place, between its two ends: intermediary and core both look it up by its process number.  A count goes
 * between the two that it is about, whatever the core has recorded: what is missing here must not hide what is
 * missing.  The core counts too, and signs that itself.
 */
#define LETTER_NO_CHARS 16

struct letter {
	const char *process_no;		/* NULL: a day's count, or its receipt */
	const char *sender, *recipient;
	bool is_receipt;
	const char *inquirer, *provider;	/* of a day's count */
	const struct message_day_count *count;	/* NULL: no count, but its receipt */
};

static bool
letter_of(const struct message *m, struct letter *ret_letter)
{
	if (m->kind == MESSAGE_CORRECTION) {
		const struct message_correction *c = &m->body.correction;

		*ret_letter = (struct letter){ .process_no = c->process_no, .sender = c->sender, .recipient = c->recipient };
		return true;
	}
	if (m->kind == MESSAGE_CORRECTION_RECEIPT) {
		const struct message_correction_receipt *r = &m->body.correction_receipt;

		*ret_letter = (struct letter){ .process_no = r->process_no, .sender = r->sender, .recipient = r->recipient,
		    .is_receipt = true };
		return true;
	}
	if (m->kind == MESSAGE_DAY_COUNT) {
		const struct message_day_count *c = &m->body.day_count;

		*ret_letter = (struct letter){ .sender = c->sender, .recipient = c->recipient, .inquirer = c->inquirer,
		    .provider = c->provider, .count = c };
		return true;
	}
	if (m->kind == MESSAGE_DAY_RECEIPT) {
		const struct message_day_receipt *r = &m->body.day_receipt;

		*ret_letter = (struct letter){ .sender = r->sender, .recipient = r->recipient, .inquirer = r->inquirer,
		    .provider = r->provider };
		return true;
	}
	return false;
}

/* The end of an exchange, or whoever stands there now that it left the network. */
static bool
stands_for(const struct net *net, const char *institution, const char *end)
{
	return strcmp(institution, end) == 0 || net_conf_part_of_institution(net->conf, end) == NULL;
}

/* Between the two that it is about, or from the core to one of them. */
static bool
of_both(const struct letter *l)
{
	bool to_inquirer = strcmp(l->recipient, l->inquirer) == 0, to_provider = strcmp(l->recipient, l->provider) == 0;

	if (l->count != NULL && strcmp(l->sender, MESSAGE_INSTITUTION_CORE) == 0)
		return to_inquirer || to_provider;
	return (to_inquirer && strcmp(l->sender, l->provider) == 0) || (to_provider && strcmp(l->sender, l->inquirer) == 0);
}

static enum rc
judge(struct net_work *w, const struct letter *l, enum message_error *ret_bad, struct fault *why)
{
	const struct net_part_conf *to = net_conf_part_of_institution(w->part->net->conf, l->recipient);
	const char *inquirer, *provider;
	enum message_outcome outcome;
	struct net_row row;
	enum rc rc;

	if (to == NULL || to->role != NET_INTERMEDIARY) {
		*ret_bad = E203_BAD_INSTITUTION;
		return RC_OK;
	}
	if (l->process_no == NULL) {
		*ret_bad = of_both(l) ? MESSAGE_OK : E203_BAD_INSTITUTION;
		return RC_OK;
	}
	rc = net_book_row(w->part->book, NET_STMT_ANY_RECORD_PARTIES, &row, why, "t", l->process_no);
	if (rc == RC_ABSENT) {
		*ret_bad = E201_NOT_PERMITTED;
		return RC_OK;
	}
	if (rc != RC_OK)
		return rc;
	inquirer = net_row_text(&row, 0, w->arena);
	provider = net_row_text(&row, 1, w->arena);
	outcome = (enum message_outcome)net_row_int(&row, 2);
	net_row_end(&row);
	if (inquirer == NULL || provider == NULL)
		return fault_set(why, RC_NOMEM, "letter", "out of memory");
	*ret_bad = outcome == MESSAGE_OUTCOME_PROVIDED &&
	    stands_for(w->part->net, l->sender, l->is_receipt ? inquirer : provider) &&
	    stands_for(w->part->net, l->recipient, l->is_receipt ? provider : inquirer) ?
	    MESSAGE_OK : E201_NOT_PERMITTED;
	return RC_OK;
}

/* ---- from the node ---- */

enum rc
net_letter_taken(struct net_work *w, struct fault *why)
{
	const struct net_part_conf *core = net_conf_part(w->part->net->conf, NET_CORE, "");
	struct message relay = { .kind = MESSAGE_LETTER_RELAY };
	enum message_error bad = E901_MALFORMED;
	struct letter l;
	enum rc rc = RC_OK;

	if (letter_of(w->in, &l))
		rc = strcmp(l.sender, w->part->conf->institution) != 0 ? RC_ABSENT : judge(w, &l, &bad, why);
	if (rc == RC_ABSENT)
		bad = E203_BAD_INSTITUTION;
	else if (rc != RC_OK)
		return rc;
	if (bad != MESSAGE_OK) {
		net_work_refuse(w, bad, "Recipient");
		return RC_OK;
	}
	relay.body.letter_relay.letter = (struct message_bytes){ w->raw, w->raw_len };
	relay.body.letter_relay.signature = (struct message_bytes){ w->signature, w->signature_len };
	return net_task_put(w->part, core, &relay, NULL, w->arena, why);
}

/* ---- between ---- */

/* Whose signature it must bear: that of a town's node, of a day's count the core's too; NULL: nobody's. */
static const struct net_verifier *
verifier_of(const struct net *net, const struct letter *l)
{
	const struct net_part_conf *from = net_conf_part_of_institution(net->conf, l->sender);

	if (from == NULL)
		return NULL;
	if (from->role == NET_CORE)
		return l->count != NULL ? net->part_verifiers[from - net->conf->parts] : NULL;
	return net->node_verifiers[from - net->conf->parts];
}

/* The letter in a relay: signed by a node of the network or the core, readable, and permitted. */
static enum rc
open_relay(struct net_work *w, struct letter *ret_letter, enum message_error *ret_bad, struct fault *why)
{
	const struct message_letter_relay *relay = &w->in->body.letter_relay;
	const struct net *net = w->part->net;
	const struct net_verifier *verifier;
	struct message *m = NULL;

	*ret_bad = E901_MALFORMED;
	if (net_schema_check(net->schema, relay->letter.bytes, relay->letter.len, why) != RC_OK ||
	    wire_read(relay->letter.bytes, relay->letter.len, w->arena, NULL, &m, why) != RC_OK ||
	    !letter_of(m, ret_letter))
		return RC_OK;
	*ret_bad = E203_BAD_INSTITUTION;
	verifier = verifier_of(net, ret_letter);
	if (verifier == NULL || strcmp(m->header.source, ret_letter->sender) != 0 ||
	    net_verify(verifier, relay->letter.bytes, relay->letter.len,
	    relay->signature.bytes, relay->signature.len) != RC_OK)
		return RC_OK;
	return judge(w, ret_letter, ret_bad, why);
}

enum rc
net_letter_passed(struct net_work *w, struct fault *why)
{
	struct message relay = { .kind = MESSAGE_LETTER_RELAY };
	enum message_error bad = MESSAGE_OK;
	struct letter l = { .sender = NULL };
	enum rc rc;

	if ((rc = open_relay(w, &l, &bad, why)) != RC_OK)
		return rc;
	if (bad == MESSAGE_OK && strcmp(l.sender, w->institution) != 0)
		bad = E203_BAD_INSTITUTION;
	if (bad != MESSAGE_OK) {
		net_log_line(&w->part->log, "alarm: a letter of %s: %s", w->institution, message_error_name(bad));
		net_work_refuse(w, bad, "COR.LetterRelay/Letter");
		return RC_OK;
	}
	if (l.count != NULL && (rc = net_day_heard(w->part, l.count, w->now_ms, why)) != RC_OK)
		return rc;
	relay.body.letter_relay = w->in->body.letter_relay;
	return net_task_put(w->part, net_conf_part_of_institution(w->part->net->conf, l.recipient), &relay, NULL,
	    w->arena, why);
}

enum rc
net_letter_arrived(struct net_work *w, struct fault *why)
{
	const struct message_letter_relay *relay = &w->in->body.letter_relay;
	enum message_error bad = MESSAGE_OK;
	struct letter l = { .sender = NULL };
	enum rc rc;

	if ((rc = open_relay(w, &l, &bad, why)) != RC_OK)
		return rc;
	/* The record of an exchange may still be on its way when a letter about it comes. */
	if (bad == E201_NOT_PERMITTED)
		bad = MESSAGE_OK;
	if (bad == MESSAGE_OK && strcmp(l.recipient, w->part->conf->institution) != 0)
		bad = E203_BAD_INSTITUTION;
	if (bad != MESSAGE_OK) {
		net_work_refuse(w, bad, "COR.LetterRelay/Letter");
		return RC_OK;
	}
	return net_book_run(w->part->book, NET_STMT_INTERMEDIARY_LETTER_PUT, why, "tbbi", l.sender,
	    relay->letter.bytes, relay->letter.len, relay->signature.bytes, relay->signature.len, w->now_ms);
}

/* ---- to the node ---- */

enum rc
net_letter_give(struct net_work *w, struct fault *why)
{
	struct message_letter *out = &w->out->body.letter;
	const char *after = w->in->body.letter_fetch.after;
	long long number = 0;
	struct net_row row;
	char *text;
	enum rc rc;

	if (after != NULL && sscanf(after, "%lld", &number) != 1) {
		net_work_refuse(w, E901_MALFORMED, "COR.LetterFetch/After");
		return RC_OK;
	}
	w->out->kind = MESSAGE_LETTER;
	rc = net_book_row(w->part->book, NET_STMT_INTERMEDIARY_LETTER_AFTER, &row, why, "i", (int64_t)number);
	if (rc != RC_OK)
		return rc == RC_ABSENT ? RC_OK : rc;
	if ((text = arena_new(w->arena, LETTER_NO_CHARS + 1)) == NULL) {
		net_row_end(&row);
		return fault_set(why, RC_NOMEM, "letter", "out of memory");
	}
	(void)snprintf(text, LETTER_NO_CHARS + 1, "%015lld", (long long)net_row_int(&row, 0));
	out->letter_no = text;
	out->sender = net_row_text(&row, 1, w->arena);
	out->letter.bytes = net_row_bytes(&row, 2, w->arena, &out->letter.len);
	out->signature.bytes = net_row_bytes(&row, 3, w->arena, &out->signature.len);
	rc = net_row_next(w->part->book, &row, why);
	out->more = rc == RC_OK;
	net_row_end(&row);
	return rc == RC_ABSENT ? RC_OK : rc;
}

/* What an answer of ours told: names and versions, no values. */
enum rc
net_told_give(struct net_work *w, struct fault *why)
{
	const char *process_no = w->in->body.told_fetch.process_no;
	struct message_told *list = arena_array(w->arena, MESSAGE_MAX_RECORDS, sizeof *list);
	struct net_row row;
	size_t n = 0;
	enum rc rc;

	if (list == NULL)
		return fault_set(why, RC_NOMEM, "told", "out of memory");
	rc = net_book_row(w->part->book, NET_STMT_INTERMEDIARY_TOLD_OF, &row, why, "t", process_no);
	while (rc == RC_OK && n < MESSAGE_MAX_RECORDS) {
		list[n].record_key = net_row_text(&row, 0, w->arena);
		list[n++].record_version = net_row_int(&row, 1);
		rc = net_row_next(w->part->book, &row, why);
	}
	net_row_end(&row);
	w->out->kind = MESSAGE_TOLD;
	w->out->body.told.process_no = process_no;
	w->out->body.told.records = list;
	w->out->body.told.n_records = n;
	return rc == RC_ABSENT ? RC_OK : rc;
}

enum rc
net_told_put(struct net_work *w, const char *process_no, const struct message_record_items *records, size_t n,
    struct fault *why)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < n && rc == RC_OK; i++)
		rc = net_book_run(w->part->book, NET_STMT_INTERMEDIARY_TOLD_PUT, why, "tti", process_no,
		    records[i].record_key, records[i].record_version);
	return rc;
}

#include <string.h>

#include "action/acquire_code.h"
#include "action/answer_take.h"
#include "action/duplicate.h"
#include "action/import_row.h"
#include "action/inquiry_step.h"
#include "action/correction_letter.h"
#include "action/outbox_row.h"
#include "action/provide.h"
#include "base/checkdigit.h"
#include "exchange/peer.h"
#include "store/store_evidence.h"
#include "store/store_held.h"
#include "store/store_same.h"
#include "store/store_ticket.h"

/*
 * What waits for a person: rows of imports that could not be attached, answers of ours
 * that wait for release, received answers whose identity differs, conflicts, messages that failed.
 */
#define LIST_CHUNK 500

const char *
held_kind_word(enum held_kind kind)
{
	static const char *const word[HELD_KIND__COUNT] = {
		[HELD_IMPORT_ROW] = "import-row", [HELD_ANSWER] = "answer", [HELD_IN_DOUBT] = "in-doubt",
		[HELD_CONFLICT] = "conflict", [HELD_POISON] = "failed", [HELD_CORRECTION] = "correction",
	};

	return word[kind];
}

static enum rc
is_protected(struct call *c, const struct id *person, bool *ret_is, struct fault *why)
{
	struct person p;
	enum rc rc = store_person_get(c->a->store, person, &c->arena, &p, why);

	if (rc == RC_OK)
		*ret_is = *ret_is || p.is_shielded || p.is_protected;
	return rc;
}

/* Does the row name somebody under protection, by number or by ticket?  Either may be the mistyped one. */
static enum rc
names_protected(struct call *c, const char *const *cell, bool *ret_does, struct fault *why)
{
	struct ticket ticket;
	struct id id;
	enum rc rc = RC_OK;

	*ret_does = false;
	if (cell[DOSE_ADDRESSEE] != NULL &&
	    (rc = store_person_find_addressee(c->a->store, cell[DOSE_ADDRESSEE], &id, why)) == RC_OK)
		rc = is_protected(c, &id, ret_does, why);
	if ((rc == RC_OK || rc == RC_ABSENT || rc == RC_INVALID) && cell[DOSE_TICKET] != NULL &&
	    (rc = store_ticket_find(c->a->store, cell[DOSE_TICKET], &ticket, why)) == RC_OK)
		rc = is_protected(c, &ticket.person, ret_does, why);
	return rc == RC_ABSENT || rc == RC_INVALID ? RC_OK : rc;
}

/*
 * What a row of doses says, for whoever must decide whose it is: number, birth date, day, what.  Nothing of where: it
 * belongs to nobody yet, and whoever it turns out to be may be somebody whose whereabouts are nobody's business.
 */
static enum rc
put_row(struct call *c, const struct held_row *row, struct frame *f, struct fault *why)
{
	static const enum dose_column said[] = { DOSE_ADDRESSEE, DOSE_BIRTH, DOSE_GIVEN_ON, DOSE_VACCINE, DOSE_PRODUCT_NAME,
	    DOSE_STATUS };
	struct buf text = BUF_INIT(LIMIT_TEXT_BYTES);
	const char *cell[DOSE_COLUMNS], *source;
	bool hides;
	enum rc rc;

	if (row->kind != HELD_IMPORT_ROW || row->payload == NULL || row->reference == NULL ||
	    strcmp(row->reference, IMPORT_OF_DOSES) != 0)
		return RC_OK;
	if ((rc = import_held_cells(row, &c->arena, cell, DOSE_COLUMNS, &source, why)) != RC_OK ||
	    (rc = names_protected(c, cell, &hides, why)) != RC_OK || hides)
		goto out;
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]) && rc == RC_OK; i++) {
		const char *value = cell[said[i]];

		/* A MyNumber typed into a wrong column goes nowhere. */
		if (value != NULL)
			rc = buf_printf(&text, "%s%s=%s", text.len > 0 ? ", " : "", import_dose_column[said[i]],
			    checkdigit_mynumber(value, strlen(value)) ? "?" : value);
	}
	/* One that is longer than any text is looked at in its file. */
	if (rc == RC_OK && text.len > 0)
		frame_put_text(f, TAG_TEXT, text.data);
	rc = rc == RC_TOO_BIG ? RC_OK : rc;
 out:
	buf_wipe(&text);
	return rc;
}

static enum rc
reply_held(struct call *c, const struct held_row *row, struct fault *why)
{
	char id[ID_TEXT_SIZE];
	struct person p = { .addressee_no = NULL };
	struct frame f;
	enum rc rc;

	if (id_known(&row->person) &&
	    (rc = store_person_get(c->a->store, &row->person, &c->arena, &p, why)) != RC_OK)
		return rc;
	id_write(&row->id, id);
	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_HELD_ID, id);
	frame_put_text(&f, TAG_HELD_KIND, held_kind_word(row->kind));
	frame_put_text(&f, TAG_REASON, row->reason);
	frame_put_text(&f, TAG_ADDRESSEE, p.addressee_no);
	if (row->kind == HELD_ANSWER)
		frame_put_text(&f, TAG_INQUIRER, row->source);
	else
		frame_put_text(&f, TAG_SOURCE, row->source);
	frame_put_int(&f, TAG_AT, row->created_us);
	if ((rc = put_row(c, row, &f, why)) == RC_OK)
		rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

enum rc
do_held_list(struct call *c, struct fault *why)
{
	const char *word = request_text(c->r, TAG_HELD_KIND);
	enum held_kind kind = HELD_KIND__COUNT;
	struct held_row *row;
	struct id after;
	size_t n, i;
	bool first = true;
	enum rc rc;

	if (word != NULL) {
		for (kind = 0; kind < HELD_KIND__COUNT; kind++)
			if (strcmp(held_kind_word(kind), word) == 0)
				break;
		if (kind == HELD_KIND__COUNT)
			return fault_set(why, RC_INVALID, "kind",
			    "expected import-row, answer, in-doubt, conflict, failed or correction");
	}
	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, word, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK ||
	    (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	for (n = LIST_CHUNK; rc == RC_OK && n == LIST_CHUNK; first = false) {
		rc = store_held_list(c->a->store, kind, first ? NULL : &after, LIST_CHUNK, &c->arena, &row, &n, why);
		for (i = 0; rc == RC_OK && i < n; i++)
			rc = reply_held(c, &row[i], why);
		if (rc == RC_OK && n > 0)
			after = row[n - 1].id;
	}
	return rc;
}

static enum rc
find_held(struct call *c, struct held_row *ret_row, struct fault *why)
{
	const char *text = request_text(c->r, TAG_HELD_ID);
	struct id id;
	enum rc rc;

	if (id_parse(text, strlen(text), &id) != RC_OK)
		return fault_set(why, RC_INVALID, "held", "not an id: 32 hexadecimal digits");
	node_see(c);
	if ((rc = store_held_get(c->a->store, &id, &c->arena, ret_row, why)) == RC_ABSENT)
		return fault_set(why, RC_ABSENT, "held", "nothing of this id waits");
	if (rc == RC_OK && ret_row->is_shielded)
		return fault_set(why, RC_REFUSED, "held",
		    "the record is protected: an officer who may see it decides");
	if (rc == RC_OK && ret_row->state != HELD_OPEN)
		return fault_set(why, RC_REFUSED, "held", "it was decided before");
	return rc;
}

static enum rc
finish(struct call *c, const struct held_row *row, enum held_state state, const struct id *person,
    struct fault *why)
{
	static const char *const word[HELD_STATE__COUNT] = { "open", "attached", "released", "refused" };
	char id[ID_TEXT_SIZE];
	struct frame f;
	enum rc rc;

	if ((rc = store_held_decide(c->a->store, &row->id, state, c->actor,
	    request_text(c->r, TAG_REASON), person, why)) != RC_OK ||
	    (rc = node_audit(c, id_known(&row->person) ? &row->person : person, AUDIT_DONE,
	    held_kind_word(row->kind), why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	id_write(&row->id, id);
	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_HELD_ID, id);
	frame_put_text(&f, TAG_STATE, word[state]);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

/* Attached: whether it tells what is told already is looked at before it commits. */
static enum rc
settled(struct call *c, const struct held_row *row, const struct id *person, struct fault *why)
{
	enum rc rc = duplicate_settle(c->a, person, c->today, why);

	return rc != RC_OK ? rc : finish(c, row, HELD_ATTACHED, person, why);
}

/* An import row goes to the person the officer names. */
static enum rc
attach_row(struct call *c, const struct held_row *row, const struct person *into, struct fault *why)
{
	const char *cell[DOSE_COLUMNS];
	struct import_doubt doubt;
	struct import_taken taken;
	const char *source;
	enum rc rc;

	if (row->reference == NULL || strcmp(row->reference, IMPORT_OF_DOSES) != 0)
		return fault_set(why, RC_REFUSED, "held", row->reference != NULL &&
		    strcmp(row->reference, IMPORT_OF_CLINICS) == 0 ?
		    "a clinic's row is mended in its list and imported again" :
		    "a resident's row is mended in the resident register and imported again");
	if ((rc = import_held_cells(row, &c->arena, cell, DOSE_COLUMNS, &source, why)) != RC_OK ||
	    (rc = import_dose_row(c, cell, source, &c->record, NULL, &taken, &doubt, why)) != RC_OK)
		return rc;
	if (doubt.word != NULL)
		return fault_set(why, RC_REFUSED, doubt.column, "still not attachable: %s", doubt.word);
	return settled(c, row, &into->id, why);
}

/* The bytes that were set aside, from their seal, read and verified anew. */
static enum rc
read_again(struct call *c, const struct inquiry_row *inquiry, struct wire_answer *ret_answer,
    struct fault *why)
{
	struct action *a = c->a;
	struct evidence_row *row;
	struct vault_place place;
	struct buf clear = BUF_INIT(LIMIT_WIRE_BYTES), signature = BUF_INIT(256);
	struct wire_signed in = { .role = PEER_INTERMEDIARY };
	size_t n, i;
	enum rc rc;

	if ((rc = store_evidence_of_process(a->store, inquiry->process_no, &c->arena, &row, &n, why)) != RC_OK)
		goto out;
	for (i = 0; i < n; i++)
		if (!row[i].is_ours && row[i].sealed.len > 0 &&
		    strcmp(row[i].type, message_name(MESSAGE_PROVISION_RESPONSE)) == 0)
			break;
	if (i == n) {
		rc = fault_set(why, RC_ABSENT, "evidence", "the answer is not kept any more");
		goto out;
	}
	if ((rc = store_evidence_place(a->store, &row[i].id, &row[i].person, &place, why)) != RC_OK ||
	    (rc = vault_client_unseal(a->key, &place, &row[i].sealed, &clear, why)) != RC_OK ||
	    (rc = peer_signature_text(row[i].signature, row[i].signature_len, &signature)) != RC_OK)
		goto out;
	in.bytes = clear.data;
	in.len = clear.len;
	in.signature_text = signature.data;
	in.signature_text_len = signature.len;
	in.institution = row[i].signer;
	in.now_s = row[i].time_us / 1000000;	/* when it was received its certificate held */
	rc = wire_client_read(a->wire, &in, &c->arena, ret_answer, why);
 out:
	buf_wipe(&clear);
	buf_clear(&signature);
	return rc;
}

/* The officer has compared the papers and says: it is the same person. */
static enum rc
accept_doubt(struct call *c, const struct held_row *row, const struct person *into, struct fault *why)
{
	struct wire_answer answer;
	struct inquiry_row inquiry;
	size_t statements;
	bool same;
	enum rc rc;

	if ((rc = store_same_is(c->a->store, &row->person, &into->id, &same, why)) != RC_OK)
		return rc;
	if (!same)
		return fault_set(why, RC_REFUSED, "held",
		    "the answer was asked for about somebody else: refuse it and ask about the right person");
	if ((rc = store_inquiry_find_record(c->a->store, row->reference, &c->arena, &inquiry, why)) != RC_OK ||
	    (rc = read_again(c, &inquiry, &answer, why)) != RC_OK ||
	    (rc = answer_apply(c->a, &inquiry, answer.message, true, c->now_us, c->today, &c->arena, &same,
	    &statements, why)) != RC_OK ||
	    (rc = inquiry_event(c->a, &inquiry, INQUIRY_ON_OFFICER_ACCEPTS, NULL, c->now_us, why)) != RC_OK)
		return rc;
	return settled(c, row, &into->id, why);
}

enum rc
do_held_attach(struct call *c, struct fault *why)
{
	struct held_row row;
	struct person into;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = find_held(c, &row, why)) != RC_OK ||
	    (rc = node_person(c, request_text(c->r, TAG_ADDRESSEE), &into, why)) != RC_OK)
		return rc;
	switch (row.kind) {
	case HELD_IMPORT_ROW:
		return attach_row(c, &row, &into, why);
	case HELD_IN_DOUBT:
		return accept_doubt(c, &row, &into, why);
	case HELD_ANSWER:
	case HELD_CONFLICT:
	case HELD_POISON:
	case HELD_CORRECTION:
	case HELD_KIND__COUNT:
		break;
	}
	return fault_set(why, RC_REFUSED, "held", "this kind is released or refused, not attached");
}

/* A message set aside is never sent again: what waited for its answer is told. */
static enum rc
give_up(struct call *c, const char *message_id, struct fault *why)
{
	struct inquiry_row inquiry;
	struct outbox_row row;
	enum rc rc;

	if ((rc = outbox_drop(c->a, message_id, &c->arena, &row, why)) != RC_OK)
		return rc == RC_ABSENT ? RC_OK : rc;	/* work about something else: looked at, done */
	switch ((unsigned)message_kind_of(row.type)) {
	case MESSAGE_INQUIRY_REQUEST:
	case MESSAGE_RESULT_FETCH:
		if ((rc = store_inquiry_get(c->a->store, &row.about, &c->arena, &inquiry, why)) != RC_OK)
			return rc;
		return inquiry_ended((enum inquiry_state)inquiry.state) ? RC_OK :
		    inquiry_event(c->a, &inquiry, INQUIRY_ON_FIX, "given-up", c->now_us, why);
	case MESSAGE_NUMBER_REQUEST:
	case MESSAGE_NUMBER_FETCH:
	case MESSAGE_CODE_REQUEST:
	case MESSAGE_CODE_FETCH:
		return code_event(c->a, &row.person, ACQUIRE_ON_FIX, c->now_us, why);
	default:
		return RC_OK;
	}
}

enum rc
do_held_release(struct call *c, struct fault *why)
{
	const char *reason = request_text(c->r, TAG_REASON);
	struct held_row row;
	struct person p;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = find_held(c, &row, why)) != RC_OK)
		return rc;
	if (row.kind == HELD_POISON && row.reference != NULL) {
		if ((rc = outbox_release(c->a, row.reference, c->now_us, why)) == RC_OK)
			return finish(c, &row, HELD_RELEASED, NULL, why);
		if (rc != RC_ABSENT)
			return rc;
	}
	if (row.kind == HELD_CORRECTION)
		return (rc = correction_letter_release(c, &row, why)) != RC_OK ? rc : finish(c, &row, HELD_RELEASED, NULL, why);
	if (row.kind != HELD_ANSWER)
		return fault_set(why, RC_REFUSED, "held",
		    "only a held answer, a correction, or a message that was set aside, is released");
	if (id_known(&row.person)) {
		if ((rc = store_person_get(c->a->store, &row.person, &c->arena, &p, why)) != RC_OK)
			return rc;
		if (p.is_protected)
			return fault_set(why, RC_REFUSED, "held", "the record is protected: refuse the answer");
	}
	if ((rc = provide_decide(c, row.reference, MESSAGE_DECISION_RELEASE,
	    reason == NULL ? "released by an officer" : reason, why)) != RC_OK)
		return rc;
	return finish(c, &row, HELD_RELEASED, NULL, why);
}

enum rc
do_held_refuse(struct call *c, struct fault *why)
{
	const char *reason = request_text(c->r, TAG_REASON);
	struct inquiry_row inquiry;
	struct held_row row;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = find_held(c, &row, why)) != RC_OK)
		return rc;
	if (row.kind == HELD_ANSWER) {
		if (reason == NULL)
			return fault_set(why, RC_INVALID, "reason", "a refusal needs one");
		rc = provide_decide(c, row.reference, MESSAGE_DECISION_REFUSE, reason, why);
	} else if (row.kind == HELD_IN_DOUBT) {
		if ((rc = store_inquiry_find_record(c->a->store, row.reference, &c->arena, &inquiry, why)) == RC_OK)
			rc = inquiry_event(c->a, &inquiry, INQUIRY_ON_OFFICER_REJECTS, "identity-differs", c->now_us, why);
	} else if (row.kind == HELD_CORRECTION)
		rc = correction_letter_refuse(c, &row, why);
	else if (row.kind == HELD_POISON && row.reference != NULL)
		rc = give_up(c, row.reference, why);
	if (rc != RC_OK)
		return rc;
	return finish(c, &row, HELD_REFUSED, NULL, why);
}

#include "action/correction.h"
#include "store/store_person.h"

/* Who is told what has changed, and who was told at all. */
#define LIST_CHUNK 500

/* Of the open ones those are overdue that wait too long; what ended without having arrived always needs a person. */
static enum sending_class
class_of(const struct correction_row *row, int64_t now_us)
{
	return receipt_class((enum receipt_state)row->state, row->made_us / 1000, now_us / 1000);
}

static bool
needs_person(const struct correction_row *row, int64_t now_us)
{
	enum sending_class class = class_of(row, now_us);

	return class != SENDING_CLASS_NONE && class != SENDING_RETRY;
}

static enum rc
reply(struct call *c, const struct correction_row *row, struct fault *why)
{
	char statement[ID_TEXT_SIZE];
	struct person p;
	struct frame f;
	enum rc rc;

	if ((rc = store_person_get(c->a->store, &row->person, &c->arena, &p, why)) != RC_OK)
		return rc;
	id_write(&row->statement, statement);
	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_ADDRESSEE, p.addressee_no);
	frame_put_text(&f, TAG_DOSE_ID, statement);
	frame_put_int(&f, TAG_VERSION, row->version);
	frame_put_text(&f, TAG_RECIPIENT, row->recipient);
	frame_put_text(&f, TAG_STATE, receipt_state_name((enum receipt_state)row->state));
	frame_put_int(&f, TAG_OVERDUE, needs_person(row, c->now_us));
	frame_put_int(&f, TAG_AT, row->made_us);
	frame_put_int(&f, TAG_SENT_AT, row->sent_us);
	frame_put_int(&f, TAG_ATTEMPTS, row->tries);
	frame_put_int(&f, TAG_RECEIPT_AT, row->receipt_us);
	frame_put_int(&f, TAG_LOCAL_VERSION, row->local_version);
	frame_put_text(&f, TAG_REASON, row->reason);
	frame_put_text(&f, TAG_RETRY_CLASS, sending_class_name(class_of(row, c->now_us)));
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

/* Of one person, with who was told where that may be seen. */
static enum rc
list_of(struct call *c, const char *addressee, bool overdue, struct fault *why)
{
	struct correction_row *row;
	struct person p;
	size_t n = 0, i;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	node_see(c);
	if ((rc = node_person(c, addressee, &p, why)) != RC_OK)
		return rc;
	if (p.is_shielded)
		return fault_set(why, RC_REFUSED, "correction", "the record is protected");
	if ((rc = node_audit(c, &p.id, AUDIT_DONE, p.is_protected ? "protected-seen" : NULL, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK ||
	    (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	node_see(c);
	rc = store_correction_of(c->a->store, &p.id, &c->arena, &row, &n, why);
	for (i = 0; rc == RC_OK && i < n; i++)
		if (!overdue || needs_person(&row[i], c->now_us))
			rc = reply(c, &row[i], why);
	return rc;
}

/* All of a state: what is overdue is the oldest, and stands at the end. */
static enum rc
list_state(struct call *c, enum correction_state state, bool overdue, struct fault *why)
{
	const struct arena whole = c->arena;
	struct correction_row *row;
	int64_t before_us = INT64_MAX;
	struct id after = ID_NONE;
	size_t n = LIST_CHUNK;
	enum rc rc = RC_OK;

	while (rc == RC_OK && n == LIST_CHUNK) {
		arena_init(&c->arena, LIMIT_REQUEST_BYTES);
		rc = store_correction_list(c->a->store, state, before_us, &after, LIST_CHUNK, &c->arena, &row, &n, why);
		for (size_t i = 0; rc == RC_OK && i < n; i++) {
			before_us = row[i].made_us;
			after = row[i].id;
			if (!overdue || needs_person(&row[i], c->now_us))
				rc = reply(c, &row[i], why);
		}
		arena_clear(&c->arena);
	}
	c->arena = whole;
	return rc;
}

enum rc
do_correction_list(struct call *c, struct fault *why)
{
	bool overdue = request_int(c->r, TAG_OVERDUE, 0) != 0;
	const char *addressee = request_text(c->r, TAG_ADDRESSEE);
	enum rc rc;

	if (addressee != NULL)
		return list_of(c, addressee, overdue, why);
	/* The trace first: what is read after it goes out. */
	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, overdue ? "overdue" : NULL, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK ||
	    (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	for (int state = 0; state < CORRECTION_STATE__COUNT && rc == RC_OK; state++)
		rc = list_state(c, (enum correction_state)state, overdue, why);
	return rc;
}

enum rc
do_correction_told(struct call *c, struct fault *why)
{
	char statement[ID_TEXT_SIZE];
	struct told_row *row;
	struct person p;
	struct frame f;
	size_t n = 0, i;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	node_see(c);
	if ((rc = node_person(c, request_text(c->r, TAG_ADDRESSEE), &p, why)) != RC_OK)
		return rc;
	if (p.is_shielded)
		return fault_set(why, RC_REFUSED, "correction", "the record is protected");
	if ((rc = store_told_of(c->a->store, &p.id, &c->arena, &row, &n, why)) != RC_OK ||
	    (rc = node_audit(c, &p.id, AUDIT_DONE, p.is_protected ? "protected-seen" : NULL, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	for (i = 0; i < n && rc == RC_OK; i++) {
		id_write(&row[i].statement, statement);
		frame_init(&f, RESULT_ROW);
		frame_put_text(&f, TAG_RECIPIENT, row[i].recipient);
		frame_put_text(&f, TAG_DOSE_ID, statement);
		frame_put_int(&f, TAG_VERSION, row[i].version);
		frame_put_int(&f, TAG_PROVIDED_AT, row[i].told_us);
		frame_put_text(&f, TAG_PROCESS_NO, row[i].process_no);
		rc = node_reply(c, &f, why);
		frame_clear(&f);
	}
	return rc;
}

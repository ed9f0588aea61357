#include "action/duplicate.h"

#include <string.h>

#include "base/words.h"
#include "store/store_dose.h"
#include "store/store_duplicate.h"

/*
 * What officers see of doses told more than once, decide and take back.  Nothing is changed by it but what counts.
 */
#define LIST_CHUNK 200

static const char *
id_text(const struct id *id, struct arena *arena)
{
	char text[ID_TEXT_SIZE];

	id_write(id, text);
	return arena_text(arena, text, strlen(text));
}

enum rc
duplicate_told_of(struct action *a, const struct id *person, struct arena *arena, struct duplicate_told *ret,
    struct fault *why)
{
	enum rc rc;

	*ret = (struct duplicate_told){ NULL, NULL, 0, 0 };
	if ((rc = store_duplicate_of(a->store, person, arena, &ret->pair, &ret->n_pair, why)) != RC_OK ||
	    ret->n_pair == 0)
		return rc;
	return store_duplicate_counts_as(a->store, person, arena, &ret->merged, &ret->n_merged, why);
}

enum rc
duplicate_history(const struct duplicate_told *told, struct arena *arena, struct history *h,
    struct history_statement *statement, struct fault *why)
{
	const struct duplicate_row *row = told->pair;
	const struct duplicate_counts_as *merged = told->merged;
	struct history_duplicate *out;
	char text[ID_TEXT_SIZE];
	size_t n = told->n_pair, n_merged = told->n_merged, n_out = 0;

	if (n == 0)
		return RC_OK;
	if ((out = arena_array(arena, n, sizeof(*out))) == NULL)
		return fault_set(why, RC_NOMEM, "record", "too large to be shown at once");
	for (size_t i = 0; i < n_merged; i++) {
		id_write(&merged[i].statement, text);
		for (size_t k = 0; k < h->n_statement; k++) {
			if (strcmp(statement[k].id, text) != 0)
				continue;
			statement[k].merged = true;
			if ((statement[k].counted_as = id_text(&merged[i].counts_as, arena)) == NULL)
				return fault_set(why, RC_NOMEM, "record", "too large to be shown at once");
		}
	}
	for (size_t i = 0; i < n; i++) {
		if (row[i].state == DUPLICATE_GONE)
			continue;
		out[n_out] = (struct history_duplicate){ row[i].no, row[i].rule, row[i].verdict, row[i].state,
		    id_text(&row[i].first, arena), id_text(&row[i].second, arena) };
		if (out[n_out].first == NULL || out[n_out].second == NULL)
			return fault_set(why, RC_NOMEM, "record", "too large to be shown at once");
		n_out++;
	}
	h->duplicate = out;
	h->n_duplicate = n_out;
	return RC_OK;
}

/* ---- lists ---- */

static enum rc
reply_pair(struct call *c, const struct duplicate_row *row, struct fault *why)
{
	const struct duplicate_finding f = { row->verdict, row->rule };
	char given[DAY_TEXT_SIZE];
	struct person p;
	struct dose d;
	struct frame out;
	enum rc rc;

	if ((rc = store_person_get(c->a->store, &row->person, &c->arena, &p, why)) != RC_OK ||
	    (rc = store_dose_get(c->a->store, &row->first, &c->arena, &d, why)) != RC_OK)
		return rc;
	day_span_write(d.given, given);
	frame_init(&out, RESULT_ROW);
	frame_put_int(&out, TAG_DUPLICATE, row->no);
	frame_put_text(&out, TAG_ADDRESSEE, p.addressee_no);
	frame_put_text(&out, TAG_VACCINE, d.vaccine);
	frame_put_text(&out, TAG_GIVEN_ON, given);
	frame_put_int(&out, TAG_RULE, row->rule);
	frame_put_text(&out, TAG_VERDICT, duplicate_verdict_word(row->verdict));
	frame_put_text(&out, TAG_STATE, duplicate_state_word(row->state));
	frame_put_text(&out, TAG_TEXT, row->is_outdated ?
	    WORDS("decided before, but what was told has changed since: decide again") : duplicate_rule_text(&f));
	rc = node_reply(c, &out, why);
	frame_clear(&out);
	return rc;
}

/* Every pair of one person, or of all who are not protected, a part at a time. */
static enum rc
list_state(struct call *c, enum duplicate_state state, struct fault *why)
{
	struct arena whole = c->arena;
	struct duplicate_row *row;
	int64_t after = 0;
	size_t n = LIST_CHUNK;
	enum rc rc = RC_OK;

	while (n == LIST_CHUNK && rc == RC_OK) {
		arena_init(&c->arena, LIMIT_REQUEST_BYTES);
		rc = store_duplicate_list(c->a->store, state, after, LIST_CHUNK, &c->arena, &row, &n, why);
		for (size_t i = 0; i < n && rc == RC_OK; i++) {
			rc = reply_pair(c, &row[i], why);
			after = row[i].no;
		}
		arena_clear(&c->arena);
	}
	c->arena = whole;
	return rc;
}

enum rc
do_duplicate_list(struct call *c, struct fault *why)
{
	const char *addressee = request_text(c->r, TAG_ADDRESSEE);
	bool all = request_int(c->r, TAG_ALL, 0) != 0;
	struct duplicate_row *row = NULL;
	struct person p = { .is_shielded = false };
	size_t n = 0;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	if (addressee != NULL) {
		node_see(c);
		if ((rc = node_person(c, addressee, &p, why)) != RC_OK)
			return rc;
		if (p.is_shielded)
			return fault_set(why, RC_REFUSED, "duplicate", "the record is protected");
	}
	if ((rc = node_audit(c, addressee != NULL ? &p.id : NULL, AUDIT_DONE,
	    p.is_protected ? "protected-seen" : NULL, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK ||
	    (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	if (addressee == NULL) {
		rc = list_state(c, DUPLICATE_OPEN, why);
		for (int state = DUPLICATE_OPEN + 1; all && state < DUPLICATE_STATE__COUNT && rc == RC_OK; state++)
			rc = list_state(c, (enum duplicate_state)state, why);
	} else {
		node_see(c);
		rc = store_duplicate_of(c->a->store, &p.id, &c->arena, &row, &n, why);
		for (size_t i = 0; i < n && rc == RC_OK; i++)
			if (all || row[i].state == DUPLICATE_OPEN)
				rc = reply_pair(c, &row[i], why);
	}
	store_rollback(c->a->store);
	return rc;
}

/* ---- one pair ---- */

/* A pair and what both say; *d[1] equals *d[0] where one alone is spoken of. */
static enum rc
find_pair(struct call *c, struct duplicate_row *ret_row, struct dose d[2], struct person *ret_person, struct fault *why)
{
	struct dose *version;
	size_t n;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	node_see(c);
	rc = store_duplicate_get(c->a->store, request_int(c->r, TAG_DUPLICATE, 0), ret_row, why);
	if (rc == RC_ABSENT)
		return fault_set(why, RC_ABSENT, "duplicate", "no pair of this number");
	if (rc != RC_OK || (rc = store_person_get(c->a->store, &ret_row->person, &c->arena, ret_person, why)) != RC_OK)
		return rc;
	for (int i = 0; i < 2; i++) {
		rc = store_dose_versions(c->a->store, i == 0 ? &ret_row->first : &ret_row->second, &c->arena,
		    &version, &n, why);
		if (rc != RC_OK)
			return rc;
		d[i] = version[n - 1];
	}
	return RC_OK;
}

static enum rc
reply_side(struct call *c, const char *part, const struct dose *d, const char *state, struct fault *why)
{
	char given[DAY_TEXT_SIZE], volume[DOSE_VOLUME_TEXT_SIZE], id[ID_TEXT_SIZE];
	struct frame f;
	enum rc rc;

	id_write(&d->statement, id);
	day_span_write(d->given, given);
	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_PART, part);
	frame_put_text(&f, TAG_STATE, state);
	frame_put_text(&f, TAG_DOSE_ID, id);
	frame_put_int(&f, TAG_VERSION, d->version);
	frame_put_text(&f, TAG_STATUS, dose_status_word(d->status));
	frame_put_text(&f, TAG_GIVEN_ON, given);
	frame_put_text(&f, TAG_VACCINE, d->vaccine);
	frame_put_text(&f, TAG_PRODUCT_TEXT, d->product_text);
	if (d->told_no != 0)
		frame_put_int(&f, TAG_DOSE, d->told_no);
	frame_put_text(&f, TAG_LOT, d->lot);
	if (d->volume_ul != DOSE_VOLUME_UNKNOWN) {
		dose_volume_write(d->volume_ul, volume);
		frame_put_text(&f, TAG_VOLUME_ML, volume);
	}
	frame_put_text(&f, TAG_CLINIC_CODE, d->clinic_code);
	frame_put_text(&f, TAG_CLINIC, d->clinic_name);
	frame_put_text(&f, TAG_PHYSICIAN, d->physician);
	frame_put_text(&f, TAG_SOURCE, dose_source_word(d->source));
	frame_put_text(&f, TAG_MUNICIPALITY, d->origin_municipality);
	frame_put_text(&f, TAG_EVIDENCE, d->evidence);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

static enum rc
reply_decision(struct call *c, const struct duplicate_row *row, const struct duplicate_decided *d, struct fault *why)
{
	char id[ID_TEXT_SIZE];
	struct frame f;
	enum rc rc;

	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_PART, "decision");
	frame_put_text(&f, TAG_STATE, d->undone_us != 0 ? "taken-back" : !id_known(&d->what.keep) ? "two-doses" : "one-dose");
	if (id_known(&d->what.keep)) {
		id_write(&d->what.keep, id);
		frame_put_text(&f, TAG_DOSE_ID, id);
		frame_put_text(&f, TAG_KEEP, id_equal(&d->what.keep, &row->first) ? "A" : "B");
	}
	node_put_officer(c, &f, TAG_DECIDED_BY, d->decided_by);
	frame_put_int(&f, TAG_DECIDED_AT, d->decided_us);
	frame_put_text(&f, TAG_NOTE, d->undone_us != 0 ? d->undo_reason : d->reason);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

/* What rule 8 or an officer made of a statement. */
static enum rc
state_of(struct call *c, const struct dose *d, const char **ret_state, struct fault *why)
{
	struct duplicate_counts_as *row;
	size_t n;
	enum rc rc;

	if ((rc = store_duplicate_counts_as(c->a->store, &d->person, &c->arena, &row, &n, why)) != RC_OK)
		return rc;
	*ret_state = d->status == DOSE_GIVEN ? "counts" : dose_status_word(d->status);
	for (size_t i = 0; i < n; i++)
		if (id_equal(&row[i].statement, &d->statement))
			*ret_state = "counted-as-another";
	return RC_OK;
}

enum rc
do_duplicate_show(struct call *c, struct fault *why)
{
	struct duplicate_finding f;
	struct duplicate_decided *decided;
	struct duplicate_row row;
	struct dose d[2];
	struct person p;
	struct frame out;
	const char *state[2];
	size_t n;
	enum rc rc;

	if ((rc = find_pair(c, &row, d, &p, why)) != RC_OK ||
	    (rc = store_duplicate_decisions(c->a->store, row.no, &c->arena, &decided, &n, why)) != RC_OK ||
	    (rc = state_of(c, &d[0], &state[0], why)) != RC_OK || (rc = state_of(c, &d[1], &state[1], why)) != RC_OK ||
	    (rc = node_audit(c, &p.id, AUDIT_DONE, p.is_protected ? "protected-seen" : NULL, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	f = (struct duplicate_finding){ row.verdict, row.rule };
	frame_init(&out, RESULT_ROW);
	frame_put_text(&out, TAG_PART, "pair");
	frame_put_int(&out, TAG_DUPLICATE, row.no);
	frame_put_text(&out, TAG_ADDRESSEE, p.addressee_no);
	frame_put_int(&out, TAG_RULE, row.rule);
	frame_put_text(&out, TAG_VERDICT, duplicate_verdict_word(row.verdict));
	frame_put_text(&out, TAG_STATE, duplicate_state_word(row.state));
	frame_put_text(&out, TAG_TEXT, duplicate_rule_text(&f));
	rc = node_reply(c, &out, why);
	frame_clear(&out);
	if (rc == RC_OK)
		rc = reply_side(c, "A", &d[0], state[0], why);
	if (rc == RC_OK && !id_equal(&row.first, &row.second))
		rc = reply_side(c, "B", &d[1], state[1], why);
	for (size_t i = 0; i < n && rc == RC_OK; i++)
		rc = reply_decision(c, &row, &decided[i], why);
	return rc;
}

/* ---- decisions ---- */

/* Works out what follows, leaves the trace, commits, and answers which of the two count now. */
static enum rc
finish(struct call *c, const struct duplicate_row *before, const char *detail, struct fault *why)
{
	struct duplicate_row row;
	struct duplicate_counts_as *merged;
	struct frame f;
	bool a = true, b = true;
	size_t n;
	enum rc rc;

	if ((rc = duplicate_settle(c->a, &before->person, c->today, why)) != RC_OK ||
	    (rc = store_duplicate_get(c->a->store, before->no, &row, why)) != RC_OK ||
	    (rc = store_duplicate_counts_as(c->a->store, &row.person, &c->arena, &merged, &n, why)) != RC_OK ||
	    (rc = node_audit(c, &row.person, AUDIT_DONE, detail, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n; i++) {
		a = a && !id_equal(&merged[i].statement, &row.first);
		b = b && !id_equal(&merged[i].statement, &row.second);
	}
	frame_init(&f, RESULT_ROW);
	frame_put_int(&f, TAG_DUPLICATE, row.no);
	frame_put_text(&f, TAG_STATE, duplicate_state_word(row.state));
	frame_put_text(&f, TAG_KEEP, a && b ? "A B" : a ? "A" : b ? "B" : "");
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

/* "A", "B", or the id of one of them. */
static bool
take_keep(const char *text, const struct duplicate_row *row, struct id *ret_keep)
{
	struct id id;

	if (strcmp(text, "A") == 0 || strcmp(text, "a") == 0)
		id = row->first;
	else if (strcmp(text, "B") == 0 || strcmp(text, "b") == 0)
		id = row->second;
	else if (id_parse(text, strlen(text), &id) != RC_OK ||
	    (!id_equal(&id, &row->first) && !id_equal(&id, &row->second)))
		return false;
	*ret_keep = id;
	return true;
}

enum rc
do_duplicate_decide(struct call *c, struct fault *why)
{
	const char *text = request_text(c->r, TAG_KEEP);
	bool both = request_int(c->r, TAG_BOTH, 0) != 0;
	unsigned char digest[DUPLICATE_DIGEST];
	struct duplicate_decision *standing;
	struct duplicate_row row;
	struct id keep = ID_NONE;
	struct dose d[2];
	struct person p;
	size_t n;
	enum rc rc;

	if ((text != NULL) == both)
		return fault_set(why, RC_INVALID, "keep", "say one: which of the two counts, or that both do");
	if (c->a->law == NULL)
		return fault_set(why, RC_REFUSED, "law", "no law file is installed: see watashi doctor");
	if ((rc = find_pair(c, &row, d, &p, why)) != RC_OK)
		return rc;
	if (id_equal(&row.first, &row.second))
		return fault_set(why, RC_REFUSED, "duplicate",
		    "one statement alone: correct or withdraw it, or have its source correct it");
	if (row.state == DUPLICATE_GONE)
		return fault_set(why, RC_REFUSED, "duplicate", "no pair any more: one was corrected or withdrawn");
	if (row.state == DUPLICATE_DECIDED)
		return fault_set(why, RC_REFUSED, "duplicate", "decided already: take that back first");
	if (text != NULL && !take_keep(text, &row, &keep))
		return fault_set(why, RC_INVALID, "keep", "expected A, B or the id of one of the two");
	/* What was decided on other words stands no more; taken back, so that one decision stands at most. */
	if ((rc = store_duplicate_decisions_of(c->a->store, &row.person, &c->arena, &standing, &n, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n; i++)
		if (id_equal(&standing[i].first, &row.first) && id_equal(&standing[i].second, &row.second) &&
		    (rc = store_duplicate_undo(c->a->store, row.no, "outdated", c->actor, why)) != RC_OK)
			return rc;
	duplicate_digest(&d[0], &d[1], digest);
	if ((rc = store_duplicate_decide(c->a->store, row.no, &keep, digest, request_text(c->r, TAG_REASON), c->actor,
	    why)) != RC_OK)
		return rc;
	return finish(c, &row, both ? "two-doses" : "one-dose", why);
}

enum rc
do_duplicate_undo(struct call *c, struct fault *why)
{
	struct duplicate_row row;
	struct dose d[2];
	struct person p;
	enum rc rc;

	if ((rc = find_pair(c, &row, d, &p, why)) != RC_OK)
		return rc;
	if ((rc = store_duplicate_undo(c->a->store, row.no, request_text(c->r, TAG_REASON), c->actor, why)) == RC_ABSENT)
		return fault_set(why, RC_REFUSED, "duplicate", row.state == DUPLICATE_BY_RULE ?
		    "the rule decided, no officer: say that both count if they are two" : "nobody has decided: there is nothing to take back");
	return rc != RC_OK ? rc : finish(c, &row, "taken-back", why);
}

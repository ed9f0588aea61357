#include <stdio.h>
#include <string.h>

#include "action/node.h"
#include "store/store_notice.h"
#include "store/store_portal.h"

/* One person's letters: what was sent, what came back, what was sent again, and who wishes none. */
#define LETTERS_SHOWN 200		/* with a record: more are told by notice list */
#define EVENTS_SHOWN 4			/* of each the last */

static enum rc
begin(struct call *c, struct person *ret_person, struct fault *why)
{
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	node_see(c);
	if ((rc = node_person(c, request_text(c->r, TAG_ADDRESSEE), ret_person, why)) != RC_OK)
		return rc;
	return ret_person->is_shielded ? fault_set(why, RC_REFUSED, "notice", "the record is protected") : RC_OK;
}

static enum rc
reply_letter(struct call *c, const char *addressee_no, const struct notice_row *row, const char *state, day on,
    const char *reason, struct fault *why)
{
	struct frame f;
	enum rc rc;

	frame_init(&f, RESULT_ROW);
	frame_put_int(&f, TAG_RUN, row->run.no);
	frame_put_text(&f, TAG_ADDRESSEE, addressee_no);
	frame_put_text(&f, TAG_PROGRAMME, row->run.programme);
	if (row->dose > 0)
		frame_put_int(&f, TAG_DOSE, row->dose);
	frame_put_text(&f, TAG_PURPOSE, release_purpose_word(row->run.purpose));
	frame_put_text(&f, TAG_STATE, state);
	frame_put_day(&f, TAG_ON, on);
	frame_put_text(&f, TAG_REASON, reason);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

static const char *
state_of(const struct notice_row *row)
{
	if (row->run.undone_us != 0)
		return "undone";
	if (row->excluded != NOTICE_LETTER)
		return "left-out";
	return day_known(row->run.mailed_on) ? "mailed" : "planned";
}

static enum rc
reply_all(struct call *c, const struct person *p, const struct notice_row *row, struct fault *why)
{
	struct notice_event *e;
	size_t n;
	enum rc rc;

	if ((rc = reply_letter(c, p->addressee_no, row, state_of(row),
	    day_known(row->run.mailed_on) ? row->run.mailed_on : row->run.planned_on,
	    row->excluded != NOTICE_LETTER ? notice_excluded_word(row->excluded) : NULL, why)) != RC_OK ||
	    (rc = store_notice_events(c->a->store, row->run.no, &p->id, &c->arena, &e, &n, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n && rc == RC_OK; i++)
		rc = reply_letter(c, p->addressee_no, row, e[i].kind == NOTICE_RESENT ? "resent" : "returned", e[i].on,
		    e[i].note, why);
	return rc;
}

/* What went to the person's portal, or did not. */
static enum rc
reply_portal(struct call *c, const struct person *p, struct fault *why)
{
	struct notice_row row = { .dose = 0 };
	struct portal_notice *told;
	char state[32];
	size_t n;
	enum rc rc;

	if ((rc = store_portal_of(c->a->store, &p->id, &c->arena, &told, &n, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n && rc == RC_OK; i++) {
		memset(&row.run, 0, sizeof(row.run));
		row.run.programme = "";
		if (told[i].run != 0 && (rc = store_notice_run_get(c->a->store, told[i].run, &c->arena, &row.run, why)) != RC_OK)
			return rc;
		(void)snprintf(state, sizeof(state), "portal-%s", portal_state_word(told[i].state));
		rc = reply_letter(c, p->addressee_no, &row, state, message_day_of(told[i].settled_us / 1000),
		    told[i].kind == PORTAL_ARRIVED && told[i].reason == PORTAL_NO_REASON ? "arrived" :
		    portal_reason_word(told[i].reason), why);
	}
	return rc;
}

enum rc
do_notice_list(struct call *c, struct fault *why)
{
	struct notice_row *row;
	struct person p;
	size_t n;
	enum rc rc;

	if ((rc = begin(c, &p, why)) != RC_OK ||
	    (rc = node_audit(c, &p.id, AUDIT_DONE, p.is_protected ? "protected-seen" : NULL, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK || (rc = begin(c, &p, why)) != RC_OK ||
	    (rc = store_notice_of(c->a->store, &p.id, &c->arena, &row, &n, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n && rc == RC_OK; i++)
		rc = reply_all(c, &p, &row[i], why);
	return rc != RC_OK ? rc : reply_portal(c, &p, why);
}

static struct history_name
programme_name(const struct law *law, const char *code)
{
	uint16_t i = law == NULL ? LAW_NONE : law_find_programme(law, code, strlen(code));

	return i == LAW_NONE ? (struct history_name){ code, "", "" } :
	    (struct history_name){ code, law_string(law, law->programme[i].name_ja),
	    law_string(law, law->programme[i].name_en) };
}

static void
add_letter(struct call *c, struct history_letter *l, size_t *n, const struct notice_row *row, const char *state,
    day on, const char *reason)
{
	l[(*n)++] = (struct history_letter){ .programme = programme_name(c->a->law, row->run.programme),
	    .dose = (unsigned)row->dose, .purpose = release_purpose_word(row->run.purpose), .state = state, .on = on,
	    .reason = reason != NULL ? reason : "" };
}

enum rc
node_letters(struct call *c, const struct person *p, struct history *h, struct fault *why)
{
	struct notice_event *e;
	struct notice_row *row;
	struct history_letter *l;
	size_t n, n_event, n_letter = 0;
	enum rc rc;

	if ((rc = store_notice_of(c->a->store, &p->id, &c->arena, &row, &n, why)) != RC_OK)
		return rc;
	if (n > LETTERS_SHOWN)
		n = LETTERS_SHOWN;
	if ((l = arena_array(&c->arena, n * (1 + EVENTS_SHOWN) + 1, sizeof(*l))) == NULL)
		return fault_set(why, RC_NOMEM, "record", "too large to be shown at once");
	for (size_t i = 0; i < n; i++) {
		if ((rc = store_notice_events(c->a->store, row[i].run.no, &p->id, &c->arena, &e, &n_event, why)) != RC_OK)
			return rc;
		for (size_t k = n_event, shown = 0; k > 0 && shown < EVENTS_SHOWN; k--, shown++)
			add_letter(c, l, &n_letter, &row[i], e[k - 1].kind == NOTICE_RESENT ? "resent" : "returned", e[k - 1].on,
			    e[k - 1].note);
		add_letter(c, l, &n_letter, &row[i], state_of(&row[i]),
		    day_known(row[i].run.mailed_on) ? row[i].run.mailed_on : row[i].run.planned_on,
		    row[i].excluded != NOTICE_LETTER ? notice_excluded_word(row[i].excluded) : NULL);
	}
	h->letter = l;
	h->n_letter = n_letter;
	return RC_OK;
}

/* The letter of the run to this person. */
static enum rc
find_letter(struct call *c, const struct person *p, struct notice_row *ret_row, struct fault *why)
{
	struct notice_row *row;
	size_t n, i;
	enum rc rc;

	if ((rc = store_notice_of(c->a->store, &p->id, &c->arena, &row, &n, why)) != RC_OK)
		return rc;
	for (i = 0; i < n; i++)
		if (row[i].run.no == request_int(c->r, TAG_RUN, 0) && row[i].excluded == NOTICE_LETTER &&
		    day_known(row[i].run.mailed_on)) {
			*ret_row = row[i];
			return RC_OK;
		}
	return fault_set(why, RC_ABSENT, "run", "no letter of this run was mailed to this person");
}

/* What became of a letter; each thing follows on the other. */
static enum rc
add_event(struct call *c, enum notice_event_kind kind, struct fault *why)
{
	struct notice_event e = { .kind = kind, .on = request_day(c->r, TAG_ON), .note = request_text(c->r, TAG_REASON),
	    .told_by = c->actor }, *before;
	struct notice_row row;
	struct person p;
	size_t n;
	bool is_back;
	enum rc rc;

	if (!day_known(e.on))
		e.on = c->today;
	if (day_after(e.on, c->today))
		return fault_set(why, RC_INVALID, "on", "lies in the future");
	if ((rc = begin(c, &p, why)) != RC_OK || (rc = find_letter(c, &p, &row, why)) != RC_OK ||
	    (rc = store_notice_events(c->a->store, row.run.no, &p.id, &c->arena, &before, &n, why)) != RC_OK)
		return rc;
	is_back = n > 0 && before[n - 1].kind == NOTICE_RETURNED;
	if (kind == NOTICE_RETURNED && is_back)
		return fault_set(why, RC_REFUSED, "run", "it came back already, and was not sent again");
	if (kind == NOTICE_RESENT && !is_back)
		return fault_set(why, RC_REFUSED, "run", "it has not come back");
	if (day_before(e.on, n > 0 ? before[n - 1].on : row.run.mailed_on))
		return fault_set(why, RC_INVALID, "on", "lies before the letter was sent");
	e.run = row.run.no;
	e.person = p.id;
	if ((rc = store_notice_event_add(c->a->store, &e, why)) != RC_OK ||
	    (rc = node_audit(c, &p.id, AUDIT_DONE, NULL, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	return reply_letter(c, p.addressee_no, &row, kind == NOTICE_RESENT ? "resent" : "returned", e.on, e.note, why);
}

enum rc
do_notice_return(struct call *c, struct fault *why)
{
	return add_event(c, NOTICE_RETURNED, why);
}

enum rc
do_notice_resend(struct call *c, struct fault *why)
{
	return add_event(c, NOTICE_RESENT, why);
}

/* Letters that lie in the office again. */
enum rc
do_notice_returned(struct call *c, struct fault *why)
{
	struct notice_event *e;
	struct notice_row row = { .dose = 0 };
	struct person p;
	size_t n;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, NULL, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK ||
	    (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = store_notice_returned(c->a->store, node_most(c), &c->arena, &e, &n, why)) != RC_OK)
		return rc;
	n = node_cut(c, n);
	for (size_t i = 0; i < n && rc == RC_OK; i++) {
		if ((rc = store_person_get(c->a->store, &e[i].person, &c->arena, &p, why)) != RC_OK ||
		    (rc = store_notice_run_get(c->a->store, e[i].run, &c->arena, &row.run, why)) != RC_OK)
			return rc;
		rc = reply_letter(c, p.addressee_no, &row, "returned", e[i].on, e[i].note, why);
	}
	return rc;
}

/* ---- who wishes none ---- */

static enum rc
take_programme(struct call *c, const char **ret_programme, struct fault *why)
{
	const char *programme = request_text(c->r, TAG_PROGRAMME);

	if (programme != NULL && (c->a->law == NULL ||
	    law_find_programme(c->a->law, programme, strlen(programme)) == LAW_NONE))
		return fault_set(why, RC_INVALID, "programme", "no programme is called so");
	*ret_programme = programme != NULL ? programme : "";
	return RC_OK;
}

static enum rc
reply_wish(struct call *c, const struct person *p, const char *programme, const char *state, struct fault *why)
{
	struct frame f;
	enum rc rc;

	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_ADDRESSEE, p->addressee_no);
	frame_put_text(&f, TAG_PROGRAMME, programme);
	frame_put_text(&f, TAG_STATE, state);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

enum rc
do_notice_refuse(struct call *c, struct fault *why)
{
	const char *programme;
	struct person p;
	bool refused = false;
	enum rc rc;

	if ((rc = take_programme(c, &programme, why)) != RC_OK || (rc = begin(c, &p, why)) != RC_OK ||
	    (rc = store_notice_refused(c->a->store, &p.id, programme, &refused, why)) != RC_OK)
		return rc;
	if (refused)
		return fault_set(why, RC_REFUSED, "notice", "that is on record already");
	if ((rc = store_notice_refuse(c->a->store, &p.id, programme, request_text(c->r, TAG_REASON), c->actor,
	    why)) != RC_OK ||
	    (rc = node_audit(c, &p.id, AUDIT_DONE, programme, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	return reply_wish(c, &p, programme, "no-letters", why);
}

enum rc
do_notice_accept(struct call *c, struct fault *why)
{
	const char *programme;
	struct person p;
	enum rc rc;

	if ((rc = take_programme(c, &programme, why)) != RC_OK || (rc = begin(c, &p, why)) != RC_OK ||
	    (rc = store_notice_accept(c->a->store, &p.id, programme, c->actor, why)) != RC_OK ||
	    (rc = node_audit(c, &p.id, AUDIT_DONE, programme, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	return reply_wish(c, &p, programme, "letters", why);
}

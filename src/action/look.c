#include <string.h>

#include "action/everybody.h"
#include "action/list_judge.h"
#include "action/list_run.h"
#include "action/ticket.h"
#include "report/report.h"
#include "store/store_walk.h"

/*
 * Looks.  The audit row of a look is committed before the first byte of the answer leaves.
 */
static enum rc
reply_history(struct call *c, const struct history *h, struct fault *why)
{
	struct frame f;
	enum rc rc;

	frame_init(&f, RESULT_HISTORY);
	history_frame_write(&f, h);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

/* Of this person, with its trace; then out. */
static enum rc
look_at(struct call *c, const struct person *p, const char *detail, struct fault *why)
{
	struct history h;
	enum rc rc;

	if ((rc = node_history(c->a, p, c->as_of, c->today, &c->arena, &h, why)) != RC_OK)
		return rc;
	if (c->r->kind == REQUEST_SHOW && !h.protected && !action_own_only(c->role, c->r->kind) &&
	    ((rc = node_letters(c, p, &h, why)) != RC_OK || (rc = node_reports(c, p, &h, why)) != RC_OK ||
	    (rc = node_tickets(c, p, &h, why)) != RC_OK))
		return rc;
	if ((rc = node_audit(c, &p->id, AUDIT_DONE, p->is_shielded ? "protected" : p->is_protected ? "protected-seen" : detail, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	return reply_history(c, &h, why);
}

static enum rc
look_by_number(struct call *c, const char *detail, struct fault *why)
{
	struct person p;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	/* A file leaves the office: it stays shielded whoever asks. */
	if (c->r->kind == REQUEST_SHOW)
		node_see(c);
	if ((rc = node_person(c, request_text(c->r, TAG_ADDRESSEE), &p, why)) != RC_OK)
		return rc;
	return look_at(c, &p, detail, why);
}

enum rc
do_show(struct call *c, struct fault *why)
{
	return look_by_number(c, NULL, why);
}

enum rc
do_export(struct call *c, struct fault *why)
{
	return look_by_number(c, request_text(c->r, TAG_FORMAT), why);
}

/*
 * Why a ticket that was ours is good no more, for who holds it and its birth date.  Of somebody
 * protected nothing: that a stay has ended says something of where it went on.
 */
static const char *
void_reason(const struct ticket *t, const struct person *p)
{
	if (p->is_protected || p->is_shielded)
		return NULL;
	if (t->cause == TICKET_REPLACED)
		return "void: another ticket has taken its place, which must be shown instead";
	if (t->voided_us != 0)
		return "void: the municipality took this ticket back";
	return "void: whom it was issued to is no longer a resident here; another municipality issues tickets now";
}

/*
 * For a clinic: ticket and birth date must both be right, and a wrong one does not say which.
 */
enum rc
do_check(struct call *c, struct fault *why)
{
	const char *number = request_text(c->r, TAG_TICKET), *reason = NULL;
	struct ticket ticket;
	struct history h;
	struct person p, record;
	day birth = request_day(c->r, TAG_BIRTH);
	bool agrees = false;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	if ((rc = store_ticket_find(c->a->store, number, &ticket, why)) == RC_INVALID)
		return fault_set(why, RC_INVALID, "ticket", "wrong check digit: please read it again");
	if (rc == RC_OK) {
		if ((rc = store_person_get(c->a->store, &ticket.person, &c->arena, &p, why)) != RC_OK)
			return rc;
		agrees = day_equal(p.birth.first, birth) && day_equal(p.birth.last, birth);
		/* Of merged records each has its own: paper bears the one that its record had. */
		if (!agrees && p.n_other_nos > 0) {
			if ((rc = store_person_record(c->a->store, &ticket.person, &c->arena, &record, why)) != RC_OK)
				return rc;
			agrees = day_equal(record.birth.first, birth) && day_equal(record.birth.last, birth);
		}
	} else if (rc != RC_ABSENT)
		return rc;
	if (agrees && ticket_good_on(&ticket, c->today)) {
		if (ticket.programme[0] == '\0' || p.is_shielded || c->a->law == NULL)
			return look_at(c, &p, "ticket", why);
		if ((rc = node_history(c->a, &p, c->today, c->today, &c->arena, &h, why)) != RC_OK)
			return rc;
		if (!day_known(ticket_spent(&h, &ticket).first))
			return look_at(c, &p, "ticket", why);
		reason = "spent: a dose for this ticket is on record already";
	} else if (agrees)
		reason = void_reason(&ticket, &p);
	if ((rc = node_audit(c, rc == RC_ABSENT ? NULL : &ticket.person, AUDIT_REFUSED,
	    agrees ? "ticket void" : "ticket", why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	if (reason != NULL)
		return fault_set(why, RC_ABSENT, "ticket", "%s", reason);
	return fault_set(why, RC_ABSENT, "ticket", "no valid ticket of this number and birth date");
}

struct due {
	struct call *c;
	uint16_t programme;		/* LAW_NONE: all */
	bool overdue;
	struct list_condition who;
	struct list_births births;
};

/* One row a person and programme that is due; or the programme asked for; or overdue only. */
static bool
wanted(const struct schedule_forecast *f, const struct due *due)
{
	if (due->programme != LAW_NONE && f->programme != due->programme)
		return false;
	if (due->overdue)
		return f->overdue;
	return f->status == SCHEDULE_DUE || (due->programme != LAW_NONE && f->has_next);
}

static enum rc
reply_due(struct call *c, const struct report_due_row *row, struct fault *why)
{
	struct frame f;
	enum rc rc;

	frame_init(&f, RESULT_ROW);
	report_due_frame_write(&f, row);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

/* What a row says of whom it is about: read of those alone who have one. */
static enum rc
take_identity(struct call *c, const struct id *id, struct history_person *who, struct fault *why)
{
	struct person p;
	enum rc rc;

	if ((rc = store_person_get(c->a->store, id, &c->arena, &p, why)) != RC_OK)
		return rc;
	who->addressee_no = p.addressee_no;
	who->name = p.name != NULL ? p.name : "";
	who->kana = p.kana != NULL ? p.kana : "";
	who->birth = p.birth;
	return RC_OK;
}

static enum rc
due_of(void *given, const struct id *id, struct fault *why)
{
	const struct due *due = given;
	struct call *c = due->c;
	struct history nobody;
	struct history_person who;
	struct history_forecast forecast;
	struct report_due_row row = { &who, false, &forecast };
	struct node_judged judged;
	enum list_apart apart;
	bool is_known = false;
	struct dose *dose;
	struct person p;
	size_t n, i;
	enum rc rc;

	if ((rc = store_walk_person(c->a->store, id, &c->arena, &p, why)) != RC_OK)
		return rc;
	if (!person_alive_on(&p, c->as_of) || person_residence_on(&p, c->as_of) == NULL ||
	    day_after(p.birth.last, c->as_of) ||
	    list_person_holds(&due->who, &due->births, &p, c->as_of, &apart) == LIST_NO)
		return RC_OK;
	history_init(&nobody);
	who = nobody.person;
	if (p.is_shielded) {
		who.addressee_no = p.addressee_no;
		return reply_due(c, &(struct report_due_row){ &who, true, NULL }, why);
	}
	if ((rc = store_walk_doses(c->a->store, id, &c->arena, &dose, &n, why)) != RC_OK ||
	    (rc = node_judge(c->a, c->a->law, &p, dose, n, c->as_of, NULL, &c->arena, &judged, why)) != RC_OK)
		return rc;
	for (i = 0; i < judged.answer->n_forecast && rc == RC_OK; i++) {
		const struct schedule_forecast *f = &judged.answer->forecast[i];

		if (!wanted(f, due))
			continue;
		if (!is_known && (rc = take_identity(c, id, &who, why)) != RC_OK)
			return rc;
		is_known = true;
		if ((rc = history_take_forecast(c->a->law, f, c->as_of, &c->arena, &forecast)) != RC_OK)
			return fault_set(why, rc, "record", "too large to be shown at once");
		rc = reply_due(c, &row, why);
	}
	return rc;
}

enum rc
do_due(struct call *c, struct fault *why)
{
	struct store *s = c->a->store;
	const char *programme = request_text(c->r, TAG_PROGRAMME);
	struct due due = { .c = c, .programme = LAW_NONE, .overdue = request_int(c->r, TAG_OVERDUE, 0) != 0 };
	enum rc rc;

	if (c->a->law == NULL)
		return fault_set(why, RC_REFUSED, "law", "no law file is installed: see watashi doctor");
	if (programme != NULL &&
	    (due.programme = law_find_programme(c->a->law, programme, strlen(programme))) == LAW_NONE)
		return fault_set(why, RC_INVALID, "programme", "no programme is called so");
	if ((rc = list_condition_who(c->r, &due.who, why)) != RC_OK)
		return rc;
	list_births_of(&due.who, c->as_of, &due.births);
	if ((rc = store_begin(s, c->now_us, why)) != RC_OK ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, programme, why)) != RC_OK ||
	    (rc = store_commit(s, why)) != RC_OK || (rc = store_begin(s, c->now_us, why)) != RC_OK)
		return rc;
	rc = everybody(c, due.births.first, due.births.last, due_of, &due, why);
	store_rollback(s);
	return rc;
}

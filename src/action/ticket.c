#include "action/ticket.h"

#include <string.h>

/*
 * Tickets of one person.  What is printed on paper, lost, found again and used in another town is
 * where extra doses come from: a new ticket and the end of the old one are one transaction.
 */

/* A hand-out covers what opens within so many days: a letter a month, and the next one as well. */
#define HAND_OUT_DAYS 60

static bool
uses(const struct history_statement *s, const struct ticket *t)
{
	if (s->status != HISTORY_GIVEN || s->superseded || s->merged)
		return false;
	for (size_t i = 0; i < s->n_credit; i++) {
		const struct history_credit *c = &s->credit[i];

		if (strcmp(c->programme.code, t->programme) != 0)
			continue;
		/* Told late, of before the ticket: only when it is the dose meant, in this season. */
		return !day_before(s->given.last, t->issued_on) || (c->status == SCHEDULE_VALID &&
		    c->dose == (unsigned)t->dose && day_known(t->earliest) && !day_before(s->given.last, t->earliest));
	}
	return false;
}

struct day_span
ticket_spent(const struct history *h, const struct ticket *t)
{
	struct day_span never = { DAY_NONE, DAY_NONE };

	if (t->programme[0] == '\0')
		return never;
	for (size_t i = 0; i < h->n_statement; i++)
		if (uses(&h->statement[i], t))
			return h->statement[i].given;
	return never;
}

/* The record by which is seen which tickets are spent; empty where the law cannot judge it. */
static enum rc
record_of(struct call *c, const struct person *p, struct history *ret, struct fault *why)
{
	history_init(ret);
	if (c->a->law == NULL || day_after(p->birth.last, c->today))
		return RC_OK;
	return node_history(c->a, p, c->today, c->today, &c->arena, ret, why);
}

/* How a ticket stands today. */
static const char *
state_word(const struct call *c, const struct person *p, const struct history *h, const struct ticket *t)
{
	if (day_known(ticket_spent(h, t).first))
		return "spent";
	if (t->cause == TICKET_REPLACED)
		return "replaced";
	if (t->voided_us != 0)
		return "taken-back";
	if (ticket_good_on(t, c->today))
		return "live";
	return day_known(p->died_on) && !day_after(p->died_on, c->today) ? "died" : "departed";
}

static enum rc
reply_ticket(struct call *c, const struct person *p, const struct history *h, const struct ticket *t,
    const char *warnings, struct fault *why)
{
	struct day_span spent = ticket_spent(h, t);
	char text[DAY_TEXT_SIZE];
	struct frame f;
	enum rc rc;

	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_ADDRESSEE, p->addressee_no);
	frame_put_text(&f, TAG_TICKET, t->number);
	frame_put_text(&f, TAG_PROGRAMME, t->programme);
	if (t->dose != 0)
		frame_put_int(&f, TAG_DOSE, t->dose);
	frame_put_day(&f, TAG_EARLIEST, t->earliest);
	frame_put_day(&f, TAG_LATEST, t->latest);
	frame_put_text(&f, TAG_STATE, state_word(c, p, h, t));
	frame_put_day(&f, TAG_ON, t->issued_on);
	frame_put_day(&f, TAG_UNTIL, t->ends_on);
	if (day_known(spent.first)) {
		day_span_write(spent, text);
		frame_put_text(&f, TAG_SPENT_ON, text);
	}
	frame_put_text(&f, TAG_WARNINGS, warnings);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

/* Begins; whose tickets, when the asker may see them. */
static enum rc
begin(struct call *c, struct person *ret_person, struct fault *why)
{
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	node_see(c);
	if ((rc = node_person(c, request_text(c->r, TAG_ADDRESSEE), ret_person, why)) != RC_OK)
		return rc;
	return ret_person->is_shielded ? fault_set(why, RC_REFUSED, "ticket", "the record is protected") : RC_OK;
}

/* Who has left or died gets no ticket: it would be void as soon as it is printed. */
enum rc
ticket_still_here(struct call *c, const struct person *p, struct fault *why)
{
	day end = ticket_end(p, c->today);

	if (day_known(end) && day_after(c->today, end))
		return fault_set(why, RC_REFUSED, "ticket", "no longer a resident here: no ticket is issued");
	return RC_OK;
}

static enum rc
finish(struct call *c, const struct person *p, const char *detail, struct fault *why)
{
	enum rc rc;

	if ((rc = node_audit(c, &p->id, AUDIT_DONE, detail, why)) != RC_OK)
		return rc;
	return store_commit(c->a->store, why);
}

enum rc
do_ticket_issue(struct call *c, struct fault *why)
{
	struct ticket ticket;
	struct person p;
	struct frame f;
	enum rc rc;

	if ((rc = begin(c, &p, why)) != RC_OK ||
	    (rc = ticket_still_here(c, &p, why)) != RC_OK ||
	    (rc = store_ticket_issue(c->a->store, &p, NULL, c->today, &ticket, why)) != RC_OK ||
	    (rc = finish(c, &p, NULL, why)) != RC_OK)
		return rc;
	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_ADDRESSEE, p.addressee_no);
	frame_put_text(&f, TAG_TICKET, ticket.number);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

/* Those that are neither void nor spent, or the one of the programme asked for, to the front of the array. */
static enum rc
live_tickets(struct call *c, const struct person *p, const struct history *h, struct ticket **ret_tickets, size_t *ret_n,
    struct fault *why)
{
	const char *programme = request_text(c->r, TAG_PROGRAMME);
	struct ticket *t;
	size_t all, n = 0;
	enum rc rc;

	if ((rc = store_ticket_list(c->a->store, &p->id, &c->arena, &t, &all, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < all; i++)
		if (t[i].voided_us == 0 && !day_known(ticket_spent(h, &t[i]).first) && (programme == NULL || strcmp(t[i].programme, programme) == 0))
			t[n++] = t[i];
	if (n == 0)
		return fault_set(why, RC_ABSENT, "ticket", programme == NULL ? "no live ticket" :
		    "no live ticket of this programme");
	*ret_tickets = t;
	*ret_n = n;
	return RC_OK;
}

enum rc
do_ticket_reissue(struct call *c, struct fault *why)
{
	struct history h;
	struct ticket *t;
	struct person p;
	size_t n;
	enum rc rc;

	if ((rc = begin(c, &p, why)) != RC_OK ||
	    (rc = ticket_still_here(c, &p, why)) != RC_OK ||
	    (rc = record_of(c, &p, &h, why)) != RC_OK ||
	    (rc = live_tickets(c, &p, &h, &t, &n, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n; i++) {
		struct ticket about = t[i];

		about.run = about.run_seq = 0;
		if ((rc = store_ticket_issue(c->a->store, &p, &about, c->today, &t[i], why)) != RC_OK)
			return rc;
	}
	rc = finish(c, &p, NULL, why);
	for (size_t i = 0; i < n && rc == RC_OK; i++)
		rc = reply_ticket(c, &p, &h, &t[i], "", why);
	return rc;
}

enum rc
do_ticket_void(struct call *c, struct fault *why)
{
	struct history h;
	struct ticket *t;
	struct person p;
	size_t n;
	enum rc rc;

	if ((rc = begin(c, &p, why)) != RC_OK ||
	    (rc = record_of(c, &p, &h, why)) != RC_OK ||
	    (rc = live_tickets(c, &p, &h, &t, &n, why)) != RC_OK ||
	    (rc = store_ticket_void(c->a->store, &p.id, request_text(c->r, TAG_PROGRAMME), TICKET_TAKEN_BACK,
	    why)) != RC_OK ||
	    (rc = finish(c, &p, NULL, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n && rc == RC_OK; i++) {
		t[i].voided_us = c->now_us;
		t[i].cause = TICKET_TAKEN_BACK;
		rc = reply_ticket(c, &p, &h, &t[i], "", why);
	}
	return rc;
}

enum rc
do_ticket_list(struct call *c, struct fault *why)
{
	struct history h;
	struct ticket *t;
	struct person p;
	size_t n;
	enum rc rc;

	if ((rc = begin(c, &p, why)) != RC_OK ||
	    (rc = store_ticket_list(c->a->store, &p.id, &c->arena, &t, &n, why)) != RC_OK ||
	    (rc = record_of(c, &p, &h, why)) != RC_OK ||
	    (rc = finish(c, &p, p.is_protected ? "protected-seen" : NULL, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n && rc == RC_OK; i++)
		rc = reply_ticket(c, &p, &h, &t[i], "", why);
	return rc;
}

/* Due on the day, or lawful from a day within the span; never what only a person can decide. */
static bool
to_be_handed_out(const struct history_forecast *f, day as_of)
{
	if (!f->has_next || strlen(f->programme.code) > LIMIT_CODE_CHARS)
		return false;
	if (f->status == SCHEDULE_DUE)
		return true;
	return f->status == SCHEDULE_UPCOMING && !day_after(f->earliest, day_add(as_of, HAND_OUT_DAYS));
}

enum rc
ticket_hand_out_find(struct call *c, const struct person *p, struct hand_out *ret, struct fault *why)
{
	struct history h;
	struct ticket *t;
	size_t n = 0;
	enum rc rc;

	if ((rc = node_history(c->a, p, c->as_of, c->today, &c->arena, &h, why)) != RC_OK)
		return rc;
	if ((t = arena_array(&c->arena, h.n_forecast + 1, sizeof(*t))) == NULL)
		return fault_set(why, RC_NOMEM, "record", "too large to be shown at once");
	for (size_t i = 0; i < h.n_forecast; i++) {
		const struct history_forecast *f = &h.forecast[i];

		if (!to_be_handed_out(f, c->as_of))
			continue;
		t[n] = (struct ticket){ .dose = f->dose, .earliest = f->earliest, .latest = f->latest };
		memcpy(t[n].programme, f->programme.code, strlen(f->programme.code) + 1);
		n++;
	}
	*ret = (struct hand_out){ t, n, history_is_incomplete(&h) };
	return RC_OK;
}

enum rc
ticket_hand_out_issue(struct call *c, const struct person *p, struct hand_out *h, int64_t run, int64_t *seq,
    struct fault *why)
{
	enum rc rc;

	if ((rc = store_ticket_void(c->a->store, &p->id, NULL, h->n > 0 ? TICKET_REPLACED : TICKET_TAKEN_BACK,
	    why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < h->n; i++) {
		struct ticket about = h->ticket[i];

		about.run = run;
		about.run_seq = run != 0 ? ++*seq : 0;
		if ((rc = store_ticket_issue(c->a->store, p, &about, c->today, &h->ticket[i], why)) != RC_OK)
			return rc;
	}
	return RC_OK;
}

enum rc
do_ticket_hand_out(struct call *c, struct fault *why)
{
	const char *warnings;
	struct hand_out out;
	struct history h;
	struct person p;
	enum rc rc;

	if ((rc = begin(c, &p, why)) != RC_OK ||
	    (rc = ticket_still_here(c, &p, why)) != RC_OK ||
	    (rc = ticket_hand_out_find(c, &p, &out, why)) != RC_OK ||
	    (rc = ticket_hand_out_issue(c, &p, &out, 0, NULL, why)) != RC_OK)
		return rc;
	rc = finish(c, &p, NULL, why);
	history_init(&h);	/* nothing was given since this moment */
	warnings = out.is_incomplete ? "records of another place are still missing" : "";
	for (size_t i = 0; i < out.n && rc == RC_OK; i++)
		rc = reply_ticket(c, &p, &h, &out.ticket[i], warnings, why);
	return rc;
}

enum rc
node_tickets(struct call *c, const struct person *p, struct history *h, struct fault *why)
{
	struct history_ticket *to;
	struct ticket *t;
	size_t n;
	enum rc rc;

	if ((rc = store_ticket_list(c->a->store, &p->id, &c->arena, &t, &n, why)) != RC_OK)
		return rc;
	if ((to = arena_array(&c->arena, n + 1, sizeof(*to))) == NULL)
		return fault_set(why, RC_NOMEM, "record", "too large to be shown at once");
	for (size_t i = 0; i < n; i++)
		to[i] = (struct history_ticket){ .number = t[i].number, .programme = t[i].programme, .dose = (unsigned)t[i].dose,
		    .state = state_word(c, p, h, &t[i]), .issued_on = t[i].issued_on, .until = t[i].ends_on,
		    .spent = ticket_spent(h, &t[i]) };
	h->ticket = to;
	h->n_ticket = n;
	return RC_OK;
}

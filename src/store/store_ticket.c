#include "store/store_ticket.h"

#include <string.h>

#include "base/checkdigit.h"
#include "store/store_each.h"

/* A number drawn that was drawn before is drawn again; with 10^11 of them, once is rare. */
#define DRAWS 8

/* Uniform digits: bytes of 250 and over are thrown away. */
static enum rc
draw(char number[STORE_TICKET_SIZE], struct fault *why)
{
	unsigned char bytes[64];
	size_t n = 0;

	while (n < STORE_TICKET_DIGITS - 1) {
		if (vault_random(bytes, sizeof(bytes)) != RC_OK)
			return fault_set(why, RC_IO, "store/ticket", "the machine gives no randomness");
		for (size_t i = 0; i < sizeof(bytes) && n < STORE_TICKET_DIGITS - 1; i++)
			if (bytes[i] < 250)
				number[n++] = (char)('0' + bytes[i] % 10);
	}
	number[n] = checkdigit_ticket_make(number, n);
	number[n + 1] = '\0';
	return RC_OK;
}

/* The stay that a ticket was issued in: periods that follow each other without a day between are one. */
static day
stay_end(const struct person *p, day issued_on)
{
	const struct residence *r = p->residences;
	size_t n = p->n_residences, i;

	for (i = 0; i < n && day_known(r[i].until) && day_before(r[i].until, issued_on); i++)
		;
	if (i == n)
		return n == 0 ? DAY_NONE : r[n - 1].until;
	while (i + 1 < n && day_known(r[i].until) && !day_after(r[i + 1].from, day_add(r[i].until, 1)))
		i++;
	return r[i].until;
}

day
ticket_end(const struct person *p, day issued_on)
{
	day end = p->registration == PERSON_RESIDENT ? stay_end(p, issued_on) : p->registration_until;

	if (!day_known(p->died_on))
		return end;
	return day_known(end) ? day_min(end, p->died_on) : p->died_on;
}

bool
ticket_good_on(const struct ticket *t, day on)
{
	return t->voided_us == 0 && (!day_known(t->ends_on) || !day_after(on, t->ends_on));
}

static void
take(struct stmt *q, struct ticket *t)
{
	const char *text;
	int64_t cause;

	memset(t, 0, sizeof(*t));
	text = stmt_text_peek(q);
	if (text != NULL && strlen(text) < sizeof(t->number))
		memcpy(t->number, text, strlen(text) + 1);
	t->person = stmt_id(q);
	t->issued_us = stmt_int(q);
	t->voided_us = stmt_int(q);
	text = stmt_text_peek(q);
	if (text != NULL && strlen(text) < sizeof(t->programme))
		memcpy(t->programme, text, strlen(text) + 1);
	t->dose = stmt_int(q);
	t->earliest = stmt_day(q);
	t->latest = stmt_day(q);
	t->issued_on = stmt_day(q);
	t->ends_on = stmt_day(q);
	cause = stmt_int(q);
	t->cause = cause >= 0 && cause < TICKET_CAUSE__COUNT ? (enum ticket_cause)cause : TICKET_TAKEN_BACK;
	t->run = stmt_int(q);
	t->run_seq = stmt_int(q);
}

static enum rc
one(struct stmt *q, struct ticket *ret_ticket, struct fault *why)
{
	struct ticket t;
	enum rc rc;

	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	take(q, &t);
	if ((rc = stmt_end(q, why)) != RC_OK)
		return rc;
	*ret_ticket = t;
	return RC_OK;
}

enum rc
store_ticket_find(struct store *s, const char *number, struct ticket *ret_ticket,
    struct fault *why)
{
	struct stmt *q;

	if (strlen(number) != STORE_TICKET_DIGITS || !checkdigit_ticket(number, STORE_TICKET_DIGITS))
		return fault_set(why, RC_INVALID, "ticket_no", "wrong check digit");
	q = stmt_start(s, STMT_TICKET_GET);
	stmt_put_text(q, STMT_TICKET_GET__NUMBER, number);
	return one(q, ret_ticket, why);
}

enum rc
store_ticket_of(struct store *s, const struct id *person, struct ticket *ret_ticket,
    struct fault *why)
{
	struct each_record e;
	struct ticket t;
	enum rc rc;

	if ((rc = each_record_start(&e, s, STMT_TICKET_OF, STMT_TICKET_OF__PERSON, person, why)) != RC_OK ||
	    (rc = each_record_next(&e, why)) != RC_OK)
		return rc;
	take(e.q, &t);
	if ((rc = stmt_end(e.q, why)) == RC_OK)
		*ret_ticket = t;
	return rc;
}

static enum rc
many(struct stmt *q, struct arena *a, struct ticket **ret_tickets, size_t *ret_n, struct fault *why)
{
	struct rows rows = { a, sizeof(struct ticket), NULL, 0, 0 };
	struct ticket *t;
	enum rc rc;

	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((t = rows_add(&rows)) == NULL) {
			stmt_drop(q);
			return fault_set(why, RC_NOMEM, "store/ticket", "no memory");
		}
		take(q, t);
	}
	if (rc != RC_ABSENT)
		return rc;
	*ret_tickets = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

enum rc
store_ticket_list(struct store *s, const struct id *person, struct arena *a, struct ticket **ret_tickets,
    size_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_TICKET_LIST);

	stmt_put_id(q, STMT_TICKET_LIST__PERSON, person);
	return many(q, a, ret_tickets, ret_n, why);
}

enum rc
store_ticket_of_run(struct store *s, int64_t run, int64_t after, size_t cap, struct arena *a, struct ticket **ret_tickets,
    size_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_TICKET_OF_RUN);

	stmt_put_int(q, STMT_TICKET_OF_RUN__RUN, run);
	stmt_put_int(q, STMT_TICKET_OF_RUN__AFTER, after);
	stmt_put_int(q, STMT_TICKET_OF_RUN__CAP, (int64_t)cap);
	return many(q, a, ret_tickets, ret_n, why);
}

enum rc
store_ticket_void(struct store *s, const struct id *person, const char *programme,
    enum ticket_cause cause, struct fault *why)
{
	struct stmt *q;

	if (programme == NULL) {
		q = stmt_start(s, STMT_TICKET_VOID);
		stmt_put_id(q, STMT_TICKET_VOID__PERSON, person);
		stmt_put_int(q, STMT_TICKET_VOID__VOIDED_US, s->now_us);
		stmt_put_int(q, STMT_TICKET_VOID__VOID_CAUSE, (int64_t)cause);
		return stmt_run(q, why);
	}
	q = stmt_start(s, STMT_TICKET_VOID_OF);
	stmt_put_id(q, STMT_TICKET_VOID_OF__PERSON, person);
	stmt_put_int(q, STMT_TICKET_VOID_OF__VOIDED_US, s->now_us);
	stmt_put_int(q, STMT_TICKET_VOID_OF__VOID_CAUSE, (int64_t)cause);
	stmt_put_text(q, STMT_TICKET_VOID_OF__PROGRAMME, programme);
	return stmt_run(q, why);
}

enum rc
store_ticket_follow(struct store *s, const struct person *p, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_TICKET_DAYS);
	day issued[LIMIT_LIVE_TICKETS];
	size_t n = 0, i;
	enum rc rc;

	stmt_put_id(q, STMT_TICKET_DAYS__PERSON, &p->id);
	while ((rc = stmt_next(q, why)) == RC_OK) {
		if (n == LIMIT_LIVE_TICKETS) {
			stmt_drop(q);
			return fault_set(why, RC_TOO_BIG, "store/ticket", "more than %d live tickets", LIMIT_LIVE_TICKETS);
		}
		issued[n++] = stmt_day(q);
	}
	if (rc != RC_ABSENT)
		return rc;
	for (i = 0; i < n; i++) {
		q = stmt_start(s, STMT_TICKET_END);
		stmt_put_id(q, STMT_TICKET_END__PERSON, &p->id);
		stmt_put_day(q, STMT_TICKET_END__ISSUED_ON, issued[i]);
		stmt_put_day(q, STMT_TICKET_END__ENDS_ON, ticket_end(p, issued[i]));
		if ((rc = stmt_run(q, why)) != RC_OK)
			return rc;
	}
	return RC_OK;
}

static enum rc
add(struct store *s, const struct ticket *t, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_TICKET_ADD);

	stmt_put_text(q, STMT_TICKET_ADD__NUMBER, t->number);
	stmt_put_id(q, STMT_TICKET_ADD__PERSON, &t->person);
	stmt_put_int(q, STMT_TICKET_ADD__ISSUED_US, t->issued_us);
	stmt_put_text(q, STMT_TICKET_ADD__PROGRAMME, t->programme);
	if (t->dose != 0)
		stmt_put_int(q, STMT_TICKET_ADD__DOSE, t->dose);
	stmt_put_day(q, STMT_TICKET_ADD__EARLIEST_ON, t->earliest);
	stmt_put_day(q, STMT_TICKET_ADD__LATEST_ON, t->latest);
	stmt_put_day(q, STMT_TICKET_ADD__ISSUED_ON, t->issued_on);
	stmt_put_day(q, STMT_TICKET_ADD__ENDS_ON, t->ends_on);
	if (t->run != 0) {
		stmt_put_int(q, STMT_TICKET_ADD__RUN, t->run);
		stmt_put_int(q, STMT_TICKET_ADD__RUN_SEQ, t->run_seq);
	}
	return stmt_run(q, why);
}

enum rc
store_ticket_issue(struct store *s, const struct person *p, const struct ticket *about,
    day issued_on, struct ticket *ret_ticket, struct fault *why)
{
	struct ticket t = { .dose = 0, .earliest = DAY_NONE, .latest = DAY_NONE }, other;
	enum rc rc;

	if (about != NULL)
		t = *about;
	t.person = p->id;
	t.issued_us = s->now_us;
	t.voided_us = 0;
	t.cause = TICKET_CAUSE_NONE;
	t.issued_on = issued_on;
	t.ends_on = ticket_end(p, issued_on);
	if ((rc = store_ticket_void(s, &p->id, t.programme[0] == '\0' ? NULL : t.programme, TICKET_REPLACED,
	    why)) != RC_OK)
		return rc;
	for (int i = 0; i < DRAWS; i++) {
		if ((rc = draw(t.number, why)) != RC_OK)
			return rc;
		rc = store_ticket_find(s, t.number, &other, why);
		if (rc == RC_OK)
			continue;
		if (rc != RC_ABSENT || (rc = add(s, &t, why)) != RC_OK)
			return rc;
		*ret_ticket = t;
		return RC_OK;
	}
	return fault_set(why, RC_BUG, "store/ticket", "%d numbers drawn were all taken", DRAWS);
}

/* ---- hand-outs to many ---- */

enum rc
store_ticket_run_next(struct store *s, int64_t *ret_no, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_TICKET_RUN_LAST);
	enum rc rc = stmt_next(q, why);

	if (rc != RC_OK && rc != RC_ABSENT)
		return rc;
	*ret_no = rc == RC_OK ? stmt_int(q) + 1 : 1;
	return rc == RC_OK ? stmt_end(q, why) : RC_OK;
}

enum rc
store_ticket_run_add(struct store *s, const struct ticket_run *run, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_TICKET_RUN_ADD);

	stmt_put_int(q, STMT_TICKET_RUN_ADD__NO, run->no);
	stmt_put_int(q, STMT_TICKET_RUN_ADD__RELEASE, run->release);
	stmt_put_day(q, STMT_TICKET_RUN_ADD__AS_OF, run->as_of);
	stmt_put_int(q, STMT_TICKET_RUN_ADD__N_PEOPLE, run->n_people);
	stmt_put_int(q, STMT_TICKET_RUN_ADD__N_TICKETS, run->n_tickets);
	stmt_put_text(q, STMT_TICKET_RUN_ADD__MADE_BY, run->made_by);
	stmt_put_int(q, STMT_TICKET_RUN_ADD__MADE_US, s->now_us);
	stmt_put_int(q, STMT_TICKET_RUN_ADD__N_ALL, run->n_all);
	stmt_put_int(q, STMT_TICKET_RUN_ADD__N_LEFT, run->n_left);
	stmt_put_int(q, STMT_TICKET_RUN_ADD__DONE_SEQ, run->done_seq);
	if (run->finished_us != 0)
		stmt_put_int(q, STMT_TICKET_RUN_ADD__FINISHED_US, run->finished_us);
	return stmt_run(q, why);
}

enum rc
store_ticket_run_set(struct store *s, const struct ticket_run *run, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_TICKET_RUN_SET);

	stmt_put_int(q, STMT_TICKET_RUN_SET__NO, run->no);
	stmt_put_int(q, STMT_TICKET_RUN_SET__N_PEOPLE, run->n_people);
	stmt_put_int(q, STMT_TICKET_RUN_SET__N_TICKETS, run->n_tickets);
	stmt_put_int(q, STMT_TICKET_RUN_SET__N_LEFT, run->n_left);
	stmt_put_int(q, STMT_TICKET_RUN_SET__DONE_SEQ, run->done_seq);
	if (run->finished_us != 0)
		stmt_put_int(q, STMT_TICKET_RUN_SET__FINISHED_US, run->finished_us);
	return stmt_run(q, why);
}

static void
take_run(struct stmt *q, struct arena *a, struct ticket_run *r)
{
	r->no = stmt_int(q);
	r->release = stmt_int(q);
	r->as_of = stmt_day(q);
	r->n_people = stmt_int(q);
	r->n_tickets = stmt_int(q);
	r->made_by = stmt_text(q, a);
	r->made_us = stmt_int(q);
	r->n_all = stmt_int(q);
	r->n_left = stmt_int(q);
	r->done_seq = stmt_int(q);
	r->finished_us = stmt_int(q);
}

static enum rc
one_run(struct stmt *q, struct arena *a, struct ticket_run *ret_run, struct fault *why)
{
	struct ticket_run r;
	enum rc rc;

	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	take_run(q, a, &r);
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret_run = r;
	return rc;
}

enum rc
store_ticket_run_open(struct store *s, struct arena *a, struct ticket_run *ret_run, struct fault *why)
{
	return one_run(stmt_start(s, STMT_TICKET_RUN_OPEN), a, ret_run, why);
}

enum rc
store_ticket_run_get(struct store *s, int64_t no, struct arena *a, struct ticket_run *ret_run, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_TICKET_RUN_GET);

	stmt_put_int(q, STMT_TICKET_RUN_GET__NO, no);
	return one_run(q, a, ret_run, why);
}

enum rc
store_ticket_run_list(struct store *s, size_t cap, struct arena *a, struct ticket_run **ret_runs, size_t *ret_n,
    struct fault *why)
{
	struct rows rows = { a, sizeof(struct ticket_run), NULL, 0, 0 };
	struct stmt *q = stmt_start(s, STMT_TICKET_RUN_LIST);
	struct ticket_run *r;
	enum rc rc;

	stmt_put_int(q, STMT_TICKET_RUN_LIST__CAP, (int64_t)cap);
	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((r = rows_add(&rows)) == NULL) {
			stmt_drop(q);
			return fault_set(why, RC_NOMEM, "store/ticket", "no memory");
		}
		take_run(q, a, r);
	}
	if (rc != RC_ABSENT)
		return rc;
	*ret_runs = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

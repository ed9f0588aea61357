#include "action/clinic_months.h"

#include <stdio.h>
#include <string.h>

#include "action/clinic_book.h"
#include "store/store_clinic_month.h"

/*
 * Completeness by clinic and calendar month of vaccination.  Months of contract are walked from the register
 * of clinics, months that came from the count of imports; a clinic that sends without being registered is
 * listed by what came.
 */

struct span {
	int64_t from, until;		/* months, both included; -1: not bounded */
	int64_t now;			/* the month that has not ended */
};

struct months {
	struct call *c;
	struct clinic_book book;
	struct clinic_month *came;	/* by code and month */
	size_t n_came;
	struct span span;
	bool missing_only;
	int64_t n_missing;
	bool counts_only;
};

static const struct clinic_month *
find_came(const struct months *m, const char *code, int64_t month)
{
	size_t low = 0, high = m->n_came;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = strcmp(m->came[mid].code, code);

		if (order == 0)
			order = (m->came[mid].month > month) - (m->came[mid].month < month);
		if (order == 0)
			return &m->came[mid];
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

static bool
has_contract(const struct months *m, const char *code, int64_t month)
{
	size_t n;
	const struct clinic_contract *k = clinic_book_contracts(&m->book, code, &n);
	day first = clinic_month_first(month), last = clinic_month_last(month);

	for (size_t i = 0; i < n; i++)
		if (!day_after(k[i].from, last) && (!day_known(k[i].until) || !day_before(k[i].until, first)))
			return true;
	return false;
}

/* Rows that are held have come: what they say waits for somebody here, not for the clinic. */
static const char *
state_of(const struct months *m, const char *code, int64_t month, const struct clinic_month *came)
{
	if (came != NULL && came->n_new + came->n_changed + came->n_held > 0)
		return came->zero_us != 0 ? "received-against-zero" : "received";
	if (came != NULL && came->zero_us != 0)
		return "zero";
	if (month == CLINIC_MONTH_NONE || !has_contract(m, code, month))
		return "no-contract";
	return month < m->span.now ? "outstanding" : "not-ended";
}

static enum rc
reply_month(struct months *m, const char *code, int64_t month, const struct clinic_month *came, struct fault *why)
{
	const struct clinic_card *card = clinic_book_find(&m->book, code);
	const char *state = state_of(m, code, month, came);
	char text[24];
	struct frame f;
	enum rc rc;

	m->n_missing += strcmp(state, "outstanding") == 0;
	if (m->counts_only || (m->missing_only && strcmp(state, "outstanding") != 0))
		return RC_OK;
	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_CLINIC_CODE, code);
	frame_put_text(&f, TAG_CLINIC, card == NULL ? NULL : card->name);
	if (month != CLINIC_MONTH_NONE) {
		(void)snprintf(text, sizeof(text), "%04d-%02d", (int)(month / 12), (int)(month % 12) + 1);
		frame_put_text(&f, TAG_MONTH, text);
	}
	frame_put_text(&f, TAG_STATE, state);
	if (came != NULL) {
		frame_put_int(&f, TAG_NEW, came->n_new);
		frame_put_int(&f, TAG_CORRECTED, came->n_changed);
		frame_put_int(&f, TAG_HELD, came->n_held);
		frame_put_text(&f, TAG_FIRST_FILE, came->first_file);
		frame_put_int(&f, TAG_FIRST_AT, came->first_us);
		frame_put_text(&f, TAG_LAST_FILE, came->last_file);
		frame_put_int(&f, TAG_LAST_AT, came->last_us);
		node_put_officer(m->c, &f, TAG_OFFICER, came->zero_by);
		frame_put_text(&f, TAG_NOTE, came->zero_note);
	}
	rc = node_reply(m->c, &f, why);
	frame_clear(&f);
	return rc;
}

static bool
in_span(const struct months *m, int64_t month)
{
	return (m->span.from < 0 || month >= m->span.from) && (m->span.until < 0 || month <= m->span.until);
}

static int64_t
month_of_day(day d)
{
	return clinic_month_of((struct day_span){ d, d });
}

/* Every month of the clinic's contracts up to now, and every other one of which something came or was said. */
static enum rc
walk_clinic(struct months *m, const char *code, size_t first_came, size_t end_came, struct fault *why)
{
	int64_t first = INT64_MAX, last = -1;
	const struct clinic_contract *k;
	size_t n, at = first_came;
	enum rc rc = RC_OK;

	k = clinic_book_contracts(&m->book, code, &n);
	for (size_t i = 0; i < n; i++) {
		int64_t from = month_of_day(k[i].from), until = day_known(k[i].until) ? month_of_day(k[i].until) : m->span.now;

		first = from < first ? from : first;
		until = until > m->span.now ? m->span.now : until;
		last = until > last ? until : last;
	}
	if (m->span.from >= 0 && first < m->span.from)
		first = m->span.from;
	if (m->span.until >= 0 && last > m->span.until)
		last = m->span.until;
	/* A hundred years: a mistyped first day must not fill the screen. */
	if (last >= first && !m->counts_only)
		first = last + 1 - (int64_t)node_cut(m->c, (size_t)(last + 1 - first));
	for (int64_t month = first; rc == RC_OK && month <= last; month++) {
		const struct clinic_month *came = find_came(m, code, month);

		for (; rc == RC_OK && at < end_came && m->came[at].month < month; at++)
			if (in_span(m, m->came[at].month))
				rc = reply_month(m, code, m->came[at].month, &m->came[at], why);
		if (at < end_came && m->came[at].month == month)
			at++;
		if (rc == RC_OK && (came != NULL || has_contract(m, code, month)))
			rc = reply_month(m, code, month, came, why);
	}
	for (; rc == RC_OK && at < end_came; at++)
		if (in_span(m, m->came[at].month))
			rc = reply_month(m, code, m->came[at].month, &m->came[at], why);
	return rc;
}

/* Clinics of the register and those that sent something, together, by code. */
static enum rc
walk(struct months *m, const char *only, struct fault *why)
{
	size_t i = 0, k = 0, end;
	enum rc rc = RC_OK;

	while (rc == RC_OK && (i < m->book.n_card || k < m->n_came)) {
		const char *code = i == m->book.n_card ? m->came[k].code : k == m->n_came ? m->book.card[i].code :
		    strcmp(m->book.card[i].code, m->came[k].code) <= 0 ? m->book.card[i].code : m->came[k].code;

		for (end = k; end < m->n_came && strcmp(m->came[end].code, code) == 0; end++)
			;
		if (only == NULL || strcmp(only, code) == 0)
			rc = walk_clinic(m, code, k, end, why);
		k = end;
		if (i < m->book.n_card && strcmp(m->book.card[i].code, code) == 0)
			i++;
	}
	return rc;
}

static enum rc
read_months(struct call *c, struct months *m, struct fault *why)
{
	enum rc rc;

	m->c = c;
	m->span.now = month_of_day(c->today);
	if ((rc = clinic_book_read(c, &c->arena, &m->book, why)) != RC_OK)
		return rc;
	return store_clinic_month_list(c->a->store, NULL, &c->arena, &m->came, &m->n_came, why);
}

static enum rc
take_month(const struct request *r, enum request_tag tag, const char *place, int64_t absent, int64_t *ret_month,
    struct fault *why)
{
	const char *text = request_text(r, tag);
	struct day_span span;

	*ret_month = absent;
	if (text == NULL)
		return RC_OK;
	if (strlen(text) != strlen("2026-04") || day_span_parse(text, strlen(text), &span) != RC_OK)
		return fault_set(why, RC_INVALID, place, "expected a month, as 2026-04");
	*ret_month = clinic_month_of(span);
	return RC_OK;
}

enum rc
do_import_months(struct call *c, struct fault *why)
{
	struct months m = { .missing_only = request_int(c->r, TAG_MISSING, 0) != 0 };
	const char *only = request_text(c->r, TAG_CLINIC_CODE);
	enum rc rc;

	if ((rc = take_month(c->r, TAG_FROM, "from", -1, &m.span.from, why)) != RC_OK ||
	    (rc = take_month(c->r, TAG_UNTIL, "until", -1, &m.span.until, why)) != RC_OK ||
	    (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = read_months(c, &m, why)) != RC_OK ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, only, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	return walk(&m, only, why);
}

enum rc
clinic_months_missing(struct call *c, day from, day until, int64_t *ret_n, struct fault *why)
{
	struct months m = { .counts_only = true };
	enum rc rc;

	m.span.from = day_known(from) ? month_of_day(from) : -1;
	m.span.until = day_known(until) ? month_of_day(until) : -1;
	if ((rc = read_months(c, &m, why)) != RC_OK || (rc = walk(&m, NULL, why)) != RC_OK)
		return rc;
	*ret_n = m.n_missing;
	return RC_OK;
}

/* Said by the clinic, written down by an officer; a month that has not ended cannot be told yet. */
enum rc
do_clinic_zero(struct call *c, struct fault *why)
{
	const char *code = request_text(c->r, TAG_CLINIC_CODE);
	bool undo = request_int(c->r, TAG_UNDO, 0) != 0;
	const struct clinic_month *came;
	struct months m = { .c = c };
	int64_t month;
	enum rc rc;

	if ((rc = take_month(c->r, TAG_MONTH, "month", -1, &month, why)) != RC_OK ||
	    (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = read_months(c, &m, why)) != RC_OK)
		return rc;
	if (clinic_book_find(&m.book, code) == NULL)
		return fault_set(why, RC_ABSENT, "clinic code", "no clinic of this code is in the register");
	if (!undo && month >= m.span.now)
		return fault_set(why, RC_REFUSED, "month", "has not ended yet");
	came = find_came(&m, code, month);
	if (!undo && came != NULL && came->n_new + came->n_held > 0)
		return fault_set(why, RC_REFUSED, "month", "doses of this clinic came about this month");
	if (undo && (came == NULL || came->zero_us == 0))
		return fault_set(why, RC_ABSENT, "month", "was not told to be without doses");
	if ((rc = store_clinic_month_zero(c->a->store, code, month, undo ? NULL : c->actor,
	    request_text(c->r, TAG_NOTE), why)) != RC_OK ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, undo ? "undone" : code, why)) != RC_OK ||
	    (rc = read_months(c, &m, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	return reply_month(&m, code, month, find_came(&m, code, month), why);
}

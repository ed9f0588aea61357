#include "action/same_person.h"

#include <stdio.h>
#include <string.h>

#include "base/words.h"
#include "record/duplicate.h"
#include "store/store_dose.h"
#include "store/store_guardian.h"
#include "store/store_inquiry.h"
#include "store/store_number.h"
#include "store/store_request_letter.h"
#include "store/store_ticket.h"

/* What officers see of records that may be about one person, flag, and say to be two. */
#define LIST_CHUNK 200

enum rc
same_two_find(struct call *c, struct same_two *ret_two, struct fault *why)
{
	struct same_two two;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	node_see(c);
	rc = store_same_get(c->a->store, request_int(c->r, TAG_DUPLICATE, 0), &two.pair, why);
	if (rc == RC_ABSENT)
		return fault_set(why, RC_ABSENT, "pair", "no pair of this number");
	if (rc != RC_OK ||
	    (rc = store_person_record(c->a->store, &two.pair.first, &c->arena, &two.record[0], why)) != RC_OK ||
	    (rc = store_person_record(c->a->store, &two.pair.second, &c->arena, &two.record[1], why)) != RC_OK)
		return rc;
	*ret_two = two;
	return RC_OK;
}

enum rc
same_two_side(const struct same_two *two, const char *text, const char *field, int *ret_side, struct fault *why)
{
	if (strcmp(text, "A") == 0 || strcmp(text, "a") == 0 || strcmp(text, two->record[0].addressee_no) == 0)
		*ret_side = 0;
	else if (strcmp(text, "B") == 0 || strcmp(text, "b") == 0 || strcmp(text, two->record[1].addressee_no) == 0)
		*ret_side = 1;
	else
		return fault_set(why, RC_INVALID, field, "expected A, B or the addressee number of one of the two");
	return RC_OK;
}

/* ---- lists ---- */

/* The number of the record that answers for both, where they are merged. */
static enum rc
kept_number(struct call *c, const struct same_pair *pair, const char **ret_no, struct fault *why)
{
	struct person p;
	enum rc rc;

	*ret_no = NULL;
	if (pair->state != SAME_MERGED)
		return RC_OK;
	if ((rc = store_person_get(c->a->store, &pair->first, &c->arena, &p, why)) == RC_OK)
		*ret_no = p.addressee_no;
	return rc;
}

static enum rc
reply_row(struct call *c, const struct same_pair *pair, struct fault *why)
{
	struct person a, b;
	const char *kept;
	struct frame f;
	enum rc rc;

	if ((rc = store_person_record(c->a->store, &pair->first, &c->arena, &a, why)) != RC_OK ||
	    (rc = store_person_record(c->a->store, &pair->second, &c->arena, &b, why)) != RC_OK ||
	    (rc = kept_number(c, pair, &kept, why)) != RC_OK)
		return rc;
	frame_init(&f, RESULT_ROW);
	frame_put_int(&f, TAG_DUPLICATE, pair->no);
	frame_put_text(&f, TAG_ADDRESSEE, a.addressee_no);
	frame_put_text(&f, TAG_NAME, a.name);
	frame_put_text(&f, TAG_OTHER_NO, b.addressee_no);
	frame_put_text(&f, TAG_OTHER_NAME, b.name);
	frame_put_day(&f, TAG_BIRTH, a.birth.first);
	frame_put_text(&f, TAG_FOUND_BY, same_rule_word(pair->rule));
	frame_put_int(&f, TAG_SCORE, pair->score);
	frame_put_text(&f, TAG_STATE, same_state_word(pair->state));
	frame_put_text(&f, TAG_KEPT_NO, kept);
	frame_put_text(&f, TAG_TEXT, same_rule_text(pair->rule));
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

/* Every pair of a state among people who may be seen, a part at a time. */
static enum rc
list_state(struct call *c, enum same_state state, struct fault *why)
{
	struct arena whole = c->arena;
	struct same_pair *pair, after;
	size_t n = LIST_CHUNK;
	bool first = true;
	enum rc rc = RC_OK;

	while (n == LIST_CHUNK && rc == RC_OK) {
		arena_init(&c->arena, LIMIT_REQUEST_BYTES);
		rc = store_same_list(c->a->store, state, first ? NULL : &after, LIST_CHUNK, &c->arena, &pair, &n, why);
		for (size_t i = 0; i < n && rc == RC_OK; i++) {
			rc = reply_row(c, &pair[i], why);
			after = pair[i];
			first = false;
		}
		arena_clear(&c->arena);
	}
	c->arena = whole;
	return rc;
}

/* Pairs of every record of the person. */
static enum rc
list_person(struct call *c, const struct person *p, bool every, struct fault *why)
{
	struct id records[SAME_RECORDS_MAX];
	struct same_pair *pair;
	int64_t seen[SAME_RECORDS_MAX * SAME_RECORDS_MAX];
	size_t n_record, n, n_seen = 0, k;
	enum rc rc;

	if ((rc = store_same_of(c->a->store, &p->id, records, &n_record, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n_record; i++) {
		if ((rc = store_same_pairs_of(c->a->store, &records[i], &c->arena, &pair, &n, why)) != RC_OK)
			return rc;
		for (size_t j = 0; j < n; j++) {
			for (k = 0; k < n_seen && seen[k] != pair[j].no; k++)
				;
			if (k < n_seen || (!every && pair[j].state != SAME_OPEN))
				continue;
			if (n_seen < sizeof(seen) / sizeof(seen[0]))
				seen[n_seen++] = pair[j].no;
			if ((rc = reply_row(c, &pair[j], why)) != RC_OK)
				return rc;
		}
	}
	return RC_OK;
}

enum rc
do_person_duplicates(struct call *c, struct fault *why)
{
	const char *addressee = request_text(c->r, TAG_ADDRESSEE);
	bool every = request_int(c->r, TAG_ALL, 0) != 0;
	struct person p = { .is_shielded = false };
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	if (addressee != NULL) {
		node_see(c);
		if ((rc = node_person(c, addressee, &p, why)) != RC_OK)
			return rc;
		if (p.is_shielded)
			return fault_set(why, RC_REFUSED, "person", "the record is protected");
	}
	if ((rc = node_audit(c, addressee != NULL ? &p.id : NULL, AUDIT_DONE,
	    p.is_protected ? "protected-seen" : NULL, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK ||
	    (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	if (addressee != NULL) {
		node_see(c);
		rc = list_person(c, &p, every, why);
	} else {
		rc = list_state(c, SAME_OPEN, why);
		for (int state = SAME_OPEN + 1; every && state < SAME_STATE__COUNT && rc == RC_OK; state++)
			rc = list_state(c, (enum same_state)state, why);
	}
	store_rollback(c->a->store);
	return rc;
}

/* ---- side by side ---- */

static enum rc
reply_part(struct call *c, const char *part, const char *item, const char *text, const char *a, const char *b,
    const char *state, struct fault *why)
{
	struct frame f;
	enum rc rc;

	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_PART, part);
	frame_put_text(&f, TAG_ITEM, item);
	frame_put_text(&f, TAG_TEXT, text);
	frame_put_text(&f, TAG_SIDE_A, a);
	frame_put_text(&f, TAG_SIDE_B, b);
	frame_put_text(&f, TAG_STATE, state);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

enum rc
same_reply_pair(struct call *c, const struct same_two *two, const char *part, struct fault *why)
{
	struct frame f;
	enum rc rc;

	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_PART, part);
	frame_put_int(&f, TAG_DUPLICATE, two->pair.no);
	frame_put_text(&f, TAG_SIDE_A, two->record[0].addressee_no);
	frame_put_text(&f, TAG_SIDE_B, two->record[1].addressee_no);
	frame_put_text(&f, TAG_STATE, same_state_word(two->pair.state));
	frame_put_text(&f, TAG_FOUND_BY, same_rule_word(two->pair.rule));
	frame_put_int(&f, TAG_SCORE, two->pair.score);
	frame_put_text(&f, TAG_TEXT, same_rule_text(two->pair.rule));
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

/* One item of both; left out where neither states it. */
static enum rc
reply_item(struct call *c, const char *item, const char *label, const char *a, const char *b, struct fault *why)
{
	bool has_a = a != NULL && *a != '\0', has_b = b != NULL && *b != '\0';

	if (!has_a && !has_b)
		return RC_OK;
	return reply_part(c, "item", item, label, a, b, !has_a || !has_b ? "one-only" : strcmp(a, b) == 0 ? "same" :
	    "differs", why);
}

static const char *
span_text(struct day_span span, char text[DAY_TEXT_SIZE])
{
	day_span_write(span, text);
	return text;
}

static const char *
day_text(day d, char text[DAY_TEXT_SIZE])
{
	if (!day_known(d))
		return NULL;
	day_write(d, text);
	return text;
}

static enum rc
reply_items(struct call *c, const struct same_two *two, struct fault *why)
{
	const struct person *a = &two->record[0], *b = &two->record[1];
	char x[DAY_TEXT_SIZE], y[DAY_TEXT_SIZE];
	struct vault_sealed sealed;
	enum rc rc, has[2];

	if ((rc = reply_item(c, "name", WORDS("name"), a->name, b->name, why)) != RC_OK ||
	    (rc = reply_item(c, "kana", WORDS("kana"), a->kana, b->kana, why)) != RC_OK ||
	    (rc = reply_item(c, "roman", WORDS("roman letters"), a->roman, b->roman, why)) != RC_OK ||
	    (rc = reply_item(c, "birthDate", WORDS("birth date"), span_text(a->birth, x), span_text(b->birth, y),
	    why)) != RC_OK ||
	    (rc = reply_item(c, "sex", WORDS("sex"), a->sex == SEX_UNKNOWN ? NULL : person_sex_word(a->sex),
	    b->sex == SEX_UNKNOWN ? NULL : person_sex_word(b->sex), why)) != RC_OK ||
	    (rc = reply_item(c, "address", WORDS("address"), a->address, b->address, why)) != RC_OK ||
	    (rc = reply_item(c, "householdNo", WORDS("household no."), a->household_no, b->household_no, why)) != RC_OK ||
	    (rc = reply_item(c, "mailingAddress", WORDS("mailing address"), a->mailing_address, b->mailing_address,
	    why)) != RC_OK ||
	    (rc = reply_item(c, "registration", WORDS("registered as"), person_registration_word(a->registration),
	    person_registration_word(b->registration), why)) != RC_OK ||
	    (rc = reply_item(c, "diedOn", WORDS("died on"), day_text(a->died_on, x), day_text(b->died_on, y),
	    why)) != RC_OK ||
	    (rc = reply_item(c, "protected", WORDS("protected"), a->is_protected ? "1" : NULL, b->is_protected ? "1" : NULL,
	    why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < a->n_names || i < b->n_names; i++)
		if ((rc = reply_item(c, "otherName", WORDS("other name"), i < a->n_names ? a->names[i].name : NULL,
		    i < b->n_names ? b->names[i].name : NULL, why)) != RC_OK)
			return rc;
	/* That there is one, and never which. */
	for (int i = 0; i < 2; i++) {
		has[i] = store_number_get(c->a->store, &two->record[i].id, &c->arena, &sealed, why);
		if (has[i] != RC_OK && has[i] != RC_ABSENT)
			return has[i];
	}
	return reply_item(c, "myNumber", WORDS("has a MyNumber"), has[0] == RC_OK ? "1" : NULL,
	    has[1] == RC_OK ? "1" : NULL, why);
}

static enum rc
reply_residences(struct call *c, const struct same_two *two, struct fault *why)
{
	char from[DAY_TEXT_SIZE], until[DAY_TEXT_SIZE], text[3 * DAY_TEXT_SIZE];
	enum rc rc = RC_OK;

	for (int side = 0; side < 2; side++)
		for (size_t i = 0; i < two->record[side].n_residences && rc == RC_OK; i++) {
			const struct residence *r = &two->record[side].residences[i];

			from[0] = until[0] = '\0';
			if (day_known(r->from))
				day_write(r->from, from);
			if (day_known(r->until))
				day_write(r->until, until);
			(void)snprintf(text, sizeof(text), "%s..%s", from, until);
			rc = reply_part(c, "residence", NULL, WORDS("lived here"), side == 0 ? text : NULL,
			    side == 1 ? text : NULL, NULL, why);
		}
	return rc;
}

/* ---- doses of both ---- */

struct beside {
	const struct dose *dose;
	size_t n;
	size_t *other;			/* the statement on the other side that may tell the same dose; SIZE_MAX none */
	struct duplicate_finding *finding;
	const struct id *first;
};

static void
take_pair(void *closure, const struct duplicate_pair *pair)
{
	struct beside *b = closure;
	size_t x = pair->first, y = pair->second;

	if (x == y || id_equal(&b->dose[x].person, &b->dose[y].person) || b->other[x] != SIZE_MAX ||
	    b->other[y] != SIZE_MAX)
		return;
	b->other[x] = y;
	b->other[y] = x;
	b->finding[x] = b->finding[y] = pair->finding;
}

static uint32_t
antigens_of(const struct law *law, const struct dose *d)
{
	uint16_t i = law == NULL || d->vaccine == NULL ? LAW_NONE : law_find_product(law, d->vaccine, strlen(d->vaccine));

	return i == LAW_NONE ? 0 : law->product[i].antigens;
}

static const char *
dose_text(const struct dose *d, struct arena *arena)
{
	char text[512];

	(void)snprintf(text, sizeof(text), "%s%s%.80s%s%.160s%s%s", d->vaccine, d->lot != NULL ? " " : "",
	    d->lot != NULL ? d->lot : "", d->clinic_name != NULL ? " " : "", d->clinic_name != NULL ? d->clinic_name : "",
	    d->status != DOSE_GIVEN ? " " : "", d->status != DOSE_GIVEN ? dose_status_word(d->status) : "");
	return arena_text(arena, text, strlen(text));
}

/* What each record says, and where both may tell one dose. */
static enum rc
reply_doses(struct call *c, const struct same_two *two, struct fault *why)
{
	struct duplicate_side *side;
	struct beside b = { .n = 0 };
	struct dose *dose[2], *all;
	char given[DAY_TEXT_SIZE];
	size_t n[2], m = 0, *as, total;
	enum rc rc;

	/* Of a record by itself: of a person already merged, everything of that person stands on its side. */
	for (int i = 0; i < 2; i++)
		if ((rc = store_dose_list(c->a->store, &two->record[i].id, &c->arena, &dose[i], &n[i], why)) != RC_OK)
			return rc;
	if (two->pair.state == SAME_MERGED)
		n[1] = 0;
	total = n[0] + n[1];
	if ((all = arena_array(&c->arena, total + 1, sizeof(*all))) == NULL ||
	    (side = arena_array(&c->arena, total + 1, sizeof(*side))) == NULL ||
	    (as = arena_array(&c->arena, 2 * (total + 1), sizeof(*as))) == NULL ||
	    (b.other = arena_array(&c->arena, total + 1, sizeof(*b.other))) == NULL ||
	    (b.finding = arena_array(&c->arena, total + 1, sizeof(*b.finding))) == NULL)
		return fault_set(why, RC_NOMEM, "person", "too large to be shown at once");
	for (int i = 0; i < 2; i++)
		for (size_t k = 0; k < n[i]; k++) {
			all[m] = dose[i][k];
			b.other[m] = SIZE_MAX;
			side[m] = (struct duplicate_side){ &all[m], antigens_of(c->a->law, &all[m]) };
			m++;
		}
	b.dose = all;
	b.n = m;
	duplicate_group(side, m, NULL, 0, as, as + total + 1, take_pair, &b);
	for (size_t i = 0; i < m; i++) {
		bool is_a = id_equal(&all[i].person, &two->record[0].id) || i < n[0];
		const char *text = dose_text(&all[i], &c->arena), *beside = NULL;

		if (two->pair.state == SAME_MERGED)
			is_a = !id_equal(&all[i].person, &two->record[1].id);
		if (b.other[i] != SIZE_MAX && b.other[i] < i)
			continue;
		if (b.other[i] != SIZE_MAX)
			beside = dose_text(&all[b.other[i]], &c->arena);
		day_span_write(all[i].given, given);
		if ((rc = reply_part(c, "dose", given, beside != NULL ? duplicate_rule_text(&b.finding[i]) : NULL,
		    is_a ? text : beside, is_a ? beside : text, beside == NULL ? "one-only" :
		    duplicate_verdict_word(b.finding[i].verdict), why)) != RC_OK)
			return rc;
	}
	return RC_OK;
}

/* ---- what else follows ---- */

static const char *
count_text(size_t n, struct arena *arena)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%zu", n);
	return n == 0 ? NULL : arena_text(arena, text, strlen(text));
}

static enum rc
live_tickets(struct call *c, const struct id *record, size_t *ret_n, struct fault *why)
{
	struct ticket *t;
	size_t n, live = 0;
	enum rc rc;

	if ((rc = store_ticket_list(c->a->store, record, &c->arena, &t, &n, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n; i++)
		live += id_equal(&t[i].person, record) && ticket_good_on(&t[i], c->today);
	*ret_n = live;
	return RC_OK;
}

static enum rc
reply_counts(struct call *c, const struct same_two *two, struct fault *why)
{
	size_t ticket[2], guardian[2] = { 0, 0 }, inquiry[2] = { 0, 0 }, n;
	struct guardian *g;
	struct inquiry_row *q;
	enum rc rc;

	for (int i = 0; i < 2; i++) {
		const struct id *id = &two->record[i].id;

		if ((rc = live_tickets(c, id, &ticket[i], why)) != RC_OK ||
		    (rc = store_guardian_of(c->a->store, id, &c->arena, &g, &n, why)) != RC_OK)
			return rc;
		for (size_t k = 0; k < n; k++)
			guardian[i] += id_equal(&g[k].person, id);
		if ((rc = store_inquiry_of(c->a->store, id, &c->arena, &q, &n, why)) != RC_OK)
			return rc;
		for (size_t k = 0; k < n; k++)
			inquiry[i] += id_equal(&q[k].person, id);
	}
	if ((rc = reply_item(c, "tickets", WORDS("live tickets"), count_text(ticket[0], &c->arena),
	    count_text(ticket[1], &c->arena), why)) != RC_OK ||
	    (rc = reply_item(c, "guardians", WORDS("guardians"), count_text(guardian[0], &c->arena),
	    count_text(guardian[1], &c->arena), why)) != RC_OK)
		return rc;
	return reply_item(c, "inquiries", WORDS("inquiries"), count_text(inquiry[0], &c->arena),
	    count_text(inquiry[1], &c->arena), why);
}

static enum rc
reply_decision(struct call *c, const struct same_two *two, const struct same_decision *d, struct fault *why)
{
	static const char *const kind[SAME_DECISION__COUNT] = { "flagged", "merged", "unmerged", "two-people" };
	struct frame f;
	enum rc rc;

	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_PART, "decision");
	frame_put_text(&f, TAG_STATE, kind[d->kind]);
	if (id_known(&d->kept))
		frame_put_text(&f, TAG_ITEM, id_equal(&d->kept, &two->pair.first) ? "A" : "B");
	node_put_officer(c, &f, TAG_DECIDED_BY, d->decided_by);
	frame_put_int(&f, TAG_DECIDED_AT, d->decided_us);
	frame_put_text(&f, TAG_NOTE, d->reason);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

enum rc
do_person_compare(struct call *c, struct fault *why)
{
	struct same_decision *decision;
	const char *hindrance = NULL, *warning[SAME_WARNINGS];
	struct same_two two;
	size_t n_decision, n_warning = 0;
	bool numbers = false;
	enum rc rc;

	if ((rc = same_two_find(c, &two, why)) != RC_OK)
		return rc;
	for (int i = 0; i < 2; i++)
		if ((rc = node_audit(c, &two.record[i].id, AUDIT_DONE, two.record[i].is_protected ? "protected-seen" : NULL,
		    why)) != RC_OK)
			return rc;
	if ((rc = store_commit(c->a->store, why)) != RC_OK || (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	node_see(c);
	if ((rc = same_reply_pair(c, &two, "pair", why)) != RC_OK || (rc = reply_items(c, &two, why)) != RC_OK ||
	    (rc = reply_residences(c, &two, why)) != RC_OK || (rc = reply_counts(c, &two, why)) != RC_OK ||
	    (rc = reply_doses(c, &two, why)) != RC_OK ||
	    (rc = same_hindrance(c, &two, &numbers, &hindrance, why)) != RC_OK ||
	    (rc = same_warnings(c, &two, warning, &n_warning, why)) != RC_OK ||
	    (rc = store_same_decisions(c->a->store, two.pair.no, &c->arena, &decision, &n_decision, why)) != RC_OK)
		return rc;
	if (hindrance != NULL && two.pair.state != SAME_MERGED &&
	    (rc = reply_part(c, "hindrance", NULL, hindrance, NULL, NULL, NULL, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n_warning && two.pair.state != SAME_MERGED; i++)
		if ((rc = reply_part(c, "warning", NULL, warning[i], NULL, NULL, NULL, why)) != RC_OK)
			return rc;
	for (size_t i = 0; i < n_decision && rc == RC_OK; i++)
		rc = reply_decision(c, &two, &decision[i], why);
	return rc;
}

/* ---- flags ---- */

enum rc
do_person_flag(struct call *c, struct fault *why)
{
	struct same_pair pair;
	struct person one, other;
	bool same;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	node_see(c);
	if ((rc = node_record(c, request_text(c->r, TAG_ADDRESSEE), &one, why)) != RC_OK ||
	    (rc = node_record(c, request_text(c->r, TAG_OTHER_NO), &other, why)) != RC_OK)
		return rc;
	if (one.is_shielded || other.is_shielded)
		return fault_set(why, RC_REFUSED, "person", "the record is protected");
	if (id_equal(&one.id, &other.id))
		return fault_set(why, RC_INVALID, "other", "one record cannot be two");
	if ((rc = store_same_is(c->a->store, &one.id, &other.id, &same, why)) != RC_OK)
		return rc;
	if (same)
		return fault_set(why, RC_REFUSED, "person", "both are merged already");
	rc = store_same_between(c->a->store, &one.id, &other.id, &pair, why);
	if (rc == RC_ABSENT)
		pair = (struct same_pair){ .first = one.id, .second = other.id };
	else if (rc != RC_OK)
		return rc;
	else if (pair.state == SAME_OPEN)
		return fault_set(why, RC_CONFLICT, "person", "they are listed already, as pair %lld", (long long)pair.no);
	pair.rule = SAME_OFFICER;
	pair.score = SAME_SCORE_MAX / 2;
	pair.state = SAME_OPEN;
	if ((rc = store_same_put(c->a->store, &pair, &pair.no, why)) != RC_OK ||
	    (rc = store_same_decide(c->a->store, pair.no, SAME_FLAGGED, NULL, request_text(c->r, TAG_REASON), c->actor,
	    why)) != RC_OK ||
	    (rc = node_audit(c, &one.id, AUDIT_DONE, NULL, why)) != RC_OK ||
	    (rc = node_audit(c, &other.id, AUDIT_DONE, NULL, why)) != RC_OK ||
	    (rc = store_same_get(c->a->store, pair.no, &pair, why)) != RC_OK)
		return rc;
	if ((rc = store_commit(c->a->store, why)) != RC_OK || (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	node_see(c);
	return reply_row(c, &pair, why);
}

enum rc
do_person_distinct(struct call *c, struct fault *why)
{
	struct same_two two;
	enum rc rc;

	if ((rc = same_two_find(c, &two, why)) != RC_OK)
		return rc;
	if (two.pair.state == SAME_MERGED)
		return fault_set(why, RC_REFUSED, "person", "they are merged: part them first, with person unmerge");
	if (two.pair.state == SAME_TWO_PEOPLE)
		return fault_set(why, RC_REFUSED, "person", "an officer has said so already");
	two.pair.state = SAME_TWO_PEOPLE;
	if ((rc = store_same_put(c->a->store, &two.pair, &two.pair.no, why)) != RC_OK ||
	    (rc = store_same_decide(c->a->store, two.pair.no, SAME_DECIDED_TWO, NULL, request_text(c->r, TAG_REASON),
	    c->actor, why)) != RC_OK ||
	    (rc = node_audit(c, &two.pair.first, AUDIT_DONE, NULL, why)) != RC_OK ||
	    (rc = node_audit(c, &two.pair.second, AUDIT_DONE, NULL, why)) != RC_OK)
		return rc;
	if ((rc = store_commit(c->a->store, why)) != RC_OK || (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	node_see(c);
	return reply_row(c, &two.pair, why);
}

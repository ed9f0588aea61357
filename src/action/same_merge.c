#include "action/same_person.h"

#include <string.h>

#include "action/correction.h"
#include "action/duplicate.h"
#include "action/provide.h"
#include "base/words.h"
#include "store/store_copy.h"
#include "store/store_dose.h"
#include "store/store_held.h"
#include "store/store_number.h"
#include "store/store_ticket.h"

/*
 * Merging records and parting them.  Nothing is moved and nothing overwritten: what follows is worked out anew from
 * what each record holds, and whoever was told is told.
 */

/* ---- what stands in the way ---- */

/* Does somebody who has died by one record live on by the other? */
static enum rc
lives_on(struct call *c, const struct person *dead, const struct person *other, bool *ret, struct fault *why)
{
	struct dose *dose;
	size_t n;
	enum rc rc;

	*ret = false;
	if (!day_known(dead->died_on) || day_known(other->died_on))
		return RC_OK;
	for (size_t i = 0; i < other->n_residences; i++)
		*ret = *ret || !day_known(other->residences[i].until) ||
		    day_after(other->residences[i].until, dead->died_on);
	if ((rc = store_dose_list(c->a->store, &other->id, &c->arena, &dose, &n, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n; i++)
		*ret = *ret || (dose[i].status == DOSE_GIVEN && day_after(dose[i].given.first, dead->died_on));
	return RC_OK;
}

enum rc
same_hindrance(struct call *c, const struct same_two *two, bool *ret_numbers, const char **ret_text, struct fault *why)
{
	struct person p[2];
	struct vault_sealed sealed;
	struct id of;
	bool number[2], lives[2];
	enum rc rc;

	*ret_text = NULL;
	for (int i = 0; i < 2; i++) {
		if ((rc = store_person_get(c->a->store, &two->record[i].id, &c->arena, &p[i], why)) != RC_OK)
			return rc;
		rc = store_number_used(c->a->store, &two->record[i].id, &c->arena, &sealed, &of, why);
		if (rc != RC_OK && rc != RC_ABSENT)
			return rc;
		number[i] = rc == RC_OK;
	}
	*ret_numbers = number[0] && number[1] && !id_equal(&p[0].id, &p[1].id);
	for (int i = 0; i < 2; i++)
		if ((rc = lives_on(c, &p[i], &p[1 - i], &lives[i], why)) != RC_OK)
			return rc;
	if (id_equal(&p[0].id, &p[1].id))
		*ret_text = WORDS("both are merged already");
	else if (two->pair.state == SAME_TWO_PEOPLE)
		*ret_text = WORDS("an officer said that they are two people: flag them anew first, with person flag");
	else if (day_known(p[0].died_on) && day_known(p[1].died_on) && !day_equal(p[0].died_on, p[1].died_on))
		*ret_text = WORDS("the days of death differ: correct the wrong one first");
	else if (lives[0] || lives[1])
		*ret_text = WORDS("by one record the person has died, by the other lives on: correct the wrong one first");
	return RC_OK;
}

static enum rc
two_live_tickets(struct call *c, const struct same_two *two, bool *ret, struct fault *why)
{
	struct ticket *a, *b;
	size_t n_a, n_b;
	enum rc rc;

	*ret = false;
	if ((rc = store_ticket_list(c->a->store, &two->record[0].id, &c->arena, &a, &n_a, why)) != RC_OK ||
	    (rc = store_ticket_list(c->a->store, &two->record[1].id, &c->arena, &b, &n_b, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n_a; i++)
		for (size_t k = 0; k < n_b; k++)
			*ret = *ret || (!id_equal(&a[i].person, &b[k].person) && ticket_good_on(&a[i], c->today) &&
			    ticket_good_on(&b[k], c->today) && (strcmp(a[i].programme, b[k].programme) == 0 ||
			    a[i].programme[0] == '\0' || b[k].programme[0] == '\0'));
	return RC_OK;
}

enum rc
same_warnings(struct call *c, const struct same_two *two, const char *ret_text[SAME_WARNINGS], size_t *ret_n,
    struct fault *why)
{
	const struct person *a = &two->record[0], *b = &two->record[1];
	struct person p[2];
	const char *hindrance;
	bool numbers, tickets;
	size_t n = 0;
	enum rc rc;

	if ((rc = same_hindrance(c, two, &numbers, &hindrance, why)) != RC_OK ||
	    (rc = two_live_tickets(c, two, &tickets, why)) != RC_OK)
		return rc;
	for (int i = 0; i < 2; i++)
		if ((rc = store_person_get(c->a->store, &two->record[i].id, &c->arena, &p[i], why)) != RC_OK)
			return rc;
	if (numbers)
		ret_text[n++] = WORDS("each has a MyNumber: two people have two, and one person only after a change of number; "
		    "ask the resident register, then name with --number whose is used");
	if (day_after(a->birth.first, b->birth.last) || day_after(b->birth.first, a->birth.last))
		ret_text[n++] = WORDS("the birth dates differ: ages and windows are counted from that of the record kept");
	if (a->sex != b->sex && a->sex != SEX_UNKNOWN && b->sex != SEX_UNKNOWN)
		ret_text[n++] = WORDS("the sex differs: that of the record kept is used");
	if (tickets)
		ret_text[n++] = WORDS("both have live tickets for one programme: take one back, with ticket void or reissue");
	if (a->is_protected != b->is_protected)
		ret_text[n++] = WORDS("one is protected: both will be, and stay so until two officers end it");
	if (person_residence_on(&p[0], c->today) != NULL && person_residence_on(&p[1], c->today) != NULL &&
	    a->registration == PERSON_RESIDENT && b->registration == PERSON_RESIDENT)
		ret_text[n++] = WORDS("both are on the resident register today: it must be mended there, too");
	*ret_n = n;
	return RC_OK;
}

/* ---- merge ---- */

static enum rc
reply(struct call *c, const char *part, const struct same_two *two, const struct person *p, const struct person *other,
    const char *text, struct fault *why)
{
	struct frame f;
	enum rc rc;

	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_PART, part);
	frame_put_int(&f, TAG_DUPLICATE, two->pair.no);
	if (p != NULL) {
		frame_put_text(&f, TAG_STATE, same_state_word(two->pair.state));
		frame_put_text(&f, TAG_ADDRESSEE, p->addressee_no);
	}
	if (other != NULL)
		frame_put_text(&f, TAG_OTHER_NO, other->addressee_no);
	frame_put_text(&f, TAG_TEXT, text);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

static enum rc
reply_counted(struct call *c, const struct same_two *two, const struct person *p, struct fault *why)
{
	struct dose *dose;
	struct frame f;
	size_t n;
	enum rc rc;

	if ((rc = store_dose_list(c->a->store, &p->id, &c->arena, &dose, &n, why)) != RC_OK)
		return rc;
	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_PART, "doses");
	frame_put_int(&f, TAG_DUPLICATE, two->pair.no);
	frame_put_text(&f, TAG_ADDRESSEE, p->addressee_no);
	frame_put_int(&f, TAG_COUNT, (int64_t)n);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

/* Copies of every record that does not speak for the person are taken away; those of the one that does are sent. */
static enum rc
tell(struct call *c, const struct id *person, struct fault *why)
{
	struct action *a = c->a;
	struct id records[SAME_RECORDS_MAX], face;
	struct person p;
	size_t n;
	enum rc rc;

	if ((rc = store_same_of(a->store, person, records, &n, why)) != RC_OK ||
	    (rc = store_number_record(a->store, person, &face, why)) != RC_OK ||
	    (rc = store_person_get(a->store, person, &c->arena, &p, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n; i++)
		if (!id_equal(&records[i], &face) && (rc = store_copy_touch(a->store, &records[i], false, why)) != RC_OK)
			return rc;
	return provide_changed(a, person, !p.is_protected, c->now_us, c->today, why);
}

enum rc
do_person_merge(struct call *c, struct fault *why)
{
	const char *number_of = request_text(c->r, TAG_NUMBER_OF), *hindrance, *warning[SAME_WARNINGS];
	struct action *a = c->a;
	struct same_two two;
	struct id whole, part, number, of;
	struct vault_sealed sealed;
	struct person kept, other;
	bool numbers;
	size_t n_warning = 0;
	int keep = 0, whose = 0;
	enum rc rc;

	if ((rc = same_two_find(c, &two, why)) != RC_OK ||
	    (rc = same_two_side(&two, request_text(c->r, TAG_KEEP), "keep", &keep, why)) != RC_OK ||
	    (number_of != NULL && (rc = same_two_side(&two, number_of, "number", &whose, why)) != RC_OK) ||
	    (rc = same_hindrance(c, &two, &numbers, &hindrance, why)) != RC_OK ||
	    (rc = same_warnings(c, &two, warning, &n_warning, why)) != RC_OK)
		return rc;
	if (hindrance != NULL)
		return fault_set(why, RC_REFUSED, "merge", "%s", hindrance);
	if (numbers && number_of == NULL)
		return fault_set(why, RC_REFUSED, "number", "each has a MyNumber: two people have two, and one person only after "
		    "a change of number; ask the resident register, then name with --number whose is used");
	if (!numbers && number_of != NULL)
		return fault_set(why, RC_INVALID, "number", "not both have a MyNumber: there is nothing to choose");
	if ((rc = store_same_whole(a->store, &two.record[keep].id, &whole, why)) != RC_OK ||
	    (rc = store_same_whole(a->store, &two.record[1 - keep].id, &part, why)) != RC_OK)
		return rc;
	if (numbers) {
		if ((rc = store_number_used(a->store, &two.record[whose].id, &c->arena, &sealed, &of, why)) != RC_OK)
			return rc;
		number = of;
	}
	if ((rc = store_same_join(a->store, &whole, &part, two.pair.no, numbers ? &number : NULL, why)) != RC_OK)
		return rc;
	two.pair.state = SAME_MERGED;
	if ((rc = store_same_put(a->store, &two.pair, &two.pair.no, why)) != RC_OK ||
	    (rc = store_same_decide(a->store, two.pair.no, SAME_DECIDED_ONE, &two.record[keep].id,
	    request_text(c->r, TAG_REASON), c->actor, why)) != RC_OK ||
	    (rc = duplicate_settle(a, &whole, c->today, why)) != RC_OK ||
	    (rc = correction_joined(a, &whole, c->now_us, why)) != RC_OK ||
	    (rc = tell(c, &whole, why)) != RC_OK ||
	    (rc = store_person_get(a->store, &whole, &c->arena, &kept, why)) != RC_OK ||
	    (rc = store_person_record(a->store, &part, &c->arena, &other, why)) != RC_OK ||
	    (rc = node_audit(c, &whole, AUDIT_DONE, "merged", why)) != RC_OK ||
	    (rc = reply(c, "merged", &two, &kept, &other, NULL, why)) != RC_OK ||
	    (rc = reply_counted(c, &two, &kept, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n_warning; i++)
		if ((rc = reply(c, "warning", &two, NULL, NULL, warning[i], why)) != RC_OK)
			return rc;
	return store_commit(a->store, why);
}

/* ---- unmerge ---- */

/* The merge that this pair's decision made. */
static enum rc
find_merge(struct call *c, const struct same_two *two, struct same_part *ret_part, struct fault *why)
{
	struct id records[SAME_RECORDS_MAX];
	size_t n;
	enum rc rc;

	if ((rc = store_same_of(c->a->store, &two->pair.first, records, &n, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n; i++) {
		rc = store_same_part(c->a->store, &records[i], ret_part, why);
		if (rc == RC_OK && ret_part->pair == two->pair.no)
			return RC_OK;
		if (rc != RC_OK && rc != RC_ABSENT)
			return rc;
	}
	return fault_set(why, RC_BUG, "merge", "a merged pair without its merge");
}

/*
 * What came while they were one stands with the record under whose number it came.  Whoever typed it may have had the
 * other in front of him: each waits on the holding list until somebody has looked.
 */
static enum rc
hold_since(struct call *c, const struct same_two *two, const struct person *p, int64_t since_us, struct fault *why)
{
	struct dose *dose;
	char id[ID_TEXT_SIZE], given[DAY_TEXT_SIZE];
	struct frame f;
	struct id held;
	bool is_new;
	size_t n;
	enum rc rc;

	if ((rc = store_dose_list(c->a->store, &p->id, &c->arena, &dose, &n, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n; i++) {
		struct held_row work = { .kind = HELD_CONFLICT, .reason = "told-while-merged", .reference = id,
		    .person = dose[i].person };

		if (dose[i].recorded_us < since_us || (dose[i].reason != NULL &&
		    strcmp(dose[i].reason, CORRECTION_PARTED) == 0))
			continue;
		id_write(&dose[i].statement, id);
		day_span_write(dose[i].given, given);
		if ((rc = store_held_add(c->a->store, &work, &held, &is_new, why)) != RC_OK)
			return rc;
		frame_init(&f, RESULT_ROW);
		frame_put_text(&f, TAG_PART, "dose");
		frame_put_int(&f, TAG_DUPLICATE, two->pair.no);
		frame_put_text(&f, TAG_ADDRESSEE, p->addressee_no);
		frame_put_text(&f, TAG_DOSE_ID, id);
		frame_put_text(&f, TAG_GIVEN_ON, given);
		frame_put_text(&f, TAG_VACCINE, dose[i].vaccine);
		frame_put_text(&f, TAG_TEXT, WORDS("came while they were merged: see whose it is (held list)"));
		rc = node_reply(c, &f, why);
		frame_clear(&f);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

enum rc
do_person_unmerge(struct call *c, struct fault *why)
{
	struct action *a = c->a;
	struct same_part merge;
	struct same_two two;
	struct id whole;
	struct person p[2];
	enum rc rc;

	if ((rc = same_two_find(c, &two, why)) != RC_OK)
		return rc;
	if (two.pair.state != SAME_MERGED)
		return fault_set(why, RC_REFUSED, "person", "they are not merged");
	if ((rc = find_merge(c, &two, &merge, why)) != RC_OK ||
	    (rc = node_audit(c, &merge.part, AUDIT_DONE, "unmerged", why)) != RC_OK ||
	    (rc = store_same_whole(a->store, &merge.part, &whole, why)) != RC_OK ||
	    (rc = store_same_part_again(a->store, &merge.part, why)) != RC_OK)
		return rc;
	two.pair.state = SAME_TWO_PEOPLE;
	if ((rc = store_same_put(a->store, &two.pair, &two.pair.no, why)) != RC_OK ||
	    (rc = store_same_decide(a->store, two.pair.no, SAME_DECIDED_PARTED, NULL, request_text(c->r, TAG_REASON),
	    c->actor, why)) != RC_OK ||
	    (rc = correction_parted(a, &two.pair.first, c->now_us, c->today, why)) != RC_OK ||
	    (rc = correction_parted(a, &two.pair.second, c->now_us, c->today, why)) != RC_OK ||
	    (rc = duplicate_settle(a, &whole, c->today, why)) != RC_OK ||
	    (rc = duplicate_settle(a, &merge.part, c->today, why)) != RC_OK ||
	    (rc = tell(c, &whole, why)) != RC_OK || (rc = tell(c, &merge.part, why)) != RC_OK ||
	    (rc = store_person_get(a->store, &whole, &c->arena, &p[0], why)) != RC_OK ||
	    (rc = store_person_get(a->store, &merge.part, &c->arena, &p[1], why)) != RC_OK ||
	    (rc = reply(c, "parted", &two, &p[0], &p[1], p[0].is_protected ?
	    WORDS("both stay protected until two officers end it where it is not due") : NULL, why)) != RC_OK)
		return rc;
	for (int i = 0; i < 2; i++)
		if ((rc = reply_counted(c, &two, &p[i], why)) != RC_OK ||
		    (rc = hold_since(c, &two, &p[i], merge.merged_us, why)) != RC_OK)
			return rc;
	return store_commit(a->store, why);
}

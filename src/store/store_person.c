#include "store/store_person.h"

#include <string.h>

#include "record/kana.h"
#include "record/name.h"
#include "store/store_room.h"
#include "store/store_same.h"
#include "store/store_search.h"
#include "store/store_ticket.h"

/* Memory to look at what is there already, for one row. */
#define ROW_BYTES (256u << 10)

static bool
text_same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

enum rc
store_person_protect_same(struct store *s, const struct id *person, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_PERSON_SAME_PROTECT);

	stmt_put_id(q, STMT_PERSON_SAME_PROTECT__PERSON, person);
	stmt_put_int(q, STMT_PERSON_SAME_PROTECT__CHANGED_US, s->now_us);
	return stmt_run(q, why);
}

static bool
items_same(const struct person *a, const struct person *b)
{
	return text_same(a->name, b->name) && text_same(a->kana, b->kana) &&
	    text_same(a->roman, b->roman) && text_same(a->address, b->address) &&
	    day_equal(a->birth.first, b->birth.first) && day_equal(a->birth.last, b->birth.last) &&
	    a->sex == b->sex && day_equal(a->died_on, b->died_on) &&
	    a->is_protected == b->is_protected &&
	    day_equal(a->protected_from, b->protected_from) &&
	    day_equal(a->protected_until, b->protected_until) &&
	    text_same(a->name_display, b->name_display) && a->registration == b->registration &&
	    text_same(a->registration_basis, b->registration_basis) &&
	    day_equal(a->registration_until, b->registration_until) &&
	    text_same(a->household_no, b->household_no) &&
	    text_same(a->mailing_address, b->mailing_address) &&
	    text_same(a->mailing_name, b->mailing_name) && text_same(a->language, b->language);
}

static bool
names_same(const struct person *a, const struct person *b)
{
	if (a->n_names != b->n_names)
		return false;
	for (size_t i = 0; i < a->n_names; i++) {
		const struct person_name *x = &a->names[i], *y = &b->names[i];

		if (x->kind != y->kind || !text_same(x->name, y->name) ||
		    !text_same(x->name_display, y->name_display) || !text_same(x->kana, y->kana) ||
		    !text_same(x->roman, y->roman) || !day_equal(x->from, y->from) ||
		    !day_equal(x->until, y->until))
			return false;
	}
	return true;
}

static bool
residences_same(const struct person *a, const struct person *b)
{
	if (a->n_residences != b->n_residences)
		return false;
	for (size_t i = 0; i < a->n_residences; i++) {
		const struct residence *x = &a->residences[i], *y = &b->residences[i];

		if (!day_equal(x->from, y->from) || !day_equal(x->until, y->until) ||
		    !text_same(x->previous, y->previous) || !text_same(x->next, y->next) ||
		    x->entry != y->entry || x->exit != y->exit)
			return false;
	}
	return true;
}

/* A file may set or lengthen protection, never shorten or end it. */
static void
merge_protection(const struct person *old, struct person *p)
{
	if (!old->is_protected)
		return;
	if (!p->is_protected) {
		p->is_protected = true;
		p->protected_from = old->protected_from;
		p->protected_until = old->protected_until;
		return;
	}
	if (!day_known(old->protected_from) || !day_known(p->protected_from))
		p->protected_from = DAY_NONE;
	else
		p->protected_from = day_min(old->protected_from, p->protected_from);
	if (!day_known(old->protected_until) || !day_known(p->protected_until))
		p->protected_until = DAY_NONE;
	else
		p->protected_until = day_max(old->protected_until, p->protected_until);
}

/* What an input did not state stays; "" takes it away. */
static const char *
stated(const char *given, const char *old)
{
	if (given == NULL)
		return old;
	return given[0] != '\0' ? given : NULL;
}

static void
merge_unstated(const struct person *old, struct person *p)
{
	if (p->registration_basis == NULL && !day_known(p->registration_until) &&
	    p->registration == old->registration)
		p->registration_until = old->registration_until;
	p->registration_basis = stated(p->registration_basis, old->registration_basis);
	p->household_no = stated(p->household_no, old->household_no);
	p->mailing_address = stated(p->mailing_address, old->mailing_address);
	p->mailing_name = stated(p->mailing_name, old->mailing_name);
	p->language = stated(p->language, old->language);
	if (p->names == NULL) {
		p->names = old->names;
		p->n_names = old->n_names;
	}
}

static enum rc
write_items(struct store *s, const struct person *p, bool is_new, struct fault *why)
{
	struct buf folded = BUF_INIT(LIMIT_TEXT_BYTES);
	struct stmt *q;
	enum rc rc;

	if (p->kana != NULL && (rc = kana_fold(p->kana, &folded)) != RC_OK) {
		buf_clear(&folded);
		return fault_set(why, rc, "kana", "not clean text, or too long");
	}
	q = stmt_start(s, is_new ? STMT_PERSON_ADD : STMT_PERSON_SET);
	/* The two statements name the same items. */
#define PLACE(item) (is_new ? STMT_PERSON_ADD__##item : STMT_PERSON_SET__##item)
	stmt_put_id(q, PLACE(ID), &p->id);
	if (is_new)
		stmt_put_text(q, STMT_PERSON_ADD__ADDRESSEE_NO, p->addressee_no);
	stmt_put_text(q, PLACE(NAME), p->name);
	stmt_put_text(q, PLACE(KANA), p->kana);
	stmt_put_text(q, PLACE(KANA_FOLDED), folded.data);
	stmt_put_text(q, PLACE(ROMAN), p->roman);
	stmt_put_day(q, PLACE(BIRTH_FIRST), p->birth.first);
	stmt_put_day(q, PLACE(BIRTH_LAST), p->birth.last);
	stmt_put_int(q, PLACE(SEX), (int64_t)p->sex);
	stmt_put_text(q, PLACE(ADDRESS), p->address);
	stmt_put_day(q, PLACE(DIED_ON), p->died_on);
	stmt_put_int(q, PLACE(IS_PROTECTED), p->is_protected);
	stmt_put_day(q, PLACE(PROTECTED_FROM), p->protected_from);
	stmt_put_day(q, PLACE(PROTECTED_UNTIL), p->protected_until);
	stmt_put_int(q, PLACE(CHANGED_US), s->now_us);
	stmt_put_text(q, PLACE(NAME_DISPLAY), p->name_display);
	stmt_put_int(q, PLACE(REGISTRATION), (int64_t)p->registration);
	stmt_put_text(q, PLACE(REGISTRATION_BASIS), p->registration_basis);
	stmt_put_day(q, PLACE(REGISTRATION_UNTIL), p->registration_until);
	stmt_put_text(q, PLACE(HOUSEHOLD_NO), p->household_no);
	stmt_put_text(q, PLACE(MAILING_ADDRESS), p->mailing_address);
	stmt_put_text(q, PLACE(MAILING_NAME), p->mailing_name);
	stmt_put_text(q, PLACE(LANGUAGE), p->language);
#undef PLACE
	rc = stmt_run(q, why);
	buf_clear(&folded);
	return rc;
}

static enum rc
write_residences(struct store *s, const struct person *p, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_RESIDENCE_CLEAR);
	enum rc rc;

	stmt_put_id(q, STMT_RESIDENCE_CLEAR__PERSON, &p->id);
	if ((rc = stmt_run(q, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < p->n_residences; i++) {
		const struct residence *r = &p->residences[i];
		int64_t previous, next;

		if ((rc = store_town(s, r->previous, &previous, why)) != RC_OK ||
		    (rc = store_town(s, r->next, &next, why)) != RC_OK)
			return rc;
		q = stmt_start(s, STMT_RESIDENCE_ADD);
		stmt_put_id(q, STMT_RESIDENCE_ADD__PERSON, &p->id);
		stmt_put_int(q, STMT_RESIDENCE_ADD__SEQ, (int64_t)i);
		stmt_put_day(q, STMT_RESIDENCE_ADD__FROM_ON, r->from);
		stmt_put_day(q, STMT_RESIDENCE_ADD__UNTIL_ON, r->until);
		if (previous != 0)
			stmt_put_int(q, STMT_RESIDENCE_ADD__PREVIOUS, previous);
		if (next != 0)
			stmt_put_int(q, STMT_RESIDENCE_ADD__NEXT, next);
		stmt_put_int(q, STMT_RESIDENCE_ADD__ENTRY, (int64_t)r->entry);
		stmt_put_int(q, STMT_RESIDENCE_ADD__EXIT, (int64_t)r->exit);
		if ((rc = stmt_run(q, why)) != RC_OK)
			return rc;
	}
	return RC_OK;
}

static enum rc
write_names(struct store *s, const struct person *p, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_NAME_CLEAR);
	enum rc rc;

	stmt_put_id(q, STMT_NAME_CLEAR__PERSON, &p->id);
	if ((rc = stmt_run(q, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < p->n_names; i++) {
		const struct person_name *n = &p->names[i];

		q = stmt_start(s, STMT_NAME_ADD);
		stmt_put_id(q, STMT_NAME_ADD__PERSON, &p->id);
		stmt_put_int(q, STMT_NAME_ADD__SEQ, (int64_t)i);
		stmt_put_int(q, STMT_NAME_ADD__KIND, (int64_t)n->kind);
		stmt_put_text(q, STMT_NAME_ADD__NAME, n->name);
		stmt_put_text(q, STMT_NAME_ADD__NAME_DISPLAY, n->name_display);
		stmt_put_text(q, STMT_NAME_ADD__KANA, n->kana);
		stmt_put_text(q, STMT_NAME_ADD__ROMAN, n->roman);
		stmt_put_day(q, STMT_NAME_ADD__FROM_ON, n->from);
		stmt_put_day(q, STMT_NAME_ADD__UNTIL_ON, n->until);
		if ((rc = stmt_run(q, why)) != RC_OK)
			return rc;
	}
	return RC_OK;
}

static enum rc
change(struct store *s, const struct id *id, struct person *p, enum store_fate *ret_fate,
    struct fault *why)
{
	struct arena a;
	struct person old;
	bool items, periods, names;
	enum store_eyes eyes = store_eyes(s);
	enum rc rc;

	arena_init(&a, ROW_BYTES);
	/* What is there is compared whole, whoever asked for the change. */
	store_see(s, STORE_EYES_WHOLE);
	if ((rc = store_person_record(s, id, &a, &old, why)) != RC_OK)
		goto out;
	p->id = *id;
	merge_protection(&old, p);
	merge_unstated(&old, p);
	items = !items_same(&old, p);
	periods = !residences_same(&old, p);
	names = !names_same(&old, p);
	if (!items && !periods && !names) {
		*ret_fate = STORE_UNCHANGED;
		goto out;
	}
	if ((rc = write_items(s, p, false, why)) != RC_OK)
		goto out;
	if (periods && (rc = write_residences(s, p, why)) != RC_OK)
		goto out;
	if ((names && (rc = write_names(s, p, why)) != RC_OK) ||
	    (rc = store_search_note(s, &old, p, why)) != RC_OK)
		goto out;
	if ((items || names) && (rc = store_same_due_add(s, id, why)) != RC_OK)
		goto out;
	if (p->is_protected && !old.is_protected && (rc = store_person_protect_same(s, id, why)) != RC_OK)
		goto out;
	/* A departure or death ends the tickets in the same breath. */
	if ((rc = store_ticket_follow(s, p, why)) != RC_OK)
		goto out;
	*ret_fate = STORE_CHANGED;
 out:
	store_see(s, eyes);
	arena_clear(&a);
	return rc;
}

static enum rc
put(struct store *s, const struct person *given, struct id *ret_id, enum store_fate *ret_fate,
    struct fault *why)
{
	struct person p = *given;
	enum store_fate fate = STORE_NEW;
	struct id id;
	enum rc rc;

	if (p.is_shielded)
		return fault_set(why, RC_REFUSED, "protection",
		    "the record is protected: who may not see it may not write it");
	if (p.n_other_nos > 0)
		return fault_set(why, RC_BUG, "store/person", "a person read whole is not one record");
	if (p.addressee_no == NULL || p.addressee_no[0] == '\0' ||
	    strlen(p.addressee_no) > LIMIT_ADDRESSEE_CHARS)
		return fault_set(why, RC_INVALID, "addressee_no", "must have 1 to %d digits",
		    LIMIT_ADDRESSEE_CHARS);
	if (!day_known(p.birth.first) || !day_known(p.birth.last))
		return fault_set(why, RC_INVALID, "birth_date", "must be stated");
	if (p.n_residences > PERSON_RESIDENCES_MAX)
		return fault_set(why, RC_TOO_BIG, "residences", "more than %d periods",
		    PERSON_RESIDENCES_MAX);
	if (p.n_names > PERSON_NAMES_MAX)
		return fault_set(why, RC_TOO_BIG, "names", "more than %d other names", PERSON_NAMES_MAX);
	if (p.registration == PERSON_RESIDENT) {
		p.registration_basis = "";
		p.registration_until = DAY_NONE;
	}
	if (!p.is_protected)
		p.protected_from = p.protected_until = DAY_NONE;
	rc = store_person_find_addressee(s, p.addressee_no, &id, why);
	if (rc == RC_OK) {
		if ((rc = change(s, &id, &p, &fate, why)) != RC_OK)
			return rc;
	} else if (rc == RC_ABSENT) {
		static const struct person nobody = { .registration = PERSON_RESIDENT };

		merge_unstated(&nobody, &p);
		if ((rc = store_id_new(s, &p.id, why)) != RC_OK ||
		    (rc = write_items(s, &p, true, why)) != RC_OK ||
		    (rc = write_residences(s, &p, why)) != RC_OK ||
		    (rc = write_names(s, &p, why)) != RC_OK ||
		    (rc = store_search_note(s, NULL, &p, why)) != RC_OK ||
		    (rc = store_same_due_add(s, &p.id, why)) != RC_OK)
			return rc;
		id = p.id;
	} else
		return rc;
	*ret_id = id;
	*ret_fate = fate;
	return RC_OK;
}

enum rc
store_person_put(struct store *s, const struct person *given, struct id *ret_id,
    enum store_fate *ret_fate, struct fault *why)
{
	struct person p = *given;
	struct buf display = BUF_INIT(LIMIT_TEXT_BYTES);
	bool shows = true;
	enum rc rc;

	/* What no screen can show is shown by what it can; the name itself stays as it came. */
	p.name_display = NULL;
	if (p.name != NULL && name_display(p.name, &display, &shows) == RC_OK && !shows)
		p.name_display = display.data;
	rc = put(s, &p, ret_id, ret_fate, why);
	buf_clear(&display);
	return rc;
}

enum rc
store_person_unprotect(struct store *s, const struct id *id, day last_day, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_PERSON_UNPROTECT);
	enum rc rc;

	stmt_put_id(q, STMT_PERSON_UNPROTECT__ID, id);
	stmt_put_day(q, STMT_PERSON_UNPROTECT__LAST_DAY, last_day);
	stmt_put_int(q, STMT_PERSON_UNPROTECT__CHANGED_US, s->now_us);
	if ((rc = stmt_run(q, why)) != RC_OK)
		return rc;
	return stmt_changed(q) >= 1 ? RC_OK : RC_ABSENT;
}

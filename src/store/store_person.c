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

static enum rc
read_residences(struct store *s, const struct id *id, struct arena *a, struct person *p,
    struct fault *why)
{
	struct rows rows = { a, sizeof(struct residence), NULL, 0, 0 };
	struct stmt *q = stmt_start(s, STMT_RESIDENCE_OF);
	struct residence *r;
	enum rc rc;

	stmt_put_id(q, STMT_RESIDENCE_OF__PERSON, id);
	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((r = rows_add(&rows)) == NULL) {
			stmt_drop(q);
			return fault_set(why, RC_NOMEM, "store/person", "no memory");
		}
		r->from = stmt_day(q);
		r->until = stmt_day(q);
		if ((rc = store_town_text(s, stmt_int(q), a, &r->previous, why)) != RC_OK ||
		    (rc = store_town_text(s, stmt_int(q), a, &r->next, why)) != RC_OK) {
			stmt_drop(q);
			return rc;
		}
		r->entry = (enum residence_entry)stmt_int(q);
		r->exit = (enum residence_exit)stmt_int(q);
	}
	if (rc != RC_ABSENT)
		return rc;
	p->residences = rows.at;
	p->n_residences = rows.n;
	return RC_OK;
}

static enum rc
read_names(struct store *s, const struct id *id, struct arena *a, struct person *p,
    struct fault *why)
{
	struct rows rows = { a, sizeof(struct person_name), NULL, 0, 0 };
	struct stmt *q = stmt_start(s, STMT_NAME_OF);
	struct person_name *n;
	enum rc rc;

	stmt_put_id(q, STMT_NAME_OF__PERSON, id);
	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((n = rows_add(&rows)) == NULL) {
			stmt_drop(q);
			return fault_set(why, RC_NOMEM, "store/person", "no memory");
		}
		n->kind = (enum person_name_kind)stmt_int(q);
		n->name = stmt_text(q, a);
		n->name_display = stmt_text(q, a);
		n->kana = stmt_text(q, a);
		n->roman = stmt_text(q, a);
		n->from = stmt_day(q);
		n->until = stmt_day(q);
	}
	if (rc != RC_ABSENT)
		return rc;
	p->names = rows.at;
	p->n_names = rows.n;
	return RC_OK;
}

enum rc
store_shielded(struct store *s, const struct id *person, bool *ret_shielded, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_PERSON_SHIELDED);
	bool shielded;
	enum rc rc;

	stmt_put_id(q, STMT_PERSON_SHIELDED__ID, person);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	shielded = stmt_int(q) != 0;
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret_shielded = shielded;
	return rc;
}

enum rc
store_not_shielded(struct store *s, const struct id *person, struct fault *why)
{
	bool shielded = false;
	enum rc rc;

	rc = store_shielded(s, person, &shielded, why);
	if (rc == RC_ABSENT)
		return RC_OK;
	if (rc != RC_OK)
		return rc;
	return shielded ? fault_set(why, RC_REFUSED, "protection", "the record is protected") : RC_OK;
}

enum rc
store_person_record(struct store *s, const struct id *id, struct arena *a,
    struct person *ret_person, struct fault *why)
{
	struct person p = { .id = *id };
	struct stmt *q = stmt_start(s, STMT_PERSON_GET);
	enum rc rc;

	stmt_put_id(q, STMT_PERSON_GET__ID, id);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	p.addressee_no = stmt_text(q, a);
	p.name = stmt_text(q, a);
	p.kana = stmt_text(q, a);
	p.roman = stmt_text(q, a);
	p.birth.first = stmt_day(q);
	p.birth.last = stmt_day(q);
	p.sex = (enum sex)stmt_int(q);
	p.address = stmt_text(q, a);
	p.died_on = stmt_day(q);
	p.is_protected = stmt_int(q) != 0;
	p.protected_from = stmt_day(q);
	p.protected_until = stmt_day(q);
	p.is_shielded = stmt_int(q) != 0;
	p.name_display = stmt_text(q, a);
	p.registration = (enum person_registration)stmt_int(q);
	p.registration_basis = stmt_text(q, a);
	p.registration_until = stmt_day(q);
	p.household_no = stmt_text(q, a);
	p.mailing_address = stmt_text(q, a);
	p.mailing_name = stmt_text(q, a);
	p.language = stmt_text(q, a);
	if ((rc = stmt_end(q, why)) != RC_OK ||
	    (rc = read_residences(s, id, a, &p, why)) != RC_OK ||
	    (rc = read_names(s, id, a, &p, why)) != RC_OK)
		return rc;
	*ret_person = p;
	return RC_OK;
}

/* The periods of all records, by their first day; one told twice stands once. */
static bool
join_residences(struct arena *a, struct person *p, const struct person *other)
{
	size_t n = p->n_residences, k, at;
	struct residence *all = arena_array(a, n + other->n_residences + 1, sizeof(*all));

	if (all == NULL)
		return false;
	if (n > 0)
		memcpy(all, p->residences, n * sizeof(*all));
	for (size_t i = 0; i < other->n_residences; i++) {
		const struct residence *r = &other->residences[i];

		for (k = 0; k < n; k++)
			if (day_equal(all[k].from, r->from) && day_equal(all[k].until, r->until))
				break;
		if (k < n)
			continue;
		for (at = 0; at < n && !day_after(all[at].from, r->from); at++)
			;
		memmove(&all[at + 1], &all[at], (n - at) * sizeof(*all));
		all[at] = *r;
		n++;
	}
	p->residences = all;
	p->n_residences = n;
	return true;
}

static bool
has_name(const struct person *p, const char *name)
{
	if (name == NULL || text_same(p->name, name))
		return true;
	for (size_t i = 0; i < p->n_names; i++)
		if (text_same(p->names[i].name, name))
			return true;
	return false;
}

/* The names of another record are other names of the person. */
static bool
join_names(struct arena *a, struct person *p, const struct person *other)
{
	size_t n = p->n_names;
	struct person_name *all = arena_array(a, n + other->n_names + 2, sizeof(*all));

	if (all == NULL)
		return false;
	if (n > 0)
		memcpy(all, p->names, n * sizeof(*all));
	if (!has_name(p, other->name))
		all[n++] = (struct person_name){ NAME_OTHER, other->name, other->name_display, other->kana, other->roman,
		    DAY_NONE, DAY_NONE };
	for (size_t i = 0; i < other->n_names; i++)
		if (!has_name(p, other->names[i].name))
			all[n++] = other->names[i];
	p->names = all;
	p->n_names = n;
	return true;
}

static enum rc
read_whole(struct store *s, const struct id *ids, size_t n, struct arena *a, struct person *ret_person,
    struct fault *why)
{
	const char **numbers = arena_array(a, n, sizeof(*numbers));
	struct person p, other;
	enum rc rc;

	if (numbers == NULL)
		return fault_set(why, RC_NOMEM, "store/person", "no memory");
	if ((rc = store_person_record(s, &ids[0], a, &p, why)) != RC_OK)
		return rc == RC_ABSENT ? fault_set(why, RC_DB, "store/person", "a merged record is gone") : rc;
	p.n_other_nos = n - 1;
	for (size_t i = 1; i < n; i++) {
		if ((rc = store_person_record(s, &ids[i], a, &other, why)) != RC_OK)
			return rc == RC_ABSENT ? fault_set(why, RC_DB, "store/person", "a merged record is gone") : rc;
		numbers[i - 1] = other.addressee_no;
		if (!join_residences(a, &p, &other) || !join_names(a, &p, &other))
			return fault_set(why, RC_NOMEM, "store/person", "no memory");
		if (!day_known(p.died_on))
			p.died_on = other.died_on;
		p.is_protected = p.is_protected || other.is_protected;
		p.is_shielded = p.is_shielded || other.is_shielded;
	}
	p.other_nos = numbers;
	*ret_person = p;
	return RC_OK;
}

enum rc
store_person_get(struct store *s, const struct id *id, struct arena *a,
    struct person *ret_person, struct fault *why)
{
	struct id ids[SAME_RECORDS_MAX];
	size_t n;
	enum rc rc;

	if ((rc = store_same_of(s, id, ids, &n, why)) != RC_OK)
		return rc;
	return n == 1 ? store_person_record(s, id, a, ret_person, why) : read_whole(s, ids, n, a, ret_person, why);
}

enum rc
store_person_protect_same(struct store *s, const struct id *person, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_PERSON_SAME_PROTECT);

	stmt_put_id(q, STMT_PERSON_SAME_PROTECT__PERSON, person);
	stmt_put_int(q, STMT_PERSON_SAME_PROTECT__CHANGED_US, s->now_us);
	return stmt_run(q, why);
}

enum rc
store_person_find_addressee(struct store *s, const char *addressee_no, struct id *ret_id,
    struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_PERSON_BY_ADDRESSEE);
	struct id id;
	enum rc rc;

	stmt_put_text(q, STMT_PERSON_BY_ADDRESSEE__ADDRESSEE_NO, addressee_no);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	id = stmt_id(q);
	if ((rc = stmt_end(q, why)) != RC_OK)
		return rc;
	*ret_id = id;
	return RC_OK;
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

/* Ids of the running statement's rows, into the caller's array. */
static enum rc
take_ids(struct stmt *q, struct id *ret_ids, size_t cap, size_t *ret_n, struct fault *why)
{
	size_t n = 0;
	enum rc rc;

	while (n < cap && (rc = stmt_next(q, why)) == RC_OK)
		ret_ids[n++] = stmt_id(q);
	if (n == cap)
		rc = stmt_end(q, why);
	else if (rc == RC_ABSENT)
		rc = RC_OK;
	if (rc == RC_OK)
		*ret_n = n;
	return rc;
}

enum rc
store_person_find_kana(struct store *s, const char *kana, const struct day_span *birth,
    struct id *ret_ids, size_t cap, size_t *ret_n, struct fault *why)
{
	struct buf folded = BUF_INIT(LIMIT_TEXT_BYTES);
	struct stmt *q;
	enum rc rc;

	if ((rc = kana_fold(kana, &folded)) != RC_OK) {
		buf_clear(&folded);
		return fault_set(why, rc, "kana", "not clean text, or too long");
	}
	q = stmt_start(s, STMT_PERSON_BY_KANA);
	stmt_put_text(q, STMT_PERSON_BY_KANA__KANA_FOLDED, folded.data != NULL ? folded.data : "");
	stmt_put_day(q, STMT_PERSON_BY_KANA__BIRTH_FIRST, birth->first);
	stmt_put_day(q, STMT_PERSON_BY_KANA__BIRTH_LAST, birth->last);
	stmt_put_int(q, STMT_PERSON_BY_KANA__CAP, (int64_t)cap);
	rc = take_ids(q, ret_ids, cap, ret_n, why);
	buf_clear(&folded);
	return rc;
}

enum rc
store_person_records(struct store *s, const struct id *after, struct id *ret_ids, size_t cap,
    size_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_PERSON_RECORDS);

	stmt_put_bytes(q, STMT_PERSON_RECORDS__AFTER, after != NULL ? (const void *)after->b : "",
	    after != NULL ? ID_BYTES : 0);
	stmt_put_int(q, STMT_PERSON_RECORDS__CAP, (int64_t)cap);
	return take_ids(q, ret_ids, cap, ret_n, why);
}

enum rc
store_person_list(struct store *s, const struct id *after, struct id *ret_ids, size_t cap,
    size_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_PERSON_LIST);

	/* An empty value sorts before every id. */
	stmt_put_bytes(q, STMT_PERSON_LIST__AFTER, after != NULL ? (const void *)after->b : "",
	    after != NULL ? ID_BYTES : 0);
	stmt_put_int(q, STMT_PERSON_LIST__CAP, (int64_t)cap);
	return take_ids(q, ret_ids, cap, ret_n, why);
}

enum rc
store_person_count(struct store *s, int64_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_PERSON_COUNT);
	int64_t n;
	enum rc rc;

	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	n = stmt_int(q);
	if ((rc = stmt_end(q, why)) != RC_OK)
		return rc;
	*ret_n = n;
	return RC_OK;
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

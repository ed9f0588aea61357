#include "store/store_person.h"

#include <string.h>

#include "record/kana.h"
#include "store/store_room.h"
#include "store/store_same.h"

/* Who is on record: one, whole, with whatever was merged with the record; by number or name; and everybody. */

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
	if (name == NULL || (p->name != NULL && strcmp(p->name, name) == 0))
		return true;
	for (size_t i = 0; i < p->n_names; i++)
		if (p->names[i].name != NULL && strcmp(p->names[i].name, name) == 0)
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

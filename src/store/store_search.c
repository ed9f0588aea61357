#include "store/store_search.h"

#include <stdlib.h>
#include <string.h>

#include "record/kana.h"
#include "record/name.h"
#include "store/store_person.h"
#include "store/store_room.h"

#define GRAMS_OF_PERSON 256		/* of all names and aliases together; further ones find nobody */
#define POSTINGS_EACH 20000		/* people looked at for one pair: a common family name of a large city */
#define POSTINGS_ALL 60000		/* and for all pairs of a question */
#define SLOTS (1u << 17)		/* twice POSTINGS_ALL and room */
#define CLOSE_LOOKS 600			/* people whose names are compared */
#define BIRTH_CLOSE_DAYS 31		/* a span up to a month is asked for by birth date first */
#define BIRTH_VAGUE_DAYS 366		/* the longest span that a registered birth date can mean */
#define READ_BYTES (64u << 10)

/* ---- pairs of a person ---- */

struct grams {
	uint64_t at[GRAMS_OF_PERSON];
	size_t n;
};

static void
add_gram(struct grams *g, uint64_t gram)
{
	for (size_t i = 0; i < g->n; i++)
		if (g->at[i] == gram)
			return;
	if (g->n < GRAMS_OF_PERSON)
		g->at[g->n++] = gram;
}

static enum rc
add_name(struct grams *g, const char *name)
{
	struct buf folded = BUF_INIT(LIMIT_TEXT_BYTES * 3);
	uint64_t grams[NAME_GRAMS_MAX];
	size_t n;
	enum rc rc;

	if (name == NULL || name[0] == '\0')
		return RC_OK;
	/* What is no clean text is not found, and is not refused here. */
	if ((rc = name_fold(name, &folded)) == RC_INVALID)
		rc = RC_OK;
	else if (rc == RC_OK && folded.len > 0) {
		n = name_grams(folded.data, grams);
		for (size_t i = 0; i < n; i++)
			add_gram(g, grams[i]);
	}
	buf_clear(&folded);
	return rc;
}

static enum rc
grams_of(const struct person *p, struct grams *ret)
{
	enum rc rc;

	ret->n = 0;
	if (p == NULL)
		return RC_OK;
	if ((rc = add_name(ret, p->name)) != RC_OK || (rc = add_name(ret, p->kana)) != RC_OK ||
	    (rc = add_name(ret, p->roman)) != RC_OK)
		return rc;
	for (size_t i = 0; i < p->n_names && rc == RC_OK; i++)
		if ((rc = add_name(ret, p->names[i].name)) == RC_OK && (rc = add_name(ret, p->names[i].kana)) == RC_OK)
			rc = add_name(ret, p->names[i].roman);
	return rc;
}

static bool
holds(const struct grams *g, uint64_t gram)
{
	for (size_t i = 0; i < g->n; i++)
		if (g->at[i] == gram)
			return true;
	return false;
}

enum rc
store_search_note(struct store *s, const struct person *old, const struct person *now, struct fault *why)
{
	struct grams before, after;
	struct stmt *q;
	enum rc rc;

	if ((rc = grams_of(old, &before)) != RC_OK || (rc = grams_of(now, &after)) != RC_OK)
		return fault_set(why, rc, "store/search", "%s", fault_name(rc));
	for (size_t i = 0; i < before.n; i++) {
		if (holds(&after, before.at[i]))
			continue;
		q = stmt_start(s, STMT_GRAM_DROP);
		stmt_put_int(q, STMT_GRAM_DROP__GRAM, (int64_t)before.at[i]);
		stmt_put_id(q, STMT_GRAM_DROP__PERSON, &now->id);
		if ((rc = stmt_run(q, why)) != RC_OK)
			return rc;
	}
	for (size_t i = 0; i < after.n; i++) {
		if (holds(&before, after.at[i]))
			continue;
		q = stmt_start(s, STMT_GRAM_ADD);
		stmt_put_int(q, STMT_GRAM_ADD__GRAM, (int64_t)after.at[i]);
		stmt_put_id(q, STMT_GRAM_ADD__PERSON, &now->id);
		if ((rc = stmt_run(q, why)) != RC_OK)
			return rc;
	}
	return RC_OK;
}

enum rc
store_search_fill(struct store *s, int64_t *ret_n, struct fault *why)
{
	struct id chunk[200], after;
	size_t n = 200;
	int64_t total = 0;
	struct arena a;
	struct person p;
	enum rc rc = RC_OK;

	for (bool first = true; rc == RC_OK && n == 200; first = false) {
		if ((rc = store_person_records(s, first ? NULL : &after, chunk, 200, &n, why)) != RC_OK)
			return rc;
		for (size_t i = 0; i < n && rc == RC_OK; i++) {
			arena_init(&a, READ_BYTES * 4);
			if ((rc = store_person_record(s, &chunk[i], &a, &p, why)) == RC_OK)
				rc = store_search_note(s, NULL, &p, why);
			arena_clear(&a);
		}
		total += (int64_t)n;
		if (n > 0)
			after = chunk[n - 1];
	}
	if (rc == RC_OK)
		*ret_n = total;
	return rc;
}

/* ---- candidates: an open table of ids and how many pairs they share ---- */

struct candidate {
	struct id person;
	uint32_t shared;		/* 0: empty */
};

struct candidates {
	struct candidate *slot;		/* SLOTS of them */
	size_t n;
	uint32_t weight;		/* how many pairs one finding counts for */
};

/* When there are too many, whoever was found first stays. */
static void
count_candidate(struct candidates *c, const struct id *person)
{
	uint64_t h;
	size_t at;

	memcpy(&h, person->b + ID_BYTES - sizeof(h), sizeof(h));	/* its random end */
	for (at = (size_t)(h * UINT64_C(0x9e3779b97f4a7c15) >> 40) % SLOTS; c->slot[at].shared != 0;
	    at = (at + 1) % SLOTS)
		if (id_equal(&c->slot[at].person, person)) {
			c->slot[at].shared += c->weight;
			return;
		}
	if (c->n >= SLOTS / 2)
		return;
	c->slot[at].person = *person;
	c->slot[at].shared = c->weight;
	c->n++;
}

struct gram_size {
	uint64_t gram;
	int64_t size;
};

static int
by_size(const void *a, const void *b)
{
	int64_t x = ((const struct gram_size *)a)->size, y = ((const struct gram_size *)b)->size;

	return (x > y) - (x < y);
}

static enum rc
size_of(struct store *s, uint64_t gram, int64_t *ret, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_GRAM_SIZE);
	enum rc rc;

	stmt_put_int(q, STMT_GRAM_SIZE__GRAM, (int64_t)gram);
	stmt_put_int(q, STMT_GRAM_SIZE__CAP, POSTINGS_EACH);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	*ret = stmt_int(q);
	return stmt_end(q, why);
}

static enum rc
take_all(struct stmt *q, struct candidates *c, struct fault *why)
{
	enum rc rc;

	while ((rc = stmt_next(q, why)) == RC_OK) {
		struct id id = stmt_id(q);

		count_candidate(c, &id);
	}
	return rc == RC_ABSENT ? RC_OK : rc;
}

/* The rarest pairs first, until enough people were looked at. */
static enum rc
by_grams(struct store *s, const char *folded, struct candidates *c, struct fault *why)
{
	uint64_t grams[NAME_GRAMS_MAX];
	struct gram_size sizes[NAME_GRAMS_MAX];
	size_t n = name_grams(folded, grams);
	int64_t looked = 0;
	struct stmt *q;
	enum rc rc;

	for (size_t i = 0; i < n; i++) {
		sizes[i].gram = grams[i];
		if ((rc = size_of(s, grams[i], &sizes[i].size, why)) != RC_OK)
			return rc;
	}
	if (n > 1)
		qsort(sizes, n, sizeof(sizes[0]), by_size);
	for (size_t i = 0; i < n; i++) {
		if (looked > 0 && looked + sizes[i].size > POSTINGS_ALL)
			break;
		looked += sizes[i].size;
		q = stmt_start(s, STMT_GRAM_PERSONS);
		stmt_put_int(q, STMT_GRAM_PERSONS__GRAM, (int64_t)sizes[i].gram);
		stmt_put_int(q, STMT_GRAM_PERSONS__CAP, POSTINGS_EACH);
		if ((rc = take_all(q, c, why)) != RC_OK)
			return rc;
	}
	return RC_OK;
}

static enum rc
by_birth(struct store *s, const struct day_span *birth, struct candidates *c, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_PERSON_BY_BIRTH);

	stmt_put_int(q, STMT_PERSON_BY_BIRTH__SINCE, birth->first.n - BIRTH_VAGUE_DAYS);
	stmt_put_int(q, STMT_PERSON_BY_BIRTH__FIRST, birth->first.n);
	stmt_put_int(q, STMT_PERSON_BY_BIRTH__LAST, birth->last.n);
	stmt_put_int(q, STMT_PERSON_BY_BIRTH__CAP, POSTINGS_EACH);
	return take_all(q, c, why);
}

/* Whoever is read just so comes first, however many share a pair of it. */
static enum rc
by_reading(struct store *s, const char *name, struct candidates *c, struct fault *why)
{
	struct buf folded = BUF_INIT(LIMIT_TEXT_BYTES * 3);
	struct stmt *q;
	enum rc rc;

	if ((rc = kana_fold(name, &folded)) == RC_OK && folded.len > 0) {
		q = stmt_start(s, STMT_PERSON_BY_READING);
		stmt_put_text(q, STMT_PERSON_BY_READING__KANA_FOLDED, folded.data);
		stmt_put_int(q, STMT_PERSON_BY_READING__CAP, CLOSE_LOOKS);
		c->weight = NAME_GRAMS_MAX;	/* so that they are among those looked at closely */
		rc = take_all(q, c, why);
		c->weight = 1;
	}
	buf_clear(&folded);
	return rc;
}

static int
by_shared(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->shared != y->shared)
		return x->shared < y->shared ? 1 : -1;
	return id_compare(&x->person, &y->person);
}

/* ---- close looks ---- */

struct look {
	struct search_hit hit;
	char addressee_no[LIMIT_ADDRESSEE_CHARS + 1];
};

/* The question in every form that a name may have. */
struct question {
	struct buf strict, folded, roman;	/* roman: its kana, folded; empty when it is none */
};

static int
likeness_of(const struct question *k, const char *name, struct buf *room)
{
	int best, other;

	if (name == NULL)
		return 0;
	buf_truncate(room, 0);
	if (kana_fold(name, room) == RC_OK && room->len > 0 && k->strict.len == room->len &&
	    memcmp(k->strict.data, room->data, room->len) == 0)
		return 1000;
	buf_truncate(room, 0);
	if (name_fold(name, room) != RC_OK || room->len == 0)
		return 0;
	/* The same but for how it is written: nearly as good.  The beginning of it: a family name alone. */
	best = k->folded.len > 0 ? name_likeness(k->folded.data, room->data) * 99 / 100 : 0;
	if (k->folded.len > 0 && room->len > k->folded.len && memcmp(room->data, k->folded.data, k->folded.len) == 0 &&
	    best < 900)
		best = 900;
	if (k->roman.len > 0) {
		other = name_likeness(k->roman.data, room->data) * 97 / 100;
		if (room->len > k->roman.len && memcmp(room->data, k->roman.data, k->roman.len) == 0 && other < 890)
			other = 890;
		best = other > best ? other : best;
	}
	return best;
}

static enum rc
look_closely(struct store *s, const struct search_query *query, const struct question *k, const struct id *id,
    struct look *ret, bool *ret_fits, struct fault *why)
{
	struct buf room = BUF_INIT(LIMIT_TEXT_BYTES * 3);
	struct stmt *q = stmt_start(s, STMT_PERSON_NAMES);
	const char *addressee;
	struct day_span birth;
	struct arena a;
	int best = 0, other;
	enum rc rc;

	*ret_fits = false;
	arena_init(&a, READ_BYTES);
	stmt_put_id(q, STMT_PERSON_NAMES__ID, id);
	if ((rc = stmt_next(q, why)) != RC_OK) {
		rc = rc == RC_ABSENT ? RC_OK : rc;
		goto out;
	}
	addressee = stmt_text(q, &a);
	memset(ret, 0, sizeof(*ret));
	ret->hit.person = *id;
	if (addressee != NULL && strlen(addressee) < sizeof(ret->addressee_no))
		memcpy(ret->addressee_no, addressee, strlen(addressee) + 1);
	for (int i = 0; i < 3; i++) {
		other = likeness_of(k, stmt_text_peek(q), &room);
		best = other > best ? other : best;
	}
	birth.first = stmt_day(q);
	birth.last = stmt_day(q);
	if ((rc = stmt_end(q, why)) != RC_OK)
		goto out;
	if (day_known(query->birth.first) && (day_after(birth.first, query->birth.last) ||
	    day_before(birth.last, query->birth.first)))
		goto out;
	if (query->name == NULL) {
		best = 1000;
	} else if (best < 1000) {
		q = stmt_start(s, STMT_NAME_OF);
		stmt_put_id(q, STMT_NAME_OF__PERSON, id);
		while ((rc = stmt_next(q, why)) == RC_OK) {
			(void)stmt_int(q);
			for (int i = 0; i < 4; i++) {	/* name, display, kana, roman */
				other = likeness_of(k, stmt_text_peek(q), &room);
				best = other > best ? other : best;
			}
		}
		if (rc != RC_ABSENT)
			goto out;
		rc = RC_OK;
	}
	ret->hit.likeness = best;
	*ret_fits = best >= 500;
 out:
	buf_clear(&room);
	arena_clear(&a);
	return rc;
}

static int
best_first(const void *a, const void *b)
{
	const struct look *x = a, *y = b;
	size_t nx = strlen(x->addressee_no), ny = strlen(y->addressee_no);

	if (x->hit.likeness != y->hit.likeness)
		return x->hit.likeness < y->hit.likeness ? 1 : -1;
	if (nx != ny)
		return nx < ny ? -1 : 1;
	return strcmp(x->addressee_no, y->addressee_no);
}

static enum rc
ask(const char *name, struct question *k)
{
	struct buf kana = BUF_INIT(LIMIT_TEXT_BYTES);
	enum rc rc;

	if (name == NULL)
		return RC_OK;
	if ((rc = kana_fold(name, &k->strict)) != RC_OK || (rc = name_fold(name, &k->folded)) != RC_OK)
		goto out;
	if ((rc = name_kana_of_roman(name, &kana)) == RC_OK && kana.len > 0)
		rc = name_fold(kana.data, &k->roman);
	else if (rc == RC_ABSENT)
		rc = RC_OK;
 out:
	buf_clear(&kana);
	return rc;
}

static enum rc
find(struct store *s, const struct search_query *query, const struct question *k, struct candidates *c,
    struct fault *why)
{
	bool near = day_known(query->birth.first) &&
	    query->birth.last.n - query->birth.first.n < BIRTH_CLOSE_DAYS;
	enum rc rc = RC_OK;

	if (near || query->name == NULL)
		return by_birth(s, &query->birth, c, why);
	if (k->folded.len > 0)
		rc = by_grams(s, k->folded.data, c, why);
	if (rc == RC_OK && k->roman.len > 0)
		rc = by_grams(s, k->roman.data, c, why);
	if (rc == RC_OK)
		rc = by_reading(s, query->name, c, why);
	return rc;
}

enum rc
store_search(struct store *s, const struct search_query *query, struct search_hit *ret_hits, size_t cap,
    size_t *ret_n, bool *ret_more, struct fault *why)
{
	struct question k = { BUF_INIT(LIMIT_TEXT_BYTES * 3), BUF_INIT(LIMIT_TEXT_BYTES * 3),
	    BUF_INIT(LIMIT_TEXT_BYTES * 3) };
	struct candidates c = { .slot = calloc(SLOTS, sizeof(struct candidate)), .weight = 1 };
	struct look *looks = NULL;
	size_t n = 0, kept = 0, i;
	bool fits, more;
	enum rc rc;

	if (c.slot == NULL) {
		rc = fault_set(why, RC_NOMEM, "store/search", "no memory");
		goto out;
	}
	if ((rc = ask(query->name, &k)) != RC_OK) {
		(void)fault_set(why, rc, "name", "not clean text, or too long");
		goto out;
	}
	if ((query->name == NULL || k.folded.len == 0) && !day_known(query->birth.first)) {
		rc = fault_set(why, RC_INVALID, "find", "a name or a birth date is needed");
		goto out;
	}
	if ((rc = find(s, query, &k, &c, why)) != RC_OK)
		goto out;
	for (i = 0; i < SLOTS; i++)
		if (c.slot[i].shared != 0)
			c.slot[n++] = c.slot[i];
	if (n > 1)
		qsort(c.slot, n, sizeof(c.slot[0]), by_shared);
	more = n > CLOSE_LOOKS && c.slot[CLOSE_LOOKS].shared == c.slot[CLOSE_LOOKS - 1].shared;
	n = n > CLOSE_LOOKS ? CLOSE_LOOKS : n;
	if ((looks = calloc(n + 1, sizeof(*looks))) == NULL) {
		rc = fault_set(why, RC_NOMEM, "store/search", "no memory");
		goto out;
	}
	for (i = 0; i < n; i++) {
		if ((rc = look_closely(s, query, &k, &c.slot[i].person, &looks[kept], &fits, why)) != RC_OK)
			goto out;
		kept += fits;
	}
	if (kept > 1)
		qsort(looks, kept, sizeof(looks[0]), best_first);
	for (i = 0; i < kept && i < cap; i++)
		ret_hits[i] = looks[i].hit;
	*ret_n = i;
	*ret_more = kept > cap || (more && kept > 0);
 out:
	buf_clear(&k.strict);
	buf_clear(&k.folded);
	buf_clear(&k.roman);
	free(looks);
	free(c.slot);
	return rc;
}

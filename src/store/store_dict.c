#include "store/store_room.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A city has some thousands of clinics; beyond this the cache starts anew. */
#define DICT_MAX 65536
#define DICT_KEY_MAX 1024
/* Separates the parts of a key; never in clean text. */
#define PART "\x1f"

#define HASH_START 14695981039346656037u

static uint64_t
hash_on(uint64_t h, const char *text)
{
	for (; *text != '\0'; text++)
		h = (h ^ (unsigned char)*text) * 1099511628211u;
	return h;
}

static size_t
hash(const char *key)
{
	return (size_t)hash_on(HASH_START, key);
}

/* By the parts of a key, the second NULL where it has one: a key is written for what is new alone. */
static const struct dict_entry *
find_parts(const struct dict *d, const char *first, const char *second)
{
	uint64_t h = hash_on(HASH_START, first);
	size_t n = strlen(first);

	if (d->n_buckets == 0)
		return NULL;
	if (second != NULL)
		h = hash_on(hash_on(h, PART), second);
	for (size_t i = d->buckets[(size_t)h % d->n_buckets]; i != SIZE_MAX; i = d->entries[i].next) {
		const char *key = d->entries[i].key;

		if (strncmp(key, first, n) == 0 && (second == NULL ? key[n] == '\0' :
		    key[n] == PART[0] && strcmp(key + n + 1, second) == 0))
			return &d->entries[i];
	}
	return NULL;
}

/* Numbers are given out from 1 on, so the entry mostly lies near its number. */
const struct dict_entry *
dict_find_no(const struct dict *d, int64_t no)
{
	if (no >= 1 && (uint64_t)no <= d->n && d->entries[no - 1].no == no)
		return &d->entries[no - 1];
	for (size_t i = 0; i < d->n; i++)
		if (d->entries[i].no == no)
			return &d->entries[i];
	return NULL;
}

static enum rc
grow(struct dict *d)
{
	size_t room = d->room > 0 ? d->room * 2 : 64;
	struct dict_entry *entries;
	size_t *buckets;

	if ((buckets = malloc(room * 2 * sizeof(*buckets))) == NULL)
		return RC_NOMEM;
	if ((entries = realloc(d->entries, room * sizeof(*entries))) == NULL) {
		free(buckets);
		return RC_NOMEM;
	}
	d->entries = entries;
	d->room = room;
	free(d->buckets);
	d->buckets = buckets;
	d->n_buckets = room * 2;
	for (size_t b = 0; b < d->n_buckets; b++)
		buckets[b] = SIZE_MAX;
	for (size_t i = 0; i < d->n; i++) {
		size_t b = hash(entries[i].key) % d->n_buckets;

		entries[i].next = buckets[b];
		buckets[b] = i;
	}
	return RC_OK;
}

enum rc
dict_add(struct dict *d, const char *key, int64_t no)
{
	struct dict_entry *e;
	enum rc rc;
	size_t b;
	char *copy;

	if (d->n >= DICT_MAX)
		dict_clear(d);
	if (d->n == d->room && (rc = grow(d)) != RC_OK)
		return rc;
	if ((copy = strdup(key)) == NULL)
		return RC_NOMEM;
	b = hash(key) % d->n_buckets;
	e = &d->entries[d->n];
	e->no = no;
	e->key = copy;
	e->next = d->buckets[b];
	d->buckets[b] = d->n++;
	return RC_OK;
}

void
dict_clear(struct dict *d)
{
	for (size_t i = 0; i < d->n; i++)
		free(d->entries[i].key);
	free(d->entries);
	free(d->buckets);
	*d = (struct dict){ NULL, 0, 0, NULL, 0 };
}

/* What one dictionary's statements are called, and how many parts its key has. */
struct words_of {
	enum stmt_name find, get, last, add;
	int find_first, find_second, add_no, add_first, add_second, get_no;
	bool first_is_number;
};

static const struct words_of town_words = {
	STMT_TOWN_FIND, STMT_TOWN_CODE, STMT_TOWN_LAST, STMT_TOWN_ADD,
	STMT_TOWN_FIND__CODE, 0, STMT_TOWN_ADD__NO, STMT_TOWN_ADD__CODE, 0, STMT_TOWN_CODE__NO, false
};
static const struct words_of source_words = {
	STMT_SOURCE_FIND, STMT_SOURCE_GET, STMT_SOURCE_LAST, STMT_SOURCE_ADD,
	STMT_SOURCE_FIND__KIND, STMT_SOURCE_FIND__CODE, STMT_SOURCE_ADD__NO,
	STMT_SOURCE_ADD__KIND, STMT_SOURCE_ADD__CODE, STMT_SOURCE_GET__NO, true
};
static const struct words_of product_words = {
	STMT_PRODUCT_FIND, STMT_PRODUCT_GET, STMT_PRODUCT_LAST, STMT_PRODUCT_ADD,
	STMT_PRODUCT_FIND__CODE, 0, STMT_PRODUCT_ADD__NO, STMT_PRODUCT_ADD__CODE, 0,
	STMT_PRODUCT_GET__NO, false
};
static const struct words_of clinic_words = {
	STMT_CLINIC_FIND, STMT_CLINIC_GET, STMT_CLINIC_LAST, STMT_CLINIC_ADD,
	STMT_CLINIC_FIND__CODE, STMT_CLINIC_FIND__NAME, STMT_CLINIC_ADD__NO,
	STMT_CLINIC_ADD__CODE, STMT_CLINIC_ADD__NAME, STMT_CLINIC_GET__NO, false
};

static void
put_first(struct stmt *q, const struct words_of *w, int place, const char *text)
{
	if (w->first_is_number)
		stmt_put_int(q, place, strtoll(text, NULL, 10));
	else
		stmt_put_text(q, place, text);
}

static enum rc
find(struct store *s, struct dict *d, const struct words_of *w, const char *first,
    const char *second, bool make, int64_t *ret_no, struct fault *why)
{
	const struct dict_entry *e;
	char key[DICT_KEY_MAX];
	struct stmt *q;
	int64_t no;
	enum rc rc;

	if ((e = find_parts(d, first, second)) != NULL) {
		*ret_no = e->no;
		return RC_OK;
	}
	if (snprintf(key, sizeof(key), "%s%s%s", first, second != NULL ? PART : "",
	    second != NULL ? second : "") >= (int)sizeof(key))
		return fault_set(why, RC_TOO_BIG, "store/dictionary", "code or name too long");
	q = stmt_start(s, w->find);
	put_first(q, w, w->find_first, first);
	if (second != NULL)
		stmt_put_text(q, w->find_second, second);
	rc = stmt_next(q, why);
	if (rc == RC_OK) {
		no = stmt_int(q);
		if ((rc = stmt_end(q, why)) != RC_OK)
			return rc;
	} else if (rc == RC_ABSENT && make) {
		q = stmt_start(s, w->last);
		rc = stmt_next(q, why);
		if (rc != RC_OK && rc != RC_ABSENT)
			return rc;
		no = rc == RC_OK ? stmt_int(q) + 1 : 1;
		if (rc == RC_OK && (rc = stmt_end(q, why)) != RC_OK)
			return rc;
		q = stmt_start(s, w->add);
		stmt_put_int(q, w->add_no, no);
		put_first(q, w, w->add_first, first);
		if (second != NULL)
			stmt_put_text(q, w->add_second, second);
		if ((rc = stmt_run(q, why)) != RC_OK)
			return rc;
	} else
		return rc;
	/* Without memory for the cache the answer is right all the same, but an import
	 * would crawl without anybody knowing why. */
	if (dict_add(d, key, no) != RC_OK)
		return fault_set(why, RC_NOMEM, "store/dictionary", "no memory");
	*ret_no = no;
	return RC_OK;
}

static enum rc
text_of(struct store *s, struct dict *d, const struct words_of *w, int64_t no, struct arena *a,
    const char **ret_first, const char **ret_second, struct fault *why)
{
	const struct dict_entry *e = dict_find_no(d, no);
	char key[DICT_KEY_MAX], number[24];
	const char *part, *first, *second = NULL, *text;
	struct stmt *q;
	enum rc rc;

	if (e == NULL) {
		q = stmt_start(s, w->get);
		stmt_put_int(q, w->get_no, no);
		if ((rc = stmt_next(q, why)) != RC_OK)
			return rc == RC_ABSENT ? fault_set(why, RC_DB, "store/dictionary",
			    "a number without its word") : rc;
		if (w->first_is_number) {
			snprintf(number, sizeof(number), "%lld", (long long)stmt_int(q));
			first = number;
		} else
			first = stmt_text_peek(q);
		if (w->find_second != 0)
			second = stmt_text_peek(q);
		if (first == NULL || (w->find_second != 0 && second == NULL) ||
		    snprintf(key, sizeof(key), "%s%s%s", first, second != NULL ? PART : "",
		    second != NULL ? second : "") >= (int)sizeof(key)) {
			rc = stmt_end(q, why);
			return rc != RC_OK ? rc : fault_set(why, RC_DB, "store/dictionary", "a word is damaged");
		}
		if ((rc = stmt_end(q, why)) != RC_OK)
			return rc;
		if (dict_add(d, key, no) != RC_OK)
			return fault_set(why, RC_NOMEM, "store/dictionary", "no memory");
		text = key;
	} else
		text = e->key;
	part = strchr(text, PART[0]);
	*ret_first = arena_text(a, text, part != NULL ? (size_t)(part - text) : strlen(text));
	if (*ret_first == NULL)
		return fault_set(why, RC_NOMEM, "store/dictionary", "no memory");
	if (ret_second != NULL && part != NULL) {
		*ret_second = arena_text(a, part + 1, strlen(part + 1));
		if (*ret_second == NULL)
			return fault_set(why, RC_NOMEM, "store/dictionary", "no memory");
	}
	return RC_OK;
}

enum rc
store_town(struct store *s, const char *code, int64_t *ret_no, struct fault *why)
{
	if (code == NULL) {
		*ret_no = 0;
		return RC_OK;
	}
	return find(s, &s->towns, &town_words, code, NULL, true, ret_no, why);
}

enum rc
store_town_find(struct store *s, const char *code, int64_t *ret_no, struct fault *why)
{
	return find(s, &s->towns, &town_words, code, NULL, false, ret_no, why);
}

static enum rc
source(struct store *s, enum dose_source kind, const char *code, bool make, int64_t *ret_no,
    struct fault *why)
{
	char number[2] = { (char)('0' + (int)kind), '\0' };

	static_assert(DOSE_SOURCE__COUNT <= 10, "one digit");
	return find(s, &s->sources, &source_words, number, code != NULL ? code : "", make, ret_no, why);
}

enum rc
store_source(struct store *s, enum dose_source kind, const char *code, int64_t *ret_no,
    struct fault *why)
{
	return source(s, kind, code, true, ret_no, why);
}

enum rc
store_source_find(struct store *s, enum dose_source kind, const char *code, int64_t *ret_no,
    struct fault *why)
{
	return source(s, kind, code, false, ret_no, why);
}

enum rc
store_product(struct store *s, const char *code, int64_t *ret_no, struct fault *why)
{
	if (code == NULL) {
		*ret_no = 0;
		return RC_OK;
	}
	return find(s, &s->products, &product_words, code, NULL, true, ret_no, why);
}

enum rc
store_clinic(struct store *s, const char *code, const char *name, int64_t *ret_no,
    struct fault *why)
{
	if (code == NULL && name == NULL) {
		*ret_no = 0;
		return RC_OK;
	}
	return find(s, &s->clinics, &clinic_words, code != NULL ? code : "",
	    name != NULL ? name : "", true, ret_no, why);
}

enum rc
store_town_text(struct store *s, int64_t no, struct arena *a, const char **ret_code,
    struct fault *why)
{
	if (no == 0) {
		*ret_code = NULL;
		return RC_OK;
	}
	return text_of(s, &s->towns, &town_words, no, a, ret_code, NULL, why);
}

enum rc
store_source_text(struct store *s, int64_t no, struct arena *a, enum dose_source *ret_kind,
    const char **ret_code, struct fault *why)
{
	const char *kind;
	enum rc rc;

	if ((rc = text_of(s, &s->sources, &source_words, no, a, &kind, ret_code, why)) != RC_OK)
		return rc;
	*ret_kind = (enum dose_source)strtol(kind, NULL, 10);
	return RC_OK;
}

enum rc
store_product_text(struct store *s, int64_t no, struct arena *a, const char **ret_code,
    struct fault *why)
{
	return text_of(s, &s->products, &product_words, no, a, ret_code, NULL, why);
}

enum rc
store_clinic_text(struct store *s, int64_t no, struct arena *a, const char **ret_code,
    const char **ret_name, struct fault *why)
{
	enum rc rc;

	if (no == 0) {
		*ret_code = *ret_name = NULL;
		return RC_OK;
	}
	if ((rc = text_of(s, &s->clinics, &clinic_words, no, a, ret_code, ret_name, why)) != RC_OK)
		return rc;
	if (**ret_code == '\0')
		*ret_code = NULL;
	if (**ret_name == '\0')
		*ret_name = NULL;
	return RC_OK;
}

void *
rows_add(struct rows *r)
{
	if (r->n == r->room) {
		size_t room = r->room > 0 ? r->room * 2 : 16;
		void *more = arena_array(r->arena, room, r->each);

		if (more == NULL)
			return NULL;
		if (r->n > 0)
			memcpy(more, r->at, r->n * r->each);
		r->at = more;
		r->room = room;
	}
	return (char *)r->at + r->n++ * r->each;
}

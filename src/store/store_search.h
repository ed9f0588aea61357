#ifndef STORE_SEARCH_H
#define STORE_SEARCH_H

#include "record/person.h"
#include "store/store.h"

/*
 * Finding people by what is known of them, best first.  Names are found by pairs of
 * neighbouring characters of their folded forms (record/name.h), kept in name_gram beside every
 * person: FTS5's trigrams find no name of two characters, of which half of all family names in
 * Kanji are, and its tables would be SQLite's alone.
 *
 * What is found is ids: what may be seen of a person is asked for with the transaction's eyes.
 */
struct search_query {
	const char *name;		/* Kanji, kana or Roman letters, whole or a part; NULL: any */
	struct day_span birth;		/* a day, month or year; DAY_NONE in first: any */
};

struct search_hit {
	struct id person;
	int likeness;			/* 0..1000 of the best of the person's names; 1000 without a name asked for */
};

#define SEARCH_HITS_MAX 200

/*
 * At most cap (SEARCH_HITS_MAX) of the likest, then in order of addressee number.  *ret_more: there
 * may be others as good.  RC_INVALID: neither name nor birth date, or no clean text.
 */
enum rc store_search(struct store *s, const struct search_query *query, struct search_hit *ret_hits, size_t cap,
    size_t *ret_n, bool *ret_more, struct fault *why) MUST_USE;

/* Pairs of a person's names: from those of old (NULL none) to those of new.  Called by store_person_put. */
enum rc store_search_note(struct store *s, const struct person *old, const struct person *now,
    struct fault *why) MUST_USE;
/* After a migration: pairs of everybody, where they are missing.  *ret_n: persons. */
enum rc store_search_fill(struct store *s, int64_t *ret_n, struct fault *why) MUST_USE;

#endif

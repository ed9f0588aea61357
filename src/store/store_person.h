#ifndef STORE_PERSON_H
#define STORE_PERSON_H

#include "record/person.h"
#include "store/store.h"

/*
 * Residents and others kept here, their periods of residence and their names.
 *
 * What is handed out is what the transaction's eyes may see (store_see): of a protected person
 * the address, where letters go, the household, the ground of a registration and the towns of
 * every period are missing and is_shielded says so.
 */

enum store_fate {
	STORE_NEW,
	STORE_UNCHANGED,
	STORE_CHANGED,			/* a person's items, or a correction of a statement */
	STORE_WITHDRAWN,
	STORE_CONFLICT,			/* same identity and version, other content: nothing written */
	STORE_FATE__COUNT
};

/*
 * Insert or bring up to date by addressee number, with exactly the periods of
 * residence given.  p->id is ignored.  Protection is only ever set or lengthened
 * by this (an input without it changes nothing); ending it is store_person_unprotect.
 * The folded kana is kept beside, for searching.
 *
 * NULL in household_no, mailing_address, mailing_name, language, registration_basis and names says
 * nothing and leaves what is there; "" takes it away.  RC_REFUSED for a person read shielded.
 */
enum rc store_person_put(struct store *s, const struct person *p, struct id *ret_id,
    enum store_fate *ret_fate, struct fault *why) MUST_USE;
/*
 * The person of a record.  Where records were merged (store/store_same.h) it is read whole, whichever of them is
 * named: the items of the one that answers, the periods, names and numbers of all; who died by one of them has died,
 * who is protected by one is protected.
 */
enum rc store_person_get(struct store *s, const struct id *id, struct arena *a,
    struct person *ret_person, struct fault *why) MUST_USE;		/* RC_ABSENT */
/* One record by itself, as it came: to compare it, or to write it back. */
enum rc store_person_record(struct store *s, const struct id *id, struct arena *a,
    struct person *ret_person, struct fault *why) MUST_USE;		/* RC_ABSENT */
enum rc store_person_find_addressee(struct store *s, const char *addressee_no,
    struct id *ret_id, struct fault *why) MUST_USE;			/* RC_ABSENT */
/* By folded kana and birth date, both exact; at most cap, in order of addressee number. */
enum rc store_person_find_kana(struct store *s, const char *kana, const struct day_span *birth,
    struct id *ret_ids, size_t cap, size_t *ret_n, struct fault *why) MUST_USE;

/* Every person, once, in order of id, after the one given (NULL: from the first), at most cap. */
enum rc store_person_list(struct store *s, const struct id *after, struct id *ret_ids,
    size_t cap, size_t *ret_n, struct fault *why) MUST_USE;
/* Every record in order of id. */
enum rc store_person_records(struct store *s, const struct id *after, struct id *ret_ids,
    size_t cap, size_t *ret_n, struct fault *why) MUST_USE;
enum rc store_person_count(struct store *s, int64_t *ret_n, struct fault *why) MUST_USE;

/* May the transaction's eyes not see this person's whereabouts?  RC_ABSENT. */
enum rc store_shielded(struct store *s, const struct id *person, bool *ret_shielded,
    struct fault *why) MUST_USE;
/* RC_REFUSED when they may not: for whatever hands out all or nothing. */
enum rc store_not_shielded(struct store *s, const struct id *person, struct fault *why) MUST_USE;

/* Protection of one record of a person becomes that of all.  Called by store_person_put and store_same_join. */
enum rc store_person_protect_same(struct store *s, const struct id *person, struct fault *why) MUST_USE;
/* For every record of the person.  The second of two officers ends it; the caller has checked that they differ. */
enum rc store_person_unprotect(struct store *s, const struct id *id, day last_day,
    struct fault *why) MUST_USE;

#endif

#ifndef STORE_CLINIC_CARD_H
#define STORE_CLINIC_CARD_H

#include "store/store.h"
#include "store/store_person.h"		/* enum store_fate */

/*
 * The register of clinics: who vaccinates for this municipality, from when until when, and what (Immunization
 * Act, art. 5: the mayor's duty, done by those whom the mayor charges with it).  A clinic is known by its
 * institution code, which its doses bear.  Nothing is overwritten: a card has versions, a period of
 * contract is replaced by another row.
 */
struct clinic_card {
	const char *code;
	int64_t version;		/* 1, 2, ... */
	const char *name;
	const char *kana, *roman, *address, *phone;	/* NULL where not stated */
	const char *reason;		/* why it was corrected; NULL */
	int64_t recorded_us;
	const char *recorded_by;
};

struct clinic_contract {
	const char *code;
	int64_t seq;			/* 1, 2, ... within the clinic */
	day from, until;		/* last day, DAY_NONE while no end is agreed */
	const char *accepts;		/* product and programme codes parted by one blank; "": every one */
	const char *reason;		/* NULL */
	int64_t recorded_us;
	const char *recorded_by;
	int64_t replaced_us;		/* 0: it stands */
};

/* A first card, or the next version of one: uses code, the names, address, phone, reason and recorded_by.  Absent
 * values are absent in the new version too.  The same again is STORE_UNCHANGED. */
enum rc store_clinic_card_put(struct store *s, const struct clinic_card *card, enum store_fate *ret_fate,
    struct fault *why) MUST_USE;
enum rc store_clinic_card_get(struct store *s, const char *code, struct arena *a, struct clinic_card *ret_card,
    struct fault *why) MUST_USE;				/* RC_ABSENT */
/* Every version of one clinic, oldest first; or, code NULL, the latest of each, by code. */
enum rc store_clinic_card_list(struct store *s, const char *code, struct arena *a, struct clinic_card **ret_rows,
    size_t *ret_n, struct fault *why) MUST_USE;

/*
 * A period of contract: uses code, from, until, accepts, reason and recorded_by.  One that stands and begins
 * on the same day is replaced (STORE_CHANGED; STORE_UNCHANGED when it says the same); else it is STORE_NEW.
 * RC_INVALID: it ends before it begins.  RC_CONFLICT: it shares a day with another one that stands.
 */
enum rc store_clinic_contract_put(struct store *s, const struct clinic_contract *c, enum store_fate *ret_fate,
    struct fault *why) MUST_USE;
/* By code, then first day; of one clinic or, code NULL, of all.  What was replaced comes along where asked for. */
enum rc store_clinic_contract_list(struct store *s, const char *code, bool with_replaced, struct arena *a,
    struct clinic_contract **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;

#endif

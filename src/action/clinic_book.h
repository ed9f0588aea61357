#ifndef ACTION_CLINIC_BOOK_H
#define ACTION_CLINIC_BOOK_H

#include "action/node.h"
#include "base/buf.h"
#include "record/dose.h"
#include "store/store_clinic_card.h"

/*
 * The register of clinics, read once and asked of many doses.  A town that keeps none is told nothing.
 */
struct clinic_book {
	struct clinic_card *card;		/* the latest version of each, by code */
	size_t n_card;
	struct clinic_contract *contract;	/* those that stand, by code and first day */
	size_t n_contract;
};

/* Into the arena; in a transaction. */
enum rc clinic_book_read(struct call *c, struct arena *a, struct clinic_book *ret_book, struct fault *why) MUST_USE;
const struct clinic_card *clinic_book_find(const struct clinic_book *b, const char *code);	/* NULL */
/* The periods of a clinic, oldest first. */
const struct clinic_contract *clinic_book_contracts(const struct clinic_book *b, const char *code, size_t *ret_n);
/* Does the period hold that product, or a programme that it serves?  law may be NULL: by its code alone. */
bool clinic_accepts(const struct law *law, const struct clinic_contract *c, const char *product);

/*
 * What is worth a second look about where a dose was given: a clinic that is not in the register, without a
 * contract on that day, or whose contract does not hold the product.  Warnings as in entry_check.h, never a
 * refusal: the dose happened.  Says nothing of doses told by handbooks, certificates, persons and other towns,
 * nor where the day is known too little, nor of what a request letter of the town asked for on that day.  In a transaction.
 */
enum rc clinic_book_check(struct call *c, const struct clinic_book *b, const struct dose *d, struct buf *ret_warnings,
    struct fault *why) MUST_USE;

#define CLINIC_ACCEPTS_ALL "*"
/* Codes as typed, parted by blanks or commas, to codes parted by one blank, each once (none typed, or "*": every one):
 * in the arena.  RC_INVALID when the law file knows one of them as neither product nor programme. */
enum rc clinic_accepts_read(const struct law *law, const char *text, struct arena *a, const char **ret_accepts,
    struct fault *why) MUST_USE;

#endif

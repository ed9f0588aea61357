#ifndef STORE_REQUEST_LETTER_H
#define STORE_REQUEST_LETTER_H

#include <stdbool.h>

#include "store/store.h"

/*
 * Request letters (予防接種実施依頼書): a municipality asks another one, or a clinic there, to vaccinate its resident.
 * Numbered within the fiscal year; never changed, only made void.  Of a protected person nothing is handed out
 * unless the transaction's eyes may see it: to whom a letter went says where the person stays.
 */
struct request_letter {
	int fiscal_year;
	int64_t no;
	struct id person;
	const char *town;		/* municipality code; NULL not stated */
	const char *recipient, *applicant, *reason;	/* applicant NULL */
	const char *programmes;		/* "hib:1 pcv:1" */
	day issued_on, valid_until;
	int64_t issued_us;
	const char *issued_by;
	int64_t voided_us;		/* 0: not */
	const char *void_reason;
};

struct request_letter_result {
	int64_t seq;
	struct id statement;		/* ID_NONE: a payment alone */
	int64_t paid_yen;		/* -1: nothing */
	day paid_on;
	const char *note;
	int64_t recorded_us;
	const char *recorded_by;
};

/* Uses all but the number, which is the next of the fiscal year of issued_on. */
enum rc store_request_letter_add(struct store *s, const struct request_letter *c, struct request_letter *ret_added,
    struct fault *why) MUST_USE;
enum rc store_request_letter_get(struct store *s, int fiscal_year, int64_t no, struct arena *a,
    struct request_letter *ret, struct fault *why) MUST_USE;		/* RC_ABSENT */
/* Newest first: of a person, else of a fiscal year (person NULL). */
enum rc store_request_letter_list(struct store *s, const struct id *person, int fiscal_year, struct arena *a,
    struct request_letter **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;
/* RC_REFUSED: it is void already. */
enum rc store_request_letter_void(struct store *s, const struct request_letter *c, const char *reason, struct fault *why) MUST_USE;
enum rc store_request_letter_result_add(struct store *s, const struct request_letter *c, const struct request_letter_result *r,
    struct fault *why) MUST_USE;
enum rc store_request_letter_results(struct store *s, const struct request_letter *c, struct arena *a,
    struct request_letter_result **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;

#endif

#ifndef STORE_TICKET_H
#define STORE_TICKET_H

#include "store/store.h"

/*
 * Tickets: opaque digits with a check digit, good only together with the birth
 * date.  One live ticket a person.
 */
#define STORE_TICKET_DIGITS 12
#define STORE_TICKET_SIZE (STORE_TICKET_DIGITS + 1)

struct ticket {
	char number[STORE_TICKET_SIZE];
	struct id person;
	int64_t issued_us;
	int64_t voided_us;		/* 0: live */
};

/* Random digits; a live one is void from this moment. */
enum rc store_ticket_issue(struct store *s, const struct id *person, struct ticket *ret_ticket,
    struct fault *why) MUST_USE;
enum rc store_ticket_void(struct store *s, const struct id *person, struct fault *why) MUST_USE;
/* RC_INVALID: wrong check digit.  RC_ABSENT: never issued.  A void one is found and says so. */
enum rc store_ticket_find(struct store *s, const char *number, struct ticket *ret_ticket,
    struct fault *why) MUST_USE;
enum rc store_ticket_of(struct store *s, const struct id *person, struct ticket *ret_ticket,
    struct fault *why) MUST_USE;			/* the live one; RC_ABSENT */

#endif

#ifndef BASE_CHECKDIGIT_H
#define BASE_CHECKDIGIT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Check digits of the numbers that cross a border of the node.  None of these
 * functions keeps, prints or copies its argument.
 */

/* MyNumber: exactly 12 ASCII digits; Ordinance of the Ministry of Internal Affairs 85/2014 art. 5. */
bool checkdigit_mynumber(const char *digits, size_t len);
/* Resident-register code: 11 digits, the same rule on ten. */
bool checkdigit_juminhyo(const char *digits, size_t len);
/* Municipality code: exactly 6 digits, weights 6,5,4,3,2. */
bool checkdigit_municipality(const char *digits, size_t len);
/* Corporate number: 13 digits, the check digit leads. */
bool checkdigit_corporate(const char *digits, size_t len);
/*
 * Opaque tickets: digits with a trailing check digit that catches every
 * single-digit error and every adjacent transposition (Damm's quasigroup).
 */
bool checkdigit_ticket(const char *digits, size_t len);
char checkdigit_ticket_make(const char *digits, size_t len);	/* '0'..'9' */
/* The twelfth digit for eleven: for invented residents and tests only. */
char checkdigit_mynumber_make(const char digits[11]);

#endif

#include "store/store_ticket.h"

#include <string.h>

#include "base/checkdigit.h"
#include "store/store_room.h"

/* A number drawn that was drawn before is drawn again; with 10^11 of them, once is rare. */
#define DRAWS 8

/* Uniform digits: bytes of 250 and over are thrown away. */
static enum rc
draw(char number[STORE_TICKET_SIZE], struct fault *why)
{
	unsigned char bytes[64];
	size_t n = 0;

	while (n < STORE_TICKET_DIGITS - 1) {
		if (vault_random(bytes, sizeof(bytes)) != RC_OK)
			return fault_set(why, RC_IO, "store/ticket", "the machine gives no randomness");
		for (size_t i = 0; i < sizeof(bytes) && n < STORE_TICKET_DIGITS - 1; i++)
			if (bytes[i] < 250)
				number[n++] = (char)('0' + bytes[i] % 10);
	}
	number[n] = checkdigit_ticket_make(number, n);
	number[n + 1] = '\0';
	return RC_OK;
}

static enum rc
one(struct stmt *q, struct ticket *ret_ticket, struct fault *why)
{
	struct ticket t;
	const char *number;
	enum rc rc;

	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	memset(&t, 0, sizeof(t));
	number = stmt_text_peek(q);
	if (number != NULL && strlen(number) < sizeof(t.number))
		memcpy(t.number, number, strlen(number) + 1);
	t.person = stmt_id(q);
	t.issued_us = stmt_int(q);
	t.voided_us = stmt_int(q);
	if ((rc = stmt_end(q, why)) != RC_OK)
		return rc;
	*ret_ticket = t;
	return RC_OK;
}

enum rc
store_ticket_find(struct store *s, const char *number, struct ticket *ret_ticket,
    struct fault *why)
{
	struct stmt *q;

	if (strlen(number) != STORE_TICKET_DIGITS || !checkdigit_ticket(number, STORE_TICKET_DIGITS))
		return fault_set(why, RC_INVALID, "ticket_no", "wrong check digit");
	q = stmt_start(s, STMT_TICKET_GET);
	stmt_put_text(q, STMT_TICKET_GET__NUMBER, number);
	return one(q, ret_ticket, why);
}

enum rc
store_ticket_of(struct store *s, const struct id *person, struct ticket *ret_ticket,
    struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_TICKET_OF);

	stmt_put_id(q, STMT_TICKET_OF__PERSON, person);
	return one(q, ret_ticket, why);
}

enum rc
store_ticket_void(struct store *s, const struct id *person, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_TICKET_VOID);

	stmt_put_id(q, STMT_TICKET_VOID__PERSON, person);
	stmt_put_int(q, STMT_TICKET_VOID__VOIDED_US, s->now_us);
	return stmt_run(q, why);
}

enum rc
store_ticket_issue(struct store *s, const struct id *person, struct ticket *ret_ticket,
    struct fault *why)
{
	struct ticket t = { .person = *person, .issued_us = s->now_us }, other;
	struct stmt *q;
	enum rc rc;

	if ((rc = store_ticket_void(s, person, why)) != RC_OK)
		return rc;
	for (int i = 0; i < DRAWS; i++) {
		if ((rc = draw(t.number, why)) != RC_OK)
			return rc;
		rc = store_ticket_find(s, t.number, &other, why);
		if (rc == RC_OK)
			continue;
		if (rc != RC_ABSENT)
			return rc;
		q = stmt_start(s, STMT_TICKET_ADD);
		stmt_put_text(q, STMT_TICKET_ADD__NUMBER, t.number);
		stmt_put_id(q, STMT_TICKET_ADD__PERSON, person);
		stmt_put_int(q, STMT_TICKET_ADD__ISSUED_US, s->now_us);
		if ((rc = stmt_run(q, why)) != RC_OK)
			return rc;
		*ret_ticket = t;
		return RC_OK;
	}
	return fault_set(why, RC_BUG, "store/ticket", "%d numbers drawn were all taken", DRAWS);
}

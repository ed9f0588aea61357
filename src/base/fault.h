#ifndef BASE_FAULT_H
#define BASE_FAULT_H

/*
 * The one error vocabulary.  A function that can fail because of the world or
 * of foreign input returns an enum rc and, where the reason is worth telling,
 * fills a struct fault.  A caller's bug is an assert, never an rc.
 *
 * Promise kept by every function of the project: on anything but RC_OK the
 * outputs (ret_*) are untouched.  A fault text names a place and a rule, never
 * a person: it may go into any log.
 */
enum rc {
	RC_OK = 0,
	RC_ABSENT,		/* looked for, not there: an answer, not a failure */
	RC_INVALID,		/* the input breaks a rule; the fault says where */
	RC_REFUSED,		/* not permitted to this actor or in this state */
	RC_CONFLICT,		/* same identity, other content */
	RC_TOO_BIG,		/* over a ceiling of base/limits.h */
	RC_PENDING,		/* not yet: ask again later */
	RC_NOMEM,
	RC_IO,			/* file or socket */
	RC_FULL,		/* the disk has no room */
	RC_DB,			/* database engine */
	RC_NET,			/* peer unreachable, refused, or broke off */
	RC_CRYPTO,		/* signature, seal or certificate does not hold */
	RC_BUSY,		/* somebody else holds the lock or lease */
	RC_VERSION,		/* schema, layout or law file of another version */
	RC_BUG,			/* cannot happen; please report */
	RC__COUNT
};

#define FAULT_PLACE_MAX 160
#define FAULT_TEXT_MAX 320

struct fault {
	enum rc rc;
	char place[FAULT_PLACE_MAX];	/* "doses.csv:12: birth_date", "inquiry/poll" */
	char text[FAULT_TEXT_MAX];	/* lower case, no full stop */
};

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))

/* Fill *why (may be NULL) and return rc, so that callers can `return fault_set(...)`. */
enum rc fault_set(struct fault *why, enum rc rc, const char *place,
    const char *format, ...) PRINTF_LIKE(4, 5);

/* What an errno of a write, a sync or a making says: RC_FULL where there is no room, else RC_IO. */
enum rc fault_rc_of_errno(int number) MUST_USE;

/* Short English name of an rc, for logs: "invalid", "database". Never NULL. */
const char *fault_name(enum rc rc);

/* Exit status of a program that ends with rc (contracts: 0, 1, 2, 3, 4). */
int fault_exit_status(enum rc rc);

#endif

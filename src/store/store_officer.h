#ifndef STORE_OFFICER_H
#define STORE_OFFICER_H

#include <stdbool.h>

#include "store/store.h"

/* Who may act here, and as what.  On the command line the officer is known by the peer's uid. */
enum officer_role {
	OFFICER_ADMINISTRATOR,
	OFFICER_HEALTH_OFFICER,
	OFFICER_NURSE,
	OFFICER_CLERK,
	OFFICER_AUDITOR,
	OFFICER_MACHINE,
	OFFICER_PROTECTING,		/* sees people under support measures */
	OFFICER_CLINIC,
	OFFICER_RESIDENT,		/* an account of a person here: sees that person */
	OFFICER_GUARDIAN,		/* ... and whom that person acts for */
	OFFICER_ROLE__COUNT
};

struct officer {
	int64_t no;			/* small, never used again; actor "officer:NO" in the audit log */
	const char *name;		/* login or staff number, unique */
	enum officer_role role;
	int64_t uid;			/* -1: none */
	bool is_active;
	struct id person;		/* whose account it is; ID_NONE: an officer's */
};

/* RC_CONFLICT: name or uid taken. */
enum rc store_officer_add(struct store *s, const char *name, enum officer_role role, int64_t uid,
    int64_t *ret_no, struct fault *why) MUST_USE;
/* Whose account it is; once, right after it was added. */
enum rc store_officer_set_person(struct store *s, int64_t no, const struct id *person,
    struct fault *why) MUST_USE;
enum rc store_officer_change(struct store *s, int64_t no, enum officer_role role, bool is_active,
    struct fault *why) MUST_USE;			/* RC_ABSENT; RC_REFUSED: the last active administrator */
enum rc store_officer_find_uid(struct store *s, int64_t uid, struct arena *a,
    struct officer *ret_officer, struct fault *why) MUST_USE;		/* active only; RC_ABSENT */
enum rc store_officer_find_name(struct store *s, const char *name, struct arena *a,
    struct officer *ret_officer, struct fault *why) MUST_USE;		/* RC_ABSENT */
enum rc store_officer_get(struct store *s, int64_t no, struct arena *a,
    struct officer *ret_officer, struct fault *why) MUST_USE;		/* also inactive; RC_ABSENT */
enum rc store_officer_list(struct store *s, struct arena *a, struct officer **ret_officers,
    size_t *ret_n, struct fault *why) MUST_USE;
/* As in data/code/permission.tsv: "health-officer" */
const char *store_officer_role_word(enum officer_role role);
enum rc store_officer_role_parse(const char *text, enum officer_role *ret_role) MUST_USE;

#endif

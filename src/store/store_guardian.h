#ifndef STORE_GUARDIAN_H
#define STORE_GUARDIAN_H

#include <stdbool.h>

#include "store/store.h"

/*
 * Who acts for a person: dated links, each with its ground (Civil Code, art. 818 and 838; Child Welfare Act,
 * art. 47).  A link is never taken out, it ends.  While a person is under support measures every link is
 * closed but those that the protecting officer names: the one who must not know where the child is may
 * hold parental authority.
 */
enum guardian_relation {
	GUARDIAN_PARENT,		/* parental authority */
	GUARDIAN_BY_COURT,		/* guardian of a minor or of an adult */
	GUARDIAN_FOSTER_PARENT,
	GUARDIAN_INSTITUTION,		/* head of a child welfare institution */
	GUARDIAN_CHILD_CENTRE,		/* head of a child guidance centre */
	GUARDIAN_OTHER,
	GUARDIAN_RELATION__COUNT
};

struct guardian {
	struct id person;		/* for whom */
	int64_t seq;			/* 1, 2, ... within the person */
	struct id guardian;		/* who, where registered here; else ID_NONE and a name */
	const char *name, *kana;	/* NULL where registered here */
	enum guardian_relation relation;
	const char *basis;		/* what was shown or decided */
	day from, until;		/* last day, DAY_NONE while it lasts */
	bool is_named;			/* by the protecting officer */
};

#define GUARDIANS_MAX 64		/* links of one person, ended ones too */

/* Uses all but seq.  RC_INVALID: neither a person nor a name, no ground, ends before it begins.  RC_TOO_BIG. */
enum rc store_guardian_add(struct store *s, const struct guardian *g, int64_t *ret_seq, struct fault *why) MUST_USE;
/* RC_ABSENT: no such link.  RC_REFUSED: it has ended.  RC_INVALID: before its beginning. */
enum rc store_guardian_end(struct store *s, const struct id *person, int64_t seq, day until,
    struct fault *why) MUST_USE;
/* The protecting officer names it, or takes that back; RC_ABSENT. */
enum rc store_guardian_name(struct store *s, const struct id *person, int64_t seq, bool is_named,
    struct fault *why) MUST_USE;
/* Every link of a person by seq; none where the transaction's eyes may not see the person or the guardian. */
enum rc store_guardian_of(struct store *s, const struct id *person, struct arena *a, struct guardian **ret_rows,
    size_t *ret_n, struct fault *why) MUST_USE;
/*
 * May this registered person act for that one on the day?  Whatever the eyes see: a link in force, and, where
 * either is protected, named.  What a resident's or guardian's view must ask before anything else.
 */
enum rc store_guardian_acts(struct store *s, const struct id *guardian, const struct id *person, day on,
    bool *ret_acts, struct fault *why) MUST_USE;

/* "parent" "court" "foster-parent" "institution" "child-centre" "other" */
const char *store_guardian_relation_word(enum guardian_relation relation);
enum rc store_guardian_relation_parse(const char *text, enum guardian_relation *ret) MUST_USE;

#endif

#ifndef STORE_CIRCUMSTANCE_H
#define STORE_CIRCUMSTANCE_H

#include <stdbool.h>

#include "store/store.h"

/*
 * What the law asks about a person besides doses: diseases had and reasons not to vaccinate (Enforcement
 * Order art. 3(1), Ordinance for Enforcement art. 2), extensions (Order art. 3(2), Ordinance art. 2-8 to
 * 2-10), pregnancies, the rubella antibody result of stage 5.  Each is said once and may be ended with a
 * reason; what was said stays.
 */
enum circumstance_kind {
	CIRCUMSTANCE_CONDITION,		/* code: condition; from: since, DAY_NONE on every day */
	CIRCUMSTANCE_EXTENSION,		/* code: programme; from, until; value: enum schedule_basis */
	CIRCUMSTANCE_GESTATION,		/* from: day 0w0d */
	CIRCUMSTANCE_ANTIBODY,		/* from: day of the test; value: 1 low */
	CIRCUMSTANCE_KIND__COUNT
};

struct circumstance {
	struct id id;
	struct id person;
	enum circumstance_kind kind;
	const char *code;
	day from, until;
	int64_t value;
	const char *evidence;		/* NULL when not stated */
	int64_t recorded_us;
	const char *recorded_by;
	int64_t ended_us;		/* 0 while it stands */
	const char *end_reason;
};

/* id and recorded_us are made here. */
enum rc store_circumstance_add(struct store *s, const struct circumstance *c, struct id *ret_id,
    struct fault *why) MUST_USE;
/* RC_ABSENT: no such, or ended already. */
enum rc store_circumstance_end(struct store *s, const struct id *id, const char *reason,
    struct fault *why) MUST_USE;
enum rc store_circumstance_get(struct store *s, const struct id *id, struct arena *a,
    struct circumstance *ret, struct fault *why) MUST_USE;		/* RC_ABSENT */
/* In the order in which they were said, ended ones too. */
enum rc store_circumstance_of(struct store *s, const struct id *person, struct arena *a,
    struct circumstance **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;

#endif

#ifndef STORE_MISTAKE_H
#define STORE_MISTAKE_H

#include <stdbool.h>

#include "store/store.h"

/*
 * Reports of wrong vaccinations (予防接種の間違い): given not according to law or guidelines.  The municipality tells the
 * ministry through the prefecture, and a table of the fiscal year by kind.  A report is a person's decision, never
 * made by the calculator; corrected by versions, taken back by one too.
 */
enum mistake_kind {
	MISTAKE_INTERVAL, MISTAKE_AGE, MISTAKE_PRODUCT, MISTAKE_UNNEEDED, MISTAKE_PERSON, MISTAKE_AMOUNT, MISTAKE_ROUTE,
	MISTAKE_EXPIRED, MISTAKE_OTHER, MISTAKE_KIND__COUNT
};

struct mistake {
	int fiscal_year;		/* of the dose */
	int64_t no, version;
	struct id person, statement;
	enum mistake_kind kind;
	day noticed_on, reported_on;	/* reported_on DAY_NONE: not yet */
	const char *noticed_by, *reported_to, *note;	/* NULL not stated */
	bool is_withdrawn;
	const char *reason;
	int64_t recorded_us;
	const char *recorded_by;
};

/* A first version when no is 0, else the next one of that report: *ret_put as it stands now. */
enum rc store_mistake_put(struct store *s, const struct mistake *m, struct mistake *ret_put, struct fault *why) MUST_USE;
/* The latest version; RC_ABSENT. */
enum rc store_mistake_get(struct store *s, int fiscal_year, int64_t no, struct arena *a, struct mistake *ret,
    struct fault *why) MUST_USE;
/* The latest versions of a fiscal year, by number: none of protected people the eyes may not see. */
enum rc store_mistake_list(struct store *s, int fiscal_year, struct arena *a, struct mistake **ret_rows, size_t *ret_n,
    struct fault *why) MUST_USE;
/* How many stand in a fiscal year, by kind: everybody's, since a count names nobody. */
enum rc store_mistake_count(struct store *s, int fiscal_year, int64_t ret_n[MISTAKE_KIND__COUNT], struct fault *why) MUST_USE;
/* Is there a report of this dose, withdrawn or not? */
enum rc store_mistake_has(struct store *s, const struct id *statement, bool *ret_has, struct fault *why) MUST_USE;

/* "interval" "age" "product" "unneeded" "person" "amount" "route" "expired" "other" */
const char *store_mistake_word(enum mistake_kind kind);
enum rc store_mistake_parse(const char *text, enum mistake_kind *ret) MUST_USE;

#endif

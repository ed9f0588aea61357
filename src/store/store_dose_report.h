#ifndef STORE_DOSE_REPORT_H
#define STORE_DOSE_REPORT_H

#include <stdbool.h>

#include "store/store.h"

/*
 * Reports about doses: wrong vaccinations (予防接種の間違い), which the municipality tells the ministry through the prefecture,
 * and suspected adverse reactions (副反応疑い報告, Immunization Act art. 12), of which it is told.  A report is a person's word,
 * never made by the calculator; corrected by versions, taken back by one too; numbered by kind within the fiscal year
 * of the dose, which the yearly tables count.
 */
enum dose_report_kind { DOSE_REPORT_MISTAKE, DOSE_REPORT_REACTION, DOSE_REPORT_KIND__COUNT };

struct dose_report {
	enum dose_report_kind kind;
	int fiscal_year;		/* of the dose */
	int64_t no, version;
	struct id person, statement;
	const char *what;		/* what was wrong; code of the symptom (record/reaction.h) */
	day noticed_on;			/* when it was noticed; when the notice came */
	const char *noticed_by;		/* by whom; NULL not stated, as are the texts below */
	struct day_span onset;		/* DAY_NONE twice: not stated */
	int64_t onset_minutes;		/* from dose to onset; -1 not stated */
	const char *reported_to;
	day reported_on;		/* DAY_NONE: not sent on */
	const char *note;
	bool is_withdrawn;
	const char *reason;
	int64_t recorded_us;
	const char *recorded_by;
};

/* A first version when no is 0, else the next one of that report: *ret_put as it stands now. */
enum rc store_dose_report_put(struct store *s, const struct dose_report *r, struct dose_report *ret_put,
    struct fault *why) MUST_USE;
/* The latest version; RC_ABSENT. */
enum rc store_dose_report_get(struct store *s, enum dose_report_kind kind, int fiscal_year, int64_t no, struct arena *a,
    struct dose_report *ret, struct fault *why) MUST_USE;
/* The latest versions of a fiscal year, by number: none of protected people the eyes may not see. */
enum rc store_dose_report_list(struct store *s, enum dose_report_kind kind, int fiscal_year, struct arena *a,
    struct dose_report **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;
/* The latest versions of a person's reports of every kind, by kind, year and number. */
enum rc store_dose_report_of(struct store *s, const struct id *person, struct arena *a, struct dose_report **ret_rows,
    size_t *ret_n, struct fault *why) MUST_USE;

/* How many stand in a fiscal year, by product and what: everybody's, since a count names nobody. */
struct dose_report_count {
	const char *product;		/* "" where the dose is on record no more */
	const char *what;
	int64_t n;
};
enum rc store_dose_report_count(struct store *s, enum dose_report_kind kind, int fiscal_year, struct arena *a,
    struct dose_report_count **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;

#endif

#ifndef ACTION_IMPORT_ROW_H
#define ACTION_IMPORT_ROW_H

#include "action/node.h"
#include "record/dose.h"
#include "store/store_held.h"

/*
 * Rows of the two import files as values.  A row that cannot be
 * understood or attached says so with a stable word and goes to the holding list;
 * nothing of it is lost (but a MyNumber is never kept there).
 */
enum dose_column {
	DOSE_SOURCE_ID, DOSE_SOURCE_VERSION, DOSE_ADDRESSEE, DOSE_TICKET, DOSE_BIRTH, DOSE_GIVEN_ON,
	DOSE_VACCINE, DOSE_LOT, DOSE_EXPIRES, DOSE_VOLUME, DOSE_SITE, DOSE_ROUTE, DOSE_CLINIC,
	DOSE_CLINIC_NAME, DOSE_PHYSICIAN, DOSE_STATUS, DOSE_REASON, DOSE_EVIDENCE, DOSE_COLUMNS_REQUIRED,
	DOSE_PRODUCT_NAME = DOSE_COLUMNS_REQUIRED, DOSE_NUMBER,
	DOSE_COLUMNS		/* new ones at the end: a held row keeps its cells by number */
};
extern const char *const import_dose_column[DOSE_COLUMNS];

enum resident_column {
	RESIDENT_ADDRESSEE, RESIDENT_NUMBER, RESIDENT_NAME, RESIDENT_KANA, RESIDENT_ROMAN,
	RESIDENT_BIRTH, RESIDENT_SEX, RESIDENT_ADDRESS, RESIDENT_FROM, RESIDENT_UNTIL,
	RESIDENT_PREVIOUS, RESIDENT_NEXT, RESIDENT_DIED, RESIDENT_PROTECTED, RESIDENT_COLUMNS_REQUIRED,
	RESIDENT_PROTECTED_FROM = RESIDENT_COLUMNS_REQUIRED, RESIDENT_PROTECTED_UNTIL,
	RESIDENT_OTHER_KIND, RESIDENT_OTHER_NAME, RESIDENT_OTHER_KANA, RESIDENT_OTHER_ROMAN, RESIDENT_HOUSEHOLD,
	RESIDENT_MAILING_ADDRESS, RESIDENT_MAILING_NAME, RESIDENT_LANGUAGE, RESIDENT_REGISTRATION,
	RESIDENT_REGISTRATION_BASIS, RESIDENT_REGISTRATION_UNTIL, RESIDENT_GUARDIAN, RESIDENT_GUARDIAN_NAME,
	RESIDENT_GUARDIAN_KANA, RESIDENT_GUARDIAN_RELATION, RESIDENT_GUARDIAN_BASIS, RESIDENT_GUARDIAN_FROM,
	RESIDENT_GUARDIAN_UNTIL, RESIDENT_COLUMNS	/* new ones at the end: a held row keeps its cells by number */
};
extern const char *const import_resident_column[RESIDENT_COLUMNS];

/* Why a row is held: a stable word, and the column it is about ("" none). */
struct import_doubt {
	const char *word;		/* NULL: none */
	const char *column;
};

/*
 * One dose row into the register, for the person it names or, when into is not NULL, for that
 * one (an officer attached it).  Must run in a transaction.  RC_OK with *ret_doubt.word set:
 * nothing was written, the row must be held.
 */
struct import_taken {
	enum store_fate fate;
	struct id person, dose;		/* this version */
};
/*
 * Whom the rows before were about: rows of a person mostly stand together.  What follows from a change is done once
 * all of them are in, when the next person's come or import_known_settle is called.
 */
struct import_known {
	struct arena arena;
	struct person who;
	struct id record;		/* under which they came: that of the number named, whoever answers for it */
	char addressee[LIMIT_ADDRESSEE_CHARS + 1];
	bool is_known, is_changed;
};
void import_known_init(struct import_known *k);
void import_known_clear(struct import_known *k);
enum rc import_known_settle(struct call *c, struct import_known *k, struct fault *why) MUST_USE;

/* known NULL: this row alone. */
enum rc import_dose_row(struct call *c, const char *const *cell, const char *source,
    const struct id *into, struct import_known *known, struct import_taken *ret_taken, struct import_doubt *ret_doubt,
    struct fault *why) MUST_USE;

/* Which file a held row came from: only rows of doses can be attached to somebody. */
#define IMPORT_OF_DOSES "doses"
#define IMPORT_OF_RESIDENTS "residents"
#define IMPORT_OF_CLINICS "clinics"

/* Where a row stands. */
struct import_place {
	const char *what;		/* IMPORT_OF_ */
	const char *file;
	size_t line;
	const char *source;		/* that named for the whole file; NULL */
};
enum import_held {
	IMPORT_HELD_NEW,
	IMPORT_HELD_BEFORE,		/* the same row waits already */
	IMPORT_DECIDED			/* somebody has attached or refused this very row: nothing is left to do */
};
/* Row to the holding list; cells as a frame body, `leave_out` (a column index, -1 none) blank. */
enum rc import_hold(struct call *c, enum held_kind kind, const struct import_place *place,
    const struct import_doubt *doubt, const char *const *cell, size_t n_cell, int leave_out,
    enum import_held *ret_held, struct fault *why) MUST_USE;
/* The cells back from a held row, and the source named for its file (NULL); pointers into the arena. */
enum rc import_held_cells(const struct held_row *row, struct arena *a, const char **ret_cell,
    size_t n_cell, const char **ret_source, struct fault *why) MUST_USE;

struct import_count {
	int64_t read, new_, unchanged, corrected, withdrawn, held, warned;
};
/* RESULT_ROW of an import. */
enum rc import_report(struct call *c, const struct import_count *n, struct fault *why) MUST_USE;

#endif

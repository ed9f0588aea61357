#ifndef ACTION_LIST_CONDITION_H
#define ACTION_LIST_CONDITION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/day.h"
#include "base/limits.h"
#include "law/law.h"

/*
 * The conditions of a list: whom of the register it asks for.  Written and kept as the words of the
 * command line that define them ("--age 6..7 --programme mr-2 --status overdue"), so that whoever reads a
 * list can type it; there is no other language of queries.  All conditions hold together.
 *
 * age        6, 6..11, 12m..23m, 65.., ..5: completed years (or months) on the reference day; an age is
 *            reached on the eve of the birthday
 * born       a day, month or year, or FROM..TO of these
 * cohort     2020: born from April 2 of that year to April 1 of the next
 * turns      6 or 65,70,75: whoever reaches one of these ages in the fiscal year of the reference day
 * sex        words of the register, with commas
 * language   the language to write in
 * resident-on   day of residence (else the reference day)
 * arrived-since moved here on that day or later, and did not come by birth
 * district   beginning of the address; several with commas
 * has, has-not  CODE[:DOSE][@FROM..TO], several with commas: a vaccine or a programme, given between
 *            days; of a programme the dose that counts as that number, of a vaccine at least so many
 * programme, status, dose   as the calculator says on the reference day; overdue is a status too
 * records    apart (else), along, only: what becomes of people whose record is not complete
 * on         the reference day: a day; MM-DD, that day of the fiscal year in which the list is run; MM-DD+1, of
 *            the next one.  Without it, it is named at each run.
 */
#define LIST_TEXT_MAX 2000		/* bytes of all conditions as text: what a person can read */
#define LIST_TURNS_MAX 32
#define LIST_DOSES_MAX 8
#define LIST_AGE_MAX 150		/* years */
#define LIST_OPEN (-1)

enum list_records {
	LIST_RECORDS_APART,		/* counted apart: unknown is never no */
	LIST_RECORDS_ALONG,		/* by what is known, marked */
	LIST_RECORDS_ONLY,		/* nobody else */
};

struct list_dose {
	char code[LIMIT_CODE_CHARS + 1];
	int dose;			/* 0: any */
	day from, to;			/* DAY_NONE: open */
};

/* Bit of a status in the set; those of enum schedule_status, and overdue. */
#define LIST_STATUS_OVERDUE 31

struct list_condition {
	int age_from, age_to;		/* months, both reached and not passed; LIST_OPEN */
	bool age_is_months;		/* as it was written */
	day born_from, born_to;		/* DAY_NONE: open */
	int cohort;			/* 0: none */
	int turns[LIST_TURNS_MAX];
	size_t n_turns;
	unsigned sex;			/* bit set of enum sex, 0 any */
	char language[LIMIT_CODE_CHARS + 1];
	day resident_on, arrived_since;	/* DAY_NONE: not asked */
	char district[LIMIT_NAME_CHARS * 4 + 1];
	struct list_dose has[LIST_DOSES_MAX], has_not[LIST_DOSES_MAX];
	size_t n_has, n_has_not;
	char programme[LIMIT_CODE_CHARS + 1];
	unsigned status;		/* bit set, 0 any */
	int dose;			/* next dose, 0 any */
	enum list_records records;
	day on;				/* DAY_NONE: by month and day, or not said */
	int on_month, on_mday, on_years;	/* month 0: not said */
};

void list_condition_init(struct list_condition *c);
/* One condition by its name; RC_INVALID names it. */
enum rc list_condition_put(struct list_condition *c, const char *name, const char *value,
    struct fault *why) MUST_USE;
/* What no condition says alone: a status without a programme, codes that the law does not know, none at all. */
enum rc list_condition_check(const struct list_condition *c, const struct law *law, struct fault *why) MUST_USE;
/* Appends the words of the command line, always in the same order. */
enum rc list_condition_write(const struct list_condition *c, struct buf *out) MUST_USE;
enum rc list_condition_read(const char *text, struct list_condition *ret_condition, struct fault *why) MUST_USE;
/* The reference day of a run on today that names none; DAY_NONE when the run must. */
day list_condition_day(const struct list_condition *c, day today);
/* Does whether somebody is on the list hang on doses? */
bool list_asks_record(const struct list_condition *c);

#endif

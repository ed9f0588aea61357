#ifndef SCHEDULE_SCHEDULE_H
#define SCHEDULE_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/day.h"
#include "base/fault.h"
#include "base/limits.h"
#include "law/law.h"
#include "schedule/outlook.h"

/*
 * The calculator: history + law + as-of day to credits and forecasts, as
 * doc/CONTRACTS (the programme's public promise) states them.  Pure: no I/O, clock, heap or
 * mutable globals.  The same input gives the same answer, whatever the order of doses.
 */

enum schedule_sex { SCHEDULE_SEX_UNKNOWN, SCHEDULE_SEX_FEMALE, SCHEDULE_SEX_MALE, SCHEDULE_SEX_OTHER, SCHEDULE_SEX__COUNT };
enum schedule_basis { SCHEDULE_LONG_ILLNESS, SCHEDULE_DISASTER, SCHEDULE_SHORTAGE, SCHEDULE_BASIS__COUNT };

struct schedule_condition { uint16_t condition; day from; };	/* DAY_NONE: holds on every day */
struct schedule_extension { uint16_t programme; day from, until; enum schedule_basis basis; };

struct schedule_person {
	day birth;			/* 1868..2199, not after as_of */
	enum schedule_sex sex;
	const struct schedule_condition *condition;
	size_t n_condition;
	const struct schedule_extension *extension;
	size_t n_extension;
	day pregnancy_start;		/* day 0w0d, DAY_NONE when no gestation is given */
	day antibody_date;		/* rubellaAntibody; DAY_NONE when absent */
	bool antibody_low;
};

struct schedule_dose {
	struct day_span given;		/* first == last for a known day */
	uint16_t product;		/* index in law->product; LAW_NONE: unknown product, credits nothing */
	const char *id;			/* decides between equal doses (the smaller, bytewise); may be "" */
	/* kept for the echo, not used for judging */
};

enum schedule_reason_code {	/* the closed list of the contract, in its order */
	SCHEDULE_AGE, SCHEDULE_INTERVAL, SCHEDULE_COHORT, SCHEDULE_SEASON, SCHEDULE_NOT_IN_FORCE,
	SCHEDULE_DISEASE_HISTORY, SCHEDULE_EXCLUSION, SCHEDULE_DOCTOR_JUDGEMENT, SCHEDULE_CAUTIOUS_DAY,
	SCHEDULE_EXTENSION, SCHEDULE_TOO_YOUNG, SCHEDULE_TOO_OLD, SCHEDULE_INTERVAL_SHORT,
	SCHEDULE_LIVE_INTERVAL, SCHEDULE_WRONG_VACCINE, SCHEDULE_AFTER_COMPLETE, SCHEDULE_DUPLICATE,
	SCHEDULE_IMPRECISE_DATE, SCHEDULE_COURSE_CHANGED, SCHEDULE_DEEMED, SCHEDULE_OUTSIDE_TARGET,
	SCHEDULE_AFTER_DEATH, SCHEDULE_BEFORE_BIRTH, SCHEDULE_FUTURE, SCHEDULE_UNCONFIRMED,
	SCHEDULE_REASON__COUNT
};
const char *schedule_reason_name(enum schedule_reason_code code);	/* "cautious-day" */

/*
 * A reason: a code, the source it rests on, since when that rule binds, and up to two days and
 * one number for the words made of it elsewhere (schedule knows no language).
 */
struct schedule_reason {
	uint16_t code;			/* enum schedule_reason_code */
	uint16_t source;		/* index in law->source, LAW_NONE */
	day in_force;			/* DAY_NONE where no rule applies */
	day day_a, day_b;		/* e.g. the lawful day, the bare law's day; DAY_NONE */
	struct law_gap gap;		/* the interval it speaks of; anchor NONE */
	uint16_t product;		/* the other product of a spacing; LAW_NONE */
	uint16_t pad;
};
#define SCHEDULE_REASONS 6		/* most reasons of one credit or forecast; the most telling come first */

enum schedule_credit_status { SCHEDULE_VALID, SCHEDULE_NOT_VALID, SCHEDULE_EXTRA, SCHEDULE_CREDIT_REVIEW, SCHEDULE_CREDIT__COUNT };
const char *schedule_credit_name(enum schedule_credit_status status);

struct schedule_credit {
	uint16_t dose_index;		/* into the caller's doses */
	uint16_t programme;
	uint8_t status;			/* enum schedule_credit_status */
	uint8_t dose;			/* number within the programme, 0 unless valid */
	uint8_t n_reasons;
	uint8_t pad;
	struct schedule_reason reason[SCHEDULE_REASONS];
};

enum schedule_status {
	SCHEDULE_DUE, SCHEDULE_UPCOMING, SCHEDULE_COMPLETE, SCHEDULE_EXEMPT, SCHEDULE_CLOSED,
	SCHEDULE_NOT_ELIGIBLE, SCHEDULE_REVIEW, SCHEDULE_STATUS__COUNT
};
const char *schedule_status_name(enum schedule_status status);

struct schedule_choice { uint16_t product; uint16_t pad; day earliest, latest; };
#define SCHEDULE_CHOICES 8

struct schedule_next {
	uint8_t dose;
	uint8_t kind;			/* enum law_dose_kind */
	uint8_t n_choices;
	uint8_t pad;
	day earliest, latest;		/* latest DAY_NONE: no last day */
	day standard_from, standard_to;	/* DAY_NONE: absent */
	struct schedule_choice choice[SCHEDULE_CHOICES];	/* first choice first */
};
const char *schedule_kind_name(enum law_dose_kind kind);

struct schedule_forecast {
	uint16_t programme;
	uint8_t status;			/* enum schedule_status */
	bool overdue;
	bool has_next;
	uint8_t given, remaining;
	uint8_t n_reasons;
	struct schedule_next next;
	struct schedule_reason reason[SCHEDULE_REASONS];
};

/* Most credits one dose can have: a combination serves a few programmes. */
#define SCHEDULE_CREDITS_PER_DOSE 4

struct schedule_answer {		/* arrays are the caller's */
	struct schedule_credit *credit;	/* room for SCHEDULE_CREDITS_PER_DOSE * n_doses */
	size_t room_credit;
	size_t n_credit;		/* written; in order of the caller's doses, then programme order */
	struct schedule_forecast forecast[LAW_PROGRAMMES_MAX];
	size_t n_forecast;		/* = law->n_programme, in its order */
};

/*
 * How one dose on record, or the next dose of a programme, was judged: the rules that were asked,
 * with their days for this person.  Rows are those of the law's tables, LAW_NONE where no rule of
 * the kind was asked or held; days are DAY_NONE where the rule names none.
 */
struct schedule_step {
	bool asked;			/* false: a reason alone decided, no rule was asked */
	uint16_t target, extension;	/* whose window holds the day */
	day window_from, window_to;	/* that window */
	uint16_t course, slot, way;	/* the course, its slot that the dose fills, the way it fills it */
	day first_dose;			/* of the counted doses the first, which chooses among courses; DAY_NONE: none yet */
	day first_from, first_to;	/* the course is for those whose first dose lies between */
	day slot_from, slot_to;		/* lowest age of the slot, its last day */
	struct law_gap gap;		/* the interval that decides; anchor NONE when none does */
	day lawful_from;		/* first day by the slot's ages and intervals, by the bare law */
	day cautious_from;		/* the same from the last injection, where that is later; else equal */
};

/* Asked for in a question; the caller's memory, room_credit as in the answer. */
struct schedule_trail {
	struct schedule_step *credit;	/* beside each credit of the answer */
	size_t room_credit;
	struct schedule_step forecast[LAW_PROGRAMMES_MAX];	/* of the first vaccine listed in next */
};
void schedule_trail_clear(struct schedule_trail *trail, size_t n_credit);

struct schedule_question {
	const struct law *law;
	const struct schedule_person *person;
	const struct schedule_dose *dose;
	size_t n_dose;			/* at most LIMIT_PERSON_DOSES */
	day as_of;
	struct schedule_season season;
	bool reasons;			/* false: codes only are wanted, parameters of reasons may be left out */
	uint32_t ahead_days;		/* as_of lies so many days after the day whose published law is used: 0, but
					 * for whoever looks ahead (visits.c) */
	struct schedule_trail *trail;	/* NULL: nobody asks how */
};

/*
 * The caller's work area: zeroed before its first use, then left alone between questions, of
 * whatever persons, laws and days.  The law as known on the day last asked about is kept in it, so a
 * caller with many questions should ask them with one work area; no two threads may share one.
 */
struct schedule_work {
	struct outlook outlook;
	uint16_t order[LIMIT_PERSON_DOSES];
	uint32_t scratch[LIMIT_PERSON_DOSES * 4];
};

/*
 * RC_OK; RC_TOO_BIG when room_credit or a ceiling is too small; RC_INVALID when birth is after as_of.
 * ret_answer->credit and room_credit must be set by the caller; all else is written.
 * Scratch lives on the stack (under 64 KiB) and in `work`, so nobody allocates: any n_dose up to
 * the ceiling fits.
 */
enum rc schedule_answer(const struct schedule_question *question, struct schedule_work *work,
    struct schedule_answer *ret_answer) MUST_USE;

#endif

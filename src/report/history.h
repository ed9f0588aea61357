#ifndef REPORT_HISTORY_H
#define REPORT_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/day.h"
#include "base/fault.h"
#include "base/frame.h"
#include "record/duplicate.h"
#include "schedule/schedule.h"

/*
 * One person as a reader sees them: identity, statements of doses, and what the law
 * makes of them on a day, as plain values without law tables or storage behind them.
 * The store process makes it (action/), it travels as a frame, every report renders it.
 *
 * Text is never NULL: "" says absent.  Days are DAY_NONE when absent.  Text and arrays
 * belong to the arena of whoever made the value, and live as long as it.
 * There is no MyNumber here and no place for one.
 *
 * Protected (support measures): when `protected` is true nothing but `protected`, `as_of`
 * and `person.addressee_no` is filled, history_frame_write writes nothing else, and every
 * report says only that the record is protected.
 */

/* A code with its names; ja and en may be "" for codes nobody knows. */
struct history_name {
	const char *code, *ja, *en;
};

enum history_status {		/* of a statement, as in contracts 3 */
	HISTORY_GIVEN, HISTORY_NOT_GIVEN, HISTORY_WITHDRAWN, HISTORY_STATUS__COUNT
};
const char *history_status_name(enum history_status status);	/* "not-given" */

/* What reason_words needs and the citation: see struct schedule_reason. */
struct history_reason {
	enum schedule_reason_code code;
	const char *source_ja, *source_en;	/* citation; "" where no rule applies */
	const char *url;
	day in_force;
	day day_a, day_b;
	struct law_gap gap;
	struct history_name product;		/* the other product; all "" when none */
};

struct history_credit {
	struct history_name programme;
	enum schedule_credit_status status;
	unsigned dose;				/* 0 unless valid */
	const struct history_reason *reason;
	size_t n_reason;
};

/*
 * Who says it: source_kind, verification are the words of record/dose.h (dose_source_word,
 * dose_verification_word); reports make words for people of them, an unknown one is shown as it is.
 */
struct history_statement {
	const char *id;				/* the node's own, opaque, stable */
	int64_t version;
	enum history_status status;
	bool superseded;			/* a newer version stands: shown only where history is asked for */
	bool merged;				/* the same dose as another statement, which counts for it */
	const char *counted_as;			/* id of that one; "" */

	const char *source_kind;
	const char *source;			/* clinic or source code; "" when known only by kind */
	struct history_name source_municipality;	/* who handed it to this node: six digits, names */
	const char *origin_id;			/* id and version given by the town where it was first recorded */
	const char *origin_version;
	struct history_name origin_municipality;
	const char *verification;
	const char *evidence;

	struct day_span given;
	struct history_name vaccine;		/* code as recorded, names from the law */
	const char *product_text;		/* what it was called where it was given, in the names of the vaccine too; "" */
	bool is_unknown;			/* the law knows no such product: it counts nowhere */
	unsigned told_no;			/* which dose it was, as its source counts; 0: it did not say */
	const char *lot;
	day expires;
	int64_t volume_ul;			/* thousandths of a millilitre; negative: not known */
	const char *site, *route;
	const char *clinic_code, *clinic_name, *physician;
	const char *reason;			/* why not given or withdrawn */

	const struct history_credit *credit;	/* programme order; none for what is not a given dose */
	size_t n_credit;
};

struct history_choice {
	struct history_name vaccine;
	day earliest, latest;			/* latest DAY_NONE: no last day */
};

struct history_forecast {
	struct history_name programme;
	enum schedule_status status;
	bool overdue;
	bool has_next;
	bool by_judgement;			/* lawful on the as-of day only on a doctor's judgement: △ */
	unsigned given, remaining;
	/* only with has_next */
	unsigned dose;
	enum law_dose_kind kind;
	day earliest, latest, standard_from, standard_to;
	const struct history_choice *choice;	/* first choice first */
	size_t n_choice;

	const struct history_reason *reason;
	size_t n_reason;
};

/* What is known, from whom, as of when: "known as of 2026-11-22 from Yokohama". */
enum history_known {
	HISTORY_ANSWERED,	/* this source answered; what it holds is below */
	HISTORY_NOTHING_HELD,	/* it answered that it holds nothing: never "not vaccinated" */
	HISTORY_WAITING,	/* asked, no answer yet */
	HISTORY_REFUSED,	/* it refused, or the inquiry ended without an answer */
	HISTORY_SET_ASIDE,	/* answered, but identity is in doubt: nothing of it is shown or counted */
	HISTORY_NOT_ASKED,	/* a period of residence about which nobody was asked */
	HISTORY_KNOWN__COUNT
};
const char *history_known_name(enum history_known known);	/* "nothing-held" */

struct history_source {
	struct history_name municipality;	/* the node's own town is one of them */
	enum history_known known;
	day as_of;				/* day of the answer or of the last import; DAY_NONE when none */
	size_t statements;			/* that stand here from it */
};

/* A letter that was sent, came back, was sent again or was not sent, newest first.  For the office only. */
struct history_letter {
	struct history_name programme;
	unsigned dose;				/* 0: none said */
	const char *purpose;			/* words of store/store_list.h: "reminder" */
	const char *state;			/* "planned" "mailed" "returned" "resent" "left-out" "undone" */
	day on;
	const char *reason;			/* why it came back, or was not sent */
};

/* A ticket that was issued: live ones first, then the newest.  For the office only. */
struct history_ticket {
	const char *number;
	const char *programme;			/* code; "" serves whatever is due */
	unsigned dose;				/* 0 without a programme */
	const char *state;			/* "live" "spent" "replaced" "taken-back" "departed" "died" */
	day issued_on, until;			/* until: last day of the stay, DAY_NONE no end known */
	struct day_span spent;			/* DAY_NONE twice: not */
};

/* A report about a dose, by kind and number: a wrong vaccination, or a suspected adverse reaction.  For the office only. */
struct history_report {
	const char *kind;			/* "mistake" "reaction" */
	const char *number;			/* "2026-12" */
	const char *dose;			/* id of the statement */
	const char *what;			/* kind of mistake; code of the symptom (record/reaction.h) */
	const char *state;			/* "not-reported" "reported"; "received" "sent-on"; "withdrawn" */
	struct day_span began;			/* the symptom; DAY_NONE twice not stated */
	day on;					/* when it was noticed, or the notice came */
};

/* Two statements of which the rules on duplicates speak (record/duplicate.h), also where an officer has decided. */
struct history_duplicate {
	int64_t no;				/* "watashi duplicate show NO" */
	int64_t rule;
	enum duplicate_verdict verdict;
	enum duplicate_state state;
	const char *first, *second;		/* ids of statements; equal where one alone cannot have been so */
};

struct history_residence {
	day from, until;			/* until DAY_NONE: still */
	struct history_name municipality;	/* where it was; own town for a period here */
};

struct history_person {
	const char *addressee_no;		/* for the office only: no report for clinics or residents shows it */
	const char *name, *kana, *roman;
	struct day_span birth;			/* a single day unless the register does not know it */
	enum schedule_sex sex;
	const char *address;			/* office only */
	day died_on;
	const char *ticket_no;			/* check-digited ticket; "" when none is issued */
	const struct history_residence *residence;
	size_t n_residence;
};

struct history {
	bool protected;
	day as_of;
	day made_on;				/* day of issue, for printing; usually the current day */
	struct history_name municipality;	/* the node that says all this */
	const char *institution;		/* name of the office for the resident to ask; may be "" */
	const char *law_version;		/* "2026.11" */
	const char *law_hash;			/* "sha256:…" */
	struct history_person person;
	const struct history_statement *statement;	/* by given day, then id */
	size_t n_statement;
	const struct history_duplicate *duplicate;	/* by number */
	size_t n_duplicate;
	const struct history_forecast *forecast;	/* programme order */
	size_t n_forecast;
	const struct history_source *source;
	size_t n_source;
	const struct history_letter *letter;	/* only where an officer looks */
	size_t n_letter;
	const struct history_report *report;	/* only where an officer looks */
	size_t n_report;
	const struct history_ticket *ticket;	/* only where an officer looks */
	size_t n_ticket;
};

/* An empty history: all text "", all days DAY_NONE. */
void history_init(struct history *h);
/* Whether a place that may hold records has not answered: what is due may have been given there. */
bool history_is_incomplete(const struct history *h);

/*
 * Puts what the calculator answered into h: credits of statements, forecasts, law
 * version and hash.  statement_of[i] is the index in `statement` of question->dose[i];
 * `statement` is h->statement still writable.  RC_NOMEM when the arena is full; h may
 * then be half filled and is good for nothing.
 */
enum rc history_take_answer(struct history *h, struct history_statement *statement,
    const size_t *statement_of, const struct schedule_question *question,
    const struct schedule_answer *answer, struct arena *arena) MUST_USE;

/* One forecast of an answer under this law on this day; RC_NOMEM as above. */
enum rc history_take_forecast(const struct law *law, const struct schedule_forecast *from, day as_of,
    struct arena *arena, struct history_forecast *ret_forecast) MUST_USE;

/*
 * history_frame_write appends the fields of h to a frame being written (so that a result
 * frame of action/ carries it: RESULT_HISTORY, alone or in a group); failures are in f->rc.
 * history_frame_read reads them back, from a reader placed on those fields: RC_INVALID
 * when a field is missing, unknown or out of range; ret_history untouched then.
 * Text is copied into the arena.
 */
void history_frame_write(struct frame *f, const struct history *h);
enum rc history_frame_read(struct frame_reader *r, struct arena *arena,
    struct history *ret_history, struct fault *why) MUST_USE;

#endif

#ifndef ACTION_LIST_RUN_H
#define ACTION_LIST_RUN_H

#include "action/list_judge.h"
#include "action/node.h"
#include "store/store_list.h"

/*
 * Who is on a list on a reference day.  Only those whose birth can be meant are looked at, by the index of
 * births; of these doses are read only where the conditions ask for them; nothing but who is found stays in
 * memory.  People under protection are on no list: they are counted, and looked after one by one.
 */
enum list_excluded {
	LIST_EXCLUDED_DEAD,
	LIST_EXCLUDED_DEPARTED,		/* not resident on the day, or gone since where a letter would follow */
	LIST_EXCLUDED_PROTECTED,	/* counted without regard to doses and district, which stay shut */
	LIST_EXCLUDED_REFUSED,		/* wishes no letters */
	LIST_EXCLUDED__COUNT
};
const char *list_excluded_word(enum list_excluded excluded);

struct list_match {
	struct id person;
	char addressee_no[LIMIT_ADDRESSEE_CHARS + 1];
	day birth;
	enum list_apart apart;		/* LIST_APART_NOT: on the list */
	bool is_incomplete;		/* only where it was asked */
	/* with a programme */
	bool has_next, overdue;
	uint8_t status, dose;
	uint16_t product;		/* first choice, LAW_NONE */
	day earliest, latest, standard_to;
};

#define LIST_AGES 151

struct list_question {
	const struct list_row *row;
	struct list_condition condition;
	day on;				/* reference day */
	bool apart;			/* those who could not be decided are wanted */
	enum release_purpose purpose;
};

struct list_result {
	struct list_match *match;	/* wanted ones: by birth, then addressee number; on the heap */
	size_t n_match, room;
	int64_t count;			/* on the list, whoever is wanted */
	int64_t excluded[LIST_EXCLUDED__COUNT];
	int64_t apart[LIST_APART__COUNT];
	int64_t age[LIST_AGES];		/* of the wanted, completed years on the reference day */
	int64_t age_unknown;
};

/* The named list of the request and its day, version, purpose; RC_ABSENT, RC_INVALID say what is wrong. */
enum rc list_question_read(struct call *c, struct list_question *ret_question, struct fault *why) MUST_USE;
/* In the transaction that is open, with its eyes. */
enum rc list_run(struct call *c, const struct list_question *q, struct list_result *ret_result,
    struct fault *why) MUST_USE;
void list_result_clear(struct list_result *r);

/* Rows of the answer: what was asked, how many, ages, exclusions, who is apart, warnings.  file: NULL, or
 * the hash of the file that would be released. */
enum rc list_reply(struct call *c, const struct list_question *q, const struct list_result *r, const char *file,
    int64_t release, struct fault *why) MUST_USE;

/* Of a request, what it asks of birth and sex: age, born, cohort, turns, sex; nothing: everybody. */
enum rc list_condition_who(const struct request *r, struct list_condition *ret_condition, struct fault *why) MUST_USE;

#endif

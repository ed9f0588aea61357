#ifndef JSON_ANSWER_H
#define JSON_ANSWER_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/day.h"
#include "base/words.h"
#include "json/person.h"
#include "json/reason_words.h"
#include "json/write.h"
#include "schedule/schedule.h"
#include "schedule/visits.h"

/*
 * The answer of the calculator as JSON, in the order of keys that the contract shows.
 * What does not depend on the person is written once, at start.
 */
enum json_reasons { JSON_REASONS_TEXT, JSON_REASONS_CODES };

struct json_answer_words {		/* const after init: threads share it */
	const struct law *law;
	enum lang lang;
	enum json_reasons reasons;
	struct reason_words words;
	size_t max_reason;		/* most bytes of one reason */
	char *pool;
	struct json_piece law_part;	/* "law":{...} */
	struct json_piece credit[LAW_PROGRAMMES_MAX][SCHEDULE_CREDIT__COUNT];
	struct json_piece forecast[LAW_PROGRAMMES_MAX][SCHEDULE_STATUS__COUNT][2];
	struct json_piece dose_product[LAW_PRODUCTS_MAX];
	struct json_piece choice_product[LAW_PRODUCTS_MAX];
	struct json_piece next_kind[LAW_DOSE__COUNT];
	struct json_piece reason[SCHEDULE_REASON__COUNT];
	struct json_piece *source;	/* by index of the law's sources */
};

enum rc json_answer_words_init(struct json_answer_words *w, const struct law *law, enum lang lang,
    enum json_reasons reasons, struct fault *why) MUST_USE;
void json_answer_words_clear(struct json_answer_words *w);

/*
 * Appends one answer without a line end.  person is the one that was asked about; plan may be NULL.
 * RC_TOO_BIG, RC_NOMEM: out is as before.
 */
enum rc json_answer_write(const struct json_answer_words *w, const struct json_person *person,
    day as_of, const struct schedule_answer *answer, const struct visits_plan *plan,
    struct buf *out) MUST_USE;

/* Appends {"id":…,"error":{…}}; the id only when it was read. */
enum rc json_error_write(enum lang lang, const struct json_person *person,
    const struct json_error *error, struct buf *out) MUST_USE;

#endif

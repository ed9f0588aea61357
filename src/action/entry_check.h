#ifndef ACTION_ENTRY_CHECK_H
#define ACTION_ENTRY_CHECK_H

#include "base/buf.h"
#include "record/dose.h"
#include "record/person.h"
#include "report/history.h"

/*
 * What is worth a second look about a dose just stated: not resident on that day, an expired lot,
 * the same vaccine on the same day, and whatever the law makes of it (too young, too soon, in
 * surplus, by a doctor's judgement alone), with the day from which it would have been lawful.
 * Warnings, never a refusal: a dose that happened is recorded (half of all reported errors are wrong
 * intervals; each must be kept, counted and told).
 *
 * Sentences in English, separated by "; ", each a message id once its numbers are taken out; "" when
 * there is nothing to say.  h holds the statement as the register now has it.
 */
#define ENTRY_CHECK_BYTES 4096
enum rc entry_check(const struct history *h, const struct person *who, const struct dose *d,
    struct buf *ret_warnings) MUST_USE;
/* One warning more, a message id; of a programme where one is named, with ", lawful from" a day that is known. */
enum rc entry_warn(struct buf *out, const char *programme, const char *text, day on) MUST_USE;

#endif

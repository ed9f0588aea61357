#ifndef ACTION_DUPLICATE_READING_H
#define ACTION_DUPLICATE_READING_H

#include "action/node.h"

/*
 * Statements that cannot be resolved from here (rule 7: the same number of the dose in one year, days far apart, and
 * nobody has decided yet).  Both are shown.  Their credits say that a person must decide, and what is due is the
 * cautious reading of three: both doses were given, or only the earlier, or only the later.  For each programme that
 * reading counts which leaves most to be given; its first day lies after every injection of any reading, and where
 * readings differ in how far the programme is the status is `review`.  The reason `duplicate` marks all of it.
 *
 * pair[i]: indices into question->dose.  answer: of both given, changed in place.
 */
struct duplicate_unresolved {
	size_t one, other;
};
enum rc duplicate_cautious(const struct schedule_question *question, const struct duplicate_unresolved *pair,
    size_t n_pair, struct schedule_work *work, struct arena *arena, struct schedule_answer *answer,
    struct fault *why) MUST_USE;

#endif

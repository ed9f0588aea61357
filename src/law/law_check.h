#ifndef LAW_LAW_CHECK_H
#define LAW_LAW_CHECK_H

#include "law/law_draft.h"

/*
 * What is wrong with the law as a whole, once every line was read and the draft is finished:
 * told to the draft's listener, all of it.  A draft that already has findings is not checked,
 * and one with findings is never emitted.
 */
void law_check(struct law_draft *d);

#endif

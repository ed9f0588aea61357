#ifndef LAW_LAW_PRINT_H
#define LAW_LAW_PRINT_H

#include "base/buf.h"
#include "law/law.h"

/* The law in plain words, Japanese or English, each rule with its citation. */
enum law_print_lang { LAW_PRINT_JA, LAW_PRINT_EN, LAW_PRINT__COUNT };

/* Everything that binds on that day, appended to out; RC_TOO_BIG or RC_NOMEM. */
enum rc law_print_day(const struct law *law, day on, enum law_print_lang lang, struct buf *out) MUST_USE;
/* Rules that bind on one of the two days only, or a line that there are none. */
enum rc law_print_diff(const struct law *law, day from, day to, enum law_print_lang lang,
    struct buf *out) MUST_USE;

#endif

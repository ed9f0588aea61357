#ifndef TESTS_UNIT_TEST_REPORT_H
#define TESTS_UNIT_TEST_REPORT_H

#include <stdbool.h>

#include "base/arena.h"
#include "report/history.h"
#include "report/report.h"

/*
 * An invented infant of 2026-11-22, moved in from another town, judged by the law of this
 * build tree: doses that count and one too early, one not given, one withdrawn, one
 * superseded; one town that answered and one that holds nothing.  Names hold what markup,
 * spreadsheets and JSON would take for their own.
 */
const struct history *test_infant(void);
const struct history *test_protected(void);

/* The report as NUL-terminated text; freed at the next call. */
const char *test_render(enum rc (*write)(struct buf *, const struct history *, enum lang, struct fault *),
    const struct history *h, enum lang lang);
/* With WATASHI_LOOK=DIR in the environment, keeps a copy there for people to look at. */
void test_keep(const char *name, const char *text);

#endif

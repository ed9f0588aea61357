#ifndef TESTS_UNIT_COHORT_H
#define TESTS_UNIT_COHORT_H

#include "base/buf.h"
#include "tests/unit/test_schedule.h"

/*
 * 500 invented people, whose answers are stored in tests/case/law-dump/cohort: one file a
 * programme, one line a person, so that a change of one line of law shows whose dates move.
 *
 * Made once by cohort_make, from a generator that knows no law: vaccines at the ages of their time, a
 * day too soon, on the day, late, left out.  Stored as a line each in cohort/people:
 *
 *	P001 BIRTH SEX AS-OF [VACCINE:DAY] [!CONDITION[:DAY]] [>PROGRAMME:FROM..UNTIL] [~DAY0] [^DAY]
 *
 * SEX f, m, x (unknown); ~ day 0w0d of a pregnancy; ^ a low antibody result.
 */
#define COHORT_PEOPLE 500

struct cohort {
	size_t n;
	struct test_person person[COHORT_PEOPLE];
};

/* One person as such a line, read and written. */
void cohort_read(struct test_person *p, char *line);
void cohort_write(const char *id, const struct test_person *p, struct buf *line);
/* The stored lines of tests/case/law-dump/cohort/people; ends the test program when one is wrong. */
const struct cohort *cohort_stored(void);
/* Person i as a line, the same every time. */
void cohort_make(unsigned i, struct buf *line);
/*
 * What the law of test_law() answers person i of a programme, as a line; nothing when the programme is
 * not for this person and holds no dose.
 */
void cohort_line(unsigned i, const struct test_person *p, const struct test_answer *a,
    uint16_t programme, struct buf *line);
/* STATUS[!] GIVEN+REMAINING, a letter a credit by dose (v n e r), and the next dose with its days; ! is overdue. */
void cohort_answer(const struct test_person *p, const struct test_answer *a, uint16_t programme,
    struct buf *line);

#endif

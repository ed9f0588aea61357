#include "tests/unit/cohort.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- making --- */

#define DAYS 366
/* A vaccine's doses: the age of the first, then the gaps that the law of its time asks for. */
static const struct habit {
	const char *product, *from, *to;	/* given on days of this time */
	int first, gap[4];			/* days; 0 ends */
	unsigned percent;
} habit_table[] = {
	{ "DPT-IPV-Hib", "2024-04-01", "2040-01-01", 61, { 21, 21, 184 }, 90 },
	{ "DPT-IPV", "2012-11-01", "2025-07-31", 90, { 21, 21, 184 }, 85 },
	{ "DPT", "2005-04-01", "2012-10-31", 92, { 21, 21, 184 }, 85 },
	{ "OPV", "2005-04-01", "2012-08-31", 100, { 42 }, 80 },
	{ "IPV", "2012-09-01", "2024-03-31", 92, { 21, 21, 184 }, 15 },
	{ "Hib", "2013-04-01", "2024-09-30", 61, { 28, 28, 215 }, 85 },
	{ "PCV7", "2013-04-01", "2013-10-31", 61, { 28, 28, 240 }, 90 },
	{ "PCV13", "2013-11-01", "2024-09-30", 61, { 28, 28, 240 }, 90 },
	{ "PCV15", "2024-04-01", "2024-12-31", 61, { 28, 28, 240 }, 40 },
	{ "PCV20", "2024-10-01", "2040-01-01", 61, { 28, 28, 240 }, 90 },
	{ "HepB", "2016-10-01", "2040-01-01", 61, { 28, 112 }, 90 },
	{ "RV1", "2020-10-01", "2040-01-01", 61, { 28 }, 50 },
	{ "RV5", "2020-10-01", "2040-01-01", 61, { 28, 28 }, 45 },
	{ "BCG", "2005-04-01", "2040-01-01", 152, { 0 }, 90 },
	{ "MR", "2006-04-01", "2040-01-01", 366, { 1700 }, 85 },
	{ "M", "2005-04-01", "2008-03-31", 370, { 0 }, 25 },
	{ "R", "2005-04-01", "2008-03-31", 420, { 0 }, 25 },
	{ "VAR", "2014-10-01", "2040-01-01", 366, { 92 }, 85 },
	{ "JE-MB", "2005-04-01", "2009-05-30", 1096, { 7, 184 }, 60 },
	{ "JE", "2009-06-02", "2040-01-01", 1096, { 7, 184, 2200 }, 80 },
	{ "DT", "2005-04-01", "2040-01-01", 11 * DAYS, { 0 }, 70 },
	{ "HPV2", "2013-04-01", "2024-03-31", 13 * DAYS, { 31, 150 }, 15 },
	{ "HPV4", "2013-04-01", "2026-03-31", 13 * DAYS, { 31, 92 }, 20 },
	{ "HPV9", "2023-04-01", "2040-01-01", 13 * DAYS, { 160, 92 }, 50 },
	{ "HPV9", "2023-04-01", "2040-01-01", 20 * DAYS, { 31, 92 }, 25 },
	{ "MR", "2019-02-01", "2025-03-31", 45 * DAYS, { 0 }, 30 },
	{ "INF", "2005-10-01", "2040-01-01", 70 * DAYS, { 365, 365, 365 }, 60 },
	{ "INF-HD", "2026-10-01", "2040-01-01", 76 * DAYS, { 0 }, 30 },
	{ "PPSV23", "2014-10-01", "2026-03-31", 65 * DAYS, { 0 }, 40 },
	{ "PCV20", "2026-04-01", "2040-01-01", 65 * DAYS, { 0 }, 40 },
	{ "COVID19", "2021-02-17", "2040-01-01", 66 * DAYS, { 28, 240, 365 }, 50 },
	{ "ZVL", "2025-04-01", "2040-01-01", 65 * DAYS, { 0 }, 25 },
	{ "RZV", "2025-04-01", "2040-01-01", 70 * DAYS, { 62 }, 35 },
	{ "RSV-M", "2026-04-01", "2040-01-01", 30 * DAYS, { 0 }, 30 },
	{ "MMR", "2005-04-01", "2040-01-01", 400, { 800 }, 4 },
	{ "MUMPS", "2005-04-01", "2040-01-01", 400, { 0 }, 30 },
	{ "YF", "2005-04-01", "2040-01-01", 4 * DAYS, { 0 }, 3 },
	{ "OTHER", "2005-04-01", "2040-01-01", 900, { 0 }, 3 },
};

static void
say(struct buf *b, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (buf_add_text(b, text) != RC_OK)
		abort();
}

static const char *
written(day d)
{
	static char text[4][DAY_TEXT_SIZE];
	static unsigned at;

	at = (at + 1) % 4;
	day_write(d, text[at]);
	return day_known(d) ? text[at] : "-";
}

/* Mostly on the very day or near it, sometimes a day too soon, sometimes much later. */
static int
slip(uint64_t *s)
{
	switch (test_random(s) % 8) {
	case 0:
		return -1;
	case 1:
	case 2:
		return 0;
	case 3:
		return 1;
	case 4:
		return (int)(test_random(s) % 400);
	default:
		return (int)(test_random(s) % 40);
	}
}

static day
birth_of(unsigned i, uint64_t *s)
{
	static const char *const edge[] = { "2024-02-29", "2008-04-01", "2020-04-01", "2020-04-02", "2007-04-01",
	    "2007-04-02", "1962-04-02", "1979-04-01", "1997-04-02", "2009-10-01", "1995-04-02", "2023-08-31" };
	day first, last;

	if (i % 12 == 11)
		return test_day(edge[i / 12 % 12]);
	first = test_day(i % 10 < 7 ? "2003-01-01" : i % 10 == 7 ? "1955-01-01" : "1918-01-01");
	last = test_day(i % 10 < 7 ? "2026-10-31" : i % 10 == 7 ? "2003-01-01" : "1968-01-01");
	return day_add(first, (int)(test_random(s) % (uint32_t)day_gap(first, last)));
}

static day
as_of_of(unsigned i, day birth, uint64_t *s)
{
	day today = test_day("2026-11-22"), d;

	if (i % 5 < 3)
		return today;
	/* Young on some day of the law's history, or of its future. */
	d = day_add(birth, i % 10 < 7 ? (int)(test_random(s) % 5200) : day_gap(birth, test_day("2006-01-01")) +
	    (int)(test_random(s) % 9000));
	if (day_before(d, test_day("2005-04-01")))
		d = test_day("2005-04-01");
	return day_max(birth, day_min(d, test_day("2031-03-31")));
}

void
cohort_make(unsigned i, struct buf *line)
{
	static const char *const condition[] = { "history-measles", "history-rubella", "history-varicella",
	    "history-pertussis", "keloid", "intussusception", "hbig-mother-to-child", "immunosuppressed",
	    "hiv-immune-disorder", "heart-kidney-respiratory-disorder" };
	static const char *const programme[] = { "mr-1", "mr-2", "pcv", "hib", "je-1", "dpt-1", "bcg", "varicella", "hpv" };
	uint64_t s = UINT64_C(500) + i;
	day birth = birth_of(i, &s), as_of = as_of_of(i, birth, &s), on;
	char sex = "fmfmfmfmfx"[test_random(&s) % 10];
	unsigned n = 0;

	say(line, "P%03u %s %c %s", i + 1, written(birth), sex, written(as_of));
	for (size_t h = 0; h < sizeof habit_table / sizeof habit_table[0]; h++) {
		const struct habit *v = &habit_table[h];

		on = birth;
		for (unsigned k = 0; k < 5 && (k == 0 || v->gap[k - 1] != 0); k++) {
			on = day_add(on, (k == 0 ? v->first : v->gap[k - 1]) + slip(&s));
			if (test_random(&s) % 100 >= v->percent)
				break;
			if (!day_before(on, test_day(v->from)) && !day_after(on, test_day(v->to)) &&
			    !day_after(on, as_of) && n++ < 30)
				say(line, " %s:%s", v->product, written(on));
		}
	}
	if (test_random(&s) % 9 == 0 || (day_years_reached(birth, as_of) >= 60 && test_random(&s) % 4 == 0)) {
		unsigned which = day_years_reached(birth, as_of) >= 60 ? 7 + test_random(&s) % 3 : test_random(&s) % 10;

		say(line, " !%s", condition[which]);
		if (test_random(&s) % 3 == 0)
			say(line, ":%s", written(day_max(birth, day_add(as_of, -(int)(test_random(&s) % 900)))));
	}
	if (test_random(&s) % 14 == 0) {
		on = day_max(birth, day_add(as_of, -(int)(test_random(&s) % 700)));
		say(line, " >%s:%s..%s", programme[test_random(&s) % 9], written(on),
		    written(day_add(on, 100 + (int)(test_random(&s) % 700))));
	}
	if (sex == 'f' && day_years_reached(birth, as_of) >= 18 && day_years_reached(birth, as_of) <= 45)
		say(line, " !pregnant ~%s", written(day_add(as_of, -(int)(test_random(&s) % 270))));
	if (sex != 'f' && i % 3 != 0 && day_years_reached(birth, as_of) >= 30)
		say(line, " ^%s", written(day_add(as_of, -(int)(test_random(&s) % 1500))));
	say(line, "\n");
}

/* --- reading --- */

static void
wrong(const char *line)
{
	printf("FAIL a line of the stored cohort is not understood: %s\n0 passed, 1 failed\n", line);
	exit(1);
}

static void
read_word(struct test_person *p, char *word)
{
	char *colon = strchr(word, ':'), *dots = strstr(word, "..");
	struct schedule_extension *e = &p->extension[p->person.n_extension];
	struct schedule_condition *c = &p->condition[p->person.n_condition];

	if (colon != NULL)
		*colon++ = '\0';
	if (dots != NULL)
		*dots = '\0';
	switch (word[0]) {
	case '!':
		c->condition = law_find_condition(test_law(), word + 1, strlen(word + 1));
		c->from = colon == NULL ? DAY_NONE : test_day(colon);
		p->person.n_condition++;
		break;
	case '>':
		if (colon == NULL || dots == NULL)
			wrong(word);
		*e = (struct schedule_extension){ test_programme(word + 1), test_day(colon), test_day(dots + 2), SCHEDULE_SHORTAGE };
		p->person.n_extension++;
		break;
	case '~':
		p->person.pregnancy_start = test_day(word + 1);
		break;
	case '^':
		p->person.antibody_date = test_day(word + 1);
		p->person.antibody_low = true;
		break;
	default:
		if (colon == NULL)
			wrong(word);
		test_person_dose(p, test_product(word), test_day(colon));
	}
}

void
cohort_read(struct test_person *p, char *line)
{
	char *save = NULL, *id = strtok_r(line, " \n", &save), *birth = strtok_r(NULL, " \n", &save);
	char *sex = strtok_r(NULL, " \n", &save), *as_of = strtok_r(NULL, " \n", &save);

	test_person_init(p);
	if (id == NULL || birth == NULL || sex == NULL || as_of == NULL)
		wrong(line);
	p->person.birth = test_day(birth);
	p->person.sex = *sex == 'f' ? SCHEDULE_SEX_FEMALE : *sex == 'm' ? SCHEDULE_SEX_MALE : SCHEDULE_SEX_UNKNOWN;
	p->as_of = test_day(as_of);
	for (char *word; (word = strtok_r(NULL, " \n", &save)) != NULL;)
		read_word(p, word);
}

const struct cohort *
cohort_stored(void)
{
	static struct cohort cohort;
	const char *source = getenv("top_srcdir");
	char path[4096], line[4096];
	FILE *in;

	if (cohort.n > 0)
		return &cohort;
	snprintf(path, sizeof path, "%s/tests/case/law-dump/cohort/people", source != NULL ? source : ".");
	if ((in = fopen(path, "r")) == NULL)
		wrong(path);
	while (fgets(line, sizeof line, in) != NULL && cohort.n < COHORT_PEOPLE)
		cohort_read(&cohort.person[cohort.n++], line);
	fclose(in);
	/* The places of the copies. */
	for (size_t i = 0; i < cohort.n; i++) {
		struct test_person *p = &cohort.person[i];

		p->person.condition = p->condition;
		p->person.extension = p->extension;
		for (size_t d = 0; d < p->n_dose; d++)
			p->dose[d].id = p->id[d];
	}
	return &cohort;
}

void
cohort_write(const char *id, const struct test_person *p, struct buf *line)
{
	say(line, "%s %s %c %s", id, written(p->person.birth), p->person.sex == SCHEDULE_SEX_FEMALE ? 'f' :
	    p->person.sex == SCHEDULE_SEX_MALE ? 'm' : 'x', written(p->as_of));
	for (size_t d = 0; d < p->n_dose; d++)
		say(line, " %s:%s", law_string(test_law(), test_law()->product[p->dose[d].product].code),
		    written(p->dose[d].given.first));
	for (size_t c = 0; c < p->person.n_condition; c++) {
		say(line, " !%s", law_string(test_law(), test_law()->condition[p->condition[c].condition].code));
		if (day_known(p->condition[c].from))
			say(line, ":%s", written(p->condition[c].from));
	}
	for (size_t e = 0; e < p->person.n_extension; e++)
		say(line, " >%s:%s..%s", law_string(test_law(), test_law()->programme[p->extension[e].programme].code),
		    written(p->extension[e].from), written(p->extension[e].until));
	if (day_known(p->person.pregnancy_start))
		say(line, " ~%s", written(p->person.pregnancy_start));
	if (day_known(p->person.antibody_date))
		say(line, " ^%s", written(p->person.antibody_date));
}

/* --- answers --- */

static size_t
mark_doses(const struct test_person *p, const struct test_answer *a, uint16_t programme, char marks[TEST_DOSES * 2])
{
	static const char letter[] = {
		[SCHEDULE_VALID] = 'v', [SCHEDULE_NOT_VALID] = 'n', [SCHEDULE_EXTRA] = 'e', [SCHEDULE_CREDIT_REVIEW] = 'r',
	};
	size_t n = 0;

	/* In the order of the doses in the person's line. */
	for (size_t d = 0; d < p->n_dose; d++) {
		for (size_t k = 0; k < a->answer.n_credit; k++) {
			if (a->credit[k].programme == programme && a->credit[k].dose_index == d)
				marks[n++] = letter[a->credit[k].status];
		}
	}
	marks[n] = '\0';
	return n;
}

void
cohort_answer(const struct test_person *p, const struct test_answer *a, uint16_t programme, struct buf *line)
{
	const struct schedule_forecast *f = &a->answer.forecast[programme];
	char marks[TEST_DOSES * 2];

	say(line, "%s%s %u+%u %s", schedule_status_name((enum schedule_status)f->status), f->overdue ? "!" : "",
	    f->given, f->remaining, mark_doses(p, a, programme, marks) == 0 ? "-" : marks);
	if (f->has_next) {
		say(line, " %u %s %s..%s", f->next.dose, schedule_kind_name((enum law_dose_kind)f->next.kind),
		    written(f->next.earliest), written(f->next.latest));
		for (unsigned c = 0; c < f->next.n_choices; c++) {
			const struct schedule_choice *x = &f->next.choice[c];

			say(line, " %s", law_string(test_law(), test_law()->product[x->product].code));
			if (!day_equal(x->earliest, f->next.earliest))
				say(line, ">%s", written(x->earliest));
			if (!day_equal(x->latest, f->next.latest))
				say(line, "<%s", written(x->latest));
		}
	}
	say(line, "\n");
}

void
cohort_line(unsigned i, const struct test_person *p, const struct test_answer *a, uint16_t programme,
    struct buf *line)
{
	char marks[TEST_DOSES * 2];

	if (a->answer.forecast[programme].status == SCHEDULE_NOT_ELIGIBLE && mark_doses(p, a, programme, marks) == 0)
		return;
	say(line, "P%03u %s@%s ", i + 1, written(p->person.birth), written(p->as_of));
	cohort_answer(p, a, programme, line);
}

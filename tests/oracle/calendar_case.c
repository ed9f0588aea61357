#include "tests/oracle/case_write.h"

#include <string.h>

#include "tests/oracle/civil.h"

#define STEPS 5

static struct answer said;

static int
length_of_february(int year)
{
	return civil_length(year, 2);
}

/* Somebody of whom the programme may be asked. */
static void
make(const struct text *text, int programme, int birth, int as_of, struct life *x)
{
	memset(x, 0, sizeof *x);
	x->birth = birth;
	x->as_of = as_of > birth ? as_of : birth;
	x->pregnancy = x->antibody = -1;
	x->sex = LIFE_FEMALE;
	for (int i = 0; i < text->n_targets; i++) {
		const struct text_who *who = &text->target[i].who;

		if (text->target[i].programme != programme)
			continue;
		if (who->sex == 2)
			x->sex = LIFE_MALE;
		if (who->gestation)
			x->pregnancy = civil_of(2026, 8, 31);
		if (who->antibody) {
			x->antibody = who->antibody_by;
			x->antibody_low = true;
		}
	}
}

static const struct answer_forecast *
ask(const struct text *text, const struct life *x, int programme)
{
	answer(text, x, &said);
	return &said.forecast[programme];
}

#define SOON 400		/* days */

/* The last year not after `year` in which those born in its June (or February) may have a dose by then or soon; -1: none. */
static int
year_for(const struct text *text, int programme, int as_of, int year, bool leap)
{
	for (; year > 1900; year--) {
		struct life x;

		if (leap && length_of_february(year) != 29)
			continue;
		make(text, programme, leap ? civil_of(year, 2, 29) : civil_of(year, 6, 15), as_of, &x);
		if (ask(text, &x, programme)->next && said.forecast[programme].earliest < x.as_of + SOON)
			return year;
	}
	return -1;
}

/* The first day on or after that is the last of a month. */
static int
month_end(int day)
{
	while (civil_split(day + 1).mday != 1)
		day++;
	return day;
}

static void
write_one(const struct text *text, const char *folder, int programme, const char *born, const struct life *x)
{
	FILE *out = case_open(folder, text->programme[programme].name, "calendar");

	fprintf(out, "# %s%s.\n", born, x->n_doses == 0 ? "" : x->n_doses == 1 ? ", a dose on the last day of a month" :
	    ", each dose on the last day of a month");
	case_write(out, text, x, programme);
	fclose(out);
}

/* The days of somebody born then; with doses too, each on the first month's end on which it may be. */
static void
one_birth(const struct text *text, const char *folder, int programme, const char *born, int birth, int as_of, bool doses)
{
	const struct answer_forecast *f;
	struct life x;

	make(text, programme, birth, as_of, &x);
	write_one(text, folder, programme, born, &x);
	for (int i = 0; doses && i < STEPS; i++) {
		int day;

		f = ask(text, &x, programme);
		if (!f->next || f->n_vaccines == 0 || text->programme[programme].season >= 0)
			return;
		day = month_end(f->vaccine[0].earliest);
		if (day > f->vaccine[0].latest || day < birth)
			return;
		x.dose[x.n_doses++] = (struct life_dose){ day, day, f->vaccine[0].product };
		if (day > x.as_of)
			x.as_of = day;
		write_one(text, folder, programme, born, &x);
	}
}

void
calendar_cases(const struct text *text, const char *folder)
{
	static const struct { const char *born; int month, mday; bool doses; } birth[] = {
		{ "Born on the last day of August: half a year later there is no such day", 8, 31, true },
		{ "Born on 31 December: two months later there is no such day", 12, 31, true },
		{ "Born on 31 March", 3, 31, false },
		{ "Born on 1 April, the last of a school year", 4, 1, false },
		{ "Born on 2 April, the first of the next school year", 4, 2, false },
		{ "Born on 1 March, the day after the end of February", 3, 1, false },
	};
	int now[] = { civil_of(2026, 11, 22), civil_of(2010, 6, 1) };

	for (int p = 0; p < text->n_programmes; p++)
		for (int k = 0; k < 2; k++) {
			int year = year_for(text, p, now[k], civil_split(now[k]).year, false);
			int leap = year < 0 ? -1 : year_for(text, p, now[k], year, true);

			if (year < 0)
				continue;
			for (size_t i = 0; i < sizeof birth / sizeof birth[0]; i++)
				one_birth(text, folder, p, birth[i].born, civil_of(year, birth[i].month, birth[i].mday), now[k], birth[i].doses);
			if (leap > 0)
				one_birth(text, folder, p, "Born on a leap day", civil_of(leap, 2, 29), now[k], true);
			break;
		}
}

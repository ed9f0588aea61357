#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"

/*
 * Invented persons for the benchmark, one JSON object a line: the same seed gives the same
 * persons.  Each has 25 doses, given around the ages at which they are usual, now and then
 * early, late or of an older vaccine.
 * --doses 0 makes the children of a register instead: of every age under 18, in no order, each
 * with the doses of that age and one in ten missing.
 * usage: make_persons [--seed N] [--persons N] [--doses N]
 */

static uint64_t state;

static uint32_t
random_below(uint32_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)((state >> 11) % n);
}

struct step {
	const char *vaccine, *older;	/* older: what many were given before */
	int months;			/* usual age */
};

static const struct step steps[] = {
	{ "HepB", NULL, 2 }, { "RV1", "RV5", 2 }, { "PCV20", "PCV13", 2 },
	{ "DPT-IPV-Hib", "DPT-IPV", 2 }, { "HepB", NULL, 3 }, { "RV1", "RV5", 3 },
	{ "PCV20", "PCV13", 3 }, { "DPT-IPV-Hib", "DPT-IPV", 3 }, { "PCV20", "PCV13", 4 },
	{ "DPT-IPV-Hib", "DPT-IPV", 4 }, { "BCG", NULL, 5 }, { "HepB", NULL, 7 },
	{ "MR", NULL, 12 }, { "VAR", NULL, 12 }, { "PCV20", "PCV13", 13 },
	{ "DPT-IPV-Hib", "DPT-IPV", 14 }, { "VAR", NULL, 18 }, { "JE", NULL, 36 }, { "JE", NULL, 37 },
	{ "JE", NULL, 48 }, { "MR", NULL, 66 }, { "JE", NULL, 110 }, { "DT", NULL, 135 },
	{ "HPV9", NULL, 150 }, { "HPV9", NULL, 157 },
};
#define N_STEPS (sizeof steps / sizeof steps[0])

static unsigned long
number(int argc, char **argv, const char *name, unsigned long otherwise)
{
	for (int i = 1; i + 1 < argc; i++)
		if (strcmp(argv[i], name) == 0)
			return strtoul(argv[i + 1], NULL, 10);
	return otherwise;
}

static void
write_dose(unsigned n, day on, const char *vaccine)
{
	char text[DAY_TEXT_SIZE];

	day_write(on, text);
	printf("%s{\"id\":\"d%u\",\"date\":\"%s\",\"vaccine\":\"%s\",\"lot\":\"%c%03u\"}",
	    n == 0 ? "" : ",", n, text, vaccine, (char)('A' + random_below(26)), random_below(1000));
}

static void
write_person(unsigned i, unsigned n_doses)
{
	static const char *const sexes[] = { "female", "male" };
	/* Born from 2020-08-01 on, so that the law text reaches back to every dose. */
	day first = { 18475 }, last = { 20779 }, birth = day_add(first, (int)random_below(700));
	char text[DAY_TEXT_SIZE];
	bool older = random_below(3) != 0;
	unsigned n = 0, season = 0;
	bool of_register = n_doses == 0;

	if (of_register) {
		birth = day_add(last, -(int)random_below(18 * 365));
		n_doses = N_STEPS;
	}
	day_write(birth, text);
	printf("{\"id\":\"p%06u\",\"birthDate\":\"%s\",\"sex\":\"%s\",\"doses\":[", i, text,
	    sexes[random_below(2)]);
	for (size_t s = 0; s < N_STEPS && n < n_doses; s++) {
		const struct step *step = &steps[s];
		day on = day_add(day_age_months(birth, step->months),
		    1 + (int)random_below(24) - (random_below(40) == 0 ? 20 : 0));

		if (!day_after(on, last) && !(of_register && random_below(10) == 0))
			write_dose(n++, on, older && step->older != NULL ? step->older : step->vaccine);
	}
	/* Two doses every autumn, as small children get them. */
	for (; !of_register && n < n_doses; season++)
		write_dose(n++, day_add(day_fiscal_first(2021 + (int)season / 2 % 6),
		    190 + (int)(season % 2) * 28 + (int)random_below(20)), "INF");
	printf("]}\n");
}

int
main(int argc, char **argv)
{
	unsigned long seed = number(argc, argv, "--seed", 1);
	unsigned long persons = number(argc, argv, "--persons", 10000);
	unsigned long doses = number(argc, argv, "--doses", 25);

	state = seed * 0x9e3779b97f4a7c15u + 1;
	for (unsigned i = 0; i < 16; i++)
		(void)random_below(2);
	for (unsigned long i = 0; i < persons; i++)
		write_person((unsigned)i, (unsigned)doses);
	return ferror(stdout) || fflush(stdout) != 0 ? 3 : 0;
}

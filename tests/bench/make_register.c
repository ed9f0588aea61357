#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/day.h"

/*
 * An invented municipality for the benchmark: DIR/residents.csv and DIR/doses.csv in the form that `watashi import`
 * takes.  The same options give the same files.  Ages are those of a Japanese town; children have the doses of
 * their age, at the ages at which they were usual and with the vaccines of that year, one in twelve missing; adults
 * those of their childhood in part, influenza every autumn since 2005 by age, and the COVID-19 series.  That makes
 * about twenty doses a resident.
 * usage: make_register [--seed N] [--residents N] DIR
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

/* Usual age in months, and the vaccine by the year of the dose. */
struct step {
	int months;
	int since, until;		/* years in which it was given */
	const char *vaccine;
};

static const struct step steps[] = {
	{ 2, 2017, 2099, "HepB" }, { 2, 2021, 2099, "RV1" }, { 2, 2025, 2099, "PCV20" }, { 2, 2014, 2024, "PCV13" },
	{ 2, 2024, 2099, "DPT-IPV-Hib" }, { 2, 2013, 2023, "Hib" }, { 3, 2013, 2023, "DPT-IPV" }, { 3, 1985, 2012, "DPT" },
	{ 3, 2017, 2099, "HepB" }, { 3, 2021, 2099, "RV1" }, { 3, 2025, 2099, "PCV20" }, { 3, 2014, 2024, "PCV13" },
	{ 3, 2024, 2099, "DPT-IPV-Hib" }, { 3, 2013, 2023, "Hib" }, { 4, 2013, 2023, "DPT-IPV" }, { 4, 1985, 2012, "DPT" },
	{ 4, 2025, 2099, "PCV20" }, { 4, 2014, 2024, "PCV13" }, { 4, 2024, 2099, "DPT-IPV-Hib" }, { 4, 2013, 2023, "Hib" },
	{ 5, 1985, 2099, "BCG" }, { 5, 2013, 2023, "DPT-IPV" }, { 5, 1985, 2012, "DPT" }, { 6, 1985, 2012, "OPV" },
	{ 7, 2017, 2099, "HepB" }, { 12, 2006, 2099, "MR" }, { 12, 1985, 2005, "M" }, { 12, 2015, 2099, "VAR" },
	{ 13, 2025, 2099, "PCV20" }, { 13, 2014, 2024, "PCV13" }, { 13, 2013, 2023, "Hib" }, { 14, 2024, 2099, "DPT-IPV-Hib" },
	{ 16, 1985, 2012, "DPT" }, { 16, 2013, 2023, "DPT-IPV" }, { 18, 2015, 2099, "VAR" }, { 18, 1985, 2012, "OPV" },
	{ 36, 2010, 2099, "JE" }, { 37, 2010, 2099, "JE" }, { 48, 2010, 2099, "JE" }, { 36, 1985, 2004, "JE-MB" },
	{ 37, 1985, 2004, "JE-MB" }, { 66, 2006, 2099, "MR" }, { 110, 2010, 2099, "JE" }, { 135, 1985, 2099, "DT" },
	{ 150, 2023, 2099, "HPV9" }, { 157, 2023, 2099, "HPV9" }, { 151, 2013, 2022, "HPV4" },
};
#define N_STEPS (sizeof steps / sizeof steps[0])

static const day now = { 20779 };	/* 2026-11-22 */
static unsigned long serial;

static void
write_dose(FILE *to, unsigned long no, const char *birth, day on, const char *vaccine)
{
	static const char *const physicians[] = { "鈴木　一", "佐藤　二", "高橋　三", "田中　四" };
	unsigned clinic = random_below(240);
	char text[DAY_TEXT_SIZE], expires[DAY_TEXT_SIZE];
	int year, month, mday;

	day_split(on, &year, &month, &mday);
	day_write(on, text);
	day_write(day_add(on, 200 + (int)random_below(300)), expires);
	fprintf(to, "%lu,1,%lu,,%s,%s,%s,%c%02d%02u,%s,0.5,left-arm,subcutaneous,1410%06u,第%u診療所,%s,given,,\n", ++serial, no,
	    birth, text, vaccine, (char)('A' + month), year % 100, random_below(60), expires, clinic, clinic,
	    physicians[clinic % 4]);
}

/* Years of age of a resident, as Japan's are spread. */
static int
draw_age(void)
{
	static const int weight[] = { 6, 8, 9, 9, 10, 11, 14, 12, 13, 8 };	/* by decades */
	int at = (int)random_below(100), decade = 0;

	while (at >= weight[decade])
		at -= weight[decade++];
	return decade * 10 + (int)random_below(10);
}

static void
write_history(FILE *to, unsigned long no, day birth, const char *birth_text, int age)
{
	int year, month, mday;

	for (size_t s = 0; s < N_STEPS; s++) {
		day on = day_add(day_age_months(birth, steps[s].months), 1 + (int)random_below(24));

		day_split(on, &year, &month, &mday);
		if (!day_after(on, now) && year >= steps[s].since && year <= steps[s].until && random_below(12) != 0)
			write_dose(to, no, birth_text, on, steps[s].vaccine);
	}
	for (int season = 2005; season <= 2026; season++) {
		int then = age - (2026 - season);
		unsigned chance = then < 1 ? 0 : then < 13 ? 55 : then < 65 ? 36 : 68;
		day on = day_add(day_fiscal_first(season), 190 + (int)random_below(40));

		if (random_below(100) < chance && !day_after(on, now))
			write_dose(to, no, birth_text, on, "INF");
		if (then >= 1 && then < 13 && random_below(100) < chance && !day_after(day_add(on, 28), now))
			write_dose(to, no, birth_text, day_add(on, 28), "INF");
	}
	/* From the summer of 2021 on, some more often. */
	for (unsigned n = 0, most = age < 20 ? 2 : age < 65 ? 5 : 8; n < most && random_below(100) < 88; n++) {
		day on = { 18780 + (int)(n * 170 + random_below(60)) };

		if (day_after(on, day_add(birth, 190)))
			write_dose(to, no, birth_text, on, "COVID19");
	}
	if (age >= 66 && random_below(2) == 0)
		write_dose(to, no, birth_text, day_add(day_age_years(birth, 65), 40), "PPSV23");
}

static void
write_resident(FILE *residents, FILE *doses, unsigned long i)
{
	static const char *const family[] = { "渡", "港", "浜", "星野", "川島", "大橋", "小舟", "森", "林", "石井" };
	static const char *const family_kana[] = { "ワタシ", "ミナト", "ハマ", "ホシノ", "カワシマ", "オオハシ", "コブネ", "モリ", "ハヤシ", "イシイ" };
	static const char *const given[] = { "一郎", "花子", "葵", "蓮", "陽菜", "悠真", "結衣", "湊", "さくら", "健" };
	static const char *const given_kana[] = { "イチロウ", "ハナコ", "アオイ", "レン", "ヒナ", "ユウマ", "ユイ", "ミナト", "サクラ", "ケン" };
	int age = draw_age();
	day birth = day_add(now, -(age * 365 + age / 4 + (int)random_below(365)));
	unsigned f = random_below(10), g = random_below(10);
	bool came = random_below(5) == 0;
	day since = came ? day_add(now, -(int)random_below((uint32_t)day_gap(birth, now) + 1)) : birth;
	unsigned long no = 1000000000 + i;
	char birth_text[DAY_TEXT_SIZE], since_text[DAY_TEXT_SIZE];

	day_write(birth, birth_text);
	day_write(since, since_text);
	fprintf(residents, "%lu,,%s　%s%lu,%s　%s,,%s,%s,中区%u丁目%u番%u号,%s,,%s,,,0\n", no, family[f], given[g], i % 977,
	    family_kana[f], given_kana[g], birth_text, random_below(2) == 0 ? "female" : "male", 1 + random_below(9), 1 + random_below(40),
	    1 + random_below(30), since_text, came ? "011002" : "");
	write_history(doses, no, birth, birth_text, age);
}

static FILE *
open_in(const char *folder, const char *name)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if ((f = fopen(path, "w")) == NULL) {
		perror(path);
		exit(3);
	}
	return f;
}

int
main(int argc, char **argv)
{
	unsigned long seed = 1, n = 5000;
	FILE *residents, *doses;
	int i;

	for (i = 1; i + 1 < argc; i += 2)
		if (strcmp(argv[i], "--seed") == 0)
			seed = strtoul(argv[i + 1], NULL, 10);
		else if (strcmp(argv[i], "--residents") == 0)
			n = strtoul(argv[i + 1], NULL, 10);
		else
			break;
	if (i + 1 != argc) {
		fputs("usage: make_register [--seed N] [--residents N] DIR\n", stderr);
		return 2;
	}
	state = seed * 0x9e3779b97f4a7c15u + 1;
	for (unsigned k = 0; k < 16; k++)
		(void)random_below(2);
	residents = open_in(argv[i], "residents.csv");
	doses = open_in(argv[i], "doses.csv");
	fputs("addressee_no,my_number,name,kana,roman,birth_date,sex,address,resident_from,resident_until,"
	    "previous_municipality,next_municipality,died_on,protected\n", residents);
	fputs("source_id,source_version,addressee_no,ticket_no,birth_date,given_on,vaccine,lot,expires_on,volume_ml,site,"
	    "route,clinic_code,clinic_name,physician,status,reason,evidence\n", doses);
	for (unsigned long k = 0; k < n; k++)
		write_resident(residents, doses, k);
	return fclose(residents) != 0 || fclose(doses) != 0 ? 3 : 0;
}

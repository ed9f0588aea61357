#include "cli/schedule_options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schedule/visits.h"

#define EXIT_USAGE 2

#define JOBS_MAX 64

static const char usage_words[] = WORDS(
"usage: watashi-schedule [options] < person.json\n"
"       watashi-schedule --ndjson [--jobs N] [options] < persons.ndjson\n"
"\n"
"Says which recorded doses count under the Immunization Act, what is still to be\n"
"given, from when until when, and by which article.  Persons are JSON; so is the\n"
"answer, unless --explain asks for one in words.\n"
"\n"
"  --as-of DAY          judge as of this day, YYYY-MM-DD (default: today in Japan)\n"
"  --law FILE           compiled law (default: WATASHI_LAW, or the installed one)\n"
"  --lang ja|en         language of reasons and errors (default: ja)\n"
"  --reasons text|codes give reasons in words, or codes only (default: text)\n"
"  --explain            tell one person's answer in words, step by step\n"
"  --what-if-given VACCINE:DAY\n"
"                       suppose this dose too; up to 16 times; with --explain the\n"
"                       answer begins with what changes\n"
"  --plan               add a plan of the fewest visits for a child's coming doses\n"
"  --plan-until DAY     plan what opens by this day (default: two years on)\n"
"  --per-visit N        injections a visit, 1 to 12 (default: 4; oral vaccines are\n"
"                       not counted)\n"
"  --ndjson             one person a line in, one answer a line out, in order\n"
"  --jobs N             work on lines with N threads, 1 to 64 (with --ndjson)\n"
"  --influenza-season MM-DD..MM-DD\n"
"                       first and last day of the municipality's season\n"
"  --help, --version\n"
"\n"
"Exit status: 0 answered, 1 somebody could not be answered, 2 usage, 3 the law\n"
"file, the input or the output failed.\n"
"\n"
"Examples:\n"
"  watashi-schedule --explain < person.json\n"
"  watashi-schedule --plan --per-visit 3 < person.json\n"
"  watashi-schedule --as-of $DAY --explain --what-if-given $VACCINE:$DAY < person.json\n"
"  watashi-schedule --ndjson --jobs 4 --reasons codes < persons.ndjson > answers.ndjson\n");

int
schedule_options_refuse(const struct schedule_options *o, const char *message, const char *value)
{
	fprintf(stderr, "watashi-schedule: %s: %s\n", words(o->lang, message), value);
	fprintf(stderr, "%s\n", words(o->lang, WORDS("watashi-schedule --help shows the usage")));
	return EXIT_USAGE;
}

/* "MM-DD" at p. */
static bool
month_day(const char *p, int16_t *ret_month, int16_t *ret_day)
{
	for (int i = 0; i < 5; i++)
		if (i == 2 ? p[i] != '-' : p[i] < '0' || p[i] > '9')
			return false;
	*ret_month = (int16_t)((p[0] - '0') * 10 + (p[1] - '0'));
	*ret_day = (int16_t)((p[3] - '0') * 10 + (p[4] - '0'));
	/* A season must exist every year: no leap day. */
	return *ret_month >= 1 && *ret_month <= 12 && *ret_day >= 1 &&
	    *ret_day <= day_month_length(2025, *ret_month);
}

static bool
parse_season(const char *text, struct schedule_season *ret_season)
{
	struct schedule_season s;

	if (strlen(text) != 12 || text[5] != '.' || text[6] != '.' ||
	    !month_day(text, &s.from_month, &s.from_day) ||
	    !month_day(text + 7, &s.to_month, &s.to_day))
		return false;
	*ret_season = s;
	return true;
}

static bool
parse_number(const char *text, unsigned most, unsigned *ret_n)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || n < 1 || n > (long)most)
		return false;
	*ret_n = (unsigned)n;
	return true;
}

/* What does not go together. */
static int
check_together(const struct schedule_options *o)
{
	if (o->jobs > 0 && !o->ndjson)
		return schedule_options_refuse(o, WORDS("--jobs goes with --ndjson only"), "--jobs");
	if (o->explain && o->ndjson)
		return schedule_options_refuse(o, WORDS("--explain tells of one person, not of lines"),
		    "--ndjson");
	if (!o->plan && (day_known(o->plan_until) || o->per_visit > 0))
		return schedule_options_refuse(o, WORDS("this goes with --plan only"),
		    day_known(o->plan_until) ? "--plan-until" : "--per-visit");
	return -1;
}

int
schedule_options_read(int argc, char **argv, struct schedule_options *o)
{
	enum { AS_OF = 256, LAW, LANG, REASONS, EXPLAIN, SUPPOSE, PLAN, UNTIL, PER_VISIT, NDJSON, JOBS,
	    SEASON, HELP, WHICH_VERSION };
	static const struct option list[] = {
		{ "as-of", required_argument, NULL, AS_OF },
		{ "law", required_argument, NULL, LAW },
		{ "lang", required_argument, NULL, LANG },
		{ "reasons", required_argument, NULL, REASONS },
		{ "explain", no_argument, NULL, EXPLAIN },
		{ "what-if-given", required_argument, NULL, SUPPOSE },
		{ "plan", no_argument, NULL, PLAN },
		{ "plan-until", required_argument, NULL, UNTIL },
		{ "per-visit", required_argument, NULL, PER_VISIT },
		{ "ndjson", no_argument, NULL, NDJSON },
		{ "jobs", required_argument, NULL, JOBS },
		{ "influenza-season", required_argument, NULL, SEASON },
		{ "help", no_argument, NULL, HELP },
		{ "version", no_argument, NULL, WHICH_VERSION },
		{ NULL, 0, NULL, 0 },
	};
	bool help = false;
	int c;

	*o = (struct schedule_options){ .as_of = DAY_NONE, .lang = LANG_JA,
		.reasons = JSON_REASONS_TEXT, .plan_until = DAY_NONE };
	opterr = 0;
	while ((c = getopt_long(argc, argv, ":", list, NULL)) != -1) {
		switch (c) {
		case AS_OF:
			if (day_parse(optarg, strlen(optarg), &o->as_of) != RC_OK)
				return schedule_options_refuse(o, WORDS("--as-of is not a day"), optarg);
			break;
		case LAW:
			o->law = optarg;
			break;
		case LANG:
			if (strcmp(optarg, "ja") != 0 && strcmp(optarg, "en") != 0)
				return schedule_options_refuse(o, WORDS("--lang is neither ja nor en"), optarg);
			o->lang = optarg[0] == 'j' ? LANG_JA : LANG_EN;
			break;
		case REASONS:
			if (strcmp(optarg, "text") != 0 && strcmp(optarg, "codes") != 0)
				return schedule_options_refuse(o,
				    WORDS("--reasons is neither text nor codes"), optarg);
			o->reasons = optarg[0] == 't' ? JSON_REASONS_TEXT : JSON_REASONS_CODES;
			break;
		case EXPLAIN:
			o->explain = true;
			break;
		case SUPPOSE:
			if (o->n_supposed == SCHEDULE_SUPPOSED)
				return schedule_options_refuse(o,
				    WORDS("no more than 16 doses can be supposed"), optarg);
			o->supposed[o->n_supposed++] = optarg;
			break;
		case PLAN:
			o->plan = true;
			break;
		case UNTIL:
			if (day_parse(optarg, strlen(optarg), &o->plan_until) != RC_OK)
				return schedule_options_refuse(o, WORDS("--plan-until is not a day"), optarg);
			break;
		case PER_VISIT:
			if (!parse_number(optarg, VISITS_PER_VISIT_MAX, &o->per_visit))
				return schedule_options_refuse(o,
				    WORDS("--per-visit is not a number from 1 to 12"), optarg);
			break;
		case NDJSON:
			o->ndjson = true;
			break;
		case JOBS:
			if (!parse_number(optarg, JOBS_MAX, &o->jobs))
				return schedule_options_refuse(o,
				    WORDS("--jobs is not a number from 1 to 64"), optarg);
			break;
		case SEASON:
			if (!parse_season(optarg, &o->season))
				return schedule_options_refuse(o,
				    WORDS("--influenza-season is not of the form MM-DD..MM-DD"), optarg);
			break;
		case HELP:
			help = true;
			break;
		case WHICH_VERSION:
			printf("%s\n", PACKAGE_STRING);
			return 0;
		case ':':
			return schedule_options_refuse(o, WORDS("this option needs a value"), argv[optind - 1]);
		default:
			return schedule_options_refuse(o, WORDS("there is no such option"), argv[optind - 1]);
		}
	}
	if (help) {
		fputs(words(o->lang, usage_words), stdout);
		return 0;
	}
	if (optind < argc)
		return schedule_options_refuse(o,
		    WORDS("persons are read from standard input, not from arguments"), argv[optind]);
	return check_together(o);
}

int
schedule_options_suppose(const struct schedule_options *o, const struct law *law, day as_of,
    struct schedule_supposed *ret)
{
	for (unsigned i = 0; i < o->n_supposed; i++) {
		const char *text = o->supposed[i], *colon = strchr(text, ':');

		if (colon == NULL)
			return schedule_options_refuse(o,
			    WORDS("--what-if-given is not of the form VACCINE:YYYY-MM-DD"), text);
		ret[i].product = law_find_product(law, text, (size_t)(colon - text));
		if (ret[i].product == LAW_NONE)
			return schedule_options_refuse(o, WORDS("the law file knows no such vaccine"), text);
		if (day_parse(colon + 1, strlen(colon + 1), &ret[i].on) != RC_OK)
			return schedule_options_refuse(o, WORDS("there is no such day"), text);
		if (day_after(ret[i].on, as_of))
			return schedule_options_refuse(o,
			    WORDS("a supposed dose may not lie after the as-of day; set --as-of to it, or later"), text);
	}
	return -1;
}

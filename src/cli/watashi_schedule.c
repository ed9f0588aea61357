#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/day.h"
#include "base/words.h"
#include "cli/schedule_answers.h"
#include "law/law_load.h"

/*
 * watashi-schedule: the calculator on the command line, linked with the C library only.
 * JSON in on standard input, JSON out on standard output, diagnostics on standard error.
 */

#define EXIT_NO 1		/* somebody could not be answered */
#define EXIT_USAGE 2
#define EXIT_WORLD 3

#define JOBS_MAX 64
#define JAPAN_SECONDS (9 * 3600)	/* Japan keeps UTC+9 all year (Ordinance 167 of 1895) */

struct options {
	day as_of;
	const char *law;
	enum lang lang;
	enum json_reasons reasons;
	bool ndjson;
	unsigned jobs;
	struct schedule_season season;
};

static const char usage_words[] = WORDS(
"usage: watashi-schedule [options] < person.json\n"
"       watashi-schedule --ndjson [--jobs N] [options] < persons.ndjson\n"
"\n"
"Says which recorded doses count under the Immunization Act, what is still to be\n"
"given, from when until when, and by which article.\n"
"\n"
"  --as-of DAY          judge as of this day, YYYY-MM-DD (default: today in Japan)\n"
"  --law FILE           compiled law (default: WATASHI_LAW, or the installed one)\n"
"  --lang ja|en         language of reasons and errors (default: ja)\n"
"  --reasons text|codes give reasons in words, or codes only (default: text)\n"
"  --ndjson             one person a line in, one answer a line out, in order\n"
"  --jobs N             work on lines with N threads (with --ndjson)\n"
"  --influenza-season MM-DD..MM-DD\n"
"                       first and last day of the municipality's season\n"
"  --help, --version\n"
"\n"
"Exit status: 0 answered, 1 somebody could not be answered, 2 usage, 3 the law\n"
"file, the input or the output failed.\n");

static int
refuse_usage(const struct options *o, const char *message, const char *value)
{
	fprintf(stderr, "watashi-schedule: %s: %s\n", words(o->lang, message), value);
	fprintf(stderr, "%s\n", words(o->lang, WORDS("watashi-schedule --help shows the usage")));
	return EXIT_USAGE;
}

static day
today_in_japan(void)
{
	return (day){ (int32_t)((time(NULL) + JAPAN_SECONDS) / 86400) };
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
parse_jobs(const char *text, unsigned *ret_jobs)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || n < 1 || n > JOBS_MAX)
		return false;
	*ret_jobs = (unsigned)n;
	return true;
}

/* Returns -1 to go on, else an exit status. */
static int
read_options(int argc, char **argv, struct options *o)
{
	enum { AS_OF = 256, LAW, LANG, REASONS, PLAN, NDJSON, JOBS, SEASON, HELP, WHICH_VERSION };
	static const struct option list[] = {
		{ "as-of", required_argument, NULL, AS_OF },
		{ "law", required_argument, NULL, LAW },
		{ "lang", required_argument, NULL, LANG },
		{ "reasons", required_argument, NULL, REASONS },
		{ "plan", no_argument, NULL, PLAN },
		{ "plan-until", required_argument, NULL, PLAN },
		{ "per-visit", required_argument, NULL, PLAN },
		{ "ndjson", no_argument, NULL, NDJSON },
		{ "jobs", required_argument, NULL, JOBS },
		{ "influenza-season", required_argument, NULL, SEASON },
		{ "help", no_argument, NULL, HELP },
		{ "version", no_argument, NULL, WHICH_VERSION },
		{ NULL, 0, NULL, 0 },
	};
	bool help = false;
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, ":", list, NULL)) != -1) {
		switch (c) {
		case AS_OF:
			if (day_parse(optarg, strlen(optarg), &o->as_of) != RC_OK)
				return refuse_usage(o, WORDS("--as-of is not a day"), optarg);
			break;
		case LAW:
			o->law = optarg;
			break;
		case LANG:
			if (strcmp(optarg, "ja") != 0 && strcmp(optarg, "en") != 0)
				return refuse_usage(o, WORDS("--lang is neither ja nor en"), optarg);
			o->lang = optarg[0] == 'j' ? LANG_JA : LANG_EN;
			break;
		case REASONS:
			if (strcmp(optarg, "text") != 0 && strcmp(optarg, "codes") != 0)
				return refuse_usage(o, WORDS("--reasons is neither text nor codes"), optarg);
			o->reasons = optarg[0] == 't' ? JSON_REASONS_TEXT : JSON_REASONS_CODES;
			break;
		case PLAN:
			return refuse_usage(o, WORDS("the plan of visits is not in this version"),
			    "--plan");
		case NDJSON:
			o->ndjson = true;
			break;
		case JOBS:
			if (!parse_jobs(optarg, &o->jobs))
				return refuse_usage(o, WORDS("--jobs is not a number from 1 to 64"), optarg);
			break;
		case SEASON:
			if (!parse_season(optarg, &o->season))
				return refuse_usage(o,
				    WORDS("--influenza-season is not of the form MM-DD..MM-DD"), optarg);
			break;
		case HELP:
			help = true;
			break;
		case WHICH_VERSION:
			printf("%s\n", PACKAGE_STRING);
			return 0;
		case ':':
			return refuse_usage(o, WORDS("this option needs a value"), argv[optind - 1]);
		default:
			return refuse_usage(o, WORDS("there is no such option"), argv[optind - 1]);
		}
	}
	if (help) {
		fputs(words(o->lang, usage_words), stdout);
		return 0;
	}
	if (optind < argc)
		return refuse_usage(o, WORDS("persons are read from standard input, not from arguments"),
		    argv[optind]);
	if (o->jobs > 0 && !o->ndjson)
		return refuse_usage(o, WORDS("--jobs goes with --ndjson only"), "--jobs");
	return -1;
}

static int
complain(const struct fault *why)
{
	fprintf(stderr, "watashi-schedule: %s: %s\n", why->place, why->text);
	return EXIT_WORLD;
}

/* One person, whole. */
static int
answer_one(const struct schedule_setting *setting)
{
	struct buf in = BUF_INIT(LIMIT_PERSON_JSON_BYTES + 1 + JSON_PADDING);
	struct buf out = BUF_INIT(LIMIT_REQUEST_BYTES);
	struct schedule_desk *desk = schedule_desk_new();
	struct fault why = { .rc = RC_OK };
	bool answered = false;
	size_t len;
	int status = EXIT_WORLD;

	if (desk == NULL) {
		fault_set(&why, RC_NOMEM, "watashi-schedule", "out of memory");
		goto out;
	}
	/* A text over the ceiling is an input that cannot be answered, not a failed disk. */
	if (buf_reserve(&in, LIMIT_PERSON_JSON_BYTES + 1 + JSON_PADDING) != RC_OK) {
		fault_set(&why, RC_NOMEM, "watashi-schedule", "out of memory");
		goto out;
	}
	while (in.len <= LIMIT_PERSON_JSON_BYTES) {
		ssize_t n = read(STDIN_FILENO, in.data + in.len,
		    LIMIT_PERSON_JSON_BYTES + 1 - in.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			fault_set(&why, RC_IO, "standard input", "%s", strerror(errno));
			goto out;
		}
		if (n == 0)
			break;
		in.len += (size_t)n;
	}
	len = in.len;
	if (schedule_answers_one(setting, desk, in.data, len, &out, &answered) != RC_OK ||
	    buf_add_char(&out, '\n') != RC_OK) {
		fault_set(&why, RC_TOO_BIG, "watashi-schedule", "the answer is too large");
		goto out;
	}
	status = answered ? 0 : EXIT_NO;
	if (fwrite(out.data, 1, out.len, answered ? stdout : stderr) != out.len ||
	    fflush(stdout) != 0)
		fault_set(&why, RC_IO, "standard output", "%s", strerror(errno));
 out:
	if (why.rc != RC_OK)
		status = complain(&why);
	schedule_desk_free(desk);
	buf_clear(&in);
	buf_clear(&out);
	return status;
}

static int
answer_lines(const struct schedule_setting *setting, unsigned jobs)
{
	struct fault why = { .place = "watashi-schedule", .text = "out of memory" };
	bool all_answered = false;

	if (schedule_answers_lines(setting, STDIN_FILENO, STDOUT_FILENO, jobs, &all_answered,
	    &why) != RC_OK)
		return complain(&why);
	return all_answered ? 0 : EXIT_NO;
}

int
main(int argc, char **argv)
{
	struct options o = {
		.as_of = DAY_NONE, .lang = LANG_JA, .reasons = JSON_REASONS_TEXT,
	};
	struct schedule_setting setting;
	struct law_file *file = NULL;
	struct fault why;
	char path[4096];
	int status;

	words_open(argv[0], NULL);
	if ((status = read_options(argc, argv, &o)) >= 0)
		return status;
	if (!day_known(o.as_of))
		o.as_of = today_in_japan();
	if (o.law == NULL) {
		if (law_default_path(argv[0], path, sizeof path) != RC_OK)
			return refuse_usage(&o, WORDS("no law file is installed; name one"), "--law");
		o.law = path;
	}
	if (law_load(o.law, &file, &why) != RC_OK)
		return complain(&why);
	setting.law = law_of(file);
	setting.lang = o.lang;
	setting.as_of = o.as_of;
	setting.season = o.season;
	json_codes_init(&setting.codes, setting.law);
	if (json_answer_words_init(&setting.words, setting.law, o.lang, o.reasons, &why) != RC_OK) {
		law_free(file);
		return complain(&why);
	}
	status = o.ndjson ? answer_lines(&setting, o.jobs) : answer_one(&setting);
	json_answer_words_clear(&setting.words);
	law_free(file);
	return status;
}

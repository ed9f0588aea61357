#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/day.h"
#include "base/words.h"
#include "cli/schedule_answers.h"
#include "cli/schedule_options.h"
#include "law/law_load.h"
#include "schedule/visits.h"

/*
 * watashi-schedule: the calculator on the command line, linked with the C library only.
 * JSON in on standard input, JSON (with --explain words) out on standard output, diagnostics
 * on standard error.
 */

#define EXIT_NO 1		/* somebody could not be answered */
#define EXIT_WORLD 3

#define JAPAN_SECONDS (9 * 3600)	/* Japan keeps UTC+9 all year (Ordinance 167 of 1895) */

static day
today_in_japan(void)
{
	return (day){ (int32_t)((time(NULL) + JAPAN_SECONDS) / 86400) };
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
	    ((!answered || !setting->explain) && buf_add_char(&out, '\n') != RC_OK)) {
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
	struct schedule_setting setting = { 0 };
	struct schedule_options o;
	struct law_file *file = NULL;
	struct fault why;
	char path[4096];
	int status;

	words_open(argv[0], NULL);
	if ((status = schedule_options_read(argc, argv, &o)) >= 0)
		return status;
	if (!day_known(o.as_of))
		o.as_of = today_in_japan();
	if (day_known(o.plan_until) && day_before(o.plan_until, o.as_of))
		return schedule_options_refuse(&o, WORDS("--plan-until lies before the as-of day"), "--plan-until");
	if (o.law == NULL) {
		if (law_default_path(argv[0], path, sizeof path) != RC_OK) {
			fault_set(&why, RC_IO, "--law", "%s",
			    words(o.lang, WORDS("no law file is installed; name one")));
			return complain(&why);
		}
		o.law = path;
	}
	if (law_load(o.law, &file, &why) != RC_OK) {
		fprintf(stderr, "watashi-schedule: %s: %s\n", o.law, why.text);
		return EXIT_WORLD;
	}
	setting.law = law_of(file);
	setting.lang = o.lang;
	setting.as_of = o.as_of;
	setting.season = o.season;
	setting.explain = o.explain;
	setting.plan = o.plan;
	setting.plan_until = o.plan_until;
	setting.per_visit = o.per_visit > 0 ? o.per_visit : VISITS_PER_VISIT;
	setting.n_supposed = o.n_supposed;
	json_codes_init(&setting.codes, setting.law);
	if ((status = schedule_options_suppose(&o, setting.law, o.as_of, setting.supposed)) >= 0)
		goto out;
	if (json_answer_words_init(&setting.words, setting.law, o.lang, o.reasons, &why) != RC_OK) {
		status = complain(&why);
		goto out;
	}
	status = o.ndjson ? answer_lines(&setting, o.jobs) : answer_one(&setting);
	json_answer_words_clear(&setting.words);
 out:
	law_free(file);
	return status;
}

#include "cli/impact_lines.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "json/person.h"
#include "report/impact.h"

#define PROGRESS_EACH 10000
#define CREDITS (SCHEDULE_CREDITS_PER_DOSE * LIMIT_PERSON_DOSES)

/* A person under one law. */
struct side {
	const struct law *law;
	struct json_codes codes;
	char text[LIMIT_PERSON_JSON_BYTES + JSON_PADDING];
	struct json_person person;
	struct schedule_work work;
	struct schedule_answer answer;
	struct schedule_credit credit[CREDITS];
};

struct lines {
	struct side side[2];
	char line[LIMIT_PERSON_JSON_BYTES + 1];
	struct impact_sheet *sheet;
	const char *who;
	bool rows;
	bool changed;
	enum rc rc;
	struct fault *why;
};

/* Whole lines; of one over the ceiling *ret_len is over it and the rest is passed over. */
static bool
read_line(FILE *in, char *line, size_t *ret_len)
{
	size_t len = 0;
	int c;

	while ((c = getc_unlocked(in)) != EOF && c != '\n') {
		if (len < LIMIT_PERSON_JSON_BYTES)
			line[len] = (char)c;
		len += len <= LIMIT_PERSON_JSON_BYTES;
	}
	*ret_len = len;
	return c != EOF || len > 0;
}

static bool
judge(struct side *s, const char *line, size_t len, day as_of)
{
	struct schedule_question q = { .law = s->law, .person = &s->person.person, .dose = s->person.dose,
	    .as_of = as_of };

	memcpy(s->text, line, len);
	memset(s->text + len, 0, JSON_PADDING);
	if (!json_person_read(&s->codes, s->text, len, as_of, &s->person))
		return false;
	q.n_dose = s->person.n_dose;
	s->answer.credit = s->credit;
	s->answer.room_credit = CREDITS;
	if (schedule_answer(&q, &s->work, &s->answer) == RC_OK)
		return true;
	s->person.error.place[0] = '\0';
	return false;
}

static bool
take_change(void *given, const struct impact_change *change)
{
	struct lines *l = given;
	char on[DAY_TEXT_SIZE] = "";
	const char *kind = impact_kind_name(change->kind);
	struct impact_sheet_row row = { l->who, change->programme, kind, on, change->before, change->after };

	l->changed = true;
	if ((l->rc = impact_sheet_count(l->sheet, change->programme, kind, 1, l->why)) != RC_OK)
		return false;
	if (!l->rows)
		return true;
	if (day_known(change->given.first))
		day_span_write(change->given, on);
	l->rc = impact_sheet_row(l->sheet, &row, l->why);
	return l->rc == RC_OK;
}

static enum rc
compare(struct lines *l, int64_t number)
{
	struct impact_side a = { l->side[0].law, &l->side[0].answer }, b = { l->side[1].law, &l->side[1].answer };
	char line_name[40];

	(void)snprintf(line_name, sizeof(line_name), "line %" PRId64, number);
	l->who = l->side[1].person.has_id ? l->side[1].person.id.text : line_name;
	l->changed = false;
	l->rc = RC_OK;
	(void)impact_compare(&a, &b, l->side[1].person.dose, take_change, l);
	return l->rc;
}

enum rc
impact_lines(FILE *in, const struct law *before, const struct law *after, day as_of, bool rows,
    struct impact_sheet *sheet, impact_lines_progress *progress, void *given, int64_t *ret_unreadable,
    struct fault *why)
{
	struct lines *l = calloc(1, sizeof(*l));
	int64_t number = 0, unreadable = 0, judged = 0, changed = 0;
	size_t len;
	enum rc rc = RC_OK;

	if (l == NULL)
		return fault_set(why, RC_NOMEM, "law impact", "out of memory");
	l->sheet = sheet;
	l->rows = rows;
	l->why = why;
	for (int i = 0; i < 2; i++) {
		l->side[i].law = i == 0 ? before : after;
		json_codes_init(&l->side[i].codes, l->side[i].law);
	}
	while (rc == RC_OK && read_line(in, l->line, &len)) {
		number++;
		const struct json_person *bad = NULL;

		if (len > LIMIT_PERSON_JSON_BYTES || !judge(&l->side[0], l->line, len, as_of))
			bad = &l->side[0].person;
		else if (!judge(&l->side[1], l->line, len, as_of))
			bad = &l->side[1].person;
		if (bad != NULL) {
			(void)fprintf(stderr, "watashi: %" PRId64 ": %s: %s\n", number,
			    len > LIMIT_PERSON_JSON_BYTES ? "" : bad->error.place,
			    words(sheet->lang, WORDS("cannot be judged under both laws")));
			unreadable++;
			continue;
		}
		judged++;
		rc = compare(l, number);
		changed += l->changed;
		if (number % PROGRESS_EACH == 0 && progress != NULL)
			progress(given, number);
	}
	if (rc == RC_OK && ferror(in))
		rc = fault_set(why, RC_IO, "law impact", "the persons cannot be read to the end");
	if (rc == RC_OK && (rc = impact_sheet_count(sheet, NULL, "persons-changed", changed, why)) == RC_OK &&
	    (rc = impact_sheet_count(sheet, NULL, "persons-judged", judged, why)) == RC_OK && unreadable > 0)
		rc = impact_sheet_count(sheet, NULL, "unreadable", unreadable, why);
	free(l);
	if (rc == RC_OK)
		*ret_unreadable = unreadable;
	return rc;
}

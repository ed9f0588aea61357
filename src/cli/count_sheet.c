#include "cli/count_sheet.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "action/request.h"
#include "cli/width.h"

#define LABEL_WIDTH 44
#define AGE_WIDTH 3
#define BAR_FULL 50			/* columns of the longest bar */

static const struct { const char *word, *said; } words_of[] = {
	{ "list", WORDS("list") }, { "version", WORDS("version") }, { "conditions", WORDS("conditions") },
	{ "referenceDay", WORDS("reference day") }, { "lawVersion", WORDS("law") }, { "lawHash", WORDS("hash of the law") },
	{ "purpose", WORDS("purpose") }, { "people", WORDS("people") }, { "fileHash", WORDS("SHA-256 of the file") },
	{ "release", WORDS("release no.") }, { "on-the-list", WORDS("on the list") },
	{ "apart", WORDS("those who could not be decided") },
	{ "notice", WORDS("notice") }, { "reminder", WORDS("reminder") },
	{ "recommendation", WORDS("individual recommendation") }, { "work", WORDS("work in the office") },
	{ "unknown", WORDS("age not known") },
	{ "dead", WORDS("dead") }, { "departed", WORDS("not resident on the day, or gone since") },
	{ "protected", WORDS("protected: to be looked after one by one") },
	{ "refused", WORDS("wishes no letters") },
	{ "incomplete", WORDS("another municipality has not answered") },
	{ "review", WORDS("a person must decide") }, { "birth-date", WORDS("birth date not known to the day") },
	{ "sex", WORDS("sex not known") }, { "dose-date", WORDS("day of a dose not known") },
	{ "other-fiscal-year", WORDS("the reference day lies in another fiscal year than today") },
	{ "no-lowest-age", WORDS("no lowest age is asked: the youngest are on the list too") },
	{ "records-missing", WORDS("records are missing: ask the municipalities before writing to anybody") },
	{ "urging", WORDS("urging is for category A alone (Act, art. 8): of category B a letter only informs") },
	{ "records-along", WORDS("people with missing records are on the list by what is known") },
	{ "run", WORDS("run no.") }, { "programme", WORDS("programme") }, { "plannedOn", WORDS("to be mailed on") },
	{ "letters", WORDS("letters") }, { "notices", WORDS("notices to portals") }, { "portal", WORDS("portal") },
	{ "connected", WORDS("connected") }, { "not-connected", WORDS("not connected") },
	{ "portal-barred", WORDS("barred from the portal") },
	{ "tickets", WORDS("tickets") }, { "judgedOn", WORDS("as of") },
	{ "still-to-do", WORDS("still to be looked at; the node goes on by itself") },
	{ "nothing-due", WORDS("nothing is due, and nothing opens soon") }, { "lately", WORDS("written to about this lately") },
	{ "came-back", WORDS("the last letter came back, and nothing has changed since") },
	{ "clinic-month-missing", WORDS("nothing has come of this month from a clinic that sent before") },
	{ "contract-months-missing", WORDS("months of clinics under contract of which nothing has come") },
	{ "clinic-months-missing", WORDS("months of clinics of which nothing has come") },
};

static const struct { const char *part, *heading; } parts[] = {
	{ "programme", WORDS("Tickets by programme") }, { "excluded", WORDS("Left out") },
	{ "apart", WORDS("Could not be decided: neither on the list nor off it") }, { "warning", WORDS("Please look") },
};

static const char *
said(enum lang lang, const char *word)
{
	for (size_t i = 0; i < sizeof(words_of) / sizeof(words_of[0]); i++)
		if (strcmp(words_of[i].word, word) == 0)
			return words(lang, words_of[i].said);
	return word;
}

static void
pad(struct buf *out, size_t used, size_t width, enum rc *rc)
{
	for (; used < width && *rc == RC_OK; used++)
		*rc = buf_add_char(out, ' ');
}

static void
label(struct buf *out, const char *text, enum rc *rc)
{
	if (*rc == RC_OK)
		*rc = buf_printf(out, "  %s", text);
	pad(out, width_of(text), LABEL_WIDTH, rc);
}

struct line {
	const char *part, *item, *value;
	int64_t count;			/* negative: none */
};

/* Whoever is there draws at least one mark. */
static enum rc
write_ages(struct count_sheet *s, struct buf *out, enum lang lang)
{
	int64_t most = 1;
	enum rc rc = buf_printf(out, "\n%s\n", words(lang, WORDS("Age on the reference day")));

	for (size_t i = 0; i < s->n_age; i++)
		most = s->age[i].count > most ? s->age[i].count : most;
	for (size_t i = 0; i < s->n_age && rc == RC_OK; i++) {
		int64_t n = s->age[i].count, marks = most <= BAR_FULL ? n : (n * BAR_FULL + most - 1) / most;
		const char *age = said(lang, s->age[i].age);

		rc = buf_add_text(out, "  ");
		pad(out, width_of(age), AGE_WIDTH, &rc);
		if (rc == RC_OK)
			rc = buf_printf(out, "%s %8" PRId64 "%s", age, n, n > 0 ? " " : "");
		for (; marks > 0 && rc == RC_OK; marks--)
			rc = buf_add_char(out, '#');
		if (rc == RC_OK)
			rc = buf_add_char(out, '\n');
	}
	s->n_age = 0;
	return rc;
}

static enum rc
write_line(struct count_sheet *s, const struct line *l, struct buf *out, enum lang lang)
{
	enum rc rc = RC_OK;

	if (strcmp(l->part, "age") == 0 && s->n_age < COUNT_SHEET_AGES) {
		(void)snprintf(s->age[s->n_age].age, sizeof(s->age[s->n_age].age), "%s", l->item);
		s->age[s->n_age++].count = l->count;
		return RC_OK;
	}
	if (s->n_age > 0 && (rc = write_ages(s, out, lang)) != RC_OK)
		return rc;
	if (strcmp(s->part, l->part) != 0) {
		for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
			if (strcmp(parts[i].part, l->part) == 0)
				rc = buf_printf(out, "\n%s\n", words(lang, parts[i].heading));
		(void)snprintf(s->part, sizeof(s->part), "%s", l->part);
	}
	label(out, said(lang, l->item), &rc);
	if (rc == RC_OK && l->count >= 0)
		rc = buf_printf(out, " %" PRId64, l->count);
	if (rc == RC_OK && l->value != NULL)
		rc = buf_printf(out, " %s", said(lang, l->value));
	return rc == RC_OK ? buf_add_char(out, '\n') : rc;
}

enum rc
count_sheet_take(struct count_sheet *s, struct buf *out, enum lang lang, const void *body, size_t len,
    struct fault *why)
{
	struct line l = { NULL, NULL, NULL, -1 };
	struct frame_reader r;
	struct frame_field f;
	enum rc rc;

	if ((rc = frame_read_open(&r, RESULT_ROW, body, len, why)) != RC_OK)
		return rc;
	while (frame_next(&r, &f))
		if (f.tag == TAG_PART && f.type == FRAME_TEXT)
			l.part = f.text;
		else if (f.tag == TAG_ITEM && f.type == FRAME_TEXT)
			l.item = f.text;
		else if (f.tag == TAG_VALUE && f.type == FRAME_TEXT)
			l.value = f.text;
		else if (f.tag == TAG_COUNT && f.type == FRAME_INT)
			l.count = f.number;
		else
			return fault_set(why, RC_BUG, "answer", "field %u does not belong to counts", (unsigned)f.tag);
	if (l.part == NULL || l.item == NULL)
		return fault_set(why, RC_BUG, "answer", "a row of counts says nothing");
	if ((rc = write_line(s, &l, out, lang)) != RC_OK)
		return fault_set(why, rc, "answer", "cannot be written");
	return RC_OK;
}

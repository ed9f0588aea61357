#include "tests/oracle/text.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/oracle/civil.h"
#include "tests/oracle/text_rule.h"
#include "tests/oracle/text_word.h"

static struct text *law;

int
text_product(const struct text *t, const char *name)
{
	for (int i = 0; i < t->n_products; i++)
		if (strcmp(t->product[i].name, name) == 0)
			return i;
	return -1;
}

int
text_programme(const struct text *t, const char *name)
{
	for (int i = 0; i < t->n_programmes; i++)
		if (strcmp(t->programme[i].name, name) == 0)
			return i;
	return -1;
}

int
text_condition(const struct text *t, const char *name)
{
	for (int i = 0; i < t->n_conditions; i++)
		if (strcmp(t->condition[i], name) == 0)
			return i;
	return -1;
}

/* Names may be used before they are declared: each pass reads the statements of its turn. */
static void
statement(int pass)
{
	const char *word = word_take();

	if (strcmp(word, "antigen") == 0) {
		if (pass == 0)
			snprintf(law->antigen[law->n_antigens++], sizeof law->antigen[0], "%s", word_take());
	} else if (strcmp(word, "class") == 0) {
		if (pass == 0)
			snprintf(law->klass[law->n_classes++], sizeof law->klass[0], "%s", word_take());
	} else if (strcmp(word, "condition") == 0) {
		if (pass != 0)
			return;
		snprintf(law->condition[law->n_conditions], sizeof law->condition[0], "%s", word_take());
		word_take();
		word_take();
		if (word_next_is("died"))
			law->died = law->n_conditions;
		else if (word_next_is("pregnant"))
			law->pregnant = law->n_conditions;
		law->n_conditions++;
	} else if (strcmp(word, "history-from") == 0) {
		law->history_from = word_day(CIVIL_NEVER_BEFORE);
	} else if (strcmp(word, "product") == 0) {
		if (pass == 1)
			text_read_product();
	} else if (strcmp(word, "season") == 0) {
		if (pass == 1)
			text_read_season();
	} else if (strcmp(word, "programme") == 0) {
		if (pass == 1)
			text_read_programme();
	} else if (strcmp(word, "target") == 0) {
		if (pass == 2)
			text_read_target();
	} else if (strcmp(word, "course") == 0) {
		if (pass == 2)
			text_read_course();
	} else if (strcmp(word, "choice") == 0) {
		if (pass == 2)
			text_read_choice();
	} else if (strcmp(word, "extension") == 0) {
		if (pass == 2)
			text_read_extension();
	} else if (strcmp(word, "spacing") == 0) {
		if (pass == 2)
			text_read_spacing();
	} else if (strcmp(word, "version") != 0 && strcmp(word, "source") != 0)
		word_stop("an unknown statement");
}

static int
is_law(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return n > 4 && strcmp(e->d_name + n - 4, ".law") == 0;
}

static void
succeeded(struct text_span *x, const struct text_span *next)
{
	if (!x->end_stated && x->to != CIVIL_NEVER_AFTER && next->since == x->to + 1)
		x->end_published = next->published;
}

void
text_read(struct text *t, const char *folder)
{
	struct dirent **entry;
	int n;

	memset(t, 0, sizeof *t);
	law = t;
	text_rules_of(t);
	t->died = t->pregnant = -1;
	t->history_from = CIVIL_NEVER_BEFORE;
	word_of_folder(folder);
	if ((n = scandir(folder, &entry, is_law, alphasort)) <= 0)
		word_stop("no law text");
	for (int pass = 0; pass < 3; pass++)
		for (int i = 0; i < n; i++) {
			char path[8192];

			snprintf(path, sizeof path, "%s/%s", folder, entry[i]->d_name);
			word_read_file(path, statement, pass);
		}
	t->eligible_from = t->history_from < civil_of(2005, 4, 1) ? t->history_from : civil_of(2005, 4, 1);
	for (int i = 0; i < n; i++)
		free(entry[i]);
	free(entry);
	for (int i = 0; i < t->n_programmes; i++) {
		t->programme[i].group = i;
		for (int j = 0; j < i; j++)
			if (t->programme[i].stages[0] != '\0' && strcmp(t->programme[i].stages, t->programme[j].stages) == 0) {
				t->programme[i].group = t->programme[j].group;
				break;
			}
		t->programme[i].season = -1;
		for (int j = 0; j < t->n_seasons; j++)
			if (strcmp(t->season[j].name, t->programme[i].season_name) == 0)
				t->programme[i].season = j;
	}
	/* The end of a version is known when its successor is. */
	for (int i = 0; i < t->n_targets; i++)
		for (int j = 0; j < t->n_targets; j++)
			if (i != j && t->target[i].programme == t->target[j].programme &&
			    strcmp(t->target[i].name, t->target[j].name) == 0)
				succeeded(&t->target[i].span, &t->target[j].span);
	for (int i = 0; i < t->n_courses; i++)
		for (int j = 0; j < t->n_courses; j++)
			if (i != j && t->course[i].programme == t->course[j].programme &&
			    strcmp(t->course[i].name, t->course[j].name) == 0)
				succeeded(&t->course[i].span, &t->course[j].span);
	for (int i = 0; i < t->n_spacings; i++)
		for (int j = 0; j < t->n_spacings; j++)
			if (i != j && strcmp(t->spacing[i].name, t->spacing[j].name) == 0)
				succeeded(&t->spacing[i].span, &t->spacing[j].span);
	for (int i = 0; i < t->n_choices; i++)
		for (int j = 0; j < t->n_choices; j++)
			if (i != j && t->choice[i].programme == t->choice[j].programme && t->choice[i].product == t->choice[j].product)
				succeeded(&t->choice[i].span, &t->choice[j].span);
	for (int i = 0; i < t->n_targets; i++)
		t->target_of[t->target[i].programme][t->n_targets_of[t->target[i].programme]++] = i;
	for (int i = 0; i < t->n_courses; i++)
		t->course_of[t->course[i].programme][t->n_courses_of[t->course[i].programme]++] = i;
	/* A product serves the programmes whose targets ever named it, or named what it is deemed to be. */
	for (int i = 0; i < t->n_targets; i++)
		for (int p = 0; p < t->n_products; p++)
			if (t->target[i].products >> p & 1)
				t->product[p].serves |= UINT32_C(1) << t->target[i].programme;
	for (int p = 0; p < t->n_products; p++)
		if (t->product[p].deemed >= 0)
			t->product[p].serves = t->product[t->product[p].deemed].serves;
}

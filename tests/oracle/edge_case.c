/*
 * Makes cases whose expectations are the answers of the second reader; the calculator is not linked.
 *
 *	edge_case FOUND FOLDER		the people that test_mutation found (WATASHI_HUNT), added to FOLDER/PROGRAMME/edge.case
 *	edge_case calendar FOLDER	births and doses on the odd days of the calendar, FOLDER/PROGRAMME/calendar.case
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/oracle/case_write.h"
#include "tests/oracle/civil.h"

static struct text text;

static _Noreturn void
die(const char *what, const char *word)
{
	fprintf(stderr, "edge_case: %s: %s\n", what, word);
	exit(1);
}

static int
day_of(const char *word)
{
	int day = civil_read(word);

	if (day < 0)
		die("not a day", word);
	return day;
}

/* One word of a line of tests/unit/cohort.h. */
static void
read_word(struct life *x, char *word)
{
	char *colon = strchr(word, ':'), *dots = strstr(word, "..");

	if (colon != NULL)
		*colon++ = '\0';
	if (dots != NULL)
		*dots = '\0';
	switch (word[0]) {
	case '!':
		x->condition[x->n_conditions].condition = text_condition(&text, word + 1);
		x->condition[x->n_conditions++].from = colon == NULL ? CIVIL_NEVER_BEFORE : day_of(colon);
		break;
	case '>':
		if (colon == NULL || dots == NULL)
			die("an extension", word);
		x->extension[x->n_extensions++] = (struct life_extension){ text_programme(&text, word + 1), day_of(colon), day_of(dots + 2) };
		break;
	case '~':
		x->pregnancy = day_of(word + 1);
		break;
	case '^':
		x->antibody = day_of(word + 1);
		x->antibody_low = true;
		break;
	default:
		if (colon == NULL || x->n_doses == LIFE_DOSES)
			die("a dose", word);
		x->dose[x->n_doses++] = (struct life_dose){ day_of(colon), day_of(colon), text_product(&text, word) };
	}
}

static void
read_life(struct life *x, char *line)
{
	char *save = NULL, *id = strtok_r(line, " ", &save), *birth = strtok_r(NULL, " ", &save);
	char *sex = strtok_r(NULL, " ", &save), *as_of = strtok_r(NULL, " ", &save);

	if (id == NULL || birth == NULL || sex == NULL || as_of == NULL)
		die("a person", line);
	memset(x, 0, sizeof *x);
	x->pregnancy = x->antibody = -1;
	x->birth = day_of(birth);
	x->as_of = day_of(as_of);
	x->sex = *sex == 'f' ? LIFE_FEMALE : *sex == 'm' ? LIFE_MALE : LIFE_UNKNOWN;
	for (char *word; (word = strtok_r(NULL, " ", &save)) != NULL;)
		read_word(x, word);
}

/* --- the sentence --- */

/* "24m+1d" as "24 months and a day". */
static void
say_value(const char *word, char *out, size_t size)
{
	const char *unit = NULL;
	size_t n = strspn(word, "0123456789."), len;

	if (strlen(word) == 10 && word[4] == '-') {
		snprintf(out, size, "%s", word);
		return;
	}
	if (strncmp(word, "fiscal:", 7) == 0) {
		n = strspn(word + 7, "0123456789");
		len = (size_t)snprintf(out, size, "the fiscal year of the age of %.*s", (int)n, word + 7);
		word += 7 + n + 1;
	} else if (n > 0 && (word[n] == 'd' || word[n] == 'w' || word[n] == 'm' || word[n] == 'y')) {
		unit = word[n] == 'd' ? "day" : word[n] == 'w' ? "week" : word[n] == 'm' ? "month" : "year";
		len = (size_t)snprintf(out, size, "%.*s %s%s", (int)n, word, unit, n == 1 && word[0] == '1' ? "" : "s");
		word += n + 1;
	} else {
		snprintf(out, size, "%s", word);
		return;
	}
	if (*word == '+' || *word == '-')
		snprintf(out + len, size - len, " %s %.*s day%s", *word == '+' ? "and" : "less", (int)strspn(word + 1, "0123456789"),
		    word + 1, word[1] == '1' && word[2] == 'd' ? "" : "s");
}

static const struct wording { const char *field, *begins, *ends, *few, *many; } wordings[] = {
	{ "in-force", "binds from", "binds until", NULL, NULL },
	{ "published", "was published on", NULL, "the day before it was known", "the day on which it was known" },
	{ "end-published", "was told to end on", NULL, "the day before that was known", "the day on which it was known" },
	{ "age", "opens at", "closes at", NULL, NULL },
	{ "window", "opens at", "closes at", NULL, NULL },
	{ "takes", "takes doses from", "takes doses until", NULL, NULL },
	{ "born", "is for whoever is born from", "is for whoever is born until", NULL, NULL },
	{ "given", "asks how often it was given, from", "asks how often it was given, until", "one dose fewer", "so many doses" },
	{ "in", "counts doses given from", "counts doses given until", NULL, NULL },
	{ "antibody-low-by", NULL, "wants a test by", NULL, NULL },
	{ "first-dose", "is for a first dose from", "is for a first dose until", NULL, NULL },
	{ "not-before", "gives a dose not before", NULL, NULL, NULL },
	{ "cap", NULL, "gives a dose at most until", NULL, NULL },
	{ "drop-after", NULL, "drops a dose after one given later than", NULL, NULL },
	{ "jump", "goes on at dose", NULL, "not one earlier", "not one later" },
	{ "short", "becomes another after", NULL, "too soon", "the first day" },
	{ "after", "wants an interval of", NULL, "too soon", "soon enough" },
	{ "doctor", "may be shortened to", NULL, "too soon", "soon enough" },
	{ "until", NULL, "ends at", NULL, NULL },
	{ "market", "is sold from", "is sold until", NULL, NULL },
	{ "history-from", "begins on", NULL, NULL, NULL },
	{ "fewer", "is listed with fewer doses than", NULL, "with fewer", "with as many" },
};

/* The days that "24m+1d" adds to its point, and the length of the point itself. */
static int
days_added(const char *word, size_t *ret_len)
{
	size_t len = strlen(word), at = len - 1;

	*ret_len = len;
	if (len < 4 || word[len - 1] != 'd')
		return 0;
	while (at > 0 && word[at - 1] >= '0' && word[at - 1] <= '9')
		at--;
	if (at < 2 || (word[at - 1] != '+' && word[at - 1] != '-'))
		return 0;
	*ret_len = at - 1;
	return atoi(word + at - 1);
}

/* Is the number greater than it was? */
static bool
is_more(const char *was, const char *is)
{
	size_t len_was, len_is, i = 0;
	int days_was = days_added(was, &len_was), days_is = days_added(is, &len_is);

	if (len_was == len_is && strncmp(was, is, len_is) == 0)
		return days_is > days_was;
	if (strchr(was, '-') != NULL)
		return strcmp(is, was) > 0;
	while (was[i] == is[i])
		i++;
	while (i > 0 && was[i - 1] >= '0' && was[i - 1] <= '9')
		i--;
	return atoi(is + i) > atoi(was + i);
}

/* "target hib dry age 2 60m>60m+1d" as "The target rule dry closes at 60 months" and "the day after". */
struct edge { char what[400]; const char *side; };

static void
say_edge(char *key, bool end, struct edge *ret)
{
	char *word[12], *save = NULL, *is, value[120], head[160];
	const struct wording *w = NULL;
	const char *side, *verb;
	unsigned n = 0;
	bool more;

	for (char *s = strtok_r(key, " ", &save); s != NULL && n < 12; s = strtok_r(NULL, " ", &save))
		word[n++] = s;
	if (n < 4 || (is = strchr(word[n - 1], '>')) == NULL)
		die("a change", key);
	*is++ = '\0';
	more = is_more(word[n - 1], is);
	if (strcmp(word[0], "history-from") == 0)
		snprintf(head, sizeof head, "The history of the text");
	else if (strcmp(word[0], "target") == 0 || strcmp(word[0], "course") == 0 || strcmp(word[0], "extension") == 0)
		snprintf(head, sizeof head, "The %s%s %s", word[0], strcmp(word[0], "target") == 0 ? " rule" : "", word[2]);
	else if (strcmp(word[0], "choice") == 0)
		snprintf(head, sizeof head, "The choice %s", word[2]);
	else
		snprintf(head, sizeof head, "The %s %s", word[0], word[1]);
	say_value(word[n - 1], value, sizeof value);
	for (size_t i = 0; i < sizeof wordings / sizeof wordings[0]; i++)
		if (strcmp(wordings[i].field, word[n - 3]) == 0)
			w = &wordings[i];
	side = end ? (more ? "the day after" : "the last day") : more ? "the first day" : "the day before";
	if (strcmp(word[0], "spacing") == 0 && strcmp(word[n - 3], "days") == 0) {
		verb = "keeps them apart by";
		snprintf(value, sizeof value, "%.90s full days", word[n - 1]);
		side = more ? "soon enough" : "a day too soon";
	} else if (strcmp(word[0], "season") == 0) {
		verb = end ? "ends on" : "begins on";
	} else if (w == NULL) {
		die("no words for", word[n - 3]);
	} else {
		verb = (end && w->ends != NULL) || w->begins == NULL ? w->ends : w->begins;
		if (w->few != NULL)
			side = more ? w->many : w->few;
	}
	snprintf(ret->what, sizeof ret->what, "%s %s %s", head, verb, value);
	ret->side = side;
}

#define EDGES 64

/* A line an edge; both sides of one edge stand in one line. */
static void
print_sentence(FILE *out, char **key, unsigned n)
{
	static struct edge edge[EDGES];
	unsigned last = n < EDGES ? n : EDGES;

	for (unsigned i = 0; i < last; i++)
		say_edge(strchr(key[i], ' ') + 1, strncmp(key[i], "end ", 4) == 0, &edge[i]);
	for (unsigned i = 0; i < last; i++) {
		bool told = false;

		for (unsigned k = 0; k < i; k++)
			told = told || strcmp(edge[k].what, edge[i].what) == 0;
		if (told)
			continue;
		fprintf(out, "# %s: %s", edge[i].what, edge[i].side);
		for (unsigned k = i + 1; k < last; k++)
			if (strcmp(edge[k].what, edge[i].what) == 0 && strcmp(edge[k].side, edge[i].side) != 0) {
				fprintf(out, ", and %s", edge[k].side);
				break;
			}
		fprintf(out, ".\n");
	}
}

/* The people of one file, each with its changes. */
static void
of_finds(const char *path, const char *cases)
{
	static char line[1 << 17];
	FILE *in = fopen(path, "r");

	if (in == NULL)
		die("cannot read", path);
	while (fgets(line, sizeof line, in) != NULL) {
		char *field[EDGES + 2], *save = NULL;
		struct life life;
		unsigned n = 0;
		FILE *out;

		line[strcspn(line, "\n")] = '\0';
		for (char *w = strtok_r(line, "\t", &save); w != NULL && n < EDGES + 2; w = strtok_r(NULL, "\t", &save))
			field[n++] = w;
		if (n < 3)
			die("a line", line);
		out = case_open(cases, strstr(field[2], " spacing ") != NULL ? "spacing" : field[0], "edge");
		read_life(&life, field[1]);
		print_sentence(out, field + 2, n - 2);
		case_write(out, &text, &life, text_programme(&text, field[0]));
		fclose(out);
	}
	fclose(in);
}

int
main(int argc, char **argv)
{
	const char *top = getenv("top_srcdir");
	char folder[4096];

	if (argc != 3)
		die("usage", "edge_case FOUND|calendar FOLDER");
	civil_start();
	snprintf(folder, sizeof folder, "%s/data/law", top != NULL ? top : ".");
	text_read(&text, folder);
	if (strcmp(argv[1], "calendar") == 0)
		calendar_cases(&text, argv[2]);
	else
		of_finds(argv[1], argv[2]);
	return 0;
}

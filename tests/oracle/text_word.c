#include "tests/oracle/text_word.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/oracle/civil.h"

/* One statement: its words, the quotes taken off. */
struct statement {
	const char *file;
	unsigned line;
	char bytes[16384];
	char *word[2048];
	int n, at;
};

static struct statement s;

void
word_stop(const char *what)
{
	printf("FAIL the second reader: %s:%u: %s near \"%s\"\n0 passed, 1 failed\n", s.file, s.line, what,
	    s.at < s.n ? s.word[s.at] : "the end");
	exit(1);
}

const char *
word_take(void)
{
	if (s.at >= s.n)
		word_stop("the statement ends too soon");
	return s.word[s.at++];
}

bool
word_next_is(const char *word)
{
	if (s.at < s.n && strcmp(s.word[s.at], word) == 0) {
		s.at++;
		return true;
	}
	return false;
}

void
word_must_be(const char *word)
{
	if (!word_next_is(word))
		word_stop(word);
}

int
word_number(void)
{
	return (int)strtol(word_take(), NULL, 10);
}

int
word_day(int open)
{
	const char *w = word_take();
	int d;

	if (strcmp(w, "-") == 0)
		return open;
	if ((d = civil_read(w)) < 0)
		word_stop("not a day");
	return d;
}

struct text_point
word_point(void)
{
	char w[64], *end;
	struct text_point p = { POINT_NONE, 0, 0 };
	int d;

	snprintf(w, sizeof w, "%s", word_take());
	if (strcmp(w, "-") == 0)
		return p;
	if ((d = civil_read(w)) >= 0)
		return (struct text_point){ POINT_DATE, d, 0 };
	if (strncmp(w, "birth", 5) == 0) {
		p.kind = POINT_DAYS;
		end = w + 5;
	} else if (strncmp(w, "season", 6) == 0) {
		p.kind = POINT_SEASON;
		end = w + 6;
	} else if (strncmp(w, "school", 6) == 0) {
		p.kind = POINT_SCHOOL;
		end = w + 6;
		/* "school-12m" are months, "school-1d" days. */
		if (*end == '-' || *end == '+') {
			char *unit;
			long n = strtol(end, &unit, 10);

			if (*unit == 'm') {
				p.n = (int)n;
				end = unit + 1;
			}
		}
	} else if (strncmp(w, "fiscal:", 7) == 0) {
		p.kind = POINT_FISCAL;
		p.n = (int)strtol(w + 7, &end, 10);
		if (*end++ != 'y')
			word_stop("a fiscal year of an age");
	} else if (strncmp(w, "gestation:", 10) == 0) {
		p.kind = POINT_GESTATION;
		p.n = 7 * (int)strtol(w + 10, &end, 10);
		if (*end++ != 'w')
			word_stop("weeks");
		p.n += (int)strtol(end, &end, 10);
		if (*end++ != 'd')
			word_stop("days");
	} else {
		long n = strtol(w, &end, 10);

		switch (end == w ? '\0' : *end) {
		case 'd': p.kind = POINT_DAYS; p.n = (int)n; break;
		case 'w': p.kind = POINT_DAYS; p.n = (int)n * 7; break;
		case 'm': p.kind = POINT_MONTHS; p.n = (int)n; break;
		case 'y': p.kind = POINT_MONTHS; p.n = (int)n * 12; break;
		default: word_stop("not a point in a life");
		}
		end++;
	}
	if (*end == '+' || *end == '-') {
		p.plus = (int)strtol(end, &end, 10);
		if (*end++ != 'd')
			word_stop("days more or less");
	}
	if (*end != '\0')
		word_stop("not a point in a life");
	return p;
}

void
word_interval(struct text_gap *g)
{
	const char *w = word_take();
	char *end;

	g->n = (int)strtol(w, &end, 10);
	if (strcmp(end, "d") == 0)
		g->unit = UNIT_DAYS;
	else if (strcmp(end, "m") == 0)
		g->unit = UNIT_MONTHS;
	else if (strcmp(end, ".5m") == 0)
		g->unit = UNIT_HALF;
	else
		word_stop("not an interval");
}

struct text_gap
word_gap(void)
{
	struct text_gap g = { ANCHOR_NONE, 0, UNIT_DAYS, 0 };

	if (word_next_is("previous"))
		g.anchor = ANCHOR_PREVIOUS;
	else if (word_next_is("stages"))
		g.anchor = ANCHOR_STAGES;
	else if (word_next_is("dose")) {
		g.anchor = ANCHOR_DOSE;
		g.of = word_number();
	} else if (word_next_is("group")) {
		g.anchor = ANCHOR_GROUP;
		g.of = word_number();
	} else
		word_stop("from where the interval runs");
	word_interval(&g);
	return g;
}

bool
word_left(void)
{
	return s.at < s.n;
}

void
word_of_folder(const char *folder)
{
	s.file = folder;
}

/* The words of one line, added to the statement. */
static void
add_words(const char *line, size_t *used)
{
	for (const char *c = line; *c != '\0';) {
		bool quoted = *c == '"';

		if (isspace((unsigned char)*c)) {
			c++;
			continue;
		}
		if (*c == '#')
			return;
		if (s.n == (int)(sizeof s.word / sizeof s.word[0]) || *used + strlen(c) + 2 > sizeof s.bytes)
			word_stop("a statement too long");
		s.word[s.n++] = s.bytes + *used;
		if (quoted)
			c++;
		while (*c != '\0' && (quoted ? *c != '"' : !isspace((unsigned char)*c)))
			s.bytes[(*used)++] = *c++;
		if (quoted && *c == '"')
			c++;
		s.bytes[(*used)++] = '\0';
	}
}

void
word_read_file(const char *path, void (*statement)(int pass), int pass)
{
	char line[4096];
	size_t used = 0;
	FILE *f = fopen(path, "r");

	s.file = path;
	s.line = 0;
	s.n = s.at = 0;
	if (f == NULL)
		word_stop("cannot be opened");
	while (fgets(line, sizeof line, f) != NULL) {
		s.line++;
		if (line[0] != '\t' && line[0] != ' ' && line[0] != '#' && line[0] != '\n' && s.n > 0) {
			s.at = 0;
			statement(pass);
			s.n = s.at = 0;
			used = 0;
		}
		add_words(line, &used);
	}
	if (s.n > 0)
		statement(pass);
	fclose(f);
}

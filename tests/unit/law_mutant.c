#include "tests/unit/law_mutant.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "base/day.h"

#define ROOM (1u << 20)
#define STATEMENTS 1024

/* Fields whose numbers decide; whatever follows another field's name decides nothing. */
static const char *const field_table[] = { "in-force", "published", "end-published", "age", "window", "born", "given",
	"in", "antibody-low-by", "first-dose", "not-before", "cap", "jump", "drop-after", "short", "after", "doctor",
	"until", "days", "takes", "market", "history-from", "fewer" };
static const char *const silent_table[] = { "standard", "standard-after", "source", "by", "products", "course", "way",
	"classes", "antigens", "url", "used-only", "used-any", "used-none", "with", "without", "if", "earlier", "later",
	"except", "sex", "slot", "version", "choice", "component", "extension", "deemed-from", "of",
	"while-missing", "needs", "if-used" };

/* Where the reader of a file is. */
struct place {
	char statement[128];		/* its head, with the version */
	char programme[64];
	const char *field;
	bool label;			/* the next number only names a group of slots */
	bool end;			/* the next number is the last of a span */
	size_t first_mutant;		/* of this statement */
	unsigned count[sizeof field_table / sizeof field_table[0]];
};

static struct { char head[128]; unsigned n; } seen[STATEMENTS];
static size_t n_seen;

/* Versions of a rule share their head: the second is #2. */
static unsigned
version_of(const char *head)
{
	for (size_t i = 0; i < n_seen; i++) {
		if (strcmp(seen[i].head, head) == 0)
			return ++seen[i].n;
	}
	if (n_seen == STATEMENTS)
		abort();
	snprintf(seen[n_seen].head, sizeof seen[0].head, "%s", head);
	return seen[n_seen++].n = 1;
}

static void
add(struct mutants *m, const struct place *p, unsigned file, size_t at, size_t len, const char *is)
{
	struct mutant *x;
	unsigned f = 0;

	while (strcmp(field_table[f], p->field) != 0)
		f++;
	if (m->n == m->room) {
		m->room = m->room == 0 ? 1024 : m->room * 2;
		m->mutant = realloc(m->mutant, m->room * sizeof *m->mutant);
		if (m->mutant == NULL)
			abort();
	}
	x = &m->mutant[m->n++];
	memset(x, 0, sizeof *x);
	x->file = file;
	x->at = at;
	x->len = len;
	snprintf(x->is, sizeof x->is, "%s", is);
	snprintf(x->programme, sizeof x->programme, "%s", p->programme);
	x->end = p->end || strcmp(p->field, "cap") == 0 || strcmp(p->field, "drop-after") == 0 ||
	    strcmp(p->field, "until") == 0 || strcmp(p->field, "antibody-low-by") == 0;
	snprintf(x->key, sizeof x->key, "%s %s %u %.*s>%s", p->statement, p->field, p->count[f], (int)len,
	    m->text[file].data + at, is);
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
word_is(const char *word, size_t len, const char *text)
{
	return strlen(text) == len && memcmp(word, text, len) == 0;
}

/* A point in a life: a day sooner and a day later, whatever it is counted in. */
static void
change_point(struct mutants *m, const struct place *p, unsigned file, size_t at, size_t len)
{
	const char *word = m->text[file].data + at;
	size_t base = len;
	int plus = 0;
	char is[48];

	if (len >= 32)
		return;
	if (word[len - 1] == 'd') {
		for (base = len - 1; base > 0 && is_digit(word[base - 1]); base--)
			continue;
		if (base > 1 && (word[base - 1] == '+' || word[base - 1] == '-'))
			plus = atoi(word + --base);
		else
			base = len;
	}
	for (int by = -1; by <= 1; by += 2) {
		/* Nothing lies before birth. */
		if (by < 0 && word_is(word, len, "birth"))
			continue;
		if (plus + by == 0)
			snprintf(is, sizeof is, "%.*s", (int)base, word);
		else
			snprintf(is, sizeof is, "%.*s%+dd", (int)base, word, plus + by);
		add(m, p, file, at, len, is);
	}
}

/* Both neighbours of each number of a word; a day is one number, and so is a day of a month. */
static void
change_word(struct mutants *m, struct place *p, unsigned file, size_t at, size_t len)
{
	const char *word = m->text[file].data + at;
	char is[48], text[DAY_TEXT_SIZE];
	day d;

	if (len >= 40)
		return;
	for (int by = -1; by <= 1; by += 2) {
		if (day_parse(word, len, &d) == RC_OK) {
			day_write(day_add(d, by), text);
			add(m, p, file, at, len, text);
			continue;
		}
		if (len == 5 && word[2] == '-') {
			int month = atoi(word), mday = atoi(word + 3);

			if (day_make(2001, month, mday, &d) == RC_OK) {
				day_write(day_add(d, by), text);
				add(m, p, file, at, len, text + 5);
			}
			continue;
		}
		for (size_t i = 0; i < len; i++) {
			size_t end = i;
			int n;

			if (!is_digit(word[i]) || (i > 0 && word[i - 1] == '.')) {
				while (is_digit(word[i]) && i + 1 < len && is_digit(word[i + 1]))
					i++;
				continue;
			}
			while (end < len && is_digit(word[end]))
				end++;
			n = atoi(word + i) + by;
			if (n >= 0) {
				snprintf(is, sizeof is, "%.*s%d%.*s", (int)i, word, n, (int)(len - end), word + end);
				add(m, p, file, at, len, is);
			}
			i = end;
		}
	}
}

static bool
holds_digit(const char *word, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (is_digit(word[i]))
			return true;
	}
	return false;
}

/* The head of a statement: "target hib dry", "spacing live-after-live". */
static void
begin(struct place *p, const char *line, size_t len, size_t n_mutants)
{
	char text[256], *save = NULL, *word[3] = { NULL, NULL, NULL };
	unsigned n = 0, most, version;
	char head[128] = "";

	snprintf(text, sizeof text, "%.*s", (int)(len < sizeof text - 1 ? len : sizeof text - 1), line);
	for (char *w = strtok_r(text, " \t", &save); w != NULL && n < 3; w = strtok_r(NULL, " \t", &save))
		word[n++] = w;
	memset(p, 0, sizeof *p);
	p->first_mutant = n_mutants;
	if (n == 0)
		return;
	most = strcmp(word[0], "target") == 0 || strcmp(word[0], "course") == 0 || strcmp(word[0], "extension") == 0 ||
	    strcmp(word[0], "choice") == 0 ? 3 :
	    strcmp(word[0], "history-from") == 0 ? 1 : 2;
	for (unsigned i = 0; i < most && i < n; i++)
		snprintf(head + strlen(head), sizeof head - strlen(head), "%s%s", i > 0 ? " " : "", word[i]);
	version = version_of(head);
	if (version > 1)
		snprintf(p->statement, sizeof p->statement, "%.*s #%u", 110, head, version);
	else
		snprintf(p->statement, sizeof p->statement, "%s", head);
	if (n > 1 && (most == 3 || strcmp(word[0], "programme") == 0))
		snprintf(p->programme, sizeof p->programme, "%s", word[1]);
	if (strcmp(word[0], "history-from") == 0)
		p->field = "history-from";
}

static bool
has_number(const struct mutants *m, const struct place *p, const char *field)
{
	for (size_t i = p->first_mutant; i < m->n; i++) {
		if (strstr(m->mutant[i].key, field) != NULL)
			return true;
	}
	return false;
}

static void
forget(struct mutants *m, const struct place *p, const char *field)
{
	size_t kept = p->first_mutant;

	for (size_t i = p->first_mutant; i < m->n; i++) {
		if (strstr(m->mutant[i].key, field) == NULL)
			m->mutant[kept++] = m->mutant[i];
	}
	m->n = kept;
}

static bool
is_point(const char *field)
{
	static const char *const name[] = { "age", "window", "first-dose", "not-before", "cap", "drop-after", "until", "takes" };

	for (size_t i = 0; i < sizeof name / sizeof name[0]; i++) {
		if (strcmp(field, name[i]) == 0)
			return true;
	}
	return false;
}

static void
read_word(struct mutants *m, struct place *p, unsigned file, size_t at, size_t len)
{
	const char *word = m->text[file].data + at;

	/* A course that reaches back binds on every day: the day it names tells at most since when it is known. */
	if (word_is(word, len, "reaches-back")) {
		if (has_number(m, p, " published 1 "))
			forget(m, p, " in-force 1 ");
		return;
	}
	if (word_is(word, len, "always")) {
		forget(m, p, " in-force 1 ");
		forget(m, p, " published 1 ");
		return;
	}
	if (word_is(word, len, "group")) {
		p->label = true;
		return;
	}
	if (word_is(word, len, "..")) {
		p->end = true;
		return;
	}
	if (p->label) {
		p->label = false;
		return;
	}
	for (size_t f = 0; f < sizeof field_table / sizeof field_table[0]; f++) {
		if (word_is(word, len, field_table[f])) {
			p->field = field_table[f];
			p->end = false;
			return;
		}
	}
	for (size_t f = 0; f < sizeof silent_table / sizeof silent_table[0]; f++) {
		if (word_is(word, len, silent_table[f])) {
			p->field = NULL;
			return;
		}
	}
	if (p->field == NULL || (!holds_digit(word, len) && (!is_point(p->field) || !word_is(word, len, "birth"))))
		return;
	for (size_t f = 0; f < sizeof field_table / sizeof field_table[0]; f++)
		p->count[f] += strcmp(field_table[f], p->field) == 0;
	if (is_point(p->field) && (len != 10 || word[4] != '-'))
		change_point(m, p, file, at, len);
	else
		change_word(m, p, file, at, len);
	p->end = false;
}

static void
read_file(struct mutants *m, unsigned file)
{
	const struct buf *b = &m->text[file];
	struct place p = { .field = NULL };
	size_t at = 0;

	while (at < b->len) {
		size_t end = at, first;

		while (end < b->len && b->data[end] != '\n')
			end++;
		first = at;
		if (end > at && b->data[at] != ' ' && b->data[at] != '\t' && b->data[at] != '#') {
			begin(&p, b->data + at, end - at, m->n);
			/* Its names hold digits too. */
			for (unsigned words = p.programme[0] != '\0' ? 3 : p.field != NULL ? 1 : 2; words > 0; words--) {
				while (first < end && b->data[first] != ' ')
					first++;
				while (first < end && b->data[first] == ' ')
					first++;
			}
		}
		while (first < end && b->data[first] != '#') {
			size_t from = first;

			if (b->data[first] == ' ' || b->data[first] == '\t') {
				first++;
				continue;
			}
			if (b->data[first] == '"') {
				for (first++; first < end && b->data[first] != '"'; first++)
					continue;
				first++;
				continue;
			}
			while (first < end && b->data[first] != ' ' && b->data[first] != '\t')
				first++;
			/* A source's dates are not rules. */
			if (strncmp(p.statement, "source ", 7) != 0)
				read_word(m, &p, file, from, first - from);
		}
		at = end + 1;
	}
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

void
mutants_open(struct mutants *m)
{
	const char *source = getenv("top_srcdir");
	struct dirent **entry = NULL;
	char folder[2048], path[4096];
	struct fault why;
	int n;

	memset(m, 0, sizeof *m);
	n_seen = 0;
	snprintf(folder, sizeof folder, "%s/data/law", source != NULL ? source : ".");
	n = scandir(folder, &entry, NULL, by_name);
	CU_ASSERT_FATAL(n > 2 && n < MUTANT_FILES);
	for (int i = 0; i < n; i++) {
		size_t len = strlen(entry[i]->d_name);

		if (len > 4 && strcmp(entry[i]->d_name + len - 4, ".law") == 0) {
			unsigned f = m->n_files++;

			snprintf(m->name[f], sizeof m->name[f], "%.255s", entry[i]->d_name);
			snprintf(path, sizeof path, "%s/%s", folder, entry[i]->d_name);
			buf_init(&m->text[f], ROOM);
			CU_ASSERT_EQUAL_FATAL(buf_read_file(&m->text[f], path, &why), RC_OK);
			m->input[f] = (struct law_input){ m->name[f], m->text[f].data, m->text[f].len };
			read_file(m, f);
		}
		free(entry[i]);
	}
	free(entry);
}

void
mutants_close(struct mutants *m)
{
	for (unsigned f = 0; f < m->n_files; f++)
		buf_clear(&m->text[f]);
	free(m->mutant);
	memset(m, 0, sizeof *m);
}

enum rc
mutant_compile(struct mutants *m, const struct mutant *change, struct buf *law)
{
	struct law_listener nobody = { NULL, NULL };
	struct buf text = BUF_INIT(ROOM);
	struct law_input was = { NULL, NULL, 0 };
	struct fault why;
	enum rc rc;

	if (change != NULL) {
		const struct buf *b = &m->text[change->file];

		was = m->input[change->file];
		if (buf_add(&text, b->data, change->at) != RC_OK || buf_add_text(&text, change->is) != RC_OK ||
		    buf_add(&text, b->data + change->at + change->len, b->len - change->at - change->len) != RC_OK)
			abort();
		m->input[change->file].text = text.data;
		m->input[change->file].len = text.len;
	}
	rc = law_compile(m->input, m->n_files, nobody, law, &why);
	if (change != NULL)
		m->input[change->file] = was;
	buf_clear(&text);
	return rc;
}

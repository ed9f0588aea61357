#include "tests/oracle/text.h"

#include <ctype.h>
#include <dirent.h>
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
static struct text *law;

static void
stop(const char *what)
{
	printf("FAIL the second reader: %s:%u: %s near \"%s\"\n0 passed, 1 failed\n", s.file, s.line, what,
	    s.at < s.n ? s.word[s.at] : "the end");
	exit(1);
}

static const char *
take(void)
{
	if (s.at >= s.n)
		stop("the statement ends too soon");
	return s.word[s.at++];
}

static bool
next_is(const char *word)
{
	if (s.at < s.n && strcmp(s.word[s.at], word) == 0) {
		s.at++;
		return true;
	}
	return false;
}

static void
must(const char *word)
{
	if (!next_is(word))
		stop(word);
}

static int
place(char *names, size_t size, int n, const char *name)
{
	for (int i = 0; i < n; i++)
		if (strcmp(names + (size_t)i * size, name) == 0)
			return i;
	return -1;
}

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

enum set { SET_PRODUCT, SET_PROGRAMME, SET_CONDITION, SET_ANTIGEN, SET_CLASS };

static uint64_t
list(enum set of)
{
	char word[512], *next;
	uint64_t bits = 0;

	snprintf(word, sizeof word, "%s", take());
	if (of == SET_PRODUCT && strcmp(word, "any") == 0)
		return 0;
	for (char *name = word; name != NULL; name = next) {
		int i;

		if ((next = strchr(name, ',')) != NULL)
			*next++ = '\0';
		i = of == SET_PRODUCT ? text_product(law, name) : of == SET_PROGRAMME ? text_programme(law, name) :
		    of == SET_CONDITION ? text_condition(law, name) :
		    of == SET_ANTIGEN ? place(law->antigen[0], sizeof law->antigen[0], law->n_antigens, name) :
		    place(law->klass[0], sizeof law->klass[0], law->n_classes, name);
		if (i < 0)
			stop("an unknown name");
		bits |= UINT64_C(1) << i;
	}
	return bits;
}

static int
programme(void)
{
	int i = text_programme(law, take());

	if (i < 0)
		stop("an unknown programme");
	return i;
}

static int
number(void)
{
	return (int)strtol(take(), NULL, 10);
}

static int
day(int open)
{
	const char *w = take();
	int d;

	if (strcmp(w, "-") == 0)
		return open;
	if ((d = civil_read(w)) < 0)
		stop("not a day");
	return d;
}

static struct text_point
point(void)
{
	char w[64], *end;
	struct text_point p = { POINT_NONE, 0, 0 };
	int d;

	snprintf(w, sizeof w, "%s", take());
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
			stop("a fiscal year of an age");
	} else if (strncmp(w, "gestation:", 10) == 0) {
		p.kind = POINT_GESTATION;
		p.n = 7 * (int)strtol(w + 10, &end, 10);
		if (*end++ != 'w')
			stop("weeks");
		p.n += (int)strtol(end, &end, 10);
		if (*end++ != 'd')
			stop("days");
	} else {
		long n = strtol(w, &end, 10);

		switch (end == w ? '\0' : *end) {
		case 'd': p.kind = POINT_DAYS; p.n = (int)n; break;
		case 'w': p.kind = POINT_DAYS; p.n = (int)n * 7; break;
		case 'm': p.kind = POINT_MONTHS; p.n = (int)n; break;
		case 'y': p.kind = POINT_MONTHS; p.n = (int)n * 12; break;
		default: stop("not a point in a life");
		}
		end++;
	}
	if (*end == '+' || *end == '-') {
		p.plus = (int)strtol(end, &end, 10);
		if (*end++ != 'd')
			stop("days more or less");
	}
	if (*end != '\0')
		stop("not a point in a life");
	return p;
}

static void
interval(struct text_gap *g)
{
	const char *w = take();
	char *end;

	g->n = (int)strtol(w, &end, 10);
	if (strcmp(end, "d") == 0)
		g->unit = UNIT_DAYS;
	else if (strcmp(end, "m") == 0)
		g->unit = UNIT_MONTHS;
	else if (strcmp(end, ".5m") == 0)
		g->unit = UNIT_HALF;
	else
		stop("not an interval");
}

static struct text_gap
gap(void)
{
	struct text_gap g = { ANCHOR_NONE, 0, UNIT_DAYS, 0 };

	if (next_is("previous"))
		g.anchor = ANCHOR_PREVIOUS;
	else if (next_is("stages"))
		g.anchor = ANCHOR_STAGES;
	else if (next_is("dose")) {
		g.anchor = ANCHOR_DOSE;
		g.of = number();
	} else if (next_is("group")) {
		g.anchor = ANCHOR_GROUP;
		g.of = number();
	} else
		stop("from where the interval runs");
	interval(&g);
	return g;
}

static void
who_init(struct text_who *w)
{
	memset(w, 0, sizeof *w);
	w->born_from = CIVIL_NEVER_BEFORE;
	w->born_to = CIVIL_NEVER_AFTER;
}

static bool
who(struct text_who *w)
{
	if (next_is("born")) {
		w->born_from = day(CIVIL_NEVER_BEFORE);
		must("..");
		w->born_to = day(CIVIL_NEVER_AFTER);
	} else if (next_is("sex"))
		w->sex = strcmp(take(), "female") == 0 ? 1 : 2;
	else if (next_is("with"))
		w->with = (uint32_t)list(SET_CONDITION);
	else if (next_is("without"))
		w->without = (uint32_t)list(SET_CONDITION);
	else if (next_is("gestation")) {
		must("known");
		w->gestation = true;
	} else if (next_is("antibody-low-by")) {
		w->antibody = true;
		w->antibody_by = day(CIVIL_NEVER_AFTER);
	} else if (next_is("given")) {
		w->given = true;
		w->given_min = number();
		must("..");
		if (next_is("-"))
			w->given_max = 1000;
		else
			w->given_max = number();
		w->given_from = CIVIL_NEVER_BEFORE;
		w->given_to = CIVIL_NEVER_AFTER;
		if (next_is("in")) {
			w->given_from = day(CIVIL_NEVER_BEFORE);
			must("..");
			w->given_to = day(CIVIL_NEVER_AFTER);
		}
	} else
		return false;
	return true;
}

static void
span_init(struct text_span *x)
{
	*x = (struct text_span){ .from = CIVIL_NEVER_BEFORE, .to = CIVIL_NEVER_AFTER, .published = CIVIL_NEVER_AFTER,
		.end_published = CIVIL_NEVER_BEFORE };
}

/* What every rule may say. */
static bool
rule(struct text_span *x)
{
	if (next_is("in-force")) {
		x->from = day(CIVIL_NEVER_BEFORE);
		must("..");
		x->to = day(CIVIL_NEVER_AFTER);
	} else if (next_is("published")) {
		if (!next_is("unconfirmed"))
			x->published = day(CIVIL_NEVER_BEFORE);
	} else if (next_is("end-published")) {
		x->end_published = day(CIVIL_NEVER_BEFORE);
		x->end_stated = true;
	} else if (next_is("source"))
		take();
	else
		return false;
	return true;
}

static void
rule_ends(struct text_span *x, bool reaches_back, bool always)
{
	if (always)
		x->published = CIVIL_NEVER_BEFORE;
	if (x->published == CIVIL_NEVER_AFTER)
		x->published = x->from;
	x->since = x->from;
	if (reaches_back)
		x->from = CIVIL_NEVER_BEFORE;
}

static void
read_product(void)
{
	struct text_product *p = &law->product[law->n_products++];

	snprintf(p->name, sizeof p->name, "%s", take());
	take();
	take();
	p->market_from = CIVIL_NEVER_BEFORE;
	p->market_to = CIVIL_NEVER_AFTER;
	p->deemed = -1;
	while (s.at < s.n) {
		if (next_is("antigens"))
			p->antigens = (uint32_t)list(SET_ANTIGEN);
		else if (next_is("classes"))
			p->classes = (uint32_t)list(SET_CLASS);
		else if (next_is("market")) {
			p->market_from = day(CIVIL_NEVER_BEFORE);
			must("..");
			p->market_to = day(CIVIL_NEVER_AFTER);
		} else if (next_is("deemed-as")) {
			p->deemed = text_product(law, take());
			must("source");
			take();
		} else if (!next_is("oral") && !next_is("antibody"))
			stop("an unknown word of a product");
	}
}

static void
read_programme(void)
{
	struct text_programme *p = &law->programme[law->n_programmes++];

	snprintf(p->name, sizeof p->name, "%s", take());
	take();
	take();
	while (s.at < s.n) {
		if (next_is("component")) {
			p->component[p->n_components] = (uint32_t)list(SET_ANTIGEN);
			p->antigens |= p->component[p->n_components];
			if (next_is("history"))
				p->history[p->n_components] = (uint32_t)list(SET_CONDITION);
			p->n_components++;
		} else if (next_is("antigens"))
			p->antigens |= (uint32_t)list(SET_ANTIGEN);
		else if (next_is("stages"))
			snprintf(p->stages, sizeof p->stages, "%s", take());
		else if (next_is("takes")) {
			p->takes_from = point();
			must("..");
			p->takes_to = point();
		} else if (next_is("exclusion"))
			p->exclusion = (uint32_t)list(SET_CONDITION);
		else if (next_is("review-if"))
			p->review_if = (uint32_t)list(SET_CONDITION);
		else if (next_is("outside"))
			p->outside_review = strcmp(take(), "review") == 0;
		else if (next_is("season"))
			snprintf(p->season_name, sizeof p->season_name, "%s", take());
		else if (next_is("per-pregnancy"))
			p->per_pregnancy = true;
		else if (next_is("any-age"))
			p->any_age = true;
		else if (next_is("child"))
			p->child = true;
		else if (next_is("antibody-source")) {
			p->antibody_exempts = true;
			take();
		} else if (next_is("exclusion-source") || next_is("history-source") || next_is("too-young-source") ||
		    next_is("too-soon-source"))
			take();
		else
			stop("an unknown word of a programme");
	}
}

static void
read_season(void)
{
	struct text_season *x = &law->season[law->n_seasons++];

	snprintf(x->name, sizeof x->name, "%s", take());
	while (s.at < s.n) {
		if (next_is("days")) {
			if (sscanf(take(), "%d-%d", &x->from_month, &x->from_mday) != 2)
				stop("a day of the year");
			must("..");
			if (sscanf(take(), "%d-%d", &x->to_month, &x->to_mday) != 2)
				stop("a day of the year");
		} else if (next_is("settable"))
			x->settable = true;
		else if (next_is("source"))
			take();
		else
			stop("an unknown word of a season");
	}
}

static void
read_target(void)
{
	struct text_target *x = &law->target[law->n_targets++];

	memset(x, 0, sizeof *x);
	x->programme = programme();
	snprintf(x->name, sizeof x->name, "%s", take());
	span_init(&x->span);
	who_init(&x->who);
	while (s.at < s.n) {
		if (rule(&x->span) || who(&x->who) || next_is("cohort"))
			continue;
		if (next_is("products"))
			x->products = list(SET_PRODUCT);
		else if (next_is("age") || next_is("window")) {
			x->open = point();
			must("..");
			x->close = point();
		} else if (next_is("deemed-from")) {
			day(CIVIL_NEVER_BEFORE);
			must("by");
			take();
		} else
			stop("an unknown word of a target");
	}
	rule_ends(&x->span, false, false);
}

static void
read_way(struct text_slot *slot)
{
	struct text_way *w = &slot->way[slot->n_ways++];

	if (slot->n_ways > TEXT_WAYS)
		stop("too many ways");
	w->products = list(SET_PRODUCT);
	for (;;) {
		if (next_is("after"))
			w->gap[w->n_gaps++] = gap();
		else if (next_is("doctor")) {
			w->doctor = true;
			w->doctor_gap = w->gap[0];
			interval(&w->doctor_gap);
			if (next_is("if"))
				w->doctor_if = (uint32_t)list(SET_CONDITION);
		} else if (next_is("by"))
			take();
		else if (next_is("in-order"))
			w->when = 1;
		else if (next_is("after-jump"))
			w->when = 2;
		else if (next_is("standard")) {
			w->standard_from = point();
			must("..");
			w->standard_to = point();
		} else if (next_is("standard-after")) {
			w->standard_after = gap();
			must("..");
			if (!next_is("-")) {
				struct text_gap upper;

				interval(&upper);
				w->standard_upper = true;
				w->upper_unit = upper.unit;
				w->upper = upper.n;
			}
		} else
			break;
	}
}

static void
read_slot(struct text_course *c)
{
	struct text_slot *x = &c->slot[c->n_slots++];
	const char *kind = take();

	if (c->n_slots > TEXT_SLOTS)
		stop("too many slots");
	x->kind = strcmp(kind, "initial") == 0 ? KIND_INITIAL : strcmp(kind, "booster") == 0 ? KIND_BOOSTER :
	    strcmp(kind, "single") == 0 ? KIND_SINGLE : KIND_SEASONAL;
	x->jump = -1;
	for (;;) {
		if (next_is("group"))
			x->group = number();
		else if (next_is("not-before"))
			x->not_before = point();
		else if (next_is("cap")) {
			x->cap = point();
			must("jump");
			x->jump = next_is("end") ? 1000 : number() - 1;
		} else if (next_is("drop-after"))
			x->drop_after = point();
		else if (next_is("short")) {
			x->short_gap = gap();
			must("course");
			snprintf(x->short_course, sizeof x->short_course, "%s", take());
		} else if (next_is("way"))
			read_way(x);
		else
			break;
	}
}

static void
read_course(void)
{
	struct text_course *x = &law->course[law->n_courses++];
	bool reaches_back = false, always = false;

	memset(x, 0, sizeof *x);
	x->programme = programme();
	snprintf(x->name, sizeof x->name, "%s", take());
	span_init(&x->span);
	who_init(&x->who);
	while (s.at < s.n) {
		if (rule(&x->span) || who(&x->who))
			continue;
		if (next_is("first-dose")) {
			x->first_from = point();
			must("..");
			x->first_to = point();
		} else if (next_is("used-only"))
			x->used_only = list(SET_PRODUCT);
		else if (next_is("used-any"))
			x->used_any = list(SET_PRODUCT);
		else if (next_is("used-none"))
			x->used_none = list(SET_PRODUCT);
		else if (next_is("component"))
			x->component = number();
		else if (next_is("extension"))
			x->extension = strcmp(take(), "only") == 0 ? 1 : 2;
		else if (next_is("reaches-back")) {
			reaches_back = true;
			always = next_is("always");
		}
		else if (next_is("slot"))
			read_slot(x);
		else
			stop("an unknown word of a course");
	}
	for (int i = 0; i < x->n_slots; i++)
		if (x->slot[i].jump > x->n_slots)
			x->slot[i].jump = x->n_slots;
	rule_ends(&x->span, reaches_back, always);
}

static void
read_choice(void)
{
	struct text_choice *x = &law->choice[law->n_choices++];

	x->programme = programme();
	if ((x->product = text_product(law, take())) < 0)
		stop("an unknown product");
	span_init(&x->span);
	while (s.at < s.n) {
		if (rule(&x->span))
			continue;
		if (next_is("while-missing"))
			x->while_missing = (uint32_t)list(SET_PROGRAMME);
		else if (next_is("needs"))
			x->needs = (uint32_t)list(SET_CONDITION);
		else if (next_is("if-used"))
			x->if_used = list(SET_PRODUCT);
		else if (next_is("fewer")) {
			x->fewer = number();
			must("of");
			x->fewer_of = list(SET_PRODUCT);
		} else
			stop("an unknown word of a choice");
	}
	rule_ends(&x->span, false, false);
}

static void
read_extension(void)
{
	struct text_extension *x = &law->extension[law->n_extensions++];

	memset(x, 0, sizeof *x);
	x->programme = programme();
	take();
	span_init(&x->span);
	while (s.at < s.n) {
		if (rule(&x->span))
			continue;
		if (next_is("products"))
			x->products = list(SET_PRODUCT);
		else if (next_is("until"))
			x->until = point();
		else if (next_is("early"))
			x->early = true;
		else
			stop("an unknown word of an extension");
	}
	rule_ends(&x->span, false, false);
}

static void
read_spacing(void)
{
	struct text_spacing *x = &law->spacing[law->n_spacings++];

	memset(x, 0, sizeof *x);
	snprintf(x->name, sizeof x->name, "%s", take());
	span_init(&x->span);
	while (s.at < s.n) {
		if (rule(&x->span))
			continue;
		if (next_is("earlier"))
			x->earlier = (uint32_t)list(SET_CLASS);
		else if (next_is("later"))
			x->later = (uint32_t)list(SET_CLASS);
		else if (next_is("except"))
			x->except = (uint32_t)list(SET_CLASS);
		else if (next_is("days"))
			x->days = number();
		else if (next_is("same-product"))
			x->same_product = true;
		else if (next_is("same-day"))
			x->same_day = true;
		else
			stop("an unknown word of a spacing");
	}
	rule_ends(&x->span, false, false);
}

/* Names may be used before they are declared: each pass reads the statements of its turn. */
static void
statement(int pass)
{
	const char *word = take();

	if (strcmp(word, "antigen") == 0) {
		if (pass == 0)
			snprintf(law->antigen[law->n_antigens++], sizeof law->antigen[0], "%s", take());
	} else if (strcmp(word, "class") == 0) {
		if (pass == 0)
			snprintf(law->klass[law->n_classes++], sizeof law->klass[0], "%s", take());
	} else if (strcmp(word, "condition") == 0) {
		if (pass != 0)
			return;
		snprintf(law->condition[law->n_conditions], sizeof law->condition[0], "%s", take());
		take();
		take();
		if (next_is("died"))
			law->died = law->n_conditions;
		else if (next_is("pregnant"))
			law->pregnant = law->n_conditions;
		law->n_conditions++;
	} else if (strcmp(word, "history-from") == 0) {
		law->history_from = day(CIVIL_NEVER_BEFORE);
	} else if (strcmp(word, "product") == 0) {
		if (pass == 1)
			read_product();
	} else if (strcmp(word, "season") == 0) {
		if (pass == 1)
			read_season();
	} else if (strcmp(word, "programme") == 0) {
		if (pass == 1)
			read_programme();
	} else if (strcmp(word, "target") == 0) {
		if (pass == 2)
			read_target();
	} else if (strcmp(word, "course") == 0) {
		if (pass == 2)
			read_course();
	} else if (strcmp(word, "choice") == 0) {
		if (pass == 2)
			read_choice();
	} else if (strcmp(word, "extension") == 0) {
		if (pass == 2)
			read_extension();
	} else if (strcmp(word, "spacing") == 0) {
		if (pass == 2)
			read_spacing();
	} else if (strcmp(word, "version") != 0 && strcmp(word, "source") != 0)
		stop("an unknown statement");
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
			stop("a statement too long");
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

static void
read_file(const char *path, int pass)
{
	char line[4096];
	size_t used = 0;
	FILE *f = fopen(path, "r");

	s.file = path;
	s.line = 0;
	s.n = s.at = 0;
	if (f == NULL)
		stop("cannot be opened");
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
	t->died = t->pregnant = -1;
	t->history_from = CIVIL_NEVER_BEFORE;
	s.file = folder;
	if ((n = scandir(folder, &entry, is_law, alphasort)) <= 0)
		stop("no law text");
	for (int pass = 0; pass < 3; pass++)
		for (int i = 0; i < n; i++) {
			char path[8192];

			snprintf(path, sizeof path, "%s/%s", folder, entry[i]->d_name);
			read_file(path, pass);
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

#include "tests/oracle/text_rule.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/oracle/civil.h"
#include "tests/oracle/text_word.h"

static struct text *law;

void
text_rules_of(struct text *of)
{
	law = of;
}

static int
place(char *names, size_t size, int n, const char *name)
{
	for (int i = 0; i < n; i++)
		if (strcmp(names + (size_t)i * size, name) == 0)
			return i;
	return -1;
}

enum set { SET_PRODUCT, SET_PROGRAMME, SET_CONDITION, SET_ANTIGEN, SET_CLASS };

static uint64_t
list(enum set of)
{
	char word[512], *next;
	uint64_t bits = 0;

	snprintf(word, sizeof word, "%s", word_take());
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
			word_stop("an unknown name");
		bits |= UINT64_C(1) << i;
	}
	return bits;
}

static int
programme(void)
{
	int i = text_programme(law, word_take());

	if (i < 0)
		word_stop("an unknown programme");
	return i;
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
	if (word_next_is("born")) {
		w->born_from = word_day(CIVIL_NEVER_BEFORE);
		word_must_be("..");
		w->born_to = word_day(CIVIL_NEVER_AFTER);
	} else if (word_next_is("sex"))
		w->sex = strcmp(word_take(), "female") == 0 ? 1 : 2;
	else if (word_next_is("with"))
		w->with = (uint32_t)list(SET_CONDITION);
	else if (word_next_is("without"))
		w->without = (uint32_t)list(SET_CONDITION);
	else if (word_next_is("gestation")) {
		word_must_be("known");
		w->gestation = true;
	} else if (word_next_is("antibody-low-by")) {
		w->antibody = true;
		w->antibody_by = word_day(CIVIL_NEVER_AFTER);
	} else if (word_next_is("given")) {
		w->given = true;
		w->given_min = word_number();
		word_must_be("..");
		if (word_next_is("-"))
			w->given_max = 1000;
		else
			w->given_max = word_number();
		w->given_from = CIVIL_NEVER_BEFORE;
		w->given_to = CIVIL_NEVER_AFTER;
		if (word_next_is("in")) {
			w->given_from = word_day(CIVIL_NEVER_BEFORE);
			word_must_be("..");
			w->given_to = word_day(CIVIL_NEVER_AFTER);
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
	if (word_next_is("in-force")) {
		x->from = word_day(CIVIL_NEVER_BEFORE);
		word_must_be("..");
		x->to = word_day(CIVIL_NEVER_AFTER);
	} else if (word_next_is("published")) {
		if (!word_next_is("unconfirmed"))
			x->published = word_day(CIVIL_NEVER_BEFORE);
	} else if (word_next_is("end-published")) {
		x->end_published = word_day(CIVIL_NEVER_BEFORE);
		x->end_stated = true;
	} else if (word_next_is("source"))
		word_take();
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

void
text_read_product(void)
{
	struct text_product *p = &law->product[law->n_products++];

	snprintf(p->name, sizeof p->name, "%s", word_take());
	word_take();
	word_take();
	p->market_from = CIVIL_NEVER_BEFORE;
	p->market_to = CIVIL_NEVER_AFTER;
	p->deemed = -1;
	while (word_left()) {
		if (word_next_is("antigens"))
			p->antigens = (uint32_t)list(SET_ANTIGEN);
		else if (word_next_is("classes"))
			p->classes = (uint32_t)list(SET_CLASS);
		else if (word_next_is("market")) {
			p->market_from = word_day(CIVIL_NEVER_BEFORE);
			word_must_be("..");
			p->market_to = word_day(CIVIL_NEVER_AFTER);
		} else if (word_next_is("deemed-as")) {
			p->deemed = text_product(law, word_take());
			word_must_be("source");
			word_take();
		} else if (!word_next_is("oral") && !word_next_is("antibody"))
			word_stop("an unknown word of a product");
	}
}

void
text_read_programme(void)
{
	struct text_programme *p = &law->programme[law->n_programmes++];

	snprintf(p->name, sizeof p->name, "%s", word_take());
	word_take();
	word_take();
	while (word_left()) {
		if (word_next_is("component")) {
			p->component[p->n_components] = (uint32_t)list(SET_ANTIGEN);
			p->antigens |= p->component[p->n_components];
			if (word_next_is("history"))
				p->history[p->n_components] = (uint32_t)list(SET_CONDITION);
			p->n_components++;
		} else if (word_next_is("antigens"))
			p->antigens |= (uint32_t)list(SET_ANTIGEN);
		else if (word_next_is("stages"))
			snprintf(p->stages, sizeof p->stages, "%s", word_take());
		else if (word_next_is("takes")) {
			p->takes_from = word_point();
			word_must_be("..");
			p->takes_to = word_point();
		} else if (word_next_is("exclusion"))
			p->exclusion = (uint32_t)list(SET_CONDITION);
		else if (word_next_is("review-if"))
			p->review_if = (uint32_t)list(SET_CONDITION);
		else if (word_next_is("outside"))
			p->outside_review = strcmp(word_take(), "review") == 0;
		else if (word_next_is("season"))
			snprintf(p->season_name, sizeof p->season_name, "%s", word_take());
		else if (word_next_is("per-pregnancy"))
			p->per_pregnancy = true;
		else if (word_next_is("any-age"))
			p->any_age = true;
		else if (word_next_is("child"))
			p->child = true;
		else if (word_next_is("antibody-source")) {
			p->antibody_exempts = true;
			word_take();
		} else if (word_next_is("exclusion-source") || word_next_is("history-source") || word_next_is("too-young-source") ||
		    word_next_is("too-soon-source"))
			word_take();
		else
			word_stop("an unknown word of a programme");
	}
}

void
text_read_season(void)
{
	struct text_season *x = &law->season[law->n_seasons++];

	snprintf(x->name, sizeof x->name, "%s", word_take());
	while (word_left()) {
		if (word_next_is("days")) {
			if (sscanf(word_take(), "%d-%d", &x->from_month, &x->from_mday) != 2)
				word_stop("a day of the year");
			word_must_be("..");
			if (sscanf(word_take(), "%d-%d", &x->to_month, &x->to_mday) != 2)
				word_stop("a day of the year");
		} else if (word_next_is("settable"))
			x->settable = true;
		else if (word_next_is("source"))
			word_take();
		else
			word_stop("an unknown word of a season");
	}
}

void
text_read_target(void)
{
	struct text_target *x = &law->target[law->n_targets++];

	memset(x, 0, sizeof *x);
	x->programme = programme();
	snprintf(x->name, sizeof x->name, "%s", word_take());
	span_init(&x->span);
	who_init(&x->who);
	while (word_left()) {
		if (rule(&x->span) || who(&x->who) || word_next_is("cohort"))
			continue;
		if (word_next_is("products"))
			x->products = list(SET_PRODUCT);
		else if (word_next_is("age") || word_next_is("window")) {
			x->open = word_point();
			word_must_be("..");
			x->close = word_point();
		} else if (word_next_is("deemed-from")) {
			word_day(CIVIL_NEVER_BEFORE);
			word_must_be("by");
			word_take();
		} else
			word_stop("an unknown word of a target");
	}
	rule_ends(&x->span, false, false);
}

static void
read_way(struct text_slot *slot)
{
	struct text_way *w = &slot->way[slot->n_ways++];

	if (slot->n_ways > TEXT_WAYS)
		word_stop("too many ways");
	w->products = list(SET_PRODUCT);
	for (;;) {
		if (word_next_is("after"))
			w->gap[w->n_gaps++] = word_gap();
		else if (word_next_is("doctor")) {
			w->doctor = true;
			w->doctor_gap = w->gap[0];
			word_interval(&w->doctor_gap);
			if (word_next_is("if"))
				w->doctor_if = (uint32_t)list(SET_CONDITION);
		} else if (word_next_is("by"))
			word_take();
		else if (word_next_is("in-order"))
			w->when = 1;
		else if (word_next_is("after-jump"))
			w->when = 2;
		else if (word_next_is("standard")) {
			w->standard_from = word_point();
			word_must_be("..");
			w->standard_to = word_point();
		} else if (word_next_is("standard-after")) {
			w->standard_after = word_gap();
			word_must_be("..");
			if (!word_next_is("-")) {
				struct text_gap upper;

				word_interval(&upper);
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
	const char *kind = word_take();

	if (c->n_slots > TEXT_SLOTS)
		word_stop("too many slots");
	x->kind = strcmp(kind, "initial") == 0 ? KIND_INITIAL : strcmp(kind, "booster") == 0 ? KIND_BOOSTER :
	    strcmp(kind, "single") == 0 ? KIND_SINGLE : KIND_SEASONAL;
	x->jump = -1;
	for (;;) {
		if (word_next_is("group"))
			x->group = word_number();
		else if (word_next_is("not-before"))
			x->not_before = word_point();
		else if (word_next_is("cap")) {
			x->cap = word_point();
			word_must_be("jump");
			x->jump = word_next_is("end") ? 1000 : word_number() - 1;
		} else if (word_next_is("drop-after"))
			x->drop_after = word_point();
		else if (word_next_is("short")) {
			x->short_gap = word_gap();
			word_must_be("course");
			snprintf(x->short_course, sizeof x->short_course, "%s", word_take());
		} else if (word_next_is("way"))
			read_way(x);
		else
			break;
	}
}

void
text_read_course(void)
{
	struct text_course *x = &law->course[law->n_courses++];
	bool reaches_back = false, always = false;

	memset(x, 0, sizeof *x);
	x->programme = programme();
	snprintf(x->name, sizeof x->name, "%s", word_take());
	span_init(&x->span);
	who_init(&x->who);
	while (word_left()) {
		if (rule(&x->span) || who(&x->who))
			continue;
		if (word_next_is("first-dose")) {
			x->first_from = word_point();
			word_must_be("..");
			x->first_to = word_point();
		} else if (word_next_is("used-only"))
			x->used_only = list(SET_PRODUCT);
		else if (word_next_is("used-any"))
			x->used_any = list(SET_PRODUCT);
		else if (word_next_is("used-none"))
			x->used_none = list(SET_PRODUCT);
		else if (word_next_is("component"))
			x->component = word_number();
		else if (word_next_is("extension"))
			x->extension = strcmp(word_take(), "only") == 0 ? 1 : 2;
		else if (word_next_is("reaches-back")) {
			reaches_back = true;
			always = word_next_is("always");
		}
		else if (word_next_is("slot"))
			read_slot(x);
		else
			word_stop("an unknown word of a course");
	}
	for (int i = 0; i < x->n_slots; i++)
		if (x->slot[i].jump > x->n_slots)
			x->slot[i].jump = x->n_slots;
	rule_ends(&x->span, reaches_back, always);
}

void
text_read_choice(void)
{
	struct text_choice *x = &law->choice[law->n_choices++];

	x->programme = programme();
	if ((x->product = text_product(law, word_take())) < 0)
		word_stop("an unknown product");
	span_init(&x->span);
	while (word_left()) {
		if (rule(&x->span))
			continue;
		if (word_next_is("while-missing"))
			x->while_missing = (uint32_t)list(SET_PROGRAMME);
		else if (word_next_is("needs"))
			x->needs = (uint32_t)list(SET_CONDITION);
		else if (word_next_is("if-used"))
			x->if_used = list(SET_PRODUCT);
		else if (word_next_is("fewer")) {
			x->fewer = word_number();
			word_must_be("of");
			x->fewer_of = list(SET_PRODUCT);
		} else
			word_stop("an unknown word of a choice");
	}
	rule_ends(&x->span, false, false);
}

void
text_read_extension(void)
{
	struct text_extension *x = &law->extension[law->n_extensions++];

	memset(x, 0, sizeof *x);
	x->programme = programme();
	word_take();
	span_init(&x->span);
	while (word_left()) {
		if (rule(&x->span))
			continue;
		if (word_next_is("products"))
			x->products = list(SET_PRODUCT);
		else if (word_next_is("until"))
			x->until = word_point();
		else if (word_next_is("early"))
			x->early = true;
		else
			word_stop("an unknown word of an extension");
	}
	rule_ends(&x->span, false, false);
}

void
text_read_spacing(void)
{
	struct text_spacing *x = &law->spacing[law->n_spacings++];

	memset(x, 0, sizeof *x);
	snprintf(x->name, sizeof x->name, "%s", word_take());
	span_init(&x->span);
	while (word_left()) {
		if (rule(&x->span))
			continue;
		if (word_next_is("earlier"))
			x->earlier = (uint32_t)list(SET_CLASS);
		else if (word_next_is("later"))
			x->later = (uint32_t)list(SET_CLASS);
		else if (word_next_is("except"))
			x->except = (uint32_t)list(SET_CLASS);
		else if (word_next_is("days"))
			x->days = word_number();
		else if (word_next_is("same-product"))
			x->same_product = true;
		else if (word_next_is("same-day"))
			x->same_day = true;
		else
			word_stop("an unknown word of a spacing");
	}
	rule_ends(&x->span, false, false);
}

#include "law/law_layout.h"

#include <string.h>

/*
 * Foreign tables: their places in memory are sure, what is written in them is not.
 * Each check says what a reader of that field relies on, nothing else.
 */

static bool
text_ok(const struct law *law, law_text text)
{
	/* A text begins behind a NUL (or at 0) and the strings end in one. */
	return text < law->n_strings && (text == 0 || law->strings[text - 1] == '\0');
}

static bool
index_ok(uint16_t i, uint16_t n)
{
	return i == LAW_NONE || i < n;
}

static bool
mask_ok(uint64_t mask, uint16_t n)
{
	return n >= 64 || mask >> n == 0;
}

static bool
day_ok(int32_t d)
{
	return d == INT32_MIN || (d >= DAY_MIN.n && d <= DAY_MAX.n);
}

static bool
span_ok(const struct law_span *s)
{
	return day_ok(s->from) && day_ok(s->to) && day_ok(s->published) && day_ok(s->end_published) &&
	    s->publication < LAW_PUBLISHED__COUNT;
}

static bool
point_ok(const struct law_point *p)
{
	switch (p->kind) {
	case LAW_POINT_NONE:
	case LAW_POINT_SEASON_FIRST:
	case LAW_POINT_SEASON_LAST:
		break;
	case LAW_POINT_AGE_MONTHS:
		if (p->n < 0 || p->n > 3000)
			return false;
		break;
	case LAW_POINT_FISCAL_FIRST:
	case LAW_POINT_FISCAL_LAST:
		if (p->n < 0 || p->n > 250)
			return false;
		break;
	case LAW_POINT_AGE_DAYS:
	case LAW_POINT_GESTATION:
		if (p->n < 0 || p->n > 10000000)
			return false;
		break;
	case LAW_POINT_SCHOOL:
		if (p->n < -999999 || p->n > 999999)
			return false;
		break;
	case LAW_POINT_DATE:
		if (p->n == INT32_MIN || !day_ok(p->n))
			return false;
		break;
	default:
		return false;
	}
	return p->plus_days >= -366 && p->plus_days <= 366;
}

static bool
gap_ok(const struct law_gap *g)
{
	return g->anchor < LAW_ANCHOR__COUNT && g->unit < LAW_UNIT__COUNT && g->n >= 0 && g->n <= 9999 &&
	    (g->anchor != LAW_ANCHOR_DOSE || g->dose >= 1);
}

static bool
who_ok(const struct law *law, const struct law_who *w)
{
	return day_ok(w->birth_from) && day_ok(w->birth_to) && day_ok(w->antibody_by) &&
	    day_ok(w->given_from) && day_ok(w->given_to) && w->sex <= 3 && w->gestation <= 1 &&
	    w->antibody_low <= 1 && mask_ok(w->conditions_any, law->n_condition) &&
	    mask_ok(w->conditions_none, law->n_condition);
}

static bool
range_ok(uint16_t first, uint16_t n, uint16_t total)
{
	return (uint32_t)first + n <= total;
}

static bool
names_ok(const struct law *law)
{
	for (uint16_t i = 0; i < law->n_source; i++) {
		const struct law_source *s = &law->source[i];

		if (!text_ok(law, s->key) || !text_ok(law, s->citation_ja) || !text_ok(law, s->citation_en) ||
		    !text_ok(law, s->url) || !text_ok(law, s->note_ja) || !text_ok(law, s->note_en) || !day_ok(s->published) || s->unconfirmed > 1)
			return false;
	}
	for (uint16_t i = 0; i < law->n_antigen; i++) {
		const struct law_antigen *a = &law->antigen[i];

		if (!text_ok(law, a->code) || !text_ok(law, a->name_ja) || !text_ok(law, a->name_en))
			return false;
	}
	for (uint16_t i = 0; i < law->n_condition; i++) {
		const struct law_condition *c = &law->condition[i];

		if (!text_ok(law, c->code) || !text_ok(law, c->name_ja) || !text_ok(law, c->name_en) ||
		    c->role >= LAW_CONDITION__COUNT)
			return false;
	}
	for (uint16_t i = 0; i < law->n_class; i++) {
		if (!text_ok(law, law->class_[i].code) || !text_ok(law, law->class_[i].name_ja) ||
		    !text_ok(law, law->class_[i].name_en))
			return false;
	}
	return true;
}

static bool
products_ok(const struct law *law)
{
	for (uint16_t i = 0; i < law->n_product; i++) {
		const struct law_product *p = &law->product[i];

		if (!text_ok(law, p->code) || !text_ok(law, p->name_ja) || !text_ok(law, p->name_en) ||
		    !mask_ok(p->antigens, law->n_antigen) || !mask_ok(p->classes, law->n_class) ||
		    !mask_ok(p->serves, law->n_programme) || !day_ok(p->market_from) || !day_ok(p->market_to) ||
		    p->kind >= LAW_PRODUCT__COUNT || p->oral > 1 || !index_ok(p->deemed_as, law->n_product) ||
		    !index_ok(p->source, law->n_source))
			return false;
		if (p->deemed_as != LAW_NONE && law->product[p->deemed_as].deemed_as != LAW_NONE)
			return false;
	}
	return true;
}

/* Whoever is exempt is told by which article. */
static bool
exemptions_cited(const struct law_programme *p)
{
	uint32_t history = 0;

	for (size_t c = 0; c < LAW_COMPONENTS; c++)
		history |= p->component[c].history;
	return (p->exclusion == 0 || p->exclusion_source != LAW_NONE) &&
	    (history == 0 || p->history_source != LAW_NONE);
}

static bool
programme_ok(const struct law *law, const struct law_programme *p)
{
	if (!text_ok(law, p->code) || !text_ok(law, p->name_ja) || !text_ok(law, p->name_en) ||
	    !mask_ok(p->antigens, law->n_antigen) ||
	    (p->stages != LAW_NONE && p->stages >= LAW_PROGRAMMES_MAX) ||
	    p->n_components < 1 || p->n_components > LAW_COMPONENTS ||
	    !mask_ok(p->exclusion, law->n_condition) || !mask_ok(p->review_if, law->n_condition) ||
	    p->outside > LAW_OUTSIDE_REVIEW || p->child > 1 || !index_ok(p->season, law->n_season) ||
	    p->per_pregnancy > 1 || p->any_age > 1 || !index_ok(p->exclusion_source, law->n_source) ||
	    !index_ok(p->history_source, law->n_source) || !index_ok(p->young_source, law->n_source) ||
	    !index_ok(p->short_source, law->n_source) || !index_ok(p->antibody_source, law->n_source) ||
	    !point_ok(&p->takes_from) ||
	    !point_ok(&p->takes_to) || !range_ok(p->first_target, p->n_targets, law->n_target) ||
	    !range_ok(p->first_course, p->n_courses, law->n_course) ||
	    !range_ok(p->first_choice, p->n_choices, law->n_choice) ||
	    !range_ok(p->first_extension, p->n_extensions, law->n_extension))
		return false;
	for (size_t c = 0; c < LAW_COMPONENTS; c++) {
		if (!mask_ok(p->component[c].antigens, law->n_antigen) ||
		    !mask_ok(p->component[c].history, law->n_condition))
			return false;
	}
	return exemptions_cited(p);
}

/* Ranges must name their own programme's rows, so that no rule is read as another's. */
static bool
programmes_ok(const struct law *law)
{
	uint32_t targets = 0, courses = 0, choices = 0, extensions = 0;

	for (uint16_t i = 0; i < law->n_programme; i++) {
		const struct law_programme *p = &law->programme[i];

		if (!programme_ok(law, p))
			return false;
		for (uint16_t k = 0; k < p->n_targets; k++, targets++) {
			if (law->target[p->first_target + k].programme != i)
				return false;
		}
		for (uint16_t k = 0; k < p->n_courses; k++, courses++) {
			if (law->course[p->first_course + k].programme != i)
				return false;
		}
		for (uint16_t k = 0; k < p->n_choices; k++, choices++) {
			if (law->choice[p->first_choice + k].programme != i)
				return false;
		}
		for (uint16_t k = 0; k < p->n_extensions; k++, extensions++) {
			if (law->extension[p->first_extension + k].programme != i)
				return false;
		}
	}
	return targets == law->n_target && courses == law->n_course && choices == law->n_choice &&
	    extensions == law->n_extension;
}

static bool
targets_ok(const struct law *law)
{
	for (uint16_t i = 0; i < law->n_target; i++) {
		const struct law_target *t = &law->target[i];

		if (!span_ok(&t->span) || !text_ok(law, t->code) || !mask_ok(t->products, law->n_product) ||
		    !who_ok(law, &t->who) || !point_ok(&t->open) || !point_ok(&t->close) ||
		    t->source >= law->n_source || t->cohort > 1 ||
		    !day_ok(t->deemed_from) || t->deemed_by > law->n_source)
			return false;
	}
	return true;
}

/* Whether a course names the slot or none does: who goes through the table relies on every row. */
static bool
slots_ok(const struct law *law)
{
	for (uint16_t i = 0; i < law->n_slot; i++) {
		const struct law_slot *s = &law->slot[i];

		if (s->kind >= LAW_DOSE__COUNT || !point_ok(&s->not_before) || !point_ok(&s->cap) || !point_ok(&s->drop_after) ||
		    !gap_ok(&s->short_gap) || !range_ok(s->first_way, s->n_ways, law->n_way) ||
		    s->source >= law->n_source || !index_ok(s->short_course, law->n_course))
			return false;
		if ((s->cap.kind != LAW_POINT_NONE || s->drop_after.kind != LAW_POINT_NONE) && s->jump == LAW_NONE)
			return false;
	}
	return true;
}

/* A jump leads forward, so that going through a course ends. */
static bool
slot_fits(const struct law *law, const struct law_course *course, uint16_t number)
{
	const struct law_slot *s = &law->slot[course->first_slot + number];

	if (s->jump != LAW_NONE && (s->jump <= number || s->jump > course->n_slots))
		return false;
	return s->short_course == LAW_NONE ||
	    (law->course[s->short_course].n_slots > number &&
	    law->course[s->short_course].programme == course->programme);
}

static bool
courses_ok(const struct law *law)
{
	for (uint16_t i = 0; i < law->n_course; i++) {
		const struct law_course *c = &law->course[i];

		if (!span_ok(&c->span) || !text_ok(law, c->code) || !who_ok(law, &c->who) ||
		    !point_ok(&c->first_from) || !point_ok(&c->first_to) ||
		    !mask_ok(c->used_only, law->n_product) || !mask_ok(c->used_any, law->n_product) ||
		    !mask_ok(c->used_none, law->n_product) || c->programme >= law->n_programme ||
		    c->components == 0 || c->components >> LAW_COMPONENTS != 0 || c->extension > 2 ||
		    c->n_slots == 0 || c->n_slots > LAW_SLOTS_MAX || !range_ok(c->first_slot, c->n_slots, law->n_slot) ||
		    c->source >= law->n_source || !day_ok(c->since) || !day_ok(c->published))
			return false;
	}
	for (uint16_t i = 0; i < law->n_course; i++) {
		for (uint16_t s = 0; s < law->course[i].n_slots; s++) {
			if (!slot_fits(law, &law->course[i], s))
				return false;
		}
	}
	return true;
}

static bool
ways_ok(const struct law *law)
{
	for (uint16_t i = 0; i < law->n_way; i++) {
		const struct law_way *w = &law->way[i];

		for (size_t g = 0; g < LAW_GAPS; g++) {
			if (!gap_ok(&w->gap[g]))
				return false;
		}
		if (!mask_ok(w->products, law->n_product) || !gap_ok(&w->doctor) ||
		    !mask_ok(w->doctor_conditions, law->n_condition) || w->when >= LAW_WAY__COUNT ||
		    w->source >= law->n_source || !index_ok(w->doctor_source, law->n_source) ||
		    !point_ok(&w->standard_from) || !point_ok(&w->standard_to) ||
		    !gap_ok(&w->standard_gap_from) || !gap_ok(&w->standard_gap_to))
			return false;
	}
	return true;
}

static bool
rest_ok(const struct law *law)
{
	for (uint16_t i = 0; i < law->n_choice; i++) {
		const struct law_choice *c = &law->choice[i];

		if (!span_ok(&c->span) || !index_ok(c->source, law->n_source) || !mask_ok(c->fewer_of, law->n_product) ||
		    c->product >= law->n_product || !mask_ok(c->only_while, law->n_programme) ||
		    !mask_ok(c->needs_condition, law->n_condition) || !mask_ok(c->if_used, law->n_product))
			return false;
	}
	for (uint16_t i = 0; i < law->n_extension; i++) {
		const struct law_extension *e = &law->extension[i];

		if (!span_ok(&e->span) || !text_ok(law, e->code) || !mask_ok(e->products, law->n_product) ||
		    !point_ok(&e->cap) || e->source >= law->n_source)
			return false;
	}
	for (uint16_t i = 0; i < law->n_spacing; i++) {
		const struct law_spacing *s = &law->spacing[i];

		if (!span_ok(&s->span) || !text_ok(law, s->code) || !mask_ok(s->earlier, law->n_class) ||
		    !mask_ok(s->later, law->n_class) || !mask_ok(s->except, law->n_class) ||
		    s->days < 0 || s->days > 366 || s->same_product > (LAW_SPACING_SAME_PRODUCT | LAW_SPACING_SAME_DAY) || s->source >= law->n_source)
			return false;
	}
	for (uint16_t i = 0; i < law->n_season; i++) {
		const struct law_season *s = &law->season[i];
		day any;

		if (!text_ok(law, s->code) || s->settable > 1 || s->source >= law->n_source ||
		    day_make(2001, s->from_month, s->from_day, &any) != RC_OK ||
		    day_make(2001, s->to_month, s->to_day, &any) != RC_OK)
			return false;
	}
	return true;
}

bool
law_verify(const struct law *law, const char **ret_place)
{
	const char *place = NULL;

	if (law->n_strings == 0 || law->strings[0] != '\0' || law->strings[law->n_strings - 1] != '\0' ||
	    !text_ok(law, law->version) || !day_ok(law->history_from.n))
		place = "strings";
	else if (!names_ok(law))
		place = "names";
	else if (!products_ok(law))
		place = "products";
	else if (!programmes_ok(law))
		place = "programmes";
	else if (!targets_ok(law))
		place = "targets";
	else if (!slots_ok(law) || !courses_ok(law))
		place = "courses";
	else if (!ways_ok(law))
		place = "ways";
	else if (!rest_ok(law))
		place = "choices, extensions, spacing or seasons";
	if (place == NULL)
		return true;
	*ret_place = place;
	return false;
}

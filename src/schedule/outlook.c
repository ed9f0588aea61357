#include "schedule/engine.h"

#include <string.h>

static int32_t
span_end(const struct law_span *s, int32_t as_of)
{
	return s->to == NEVER || (s->end_published != NEVER && as_of < s->end_published) ? FOREVER : s->to;
}

/*
 * How many days after birth a point can lie: bounds that hold for everybody, generous by a
 * few days; false: it does not hang on birth.  A month lasts 30.43689 days; the mean strays from the
 * calendar by less than five (base/day.c).
 */
static bool
days_of_life(const struct law_point *p, int32_t *ret_least, int32_t *ret_most)
{
	int32_t least, most;

	if (p->n < -12 * 400 || p->n > 400 * 366)
		return false;
	switch ((enum law_point_kind)p->kind) {
	case LAW_POINT_AGE_MONTHS:
		least = (int32_t)((int64_t)p->n * 30436 / 1000) - 6;
		most = (int32_t)((int64_t)p->n * 30437 / 1000) + 6;
		break;
	case LAW_POINT_AGE_DAYS:
		least = most = p->n;
		break;
	case LAW_POINT_FISCAL_FIRST:
	case LAW_POINT_FISCAL_LAST:
		/* The fiscal year that holds the day age n is reached. */
		least = (int32_t)((int64_t)p->n * 365) - 372;
		most = (int32_t)((int64_t)p->n * 36525 / 100) + 372;
		break;
	case LAW_POINT_NONE:
	case LAW_POINT_SCHOOL:
	case LAW_POINT_DATE:
	case LAW_POINT_GESTATION:
	case LAW_POINT_SEASON_FIRST:
	case LAW_POINT_SEASON_LAST:
	case LAW_POINT__COUNT:
	default:
		return false;
	}
	*ret_least = least + p->plus_days;
	*ret_most = most + p->plus_days;
	return true;
}

/* Births for which the rule can hold on some day: it must open before it ends and not close before it begins. */
static void
bound_births(const struct law_target *t, struct known_target *k)
{
	int32_t least, most;

	k->birth_from = t->who.birth_from;
	k->birth_to = t->who.birth_to == NEVER ? FOREVER : t->who.birth_to;
	if (k->to < k->birth_to)
		k->birth_to = k->to;
	if (k->to != FOREVER && days_of_life(&t->open, &least, &most) && k->to - least < k->birth_to)
		k->birth_to = k->to - least;
	if (k->from != NEVER && days_of_life(&t->close, &least, &most) && k->from - most > k->birth_from)
		k->birth_from = k->from - most;
}

/* Speaks of births alone. */
static bool
plain(const struct law_who *who)
{
	return who->sex == 0 && !who->gestation && !who->antibody_low && who->conditions_any == 0 &&
	    who->conditions_none == 0;
}

static bool
by_given(const struct law_who *who)
{
	return who->given_min != 0 || who->given_max != 255;
}

/* Whether the rule was published by then no text says. */
bool
outlook_perhaps(const struct law_span *s, int32_t as_of)
{
	return s->publication == LAW_PUBLISHED_UNCONFIRMED && s->from > as_of && s->from - as_of <= OUTLOOK_AHEAD;
}

#define ALL_COMPONENTS ((1u << LAW_COMPONENTS) - 1)

static struct known_point
know_point(struct outlook *o, const struct law_point *p)
{
	unsigned i = 0;

	if (p->kind == LAW_POINT_NONE)
		return (struct known_point){ .how = KNOWN_NOTHING };
	if (p->kind != LAW_POINT_AGE_MONTHS || p->n > INT16_MAX)
		return (struct known_point){ .how = KNOWN_POINT };
	while (i < o->n_ages && o->age_months[i] != p->n)
		i++;
	if (i == OUTLOOK_AGES)
		return (struct known_point){ .how = KNOWN_POINT };
	if (i == o->n_ages)
		o->age_months[o->n_ages++] = (int16_t)p->n;
	return (struct known_point){ .how = KNOWN_AGE, .age = (uint8_t)i, .plus_days = p->plus_days };
}

static void
know_targets(struct outlook *o, uint16_t programme)
{
	const struct law_programme *p = &o->law->programme[programme];
	int32_t least, most;

	o->opened[programme] = 0;
	o->first_target[programme] = o->n_targets;
	for (uint16_t i = p->first_target; i < p->first_target + p->n_targets; i++) {
		const struct law_target *t = &o->law->target[i];
		struct known_target *k = &o->target[o->n_targets];

		if (t->deemed_by != 0)
			o->deeming |= UINT32_C(1) << programme;
		if (t->span.published > o->as_of) {
			if (outlook_perhaps(&t->span, o->as_of))
				o->perhaps |= UINT32_C(1) << programme;
			continue;
		}
		k->from = t->span.from;
		k->to = span_end(&t->span, o->as_of);
		k->products = t->products != 0 ? t->products : UINT64_MAX;
		k->row = i;
		if (o->law->source[t->source].unconfirmed)
			o->unsure |= UINT32_C(1) << programme;
		if (t->open.kind != LAW_POINT_NONE && days_of_life(&t->open, &least, &most))
			o->opened[programme] = most > o->opened[programme] ? most : o->opened[programme];
		else if (t->open.kind != LAW_POINT_NONE)
			o->opened[programme] = FOREVER;
		k->open = know_point(o, &t->open);
		k->close = know_point(o, &t->close);
		k->plain = plain(&t->who);
		k->by_sex = t->who.sex != 0;
		k->given = by_given(&t->who);
		bound_births(t, k);
		o->n_targets++;
	}
	o->end_target[programme] = o->n_targets;
}

struct product_sets {
	uint64_t set[OUTLOOK_SETS];
	unsigned n;
	bool too_many;
};

/* The bit by which a set of products is known; 0: the empty one. */
static uint32_t
know_set(struct product_sets *sets, uint64_t products)
{
	unsigned i = 0;

	if (products == 0)
		return 0;
	while (i < sets->n && sets->set[i] != products)
		i++;
	if (i == OUTLOOK_SETS) {
		sets->too_many = true;
		return 0;
	}
	if (i == sets->n)
		sets->set[sets->n++] = products;
	return UINT32_C(1) << i;
}

/* The course is the next version of the last one known of the programme, and asks the same of a person. */
static bool
continues(const struct outlook *o, uint16_t programme, uint16_t row)
{
	const struct live_course *last;

	if (o->n_courses == o->first_course[programme])
		return false;
	last = &o->course[o->n_courses - 1u].live;
	return last->row + last->versions == row &&
	    last->to != FOREVER && last->to + 1 == o->law->course[row].span.from &&
	    outlook_same_course(o->law, &o->law->course[last->row], &o->law->course[row]);
}

/* False: more sets of products are named than there is room for. */
static bool
know_courses(struct outlook *o, uint16_t programme)
{
	const struct law_programme *p = &o->law->programme[programme];
	struct product_sets sets = { .n = 0 };

	o->first_course[programme] = o->n_courses;
	o->courses_since[programme] = NEVER;
	for (uint16_t i = p->first_course; i < p->first_course + p->n_courses; i++) {
		const struct law_course *c = &o->law->course[i];
		struct known_course *k = &o->course[o->n_courses];

		if (c->span.published > o->as_of)
			continue;
		if (c->span.from > o->courses_since[programme])
			o->courses_since[programme] = c->span.from;
		if (continues(o, programme, i)) {
			k[-1].live.to = span_end(&c->span, o->as_of);
			k[-1].live.versions++;
			continue;
		}
		k->birth_from = c->who.birth_from;
		k->birth_to = c->who.birth_to == NEVER ? FOREVER : c->who.birth_to;
		k->plain = plain(&c->who);
		k->first_from = know_point(o, &c->first_from);
		k->first_to = know_point(o, &c->first_to);
		k->live = (struct live_course){
			.from = c->span.from, .to = span_end(&c->span, o->as_of),
			.first_from = NEVER, .first_to = FOREVER,
			.used_not = know_set(&sets, (c->used_only != 0 ? ~c->used_only : 0) | c->used_none),
			.used_any = know_set(&sets, c->used_any), .row = i, .versions = 1,
			.fits = (uint8_t)((c->components != 0 ? c->components : ALL_COMPONENTS) |
			    (c->extension != 2 ? COURSE_IN_EXTENSION : 0) | (c->extension != 1 ? COURSE_OUTSIDE : 0)),
			.given = by_given(&c->who),
		};
		o->n_courses++;
	}
	o->end_course[programme] = o->n_courses;
	for (uint16_t i = 0; i < o->law->n_product; i++) {
		o->says[programme][i] = 0;
		for (unsigned k = 0; k < sets.n; k++)
			if ((sets.set[k] & o->serves_as[i]) != 0)
				o->says[programme][i] |= UINT32_C(1) << k;
	}
	return !sets.too_many;
}

/* Nothing is asked of the person, nor of the day. */
static bool
for_everybody(const struct known_course *k, unsigned components)
{
	return k->plain && !k->live.given && k->birth_from == NEVER && k->birth_to == FOREVER &&
	    k->live.used_not == 0 && k->live.used_any == 0 && k->live.versions == 1 && k->live.from == NEVER && k->live.to == FOREVER &&
	    (k->live.fits & components) == components;
}

static void
know_only_course(struct outlook *o, uint16_t programme)
{
	uint16_t only = LAW_NONE;
	unsigned n = 0;

	for (unsigned i = o->first_course[programme]; i < o->end_course[programme]; i++) {
		const struct known_course *k = &o->course[i];

		if ((k->live.fits & COURSE_OUTSIDE) == 0)
			continue;
		n++;
		if (for_everybody(k, (1u << o->law->programme[programme].n_components) - 1))
			only = k->live.row;
	}
	o->only_course[programme] = n == 1 ? only : LAW_NONE;
}

static void
know_families(struct outlook *o)
{
	const struct law *law = o->law;

	for (uint16_t i = 0; i < law->n_programme; i++) {
		o->family[i] = UINT32_C(1) << i;
		o->family_first[i] = (uint8_t)i;
		if (law->programme[i].stages == LAW_NONE)
			continue;
		for (uint16_t j = 0; j < i; j++)
			if (law->programme[j].stages == law->programme[i].stages) {
				o->family_first[i] = o->family_first[j];
				o->family[o->family_first[j]] |= UINT32_C(1) << i;
				break;
			}
	}
	for (uint16_t i = 0; i < law->n_programme; i++) {
		o->family[i] = o->family[o->family_first[i]];
		o->serving[i] = 0;
	}
	for (uint16_t i = 0; i < law->n_product; i++) {
		const struct law_product *p = &law->product[i];

		o->serves_as[i] = UINT64_C(1) << (p->deemed_as != LAW_NONE ? p->deemed_as : i);
		o->families[i] = 0;
		o->n_families[i] = 0;
		for (uint32_t m = p->serves; m != 0; m &= m - 1) {
			o->families[i] |= UINT32_C(1) << o->family_first[__builtin_ctz(m)];
			if (p->deemed_as == LAW_NONE)
				o->serving[__builtin_ctz(m)] |= UINT64_C(1) << i;
		}
		for (uint32_t m = o->families[i]; m != 0; m &= m - 1)
			o->n_families[i]++;
	}
}

static bool
splits(uint64_t mask, uint64_t bits)
{
	return (mask & bits) != 0 && (mask & bits) != bits;
}

/* Both products serve the same components by the same ways: only windows and spacing tell them apart. */
static bool
judged_alike(const struct outlook *o, uint16_t programme, uint16_t a, uint16_t b)
{
	const struct law *law = o->law;
	const struct law_programme *p = &law->programme[programme];
	uint64_t bits = UINT64_C(1) << a | UINT64_C(1) << b;

	if (o->served[programme][a] != o->served[programme][b])
		return false;
	for (uint16_t i = p->first_course; i < p->first_course + p->n_courses; i++) {
		const struct law_course *c = &law->course[i];

		if (splits(c->used_only, bits) || splits(c->used_any, bits) || splits(c->used_none, bits))
			return false;
		for (uint16_t s = c->first_slot; s < c->first_slot + c->n_slots; s++)
			for (uint16_t w = law->slot[s].first_way; w < law->slot[s].first_way + law->slot[s].n_ways; w++)
				if (splits(law->way[w].products, bits))
					return false;
	}
	return true;
}

static void
know_served(struct outlook *o, uint16_t programme)
{
	const struct law_programme *p = &o->law->programme[programme];

	for (uint16_t i = 0; i < o->law->n_product; i++) {
		uint32_t antigens = o->law->product[i].antigens;

		o->served[programme][i] = 0;
		for (unsigned c = 0; c < p->n_components; c++)
			if ((antigens & p->component[c].antigens) == p->component[c].antigens)
				o->served[programme][i] |= (uint8_t)(1u << c);
	}
}

static void
know_choosy(struct outlook *o, uint16_t programme)
{
	const struct law_programme *p = &o->law->programme[programme];

	o->choosy[programme] = 0;
	for (uint16_t i = p->first_choice; i < p->first_choice + p->n_choices; i++) {
		const struct law_choice *c = &o->law->choice[i];

		if (c->only_while != 0 || c->needs_condition != 0 || c->fewer_than != 0)
			o->choosy[programme] |= UINT64_C(1) << c->product;
	}
}

static void
know_alike(struct outlook *o, uint16_t programme)
{
	for (uint64_t m = o->serving[programme]; m != 0; m &= m - 1) {
		uint16_t product = (uint16_t)__builtin_ctzll(m), first = product;

		for (uint64_t k = o->serving[programme]; (first = (uint16_t)__builtin_ctzll(k)) < product; k &= k - 1)
			if (o->alike[programme][first] == first && judged_alike(o, programme, first, product))
				break;
		o->alike[programme][product] = (uint8_t)first;
	}
}

/* Every slot that can be jumped is. */
static unsigned
fewest_of(const struct law *law, const struct law_course *c)
{
	unsigned fewest[LAW_SLOTS_MAX + 1] = { 0 };	/* from a slot on */

	for (unsigned i = c->n_slots; i-- > 0;) {
		uint16_t jump = law->slot[c->first_slot + i].jump;

		fewest[i] = 1 + fewest[i + 1];
		if (jump != LAW_NONE && jump > i && jump <= c->n_slots && fewest[jump] < fewest[i])
			fewest[i] = fewest[jump];
	}
	return fewest[0];
}

static void
know_fewest(struct outlook *o, uint16_t programme)
{
	const struct law_programme *p = &o->law->programme[programme];
	unsigned fewest = LAW_SLOTS_MAX;

	for (uint16_t i = p->first_course; i < p->first_course + p->n_courses; i++) {
		unsigned n = o->law->course[i].n_slots > LAW_SLOTS_MAX ? 0 : fewest_of(o->law, &o->law->course[i]);

		if (n < fewest)
			fewest = n;
	}
	o->fewest[programme] = (uint8_t)fewest;
}

static bool
same_shape(const struct law *law, const struct law_course *a, const struct law_course *b)
{
	if (a->n_slots != b->n_slots)
		return false;
	for (unsigned i = 0; i < a->n_slots; i++) {
		const struct law_slot *s = &law->slot[a->first_slot + i], *t = &law->slot[b->first_slot + i];

		if (s->group != t->group || s->jump != LAW_NONE || t->jump != LAW_NONE)
			return false;
	}
	return true;
}

static void
know_shapes(struct outlook *o, uint16_t programme)
{
	const struct law_programme *p = &o->law->programme[programme];

	for (uint16_t i = p->first_course; i < p->first_course + p->n_courses; i++) {
		uint16_t first = p->first_course;

		while (first < i && !same_shape(o->law, &o->law->course[first], &o->law->course[i]))
			first++;
		o->slots[i] = (struct known_slots){ .shape = first, .first = o->law->course[i].first_slot,
			.n = o->law->course[i].n_slots };
	}
}

static bool
plain_slot(const struct law *law, const struct law_slot *s)
{
	const struct law_way *w = &law->way[s->first_way];

	return s->n_ways == 1 && w->products == 0 && w->when == LAW_WAY_ALWAYS &&
	    (w->gap[0].anchor == LAW_ANCHOR_NONE || w->gap[0].anchor == LAW_ANCHOR_PREVIOUS) &&
	    w->gap[1].anchor == LAW_ANCHOR_NONE && w->gap[2].anchor == LAW_ANCHOR_NONE &&
	    s->not_before.kind == LAW_POINT_NONE && (s->cap.kind == LAW_POINT_NONE || s->jump != LAW_NONE);
}

static bool
unsure_course(const struct law *law, const struct law_course *c)
{
	bool unsure = c->source != LAW_NONE && law->source[c->source].unconfirmed;

	for (uint16_t s = c->first_slot; s < c->first_slot + c->n_slots; s++)
		for (uint16_t w = law->slot[s].first_way; w < law->slot[s].first_way + law->slot[s].n_ways; w++)
			unsure |= law->way[w].source != LAW_NONE && law->source[law->way[w].source].unconfirmed;
	return unsure;
}

static void
know_slots(struct outlook *o)
{
	for (uint16_t i = 0; i < o->law->n_course; i++)
		o->course_unsure[i] = unsure_course(o->law, &o->law->course[i]);
	for (uint16_t i = 0; i < o->law->n_slot; i++)
		o->slot[i] = (struct known_slot){ .plain = plain_slot(o->law, &o->law->slot[i]),
			.passable = o->law->slot[i].jump != LAW_NONE, .group = o->law->slot[i].group % ENGINE_GROUPS };
}

/* Which rules of spacing speak of a product, whatever its day, and of which classes they may forbid others. */
static void
know_spacing(struct outlook *o)
{
	const struct law *law = o->law;

	memset(o->of_class, 0, sizeof o->of_class);
	for (uint16_t i = 0; i < law->n_product; i++) {
		uint32_t classes = law->product[i].classes;

		for (uint32_t m = classes; m != 0; m &= m - 1)
			o->of_class[__builtin_ctz(m)] |= law->product[i].serves;
		o->spacing[i] = 0;
		for (uint16_t r = 0; r < law->n_spacing; r++) {
			const struct law_spacing *s = &law->spacing[r];

			if (s->span.published <= o->as_of && ((s->earlier | s->later) & classes) != 0 &&
			    (s->except & classes) == 0)
				o->spacing[i] |= UINT32_C(1) << r;
			o->spacing_forbids[i][r] = ((s->earlier & classes) != 0 ? s->later : 0) |
			    ((s->later & classes) != 0 ? s->earlier : 0);
		}
	}
	for (uint16_t r = 0; r < law->n_spacing; r++) {
		const struct law_span *s = &law->spacing[r].span;
		bool known = s->published <= o->as_of;

		int32_t days = law->spacing[r].days, to = span_end(s, o->as_of);

		o->spacing_from[r] = !known ? FOREVER : s->from < NEVER + days ? NEVER : s->from - days;
		o->spacing_to[r] = !known ? NEVER : to > FOREVER - days ? FOREVER : to + days;
	}
}

static void
know_cohorts(struct outlook *o)
{
	memset(o->cohort, 0, sizeof o->cohort);
	memset(o->cohort_target, 0, sizeof o->cohort_target);
	for (uint16_t p = 0; p < o->law->n_programme; p++)
		for (unsigned i = o->first_target[p]; i < o->end_target[p]; i++) {
			const struct known_target *k = &o->target[i];

			for (unsigned c = outlook_cohort(k->birth_from); k->birth_from <= k->birth_to &&
			    c <= outlook_cohort(k->birth_to); c++) {
				o->cohort[c] |= UINT32_C(1) << p;
				o->cohort_target[c][i / 64] |= UINT64_C(1) << i % 64;
			}
		}
}

static int32_t
season_day(int year, int month, int mday)
{
	day d;

	if (mday > day_month_length(year, month))
		mday = day_month_length(year, month);
	return day_make(year, month, mday, &d) == RC_OK ? d.n : FOREVER;
}

void
outlook_season(const struct outlook *o, uint16_t season, int fiscal_year, int32_t *ret_from, int32_t *ret_to)
{
	const struct law_season *s = &o->law->season[season];
	struct schedule_season at = { s->from_month, s->from_day, s->to_month, s->to_day };
	int year;

	if (s->settable && o->setting.from_month != 0)
		at = o->setting;
	year = at.from_month >= 4 ? fiscal_year : fiscal_year + 1;
	*ret_from = season_day(year, at.from_month, at.from_day);
	*ret_to = season_day(year, at.to_month, at.to_day);
	if (*ret_to < *ret_from)
		*ret_to = season_day(year + 1, at.to_month, at.to_day);
}

static void
know_seasons(struct outlook *o)
{
	for (uint16_t s = 0; s < o->law->n_season; s++)
		for (int y = 0; y < OUTLOOK_YEARS; y++)
			outlook_season(o, s, OUTLOOK_YEAR + y, &o->season[s][y].from, &o->season[s][y].to);
}

enum rc
outlook_take(struct outlook *o, const struct law *law, int32_t as_of, struct schedule_season setting)
{
	bool same_seasons = memcmp(&o->setting, &setting, sizeof setting) == 0;

	if (o->law == law && o->as_of == as_of && same_seasons && memcmp(o->hash, law->hash, sizeof o->hash) == 0)
		return RC_OK;
	o->law = NULL;
	if (law->n_target > OUTLOOK_TARGETS || law->n_course > OUTLOOK_COURSES ||
	    law->n_slot > OUTLOOK_SLOTS || law->n_season > OUTLOOK_SEASONS || law->n_spacing > OUTLOOK_SPACINGS ||
	    law->n_programme > LAW_PROGRAMMES_MAX || law->n_condition > LAW_CONDITIONS_MAX)
		return RC_TOO_BIG;
	o->law = law;
	memcpy(o->hash, law->hash, sizeof o->hash);
	o->as_of = as_of;
	o->setting = setting;
	o->n_targets = o->n_courses = o->n_ages = 0;
	o->perhaps = o->unsure = o->deeming = 0;
	know_families(o);
	memset(o->alike, 0, sizeof o->alike);
	for (uint16_t p = 0; p < law->n_programme; p++) {
		know_targets(o, p);
		if (!know_courses(o, p)) {
			o->law = NULL;
			return RC_TOO_BIG;
		}
		know_only_course(o, p);
		know_served(o, p);
		know_alike(o, p);
		know_choosy(o, p);
		know_shapes(o, p);
		know_fewest(o, p);
		outlook_know_first(o, p);
	}
	know_slots(o);
	know_spacing(o);
	know_cohorts(o);
	know_seasons(o);
	return RC_OK;
}

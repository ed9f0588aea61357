#include "law/law_check.h"

#include <stdlib.h>
#include <string.h>

#include "law/law_checker.h"

static int64_t
from_of(const struct law_span *s)
{
	return law_checker_from(s->from);
}

static int64_t
to_of(const struct law_span *s)
{
	return law_checker_to(s->to);
}

/* What the four tables of dated rules have in common. */
struct dated {
	const struct law_span *span;
	law_text code;
	uint16_t programme;	/* 0 for spacing, whose names are one for all */
	int32_t since, published;	/* as the text says them, whatever the rule reaches back to */
	uint64_t if_used;	/* lines of one product with other conditions stand beside each other */
	uint32_t needs;
};

static struct dated
dated_at(const struct law_checker *c, enum law_table table, size_t i)
{
	const struct law_span *span = table == LAW_TABLE_TARGET ? &c->law.target[i].span :
	    table == LAW_TABLE_COURSE ? &c->law.course[i].span :
	    table == LAW_TABLE_CHOICE ? &c->law.choice[i].span :
	    table == LAW_TABLE_EXTENSION ? &c->law.extension[i].span : &c->law.spacing[i].span;
	struct dated d = { .span = span, .since = span->from, .published = span->published };

	if (table == LAW_TABLE_TARGET) {
		d.code = c->law.target[i].code;
		d.programme = c->law.target[i].programme;
	} else if (table == LAW_TABLE_COURSE) {
		d.code = c->law.course[i].code;
		d.programme = c->law.course[i].programme;
		d.since = c->law.course[i].since;
		d.published = c->law.course[i].published;
	} else if (table == LAW_TABLE_CHOICE) {
		d.code = c->law.product[c->law.choice[i].product].code;
		d.programme = c->law.choice[i].programme;
		d.if_used = c->law.choice[i].if_used;
		d.needs = c->law.choice[i].needs_condition;
	} else if (table == LAW_TABLE_EXTENSION) {
		d.code = c->law.extension[i].code;
		d.programme = c->law.extension[i].programme;
	} else {
		d.code = c->law.spacing[i].code;
	}
	return d;
}

/* Asked on a day when the later version was known and the end of the earlier one not yet. */
static bool
known_to_meet(const struct law_span *a, const struct law_span *b)
{
	int32_t both = a->published > b->published ? a->published : b->published;

	return from_of(b) > to_of(a) && a->end_published != INT32_MIN && both < a->end_published;
}

static void
check_versions(struct law_checker *c, enum law_table table)
{
	size_t n = c->draft->table[table].n;

	for (size_t i = 0; i < n; i++) {
		struct dated a = dated_at(c, table, i);
		const struct law_span *next = NULL;

		if (from_of(a.span) > to_of(a.span))
			law_checker_tell(c, table, i, LAW_F_SPAN_REVERSED, a.code);
		if (a.published != INT32_MIN && (a.since == INT32_MIN || a.published > a.since))
			law_checker_tell(c, table, i, LAW_F_PUBLISHED_LATE, a.code);
		/* A last day may become law on the day after it at the latest. */
		if (a.span->end_published != INT32_MIN &&
		    (a.span->to == INT32_MIN || a.span->end_published > a.span->to + 1))
			law_checker_tell(c, table, i, LAW_F_PUBLISHED_LATE, a.code);
		for (size_t k = 0; k < n; k++) {
			struct dated b = dated_at(c, table, k);

			if (k == i || b.code != a.code || b.programme != a.programme || b.if_used != a.if_used ||
			    b.needs != a.needs)
				continue;
			if (k > i && law_checker_meet(a.span, b.span))
				law_checker_tell(c, table, k, LAW_F_VERSION_OVERLAP, b.code);
			else if (known_to_meet(a.span, b.span))
				law_checker_tell(c, table, i, LAW_F_VERSION_OVERLAP, a.code);
			if (from_of(b.span) > to_of(a.span) &&
			    (next == NULL || from_of(b.span) < from_of(next)))
				next = b.span;
		}
		if (next != NULL && from_of(next) != to_of(a.span) + 1)
			law_checker_tell(c, table, i, LAW_F_VERSION_GAP, a.code);
	}
}

/* Whoever asks on a day of the history must be told what was law to come; before it nobody asks. */
static void
check_publication(struct law_checker *c, enum law_table table)
{
	for (size_t i = 0; i < c->draft->table[table].n; i++) {
		struct dated a = dated_at(c, table, i);

		if (a.span->publication == LAW_PUBLISHED_UNSAID && a.since != INT32_MIN && a.since > c->law.history_from.n)
			law_checker_tell(c, table, i, LAW_F_MISSING_PUBLICATION, a.code);
	}
}

/* Points of one kind lie in the order of their numbers, whoever's life it is. */
static bool
reversed(const struct law_point *open, const struct law_point *close)
{
	bool fiscal = open->kind == LAW_POINT_FISCAL_FIRST && close->kind == LAW_POINT_FISCAL_LAST;

	if (fiscal)
		return open->n > close->n;
	if (open->kind != close->kind || open->kind == LAW_POINT_NONE)
		return false;
	if (open->kind == LAW_POINT_AGE_DAYS || open->kind == LAW_POINT_DATE || open->kind == LAW_POINT_GESTATION)
		return open->n + open->plus_days > close->n + close->plus_days;
	return open->n > close->n || (open->n == close->n && open->plus_days > close->plus_days);
}

static bool
holds(uint32_t antigens, uint32_t wanted)
{
	return (antigens & wanted) == wanted;
}

static bool
serves_component(const struct law_product *product, const struct law_programme *programme)
{
	for (size_t k = 0; k < programme->n_components; k++) {
		if (holds(product->antigens, programme->component[k].antigens))
			return true;
	}
	return false;
}

static void
check_targets(struct law_checker *c)
{
	for (size_t i = 0; i < c->law.n_target; i++) {
		const struct law_target *t = &c->law.target[i];

		if (reversed(&t->open, &t->close))
			law_checker_tell(c, LAW_TABLE_TARGET, i, LAW_F_WINDOW_REVERSED, t->code);
		for (size_t p = 0; p < c->law.n_product; p++) {
			if ((t->products >> p & 1) != 0 &&
			    !serves_component(&c->law.product[p], &c->law.programme[t->programme]))
				law_checker_tell(c, LAW_TABLE_TARGET, i, LAW_F_PRODUCT_CANNOT_SERVE, c->law.product[p].code);
		}
	}
}

static void
check_gap(struct law_checker *c, const struct law_course *course, uint16_t number, size_t row,
    const struct law_gap *gap)
{
	bool group = false;

	switch ((enum law_anchor)gap->anchor) {
	case LAW_ANCHOR_PREVIOUS:
		if (number == 0)
			law_checker_tell(c, LAW_TABLE_WAY, row, LAW_F_DOSE_OUT_OF_RANGE, course->code);
		break;
	case LAW_ANCHOR_DOSE:
		if (gap->dose > number)
			law_checker_tell(c, LAW_TABLE_WAY, row, LAW_F_DOSE_OUT_OF_RANGE, course->code);
		break;
	case LAW_ANCHOR_GROUP:
		for (uint16_t s = 0; s < number; s++)
			group = group || c->law.slot[course->first_slot + s].group == gap->dose;
		if (!group)
			law_checker_tell(c, LAW_TABLE_WAY, row, LAW_F_UNKNOWN_GROUP, course->code);
		break;
	case LAW_ANCHOR_NONE:
	case LAW_ANCHOR_STAGES:
	case LAW_ANCHOR__COUNT:
		break;
	}
}

static void
check_slot(struct law_checker *c, const struct law_course *course, uint16_t number, uint64_t products)
{
	size_t row = (size_t)course->first_slot + number;
	const struct law_slot *slot = &c->law.slot[row];
	uint64_t fill = 0;

	if (slot->n_ways == 0) {
		law_checker_tell(c, LAW_TABLE_SLOT, row, LAW_F_SLOT_WITHOUT_WAY, course->code);
		return;
	}
	if (slot->jump != LAW_NONE ? slot->jump <= number || slot->jump > course->n_slots :
	    slot->cap.kind != LAW_POINT_NONE || slot->drop_after.kind != LAW_POINT_NONE)
		law_checker_tell(c, LAW_TABLE_SLOT, row, LAW_F_JUMP_OUT_OF_RANGE, course->code);
	if (slot->short_course < c->law.n_course && c->law.course[slot->short_course].n_slots <= number)
		law_checker_tell(c, LAW_TABLE_SLOT, row, LAW_F_SHORT_COURSE_TOO_SHORT, course->code);
	if (reversed(&slot->not_before, &slot->cap))
		law_checker_tell(c, LAW_TABLE_SLOT, row, LAW_F_WINDOW_REVERSED, course->code);
	for (size_t w = slot->first_way; w < (size_t)slot->first_way + slot->n_ways; w++) {
		const struct law_way *way = &c->law.way[w];

		fill |= way->products == 0 ? products : way->products;
		for (size_t g = 0; g < LAW_GAPS; g++)
			check_gap(c, course, number, w, &way->gap[g]);
		if (reversed(&way->standard_from, &way->standard_to))
			law_checker_tell(c, LAW_TABLE_WAY, w, LAW_F_WINDOW_REVERSED, course->code);
	}
	if (course->used_only != 0)
		fill &= course->used_only;
	if (products != 0 && (fill & products & ~course->used_none) == 0)
		law_checker_tell(c, LAW_TABLE_SLOT, row, LAW_F_COURSE_CANNOT_FINISH, course->code);
}

static bool
point_same(const struct law_point *a, const struct law_point *b)
{
	return a->kind == b->kind && a->n == b->n && a->plus_days == b->plus_days;
}

static bool
same_case(const struct law_course *a, const struct law_course *b)
{
	return law_checker_who_same(&a->who, &b->who) &&
	    a->who.birth_from == b->who.birth_from && a->who.birth_to == b->who.birth_to && point_same(&a->first_from, &b->first_from) &&
	    point_same(&a->first_to, &b->first_to) && a->used_only == b->used_only &&
	    a->used_any == b->used_any && a->used_none == b->used_none && a->extension == b->extension;
}

static void
check_order(struct law_checker *c, size_t row)
{
	const struct law_course *course = &c->law.course[row];

	for (size_t i = 0; i < row; i++) {
		const struct law_course *before = &c->law.course[i];

		if (before->programme != course->programme || before->code == course->code ||
		    (before->components & course->components) == 0)
			continue;
		if (same_case(before, course) && law_checker_meet(&before->span, &course->span)) {
			law_checker_tell(c, LAW_TABLE_COURSE, row, LAW_F_TWO_COURSES_ONE_CASE, course->code);
			return;
		}
	}
}

static void
check_courses(struct law_checker *c)
{
	for (size_t i = 0; i < c->law.n_course; i++) {
		const struct law_course *course = &c->law.course[i];
		uint64_t products = law_checker_products(c, course->programme);

		if (course->n_slots == 0) {
			law_checker_tell(c, LAW_TABLE_COURSE, i, LAW_F_COURSE_WITHOUT_SLOT, course->code);
			continue;
		}
		if (course->n_slots > LAW_SLOTS_MAX) {
			law_checker_tell(c, LAW_TABLE_COURSE, i, LAW_F_TOO_MANY, course->code);
			continue;
		}
		if (reversed(&course->first_from, &course->first_to))
			law_checker_tell(c, LAW_TABLE_COURSE, i, LAW_F_WINDOW_REVERSED, course->code);
		for (uint16_t s = 0; s < course->n_slots; s++)
			check_slot(c, course, s, products);
		check_order(c, i);
	}
}

static void
check_programmes(struct law_checker *c)
{
	for (uint16_t i = 0; i < c->law.n_programme; i++) {
		const struct law_programme *p = &c->law.programme[i];
		uint64_t products = law_checker_products(c, i);

		if (p->n_targets == 0)
			law_checker_tell(c, LAW_TABLE_PROGRAMME, i, LAW_F_PROGRAMME_WITHOUT_TARGET, p->code);
		if (p->n_courses == 0)
			law_checker_tell(c, LAW_TABLE_PROGRAMME, i, LAW_F_PROGRAMME_WITHOUT_COURSE, p->code);
		for (size_t k = 0; p->n_targets > 0 && k < p->n_components; k++) {
			bool served = false;

			for (size_t q = 0; q < c->law.n_product; q++)
				served = served || ((products >> q & 1) != 0 &&
				    holds(c->law.product[q].antigens, p->component[k].antigens));
			if (!served)
				law_checker_tell(c, LAW_TABLE_PROGRAMME, i, LAW_F_COMPONENT_NOT_SERVED, p->code);
		}
	}
}

static void
check_products(struct law_checker *c)
{
	for (size_t i = 0; i < c->law.n_product; i++) {
		const struct law_product *p = &c->law.product[i];
		struct law_span market = { p->market_from, p->market_to, INT32_MIN, INT32_MIN, LAW_PUBLISHED_UNSAID };

		if (from_of(&market) > to_of(&market))
			law_checker_tell(c, LAW_TABLE_PRODUCT, i, LAW_F_SPAN_REVERSED, p->code);
		if (p->deemed_as == LAW_NONE)
			continue;
		if (p->source == LAW_NONE)
			law_checker_tell(c, LAW_TABLE_PRODUCT, i, LAW_F_MISSING_CITATION, p->code);
		if (c->law.product[p->deemed_as].deemed_as != LAW_NONE)
			law_checker_tell(c, LAW_TABLE_PRODUCT, i, LAW_F_DEEMED_CHAIN, p->code);
	}
}

static void
use(bool *used, uint16_t source)
{
	if (source != LAW_NONE)
		used[source] = true;
}

static void
check_sources(struct law_checker *c)
{
	bool *used = calloc((size_t)c->law.n_source + 1, sizeof *used);

	if (used == NULL) {
		c->draft->no_memory = true;
		return;
	}
	for (size_t i = 0; i < c->law.n_product; i++)
		use(used, c->law.product[i].source);
	for (size_t i = 0; i < c->law.n_programme; i++) {
		use(used, c->law.programme[i].exclusion_source);
		use(used, c->law.programme[i].history_source);
		use(used, c->law.programme[i].young_source);
		use(used, c->law.programme[i].short_source);
		use(used, c->law.programme[i].antibody_source);
	}
	for (size_t i = 0; i < c->law.n_target; i++) {
		use(used, c->law.target[i].source);
		if (c->law.target[i].deemed_by != 0)
			use(used, (uint16_t)(c->law.target[i].deemed_by - 1));
	}
	for (size_t i = 0; i < c->law.n_course; i++)
		use(used, c->law.course[i].source);
	for (size_t i = 0; i < c->law.n_way; i++) {
		use(used, c->law.way[i].source);
		use(used, c->law.way[i].doctor_source);
	}
	for (size_t i = 0; i < c->law.n_choice; i++)
		use(used, c->law.choice[i].source);
	for (size_t i = 0; i < c->law.n_extension; i++)
		use(used, c->law.extension[i].source);
	for (size_t i = 0; i < c->law.n_spacing; i++)
		use(used, c->law.spacing[i].source);
	for (size_t i = 0; i < c->law.n_season; i++)
		use(used, c->law.season[i].source);
	for (size_t i = 0; i < c->law.n_source; i++) {
		if (!used[i])
			law_checker_tell(c, LAW_TABLE_SOURCE, i, LAW_F_UNUSED_SOURCE, c->law.source[i].key);
	}
	free(used);
}

void
law_check(struct law_draft *d)
{
	struct law_checker c = { .draft = d };
	struct law_place nowhere = { "law", 0 };

	/* Where a line did not read, everything that leans on it would be blamed as well. */
	if (d->no_memory || d->n_findings > 0)
		return;
	law_draft_view(d, &c.law);
	for (size_t t = LAW_TABLE__COUNT; t-- > 0;) {
		if (d->table[t].n > 0)
			nowhere = (struct law_place){ d->table[t].place[0].file, 1 };
	}
	if (d->version == LAW_NO_TEXT || !d->has_history)
		law_draft_find_fault(d, nowhere, LAW_F_NO_VERSION, "");
	check_versions(&c, LAW_TABLE_TARGET);
	check_versions(&c, LAW_TABLE_COURSE);
	check_versions(&c, LAW_TABLE_EXTENSION);
	check_versions(&c, LAW_TABLE_SPACING);
	check_versions(&c, LAW_TABLE_CHOICE);
	check_products(&c);
	check_programmes(&c);
	check_targets(&c);
	check_courses(&c);
	check_sources(&c);
	/* What leans on sound rows is looked at when they are sound. */
	if (d->n_findings > 0)
		return;
	law_check_reach(&c);
	law_check_courses(&c);
	if (d->n_findings > 0)
		return;
	check_publication(&c, LAW_TABLE_TARGET);
	check_publication(&c, LAW_TABLE_COURSE);
	check_publication(&c, LAW_TABLE_CHOICE);
	check_publication(&c, LAW_TABLE_EXTENSION);
	check_publication(&c, LAW_TABLE_SPACING);
}

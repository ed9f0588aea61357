#include "schedule/engine.h"

/*
 * A rule is written anew when its source or its standard days change, though it asks of a person what it asked
 * before.  Versions of a course that do so are one course with a row for each of its days.
 */

static bool
same_point(const struct law_point *a, const struct law_point *b)
{
	return a->kind == b->kind && a->plus_days == b->plus_days && a->n == b->n;
}

static bool
same_gap(const struct law_gap *a, const struct law_gap *b)
{
	return a->anchor == b->anchor && (a->anchor == LAW_ANCHOR_NONE ||
	    (a->dose == b->dose && a->unit == b->unit && a->n == b->n));
}

/* But for their standard days and sources. */
static bool
same_way(const struct law_way *a, const struct law_way *b)
{
	for (unsigned i = 0; i < LAW_GAPS; i++)
		if (!same_gap(&a->gap[i], &b->gap[i]))
			return false;
	return a->products == b->products && a->when == b->when && same_gap(&a->doctor, &b->doctor) &&
	    a->doctor_conditions == b->doctor_conditions;
}

static bool
same_slot(const struct law *law, const struct law_slot *a, const struct law_slot *b)
{
	if (a->kind != b->kind || a->group != b->group || a->jump != b->jump || a->n_ways != b->n_ways ||
	    a->short_course != b->short_course || !same_gap(&a->short_gap, &b->short_gap) ||
	    !same_point(&a->not_before, &b->not_before) || !same_point(&a->cap, &b->cap) ||
	    !same_point(&a->drop_after, &b->drop_after))
		return false;
	for (unsigned i = 0; i < a->n_ways; i++)
		if (!same_way(&law->way[a->first_way + i], &law->way[b->first_way + i]))
			return false;
	return true;
}

/* Speaks of everybody. */
static bool
open_to_all(const struct law_who *who)
{
	return who->birth_from == NEVER && who->birth_to == NEVER && who->sex == 0 && !who->gestation &&
	    !who->antibody_low && who->conditions_any == 0 && who->conditions_none == 0 && who->given_min == 0 &&
	    who->given_max == 255;
}

bool
outlook_same_course(const struct law *law, const struct law_course *a, const struct law_course *b)
{
	if (!open_to_all(&a->who) || !open_to_all(&b->who) || !same_point(&a->first_from, &b->first_from) ||
	    !same_point(&a->first_to, &b->first_to) || a->used_only != b->used_only || a->used_any != b->used_any ||
	    a->used_none != b->used_none || a->components != b->components || a->extension != b->extension ||
	    a->n_slots != b->n_slots)
		return false;
	for (unsigned i = 0; i < a->n_slots; i++)
		if (!same_slot(law, &law->slot[a->first_slot + i], &law->slot[b->first_slot + i]))
			return false;
	return true;
}

#include "schedule/engine.h"

/*
 * What the law says of a first dose, where it says the same on every day and to everybody who has no extension:
 * whoever has had no dose of a programme, as most have of most, need not be judged one by one.
 */

/* Asked about the product alone, it is the person's course only if this fits. */
static bool
fits(const struct outlook *o, uint16_t programme, const struct live_course *l, uint16_t product, unsigned component)
{
	uint32_t says = o->says[programme][product];

	return (l->fits & 1u << component) != 0 && (l->fits & COURSE_OUTSIDE) != 0 && (l->used_not & says) == 0 &&
	    (l->used_any == 0 || (l->used_any & says) != 0);
}

/* Nothing else is asked, but perhaps of the birth. */
static bool
asks_nothing(const struct known_course *k)
{
	return k->plain && !k->live.given && k->live.from == NEVER && k->live.to == FOREVER &&
	    k->first_from.how == KNOWN_NOTHING && k->first_to.how == KNOWN_NOTHING;
}

/* The way runs from no dose of another programme. */
static bool
runs_alone(const struct law_way *w)
{
	for (unsigned i = 0; i < LAW_GAPS; i++)
		if (w->gap[i].anchor == LAW_ANCHOR_STAGES)
			return false;
	return true;
}

/* The slot takes a first dose at any age; *ret_way: how. */
static bool
takes_first(const struct law *law, const struct law_slot *s, uint16_t product, uint16_t *ret_way)
{
	if (s->jump != LAW_NONE || s->cap.kind != LAW_POINT_NONE || s->not_before.kind != LAW_POINT_NONE)
		return false;
	for (uint16_t i = 0; i < s->n_ways; i++) {
		const struct law_way *w = &law->way[s->first_way + i];

		if ((w->products != 0 && (w->products >> product & 1) == 0) || w->when == LAW_WAY_AFTER_JUMP)
			continue;
		*ret_way = i;
		return runs_alone(w);
	}
	return false;
}

static void
know_first(struct outlook *o, uint16_t programme, uint16_t product)
{
	struct first_dose *f = &o->first_dose[programme][product];

	*f = (struct first_dose){ .birth_from = NEVER, .course = LAW_NONE };
	if (o->served[programme][product] == 0)
		return;
	f->component = (uint8_t)__builtin_ctz(o->served[programme][product]);
	for (unsigned i = o->first_course[programme]; i < o->end_course[programme]; i++) {
		const struct known_course *k = &o->course[i];
		const struct law_course *c = &o->law->course[k->live.row];

		if (!fits(o, programme, &k->live, product, f->component))
			continue;
		/* A course of an older cohort: it is of nobody who was born later. */
		if (k->birth_to != FOREVER) {
			if (k->birth_to >= f->birth_from)
				f->birth_from = k->birth_to + 1;
			continue;
		}
		if (!asks_nothing(k) || k->birth_from != NEVER)
			return;
		f->course = k->live.row;
		f->versions = k->live.versions;
		f->known = c->n_slots > 0 && takes_first(o->law, &o->law->slot[c->first_slot], product, &f->way);
		return;
	}
}

void
outlook_know_first(struct outlook *o, uint16_t programme)
{
	for (uint16_t i = 0; i < o->law->n_product; i++)
		know_first(o, programme, i);
}

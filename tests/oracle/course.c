#include "tests/oracle/course.h"

#include <string.h>

#include "tests/oracle/civil.h"

/* How far the counted doses have come in one course. */
struct walk {
	int slot;			/* the one that comes next */
	bool jumped;			/* reached by a cap or a dropped slot */
	int filled[LIFE_DOSES + 8];	/* slot of each dose; -1: none was left */
	const struct text_course *course;
};

int
course_after(const struct text_gap *g, int day)
{
	return g->unit == UNIT_DAYS ? civil_after_days(day, g->n) : g->unit == UNIT_MONTHS ?
	    civil_after_months(day, g->n) : civil_after_half(day, g->n);
}

static uint64_t
as_used(const struct life_law *l, int product)
{
	return UINT64_C(1) << (l->text->product[product].deemed >= 0 ? l->text->product[product].deemed : product);
}

static bool
way_is_for(const struct life_law *l, const struct text_way *w, int product)
{
	return w->products == 0 || (w->products & as_used(l, product)) != 0;
}

/* The doses of a programme that serve one component. */
static struct counts
of_component(const struct life_law *l, const struct counts *c, int programme, int component)
{
	uint32_t antigens = l->text->programme[programme].component[component];
	struct counts x = { .n = 0 };

	for (int i = 0; i < c->n; i++)
		if ((l->text->product[c->dose[i].product].antigens & antigens) == antigens)
			x.dose[x.n++] = c->dose[i];
	return x;
}

struct counts
course_relevant(const struct life_law *l, const struct all_counts *all, int programme, int day)
{
	const struct text_programme *p = &l->text->programme[programme];
	struct counts x = { .n = 0 };

	for (int i = 0; i < all->of[programme].n; i++) {
		struct counted d = all->of[programme].dose[i];

		if (p->season >= 0 && (civil_fiscal(d.day) != civil_fiscal(day) || !life_in_season(l, p->season, d.day) ||
		    !life_in_season(l, p->season, day)))
			continue;
		if (p->per_pregnancy && l->life->pregnancy >= 0 && d.day < l->life->pregnancy && day >= l->life->pregnancy)
			continue;
		if (p->per_pregnancy && l->life->pregnancy >= 0 && day < l->life->pregnancy)
			continue;
		x.dose[x.n++] = d;
	}
	return x;
}

/* The last day of all stages' counted doses before the day; -1: none. */
static int
last_of_stages(const struct life_law *l, const struct all_counts *all, int programme, int day)
{
	int last = -1;

	for (int p = 0; p < l->text->n_programmes; p++)
		if (l->text->programme[p].group == l->text->programme[programme].group)
			for (int i = 0; i < all->of[p].n; i++)
				if (all->of[p].dose[i].day <= day && all->of[p].dose[i].day > last)
					last = all->of[p].dose[i].day;
	return last;
}

/* Where an interval runs from, after `done` counted doses; -1: nowhere. */
static int
anchor(const struct text_gap *g, const struct counts *c, int done, const struct walk *w, int stages)
{
	int last = -1;

	switch (g->anchor) {
	case ANCHOR_PREVIOUS:
		return done > 0 ? c->dose[done - 1].day : -1;
	case ANCHOR_DOSE:
		return g->of <= done ? c->dose[g->of - 1].day : -1;
	case ANCHOR_GROUP:
		for (int i = 0; i < done; i++)
			if (w->filled[i] >= 0 && w->course->slot[w->filled[i]].group == g->of)
				last = c->dose[i].day;
		return last;
	case ANCHOR_STAGES:
		return stages;
	case ANCHOR_NONE:
		break;
	}
	return -1;
}

static bool
gap_kept(const struct text_gap *g, int from, int day)
{
	return from < 0 || day >= course_after(g, from);
}

/* The slot that comes next on the day, over caps that have passed and slots that are dropped. */
static void
jump(const struct life_law *l, struct walk *w, const struct counts *c, int done, int day)
{
	w->jumped = false;
	while (w->slot < w->course->n_slots) {
		const struct text_slot *s = &w->course->slot[w->slot];

		if (s->jump < 0)
			return;
		if (day > life_point(l, &s->cap, true, CIVIL_NEVER_AFTER) ||
		    (s->drop_after.kind != POINT_NONE && done > 0 &&
		    c->dose[done - 1].day > life_point(l, &s->drop_after, true, CIVIL_NEVER_AFTER))) {
			w->slot = s->jump;
			w->jumped = true;
		} else
			return;
	}
}

static bool
way_when(const struct text_way *way, const struct walk *w)
{
	return way->when == 0 || (way->when == 1) == !w->jumped;
}

static const struct text_course *
named(const struct life_law *l, int programme, const char *name, int day)
{
	for (int i = 0; i < l->text->n_courses; i++) {
		const struct text_course *c = &l->text->course[i];

		if (c->programme == programme && strcmp(c->name, name) == 0 && l->visible_course[i] &&
		    c->span.from <= day && day <= l->course_to[i])
			return c;
	}
	return NULL;
}

/* Goes through the counted doses in the course; a second dose given too soon for it may change it. */
static void
walk_doses(const struct life_law *l, const struct text_course *course, const struct counts *c, int day, struct walk *w)
{
again:
	w->course = course;
	w->slot = 0;
	w->jumped = false;
	for (int i = 0; i < c->n; i++) {
		const struct text_slot *s;

		jump(l, w, c, i, c->dose[i].day);
		if (w->slot >= course->n_slots) {
			w->filled[i] = -1;
			continue;
		}
		s = &course->slot[w->slot];
		if (s->short_gap.anchor != ANCHOR_NONE) {
			bool kept = false;

			for (int k = 0; k < s->n_ways; k++) {
				bool all = way_is_for(l, &s->way[k], c->dose[i].product);

				for (int g = 0; g < s->way[k].n_gaps; g++)
					all = all && gap_kept(&s->way[k].gap[g], anchor(&s->way[k].gap[g], c, i, w, -1), c->dose[i].day);
				kept = kept || all;
			}
			if (!kept && named(l, course->programme, s->short_course, day) != NULL) {
				course = named(l, course->programme, s->short_course, day);
				goto again;
			}
		}
		w->filled[i] = w->slot++;
	}
	jump(l, w, c, c->n, day);
}

static bool
window_holds(const struct life_law *l, int programme, int product, int day)
{
	for (int i = 0; i < l->text->n_targets; i++)
		if (l->text->target[i].programme == programme && (l->text->target[i].products & as_used(l, product)) != 0 &&
		    l->target[i].from <= day && day <= l->target[i].to)
			return true;
	return false;
}

/* The course of these doses (the last may be the one proposed) by the law of the day. */
static const struct text_course *
course_of(const struct life_law *l, int programme, int component, const struct counts *c, int day)
{
	uint64_t used = 0;

	for (int i = 0; i < c->n; i++)
		used |= as_used(l, c->dose[i].product);
	for (int k = 0; k < l->text->n_courses_of[programme]; k++) {
		int i = l->text->course_of[programme][k];
		const struct text_course *x = &l->text->course[i];
		const struct text_who *who = &x->who;

		if (!l->visible_course[i] || day < x->span.from || day > l->course_to[i])
			continue;
		if (x->component != 0 && x->component != component + 1)
			continue;
		if (l->life->birth < who->born_from || l->life->birth > who->born_to)
			continue;
		if ((who->with != 0 && !life_holds(l, who->with, day)) || (who->without != 0 && life_holds(l, who->without, day)))
			continue;
		if ((who->sex == 1 && l->sex != LIFE_FEMALE) || (who->sex == 2 && l->sex != LIFE_MALE))
			continue;
		if (c->n > 0 && (c->dose[0].day < life_point(l, &x->first_from, false, CIVIL_NEVER_BEFORE) ||
		    c->dose[0].day > life_point(l, &x->first_to, true, CIVIL_NEVER_AFTER)))
			continue;
		if ((x->used_only != 0 && (used & ~x->used_only) != 0) || (x->used_any != 0 && (used & x->used_any) == 0) ||
		    (used & x->used_none) != 0)
			continue;
		if (who->given) {
			int n = 0;

			for (int d = 0; d < c->n; d++)
				n += c->dose[d].day >= who->given_from && c->dose[d].day <= who->given_to;
			if (n < who->given_min || n > who->given_max)
				continue;
		}
		if (x->extension != 0) {
			bool only = c->n > 0 && life_extended(l, programme, c->dose[0].product, c->dose[0].day) &&
			    !window_holds(l, programme, c->dose[0].product, c->dose[0].day);

			if (only != (x->extension == 1))
				continue;
		}
		return x;
	}
	return NULL;
}

static bool
component_exempt(const struct life_law *l, int programme, int component, int day)
{
	/* What has been had by the as-of day is wanted on no day. */
	return l->text->programme[programme].history[component] != 0 &&
	    life_holds(l, l->text->programme[programme].history[component], day > l->life->as_of ? day : l->life->as_of);
}

static bool
component_complete(const struct life_law *l, const struct counts *c, int programme, int component, int day)
{
	struct counts mine = of_component(l, c, programme, component);
	const struct text_course *course;
	struct walk w;

	if (mine.n == 0 || (course = course_of(l, programme, component, &mine, day)) == NULL)
		return false;
	walk_doses(l, course, &mine, day, &w);
	return w.slot >= w.course->n_slots;
}

bool
course_complete(const struct life_law *l, const struct all_counts *all, int programme, int day)
{
	struct counts c = course_relevant(l, all, programme, day);
	bool any = false;

	for (int i = 0; i < l->text->programme[programme].n_components; i++) {
		bool complete = component_complete(l, &c, programme, i, day);

		if (!complete && !component_exempt(l, programme, i, day))
			return false;
		any = any || complete;
	}
	return any;
}

int
course_slots_left(const struct life_law *l, const struct all_counts *all, int programme, int day)
{
	struct counts c = course_relevant(l, all, programme, day);
	int left = 0;

	for (int i = 0; i < l->text->programme[programme].n_components; i++) {
		struct counts mine = of_component(l, &c, programme, i);
		const struct text_course *course = course_of(l, programme, i, &mine, day);
		struct walk w;

		if (course == NULL || component_exempt(l, programme, i, day))
			continue;
		walk_doses(l, course, &mine, day, &w);
		if (w.course->n_slots - w.slot > left)
			left = w.course->n_slots - w.slot;
	}
	return left;
}

bool
course_exempt(const struct life_law *l, int programme, int day)
{
	for (int i = 0; i < l->text->programme[programme].n_components; i++)
		if (!component_exempt(l, programme, i, day))
			return false;
	return true;
}

static bool
serves(const struct life_law *l, int programme, int component, int product)
{
	uint32_t antigens = l->text->programme[programme].component[component];

	return (l->text->product[product].antigens & antigens) == antigens;
}

bool
course_wanted(const struct life_law *l, const struct all_counts *all, int programme, int product, int day)
{
	struct counts c = course_relevant(l, all, programme, day);

	for (int i = 0; i < l->text->programme[programme].n_components; i++)
		if (serves(l, programme, i, product) && !component_complete(l, &c, programme, i, day) &&
		    !component_exempt(l, programme, i, day))
			return true;
	return false;
}

bool
course_filled_for(const struct life_law *l, const struct all_counts *all, int programme, int product, int day)
{
	struct counts c = course_relevant(l, all, programme, day);

	for (int i = 0; i < l->text->programme[programme].n_components; i++)
		if (serves(l, programme, i, product) && !component_complete(l, &c, programme, i, day))
			return false;
	return true;
}

bool
course_has_interval(const struct text_course *c)
{
	for (int s = 0; s < c->n_slots; s++)
		for (int w = 0; w < c->slot[s].n_ways; w++)
			if (c->slot[s].way[w].n_gaps > 0)
				return true;
	return false;
}

/* Caution: the interval to the dose before runs from the last injection, too; a doctor's, where it is what holds. */
static bool
cautious(const struct life_law *l, const struct walk *w, const struct text_way *way, bool doctors, int product, int day, int last)
{
	const struct text_slot *second;

	if (last < 0)
		return true;
	for (int g = 0; g < way->n_gaps; g++) {
		const struct text_gap *gap = doctors && g == 0 ? &way->doctor_gap : &way->gap[g];

		if (gap->anchor != ANCHOR_DOSE && !gap_kept(gap, last, day))
			return false;
	}
	if (w->slot > 0 || w->course->n_slots < 2)
		return true;
	second = &w->course->slot[1];
	for (int k = 0; k < second->n_ways; k++)
		if (way_is_for(l, &second->way[k], product)) {
			for (int g = 0; g < second->way[k].n_gaps; g++)
				if (!gap_kept(&second->way[k].gap[g], last, day))
					return false;
			return true;
		}
	return true;
}

static struct fitting
fit_component(const struct life_law *l, const struct all_counts *all, const struct counts *relevant, int programme,
    int component, int product, int day, int last_injection)
{
	struct counts mine = of_component(l, relevant, programme, component), with;
	int stages = last_of_stages(l, all, programme, day);
	struct fitting f = { .fit = FIT_NO_COURSE, .slot = -1, .anchor_previous = -1, .anchor_first = -1, .anchor_group = -1 };
	const struct text_course *course;
	const struct text_slot *s;
	bool for_product = false;
	struct walk w;

	if (component_complete(l, relevant, programme, component, day)) {
		f.fit = FIT_FULL;
		return f;
	}
	with = mine;
	with.dose[with.n++] = (struct counted){ day, product };
	if ((course = course_of(l, programme, component, &with, day)) == NULL)
		return f;
	walk_doses(l, course, &mine, day, &w);
	f.course = w.course;
	if (w.slot >= w.course->n_slots) {
		f.fit = FIT_FULL;
		return f;
	}
	s = &w.course->slot[w.slot];
	f.slot = w.slot;
	f.kind = s->kind;
	if (day < life_point(l, &s->not_before, false, CIVIL_NEVER_BEFORE)) {
		f.fit = FIT_YOUNG;
		return f;
	}
	if (mine.n > 0) {
		f.anchor_previous = mine.dose[mine.n - 1].day;
		f.anchor_first = mine.dose[0].day;
		for (int i = 0; i < mine.n; i++)
			if (w.filled[i] >= 0 && w.course->slot[w.filled[i]].group == 1)
				f.anchor_group = mine.dose[i].day;
	}
	f.fit = FIT_WRONG;
	for (int pass = 0; pass < 2; pass++)
		for (int k = 0; k < s->n_ways; k++) {
			const struct text_way *way = &s->way[k];
			bool kept = true, caution;

			if (!way_is_for(l, way, product) || !way_when(way, &w) || (pass == 1 && !way->doctor))
				continue;
			for_product = true;
			for (int g = 0; g < way->n_gaps; g++) {
				const struct text_gap *gap = pass == 1 && g == 0 ? &way->doctor_gap : &way->gap[g];

				kept = kept && gap_kept(gap, anchor(gap, &mine, mine.n, &w, stages), day);
			}
			if (pass == 1 && way->doctor_if != 0)
				kept = kept && life_holds(l, way->doctor_if, day);
			if (!kept || f.cautious_ok)
				continue;
			caution = cautious(l, &w, way, pass == 1, product, day, last_injection);
			if (f.way != NULL && !caution)
				continue;
			f.way = way;
			f.fit = pass == 0 ? FIT_OK : FIT_DOCTOR;
			f.cautious_ok = caution;
		}
	if (f.way != NULL || !for_product)
		return f;
	if (s->short_gap.anchor != ANCHOR_NONE && gap_kept(&s->short_gap, anchor(&s->short_gap, &mine, mine.n, &w, stages), day)) {
		f.fit = FIT_CHANGED;
		return f;
	}
	f.fit = FIT_SOON;
	return f;
}

/* What says most comes first: a component that is filled, else the nearest to it. */
static int
rank(enum fit f)
{
	static const int order[] = { [FIT_OK] = 0, [FIT_DOCTOR] = 1, [FIT_CHANGED] = 2, [FIT_SOON] = 3, [FIT_YOUNG] = 4,
		[FIT_WRONG] = 5, [FIT_FULL] = 6, [FIT_NO_COURSE] = 7 };

	return order[f];
}

struct fitting
course_fit(const struct life_law *l, const struct all_counts *all, int programme, int product, int day, int last_injection)
{
	struct counts relevant = course_relevant(l, all, programme, day);
	struct fitting best = { .fit = FIT_NO_COURSE, .slot = -1 };
	bool any = false;

	for (int i = 0; i < l->text->programme[programme].n_components; i++)
		if (serves(l, programme, i, product)) {
			struct fitting f = fit_component(l, all, &relevant, programme, i, product, day, last_injection);

			if (!any || rank(f.fit) < rank(best.fit))
				best = f;
			any = true;
		}
	if (day < life_lowest(l, programme, day) && best.fit != FIT_FULL && !life_extended(l, programme, product, day))
		best.fit = FIT_YOUNG;
	return best;
}

#include "tests/oracle/stretch.h"

#include <assert.h>
#include <stdlib.h>

#include "tests/oracle/civil.h"

bool stretch_every_day = true;

#define GAPS 64
static struct { struct text_gap gap[GAPS]; int n; bool made; } gaps_of[32];

static void
add_gap(int group, const struct text_gap *g)
{
	if (g->anchor == ANCHOR_NONE)
		return;
	for (int i = 0; i < gaps_of[group].n; i++)
		if (gaps_of[group].gap[i].unit == g->unit && gaps_of[group].gap[i].n == g->n)
			return;
	assert(gaps_of[group].n < GAPS);
	gaps_of[group].gap[gaps_of[group].n++] = *g;
}

/* Every interval that a course of the group has, of whatever it runs from. */
static void
make_gaps(const struct text *t, int group)
{
	for (int i = 0; i < t->n_courses; i++)
		for (int s = 0; s < t->course[i].n_slots && t->programme[t->course[i].programme].group == group; s++) {
			const struct text_slot *slot = &t->course[i].slot[s];

			add_gap(group, &slot->short_gap);
			for (int w = 0; w < slot->n_ways; w++) {
				for (int g = 0; g < slot->way[w].n_gaps; g++)
					add_gap(group, &slot->way[w].gap[g]);
				if (slot->way[w].doctor)
					add_gap(group, &slot->way[w].doctor_gap);
			}
		}
	gaps_of[group].made = true;
}

static void
add(struct stretch *s, int day)
{
	if (day <= 0 || day > civil_last())
		return;
	assert(s->n < STRETCHES);
	s->begin[s->n++] = day;
}

/* A day from which, and a day after which, something holds. */
static void
edge(struct stretch *s, int day)
{
	if (day <= CIVIL_NEVER_BEFORE || day >= CIVIL_NEVER_AFTER)
		return;
	add(s, day);
	add(s, day + 1);
}

static void
point(struct stretch *s, const struct life_law *l, const struct text_point *p)
{
	edge(s, life_point(l, p, false, CIVIL_NEVER_BEFORE));
	edge(s, life_point(l, p, true, CIVIL_NEVER_AFTER));
}

static void
season(struct stretch *s, const struct life_law *l, int n)
{
	const struct text_season *x = &l->text->season[n];
	bool set = x->settable && l->life->season_set;
	int month[2] = { set ? l->life->season_from_month : x->from_month, set ? l->life->season_to_month : x->to_month };
	int mday[2] = { set ? l->life->season_from_mday : x->from_mday, set ? l->life->season_to_mday : x->to_mday };

	for (int year = civil_split(l->life->birth).year; year <= civil_split(civil_last()).year; year++) {
		add(s, civil_of(year, 4, 1));
		for (int i = 0; i < 2; i++) {
			int len = civil_length(year, month[i]);

			edge(s, civil_of(year, month[i], mday[i] < len ? mday[i] : len));
		}
	}
}

static void
rules(struct stretch *s, const struct life_law *l, int group)
{
	const struct text *t = l->text;

	for (int i = 0; i < t->n_targets; i++)
		if (t->programme[t->target[i].programme].group == group) {
			edge(s, l->target[i].from);
			edge(s, l->target[i].to);
			edge(s, t->target[i].span.from);
			edge(s, l->target_to[i]);
			edge(s, t->target[i].who.given_from);
			edge(s, t->target[i].who.given_to);
		}
	for (int i = 0; i < t->n_extensions; i++)
		for (int x = 0; x < l->life->n_extensions; x++) {
			edge(s, l->extension[i][x].from);
			edge(s, l->extension[i][x].to);
		}
	for (int i = 0; i < t->n_courses; i++) {
		const struct text_course *c = &t->course[i];

		if (t->programme[c->programme].group != group)
			continue;
		edge(s, c->span.from);
		edge(s, l->course_to[i]);
		point(s, l, &c->first_from);
		point(s, l, &c->first_to);
		edge(s, c->who.given_from);
		edge(s, c->who.given_to);
		for (int k = 0; k < c->n_slots; k++) {
			point(s, l, &c->slot[k].not_before);
			point(s, l, &c->slot[k].cap);
			point(s, l, &c->slot[k].drop_after);
		}
	}
	for (int p = 0; p < t->n_programmes; p++)
		if (t->programme[p].group == group) {
			point(s, l, &t->programme[p].takes_from);
			point(s, l, &t->programme[p].takes_to);
			if (t->programme[p].season >= 0)
				season(s, l, t->programme[p].season);
		}
	for (int i = 0; i < t->n_choices; i++) {
		edge(s, t->choice[i].span.from - 1);
		edge(s, t->choice[i].span.to);
	}
	for (int i = 0; i < t->n_spacings; i++) {
		edge(s, t->spacing[i].span.from);
		edge(s, l->spacing_to[i]);
	}
	for (int p = 0; p < t->n_products; p++) {
		edge(s, t->product[p].market_from);
		edge(s, t->product[p].market_to);
	}
}

static void
injection(struct stretch *s, const struct life_law *l, int group, int day)
{
	const struct text *t = l->text;

	edge(s, day);
	for (int g = 0; g < gaps_of[group].n; g++)
		add(s, course_after(&gaps_of[group].gap[g], day));
	for (int i = 0; i < t->n_spacings; i++) {
		add(s, civil_after_days(day, t->spacing[i].days));
		/* An injection before one on record: the last day that is far enough from it. */
		add(s, day - t->spacing[i].days);
	}
}

static int
by_day(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

void
stretch_make(struct stretch *s, const struct life_law *l, const struct judged *j, int programme, int also)
{
	const struct text *t = l->text;
	int group = t->programme[programme].group, n = 0;

	s->n = 0;
	s->programme = programme;
	if ((s->every_day = stretch_every_day))
		return;
	if (!gaps_of[group].made)
		make_gaps(t, group);
	edge(s, also);
	edge(s, l->life->birth);
	edge(s, l->life->as_of);
	edge(s, l->died);
	edge(s, l->life->pregnancy);
	for (int i = 0; i < l->life->n_conditions; i++)
		edge(s, l->life->condition[i].from);
	rules(s, l, group);
	for (int i = 0; i < j->n; i++)
		injection(s, l, group, j->day[i]);
	for (int p = 0; p < t->n_programmes; p++)
		if (t->programme[p].group == group)
			for (int i = 0; i < j->all.of[p].n; i++)
				injection(s, l, group, j->all.of[p].dose[i].day);
	qsort(s->begin, (size_t)s->n, sizeof s->begin[0], by_day);
	for (int i = 0; i < s->n; i++)
		if (n == 0 || s->begin[n - 1] != s->begin[i])
			s->begin[n++] = s->begin[i];
	s->n = n;
}

/* How many begin on the day or before. */
static int
place(const struct stretch *s, int day)
{
	int low = 0, high = s->n;

	while (low < high) {
		int middle = (low + high) / 2;

		if (s->begin[middle] <= day)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int
stretch_first(const struct stretch *s, int day)
{
	int n;

	if (s->every_day)
		return day;
	n = place(s, day);
	return n == 0 ? 0 : s->begin[n - 1];
}

int
stretch_last(const struct stretch *s, int day)
{
	int n;

	if (s->every_day)
		return day;
	n = place(s, day);
	return n == s->n ? civil_last() : s->begin[n] - 1;
}

int
stretch_next(const struct stretch *s, const struct life_law *l, const struct counts *c, int from, int day)
{
	int group = l->text->programme[s->programme].group, next;

	if (s->every_day)
		return day + 1;
	next = stretch_last(s, day) + 1;
	for (int i = from; i < c->n; i++) {
		if (c->dose[i].day + 1 > day && c->dose[i].day + 1 < next)
			next = c->dose[i].day + 1;
		for (int g = 0; g < gaps_of[group].n; g++) {
			int on = course_after(&gaps_of[group].gap[g], c->dose[i].day);

			if (on > day && on < next)
				next = on;
		}
	}
	return next;
}

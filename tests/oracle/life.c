#include "tests/oracle/life.h"

#include <string.h>

#include "tests/oracle/civil.h"

bool
life_holds(const struct life_law *l, uint32_t conditions, int day)
{
	for (int i = 0; i < l->life->n_conditions; i++)
		if (conditions >> l->life->condition[i].condition & 1 && l->life->condition[i].from <= day)
			return true;
	return false;
}

int
life_point(const struct life_law *l, const struct text_point *p, bool as_end, int open)
{
	int d;

	switch (p->kind) {
	case POINT_DATE:
		return p->n + p->plus;
	case POINT_DAYS:
		return l->life->birth + p->n + p->plus;
	case POINT_MONTHS:
		return civil_reached(l->life->birth, p->n) + p->plus;
	case POINT_FISCAL: {
		int year = civil_fiscal(civil_reached(l->life->birth, 12 * p->n));

		return (as_end ? civil_of(year + 1, 3, 31) : civil_of(year, 4, 1)) + p->plus;
	}
	case POINT_SCHOOL: {
		struct civil c = civil_split(civil_reached(l->life->birth, 72) + 1);

		d = civil_of(c.year, 4, 1);
		if (d < civil_of(c.year, c.month, c.mday))
			d = civil_of(c.year + 1, 4, 1);
		return civil_same(d, p->n) + p->plus;
	}
	case POINT_GESTATION:
		return l->life->pregnancy < 0 ? open : l->life->pregnancy + p->n + p->plus;
	case POINT_NONE:
	case POINT_SEASON:
		break;
	}
	return open;
}

/* First day from which one of the conditions holds. */
static int
holds_from(const struct life_law *l, uint32_t conditions)
{
	int from = CIVIL_NEVER_AFTER;

	for (int i = 0; i < l->life->n_conditions; i++)
		if (conditions >> l->life->condition[i].condition & 1 && l->life->condition[i].from < from)
			from = l->life->condition[i].from;
	return from;
}

/* The days on which the rule speaks of the person, doses apart. */
static struct life_window
who_days(const struct life_law *l, const struct text_who *w)
{
	struct life_window nobody = { 1, 0 }, x = { CIVIL_NEVER_BEFORE, CIVIL_NEVER_AFTER };

	if (l->life->birth < w->born_from || l->life->birth > w->born_to)
		return nobody;
	if ((w->sex == 1 && l->sex != LIFE_FEMALE) || (w->sex == 2 && l->sex != LIFE_MALE))
		return nobody;
	if (w->gestation && l->life->pregnancy < 0)
		return nobody;
	if (w->antibody && (l->life->antibody < 0 || !l->life->antibody_low || l->life->antibody > w->antibody_by))
		return nobody;
	if (w->with != 0)
		x.from = holds_from(l, w->with);
	if (w->without != 0)
		x.to = holds_from(l, w->without) - 1;
	return x;
}

/* Last day of a rule as known on the as-of day; false when the rule is not known yet. */
static bool
known(const struct life_law *l, const struct text_span *span, int *ret_to)
{
	*ret_to = l->life->as_of < span->end_published ? CIVIL_NEVER_AFTER : span->to;
	return span->published <= l->life->as_of;
}

static int
later(int a, int b)
{
	return a > b ? a : b;
}

static int
earlier(int a, int b)
{
	return a < b ? a : b;
}

void
life_read_law(struct life_law *l, const struct text *text, const struct life *life, enum life_sex sex)
{
	l->text = text;
	l->life = life;
	l->sex = sex;
	l->died = CIVIL_NEVER_AFTER;
	for (int i = 0; i < life->n_conditions; i++)
		if (life->condition[i].condition == text->died)
			l->died = earlier(l->died, life->condition[i].from);
	for (int i = 0; i < text->n_targets; i++) {
		const struct text_target *t = &text->target[i];
		struct life_window who = who_days(l, &t->who);
		int to;

		l->target[i] = (struct life_window){ 1, 0 };
		l->target_to[i] = -2000000;
		if (!known(l, &t->span, &to))
			continue;
		l->target_to[i] = to;
		l->opens[i] = life_point(l, &t->open, false, CIVIL_NEVER_BEFORE);
		l->target[i].from = later(later(t->span.from, who.from), life_point(l, &t->open, false, CIVIL_NEVER_BEFORE));
		l->target[i].from = later(l->target[i].from, life->birth);
		l->target[i].to = earlier(earlier(to, who.to), life_point(l, &t->close, true, CIVIL_NEVER_AFTER));
	}
	for (int i = 0; i < text->n_extensions; i++)
		for (int j = 0; j < life->n_extensions; j++) {
			const struct text_extension *x = &text->extension[i];
			int to, opened = CIVIL_NEVER_AFTER;

			/* It lengthens a window that has opened. */
			for (int t = 0; t < text->n_targets; t++)
				if (text->target[t].programme == x->programme && l->target[t].from <= l->target[t].to &&
				    l->target[t].to >= text->eligible_from)
					opened = earlier(opened, l->target[t].from);

			if (x->early && opened != CIVIL_NEVER_AFTER)
				opened = life->birth;
			l->extension[i][j] = (struct life_window){ 1, 0 };
			if (x->programme != life->extension[j].programme || !known(l, &x->span, &to))
				continue;
			l->extension[i][j].from = later(later(life->extension[j].from, x->span.from), opened);
			l->extension[i][j].to = earlier(earlier(life->extension[j].until, to),
			    life_point(l, &x->until, true, CIVIL_NEVER_AFTER));
		}
	for (int i = 0; i < text->n_courses; i++)
		l->visible_course[i] = known(l, &text->course[i].span, &l->course_to[i]);
	for (int i = 0; i < text->n_spacings; i++)
		l->visible_spacing[i] = known(l, &text->spacing[i].span, &l->spacing_to[i]);
}

bool
life_in_season(const struct life_law *l, int season, int day)
{
	const struct text_season *s = &l->text->season[season];
	struct civil c = civil_split(day);
	int on = c.month * 100 + c.mday, from = s->from_month * 100 + s->from_mday, to = s->to_month * 100 + s->to_mday;

	if (s->settable && l->life->season_set) {
		from = l->life->season_from_month * 100 + l->life->season_from_mday;
		to = l->life->season_to_month * 100 + l->life->season_to_mday;
	}
	return from <= to ? from <= on && on <= to : on >= from || on <= to;
}

bool
life_named(const struct life_law *l, int programme, int product, int day)
{
	for (int k = 0; k < l->text->n_targets_of[programme]; k++) {
		int i = l->text->target_of[programme][k];
		const struct text_target *t = &l->text->target[i];

		if (t->products >> product & 1 && t->span.from <= day && day <= l->target_to[i])
			return true;
	}
	return false;
}

bool
life_extended(const struct life_law *l, int programme, int product, int day)
{
	if (l->text->product[product].deemed >= 0)
		product = l->text->product[product].deemed;
	for (int i = 0; i < l->text->n_extensions; i++) {
		const struct text_extension *x = &l->text->extension[i];

		if (x->programme != programme || (x->products != 0 && !(x->products >> product & 1)))
			continue;
		for (int j = 0; j < l->life->n_extensions; j++)
			if (l->extension[i][j].from <= day && day <= l->extension[i][j].to &&
			    life_named(l, programme, product, day))
				return true;
	}
	return false;
}

int
life_lowest(const struct life_law *l, int programme, int day)
{
	int lowest = CIVIL_NEVER_AFTER, near = CIVIL_NEVER_AFTER;

	if (l->text->programme[programme].any_age)
		return CIVIL_NEVER_BEFORE;
	/* In force on the day, else the rules nearest to it: those that come next, or the last. */
	for (int k = 0; k < l->text->n_targets_of[programme]; k++) {
		int i = l->text->target_of[programme][k];
		const struct text_target *t = &l->text->target[i];
		int to = l->target_to[i], away;

		if (t->open.kind == POINT_NONE || to == -2000000)
			continue;
		away = day < t->span.from ? t->span.from - day : day > to ? day - to + CIVIL_NEVER_AFTER / 2 : 0;
		if (away > near)
			continue;
		if (away < near)
			lowest = CIVIL_NEVER_AFTER;
		near = away;
		lowest = earlier(lowest, l->opens[i]);
	}
	return lowest == CIVIL_NEVER_AFTER ? CIVIL_NEVER_BEFORE : lowest;
}

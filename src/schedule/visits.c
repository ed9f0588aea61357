#include "schedule/visits_inner.h"

/*
 * A search over which doses are given together, in the order of time.  The days follow: each visit
 * is on the first day on which all its doses are open, and is moved on only where a
 * later dose would otherwise come after a standard period that runs from it.  As every bound of a
 * visit's day grows with the days of earlier visits, these are the earliest days for that
 * order of doses, all at once; so days need not be searched.
 */
size_t
visits_work_size(void)
{
	return sizeof(struct visits_work);
}

/* The visits before v as they are, and its day: they begin worse than the best known (1), equal (0), better (-1). */
static int
compare_days(const struct search *s, unsigned v, int32_t on)
{
	for (unsigned i = 0; i <= v; i++) {
		int32_t mine = i < v ? s->w->stage[i].on : on;

		if (i >= s->best->n_visits)
			return 1;
		if (mine != s->best->visit[i].on.n)
			return mine < s->best->visit[i].on.n ? -1 : 1;
	}
	return 0;
}

/* --- the best so far --- */

static void
days_by_programme(const struct search *s, unsigned n_visits, int32_t ret_day[LAW_PROGRAMMES_MAX][DOSES_MAX])
{
	uint8_t n[LAW_PROGRAMMES_MAX] = { 0 };

	for (unsigned p = 0; p < LAW_PROGRAMMES_MAX; p++)
		for (unsigned k = 0; k < DOSES_MAX; k++)
			ret_day[p][k] = FOREVER;
	for (unsigned v = 0; v < n_visits; v++) {
		const struct stage *g = &s->w->stage[v];

		for (unsigned i = 0; i < g->n_shots; i++)
			if ((g->given >> i & 1) != 0)
				for (uint32_t m = g->shot[i].programmes; m != 0; m &= m - 1) {
					unsigned p = (unsigned)__builtin_ctz(m);

					if (n[p] < DOSES_MAX)
						ret_day[p][n[p]++] = g->on;
				}
	}
}

/* Doses that were to be planned and were not. */
static unsigned
lost_at_end(const struct search *s, const struct stage *g)
{
	unsigned lost = 0;

	for (uint32_t m = s->child; m != 0; m &= m - 1) {
		unsigned p = (unsigned)__builtin_ctz(m);

		if (g->count[p] < s->w->n_tasks[p])
			lost += (unsigned)(s->w->n_tasks[p] - g->count[p]);
	}
	return lost;
}

static void
keep_if_best(struct search *s, unsigned n_visits, int32_t late)
{
	unsigned lost = lost_at_end(s, &s->w->stage[n_visits]);
	int32_t on[LAW_PROGRAMMES_MAX][DOSES_MAX];
	struct visits_plan *b = s->best;
	int c = 0;

	days_by_programme(s, n_visits, on);
	if (s->have_best) {
		c = lost != b->n_lost ? (lost < b->n_lost ? -1 : 1) :
		    late != b->late_days ? (late < b->late_days ? -1 : 1) :
		    n_visits != b->n_visits ? (n_visits < b->n_visits ? -1 : 1) :
		    s->others != b->n_others ? (s->others < b->n_others ? -1 : 1) : 0;
		if (c == 0 && n_visits > 0)
			c = compare_days(s, n_visits - 1, s->w->stage[n_visits - 1].on);
		for (unsigned p = 0; p < LAW_PROGRAMMES_MAX && c == 0; p++)
			for (unsigned k = 0; k < DOSES_MAX && c == 0; k++)
				if (on[p][k] != s->best_day[p][k])
					c = on[p][k] < s->best_day[p][k] ? -1 : 1;
		if (c >= 0)
			return;
	}
	s->have_best = true;
	s->whole = lost == 0;
	b->n_visits = n_visits;
	b->n_lost = lost;
	b->late_days = late;
	b->n_others = s->others;
	for (unsigned p = 0; p < LAW_PROGRAMMES_MAX; p++)
		for (unsigned k = 0; k < DOSES_MAX; k++)
			s->best_day[p][k] = on[p][k];
	for (unsigned v = 0; v < n_visits; v++) {
		const struct stage *g = &s->w->stage[v];
		struct visits_visit *visit = &b->visit[v];

		visit->on = (day){ g->on };
		visit->programmes = 0;
		visit->n_products = 0;
		for (unsigned i = 0; i < g->n_shots; i++) {
			unsigned at = visit->n_products;

			if ((g->given >> i & 1) == 0)
				continue;
			visit->programmes |= g->shot[i].programmes;
			for (; at > 0 && visit->product[at - 1] > g->shot[i].product; at--)
				visit->product[at] = visit->product[at - 1];
			visit->product[at] = g->shot[i].product;
			visit->n_products++;
		}
	}
}

/* --- the search --- */

/* The day, or the first after it on which none of the shots gives way to one listed before it. */
static int32_t
not_shut(const struct stage *g, uint32_t given, int32_t on)
{
	for (unsigned i = 0; i < g->n_shots; i++) {
		const struct shot *shot = &g->shot[i];

		if ((given >> i & 1) != 0 && shot->shut_from != NEVER && on >= shot->shut_from &&
		    on <= shot->shut_to && shot->shut_to < shot->latest)
			return not_shut(g, given, shot->shut_to + 1);
	}
	return on;
}


static void search_from(struct search *s, unsigned v);

/* Gives visit v its day and asks what follows; false: it cannot be so. */
static bool
place(struct search *s, unsigned v)
{
	struct stage *g = &s->w->stage[v], *next = g + 1;
	size_t n = g->n_dose;

	g->on = g->after + 1;
	if (g->not_before > g->on)
		g->on = g->not_before;
	for (unsigned i = 0; i < g->n_shots; i++)
		if ((g->given >> i & 1) != 0 && g->shot[i].open > g->on)
			g->on = g->shot[i].open;
	g->on = not_shut(g, g->given, g->on);
	*next = (struct stage){ .n_dose = n, .after = g->on, .not_before = NEVER };
	for (unsigned p = 0; p < LAW_PROGRAMMES_MAX; p++)
		next->count[p] = g->count[p];
	g->late = 0;
	for (unsigned i = 0; i < g->n_shots; i++) {
		if ((g->given >> i & 1) == 0)
			continue;
		if (visits_shot_shut(&g->shot[i], g->on) || n == LIMIT_PERSON_DOSES)
			return false;
		g->late += visits_late_of(&g->shot[i], g->on);
		visits_suppose(s, n++, &g->shot[i], g->on);
		for (uint32_t m = g->shot[i].programmes; m != 0; m &= m - 1)
			next->count[__builtin_ctz(m)]++;
	}
	next->n_dose = n;
	if (!visits_ask(s, n, g->on + 1))
		return false;
	visits_find_shots(s, next, g->on + 1);
	return true;
}

static int32_t
late_until(const struct search *s, unsigned v)
{
	int32_t late = 0;

	for (unsigned i = 0; i <= v; i++)
		late += s->w->stage[i].late;
	return late;
}

/* The days after standardTo that are put up with already. */
static int32_t
put_up_with(const struct search *s, unsigned v)
{
	int32_t sum = 0;

	for (unsigned k = 0; k <= v; k++) {
		const struct stage *g = &s->w->stage[k];

		for (unsigned i = 0; i < g->n_shots; i++)
			if ((g->given >> i & 1) != 0 && visits_late_of(&g->shot[i], g->on) <= g->allowed[g->shot[i].product])
				sum += visits_late_of(&g->shot[i], g->on);
	}
	return sum;
}

/* Index of the shot that is later than is put up with, of visit v; -1: none. */
static int
too_late(const struct stage *g)
{
	for (unsigned i = 0; i < g->n_shots; i++)
		if ((g->given >> i & 1) != 0 && visits_late_of(&g->shot[i], g->on) > g->allowed[g->shot[i].product])
			return (int)i;
	return -1;
}

/* The same vaccines are found again at a visit whose earlier visits were moved. */
static bool
find_again(struct stage *g, const uint16_t *product, unsigned n)
{
	g->given = 0;
	for (unsigned i = 0; i < n; i++) {
		unsigned k = 0;

		while (k < g->n_shots && g->shot[k].product != product[i])
			k++;
		if (k == g->n_shots)
			return false;
		g->given |= UINT32_C(1) << k;
	}
	return true;
}

/* What of a visit is decided, not found. */
struct decided {
	uint16_t product[VISITS_SHOTS];
	unsigned n;
	int32_t not_before;
	int32_t allowed[LAW_PRODUCTS_MAX];
};

static void
decided_keep(const struct stage *g, struct decided *ret)
{
	ret->n = 0;
	ret->not_before = g->not_before;
	for (unsigned p = 0; p < LAW_PRODUCTS_MAX; p++)
		ret->allowed[p] = g->allowed[p];
	for (unsigned i = 0; i < g->n_shots; i++)
		if ((g->given >> i & 1) != 0)
			ret->product[ret->n++] = g->shot[i].product;
}

static bool
decided_again(struct stage *g, const struct decided *d)
{
	g->not_before = d->not_before;
	for (unsigned p = 0; p < LAW_PRODUCTS_MAX; p++)
		g->allowed[p] = d->allowed[p];
	return find_again(g, d->product, d->n);
}

/* Moves visit u on to a day; false: it cannot be so. */
static bool
move(struct search *s, unsigned u, int32_t to)
{
	s->w->stage[u].not_before = to;
	return place(s, u);
}

/*
 * Visit v stands.  Where one of its doses is later than is put up with, either that is put up
 * with or the visit from which its standard period runs is moved on, day by day: both are tried.
 */
static void
settle(struct search *s, unsigned v)
{
	struct decided here[VISITS_MAX];
	struct stage *g = &s->w->stage[v];
	int32_t late, in_all, budget = s->have_best && s->lost >= s->best->n_lost ? s->best->late_days : FOREVER;
	uint32_t behind = 0;
	uint16_t product;
	int i;

	if (s->n_asked >= VISITS_ASKS) {
		s->stopped = true;
		return;
	}
	if ((i = too_late(g)) < 0) {
		search_from(s, v + 1);
		return;
	}
	product = g->shot[i].product;
	late = visits_late_of(&g->shot[i], g->on);
	in_all = visits_late_in_all(&g->shot[i], g->on);
	for (uint32_t m = g->shot[i].programmes; m != 0; m &= m - 1) {
		int32_t standard = g->shot[i].standard[__builtin_ctz(m)];

		if (standard != FOREVER && g->on - standard > g->allowed[product])
			behind |= m & -m;
	}
	for (unsigned k = 0; k <= v; k++)
		decided_keep(&s->w->stage[k], &here[k]);
	/* Move what it runs from: the visits before with doses of the same programmes, the nearest first. */
	for (unsigned u = v; u-- > 0;) {
		uint32_t shares = 0;
		int32_t step, was;

		for (unsigned k = 0; k < s->w->stage[u].n_shots; k++)
			if ((s->w->stage[u].given >> k & 1) != 0)
				shares |= s->w->stage[u].shot[k].programmes & behind;
		if (shares == 0)
			continue;
		/* As many days at once as are needed in any case; months differ by up to three days. */
		was = s->w->stage[u].on;
		step = late - here[v].allowed[product];
		if (budget != FOREVER && late - budget > 0 && late - budget < step)
			step = late - budget;
		else if (budget != 0)
			step = 1;
		step = step > 4 ? step - 3 : 1;
		if (move(s, u, was + step)) {
			unsigned k = u + 1;

			for (; k <= v; k++)
				if (!decided_again(&s->w->stage[k], &here[k]) || !place(s, k))
					break;
			if (k > v && (unsigned)i < g->n_shots && find_again(g, here[v].product, here[v].n)) {
				unsigned x = 0;

				while (x < g->n_shots && g->shot[x].product != product)
					x++;
				if (x < g->n_shots && visits_late_in_all(&g->shot[x], g->on) < in_all)
					settle(s, v);
			}
		}
		/* As it was. */
		s->w->stage[u].not_before = here[u].not_before;
		for (unsigned k = u; k <= v; k++)
			if ((k > u && !decided_again(&s->w->stage[k], &here[k])) || !place(s, k))
				return;
		break;
	}
	/* Put up with it. */
	if (!s->have_best || put_up_with(s, v) + late <= budget) {
		g->allowed[product] = late;
		settle(s, v);
		g->allowed[product] = here[v].allowed[product];
	}
}

/* Nothing is lost by giving it now: no later dose of its programmes is measured from it, nor held off. */
static bool
harmless(const struct search *s, const struct stage *g, const struct shot *shot, int32_t on)
{
	const struct law *law = s->law;
	uint32_t classes = law->product[shot->product].classes;

	for (uint32_t m = shot->programmes; m != 0; m &= m - 1) {
		uint16_t p = (uint16_t)__builtin_ctz(m);

		/* Others may want to be given with it. */
		for (uint32_t o = s->mates[p] & ~shot->programmes; o != 0; o &= o - 1)
			if (g->count[__builtin_ctz(o)] < s->w->n_tasks[__builtin_ctz(o)])
				return false;
		for (unsigned k = g->count[p]; k < s->w->n_tasks[p]; k++)
			if (s->w->task[p][k].moves && k > g->count[p])
				return false;
	}
	for (uint16_t r = 0; r < law->n_spacing; r++) {
		const struct law_spacing *rule = &law->spacing[r];

		if (((rule->earlier | rule->later) & classes) == 0 || (rule->span.to != NEVER && rule->span.to < on))
			continue;
		/* Some other vaccine still to come may be held off by it. */
		for (uint32_t m = s->child & ~shot->programmes; m != 0; m &= m - 1) {
			uint16_t p = (uint16_t)__builtin_ctz(m);

			if (g->count[p] < s->w->n_tasks[p] && s->w->task[p][g->count[p]].open <= on + rule->days + 1)
				for (uint16_t v = 0; v < law->n_product; v++)
					if ((law->product[v].serves >> p & 1) != 0 &&
					    (law->product[v].classes & (rule->earlier | rule->later)) != 0 &&
					    law->product[v].market_to == NEVER)
						return false;
		}
	}
	return true;
}

/* The programmes, and all stages that share their doses. */
static uint32_t
with_stages(const struct search *s, uint32_t programmes)
{
	uint32_t all = programmes;

	for (uint32_t m = programmes; m != 0; m &= m - 1)
		for (uint16_t p = 0; p < s->law->n_programme; p++)
			if (visits_same_stages(s->law, p, (uint16_t)__builtin_ctz(m)))
				all |= UINT32_C(1) << p;
	return all;
}

/* Other shots of the stage for one of its programmes. */
static unsigned
alternatives(const struct stage *g, unsigned i)
{
	unsigned n = 0;

	for (unsigned k = 0; k < g->n_shots; k++)
		n += k != i && (g->shot[k].programmes & g->shot[i].programmes) != 0;
	return n;
}

/* Gives the shots of the mask at visit v, and goes on; says nothing where that can be no better. */
static void
try_visit(struct search *s, unsigned v, uint32_t given, int32_t on)
{
	struct stage *g = &s->w->stage[v];
	unsigned injections = 0, lost = 0, others = 0, others_here;
	uint32_t served = 0, put_off = 0, alive = 0;
	int32_t late = v > 0 ? late_until(s, v - 1) : 0, late_given;

	on = not_shut(g, given, on);
	for (unsigned i = 0; i < g->n_shots; i++) {
		const struct shot *shot = &g->shot[i];

		if ((given >> i & 1) == 0)
			continue;
		injections += !shot->oral;
		late += visits_late_at_least(s, g, shot, on);
		if (visits_shot_shut(shot, on) || (served & with_stages(s, shot->programmes)) != 0)
			return;
		served |= shot->programmes;
		others += shot->others;
	}
	alive = served;
	others_here = others;
	late_given = late;
	if (injections > s->per_visit)
		return;
	for (unsigned i = 0; i < g->n_shots; i++) {
		const struct shot *shot = &g->shot[i];

		/* Put off.  What is for several programmes is reckoned with the first of them only. */
		if ((shot->programmes & served) != 0)
			continue;
		if (shot->latest > on)
			alive |= shot->programmes;
		if (shot->shut_from == NEVER && shot->open <= on && !visits_shot_shut(shot, on) &&
		    (served & with_stages(s, shot->programmes)) == 0 &&
		    (shot->oral || injections < s->per_visit) && harmless(s, g, shot, on))
			return;
		if ((shot->programmes & put_off) != 0 || shot->shut_from != NEVER)
			continue;
		put_off |= shot->programmes;
		if (alternatives(g, i) == 0) {
			if (shot->latest <= on)
				lost++;
			else
				late += visits_late_at_least(s, g, shot, on + 1);
		}
	}
	if (s->have_best) {
		const struct visits_plan *b = s->best;

		if (s->lost + lost > b->n_lost)
			return;
		if (s->lost + lost == b->n_lost) {
			int32_t room[LAW_PROGRAMMES_MAX], ahead = late_given + visits_late_ahead(s, g, given, alive, on, room);
			unsigned wanted;

			if (ahead > late)
				late = ahead;
			if (late > b->late_days)
				return;
			wanted = v + 1 + visits_wanted(s, g, given, alive, on, ahead, room);
			others += s->others;
			if (late == b->late_days && (wanted > b->n_visits || (wanted == b->n_visits &&
			    (others > b->n_others || (others == b->n_others && compare_days(s, v, on) > 0)))))
				return;
		}
	}
	s->lost += lost;
	s->others += others_here;
	g->given = given;
	g->not_before = NEVER;
	for (unsigned p = 0; p < LAW_PRODUCTS_MAX; p++)
		g->allowed[p] = 0;
	if (place(s, v))
		settle(s, v);
	s->lost -= lost;
	s->others -= others_here;
}

/* The first day on which the shots can be given together. */
static int32_t
day_of(const struct stage *g, uint32_t given)
{
	int32_t on = g->after + 1;

	for (unsigned i = 0; i < g->n_shots; i++)
		if ((given >> i & 1) != 0 && g->shot[i].open > on)
			on = g->shot[i].open;
	return not_shut(g, given, on);
}

/* The next day after `last` that may be such a day; FOREVER: none. */
static int32_t
next_day(const struct stage *g, int32_t last)
{
	int32_t next = FOREVER;

	for (unsigned i = 0; i < g->n_shots; i++) {
		const struct shot *shot = &g->shot[i];
		int32_t open = shot->open > g->after ? shot->open : g->after + 1;

		if (open > last && open < next)
			next = open;
		if (shot->shut_from != NEVER && shot->shut_to >= open && shot->shut_to + 1 > last && shot->shut_to + 1 < next)
			next = shot->shut_to + 1;
	}
	return next;
}

/* The doses that the visits before v leave: which are given at visit v? */
static void
search_from(struct search *s, unsigned v)
{
	struct stage *g = &s->w->stage[v];
	int32_t on, last = NEVER;

	if (g->n_shots == 0) {
		keep_if_best(s, v, v > 0 ? late_until(s, v - 1) : 0);
		return;
	}
	if (v == VISITS_MAX) {
		s->stopped = true;
		return;
	}
	/* By the day on which they can all be given, soonest first; many together first. */
	for (;;) {
		on = next_day(g, last);
		if (on == FOREVER)
			return;
		for (uint32_t given = (UINT32_C(1) << g->n_shots) - 1; given != 0 && !s->stopped; given--)
			if (day_of(g, given) == on)
				try_visit(s, v, given, on);
		last = on;
	}
}

enum rc
visits_plan(const struct visits_question *question, struct visits_work *w, struct visits_plan *ret)
{
	const struct schedule_question *q = question->question;
	struct search s = { .w = w, .law = q->law, .q = *q, .n_recorded = q->n_dose, .as_of = q->as_of.n,
		.until = question->until.n, .per_visit = question->per_visit, .best = ret };
	enum rc rc;

	/* No plan is known yet: any number of late days would be put up with. */
	*ret = (struct visits_plan){ .proven = true, .late_days = FOREVER / 2 };
	if (q->n_dose + VISITS_MAX > LIMIT_PERSON_DOSES)
		return RC_TOO_BIG;
	for (size_t i = 0; i < q->n_dose; i++)
		w->dose[i] = q->dose[i];
	for (uint16_t p = 0; p < q->law->n_programme; p++)
		if (q->law->programme[p].child != 0)
			s.child |= UINT32_C(1) << p;
	/* A question that cannot be answered has no plan either. */
	s.q.trail = NULL;
	s.w->answer.credit = w->credit;
	s.w->answer.room_credit = sizeof w->credit / sizeof w->credit[0];
	if ((rc = schedule_answer(&s.q, &w->work, &w->answer)) != RC_OK)
		return rc;
	w->stage[0] = (struct stage){ .n_dose = q->n_dose, .after = s.as_of - 1, .not_before = NEVER };
	visits_find_mates(&s);
	visits_find_tasks(&s);
	w->stage[0] = (struct stage){ .n_dose = q->n_dose, .after = s.as_of - 1, .not_before = NEVER };
	if (visits_ask(&s, q->n_dose, s.as_of)) {
		visits_find_shots(&s, &w->stage[0], s.as_of);
		for (unsigned i = 0; i < 2; i++) {
			s.whole = i == 1;
			s.late_least[i] = visits_late_ahead(&s, &w->stage[0], 0, s.child, s.as_of - 1, s.late_room[i]);
		}
		s.whole = false;
		search_from(&s, 0);
	}
	if (!s.have_best)
		ret->late_days = 0;
	ret->proven = !s.stopped && s.have_best;
	ret->n_asked = s.n_asked;
	return RC_OK;
}

#include "schedule/visits_inner.h"

/* What could be given next, asked of the calculator; and each programme of a plan by itself. */

static bool
child_waits(const struct search *s, uint16_t programme)
{
	const struct schedule_forecast *f = &s->w->answer.forecast[programme];

	return (s->child >> programme & 1) != 0 && f->has_next && f->next.n_choices > 0 &&
	    (f->status == SCHEDULE_DUE || f->status == SCHEDULE_UPCOMING);
}

/* The planned doses count as they were planned to. */
static bool
all_count(const struct search *s)
{
	const struct schedule_answer *a = &s->w->answer;
	size_t c = 0;

	for (size_t i = s->n_recorded; i < s->asked.n_dose; i++) {
		uint32_t missing = s->w->planned_for[i];

		while (c < a->n_credit && a->credit[c].dose_index < i)
			c++;
		for (; c < a->n_credit && a->credit[c].dose_index == i; c++)
			if (a->credit[c].status == SCHEDULE_VALID)
				missing &= ~(UINT32_C(1) << a->credit[c].programme);
		if (missing != 0)
			return false;
	}
	return true;
}

/* What the calculator says on a day, by the first n doses; false: no plan goes this way. */
bool
visits_ask(struct search *s, size_t n_dose, int32_t on)
{
	s->n_asked++;
	s->asked = s->q;
	s->asked.dose = s->w->dose;
	s->asked.n_dose = n_dose;
	s->asked.as_of = (day){ on };
	s->asked.ahead_days = s->q.ahead_days + (uint32_t)(on - s->as_of);
	s->asked.trail = NULL;
	s->asked.reasons = false;
	s->w->answer.credit = s->w->credit;
	s->w->answer.room_credit = sizeof s->w->credit / sizeof s->w->credit[0];
	return schedule_answer(&s->asked, &s->w->work, &s->w->answer) == RC_OK && all_count(s);
}

static const struct schedule_choice *
choice_of(const struct schedule_forecast *f, uint16_t product)
{
	for (unsigned i = 0; i < f->next.n_choices; i++)
		if (f->next.choice[i].product == product)
			return &f->next.choice[i];
	return NULL;
}

static int32_t
last_of(day latest)
{
	return day_known(latest) ? latest.n : FOREVER;
}

/* The first day on which the dose is planned with this vaccine. */
static int32_t
open_of(const struct schedule_forecast *f, const struct schedule_choice *c, int32_t on)
{
	int32_t open = c->earliest.n > on ? c->earliest.n : on;

	if (day_known(f->next.standard_from) && f->next.standard_from.n > open &&
	    f->next.standard_from.n <= last_of(c->latest))
		open = f->next.standard_from.n;
	return open;
}

bool
visits_same_stages(const struct law *law, uint16_t a, uint16_t b)
{
	return law->programme[a].stages != LAW_NONE && law->programme[a].stages == law->programme[b].stages;
}

/*
 * One vaccine for a programme and all others that it serves and that wait for a dose; false: it
 * would be no dose, or a bad one, for one of these.
 */
static bool
shot_make(const struct search *s, uint16_t lead, uint16_t product, int32_t on, struct shot *ret)
{
	const struct law *law = s->law;
	bool good = true;

	*ret = (struct shot){ .product = product, .oral = law->product[product].oral != 0,
		.open = NEVER, .latest = FOREVER, .shut_from = NEVER, .shut_to = NEVER };
	for (uint32_t m = (law->product[product].serves & s->child) | UINT32_C(1) << lead; m != 0; m &= m - 1) {
		uint16_t p = (uint16_t)__builtin_ctz(m);
		const struct schedule_forecast *f = &s->w->answer.forecast[p];
		const struct schedule_choice *c;
		int32_t open;

		if (p != lead && visits_same_stages(law, p, lead))
			continue;
		if (!child_waits(s, p)) {
			/* It misses a dose that it may not have, or of which a person must decide. */
			good &= f->status != SCHEDULE_CLOSED && f->status != SCHEDULE_REVIEW;
			continue;
		}
		if ((c = choice_of(f, product)) == NULL) {
			good = false;
			continue;
		}
		ret->programmes |= UINT32_C(1) << p;
		ret->standard[p] = last_of(f->next.standard_to);
		if (f->next.choice[0].product != product)
			ret->others++;
		if ((open = open_of(f, c, on)) > ret->open)
			ret->open = open;
		if (last_of(c->latest) < ret->latest)
			ret->latest = last_of(c->latest);
	}
	return good && ret->open <= ret->latest;
}

static bool
listed(const struct stage *g, uint16_t product)
{
	for (unsigned i = 0; i < g->n_shots; i++)
		if (g->shot[i].product == product)
			return true;
	return false;
}

/* What could be given on a day or later, by the last answer: of each list the first that can be. */
void
visits_find_shots(struct search *s, struct stage *g, int32_t on)
{
	g->n_shots = 0;
	for (uint16_t p = 0; p < s->law->n_programme; p++) {
		const struct schedule_forecast *f = &s->w->answer.forecast[p];
		int32_t shut_from = FOREVER, shut_to = NEVER;
		bool any = false;

		if (!child_waits(s, p) || g->count[p] >= s->w->n_tasks[p])
			continue;
		for (unsigned i = 0; i <= f->next.n_choices; i++) {
			/* When none is good for all that it serves, the first all the same. */
			uint16_t product = f->next.choice[i < f->next.n_choices ? i : 0].product;
			struct shot shot;

			if (i == f->next.n_choices && any)
				break;
			if (!shot_make(s, p, product, on, &shot) &&
			    (i < f->next.n_choices || shot.open > shot.latest))
				continue;
			any = true;
			if ((shot.open < shut_from || shot.latest > shut_to) && !listed(g, product)) {
				if (g->n_shots == VISITS_SHOTS) {
					s->stopped = true;
					return;
				}
				shot.shut_from = shut_to == NEVER ? NEVER : shut_from;
				shot.shut_to = shut_to;
				g->shot[g->n_shots++] = shot;
			}
			if (shot.open < shut_from)
				shut_from = shot.open;
			if (shot.latest > shut_to)
				shut_to = shot.latest;
		}
	}
}

bool
visits_shot_shut(const struct shot *shot, int32_t on)
{
	return on > shot->latest || (shot->shut_from != NEVER && on >= shot->shut_from && on <= shot->shut_to);
}

int32_t
visits_late_of(const struct shot *shot, int32_t on)
{
	int32_t late = 0;

	for (uint32_t m = shot->programmes; m != 0; m &= m - 1) {
		int32_t standard = shot->standard[__builtin_ctz(m)];

		if (standard != FOREVER && on - standard > late)
			late = on - standard;
	}
	return late;
}

/* The same, of each of its programmes, summed. */
int32_t
visits_late_in_all(const struct shot *shot, int32_t on)
{
	int32_t late = 0;

	for (uint32_t m = shot->programmes; m != 0; m &= m - 1) {
		int32_t standard = shot->standard[__builtin_ctz(m)];

		if (standard != FOREVER && on > standard)
			late += on - standard;
	}
	return late;
}

void
visits_suppose(struct search *s, size_t at, const struct shot *shot, int32_t on)
{
	s->w->dose[at] = (struct schedule_dose){ .given = { { on }, { on } }, .product = shot->product, .id = "" };
	s->w->planned_for[at] = shot->programmes;
}

/* --- each programme by itself --- */

/* The doses of one programme from a day on, each on its first day and so many days later, or (late) on the last of its
 * standard period.  Returns how many; the last may have been given sooner. */
static unsigned
walk_programme(struct search *s, uint16_t programme, bool late, int32_t begins, int32_t waits,
    int32_t on[DOSES_MAX], int32_t due[DOSES_MAX])
{
	size_t n = s->n_recorded;
	int32_t now = begins;

	for (unsigned k = 0; k < DOSES_MAX; k++) {
		const struct schedule_forecast *f = &s->w->answer.forecast[programme];
		const struct schedule_choice *c = NULL;
		struct shot shot = { .programmes = UINT32_C(1) << programme };
		int32_t open = FOREVER;

		if (n == LIMIT_PERSON_DOSES || !visits_ask(s, n, now) || !child_waits(s, programme))
			return k;
		for (unsigned i = 0; i < f->next.n_choices; i++)
			if (open_of(f, &f->next.choice[i], now) < open) {
				c = &f->next.choice[i];
				open = open_of(f, c, now);
			}
		if (c == NULL || open > last_of(c->latest) || (!late && open > s->until))
			return k;
		due[k] = last_of(f->next.standard_to);
		on[k] = open + waits;
		if (on[k] > last_of(c->latest))
			return k + 1;
		if (late) {
			if (due[k] == FOREVER)
				due[k] = last_of(f->next.latest);
			if (due[k] == FOREVER)
				return k + 1;
			/* Later than as early as can be, where it may: so that what is measured from it is seen to move. */
			on[k] = due[k] > open ? due[k] : open + 1;
			if (on[k] > last_of(c->latest))
				on[k] = last_of(c->latest);
		}
		shot.product = c->product;
		visits_suppose(s, n++, &shot, on[k]);
		now = on[k] + 1;
	}
	return DOSES_MAX;
}

/* Programmes that one injection can serve together, directly or by way of others. */
void
visits_find_mates(struct search *s)
{
	for (uint16_t p = 0; p < s->law->n_programme; p++)
		s->mates[p] = UINT32_C(1) << p;
	for (unsigned round = 0; round < s->law->n_programme; round++)
		for (uint16_t i = 0; i < s->law->n_product; i++) {
			uint32_t serves = s->law->product[i].serves & s->child, all = 0;

			for (uint32_t m = serves; m != 0; m &= m - 1)
				all |= s->mates[__builtin_ctz(m)];
			/* Stages of one family never share an injection. */
			for (uint32_t m = serves; m != 0; m &= m - 1)
				for (uint32_t o = all; o != 0; o &= o - 1)
					if (!visits_same_stages(s->law, (uint16_t)__builtin_ctz(m), (uint16_t)__builtin_ctz(o)))
						s->mates[__builtin_ctz(m)] |= UINT32_C(1) << __builtin_ctz(o);
		}
}

/* The standard period of the first dose to come is the same on its last lawful day: its course is that of no age. */
static bool
stays(struct search *s, uint16_t programme)
{
	const struct schedule_forecast *f = &s->w->answer.forecast[programme];
	int32_t due, latest;

	if (!visits_ask(s, s->n_recorded, s->as_of) || !child_waits(s, programme))
		return false;
	due = last_of(f->next.standard_to);
	latest = last_of(f->next.latest);
	return latest != FOREVER && latest > s->as_of && visits_ask(s, s->n_recorded, latest) && child_waits(s, programme) &&
	    last_of(f->next.standard_to) == due;
}

/* Begun on the last day after which all n doses of the programme can still be given: their standard periods. */
static unsigned
walk_begun_late(struct search *s, uint16_t programme, unsigned n, int32_t due[DOSES_MAX])
{
	int32_t on[DOSES_MAX], can = s->as_of, cannot;

	if (!visits_ask(s, s->n_recorded, s->as_of) || !child_waits(s, programme))
		return 0;
	cannot = last_of(s->w->answer.forecast[programme].next.latest);
	if (cannot == FOREVER)
		return 0;
	for (cannot++; cannot - can > 1;) {
		int32_t middle = can + (cannot - can) / 2;

		if (walk_programme(s, programme, false, middle, 0, on, due) >= n)
			can = middle;
		else
			cannot = middle;
	}
	return walk_programme(s, programme, false, can, 0, on, due);
}

#define MORE_THAN_MONTHS_DIFFER 4	/* days */

/*
 * Standard periods that end on the same day in every plan of all n doses.  One ends by an age or by an interval to
 * one dose before, whichever comes first.  The days in `due` are those of doses as early as can be: what does not move
 * when all are a little later ends by an age, and the age is that of the same course when it is so for the latest
 * beginning, too.
 */
static void
find_firm(struct search *s, uint16_t programme, unsigned n, const int32_t due[DOSES_MAX])
{
	int32_t on[DOSES_MAX], little[DOSES_MAX], late[DOSES_MAX];
	unsigned n_little = walk_programme(s, programme, false, s->as_of, MORE_THAN_MONTHS_DIFFER, on, little), n_late;
	bool any = false;

	for (unsigned k = 0; k < n && k < n_little; k++)
		any = any || (due[k] != FOREVER && little[k] == due[k]);
	n_late = any ? walk_begun_late(s, programme, n, late) : 0;
	for (unsigned k = 0; k < n && k < n_little && k < n_late; k++)
		if (little[k] == due[k] && late[k] == due[k])
			s->w->task[programme][k].firm = due[k];
}

void
visits_find_tasks(struct search *s)
{
	int32_t on[DOSES_MAX], due[DOSES_MAX], last_on[DOSES_MAX], last_due[DOSES_MAX];

	for (uint16_t p = 0; p < s->law->n_programme; p++) {
		unsigned n = 0, n_late = 0;

		s->w->n_tasks[p] = s->w->sure[p] = 0;
		if ((s->child >> p & 1) == 0)
			continue;
		n = walk_programme(s, p, false, s->as_of, 0, on, due);
		if (n > 0)
			n_late = walk_programme(s, p, true, s->as_of, 0, last_on, last_due);
		s->w->n_tasks[p] = (uint8_t)n;
		s->w->sure[p] = (uint8_t)(n < n_late ? n : n_late);
		for (unsigned k = 0; k < n; k++) {
			struct task *t = &s->w->task[p][k];

			t->open = on[k];
			t->firm = FOREVER;
			t->due = k < n_late ? last_due[k] : FOREVER;
			t->moves = k >= n_late || (last_due[k] != due[k] && due[k] != FOREVER);
			/* A programme that asks otherwise when it is begun late moves altogether. */
			if (n_late < n && last_due[n_late > 0 ? n_late - 1 : 0] != FOREVER)
				t->moves = true;
		}
		if (n > 0 && s->w->task[p][0].due != FOREVER && !stays(s, p))
			s->w->task[p][0].moves = true;
		if (n_late < n)
			find_firm(s, p, n, due);
	}
}

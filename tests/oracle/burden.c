#include "tests/oracle/burden.h"

#include "tests/oracle/civil.h"
#include "tests/oracle/history.h"

static uint64_t state;
static const struct text *law;

static int
any(int below)
{
	return (int)history_random(&state, (uint32_t)below);
}

static bool
once_in(int n)
{
	return any(n) == 0;
}

static int
beside(int day)
{
	static const int away[] = { 0, 0, 0, -1, -1, 1, 1, -2, 2, 30 };

	return day + away[any(10)];
}

/* One that a dose of the life serves, or any. */
static int
some_programme(const struct life *x)
{
	int product = x->n_doses > 0 && !once_in(4) ? x->dose[any(x->n_doses)].product : -1;

	if (product >= 0 && law->product[product].serves != 0)
		for (;;) {
			int p = any(law->n_programmes);

			if (law->product[product].serves >> p & 1)
				return p;
		}
	return any(law->n_programmes);
}

/* A day on which something happens to the person. */
static int
some_day(const struct life *x, const struct life_law *l)
{
	int i;

	switch (any(5)) {
	case 0:
		return beside(x->as_of);
	case 1: case 2:
		if (x->n_doses > 0)
			return beside(x->dose[any(x->n_doses)].first);
		break;
	case 3:
		i = any(law->n_targets);
		if (l->target[i].from <= l->target[i].to)
			return beside(once_in(2) ? l->target[i].from : l->target[i].to);
		break;
	default:
		break;
	}
	return x->birth + any(x->as_of - x->birth + 1);
}

/* Conditions that the text asks about for the programme. */
static uint32_t
asked_about(int programme)
{
	const struct text_programme *p = &law->programme[programme];
	uint32_t conditions = p->exclusion | p->review_if;

	for (int i = 0; i < p->n_components; i++)
		conditions |= p->history[i];
	for (int i = 0; i < law->n_targets; i++)
		if (law->target[i].programme == programme)
			conditions |= law->target[i].who.with | law->target[i].who.without;
	for (int i = 0; i < law->n_courses; i++)
		for (int s = 0; law->course[i].programme == programme && s < law->course[i].n_slots; s++) {
			const struct text_slot *slot = &law->course[i].slot[s];

			conditions |= law->course[i].who.with | law->course[i].who.without;
			for (int w = 0; w < slot->n_ways; w++)
				conditions |= slot->way[w].doctor_if;
		}
	for (int i = 0; i < law->n_choices; i++)
		if (law->choice[i].programme == programme)
			conditions |= law->choice[i].needs;
	return conditions;
}

static void
add_condition(struct life *x, const struct life_law *l)
{
	uint32_t asked = asked_about(some_programme(x));
	struct life_condition *c = &x->condition[x->n_conditions];
	int day = some_day(x, l);

	if (x->n_conditions == LIFE_CONDITIONS)
		return;
	c->condition = any(law->n_conditions);
	for (int i = 0; i < 40 && asked != 0 && !(asked >> c->condition & 1); i++)
		c->condition = any(law->n_conditions);
	if (c->condition == law->died && !once_in(4))
		return;
	if (day < x->birth || day > x->as_of)
		day = x->birth + any(x->as_of - x->birth + 1);
	c->from = c->condition != law->died && once_in(3) ? CIVIL_NEVER_BEFORE : day;
	x->n_conditions++;
}

static void
add_extension(struct life *x, const struct life_law *l)
{
	const struct life_extension *last = x->n_extensions > 0 ? &x->extension[x->n_extensions - 1] : NULL;
	struct life_extension *e = &x->extension[x->n_extensions];

	if (x->n_extensions == LIFE_EXTENSIONS)
		return;
	e->programme = last != NULL && once_in(3) ? last->programme : some_programme(x);
	/* On the day after another one, within it, or anywhere. */
	e->from = last != NULL && once_in(3) ? beside(last->until + 1) : last != NULL && once_in(3) ?
	    last->from + any(last->until - last->from + 1) : some_day(x, l);
	if (e->from < x->birth)
		e->from = x->birth;
	e->until = e->from + any(once_in(4) ? 6000 : 900);
	if (once_in(4))
		e->until = beside(x->as_of);
	if (e->until < e->from)
		e->until = e->from;
	if (e->until < civil_last())
		x->n_extensions++;
}

static void
add_dose(struct life *x, int programme, int day)
{
	int product = -1, n = 0;

	for (int p = 0; p < law->n_products; p++)
		if (law->product[p].serves >> programme & 1 && once_in(++n))
			product = p;
	if (product >= 0 && x->n_doses < LIFE_DOSES && day >= x->birth && day <= x->as_of && day >= law->history_from)
		x->dose[x->n_doses++] = (struct life_dose){ day, day, product };
}

/* Doses at the edges of what was added. */
static void
add_doses(struct life *x)
{
	for (int i = 0; i < x->n_extensions; i++) {
		const struct life_extension *e = &x->extension[i];

		for (int n = any(3); n > 0; n--)
			add_dose(x, e->programme, once_in(3) ? beside(e->until) : once_in(2) ? beside(e->from) :
			    e->from + any(e->until - e->from + 1));
	}
	for (int i = 0; i < x->n_conditions; i++)
		if (once_in(3) && x->condition[i].from >= x->birth)
			add_dose(x, some_programme(x), beside(x->condition[i].from));
	for (int n = x->pregnancy >= 0 ? any(3) : 0; n > 0; n--)
		for (int p = 0; p < law->n_programmes; p++)
			if (law->programme[p].per_pregnancy)
				add_dose(x, p, once_in(3) ? beside(x->pregnancy) : x->pregnancy + 190 + any(75));
}

void
burden_make(const struct text *text, uint64_t seed, struct life *x)
{
	static struct life_law l;

	history_make(text, seed, x);
	law = text;
	state = seed * 40503u + 977;
	life_read_law(&l, text, x, x->sex == LIFE_UNKNOWN ? LIFE_FEMALE : x->sex);
	for (int n = 2 + any(5); n > 0; n--)
		add_condition(x, &l);
	for (int n = 2 + any(5); n > 0; n--)
		add_extension(x, &l);
	if (x->sex != LIFE_MALE && x->as_of - x->birth > 5000 && x->as_of - x->birth < 18000 && !once_in(3))
		x->pregnancy = x->as_of - any(330);
	if (x->antibody < 0 && once_in(2)) {
		x->antibody = x->birth + any(x->as_of - x->birth + 1);
		x->antibody_low = !once_in(3);
	}
	if (once_in(5))
		x->sex = once_in(2) ? LIFE_UNKNOWN : LIFE_OTHER;
	add_doses(x);
}

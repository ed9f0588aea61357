#include "schedule/engine.h"

/*
 * The forecast of a programme is what the judgement of doses says of doses not yet
 * given.  A judgement knows how far around its day it would be the same (struct steady),
 * so the forecast steps from one such stretch to the next.
 */

/* Of one component, for a person of whom no doctor can have judged: one look tells the day on which it opens. */
static void
rule_one(const struct asking *a, const struct filling *filling, unsigned component, int32_t on, struct ruling *r)
{
	struct engine *e = a->e;
	struct judgement *j = &r->judgement;

	window_open(e, filling, component, on, j);
	if (j->verdict != VERDICT_VALID || j->late)
		return;
	r->kind = e->law->slot[j->slot].kind;
	r->opens = a->cautious ? j->cautious_from : j->lawful_from;
}

/* The first component that misses the dose and would count it. */
static void
rule_day(const struct asking *a, const struct filling *filling, uint32_t components, int32_t on, struct ruling *r)
{
	struct engine *e = a->e;
	struct judgement *j = &r->judgement;

	for (; components != 0; components &= components - 1) {
		window_judge(e, filling, (unsigned)__builtin_ctz(components), on, j);
		if (j->verdict != VERDICT_VALID || j->late || j->change_to != LAW_NONE ||
		    (j->doctor && !j->doctor_opens) || (a->cautious && !steady_reached(e, on, j->cautious_from)))
			continue;
		r->kind = e->law->slot[j->slot].kind;
		return;
	}
}

static void __attribute__((noinline))
rule(const struct asking *a, const struct filling *filling, int32_t on, struct ruling *r)
{
	struct engine *e = a->e;
	struct steady *asked = e->steady, here = { NEVER, FOREVER };
	uint32_t components = a->missing & e->outlook->served[a->programme][filling->product];

	r->kind = KIND_NONE;
	r->opens = NEVER;
	r->known = true;
	r->in_extension = filling->in_extension;
	r->since = NEVER;
	r->until = FOREVER;
	if (e->conditions == 0 && window_first(e, filling, (unsigned)__builtin_ctz(components), on,
	    &r->judgement)) {
		r->kind = e->law->slot[r->judgement.slot].kind;
		return;
	}
	e->steady = &here;
	if ((components & (components - 1)) == 0 && e->conditions == 0)
		rule_one(a, filling, (unsigned)__builtin_ctz(components), on, r);
	else
		rule_day(a, filling, components, on, r);
	e->steady = asked;
	r->since = here.since;
	r->until = here.until;
}

/* An earlier stage takes the dose. */
static bool
stage_takes(const struct asking *a, const struct offer *o, int32_t on)
{
	struct engine *e = a->e;

	for (uint32_t m = e->outlook->family[a->programme] & ((UINT32_C(1) << a->programme) - 1); m != 0; m &= m - 1) {
		uint16_t i = (uint16_t)__builtin_ctz(m);

		if ((e->law->product[o->filling.product].serves >> i & 1) != 0 &&
		    (select_held(e, i, o->filling.bit, on) != NULL ||
		    select_extension(e, i, o->filling.bit, on) != LAW_NONE) &&
		    credit_open(e, i, o->filling.product, on))
			return true;
	}
	return false;
}

/* On the day of the last counted dose only what shares no antigen with it can count as well. */
static bool
taken(const struct asking *a, uint16_t product, int32_t on)
{
	const struct engine *e = a->e;

	return a->counted != NEVER && steady_within(e, on, a->counted, a->counted) &&
	    (e->same_day[e->outlook->family_first[a->programme]].antigens & e->law->product[product].antigens &
	    e->law->programme[a->programme].antigens) != 0;
}

/* Would this product, given on this day, be lawful and counted here?  The kind of dose, or KIND_NONE.  The judgement
 * may be by another version of the course, which asks the same. */
static uint8_t
lawful(struct asking *a, struct offer *o, int32_t on, struct judgement *ret)
{
	struct engine *e = a->e;
	struct ruling *r = &a->offer[o->like].ruling;
	bool no_interval;

	o->filling.in_extension = false;
	if (select_held(e, a->programme, o->filling.bit, on) == NULL) {
		if (e->person->n_extension == 0 ||
		    select_extension(e, a->programme, o->filling.bit, on) == LAW_NONE)
			return KIND_NONE;
		o->filling.in_extension = true;
	}
	for (unsigned i = 0; i < o->n_barred; i++)
		if (steady_within(e, on, o->barred[i].from, o->barred[i].to))
			return KIND_NONE;
	if (taken(a, o->filling.product, on) || (a->stages && stage_takes(a, o, on)))
		return KIND_NONE;
	if (!r->known || r->in_extension != o->filling.in_extension || on < r->since || on > r->until)
		rule(a, &o->filling, on, r);
	steady_narrow(e, r->since, r->until);
	if (r->kind == KIND_NONE || !steady_reached(e, on, r->opens))
		return KIND_NONE;
	*ret = r->judgement;
	if (!window_spaced(e, o->filling.product))
		return r->kind;
	no_interval = ret->gap.anchor == LAW_ANCHOR_NONE &&
	    (ret->way == LAW_NONE || e->law->way[ret->way].gap[0].anchor == LAW_ANCHOR_NONE);
	return window_too_near(e, o->filling.product, on, false, no_interval, NULL) >= 0 ? KIND_NONE : r->kind;
}

/* The judgement is by the version of the course that binds on the day. */
static inline bool
of_the_day(const struct engine *e, const struct judgement *j, int32_t on)
{
	const struct law_span *s = &e->law->course[j->course].span;

	return on >= s->from && on <= select_span_end(e, s);
}

uint8_t
offer_lawful(struct asking *a, struct offer *o, int32_t on, struct judgement *ret)
{
	uint8_t kind = lawful(a, o, on, ret);

	if (kind != KIND_NONE && !of_the_day(a->e, ret, on)) {
		a->offer[o->like].ruling.known = false;
		kind = lawful(a, o, on, ret);
	}
	return kind;
}

/* A dose of one of these products that may have been given by now, whether it counted or not. */
static bool
recorded(const struct engine *e, const struct schedule_dose *d, uint64_t products)
{
	int32_t end = e->as_of < e->death ? e->as_of : e->death;

	return d->product != LAW_NONE && (products & select_product_bit(e, d->product)) != 0 &&
	    d->given.last.n >= e->birth && d->given.first.n <= end;
}

/* How many of them; those of one day are one. */
static unsigned
on_record(const struct engine *e, uint64_t products)
{
	unsigned n = 0;

	for (size_t i = 0; i < e->n_dose; i++) {
		const struct schedule_dose *d = &e->dose[i];
		bool again = false;

		if (!recorded(e, d, products))
			continue;
		for (size_t k = 0; k < i && !again && d->given.first.n == d->given.last.n; k++)
			again = e->dose[k].given.first.n == d->given.first.n && e->dose[k].given.last.n == d->given.last.n &&
			    recorded(e, &e->dose[k], products);
		n += !again;
	}
	return n;
}

/* The row is known, and speaks of the day. */
static bool
speaks(const struct engine *e, const struct law_choice *c, int32_t on)
{
	return c->span.published <= e->known && c->span.from <= on && on <= select_span_end(e, &c->span);
}

/* By the row the product does not stand in the list. */
static bool
bars(struct engine *e, const struct law_programme *p, const struct law_choice *c)
{
	bool wanted = c->only_while == 0;

	if (c->fewer_than != 0 && on_record(e, c->fewer_of) >= c->fewer_than)
		return true;
	for (uint32_t m = c->only_while; m != 0 && !wanted; m &= m - 1) {
		uint16_t other = (uint16_t)__builtin_ctz(m);

		/* Of itself a programme knows; of another in doubt it supposes what it is told. */
		wanted = (e->doubtful >> other & 1) != 0 && e->doubtful_as != DOUBTFUL_AS_JUDGED &&
		    &e->law->programme[other] != p ?
		    e->doubtful_as == DOUBTFUL_MISS : !forecast_complete(e, other);
	}
	return !wanted || (c->needs_condition != 0 && (c->needs_condition & e->conditions) == 0);
}

/*
 * The days on which it does not stand there: past days are listed as the as-of day is, coming days by the rows that
 * speak of them.  False: from the as-of day on it never does.
 */
static bool
may_stand(struct engine *e, const struct law_programme *p, struct offer *o)
{
	o->n_barred = 0;
	for (uint16_t i = p->first_choice; i < p->first_choice + p->n_choices; i++) {
		const struct law_choice *c = &e->law->choice[i];
		int32_t end = select_span_end(e, &c->span);

		if (c->product != o->filling.product || c->span.published > e->known || end < e->as_of || !bars(e, p, c))
			continue;
		if ((c->span.from <= e->as_of && end == FOREVER) || o->n_barred == OFFER_BARRED)
			return false;
		o->barred[o->n_barred].from = c->span.from <= e->as_of ? NEVER : c->span.from;
		o->barred[o->n_barred++].to = end;
	}
	return true;
}

static inline void
add_offer(struct asking *a, uint16_t product)
{
	const struct outlook *outlook = a->e->outlook;
	const uint8_t *alike = outlook->alike[a->programme];
	struct offer *o = &a->offer[a->n_offers];

	if ((a->missing & outlook->served[a->programme][product]) == 0 || a->n_offers == OFFERS)
		return;
	o->filling = (struct filling){ .state = a->state, .programme = a->programme, .product = product,
		.bit = outlook->serves_as[product], .says = outlook->says[a->programme][product] };
	o->n_barred = 0;
	if ((outlook->choosy[a->programme] & o->filling.bit) != 0 && !may_stand(a->e, a->p, o))
		return;
	o->ruling.known = false;
	for (o->like = 0; alike[a->offer[o->like].filling.product] != alike[product]; o->like++)
		;
	a->n_offers++;
}

/*
 * First choice first: rows of the law in order, then the products that have none.  Those
 * that no rule lets this person have on any day are left out at once.  on: the day whose rows set the order.
 */
static void
list(struct asking *a, int32_t on)
{
	struct engine *e = a->e;
	const struct law_programme *p = a->p;
	uint64_t used = 0, left = 0;

	a->n_offers = 0;
	for (unsigned c = 0; c < p->n_components; c++)
		used |= a->state->track[c].used;
	select_targets(e, a->programme);
	for (uint16_t i = 0; i < e->n_live_targets[a->programme]; i++)
		left |= e->target[e->first_live_target[a->programme] + i].products;
	if (e->person->n_extension > 0)
		left = UINT64_MAX;
	left &= e->outlook->serving[a->programme];
	for (uint16_t i = p->first_choice; i < p->first_choice + p->n_choices; i++) {
		const struct law_choice *c = &e->law->choice[i];
		uint64_t bit = UINT64_C(1) << c->product;

		if ((left & bit) != 0 && speaks(e, c, on) &&
		    (c->if_used == 0 || (c->if_used & used) != 0 || on_record(e, c->if_used) > 0)) {
			left &= ~bit;
			add_offer(a, c->product);
		}
	}
	for (; left != 0; left &= left - 1)
		add_offer(a, (uint16_t)__builtin_ctzll(left));
}

void
offer_find(struct asking *a)
{
	list(a, a->e->as_of);
}

/* Another order may hold on a coming day than on the as-of day. */
static bool
order_changes(const struct asking *a, int32_t on)
{
	const struct engine *e = a->e;
	const struct law_programme *p = a->p;

	for (uint16_t i = p->first_choice; i < p->first_choice + p->n_choices; i++)
		if (speaks(e, &e->law->choice[i], e->as_of) != speaks(e, &e->law->choice[i], on))
			return true;
	return false;
}

/* A booster is another dose than an initial or single one, though it has the same number. */
static bool
same_kind(uint8_t a, uint8_t b)
{
	return (a == LAW_DOSE_BOOSTER) == (b == LAW_DOSE_BOOSTER);
}

/* Where an interval or an age keeps the days before `since` shut, nobody need ask of them. */
static inline void
note_shut(const struct asking *a, const struct ruling *r, int32_t since, struct offer *o)
{
	if (since == r->opens && since > a->first && since > r->since && a->e->person->n_extension == 0)
		o->found[o->n_found++] = (struct found){ .since = r->since > a->first ? r->since : a->first,
			.until = since - 1, .kind = KIND_NONE };
}

/* What the law says of the product on the day, and how long it says so, within the days asked about. */
static const struct found *
ask(struct asking *a, struct offer *o, int32_t on)
{
	struct engine *e = a->e;
	struct found *f;

	for (unsigned i = 0; i < o->n_found; i++)
		if (on >= o->found[i].since && on <= o->found[i].until)
			return &o->found[i];
	if (o->n_found == OFFER_FOUND)
		o->n_found--;
	f = &o->found[o->n_found++];
	*e->steady = (struct steady){ a->first, a->last };
	f->kind = lawful(a, o, on, &o->judgement);
	f->since = e->steady->since;
	f->until = e->steady->until;
	if (f->kind != KIND_NONE && o->n_found < OFFER_FOUND)
		note_shut(a, &a->offer[o->like].ruling, f->since, o);
	return f;
}

/*
 * Some product may be given on this day, as the kind of dose that the stretch is of: that of the first choice on the
 * first day found.  *ret: how long that stays so.
 */
static bool
offered(struct asking *a, int32_t on, struct steady *ret)
{
	bool any = false;

	*ret = (struct steady){ a->first, a->last };
	for (unsigned i = 0; i < a->n_offers; i++) {
		struct offer *o = &a->offer[i];
		const struct found *r = ask(a, o, on);

		if (r->since > ret->since)
			ret->since = r->since;
		if (r->until < ret->until)
			ret->until = r->until;
		if (r->kind == KIND_NONE)
			continue;
		if (a->kind == KIND_NONE)
			a->kind = r->kind;
		any |= same_kind(r->kind, a->kind);
	}
	return any;
}

/* Keeps, of what was found, the days that hold the first day of the stretch. */
static void
keep_first(struct asking *a, struct offer *o, int32_t on)
{
	unsigned i = 0;

	while (on < o->found[i].since || on > o->found[i].until)
		i++;
	o->found[0] = o->found[i];
	o->n_found = 1;
	if (o->found[0].kind == KIND_NONE)
		return;
	o->first = o->judgement;
	if (!of_the_day(a->e, &o->first, on))
		offer_lawful(a, o, on, &o->first);
}

static bool
find_stretch(struct asking *a, int32_t *ret_from, int32_t *ret_to)
{
	int32_t on = a->e->as_of > a->first ? a->e->as_of : a->first;
	struct steady days, more;

	if (a->n_offers == 0)
		return false;
	a->kind = KIND_NONE;
	for (unsigned o = 0; o < a->n_offers; o++) {
		a->offer[o].ruling.known = false;
		a->offer[o].n_found = 0;
	}
	for (;; on = days.until + 1) {
		if (on > a->last)
			return false;
		if (offered(a, on, &days))
			break;
		if (days.until >= a->last)
			return false;
	}
	for (unsigned o = 0; o < a->n_offers; o++)
		keep_first(a, &a->offer[o], on);
	while (days.until < a->last && offered(a, days.until + 1, &more))
		days.until = more.until;
	while (days.since > a->first && offered(a, days.since - 1, &more))
		days.since = more.since;
	*ret_from = days.since;
	*ret_to = days.until;
	return true;
}

/* The stretch that holds as_of, else the next one; false: none. */
bool
offer_stretch(struct asking *a, int32_t *ret_from, int32_t *ret_to)
{
	if (!find_stretch(a, ret_from, ret_to))
		return false;
	if (*ret_from > a->e->as_of && order_changes(a, *ret_from)) {
		list(a, *ret_from);
		return find_stretch(a, ret_from, ret_to);
	}
	return true;
}

/* Lawful on the day as that kind of dose: how long, else NULL. */
static const struct found *
offered_one(struct asking *a, struct offer *o, uint8_t kind, int32_t on)
{
	const struct found *r = ask(a, o, on);

	return r->kind != KIND_NONE && same_kind(r->kind, kind) ? r : NULL;
}

/*
 * One product's own first and last day within the stretch, from the later of its start and
 * as_of; *ret_judgement is that of the first day it can still be given.
 */
bool
offer_days(struct asking *a, struct offer *o, int32_t from, int32_t to,
    struct schedule_choice *ret, struct judgement *ret_judgement)
{
	const struct law_product *product = &a->e->law->product[o->filling.product];
	const struct found *r = &o->found[0];
	int32_t first_day, last_day, on;
	uint8_t kind;			/* its own: one may be a booster where another is not */

	*ret_judgement = o->first;
	if (r->kind == KIND_NONE) {
		/* Not from the first day of the stretch: from a later one. */
		for (on = r->until; (r = on < to ? ask(a, o, on + 1) : NULL) != NULL; on = r->until)
			if (r->kind != KIND_NONE)
				break;
		if (r == NULL)
			return false;
		offer_lawful(a, o, on + 1, ret_judgement);
	}
	kind = r->kind;
	first_day = r->since;
	last_day = r->until;
	while (last_day < to && (r = offered_one(a, o, kind, last_day + 1)) != NULL)
		last_day = r->until;
	while (first_day > from && (r = offered_one(a, o, kind, first_day - 1)) != NULL)
		first_day = r->since;
	if (first_day < from)
		first_day = from;
	if (last_day > to)
		last_day = to;
	if (product->market_from != NEVER && product->market_from > first_day)
		first_day = product->market_from;
	if (product->market_to != NEVER && product->market_to < last_day)
		last_day = product->market_to;
	if (first_day > last_day || last_day < a->e->as_of)
		return false;
	ret->product = o->filling.product;
	ret->pad = 0;
	ret->earliest = (day){ first_day };
	ret->latest = (day){ last_day == FOREVER ? NEVER : last_day };
	return true;
}

/*
 * Doses still missing when the next is given on `on` or on the first lawful day after it;
 * *ret_last is the day of the last of them.
 */
unsigned
offer_missing_on(const struct asking *a, const struct offer *o, int32_t on, int32_t *ret_last)
{
	struct engine *e = a->e;
	const struct law_programme *p = a->p;
	struct state kept = *a->state;
	struct filling filling = o->filling;
	uint32_t left = a->missing;
	unsigned n = 0;

	*ret_last = on;
	if (p->season != LAW_NONE)
		return 1;
	for (unsigned round = 0; left != 0 && round < 4 * ENGINE_COUNTED; round++) {
		int32_t next = FOREVER;
		bool given = false;

		for (unsigned c = 0; c < p->n_components; c++) {
			struct judgement j;

			if ((left >> c & 1) == 0)
				continue;
			if (!window_served(e, a->programme, c, o->filling.product)) {
				/* Another product must see to it. */
				left &= ~(UINT32_C(1) << c);
				n++;
				continue;
			}
			filling.in_extension = e->person->n_extension > 0 &&
			    select_held(e, a->programme, filling.bit, on) == NULL;
			window_judge(e, &filling, c, on, &j);
			if (j.verdict == VERDICT_COMPLETE) {
				left &= ~(UINT32_C(1) << c);
			} else if (j.verdict == VERDICT_VALID && j.change_to == LAW_NONE &&
			    (!j.doctor || j.doctor_opens)) {
				window_count(e, &filling, c, on, LAW_NONE);
				given = true;
				if (window_complete(e, a->programme, c, on))
					left &= ~(UINT32_C(1) << c);
			} else if (j.verdict == VERDICT_WRONG) {
				left &= ~(UINT32_C(1) << c);
				n++;
			} else if (j.change_to != LAW_NONE || (j.doctor && !j.doctor_opens)) {
				next = next < on + 1 ? next : on + 1;
			} else if (j.lawful_from < next)
				next = j.lawful_from;
		}
		n += given;
		if (given)
			*ret_last = on;
		on = !given && next != FOREVER && next > on ? next : on + 1;
	}
	*a->state = kept;
	return n > 0 ? n : 1;
}

/* Doses of the course that are missing from this slot on, where no slot can be dropped and no other course can take
 * over; 0: that is not so. */
static unsigned
slots_left(const struct engine *e, uint16_t programme, const struct judgement *j)
{
	const struct law_course *c = &e->law->course[j->course];

	if (e->law->programme[programme].n_components > 1 || select_span_end(e, &c->span) != FOREVER ||
	    c->who.given_min != 0 || c->who.given_max != 255 || c->who.conditions_any != 0 ||
	    c->who.conditions_none != 0)
		return 0;
	for (unsigned i = j->slot; i < c->first_slot + c->n_slots; i++)
		if (e->outlook->slot[i].passable)
			return 0;
	return (unsigned)(c->first_slot + c->n_slots - j->slot);
}

unsigned
offer_missing_closed(const struct asking *a, const struct offer *o, int32_t on)
{
	struct engine *e = a->e;
	uint32_t components = a->missing & e->outlook->served[a->programme][o->filling.product];
	struct filling filling = o->filling;
	struct judgement j;
	unsigned left = 0;
	int32_t done;

	/* A condition that became known later can open another course on the way, as can a course that begins to bind. */
	if (e->conditions == 0 && e->person->n_extension == 0 && a->p->season == LAW_NONE && components != 0 &&
	    on >= e->outlook->courses_since[a->programme]) {
		filling.in_extension = false;
		window_judge(e, &filling, (unsigned)__builtin_ctz(components), on, &j);
		if (j.verdict == VERDICT_VALID || j.verdict == VERDICT_SHORT || j.verdict == VERDICT_YOUNG)
			left = slots_left(e, a->programme, &j);
	}
	return left > 0 ? left : offer_missing_on(a, o, on, &done);
}

unsigned
offer_missing(const struct asking *a, const struct offer *o, const struct judgement *j, int32_t on)
{
	unsigned left = slots_left(a->e, a->programme, j);
	int32_t done;

	return left > 0 ? left : offer_missing_on(a, o, on, &done);
}

/* How courses go on: whether they end, and what of them can never happen. */
#include "law/law_checker.h"

/* One life on its way through one course, always as early as the law allows. */
struct walk {
	struct law_checker *checker;
	uint16_t row;
	uint64_t products;		/* that may fill its slots */
	uint32_t filled;		/* slots that some life filled */
	bool finished;			/* some life had its last dose in time */
	bool bounded;			/* there was a window to be in time for */
	int32_t birth;
	int64_t close;
};

struct stand {
	unsigned slot, n;
	bool jumped;
	int64_t date[LAW_SLOTS_MAX];
	uint16_t group[LAW_SLOTS_MAX];
};

static int64_t
after(int64_t anchor, const struct law_gap *g)
{
	day from = { (int32_t)anchor };

	if (anchor > DAY_MAX.n)
		return LAW_EVER_AFTER;
	if (g->unit == LAW_UNIT_MONTHS)
		return day_after_months(from, g->n).n;
	if (g->unit == LAW_UNIT_HALF_MONTHS)
		return day_after_half_months(from, g->n).n;
	return day_after_days(from, g->n).n;
}

static int64_t
anchor_of(const struct stand *s, const struct law_gap *g)
{
	int64_t last = LAW_EVER_BEFORE;

	if (g->anchor == LAW_ANCHOR_PREVIOUS && s->n > 0)
		return s->date[s->n - 1];
	if (g->anchor == LAW_ANCHOR_DOSE && g->dose >= 1 && g->dose <= s->n)
		return s->date[g->dose - 1];
	for (unsigned i = 0; g->anchor == LAW_ANCHOR_GROUP && i < s->n; i++) {
		if (s->group[i] == g->dose)
			last = s->date[i];
	}
	return last;
}

static bool
way_open(const struct walk *w, const struct law_way *way, bool jumped)
{
	if (way->products != 0 && (way->products & w->products) == 0)
		return false;
	return way->when == LAW_WAY_ALWAYS || (way->when == LAW_WAY_AFTER_JUMP) == jumped;
}

/* The first day on which some way fills the slot; LAW_EVER_AFTER when none does. */
static int64_t
earliest(const struct walk *w, const struct stand *s, const struct law_slot *slot)
{
	const struct law *law = &w->checker->law;
	int64_t best = LAW_EVER_AFTER, lowest = law_checker_open(&slot->not_before, w->birth);

	for (uint16_t i = slot->first_way; i < slot->first_way + slot->n_ways; i++) {
		const struct law_way *way = &law->way[i];
		int64_t from = LAW_EVER_BEFORE;

		if (!way_open(w, way, s->jumped))
			continue;
		for (size_t g = 0; g < LAW_GAPS; g++) {
			/* What a doctor may shorten is lawful so short for somebody. */
			const struct law_gap *gap = g == 0 && way->doctor.anchor != LAW_ANCHOR_NONE ?
			    &way->doctor : &way->gap[g];
			int64_t anchor = anchor_of(s, gap);

			if (anchor != LAW_EVER_BEFORE && after(anchor, gap) > from)
				from = after(anchor, gap);
		}
		if (from < best)
			best = from;
	}
	if (slot->short_course != LAW_NONE)
		best = LAW_EVER_BEFORE;
	return lowest > best ? lowest : best;
}

static void
go_on(struct walk *w, struct stand s)
{
	const struct law_course *c = &w->checker->law.course[w->row];

	while (s.slot < c->n_slots) {
		const struct law_slot *slot = &w->checker->law.slot[c->first_slot + s.slot];
		int64_t on = earliest(w, &s, slot), cap = law_checker_close(&slot->cap, w->birth);
		int64_t drop = law_checker_close(&slot->drop_after, w->birth);
		bool jumps = slot->jump != LAW_NONE && slot->jump > s.slot && slot->jump <= c->n_slots;

		if (s.n > 0 && on <= s.date[s.n - 1])
			on = s.date[s.n - 1] + 1;
		if (jumps) {
			/* Whoever waits until the last day has passed, or had the dose before it late, goes on there. */
			struct stand other = s;

			other.slot = slot->jump;
			other.jumped = true;
			go_on(w, other);
			if (s.n > 0 && s.date[s.n - 1] > drop)
				return;
		}
		if (s.n == 0)
			on = s.date[0];
		if (on > cap || on > w->close)
			return;
		w->filled |= UINT32_C(1) << s.slot;
		s.group[s.n] = slot->group;
		s.date[s.n++] = on;
		s.slot++;
		s.jumped = false;
	}
	w->finished = true;
}

/* The first and the last lawful day of a programme's rules, for those who could be in the course. */
static bool
envelope(const struct walk *w, int64_t *ret_open, int64_t *ret_close)
{
	const struct law *law = &w->checker->law;
	const struct law_course *c = &law->course[w->row];
	const struct law_programme *p = &law->programme[c->programme];
	bool any = false;

	for (uint16_t i = p->first_target; i < p->first_target + p->n_targets; i++) {
		const struct law_target *t = &law->target[i];
		int64_t open = law_checker_open(&t->open, w->birth), close = law_checker_close(&t->close, w->birth);

		if ((t->products & w->products) == 0 || !law_checker_born(&t->who, w->birth))
			continue;
		if (law_checker_from(t->span.from) > open)
			open = law_checker_from(t->span.from);
		if (law_checker_to(t->span.to) < close)
			close = law_checker_to(t->span.to);
		if (open > close || close < w->birth)
			continue;
		*ret_open = !any || open < *ret_open ? open : *ret_open;
		*ret_close = !any || close > *ret_close ? close : *ret_close;
		any = true;
	}
	for (uint16_t i = p->first_extension; any && i < p->first_extension + p->n_extensions; i++) {
		int64_t cap = law_checker_close(&law->extension[i].cap, w->birth);

		if (c->extension == 1 && cap > *ret_close)
			*ret_close = cap;
	}
	return any;
}

static bool
try_birth(void *context, int32_t birth)
{
	struct walk *w = context;
	const struct law_course *c = &w->checker->law.course[w->row];
	int64_t open, close, from = law_checker_open(&c->first_from, birth), to = law_checker_close(&c->first_to, birth);
	struct stand s = { .slot = 0 };

	w->birth = birth;
	if (!law_checker_born(&c->who, birth) || !envelope(w, &open, &close))
		return false;
	w->bounded = true;
	w->close = close;
	open = from > open ? from : open;
	/* Who must have begun before it was law began by what was law then. */
	if (to >= law_checker_from(c->span.from) && c->who.given_min == 0)
		open = law_checker_from(c->span.from) > open ? law_checker_from(c->span.from) : open;
	open = open < birth ? birth : open;
	if (open > to || open > close)
		return false;
	s.date[0] = open;
	go_on(w, s);
	return w->finished && w->filled == (UINT32_C(1) << c->n_slots) - 1;
}

/* A jump that leads to this slot. */
static bool
jumped_to(const struct law *law, const struct law_course *c, uint16_t number)
{
	for (uint16_t s = 0; s < number; s++) {
		const struct law_slot *slot = &law->slot[c->first_slot + s];

		if (slot->jump == number && (slot->cap.kind != LAW_POINT_NONE ||
		    slot->drop_after.kind != LAW_POINT_NONE))
			return true;
	}
	return false;
}

/* The other way is open whenever this one is, and no later. */
static bool
way_within(const struct law_way *way, const struct law_way *other)
{
	if ((other->products != 0 && (way->products == 0 || (way->products & ~other->products) != 0)) ||
	    (other->when != LAW_WAY_ALWAYS && other->when != way->when) || way->doctor.anchor != LAW_ANCHOR_NONE)
		return false;
	for (size_t g = 0; g < LAW_GAPS; g++) {
		const struct law_gap *b = &other->gap[g];
		bool longer = b->anchor == LAW_ANCHOR_NONE;

		for (size_t k = 0; k < LAW_GAPS && !longer; k++) {
			const struct law_gap *a = &way->gap[k];

			longer = a->anchor == b->anchor && a->dose == b->dose && a->unit == b->unit && a->n >= b->n;
		}
		if (!longer)
			return false;
	}
	return true;
}

static void
check_ways(struct law_checker *c, const struct law_course *course, uint16_t number, uint64_t products)
{
	const struct law_slot *slot = &c->law.slot[course->first_slot + number];

	for (uint16_t i = slot->first_way; i < slot->first_way + slot->n_ways; i++) {
		const struct law_way *way = &c->law.way[i];
		bool dead = (way->products != 0 && (way->products & products) == 0) ||
		    (way->when == LAW_WAY_AFTER_JUMP && !jumped_to(&c->law, course, number));

		for (uint16_t k = slot->first_way; k < slot->first_way + slot->n_ways && !dead; k++)
			dead = k != i && way_within(way, &c->law.way[k]) &&
			    (k < i || !way_within(&c->law.way[k], way));
		if (dead)
			law_checker_tell(c, LAW_TABLE_WAY, i, LAW_F_UNREACHABLE_WAY, course->code);
	}
}

static void
check_walk(struct law_checker *c, uint16_t row, uint64_t products)
{
	const struct law_course *course = &c->law.course[row];
	const struct law_span always = { INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN, 0 };
	struct walk w = { .checker = c, .row = row, .products = products };

	/* A life in the middle of the dated rules first: it mostly settles the matter. */
	if (!law_checker_any_birth(&course->span, &course->who, false, try_birth, &w))
		(void)law_checker_any_birth(&always, &course->who, false, try_birth, &w);
	if (!w.bounded)
		return;
	if (!w.finished) {
		law_checker_tell(c, LAW_TABLE_COURSE, row, LAW_F_COURSE_CANNOT_FINISH, course->code);
		return;
	}
	for (uint16_t s = 0; s < course->n_slots; s++) {
		if ((w.filled >> s & 1) == 0)
			law_checker_tell(c, LAW_TABLE_SLOT, (size_t)course->first_slot + s,
			    LAW_F_UNREACHABLE_SLOT, course->code);
	}
}

void
law_check_courses(struct law_checker *c)
{
	for (uint16_t i = 0; i < c->law.n_course; i++) {
		const struct law_course *course = &c->law.course[i];
		uint64_t products = law_checker_products(c, course->programme);

		/* Both were told already. */
		if (course->n_slots == 0 || course->n_slots > LAW_SLOTS_MAX || products == 0)
			continue;
		products &= ~course->used_none & (course->used_only == 0 ? UINT64_MAX : course->used_only);
		if (!law_check_course_has_case(c, i)) {
			law_checker_tell(c, LAW_TABLE_COURSE, i, LAW_F_UNREACHABLE_COURSE, course->code);
			continue;
		}
		for (uint16_t s = 0; s < course->n_slots; s++)
			check_ways(c, course, s, products);
		check_walk(c, i, products);
	}
	for (uint16_t i = 0; i < c->law.n_target; i++)
		law_check_start(c, i);
}

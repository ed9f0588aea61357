/* Rules that can never decide anything, and rules that decide one case both. */
#include "law/law_checker.h"

/* One rule or two, and the days that a birth gives them. */
struct look {
	const struct law_target *target, *other;
	const struct law_extension *extension;
	bool outside;		/* look for a day of target that other has not */
	struct law_checker *checker;
};

static void
window_of(const struct law_target *t, int32_t birth, int64_t *ret_from, int64_t *ret_to)
{
	int64_t from = law_checker_from(t->span.from), to = law_checker_to(t->span.to);
	int64_t open = law_checker_open(&t->open, birth), close = law_checker_close(&t->close, birth);

	if (open > from)
		from = open;
	if (from < birth)
		from = birth;
	if (close < to)
		to = close;
	*ret_from = from;
	*ret_to = law_checker_born(&t->who, birth) ? to : LAW_EVER_BEFORE;
}

static bool
has_day(void *context, int32_t birth)
{
	const struct look *l = context;
	int64_t from, to;

	window_of(l->target, birth, &from, &to);
	return from <= to;
}

static bool
has_day_apart(void *context, int32_t birth)
{
	const struct look *l = context;
	int64_t from, to, other_from, other_to;

	window_of(l->target, birth, &from, &to);
	window_of(l->other, birth, &other_from, &other_to);
	return from <= to && (other_from > from || other_to < to);
}

static bool
has_day_in_common(void *context, int32_t birth)
{
	const struct look *l = context;
	int64_t from, to, other_from, other_to;

	window_of(l->target, birth, &from, &to);
	window_of(l->other, birth, &other_from, &other_to);
	return from <= to && other_from <= other_to && from <= other_to && other_from <= to;
}

/* "any" names every product. */
static bool
products_within(uint64_t inner, uint64_t outer)
{
	return outer == 0 || (inner != 0 && (inner & ~outer) == 0);
}

static bool
told(const struct law_point *p)
{
	return p->kind != LAW_POINT_GESTATION && p->kind != LAW_POINT_SEASON_FIRST &&
	    p->kind != LAW_POINT_SEASON_LAST;
}

static bool
who_nobody(const struct law_who *w)
{
	return w->conditions_any != 0 && (w->conditions_any & ~w->conditions_none) == 0;
}

static bool
point_same(const struct law_point *a, const struct law_point *b)
{
	return a->kind == b->kind && a->n == b->n && a->plus_days == b->plus_days;
}

/* Every day of t is one of the other rule, known no later, for the same people and products. */
static bool
target_within(struct law_checker *c, const struct law_target *t, const struct law_target *other)
{
	struct look l = { .target = t, .other = other, .checker = c };

	if (!products_within(t->products, other->products) || !law_checker_within(&t->span, &other->span) ||
	    other->span.published > t->span.published || !law_checker_who_within(&t->who, &other->who))
		return false;
	if (point_same(&t->open, &other->open) && point_same(&t->close, &other->close))
		return true;
	if (!told(&t->open) || !told(&t->close) || !told(&other->open) || !told(&other->close))
		return false;
	return !law_checker_any_birth(&t->span, &t->who, true, has_day_apart, &l);
}

static bool
born_within(const struct law_who *inner, const struct law_who *outer)
{
	return law_checker_from(outer->birth_from) <= law_checker_from(inner->birth_from) &&
	    law_checker_to(inner->birth_to) <= law_checker_to(outer->birth_to);
}

/* A cohort within what everybody is given is a rule of its own beside the general one. */
static bool
special(const struct law_who *a, const struct law_who *b)
{
	return born_within(a, b) != born_within(b, a);
}

/* Where the citation, or what is said of the reason, would hang on the order of the text. */
static bool
one_case(struct law_checker *c, const struct law_target *t, const struct law_target *other)
{
	struct look l = { .target = t, .other = other, .checker = c };

	if ((t->products != 0 && other->products != 0 && (t->products & other->products) == 0) ||
	    (t->source == other->source && t->cohort == other->cohort) ||
	    !law_checker_meet(&t->span, &other->span) || !law_checker_who_same(&t->who, &other->who) ||
	    special(&t->who, &other->who))
		return false;
	if (!told(&t->open) || !told(&t->close) || !told(&other->open) || !told(&other->close))
		return false;
	return law_checker_any_birth(&t->span, &t->who, false, has_day_in_common, &l);
}

static void
check_target(struct law_checker *c, uint16_t row)
{
	const struct law_target *t = &c->law.target[row];
	const struct law_programme *p = &c->law.programme[t->programme];
	struct look l = { .target = t, .checker = c };

	if (who_nobody(&t->who) || !law_checker_any_birth(&t->span, &t->who, true, has_day, &l)) {
		law_checker_tell(c, LAW_TABLE_TARGET, row, LAW_F_UNREACHABLE_TARGET, t->code);
		return;
	}
	for (uint16_t i = p->first_target; i < p->first_target + p->n_targets; i++) {
		const struct law_target *other = &c->law.target[i];

		/* Versions of one rule are compared as such. */
		if (i == row || other->code == t->code)
			continue;
		/* Of two alike the later one is told. */
		if (target_within(c, t, other) && (i < row || !target_within(c, other, t))) {
			law_checker_tell(c, LAW_TABLE_TARGET, row, LAW_F_UNREACHABLE_TARGET, t->code);
			return;
		}
	}
	for (uint16_t i = p->first_target; i < row; i++) {
		const struct law_target *other = &c->law.target[i];

		if (other->code != t->code && !target_within(c, other, t) && one_case(c, t, other)) {
			law_checker_tell(c, LAW_TABLE_TARGET, row, LAW_F_TWO_TARGETS_ONE_CASE, t->code);
			return;
		}
	}
}

/* A birth that some rule lets go at its age, and that the extension still holds. */
static bool
extends_birth(void *context, int32_t birth)
{
	const struct look *l = context;
	int64_t from, to, cap = law_checker_close(&l->extension->cap, birth);

	window_of(l->target, birth, &from, &to);
	return from <= to && law_checker_close(&l->target->close, birth) < cap;
}

static bool
extends_somebody(struct law_checker *c, const struct law_extension *e)
{
	const struct law_programme *p = &c->law.programme[e->programme];
	struct look l = { .extension = e, .checker = c };

	for (uint16_t i = p->first_target; i < p->first_target + p->n_targets; i++) {
		l.target = &c->law.target[i];
		if (e->products != 0 && l.target->products != 0 && (e->products & l.target->products) == 0)
			continue;
		if (!law_checker_meet(&e->span, &l.target->span))
			continue;
		if (!told(&l.target->close) || !told(&e->cap) ||
		    law_checker_any_birth(&l.target->span, &l.target->who, true, extends_birth, &l))
			return true;
	}
	return false;
}

/* The cap of e never lies behind that of the other. */
static bool
extension_within(const struct law_extension *e, const struct law_extension *other)
{
	if (e->programme != other->programme || !products_within(e->products, other->products) ||
	    !law_checker_within(&e->span, &other->span) || other->span.published > e->span.published)
		return false;
	if (other->cap.kind == LAW_POINT_NONE)
		return true;
	return e->cap.kind == other->cap.kind && (e->cap.n < other->cap.n ||
	    (e->cap.n == other->cap.n && e->cap.plus_days <= other->cap.plus_days));
}

static void
check_extension(struct law_checker *c, uint16_t row)
{
	const struct law_extension *e = &c->law.extension[row];

	for (uint16_t i = 0; i < c->law.n_extension; i++) {
		const struct law_extension *other = &c->law.extension[i];

		if (i != row && other->code != e->code && extension_within(e, other) &&
		    (i < row || !extension_within(other, e))) {
			law_checker_tell(c, LAW_TABLE_EXTENSION, row, LAW_F_UNREACHABLE_EXTENSION, e->code);
			return;
		}
	}
	if (!extends_somebody(c, e))
		law_checker_tell(c, LAW_TABLE_EXTENSION, row, LAW_F_UNREACHABLE_EXTENSION, e->code);
}

/* Every pair of products and days that s keeps apart, the other keeps apart at least as far. */
static bool
spacing_within(const struct law_spacing *s, const struct law_spacing *other)
{
	return law_checker_within(&s->span, &other->span) && other->span.published <= s->span.published &&
	    (s->earlier & ~other->earlier) == 0 && (s->later & ~other->later) == 0 &&
	    (other->except & ~s->except) == 0 && s->days <= other->days &&
	    s->same_product <= other->same_product;
}

static void
check_spacing(struct law_checker *c, uint16_t row)
{
	const struct law_spacing *s = &c->law.spacing[row];
	uint32_t classes = 0;
	bool dead;

	for (uint16_t i = 0; i < c->law.n_product; i++) {
		if ((c->law.product[i].classes & s->except) == 0)
			classes |= c->law.product[i].classes;
	}
	dead = s->days == 0 || (classes & s->earlier) == 0 || (classes & s->later) == 0;
	for (uint16_t i = 0; i < c->law.n_spacing && !dead; i++) {
		const struct law_spacing *other = &c->law.spacing[i];

		dead = i != row && other->code != s->code && spacing_within(s, other) &&
		    (i < row || !spacing_within(other, s));
	}
	if (dead)
		law_checker_tell(c, LAW_TABLE_SPACING, row, LAW_F_UNREACHABLE_SPACING, s->code);
}

static bool
choice_within(const struct law_choice *a, const struct law_choice *other)
{
	return a->programme == other->programme && a->product == other->product &&
	    law_checker_within(&a->span, &other->span) &&
	    (other->fewer_than == 0 || (other->fewer_of == a->fewer_of && other->fewer_than >= a->fewer_than && a->fewer_than != 0)) &&
	    (other->if_used == 0 || other->if_used == a->if_used) &&
	    (other->needs_condition == 0 || other->needs_condition == a->needs_condition) &&
	    (other->only_while == 0 || other->only_while == a->only_while);
}

static void
check_choice(struct law_checker *c, uint16_t row)
{
	const struct law_choice *choice = &c->law.choice[row];
	const struct law_product *product = &c->law.product[choice->product];
	bool dead = (product->serves >> choice->programme & 1) == 0 || product->deemed_as != LAW_NONE;

	for (uint16_t i = 0; i < row && !dead; i++)
		dead = choice_within(choice, &c->law.choice[i]);
	if (dead)
		law_checker_tell(c, LAW_TABLE_CHOICE, row, LAW_F_UNREACHABLE_CHOICE, product->code);
}

void
law_check_reach(struct law_checker *c)
{
	for (uint16_t i = 0; i < c->law.n_target; i++)
		check_target(c, i);
	for (uint16_t i = 0; i < c->law.n_extension; i++)
		check_extension(c, i);
	for (uint16_t i = 0; i < c->law.n_spacing; i++)
		check_spacing(c, i);
	for (uint16_t i = 0; i < c->law.n_choice; i++)
		check_choice(c, i);
}

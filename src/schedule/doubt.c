#include "schedule/engine.h"

/*
 * Doses whose day is not known to the day.  Nothing is guessed: the family is judged again
 * for every day an imprecise dose can mean; what cannot be tried so is once left out and
 * once counted unasked.
 * What all these answers agree on is the answer; the rest is `review`, with the most
 * cautious days.
 */
#define DOUBT_DOSES 3		/* imprecise doses of one family that are tried day by day */
#define DOUBT_DAYS 366		/* days a written date can mean: a year */

enum doubt_flag {
	DOUBT_OF_FAMILY = 1,
	DOUBT_IMPRECISE = 2,
	DOUBT_TRIED = 4,	/* judged on every day it can mean */
	DOUBT_OPEN = 8,		/* a person must decide: its credit is review */
	DOUBT_VARIES = 16,	/* its credit was not the same throughout */
	DOUBT_NUMBER = 32,	/* nothing but its number varied: it counts, and only which it is must be decided */
};

struct doubt {
	struct engine *e;
	struct schedule_work *work;
	uint16_t family;
	uint32_t members;
	uint32_t *verdict;		/* of each dose: programme, status */
	uint32_t *flag;
	enum dose_mode open_mode;	/* what is done with DOUBT_OPEN doses that are not tried */
	struct schedule_answer *numbered;	/* all of them are left out, and those that count are numbered so; NULL */
	bool imprecise;
	uint32_t begun;			/* forecasts merged so far */
};

static int32_t *
given(const struct doubt *d)
{
	return (int32_t *)d->work->scratch;
}

static bool
of_family(const struct doubt *d, size_t i)
{
	uint16_t product = d->e->dose[i].product;

	return product != LAW_NONE && (d->e->law->product[product].serves & d->members) != 0;
}

static struct schedule_credit *
credit_of(const struct doubt *d, const uint16_t *first_credit, struct schedule_answer *answer, size_t i)
{
	struct schedule_credit *c = &answer->credit[first_credit[i]];

	while ((d->members >> c->programme & 1) == 0)
		c++;
	return c;
}

/* Judges the family's doses anew; keep: into the answer's credits. */
static void
run(struct doubt *d, const uint16_t *first_credit, struct schedule_answer *keep, bool compare)
{
	struct engine *e = d->e;

	credit_reset(e, d->members);
	credit_sort(e, d->work->order);
	for (size_t k = 0; k < e->n_dose; k++) {
		size_t i = d->work->order[k];
		struct schedule_credit scratch, *credit = &scratch;
		enum dose_mode mode = DOSE_JUDGED;
		uint32_t verdict;

		if ((d->flag[i] & DOUBT_OF_FAMILY) == 0)
			continue;
		if (keep != NULL) {
			/* Credits of this dose, one a family, in the order of families. */
			uint32_t before = e->outlook->families[e->dose[i].product] & ((UINT32_C(1) << d->family) - 1);

			credit = &keep->credit[first_credit[i]];
			for (; before != 0; before &= before - 1)
				credit++;
		}
		if ((d->flag[i] & DOUBT_OPEN) != 0 && (d->numbered != NULL || (d->flag[i] & DOUBT_TRIED) == 0))
			mode = d->numbered != NULL ? DOSE_SKIPPED : d->open_mode;
		credit_dose(e, i, d->family, mode, credit);
		if (d->numbered != NULL) {
			struct schedule_credit *told = credit_of(d, first_credit, d->numbered, i);

			if (told->programme == credit->programme && told->status == credit->status)
				told->dose = credit->dose;
		}
		verdict = (uint32_t)credit->programme << 8 | credit->status;
		if (d->flag[i] & DOUBT_IMPRECISE)
			verdict |= (uint32_t)credit->dose << 24;
		if (compare && d->verdict[i] != verdict)
			d->flag[i] |= ((d->verdict[i] ^ verdict) & 0xffffff) != 0 ? DOUBT_VARIES : DOUBT_NUMBER;
		if (!compare)
			d->verdict[i] = verdict;
	}
}

/*
 * Imprecise doses on the first or the last day they can mean.  One in doubt stays within
 * the person's life up to as_of: that it was given on no such day at all is asked apart.
 */
static void
set_days(struct doubt *d, bool open_last, bool known_last)
{
	const struct engine *e = d->e;
	int32_t end = e->as_of < e->death ? e->as_of : e->death;

	for (size_t i = 0; i < e->n_dose; i++) {
		bool open = (d->flag[i] & DOUBT_OPEN) != 0;
		int32_t first = e->dose[i].given.first.n, last = e->dose[i].given.last.n;

		if (open && first < e->birth && e->birth <= last)
			first = e->birth;
		if (open && last > end && end >= first)
			last = end;
		given(d)[i] = (open ? open_last : known_last) && (d->flag[i] & DOUBT_OF_FAMILY) != 0 ?
		    last : first;
	}
}

static void
merge_choices(struct schedule_next *to, const struct schedule_next *from)
{
	uint8_t n = 0;

	for (unsigned i = 0; i < to->n_choices; i++)
		for (unsigned j = 0; j < from->n_choices; j++) {
			struct schedule_choice c = to->choice[i];

			if (from->choice[j].product != c.product)
				continue;
			c.earliest = day_max(c.earliest, from->choice[j].earliest);
			if (!day_known(c.latest) || (day_known(from->choice[j].latest) &&
			    day_before(from->choice[j].latest, c.latest)))
				c.latest = from->choice[j].latest;
			if (!day_known(c.latest) || !day_after(c.earliest, c.latest))
				to->choice[n++] = c;
			break;
		}
	to->n_choices = n;
}

/* The latest possible first day, the earliest possible last day. */
static void
merge(struct schedule_forecast *to, const struct schedule_forecast *from, bool *ret_differs)
{
	struct schedule_next *a = &to->next;
	const struct schedule_next *b = &from->next;

	if (to->status != from->status) {
		to->status = SCHEDULE_REVIEW;
		*ret_differs = true;
	}
	if (from->remaining > to->remaining)
		to->remaining = from->remaining;
	to->overdue = to->overdue && from->overdue;
	if (!from->has_next)
		return;
	if (!to->has_next) {
		to->has_next = true;
		*a = *b;
		return;
	}
	*ret_differs |= !day_equal(a->earliest, b->earliest) || !day_equal(a->latest, b->latest);
	a->earliest = day_max(a->earliest, b->earliest);
	if (!day_known(a->latest) || (day_known(b->latest) && day_before(b->latest, a->latest)))
		a->latest = b->latest;
	a->standard_from = day_max(a->standard_from, b->standard_from);
	a->standard_to = day_max(a->standard_to, b->standard_to);
	merge_choices(a, b);
}

static bool
hangs_on_doubt(const struct engine *e, uint16_t programme)
{
	const struct law_programme *p = &e->law->programme[programme];

	for (uint16_t i = p->first_choice; i < p->first_choice + p->n_choices; i++)
		if ((e->law->choice[i].only_while & e->doubtful & ~(UINT32_C(1) << programme)) != 0)
			return true;
	return false;
}

enum rc
doubt_forecast(struct engine *e, uint16_t programme, struct schedule_forecast *ret_forecast)
{
	bool elsewhere = e->doubtful != 0 && hangs_on_doubt(e, programme), differs = false;
	enum rc rc = forecast_programme(e, programme, ret_forecast);
	struct schedule_forecast f;
	struct schedule_next cautious;
	bool has_next = rc == RC_OK && ret_forecast->has_next;

	if (has_next)
		cautious = ret_forecast->next;
	for (unsigned days = NEAR_FIRST; e->near_imprecise && days <= NEAR_LAST && rc == RC_OK; days++) {
		e->near_days = days == NEAR_FIRST ? NEAR_FIRST : NEAR_LAST;
		if ((rc = forecast_programme(e, programme, &f)) == RC_OK)
			merge(ret_forecast, &f, &differs);
	}
	e->near_days = NEAR_ANY_DAY;
	for (unsigned as = DOUBTFUL_MISS; elsewhere && as <= DOUBTFUL_FULL && rc == RC_OK; as++) {
		e->doubtful_as = as == DOUBTFUL_MISS ? DOUBTFUL_MISS : DOUBTFUL_FULL;
		if ((rc = forecast_programme(e, programme, &f)) == RC_OK)
			merge(ret_forecast, &f, &differs);
	}
	e->doubtful_as = DOUBTFUL_AS_JUDGED;
	/* Days that have nothing in common: those that keep clear of every day in doubt. */
	if (has_next && day_known(ret_forecast->next.latest) &&
	    day_after(ret_forecast->next.earliest, ret_forecast->next.latest))
		ret_forecast->next = cautious;
	if (rc != RC_OK || ret_forecast->status != SCHEDULE_REVIEW || !differs)
		return rc;
	ret_forecast->overdue = false;
	if (ret_forecast->n_reasons == SCHEDULE_REASONS)
		ret_forecast->n_reasons--;
	reason_add(e, ret_forecast->reason, &ret_forecast->n_reasons, SCHEDULE_IMPRECISE_DATE, LAW_NONE, NEVER);
	return RC_OK;
}

static enum rc
try(struct doubt *d, const uint16_t *first_credit, struct schedule_forecast *forecast,
    uint32_t *differs)
{
	enum rc rc;

	run(d, first_credit, NULL, true);
	for (uint32_t m = d->members; m != 0; m &= m - 1) {
		uint16_t p = (uint16_t)__builtin_ctz(m);
		struct schedule_forecast f;
		bool differ = false;

		if ((rc = doubt_forecast(d->e, p, &f)) != RC_OK)
			return rc;
		if ((d->begun >> p & 1) == 0)
			forecast[p] = f;
		else
			merge(&forecast[p], &f, &differ);
		if (differ)
			*differs |= UINT32_C(1) << p;
		d->begun |= UINT32_C(1) << p;
	}
	return RC_OK;
}

static void
find_doubts(struct doubt *d)
{
	const struct engine *e = d->e;
	unsigned n_imprecise = 0;

	for (size_t i = 0; i < e->n_dose; i++) {
		const struct schedule_dose *dose = &e->dose[i];

		d->flag[i] = of_family(d, i) ? DOUBT_OF_FAMILY : 0;
		if (d->flag[i] == 0)
			continue;
		if (dose->given.first.n != dose->given.last.n) {
			d->flag[i] |= DOUBT_IMPRECISE;
			d->imprecise = true;
			n_imprecise++;
		}
	}
	for (size_t i = 0; i < e->n_dose; i++)
		if (d->flag[i] & DOUBT_IMPRECISE)
			d->flag[i] |= n_imprecise <= DOUBT_DOSES && e->dose[i].given.last.n >= e->dose[i].given.first.n &&
			    e->dose[i].given.last.n - e->dose[i].given.first.n < DOUBT_DAYS ? DOUBT_TRIED : DOUBT_OPEN;
}

/* Every answer the doubts leave open. */
static enum rc
try_all(struct doubt *d, const uint16_t *first_credit, struct schedule_forecast *forecast,
    uint32_t *differs)
{
	const struct engine *e = d->e;
	bool any_open = false, any_tried = false;
	enum rc rc;

	for (size_t i = 0; i < e->n_dose; i++) {
		any_open |= (d->flag[i] & DOUBT_OPEN) != 0;
		any_tried |= (d->flag[i] & DOUBT_TRIED) != 0;
	}
	d->open_mode = DOSE_SKIPPED;
	set_days(d, true, false);
	run(d, first_credit, NULL, false);
	for (unsigned counted = 0; counted < (any_open ? 2u : 1u); counted++) {
		d->open_mode = counted ? DOSE_COUNTED : DOSE_SKIPPED;
		for (unsigned last = 0; last < 2; last++) {
			set_days(d, last == 1, last == 1);
			if (!any_tried && (rc = try(d, first_credit, forecast, differs)) != RC_OK)
				return rc;
			for (size_t i = 0; i < e->n_dose; i++) {
				if ((d->flag[i] & DOUBT_TRIED) == 0)
					continue;
				for (int32_t on = e->dose[i].given.first.n; on <= e->dose[i].given.last.n; on++) {
					given(d)[i] = on;
					if ((rc = try(d, first_credit, forecast, differs)) != RC_OK)
						return rc;
				}
				given(d)[i] = last == 1 ? e->dose[i].given.last.n : e->dose[i].given.first.n;
			}
		}
	}
	for (size_t i = 0; i < e->n_dose; i++)
		if ((d->flag[i] & DOUBT_TRIED) != 0 && ((d->flag[i] & DOUBT_VARIES) != 0 ||
		    (d->verdict[i] & 0xff) == SCHEDULE_CREDIT_REVIEW))
			d->flag[i] |= DOUBT_OPEN;
	return RC_OK;
}

/* What does not vary is told as on one of the days tried; what is left behind leaves out what a person must decide. */
static void
finish_credits(struct doubt *d, const uint16_t *first_credit, struct schedule_answer *answer)
{
	struct engine *e = d->e;

	set_days(d, false, false);
	d->open_mode = DOSE_SKIPPED;
	run(d, first_credit, answer, false);
	for (size_t i = 0; i < e->n_dose; i++) {
		struct schedule_credit *c;
		struct schedule_reason *r;

		if ((d->flag[i] & DOUBT_OF_FAMILY) == 0 || (d->flag[i] & (DOUBT_OPEN | DOUBT_VARIES | DOUBT_NUMBER)) == 0)
			continue;
		c = credit_of(d, first_credit, answer, i);
		c->status = SCHEDULE_CREDIT_REVIEW;
		c->dose = 0;
		c->n_reasons = 0;
		r = reason_add(e, c->reason, &c->n_reasons, SCHEDULE_IMPRECISE_DATE, LAW_NONE, NEVER);
		r->day_a = e->dose[i].given.first;
		r->day_b = e->dose[i].given.last;
	}
	d->numbered = answer;
	run(d, first_credit, NULL, false);
	d->numbered = NULL;
}

enum rc
doubt_family(struct engine *e, uint16_t family, struct schedule_work *work,
    const uint16_t *first_credit, struct schedule_answer *answer)
{
	struct doubt d = { .e = e, .work = work, .family = family, .members = e->outlook->family[family],
		.verdict = work->scratch + LIMIT_PERSON_DOSES,
		.flag = work->scratch + 2 * LIMIT_PERSON_DOSES };
	uint32_t differs = 0;
	enum rc rc;

	find_doubts(&d);
	if ((rc = try_all(&d, first_credit, answer->forecast, &differs)) != RC_OK)
		return rc;
	finish_credits(&d, first_credit, answer);
	for (uint32_t m = d.members; m != 0; m &= m - 1) {
		uint16_t p = (uint16_t)__builtin_ctz(m);
		struct schedule_forecast *f = &answer->forecast[p];
		unsigned valid = 0;

		for (size_t i = 0; i < e->n_dose; i++) {
			const struct schedule_credit *c;

			if ((d.flag[i] & DOUBT_OF_FAMILY) == 0)
				continue;
			c = credit_of(&d, first_credit, answer, i);
			valid += c->programme == p && c->status == SCHEDULE_VALID;
		}
		f->given = (uint8_t)(valid > UINT8_MAX ? UINT8_MAX : valid);
		if (f->has_next) {
			f->next.dose = (uint8_t)(valid < UINT8_MAX ? valid + 1 : UINT8_MAX);
			if (f->status != SCHEDULE_DUE && f->status != SCHEDULE_UPCOMING && f->status != SCHEDULE_REVIEW)
				f->has_next = false;
			if (day_known(f->next.latest) && day_after(f->next.earliest, f->next.latest))
				f->has_next = false;
		}
		if ((differs >> p & 1) == 0)
			continue;
		f->overdue = f->overdue && f->status == SCHEDULE_DUE;
		if (f->n_reasons == SCHEDULE_REASONS)
			f->n_reasons--;
		if (d.imprecise)
			reason_add(e, f->reason, &f->n_reasons, SCHEDULE_IMPRECISE_DATE, LAW_NONE, NEVER);
	}
	return RC_OK;
}

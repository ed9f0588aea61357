#include "schedule/engine.h"

#include <string.h>

const char *
schedule_reason_name(enum schedule_reason_code code)
{
	static const char *const name[] = {
		[SCHEDULE_AGE] = "age", [SCHEDULE_INTERVAL] = "interval",
		[SCHEDULE_COHORT] = "cohort", [SCHEDULE_SEASON] = "season",
		[SCHEDULE_NOT_IN_FORCE] = "not-in-force",
		[SCHEDULE_DISEASE_HISTORY] = "disease-history",
		[SCHEDULE_EXCLUSION] = "exclusion",
		[SCHEDULE_DOCTOR_JUDGEMENT] = "doctor-judgement",
		[SCHEDULE_CAUTIOUS_DAY] = "cautious-day", [SCHEDULE_EXTENSION] = "extension",
		[SCHEDULE_TOO_YOUNG] = "too-young", [SCHEDULE_TOO_OLD] = "too-old",
		[SCHEDULE_INTERVAL_SHORT] = "interval-short",
		[SCHEDULE_LIVE_INTERVAL] = "live-interval",
		[SCHEDULE_WRONG_VACCINE] = "wrong-vaccine",
		[SCHEDULE_AFTER_COMPLETE] = "after-complete", [SCHEDULE_DUPLICATE] = "duplicate",
		[SCHEDULE_IMPRECISE_DATE] = "imprecise-date",
		[SCHEDULE_COURSE_CHANGED] = "course-changed", [SCHEDULE_DEEMED] = "deemed",
		[SCHEDULE_OUTSIDE_TARGET] = "outside-target",
		[SCHEDULE_AFTER_DEATH] = "after-death", [SCHEDULE_BEFORE_BIRTH] = "before-birth",
		[SCHEDULE_FUTURE] = "future", [SCHEDULE_UNCONFIRMED] = "unconfirmed",
	};

	return (unsigned)code < SCHEDULE_REASON__COUNT ? name[code] : "";
}

const char *
schedule_credit_name(enum schedule_credit_status status)
{
	static const char *const name[] = { "valid", "not-valid", "extra", "review" };

	return (unsigned)status < SCHEDULE_CREDIT__COUNT ? name[status] : "";
}

const char *
schedule_status_name(enum schedule_status status)
{
	static const char *const name[] = { "due", "upcoming", "complete", "exempt", "closed",
		"not-eligible", "review" };

	return (unsigned)status < SCHEDULE_STATUS__COUNT ? name[status] : "";
}

const char *
schedule_kind_name(enum law_dose_kind kind)
{
	static const char *const name[] = { "initial", "booster", "single", "seasonal" };

	return (unsigned)kind < LAW_DOSE__COUNT ? name[kind] : "";
}

/* A code is said once of one answer; NULL: it is there already, or the list is full. */
struct schedule_reason *
reason_add(const struct engine *e, struct schedule_reason *list, uint8_t *n,
    enum schedule_reason_code code, uint16_t source, int32_t in_force)
{
	struct schedule_reason *r;

	(void)e;
	for (unsigned i = 0; i < *n; i++)
		if (list[i].code == code)
			return NULL;
	if (*n == SCHEDULE_REASONS)
		return NULL;
	r = &list[(*n)++];
	*r = (struct schedule_reason){
		.code = (uint16_t)code, .source = source, .in_force = { in_force },
		.day_a = DAY_NONE, .day_b = DAY_NONE, .product = LAW_NONE,
	};
	return r;
}

/* A dose has one credit per family of stages that it can serve: their first programmes. */
static uint32_t
families_of(const struct engine *e, const struct schedule_dose *d)
{
	return d->product == LAW_NONE ? 0 : e->outlook->families[d->product];
}

/* Not to the day, and yet perhaps given. */
static bool
doubtful(const struct engine *e, const struct schedule_dose *d)
{
	return d->given.first.n != d->given.last.n && d->given.first.n <= e->as_of &&
	    d->given.first.n <= e->death && d->given.last.n >= e->birth;
}

/* Credits of one dose stand in the order of programmes. */
static void
order_credits(struct schedule_credit *credit, struct schedule_trail *trail, size_t from, size_t end)
{
	for (size_t i = from; i < end; i++)
		for (size_t j = i; j > from && credit[j - 1].programme > credit[j].programme; j--) {
			struct schedule_credit swap = credit[j];

			credit[j] = credit[j - 1];
			credit[j - 1] = swap;
			if (trail != NULL) {
				struct schedule_step step = trail->credit[j];

				trail->credit[j] = trail->credit[j - 1];
				trail->credit[j - 1] = step;
			}
		}
}

enum rc
schedule_answer(const struct schedule_question *q, struct schedule_work *work,
    struct schedule_answer *ret)
{
	struct engine e __attribute__((uninitialized));
	struct steady steady = { NEVER, FOREVER };
	uint16_t first_credit[LIMIT_PERSON_DOSES + 1] __attribute__((uninitialized));
	uint32_t all, doubt = 0;
	size_t n_credit = 0;
	enum rc rc;

	if (q->n_dose > LIMIT_PERSON_DOSES)
		return RC_TOO_BIG;
	if ((rc = outlook_take(&work->outlook, q->law, q->as_of.n - (int32_t)q->ahead_days,
	    q->season)) != RC_OK)
		return rc;
	e.outlook = &work->outlook;
	e.steady = &steady;
	if ((rc = select_open(&e, q)) != RC_OK)
		return rc;
	e.dose = q->dose;
	e.n_dose = q->n_dose;
	e.order = work->order;
	e.given = (const int32_t *)work->scratch;
	all = q->law->n_programme == 32 ? UINT32_MAX : (UINT32_C(1) << q->law->n_programme) - 1;
	credit_reset(&e, all);
	for (size_t i = 0; i < q->n_dose; i++) {
		const struct schedule_dose *d = &q->dose[i];

		work->order[i] = (uint16_t)i;
		work->scratch[i] = (uint32_t)d->given.first.n;
		first_credit[i] = (uint16_t)n_credit;
		if (d->product == LAW_NONE)
			continue;
		n_credit += e.outlook->n_families[d->product];
		if (d->given.first.n != d->given.last.n && doubtful(&e, d))
			for (uint32_t m = e.outlook->families[d->product]; m != 0; m &= m - 1)
				doubt |= e.outlook->family[__builtin_ctz(m)];
	}
	first_credit[q->n_dose] = (uint16_t)n_credit;
	if (n_credit > ret->room_credit || (q->trail != NULL && n_credit > q->trail->room_credit))
		return RC_TOO_BIG;
	e.credit = ret->credit;
	e.n_credit = n_credit;
	if (q->trail != NULL)
		schedule_trail_clear(q->trail, n_credit);
	credit_sort(&e, work->order);
	select_near(&e);
	for (size_t i = 0; i < q->n_dose; i++) {
		size_t dose = work->order[i];
		enum dose_mode mode = doubt != 0 && doubtful(&e, &q->dose[dose]) ? DOSE_SKIPPED : DOSE_JUDGED;
		struct schedule_credit *credit = &ret->credit[first_credit[dose]];

		for (uint32_t m = families_of(&e, &q->dose[dose]); m != 0; m &= m - 1)
			credit_dose(&e, dose, (uint16_t)__builtin_ctz(m), mode, credit++);
	}
	e.doubtful = doubt;
	e.doubtful_as = DOUBTFUL_AS_JUDGED;
	for (uint16_t p = 0; p < q->law->n_programme; p++) {
		if ((doubt >> p & 1) == 0 || e.outlook->family_first[p] != p)
			continue;
		if ((rc = doubt_family(&e, p, work, first_credit, ret)) != RC_OK)
			return rc;
		/* What misses a dose on every day is not in doubt for those that look at it. */
		for (uint32_t m = e.outlook->family[p]; m != 0; m &= m - 1)
			if (ret->forecast[__builtin_ctz(m)].status == SCHEDULE_DUE ||
			    ret->forecast[__builtin_ctz(m)].status == SCHEDULE_UPCOMING)
				e.doubtful &= ~(m & -m);
	}
	for (uint16_t p = 0; p < q->law->n_programme; p++)
		if ((doubt >> p & 1) == 0 && (rc = doubt == 0 && !e.near_imprecise ?
		    forecast_programme(&e, p, &ret->forecast[p]) :
		    doubt_forecast(&e, p, &ret->forecast[p])) != RC_OK)
			return rc;
	for (size_t i = 0; i < q->n_dose; i++)
		if (first_credit[i + 1] - first_credit[i] > 1)
			order_credits(ret->credit, q->trail, first_credit[i], first_credit[i + 1]);
	ret->n_credit = n_credit;
	ret->n_forecast = q->law->n_programme;
	return RC_OK;
}

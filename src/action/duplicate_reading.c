#include "action/duplicate_reading.h"

#include <string.h>

static void
add_reason(struct schedule_reason *reason, uint8_t *n, day on)
{
	/* The most telling come first; nobody can tell more than that it may not have been. */
	size_t keep = *n < SCHEDULE_REASONS ? *n : SCHEDULE_REASONS - 1;

	memmove(reason + 1, reason, keep * sizeof(*reason));
	memset(&reason[0], 0, sizeof(reason[0]));
	reason[0].code = SCHEDULE_DUPLICATE;
	reason[0].source = LAW_NONE;
	reason[0].in_force = reason[0].day_b = DAY_NONE;
	reason[0].day_a = on;
	reason[0].product = LAW_NONE;
	*n = (uint8_t)(keep + 1);
}

static bool
is_earlier(const struct schedule_question *q, size_t a, size_t b)
{
	int c = day_compare(q->dose[a].given.first, q->dose[b].given.first);

	return c != 0 ? c < 0 : strcmp(q->dose[a].id, q->dose[b].id) < 0;
}

/* Without one of each pair. */
static enum rc
read_without(const struct schedule_question *question, const struct duplicate_unresolved *pair, size_t n_pair,
    bool the_earlier, struct schedule_work *work, struct arena *arena, struct schedule_answer *ret, struct fault *why)
{
	struct schedule_question q = *question;
	struct schedule_dose *dose;
	bool *left_out;
	size_t n = 0;

	if ((dose = arena_array(arena, question->n_dose + 1, sizeof(*dose))) == NULL ||
	    (left_out = arena_array(arena, question->n_dose + 1, sizeof(*left_out))) == NULL)
		return fault_set(why, RC_NOMEM, "record", "too large to be judged at once");
	for (size_t i = 0; i < n_pair; i++)
		left_out[is_earlier(question, pair[i].one, pair[i].other) == the_earlier ? pair[i].one : pair[i].other] = true;
	for (size_t i = 0; i < question->n_dose; i++)
		if (!left_out[i])
			dose[n++] = question->dose[i];
	q.dose = dose;
	q.n_dose = n;
	q.trail = NULL;
	memset(ret, 0, sizeof(*ret));
	ret->room_credit = (n + 1) * SCHEDULE_CREDITS_PER_DOSE;
	if ((ret->credit = arena_array(arena, ret->room_credit, sizeof(*ret->credit))) == NULL)
		return fault_set(why, RC_NOMEM, "record", "too large to be judged at once");
	return schedule_answer(&q, work, ret) == RC_OK ? RC_OK : fault_set(why, RC_BUG, "schedule", "cannot be worked out");
}

static bool
is_same(const struct schedule_forecast *a, const struct schedule_forecast *b)
{
	return a->status == b->status && a->given == b->given && a->remaining == b->remaining &&
	    a->has_next == b->has_next && (!a->has_next || (day_equal(a->next.earliest, b->next.earliest) &&
	    day_equal(a->next.latest, b->next.latest)));
}

static bool
leaves_more(const struct schedule_forecast *a, const struct schedule_forecast *b)
{
	if (a->remaining != b->remaining)
		return a->remaining > b->remaining;
	if (a->given != b->given)
		return a->given < b->given;
	if (a->has_next != b->has_next)
		return a->has_next;
	return a->has_next && day_after(a->next.earliest, b->next.earliest);
}

/* No reading may be given sooner than another allows: the injection may have been. */
static void
not_before(struct schedule_forecast *f, day earliest)
{
	struct schedule_next *next = &f->next;

	if (!f->has_next || !day_after(earliest, next->earliest) ||
	    (day_known(next->latest) && day_after(earliest, next->latest)))
		return;
	next->earliest = earliest;
	for (size_t i = 0; i < next->n_choices; i++)
		if (day_before(next->choice[i].earliest, earliest) &&
		    (!day_known(next->choice[i].latest) || !day_after(earliest, next->choice[i].latest)))
			next->choice[i].earliest = earliest;
}

static void
choose(struct schedule_forecast *f, const struct schedule_forecast *without_earlier,
    const struct schedule_forecast *without_later, day as_of)
{
	const struct schedule_forecast both = *f, *reading[3] = { &both, without_earlier, without_later };
	const struct schedule_forecast *chosen = &both;
	bool differs = false;

	if (is_same(&both, without_earlier) && is_same(&both, without_later))
		return;
	for (int i = 1; i < 3; i++) {
		differs = differs || reading[i]->status != both.status;
		if (leaves_more(reading[i], chosen))
			chosen = reading[i];
	}
	*f = *chosen;
	for (int i = 0; i < 3; i++)
		if (reading[i]->has_next)
			not_before(f, reading[i]->next.earliest);
	if (differs)
		f->status = SCHEDULE_REVIEW;
	else if (f->has_next && f->status == SCHEDULE_DUE && day_after(f->next.earliest, as_of))
		f->status = SCHEDULE_UPCOMING;
	f->overdue = f->overdue && f->status == SCHEDULE_DUE;
	add_reason(f->reason, &f->n_reasons, DAY_NONE);
}

enum rc
duplicate_cautious(const struct schedule_question *question, const struct duplicate_unresolved *pair, size_t n_pair,
    struct schedule_work *work, struct arena *arena, struct schedule_answer *answer, struct fault *why)
{
	struct schedule_answer *earlier, *later;
	enum rc rc;

	if ((earlier = arena_new(arena, sizeof(*earlier))) == NULL || (later = arena_new(arena, sizeof(*later))) == NULL)
		return fault_set(why, RC_NOMEM, "record", "too large to be judged at once");
	if ((rc = read_without(question, pair, n_pair, true, work, arena, earlier, why)) != RC_OK ||
	    (rc = read_without(question, pair, n_pair, false, work, arena, later, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < answer->n_forecast; i++)
		choose(&answer->forecast[i], &earlier->forecast[i], &later->forecast[i], question->as_of);
	for (size_t i = 0; i < answer->n_credit; i++)
		for (size_t k = 0; k < n_pair; k++) {
			struct schedule_credit *c = &answer->credit[i];
			size_t other = c->dose_index == pair[k].one ? pair[k].other : pair[k].one;

			if ((c->dose_index != pair[k].one && c->dose_index != pair[k].other) ||
			    c->status != SCHEDULE_VALID)
				continue;
			c->status = SCHEDULE_CREDIT_REVIEW;
			c->dose = 0;
			add_reason(c->reason, &c->n_reasons, question->dose[other].given.first);
		}
	return RC_OK;
}

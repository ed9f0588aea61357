#include "schedule/engine.h"

/*
 * Written only when a question asks for it.  Nothing here decides anything: it names what the
 * judgement that was made had asked.
 */

static const struct schedule_step nothing = {
	.target = LAW_NONE, .extension = LAW_NONE, .course = LAW_NONE, .slot = LAW_NONE, .way = LAW_NONE,
	.window_from = { NEVER }, .window_to = { NEVER }, .first_dose = { NEVER }, .first_from = { NEVER },
	.first_to = { NEVER }, .slot_from = { NEVER }, .slot_to = { NEVER },
	.lawful_from = { NEVER }, .cautious_from = { NEVER },
};

void
schedule_trail_clear(struct schedule_trail *trail, size_t n_credit)
{
	for (size_t i = 0; i < n_credit; i++)
		trail->credit[i] = nothing;
	for (size_t i = 0; i < LAW_PROGRAMMES_MAX; i++)
		trail->forecast[i] = nothing;
}

static void
write_step(struct engine *e, uint16_t programme, uint64_t bit, int32_t on, const struct judgement *j,
    struct schedule_step *ret)
{
	const struct law *law = e->law;
	uint16_t season = law->programme[programme].season;
	const struct live_target *live;
	const struct law_slot *s;
	struct steady kept = *e->steady;	/* asking again must not narrow what the caller steps by */

	*ret = nothing;
	ret->asked = true;
	ret->target = select_window(e, programme, bit, on);
	if (ret->target == LAW_NONE)
		ret->extension = e->person->n_extension > 0 ? select_extension(e, programme, bit, on) : LAW_NONE;
	else if ((live = select_live(e, programme, ret->target)) != NULL) {
		ret->window_from = (day){ live->from };
		ret->window_to = (day){ live->to == FOREVER ? NEVER : live->to };
	}
	ret->course = j->course;
	ret->slot = j->slot;
	ret->way = j->way;
	ret->gap = j->gap;
	ret->lawful_from = (day){ j->lawful_from == FOREVER ? NEVER : j->lawful_from };
	ret->cautious_from = (day){ j->cautious_from == FOREVER ? NEVER : j->cautious_from };
	for (unsigned c = 0; c < law->programme[programme].n_components; c++) {
		const struct track *t = &e->state[programme].track[c];

		if (t->n > 0 && (ret->first_dose.n == NEVER || t->date[0] < ret->first_dose.n))
			ret->first_dose = (day){ t->date[0] };
	}
	if (j->course != LAW_NONE) {
		ret->first_from = (day){ select_point(e, &law->course[j->course].first_from, on, season) };
		ret->first_to = (day){ select_point(e, &law->course[j->course].first_to, on, season) };
	}
	if (j->slot != LAW_NONE) {
		s = &law->slot[j->slot];
		ret->slot_from = (day){ select_point(e, &s->not_before, on, season) };
		ret->slot_to = (day){ select_point(e, &s->cap, on, season) };
	}
	*e->steady = kept;
}

void
trail_credit(struct engine *e, const struct schedule_credit *credit, uint64_t bit, int32_t on,
    const struct judgement *j)
{
	if (credit >= e->credit && credit < e->credit + e->n_credit)
		write_step(e, credit->programme, bit, on, j, &e->q->trail->credit[credit - e->credit]);
}

void
trail_forecast(struct engine *e, uint16_t programme, uint64_t bit, int32_t on,
    const struct judgement *j)
{
	write_step(e, programme, bit, on, j, &e->q->trail->forecast[programme]);
}

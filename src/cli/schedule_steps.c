#include "cli/schedule_tell.h"

void
tell_period(struct teller *t, const struct schedule_step *s, bool given)
{
	if (s->target != LAW_NONE) {
		const struct law_target *target = &t->law->target[s->target];

		tell_bullet(t);
		tell_text(t, words(t->lang, target->cohort ? WORDS("Period laid down for people born when this person was: ") :
		    WORDS("Period laid down by age: ")));
		tell_span(t, s->window_from, s->window_to);
		tell_text(t, words(t->lang, given ? WORDS("; the day of the dose lies in it.") : WORDS(".")));
		tell_cite(t, target->source, (day){ target->span.from });
	} else if (s->extension != LAW_NONE) {
		tell_bullet(t);
		tell_text(t, words(t->lang, WORDS("Period: the ordinary one is over, but an extension is on record.")));
		tell_cite(t, t->law->extension[s->extension].source, (day){ t->law->extension[s->extension].span.from });
	}
}

void
tell_course(struct teller *t, const struct schedule_step *s, bool is_first)
{
	const struct law_course *c;
	char n[16], list[TELL_LIST_SIZE];
	struct day_text d;
	bool plain = true;

	if (s->course == LAW_NONE)
		return;
	c = &t->law->course[s->course];
	tell_bullet(t);
	if (c->n_slots == 1)
		tell_text(t, words(t->lang, WORDS("Course: a single dose.")));
	else
		tell_words(t, WORDS("Course: {1} doses."), tell_number(c->n_slots, n), "", "");
	if (day_known(s->first_from) || day_known(s->first_to)) {
		plain = false;
		tell_text(t, words(t->lang, WORDS(" It is for those whose first dose is given ")));
		tell_span(t, s->first_from, s->first_to);
		if (is_first || !day_known(s->first_dose))
			tell_text(t, words(t->lang, WORDS("; this is the first dose.")));
		else
			tell_words(t, WORDS("; the first dose was given on {1}."), tell_day(t, s->first_dose, &d), "", "");
	}
	if (c->used_only != 0) {
		plain = false;
		tell_products(t, c->used_only, list);
		tell_words(t, WORDS(" It is for those who have only {1}."), list, "", "");
	}
	if (c->used_any != 0) {
		plain = false;
		tell_products(t, c->used_any, list);
		tell_words(t, WORDS(" It is for those who have had one of: {1}."), list, "", "");
	}
	if (c->used_none != 0) {
		plain = false;
		tell_products(t, c->used_none, list);
		tell_words(t, WORDS(" It is for those who have had none of: {1}."), list, "", "");
	}
	if (c->who.conditions_any != 0 || c->who.birth_from != INT32_MIN || c->who.birth_to != INT32_MIN ||
	    c->who.given_min != 0 || c->extension == 1) {
		plain = false;
		tell_text(t, words(t->lang, WORDS(" A special rule for this person's circumstances chooses it.")));
	}
	if (plain)
		tell_text(t, words(t->lang, WORDS(" It is the ordinary one.")));
	tell_cite(t, c->source, (day){ c->since });
}

void
tell_place(struct teller *t, const struct schedule_step *s)
{
	const struct law_course *c;
	const struct law_slot *slot;
	char k[16], n[16];
	struct day_text d;

	if (s->course == LAW_NONE || s->slot == LAW_NONE || t->law->course[s->course].n_slots == 1)
		return;
	c = &t->law->course[s->course];
	slot = &t->law->slot[s->slot];
	tell_bullet(t);
	tell_words(t, WORDS("Place in the course: dose {1} of {2} ({3})."),
	    tell_number(s->slot - c->first_slot + 1, k), tell_number(c->n_slots, n),
	    tell_kind(t, (enum law_dose_kind)slot->kind));
	if (day_known(s->slot_from))
		tell_words(t, WORDS(" It may not be given before {1}."), tell_day(t, s->slot_from, &d), "", "");
	if (day_known(s->slot_to))
		tell_words(t, WORDS(" It may not be given after {1}; then the course goes on without it."),
		    tell_day(t, s->slot_to, &d), "", "");
	tell_text(t, "\n");
}

/* The day that the deciding interval runs from: the counted dose before the one that was judged. */
static day
anchor_day(const struct teller *t, uint16_t programme, const struct law_gap *gap, day lawful_from,
    day before)
{
	const struct schedule_answer *a = t->t->answer;
	day found = DAY_NONE;

	for (size_t i = 0; i < a->n_credit; i++) {
		const struct schedule_credit *c = &a->credit[i];
		day d = t->t->person->dose[c->dose_index].given.first, from;

		if (c->status != SCHEDULE_VALID || !day_before(d, before) ||
		    (c->programme != programme && (t->law->programme[programme].stages == LAW_NONE ||
		    t->law->programme[c->programme].stages != t->law->programme[programme].stages)))
			continue;
		from = gap->unit == LAW_UNIT_MONTHS ? day_after_months(d, gap->n) :
		    gap->unit == LAW_UNIT_HALF_MONTHS ? day_after_half_months(d, gap->n) :
		    day_after_days(d, gap->n);
		if (day_equal(from, lawful_from) && (!day_known(found) || day_after(d, found)))
			found = d;
	}
	return found;
}

void
tell_interval(struct teller *t, uint16_t programme, const struct schedule_step *s, day before)
{
	struct reason_values v = { SCHEDULE_INTERVAL, s->lawful_from, DAY_NONE, s->gap, NULL };
	char text[REASON_TEXT_SIZE];
	struct day_text d;
	day from;

	if (s->way == LAW_NONE)
		return;
	if (s->gap.anchor == LAW_ANCHOR_NONE) {
		if (day_known(s->slot_from) && day_equal(s->slot_from, s->lawful_from))
			return;		/* the lowest age decides: told with the place */
		if (s->course != LAW_NONE && t->law->course[s->course].n_slots == 1)
			return;		/* a single dose */
		tell_bullet(t);
		tell_text(t, words(t->lang, day_known(s->first_dose) && !day_equal(s->first_dose, before) ?
		    WORDS("Interval: none decides here.") : WORDS("Interval: none before a first dose.")));
		tell_text(t, "\n");
		return;
	}
	tell_bullet(t);
	reason_words_write(&t->words, REASON_OF_FORECAST, &v, text);
	tell_text(t, text);
	from = anchor_day(t, programme, &s->gap, s->lawful_from, before);
	if (day_known(from))
		tell_words(t, WORDS("; it runs from the dose of {1}"), tell_day(t, from, &d), "", "");
	tell_text(t, words(t->lang, WORDS(".")));
	tell_cite(t, t->law->way[s->way].source,
	    s->course == LAW_NONE ? DAY_NONE : (day){ t->law->course[s->course].since });
}

static void
tell_reason(struct teller *t, enum reason_of of, const struct schedule_reason *r)
{
	struct reason_values v = { (enum schedule_reason_code)r->code, r->day_a, r->day_b, r->gap, NULL };
	char text[REASON_TEXT_SIZE];

	if (r->product != LAW_NONE)
		v.product = tell_product(t, r->product);
	reason_words_write(&t->words, of, &v, text);
	tell_bullet(t);
	tell_text(t, text);
	tell_text(t, words(t->lang, WORDS(".")));
	tell_cite(t, r->source, r->in_force);
}

void
tell_reasons(struct teller *t, enum reason_of of, const struct schedule_reason *reason, unsigned n,
    const struct schedule_step *s)
{
	for (unsigned i = 0; i < n; i++) {
		const struct schedule_reason *r = &reason[i];

		if (of == REASON_OF_FORECAST && s->asked && (r->code == SCHEDULE_AGE || r->code == SCHEDULE_COHORT ||
		    r->code == SCHEDULE_INTERVAL))
			continue;
		if (of == REASON_OF_FORECAST && s->extension != LAW_NONE && r->code == SCHEDULE_EXTENSION)
			continue;
		if (r->code == SCHEDULE_UNCONFIRMED && s->asked && r->source != LAW_NONE &&
		    ((s->target != LAW_NONE && t->law->target[s->target].source == r->source) ||
		    (s->course != LAW_NONE && t->law->course[s->course].source == r->source) ||
		    (s->way != LAW_NONE && s->gap.anchor != LAW_ANCHOR_NONE && t->law->way[s->way].source == r->source)))
			continue;
		tell_reason(t, of, r);
	}
}

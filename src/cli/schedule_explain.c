#include "cli/schedule_explain.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "json/reason_words.h"

#define NAME_SIZE 256
#define LIST_SIZE 1024

struct teller {
	const struct schedule_telling *t;
	const struct law *law;
	enum lang lang;
	struct reason_words words;
	struct buf *out;
	enum rc rc;			/* the first failure; nothing is written after it */
};

struct day_text { char text[REASON_DAY_SIZE]; };

static void
add(struct teller *t, const char *text)
{
	if (t->rc == RC_OK)
		t->rc = buf_add_text(t->out, text);
}

/* A sentence of the catalogue with {1}, {2}, {3} filled in. */
static void
say(struct teller *t, const char *message, const char *one, const char *two, const char *three)
{
	const char *p = words(t->lang, message);

	while (*p != '\0' && t->rc == RC_OK) {
		size_t len = strcspn(p, "{");

		t->rc = buf_add(t->out, p, len);
		p += len;
		if (*p == '{' && p[1] >= '1' && p[1] <= '3' && p[2] == '}') {
			add(t, p[1] == '1' ? one : p[1] == '2' ? two : three);
			p += 3;
		} else if (*p == '{') {
			add(t, "{");
			p++;
		}
	}
}

static const char *
say_day(const struct teller *t, day d, struct day_text *ret)
{
	reason_words_day(t->lang, d, ret->text);
	return ret->text;
}

static const char *
number(int n, char text[16])
{
	snprintf(text, 16, "%d", n);
	return text;
}

static const char *
name_of(const struct teller *t, law_text ja, law_text en)
{
	return law_string(t->law, t->lang == LANG_JA ? ja : en);
}

/* A name at the beginning of a line: in English with a capital letter. */
static void
add_title(struct teller *t, const char *name)
{
	char first[2] = { name[0], '\0' };

	if (name[0] >= 'a' && name[0] <= 'z') {
		first[0] = (char)(name[0] - 'a' + 'A');
		add(t, first);
		name++;
	}
	add(t, name);
}

static void
add_programme(struct teller *t, uint16_t programme)
{
	add_title(t, name_of(t, t->law->programme[programme].name_ja, t->law->programme[programme].name_en));
}

static const char *
product_name(const struct teller *t, uint16_t product)
{
	return name_of(t, t->law->product[product].name_ja, t->law->product[product].name_en);
}

/* The article, and since when: ends the line. */
static void
cite(struct teller *t, uint16_t source, day in_force)
{
	const struct law_source *s;
	struct day_text d;

	if (source != LAW_NONE && source < t->law->n_source) {
		const char *citation;

		s = &t->law->source[source];
		citation = t->lang == LANG_EN && s->citation_en != LAW_NO_TEXT ?
		    law_string(t->law, s->citation_en) : law_string(t->law, s->citation_ja);
		add(t, "\n        ");
		if (day_known(in_force))
			say(t, WORDS("[{1}; in force since {2}]"), citation, say_day(t, in_force, &d), "");
		else
			say(t, WORDS("[{1}]"), citation, "", "");
		if (s->unconfirmed) {
			add(t, "\n        ");
			add(t, words(t->lang, WORDS("This article could not be confirmed; please check.")));
			if (s->note_ja != LAW_NO_TEXT || s->note_en != LAW_NO_TEXT)
				say(t, WORDS(" ({1})"), name_of(t, s->note_ja, s->note_en), "", "");
		}
	}
	add(t, "\n");
}

static void
bullet(struct teller *t)
{
	add(t, "      ");
	add(t, words(t->lang, WORDS("- ")));
}

/* "from A to B", as much of it as there is. */
static void
say_span(struct teller *t, day from, day to)
{
	struct day_text a, b;

	if (day_known(from) && day_known(to))
		say(t, WORDS("from {1} to {2}"), say_day(t, from, &a), say_day(t, to, &b), "");
	else if (day_known(from))
		say(t, WORDS("from {1}"), say_day(t, from, &a), "", "");
	else if (day_known(to))
		say(t, WORDS("until {1}"), say_day(t, to, &b), "", "");
	else
		add(t, words(t->lang, WORDS("on any day")));
}

static void
list_products(const struct teller *t, uint64_t products, char text[LIST_SIZE])
{
	size_t at = 0;

	text[0] = '\0';
	for (; products != 0; products &= products - 1) {
		uint16_t i = (uint16_t)__builtin_ctzll(products);
		int n;

		if (i >= t->law->n_product)
			break;
		n = snprintf(text + at, LIST_SIZE - at, "%s%s", at == 0 ? "" : words(t->lang, WORDS(", ")),
		    law_string(t->law, t->law->product[i].code));
		if (n < 0 || (size_t)n >= LIST_SIZE - at) {
			text[at] = '\0';
			return;
		}
		at += (size_t)n;
	}
}

static const char *
kind_word(const struct teller *t, enum law_dose_kind kind)
{
	static const char *const word[LAW_DOSE__COUNT] = {
		[LAW_DOSE_INITIAL] = WORDS("initial dose"), [LAW_DOSE_BOOSTER] = WORDS("booster dose"),
		[LAW_DOSE_SINGLE] = WORDS("single dose"), [LAW_DOSE_SEASONAL] = WORDS("dose of the season"),
	};

	return (unsigned)kind < LAW_DOSE__COUNT ? words(t->lang, word[kind]) : "";
}

/* --- the steps of one judgement --- */

static void
tell_period(struct teller *t, const struct schedule_step *s, bool given)
{
	if (s->target != LAW_NONE) {
		const struct law_target *target = &t->law->target[s->target];

		bullet(t);
		add(t, words(t->lang, target->cohort ? WORDS("Period laid down for people born when this person was: ") :
		    WORDS("Period laid down by age: ")));
		say_span(t, s->window_from, s->window_to);
		add(t, words(t->lang, given ? WORDS("; the day of the dose lies in it.") : WORDS(".")));
		cite(t, target->source, (day){ target->span.from });
	} else if (s->extension != LAW_NONE) {
		bullet(t);
		add(t, words(t->lang, WORDS("Period: the ordinary one is over, but an extension is on record.")));
		cite(t, t->law->extension[s->extension].source, (day){ t->law->extension[s->extension].span.from });
	}
}

/* Why this course is the person's: each condition that the law names for it. */
static void
tell_course(struct teller *t, const struct schedule_step *s, bool is_first)
{
	const struct law_course *c;
	char n[16], list[LIST_SIZE];
	struct day_text d;
	bool plain = true;

	if (s->course == LAW_NONE)
		return;
	c = &t->law->course[s->course];
	bullet(t);
	if (c->n_slots == 1)
		add(t, words(t->lang, WORDS("Course: a single dose.")));
	else
		say(t, WORDS("Course: {1} doses."), number(c->n_slots, n), "", "");
	if (day_known(s->first_from) || day_known(s->first_to)) {
		plain = false;
		add(t, words(t->lang, WORDS(" It is for those whose first dose is given ")));
		say_span(t, s->first_from, s->first_to);
		if (is_first || !day_known(s->first_dose))
			add(t, words(t->lang, WORDS("; this is the first dose.")));
		else
			say(t, WORDS("; the first dose was given on {1}."), say_day(t, s->first_dose, &d), "", "");
	}
	if (c->used_only != 0) {
		plain = false;
		list_products(t, c->used_only, list);
		say(t, WORDS(" It is for those who have only {1}."), list, "", "");
	}
	if (c->used_any != 0) {
		plain = false;
		list_products(t, c->used_any, list);
		say(t, WORDS(" It is for those who have had one of: {1}."), list, "", "");
	}
	if (c->used_none != 0) {
		plain = false;
		list_products(t, c->used_none, list);
		say(t, WORDS(" It is for those who have had none of: {1}."), list, "", "");
	}
	if (c->who.conditions_any != 0 || c->who.birth_from != INT32_MIN || c->who.birth_to != INT32_MIN ||
	    c->who.given_min != 0 || c->extension == 1) {
		plain = false;
		add(t, words(t->lang, WORDS(" A special rule for this person's circumstances chooses it.")));
	}
	if (plain)
		add(t, words(t->lang, WORDS(" It is the ordinary one.")));
	cite(t, c->source, (day){ c->since });
}

static void
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
	bullet(t);
	say(t, WORDS("Place in the course: dose {1} of {2} ({3})."),
	    number(s->slot - c->first_slot + 1, k), number(c->n_slots, n),
	    kind_word(t, (enum law_dose_kind)slot->kind));
	if (day_known(s->slot_from))
		say(t, WORDS(" It may not be given before {1}."), say_day(t, s->slot_from, &d), "", "");
	if (day_known(s->slot_to))
		say(t, WORDS(" It may not be given after {1}; then the course goes on without it."),
		    say_day(t, s->slot_to, &d), "", "");
	add(t, "\n");
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

static void
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
		bullet(t);
		add(t, words(t->lang, day_known(s->first_dose) && !day_equal(s->first_dose, before) ?
		    WORDS("Interval: none decides here.") : WORDS("Interval: none before a first dose.")));
		add(t, "\n");
		return;
	}
	bullet(t);
	reason_words_write(&t->words, REASON_OF_FORECAST, &v, text);
	add(t, text);
	from = anchor_day(t, programme, &s->gap, s->lawful_from, before);
	if (day_known(from))
		say(t, WORDS("; it runs from the dose of {1}"), say_day(t, from, &d), "", "");
	add(t, words(t->lang, WORDS(".")));
	cite(t, t->law->way[s->way].source,
	    s->course == LAW_NONE ? DAY_NONE : (day){ t->law->course[s->course].since });
}

static void
tell_reason(struct teller *t, enum reason_of of, const struct schedule_reason *r)
{
	struct reason_values v = { (enum schedule_reason_code)r->code, r->day_a, r->day_b, r->gap, NULL };
	char text[REASON_TEXT_SIZE];

	if (r->product != LAW_NONE)
		v.product = product_name(t, r->product);
	reason_words_write(&t->words, of, &v, text);
	bullet(t);
	add(t, text);
	add(t, words(t->lang, WORDS(".")));
	cite(t, r->source, r->in_force);
}

/* Reasons that the steps have not told already. */
static void
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

/* --- doses --- */

static void
tell_credit(struct teller *t, const struct schedule_credit *c, const struct schedule_step *s, day given)
{
	char n[16];
	bool plain = given.n == t->t->person->dose[c->dose_index].given.last.n;

	add(t, "    ");
	add_programme(t, c->programme);
	switch ((enum schedule_credit_status)c->status) {
	case SCHEDULE_VALID:
		say(t, WORDS(": counts as dose {1}."), number(c->dose, n), "", "");
		break;
	case SCHEDULE_NOT_VALID:
		add(t, words(t->lang, WORDS(": does not count.")));
		break;
	case SCHEDULE_EXTRA:
		add(t, words(t->lang, WORDS(": is extra and counts for nothing.")));
		break;
	case SCHEDULE_CREDIT_REVIEW:
	case SCHEDULE_CREDIT__COUNT:
		add(t, words(t->lang, WORDS(": a person must decide whether it counts.")));
		break;
	}
	add(t, "\n");
	if (s->asked && plain) {
		tell_period(t, s, true);
		if (c->status != SCHEDULE_EXTRA) {
			tell_course(t, s, c->dose == 1 || (!day_known(s->first_dose)));
			tell_place(t, s);
			if (c->status == SCHEDULE_VALID)
				tell_interval(t, c->programme, s, given);
		}
	}
	if (!plain && c->status == SCHEDULE_VALID) {
		bullet(t);
		add(t, words(t->lang, WORDS("Every day that the date can mean gives the same answer.")));
		add(t, "\n");
	}
	tell_reasons(t, REASON_OF_CREDIT, c->reason, c->n_reasons, s);
}

static void
tell_doses(struct teller *t)
{
	const struct json_person *p = t->t->person;
	size_t c = 0;

	add(t, "\n");
	add(t, words(t->lang, WORDS("Doses on record")));
	add(t, "\n");
	if (p->n_dose == 0) {
		add(t, "  ");
		add(t, words(t->lang, WORDS("None. That does not mean that none was ever given.")));
		add(t, "\n");
	}
	for (size_t i = 0; i < p->n_dose && t->rc == RC_OK; i++) {
		struct day_text d;
		day first = p->dose[i].given.first;
		bool credited = false;

		add(t, "\n  ");
		if (day_equal(first, p->dose[i].given.last))
			add(t, say_day(t, first, &d));
		else
			say(t, WORDS("{1} (no exact day)"), p->echo[i].date.text, "", "");
		add(t, words(t->lang, WORDS(": ")));
		add(t, product_name(t, p->dose[i].product));
		add(t, " (");
		add(t, law_string(t->law, t->law->product[p->dose[i].product].code));
		add(t, ")\n");
		for (; c < t->t->answer->n_credit && t->t->answer->credit[c].dose_index == i; c++) {
			tell_credit(t, &t->t->answer->credit[c], &t->t->trail->credit[c], first);
			credited = true;
		}
		if (!credited) {
			add(t, "    ");
			add(t, words(t->lang, WORDS("Belongs to no programme of the Act; it matters only for the distance to other vaccines.")));
			add(t, "\n");
		}
	}
}

/* --- forecasts --- */

static void
say_status(struct teller *t, const struct schedule_forecast *f)
{
	char n[16];

	switch ((enum schedule_status)f->status) {
	case SCHEDULE_DUE:
		if (f->next.kind == LAW_DOSE_SEASONAL) {
			add(t, words(t->lang, WORDS(": the dose of this season may be given now.")));
			break;
		}
		say(t, f->overdue ? WORDS(": dose {1} may be given now; the standard period is already over.") :
		    WORDS(": dose {1} may be given now."), number(f->next.dose, n), "", "");
		break;
	case SCHEDULE_UPCOMING:
		if (f->next.kind == LAW_DOSE_SEASONAL) {
			add(t, words(t->lang, WORDS(": once a season, later.")));
			break;
		}
		say(t, WORDS(": dose {1} can be given later."), number(f->next.dose, n), "", "");
		break;
	case SCHEDULE_COMPLETE:
		add(t, words(t->lang, WORDS(": complete.")));
		break;
	case SCHEDULE_EXEMPT:
		add(t, words(t->lang, WORDS(": not needed, or excluded by law.")));
		break;
	case SCHEDULE_CLOSED:
		add(t, words(t->lang, WORDS(": no lawful day is left; doses are missing.")));
		break;
	case SCHEDULE_NOT_ELIGIBLE:
		add(t, words(t->lang, WORDS(": this person is not in the group that the law names.")));
		break;
	case SCHEDULE_REVIEW:
	case SCHEDULE_STATUS__COUNT:
		add(t, words(t->lang, WORDS(": a person must decide.")));
		break;
	}
}

static void
tell_next(struct teller *t, const struct schedule_forecast *f)
{
	const struct schedule_next *next = &f->next;
	char n[16];

	bullet(t);
	add(t, words(t->lang, WORDS("So it may lawfully be given ")));
	say_span(t, next->earliest, next->latest);
	add(t, words(t->lang, WORDS(".")));
	if (day_known(next->standard_from) || day_known(next->standard_to)) {
		add(t, words(t->lang, WORDS(" The standard period is ")));
		say_span(t, next->standard_from, next->standard_to);
		add(t, words(t->lang, WORDS(".")));
	}
	add(t, "\n");
	if (next->n_choices > 0) {
		bullet(t);
		add(t, words(t->lang, WORDS("Vaccines, first choice first: ")));
		for (unsigned i = 0; i < next->n_choices; i++) {
			const struct schedule_choice *c = &next->choice[i];

			if (i > 0)
				add(t, words(t->lang, WORDS(", ")));
			add(t, product_name(t, c->product));
			if (!day_equal(c->earliest, next->earliest) || !day_equal(c->latest, next->latest)) {
				add(t, " (");
				say_span(t, c->earliest, c->latest);
				add(t, ")");
			}
		}
		add(t, words(t->lang, WORDS(".")));
		add(t, "\n");
	}
	bullet(t);
	if (f->remaining == 1)
		add(t, words(t->lang, WORDS("One dose is still missing by the shortest course.")));
	else
		say(t, WORDS("{1} doses are still missing by the shortest course."), number(f->remaining, n), "", "");
	add(t, "\n");
}

static void
tell_forecast(struct teller *t, const struct schedule_forecast *f, const struct schedule_step *s)
{
	add(t, "\n  ");
	add_programme(t, f->programme);
	say_status(t, f);
	add(t, "\n");
	if (s->asked) {
		tell_period(t, s, false);
		tell_course(t, s, f->next.dose == 1);
		tell_place(t, s);
		tell_interval(t, f->programme, s, (day){ INT32_MAX });
	}
	tell_reasons(t, REASON_OF_FORECAST, f->reason, f->n_reasons, s);
	if (f->has_next)
		tell_next(t, f);
}

static bool
wanted_now(const struct schedule_forecast *f)
{
	return f->status == SCHEDULE_DUE || f->status == SCHEDULE_UPCOMING || f->status == SCHEDULE_REVIEW;
}

static void
tell_forecasts(struct teller *t, const char *title, bool later)
{
	const struct schedule_answer *a = t->t->answer;
	bool any = false;

	for (size_t i = 0; i < a->n_forecast; i++) {
		const struct schedule_forecast *f = &a->forecast[i];

		if (!wanted_now(f) || (f->status == SCHEDULE_UPCOMING) != later)
			continue;
		if (!any) {
			add(t, "\n");
			add(t, words(t->lang, title));
			add(t, "\n");
		}
		any = true;
		tell_forecast(t, f, &t->t->trail->forecast[f->programme]);
	}
}

/* Programmes of which nothing is wanted: a line each, with the reason that decided. */
static void
tell_rest(struct teller *t)
{
	const struct schedule_answer *a = t->t->answer;

	add(t, "\n");
	add(t, words(t->lang, WORDS("Programmes of which nothing is to be given")));
	add(t, "\n");
	for (size_t i = 0; i < a->n_forecast; i++) {
		const struct schedule_forecast *f = &a->forecast[i];

		if (wanted_now(f))
			continue;
		add(t, "  ");
		add_programme(t, f->programme);
		say_status(t, f);
		add(t, "\n");
		if (f->status != SCHEDULE_NOT_ELIGIBLE && f->status != SCHEDULE_COMPLETE)
			tell_reasons(t, REASON_OF_FORECAST, f->reason, f->n_reasons, &t->t->trail->forecast[f->programme]);
	}
}

static void
tell_head(struct teller *t)
{
	day birth = t->t->person->person.birth;
	struct day_text d, b;
	char years[16], months[16];
	int all = day_months_reached(birth, t->t->as_of);

	say(t, WORDS("As of {1}, by the law data {2}."), say_day(t, t->t->as_of, &d),
	    law_string(t->law, t->law->version), "");
	add(t, "\n");
	say(t, WORDS("Born on {1}; age on that day: "), say_day(t, birth, &b), "", "");
	if (all >= 12)
		say(t, all / 12 == 1 ? WORDS("1 year") : WORDS("{1} years"), number(all / 12, years), "", "");
	if (all >= 12 && all % 12 != 0 && t->lang == LANG_EN)
		add(t, " ");
	if (all < 12 || all % 12 != 0)
		say(t, all % 12 == 1 ? WORDS("1 month") : WORDS("{1} months"), number(all % 12, months), "", "");
	add(t, words(t->lang, WORDS(".")));
	add(t, "\n");
}

static void
teller_init(struct teller *t, const struct schedule_telling *telling, struct buf *out)
{
	t->t = telling;
	t->law = telling->law;
	t->lang = telling->lang;
	t->out = out;
	t->rc = RC_OK;
	reason_words_init(&t->words, telling->lang, REASON_DAYS_LONG);
}

enum rc
schedule_explain_write(const struct schedule_telling *telling, struct buf *out)
{
	size_t start = out->len;
	struct teller t;

	teller_init(&t, telling, out);
	tell_head(&t);
	tell_doses(&t);
	tell_forecasts(&t, WORDS("What may be given now"), false);
	tell_forecasts(&t, WORDS("What can be given later"), true);
	tell_rest(&t);
	if (t.rc != RC_OK)
		buf_truncate(out, start);
	return t.rc;
}

/* --- what supposed doses change --- */

static bool
same_next(const struct schedule_forecast *a, const struct schedule_forecast *b)
{
	return a->status == b->status && a->has_next == b->has_next && (!a->has_next ||
	    (a->next.dose == b->next.dose && day_equal(a->next.earliest, b->next.earliest) &&
	    day_equal(a->next.latest, b->next.latest) &&
	    day_equal(a->next.standard_from, b->next.standard_from) &&
	    day_equal(a->next.standard_to, b->next.standard_to)));
}

static void
tell_short(struct teller *t, const char *label, const struct schedule_forecast *f)
{
	char n[16];

	add(t, "      ");
	add(t, words(t->lang, label));
	if (!f->has_next) {
		static const char *const word[SCHEDULE_STATUS__COUNT] = {
			[SCHEDULE_DUE] = WORDS("may be given now"), [SCHEDULE_UPCOMING] = WORDS("can be given later"),
			[SCHEDULE_COMPLETE] = WORDS("complete"), [SCHEDULE_EXEMPT] = WORDS("not needed, or excluded by law"),
			[SCHEDULE_CLOSED] = WORDS("no lawful day is left"),
			[SCHEDULE_NOT_ELIGIBLE] = WORDS("not in the group that the law names"),
			[SCHEDULE_REVIEW] = WORDS("a person must decide"),
		};

		add(t, words(t->lang, word[f->status]));
	} else {
		say(t, WORDS("dose {1} "), number(f->next.dose, n), "", "");
		say_span(t, f->next.earliest, f->next.latest);
		if (day_known(f->next.standard_from) || day_known(f->next.standard_to)) {
			add(t, words(t->lang, WORDS(" (standard ")));
			say_span(t, f->next.standard_from, f->next.standard_to);
			add(t, words(t->lang, WORDS(")")));
		}
	}
	add(t, "\n");
}

enum rc
schedule_changes_write(const struct schedule_telling *telling, const struct schedule_answer *before,
    size_t n_supposed, struct buf *out)
{
	const struct json_person *p = telling->person;
	size_t start = out->len;
	bool any = false;
	struct teller t;

	teller_init(&t, telling, out);
	add(&t, words(t.lang, WORDS("What the supposed doses change")));
	add(&t, "\n");
	for (size_t i = p->n_dose - n_supposed; i < p->n_dose; i++) {
		struct day_text d;

		add(&t, "\n  ");
		say(&t, WORDS("If {2} were given on {1}:"), say_day(&t, p->dose[i].given.first, &d),
		    product_name(&t, p->dose[i].product), "");
		add(&t, "\n");
		for (size_t c = 0; c < telling->answer->n_credit; c++) {
			struct schedule_step unasked = telling->trail->credit[c];

			if (telling->answer->credit[c].dose_index != i)
				continue;
			unasked.asked = false;		/* the whole chain is told with the doses */
			tell_credit(&t, &telling->answer->credit[c], &unasked, p->dose[i].given.first);
		}
	}
	for (size_t i = 0; i < before->n_forecast; i++) {
		const struct schedule_forecast *was = &before->forecast[i];
		const struct schedule_forecast *is = &telling->answer->forecast[i];

		if (same_next(was, is))
			continue;
		any = true;
		add(&t, "\n  ");
		add_programme(&t, is->programme);
		add(&t, "\n");
		tell_short(&t, WORDS("without: "), was);
		tell_short(&t, WORDS("with:    "), is);
	}
	if (!any) {
		add(&t, "\n  ");
		add(&t, words(t.lang, WORDS("No forecast changes.")));
		add(&t, "\n");
	}
	add(&t, "\n");
	if (t.rc != RC_OK)
		buf_truncate(out, start);
	return t.rc;
}

/* --- the plan --- */

enum rc
schedule_plan_write(const struct schedule_telling *telling, const struct visits_plan *plan, struct buf *out)
{
	size_t start = out->len;
	char n[16], count[16];
	struct day_text d;
	struct teller t;

	teller_init(&t, telling, out);
	add(&t, "\n");
	add(&t, words(t.lang, WORDS("Plan of visits")));
	add(&t, "\n");
	if (plan->n_visits == 0) {
		add(&t, "  ");
		add(&t, words(t.lang, WORDS("No visit is needed in this time.")));
		add(&t, "\n");
	}
	for (unsigned v = 0; v < plan->n_visits; v++) {
		const struct visits_visit *visit = &plan->visit[v];

		add(&t, "\n  ");
		say(&t, WORDS("Visit {1}: {2}"), number((int)v + 1, n), say_day(&t, visit->on, &d), "");
		add(&t, "\n");
		for (unsigned i = 0; i < visit->n_products; i++) {
			bullet(&t);
			add(&t, product_name(&t, visit->product[i]));
			add(&t, "\n");
		}
	}
	if (plan->late_days > 0) {
		add(&t, "\n  ");
		say(&t, WORDS("Days after the standard periods, summed over all injections: {1}."),
		    number(plan->late_days, count), "", "");
		add(&t, "\n");
	}
	if (plan->n_lost > 0) {
		add(&t, "\n  ");
		say(&t, WORDS("Doses that fall away because their last day passes first: {1}."),
		    number((int)plan->n_lost, count), "", "");
		add(&t, "\n");
	}
	if (!plan->proven) {
		add(&t, "\n  ");
		add(&t, words(t.lang, WORDS("The search was stopped at its bound: there may be a better plan.")));
		add(&t, "\n");
	}
	if (t.rc != RC_OK)
		buf_truncate(out, start);
	return t.rc;
}

#include "report/impact.h"

#include <stdio.h>
#include <string.h>

#define TEXT_SIZE 768		/* SCHEDULE_CHOICES products of LIMIT_CODE_CHARS with two days each */

const char *
impact_kind_name(enum impact_kind kind)
{
	static const char *const name[IMPACT_KIND__COUNT] = {
		[IMPACT_PROGRAMME] = "programme",
		[IMPACT_STATUS] = "status",
		[IMPACT_CREDIT] = "credit",
		[IMPACT_REMAINING] = "remaining",
		[IMPACT_EARLIEST] = "earliest",
		[IMPACT_LATEST] = "latest",
		[IMPACT_STANDARD] = "standard",
		[IMPACT_VACCINES] = "vaccines",
	};

	return (unsigned)kind < IMPACT_KIND__COUNT ? name[kind] : "unknown";
}

struct compare {
	impact_found *found;
	void *given;
	const char *programme;
	bool goes_on;
};

static void
tell(struct compare *c, enum impact_kind kind, struct day_span given, const char *before, const char *after)
{
	const struct impact_change change = { c->programme, kind, given, before, after };

	if (c->goes_on && strcmp(before, after) != 0)
		c->goes_on = c->found(c->given, &change);
}

static const struct schedule_forecast *
forecast_of(const struct impact_side *s, const char *programme)
{
	for (size_t i = 0; i < s->answer->n_forecast; i++) {
		const struct schedule_forecast *f = &s->answer->forecast[i];

		if (strcmp(law_string(s->law, s->law->programme[f->programme].code), programme) == 0)
			return f;
	}
	return NULL;
}

static void
write_status(const struct schedule_forecast *f, char text[TEXT_SIZE])
{
	(void)snprintf(text, TEXT_SIZE, "%s%s", schedule_status_name((enum schedule_status)f->status),
	    f->overdue ? " (overdue)" : "");
}

static void
write_day(day d, char text[DAY_TEXT_SIZE])
{
	text[0] = '\0';
	if (day_known(d))
		day_write(d, text);
}

/* Text of each kind that a forecast has; "" where it says nothing. */
static void
write_next(const struct impact_side *s, const struct schedule_forecast *f, enum impact_kind kind,
    char text[TEXT_SIZE])
{
	const struct schedule_next *n = &f->next;
	char from[DAY_TEXT_SIZE], to[DAY_TEXT_SIZE];
	size_t len = 0;

	text[0] = '\0';
	if (kind == IMPACT_REMAINING) {
		(void)snprintf(text, TEXT_SIZE, "%u", (unsigned)f->remaining);
		if (f->has_next)
			(void)snprintf(text, TEXT_SIZE, "%u (next %u)", (unsigned)f->remaining, (unsigned)n->dose);
		return;
	}
	if (!f->has_next)
		return;
	switch (kind) {
	case IMPACT_EARLIEST:
		write_day(n->earliest, text);
		break;
	case IMPACT_LATEST:
		write_day(n->latest, text);
		break;
	case IMPACT_STANDARD:
		write_day(n->standard_from, from);
		write_day(n->standard_to, to);
		if (from[0] != '\0' || to[0] != '\0')
			(void)snprintf(text, TEXT_SIZE, "%s..%s", from, to);
		break;
	case IMPACT_VACCINES:
		for (size_t i = 0; i < n->n_choices && len < TEXT_SIZE; i++) {
			int wrote;

			write_day(n->choice[i].earliest, from);
			write_day(n->choice[i].latest, to);
			wrote = snprintf(text + len, TEXT_SIZE - len, "%s%s %s..%s", i > 0 ? ", " : "",
			    law_string(s->law, s->law->product[n->choice[i].product].code), from, to);
			len += wrote > 0 ? (size_t)wrote : 0;
		}
		break;
	case IMPACT_PROGRAMME:
	case IMPACT_STATUS:
	case IMPACT_CREDIT:
	case IMPACT_REMAINING:
	case IMPACT_KIND__COUNT:
		break;
	}
}

static void
write_credit(const struct impact_side *s, size_t dose, const char *programme, char text[TEXT_SIZE])
{
	text[0] = '\0';
	for (size_t i = 0; i < s->answer->n_credit; i++) {
		const struct schedule_credit *c = &s->answer->credit[i];

		if (c->dose_index != dose ||
		    strcmp(law_string(s->law, s->law->programme[c->programme].code), programme) != 0)
			continue;
		(void)snprintf(text, TEXT_SIZE, "%s", schedule_credit_name((enum schedule_credit_status)c->status));
		if (c->dose > 0)
			(void)snprintf(text, TEXT_SIZE, "%s %u",
			    schedule_credit_name((enum schedule_credit_status)c->status), (unsigned)c->dose);
	}
}

/* A credit that either answer has, once: those of `a`, and of `b` what `a` has not. */
static void
compare_credits(struct compare *c, const struct impact_side *a, const struct impact_side *b,
    const struct schedule_dose *dose, bool only_missing)
{
	char before[TEXT_SIZE], after[TEXT_SIZE];

	for (size_t i = 0; i < a->answer->n_credit && c->goes_on; i++) {
		const struct schedule_credit *credit = &a->answer->credit[i];

		c->programme = law_string(a->law, a->law->programme[credit->programme].code);
		write_credit(b, credit->dose_index, c->programme, after);
		write_credit(a, credit->dose_index, c->programme, before);
		if (!only_missing)
			tell(c, IMPACT_CREDIT, dose[credit->dose_index].given, before, after);
		else if (after[0] == '\0')
			tell(c, IMPACT_CREDIT, dose[credit->dose_index].given, after, before);
	}
}

static void
compare_forecast(struct compare *c, const struct impact_side *before, const struct schedule_forecast *f,
    const struct impact_side *after, const struct schedule_forecast *g)
{
	static const enum impact_kind kind[] = { IMPACT_REMAINING, IMPACT_EARLIEST, IMPACT_LATEST,
	    IMPACT_STANDARD, IMPACT_VACCINES };
	const struct day_span none = { DAY_NONE, DAY_NONE };
	char was[TEXT_SIZE], is[TEXT_SIZE];

	write_status(f, was);
	write_status(g, is);
	tell(c, IMPACT_STATUS, none, was, is);
	for (size_t i = 0; i < sizeof(kind) / sizeof(kind[0]) && c->goes_on; i++) {
		write_next(before, f, kind[i], was);
		write_next(after, g, kind[i], is);
		tell(c, kind[i], none, was, is);
	}
}

bool
impact_compare(const struct impact_side *before, const struct impact_side *after,
    const struct schedule_dose *dose, impact_found *found, void *given)
{
	const struct day_span none = { DAY_NONE, DAY_NONE };
	struct compare c = { found, given, NULL, true };
	const struct schedule_forecast *f;
	char text[TEXT_SIZE];

	for (size_t i = 0; i < after->answer->n_forecast && c.goes_on; i++) {
		const struct schedule_forecast *g = &after->answer->forecast[i];

		c.programme = law_string(after->law, after->law->programme[g->programme].code);
		if ((f = forecast_of(before, c.programme)) != NULL) {
			compare_forecast(&c, before, f, after, g);
		} else {
			write_status(g, text);
			tell(&c, IMPACT_PROGRAMME, none, "", text);
		}
	}
	for (size_t i = 0; i < before->answer->n_forecast && c.goes_on; i++) {
		f = &before->answer->forecast[i];
		c.programme = law_string(before->law, before->law->programme[f->programme].code);
		if (forecast_of(after, c.programme) == NULL) {
			write_status(f, text);
			tell(&c, IMPACT_PROGRAMME, none, text, "");
		}
	}
	compare_credits(&c, before, after, dose, false);
	compare_credits(&c, after, before, dose, true);
	return c.goes_on;
}

#include "cli/schedule_tell.h"

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

	tell_text(t, "      ");
	tell_text(t, words(t->lang, label));
	if (!f->has_next) {
		static const char *const word[SCHEDULE_STATUS__COUNT] = {
			[SCHEDULE_DUE] = WORDS("may be given now"), [SCHEDULE_UPCOMING] = WORDS("can be given later"),
			[SCHEDULE_COMPLETE] = WORDS("complete"), [SCHEDULE_EXEMPT] = WORDS("not needed, or excluded by law"),
			[SCHEDULE_CLOSED] = WORDS("no lawful day is left"),
			[SCHEDULE_NOT_ELIGIBLE] = WORDS("not in the group that the law names"),
			[SCHEDULE_REVIEW] = WORDS("a person must decide"),
		};

		tell_text(t, words(t->lang, word[f->status]));
	} else {
		tell_words(t, WORDS("dose {1} "), tell_number(f->next.dose, n), "", "");
		tell_span(t, f->next.earliest, f->next.latest);
		if (day_known(f->next.standard_from) || day_known(f->next.standard_to)) {
			tell_text(t, words(t->lang, WORDS(" (standard ")));
			tell_span(t, f->next.standard_from, f->next.standard_to);
			tell_text(t, words(t->lang, WORDS(")")));
		}
	}
	tell_text(t, "\n");
}

enum rc
schedule_changes_write(const struct schedule_telling *telling, const struct schedule_answer *before,
    size_t n_supposed, struct buf *out)
{
	const struct json_person *p = telling->person;
	size_t start = out->len;
	bool any = false;
	struct teller t;

	tell_begin(&t, telling, out);
	tell_text(&t, words(t.lang, WORDS("What the supposed doses change")));
	tell_text(&t, "\n");
	for (size_t i = p->n_dose - n_supposed; i < p->n_dose; i++) {
		struct day_text d;

		tell_text(&t, "\n  ");
		tell_words(&t, WORDS("If {2} were given on {1}:"), tell_day(&t, p->dose[i].given.first, &d),
		    tell_product(&t, p->dose[i].product), "");
		tell_text(&t, "\n");
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
		tell_text(&t, "\n  ");
		tell_programme(&t, is->programme);
		tell_text(&t, "\n");
		tell_short(&t, WORDS("without: "), was);
		tell_short(&t, WORDS("with:    "), is);
	}
	if (!any) {
		tell_text(&t, "\n  ");
		tell_text(&t, words(t.lang, WORDS("No forecast changes.")));
		tell_text(&t, "\n");
	}
	tell_text(&t, "\n");
	if (t.rc != RC_OK)
		buf_truncate(out, start);
	return t.rc;
}

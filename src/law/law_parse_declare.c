/* The statements that declare names. */
#include "law/law_parse.h"

#include <string.h>

static void
unknown_field(struct law_reader *r)
{
	law_read_fault(r, LAW_F_UNKNOWN_FIELD);
	law_read_skip_line(r);
}

static void
parse_source(struct law_reader *r, void *row)
{
	struct law_source *s = row;
	struct law_place place = r->n > 0 ? (struct law_place){ r->file, r->word[0].line } :
	    law_read_place(r);
	uint32_t seen = 0;

	s->published = INT32_MIN;
	while (!law_read_end(r)) {
		bool good;

		if (r->word[r->at].quoted) {
			good = law_parse_once(r, &seen, s->citation_ja == LAW_NO_TEXT ? 0 : 1) &&
			    law_read_quoted(r, s->citation_ja == LAW_NO_TEXT ? &s->citation_ja : &s->citation_en);
		} else if (law_read_is(r, "published")) {
			good = law_parse_once(r, &seen, 2);
			r->at++;
			good = good && law_read_day(r, &s->published);
		} else if (law_read_is(r, "url")) {
			good = law_parse_once(r, &seen, 3);
			r->at++;
			good = good && law_read_quoted(r, &s->url);
		} else if (law_read_is(r, "unconfirmed")) {
			good = law_parse_once(r, &seen, 4);
			r->at++;
			s->unconfirmed = 1;
			good = good && law_read_quoted(r, &s->note_ja) && law_read_quoted(r, &s->note_en);
		} else {
			good = law_read_fault(r, LAW_F_UNKNOWN_FIELD);
		}
		if (!good)
			law_read_skip_line(r);
	}
	if (s->citation_ja == LAW_NO_TEXT || s->citation_en == LAW_NO_TEXT)
		law_draft_find_fault(r->draft, place, LAW_F_MISSING_CITATION, law_draft_string(r->draft, s->key));
}

/* Two quoted names, Japanese and English, right behind the name. */
static bool
two_names(struct law_reader *r, law_text *ret_ja, law_text *ret_en)
{
	if (law_read_quoted(r, ret_ja) && law_read_quoted(r, ret_en))
		return true;
	law_read_skip_line(r);
	return false;
}

static void
parse_antigen(struct law_reader *r, void *row)
{
	struct law_antigen *a = row;

	two_names(r, &a->name_ja, &a->name_en);
	while (!law_read_end(r))
		unknown_field(r);
}

static void
parse_condition(struct law_reader *r, void *row)
{
	struct law_condition *c = row;

	two_names(r, &c->name_ja, &c->name_en);
	while (!law_read_end(r)) {
		if (law_read_take(r, "died"))
			c->role = LAW_CONDITION_DIED;
		else if (law_read_take(r, "pregnant"))
			c->role = LAW_CONDITION_PREGNANT;
		else
			unknown_field(r);
	}
}

static void
parse_class(struct law_reader *r, void *row)
{
	struct law_class *c = row;

	if (!law_read_end(r) && r->word[r->at].quoted)
		two_names(r, &c->name_ja, &c->name_en);
	while (!law_read_end(r))
		unknown_field(r);
}

static void
parse_product(struct law_reader *r, void *row)
{
	struct law_product *p = row;
	uint32_t seen = 0;
	uint64_t mask;
	bool good = true;

	p->market_from = p->market_to = INT32_MIN;
	p->deemed_as = p->source = LAW_NONE;
	two_names(r, &p->name_ja, &p->name_en);
	for (; !law_read_end(r); good = true) {
		if (law_read_is(r, "antigens")) {
			good = law_parse_once(r, &seen, 0);
			r->at++;
			good = good && law_read_mask(r, LAW_TABLE_ANTIGEN, &mask);
			if (good)
				p->antigens = (uint32_t)mask;
		} else if (law_read_is(r, "classes")) {
			good = law_parse_once(r, &seen, 1);
			r->at++;
			good = good && law_read_mask(r, LAW_TABLE_CLASS, &mask);
			if (good)
				p->classes = (uint32_t)mask;
		} else if (law_read_is(r, "market")) {
			good = law_parse_once(r, &seen, 2);
			r->at++;
			good = good && law_read_days(r, &p->market_from, &p->market_to);
		} else if (law_read_is(r, "deemed-as")) {
			good = law_parse_once(r, &seen, 3);
			r->at++;
			good = good && law_read_index(r, LAW_TABLE_PRODUCT, &p->deemed_as);
		} else if (law_read_is(r, "source")) {
			good = law_parse_once(r, &seen, 4);
			r->at++;
			good = good && law_read_index(r, LAW_TABLE_SOURCE, &p->source);
		} else if (law_read_take(r, "oral")) {
			p->oral = 1;
		} else if (law_read_take(r, "antibody")) {
			p->kind = LAW_PRODUCT_ANTIBODY;
		} else {
			good = law_read_fault(r, LAW_F_UNKNOWN_FIELD);
		}
		if (!good)
			law_read_skip_line(r);
	}
}

static void
parse_season(struct law_reader *r, void *row)
{
	struct law_season *s = row;
	struct law_place place = law_read_place(r);
	uint32_t seen = 0;

	s->source = LAW_NONE;
	while (!law_read_end(r)) {
		bool good = true;

		if (law_read_is(r, "days")) {
			good = law_parse_once(r, &seen, 0);
			r->at++;
			good = good && law_read_month_day(r, &s->from_month, &s->from_day);
			if (good && !law_read_take(r, ".."))
				good = law_read_fault(r, LAW_F_UNKNOWN_WORD);
			good = good && law_read_month_day(r, &s->to_month, &s->to_day);
		} else if (law_read_is(r, "source")) {
			good = law_parse_once(r, &seen, 1);
			r->at++;
			good = good && law_read_index(r, LAW_TABLE_SOURCE, &s->source);
		} else if (law_read_take(r, "settable")) {
			s->settable = 1;
		} else {
			good = law_read_fault(r, LAW_F_UNKNOWN_FIELD);
		}
		if (!good)
			law_read_skip_line(r);
	}
	if ((seen & 1) == 0)
		law_draft_find_fault(r->draft, place, LAW_F_MISSING_FIELD, "days");
	if (s->source == LAW_NONE)
		law_draft_find_fault(r->draft, place, LAW_F_MISSING_CITATION, law_draft_string(r->draft, s->code));
}

static bool
component(struct law_reader *r, struct law_programme *p)
{
	uint64_t antigens, history = 0;

	if (p->n_components == LAW_COMPONENTS)
		return law_read_fault(r, LAW_F_TOO_MANY);
	if (!law_read_mask(r, LAW_TABLE_ANTIGEN, &antigens))
		return false;
	if (law_read_take(r, "history") && !law_read_mask(r, LAW_TABLE_CONDITION, &history))
		return false;
	p->component[p->n_components].antigens = (uint32_t)antigens;
	p->component[p->n_components++].history = (uint32_t)history;
	return true;
}

static bool
stage(struct law_reader *r, struct law_programme *p)
{
	struct law_draft *d = r->draft;
	law_text name;
	uint16_t i;

	if (!law_read_name(r, &name))
		return false;
	for (i = 0; i < d->n_stages && d->stage_name[i] != name; i++)
		continue;
	if (i == LAW_DRAFT_STAGES)
		return law_read_fault(r, LAW_F_TOO_MANY);
	if (i == d->n_stages)
		d->stage_name[d->n_stages++] = name;
	p->stages = i;
	return true;
}

static bool
programme_field(struct law_reader *r, struct law_programme *p, uint32_t *seen)
{
	static const char *const word[] = {
		"antigens", "component", "stages", "exclusion", "review-if", "outside", "child", "season",
		"per-pregnancy", "any-age", "takes", "exclusion-source", "history-source",
		"too-young-source", "too-soon-source", "antibody-source",
	};
	unsigned k = 0;
	uint64_t mask;
	bool good;

	while (k < sizeof word / sizeof word[0] && !law_read_is(r, word[k]))
		k++;
	if (k == sizeof word / sizeof word[0])
		return law_read_fault(r, LAW_F_UNKNOWN_FIELD);
	if (k != 1 && !law_parse_once(r, seen, k))
		return false;
	*seen |= UINT32_C(1) << k;
	r->at++;
	switch (k) {
	case 0:
		good = law_read_mask(r, LAW_TABLE_ANTIGEN, &mask);
		if (good)
			p->antigens = (uint32_t)mask;
		return good;
	case 1:
		return component(r, p);
	case 2:
		return stage(r, p);
	case 3:
		good = law_read_mask(r, LAW_TABLE_CONDITION, &mask);
		if (good)
			p->exclusion = (uint32_t)mask;
		return good;
	case 4:
		good = law_read_mask(r, LAW_TABLE_CONDITION, &mask);
		if (good)
			p->review_if = (uint32_t)mask;
		return good;
	case 5:
		p->outside = law_read_is(r, "review") ? LAW_OUTSIDE_REVIEW : LAW_OUTSIDE_VALID;
		return law_read_take(r, "review") || law_read_take(r, "valid") ||
		    law_read_fault(r, LAW_F_UNKNOWN_WORD);
	case 6:
		p->child = 1;
		return true;
	case 7:
		return law_read_index(r, LAW_TABLE_SEASON, &p->season);
	case 8:
		p->per_pregnancy = 1;
		return true;
	case 9:
		p->any_age = 1;
		return true;
	case 10:
		return law_read_points(r, &p->takes_from, &p->takes_to);
	case 11:
		return law_read_index(r, LAW_TABLE_SOURCE, &p->exclusion_source);
	case 12:
		return law_read_index(r, LAW_TABLE_SOURCE, &p->history_source);
	case 13:
		return law_read_index(r, LAW_TABLE_SOURCE, &p->young_source);
	case 14:
		return law_read_index(r, LAW_TABLE_SOURCE, &p->short_source);
	default:
		return law_read_index(r, LAW_TABLE_SOURCE, &p->antibody_source);
	}
}

static void
parse_programme(struct law_reader *r, void *row)
{
	struct law_programme *p = row;
	struct law_place place = law_read_place(r);
	uint32_t seen = 0, history = 0;

	p->stages = p->season = p->exclusion_source = p->history_source = LAW_NONE;
	p->young_source = p->short_source = p->antibody_source = LAW_NONE;
	two_names(r, &p->name_ja, &p->name_en);
	while (!law_read_end(r)) {
		if (!programme_field(r, p, &seen))
			law_read_skip_line(r);
	}
	if ((seen >> 1 & 1) == 0)
		law_draft_find_fault(r->draft, place, LAW_F_MISSING_FIELD, "component");
	for (size_t i = 0; i < p->n_components; i++) {
		p->antigens |= p->component[i].antigens;
		history |= p->component[i].history;
	}
	if ((p->exclusion != 0 && p->exclusion_source == LAW_NONE) ||
	    (history != 0 && p->history_source == LAW_NONE))
		law_draft_find_fault(r->draft, place, LAW_F_MISSING_CITATION, law_draft_string(r->draft, p->code));
}

static const struct declaration {
	const char *word;
	enum law_table table;
	void (*parse)(struct law_reader *r, void *row);
} declaration[] = {
	{ "source", LAW_TABLE_SOURCE, parse_source },
	{ "antigen", LAW_TABLE_ANTIGEN, parse_antigen },
	{ "condition", LAW_TABLE_CONDITION, parse_condition },
	{ "class", LAW_TABLE_CLASS, parse_class },
	{ "product", LAW_TABLE_PRODUCT, parse_product },
	{ "season", LAW_TABLE_SEASON, parse_season },
	{ "programme", LAW_TABLE_PROGRAMME, parse_programme },
};

static void
declare(struct law_reader *r, const struct declaration *what)
{
	struct law_place place = law_read_place(r);
	law_text name, *at;
	void *row;

	if (!law_read_name(r, &name))
		return;
	if (law_draft_find(r->draft, what->table, law_draft_string(r->draft, name),
	    strlen(law_draft_string(r->draft, name))) != LAW_NONE) {
		r->at--;
		law_read_fault(r, LAW_F_NAME_TWICE);
		return;
	}
	if ((row = law_draft_row(r->draft, what->table, place)) == NULL)
		return;
	at = what->table == LAW_TABLE_SEASON ? &((struct law_season *)row)->code : row;
	*at = name;
}

/* The row that this very line declared; a second one of the name has none. */
static void
fill(struct law_reader *r, const struct declaration *what)
{
	uint16_t i;
	const struct law_place *place;

	if (law_read_end(r))
		return;
	i = law_draft_find(r->draft, what->table, r->word[r->at].text, r->word[r->at].len);
	if (i == LAW_NONE)
		return;
	place = &r->draft->table[what->table].place[i];
	if (place->line != law_read_place(r).line || place->file != r->file)
		return;
	r->at++;
	what->parse(r, law_draft_at(r->draft, what->table, i));
}

bool
law_parse_declaration(struct law_reader *r, enum law_pass pass)
{
	for (size_t i = 0; i < sizeof declaration / sizeof declaration[0]; i++) {
		if (!law_read_take(r, declaration[i].word))
			continue;
		if (pass == LAW_PASS_NAMES)
			declare(r, &declaration[i]);
		else
			fill(r, &declaration[i]);
		return true;
	}
	return false;
}

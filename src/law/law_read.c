#include "law/law_read.h"

#include <string.h>

#include "base/limits.h"

struct law_place
law_read_place(const struct law_reader *r)
{
	size_t i = r->at < r->n ? r->at : r->n - 1;

	return (struct law_place){ r->file, r->word[i].line };
}

bool
law_read_end(const struct law_reader *r)
{
	return r->at >= r->n;
}

static bool
same(const struct law_word *w, const char *text)
{
	return !w->quoted && strlen(text) == w->len && memcmp(w->text, text, w->len) == 0;
}

bool
law_read_is(const struct law_reader *r, const char *word)
{
	return r->at < r->n && same(&r->word[r->at], word);
}

bool
law_read_take(struct law_reader *r, const char *word)
{
	if (!law_read_is(r, word))
		return false;
	r->at++;
	return true;
}

void
law_read_skip_line(struct law_reader *r)
{
	uint32_t line = law_read_place(r).line;

	while (r->at < r->n && r->word[r->at].line == line)
		r->at++;
}

bool
law_read_fault(struct law_reader *r, enum law_finding finding)
{
	char detail[80] = "";

	if (r->at < r->n) {
		size_t len = r->word[r->at].len < sizeof detail - 1 ? r->word[r->at].len : sizeof detail - 1;

		/* Cut no character in two: only ASCII is echoed of a text too long. */
		if (len < r->word[r->at].len) {
			while (len > 0 && (r->word[r->at].text[len] & 0xc0) == 0x80)
				len--;
		}
		memcpy(detail, r->word[r->at].text, len);
		detail[len] = '\0';
	}
	law_draft_find_fault(r->draft, law_read_place(r), finding, detail);
	return false;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_name_char(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.';
}

bool
law_read_name(struct law_reader *r, law_text *ret_name)
{
	const struct law_word *w = &r->word[r->at];

	if (law_read_end(r))
		return law_read_fault(r, LAW_F_MISSING_FIELD);
	if (w->quoted || w->len > LIMIT_CODE_CHARS || same(w, "-") || same(w, ".."))
		return law_read_fault(r, LAW_F_BAD_NAME);
	for (uint32_t i = 0; i < w->len; i++) {
		if (!is_name_char(w->text[i]))
			return law_read_fault(r, LAW_F_BAD_NAME);
	}
	*ret_name = law_draft_text(r->draft, w->text, w->len);
	r->at++;
	return true;
}

bool
law_read_quoted(struct law_reader *r, law_text *ret_text)
{
	if (law_read_end(r) || !r->word[r->at].quoted)
		return law_read_fault(r, LAW_F_MISSING_FIELD);
	*ret_text = law_draft_text(r->draft, r->word[r->at].text, r->word[r->at].len);
	r->at++;
	return true;
}

/* Digits at *at of a word; at most 6. */
static bool
digits(const struct law_word *w, uint32_t *at, int32_t *ret_number)
{
	int32_t n = 0;
	uint32_t first = *at;

	while (*at < w->len && is_digit(w->text[*at]) && *at - first < 6)
		n = n * 10 + (w->text[(*at)++] - '0');
	if (*at == first)
		return false;
	*ret_number = n;
	return true;
}

bool
law_read_number(struct law_reader *r, int32_t least, int32_t most, int32_t *ret_number)
{
	uint32_t at = 0;
	int32_t n;

	if (law_read_end(r))
		return law_read_fault(r, LAW_F_MISSING_FIELD);
	if (!digits(&r->word[r->at], &at, &n) || at != r->word[r->at].len || n < least || n > most)
		return law_read_fault(r, LAW_F_NOT_A_NUMBER);
	*ret_number = n;
	r->at++;
	return true;
}

bool
law_read_day(struct law_reader *r, int32_t *ret_day)
{
	day d;

	if (law_read_end(r))
		return law_read_fault(r, LAW_F_MISSING_FIELD);
	if (law_read_take(r, "-")) {
		*ret_day = INT32_MIN;
		return true;
	}
	if (day_parse(r->word[r->at].text, r->word[r->at].len, &d) != RC_OK)
		return law_read_fault(r, LAW_F_NOT_A_DAY);
	*ret_day = d.n;
	r->at++;
	return true;
}

bool
law_read_days(struct law_reader *r, int32_t *ret_from, int32_t *ret_to)
{
	int32_t from, to;

	if (!law_read_day(r, &from))
		return false;
	if (!law_read_take(r, ".."))
		return law_read_fault(r, LAW_F_UNKNOWN_WORD);
	if (!law_read_day(r, &to))
		return false;
	*ret_from = from;
	*ret_to = to;
	return true;
}

bool
law_read_month_day(struct law_reader *r, int16_t *ret_month, int16_t *ret_day)
{
	const struct law_word *w = &r->word[r->at];
	uint32_t at = 0;
	int32_t month, mday;
	day any;

	if (law_read_end(r))
		return law_read_fault(r, LAW_F_MISSING_FIELD);
	/* A season must have its days in every year: February 29 is none. */
	if (w->len != 5 || !digits(w, &at, &month) || at != 2 || w->text[at++] != '-' ||
	    !digits(w, &at, &mday) || at != 5 || day_make(2001, month, mday, &any) != RC_OK)
		return law_read_fault(r, LAW_F_NOT_A_DAY);
	*ret_month = (int16_t)month;
	*ret_day = (int16_t)mday;
	r->at++;
	return true;
}

static bool
begins(const struct law_word *w, uint32_t *at, const char *with)
{
	size_t len = strlen(with);

	if (w->len - *at < len || memcmp(w->text + *at, with, len) != 0)
		return false;
	*at += (uint32_t)len;
	return true;
}

/* "+1d", "-1d", "-12m": a signed count of one unit. */
static bool
signed_count(const struct law_word *w, uint32_t *at, char unit, int32_t *ret_count)
{
	uint32_t here = *at;
	int32_t n;
	bool less;

	if (here >= w->len || (w->text[here] != '+' && w->text[here] != '-'))
		return false;
	less = w->text[here++] == '-';
	if (!digits(w, &here, &n) || here >= w->len || w->text[here] != unit)
		return false;
	*at = here + 1;
	*ret_count = less ? -n : n;
	return true;
}

static bool
counted_point(const struct law_word *w, uint32_t *at, struct law_point *p)
{
	int32_t n;

	if (!digits(w, at, &n) || *at >= w->len)
		return false;
	p->kind = LAW_POINT_AGE_DAYS;
	switch (w->text[(*at)++]) {
	case 'd':
		p->n = n;
		return true;
	case 'w':
		p->n = n * 7;
		return true;
	case 'm':
		p->kind = LAW_POINT_AGE_MONTHS;
		p->n = n;
		return n <= 3000;
	case 'y':
		p->kind = LAW_POINT_AGE_MONTHS;
		p->n = n * 12;
		return n <= 250;
	default:
		return false;
	}
}

static bool
point_of(const struct law_word *w, bool last, struct law_point *p)
{
	uint32_t at = 0;
	int32_t n, plus;
	day d;

	memset(p, 0, sizeof *p);
	if (same(w, "-"))
		return true;
	if (begins(w, &at, "birth")) {
		p->kind = LAW_POINT_AGE_DAYS;
	} else if (begins(w, &at, "fiscal:")) {
		if (!digits(w, &at, &n) || n > 250 || !begins(w, &at, "y"))
			return false;
		p->kind = last ? LAW_POINT_FISCAL_LAST : LAW_POINT_FISCAL_FIRST;
		p->n = n;
	} else if (begins(w, &at, "school")) {
		p->kind = LAW_POINT_SCHOOL;
		if (signed_count(w, &at, 'm', &n))
			p->n = n;
	} else if (begins(w, &at, "gestation:")) {
		int32_t weeks;

		if (!digits(w, &at, &weeks) || weeks > 45 || !begins(w, &at, "w") ||
		    !digits(w, &at, &n) || n > 6 || !begins(w, &at, "d"))
			return false;
		p->kind = LAW_POINT_GESTATION;
		p->n = weeks * 7 + n;
	} else if (begins(w, &at, "season")) {
		p->kind = last ? LAW_POINT_SEASON_LAST : LAW_POINT_SEASON_FIRST;
	} else if (w->len >= 10 && day_parse(w->text, 10, &d) == RC_OK) {
		p->kind = LAW_POINT_DATE;
		p->n = d.n;
		at = 10;
	} else if (!counted_point(w, &at, p)) {
		return false;
	}
	if (signed_count(w, &at, 'd', &plus)) {
		if (plus < -366 || plus > 366)
			return false;
		p->plus_days = (int16_t)plus;
	}
	return at == w->len;
}

bool
law_read_point(struct law_reader *r, bool last, struct law_point *ret_point)
{
	struct law_point p;

	if (law_read_end(r))
		return law_read_fault(r, LAW_F_MISSING_FIELD);
	if (r->word[r->at].quoted || !point_of(&r->word[r->at], last, &p))
		return law_read_fault(r, LAW_F_NOT_A_POINT);
	*ret_point = p;
	r->at++;
	return true;
}

bool
law_read_points(struct law_reader *r, struct law_point *ret_from, struct law_point *ret_to)
{
	struct law_point from, to;

	if (!law_read_point(r, false, &from))
		return false;
	if (!law_read_take(r, ".."))
		return law_read_fault(r, LAW_F_UNKNOWN_WORD);
	if (!law_read_point(r, true, &to))
		return false;
	*ret_from = from;
	*ret_to = to;
	return true;
}

bool
law_read_anchor(struct law_reader *r, struct law_gap *ret_gap)
{
	struct law_gap g = { LAW_ANCHOR_NONE, 0, 0, 0, 0 };
	int32_t n;

	if (law_read_take(r, "previous")) {
		g.anchor = LAW_ANCHOR_PREVIOUS;
	} else if (law_read_take(r, "stages")) {
		g.anchor = LAW_ANCHOR_STAGES;
	} else if (law_read_is(r, "dose") || law_read_is(r, "group")) {
		g.anchor = law_read_is(r, "dose") ? LAW_ANCHOR_DOSE : LAW_ANCHOR_GROUP;
		r->at++;
		if (!law_read_number(r, 1, 200, &n))
			return false;
		g.dose = (uint8_t)n;
	} else {
		return law_read_fault(r, LAW_F_NOT_AN_INTERVAL);
	}
	*ret_gap = g;
	return true;
}

bool
law_read_amount(struct law_reader *r, struct law_gap *ret_gap)
{
	const struct law_word *w = &r->word[r->at];
	uint32_t at = 0;
	int32_t n;
	uint8_t unit;

	if (law_read_end(r))
		return law_read_fault(r, LAW_F_MISSING_FIELD);
	if (!digits(w, &at, &n) || n > 9999)
		return law_read_fault(r, LAW_F_NOT_AN_INTERVAL);
	if (begins(w, &at, "d"))
		unit = LAW_UNIT_DAYS;
	else if (begins(w, &at, ".5m"))
		unit = LAW_UNIT_HALF_MONTHS;
	else if (begins(w, &at, "m"))
		unit = LAW_UNIT_MONTHS;
	else
		return law_read_fault(r, LAW_F_NOT_AN_INTERVAL);
	if (at != w->len)
		return law_read_fault(r, LAW_F_NOT_AN_INTERVAL);
	ret_gap->unit = unit;
	ret_gap->n = n;
	r->at++;
	return true;
}

static enum law_finding
unknown_in(enum law_table table)
{
	static const enum law_finding finding[LAW_TABLE__COUNT] = {
		[LAW_TABLE_SOURCE] = LAW_F_UNKNOWN_SOURCE,
		[LAW_TABLE_ANTIGEN] = LAW_F_UNKNOWN_ANTIGEN,
		[LAW_TABLE_CONDITION] = LAW_F_UNKNOWN_CONDITION,
		[LAW_TABLE_CLASS] = LAW_F_UNKNOWN_CLASS,
		[LAW_TABLE_PRODUCT] = LAW_F_UNKNOWN_PRODUCT,
		[LAW_TABLE_PROGRAMME] = LAW_F_UNKNOWN_PROGRAMME,
		[LAW_TABLE_SEASON] = LAW_F_UNKNOWN_SEASON,
	};

	return finding[table];
}

bool
law_read_index(struct law_reader *r, enum law_table table, uint16_t *ret_index)
{
	uint16_t i;

	if (law_read_end(r))
		return law_read_fault(r, LAW_F_MISSING_FIELD);
	i = law_draft_find(r->draft, table, r->word[r->at].text, r->word[r->at].len);
	if (i == LAW_NONE)
		return law_read_fault(r, unknown_in(table));
	*ret_index = i;
	r->at++;
	return true;
}

bool
law_read_mask(struct law_reader *r, enum law_table table, uint64_t *ret_mask)
{
	const struct law_word *w = &r->word[r->at];
	uint64_t mask = 0;
	uint32_t at = 0;

	if (law_read_end(r))
		return law_read_fault(r, LAW_F_MISSING_FIELD);
	while (at <= w->len) {
		uint32_t to = at;
		uint16_t i;

		while (to < w->len && w->text[to] != ',')
			to++;
		i = law_draft_find(r->draft, table, w->text + at, to - at);
		if (i == LAW_NONE)
			return law_read_fault(r, unknown_in(table));
		mask |= UINT64_C(1) << i;
		at = to + 1;
	}
	*ret_mask = mask;
	r->at++;
	return true;
}

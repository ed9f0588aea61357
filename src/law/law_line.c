/* The parts that a printed line of law is made of. */
#include "law/law_line.h"

#include <stdio.h>
#include <string.h>

void
law_line_put(struct law_line *p, const char *text)
{
	if (p->rc == RC_OK)
		p->rc = buf_add_text(p->out, text);
}

void
law_line_put_name(struct law_line *p, law_text ja, law_text en)
{
	law_line_put(p, law_string(p->law, p->lang == LAW_PRINT_JA ? ja : en));
}

void
law_line_phrase(const struct law_line *p, enum law_phrase which, const char *one, const char *two, char *text)
{
	law_phrase_write(p->lang, which, one, two, text, LAW_LINE_PIECE);
}

/* Parts of a line, joined by commas. */
void
law_line_part(struct law_line *p, enum law_phrase which, const char *one, const char *two)
{
	char text[LAW_LINE_PIECE];

	law_line_phrase(p, which, one, two, text);
	if (!p->first)
		law_line_put(p, p->lang == LAW_PRINT_JA ? "、" : ", ");
	p->first = false;
	law_line_put(p, text);
}

void
law_line_number(int32_t n, char text[16])
{
	(void)snprintf(text, 16, "%d", n);
}

void
law_line_write_day(int32_t n, char text[DAY_TEXT_SIZE])
{
	day_write((day){ n }, text);
}

static void
write_age(const struct law_line *p, const struct law_point *point, char *text)
{
	char a[16], b[16], date[DAY_TEXT_SIZE];

	law_line_number(point->n, a);
	switch ((enum law_point_kind)point->kind) {
	case LAW_POINT_AGE_MONTHS:
		law_line_number(point->n / 12, b);
		if (point->n >= 36 && point->n % 12 == 0)
			law_line_phrase(p, LAW_SAY_AGE_YEARS, b, "", text);
		else
			law_line_phrase(p, LAW_SAY_AGE_MONTHS, a, "", text);
		break;
	case LAW_POINT_AGE_DAYS:
		law_line_phrase(p, point->n == 0 ? LAW_SAY_BIRTH : LAW_SAY_AGE_DAYS, a, "", text);
		break;
	case LAW_POINT_FISCAL_FIRST:
		law_line_phrase(p, LAW_SAY_FISCAL_FIRST, a, "", text);
		break;
	case LAW_POINT_FISCAL_LAST:
		law_line_phrase(p, LAW_SAY_FISCAL_LAST, a, "", text);
		break;
	case LAW_POINT_SCHOOL:
		law_line_number(-point->n, a);
		law_line_phrase(p, point->n == 0 ? LAW_SAY_SCHOOL : LAW_SAY_SCHOOL_BEFORE, a, "", text);
		break;
	case LAW_POINT_DATE:
		law_line_write_day(point->n, date);
		memcpy(text, date, sizeof date);
		break;
	case LAW_POINT_GESTATION:
		law_line_number(point->n / 7, a);
		law_line_number(point->n % 7, b);
		law_line_phrase(p, LAW_SAY_GESTATION, a, b, text);
		break;
	case LAW_POINT_SEASON_FIRST:
		law_line_phrase(p, LAW_SAY_SEASON_FIRST, "", "", text);
		break;
	case LAW_POINT_SEASON_LAST:
		law_line_phrase(p, LAW_SAY_SEASON_LAST, "", "", text);
		break;
	case LAW_POINT_NONE:
	case LAW_POINT__COUNT:
		text[0] = '\0';
		break;
	}
}

void
law_line_write_point(const struct law_line *p, const struct law_point *point, char *text)
{
	char age[LAW_LINE_PIECE], n[16];

	write_age(p, point, age);
	if (point->plus_days == 0) {
		memcpy(text, age, strlen(age) + 1);
		return;
	}
	law_line_number(point->plus_days < 0 ? -point->plus_days : point->plus_days, n);
	if (point->plus_days == 1 || point->plus_days == -1)
		law_line_phrase(p, point->plus_days < 0 ? LAW_SAY_EVE : LAW_SAY_DAY_AFTER, age, "", text);
	else
		law_line_phrase(p, point->plus_days < 0 ? LAW_SAY_DAYS_BEFORE : LAW_SAY_DAYS_AFTER, age, n, text);
}

void
law_line_write_range(const struct law_line *p, const char *from, const char *to, char *text)
{
	if (from[0] == '\0' && to[0] == '\0')
		law_line_phrase(p, LAW_SAY_ALWAYS, "", "", text);
	else if (to[0] == '\0')
		law_line_phrase(p, LAW_SAY_FROM, from, "", text);
	else if (from[0] == '\0')
		law_line_phrase(p, LAW_SAY_TO, to, "", text);
	else
		law_line_phrase(p, LAW_SAY_FROM_TO, from, to, text);
}

void
law_line_write_points(const struct law_line *p, const struct law_point *from, const struct law_point *to, char *text)
{
	char a[LAW_LINE_PIECE], b[LAW_LINE_PIECE];

	law_line_write_point(p, from, a);
	law_line_write_point(p, to, b);
	law_line_write_range(p, a, b, text);
}

void
law_line_write_days(const struct law_line *p, int32_t from, int32_t to, char *text)
{
	char a[DAY_TEXT_SIZE], b[DAY_TEXT_SIZE];

	law_line_write_day(from, a);
	law_line_write_day(to, b);
	law_line_write_range(p, a, b, text);
}

void
law_line_write_amount(const struct law_line *p, const struct law_gap *gap, char *text)
{
	static const enum law_phrase unit[LAW_UNIT__COUNT] = {
		[LAW_UNIT_DAYS] = LAW_SAY_DAYS,
		[LAW_UNIT_MONTHS] = LAW_SAY_MONTHS,
		[LAW_UNIT_HALF_MONTHS] = LAW_SAY_HALF_MONTHS,
	};
	static const enum law_phrase one[LAW_UNIT__COUNT] = {
		[LAW_UNIT_DAYS] = LAW_SAY_ONE_DAY,
		[LAW_UNIT_MONTHS] = LAW_SAY_ONE_MONTH,
		[LAW_UNIT_HALF_MONTHS] = LAW_SAY_HALF_MONTHS,
	};
	char n[16];

	law_line_number(gap->n, n);
	law_line_phrase(p, (gap->n == 1 ? one : unit)[gap->unit], n, "", text);
}

void
law_line_part_gap(struct law_line *p, const struct law_gap *gap)
{
	static const enum law_phrase after[LAW_ANCHOR__COUNT] = {
		[LAW_ANCHOR_PREVIOUS] = LAW_SAY_AFTER_PREVIOUS,
		[LAW_ANCHOR_DOSE] = LAW_SAY_AFTER_DOSE,
		[LAW_ANCHOR_GROUP] = LAW_SAY_AFTER_GROUP,
		[LAW_ANCHOR_STAGES] = LAW_SAY_AFTER_STAGES,
	};
	char amount[LAW_LINE_PIECE], dose[16];

	if (gap->anchor == LAW_ANCHOR_NONE)
		return;
	law_line_write_amount(p, gap, amount);
	law_line_number(gap->dose, dose);
	law_line_part(p, after[gap->anchor], amount, dose);
}

static size_t
join(char *text, size_t at, const char *comma, const char *word)
{
	size_t len = strlen(word), between = strlen(comma);

	if (at + between + len + 1 >= LAW_LINE_PIECE)
		return at;
	if (at > 0) {
		memcpy(text + at, comma, between);
		at += between;
	}
	memcpy(text + at, word, len + 1);
	return at + len;
}

void
law_line_write_products(const struct law_line *p, uint64_t mask, char *text)
{
	size_t at = 0;

	text[0] = '\0';
	if (mask == 0)
		law_line_phrase(p, LAW_SAY_ANY_PRODUCT, "", "", text);
	for (uint16_t i = 0; i < p->law->n_product; i++) {
		if ((mask >> i & 1) != 0)
			at = join(text, at, ",", law_string(p->law, p->law->product[i].code));
	}
}

void
law_line_write_conditions(const struct law_line *p, uint32_t mask, char *text)
{
	size_t at = 0;

	text[0] = '\0';
	for (uint16_t i = 0; i < p->law->n_condition; i++) {
		const struct law_condition *c = &p->law->condition[i];

		if ((mask >> i & 1) != 0)
			at = join(text, at, p->lang == LAW_PRINT_JA ? "又は" : " or ",
			    law_string(p->law, p->lang == LAW_PRINT_JA ? c->name_ja : c->name_en));
	}
}

void
law_line_write_classes(const struct law_line *p, uint32_t mask, char *text)
{
	size_t at = 0;

	text[0] = '\0';
	for (uint16_t i = 0; i < p->law->n_class; i++) {
		const struct law_class *c = &p->law->class_[i];
		law_text name = p->lang == LAW_PRINT_JA ? c->name_ja : c->name_en;

		if ((mask >> i & 1) != 0)
			at = join(text, at, p->lang == LAW_PRINT_JA ? "、" : ", ",
			    law_string(p->law, name == LAW_NO_TEXT ? c->code : name));
	}
}

/* "2", "1 or more", "1 to 2", "no" */
static void
write_count(const struct law_line *p, const struct law_who *who, char *text)
{
	char least[16], most[16];

	law_line_number(who->given_min, least);
	law_line_number(who->given_max, most);
	law_line_phrase(p, who->given_max == 0 ? LAW_SAY_COUNT_NONE : who->given_max == 255 ? LAW_SAY_COUNT_LEAST :
	    who->given_min == who->given_max ? LAW_SAY_COUNT_EXACT : LAW_SAY_COUNT_BETWEEN, least, most, text);
}

void
law_line_part_who(struct law_line *p, const struct law_who *who)
{
	char text[LAW_LINE_PIECE], count[LAW_LINE_PIECE];

	if (who->birth_from != INT32_MIN || who->birth_to != INT32_MIN) {
		law_line_write_days(p, who->birth_from, who->birth_to, text);
		law_line_part(p, LAW_SAY_BORN, text, "");
	}
	if (who->sex == LAW_SEX_FEMALE)
		law_line_part(p, LAW_SAY_FEMALE, "", "");
	if (who->sex == LAW_SEX_MALE)
		law_line_part(p, LAW_SAY_MALE, "", "");
	if (who->conditions_any != 0) {
		law_line_write_conditions(p, who->conditions_any, text);
		law_line_part(p, LAW_SAY_WITH, text, "");
	}
	if (who->conditions_none != 0) {
		law_line_write_conditions(p, who->conditions_none, text);
		law_line_part(p, LAW_SAY_WITHOUT, text, "");
	}
	if (who->gestation != 0)
		law_line_part(p, LAW_SAY_GESTATION_KNOWN, "", "");
	if (who->antibody_low != 0) {
		law_line_write_day(who->antibody_by, text);
		law_line_part(p, LAW_SAY_ANTIBODY, text, "");
	}
	if (who->given_min > 0 || who->given_max != 255) {
		write_count(p, who, count);
		if (who->given_from == INT32_MIN && who->given_to == INT32_MIN) {
			law_line_part(p, LAW_SAY_GIVEN, count, "");
		} else {
			law_line_write_days(p, who->given_from, who->given_to, text);
			law_line_part(p, LAW_SAY_GIVEN_IN, count, text);
		}
	}
}

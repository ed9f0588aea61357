#include "law/law_print.h"

#include <stdio.h>
#include <string.h>

#include "law/law_phrase.h"

/* Lines are built in place and added whole; the first failure stays. */
#define PIECE 1024

struct printer {
	const struct law *law;
	enum law_print_lang lang;
	struct buf *out;
	enum rc rc;
	bool first;		/* the next piece of the line needs no comma */
};

static void
put(struct printer *p, const char *text)
{
	if (p->rc == RC_OK)
		p->rc = buf_add_text(p->out, text);
}

static void
put_name(struct printer *p, law_text ja, law_text en)
{
	put(p, law_string(p->law, p->lang == LAW_PRINT_JA ? ja : en));
}

static void
phrase(const struct printer *p, enum law_phrase which, const char *one, const char *two, char *text)
{
	law_phrase_write(p->lang, which, one, two, text, PIECE);
}

/* Parts of a line, joined by commas. */
static void
part(struct printer *p, enum law_phrase which, const char *one, const char *two)
{
	char text[PIECE];

	phrase(p, which, one, two, text);
	if (!p->first)
		put(p, p->lang == LAW_PRINT_JA ? "、" : ", ");
	p->first = false;
	put(p, text);
}

static void
number(int32_t n, char text[16])
{
	(void)snprintf(text, 16, "%d", n);
}

static void
write_day(int32_t n, char text[DAY_TEXT_SIZE])
{
	day_write((day){ n }, text);
}

static void
write_age(const struct printer *p, const struct law_point *point, char *text)
{
	char a[16], b[16], date[DAY_TEXT_SIZE];

	number(point->n, a);
	switch ((enum law_point_kind)point->kind) {
	case LAW_POINT_AGE_MONTHS:
		number(point->n / 12, b);
		if (point->n >= 36 && point->n % 12 == 0)
			phrase(p, LAW_SAY_AGE_YEARS, b, "", text);
		else
			phrase(p, LAW_SAY_AGE_MONTHS, a, "", text);
		break;
	case LAW_POINT_AGE_DAYS:
		phrase(p, point->n == 0 ? LAW_SAY_BIRTH : LAW_SAY_AGE_DAYS, a, "", text);
		break;
	case LAW_POINT_FISCAL_FIRST:
		phrase(p, LAW_SAY_FISCAL_FIRST, a, "", text);
		break;
	case LAW_POINT_FISCAL_LAST:
		phrase(p, LAW_SAY_FISCAL_LAST, a, "", text);
		break;
	case LAW_POINT_SCHOOL:
		number(-point->n, a);
		phrase(p, point->n == 0 ? LAW_SAY_SCHOOL : LAW_SAY_SCHOOL_BEFORE, a, "", text);
		break;
	case LAW_POINT_DATE:
		write_day(point->n, date);
		memcpy(text, date, sizeof date);
		break;
	case LAW_POINT_GESTATION:
		number(point->n / 7, a);
		number(point->n % 7, b);
		phrase(p, LAW_SAY_GESTATION, a, b, text);
		break;
	case LAW_POINT_SEASON_FIRST:
		phrase(p, LAW_SAY_SEASON_FIRST, "", "", text);
		break;
	case LAW_POINT_SEASON_LAST:
		phrase(p, LAW_SAY_SEASON_LAST, "", "", text);
		break;
	case LAW_POINT_NONE:
	case LAW_POINT__COUNT:
		text[0] = '\0';
		break;
	}
}

static void
write_point(const struct printer *p, const struct law_point *point, char *text)
{
	char age[PIECE], n[16];

	write_age(p, point, age);
	if (point->plus_days == 0) {
		memcpy(text, age, strlen(age) + 1);
		return;
	}
	number(point->plus_days < 0 ? -point->plus_days : point->plus_days, n);
	phrase(p, point->plus_days < 0 ? LAW_SAY_DAYS_BEFORE : LAW_SAY_DAYS_AFTER, age, n, text);
}

static void
write_range(const struct printer *p, const char *from, const char *to, char *text)
{
	if (from[0] == '\0' && to[0] == '\0')
		phrase(p, LAW_SAY_ALWAYS, "", "", text);
	else if (to[0] == '\0')
		phrase(p, LAW_SAY_FROM, from, "", text);
	else if (from[0] == '\0')
		phrase(p, LAW_SAY_TO, to, "", text);
	else
		phrase(p, LAW_SAY_FROM_TO, from, to, text);
}

static void
write_points(const struct printer *p, const struct law_point *from, const struct law_point *to, char *text)
{
	char a[PIECE], b[PIECE];

	write_point(p, from, a);
	write_point(p, to, b);
	write_range(p, a, b, text);
}

static void
write_days(const struct printer *p, int32_t from, int32_t to, char *text)
{
	char a[DAY_TEXT_SIZE], b[DAY_TEXT_SIZE];

	write_day(from, a);
	write_day(to, b);
	write_range(p, a, b, text);
}

static void
write_amount(const struct printer *p, const struct law_gap *gap, char *text)
{
	static const enum law_phrase unit[LAW_UNIT__COUNT] = {
		[LAW_UNIT_DAYS] = LAW_SAY_DAYS,
		[LAW_UNIT_MONTHS] = LAW_SAY_MONTHS,
		[LAW_UNIT_HALF_MONTHS] = LAW_SAY_HALF_MONTHS,
	};
	char n[16];

	number(gap->n, n);
	phrase(p, unit[gap->unit], n, "", text);
}

static void
part_gap(struct printer *p, const struct law_gap *gap)
{
	static const enum law_phrase after[LAW_ANCHOR__COUNT] = {
		[LAW_ANCHOR_PREVIOUS] = LAW_SAY_AFTER_PREVIOUS,
		[LAW_ANCHOR_DOSE] = LAW_SAY_AFTER_DOSE,
		[LAW_ANCHOR_GROUP] = LAW_SAY_AFTER_GROUP,
		[LAW_ANCHOR_STAGES] = LAW_SAY_AFTER_STAGES,
	};
	char amount[PIECE], dose[16];

	if (gap->anchor == LAW_ANCHOR_NONE)
		return;
	write_amount(p, gap, amount);
	number(gap->dose, dose);
	part(p, after[gap->anchor], amount, dose);
}

static size_t
join(char *text, size_t at, const char *word)
{
	size_t len = strlen(word);

	if (at + len + 2 >= PIECE)
		return at;
	if (at > 0)
		text[at++] = ',';
	memcpy(text + at, word, len + 1);
	return at + len;
}

static void
write_products(const struct printer *p, uint64_t mask, char *text)
{
	size_t at = 0;

	text[0] = '\0';
	if (mask == 0)
		phrase(p, LAW_SAY_ANY_PRODUCT, "", "", text);
	for (uint16_t i = 0; i < p->law->n_product; i++) {
		if ((mask >> i & 1) != 0)
			at = join(text, at, law_string(p->law, p->law->product[i].code));
	}
}

static void
write_conditions(const struct printer *p, uint32_t mask, char *text)
{
	size_t at = 0;

	text[0] = '\0';
	for (uint16_t i = 0; i < p->law->n_condition; i++) {
		const struct law_condition *c = &p->law->condition[i];

		if ((mask >> i & 1) != 0)
			at = join(text, at, law_string(p->law, p->lang == LAW_PRINT_JA ? c->name_ja : c->name_en));
	}
}

static void
write_classes(const struct printer *p, uint32_t mask, char *text)
{
	size_t at = 0;

	text[0] = '\0';
	for (uint16_t i = 0; i < p->law->n_class; i++) {
		if ((mask >> i & 1) != 0)
			at = join(text, at, law_string(p->law, p->law->class_[i].code));
	}
}

static void
part_who(struct printer *p, const struct law_who *who)
{
	char text[PIECE], n[16];

	if (who->birth_from != INT32_MIN || who->birth_to != INT32_MIN) {
		write_days(p, who->birth_from, who->birth_to, text);
		part(p, LAW_SAY_BORN, text, "");
	}
	if (who->sex == LAW_SEX_FEMALE)
		part(p, LAW_SAY_FEMALE, "", "");
	if (who->sex == LAW_SEX_MALE)
		part(p, LAW_SAY_MALE, "", "");
	if (who->conditions_any != 0) {
		write_conditions(p, who->conditions_any, text);
		part(p, LAW_SAY_WITH, text, "");
	}
	if (who->conditions_none != 0) {
		write_conditions(p, who->conditions_none, text);
		part(p, LAW_SAY_WITHOUT, text, "");
	}
	if (who->gestation != 0)
		part(p, LAW_SAY_GESTATION_KNOWN, "", "");
	if (who->antibody_low != 0) {
		write_day(who->antibody_by, text);
		part(p, LAW_SAY_ANTIBODY, text, "");
	}
	if (who->given_max == 0) {
		part(p, LAW_SAY_GIVEN_NONE, "", "");
	} else if (who->given_min > 0) {
		number(who->given_min, n);
		write_days(p, who->given_from, who->given_to, text);
		part(p, LAW_SAY_GIVEN, n, text);
	}
}

/* " [in force 2023-04-01 onward; 予防接種法施行令 第3条第1項]" */
static void
cite(struct printer *p, const struct law_span *span, uint16_t source)
{
	const struct law_source *s = &p->law->source[source];
	char days[PIECE], text[PIECE], date[DAY_TEXT_SIZE];

	put(p, " [");
	if (span != NULL && (span->from != INT32_MIN || span->to != INT32_MIN)) {
		write_days(p, span->from, span->to, days);
		phrase(p, LAW_SAY_IN_FORCE, days, "", text);
		put(p, text);
		if (span->published != span->from) {
			write_day(span->published, date);
			phrase(p, LAW_SAY_PUBLISHED, date, "", text);
			put(p, "; ");
			put(p, text);
		}
		put(p, "; ");
	}
	put_name(p, s->citation_ja, s->citation_en);
	if (s->unconfirmed != 0) {
		phrase(p, LAW_SAY_UNCONFIRMED, "", "", text);
		put(p, "; ");
		put(p, text);
	}
	put(p, "]\n");
}

/* The head of a rule's line; what follows is joined by commas. */
static void
start(struct printer *p, enum law_phrase which, law_text name)
{
	char text[PIECE];

	phrase(p, which, law_string(p->law, name), "", text);
	put(p, text);
	p->first = true;
}

static void
print_target(struct printer *p, const struct law_target *t)
{
	char text[PIECE];

	start(p, LAW_SAY_TARGET, t->code);
	write_products(p, t->products, text);
	put(p, text);
	p->first = false;
	write_points(p, &t->open, &t->close, text);
	put(p, p->lang == LAW_PRINT_JA ? "、" : ", ");
	put(p, text);
	part_who(p, &t->who);
	cite(p, &t->span, t->source);
}

static void
print_way(struct printer *p, const struct law_way *way)
{
	char text[PIECE], a[PIECE], b[PIECE];

	write_products(p, way->products, text);
	put(p, text);
	p->first = false;
	for (size_t g = 0; g < LAW_GAPS; g++)
		part_gap(p, &way->gap[g]);
	if (way->when == LAW_WAY_IN_ORDER)
		part(p, LAW_SAY_IN_ORDER, "", "");
	if (way->when == LAW_WAY_AFTER_JUMP)
		part(p, LAW_SAY_AFTER_JUMP, "", "");
	if (way->doctor.anchor != LAW_ANCHOR_NONE) {
		write_amount(p, &way->doctor, text);
		part(p, LAW_SAY_DOCTOR, text, "");
		if (way->doctor_conditions != 0) {
			write_conditions(p, way->doctor_conditions, text);
			phrase(p, LAW_SAY_DOCTOR_IF, text, "", a);
			put(p, a);
		}
	}
	if (way->standard_from.kind != LAW_POINT_NONE || way->standard_to.kind != LAW_POINT_NONE) {
		write_points(p, &way->standard_from, &way->standard_to, text);
		part(p, LAW_SAY_STANDARD, text, "");
	}
	if (way->standard_gap_from.anchor != LAW_ANCHOR_NONE || way->standard_gap_to.anchor != LAW_ANCHOR_NONE) {
		a[0] = b[0] = '\0';
		if (way->standard_gap_from.anchor != LAW_ANCHOR_NONE)
			write_amount(p, &way->standard_gap_from, a);
		if (way->standard_gap_to.anchor != LAW_ANCHOR_NONE)
			write_amount(p, &way->standard_gap_to, b);
		write_range(p, a, b, text);
		part(p, LAW_SAY_STANDARD_AFTER, text, "");
	}
	cite(p, NULL, way->source);
}

static void
print_slot(struct printer *p, const struct law_course *course, uint16_t i, const char *margin)
{
	static const enum law_phrase kind[LAW_DOSE__COUNT] = {
		[LAW_DOSE_INITIAL] = LAW_SAY_INITIAL,
		[LAW_DOSE_BOOSTER] = LAW_SAY_BOOSTER,
		[LAW_DOSE_SINGLE] = LAW_SAY_SINGLE,
		[LAW_DOSE_SEASONAL] = LAW_SAY_SEASONAL,
	};
	const struct law_slot *slot = &p->law->slot[course->first_slot + i];
	char text[PIECE], n[16], age[PIECE];

	put(p, margin);
	number(i + 1, n);
	phrase(p, kind[slot->kind], "", "", text);
	phrase(p, LAW_SAY_SLOT, n, text, age);
	put(p, age);
	p->first = false;
	if (slot->not_before.kind != LAW_POINT_NONE) {
		write_point(p, &slot->not_before, age);
		part(p, LAW_SAY_NOT_BEFORE, age, "");
	}
	if (slot->cap.kind != LAW_POINT_NONE) {
		write_point(p, &slot->cap, age);
		number(slot->jump + 1, n);
		part(p, slot->jump == course->n_slots ? LAW_SAY_CAP_END : LAW_SAY_CAP, age, n);
	}
	if (slot->drop_after.kind != LAW_POINT_NONE) {
		write_point(p, &slot->drop_after, age);
		part(p, LAW_SAY_DROP, age, "");
	}
	if (slot->short_course != LAW_NONE) {
		write_amount(p, &slot->short_gap, text);
		part(p, LAW_SAY_SHORT, text, law_string(p->law, p->law->course[slot->short_course].code));
	}
	put(p, "\n");
	for (uint16_t w = 0; w < slot->n_ways; w++) {
		put(p, margin);
		put(p, "  ");
		print_way(p, &p->law->way[slot->first_way + w]);
	}
}

static void
print_course(struct printer *p, const struct law_course *c, const char *margin)
{
	char text[PIECE], deeper[16];
	struct law_span span;

	start(p, LAW_SAY_COURSE, c->code);
	if (c->first_from.kind != LAW_POINT_NONE || c->first_to.kind != LAW_POINT_NONE) {
		write_points(p, &c->first_from, &c->first_to, text);
		part(p, LAW_SAY_FIRST_DOSE, text, "");
	}
	if (c->used_only != 0) {
		write_products(p, c->used_only, text);
		part(p, LAW_SAY_USED_ONLY, text, "");
	}
	if (c->used_any != 0) {
		write_products(p, c->used_any, text);
		part(p, LAW_SAY_USED_ANY, text, "");
	}
	if (c->used_none != 0) {
		write_products(p, c->used_none, text);
		part(p, LAW_SAY_USED_NONE, text, "");
	}
	if (c->extension != 0)
		part(p, c->extension == 1 ? LAW_SAY_EXTENSION_ONLY : LAW_SAY_EXTENSION_NEVER, "", "");
	part_who(p, &c->who);
	span = c->span;
	span.from = c->since;
	if (span.published == INT32_MIN)
		span.published = c->since;
	cite(p, &span, c->source);
	(void)snprintf(deeper, sizeof deeper, "%s  ", margin);
	for (uint16_t s = 0; s < c->n_slots; s++)
		print_slot(p, c, s, deeper);
}

static void
print_extension(struct printer *p, const struct law_extension *e)
{
	char text[PIECE];

	start(p, LAW_SAY_EXTENSION, e->code);
	write_products(p, e->products, text);
	put(p, text);
	p->first = false;
	write_point(p, &e->cap, text);
	part(p, e->cap.kind == LAW_POINT_NONE ? LAW_SAY_NO_UPPER_AGE : LAW_SAY_UNTIL, text, "");
	cite(p, &e->span, e->source);
}

static void
print_spacing(struct printer *p, const struct law_spacing *s)
{
	char text[PIECE], n[16];

	start(p, LAW_SAY_SPACING, s->code);
	write_classes(p, s->earlier, text);
	put(p, text);
	put(p, " -> ");
	write_classes(p, s->later, text);
	put(p, text);
	p->first = false;
	if (s->except != 0) {
		write_classes(p, s->except, text);
		part(p, LAW_SAY_EXCEPT, text, "");
	}
	number(s->days, n);
	part(p, LAW_SAY_SPACING_DAYS, n, "");
	cite(p, &s->span, s->source);
}

static void
print_season(struct printer *p, const struct law_season *s)
{
	char a[16], b[16], text[PIECE];

	(void)snprintf(a, sizeof a, "%02d-%02d", s->from_month, s->from_day);
	(void)snprintf(b, sizeof b, "%02d-%02d", s->to_month, s->to_day);
	phrase(p, LAW_SAY_SEASON, a, b, text);
	put(p, text);
	if (s->settable != 0) {
		phrase(p, LAW_SAY_SETTABLE, "", "", text);
		put(p, text);
	}
	cite(p, NULL, s->source);
}

static void
print_exemptions(struct printer *p, const struct law_programme *programme)
{
	char names[PIECE], text[PIECE];
	uint32_t history = 0;

	for (size_t k = 0; k < programme->n_components; k++)
		history |= programme->component[k].history;
	if (programme->exclusion != 0) {
		write_conditions(p, programme->exclusion, names);
		phrase(p, LAW_SAY_EXCLUSION, names, "", text);
		put(p, "  ");
		put(p, text);
		cite(p, NULL, programme->exclusion_source);
	}
	if (history != 0) {
		write_conditions(p, history, names);
		phrase(p, LAW_SAY_HISTORY, names, "", text);
		put(p, "  ");
		put(p, text);
		cite(p, NULL, programme->history_source);
	}
}

static void
print_heading(struct printer *p, const struct law_programme *programme)
{
	put(p, "\n");
	put_name(p, programme->name_ja, programme->name_en);
	put(p, " (");
	put(p, law_string(p->law, programme->code));
	put(p, ")\n");
}

static bool
binds(const struct law_span *span, day on)
{
	return (span->from == INT32_MIN || span->from <= on.n) && (span->to == INT32_MIN || on.n <= span->to);
}

static void
print_programme(struct printer *p, const struct law_programme *programme, day on)
{
	const struct law *law = p->law;
	bool any = false;
	char text[PIECE];

	print_heading(p, programme);
	for (uint16_t i = programme->first_target; i < programme->first_target + programme->n_targets; i++) {
		if (!binds(&law->target[i].span, on))
			continue;
		any = true;
		put(p, "  ");
		print_target(p, &law->target[i]);
	}
	if (!any) {
		phrase(p, LAW_SAY_NO_TARGET, "", "", text);
		put(p, "  ");
		put(p, text);
		put(p, "\n");
	}
	if (programme->season != LAW_NONE) {
		put(p, "  ");
		print_season(p, &law->season[programme->season]);
	}
	print_exemptions(p, programme);
	for (uint16_t i = programme->first_course; i < programme->first_course + programme->n_courses; i++) {
		if (!binds(&law->course[i].span, on))
			continue;
		put(p, "  ");
		print_course(p, &law->course[i], "  ");
	}
	for (uint16_t i = programme->first_extension;
	    i < programme->first_extension + programme->n_extensions; i++) {
		if (!binds(&law->extension[i].span, on))
			continue;
		put(p, "  ");
		print_extension(p, &law->extension[i]);
	}
}

enum rc
law_print_day(const struct law *law, day on, enum law_print_lang lang, struct buf *out)
{
	struct printer p = { law, lang, out, RC_OK, true };
	char date[DAY_TEXT_SIZE], text[PIECE];

	day_write(on, date);
	phrase(&p, LAW_SAY_TITLE, date, law_string(law, law->version), text);
	put(&p, text);
	put(&p, "\n");
	for (uint16_t i = 0; i < law->n_programme; i++)
		print_programme(&p, &law->programme[i], on);
	put(&p, "\n");
	for (uint16_t i = 0; i < law->n_spacing; i++) {
		if (binds(&law->spacing[i].span, on))
			print_spacing(&p, &law->spacing[i]);
	}
	return p.rc;
}

/* The sign of a rule that binds on one of the days only; false when it is on both or neither. */
static bool
sign(struct printer *p, const struct law_span *span, day from, day to)
{
	char text[PIECE];
	bool then = binds(span, from), now = binds(span, to);

	if (then == now)
		return false;
	phrase(p, then ? LAW_SAY_ENDS : LAW_SAY_BEGINS, "", "", text);
	put(p, text);
	return true;
}

static bool
diff_programme(struct printer *p, const struct law_programme *programme, day from, day to)
{
	const struct law *law = p->law;
	size_t heading_at = p->out->len, body_at;
	bool any = false;

	print_heading(p, programme);
	body_at = p->out->len;
	for (uint16_t i = programme->first_target; i < programme->first_target + programme->n_targets; i++) {
		if (sign(p, &law->target[i].span, from, to))
			print_target(p, &law->target[i]);
	}
	for (uint16_t i = programme->first_course; i < programme->first_course + programme->n_courses; i++) {
		if (sign(p, &law->course[i].span, from, to))
			print_course(p, &law->course[i], "  ");
	}
	for (uint16_t i = programme->first_extension;
	    i < programme->first_extension + programme->n_extensions; i++) {
		if (sign(p, &law->extension[i].span, from, to))
			print_extension(p, &law->extension[i]);
	}
	any = p->out->len > body_at;
	if (p->rc == RC_OK && !any)
		buf_truncate(p->out, heading_at);
	return any;
}

enum rc
law_print_diff(const struct law *law, day from, day to, enum law_print_lang lang, struct buf *out)
{
	struct printer p = { law, lang, out, RC_OK, true };
	char a[DAY_TEXT_SIZE], b[DAY_TEXT_SIZE], text[PIECE];
	bool any = false;

	day_write(from, a);
	day_write(to, b);
	phrase(&p, LAW_SAY_DIFF_TITLE, a, b, text);
	put(&p, text);
	put(&p, "\n");
	for (uint16_t i = 0; i < law->n_programme; i++)
		any = diff_programme(&p, &law->programme[i], from, to) || any;
	for (uint16_t i = 0; i < law->n_spacing; i++) {
		if (!sign(&p, &law->spacing[i].span, from, to))
			continue;
		any = true;
		print_spacing(&p, &law->spacing[i]);
	}
	if (!any) {
		phrase(&p, LAW_SAY_NO_CHANGE, "", "", text);
		put(&p, text);
		put(&p, "\n");
	}
	return p.rc;
}

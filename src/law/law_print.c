#include "law/law_print.h"

#include <stdio.h>

#include "law/law_line.h"

/* " [in force from ...; article]", and the end of the line */
static void
cite(struct law_line *p, const struct law_span *span, uint16_t source)
{
	const struct law_source *s = &p->law->source[source];
	char days[LAW_LINE_PIECE], text[LAW_LINE_PIECE], date[DAY_TEXT_SIZE];

	law_line_put(p, " [");
	if (span != NULL && (span->from != INT32_MIN || span->to != INT32_MIN)) {
		law_line_write_days(p, span->from, span->to, days);
		law_line_phrase(p, LAW_SAY_IN_FORCE, days, "", text);
		law_line_put(p, text);
		if (span->publication == LAW_PUBLISHED_UNCONFIRMED) {
			law_line_phrase(p, LAW_SAY_PUBLISHED_UNCONFIRMED, "", "", text);
			law_line_put(p, "; ");
			law_line_put(p, text);
		} else if (span->published != span->from) {
			law_line_write_day(span->published, date);
			law_line_phrase(p, LAW_SAY_PUBLISHED, date, "", text);
			law_line_put(p, "; ");
			law_line_put(p, text);
		}
		law_line_put(p, "; ");
	}
	law_line_put_name(p, s->citation_ja, s->citation_en);
	if (s->unconfirmed != 0) {
		law_line_phrase(p, LAW_SAY_UNCONFIRMED, "", "", text);
		law_line_put(p, "; ");
		law_line_put(p, text);
	}
	law_line_put(p, "]\n");
}

/* The head of a rule's line; what follows is joined by commas. */
static void
start(struct law_line *p, enum law_phrase which, law_text name)
{
	char text[LAW_LINE_PIECE];

	law_line_phrase(p, which, law_string(p->law, name), "", text);
	law_line_put(p, text);
	p->first = true;
}

static void
print_target(struct law_line *p, const struct law_target *t)
{
	char text[LAW_LINE_PIECE];

	start(p, LAW_SAY_TARGET, t->code);
	law_line_write_products(p, t->products, text);
	law_line_put(p, text);
	p->first = false;
	law_line_write_points(p, &t->open, &t->close, text);
	law_line_put(p, p->lang == LAW_PRINT_JA ? "、" : ", ");
	law_line_put(p, text);
	law_line_part_who(p, &t->who);
	if (t->deemed_by != 0) {
		const struct law_source *s = &p->law->source[t->deemed_by - 1];

		law_line_write_days(p, t->deemed_from, t->span.from - 1, text);
		law_line_part(p, LAW_SAY_DEEMED, text,
		    law_string(p->law, p->lang == LAW_PRINT_JA ? s->citation_ja : s->citation_en));
	}
	cite(p, &t->span, t->source);
}

static void
print_way(struct law_line *p, const struct law_way *way, uint16_t course_source)
{
	char text[LAW_LINE_PIECE], a[LAW_LINE_PIECE], b[LAW_LINE_PIECE];

	law_line_write_products(p, way->products, text);
	law_line_put(p, text);
	p->first = false;
	for (size_t g = 0; g < LAW_GAPS; g++)
		law_line_part_gap(p, &way->gap[g]);
	if (way->when == LAW_WAY_IN_ORDER)
		law_line_part(p, LAW_SAY_IN_ORDER, "", "");
	if (way->when == LAW_WAY_AFTER_JUMP)
		law_line_part(p, LAW_SAY_AFTER_JUMP, "", "");
	if (way->doctor.anchor != LAW_ANCHOR_NONE) {
		law_line_write_amount(p, &way->doctor, text);
		law_line_part(p, LAW_SAY_DOCTOR, text, "");
		if (way->doctor_conditions != 0) {
			law_line_write_conditions(p, way->doctor_conditions, text);
			law_line_phrase(p, LAW_SAY_DOCTOR_IF, text, "", a);
			law_line_put(p, a);
		}
	}
	if (way->standard_from.kind != LAW_POINT_NONE || way->standard_to.kind != LAW_POINT_NONE) {
		law_line_write_points(p, &way->standard_from, &way->standard_to, text);
		law_line_part(p, LAW_SAY_STANDARD, text, "");
	}
	if (way->standard_gap_from.anchor != LAW_ANCHOR_NONE || way->standard_gap_to.anchor != LAW_ANCHOR_NONE) {
		a[0] = b[0] = '\0';
		if (way->standard_gap_from.anchor != LAW_ANCHOR_NONE)
			law_line_write_amount(p, &way->standard_gap_from, a);
		if (way->standard_gap_to.anchor != LAW_ANCHOR_NONE)
			law_line_write_amount(p, &way->standard_gap_to, b);
		law_line_write_range(p, a, b, text);
		law_line_part(p, LAW_SAY_STANDARD_AFTER, text, "");
	}
	/* What the course cites already is not said again of each way. */
	if (way->source != course_source)
		cite(p, NULL, way->source);
	else
		law_line_put(p, "\n");
}

static void
print_slot(struct law_line *p, const struct law_course *course, uint16_t i, const char *margin)
{
	static const enum law_phrase kind[LAW_DOSE__COUNT] = {
		[LAW_DOSE_INITIAL] = LAW_SAY_INITIAL,
		[LAW_DOSE_BOOSTER] = LAW_SAY_BOOSTER,
		[LAW_DOSE_SINGLE] = LAW_SAY_SINGLE,
		[LAW_DOSE_SEASONAL] = LAW_SAY_SEASONAL,
	};
	const struct law_slot *slot = &p->law->slot[course->first_slot + i];
	char text[LAW_LINE_PIECE], n[16], age[LAW_LINE_PIECE];

	law_line_put(p, margin);
	law_line_number(i + 1, n);
	law_line_phrase(p, kind[slot->kind], "", "", text);
	law_line_phrase(p, LAW_SAY_SLOT, n, text, age);
	law_line_put(p, age);
	p->first = false;
	if (slot->not_before.kind != LAW_POINT_NONE) {
		law_line_write_point(p, &slot->not_before, age);
		law_line_part(p, LAW_SAY_NOT_BEFORE, age, "");
	}
	if (slot->cap.kind != LAW_POINT_NONE) {
		law_line_write_point(p, &slot->cap, age);
		law_line_number(slot->jump + 1, n);
		law_line_part(p, slot->jump == course->n_slots ? LAW_SAY_CAP_END : LAW_SAY_CAP, age, n);
	}
	if (slot->drop_after.kind != LAW_POINT_NONE) {
		law_line_write_point(p, &slot->drop_after, age);
		law_line_part(p, LAW_SAY_DROP, age, "");
	}
	if (slot->short_course != LAW_NONE) {
		law_line_write_amount(p, &slot->short_gap, text);
		law_line_part(p, LAW_SAY_SHORT, text, law_string(p->law, p->law->course[slot->short_course].code));
	}
	law_line_put(p, "\n");
	for (uint16_t w = 0; w < slot->n_ways; w++) {
		law_line_put(p, margin);
		law_line_put(p, "  ");
		print_way(p, &p->law->way[slot->first_way + w], course->source);
	}
}

/* others: a course of the programme was printed before it. */
static void
print_course(struct law_line *p, const struct law_course *c, const char *margin, bool others)
{
	char text[LAW_LINE_PIECE], deeper[16];
	struct law_span span;

	start(p, LAW_SAY_COURSE, c->code);
	if (c->first_from.kind != LAW_POINT_NONE || c->first_to.kind != LAW_POINT_NONE) {
		law_line_write_points(p, &c->first_from, &c->first_to, text);
		law_line_part(p, LAW_SAY_FIRST_DOSE, text, "");
	}
	if (c->used_only != 0) {
		law_line_write_products(p, c->used_only, text);
		law_line_part(p, LAW_SAY_USED_ONLY, text, "");
	}
	if (c->used_any != 0) {
		law_line_write_products(p, c->used_any, text);
		law_line_part(p, LAW_SAY_USED_ANY, text, "");
	}
	if (c->used_none != 0) {
		law_line_write_products(p, c->used_none, text);
		law_line_part(p, LAW_SAY_USED_NONE, text, "");
	}
	if (c->extension != 0)
		law_line_part(p, c->extension == 1 ? LAW_SAY_EXTENSION_ONLY : LAW_SAY_EXTENSION_NEVER, "", "");
	law_line_part_who(p, &c->who);
	if (p->first)
		law_line_part(p, others ? LAW_SAY_EVERYBODY_ELSE : LAW_SAY_EVERYBODY, "", "");
	if (c->span.from == INT32_MIN && c->since != INT32_MIN)
		law_line_part(p, LAW_SAY_REACHES_BACK, "", "");
	span = c->span;
	span.from = c->since;
	span.published = c->published;
	cite(p, &span, c->source);
	(void)snprintf(deeper, sizeof deeper, "%s  ", margin);
	for (uint16_t s = 0; s < c->n_slots; s++)
		print_slot(p, c, s, deeper);
}

/* Only those that a dated text states. */
static void
print_choice(struct law_line *p, const struct law_choice *c)
{
	char text[LAW_LINE_PIECE], n[16];

	law_line_phrase(p, LAW_SAY_CHOICE, law_string(p->law, p->law->product[c->product].code), "", text);
	law_line_put(p, text);
	p->first = false;
	if (c->fewer_than != 0) {
		law_line_write_products(p, c->fewer_of, text);
		law_line_number(c->fewer_than, n);
		law_line_part(p, LAW_SAY_FEWER, text, n);
	}
	cite(p, &c->span, c->source);
}

static void
print_extension(struct law_line *p, const struct law_extension *e)
{
	char text[LAW_LINE_PIECE];

	start(p, LAW_SAY_EXTENSION, e->code);
	law_line_write_products(p, e->products, text);
	law_line_put(p, text);
	p->first = false;
	law_line_write_point(p, &e->cap, text);
	law_line_part(p, e->cap.kind == LAW_POINT_NONE ? LAW_SAY_NO_UPPER_AGE : LAW_SAY_UNTIL, text, "");
	cite(p, &e->span, e->source);
}

static void
print_spacing(struct law_line *p, const struct law_spacing *s)
{
	char text[LAW_LINE_PIECE], earlier[LAW_LINE_PIECE], n[16];

	start(p, LAW_SAY_SPACING, s->code);
	law_line_write_classes(p, s->earlier, text);
	law_line_phrase(p, LAW_SAY_EARLIER, text, "", earlier);
	law_line_put(p, earlier);
	law_line_write_classes(p, s->later, text);
	law_line_phrase(p, LAW_SAY_LATER, text, "", earlier);
	law_line_put(p, earlier);
	p->first = false;
	if (s->except != 0) {
		law_line_write_classes(p, s->except, text);
		law_line_part(p, LAW_SAY_EXCEPT, text, "");
	}
	law_line_number(s->days, n);
	law_line_part(p, LAW_SAY_SPACING_DAYS, n, "");
	if (s->same_product & LAW_SPACING_SAME_DAY)
		law_line_part(p, LAW_SAY_SAME_DAY, "", "");
	cite(p, &s->span, s->source);
}

static void
print_season(struct law_line *p, const struct law_season *s)
{
	char a[16], b[16], text[LAW_LINE_PIECE];

	(void)snprintf(a, sizeof a, "%02d-%02d", s->from_month, s->from_day);
	(void)snprintf(b, sizeof b, "%02d-%02d", s->to_month, s->to_day);
	law_line_phrase(p, LAW_SAY_SEASON, a, b, text);
	law_line_put(p, text);
	if (s->settable != 0) {
		law_line_phrase(p, LAW_SAY_SETTABLE, "", "", text);
		law_line_put(p, text);
	}
	cite(p, NULL, s->source);
}

static void
print_exemptions(struct law_line *p, const struct law_programme *programme)
{
	char names[LAW_LINE_PIECE], text[LAW_LINE_PIECE];
	uint32_t history = 0;

	for (size_t k = 0; k < programme->n_components; k++)
		history |= programme->component[k].history;
	if (programme->exclusion != 0) {
		law_line_write_conditions(p, programme->exclusion, names);
		law_line_phrase(p, LAW_SAY_EXCLUSION, names, "", text);
		law_line_put(p, "  ");
		law_line_put(p, text);
		cite(p, NULL, programme->exclusion_source);
	}
	if (programme->antibody_source != LAW_NONE) {
		law_line_phrase(p, LAW_SAY_ANTIBODY_ENOUGH, "", "", text);
		law_line_put(p, "  ");
		law_line_put(p, text);
		cite(p, NULL, programme->antibody_source);
	}
	if (history != 0) {
		law_line_write_conditions(p, history, names);
		law_line_phrase(p, LAW_SAY_HISTORY, names, "", text);
		law_line_put(p, "  ");
		law_line_put(p, text);
		cite(p, NULL, programme->history_source);
	}
}

static void
print_heading(struct law_line *p, const struct law_programme *programme)
{
	law_line_put(p, "\n");
	law_line_put_name(p, programme->name_ja, programme->name_en);
	law_line_put(p, " (");
	law_line_put(p, law_string(p->law, programme->code));
	law_line_put(p, ")\n");
}

static bool
binds(const struct law_span *span, day on)
{
	return (span->from == INT32_MIN || span->from <= on.n) && (span->to == INT32_MIN || on.n <= span->to);
}

static void
print_programme(struct law_line *p, const struct law_programme *programme, day on)
{
	const struct law *law = p->law;
	bool any = false, others = false;
	char text[LAW_LINE_PIECE];

	print_heading(p, programme);
	for (uint16_t i = programme->first_target; i < programme->first_target + programme->n_targets; i++) {
		if (!binds(&law->target[i].span, on))
			continue;
		any = true;
		law_line_put(p, "  ");
		print_target(p, &law->target[i]);
	}
	if (!any) {
		law_line_phrase(p, LAW_SAY_NO_TARGET, "", "", text);
		law_line_put(p, "  ");
		law_line_put(p, text);
		law_line_put(p, "\n");
	}
	if (programme->season != LAW_NONE) {
		law_line_put(p, "  ");
		print_season(p, &law->season[programme->season]);
	}
	print_exemptions(p, programme);
	for (uint16_t i = programme->first_course; i < programme->first_course + programme->n_courses; i++) {
		if (!binds(&law->course[i].span, on))
			continue;
		law_line_put(p, "  ");
		print_course(p, &law->course[i], "  ", others);
		others = true;
	}
	for (uint16_t i = programme->first_choice; i < programme->first_choice + programme->n_choices; i++) {
		if (law->choice[i].source == LAW_NONE || !binds(&law->choice[i].span, on))
			continue;
		law_line_put(p, "  ");
		print_choice(p, &law->choice[i]);
	}
	for (uint16_t i = programme->first_extension;
	    i < programme->first_extension + programme->n_extensions; i++) {
		if (!binds(&law->extension[i].span, on))
			continue;
		law_line_put(p, "  ");
		print_extension(p, &law->extension[i]);
	}
}

/* The codes in the lines above, in words. */
static void
print_products(struct law_line *p)
{
	char text[LAW_LINE_PIECE];

	law_line_phrase(p, LAW_SAY_PRODUCTS, "", "", text);
	law_line_put(p, "\n");
	law_line_put(p, text);
	law_line_put(p, "\n");
	for (uint16_t i = 0; i < p->law->n_product; i++) {
		const struct law_product *product = &p->law->product[i];

		if (product->serves == 0)
			continue;
		law_line_put(p, "  ");
		law_line_put(p, law_string(p->law, product->code));
		law_line_put(p, "  ");
		law_line_put_name(p, product->name_ja, product->name_en);
		law_line_put(p, "\n");
	}
}

/* Why a source is not confirmed, once for each. */
static void
print_unconfirmed(struct law_line *p)
{
	char text[LAW_LINE_PIECE];

	law_line_phrase(p, LAW_SAY_UNCONFIRMED_TITLE, "", "", text);
	law_line_put(p, "\n");
	law_line_put(p, text);
	law_line_put(p, "\n");
	for (uint16_t i = 0; i < p->law->n_source; i++) {
		const struct law_source *s = &p->law->source[i];

		if (s->unconfirmed == 0)
			continue;
		law_line_put(p, "  ");
		law_line_put_name(p, s->citation_ja, s->citation_en);
		law_line_put(p, ": ");
		law_line_put_name(p, s->note_ja, s->note_en);
		law_line_put(p, "\n");
	}
}

enum rc
law_print_day(const struct law *law, day on, enum law_print_lang lang, struct buf *out)
{
	struct law_line p = { law, lang, out, RC_OK, true };
	char date[DAY_TEXT_SIZE], text[LAW_LINE_PIECE];

	day_write(on, date);
	law_line_phrase(&p, LAW_SAY_TITLE, date, law_string(law, law->version), text);
	law_line_put(&p, text);
	law_line_put(&p, "\n");
	for (uint16_t i = 0; i < law->n_programme; i++)
		print_programme(&p, &law->programme[i], on);
	law_line_put(&p, "\n");
	for (uint16_t i = 0; i < law->n_spacing; i++) {
		if (binds(&law->spacing[i].span, on))
			print_spacing(&p, &law->spacing[i]);
	}
	print_products(&p);
	print_unconfirmed(&p);
	return p.rc;
}

/* The sign of a rule that binds on one of the days only; false when it is on both or neither. */
static bool
sign(struct law_line *p, const struct law_span *span, day from, day to)
{
	char text[LAW_LINE_PIECE];
	bool then = binds(span, from), now = binds(span, to);

	if (then == now)
		return false;
	law_line_phrase(p, then ? LAW_SAY_ENDS : LAW_SAY_BEGINS, "", "", text);
	law_line_put(p, text);
	return true;
}

static bool
diff_programme(struct law_line *p, const struct law_programme *programme, day from, day to)
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
			print_course(p, &law->course[i], "  ", i > programme->first_course);
	}
	for (uint16_t i = programme->first_choice; i < programme->first_choice + programme->n_choices; i++) {
		if (sign(p, &law->choice[i].span, from, to))
			print_choice(p, &law->choice[i]);
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
	struct law_line p = { law, lang, out, RC_OK, true };
	char a[DAY_TEXT_SIZE], b[DAY_TEXT_SIZE], text[LAW_LINE_PIECE];
	bool any = false;

	day_write(from, a);
	day_write(to, b);
	law_line_phrase(&p, LAW_SAY_DIFF_TITLE, a, b, text);
	law_line_put(&p, text);
	law_line_put(&p, "\n");
	for (uint16_t i = 0; i < law->n_programme; i++)
		any = diff_programme(&p, &law->programme[i], from, to) || any;
	for (uint16_t i = 0; i < law->n_spacing; i++) {
		if (!sign(&p, &law->spacing[i].span, from, to))
			continue;
		any = true;
		print_spacing(&p, &law->spacing[i]);
	}
	if (!any) {
		law_line_phrase(&p, LAW_SAY_NO_CHANGE, "", "", text);
		law_line_put(&p, text);
		law_line_put(&p, "\n");
	}
	return p.rc;
}

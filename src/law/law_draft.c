#include "law/law_draft.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

void
law_draft_init(struct law_draft *d, struct law_listener listener)
{
	memset(d, 0, sizeof *d);
	d->listener = listener;
	d->history_from = INT32_MIN;
	d->strings = calloc(1, 1);
	if (d->strings == NULL) {
		d->no_memory = true;
		return;
	}
	d->n_strings = d->room_strings = 1;
}

void
law_draft_clear(struct law_draft *d)
{
	for (size_t t = 0; t < LAW_TABLE__COUNT; t++) {
		free(d->table[t].rows);
		free(d->table[t].place);
	}
	free(d->strings);
	free(d->short_course);
	memset(d, 0, sizeof *d);
}

void
law_draft_find_fault(struct law_draft *d, struct law_place place, enum law_finding finding,
    const char *detail)
{
	/* Without memory names are lost, and what was read is blamed for it. */
	if (d->no_memory)
		return;
	d->n_findings++;
	if (d->listener.hear != NULL)
		d->listener.hear(d->listener.context, place, finding, detail);
}

void *
law_draft_row(struct law_draft *d, enum law_table table, struct law_place place)
{
	struct law_draft_table *t = &d->table[table];
	size_t each = law_table_shape[table].each;

	if (d->no_memory)
		return NULL;
	if (t->n >= law_table_shape[table].most) {
		law_draft_find_fault(d, place, LAW_F_TOO_MANY, law_table_shape[table].name);
		return NULL;
	}
	if (t->n == t->room) {
		size_t room = t->room == 0 ? 16 : t->room * 2;
		char *rows = realloc(t->rows, room * each);
		struct law_place *places = NULL;

		if (rows != NULL) {
			t->rows = rows;
			places = realloc(t->place, room * sizeof *places);
		}
		if (places == NULL) {
			d->no_memory = true;
			return NULL;
		}
		t->place = places;
		t->room = room;
	}
	memset(t->rows + t->n * each, 0, each);
	t->place[t->n] = place;
	return t->rows + t->n++ * each;
}

void *
law_draft_at(const struct law_draft *d, enum law_table table, size_t i)
{
	assert(i < d->table[table].n);
	return d->table[table].rows + i * law_table_shape[table].each;
}

law_text
law_draft_text(struct law_draft *d, const char *text, size_t len)
{
	size_t at = 1;

	if (len == 0 || d->no_memory)
		return LAW_NO_TEXT;
	while (at < d->n_strings) {
		size_t here = strlen(d->strings + at);

		if (here == len && memcmp(d->strings + at, text, len) == 0)
			return (law_text)at;
		at += here + 1;
	}
	if (d->room_strings - d->n_strings < len + 1) {
		size_t room = (d->room_strings + len + 1) * 2;
		char *more = room <= LIMIT_LAW_BYTES ? realloc(d->strings, room) : NULL;

		if (more == NULL) {
			d->no_memory = true;
			return LAW_NO_TEXT;
		}
		d->strings = more;
		d->room_strings = room;
	}
	at = d->n_strings;
	memcpy(d->strings + at, text, len);
	d->strings[at + len] = '\0';
	d->n_strings = at + len + 1;
	return (law_text)at;
}

const char *
law_draft_string(const struct law_draft *d, law_text text)
{
	return d->strings + text;
}

static law_text
declared_name(const struct law_draft *d, enum law_table table, size_t i)
{
	if (table == LAW_TABLE_SEASON)
		return ((const struct law_season *)law_draft_at(d, table, i))->code;
	/* Every other declared row begins with its name. */
	return *(const law_text *)law_draft_at(d, table, i);
}

uint16_t
law_draft_find(const struct law_draft *d, enum law_table table, const char *name, size_t len)
{
	for (size_t i = 0; i < d->table[table].n; i++) {
		const char *have = law_draft_string(d, declared_name(d, table, i));

		if (strlen(have) == len && memcmp(have, name, len) == 0)
			return (uint16_t)i;
	}
	return LAW_NONE;
}

static uint16_t
programme_of(const void *row, enum law_table table)
{
	if (table == LAW_TABLE_TARGET)
		return ((const struct law_target *)row)->programme;
	if (table == LAW_TABLE_COURSE)
		return ((const struct law_course *)row)->programme;
	if (table == LAW_TABLE_CHOICE)
		return ((const struct law_choice *)row)->programme;
	return ((const struct law_extension *)row)->programme;
}

/* Stable: within a programme the order of the text stays, for it decides. */
static void
order_by_programme(struct law_draft *d, enum law_table table)
{
	struct law_draft_table *t = &d->table[table], sorted = { NULL, NULL, 0, t->n };
	size_t each = law_table_shape[table].each;
	size_t n_programmes = d->table[LAW_TABLE_PROGRAMME].n;

	if (t->n == 0)
		return;
	sorted.rows = malloc(t->n * each);
	sorted.place = malloc(t->n * sizeof *sorted.place);
	if (sorted.rows == NULL || sorted.place == NULL) {
		free(sorted.rows);
		free(sorted.place);
		d->no_memory = true;
		return;
	}
	for (size_t p = 0; p < n_programmes; p++) {
		struct law_programme *programme = law_draft_at(d, LAW_TABLE_PROGRAMME, p);
		uint16_t first = (uint16_t)sorted.n, n;

		for (size_t i = 0; i < t->n; i++) {
			if (programme_of(t->rows + i * each, table) != p)
				continue;
			memcpy(sorted.rows + sorted.n * each, t->rows + i * each, each);
			sorted.place[sorted.n++] = t->place[i];
		}
		n = (uint16_t)(sorted.n - first);
		if (table == LAW_TABLE_TARGET) {
			programme->first_target = first;
			programme->n_targets = n;
		} else if (table == LAW_TABLE_COURSE) {
			programme->first_course = first;
			programme->n_courses = n;
		} else if (table == LAW_TABLE_CHOICE) {
			programme->first_choice = first;
			programme->n_choices = n;
		} else {
			programme->first_extension = first;
			programme->n_extensions = n;
		}
	}
	free(t->rows);
	free(t->place);
	*t = sorted;
}

/* The version of that course that binds on the first day of the one that names it. */
static void
name_short_courses(struct law_draft *d)
{
	size_t n_courses = d->table[LAW_TABLE_COURSE].n;

	for (size_t s = 0; s < d->n_short; s++) {
		struct law_slot *slot = law_draft_at(d, LAW_TABLE_SLOT, d->short_course[s].slot);
		const struct law_course *from = NULL;

		for (size_t c = 0; c < n_courses; c++) {
			const struct law_course *course = law_draft_at(d, LAW_TABLE_COURSE, c);

			if (d->short_course[s].slot >= course->first_slot &&
			    d->short_course[s].slot < course->first_slot + course->n_slots)
				from = course;
		}
		slot->short_course = LAW_NONE;
		for (size_t c = 0; from != NULL && c < n_courses; c++) {
			const struct law_course *course = law_draft_at(d, LAW_TABLE_COURSE, c);

			if (course->programme == from->programme && course->code == d->short_course[s].name &&
			    (course->span.from <= from->span.from) &&
			    (course->span.to == INT32_MIN || course->span.to >= from->span.from))
				slot->short_course = (uint16_t)c;
		}
		if (slot->short_course == LAW_NONE)
			law_draft_find_fault(d, d->short_course[s].place, LAW_F_UNKNOWN_COURSE,
			    law_draft_string(d, d->short_course[s].name));
	}
}

static void
derive_serves(struct law_draft *d)
{
	size_t n_products = d->table[LAW_TABLE_PRODUCT].n;

	for (size_t i = 0; i < d->table[LAW_TABLE_TARGET].n; i++) {
		const struct law_target *target = law_draft_at(d, LAW_TABLE_TARGET, i);

		for (size_t p = 0; p < n_products; p++) {
			struct law_product *product = law_draft_at(d, LAW_TABLE_PRODUCT, p);

			if ((target->products >> p & 1) != 0 && target->programme < LAW_PROGRAMMES_MAX)
				product->serves |= UINT32_C(1) << target->programme;
		}
	}
	for (size_t p = 0; p < n_products; p++) {
		struct law_product *product = law_draft_at(d, LAW_TABLE_PRODUCT, p);

		if (product->deemed_as < n_products)
			product->serves |= ((const struct law_product *)law_draft_at(d,
			    LAW_TABLE_PRODUCT, product->deemed_as))->serves;
	}
}

struct dated {
	struct law_span *span;
	law_text code;
	uint16_t programme;	/* 0 for spacing, whose names are one for all */
};

static struct dated
dated_at(struct law_draft *d, enum law_table table, size_t i)
{
	void *row = law_draft_at(d, table, i);
	struct law_spacing *s = row;

	if (table == LAW_TABLE_TARGET) {
		struct law_target *t = row;

		return (struct dated){ &t->span, t->code, t->programme };
	}
	if (table == LAW_TABLE_COURSE) {
		struct law_course *c = row;

		return (struct dated){ &c->span, c->code, c->programme };
	}
	if (table == LAW_TABLE_CHOICE) {
		/* Versions of what the text says of one product. */
		struct law_choice *c = row;

		return (struct dated){ &c->span, ((const struct law_product *)law_draft_at(d, LAW_TABLE_PRODUCT, c->product))->code,
		    c->programme };
	}
	if (table == LAW_TABLE_EXTENSION) {
		struct law_extension *e = row;

		return (struct dated){ &e->span, e->code, e->programme };
	}
	return (struct dated){ &s->span, s->code, 0 };
}

/* What replaces a version tells its end, where nothing else is said: as long as the next was not
 * known, the end was not. */
static void
derive_ends(struct law_draft *d, enum law_table table)
{
	size_t n = d->table[table].n;

	for (size_t i = 0; i < n; i++) {
		struct dated a = dated_at(d, table, i);

		for (size_t k = 0; k < n; k++) {
			struct dated b = dated_at(d, table, k);

			if (a.span->to != INT32_MIN && a.span->end_published == INT32_MIN &&
			    b.code == a.code && b.programme == a.programme &&
			    b.span->from == a.span->to + 1 && b.span->published > a.span->published)
				a.span->end_published = b.span->published;
		}
	}
}

void
law_draft_finish(struct law_draft *d)
{
	static const enum law_table ordered[] = {
		LAW_TABLE_TARGET, LAW_TABLE_COURSE, LAW_TABLE_CHOICE, LAW_TABLE_EXTENSION,
	};

	for (size_t i = 0; i < sizeof ordered / sizeof ordered[0] && !d->no_memory; i++)
		order_by_programme(d, ordered[i]);
	if (d->no_memory)
		return;
	name_short_courses(d);
	derive_serves(d);
	derive_ends(d, LAW_TABLE_TARGET);
	derive_ends(d, LAW_TABLE_COURSE);
	derive_ends(d, LAW_TABLE_CHOICE);
	derive_ends(d, LAW_TABLE_EXTENSION);
	derive_ends(d, LAW_TABLE_SPACING);
}

void
law_draft_view(const struct law_draft *d, struct law *ret_law)
{
	struct law law;

	memset(&law, 0, sizeof law);
	law.strings = d->strings;
	law.n_strings = d->n_strings;
	law.version = d->version;
	law.history_from.n = d->history_from;
#define VIEW(field, TABLE)							\
	do {									\
		law.field = (const void *)d->table[LAW_TABLE_##TABLE].rows;	\
	} while (0)
	VIEW(source, SOURCE);
	VIEW(antigen, ANTIGEN);
	VIEW(condition, CONDITION);
	VIEW(class_, CLASS);
	VIEW(product, PRODUCT);
	VIEW(programme, PROGRAMME);
	VIEW(target, TARGET);
	VIEW(course, COURSE);
	VIEW(slot, SLOT);
	VIEW(way, WAY);
	VIEW(choice, CHOICE);
	VIEW(extension, EXTENSION);
	VIEW(spacing, SPACING);
	VIEW(season, SEASON);
#undef VIEW
	law.n_source = (uint16_t)d->table[LAW_TABLE_SOURCE].n;
	law.n_antigen = (uint16_t)d->table[LAW_TABLE_ANTIGEN].n;
	law.n_condition = (uint16_t)d->table[LAW_TABLE_CONDITION].n;
	law.n_class = (uint16_t)d->table[LAW_TABLE_CLASS].n;
	law.n_product = (uint16_t)d->table[LAW_TABLE_PRODUCT].n;
	law.n_programme = (uint16_t)d->table[LAW_TABLE_PROGRAMME].n;
	law.n_target = (uint16_t)d->table[LAW_TABLE_TARGET].n;
	law.n_course = (uint16_t)d->table[LAW_TABLE_COURSE].n;
	law.n_slot = (uint16_t)d->table[LAW_TABLE_SLOT].n;
	law.n_way = (uint16_t)d->table[LAW_TABLE_WAY].n;
	law.n_choice = (uint16_t)d->table[LAW_TABLE_CHOICE].n;
	law.n_extension = (uint16_t)d->table[LAW_TABLE_EXTENSION].n;
	law.n_spacing = (uint16_t)d->table[LAW_TABLE_SPACING].n;
	law.n_season = (uint16_t)d->table[LAW_TABLE_SEASON].n;
	*ret_law = law;
}

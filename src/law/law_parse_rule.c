#include "law/law_parse.h"

#include <stdlib.h>
#include <string.h>

static void
missing_citation(struct law_reader *r, struct law_place place, law_text name)
{
	law_draft_find_fault(r->draft, place, LAW_F_MISSING_CITATION, law_draft_string(r->draft, name));
}

/* "PROGRAMME NAME", the head of a rule. */
static bool
head(struct law_reader *r, uint16_t *ret_programme, law_text *ret_name)
{
	return law_read_index(r, LAW_TABLE_PROGRAMME, ret_programme) && law_read_name(r, ret_name);
}

/* True when the word was a field of the scope: *ret_good says whether it read well. */
static bool
field(enum law_field f, bool *ret_good)
{
	*ret_good = f == LAW_FIELD_DONE;
	return f != LAW_FIELD_OTHER;
}

/* Takes the word when it is this field, marking it as given. */
static bool
take_once(struct law_reader *r, const char *word, uint32_t *seen, unsigned bit, bool *ret_good)
{
	if (!law_read_is(r, word))
		return false;
	*ret_good = law_parse_once(r, seen, bit);
	r->at++;
	return true;
}

/* "any" is a zero mask: whatever serves the programme. */
static bool
products(struct law_reader *r, uint64_t *ret_mask)
{
	if (law_read_take(r, "any")) {
		*ret_mask = 0;
		return true;
	}
	return law_read_mask(r, LAW_TABLE_PRODUCT, ret_mask);
}

static bool
is_age(const struct law_point *p)
{
	return p->kind != LAW_POINT_DATE && p->kind != LAW_POINT_GESTATION &&
	    p->kind != LAW_POINT_SEASON_FIRST && p->kind != LAW_POINT_SEASON_LAST;
}

static bool
deemed(struct law_reader *r, struct law_target *t)
{
	uint16_t by;

	if (!law_read_day(r, &t->deemed_from))
		return false;
	if (!law_read_take(r, "by"))
		return law_read_fault(r, LAW_F_MISSING_FIELD);
	if (!law_read_index(r, LAW_TABLE_SOURCE, &by))
		return false;
	t->deemed_by = (uint16_t)(by + 1);
	return true;
}

void
law_parse_target(struct law_reader *r)
{
	struct law_place place = law_read_place(r);
	struct law_target t, *row;
	uint32_t seen = 0;
	bool good;

	memset(&t, 0, sizeof t);
	law_parse_who_init(&t.who);
	t.source = LAW_NONE;
	if (!head(r, &t.programme, &t.code))
		return;
	while (!law_read_end(r)) {
		if (field(law_parse_span(r, &t.span, &seen), &good) ||
		    field(law_parse_who(r, &t.who, &seen), &good)) {
			;
		} else if (take_once(r, "products", &seen, 16, &good)) {
			good = good && law_read_mask(r, LAW_TABLE_PRODUCT, &t.products);
		} else if (law_read_is(r, "age")) {
			good = law_parse_once(r, &seen, 17);
			r->at++;
			good = good && law_read_points(r, &t.open, &t.close);
			if (good && !(is_age(&t.open) && is_age(&t.close))) {
				r->at--;
				good = law_read_fault(r, LAW_F_NOT_A_POINT);
			}
		} else if (take_once(r, "window", &seen, 17, &good)) {
			good = good && law_read_points(r, &t.open, &t.close);
		} else if (take_once(r, "source", &seen, 18, &good)) {
			good = good && law_read_index(r, LAW_TABLE_SOURCE, &t.source);
		} else if (take_once(r, "deemed-from", &seen, 19, &good)) {
			good = good && deemed(r, &t);
		} else if (law_read_take(r, "cohort")) {
			t.cohort = 1;
			good = true;
		} else {
			good = law_read_fault(r, LAW_F_UNKNOWN_FIELD);
		}
		if (!good)
			law_read_skip_line(r);
	}
	law_parse_span_end(r, place, &t.span, seen);
	if ((seen >> 16 & 1) == 0)
		law_draft_find_fault(r->draft, place, LAW_F_MISSING_FIELD, "products");
	if ((seen >> 17 & 1) == 0)
		law_draft_find_fault(r->draft, place, LAW_F_MISSING_FIELD, "age");
	if ((seen >> 18 & 1) == 0)
		missing_citation(r, place, t.code);
	if ((row = law_draft_row(r->draft, LAW_TABLE_TARGET, place)) != NULL)
		*row = t;
}

/*
 * way PRODUCTS [after ANCHOR N]... [doctor N [if CONDITIONS] [source S]]
 *     [in-order|after-jump] [standard A .. B] [standard-after ANCHOR N .. N] [source S]
 */
static bool
standard_after(struct law_reader *r, struct law_way *way)
{
	struct law_gap from, to;

	if (!law_read_anchor(r, &from))
		return false;
	to = from;
	if (law_read_take(r, "-"))
		from.anchor = LAW_ANCHOR_NONE;
	else if (!law_read_amount(r, &from))
		return false;
	if (!law_read_take(r, ".."))
		return law_read_fault(r, LAW_F_UNKNOWN_WORD);
	if (law_read_take(r, "-"))
		memset(&to, 0, sizeof to);
	else if (!law_read_amount(r, &to))
		return false;
	if (from.anchor == LAW_ANCHOR_NONE)
		memset(&from, 0, sizeof from);
	way->standard_gap_from = from;
	way->standard_gap_to = to;
	return true;
}

static bool
doctor(struct law_reader *r, struct law_way *way)
{
	uint64_t mask;

	if (way->gap[0].anchor == LAW_ANCHOR_NONE)
		return law_read_fault(r, LAW_F_NOT_AN_INTERVAL);
	way->doctor = way->gap[0];
	if (!law_read_amount(r, &way->doctor))
		return false;
	if (law_read_take(r, "if")) {
		if (!law_read_mask(r, LAW_TABLE_CONDITION, &mask))
			return false;
		way->doctor_conditions = (uint32_t)mask;
	}
	return !law_read_take(r, "by") || law_read_index(r, LAW_TABLE_SOURCE, &way->doctor_source);
}

static bool
way_field(struct law_reader *r, struct law_way *way, uint32_t *seen, size_t *n_gaps, bool *ret_mine)
{
	bool good = true;

	*ret_mine = true;
	if (law_read_take(r, "after")) {
		if (*n_gaps == LAW_GAPS)
			return law_read_fault(r, LAW_F_TOO_MANY);
		good = law_read_anchor(r, &way->gap[*n_gaps]) && law_read_amount(r, &way->gap[*n_gaps]);
		(*n_gaps)++;
	} else if (take_once(r, "doctor", seen, 0, &good)) {
		good = good && doctor(r, way);
	} else if (take_once(r, "in-order", seen, 1, &good)) {
		way->when = LAW_WAY_IN_ORDER;
	} else if (take_once(r, "after-jump", seen, 1, &good)) {
		way->when = LAW_WAY_AFTER_JUMP;
	} else if (take_once(r, "standard", seen, 2, &good)) {
		good = good && law_read_points(r, &way->standard_from, &way->standard_to);
	} else if (take_once(r, "standard-after", seen, 3, &good)) {
		good = good && standard_after(r, way);
	} else if (take_once(r, "by", seen, 4, &good)) {
		good = good && law_read_index(r, LAW_TABLE_SOURCE, &way->source);
	} else {
		*ret_mine = false;
	}
	return good;
}

static bool
parse_way(struct law_reader *r, struct law_slot *slot, uint16_t source)
{
	struct law_place place = law_read_place(r);
	struct law_way way, *row;
	uint32_t seen = 0;
	size_t n_gaps = 0;
	bool mine = true, good;

	memset(&way, 0, sizeof way);
	way.source = source;
	way.doctor_source = LAW_NONE;
	good = products(r, &way.products);
	while (good && mine && !law_read_end(r))
		good = way_field(r, &way, &seen, &n_gaps, &mine);
	if (way.doctor.anchor != LAW_ANCHOR_NONE && way.doctor_source == LAW_NONE)
		way.doctor_source = way.source;
	if ((row = law_draft_row(r->draft, LAW_TABLE_WAY, place)) != NULL) {
		*row = way;
		if (slot->n_ways++ == 0)
			slot->first_way = (uint16_t)(r->draft->table[LAW_TABLE_WAY].n - 1);
	}
	return good;
}

static bool
note_short_course(struct law_draft *d, uint16_t slot, law_text name, struct law_place place)
{
	if (d->n_short == d->room_short) {
		size_t room = d->room_short == 0 ? 8 : d->room_short * 2;
		void *more = realloc(d->short_course, room * sizeof *d->short_course);

		if (more == NULL) {
			d->no_memory = true;
			return false;
		}
		d->short_course = more;
		d->room_short = room;
	}
	d->short_course[d->n_short].slot = slot;
	d->short_course[d->n_short].name = name;
	d->short_course[d->n_short++].place = place;
	return true;
}

static bool
slot_kind(struct law_reader *r, struct law_slot *slot)
{
	static const char *const word[LAW_DOSE__COUNT] = {
		[LAW_DOSE_INITIAL] = "initial",
		[LAW_DOSE_BOOSTER] = "booster",
		[LAW_DOSE_SINGLE] = "single",
		[LAW_DOSE_SEASONAL] = "seasonal",
	};

	for (unsigned k = 0; k < LAW_DOSE__COUNT; k++) {
		if (law_read_take(r, word[k])) {
			slot->kind = (uint8_t)k;
			return true;
		}
	}
	return law_read_fault(r, LAW_F_UNKNOWN_WORD);
}

static bool
jump(struct law_reader *r, struct law_slot *slot)
{
	int32_t n;

	if (!law_read_take(r, "jump"))
		return law_read_fault(r, LAW_F_MISSING_FIELD);
	if (law_read_take(r, "end")) {
		slot->jump = LAW_NONE - 1;	/* the course's length, once it is known */
		return true;
	}
	if (!law_read_number(r, 1, 200, &n))
		return false;
	slot->jump = (uint16_t)(n - 1);
	return true;
}

static bool
slot_field(struct law_reader *r, struct law_slot *slot, uint32_t *seen, uint16_t source,
    law_text *ret_short, bool *ret_mine)
{
	bool good = true;
	int32_t n;

	*ret_mine = true;
	if (take_once(r, "group", seen, 0, &good)) {
		good = good && law_read_number(r, 1, 200, &n);
		if (good)
			slot->group = (uint8_t)n;
	} else if (take_once(r, "not-before", seen, 1, &good)) {
		good = good && law_read_point(r, false, &slot->not_before);
	} else if (take_once(r, "cap", seen, 2, &good)) {
		good = good && law_read_point(r, true, &slot->cap) && jump(r, slot);
	} else if (take_once(r, "drop-after", seen, 3, &good)) {
		good = good && law_read_point(r, true, &slot->drop_after);
	} else if (take_once(r, "short", seen, 4, &good)) {
		good = good && law_read_anchor(r, &slot->short_gap) && law_read_amount(r, &slot->short_gap);
		if (good && !law_read_take(r, "course"))
			good = law_read_fault(r, LAW_F_MISSING_FIELD);
		good = good && law_read_name(r, ret_short);
	} else if (law_read_take(r, "way")) {
		good = parse_way(r, slot, source);
	} else {
		*ret_mine = false;
	}
	return good;
}

static bool
parse_slot(struct law_reader *r, struct law_course *course)
{
	struct law_place place = law_read_place(r);
	struct law_slot slot, *row;
	law_text short_name = LAW_NO_TEXT;
	uint32_t seen = 0;
	bool mine = true, good;

	memset(&slot, 0, sizeof slot);
	slot.jump = slot.short_course = LAW_NONE;
	slot.source = course->source;
	if (!(good = slot_kind(r, &slot))) {
		law_read_skip_line(r);
		good = true;
	}
	while (good && mine && !law_read_end(r)) {
		good = slot_field(r, &slot, &seen, course->source, &short_name, &mine);
		if (!good) {
			law_read_skip_line(r);
			good = true;
		}
	}
	if ((row = law_draft_row(r->draft, LAW_TABLE_SLOT, place)) == NULL)
		return good;
	*row = slot;
	if (course->n_slots++ == 0)
		course->first_slot = (uint16_t)(r->draft->table[LAW_TABLE_SLOT].n - 1);
	if (short_name != LAW_NO_TEXT)
		note_short_course(r->draft, (uint16_t)(r->draft->table[LAW_TABLE_SLOT].n - 1),
		    short_name, place);
	return good;
}

/* It judges on as-of days before it was published, too. */
#define SEEN_ALWAYS (UINT32_C(1) << 24)

static bool
course_field(struct law_reader *r, struct law_course *c, uint32_t *seen)
{
	bool good;
	int32_t n;

	if (field(law_parse_span(r, &c->span, seen), &good) ||
	    field(law_parse_who(r, &c->who, seen), &good))
		return good;
	if (take_once(r, "source", seen, 16, &good))
		return good && law_read_index(r, LAW_TABLE_SOURCE, &c->source);
	if (take_once(r, "first-dose", seen, 17, &good))
		return good && law_read_points(r, &c->first_from, &c->first_to);
	if (take_once(r, "used-only", seen, 18, &good))
		return good && law_read_mask(r, LAW_TABLE_PRODUCT, &c->used_only);
	if (take_once(r, "used-any", seen, 19, &good))
		return good && law_read_mask(r, LAW_TABLE_PRODUCT, &c->used_any);
	if (take_once(r, "used-none", seen, 20, &good))
		return good && law_read_mask(r, LAW_TABLE_PRODUCT, &c->used_none);
	if (take_once(r, "component", seen, 21, &good)) {
		if (!good || !law_read_number(r, 1, LAW_COMPONENTS, &n))
			return false;
		c->components = (uint16_t)(1u << (n - 1));
		return true;
	}
	if (take_once(r, "extension", seen, 22, &good)) {
		if (law_read_take(r, "only"))
			c->extension = 1;
		else if (law_read_take(r, "never"))
			c->extension = 2;
		else
			good = law_read_fault(r, LAW_F_UNKNOWN_WORD);
		return good;
	}
	if (take_once(r, "reaches-back", seen, 23, &good)) {
		if (law_read_take(r, "always"))
			*seen |= SEEN_ALWAYS;
		return good;
	}
	if (law_read_take(r, "slot"))
		return parse_slot(r, c);
	return law_read_fault(r, LAW_F_UNKNOWN_FIELD);
}

void
law_parse_course(struct law_reader *r)
{
	struct law_place place = law_read_place(r);
	struct law_course c, *row;
	uint32_t seen = 0;

	memset(&c, 0, sizeof c);
	law_parse_who_init(&c.who);
	c.source = LAW_NONE;
	if (!head(r, &c.programme, &c.code))
		return;
	while (!law_read_end(r)) {
		if (!course_field(r, &c, &seen))
			law_read_skip_line(r);
	}
	law_parse_span_end(r, place, &c.span, seen);
	c.since = c.span.from;
	c.published = c.span.published;
	if ((seen >> 23 & 1) != 0)
		c.span.from = INT32_MIN;
	if ((seen & SEEN_ALWAYS) != 0)
		c.span.published = INT32_MIN;
	if (c.source == LAW_NONE)
		missing_citation(r, place, c.code);
	if (c.components == 0)
		c.components = (1u << LAW_COMPONENTS) - 1;
	for (uint16_t s = 0; s < c.n_slots; s++) {
		struct law_slot *slot = law_draft_at(r->draft, LAW_TABLE_SLOT, (size_t)c.first_slot + s);

		if (slot->jump == LAW_NONE - 1)
			slot->jump = c.n_slots;
	}
	if ((row = law_draft_row(r->draft, LAW_TABLE_COURSE, place)) != NULL)
		*row = c;
}

/* fewer N of PRODUCTS */
static bool
fewer(struct law_reader *r, struct law_choice *c)
{
	int32_t n;

	if (!law_read_number(r, 1, 99, &n))
		return false;
	if (!law_read_take(r, "of"))
		return law_read_fault(r, LAW_F_UNKNOWN_WORD);
	c->fewer_than = (uint16_t)n;
	return law_read_mask(r, LAW_TABLE_PRODUCT, &c->fewer_of);
}

void
law_parse_choice(struct law_reader *r)
{
	struct law_place place = law_read_place(r);
	struct law_choice c, *row;
	uint32_t seen = 0;
	uint64_t mask = 0;
	bool good;

	memset(&c, 0, sizeof c);
	c.source = LAW_NONE;
	if (!law_read_index(r, LAW_TABLE_PROGRAMME, &c.programme) ||
	    !law_read_index(r, LAW_TABLE_PRODUCT, &c.product))
		return;
	while (!law_read_end(r)) {
		if (field(law_parse_span(r, &c.span, &seen), &good)) {
			;
		} else if (take_once(r, "while-missing", &seen, 16, &good)) {
			good = good && law_read_mask(r, LAW_TABLE_PROGRAMME, &mask);
			if (good)
				c.only_while = (uint32_t)mask;
		} else if (take_once(r, "needs", &seen, 17, &good)) {
			good = good && law_read_mask(r, LAW_TABLE_CONDITION, &mask);
			if (good)
				c.needs_condition = (uint32_t)mask;
		} else if (take_once(r, "if-used", &seen, 18, &good)) {
			good = good && law_read_mask(r, LAW_TABLE_PRODUCT, &c.if_used);
		} else if (take_once(r, "fewer", &seen, 19, &good)) {
			good = good && fewer(r, &c);
		} else if (take_once(r, "source", &seen, 20, &good)) {
			good = good && law_read_index(r, LAW_TABLE_SOURCE, &c.source);
		} else {
			good = law_read_fault(r, LAW_F_UNKNOWN_FIELD);
		}
		if (!good)
			law_read_skip_line(r);
	}
	if ((seen & (LAW_SEEN_IN_FORCE | LAW_SEEN_PUBLISHED | LAW_SEEN_END)) != 0) {
		law_parse_span_end(r, place, &c.span, seen);
		/* What was preferred before any text spoke of it rests on none. */
		if (c.source == LAW_NONE && c.span.from != INT32_MIN)
			missing_citation(r, place, ((const struct law_product *)law_draft_at(r->draft, LAW_TABLE_PRODUCT,
			    c.product))->code);
	} else {
		c.span = (struct law_span){ INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN, LAW_PUBLISHED_UNSAID };
	}
	if ((row = law_draft_row(r->draft, LAW_TABLE_CHOICE, place)) != NULL)
		*row = c;
}

void
law_parse_extension(struct law_reader *r)
{
	struct law_place place = law_read_place(r);
	struct law_extension e, *row;
	uint32_t seen = 0;
	bool good;

	memset(&e, 0, sizeof e);
	e.source = LAW_NONE;
	if (!head(r, &e.programme, &e.code))
		return;
	while (!law_read_end(r)) {
		if (field(law_parse_span(r, &e.span, &seen), &good)) {
			;
		} else if (take_once(r, "products", &seen, 16, &good)) {
			good = good && products(r, &e.products);
		} else if (take_once(r, "until", &seen, 17, &good)) {
			good = good && law_read_point(r, true, &e.cap);
		} else if (take_once(r, "source", &seen, 18, &good)) {
			good = good && law_read_index(r, LAW_TABLE_SOURCE, &e.source);
		} else if (take_once(r, "early", &seen, 19, &good)) {
			e.early = 1;
		} else {
			good = law_read_fault(r, LAW_F_UNKNOWN_FIELD);
		}
		if (!good)
			law_read_skip_line(r);
	}
	law_parse_span_end(r, place, &e.span, seen);
	if (e.source == LAW_NONE)
		missing_citation(r, place, e.code);
	if ((seen >> 16 & 1) == 0)
		law_draft_find_fault(r->draft, place, LAW_F_MISSING_FIELD, "products");
	if ((seen >> 17 & 1) == 0)
		law_draft_find_fault(r->draft, place, LAW_F_MISSING_FIELD, "until");
	if ((row = law_draft_row(r->draft, LAW_TABLE_EXTENSION, place)) != NULL)
		*row = e;
}

static bool
classes(struct law_reader *r, uint32_t *ret_classes)
{
	uint64_t mask;

	if (!law_read_mask(r, LAW_TABLE_CLASS, &mask))
		return false;
	*ret_classes = (uint32_t)mask;
	return true;
}

void
law_parse_spacing(struct law_reader *r)
{
	struct law_place place = law_read_place(r);
	struct law_spacing s, *row;
	uint32_t seen = 0;
	bool good;

	memset(&s, 0, sizeof s);
	s.source = LAW_NONE;
	if (!law_read_name(r, &s.code))
		return;
	while (!law_read_end(r)) {
		if (field(law_parse_span(r, &s.span, &seen), &good)) {
			;
		} else if (take_once(r, "earlier", &seen, 16, &good)) {
			good = good && classes(r, &s.earlier);
		} else if (take_once(r, "later", &seen, 17, &good)) {
			good = good && classes(r, &s.later);
		} else if (take_once(r, "except", &seen, 18, &good)) {
			good = good && classes(r, &s.except);
		} else if (take_once(r, "days", &seen, 19, &good)) {
			good = good && law_read_number(r, 0, 366, &s.days);
		} else if (take_once(r, "source", &seen, 20, &good)) {
			good = good && law_read_index(r, LAW_TABLE_SOURCE, &s.source);
		} else if (law_read_take(r, "same-product")) {
			s.same_product |= LAW_SPACING_SAME_PRODUCT;
			good = true;
		} else if (law_read_take(r, "same-day")) {
			s.same_product |= LAW_SPACING_SAME_DAY;
			good = true;
		} else {
			good = law_read_fault(r, LAW_F_UNKNOWN_FIELD);
		}
		if (!good)
			law_read_skip_line(r);
	}
	law_parse_span_end(r, place, &s.span, seen);
	if (s.source == LAW_NONE)
		missing_citation(r, place, s.code);
	for (unsigned bit = 16; bit < 20; bit++) {
		static const char *const word[] = { "earlier", "later", "except", "days" };

		if (bit != 18 && (seen >> bit & 1) == 0)
			law_draft_find_fault(r->draft, place, LAW_F_MISSING_FIELD, word[bit - 16]);
	}
	if ((row = law_draft_row(r->draft, LAW_TABLE_SPACING, place)) != NULL)
		*row = s;
}

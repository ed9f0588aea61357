#include <string.h>

#include "report/history.h"
#include "report/report.h"

/*
 * A history as fields of a frame: every struct is described by a table, and one pair of
 * functions writes and reads them all.  A field's tag is its place in the table plus one;
 * both ends are the same build.
 */
enum kind {
	K_TEXT,			/* const char * */
	K_DAY,
	K_SPAN,			/* struct day_span */
	K_INT64,
	K_UNSIGNED,		/* unsigned, size_t by width */
	K_SIZE,
	K_BOOL,
	K_ENUM,			/* below `limit` */
	K_GAP,			/* struct law_gap */
	K_NAME,			/* struct history_name */
	K_STRUCT,		/* a struct of `shape`, within */
	K_LIST,			/* pointer to an array of `shape`, and a size_t count */
};

struct shape;
struct field {
	enum kind kind;
	size_t at, at_count;
	unsigned limit;
	const struct shape *shape;
};
struct shape {
	const struct field *field;
	unsigned n;
	size_t size;
};

#define SHAPE(name, type, table) \
	static const struct shape name = { table, sizeof (table) / sizeof (table)[0], sizeof (type) }
#define F(kind, type, member) { kind, offsetof(type, member), 0, 0, NULL }
#define F_ENUM(type, member, limit) { K_ENUM, offsetof(type, member), 0, limit, NULL }
#define F_LIST(type, member, count, shape) \
	{ K_LIST, offsetof(type, member), offsetof(type, count), 0, &shape }
#define F_STRUCT(type, member, shape) { K_STRUCT, offsetof(type, member), 0, 0, &shape }

#define T struct history_reason
static const struct field reason_fields[] = {
	F_ENUM(T, code, SCHEDULE_REASON__COUNT), F(K_TEXT, T, source_ja), F(K_TEXT, T, source_en),
	F(K_TEXT, T, url), F(K_DAY, T, in_force), F(K_DAY, T, day_a), F(K_DAY, T, day_b),
	F(K_GAP, T, gap), F(K_NAME, T, product),
};
SHAPE(reason_shape, T, reason_fields);
#undef T

#define T struct history_credit
static const struct field credit_fields[] = {
	F(K_NAME, T, programme), F_ENUM(T, status, SCHEDULE_CREDIT__COUNT), F(K_UNSIGNED, T, dose),
	F_LIST(T, reason, n_reason, reason_shape),
};
SHAPE(credit_shape, T, credit_fields);
#undef T

#define T struct history_statement
static const struct field statement_fields[] = {
	F(K_TEXT, T, id), F(K_INT64, T, version), F_ENUM(T, status, HISTORY_STATUS__COUNT),
	F(K_BOOL, T, superseded), F(K_BOOL, T, merged), F(K_TEXT, T, counted_as), F(K_TEXT, T, source_kind),
	F(K_TEXT, T, source), F(K_NAME, T, source_municipality), F(K_TEXT, T, origin_id),
	F(K_TEXT, T, origin_version), F(K_NAME, T, origin_municipality),
	F(K_TEXT, T, verification), F(K_TEXT, T, evidence), F(K_SPAN, T, given),
	F(K_NAME, T, vaccine), F(K_TEXT, T, product_text), F(K_BOOL, T, is_unknown), F(K_UNSIGNED, T, told_no), F(K_TEXT, T, lot), F(K_DAY, T, expires), F(K_INT64, T, volume_ul),
	F(K_TEXT, T, site), F(K_TEXT, T, route), F(K_TEXT, T, clinic_code),
	F(K_TEXT, T, clinic_name), F(K_TEXT, T, physician), F(K_TEXT, T, reason),
	F_LIST(T, credit, n_credit, credit_shape),
};
SHAPE(statement_shape, T, statement_fields);
#undef T

#define T struct history_choice
static const struct field choice_fields[] = {
	F(K_NAME, T, vaccine), F(K_DAY, T, earliest), F(K_DAY, T, latest),
};
SHAPE(choice_shape, T, choice_fields);
#undef T

#define T struct history_forecast
static const struct field forecast_fields[] = {
	F(K_NAME, T, programme), F_ENUM(T, status, SCHEDULE_STATUS__COUNT), F(K_BOOL, T, overdue),
	F(K_BOOL, T, has_next), F(K_BOOL, T, by_judgement), F(K_UNSIGNED, T, given),
	F(K_UNSIGNED, T, remaining), F(K_UNSIGNED, T, dose), F_ENUM(T, kind, LAW_DOSE__COUNT),
	F(K_DAY, T, earliest), F(K_DAY, T, latest), F(K_DAY, T, standard_from),
	F(K_DAY, T, standard_to), F_LIST(T, choice, n_choice, choice_shape),
	F_LIST(T, reason, n_reason, reason_shape),
};
SHAPE(forecast_shape, T, forecast_fields);
#undef T

#define T struct history_letter
static const struct field letter_fields[] = {
	F(K_NAME, T, programme), F(K_UNSIGNED, T, dose), F(K_TEXT, T, purpose), F(K_TEXT, T, state), F(K_DAY, T, on),
	F(K_TEXT, T, reason),
};
SHAPE(letter_shape, T, letter_fields);
#undef T

#define T struct history_ticket
static const struct field ticket_fields[] = {
	F(K_TEXT, T, number), F(K_TEXT, T, programme), F(K_UNSIGNED, T, dose), F(K_TEXT, T, state), F(K_DAY, T, issued_on),
	F(K_DAY, T, until), F(K_SPAN, T, spent),
};
SHAPE(ticket_shape, T, ticket_fields);
#undef T

#define T struct history_report
static const struct field report_fields[] = {
	F(K_TEXT, T, kind), F(K_TEXT, T, number), F(K_TEXT, T, dose), F(K_TEXT, T, what), F(K_TEXT, T, state),
	F(K_SPAN, T, began), F(K_DAY, T, on),
};
SHAPE(report_shape, T, report_fields);
#undef T

#define T struct history_source
static const struct field source_fields[] = {
	F(K_NAME, T, municipality), F_ENUM(T, known, HISTORY_KNOWN__COUNT), F(K_DAY, T, as_of),
	F(K_SIZE, T, statements),
};
SHAPE(source_shape, T, source_fields);
#undef T

#define T struct history_duplicate
static const struct field duplicate_fields[] = {
	F(K_INT64, T, no), F(K_INT64, T, rule), F_ENUM(T, verdict, DUPLICATE_VERDICT__COUNT),
	F_ENUM(T, state, DUPLICATE_STATE__COUNT), F(K_TEXT, T, first), F(K_TEXT, T, second),
};
SHAPE(duplicate_shape, T, duplicate_fields);
#undef T

#define T struct history_residence
static const struct field residence_fields[] = {
	F(K_DAY, T, from), F(K_DAY, T, until), F(K_NAME, T, municipality),
};
SHAPE(residence_shape, T, residence_fields);
#undef T

#define T struct history_person
static const struct field person_fields[] = {
	F(K_TEXT, T, addressee_no), F(K_TEXT, T, name), F(K_TEXT, T, kana), F(K_TEXT, T, roman),
	F(K_SPAN, T, birth), F_ENUM(T, sex, SCHEDULE_SEX__COUNT), F(K_TEXT, T, address),
	F(K_DAY, T, died_on), F(K_TEXT, T, ticket_no),
	F_LIST(T, residence, n_residence, residence_shape),
};
SHAPE(person_shape, T, person_fields);
static const struct field hidden_person_fields[] = {
	F(K_TEXT, T, addressee_no),
};
SHAPE(hidden_person_shape, T, hidden_person_fields);
#undef T

#define T struct history
static const struct field history_fields[] = {
	F(K_BOOL, T, protected), F(K_DAY, T, as_of), F_STRUCT(T, person, person_shape),
	F(K_DAY, T, made_on), F(K_NAME, T, municipality), F(K_TEXT, T, institution),
	F(K_TEXT, T, law_version), F(K_TEXT, T, law_hash),
	F_LIST(T, statement, n_statement, statement_shape),
	F_LIST(T, duplicate, n_duplicate, duplicate_shape),
	F_LIST(T, forecast, n_forecast, forecast_shape), F_LIST(T, source, n_source, source_shape),
	F_LIST(T, letter, n_letter, letter_shape), F_LIST(T, report, n_report, report_shape),
	F_LIST(T, ticket, n_ticket, ticket_shape),
};
SHAPE(history_shape, T, history_fields);
/* Of a protected person: that it is so, as of when, and whom it is about. */
static const struct field hidden_fields[] = {
	F(K_BOOL, T, protected), F(K_DAY, T, as_of), F_STRUCT(T, person, hidden_person_shape),
};
SHAPE(hidden_shape, T, hidden_fields);
#undef T

static int64_t
pack_gap(const struct law_gap *g)
{
	return (int64_t)((uint64_t)(uint32_t)g->n << 32 | (uint64_t)g->unit << 16 |
	    (uint64_t)g->dose << 8 | g->anchor);
}

static bool
unpack_gap(int64_t packed, struct law_gap *g)
{
	uint64_t u = (uint64_t)packed;

	*g = (struct law_gap){ .anchor = (uint8_t)u, .dose = (uint8_t)(u >> 8),
	    .unit = (uint8_t)(u >> 16), .n = (int32_t)(uint32_t)(u >> 32) };
	return g->anchor < LAW_ANCHOR__COUNT && g->unit < LAW_UNIT__COUNT && (u >> 24 & 0xff) == 0;
}

static void
write_shape(struct frame *f, const struct shape *shape, const void *value)
{
	for (unsigned i = 0; i < shape->n; i++) {
		const struct field *d = &shape->field[i];
		const char *at = (const char *)value + d->at;
		uint16_t tag = (uint16_t)(i + 1);
		unsigned number;
		size_t count;
		const void *list;

		switch (d->kind) {
		case K_TEXT:
			frame_put_text(f, tag, *(const char *const *)(const void *)at);
			break;
		case K_DAY:
			frame_put_day(f, tag, *(const day *)(const void *)at);
			break;
		case K_SPAN:
		case K_NAME: {
			const struct day_span *s = (const void *)at;
			const struct history_name *n = (const void *)at;

			frame_open(f, tag);
			if (d->kind == K_SPAN) {
				frame_put_day(f, 1, s->first);
				frame_put_day(f, 2, s->last);
			} else {
				frame_put_text(f, 1, n->code);
				frame_put_text(f, 2, n->ja);
				frame_put_text(f, 3, n->en);
			}
			frame_close(f);
			break;
		}
		case K_INT64:
			frame_put_int(f, tag, *(const int64_t *)(const void *)at);
			break;
		case K_ENUM:
		case K_UNSIGNED:
			memcpy(&number, at, sizeof number);
			frame_put_int(f, tag, number);
			break;
		case K_SIZE:
			frame_put_int(f, tag, (int64_t)*(const size_t *)(const void *)at);
			break;
		case K_BOOL:
			frame_put_int(f, tag, *(const bool *)at);
			break;
		case K_GAP:
			frame_put_int(f, tag, pack_gap((const void *)at));
			break;
		case K_STRUCT:
			frame_open(f, tag);
			write_shape(f, d->shape, at);
			frame_close(f);
			break;
		case K_LIST:
			count = *(const size_t *)(const void *)((const char *)value + d->at_count);
			list = *(const void *const *)(const void *)at;
			frame_put_int(f, tag, (int64_t)count);
			for (size_t e = 0; e < count; e++) {
				frame_open(f, tag);
				write_shape(f, d->shape, (const char *)list + e * d->shape->size);
				frame_close(f);
			}
			break;
		}
	}
}

static enum rc
wrong(struct fault *why, const char *what)
{
	return fault_set(why, RC_INVALID, "history", "%s", what);
}

static enum frame_type
type_of(enum kind kind)
{
	switch (kind) {
	case K_TEXT:
		return FRAME_TEXT;
	case K_DAY:
		return FRAME_DAY;
	case K_INT64:
	case K_UNSIGNED:
	case K_SIZE:
	case K_BOOL:
	case K_ENUM:
	case K_GAP:
	case K_LIST:
		return FRAME_INT;
	case K_SPAN:
	case K_NAME:
	case K_STRUCT:
		break;
	}
	return FRAME_OPEN;
}

static bool
copy_text(struct arena *arena, const struct frame_field *f, const char **ret_text)
{
	if (f->len == 0) {
		*ret_text = "";
		return true;
	}
	return (*ret_text = arena_text(arena, f->text, f->len)) != NULL;
}

/* The three texts of a name, the two days of a span. */
static enum rc
read_parts(struct frame_reader *r, enum kind kind, struct arena *arena, void *at,
    struct fault *why)
{
	struct history_name *name = at;
	struct day_span *span = at;
	struct frame_field f;
	unsigned next = 1, last = kind == K_NAME ? 3 : 2;

	while (frame_next(r, &f)) {
		if (f.tag != next || next > last ||
		    f.type != (kind == K_NAME ? FRAME_TEXT : FRAME_DAY))
			return wrong(why, "a name or span is not as it should be");
		if (kind == K_SPAN)
			*(next == 1 ? &span->first : &span->last) = f.date;
		else if (!copy_text(arena, &f, next == 1 ? &name->code : next == 2 ? &name->ja :
		    &name->en))
			return RC_NOMEM;
		next++;
	}
	if (next != last + 1)
		return wrong(why, "a name or span is not as it should be");
	if (kind == K_SPAN && (day_known(span->first) != day_known(span->last) ||
	    day_after(span->first, span->last)))
		return wrong(why, "a span ends before it begins");
	return RC_OK;
}

static enum rc
read_number(const struct field *d, int64_t n, void *at, struct fault *why)
{
	unsigned u;

	switch (d->kind) {
	case K_INT64:
		*(int64_t *)at = n;
		return RC_OK;
	case K_GAP:
		return unpack_gap(n, at) ? RC_OK : wrong(why, "an interval is out of range");
	case K_BOOL:
		if (n != 0 && n != 1)
			break;
		*(bool *)at = n == 1;
		return RC_OK;
	case K_SIZE:
		if (n < 0)
			break;
		*(size_t *)at = (size_t)n;
		return RC_OK;
	case K_ENUM:
	case K_UNSIGNED:
		if (n < 0 || n > (d->kind == K_ENUM ? (int64_t)d->limit - 1 : 1000000))
			break;
		u = (unsigned)n;
		memcpy(at, &u, sizeof u);
		return RC_OK;
	case K_TEXT:
	case K_DAY:
	case K_SPAN:
	case K_NAME:
	case K_STRUCT:
	case K_LIST:
		break;
	}
	return wrong(why, "a number is out of range");
}

static enum rc read_shape(struct frame_reader *r, const struct shape *shape, struct arena *arena,
    void *value, struct fault *why);

/* A list is its length, then so many groups of the same tag. */
static enum rc
read_list(struct frame_reader *r, const struct field *d, const struct frame_field *length,
    struct arena *arena, void *value, struct fault *why)
{
	size_t n = (size_t)length->number;
	struct frame_reader inner;
	struct frame_field f;
	char *list;
	enum rc rc;

	/* No element is shorter than a field's head: a false length costs no memory. */
	if (length->number < 0 || n > (size_t)(r->end - r->at) / 8)
		return wrong(why, "a list is longer than the frame");
	if (n == 0)
		return RC_OK;
	if ((list = arena_array(arena, n, d->shape->size)) == NULL)
		return RC_NOMEM;
	for (size_t i = 0; i < n; i++) {
		if (!frame_next(r, &f) || f.tag != length->tag || f.type != FRAME_OPEN)
			return wrong(why, "a list is cut short");
		frame_enter(r, &inner);
		rc = read_shape(&inner, d->shape, arena, list + i * d->shape->size, why);
		if (rc != RC_OK)
			return rc;
	}
	*(const void **)(void *)((char *)value + d->at) = list;
	*(size_t *)(void *)((char *)value + d->at_count) = n;
	return RC_OK;
}

/* value is zeroed before.  Every field must come, once. */
static enum rc
read_shape(struct frame_reader *r, const struct shape *shape, struct arena *arena, void *value,
    struct fault *why)
{
	struct frame_reader inner;
	struct frame_field f;
	uint64_t seen = 0;

	while (frame_next(r, &f)) {
		const struct field *d;
		void *at;
		enum rc rc;

		if (f.tag == 0 || f.tag > shape->n)
			return wrong(why, "an unknown field");
		d = &shape->field[f.tag - 1];
		at = (char *)value + d->at;
		if (f.type != type_of(d->kind))
			return wrong(why, "a field of another type");
		if (seen & (uint64_t)1 << (f.tag - 1))
			return wrong(why, "a field comes twice");
		seen |= (uint64_t)1 << (f.tag - 1);
		switch (d->kind) {
		case K_TEXT:
			rc = copy_text(arena, &f, at) ? RC_OK : RC_NOMEM;
			break;
		case K_DAY:
			*(day *)at = f.date;
			rc = RC_OK;
			break;
		case K_SPAN:
		case K_NAME:
			frame_enter(r, &inner);
			rc = read_parts(&inner, d->kind, arena, at, why);
			break;
		case K_STRUCT:
			frame_enter(r, &inner);
			rc = read_shape(&inner, d->shape, arena, at, why);
			break;
		case K_LIST:
			rc = read_list(r, d, &f, arena, value, why);
			break;
		case K_INT64:
		case K_UNSIGNED:
		case K_SIZE:
		case K_BOOL:
		case K_ENUM:
		case K_GAP:
			rc = read_number(d, f.number, at, why);
			break;
		default:
			rc = RC_BUG;
		}
		if (rc != RC_OK)
			return rc;
	}
	for (unsigned i = 0; i < shape->n; i++)
		if (!(seen & (uint64_t)1 << i))
			return wrong(why, "a field is missing");
	return RC_OK;
}

void
history_frame_write(struct frame *f, const struct history *h)
{
	write_shape(f, h->protected ? &hidden_shape : &history_shape, h);
}

enum rc
history_frame_read(struct frame_reader *r, struct arena *arena, struct history *ret_history,
    struct fault *why)
{
	struct frame_reader ahead = *r;
	struct frame_field first;
	struct history h;
	bool hidden;
	enum rc rc;

	if (!frame_next(&ahead, &first) || first.tag != 1 || first.type != FRAME_INT)
		return wrong(why, "a field is missing");
	hidden = first.number == 1;
	history_init(&h);
	rc = read_shape(r, hidden ? &hidden_shape : &history_shape, arena, &h, why);
	if (rc != RC_OK)
		return rc;
	*ret_history = h;
	return RC_OK;
}

/* Rows of `due`: the person's identity and one forecast, or only that the record is protected. */
enum { ROW_PROTECTED = 1, ROW_PERSON, ROW_FORECAST };

void
report_due_frame_write(struct frame *f, const struct report_due_row *row)
{
	frame_put_int(f, ROW_PROTECTED, row->protected);
	frame_open(f, ROW_PERSON);
	write_shape(f, row->protected ? &hidden_person_shape : &person_shape, row->person);
	frame_close(f);
	if (row->protected)
		return;
	frame_open(f, ROW_FORECAST);
	write_shape(f, &forecast_shape, row->forecast);
	frame_close(f);
}

enum rc
report_due_frame_read(struct frame_reader *r, struct arena *arena,
    struct report_due_row *ret_row, struct fault *why)
{
	struct frame_reader inner;
	struct frame_field f;
	struct history empty;
	struct history_person *person = arena_new(arena, sizeof *person);
	struct history_forecast *forecast = arena_new(arena, sizeof *forecast);
	struct report_due_row row = { person, false, NULL };
	enum rc rc;

	if (person == NULL || forecast == NULL)
		return RC_NOMEM;
	history_init(&empty);
	*person = empty.person;
	if (!frame_next(r, &f) || f.tag != ROW_PROTECTED || f.type != FRAME_INT ||
	    (f.number != 0 && f.number != 1))
		return wrong(why, "a row of due is not as it should be");
	row.protected = f.number == 1;
	if (!frame_next(r, &f) || f.tag != ROW_PERSON || f.type != FRAME_OPEN)
		return wrong(why, "a row of due is not as it should be");
	frame_enter(r, &inner);
	rc = read_shape(&inner, row.protected ? &hidden_person_shape : &person_shape, arena, person,
	    why);
	if (rc != RC_OK)
		return rc;
	if (!row.protected) {
		if (!frame_next(r, &f) || f.tag != ROW_FORECAST || f.type != FRAME_OPEN)
			return wrong(why, "a row of due is not as it should be");
		frame_enter(r, &inner);
		if ((rc = read_shape(&inner, &forecast_shape, arena, forecast, why)) != RC_OK)
			return rc;
		row.forecast = forecast;
	}
	if (frame_next(r, &f))
		return wrong(why, "a row of due is not as it should be");
	*ret_row = row;
	return RC_OK;
}

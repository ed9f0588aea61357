#include "cli/render.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/say.h"
#include "cli/width.h"
#include "record/reaction.h"

#define RENDER_BYTES_MAX (512u << 20)
#define SECOND_US 1000000
#define JAPAN_AHEAD_S (9 * 3600)
#define TIME_TEXT_SIZE 40

struct render_cell {
	enum frame_type type;		/* 0: absent */
	int64_t number;
	day date;
	const char *text;
	const char *said;		/* text in the language asked for, where it is a word of ours */
};
struct render_row {
	struct render_row *next;
	struct render_cell cell[];	/* of each column */
};

enum rc
render_format_find(const char *name, enum render_format *ret_format)
{
	static const char *const known[RENDER__COUNT] = { "text", "json", "csv" };

	for (unsigned i = 0; i < RENDER__COUNT; i++)
		if (name == NULL || strcmp(known[i], name) == 0) {
			*ret_format = (enum render_format)i;
			return RC_OK;
		}
	return RC_ABSENT;
}

void
render_init(struct render *r, const struct request_shape *shape, enum render_format format,
    enum lang lang, enum render_layout layout)
{
	*r = (struct render){ .shape = shape, .format = format, .lang = lang, .layout = layout };
	arena_init(&r->arena, RENDER_BYTES_MAX);
	r->last = &r->first;
}

void
render_clear(struct render *r)
{
	arena_clear(&r->arena);
	r->first = NULL;
	r->last = &r->first;
}

static size_t
column_of(const struct request_shape *shape, uint16_t tag)
{
	size_t i;

	for (i = 0; i < shape->n_column; i++)
		if (shape->column[i].tag == tag)
			break;
	return i;
}

/* Values that are words of ours; never names, addresses or what people typed. */
static bool
is_word(enum request_tag tag)
{
	static const enum request_tag word[] = { TAG_STATE, TAG_OUTCOME, TAG_ROLE, TAG_HELD_KIND,
	    TAG_REASON, TAG_RETRY_CLASS, TAG_OWNER, TAG_ADVICE, TAG_CHECK, TAG_TEXT, TAG_SEX,
	    TAG_RELATION, TAG_REGISTRATION, TAG_HOLDER,
	    TAG_ENDPOINT, TAG_ANSWERS, TAG_ACTION, TAG_PART, TAG_WARNINGS,
	    TAG_CIRCUMSTANCE_KIND, TAG_VERDICT, TAG_STATUS, TAG_PURPOSE, TAG_VERIFICATION, TAG_FOUND_BY,
	    TAG_SUBJECT_KIND, TAG_BASIS, TAG_ANTIBODY, TAG_MISTAKE_KIND, TAG_LIMIT,
	    TAG_ONSET_AFTER, TAG_WITHIN };

	for (size_t i = 0; i < sizeof(word) / sizeof(word[0]); i++)
		if (word[i] == tag)
			return true;
	return false;
}

/* An item is the name of a field: people read its heading. */
static const char *
say_item(enum lang lang, const char *name)
{
	for (int t = TAG_NONE + 1; t < TAG__COUNT; t++)
		if (strcmp(request_tag_name((enum request_tag)t), name) == 0)
			return words(lang, request_tag_heading((enum request_tag)t));
	return words(lang, name);
}

/* A symptom by the name that the ordinance gives it. */
static const char *
say_symptom(enum lang lang, const char *code)
{
	const struct reaction_symptom *s = reaction_symptom_find(code);

	if (s == NULL)
		return words(lang, code);
	return lang == LANG_JA ? s->ja : s->en;
}

/* "former-family: X; common: Y": the kinds alone are words. */
static const char *
say_other_names(enum lang lang, const char *text, struct arena *arena)
{
	struct buf out = BUF_INIT(LIMIT_TEXT_BYTES);
	const char *said = text, *at = text;
	enum rc rc = RC_OK;

	while (*at != '\0' && rc == RC_OK) {
		size_t n = strcspn(at, ";"), kind = strcspn(at, ":");
		char *word = arena_text(arena, at, kind < n ? kind : 0);

		rc = word == NULL ? RC_NOMEM : buf_printf(&out, "%s%s%.*s", at > text ? "; " : "", words(lang, word),
		    (int)(n - strlen(word)), at + strlen(word));
		at += n;
		at += strspn(at, "; ");
	}
	if (rc == RC_OK && out.len > 0 && (at = arena_text(arena, out.data, out.len)) != NULL)
		said = at;
	buf_clear(&out);
	return said;
}

const char *
render_say(enum lang lang, const char *subject, enum request_tag tag, const char *text, struct arena *arena)
{
	if (tag == TAG_ITEM)
		return say_item(lang, text);
	if (tag == TAG_SYMPTOM)
		return say_symptom(lang, text);
	if (tag == TAG_OTHER_NAMES)
		return say_other_names(lang, text, arena);
	return is_word(tag) ? say_of(lang, subject, text, arena) : text;
}

/* What two records say of the sex, or how they are registered, is a word; of a name it is the name. */
static bool
is_side_of_words(const struct request_shape *shape, const struct render_row *row, enum request_tag tag)
{
	size_t item = column_of(shape, TAG_ITEM);
	const char *text = item < shape->n_column ? row->cell[item].text : NULL;

	return (tag == TAG_SIDE_A || tag == TAG_SIDE_B) && text != NULL &&
	    (strcmp(text, request_tag_name(TAG_SEX)) == 0 || strcmp(text, request_tag_name(TAG_REGISTRATION)) == 0);
}

/* Contracts 5: done, but the answer is "no". */
static bool
says_no(const struct request_shape *shape, enum request_tag tag, int64_t n)
{
	if (tag == TAG_OK)
		return n == 0;
	return tag == TAG_HELD && shape->file && n > 0;
}

enum rc
render_row(struct render *r, const void *body, size_t len, struct fault *why)
{
	const struct request_shape *shape = r->shape;
	struct frame_reader reader;
	struct frame_field f;
	struct render_row *row;
	enum rc rc;

	if ((rc = frame_read_open(&reader, RESULT_ROW, body, len, why)) != RC_OK)
		return rc;
	if ((row = arena_new(&r->arena, sizeof(*row) + shape->n_column * sizeof(row->cell[0]))) == NULL)
		return fault_set(why, RC_NOMEM, "answer", "out of memory");
	while (frame_next(&reader, &f)) {
		size_t i = column_of(shape, f.tag);

		if (i == shape->n_column || shape->column[i].type != f.type)
			return fault_set(why, RC_BUG, "answer",
			    "field %u does not belong to the rows of '%s'", (unsigned)f.tag, shape->name);
		if (f.type == FRAME_TEXT && f.len == 0)
			continue;
		if (f.type == FRAME_DAY && !day_known(f.date))
			continue;
		row->cell[i] = (struct render_cell){ .type = f.type, .number = f.number, .date = f.date };
		if (f.type == FRAME_TEXT &&
		    (row->cell[i].text = arena_text(&r->arena, f.text, f.len)) == NULL)
			return fault_set(why, RC_NOMEM, "answer", "out of memory");
		if (f.type == FRAME_TEXT)
			row->cell[i].said = render_say(r->lang, shape->name, is_side_of_words(shape, row, shape->column[i].tag) ?
			    TAG_STATE : shape->column[i].tag, row->cell[i].text, &r->arena);
		if (f.type == FRAME_INT && says_no(shape, shape->column[i].tag, f.number))
			r->says_no = true;
	}
	*r->last = row;
	r->last = &row->next;
	r->n_rows++;
	return RC_OK;
}

enum rc
render_more(struct render *r, const void *body, size_t len, struct fault *why)
{
	struct frame_reader reader;
	struct frame_field f;
	enum rc rc;

	if ((rc = frame_read_open(&reader, RESULT_MORE, body, len, why)) != RC_OK)
		return rc;
	r->is_cut = true;
	while (frame_next(&reader, &f))
		if (f.tag == TAG_TEXT && f.type == FRAME_TEXT && f.len > 0 &&
		    (r->rest = arena_text(&r->arena, f.text, f.len)) == NULL)
			return fault_set(why, RC_NOMEM, "answer", "out of memory");
	return RC_OK;
}

enum rc
render_more_line(const struct render *r, struct buf *out)
{
	return buf_printf(out, "%s%s\n", words(r->lang, WORDS("… and more: ")), words(r->lang, r->rest));
}

/* A moment in Japan for people; with the distance to UTC for machines. */
static void
write_time(int64_t us, bool is_for_people, char text[TIME_TEXT_SIZE])
{
	time_t t = (time_t)(us / SECOND_US + JAPAN_AHEAD_S);
	struct tm tm;

	text[0] = '\0';
	if (us == 0 || us == INT64_MAX || gmtime_r(&t, &tm) == NULL)
		return;
	(void)strftime(text, TIME_TEXT_SIZE, is_for_people ? "%Y-%m-%d %H:%M:%S" : "%Y-%m-%dT%H:%M:%S+09:00",
	    &tm);
}

/* The value of a cell as characters; "" when absent.  room holds it unless it is elsewhere. */
static const char *
cell_text(const struct render *r, enum request_tag tag, const struct render_cell *c,
    bool is_for_people, char room[TIME_TEXT_SIZE])
{
	room[0] = '\0';
	switch (c->type) {
	case FRAME_TEXT:
		return is_for_people ? c->said : c->text;
	case FRAME_DAY:
		day_write(c->date, room);
		return room;
	case FRAME_INT:
		break;
	case FRAME_BYTES:
	case FRAME_OPEN:
	case FRAME_CLOSE:
	default:
		return room;
	}
	switch (request_tag_unit(tag)) {
	case UNIT_TIME:
		write_time(c->number, is_for_people, room);
		return room;
	case UNIT_BOOL:
		if (is_for_people)
			return words(r->lang, c->number != 0 ? WORDS("yes") : WORDS("no"));
		return c->number != 0 ? "1" : "0";
	case UNIT_PLAIN:
		break;
	}
	(void)snprintf(room, TIME_TEXT_SIZE, "%" PRId64, c->number);
	return room;
}

static enum rc
pad(struct buf *out, size_t n)
{
	enum rc rc = RC_OK;

	while (n-- > 0 && rc == RC_OK)
		rc = buf_add_char(out, ' ');
	return rc;
}

/* Lines of a cell are kept in their column. */
static enum rc
add_line(struct buf *out, const char *text, size_t width, bool is_right, bool is_last)
{
	size_t have = width_of(text), gap = width > have ? width - have : 0;
	enum rc rc;

	if (is_right && (rc = pad(out, gap)) != RC_OK)
		return rc;
	if ((rc = buf_add_text(out, text)) != RC_OK)
		return rc;
	if (is_last)
		return buf_add_char(out, '\n');
	if (!is_right && (rc = pad(out, gap)) != RC_OK)
		return rc;
	return pad(out, 2);
}

static bool
is_number(const struct render *r, size_t column)
{
	const struct request_field *f = &r->shape->column[column];

	return f->type == FRAME_INT && request_tag_unit(f->tag) == UNIT_PLAIN;
}

static enum rc
write_one(const struct render *r, const struct render_row *end, struct buf *out)
{
	const struct request_field *column = r->shape->column;
	char room[TIME_TEXT_SIZE];
	size_t width = 0;
	enum rc rc;

	for (size_t i = 0; i < r->shape->n_column; i++) {
		size_t w = width_of(words(r->lang, request_tag_heading(column[i].tag)));

		width = w > width ? w : width;
	}
	for (const struct render_row *row = r->first; row != end; row = row->next)
		for (size_t i = 0; i < r->shape->n_column; i++) {
			const char *text = cell_text(r, column[i].tag, &row->cell[i], true, room);

			if (row->cell[i].type == 0 || text[0] == '\0')
				continue;
			/* A paper stands by itself, as it is printed. */
			if (column[i].tag == TAG_TEXT && strchr(text, '\n') != NULL) {
				if ((rc = buf_add_char(out, '\n')) != RC_OK || (rc = buf_add_text(out, text)) != RC_OK)
					return rc;
				continue;
			}
			if ((rc = add_line(out, words(r->lang, request_tag_heading(column[i].tag)),
			    width, false, false)) != RC_OK)
				return rc;
			/* Further lines of a text stand under its first. */
			for (const char *c = text; *c != '\0'; c++)
				if ((c[0] == '\n' && c[1] != '\0') ?
				    (rc = buf_add_char(out, '\n')) != RC_OK ||
				    (rc = pad(out, width + 2)) != RC_OK :
				    *c != '\n' && (rc = buf_add_char(out, *c)) != RC_OK)
					return rc;
			if ((rc = buf_add_char(out, '\n')) != RC_OK)
				return rc;
		}
	return RC_OK;
}

/* Columns that hold nothing in any row are left out. */
static enum rc
write_table(const struct render *r, const struct render_row *first, struct buf *out)
{
	const struct request_field *column = r->shape->column;
	size_t width[TAG__COUNT] = { 0 }, n = r->shape->n_column, last = 0, w;
	char room[TIME_TEXT_SIZE];
	enum rc rc;

	assert(n <= TAG__COUNT);
	if (first == NULL)
		return buf_printf(out, "%s\n", words(r->lang, WORDS("(nothing)")));
	for (const struct render_row *row = first; row != NULL; row = row->next)
		for (size_t i = 0; i < n; i++) {
			w = width_of(cell_text(r, column[i].tag, &row->cell[i], true, room));
			width[i] = w > width[i] ? w : width[i];
		}
	for (size_t i = 0; i < n; i++) {
		if (width[i] == 0)
			continue;
		last = i;
		w = width_of(words(r->lang, request_tag_heading(column[i].tag)));
		width[i] = w > width[i] ? w : width[i];
	}
	for (size_t i = 0; i < n; i++)
		if (width[i] > 0 && (rc = add_line(out, words(r->lang, request_tag_heading(column[i].tag)),
		    width[i], is_number(r, i), i == last)) != RC_OK)
			return rc;
	for (const struct render_row *row = first; row != NULL; row = row->next)
		for (size_t i = 0; i < n; i++)
			if (width[i] > 0 && (rc = add_line(out,
			    cell_text(r, column[i].tag, &row->cell[i], true, room), width[i],
			    is_number(r, i), i == last)) != RC_OK)
				return rc;
	return RC_OK;
}

static enum rc
add_json_text(struct buf *out, const char *text)
{
	enum rc rc = buf_add_char(out, '"');

	for (const char *c = text; rc == RC_OK && *c != '\0'; c++) {
		if (*c == '"' || *c == '\\')
			rc = buf_printf(out, "\\%c", *c);
		else if (*c == '\n')
			rc = buf_add_text(out, "\\n");
		else if ((unsigned char)*c < ' ')
			rc = buf_printf(out, "\\u%04x", (unsigned)(unsigned char)*c);
		else
			rc = buf_add_char(out, *c);
	}
	return rc == RC_OK ? buf_add_char(out, '"') : rc;
}

static enum rc
add_json_cell(const struct render *r, struct buf *out, enum request_tag tag,
    const struct render_cell *c)
{
	char room[TIME_TEXT_SIZE];
	const char *text = cell_text(r, tag, c, false, room);

	if (c->type == FRAME_INT && request_tag_unit(tag) == UNIT_BOOL)
		return buf_add_text(out, c->number != 0 ? "true" : "false");
	if (c->type == FRAME_INT && request_tag_unit(tag) == UNIT_PLAIN)
		return buf_add_text(out, text);
	return add_json_text(out, text);
}

/* The members of an object, without its braces. */
static enum rc
add_json_members(const struct render *r, struct buf *out, const struct render_row *row)
{
	bool is_first = true;
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < r->shape->n_column; i++) {
		enum request_tag tag = r->shape->column[i].tag;
		char room[TIME_TEXT_SIZE];

		if (row->cell[i].type == 0 ||
		    cell_text(r, tag, &row->cell[i], false, room)[0] == '\0')
			continue;
		if ((rc = buf_printf(out, "%s\"%s\":", is_first ? "" : ",", request_tag_name(tag))) == RC_OK)
			rc = add_json_cell(r, out, tag, &row->cell[i]);
		is_first = false;
	}
	return rc;
}

static enum rc
add_json_row(const struct render *r, struct buf *out, const struct render_row *row)
{
	enum rc rc = buf_add_char(out, '{');

	if (rc == RC_OK)
		rc = add_json_members(r, out, row);
	/* Values that are absent are left out: no row without it has less than before. */
	if (rc == RC_OK && r->is_cut && row->next == NULL)
		rc = buf_add_text(out, ",\"more\":true");
	return rc == RC_OK ? buf_add_char(out, '}') : rc;
}

static enum rc
add_json_rows(const struct render *r, struct buf *out, const struct render_row *first)
{
	enum rc rc = buf_add_char(out, '[');

	for (const struct render_row *row = first; rc == RC_OK && row != NULL; row = row->next) {
		rc = buf_add_text(out, row == first ? "\n" : ",\n");
		if (rc == RC_OK)
			rc = add_json_row(r, out, row);
	}
	return rc == RC_OK ? buf_add_text(out, first == NULL ? "]" : "\n]") : rc;
}

static enum rc
write_json(const struct render *r, struct buf *out)
{
	const struct render_row *row = r->first;
	enum rc rc = RC_OK;

	switch (r->layout) {
	case RENDER_MANY:
		rc = add_json_rows(r, out, row);
		break;
	case RENDER_ONE:
		for (; rc == RC_OK && row != NULL; row = row->next)
			if (row == r->first || (rc = buf_add_char(out, '\n')) == RC_OK)
				rc = add_json_row(r, out, row);
		break;
	case RENDER_ONE_AND_ROWS:
		if (row == NULL)
			break;
		if ((rc = buf_add_char(out, '{')) == RC_OK && (rc = add_json_members(r, out, row)) == RC_OK &&
		    row->next != NULL && (rc = buf_add_text(out, ",\"rows\":")) == RC_OK)
			rc = add_json_rows(r, out, row->next);
		if (rc == RC_OK)
			rc = buf_add_char(out, '}');
		break;
	}
	return rc == RC_OK ? buf_add_char(out, '\n') : rc;
}

/* RFC 4180; a cell that a spreadsheet would take for a formula is made text. */
static enum rc
add_csv_cell(struct buf *out, const char *text)
{
	bool is_formula = text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL;
	bool quotes = strpbrk(text, "\",\r\n") != NULL || is_formula;
	enum rc rc;

	if (!quotes)
		return buf_add_text(out, text);
	if ((rc = buf_add_text(out, is_formula ? "\"'" : "\"")) != RC_OK)
		return rc;
	for (const char *c = text; *c != '\0'; c++)
		if ((rc = *c == '"' ? buf_add_text(out, "\"\"") : buf_add_char(out, *c)) != RC_OK)
			return rc;
	return buf_add_char(out, '"');
}

static enum rc
write_csv(const struct render *r, struct buf *out)
{
	const struct request_field *column = r->shape->column;
	char room[TIME_TEXT_SIZE];
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < r->shape->n_column; i++)
		rc = buf_printf(out, "%s%s", i == 0 ? "" : ",", request_tag_name(column[i].tag));
	if (rc == RC_OK)
		rc = buf_add_text(out, "\r\n");
	for (const struct render_row *row = r->first; rc == RC_OK && row != NULL; row = row->next) {
		for (size_t i = 0; rc == RC_OK && i < r->shape->n_column; i++) {
			if (i > 0 && (rc = buf_add_char(out, ',')) != RC_OK)
				break;
			/* A number, day or time of ours is no formula. */
			rc = row->cell[i].type == FRAME_TEXT ?
			    add_csv_cell(out, row->cell[i].text) :
			    buf_add_text(out, cell_text(r, column[i].tag, &row->cell[i], false, room));
		}
		if (rc == RC_OK)
			rc = buf_add_text(out, "\r\n");
	}
	return rc;
}

enum rc
render_write(const struct render *r, struct buf *out)
{
	enum rc rc = RC_OK;

	switch (r->format) {
	case RENDER_JSON:
		return write_json(r, out);
	case RENDER_CSV:
		return write_csv(r, out);
	case RENDER_TEXT:
	case RENDER__COUNT:
		break;
	}
	switch (r->layout) {
	case RENDER_ONE:
		return write_one(r, NULL, out);
	case RENDER_ONE_AND_ROWS:
		if (r->first == NULL || (rc = write_one(r, r->first->next, out)) != RC_OK || r->first->next == NULL)
			return rc;
		return (rc = buf_add_char(out, '\n')) != RC_OK ? rc : write_table(r, r->first->next, out);
	case RENDER_MANY:
		break;
	}
	return write_table(r, r->first, out);
}

#include <stdio.h>
#include <string.h>

#include "exchange/wire_scope.h"

void
wire_scope_place(const struct wire_scope *s, const char *last, char *ret_place, size_t size)
{
	size_t at = 0;

	ret_place[0] = '\0';
	for (size_t i = 1; i < s->depth && at < size; i++) {
		const struct wire_level *l = &s->level[i];

		if (l->scope == SCOPE_MESSAGE || l->scope == SCOPE_BODY)
			continue;
		if (l->number > 0)
			(void)snprintf(ret_place + at, size - at, "%s%s[%zu]", at > 0 ? "/" : "", l->name, l->number);
		else
			(void)snprintf(ret_place + at, size - at, "%s%s", at > 0 ? "/" : "", l->name);
		at = strlen(ret_place);
	}
	if (last != NULL && at < size)
		(void)snprintf(ret_place + at, size - at, "%s%s", at > 0 ? "/" : "", last);
	if (ret_place[0] == '\0')
		(void)snprintf(ret_place, size, "Message");
}

void
wire_scope_refuse(struct wire_scope *s, enum rc rc, const char *element, const char *rule)
{
	char place[FAULT_PLACE_MAX];

	if (s->fault.rc != RC_OK)
		return;
	wire_scope_place(s, element, place, sizeof(place));
	(void)fault_set(&s->fault, rc, place, "%s", rule);
}

static struct wire_level *
push(struct wire_scope *s, enum wire_scope_kind scope, const char *name)
{
	struct wire_level *l = &s->level[s->depth++];

	memset(l, 0, sizeof(*l));
	l->scope = scope;
	l->name = name;
	return l;
}

static void
push_struct(struct wire_scope *s, const struct shape *shape, void *value, size_t number)
{
	struct wire_level *l = push(s, SCOPE_STRUCT, shape->name);

	l->shape = shape;
	l->value = value;
	l->number = number;
	shape_init(shape, value);
}

static void
push_value(struct wire_scope *s, const char *name, const struct shape_field *field)
{
	push(s, SCOPE_VALUE, name);
	s->field = field;
	buf_truncate(&s->text, 0);
}

/* Most bytes that the text of a field can have; more is refused before it is kept. */
static size_t
field_max_bytes(const struct shape_field *f)
{
	if (f == NULL)
		return 64;
	if (f->type == SHAPE_TEXT)
		return (size_t)f->max * 4;
	return f->type == SHAPE_BYTES ? LIMIT_WIRE_BYTES : 32;
}

static void
begin_list(struct wire_scope *s, const struct shape_field *f, void *owner)
{
	struct wire_level *l;

	if (f->of == &shape_copy_record) {
		const struct message_copy_register *c = owner;
		struct fault why = { .rc = RC_OK };
		enum rc rc;

		if (s->sink == NULL) {
			wire_scope_refuse(s, RC_INVALID, f->name, "copies are not taken here");
			return;
		}
		s->streaming = true;
		rc = s->sink->begin(s->sink->context, &s->message->header, c->segment, &why);
		if (rc != RC_OK) {
			s->fault = why;
			s->fault.rc = rc;
					return;
		}
	}
	l = push(s, SCOPE_LIST, f->name);
	l->list = f;
	l->owner = owner;
}

static void
begin_entry(struct wire_scope *s, struct wire_level *l, const char *name)
{
	const struct shape *of = l->list->of;
	char *entries;

	if (strcmp(name, of->name) != 0) {
		wire_scope_refuse(s, RC_INVALID, NULL, "holds an element that is not known here");
		return;
	}
	if (l->n >= (size_t)l->list->max) {
		wire_scope_refuse(s, RC_TOO_BIG, NULL, "holds too many entries");
		return;
	}
	if (of == &shape_copy_record) {
		l->n++;
		arena_clear(&s->record_arena);
		push_struct(s, of, &s->record, l->n);
		return;
	}
	if (l->n == l->room) {
		size_t room = l->room == 0 ? 16 : l->room * 2;
		struct arena *a = s->streaming ? &s->record_arena : s->arena;

		if ((entries = arena_array(a, room, of->size)) == NULL) {
			wire_scope_refuse(s, RC_NOMEM, NULL, "finds no memory");
			return;
		}
		if (l->n > 0)
			memcpy(entries, l->entries, l->n * of->size);
		l->entries = entries;
		l->room = room;
	}
	l->n++;
	push_struct(s, of, l->entries + (l->n - 1) * of->size, l->n);
}

static void
begin_field(struct wire_scope *s, struct wire_level *l, const char *name)
{
	const struct shape *shape = l->shape;
	size_t i;

	for (i = 0; i < shape->n_field; i++)
		if (strcmp(shape->field[i].name, name) == 0)
			break;
	if (i == shape->n_field) {
		wire_scope_refuse(s, RC_INVALID, NULL, "holds an element that is not known here");
		return;
	}
	if (i < l->next) {
		wire_scope_refuse(s, RC_INVALID, name, i + 1 == l->next ? "stands twice" : "stands twice or too late");
		return;
	}
	for (size_t k = l->next; k < i; k++) {
		if (!shape->field[k].optional) {
			wire_scope_refuse(s, RC_INVALID, shape->field[k].name, "is missing");
			return;
		}
	}
	l->next = i + 1;
	if (shape->field[i].type == SHAPE_LIST)
		begin_list(s, &shape->field[i], l->value);
	else
		push_value(s, shape->field[i].name, &shape->field[i]);
}

static void
begin_message_part(struct wire_scope *s, const char *name)
{
	if (s->part == 0 && strcmp(name, "Header") == 0)
		push_struct(s, &shape_header, &s->message->header, 0);
	else if (s->part == 1 && strcmp(name, "Body") == 0)
		push(s, SCOPE_BODY, "Body");
	else
		wire_scope_refuse(s, RC_INVALID, NULL, "holds an element that is not known here");
}

/*
 * MsgType stands in the header after MsgID but is no field of the struct: it
 * chooses the ceiling before the body comes.
 */
static bool
is_type_element(const struct wire_scope *s, const struct wire_level *l, const char *name)
{
	return l->scope == SCOPE_STRUCT && l->shape == &shape_header && l->next == 1 &&
	    s->message->kind == MESSAGE_NONE && strcmp(name, "MsgType") == 0;
}

void
wire_scope_begin(struct wire_scope *s, const char *name)
{
	struct wire_level *l = &s->level[s->depth - 1];

	switch (l->scope) {
	case SCOPE_DOCUMENT:
		if (strcmp(name, "Message") != 0) {
			wire_scope_refuse(s, RC_INVALID, NULL, "the document is no Message of this profile");
			return;
		}
		push(s, SCOPE_MESSAGE, "Message");
		return;
	case SCOPE_MESSAGE:
		begin_message_part(s, name);
		return;
	case SCOPE_BODY: {
		const struct shape *body = shape_of_body(s->message->kind);

		if (l->n > 0 || strcmp(name, body->name) != 0) {
			wire_scope_refuse(s, RC_INVALID, "Body", l->n > 0 ? "holds more than one element" :
			    "does not hold what MsgType says");
			return;
		}
		l->n = 1;
		push_struct(s, body, &s->message->body, 0);
		return;
	}
	case SCOPE_STRUCT:
		if (is_type_element(s, l, name)) {
			push_value(s, "MsgType", NULL);
			return;
		}
		if (l->shape == &shape_header && l->next == 1 && s->message->kind == MESSAGE_NONE) {
			wire_scope_refuse(s, RC_INVALID, strcmp(name, "MsgID") == 0 ? name : "MsgType",
			    strcmp(name, "MsgID") == 0 ? "stands twice" : "is missing");
			return;
		}
		begin_field(s, l, name);
		return;
	case SCOPE_LIST:
		begin_entry(s, l, name);
		return;
	case SCOPE_VALUE:
		wire_scope_refuse(s, RC_INVALID, NULL, "holds an element that is not known here");
		return;
	}
}

static void
end_value(struct wire_scope *s)
{
	struct wire_level *owner = &s->level[s->depth - 2];
	const char *rule;
	bool nomem;

	if (s->field == NULL) {
		s->message->kind = message_kind_of(s->text.data == NULL ? "" : s->text.data);
		if (s->message->kind == MESSAGE_NONE) {
			wire_scope_refuse(s, RC_INVALID, NULL, "is no message type of this profile");
			return;
		}
		s->max = message_max_bytes(s->message->kind);
		if (s->seen > s->max)
			wire_scope_refuse(s, RC_TOO_BIG, NULL, "the message is over the ceiling of its type");
		return;
	}
	rule = shape_parse(s->field, s->text.data == NULL ? "" : s->text.data, s->text.len, owner->value,
	    s->streaming ? &s->record_arena : s->arena, &nomem);
	if (rule != NULL)
		wire_scope_refuse(s, nomem ? RC_NOMEM : RC_INVALID, NULL, rule);
}

static void
end_list(struct wire_scope *s, struct wire_level *l)
{
	char *owner = l->owner;

	if (l->n < (size_t)l->list->min) {
		wire_scope_refuse(s, RC_INVALID, NULL, "holds too few entries");
		return;
	}
	if (l->list->of == &shape_copy_record) {
		s->streaming = false;
		return;
	}
	memcpy(owner + l->list->offset, &l->entries, sizeof(l->entries));
	memcpy(owner + l->list->count_offset, &l->n, sizeof(l->n));
}

static void
end_record(struct wire_scope *s)
{
	struct fault why = { .rc = RC_OK };
	enum rc rc;

	if (s->message->body.copy_register.segment == MESSAGE_SEGMENT_REGISTER && s->record.n_items == 0) {
		wire_scope_refuse(s, RC_INVALID, "Items", "a record to be registered has items");
		return;
	}
	rc = s->sink->record(s->sink->context, &s->record, &why);
	if (rc != RC_OK) {
		s->fault = why;
		s->fault.rc = rc;
		}
}

static void
end_struct(struct wire_scope *s, struct wire_level *l)
{
	const struct shape *shape = l->shape;
	const char *element, *rule;

	for (size_t k = l->next; k < shape->n_field; k++) {
		if (!shape->field[k].optional) {
			wire_scope_refuse(s, RC_INVALID, shape->field[k].name, "is missing");
			return;
		}
	}
	if (shape->check != NULL && shape->check(l->value, &element, &rule) != RC_OK) {
		wire_scope_refuse(s, RC_INVALID, element, rule);
		return;
	}
	if (shape == &shape_header)
		s->part = 1;
	else if (shape == &shape_copy_record)
		end_record(s);
}

void
wire_scope_end(struct wire_scope *s)
{
	struct wire_level *l = &s->level[s->depth - 1];

	switch (l->scope) {
	case SCOPE_VALUE:
		end_value(s);
		break;
	case SCOPE_LIST:
		end_list(s, l);
		break;
	case SCOPE_STRUCT:
		end_struct(s, l);
		break;
	case SCOPE_BODY:
		if (l->n == 0)
			wire_scope_refuse(s, RC_INVALID, "Body", "is empty");
		s->part = 2;
		break;
	case SCOPE_MESSAGE:
		if (s->part != 2)
			wire_scope_refuse(s, RC_INVALID, s->part == 0 ? "Header" : "Body", "is missing");
		s->ended = true;
		break;
	case SCOPE_DOCUMENT:
		break;
	}
	s->depth--;
}

void
wire_scope_text(struct wire_scope *s, const char *text, size_t len)
{
	enum rc rc;

	if (s->level[s->depth - 1].scope != SCOPE_VALUE) {
		for (size_t i = 0; i < len; i++) {
			if (text[i] != ' ' && text[i] != '\t' && text[i] != '\n' && text[i] != '\r') {
				wire_scope_refuse(s, RC_INVALID, NULL, "text stands between elements");
				return;
			}
		}
		return;
	}
	if (s->text.len + len > field_max_bytes(s->field))
		wire_scope_refuse(s, RC_INVALID, NULL, "is too long");
	else if ((rc = buf_add(&s->text, text, len)) != RC_OK)
		wire_scope_refuse(s, rc, NULL, "finds no memory");
}

enum rc
wire_scope_init(struct wire_scope *s, struct arena *a, const struct wire_copy_sink *sink)
{
	memset(s, 0, sizeof(*s));
	s->arena = a;
	s->sink = sink;
	s->max = sink == NULL ? LIMIT_WIRE_BYTES : LIMIT_WIRE_COPY_BYTES;
	buf_init(&s->text, LIMIT_WIRE_BYTES);
	arena_init(&s->record_arena, LIMIT_WIRE_BYTES);
	push(s, SCOPE_DOCUMENT, "");
	s->message = arena_new(a, sizeof(*s->message));
	return s->message == NULL ? RC_NOMEM : RC_OK;
}

void
wire_scope_clear(struct wire_scope *s)
{
	buf_wipe(&s->text);
	arena_clear(&s->record_arena);
}

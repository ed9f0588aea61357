#ifndef EXCHANGE_WIRE_SCOPE_H
#define EXCHANGE_WIRE_SCOPE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "base/limits.h"
#include "exchange/message_shape.h"
#include "exchange/wire_read.h"

/*
 * What the elements of a message mean, apart from the parser that finds them.
 */

/* The element we are in.  Nothing is allowed anywhere but what its scope says. */
enum wire_scope_kind {
	SCOPE_DOCUMENT,		/* before and after the root */
	SCOPE_MESSAGE,		/* Header, then Body */
	SCOPE_BODY,		/* the one element named by MsgType */
	SCOPE_STRUCT,		/* the fields of a shape, in order */
	SCOPE_LIST,		/* entries of one shape */
	SCOPE_VALUE,		/* text */
};

struct wire_level {
	enum wire_scope_kind scope;
	const char *name;			/* for places */
	size_t number;				/* of the entry, 0 when not in a list */
	/* SCOPE_STRUCT */
	const struct shape *shape;
	void *value;
	size_t next;				/* first field still allowed */
	/* SCOPE_LIST */
	const struct shape_field *list;
	void *owner;				/* struct that holds the list */
	char *entries;
	size_t n, room;
};

struct wire_scope {
	struct arena *arena;
	const struct wire_copy_sink *sink;
	struct message *message;
	struct wire_level level[LIMIT_WIRE_DEPTH];
	size_t depth;				/* levels in use */
	const struct shape_field *field;	/* being read as text; NULL: MsgType */
	struct buf text;
	size_t seen;				/* bytes fed */
	size_t max;				/* bytes allowed */
	struct arena record_arena;		/* one record of DBM.CopyRegister */
	struct message_copy record;
	int part;				/* of the message: 0 nothing, 1 header done, 2 body done */
	bool ended;
	bool streaming;
	struct fault fault;			/* rc is RC_OK while all is well */
};

enum rc wire_scope_init(struct wire_scope *s, struct arena *a, const struct wire_copy_sink *sink) MUST_USE;
void wire_scope_clear(struct wire_scope *s);
/* Once fault.rc is set nothing more may be called but refuse, place and clear. */
void wire_scope_begin(struct wire_scope *s, const char *name);
void wire_scope_text(struct wire_scope *s, const char *text, size_t len);
void wire_scope_end(struct wire_scope *s);
/* The first refusal stands. element NULL: the one we are in. */
void wire_scope_refuse(struct wire_scope *s, enum rc rc, const char *element, const char *rule);
void wire_scope_place(const struct wire_scope *s, const char *element, char *ret_place, size_t size);

#endif

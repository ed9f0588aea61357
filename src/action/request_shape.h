#ifndef ACTION_REQUEST_SHAPE_H
#define ACTION_REQUEST_SHAPE_H

#include "action/request.h"
#include "base/words.h"

/*
 * How the tables of shapes are written, a file a subject (request_shape_*.c): what each request takes and what
 * its rows hold.  A request stands in one table; request_shape.c joins them.
 */
struct request_shape_list {
	const struct request_shape *shape;
	size_t n;
};

extern const struct request_shape_list request_shape_node, request_shape_people, request_shape_person, request_shape_dose,
    request_shape_exchange, request_shape_operations, request_shape_duplicate, request_shape_lists,
    request_shape_office;

/* What a request about one person takes: TAG_ADDRESSEE. */
extern const struct request_field request_takes_addressee[1];

#define NEED .required = true
#define MANY .repeated = true
#define SECRET .secret = true
#define CLEARS .clears = true
#define TEXT(name, ...) { .tag = name, .type = FRAME_TEXT, ##__VA_ARGS__ }
#define INT(name, ...) { .tag = name, .type = FRAME_INT, ##__VA_ARGS__ }
#define BYTES(name, ...) { .tag = name, .type = FRAME_BYTES, ##__VA_ARGS__ }
#define DAY(name, ...) { .tag = name, .type = FRAME_DAY, ##__VA_ARGS__ }
#define LEN(a) (sizeof(a) / sizeof((a)[0]))
#define NONE NULL, 0
#define ALL(a) (a), LEN(a)
#define ADDRESSEE ALL(request_takes_addressee)

/* The last of a shape: the answer tells all there is, or its list may end, and how the rest is seen. */
#define WHOLE 0, NULL
#define ENDS_AT(n, how) (n), (how)

/* Whether a file comes along, and whether the register changes. */
#define LOOK false, false
#define FILE_LOOK true, false
#define WRITE false, true
#define FILE_IN true, true

#endif

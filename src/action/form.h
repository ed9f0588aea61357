#ifndef ACTION_FORM_H
#define ACTION_FORM_H

#include "action/node.h"
#include "base/buf.h"

/*
 * Forms of the office as plain text, from data/form: "{name}" stands where a value goes.  Official letters are
 * Japanese whatever the language of the officer.
 */
struct embedded {
	const char *name;
	const char *text;
};
extern const struct embedded form_texts[];

struct form_value {
	const char *name;		/* NULL ends */
	const char *value;		/* NULL: left empty */
};
/* RC_ABSENT: no such form, or a name in it that has no value. */
enum rc form_fill(const char *form, const struct form_value *value, struct buf *out) MUST_USE;

#endif

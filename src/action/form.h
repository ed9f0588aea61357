#ifndef ACTION_FORM_H
#define ACTION_FORM_H

#include "action/node.h"
#include "base/buf.h"

/*
 * Forms of the office as plain text, from data/form.  Official letters are Japanese whatever the language of the
 * officer.  Where a value goes stands
 *   {name}			the value
 *   {name|text}		the value, or the text where there is none
 *   {name:a=text|b=text}	the text of the word that the value is; nothing for another word
 */
struct embedded {
	const char *name;
	const char *text;
};
extern const struct embedded form_texts[];

struct form_value {
	const char *name;		/* NULL ends */
	const char *value;		/* NULL: there is none */
};
/* RC_ABSENT: no such form, or a name in it that has no value. */
enum rc form_fill(const char *form, const struct form_value *value, struct buf *out) MUST_USE;

#endif

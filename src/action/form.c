#include "action/form.h"

#include <string.h>

static const struct form_value *
find(const struct form_value *value, const char *name, size_t len)
{
	for (; value->name != NULL; value++)
		if (strlen(value->name) == len && memcmp(value->name, name, len) == 0)
			return value;
	return NULL;
}

enum rc
form_fill(const char *form, const struct form_value *value, struct buf *out)
{
	const struct embedded *e = form_texts;
	const struct form_value *v;
	enum rc rc = RC_OK;

	while (e->name != NULL && strcmp(e->name, form) != 0)
		e++;
	if (e->name == NULL)
		return RC_ABSENT;
	for (const char *at = e->text; rc == RC_OK && *at != '\0'; ) {
		size_t n = strcspn(at, "{");

		if ((rc = buf_add(out, at, n)) != RC_OK || *(at += n) == '\0')
			break;
		n = strcspn(at, "}");
		if ((v = find(value, at + 1, n - 1)) == NULL)
			return RC_ABSENT;
		if (v->value != NULL)
			rc = buf_add_text(out, v->value);
		at += n + (at[n] == '}');
	}
	return rc;
}

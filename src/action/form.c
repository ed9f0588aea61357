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

/* The text after "word=" in "a=text|b=text", of so many bytes. */
static enum rc
put_word(const char *words, size_t len, const char *value, struct buf *out)
{
	size_t n = value != NULL ? strlen(value) : 0;

	while (n > 0 && len > 0) {
		const char *bar = memchr(words, '|', len);
		size_t one = bar != NULL ? (size_t)(bar - words) : len;

		if (one > n && memcmp(words, value, n) == 0 && words[n] == '=')
			return buf_add(out, words + n + 1, one - n - 1);
		words += one + (bar != NULL);
		len -= one + (bar != NULL);
	}
	return RC_OK;
}

/* What stands between two braces, of so many bytes. */
static enum rc
put_place(const char *place, size_t len, const struct form_value *value, struct buf *out)
{
	size_t name = 0;
	const struct form_value *v;

	while (name < len && place[name] != '|' && place[name] != ':')
		name++;
	if ((v = find(value, place, name)) == NULL)
		return RC_ABSENT;
	if (name < len && place[name] == ':')
		return put_word(place + name + 1, len - name - 1, v->value, out);
	if (v->value != NULL)
		return buf_add_text(out, v->value);
	return name < len ? buf_add(out, place + name + 1, len - name - 1) : RC_OK;
}

enum rc
form_fill(const char *form, const struct form_value *value, struct buf *out)
{
	const struct embedded *e = form_texts;
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
		rc = put_place(at + 1, n - 1, value, out);
		at += n + (at[n] == '}');
	}
	return rc;
}

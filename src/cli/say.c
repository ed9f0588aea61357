#include "cli/say.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The text with every run of digits as one "#". */
static enum rc
pattern_of(const char *text, struct buf *out)
{
	enum rc rc = RC_OK;

	while (*text != '\0' && rc == RC_OK)
		if (is_digit(*text)) {
			rc = buf_add_char(out, '#');
			while (is_digit(*text))
				text++;
		} else
			rc = buf_add_char(out, *text++);
	return rc;
}

/* The translation with the numbers of the text back in their order. */
static enum rc
fill(const char *said, const char *text, struct buf *out)
{
	enum rc rc = RC_OK;

	for (; *said != '\0' && rc == RC_OK; said++) {
		size_t n;

		if (*said != '#') {
			rc = buf_add_char(out, *said);
			continue;
		}
		while (*text != '\0' && !is_digit(*text))
			text++;
		for (n = 0; is_digit(text[n]); n++)
			;
		rc = buf_add(out, text, n);
		text += n;
	}
	return rc;
}

static const char *
say_counted(enum lang lang, const char *text, struct arena *arena)
{
	struct buf pattern = BUF_INIT(LIMIT_TEXT_BYTES), out = BUF_INIT(LIMIT_TEXT_BYTES);
	const char *said = text, *found;

	if (strpbrk(text, "0123456789") != NULL && pattern_of(text, &pattern) == RC_OK &&
	    (found = words(lang, pattern.data)) != pattern.data && fill(found, text, &out) == RC_OK &&
	    (found = arena_text(arena, out.data, out.len)) != NULL)
		said = found;
	buf_clear(&pattern);
	buf_clear(&out);
	return said;
}

static bool
is_of_name(char c)
{
	return c != '\0' && strchr(" '\",:;()", c) == NULL;
}

/* One name in the sentence, of a column, a file or a key: it stands as "%s" in the catalogue. */
static const char *
say_named(enum lang lang, const char *text, struct arena *arena)
{
	const char *name, *end;

	for (name = text; *name != '\0'; name = *end != '\0' ? end + 1 : end) {
		struct buf pattern = BUF_INIT(LIMIT_TEXT_BYTES), out = BUF_INIT(LIMIT_TEXT_BYTES);
		const char *found, *hole, *said = NULL;

		for (end = name; is_of_name(*end); end++)
			;
		if (end > name && buf_printf(&pattern, "%.*s%%s%s", (int)(name - text), text, end) == RC_OK &&
		    (found = words(lang, pattern.data)) != pattern.data && (hole = strstr(found, "%s")) != NULL &&
		    buf_printf(&out, "%.*s%.*s%s", (int)(hole - found), found, (int)(end - name), name, hole + 2) == RC_OK)
			said = arena_text(arena, out.data, out.len);
		buf_clear(&pattern);
		buf_clear(&out);
		if (said != NULL)
			return said;
	}
	return text;
}

/* Sentence by sentence. */
static const char *
say_each(enum lang lang, const char *text, struct arena *arena)
{
	struct buf out = BUF_INIT(LIMIT_TEXT_BYTES);
	const char *said = text, *at = text, *end;
	enum rc rc = RC_OK;

	while (rc == RC_OK && *at != '\0') {
		size_t n = (end = strstr(at, "; ")) != NULL ? (size_t)(end - at) : strlen(at);
		char *one = arena_text(arena, at, n);

		if (one == NULL)
			rc = RC_NOMEM;
		else if ((rc = buf_add_text(&out, say(lang, one, arena))) == RC_OK && end != NULL)
			rc = buf_add_text(&out, "; ");
		at += n + (end != NULL ? 2 : 0);
	}
	if (rc == RC_OK && out.len > 0 && (at = arena_text(arena, out.data, out.len)) != NULL)
		said = at;
	buf_clear(&out);
	return said;
}

static const char *
say_parts(enum lang lang, const char *text, const char *colon, struct arena *arena)
{
	struct buf out = BUF_INIT(LIMIT_TEXT_BYTES);
	const char *said = text, *first, *rest;
	char *place;

	if ((place = arena_text(arena, text, (size_t)(colon - text))) == NULL)
		return text;
	first = say(lang, place, arena);
	rest = say(lang, colon + 2, arena);
	if ((first != place || rest != colon + 2) && buf_printf(&out, "%s: %s", first, rest) == RC_OK &&
	    (place = arena_text(arena, out.data, out.len)) != NULL)
		said = place;
	buf_clear(&out);
	return said;
}

const char *
say_of(enum lang lang, const char *subject, const char *text, struct arena *arena)
{
	char id[96];
	const char *said = id;
	int n = snprintf(id, sizeof(id), "%.*s/%s", (int)strcspn(subject, " "), subject, text);

	if (lang != LANG_EN && n > 0 && (size_t)n < sizeof(id) && (said = words(lang, id)) != id)
		return said;
	return say(lang, text, arena);
}

const char *
say(enum lang lang, const char *text, struct arena *arena)
{
	const char *said = words(lang, text), *colon;

	if (lang == LANG_EN || said != text || *text == '\0')
		return said;
	if ((said = say_counted(lang, text, arena)) != text || (said = say_named(lang, text, arena)) != text)
		return said;
	if (strstr(text, "; ") != NULL)
		return say_each(lang, text, arena);
	return (colon = strstr(text, ": ")) == NULL ? text : say_parts(lang, text, colon, arena);
}

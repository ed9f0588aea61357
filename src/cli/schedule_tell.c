#include "cli/schedule_tell.h"

#include <stdio.h>
#include <string.h>

void
tell_text(struct teller *t, const char *text)
{
	if (t->rc == RC_OK)
		t->rc = buf_add_text(t->out, text);
}

void
tell_words(struct teller *t, const char *message, const char *one, const char *two, const char *three)
{
	const char *p = words(t->lang, message);

	while (*p != '\0' && t->rc == RC_OK) {
		size_t len = strcspn(p, "{");

		t->rc = buf_add(t->out, p, len);
		p += len;
		if (*p == '{' && p[1] >= '1' && p[1] <= '3' && p[2] == '}') {
			tell_text(t, p[1] == '1' ? one : p[1] == '2' ? two : three);
			p += 3;
		} else if (*p == '{') {
			tell_text(t, "{");
			p++;
		}
	}
}

const char *
tell_day(const struct teller *t, day d, struct day_text *ret)
{
	reason_words_day(t->lang, d, ret->text);
	return ret->text;
}

const char *
tell_number(int n, char text[16])
{
	snprintf(text, 16, "%d", n);
	return text;
}

const char *
tell_name(const struct teller *t, law_text ja, law_text en)
{
	return law_string(t->law, t->lang == LANG_JA ? ja : en);
}

/* A name at the beginning of a line: in English with a capital letter. */
static void
add_title(struct teller *t, const char *name)
{
	char first[2] = { name[0], '\0' };

	if (name[0] >= 'a' && name[0] <= 'z') {
		first[0] = (char)(name[0] - 'a' + 'A');
		tell_text(t, first);
		name++;
	}
	tell_text(t, name);
}

void
tell_programme(struct teller *t, uint16_t programme)
{
	add_title(t, tell_name(t, t->law->programme[programme].name_ja, t->law->programme[programme].name_en));
}

const char *
tell_product(const struct teller *t, uint16_t product)
{
	return tell_name(t, t->law->product[product].name_ja, t->law->product[product].name_en);
}

void
tell_cite(struct teller *t, uint16_t source, day in_force)
{
	const struct law_source *s;
	struct day_text d;

	if (source != LAW_NONE && source < t->law->n_source) {
		const char *citation;

		s = &t->law->source[source];
		citation = t->lang == LANG_EN && s->citation_en != LAW_NO_TEXT ?
		    law_string(t->law, s->citation_en) : law_string(t->law, s->citation_ja);
		tell_text(t, "\n        ");
		if (day_known(in_force))
			tell_words(t, WORDS("[{1}; in force since {2}]"), citation, tell_day(t, in_force, &d), "");
		else
			tell_words(t, WORDS("[{1}]"), citation, "", "");
		if (s->unconfirmed) {
			tell_text(t, "\n        ");
			tell_text(t, words(t->lang, WORDS("This article could not be confirmed; please check.")));
			if (s->note_ja != LAW_NO_TEXT || s->note_en != LAW_NO_TEXT)
				tell_words(t, WORDS(" ({1})"), tell_name(t, s->note_ja, s->note_en), "", "");
		}
	}
	tell_text(t, "\n");
}

void
tell_bullet(struct teller *t)
{
	tell_text(t, "      ");
	tell_text(t, words(t->lang, WORDS("- ")));
}

void
tell_span(struct teller *t, day from, day to)
{
	struct day_text a, b;

	if (day_known(from) && day_known(to))
		tell_words(t, WORDS("from {1} to {2}"), tell_day(t, from, &a), tell_day(t, to, &b), "");
	else if (day_known(from))
		tell_words(t, WORDS("from {1}"), tell_day(t, from, &a), "", "");
	else if (day_known(to))
		tell_words(t, WORDS("until {1}"), tell_day(t, to, &b), "", "");
	else
		tell_text(t, words(t->lang, WORDS("on any day")));
}

void
tell_products(const struct teller *t, uint64_t products, char text[TELL_LIST_SIZE])
{
	size_t at = 0;

	text[0] = '\0';
	for (; products != 0; products &= products - 1) {
		uint16_t i = (uint16_t)__builtin_ctzll(products);
		int n;

		if (i >= t->law->n_product)
			break;
		n = snprintf(text + at, TELL_LIST_SIZE - at, "%s%s", at == 0 ? "" : words(t->lang, WORDS(", ")),
		    law_string(t->law, t->law->product[i].code));
		if (n < 0 || (size_t)n >= TELL_LIST_SIZE - at) {
			text[at] = '\0';
			return;
		}
		at += (size_t)n;
	}
}

const char *
tell_kind(const struct teller *t, enum law_dose_kind kind)
{
	static const char *const word[LAW_DOSE__COUNT] = {
		[LAW_DOSE_INITIAL] = WORDS("initial dose"), [LAW_DOSE_BOOSTER] = WORDS("booster dose"),
		[LAW_DOSE_SINGLE] = WORDS("single dose"), [LAW_DOSE_SEASONAL] = WORDS("dose of the season"),
	};

	return (unsigned)kind < LAW_DOSE__COUNT ? words(t->lang, word[kind]) : "";
}

void
tell_begin(struct teller *t, const struct schedule_telling *telling, struct buf *out)
{
	t->t = telling;
	t->law = telling->law;
	t->lang = telling->lang;
	t->out = out;
	t->rc = RC_OK;
	reason_words_init(&t->words, telling->lang, REASON_DAYS_LONG);
}

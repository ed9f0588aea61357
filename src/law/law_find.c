#include <string.h>

#include "law/law.h"

void
law_hash_write(const struct law *law, char text[LAW_HASH_TEXT_SIZE])
{
	static const char digit[] = "0123456789abcdef";
	char *p = text;

	memcpy(p, "sha256:", 7);
	p += 7;
	for (size_t i = 0; i < sizeof law->hash; i++) {
		*p++ = digit[law->hash[i] >> 4];
		*p++ = digit[law->hash[i] & 15];
	}
	*p = '\0';
}

static bool
is_code(const struct law *law, law_text text, const char *code, size_t len)
{
	const char *have = law_string(law, text);

	/* Most differ in the first letter. */
	return len > 0 && *have == *code && strncmp(have, code, len) == 0 && have[len] == '\0';
}

uint16_t
law_find_product(const struct law *law, const char *code, size_t len)
{
	for (uint16_t i = 0; i < law->n_product; i++) {
		if (is_code(law, law->product[i].code, code, len))
			return i;
	}
	return LAW_NONE;
}

uint16_t
law_find_programme(const struct law *law, const char *code, size_t len)
{
	for (uint16_t i = 0; i < law->n_programme; i++) {
		if (is_code(law, law->programme[i].code, code, len))
			return i;
	}
	return LAW_NONE;
}

uint16_t
law_find_condition(const struct law *law, const char *code, size_t len)
{
	for (uint16_t i = 0; i < law->n_condition; i++) {
		if (is_code(law, law->condition[i].code, code, len))
			return i;
	}
	return LAW_NONE;
}

static bool
turns_on(const struct law_span *span, day d)
{
	return span->from == d.n || (span->to != DAY_NONE.n && span->to == d.n - 1);
}

bool
law_begins_on(const struct law *law, day d)
{
	for (uint16_t i = 0; i < law->n_target; i++)
		if (turns_on(&law->target[i].span, d))
			return true;
	for (uint16_t i = 0; i < law->n_course; i++)
		if (turns_on(&law->course[i].span, d) || law->course[i].since == d.n)
			return true;
	for (uint16_t i = 0; i < law->n_extension; i++)
		if (turns_on(&law->extension[i].span, d))
			return true;
	for (uint16_t i = 0; i < law->n_spacing; i++)
		if (turns_on(&law->spacing[i].span, d))
			return true;
	return false;
}

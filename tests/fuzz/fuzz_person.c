#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "json/person.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* Codes enough to read a person by; no other table of a law is looked at. */
static const char strings[] = "\0MR\0DPT-IPV-Hib\0mr-1\0died\0keloid";
static const struct law_product products[] = { { .code = 1 }, { .code = 4 } };
static const struct law_programme programmes[] = { { .code = 16 } };
static const struct law_condition conditions[] = {
	{ .code = 21, .role = LAW_CONDITION_DIED }, { .code = 26 },
};
static const struct law law = {
	.strings = strings, .n_strings = sizeof strings, .product = products, .n_product = 2,
	.programme = programmes, .n_programme = 1, .condition = conditions, .n_condition = 2,
};

static void
check(bool holds)
{
	if (!holds)
		abort();
}

static void
check_text(const struct json_text *t)
{
	check(strlen(t->text) == t->len);
	check(utf8_check(t->text, t->len, UTF8_LINE, NULL) == RC_OK);
	check(t->plain == (strpbrk(t->text, "\"\\") == NULL));
}

/* Whatever comes: a whole person within its bounds, or one error with a place that can be shown. */
int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static struct json_codes codes;
	static struct json_person p;
	const day as_of = { 20779 };
	char *text = malloc(len + JSON_PADDING);

	if (text == NULL)
		return 0;
	json_codes_init(&codes, &law);
	memcpy(text, bytes, len);
	memset(text + len, '"', JSON_PADDING);
	if (json_person_read(&codes, text, len, as_of, &p)) {
		check(day_known(p.person.birth) && !day_after(p.person.birth, as_of));
		check(p.n_dose <= LIMIT_PERSON_DOSES && p.person.n_condition <= LIMIT_PERSON_CONDITIONS &&
		    p.person.n_extension <= LIMIT_PERSON_EXTENSIONS);
		for (size_t i = 0; i < p.n_dose; i++) {
			check(p.dose[i].product < 2 && day_known(p.dose[i].given.first) &&
			    !day_after(p.dose[i].given.first, p.dose[i].given.last));
			check_text(&p.echo[i].date);
			if (p.echo[i].has_id)
				check_text(&p.echo[i].id);
		}
		for (size_t i = 0; i < p.person.n_condition; i++)
			check(p.condition[i].condition < 2);
	} else {
		check(p.error.code > JSON_FINE && p.error.code < JSON_ERROR__COUNT);
		check(utf8_check(p.error.place, strlen(p.error.place), UTF8_LINE, NULL) == RC_OK);
	}
	if (p.has_id)
		check_text(&p.id);
	free(text);
	return 0;
}

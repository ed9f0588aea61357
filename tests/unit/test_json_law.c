#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "law/law_load.h"
#include "tests/unit/test_json.h"

const struct law *
test_law(void)
{
	static struct law_file *file;
	const char *tree = getenv("top_builddir");
	struct fault why;
	char path[4096];

	if (file != NULL)
		return law_of(file);
	snprintf(path, sizeof path, "%s/data/law/watashi.law", tree != NULL ? tree : ".");
	if (law_load(path, &file, &why) != RC_OK) {
		fprintf(stderr, "%s: %s\n", path, why.text);
		exit(3);
	}
	return law_of(file);
}

const struct json_codes *
test_codes(void)
{
	static struct json_codes codes;
	static bool made;

	if (!made)
		json_codes_init(&codes, test_law());
	made = true;
	return &codes;
}

struct json_person *
test_person(void)
{
	static struct json_person p;

	return &p;
}

bool
test_read_n(const char *text, size_t len, struct json_person *p)
{
	static char *copy;
	day as_of;

	free(copy);
	if (day_parse("2026-11-22", 10, &as_of) != RC_OK ||
	    (copy = malloc(len + JSON_PADDING)) == NULL)
		exit(3);
	/* Exactly the padding that is promised, of the worst kind. */
	memcpy(copy, text, len);
	memset(copy + len, '"', JSON_PADDING);
	return json_person_read(test_codes(), copy, len, as_of, p);
}

bool
test_read(const char *text, struct json_person *p)
{
	return test_read_n(text, strlen(text), p);
}

/*
 * Writes the stored cohort anew (make refresh-law-dump), to be read as a difference:
 *
 *	cohort_dump people FILE		the people; only when their generator changed
 *	cohort_dump answers FOLDER	their answers by the law of this build, a file a programme
 */
#include <stdio.h>
#include <string.h>

#include "tests/unit/cohort.h"

static bool
write_file(const char *path, const struct buf *b)
{
	FILE *out = fopen(path, "w");
	bool good = out != NULL && fwrite(b->data == NULL ? "" : b->data, 1, b->len, out) == b->len;

	if (out != NULL && fclose(out) != 0)
		good = false;
	if (!good)
		perror(path);
	return good;
}

int
main(int argc, char **argv)
{
	static struct test_answer answer;
	static struct buf text[LAW_PROGRAMMES_MAX];
	char path[4096];
	bool good = true;

	if (argc != 3)
		return 2;
	for (size_t g = 0; g < LAW_PROGRAMMES_MAX; g++)
		buf_init(&text[g], 4u << 20);
	if (strcmp(argv[1], "people") == 0) {
		for (unsigned i = 0; i < COHORT_PEOPLE; i++)
			cohort_make(i, &text[0]);
		good = write_file(argv[2], &text[0]);
	} else {
		const struct cohort *c = cohort_stored();

		for (unsigned i = 0; i < c->n && good; i++) {
			good = test_ask(&c->person[i], &answer) == RC_OK;
			for (uint16_t g = 0; good && g < test_law()->n_programme; g++)
				cohort_line(i, &c->person[i], &answer, g, &text[g]);
		}
		for (uint16_t g = 0; good && g < test_law()->n_programme; g++) {
			snprintf(path, sizeof path, "%s/%s", argv[2], law_string(test_law(), test_law()->programme[g].code));
			good = write_file(path, &text[g]);
		}
	}
	for (size_t g = 0; g < LAW_PROGRAMMES_MAX; g++)
		buf_clear(&text[g]);
	return !good;
}

/*
 * Is the law tested?  Each number that decides is changed by one, both ways; lawc must refuse the text,
 * or a case file or the stored cohort must come out otherwise.  What survives is explained in
 * tests/case/law-mutation/survivors, a pattern of keys and its reason a line, or a case is missing.
 *
 * A twentieth of the changes is tried; WATASHI_LONG=1 tries all, WATASHI_MUTANT=PATTERN those whose key
 * matches, and tells what killed each.  WATASHI_HUNT=N makes N people for each survivor in search of one whose
 * answer it moves, and adds the line to tests/case/law-dump/edge, to be read before it is kept.
 */
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "law/law_load.h"
#include "tests/lib/runner.h"
#include "tests/unit/case_file.h"
#include "tests/unit/edge.h"
#include "tests/unit/law_mutant.h"

#define PATTERNS 512
#define SHARE 20

static struct mutants all;
static struct test_answer answer;
static struct buf stored[LAW_PROGRAMMES_MAX];
static struct { char pattern[256]; unsigned n; } survivor[PATTERNS];
static size_t n_survivors;

static void
read_survivors(void)
{
	const char *source = getenv("top_srcdir");
	char path[4096], line[1024];
	FILE *in;

	n_survivors = 0;
	snprintf(path, sizeof path, "%s/tests/case/law-mutation/survivors", source != NULL ? source : ".");
	in = fopen(path, "r");
	CU_ASSERT_PTR_NOT_NULL_FATAL(in);
	while (fgets(line, sizeof line, in) != NULL) {
		char *reason = strstr(line, " : ");

		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '#' || line[0] == '\0')
			continue;
		/* A survivor without a reason is none. */
		CU_ASSERT_FATAL(reason != NULL && strlen(reason) > 20 && n_survivors < PATTERNS);
		*reason = '\0';
		snprintf(survivor[n_survivors].pattern, sizeof survivor[0].pattern, "%.255s", line);
		survivor[n_survivors++].n = 0;
	}
	fclose(in);
}

static bool
explained(const char *key)
{
	bool found = false;

	for (size_t i = 0; i < n_survivors; i++) {
		if (fnmatch(survivor[i].pattern, key, 0) == 0) {
			survivor[i].n++;
			found = true;
		}
	}
	return found;
}

/* The answers of the cohort by the law in use; true when they are those of `stored`, which it fills first. */
static bool
same_cohort(bool fill)
{
	const struct cohort *c = cohort_stored();
	size_t at[LAW_PROGRAMMES_MAX] = { 0 };
	bool same = true;

	for (unsigned i = 0; i < c->n && same; i++) {
		if (test_ask(&c->person[i], &answer) != RC_OK)
			return false;
		for (uint16_t g = 0; g < test_law()->n_programme && same; g++) {
			struct buf line = BUF_INIT(4096);
			struct buf *to = fill ? &stored[g] : &line;

			cohort_line(i, &c->person[i], &answer, g, to);
			if (!fill) {
				same = line.len <= stored[g].len - at[g] &&
				    (line.len == 0 || memcmp(stored[g].data + at[g], line.data, line.len) == 0);
				at[g] += line.len;
			}
			buf_clear(&line);
		}
	}
	for (uint16_t g = 0; !fill && same && g < test_law()->n_programme; g++)
		same = at[g] == stored[g].len;
	return same;
}

static bool
same_edges(void)
{
	for (uint16_t g = 0; g < test_law()->n_programme; g++) {
		if (edge_compare(g, 1, NULL) > 0)
			return false;
	}
	return true;
}

/* Does the change move this person's answer?  Leaves the changed law in use. */
static bool
moves(const struct law *changed, const struct test_person *p, uint16_t programme, struct buf *ret_was)
{
	struct buf was = BUF_INIT(4096), is = BUF_INIT(4096);
	bool moved;

	test_law_use(NULL);
	if (test_ask(p, &answer) == RC_OK)
		cohort_answer(p, &answer, programme, &was);
	test_law_use(changed);
	if (test_ask(p, &answer) == RC_OK)
		cohort_answer(p, &answer, programme, &is);
	moved = was.len != is.len || memcmp(was.data, is.data, is.len) != 0;
	if (moved && ret_was != NULL)
		CU_ASSERT_EQUAL(buf_add(ret_was, was.data, was.len), RC_OK);
	buf_clear(&was);
	buf_clear(&is);
	return moved;
}

/* Without whatever the change can do without. */
static void
shrink(const struct law *changed, struct test_person *p, uint16_t programme)
{
	for (size_t d = p->n_dose; d-- > 0;) {
		struct test_person less = *p;

		memmove(&less.dose[d], &less.dose[d + 1], (less.n_dose - d - 1) * sizeof less.dose[0]);
		less.n_dose--;
		less.person.condition = less.condition;
		less.person.extension = less.extension;
		if (moves(changed, &less, programme, NULL))
			*p = less;
		p->person.condition = p->condition;
		p->person.extension = p->extension;
	}
	for (int part = 0; part < 4; part++) {
		struct schedule_person was = p->person;

		if (part == 0)
			p->person.n_condition = 0;
		else if (part == 1)
			p->person.n_extension = 0;
		else if (part == 2)
			p->person.pregnancy_start = DAY_NONE;
		else
			p->person.antibody_date = DAY_NONE;
		if (!moves(changed, p, programme, NULL))
			p->person = was;
	}
}

static void
keep(const struct test_person *p, uint16_t programme, const struct buf *was)
{
	const struct law *law = test_law();
	const char *source = getenv("top_srcdir");
	struct buf line = BUF_INIT(4096);
	char path[4096];
	FILE *out;

	cohort_write("E", p, &line);
	snprintf(path, sizeof path, "%s/tests/case/law-dump/edge/%s", source != NULL ? source : ".",
	    law_string(law, law->programme[programme].code));
	CU_ASSERT_PTR_NOT_NULL_FATAL((out = fopen(path, "a")));
	fprintf(out, "%.*s = %.*s", (int)line.len, line.data, (int)was->len, was->data);
	fclose(out);
	buf_clear(&line);
}

/* Somebody whose answer the change moves, stored as a line of the edges. */
static bool
hunt(const struct mutant *x, const struct law *changed)
{
	static struct test_person p;
	unsigned most = (unsigned)atoi(getenv("WATASHI_HUNT"));
	uint64_t seed = 1;

	for (unsigned tries = 0; tries < most; tries++) {
		uint16_t g = (uint16_t)(test_random(&seed) % changed->n_programme);
		struct buf was = BUF_INIT(4096);

		if (x->programme[0] != '\0')
			g = law_find_programme(changed, x->programme, strlen(x->programme));
		test_law_use(NULL);
		edge_make(&seed, g, &p);
		if (!moves(changed, &p, g, NULL))
			continue;
		shrink(changed, &p, g);
		CU_ASSERT(moves(changed, &p, g, &was));
		keep(&p, g, &was);
		buf_clear(&was);
		return true;
	}
	return false;
}

/* What notices the change; NULL: nothing. */
static const char *
killer(const struct mutant *x)
{
	struct case_file *f = calloc(1, sizeof *f);
	struct buf law = BUF_INIT(1u << 20);
	struct law_file *file = NULL;
	struct fault why;
	void *bytes = NULL;
	const char *by = "lawc";
	enum rc rc = mutant_compile(&all, x, &law);

	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	if (rc == RC_OK) {
		bytes = malloc(law.len);
		CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
		memcpy(bytes, law.data, law.len);
		rc = law_load_bytes(bytes, law.len, &file, &why);
		CU_ASSERT_EQUAL_FATAL(rc, RC_OK);
		test_law_use(law_of(file));
		f->quiet = true;
		by = NULL;
		if (x == NULL) {
			(void)same_cohort(true);
		} else {
			if (x->programme[0] != '\0')
				case_file_run(f, x->programme, NULL);
			by = f->failed > 0 ? "its cases" : !same_edges() ? "the edges" : !same_cohort(false) ? "the cohort" : NULL;
		}
		if (by == NULL) {
			case_file_run(f, NULL, x != NULL && x->programme[0] != '\0' ? x->programme : NULL);
			by = f->failed > 0 ? "other cases" : NULL;
		}
		if (by == NULL && x != NULL && getenv("WATASHI_HUNT") != NULL && !explained(x->key) &&
		    hunt(x, law_of(file)))
			by = "a find";
		test_law_use(NULL);
	}
	law_free(file);
	free(bytes);
	free(f);
	buf_clear(&law);
	return by;
}

/* A key is of the sample or not, whatever the others are. */
static bool
sampled(const char *key)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (; *key != '\0'; key++)
		h = (h ^ (unsigned char)*key) * UINT64_C(0x100000001b3);
	return test_random(&h) % SHARE == 0;
}

static void
every_number_of_the_law_is_held_by_some_test(void)
{
	const char *pattern = getenv("WATASHI_MUTANT"), *by;
	bool every = getenv("WATASHI_LONG") != NULL;
	size_t n = 0, n_lawc = 0, n_explained = 0, n_alive = 0;

	read_survivors();
	for (size_t g = 0; g < LAW_PROGRAMMES_MAX; g++)
		buf_init(&stored[g], 4u << 20);
	mutants_open(&all);
	by = killer(NULL);
	if (by != NULL)
		printf("the law as it stands fails: %s\n", by);
	CU_ASSERT_PTR_NULL_FATAL(by);
	for (size_t i = 0; i < all.n; i++) {
		const struct mutant *x = &all.mutant[i];

		if (pattern != NULL ? fnmatch(pattern, x->key, 0) != 0 : !every && !sampled(x->key))
			continue;
		n++;
		by = killer(x);
		if (pattern != NULL)
			printf("%s: %s\n", x->key, by == NULL ? "ALIVE" : by);
		if (by != NULL) {
			n_lawc += strcmp(by, "lawc") == 0;
		} else if (explained(x->key)) {
			n_explained++;
		} else {
			n_alive++;
			printf("survives: %s\n", x->key);
		}
	}
	printf("%zu of %zu changes tried: lawc refused %zu, tests noticed %zu, %zu are explained, %zu survive\n", n, all.n,
	    n_lawc, n - n_lawc - n_explained - n_alive, n_explained, n_alive);
	CU_ASSERT(pattern != NULL || n > 30);
	CU_ASSERT_EQUAL(n_alive, 0);
	/* A reason that explains nothing any more is to go. */
	for (size_t i = 0; every && pattern == NULL && i < n_survivors; i++) {
		if (survivor[i].n == 0)
			printf("explains nothing: %s\n", survivor[i].pattern);
		CU_ASSERT(survivor[i].n > 0);
	}
	mutants_close(&all);
	for (size_t g = 0; g < LAW_PROGRAMMES_MAX; g++)
		buf_clear(&stored[g]);
}

RUNNER_SUITE(mutation,
    RUNNER_TEST(every_number_of_the_law_is_held_by_some_test));

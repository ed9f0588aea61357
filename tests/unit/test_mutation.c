/*
 * Do the case files stand on both sides of each edge of the law?  Each number that decides is changed by one, both
 * ways: a day too many and a day too few.  lawc must refuse the text, or a case of tests/case/schedule must come out
 * otherwise.  What survives is explained in tests/case/law-mutation/survivors, a pattern of keys and its reason a
 * line, or a case is missing.
 *
 * A twentieth of the changes is tried, and every change must be in tests/case/law-mutation/held, the list of those that
 * were noticed when all were tried: WATASHI_LONG=1 tries all, WATASHI_HELD=write writes the list anew when none
 * survives.  WATASHI_MUTANT=PATTERN tries those whose key matches, and tells what killed each.  WATASHI_HUNT=N makes N
 * people for each survivor in search of one whose answer it moves and writes them to WATASHI_FOUND=FILE;
 * tests/oracle/edge_case makes cases of them, whose answers are those of the second reader.
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

/* People found for changes that no case notices. */
#define FINDS 1024
static struct find { struct test_person person; uint16_t programme; struct buf keys; } *finds;
static size_t n_finds;

static void
own_parts(struct test_person *p)
{
	p->person.condition = p->condition;
	p->person.extension = p->extension;
	for (size_t d = 0; d < p->n_dose; d++)
		p->dose[d].id = p->id[d];
}

static void
keep(struct find *f, const struct mutant *x)
{
	if (buf_add_text(&f->keys, x->end ? "\tend " : "\tbegin ") != RC_OK || buf_add_text(&f->keys, x->key) != RC_OK)
		abort();
}

/* Somebody whose answer the change moves: found before, of the cohort, or made. */
static bool
hunt(const struct mutant *x, const struct law *changed)
{
	const struct cohort *c = cohort_stored();
	unsigned most = (unsigned)atoi(getenv("WATASHI_HUNT"));
	uint16_t only = x->programme[0] == '\0' ? (uint16_t)LAW_NONE : law_find_programme(changed, x->programme, strlen(x->programme));
	static struct test_person p;
	uint64_t seed = 1;

	for (size_t i = 0; i < n_finds; i++) {
		if ((only == LAW_NONE || only == finds[i].programme) && moves(changed, &finds[i].person, finds[i].programme, NULL)) {
			keep(&finds[i], x);
			return true;
		}
	}
	for (unsigned tries = 0; tries < most + c->n && n_finds < FINDS; tries++) {
		uint16_t g = (uint16_t)(only != LAW_NONE ? only : test_random(&seed) % changed->n_programme);

		test_law_use(NULL);
		if (tries < most)
			edge_make(&seed, g, &p);
		else
			p = c->person[tries - most];
		own_parts(&p);
		if (!moves(changed, &p, g, NULL))
			continue;
		shrink(changed, &p, g);
		if (finds == NULL && (finds = calloc(FINDS, sizeof *finds)) == NULL)
			abort();
		finds[n_finds].person = p;
		own_parts(&finds[n_finds].person);
		finds[n_finds].programme = g;
		buf_init(&finds[n_finds].keys, 1u << 16);
		keep(&finds[n_finds++], x);
		return true;
	}
	return false;
}

/* A line each: the programme, the person as in cohort.h, and the changes that move the answer. */
static void
write_finds(void)
{
	const char *path = getenv("WATASHI_FOUND");
	FILE *out = fopen(path != NULL ? path : "found", "w");

	CU_ASSERT_PTR_NOT_NULL_FATAL(out);
	for (size_t i = 0; i < n_finds; i++) {
		struct buf line = BUF_INIT(4096);

		cohort_write("E", &finds[i].person, &line);
		fprintf(out, "%s\t%.*s%.*s\n", law_string(test_law(), test_law()->programme[finds[i].programme].code),
		    (int)line.len, line.data, (int)finds[i].keys.len, finds[i].keys.data);
		buf_clear(&line);
		buf_clear(&finds[i].keys);
	}
	fclose(out);
	free(finds);
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
		if (x != NULL && x->programme[0] != '\0') {
			case_file_run(f, x->programme, NULL);
			by = f->failed > 0 ? "its cases" : NULL;
		}
		if (by == NULL) {
			case_file_run(f, NULL, x != NULL && x->programme[0] != '\0' ? x->programme : NULL);
			by = f->failed > 0 ? "other cases" : NULL;
		}
		if (by == NULL && x != NULL && getenv("WATASHI_HUNT") != NULL && !explained(x->key) &&
		    hunt(x, law_of(file)))
			by = "a find, not yet a case";
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

/* --- the list of what the long run found held --- */

static const char *
held_path(char path[4096])
{
	const char *source = getenv("top_srcdir");

	snprintf(path, 4096, "%s/tests/case/law-mutation/held", source != NULL ? source : ".");
	return path;
}

static void
write_held(void)
{
	char path[4096];
	FILE *out = fopen(held_path(path), "w");

	CU_ASSERT_PTR_NOT_NULL_FATAL(out);
	fprintf(out, "# Changes of one number that some case notices; written by the long run of test_mutation (WATASHI_HELD=write).\n");
	for (size_t i = 0; i < all.n; i++) {
		if (!explained(all.mutant[i].key))
			fprintf(out, "%s\n", all.mutant[i].key);
	}
	fclose(out);
}

static int
by_key(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Every edge of the text is in the list, and the list holds no other. */
static void
every_edge_is_listed(void)
{
	struct buf list = BUF_INIT(1u << 20);
	const char **key = NULL;
	char path[4096], *save = NULL;
	size_t n = 0, n_text = 0;
	struct fault why;

	if (getenv("WATASHI_HELD") != NULL)
		return;
	read_survivors();
	mutants_open(&all);
	CU_ASSERT_EQUAL_FATAL(buf_read_file(&list, held_path(path), &why), RC_OK);
	CU_ASSERT_EQUAL_FATAL(buf_add_char(&list, '\0'), RC_OK);
	key = calloc(list.len, sizeof *key);
	CU_ASSERT_PTR_NOT_NULL_FATAL(key);
	for (char *line = strtok_r(list.data, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save)) {
		if (line[0] != '#')
			key[n++] = line;
	}
	qsort(key, n, sizeof *key, by_key);
	for (size_t i = 0; i < all.n; i++) {
		const char *wanted = all.mutant[i].key;

		if (explained(wanted))
			continue;
		n_text++;
		if (bsearch(&wanted, key, n, sizeof *key, by_key) == NULL) {
			printf("no case is known to stand on this edge: %s\n", wanted);
			CU_FAIL("an edge without a case");
		}
	}
	if (n != n_text)
		printf("%zu edges are listed, the text has %zu\n", n, n_text);
	CU_ASSERT_EQUAL(n, n_text);
	mutants_close(&all);
	buf_clear(&list);
	free(key);
}

static void
cases_stand_on_both_sides_of_every_edge(void)
{
	const char *pattern = getenv("WATASHI_MUTANT"), *by;
	bool every = getenv("WATASHI_LONG") != NULL;
	size_t n = 0, n_lawc = 0, n_explained = 0, n_alive = 0;

	read_survivors();
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
	if (getenv("WATASHI_HUNT") != NULL)
		write_finds();
	if (getenv("WATASHI_HELD") != NULL && every && pattern == NULL && n_alive == 0)
		write_held();
	mutants_close(&all);
}

RUNNER_SUITE(mutation,
    RUNNER_TEST(every_edge_is_listed),
    RUNNER_TEST(cases_stand_on_both_sides_of_every_edge));

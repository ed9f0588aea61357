#include "tests/unit/case_file.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "tests/unit/test_schedule.h"

/*
 * The case files of tests/case/schedule: a sentence, a person, what must come out.
 *
 *	# Sentence.  Another case begins with the next sentence after an empty line.
 *	born D                     sex female|male|other|unknown
 *	given VACCINE D            condition CODE [D]
 *	extension PROGRAMME FROM UNTIL [BASIS]
 *	gestation D WEEKS DAYS     antibody D low|sufficient
 *	season MM-DD MM-DD         as-of D
 *	expect PROGRAMME dose N STATUS [counts K] [REASON ...]    N-th credit of the programme by day
 *	expect PROGRAMME STATUS [ITEM ...]
 *
 * ITEM: given N, remaining N, overdue, in-time, next N KIND, no-next, earliest D, latest D|none,
 * standard D..D|D|none, vaccines A,B|none, choice A D..D|D.., reason CODE.  Reasons of a dose: all
 * those named must be there; `plain` says there are none.
 */
#define MAX_WORDS 40

static struct test_person person;
static struct test_answer answer, shuffled;
static char sentence[512];

static void
wrong(struct case_file *f, const char *what, const char *detail)
{
	char text[20480];

	f->failed++;
	if (f->quiet)
		return;
	snprintf(text, sizeof text, "%s:%u: %s: %s (%s)", f->name, f->line, what, detail, sentence);
	CU_assertImplementation(CU_FALSE, f->line, text, f->name, "", CU_FALSE);
}

static void
describe_reasons(const struct schedule_reason *r, unsigned n, char *text, size_t size)
{
	size_t len = strlen(text);

	for (unsigned i = 0; i < n && len < size; i++)
		len += (size_t)snprintf(text + len, size - len, " %s",
		    schedule_reason_name((enum schedule_reason_code)r[i].code));
}

static void
describe(const struct schedule_forecast *x, char *text, size_t size)
{
	char d[4][DAY_TEXT_SIZE];
	size_t len;

	len = (size_t)snprintf(text, size, "is %s given %u remaining %u%s",
	    schedule_status_name((enum schedule_status)x->status), x->given, x->remaining,
	    x->overdue ? " overdue" : "");
	if (x->has_next) {
		day_write(x->next.earliest, d[0]);
		day_write(x->next.latest, d[1]);
		day_write(x->next.standard_from, d[2]);
		day_write(x->next.standard_to, d[3]);
		len += (size_t)snprintf(text + len, size - len, " next %u %s earliest %s latest %s standard %s..%s vaccines",
		    x->next.dose, schedule_kind_name((enum law_dose_kind)x->next.kind), d[0], d[1], d[2], d[3]);
		for (unsigned i = 0; i < x->next.n_choices && len < size; i++) {
			day_write(x->next.choice[i].earliest, d[0]);
			day_write(x->next.choice[i].latest, d[1]);
			len += (size_t)snprintf(text + len, size - len, " %s(%s..%s)",
			    law_string(test_law(), test_law()->product[x->next.choice[i].product].code), d[0], d[1]);
		}
	}
	if (len < size)
		snprintf(text + len, size - len, " reasons");
	describe_reasons(x->reason, x->n_reasons, text, size);
}

static bool
has_reason(const struct schedule_reason *r, unsigned n, const char *name)
{
	for (unsigned i = 0; i < n; i++)
		if (strcmp(schedule_reason_name((enum schedule_reason_code)r[i].code), name) == 0)
			return true;
	return false;
}

static const struct schedule_credit *
nth_credit(uint16_t programme, unsigned nth)
{
	bool taken[TEST_DOSES * SCHEDULE_CREDITS_PER_DOSE] = { false };
	const struct schedule_credit *c = NULL;

	for (unsigned k = 0; k < nth; k++) {
		size_t best = SIZE_MAX;

		for (size_t i = 0; i < answer.answer.n_credit; i++) {
			const struct schedule_credit *x = &answer.credit[i];

			if (x->programme != programme || taken[i])
				continue;
			if (best == SIZE_MAX || day_before(person.dose[x->dose_index].given.first,
			    person.dose[answer.credit[best].dose_index].given.first))
				best = i;
		}
		if (best == SIZE_MAX)
			return NULL;
		taken[best] = true;
		c = &answer.credit[best];
	}
	return c;
}

static void
expect_credit(struct case_file *f, uint16_t programme, char **word, unsigned n)
{
	const struct schedule_credit *c = nth_credit(programme, (unsigned)atoi(word[3]));
	char is[512];
	bool ok;

	if (c == NULL) {
		wrong(f, "no such credit", word[3]);
		return;
	}
	snprintf(is, sizeof is, "is %s dose %u", schedule_credit_name((enum schedule_credit_status)c->status), c->dose);
	describe_reasons(c->reason, c->n_reasons, is, sizeof is);
	ok = strcmp(word[4], schedule_credit_name((enum schedule_credit_status)c->status)) == 0;
	for (unsigned i = 5; i < n && ok; i++)
		if (strcmp(word[i], "counts") == 0 && i + 1 < n)
			ok = c->dose == atoi(word[++i]);
		else if (strcmp(word[i], "plain") == 0)
			ok = c->n_reasons == 0;
		else
			ok = has_reason(c->reason, c->n_reasons, word[i]);
	if (!ok)
		wrong(f, "credit", is);
}

static bool
is_day(day d, const char *text)
{
	char is[DAY_TEXT_SIZE];

	day_write(d, is);
	return strcmp(text, "none") == 0 ? !day_known(d) : strcmp(is, text) == 0;
}

static bool
is_span(day from, day to, const char *text)
{
	char copy[32], *dots;

	if (strcmp(text, "none") == 0)
		return !day_known(from) && !day_known(to);
	snprintf(copy, sizeof copy, "%s", text);
	if ((dots = strstr(copy, "..")) == NULL)
		return is_day(from, copy) && !day_known(to);
	*dots = '\0';
	return (copy[0] == '\0' ? !day_known(from) : is_day(from, copy)) &&
	    (dots[2] == '\0' ? !day_known(to) : is_day(to, dots + 2));
}

static bool
is_list(const struct schedule_next *next, const char *text)
{
	char list[512] = "";

	for (unsigned i = 0; i < next->n_choices; i++) {
		if (i > 0)
			strcat(list, ",");
		strcat(list, law_string(test_law(), test_law()->product[next->choice[i].product].code));
	}
	return strcmp(text, "none") == 0 ? list[0] == '\0' : strcmp(list, text) == 0;
}

static bool
is_choice(const struct schedule_next *next, const char *code, const char *span)
{
	for (unsigned i = 0; i < next->n_choices; i++)
		if (next->choice[i].product == test_product(code))
			return is_span(next->choice[i].earliest, next->choice[i].latest, span);
	return false;
}

static void
expect_forecast(struct case_file *f, uint16_t programme, char **word, unsigned n)
{
	const struct schedule_forecast *x = &answer.answer.forecast[programme];
	char is[1024] = "";
	bool ok = strcmp(word[2], schedule_status_name((enum schedule_status)x->status)) == 0;

	for (unsigned i = 3; i < n && ok; i++) {
		const char *a = i + 1 < n ? word[i + 1] : "", *b = i + 2 < n ? word[i + 2] : "";

		if (strcmp(word[i], "given") == 0)
			ok = x->given == atoi(a), i++;
		else if (strcmp(word[i], "remaining") == 0)
			ok = x->remaining == atoi(a), i++;
		else if (strcmp(word[i], "overdue") == 0)
			ok = x->overdue;
		else if (strcmp(word[i], "in-time") == 0)
			ok = !x->overdue;
		else if (strcmp(word[i], "no-next") == 0)
			ok = !x->has_next;
		else if (strcmp(word[i], "reason") == 0)
			ok = has_reason(x->reason, x->n_reasons, a), i++;
		else if (!x->has_next)
			ok = false;
		else if (strcmp(word[i], "next") == 0) {
			ok = x->next.dose == atoi(a) && strcmp(b, schedule_kind_name((enum law_dose_kind)x->next.kind)) == 0;
			i += 2;
		} else if (strcmp(word[i], "earliest") == 0)
			ok = is_day(x->next.earliest, a), i++;
		else if (strcmp(word[i], "latest") == 0)
			ok = is_day(x->next.latest, a), i++;
		else if (strcmp(word[i], "standard") == 0)
			ok = is_span(x->next.standard_from, x->next.standard_to, a), i++;
		else if (strcmp(word[i], "vaccines") == 0)
			ok = is_list(&x->next, a), i++;
		else if (strcmp(word[i], "choice") == 0)
			ok = is_choice(&x->next, a, b), i += 2;
		else {
			wrong(f, "unknown item", word[i]);
			return;
		}
	}
	if (!ok) {
		describe(x, is, sizeof is);
		wrong(f, word[1], is);
	}
}

/* The same answer whatever order the doses have. */
static void
check_order(struct case_file *f)
{
	struct test_person other = person;
	uint16_t order[TEST_DOSES];
	uint64_t seed = f->line;

	for (unsigned round = 0; round < 3; round++) {
		for (size_t i = 0; i < person.n_dose; i++)
			order[i] = (uint16_t)i;
		for (size_t i = person.n_dose; i > 1; i--) {
			size_t j = round == 0 ? person.n_dose - i : test_random(&seed) % i;
			uint16_t swap = order[i - 1];

			if (round == 0 && j >= i)
				break;
			order[i - 1] = order[j];
			order[j] = swap;
		}
		for (size_t i = 0; i < person.n_dose; i++)
			other.dose[i] = person.dose[order[i]];
		if (test_ask(&other, &shuffled) != RC_OK || !test_same_answer(&answer, &shuffled, order)) {
			wrong(f, "order of doses", "changes the answer");
			return;
		}
	}
}

static void
put(struct case_file *f, char **word, unsigned n)
{
	struct schedule_person *p = &person.person;

	if (strcmp(word[0], "born") == 0 && n == 2)
		p->birth = test_day(word[1]);
	else if (strcmp(word[0], "sex") == 0 && n == 2)
		p->sex = strcmp(word[1], "female") == 0 ? SCHEDULE_SEX_FEMALE : strcmp(word[1], "male") == 0 ?
		    SCHEDULE_SEX_MALE : strcmp(word[1], "other") == 0 ? SCHEDULE_SEX_OTHER : SCHEDULE_SEX_UNKNOWN;
	else if (strcmp(word[0], "given") == 0 && n == 3) {
		struct day_span span;

		if (day_span_parse(word[2], strlen(word[2]), &span) != RC_OK) {
			wrong(f, "date", word[2]);
			return;
		}
		test_person_dose(&person, strcmp(word[1], "UNKNOWN") == 0 ? LAW_NONE : test_product(word[1]), span.first);
		person.dose[person.n_dose - 1].given = span;
	} else if (strcmp(word[0], "condition") == 0 && n >= 2) {
		uint16_t c = law_find_condition(test_law(), word[1], strlen(word[1]));

		if (c == LAW_NONE)
			wrong(f, "condition", word[1]);
		person.condition[p->n_condition++] = (struct schedule_condition){ c,
			n > 2 ? test_day(word[2]) : DAY_NONE };
	} else if (strcmp(word[0], "extension") == 0 && n >= 4)
		person.extension[p->n_extension++] = (struct schedule_extension){ test_programme(word[1]),
			test_day(word[2]), test_day(word[3]), SCHEDULE_LONG_ILLNESS };
	else if (strcmp(word[0], "gestation") == 0 && n == 4)
		p->pregnancy_start = day_add(test_day(word[1]), -(atoi(word[2]) * 7 + atoi(word[3])));
	else if (strcmp(word[0], "antibody") == 0 && n == 3) {
		p->antibody_date = test_day(word[1]);
		p->antibody_low = strcmp(word[2], "low") == 0;
	} else if (strcmp(word[0], "season") == 0 && n == 3) {
		person.season.from_month = (int16_t)atoi(word[1]);
		person.season.from_day = (int16_t)atoi(word[1] + 3);
		person.season.to_month = (int16_t)atoi(word[2]);
		person.season.to_day = (int16_t)atoi(word[2] + 3);
	} else if (strcmp(word[0], "as-of") == 0 && n == 2) {
		person.as_of = test_day(word[1]);
		if (test_ask(&person, &answer) != RC_OK)
			wrong(f, "as-of", "no answer");
		else if (!f->quiet)
			check_order(f);
	} else if (strcmp(word[0], "expect") == 0 && n >= 3) {
		f->n_expects++;
		if (strcmp(word[2], "dose") == 0 && n >= 5)
			expect_credit(f, test_programme(word[1]), word, n);
		else
			expect_forecast(f, test_programme(word[1]), word, n);
	} else
		wrong(f, "not understood", word[0]);
}

static void
run_file(const char *path, struct case_file *f)
{
	FILE *in = fopen(path, "r");
	char line[1024];
	bool begun = false;

	f->line = 0;
	snprintf(f->name, sizeof f->name, "%s", path);
	CU_ASSERT_PTR_NOT_NULL_FATAL(in);
	while (fgets(line, sizeof line, in) != NULL && !(f->quiet && f->failed > 0)) {
		char *word[MAX_WORDS], *save = NULL;
		unsigned n = 0;

		f->line++;
		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '\0') {
			begun = false;
			continue;
		}
		if (line[0] == '#') {
			if (!begun) {
				test_person_init(&person);
				snprintf(sentence, sizeof sentence, "%s", line + (line[1] == ' ' ? 2 : 1));
				f->n_cases++;
				begun = true;
			}
			continue;
		}
		if (!begun) {
			wrong(f, "a case begins with a sentence", line);
			begun = true;
			test_person_init(&person);
		}
		for (char *w = strtok_r(line, " \t", &save); w != NULL && n < MAX_WORDS; w = strtok_r(NULL, " \t", &save))
			word[n++] = w;
		if (n > 0)
			put(f, word, n);
	}
	fclose(in);
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void
run_folder(const char *path, struct case_file *f)
{
	struct dirent **file = NULL;
	char name[16384];
	int n_files = scandir(path, &file, NULL, by_name);

	for (int j = 0; j < n_files; j++) {
		size_t len = strlen(file[j]->d_name);

		if (len > 5 && strcmp(file[j]->d_name + len - 5, ".case") == 0 && !(f->quiet && f->failed > 0)) {
			snprintf(name, sizeof name, "%s/%s", path, file[j]->d_name);
			run_file(name, f);
		}
		free(file[j]);
	}
	if (n_files >= 0)
		free(file);
}

void
case_file_run(struct case_file *f, const char *only, const char *but)
{
	const char *source = getenv("top_srcdir");
	struct dirent **folder = NULL;
	char root[4096], path[8192];
	int n_folders;

	snprintf(root, sizeof root, "%s/tests/case/schedule", source != NULL ? source : ".");
	n_folders = scandir(root, &folder, NULL, by_name);
	CU_ASSERT_FATAL(n_folders > 2);
	for (int i = 0; i < n_folders; i++) {
		const char *name = folder[i]->d_name;

		if (name[0] != '.' && (only == NULL || strcmp(name, only) == 0) && (but == NULL || strcmp(name, but) != 0)) {
			snprintf(path, sizeof path, "%s/%s", root, name);
			run_folder(path, f);
		}
		free(folder[i]);
	}
	free(folder);
}

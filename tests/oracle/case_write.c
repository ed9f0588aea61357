#include "tests/oracle/case_write.h"

#include <stdlib.h>
#include <string.h>

#include "tests/oracle/civil.h"
#include "tests/oracle/history.h"

static struct answer said;

static const char *
written(int day)
{
	static char word[4][11];
	static int at;

	at = (at + 1) % 4;
	if (day < 0 || day >= CIVIL_NEVER_AFTER)
		return "none";
	civil_write(day, word[at]);
	return word[at];
}

static void
print_credits(FILE *out, const struct text *text, const struct life *x, int programme)
{
	static const char *const status[] = { "valid", "not-valid", "extra", "review" };
	const char *name = text->programme[programme].name;
	bool done[LIFE_DOSES] = { false };
	int n = 0;

	/* The case file counts the credits of a programme by day. */
	for (int k = 0; k < x->n_doses; k++) {
		int dose = -1;

		for (int i = 0; i < x->n_doses; i++)
			if (!done[i] && (dose < 0 || x->dose[i].first < x->dose[dose].first))
				dose = i;
		done[dose] = true;
		for (int c = 0; c < said.n_credits[dose]; c++) {
			const struct answer_credit *a = &said.credit[dose][c];

			if (a->programme != programme)
				continue;
			n++;
			if (a->status == CREDIT_VALID)
				fprintf(out, "expect %s dose %d valid counts %d\n", name, n, a->number);
			else
				fprintf(out, "expect %s dose %d %s\n", name, n, status[a->status]);
		}
	}
}

static void
print_forecast(FILE *out, const struct text *text, int programme)
{
	static const char *const status[] = { "due", "upcoming", "complete", "exempt", "closed", "not-eligible", "review" };
	static const char *const kind[] = { "initial", "booster", "single", "seasonal" };
	const struct answer_forecast *f = &said.forecast[programme];

	fprintf(out, "expect %s %s given %d remaining %d", text->programme[programme].name, status[f->status], f->given, f->remaining);
	if (f->status == STATUS_DUE)
		fprintf(out, " %s", f->overdue ? "overdue" : "in-time");
	if (!f->next) {
		fprintf(out, " no-next\n");
		return;
	}
	fprintf(out, " next %d %s earliest %s latest %s vaccines ", f->dose, kind[f->kind], written(f->earliest), written(f->latest));
	for (int i = 0; i < f->n_vaccines; i++)
		fprintf(out, "%s%s", i > 0 ? "," : "", text->product[f->vaccine[i].product].name);
	fprintf(out, "%s", f->n_vaccines == 0 ? "none" : "");
	for (int i = 0; i < f->n_vaccines; i++) {
		const struct answer_vaccine *v = &f->vaccine[i];

		if (f->n_vaccines == 1 && v->earliest == f->earliest && v->latest == f->latest)
			continue;
		fprintf(out, " choice %s %s..", text->product[v->product].name, written(v->earliest));
		fprintf(out, "%s", v->latest >= CIVIL_NEVER_AFTER ? "" : written(v->latest));
	}
	fprintf(out, "\n");
}

void
case_write(FILE *out, const struct text *text, const struct life *life, int programme)
{
	answer(text, life, &said);
	history_write(out, text, life);
	print_credits(out, text, life, programme);
	print_forecast(out, text, programme);
}

FILE *
case_open(const char *folder, const char *programme, const char *name)
{
	char path[4096];
	FILE *out;

	snprintf(path, sizeof path, "%s/%s/%s.case", folder, programme, name);
	if ((out = fopen(path, "a")) == NULL) {
		perror(path);
		exit(1);
	}
	fseek(out, 0, SEEK_END);
	if (ftell(out) > 0)
		fprintf(out, "\n");
	return out;
}

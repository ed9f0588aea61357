#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "json/person.h"
#include "law/law_load.h"
#include "schedule/schedule.h"

/*
 * The calculator alone: persons are read from a file of lines first, then only answers are
 * timed.  Prints the median of several rounds.
 * usage: bench_schedule LAW PERSONS AS_OF [ROUNDS]
 */

/* A person packed: what stays after the reading. */
struct packed {
	struct schedule_person person;
	struct schedule_dose *dose;
	size_t n_dose;
};

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
die(const char *what)
{
	fprintf(stderr, "bench_schedule: %s\n", what);
	exit(3);
}

static size_t
read_persons(struct buf *text, const struct json_codes *codes, day as_of, struct packed **ret)
{
	struct json_person *p = calloc(1, sizeof *p);
	struct packed *list = NULL;
	size_t n = 0, room = 0;
	char *at = text->data, *end = text->data + text->len, *nl;

	for (; at < end; at = nl + 1) {
		if ((nl = memchr(at, '\n', (size_t)(end - at))) == NULL)
			nl = end;
		if (!json_person_read(codes, at, (size_t)(nl - at), as_of, p))
			die(p->error.place);
		if (n == room) {
			room = room == 0 ? 1024 : 2 * room;
			if ((list = realloc(list, room * sizeof *list)) == NULL)
				die("out of memory");
		}
		list[n].person = p->person;
		list[n].person.condition = NULL;
		list[n].person.extension = NULL;
		list[n].n_dose = p->n_dose;
		if ((list[n].dose = malloc(p->n_dose * sizeof *p->dose + 1)) == NULL)
			die("out of memory");
		memcpy(list[n].dose, p->dose, p->n_dose * sizeof *p->dose);
		n++;
	}
	free(p);
	*ret = list;
	return n;
}

int
main(int argc, char **argv)
{
	struct buf text = BUF_INIT(1u << 30);
	static struct schedule_credit credit[SCHEDULE_CREDITS_PER_DOSE * LIMIT_PERSON_DOSES];
	struct schedule_work *work = calloc(1, sizeof *work);
	struct schedule_answer answer;
	struct law_file *file;
	struct json_codes codes;
	struct packed *list;
	struct fault why;
	int rounds = argc > 4 ? (int)strtol(argv[4], NULL, 10) : 7;
	double *took;
	day as_of;
	size_t n, sum = 0;

	if (argc < 4 || day_parse(argv[3], strlen(argv[3]), &as_of) != RC_OK || rounds < 1) {
		fprintf(stderr, "usage: bench_schedule LAW PERSONS AS_OF [ROUNDS]\n");
		return 2;
	}
	if (law_load(argv[1], &file, &why) != RC_OK ||
	    buf_read_file(&text, argv[2], &why) != RC_OK)
		die(why.text);
	if (buf_reserve(&text, JSON_PADDING) != RC_OK || work == NULL)
		die("out of memory");
	json_codes_init(&codes, law_of(file));
	n = read_persons(&text, &codes, as_of, &list);
	if ((took = calloc((size_t)rounds, sizeof *took)) == NULL)
		die("out of memory");
	for (int r = 0; r < rounds; r++) {
		double start = now();

		for (size_t i = 0; i < n; i++) {
			struct schedule_question q = {
				.law = law_of(file), .person = &list[i].person, .dose = list[i].dose,
				.n_dose = list[i].n_dose, .as_of = as_of,
			};

			answer.credit = credit;
			answer.room_credit = sizeof credit / sizeof credit[0];
			if (schedule_answer(&q, work, &answer) != RC_OK)
				die("a person could not be answered");
			sum += answer.n_credit + answer.forecast[0].status;
		}
		took[r] = now() - start;
	}
	qsort(took, (size_t)rounds, sizeof *took, compare);
	printf("%.0f\n", (double)n / took[rounds / 2]);
	fprintf(stderr, "bench_schedule: %zu persons, %d rounds, check %zu\n", n, rounds, sum);
	for (size_t i = 0; i < n; i++)
		free(list[i].dose);
	free(list);
	free(took);
	free(work);
	buf_clear(&text);
	law_free(file);
	return 0;
}

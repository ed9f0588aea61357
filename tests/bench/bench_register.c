#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/limits.h"
#include "store/store_audit.h"
#include "store/store_circumstance.h"
#include "store/store_dose.h"
#include "store/store_person.h"
#include "store/store_ticket.h"

/*
 * Microseconds that the store needs for everything on record about one person, by random people of a register: the
 * reading alone, and with the trace of the look committed to the disk.
 * usage: bench_register DATABASE RESIDENTS LOOKS
 */
static uint64_t state = 0x9e3779b97f4a7c15u;

static uint32_t
random_below(uint32_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)((state >> 11) % n);
}

static double
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
say(const char *what, double *t, size_t n)
{
	qsort(t, n, sizeof(*t), by_size);
	printf("%-52s %8.0f us, 99 of 100 within %.0f us\n", what, t[n / 2], t[n * 99 / 100]);
}

int
main(int argc, char **argv)
{
	struct fault why = { .rc = RC_OK };
	struct circumstance *circumstances;
	struct ticket *tickets;
	struct store *s = NULL;
	struct dose *doses;
	struct person p;
	size_t looks, n, n_doses = 0;
	unsigned long residents;
	double *read, *whole, from;

	if (argc != 4)
		return 2;
	store_alone();
	residents = strtoul(argv[2], NULL, 10);
	looks = strtoul(argv[3], NULL, 10);
	read = calloc(looks + 1, sizeof(*read));
	whole = calloc(looks + 1, sizeof(*whole));
	if (read == NULL || whole == NULL || store_open(argv[1], STORE_READ, &s, &why) != RC_OK)
		goto bad;
	for (size_t i = 0; i < looks; i++) {
		struct audit_entry e = { "officer:1", "show", &p.id, AUDIT_DONE, NULL };
		struct arena a;
		char number[16];
		struct id id;

		snprintf(number, sizeof(number), "%lu", 1000000000 + (unsigned long)random_below((uint32_t)residents));
		arena_init(&a, LIMIT_REQUEST_BYTES);
		from = now_us();
		if (store_begin(s, 1763769600000000 + (int64_t)i, &why) != RC_OK)
			goto bad;
		store_see(s, STORE_EYES_WHOLE);
		if (store_person_find_addressee(s, number, &id, &why) != RC_OK ||
		    store_person_get(s, &id, &a, &p, &why) != RC_OK ||
		    store_dose_list(s, &id, &a, &doses, &n, &why) != RC_OK)
			goto bad;
		n_doses += n;
		if (store_circumstance_of(s, &id, &a, &circumstances, &n, &why) != RC_OK ||
		    store_ticket_list(s, &id, &a, &tickets, &n, &why) != RC_OK)
			goto bad;
		read[i] = now_us() - from;
		if (store_audit_append(s, &e, &why) != RC_OK || store_commit(s, &why) != RC_OK)
			goto bad;
		whole[i] = now_us() - from;
		arena_clear(&a);
	}
	say("one person's record from the store", read, looks);
	say("  and with its trace on the disk", whole, looks);
	printf("%-52s %8.1f\n", "  doses on record of each", (double)n_doses / (double)looks);
	store_close(s);
	free(read);
	free(whole);
	return 0;
 bad:
	fprintf(stderr, "bench_register: %s: %s\n", why.place, why.text);
	return 3;
}

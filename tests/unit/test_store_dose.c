#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/limits.h"
#include "tests/unit/test_store.h"

struct scene {
	struct test_store t;
	struct arena a;
	struct id person;
	struct fault why;
};

static void
start(struct scene *x)
{
	memset(x, 0, sizeof(*x));
	test_store_open(&x->t);
	arena_init(&x->a, LIMIT_REQUEST_BYTES);
	x->person = test_person_add(&x->t, "10001");
	CU_ASSERT_EQUAL_FATAL(store_begin(x->t.s, TEST_NOW, &x->why), RC_OK);
}

static void
stop(struct scene *x)
{
	store_rollback(x->t.s);
	arena_clear(&x->a);
	test_store_clear(&x->t);
}

static enum store_fate
put(struct scene *x, const struct dose *d, struct id *ret_id)
{
	enum store_fate fate = STORE_FATE__COUNT;
	enum rc rc = store_dose_put(x->t.s, d, ret_id, &fate, &x->why);

	if (rc != RC_OK)
		printf("     %s: %s\n", x->why.place, x->why.text);
	CU_ASSERT_EQUAL_FATAL(rc, RC_OK);
	return fate;
}

static size_t
list(struct scene *x, struct dose **ret_doses)
{
	size_t n = 0;

	CU_ASSERT_EQUAL_FATAL(store_dose_list(x->t.s, &x->person, &x->a, ret_doses, &n, &x->why), RC_OK);
	return n;
}

static void
a_statement_comes_back_as_it_was_made(void)
{
	struct dose d, *all, got;
	struct scene x;
	struct id id;
	char hex[ID_TEXT_SIZE];

	start(&x);
	d = test_dose(&x.person, "A-1", "2025-05");
	d.expires = test_day("2026-12-31");
	d.evidence = "handbook page 20";
	CU_ASSERT_EQUAL(put(&x, &d, &id), STORE_NEW);
	CU_ASSERT_EQUAL_FATAL(list(&x, &all), 1);
	got = all[0];
	CU_ASSERT(id_equal(&got.id, &id) && id_equal(&got.statement, &id) && got.version == 1);
	CU_ASSERT(got.is_latest && got.source == DOSE_SOURCE_CLINIC);
	CU_ASSERT_STRING_EQUAL(got.source_code, "1410000001");
	CU_ASSERT_STRING_EQUAL(got.source_id, "A-1");
	CU_ASSERT(day_equal(got.given.first, test_day("2025-05-01")) &&
	    day_equal(got.given.last, test_day("2025-05-31")));
	CU_ASSERT_STRING_EQUAL(got.vaccine, "MR");
	CU_ASSERT_STRING_EQUAL(got.clinic_name, "港の小児科");
	CU_ASSERT_STRING_EQUAL(got.physician, "医師　一");
	CU_ASSERT_STRING_EQUAL(got.evidence, "handbook page 20");
	CU_ASSERT(got.volume_ul == 500 && day_equal(got.expires, d.expires));
	CU_ASSERT(got.reason == NULL && got.relayed_by == NULL && got.recorded_us == TEST_NOW);
	CU_ASSERT_STRING_EQUAL(got.origin_municipality, TEST_MUNICIPALITY);
	id_write(&id, hex);
	CU_ASSERT(strcmp(got.origin_id, hex) == 0 && got.origin_version == 1);
	stop(&x);
}

static void
repeating_a_statement_changes_nothing_and_other_content_is_a_conflict(void)
{
	struct dose d, *all;
	struct scene x;
	struct id first, id;

	start(&x);
	d = test_dose(&x.person, "A-1", "2025-05-02");
	put(&x, &d, &first);
	CU_ASSERT(put(&x, &d, &id) == STORE_UNCHANGED && id_equal(&id, &first));
	d.lot = "LOT-2";
	CU_ASSERT(put(&x, &d, &id) == STORE_CONFLICT && id_equal(&id, &first));
	CU_ASSERT_EQUAL_FATAL(list(&x, &all), 1);
	CU_ASSERT_STRING_EQUAL(all[0].lot, "LOT-1");
	stop(&x);
}

static void
a_correction_is_a_new_version_and_the_old_one_stays(void)
{
	struct dose d, *all;
	struct scene x;
	struct id first, second, id;
	size_t n;

	start(&x);
	d = test_dose(&x.person, "A-1", "2025-05-02");
	put(&x, &d, &first);
	d.source_version = 2;
	d.lot = "LOT-2";
	CU_ASSERT_EQUAL(put(&x, &d, &second), STORE_CHANGED);
	CU_ASSERT_EQUAL_FATAL(list(&x, &all), 1);
	CU_ASSERT(id_equal(&all[0].id, &second) && id_equal(&all[0].statement, &first));
	CU_ASSERT(all[0].version == 2 && strcmp(all[0].lot, "LOT-2") == 0);
	CU_ASSERT_EQUAL_FATAL(store_dose_versions(x.t.s, &first, &x.a, &all, &n, &x.why), RC_OK);
	CU_ASSERT_EQUAL_FATAL(n, 2);
	CU_ASSERT(!all[0].is_latest && strcmp(all[0].lot, "LOT-1") == 0 && all[1].is_latest);
	d.source_version = 1;
	d.lot = "LOT-1";
	CU_ASSERT(put(&x, &d, &id) == STORE_UNCHANGED && id_equal(&id, &first));
	d.lot = "LOT-3";
	CU_ASSERT_EQUAL(put(&x, &d, &id), STORE_CONFLICT);
	stop(&x);
}

static void
a_withdrawal_leaves_a_tombstone(void)
{
	struct dose d, *all;
	struct scene x;
	struct id id;

	start(&x);
	d = test_dose(&x.person, "A-1", "2025-05-02");
	put(&x, &d, &id);
	d.source_version = 2;
	d.status = DOSE_WITHDRAWN;
	d.vaccine = NULL;
	d.given.first = d.given.last = DAY_NONE;
	CU_ASSERT_EQUAL(put(&x, &d, &id), STORE_WITHDRAWN);
	CU_ASSERT_EQUAL(put(&x, &d, &id), STORE_UNCHANGED);
	CU_ASSERT_EQUAL_FATAL(list(&x, &all), 1);
	CU_ASSERT(all[0].status == DOSE_WITHDRAWN && strcmp(all[0].vaccine, "MR") == 0);
	CU_ASSERT(day_equal(all[0].given.first, test_day("2025-05-02")));
	stop(&x);
}

static void
an_older_version_that_comes_late_is_ignored(void)
{
	struct dose d, *all;
	struct scene x;
	struct id id, late;

	start(&x);
	d = test_dose(&x.person, "A-1", "2025-05-02");
	d.source_version = 3;
	put(&x, &d, &id);
	d.source_version = 2;
	d.lot = "LOT-OLD";
	CU_ASSERT(put(&x, &d, &late) == STORE_UNCHANGED && id_equal(&id, &late));
	CU_ASSERT_EQUAL_FATAL(list(&x, &all), 1);
	CU_ASSERT_STRING_EQUAL(all[0].lot, "LOT-1");
	stop(&x);
}

/* Others were told of what stands by its number: one that comes late must not make that another. */
static void
an_older_version_that_comes_late_renumbers_nothing(void)
{
	struct dose d, *all;
	struct scene x;
	struct id id, late, own;
	size_t n;

	start(&x);
	d = test_dose(&x.person, "A-1", "2025-05-02");
	d.source_version = 3;
	put(&x, &d, &id);
	d.source_version = 5;
	d.lot = "LOT-5";
	put(&x, &d, &id);
	CU_ASSERT_EQUAL_FATAL(list(&x, &all), 1);
	CU_ASSERT_EQUAL(all[0].version, 2);
	d.source_version = 4;
	d.lot = "LOT-4";
	put(&x, &d, &late);
	d.source_version = 1;
	d.lot = "LOT-0";
	put(&x, &d, &late);
	CU_ASSERT(put(&x, &d, &late) == STORE_UNCHANGED);
	CU_ASSERT_EQUAL_FATAL(list(&x, &all), 1);
	CU_ASSERT(all[0].version == 2 && strcmp(all[0].lot, "LOT-5") == 0 && id_equal(&all[0].id, &id));
	CU_ASSERT_EQUAL_FATAL(store_dose_versions(x.t.s, &all[0].statement, &x.a, &all, &n, &x.why), RC_OK);
	CU_ASSERT_EQUAL_FATAL(n, 4);
	/* In the order of their source; told before are 1 and 2, late came 0 and -1. */
	CU_ASSERT(all[0].version == -1 && all[1].version == 1 && all[2].version == 0 && all[3].version == 2);
	CU_ASSERT(!all[0].is_latest && !all[2].is_latest && all[3].is_latest);
	d.lot = "LOT-6";
	CU_ASSERT_EQUAL_FATAL(store_dose_correct(x.t.s, &all[0].statement, &d, &own, &x.why), RC_OK);
	CU_ASSERT_EQUAL_FATAL(list(&x, &all), 1);
	CU_ASSERT(all[0].version == 3 && strcmp(all[0].lot, "LOT-6") == 0);
	stop(&x);
}

static void
a_source_id_used_for_two_residents_is_a_conflict(void)
{
	struct dose d;
	struct scene x;
	struct id id, other;

	start(&x);
	store_rollback(x.t.s);
	other = test_person_add(&x.t, "10002");
	CU_ASSERT_EQUAL_FATAL(store_begin(x.t.s, TEST_NOW, &x.why), RC_OK);
	d = test_dose(&x.person, "A-1", "2025-05-02");
	put(&x, &d, &id);
	d.person = other;
	CU_ASSERT_EQUAL(put(&x, &d, &id), STORE_CONFLICT);
	d.source_version = 2;
	CU_ASSERT_EQUAL(put(&x, &d, &id), STORE_CONFLICT);
	d.source_code = "1410000002";
	CU_ASSERT_EQUAL(put(&x, &d, &id), STORE_NEW);
	stop(&x);
}

static struct dose
received(struct scene *x, const char *origin, const char *id, int64_t version, const char *relay)
{
	struct dose d = test_dose(&x->person, NULL, "2024-08-01");

	d.origin_municipality = origin;
	d.origin_id = id;
	d.origin_version = version;
	d.relayed_by = relay;
	d.asserted_by = "clinic:0110000009";
	d.clinic_code = NULL;
	return d;
}

static void
a_dose_keeps_its_origin_and_stays_single_however_many_hands_relayed_it(void)
{
	struct dose d, *all;
	struct scene x;
	struct id first, id;

	start(&x);
	d = received(&x, "011002", "0123456789abcdef0123456789abcdef", 2, "011002");
	CU_ASSERT_EQUAL(put(&x, &d, &first), STORE_NEW);
	d.relayed_by = "012025";
	CU_ASSERT(put(&x, &d, &id) == STORE_UNCHANGED && id_equal(&id, &first));
	CU_ASSERT_EQUAL_FATAL(list(&x, &all), 1);
	CU_ASSERT_STRING_EQUAL(all[0].origin_municipality, "011002");
	CU_ASSERT_STRING_EQUAL(all[0].origin_id, "0123456789abcdef0123456789abcdef");
	CU_ASSERT_EQUAL(all[0].origin_version, 2);
	CU_ASSERT_STRING_EQUAL(all[0].relayed_by, "011002");
	CU_ASSERT_STRING_EQUAL(all[0].asserted_by, "clinic:0110000009");
	CU_ASSERT_EQUAL(all[0].source, DOSE_SOURCE_MUNICIPALITY);
	d.lot = "OTHER";
	CU_ASSERT_EQUAL(put(&x, &d, &id), STORE_CONFLICT);
	d.origin_version = 3;
	CU_ASSERT_EQUAL(put(&x, &d, &id), STORE_CHANGED);
	CU_ASSERT_EQUAL(list(&x, &all), 1);
	stop(&x);
}

static void
our_own_dose_that_comes_home_is_recognised(void)
{
	struct dose d, home, *all;
	struct scene x;
	struct id first, id;
	char hex[ID_TEXT_SIZE];

	start(&x);
	d = test_dose(&x.person, "A-1", "2024-08-01");
	d.expires = test_day("2026-12-31");
	put(&x, &d, &first);
	id_write(&first, hex);
	home = received(&x, TEST_MUNICIPALITY, hex, 1, "011002");
	CU_ASSERT(put(&x, &home, &id) == STORE_UNCHANGED && id_equal(&id, &first));
	home.lot = "CHANGED-ON-THE-WAY";
	CU_ASSERT_EQUAL(put(&x, &home, &id), STORE_CONFLICT);
	home.lot = d.lot;
	home.origin_version = 7;
	CU_ASSERT_EQUAL(put(&x, &home, &id), STORE_CONFLICT);
	CU_ASSERT_EQUAL(list(&x, &all), 1);
	stop(&x);
}

static void
this_office_corrects_its_own_statements_only(void)
{
	struct dose d, change, *all;
	struct scene x;
	struct id own, foreign, id = ID_NONE;

	start(&x);
	d = test_dose(&x.person, "A-1", "2024-08-01");
	put(&x, &d, &own);
	change = d;
	change.source = DOSE_SOURCE_OFFICE;
	change.source_code = "";
	change.lot = "LOT-9";
	change.reason = "misread label";
	CU_ASSERT_EQUAL(store_dose_correct(x.t.s, &own, &change, &id, &x.why), RC_OK);
	change.status = DOSE_WITHDRAWN;
	CU_ASSERT_EQUAL(store_dose_correct(x.t.s, &own, &change, &id, &x.why), RC_OK);
	CU_ASSERT_EQUAL_FATAL(list(&x, &all), 1);
	CU_ASSERT(all[0].version == 3 && all[0].status == DOSE_WITHDRAWN);
	CU_ASSERT_EQUAL(put(&x, &d, &id), STORE_UNCHANGED);
	d = received(&x, "011002", "0123456789abcdef0123456789abcdef", 1, "011002");
	put(&x, &d, &foreign);
	CU_ASSERT_EQUAL(store_dose_correct(x.t.s, &foreign, &change, &id, &x.why), RC_REFUSED);
	id = ID_NONE;
	id.b[0] = 1;
	CU_ASSERT_EQUAL(store_dose_correct(x.t.s, &id, &change, &own, &x.why), RC_ABSENT);
	stop(&x);
}

/* Rules R2 and R12: whatever the order and the number of arrivals, the same latest versions. */
static void
any_order_and_any_repetition_ends_in_the_same_state(void)
{
	static const char *const lots[] = { "L1", "L2", "L3" };
	unsigned seed = 7;

	for (int round = 0; round < 40; round++) {
		struct dose d, *all;
		struct scene x;
		struct id id;
		int seen[2][3] = { { 0 } };

		start(&x);
		while (!(seen[0][2] && seen[1][2]) || rand_r(&seed) % 4 != 0) {
			int which = rand_r(&seed) % 2, version = rand_r(&seed) % 3;

			d = received(&x, which == 0 ? "011002" : "012025",
			    "00000000000000000000000000000001", version + 1,
			    rand_r(&seed) % 2 ? "011002" : "012025");
			d.lot = lots[version];
			CU_ASSERT_NOT_EQUAL(put(&x, &d, &id), STORE_CONFLICT);
			seen[which][version] = 1;
		}
		CU_ASSERT_EQUAL_FATAL(list(&x, &all), 2);
		for (int i = 0; i < 2; i++)
			CU_ASSERT(strcmp(all[i].lot, "L3") == 0 && all[i].origin_version == 3);
		stop(&x);
	}
}

static void
a_large_import_goes_in_as_one_transaction_and_says_how_long_it_took(void)
{
	struct timespec from, to;
	struct dose d;
	struct scene x;
	struct id id;
	int64_t versions, statements;
	long ms, wanted = getenv("WATASHI_LONG") != NULL ? 100000 : 20000;
	char source_id[32], given[16];

	start(&x);
	clock_gettime(CLOCK_MONOTONIC, &from);
	for (long i = 0; i < wanted; i++) {
		snprintf(source_id, sizeof(source_id), "R-%06ld", i);
		snprintf(given, sizeof(given), "2025-%02ld-%02ld", i % 12 + 1, i % 28 + 1);
		d = test_dose(&x.person, source_id, given);
		CU_ASSERT_EQUAL_FATAL(put(&x, &d, &id), STORE_NEW);
	}
	CU_ASSERT_EQUAL_FATAL(store_commit(x.t.s, &x.why), RC_OK);
	clock_gettime(CLOCK_MONOTONIC, &to);
	ms = (to.tv_sec - from.tv_sec) * 1000 + (to.tv_nsec - from.tv_nsec) / 1000000;
	printf("     %ld doses in %ld ms\n", wanted, ms);
	CU_ASSERT_EQUAL_FATAL(store_begin(x.t.s, TEST_NOW, &x.why), RC_OK);
	CU_ASSERT_EQUAL(store_dose_count(x.t.s, &versions, &statements, &x.why), RC_OK);
	CU_ASSERT(versions == wanted && statements == wanted);
	stop(&x);
}

RUNNER_SUITE(store_dose,
    RUNNER_TEST(a_statement_comes_back_as_it_was_made),
    RUNNER_TEST(repeating_a_statement_changes_nothing_and_other_content_is_a_conflict),
    RUNNER_TEST(a_correction_is_a_new_version_and_the_old_one_stays),
    RUNNER_TEST(a_withdrawal_leaves_a_tombstone),
    RUNNER_TEST(an_older_version_that_comes_late_is_ignored),
    RUNNER_TEST(an_older_version_that_comes_late_renumbers_nothing),
    RUNNER_TEST(a_source_id_used_for_two_residents_is_a_conflict),
    RUNNER_TEST(a_dose_keeps_its_origin_and_stays_single_however_many_hands_relayed_it),
    RUNNER_TEST(our_own_dose_that_comes_home_is_recognised),
    RUNNER_TEST(this_office_corrects_its_own_statements_only),
    RUNNER_TEST(any_order_and_any_repetition_ends_in_the_same_state),
    RUNNER_TEST(a_large_import_goes_in_as_one_transaction_and_says_how_long_it_took));

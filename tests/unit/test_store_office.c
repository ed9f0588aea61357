#include <stdio.h>
#include <string.h>

#include "base/checkdigit.h"
#include "base/limits.h"
#include "store/store_held.h"
#include "store/store_law.h"
#include "store/store_officer.h"
#include "store/store_person.h"
#include "store/store_ticket.h"
#include "tests/unit/test_store.h"

/* Whether the ticket of this number is good on that day, as the register says now. */
static bool
good(struct test_store *t, const char *number, const char *text)
{
	struct fault why = { .rc = RC_OK };
	struct ticket found;

	OK(store_ticket_find(t->s, number, &found, &why));
	return ticket_good_on(&found, test_day(text));
}

static struct ticket
about(const char *programme, int dose)
{
	struct ticket t = { .dose = dose, .earliest = test_day("2026-12-01"), .latest = DAY_NONE };

	snprintf(t.programme, sizeof(t.programme), "%s", programme);
	return t;
}

static void
a_new_ticket_makes_the_old_one_void_at_once(void)
{
	struct fault why = { .rc = RC_OK };
	struct person p = test_person("10001");
	struct ticket first, second, found;
	struct test_store t;

	test_store_open(&t);
	p.id = test_person_add(&t, "10001");
	OK(store_begin(t.s, TEST_NOW, &why));
	CU_ASSERT_EQUAL(store_ticket_of(t.s, &p.id, &found, &why), RC_ABSENT);
	OK(store_ticket_issue(t.s, &p, NULL, test_day("2026-11-22"), &first, &why));
	OK(store_ticket_issue(t.s, &p, NULL, test_day("2026-11-22"), &second, &why));
	CU_ASSERT_STRING_NOT_EQUAL(first.number, second.number);
	OK(store_ticket_of(t.s, &p.id, &found, &why));
	CU_ASSERT_STRING_EQUAL(found.number, second.number);
	OK(store_ticket_find(t.s, first.number, &found, &why));
	CU_ASSERT(found.voided_us == TEST_NOW && found.cause == TICKET_REPLACED && id_equal(&found.person, &p.id));
	OK(store_ticket_void(t.s, &p.id, NULL, TICKET_TAKEN_BACK, &why));
	CU_ASSERT_EQUAL(store_ticket_of(t.s, &p.id, &found, &why), RC_ABSENT);
	OK(store_ticket_find(t.s, second.number, &found, &why));
	CU_ASSERT(found.cause == TICKET_TAKEN_BACK);
	store_rollback(t.s);
	test_store_clear(&t);
}

/* One for hepatitis B, one for MR; then the one without a programme; then MR again. */
static void
no_two_live_tickets_serve_one_programme(void)
{
	struct fault why = { .rc = RC_OK };
	struct person p = test_person("10001");
	struct ticket hepb, mr, any, again, what, *list;
	struct test_store t;
	struct arena a;
	size_t n;

	arena_init(&a, LIMIT_REQUEST_BYTES);
	test_store_open(&t);
	p.id = test_person_add(&t, "10001");
	OK(store_begin(t.s, TEST_NOW, &why));
	what = about("hepb", 2);
	OK(store_ticket_issue(t.s, &p, &what, test_day("2026-11-22"), &hepb, &why));
	what = about("mr-1", 1);
	OK(store_ticket_issue(t.s, &p, &what, test_day("2026-11-22"), &mr, &why));
	CU_ASSERT(good(&t, hepb.number, "2026-11-22") && good(&t, mr.number, "2026-11-22"));
	OK(store_ticket_issue(t.s, &p, NULL, test_day("2026-11-22"), &any, &why));
	CU_ASSERT_FALSE(good(&t, hepb.number, "2026-11-22") || good(&t, mr.number, "2026-11-22"));
	OK(store_ticket_issue(t.s, &p, &what, test_day("2026-11-22"), &again, &why));
	CU_ASSERT_FALSE(good(&t, any.number, "2026-11-22"));
	OK(store_ticket_list(t.s, &p.id, &a, &list, &n, &why));
	CU_ASSERT_EQUAL_FATAL(n, 4);
	CU_ASSERT_STRING_EQUAL(list[0].number, again.number);
	CU_ASSERT_STRING_EQUAL(list[0].programme, "mr-1");
	CU_ASSERT(list[0].dose == 1 && day_equal(list[0].earliest, test_day("2026-12-01")) && !day_known(list[0].latest));
	for (size_t i = 1; i < n; i++)
		CU_ASSERT(list[i].voided_us != 0);
	arena_clear(&a);
	store_rollback(t.s);
	test_store_clear(&t);
}

/* The tickets end with the stay, on the day that the register says, and come back with no return. */
static void
a_ticket_ends_with_the_stay_and_no_return_brings_it_back(void)
{
	struct fault why = { .rc = RC_OK };
	struct residence stay[2] = {
		{ .from = test_day("2024-05-01"), .until = DAY_NONE },
		{ .from = test_day("2027-06-01"), .until = DAY_NONE },
	};
	struct person p = test_person("10001");
	struct ticket ticket, later;
	enum store_fate fate;
	struct test_store t;

	test_store_open(&t);
	p.residences = stay;
	p.n_residences = 1;
	OK(store_begin(t.s, TEST_NOW, &why));
	OK(store_person_put(t.s, &p, &p.id, &fate, &why));
	OK(store_ticket_issue(t.s, &p, NULL, test_day("2026-11-22"), &ticket, &why));
	CU_ASSERT(good(&t, ticket.number, "2030-01-01"));
	/* announced, put off, gone */
	stay[0].until = test_day("2026-12-31");
	OK(store_person_put(t.s, &p, &p.id, &fate, &why));
	CU_ASSERT(good(&t, ticket.number, "2026-12-31") && !good(&t, ticket.number, "2027-01-01"));
	stay[0].until = DAY_NONE;
	OK(store_person_put(t.s, &p, &p.id, &fate, &why));
	CU_ASSERT(good(&t, ticket.number, "2027-01-01"));
	stay[0].until = test_day("2026-12-31");
	OK(store_person_put(t.s, &p, &p.id, &fate, &why));
	/* back again: another stay, another ticket */
	p.n_residences = 2;
	OK(store_person_put(t.s, &p, &p.id, &fate, &why));
	CU_ASSERT_FALSE(good(&t, ticket.number, "2027-06-01"));
	OK(store_ticket_issue(t.s, &p, NULL, test_day("2027-06-02"), &later, &why));
	CU_ASSERT(good(&t, later.number, "2027-06-02"));
	/* The gap turns out to be an error of the register: still only one. */
	stay[1].from = test_day("2027-01-01");
	OK(store_person_put(t.s, &p, &p.id, &fate, &why));
	CU_ASSERT(good(&t, later.number, "2027-06-02") && !good(&t, ticket.number, "2027-06-02"));
	store_rollback(t.s);
	test_store_clear(&t);
}

static void
a_ticket_ends_with_the_life_and_periods_without_a_day_between_are_one_stay(void)
{
	struct residence stay[2] = {
		{ .from = test_day("2024-05-01"), .until = test_day("2026-11-30") },
		{ .from = test_day("2026-12-01"), .until = test_day("2027-03-31") },
	};
	struct person p = test_person("10001");

	CU_ASSERT_FALSE(day_known(ticket_end(&p, test_day("2026-11-22"))));
	p.residences = stay;
	p.n_residences = 2;
	CU_ASSERT(day_equal(ticket_end(&p, test_day("2026-11-22")), test_day("2027-03-31")));
	stay[1].from = test_day("2026-12-02");
	CU_ASSERT(day_equal(ticket_end(&p, test_day("2026-11-22")), test_day("2026-11-30")));
	CU_ASSERT(day_equal(ticket_end(&p, test_day("2026-12-01")), test_day("2027-03-31")));
	/* issued after everything ended: it has ended */
	CU_ASSERT(day_equal(ticket_end(&p, test_day("2027-04-01")), test_day("2027-03-31")));
	p.died_on = test_day("2026-11-25");
	CU_ASSERT(day_equal(ticket_end(&p, test_day("2026-11-22")), test_day("2026-11-25")));
	stay[1].until = DAY_NONE;
	CU_ASSERT(day_equal(ticket_end(&p, test_day("2026-12-05")), test_day("2026-11-25")));
	p.died_on = DAY_NONE;
	p.registration = PERSON_BIRTH_STAY;
	p.registration_until = test_day("2026-12-24");
	CU_ASSERT(day_equal(ticket_end(&p, test_day("2026-12-05")), test_day("2026-12-24")));
}

static void
a_mistyped_ticket_is_never_another_one(void)
{
	struct fault why = { .rc = RC_OK };
	struct person p = test_person("10001");
	struct ticket ticket, found;
	struct test_store t;
	char wrong[STORE_TICKET_SIZE];

	test_store_open(&t);
	p.id = test_person_add(&t, "10001");
	OK(store_begin(t.s, TEST_NOW, &why));
	OK(store_ticket_issue(t.s, &p, NULL, test_day("2026-11-22"), &ticket, &why));
	CU_ASSERT_EQUAL(strlen(ticket.number), STORE_TICKET_DIGITS);
	for (int i = 0; i < STORE_TICKET_DIGITS; i++)
		for (char c = '0'; c <= '9'; c++) {
			memcpy(wrong, ticket.number, sizeof(wrong));
			if (wrong[i] == c)
				continue;
			wrong[i] = c;
			CU_ASSERT_EQUAL(store_ticket_find(t.s, wrong, &found, &why), RC_INVALID);
		}
	CU_ASSERT_EQUAL(store_ticket_find(t.s, "", &found, &why), RC_INVALID);
	store_rollback(t.s);
	test_store_clear(&t);
}

static void
the_last_administrator_stays_one(void)
{
	struct fault why = { .rc = RC_OK };
	struct officer o, *all;
	struct test_store t;
	struct arena a;
	int64_t first, second;
	size_t n;

	test_store_open(&t);
	arena_init(&a, LIMIT_REQUEST_BYTES);
	OK(store_begin(t.s, TEST_NOW, &why));
	OK(store_officer_add(t.s, "staff-1", OFFICER_ADMINISTRATOR, 1000, &first, &why));
	CU_ASSERT_EQUAL(store_officer_add(t.s, "staff-1", OFFICER_CLERK, 1001, &second, &why), RC_CONFLICT);
	CU_ASSERT_EQUAL(store_officer_add(t.s, "staff-2", OFFICER_CLERK, 1000, &second, &why), RC_CONFLICT);
	CU_ASSERT_EQUAL(store_officer_change(t.s, first, OFFICER_CLERK, true, &why), RC_REFUSED);
	CU_ASSERT_EQUAL(store_officer_change(t.s, first, OFFICER_ADMINISTRATOR, false, &why), RC_REFUSED);
	OK(store_officer_add(t.s, "staff-2", OFFICER_ADMINISTRATOR, 1001, &second, &why));
	OK(store_officer_change(t.s, first, OFFICER_NURSE, false, &why));
	CU_ASSERT_EQUAL(store_officer_find_uid(t.s, 1000, &a, &o, &why), RC_ABSENT);
	OK(store_officer_find_uid(t.s, 1001, &a, &o, &why));
	CU_ASSERT(o.no == second && o.role == OFFICER_ADMINISTRATOR);
	OK(store_officer_find_name(t.s, "staff-1", &a, &o, &why));
	CU_ASSERT(!o.is_active && o.role == OFFICER_NURSE);
	OK(store_officer_list(t.s, &a, &all, &n, &why));
	CU_ASSERT_EQUAL(n, 2);
	CU_ASSERT_EQUAL(store_officer_change(t.s, 99, OFFICER_NURSE, true, &why), RC_ABSENT);
	store_rollback(t.s);
	arena_clear(&a);
	test_store_clear(&t);
}

static void
the_same_row_is_held_once_and_decided_once(void)
{
	struct fault why = { .rc = RC_OK };
	struct held_row row = {
		.kind = HELD_IMPORT_ROW, .reason = "no-such-person", .source = "doses.csv:12",
		.payload = "cells", .payload_len = 5, .person = ID_NONE
	}, got, *all;
	int64_t open[HELD_KIND__COUNT];
	struct test_store t;
	struct arena a;
	struct id id, again;
	bool is_new;
	size_t n;

	test_store_open(&t);
	arena_init(&a, LIMIT_REQUEST_BYTES);
	OK(store_begin(t.s, TEST_NOW, &why));
	OK(store_held_add(t.s, &row, &id, &is_new, &why));
	CU_ASSERT_TRUE(is_new);
	row.source = "doses-again.csv:12";
	OK(store_held_add(t.s, &row, &again, &is_new, &why));
	CU_ASSERT(!is_new && id_equal(&id, &again));
	row.payload = "other";
	OK(store_held_add(t.s, &row, &again, &is_new, &why));
	CU_ASSERT_TRUE(is_new);
	row.kind = HELD_IN_DOUBT;
	OK(store_held_add(t.s, &row, &again, &is_new, &why));
	CU_ASSERT_TRUE(is_new);
	OK(store_held_list(t.s, HELD_KIND__COUNT, NULL, 10, &a, &all, &n, &why));
	CU_ASSERT_EQUAL_FATAL(n, 3);
	CU_ASSERT(id_equal(&all[0].id, &id) && memcmp(all[0].payload, "cells", 5) == 0);
	OK(store_held_list(t.s, HELD_IMPORT_ROW, &id, 10, &a, &all, &n, &why));
	CU_ASSERT_EQUAL(n, 1);
	OK(store_held_decide(t.s, &id, HELD_REFUSED, "officer:1", "a slip", NULL, &why));
	CU_ASSERT_EQUAL(store_held_decide(t.s, &id, HELD_ATTACHED, "officer:2", NULL, NULL, &why), RC_REFUSED);
	OK(store_held_get(t.s, &id, &a, &got, &why));
	CU_ASSERT(got.state == HELD_REFUSED && strcmp(got.note, "a slip") == 0 && got.decided_us == TEST_NOW);
	OK(store_held_count(t.s, open, &why));
	CU_ASSERT(open[HELD_IMPORT_ROW] == 1 && open[HELD_IN_DOUBT] == 1 && open[HELD_POISON] == 0);
	store_rollback(t.s);
	arena_clear(&a);
	test_store_clear(&t);
}

static void
the_law_installed_last_is_the_one_in_use(void)
{
	struct fault why = { .rc = RC_OK };
	struct vault_digest one = { { 1 } }, two = { { 2 } };
	struct law_row row, *all;
	struct test_store t;
	struct arena a;
	size_t n;

	test_store_open(&t);
	arena_init(&a, LIMIT_REQUEST_BYTES);
	OK(store_begin(t.s, TEST_NOW, &why));
	CU_ASSERT_EQUAL(store_law_current(t.s, &a, &row, &why), RC_ABSENT);
	OK(store_law_install(t.s, &one, "2026.11", "officer:1", NULL, NULL, 0, &why));
	OK(store_commit(t.s, &why));
	OK(store_begin(t.s, TEST_NOW + 1, &why));
	OK(store_law_install(t.s, &two, "2027.04", "officer:1", NULL, NULL, 0, &why));
	OK(store_law_current(t.s, &a, &row, &why));
	CU_ASSERT_STRING_EQUAL(row.version, "2027.04");
	OK(store_commit(t.s, &why));
	OK(store_begin(t.s, TEST_NOW + 2, &why));
	OK(store_law_install(t.s, &one, "2026.11", "officer:2", NULL, NULL, 0, &why));
	OK(store_law_current(t.s, &a, &row, &why));
	CU_ASSERT(strcmp(row.version, "2026.11") == 0 && row.hash.b[0] == 1);
	OK(store_law_list(t.s, &a, &all, &n, &why));
	CU_ASSERT_EQUAL(n, 2);
	store_rollback(t.s);
	arena_clear(&a);
	test_store_clear(&t);
}

RUNNER_SUITE(store_office,
    RUNNER_TEST(a_new_ticket_makes_the_old_one_void_at_once),
    RUNNER_TEST(no_two_live_tickets_serve_one_programme),
    RUNNER_TEST(a_ticket_ends_with_the_stay_and_no_return_brings_it_back),
    RUNNER_TEST(a_ticket_ends_with_the_life_and_periods_without_a_day_between_are_one_stay),
    RUNNER_TEST(a_mistyped_ticket_is_never_another_one),
    RUNNER_TEST(the_last_administrator_stays_one),
    RUNNER_TEST(the_same_row_is_held_once_and_decided_once),
    RUNNER_TEST(the_law_installed_last_is_the_one_in_use));

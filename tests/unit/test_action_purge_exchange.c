/* Which exchanges may be taken out, and which stay though their person may go. */
#include <string.h>

#include "base/limits.h"
#include "record/retention.h"
#include "store/store_day_count.h"
#include "store/store_evidence.h"
#include "store/store_purge.h"
#include "store/store_record.h"
#include "tests/unit/purge_world.h"

static const char us[] = "0110020000000001", them[] = "1410030000000001";

/* One that we asked and that was refused, one that we provided; of the same day. */
static void
record_both(struct purge_world *w, day asked)
{
	struct provision_record r = { .requested_us = asked.n * INT64_C(86400000000), .affair = "A", .procedure = "P",
	    .item = "I", .keep_until = day_same_day(asked, 12 * 7) };
	struct fault why = { .rc = RC_OK };

	r.process_no = "X1";
	r.side = PROVISION_ASKED;
	r.inquirer = us;
	r.provider = them;
	r.outcome = "refused";
	OK(store_record_add(w->s, &r, &why));
	r.process_no = "X2";
	r.side = PROVISION_PROVIDED;
	r.inquirer = them;
	r.provider = us;
	r.outcome = "provided";
	r.provided_us = r.requested_us + 1;
	OK(store_record_add(w->s, &r, &why));
}

static int64_t
may_go_on(struct purge_world *w, day today)
{
	struct fault why = { .rc = RC_OK };
	int64_t n = -1;
	day until;

	OK(store_purge_exchanges_count(w->s, today, retention_exchange_over(today), &n, &until, &why));
	return n;
}

static void
an_exchange_is_there_on_the_last_day_of_seven_years_and_may_go_the_day_after(void)
{
	struct day_count_row row = { .side = PROVISION_ASKED, .inquirer = us, .provider = them };
	struct day_said said = { .made_us = 1, .received_us = 1, .refused = 2, .digest = { { 1 } }, .n_listed = 1 };
	const struct day_entry entry = { "X1", 3, { { 2 } } };
	struct tombstone t = { .basis = "b", .purged_by = "officer:1+officer:2" };
	struct fault why = { .rc = RC_OK };
	struct provision_record *rows;
	struct day_count_row found;
	struct arena a;
	struct purge_world w;
	day asked, last;
	size_t n;

	purge_world_open(&w);
	arena_init(&a, 1u << 20);
	OK(day_make(2026, 2, 28, &asked));
	OK(store_begin(w.s, NOW, &why));
	store_see(w.s, STORE_EYES_WHOLE);
	record_both(&w, asked);
	row.on = asked;
	OK(store_day_count_add(w.s, &row, &why));
	OK(store_day_said_put(w.s, row.no, DAY_TELLER_TOWN, &said, &why));
	OK(store_day_entry_add(w.s, row.no, DAY_TELLER_TOWN, &entry, &why));
	last = day_same_day(asked, 12 * 7);
	CU_ASSERT_EQUAL(may_go_on(&w, last), 0);
	CU_ASSERT_EQUAL(may_go_on(&w, day_add(last, 1)), 2);
	/* While the other town has recorded that day otherwise, and nobody has said why, it stays. */
	row.differs = true;
	OK(store_day_count_set(w.s, &row, &why));
	CU_ASSERT_EQUAL(may_go_on(&w, day_add(last, 1)), 1);
	CU_ASSERT_EQUAL(may_go_on(&w, day_add(last, 3000)), 1);
	OK(store_purge_exchanges(w.s, day_add(last, 1), retention_exchange_over(day_add(last, 1)), &t, &why));
	CU_ASSERT_EQUAL(t.rows, 1);
	OK(store_record_find(w.s, "X1", &a, &rows, &n, &why));
	CU_ASSERT_EQUAL(n, 1);
	OK(store_record_find(w.s, "X2", &a, &rows, &n, &why));
	CU_ASSERT_EQUAL(n, 0);
	OK(store_day_count_get(w.s, row.no, &a, &found, &why));
	/* Explained, it goes, and with it what the day was counted as. */
	row.explained_us = 5;
	OK(store_day_count_set(w.s, &row, &why));
	CU_ASSERT_EQUAL(may_go_on(&w, last), 0);
	CU_ASSERT_EQUAL(may_go_on(&w, day_add(last, 1)), 1);
	OK(store_purge_exchanges(w.s, day_add(last, 1), retention_exchange_over(day_add(last, 1)), &t, &why));
	CU_ASSERT_EQUAL(t.no, 2);
	CU_ASSERT_EQUAL(store_day_count_get(w.s, row.no, &a, &found, &why), RC_ABSENT);
	CU_ASSERT_EQUAL(store_day_said_get(w.s, row.no, DAY_TELLER_TOWN, &said, &why), RC_ABSENT);
	store_rollback(w.s);
	arena_clear(&a);
	purge_world_close(&w);
}

/* Somebody who died long ago, with an exchange that we asked, and one document of it. */
static void
put_dead_asked(struct purge_world *w, day asked, struct id *ret_person, struct id *ret_evidence)
{
	struct person p = { .addressee_no = "31", .name = "渡　一郎", .kana = "ワタシ　イチロウ", .sex = SEX_MALE,
	    .protected_from = DAY_NONE, .protected_until = DAY_NONE, .died_on = day_add(asked, 10) };
	struct provision_record r = { .process_no = "X1", .side = PROVISION_ASKED, .inquirer = us, .provider = them,
	    .requested_us = asked.n * INT64_C(86400000000), .affair = "A", .procedure = "P", .item = "I",
	    .outcome = "refused", .keep_until = day_same_day(asked, 12 * 7) };
	struct evidence_row e = { .process_no = "X1", .message_id = "M1", .type = "TKM.Record", .signer = them,
	    .signature = "s", .signature_len = 1, .time_us = r.requested_us, .keep_until = r.keep_until };
	struct vault_place place;
	struct fault why = { .rc = RC_OK };
	enum store_fate fate;

	p.birth.first = p.birth.last = (day){ 10000 };
	OK(store_person_put(w->s, &p, ret_person, &fate, &why));
	r.person = e.person = *ret_person;
	OK(store_record_add(w->s, &r, &why));
	OK(store_id_new(w->s, &e.id, &why));
	OK(store_evidence_place(w->s, &e.id, &e.person, &place, &why));
	e.sealed.bytes = (const unsigned char *)"c";
	e.sealed.len = 1;
	e.sealed.key_id = 1;
	OK(store_evidence_add(w->s, &e, &why));
	*ret_evidence = e.id;
}

static enum purge_hindrance
hindrance_on(struct purge_world *w, const struct id *person, day today)
{
	enum purge_hindrance h = PURGE_HINDRANCE__COUNT;
	struct fault why = { .rc = RC_OK };

	OK(store_purge_hindrance(w->s, person, today, retention_exchange_over(today), &h, &why));
	return h;
}

static void
what_is_disputed_or_was_released_stays_though_its_person_may_go(void)
{
	struct day_count_row row = { .side = PROVISION_ASKED, .inquirer = us, .provider = them };
	struct tombstone t = { .basis = "b", .purged_by = "officer:1+officer:2" };
	enum purge_hindrance h = PURGE_FREE;
	struct fault why = { .rc = RC_OK };
	struct provision_record *rows;
	struct evidence_row *papers;
	struct id person, evidence;
	day asked, last, later;
	struct arena a;
	struct purge_world w;
	size_t n;

	purge_world_open(&w);
	arena_init(&a, 1u << 20);
	OK(day_make(2026, 3, 2, &asked));
	last = day_same_day(asked, 12 * 7);
	OK(store_begin(w.s, NOW, &why));
	store_see(w.s, STORE_EYES_WHOLE);
	put_dead_asked(&w, asked, &person, &evidence);
	CU_ASSERT_EQUAL(hindrance_on(&w, &person, last), PURGE_PROVISION);
	CU_ASSERT_EQUAL(hindrance_on(&w, &person, day_add(last, 1)), PURGE_FREE);
	/* The other town has recorded that day otherwise; one of the day after is no matter of theirs. */
	row.on = day_add(asked, 1);
	OK(store_day_count_add(w.s, &row, &why));
	row.differs = true;
	OK(store_day_count_set(w.s, &row, &why));
	CU_ASSERT_EQUAL(hindrance_on(&w, &person, day_add(last, 1)), PURGE_FREE);
	row.on = asked;
	OK(store_day_count_add(w.s, &row, &why));
	row.differs = true;
	OK(store_day_count_set(w.s, &row, &why));
	CU_ASSERT_EQUAL(hindrance_on(&w, &person, day_add(last, 1)), PURGE_PROVISION);
	CU_ASSERT_EQUAL(hindrance_on(&w, &person, day_add(last, 3000)), PURGE_PROVISION);
	/* Asked all the same, the store lets go of neither. */
	OK(store_mark(w.s, &why));
	OK(store_purge_person(w.s, &person, day_add(last, 1), day_add(last, 1), retention_exchange_over(day_add(last, 1)), &t,
	    &h, &why));
	OK(store_record_find(w.s, "X1", &a, &rows, &n, &why));
	CU_ASSERT_EQUAL(n, 1);
	OK(store_evidence_of_process(w.s, "X1", &a, &papers, &n, &why));
	CU_ASSERT_EQUAL(n, 1);
	store_undo_mark(w.s);
	row.explained_us = 5;
	OK(store_day_count_set(w.s, &row, &why));
	CU_ASSERT_EQUAL(hindrance_on(&w, &person, day_add(last, 1)), PURGE_FREE);
	/* Released as evidence in its sixth year, it is kept for seven from there. */
	later = day_add(last, 2000);
	OK(store_record_hold(w.s, "X1", later, &why));
	OK(store_evidence_hold(w.s, &evidence, later, &why));
	OK(store_evidence_hold(w.s, &evidence, last, &why));	/* never shortened */
	CU_ASSERT_EQUAL(may_go_on(&w, later), 0);
	CU_ASSERT_EQUAL(hindrance_on(&w, &person, later), PURGE_PROVISION);
	CU_ASSERT_EQUAL(may_go_on(&w, day_add(later, 1)), 2);
	CU_ASSERT_EQUAL(hindrance_on(&w, &person, day_add(later, 1)), PURGE_FREE);
	store_rollback(w.s);
	arena_clear(&a);
	purge_world_close(&w);
}

RUNNER_SUITE(action_purge_exchange,
    RUNNER_TEST(an_exchange_is_there_on_the_last_day_of_seven_years_and_may_go_the_day_after),
    RUNNER_TEST(what_is_disputed_or_was_released_stays_though_its_person_may_go));

/* Who may be taken out of the register: random people on random days, against the rules said again slowly. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "action/purge.h"
#include "base/limits.h"
#include "record/retention.h"
#include "store/sqlite/sqlite_pages.h"
#include "store/store_audit.h"
#include "store/store_dose.h"
#include "store/store_dose_report.h"
#include "store/store_guardian.h"
#include "store/store_inquiry.h"
#include "store/store_number.h"
#include "store/store_person.h"
#include "store/store_request_letter.h"
#include "store/store_setting.h"
#include "store/store_ticket.h"
#include "tests/unit/purge_world.h"

static unsigned seed;
static int
draw(int n)
{
	return rand_r(&seed) % n;
}

static day
day_of(const char *text)
{
	day d = DAY_NONE;

	CU_ASSERT_EQUAL_FATAL(day_parse(text, strlen(text), &d), RC_OK);
	return d;
}

/* ---- the law, said again: one day after the other, counted on the calendar ---- */

/* Is `on` within so many years that begin on the day after an event?  Walks the years, not the arithmetic. */
static bool
within_years(day event, int years, day on)
{
	int y, m, d, to_y, to_m, to_d;
	day_split(day_add(event, 1), &y, &m, &d);
	day_split(on, &to_y, &to_m, &to_d);
	/* The period is over on the day that corresponds to its first, or where the month lacks it on the next. */
	if (to_y != y + years)
		return to_y < y + years;
	return to_m != m ? to_m < m : to_d < d;
}

static bool
kept_by_law(day given, const char *product, day died, day on)
{
	if (within_years(given, 5, on))
		return true;			/* Ordinance for Enforcement, art. 3 */
	if (!day_known(died) || within_years(died, 5, on))
		return true;			/* as accepted; kept before it is known to bind */
	/* Special temporary vaccination, whose supply to the national database nobody recorded. */
	return strcmp(product, "COVID19") == 0 && !day_after(given, day_of("2024-03-31")) &&
	    !day_before(on, day_of("2026-02-01"));
}

static void
the_last_day_of_every_period_is_that_of_the_calendar(void)
{
	static const char *const products[] = { "MR", "COVID19", "INF" };
	int edges = 0;

	seed = 11;
	for (int i = 0; i < 20000; i++) {
		struct retention_facts f = { .what = RETENTION_DOSE, .happened = { 14000 + draw(8000) },
		    .died = { 14000 + draw(10000) }, .product = products[draw(3)] };
		day on = { 18000 + draw(6000) }, until;

		if (draw(10) == 0)
			f.died = DAY_NONE;
		until = retention_until(&f, on, NULL);
		/* Mostly on the edges. */
		if (draw(3) != 0 && !day_equal(until, DAY_MAX)) {
			on = day_add(until, draw(3) - 1);
			until = retention_until(&f, on, NULL);
			edges++;
		}
		CU_ASSERT_EQUAL(!day_before(until, on), kept_by_law(f.happened, f.product, f.died, on));
	}
	CU_ASSERT(edges > 5000);
}

static void
periods_end_as_the_civil_code_says(void)
{
	struct retention_facts f = { .what = RETENTION_EXCHANGE, .died = DAY_NONE };
	const char *citation = NULL;

	f.happened = day_of("2020-02-28");	/* from the 29th, which 2027 lacks: the last of February */
	CU_ASSERT_EQUAL(retention_until(&f, day_of("2026-11-27"), &citation).n, day_of("2027-02-28").n);
	CU_ASSERT(citation != NULL && citation[0] != '\0');
	f.happened = day_of("2020-02-29");
	CU_ASSERT_EQUAL(retention_until(&f, day_of("2026-11-27"), NULL).n, day_of("2027-02-28").n);
	f.happened = day_of("2019-11-26");
	CU_ASSERT_EQUAL(retention_until(&f, day_of("2026-11-27"), NULL).n, day_of("2026-11-26").n);
	CU_ASSERT_EQUAL(retention_exchange_over(day_of("2026-11-27")).n, day_of("2019-11-26").n);
	for (int n = 15000; n < 25000; n += 13) {
		day over = retention_exchange_over((day){ n });

		f.happened = over;
		CU_ASSERT(day_before(retention_until(&f, (day){ n }, NULL), (day){ n }));
		f.happened = day_add(over, 1);
		CU_ASSERT_FALSE(day_before(retention_until(&f, (day){ n }, NULL), (day){ n }));
	}
}

/* ---- the register ---- */

#define WRITTEN ((day){ (int32_t)(NOW / 86400000000) })		/* the day of everything below, in Japan too */
#define PEOPLE 60
struct life {
	struct id id;
	char number[16];
	day died;
	bool is_protected, is_guardian, is_asked;
	int n_dose;
	struct { day given; const char *product; } dose[4];
	day letter, report;		/* when what was written about the person was closed; DAY_NONE none */
};

/* A letter that runs out on a day, perhaps paid for later. */
static void
write_letter(struct purge_world *w, struct life *l)
{
	struct request_letter r = { .person = l->id, .recipient = "r", .reason = "r", .programmes = "hib:1",
	    .issued_by = "officer:1" };
	struct request_letter_result paid = { .paid_yen = 100, .recorded_by = "officer:1" };
	struct fault why = { .rc = RC_OK };

	r.issued_on = (day){ 14000 + draw(8000) };
	l->letter = r.valid_until = day_add(r.issued_on, 90);
	OK(store_request_letter_add(w->s, &r, &r, &why));
	if (draw(2) == 0) {
		l->letter = paid.paid_on = day_add(r.valid_until, draw(60));
		OK(store_request_letter_result_add(w->s, &r, &paid, &why));
	}
	l->letter = day_max(l->letter, WRITTEN);
}

/* A report in two versions, the later one with the day on which it was sent on. */
static void
write_report(struct purge_world *w, struct life *l)
{
	struct dose_report r = { .kind = (enum dose_report_kind)draw(DOSE_REPORT_KIND__COUNT), .person = l->id,
	    .statement = l->id, .what = "other", .reported_on = DAY_NONE, .onset = { DAY_NONE, DAY_NONE },
	    .onset_minutes = -1, .recorded_by = "officer:1" };
	struct fault why = { .rc = RC_OK };

	l->report = r.noticed_on = (day){ 14000 + draw(8000) };
	r.fiscal_year = day_fiscal_year(r.noticed_on);
	OK(store_dose_report_put(w->s, &r, &r, &why));
	if (draw(2) == 0) {
		l->report = r.reported_on = day_add(r.noticed_on, draw(60));
		OK(store_dose_report_put(w->s, &r, &r, &why));
	}
	l->report = day_max(l->report, WRITTEN);
}

/* Facts under keys of the person, and of an inquiry that has ended. */
static void
write_settings(struct purge_world *w, struct life *l)
{
	struct inquiry_row row = { .person = l->id, .provider = "131016", .record_no = l->number, .asked_by = "officer:1",
	    .from = DAY_NONE, .to = DAY_NONE, .known_as_of = DAY_NONE, .is_ended = true, .next_us = INT64_MAX, .outcome = "no-data" };
	struct fault why = { .rc = RC_OK };
	struct vault_sealed sealed = { .key_id = 1, .bytes = (const unsigned char *)"c", .len = 1 };
	struct vault_index index = { .b = { 0 } };
	char key[SETTING_KEY_SIZE], arrival[sizeof(SETTING_ARRIVAL) + 2 * sizeof(index.b)] = SETTING_ARRIVAL;
	struct id id;

	for (int which = 0; which < SETTING_OF_PERSON__COUNT; which++)
		if (draw(2) == 0) {
			store_setting_key((enum setting_of_person)which, &l->id, key);
			OK(store_setting_set(w->s, key, "x", &why));
		}
	l->is_asked = draw(3) == 0;
	if (!l->is_asked)
		return;
	OK(store_inquiry_add(w->s, &row, &id, &why));
	row.id = id;
	OK(store_inquiry_set(w->s, &row, &why));
	(void)snprintf(key, sizeof(key), SETTING_INQUIRY_SALT "%s", l->number);
	OK(store_setting_set(w->s, key, "salt", &why));
	/* An arrival that waited for the register, by the index of the number. */
	memcpy(index.b, l->id.b, sizeof(l->id.b));
	OK(store_number_put(w->s, &l->id, &sealed, &index, &why));
	for (size_t i = 0; i < sizeof(index.b); i++)
		(void)snprintf(arrival + sizeof(SETTING_ARRIVAL) - 1 + 2 * i, 3, "%02x", index.b[i]);
	OK(store_setting_set(w->s, arrival, "waits", &why));
}

static void
populate(struct purge_world *w, struct life *lives)
{
	static const char *const products[] = { "MR", "COVID19", "INF", "VAR" };
	struct audit_entry look = { "officer:1", "show", NULL, AUDIT_DONE, NULL };
	struct fault why = { .rc = RC_OK };
	enum store_fate fate;
	char source_id[32];

	OK(store_begin(w->s, NOW, &why));
	for (int i = 0; i < PEOPLE; i++) {
		struct life *l = &lives[i];
		struct person p = { .addressee_no = l->number, .name = "渡　花子", .kana = "ワタシ　ハナコ",
		    .sex = SEX_FEMALE, .protected_from = DAY_NONE, .protected_until = DAY_NONE };
		struct ticket ticket;

		memset(l, 0, sizeof(*l));
		snprintf(l->number, sizeof(l->number), "%d", 20000 + i);
		l->died = i == 0 || draw(5) == 0 ? DAY_NONE : (day){ 15000 + draw(7000) };
		l->is_protected = draw(8) == 0;
		p.died_on = l->died;
		p.is_protected = l->is_protected;
		p.birth.first = p.birth.last = (day){ 10000 };
		OK(store_person_put(w->s, &p, &l->id, &fate, &why));
		store_see(w->s, STORE_EYES_WHOLE);
		l->n_dose = draw(5);
		for (int k = 0; k < l->n_dose; k++) {
			struct dose d = { .person = l->id, .source = DOSE_SOURCE_CLINIC, .source_code = "1410000001",
			    .source_id = source_id, .source_version = 1, .vaccine = products[draw(4)],
			    .expires = DAY_NONE, .volume_ul = 500, .status = DOSE_GIVEN, .verification = DOSE_VERIFIED };
			struct id id;

			snprintf(source_id, sizeof(source_id), "%d-%d", i, k);
			d.given.first = d.given.last = (day){ 14000 + draw(8000) };
			if (draw(6) == 0)	/* a month: it can mean its last day */
				d.given.first = day_add(d.given.last, -27);
			l->dose[k].given = d.given.last;
			l->dose[k].product = d.vaccine;
			OK(store_dose_put(w->s, &d, &id, &fate, &why));
		}
		l->letter = l->report = DAY_NONE;
		if (draw(4) == 0)
			write_letter(w, l);
		if (l->n_dose > 0 && draw(4) == 0)
			write_report(w, l);
		write_settings(w, l);
		look.person = &l->id;
		OK(store_audit_append(w->s, &look, &why));
		p.id = l->id;
		if (draw(2) == 0)
			OK(store_ticket_issue(w->s, &p, NULL, (day){ 20000 }, &ticket, &why));
	}
	/* Some of them act for the first, who lives. */
	for (int i = 1; i < PEOPLE; i += 7) {
		struct guardian g = { .person = lives[0].id, .guardian = lives[i].id, .basis = "family register",
		    .from = { 16000 }, .until = DAY_NONE };
		int64_t seq;

		if (store_guardian_add(w->s, &g, &seq, &why) == RC_OK)
			lives[i].is_guardian = true;
	}
	OK(store_commit(w->s, &why));
}

static bool
may_go(const struct life *l, day on)
{
	if (!day_known(l->died) || day_after(l->died, on) || l->is_protected || l->is_guardian ||
	    kept_by_law(l->died, "", l->died, on))
		return false;
	/* Papers of the office: five years from the day on which they were closed. */
	if ((day_known(l->letter) && within_years(l->letter, 5, on)) || (day_known(l->report) && within_years(l->report, 5, on)))
		return false;
	for (int k = 0; k < l->n_dose; k++)
		if (kept_by_law(l->dose[k].given, l->dose[k].product, l->died, on))
			return false;
	return true;
}

/* Everything in the database that bears the person's id, counted by table. */
static int
named_anywhere(struct purge_world *w, const struct id *id, bool but_kept)
{
	sqlite3_stmt *tables = NULL, *q = NULL;
	char sql[512], text[ID_TEXT_SIZE];
	sqlite3 *db;
	int n = 0;

	id_write(id, text);
	CU_ASSERT_EQUAL_FATAL(sqlite_pages_open(w->path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &db), SQLITE_OK);
	CU_ASSERT_EQUAL_FATAL(sqlite3_prepare_v2(db, "SELECT m.name, c.name FROM sqlite_schema AS m "
	    "JOIN pragma_table_info(m.name) AS c WHERE m.type = 'table' AND c.type IN ('BLOB', 'TEXT')", -1, &tables, NULL), SQLITE_OK);
	while (sqlite3_step(tables) == SQLITE_ROW) {
		const char *table = (const char *)sqlite3_column_text(tables, 0);

		if (but_kept && strcmp(table, "guardian") == 0)
			continue;
		/* As it is, or as a part of a key. */
		snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s WHERE %s = ?1 OR instr(%s, ?2) > 0", table,
		    sqlite3_column_text(tables, 1), sqlite3_column_text(tables, 1));
		CU_ASSERT_EQUAL_FATAL(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
		sqlite3_bind_blob(q, 1, id->b, ID_BYTES, SQLITE_STATIC);
		sqlite3_bind_text(q, 2, text, -1, SQLITE_STATIC);
		if (sqlite3_step(q) == SQLITE_ROW)
			n += sqlite3_column_int(q, 0);
		sqlite3_finalize(q);
	}
	sqlite3_finalize(tables);
	sqlite3_close(db);
	return n;
}

static void
nobody_goes_whom_the_law_keeps_and_of_who_goes_nothing_stays(void)
{
	const int worlds = getenv("WATASHI_LONG") != NULL ? 60 : 3;
	struct fault why = { .rc = RC_OK };
	int gone = 0, kept_dead = 0;

	for (int n = 0; n < worlds; n++) {
		struct life lives[PEOPLE];
		bool went[PEOPLE] = { false };
		struct purge_dead *dead;
		struct purge_world w;
		struct arena a;
		day today = { 19500 + draw(5000) };
		int64_t bad, doses = 0, versions, statements, people, salts, arrivals;
		size_t n_dead;

		seed = 100 + (unsigned)n;
		purge_world_open(&w);
		populate(&w, lives);
		OK(store_begin(w.s, NOW + 1, &why));
		arena_init(&a, LIMIT_REQUEST_BYTES);
		OK(store_purge_dead(w.s, DAY_MIN, &(struct id){ { 0 } }, today, 1000, &a, &dead, &n_dead, &why));
		for (int i = 0; i < PEOPLE; i++) {
			enum purge_hindrance hindrance = PURGE_FREE;
			struct purge_verdict v = { .hindrance = PURGE_LAW };
			struct tombstone t = { .purged_by = "officer:1+officer:2", .basis = "b", .kept_until = { 1 } };
			bool is_listed = false;

			for (size_t k = 0; k < n_dead; k++)
				if (id_equal(&dead[k].id, &lives[i].id)) {
					OK(purge_judge(w.s, &dead[k], today, &a, &v, &why));
					is_listed = true;
				}
			went[i] = is_listed && v.hindrance == PURGE_FREE;
			CU_ASSERT_EQUAL(went[i], may_go(&lives[i], today));
			if (went[i]) {
				gone++;
				CU_ASSERT_EQUAL(v.versions, lives[i].n_dose);
				OK(store_purge_person(w.s, &lives[i].id, today, today, retention_exchange_over(today), &t,
				    &hindrance, &why));
				CU_ASSERT_EQUAL(hindrance, PURGE_FREE);
			} else {
				kept_dead += is_listed;
				doses += lives[i].n_dose;
				/* Asked all the same, the store takes nobody who lives or is protected. */
				if (!day_known(lives[i].died) || lives[i].is_protected) {
					CU_ASSERT_EQUAL(store_purge_person(w.s, &lives[i].id, today, today, today, &t, &hindrance,
					    NULL), RC_REFUSED);
				}
			}
		}
		OK(store_commit(w.s, &why));
		arena_clear(&a);
		OK(store_verify(w.s, &why));
		OK(store_begin(w.s, NOW + 2, &why));
		OK(store_audit_verify(w.s, NULL, &bad, &why));
		OK(store_dose_count(w.s, &versions, &statements, &why));
		OK(store_person_count(w.s, &people, &why));
		OK(store_setting_count(w.s, SETTING_INQUIRY_SALT, &salts, &why));
		OK(store_setting_count(w.s, SETTING_ARRIVAL, &arrivals, &why));
		CU_ASSERT_EQUAL(arrivals, salts);
		store_rollback(w.s);
		CU_ASSERT_EQUAL(versions, doses);
		for (int i = 0; i < PEOPLE; i++) {
			people -= !went[i];
			salts -= !went[i] && lives[i].is_asked;
			CU_ASSERT_EQUAL(named_anywhere(&w, &lives[i].id, !went[i]) > 0, !went[i]);
		}
		CU_ASSERT_EQUAL(people, 0);
		CU_ASSERT_EQUAL(salts, 0);
		purge_world_close(&w);
	}
	CU_ASSERT(gone > worlds * 3 && kept_dead > worlds * 3);
	printf("     %d people gone, %d dead people kept\n", gone, kept_dead);
}

/* A table of a later day that names a person must be thought of here. */
static void
every_table_that_names_a_person_is_emptied_stands_in_the_way_or_has_a_reference(void)
{
	const char *top = getenv("top_srcdir");
	struct fault why = { .rc = RC_OK };
	sqlite3_stmt *q = NULL;
	char path[512], name[128], *sql;
	struct purge_world w;
	sqlite3 *db;
	FILE *f;
	int tables = 0;
	size_t n;

	snprintf(path, sizeof(path), "%s/src/store/queries.sql", top != NULL ? top : ".");
	CU_ASSERT_PTR_NOT_NULL_FATAL(f = fopen(path, "rb"));
	CU_ASSERT_PTR_NOT_NULL_FATAL(sql = calloc(1, 1 << 20));
	n = fread(sql, 1, (1 << 20) - 1, f);
	fclose(f);
	CU_ASSERT(n > 1000);
	(void)why;
	purge_world_open(&w);
	CU_ASSERT_EQUAL_FATAL(sqlite_pages_open(w.path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &db), SQLITE_OK);
	CU_ASSERT_EQUAL_FATAL(sqlite3_prepare_v2(db, "SELECT m.name, EXISTS (SELECT 1 FROM pragma_foreign_key_list(m.name) AS k"
	    " WHERE k.\"table\" = 'person') FROM sqlite_schema AS m JOIN pragma_table_info(m.name) AS c"
	    " WHERE m.type = 'table' AND c.name = 'person'", -1, &q, NULL), SQLITE_OK);
	while (sqlite3_step(q) == SQLITE_ROW) {
		const char *table = (const char *)sqlite3_column_text(q, 0);
		bool has_reference = sqlite3_column_int(q, 1) != 0, is_purged = false;
		const char *at = sql;

		tables++;
		snprintf(name, sizeof(name), "DELETE FROM %s WHERE", table);
		while (!is_purged && (at = strstr(at, name)) != NULL) {
			const char *head = at;

			while (head > sql && strncmp(head, "-- name:", 8) != 0)
				head--;
			is_purged = strncmp(head + 8, " purge_", 7) == 0 || strncmp(head + 8, " secret_drop", 12) == 0;
			at++;
		}
		/* Found by its grams, and an account's row stays without its person. */
		if (!is_purged && !has_reference && strcmp(table, "name_gram") != 0 && strcmp(table, "officer") != 0) {
			printf("     %s names a person: store_purge.c must empty it, or it must refer to person\n", table);
			CU_FAIL("a table that purging does not know");
		}
	}
	CU_ASSERT(tables > 15);
	sqlite3_finalize(q);
	sqlite3_close(db);
	free(sql);
	purge_world_close(&w);
}

RUNNER_SUITE(action_purge,
    RUNNER_TEST(the_last_day_of_every_period_is_that_of_the_calendar),
    RUNNER_TEST(periods_end_as_the_civil_code_says),
    RUNNER_TEST(nobody_goes_whom_the_law_keeps_and_of_who_goes_nothing_stays),
    RUNNER_TEST(every_table_that_names_a_person_is_emptied_stands_in_the_way_or_has_a_reference));

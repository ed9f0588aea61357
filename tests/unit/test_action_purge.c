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
#include "store/store_day_count.h"
#include "store/store_dose.h"
#include "store/store_dose_report.h"
#include "store/store_evidence.h"
#include "store/store_guardian.h"
#include "store/store_person.h"
#include "store/store_request_letter.h"
#include "store/store_ticket.h"
#include "tests/lib/runner.h"

#define NOW INT64_C(1800000000000000)
#define OK(call) do {								\
	enum rc ok_rc_ = (call);						\
	if (ok_rc_ != RC_OK)							\
		printf("     %s: %s: %s\n", #call, why.place, why.text);	\
	CU_ASSERT_EQUAL_FATAL(ok_rc_, RC_OK);					\
} while (0)

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

struct world {
	char folder[64], path[96];
	struct store *s;
};

static void
open_world(struct world *w)
{
	struct fault why = { .rc = RC_OK };

	snprintf(w->folder, sizeof(w->folder), "/tmp/watashi-purge-XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(w->folder));
	snprintf(w->path, sizeof(w->path), "%s/watashi.db", w->folder);
	OK(store_create(w->path, "141003", NOW, &why));
	OK(store_open(w->path, STORE_WRITE, &w->s, &why));
}

static void
close_world(struct world *w)
{
	static const char *const parts[] = { "", "-wal", "-shm" };
	char path[128];

	store_close(w->s);
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s%s", w->path, parts[i]);
		(void)unlink(path);
	}
	(void)rmdir(w->folder);
}

#define WRITTEN ((day){ (int32_t)(NOW / 86400000000) })		/* the day of everything below, in Japan too */
#define PEOPLE 60
struct life {
	struct id id;
	char number[16];
	day died;
	bool is_protected, is_guardian;
	int n_dose;
	struct { day given; const char *product; } dose[4];
	day letter, report;		/* when what was written about the person was closed; DAY_NONE none */
};

/* A letter that runs out on a day, perhaps paid for later. */
static void
write_letter(struct world *w, struct life *l)
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
write_report(struct world *w, struct life *l)
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

static void
populate(struct world *w, struct life *lives)
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
named_anywhere(struct world *w, const struct id *id, bool but_kept)
{
	sqlite3_stmt *tables = NULL, *q = NULL;
	char sql[512];
	sqlite3 *db;
	int n = 0;

	CU_ASSERT_EQUAL_FATAL(sqlite_pages_open(w->path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &db), SQLITE_OK);
	CU_ASSERT_EQUAL_FATAL(sqlite3_prepare_v2(db, "SELECT m.name, c.name FROM sqlite_schema AS m "
	    "JOIN pragma_table_info(m.name) AS c WHERE m.type = 'table' AND c.type = 'BLOB'", -1, &tables, NULL), SQLITE_OK);
	while (sqlite3_step(tables) == SQLITE_ROW) {
		const char *table = (const char *)sqlite3_column_text(tables, 0);

		if (but_kept && strcmp(table, "guardian") == 0)
			continue;
		snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s WHERE %s = ?", table, sqlite3_column_text(tables, 1));
		CU_ASSERT_EQUAL_FATAL(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
		sqlite3_bind_blob(q, 1, id->b, ID_BYTES, SQLITE_STATIC);
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
		struct world w;
		struct arena a;
		day today = { 19500 + draw(5000) };
		int64_t bad, doses = 0, versions, statements, people;
		size_t n_dead;

		seed = 100 + (unsigned)n;
		open_world(&w);
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
		store_rollback(w.s);
		CU_ASSERT_EQUAL(versions, doses);
		for (int i = 0; i < PEOPLE; i++) {
			people -= !went[i];
			CU_ASSERT_EQUAL(named_anywhere(&w, &lives[i].id, !went[i]) > 0, !went[i]);
		}
		CU_ASSERT_EQUAL(people, 0);
		close_world(&w);
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
	struct world w;
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
	open_world(&w);
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
	close_world(&w);
}

/* ---- exchanges ---- */

static const char us[] = "0110020000000001", them[] = "1410030000000001";

/* One that we asked and that was refused, one that we provided; of the same day. */
static void
record_both(struct world *w, day asked)
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
may_go_on(struct world *w, day today)
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
	struct world w;
	day asked, last;
	size_t n;

	open_world(&w);
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
	close_world(&w);
}

/* Somebody who died long ago, with an exchange that we asked, and one document of it. */
static void
put_dead_asked(struct world *w, day asked, struct id *ret_person, struct id *ret_evidence)
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
hindrance_on(struct world *w, const struct id *person, day today)
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
	struct world w;
	size_t n;

	open_world(&w);
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
	close_world(&w);
}

RUNNER_SUITE(action_purge,
    RUNNER_TEST(the_last_day_of_every_period_is_that_of_the_calendar),
    RUNNER_TEST(periods_end_as_the_civil_code_says),
    RUNNER_TEST(nobody_goes_whom_the_law_keeps_and_of_who_goes_nothing_stays),
    RUNNER_TEST(an_exchange_is_there_on_the_last_day_of_seven_years_and_may_go_the_day_after),
    RUNNER_TEST(what_is_disputed_or_was_released_stays_though_its_person_may_go),
    RUNNER_TEST(every_table_that_names_a_person_is_emptied_stands_in_the_way_or_has_a_reference));

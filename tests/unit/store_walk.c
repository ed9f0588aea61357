#include "tests/unit/store_walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/limits.h"
#include "store/sqlite/sqlite_pages.h"
#include "store/store_audit.h"
#include "store/store_dose_report.h"
#include "store/store_held.h"
#include "store/store_inbox.h"
#include "store/store_list.h"
#include "store/store_outbox.h"
#include "store/store_request_letter.h"
#include "store/store_setting.h"
#include "store/store_ticket.h"

/* What one step writes, trace included; its transaction is the caller's. */
typedef enum rc step_does(struct store *s, const struct id *person, struct arena *a, struct fault *why);

static enum rc
take_in(struct store *s, const struct id *person, struct arena *a, struct fault *why)
{
	struct residence home = { .from = test_day("2025-06-01"), .until = DAY_NONE, .previous = "012025" };
	struct person p = test_person(WALK_PERSON);
	enum store_fate fate;
	struct id id;

	(void)person;
	(void)a;
	p.name = WALK_NAME;
	p.residences = &home;
	p.n_residences = 1;
	return store_person_put(s, &p, &id, &fate, why);
}

static enum rc
record_dose(struct store *s, const struct id *person, struct arena *a, struct fault *why)
{
	struct dose d = test_dose(person, "A-1", "2025-05-02");
	enum store_fate fate;
	struct id id;

	(void)a;
	return store_dose_put(s, &d, &id, &fate, why);
}

static enum rc
correct_dose(struct store *s, const struct id *person, struct arena *a, struct fault *why)
{
	struct dose *doses, d;
	struct id id;
	size_t n;
	enum rc rc;

	if ((rc = store_dose_list(s, person, a, &doses, &n, why)) != RC_OK)
		return rc;
	d = doses[0];
	d.lot = "LOT-2";
	d.reason = "misread";
	return store_dose_correct(s, &d.statement, &d, &id, why);
}

static enum rc
issue_ticket(struct store *s, const struct id *person, struct arena *a, struct fault *why)
{
	struct ticket ticket;
	struct person p;
	enum rc rc;

	if ((rc = store_person_get(s, person, a, &p, why)) != RC_OK)
		return rc;
	return store_ticket_issue(s, &p, NULL, test_day("2025-11-22"), &ticket, why);
}

/* A departure ends the ticket. */
static enum rc
move_out(struct store *s, const struct id *person, struct arena *a, struct fault *why)
{
	struct residence home = {
		.from = test_day("2025-06-01"), .until = test_day("2025-12-01"), .previous = "012025",
		.next = "131032"
	};
	struct person p = test_person(WALK_PERSON);
	enum store_fate fate;
	struct id id;

	(void)person;
	(void)a;
	p.name = WALK_NAME;
	p.residences = &home;
	p.n_residences = 1;
	return store_person_put(s, &p, &id, &fate, why);
}

/* A list, its release, and the first portion of a hand-out to it: two tickets, the one of before void. */
static enum rc
hand_out(struct store *s, const struct id *person, struct arena *a, struct fault *why)
{
	struct list_row list = { .name = "all", .description = "d", .condition = "--age 0..", .made_by = "officer:1" };
	struct release release = { .list = "all", .version = 1, .on = test_day("2025-11-22"), .programme = "",
	    .law_version = "1", .law_hash = "h", .count = 2, .released_by = "officer:1+officer:2" };
	struct release_row row = { .seq = 1, .person = *person, .line = "l" };
	struct ticket_run run = { .release = 1, .as_of = test_day("2025-11-22"), .n_people = 1, .n_tickets = 2,
	    .made_by = "officer:1+officer:2", .n_all = 2, .done_seq = 1 };
	struct ticket about = { .dose = 1, .earliest = DAY_NONE, .latest = DAY_NONE, .programme = "p-1" }, ticket;
	struct person p;
	int64_t no;
	enum rc rc;

	if ((rc = store_list_add(s, &list, &no, why)) != RC_OK || (rc = store_release_add(s, &release, &no, why)) != RC_OK ||
	    (rc = store_release_row_add(s, no, &row, why)) != RC_OK || (rc = store_ticket_run_next(s, &run.no, why)) != RC_OK ||
	    (rc = store_person_get(s, person, a, &p, why)) != RC_OK ||
	    (rc = store_ticket_void(s, person, NULL, TICKET_REPLACED, why)) != RC_OK)
		return rc;
	about.run = run.no;
	for (about.run_seq = 1; about.run_seq <= 2; about.run_seq++) {
		if ((rc = store_ticket_issue(s, &p, &about, run.as_of, &ticket, why)) != RC_OK)
			return rc;
		about.programme[2] = '2';
	}
	return store_ticket_run_add(s, &run, why);
}

/* What the clockwork finds under way, and brings to its end. */
static enum rc
hand_on(struct store *s, const struct id *person, struct arena *a, struct fault *why)
{
	struct ticket_run run;
	enum rc rc;

	(void)person;
	if ((rc = store_ticket_run_open(s, a, &run, why)) != RC_OK)
		return rc;
	run.n_left = run.done_seq = 2;
	run.finished_us = TEST_NOW;
	return store_ticket_run_set(s, &run, why);
}

/* A wrong vaccination, and a suspected reaction that was sent on: a version more. */
static enum rc
report(struct store *s, const struct id *person, struct arena *a, struct fault *why)
{
	struct dose_report r = { .kind = DOSE_REPORT_MISTAKE, .fiscal_year = 2025, .person = *person, .what = "interval",
	    .noticed_on = test_day("2025-11-01"), .onset = { DAY_NONE, DAY_NONE }, .onset_minutes = -1,
	    .reported_on = DAY_NONE, .recorded_by = "officer:1" }, put;
	struct dose *doses;
	size_t n;
	enum rc rc;

	if ((rc = store_dose_list(s, person, a, &doses, &n, why)) != RC_OK)
		return rc;
	r.statement = doses[0].statement;
	if ((rc = store_dose_report_put(s, &r, &put, why)) != RC_OK)
		return rc;
	r.kind = DOSE_REPORT_REACTION;
	r.what = "anaphylaxis";
	r.onset_minutes = 20;
	if ((rc = store_dose_report_put(s, &r, &put, why)) != RC_OK)
		return rc;
	put.reported_to = "prefecture";
	put.reported_on = test_day("2025-11-02");
	put.reason = "sent on";
	return store_dose_report_put(s, &put, &r, why);
}

/* A request letter with what came of it. */
static enum rc
write_letter(struct store *s, const struct id *person, struct arena *a, struct fault *why)
{
	struct request_letter l = { .person = *person, .town = "131032", .recipient = "mayor", .reason = "birth",
	    .programmes = "p-1:1", .issued_on = test_day("2025-11-20"), .valid_until = test_day("2026-01-31"),
	    .issued_by = "officer:1" };
	struct request_letter_result came = { .paid_yen = 5000, .paid_on = test_day("2025-11-25"), .recorded_by = "officer:1" };
	struct dose *doses;
	size_t n;
	enum rc rc;

	if ((rc = store_dose_list(s, person, a, &doses, &n, why)) != RC_OK ||
	    (rc = store_request_letter_add(s, &l, &l, why)) != RC_OK)
		return rc;
	came.statement = doses[0].statement;
	return store_request_letter_result_add(s, &l, &came, why);
}

static enum rc
exchange(struct store *s, const struct id *person, struct arena *a, struct fault *why)
{
	struct outbox_row out = {
		.message_id = "M1", .endpoint = "core", .type = "FGU.NumberRequest", .bytes = "x", .len = 1,
		.gap_offset = -1, .due_us = TEST_NOW, .deadline_us = INT64_MAX
	};
	struct held_row held = { .kind = HELD_IMPORT_ROW, .reason = "r", .payload = "p", .payload_len = 1 };
	enum inbox_fate inbox;
	int64_t n_row;
	struct id id;
	bool is_new;
	enum rc rc;

	(void)a;
	out.person = *person;
	if ((rc = store_held_add(s, &held, &id, &is_new, why)) != RC_OK ||
	    (rc = store_inbox_add(s, "hub", "R1", "T", "x", 1, &inbox, why)) != RC_OK ||
	    (rc = store_outbox_put(s, &out, &id, why)) != RC_OK)
		return rc;
	return store_setting_next(s, "record-no", &n_row, why);
}

static enum rc
withdraw_dose(struct store *s, const struct id *person, struct arena *a, struct fault *why)
{
	struct dose *doses, d;
	struct id id;
	size_t n;
	enum rc rc;

	if ((rc = store_dose_list(s, person, a, &doses, &n, why)) != RC_OK)
		return rc;
	d = doses[0];
	d.status = DOSE_WITHDRAWN;
	d.reason = "another child";
	return store_dose_correct(s, &d.statement, &d, &id, why);
}

static const struct { const char *name; step_does *does; } steps[] = {
	{ "take-in", take_in }, { "record-dose", record_dose }, { "correct-dose", correct_dose },
	{ "issue-ticket", issue_ticket }, { "hand-out", hand_out }, { "report", report }, { "letter", write_letter },
	{ "hand-on", hand_on }, { "exchange", exchange }, { "move-out", move_out },
	{ "withdraw-dose", withdraw_dose },
};
#define STEPS (sizeof(steps) / sizeof(steps[0]))
_Static_assert(STEPS + 1 == WALK_STEPS, "the steps, and the copy");

/* Step i in a transaction of its own; the last one of all is a copy of the whole. */
static enum rc
run_step(struct store *s, const char *folder, size_t i, struct fault *why)
{
	struct audit_entry e = { "officer:1", i < STEPS ? steps[i].name : "backup", NULL, AUDIT_DONE, "1" };
	struct id person = ID_NONE;
	char copy[128];
	struct arena a;
	enum rc rc;

	arena_init(&a, LIMIT_REQUEST_BYTES);
	if (i == STEPS) {
		snprintf(copy, sizeof(copy), "%s/copy.db", folder);
		(void)unlink(copy);
		if ((rc = test_store_copy(s, copy, why)) != RC_OK)
			goto out;
	}
	if ((rc = store_begin(s, TEST_NOW + (int64_t)i, why)) != RC_OK)
		goto out;
	if (i > 0 && (rc = store_person_find_addressee(s, WALK_PERSON, &person, why)) != RC_OK)
		goto out;
	e.person = i > 0 ? &person : NULL;
	if ((i < STEPS && (rc = steps[i].does(s, &person, &a, why)) != RC_OK) ||
	    (rc = store_audit_append(s, &e, why)) != RC_OK)
		goto out;
	rc = store_commit(s, why);
 out:
	store_rollback(s);
	arena_clear(&a);
	return rc;
}

/* Everything that the steps write, but for what is random. */
char *
walk_told(const char *path)
{
	static const char *const questions[] = {
		"SELECT addressee_no, name, kana_folded, died_on, changed_us FROM person ORDER BY addressee_no",
		"SELECT seq, from_on, until_on, previous, next FROM residence ORDER BY person, seq",
		"SELECT count(*) FROM name_gram",
		"SELECT version, source, length(source_id), source_version, given_first, given_last, product, lot, clinic,"
		" status, reason, recorded_us FROM dose ORDER BY recorded_us",
		"SELECT issued_us, voided_us, issued_on, ends_on, void_cause, programme, run, run_seq FROM ticket"
		" ORDER BY issued_us, run_seq",
		"SELECT no, n_people, n_tickets, n_left, done_seq, finished_us FROM ticket_run",
		"SELECT no, count FROM release", "SELECT release, seq, line FROM release_row",
		"SELECT kind, fiscal_year, no, version, what, reported_to, reported_on FROM dose_report ORDER BY kind, no, version",
		"SELECT fiscal_year, no, recipient, voided_us FROM request_letter",
		"SELECT seq, paid_yen, paid_on FROM request_letter_result",
		"SELECT kind, reason, state, created_us FROM held",
		"SELECT peer, message_id, received_us FROM inbox",
		"SELECT message_id, state, due_us, bytes FROM outbox",
		"SELECT key, value FROM setting ORDER BY key",
		"SELECT seq, time_us, actor, action, subject IS NULL, outcome, detail FROM audit ORDER BY seq",
		"SELECT count(*) FROM audit_salt",
		"SELECT no, code FROM town ORDER BY no", "SELECT no, kind, code FROM source ORDER BY no",
		"SELECT no, code FROM product ORDER BY no", "SELECT no, code, name FROM clinic ORDER BY no",
	};
	struct buf text = BUF_INIT(1 << 20);
	sqlite3_stmt *q;
	sqlite3 *db;

	if (sqlite_pages_open(path, SQLITE_OPEN_READWRITE, &db) != SQLITE_OK) {
		sqlite3_close(db);
		return NULL;
	}
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
		if (sqlite3_prepare_v2(db, questions[i], -1, &q, NULL) != SQLITE_OK)
			goto out;
		while (sqlite3_step(q) == SQLITE_ROW) {
			for (int c = 0; c < sqlite3_column_count(q); c++) {
				const char *cell = (const char *)sqlite3_column_text(q, c);

				CU_ASSERT_EQUAL_FATAL(buf_add_text(&text, cell != NULL ? cell : "-"), RC_OK);
				CU_ASSERT_EQUAL_FATAL(buf_add_text(&text, "|"), RC_OK);
			}
			CU_ASSERT_EQUAL_FATAL(buf_add_text(&text, "\n"), RC_OK);
		}
		if (sqlite3_finalize(q) != SQLITE_OK)
			goto out;
	}
	sqlite3_close(db);
	return text.data;
 out:
	sqlite3_close(db);
	buf_clear(&text);
	return NULL;
}

/* What is told after no step, one step, ... of an undisturbed run; and the databases to start from. */
static char *milestones[WALK_STEPS + 1], *images[WALK_STEPS + 1];
static size_t image_len[WALK_STEPS + 1];

static void
walk_undisturbed(void)
{
	struct fault why = { .rc = RC_OK };
	struct test_store t;

	if (images[0] != NULL)
		return;
	test_store_make(&t);
	for (size_t i = 0; ; i++) {
		/* Closed it is one file. */
		CU_ASSERT_PTR_NOT_NULL_FATAL(images[i] = test_file(t.path, &image_len[i]));
		milestones[i] = walk_told(t.path);
		CU_ASSERT(i == 0 || strcmp(milestones[i - 1], milestones[i]) != 0);
		if (i == WALK_STEPS)
			break;
		OK(store_open(t.path, STORE_WRITE, &t.s, &why));
		OK(run_step(t.s, t.folder, i, &why));
		store_close(t.s);
		t.s = NULL;
	}
	test_store_clear(&t);
}

__attribute__((destructor)) static void
forget_milestones(void)
{
	for (size_t i = 0; i < WALK_STEPS + 1; i++)
		free(milestones[i]);
	for (size_t i = 0; i < WALK_STEPS + 1; i++)
		free(images[i]);
}

void
walk_start(struct test_store *t)
{
	walk_start_at(t, 0);
}

void
walk_start_at(struct test_store *t, size_t done)
{
	FILE *f;

	walk_undisturbed();
	memset(t, 0, sizeof(*t));
	snprintf(t->folder, sizeof(t->folder), "/tmp/watashi-store-XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(t->folder));
	snprintf(t->path, sizeof(t->path), "%s/watashi.db", t->folder);
	CU_ASSERT_PTR_NOT_NULL_FATAL(f = fopen(t->path, "wb"));
	CU_ASSERT_EQUAL(fwrite(images[done], 1, image_len[done], f), image_len[done]);
	fclose(f);
}

int
walk_there(const char *path)
{
	char *now = walk_told(path);
	int n = -1;

	if (now != NULL)
		for (n = WALK_STEPS; n >= 0 && strcmp(now, milestones[n]) != 0; n--)
			;
	free(now);
	return n;
}

enum rc
walk_step(struct store *s, const char *folder, size_t done, struct fault *why)
{
	return run_step(s, folder, done, why);
}

enum rc
walk_on(struct store *s, const char *folder, size_t *done, struct fault *why)
{
	enum rc rc = RC_OK;

	while (*done <= STEPS && (rc = run_step(s, folder, *done, why)) == RC_OK)
		(*done)++;
	return rc;
}

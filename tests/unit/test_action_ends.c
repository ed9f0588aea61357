#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action/action.h"
#include "base/buf.h"
#include "tests/lib/runner.h"
#include "tests/unit/play_database.h"
#include "tests/unit/play_node.h"
#include "tests/unit/play_say.h"

/*
 * Whoever reads a list that ends at a ceiling must not take it for all there is.  Every request whose shape says where
 * its list ends is asked at a real node that holds one row more, and must say that there is more.
 */
#define ADDRESSEE "7001"
#define DOSES_HEAD "source_id,source_version,addressee_no,ticket_no,birth_date,status,vaccine,given_on,lot," \
    "expires_on,volume_ml,site,route,clinic_code,clinic_name,physician,reason,evidence\n"
#define RESIDENTS_HEAD "addressee_no,my_number,name,kana,roman,birth_date,sex,address,resident_from," \
    "resident_until,previous_municipality,next_municipality,died_on,protected\n"

struct filling {
	enum request_kind kind;
	const char *table;		/* filled as play_database.h says; NULL: see prepare */
	const char *columns, *from;
	const char *field[4];		/* of the request: name, value */
};

#define TOWN "provider=(SELECT min(no) FROM town);"
#define PERSON "person=(SELECT id FROM person LIMIT 1)"
static const struct filling filling[] = {
	{ REQUEST_APPROVAL_LIST, "approval", "no=n;request='purge do';expires_us=9000000000000000;digest=randomblob(32);"
	    "shape=zeroblob(32);preview=zeroblob(32);state=0;body=x'00'", NULL, { NULL } },
	{ REQUEST_LAW_LIST, "law", "hash=randomblob(32);version='v'||n", NULL, { NULL } },
	{ REQUEST_LIST_NAMES, "list", "name='list '||n;version=1", NULL, { NULL } },
	{ REQUEST_LIST_SHOW, "list", "name='x';version=n", NULL, { "list", "x" } },
	{ REQUEST_LIST_RELEASED, "release", "no=n;hash=zeroblob(32)", NULL, { NULL } },
	{ REQUEST_NOTICE_RUNS, "notice_run", "no=n;made_by='officer:1'", NULL, { NULL } },
	{ REQUEST_NOTICE_RETURNED, "notice_event", "run=n;seq=1;kind=1;" PERSON, NULL, { NULL } },
	{ REQUEST_TICKET_RUNS, "ticket_run", "no=n;made_by='officer:1'", NULL, { NULL } },
	{ REQUEST_QUEUE, "outbox", "message_id='m'||n;due_us=9000000000000000", NULL, { NULL } },
	{ REQUEST_INQUIRY_LIST, "inquiry", "record_no='r'||n;next_us=9000000000000000;" TOWN PERSON, NULL,
	    { NULL } },
	{ REQUEST_INQUIRE, "inquiry", "record_no='q'||n;next_us=9000000000000000;" TOWN PERSON, NULL,
	    { NULL } },
	{ REQUEST_INQUIRY_URGENT, "urgent", "inquiry=randomblob(16);state=0;until_us=9000000000000000;" PERSON, NULL, { NULL } },
	{ REQUEST_RECORDS_OUTDATED, "provision", "process_no='P'||n;side=1;inquirer='i'||n;"
	    "provided_us=(SELECT min(recorded_us) + 1 FROM dose);" PERSON, NULL, { NULL } },
	{ REQUEST_RECORDS_COMPARE, "day_count", "no=n;on_day=20777;inquirer='a'||n;provider='b'||n;digest=zeroblob(32);"
	    "explained_of=NULL", NULL, { "all", "1" } },
	{ REQUEST_COPY_VERIFY, "copy_there", "destination='intermediary';record_key='k'||n", NULL, { NULL } },
	{ REQUEST_IMPORT_MONTHS, "clinic_contract", "code='1';seq=n;from_on=-37000", NULL, { NULL } },
	{ REQUEST_RESIDENT_FIND, NULL, NULL, NULL, { "birthDate", "2026-03-10" } },
	{ REQUEST_PURGE_DO, "person", "id=randomblob(16);addressee_no='8'||n", "addressee_no = '7002'", { "all", "1" } },
	{ REQUEST_IMPORT_RESIDENTS, NULL, NULL, NULL, { "dryRun", "1" } },
	{ REQUEST_IMPORT_DOSES, NULL, NULL, NULL, { "dryRun", "1" } },
	{ REQUEST_IMPORT_CLINICS, NULL, NULL, NULL, { "dryRun", "1" } },
};
#define FILLINGS (sizeof(filling) / sizeof(filling[0]))

static const struct filling *
filling_of(enum request_kind kind)
{
	for (size_t i = 0; i < FILLINGS; i++)
		if (filling[i].kind == kind)
			return &filling[i];
	return NULL;
}

static void
every_list_that_may_end_is_filled_here(void)
{
	for (int k = REQUEST_NONE + 1; k < REQUEST__COUNT; k++) {
		const struct request_shape *s = request_shape((enum request_kind)k);

		if (s->most > 0 && filling_of((enum request_kind)k) == NULL) {
			printf("     '%s' ends at %zu rows, and no test fills it\n", s->name, s->most);
			CU_FAIL("a list whose end nobody tried");
		}
		CU_ASSERT((s->most > 0) == (s->rest != NULL && s->rest[0] != '\0'));
		CU_ASSERT((s->most > 0) >= (filling_of((enum request_kind)k) != NULL));
	}
}

static void
add_resident(struct play_node *n, const char *addressee_no, const char *died_on)
{
	const char *const pair[] = { "addresseeNo", addressee_no, "name", "港", "kana", "ミナト", "birthDate",
	    "1926-03-10", "sex", "female", "from", "1926-03-10", "diedOn", died_on };
	const char *const child[] = { "addresseeNo", addressee_no, "name", "港", "kana", "ミナト", "birthDate",
	    "2026-03-10", "sex", "female", "from", "2026-03-10" };

	play_must(n, "resident add", died_on != NULL ? pair : child, died_on != NULL ? 7 : 6);
}

/* What one list wants besides its rows. */
static void
prepare(struct play_node *n, enum request_kind kind, size_t most, char ret_dose[40])
{
	const char *const dose[] = { "addresseeNo", ADDRESSEE, "vaccine", "BCG", "givenOn", "2026-08-10", "lot", "A1" };
	const char *const clinic[] = { "clinicCode", "1", "name", "x" };
	char number[24];

	switch ((int)kind) {
	case REQUEST_RESIDENT_FIND:
		for (size_t i = 1; i < most; i++) {
			(void)snprintf(number, sizeof(number), "9%zu", i);
			add_resident(n, number, NULL);
		}
		break;
	case REQUEST_NOTICE_RETURNED:
		play_database_fill(play_node_folder(n), "notice_run", "no=n;made_by='officer:1'", NULL, 1, most + 1);
		break;
	case REQUEST_PURGE_DO:
		add_resident(n, "7002", "2000-01-01");
		break;
	case REQUEST_IMPORT_MONTHS:
		play_must(n, "clinic add", clinic, 2);
		break;
	case REQUEST_RECORDS_OUTDATED:
		play_must(n, "dose add", dose, 4);
		(void)snprintf(ret_dose, 40, "%s", play_node_cell(n, 0, "doseId"));
		play_node_run(n, play_node_now(n) + 3600 * INT64_C(1000000));
		break;
	default:
		break;
	}
}

/* And what happens after them. */
static void
complete(struct play_node *n, enum request_kind kind, const char *dose_id)
{
	const char *const correct[] = { "doseId", dose_id, "lot", "B2", "reason", "x" };

	if (kind == REQUEST_RECORDS_OUTDATED) {
		play_node_run(n, play_node_now(n) + 3600 * INT64_C(1000000));
		play_must(n, "dose correct", correct, 3);
	}
}

/* So many rows of which each is held. */
static char *
file_of(enum request_kind kind, size_t rows)
{
	const char *head = kind == REQUEST_IMPORT_DOSES ? DOSES_HEAD : kind == REQUEST_IMPORT_RESIDENTS ? RESIDENTS_HEAD :
	    "clinic_code,name\n";
	struct buf file = BUF_INIT(64u << 20);
	size_t commas = 0;
	enum rc rc = buf_add_text(&file, head);

	for (const char *c = head; *c != '\0'; c++)
		commas += *c == ',';
	for (size_t i = 0; rc == RC_OK && i < rows; i++) {
		rc = buf_printf(&file, "%zu", i);
		for (size_t k = 0; rc == RC_OK && k < commas; k++)
			rc = buf_add_char(&file, ',');
		if (rc == RC_OK)
			rc = buf_add_char(&file, '\n');
	}
	CU_ASSERT_EQUAL_FATAL(rc, RC_OK);
	return file.data;
}

/* Asked for: does it say that there is more, and tell as many as its shape says? */
static void
ask(struct play_node *n, const struct filling *f, size_t rows, bool more)
{
	const struct request_shape *s = request_shape(f->kind);
	const char *field[4], *value[4], *rest;
	char *file = NULL;
	int k = 0;
	enum rc rc;

	for (; k < 2 && f->field[2 * k] != NULL; k++) {
		field[k] = f->field[2 * k];
		value[k] = f->field[2 * k + 1];
	}
	if (f->kind == REQUEST_PURGE_DO) {
		field[k] = "reason";
		value[k++] = more ? "x" : "y";
	}
	if (s->file) {
		field[k] = "file";
		value[k++] = file = file_of(f->kind, rows);
	}
	rc = play_node_do(n, 1, s->name, field, value, k);
	rest = play_node_rest(n);
	if ((rc != RC_OK && rc != RC_PENDING) || (rest != NULL) != more || (more && strcmp(rest, s->rest) != 0)) {
		printf("     '%s' of %zu rows: %s; %d rows; %s\n", s->name, rows, play_node_text(n), play_node_rows(n),
		    rest != NULL ? rest : "nothing more");
		CU_FAIL("a list that does not say where it ends, or says so where it does not");
	}
	/* Of copies the destinations come first, of an import its counts. */
	if (f->kind != REQUEST_COPY_VERIFY && !s->file && (size_t)play_node_rows(n) != s->most) {
		printf("     '%s': %d rows of %zu\n", s->name, play_node_rows(n), s->most);
		CU_FAIL("another number of rows");
	}
	free(file);
}

static void
try_end(const struct filling *f)
{
	const size_t most = request_shape(f->kind)->most, there = f->kind == REQUEST_LAW_LIST || f->kind == REQUEST_PURGE_DO;
	struct play_node *n = play_node_new();
	char dose[40] = "";

	add_resident(n, ADDRESSEE, NULL);
	prepare(n, f->kind, most, dose);
	if (f->table != NULL && f->kind != REQUEST_IMPORT_MONTHS) {
		play_database_fill(play_node_folder(n), f->table, f->columns, f->from, 1, most - there);
		complete(n, f->kind, dose);
	}
	if (f->kind != REQUEST_IMPORT_MONTHS)
		ask(n, f, request_shape(f->kind)->file ? 10 : most, false);	/* a row may be held for two reasons */
	if (f->kind == REQUEST_RESIDENT_FIND)
		add_resident(n, "8999", NULL);
	else if (f->table != NULL)
		play_database_fill(play_node_folder(n), f->table, f->columns, f->from, most + 1, 1);
	ask(n, f, most + 1, true);
	play_node_free(n);
}

static void
a_list_says_that_there_is_more_once_it_was_cut_off_and_not_before(void)
{
	for (size_t i = 0; i < FILLINGS; i++)
		if (!request_shape(filling[i].kind)->file || getenv("WATASHI_LONG") != NULL)
			try_end(&filling[i]);
}

/* A figure for the watchmen is of all there is: the oldest message may be due after a thousand others. */
static void
the_age_of_the_oldest_message_is_that_of_the_oldest_of_all(void)
{
	struct play_node *n = play_node_new();
	char columns[160];
	bool found = false;

	add_resident(n, ADDRESSEE, NULL);
	(void)snprintf(columns, sizeof(columns), "message_id='m'||n;due_us=8000000000000000+n;created_us=%lld-n*1000000",
	    (long long)play_start_us);
	play_database_fill(play_node_folder(n), "outbox", columns, NULL, 1, 1500);
	play_must(n, "metrics", NULL, 0);
	for (int i = 0; i < play_node_rows(n); i++)
		found = found || strcmp(play_node_cell(n, i, "text"), "watashi_outbox_oldest_seconds 1500") == 0;
	CU_ASSERT(found);
	play_node_free(n);
}

RUNNER_SUITE(action_ends,
    RUNNER_TEST(the_age_of_the_oldest_message_is_that_of_the_oldest_of_all),
    RUNNER_TEST(every_list_that_may_end_is_filled_here),
    RUNNER_TEST(a_list_says_that_there_is_more_once_it_was_cut_off_and_not_before));

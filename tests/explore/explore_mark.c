#include <stdlib.h>
#include <string.h>

#include "tests/explore/explore_blob.h"
#include "tests/explore/explore_disk.h"
#include "tests/explore/explore_node_room.h"

/* ---- looking ---- */

int64_t
node_number(struct node *n, const char *sql)
{
	sqlite3_stmt *q;
	int64_t v = INT64_MIN;

	if (sqlite3_prepare_v2(n->look, sql, -1, &q, NULL) != SQLITE_OK) {
		printf("     %s: %s\n", sql, sqlite3_errmsg(n->look));
		abort();
	}
	if (sqlite3_step(q) == SQLITE_ROW)
		v = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	return v;
}

bool
node_word(struct node *n, const char *sql, char *ret, size_t size)
{
	sqlite3_stmt *q;
	bool found = false;

	if (sqlite3_prepare_v2(n->look, sql, -1, &q, NULL) != SQLITE_OK) {
		printf("     %s: %s\n", sql, sqlite3_errmsg(n->look));
		abort();
	}
	if (sqlite3_step(q) == SQLITE_ROW && sqlite3_column_type(q, 0) != SQLITE_NULL) {
		(void)snprintf(ret, size, "%s", (const char *)sqlite3_column_text(q, 0));
		found = true;
	}
	sqlite3_finalize(q);
	return found;
}

bool
node_holds(const struct node *n, const char *bytes)
{
	struct disk_image *d = disk_keep(n->db);
	bool holds = disk_holds(d, bytes, strlen(bytes));

	disk_image_free(d);
	return holds;
}

/*
 * Everything that lasts, without ids and times: rows are named by their order.  A time is none, past or to come:
 * any of those to come may be the next.  What grows without end (tries, evidence) is cut off where nothing depends on it.
 */
static const char *const mark_sql[] = {
	"SELECT 'person', addressee_no, is_protected FROM person ORDER BY addressee_no",
	"SELECT 'code', p.addressee_no, c.state, c.acquisition_no IS NOT NULL, c.reception_no IS NOT NULL,"
	    " min(c.attempts, 1), c.last, c.is_ended, due(c.next_us) FROM code c JOIN person p ON p.id = c.person"
	    " ORDER BY p.addressee_no",
	"SELECT 'inquiry', p.addressee_no, t.code, i.state, i.reception_no IS NOT NULL, i.process_no IS NOT NULL,"
	    " min(i.attempts, 1), i.outcome, i.known_as_of IS NOT NULL, due(i.next_us), i.deadline_us > now() FROM inquiry i"
	    " JOIN person p ON p.id = i.person JOIN town t ON t.no = i.provider ORDER BY i.id",
	"SELECT 'outbox', o.type, p.addressee_no, CASE o.type WHEN 'SKI.CorrectionReceipt' THEN (SELECT count(*) FROM"
	    " correction_in c WHERE c.correction < o.about) WHEN 'TKY.Correction' THEN (SELECT count(*) FROM correction c"
	    " WHERE c.id < o.about) WHEN 'DBM.CopyRegister' THEN 0 WHEN 'DBM.CopyResultFetch' THEN 0 WHEN 'TKM.RecordFetch' THEN 0"
	    " ELSE (SELECT count(*) FROM inquiry i WHERE i.id < o.about) END, o.state, min(o.attempts, 1), o.last, o.retry_class,"
	    " due(o.due_us), o.type = 'COR.LetterFetch' AND (SELECT instr(o.bytes, CAST(s.value AS BLOB)) FROM setting s"
	    " WHERE s.key = 'letter-after') = 0 FROM outbox o LEFT JOIN person p ON p.id = o.person WHERE o.state <> 2 ORDER BY o.id",
	"SELECT 'failed', failures FROM inbox_failure ORDER BY 2",
	"SELECT 'held', h.kind, h.reason, h.state, p.addressee_no, h.source FROM held h LEFT JOIN person p"
	    " ON p.id = h.person ORDER BY h.id",
	"SELECT 'dose', p.addressee_no, (SELECT count(DISTINCT e.statement) FROM dose e WHERE e.statement < d.statement),"
	    " d.version, d.source, d.source_version, d.relay, d.given_first, d.status, d.reason FROM dose d"
	    " JOIN person p ON p.id = d.person ORDER BY d.statement, d.version",
	"SELECT 'told', p.addressee_no, (SELECT count(DISTINCT e.statement) FROM dose e WHERE e.statement < t.statement),"
	    " t.recipient, t.version FROM told t JOIN person p ON p.id = t.person ORDER BY t.statement, t.process_no",
	"SELECT 'correction', p.addressee_no, (SELECT count(DISTINCT e.statement) FROM dose e"
	    " WHERE e.statement < c.statement), c.version, c.recipient, c.state, min(c.tries, 2), c.local_version, c.reason,"
	    " due(c.next_us) FROM correction c JOIN person p ON p.id = c.person ORDER BY c.id",
	"SELECT 'taken', sender, version, taken, local_version, reason, person IS NULL FROM correction_in"
	    " ORDER BY received_us, correction",
	"SELECT 'provision', side, outcome, provided_us > 0, person IS NULL FROM provision ORDER BY process_no, side",
	"SELECT 'copy', p.addressee_no, c.is_wanted, c.is_due FROM copy_person c JOIN person p ON p.id = c.person"
	    " ORDER BY p.addressee_no",
	"SELECT 'key', p.addressee_no, length(k.record_key) > 20, k.confirmed_us >= k.sent_us FROM copy_key k"
	    " JOIN person p ON p.id = k.person ORDER BY p.addressee_no, k.record_key",
	"SELECT 'again', p.addressee_no, a.provider, a.ended, min(a.tries, 4), due(a.due_us) FROM ask_again a"
	    " JOIN person p ON p.id = a.person ORDER BY p.addressee_no, a.provider",
	"SELECT 'day', d.side, d.is_due, d.is_gone, d.made_us > 0, d.is_listed, min(d.tries, 2), due(d.next_us), d.receipt_us > 0,"
	    " d.receipt, d.differs, s.digest = d.digest, s.n_listed, d.on_day < (SELECT julianday(v.value) - 2440587.5 FROM setting v"
	    " WHERE v.key = 'records-heard'), d.on_day < (now() / 1000000 + 21600) / 86400 FROM day_count d LEFT JOIN day_said s"
	    " ON s.muni = d.muni AND s.no = d.no AND s.teller = 0 ORDER BY d.on_day, d.inquirer",
	"SELECT 'evidence', type, is_ours, min(count(*), CASE type WHEN 'SKI.InquiryRequest' THEN 3 ELSE 1 END) FROM evidence GROUP BY type, is_ours ORDER BY type, is_ours",
	"SELECT 'setting', key, value FROM setting WHERE key = 'records-ended' OR key GLOB 'answers:*'"
	    " ORDER BY key",
};

/* What was, and of which nothing comes any more: part of the plain mark alone. */
static const char *const history_sql[] = {
	"SELECT type, is_ours, min(count(*), 3) FROM evidence GROUP BY type, is_ours ORDER BY type, is_ours",
	"SELECT value FROM setting WHERE key = 'letter-after'",
};

static const char times_sql[] =
    "SELECT DISTINCT t FROM (SELECT next_us t FROM code WHERE is_ended = 0 UNION SELECT next_us FROM inquiry WHERE is_ended = 0"
    " UNION SELECT due_us FROM outbox WHERE state = 0 UNION SELECT next_us FROM correction WHERE state IN (0, 1, 2)"
    " UNION SELECT due_us FROM ask_again) WHERE t < 9000000000000000000";

static struct { int64_t now, time[NODE_TIMES_MAX]; int n; } clock_now;

static void
sql_now(sqlite3_context *c, int n, sqlite3_value **v)
{
	(void)n, (void)v;
	sqlite3_result_int64(c, clock_now.now);
}

static void
sql_due(sqlite3_context *c, int n, sqlite3_value **v)
{
	int64_t t = sqlite3_value_int64(v[0]);

	(void)n;
	if (t >= INT64_MAX / 2000)
		sqlite3_result_int(c, -1);
	else if (t <= clock_now.now)
		sqlite3_result_int(c, 0);
	else
		sqlite3_result_int(c, 1);
}

static void
add_time(int64_t t)
{
	int i;

	if (t >= INT64_MAX / 2000 || t <= clock_now.now)
		return;
	for (i = 0; i < clock_now.n; i++)
		if (clock_now.time[i] == t)
			return;
	/* One that is left out would be a hole in what "whole" says. */
	if (clock_now.n == NODE_TIMES_MAX)
		abort();
	for (i = clock_now.n++; i > 0 && clock_now.time[i - 1] > t; i--)
		clock_now.time[i] = clock_now.time[i - 1];
	clock_now.time[i] = t;
}

#define N_MARKS (sizeof(mark_sql) / sizeof(mark_sql[0]))
#define N_HISTORY (sizeof(history_sql) / sizeof(history_sql[0]))

static sqlite3_stmt *prepared[NODES_MAX][N_MARKS + 2 + N_HISTORY];

static sqlite3_stmt *
statement(struct node *n, size_t i, const char *sql)
{
	sqlite3_stmt **q = &prepared[node_index(n)][i];

	if (*q == NULL && sqlite3_prepare_v3(n->look, sql, -1, SQLITE_PREPARE_PERSISTENT, q, NULL) != SQLITE_OK) {
		printf("     %s: %s\n", sql, sqlite3_errmsg(n->look));
		abort();
	}
	sqlite3_reset(*q);
	return *q;
}

/* The rows of a query, as words. */
static uint64_t
mark_rows(sqlite3_stmt *q, uint64_t h, FILE *out)
{
	while (sqlite3_step(q) == SQLITE_ROW) {
		for (int c = 0; c < sqlite3_column_count(q); c++) {
			const char *text = (const char *)sqlite3_column_text(q, c);

			if (text == NULL)
				text = "-";
			h = mark_bytes(h, text, strlen(text) + 1);
			if (out != NULL)
				(void)fprintf(out, "%s%s", c > 0 ? " " : "       ", text);
		}
		if (out != NULL)
			(void)fprintf(out, "\n");
	}
	sqlite3_reset(q);
	return h;
}

uint64_t
node_mark_history(struct node *n, uint64_t h)
{
	for (size_t i = 0; i < N_HISTORY; i++)
		h = mark_rows(statement(n, N_MARKS + 2 + i, history_sql[i]), h, NULL);
	return h;
}

uint64_t
node_mark(struct node *n, int64_t now_us, FILE *out)
{
	const struct action *a = n->action;
	uint64_t h = UINT64_C(0xcbf29ce484222325);
	sqlite3_stmt *q = statement(n, N_MARKS, times_sql);
	bool waiting = false;

	clock_now.now = now_us;
	clock_now.n = 0;
	while (sqlite3_step(q) == SQLITE_ROW)
		add_time(sqlite3_column_int64(q, 0));
	sqlite3_reset(q);
	add_time(a->next_round_us);
	for (int e = 0; e < ADAPTER_ENDPOINT__COUNT; e++)
		if (a->breaker[e].state == BREAKER_OPEN)
			add_time(a->breaker[e].probe_at_ms * 1000);
	for (size_t i = 0; i < N_MARKS; i++)
		h = mark_rows(statement(n, i, mark_sql[i]), h, out);
	for (int e = 0; e < ADAPTER_ENDPOINT__COUNT; e++) {
		int b[3] = { (int)a->breaker[e].state, a->breaker[e].probes > 1 ? 1 : a->breaker[e].probes, (int)a->under_way[e] };

		h = mark_bytes(h, b, sizeof(b));
		waiting = waiting || b[0] != BREAKER_CLOSED;
	}
	{
		int v[3] = { a->is_unsettled, a->network.rc != RC_OK, a->next_round_us <= now_us };

		h = mark_bytes(h, v, sizeof(v));
		if (out != NULL)
			(void)fprintf(out, "       unsettled %d, trouble %d, round due %d, breakers %d\n", v[0], v[1], v[2], waiting);
	}
	return h;
}

void
node_print(struct node *n, int64_t now_us)
{
	(void)node_mark(n, now_us, stdout);
}

void
node_mark_pending(struct node *n, struct node_image *image)
{
	sqlite3_stmt *q = statement(n, N_MARKS + 1,
	    "SELECT message_id, type, state FROM outbox WHERE state IN (0, 1) ORDER BY id");

	char after[40];

	image->fetched = node_word(n, "SELECT value FROM setting WHERE key = 'letter-after'", after, sizeof(after)) ?
	    (int)strtol(after, NULL, 10) : 0;
	while (sqlite3_step(q) == SQLITE_ROW) {
		if (image->n_pending == NODE_PENDING_MAX)
			abort();
		(void)snprintf(image->pending[image->n_pending].message_id, 33, "%s", (const char *)sqlite3_column_text(q, 0));
		(void)snprintf(image->pending[image->n_pending].type, 32, "%s", (const char *)sqlite3_column_text(q, 1));
		image->pending[image->n_pending++].is_sent = sqlite3_column_int(q, 2) == 1;
	}
	sqlite3_reset(q);
}

/* A call that leaves from then on counts if it fails: before, or after what else is due, is a state of its own. */
static void
mark_failing(const struct breaker *b, struct node_image *image)
{
	int64_t from_us = b->counted_ms == INT64_MIN ? INT64_MIN : (b->counted_ms + BREAKER_APART_MS) * 1000;
	int v[3] = { (int)b->state, b->state == BREAKER_CLOSED ? b->failures : 0, 0 };
	bool is_listed = false;

	if (b->state == BREAKER_CLOSED && from_us > image->at_us) {
		for (int i = 0; i < image->n_times; i++) {
			v[2] += image->time[i] < from_us;
			is_listed = is_listed || image->time[i] == from_us;
		}
		v[2]++;
		if (!is_listed)
			image->time[image->n_times + image->n_counting++] = from_us;
	}
	image->failing = mark_bytes(image->failing, v, sizeof(v));
}

void
node_mark_times(const struct node *n, struct node_image *image)
{
	for (int i = 0; i < clock_now.n; i++)
		image->time[image->n_times++] = clock_now.time[i];
	for (int e = 0; e < ADAPTER_ENDPOINT__COUNT; e++)
		mark_failing(&n->action->breaker[e], image);
}

void
node_mark_begin(struct node *n)
{
	if (sqlite3_create_function(n->look, "due", 1, SQLITE_UTF8, NULL, sql_due, NULL, NULL) != SQLITE_OK ||
	    sqlite3_create_function(n->look, "now", 0, SQLITE_UTF8, NULL, sql_now, NULL, NULL) != SQLITE_OK)
		abort();
}

void
node_mark_end(struct node *n)
{
	sqlite3_stmt **q = prepared[node_index(n)];

	for (size_t i = 0; i < sizeof(prepared[0]) / sizeof(prepared[0][0]); i++) {
		sqlite3_finalize(q[i]);
		q[i] = NULL;
	}
}

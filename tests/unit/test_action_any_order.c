#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "action/duplicate.h"
#include "action/node.h"
#include "store/store_circumstance.h"
#include "store/store_dose.h"
#include "store/store_same.h"
#include "tests/lib/ok.h"
#include "tests/lib/runner.h"

/*
 * What is told comes in any order and any number of times, from clinics, other towns and paper, with corrections and
 * withdrawals, and under two numbers of one person.  Each seed is a set of statements; told in one order to one record
 * of a real store, in another order with repetitions to another, and spread over two records that are merged at
 * any time to a third.  All three must end alike: what stands, what counts as what, each credit, each next dose
 * (rule 12).  Parted, each of the two is as if it had never been merged.
 */
#define NOW INT64_C(1795305600000000)		/* 2026-11-22 in Japan */
#define TOWN "011002"				/* this node */
#define EVENTS_MAX 24
#define SEEDS 160
#define SEEDS_LONG 5000

static unsigned dice;
static int
draw(int n)
{
	return rand_r(&dice) % n;
}

struct scene {
	char folder[64], path[96];
	struct action a;
	struct law_file *law;
	int people;
	day today;
};

/* One thing that comes: a version of a statement, by whoever tells it. */
struct event {
	int statement;			/* of which statement; its id differs from person to person */
	int64_t version;
	enum dose_source source;
	const char *code;		/* clinic, or town of origin */
	const char *relay;		/* town that told it; NULL recorded here */
	const char *vaccine, *lot, *clinic;
	char given[11];
	int told_no;
	enum dose_status status;
};

static void
start(struct scene *x)
{
	const char *build = getenv("top_builddir");
	struct fault why = { .rc = RC_OK };
	char law[600];

	memset(x, 0, sizeof(*x));
	snprintf(x->folder, sizeof(x->folder), "/tmp/watashi-order-XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(x->folder));
	snprintf(x->path, sizeof(x->path), "%s/a.db", x->folder);
	OK(store_create(x->path, TOWN, NOW, &why));
	OK(store_open(x->path, STORE_WRITE, &x->a.store, &why));
	snprintf(law, sizeof(law), "%s/data/law/watashi.law", build != NULL ? build : ".");
	OK(law_load(law, &x->law, &why));
	x->a.law = law_of(x->law);
	x->a.work = calloc(1, sizeof(*x->a.work));
	x->a.state = NODE_OPEN;
	snprintf(x->a.config.municipality, sizeof(x->a.config.municipality), "%s", TOWN);
	CU_ASSERT_PTR_NOT_NULL_FATAL(x->a.work);
	CU_ASSERT_FATAL(day_parse("2026-11-22", 10, &x->today) == RC_OK);
}

static void
stop(struct scene *x)
{
	char path[160];

	store_close(x->a.store);
	free(x->a.work);
	law_free(x->law);
	(void)unlink(x->path);
	snprintf(path, sizeof(path), "%s-wal", x->path);
	(void)unlink(path);
	snprintf(path, sizeof(path), "%s-shm", x->path);
	(void)unlink(path);
	(void)rmdir(x->folder);
}

static struct id
somebody(struct scene *x)
{
	struct residence r = { .from = { 20098 }, .until = DAY_NONE };
	struct fault why = { .rc = RC_OK };
	enum store_fate fate;
	char number[16];
	struct person p = { .addressee_no = number, .name = "渡瀬 空", .kana = "ワタセ ソラ", .sex = SEX_FEMALE,
	    .died_on = DAY_NONE, .protected_from = DAY_NONE, .protected_until = DAY_NONE, .registration_until = DAY_NONE,
	    .residences = &r, .n_residences = 1 };
	struct id id;

	snprintf(number, sizeof(number), "%d", ++x->people);
	CU_ASSERT_FATAL(day_parse("2025-01-10", 10, &p.birth.first) == RC_OK);
	p.birth.last = p.birth.first;
	OK(store_begin(x->a.store, NOW, &why));
	OK(store_person_put(x->a.store, &p, &id, &fate, &why));
	OK(store_commit(x->a.store, &why));
	return id;
}

/* ---- what comes ---- */

static int
make_events(struct event *e)
{
	static const struct { const char *vaccine, *day; } shot[] = {
		{ "HepB", "2025-03-10" }, { "HepB", "2025-04-14" }, { "PCV20", "2025-03-10" }, { "PCV20", "2025-03-12" },
		{ "DPT-IPV-Hib", "2025-03-10" }, { "MR", "2026-01-20" }, { "MMR", "2026-01-20" }, { "BCG", "2025-06-10" },
	};
	static const char *const clinic[] = { "1410000001", "1410000002" }, *const town[] = { "141003", "271004" };
	static const char *const lot[] = { NULL, "A1", "B2" };
	int n = 0, statements = 2 + draw(5);

	for (int s = 0; s < statements; s++) {
		int what = draw((int)(sizeof(shot) / sizeof(shot[0]))), versions = 1 + draw(3), who = draw(3);

		for (int v = 0; v < versions && n < EVENTS_MAX; v++) {
			struct event *q = &e[n++];

			*q = (struct event){ .statement = s, .version = v + 1 + (v > 0 ? draw(2) : 0), .vaccine = shot[what].vaccine,
			    .lot = lot[draw(3)], .clinic = draw(2) ? "みなと小児科" : NULL, .told_no = draw(4) == 0 ? 1 : 0,
			    .status = v > 0 && draw(4) == 0 ? DOSE_WITHDRAWN : DOSE_GIVEN };
			if (v > 0 && q->version <= q[-1].version)
				q->version = q[-1].version + 1;
			if (draw(8) == 0)
				snprintf(q->given, sizeof(q->given), "%.7s", shot[what].day);
			else
				snprintf(q->given, sizeof(q->given), "%s", shot[what].day);
			if (who == 0) {
				q->source = DOSE_SOURCE_CLINIC;
				q->code = clinic[s % 2];
			} else if (who == 1) {
				q->source = DOSE_SOURCE_HANDBOOK;
				q->code = "";
			} else {
				q->source = DOSE_SOURCE_MUNICIPALITY;
				q->code = town[s % 2];
				q->relay = town[draw(2)];
			}
			/* Told by both towns. */
			if (q->relay != NULL && draw(3) == 0 && n < EVENTS_MAX) {
				e[n] = *q;
				e[n++].relay = strcmp(q->relay, town[0]) == 0 ? town[1] : town[0];
			}
		}
	}
	return n;
}

/* owner: whose ids the statements bear, so that what is told of one person is not known of another. */
static void
tell(struct scene *x, const struct event *e, const struct id *record, int owner)
{
	struct dose d = { .person = *record, .source = e->source, .source_code = e->code, .source_version = e->version,
	    .vaccine = e->vaccine, .lot = e->lot, .clinic_name = e->clinic, .status = e->status, .told_no = e->told_no,
	    .expires = DAY_NONE, .volume_ul = DOSE_VOLUME_UNKNOWN, .verification = DOSE_VERIFIED };
	struct fault why = { .rc = RC_OK };
	enum store_fate fate;
	char source_id[40];
	struct id id;

	snprintf(source_id, sizeof(source_id), "%08x%024d", (unsigned)owner, e->statement);
	d.source_id = source_id;
	CU_ASSERT_FATAL(day_span_parse(e->given, strlen(e->given), &d.given) == RC_OK);
	if (e->relay != NULL) {
		d.origin_municipality = e->code;
		d.origin_id = source_id;
		d.origin_version = e->version;
		d.relayed_by = e->relay;
	}
	OK(store_begin(x->a.store, NOW, &why));
	OK(store_dose_put(x->a.store, &d, &id, &fate, &why));
	CU_ASSERT_NOT_EQUAL(fate, STORE_CONFLICT);
	OK(duplicate_settle(&x->a, record, x->today, &why));
	OK(store_commit(x->a.store, &why));
}

/* ---- what stands, told without what is random ---- */

static void
add(struct buf *out, const char *before, const char *text)
{
	CU_ASSERT_FATAL(buf_add_text(out, before) == RC_OK && buf_add_text(out, text != NULL ? text : "") == RC_OK);
}

/* The end of an id of a source: which statement of the seed. */
static const char *
tail(const char *id)
{
	size_t len = strlen(id);

	return len > 4 ? id + len - 4 : id;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Which statement of the seed one of the node's ids is: by source and its id. */
static const char *
name_of(const struct dose *dose, size_t n, const char *id, struct arena *arena)
{
	char text[ID_TEXT_SIZE], name[80];

	for (size_t i = 0; i < n; i++) {
		id_write(&dose[i].statement, text);
		if (strcmp(text, id) != 0)
			continue;
		snprintf(name, sizeof(name), "%s/%s/%s", dose_source_word(dose[i].source), dose[i].source_code,
		    tail(dose[i].source_id));
		return arena_text(arena, name, strlen(name));
	}
	return id[0] == '\0' ? "" : "?";
}

/* exact: with ids and numbers of versions, byte for byte. */
static char *
told(struct scene *x, const struct id *record, bool exact)
{
	struct fault why = { .rc = RC_OK };
	struct buf out = BUF_INIT(1u << 20), all = BUF_INIT(1u << 20);
	struct arena arena;
	struct history h;
	struct person p;
	struct dose *dose;
	const char **line;
	size_t n;

	arena_init(&arena, 16u << 20);
	OK(store_begin(x->a.store, NOW, &why));
	OK(store_person_get(x->a.store, record, &arena, &p, &why));
	OK(store_dose_list(x->a.store, &p.id, &arena, &dose, &n, &why));
	OK(node_history(&x->a, &p, x->today, x->today, &arena, &h, &why));
	store_rollback(x->a.store);
	line = arena_array(&arena, h.n_statement + 1, sizeof(*line));
	for (size_t i = 0; i < h.n_statement; i++) {
		const struct history_statement *s = &h.statement[i];
		char given[DAY_TEXT_SIZE], number[32];

		buf_truncate(&out, 0);
		day_span_write(s->given, given);
		add(&out, "", name_of(dose, n, s->id, &arena));
		add(&out, " v", s->origin_version);
		add(&out, " from ", s->source_municipality.code);
		add(&out, " ", history_status_name(s->status));
		add(&out, " ", s->vaccine.code);
		add(&out, " ", given);
		add(&out, " lot ", s->lot);
		add(&out, " ", s->clinic_name);
		snprintf(number, sizeof(number), "%u", s->told_no);
		add(&out, " no ", number);
		/* Of statements that say the same any one may count. */
		add(&out, s->merged ? " counted as" : " counts", "");
		if (exact) {
			add(&out, " id ", s->id);
			add(&out, " as ", s->counted_as);
			snprintf(number, sizeof(number), "%lld", (long long)s->version);
			add(&out, " version ", number);
		} else
			add(&out, " ", name_of(dose, n, s->counted_as, &arena));
		for (size_t k = 0; k < s->n_credit; k++) {
			snprintf(number, sizeof(number), " %d/%u", (int)s->credit[k].status, s->credit[k].dose);
			add(&out, " ", s->credit[k].programme.code);
			add(&out, "", number);
		}
		line[i] = arena_text(&arena, out.data, out.len);
	}
	/* Statements of one day stand in the order of their ids, which are random. */
	if (!exact && h.n_statement > 1)
		qsort(line, h.n_statement, sizeof(*line), by_text);
	for (size_t i = 0; i < h.n_statement; i++)
		add(&all, line[i], "\n");
	for (size_t i = 0; i < h.n_forecast; i++) {
		char number[80];

		snprintf(number, sizeof(number), " %d %u %d %d\n", (int)h.forecast[i].status, h.forecast[i].dose,
		    h.forecast[i].has_next ? (int)h.forecast[i].earliest.n : 0, h.forecast[i].overdue);
		add(&all, "", h.forecast[i].programme.code);
		add(&all, "", number);
	}
	buf_clear(&out);
	arena_clear(&arena);
	return all.data;
}

static void
same(const char *what, unsigned seed, const char *want, const char *found)
{
	CU_ASSERT_FATAL(want != NULL && found != NULL);
	if (strcmp(want, found) != 0)
		printf("     seed %u: %s\n--- one\n%s--- other\n%s", seed, what, want, found);
	CU_ASSERT_STRING_EQUAL(want, found);
}

/* A list in any order, with some of it more than once. */
static int
shuffle(const struct event *e, int n, const struct event **ret)
{
	int m = 0;

	for (int i = 0; i < n; i++)
		for (int k = 1 + (draw(3) == 0); k > 0; k--)
			ret[m++] = &e[i];
	for (int i = m - 1; i > 0; i--) {
		int k = draw(i + 1);
		const struct event *t = ret[i];

		ret[i] = ret[k];
		ret[k] = t;
	}
	return m;
}

static void
merge(struct scene *x, const struct id *whole, const struct id *part, bool together)
{
	struct same_pair pair = { .first = *whole, .second = *part, .rule = SAME_OFFICER };
	struct fault why = { .rc = RC_OK };

	OK(store_begin(x->a.store, NOW, &why));
	if (together) {
		if (store_same_between(x->a.store, whole, part, &pair, &why) == RC_ABSENT)
			OK(store_same_put(x->a.store, &pair, &pair.no, &why));
		OK(store_same_join(x->a.store, whole, part, pair.no, NULL, &why));
	} else
		OK(store_same_part_again(x->a.store, part, &why));
	OK(duplicate_settle(&x->a, whole, x->today, &why));
	OK(duplicate_settle(&x->a, part, x->today, &why));
	OK(store_commit(x->a.store, &why));
}

static void
one_seed(struct scene *x, unsigned seed)
{
	struct event e[EVENTS_MAX];
	const struct event *turn[2 * EVENTS_MAX];
	struct id one, other, whole, part, alone[2];
	char *want, *found, *before[2], *after;
	int n, m, at, side[EVENTS_MAX];

	dice = seed * 2654435761u + 1;
	n = make_events(e);

	/* In the order in which it was told, once. */
	one = somebody(x);
	for (int i = 0; i < n; i++)
		tell(x, &e[i], &one, x->people);
	want = told(x, &one, false);

	/* In another, and again. */
	other = somebody(x);
	m = shuffle(e, n, turn);
	for (int i = 0; i < m; i++)
		tell(x, turn[i], &other, x->people);
	found = told(x, &other, false);
	same("another order ends elsewhere", seed, want, found);
	free(found);

	/* Spread over two records, each statement under one of them, merged somewhere on the way. */
	whole = somebody(x);
	part = somebody(x);
	for (int s = 0; s < EVENTS_MAX; s++)
		side[s] = draw(2);
	m = shuffle(e, n, turn);
	at = draw(m + 1);
	for (int i = 0; i < m; i++) {
		if (i == at)
			merge(x, &whole, &part, true);
		tell(x, turn[i], side[turn[i]->statement] ? &whole : &part, x->people);
	}
	if (at == m)
		merge(x, &whole, &part, true);
	found = told(x, &part, false);
	same("two records merged are not one", seed, want, found);
	free(found);
	free(want);

	/* Parted: as if each had been alone all the time. */
	merge(x, &whole, &part, false);
	for (int k = 0; k < 2; k++) {
		alone[k] = somebody(x);
		for (int i = 0; i < n; i++)
			if (side[e[i].statement] == k)
				tell(x, &e[i], &alone[k], x->people);
		want = told(x, &alone[k], false);
		found = told(x, k ? &whole : &part, false);
		same("parted, one of them is not what it would have been alone", seed, want, found);
		free(want);
		free(found);
	}

	/* Merged and parted once more with nothing between: byte for byte. */
	before[0] = told(x, &whole, true);
	before[1] = told(x, &part, true);
	merge(x, &part, &whole, true);
	merge(x, &part, &whole, false);
	for (int k = 0; k < 2; k++) {
		after = told(x, k ? &part : &whole, true);
		same("merged and parted, a record is not as before", seed, before[k], after);
		free(after);
		free(before[k]);
	}
}

static void
whatever_order_it_comes_in_and_under_which_number_it_ends_alike(void)
{
	struct scene x;
	const char *named = getenv("WATASHI_SEED");
	unsigned first = named != NULL ? (unsigned)strtoul(named, NULL, 10) : 1;
	unsigned n = named != NULL ? 1 : getenv("WATASHI_LONG") != NULL ? SEEDS_LONG : SEEDS;

	start(&x);
	for (unsigned i = 0; i < n; i++)
		one_seed(&x, first + i);
	printf("     %u seeds, %d records\n", n, x.people);
	stop(&x);
}

RUNNER_SUITE(action_any_order,
    RUNNER_TEST(whatever_order_it_comes_in_and_under_which_number_it_ends_alike));

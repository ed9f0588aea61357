#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/words.h"
#include "tests/lib/runner.h"
#include "tests/unit/test_json.h"
#include "tests/unit/test_report.h"

static const struct history_name here = { "011002", "札幌市", "Sapporo" };
static const struct history_name there = { "141003", "横浜市", "Yokohama" };

static day
on(const char *text)
{
	day d = DAY_NONE;

	CU_ASSERT_EQUAL_FATAL(day_parse(text, strlen(text), &d), RC_OK);
	return d;
}

static struct history_statement
statement(const char *id, const char *date, const char *vaccine, const char *lot)
{
	struct history_statement s = {
		.counted_as = "", .product_text = "",
		.id = id, .version = 1, .status = HISTORY_GIVEN, .source_kind = "municipality",
		.source = "141003", .source_municipality = there, .origin_id = id, .origin_version = "1",
		.origin_municipality = there, .verification = "unverified", .evidence = "",
		.vaccine = { vaccine, "", "" }, .lot = lot, .expires = { INT32_MIN }, .volume_ul = 500,
		.site = "", .route = "", .clinic_code = "1410030001", .clinic_name = "みなと<小児>科 & \"子\"",
		.physician = "=CMD()", .reason = "",
	};

	CU_ASSERT_EQUAL_FATAL(day_span_parse(date, strlen(date), &s.given), RC_OK);
	return s;
}

static struct history_statement statements[12];
static const struct history_source sources[] = {
	{ { "011002", "札幌市", "Sapporo" }, HISTORY_ANSWERED, { 20779 }, 0 },
	{ { "141003", "横浜市", "Yokohama" }, HISTORY_ANSWERED, { 20778 }, 9 },
	{ { "131032", "港区", "Minato" }, HISTORY_NOTHING_HELD, { 20778 }, 0 },
};
static const struct history_residence residences[] = {
	{ { 20157 }, { 20757 }, { "141003", "横浜市", "Yokohama" } },
	{ { 20758 }, { INT32_MIN }, { "011002", "札幌市", "Sapporo" } },
};

static void
judge(struct history *h, struct arena *arena)
{
	static struct schedule_dose dose[12];
	static size_t statement_of[12];
	static struct schedule_credit credit[12 * SCHEDULE_CREDITS_PER_DOSE];
	static struct schedule_work work;
	static struct schedule_answer answer;
	const struct law *law = test_law();
	struct schedule_person person = {
		.birth = h->person.birth.first, .sex = h->person.sex,
		.pregnancy_start = DAY_NONE, .antibody_date = DAY_NONE,
	};
	struct schedule_question q = { .law = law, .person = &person, .dose = dose,
	    .as_of = h->as_of, .reasons = true };

	for (size_t i = 0; i < h->n_statement; i++) {
		const struct history_statement *s = &h->statement[i];

		if (s->status != HISTORY_GIVEN || s->superseded || s->merged)
			continue;
		dose[q.n_dose].given = s->given;
		dose[q.n_dose].product = law_find_product(law, s->vaccine.code, strlen(s->vaccine.code));
		dose[q.n_dose].id = s->id;
		statement_of[q.n_dose++] = i;
	}
	answer.credit = credit;
	answer.room_credit = sizeof credit / sizeof credit[0];
	CU_ASSERT_EQUAL_FATAL(schedule_answer(&q, &work, &answer), RC_OK);
	CU_ASSERT_EQUAL_FATAL(history_take_answer(h, statements, statement_of, &q, &answer, arena), RC_OK);
}

const struct history *
test_infant(void)
{
	static struct history h;
	static struct arena arena;
	size_t n = 0;

	if (h.n_statement > 0)
		return &h;
	words_open(NULL, NULL);
	arena_init(&arena, 1u << 24);
	history_init(&h);
	h.as_of = h.made_on = on("2026-11-22");
	h.municipality = here;
	h.institution = "保健所予防接種係";
	h.person.addressee_no = "000000000012345";
	h.person.name = "渡し場 <b>𠮷子</b>";
	h.person.kana = "ワタシバ ヨシコ";
	h.person.roman = "WATASHIBA YOSHIKO";
	h.person.birth = (struct day_span){ on("2026-03-10"), on("2026-03-10") };
	h.person.sex = SCHEDULE_SEX_FEMALE;
	h.person.address = "札幌市中央区のどこか1番地";
	h.person.ticket_no = "123456789012";
	h.person.residence = residences;
	h.person.n_residence = 2;
	h.source = sources;
	h.n_source = 3;
	statements[n++] = statement("a1", "2026-05-12", "HepB", "H1");
	statements[n++] = statement("a2", "2026-05-12", "RV1", "R1");
	statements[n++] = statement("a3", "2026-05-12", "PCV20", "P1");
	statements[n++] = statement("a4", "2026-05-12", "DPT-IPV-Hib", "D1");
	statements[n++] = statement("a5", "2026-05-25", "DPT-IPV-Hib", "D2");	/* too soon */
	statements[n++] = statement("a6", "2026-06-10", "PCV20", "=1+1");
	statements[n++] = statement("a7", "2026-06", "HepB", "");
	statements[n++] = statement("a8", "2026-09-01", "BCG", "B1");
	statements[n] = statement("a9", "2026-09-02", "BCG", "old");
	statements[n++].superseded = true;
	statements[n] = statement("b1", "2026-09-10", "PCV20", "");
	statements[n].status = HISTORY_NOT_GIVEN;
	statements[n++].reason = "発熱";
	statements[n] = statement("b2", "2026-09-11", "RV1", "");
	statements[n].status = HISTORY_WITHDRAWN;
	statements[n++].reason = "別人の記録";
	h.statement = statements;
	h.n_statement = n;
	judge(&h, &arena);
	return &h;
}

const struct history *
test_protected(void)
{
	static struct history h;

	/* Somebody who fills in more than a protected record may hold is not helped by it. */
	h = *test_infant();
	h.protected = true;
	return &h;
}

const char *
test_render(enum rc (*write)(struct buf *, const struct history *, enum lang, struct fault *),
    const struct history *h, enum lang lang)
{
	static struct buf out;
	struct fault why = { .rc = RC_OK };

	buf_clear(&out);
	buf_init(&out, 1u << 24);
	CU_ASSERT_EQUAL_FATAL(write(&out, h, lang, &why), RC_OK);
	CU_ASSERT_EQUAL_FATAL(buf_add(&out, "", 0), RC_OK);
	CU_ASSERT_EQUAL_FATAL(strlen(out.data), out.len);
	return out.data;
}

void
test_keep(const char *name, const char *text)
{
	const char *dir = getenv("WATASHI_LOOK");
	char path[4096];
	FILE *f;

	if (dir == NULL)
		return;
	snprintf(path, sizeof path, "%s/%s", dir, name);
	if ((f = fopen(path, "w")) != NULL) {
		fputs(text, f);
		fclose(f);
	}
}

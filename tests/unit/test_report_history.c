#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "json/answer.h"
#include "tests/lib/countdown.h"
#include "tests/lib/runner.h"
#include "tests/unit/test_json.h"
#include "tests/unit/test_report.h"

#define KIND 7

static enum rc
read_back(const struct frame *f, struct arena *arena, struct history *ret)
{
	struct frame_reader r;
	struct fault why;
	enum rc rc;

	rc = frame_read_open(&r, KIND, f->body.data, f->body.len, &why);
	return rc == RC_OK ? history_frame_read(&r, arena, ret, &why) : rc;
}

static void
a_history_comes_back_from_a_frame_as_it_was(void)
{
	const struct history *h = test_infant();
	struct history back;
	struct arena arena;
	struct frame f, again;

	arena_init(&arena, 1u << 24);
	frame_init(&f, KIND);
	history_frame_write(&f, h);
	CU_ASSERT_EQUAL_FATAL(f.rc, RC_OK);
	CU_ASSERT_EQUAL_FATAL(read_back(&f, &arena, &back), RC_OK);
	CU_ASSERT_STRING_EQUAL(back.person.name, h->person.name);
	CU_ASSERT_EQUAL(back.n_statement, h->n_statement);
	CU_ASSERT_EQUAL(back.n_forecast, h->n_forecast);
	CU_ASSERT_EQUAL(back.statement[4].n_credit, h->statement[4].n_credit);
	/* All of it: written once more it is the same bytes. */
	frame_init(&again, KIND);
	history_frame_write(&again, &back);
	CU_ASSERT_EQUAL_FATAL(again.body.len, f.body.len);
	CU_ASSERT_EQUAL(memcmp(again.body.data, f.body.data, f.body.len), 0);
	frame_clear(&f);
	frame_clear(&again);
	arena_clear(&arena);
}

static void
of_a_protected_person_only_the_addressee_crosses(void)
{
	const struct history *h = test_protected();
	struct history back;
	struct arena arena;
	struct frame f;

	arena_init(&arena, 1u << 20);
	frame_init(&f, KIND);
	history_frame_write(&f, h);
	CU_ASSERT_EQUAL_FATAL(f.rc, RC_OK);
	CU_ASSERT_PTR_NULL(memmem(f.body.data, f.body.len, "札幌", strlen("札幌")));
	CU_ASSERT_PTR_NULL(memmem(f.body.data, f.body.len, "渡し場", strlen("渡し場")));
	CU_ASSERT_EQUAL_FATAL(read_back(&f, &arena, &back), RC_OK);
	CU_ASSERT(back.protected && back.n_statement == 0 && back.person.name[0] == '\0');
	CU_ASSERT_STRING_EQUAL(back.person.addressee_no, h->person.addressee_no);
	frame_clear(&f);
	arena_clear(&arena);
}

static void
a_cut_or_changed_frame_is_refused_or_well_formed(void)
{
	struct history back;
	struct arena arena;
	struct frame f;
	size_t step = 13;

	frame_init(&f, KIND);
	history_frame_write(&f, test_infant());
	CU_ASSERT_EQUAL_FATAL(f.rc, RC_OK);
	for (size_t at = 0; at < f.body.len; at += at < 2000 ? 1 : step) {
		struct frame cut = f;
		char kept = f.body.data[at];

		cut.body.len = at;
		arena_init(&arena, 1u << 24);
		CU_ASSERT_NOT_EQUAL(read_back(&cut, &arena, &back), RC_OK);
		arena_clear(&arena);
		arena_init(&arena, 1u << 24);
		f.body.data[at] = (char)(kept ^ (1 << at % 8));
		if (read_back(&f, &arena, &back) == RC_OK)
			for (size_t i = 0; i < back.n_forecast; i++)
				CU_ASSERT(back.forecast[i].status < SCHEDULE_STATUS__COUNT);
		f.body.data[at] = kept;
		arena_clear(&arena);
	}
	frame_clear(&f);
}

static void
every_failing_allocation_in_reading_is_told(void)
{
	struct frame f;

	frame_init(&f, KIND);
	history_frame_write(&f, test_infant());
	for (long n = 0;; n++) {
		struct history back;
		struct arena arena;
		enum rc rc;

		arena_init(&arena, 1u << 24);
		fail_after(n);
		rc = read_back(&f, &arena, &back);
		fail_never();
		arena_clear(&arena);
		if (rc == RC_OK)
			break;
		CU_ASSERT_EQUAL_FATAL(rc, RC_NOMEM);
	}
	frame_clear(&f);
}

static void
due_rows_come_back_too(void)
{
	const struct history *h = test_infant();
	struct report_due_row row = { &h->person, false, &h->forecast[0] }, back;
	struct frame_reader r;
	struct arena arena;
	struct fault why;
	struct frame f;

	for (int protected = 0; protected < 2; protected++) {
		row.protected = protected;
		arena_init(&arena, 1u << 20);
		frame_init(&f, KIND);
		report_due_frame_write(&f, &row);
		CU_ASSERT_EQUAL_FATAL(frame_read_open(&r, KIND, f.body.data, f.body.len, &why), RC_OK);
		CU_ASSERT_EQUAL_FATAL(report_due_frame_read(&r, &arena, &back, &why), RC_OK);
		CU_ASSERT_STRING_EQUAL(back.person->addressee_no, h->person.addressee_no);
		CU_ASSERT_EQUAL(back.protected, protected);
		CU_ASSERT_EQUAL(back.person->name[0] == '\0', protected);
		CU_ASSERT(protected ? back.forecast == NULL :
		    back.forecast->n_choice == h->forecast[0].n_choice);
		frame_clear(&f);
		arena_clear(&arena);
	}
}

/* The answer under "schedule" against what watashi-schedule writes for the same question. */
static void
show_json_holds_the_same_answer_as_the_calculator_writes(void)
{
	static struct schedule_work work;
	static struct schedule_credit credit[64];
	struct schedule_answer answer = { .credit = credit, .room_credit = 64 };
	const struct history *h = test_infant();
	struct json_person *p = test_person();
	struct buf text = BUF_INIT(1u << 16), out = BUF_INIT(1u << 20);
	struct json_answer_words w;
	cJSON *shown, *schedule;
	char date[DAY_TEXT_SIZE], *printed;
	bool first = true;

	CU_ASSERT_EQUAL_FATAL(buf_printf(&text, "{\"id\":\"%s\",\"birthDate\":\"2026-03-10\","
	    "\"sex\":\"female\",\"doses\":[", h->person.addressee_no), RC_OK);
	for (size_t i = 0; i < h->n_statement; i++) {
		const struct history_statement *s = &h->statement[i];

		if (s->status != HISTORY_GIVEN || s->superseded)
			continue;
		day_span_write(s->given, date);
		CU_ASSERT_EQUAL_FATAL(buf_printf(&text, "%s{\"id\":\"%s\",\"date\":\"%s\",\"vaccine\":\"%s\"}",
		    first ? "" : ",", s->id, date, s->vaccine.code), RC_OK);
		first = false;
	}
	CU_ASSERT_EQUAL_FATAL(buf_add_text(&text, "]}"), RC_OK);
	CU_ASSERT_FATAL(test_read(text.data, p));
	struct schedule_question q = { .law = test_law(), .person = &p->person, .dose = p->dose,
	    .n_dose = p->n_dose, .as_of = h->as_of, .reasons = true };
	CU_ASSERT_EQUAL_FATAL(schedule_answer(&q, &work, &answer), RC_OK);
	CU_ASSERT_EQUAL_FATAL(json_answer_words_init(&w, test_law(), LANG_JA, JSON_REASONS_TEXT, NULL), RC_OK);
	CU_ASSERT_EQUAL_FATAL(json_answer_write(&w, p, h->as_of, &answer, NULL, &out), RC_OK);
	CU_ASSERT_EQUAL_FATAL(buf_add_char(&out, '\0'), RC_OK);
	shown = cJSON_Parse(test_render(report_json, h, LANG_JA));
	CU_ASSERT_PTR_NOT_NULL_FATAL(shown);
	schedule = cJSON_GetObjectItemCaseSensitive(shown, "schedule");
	CU_ASSERT_PTR_NOT_NULL_FATAL(schedule);
	printed = cJSON_PrintUnformatted(schedule);
	CU_ASSERT_STRING_EQUAL(printed, out.data);
	cJSON_free(printed);
	cJSON_Delete(shown);
	json_answer_words_clear(&w);
	buf_clear(&text);
	buf_clear(&out);
}

static void
a_protected_person_is_only_called_protected_by_every_report(void)
{
	enum rc (*const reports[])(struct buf *, const struct history *, enum lang, struct fault *) = {
		report_text, report_json, report_show_csv, report_html, report_csv, report_fhir,
		report_portal, report_check_text, report_check_json,
	};

	for (size_t i = 0; i < sizeof reports / sizeof reports[0]; i++)
		for (int lang = 0; lang < LANG__COUNT; lang++) {
			const char *text = test_render(reports[i], test_protected(), (enum lang)lang);

			CU_ASSERT_PTR_NULL(strstr(text, "札幌"));
			CU_ASSERT_PTR_NULL(strstr(text, "横浜"));
			CU_ASSERT_PTR_NULL(strstr(text, "ワタシバ"));
			CU_ASSERT_PTR_NULL(strstr(text, "2026-05-12"));
			CU_ASSERT_PTR_NULL(strstr(text, "HepB"));
			CU_ASSERT(strstr(text, "保護") != NULL || strstr(text, "protected") != NULL);
		}
}

static void
text_for_the_office_names_status_days_and_article(void)
{
	const char *text = test_render(report_text, test_infant(), LANG_JA);

	test_keep("show-ja.txt", text);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "宛名番号: 000000000012345"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "2026-05-12（令和8年5月12日）"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "接種間隔が不足しています。"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "実施規則"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "未接種という意味ではありません"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "発熱"));
	CU_ASSERT_PTR_NULL(strstr(text, "old"));
	text = test_render(report_text, test_infant(), LANG_EN);
	test_keep("show-en.txt", text);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "2026-05-12 (12 May 2026)"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "does not count"));
}

RUNNER_SUITE(report_history,
    RUNNER_TEST(a_history_comes_back_from_a_frame_as_it_was),
    RUNNER_TEST(of_a_protected_person_only_the_addressee_crosses),
    RUNNER_TEST(a_cut_or_changed_frame_is_refused_or_well_formed),
    RUNNER_TEST(every_failing_allocation_in_reading_is_told),
    RUNNER_TEST(due_rows_come_back_too),
    RUNNER_TEST(show_json_holds_the_same_answer_as_the_calculator_writes),
    RUNNER_TEST(a_protected_person_is_only_called_protected_by_every_report),
    RUNNER_TEST(text_for_the_office_names_status_days_and_article));

#include <string.h>

#include <cjson/cJSON.h>

#include "tests/lib/runner.h"
#include "tests/unit/test_report.h"

static const struct history_name programme = { "p", "種類", "programme" };
static const struct history_choice choices[] = {
	{ { "V", "ワクチン", "vaccine" }, { 20700 }, { 20800 } },
};
static const struct history_choice later[] = {
	{ { "V", "ワクチン", "vaccine" }, { 20790 }, { 20800 } },
};

/* The mark of one vaccine as of day 20779 (2026-11-22). */
static const char *
mark(struct history_forecast f)
{
	struct history h = *test_infant();
	static char kept[16];
	cJSON *check;

	f.programme = programme;
	f.has_next = true;
	f.n_choice = 1;
	if (f.choice == NULL)
		f.choice = choices;
	h.forecast = &f;
	h.n_forecast = 1;
	check = cJSON_Parse(test_render(report_check_json, &h, LANG_JA));
	strcpy(kept, cJSON_GetObjectItemCaseSensitive(cJSON_GetArrayItem(
	    cJSON_GetObjectItemCaseSensitive(check, "vaccines"), 0), "mark")->valuestring);
	cJSON_Delete(check);
	return kept;
}

static void
the_marks_are_those_of_the_contract(void)
{
	CU_ASSERT_STRING_EQUAL(mark((struct history_forecast){ .status = SCHEDULE_DUE }), "◯");
	CU_ASSERT_STRING_EQUAL(mark((struct history_forecast){ .status = SCHEDULE_DUE, .overdue = true }), "△");
	CU_ASSERT_STRING_EQUAL(mark((struct history_forecast){ .status = SCHEDULE_REVIEW }), "△");
	CU_ASSERT_STRING_EQUAL(mark((struct history_forecast){ .status = SCHEDULE_UPCOMING,
	    .choice = later, .by_judgement = true }), "△");
	CU_ASSERT_STRING_EQUAL(mark((struct history_forecast){ .status = SCHEDULE_UPCOMING,
	    .choice = later }), "✕");
	/* Due with another vaccine, but this one only later. */
	CU_ASSERT_STRING_EQUAL(mark((struct history_forecast){ .status = SCHEDULE_DUE,
	    .choice = later }), "✕");
}

static void
a_clinic_sees_kana_age_and_days_but_no_number_name_or_address(void)
{
	for (int lang = 0; lang < LANG__COUNT; lang++) {
		const char *text = test_render(report_check_text, test_infant(), (enum lang)lang);

		test_keep(lang == LANG_JA ? "check-ja.txt" : "check-en.txt", text);
		CU_ASSERT_PTR_NOT_NULL(strstr(text, "ワタシバ ヨシコ"));
		CU_ASSERT_PTR_NOT_NULL(strstr(text, lang == LANG_JA ? "0歳8か月12日" : "0 years 8 months 12 days"));
		CU_ASSERT_PTR_NOT_NULL(strstr(text, "2026-"));
		CU_ASSERT_PTR_NULL(strstr(text, "000000000012345"));
		CU_ASSERT_PTR_NULL(strstr(text, "123456789012"));
		CU_ASSERT_PTR_NULL(strstr(text, "中央区"));
		CU_ASSERT_PTR_NULL(strstr(text, "渡し場"));
		CU_ASSERT_PTR_NULL(strstr(text, "横浜"));
		text = test_render(report_check_json, test_infant(), (enum lang)lang);
		CU_ASSERT_PTR_NULL(strstr(text, "000000000012345"));
		CU_ASSERT_PTR_NULL(strstr(text, "渡し場"));
		CU_ASSERT_PTR_NOT_NULL(strstr(text, "\"recordsMissing\":true"));
	}
}

static void
age_turns_on_the_birthday_itself(void)
{
	static const struct {
		const char *birth, *as_of, *age;
	} cases[] = {
		{ "2025-11-22", "2026-11-21", "\"age\":{\"years\":0,\"months\":11,\"days\":30}" },
		{ "2025-11-22", "2026-11-22", "\"age\":{\"years\":1,\"months\":0,\"days\":0}" },
		{ "2025-11-22", "2026-12-25", "\"age\":{\"years\":1,\"months\":1,\"days\":3}" },
		{ "2026-01-31", "2026-02-28", "\"age\":{\"years\":0,\"months\":0,\"days\":28}" },
		{ "2026-01-31", "2026-03-01", "\"age\":{\"years\":0,\"months\":1,\"days\":0}" },
		{ "2026-11-22", "2026-11-22", "\"age\":{\"years\":0,\"months\":0,\"days\":0}" },
		{ "1961-11-23", "2026-11-22", "\"age\":{\"years\":64,\"months\":11,\"days\":30}" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct history h = *test_infant();

		CU_ASSERT_EQUAL_FATAL(day_span_parse(cases[i].birth, 10, &h.person.birth), RC_OK);
		CU_ASSERT_EQUAL_FATAL(day_parse(cases[i].as_of, 10, &h.as_of), RC_OK);
		CU_ASSERT_PTR_NOT_NULL(strstr(test_render(report_check_json, &h, LANG_JA), cases[i].age));
	}
}

RUNNER_SUITE(report_check,
    RUNNER_TEST(the_marks_are_those_of_the_contract),
    RUNNER_TEST(a_clinic_sees_kana_age_and_days_but_no_number_name_or_address),
    RUNNER_TEST(age_turns_on_the_birthday_itself));

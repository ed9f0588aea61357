#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "json/answer.h"
#include "tests/lib/countdown.h"
#include "tests/lib/runner.h"
#include "tests/unit/test_json.h"

/* An answer made by hand: what is written does not hang on what the law says today. */
static struct schedule_credit credit[2];
static struct schedule_answer answer;

static struct schedule_reason
reason_of(enum schedule_reason_code code, uint16_t source, day in_force)
{
	return (struct schedule_reason){ .code = (uint16_t)code, .source = source,
	    .in_force = in_force, .day_a = DAY_NONE, .day_b = DAY_NONE, .product = LAW_NONE };
}

static void
make_answer(void)
{
	const struct law *law = test_law();
	uint16_t mr = law_find_product(law, "MR", 2);
	struct schedule_forecast *f = &answer.forecast[0];

	memset(&answer, 0, sizeof answer);
	memset(credit, 0, sizeof credit);
	answer.credit = credit;
	answer.n_credit = 2;
	credit[0].dose_index = 0;
	credit[0].programme = law_find_programme(law, "mr-1", 4);
	credit[0].status = SCHEDULE_VALID;
	credit[0].dose = 1;
	credit[1].dose_index = 2;
	credit[1].programme = law_find_programme(law, "mr-2", 4);
	credit[1].status = SCHEDULE_NOT_VALID;
	credit[1].n_reasons = 1;
	credit[1].reason[0] = reason_of(SCHEDULE_FUTURE, LAW_NONE, DAY_NONE);
	answer.n_forecast = 2;
	f->programme = law_find_programme(law, "mr-2", 4);
	f->status = SCHEDULE_DUE;
	f->overdue = true;
	f->has_next = true;
	f->given = 0;
	f->remaining = 1;
	f->next.dose = 1;
	f->next.kind = LAW_DOSE_SINGLE;
	f->next.earliest = (day){ 20573 };
	f->next.latest = (day){ 20604 };
	f->next.standard_from = DAY_NONE;
	f->next.standard_to = (day){ 20600 };
	f->next.n_choices = 1;
	f->next.choice[0].product = mr;
	f->next.choice[0].earliest = (day){ 20573 };
	f->next.choice[0].latest = DAY_NONE;
	f->n_reasons = 1;
	f->reason[0] = reason_of(SCHEDULE_AGE, 0, (day){ 20544 });
	f[1] = (struct schedule_forecast){ .programme = law_find_programme(law, "bcg", 3),
	    .status = SCHEDULE_NOT_ELIGIBLE };
}

static const char asked[] = "{\"id\":\"p\\\"1\",\"birthDate\":\"2020-05-01\",\"doses\":["
    "{\"id\":\"a\",\"date\":\"2021-05\",\"vaccine\":\"MR\"},"
    "{\"date\":\"2022\",\"vaccine\":\"OTHER\"},"
    "{\"id\":\"\\\\\",\"date\":\"2027-01-01\",\"vaccine\":\"MR\"}]}";

static void
keys_come_in_the_order_of_the_contract_and_absent_ones_not_at_all(void)
{
	struct json_answer_words w;
	struct json_person *p = test_person();
	struct buf out = BUF_INIT(1u << 20), expected = BUF_INIT(1u << 20);
	char hash[LAW_HASH_TEXT_SIZE];
	const struct law *law = test_law();
	day as_of = { 20779 };

	make_answer();
	law_hash_write(law, hash);
	CU_ASSERT_FATAL(test_read(asked, p));
	CU_ASSERT_EQUAL_FATAL(json_answer_words_init(&w, law, LANG_JA, JSON_REASONS_CODES, NULL), RC_OK);
	CU_ASSERT_EQUAL_FATAL(json_answer_write(&w, p, as_of, &answer, NULL, &out), RC_OK);
	CU_ASSERT_EQUAL(buf_printf(&expected,
	    "{\"id\":\"p\\\"1\",\"asOf\":\"2026-11-22\",\"law\":{\"version\":\"%s\",\"hash\":\"%s\"},"
	    "\"doses\":[{\"id\":\"a\",\"date\":\"2021-05\",\"vaccine\":\"MR\",\"credits\":["
	    "{\"programme\":\"mr-1\",\"status\":\"valid\",\"dose\":1,\"reasons\":[]}]},"
	    "{\"date\":\"2022\",\"vaccine\":\"OTHER\",\"credits\":[]},"
	    "{\"id\":\"\\\\\",\"date\":\"2027-01-01\",\"vaccine\":\"MR\",\"credits\":["
	    "{\"programme\":\"mr-2\",\"status\":\"not-valid\",\"reasons\":[{\"code\":\"future\"}]}]}],"
	    "\"forecasts\":[{\"programme\":\"mr-2\",\"status\":\"due\",\"overdue\":true,\"given\":0,"
	    "\"remaining\":1,\"next\":{\"dose\":1,\"kind\":\"single\",\"earliest\":\"2026-04-30\","
	    "\"standardTo\":\"2026-05-27\",\"latest\":\"2026-05-31\",\"vaccines\":["
	    "{\"vaccine\":\"MR\",\"earliest\":\"2026-04-30\"}]},"
	    "\"reasons\":[{\"code\":\"age\",\"source\":\"%s\",\"inForce\":\"2026-04-01\"}]},"
	    "{\"programme\":\"bcg\",\"status\":\"not-eligible\",\"overdue\":false,\"given\":0,"
	    "\"remaining\":0,\"reasons\":[]}]}",
	    law_string(law, law->version), hash, law_string(law, law->source[0].citation_ja)), RC_OK);
	CU_ASSERT_EQUAL(out.len, expected.len);
	CU_ASSERT(out.len == expected.len && memcmp(out.data, expected.data, out.len) == 0);
	json_answer_words_clear(&w);
	buf_clear(&out);
	buf_clear(&expected);
}

static void
reasons_in_words_stand_between_code_and_source(void)
{
	static const struct {
		enum lang lang;
		const char *text;
	} langs[] = {
		{ LANG_JA, "\"code\":\"age\",\"text\":\"法令で定める年齢によります\",\"source\":\"" },
		{ LANG_EN, "\"code\":\"age\",\"text\":\"This follows from the age laid down by law\",\"source\":\"" },
	};
	struct json_person *p = test_person();

	words_open(NULL, NULL);
	make_answer();
	for (size_t i = 0; i < 2; i++) {
		struct json_answer_words w;
		struct buf out = BUF_INIT(1u << 20);

		CU_ASSERT_FATAL(test_read(asked, p));
		CU_ASSERT_EQUAL_FATAL(json_answer_words_init(&w, test_law(), langs[i].lang,
		    JSON_REASONS_TEXT, NULL), RC_OK);
		CU_ASSERT_EQUAL_FATAL(json_answer_write(&w, p, (day){ 20779 }, &answer, NULL, &out), RC_OK);
		CU_ASSERT_EQUAL_FATAL(buf_add_char(&out, '\0'), RC_OK);
		CU_ASSERT_PTR_NOT_NULL(strstr(out.data, langs[i].text));
		json_answer_words_clear(&w);
		buf_clear(&out);
	}
}

static void
an_answer_over_the_ceiling_leaves_nothing_behind(void)
{
	struct json_answer_words w;
	struct json_person *p = test_person();

	make_answer();
	CU_ASSERT_FATAL(test_read(asked, p));
	CU_ASSERT_EQUAL_FATAL(json_answer_words_init(&w, test_law(), LANG_JA, JSON_REASONS_CODES, NULL),
	    RC_OK);
	for (size_t max = 0; max < 3000; max += 50) {
		struct buf out = BUF_INIT(max + 5);
		enum rc rc;

		CU_ASSERT_EQUAL_FATAL(buf_add_text(&out, "kept\n"), RC_OK);
		rc = json_answer_write(&w, p, (day){ 20779 }, &answer, NULL, &out);
		CU_ASSERT(rc == RC_OK || (rc == RC_TOO_BIG && out.len == 5));
		buf_clear(&out);
	}
	json_answer_words_clear(&w);
}

static void
what_the_calculator_answers_is_json_that_another_reader_takes(void)
{
	static struct schedule_work work;
	static struct schedule_credit room[SCHEDULE_CREDITS_PER_DOSE * 16];
	struct json_person *p = test_person();
	struct json_answer_words w;
	struct schedule_answer made = { .credit = room, .room_credit = sizeof room / sizeof room[0] };
	struct buf out = BUF_INIT(1u << 20);
	cJSON *read, *forecasts;

	CU_ASSERT_FATAL(test_read(asked, p));
	CU_ASSERT_EQUAL_FATAL(json_answer_words_init(&w, test_law(), LANG_JA, JSON_REASONS_TEXT, NULL),
	    RC_OK);
	struct schedule_question q = { .law = test_law(), .person = &p->person, .dose = p->dose,
	    .n_dose = p->n_dose, .as_of = { 20779 }, .reasons = true };
	CU_ASSERT_EQUAL_FATAL(schedule_answer(&q, &work, &made), RC_OK);
	CU_ASSERT_EQUAL_FATAL(json_answer_write(&w, p, (day){ 20779 }, &made, NULL, &out), RC_OK);
	read = cJSON_ParseWithLength(out.data, out.len);
	CU_ASSERT_PTR_NOT_NULL_FATAL(read);
	CU_ASSERT_EQUAL(cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(read, "doses")), 3);
	forecasts = cJSON_GetObjectItemCaseSensitive(read, "forecasts");
	CU_ASSERT_EQUAL(cJSON_GetArraySize(forecasts), test_law()->n_programme);
	for (int i = 0; i < cJSON_GetArraySize(forecasts); i++) {
		const cJSON *name = cJSON_GetObjectItemCaseSensitive(cJSON_GetArrayItem(forecasts, i),
		    "programme");

		CU_ASSERT_STRING_EQUAL(name->valuestring,
		    law_string(test_law(), test_law()->programme[i].code));
	}
	cJSON_Delete(read);
	json_answer_words_clear(&w);
	buf_clear(&out);
}

static void
an_error_names_person_place_and_code(void)
{
	struct json_person *p = test_person();
	struct buf out = BUF_INIT(4096);

	words_open(NULL, NULL);
	CU_ASSERT(!test_read("{\"id\":\"x\\\"\",\"birthDate\":\"2025-03-10\",\"doses\":[{\"date\":\"2025-02-30\","
	    "\"vaccine\":\"MR\"}]}", p));
	CU_ASSERT_EQUAL(json_error_write(LANG_EN, p, &p->error, &out), RC_OK);
	CU_ASSERT_STRING_EQUAL(out.data, "{\"id\":\"x\\\"\",\"error\":{\"place\":\"doses[0].date\","
	    "\"code\":\"not-a-day\",\"text\":\"there is no such day\"}}");
	buf_truncate(&out, 0);
	CU_ASSERT(!test_read("nonsense", p));
	CU_ASSERT_EQUAL(json_error_write(LANG_JA, p, &p->error, &out), RC_OK);
	CU_ASSERT_PTR_NOT_NULL(strstr(out.data, "{\"error\":{\"place\":\"\",\"code\":\""));
	buf_clear(&out);
}

static void
preparing_survives_any_failing_allocation(void)
{
	for (long n = 0;; n++) {
		struct json_answer_words w;
		enum rc rc;

		fail_after(n);
		rc = json_answer_words_init(&w, test_law(), LANG_EN, JSON_REASONS_CODES, NULL);
		fail_never();
		json_answer_words_clear(&w);
		if (rc == RC_OK)
			break;
		CU_ASSERT_EQUAL_FATAL(rc, RC_NOMEM);
	}
}

RUNNER_SUITE(json_answer,
    RUNNER_TEST(keys_come_in_the_order_of_the_contract_and_absent_ones_not_at_all),
    RUNNER_TEST(reasons_in_words_stand_between_code_and_source),
    RUNNER_TEST(an_answer_over_the_ceiling_leaves_nothing_behind),
    RUNNER_TEST(what_the_calculator_answers_is_json_that_another_reader_takes),
    RUNNER_TEST(an_error_names_person_place_and_code),
    RUNNER_TEST(preparing_survives_any_failing_allocation));

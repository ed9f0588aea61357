#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "tests/lib/runner.h"
#include "tests/unit/test_json.h"

static const char whole_person[] =
    "{\"id\":\"any\",\"birthDate\":\"2025-03-10\",\"sex\":\"female\","
    "\"doses\":[{\"id\":\"d1\",\"date\":\"2025-05-12\",\"vaccine\":\"DPT-IPV-Hib\",\"lot\":\"X12\","
    "\"volumeMl\":0.5},{\"date\":\"2025-06\",\"vaccine\":\"MR\"},{\"date\":\"2025\",\"vaccine\":\"OTHER\"}],"
    "\"conditions\":[{\"code\":\"history-varicella\",\"date\":\"2026-01-05\"},{\"code\":\"keloid\"}],"
    "\"extensions\":[{\"programme\":\"mr-1\",\"from\":\"2025-04-01\",\"until\":\"2027-03-31\","
    "\"basis\":\"shortage\"}],"
    "\"gestation\":{\"date\":\"2026-11-22\",\"weeks\":30,\"days\":2},"
    "\"rubellaAntibody\":{\"date\":\"2024-05-01\",\"result\":\"low\"}}";

static day
on(const char *text)
{
	day d = DAY_NONE;

	CU_ASSERT_EQUAL_FATAL(day_parse(text, strlen(text), &d), RC_OK);
	return d;
}

static void
every_part_of_a_person_is_read(void)
{
	struct json_person *p = test_person();

	CU_ASSERT_FATAL(test_read(whole_person, p));
	CU_ASSERT(p->has_id && strcmp(p->id.text, "any") == 0);
	CU_ASSERT(day_equal(p->person.birth, on("2025-03-10")));
	CU_ASSERT_EQUAL(p->person.sex, SCHEDULE_SEX_FEMALE);
	CU_ASSERT_EQUAL_FATAL(p->n_dose, 3);
	CU_ASSERT_STRING_EQUAL(p->dose[0].id, "d1");
	CU_ASSERT(day_equal(p->dose[0].given.first, on("2025-05-12")) &&
	    day_equal(p->dose[0].given.last, on("2025-05-12")));
	CU_ASSERT_EQUAL(p->dose[0].product, law_find_product(test_law(), "DPT-IPV-Hib", 11));
	CU_ASSERT(!p->echo[1].has_id && day_equal(p->dose[1].given.last, on("2025-06-30")));
	CU_ASSERT(day_equal(p->dose[2].given.first, on("2025-01-01")));
	CU_ASSERT_EQUAL_FATAL(p->person.n_condition, 2);
	CU_ASSERT(day_equal(p->condition[0].from, on("2026-01-05")));
	CU_ASSERT(!day_known(p->condition[1].from));
	CU_ASSERT_EQUAL(p->condition[1].condition, law_find_condition(test_law(), "keloid", 6));
	CU_ASSERT_EQUAL_FATAL(p->person.n_extension, 1);
	CU_ASSERT_EQUAL(p->extension[0].basis, SCHEDULE_SHORTAGE);
	CU_ASSERT(day_equal(p->person.pregnancy_start, day_add(on("2026-11-22"), -212)));
	CU_ASSERT(p->person.antibody_low && day_equal(p->person.antibody_date, on("2024-05-01")));
}

static void
only_the_birth_date_is_required(void)
{
	struct json_person *p = test_person();

	CU_ASSERT(test_read(" { \"birthDate\" : \"2025-03-10\" }\r\n", p));
	CU_ASSERT(!p->has_id && p->n_dose == 0 && p->person.sex == SCHEDULE_SEX_UNKNOWN);
	CU_ASSERT(!day_known(p->person.pregnancy_start) && !day_known(p->person.antibody_date));
}

static void
escapes_are_read_and_quotes_remembered(void)
{
	struct json_person *p = test_person();

	CU_ASSERT_FATAL(test_read("{\"id\":\"a\\\"b\\\\\\/\\u3042\\ud842\\udfb7\",\"birthDate\":\"2025-03-10\"}", p));
	CU_ASSERT_STRING_EQUAL(p->id.text, "a\"b\\/あ𠮷");
	CU_ASSERT(!p->id.plain);
	CU_ASSERT_FATAL(test_read("{\"\\u0069d\":\"渡し𠮷\",\"birthDate\":\"2025-03-10\"}", p));
	CU_ASSERT(p->id.plain && strcmp(p->id.text, "渡し𠮷") == 0);
}

struct refusal {
	const char *text, *code, *place;
};

#define B "\"birthDate\":\"2025-03-10\""
#define D(rest) "{" B ",\"doses\":[" rest "]}"

static const struct refusal refusals[] = {
	/* the grammar */
	{ "", "not-json", "" },
	{ "{", "not-json", "" },
	{ "{" B, "not-json", "" },
	{ "{" B ",}", "not-json", "" },
	{ "{" B " \"sex\":\"male\"}", "not-json", "" },
	{ "{\"birthDate\":2025-03-10}", "wrong-type", "birthDate" },
	{ "{'birthDate':'2025-03-10'}", "not-json", "" },
	{ "{birthDate:1}", "not-json", "" },
	{ "{\"birthDate\" \"2025-03-10\"}", "not-json", "birthDate" },
	{ "{\"id\":tru,\"birthDate\":\"2025-03-10\"}", "not-json", "id" },
	{ D("{\"volumeMl\":01}"), "not-json", "doses[0]" },
	{ D("{\"volumeMl\":.5}"), "not-json", "doses[0].volumeMl" },
	{ D("{\"volumeMl\":0.}"), "not-json", "doses[0].volumeMl" },
	{ D("{\"volumeMl\":1e}"), "not-json", "doses[0].volumeMl" },
	{ "{\"id\":\"\\x\"," B "}", "not-json", "id" },
	{ "{\"id\":\"\\u12\"," B "}", "not-json", "id" },
	{ "{\"id\":\"abc", "not-json", "id" },
	{ "\xef\xbb\xbf{" B "}", "not-json", "" },
	/* characters */
	{ "{\"id\":\"\xff\"," B "}", "not-utf8", "id" },
	{ "{\"id\":\"\xc0\xaf\"," B "}", "not-utf8", "id" },
	{ "{\"id\":\"\xed\xa0\x80\"," B "}", "not-utf8", "id" },
	{ "{\"id\":\"\xf4\x90\x80\x80\"," B "}", "not-utf8", "id" },
	{ "{\"id\":\"\xe3\x81\"," B "}", "not-utf8", "id" },
	{ "{\"id\":\"\\ud842\"," B "}", "not-utf8", "id" },
	{ "{\"id\":\"\\udfb7\"," B "}", "not-utf8", "id" },
	{ "{\"id\":\"a\nb\"," B "}", "control-character", "id" },
	{ "{\"id\":\"a\\nb\"," B "}", "control-character", "id" },
	{ "{\"id\":\"a\\u0000b\"," B "}", "control-character", "id" },
	{ "{\"id\":\"a\\u001fb\"," B "}", "control-character", "id" },
	{ "{\"id\":\"a\x7f\"," B "}", "control-character", "id" },
	{ "{\"id\":\"a\xc2\x80\"," B "}", "control-character", "id" },
	{ "{\"id\":\"a\xef\xbf\xbf\"," B "}", "control-character", "id" },
	{ "{\"id\":\"a\\uffff\"," B "}", "control-character", "id" },
	{ "{" B "\x01}", "control-character", "" },
	/* what follows */
	{ "{" B "} x", "trailing-text", "" },
	{ "{" B "}{" B "}", "trailing-text", "" },
	{ "{" B "}\x01", "control-character", "" },
	/* keys */
	{ "{" B ",\"birthdate\":\"2025-03-10\"}", "unknown-key", "birthdate" },
	{ "{" B ",\"name\":{\"a\":[1,2,{\"b\":null}]}}", "unknown-key", "name" },
	{ "{" B "," B "}", "duplicate-key", "birthDate" },
	{ D("{\"date\":\"2025-05-12\",\"vaccine\":\"MR\",\"date\":\"2025-05-12\"}"), "duplicate-key",
	    "doses[0].date" },
	{ D("{\"date\":\"2025-05-12\",\"vaccine\":\"MR\",\"site\":\"left\"}"), "unknown-key",
	    "doses[0].site" },
	{ "{" B ",\"\":1}", "unknown-key", "" },
	/* types */
	{ "[]", "wrong-type", "" },
	{ "null", "wrong-type", "" },
	{ "{\"birthDate\":null}", "wrong-type", "birthDate" },
	{ "{" B ",\"id\":7}", "wrong-type", "id" },
	{ "{" B ",\"doses\":{}}", "wrong-type", "doses" },
	{ D("\"MR\""), "wrong-type", "doses[0]" },
	{ D("{\"date\":\"2025-05-12\",\"vaccine\":\"MR\",\"volumeMl\":\"0.5\"}"), "wrong-type",
	    "doses[0].volumeMl" },
	{ "{" B ",\"gestation\":{\"date\":\"2026-11-22\",\"weeks\":30.5,\"days\":2}}", "wrong-type",
	    "gestation.weeks" },
	/* what is missing */
	{ "{}", "missing", "birthDate" },
	{ D("{\"date\":\"2025-05-12\"}"), "missing", "doses[0].vaccine" },
	{ D("{\"date\":\"2025-05-12\",\"vaccine\":\"MR\"},{\"vaccine\":\"MR\"}"), "missing",
	    "doses[1].date" },
	{ "{" B ",\"conditions\":[{\"date\":\"2025-05-12\"}]}", "missing", "conditions[0].code" },
	{ "{" B ",\"conditions\":[{\"code\":\"died\"}]}", "missing", "conditions[0].date" },
	{ "{" B ",\"extensions\":[{\"programme\":\"mr-1\",\"from\":\"2025-04-01\",\"until\":\"2027-03-31\"}]}",
	    "missing", "extensions[0].basis" },
	{ "{" B ",\"gestation\":{\"date\":\"2026-11-22\",\"weeks\":30}}", "missing", "gestation.days" },
	{ "{" B ",\"rubellaAntibody\":{\"result\":\"low\"}}", "missing", "rubellaAntibody.date" },
	/* days */
	{ "{\"birthDate\":\"2025-02-29\"}", "not-a-day", "birthDate" },
	{ "{\"birthDate\":\"2025-13-01\"}", "not-a-day", "birthDate" },
	{ "{\"birthDate\":\"2025-3-10\"}", "not-a-day", "birthDate" },
	{ "{\"birthDate\":\"2025-03\"}", "not-a-day", "birthDate" },
	{ "{\"birthDate\":\"2025/03/10\"}", "not-a-day", "birthDate" },
	{ "{\"birthDate\":\"令和7年3月10日\"}", "not-a-day", "birthDate" },
	{ "{\"birthDate\":\"2025-03-10T00:00\"}", "not-a-day", "birthDate" },
	{ "{\"birthDate\":\"1867-12-31\"}", "year-out-of-range", "birthDate" },
	{ "{\"birthDate\":\"2200-01-01\"}", "year-out-of-range", "birthDate" },
	{ "{\"birthDate\":\"2026-11-23\"}", "birth-after-as-of", "birthDate" },
	{ D("{\"date\":\"2025-05-32\",\"vaccine\":\"MR\"}"), "not-a-day", "doses[0].date" },
	{ D("{\"date\":\"2025-05-12\",\"vaccine\":\"MR\"},{\"date\":\"2025-05-12\",\"vaccine\":\"MR\"},"
	    "{\"date\":\"2025-00\",\"vaccine\":\"MR\"}"), "not-a-day", "doses[2].date" },
	{ D("{\"date\":\"1867\",\"vaccine\":\"MR\"}"), "year-out-of-range", "doses[0].date" },
	{ "{" B ",\"conditions\":[{\"code\":\"keloid\",\"date\":\"2025-05\"}]}", "not-a-day",
	    "conditions[0].date" },
	{ "{" B ",\"extensions\":[{\"programme\":\"mr-1\",\"from\":\"2025-04-01\",\"until\":\"2025-03-31\","
	    "\"basis\":\"shortage\"}]}", "until-before-from", "extensions[0].until" },
	/* codes and numbers */
	{ "{" B ",\"sex\":\"F\"}", "unknown-code", "sex" },
	{ D("{\"date\":\"2025-05-12\",\"vaccine\":\"mr\"}"), "unknown-code", "doses[0].vaccine" },
	{ D("{\"date\":\"2025-05-12\",\"vaccine\":\"\"}"), "unknown-code", "doses[0].vaccine" },
	{ "{" B ",\"conditions\":[{\"code\":\"flu\"}]}", "unknown-code", "conditions[0].code" },
	{ "{" B ",\"extensions\":[{\"programme\":\"mr\",\"from\":\"2025-04-01\",\"until\":\"2027-03-31\","
	    "\"basis\":\"shortage\"}]}", "unknown-code", "extensions[0].programme" },
	{ "{" B ",\"extensions\":[{\"programme\":\"mr-1\",\"from\":\"2025-04-01\",\"until\":\"2027-03-31\","
	    "\"basis\":\"holiday\"}]}", "unknown-code", "extensions[0].basis" },
	{ "{" B ",\"rubellaAntibody\":{\"date\":\"2024-05-01\",\"result\":\"good\"}}", "unknown-code",
	    "rubellaAntibody.result" },
	{ "{" B ",\"gestation\":{\"date\":\"2026-11-22\",\"weeks\":51,\"days\":0}}", "out-of-range",
	    "gestation.weeks" },
	{ "{" B ",\"gestation\":{\"date\":\"2026-11-22\",\"weeks\":30,\"days\":7}}", "out-of-range",
	    "gestation.days" },
	{ D("{\"date\":\"2025-05-12\",\"vaccine\":\"MR\",\"volumeMl\":-1}"), "out-of-range",
	    "doses[0].volumeMl" },
	{ D("{\"date\":\"2025-05-12\",\"vaccine\":\"MR\",\"volumeMl\":99999999999999999999}"),
	    "out-of-range", "doses[0].volumeMl" },
	/* depth */
	{ "{\"x\":[[[[[[[[[[1]]]]]]]]]]," B "}", "unknown-key", "x" },
};

static void
each_refusal_names_its_code_and_place(void)
{
	struct json_person *p = test_person();

	for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
		const struct refusal *r = &refusals[i];
		bool read = test_read(r->text, p);

		CU_ASSERT_FALSE(read);
		if (read)
			continue;
		if (strcmp(json_error_name(p->error.code), r->code) != 0 ||
		    strcmp(p->error.place, r->place) != 0) {
			printf("%s\n  expected %s at '%s', got %s at '%s'\n", r->text, r->code, r->place,
			    json_error_name(p->error.code), p->error.place);
			CU_FAIL("another refusal");
		}
	}
}

static void
a_nul_within_the_text_is_refused(void)
{
	static const char in_string[] = "{\"id\":\"a\0b\"," B "}";
	static const char between[] = "{" B "\0}";
	static const char after[] = "{" B "}\0";
	struct json_person *p = test_person();

	CU_ASSERT(!test_read_n(in_string, sizeof in_string - 1, p));
	CU_ASSERT_EQUAL(p->error.code, JSON_CONTROL_CHARACTER);
	CU_ASSERT(!test_read_n(between, sizeof between - 1, p));
	CU_ASSERT_EQUAL(p->error.code, JSON_CONTROL_CHARACTER);
	CU_ASSERT(!test_read_n(after, sizeof after - 1, p));
	CU_ASSERT_EQUAL(p->error.code, JSON_CONTROL_CHARACTER);
}

static void
the_id_is_found_even_after_an_error(void)
{
	struct json_person *p = test_person();

	CU_ASSERT(!test_read("{\"birthDate\":\"2025-02-30\",\"doses\":[{\"x\":[]}],\"id\":\"late\"}", p));
	CU_ASSERT(p->has_id && strcmp(p->id.text, "late") == 0);
	CU_ASSERT_STRING_EQUAL(p->error.place, "birthDate");
}

static void
a_broken_id_is_no_id(void)
{
	struct json_person *p = test_person();

	CU_ASSERT(test_read("{\"id\":\"first\"," B "}", p));
	CU_ASSERT(!test_read("{\"id\":\"a\\x\"," B "}", p));
	CU_ASSERT(!p->has_id);
	CU_ASSERT(!test_read("{\"id\":\"a", p));
	CU_ASSERT(!p->has_id);
	CU_ASSERT(!test_read(D("{\"id\":\"\xff\"}"), p));
	CU_ASSERT(!p->echo[0].has_id);
}

/* A person with n doses, conditions or extensions. */
static char *
many(const char *list, const char *element, size_t n)
{
	struct buf b = BUF_INIT(1u << 24);

	CU_ASSERT_EQUAL_FATAL(buf_printf(&b, "{" B ",\"%s\":[", list), RC_OK);
	for (size_t i = 0; i < n; i++)
		CU_ASSERT_EQUAL_FATAL(buf_printf(&b, "%s%s", i > 0 ? "," : "", element), RC_OK);
	CU_ASSERT_EQUAL_FATAL(buf_add_text(&b, "]}"), RC_OK);
	return b.data;
}

static void
a_thousand_doses_are_read_and_one_more_refused(void)
{
	static const struct {
		const char *list, *element;
		size_t most;
	} lists[] = {
		{ "doses", "{\"date\":\"2025-05-12\",\"vaccine\":\"MR\"}", LIMIT_PERSON_DOSES },
		{ "conditions", "{\"code\":\"keloid\"}", LIMIT_PERSON_CONDITIONS },
		{ "extensions", "{\"programme\":\"mr-1\",\"from\":\"2025-04-01\",\"until\":\"2027-03-31\","
		    "\"basis\":\"disaster\"}", LIMIT_PERSON_EXTENSIONS },
	};
	struct json_person *p = test_person();

	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		char *fits = many(lists[i].list, lists[i].element, lists[i].most);
		char *over = many(lists[i].list, lists[i].element, lists[i].most + 5);

		CU_ASSERT(test_read(fits, p));
		CU_ASSERT(!test_read(over, p));
		CU_ASSERT_EQUAL(p->error.code, JSON_TOO_MANY);
		CU_ASSERT_STRING_EQUAL(p->error.place, lists[i].list);
		free(fits);
		free(over);
	}
}

static void
deep_nesting_is_refused_without_harm(void)
{
	char text[40000];
	struct json_person *p = test_person();

	memset(text, '[', sizeof text);
	CU_ASSERT(!test_read_n(text, sizeof text, p));
	memcpy(text, "{\"x\":", 5);
	CU_ASSERT(!test_read_n(text, sizeof text, p));
}

static void
a_text_cut_anywhere_is_refused(void)
{
	struct json_person *p = test_person();

	for (size_t len = 0; len < sizeof whole_person - 1; len++)
		CU_ASSERT(!test_read_n(whole_person, len, p));
}

static void
a_changed_byte_never_breaks_the_reader(void)
{
	char text[sizeof whole_person];
	struct json_person *p = test_person();
	size_t read = 0, n = 0;

	for (size_t at = 0; at < sizeof whole_person - 1; at++)
		for (int v = 0; v < 256; v += at % 3 == 0 ? 1 : 7, n++) {
			memcpy(text, whole_person, sizeof text);
			text[at] = (char)v;
			if (test_read_n(text, sizeof text - 1, p)) {
				read++;
				CU_ASSERT(p->n_dose == 3 && day_known(p->person.birth));
			} else
				CU_ASSERT(p->error.code != JSON_FINE &&
				    strlen(p->error.place) < JSON_PLACE_SIZE);
		}
	/* Digits and letters of free text may change; most changes may not. */
	CU_ASSERT(read > 0 && read < n / 4);
}

/* Keys are looked for whole first, as most people write them. */
static void
a_space_or_an_escape_in_a_key_changes_nothing(void)
{
	static const char order[] = "{\"sex\":\"female\",\"doses\":[{\"vaccine\":\"MR\",\"volumeMl\":0.5,\"date\":\"2026-06-01\","
	    "\"lot\":\"X\",\"id\":\"last\"}],\"birthDate\":\"2025-03-10\"}";
	char text[sizeof whole_person + 8];
	struct json_person *p = test_person();
	size_t n = 0;

	for (const char *at = whole_person; *at != '\0'; at++) {
		size_t before = (size_t)(at - whole_person);

		if (strchr(":,{[", *at) != NULL)
			snprintf(text, sizeof text, "%.*s %s", (int)before + 1, whole_person, at + 1);
		else if (at[0] == '"' && at[1] >= 'a' && (strchr(",{[", at[-1]) != NULL))
			snprintf(text, sizeof text, "%.*s\\u%04x%s", (int)before + 1, whole_person, (unsigned)at[1], at + 2);
		else
			continue;
		n++;
		CU_ASSERT_FATAL(test_read(text, p));
		CU_ASSERT(p->has_id && strcmp(p->id.text, "any") == 0);
		CU_ASSERT(day_equal(p->person.birth, on("2025-03-10")));
		CU_ASSERT_EQUAL_FATAL(p->n_dose, 3);
		CU_ASSERT(day_equal(p->dose[0].given.last, on("2025-05-12")));
		CU_ASSERT(strcmp(p->dose[0].id, "d1") == 0 && p->dose[1].product == law_find_product(test_law(), "MR", 2));
		CU_ASSERT(p->person.n_condition == 2 && p->person.n_extension == 1 && p->person.antibody_low);
		CU_ASSERT(day_equal(p->person.pregnancy_start, day_add(on("2026-11-22"), -212)));
	}
	CU_ASSERT(n > 60);
	CU_ASSERT_FATAL(test_read(order, p));
	CU_ASSERT(p->n_dose == 1 && day_equal(p->dose[0].given.first, on("2026-06-01")) && strcmp(p->dose[0].id, "last") == 0);
	CU_ASSERT(day_equal(p->person.birth, on("2025-03-10")));
}

static void
a_long_foreign_key_is_cut_at_a_character(void)
{
	char text[4000] = "{\"";
	struct json_person *p = test_person();
	size_t n = 2;

	while (n < 3000)
		n += (size_t)snprintf(text + n, sizeof text - n, "渡");
	snprintf(text + n, sizeof text - n, "\":1," B "}");
	CU_ASSERT(!test_read(text, p));
	CU_ASSERT_EQUAL(p->error.code, JSON_UNKNOWN_KEY);
	CU_ASSERT_EQUAL(strlen(p->error.place), 48);
}

RUNNER_SUITE(json_person,
    RUNNER_TEST(every_part_of_a_person_is_read),
    RUNNER_TEST(only_the_birth_date_is_required),
    RUNNER_TEST(escapes_are_read_and_quotes_remembered),
    RUNNER_TEST(each_refusal_names_its_code_and_place),
    RUNNER_TEST(a_nul_within_the_text_is_refused),
    RUNNER_TEST(the_id_is_found_even_after_an_error),
    RUNNER_TEST(a_broken_id_is_no_id),
    RUNNER_TEST(a_thousand_doses_are_read_and_one_more_refused),
    RUNNER_TEST(deep_nesting_is_refused_without_harm),
    RUNNER_TEST(a_text_cut_anywhere_is_refused),
    RUNNER_TEST(a_changed_byte_never_breaks_the_reader),
    RUNNER_TEST(a_space_or_an_escape_in_a_key_changes_nothing),
    RUNNER_TEST(a_long_foreign_key_is_cut_at_a_character));

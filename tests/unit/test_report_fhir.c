#include <string.h>

#include <cjson/cJSON.h>

#include "tests/lib/runner.h"
#include "tests/unit/test_report.h"

static const char *
text_of(const cJSON *object, const char *key)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

	return cJSON_IsString(item) ? item->valuestring : "";
}

static const cJSON *
of(const cJSON *object, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(object, key);
}

/* "urn:uuid:" and a version 8 UUID. */
static bool
is_urn(const char *text)
{
	static const char shape[] = "urn:uuid:xxxxxxxx-xxxx-8xxx-Nxxx-xxxxxxxxxxxx";

	if (strlen(text) != sizeof shape - 1)
		return false;
	for (size_t i = 0; shape[i] != '\0'; i++)
		if (i > 8 && shape[i] == 'x' ? strchr("0123456789abcdef", text[i]) == NULL :
		    shape[i] == 'N' ? strchr("89ab", text[i]) == NULL : text[i] != shape[i])
			return false;
	return true;
}

/* FHIR allows neither empty arrays nor empty objects nor empty text. */
static bool
nothing_empty(const cJSON *item)
{
	const cJSON *child;

	if ((cJSON_IsArray(item) || cJSON_IsObject(item)) && item->child == NULL)
		return false;
	if (cJSON_IsString(item) && item->valuestring[0] == '\0')
		return false;
	cJSON_ArrayForEach(child, item)
		if (!nothing_empty(child))
			return false;
	return true;
}

static bool
one_of(const char *text, const char *const *list)
{
	for (; *list != NULL; list++)
		if (strcmp(*list, text) == 0)
			return true;
	return false;
}

/* Every reference points at an entry of the bundle. */
static bool
references_hold(const cJSON *item, const cJSON *entries)
{
	const cJSON *child, *entry;
	bool found;

	cJSON_ArrayForEach(child, item) {
		if (child->string != NULL && strcmp(child->string, "reference") == 0) {
			found = false;
			cJSON_ArrayForEach(entry, entries)
				found = found || strcmp(text_of(entry, "fullUrl"), child->valuestring) == 0;
			if (!found)
				return false;
		}
		if (!references_hold(child, entries))
			return false;
	}
	return true;
}

static void
check_immunization(const cJSON *r)
{
	static const char *const statuses[] = { "completed", "entered-in-error", "not-done", NULL };
	const cJSON *coding = of(of(r, "vaccineCode"), "coding"), *protocol;

	CU_ASSERT(one_of(text_of(r, "status"), statuses));
	CU_ASSERT(text_of(cJSON_GetArrayItem(coding, 0), "system")[0] != '\0');
	CU_ASSERT(text_of(cJSON_GetArrayItem(coding, 0), "code")[0] != '\0');
	CU_ASSERT(is_urn(text_of(of(r, "patient"), "reference")));
	CU_ASSERT((text_of(r, "occurrenceDateTime")[0] != '\0') != (text_of(r, "occurrenceString")[0] != '\0'));
	cJSON_ArrayForEach(protocol, of(r, "protocolApplied"))
		CU_ASSERT(of(protocol, "doseNumberPositiveInt")->valueint >= 1);
}

static void
check_recommendation(const cJSON *r)
{
	const cJSON *one;

	CU_ASSERT(text_of(r, "date")[0] != '\0');
	CU_ASSERT(cJSON_GetArraySize(of(r, "recommendation")) > 0);
	cJSON_ArrayForEach(one, of(r, "recommendation")) {
		const cJSON *criterion;

		CU_ASSERT(of(one, "vaccineCode") != NULL || of(one, "targetDisease") != NULL);
		CU_ASSERT(cJSON_GetArraySize(of(of(one, "forecastStatus"), "coding")) > 0);
		cJSON_ArrayForEach(criterion, of(one, "dateCriterion")) {
			CU_ASSERT(of(criterion, "code") != NULL);
			CU_ASSERT_EQUAL(strlen(text_of(criterion, "value")), 10);
		}
	}
}

static void
the_bundle_has_what_r4_requires(void)
{
	for (int lang = 0; lang < LANG__COUNT; lang++) {
		const char *text = test_render(report_fhir, test_infant(), (enum lang)lang);
		cJSON *bundle = cJSON_Parse(text);
		const cJSON *entries = of(bundle, "entry"), *entry;
		size_t immunizations = 0, patients = 0, recommendations = 0, errors = 0, not_done = 0;

		test_keep("record.fhir.json", text);
		CU_ASSERT_STRING_EQUAL(text_of(bundle, "resourceType"), "Bundle");
		CU_ASSERT_STRING_EQUAL(text_of(bundle, "type"), "collection");
		CU_ASSERT(nothing_empty(bundle));
		CU_ASSERT(references_hold(bundle, entries));
		cJSON_ArrayForEach(entry, entries) {
			const cJSON *r = of(entry, "resource"), *again;
			const char *type = text_of(r, "resourceType");
			int same = 0;

			CU_ASSERT(is_urn(text_of(entry, "fullUrl")));
			cJSON_ArrayForEach(again, entries)
				same += strcmp(text_of(again, "fullUrl"), text_of(entry, "fullUrl")) == 0;
			CU_ASSERT_EQUAL(same, 1);
			if (strcmp(type, "Immunization") == 0) {
				immunizations++;
				errors += strcmp(text_of(r, "status"), "entered-in-error") == 0;
				not_done += strcmp(text_of(r, "status"), "not-done") == 0;
				check_immunization(r);
			} else if (strcmp(type, "ImmunizationRecommendation") == 0) {
				recommendations++;
				check_recommendation(r);
			} else if (strcmp(type, "Patient") == 0) {
				patients++;
				CU_ASSERT_STRING_EQUAL(text_of(r, "birthDate"), "2026-03-10");
				CU_ASSERT_STRING_EQUAL(text_of(r, "gender"), "female");
				CU_ASSERT(of(r, "identifier") == NULL && of(r, "address") == NULL);
			}
		}
		CU_ASSERT(immunizations == 10 && patients == 1 && recommendations == 1);
		CU_ASSERT(errors == 1 && not_done == 1);
		cJSON_Delete(bundle);
	}
}

static void
neither_numbers_nor_address_are_in_what_a_resident_takes_away(void)
{
	enum rc (*const reports[])(struct buf *, const struct history *, enum lang, struct fault *) = {
		report_fhir, report_portal, report_csv, report_html,
	};

	for (size_t i = 0; i < sizeof reports / sizeof reports[0]; i++) {
		const char *text = test_render(reports[i], test_infant(), LANG_JA);

		CU_ASSERT_PTR_NULL(strstr(text, "000000000012345"));
		CU_ASSERT_PTR_NULL(strstr(text, "123456789012"));
		CU_ASSERT_PTR_NULL(strstr(text, "中央区"));
	}
}

static void
an_empty_record_says_that_nothing_is_known(void)
{
	struct history h = *test_infant();
	cJSON *bundle;
	const cJSON *entry;
	bool said = false;

	h.statement = NULL;
	h.n_statement = 0;
	bundle = cJSON_Parse(test_render(report_fhir, &h, LANG_EN));
	CU_ASSERT(nothing_empty(bundle));
	cJSON_ArrayForEach(entry, of(bundle, "entry"))
		said = said || of(of(entry, "resource"), "emptyReason") != NULL;
	CU_ASSERT(said);
	cJSON_Delete(bundle);
}

static void
the_portal_list_is_flat_with_depth_code_name_and_value(void)
{
	cJSON *list = cJSON_Parse(test_render(report_portal, test_infant(), LANG_JA));
	const cJSON *items = of(list, "items"), *item;
	size_t doses = 0;

	cJSON_ArrayForEach(item, items) {
		CU_ASSERT_EQUAL(cJSON_GetArraySize(item), 4);
		CU_ASSERT(of(item, "depth")->valueint == 1 || of(item, "depth")->valueint == 2);
		CU_ASSERT_EQUAL(strlen(text_of(item, "code")), 10);
		CU_ASSERT(text_of(item, "name")[0] != '\0' && cJSON_IsString(of(item, "value")));
		doses += strcmp(text_of(item, "name"), "記録番号（発生元）") == 0;
	}
	CU_ASSERT_EQUAL(doses, 10);
	CU_ASSERT_STRING_EQUAL(text_of(cJSON_GetArrayItem(items, 2), "value"), "ワタシバヨシコ");
	cJSON_Delete(list);
}

RUNNER_SUITE(report_fhir,
    RUNNER_TEST(the_bundle_has_what_r4_requires),
    RUNNER_TEST(neither_numbers_nor_address_are_in_what_a_resident_takes_away),
    RUNNER_TEST(an_empty_record_says_that_nothing_is_known),
    RUNNER_TEST(the_portal_list_is_flat_with_depth_code_name_and_value));

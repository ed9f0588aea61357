#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "store/store_search.h"
#include "tests/unit/test_store.h"

static void
add(struct test_store *t, const char *no, const char *name, const char *kana, const char *born,
    const struct person_name *alias)
{
	struct person p = test_person(no);
	struct fault why = { .rc = RC_OK };
	enum store_fate fate;
	struct id id;

	p.name = name;
	p.kana = kana;
	p.roman = NULL;
	p.names = alias;
	p.n_names = alias != NULL;
	CU_ASSERT_EQUAL_FATAL(day_span_parse(born, strlen(born), &p.birth), RC_OK);
	OK(store_person_put(t->s, &p, &id, &fate, &why));
}

/* Addressee numbers found, best first, with commas. */
static const char *
found(struct test_store *t, const char *name, const char *birth)
{
	static char text[512];
	struct search_query query = { name, { DAY_NONE, DAY_NONE } };
	struct search_hit hits[20];
	struct fault why = { .rc = RC_OK };
	struct arena a;
	struct person p;
	bool more;
	size_t n = 0;

	if (birth != NULL)
		CU_ASSERT_EQUAL_FATAL(day_span_parse(birth, strlen(birth), &query.birth), RC_OK);
	text[0] = '\0';
	OK(store_search(t->s, &query, hits, 20, &n, &more, &why));
	arena_init(&a, 1u << 20);
	for (size_t i = 0; i < n; i++) {
		OK(store_person_get(t->s, &hits[i].person, &a, &p, &why));
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s", i > 0 ? "," : "", p.addressee_no);
	}
	arena_clear(&a);
	return text;
}

static void
people_are_found_as_they_are_said_the_likest_first(void)
{
	static const struct person_name former = { .kind = NAME_FORMER_FAMILY, .name = "大野　桜", .kana = "オオノ　サクラ",
	    .from = { 19000 }, .until = { 20000 } };
	struct fault why = { .rc = RC_OK };
	struct test_store t;

	test_store_open(&t);
	OK(store_begin(t.s, TEST_NOW, &why));
	add(&t, "1", "髙橋　花子", "タカハシ　ハナコ", "2024-05-01", NULL);
	add(&t, "2", "高橋　華", "タカハシ　ハナ", "2024-05-02", NULL);
	add(&t, "3", "渡邊󠄀　翔", "ワタナベ　ショウ", "2023-01-31", NULL);
	add(&t, "4", "佐藤　桜", "サトウ　サクラ", "1990-04-01", &former);
	add(&t, "5", "林", "リン", "2020", NULL);
	add(&t, "6", "高梨　花", "タカナシ　ハナ", "2024-06-01", NULL);
	CU_ASSERT_STRING_EQUAL(found(&t, "高橋花子", NULL), "1,2,6");
	CU_ASSERT_STRING_EQUAL(found(&t, "高橋", NULL), "1,2");
	CU_ASSERT_STRING_EQUAL(found(&t, "たかはし はな", NULL), "2,1,6");
	CU_ASSERT_STRING_EQUAL(found(&t, "Takahashi Hanako", NULL), "1,2,6");
	CU_ASSERT_STRING_EQUAL(found(&t, "渡辺翔", NULL), "3");
	CU_ASSERT_STRING_EQUAL(found(&t, "ワタナペショー", NULL), "3");
	CU_ASSERT_STRING_EQUAL(found(&t, "watanabe", NULL), "3");
	CU_ASSERT_STRING_EQUAL(found(&t, "ワナベショウ", NULL), "3");		/* a slip */
	CU_ASSERT_STRING_EQUAL(found(&t, "大野桜", NULL), "4");			/* a former name */
	CU_ASSERT_STRING_EQUAL(found(&t, "オーノサクラ", NULL), "4");
	CU_ASSERT_STRING_EQUAL(found(&t, "林", NULL), "5");
	CU_ASSERT_STRING_EQUAL(found(&t, "鈴木一郎", NULL), "");
	CU_ASSERT_STRING_EQUAL(found(&t, NULL, "2024-05-02"), "2");
	CU_ASSERT_STRING_EQUAL(found(&t, NULL, "2024-05"), "1,2");
	CU_ASSERT_STRING_EQUAL(found(&t, NULL, "2020-03-03"), "5");		/* known by the year only */
	CU_ASSERT_STRING_EQUAL(found(&t, "タカハシハナコ", "2024-05-01"), "1");
	CU_ASSERT_STRING_EQUAL(found(&t, "タカハシ", "2024"), "1,2,6");
	store_rollback(t.s);
	test_store_clear(&t);
}

static void
a_name_that_changed_is_found_by_the_new_one_alone(void)
{
	struct fault why = { .rc = RC_OK };
	struct search_query empty = { NULL, { DAY_NONE, DAY_NONE } };
	struct search_hit hits[2];
	struct test_store t;
	bool more;
	size_t n;

	test_store_open(&t);
	OK(store_begin(t.s, TEST_NOW, &why));
	add(&t, "1", "佐藤　桜", "サトウ　サクラ", "1990-04-01", NULL);
	add(&t, "1", "大野　桜", "オオノ　サクラ", "1990-04-01", NULL);
	CU_ASSERT_STRING_EQUAL(found(&t, "佐藤", NULL), "");
	CU_ASSERT_STRING_EQUAL(found(&t, "大野", NULL), "1");
	CU_ASSERT_EQUAL(store_search(t.s, &empty, hits, 2, &n, &more, NULL), RC_INVALID);
	empty.name = "\xff";
	CU_ASSERT_EQUAL(store_search(t.s, &empty, hits, 2, &n, &more, NULL), RC_INVALID);
	store_rollback(t.s);
	test_store_clear(&t);
}

RUNNER_SUITE(store_search,
    RUNNER_TEST(people_are_found_as_they_are_said_the_likest_first),
    RUNNER_TEST(a_name_that_changed_is_found_by_the_new_one_alone));

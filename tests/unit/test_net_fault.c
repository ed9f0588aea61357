#include "net/net_fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exchange/wire_read.h"
#include "exchange/wire_write.h"
#include "net/net_fault_document.h"
#include "tests/lib/runner.h"
#include "tests/unit/net_folder.h"

#define MANY 200000

static struct net_fault_plan
plan_of(const char *text, uint32_t times)
{
	struct net_fault_plan plan;
	struct fault why = { .rc = RC_OK };

	net_folder_begin();
	net_fault_plan_init(&plan);
	CU_ASSERT_EQUAL_FATAL(net_fault_plan_read(&plan, net_folder_file("faults", text), &why), RC_OK);
	CU_ASSERT_EQUAL_FATAL(net_fault_plan_finish(&plan, times, &why), RC_OK);
	net_folder_end();
	return plan;
}

/* The line that a bad file is refused at. */
static void
refused(const char *text, const char *place)
{
	struct net_fault_plan plan;
	struct fault why = { .rc = RC_OK };

	net_folder_begin();
	net_fault_plan_init(&plan);
	CU_ASSERT_EQUAL(net_fault_plan_read(&plan, net_folder_file("faults", text), &why), RC_INVALID);
	CU_ASSERT_PTR_NOT_NULL(strstr(why.place, place));
	net_folder_end();
}

static struct net_fault
first(const struct net_fault_plan *plan, uint64_t count)
{
	return net_fault_of(plan, NET_FAULT_AT_MESSAGE, "intermediary-141003", MESSAGE_RESULT_FETCH, "node-141003", count);
}

static void
the_same_seed_gives_the_same_course_and_another_seed_another(void)
{
	struct net_fault_plan plan = plan_of("cut 100000\nlost-answer 100000\nanswer-time 1000000 1000\n", 1), other;
	int differ = 0;

	other = plan;
	other.seed = 1;
	for (uint64_t i = 0; i < 1000; i++) {
		struct net_fault a = first(&plan, i), b = first(&plan, i), c = first(&other, i);

		CU_ASSERT_TRUE(a.kind == b.kind && a.wait_ms == b.wait_ms);
		differ += a.kind != c.kind;
	}
	CU_ASSERT_TRUE(differ > 200);
}

static void
part_type_peer_and_count_each_change_the_course(void)
{
	struct net_fault_plan plan = plan_of("cut 500000\n", 1);
	int part = 0, type = 0, peer = 0, count = 0;

	for (uint64_t i = 0; i < 1000; i++) {
		enum net_fault_kind kind = first(&plan, i).kind;

		part += kind != net_fault_of(&plan, NET_FAULT_AT_MESSAGE, "intermediary-011002", MESSAGE_RESULT_FETCH,
		    "node-141003", i).kind;
		type += kind != net_fault_of(&plan, NET_FAULT_AT_MESSAGE, "intermediary-141003", MESSAGE_CODE_FETCH,
		    "node-141003", i).kind;
		peer += kind != net_fault_of(&plan, NET_FAULT_AT_MESSAGE, "intermediary-141003", MESSAGE_RESULT_FETCH,
		    "node-011002", i).kind;
		count += kind != first(&plan, i + 1).kind;
	}
	CU_ASSERT_TRUE(part > 400 && part < 600);
	CU_ASSERT_TRUE(type > 400 && type < 600);
	CU_ASSERT_TRUE(peer > 400 && peer < 600);
	CU_ASSERT_TRUE(count > 400 && count < 600);
}

/* Within five standard deviations of what the rate promises. */
static bool
near(uint64_t n, double rate)
{
	double expected = MANY * rate, off = (double)n - expected;

	return off * off <= 25 * expected;
}

static void
faults_come_as_often_as_their_rates_say(void)
{
	struct net_fault_plan plan = plan_of("cut 20000\nlost-answer@SKI.ResultFetch 5000\nhang@FGU.CodeFetch 80000\n", 10);
	uint64_t n[NET_FAULT__COUNT] = { 0 };

	for (uint64_t i = 0; i < MANY; i++)
		n[first(&plan, i).kind]++;
	CU_ASSERT_TRUE(near(n[NET_FAULT_CUT], 0.2));
	CU_ASSERT_TRUE(near(n[NET_FAULT_LOST_ANSWER], 0.05));
	CU_ASSERT_EQUAL(n[NET_FAULT_HANG], 0);
	CU_ASSERT_EQUAL(n[NET_FAULT_CUT] + n[NET_FAULT_LOST_ANSWER] + n[NET_FAULT_NONE], MANY);
}

static void
answers_take_the_times_of_the_table(void)
{
	struct net_fault_plan plan = plan_of("answer-time 250000 500\nanswer-time 500000 1750\nanswer-time 1000000 9000\n", 1);
	uint64_t quarter = 0, half = 0;
	int64_t most = 0;

	for (uint64_t i = 0; i < MANY; i++) {
		int64_t ms = first(&plan, i).wait_ms;

		quarter += ms <= 500;
		half += ms <= 1750;
		most = ms > most ? ms : most;
	}
	CU_ASSERT_TRUE(near(quarter, 0.25));
	CU_ASSERT_TRUE(near(half, 0.5));
	CU_ASSERT_TRUE(most > 8900 && most <= 9000);
	plan.delay_percent = 0;
	CU_ASSERT_EQUAL(first(&plan, 0).wait_ms, 0);
}

static void
only_the_first_meet_a_fault_when_told_so(void)
{
	struct net_fault_plan plan = plan_of("hang 1000000\nhang-ms 1234\n", 1);

	plan.first = 2;
	CU_ASSERT_EQUAL(first(&plan, 0).kind, NET_FAULT_HANG);
	CU_ASSERT_EQUAL(first(&plan, 1).wait_ms, 1234);
	CU_ASSERT_EQUAL(first(&plan, 2).kind, NET_FAULT_NONE);
	CU_ASSERT_EQUAL(first(&plan, 2).wait_ms, 0);
}

static void
hostile_documents_share_one_rate(void)
{
	struct net_fault_plan plan = plan_of("xml 1000000\n", 1);
	uint64_t n[NET_FAULT__COUNT] = { 0 };

	for (uint64_t i = 0; i < MANY; i++)
		n[first(&plan, i).kind]++;
	for (int kind = NET_FAULT_NONE; kind < NET_FAULT__COUNT; kind++)
		CU_ASSERT_EQUAL(n[kind] > 0, net_fault_is_document((enum net_fault_kind)kind));
}

static void
a_bad_file_is_refused_with_its_line(void)
{
	struct net_fault_plan plan;
	struct fault why = { .rc = RC_OK };

	refused("cut 1\nbogus 1\n", "faults:2");
	refused("cut\n", "faults:1");
	refused("cut -1\n", "faults:1");
	refused("cut 1000001\n", "faults:1");
	refused("cut@Nothing 1\n", "faults:1");
	refused("refuse@SKI.ResultFetch 1\n", "faults:1");
	refused("answer-time 500000 10\nanswer-time 400000 20\n", "faults:2");
	refused("answer-time 500000 10\nanswer-time 600000 5\n", "faults:2");
	refused("none 1\n", "faults:1");
	net_fault_plan_init(&plan);
	CU_ASSERT_EQUAL(net_fault_plan_add(&plan, "cut=600000", &why), RC_OK);
	CU_ASSERT_EQUAL(net_fault_plan_add(&plan, "reset@SKI.ResultFetch=600000", &why), RC_OK);
	CU_ASSERT_EQUAL(net_fault_plan_finish(&plan, 1, &why), RC_INVALID);
	CU_ASSERT_EQUAL(net_fault_plan_add(&plan, "cut=300000", &why), RC_OK);
	CU_ASSERT_EQUAL(net_fault_plan_finish(&plan, 1, &why), RC_OK);
	CU_ASSERT_EQUAL(net_fault_plan_add(&plan, "cut", &why), RC_INVALID);
	CU_ASSERT_EQUAL(net_fault_plan_add(&plan, "cut=x", &why), RC_INVALID);
}

static void
the_published_rates_are_what_was_published(void)
{
	struct net_fault_plan plan;
	struct fault why = { .rc = RC_OK };
	const char *top = getenv("top_srcdir");
	char path[4096];
	uint64_t sum = 0;

	(void)snprintf(path, sizeof path, "%s/data/net/faults-published.tsv", top != NULL ? top : ".");
	net_fault_plan_init(&plan);
	CU_ASSERT_EQUAL_FATAL(net_fault_plan_read(&plan, path, &why), RC_OK);
	for (size_t i = 0; i < plan.n_rates; i++)
		sum += plan.rates[i].in_a_million;
	CU_ASSERT_EQUAL(sum, 13667);
	/* Ten and more times that is still a plan. */
	CU_ASSERT_EQUAL(net_fault_plan_finish(&plan, 20, &why), RC_OK);
}

static void
every_hostile_document_is_refused_by_the_reader(void)
{
	struct message m = { .kind = MESSAGE_CODE_STATUS }, *read = NULL;
	struct buf good = BUF_INIT(1u << 20);
	struct arena a;

	wire_read_open();
	m.header.msg_id = "0123456789abcdef0123456789abcdef";
	m.header.source = "1410030000000001";
	m.header.destination = "1410030000000001";
	m.body.code_status.addressee_no = "12";
	m.body.code_status.state = MESSAGE_CODE_ISSUED;
	CU_ASSERT_EQUAL_FATAL(wire_write(&m, &good, NULL, NULL), RC_OK);
	arena_init(&a, 64u << 20);
	CU_ASSERT_EQUAL_FATAL(wire_read(good.data, good.len, &a, NULL, &read, NULL), RC_OK);
	for (int kind = NET_FAULT_NONE; kind < NET_FAULT__COUNT; kind++) {
		struct buf bad = BUF_INIT(4u << 20);
		struct fault why = { .rc = RC_OK };
		enum rc rc;

		if (!net_fault_is_document((enum net_fault_kind)kind))
			continue;
		CU_ASSERT_EQUAL(net_fault_document((enum net_fault_kind)kind, good.data, good.len, &bad, &why), RC_OK);
		rc = wire_read(bad.data != NULL ? bad.data : "", bad.len, &a, NULL, &read, &why);
		if (rc != RC_INVALID && rc != RC_TOO_BIG && rc != RC_REFUSED) {
			CU_FAIL("a hostile document was read");
			printf("%s: %d\n", net_fault_name((enum net_fault_kind)kind), (int)rc);
		}
		buf_clear(&bad);
	}
	arena_clear(&a);
	buf_clear(&good);
}

RUNNER_SUITE(net_fault,
    RUNNER_TEST(the_same_seed_gives_the_same_course_and_another_seed_another),
    RUNNER_TEST(part_type_peer_and_count_each_change_the_course),
    RUNNER_TEST(faults_come_as_often_as_their_rates_say),
    RUNNER_TEST(answers_take_the_times_of_the_table),
    RUNNER_TEST(only_the_first_meet_a_fault_when_told_so),
    RUNNER_TEST(hostile_documents_share_one_rate),
    RUNNER_TEST(a_bad_file_is_refused_with_its_line),
    RUNNER_TEST(the_published_rates_are_what_was_published),
    RUNNER_TEST(every_hostile_document_is_refused_by_the_reader));

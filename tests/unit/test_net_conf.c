#include "net/net_conf.h"

#include <string.h>

#include "exchange/message.h"
#include "net/net_clock.h"
#include "net/net_http.h"
#include "tests/lib/runner.h"
#include "tests/unit/net_folder.h"

#define HEAD "state = /s\ncertificates = /c\n[registrar]\n[core]\n"

static void
refused(const char *text, const char *place, const char *rule)
{
	struct net_conf conf;
	struct fault why = { .rc = RC_OK };

	net_folder_begin();
	CU_ASSERT_EQUAL(net_conf_read(&conf, net_folder_file("conf", text), &why), RC_INVALID);
	CU_ASSERT_PTR_NOT_NULL(strstr(why.place, place));
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, rule));
	net_folder_end();
}

static void
a_short_configuration_is_completed(void)
{
	struct net_conf conf;
	struct fault why = { .rc = RC_OK };
	const struct net_part_conf *part;

	net_folder_begin();
	CU_ASSERT_EQUAL_FATAL(net_conf_read(&conf, net_folder_file("conf",
	    "# x\n" HEAD "[intermediary 141003]\nlisten = 127.0.0.1:4433\n"), &why), RC_OK);
	CU_ASSERT_EQUAL(conf.n_parts, 3);
	part = net_conf_part_named(&conf, "intermediary:141003");
	CU_ASSERT_PTR_NOT_NULL_FATAL(part);
	CU_ASSERT_EQUAL(part->port, 4433);
	CU_ASSERT_STRING_EQUAL(part->host, "127.0.0.1");
	CU_ASSERT_STRING_EQUAL(part->institution, "1410030000000001");
	CU_ASSERT_STRING_EQUAL(part->tls_cert, "/c/intermediary-141003/tls.crt");
	CU_ASSERT_STRING_EQUAL(part->node_sign_cert, "/c/node-141003/sign.crt");
	CU_ASSERT_PTR_EQUAL(part, net_conf_part_of_institution(&conf, "1410030000000001"));
	CU_ASSERT_PTR_NULL(net_conf_part_named(&conf, "intermediary:011002"));
	CU_ASSERT_STRING_EQUAL(net_conf_part_named(&conf, "core")->institution, MESSAGE_INSTITUTION_CORE);
	net_conf_clear(&conf);
	net_folder_end();
}

static void
a_bad_line_is_refused_with_its_place(void)
{
	refused("state = /s\nnonsense\n", "conf:2", "neither");
	refused("state = /s\nstate = /t\n", "conf:2", "twice");
	refused("colour = red\n", "conf:1", "unknown key");
	refused("state =\n", "conf:1", "value missing");
	refused("[core\n", "conf:1", "without ']'");
	refused("[harbour]\n", "conf:1", "a section is");
	refused("[core]\n[core]\n", "conf:2", "twice");
	refused("[intermediary 141004]\n", "conf:1", "not a municipality");
	refused("[core]\nlisten = here\n", "conf:2", "ADDRESS:PORT");
	refused("[core]\nlisten = 127.0.0.1:65536\n", "conf:2", "too large");
	refused("[core]\nstate = /s\n", "conf:2", "unknown key in this section");
	refused("[intermediary 141003]\ninstitution = 0110020000000001\n", "conf:2", "begins with");
	refused("mode = 2\n", "conf:1", "0 or 1");
	refused("certificates = /c\n[registrar]\n[core]\n", "conf", "'state'");
	refused("state = /s\ncertificates = /c\n[core]\n", "conf", "must both be there");
	refused("state = /s\nauthority = /a\n[registrar]\n[core]\n", "conf", "tls.crt");
}

static void
only_a_name_of_this_network_is_a_peer(void)
{
	struct net_peer peer;

	CU_ASSERT_EQUAL_FATAL(net_peer_of_urn("urn:watashi:municipality:141003", &peer), RC_OK);
	CU_ASSERT_EQUAL(peer.kind, NET_PEER_NODE);
	CU_ASSERT_STRING_EQUAL(peer.name, "node-141003");
	CU_ASSERT_EQUAL_FATAL(net_peer_of_urn("urn:watashi:core", &peer), RC_OK);
	CU_ASSERT_EQUAL(peer.kind, NET_PEER_CORE);
	CU_ASSERT_STRING_EQUAL(peer.municipality, "");
	CU_ASSERT_EQUAL(net_peer_of_urn("urn:watashi:core2", &peer), RC_INVALID);
	CU_ASSERT_EQUAL(net_peer_of_urn("urn:watashi:municipality:141004", &peer), RC_INVALID);
	CU_ASSERT_EQUAL(net_peer_of_urn("urn:watashi:municipality:1410030", &peer), RC_INVALID);
	CU_ASSERT_EQUAL(net_peer_of_urn("urn:watashi:municipality:", &peer), RC_INVALID);
	CU_ASSERT_EQUAL(net_peer_of_urn("URN:WATASHI:CORE", &peer), RC_INVALID);
	CU_ASSERT_EQUAL(net_peer_of_urn("", &peer), RC_INVALID);
}

static void
a_clock_that_is_set_runs_on_from_there(void)
{
	struct net_clock clock;
	char text[NET_TIME_TEXT_SIZE];

	CU_ASSERT_EQUAL_FATAL(net_clock_init(&clock, "2026-11-22T09:00:00", NULL), RC_OK);
	/* 2026-11-22T00:00:00 UTC */
	CU_ASSERT_TRUE(net_clock_ms(&clock) - INT64_C(1795305600000) < 60000);
	CU_ASSERT_TRUE(net_clock_ms(&clock) >= INT64_C(1795305600000) - 1);
	net_clock_write(INT64_C(1795305600007), text);
	CU_ASSERT_STRING_EQUAL(text, "2026-11-22T09:00:00.007");
	CU_ASSERT_EQUAL(net_clock_init(&clock, "2026-11-22", NULL), RC_INVALID);
	CU_ASSERT_EQUAL(net_clock_init(&clock, "2026-11-31T09:00:00", NULL), RC_INVALID);
	CU_ASSERT_EQUAL(net_clock_init(&clock, "2026-11-22T24:00:00", NULL), RC_INVALID);
	CU_ASSERT_EQUAL(net_clock_init(&clock, "2026-11-22T09:0a:00", NULL), RC_INVALID);
}

RUNNER_SUITE(net_conf,
    RUNNER_TEST(a_short_configuration_is_completed),
    RUNNER_TEST(a_bad_line_is_refused_with_its_place),
    RUNNER_TEST(only_a_name_of_this_network_is_a_peer),
    RUNNER_TEST(a_clock_that_is_set_runs_on_from_there));

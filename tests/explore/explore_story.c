#include "tests/explore/explore_story.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checkdigit.h"
#include "exchange/inquiry.h"
#include "exchange/message.h"
#include "store/store_ledger.h"

/* Towns: who asks, who is asked, and who asks the one that asked. */
#define ASKER 0
#define PROVIDER 1
#define THIRD 2
#define TOWNS { "011002", "141003", "012025" }

/* By these numbers each town knows who is asked about; the last three digits say who it really is. */
#define NO_ASKER "915730200200001"
#define NO_PROVIDER "926841300001001"
#define NO_OTHER "926841300001009"
#define NO_THIRD "937952400400001"
#define NUMBERS { "9157302002", "9268413000", "9379524004" }
static const char *const number_of[] = NUMBERS;

#define COUNT(node, sql) world_number(w, node, sql)

/* ---- people ---- */

/* One with the same last three digits in each town is the same one. */
static void
resident(struct world *w, int node, const char *no, const char *since, const char *until, const char *from, const char *to)
{
	const char *field = "file", *value;
	char digits[14], row[1000];

	(void)snprintf(digits, sizeof(digits), "%011d", 20000000 + (int)(atoll(no) % 100000) * 7);
	digits[11] = checkdigit_mynumber_make(digits);
	digits[12] = '\0';
	(void)snprintf(row, sizeof(row), "addressee_no,my_number,name,kana,roman,birth_date,sex,address,"
	    "resident_from,resident_until,previous_municipality,next_municipality,died_on,protected\n"
	    "%s,%s,渡瀬 空,ワタセ ソラ,,2025-02-03,female,札幌市,%s,%s,%s,%s,,0\n", no, digits, since, until, from, to);
	value = row;
	world_request(w, node, "import residents", &field, &value, 1);
}

static void
other_resident(struct world *w, int node, const char *no)
{
	const char *field = "file", *value;
	char digits[14], row[1000];

	(void)snprintf(digits, sizeof(digits), "%011d", 20000000 + (int)(atoll(no) % 100000) * 7);
	digits[11] = checkdigit_mynumber_make(digits);
	digits[12] = '\0';
	(void)snprintf(row, sizeof(row), "addressee_no,my_number,name,kana,roman,birth_date,sex,address,"
	    "resident_from,resident_until,previous_municipality,next_municipality,died_on,protected\n"
	    "%s,%s,橋本 海,ハシモト ウミ,,2024-07-09,male,横浜市,2025-03-01,2026-11-10,,011002,,0\n", no, digits);
	value = row;
	world_request(w, node, "import residents", &field, &value, 1);
}

static void
dose(struct world *w, int node, const char *no)
{
	const char *const field[] = { "addresseeNo", "vaccine", "givenOn" };
	const char *const value[] = { no, "BCG", "2025-07-05" };

	world_request(w, node, "dose add", field, value, 3);
}

static void
ask(struct world *w, int node, const char *no)
{
	const char *const field[] = { "addresseeNo" };

	world_request(w, node, "inquire", field, &no, 1);
}

/* The provider has its copy there; the asker has a code; nobody has asked yet. */
static void
both_towns(struct world *w)
{
	resident(w, PROVIDER, NO_PROVIDER, "2025-03-01", "2026-11-10", "", "011002");
	dose(w, PROVIDER, NO_PROVIDER);
	world_calm(w);
	resident(w, ASKER, NO_ASKER, "2026-11-16", "", "141003", "");
	world_calm(w);
}

/* ---- what an officer does ---- */

static enum rc
with_held(struct node *n, int64_t now_us, const char *kind, const char *words, const char *no)
{
	const char *const list_field[] = { "heldKind" };
	const char *field[] = { "heldId", "reason" };
	const char *value[] = { NULL, "looked at" };
	char id[64];
	const char *cell;

	(void)node_request(n, now_us, "held list", list_field, &kind, 1);
	if (node_died(n))
		return RC_PENDING;
	if (node_rows(n) == 0 || (cell = node_cell(n, "heldId")) == NULL)
		return RC_ABSENT;
	(void)snprintf(id, sizeof(id), "%s", cell);
	value[0] = id;
	if (no != NULL) {
		field[1] = "addresseeNo";
		value[1] = no;
	}
	return node_request(n, now_us, words, field, value, 2);
}

static enum rc
releases(struct node *n, int64_t now_us)
{
	return with_held(n, now_us, "answer", "held release", NULL);
}

static enum rc
refuses(struct node *n, int64_t now_us)
{
	return with_held(n, now_us, "answer", "held refuse", NULL);
}

static enum rc
attaches(struct node *n, int64_t now_us)
{
	return with_held(n, now_us, "in-doubt", "held attach", NO_ASKER);
}

static enum rc
rejects(struct node *n, int64_t now_us)
{
	return with_held(n, now_us, "in-doubt", "held refuse", NULL);
}

static enum rc
protect(struct node *n, int64_t now_us, const char *no)
{
	const char *const field[] = { "addresseeNo" };

	return node_request(n, now_us, "resident protect", field, &no, 1);
}

static enum rc
asker_protects(struct node *n, int64_t now_us)
{
	return protect(n, now_us, NO_ASKER);
}

static enum rc
provider_protects(struct node *n, int64_t now_us)
{
	return protect(n, now_us, NO_PROVIDER);
}

static enum rc
corrects(struct node *n, int64_t now_us)
{
	const char *const field[] = { "doseId", "givenOn", "reason" };
	const char *value[] = { NULL, "2025-07-06", "misread" };
	char id[40];

	if (!node_word(n, "SELECT lower(hex(id)) FROM dose ORDER BY version DESC LIMIT 1", id, sizeof(id)))
		return RC_ABSENT;
	if (node_number(n, "SELECT max(version) FROM dose") > 1)
		value[1] = "2025-07-07";
	value[0] = id;
	return node_request(n, now_us, "dose correct", field, value, 3);
}

static bool
something_is_held(struct world *w)
{
	return COUNT(PROVIDER,
	    "SELECT count(*) FROM held WHERE kind = 1 AND state = 0") > 0;
}

static bool
somebody_is_in_doubt(struct world *w)
{
	return COUNT(ASKER,
	    "SELECT count(*) FROM held WHERE kind = 2 AND state = 0") > 0;
}

/* ---- what holds everywhere ---- */

static const struct { const char *sql, *what; } never[] = {
	{ "SELECT count(*) FROM (SELECT source_id FROM dose WHERE relay IS NOT NULL GROUP BY source_id"
	    " HAVING count(DISTINCT statement) > 1)", "one dose is two statements" },
	{ "SELECT count(*) FROM (SELECT 1 FROM dose WHERE relay IS NOT NULL GROUP BY statement, source_version"
	    " HAVING count(*) > 1)", "one version is taken over twice" },
	{ "SELECT count(*) FROM (SELECT 1 FROM evidence WHERE type = 'TKY.ProvisionResponse' GROUP BY process_no"
	    " HAVING count(*) > 1)", "one answer is taken twice" },
	{ "SELECT count(*) FROM (SELECT 1 FROM evidence WHERE is_ours = 0 AND type IN ('TKM.Record', 'TKM.DayCount')"
	    " GROUP BY type, process_no, message_id HAVING count(*) > 1)", "one document is kept twice" },
	{ "SELECT count(*) FROM code WHERE acquisition_no IS NOT NULL AND state <> 2", "an acquisition number is kept" },
	{ "SELECT count(*) FROM outbox WHERE state = 2 AND bytes IS NOT NULL", "a message that is over keeps its bytes" },
	{ "SELECT count(*) FROM inquiry i JOIN dose d ON d.person = i.person AND d.relay = i.provider"
	    " WHERE NOT EXISTS (SELECT 1 FROM inquiry o WHERE o.person = i.person AND o.state = 8) AND NOT EXISTS"
	    " (SELECT 1 FROM correction_in)", "something is attached, and no inquiry says so" },
	{ "SELECT count(*) FROM (SELECT 1 FROM held GROUP BY kind, reason, reference, payload HAVING count(*) > 1)",
	    "one thing waits for an officer twice" },
	{ "SELECT count(*) FROM (SELECT 1 FROM inquiry WHERE is_ended = 0 GROUP BY person, provider HAVING count(*) > 1)",
	    "one town is asked twice at a time" },
};

static int
heard_of(const struct world *w, int town)
{
	int n = 0;

	for (int i = 0; i < w->hub->h.n_inquiry; i++)
		n += w->hub->h.inquiry[i].town == town;
	return n;
}

static const char acquisition[] = "ACQ0", my_number[] = "00020000007", other_number[] = "00020007007";

/* What a node may not hold anywhere: not in a row, not in an erased one, not in a message, not under its seal. */
static void
look_through(struct world *w, int node)
{
	static char under_seal[3][11];

	if (COUNT(node, "SELECT count(*) FROM code WHERE state = 2") == 0 && world_holds(w, node, acquisition))
		world_wrong(w, "an acquisition number is left somewhere in the database");
	if (world_holds(w, node, my_number) || world_holds(w, node, other_number))
		world_wrong(w, "a MyNumber stands in the clear");
	for (int other = 0; other < 3; other++) {
		for (int i = 0; i < 10; i++)
			under_seal[other][i] = (char)(number_of[other][i] ^ 0x5a);
		if (other != node && (world_holds(w, node, number_of[other]) || world_holds(w, node, under_seal[other])))
			world_wrong(w, "a node knows by which number another knows somebody");
	}
}

static void
look(struct world *w)
{
	for (int n = 0; n < world_story->n_nodes; n++) {
		for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
			if (COUNT(n, never[i].sql) != 0)
				world_wrong(w, never[i].what);
		look_through(w, n);
		if (COUNT(n, "SELECT count(*) FROM inquiry") < heard_of(w, n))
			world_wrong(w, "more was asked than there are inquiries");
		if (COUNT(n, "SELECT count(*) FROM evidence WHERE is_ours = 1 AND type = 'SKI.InquiryRequest'") < heard_of(w, n))
			world_wrong(w, "something was asked of which there is no evidence");
	}
}

/* What the other's register says of the dose that we told it: its version there. */
static bool
receipts_hold(struct world *w, int sender, int recipient)
{
	int64_t said = COUNT(sender, "SELECT coalesce(max(version), 0) FROM correction WHERE state IN (3, 4)");

	return said == 0 || COUNT(recipient, "SELECT coalesce(max(source_version), 0) FROM dose WHERE relay IS NOT NULL") >= said;
}

static bool
rests(struct world *w)
{
	for (int n = 0; n < world_story->n_nodes; n++) {
		if ((world_story->asleep >> n & 1u) != 0)
			continue;
		if (COUNT(n, "SELECT count(*) FROM inquiry WHERE is_ended = 0 AND state <> 9") > 0 ||
		    COUNT(n, "SELECT count(*) FROM code WHERE state IN (1, 2, 3)") > 0 ||
		    COUNT(n, "SELECT count(*) FROM copy_person WHERE is_due = 1") > 0 ||
		    COUNT(n, "SELECT count(*) FROM copy_key WHERE confirmed_us < sent_us") > 0 ||
		    COUNT(n, "SELECT count(*) FROM correction WHERE state IN (0, 1)") > 0)
			return false;
	}
	return true;
}

/* ---- a code is acquired ---- */

static void
begin_code(struct world *w)
{
	resident(w, ASKER, NO_ASKER, "2026-11-16", "", "141003", "");
}

static bool
good_code(struct world *w)
{
	return rests(w) && COUNT(ASKER, "SELECT count(*) FROM code WHERE state = 4") == 1 && w->hub->h.n_copy > 0;
}

static const struct story story_code = {
	.name = "code", .sentence = "a resident gets a code, and the copy goes there", .n_nodes = 1,
	.hub = { .n_towns = 3, .town = TOWNS, .number = NUMBERS, .slow = true }, .days = 29,
	.bound = { { 1, 1, 1, 1 }, { 2, 2, 2, 2 } }, .most = { 20000, 4000000 },
	.begin = begin_code, .look = look, .is_good = good_code,
};

/* ---- a town is asked ---- */

static void
begin_ask(struct world *w)
{
	both_towns(w);
	ask(w, ASKER, NO_ASKER);
}

static bool
good_ask(struct world *w)
{
	return rests(w) && COUNT(ASKER, "SELECT count(*) FROM dose WHERE relay IS NOT NULL") == 1 &&
	    COUNT(ASKER, "SELECT count(*) FROM inquiry WHERE state = 8") == 1;
}

static const struct story story_ask = {
	.name = "ask", .sentence = "a town is asked and answers", .n_nodes = 2, .asleep = 1u << PROVIDER,
	.hub = { .n_towns = 3, .town = TOWNS, .number = NUMBERS, .slow = true }, .days = 29,
	.bound = { { 0, 0, 1, 1 }, { 2, 2, 2, 2 } }, .most = { 20000, 4000000 },
	.begin = begin_ask, .look = look, .is_good = good_ask,
};

/* ---- both at once ---- */

static void
begin_arrival(struct world *w)
{
	resident(w, PROVIDER, NO_PROVIDER, "2025-03-01", "2026-11-10", "", "011002");
	dose(w, PROVIDER, NO_PROVIDER);
	world_calm(w);
	resident(w, ASKER, NO_ASKER, "2026-11-16", "", "141003", "");
	ask(w, ASKER, NO_ASKER);
}

static const struct story story_arrival = {
	.name = "arrival", .sentence = "a new resident is asked about before there is a code", .n_nodes = 2, .asleep = 1u << PROVIDER,
	.hub = { .n_towns = 3, .town = TOWNS, .number = NUMBERS }, .days = 29,
	.bound = { { 0, 0, 1, 1 }, { 1, 1, 1, 1 } }, .most = { 20000, 4000000 },
	.begin = begin_arrival, .look = look, .is_good = good_ask,
};

/* ---- staff decide ---- */

static void
begin_held(struct world *w)
{
	const char *const field[] = { "addresseeNo", "answers" };
	const char *const value[] = { NO_PROVIDER, "manual" };

	resident(w, PROVIDER, NO_PROVIDER, "2025-03-01", "2026-11-10", "", "011002");
	dose(w, PROVIDER, NO_PROVIDER);
	world_request(w, PROVIDER, "resident answers", field, value, 2);
	world_calm(w);
	resident(w, ASKER, NO_ASKER, "2026-11-16", "", "141003", "");
	world_calm(w);
	ask(w, ASKER, NO_ASKER);
}

static void
look_held(struct world *w)
{
	look(w);
	for (int i = 0; i < w->hub->h.n_inquiry; i++) {
		bool released = w->hub->h.inquiry[i].decision == (int)MESSAGE_DECISION_RELEASE;

		if (w->hub->h.inquiry[i].decision != 0 && w->deed[released ? 0 : 1] == 0)
			world_wrong(w, "a held answer is decided otherwise than by its officer");
		if (!released && COUNT(ASKER, "SELECT count(*) FROM dose WHERE relay IS NOT NULL") > 0)
			world_wrong(w, "a held answer got out");
	}
	if (COUNT(PROVIDER, "SELECT count(*) FROM held WHERE kind = 1 AND state IN (2, 3)") >
	    COUNT(PROVIDER, "SELECT count(*) FROM outbox WHERE type = 'TKY.ProvisionDecision'"))
		world_wrong(w, "an officer has decided, and nobody is told");
}

static bool
good_held(struct world *w)
{
	int state = (int)COUNT(ASKER, "SELECT state FROM inquiry");

	if (!rests(w))
		return false;
	for (int i = 0; i < w->hub->h.n_inquiry; i++)
		if (w->hub->h.inquiry[i].decision == (int)MESSAGE_DECISION_RELEASE)
			return state == INQUIRY_APPLIED && COUNT(ASKER, "SELECT count(*) FROM dose WHERE relay IS NOT NULL") == 1;
	return state == INQUIRY_REFUSED;
}

static const struct story story_held = {
	.name = "held", .sentence = "an answer waits for staff, who release or refuse it", .n_nodes = 2,
	.hub = { .n_towns = 3, .town = TOWNS, .number = NUMBERS }, .days = 29,
	.deed = { { "the officer releases", PROVIDER, 1, something_is_held, releases },
	    { "the officer refuses", PROVIDER, 1, something_is_held, refuses } }, .n_deeds = 2,
	.bound = { { 0, 0, 0, 0 }, { 1, 1, 1, 1 } }, .most = { 20000, 4000000 },
	.begin = begin_held, .look = look_held, .is_good = good_held,
};

/* ---- the code leads to somebody else ---- */

static void
begin_doubt(struct world *w)
{
	other_resident(w, PROVIDER, NO_OTHER);
	dose(w, PROVIDER, NO_OTHER);
	world_calm(w);
	resident(w, ASKER, NO_ASKER, "2026-11-16", "", "141003", "");
	world_calm(w);
	ask(w, ASKER, NO_ASKER);
}

static void
look_doubt(struct world *w)
{
	look(w);
	if (w->deed[0] == 0 && COUNT(ASKER, "SELECT count(*) FROM dose WHERE relay IS NOT NULL") > 0)
		world_wrong(w, "an answer about somebody else is attached");
	if (COUNT(ASKER, "SELECT count(*) FROM inquiry WHERE state = 9") > 0 &&
	    COUNT(ASKER, "SELECT count(*) FROM code WHERE state = 5") == 0)
		world_wrong(w, "a code that led to somebody else may be used");
	if (COUNT(ASKER, "SELECT count(*) FROM inquiry WHERE state = 9") > 0 && heard_of(w, ASKER) > 1)
		world_wrong(w, "it is asked again while in doubt");
	if (COUNT(ASKER, "SELECT count(*) FROM held WHERE kind = 2 AND state = 0") !=
	    COUNT(ASKER, "SELECT count(*) FROM inquiry WHERE state = 9"))
		world_wrong(w, "a doubt without its officer, or the other way round");
}

static bool
good_doubt(struct world *w)
{
	return rests(w) && COUNT(ASKER, "SELECT count(*) FROM inquiry WHERE state IN (8, 9, 12)") > 0;
}

static const struct story story_doubt = {
	.name = "doubt", .sentence = "an answer about somebody else is set aside until an officer has looked", .n_nodes = 2,
	.asleep = 1u << PROVIDER, .hub = { .n_towns = 3, .town = TOWNS, .number = NUMBERS, .linked_to = 9 }, .days = 29,
	.deed = { { "the officer attaches", ASKER, 1, somebody_is_in_doubt, attaches },
	    { "the officer refuses", ASKER, 1, somebody_is_in_doubt, rejects } }, .n_deeds = 2,
	.bound = { { 0, 0, 1, 1 }, { 2, 2, 2, 2 } }, .most = { 20000, 4000000 },
	.begin = begin_doubt, .look = look_doubt, .is_good = good_doubt,
};

/* ---- protection ---- */

static void
look_protected(struct world *w)
{
	look(w);
	if (COUNT(ASKER, "SELECT count(*) FROM dose d JOIN person p ON p.id = d.person WHERE d.relay IS NOT NULL AND"
	    " p.is_protected = 1 AND d.recorded_us > p.changed_us") > 0)
		world_wrong(w, "something is attached to somebody who was protected before");
}

static bool
good_protected(struct world *w)
{
	if (!rests(w))
		return false;
	if (w->deed[0] == 0)
		return true;
	/* Nothing is left of the copy there. */
	for (int i = 0; i < w->hub->h.n_copy; i++)
		if (w->hub->h.copy[i].town == ASKER && !w->hub->h.copy[i].erased)
			return false;
	return true;
}

static const struct story story_protected = {
	.name = "protected", .sentence = "whoever is asked about is protected meanwhile", .n_nodes = 2, .asleep = 1u << PROVIDER,
	.hub = { .n_towns = 3, .town = TOWNS, .number = NUMBERS }, .days = 29,
	.deed = { { "the officer protects", ASKER, 1, NULL, asker_protects } }, .n_deeds = 1,
	.bound = { { 0, 0, 0, 0 }, { 1, 1, 1, 1 } }, .most = { 20000, 4000000 },
	.begin = begin_ask, .look = look_protected, .is_good = good_protected,
};

/* ---- corrections ---- */

static void
begin_correct(struct world *w)
{
	both_towns(w);
	ask(w, ASKER, NO_ASKER);
	world_calm(w);
	/* Until the provider knows from the records whom it told what. */
	for (int i = 0; i < 3 && COUNT(PROVIDER, "SELECT count(*) FROM told") == 0; i++) {
		world_wait(w, PROVIDER);
		world_calm(w);
	}
}

static void
look_correct(struct world *w)
{
	look(w);
	if (!receipts_hold(w, PROVIDER, ASKER))
		world_wrong(w, "a receipt for a version that was not applied");
	/* A letter a version, sent again only while no receipt came; a receipt for each. */
	if (COUNT(PROVIDER, "SELECT count(*) FROM correction") > w->deed[0])
		world_wrong(w, "more corrections than there were changes");
	if (COUNT(ASKER, "SELECT count(*) FROM correction") > 0)
		world_wrong(w, "a correction goes back to where it came from");
}

static bool
good_correct(struct world *w)
{
	return rests(w) && COUNT(PROVIDER, "SELECT count(*) FROM correction WHERE state = 2") == 0 &&
	    COUNT(ASKER, "SELECT max(source_version) FROM dose WHERE relay IS NOT NULL") == COUNT(PROVIDER, "SELECT max(version) FROM dose");
}

static const struct story story_correct = {
	.name = "correct", .sentence = "what was told is corrected, and the receipt comes back", .n_nodes = 2,
	.hub = { .n_towns = 3, .town = TOWNS, .number = NUMBERS }, .days = 29,
	.deed = { { "the provider corrects", PROVIDER, 1, NULL, corrects } }, .n_deeds = 1,
	.bound = { { 0, 0, 0, 0 }, { 1, 1, 1, 1 } }, .most = { 20000, 4000000 },
	.begin = begin_correct, .look = look_correct, .is_good = good_correct,
};

static const struct story story_correct_twice = {
	.name = "correct-twice", .sentence = "it is corrected again while the first correction is on its way", .n_nodes = 2,
	.hub = { .n_towns = 3, .town = TOWNS, .number = NUMBERS }, .days = 29,
	.deed = { { "the provider corrects", PROVIDER, 2, NULL, corrects } }, .n_deeds = 1,
	.bound = { [1] = { 1, 1, 1, 1 } }, .most = { 0, 4000000 },
	.begin = begin_correct, .look = look_correct, .is_good = good_correct,
};

/* Corrected after the answer was given and before the provider knows of it: the ledger comes later. */
static const struct story story_correct_early = {
	.name = "correct-early", .sentence = "a dose is corrected while the answer with it is on its way", .n_nodes = 2,
	.hub = { .n_towns = 3, .town = TOWNS, .number = NUMBERS }, .days = 29,
	.deed = { { "the provider corrects", PROVIDER, 1, NULL, corrects } }, .n_deeds = 1,
	.bound = { [1] = { 1, 1, 1, 1 } }, .most = { 0, 4000000 },
	.begin = begin_ask, .look = look_correct, .is_good = good_correct,
};

static void
look_withheld(struct world *w)
{
	look(w);
	if (!receipts_hold(w, PROVIDER, ASKER))
		world_wrong(w, "a receipt for a version that was not applied");
}

static bool
good_withheld(struct world *w)
{
	return w->deed[1] > 0 ? rests(w) : good_correct(w);
}

static const struct story story_withheld = {
	.name = "withheld", .sentence = "whoever a correction is about is protected meanwhile", .n_nodes = 2,
	.hub = { .n_towns = 3, .town = TOWNS, .number = NUMBERS }, .days = 29,
	.deed = { { "the provider corrects", PROVIDER, 1, NULL, corrects },
	    { "the provider protects", PROVIDER, 1, NULL, provider_protects } }, .n_deeds = 2,
	.bound = { [1] = { 1, 1, 1, 1 } }, .most = { 0, 4000000 },
	.begin = begin_correct, .look = look_withheld, .is_good = good_withheld,
};

/* ---- what the network signed ---- */

static bool
good_evidence(struct world *w)
{
	return good_ask(w) && COUNT(ASKER, "SELECT count(*) FROM evidence WHERE type = 'TKM.Record'") == 1 &&
	    COUNT(PROVIDER, "SELECT count(*) FROM evidence WHERE type = 'TKM.Record'") == 1 &&
	    COUNT(PROVIDER, "SELECT count(*) FROM evidence WHERE type = 'TKY.ProvisionResponse'") == 1;
}

static const struct story story_evidence = {
	.name = "evidence", .sentence = "both sides get what the network signed of an exchange", .n_nodes = 2, .evidence = true,
	.hub = { .n_towns = 3, .town = TOWNS, .number = NUMBERS }, .days = 9,
	.bound = { { 0, 0, 0, 0 }, { 1, 1, 1, 1 } }, .most = { 20000, 4000000 },
	.begin = begin_ask, .look = look, .is_good = good_evidence,
};

/* ---- days are counted ---- */

static bool
is_counted(struct world *w, int node)
{
	return COUNT(node, "SELECT count(*) FROM day_count") == 1 && COUNT(node, "SELECT count(*) FROM day_count d JOIN day_said s"
	    " ON s.no = d.no AND s.teller = 0 WHERE d.is_due = 0 AND d.made_us > 0 AND d.receipt_us > 0 AND d.differs = 0"
	    " AND s.digest = d.digest AND s.provided = 1") == 1;
}

static void
look_days(struct world *w)
{
	static const char parted[] = "SELECT count(*) FROM day_count WHERE differs = 1 AND is_due = 0 AND receipt_us > 0";

	look(w);
	if (COUNT(ASKER, parted) > 0 && COUNT(PROVIDER, parted) > 0)
		world_wrong(w, "both have counted a day, and not the same");
}

static bool
good_days(struct world *w)
{
	return good_ask(w) && is_counted(w, ASKER) && is_counted(w, PROVIDER);
}

static void
begin_days(struct world *w)
{
	begin_ask(w);
	world_calm(w);
}

static const struct story story_days = {
	.name = "days", .sentence = "both sides count the day of an exchange and come to the same", .n_nodes = 2, .day_counts = true,
	.hub = { .n_towns = 3, .town = TOWNS, .number = NUMBERS }, .days = 4,
	.bound = { { 0, 0, 0, 0 }, { 1, 1, 1, 1 } }, .most = { 20000, 4000000 },
	.begin = begin_days, .look = look_days, .is_good = good_days,
};

static const struct story story_days_late = {
	.name = "days-late", .sentence = "the exchange itself may last beyond its day", .n_nodes = 2, .day_counts = true,
	.hub = { .n_towns = 3, .town = TOWNS, .number = NUMBERS }, .days = 4,
	.bound = { [1] = { 1, 1, 1, 1 } }, .most = { 0, 4000000 },
	.begin = begin_ask, .look = look_days, .is_good = good_days,
};

/* ---- three towns ---- */

static void
begin_onward(struct world *w)
{
	begin_correct(w);
	resident(w, THIRD, NO_THIRD, "2026-11-20", "", "011002", "");
	world_calm(w);
	ask(w, THIRD, NO_THIRD);
	world_calm(w);
	for (int i = 0; i < 3 && COUNT(ASKER, "SELECT count(*) FROM told") == 0; i++) {
		world_wait(w, ASKER);
		world_calm(w);
	}
}

static void
look_onward(struct world *w)
{
	look(w);
	if (!receipts_hold(w, PROVIDER, ASKER) || !receipts_hold(w, ASKER, THIRD))
		world_wrong(w, "a receipt for a version that was not applied");
	if (COUNT(ASKER, "SELECT count(*) FROM correction") > w->deed[0] || COUNT(THIRD, "SELECT count(*) FROM correction") > 0)
		world_wrong(w, "corrections go round");
}

static bool
good_onward(struct world *w)
{
	return good_correct(w) && COUNT(THIRD, "SELECT max(source_version) FROM dose WHERE relay IS NOT NULL") ==
	    COUNT(ASKER, "SELECT max(version) FROM dose WHERE relay IS NOT NULL");
}

static const struct story story_onward = {
	.name = "onward", .sentence = "a correction is passed on to a third town", .n_nodes = 3,
	.hub = { .n_towns = 3, .town = TOWNS, .number = NUMBERS }, .days = 29,
	.deed = { { "the provider corrects", PROVIDER, 1, NULL, corrects } }, .n_deeds = 1,
	.bound = { [1] = { 1, 1, 1, 1 } }, .most = { 0, 4000000 },
	.begin = begin_onward, .look = look_onward, .is_good = good_onward,
};

const struct story *const stories[] = { &story_code, &story_ask, &story_arrival, &story_held, &story_doubt, &story_protected,
	&story_correct, &story_correct_twice, &story_correct_early, &story_withheld, &story_evidence, &story_days,
	&story_days_late, &story_onward, NULL };

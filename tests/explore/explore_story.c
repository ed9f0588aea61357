#include "tests/explore/explore_story.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checkdigit.h"
#include "exchange/inquiry.h"
#include "exchange/message.h"
#include "tests/explore/explore_story_room.h"

static const char *const number_of[] = NUMBERS;

/* ---- people ---- */

/* One with the same last three digits in each town is the same one. */
void
story_resident(struct world *w, int node, const char *no, const char *since, const char *until, const char *from, const char *to)
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

void
story_asks(struct world *w, int node, const char *no)
{
	const char *const field[] = { "addresseeNo" };

	world_request(w, node, "inquire", field, &no, 1);
}

/* The provider has its copy there; the asker has a code; nobody has asked yet. */
void
story_both_towns(struct world *w)
{
	story_resident(w, PROVIDER, NO_PROVIDER, "2025-03-01", "2026-11-10", "", "011002");
	dose(w, PROVIDER, NO_PROVIDER);
	world_calm(w);
	story_resident(w, ASKER, NO_ASKER, "2026-11-16", "", "141003", "");
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

enum rc
story_protects(struct node *n, int64_t now_us, const char *no)
{
	const char *const field[] = { "addresseeNo" };

	return node_request(n, now_us, "resident protect", field, &no, 1);
}

static enum rc
asker_protects(struct node *n, int64_t now_us)
{
	return story_protects(n, now_us, NO_ASKER);
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

void
story_look(struct world *w)
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

bool
story_rests(struct world *w)
{
	for (int n = 0; n < world_story->n_nodes; n++) {
		if ((world_story->asleep >> n & 1u) != 0)
			continue;
		if (COUNT(n, "SELECT count(*) FROM inquiry WHERE is_ended = 0 AND state <> 9") > 0 ||
		    COUNT(n, "SELECT count(*) FROM code WHERE state IN (1, 2, 3)") > 0 ||
		    COUNT(n, "SELECT count(*) FROM copy_person WHERE is_due <> 0") > 0 ||
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
	story_resident(w, ASKER, NO_ASKER, "2026-11-16", "", "141003", "");
}

static bool
good_code(struct world *w)
{
	return story_rests(w) && COUNT(ASKER, "SELECT count(*) FROM code WHERE state = 4") == 1 && w->hub->h.n_copy > 0;
}

static const struct story story_code = {
	.name = "code", .sentence = "a resident gets a code, and the copy goes there", .n_nodes = 1,
	.hub = { .n_towns = 3, .town = TOWNS, .number = NUMBERS, .slow = true }, .days = 29,
	.bound = { { 1, 1, 1, 1 }, { 2, 2, 2, 2 } }, .most = { 20000, 600000 },
	.begin = begin_code, .look = story_look, .is_good = good_code,
};

/* ---- a town is asked ---- */

void
story_begin_asked(struct world *w)
{
	story_both_towns(w);
	story_asks(w, ASKER, NO_ASKER);
}

bool
story_answered(struct world *w)
{
	return story_rests(w) && COUNT(ASKER, "SELECT count(*) FROM dose WHERE relay IS NOT NULL") == 1 &&
	    COUNT(ASKER, "SELECT count(*) FROM inquiry WHERE state = 8") == 1;
}

static const struct story story_ask = {
	.name = "ask", .sentence = "a town is asked and answers", .n_nodes = 2, .asleep = 1u << PROVIDER,
	.hub = { .n_towns = 3, .town = TOWNS, .number = NUMBERS, .slow = true }, .days = 29,
	.bound = { { 0, 0, 1, 1 }, { 2, 2, 2, 2 } }, .most = { 20000, 600000 },
	.begin = story_begin_asked, .look = story_look, .is_good = story_answered,
};

/* ---- both at once ---- */

static void
begin_arrival(struct world *w)
{
	story_resident(w, PROVIDER, NO_PROVIDER, "2025-03-01", "2026-11-10", "", "011002");
	dose(w, PROVIDER, NO_PROVIDER);
	world_calm(w);
	story_resident(w, ASKER, NO_ASKER, "2026-11-16", "", "141003", "");
	story_asks(w, ASKER, NO_ASKER);
}

static const struct story story_arrival = {
	.name = "arrival", .sentence = "a new resident is asked about before there is a code", .n_nodes = 2, .asleep = 1u << PROVIDER,
	.hub = { .n_towns = 3, .town = TOWNS, .number = NUMBERS }, .days = 29,
	.bound = { { 0, 0, 1, 1 }, { 1, 1, 1, 1 } }, .most = { 20000, 600000 },
	.begin = begin_arrival, .look = story_look, .is_good = story_answered,
};

/* ---- staff decide ---- */

static void
begin_held(struct world *w)
{
	const char *const field[] = { "addresseeNo", "answers" };
	const char *const value[] = { NO_PROVIDER, "manual" };

	story_resident(w, PROVIDER, NO_PROVIDER, "2025-03-01", "2026-11-10", "", "011002");
	dose(w, PROVIDER, NO_PROVIDER);
	world_request(w, PROVIDER, "resident answers", field, value, 2);
	world_calm(w);
	story_resident(w, ASKER, NO_ASKER, "2026-11-16", "", "141003", "");
	world_calm(w);
	story_asks(w, ASKER, NO_ASKER);
}

static void
look_held(struct world *w)
{
	story_look(w);
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

	if (!story_rests(w))
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
	.bound = { { 0, 0, 0, 0 }, { 1, 1, 1, 1 } }, .most = { 20000, 600000 },
	.begin = begin_held, .look = look_held, .is_good = good_held,
};

/* ---- the code leads to somebody else ---- */

static void
begin_doubt(struct world *w)
{
	other_resident(w, PROVIDER, NO_OTHER);
	dose(w, PROVIDER, NO_OTHER);
	world_calm(w);
	story_resident(w, ASKER, NO_ASKER, "2026-11-16", "", "141003", "");
	world_calm(w);
	story_asks(w, ASKER, NO_ASKER);
}

static void
look_doubt(struct world *w)
{
	story_look(w);
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
	return story_rests(w) && COUNT(ASKER, "SELECT count(*) FROM inquiry WHERE state IN (8, 9, 12)") > 0;
}

static const struct story story_doubt = {
	.name = "doubt", .sentence = "an answer about somebody else is set aside until an officer has looked", .n_nodes = 2,
	.asleep = 1u << PROVIDER, .hub = { .n_towns = 3, .town = TOWNS, .number = NUMBERS, .linked_to = 9 }, .days = 29,
	.deed = { { "the officer attaches", ASKER, 1, somebody_is_in_doubt, attaches },
	    { "the officer refuses", ASKER, 1, somebody_is_in_doubt, rejects } }, .n_deeds = 2,
	.bound = { { 0, 0, 1, 1 }, { 2, 2, 2, 2 } }, .most = { 20000, 600000 },
	.begin = begin_doubt, .look = look_doubt, .is_good = good_doubt,
};

/* ---- protection ---- */

static void
look_protected(struct world *w)
{
	story_look(w);
	if (COUNT(ASKER, "SELECT count(*) FROM dose d JOIN person p ON p.id = d.person WHERE d.relay IS NOT NULL AND"
	    " p.is_protected = 1 AND d.recorded_us > p.changed_us") > 0)
		world_wrong(w, "something is attached to somebody who was protected before");
}

static bool
good_protected(struct world *w)
{
	if (!story_rests(w))
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
	.bound = { { 0, 0, 0, 0 }, { 1, 1, 1, 1 } }, .most = { 20000, 600000 },
	.begin = story_begin_asked, .look = look_protected, .is_good = good_protected,
};

const struct story *const stories[] = { &story_code, &story_ask, &story_arrival, &story_held, &story_doubt, &story_protected,
	&story_correct, &story_correct_twice, &story_correct_early, &story_withheld, &story_evidence, &story_days,
	&story_days_late, &story_onward, NULL };

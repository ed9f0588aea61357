#include "tests/explore/explore_story_room.h"

#include <stddef.h>

#include "store/store_ledger.h"

/* Stories after an answer: corrections, what the network signed, and the counting of its day. */

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

static enum rc
provider_protects(struct node *n, int64_t now_us)
{
	return story_protects(n, now_us, NO_PROVIDER);
}

/* What the other's register says of the dose that we told it: its version there. */
static bool
receipts_hold(struct world *w, int sender, int recipient)
{
	int64_t said = COUNT(sender, "SELECT coalesce(max(version), 0) FROM correction WHERE state IN (3, 4)");

	return said == 0 || COUNT(recipient, "SELECT coalesce(max(source_version), 0) FROM dose WHERE relay IS NOT NULL") >= said;
}

static void
begin_correct(struct world *w)
{
	story_both_towns(w);
	story_asks(w, ASKER, NO_ASKER);
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
	story_look(w);
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
	return story_rests(w) && COUNT(PROVIDER, "SELECT count(*) FROM correction WHERE state = 2") == 0 &&
	    COUNT(ASKER, "SELECT max(source_version) FROM dose WHERE relay IS NOT NULL") == COUNT(PROVIDER, "SELECT max(version) FROM dose");
}

const struct story story_correct = {
	.name = "correct", .sentence = "what was told is corrected, and the receipt comes back", .n_nodes = 2,
	.hub = { .n_towns = 3, .town = TOWNS, .number = NUMBERS }, .days = 29,
	.deed = { { "the provider corrects", PROVIDER, 1, NULL, corrects } }, .n_deeds = 1,
	.bound = { { 0, 0, 0, 0 }, { 1, 1, 1, 1 } }, .most = { 20000, 600000 },
	.begin = begin_correct, .look = look_correct, .is_good = good_correct,
};

const struct story story_correct_twice = {
	.name = "correct-twice", .sentence = "it is corrected again while the first correction is on its way", .n_nodes = 2,
	.hub = { .n_towns = 3, .town = TOWNS, .number = NUMBERS }, .days = 29,
	.deed = { { "the provider corrects", PROVIDER, 2, NULL, corrects } }, .n_deeds = 1,
	.bound = { [1] = { 1, 1, 1, 1 } }, .most = { 0, 600000 },
	.begin = begin_correct, .look = look_correct, .is_good = good_correct,
};

/* Corrected after the answer was given and before the provider knows of it: the ledger comes later. */
const struct story story_correct_early = {
	.name = "correct-early", .sentence = "a dose is corrected while the answer with it is on its way", .n_nodes = 2,
	.hub = { .n_towns = 3, .town = TOWNS, .number = NUMBERS }, .days = 29,
	.deed = { { "the provider corrects", PROVIDER, 1, NULL, corrects } }, .n_deeds = 1,
	.bound = { [1] = { 1, 1, 1, 1 } }, .most = { 0, 600000 },
	.begin = story_begin_asked, .look = look_correct, .is_good = good_correct,
};

static void
look_withheld(struct world *w)
{
	story_look(w);
	if (!receipts_hold(w, PROVIDER, ASKER))
		world_wrong(w, "a receipt for a version that was not applied");
}

static bool
good_withheld(struct world *w)
{
	return w->deed[1] > 0 ? story_rests(w) : good_correct(w);
}

const struct story story_withheld = {
	.name = "withheld", .sentence = "whoever a correction is about is protected meanwhile", .n_nodes = 2,
	.hub = { .n_towns = 3, .town = TOWNS, .number = NUMBERS }, .days = 29,
	.deed = { { "the provider corrects", PROVIDER, 1, NULL, corrects },
	    { "the provider protects", PROVIDER, 1, NULL, provider_protects } }, .n_deeds = 2,
	.bound = { [1] = { 1, 1, 1, 1 } }, .most = { 0, 600000 },
	.begin = begin_correct, .look = look_withheld, .is_good = good_withheld,
};

/* ---- what the network signed ---- */

static bool
good_evidence(struct world *w)
{
	return story_answered(w) && COUNT(ASKER, "SELECT count(*) FROM evidence WHERE type = 'TKM.Record'") == 1 &&
	    COUNT(PROVIDER, "SELECT count(*) FROM evidence WHERE type = 'TKM.Record'") == 1 &&
	    COUNT(PROVIDER, "SELECT count(*) FROM evidence WHERE type = 'TKY.ProvisionResponse'") == 1;
}

const struct story story_evidence = {
	.name = "evidence", .sentence = "both sides get what the network signed of an exchange", .n_nodes = 2, .evidence = true,
	.hub = { .n_towns = 3, .town = TOWNS, .number = NUMBERS }, .days = 9,
	.bound = { { 0, 0, 0, 0 }, { 1, 1, 1, 1 } }, .most = { 20000, 600000 },
	.begin = story_begin_asked, .look = story_look, .is_good = good_evidence,
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

	story_look(w);
	if (COUNT(ASKER, parted) > 0 && COUNT(PROVIDER, parted) > 0)
		world_wrong(w, "both have counted a day, and not the same");
}

static bool
good_days(struct world *w)
{
	return story_answered(w) && is_counted(w, ASKER) && is_counted(w, PROVIDER);
}

static void
begin_days(struct world *w)
{
	story_begin_asked(w);
	world_calm(w);
}

const struct story story_days = {
	.name = "days", .sentence = "both sides count the day of an exchange and come to the same", .n_nodes = 2, .day_counts = true,
	.hub = { .n_towns = 3, .town = TOWNS, .number = NUMBERS }, .days = 4,
	.bound = { { 0, 0, 0, 0 }, { 1, 1, 1, 1 } }, .most = { 20000, 600000 },
	.begin = begin_days, .look = look_days, .is_good = good_days,
};

const struct story story_days_late = {
	.name = "days-late", .sentence = "the exchange itself may last beyond its day", .n_nodes = 2, .day_counts = true,
	.hub = { .n_towns = 3, .town = TOWNS, .number = NUMBERS }, .days = 4,
	.bound = { [1] = { 1, 1, 1, 1 } }, .most = { 0, 600000 },
	.begin = story_begin_asked, .look = look_days, .is_good = good_days,
};

/* ---- three towns ---- */

static void
begin_onward(struct world *w)
{
	begin_correct(w);
	story_resident(w, THIRD, NO_THIRD, "2026-11-20", "", "011002", "");
	world_calm(w);
	story_asks(w, THIRD, NO_THIRD);
	world_calm(w);
	for (int i = 0; i < 3 && COUNT(ASKER, "SELECT count(*) FROM told") == 0; i++) {
		world_wait(w, ASKER);
		world_calm(w);
	}
}

static void
look_onward(struct world *w)
{
	story_look(w);
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

const struct story story_onward = {
	.name = "onward", .sentence = "a correction is passed on to a third town", .n_nodes = 3,
	.hub = { .n_towns = 3, .town = TOWNS, .number = NUMBERS }, .days = 29,
	.deed = { { "the provider corrects", PROVIDER, 1, NULL, corrects } }, .n_deeds = 1,
	.bound = { [1] = { 1, 1, 1, 1 } }, .most = { 0, 600000 },
	.begin = begin_onward, .look = look_onward, .is_good = good_onward,
};

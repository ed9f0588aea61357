#include <string.h>

#include "action/node.h"
#include "action/say.h"
#include "exchange/inquiry.h"
#include "store/store_inquiry.h"

/*
 * What came of the questions of a day, by municipality: a night's arrivals are thousands, and nobody reads them one by
 * one.  Counts alone, over everybody; a question that was not answered is in a row of its own, never under "no".
 */

#define US_PER_DAY (24 * 3600 * INT64_C(1000000))
#define JAPAN_US (9 * 3600 * INT64_C(1000000))

/* What became of it, as an office needs to know: what to do next is the same within each. */
enum fate { FATE_ANSWERED, FATE_NOTHING_KNOWN, FATE_NOT_YET, FATE_HELD, FATE_IN_DOUBT, FATE_REFUSED, FATE_FAILED, FATE__COUNT };
static const struct {
	const char *name, *advice;
} fates[FATE__COUNT] = {
	[FATE_ANSWERED] = { "answered", NULL },
	[FATE_NOTHING_KNOWN] = { "nothing-known", "not a sign that nothing was given: ask the family for the handbook; asked again by itself" },
	[FATE_NOT_YET] = { "not-yet", "no answer yet: nothing follows from it" },
	[FATE_HELD] = { "held-there", "somebody there must decide" },
	[FATE_IN_DOUBT] = { "in-doubt", "decide here: watashi held list" },
	[FATE_REFUSED] = { "refused", "ask that municipality by letter or telephone" },
	[FATE_FAILED] = { "not-answered", "asked again by itself while the register gives the ground; else see watashi queue" },
};

static enum fate
fate_of(enum inquiry_state state)
{
	switch (state) {
	case INQUIRY_APPLIED:
		return FATE_ANSWERED;
	case INQUIRY_NO_DATA:
		return FATE_NOTHING_KNOWN;
	case INQUIRY_HELD:
		return FATE_HELD;
	case INQUIRY_IN_DOUBT:
		return FATE_IN_DOUBT;
	case INQUIRY_REFUSED:
		return FATE_REFUSED;
	case INQUIRY_ERROR:
	case INQUIRY_EXPIRED:
		return FATE_FAILED;
	case INQUIRY_DRAFT:
	case INQUIRY_ACCEPTED:
	case INQUIRY_CHECKED:
	case INQUIRY_PERMITTED:
	case INQUIRY_NOTIFIED:
	case INQUIRY_ANSWERED:
	case INQUIRY_FETCHED:
	case INQUIRY_STATE__COUNT:
		break;
	}
	return FATE_NOT_YET;
}

static enum rc
reply(struct call *c, const char *provider, const int64_t n[FATE__COUNT], struct fault *why)
{
	enum rc rc = RC_OK;

	for (int i = 0; i < FATE__COUNT && rc == RC_OK; i++) {
		struct frame f;

		if (n[i] == 0)
			continue;
		frame_init(&f, RESULT_ROW);
		frame_put_text(&f, TAG_PROVIDER, provider);
		frame_put_text(&f, TAG_STATE, fates[i].name);
		frame_put_int(&f, TAG_COUNT, n[i]);
		frame_put_text(&f, TAG_ADVICE, fates[i].advice);
		rc = node_reply(c, &f, why);
		frame_clear(&f);
	}
	return rc;
}

enum rc
do_inquiry_report(struct call *c, struct fault *why)
{
	day on = request_day(c->r, TAG_ON);
	int64_t from_us = (day_known(on) ? on : c->today).n * US_PER_DAY - JAPAN_US, all[FATE__COUNT] = { 0 };
	struct inquiry_count *count;
	size_t n, i = 0;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = store_inquiry_count(c->a->store, from_us, from_us + US_PER_DAY, &c->arena, &count, &n, why)) != RC_OK)
		return rc;
	while (i < n && rc == RC_OK) {
		const char *provider = count[i].provider;
		int64_t here[FATE__COUNT] = { 0 };

		for (; i < n && strcmp(count[i].provider, provider) == 0; i++) {
			here[fate_of((enum inquiry_state)count[i].state)] += count[i].n;
			all[fate_of((enum inquiry_state)count[i].state)] += count[i].n;
		}
		rc = reply(c, provider, here, why);
	}
	return rc == RC_OK && n > 0 ? reply(c, NULL, all, why) : rc;
}

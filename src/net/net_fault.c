#include "net/net_fault.h"

#include <string.h>

static const char *const names[NET_FAULT__COUNT] = {
	[NET_FAULT_NONE] = "none",
	[NET_FAULT_REFUSE] = "refuse",
	[NET_FAULT_CERTIFICATE] = "wrong-certificate",
	[NET_FAULT_LOST_REQUEST] = "lost-request",
	[NET_FAULT_LOST_ANSWER] = "lost-answer",
	[NET_FAULT_HANG] = "hang",
	[NET_FAULT_CUT] = "cut",
	[NET_FAULT_RESET] = "reset",
	[NET_FAULT_DUPLICATE] = "duplicate",
	[NET_FAULT_LATE] = "late",
	[NET_FAULT_STALE] = "stale-answer",
	[NET_FAULT_CLOSED] = "closed",
	[NET_FAULT_BUSY] = "busy",
	[NET_FAULT_HTTP_403] = "http-403",
	[NET_FAULT_HTTP_404] = "http-404",
	[NET_FAULT_HTTP_408] = "http-408",
	[NET_FAULT_HTTP_500] = "http-500",
	[NET_FAULT_HTTP_502] = "http-502",
	[NET_FAULT_HTTP_503] = "http-503",
	[NET_FAULT_UNSIGNED] = "unsigned",
	[NET_FAULT_FORGED] = "forged",
	[NET_FAULT_EMPTY] = "empty",
	[NET_FAULT_HTML] = "html",
	[NET_FAULT_XML_CUT] = "xml-cut",
	[NET_FAULT_XML_BOMB] = "xml-bomb",
	[NET_FAULT_XML_EXTERNAL] = "xml-external",
	[NET_FAULT_XML_DEEP] = "xml-deep",
	[NET_FAULT_XML_MANY] = "xml-many",
	[NET_FAULT_XML_HUGE] = "xml-huge",
	[NET_FAULT_XML_NAMESPACE] = "xml-namespace",
	[NET_FAULT_XML_UTF16] = "xml-utf16",
	[NET_FAULT_XML_MARK] = "xml-mark",
	[NET_FAULT_XML_CONTROL] = "xml-control",
	[NET_FAULT_XML_NUL] = "xml-nul",
	[NET_FAULT_XML_TWICE] = "xml-twice",
	[NET_FAULT_XML_UNKNOWN] = "xml-unknown",
	[NET_FAULT_XML_ATTRIBUTE] = "xml-attribute",
	[NET_FAULT_XML_COMMENT] = "xml-comment",
	[NET_FAULT_XML_INSTRUCTION] = "xml-instruction",
	[NET_FAULT_XML_CDATA] = "xml-cdata",
	[NET_FAULT_HELD] = "held",
	[NET_FAULT_LINK] = "wrong-link",
};

const char *
net_fault_name(enum net_fault_kind kind)
{
	return (unsigned)kind < NET_FAULT__COUNT ? names[kind] : "unknown";
}

enum net_fault_place
net_fault_place_of(enum net_fault_kind kind)
{
	switch ((unsigned)kind) {
	case NET_FAULT_REFUSE:
		return NET_FAULT_AT_CONNECTION;
	case NET_FAULT_CERTIFICATE:
		return NET_FAULT_AT_CERTIFICATE;
	case NET_FAULT_HELD:
		return NET_FAULT_AT_ANSWERING;
	case NET_FAULT_LINK:
		return NET_FAULT_AT_CODE;
	default:
		return NET_FAULT_AT_MESSAGE;
	}
}

bool
net_fault_is_document(enum net_fault_kind kind)
{
	return kind >= NET_FAULT_EMPTY && kind <= NET_FAULT_XML_CDATA;
}

unsigned
net_fault_http_status(enum net_fault_kind kind)
{
	switch ((unsigned)kind) {
	case NET_FAULT_HTTP_403:
		return 403;
	case NET_FAULT_HTTP_404:
		return 404;
	case NET_FAULT_HTTP_408:
		return 408;
	case NET_FAULT_HTTP_500:
		return 500;
	case NET_FAULT_HTTP_502:
		return 502;
	case NET_FAULT_HTTP_503:
		return 503;
	default:
		return 0;
	}
}

bool
net_fault_plan_any(const struct net_fault_plan *plan)
{
	return plan->n_rates > 0 || (plan->n_times > 0 && plan->delay_percent > 0);
}

bool
net_fault_plan_connections(const struct net_fault_plan *plan)
{
	for (size_t i = 0; i < plan->n_rates; i++)
		if (net_fault_place_of(plan->rates[i].kind) == NET_FAULT_AT_CONNECTION ||
		    net_fault_place_of(plan->rates[i].kind) == NET_FAULT_AT_CERTIFICATE)
			return true;
	return false;
}

/* ---- the draw ---- */

static uint64_t
mix(uint64_t h, const void *bytes, size_t len)
{
	const unsigned char *b = bytes;

	for (size_t i = 0; i < len; i++)
		h = (h ^ b[i]) * UINT64_C(1099511628211);
	return h;
}

/* So that near counts give far numbers (the finisher of SplitMix64). */
static uint64_t
spread(uint64_t h)
{
	h = (h ^ (h >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	h = (h ^ (h >> 27)) * UINT64_C(0x94d049bb133111eb);
	return h ^ (h >> 31);
}

static int64_t
answer_time(const struct net_fault_plan *plan, uint32_t drawn)
{
	uint32_t share = 0;
	int64_t ms = 0;

	for (size_t i = 0; i < plan->n_times; i++) {
		if (drawn < plan->times[i].share)
			return (ms + (plan->times[i].ms - ms) * (drawn - share) /
			    (plan->times[i].share - share)) * plan->delay_percent / 100;
		share = plan->times[i].share;
		ms = plan->times[i].ms;
	}
	return ms * plan->delay_percent / 100;
}

struct net_fault
net_fault_of(const struct net_fault_plan *plan, enum net_fault_place place, const char *part,
    enum message_kind type, const char *peer, uint64_t count)
{
	const char *name = type == MESSAGE_NONE ? "" : message_name(type);
	struct net_fault found = { NET_FAULT_NONE, 0 };
	uint64_t h = UINT64_C(14695981039346656037), drawn, passed = 0;
	unsigned char where = (unsigned char)place;

	h = mix(h, &plan->seed, sizeof plan->seed);
	h = mix(h, &where, 1);
	/* With their ends, so that "ab" "c" is not "a" "bc". */
	h = mix(h, part, strlen(part) + 1);
	h = mix(h, name, strlen(name) + 1);
	h = mix(h, peer, strlen(peer) + 1);
	h = mix(h, &count, sizeof count);
	drawn = spread(h) % NET_FAULT_WHOLE;
	for (size_t i = 0; count < plan->first && i < plan->n_rates; i++) {
		const struct net_fault_rate *r = &plan->rates[i];

		if (net_fault_place_of(r->kind) != place ||
		    (r->type != MESSAGE_NONE && r->type != type))
			continue;
		passed += r->in_a_million;
		if (drawn < passed) {
			found.kind = r->kind;
			break;
		}
	}
	if (place == NET_FAULT_AT_MESSAGE)
		found.wait_ms = found.kind == NET_FAULT_HANG ? plan->hang_ms :
		    answer_time(plan, (uint32_t)(spread(h + 1) % NET_FAULT_WHOLE));
	return found;
}

#ifndef NET_NET_FAULT_H
#define NET_NET_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "exchange/message.h"

/*
 * The fault model: what a real network does to messages, at given rates and the same for the
 * same seed.  Whether a message meets a fault hangs on seed, place, part, type of message, peer
 * and how many of them came before since the program started; never on time.  Rates are in a
 * million.  Pure but for net_fault_plan_read.
 */
enum net_fault_kind {
	NET_FAULT_NONE,
	/* of a connection */
	NET_FAULT_REFUSE,		/* closed before TLS */
	NET_FAULT_CERTIFICATE,		/* the listener shows one of another authority */
	/* of a message and its answer */
	NET_FAULT_LOST_REQUEST,		/* closed, nothing was done */
	NET_FAULT_LOST_ANSWER,		/* done, then closed without a byte */
	NET_FAULT_HANG,			/* done, then silence for hang_ms, then closed */
	NET_FAULT_CUT,			/* done, then closed in the middle of the answer */
	NET_FAULT_RESET,		/* done, then TCP reset in the middle of the answer */
	NET_FAULT_DUPLICATE,		/* delivered twice */
	NET_FAULT_LATE,			/* closed; delivered after the next message of this listener */
	NET_FAULT_STALE,		/* done, answered with the answer that this peer had before */
	NET_FAULT_CLOSED,		/* outside hours: HTTP 503 with E501 */
	NET_FAULT_BUSY,			/* over capacity: E502 */
	NET_FAULT_HTTP_403,
	NET_FAULT_HTTP_404,
	NET_FAULT_HTTP_408,
	NET_FAULT_HTTP_500,
	NET_FAULT_HTTP_502,
	NET_FAULT_HTTP_503,
	NET_FAULT_UNSIGNED,		/* done, answered without a signature */
	NET_FAULT_FORGED,		/* done, answered with a signature that does not hold */
	/* done, then answered with this instead, rightly signed */
	NET_FAULT_EMPTY,
	NET_FAULT_HTML,			/* the page of a proxy */
	NET_FAULT_XML_CUT,
	NET_FAULT_XML_BOMB,		/* entities that would grow to gigabytes */
	NET_FAULT_XML_EXTERNAL,		/* an entity that names a file */
	NET_FAULT_XML_DEEP,
	NET_FAULT_XML_MANY,		/* 100,000 unknown elements, below the ceiling */
	NET_FAULT_XML_HUGE,		/* over the ceiling */
	NET_FAULT_XML_NAMESPACE,
	NET_FAULT_XML_UTF16,
	NET_FAULT_XML_MARK,		/* a byte mark before it */
	NET_FAULT_XML_CONTROL,
	NET_FAULT_XML_NUL,
	NET_FAULT_XML_TWICE,		/* an element twice */
	NET_FAULT_XML_UNKNOWN,		/* an element that the profile does not know */
	NET_FAULT_XML_ATTRIBUTE,
	NET_FAULT_XML_COMMENT,
	NET_FAULT_XML_INSTRUCTION,
	NET_FAULT_XML_CDATA,
	/* of what the network does */
	NET_FAULT_HELD,			/* an answer waits for staff although nothing asked for it */
	NET_FAULT_LINK,			/* a code is given that leads to another person */
	NET_FAULT__COUNT
};

/* Where it is asked whether a fault happens. */
enum net_fault_place {
	NET_FAULT_AT_CONNECTION,
	NET_FAULT_AT_CERTIFICATE,
	NET_FAULT_AT_MESSAGE,
	NET_FAULT_AT_ANSWERING,
	NET_FAULT_AT_CODE,
	NET_FAULT_PLACE__COUNT
};

#define NET_FAULT_WHOLE 1000000
#define NET_FAULT_RATES_MAX 256
#define NET_FAULT_TIMES_MAX 32

struct net_fault_rate {
	enum net_fault_kind kind;
	enum message_kind type;		/* MESSAGE_NONE: any */
	uint32_t in_a_million;
};

struct net_fault_plan {
	uint64_t seed;
	struct net_fault_rate rates[NET_FAULT_RATES_MAX];
	size_t n_rates;
	struct { uint32_t share; int64_t ms; } times[NET_FAULT_TIMES_MAX];
	size_t n_times;			/* share of the answers that take at most ms, rising */
	int64_t hang_ms;
	uint64_t first;			/* only the first so many of a thing meet a fault */
	uint32_t delay_percent;		/* of the times above; 0: answers wait for nothing */
};

/* What happens to one thing. */
struct net_fault {
	enum net_fault_kind kind;
	int64_t wait_ms;		/* before its answer leaves */
};

void net_fault_plan_init(struct net_fault_plan *plan);
/*
 * A file of lines "KIND[@TYPE] RATE", "answer-time SHARE MS", "hang-ms MS", "#" comments.
 * KIND "xml" spreads the rate over all hostile documents.
 */
enum rc net_fault_plan_read(struct net_fault_plan *plan, const char *path, struct fault *why) MUST_USE;
/* "KIND[@TYPE]=RATE": takes the place of the same kind and type. */
enum rc net_fault_plan_add(struct net_fault_plan *plan, const char *text, struct fault *why) MUST_USE;
/* All rates so many times as high; RC_INVALID when those of one type are over a million. */
enum rc net_fault_plan_finish(struct net_fault_plan *plan, uint32_t times, struct fault *why) MUST_USE;
bool net_fault_plan_any(const struct net_fault_plan *plan);
/* Does any connection meet a fault?  It is asked for every message whether its connection would. */
bool net_fault_plan_connections(const struct net_fault_plan *plan);

/* count: 0 for the first such thing. */
struct net_fault net_fault_of(const struct net_fault_plan *plan, enum net_fault_place place,
    const char *part, enum message_kind type, const char *peer, uint64_t count);

enum net_fault_place net_fault_place_of(enum net_fault_kind kind);
const char *net_fault_name(enum net_fault_kind kind);
/* Is the answer replaced by another document? */
bool net_fault_is_document(enum net_fault_kind kind);
/* An HTTP status to answer with alone, or 0. */
unsigned net_fault_http_status(enum net_fault_kind kind);

#endif

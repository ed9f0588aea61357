#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "net/net_fault.h"
#include "net/net_limits.h"

/* Reading rates: from a file, from options. */

#define HANG_MS 60000

void
net_fault_plan_init(struct net_fault_plan *plan)
{
	memset(plan, 0, sizeof *plan);
	plan->hang_ms = HANG_MS;
	plan->first = UINT64_MAX;
	plan->delay_percent = 100;
}

static enum rc
read_number(const char *text, size_t len, int64_t most, const char *place, int64_t *ret_number,
    struct fault *why)
{
	int64_t n = 0;

	if (len == 0)
		return fault_set(why, RC_INVALID, place, "a number is missing");
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return fault_set(why, RC_INVALID, place, "not a number");
		n = n * 10 + (text[i] - '0');
		if (n > most)
			return fault_set(why, RC_INVALID, place, "number over %lld", (long long)most);
	}
	*ret_number = n;
	return RC_OK;
}

static enum net_fault_kind
kind_of(const char *text, size_t len)
{
	int kind = NET_FAULT__COUNT - 1;

	while (kind > NET_FAULT_NONE && (strlen(net_fault_name((enum net_fault_kind)kind)) != len ||
	    memcmp(net_fault_name((enum net_fault_kind)kind), text, len) != 0))
		kind--;
	return (enum net_fault_kind)kind;
}

static enum rc
set_rate(struct net_fault_plan *plan, enum net_fault_kind kind, enum message_kind type, uint32_t rate,
    const char *place, struct fault *why)
{
	size_t i = 0;

	while (i < plan->n_rates && (plan->rates[i].kind != kind || plan->rates[i].type != type))
		i++;
	if (rate == 0) {
		if (i < plan->n_rates)
			memmove(&plan->rates[i], &plan->rates[i + 1],
			    (--plan->n_rates - i) * sizeof plan->rates[0]);
		return RC_OK;
	}
	if (i == NET_FAULT_RATES_MAX)
		return fault_set(why, RC_INVALID, place, "too many rates");
	if (i == plan->n_rates)
		plan->n_rates++;
	plan->rates[i] = (struct net_fault_rate){ kind, type, rate };
	return RC_OK;
}

/* The hostile documents share what "xml" stands for; each has its own rate already, or gets more. */
static enum rc
spread_rate(struct net_fault_plan *plan, enum message_kind type, uint32_t rate, const char *place,
    struct fault *why)
{
	uint32_t n = NET_FAULT_XML_CDATA - NET_FAULT_EMPTY + 1, i = 0;
	enum rc rc = RC_OK;

	for (int kind = NET_FAULT_EMPTY; rc == RC_OK && kind <= NET_FAULT_XML_CDATA; kind++, i++) {
		uint32_t share = rate / n + (i < rate % n ? 1 : 0);

		for (size_t k = 0; k < plan->n_rates; k++)
			if (plan->rates[k].kind == (enum net_fault_kind)kind && plan->rates[k].type == type)
				share += plan->rates[k].in_a_million;
		rc = set_rate(plan, (enum net_fault_kind)kind, type, share, place, why);
	}
	return rc;
}

/* what: "KIND" or "KIND@TYPE". */
static enum rc
add(struct net_fault_plan *plan, const char *what, size_t len, int64_t rate, const char *place,
    struct fault *why)
{
	const char *at = memchr(what, '@', len);
	size_t kind_len = at == NULL ? len : (size_t)(at - what);
	enum message_kind type = MESSAGE_NONE;
	enum net_fault_kind kind;
	char name[64];

	if (at != NULL) {
		(void)snprintf(name, sizeof name, "%.*s", (int)(len - kind_len - 1), at + 1);
		if ((type = message_kind_of(name)) == MESSAGE_NONE)
			return fault_set(why, RC_INVALID, place, "no such type of message");
	}
	if (kind_len == 3 && memcmp(what, "xml", 3) == 0)
		return spread_rate(plan, type, (uint32_t)rate, place, why);
	if ((kind = kind_of(what, kind_len)) == NET_FAULT_NONE)
		return fault_set(why, RC_INVALID, place, "no such fault: watashi-net faults --list names them");
	if (type != MESSAGE_NONE && net_fault_place_of(kind) != NET_FAULT_AT_MESSAGE)
		return fault_set(why, RC_INVALID, place, "this fault is not one of a type of message");
	return set_rate(plan, kind, type, (uint32_t)rate, place, why);
}

enum rc
net_fault_plan_add(struct net_fault_plan *plan, const char *text, struct fault *why)
{
	const char *equals = strchr(text, '=');
	int64_t rate;
	enum rc rc;

	if (equals == NULL)
		return fault_set(why, RC_INVALID, "--fault", "is KIND=RATE or KIND@TYPE=RATE");
	if ((rc = read_number(equals + 1, strlen(equals + 1), NET_FAULT_WHOLE, "--fault", &rate, why)) != RC_OK)
		return rc;
	return add(plan, text, (size_t)(equals - text), rate, "--fault", why);
}

static enum rc
add_time(struct net_fault_plan *plan, int64_t share, int64_t ms, const char *place, struct fault *why)
{
	size_t n = plan->n_times;

	if (n == NET_FAULT_TIMES_MAX)
		return fault_set(why, RC_INVALID, place, "too many times");
	if (share == 0 || (n > 0 && (share <= plan->times[n - 1].share || ms < plan->times[n - 1].ms)))
		return fault_set(why, RC_INVALID, place, "shares and times must rise");
	plan->times[n].share = (uint32_t)share;
	plan->times[n].ms = ms;
	plan->n_times++;
	return RC_OK;
}

static enum rc
read_line(struct net_fault_plan *plan, char *line, const char *place, struct fault *why)
{
	char *words[4], *rest = line, *word;
	size_t n = 0;
	int64_t number, ms;
	enum rc rc;

	line[strcspn(line, "#\r")] = '\0';
	while (n < 4 && (word = strsep(&rest, " \t")) != NULL)
		if (*word != '\0')
			words[n++] = word;
	if (n == 0)
		return RC_OK;
	if (n == 3 && strcmp(words[0], "answer-time") == 0) {
		if ((rc = read_number(words[1], strlen(words[1]), NET_FAULT_WHOLE, place, &number, why)) != RC_OK ||
		    (rc = read_number(words[2], strlen(words[2]), 86400000, place, &ms, why)) != RC_OK)
			return rc;
		return add_time(plan, number, ms, place, why);
	}
	if (n == 2 && strcmp(words[0], "hang-ms") == 0)
		return read_number(words[1], strlen(words[1]), 86400000, place, &plan->hang_ms, why);
	if (n != 2)
		return fault_set(why, RC_INVALID, place, "is KIND RATE, answer-time SHARE MS or hang-ms MS");
	if ((rc = read_number(words[1], strlen(words[1]), NET_FAULT_WHOLE, place, &number, why)) != RC_OK)
		return rc;
	return add(plan, words[0], strlen(words[0]), number, place, why);
}

enum rc
net_fault_plan_read(struct net_fault_plan *plan, const char *path, struct fault *why)
{
	struct buf text = BUF_INIT(NET_CONF_BYTES);
	char place[FAULT_PLACE_MAX], *line, *next;
	unsigned number = 0;
	enum rc rc;

	if ((rc = buf_read_file(&text, path, why)) != RC_OK)
		goto out;
	if (text.len > 0 && strlen(text.data) != text.len) {
		rc = fault_set(why, RC_INVALID, path, "holds a NUL byte");
		goto out;
	}
	for (line = text.data; line != NULL && rc == RC_OK; line = next) {
		if ((next = strchr(line, '\n')) != NULL)
			*next++ = '\0';
		(void)snprintf(place, sizeof place, "%.100s:%u", path, ++number);
		rc = read_line(plan, line, place, why);
	}
 out:
	buf_clear(&text);
	return rc;
}

enum rc
net_fault_plan_finish(struct net_fault_plan *plan, uint32_t times, struct fault *why)
{
	for (size_t i = 0; i < plan->n_rates; i++) {
		uint64_t rate = (uint64_t)plan->rates[i].in_a_million * times;

		plan->rates[i].in_a_million = rate > NET_FAULT_WHOLE ? NET_FAULT_WHOLE + 1 : (uint32_t)rate;
	}
	for (int place = 0; place < NET_FAULT_PLACE__COUNT; place++)
		for (int type = 0; type < MESSAGE__COUNT; type++) {
			uint64_t sum = 0;

			for (size_t i = 0; i < plan->n_rates; i++)
				if (net_fault_place_of(plan->rates[i].kind) == (enum net_fault_place)place &&
				    (plan->rates[i].type == MESSAGE_NONE || plan->rates[i].type == (enum message_kind)type))
					sum += plan->rates[i].in_a_million;
			if (sum > NET_FAULT_WHOLE)
				return fault_set(why, RC_INVALID, "faults", "the rates of one place are over a million together");
		}
	return RC_OK;
}

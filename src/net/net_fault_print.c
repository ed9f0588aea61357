#include "net/net_fault_print.h"

#include <inttypes.h>
#include <stdio.h>

static const char *const places[NET_FAULT_PLACE__COUNT] = {
	[NET_FAULT_AT_CONNECTION] = "connection",
	[NET_FAULT_AT_CERTIFICATE] = "handshake",
	[NET_FAULT_AT_MESSAGE] = "message",
	[NET_FAULT_AT_ANSWERING] = "answering",
	[NET_FAULT_AT_CODE] = "code",
};

int
net_fault_print_list(void)
{
	for (int kind = NET_FAULT_NONE + 1; kind < NET_FAULT__COUNT; kind++)
		if (printf("%s\t%s\n", net_fault_name((enum net_fault_kind)kind),
		    places[net_fault_place_of((enum net_fault_kind)kind)]) < 0)
			return 3;
	return 0;
}

static bool
print_row(const struct net_fault_plan *plan, enum net_fault_place place, const char *part,
    enum message_kind type, const char *peer, uint64_t n, uint64_t *hits)
{
	const char *name = type == MESSAGE_NONE ? places[place] : message_name(type);

	for (uint64_t i = 0; i < n; i++) {
		struct net_fault f = net_fault_of(plan, place, part, type, peer, i);

		if (f.kind == NET_FAULT_NONE)
			continue;
		(*hits)++;
		if (printf("%s\t%s\t%s\t%" PRIu64 "\t%s\t%" PRId64 "\n", part, name, peer, i + 1,
		    net_fault_name(f.kind), f.wait_ms) < 0)
			return false;
	}
	return true;
}

int
net_fault_print_plan(const struct net_fault_plan *plan, const char *part, const char *peer, uint64_t n)
{
	uint64_t hits = 0, all = 0;
	bool good = printf("part\twhat\tpeer\tnumber\tfault\twait_ms\n") > 0;

	for (int place = 0; good && place < NET_FAULT_PLACE__COUNT; place++) {
		if (place == NET_FAULT_AT_MESSAGE)
			continue;
		good = print_row(plan, (enum net_fault_place)place, part, MESSAGE_NONE,
		    place < NET_FAULT_AT_MESSAGE ? "" : peer, n, &hits);
		all += n;
	}
	for (int type = MESSAGE_NONE + 1; good && type < MESSAGE__COUNT; type++) {
		if (message_answer_of((enum message_kind)type) == MESSAGE_NONE)
			continue;
		good = print_row(plan, NET_FAULT_AT_MESSAGE, part, (enum message_kind)type, peer, n, &hits);
		all += n;
	}
	good = good && printf("# %" PRIu64 " faults in %" PRIu64 "\n", hits, all) > 0;
	return good && fflush(stdout) == 0 ? 0 : 3;
}

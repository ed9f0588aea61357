#ifndef ACTION_HEARD_H
#define ACTION_HEARD_H

#include "action/node.h"
#include "store/store_outbox.h"

/*
 * An answer of the network that holds: signed by who must, readable, and of what was asked.
 * Each kind is taken in by the file of its subject, inside the transaction that also ends
 * the outbox row it answers.
 */
struct heard {
	const struct outbox_row *sent;
	struct adapter_event event;
	const struct wire_answer *answer;
	const void *bytes;		/* as they came */
	size_t len;
	const char *signature_text;	/* over them, as it came */
	size_t signature_text_len;
	int64_t now_us;
	day today;
	struct arena *arena;
};

#endif

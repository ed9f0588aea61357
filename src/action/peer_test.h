#ifndef ACTION_PEER_TEST_H
#define ACTION_PEER_TEST_H

#include "action/node.h"
#include "exchange/post.h"

/*
 * Does each peer answer now, and do both sides' certificates and signatures hold?  The own intermediary is sent a
 * signed question that changes nothing (the state of a code that nobody has) and must answer with its signature.
 * Every message to the registrar carries a number, so it is touched only: TLS with both certificates, no document.
 * A test lasts until every peer has answered or post has given up, and its result is told for some seconds, so that
 * nobody knocks in a loop.
 */
struct peer_probe {
	struct peer_call call;		/* as post knows it */
	char msg_id[NODE_MESSAGE_ID_SIZE];	/* "": touched only */
	bool is_used, is_over, is_well;
	int64_t sent_us, heard_us;
	char text[FAULT_TEXT_MAX], advice[FAULT_TEXT_MAX];
};

struct peer_test {
	int64_t began_us;		/* 0: never */
	struct peer_probe probe[ADAPTER_ENDPOINT__COUNT];
};

bool peer_test_running(const struct action *a);
/* Takes an answer of post, if it is one to a test; false: it is somebody else's. */
bool peer_test_heard(struct action *a, const struct post_answer *came, int64_t now_us);

#endif

#ifndef TESTS_UNIT_PLAY_NETWORK_H
#define TESTS_UNIT_PLAY_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "exchange/adapter.h"
#include "exchange/outbox.h"
#include "record/dose.h"
#include "record/person.h"

/*
 * The network as the node of a story sees it: its own intermediary server and the registrar, played
 * by the test with real signatures.  It keeps what a network keeps: the answer to each message id,
 * who has a code, the copies, the inquiries and what each other town holds.
 */
#define PLAY_TOWN "011002"			/* the node of the stories */

enum play_mood {
	PLAY_ANSWERS,
	PLAY_GONE,		/* no connection: nothing happens there either */
	PLAY_LOSES,		/* it happens, and the answer breaks off */
	PLAY_CLOSED,		/* E501 */
	PLAY_GARBLES,		/* bytes that are no message */
	PLAY_FORGES,		/* signed by somebody else */
	PLAY_REFUSES,		/* HTTP 403 */
	PLAY_STRANGE,		/* certificates do not match */
	PLAY_ERROR,		/* Error with a code of its own */
	PLAY_MOOD__COUNT
};

void play_network_begin(int64_t now_s);		/* certificates for five years */
void play_network_end(void);

/* For the next `times` of a kind (MESSAGE_NONE: of every kind); -1 until told otherwise. */
void play_network_mood(enum message_kind kind, enum play_mood mood, enum message_error error, int times);
/* What a town does with an inquiry: "answers" "held" "silent" "no-data" "refuses" "forges", or E-code. */
void play_network_town(const char *municipality, const char *does);
/* What a town holds about a resident of the node. */
void play_network_holds(const char *municipality, const struct person *who, const struct dose *d, int64_t version);
/* An answer the node has in hand that waits for its staff. */
void play_network_asks(const char *permit_id, const char *addressee_no, const char *inquirer_municipality);
/* How many different messages of a kind arrived (MESSAGE_NONE: of all). */
int play_network_count(enum message_kind kind);
/* How often a connection was tried in vain. */
int play_network_knocks(void);
/* The last one that arrived of a kind, as sent; NULL none. */
const char *play_network_last(enum message_kind kind);
/* Message ids that came with two different contents: always 0 in a node that keeps its promise. */
int play_network_broken_promises(void);
/* Records of the copy as the intermediary holds them; false: none of this key. */
bool play_network_copy(const char *addressee_no, const char *record_key, int64_t *ret_version);
int play_network_copies(void);
/* The nth registration of copies arrives once more at a network that has forgotten its message id; false: no such. */
bool play_network_late(enum message_kind kind, int nth);
/* What the portal of a person does with notices: answers (as if never said), closed, none, refuses. */
void play_network_portal(const char *addressee_no, const char *does);
int play_network_at_portal(const char *addressee_no);	/* so many have come there */
void play_network_copy_lose(const char *addressee_no, const char *record_key);

/* An exchange in which the node's intermediary has told something: its record, and which versions.  now_ms
 * MESSAGE_NO_TIME: it has not answered yet. */
void play_network_provided(const char *process_no, const char *addressee_no, const char *inquirer_municipality,
    const char *const *key, const int64_t *version, size_t n, int64_t now_ms);
/* An exchange of which the network has recorded that much: when it was asked stays as first said. */
void play_network_exchange(const char *process_no, const char *addressee_no, const char *municipality, bool by_us,
    enum message_outcome outcome, int64_t now_ms);
/* The record of it is lost there; false: there was none. */
bool play_network_exchange_lose(const char *process_no);
/* The record of the network's ith exchange; false: there are not so many. */
bool play_network_record(int i, struct message_provision_record *ret_record);
/* A letter, signed by the certificate named signer; header and signature are made here. */
void play_network_put_letter(const char *sender_institution, const char *signer, struct message *m);
const char *play_network_node_of(const char *municipality);	/* the certificate of its node */
/* The last of a kind that arrived, or back before it; false: there are not so many. */
bool play_network_sent(enum message_kind kind, int back, const char **ret_bytes, size_t *ret_len);
/* A letter to the node of the story, by another town's: process_no NULL, that of the last inquiry to it. */
void play_network_corrects(const char *municipality, const char *correction_id, const char *process_no,
    const struct person *who, const struct dose *d, int64_t version, int64_t now_ms, bool forged);
/* For the nth correction that the node sent to the town; false: there is none. */
bool play_network_receipt(const char *municipality, int nth, enum message_taken taken, int64_t local_version,
    const char *reason, int64_t now_ms, bool forged);
/* The last letter: "double" it, "turn" it round with the one before, "lose" it, "spoil" its bytes. */
bool play_network_letters(const char *what);

struct play_answer {
	enum sending_outcome outcome;
	long status;
	struct buf bytes;
	struct buf signature;
};
/* One document that post would carry, and what comes back. */
void play_network_hear(enum adapter_endpoint endpoint, const void *bytes, size_t len, int64_t now_ms,
    struct play_answer *ret_answer);

#endif

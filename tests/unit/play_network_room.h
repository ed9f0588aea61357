#ifndef TESTS_UNIT_PLAY_NETWORK_ROOM_H
#define TESTS_UNIT_PLAY_NETWORK_ROOM_H

#include "base/limits.h"
#include "exchange/message.h"
#include "tests/unit/play_network.h"

/* The inside of the network of the stories.  play_network.c: who asks and is asked; play_letter.c: letters, and what
 * the node told others. */
#define SEEN_MAX 20000
#define CODES_MAX 4000
#define HOLDINGS_MAX 400
#define INQUIRIES_MAX 4000
#define COPIES_MAX 8000
#define MOODS_MAX 16
#define ASKS_MAX 16
#define LETTERS_MAX 200
#define NOTICES_MAX 64

struct seen {
	char id[MESSAGE_ID_CHARS + 1];
	enum message_kind kind;
	char *sent;
	size_t sent_len;
	char *answer;
	size_t answer_len;
};
struct inquiry_there {
	char reception[33], record_no[MESSAGE_RECORD_NO_CHARS + 1], addressee[16], process[33], provider[17];
	char digest[MESSAGE_DIGEST_CHARS + 1];
};
struct holding {
	char municipality[7], addressee[16];
	struct message_record_items record;
};

struct network {
	struct seen seen[SEEN_MAX];
	int n_seen, broken;
	struct { char addressee[16]; int state; } code[CODES_MAX];
	int n_code;
	struct inquiry_there inquiry[INQUIRIES_MAX];
	int n_inquiry;
	struct { char municipality[7], does[16]; } town[16];
	int n_town;
	struct holding holding[HOLDINGS_MAX];
	int n_holding;
	struct { enum message_kind kind; enum play_mood mood; enum message_error error; int times; } mood[MOODS_MAX];
	int n_mood;
	struct { char addressee[16], key[MESSAGE_RECORD_KEY_CHARS + 1], digest[MESSAGE_DIGEST_CHARS + 1];
	    int64_t version; } copy[COPIES_MAX];
	int n_copy;
	struct { char permit[33], addressee[16], inquirer[17]; } asks[ASKS_MAX];
	int n_asks;
	struct letter_there { char sender[17], *bytes; size_t len; unsigned char der[128]; size_t der_len; }
	    letter[LETTERS_MAX];
	int n_letter;
	/* Exchanges with another town: it asked us, or (by_us) we asked it. */
	struct provided_there { char process[33], addressee[16], other[17]; int64_t at_ms;
	    struct message_told told[16]; size_t n_told; enum message_outcome outcome; bool by_us; } provided[ASKS_MAX];
	int n_provided;
	/* Notices that the intermediary took, and what each person's portal does with them. */
	struct notice_there { char addressee[16], reception[33]; int64_t there_ms; } notice[NOTICES_MAX];
	int n_notice;
	struct { char addressee[16], does[16]; } portal[ASKS_MAX];
	int n_portal;
	int next, knocks;
	struct arena arena;
};
extern struct network *play_net;

extern char play_self[MESSAGE_CODE16_CHARS + 1];

/* m is asked, *out says. */
void play_answer_letter(const struct message *m, struct arena *a, struct message *out);
void play_answer_records(const struct message *m, struct arena *a, struct message *out);
void play_answer_notice(const struct message *m, int64_t now_ms, struct arena *a, struct message *out);
void play_answer_told(const struct message *m, struct message *out);

#endif

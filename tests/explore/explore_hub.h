#ifndef TESTS_EXPLORE_HUB_H
#define TESTS_EXPLORE_HUB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "exchange/adapter.h"

/*
 * The network around the nodes as one value without pointers: intermediaries, core and registrar.  It is the
 * part of the world that is a model; src/net is explored by nobody here.  People are known to it by the last three
 * digits of their addressee number.
 */
#define HUB_TOWNS 3
#define HUB_CODES 6
#define HUB_COPIES 24
#define HUB_INQUIRIES 8
#define HUB_LETTERS 24
#define HUB_SEEN 40
#define HUB_TOLD 6

enum hub_code { HUB_NO_CODE, HUB_NUMBER, HUB_ASKED, HUB_ISSUED };
enum hub_progress { HUB_ACCEPTED, HUB_CHECKED, HUB_PERMITTED, HUB_NOTIFIED, HUB_HELD, HUB_DONE, HUB_FAILED };

struct hub {
	int next[HUB_TOWNS];			/* numbers given so far */
	struct { int town, person, acquisition, used; enum hub_code state; char addressee[16]; } code[HUB_CODES];
	int n_code;
	struct { int town, person, version, blob; bool no_auto, erased; char key[81], addressee[16], digest[65]; } copy[HUB_COPIES];
	int n_copy;
	struct { int town, provider, person, reception, process, permit; enum hub_progress progress; int decision;
	    int blob, n_told; int64_t requested_ms, provided_ms; char record_no[21], addressee[16], provider_addressee[16],
	    digest[65]; struct { char key[81]; int version; } told[HUB_TOLD]; int status; } inquiry[HUB_INQUIRIES];
	int n_inquiry;
	struct { int from, to, blob, signature; } letter[HUB_LETTERS];
	int n_letter;
	struct { char id[33]; int request, answer; char gist[24]; } seen[HUB_SEEN];
	int n_seen;
	int decided_here;			/* decisions heard */
	const char *wrong;			/* what must never be heard; NULL */
};

struct hub_world {			/* what does not change */
	int n_towns;
	const char *town[HUB_TOWNS];	/* six digits */
	const char *number[HUB_TOWNS];	/* with what its addressee numbers begin */
	bool slow;			/* the core takes its steps one by one (hub_work), not at once */
	int linked_to;			/* 0, or the person whom every code leads to at the provider: a wrong link */
};

struct hub_answer {
	int blob;
	char signer[24];
	char gist[24];			/* what it says, without numbers and times */
};
/* What is heard has its effect once, however often it comes. */
void hub_hear(struct hub *h, const struct hub_world *w, int town, enum adapter_endpoint endpoint, const void *bytes,
    size_t len, const void *signature, size_t signature_len, int64_t now_ms, struct hub_answer *ret_answer);
/* The same, and it says E501 instead: nothing happens. */
void hub_busy(const struct hub_world *w, int town, enum adapter_endpoint endpoint, const void *bytes, size_t len,
    struct hub_answer *ret_answer);
bool hub_has_seen(const struct hub *h, const char *message_id);
/* Forgets the answers to messages that nobody can repeat any more. */
void hub_forget(struct hub *h, bool (*is_wanted)(void *given, const char *message_id), void *given);
/* The next step of something that waits inside: false when there is no such thing. */
bool hub_work(struct hub *h, const struct hub_world *w, int nth, int64_t now_ms);
/* How many such things wait. */
int hub_works(const struct hub *h);
/* fetched: how many letters each town has taken. */
uint64_t hub_mark(const struct hub *h, const int fetched[HUB_TOWNS]);
/* The same, with the order in which all came, and the letters that were fetched. */
uint64_t hub_mark_plain(const struct hub *h);
void hub_print(const struct hub *h);

/* A network as it is in states of the world: equal ones are one, and what they heard is heard once. */
struct hub_heard {
	struct hub_heard *next;
	int request, signature, town;
	enum adapter_endpoint endpoint;
	int64_t now_ms;
	struct hub_image *to;
	struct hub_answer answer;
};
struct hub_image {
	int users;				/* states that have it */
	struct hub h;
	uint64_t hash;
	struct hub_heard *heard;
	struct hub_image *next;
};
struct hub_image *hub_keep(const struct hub *h);
struct hub_image *hub_image_hear(struct hub_image *from, const struct hub_world *w, int town,
    enum adapter_endpoint endpoint, int request, int signature, int64_t now_ms, const struct hub_answer **ret_answer);
long hub_images(void);
void hub_images_sweep(void);			/* those that no state has are away, and all that was heard */

#endif

#ifndef TESTS_EXPLORE_NODE_H
#define TESTS_EXPLORE_NODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "exchange/adapter.h"
#include "exchange/outbox.h"
#include "exchange/peer_http.h"

/*
 * A real node (src/action over a real store) whose state can be kept and brought back: its database, and
 * what it knows in memory.  Outside of what is explored: sealing and signing (a signature says who signs), the
 * verifying of signatures, the process boundaries, and the opening of the database after a crash.
 */
#define NODES_MAX 3
#define NODE_TIMES_MAX 40
#define NODE_PENDING_MAX 40

struct node;
struct disk_image;

/* What was looked up in it once. */
struct node_fact { const char *sql; int64_t number; };
#define NODE_FACTS_MAX 64

/* What a node holds at rest.  Shared between the states of the world that have it in common. */
struct node_image {
	int users;			/* states that have it */
	struct node_image *next, **self;	/* all there are */
	struct disk_image *disk;
	void *volatile_part;
	int64_t at_us;			/* when it last did something */
	struct node_step *steps;	/* what was seen to come of it */
	struct node_fact fact[NODE_FACTS_MAX];
	int n_facts;
	/* From here on by node_image_mark. */
	bool is_marked;
	uint64_t mark;			/* the same for states from which the same comes, ids and times apart */
	uint64_t plain_mark;		/* and of what nothing comes any more */
	int fetched;			/* letters */
	/* To come, at which something of it is due, ascending; and then those from which on a failure counts again for a breaker. */
	int64_t time[NODE_TIMES_MAX + ADAPTER_ENDPOINT__COUNT];
	int n_times, n_counting;
	uint64_t failing;		/* what its closed breakers make of failures; of no matter where nothing fails any more */
	struct { char message_id[33], type[32]; bool is_sent; } pending[NODE_PENDING_MAX];
	int n_pending;
};

/* Whether days are counted and evidence of the network is asked for, from here on, by all of them. */
void node_can(bool day_counts, bool evidence);
struct node *node_new(const char *municipality);	/* made, with its settings; empty of people */
void node_free(struct node *n);		/* the last one made that is still there */
/* From here on in memory: what was done before stays. */
void node_settle(struct node *n, int64_t now_us);
const char *node_town(const struct node *n);

struct node_image *node_keep(struct node *n, int64_t now_us);	/* without users */
void node_bring_back(struct node *n, const struct node_image *image);
/* The node is as in the image. */
void node_image_mark(struct node *n, struct node_image *image);
long node_images(void);
/* Those that no state has are away; each is shown before, and those that stay too. */
void node_images_sweep(void (*each)(struct node_image *image));
/* What the end of a call says to the node's breaker: 0 nothing, 1 one more failure if it fails, 2 it was the probe. */
int node_image_weighs(const struct node_image *image, enum adapter_endpoint endpoint, const struct peer_call *call);
/* What the mark is made of, for reading. */
void node_print(struct node *n, int64_t now_us);

/* A commit, or a message given to post, is a step.  After the nth step from here on, in whichever call, the process
 * dies and is started anew; 0: never. */
void node_dies_after(struct node *n, int steps);
bool node_died(const struct node *n);	/* since then */
int node_steps(const struct node *n);	/* since then; counted only while one is waited for */

enum rc node_tick(struct node *n, int64_t now_us);
enum rc node_request(struct node *n, int64_t now_us, const char *words, const char *const *field,
    const char *const *value, int n_fields);
const char *node_text(const struct node *n);
/* A cell of the last row that the last request gave; NULL: no such. */
const char *node_cell(const struct node *n, const char *name);
int node_rows(const struct node *n);
enum rc node_answer(struct node *n, int64_t now_us, const struct peer_call *call, enum adapter_endpoint endpoint,
    enum sending_outcome outcome, long status, const void *bytes, size_t len, const char *signer);

/* What a call gave to post, in order; the receiver is set once for all nodes. */
typedef void node_posted(void *given, struct node *n, const struct peer_call *call, enum adapter_endpoint endpoint,
    const void *bytes, size_t len, const void *signature, size_t signature_len);
void node_post_to(node_posted *posted, void *given);

/* Looks into the database, outside any transaction of the node. */
int64_t node_number(struct node *n, const char *sql);	/* first column of the first row; INT64_MIN: no row */
bool node_word(struct node *n, const char *sql, char *ret, size_t size);
/* Do these bytes stand anywhere in its database, erased rows included? */
bool node_holds(const struct node *n, const char *bytes);

#endif

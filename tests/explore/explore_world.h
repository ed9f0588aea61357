#ifndef TESTS_EXPLORE_WORLD_H
#define TESTS_EXPLORE_WORLD_H

#include "tests/explore/explore_hub.h"
#include "tests/explore/explore_node.h"

/*
 * A small world: nodes, what is under way between them and the network, and the network; with so many faults
 * left.  A choice leads from one state to the next.
 */
#define FLIGHTS_MAX 12
#define DEEDS_MAX 4

enum flight_kind {
	FLIGHT_REQUEST,			/* left a node that waits for its answer */
	FLIGHT_ANSWER,			/* on its way back, late or a second time */
	FLIGHT_GHOST,			/* nobody waits for its answer any more, and it may still arrive */
};
struct flight {
	enum flight_kind kind;
	int node;
	unsigned char id[16];
	enum adapter_endpoint endpoint;
	int request, signature;		/* blobs */
	struct hub_answer answer;
	char message_id[33], type[32];
};

struct world {
	struct node_image *node[NODES_MAX];
	struct hub hub;
	struct flight flight[FLIGHTS_MAX];
	int n_flight;
	int64_t now_us;
	uint64_t drawn;
	int losses, doubles, deaths, faults;	/* left of each, and of all together */
	int deed[DEEDS_MAX];			/* how often done */
	char wrong[160];			/* "" while everything holds */
};

enum choice_kind {
	CHOICE_PASS, CHOICE_LOSE_REQUEST, CHOICE_LOSE_ANSWER, CHOICE_BUSY, CHOICE_LATE_REQUEST, CHOICE_LATE_ANSWER,
	CHOICE_TWICE, CHOICE_DELIVER, CHOICE_REACH, CHOICE_TIME, CHOICE_WORK, CHOICE_DEED, CHOICE__COUNT
};
struct choice {
	enum choice_kind kind;
	int what;			/* flight, node, or deed */
	int time;			/* CHOICE_TIME: which of the node's times */
	int dies_after;			/* 0: nobody dies */
};

struct story;
struct deed {
	const char *name;
	int node, times;
	bool (*may)(const struct world *w);		/* NULL: whenever */
	enum rc (*act)(struct node *n, int64_t now_us);
};
struct story {
	const char *name, *sentence;
	int n_nodes;
	unsigned asleep;		/* nodes whose clock does not tick from the start of the exploration on */
	struct hub_world hub;
	int days;			/* how far the clock is turned at most */
	struct deed deed[DEEDS_MAX];
	int n_deeds;
	/* Losses, doubles (and delays), deaths, and all together: in a short run, in a long one. */
	int bound[2][4];
	long most[2];			/* states, at most */
	/* Leads the world, without faults, to where the exploration begins. */
	void (*begin)(struct world *w);
	/* What must hold in every state beside what holds in all; says so in w->wrong.  The nodes are as in w. */
	void (*look)(struct world *w);
	/* May it stay like this?  Asked only where nothing is under way. */
	bool (*is_good)(struct world *w);
};

extern struct node *world_node[NODES_MAX];
extern const struct story *world_story;

void world_open(const struct story *story);	/* nodes for it */
void world_end(void);				/* and away with them, after the last exploration */
void world_first(struct world *w);		/* the state in which the exploration begins, with no faults left */
void world_copy(struct world *to, const struct world *from);
void world_drop(struct world *w);

/*
 * Every choice of a state, deaths apart: calls `each` with them in a fixed order.  True: there would be more if the
 * clock were turned further than the story lets it.
 */
bool world_choices(const struct world *w, void (*each)(void *given, const struct choice *c), void *given);
/* ret_w is a new state.  False: c->dies_after is more steps than it takes; ret_w is as without. */
bool world_go(const struct world *w, const struct choice *c, struct world *ret_w);
bool choice_is_fault(const struct choice *c);
void choice_print(const struct world *w, const struct choice *c);
uint64_t world_mark(const struct world *w);
bool world_is_good(struct world *w);
void world_print(struct world *w);

/* For stories. */
void world_wrong(struct world *w, const char *what);
struct node *world_at(struct world *w, int node);	/* as it is in w */
void world_request(struct world *w, int node, const char *words, const char *const *field, const char *const *value,
    int n_fields);
/* Without faults until nothing is under way and nothing is due for a minute. */
void world_calm(struct world *w);

#endif

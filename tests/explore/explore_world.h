#ifndef TESTS_EXPLORE_WORLD_H
#define TESTS_EXPLORE_WORLD_H

#include "tests/explore/explore_step.h"

/*
 * A small world: nodes, what is under way between them and the network, and the network; with so many faults
 * left.  A choice leads from one state to the next.  There is one clock; a node is late with what is due as long as it
 * has not been its turn.
 */
#define FLIGHTS_MAX 24
#define DEEDS_MAX 4

struct world {
	struct node_image *node[NODES_MAX];
	struct hub_image *hub;
	const struct flight *flight[FLIGHTS_MAX];
	int n_flight;
	int64_t now_us;
	int losses, doubles, deaths, faults;	/* left of each, and of all together */
	int deed[DEEDS_MAX];			/* how often done */
	const char *wrong;			/* NULL while everything holds */
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
	bool (*may)(struct world *w);			/* asks its own node alone; NULL: whenever */
	node_deed *act;
};
struct story {
	const char *name, *sentence;
	int n_nodes;
	unsigned asleep;		/* nodes whose clock does not tick from the start of the exploration on */
	struct hub_world hub;
	bool day_counts, evidence;	/* whether the nodes count days, and ask for what the network signed; each multiplies all */
	int days;			/* how far a clock is turned at most */
	int lag_days;			/* and how far past what is due at another node that has not gone on; 0: no matter */
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
/* May a call still break off?  If not, nothing comes of how many did before. */
bool world_may_fail(const struct world *w);
void choice_print(const struct world *w, const struct choice *c);
uint64_t world_mark(const struct world *w);
/* A finer one: with what was and of which nothing comes any more, and the order in which it came. */
uint64_t world_mark_plain(const struct world *w);
/* A question for letters that asks after one that was taken since, or the answer to such: nothing comes of it. */
bool world_is_stale(const struct world *w, const struct flight *f);
bool world_is_good(struct world *w);
void world_print(struct world *w);

/* For stories. */
void world_wrong(struct world *w, const char *what);
int64_t world_number(struct world *w, int node, const char *sql);	/* as it is in w; sql: a literal */
bool world_holds(struct world *w, int node, const char *bytes);
void world_request(struct world *w, int node, const char *words, const char *const *field, const char *const *value,
    int n_fields);
/* Without faults until nothing is under way and nothing is due for a minute. */
void world_calm(struct world *w);
/* To the next time at which something is due at the node. */
void world_wait(struct world *w, int node);

#endif

#ifndef TESTS_EXPLORE_STEP_H
#define TESTS_EXPLORE_STEP_H

#include "tests/explore/explore_hub.h"
#include "tests/explore/explore_node.h"

/*
 * What a node does when something befalls it: a function of how it stands, of what befalls it and when, and of the
 * step at which it dies.  Whatever the others do meanwhile, so it is computed once and remembered with the image.
 */
enum flight_kind {
	FLIGHT_REQUEST,			/* left a node that waits for its answer */
	FLIGHT_ANSWER,			/* on its way back, late or a second time */
	FLIGHT_GHOST,			/* nobody waits for its answer any more, and it may still arrive */
};
/* Equal ones are one; they stand until all is forgotten. */
struct flight {
	enum flight_kind kind;
	int node;
	struct peer_call call;
	enum adapter_endpoint endpoint;
	int request, signature;		/* blobs */
	struct hub_answer answer;
	char message_id[33], type[32];
};
const struct flight *flight_of(const struct flight *f);		/* f: padding zeroed */

enum befalls { BEFALLS_TIME, BEFALLS_ANSWER, BEFALLS_DEED };
typedef enum rc node_deed(struct node *n, int64_t now_us);
struct blow {
	enum befalls kind;
	int64_t now_us;
	int dies_after;			/* 0: it does not */
	const struct flight *flight;	/* BEFALLS_ANSWER: to which; */
	int answer;			/* a blob, -1: broken off */
	char signer[24];
	node_deed *deed;		/* BEFALLS_DEED */
};

#define POSTED_MAX 32
struct node_step {
	struct node_step *next;
	struct blow blow;
	struct node_image *to;
	const struct flight *posted[POSTED_MAX];
	int n_posted, n_before;		/* of them before it died */
	int steps;
	bool died;
	const char *wrong;		/* NULL: nothing */
};

/* nodes: those of the world, as many as there are. */
void step_begin(struct node *const *nodes, int n_nodes);
/* The node stands as in the image. */
struct node *step_stand(int node, struct node_image *image);
const struct node_step *step_take(int node, struct node_image *from, const struct blow *b);
/* A request of somebody's in the story's beginning: not remembered. */
const struct node_step *step_ask(int node, struct node_image *from, int64_t now_us, const char *words,
    const char *const *field, const char *const *value, int n_fields);
/* Once, then remembered; sql: a literal. */
int64_t step_number(int node, struct node_image *image, const char *sql);
bool step_holds(int node, struct node_image *image, const char *bytes);
/* Everything that no state has is forgotten when it has become much. */
void step_sweep(void);
void step_end(void);				/* all is forgotten */

#endif

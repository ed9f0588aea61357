#ifndef TESTS_EXPLORE_NODE_ROOM_H
#define TESTS_EXPLORE_NODE_ROOM_H

#include <setjmp.h>
#include <sqlite3.h>
#include <stdio.h>

#include "action/node.h"
#include "store/store_room.h"
#include "tests/explore/explore_node.h"

/* The inside of a node of the exploration.  explore_node.c, explore_process.c and explore_mark.c alone. */
#define CELLS_MAX 40

struct node {
	char folder[64], place[96], db[128], municipality[7], institution[MESSAGE_CODE16_CHARS + 1];
	struct action *action;
	struct vault_client key;
	struct wire_client wire;
	struct store *store;		/* kept over crashes: opening is not explored */
	struct store born;		/* what it knew just after it was opened */
	sqlite3 *look;
	bool settled;
	int dies_after, steps;
	bool died;
	uint64_t drawn;			/* numbers it drew, in place of random ones */
	int64_t now_us;
	enum rc done;
	int rows;
	struct { char name[24], value[80]; } cell[CELLS_MAX];
	int n_cells;
	char text[600];
	struct buf sealed;
};

extern struct node *nodes[NODES_MAX];
extern int n_nodes;
extern node_posted *posted_to;
extern void *posted_given;
extern struct node *running;		/* whose call is under way */
extern struct node *drawing;		/* whose it was last */
extern jmp_buf death;

int node_index(const struct node *n);
/* Everything of a store but what it was opened with; words are read again from the database. */
void node_store_memory(struct store *s, const struct store *was);
/* A frame for post; number: what fills its gap, sealed as here, NULL none. */
void node_post_frame(struct node *n, uint16_t kind, const void *body, size_t body_len, const char *number, size_t gap,
    const char *given, size_t given_len);
/* A mark of what lasts and what is remembered; out: and its text, NULL no. */
uint64_t node_mark(struct node *n, int64_t now_us, FILE *out);
/* The same, with what was and of which nothing comes any more. */
uint64_t node_mark_history(struct node *n, uint64_t mark);
void node_mark_times(const struct node *n, struct node_image *image);	/* after node_mark: the times it came by */
void node_mark_pending(struct node *n, struct node_image *image);
void node_mark_begin(struct node *n);			/* once, when its database can be looked at */
void node_mark_end(struct node *n);			/* before its database is closed */

#endif

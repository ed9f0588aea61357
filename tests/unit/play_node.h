#ifndef TESTS_UNIT_PLAY_NODE_H
#define TESTS_UNIT_PLAY_NODE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/day.h"
#include "base/fault.h"

/*
 * One real node (real store, key and wire processes) on a clock that the test turns, with
 * the network of play_network.h behind it.  Nothing sleeps.
 */
#define PLAY_START_DAY 20779			/* 2026-11-22 */
#define PLAY_LATENCY_US 50000

struct play_node;

struct play_node *play_node_new(void);		/* made, joined, open */
struct play_node *play_node_new_on(day first);	/* on another day */
extern int64_t play_start_us;			/* when the node of now was made */
void play_node_free(struct play_node *n);
/* Ticks and answers as they come due, until so long after the start. */
void play_node_run(struct play_node *n, int64_t until_us);
int64_t play_node_now(const struct play_node *n);	/* since the start */

/*
 * One request by its words and "name=value" fields; "file=TEXT" hands TEXT over as a file.  Rows stay
 * until the next request.  Returns the rc of RESULT_DONE, whose text is play_node_text.
 */
enum rc play_node_do(struct play_node *n, uint32_t uid, const char *words, const char *const *field,
    const char *const *value, int n_fields);
const char *play_node_text(const struct play_node *n);
int play_node_rows(const struct play_node *n);
/* NULL when the row has no such field. */
const char *play_node_cell(const struct play_node *n, int row, const char *name);

/* How to see the rest of a list that was cut off; NULL: it was whole. */
const char *play_node_rest(const struct play_node *n);

/* What is served in slices is done when play_node_do returns; or, from now on, goes on by play_node_slice: false: it is over. */
void play_node_by_slices(struct play_node *n, bool on);
bool play_node_slice(struct play_node *n);
enum rc play_node_done(const struct play_node *n);	/* of the last answer that ended */
const char *play_node_folder(const struct play_node *n);	/* where its database is */
void play_node_twice(struct play_node *n, const char *type);	/* the next answer to it comes again, with other bytes */
void play_node_restart(struct play_node *n);	/* as after kill -9: nothing is said goodbye to */
/* A copy of its database is put aside, and put in its place again as "restore" does. */
void play_node_backup(struct play_node *n);
void play_node_restored(struct play_node *n);
void play_node_set(struct play_node *n, const char *key, const char *value);	/* in watashi.conf, and anew */
void play_node_key_dies(struct play_node *n);
void play_node_key_starts(struct play_node *n);
/* Of every database of this program: the next `writes` fail, -1 all. */
void play_node_disk(int writes);
/* Once, when a message of this name has left and before its answer comes. */
void play_node_when(struct play_node *n, const char *type, void (*then)(struct play_node *n));
bool play_node_disk_met(void);			/* did a write meet the full disk since then? */

#endif

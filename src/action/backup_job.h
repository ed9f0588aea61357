#ifndef ACTION_BACKUP_JOB_H
#define ACTION_BACKUP_JOB_H

#include "action/node.h"

/*
 * A backup under way.  A city's takes minutes, in which nobody may wait: the copy of the database is of the moment at
 * which it was begun, and copy, sealing and digest go in slices between which others are served.
 */
struct backup_job;

/*
 * Begins for c (action a->backup); the file of c->r may be closed by its owner meanwhile.  RC_BUSY: one is under way.
 */
enum rc backup_begin(struct call *c, struct fault *why) MUST_USE;
/* One slice.  *ret_over: the row that tells of the file has been replied; on failure it is over too. */
enum rc backup_go_on(struct action *a, int64_t now_us, day today, bool *ret_over, struct fault *why) MUST_USE;
/* Done or given up: nothing of it stays in the node's directory.  Without one it does nothing. */
void backup_drop(struct action *a);

#endif

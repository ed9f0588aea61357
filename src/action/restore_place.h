#ifndef ACTION_RESTORE_PLACE_H
#define ACTION_RESTORE_PLACE_H

#include "action/node.h"

/*
 * Where a restoring lays what it has not finished, and how that becomes a node: all of it or nothing, also
 * where the process is killed.  Everything is laid into NODE/restoring and the new keys directory; the last
 * step is one rename, that of watashi.conf, without which a directory is an empty node.
 *
 * What a restoring that was cut off left behind knows itself: the database of a half node is the same file
 * as the one in NODE/restoring, the keys directory holds a mark that also stands there.  Only such things are
 * taken away again; a database or keys of anybody else never are.
 */
#define RESTORE_PATH_SIZE (PATH_MAX + 300)
#define RESTORE_MARK_BYTES 16

struct restore_place {
	char node[PATH_MAX];
	char staged[RESTORE_PATH_SIZE];		/* NODE/restoring */
	char law[RESTORE_PATH_SIZE], db[RESTORE_PATH_SIZE], conf[RESTORE_PATH_SIZE];	/* in it */
	char keys[CONFIG_TEXT_MAX];
	bool is_claimed, is_db_moved;		/* moved: where a file cannot have two names */
};

/* keys: the directory to be made, or NULL for "NODE.keys". */
enum rc restore_place_init(struct restore_place *p, const char *node, const char *keys, struct fault *why) MUST_USE;

/*
 * Takes away what a restoring that was cut off left, then makes the folders.  RC_CONFLICT, and nothing touched:
 * a database or a keys directory that is no such rest.
 */
enum rc restore_place_claim(struct restore_place *p, struct fault *why) MUST_USE;

/*
 * Everything is there and holds: gives it its names.  The settings name the new keys directory wherever they
 * named the old one.  After a failure restore_place_take_back.
 */
enum rc restore_place_settle(struct restore_place *p, const char *old_keys, struct fault *why) MUST_USE;

/* As before the claim; without a claim nothing. */
void restore_place_take_back(struct restore_place *p);

/* The node stands: what reminds of the making goes.  Also where a node opens that a killed restoring finished. */
void restore_place_tidy(const char *node, const char *keys);

#endif

#ifndef SERVE_STORE_LOOP_H
#define SERVE_STORE_LOOP_H

#include "action/action.h"
#include "exchange/wire_process.h"
#include "serve/client.h"
#include "serve/role.h"
#include "vault/vault_key_process.h"

/* Inside of the store process. */
#define CLIENTS_MAX 64

struct store_loop {
	const struct serve_options *o;
	struct action *action;
	struct vault_client key;
	struct wire_client wire;
	int post_fd, control_fd, listen_fd, lock_fd, node_fd;
	struct outflow to_post;
	struct frame_inflow from_post;
	struct client client[CLIENTS_MAX];
	struct client *served;		/* whose request is under way */
	struct client *begun;		/* whose request is served in slices, NULL */
	enum rc done_rc;		/* of the answer just given */
	bool still_waiting;		/* its answer ends with RC_PENDING instead */
	int64_t next_tick_us;
	struct fault network;		/* its trouble as logged last; rc RC_OK: none */
	bool is_ending;
};

/* ---- links to parent, key, wire and post (store_link.c) ---- */

/* Takes over the descriptors the process was started with; -1 where there is none. */
void store_link_open(struct store_loop *l);
void store_link_clear(struct store_loop *l);
/* Parent has something to say: a new link, or (is_ending) the end. */
void store_link_hear_parent(struct store_loop *l);
void store_link_tell_parent(struct store_loop *l, uint16_t kind, enum serve_role role);
void store_link_drop_post(struct store_loop *l);
/*
 * A process that died is started anew within moments: better to wait for it than to fail.
 * Whoever is not back by then fails at once until it is.
 */
void store_link_settle(struct store_loop *l);
/*
 * After a piece of work begun at began_us (steady): key and wire speak only when asked, and
 * soon; what is out of step is ended, and so started anew.
 */
void store_link_check(struct store_loop *l, int64_t began_us);

#endif

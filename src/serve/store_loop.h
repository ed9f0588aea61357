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

/* ---- one at a time (store_loop.c) ---- */

day store_loop_today(const struct store_loop *l, int64_t now_us);
void store_loop_tick(struct store_loop *l);
void store_loop_run(struct store_loop *l, struct client *c, const struct request *r);

/* ---- clients that are answered later (store_parked.c) ---- */

/* Nothing is heard from it until it is answered. */
bool store_parked(const struct client *c);
/* inquire --wait, peer test: what it answers now is forgotten when something is under way. */
void store_parked_wait(struct store_loop *l, struct client *c, const struct request *r);
/* As long as somebody is served in slices, whoever wants the same stands in line; the file that came along is kept. */
void store_parked_stand(struct store_loop *l, struct client *c, const struct request *r, int *fd);
/* A slice, or the end of one whose client has gone. */
void store_parked_go_on(struct store_loop *l);
/* Whose wait is over is answered. */
void store_parked_look(struct store_loop *l);

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

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "action/config.h"
#include "serve/clock.h"
#include "serve/log.h"
#include "serve/store_loop.h"
#include "store/store.h"

/*
 * The store process: one request, answer of the network or tick at a time, each to
 * completion; nothing but a link to key or wire is ever waited for.
 */

#define SOCKET_NAME "watashid.sock"
#define LOCK_NAME "lock"
#define CLIENTS_OF_ONE_MAX 16
#define SECOND_US 1000000
#define LOCK_WAIT_US (20 * (int64_t)SECOND_US)	/* another command has the node for a moment */
#define LOCK_STEP_NS 20000000
#define PARTIAL_LOOK_MS 20
#define LONGEST_SLEEP_MS 60000		/* a clock that was set is noticed by then */

day
store_loop_today(const struct store_loop *l, int64_t now_us)
{
	return day_known(l->o->today) ? l->o->today : clock_today(now_us);
}

/* ---- doors of action/ ---- */

static enum rc
door_reply(void *given, const struct frame *f, struct fault *why)
{
	struct store_loop *l = given;
	struct fault pending = { .rc = RC_OK }, said;
	struct frame done;
	enum rc rc;

	if (f->kind != RESULT_DONE)
		return client_reply(l->served, f, why);
	l->done_rc = RC_BUG;
	if (f->rc == RC_OK && request_read_done(f->body.data, f->body.len, &said) == RC_OK)
		l->done_rc = said.rc;
	if (!l->still_waiting || l->done_rc != RC_OK)
		return client_reply(l->served, f, why);
	(void)fault_set(&pending, RC_PENDING, "inquire", "not everything is answered yet");
	frame_init(&done, RESULT_DONE);
	request_put_done(&done, RC_PENDING, &pending);
	rc = client_reply(l->served, &done, why);
	frame_clear(&done);
	return rc;
}

static enum rc
door_post(void *given, const struct frame *f, struct fault *why)
{
	struct store_loop *l = given;
	enum rc rc;

	if (l->post_fd < 0)
		return fault_set(why, RC_NET, "post", "the post process is not running");
	if ((rc = outflow_add(&l->to_post, f, why)) != RC_OK)
		return rc;
	return outflow_send(&l->to_post, l->post_fd, why);
}

static enum rc lock_node(struct store_loop *l, struct fault *why);

static enum rc
door_lock(void *given, struct fault *why)
{
	struct store_loop *l = given;

	return l->lock_fd >= 0 ? RC_OK : lock_node(l, why);
}

#define ANSWERS_MAX 32			/* taken in with one commit */

/* ---- what action/ does ---- */

void
store_loop_tick(struct store_loop *l)
{
	struct fault why = { .rc = RC_OK };
	int64_t began = clock_steady_us(), now, next = INT64_MAX;
	char warning[ACTION_WARNING_SIZE];

	store_link_settle(l);
	now = clock_now_us();
	if (action_tick(l->action, now, store_loop_today(l, now), &next, &why) != RC_OK) {
		log_fault("tick", &why);
		next = now + 10 * (int64_t)SECOND_US;
	}
	l->next_tick_us = next;
	if (action_warning(l->action, now, store_loop_today(l, now), warning))
		log_error("%s", warning);
	store_link_check(l, began);
}

static void
answer_refusal(struct store_loop *l, struct client *c, const struct fault *why)
{
	struct frame done;

	frame_init(&done, RESULT_DONE);
	request_put_done(&done, why->rc, why);
	l->served = c;
	(void)!client_reply(c, &done, NULL);
	l->served = NULL;
	frame_clear(&done);
}

void
store_loop_run(struct store_loop *l, struct client *c, const struct request *r)
{
	struct fault why = { .rc = RC_OK };
	int64_t began = clock_steady_us(), now;

	store_link_settle(l);
	now = clock_now_us();
	l->served = c;
	l->done_rc = RC_BUG;
	if (action_request(l->action, r, c->uid, now, store_loop_today(l, now), &why) != RC_OK) {
		c->is_gone = true;
		if (why.rc != RC_IO)
			log_fault("request", &why);
	}
	l->served = NULL;
	l->next_tick_us = 0;
	store_link_check(l, began);
}

static void
hear_client(struct store_loop *l, struct client *c)
{
	struct fault why = { .rc = RC_OK };
	struct request r;
	uint16_t kind;
	int fd = -1;
	enum rc rc;

	rc = client_receive(c, clock_steady_us(), &kind, &fd, &why);
	if (rc == RC_PENDING)
		return;
	if (rc != RC_OK) {
		if (rc == RC_INVALID || rc == RC_TOO_BIG)
			answer_refusal(l, c, &why);
		c->is_gone = true;
		return;
	}
	if ((rc = request_read(kind, c->body.data, c->body.len, fd, &r, &why)) != RC_OK)
		answer_refusal(l, c, &why);
	else if (r.kind == REQUEST_INQUIRE || r.kind == REQUEST_PEER_TEST)
		store_parked_wait(l, c, &r);
	else if (r.kind == REQUEST_BACKUP)
		store_parked_stand(l, c, &r, &fd);
	else
		store_loop_run(l, c, &r);
	if (fd >= 0)
		(void)close(fd);
	if (!c->is_waiting && !c->is_in_line)
		buf_wipe(&c->body);	/* it may have held a number */
}

/* One line when the network begins to trouble us otherwise than before, and one when it no longer does. */
static void
log_network(struct store_loop *l)
{
	const struct fault *now = action_network_trouble(l->action);

	if (now->rc == l->network.rc && strcmp(now->place, l->network.place) == 0 && strcmp(now->text, l->network.text) == 0)
		return;
	if (now->rc != RC_OK)
		log_fault("network", now);
	else if (l->network.rc != RC_OK)
		log_notice("network: answers again");
	l->network = *now;
}

/* A whole answer.  False: not all of it is there yet, or post is gone. */
static bool
hear_answer(struct store_loop *l, struct buf *body, uint16_t *ret_kind)
{
	struct fault why = { .rc = RC_OK };
	enum rc rc = frame_take(&l->from_post, l->post_fd, &why);

	if (rc != RC_OK && rc != RC_PENDING)
		store_link_drop_post(l);	/* the parent sends another */
	if (rc != RC_OK)
		return false;
	buf_wipe(body);
	*body = l->from_post.body;		/* it stays when post dies meanwhile */
	buf_init(&l->from_post.body, LIMIT_FRAME_BYTES);
	*ret_kind = l->from_post.kind;
	return true;
}

static void
take_answer(struct store_loop *l, const struct buf *body, uint16_t kind, int64_t now)
{
	struct fault why = { .rc = RC_OK };

	if (action_network_answer(l->action, kind, body->data, body->len, now, store_loop_today(l, now), &why) != RC_OK)
		log_fault("answer of the network", &why);
	log_network(l);
}

static bool
another_came(const struct store_loop *l)
{
	struct pollfd p = { .fd = l->post_fd, .events = POLLIN };

	return poll(&p, 1, 0) == 1 && (p.revents & POLLIN) != 0;
}

/* What came is taken in with one commit, and looked at once. */
static void
hear_post(struct store_loop *l)
{
	struct buf body = BUF_INIT(LIMIT_FRAME_BYTES);
	struct fault why = { .rc = RC_OK };
	int64_t now;
	uint16_t kind;
	bool joined = false;

	if (!hear_answer(l, &body, &kind))
		goto out;
	store_link_settle(l);
	now = clock_now_us();
	/* Not joined is slower, and nothing else. */
	if (another_came(l))
		joined = action_answers_begin(l->action, now, NULL) == RC_OK;
	take_answer(l, &body, kind, now);
	for (int n = 1; joined && n < ANSWERS_MAX && another_came(l) && hear_answer(l, &body, &kind); n++)
		take_answer(l, &body, kind, now);
	if (joined && action_answers_end(l->action, &why) != RC_OK)
		log_fault("answers of the network", &why);
	l->next_tick_us = 0;
 out:
	buf_wipe(&body);
}

/* ---- clients ---- */

static void
welcome(struct store_loop *l)
{
	struct fault why = { .rc = RC_OK };
	struct client *place = NULL;
	size_t of_one = 0;
	int fd = accept4(l->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct client c;

	if (fd < 0)
		return;
	if (client_open(&c, fd, clock_steady_us(), &why) != RC_OK) {
		(void)close(fd);
		return;
	}
	for (size_t i = 0; i < CLIENTS_MAX; i++) {
		if (l->client[i].fd < 0)
			place = &l->client[i];
		else if (l->client[i].uid == c.uid)
			of_one++;
	}
	if (place == NULL || of_one >= CLIENTS_OF_ONE_MAX) {
		(void)fault_set(&why, RC_BUSY, "node", "too many connections, try again");
		serve_refuse(fd, RC_BUSY, &why);
		client_close(&c);
		return;
	}
	*place = c;
}

static bool
has_room(const struct store_loop *l)
{
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		if (l->client[i].fd < 0)
			return true;
	return false;
}

static void
sweep(struct store_loop *l)
{
	int64_t now = clock_steady_us();

	for (size_t i = 0; i < CLIENTS_MAX; i++) {
		struct client *c = &l->client[i];

		if (c->fd < 0)
			continue;
		if (!store_parked(c) && outflow_left(&c->out) == 0 && now >= c->idle_until_us)
			c->is_gone = true;
		if (c->is_gone && c == l->begun)
			store_parked_go_on(l);
		if (c->is_gone) {
			(void)!outflow_send(&c->out, c->fd, NULL);
			client_close(c);
			if (l->o->once_fd >= 0)
				l->is_ending = true;
		}
	}
}

static int
sleep_ms(const struct store_loop *l)
{
	int64_t now = clock_now_us(), steady = clock_steady_us(), left = LONGEST_SLEEP_MS, at;

	if (l->begun != NULL)
		return 0;
	if (l->next_tick_us != INT64_MAX) {
		at = l->next_tick_us <= now ? 0 : (l->next_tick_us - now) / 1000 + 1;
		left = at < left ? at : left;
	}
	for (size_t i = 0; i < CLIENTS_MAX; i++) {
		const struct client *c = &l->client[i];

		if (c->fd < 0 || c->is_in_line)
			continue;
		if (c->partial_until_us != 0 && left > PARTIAL_LOOK_MS)
			left = PARTIAL_LOOK_MS;
		at = ((c->is_waiting ? c->wait_until_us : c->idle_until_us) - steady) / 1000 + 1;
		left = at < left ? at : left;
	}
	return left < 0 ? 0 : (int)left;
}

/* One turn: wait, then serve everything that can be served. */
static void
turn(struct store_loop *l)
{
	enum { PARENT, LISTEN, POST, KEY, WIRE, CLIENTS };
	struct pollfd e[CLIENTS + CLIENTS_MAX];

	e[PARENT] = (struct pollfd){ .fd = l->control_fd, .events = POLLIN };
	e[LISTEN] = (struct pollfd){ .fd = has_room(l) ? l->listen_fd : -1, .events = POLLIN };
	e[POST] = (struct pollfd){ .fd = l->post_fd, .events = POLLIN };
	if (outflow_left(&l->to_post) > 0)
		e[POST].events |= POLLOUT;
	/* Their hanging up is enough: they speak only when asked. */
	e[KEY] = (struct pollfd){ .fd = l->key.fd };
	e[WIRE] = (struct pollfd){ .fd = l->wire.fd };
	for (size_t i = 0; i < CLIENTS_MAX; i++) {
		const struct client *c = &l->client[i];

		e[CLIENTS + i] = (struct pollfd){ .fd = c->fd };
		/* An unfinished request is looked at by the clock, or it would keep us awake. */
		if (!store_parked(c) && c->partial_until_us == 0)
			e[CLIENTS + i].events |= POLLIN;
		if (outflow_left(&c->out) > 0)
			e[CLIENTS + i].events |= POLLOUT;
	}
	if (poll(e, CLIENTS + CLIENTS_MAX, sleep_ms(l)) < 0 && errno != EINTR) {
		log_error("poll: %s", strerror(errno));
		l->is_ending = true;
		return;
	}
	if (e[PARENT].revents != 0)
		store_link_hear_parent(l);
	if ((e[KEY].revents | e[WIRE].revents) != 0)
		store_link_settle(l);
	if ((e[POST].revents & POLLOUT) != 0 && l->post_fd == e[POST].fd &&
	    outflow_send(&l->to_post, l->post_fd, NULL) != RC_OK)
		store_link_drop_post(l);
	if ((e[POST].revents & (POLLIN | POLLHUP)) != 0 && l->post_fd == e[POST].fd &&
	    l->post_fd >= 0)
		hear_post(l);
	for (size_t i = 0; i < CLIENTS_MAX && !l->is_ending; i++) {
		struct client *c = &l->client[i];

		if (c->fd < 0 || c->fd != e[CLIENTS + i].fd)
			continue;
		if ((e[CLIENTS + i].revents & POLLOUT) != 0 &&
		    outflow_send(&c->out, c->fd, NULL) != RC_OK)
			c->is_gone = true;
		if (!c->is_gone && !store_parked(c) && ((e[CLIENTS + i].revents & POLLIN) != 0 ||
		    c->partial_until_us != 0))
			hear_client(l, c);
		if ((e[CLIENTS + i].revents & (POLLHUP | POLLERR)) != 0)
			c->is_gone = true;
		if (!c->is_gone && outflow_left(&c->out) > 0 &&
		    outflow_send(&c->out, c->fd, NULL) != RC_OK)
			c->is_gone = true;
	}
	if (e[LISTEN].revents != 0)
		welcome(l);
	if (l->next_tick_us <= clock_now_us() && !l->is_ending)
		store_loop_tick(l);
	store_parked_look(l);
	sweep(l);
	store_parked_go_on(l);
}

/* ---- start and end ---- */

/* One store process a node: the lock is the kernel's, and goes with the process. */
static enum rc
lock_node(struct store_loop *l, struct fault *why)
{
	const struct timespec step = { 0, LOCK_STEP_NS };
	int64_t until = clock_steady_us() + (l->o->once_fd >= 0 ? LOCK_WAIT_US : 2 * SECOND_US);

	l->node_fd = open(l->o->node, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (l->node_fd < 0 && errno == ENOENT)
		return RC_OK;			/* init makes it */
	if (l->node_fd >= 0)
		l->lock_fd = openat(l->node_fd, LOCK_NAME, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
		    0600);
	if (l->lock_fd < 0)
		return errno == EACCES || errno == EPERM || errno == EROFS ?
		    fault_set(why, RC_REFUSED, "node",
		    "no daemon answers, and you may not open the node yourself") :
		    fault_set(why, errno == ENOSPC ? RC_FULL : RC_IO, "node",
		    "cannot open the directory: %s", strerror(errno));
	while (flock(l->lock_fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return fault_set(why, RC_IO, "lock", "%s", strerror(errno));
		if (clock_steady_us() >= until)
			return fault_set(why, RC_BUSY, "lock",
			    "another process has this node open");
		(void)nanosleep(&step, NULL);
	}
	return RC_OK;
}

static enum rc
listen_here(struct store_loop *l, struct fault *why)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX, .sun_path = SOCKET_NAME };

	/* By its short name from inside: a path may be longer than an address. */
	if (fchdir(l->node_fd) != 0)
		return fault_set(why, RC_IO, "node", "%s", strerror(errno));
	(void)unlink(SOCKET_NAME);		/* left by a process that was killed; the lock is ours */
	if ((l->listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) < 0 ||
	    bind(l->listen_fd, (const struct sockaddr *)&at, sizeof(at)) != 0 ||
	    chmod(SOCKET_NAME, 0666) != 0 || listen(l->listen_fd, CLIENTS_MAX) != 0)
		return fault_set(why, errno == ENOSPC ? RC_FULL : RC_IO, SOCKET_NAME,
		    "cannot listen: %s", strerror(errno));
	return RC_OK;
}

static enum rc
open_all(struct store_loop *l, struct fault *why)
{
	const struct action_place place = { l->o->node, l->o->program };
	const struct action_doors doors = { l, door_reply, door_post, door_lock };
	struct config config;
	enum rc rc;

	if ((rc = lock_node(l, why)) != RC_OK)
		return rc;
	if (l->key.fd < 0 && config_read(l->o->node, &config, NULL) != RC_ABSENT)
		return fault_set(why, RC_BUSY, "node", "it was made a moment ago, try again");
	if ((rc = action_open(&place, l->key.fd >= 0 ? &l->key : NULL, &l->wire, &doors,
	    clock_now_us(), &l->action, why)) != RC_OK)
		return rc;
	if (l->o->once_fd >= 0)
		return client_open(&l->client[0], STORE_FD_CLIENT, clock_steady_us(), why);
	return listen_here(l, why);
}

int
serve_store(const struct serve_options *o)
{
	struct store_loop l = { .o = o, .listen_fd = -1, .lock_fd = -1, .node_fd = -1 };
	struct fault why = { .rc = RC_OK };
	enum rc rc;

	(void)umask(027);
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		l.client[i] = (struct client){ .fd = -1, .file = -1 };
	store_link_open(&l);
	store_alone();

	if ((rc = open_all(&l, &why)) != RC_OK) {
		if (o->once_fd >= 0)
			serve_refuse(STORE_FD_CLIENT, rc, &why);
		else
			log_fault("cannot open the node", &why);
	} else {
		store_link_tell_parent(&l, SERVE_READY, ROLE_STORE);
		while (!l.is_ending)
			turn(&l);
		if (o->once_fd >= 0 && action_finish(l.action, clock_now_us(), store_loop_today(&l, clock_now_us()), &why) != RC_OK)
			log_fault("what was begun", &why);
	}

	for (size_t i = 0; i < CLIENTS_MAX; i++)
		client_close(&l.client[i]);
	if (l.listen_fd >= 0) {
		(void)unlink(SOCKET_NAME);
		(void)close(l.listen_fd);
	}
	action_close(l.action);
	store_link_clear(&l);
	return fault_exit_status(rc);
}

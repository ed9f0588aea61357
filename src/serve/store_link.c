#include "serve/store_loop.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "serve/clock.h"
#include "serve/log.h"

#define SECOND_US 1000000
#define LINK_WAIT_MS 3000		/* for a process to be started anew */
#define ANSWER_WAIT_S 120		/* key and wire take well under a second; a large file a few */

static int
if_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0 && fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 ? fd : -1;
}

static bool
hung_up(int fd)
{
	struct pollfd p = { .fd = fd };

	return fd >= 0 && poll(&p, 1, 0) == 1 && (p.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0;
}

static void
limit_wait(int fd)
{
	const struct timeval t = { .tv_sec = ANSWER_WAIT_S };

	if (fd >= 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t));
}

static enum rc
take_link(struct store_loop *l, enum serve_role role, int fd, struct fault *why)
{
	if (role != ROLE_POST)
		limit_wait(fd);
	switch (role) {
	case ROLE_KEY:
		if (l->key.fd >= 0)
			(void)close(l->key.fd);
		vault_client_clear(&l->key);
		vault_client_init(&l->key, fd);
		return RC_OK;
	case ROLE_WIRE:
		if (l->wire.fd >= 0)
			(void)close(l->wire.fd);
		wire_client_clear(&l->wire);
		wire_client_init(&l->wire, fd);
		return RC_OK;
	case ROLE_POST:
		if (l->post_fd >= 0)
			(void)close(l->post_fd);
		l->post_fd = fd;
		outflow_clear(&l->to_post);
		frame_inflow_clear(&l->from_post);
		l->next_tick_us = 0;
		return action_network_lost(l->action, clock_now_us(), why);
	case ROLE_PARENT:
	case ROLE_STORE:
	case ROLE__COUNT:
		break;
	}
	(void)close(fd);
	return fault_set(why, RC_BUG, "parent", "a link to nobody");
}

void
store_link_hear_parent(struct store_loop *l)
{
	struct buf body = BUF_INIT(LIMIT_FRAME_BYTES);
	struct fault why = { .rc = RC_OK };
	struct frame_reader r;
	struct frame_field f;
	enum serve_role role = ROLE__COUNT;
	uint16_t kind;
	int fd = -1;

	if (frame_receive(l->control_fd, &body, &kind, &fd, NULL) != RC_OK) {
		l->is_ending = true;
		goto out;
	}
	if (kind == SERVE_LINK && frame_read_open(&r, kind, body.data, body.len, NULL) == RC_OK)
		while (frame_next(&r, &f))
			if (f.tag == SERVE_TAG_ROLE && f.type == FRAME_INT && f.number > 0 &&
			    f.number < ROLE__COUNT)
				role = (enum serve_role)f.number;
	if (role != ROLE__COUNT && fd >= 0) {
		if (take_link(l, role, fd, &why) != RC_OK)
			log_fault("link", &why);
		fd = -1;
	}
 out:
	if (fd >= 0)
		(void)close(fd);
	buf_clear(&body);
}

void
store_link_tell_parent(struct store_loop *l, uint16_t kind, enum serve_role role)
{
	struct frame f;

	frame_init(&f, kind);
	if (kind == SERVE_DROP)
		frame_put_int(&f, SERVE_TAG_ROLE, role);
	if (frame_send(l->control_fd, &f, -1, NULL) != RC_OK)
		l->is_ending = true;
	frame_clear(&f);
}

void
store_link_drop_post(struct store_loop *l)
{
	if (l->post_fd >= 0)
		(void)close(l->post_fd);
	l->post_fd = -1;
	outflow_clear(&l->to_post);
	frame_inflow_clear(&l->from_post);
}

void
store_link_check(struct store_loop *l, int64_t began_us)
{
	struct pollfd e[2] = { { .fd = l->key.fd, .events = POLLIN },
	    { .fd = l->wire.fd, .events = POLLIN } };
	static const enum serve_role role[2] = { ROLE_KEY, ROLE_WIRE };
	bool is_late = clock_steady_us() - began_us >= ANSWER_WAIT_S * (int64_t)SECOND_US;

	(void)poll(e, 2, 0);
	for (size_t i = 0; i < 2; i++)
		if (e[i].fd >= 0 && (is_late || ((e[i].revents & POLLIN) != 0 &&
		    (e[i].revents & POLLHUP) == 0))) {
			log_error("%s is out of step", serve_role_name(role[i]));
			store_link_tell_parent(l, SERVE_DROP, role[i]);
		}
}

void
store_link_settle(struct store_loop *l)
{
	int64_t until = clock_steady_us() + LINK_WAIT_MS * (int64_t)1000;

	while (!l->is_ending && (hung_up(l->key.fd) || hung_up(l->wire.fd) || hung_up(l->post_fd))) {
		struct pollfd p = { .fd = l->control_fd, .events = POLLIN };
		int64_t left_ms = (until - clock_steady_us()) / 1000;
		int n = left_ms <= 0 ? 0 : poll(&p, 1, (int)left_ms);

		if (n > 0)
			store_link_hear_parent(l);
		else if (n == 0)
			break;
	}
	if (hung_up(l->key.fd)) {
		(void)close(l->key.fd);
		l->key.fd = -1;
	}
	if (hung_up(l->wire.fd)) {
		(void)close(l->wire.fd);
		l->wire.fd = -1;
	}
	if (hung_up(l->post_fd))
		store_link_drop_post(l);
}

void
store_link_open(struct store_loop *l)
{
	l->control_fd = if_open(STORE_FD_PARENT);
	l->post_fd = if_open(STORE_FD_POST);
	vault_client_init(&l->key, if_open(STORE_FD_KEY));
	wire_client_init(&l->wire, if_open(STORE_FD_WIRE));
	limit_wait(l->key.fd);
	limit_wait(l->wire.fd);
	outflow_init(&l->to_post);
	frame_inflow_init(&l->from_post);
}

void
store_link_clear(struct store_loop *l)
{
	vault_client_clear(&l->key);
	wire_client_clear(&l->wire);
	outflow_clear(&l->to_post);
	frame_inflow_clear(&l->from_post);
}

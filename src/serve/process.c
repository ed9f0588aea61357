#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "action/config.h"
#include "base/frame.h"
#include "serve/clock.h"
#include "serve/log.h"
#include "serve/role.h"
#include "serve/spawn.h"

/*
 * The parent: starts the others, watches, parses nothing.  The store is the node: when it
 * ends, all end.  Key and post are tied by a socket of their own and are started anew
 * together; wire by itself.
 */

#define SECOND_US 1000000
#define STEADY_US (60 * SECOND_US)	/* a process that lived so long starts anew at once */
#define FIRST_WAIT_US (SECOND_US / 4)
#define LONGEST_WAIT_US (30 * SECOND_US)
#define PATIENCE_US (10 * SECOND_US)	/* to end in order, before being killed */

struct child {
	pid_t pid;			/* 0: not running */
	int64_t started_us;
	int64_t start_at_us;		/* when to start it anew; 0: not wanted */
	int64_t wait_us;		/* last wait */
};

struct parent {
	const struct serve_options *o;
	struct child child[ROLE__COUNT];
	int control;			/* to the store */
	int signals;
	bool is_empty;			/* no settings yet: no keys, no network */
	bool is_ending;
	int64_t kill_at_us;
	int store_status;		/* of waitpid */
};

static void
shut(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

static void
shut_all(int *fd, size_t n)
{
	for (size_t i = 0; i < n; i++)
		shut(&fd[i]);
}

static enum rc
start(struct parent *p, enum serve_role role, const int fd[SPAWN_FDS], struct fault *why)
{
	struct child *c = &p->child[role];
	enum rc rc;

	if ((rc = spawn_role(p->o, role, fd, &c->pid, why)) != RC_OK)
		return rc;
	c->started_us = clock_steady_us();
	c->start_at_us = 0;
	return RC_OK;
}

/* Hands the store its end of the link to a process that was started anew. */
static enum rc
link_up(struct parent *p, enum serve_role role, int fd, struct fault *why)
{
	struct frame f;
	enum rc rc;

	frame_init(&f, SERVE_LINK);
	frame_put_int(&f, SERVE_TAG_ROLE, role);
	rc = frame_send(p->control, &f, fd, why);
	frame_clear(&f);
	return rc;
}

static enum rc
start_all(struct parent *p, struct fault *why)
{
	enum { CONTROL, CONTROL_STORE, KEY, KEY_STORE, WIRE, WIRE_STORE, POST, POST_STORE,
	    KEY_POST, POST_KEY, N };
	int e[N];
	enum rc rc;

	for (size_t i = 0; i < N; i++)
		e[i] = -1;
	if ((rc = spawn_pair(&e[CONTROL], why)) != RC_OK ||
	    (rc = spawn_pair(&e[WIRE], why)) != RC_OK)
		goto out;
	if (!p->is_empty && ((rc = spawn_pair(&e[KEY], why)) != RC_OK ||
	    (rc = spawn_pair(&e[POST], why)) != RC_OK ||
	    (rc = spawn_pair(&e[KEY_POST], why)) != RC_OK))
		goto out;
	if ((rc = start(p, ROLE_STORE, (int[SPAWN_FDS]){ e[CONTROL_STORE], e[KEY_STORE],
	    e[WIRE_STORE], e[POST_STORE], p->o->once_fd }, why)) != RC_OK ||
	    (rc = start(p, ROLE_WIRE, (int[SPAWN_FDS]){ e[WIRE], -1, -1, -1, -1 }, why)) != RC_OK)
		goto out;
	if (!p->is_empty && ((rc = start(p, ROLE_KEY,
	    (int[SPAWN_FDS]){ e[KEY], e[KEY_POST], -1, -1, -1 }, why)) != RC_OK ||
	    (rc = start(p, ROLE_POST,
	    (int[SPAWN_FDS]){ e[POST], e[POST_KEY], -1, -1, -1 }, why)) != RC_OK))
		goto out;
	p->control = e[CONTROL];
	e[CONTROL] = -1;
 out:
	shut_all(e, N);
	return rc;
}

static enum rc
start_wire(struct parent *p, struct fault *why)
{
	int e[2] = { -1, -1 };
	enum rc rc;

	if ((rc = spawn_pair(e, why)) == RC_OK &&
	    (rc = start(p, ROLE_WIRE, (int[SPAWN_FDS]){ e[0], -1, -1, -1, -1 }, why)) == RC_OK)
		rc = link_up(p, ROLE_WIRE, e[1], why);
	shut_all(e, 2);
	return rc;
}

static enum rc
start_key_and_post(struct parent *p, struct fault *why)
{
	enum { KEY, KEY_STORE, POST, POST_STORE, KEY_POST, POST_KEY, N };
	int e[N] = { -1, -1, -1, -1, -1, -1 };
	enum rc rc;

	if ((rc = spawn_pair(&e[KEY], why)) == RC_OK &&
	    (rc = spawn_pair(&e[POST], why)) == RC_OK &&
	    (rc = spawn_pair(&e[KEY_POST], why)) == RC_OK &&
	    (rc = start(p, ROLE_KEY, (int[SPAWN_FDS]){ e[KEY], e[KEY_POST], -1, -1, -1 },
	    why)) == RC_OK &&
	    (rc = start(p, ROLE_POST, (int[SPAWN_FDS]){ e[POST], e[POST_KEY], -1, -1, -1 },
	    why)) == RC_OK &&
	    (rc = link_up(p, ROLE_KEY, e[KEY_STORE], why)) == RC_OK)
		rc = link_up(p, ROLE_POST, e[POST_STORE], why);
	shut_all(e, N);
	return rc;
}

static void
kill_role(struct parent *p, enum serve_role role, int signal_no)
{
	if (p->child[role].pid > 0)
		(void)kill(p->child[role].pid, signal_no);
}

/* Closing the control socket is the order to end: the store's own ends close with it. */
static void
begin_to_end(struct parent *p)
{
	if (p->is_ending)
		return;
	p->is_ending = true;
	p->kill_at_us = clock_steady_us() + PATIENCE_US;
	shut(&p->control);
}

static void
say_how_it_ended(enum serve_role role, int status)
{
	const char *name;

	if (WIFSIGNALED(status)) {
		name = sigabbrev_np(WTERMSIG(status));
		log_error("%s was ended by SIG%s", serve_role_name(role), name != NULL ? name : "?");
	} else if (WEXITSTATUS(status) != 0)
		log_error("%s ended with status %d", serve_role_name(role), WEXITSTATUS(status));
}

/* Waits longer each time it does not live long. */
static void
want_again(struct child *c)
{
	int64_t now = clock_steady_us();

	if (now - c->started_us >= STEADY_US)
		c->wait_us = 0;
	c->start_at_us = now + c->wait_us + 1;
	c->wait_us = c->wait_us == 0 ? FIRST_WAIT_US : 2 * c->wait_us;
	if (c->wait_us > LONGEST_WAIT_US)
		c->wait_us = LONGEST_WAIT_US;
}

static void
ended(struct parent *p, pid_t pid, int status)
{
	enum serve_role role = ROLE_STORE;

	while (role < ROLE__COUNT && p->child[role].pid != pid)
		role++;
	if (role == ROLE__COUNT)
		return;
	p->child[role].pid = 0;
	if (role == ROLE_STORE) {
		p->store_status = status;
		if (WIFSIGNALED(status) || (!p->is_ending && p->o->once_fd < 0))
			say_how_it_ended(role, status);
		begin_to_end(p);
	} else if (!p->is_ending) {
		say_how_it_ended(role, status);
		if (p->o->once_fd < 0 || WIFSIGNALED(status))
			want_again(&p->child[role == ROLE_WIRE ? ROLE_WIRE : ROLE_KEY]);
	}
}

static void
reap(struct parent *p)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		ended(p, pid, status);
}

/* Starts what has to be started anew. */
static void
mend(struct parent *p)
{
	struct fault why = { .rc = RC_OK };
	struct child *wire = &p->child[ROLE_WIRE], *key = &p->child[ROLE_KEY];
	int64_t now = clock_steady_us();

	if (p->is_ending)
		return;
	if (wire->start_at_us != 0 && wire->start_at_us <= now) {
		log_notice("starting wire anew");
		if (start_wire(p, &why) != RC_OK) {
			log_fault("wire", &why);
			want_again(wire);
		}
	}
	if (key->start_at_us == 0 || key->start_at_us > now)
		return;
	if (key->pid > 0 || p->child[ROLE_POST].pid > 0) {
		/* What is left of the two ends first; its end brings us back here. */
		kill_role(p, ROLE_KEY, SIGKILL);
		kill_role(p, ROLE_POST, SIGKILL);
		for (enum serve_role r = ROLE_KEY; r <= ROLE_POST; r++)
			if (r != ROLE_WIRE && p->child[r].pid > 0) {
				(void)waitpid(p->child[r].pid, NULL, 0);
				p->child[r].pid = 0;
			}
	}
	log_notice("starting key and post anew");
	if (start_key_and_post(p, &why) != RC_OK) {
		log_fault("key and post", &why);
		want_again(key);
	}
}

/* systemd's readiness: one datagram, and a line for whoever started us by hand. */
static void
say_ready(const struct parent *p)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	size_t len = path == NULL ? 0 : strlen(path);
	int fd;

	if (p->o->once_fd >= 0)
		return;
	(void)puts("ready");
	(void)fflush(stdout);
	if (len < 2 || len >= sizeof(to.sun_path) || (path[0] != '/' && path[0] != '@'))
		return;
	memcpy(to.sun_path, path, len);
	if (path[0] == '@')
		to.sun_path[0] = '\0';
	if ((fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) < 0)
		return;
	(void)!sendto(fd, "READY=1", 7, MSG_NOSIGNAL, (const struct sockaddr *)&to,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len));
	(void)close(fd);
}

static void
hear_store(struct parent *p)
{
	struct buf body = BUF_INIT(LIMIT_FRAME_BYTES);
	struct frame_reader r;
	struct frame_field f;
	uint16_t kind;

	if (frame_receive(p->control, &body, &kind, NULL, NULL) != RC_OK) {
		begin_to_end(p);	/* the store is ending; reap says how */
		goto out;
	}
	if (kind == SERVE_READY)
		say_ready(p);
	else if (kind == SERVE_DROP && frame_read_open(&r, kind, body.data, body.len, NULL) == RC_OK)
		while (frame_next(&r, &f))
			if (f.tag == SERVE_TAG_ROLE && f.type == FRAME_INT &&
			    f.number > ROLE_STORE && f.number < ROLE__COUNT)
				kill_role(p, (enum serve_role)f.number, SIGKILL);
 out:
	buf_clear(&body);
}

static void
hear_signals(struct parent *p)
{
	struct signalfd_siginfo s;

	while (read(p->signals, &s, sizeof(s)) == sizeof(s)) {
		if (s.ssi_signo == SIGCHLD)
			reap(p);
		else if (!p->is_ending) {
			log_notice("ending");
			begin_to_end(p);
		}
	}
}

static bool
anybody_left(const struct parent *p)
{
	for (unsigned i = 0; i < ROLE__COUNT; i++)
		if (p->child[i].pid > 0)
			return true;
	return false;
}

/* Milliseconds until something is to be done by itself; -1: nothing. */
static int
wait_ms(const struct parent *p)
{
	int64_t at = p->is_ending ? p->kill_at_us : INT64_MAX, now = clock_steady_us();

	for (unsigned i = 0; i < ROLE__COUNT; i++)
		if (!p->is_ending && p->child[i].start_at_us != 0 && p->child[i].start_at_us < at)
			at = p->child[i].start_at_us;
	if (at == INT64_MAX)
		return -1;
	return at <= now ? 0 : (int)((at - now) / 1000) + 1;
}

static void
watch(struct parent *p)
{
	while (anybody_left(p)) {
		struct pollfd e[2] = { { .fd = p->signals, .events = POLLIN },
		    { .fd = p->control, .events = POLLIN } };

		if (poll(e, 2, wait_ms(p)) < 0 && errno != EINTR)
			break;
		if (e[0].revents != 0)
			hear_signals(p);
		if (e[1].revents != 0 && p->control >= 0)
			hear_store(p);
		mend(p);
		if (p->is_ending && clock_steady_us() >= p->kill_at_us) {
			for (enum serve_role r = ROLE_STORE; r < ROLE__COUNT; r++)
				kill_role(p, r, SIGKILL);
			p->kill_at_us = clock_steady_us() + PATIENCE_US;
		}
		/* Without the store the others have nobody to serve. */
		if (p->child[ROLE_STORE].pid == 0)
			for (enum serve_role r = ROLE_KEY; r < ROLE__COUNT; r++)
				kill_role(p, r, SIGTERM);
	}
}

static enum rc
take_signals(struct parent *p, struct fault *why)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGHUP);
	(void)sigaddset(&set, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0 ||
	    (p->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)) < 0)
		return fault_set(why, RC_IO, "signals", "%s", strerror(errno));
	return RC_OK;
}

static int
status_of(const struct parent *p)
{
	if (WIFEXITED(p->store_status))
		return WEXITSTATUS(p->store_status);
	switch (WTERMSIG(p->store_status)) {
	case SIGKILL:
	case SIGTERM:
		return fault_exit_status(RC_IO);
	default:
		return fault_exit_status(RC_BUG);
	}
}

int
serve_parent(const struct serve_options *o)
{
	struct parent p = { .o = o, .control = -1, .signals = -1 };
	struct fault why = { .rc = RC_OK };
	struct config config;
	enum rc rc;

	log_open(ROLE_PARENT, o->once_fd >= 0);
	/* A terminal's Control-C reaches the command line, whose end ends us. */
	if (o->once_fd >= 0)
		(void)setpgid(0, 0);
	if ((rc = config_read(o->node, &config, &why)) == RC_ABSENT) {
		p.is_empty = true;
		rc = o->once_fd >= 0 ? RC_OK : fault_set(&why, RC_ABSENT, "node",
		    "no node here yet: run watashi init first");
	}
	if (rc == RC_OK && (rc = take_signals(&p, &why)) == RC_OK)
		rc = start_all(&p, &why);
	if (rc != RC_OK) {
		if (o->once_fd >= 0)
			serve_refuse(o->once_fd, rc, &why);
		else
			log_fault("cannot start", &why);
		begin_to_end(&p);
		for (enum serve_role r = ROLE_STORE; r < ROLE__COUNT; r++)
			kill_role(&p, r, SIGKILL);
		watch(&p);
		return fault_exit_status(rc);
	}
	/* The client's socket is the store's alone, so that its end is seen. */
	if (o->once_fd >= 0)
		(void)close(o->once_fd);
	watch(&p);
	return status_of(&p);
}

#include "serve/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define SELF "/proc/self/exe"
#define ABOVE_ALL (3 + SPAWN_FDS)
#define CANNOT_EXECUTE 127

enum rc
spawn_pair(int ret_fd[2], struct fault *why)
{
	int fd[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd) != 0)
		return fault_set(why, RC_IO, "socket pair", "%s", strerror(errno));
	ret_fd[0] = fd[0];
	ret_fd[1] = fd[1];
	return RC_OK;
}

/* In the child: only calls that are safe after fork. */
static void
become(const int fd[SPAWN_FDS], char *const *argv, pid_t parent)
{
	int moved[SPAWN_FDS], null;
	sigset_t none;

	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	/* Control-C at a terminal is for the parent, which ends everybody in order. */
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 || getppid() != parent)
		return;
	/* Out of the way first, so that no target is somebody's source. */
	for (int i = 0; i < SPAWN_FDS; i++)
		if ((moved[i] = fd[i]) >= 0 && (moved[i] = fcntl(fd[i], F_DUPFD, ABOVE_ALL)) < 0)
			return;
	for (int i = 0; i < SPAWN_FDS; i++) {
		if (moved[i] < 0)
			(void)close(3 + i);
		else if (dup2(moved[i], 3 + i) < 0)
			return;
	}
	if ((null = open("/dev/null", O_RDWR)) < 0 || dup2(null, STDIN_FILENO) < 0 ||
	    dup2(null, STDOUT_FILENO) < 0)
		return;
	if (close_range(ABOVE_ALL, ~0u, 0) != 0)
		return;
	if (null >= 3)
		(void)close(null);
	(void)execv(SELF, argv);
}

enum rc
spawn_role(const struct serve_options *o, enum serve_role role, const int fd[SPAWN_FDS],
    pid_t *ret_pid, struct fault *why)
{
	char today[DAY_TEXT_SIZE], name[16], node[4096];
	char word_role[] = "--role", word_node[] = "--node", word_today[] = "--today",
	    program[] = "watashid";
	char *argv[] = { program, word_role, name, word_node, node, NULL, NULL, NULL };
	pid_t parent = getpid(), pid;

	if (strlen(o->node) >= sizeof(node))
		return fault_set(why, RC_TOO_BIG, "node", "the path is too long");
	memcpy(node, o->node, strlen(o->node) + 1);
	memcpy(name, serve_role_name(role), strlen(serve_role_name(role)) + 1);
	if (day_known(o->today)) {
		day_write(o->today, today);
		argv[5] = word_today;
		argv[6] = today;
	}
	if ((pid = fork()) == 0) {
		become(fd, argv, parent);
		_exit(CANNOT_EXECUTE);
	}
	if (pid < 0)
		return fault_set(why, RC_IO, serve_role_name(role), "cannot start: %s",
		    strerror(errno));
	*ret_pid = pid;
	return RC_OK;
}

#include "cli/connect.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/words.h"

#define PATH_SIZE 4096
#define DAEMON_FD 3

enum rc
connection_program(const char *name, const char *directory, const char *configured,
    char path[PATH_SIZE], struct fault *why)
{
	char self[PATH_SIZE], *slash;
	ssize_t n;
	int len;

	if ((n = readlink("/proc/self/exe", self, sizeof(self) - 1)) > 0) {
		self[n] = '\0';
		if ((slash = strrchr(self, '/')) != NULL)
			*slash = '\0';
		len = snprintf(path, PATH_SIZE, "%s/%s", self, name);
		if (len > 0 && len < PATH_SIZE && access(path, X_OK) == 0)
			return RC_OK;
		len = snprintf(path, PATH_SIZE, "%s/../%s/%s", self, directory, name);
		if (len > 0 && len < PATH_SIZE && access(path, X_OK) == 0)
			return RC_OK;
	}
	len = snprintf(path, PATH_SIZE, "%s/%s", configured, name);
	if (len > 0 && len < PATH_SIZE && access(path, X_OK) == 0)
		return RC_OK;
	return fault_set(why, RC_IO, name, WORDS("the program is not installed"));
}

/* RC_ABSENT: no daemon. */
static enum rc
to_daemon(const char *node, int *ret_fd, struct fault *why)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int directory, fd = -1;
	enum rc rc = RC_OK;

	/* Through a descriptor: a path may be longer than an address. */
	if ((directory = open(node, O_PATH | O_DIRECTORY | O_CLOEXEC)) < 0)
		return errno == ENOENT ? RC_ABSENT :
		    fault_set(why, RC_IO, node, "%s", strerrordesc_np(errno));
	(void)snprintf(at.sun_path, sizeof(at.sun_path), "/proc/self/fd/%d/watashid.sock", directory);
	if ((fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) < 0)
		rc = fault_set(why, RC_IO, "socket", "%s", strerrordesc_np(errno));
	else if (connect(fd, (const struct sockaddr *)&at, sizeof(at)) != 0)
		rc = errno == ENOENT || errno == ECONNREFUSED ? RC_ABSENT :
		    fault_set(why, errno == EACCES ? RC_REFUSED : RC_IO, node, "%s", strerrordesc_np(errno));
	(void)close(directory);
	if (rc == RC_OK)
		*ret_fd = fd;
	else if (fd >= 0)
		(void)close(fd);
	return rc;
}

static enum rc
start_own(const char *node, day today, struct connection *ret_connection, struct fault *why)
{
	char program[PATH_SIZE], day_text[DAY_TEXT_SIZE], fd_text[16], name[] = "watashid",
	    word_node[] = "--node", word_once[] = "--once", word_today[] = "--today", at[PATH_SIZE];
	char *argv[] = { name, word_node, at, word_once, fd_text, NULL, NULL, NULL };
	int fd[2];
	pid_t pid;
	enum rc rc;

	if (strlen(node) >= sizeof(at))
		return fault_set(why, RC_TOO_BIG, "--node", WORDS("the path is too long"));
	memcpy(at, node, strlen(node) + 1);
	if ((rc = connection_program("watashid", "sbin", WATASHI_SBINDIR, program, why)) != RC_OK)
		return rc;
	(void)snprintf(fd_text, sizeof(fd_text), "%d", DAEMON_FD);
	if (day_known(today)) {
		day_write(today, day_text);
		argv[5] = word_today;
		argv[6] = day_text;
	}
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd) != 0)
		return fault_set(why, RC_IO, "socket pair", "%s", strerrordesc_np(errno));
	if ((pid = fork()) == 0) {
		/* dup2 onto itself would leave it close-on-exec. */
		if ((fd[1] == DAEMON_FD ? fcntl(DAEMON_FD, F_SETFD, 0) : dup2(fd[1], DAEMON_FD)) < 0)
			_exit(127);
		(void)execv(program, argv);
		_exit(127);
	}
	(void)close(fd[1]);
	if (pid < 0) {
		(void)close(fd[0]);
		return fault_set(why, RC_IO, "watashid", "%s", strerrordesc_np(errno));
	}
	*ret_connection = (struct connection){ fd[0], pid };
	return RC_OK;
}

enum rc
connection_join(const char *node, struct connection *ret_connection, struct fault *why)
{
	enum rc rc;
	int fd;

	if ((rc = to_daemon(node, &fd, why)) == RC_ABSENT)
		return fault_set(why, RC_ABSENT, "node", "its daemon does not run");
	if (rc == RC_OK)
		*ret_connection = (struct connection){ fd, 0 };
	return rc;
}

enum rc
connection_open(const char *node, day today, struct connection *ret_connection, struct fault *why)
{
	int fd;
	enum rc rc;

	if ((rc = to_daemon(node, &fd, why)) == RC_ABSENT)
		return start_own(node, today, ret_connection, why);
	if (rc == RC_OK)
		*ret_connection = (struct connection){ fd, 0 };
	return rc;
}

void
connection_close(struct connection *c)
{
	(void)close(c->fd);
	if (c->daemon > 0)
		while (waitpid(c->daemon, NULL, 0) < 0 && errno == EINTR)
			;
	*c = (struct connection){ -1, 0 };
}

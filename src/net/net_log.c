#include "net/net_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_BYTES 1024
#define PATH_BYTES 4096

enum rc
net_log_open(struct net_log *log, const char *directory, const char *part,
    const struct net_clock *clock, struct fault *why)
{
	char path[PATH_BYTES];

	log->fd = -1;
	log->clock = clock;
	if ((size_t)snprintf(path, sizeof path, "%s/%s.log", directory, part) >= sizeof path)
		return fault_set(why, RC_TOO_BIG, "log", "path too long");
	if ((log->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) < 0)
		return fault_set(why, RC_IO, path, "%s", strerror(errno));
	if (pthread_mutex_init(&log->lock, NULL) != 0) {
		(void)close(log->fd);
		log->fd = -1;
		return fault_set(why, RC_NOMEM, path, "no lock");
	}
	return RC_OK;
}

void
net_log_close(struct net_log *log)
{
	if (log->fd < 0)
		return;
	(void)close(log->fd);
	(void)pthread_mutex_destroy(&log->lock);
	log->fd = -1;
}

void
net_log_line(struct net_log *log, const char *format, ...)
{
	char line[LINE_BYTES], when[NET_TIME_TEXT_SIZE];
	size_t used;
	va_list args;
	int n;

	if (log->fd < 0)
		return;
	net_clock_write(net_clock_ms(log->clock), when);
	used = (size_t)snprintf(line, sizeof line, "%s ", when);
	va_start(args, format);
	n = vsnprintf(line + used, sizeof line - used - 1, format, args);
	va_end(args);
	if (n > 0)
		used += (size_t)n < sizeof line - used - 1 ? (size_t)n : sizeof line - used - 2;
	for (size_t i = 0; i < used; i++)
		if ((unsigned char)line[i] < 0x20)
			line[i] = '?';		/* one event, one line, whatever a stranger sent */
	line[used++] = '\n';
	(void)pthread_mutex_lock(&log->lock);
	/* A full disk must not stop the exchange: what matters is in the book. */
	if (write(log->fd, line, used) < 0)
		(void)fsync(log->fd);
	(void)pthread_mutex_unlock(&log->lock);
}

enum rc
net_capture_open(struct net_capture *capture, const char *directory, struct fault *why)
{
	capture->directory = NULL;
	capture->next = 1;
	if (directory == NULL)
		return RC_OK;
	if (mkdir(directory, 0700) != 0 && errno != EEXIST)
		return fault_set(why, RC_IO, directory, "%s", strerror(errno));
	if (pthread_mutex_init(&capture->lock, NULL) != 0)
		return fault_set(why, RC_NOMEM, directory, "no lock");
	capture->directory = directory;
	return RC_OK;
}

void
net_capture_close(struct net_capture *capture)
{
	if (capture->directory != NULL)
		(void)pthread_mutex_destroy(&capture->lock);
	capture->directory = NULL;
}

static bool
write_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		bytes += n;
		len -= (size_t)n;
	}
	return true;
}

/* Numbers run on over a restart: a name that is taken is passed over. */
static int
next_file(struct net_capture *capture, const char *part, const char *way, const char *type)
{
	char path[PATH_BYTES];
	int fd;

	for (unsigned tries = 0; tries < 1000000; tries++) {
		if ((size_t)snprintf(path, sizeof path, "%s/%06u-%s-%s-%s.xml", capture->directory,
		    capture->next++, part, way, type) >= sizeof path)
			return -1;
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (fd >= 0 || errno != EEXIST)
			return fd;
	}
	return -1;
}

void
net_capture_body(struct net_capture *capture, struct net_log *log, const char *part,
    const char *way, const char *type, const void *body, size_t len)
{
	int fd;

	if (capture->directory == NULL || len == 0)
		return;
	(void)pthread_mutex_lock(&capture->lock);
	fd = next_file(capture, part, way, type != NULL ? type : "unreadable");
	(void)pthread_mutex_unlock(&capture->lock);
	if (fd < 0 || !write_all(fd, body, len))
		net_log_line(log, "capture: %s", strerror(errno));
	if (fd >= 0)
		(void)close(fd);
}

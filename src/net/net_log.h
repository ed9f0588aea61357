#ifndef NET_NET_LOG_H
#define NET_NET_LOG_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"
#include "net/net_clock.h"

/*
 * The log of one part: a line for what was accepted, refused, sent.  It names
 * parts, message types, message ids and rules; never an addressee, a code, a
 * number or a value.  May be used from several threads.
 */
struct net_log {
	int fd;
	const struct net_clock *clock;
	pthread_mutex_t lock;
};

enum rc net_log_open(struct net_log *log, const char *directory, const char *part,
    const struct net_clock *clock, struct fault *why) MUST_USE;
void net_log_close(struct net_log *log);
void net_log_line(struct net_log *log, const char *format, ...) PRINTF_LIKE(2, 3);

/*
 * The capture: every body received or sent, as a file of its own, for the
 * scanner.  A development option: code requests are in it whole.
 */
struct net_capture {
	const char *directory;		/* NULL: captures nothing */
	unsigned next;
	pthread_mutex_t lock;
};

enum rc net_capture_open(struct net_capture *capture, const char *directory, struct fault *why) MUST_USE;
void net_capture_close(struct net_capture *capture);
/* incoming: "in", else "out"; type NULL: "unreadable".  A file that cannot be written is said in log. */
void net_capture_body(struct net_capture *capture, struct net_log *log, const char *part,
    const char *way, const char *type, const void *body, size_t len);

#endif

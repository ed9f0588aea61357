#ifndef NET_NET_CONTROL_H
#define NET_NET_CONTROL_H

#include <stdbool.h>

#include "net/net_part.h"

/*
 * The control socket in the state directory, mode 0600: one line of words in,
 * lines out, the last of which is "ok" or "error: ...".
 */

/* suffix as of --only, or "".  *ret_fd listens. */
enum rc net_control_listen(const char *state, const char *suffix, int *ret_fd, struct fault *why)
    MUST_USE;
void net_control_remove(const char *state, const char *suffix);
/* Serve one client that waits on listen_fd; *ret_stop: the program was asked to stop. */
void net_control_serve(struct net *net, int listen_fd, bool *ret_stop);

/* The other side: send the words, copy what comes to standard output.  Exit status. */
int net_control_send(const char *state, const char *suffix, char *const *words, int n);

#endif

#ifndef NET_NET_CONF_H
#define NET_NET_CONF_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"

/*
 * The configuration file: "key = value" lines, "#" comments, and one section
 * for each part: [registrar], [core], [intermediary NNNNNN], and perhaps [portal].
 */
enum net_role {
	NET_REGISTRAR,
	NET_CORE,
	NET_INTERMEDIARY,
	NET_PORTAL,			/* not every network has one */
	NET_ROLE__COUNT
};

struct net_part_conf {
	enum net_role role;
	char name[24];			/* "registrar", "core", "intermediary-NNNNNN": files, logs, ports */
	char municipality[7];		/* "" but for an intermediary */
	char institution[17];		/* in headers; of the municipality for an intermediary */
	char host[64];			/* where it listens */
	uint16_t port;			/* 0: any free one */
	const char *url;		/* where others reach it, when not started here; else NULL */
	const char *tls_cert, *tls_key;	/* PEM files */
	const char *sign_cert, *sign_key;
	const char *node_sign_cert;	/* of the municipality's node */
};

struct net_conf {
	struct arena arena;
	const char *path;
	const char *state;		/* directory: databases, logs, ports, control socket */
	const char *authority;		/* PEM file */
	const char *revocations;	/* PEM list, or NULL */
	const char *wire;		/* directory with the XML schema */
	const char *capture;		/* directory, or NULL */
	const char *clock;		/* or NULL */
	const char *permission;		/* table file */
	int mode;			/* 0 in earnest, 1 exercise: messages of the other are refused */
	int64_t retry_first_ms, retry_last_ms;
	struct net_part_conf *parts;
	size_t n_parts;
};

/* All faults of the file carry its line.  After failure *conf is empty. */
enum rc net_conf_read(struct net_conf *conf, const char *path, struct fault *why) MUST_USE;
void net_conf_clear(struct net_conf *conf);
/* NULL when there is none.  municipality "" for all but an intermediary. */
const struct net_part_conf *net_conf_part(const struct net_conf *conf, enum net_role role,
    const char *municipality);
/* "registrar", "core", "portal", "intermediary:NNNNNN" or "intermediary-NNNNNN". */
const struct net_part_conf *net_conf_part_named(const struct net_conf *conf, const char *name);
const struct net_part_conf *net_conf_part_of_institution(const struct net_conf *conf,
    const char *institution);

#endif

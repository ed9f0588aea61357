#ifndef NET_NET_PART_H
#define NET_NET_PART_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "exchange/message.h"
#include "exchange/wire_read.h"
#include "net/net_book.h"
#include "net/net_call.h"
#include "net/net_clock.h"
#include "net/net_conf.h"
#include "net/net_fault_meet.h"
#include "net/net_http.h"
#include "net/net_limits.h"
#include "net/net_log.h"
#include "net/net_permit.h"
#include "net/net_schema.h"
#include "net/net_sign.h"

/*
 * A part of the network at work: a listener that takes messages into its book,
 * and a sender that carries out what the book says is to be sent.  Everything a
 * message causes is in the book, in one transaction with the answer, before the
 * answer leaves; so a kill at any moment loses and doubles nothing.
 */
struct net;
struct net_part;
struct net_work;
struct net_task;

/* What one kind of part does with one kind of message. */
struct net_rule {
	enum message_kind kind;
	enum net_peer_kind from;
	enum rc (*handle)(struct net_work *w, struct fault *why);
};

struct net_role_ops {
	const struct net_rule *rules;
	size_t n_rules;
	/* DBM.CopyRegister, record by record; NULL: not taken here. */
	enum rc (*copy_begin)(void *work, const struct message_header *header,
	    enum message_segment segment, struct fault *why);
	enum rc (*copy_record)(void *work, const struct message_copy *record, struct fault *why);
	/* The document of a fetch, made anew for each try. */
	enum rc (*fetch)(struct net_part *p, const struct net_task *t, struct arena *a,
	    struct message *ret_message, struct fault *why);
	/* An answer came: do its effects; the task is gone afterwards unless *ret_again. */
	enum rc (*answered)(struct net_part *p, const struct net_task *t,
	    const struct message *answer, struct arena *a, bool *ret_again, struct fault *why);
	/* About once a second, in a transaction of its own: what has run out. */
	enum rc (*tidy)(struct net_part *p, struct fault *why);
};

extern const struct net_role_ops net_registrar_ops, net_core_ops, net_intermediary_ops, net_portal_ops;

struct net_part {
	struct net *net;
	const struct net_part_conf *conf;
	const struct net_role_ops *ops;
	struct net_book *book;
	struct net_log log;
	struct net_http *http;
	struct net_faults *faults;		/* NULL: none */
	struct net_call *call;
	struct net_signer *signer;
	unsigned char key[NET_DIGEST_BYTES];	/* the part's own, for digests in its book */
	char url[300];
	bool started;				/* runs in this process */
	bool turn_open;				/* the listener's thread holds the book until its turn is settled */
	bool turn_binds, turn_broken;		/* something new stands in it; it cannot be kept */
	bool closed;				/* outside hours; under lock */
	bool stopping;
	bool sender_runs;
	pthread_t sender;
	pthread_mutex_t lock;
};

struct net {
	const struct net_conf *conf;
	struct net_clock clock;
	struct net_capture capture;
	struct net_schema *schema;
	struct net_permission *permission;
	const struct net_fault_plan *faults;	/* NULL: everything goes well */
	struct net_part *parts;			/* one for each of conf->parts */
	size_t n_parts;
	struct net_verifier **part_verifiers;	/* same order: the part's signatures */
	struct net_verifier **node_verifiers;	/* same order: the node's; NULL but for intermediaries */
};

/* One message being handled, inside the transaction. */
struct net_work {
	struct net_part *part;
	struct net_peer peer;
	char institution[17];			/* of the peer */
	int64_t now_ms;
	struct arena *arena;
	const struct message *in;
	const char *raw;			/* exact bytes and their signature */
	size_t raw_len;
	const unsigned char *signature;
	size_t signature_len;
	struct message *out;			/* a Receipt unless the handler makes it something else */
	const char *erase_with;			/* the stored answer goes when this subject is erased */
	bool effects;				/* an Error that is none: what was done stays (E402) */
	void *copies;				/* of the intermediary's copy registration */
};

/* Answer with an Error; place may be NULL. */
void net_work_refuse(struct net_work *w, enum message_error error, const char *place);
/* A fresh identifier in the arena of the work; NULL and *why when there is none. */
const char *net_part_new_id(struct arena *a, size_t chars, struct fault *why);

/* ---- tasks ---- */

struct net_task {
	int64_t id;
	const char *peer, *kind, *subject, *msg_id;
	const char *signature;
	const void *body;
	size_t len;
	int64_t attempts;
};

/* Header, bytes, signature of a message from p to to; the document is initialised here, and the caller's to clear. */
enum rc net_task_write(struct net_part *p, const struct net_part_conf *to, struct message *m, struct arena *a,
    struct buf *document, char signature[NET_SIGNATURE_CHARS], struct fault *why) MUST_USE;
/* Write, sign and queue a message to a part.  header but for msg_id, source and destination is zero. */
enum rc net_task_put(struct net_part *p, const struct net_part_conf *to, struct message *m,
    const char *subject, struct arena *a, struct fault *why) MUST_USE;
/* The same; the document and its signature as they go out, in the arena. */
struct net_signed { const void *bytes, *signature; size_t len, signature_len; };
enum rc net_task_put_kept(struct net_part *p, const struct net_part_conf *to, struct message *m,
    const char *subject, struct arena *a, struct net_signed *ret_signed, struct fault *why) MUST_USE;
/* The same for bytes signed elsewhere or with a given id. */
enum rc net_task_put_bytes(struct net_part *p, const struct net_part_conf *to,
    enum message_kind kind, const char *msg_id, const void *body, size_t len,
    const char *signature, const char *subject, struct fault *why) MUST_USE;
/* A fetch, repeated until ops->answered is satisfied. */
enum rc net_task_put_fetch(struct net_part *p, const struct net_part_conf *to,
    enum message_kind kind, const char *subject, struct fault *why) MUST_USE;

/* The thread of the sender; context is the struct net_part (net_sender.c). */
void *net_sender_run(void *context);

/* ---- records ---- */

enum rc net_record_put(struct net_part *p, const struct message_provision_record *r,
    struct fault *why) MUST_USE;
/*
 * One page into the arena; institution NULL: everybody's (core), else those it
 * is part of.  *ret_more: there are further ones.
 */
enum rc net_record_list(struct net_part *p, const struct message_record_fetch *which,
    const char *institution, struct arena *a, struct message_record_list *ret_list,
    struct fault *why) MUST_USE;

/* What need be kept no longer today: how many exchanges, and the last day on which one of them had to be kept. */
enum rc net_record_old(struct net_part *p, int64_t *ret_n, day *ret_until, struct fault *why) MUST_USE;
/* Takes that out, with everything about those exchanges, and writes down how many; only ever on somebody's word. */
enum rc net_record_purge(struct net_part *p, int64_t *ret_n, struct fault *why) MUST_USE;

/* A row of the records as the statements select them; false: no memory. */
bool net_record_entry(const struct net_row *row, struct arena *a, struct message_provision_record *ret_entry);

/* The core's rule for a letter between two towns' nodes (net_letter.c). */
enum rc net_letter_passed(struct net_work *w, struct fault *why) MUST_USE;

/* ---- life ---- */

/* Opens book, log, keys; starts the listener.  The sender starts with net_part_run. */
enum rc net_part_start(struct net_part *p, struct fault *why) MUST_USE;
enum rc net_part_run(struct net_part *p, struct fault *why) MUST_USE;
void net_part_stop(struct net_part *p);
/* Outside hours or open again; kept over a restart. */
enum rc net_part_close_hours(struct net_part *p, bool closed, struct fault *why) MUST_USE;
/* The sender looks into its book again. */
void net_part_wake(struct net_part *p);

const char *net_role_name(enum net_role role);

#endif

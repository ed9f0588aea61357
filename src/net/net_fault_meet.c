#include "net/net_fault_meet.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "net/net_fault_document.h"
#include "net/net_limits.h"
#include "net/net_part.h"
#include "net/net_receive.h"

#define DOCUMENT_BYTES (4u << 20)
#define HTTP_OK 200
#define HTTP_CLOSED 503

/* How many of one thing came by. */
struct seen {
	enum net_fault_place place;
	enum message_kind type;
	char peer[24];
	uint64_t n;
};

/* The answer that a peer got last. */
struct last {
	struct last *next;
	char peer[24];
	struct buf body;
	char signature[128];
};

struct net_faults {
	const struct net_fault_plan *plan;
	const char *part;
	pthread_mutex_t lock;		/* of seen and happened; the rest is the listener's thread alone */
	struct seen *seen;
	size_t n_seen, room;
	uint64_t happened[NET_FAULT__COUNT];
	enum net_fault_kind drawn;	/* for the next connection, beforehand; the listener's thread alone, too */
	struct last *last;
	struct net_http_request late;	/* put aside; late.len 0: none */
	struct buf late_body;
	char late_signature[NET_SIGNATURE_CHARS + 1];
};

enum rc
net_faults_open(const struct net_fault_plan *plan, const char *part, struct net_faults **ret_faults,
    struct fault *why)
{
	struct net_faults *f = calloc(1, sizeof *f);

	if (f == NULL || pthread_mutex_init(&f->lock, NULL) != 0) {
		free(f);
		return fault_set(why, RC_NOMEM, "faults", "out of memory");
	}
	f->plan = plan;
	f->part = part;
	buf_init(&f->late_body, LIMIT_WIRE_COPY_BYTES);
	*ret_faults = f;
	return RC_OK;
}

void
net_faults_close(struct net_faults *f)
{
	struct last *l;

	if (f == NULL)
		return;
	while ((l = f->last) != NULL) {
		f->last = l->next;
		buf_clear(&l->body);
		free(l);
	}
	buf_wipe(&f->late_body);
	free(f->seen);
	(void)pthread_mutex_destroy(&f->lock);
	free(f);
}

/* The row of such things; NULL without memory.  The lock is held. */
static struct seen *
seen_of(struct net_faults *f, enum net_fault_place place, enum message_kind type, const char *peer)
{
	struct seen *s;

	for (size_t i = 0; i < f->n_seen; i++)
		if (f->seen[i].place == place && f->seen[i].type == type && strcmp(f->seen[i].peer, peer) == 0)
			return &f->seen[i];
	if (f->n_seen == f->room) {
		size_t room = f->room == 0 ? 64 : f->room * 2;

		if ((s = reallocarray(f->seen, room, sizeof *s)) == NULL)
			return NULL;
		f->seen = s;
		f->room = room;
	}
	s = &f->seen[f->n_seen++];
	memset(s, 0, sizeof *s);
	s->place = place;
	s->type = type;
	(void)snprintf(s->peer, sizeof s->peer, "%s", peer);
	return s;
}

struct net_fault
net_faults_next(struct net_faults *f, enum net_fault_place place, enum message_kind type, const char *peer)
{
	struct net_fault found = { NET_FAULT_NONE, 0 };
	struct seen *s;

	if (f == NULL)
		return found;
	(void)pthread_mutex_lock(&f->lock);
	if ((s = seen_of(f, place, type, peer)) != NULL) {
		found = net_fault_of(f->plan, place, f->part, type, s->peer, s->n++);
		f->happened[found.kind]++;
	}
	(void)pthread_mutex_unlock(&f->lock);
	return found;
}

uint64_t
net_faults_count(struct net_faults *f, enum net_fault_kind kind)
{
	uint64_t n;

	if (f == NULL)
		return 0;
	(void)pthread_mutex_lock(&f->lock);
	n = f->happened[kind];
	(void)pthread_mutex_unlock(&f->lock);
	return n;
}

/* ---- connections ---- */

static bool
meets(struct net_part *p, enum net_fault_place place)
{
	struct net_faults *f = p->faults;
	enum net_fault_kind kind = NET_FAULT_NONE;

	if (f->drawn == NET_FAULT_NONE) {
		kind = net_faults_next(f, place, MESSAGE_NONE, "").kind;
	} else if (net_fault_place_of(f->drawn) == place) {
		kind = f->drawn;
		f->drawn = NET_FAULT_NONE;
	}
	if (kind != NET_FAULT_NONE)
		net_log_line(&p->log, "fault %s", net_fault_name(kind));
	return kind != NET_FAULT_NONE;
}

bool
net_fault_refuse(void *context)
{
	return meets(context, NET_FAULT_AT_CONNECTION);
}

bool
net_fault_foreign(void *context)
{
	return meets(context, NET_FAULT_AT_CERTIFICATE);
}

bool
net_fault_breaks(void *context)
{
	struct net_faults *f = ((struct net_part *)context)->faults;

	if (f->drawn == NET_FAULT_NONE)
		f->drawn = net_faults_next(f, NET_FAULT_AT_CONNECTION, MESSAGE_NONE, "").kind;
	if (f->drawn == NET_FAULT_NONE)
		f->drawn = net_faults_next(f, NET_FAULT_AT_CERTIFICATE, MESSAGE_NONE, "").kind;
	return f->drawn != NET_FAULT_NONE;
}

/* ---- messages put aside ---- */

static void
put_aside(struct net_faults *f, const struct net_http_request *request)
{
	if (f->late.len > 0 || buf_add(&f->late_body, request->body, request->len) != RC_OK)
		return;			/* one at a time; the caller sees a lost request */
	(void)snprintf(f->late_signature, sizeof f->late_signature, "%s", request->signature);
	f->late = *request;
	f->late.body = f->late_body.data;
	f->late.signature = f->late_signature;
}

static void
deliver_late(struct net_part *p)
{
	struct net_http_answer answer = { .status = HTTP_OK };
	struct net_faults *f = p->faults;

	if (f->late.len == 0)
		return;
	buf_init(&answer.body, LIMIT_WIRE_COPY_BYTES);
	net_log_line(&p->log, "what was late is delivered");
	net_receive(p, &f->late, &answer);
	buf_wipe(&answer.body);
	buf_wipe(&f->late_body);
	memset(&f->late, 0, sizeof f->late);
}

/* ---- answers ---- */

static bool
copy_answer(struct net_http_answer *to, const struct buf *body, const char *signature)
{
	buf_truncate(&to->body, 0);
	if (buf_add(&to->body, body->data, body->len) != RC_OK)
		return false;
	(void)snprintf(to->signature, sizeof to->signature, "%s", signature);
	to->status = HTTP_OK;
	return true;
}

/* Keeps this answer as the peer's last one; the one before it comes instead when it is to be stale. */
static void
turn_stale(struct net_faults *f, const char *peer, struct net_http_answer *answer, bool stale)
{
	struct buf old = BUF_INIT(LIMIT_WIRE_COPY_BYTES);
	char signature[sizeof answer->signature] = "";
	struct last *l = f->last;

	if (answer->status != HTTP_OK || answer->body.len == 0)
		return;
	while (l != NULL && strcmp(l->peer, peer) != 0)
		l = l->next;
	if (l == NULL) {
		if ((l = calloc(1, sizeof *l)) == NULL)
			return;
		(void)snprintf(l->peer, sizeof l->peer, "%s", peer);
		buf_init(&l->body, LIMIT_WIRE_COPY_BYTES);
		l->next = f->last;
		f->last = l;
	}
	if (stale && l->body.len > 0) {
		if (buf_add(&old, l->body.data, l->body.len) == RC_OK)
			(void)snprintf(signature, sizeof signature, "%s", l->signature);
	}
	buf_clear(&l->body);
	if (buf_add(&l->body, answer->body.data, answer->body.len) == RC_OK)
		(void)snprintf(l->signature, sizeof l->signature, "%s", answer->signature);
	if (stale && signature[0] != '\0')
		(void)copy_answer(answer, &old, signature);
	buf_clear(&old);
}

static enum rc
sign(const struct net_part *p, const void *bytes, size_t len, struct net_http_answer *answer)
{
	unsigned char der[NET_SIGNATURE_MAX];
	size_t der_len;
	enum rc rc = net_sign(p->signer, bytes, len, der, &der_len, NULL);

	if (rc == RC_OK)
		net_base64_write(der, der_len, answer->signature);
	return rc;
}

/* Another document in the place of the answer, signed as if it were meant. */
static void
put_document(struct net_part *p, enum net_fault_kind kind, struct net_http_answer *answer)
{
	struct buf document = BUF_INIT(DOCUMENT_BYTES);
	struct fault why = { .rc = RC_OK };

	if (answer->body.len == 0)
		return;			/* refused already, with a bare HTTP status */
	if (net_fault_document(kind, answer->body.data, answer->body.len, &document, &why) != RC_OK) {
		net_log_line(&p->log, "failed fault %s: %s", why.place, why.text);
	} else {
		buf_truncate(&answer->body, 0);
		answer->signature[0] = '\0';
		if (document.len > 0 && buf_add(&answer->body, document.data, document.len) == RC_OK &&
		    sign(p, document.data, document.len, answer) != RC_OK)
			net_log_line(&p->log, "failed fault %s: no signature", net_fault_name(kind));
	}
	buf_clear(&document);
}

/* What becomes of an answer that was made. */
static void
spoil(struct net_part *p, enum net_fault_kind kind, struct net_http_answer *answer)
{
	static const char other[] = "other bytes";

	if (net_fault_is_document(kind)) {
		put_document(p, kind, answer);
		return;
	}
	switch ((unsigned)kind) {
	case NET_FAULT_LOST_ANSWER:
	case NET_FAULT_HANG:
		answer->ending = NET_ENDING_NONE;
		break;
	case NET_FAULT_CUT:
		answer->ending = NET_ENDING_CUT;
		break;
	case NET_FAULT_RESET:
		answer->ending = NET_ENDING_RESET;
		break;
	case NET_FAULT_UNSIGNED:
		answer->signature[0] = '\0';
		break;
	case NET_FAULT_FORGED:
		if (sign(p, other, sizeof other - 1, answer) != RC_OK)
			answer->signature[0] = '\0';
		break;
	default:
		break;
	}
}

static void
meet(struct net_part *p, enum net_fault_kind kind, const struct net_http_request *request,
    struct net_http_answer *answer)
{
	switch ((unsigned)kind) {
	case NET_FAULT_LATE:
		put_aside(p->faults, request);
		answer->ending = NET_ENDING_NONE;
		return;
	case NET_FAULT_LOST_REQUEST:
		answer->ending = NET_ENDING_NONE;
		return;
	case NET_FAULT_CLOSED:
		net_receive_refuse(p, request, E501_CLOSED, answer);
		if (answer->status == HTTP_OK)
			answer->status = HTTP_CLOSED;
		return;
	case NET_FAULT_BUSY:
		net_receive_refuse(p, request, E502_OVER_CAPACITY, answer);
		return;
	case NET_FAULT_DUPLICATE:
		net_receive(p, request, answer);
		buf_wipe(&answer->body);
		answer->signature[0] = '\0';
		net_receive(p, request, answer);
		return;
	default:
		break;
	}
	if (net_fault_http_status(kind) != 0) {
		answer->status = net_fault_http_status(kind);
		return;
	}
	net_receive(p, request, answer);
}

void
net_fault_receive(void *context, const struct net_http_request *request, struct net_http_answer *answer)
{
	struct net_part *p = context;
	enum message_kind type = net_receive_kind(request);
	struct net_fault found = net_faults_next(p->faults, NET_FAULT_AT_MESSAGE, type, request->peer.name);

	if (found.kind != NET_FAULT_NONE)
		net_log_line(&p->log, "fault %s: %s from %s", net_fault_name(found.kind),
		    type == MESSAGE_NONE ? "unreadable" : message_name(type), request->peer.name);
	answer->wait_ms = found.wait_ms;
	/* What net_receive does not see has crossed the wire all the same. */
	if (found.kind == NET_FAULT_LOST_REQUEST || found.kind == NET_FAULT_CLOSED || found.kind == NET_FAULT_BUSY ||
	    net_fault_http_status(found.kind) != 0)
		net_capture_body(&p->net->capture, &p->log, p->conf->name, "in",
		    type == MESSAGE_NONE ? NULL : message_name(type), request->body, request->len);
	meet(p, found.kind, request, answer);
	turn_stale(p->faults, request->peer.name, answer, found.kind == NET_FAULT_STALE);
	spoil(p, found.kind, answer);
	if (found.kind != NET_FAULT_NONE && answer->ending != NET_ENDING_NONE)
		net_capture_body(&p->net->capture, &p->log, p->conf->name, "out",
		    net_fault_name(found.kind), answer->body.data, answer->body.len);
	if (found.kind != NET_FAULT_LATE)
		deliver_late(p);
}

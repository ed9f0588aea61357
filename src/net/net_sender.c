#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "net/net_limits.h"
#include "net/net_part.h"

/*
 * The sender of a part: carries out what the book says is to be sent.  Calls to many peers, and some to the
 * same, are under way at once; whoever is silent holds up only what is for him.  What the calls of a moment
 * brought is kept with one commit.  A call that is under way when the program ends is made again: the same
 * MsgID gets the same answer.
 */

/* How long the sender sleeps when the book is empty: what has run out is looked for then. */
#define TIDY_MS 1000

/* A task on its way. */
struct flight {
	struct net_call_one call;	/* first: what ended is cast back */
	struct flight *next;
	struct net_task task;
	struct arena arena;
	struct message fetch;
	struct buf document;
	const struct net_part_conf *to;
	const char *msg_id;
	char signature[NET_SIGNATURE_CHARS], urn[64];
	int64_t left_ms;		/* monotonic */
	struct message *answer;		/* NULL: none that holds */
};

/* What is known of another part. */
struct peer {
	unsigned under_way;
	unsigned failures;		/* one after the other: calls under way together that find nobody are one */
	int64_t not_before_ms;		/* monotonic */
	int64_t counted_ms;		/* monotonic: when the last one was seen that counted; 0 none */
};

struct sender {
	struct net_part *part;
	struct peer *peers;		/* one for each of conf->parts */
	struct flight *flights, *landed;
	unsigned n;			/* flights */
};

static void
flight_free(struct flight *f)
{
	buf_wipe(&f->document);
	buf_wipe(&f->call.answer.body);
	arena_clear(&f->arena);
	free(f);
}

static int64_t
backoff(const struct net_part *p, int64_t attempts)
{
	int64_t wait = p->net->conf->retry_first_ms;

	while (attempts-- > 0 && wait < p->net->conf->retry_last_ms)
		wait *= 2;
	return wait < p->net->conf->retry_last_ms ? wait : p->net->conf->retry_last_ms;
}

static struct peer *
peer_of(const struct sender *s, const struct net_part_conf *to)
{
	return &s->peers[to - s->part->net->conf->parts];
}

/* ---- taking off ---- */

static bool
flies(const struct sender *s, int64_t id)
{
	for (const struct flight *f = s->flights; f != NULL; f = f->next)
		if (f->task.id == id)
			return true;
	return false;
}

/* A copy of the row. */
static enum rc
new_flight(const struct net_row *row, const struct net_part_conf *to, struct flight **ret_flight,
    struct fault *why)
{
	struct flight *f = calloc(1, sizeof *f);
	struct net_task *t;

	if (f == NULL)
		return fault_set(why, RC_NOMEM, "task", "out of memory");
	arena_init(&f->arena, NET_ARENA_BYTES);
	buf_init(&f->document, LIMIT_WIRE_BYTES);
	buf_init(&f->call.answer.body, LIMIT_WIRE_BYTES);
	f->to = to;
	t = &f->task;
	t->id = net_row_int(row, 0);
	t->peer = net_row_text(row, 1, &f->arena);
	t->kind = net_row_text(row, 2, &f->arena);
	t->subject = net_row_text(row, 3, &f->arena);
	t->msg_id = net_row_text(row, 4, &f->arena);
	t->body = net_row_bytes(row, 5, &f->arena, &t->len);
	t->signature = net_row_text(row, 6, &f->arena);
	t->attempts = net_row_int(row, 7);
	if (t->peer == NULL || t->kind == NULL) {
		flight_free(f);
		return fault_set(why, RC_NOMEM, "task", "out of memory");
	}
	*ret_flight = f;
	return RC_OK;
}

/* So many of what is due for one peer into *at, in the order of their time. */
static enum rc
take_of_peer(struct sender *s, const struct net_part_conf *to, unsigned room, int64_t now, struct flight ***at,
    struct fault *why)
{
	struct net_part *p = s->part;
	struct peer *peer = peer_of(s, to);
	struct net_row row;
	enum rc rc = net_book_row(p->book, NET_STMT_ANY_TASK_DUE, &row, why, "tii", to->name, now,
	    (int64_t)(peer->under_way + room));

	while (rc == RC_OK && room > 0) {
		struct flight *f;

		if (!flies(s, net_row_int(&row, 0))) {
			if ((rc = new_flight(&row, to, &f, why)) != RC_OK)
				break;
			**at = f;
			*at = &f->next;
			room--;
		}
		rc = net_row_next(p->book, &row, why);
	}
	net_row_end(&row);
	return rc == RC_ABSENT ? RC_OK : rc;
}

/* How many more may be sent there now. */
static unsigned
room_for(const struct sender *s, const struct peer *peer, int64_t *wait_ms)
{
	unsigned most = peer->failures > 0 ? 1 : NET_CALLS_A_PEER, all = NET_CALLS_MAX - s->n;
	int64_t left = peer->not_before_ms - net_clock_monotonic_ms();

	if (peer->under_way >= most)
		return 0;
	if (left > 0) {
		*wait_ms = left < *wait_ms ? left : *wait_ms;
		return 0;
	}
	most -= peer->under_way;
	return most < all ? most : all;
}

/* What is due and may leave, from the book; *wait_ms becomes smaller when something is due sooner. */
static enum rc
take_due(struct sender *s, struct flight **ret_list, int64_t *wait_ms, struct fault *why)
{
	struct net_part *p = s->part;
	int64_t now = net_clock_ms(&p->net->clock);
	struct flight *list = NULL, **at = &list;
	char after[sizeof s->part->conf->name] = "";
	enum rc rc = RC_OK;

	for (;;) {
		const struct net_part_conf *to;
		struct net_row row;
		int64_t soonest;
		unsigned room;

		if ((rc = net_book_row(p->book, NET_STMT_ANY_TASK_PEER, &row, why, "t", after)) != RC_OK)
			break;
		net_row_copy(&row, 0, after, sizeof after);
		soonest = net_row_int(&row, 1);
		net_row_end(&row);
		if ((to = net_conf_part_named(p->net->conf, after)) == NULL)
			continue;	/* it left the network: its tasks wait for whoever takes them away */
		if (soonest > now) {
			*wait_ms = soonest - now < *wait_ms ? soonest - now : *wait_ms;
			continue;
		}
		if ((room = room_for(s, peer_of(s, to), wait_ms)) > 0 &&
		    (rc = take_of_peer(s, to, room, now, &at, why)) != RC_OK)
			break;
	}
	/* Each that cannot be made is its own trouble. */
	for (struct flight *f = list; f != NULL; f = f->next)
		if (f->task.msg_id == NULL)
			f->call.rc = p->ops->fetch(p, &f->task, &f->arena, &f->fetch, &f->call.why);
	*ret_list = list;
	return rc == RC_ABSENT ? RC_OK : rc;
}

static const char *
url_of(const struct net *net, const struct net_part_conf *to)
{
	const struct net_part *part = &net->parts[to - net->conf->parts];

	return *part->url != '\0' ? part->url : to->url;
}

/* The bytes as they leave; a fetch is signed now. */
static enum rc
prepare(struct net_part *p, struct flight *f, struct fault *why)
{
	const struct net_task *t = &f->task;
	enum rc rc;

	f->msg_id = t->msg_id;
	f->call.body = t->body;
	f->call.len = t->len;
	if (t->msg_id == NULL) {
		if ((rc = net_task_write(p, f->to, &f->fetch, &f->arena, &f->document, f->signature, why)) != RC_OK)
			return rc;
		f->msg_id = f->fetch.header.msg_id;
		f->call.body = f->document.data;
		f->call.len = f->document.len;
	} else {
		(void)snprintf(f->signature, sizeof f->signature, "%s", t->signature != NULL ? t->signature : "");
	}
	if ((f->call.url = url_of(p->net, f->to)) == NULL)
		return fault_set(why, RC_NET, t->peer, "is not running here and has no url");
	if (f->to->role == NET_INTERMEDIARY)
		(void)snprintf(f->urn, sizeof f->urn, "urn:watashi:intermediary:%s", f->to->municipality);
	else
		(void)snprintf(f->urn, sizeof f->urn, "urn:watashi:%s", f->to->name);
	f->call.urn = f->urn;
	f->call.signature = f->signature;
	return RC_OK;
}

static void
take_off(struct sender *s, struct flight *list)
{
	struct net_part *p = s->part;
	struct flight *f;

	while ((f = list) != NULL) {
		list = f->next;
		if (f->call.rc == RC_OK)
			f->call.rc = prepare(p, f, &f->call.why);
		if (f->call.rc != RC_OK) {
			f->next = s->landed;
			s->landed = f;
			continue;
		}
		f->next = s->flights;
		s->flights = f;
		s->n++;
		peer_of(s, f->to)->under_way++;
		f->left_ms = net_clock_monotonic_ms();
		net_capture_body(&p->net->capture, &p->log, p->conf->name, "out", f->task.kind, f->call.body, f->call.len);
		net_call_begin(p->call, &f->call);
	}
}

static void
send_due(struct sender *s, int64_t *wait_ms, struct fault *why)
{
	struct net_part *p = s->part;
	struct flight *list = NULL, *f;
	enum rc rc;

	if (s->n >= NET_CALLS_MAX)
		return;
	if ((rc = net_book_begin(p->book, why)) == RC_OK) {
		rc = take_due(s, &list, wait_ms, why);
		net_book_rollback(p->book);
	}
	if (rc != RC_OK) {
		net_log_line(&p->log, "sender: %s: %s", why->place, why->text);
		while ((f = list) != NULL) {
			list = f->next;
			flight_free(f);
		}
		return;
	}
	take_off(s, list);
}

/* ---- landing ---- */

/* Who signed the answer, and what it says.  RC_NET for everything that may pass. */
static enum rc
read_answer(struct net_part *p, struct flight *f, struct fault *why)
{
	const struct net_call_answer *answer = &f->call.answer;
	const struct net_task *t = &f->task;
	unsigned char der[NET_SIGNATURE_MAX];
	struct message *read = NULL;
	size_t der_len;
	enum rc rc;

	if (answer->body.len == 0 || (answer->status != 200 && answer->status != 503) ||
	    net_base64_read(answer->signature, der, sizeof der, &der_len) != RC_OK)
		return fault_set(why, RC_NET, t->peer, "HTTP %ld without a message", answer->status);
	if (net_verify(p->net->part_verifiers[f->to - p->net->conf->parts], answer->body.data,
	    answer->body.len, der, der_len) != RC_OK)
		return fault_set(why, RC_NET, t->peer, "signature of the answer does not hold");
	if ((rc = net_schema_check(p->net->schema, answer->body.data, answer->body.len, why)) != RC_OK ||
	    (rc = wire_read(answer->body.data, answer->body.len, &f->arena, NULL, &read, why)) != RC_OK)
		return rc;
	net_capture_body(&p->net->capture, &p->log, p->conf->name, "in", message_name(read->kind),
	    answer->body.data, answer->body.len);
	if (strcmp(read->header.msg_id, f->msg_id) != 0 ||
	    (read->kind != MESSAGE_ERROR && read->kind != message_answer_of(message_kind_of(t->kind))))
		return fault_set(why, RC_INVALID, t->peer, "answer is not that of this message");
	f->answer = read;
	return RC_OK;
}

/* Whoever is away is tried with one call at a time, ever more seldom; one that left before that was known says nothing new. */
static void
learn(const struct sender *s, struct peer *peer, const struct flight *f)
{
	int64_t now = net_clock_monotonic_ms();

	if (!f->call.unreachable) {
		peer->failures = 0;
	} else if (f->left_ms > peer->counted_ms) {
		peer->counted_ms = now;
		peer->not_before_ms = now + backoff(s->part, peer->failures);
		peer->failures++;
	}
}

/* Takes every call that has ended out of the air. */
static void
land(struct sender *s)
{
	struct net_call_one *one;

	while ((one = net_call_ended(s->part->call)) != NULL) {
		struct flight *f = (struct flight *)one, **at = &s->flights;
		struct peer *peer = peer_of(s, f->to);

		while (*at != f)
			at = &(*at)->next;
		*at = f->next;
		s->n--;
		peer->under_way--;
		learn(s, peer, f);
		if (one->rc == RC_OK)
			one->rc = read_answer(s->part, f, &one->why);
		f->next = s->landed;
		s->landed = f;
	}
}

static bool
passing(const struct message *answer)
{
	return answer->kind == MESSAGE_ERROR &&
	    message_error_retry(answer->body.error.error) == MESSAGE_RETRY_BACKOFF;
}

/* The effects of one answer, and the end of its task or its next try. */
static enum rc
keep_one(struct net_part *p, struct flight *f, struct fault *why)
{
	const struct net_task *t = &f->task;
	bool again = true;
	enum rc rc = RC_OK;

	if (f->answer == NULL) {
		if (t->attempts % 20 == 0)
			net_log_line(&p->log, "%s to %s: %s: %s; tried %d times", t->kind, t->peer,
			    f->call.why.place, f->call.why.text, (int)t->attempts + 1);
	} else if (!passing(f->answer)) {
		again = false;
		if (f->answer->kind == MESSAGE_ERROR)
			net_log_line(&p->log, "%s to %s: %s", t->kind, t->peer,
			    message_error_name(f->answer->body.error.error));
		rc = p->ops->answered(p, t, f->answer, &f->arena, &again, why);
	}
	if (rc != RC_OK)
		return rc;
	return again ? net_book_run(p->book, NET_STMT_ANY_TASK_LATER, why, "iii", t->id,
	    t->attempts + 1, net_clock_ms(&p->net->clock) + backoff(p, t->attempts)) :
	    net_book_run(p->book, NET_STMT_ANY_TASK_DONE, why, "i", t->id);
}

/* What cannot be kept is asked for again later, and takes nothing of the others with it. */
static enum rc
keep_all(struct net_part *p, struct flight *landed, struct fault *why)
{
	enum rc rc = RC_OK;

	for (struct flight *f = landed; rc == RC_OK && f != NULL; f = f->next) {
		struct fault own = { .rc = RC_OK };

		if ((rc = net_book_mark(p->book, why)) != RC_OK)
			return rc;
		if (keep_one(p, f, &own) != RC_OK) {
			net_log_line(&p->log, "sender: %s: %s", own.place, own.text);
			if ((rc = net_book_undo(p->book, why)) != RC_OK || (rc = net_book_mark(p->book, why)) != RC_OK)
				return rc;
			rc = net_book_run(p->book, NET_STMT_ANY_TASK_LATER, why, "iii", f->task.id, f->task.attempts + 1,
			    net_clock_ms(&p->net->clock) + backoff(p, f->task.attempts));
		}
		if (rc == RC_OK)
			rc = net_book_release(p->book, why);
	}
	return rc;
}

/* All that landed, with one commit.  A power cut may take it back: then it is asked for again. */
static void
keep_landed(struct sender *s, struct fault *why)
{
	struct net_part *p = s->part;
	struct flight *f;
	enum rc rc;

	if (s->landed == NULL)
		return;
	if ((rc = net_book_begin(p->book, why)) == RC_OK) {
		if ((rc = keep_all(p, s->landed, why)) == RC_OK)
			rc = net_book_commit_soon(p->book, why);
		else
			net_book_rollback(p->book);
	}
	if (rc != RC_OK)
		net_log_line(&p->log, "sender: %s: %s", why->place, why->text);
	while ((f = s->landed) != NULL) {
		s->landed = f->next;
		flight_free(f);
	}
}

/* ---- the thread ---- */

static void
tidy_once(struct net_part *p, struct fault *why)
{
	int64_t before = net_clock_ms(&p->net->clock) - NET_KEEP_ANSWERS_MS;
	enum rc rc = net_book_begin(p->book, why);

	if (rc == RC_OK) {
		rc = net_book_run(p->book, NET_STMT_ANY_INBOX_PURGE, why, "i", before);
		if (rc == RC_OK && p->ops->tidy != NULL)
			rc = p->ops->tidy(p, why);
		if (rc == RC_OK)
			rc = net_book_commit_soon(p->book, why);
		else
			net_book_rollback(p->book);
	}
	if (rc != RC_OK)
		net_log_line(&p->log, "sender: %s: %s", why->place, why->text);
}

static void
look(struct net_part *p, bool *ret_closed, bool *ret_stopping)
{
	(void)pthread_mutex_lock(&p->lock);
	*ret_closed = p->closed;
	*ret_stopping = p->stopping;
	(void)pthread_mutex_unlock(&p->lock);
}

void *
net_sender_run(void *context)
{
	struct net_part *p = context;
	struct sender s = { .part = p, .peers = calloc(p->net->n_parts, sizeof *s.peers) };
	int64_t tidied = 0;
	bool closed, stopping;
	struct flight *f;

	if (s.peers == NULL)
		net_log_line(&p->log, "sender: out of memory");
	for (look(p, &closed, &stopping); s.peers != NULL && !stopping; look(p, &closed, &stopping)) {
		struct fault why = { .rc = RC_OK };
		int64_t wait = TIDY_MS;

		if (!closed)
			send_due(&s, &wait, &why);
		if (s.landed == NULL)
			net_call_wait(p->call, wait < 1 ? 1 : (int)wait);
		land(&s);
		keep_landed(&s, &why);
		if (net_clock_monotonic_ms() - tidied > TIDY_MS) {
			tidied = net_clock_monotonic_ms();
			tidy_once(p, &why);
		}
	}
	/* The calls first: they write into what is freed. */
	net_call_break_off(p->call);
	while ((f = s.flights) != NULL) {
		s.flights = f->next;
		flight_free(f);
	}
	free(s.peers);
	return NULL;
}

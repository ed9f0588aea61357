#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/limits.h"
#include "exchange/wire_write.h"
#include "net/net_limits.h"
#include "net/net_part.h"

/* How long the sender sleeps when the book is empty: what has run out is looked for then. */
#define TIDY_MS 1000

const char *
net_part_new_id(struct arena *a, size_t chars, struct fault *why)
{
	char *id = arena_new(a, chars + 1);

	if (id == NULL) {
		(void)fault_set(why, RC_NOMEM, "identifier", "out of memory");
		return NULL;
	}
	return net_random_hex(chars, id, why) == RC_OK ? id : NULL;
}

enum rc
net_task_put_bytes(struct net_part *p, const struct net_part_conf *to, enum message_kind kind,
    const char *msg_id, const void *body, size_t len, const char *signature, const char *subject,
    struct fault *why)
{
	return net_book_run(p->book, NET_STMT_ANY_TASK_PUT, why, "ttttbti", to->name,
	    message_name(kind), subject, msg_id, body, len, signature,
	    net_clock_ms(&p->net->clock));
}

enum rc
net_task_put_fetch(struct net_part *p, const struct net_part_conf *to, enum message_kind kind,
    const char *subject, struct fault *why)
{
	return net_task_put_bytes(p, to, kind, NULL, NULL, 0, NULL, subject, why);
}

/* Header, bytes, signature of a message from p to to; document is initialised here. */
static enum rc
write_signed(struct net_part *p, const struct net_part_conf *to, struct message *m,
    struct arena *a, struct buf *document, char signature[NET_SIGNATURE_CHARS], struct fault *why)
{
	unsigned char der[NET_SIGNATURE_MAX];
	size_t len;
	enum rc rc;

	buf_init(document, message_max_bytes(m->kind));
	if ((m->header.msg_id = net_part_new_id(a, MESSAGE_ID_CHARS, why)) == NULL)
		return RC_CRYPTO;
	m->header.mode = p->net->conf->mode;
	m->header.source = p->conf->institution;
	if (m->header.destination == NULL)
		m->header.destination = to->institution;
	if ((rc = wire_write(m, document, NULL, why)) != RC_OK ||
	    (rc = net_sign(p->signer, document->data, document->len, der, &len, why)) != RC_OK)
		return rc;
	net_base64_write(der, len, signature);
	return RC_OK;
}

static enum rc
keep(const struct buf *document, const char *signature, struct arena *a, struct net_signed *ret_signed,
    struct fault *why)
{
	char *bytes = arena_new(a, document->len), *der = arena_new(a, NET_SIGNATURE_MAX);
	enum rc rc;

	if (bytes == NULL || der == NULL)
		return fault_set(why, RC_NOMEM, "message", "out of memory");
	if ((rc = net_base64_read(signature, der, NET_SIGNATURE_MAX, &ret_signed->signature_len)) != RC_OK)
		return fault_set(why, RC_BUG, "message", "a signature of our own cannot be read");
	memcpy(bytes, document->data, document->len);
	ret_signed->bytes = bytes;
	ret_signed->len = document->len;
	ret_signed->signature = der;
	return rc;
}

enum rc
net_task_put_kept(struct net_part *p, const struct net_part_conf *to, struct message *m,
    const char *subject, struct arena *a, struct net_signed *ret_signed, struct fault *why)
{
	char signature[NET_SIGNATURE_CHARS];
	struct buf document;
	enum rc rc;

	rc = write_signed(p, to, m, a, &document, signature, why);
	if (rc == RC_OK)
		rc = net_task_put_bytes(p, to, m->kind, m->header.msg_id, document.data,
		    document.len, signature, subject, why);
	if (rc == RC_OK && ret_signed != NULL)
		rc = keep(&document, signature, a, ret_signed, why);
	buf_wipe(&document);
	return rc;
}

enum rc
net_task_put(struct net_part *p, const struct net_part_conf *to, struct message *m,
    const char *subject, struct arena *a, struct fault *why)
{
	return net_task_put_kept(p, to, m, subject, a, NULL, why);
}

/* ---- the sender ---- */

/* RC_OK with a task copied into the arena, or RC_ABSENT with *ret_wait_ms until the next. */
static enum rc
next_task(struct net_part *p, struct arena *a, struct net_task *ret_task, int64_t *ret_wait_ms,
    struct fault *why)
{
	int64_t now = net_clock_ms(&p->net->clock), wait = TIDY_MS;
	struct net_row row;
	enum rc rc;

	rc = net_book_row(p->book, NET_STMT_ANY_TASK_NEXT, &row, why, "i", now);
	if (rc == RC_OK) {
		ret_task->id = net_row_int(&row, 0);
		ret_task->peer = net_row_text(&row, 1, a);
		ret_task->kind = net_row_text(&row, 2, a);
		ret_task->subject = net_row_text(&row, 3, a);
		ret_task->msg_id = net_row_text(&row, 4, a);
		ret_task->body = net_row_bytes(&row, 5, a, &ret_task->len);
		ret_task->signature = net_row_text(&row, 6, a);
		ret_task->attempts = net_row_int(&row, 7);
		net_row_end(&row);
		return ret_task->peer == NULL || ret_task->kind == NULL ?
		    fault_set(why, RC_NOMEM, "task", "out of memory") : RC_OK;
	}
	if (rc != RC_ABSENT)
		return rc;
	rc = net_book_row(p->book, NET_STMT_ANY_TASK_SOONEST, &row, why, "");
	if (rc == RC_OK) {
		if (net_row_int(&row, 0) - now < wait)
			wait = net_row_int(&row, 0) - now;
		net_row_end(&row);
	} else if (rc != RC_ABSENT) {
		return rc;
	}
	*ret_wait_ms = wait < 1 ? 1 : wait;
	return RC_ABSENT;
}

static int64_t
backoff(const struct net_part *p, int64_t attempts)
{
	int64_t wait = p->net->conf->retry_first_ms;

	while (attempts-- > 0 && wait < p->net->conf->retry_last_ms)
		wait *= 2;
	return wait < p->net->conf->retry_last_ms ? wait : p->net->conf->retry_last_ms;
}

static const struct net_part *
part_of(const struct net *net, const struct net_part_conf *conf)
{
	return &net->parts[conf - net->conf->parts];
}

/* Send t (a fetch as the part has just made it), check who signed the answer, read it.  RC_NET for everything that may pass. */
static enum rc
send_task(struct net_part *p, const struct net_task *t, struct message *fetch, struct arena *a,
    struct message **ret_answer, struct fault *why)
{
	const struct net_part_conf *to = net_conf_part_named(p->net->conf, t->peer);
	struct net_call_answer answer = { .status = 0 };
	char signature[NET_SIGNATURE_CHARS] = "", urn[64];
	const char *url, *msg_id = t->msg_id;
	const void *body = t->body;
	unsigned char der[NET_SIGNATURE_MAX];
	struct message *read = NULL;
	struct buf document = BUF_INIT(LIMIT_WIRE_BYTES);
	size_t len = t->len, der_len;
	enum rc rc;

	buf_init(&answer.body, LIMIT_WIRE_BYTES);
	if (to == NULL) {
		rc = fault_set(why, RC_INVALID, t->peer, "is no part of this network");
		goto out;
	}
	if (msg_id == NULL) {
		if ((rc = write_signed(p, to, fetch, a, &document, signature, why)) != RC_OK)
			goto out;
		msg_id = fetch->header.msg_id;
		body = document.data;
		len = document.len;
	} else {
		(void)snprintf(signature, sizeof signature, "%s", t->signature != NULL ? t->signature : "");
	}
	url = part_of(p->net, to)->url;
	if (*url == '\0')
		url = to->url;
	if (url == NULL) {
		rc = fault_set(why, RC_NET, t->peer, "is not running here and has no url");
		goto out;
	}
	if (to->role == NET_INTERMEDIARY)
		(void)snprintf(urn, sizeof urn, "urn:watashi:intermediary:%s", to->municipality);
	else
		(void)snprintf(urn, sizeof urn, "urn:watashi:%s", to->name);
	net_capture_body(&p->net->capture, &p->log, p->conf->name, "out", t->kind, body, len);
	if ((rc = net_call_post(p->call, url, urn, body, len, signature, &answer, why)) != RC_OK)
		goto out;
	if (answer.body.len == 0 || (answer.status != 200 && answer.status != 503) ||
	    net_base64_read(answer.signature, der, sizeof der, &der_len) != RC_OK) {
		rc = fault_set(why, RC_NET, t->peer, "HTTP %ld without a message", answer.status);
		goto out;
	}
	if ((rc = net_verify(p->net->part_verifiers[to - p->net->conf->parts], answer.body.data,
	    answer.body.len, der, der_len)) != RC_OK) {
		rc = fault_set(why, RC_NET, t->peer, "signature of the answer does not hold");
		goto out;
	}
	if ((rc = net_schema_check(p->net->schema, answer.body.data, answer.body.len, why)) != RC_OK ||
	    (rc = wire_read(answer.body.data, answer.body.len, a, NULL, &read, why)) != RC_OK)
		goto out;
	net_capture_body(&p->net->capture, &p->log, p->conf->name, "in", message_name(read->kind),
	    answer.body.data, answer.body.len);
	if (strcmp(read->header.msg_id, msg_id) != 0 ||
	    (read->kind != MESSAGE_ERROR && read->kind != message_answer_of(message_kind_of(t->kind)))) {
		rc = fault_set(why, RC_INVALID, t->peer, "answer is not that of this message");
		goto out;
	}
	*ret_answer = read;
 out:
	buf_wipe(&document);
	buf_wipe(&answer.body);
	return rc;
}

static bool
passing(const struct message *answer)
{
	return answer->kind == MESSAGE_ERROR &&
	    message_error_retry(answer->body.error.error) == MESSAGE_RETRY_BACKOFF;
}

/* One task from the book to its end or to its next try.  RC_ABSENT: nothing to do. */
static enum rc
work_once(struct net_part *p, int64_t *ret_wait_ms, struct fault *why)
{
	struct fault found = { .rc = RC_OK };
	struct message fetch, *answer = NULL;
	struct net_task t = { 0 };
	struct arena a;
	bool again = true;
	enum rc rc, sent;

	arena_init(&a, NET_ARENA_BYTES);
	if ((rc = net_book_begin(p->book, why)) != RC_OK)
		goto out;
	memset(&fetch, 0, sizeof fetch);
	rc = next_task(p, &a, &t, ret_wait_ms, why);
	if (rc == RC_OK && t.msg_id == NULL)
		rc = p->ops->fetch(p, &t, &a, &fetch, why);
	net_book_rollback(p->book);
	if (rc != RC_OK)
		goto out;
	/* The book is free while the call is on its way. */
	sent = send_task(p, &t, &fetch, &a, &answer, &found);
	if ((rc = net_book_begin(p->book, why)) != RC_OK)
		goto out;
	if (sent != RC_OK) {
		if (t.attempts % 20 == 0)
			net_log_line(&p->log, "%s to %s: %s: %s; tried %d times", t.kind, t.peer,
			    found.place, found.text, (int)t.attempts + 1);
	} else if (!passing(answer)) {
		again = false;
		if (answer->kind == MESSAGE_ERROR)
			net_log_line(&p->log, "%s to %s: %s", t.kind, t.peer,
			    message_error_name(answer->body.error.error));
		rc = p->ops->answered(p, &t, answer, &a, &again, why);
	}
	if (rc == RC_OK)
		rc = again ? net_book_run(p->book, NET_STMT_ANY_TASK_LATER, why, "iii", t.id,
		    t.attempts + 1, net_clock_ms(&p->net->clock) + backoff(p, t.attempts)) :
		    net_book_run(p->book, NET_STMT_ANY_TASK_DONE, why, "i", t.id);
	if (rc != RC_OK)
		net_book_rollback(p->book);
	else
		rc = net_book_commit(p->book, why);
 out:
	arena_clear(&a);
	return rc;
}

static enum rc
tidy_once(struct net_part *p, struct fault *why)
{
	int64_t before = net_clock_ms(&p->net->clock) - NET_KEEP_ANSWERS_MS;
	enum rc rc = net_book_begin(p->book, why);

	if (rc != RC_OK)
		return rc;
	rc = net_book_run(p->book, NET_STMT_ANY_INBOX_PURGE, why, "i", before);
	if (rc == RC_OK && p->ops->tidy != NULL)
		rc = p->ops->tidy(p, why);
	if (rc != RC_OK) {
		net_book_rollback(p->book);
		return rc;
	}
	return net_book_commit(p->book, why);
}

static void
sleep_until_woken(struct net_part *p, int64_t wait_ms)
{
	struct timespec until;

	(void)clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += wait_ms / 1000;
	until.tv_nsec += wait_ms % 1000 * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_nsec -= 1000000000;
		until.tv_sec++;
	}
	(void)pthread_cond_timedwait(&p->wake, &p->lock, &until);
}

static void *
sender(void *context)
{
	struct net_part *p = context;
	int64_t tidied = 0;
	bool stopping = false;

	while (!stopping) {
		struct fault why = { .rc = RC_OK };
		int64_t wait = TIDY_MS;
		bool closed;
		enum rc rc = RC_ABSENT;

		(void)pthread_mutex_lock(&p->lock);
		closed = p->closed;
		(void)pthread_mutex_unlock(&p->lock);
		if (!closed)
			rc = work_once(p, &wait, &why);
		if (rc != RC_OK && rc != RC_ABSENT)
			net_log_line(&p->log, "sender: %s: %s", why.place, why.text);
		if (net_clock_monotonic_ms() - tidied > TIDY_MS) {
			tidied = net_clock_monotonic_ms();
			if (tidy_once(p, &why) != RC_OK)
				net_log_line(&p->log, "sender: %s: %s", why.place, why.text);
		}
		(void)pthread_mutex_lock(&p->lock);
		if (rc != RC_OK && !p->stopping && !p->woken)
			sleep_until_woken(p, wait);
		p->woken = false;
		stopping = p->stopping;
		(void)pthread_mutex_unlock(&p->lock);
	}
	return NULL;
}

enum rc
net_part_run(struct net_part *p, struct fault *why)
{
	if (pthread_create(&p->sender, NULL, sender, p) != 0)
		return fault_set(why, RC_NOMEM, p->conf->name, "no thread");
	p->sender_runs = true;
	return RC_OK;
}

void
net_part_wake(struct net_part *p)
{
	(void)pthread_mutex_lock(&p->lock);
	p->woken = true;
	(void)pthread_cond_signal(&p->wake);
	(void)pthread_mutex_unlock(&p->lock);
}

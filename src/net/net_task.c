#include <stdio.h>
#include <string.h>

#include "exchange/wire_write.h"
#include "net/net_part.h"

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

enum rc
net_task_write(struct net_part *p, const struct net_part_conf *to, struct message *m,
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

	rc = net_task_write(p, to, m, a, &document, signature, why);
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

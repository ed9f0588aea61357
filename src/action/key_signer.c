#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "action/keys.h"
#include "action/node.h"
#include "action/say.h"
#include "exchange/peer.h"

/*
 * Another signing key while the node runs.  The directory decides: the new key is taken into use once the directory
 * holds its certificate, beside that of before, so that what is under way under either is believed.
 */

#define PEM_MAX_BYTES (64u << 10)

static enum rc
no_key(struct fault *why)
{
	return fault_set(why, RC_CRYPTO, "key", "the key process does not answer");
}

static enum rc
write_whole(int fd, const struct buf *b, struct fault *why)
{
	size_t done = 0;

	while (done < b->len) {
		ssize_t n = write(fd, b->data + done, b->len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return fault_set(why, errno == ENOSPC ? RC_FULL : RC_IO, "file", "%s", strerror(errno));
		done += (size_t)n;
	}
	return RC_OK;
}

enum rc
do_key_request(struct call *c, struct fault *why)
{
	struct buf request = BUF_INIT(PEM_MAX_BYTES);
	struct frame f;
	enum rc rc;

	if (c->a->key == NULL)
		return no_key(why);
	if ((fcntl(c->r->fd, F_GETFL) & O_ACCMODE) == O_RDONLY)
		return fault_set(why, RC_INVALID, "file", "a new file to write is wanted");
	if ((rc = vault_client_signer_request(c->a->key, &request, why)) != RC_OK ||
	    (rc = write_whole(c->r->fd, &request, why)) != RC_OK ||
	    (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		goto out;
	if ((rc = node_audit(c, NULL, AUDIT_DONE, NULL, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK) {
		store_rollback(c->a->store);
		goto out;
	}
	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_MUNICIPALITY, c->a->config.municipality);
	frame_put_text(&f, TAG_ADVICE,
	    "give the file to the network's authority; when its certificate is in the directory of everybody: watashi key adopt");
	rc = node_reply(c, &f, why);
	frame_clear(&f);
 out:
	buf_clear(&request);
	return rc;
}

/* The one of our certificates in the directory that is of the new key. */
static enum rc
adopt(struct call *c, const struct peer_directory *d, struct vault_recovery *ret_recovery, struct fault *why)
{
	struct buf pem = BUF_INIT(PEM_MAX_BYTES);
	enum rc rc = RC_CRYPTO;

	for (size_t i = 0; rc == RC_CRYPTO; i++) {
		buf_truncate(&pem, 0);
		rc = peer_certificate(d, PEER_NODE, c->a->self.institution, c->now_us / 1000000, i, &pem, why);
		if (rc == RC_OK)
			rc = vault_client_signer_use(c->a->key, pem.data, ret_recovery, why);
		else if (rc == RC_ABSENT)
			rc = fault_set(why, RC_CONFLICT, "directory",
			    "holds no valid certificate of the new signing key: the authority must enter it first");
	}
	buf_clear(&pem);
	return rc;
}

enum rc
do_key_adopt(struct call *c, struct fault *why)
{
	struct peer_directory *directory = NULL;
	struct vault_recovery recovery;
	enum rc rc;

	if (c->a->key == NULL)
		return no_key(why);
	if (!say_connected(c->a))
		return fault_set(why, RC_CONFLICT, "network", "not joined to a network: nobody knows our signing key");
	memset(&recovery, 0, sizeof(recovery));
	if ((rc = peer_directory_open(c->a->config.directory, c->a->config.authority, &directory, why)) == RC_OK &&
	    (rc = adopt(c, directory, &recovery, why)) == RC_OK)
		rc = keys_show(c, &recovery, false, why);
	peer_directory_close(directory);
	explicit_bzero(&recovery, sizeof(recovery));
	return rc;
}

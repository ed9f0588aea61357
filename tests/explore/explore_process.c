#include <stdlib.h>
#include <string.h>

#include "action/law_shelf.h"
#include "base/frame.h"
#include "base/limits.h"
#include "exchange/csv_read.h"
#include "exchange/peer.h"
#include "exchange/post.h"
#include "exchange/wire_read.h"
#include "tests/explore/explore_mutant.h"
#include "tests/explore/explore_node_room.h"
#include "vault/vault.h"

/* ---- in the place of other processes, and of chance ---- */

ssize_t __real_getrandom(void *bytes, size_t len, unsigned flags);
ssize_t __wrap_getrandom(void *bytes, size_t len, unsigned flags);
enum rc __real_vault_random(void *ret_bytes, size_t len);
enum rc __wrap_vault_random(void *ret_bytes, size_t len);
enum rc __real_store_open(const char *path, enum store_role role, struct store **ret_store, struct fault *why);
enum rc __wrap_store_open(const char *path, enum store_role role, struct store **ret_store, struct fault *why);
void __real_store_close(struct store *s);
void __wrap_store_close(struct store *s);
enum rc __real_store_commit(struct store *s, struct fault *why);
enum rc __wrap_store_commit(struct store *s, struct fault *why);
enum rc __real_law_shelf_open(struct action *a, struct fault *ret_trouble);
enum rc __wrap_law_shelf_open(struct action *a, struct fault *ret_trouble);
enum rc __wrap_vault_client_sign(struct vault_client *c, const void *bytes, size_t len,
    struct vault_signature *ret_signature, struct fault *why);
enum rc __wrap_vault_client_seal(struct vault_client *c, const struct vault_place *place, const void *clear, size_t len,
    struct vault_sealed *ret_sealed, struct fault *why);
enum rc __wrap_vault_client_unseal(struct vault_client *c, const struct vault_place *place,
    const struct vault_sealed *sealed, struct buf *ret_clear, struct fault *why);
enum rc __wrap_vault_client_seal_number(struct vault_client *c, const struct vault_place *place,
    const char digits[VAULT_NUMBER_DIGITS], struct vault_sealed *ret_sealed, struct vault_index *ret_index,
    struct fault *why);
enum rc __wrap_vault_client_index(struct vault_client *c, const char digits[VAULT_NUMBER_DIGITS],
    struct vault_index *ret_index, struct fault *why);
enum rc __wrap_vault_client_status(struct vault_client *c, struct vault_status *ret_status, struct fault *why);
enum rc __wrap_vault_client_number_to_post(struct vault_client *c, const struct vault_place *place,
    const struct vault_sealed *sealed, const char *document, size_t document_len, size_t gap_offset,
    const struct frame *to_post, uint16_t document_tag, uint16_t signature_tag, struct fault *why);
enum rc __wrap_wire_client_read(struct wire_client *c, const struct wire_signed *in, struct arena *a,
    struct wire_answer *ret_answer, struct fault *why);
enum rc __wrap_wire_client_rows(struct wire_client *c, int fd, const char *const *want, size_t n_want,
    size_t n_required, enum rc (*row)(void *context, const char *const *cell, size_t line, struct fault *why),
    void *context, struct fault *why);

static bool
any_settled(void)
{
	return n_nodes > 0 && nodes[n_nodes - 1]->settled;
}

static void
draw(unsigned char *bytes, size_t len)
{
	uint64_t x = (++drawing->drawn * NODES_MAX + (uint64_t)node_index(drawing)) * UINT64_C(0x9e3779b97f4a7c15);

	for (size_t i = 0; i < len; i++) {
		x ^= x >> 29;
		x *= UINT64_C(0xbf58476d1ce4e5b9);
		bytes[i] = (unsigned char)(x >> 56);
	}
}

ssize_t
__wrap_getrandom(void *bytes, size_t len, unsigned flags)
{
	if (!any_settled())
		return __real_getrandom(bytes, len, flags);
	if (len == 2)			/* jitter: always the same, in the middle */
		memcpy(bytes, &(uint16_t){ 500 }, 2);
	else
		draw(bytes, len);
	return (ssize_t)len;
}

enum rc
__wrap_vault_random(void *ret_bytes, size_t len)
{
	if (!any_settled())
		return __real_vault_random(ret_bytes, len);
	draw(ret_bytes, len);
	return RC_OK;
}

static struct node *
node_of_db(const char *path)
{
	for (int i = 0; i < n_nodes; i++)
		if (strcmp(nodes[i]->db, path) == 0)
			return nodes[i];
	return NULL;
}

enum rc
__wrap_store_open(const char *path, enum store_role role, struct store **ret_store, struct fault *why)
{
	struct node *n = node_of_db(path);

	if (n == NULL || n->store == NULL)
		return __real_store_open(path, role, ret_store, why);
	node_store_memory(n->store, &n->born);
	*ret_store = n->store;
	return RC_OK;
}

void
__wrap_store_close(struct store *s)
{
	for (int i = 0; i < n_nodes; i++)
		if (s != NULL && nodes[i]->store == s) {
			store_rollback(s);
			return;
		}
	__real_store_close(s);
}

static void
step(void)
{
	if (running != NULL && running->dies_after > 0 && ++running->steps == running->dies_after) {
		running->died = true;
		longjmp(death, 1);
	}
}

enum rc
__wrap_store_commit(struct store *s, struct fault *why)
{
	enum rc rc = __real_store_commit(s, why);

	step();
	return rc;
}

enum rc
__wrap_law_shelf_open(struct action *a, struct fault *ret_trouble)
{
	return any_settled() ? RC_OK : __real_law_shelf_open(a, ret_trouble);
}

/* No page of the database may show what is sealed. */
static char
veiled(char c)
{
	return mutant_leaves_open() ? c : (char)(c ^ 0x5a);
}

static struct node *
node_of_key(const struct vault_client *c)
{
	for (int i = 0; i < n_nodes; i++)
		if (&nodes[i]->key == c)
			return nodes[i];
	abort();
}

enum rc
__wrap_vault_client_sign(struct vault_client *c, const void *bytes, size_t len,
    struct vault_signature *ret_signature, struct fault *why)
{
	(void)bytes, (void)len, (void)why;
	ret_signature->len = (size_t)snprintf((char *)ret_signature->bytes, sizeof(ret_signature->bytes), "%d %s",
	    PEER_NODE, node_of_key(c)->institution);
	return RC_OK;
}

enum rc
__wrap_vault_client_seal(struct vault_client *c, const struct vault_place *place, const void *clear, size_t len,
    struct vault_sealed *ret_sealed, struct fault *why)
{
	struct node *n = node_of_key(c);

	(void)place, (void)why;
	memset(ret_sealed, 0, sizeof(*ret_sealed));
	buf_truncate(&n->sealed, 0);
	if (buf_add(&n->sealed, clear, len) != RC_OK)
		abort();
	for (size_t i = 0; i < len; i++)
		n->sealed.data[i] = veiled(n->sealed.data[i]);
	ret_sealed->key_id = 1;
	ret_sealed->bytes = (const unsigned char *)n->sealed.data;
	ret_sealed->len = len;
	return RC_OK;
}

enum rc
__wrap_vault_client_unseal(struct vault_client *c, const struct vault_place *place,
    const struct vault_sealed *sealed, struct buf *ret_clear, struct fault *why)
{
	(void)c, (void)place, (void)why;
	for (size_t i = 0; i < sealed->len; i++)
		if (buf_add_char(ret_clear, veiled((char)sealed->bytes[i])) != RC_OK)
			abort();
	return RC_OK;
}

enum rc
__wrap_vault_client_index(struct vault_client *c, const char digits[VAULT_NUMBER_DIGITS],
    struct vault_index *ret_index, struct fault *why)
{
	(void)c, (void)why;
	memset(ret_index, 0, sizeof(*ret_index));
	for (int i = 0; i < VAULT_NUMBER_DIGITS; i++)
		ret_index->b[i] = (unsigned char)(digits[i] ^ 0x33);
	return RC_OK;
}

enum rc
__wrap_vault_client_seal_number(struct vault_client *c, const struct vault_place *place,
    const char digits[VAULT_NUMBER_DIGITS], struct vault_sealed *ret_sealed, struct vault_index *ret_index,
    struct fault *why)
{
	(void)__wrap_vault_client_index(c, digits, ret_index, why);
	return __wrap_vault_client_seal(c, place, digits, VAULT_NUMBER_DIGITS, ret_sealed, why);
}

enum rc
__wrap_vault_client_status(struct vault_client *c, struct vault_status *ret_status, struct fault *why)
{
	(void)c, (void)why;
	memset(ret_status, 0, sizeof(*ret_status));
	ret_status->key_id = 1;
	return RC_OK;
}

void
node_post_frame(struct node *n, uint16_t kind, const void *body, size_t body_len, const char *number, size_t gap,
    const char *given, size_t given_len)
{
	struct buf whole = BUF_INIT(LIMIT_WIRE_COPY_BYTES);
	enum adapter_endpoint endpoint = ADAPTER_INTERMEDIARY;
	const void *signature = "", *document = given;
	size_t signature_len = 0, len = given_len;
	struct peer_call call = { .left_ms = 0 };
	struct vault_signature sig;
	struct frame_reader r;
	struct frame_field f;

	if (frame_read_open(&r, kind, body, body_len, NULL) != RC_OK)
		abort();
	while (frame_next(&r, &f)) {
		if (f.tag == POST_ID)
			memcpy(call.id, f.text, 16);
		else if (f.tag == POST_LEFT)
			call.left_ms = f.number;
		else if (f.tag == POST_ENDPOINT)
			endpoint = (enum adapter_endpoint)f.number;
		else if (f.tag == POST_DOCUMENT) {
			document = f.text;
			len = f.len;
		} else if (f.tag == POST_SIGNATURE) {
			signature = f.text;
			signature_len = f.len;
		}
	}
	if (number != NULL) {
		if (buf_add(&whole, document, len) != RC_OK)
			abort();
		for (int i = 0; i < VAULT_NUMBER_DIGITS; i++)
			whole.data[gap + (size_t)i] = veiled(number[i]);
		document = whole.data;
		(void)__wrap_vault_client_sign(&n->key, document, len, &sig, NULL);
		signature = sig.bytes;
		signature_len = sig.len;
	}
	posted_to(posted_given, n, &call, endpoint, document, len, signature, signature_len);
	buf_clear(&whole);
	step();
}

enum rc
__wrap_vault_client_number_to_post(struct vault_client *c, const struct vault_place *place,
    const struct vault_sealed *sealed, const char *document, size_t document_len, size_t gap_offset,
    const struct frame *to_post, uint16_t document_tag, uint16_t signature_tag, struct fault *why)
{
	(void)place, (void)document_tag, (void)signature_tag, (void)why;
	node_post_frame(node_of_key(c), to_post->kind, to_post->body.data, to_post->body.len, (const char *)sealed->bytes,
	    gap_offset, document, document_len);
	return RC_OK;
}

/* Who signed stands in the signature. */
static bool
signed_by(const void *text, size_t len, bool is_text, enum peer_role role, const char *institution)
{
	struct buf raw = BUF_INIT(256);
	char want[80];
	bool same;

	(void)snprintf(want, sizeof(want), "%d %s", (int)role, institution);
	if (is_text && peer_signature_parse(text, len, &raw) != RC_OK)
		return false;
	if (is_text) {
		text = raw.data;
		len = raw.len;
	}
	same = len == strlen(want) && memcmp(text, want, len) == 0;
	buf_clear(&raw);
	return same;
}

static enum rc
digest_text(const void *bytes, size_t len, char hex[MESSAGE_DIGEST_CHARS + 1])
{
	struct vault_digest d;
	enum rc rc;

	if ((rc = vault_digest(bytes, len, &d)) != RC_OK)
		return rc;
	for (size_t i = 0; i < sizeof(d.b); i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", d.b[i]);
	return RC_OK;
}

static void
read_inside(struct wire_answer *w, const struct message_bytes *bytes, const struct message_bytes *signature,
    enum peer_role role, const char *signer, struct arena *a)
{
	struct message *inside;

	if (digest_text(bytes->bytes, bytes->len, w->response_digest) != RC_OK)
		abort();
	w->response_rc = RC_CRYPTO;
	if (!signed_by(signature->bytes, signature->len, false, role, signer))
		return;
	if ((w->response_rc = wire_read(bytes->bytes, bytes->len, a, NULL, &inside, &w->response_why)) == RC_OK)
		w->response = inside;
}

enum rc
__wrap_wire_client_read(struct wire_client *c, const struct wire_signed *in, struct arena *a,
    struct wire_answer *ret_answer, struct fault *why)
{
	struct wire_answer w = { .message = NULL };
	enum rc rc;

	(void)c;
	if (!signed_by(in->signature_text, in->signature_text_len, true, in->role, in->institution))
		return fault_set(why, RC_CRYPTO, "signature", "by somebody else");
	if ((rc = wire_read(in->bytes, in->len, a, NULL, &w.message, why)) != RC_OK ||
	    (rc = digest_text(in->bytes, in->len, w.document_digest)) != RC_OK)
		return rc;
	if (w.message->kind == MESSAGE_RESULT && w.message->body.result.response.bytes != NULL)
		read_inside(&w, &w.message->body.result.response, &w.message->body.result.signature, PEER_INTERMEDIARY,
		    w.message->body.result.provider, a);
	else if (w.message->kind == MESSAGE_LETTER && w.message->body.letter.letter.bytes != NULL)
		read_inside(&w, &w.message->body.letter.letter, &w.message->body.letter.signature, PEER_NODE,
		    w.message->body.letter.sender, a);
	*ret_answer = w;
	return RC_OK;
}

enum rc
__wrap_wire_client_rows(struct wire_client *c, int fd, const char *const *want, size_t n_want,
    size_t n_required, enum rc (*row)(void *context, const char *const *cell, size_t line, struct fault *why),
    void *context, struct fault *why)
{
	struct csv_want w = { want, n_want, n_required };
	struct csv_sink sink = { row, context };

	(void)c;
	return csv_read_fd(fd, &w, &sink, why);
}

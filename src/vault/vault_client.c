#include <string.h>

#include "vault/vault_frame.h"

void
vault_client_init(struct vault_client *c, int fd)
{
	c->fd = fd;
	buf_init(&c->body, LIMIT_FRAME_BYTES);
}

void
vault_client_clear(struct vault_client *c)
{
	buf_wipe(&c->body);
	c->fd = -1;
}

static void
put_place(struct frame *f, const struct vault_place *place)
{
	frame_put_text(f, VAULT_TAG_MUNICIPALITY, place->municipality);
	frame_put_int(f, VAULT_TAG_TABLE, (int64_t)place->table);
	frame_put_bytes(f, VAULT_TAG_ROW, place->row, sizeof(place->row));
	frame_put_bytes(f, VAULT_TAG_SECRET, place->subject_secret, sizeof(place->subject_secret));
}

static void
put_sealed(struct frame *f, const struct vault_sealed *sealed)
{
	frame_put_int(f, VAULT_TAG_KEY_ID, sealed->key_id);
	frame_put_bytes(f, VAULT_TAG_NONCE, sealed->nonce, sizeof(sealed->nonce));
	frame_put_bytes(f, VAULT_TAG_SEALED, sealed->bytes, sealed->len);
}

/* The refusal as it was made in the key process. */
static enum rc
take_refusal(struct frame_reader *r, struct fault *why)
{
	const char *place = "key", *text = "refused";
	struct frame_field field;
	enum rc rc = RC_BUG;

	while (frame_next(r, &field))
		if (field.tag == VAULT_TAG_RC && field.type == FRAME_INT && field.number > RC_OK &&
		    field.number < RC__COUNT)
			rc = (enum rc)field.number;
		else if (field.tag == VAULT_TAG_PLACE && field.type == FRAME_TEXT)
			place = field.text;
		else if (field.tag == VAULT_TAG_TEXT && field.type == FRAME_TEXT)
			text = field.text;
	return fault_set(why, rc, place, "%s", text);
}

/* One question, one answer; the question is wiped.  Fields of the answer are read from *ret_r. */
static enum rc
ask(struct vault_client *c, struct frame *f, struct frame_reader *ret_r, struct fault *why)
{
	uint16_t kind;
	int fd = -1;
	enum rc rc;

	buf_wipe(&c->body);
	if (f->rc != RC_OK)
		rc = fault_set(why, f->rc, "key", "question could not be written");
	else
		rc = frame_send(c->fd, f, -1, why);
	frame_clear(f);
	if (rc != RC_OK)
		return rc;
	rc = frame_receive(c->fd, &c->body, &kind, &fd, why);
	if (rc == RC_ABSENT)
		return fault_set(why, RC_IO, "key", "the key process is gone");
	if (rc != RC_OK)
		return rc;
	if ((rc = frame_read_open(ret_r, kind, c->body.data, c->body.len, why)) != RC_OK)
		return rc;
	if (kind == VAULT_REFUSAL)
		return take_refusal(ret_r, why);
	if (kind != VAULT_ANSWER)
		return fault_set(why, RC_BUG, "key", "answer of an unknown kind");
	return RC_OK;
}

static enum rc
incomplete(struct fault *why)
{
	return fault_set(why, RC_BUG, "key", "answer is incomplete");
}

static enum rc
take_sealed(struct frame_reader *r, struct vault_sealed *ret_sealed, struct vault_index *ret_index,
    struct fault *why)
{
	struct vault_sealed sealed = { .bytes = NULL };
	struct vault_index index = { .has_old = false };
	struct frame_field f;
	unsigned have = 0;

	while (frame_next(r, &f))
		if (f.tag == VAULT_TAG_KEY_ID && f.type == FRAME_INT && f.number >= 0 &&
		    f.number <= UINT32_MAX) {
			sealed.key_id = (uint32_t)f.number;
			have |= 1;
		} else if (f.tag == VAULT_TAG_NONCE && f.type == FRAME_BYTES && f.len == sizeof(sealed.nonce)) {
			memcpy(sealed.nonce, f.text, f.len);
			have |= 2;
		} else if (f.tag == VAULT_TAG_SEALED && f.type == FRAME_BYTES) {
			sealed.bytes = (const unsigned char *)f.text;
			sealed.len = f.len;
			have |= 4;
		} else if (f.tag == VAULT_TAG_INDEX && f.type == FRAME_BYTES && f.len == sizeof(index.b)) {
			memcpy(index.b, f.text, f.len);
			have |= 8;
		} else if (f.tag == VAULT_TAG_INDEX_OLD && f.type == FRAME_BYTES && f.len == sizeof(index.old)) {
			memcpy(index.old, f.text, f.len);
			index.has_old = true;
		}
	if ((have & 7) != 7 || (ret_index != NULL && (have & 8) == 0))
		return incomplete(why);
	*ret_sealed = sealed;
	if (ret_index != NULL)
		*ret_index = index;
	return RC_OK;
}

enum rc
vault_client_seal_number(struct vault_client *c, const struct vault_place *place,
    const char digits[VAULT_NUMBER_DIGITS], struct vault_sealed *ret_sealed,
    struct vault_index *ret_index, struct fault *why)
{
	struct frame_reader r;
	struct frame f;
	enum rc rc;

	frame_init(&f, VAULT_ASK_SEAL_NUMBER);
	put_place(&f, place);
	frame_put_bytes(&f, VAULT_TAG_CLEAR, digits, VAULT_NUMBER_DIGITS);
	if ((rc = ask(c, &f, &r, why)) != RC_OK)
		return rc;
	return take_sealed(&r, ret_sealed, ret_index, why);
}

enum rc
vault_client_seal(struct vault_client *c, const struct vault_place *place, const void *clear,
    size_t len, struct vault_sealed *ret_sealed, struct fault *why)
{
	struct frame_reader r;
	struct frame f;
	enum rc rc;

	frame_init(&f, VAULT_ASK_SEAL);
	put_place(&f, place);
	frame_put_bytes(&f, VAULT_TAG_CLEAR, clear, len);
	if ((rc = ask(c, &f, &r, why)) != RC_OK)
		return rc;
	return take_sealed(&r, ret_sealed, NULL, why);
}

enum rc
vault_client_index(struct vault_client *c, const char digits[VAULT_NUMBER_DIGITS],
    struct vault_index *ret_index, struct fault *why)
{
	struct vault_index index = { .has_old = false };
	bool have = false;
	struct frame_reader r;
	struct frame_field field;
	struct frame f;
	enum rc rc;

	frame_init(&f, VAULT_ASK_INDEX);
	frame_put_bytes(&f, VAULT_TAG_CLEAR, digits, VAULT_NUMBER_DIGITS);
	if ((rc = ask(c, &f, &r, why)) != RC_OK)
		return rc;
	while (frame_next(&r, &field))
		if (field.tag == VAULT_TAG_INDEX && field.type == FRAME_BYTES &&
		    field.len == sizeof(index.b)) {
			memcpy(index.b, field.text, field.len);
			have = true;
		} else if (field.tag == VAULT_TAG_INDEX_OLD && field.type == FRAME_BYTES &&
		    field.len == sizeof(index.old)) {
			memcpy(index.old, field.text, field.len);
			index.has_old = true;
		}
	if (!have)
		return incomplete(why);
	*ret_index = index;
	return RC_OK;
}

enum rc
vault_client_reseal(struct vault_client *c, const struct vault_place *place,
    const struct vault_sealed *sealed, struct vault_sealed *ret_sealed,
    struct vault_index *ret_index, struct fault *why)
{
	struct frame_reader r;
	struct frame f;
	enum rc rc;

	frame_init(&f, VAULT_ASK_RESEAL);
	put_place(&f, place);
	put_sealed(&f, sealed);
	if ((rc = ask(c, &f, &r, why)) != RC_OK)
		return rc;
	return take_sealed(&r, ret_sealed, ret_index, why);
}

static enum rc
ask_recovery(struct vault_client *c, struct frame *f, struct vault_recovery *ret_recovery,
    struct fault *why)
{
	struct vault_recovery recovery;
	struct frame_reader r;
	struct frame_field field;
	unsigned have = 0;
	enum rc rc;

	if ((rc = ask(c, f, &r, why)) != RC_OK)
		return rc;
	while (frame_next(&r, &field))
		for (unsigned i = 0; i < 2; i++)
			if (field.tag == (i == 0 ? VAULT_TAG_HALF_A : VAULT_TAG_HALF_B) &&
			    field.type == FRAME_TEXT && field.len < VAULT_HALF_SIZE) {
				memcpy(recovery.half[i], field.text, field.len + 1);
				have |= 1u << i;
			}
	if (have == 3)
		*ret_recovery = recovery;
	explicit_bzero(&recovery, sizeof(recovery));
	buf_wipe(&c->body);
	return have == 3 ? RC_OK : incomplete(why);
}

enum rc
vault_client_rotate(struct vault_client *c, struct vault_recovery *ret_recovery, struct fault *why)
{
	struct frame f;

	frame_init(&f, VAULT_ASK_ROTATE);
	return ask_recovery(c, &f, ret_recovery, why);
}

enum rc
vault_client_renew_recovery(struct vault_client *c, struct vault_recovery *ret_recovery,
    struct fault *why)
{
	struct frame f;

	frame_init(&f, VAULT_ASK_RECOVERY);
	return ask_recovery(c, &f, ret_recovery, why);
}

enum rc
vault_client_signer_use(struct vault_client *c, const char *certificate_pem,
    struct vault_recovery *ret_recovery, struct fault *why)
{
	struct frame f;

	frame_init(&f, VAULT_ASK_SIGNER_USE);
	frame_put_bytes(&f, VAULT_TAG_CLEAR, certificate_pem, strlen(certificate_pem));
	return ask_recovery(c, &f, ret_recovery, why);
}

enum rc
vault_client_signer_request(struct vault_client *c, struct buf *ret_request, struct fault *why)
{
	struct frame_reader r;
	struct frame_field field;
	struct frame f;
	enum rc rc;

	frame_init(&f, VAULT_ASK_SIGNER_REQUEST);
	if ((rc = ask(c, &f, &r, why)) != RC_OK)
		return rc;
	while (frame_next(&r, &field))
		if (field.tag == VAULT_TAG_CLEAR && field.type == FRAME_BYTES && field.len > 0)
			return buf_add(ret_request, field.text, field.len);
	return incomplete(why);
}

enum rc
vault_client_forget(struct vault_client *c, struct fault *why)
{
	struct frame_reader r;
	struct frame f;

	frame_init(&f, VAULT_ASK_FORGET);
	return ask(c, &f, &r, why);
}

enum rc
vault_client_status(struct vault_client *c, struct vault_status *ret_status, struct fault *why)
{
	struct vault_status status = { .key_id = 0 };
	struct frame_reader r;
	struct frame_field f;
	struct frame question;
	unsigned have = 0;
	enum rc rc;

	frame_init(&question, VAULT_ASK_STATUS);
	if ((rc = ask(c, &question, &r, why)) != RC_OK)
		return rc;
	while (frame_next(&r, &f))
		if (f.tag == VAULT_TAG_KEY_ID && f.type == FRAME_INT) {
			status.key_id = (uint32_t)f.number;
			have |= 1;
		} else if (f.tag == VAULT_TAG_OLD_KEY_ID && f.type == FRAME_INT) {
			status.old_key_id = (uint32_t)f.number;
			have |= 2;
		} else if (f.tag == VAULT_TAG_WRAP && f.type == FRAME_BYTES && f.len == sizeof(status.wrap)) {
			memcpy(status.wrap, f.text, f.len);
			have |= 4;
		}
	if (have != 7)
		return incomplete(why);
	*ret_status = status;
	return RC_OK;
}

enum rc
vault_client_backup_key(struct vault_client *c, const unsigned char salt[VAULT_SECRET_BYTES],
    unsigned char ret_key[VAULT_SECRET_BYTES], const void **ret_wrap, size_t *ret_wrap_len,
    struct fault *why)
{
	const char *key = NULL, *wrap = NULL;
	struct frame_reader r;
	struct frame_field field;
	struct frame f;
	size_t wrap_len = 0;
	enum rc rc;

	frame_init(&f, VAULT_ASK_BACKUP_KEY);
	frame_put_bytes(&f, VAULT_TAG_CLEAR, salt, VAULT_SECRET_BYTES);
	if ((rc = ask(c, &f, &r, why)) != RC_OK)
		return rc;
	while (frame_next(&r, &field))
		if (field.tag == VAULT_TAG_KEY && field.type == FRAME_BYTES && field.len == VAULT_SECRET_BYTES)
			key = field.text;
		else if (field.tag == VAULT_TAG_WRAP && field.type == FRAME_BYTES) {
			wrap = field.text;
			wrap_len = field.len;
		}
	if (key == NULL || wrap == NULL)
		return incomplete(why);
	memcpy(ret_key, key, VAULT_SECRET_BYTES);
	*ret_wrap = wrap;
	*ret_wrap_len = wrap_len;
	return RC_OK;
}

enum rc
vault_client_unseal(struct vault_client *c, const struct vault_place *place,
    const struct vault_sealed *sealed, struct buf *ret_clear, struct fault *why)
{
	struct frame_reader r;
	struct frame_field field;
	struct frame f;
	enum rc rc;

	frame_init(&f, VAULT_ASK_UNSEAL);
	put_place(&f, place);
	put_sealed(&f, sealed);
	if ((rc = ask(c, &f, &r, why)) != RC_OK)
		return rc;
	rc = incomplete(NULL);
	while (frame_next(&r, &field))
		if (field.tag == VAULT_TAG_CLEAR && field.type == FRAME_BYTES)
			rc = buf_add(ret_clear, field.text, field.len);
	buf_wipe(&c->body);
	return rc == RC_OK ? RC_OK : fault_set(why, rc, "key", "answer could not be kept");
}

enum rc
vault_client_sign(struct vault_client *c, const void *bytes, size_t len,
    struct vault_signature *ret_signature, struct fault *why)
{
	struct frame_reader r;
	struct frame_field field;
	struct frame f;
	enum rc rc;

	frame_init(&f, VAULT_ASK_SIGN);
	frame_put_bytes(&f, VAULT_TAG_CLEAR, bytes, len);
	if ((rc = ask(c, &f, &r, why)) != RC_OK)
		return rc;
	while (frame_next(&r, &field))
		if (field.tag == VAULT_TAG_SIGNATURE && field.type == FRAME_BYTES && field.len > 0 &&
		    field.len <= sizeof(ret_signature->bytes)) {
			memcpy(ret_signature->bytes, field.text, field.len);
			ret_signature->len = field.len;
			return RC_OK;
		}
	return incomplete(why);
}

enum rc
vault_client_number_to_post(struct vault_client *c, const struct vault_place *place,
    const struct vault_sealed *sealed, const char *document, size_t document_len,
    size_t gap_offset, const struct frame *to_post, uint16_t document_tag,
    uint16_t signature_tag, struct fault *why)
{
	struct frame_reader r;
	struct frame f;

	if (to_post->rc != RC_OK || to_post->depth != 0)
		return fault_set(why, to_post->rc != RC_OK ? to_post->rc : RC_BUG, "key",
		    "the frame to post is not whole");
	frame_init(&f, VAULT_ASK_POST);
	put_place(&f, place);
	put_sealed(&f, sealed);
	frame_put_bytes(&f, VAULT_TAG_CLEAR, document, document_len);
	frame_put_int(&f, VAULT_TAG_GAP, (int64_t)gap_offset);
	frame_put_int(&f, VAULT_TAG_POST_KIND, to_post->kind);
	frame_put_bytes(&f, VAULT_TAG_POST_FIELDS, to_post->body.data != NULL ? to_post->body.data : "",
	    to_post->body.len);
	frame_put_int(&f, VAULT_TAG_POST_DOCUMENT, document_tag);
	frame_put_int(&f, VAULT_TAG_POST_SIGNATURE, signature_tag);
	return ask(c, &f, &r, why);
}

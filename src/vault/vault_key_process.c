#include <string.h>
#include <unistd.h>

#include "vault/vault_frame.h"
#include "vault/vault_room.h"

#define SIGNER_MAX_BYTES (64u << 10)	/* one request or certificate, PEM: about 1 KB */

/* A question as it was read; text and bytes point into the frame. */
struct question {
	struct vault_place place;
	struct vault_sealed sealed;
	const char *clear;
	size_t clear_len;
	int64_t gap;
	int64_t post_kind, post_document, post_signature;
	const char *post_fields;
	size_t post_fields_len;
};

struct keeper {
	struct vault *v;
	const char *directory;
	int store_fd, post_fd;
};

static void
take_bytes(const struct frame_field *f, void *out, size_t len)
{
	if (f->type == FRAME_BYTES && f->len == len)
		memcpy(out, f->text, len);
}

static void
read_question(struct frame_reader *r, struct question *q)
{
	struct frame_field f;

	memset(q, 0, sizeof(*q));
	q->gap = q->post_kind = q->post_document = q->post_signature = -1;
	while (frame_next(r, &f)) {
		if (f.type == FRAME_OPEN) {
			struct frame_reader inner;

			frame_enter(r, &inner);		/* none of ours nests: skipped */
			continue;
		}
		switch (f.tag) {
		case VAULT_TAG_MUNICIPALITY:
			if (f.type == FRAME_TEXT && f.len == 6)
				memcpy(q->place.municipality, f.text, 7);
			break;
		case VAULT_TAG_TABLE:
			q->place.table = (enum vault_table)f.number;
			break;
		case VAULT_TAG_ROW:
			take_bytes(&f, q->place.row, sizeof(q->place.row));
			break;
		case VAULT_TAG_SECRET:
			take_bytes(&f, q->place.subject_secret, sizeof(q->place.subject_secret));
			break;
		case VAULT_TAG_CLEAR:
			q->clear = f.type == FRAME_BYTES ? f.text : NULL;
			q->clear_len = f.len;
			break;
		case VAULT_TAG_KEY_ID:
			q->sealed.key_id = (uint32_t)f.number;
			break;
		case VAULT_TAG_NONCE:
			take_bytes(&f, q->sealed.nonce, sizeof(q->sealed.nonce));
			break;
		case VAULT_TAG_SEALED:
			q->sealed.bytes = f.type == FRAME_BYTES ? (const unsigned char *)f.text : NULL;
			q->sealed.len = q->sealed.bytes != NULL ? f.len : 0;
			break;
		case VAULT_TAG_GAP:
			q->gap = f.number;
			break;
		case VAULT_TAG_POST_KIND:
			q->post_kind = f.number;
			break;
		case VAULT_TAG_POST_FIELDS:
			q->post_fields = f.type == FRAME_BYTES ? f.text : NULL;
			q->post_fields_len = f.len;
			break;
		case VAULT_TAG_POST_DOCUMENT:
			q->post_document = f.number;
			break;
		case VAULT_TAG_POST_SIGNATURE:
			q->post_signature = f.number;
			break;
		default:
			break;
		}
	}
}

static enum rc
check_digits(const struct question *q, struct fault *why)
{
	bool fits = q->clear != NULL && q->clear_len == VAULT_NUMBER_DIGITS;

	for (size_t i = 0; fits && i < VAULT_NUMBER_DIGITS; i++)
		fits = q->clear[i] >= '0' && q->clear[i] <= '9';
	return fits ? RC_OK : fault_set(why, RC_INVALID, "key", "not twelve digits");
}

static void
put_sealed(struct frame *answer, const struct vault_sealed *sealed)
{
	frame_put_int(answer, VAULT_TAG_KEY_ID, sealed->key_id);
	frame_put_bytes(answer, VAULT_TAG_NONCE, sealed->nonce, sizeof(sealed->nonce));
	frame_put_bytes(answer, VAULT_TAG_SEALED, sealed->bytes, sealed->len);
}

static void
put_index(struct frame *answer, const struct vault_index *index)
{
	frame_put_bytes(answer, VAULT_TAG_INDEX, index->b, sizeof(index->b));
	if (index->has_old)
		frame_put_bytes(answer, VAULT_TAG_INDEX_OLD, index->old, sizeof(index->old));
}

static enum rc
answer_seal(struct vault *v, const struct question *q, bool number, struct frame *answer,
    struct fault *why)
{
	struct buf bytes = BUF_INIT(VAULT_SEAL_MAX + VAULT_TAG_BYTES);
	struct vault_sealed sealed;
	struct vault_index index;
	enum rc rc;

	/* A number goes nowhere but to its own table, and nothing else goes there. */
	if (number != (q->place.table == VAULT_NUMBER))
		return fault_set(why, RC_REFUSED, "key", "not a value of this table");
	if (number && (rc = check_digits(q, why)) != RC_OK)
		return rc;
	if (q->clear == NULL)
		return fault_set(why, RC_INVALID, "key", "nothing to seal");
	if ((rc = vault_seal(v, &q->place, q->clear, q->clear_len, &bytes, &sealed, why)) != RC_OK)
		goto out;
	put_sealed(answer, &sealed);
	if (number) {
		if ((rc = vault_index(v, q->clear, &index, why)) != RC_OK)
			goto out;
		put_index(answer, &index);
	}
 out:
	buf_wipe(&bytes);
	return rc;
}

static enum rc
answer_index(struct vault *v, const struct question *q, struct frame *answer, struct fault *why)
{
	struct vault_index index;
	enum rc rc;

	if ((rc = check_digits(q, why)) != RC_OK ||
	    (rc = vault_index(v, q->clear, &index, why)) != RC_OK)
		return rc;
	put_index(answer, &index);
	return RC_OK;
}

static enum rc
answer_reseal(struct vault *v, const struct question *q, struct frame *answer, struct fault *why)
{
	struct buf bytes = BUF_INIT(VAULT_SEAL_MAX + VAULT_TAG_BYTES);
	struct vault_sealed sealed;
	struct vault_index index;
	enum rc rc;

	if ((rc = vault_reseal(v, &q->place, &q->sealed, &bytes, &sealed, &index, why)) == RC_OK) {
		put_sealed(answer, &sealed);
		if (q->place.table == VAULT_NUMBER)
			put_index(answer, &index);
	}
	buf_wipe(&bytes);
	return rc;
}

static void
put_recovery(struct frame *answer, const struct vault_recovery *recovery)
{
	frame_put_text(answer, VAULT_TAG_HALF_A, recovery->half[0]);
	frame_put_text(answer, VAULT_TAG_HALF_B, recovery->half[1]);
}

typedef enum rc recovery_maker(struct vault *v, const char *directory,
    struct vault_recovery *ret_recovery, struct fault *why);

static enum rc
answer_recovery(const struct keeper *k, recovery_maker *make, struct frame *answer, struct fault *why)
{
	struct vault_recovery recovery;
	enum rc rc;

	if ((rc = make(k->v, k->directory, &recovery, why)) == RC_OK)
		put_recovery(answer, &recovery);
	explicit_bzero(&recovery, sizeof(recovery));
	return rc;
}

static enum rc
answer_signer_request(const struct keeper *k, struct frame *answer, struct fault *why)
{
	struct buf request = BUF_INIT(SIGNER_MAX_BYTES);
	enum rc rc;

	if ((rc = vault_signer_request(k->v, k->directory, &request, why)) == RC_OK)
		frame_put_bytes(answer, VAULT_TAG_CLEAR, request.data, request.len);
	buf_clear(&request);
	return rc;
}

static enum rc
answer_signer_use(const struct keeper *k, const struct question *q, struct frame *answer, struct fault *why)
{
	struct buf certificate = BUF_INIT(SIGNER_MAX_BYTES);
	struct vault_recovery recovery;
	enum rc rc;

	if (q->clear == NULL || buf_add(&certificate, q->clear, q->clear_len) != RC_OK || certificate.len == 0) {
		buf_clear(&certificate);
		return fault_set(why, RC_INVALID, "key", "no certificate");
	}
	if ((rc = vault_signer_use(k->v, k->directory, certificate.data, &recovery, why)) == RC_OK)
		put_recovery(answer, &recovery);
	explicit_bzero(&recovery, sizeof(recovery));
	buf_clear(&certificate);
	return rc;
}

static enum rc
answer_status(const struct keeper *k, struct frame *answer, struct fault *why)
{
	struct vault_status status;
	enum rc rc;

	if ((rc = vault_status(k->v, k->directory, &status, why)) != RC_OK)
		return rc;
	frame_put_int(answer, VAULT_TAG_KEY_ID, status.key_id);
	frame_put_int(answer, VAULT_TAG_OLD_KEY_ID, status.old_key_id);
	frame_put_bytes(answer, VAULT_TAG_WRAP, status.wrap, sizeof(status.wrap));
	return RC_OK;
}

/* With the wrap, so that the backup and the two halves are all that is needed to open it. */
static enum rc
answer_backup_key(const struct keeper *k, const struct question *q, struct frame *answer,
    struct fault *why)
{
	unsigned char salt[VAULT_SECRET_BYTES], key[VAULT_SECRET_BYTES];
	struct buf wrap = BUF_INIT(1u << 20);
	enum rc rc;

	if (q->clear == NULL || q->clear_len != sizeof(salt))
		return fault_set(why, RC_INVALID, "key", "no salt");
	memcpy(salt, q->clear, sizeof(salt));
	if ((rc = vault_wrap_read(k->directory, &wrap, why)) == RC_OK &&
	    (rc = vault_backup_key(k->v, salt, key, why)) == RC_OK) {
		frame_put_bytes(answer, VAULT_TAG_KEY, key, sizeof(key));
		frame_put_bytes(answer, VAULT_TAG_WRAP, wrap.data, wrap.len);
	}
	explicit_bzero(key, sizeof(key));
	buf_wipe(&wrap);
	return rc;
}

static enum rc
answer_unseal(struct vault *v, const struct question *q, struct frame *answer, struct fault *why)
{
	struct buf clear = BUF_INIT(VAULT_SEAL_MAX + VAULT_TAG_BYTES);
	enum rc rc;

	if (q->place.table == VAULT_NUMBER)
		return fault_set(why, RC_REFUSED, "key", "a number is opened for the registrar only");
	if ((rc = vault_unseal(v, &q->place, &q->sealed, &clear, why)) == RC_OK)
		frame_put_bytes(answer, VAULT_TAG_CLEAR, clear.data != NULL ? clear.data : "", clear.len);
	buf_wipe(&clear);
	return rc;
}

static enum rc
answer_sign(struct vault *v, const struct question *q, struct frame *answer, struct fault *why)
{
	struct vault_signature signature;
	enum rc rc;

	if (q->clear == NULL)
		return fault_set(why, RC_INVALID, "key", "nothing to sign");
	if ((rc = vault_sign(v, q->clear, q->clear_len, &signature, why)) == RC_OK)
		frame_put_bytes(answer, VAULT_TAG_SIGNATURE, signature.bytes, signature.len);
	return rc;
}

static enum rc
check_post(const struct question *q, struct fault *why)
{
	if (q->place.table != VAULT_NUMBER)
		return fault_set(why, RC_REFUSED, "key", "only a number goes to the registrar");
	if (q->clear == NULL || q->gap < 0 || (uint64_t)q->gap > q->clear_len ||
	    q->clear_len - (size_t)q->gap < VAULT_NUMBER_DIGITS)
		return fault_set(why, RC_INVALID, "key", "the gap does not lie in the document");
	if (q->post_kind < 0 || q->post_kind > UINT16_MAX || q->post_fields == NULL ||
	    q->post_document < 0 || q->post_document > UINT16_MAX || q->post_signature < 0 ||
	    q->post_signature > UINT16_MAX)
		return fault_set(why, RC_INVALID, "key", "the frame to post is not whole");
	return RC_OK;
}

static enum rc
answer_post(struct vault *v, const struct question *q, int post_fd, struct fault *why)
{
	struct buf number = BUF_INIT(VAULT_SEAL_MAX + VAULT_TAG_BYTES);
	struct buf document = BUF_INIT(LIMIT_WIRE_BYTES);
	struct vault_signature signature;
	struct frame f;
	enum rc rc;

	if (post_fd < 0)
		return fault_set(why, RC_NET, "key", "no post process");
	if ((rc = check_post(q, why)) != RC_OK)
		return rc;
	frame_init(&f, (uint16_t)q->post_kind);
	if ((rc = vault_unseal(v, &q->place, &q->sealed, &number, why)) != RC_OK)
		goto out;
	if (number.len != VAULT_NUMBER_DIGITS) {
		rc = fault_set(why, RC_CRYPTO, "key", "what was sealed is not a number");
		goto out;
	}
	if ((rc = buf_add(&document, q->clear, q->clear_len)) != RC_OK ||
	    (rc = buf_add(&f.body, q->post_fields, q->post_fields_len)) != RC_OK) {
		(void)fault_set(why, rc, "key", "no memory");
		goto out;
	}
	memcpy(document.data + q->gap, number.data, VAULT_NUMBER_DIGITS);
	if ((rc = vault_sign(v, document.data, document.len, &signature, why)) != RC_OK)
		goto out;
	frame_put_bytes(&f, (uint16_t)q->post_document, document.data, document.len);
	frame_put_bytes(&f, (uint16_t)q->post_signature, signature.bytes, signature.len);
	rc = frame_send(post_fd, &f, -1, why);
 out:
	frame_clear(&f);
	buf_wipe(&document);
	buf_wipe(&number);
	return rc;
}

static enum rc
answer_question(const struct keeper *k, uint16_t kind, const struct question *q,
    struct frame *answer, struct fault *why)
{
	struct vault *v = k->v;

	switch (kind) {
	case VAULT_ASK_SEAL:
		return answer_seal(v, q, false, answer, why);
	case VAULT_ASK_SEAL_NUMBER:
		return answer_seal(v, q, true, answer, why);
	case VAULT_ASK_INDEX:
		return answer_index(v, q, answer, why);
	case VAULT_ASK_UNSEAL:
		return answer_unseal(v, q, answer, why);
	case VAULT_ASK_SIGN:
		return answer_sign(v, q, answer, why);
	case VAULT_ASK_POST:
		return answer_post(v, q, k->post_fd, why);
	case VAULT_ASK_RESEAL:
		return answer_reseal(v, q, answer, why);
	case VAULT_ASK_ROTATE:
		return answer_recovery(k, vault_rotate, answer, why);
	case VAULT_ASK_RECOVERY:
		return answer_recovery(k, vault_renew_recovery, answer, why);
	case VAULT_ASK_FORGET:
		return vault_forget(v, k->directory, why);
	case VAULT_ASK_STATUS:
		return answer_status(k, answer, why);
	case VAULT_ASK_SIGNER_REQUEST:
		return answer_signer_request(k, answer, why);
	case VAULT_ASK_SIGNER_USE:
		return answer_signer_use(k, q, answer, why);
	case VAULT_ASK_BACKUP_KEY:
		return answer_backup_key(k, q, answer, why);
	default:
		return fault_set(why, RC_INVALID, "key", "unknown question");
	}
}

static enum rc
serve_one(const struct keeper *k, uint16_t kind, const struct buf *body, struct fault *why)
{
	struct fault refusal = { .rc = RC_OK };
	struct frame_reader r;
	struct frame answer;
	struct question q;
	enum rc rc;

	frame_init(&answer, VAULT_ANSWER);
	if ((rc = frame_read_open(&r, kind, body->data, body->len, &refusal)) == RC_OK) {
		read_question(&r, &q);
		rc = answer_question(k, kind, &q, &answer, &refusal);
		explicit_bzero(&q, sizeof(q));
	}
	if (rc == RC_OK && answer.rc != RC_OK)
		rc = fault_set(&refusal, answer.rc, "key", "answer could not be written");
	if (rc != RC_OK) {
		frame_clear(&answer);
		frame_init(&answer, VAULT_REFUSAL);
		frame_put_int(&answer, VAULT_TAG_RC, (int64_t)rc);
		frame_put_text(&answer, VAULT_TAG_PLACE, refusal.place);
		frame_put_text(&answer, VAULT_TAG_TEXT, refusal.text);
	}
	rc = frame_send(k->store_fd, &answer, -1, why);
	frame_clear(&answer);
	return rc;
}

enum rc
vault_key_serve(const char *keys_directory, const char *municipality, int store_fd, int post_fd,
    struct fault *why)
{
	struct buf body = BUF_INIT(LIMIT_FRAME_BYTES);
	struct keeper k = { .directory = keys_directory, .store_fd = store_fd, .post_fd = post_fd };
	uint16_t kind;
	int fd = -1;
	enum rc rc;

	if ((rc = vault_open(keys_directory, municipality, &k.v, why)) != RC_OK)
		return rc;
	for (;;) {
		rc = frame_receive(store_fd, &body, &kind, &fd, why);
		if (rc == RC_ABSENT) {
			rc = RC_OK;
			break;
		}
		if (rc != RC_OK)
			break;
		if (fd >= 0)
			close(fd);	/* nobody hands files to the key process */
		rc = serve_one(&k, kind, &body, why);
		buf_wipe(&body);
		if (rc != RC_OK)
			break;
	}
	buf_wipe(&body);
	vault_close(k.v);
	return rc;
}

#ifndef VAULT_KEY_PROCESS_H
#define VAULT_KEY_PROCESS_H

#include "base/frame.h"
#include "vault/vault.h"

/*
 * The key process: keys never leave it.  It answers the store on one socket and
 * hands finished registrar requests to post on another.
 *
 * Serves until the store's end of store_fd closes (RC_OK).  post_fd -1: none.
 */
enum rc vault_key_serve(const char *keys_directory, const char *municipality, int store_fd,
    int post_fd, struct fault *why) MUST_USE;

/*
 * The store's side.  Each call is one question and one answer on fd, in the
 * caller's turn; faults of the key process come back as they are.
 */
struct vault_client {
	int fd;
	struct buf body;		/* last answer */
};

void vault_client_init(struct vault_client *c, int fd);
void vault_client_clear(struct vault_client *c);	/* wipes; does not close fd */

/* Seal a number for its row and make its index, in one turn.  Results are borrowed from c
 * until its next call.  The digits are wiped from every frame they passed through. */
enum rc vault_client_seal_number(struct vault_client *c, const struct vault_place *place,
    const char digits[VAULT_NUMBER_DIGITS], struct vault_sealed *ret_sealed,
    struct vault_index *ret_index, struct fault *why) MUST_USE;
enum rc vault_client_index(struct vault_client *c, const char digits[VAULT_NUMBER_DIGITS],
    struct vault_index *ret_index, struct fault *why) MUST_USE;
enum rc vault_client_seal(struct vault_client *c, const struct vault_place *place,
    const void *clear, size_t len, struct vault_sealed *ret_sealed, struct fault *why) MUST_USE;
/* RC_REFUSED for VAULT_NUMBER: the store never sees a stored number.  Appends to ret_clear. */
enum rc vault_client_unseal(struct vault_client *c, const struct vault_place *place,
    const struct vault_sealed *sealed, struct buf *ret_clear, struct fault *why) MUST_USE;
/* The same value under the present key; ret_index may be NULL but for VAULT_NUMBER. */
enum rc vault_client_reseal(struct vault_client *c, const struct vault_place *place,
    const struct vault_sealed *sealed, struct vault_sealed *ret_sealed,
    struct vault_index *ret_index, struct fault *why) MUST_USE;
/* vault_rotate, vault_renew_recovery, vault_forget, vault_status, vault_signer_request, vault_signer_use. */
enum rc vault_client_rotate(struct vault_client *c, struct vault_recovery *ret_recovery,
    struct fault *why) MUST_USE;
enum rc vault_client_renew_recovery(struct vault_client *c, struct vault_recovery *ret_recovery,
    struct fault *why) MUST_USE;
enum rc vault_client_signer_request(struct vault_client *c, struct buf *ret_request,
    struct fault *why) MUST_USE;
enum rc vault_client_signer_use(struct vault_client *c, const char *certificate_pem,
    struct vault_recovery *ret_recovery, struct fault *why) MUST_USE;
enum rc vault_client_forget(struct vault_client *c, struct fault *why) MUST_USE;
enum rc vault_client_status(struct vault_client *c, struct vault_status *ret_status,
    struct fault *why) MUST_USE;
/* The key of one backup, and the wrap to lay into it (borrowed from c until its next call). */
enum rc vault_client_backup_key(struct vault_client *c, const unsigned char salt[VAULT_SECRET_BYTES],
    unsigned char ret_key[VAULT_SECRET_BYTES], const void **ret_wrap, size_t *ret_wrap_len,
    struct fault *why) MUST_USE;
enum rc vault_client_sign(struct vault_client *c, const void *bytes, size_t len,
    struct vault_signature *ret_signature, struct fault *why) MUST_USE;

/*
 * The registrar leg: put the sealed number into the 12-character gap of the
 * document, sign the result, append both to the frame that post is to receive,
 * and send that frame over key->post.  to_post holds what post needs besides
 * (kind, request id, endpoint), in post's own tags, with no group open; the
 * document and the signature are added as FRAME_BYTES with the two tags given.
 * RC_OK: handed to post, which answers to the store.
 */
enum rc vault_client_number_to_post(struct vault_client *c, const struct vault_place *place,
    const struct vault_sealed *sealed, const char *document, size_t document_len,
    size_t gap_offset, const struct frame *to_post, uint16_t document_tag,
    uint16_t signature_tag, struct fault *why) MUST_USE;

#endif

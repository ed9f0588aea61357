#ifndef VAULT_FRAME_H
#define VAULT_FRAME_H

#include "vault/vault_key_process.h"

/* What store and key process say to each other.  Inside src/vault only. */
enum vault_kind {
	VAULT_ASK_SEAL = 0x5600,	/* place, clear -> sealed */
	VAULT_ASK_SEAL_NUMBER,		/* place, clear -> sealed, index */
	VAULT_ASK_INDEX,		/* clear -> index */
	VAULT_ASK_UNSEAL,		/* place, sealed -> clear */
	VAULT_ASK_SIGN,			/* clear -> signature */
	VAULT_ASK_POST,			/* place, sealed, document, gap, frame to post -> nothing */
	VAULT_ASK_RESEAL,		/* place, sealed -> sealed, index */
	VAULT_ASK_ROTATE,		/* -> half, half */
	VAULT_ASK_RECOVERY,		/* -> half, half */
	VAULT_ASK_FORGET,		/* -> nothing */
	VAULT_ASK_STATUS,		/* -> key id, old key id, digest of the wrap */
	VAULT_ASK_BACKUP_KEY,		/* clear (the salt) -> key, wrap */
	VAULT_ASK_SIGNER_REQUEST,	/* -> clear: PKCS#10, PEM */
	VAULT_ASK_SIGNER_USE,		/* clear: a certificate, PEM -> half, half */
	VAULT_ANSWER,
	VAULT_REFUSAL,			/* rc, place, text */
};

enum vault_tag {
	VAULT_TAG_MUNICIPALITY = 1, VAULT_TAG_TABLE, VAULT_TAG_ROW, VAULT_TAG_SECRET,
	VAULT_TAG_CLEAR, VAULT_TAG_KEY_ID, VAULT_TAG_NONCE, VAULT_TAG_SEALED, VAULT_TAG_INDEX,
	VAULT_TAG_SIGNATURE, VAULT_TAG_GAP, VAULT_TAG_POST_KIND, VAULT_TAG_POST_FIELDS,
	VAULT_TAG_POST_DOCUMENT, VAULT_TAG_POST_SIGNATURE, VAULT_TAG_RC, VAULT_TAG_PLACE,
	VAULT_TAG_TEXT, VAULT_TAG_INDEX_OLD, VAULT_TAG_OLD_KEY_ID, VAULT_TAG_HALF_A, VAULT_TAG_HALF_B,
	VAULT_TAG_WRAP, VAULT_TAG_KEY,
};

#endif

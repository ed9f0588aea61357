#include "vault/vault_digest.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

enum rc
vault_digest(const void *bytes, size_t len, struct vault_digest *ret_digest)
{
	struct vault_digest d;

	if (gnutls_hash_fast(GNUTLS_DIG_SHA256, len > 0 ? bytes : "", len, d.b) != 0)
		return RC_CRYPTO;
	*ret_digest = d;
	return RC_OK;
}

enum rc
vault_random(void *ret_bytes, size_t len)
{
	return gnutls_rnd(GNUTLS_RND_KEY, ret_bytes, len) == 0 ? RC_OK : RC_CRYPTO;
}

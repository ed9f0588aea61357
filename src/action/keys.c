#include "action/keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action/say.h"
#include "store/store_reseal.h"
#include "store/store_setting.h"

#define BATCH 200			/* rows a transaction: a few milliseconds */
#define BATCH_EVERY_US 20000		/* so that requests come in between */
#define AGAIN_AFTER_US (600 * INT64_C(1000000))	/* after a failure */
/* Arrivals that wait for the register are known by their index alone: it must still be made. */
#define ARRIVALS_WAIT_US (60 * 86400 * INT64_C(1000000))
#define SHOWN "recovery-shown"
#define ROTATED "keys-rotated"
#define HEX_SIZE (2 * VAULT_DIGEST_BYTES + 1)

static void
hex_of(const unsigned char *bytes, char text[HEX_SIZE])
{
	for (size_t i = 0; i < VAULT_DIGEST_BYTES; i++)
		(void)snprintf(text + 2 * i, 3, "%02x", bytes[i]);
}

enum rc
keys_note_shown(struct store *s, const void *wrap_digest, struct fault *why)
{
	char hex[HEX_SIZE];

	hex_of(wrap_digest, hex);
	return store_setting_set(s, SHOWN, hex, why);
}

enum rc
keys_look(struct call *c, bool *ret_shown, int64_t *ret_waiting, struct fault *why)
{
	struct action *a = c->a;
	struct vault_status status;
	char hex[HEX_SIZE];
	const char *shown;
	enum rc rc;

	if ((rc = vault_client_status(a->key, &status, why)) != RC_OK)
		return rc;
	hex_of(status.wrap, hex);
	rc = store_setting_get(a->store, SHOWN, &c->arena, &shown, why);
	if (rc != RC_OK && rc != RC_ABSENT)
		return rc;
	*ret_shown = rc == RC_OK && strcmp(shown, hex) == 0;
	*ret_waiting = 0;
	return status.old_key_id == 0 ? RC_OK :
	    store_sealed_count(a->store, status.old_key_id, ret_waiting, why);
}

static enum rc
reseal(struct action *a, const struct sealed_row *row, struct fault *why)
{
	struct vault_sealed sealed;
	struct vault_index index;
	bool number = row->place.table == VAULT_NUMBER;
	enum rc rc;

	if ((rc = vault_client_reseal(a->key, &row->place, &row->sealed, &sealed,
	    number ? &index : NULL, why)) != RC_OK)
		return rc;
	return store_sealed_put(a->store, row, &sealed, number ? &index : NULL, why);
}

/* Nothing but the index of before is still wanted, and by whom: arrivals not taken up yet. */
static enum rc
arrivals_wait(struct action *a, struct arena *arena, int64_t now_us, bool *ret_wait, struct fault *why)
{
	const char *since;
	int64_t n;
	enum rc rc;

	if ((rc = store_setting_count(a->store, SETTING_ARRIVAL, &n, why)) != RC_OK)
		return rc;
	rc = store_setting_get(a->store, ROTATED, arena, &since, why);
	if (rc != RC_OK && rc != RC_ABSENT)
		return rc;
	*ret_wait = n > 0 && rc == RC_OK && now_us < strtoll(since, NULL, 10) + ARRIVALS_WAIT_US;
	return RC_OK;
}

/* What was sealed by the keys of before; what is left, BATCH_DONE when nothing needs them. */
enum batch { BATCH_MORE, BATCH_WAITS, BATCH_DONE };

static enum rc
batch(struct action *a, uint32_t old_key_id, int64_t now_us, enum batch *ret_batch, struct fault *why)
{
	struct sealed_row *row;
	struct arena arena;
	bool waits = false;
	size_t n = 0;
	enum rc rc;

	arena_init(&arena, LIMIT_REQUEST_BYTES);
	if ((rc = store_begin(a->store, now_us, why)) != RC_OK ||
	    (rc = store_sealed_by(a->store, old_key_id, BATCH, &arena, &row, &n, why)) != RC_OK)
		goto out;
	for (size_t i = 0; i < n; i++)
		if ((rc = reseal(a, &row[i], why)) != RC_OK)
			goto out;
	if (n == 0 && ((rc = arrivals_wait(a, &arena, now_us, &waits, why)) != RC_OK ||
	    (!waits && (rc = say_audit(a, "key rotated", NULL, AUDIT_DONE, NULL, why)) != RC_OK)))
		goto out;
	if ((rc = store_commit(a->store, why)) == RC_OK)
		*ret_batch = n > 0 ? BATCH_MORE : waits ? BATCH_WAITS : BATCH_DONE;
 out:
	store_rollback(a->store);
	arena_clear(&arena);
	return rc;
}

enum rc
keys_tick(struct action *a, int64_t now_us, int64_t *ret_next_us, struct fault *why)
{
	struct vault_status status;
	enum batch left = BATCH_MORE;
	enum rc rc;

	*ret_next_us = INT64_MAX;
	/* Asked once; from then on the node knows by itself whether a rotation is under way. */
	if (a->keys_settled)
		return RC_OK;
	if (now_us < a->next_reseal_us) {
		*ret_next_us = a->next_reseal_us;
		return RC_OK;
	}
	*ret_next_us = a->next_reseal_us = now_us + AGAIN_AFTER_US;
	if ((rc = vault_client_status(a->key, &status, why)) != RC_OK)
		return rc;
	if (status.old_key_id == 0) {
		a->keys_settled = true;
		*ret_next_us = INT64_MAX;
		return RC_OK;
	}
	if ((rc = batch(a, status.old_key_id, now_us, &left, why)) != RC_OK)
		return rc;
	if (left == BATCH_WAITS)
		return RC_OK;
	*ret_next_us = a->next_reseal_us = now_us + BATCH_EVERY_US;
	return left == BATCH_MORE ? RC_OK : vault_client_forget(a->key, why);
}

enum rc
keys_show(struct call *c, const struct vault_recovery *recovery, bool rotated, struct fault *why)
{
	struct vault_status status;
	struct frame f;
	char now[24];
	enum rc rc;

	(void)snprintf(now, sizeof(now), "%lld", (long long)c->now_us);

	if ((rc = vault_client_status(c->a->key, &status, why)) != RC_OK ||
	    (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = keys_note_shown(c->a->store, status.wrap, why)) != RC_OK ||
	    (rotated && (rc = store_setting_set(c->a->store, ROTATED, now, why)) != RC_OK) ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, NULL, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_RECOVERY_A, recovery->half[0]);
	frame_put_text(&f, TAG_RECOVERY_B, recovery->half[1]);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

static enum rc
no_key(struct fault *why)
{
	return fault_set(why, RC_CRYPTO, "key", "the key process does not answer");
}

enum rc
do_key_rotate(struct call *c, struct fault *why)
{
	struct vault_recovery recovery;
	enum rc rc;

	if (c->a->key == NULL)
		return no_key(why);
	memset(&recovery, 0, sizeof(recovery));
	/* Whatever becomes of the question, the answer may be yes. */
	c->a->keys_settled = false;
	c->a->next_reseal_us = 0;
	if ((rc = vault_client_rotate(c->a->key, &recovery, why)) == RC_OK)
		rc = keys_show(c, &recovery, true, why);
	explicit_bzero(&recovery, sizeof(recovery));
	return rc;
}

enum rc
do_key_recovery(struct call *c, struct fault *why)
{
	struct vault_recovery recovery;
	enum rc rc;

	if (c->a->key == NULL)
		return no_key(why);
	memset(&recovery, 0, sizeof(recovery));
	if ((rc = vault_client_renew_recovery(c->a->key, &recovery, why)) == RC_OK)
		rc = keys_show(c, &recovery, false, why);
	explicit_bzero(&recovery, sizeof(recovery));
	return rc;
}

#include <stdio.h>
#include <string.h>

#include "action/node.h"
#include "exchange/peer.h"

/* The trace of everything: is it whole, who looked, and its head to be lodged elsewhere. */
#define LOOKS_CHUNK 500

static void
hex_of(const struct vault_digest *d, char text[2 * VAULT_DIGEST_BYTES + 1])
{
	size_t i;

	for (i = 0; i < VAULT_DIGEST_BYTES; i++)
		(void)snprintf(text + 2 * i, 3, "%02x", d->b[i]);
}

bool
node_digest_of(const char *text, struct vault_digest *ret)
{
	size_t i;
	unsigned byte;

	if (strlen(text) != 2 * VAULT_DIGEST_BYTES ||
	    strspn(text, "0123456789abcdef") != 2 * VAULT_DIGEST_BYTES)
		return false;
	for (i = 0; i < VAULT_DIGEST_BYTES; i++) {
		if (sscanf(text + 2 * i, "%2x", &byte) != 1)
			return false;
		ret->b[i] = (unsigned char)byte;
	}
	return true;
}

enum rc
do_audit_verify(struct call *c, struct fault *why)
{
	const char *hash = request_text(c->r, TAG_HASH);
	struct audit_head claimed = { .sequence = request_int(c->r, TAG_SEQUENCE, 0) }, head;
	struct fault reason = { .rc = RC_OK };
	char hex[2 * VAULT_DIGEST_BYTES + 1];
	struct frame f;
	int64_t bad = 0;
	enum rc rc, verdict;

	if (hash != NULL && (!node_digest_of(hash, &claimed.hash) || claimed.sequence < 1))
		return fault_set(why, RC_INVALID, "head", "expected a sequence number and 64 hexadecimal digits");
	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	verdict = store_audit_verify(c->a->store, hash != NULL ? &claimed : NULL, &bad, &reason);
	if (verdict != RC_OK && verdict != RC_INVALID) {
		if (why != NULL)
			*why = reason;
		return verdict;
	}
	if ((rc = store_audit_head(c->a->store, &head, why)) != RC_OK ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, verdict == RC_OK ? "whole" : "broken", why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	hex_of(&head.hash, hex);
	frame_init(&f, RESULT_ROW);
	frame_put_int(&f, TAG_OK, verdict == RC_OK);
	frame_put_int(&f, TAG_SEQUENCE, verdict == RC_OK ? head.sequence : bad);
	frame_put_text(&f, TAG_HASH, hex);
	frame_put_int(&f, TAG_AT, head.time_us);
	if (verdict != RC_OK)
		frame_put_text(&f, TAG_TEXT, reason.text);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

/* Who watches those who may see must see whom they looked at; of the record itself nothing. */
static void
looks_eyes(struct call *c)
{
	node_see(c);
	if (c->role == ACTION_AUDITOR)
		store_see(c->a->store, STORE_EYES_WHOLE);
}

enum rc
do_audit_looks(struct call *c, struct fault *why)
{
	static const char *const outcome[AUDIT_OUTCOME__COUNT] = { "done", "refused", "failed" };
	struct audit_head head;
	struct audit_row *row;
	struct arena arena;
	struct person p;
	struct frame f;
	int64_t before;
	size_t n, i;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	looks_eyes(c);
	if ((rc = node_person(c, request_text(c->r, TAG_ADDRESSEE), &p, why)) != RC_OK)
		return rc;
	/* The trace first: what is read after it goes out.  This look itself is not told. */
	if ((rc = store_audit_head(c->a->store, &head, why)) != RC_OK ||
	    (rc = node_audit(c, &p.id, AUDIT_DONE, NULL, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK || (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	looks_eyes(c);
	before = head.sequence + 1;
	for (n = LOOKS_CHUNK; rc == RC_OK && n == LOOKS_CHUNK; arena_clear(&arena)) {
		arena_init(&arena, LIMIT_REQUEST_BYTES);
		rc = store_audit_of(c->a->store, &p.id, before, LOOKS_CHUNK, &arena, &row, &n, why);
		for (i = 0; rc == RC_OK && i < n; i++) {
			before = row[i].sequence;
			frame_init(&f, RESULT_ROW);
			frame_put_int(&f, TAG_SEQUENCE, row[i].sequence);
			frame_put_int(&f, TAG_AT, row[i].time_us);
			node_put_officer(c, &f, TAG_OFFICER, row[i].actor);
			frame_put_text(&f, TAG_ROLE, node_role_of(c, row[i].actor));
			frame_put_text(&f, TAG_ACTION, row[i].action);
			frame_put_text(&f, TAG_OUTCOME, outcome[row[i].outcome]);
			frame_put_text(&f, TAG_TEXT, row[i].detail);
			rc = node_reply(c, &f, why);
			frame_clear(&f);
		}
	}
	return rc;
}

enum rc
do_audit_head(struct call *c, struct fault *why)
{
	struct audit_head head;
	struct vault_signature signature;
	struct buf text64 = BUF_INIT(256);
	struct frame f;
	char text[AUDIT_HEAD_TEXT_MAX], hex[2 * VAULT_DIGEST_BYTES + 1];
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, NULL, why)) != RC_OK ||
	    (rc = store_audit_head(c->a->store, &head, why)) != RC_OK ||
	    (rc = store_audit_head_write(&head, c->a->config.municipality, text, why)) != RC_OK ||
	    (rc = vault_client_sign(c->a->key, text, strlen(text), &signature, why)) != RC_OK)
		goto out;
	/* The first of a day is kept; a later one is only printed. */
	if ((rc = store_audit_head_keep(c->a->store, c->today, &head, signature.bytes, signature.len,
	    why)) != RC_OK && rc != RC_CONFLICT)
		goto out;
	if ((rc = store_commit(c->a->store, why)) != RC_OK ||
	    (rc = peer_signature_text(signature.bytes, signature.len, &text64)) != RC_OK)
		goto out;
	hex_of(&head.hash, hex);
	frame_init(&f, RESULT_ROW);
	frame_put_int(&f, TAG_SEQUENCE, head.sequence);
	frame_put_int(&f, TAG_AT, head.time_us);
	frame_put_text(&f, TAG_HASH, hex);
	frame_put_text(&f, TAG_TEXT, text);
	frame_put_text(&f, TAG_SIGNATURE, text64.data);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
 out:
	buf_clear(&text64);
	return rc;
}

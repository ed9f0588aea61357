#include "action/restore.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action/backup_file.h"
#include "action/restore_place.h"
#include "store/store_restored.h"
#include "store/store_setting.h"

/*
 * A node again from a backup, on a machine that has none.  Everything is laid down beside and put
 * into its place at the end, watashi.conf last: without it the directory is an empty node.
 *
 * The backup is older than the day.  What was recorded since, and what others were told, it does
 * not know; so the node stands apart from the network until an officer has looked
 * ("restore accept"): an older copy must not take the place of a newer one.
 */
#define RESTORED "restored"
#define LEASE_RUNS_OUT_US (3600 * INT64_C(1000000))	/* longer than any lease is taken for */

static enum rc
take_entries(struct vault_stream *s, const struct restore_place *p, struct fault *why)
{
	char name[BACKUP_NAME_MAX], path[2 * RESTORE_PATH_SIZE];
	uint64_t size;
	bool db = false, conf = false, certificate = false;
	enum rc rc;

	while ((rc = backup_entry_next(s, name, &size, why)) == RC_OK) {
		if (strncmp(name, "keys/", 5) == 0)
			(void)snprintf(path, sizeof(path), "%s/%s", p->keys, name + 5);
		else
			(void)snprintf(path, sizeof(path), "%s/%s", p->staged, name);
		if ((rc = backup_take_file(s, size, path, why)) != RC_OK)
			return rc;
		db = db || strcmp(name, "watashi.db") == 0;
		conf = conf || strcmp(name, "watashi.conf") == 0;
		certificate = certificate || strcmp(name, "keys/sign.crt") == 0;
	}
	if (rc != RC_ABSENT)
		return rc;
	return db && conf && certificate ? RC_OK :
	    fault_set(why, RC_INVALID, "backup", "database, settings or certificate are missing");
}

/* What the register itself says of having been restored, and whether a kept head is of later. */
static enum rc
look_at_register(struct call *c, const struct restore_place *p, const struct backup_head *head,
    const char **ret_state, struct fault *why)
{
	const char *hash = request_text(c->r, TAG_HASH);
	struct audit_head kept = { .sequence = request_int(c->r, TAG_SEQUENCE, 0) }, now;
	struct store *s = NULL;
	char since[64];
	int64_t bad = 0, epoch, later = c->now_us > head->made_us ? c->now_us : head->made_us;
	struct id owner;
	enum rc rc;

	*ret_state = "as-far-as-known";
	if (hash != NULL && !node_digest_of(hash, &kept.hash))
		return fault_set(why, RC_INVALID, "head", "expected a sequence number and 64 hexadecimal digits");
	if ((rc = store_open(p->db, STORE_WRITE, &s, why)) == RC_VERSION && head->schema < store_schema_version()) {
		int from, to;

		if ((rc = store_migrate(p->db, &from, &to, why)) == RC_OK)
			rc = store_open(p->db, STORE_WRITE, &s, why);
	}
	if (rc != RC_OK)
		return rc;
	/* The process that held the lease when the copy was taken holds another database. */
	if (vault_random(owner.b, sizeof(owner.b)) != RC_OK) {
		rc = fault_set(why, RC_IO, "restore", "the machine gives no random bytes");
		goto out;
	}
	if ((rc = store_lease_take(s, &owner, later + LEASE_RUNS_OUT_US, later + LEASE_RUNS_OUT_US + 1, &epoch,
	    why)) != RC_OK)
		goto out;
	(void)snprintf(since, sizeof(since), "%lld", (long long)head->made_us);
	if ((rc = store_begin(s, c->now_us, why)) != RC_OK ||
	    (rc = store_verify(s, why)) != RC_OK ||
	    (rc = store_audit_head(s, &now, why)) != RC_OK)
		goto out;
	if (now.sequence != head->audit.sequence || memcmp(now.hash.b, head->audit.hash.b, sizeof(now.hash.b)) != 0) {
		rc = fault_set(why, RC_INVALID, "backup", "its log does not end where its head says");
		goto out;
	}
	if (hash != NULL && kept.sequence > now.sequence)
		*ret_state = "moved-on";
	else if (hash != NULL && (rc = store_audit_verify(s, &kept, &bad, why)) != RC_OK)
		goto out;
	{
		struct audit_entry e = { c->actor, "restore", NULL, AUDIT_DONE, *ret_state };

		if ((rc = store_setting_set(s, RESTORED, since, why)) != RC_OK ||
		    (rc = store_restored_add(s, c->now_us, head->made_us, why)) != RC_OK ||
		    (rc = store_audit_append(s, &e, why)) != RC_OK)
			goto out;
	}
	if ((rc = store_commit(s, why)) == RC_OK)
		rc = store_lease_drop(s, why);
 out:
	store_close(s);
	return rc;
}

static enum rc
halves(struct call *c, struct vault_recovery *ret, struct fault *why)
{
	const char *const half[2] = { request_text(c->r, TAG_RECOVERY_A), request_text(c->r, TAG_RECOVERY_B) };

	for (size_t i = 0; i < 2; i++) {
		if (strlen(half[i]) >= VAULT_HALF_SIZE)
			return fault_set(why, RC_INVALID, i == 0 ? "first half" : "second half", "too long");
		memcpy(ret->half[i], half[i], strlen(half[i]) + 1);
	}
	return RC_OK;
}

static enum rc
reply_restored(struct call *c, const struct backup_head *head, const char *state, struct fault *why)
{
	struct frame f;
	enum rc rc;

	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_MUNICIPALITY, head->municipality);
	frame_put_int(&f, TAG_AT, head->made_us);
	frame_put_int(&f, TAG_SEQUENCE, head->audit.sequence);
	frame_put_text(&f, TAG_STATE, state);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

enum rc
do_restore(struct call *c, struct fault *why)
{
	struct action *a = c->a;
	unsigned char key[VAULT_SECRET_BYTES] = { 0 };
	struct backup_head *head = NULL;
	struct vault_recovery recovery;
	struct vault_stream *s = NULL;
	struct vault_digest bound;
	struct config old;
	struct restore_place p = { .is_claimed = false };
	const char *state;
	enum rc rc;

	memset(&recovery, 0, sizeof(recovery));
	if (a->state != NODE_EMPTY)
		return fault_set(why, RC_CONFLICT, "node", "there is a node here already: restore into an empty directory");
	if ((head = calloc(1, sizeof(*head))) == NULL)
		return fault_set(why, RC_NOMEM, "restore", "no memory");
	if ((rc = restore_place_init(&p, a->node, request_text(c->r, TAG_KEYS), why)) != RC_OK ||
	    (rc = halves(c, &recovery, why)) != RC_OK ||
	    (rc = backup_head_read(c->r->fd, head, &bound, why)) != RC_OK ||
	    (rc = node_claim_folder(a, why)) != RC_OK ||
	    (rc = restore_place_claim(&p, why)) != RC_OK ||
	    (rc = vault_restore(p.keys, head->wrap, head->wrap_len, &recovery, head->salt, key, why)) != RC_OK ||
	    (rc = vault_stream_read(c->r->fd, key, &bound, &s, why)) != RC_OK ||
	    (rc = take_entries(s, &p, why)) != RC_OK ||
	    (rc = config_read(p.staged, &old, why)) != RC_OK ||
	    (rc = look_at_register(c, &p, head, &state, why)) != RC_OK ||
	    (rc = restore_place_settle(&p, old.keys, why)) != RC_OK)
		goto out;
	restore_place_tidy(a->node, p.keys);
	rc = reply_restored(c, head, state, why);
 out:
	restore_place_take_back(&p);
	explicit_bzero(key, sizeof(key));
	explicit_bzero(&recovery, sizeof(recovery));
	vault_stream_free(s);
	free(head);
	return rc;
}

enum rc
restore_look(struct action *a, struct arena *arena, int64_t *ret_made_us, struct fault *why)
{
	const char *text;
	enum rc rc = store_setting_get(a->store, RESTORED, arena, &text, why);

	if (rc == RC_ABSENT || (rc == RC_OK && *text == '\0'))
		return RC_ABSENT;
	if (rc == RC_OK)
		*ret_made_us = strtoll(text, NULL, 10);
	return rc;
}

enum rc
do_restore_accept(struct call *c, struct fault *why)
{
	int64_t made_us;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	if ((rc = restore_look(c->a, &c->arena, &made_us, why)) == RC_ABSENT)
		return fault_set(why, RC_ABSENT, "restore", "this node was not restored, or it was accepted already");
	if (rc != RC_OK || (rc = store_setting_set(c->a->store, RESTORED, "", why)) != RC_OK ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, NULL, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	c->a->is_restored = false;
	return RC_OK;
}

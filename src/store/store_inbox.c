#include "store/store_inbox.h"

#include <string.h>

#include "store/store_room.h"

enum rc
store_inbox_add(struct store *s, const char *peer, const char *message_id, const char *type,
    const void *bytes, size_t len, enum inbox_fate *ret_fate, struct fault *why)
{
	struct vault_digest digest, seen;
	struct stmt *q;
	enum rc rc;

	if ((rc = vault_digest(bytes, len, &digest)) != RC_OK)
		return fault_set(why, rc, "store/inbox", "no digest");
	q = stmt_start(s, STMT_INBOX_GET);
	stmt_put_text(q, STMT_INBOX_GET__PEER, peer);
	stmt_put_text(q, STMT_INBOX_GET__MESSAGE_ID, message_id);
	rc = stmt_next(q, why);
	if (rc == RC_OK) {
		stmt_bytes(q, seen.b, sizeof(seen.b));
		if ((rc = stmt_end(q, why)) != RC_OK)
			return rc;
		*ret_fate = memcmp(seen.b, digest.b, sizeof(seen.b)) == 0 ? INBOX_SAME : INBOX_CONFLICT;
		return RC_OK;
	}
	if (rc != RC_ABSENT)
		return rc;
	q = stmt_start(s, STMT_INBOX_ADD);
	stmt_put_text(q, STMT_INBOX_ADD__PEER, peer);
	stmt_put_text(q, STMT_INBOX_ADD__MESSAGE_ID, message_id);
	stmt_put_text(q, STMT_INBOX_ADD__TYPE, type);
	stmt_put_bytes(q, STMT_INBOX_ADD__DIGEST, digest.b, sizeof(digest.b));
	stmt_put_int(q, STMT_INBOX_ADD__RECEIVED_US, s->now_us);
	if ((rc = stmt_run(q, why)) == RC_OK)
		*ret_fate = INBOX_NEW;
	return rc;
}

enum rc
store_inbox_poison(struct store *s, const char *peer, const char *message_id,
    int64_t *ret_failures, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_INBOX_FAIL);
	int64_t failures;
	enum rc rc;

	stmt_put_text(q, STMT_INBOX_FAIL__PEER, peer);
	stmt_put_text(q, STMT_INBOX_FAIL__MESSAGE_ID, message_id);
	if ((rc = stmt_run(q, why)) != RC_OK)
		return rc;
	q = stmt_start(s, STMT_INBOX_FAILURES);
	stmt_put_text(q, STMT_INBOX_FAILURES__PEER, peer);
	stmt_put_text(q, STMT_INBOX_FAILURES__MESSAGE_ID, message_id);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	failures = stmt_int(q);
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret_failures = failures;
	return rc;
}

enum rc
store_inbox_forgive(struct store *s, const char *message_id, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_INBOX_FORGIVE);

	stmt_put_text(q, STMT_INBOX_FORGIVE__MESSAGE_ID, message_id);
	return stmt_run(q, why);
}

enum rc
store_inbox_count(struct store *s, int64_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_INBOX_COUNT);
	int64_t n;
	enum rc rc;

	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	n = stmt_int(q);
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret_n = n;
	return rc;
}

#include "action/outbox_row.h"

#include "store/store_inbox.h"

#define US_PER_MS 1000

struct sending
outbox_sending(const struct outbox_row *row, enum sending_state state)
{
	struct sending s = { .state = state, .attempts = (int)row->attempts,
	    .next_at_ms = row->due_us / US_PER_MS,
	    .deadline_ms = row->deadline_us == INT64_MAX ? INT64_MAX : row->deadline_us / US_PER_MS,
	    .why = (enum sending_class)row->retry_class };

	return s;
}

enum rc
outbox_keep(struct action *a, const struct outbox_row *row, const struct sending *s, const char *last,
    struct fault *why)
{
	enum store_outbox_state state = STORE_OUTBOX_DUE;

	switch (s->state) {
	case SENDING_DUE:
		break;
	case SENDING_UNDER_WAY:
		state = STORE_OUTBOX_SENT;
		break;
	case SENDING_DONE:
		state = STORE_OUTBOX_DONE;
		break;
	case SENDING_STOPPED:
	case SENDING_EXPIRED:
	case SENDING_STATE__COUNT:
		state = STORE_OUTBOX_FAILED;
		break;
	}
	return store_outbox_set(a->store, &row->id, state, s->attempts, s->next_at_ms * US_PER_MS,
	    last, (int64_t)s->why, why);
}

static enum rc
find_stopped(struct action *a, const char *message_id, struct arena *arena, struct outbox_row *ret_row,
    struct fault *why)
{
	struct outbox_row row;
	struct id id;
	enum rc rc;

	if ((rc = store_outbox_find_message(a->store, message_id, &id, why)) != RC_OK ||
	    (rc = store_outbox_get(a->store, &id, arena, &row, why)) != RC_OK)
		return rc;
	if (row.state != STORE_OUTBOX_FAILED)
		return RC_ABSENT;
	*ret_row = row;
	return RC_OK;
}

enum rc
outbox_release(struct action *a, const char *message_id, int64_t now_us, struct fault *why)
{
	struct sending now, next;
	struct outbox_row row;
	struct arena arena;
	enum rc rc;

	arena_init(&arena, LIMIT_REQUEST_BYTES);
	if ((rc = find_stopped(a, message_id, &arena, &row, why)) != RC_OK)
		goto out;
	now = outbox_sending(&row, SENDING_STOPPED);
	if ((rc = sending_next(&now, SENDING_ON_RELEASE, SENDING_ANSWERED, now_us / US_PER_MS, node_jitter(),
	    &next)) != RC_OK) {
		rc = fault_set(why, rc, "outbox", "a message that cannot be released");
		goto out;
	}
	if ((rc = store_inbox_forgive(a->store, message_id, why)) == RC_OK)
		rc = outbox_keep(a, &row, &next, NULL, why);
 out:
	arena_clear(&arena);
	return rc;
}

enum rc
outbox_drop(struct action *a, const char *message_id, struct arena *arena, struct outbox_row *ret_row,
    struct fault *why)
{
	struct outbox_row row;
	enum rc rc;

	if ((rc = find_stopped(a, message_id, arena, &row, why)) != RC_OK)
		return rc;
	if ((rc = store_outbox_set(a->store, &row.id, STORE_OUTBOX_DONE, row.attempts, row.due_us, "dropped",
	    row.retry_class, why)) == RC_OK)
		*ret_row = row;
	return rc;
}

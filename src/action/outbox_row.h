#ifndef ACTION_OUTBOX_ROW_H
#define ACTION_OUTBOX_ROW_H

#include "action/node.h"
#include "exchange/outbox.h"
#include "store/store_outbox.h"

/* One row of the outbox and its retry machine; every call but the first inside an open transaction. */

/* What a row keeps of the machine. */
struct sending outbox_sending(const struct outbox_row *row, enum sending_state state);
/* And back: the row stands as the machine says.  last: why the last try failed, NULL none. */
enum rc outbox_keep(struct action *a, const struct outbox_row *row, const struct sending *s,
    const char *last, struct fault *why) MUST_USE;

/* An officer's word about a message that was set aside: again with three fresh tries, or never.
 * RC_ABSENT: no message of this id waits for such a word. */
enum rc outbox_release(struct action *a, const char *message_id, int64_t now_us, struct fault *why) MUST_USE;
enum rc outbox_drop(struct action *a, const char *message_id, struct arena *arena,
    struct outbox_row *ret_row, struct fault *why) MUST_USE;

#endif

#include "action/say.h"

#include <string.h>

#include "store/store_outbox.h"

bool
say_connected(const struct action *a)
{
	return a->config.registrar_url[0] != '\0' && a->config.intermediary_url[0] != '\0';
}

bool
say_corrects(const struct action *a)
{
	return say_connected(a) && a->adapter->can.corrections && strcmp(a->config.corrections, "no") != 0;
}

enum rc
say_new(struct adapter_call *call, size_t max_bytes, char msg_id[NODE_MESSAGE_ID_SIZE],
    struct fault *why)
{
	memset(call, 0, sizeof(*call));
	buf_init(&call->bytes, max_bytes);
	return node_message_id(msg_id, why);
}

enum rc
say_put(struct action *a, enum rc encoded, struct adapter_call *call, const char *msg_id,
    const struct id *person, const struct id *about, int64_t due_us, struct fault *why)
{
	struct outbox_row row = { .message_id = msg_id, .due_us = due_us, .deadline_us = INT64_MAX };
	struct id id;
	enum rc rc = encoded;

	if (rc != RC_OK)
		goto out;
	row.endpoint = adapter_endpoint_name(call->endpoint);
	row.type = message_name(call->kind);
	row.bytes = call->bytes.data;
	row.len = call->bytes.len;
	row.exchange_no = call->exchange_no;
	row.gap_offset = call->gap_offset == WIRE_NO_GAP ? -1 : (int64_t)call->gap_offset;
	if (person != NULL)
		row.person = *person;
	if (about != NULL)
		row.about = *about;
	rc = store_outbox_put(a->store, &row, &id, why);
 out:
	buf_clear(&call->bytes);
	return rc;
}

enum rc
say_audit(struct action *a, const char *what, const struct id *person,
    enum audit_outcome outcome, const char *detail, struct fault *why)
{
	struct audit_entry e = { "node", what, person, outcome, detail };

	return store_audit_append(a->store, &e, why);
}

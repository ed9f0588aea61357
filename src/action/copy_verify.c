#include "action/copy_verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action/say.h"
#include "store/store_copy.h"
#include "store/store_copy_there.h"
#include "store/store_setting.h"

#define DESTINATION "intermediary"
#define BEGAN_KEY "copy-verify-began"	/* of the comparison under way, "" none */
#define DONE_KEY "copy-verify-done"
#define EVERY_US (24 * 3600 * INT64_C(1000000))
#define MISSING_AT_ONCE 1000		/* the rest is found the next night: these are sent anew first */

static enum rc
get_time(struct action *a, const char *key, int64_t *ret_us, struct fault *why)
{
	struct arena arena;
	const char *text;
	enum rc rc;

	arena_init(&arena, LIMIT_TEXT_BYTES);
	if ((rc = store_setting_get(a->store, key, &arena, &text, why)) == RC_OK)
		*ret_us = strtoll(text, NULL, 10);
	else if (rc == RC_ABSENT) {
		*ret_us = 0;
		rc = RC_OK;
	}
	arena_clear(&arena);
	return rc;
}

static enum rc
set_time(struct action *a, const char *key, int64_t us, struct fault *why)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%lld", (long long)us);
	return store_setting_set(a->store, key, text, why);
}

static enum rc
fetch(struct action *a, const char *after, int64_t now_us, struct fault *why)
{
	struct adapter_call call;
	char msg_id[NODE_MESSAGE_ID_SIZE];
	enum rc rc;

	if ((rc = say_new(&call, LIMIT_WIRE_BYTES, msg_id, why)) != RC_OK)
		return rc;
	return say_put(a, a->adapter->copies_list(&a->self, msg_id, after, &call, why), &call, msg_id, NULL,
	    NULL, now_us, why);
}

static enum rc
begin(struct action *a, int64_t now_us, struct fault *why)
{
	enum rc rc;

	if ((rc = set_time(a, BEGAN_KEY, now_us, why)) != RC_OK)
		return rc;
	return fetch(a, NULL, now_us, why);
}

enum rc
copy_verify_poll(struct action *a, int64_t now_us, struct fault *why)
{
	int64_t began, done;
	enum rc rc;

	if ((rc = get_time(a, BEGAN_KEY, &began, why)) != RC_OK ||
	    (rc = get_time(a, DONE_KEY, &done, why)) != RC_OK)
		return rc;
	if (began != 0 || (done != 0 && now_us < done + EVERY_US))
		return RC_OK;
	return begin(a, now_us, why);
}

/* One line of their list against what we sent. */
static enum rc
compare(struct action *a, const struct message_copy_key *there, int64_t began_us, struct arena *arena,
    struct fault *why)
{
	struct copy_there_row trouble = { .destination = DESTINATION, .addressee_no = there->addressee_no,
	    .record_key = there->record_key, .trouble = COPY_SURPLUS, .seen_us = began_us };
	struct copy_row *sent = NULL;
	char hex[MESSAGE_DIGEST_CHARS + 1];
	size_t n = 0, i, k;
	enum rc rc;

	rc = store_person_find_addressee(a->store, there->addressee_no, &trouble.person, why);
	if (rc == RC_ABSENT)
		return store_copy_there_put(a->store, &trouble, why);
	if (rc != RC_OK || (rc = store_copy_of(a->store, &trouble.person, arena, &sent, &n, why)) != RC_OK)
		return rc;
	for (i = 0; i < n; i++)
		if (strcmp(sent[i].record_key, there->record_key) == 0)
			break;
	/* Sent since the list was asked for: the list may be older than what was sent. */
	if (i < n && sent[i].sent_us >= began_us)
		return RC_OK;
	if (i < n && !sent[i].is_wanted &&	/* taken away anew */
	    (rc = store_copy_touch(a->store, &trouble.person, false, why)) != RC_OK)
		return rc;
	if (i == n || !sent[i].is_wanted)
		return store_copy_there_put(a->store, &trouble, why);
	if ((rc = store_copy_named(a->store, &trouble.person, there->record_key, began_us, why)) != RC_OK)
		return rc;
	for (k = 0; k < VAULT_DIGEST_BYTES; k++)
		(void)snprintf(hex + 2 * k, 3, "%02x", sent[i].digest.b[k]);
	if (there->record_version == sent[i].version && strcmp(there->digest, hex) == 0)
		return RC_OK;
	trouble.trouble = COPY_STALE;
	if ((rc = store_copy_touch(a->store, &trouble.person, true, why)) != RC_OK)
		return rc;
	return store_copy_there_put(a->store, &trouble, why);
}

/* What the whole list did not name. */
static enum rc
end(struct action *a, int64_t began_us, int64_t now_us, struct arena *arena, struct fault *why)
{
	struct copy_there_row *row;
	struct person p;
	size_t n, i;
	enum rc rc;

	if ((rc = store_copy_unnamed(a->store, began_us, MISSING_AT_ONCE, arena, &row, &n, why)) != RC_OK)
		return rc;
	for (i = 0; i < n; i++) {
		if ((rc = store_person_get(a->store, &row[i].person, arena, &p, why)) != RC_OK)
			return rc;
		row[i].destination = DESTINATION;
		row[i].addressee_no = p.addressee_no;
		row[i].seen_us = began_us;
		if ((rc = store_copy_there_put(a->store, &row[i], why)) != RC_OK ||
		    (rc = store_copy_touch(a->store, &row[i].person, !p.is_protected, why)) != RC_OK)
			return rc;
	}
	if ((rc = store_copy_there_heal(a->store, DESTINATION, began_us, why)) != RC_OK ||
	    (rc = set_time(a, BEGAN_KEY, 0, why)) != RC_OK)
		return rc;
	return set_time(a, DONE_KEY, now_us, why);
}

enum rc
copy_verify_heard(struct action *a, const struct heard *h, struct fault *why)
{
	const struct message_copy_list *list = &h->answer->message->body.copy_list;
	const struct message_copy_key *last;
	char after[MESSAGE_RECORD_KEY_CHARS + 64];
	struct arena arena;
	int64_t began;
	size_t i;
	enum rc rc;

	if (h->event.kind != ADAPTER_COPY_LIST) {	/* the network does not tell: tried again the next night */
		if ((rc = set_time(a, BEGAN_KEY, 0, why)) != RC_OK ||
		    (rc = set_time(a, DONE_KEY, h->now_us, why)) != RC_OK)
			return rc;
		return say_audit(a, "network-refused", NULL, AUDIT_FAILED, message_error_name(h->event.error), why);
	}
	if ((rc = get_time(a, BEGAN_KEY, &began, why)) != RC_OK || began == 0)
		return rc;
	arena_init(&arena, LIMIT_REQUEST_BYTES);
	for (i = 0; i < list->n_entries && rc == RC_OK; i++) {
		arena_clear(&arena);
		arena_init(&arena, LIMIT_REQUEST_BYTES);
		rc = compare(a, &list->entries[i], began, &arena, why);
	}
	if (rc == RC_OK && list->more && list->n_entries > 0) {
		last = &list->entries[list->n_entries - 1];
		(void)snprintf(after, sizeof(after), "%s/%s/%s/%s", last->addressee_no, last->item_code,
		    last->data_set_no, last->record_key);
		rc = fetch(a, after, h->now_us, why);
	} else if (rc == RC_OK)
		rc = end(a, began, h->now_us, &arena, why);
	arena_clear(&arena);
	return rc;
}

enum rc
copy_verify_state(struct action *a, struct copy_verify_state *ret_state, struct fault *why)
{
	struct copy_verify_state state;
	int64_t n[COPY_TROUBLE__COUNT];
	enum rc rc;

	if ((rc = get_time(a, DONE_KEY, &state.done_us, why)) != RC_OK ||
	    (rc = store_copy_there_count(a->store, DESTINATION, n, &state.oldest_us, why)) != RC_OK)
		return rc;
	state.missing = n[COPY_MISSING];
	state.stale = n[COPY_STALE];
	state.surplus = n[COPY_SURPLUS];
	*ret_state = state;
	return RC_OK;
}

static enum rc
reply_destination(struct call *c, const char *destination, const char *state, int64_t at_us, int64_t count,
    struct fault *why)
{
	struct frame f;
	enum rc rc;

	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_ENDPOINT, destination);
	frame_put_text(&f, TAG_STATE, state);
	frame_put_int(&f, TAG_AT, at_us);
	frame_put_int(&f, TAG_COUNT, count);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

static enum rc
reply_trouble(struct call *c, const struct copy_there_row *row, struct fault *why)
{
	static const char *const word[COPY_TROUBLE__COUNT] = { "missing", "stale", "surplus" };
	struct frame f;
	enum rc rc;

	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_ENDPOINT, row->destination);
	frame_put_text(&f, TAG_STATE, word[row->trouble]);
	frame_put_int(&f, TAG_AT, row->since_us);
	frame_put_text(&f, TAG_ADDRESSEE, row->addressee_no);
	frame_put_text(&f, TAG_TEXT, row->record_key);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

enum rc
do_copy_verify(struct call *c, struct fault *why)
{
	/* Destinations that this version has no adapter for: said, so that nobody takes silence for health. */
	static const char *const unconnected[] = { "national-database", "pmh" };
	struct action *a = c->a;
	struct copy_verify_state state;
	struct copy_there_row *row;
	int64_t began;
	size_t n, i;
	enum rc rc;

	if ((rc = store_begin(a->store, c->now_us, why)) != RC_OK ||
	    (rc = get_time(a, BEGAN_KEY, &began, why)) != RC_OK)
		return rc;
	if (say_connected(a) && began == 0 && (rc = begin(a, began = c->now_us, why)) != RC_OK)
		return rc;
	if ((rc = node_audit(c, NULL, AUDIT_DONE, NULL, why)) != RC_OK ||
	    (rc = store_commit(a->store, why)) != RC_OK ||
	    (rc = store_begin(a->store, c->now_us, why)) != RC_OK ||
	    (rc = copy_verify_state(a, &state, why)) != RC_OK ||
	    (rc = store_copy_there_list(a->store, DESTINATION, node_most(c), &c->arena, &row, &n, why)) != RC_OK ||
	    (rc = reply_destination(c, DESTINATION, !say_connected(a) ? "not-connected" :
	    state.done_us == 0 ? "never-compared" : state.missing + state.stale + state.surplus > 0 ?
	    "differs" : "verified", state.done_us, state.missing + state.stale + state.surplus, why)) != RC_OK)
		return rc;
	for (i = 0; i < sizeof(unconnected) / sizeof(unconnected[0]) && rc == RC_OK; i++)
		rc = reply_destination(c, unconnected[i], "not-connected", 0, 0, why);
	n = node_cut(c, n);
	for (i = 0; i < n && rc == RC_OK; i++)
		rc = reply_trouble(c, &row[i], why);
	return rc;
}

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "action/approval.h"
#include "store/store_approval.h"
#include "store/store_officer.h"

/*
 * The second officer: what waits, what it would change now, and the decision.  Whoever proposed
 * something never gives it, under no other name with the same user id either.
 */
#define SECOND_US 1000000
#define JAPAN_AHEAD_US (9 * 3600 * (int64_t)SECOND_US)
#define DAY_US (86400 * (int64_t)SECOND_US)
#define HEX_SIZE (2 * VAULT_DIGEST_BYTES + 1)
#define PREVIEW_CHARS_MIN 16		/* so much of a preview's name must be said: 64 bits */
#define VALUE_SIZE 48

static void
hex_of(const struct vault_digest *d, char text[HEX_SIZE])
{
	for (size_t i = 0; i < VAULT_DIGEST_BYTES; i++)
		(void)snprintf(text + 2 * i, 3, "%02x", d->b[i]);
}

static const struct approval_rule *
rule_of(const struct approval_row *row)
{
	for (int k = REQUEST_NONE + 1; k < REQUEST__COUNT; k++)
		if (strcmp(request_shape((enum request_kind)k)->name, row->request) == 0)
			return approval_rule_of((enum request_kind)k);
	return NULL;
}

static bool
may_give(const struct call *c, const struct approval_row *row)
{
	const struct approval_rule *rule = rule_of(row);

	/* What this program no longer knows can still be refused. */
	return rule != NULL ? approval_may_give(rule, c->role) : c->role == ACTION_ADMINISTRATOR;
}

static bool
may_see(const struct call *c, const struct approval_row *row)
{
	return row->proposed_by == c->officer || may_give(c, row) || c->role == ACTION_AUDITOR;
}

/* The trace of a step, beside that of the effect; both officers stand in it. */
static enum rc
trace(struct call *c, const struct approval_row *row, const struct approval_kept *kept,
    enum audit_outcome outcome, const char *more, struct fault *why)
{
	char detail[160];

	(void)snprintf(detail, sizeof(detail), "%" PRId64 ", %s, proposed by officer:%" PRId64 "%s%s",
	    row->no, row->request, row->proposed_by, more[0] != '\0' ? ", " : "", more);
	return approval_trace(c, request_shape(c->r->kind)->name, kept, outcome, detail, why);
}

/* A step that was refused is a step. */
static enum rc
refuse(struct call *c, const struct approval_row *row, const char *more, const char *text,
    struct fault *why)
{
	enum rc rc;

	if ((rc = trace(c, row, NULL, AUDIT_REFUSED, more, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	return fault_set(why, RC_REFUSED, "approval", "%s", text);
}

static enum rc
officer_name(struct call *c, int64_t no, const char **ret_name, struct fault *why)
{
	struct officer o;
	enum rc rc;

	if (no == 0) {
		*ret_name = NULL;
		return RC_OK;
	}
	if ((rc = store_officer_get(c->a->store, no, &c->arena, &o, why)) == RC_OK)
		*ret_name = o.name;
	return rc;
}

static enum rc
reply_row(struct call *c, const struct approval_row *row, struct fault *why)
{
	const char *proposer, *decider;
	struct frame f;
	enum rc rc;

	if ((rc = officer_name(c, row->proposed_by, &proposer, why)) != RC_OK ||
	    (rc = officer_name(c, row->decided_by, &decider, why)) != RC_OK)
		return rc;
	frame_init(&f, RESULT_ROW);
	frame_put_int(&f, TAG_APPROVAL, row->no);
	frame_put_text(&f, TAG_ACTION, row->request);
	frame_put_text(&f, TAG_STATE, store_approval_state_word(row->state));
	frame_put_text(&f, TAG_OFFICER, proposer);
	frame_put_int(&f, TAG_AT, row->proposed_us);
	frame_put_int(&f, TAG_EXPIRES, row->expires_us);
	frame_put_text(&f, TAG_REASON, row->reason);
	frame_put_text(&f, TAG_DECIDED_BY, decider);
	frame_put_int(&f, TAG_DECIDED_AT, row->decided_us);
	frame_put_text(&f, TAG_NOTE, row->note);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

/* ---- what differs by request: an item a row ---- */

static enum rc
reply_item(struct call *c, const char *part, int64_t row, const char *item, const char *value,
    struct fault *why)
{
	struct frame f;
	enum rc rc;

	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_PART, part);
	if (row > 0)
		frame_put_int(&f, TAG_ROW, row);
	frame_put_text(&f, TAG_ITEM, item);
	frame_put_text(&f, TAG_VALUE, value);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

static void
write_time(int64_t us, char text[VALUE_SIZE])
{
	char on[DAY_TEXT_SIZE];
	int64_t in_japan = us + JAPAN_AHEAD_US, s;

	text[0] = '\0';
	if (us == 0 || us == INT64_MAX)
		return;
	day_write((day){ (int32_t)(in_japan / DAY_US) }, on);
	s = in_japan % DAY_US / SECOND_US;
	(void)snprintf(text, VALUE_SIZE, "%s %02d:%02d:%02d", on, (int)(s / 3600), (int)(s / 60 % 60),
	    (int)(s % 60));
}

static enum rc
reply_field(struct call *c, const char *part, int64_t row, const struct frame_field *v, struct fault *why)
{
	enum request_tag tag = (enum request_tag)v->tag;
	char room[VALUE_SIZE] = "";
	const char *value = room;

	switch (v->type) {
	case FRAME_TEXT:
		value = v->text;
		break;
	case FRAME_DAY:
		if (day_known(v->date))
			day_write(v->date, room);
		break;
	case FRAME_INT:
		if (request_tag_unit(tag) == UNIT_TIME)
			write_time(v->number, room);
		else if (request_tag_unit(tag) == UNIT_BOOL)
			value = v->number != 0 ? "yes" : "no";
		else
			(void)snprintf(room, sizeof(room), "%" PRId64, v->number);
		break;
	case FRAME_BYTES:
	case FRAME_OPEN:
	case FRAME_CLOSE:
		break;
	}
	return value[0] == '\0' ? RC_OK : reply_item(c, part, row, request_tag_name(tag), value, why);
}

static enum rc
reply_fields(struct call *c, const char *part, int64_t row, uint16_t kind, const void *body, size_t len,
    struct fault *why)
{
	struct frame_reader r;
	struct frame_field v;
	enum rc rc;

	if ((rc = frame_read_open(&r, kind, body, len, why)) != RC_OK)
		return rc;
	while (rc == RC_OK && frame_next(&r, &v))
		if (v.tag > TAG_NONE && v.tag < TAG__COUNT)
			rc = reply_field(c, part, row, &v, why);
	return rc;
}

static enum rc
reply_kept(struct call *c, const char *part, const struct approval_kept *kept, struct fault *why)
{
	const char *body;
	char room[VALUE_SIZE];
	uint16_t kind;
	size_t at = 0, len;
	int64_t row = 0;
	enum rc rc = RC_OK;

	while (rc == RC_OK && approval_kept_next(kept, &at, &kind, &body, &len)) {
		row++;
		if (kind == RESULT_ROW)
			rc = reply_fields(c, part, row, kind, body, len, why);
	}
	if (rc != RC_OK || kept->n_dropped == 0)
		return rc;
	(void)snprintf(room, sizeof(room), "%" PRId64, kept->n_dropped);
	return reply_item(c, part, 0, "rowsNotShown", room, why);
}

static enum rc
reply_head(struct call *c, const struct approval_row *row, const struct approval_kept *now,
    struct fault *why)
{
	const char *proposer, *decider;
	char no[24], at[VALUE_SIZE], expires[VALUE_SIZE], decided[VALUE_SIZE], request[HEX_SIZE], preview[HEX_SIZE];
	enum rc rc;

	if ((rc = officer_name(c, row->proposed_by, &proposer, why)) != RC_OK ||
	    (rc = officer_name(c, row->decided_by, &decider, why)) != RC_OK)
		return rc;
	(void)snprintf(no, sizeof(no), "%" PRId64, row->no);
	write_time(row->proposed_us, at);
	write_time(row->expires_us, expires);
	write_time(row->decided_us, decided);
	hex_of(&row->digest, request);
	if (now != NULL)
		hex_of(&now->digest, preview);
	struct { const char *item, *value; } const items[] = {
		{ request_tag_name(TAG_APPROVAL), no },
		{ request_tag_name(TAG_ACTION), row->request },
		{ request_tag_name(TAG_STATE), store_approval_state_word(row->state) },
		{ request_tag_name(TAG_OFFICER), proposer },
		{ request_tag_name(TAG_AT), at },
		{ request_tag_name(TAG_EXPIRES), expires },
		{ request_tag_name(TAG_REASON), row->reason },
		{ request_tag_name(TAG_DECIDED_BY), decider },
		{ request_tag_name(TAG_DECIDED_AT), decided },
		{ request_tag_name(TAG_NOTE), row->note },
		{ request_tag_name(TAG_HASH), request },
		{ request_tag_name(TAG_PREVIEW), now != NULL ? preview : NULL },
		{ "previewChanged", now == NULL ? NULL :
		    memcmp(now->digest.b, row->preview.b, VAULT_DIGEST_BYTES) == 0 ? "no" : "yes" },
	};
	for (size_t i = 0; rc == RC_OK && i < sizeof(items) / sizeof(items[0]); i++)
		if (items[i].value != NULL && items[i].value[0] != '\0')
			rc = reply_item(c, "approval", 0, items[i].item, items[i].value, why);
	return rc;
}

/* ---- the requests ---- */

static enum rc
load(struct call *c, struct approval_row *ret_row, struct fault *why)
{
	int64_t next;
	enum rc rc;

	if ((rc = approval_expire(c->a, c->now_us, &next, why)) != RC_OK ||
	    (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	if ((rc = store_approval_get(c->a->store, request_int(c->r, TAG_APPROVAL, 0), &c->arena, ret_row,
	    why)) == RC_ABSENT)
		return fault_set(why, RC_ABSENT, "approval", "nothing was proposed under this number");
	return rc;
}

enum rc
do_approval_list(struct call *c, struct fault *why)
{
	struct approval_row *row;
	size_t n, i;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	rc = request_int(c->r, TAG_ALL, 0) != 0 ?
	    store_approval_last(c->a->store, node_most(c), &c->arena, &row, &n, why) :
	    store_approval_list(c->a->store, APPROVAL_WAITING, node_most(c), &c->arena, &row, &n, why);
	if (rc != RC_OK || (rc = node_audit(c, NULL, AUDIT_DONE, NULL, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK ||
	    (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	n = node_cut(c, n);
	for (i = 0; i < n && rc == RC_OK; i++)
		if (may_see(c, &row[i])) {
			/* A list is a look: the clockwork writes it down. */
			if (row[i].state == APPROVAL_WAITING && row[i].expires_us <= c->now_us)
				row[i].state = APPROVAL_EXPIRED;
			rc = reply_row(c, &row[i], why);
		}
	return rc;
}

/* Whoever proposed it, still in office and still in a role that may ask for it. */
static enum rc
find_proposer(struct call *c, const struct approval_row *row, const struct request *stored,
    struct officer *ret_proposer, struct fault *why)
{
	struct officer o;
	enum rc rc;

	if ((rc = store_officer_get(c->a->store, row->proposed_by, &c->arena, &o, why)) != RC_OK)
		return rc;
	if (!o.is_active || !action_permitted(action_role_find(store_officer_role_word(o.role)), stored->kind))
		return fault_set(why, RC_REFUSED, "approval",
		    "whoever proposed it may no longer ask for it: refuse it");
	*ret_proposer = o;
	return RC_OK;
}

enum rc
do_approval_show(struct call *c, struct fault *why)
{
	struct approval_stored stored = { .fd = -1 };
	struct approval_kept kept;
	struct approval_row row;
	struct officer proposer;
	struct frame f;
	bool waits;
	enum rc rc;

	approval_kept_init(&kept);
	if ((rc = load(c, &row, why)) != RC_OK)
		goto out;
	if (!may_see(c, &row)) {
		rc = refuse(c, &row, "role", "this role may not see it", why);
		goto out;
	}
	waits = row.state == APPROVAL_WAITING;
	if (waits) {
		if ((rc = approval_read(&row, &stored, why)) != RC_OK ||
		    (rc = find_proposer(c, &row, &stored.request, &proposer, why)) != RC_OK)
			goto out;
		store_rollback(c->a->store);
		if ((rc = approval_preview(c, &stored.request, &proposer, &kept, why)) != RC_OK ||
		    (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
			goto out;
	}
	if ((rc = trace(c, &row, &kept, AUDIT_DONE, "", why)) != RC_OK || (rc = store_commit(c->a->store, why)) != RC_OK ||
	    (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = reply_head(c, &row, waits ? &kept : NULL, why)) != RC_OK || !waits)
		goto out;
	request_write(&stored.request, &f);
	rc = f.rc != RC_OK ? f.rc :
	    reply_fields(c, "request", 0, f.kind, f.body.data, f.body.len, why);
	frame_clear(&f);
	if (rc == RC_OK)
		rc = reply_kept(c, "preview", &kept, why);
 out:
	approval_read_clear(&stored);
	approval_kept_clear(&kept);
	return rc;
}

static enum rc
check_waits(const struct approval_row *row, struct fault *why)
{
	static const char *const text[APPROVAL_STATE__COUNT] = {
		[APPROVAL_GIVEN] = "it was given already",
		[APPROVAL_REFUSED] = "it was refused",
		[APPROVAL_WITHDRAWN] = "it was withdrawn",
		[APPROVAL_EXPIRED] = "nobody gave it in its time: propose it anew",
	};

	return row->state == APPROVAL_WAITING ? RC_OK :
	    fault_set(why, RC_CONFLICT, "approval", "%s", text[row->state]);
}

static bool
is_own(const struct call *c, const struct approval_row *row)
{
	return row->proposed_by == c->officer || row->proposed_uid == (int64_t)c->uid;
}

/* What the officer decides on must be what would happen: what was proposed, or what he says he saw. */
static enum rc
check_preview(struct call *c, const struct approval_row *row, const struct approval_kept *now,
    struct fault *why)
{
	const char *seen = request_text(c->r, TAG_PREVIEW);
	char hex[HEX_SIZE];
	size_t len;

	hex_of(&now->digest, hex);
	if (seen == NULL)
		return memcmp(now->digest.b, row->preview.b, VAULT_DIGEST_BYTES) == 0 ? RC_OK :
		    fault_set(why, RC_CONFLICT, "approval",
		    "what it would change is no longer what was proposed: look at it again, then say which preview you saw");
	len = strlen(seen);
	if (len < PREVIEW_CHARS_MIN || len >= HEX_SIZE)
		return fault_set(why, RC_INVALID, "preview", "expected the preview that approval show names");
	return strncmp(seen, hex, len) == 0 ? RC_OK :
	    fault_set(why, RC_CONFLICT, "approval", "what it would change is not what you saw: look at it again");
}

/* Decision, effect and their traces in one transaction. */
static enum rc
carry_out(struct call *c, const struct approval_row *row, const struct request *stored,
    const struct officer *proposer, const struct approval_kept *now, struct approval_kept *done,
    struct fault *why)
{
	struct store *s = c->a->store;
	node_settled *settled = NULL;
	enum rc rc, after;

	if ((rc = store_join(s, c->now_us, why)) != RC_OK)
		return rc;
	if ((rc = store_begin(s, c->now_us, why)) != RC_OK ||
	    (rc = store_approval_decide(s, row->no, APPROVAL_GIVEN, c->officer, c->uid,
	    request_text(c->r, TAG_REASON), why)) != RC_OK ||
	    (rc = trace(c, row, now, AUDIT_DONE, "", why)) != RC_OK ||
	    (rc = store_commit(s, why)) != RC_OK ||
	    (rc = approval_execute(c, stored, proposer, done, &settled, why)) != RC_OK) {
		store_join_drop(s);
		return rc;
	}
	rc = store_join_commit(s, why);
	/* Also after a failure: what was committed is asked of the database. */
	if (settled != NULL && (after = settled(c->a, rc == RC_OK ? why : NULL)) != RC_OK && rc == RC_OK)
		rc = after;
	return rc;
}

enum rc
do_approval_give(struct call *c, struct fault *why)
{
	struct approval_stored stored = { .fd = -1 };
	struct approval_kept now, done;
	struct approval_row row;
	struct officer proposer;
	struct fault ignored;
	bool tried = false;
	enum rc rc;

	approval_kept_init(&now);
	approval_kept_init(&done);
	now.no_remarks = true;
	if ((rc = load(c, &row, why)) != RC_OK || (rc = check_waits(&row, why)) != RC_OK)
		goto out;
	if (is_own(c, &row)) {
		rc = refuse(c, &row, "own proposal", "whoever proposed it cannot give it: another officer must", why);
		goto out;
	}
	if (!may_give(c, &row)) {
		rc = refuse(c, &row, "role", "this role may not give it", why);
		goto out;
	}
	if ((rc = approval_read(&row, &stored, why)) != RC_OK ||
	    (rc = find_proposer(c, &row, &stored.request, &proposer, why)) != RC_OK)
		goto out;
	store_rollback(c->a->store);
	if ((rc = approval_preview(c, &stored.request, &proposer, &now, why)) != RC_OK ||
	    (rc = check_preview(c, &row, &now, why)) != RC_OK)
		goto out;
	/* A file was read to its end by the preview. */
	approval_read_clear(&stored);
	if ((rc = approval_read(&row, &stored, why)) != RC_OK)
		goto out;
	tried = true;
	if ((rc = carry_out(c, &row, &stored.request, &proposer, &now, &done, why)) != RC_OK)
		goto out;
	tried = false;
	if ((rc = reply_item(c, "approval", 0, request_tag_name(TAG_ACTION), row.request, why)) == RC_OK)
		rc = reply_kept(c, "effect", &done, why);
 out:
	store_rollback(c->a->store);
	if (tried && rc != RC_OK && (store_begin(c->a->store, c->now_us, &ignored) != RC_OK ||
	    trace(c, &row, NULL, AUDIT_FAILED, fault_name(rc), &ignored) != RC_OK ||
	    store_commit(c->a->store, &ignored) != RC_OK))
		store_rollback(c->a->store);	/* the database itself fails: nothing can be written */
	approval_read_clear(&stored);
	approval_kept_clear(&done);
	approval_kept_clear(&now);
	return rc;
}

static enum rc
end_it(struct call *c, struct approval_row *row, enum approval_state state, struct fault *why)
{
	const char *note = request_text(c->r, TAG_REASON);
	enum rc rc;

	if ((rc = store_approval_decide(c->a->store, row->no, state, c->officer, c->uid, note, why)) != RC_OK ||
	    (rc = trace(c, row, NULL, AUDIT_DONE, "", why)) != RC_OK ||
	    (rc = store_approval_get(c->a->store, row->no, &c->arena, row, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK ||
	    (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	return reply_row(c, row, why);
}

enum rc
do_approval_refuse(struct call *c, struct fault *why)
{
	struct approval_row row;
	enum rc rc;

	if ((rc = load(c, &row, why)) != RC_OK || (rc = check_waits(&row, why)) != RC_OK)
		return rc;
	if (is_own(c, &row))
		return refuse(c, &row, "own proposal", "whoever proposed it withdraws it", why);
	if (!may_give(c, &row))
		return refuse(c, &row, "role", "this role may not refuse it", why);
	return end_it(c, &row, APPROVAL_REFUSED, why);
}

enum rc
do_approval_withdraw(struct call *c, struct fault *why)
{
	struct approval_row row;
	enum rc rc;

	if ((rc = load(c, &row, why)) != RC_OK || (rc = check_waits(&row, why)) != RC_OK)
		return rc;
	if (row.proposed_by != c->officer)
		return refuse(c, &row, "not the proposer", "only whoever proposed it withdraws it", why);
	return end_it(c, &row, APPROVAL_WITHDRAWN, why);
}

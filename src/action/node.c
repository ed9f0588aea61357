#include "action/node.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "action/approval.h"
#include "store/store_same.h"
#include "vault/vault_digest.h"

enum rc
node_reply(struct call *c, const struct frame *f, struct fault *why)
{
	if (f->rc != RC_OK)
		return fault_set(why, f->rc, "answer", "too large for one frame");
	if (c->kept != NULL && f->kind != RESULT_PROGRESS)
		return approval_keep(c->kept, f, why);
	return c->a->doors.reply(c->a->doors.given, f, why);
}

enum rc
node_reply_count(struct call *c, const char *part, const char *item, const char *value, int64_t count, struct fault *why)
{
	struct frame f;
	enum rc rc;

	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_PART, part);
	frame_put_text(&f, TAG_ITEM, item);
	frame_put_text(&f, TAG_VALUE, value);
	if (count >= 0)
		frame_put_int(&f, TAG_COUNT, count);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

size_t
node_most(const struct call *c)
{
	return request_shape(c->r->kind)->most + 1;
}

size_t
node_cut(struct call *c, size_t n)
{
	const struct request_shape *shape = request_shape(c->r->kind);

	assert(shape->most > 0);
	if (n <= shape->most)
		return n;
	c->cut = shape;
	return shape->most;
}

enum rc
node_progress(struct call *c, int64_t count, int64_t total, struct fault *why)
{
	struct frame f;
	enum rc rc;

	frame_init(&f, RESULT_PROGRESS);
	frame_put_int(&f, TAG_COUNT, count);
	frame_put_int(&f, TAG_TOTAL, total);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

enum rc
node_audit(struct call *c, const struct id *person, enum audit_outcome outcome,
    const char *detail, struct fault *why)
{
	const struct request_shape *shape = request_shape(c->r->kind);
	struct audit_entry e = { c->actor, shape->name, person, outcome, detail };
	struct id records[SAME_RECORDS_MAX];
	size_t n = 1;
	enum rc rc = RC_OK;

	if (c->is_preview && c->kept != NULL && person != NULL)
		approval_keep_person(c->kept, person);
	if (person == NULL)
		return store_audit_append(c->a->store, &e, why);
	/* A look at merged records is a look at each: should they be parted, each has its own. */
	if ((rc = store_same_of(c->a->store, person, records, &n, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n && rc == RC_OK; i++) {
		e.person = &records[i];
		rc = store_audit_append(c->a->store, &e, why);
	}
	return rc;
}

void
node_see(struct call *c)
{
	if (action_permitted(c->role, REQUEST_SEE_PROTECTED) && !c->is_shielded)
		store_see(c->a->store, STORE_EYES_WHOLE);
}

enum rc
node_work(const struct action *a, int64_t now_us, struct fault *why)
{
	enum rc rc;

	if ((rc = store_begin(a->store, now_us, why)) == RC_OK)
		store_see(a->store, STORE_EYES_WHOLE);
	return rc;
}

enum rc
node_message_id(char ret_id[NODE_MESSAGE_ID_SIZE], struct fault *why)
{
	unsigned char bytes[16];
	size_t i;
	enum rc rc;

	if ((rc = vault_random(bytes, sizeof(bytes))) != RC_OK)
		return fault_set(why, rc, "random", "the machine gives no random bytes");
	for (i = 0; i < sizeof(bytes); i++)
		(void)snprintf(ret_id + 2 * i, 3, "%02x", bytes[i]);
	return RC_OK;
}

int
node_jitter(void)
{
	uint16_t r = 0;

	/* Without randomness all wait alike: slower for the network, never wrong. */
	if (getrandom(&r, sizeof(r), 0) != (ssize_t)sizeof(r))
		r = 0;
	return r % 1001;
}

static enum rc
find_record(struct call *c, const char *addressee_no, struct id *ret_id, struct fault *why)
{
	size_t len = addressee_no == NULL ? 0 : strlen(addressee_no);
	enum rc rc;

	if (len == 0 || len > LIMIT_ADDRESSEE_CHARS || strspn(addressee_no, "0123456789") != len)
		return fault_set(why, RC_INVALID, "addressee number", "expected 1 to 15 digits");
	if ((rc = store_person_find_addressee(c->a->store, addressee_no, ret_id, why)) == RC_ABSENT)
		return fault_set(why, RC_ABSENT, "addressee number",
		    "nobody is registered here under this number");
	return rc;
}

enum rc
node_person(struct call *c, const char *addressee_no, struct person *ret_person, struct fault *why)
{
	enum rc rc = find_record(c, addressee_no, &c->record, why);

	return rc == RC_OK ? store_person_get(c->a->store, &c->record, &c->arena, ret_person, why) : rc;
}

enum rc
node_record(struct call *c, const char *addressee_no, struct person *ret_person, struct fault *why)
{
	enum rc rc = find_record(c, addressee_no, &c->record, why);

	return rc == RC_OK ? store_person_record(c->a->store, &c->record, &c->arena, ret_person, why) : rc;
}

#include "action/portal.h"

#include <stdio.h>
#include <string.h>

#include "action/form.h"
#include "action/say.h"
#include "store/store_copy.h"
#include "store/store_notice.h"
#include "store/store_number.h"
#include "store/store_same.h"
#include "store/store_setting.h"

#define AT_ONCE 64
#define US_PER_S INT64_C(1000000)
/* What became of a notice is asked for sooner while it is young: after a quarter of its age, between these. */
#define LOOK_SOONEST_US (2 * US_PER_S)
#define LOOK_LATEST_US (6 * 3600 * US_PER_S)
#define TEXT_BYTES 3000			/* 1,000 characters of Japanese */

bool
portal_connected(const struct action *a)
{
	return say_connected(a) && a->adapter->can.notices;
}

/* ---- who is told nothing ---- */

/* One record of a merged person is enough. */
enum rc
portal_barred(struct action *a, const struct id *person, struct arena *arena, bool *ret, struct fault *why)
{
	struct id records[SAME_RECORDS_MAX];
	bool barred = false;
	size_t n;
	enum rc rc;

	if ((rc = store_same_of(a->store, person, records, &n, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n; i++) {
		char key[SETTING_KEY_SIZE];
		const char *value;

		store_setting_key(SETTING_PORTAL, &records[i], key);
		if ((rc = store_setting_get(a->store, key, arena, &value, why)) == RC_OK)
			barred = barred || strcmp(value, "portal-barred") == 0;
		else if (rc != RC_ABSENT)
			return rc;
	}
	*ret = barred;
	return RC_OK;
}

enum rc
portal_judge(struct action *a, const struct id *person, const char *programme, day today, struct arena *arena,
    enum portal_reason *ret, struct fault *why)
{
	struct person p;
	bool yes = false;
	enum rc rc;

	if ((rc = store_person_get(a->store, person, arena, &p, why)) != RC_OK)
		return rc;
	if (day_known(p.died_on))
		*ret = PORTAL_DIED;
	else if (p.is_protected)
		*ret = PORTAL_PROTECTED;
	else if (person_residence_on(&p, today) == NULL)
		*ret = PORTAL_DEPARTED;
	else if ((rc = portal_barred(a, &p.id, arena, &yes, why)) != RC_OK)
		return rc;
	else if (yes)
		*ret = PORTAL_BARRED;
	else if ((rc = store_notice_refused(a->store, &p.id, programme != NULL ? programme : "", &yes, why)) != RC_OK)
		return rc;
	else
		*ret = yes ? PORTAL_UNWANTED : PORTAL_NO_REASON;
	return RC_OK;
}

enum rc
portal_arrived(struct action *a, const struct id *person, day today, struct arena *arena, struct fault *why)
{
	struct portal_notice n = { .person = *person, .kind = PORTAL_ARRIVED, .made_by = "node", .state = PORTAL_WAITS };
	enum rc rc;

	if (!portal_connected(a) || strcmp(a->config.portal_arrivals, "yes") != 0)
		return RC_OK;
	if ((rc = portal_judge(a, person, NULL, today, arena, &n.reason, why)) != RC_OK)
		return rc;
	if (n.reason != PORTAL_NO_REASON)
		n.state = PORTAL_WITHHELD;
	return store_portal_add(a->store, &n, why);
}

/* ---- what it says ---- */

/* A form without the end of its last line. */
static enum rc
fill(const char *form, const struct form_value *value, struct buf *out)
{
	enum rc rc = form_fill(form, value, out);

	while (rc == RC_OK && out->len > 0 && out->data[out->len - 1] == '\n')
		out->data[--out->len] = '\0';
	return rc;
}

/* In both languages: whose language it is, the portal knows better. */
static enum rc
write_text(const struct portal_notice *n, const struct notice_run *run, struct buf *title, struct buf *text)
{
	struct form_value value[] = { { "what", n->kind == PORTAL_ARRIVED ? "arrived" : release_purpose_word(run->purpose) },
	    { NULL, NULL } };
	enum rc rc;

	if ((rc = fill("portal-notice-title.txt", value, title)) == RC_OK)
		rc = fill("portal-notice.txt", value, text);
	return rc;
}

static enum rc
run_of(struct action *a, const struct portal_notice *n, struct arena *arena, struct notice_run *ret_run, struct fault *why)
{
	memset(ret_run, 0, sizeof(*ret_run));
	return n->run == 0 ? RC_OK : store_notice_run_get(a->store, n->run, arena, ret_run, why);
}

static enum rc
say_notice(struct action *a, const struct portal_notice *n, const struct notice_run *run, int64_t now_us,
    struct arena *arena, struct fault *why)
{
	struct buf title = BUF_INIT(TEXT_BYTES), text = BUF_INIT(TEXT_BYTES);
	struct adapter_notice notice = { 0 };
	char msg_id[NODE_MESSAGE_ID_SIZE];
	struct adapter_call call;
	struct person p;
	struct id record;
	enum rc rc;

	/* Under the number under which the copy lies: what the portal was tied to is of that record. */
	if ((rc = store_number_record(a->store, &n->person, &record, why)) != RC_OK ||
	    (rc = store_person_record(a->store, &record, arena, &p, why)) != RC_OK ||
	    (rc = say_new(&call, LIMIT_WIRE_BYTES, msg_id, why)) != RC_OK)
		goto out;
	if ((rc = write_text(n, run, &title, &text)) != RC_OK) {
		rc = fault_set(why, RC_BUG, "portal", "a notice does not fit");
		buf_clear(&call.bytes);
		goto out;
	}
	notice.addressee_no = p.addressee_no;
	notice.title = title.data;
	notice.text = text.data;
	/* About nobody: what waits holds back all that comes after it about the same person. */
	if ((rc = say_put(a, a->adapter->notice_send(&a->self, msg_id, &notice, &call, why), &call, msg_id, NULL, &n->id,
	    now_us, why)) == RC_OK)
		rc = store_portal_set(a->store, &n->id, PORTAL_SENT, PORTAL_NO_REASON, why);
 out:
	buf_clear(&title);
	buf_clear(&text);
	return rc;
}

/* As it stands now: the run is not taken back, and the person may still be written to. */
static enum rc
judge(struct action *a, const struct portal_notice *n, day today, struct arena *arena, struct notice_run *ret_run,
    enum portal_reason *ret, struct fault *why)
{
	enum rc rc;

	if ((rc = run_of(a, n, arena, ret_run, why)) != RC_OK)
		return rc;
	if (ret_run->undone_us != 0) {
		*ret = PORTAL_UNDONE;
		return RC_OK;
	}
	return portal_judge(a, &n->person, ret_run->programme, today, arena, ret, why);
}

static enum rc
withhold(struct action *a, const struct portal_notice *n, enum portal_reason reason, struct fault *why)
{
	enum rc rc = store_portal_set(a->store, &n->id, PORTAL_WITHHELD, reason, why);

	return rc != RC_OK ? rc : say_audit(a, "portal-withheld", &n->person, AUDIT_DONE, portal_reason_word(reason), why);
}

enum rc
portal_poll(struct action *a, int64_t now_us, day today, struct fault *why)
{
	struct portal_notice *n;
	struct notice_run run;
	enum portal_reason reason = PORTAL_NO_REASON;
	struct arena arena;
	size_t count = 0;
	enum rc rc;

	if (!portal_connected(a))
		return RC_OK;
	arena_init(&arena, LIMIT_REQUEST_BYTES);
	rc = store_portal_in(a->store, PORTAL_WAITS, AT_ONCE, &arena, &n, &count, why);
	for (size_t i = 0; i < count && rc == RC_OK; i++) {
		if ((rc = judge(a, &n[i], today, &arena, &run, &reason, why)) != RC_OK)
			break;
		rc = reason != PORTAL_NO_REASON ? withhold(a, &n[i], reason, why) :
		    say_notice(a, &n[i], &run, now_us, &arena, why);
	}
	if (rc == RC_OK && count == AT_ONCE)
		a->more_copies = true;		/* others wait behind these */
	arena_clear(&arena);
	return rc;
}

enum rc
portal_hold_back(struct action *a, struct outbox_row *row, size_t *n, day today, struct arena *arena,
    bool *ret_changed, struct fault *why)
{
	size_t kept = 0;
	enum rc rc = RC_OK;

	*ret_changed = false;
	for (size_t i = 0; i < *n && rc == RC_OK; i++) {
		enum portal_reason reason = PORTAL_NO_REASON;
		struct portal_notice notice;
		struct notice_run run;

		if (message_kind_of(row[i].type) == MESSAGE_NOTICE) {
			rc = store_portal_get(a->store, &row[i].about, arena, &notice, why);
			if (rc == RC_OK)
				rc = judge(a, &notice, today, arena, &run, &reason, why);
			else if (rc == RC_ABSENT) {	/* purged with its person */
				reason = PORTAL_DIED;
				rc = RC_OK;
			}
			if (rc != RC_OK)
				break;
		}
		if (reason == PORTAL_NO_REASON) {
			row[kept++] = row[i];
			continue;
		}
		*ret_changed = true;
		if ((rc = store_outbox_set(a->store, &row[i].id, STORE_OUTBOX_DONE, row[i].attempts, row[i].due_us,
		    "withheld", row[i].retry_class, why)) == RC_OK &&
		    (rc = store_portal_get(a->store, &row[i].about, arena, &notice, why)) == RC_OK)
			rc = withhold(a, &notice, reason, why);
		rc = rc == RC_ABSENT ? RC_OK : rc;
	}
	*n = kept;
	return rc;
}

/* ---- what became of it ---- */

static enum rc
ask(struct action *a, const struct id *notice, const char *reception, int64_t due_us, struct fault *why)
{
	char msg_id[NODE_MESSAGE_ID_SIZE];
	struct adapter_call call;
	enum rc rc;

	if ((rc = say_new(&call, LIMIT_WIRE_BYTES, msg_id, why)) != RC_OK)
		return rc;
	call.exchange_no = NULL;
	rc = a->adapter->notice_fetch(&a->self, msg_id, reception, &call, why);
	/* So that the next question can name it: an answer does not. */
	call.exchange_no = reception;
	return say_put(a, rc, &call, msg_id, NULL, notice, due_us, why);
}

static enum rc
settle(struct action *a, const struct portal_notice *n, enum portal_state state, struct fault *why)
{
	return store_portal_set(a->store, &n->id, state, PORTAL_NO_REASON, why);
}

static enum rc
result_heard(struct action *a, const struct heard *h, const struct portal_notice *n, struct fault *why)
{
	int64_t wait = (h->now_us - n->made_us) / 4;

	switch (h->answer->message->body.notice_result.state) {
	case MESSAGE_NOTICE_THERE:
		return settle(a, n, PORTAL_THERE, why);
	case MESSAGE_NOTICE_NO_PORTAL:
		return settle(a, n, PORTAL_NO_ACCOUNT, why);
	case MESSAGE_NOTICE_REFUSED:
		return settle(a, n, PORTAL_REFUSED, why);
	case MESSAGE_NOTICE_ON_ITS_WAY:
	case MESSAGE_NOTICE_NONE:
		break;
	}
	wait = wait < LOOK_SOONEST_US ? LOOK_SOONEST_US : wait > LOOK_LATEST_US ? LOOK_LATEST_US : wait;
	return ask(a, &n->id, h->sent->exchange_no, h->now_us + wait, why);
}

enum rc
portal_heard(struct action *a, const struct heard *h, struct fault *why)
{
	struct portal_notice n;
	enum portal_state state;
	enum rc rc;

	if ((rc = store_portal_get(a->store, &h->sent->about, h->arena, &n, why)) == RC_ABSENT)
		return RC_OK;		/* purged with its person */
	if (rc != RC_OK)
		return rc;
	switch ((unsigned)h->event.kind) {
	case ADAPTER_RECEIVED:
		if (h->event.reception_no == NULL)
			return fault_set(why, RC_INVALID, h->sent->type, "no reception number");
		if ((rc = settle(a, &n, PORTAL_RECEIVED, why)) != RC_OK)
			return rc;
		return ask(a, &n.id, h->event.reception_no, h->now_us + LOOK_SOONEST_US, why);
	case ADAPTER_NOTICE:
		return result_heard(a, h, &n, why);
	case ADAPTER_FAILED:
		/* An intermediary that takes no notices at all has no portal behind it. */
		state = h->event.error == E901_MALFORMED && message_kind_of(h->sent->type) == MESSAGE_NOTICE ?
		    PORTAL_NOT_CONNECTED : PORTAL_REFUSED;
		if ((rc = settle(a, &n, state, why)) != RC_OK)
			return rc;
		return say_audit(a, "network-refused", NULL, AUDIT_FAILED, message_error_name(h->event.error), why);
	default:
		break;
	}
	return fault_set(why, RC_BUG, h->sent->type, "an answer of another kind");
}

/* ---- officers ---- */

/* Everything about the person that lies at the intermediary is sent anew, with or without the bar. */
static enum rc
set_bar(struct call *c, const char *value, struct fault *why)
{
	struct id records[SAME_RECORDS_MAX];
	struct person p;
	struct frame f;
	size_t n;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = node_person(c, request_text(c->r, TAG_ADDRESSEE), &p, why)) != RC_OK ||
	    (rc = store_same_of(c->a->store, &p.id, records, &n, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n && rc == RC_OK; i++) {
		char key[SETTING_KEY_SIZE];

		store_setting_key(SETTING_PORTAL, &records[i], key);
		rc = store_setting_set(c->a->store, key, value, why);
	}
	if (rc != RC_OK || (rc = store_copy_touch(c->a->store, &p.id, !p.is_protected, why)) != RC_OK ||
	    (rc = node_audit(c, &p.id, AUDIT_DONE, value, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_ADDRESSEE, p.addressee_no);
	frame_put_text(&f, TAG_STATE, value);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

enum rc
do_portal_bar(struct call *c, struct fault *why)
{
	return set_bar(c, "portal-barred", why);
}

enum rc
do_portal_unbar(struct call *c, struct fault *why)
{
	return set_bar(c, "portal-open", why);
}

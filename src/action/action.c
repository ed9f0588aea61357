#include "action/action.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "action/approval.h"
#include "action/backup_file.h"
#include "action/backup_job.h"
#include "action/law_shelf.h"
#include "action/maintenance.h"
#include "action/node.h"
#include "action/own_person.h"
#include "action/restore.h"
#include "action/restore_place.h"
#include "store/store_officer.h"
#include "store/store_outbox.h"
#include "vault/vault_digest.h"

#define LEASE_US (60 * 1000000LL)

static node_handler *const handler[REQUEST__COUNT] = {
	[REQUEST_INIT] = do_init,
	[REQUEST_MIGRATE] = do_migrate,
	[REQUEST_DOCTOR] = do_doctor,
	[REQUEST_STATUS] = do_status,
	[REQUEST_OFFICER_ADD] = do_officer_add,
	[REQUEST_OFFICER_LIST] = do_officer_list,
	[REQUEST_OFFICER_REMOVE] = do_officer_remove,
	[REQUEST_AUDIT_VERIFY] = do_audit_verify,
	[REQUEST_AUDIT_LOOKS] = do_audit_looks,
	[REQUEST_AUDIT_HEAD] = do_audit_head,
	[REQUEST_APPROVAL_LIST] = do_approval_list,
	[REQUEST_APPROVAL_SHOW] = do_approval_show,
	[REQUEST_APPROVAL_GIVE] = do_approval_give,
	[REQUEST_APPROVAL_REFUSE] = do_approval_refuse,
	[REQUEST_APPROVAL_WITHDRAW] = do_approval_withdraw,
	[REQUEST_IMPORT_RESIDENTS] = do_import_residents,
	[REQUEST_IMPORT_DOSES] = do_import_doses,
	[REQUEST_RESIDENT_ADD] = do_resident_add,
	[REQUEST_RESIDENT_SHOW] = do_resident_show,
	[REQUEST_RESIDENT_FIND] = do_resident_find,
	[REQUEST_RESIDENT_PROTECT] = do_resident_protect,
	[REQUEST_RESIDENT_UNPROTECT] = do_resident_unprotect,
	[REQUEST_RESIDENT_ANSWERS] = do_resident_answers,
	[REQUEST_RESIDENT_BAR] = do_portal_bar,
	[REQUEST_RESIDENT_UNBAR] = do_portal_unbar,
	[REQUEST_RESIDENT_CORRECT] = do_resident_correct,
	[REQUEST_RESIDENT_PERIOD] = do_resident_period,
	[REQUEST_GUARDIAN_ADD] = do_guardian_add,
	[REQUEST_GUARDIAN_END] = do_guardian_end,
	[REQUEST_GUARDIAN_NAME] = do_guardian_name,
	[REQUEST_GUARDIAN_LIST] = do_guardian_list,
	[REQUEST_DOSE_ADD] = do_dose_add,
	[REQUEST_DOSE_CORRECT] = do_dose_correct,
	[REQUEST_DOSE_WITHDRAW] = do_dose_withdraw,
	[REQUEST_DOSE_UNDO] = do_dose_undo,
	[REQUEST_DOSE_VERSIONS] = do_dose_versions,
	[REQUEST_CIRCUMSTANCE_ADD] = do_circumstance_add,
	[REQUEST_CIRCUMSTANCE_LIST] = do_circumstance_list,
	[REQUEST_CIRCUMSTANCE_END] = do_circumstance_end,
	[REQUEST_PERSON_DUPLICATES] = do_person_duplicates,
	[REQUEST_PERSON_FLAG] = do_person_flag,
	[REQUEST_PERSON_COMPARE] = do_person_compare,
	[REQUEST_PERSON_MERGE] = do_person_merge,
	[REQUEST_PERSON_UNMERGE] = do_person_unmerge,
	[REQUEST_PERSON_DISTINCT] = do_person_distinct,
	[REQUEST_DUPLICATE_LIST] = do_duplicate_list,
	[REQUEST_DUPLICATE_SHOW] = do_duplicate_show,
	[REQUEST_DUPLICATE_DECIDE] = do_duplicate_decide,
	[REQUEST_DUPLICATE_UNDO] = do_duplicate_undo,
	[REQUEST_TICKET_ISSUE] = do_ticket_issue,
	[REQUEST_TICKET_REISSUE] = do_ticket_reissue,
	[REQUEST_TICKET_VOID] = do_ticket_void,
	[REQUEST_TICKET_LIST] = do_ticket_list,
	[REQUEST_TICKET_HAND_OUT] = do_ticket_hand_out,
	[REQUEST_TICKET_COUNT] = do_ticket_count,
	[REQUEST_TICKET_RUN] = do_ticket_run,
	[REQUEST_TICKET_RUNS] = do_ticket_runs,
	[REQUEST_TICKET_FETCH] = do_ticket_fetch,
	[REQUEST_CLINIC_ADD] = do_clinic_add,
	[REQUEST_CLINIC_CORRECT] = do_clinic_correct,
	[REQUEST_CLINIC_CONTRACT] = do_clinic_contract,
	[REQUEST_CLINIC_END] = do_clinic_end,
	[REQUEST_CLINIC_LIST] = do_clinic_list,
	[REQUEST_CLINIC_SHOW] = do_clinic_show,
	[REQUEST_IMPORT_CLINICS] = do_import_clinics,
	[REQUEST_CLINIC_ZERO] = do_clinic_zero,
	[REQUEST_IMPORT_MONTHS] = do_import_months,
	[REQUEST_LETTER_ISSUE] = do_letter_issue,
	[REQUEST_LETTER_LIST] = do_letter_list,
	[REQUEST_LETTER_SHOW] = do_letter_show,
	[REQUEST_LETTER_VOID] = do_letter_void,
	[REQUEST_LETTER_RESULT] = do_letter_result,
	[REQUEST_MISTAKE_ADD] = do_mistake_add,
	[REQUEST_MISTAKE_CORRECT] = do_mistake_correct,
	[REQUEST_MISTAKE_LIST] = do_mistake_list,
	[REQUEST_MISTAKE_TABLE] = do_mistake_table,
	[REQUEST_MISTAKE_SUGGEST] = do_mistake_suggest,
	[REQUEST_REACTION_ADD] = do_reaction_add,
	[REQUEST_REACTION_CORRECT] = do_reaction_correct,
	[REQUEST_REACTION_LIST] = do_reaction_list,
	[REQUEST_REACTION_TABLE] = do_reaction_table,
	[REQUEST_REACTION_SYMPTOMS] = do_reaction_symptoms,
	[REQUEST_LIST_DEFINE] = do_list_define,
	[REQUEST_LIST_NAMES] = do_list_names,
	[REQUEST_LIST_SHOW] = do_list_show,
	[REQUEST_LIST_RUN] = do_list_run,
	[REQUEST_LIST_RELEASE] = do_list_release,
	[REQUEST_LIST_RELEASED] = do_list_released,
	[REQUEST_LIST_FETCH] = do_list_fetch,
	[REQUEST_NOTICE_RUN] = do_notice_run,
	[REQUEST_NOTICE_RUNS] = do_notice_runs,
	[REQUEST_NOTICE_MAIL] = do_notice_mail,
	[REQUEST_NOTICE_UNDO] = do_notice_undo,
	[REQUEST_NOTICE_LIST] = do_notice_list,
	[REQUEST_NOTICE_RETURNED] = do_notice_returned,
	[REQUEST_NOTICE_RETURN] = do_notice_return,
	[REQUEST_NOTICE_RESEND] = do_notice_resend,
	[REQUEST_NOTICE_REFUSE] = do_notice_refuse,
	[REQUEST_NOTICE_ACCEPT] = do_notice_accept,
	[REQUEST_NOTICE_COUNT] = do_notice_count,
	[REQUEST_NOTICE_PORTAL] = do_notice_portal,
	[REQUEST_NOTICE_SENT] = do_notice_sent,
	[REQUEST_STATISTICS_DOSES] = do_statistics_doses,
	[REQUEST_STATISTICS_COVERAGE] = do_statistics_coverage,
	[REQUEST_PEER_TEST] = do_peer_test,
	[REQUEST_KEY_ADOPT] = do_key_adopt,
	[REQUEST_KEY_REQUEST] = do_key_request,
	[REQUEST_KEY_ROTATE] = do_key_rotate,
	[REQUEST_KEY_RECOVERY] = do_key_recovery,
	[REQUEST_BACKUP] = do_backup,
	[REQUEST_PURGE_LIST] = do_purge_list,
	[REQUEST_PURGE_DO] = do_purge_do,
	[REQUEST_RESTORE] = do_restore,
	[REQUEST_RESTORE_ACCEPT] = do_restore_accept,
	[REQUEST_SHOW] = do_show,
	[REQUEST_DUE] = do_due,
	[REQUEST_CHECK] = do_check,
	[REQUEST_EXPORT] = do_export,
	[REQUEST_MOVE_IN] = do_move_in,
	[REQUEST_INQUIRE] = do_inquire,
	[REQUEST_INQUIRE_URGENT] = do_inquire_urgent,
	[REQUEST_INQUIRY_REPORT] = do_inquiry_report,
	[REQUEST_INQUIRY_URGENT] = do_inquiry_urgent,
	[REQUEST_INQUIRY_LIST] = do_inquiry_list,
	[REQUEST_HELD_LIST] = do_held_list,
	[REQUEST_HELD_ATTACH] = do_held_attach,
	[REQUEST_HELD_RELEASE] = do_held_release,
	[REQUEST_HELD_REFUSE] = do_held_refuse,
	[REQUEST_LAW_INSTALL] = do_law_install,
	[REQUEST_LAW_LIST] = do_law_list,
	[REQUEST_LAW_SHOW] = do_law_show,
	[REQUEST_LAW_IMPACT] = do_law_impact,
	[REQUEST_QUEUE] = do_queue,
	[REQUEST_RECORDS] = do_records,
	[REQUEST_RECORDS_OUTDATED] = do_records_outdated,
	[REQUEST_RECORDS_COMPARE] = do_records_compare,
	[REQUEST_RECORDS_EXPLAIN] = do_records_explain,
	[REQUEST_CORRECTION_LIST] = do_correction_list,
	[REQUEST_CORRECTION_TOLD] = do_correction_told,
	[REQUEST_EVIDENCE_RELEASE] = do_evidence_release,
	[REQUEST_EVIDENCE_EXPORT] = do_evidence_export,
	[REQUEST_COPY_SEND] = do_copy_send,
	[REQUEST_METRICS] = do_metrics,
	[REQUEST_MAINTENANCE_ON] = do_maintenance_on,
	[REQUEST_MAINTENANCE_OFF] = do_maintenance_off,
	[REQUEST_COPY_VERIFY] = do_copy_verify,
};

node_handler *
node_handler_of(enum request_kind kind)
{
	return handler[kind];
}

/*
 * This machine and this directory: after a crash the same place may go on at once, another
 * one only when the lease has run out.
 */
static enum rc
owner_of(const char *node, struct id *ret_owner)
{
	struct buf text = BUF_INIT(PATH_MAX + 256);
	struct vault_digest digest;
	enum rc rc;

	/* Without a machine id the directory alone must do. */
	if (buf_read_file(&text, "/etc/machine-id", NULL) != RC_OK)
		buf_truncate(&text, 0);
	if ((rc = buf_add_text(&text, node)) == RC_OK &&
	    (rc = vault_digest(text.data, text.len, &digest)) == RC_OK)
		memcpy(ret_owner->b, digest.b, sizeof(ret_owner->b));
	buf_clear(&text);
	return rc;
}

static enum rc
take_lease(struct action *a, int64_t now_us, struct fault *why)
{
	struct id owner;
	int64_t epoch;
	enum rc rc;

	if ((rc = owner_of(a->node, &owner)) != RC_OK)
		return fault_set(why, rc, "lease", "cannot be named");
	if ((rc = store_lease_take(a->store, &owner, now_us, now_us + LEASE_US, &epoch, why)) != RC_OK)
		return rc;
	a->lease_until_us = now_us + LEASE_US;
	return RC_OK;
}

enum rc
node_keep_lease(struct action *a, int64_t now_us, struct fault *why)
{
	enum rc rc;

	if (a->state != NODE_OPEN || now_us < a->lease_until_us - LEASE_US / 2)
		return RC_OK;
	if ((rc = store_lease_renew(a->store, now_us, now_us + LEASE_US, why)) == RC_OK)
		a->lease_until_us = now_us + LEASE_US;
	return rc;
}

enum rc
action_open(const struct action_place *place, struct vault_client *key,
    struct wire_client *wire, const struct action_doors *doors, int64_t now_us, struct action **ret_action,
    struct fault *why)
{
	struct action *a;
	char path[PATH_MAX + 16];
	struct arena arena;
	int64_t resumed, made_us;
	enum rc rc;

	if ((a = calloc(1, sizeof(*a))) == NULL || (a->work = calloc(1, sizeof(*a->work))) == NULL) {
		free(a);
		return fault_set(why, RC_NOMEM, "node", "out of memory");
	}
	if (strlen(place->node) >= sizeof(a->node) || strlen(place->program) >= sizeof(a->program)) {
		rc = fault_set(why, RC_TOO_BIG, "node", "the path is too long");
		goto out;
	}
	memcpy(a->node, place->node, strlen(place->node) + 1);
	memcpy(a->program, place->program, strlen(place->program) + 1);
	a->key = key;
	a->wire = wire;
	a->doors = *doors;
	a->adapter = &adapter_reference;
	a->warned_on = DAY_NONE;
	for (int e = 0; e < ADAPTER_ENDPOINT__COUNT; e++)
		a->breaker[e] = (struct breaker)BREAKER_INIT;

	if ((rc = config_read(a->node, &a->config, why)) == RC_ABSENT) {
		a->state = NODE_EMPTY;
		rc = RC_OK;
		goto done;
	}
	if (rc != RC_OK || (rc = approval_check_config(&a->config, why)) != RC_OK)
		goto out;
	restore_place_tidy(a->node, a->config.keys);
	backup_tidy(a->node);
	(void)snprintf(path, sizeof(path), "%s/watashi.db", a->node);
	if ((rc = store_open(path, STORE_WRITE, &a->store, why)) == RC_VERSION) {
		a->state = NODE_OLD;
		rc = RC_OK;
		goto done;
	}
	if (rc != RC_OK)
		goto out;
	if (strcmp(store_municipality(a->store), a->config.municipality) != 0) {
		rc = fault_set(why, RC_INVALID, "watashi.conf: municipality",
		    "the database belongs to another municipality");
		goto out;
	}
	a->self.institution = a->config.institution;
	a->self.municipality = a->config.municipality;
	arena_init(&arena, LIMIT_TEXT_BYTES);
	if ((rc = take_lease(a, now_us, why)) != RC_OK ||
	    (rc = store_begin(a->store, now_us, why)) != RC_OK)
		goto out;
	if ((rc = restore_look(a, &arena, &made_us, why)) == RC_OK)
		a->is_restored = true;
	arena_clear(&arena);
	if ((rc != RC_OK && rc != RC_ABSENT) || (rc = maintenance_load(a, why)) != RC_OK ||
	    (rc = store_outbox_resume(a->store, &resumed, why)) != RC_OK ||
	    (rc = store_commit(a->store, why)) != RC_OK)
		goto out;
	/* Without a law that can be read records are still kept, and another file can be installed. */
	if ((rc = law_shelf_open(a, &a->law_trouble)) == RC_NOMEM || rc == RC_DB) {
		if (why != NULL)
			*why = a->law_trouble;
		goto out;
	}
	rc = RC_OK;
	a->state = NODE_OPEN;
 done:
	*ret_action = a;
	a = NULL;
 out:
	action_close(a);
	return rc;
}

void
action_close(struct action *a)
{
	if (a == NULL)
		return;
	if (a->state == NODE_OPEN && a->lease_until_us != 0 &&
	    store_lease_drop(a->store, NULL) != RC_OK)
		a->lease_until_us = 0;		/* it runs out by itself */
	backup_drop(a);
	free(a->peer_test);
	store_close(a->store);
	law_free(a->law_file);
	free(a->work);
	free(a);
}

/* The officer behind a uid, as actor and role; nobody when there is none. */
static enum rc
identify(struct call *c, char *actor, size_t size, struct fault *why)
{
	struct officer officer;
	enum rc rc;

	(void)snprintf(actor, size, "uid:%u", (unsigned)c->uid);
	c->role = ACTION_NOBODY;
	if (c->a->state != NODE_OPEN)
		return RC_OK;
	if ((rc = store_officer_find_uid(c->a->store, c->uid, &c->arena, &officer, why)) == RC_ABSENT)
		return RC_OK;
	if (rc != RC_OK)
		return rc;
	c->role = action_role_find(store_officer_role_word(officer.role));
	c->officer = officer.no;
	c->self = officer.person;
	(void)snprintf(actor, size, "officer:%lld", (long long)officer.no);
	return RC_OK;
}

static bool
served_in(enum node_state state, enum request_kind kind)
{
	switch (state) {
	case NODE_EMPTY:
		return kind == REQUEST_INIT || kind == REQUEST_RESTORE || kind == REQUEST_DOCTOR ||
		    kind == REQUEST_STATUS;
	case NODE_OLD:
		return kind == REQUEST_MIGRATE || kind == REQUEST_DOCTOR || kind == REQUEST_STATUS;
	case NODE_OPEN:
		return true;
	}
	return false;
}

static enum rc
refuse_in(const struct action *a, struct fault *why)
{
	return a->state == NODE_EMPTY ?
	    fault_set(why, RC_REFUSED, "node", "no node here yet: run watashi init first") :
	    fault_set(why, RC_REFUSED, "node", "the database is of an older version: run watashi migrate first");
}

/* Whoever reads a list that was cut off must not take it for all there is. */
static enum rc
say_more(const struct call *c, struct fault *why)
{
	struct frame f;
	enum rc rc;

	frame_init(&f, RESULT_MORE);
	frame_put_int(&f, TAG_COUNT, (int64_t)c->cut->most);
	frame_put_text(&f, TAG_TEXT, c->cut->rest);
	rc = c->a->doors.reply(c->a->doors.given, &f, why);
	frame_clear(&f);
	return rc;
}

/* The end of an answer.  The return value is that of the reply. */
static enum rc
say_done(struct action *a, enum rc rc, struct fault *reason, struct fault *why)
{
	struct frame done;

	if (rc != RC_OK && reason->rc == RC_OK)
		(void)fault_set(reason, rc, "", "%s", fault_name(rc));
	frame_init(&done, RESULT_DONE);
	request_put_done(&done, rc, reason);
	rc = a->doors.reply(a->doors.given, &done, why);
	frame_clear(&done);
	return rc;
}

enum rc
action_request(struct action *a, const struct request *request, uint32_t uid, int64_t now_us,
    day today, struct fault *why)
{
	struct call c = { .a = a, .r = request, .uid = uid, .now_us = now_us, .today = today };
	struct fault reason = { .rc = RC_OK };
	char actor[NODE_ACTOR_SIZE];
	enum rc rc;

	arena_init(&c.arena, LIMIT_REQUEST_BYTES);
	c.as_of = request_day(request, TAG_AS_OF);
	if (!day_known(c.as_of))
		c.as_of = today;
	c.actor = actor;
	rc = node_keep_lease(a, now_us, &reason);
	/* Who asks what is wrong is answered also when nothing can be written any more. */
	if (rc == RC_FULL && (request->kind == REQUEST_DOCTOR || request->kind == REQUEST_STATUS))
		rc = reason.rc = RC_OK;
	if (rc == RC_OK)
		rc = identify(&c, actor, sizeof(actor), &reason);
	if (rc == RC_OK && !served_in(a->state, request->kind))
		rc = refuse_in(a, &reason);
	else if (rc == RC_OK && a->state == NODE_OPEN && !action_permitted(c.role, request->kind)) {
		/* A refused look is a look. */
		if ((rc = store_begin(a->store, now_us, &reason)) == RC_OK &&
		    (rc = node_audit(&c, NULL, AUDIT_REFUSED, "role", &reason)) == RC_OK)
			rc = store_commit(a->store, &reason);
		if (rc == RC_OK)
			rc = fault_set(&reason, RC_REFUSED, c.role == ACTION_NOBODY ? "no officer of this node" : action_role_name(c.role),
			    "this role may not do that");
	} else if (rc == RC_OK && a->state == NODE_OPEN && action_own_only(c.role, request->kind) &&
	    (rc = own_person_check(&c, &reason)) != RC_OK) {
		/* said */
	} else if (rc == RC_OK && handler[request->kind] == NULL)
		rc = fault_set(&reason, RC_BUG, "request", "no action serves this request");
	else if (rc == RC_OK && approval_wanted(&a->config, request))
		rc = approval_propose(&c, &reason);
	else if (rc == RC_OK) {
		if (a->store != NULL)
			store_looks_only(a->store, !request_shape(request->kind)->writes);
		rc = handler[request->kind](&c, &reason);
		if (a->store != NULL)
			store_looks_only(a->store, false);
	}
	if (a->store != NULL)
		store_rollback(a->store);	/* of whatever a failure left open */
	/* Also of what waits for a second officer now. */
	if ((rc == RC_OK || rc == RC_PENDING) && c.cut != NULL) {
		enum rc said = say_more(&c, &reason);

		rc = said != RC_OK ? said : rc;
	}
	/* What was begun a moment ago ends later. */
	rc = rc == RC_OK && c.is_begun ? RC_OK : say_done(a, rc, &reason, why);
	arena_clear(&c.arena);
	return rc;
}

bool
action_is_begun(const struct action *a)
{
	return a->backup != NULL;
}

enum rc
action_go_on(struct action *a, int64_t now_us, day today, bool *ret_over, struct fault *why)
{
	struct fault reason = { .rc = RC_OK };
	bool over = true;
	enum rc rc;

	if ((rc = node_keep_lease(a, now_us, &reason)) == RC_OK)
		rc = backup_go_on(a, now_us, today, &over, &reason);
	store_rollback(a->store);	/* of whatever a failure left open */
	*ret_over = over;
	if (!over)
		return RC_OK;
	backup_drop(a);
	return say_done(a, rc, &reason, why);
}

void
action_give_up(struct action *a)
{
	backup_drop(a);
}

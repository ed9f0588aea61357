#include "action/request_shape.h"

/* The node itself: its officers, keys, copies, law and log. */

static const struct request_field init_takes[] = {
	TEXT(TAG_MUNICIPALITY, NEED),
	TEXT(TAG_INSTITUTION),
	TEXT(TAG_KEYS),
	TEXT(TAG_URL_REGISTRAR),
	TEXT(TAG_URL_INTERMEDIARY),
	TEXT(TAG_LAW_FILE),
	TEXT(TAG_OFFICER),
};
static const struct request_field init_gives[] = {
	TEXT(TAG_MUNICIPALITY, NEED),
	TEXT(TAG_INSTITUTION),
	TEXT(TAG_KEYS),
	TEXT(TAG_LAW),
	TEXT(TAG_OFFICER),
	TEXT(TAG_RECOVERY_A, SECRET),
	TEXT(TAG_RECOVERY_B, SECRET),
};
static const struct request_field recovery_gives[] = {
	TEXT(TAG_RECOVERY_A, SECRET),
	TEXT(TAG_RECOVERY_B, SECRET),
};
static const struct request_field key_request_gives[] = {
	TEXT(TAG_MUNICIPALITY),
	TEXT(TAG_ADVICE),
};
static const struct request_field backup_gives[] = {
	INT(TAG_COUNT, NEED),
	TEXT(TAG_HASH),
	INT(TAG_SEQUENCE),
};
static const struct request_field restore_takes[] = {
	TEXT(TAG_FILE_NAME),
	TEXT(TAG_RECOVERY_A, NEED, SECRET),
	TEXT(TAG_RECOVERY_B, NEED, SECRET),
	TEXT(TAG_KEYS),
	INT(TAG_SEQUENCE),
	TEXT(TAG_HASH),
};
static const struct request_field restore_gives[] = {
	TEXT(TAG_MUNICIPALITY, NEED),
	INT(TAG_AT),
	INT(TAG_SEQUENCE),
	TEXT(TAG_STATE),
};
static const struct request_field purge_list_takes[] = {
	INT(TAG_KEPT),
	INT(TAG_PURGED),
};
static const struct request_field purge_do_takes[] = {
	TEXT(TAG_ADDRESSEE, MANY),
	INT(TAG_ALL),
	TEXT(TAG_REASON),
};
static const struct request_field purge_gives[] = {
	TEXT(TAG_SUBJECT_KIND, NEED),
	TEXT(TAG_ADDRESSEE),
	DAY(TAG_DIED_ON),
	INT(TAG_COUNT),
	DAY(TAG_KEPT_UNTIL),
	TEXT(TAG_BASIS),
	TEXT(TAG_HINDRANCE),
	INT(TAG_TOMBSTONE),
	INT(TAG_AT),
	TEXT(TAG_OFFICER),
	TEXT(TAG_OFFICER_NAME),
};
static const struct request_field migrate_gives[] = {
	INT(TAG_FROM),
	INT(TAG_INTO),
};
static const struct request_field doctor_gives[] = {
	TEXT(TAG_CHECK, NEED),
	INT(TAG_OK, NEED),
	TEXT(TAG_TEXT),
	TEXT(TAG_ADVICE),
};
static const struct request_field status_gives[] = {
	TEXT(TAG_STATE, NEED),
	TEXT(TAG_MUNICIPALITY),
	TEXT(TAG_INSTITUTION),
	TEXT(TAG_LAW),
	INT(TAG_SEQUENCE),
	INT(TAG_COUNT),
	INT(TAG_HELD),
	TEXT(TAG_ADVICE),
};
static const struct request_field officer_add_takes[] = {
	TEXT(TAG_OFFICER, NEED),
	INT(TAG_UID, NEED),
	TEXT(TAG_ROLE, NEED),
	TEXT(TAG_ADDRESSEE),
	TEXT(TAG_REASON),
};
static const struct request_field officer_takes[] = {
	TEXT(TAG_OFFICER, NEED),
	TEXT(TAG_REASON),
};
static const struct request_field officer_gives[] = {
	TEXT(TAG_OFFICER, NEED),
	INT(TAG_UID),
	TEXT(TAG_ROLE),
	TEXT(TAG_STATE),
};
static const struct request_field approval_list_takes[] = {
	INT(TAG_ALL),
};
static const struct request_field approval_list_gives[] = {
	INT(TAG_APPROVAL, NEED),
	TEXT(TAG_ACTION),
	TEXT(TAG_STATE),
	TEXT(TAG_OFFICER),
	INT(TAG_AT),
	INT(TAG_EXPIRES),
	TEXT(TAG_REASON),
	TEXT(TAG_DECIDED_BY),
	INT(TAG_DECIDED_AT),
	TEXT(TAG_NOTE),
};
static const struct request_field approval_show_takes[] = {
	INT(TAG_APPROVAL, NEED),
};
static const struct request_field approval_give_takes[] = {
	INT(TAG_APPROVAL, NEED),
	TEXT(TAG_PREVIEW),
	TEXT(TAG_REASON),
};
static const struct request_field approval_refuse_takes[] = {
	INT(TAG_APPROVAL, NEED),
	TEXT(TAG_REASON, NEED),
};
static const struct request_field approval_withdraw_takes[] = {
	INT(TAG_APPROVAL, NEED),
	TEXT(TAG_REASON),
};
/* What is asked, what it would change and what it changed differ by request: an item a row. */
static const struct request_field approval_show_gives[] = {
	TEXT(TAG_PART, NEED),
	INT(TAG_ROW),
	TEXT(TAG_ITEM),
	TEXT(TAG_VALUE),
};
static const struct request_field audit_verify_takes[] = {
	INT(TAG_SEQUENCE),
	TEXT(TAG_HASH),
};
static const struct request_field audit_verify_gives[] = {
	INT(TAG_OK, NEED),
	INT(TAG_SEQUENCE),
	TEXT(TAG_HASH),
	INT(TAG_AT),
	TEXT(TAG_TEXT),
};
static const struct request_field looks_gives[] = {
	INT(TAG_SEQUENCE, NEED),
	INT(TAG_AT),
	TEXT(TAG_OFFICER),
	TEXT(TAG_OFFICER_NAME),
	TEXT(TAG_ROLE),
	TEXT(TAG_ACTION),
	TEXT(TAG_OUTCOME),
	TEXT(TAG_TEXT),
};
static const struct request_field head_gives[] = {
	INT(TAG_SEQUENCE, NEED),
	INT(TAG_AT),
	TEXT(TAG_HASH),
	TEXT(TAG_TEXT),
	TEXT(TAG_SIGNATURE),
};
static const struct request_field law_install_takes[] = {
	TEXT(TAG_FILE_NAME),
	BYTES(TAG_SIGNATURE, NEED),
	TEXT(TAG_REASON),
};
static const struct request_field law_install_gives[] = {
	TEXT(TAG_LAW),
	TEXT(TAG_HASH),
	TEXT(TAG_PUBLISHER),
	TEXT(TAG_BEFORE),
	TEXT(TAG_PREVIOUS_HASH),
	TEXT(TAG_PROGRAMME),
	TEXT(TAG_CHANGE),
	INT(TAG_COUNT),
};
static const struct request_field law_show_takes[] = {
	TEXT(TAG_LAW),
};
static const struct request_field law_gives[] = {
	TEXT(TAG_LAW, NEED),
	TEXT(TAG_HASH),
	TEXT(TAG_STATE),
	INT(TAG_AT),
	TEXT(TAG_OFFICER),
	TEXT(TAG_OFFICER_NAME),
	TEXT(TAG_PUBLISHER),
	TEXT(TAG_FILE_NAME),
};
static const struct request_field law_impact_takes[] = {
	TEXT(TAG_FILE_NAME),
	TEXT(TAG_LAW),
	DAY(TAG_AS_OF),
	INT(TAG_COUNTS_ONLY),
};
static const struct request_field law_impact_gives[] = {
	TEXT(TAG_ADDRESSEE),
	TEXT(TAG_PROGRAMME),
	TEXT(TAG_CHANGE),
	TEXT(TAG_GIVEN_ON),
	TEXT(TAG_BEFORE),
	TEXT(TAG_AFTER),
	INT(TAG_COUNT),
};

static const struct request_shape shape[] = {
	{ REQUEST_INIT, "init", WRITE, ALL(init_takes), ALL(init_gives), WHOLE },
	{ REQUEST_MIGRATE, "migrate", WRITE, NONE, ALL(migrate_gives), WHOLE },
	{ REQUEST_DOCTOR, "doctor", LOOK, NONE, ALL(doctor_gives), WHOLE },
	{ REQUEST_PEER_TEST, "peer test", LOOK, NONE, ALL(doctor_gives), WHOLE },
	{ REQUEST_STATUS, "status", LOOK, NONE, ALL(status_gives), WHOLE },
	{ REQUEST_OFFICER_ADD, "officer add", WRITE, ALL(officer_add_takes),
	    ALL(officer_gives), WHOLE },
	{ REQUEST_OFFICER_LIST, "officer list", LOOK, NONE,
	    ALL(officer_gives), WHOLE },
	{ REQUEST_OFFICER_REMOVE, "officer remove", WRITE,
	    ALL(officer_takes), ALL(officer_gives), WHOLE },
	{ REQUEST_APPROVAL_LIST, "approval list", LOOK,
	    ALL(approval_list_takes), ALL(approval_list_gives),
	    ENDS_AT(1000, WORDS("decide some of these, or name one by its number: approval show")) },
	{ REQUEST_APPROVAL_SHOW, "approval show", WRITE,
	    ALL(approval_show_takes), ALL(approval_show_gives), WHOLE },
	{ REQUEST_APPROVAL_GIVE, "approval give", WRITE,
	    ALL(approval_give_takes), ALL(approval_show_gives), WHOLE },
	{ REQUEST_APPROVAL_REFUSE, "approval refuse", WRITE,
	    ALL(approval_refuse_takes), ALL(approval_list_gives), WHOLE },
	{ REQUEST_APPROVAL_WITHDRAW, "approval withdraw", WRITE,
	    ALL(approval_withdraw_takes), ALL(approval_list_gives), WHOLE },
	{ REQUEST_AUDIT_VERIFY, "audit verify", LOOK,
	    ALL(audit_verify_takes), ALL(audit_verify_gives), WHOLE },
	{ REQUEST_AUDIT_LOOKS, "audit looks", LOOK, ADDRESSEE,
	    ALL(looks_gives), WHOLE },
	{ REQUEST_AUDIT_HEAD, "audit head", WRITE, NONE, ALL(head_gives), WHOLE },
	{ REQUEST_KEY_ROTATE, "key rotate", WRITE, NONE, ALL(recovery_gives), WHOLE },
	{ REQUEST_KEY_REQUEST, "key request", FILE_IN, NONE, ALL(key_request_gives), WHOLE },
	{ REQUEST_KEY_ADOPT, "key adopt", WRITE, NONE, ALL(recovery_gives), WHOLE },
	{ REQUEST_KEY_RECOVERY, "key recovery", WRITE, NONE, ALL(recovery_gives), WHOLE },
	{ REQUEST_BACKUP, "backup", FILE_IN, NONE, ALL(backup_gives), WHOLE },
	{ REQUEST_PURGE_LIST, "purge list", LOOK, ALL(purge_list_takes), ALL(purge_gives), WHOLE },
	{ REQUEST_PURGE_DO, "purge do", WRITE, ALL(purge_do_takes), ALL(purge_gives),
	    ENDS_AT(500, WORDS("ask once more for the others")) },
	{ REQUEST_RESTORE, "restore", FILE_IN, ALL(restore_takes), ALL(restore_gives), WHOLE },
	{ REQUEST_RESTORE_ACCEPT, "restore accept", WRITE, NONE, NONE, WHOLE },
	{ REQUEST_LAW_INSTALL, "law install", FILE_IN, ALL(law_install_takes),
	    ALL(law_install_gives), WHOLE },
	{ REQUEST_LAW_LIST, "law list", LOOK, NONE, ALL(law_gives),
	    ENDS_AT(1000, WORDS("name one: law show")) },
	{ REQUEST_LAW_SHOW, "law show", LOOK, ALL(law_show_takes), ALL(law_gives), WHOLE },
	{ REQUEST_LAW_IMPACT, "law impact", FILE_LOOK, ALL(law_impact_takes),
	    ALL(law_impact_gives), WHOLE },
};

const struct request_shape_list request_shape_node = { ALL(shape) };

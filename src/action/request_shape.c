#include "action/request.h"

/* What each request takes and what its rows hold. */

#define NEED .required = true
#define MANY .repeated = true
#define SECRET .secret = true
#define TEXT(name, ...) { .tag = name, .type = FRAME_TEXT, ##__VA_ARGS__ }
#define INT(name, ...) { .tag = name, .type = FRAME_INT, ##__VA_ARGS__ }
#define BYTES(name, ...) { .tag = name, .type = FRAME_BYTES, ##__VA_ARGS__ }
#define DAY(name, ...) { .tag = name, .type = FRAME_DAY, ##__VA_ARGS__ }
#define LEN(a) (sizeof(a) / sizeof((a)[0]))
#define NONE NULL, 0
#define ALL(a) (a), LEN(a)

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

static const struct request_field import_residents_takes[] = {
	TEXT(TAG_FILE_NAME),
	INT(TAG_DRY_RUN),
	INT(TAG_STRICT),
};
static const struct request_field import_doses_takes[] = {
	TEXT(TAG_FILE_NAME),
	INT(TAG_DRY_RUN),
	TEXT(TAG_SOURCE),
	INT(TAG_STRICT),
};
static const struct request_field import_gives[] = {
	INT(TAG_READ, NEED),
	INT(TAG_NEW),
	INT(TAG_UNCHANGED),
	INT(TAG_CORRECTED),
	INT(TAG_WITHDRAWN),
	INT(TAG_HELD),
};

static const struct request_field addressee_takes[] = {
	TEXT(TAG_ADDRESSEE, NEED),
};
static const struct request_field resident_add_takes[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	TEXT(TAG_MY_NUMBER, SECRET),
	TEXT(TAG_NAME, NEED),
	TEXT(TAG_KANA, NEED),
	TEXT(TAG_ROMAN),
	DAY(TAG_BIRTH, NEED),
	TEXT(TAG_SEX, NEED),
	TEXT(TAG_ADDRESS),
	DAY(TAG_FROM, NEED),
	DAY(TAG_UNTIL),
	TEXT(TAG_PREVIOUS),
	TEXT(TAG_NEXT),
	DAY(TAG_DIED_ON),
	TEXT(TAG_REGISTRATION),
	TEXT(TAG_BASIS),
	DAY(TAG_REGISTRATION_UNTIL),
	TEXT(TAG_HOUSEHOLD),
	TEXT(TAG_MAILING_ADDRESS),
	TEXT(TAG_MAILING_NAME),
	TEXT(TAG_LANGUAGE),
};
static const struct request_field resident_gives[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	TEXT(TAG_NAME),
	TEXT(TAG_KANA),
	TEXT(TAG_ROMAN),
	DAY(TAG_BIRTH),
	TEXT(TAG_SEX),
	TEXT(TAG_ADDRESS),
	DAY(TAG_FROM),
	DAY(TAG_UNTIL),
	TEXT(TAG_MUNICIPALITY),
	TEXT(TAG_PREVIOUS),
	TEXT(TAG_NEXT),
	DAY(TAG_DIED_ON),
	INT(TAG_PROTECTED),
	TEXT(TAG_ANSWERS),
	TEXT(TAG_STATE),
	TEXT(TAG_TICKET),
	TEXT(TAG_NAME_DISPLAY),
	TEXT(TAG_OTHER_NAME),
	TEXT(TAG_REGISTRATION),
	TEXT(TAG_BASIS),
	DAY(TAG_REGISTRATION_UNTIL),
	TEXT(TAG_HOUSEHOLD),
	TEXT(TAG_MAILING_ADDRESS),
	TEXT(TAG_MAILING_NAME),
	TEXT(TAG_LANGUAGE),
	INT(TAG_LIKENESS),
};
static const struct request_field resident_find_takes[] = {
	TEXT(TAG_NAME),
	TEXT(TAG_KANA),
	TEXT(TAG_BIRTH),
	TEXT(TAG_MY_NUMBER, SECRET),
	TEXT(TAG_TICKET),
	TEXT(TAG_ADDRESSEE),
};
static const struct request_field unprotect_takes[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	DAY(TAG_UNTIL),
	TEXT(TAG_REASON, NEED),
};
static const struct request_field unprotect_gives[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	INT(TAG_PROTECTED),
};
static const struct request_field resident_correct_takes[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	TEXT(TAG_NAME),
	TEXT(TAG_KANA),
	TEXT(TAG_ROMAN),
	TEXT(TAG_BIRTH),
	TEXT(TAG_SEX),
	TEXT(TAG_ADDRESS),
	DAY(TAG_DIED_ON),
	TEXT(TAG_REGISTRATION),
	TEXT(TAG_BASIS),
	DAY(TAG_REGISTRATION_UNTIL),
	TEXT(TAG_HOUSEHOLD),
	TEXT(TAG_MAILING_ADDRESS),
	TEXT(TAG_MAILING_NAME),
	TEXT(TAG_LANGUAGE),
	TEXT(TAG_OTHER_KIND),
	TEXT(TAG_OTHER_NAME),
	TEXT(TAG_OTHER_KANA),
	TEXT(TAG_OTHER_ROMAN),
	DAY(TAG_FROM),
	DAY(TAG_UNTIL),
	TEXT(TAG_REASON, NEED),
};
static const struct request_field guardian_add_takes[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	TEXT(TAG_GUARDIAN),
	TEXT(TAG_NAME),
	TEXT(TAG_KANA),
	TEXT(TAG_RELATION, NEED),
	TEXT(TAG_BASIS, NEED),
	DAY(TAG_FROM, NEED),
	DAY(TAG_UNTIL),
	INT(TAG_NAMED),
};
static const struct request_field guardian_end_takes[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	INT(TAG_SEQUENCE, NEED),
	DAY(TAG_UNTIL, NEED),
};
static const struct request_field guardian_name_takes[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	INT(TAG_SEQUENCE, NEED),
	INT(TAG_CLOSED),
};
static const struct request_field guardian_gives[] = {
	INT(TAG_SEQUENCE, NEED),
	TEXT(TAG_ADDRESSEE),
	TEXT(TAG_GUARDIAN),
	TEXT(TAG_NAME),
	TEXT(TAG_KANA),
	TEXT(TAG_RELATION),
	TEXT(TAG_BASIS),
	DAY(TAG_FROM),
	DAY(TAG_UNTIL),
	INT(TAG_NAMED),
	TEXT(TAG_STATE),
};
static const struct request_field protect_takes[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	DAY(TAG_PROTECTED_FROM),
	DAY(TAG_PROTECTED_UNTIL),
};
static const struct request_field answers_takes[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	TEXT(TAG_ANSWERS, NEED),
};

#define DOSE_FIELDS \
	TEXT(TAG_LOT), DAY(TAG_EXPIRES_ON), TEXT(TAG_VOLUME_ML), \
	TEXT(TAG_SITE), TEXT(TAG_ROUTE), TEXT(TAG_CLINIC_CODE), \
	TEXT(TAG_CLINIC), TEXT(TAG_PHYSICIAN), TEXT(TAG_STATUS), \
	TEXT(TAG_EVIDENCE)
static const struct request_field dose_add_takes[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	TEXT(TAG_VACCINE, NEED),
	TEXT(TAG_GIVEN_ON, NEED),
	DOSE_FIELDS,
	TEXT(TAG_SOURCE),
	TEXT(TAG_REASON),
};
static const struct request_field dose_correct_takes[] = {
	TEXT(TAG_DOSE_ID, NEED),
	TEXT(TAG_VACCINE),
	TEXT(TAG_GIVEN_ON),
	DOSE_FIELDS,
	TEXT(TAG_REASON, NEED),
};
static const struct request_field dose_withdraw_takes[] = {
	TEXT(TAG_DOSE_ID, NEED),
	TEXT(TAG_REASON, NEED),
};
static const struct request_field dose_gives[] = {
	TEXT(TAG_DOSE_ID, NEED),
	INT(TAG_VERSION),
	TEXT(TAG_STATE),
	TEXT(TAG_WARNINGS),
};
static const struct request_field dose_versions_takes[] = {
	TEXT(TAG_DOSE_ID, NEED),
};
static const struct request_field dose_versions_gives[] = {
	INT(TAG_VERSION, NEED),
	INT(TAG_AT),
	TEXT(TAG_STATUS),
	TEXT(TAG_VACCINE),
	TEXT(TAG_GIVEN_ON),
	TEXT(TAG_LOT),
	DAY(TAG_EXPIRES_ON),
	TEXT(TAG_VOLUME_ML),
	TEXT(TAG_SITE),
	TEXT(TAG_ROUTE),
	TEXT(TAG_CLINIC_CODE),
	TEXT(TAG_CLINIC),
	TEXT(TAG_PHYSICIAN),
	TEXT(TAG_EVIDENCE),
	TEXT(TAG_REASON),
};
static const struct request_field circumstance_add_takes[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	TEXT(TAG_CONDITION),
	TEXT(TAG_PROGRAMME),
	TEXT(TAG_BASIS),
	DAY(TAG_FROM),
	DAY(TAG_UNTIL),
	INT(TAG_WEEKS),
	INT(TAG_WEEK_DAYS),
	TEXT(TAG_ANTIBODY),
	DAY(TAG_ON),
	TEXT(TAG_EVIDENCE),
};
static const struct request_field circumstance_end_takes[] = {
	TEXT(TAG_CIRCUMSTANCE, NEED),
	TEXT(TAG_REASON, NEED),
};
static const struct request_field circumstance_gives[] = {
	TEXT(TAG_CIRCUMSTANCE, NEED),
	TEXT(TAG_CIRCUMSTANCE_KIND),
	TEXT(TAG_CONDITION),
	TEXT(TAG_PROGRAMME),
	TEXT(TAG_BASIS),
	TEXT(TAG_ANTIBODY),
	DAY(TAG_FROM),
	DAY(TAG_UNTIL),
	TEXT(TAG_EVIDENCE),
	TEXT(TAG_STATE),
	TEXT(TAG_REASON),
};
static const struct request_field ticket_gives[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	TEXT(TAG_TICKET, NEED),
};
static const struct request_field ticket_programme_takes[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	TEXT(TAG_PROGRAMME),
};
static const struct request_field ticket_hand_out_takes[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	DAY(TAG_AS_OF),
};
static const struct request_field ticket_list_gives[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	TEXT(TAG_TICKET, NEED),
	TEXT(TAG_PROGRAMME),
	INT(TAG_DOSE),
	DAY(TAG_EARLIEST),
	DAY(TAG_LATEST),
	TEXT(TAG_STATE),
	DAY(TAG_ON),
	DAY(TAG_UNTIL),
	TEXT(TAG_WARNINGS),
};

static const struct request_field show_takes[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	DAY(TAG_AS_OF),
};
static const struct request_field due_takes[] = {
	DAY(TAG_AS_OF),
	TEXT(TAG_PROGRAMME),
	INT(TAG_OVERDUE),
};
static const struct request_field check_takes[] = {
	TEXT(TAG_TICKET, NEED),
	DAY(TAG_BIRTH, NEED),
	DAY(TAG_AS_OF),
};
static const struct request_field export_takes[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	DAY(TAG_AS_OF),
	TEXT(TAG_FORMAT),
	TEXT(TAG_PURPOSE),
};

static const struct request_field move_in_takes[] = {
	TEXT(TAG_MY_NUMBER, NEED, SECRET),
	TEXT(TAG_ADDRESSEE),
	TEXT(TAG_NAME, NEED),
	TEXT(TAG_KANA, NEED),
	TEXT(TAG_ROMAN),
	DAY(TAG_BIRTH, NEED),
	TEXT(TAG_SEX, NEED),
	TEXT(TAG_ADDRESS),
	TEXT(TAG_FROM, NEED),
	DAY(TAG_ON, NEED),
	INT(TAG_URGENT),
};
static const struct request_field inquire_takes[] = {
	TEXT(TAG_ADDRESSEE, MANY),
	INT(TAG_WAIT),
};
static const struct request_field inquire_urgent_takes[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	TEXT(TAG_FROM, NEED),
	TEXT(TAG_REASON, NEED),
};
static const struct request_field inquiry_urgent_takes[] = {
	DAY(TAG_ON),
};
static const struct request_field inquiry_urgent_gives[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	TEXT(TAG_PROVIDER),
	TEXT(TAG_STATE),
	TEXT(TAG_OFFICER),
	TEXT(TAG_REASON),
	INT(TAG_REQUESTED_AT),
	INT(TAG_NEXT_AT),
};
static const struct request_field inquiry_list_takes[] = {
	TEXT(TAG_ADDRESSEE, MANY),
};
static const struct request_field inquiry_gives[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	TEXT(TAG_PROVIDER),
	TEXT(TAG_STATE),
	TEXT(TAG_OUTCOME),
	INT(TAG_REQUESTED_AT),
	INT(TAG_NEXT_AT),
	INT(TAG_ATTEMPTS),
	TEXT(TAG_PROCESS_NO),
	TEXT(TAG_OWNER),
	TEXT(TAG_ADVICE),
};

static const struct request_field held_list_takes[] = {
	TEXT(TAG_HELD_KIND),
};
static const struct request_field held_list_gives[] = {
	TEXT(TAG_HELD_ID, NEED),
	TEXT(TAG_HELD_KIND),
	TEXT(TAG_REASON),
	TEXT(TAG_ADDRESSEE),
	TEXT(TAG_SOURCE),
	TEXT(TAG_INQUIRER),
	INT(TAG_AT),
	INT(TAG_EXPIRES),
	TEXT(TAG_TEXT),
};
static const struct request_field held_attach_takes[] = {
	TEXT(TAG_HELD_ID, NEED),
	TEXT(TAG_ADDRESSEE, NEED),
	TEXT(TAG_REASON),
};
static const struct request_field held_decide_takes[] = {
	TEXT(TAG_HELD_ID, NEED),
	TEXT(TAG_REASON),
};
static const struct request_field held_gives[] = {
	TEXT(TAG_HELD_ID, NEED),
	TEXT(TAG_STATE),
};

static const struct request_field queue_gives[] = {
	TEXT(TAG_ACTION, NEED),
	TEXT(TAG_ENDPOINT),
	TEXT(TAG_STATE),
	INT(TAG_ATTEMPTS),
	INT(TAG_AT),
	INT(TAG_NEXT_AT),
	TEXT(TAG_RETRY_CLASS),
	TEXT(TAG_OWNER),
	TEXT(TAG_ADVICE),
};
static const struct request_field records_takes[] = {
	TEXT(TAG_ADDRESSEE),
};
static const struct request_field records_outdated_gives[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	TEXT(TAG_INQUIRER),
	INT(TAG_PROVIDED_AT),
	TEXT(TAG_PROCESS_NO),
};
static const struct request_field records_gives[] = {
	TEXT(TAG_PROCESS_NO, NEED),
	TEXT(TAG_HOLDER),
	TEXT(TAG_INQUIRER),
	TEXT(TAG_PROVIDER),
	INT(TAG_REQUESTED_AT),
	INT(TAG_PROVIDED_AT),
	TEXT(TAG_ITEMS),
	TEXT(TAG_OUTCOME),
	INT(TAG_NON_DISCLOSURE),
};
static const struct request_field copy_verify_gives[] = {
	TEXT(TAG_ENDPOINT, NEED),
	TEXT(TAG_STATE, NEED),
	INT(TAG_AT),
	INT(TAG_COUNT),
	TEXT(TAG_ADDRESSEE),
	TEXT(TAG_TEXT),
};
static const struct request_field copy_send_gives[] = {
	INT(TAG_COUNT, NEED),
	TEXT(TAG_STATE),
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

#define LOOK false, false
#define FILE_LOOK true, false
#define WRITE false, true
#define FILE_IN true, true

static const struct request_shape shape[REQUEST__COUNT] = {
	[REQUEST_INIT] = { REQUEST_INIT, "init", WRITE, ALL(init_takes), ALL(init_gives) },
	[REQUEST_MIGRATE] = { REQUEST_MIGRATE, "migrate", WRITE, NONE, ALL(migrate_gives) },
	[REQUEST_DOCTOR] = { REQUEST_DOCTOR, "doctor", LOOK, NONE, ALL(doctor_gives) },
	[REQUEST_STATUS] = { REQUEST_STATUS, "status", LOOK, NONE, ALL(status_gives) },
	[REQUEST_OFFICER_ADD] = { REQUEST_OFFICER_ADD, "officer add", WRITE, ALL(officer_add_takes),
	    ALL(officer_gives) },
	[REQUEST_OFFICER_LIST] = { REQUEST_OFFICER_LIST, "officer list", LOOK, NONE,
	    ALL(officer_gives) },
	[REQUEST_OFFICER_REMOVE] = { REQUEST_OFFICER_REMOVE, "officer remove", WRITE,
	    ALL(officer_takes), ALL(officer_gives) },
	[REQUEST_APPROVAL_LIST] = { REQUEST_APPROVAL_LIST, "approval list", LOOK,
	    ALL(approval_list_takes), ALL(approval_list_gives) },
	/* Its preview is written, and dropped. */
	[REQUEST_APPROVAL_SHOW] = { REQUEST_APPROVAL_SHOW, "approval show", WRITE,
	    ALL(approval_show_takes), ALL(approval_show_gives) },
	[REQUEST_APPROVAL_GIVE] = { REQUEST_APPROVAL_GIVE, "approval give", WRITE,
	    ALL(approval_give_takes), ALL(approval_show_gives) },
	[REQUEST_APPROVAL_REFUSE] = { REQUEST_APPROVAL_REFUSE, "approval refuse", WRITE,
	    ALL(approval_refuse_takes), ALL(approval_list_gives) },
	[REQUEST_APPROVAL_WITHDRAW] = { REQUEST_APPROVAL_WITHDRAW, "approval withdraw", WRITE,
	    ALL(approval_withdraw_takes), ALL(approval_list_gives) },
	[REQUEST_AUDIT_VERIFY] = { REQUEST_AUDIT_VERIFY, "audit verify", LOOK,
	    ALL(audit_verify_takes), ALL(audit_verify_gives) },
	[REQUEST_AUDIT_LOOKS] = { REQUEST_AUDIT_LOOKS, "audit looks", LOOK, ALL(addressee_takes),
	    ALL(looks_gives) },
	[REQUEST_AUDIT_HEAD] = { REQUEST_AUDIT_HEAD, "audit head", WRITE, NONE, ALL(head_gives) },
	[REQUEST_IMPORT_RESIDENTS] = { REQUEST_IMPORT_RESIDENTS, "import residents", FILE_IN,
	    ALL(import_residents_takes), ALL(import_gives) },
	[REQUEST_IMPORT_DOSES] = { REQUEST_IMPORT_DOSES, "import doses", FILE_IN,
	    ALL(import_doses_takes), ALL(import_gives) },
	[REQUEST_RESIDENT_ADD] = { REQUEST_RESIDENT_ADD, "resident add", WRITE,
	    ALL(resident_add_takes), ALL(resident_gives) },
	[REQUEST_RESIDENT_SHOW] = { REQUEST_RESIDENT_SHOW, "resident show", LOOK,
	    ALL(addressee_takes), ALL(resident_gives) },
	[REQUEST_RESIDENT_FIND] = { REQUEST_RESIDENT_FIND, "resident find", LOOK,
	    ALL(resident_find_takes), ALL(resident_gives) },
	[REQUEST_RESIDENT_PROTECT] = { REQUEST_RESIDENT_PROTECT, "resident protect", WRITE,
	    ALL(protect_takes), ALL(resident_gives) },
	[REQUEST_RESIDENT_UNPROTECT] = { REQUEST_RESIDENT_UNPROTECT, "resident unprotect", WRITE,
	    ALL(unprotect_takes), ALL(unprotect_gives) },
	[REQUEST_RESIDENT_CORRECT] = { REQUEST_RESIDENT_CORRECT, "resident correct", WRITE,
	    ALL(resident_correct_takes), ALL(resident_gives) },
	[REQUEST_GUARDIAN_ADD] = { REQUEST_GUARDIAN_ADD, "guardian add", WRITE, ALL(guardian_add_takes),
	    ALL(guardian_gives) },
	[REQUEST_GUARDIAN_END] = { REQUEST_GUARDIAN_END, "guardian end", WRITE, ALL(guardian_end_takes),
	    ALL(guardian_gives) },
	[REQUEST_GUARDIAN_NAME] = { REQUEST_GUARDIAN_NAME, "guardian name", WRITE,
	    ALL(guardian_name_takes), ALL(guardian_gives) },
	[REQUEST_GUARDIAN_LIST] = { REQUEST_GUARDIAN_LIST, "guardian list", LOOK, ALL(addressee_takes),
	    ALL(guardian_gives) },
	[REQUEST_RESIDENT_ANSWERS] = { REQUEST_RESIDENT_ANSWERS, "resident answers", WRITE,
	    ALL(answers_takes), ALL(resident_gives) },
	[REQUEST_DOSE_ADD] = { REQUEST_DOSE_ADD, "dose add", WRITE, ALL(dose_add_takes),
	    ALL(dose_gives) },
	[REQUEST_DOSE_CORRECT] = { REQUEST_DOSE_CORRECT, "dose correct", WRITE,
	    ALL(dose_correct_takes), ALL(dose_gives) },
	[REQUEST_DOSE_WITHDRAW] = { REQUEST_DOSE_WITHDRAW, "dose withdraw", WRITE,
	    ALL(dose_withdraw_takes), ALL(dose_gives) },
	[REQUEST_DOSE_UNDO] = { REQUEST_DOSE_UNDO, "dose undo", WRITE, ALL(dose_withdraw_takes),
	    ALL(dose_gives) },
	[REQUEST_DOSE_VERSIONS] = { REQUEST_DOSE_VERSIONS, "dose versions", LOOK, ALL(dose_versions_takes),
	    ALL(dose_versions_gives) },
	[REQUEST_CIRCUMSTANCE_ADD] = { REQUEST_CIRCUMSTANCE_ADD, "circumstance add", WRITE,
	    ALL(circumstance_add_takes), ALL(circumstance_gives) },
	[REQUEST_CIRCUMSTANCE_LIST] = { REQUEST_CIRCUMSTANCE_LIST, "circumstance list", LOOK,
	    ALL(addressee_takes), ALL(circumstance_gives) },
	[REQUEST_CIRCUMSTANCE_END] = { REQUEST_CIRCUMSTANCE_END, "circumstance end", WRITE,
	    ALL(circumstance_end_takes), ALL(circumstance_gives) },
	[REQUEST_TICKET_ISSUE] = { REQUEST_TICKET_ISSUE, "ticket issue", WRITE,
	    ALL(addressee_takes), ALL(ticket_gives) },
	[REQUEST_TICKET_REISSUE] = { REQUEST_TICKET_REISSUE, "ticket reissue", WRITE,
	    ALL(ticket_programme_takes), ALL(ticket_list_gives) },
	[REQUEST_TICKET_VOID] = { REQUEST_TICKET_VOID, "ticket void", WRITE,
	    ALL(ticket_programme_takes), ALL(ticket_list_gives) },
	[REQUEST_TICKET_LIST] = { REQUEST_TICKET_LIST, "ticket list", LOOK,
	    ALL(addressee_takes), ALL(ticket_list_gives) },
	[REQUEST_TICKET_HAND_OUT] = { REQUEST_TICKET_HAND_OUT, "ticket hand-out", WRITE,
	    ALL(ticket_hand_out_takes), ALL(ticket_list_gives) },
	[REQUEST_KEY_ROTATE] = { REQUEST_KEY_ROTATE, "key rotate", WRITE, NONE, ALL(recovery_gives) },
	[REQUEST_KEY_RECOVERY] = { REQUEST_KEY_RECOVERY, "key recovery", WRITE, NONE, ALL(recovery_gives) },
	[REQUEST_BACKUP] = { REQUEST_BACKUP, "backup", FILE_IN, NONE, ALL(backup_gives) },
	[REQUEST_RESTORE] = { REQUEST_RESTORE, "restore", FILE_IN, ALL(restore_takes), ALL(restore_gives) },
	[REQUEST_RESTORE_ACCEPT] = { REQUEST_RESTORE_ACCEPT, "restore accept", WRITE, NONE, NONE },
	[REQUEST_SHOW] = { REQUEST_SHOW, "show", LOOK, ALL(show_takes), NONE },
	[REQUEST_DUE] = { REQUEST_DUE, "due", LOOK, ALL(due_takes), NONE },
	[REQUEST_CHECK] = { REQUEST_CHECK, "check", LOOK, ALL(check_takes), NONE },
	[REQUEST_EXPORT] = { REQUEST_EXPORT, "export", LOOK, ALL(export_takes), NONE },
	[REQUEST_MOVE_IN] = { REQUEST_MOVE_IN, "move-in", WRITE, ALL(move_in_takes),
	    ALL(resident_gives) },
	[REQUEST_INQUIRE] = { REQUEST_INQUIRE, "inquire", WRITE, ALL(inquire_takes),
	    ALL(inquiry_gives) },
	[REQUEST_INQUIRE_URGENT] = { REQUEST_INQUIRE_URGENT, "inquire urgent", WRITE,
	    ALL(inquire_urgent_takes), ALL(inquiry_urgent_gives) },
	[REQUEST_INQUIRY_URGENT] = { REQUEST_INQUIRY_URGENT, "inquiry urgent", LOOK,
	    ALL(inquiry_urgent_takes), ALL(inquiry_urgent_gives) },
	[REQUEST_INQUIRY_LIST] = { REQUEST_INQUIRY_LIST, "inquiry list", LOOK,
	    ALL(inquiry_list_takes), ALL(inquiry_gives) },
	[REQUEST_HELD_LIST] = { REQUEST_HELD_LIST, "held list", LOOK, ALL(held_list_takes),
	    ALL(held_list_gives) },
	[REQUEST_HELD_ATTACH] = { REQUEST_HELD_ATTACH, "held attach", WRITE, ALL(held_attach_takes),
	    ALL(held_gives) },
	[REQUEST_HELD_RELEASE] = { REQUEST_HELD_RELEASE, "held release", WRITE,
	    ALL(held_decide_takes), ALL(held_gives) },
	[REQUEST_HELD_REFUSE] = { REQUEST_HELD_REFUSE, "held refuse", WRITE, ALL(held_decide_takes),
	    ALL(held_gives) },
	[REQUEST_QUEUE] = { REQUEST_QUEUE, "queue", LOOK, NONE, ALL(queue_gives) },
	[REQUEST_RECORDS_OUTDATED] = { REQUEST_RECORDS_OUTDATED, "records outdated", LOOK, NONE,
	    ALL(records_outdated_gives) },
	[REQUEST_RECORDS] = { REQUEST_RECORDS, "records", LOOK, ALL(records_takes),
	    ALL(records_gives) },
	[REQUEST_LAW_INSTALL] = { REQUEST_LAW_INSTALL, "law install", FILE_IN, ALL(law_install_takes),
	    ALL(law_install_gives) },
	[REQUEST_LAW_LIST] = { REQUEST_LAW_LIST, "law list", LOOK, NONE, ALL(law_gives) },
	[REQUEST_LAW_SHOW] = { REQUEST_LAW_SHOW, "law show", LOOK, ALL(law_show_takes), ALL(law_gives) },
	[REQUEST_LAW_IMPACT] = { REQUEST_LAW_IMPACT, "law impact", FILE_LOOK, ALL(law_impact_takes),
	    ALL(law_impact_gives) },
	[REQUEST_COPY_VERIFY] = { REQUEST_COPY_VERIFY, "copy verify", WRITE, NONE,
	    ALL(copy_verify_gives) },
	[REQUEST_COPY_SEND] = { REQUEST_COPY_SEND, "copy send", WRITE, NONE, ALL(copy_send_gives) },
};

const struct request_shape *
request_shape(enum request_kind kind)
{
	return kind > REQUEST_NONE && kind < REQUEST__COUNT && shape[kind].name != NULL ?
	    &shape[kind] : NULL;
}

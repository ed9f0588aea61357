#ifndef ACTION_REQUEST_H
#define ACTION_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/day.h"
#include "base/fault.h"
#include "base/frame.h"

/*
 * What an officer, clinic, resident or operator may ask of a node, and what comes
 * back: the one list shared by the store process, the command line, pages and tests.
 *
 * A request is one frame: kind = enum request_kind, fields = tags of enum request_tag.
 * Which tags a kind takes, of which type, and which are required stands in a table
 * (request_shape); request_read refuses an undeclared, repeated, missing or
 * ill-typed field, so an action sees only what was declared.
 *
 * The answer is a series of frames: any number of RESULT_PROGRESS, RESULT_ROW and
 * RESULT_HISTORY, then exactly one RESULT_DONE.
 */
enum request_kind {
	REQUEST_NONE,
	/* the node itself */
	REQUEST_INIT, REQUEST_MIGRATE, REQUEST_DOCTOR, REQUEST_STATUS,
	REQUEST_OFFICER_ADD, REQUEST_OFFICER_LIST, REQUEST_OFFICER_REMOVE,
	REQUEST_AUDIT_VERIFY, REQUEST_AUDIT_LOOKS, REQUEST_AUDIT_HEAD,
	/* what waits for a second officer */
	REQUEST_APPROVAL_LIST, REQUEST_APPROVAL_SHOW, REQUEST_APPROVAL_GIVE, REQUEST_APPROVAL_REFUSE,
	REQUEST_APPROVAL_WITHDRAW,
	/* residents and doses */
	REQUEST_IMPORT_RESIDENTS, REQUEST_IMPORT_DOSES,
	REQUEST_RESIDENT_ADD, REQUEST_RESIDENT_SHOW, REQUEST_RESIDENT_FIND,
	REQUEST_RESIDENT_PROTECT, REQUEST_RESIDENT_UNPROTECT, REQUEST_RESIDENT_ANSWERS, REQUEST_RESIDENT_CORRECT,
	REQUEST_GUARDIAN_ADD, REQUEST_GUARDIAN_END, REQUEST_GUARDIAN_NAME, REQUEST_GUARDIAN_LIST,
	REQUEST_DOSE_ADD, REQUEST_DOSE_CORRECT, REQUEST_DOSE_WITHDRAW, REQUEST_DOSE_UNDO, REQUEST_DOSE_VERSIONS,
	REQUEST_CIRCUMSTANCE_ADD, REQUEST_CIRCUMSTANCE_LIST, REQUEST_CIRCUMSTANCE_END,
	REQUEST_DUPLICATE_LIST, REQUEST_DUPLICATE_SHOW, REQUEST_DUPLICATE_DECIDE, REQUEST_DUPLICATE_UNDO,
	REQUEST_TICKET_ISSUE, REQUEST_TICKET_REISSUE, REQUEST_TICKET_VOID, REQUEST_TICKET_LIST, REQUEST_TICKET_HAND_OUT,
	/* the registers of the office */
	REQUEST_CLINIC_ADD, REQUEST_CLINIC_CORRECT, REQUEST_CLINIC_CONTRACT, REQUEST_CLINIC_END, REQUEST_CLINIC_LIST,
	REQUEST_CLINIC_SHOW, REQUEST_IMPORT_CLINICS, REQUEST_CLINIC_ZERO, REQUEST_IMPORT_MONTHS,
	REQUEST_LETTER_ISSUE, REQUEST_LETTER_LIST, REQUEST_LETTER_SHOW, REQUEST_LETTER_VOID, REQUEST_LETTER_RESULT,
	REQUEST_MISTAKE_ADD, REQUEST_MISTAKE_CORRECT, REQUEST_MISTAKE_LIST, REQUEST_MISTAKE_TABLE, REQUEST_MISTAKE_SUGGEST,
	REQUEST_REACTION_ADD, REQUEST_REACTION_CORRECT, REQUEST_REACTION_LIST, REQUEST_REACTION_TABLE,
	REQUEST_REACTION_SYMPTOMS,
	/* lists of people */
	REQUEST_LIST_DEFINE, REQUEST_LIST_NAMES, REQUEST_LIST_SHOW, REQUEST_LIST_RUN, REQUEST_LIST_RELEASE,
	REQUEST_LIST_RELEASED, REQUEST_LIST_FETCH,
	REQUEST_NOTICE_RUN, REQUEST_NOTICE_RUNS, REQUEST_NOTICE_MAIL, REQUEST_NOTICE_UNDO, REQUEST_NOTICE_LIST,
	REQUEST_NOTICE_RETURNED, REQUEST_NOTICE_RETURN, REQUEST_NOTICE_RESEND, REQUEST_NOTICE_REFUSE, REQUEST_NOTICE_ACCEPT,
	/* statistics */
	REQUEST_STATISTICS_DOSES, REQUEST_STATISTICS_COVERAGE,
	/* keys and copies */
	REQUEST_KEY_ROTATE, REQUEST_KEY_RECOVERY, REQUEST_BACKUP, REQUEST_RESTORE, REQUEST_RESTORE_ACCEPT,
	REQUEST_PURGE_LIST, REQUEST_PURGE_DO,
	/* running it */
	REQUEST_METRICS, REQUEST_MAINTENANCE_ON, REQUEST_MAINTENANCE_OFF,
	/* reading */
	REQUEST_SHOW, REQUEST_DUE, REQUEST_CHECK, REQUEST_EXPORT,
	/* the crossing */
	REQUEST_MOVE_IN, REQUEST_INQUIRE, REQUEST_INQUIRE_URGENT, REQUEST_INQUIRY_URGENT, REQUEST_INQUIRY_LIST,
	REQUEST_HELD_LIST, REQUEST_HELD_ATTACH, REQUEST_HELD_RELEASE, REQUEST_HELD_REFUSE,
	REQUEST_QUEUE, REQUEST_RECORDS, REQUEST_RECORDS_OUTDATED, REQUEST_COPY_SEND, REQUEST_COPY_VERIFY,
	REQUEST_CORRECTION_LIST, REQUEST_CORRECTION_TOLD,
	/* the law */
	REQUEST_LAW_INSTALL, REQUEST_LAW_LIST, REQUEST_LAW_SHOW, REQUEST_LAW_IMPACT,
	REQUEST__COUNT,

	/* what a request may do besides, by the role; nobody asks for these by themselves */
	REQUEST_SEE_PROTECTED = REQUEST__COUNT, REQUEST_FIND_NUMBER,
	REQUEST__PERMISSIONS,

	RESULT_DONE = 0x100,
	RESULT_ROW,		/* one line of a list: the tags of request_columns(kind) */
	RESULT_HISTORY,		/* one person's record, report/history.h */
	RESULT_PROGRESS,	/* TAG_COUNT of TAG_TOTAL (0 = unknown) */
};

/* Names of fields, in requests and rows alike.  Numbers are never reused. */
enum request_tag {
	TAG_NONE,
	TAG_RC, TAG_PLACE, TAG_TEXT,			/* RESULT_DONE: enum rc and a fault */
	TAG_COUNT, TAG_TOTAL,
	TAG_ADDRESSEE, TAG_TICKET, TAG_BIRTH, TAG_SEX, TAG_NAME, TAG_KANA, TAG_ROMAN, TAG_ADDRESS,
	TAG_MUNICIPALITY, TAG_FROM, TAG_ON, TAG_UNTIL, TAG_AS_OF, TAG_PROGRAMME, TAG_OVERDUE,
	TAG_SOURCE, TAG_STRICT, TAG_DRY_RUN, TAG_FILE_NAME,
	TAG_KEYS, TAG_URL_REGISTRAR, TAG_URL_CORE, TAG_URL_INTERMEDIARY, TAG_LAW_FILE, TAG_NETWORK,
	TAG_UID, TAG_ROLE, TAG_OFFICER, TAG_REASON, TAG_DECISION, TAG_HELD_ID, TAG_HELD_KIND,
	TAG_STATE, TAG_AT, TAG_NEXT_AT, TAG_ATTEMPTS, TAG_OWNER, TAG_ADVICE, TAG_OK,
	TAG_READ, TAG_NEW, TAG_UNCHANGED, TAG_CORRECTED, TAG_WITHDRAWN, TAG_HELD, TAG_ROW,
	TAG_PROCESS_NO, TAG_INQUIRER, TAG_PROVIDER, TAG_REQUESTED_AT, TAG_PROVIDED_AT, TAG_OUTCOME,
	TAG_ITEMS, TAG_EXPIRES, TAG_HOLDER, TAG_NON_DISCLOSURE,
	TAG_SEQUENCE, TAG_ACTION, TAG_SUBJECT, TAG_HASH, TAG_SIGNATURE,
	TAG_DOSE_ID, TAG_VACCINE, TAG_GIVEN_ON, TAG_LOT, TAG_EXPIRES_ON, TAG_VOLUME_ML, TAG_SITE, TAG_ROUTE,
	TAG_CLINIC_CODE, TAG_CLINIC, TAG_PHYSICIAN, TAG_STATUS, TAG_EVIDENCE, TAG_VERSION,
	TAG_PROTECTED, TAG_PROTECTED_FROM, TAG_PROTECTED_UNTIL, TAG_ANSWERS, TAG_WAIT, TAG_RECOVERY_A, TAG_RECOVERY_B,
	TAG_MY_NUMBER, TAG_CHECK, TAG_EARLIEST, TAG_LATEST, TAG_DOSE, TAG_VACCINES, TAG_PURPOSE, TAG_LAW,
	TAG_RETRY_CLASS, TAG_SUBJECT_KIND, TAG_INTO, TAG_URGENT, TAG_CONDITION, TAG_FORMAT,
	TAG_INSTITUTION, TAG_PREVIOUS, TAG_NEXT, TAG_DIED_ON, TAG_ENDPOINT,
	TAG_APPROVAL, TAG_ALL, TAG_PREVIEW, TAG_PART, TAG_ITEM, TAG_VALUE, TAG_DECIDED_BY, TAG_DECIDED_AT, TAG_NOTE,
	TAG_FILE_MADE,		/* a new file that comes along, to be written */
	TAG_WARNINGS,
	TAG_CHANGE, TAG_BEFORE, TAG_AFTER, TAG_PUBLISHER, TAG_PREVIOUS_HASH, TAG_COUNTS_ONLY,
	TAG_CIRCUMSTANCE, TAG_CIRCUMSTANCE_KIND, TAG_WEEKS, TAG_WEEK_DAYS, TAG_ANTIBODY,
	TAG_GUARDIAN, TAG_RELATION, TAG_BASIS, TAG_NAMED, TAG_CLOSED, TAG_MAILING_ADDRESS, TAG_MAILING_NAME,
	TAG_HOUSEHOLD, TAG_LANGUAGE, TAG_REGISTRATION, TAG_REGISTRATION_UNTIL, TAG_NAME_DISPLAY, TAG_LIKENESS,
	TAG_OTHER_NAME, TAG_OTHER_KANA, TAG_OTHER_ROMAN, TAG_OTHER_KIND,
	TAG_LIST, TAG_DESCRIPTION, TAG_DESCRIPTION_EN, TAG_CONDITIONS, TAG_AGE, TAG_BORN, TAG_COHORT, TAG_TURNS,
	TAG_RESIDENT_ON, TAG_ARRIVED_SINCE, TAG_DISTRICT, TAG_HAS, TAG_HAS_NOT, TAG_RECORDS, TAG_APART,
	TAG_RELEASE, TAG_ENCODING, TAG_LEAVE_OUT, TAG_LEFT_OUT, TAG_REPLACED,
	TAG_RUN, TAG_AGAIN_AFTER,
	TAG_KEPT, TAG_PURGED, TAG_KEPT_UNTIL, TAG_HINDRANCE, TAG_TOMBSTONE,
	TAG_PERIOD, TAG_BY, TAG_PUBLISH, TAG_OTHERS, TAG_COMPLETE, TAG_OPEN, TAG_NO_LONGER, TAG_INCOMPLETE, TAG_EXEMPT,
	TAG_REVIEW, TAG_NOT_ELIGIBLE, TAG_DENOMINATOR, TAG_PERCENT,
	TAG_PHONE, TAG_ACCEPTS, TAG_WARNED, TAG_ROWS, TAG_COLUMN,
	TAG_MONTH, TAG_FIRST_FILE, TAG_FIRST_AT, TAG_LAST_FILE, TAG_LAST_AT, TAG_MISSING, TAG_UNDO,
	TAG_RECIPIENT, TAG_SENT_AT, TAG_RECEIPT_AT, TAG_LOCAL_VERSION,
	TAG_LETTER, TAG_ADDRESSED_TO, TAG_APPLICANT, TAG_PAID_YEN, TAG_FISCAL_YEAR,
	TAG_HOURS,
	TAG_MISTAKE, TAG_MISTAKE_KIND, TAG_NOTICED_ON, TAG_NOTICED_BY, TAG_REPORTED_TO, TAG_REPORTED_ON,
	TAG_DUPLICATE, TAG_RULE, TAG_VERDICT, TAG_KEEP, TAG_BOTH, TAG_PRODUCT_TEXT,
	TAG_REACTION, TAG_SYMPTOM, TAG_SYMPTOM_CODE, TAG_ONSET_ON, TAG_ONSET_AFTER, TAG_RECEIVED_ON, TAG_REPORTED_BY, TAG_LIMIT,
	TAG_WITHIN, TAG_UNCONFIRMED,
	TAG__COUNT
};

/* What a FRAME_INT of this name counts. */
enum request_unit {
	UNIT_PLAIN,
	UNIT_BOOL,		/* 0 or 1 */
	UNIT_TIME,		/* microseconds since 1970 UTC; 0: never */
};
enum request_unit request_tag_unit(enum request_tag tag);

#define REQUEST_ADDRESSEES 1000		/* most addressee numbers in one inquire */

struct request {
	enum request_kind kind;
	struct frame_field field[TAG__COUNT];	/* type 0 when absent */
	const char *addressee[REQUEST_ADDRESSEES];	/* TAG_ADDRESSEE may be repeated */
	size_t n_addressee;
	int fd;				/* a file that came along, -1 */
};

struct request_field {
	enum request_tag tag;
	enum frame_type type;
	bool required;
	bool repeated;
	bool secret;			/* never echoed, logged or audited */
};
struct request_shape {
	enum request_kind kind;
	const char *name;		/* "import residents": the words of the command line */
	bool file;			/* a file descriptor must come along */
	bool writes;			/* changes the register (a look writes only its audit row) */
	const struct request_field *field;
	size_t n_field;
	const struct request_field *column;	/* of its RESULT_ROW frames, in order of display */
	size_t n_column;
};
/* NULL for a kind that does not exist. */
const struct request_shape *request_shape(enum request_kind kind);
/* Name of a tag as in JSON and CSV ("addresseeNo"), and its heading for people (a message id). */
const char *request_tag_name(enum request_tag tag);
const char *request_tag_heading(enum request_tag tag);

#define REQUEST_BYTES_MAX 65536		/* of a request frame's body: REQUEST_ADDRESSEES and room */

/* body stays alive while the request is used; fd stays the caller's. RC_INVALID names the field. */
enum rc request_read(uint16_t kind, const void *body, size_t len, int fd,
    struct request *ret_request, struct fault *why) MUST_USE;

/* The request as a frame again: the same fields, in the order of its shape.  f is initialised here. */
void request_write(const struct request *r, struct frame *f);

/* Values of a checked request; a default where the field is absent. */
const char *request_text(const struct request *r, enum request_tag tag);	/* NULL when absent */
int64_t request_int(const struct request *r, enum request_tag tag, int64_t absent);
day request_day(const struct request *r, enum request_tag tag);			/* DAY_NONE when absent */

/* RESULT_DONE: rc and, when not RC_OK, place and text. */
void request_put_done(struct frame *f, enum rc rc, const struct fault *why);
enum rc request_read_done(const void *body, size_t len, struct fault *ret_why) MUST_USE;

#endif

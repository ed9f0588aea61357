#ifndef EXCHANGE_MESSAGE_KIND_H
#define EXCHANGE_MESSAGE_KIND_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

/* Which messages there are, and the words and widths that stand in them; what each holds is in exchange/message.h. */

enum message_kind {
	MESSAGE_NONE = 0,
	/* answers to anything */
	MESSAGE_RECEIPT,		/* Receipt */
	MESSAGE_ERROR,			/* Error */
	/* code acquisition, Number Act art. 21-2 */
	MESSAGE_NUMBER_REQUEST,		/* FGU.NumberRequest   node > intermediary > core */
	MESSAGE_NUMBER_FETCH,		/* FGU.NumberFetch     node > intermediary > core */
	MESSAGE_NUMBER_ISSUED,		/* FGU.NumberIssued    its answer */
	MESSAGE_CODE_REQUEST,		/* JUKI.CodeRequest    node > registrar: the only carrier of a MyNumber */
	MESSAGE_PERSON_NOTICE,		/* JUKI.PersonNotice   registrar > core */
	MESSAGE_CODE_NOTICE,		/* FGU.CodeNotice      core > intermediary */
	MESSAGE_CODE_FETCH,		/* FGU.CodeFetch       node > intermediary */
	MESSAGE_CODE_STATUS,		/* FGU.CodeStatus      its answer */
	/* the copy at the intermediary */
	MESSAGE_COPY_REGISTER,		/* DBM.CopyRegister    node > intermediary */
	MESSAGE_COPY_RESULT_FETCH,	/* DBM.CopyResultFetch node > intermediary */
	MESSAGE_COPY_RESULT,		/* DBM.CopyResult      its answer */
	MESSAGE_COPY_LIST_FETCH,	/* DBM.CopyListFetch   node > intermediary */
	MESSAGE_COPY_LIST,		/* DBM.CopyList        its answer */
	/* asking */
	MESSAGE_INQUIRY_REQUEST,	/* SKI.InquiryRequest  node > intermediary > core */
	MESSAGE_RESULT_FETCH,		/* SKI.ResultFetch     node > intermediary > core */
	MESSAGE_RESULT,			/* SKI.Result          its answer */
	/* answering */
	MESSAGE_PERMISSION,		/* COR.Permission      a document inside the notice, signed by the hub */
	MESSAGE_PROVISION_NOTICE,	/* TKY.ProvisionNotice core > provider's intermediary */
	MESSAGE_HELD_FETCH,		/* TKY.HeldFetch       node > intermediary */
	MESSAGE_HELD_LIST,		/* TKY.HeldList        its answer */
	MESSAGE_PROVISION_DECISION,	/* TKY.ProvisionDecision  node > intermediary */
	MESSAGE_PROVISION_RESPONSE,	/* TKY.ProvisionResponse  provider's intermediary > core > asker, unchanged */
	/* provision records, Number Act art. 23 */
	MESSAGE_RECORD,			/* TKM.Record          core > intermediary */
	MESSAGE_RECORD_FETCH,		/* TKM.RecordFetch     node > intermediary, intermediary > core */
	MESSAGE_RECORD_LIST,		/* TKM.RecordList      its answer */
	MESSAGE_TOLD_FETCH,		/* TKM.ToldFetch       node > intermediary */
	MESSAGE_TOLD,			/* TKM.Told            its answer */
	MESSAGE_EVIDENCE_FETCH,		/* TKM.EvidenceFetch   node > intermediary */
	MESSAGE_EVIDENCE,		/* TKM.Evidence        its answer */
	/* what was told is corrected */
	MESSAGE_CORRECTION,		/* TKY.Correction      node > intermediary > core > the other's, unchanged */
	MESSAGE_CORRECTION_RECEIPT,	/* SKI.CorrectionReceipt  the same way back, unchanged */
	/* how many exchanges a day had */
	MESSAGE_DAY_COUNT,		/* TKM.DayCount        node > intermediary > core > the other's, unchanged; core > both */
	MESSAGE_DAY_RECEIPT,		/* TKM.DayReceipt      the same way back, unchanged */
	MESSAGE_LETTER_RELAY,		/* COR.LetterRelay     intermediary > core, core > intermediary */
	MESSAGE_LETTER_FETCH,		/* COR.LetterFetch     node > intermediary */
	MESSAGE_LETTER,			/* COR.Letter          its answer */
	/* the person's portal */
	MESSAGE_SELF_INFO_FETCH,	/* JTK.SelfInfoFetch   portal > intermediary */
	MESSAGE_SELF_INFO,		/* JTK.SelfInfo        its answer */
	MESSAGE_SELF_INFO_REPORT,	/* JTK.SelfInfoReport  intermediary > core: that it was answered, for the records */
	MESSAGE_NOTICE,			/* OSR.Notice          node > intermediary > portal */
	MESSAGE_NOTICE_FETCH,		/* OSR.NoticeFetch     node > intermediary */
	MESSAGE_NOTICE_RESULT,		/* OSR.NoticeResult    its answer */
	MESSAGE__COUNT
};

/* "FGU.NumberRequest"; NULL for MESSAGE_NONE.  MESSAGE_NONE for an unknown name. */
const char *message_name(enum message_kind kind);
enum message_kind message_kind_of(const char *name);
/* Most bytes of the XML document: LIMIT_WIRE_BYTES, or LIMIT_WIRE_COPY_BYTES. */
size_t message_max_bytes(enum message_kind kind);
/* The one kind, beside Error, that may answer it; MESSAGE_NONE for kinds that are answers. */
enum message_kind message_answer_of(enum message_kind kind);

/* Widths, in characters. */
#define MESSAGE_ID_CHARS 32		/* MsgID, Salt: lower-case hexadecimal */
#define MESSAGE_NUMBER_CHARS 32		/* ReceptionNo, AcquisitionNo, ProcessNo, PermitID: 1..32 of A-Z a-z 0-9 - */
#define MESSAGE_RECORD_NO_CHARS 20	/* RecordNo: 1..20 of A-Z a-z 0-9 - */
#define MESSAGE_CODE16_CHARS 16		/* institution, affair, procedure, item code: exactly 16 of A-Z 0-9 */
#define MESSAGE_PERSON_CODE_CHARS 64	/* code A, code B, registrar's person id: 16..64 of A-Z a-z 0-9 - */
#define MESSAGE_RECORD_KEY_CHARS 80	/* RecordKey: 1..80 of A-Z a-z 0-9 . : _ - */
#define MESSAGE_ITEM_CODE_CHARS 10
#define MESSAGE_REASON_CHARS 40		/* Reason of a receipt: a word, 1..40 of A-Z a-z 0-9 . : _ - */
#define MESSAGE_DIGEST_CHARS 64		/* SHA-256, lower-case hexadecimal */
#define MESSAGE_MYNUMBER_CHARS 12
#define MESSAGE_MAX_ITEMS 64		/* of one record */
#define MESSAGE_MAX_RECORDS 1000	/* of one person in an answer */
#define MESSAGE_MAX_LIST 2000		/* entries of one page of a list */
#define MESSAGE_MAX_COUNT 999999	/* exchanges of one day between two towns, of one outcome */
#define MESSAGE_MAX_DEPTH 9		/* Depth of an item */

#define MESSAGE_NO_TIME INT64_MIN
#define MESSAGE_TIME_CHARS 17		/* YYYYMMDDhhmmssSSS, Japan time; in C milliseconds since 1970 UTC */

/*
 * Institution code: our dummy form is the 6-digit municipality code and ten
 * digits.  Ward-level codes are refused by the network (E203).
 */
#define MESSAGE_INSTITUTION_CORE "0000000000000001"
#define MESSAGE_INSTITUTION_REGISTRAR "0000000000000002"
#define MESSAGE_INSTITUTION_PORTAL "0000000000000003"
/* Affair and procedure under which a person's own look through the portal is recorded; dummies of this profile. */
#define MESSAGE_SELF_INFO_AFFAIR "JTK0000000000001"
#define MESSAGE_SELF_INFO_PROCEDURE "JTK0000000000001"
void message_institution_of(const char municipality[6], char ret_institution[MESSAGE_CODE16_CHARS + 1]);
/* The first six digits.  RC_INVALID when they are no municipality code. */
enum rc message_municipality_of(const char *institution, char ret_municipality[7]) MUST_USE;

/* ---- enumerations ---- */

/* What went wrong, as the network says it. */
enum message_error {
	MESSAGE_OK = 0,
	E101_NO_CODE_YET,
	E102_CODE_REVOKED,
	E103_DUPLICATE,			/* RecordNo or MsgID used with other content */
	E201_NOT_PERMITTED,
	E202_NO_ASSESSMENT,
	E203_BAD_INSTITUTION,
	E301_PERMIT_INVALID,
	E302_PERMIT_REUSED,
	E303_PERMIT_EXPIRED,
	E401_NO_COPY,			/* nothing known: never "not vaccinated" */
	E402_HELD,			/* for staff: pending, not an error */
	E403_REFUSED_BY_STAFF,
	E404_LAYOUT_UNKNOWN,
	E501_CLOSED,			/* HTTP 503 */
	E502_OVER_CAPACITY,
	E503_UNREACHABLE,
	E901_MALFORMED,			/* schema, size, character */
	MESSAGE_ERROR__COUNT
};

enum message_retry {
	MESSAGE_RETRY_NO,
	MESSAGE_RETRY_FIX,		/* a person corrects the message */
	MESSAGE_RETRY_AFTER_CODE,	/* acquire the code first */
	MESSAGE_RETRY_NEW_INQUIRY,
	MESSAGE_RETRY_LATER,		/* hours, days */
	MESSAGE_RETRY_POLL,
	MESSAGE_RETRY_BACKOFF,
	MESSAGE_RETRY__COUNT
};

const char *message_error_name(enum message_error code);	/* "E101"; "0000" for MESSAGE_OK */
enum message_retry message_error_retry(enum message_error code);
const char *message_error_text(enum message_error code);	/* English sentence: a message id of the catalogue */

enum message_segment { MESSAGE_SEGMENT_NONE, MESSAGE_SEGMENT_REGISTER /* 1 */, MESSAGE_SEGMENT_DELETE /* 2 */ };

/* Why an item has no value. */
enum message_null {
	MESSAGE_NULL_NONE,		/* it has one */
	MESSAGE_NULL_UNKNOWN,		/* "1" the provider does not know */
	MESSAGE_NULL_NOT_APPLICABLE,	/* "2" */
	MESSAGE_NULL_WITHHELD,		/* "3" */
};

enum message_code_state {		/* FGU.CodeStatus, Status */
	MESSAGE_CODE_NONE_YET,		/* "0" never asked for (also the zero value) */
	MESSAGE_CODE_REQUESTED,		/* "1" */
	MESSAGE_CODE_ISSUED,		/* "2" */
	MESSAGE_CODE_REVOKED,		/* "3" */
};

enum message_progress {			/* StatusDetail of SKI.Result */
	MESSAGE_PROGRESS_NONE,
	MESSAGE_PROGRESS_ACCEPTED,	/* "01" */
	MESSAGE_PROGRESS_CHECKED,	/* "02" */
	MESSAGE_PROGRESS_PERMITTED,	/* "03" */
	MESSAGE_PROGRESS_NOTIFIED,	/* "04" */
	MESSAGE_PROGRESS_HELD,		/* "05" for staff at the provider */
	MESSAGE_PROGRESS_DONE,		/* "09" */
	MESSAGE_PROGRESS_FAILED,	/* "90" ended without an answer: error says why */
};

enum message_item_status {		/* StatusTM of SKI.Result, Status2 of TKY.ProvisionResponse */
	MESSAGE_ITEM_NONE,
	MESSAGE_ITEM_OK,		/* "01" */
	MESSAGE_ITEM_NO_DATA,		/* "02" no copy: E401 */
	MESSAGE_ITEM_REFUSED,		/* "03" by staff: E403 */
	MESSAGE_ITEM_FAILED,		/* "04" */
};

enum message_decision { MESSAGE_DECISION_NONE, MESSAGE_DECISION_RELEASE /* 1 */, MESSAGE_DECISION_REFUSE /* 2 */ };

enum message_outcome {			/* Outcome of a provision record */
	MESSAGE_OUTCOME_NONE,
	MESSAGE_OUTCOME_PROVIDED,	/* "01" */
	MESSAGE_OUTCOME_NO_DATA,	/* "02" */
	MESSAGE_OUTCOME_REFUSED,	/* "03" by hub or staff */
	MESSAGE_OUTCOME_FAILED,		/* "04" */
	MESSAGE_OUTCOME_PENDING,	/* "05" request seen, provision not (yet) */
};

enum message_taken {			/* Outcome of SKI.CorrectionReceipt */
	MESSAGE_TAKEN_NONE,
	MESSAGE_TAKEN_APPLIED,		/* "01" a version of ours says it now */
	MESSAGE_TAKEN_KNOWN,		/* "02" it, or a later one, stood here before */
	MESSAGE_TAKEN_HELD,		/* "03" for an officer; another receipt follows */
	MESSAGE_TAKEN_REFUSED,		/* "04" and why */
};

enum message_compared {			/* Outcome of TKM.DayReceipt */
	MESSAGE_COMPARED_NONE,
	MESSAGE_COMPARED_SAME,		/* "01" */
	MESSAGE_COMPARED_DIFFERS,	/* "02" */
	MESSAGE_COMPARED_NOT_YET,	/* "03" that day is not counted here yet */
};

#endif

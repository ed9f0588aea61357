#include <string.h>

#include "base/limits.h"
#include "exchange/message_shape.h"
#include "exchange/message_shape_check.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define TEXT(S, m, n, al, lo, hi) \
	{ .name = n, .type = SHAPE_TEXT, .alphabet = al, .min = lo, .max = hi, .offset = offsetof(S, m) }
#define TEXT_OR_NOT(S, m, n, al, lo, hi) \
	{ .name = n, .type = SHAPE_TEXT, .optional = true, .alphabet = al, .min = lo, .max = hi, \
	  .offset = offsetof(S, m) }
#define WORD(S, m, n, w) \
	{ .name = n, .type = SHAPE_WORD, .words = w, .n_words = COUNT(w), .offset = offsetof(S, m) }
#define WORD_OR_NOT(S, m, n, w) \
	{ .name = n, .type = SHAPE_WORD, .optional = true, .words = w, .n_words = COUNT(w), \
	  .offset = offsetof(S, m) }
#define FLAG(S, m, n) { .name = n, .type = SHAPE_FLAG, .offset = offsetof(S, m) }
#define NUMBER(S, m, n, lo, hi) \
	{ .name = n, .type = SHAPE_NUMBER, .min = lo, .max = hi, .offset = offsetof(S, m) }
#define SMALL(S, m, n, lo, hi) \
	{ .name = n, .type = SHAPE_SMALL, .min = lo, .max = hi, .offset = offsetof(S, m) }
#define DAY(S, m, n) { .name = n, .type = SHAPE_DAY, .offset = offsetof(S, m) }
#define DAY_OR_NOT(S, m, n) \
	{ .name = n, .type = SHAPE_DAY, .optional = true, .offset = offsetof(S, m) }
#define TIME(S, m, n) { .name = n, .type = SHAPE_TIME, .offset = offsetof(S, m) }
#define TIME_OR_NOT(S, m, n) \
	{ .name = n, .type = SHAPE_TIME, .optional = true, .offset = offsetof(S, m) }
#define BYTES(S, m, n) { .name = n, .type = SHAPE_BYTES, .offset = offsetof(S, m) }
#define BYTES_OR_NOT(S, m, n) \
	{ .name = n, .type = SHAPE_BYTES, .optional = true, .offset = offsetof(S, m) }
#define LIST(S, m, c, n, s, lo, hi) \
	{ .name = n, .type = SHAPE_LIST, .of = &s, .min = lo, .max = hi, .offset = offsetof(S, m), \
	  .count_offset = offsetof(S, c) }

/* Fields that many messages share, always of one width. */
#define ADDRESSEE(S) TEXT(S, addressee_no, "AddresseeNo", SHAPE_DIGITS, 1, LIMIT_ADDRESSEE_CHARS)
#define ADDRESSEE_OR_NOT(S) \
	TEXT_OR_NOT(S, addressee_no, "AddresseeNo", SHAPE_DIGITS, 1, LIMIT_ADDRESSEE_CHARS)
#define CODE16(S, m, n) TEXT(S, m, n, SHAPE_UPPER, MESSAGE_CODE16_CHARS, MESSAGE_CODE16_CHARS)
#define TICKET(S, m, n) TEXT(S, m, n, SHAPE_ID, 1, MESSAGE_NUMBER_CHARS)
#define TICKET_OR_NOT(S, m, n) TEXT_OR_NOT(S, m, n, SHAPE_ID, 1, MESSAGE_NUMBER_CHARS)
#define DIGEST(S, m, n) TEXT(S, m, n, SHAPE_HEX, MESSAGE_DIGEST_CHARS, MESSAGE_DIGEST_CHARS)
#define DIGEST_OR_NOT(S, m, n) TEXT_OR_NOT(S, m, n, SHAPE_HEX, MESSAGE_DIGEST_CHARS, MESSAGE_DIGEST_CHARS)
#define PERSON_CODE(S, m, n) TEXT(S, m, n, SHAPE_ID, 16, MESSAGE_PERSON_CODE_CHARS)
#define VERSION_MAX INT64_C(999999999)

static const char *const error_words[MESSAGE_ERROR__COUNT] = {
	[MESSAGE_OK] = "0000",
	[E101_NO_CODE_YET] = "E101", [E102_CODE_REVOKED] = "E102", [E103_DUPLICATE] = "E103",
	[E201_NOT_PERMITTED] = "E201", [E202_NO_ASSESSMENT] = "E202", [E203_BAD_INSTITUTION] = "E203",
	[E301_PERMIT_INVALID] = "E301", [E302_PERMIT_REUSED] = "E302", [E303_PERMIT_EXPIRED] = "E303",
	[E401_NO_COPY] = "E401", [E402_HELD] = "E402", [E403_REFUSED_BY_STAFF] = "E403",
	[E404_LAYOUT_UNKNOWN] = "E404",
	[E501_CLOSED] = "E501", [E502_OVER_CAPACITY] = "E502", [E503_UNREACHABLE] = "E503",
	[E901_MALFORMED] = "E901",
};
static const char *const segment_words[] = { NULL, "1", "2" };
static const char *const null_words[] = { NULL, "1", "2", "3" };
static const char *const code_words[] = { "0", "1", "2", "3" };
static const char *const progress_words[] = { NULL, "01", "02", "03", "04", "05", "09", "90" };
static const char *const status_words[] = { NULL, "01", "02", "03", "04" };
static const char *const decision_words[] = { NULL, "1", "2" };
static const char *const outcome_words[] = { NULL, "01", "02", "03", "04", "05" };
static const char *const taken_words[] = { NULL, "01", "02", "03", "04" };
static const char *const notice_state_words[] = { NULL, "1", "2", "3", "4" };
static const char *const compared_words[] = { NULL, "01", "02", "03" };

const char *
message_error_name(enum message_error code)
{
	return (unsigned)code < MESSAGE_ERROR__COUNT ? error_words[code] : error_words[E901_MALFORMED];
}

/* ---- the tables ---- */

#define SHAPE(var, n, S, c) \
	static const struct shape var = { n, sizeof(S), var##_fields, COUNT(var##_fields), c }

#define S struct message_header
static const struct shape_field shape_header_fields[] = {
	TEXT(S, msg_id, "MsgID", SHAPE_HEX, MESSAGE_ID_CHARS, MESSAGE_ID_CHARS),
	SMALL(S, mode, "Mode", 0, 1),
	CODE16(S, source, "Source"),
	CODE16(S, destination, "Destination"),
	TICKET_OR_NOT(S, reception_no, "ReceptionNo"),
	WORD(S, result, "Result", error_words),
};
const struct shape shape_header = {
	"Header", sizeof(S), shape_header_fields, COUNT(shape_header_fields), NULL
};
#undef S

#define S struct message_item
static const struct shape_field item_fields[] = {
	TEXT(S, code, "Code", SHAPE_UPPER, MESSAGE_ITEM_CODE_CHARS, MESSAGE_ITEM_CODE_CHARS),
	SMALL(S, depth, "Depth", 1, MESSAGE_MAX_DEPTH),
	TEXT_OR_NOT(S, value, "Value", SHAPE_LINE, 1, LIMIT_NAME_CHARS),
	WORD_OR_NOT(S, null_reason, "NullReason", null_words),
};
#undef S
SHAPE(item, "Item", struct message_item, shape_check_item);

#define S struct message_copy
static const struct shape_field copy_fields[] = {
	TEXT(S, record_no, "RecordNo", SHAPE_ID, 1, MESSAGE_RECORD_NO_CHARS),
	ADDRESSEE(S),
	CODE16(S, item_code, "TM"),
	TEXT(S, data_set_no, "DataSetNo", SHAPE_DIGITS, 4, 4),
	TEXT(S, record_key, "RecordKey", SHAPE_KEY, 1, MESSAGE_RECORD_KEY_CHARS),
	NUMBER(S, record_version, "RecordVersion", 1, VERSION_MAX),
	TEXT(S, layout_version, "LayoutVersion", SHAPE_DIGITS, 4, 4),
	DAY(S, publish_from, "PublishFrom"),
	DAY_OR_NOT(S, publish_to, "PublishTo"),
	FLAG(S, no_auto_reply, "NoAutoReply"),
	FLAG(S, self_info_barred, "SelfInfoBarred"),
	LIST(S, items, n_items, "Items", item, 0, MESSAGE_MAX_ITEMS),
};
#undef S
const struct shape shape_copy_record = {
	"Record", sizeof(struct message_copy), copy_fields, COUNT(copy_fields), shape_check_copy
};

#define S struct message_copy_key
static const struct shape_field copy_key_fields[] = {
	ADDRESSEE(S),
	CODE16(S, item_code, "TM"),
	TEXT(S, data_set_no, "DataSetNo", SHAPE_DIGITS, 4, 4),
	TEXT(S, record_key, "RecordKey", SHAPE_KEY, 1, MESSAGE_RECORD_KEY_CHARS),
	NUMBER(S, record_version, "RecordVersion", 1, VERSION_MAX),
	DIGEST(S, digest, "Digest"),
};
#undef S
SHAPE(copy_key, "Entry", struct message_copy_key, NULL);

#define S struct message_copy_refusal
static const struct shape_field copy_refusal_fields[] = {
	TEXT(S, record_no, "RecordNo", SHAPE_ID, 1, MESSAGE_RECORD_NO_CHARS),
	WORD(S, error, "ErrorCode", error_words),
};
#undef S
SHAPE(copy_refusal, "Refusal", struct message_copy_refusal, NULL);

#define S struct message_record_items
static const struct shape_field record_items_fields[] = {
	TEXT(S, record_key, "RecordKey", SHAPE_KEY, 1, MESSAGE_RECORD_KEY_CHARS),
	NUMBER(S, record_version, "RecordVersion", 1, VERSION_MAX),
	LIST(S, items, n_items, "Items", item, 1, MESSAGE_MAX_ITEMS),
};
#undef S
SHAPE(record_items, "Record", struct message_record_items, shape_check_record_items);

#define S struct message_told
static const struct shape_field told_record_fields[] = {
	TEXT(S, record_key, "RecordKey", SHAPE_KEY, 1, MESSAGE_RECORD_KEY_CHARS),
	NUMBER(S, record_version, "RecordVersion", 1, VERSION_MAX),
};
#undef S
SHAPE(told_record, "Entry", struct message_told, NULL);

#define S struct message_held
static const struct shape_field held_fields[] = {
	TICKET(S, permit_id, "PermitID"),
	ADDRESSEE(S),
	CODE16(S, affair_code, "JM"),
	CODE16(S, item_code, "TM"),
	TEXT_OR_NOT(S, inquirer, "Inquirer", SHAPE_UPPER, MESSAGE_CODE16_CHARS, MESSAGE_CODE16_CHARS),
	TIME(S, held_at_ms, "HeldAt"),
	TIME(S, due_at_ms, "DueAt"),
};
#undef S
SHAPE(held, "Entry", struct message_held, NULL);

#define S struct message_provision_record
static const struct shape_field provision_record_fields[] = {
	TICKET(S, process_no, "ProcessNo"),
	ADDRESSEE_OR_NOT(S),
	CODE16(S, inquirer, "Inquirer"),
	CODE16(S, provider, "Provider"),
	TIME(S, requested_at_ms, "RequestedAt"),
	TIME_OR_NOT(S, provided_at_ms, "ProvidedAt"),
	CODE16(S, affair_code, "JM"),
	CODE16(S, procedure_code, "JT"),
	CODE16(S, item_code, "TM"),
	WORD(S, outcome, "Outcome", outcome_words),
	WORD_OR_NOT(S, error, "ErrorCode", error_words),
	FLAG(S, inquirer_non_disclosure, "InquirerNonDisclosure"),
	FLAG(S, provider_non_disclosure, "ProviderNonDisclosure"),
	DAY(S, expires_on, "ExpiresOn"),
	DIGEST_OR_NOT(S, inquiry_digest, "InquiryDigest"),
};
#undef S
SHAPE(provision_record, "Entry", struct message_provision_record, shape_check_provision_record);

#define S struct message_day_entry
static const struct shape_field day_entry_fields[] = {
	TICKET(S, process_no, "ProcessNo"),
	WORD(S, outcome, "Outcome", outcome_words),
	DIGEST(S, digest, "Digest"),
};
#undef S
SHAPE(day_entry, "Entry", struct message_day_entry, NULL);

#define S struct message_error_body
static const struct shape_field error_fields[] = {
	WORD(S, error, "Code", error_words),
	TEXT_OR_NOT(S, place, "Place", SHAPE_LINE, 1, FAULT_PLACE_MAX),
	TEXT_OR_NOT(S, text, "Text", SHAPE_LINE, 1, FAULT_TEXT_MAX),
};
#undef S
#define S struct message_number_request
static const struct shape_field number_request_fields[] = {
	ADDRESSEE(S),
	TEXT_OR_NOT(S, integrated_no, "IntegratedNo", SHAPE_DIGITS, 1, 15),
	CODE16(S, institution, "InstitutionCode"),
};
#undef S
#define S struct message_fetch
static const struct shape_field fetch_fields[] = {
	TICKET(S, reception_no, "ReceptionNo"),
};
#undef S
#define S struct message_number_issued
static const struct shape_field number_issued_fields[] = {
	ADDRESSEE(S),
	TICKET_OR_NOT(S, acquisition_no, "AcquisitionNo"),
};
#undef S
#define S struct message_code_request
static const struct shape_field code_request_fields[] = {
	TICKET(S, acquisition_no, "AcquisitionNo"),
	TEXT(S, my_number, "MyNumber", SHAPE_DIGITS, MESSAGE_MYNUMBER_CHARS, MESSAGE_MYNUMBER_CHARS),
};
#undef S
#define S struct message_person_notice
static const struct shape_field person_notice_fields[] = {
	TICKET(S, acquisition_no, "AcquisitionNo"),
	PERSON_CODE(S, person_id, "PersonID"),
};
#undef S
#define S struct message_code_notice
static const struct shape_field code_notice_fields[] = {
	ADDRESSEE(S),
	CODE16(S, institution, "InstitutionCode"),
	PERSON_CODE(S, code, "PersonCode"),
};
#undef S
#define S struct message_code_fetch
static const struct shape_field code_fetch_fields[] = {
	ADDRESSEE(S),
};
#undef S
#define S struct message_code_status
static const struct shape_field code_status_fields[] = {
	ADDRESSEE(S),
	WORD(S, state, "Status", code_words),
};
#undef S
#define S struct message_copy_register
static const struct shape_field copy_register_fields[] = {
	WORD(S, segment, "Segment", segment_words),
	LIST(S, records, n_records, "Records", shape_copy_record, 1, LIMIT_WIRE_COPY_RECORDS),
};
#undef S
#define S struct message_copy_result
static const struct shape_field copy_result_fields[] = {
	FLAG(S, done, "Done"),
	NUMBER(S, accepted, "Accepted", 0, LIMIT_WIRE_COPY_RECORDS),
	NUMBER(S, refused_count, "RefusedCount", 0, LIMIT_WIRE_COPY_RECORDS),
	LIST(S, refused, n_refused, "Refused", copy_refusal, 0, MESSAGE_MAX_LIST),
};
#undef S
#define S struct message_copy_list_fetch
static const struct shape_field copy_list_fetch_fields[] = {
	TEXT_OR_NOT(S, after, "After", SHAPE_LINE, 1, 150),
};
#undef S
#define S struct message_copy_list
static const struct shape_field copy_list_fields[] = {
	LIST(S, entries, n_entries, "Entries", copy_key, 0, MESSAGE_MAX_LIST),
	FLAG(S, more, "More"),
};
#undef S
#define S struct message_inquiry_request
static const struct shape_field inquiry_request_fields[] = {
	TEXT(S, record_no, "RecordNo", SHAPE_ID, 1, MESSAGE_RECORD_NO_CHARS),
	ADDRESSEE_OR_NOT(S),
	TEXT_OR_NOT(S, code, "PersonCode", SHAPE_ID, 16, MESSAGE_PERSON_CODE_CHARS),
	TEXT(S, dept, "Dept", SHAPE_LINE, 1, 20),
	TEXT(S, user, "User", SHAPE_LINE, 1, 20),
	CODE16(S, inquirer, "Inquirer"),
	CODE16(S, provider, "Provider"),
	CODE16(S, affair_code, "JM"),
	CODE16(S, procedure_code, "JT"),
	CODE16(S, item_code, "TM"),
	DAY_OR_NOT(S, from, "From"),
	DAY_OR_NOT(S, to, "To"),
	FLAG(S, inquirer_non_disclosure, "InquirerNonDisclosure"),
	TIME(S, requested_at_ms, "RequestedAt"),
	TEXT(S, salt, "Salt", SHAPE_HEX, MESSAGE_ID_CHARS, MESSAGE_ID_CHARS),
};
#undef S
#define S struct message_result
static const struct shape_field result_fields[] = {
	TEXT(S, record_no, "RecordNo", SHAPE_ID, 1, MESSAGE_RECORD_NO_CHARS),
	WORD(S, progress, "StatusDetail", progress_words),
	WORD_OR_NOT(S, item_status, "StatusTM", status_words),
	WORD_OR_NOT(S, error, "ErrorCode", error_words),
	TICKET_OR_NOT(S, process_no, "ProcessNo"),
	CODE16(S, provider, "Provider"),
	TEXT_OR_NOT(S, text, "Message", SHAPE_LINE, 1, LIMIT_NAME_CHARS),
	BYTES_OR_NOT(S, response, "Response"),
	BYTES_OR_NOT(S, signature, "ResponseSignature"),
};
#undef S
#define S struct message_permission
static const struct shape_field permission_fields[] = {
	TICKET(S, permit_id, "PermitID"),
	TICKET(S, process_no, "ProcessNo"),
	DIGEST(S, inquiry_digest, "InquiryDigest"),
	CODE16(S, inquirer, "Inquirer"),
	CODE16(S, provider, "Provider"),
	CODE16(S, affair_code, "JM"),
	CODE16(S, procedure_code, "JT"),
	CODE16(S, item_code, "TM"),
	PERSON_CODE(S, code, "PersonCode"),
	DAY_OR_NOT(S, from, "From"),
	DAY_OR_NOT(S, to, "To"),
	CODE16(S, route, "Route"),
	FLAG(S, inquirer_non_disclosure, "InquirerNonDisclosure"),
	TIME(S, requested_at_ms, "RequestedAt"),
	TIME(S, issued_at_ms, "IssuedAt"),
	TIME(S, expires_at_ms, "ExpiresAt"),
};
#undef S
#define S struct message_provision_notice
static const struct shape_field provision_notice_fields[] = {
	BYTES(S, permission, "Permission"),
	BYTES(S, signature, "PermissionSignature"),
	TIME(S, due_at_ms, "DueAt"),
};
#undef S
#define S struct message_held_fetch
static const struct shape_field held_fetch_fields[] = {
	FLAG(S, with_inquirer, "WithInquirer"),
};
#undef S
#define S struct message_held_list
static const struct shape_field held_list_fields[] = {
	LIST(S, entries, n_entries, "Entries", held, 0, MESSAGE_MAX_LIST),
};
#undef S
#define S struct message_provision_decision
static const struct shape_field provision_decision_fields[] = {
	TICKET(S, permit_id, "PermitID"),
	WORD(S, decision, "Decision", decision_words),
	TEXT(S, user, "User", SHAPE_LINE, 1, 20),
	TEXT(S, reason, "Reason", SHAPE_LINE, 1, LIMIT_NAME_CHARS),
};
#undef S
#define S struct message_provision_response
static const struct shape_field provision_response_fields[] = {
	TICKET(S, permit_id, "PermitID"),
	TICKET(S, process_no, "ProcessNo"),
	DIGEST(S, inquiry_digest, "InquiryDigest"),
	TIME(S, provided_at_ms, "ProvidedAt"),
	WORD(S, status, "Status2", status_words),
	LIST(S, records, n_records, "Records", record_items, 0, MESSAGE_MAX_RECORDS),
	DIGEST(S, digest, "Digest"),
};
#undef S
#define S struct message_record_fetch
static const struct shape_field record_fetch_fields[] = {
	TICKET_OR_NOT(S, process_no, "ProcessNo"),
	ADDRESSEE_OR_NOT(S),
	TICKET_OR_NOT(S, after, "After"),
};
#undef S
#define S struct message_record_list
static const struct shape_field record_list_fields[] = {
	LIST(S, entries, n_entries, "Entries", provision_record, 0, MESSAGE_MAX_LIST),
	FLAG(S, more, "More"),
};
#undef S
#define S struct message_told_fetch
static const struct shape_field told_fetch_fields[] = {
	TICKET(S, process_no, "ProcessNo"),
};
#undef S
#define S struct message_told_list
static const struct shape_field told_fields[] = {
	TICKET(S, process_no, "ProcessNo"),
	LIST(S, records, n_records, "Entries", told_record, 0, MESSAGE_MAX_RECORDS),
};
#undef S
#define S struct message_evidence_fetch
static const struct shape_field evidence_fetch_fields[] = {
	TICKET(S, process_no, "ProcessNo"),
};
#undef S
#define S struct message_evidence
static const struct shape_field evidence_fields[] = {
	TICKET(S, process_no, "ProcessNo"),
	BYTES_OR_NOT(S, record, "Record"),
	BYTES_OR_NOT(S, record_signature, "RecordSignature"),
	BYTES_OR_NOT(S, response, "Response"),
	BYTES_OR_NOT(S, response_signature, "ResponseSignature"),
};
#undef S
#define S struct message_correction
static const struct shape_field correction_fields[] = {
	TEXT(S, correction_id, "CorrectionID", SHAPE_HEX, MESSAGE_ID_CHARS, MESSAGE_ID_CHARS),
	TICKET(S, process_no, "ProcessNo"),
	CODE16(S, sender, "Sender"),
	CODE16(S, recipient, "Recipient"),
	TIME(S, made_at_ms, "MadeAt"),
	TEXT(S, record_key, "RecordKey", SHAPE_KEY, 1, MESSAGE_RECORD_KEY_CHARS),
	NUMBER(S, record_version, "RecordVersion", 1, VERSION_MAX),
	LIST(S, items, n_items, "Items", item, 1, MESSAGE_MAX_ITEMS),
};
#undef S
#define S struct message_correction_receipt
static const struct shape_field correction_receipt_fields[] = {
	TEXT(S, correction_id, "CorrectionID", SHAPE_HEX, MESSAGE_ID_CHARS, MESSAGE_ID_CHARS),
	TICKET(S, process_no, "ProcessNo"),
	CODE16(S, sender, "Sender"),
	CODE16(S, recipient, "Recipient"),
	TEXT(S, record_key, "RecordKey", SHAPE_KEY, 1, MESSAGE_RECORD_KEY_CHARS),
	NUMBER(S, record_version, "RecordVersion", 1, VERSION_MAX),
	WORD(S, taken, "Outcome", taken_words),
	NUMBER(S, local_version, "LocalVersion", 0, VERSION_MAX),
	TEXT_OR_NOT(S, reason, "Reason", SHAPE_KEY, 1, MESSAGE_REASON_CHARS),
	TIME(S, taken_at_ms, "TakenAt"),
};
#undef S
#define S struct message_day_count
static const struct shape_field day_count_fields[] = {
	CODE16(S, sender, "Sender"),
	CODE16(S, recipient, "Recipient"),
	DAY(S, on, "On"),
	CODE16(S, inquirer, "Inquirer"),
	CODE16(S, provider, "Provider"),
	TIME(S, made_at_ms, "MadeAt"),
	NUMBER(S, provided, "Provided", 0, MESSAGE_MAX_COUNT),
	NUMBER(S, no_data, "NoData", 0, MESSAGE_MAX_COUNT),
	NUMBER(S, refused, "Refused", 0, MESSAGE_MAX_COUNT),
	NUMBER(S, failed, "Failed", 0, MESSAGE_MAX_COUNT),
	DIGEST(S, digest, "Digest"),
	LIST(S, entries, n_entries, "Entries", day_entry, 0, MESSAGE_MAX_LIST),
};
#undef S
#define S struct message_day_receipt
static const struct shape_field day_receipt_fields[] = {
	CODE16(S, sender, "Sender"),
	CODE16(S, recipient, "Recipient"),
	DAY(S, on, "On"),
	CODE16(S, inquirer, "Inquirer"),
	CODE16(S, provider, "Provider"),
	TIME(S, made_at_ms, "MadeAt"),
	WORD(S, compared, "Outcome", compared_words),
	TIME(S, taken_at_ms, "TakenAt"),
};
#undef S
#define S struct message_letter_relay
static const struct shape_field letter_relay_fields[] = {
	BYTES(S, letter, "Letter"),
	BYTES(S, signature, "LetterSignature"),
};
#undef S
#define S struct message_letter_fetch
static const struct shape_field letter_fetch_fields[] = {
	TICKET_OR_NOT(S, after, "After"),
};
#undef S
#define S struct message_letter
static const struct shape_field letter_fields[] = {
	TICKET_OR_NOT(S, letter_no, "LetterNo"),
	TEXT_OR_NOT(S, sender, "Sender", SHAPE_UPPER, MESSAGE_CODE16_CHARS, MESSAGE_CODE16_CHARS),
	BYTES_OR_NOT(S, letter, "Letter"),
	BYTES_OR_NOT(S, signature, "LetterSignature"),
	FLAG(S, more, "More"),
};
#undef S
#define S struct message_self_info_fetch
static const struct shape_field self_info_fetch_fields[] = {
	ADDRESSEE(S),
	CODE16(S, item_code, "TM"),
	DAY(S, birth, "BirthDate"),
	TIME(S, requested_at_ms, "RequestedAt"),
};
#undef S
#define S struct message_self_info
static const struct shape_field self_info_fields[] = {
	TIME_OR_NOT(S, provided_at_ms, "ProvidedAt"),
	WORD(S, status, "Status2", status_words),
	LIST(S, records, n_records, "Records", record_items, 0, MESSAGE_MAX_RECORDS),
};
#undef S
#define S struct message_notice
static const struct shape_field notice_fields[] = {
	ADDRESSEE(S),
	TEXT(S, title, "Title", SHAPE_LINE, 1, 100),
	TEXT(S, text, "Text", SHAPE_BLOCK, 1, 1000),
};
#undef S
#define S struct message_self_info_report
static const struct shape_field self_info_report_fields[] = {
	CODE16(S, provider, "Provider"),
	CODE16(S, item_code, "TM"),
	TIME(S, requested_at_ms, "RequestedAt"),
	TIME_OR_NOT(S, provided_at_ms, "ProvidedAt"),
	WORD(S, status, "Status2", status_words),
	FLAG(S, non_disclosure, "NonDisclosure"),
};
#undef S
#define S struct message_notice_result
static const struct shape_field notice_result_fields[] = {
	WORD(S, state, "State", notice_state_words),
	TIME_OR_NOT(S, taken_at_ms, "TakenAt"),
};
#undef S

#define BODY(kind, n, T, f, c) [kind] = { n, sizeof(struct T), f, COUNT(f), c }
static const struct shape bodies[MESSAGE__COUNT] = {
	[MESSAGE_RECEIPT] = { "Receipt", 0, NULL, 0, NULL },
	BODY(MESSAGE_ERROR, "Error", message_error_body, error_fields, shape_check_error),
	BODY(MESSAGE_NUMBER_REQUEST, "FGU.NumberRequest", message_number_request, number_request_fields, NULL),
	BODY(MESSAGE_NUMBER_FETCH, "FGU.NumberFetch", message_fetch, fetch_fields, NULL),
	BODY(MESSAGE_NUMBER_ISSUED, "FGU.NumberIssued", message_number_issued, number_issued_fields, NULL),
	BODY(MESSAGE_CODE_REQUEST, "JUKI.CodeRequest", message_code_request, code_request_fields, NULL),
	BODY(MESSAGE_PERSON_NOTICE, "JUKI.PersonNotice", message_person_notice, person_notice_fields, NULL),
	BODY(MESSAGE_CODE_NOTICE, "FGU.CodeNotice", message_code_notice, code_notice_fields, NULL),
	BODY(MESSAGE_CODE_FETCH, "FGU.CodeFetch", message_code_fetch, code_fetch_fields, NULL),
	BODY(MESSAGE_CODE_STATUS, "FGU.CodeStatus", message_code_status, code_status_fields, NULL),
	BODY(MESSAGE_COPY_REGISTER, "DBM.CopyRegister", message_copy_register, copy_register_fields,
	    shape_check_copy_register),
	BODY(MESSAGE_COPY_RESULT_FETCH, "DBM.CopyResultFetch", message_fetch, fetch_fields, NULL),
	BODY(MESSAGE_COPY_RESULT, "DBM.CopyResult", message_copy_result, copy_result_fields, shape_check_copy_result),
	BODY(MESSAGE_COPY_LIST_FETCH, "DBM.CopyListFetch", message_copy_list_fetch, copy_list_fetch_fields, NULL),
	BODY(MESSAGE_COPY_LIST, "DBM.CopyList", message_copy_list, copy_list_fields, NULL),
	BODY(MESSAGE_INQUIRY_REQUEST, "SKI.InquiryRequest", message_inquiry_request, inquiry_request_fields,
	    shape_check_inquiry),
	BODY(MESSAGE_RESULT_FETCH, "SKI.ResultFetch", message_fetch, fetch_fields, NULL),
	BODY(MESSAGE_RESULT, "SKI.Result", message_result, result_fields, shape_check_result),
	BODY(MESSAGE_PERMISSION, "COR.Permission", message_permission, permission_fields, shape_check_permission),
	BODY(MESSAGE_PROVISION_NOTICE, "TKY.ProvisionNotice", message_provision_notice, provision_notice_fields, NULL),
	BODY(MESSAGE_HELD_FETCH, "TKY.HeldFetch", message_held_fetch, held_fetch_fields, NULL),
	BODY(MESSAGE_HELD_LIST, "TKY.HeldList", message_held_list, held_list_fields, NULL),
	BODY(MESSAGE_PROVISION_DECISION, "TKY.ProvisionDecision", message_provision_decision,
	    provision_decision_fields, NULL),
	BODY(MESSAGE_PROVISION_RESPONSE, "TKY.ProvisionResponse", message_provision_response,
	    provision_response_fields, shape_check_response),
	BODY(MESSAGE_RECORD, "TKM.Record", message_provision_record, provision_record_fields,
	    shape_check_provision_record),
	BODY(MESSAGE_RECORD_FETCH, "TKM.RecordFetch", message_record_fetch, record_fetch_fields, NULL),
	BODY(MESSAGE_RECORD_LIST, "TKM.RecordList", message_record_list, record_list_fields, NULL),
	BODY(MESSAGE_TOLD_FETCH, "TKM.ToldFetch", message_told_fetch, told_fetch_fields, NULL),
	BODY(MESSAGE_TOLD, "TKM.Told", message_told_list, told_fields, NULL),
	BODY(MESSAGE_EVIDENCE_FETCH, "TKM.EvidenceFetch", message_evidence_fetch, evidence_fetch_fields, NULL),
	BODY(MESSAGE_EVIDENCE, "TKM.Evidence", message_evidence, evidence_fields, shape_check_evidence),
	BODY(MESSAGE_CORRECTION, "TKY.Correction", message_correction, correction_fields, shape_check_correction),
	BODY(MESSAGE_CORRECTION_RECEIPT, "SKI.CorrectionReceipt", message_correction_receipt, correction_receipt_fields,
	    shape_check_correction_receipt),
	BODY(MESSAGE_DAY_COUNT, "TKM.DayCount", message_day_count, day_count_fields, shape_check_day_count),
	BODY(MESSAGE_DAY_RECEIPT, "TKM.DayReceipt", message_day_receipt, day_receipt_fields, NULL),
	BODY(MESSAGE_LETTER_RELAY, "COR.LetterRelay", message_letter_relay, letter_relay_fields, NULL),
	BODY(MESSAGE_LETTER_FETCH, "COR.LetterFetch", message_letter_fetch, letter_fetch_fields, NULL),
	BODY(MESSAGE_LETTER, "COR.Letter", message_letter, letter_fields, shape_check_letter),
	BODY(MESSAGE_SELF_INFO_FETCH, "JTK.SelfInfoFetch", message_self_info_fetch, self_info_fetch_fields, NULL),
	BODY(MESSAGE_SELF_INFO, "JTK.SelfInfo", message_self_info, self_info_fields, shape_check_self_info),
	BODY(MESSAGE_SELF_INFO_REPORT, "JTK.SelfInfoReport", message_self_info_report, self_info_report_fields,
	    shape_check_self_info_report),
	BODY(MESSAGE_NOTICE, "OSR.Notice", message_notice, notice_fields, NULL),
	BODY(MESSAGE_NOTICE_FETCH, "OSR.NoticeFetch", message_fetch, fetch_fields, NULL),
	BODY(MESSAGE_NOTICE_RESULT, "OSR.NoticeResult", message_notice_result, notice_result_fields, shape_check_notice_result),
};

const struct shape *
shape_of_body(enum message_kind kind)
{
	if (kind <= MESSAGE_NONE || kind >= MESSAGE__COUNT)
		return NULL;
	return &bodies[kind];
}

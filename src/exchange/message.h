#ifndef EXCHANGE_MESSAGE_H
#define EXCHANGE_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/day.h"
#include "base/fault.h"
#include "exchange/message_kind.h"

/*
 * The messages of the reference profile as C values.  The profile is
 * ours, not the national interface; doc/WIRE says each message in words,
 * data/wire/watashi-wire.xsd is the shape, this header is the meaning.
 *
 * Strings are NUL-terminated clean UTF-8 and belong to the arena the message
 * was read into (or to the caller, when writing).  A field marked "optional" is
 * NULL, DAY_NONE, MESSAGE_NO_TIME or the enum's _NONE when absent; every other
 * field is always there after a successful read.  Widths are in characters.
 *
 * Who talks to whom: "north" is node and its own intermediary (addressee
 * number, never a code); "south" is intermediary, core and registrar (codes,
 * never a MyNumber but in JUKI.CodeRequest, which goes node to registrar).
 *
 * Over HTTP: POST /v1/message, one message as body, the header line
 * Watashi-Signature: base64 of the ECDSA P-256/SHA-256 DER signature over the
 * exact body.  The answer is one message signed likewise.  A message that starts
 * something is answered by Receipt (or Error) alone; its result is fetched.
 * A town's node and its intermediary have the town's one institution code, so north
 * both Source and Destination are it; the role in the signing certificate tells them
 * apart (exchange/peer.h).  Core and registrar have codes of their own.
 * The MsgID of an answer is the MsgID of its request; Source and Destination are
 * swapped.  The same MsgID with the same bytes gets the stored answer, byte for
 * byte; with other bytes Error E103.
 */

/* ---- pieces ---- */

struct message_bytes {			/* base64 on the wire */
	const void *bytes;		/* NULL: optional and absent */
	size_t len;
};

struct message_header {
	const char *msg_id;		/* MESSAGE_ID_CHARS hexadecimal */
	int mode;			/* 0 in earnest, 1 exercise: a peer refuses the other mode */
	const char *source;		/* institution codes */
	const char *destination;
	const char *reception_no;	/* optional */
	enum message_error result;	/* MESSAGE_OK in requests */
};

struct message_item {
	const char *code;		/* data/code/item.tsv */
	int depth;			/* 1..MESSAGE_MAX_DEPTH */
	const char *value;		/* NULL iff null_reason is not MESSAGE_NULL_NONE; at most 200 characters */
	enum message_null null_reason;
};

/* One record of a copy: one statement of a dose, or (identity items alone) "known, no dose on record". */
struct message_copy {
	const char *record_no;		/* unique in the send */
	const char *addressee_no;
	const char *item_code;		/* TM, 16 */
	const char *data_set_no;	/* 4 digits */
	const char *record_key;		/* unique for (addressee, item, data set): register replaces, delete removes */
	int64_t record_version;		/* 1.. : an older one never replaces a newer */
	const char *layout_version;	/* 4 digits: "0001" */
	day publish_from;
	day publish_to;			/* optional: open */
	bool no_auto_reply;		/* answers about this person wait for staff */
	bool self_info_barred;
	const struct message_item *items;	/* empty only when deleting; first birth date, sex, folded kana */
	size_t n_items;
};

struct message_copy_key {		/* one line of DBM.CopyList */
	const char *addressee_no;
	const char *item_code;
	const char *data_set_no;
	const char *record_key;
	int64_t record_version;
	const char *digest;		/* message_items_digest */
};

struct message_copy_refusal {
	const char *record_no;
	enum message_error error;
};

struct message_record_items {		/* one record inside an answer */
	const char *record_key;
	int64_t record_version;
	const struct message_item *items;
	size_t n_items;
};

struct message_told {			/* which version of a record an answer carried; no value */
	const char *record_key;
	int64_t record_version;
};

struct message_held {
	const char *permit_id;
	const char *addressee_no;
	const char *affair_code;	/* JM */
	const char *item_code;		/* TM */
	const char *inquirer;		/* optional: only to the role that decides */
	int64_t held_at_ms;
	int64_t due_at_ms;
};

struct message_provision_record {	/* TKM.Record; values are never in it */
	const char *process_no;
	const char *addressee_no;	/* optional: only north, only at the bodies concerned */
	const char *inquirer;
	const char *provider;
	int64_t requested_at_ms;
	int64_t provided_at_ms;		/* optional */
	const char *affair_code;	/* JM */
	const char *procedure_code;	/* JT */
	const char *item_code;		/* TM */
	enum message_outcome outcome;
	enum message_error error;	/* MESSAGE_OK when provided */
	bool inquirer_non_disclosure;
	bool provider_non_disclosure;
	day expires_on;			/* seven years after the request, Number Act art. 23 */
	const char *inquiry_digest;	/* optional: in TKM.Record, of the question */
};

struct message_day_entry {		/* one exchange of a day */
	const char *process_no;
	enum message_outcome outcome;	/* never pending */
	const char *digest;		/* message_day_entry_digest */
};

/* ---- bodies ---- */

struct message_error_body {
	enum message_error error;
	const char *place;		/* optional: element path or rule, never a value */
	const char *text;		/* optional, English, for logs */
};

struct message_number_request {
	const char *addressee_no;
	const char *integrated_no;	/* optional: issued by the number unit of the town */
	const char *institution;
};

struct message_fetch {			/* by ReceptionNo: NumberFetch, CopyResultFetch, ResultFetch */
	const char *reception_no;
};

struct message_number_issued {
	const char *addressee_no;
	const char *acquisition_no;	/* NULL: not issued yet, ask again */
};

struct message_code_request {
	const char *acquisition_no;
	const char *my_number;		/* NULL when writing: a gap of 12 spaces is left and its offset told */
};

struct message_person_notice {
	const char *acquisition_no;
	const char *person_id;		/* the registrar's own */
};

struct message_code_notice {
	const char *addressee_no;
	const char *institution;
	const char *code;		/* of this institution, for this person */
};

struct message_code_fetch {
	const char *addressee_no;
};

struct message_code_status {
	const char *addressee_no;
	enum message_code_state state;
};

struct message_copy_register {
	enum message_segment segment;
	/* Writing: the records.  Reading: NULL and 0, each was given to the record callback. */
	const struct message_copy *records;
	size_t n_records;
};

struct message_copy_result {
	bool done;			/* false: ask again, the rest is empty */
	int64_t accepted;
	const struct message_copy_refusal *refused;
	size_t n_refused;		/* at most MESSAGE_MAX_LIST are named */
	int64_t refused_count;		/* all of them */
};

struct message_copy_list_fetch {
	const char *after;		/* optional: last "AddresseeNo/TM/DataSetNo/RecordKey" of the page before */
};

struct message_copy_list {
	const struct message_copy_key *entries;	/* in byte order of the four joined with '/' */
	size_t n_entries;
	bool more;
};

struct message_inquiry_request {
	const char *record_no;
	const char *addressee_no;	/* north; exactly one of these two */
	const char *code;		/* south: code A */
	const char *dept;		/* 1..20 */
	const char *user;		/* 1..20 */
	const char *inquirer;		/* institution codes */
	const char *provider;
	const char *affair_code;	/* JM */
	const char *procedure_code;	/* JT */
	const char *item_code;		/* TM */
	day from, to;			/* optional, both or neither */
	bool inquirer_non_disclosure;
	int64_t requested_at_ms;
	const char *salt;		/* MESSAGE_ID_CHARS, random: for message_inquiry_digest; never reaches the provider */
};

struct message_result {
	const char *record_no;
	enum message_progress progress;
	enum message_item_status item_status;	/* _NONE unless progress is DONE */
	enum message_error error;		/* MESSAGE_OK unless FAILED or item_status is not OK */
	const char *process_no;			/* optional: from CHECKED on */
	const char *provider;
	const char *text;			/* Message; optional */
	struct message_bytes response;		/* TKY.ProvisionResponse, unchanged; present iff DONE */
	struct message_bytes signature;		/* of the provider over it (DER); present iff response is */
};

struct message_permission {
	const char *permit_id;
	const char *process_no;
	const char *inquiry_digest;
	const char *inquirer;
	const char *provider;
	const char *affair_code;
	const char *procedure_code;
	const char *item_code;
	const char *code;		/* code B; never code A */
	day from, to;			/* optional, as asked */
	const char *route;		/* where the answer goes: institution code */
	bool inquirer_non_disclosure;
	int64_t requested_at_ms;
	int64_t issued_at_ms;
	int64_t expires_at_ms;
};

struct message_provision_notice {
	struct message_bytes permission;	/* COR.Permission, whole document */
	struct message_bytes signature;		/* of the hub over it (DER) */
	int64_t due_at_ms;
};

struct message_held_fetch {
	bool with_inquirer;
};

struct message_held_list {
	const struct message_held *entries;
	size_t n_entries;
};

struct message_provision_decision {
	const char *permit_id;
	enum message_decision decision;
	const char *user;		/* 1..20 */
	const char *reason;		/* 1..200 */
};

struct message_provision_response {
	const char *permit_id;
	const char *process_no;
	const char *inquiry_digest;
	int64_t provided_at_ms;
	enum message_item_status status;	/* Status2 */
	const struct message_record_items *records;	/* empty unless status is OK */
	size_t n_records;
	const char *digest;		/* message_records_digest; checked by the reader; writing NULL computes it */
};

struct message_record_fetch {
	const char *process_no;		/* optional: this one alone */
	const char *addressee_no;	/* optional, north */
	const char *after;		/* optional: last ProcessNo of the page before */
};

struct message_record_list {
	const struct message_provision_record *entries;	/* in byte order of ProcessNo */
	size_t n_entries;
	bool more;
};

struct message_told_fetch {
	const char *process_no;
};

struct message_told_list {
	const char *process_no;
	const struct message_told *records;
	size_t n_records;
};

struct message_evidence_fetch {
	const char *process_no;
};

/* What others signed about an exchange, whole documents as they were signed; no code is in them. */
struct message_evidence {
	const char *process_no;
	struct message_bytes record;		/* optional: the hub's last TKM.Record of it */
	struct message_bytes record_signature;	/* of the hub (DER); present iff record is */
	struct message_bytes response;		/* optional: the TKY.ProvisionResponse that this town gave */
	struct message_bytes response_signature;
};

/*
 * One record that an answer carried, as it stands now.  It goes only where that answer went, and names it
 * by ProcessNo, which both ends know: no code and no addressee number.  Signed by the sender's node.
 */
struct message_correction {
	const char *correction_id;	/* MESSAGE_ID_CHARS; the same however often it is sent */
	const char *process_no;		/* of the exchange in which the record was told */
	const char *sender;		/* institution codes */
	const char *recipient;
	int64_t made_at_ms;
	const char *record_key;		/* as told then */
	int64_t record_version;
	const struct message_item *items;	/* first birth date, sex, folded kana */
	size_t n_items;
};

/* What became of a correction, signed by the node that took it. */
struct message_correction_receipt {
	const char *correction_id;
	const char *process_no;
	const char *sender;		/* who took it */
	const char *recipient;		/* who had sent the correction */
	const char *record_key;
	int64_t record_version;
	enum message_taken taken;
	int64_t local_version;		/* of the statement here; 0 unless applied or known */
	const char *reason;		/* a word; iff held or refused */
	int64_t taken_at_ms;
};

/*
 * How many exchanges that one town asked the other on one day have ended, and how, as whoever signs it
 * has recorded them (Number Act art. 23).  A letter of either town's node to the other, or of the core to either.
 */
struct message_day_count {
	const char *sender;		/* institution codes */
	const char *recipient;
	day on;				/* of RequestedAt, in Japan */
	const char *inquirer;
	const char *provider;
	int64_t made_at_ms;		/* a later one replaces all before */
	int64_t provided, no_data, refused, failed;
	const char *digest;		/* message_day_digest of all, listed or not */
	const struct message_day_entry *entries;	/* all, in byte order of ProcessNo, or none */
	size_t n_entries;
};

/* What became of a day's count, signed by the node that took it. */
struct message_day_receipt {
	const char *sender;		/* who took it */
	const char *recipient;		/* who had counted */
	day on;
	const char *inquirer;
	const char *provider;
	int64_t made_at_ms;		/* of the count */
	enum message_compared compared;
	int64_t taken_at_ms;
};

struct message_letter_relay {
	struct message_bytes letter;	/* a letter, whole document */
	struct message_bytes signature;	/* of the node over it, of a day's count the core's too (DER) */
};

struct message_letter_fetch {
	const char *after;		/* optional: last LetterNo taken in */
};

struct message_letter {			/* the next one; without a letter there is none */
	const char *letter_no;		/* the three stand together */
	const char *sender;		/* institution whose node has signed it; or the core's */
	struct message_bytes letter;
	struct message_bytes signature;
	bool more;			/* ask again at once */
};

struct message_self_info_fetch {
	const char *addressee_no;	/* to which the portal has tied the person who is signed in */
	const char *item_code;
	day birth;			/* as that person's card says: whoever was tied wrongly is told nothing */
	int64_t requested_at_ms;
};

struct message_self_info {
	int64_t provided_at_ms;		/* MESSAGE_NO_TIME unless status is OK */
	enum message_item_status status;	/* OK or NO_DATA: nothing known, barred and not the same person are told alike */
	const struct message_record_items *records;	/* iff OK */
	size_t n_records;
};

/* That a person looked through the portal, and what came of it: no number of the person, no value. */
struct message_self_info_report {
	const char *provider;
	const char *item_code;
	int64_t requested_at_ms;
	int64_t provided_at_ms;		/* MESSAGE_NO_TIME unless status is OK */
	enum message_item_status status;	/* OK, NO_DATA or REFUSED */
	bool non_disclosure;		/* that it was refused is not shown to the person either */
};

struct message_notice {
	const char *addressee_no;
	const char *title;		/* 1..100 */
	const char *text;		/* 1..1000, lines allowed */
};

enum message_notice_state {		/* State of OSR.NoticeResult */
	MESSAGE_NOTICE_NONE,
	MESSAGE_NOTICE_ON_ITS_WAY,	/* "1" */
	MESSAGE_NOTICE_THERE,		/* "2" in the person's portal */
	MESSAGE_NOTICE_NO_PORTAL,	/* "3" the person has tied no portal to this town */
	MESSAGE_NOTICE_REFUSED,		/* "4" by the portal */
};

struct message_notice_result {
	enum message_notice_state state;
	int64_t taken_at_ms;		/* by the portal; MESSAGE_NO_TIME unless THERE */
};

struct message {
	enum message_kind kind;
	struct message_header header;
	union {				/* Receipt has no body: its number is header.reception_no */
		struct message_error_body error;
		struct message_number_request number_request;
		struct message_fetch fetch;
		struct message_number_issued number_issued;
		struct message_code_request code_request;
		struct message_person_notice person_notice;
		struct message_code_notice code_notice;
		struct message_code_fetch code_fetch;
		struct message_code_status code_status;
		struct message_copy_register copy_register;
		struct message_copy_result copy_result;
		struct message_copy_list_fetch copy_list_fetch;
		struct message_copy_list copy_list;
		struct message_inquiry_request inquiry_request;
		struct message_result result;
		struct message_permission permission;
		struct message_provision_notice provision_notice;
		struct message_held_fetch held_fetch;
		struct message_held_list held_list;
		struct message_provision_decision provision_decision;
		struct message_provision_response provision_response;
		struct message_provision_record record;
		struct message_record_fetch record_fetch;
		struct message_record_list record_list;
		struct message_told_fetch told_fetch;
		struct message_told_list told;
		struct message_evidence_fetch evidence_fetch;
		struct message_evidence evidence;
		struct message_correction correction;
		struct message_correction_receipt correction_receipt;
		struct message_day_count day_count;
		struct message_day_receipt day_receipt;
		struct message_letter_relay letter_relay;
		struct message_letter_fetch letter_fetch;
		struct message_letter letter;
		struct message_self_info_fetch self_info_fetch;
		struct message_self_info self_info;
		struct message_self_info_report self_info_report;
		struct message_notice notice;
		struct message_notice_result notice_result;
	} body;
};

/* Kind set, everything else absent or zero.  Use it before filling in a message to be written. */
void message_init(struct message *m, enum message_kind kind);

/* ---- digests ---- */

/*
 * SHA-256 in hexadecimal of what the items say, independent of XML: for each
 * item the line "Code TAB Depth TAB =Value LF" or "Code TAB Depth TAB !Reason LF".
 */
void message_items_digest(const struct message_item *items, size_t n_items,
    char ret_digest[MESSAGE_DIGEST_CHARS + 1]);
/* The same over records: "RecordKey TAB RecordVersion LF" before each record's items. */
void message_records_digest(const struct message_record_items *records, size_t n_records,
    char ret_digest[MESSAGE_DIGEST_CHARS + 1]);
/*
 * What ties answer to question without telling the provider more than it needs:
 * SHA-256 over Salt, RecordNo, Inquirer, Provider, JM, JT, TM, From, To, RequestedAt,
 * each as on the wire (absent: empty) and followed by LF.
 */
void message_inquiry_digest(const struct message_inquiry_request *inquiry,
    char ret_digest[MESSAGE_DIGEST_CHARS + 1]);

/*
 * What both ends and the core have recorded of one exchange: SHA-256 over Inquirer, Provider, RequestedAt, ProvidedAt,
 * JM, JT, TM and both non-disclosures of its record, each as on the wire (absent: empty) and followed by LF.
 */
void message_day_entry_digest(const struct message_provision_record *record,
    char ret_digest[MESSAGE_DIGEST_CHARS + 1]);
/* Over "ProcessNo TAB Outcome TAB Digest LF" of each entry, in byte order of ProcessNo. */
void message_day_digest(const struct message_day_entry *entries, size_t n_entries,
    char ret_digest[MESSAGE_DIGEST_CHARS + 1]);
/* The day of a time, in Japan. */
day message_day_of(int64_t ms);

/* 17 digits, Japan time.  RC_INVALID for what is no time in 1868..2199. */
enum rc message_time_parse(const char *text, size_t len, int64_t *ret_ms) MUST_USE;
void message_time_write(int64_t ms, char ret_text[MESSAGE_TIME_CHARS + 1]);

/*
 * Room for a copy of everything in a message in one arena: what the reader gives
 * out dies with its arena.
 */
enum rc message_copy_into(struct arena *a, const struct message *from,
    struct message **ret_message, struct fault *why) MUST_USE;

#endif

#ifndef EXCHANGE_ADAPTER_H
#define EXCHANGE_ADAPTER_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "exchange/message.h"
#include "exchange/wire_write.h"

/*
 * The boundary to the network: business requests in, bytes and an endpoint out;
 * a parsed answer in, a business event out.  No I/O, no clock, no storage: the
 * store keeps the bytes in its outbox in the transaction of the effect, the key
 * process signs, the post process carries.  Another network is another table.
 *
 * Every request function: appends the document to call->bytes (which the caller
 * made with buf_init; the ceiling of the type holds) and fills the rest of *call.
 * msg_id is MESSAGE_ID_CHARS hexadecimal characters that the caller made and
 * keeps: encoding the same request with the same msg_id gives the same bytes.
 * RC_INVALID: a value breaks the profile (place and rule in *why).
 * RC_REFUSED: this network cannot do that (see can).
 */
enum adapter_endpoint {
	ADAPTER_INTERMEDIARY,		/* our own */
	ADAPTER_REGISTRAR,
	ADAPTER_CORE,
	ADAPTER_ENDPOINT__COUNT
};
const char *adapter_endpoint_name(enum adapter_endpoint endpoint);

struct adapter_self {			/* who we are; strings are the caller's */
	const char *institution;	/* 16 */
	const char *municipality;	/* 6 digits */
	int mode;			/* 0 in earnest, 1 exercise */
};

struct adapter_call {
	enum message_kind kind;
	enum adapter_endpoint endpoint;
	struct buf bytes;
	/* Offset of the 12 characters the key process fills with the MyNumber, else WIRE_NO_GAP. */
	size_t gap_offset;
	const char *answerer;		/* institution that must have signed the answer; static or adapter_self's */
	const char *exchange_no;	/* by which the network knows what this is about: a process number, of a
					 * decision its permit; NULL.  The caller's */
};

struct adapter_inquiry {
	const char *record_no;
	const char *addressee_no;
	const char *dept, *user;
	const char *provider_municipality;	/* 6 digits: already a city, never a ward; in force on the day */
	const char *affair_code, *procedure_code, *item_code;
	day from, to;			/* both DAY_NONE: everything */
	bool non_disclosure;
	int64_t requested_at_ms;
	const char *salt;		/* 32 hexadecimal characters, random, kept until the answer */
};

struct adapter_copies {
	enum message_segment segment;
	const struct message_copy *records;
	size_t n_records;		/* <= ADAPTER_COPIES_AT_ONCE */
};
/* The profile allows 200,000 a send; ours go in parts that fit a frame and a transaction. */
#define ADAPTER_COPIES_AT_ONCE 2000

struct adapter_correction {
	const char *correction_id;	/* 32 hexadecimal digits; the same however often it is sent */
	const char *process_no;		/* of the exchange in which the record was told */
	const char *recipient_municipality;	/* 6 digits, in force on the day */
	int64_t made_at_ms;
	const struct message_copy *record;	/* as it stands now; key, version and items are used */
};

struct adapter_receipt {
	const struct message_correction *correction;	/* as received */
	enum message_taken taken;
	int64_t local_version;		/* 0 unless applied or known */
	const char *reason;		/* a word, iff held or refused */
	int64_t taken_at_ms;
};

struct adapter_day_count {
	const char *recipient_municipality;	/* 6 digits, in force on the day */
	day on;
	const char *inquirer, *provider;	/* institution codes, as recorded */
	int64_t made_at_ms;
	const struct message_day_entry *entries;	/* all, in byte order of ProcessNo */
	size_t n_entries;
	bool is_listed;			/* the entries themselves too; not above MESSAGE_MAX_LIST */
};

struct adapter_day_receipt {
	const struct message_day_count *count;	/* as received */
	enum message_compared compared;
	int64_t taken_at_ms;
};

struct adapter_notice {
	const char *addressee_no;
	const char *title, *text;	/* 1..100 and 1..1000 characters; no place and no vaccine is named in them */
};

enum adapter_event_kind {
	ADAPTER_RECEIVED,		/* request accepted: reception_no */
	ADAPTER_FAILED,			/* error and retry say why and what next */
	ADAPTER_NUMBER_WAITING,		/* acquisition number not issued yet */
	ADAPTER_NUMBER_ISSUED,		/* acquisition_no: use once, then erase (Number Act art. 21-2 (3)) */
	ADAPTER_CODE,			/* code_state */
	ADAPTER_COPIES_WAITING,
	ADAPTER_COPIES_DONE,		/* message->body.copy_result */
	ADAPTER_COPY_LIST,		/* message->body.copy_list */
	ADAPTER_INQUIRY_WAITING,	/* progress */
	ADAPTER_INQUIRY_ANSWERED,	/* message->body.result: response bytes and signature are to be read and verified */
	ADAPTER_INQUIRY_ENDED,		/* error: refused, no data, expired; retry says whether anew */
	ADAPTER_HELD_LIST,		/* message->body.held_list */
	ADAPTER_RECORD_LIST,		/* message->body.record_list */
	ADAPTER_TOLD,			/* message->body.told */
	ADAPTER_EVIDENCE,		/* message->body.evidence: the documents inside are to be read and verified */
	ADAPTER_LETTER,			/* message->body.letter: the letter inside is to be read and verified */
	ADAPTER_NOTICE,			/* message->body.notice_result */
	ADAPTER_EVENT__COUNT
};

struct adapter_event {
	enum adapter_event_kind kind;
	enum message_error error;	/* MESSAGE_OK unless FAILED or ENDED */
	enum message_retry retry;	/* of that error */
	enum message_code_state code_state;
	enum message_progress progress;
	const char *reception_no;	/* NULL unless RECEIVED */
	const char *acquisition_no;	/* NULL unless NUMBER_ISSUED */
	const struct message *message;	/* the answer itself; alive as long as its arena */
};

struct adapter {
	const char *name;
	struct {
		/* Can tell recipients of a correction, and what was told to whom; without it the four functions
		 * below answer RC_REFUSED, and whoever was told learns of it by asking again. */
		bool corrections;
		bool day_counts;	/* carries how many exchanges a day had; only where it carries letters */
		bool evidence;		/* hands out what others signed about an exchange */
		bool notices;		/* can send a notice to the portal; without it the two functions answer RC_REFUSED */
	} can;

	/* Code acquisition, leg (a): ask for an acquisition number, fetch it. */
	enum rc (*number_request)(const struct adapter_self *self, const char *msg_id,
	    const char *addressee_no, struct adapter_call *ret_call, struct fault *why);
	enum rc (*number_fetch)(const struct adapter_self *self, const char *msg_id,
	    const char *reception_no, struct adapter_call *ret_call, struct fault *why);
	/* Leg (b): the document for the registrar, with its gap. */
	enum rc (*code_request)(const struct adapter_self *self, const char *msg_id,
	    const char *acquisition_no, struct adapter_call *ret_call, struct fault *why);
	enum rc (*code_fetch)(const struct adapter_self *self, const char *msg_id,
	    const char *addressee_no, struct adapter_call *ret_call, struct fault *why);

	enum rc (*copies_send)(const struct adapter_self *self, const char *msg_id,
	    const struct adapter_copies *copies, struct adapter_call *ret_call, struct fault *why);
	enum rc (*copies_fetch)(const struct adapter_self *self, const char *msg_id,
	    const char *reception_no, struct adapter_call *ret_call, struct fault *why);
	enum rc (*copies_list)(const struct adapter_self *self, const char *msg_id,
	    const char *after, struct adapter_call *ret_call, struct fault *why);	/* after NULL: from the first */

	enum rc (*inquire)(const struct adapter_self *self, const char *msg_id,
	    const struct adapter_inquiry *inquiry, struct adapter_call *ret_call, struct fault *why);
	enum rc (*result_fetch)(const struct adapter_self *self, const char *msg_id,
	    const char *reception_no, struct adapter_call *ret_call, struct fault *why);

	enum rc (*held_list)(const struct adapter_self *self, const char *msg_id,
	    bool with_inquirer, struct adapter_call *ret_call, struct fault *why);
	enum rc (*held_decide)(const struct adapter_self *self, const char *msg_id,
	    const struct message_provision_decision *decision, struct adapter_call *ret_call,
	    struct fault *why);

	/* Provision records: of a person, of one exchange, or (both NULL) all, page by page. */
	enum rc (*record_fetch)(const struct adapter_self *self, const char *msg_id,
	    const struct message_record_fetch *which, struct adapter_call *ret_call, struct fault *why);

	/* Which version of which record an answer of ours carried. */
	enum rc (*told_fetch)(const struct adapter_self *self, const char *msg_id,
	    const char *process_no, struct adapter_call *ret_call, struct fault *why);
	/* What the hub and, where we were asked, our intermediary signed about an exchange that has ended. */
	enum rc (*evidence_fetch)(const struct adapter_self *self, const char *msg_id,
	    const char *process_no, struct adapter_call *ret_call, struct fault *why);
	/* Letters: they reach the other town's node as they were signed, whatever carries them. */
	enum rc (*correct)(const struct adapter_self *self, const char *msg_id,
	    const struct adapter_correction *correction, struct adapter_call *ret_call, struct fault *why);
	enum rc (*receipt_send)(const struct adapter_self *self, const char *msg_id,
	    const struct adapter_receipt *receipt, struct adapter_call *ret_call, struct fault *why);
	enum rc (*day_count_send)(const struct adapter_self *self, const char *msg_id,
	    const struct adapter_day_count *count, struct adapter_call *ret_call, struct fault *why);
	enum rc (*day_receipt_send)(const struct adapter_self *self, const char *msg_id,
	    const struct adapter_day_receipt *receipt, struct adapter_call *ret_call, struct fault *why);
	enum rc (*letter_fetch)(const struct adapter_self *self, const char *msg_id,
	    const char *after, struct adapter_call *ret_call, struct fault *why);	/* after NULL: the first */

	/* To the portal of a person of ours, and what became of it there. */
	enum rc (*notice_send)(const struct adapter_self *self, const char *msg_id,
	    const struct adapter_notice *notice, struct adapter_call *ret_call, struct fault *why);
	enum rc (*notice_fetch)(const struct adapter_self *self, const char *msg_id,
	    const char *reception_no, struct adapter_call *ret_call, struct fault *why);

	/*
	 * What the answer to a request of kind sent means.  RC_INVALID when the
	 * answer does not fit the request (kind, MsgID, source, destination, mode).
	 */
	enum rc (*interpret)(const struct adapter_self *self, enum message_kind sent,
	    const char *msg_id, const struct message *answer, struct adapter_event *ret_event,
	    struct fault *why);

	/*
	 * Does the provider's response belong to our inquiry?  permit, digest (from
	 * the inquiry kept by us), process number.  RC_INVALID names what differs.
	 */
	enum rc (*response_fits)(const struct adapter_self *self,
	    const struct adapter_inquiry *inquiry, const struct message *result,
	    const struct message *response, struct fault *why);
};

/* The reference profile: XML of exchange/message.h.  A network of before its letters exists: watashi.conf,
 * corrections = no. */
extern const struct adapter adapter_reference;

#endif

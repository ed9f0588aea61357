#include "action/request_shape.h"

/* Inquiries, copies, what is held and what was handed out. */

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
static const struct request_field inquiry_report_gives[] = {
	TEXT(TAG_PROVIDER),
	TEXT(TAG_STATE, NEED),
	INT(TAG_COUNT, NEED),
	TEXT(TAG_ADVICE),
};
static const struct request_field inquiry_urgent_gives[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	TEXT(TAG_PROVIDER),
	TEXT(TAG_STATE),
	TEXT(TAG_OFFICER),
	TEXT(TAG_OFFICER_NAME),
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
	INT(TAG_COUNT),
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
static const struct request_field records_compare_takes[] = {
	DAY(TAG_ON),
	TEXT(TAG_MUNICIPALITY),
	INT(TAG_ALL),
};
static const struct request_field records_compare_gives[] = {
	INT(TAG_COMPARISON, NEED),
	DAY(TAG_ON),
	TEXT(TAG_HOLDER),
	TEXT(TAG_MUNICIPALITY),
	TEXT(TAG_STATE),
	TEXT(TAG_OUTCOME),
	INT(TAG_HERE),
	INT(TAG_THERE),
	INT(TAG_AT_HUB),
	TEXT(TAG_PROCESS_NO),
	TEXT(TAG_LACKS),
	INT(TAG_AT),
	TEXT(TAG_DECIDED_BY),
	TEXT(TAG_OFFICER_NAME),
	TEXT(TAG_REASON),
	TEXT(TAG_CAUSE),
};
static const struct request_field records_explain_takes[] = {
	INT(TAG_COMPARISON, NEED),
	TEXT(TAG_REASON, NEED),
};
static const struct request_field records_explain_gives[] = {
	INT(TAG_COMPARISON, NEED),
	DAY(TAG_ON),
	TEXT(TAG_STATE),
};
static const struct request_field correction_list_takes[] = {
	TEXT(TAG_ADDRESSEE),
	INT(TAG_OVERDUE),
};
static const struct request_field correction_list_gives[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	TEXT(TAG_DOSE_ID),
	INT(TAG_VERSION),
	TEXT(TAG_RECIPIENT),
	TEXT(TAG_STATE),
	INT(TAG_OVERDUE),
	INT(TAG_AT),
	INT(TAG_SENT_AT),
	INT(TAG_ATTEMPTS),
	INT(TAG_RECEIPT_AT),
	INT(TAG_LOCAL_VERSION),
	TEXT(TAG_REASON),
	TEXT(TAG_RETRY_CLASS),
};
static const struct request_field correction_told_gives[] = {
	TEXT(TAG_RECIPIENT),
	TEXT(TAG_DOSE_ID, NEED),
	INT(TAG_VERSION),
	INT(TAG_PROVIDED_AT),
	TEXT(TAG_PROCESS_NO),
};
static const struct request_field evidence_release_takes[] = {
	TEXT(TAG_EXCHANGE, NEED),
	TEXT(TAG_REASON, NEED),
};
static const struct request_field evidence_release_gives[] = {
	TEXT(TAG_EXCHANGE, NEED),
	TEXT(TAG_HOLDER),
	TEXT(TAG_ACTION),
	INT(TAG_AT),
	TEXT(TAG_STATE),
	DAY(TAG_KEPT_UNTIL),
};
static const struct request_field evidence_export_takes[] = {
	TEXT(TAG_EXCHANGE, NEED),
};
static const struct request_field evidence_export_gives[] = {
	TEXT(TAG_EXCHANGE, NEED),
	TEXT(TAG_HOLDER),
	INT(TAG_COUNT),
	TEXT(TAG_HASH),
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

static const struct request_shape shape[] = {
	{ REQUEST_INQUIRE, "inquire", WRITE, ALL(inquire_takes),
	    ALL(inquiry_gives),
	    ENDS_AT(10000, WORDS("name the people: inquiry list")) },
	{ REQUEST_INQUIRE_URGENT, "inquire urgent", WRITE,
	    ALL(inquire_urgent_takes), ALL(inquiry_urgent_gives), WHOLE },
	{ REQUEST_INQUIRY_URGENT, "inquiry urgent", LOOK,
	    ALL(inquiry_urgent_takes), ALL(inquiry_urgent_gives),
	    ENDS_AT(1000, WORDS("ask for one day: --on")) },
	{ REQUEST_INQUIRY_REPORT, "inquiry report", LOOK,
	    ALL(inquiry_urgent_takes), ALL(inquiry_report_gives), WHOLE },
	{ REQUEST_INQUIRY_LIST, "inquiry list", LOOK,
	    ALL(inquiry_list_takes), ALL(inquiry_gives),
	    ENDS_AT(10000, WORDS("name the people whose inquiries are meant")) },
	{ REQUEST_HELD_LIST, "held list", LOOK, ALL(held_list_takes),
	    ALL(held_list_gives), WHOLE },
	{ REQUEST_HELD_ATTACH, "held attach", WRITE, ALL(held_attach_takes),
	    ALL(held_gives), WHOLE },
	{ REQUEST_HELD_RELEASE, "held release", WRITE,
	    ALL(held_decide_takes), ALL(held_gives), WHOLE },
	{ REQUEST_HELD_REFUSE, "held refuse", WRITE, ALL(held_decide_takes),
	    ALL(held_gives), WHOLE },
	{ REQUEST_QUEUE, "queue", LOOK, NONE, ALL(queue_gives),
	    ENDS_AT(1000, WORDS("what stands still comes first; the others follow once these have gone")) },
	{ REQUEST_RECORDS_OUTDATED, "records outdated", LOOK, NONE,
	    ALL(records_outdated_gives),
	    ENDS_AT(1000, WORDS("the others follow once these have been told")) },
	{ REQUEST_RECORDS_COMPARE, "records compare", LOOK,
	    ALL(records_compare_takes), ALL(records_compare_gives),
	    ENDS_AT(1000, WORDS("ask for one day, or for one municipality")) },
	{ REQUEST_RECORDS_EXPLAIN, "records explain", WRITE,
	    ALL(records_explain_takes), ALL(records_explain_gives), WHOLE },
	{ REQUEST_RECORDS, "records", LOOK, ALL(records_takes),
	    ALL(records_gives), WHOLE },
	{ REQUEST_CORRECTION_LIST, "correction list", LOOK,
	    ALL(correction_list_takes), ALL(correction_list_gives), WHOLE },
	{ REQUEST_CORRECTION_TOLD, "correction told", LOOK, ADDRESSEE,
	    ALL(correction_told_gives), WHOLE },
	{ REQUEST_EVIDENCE_RELEASE, "evidence release", WRITE,
	    ALL(evidence_release_takes), ALL(evidence_release_gives), WHOLE },
	{ REQUEST_EVIDENCE_EXPORT, "evidence export", FILE_LOOK,
	    ALL(evidence_export_takes), ALL(evidence_export_gives), WHOLE },
	{ REQUEST_COPY_VERIFY, "copy verify", WRITE, NONE,
	    ALL(copy_verify_gives),
	    ENDS_AT(1000, WORDS("these are sent anew; the next comparison tells the others")) },
	{ REQUEST_COPY_SEND, "copy send", WRITE, NONE, ALL(copy_send_gives), WHOLE },
};

const struct request_shape_list request_shape_exchange = { ALL(shape) };

#include "action/request_shape.h"

/* Lists of people, what is asked by name, released and fetched; the letters that follow; and counts of everybody. */

static const struct request_field list_define_takes[] = {
	TEXT(TAG_LIST, NEED),
	TEXT(TAG_DESCRIPTION),
	TEXT(TAG_DESCRIPTION_EN),
	TEXT(TAG_AGE),
	TEXT(TAG_BORN),
	TEXT(TAG_COHORT),
	TEXT(TAG_TURNS),
	TEXT(TAG_SEX),
	TEXT(TAG_LANGUAGE),
	TEXT(TAG_RESIDENT_ON),
	TEXT(TAG_ARRIVED_SINCE),
	TEXT(TAG_DISTRICT),
	TEXT(TAG_HAS),
	TEXT(TAG_HAS_NOT),
	TEXT(TAG_PROGRAMME),
	TEXT(TAG_STATUS),
	TEXT(TAG_DOSE),
	TEXT(TAG_RECORDS),
	TEXT(TAG_ON),
	INT(TAG_CLOSED),
};
static const struct request_field list_gives[] = {
	TEXT(TAG_LIST, NEED),
	INT(TAG_VERSION),
	TEXT(TAG_CONDITIONS),
	TEXT(TAG_DESCRIPTION),
	TEXT(TAG_DESCRIPTION_EN),
	TEXT(TAG_STATE),
	TEXT(TAG_OFFICER),
	TEXT(TAG_OFFICER_NAME),
	INT(TAG_AT),
};
static const struct request_field list_show_takes[] = {
	TEXT(TAG_LIST, NEED),
};
static const struct request_field list_run_takes[] = {
	TEXT(TAG_LIST, NEED),
	INT(TAG_VERSION),
	DAY(TAG_ON),
	TEXT(TAG_PURPOSE),
	INT(TAG_APART),
};
static const struct request_field list_release_takes[] = {
	TEXT(TAG_LIST, NEED),
	INT(TAG_VERSION),
	DAY(TAG_ON),
	TEXT(TAG_PURPOSE),
	INT(TAG_APART),
	TEXT(TAG_REASON, NEED),
};
/* A row a count: what was asked, an age, who is left out and why, who could not be decided, a warning. */
static const struct request_field list_run_gives[] = {
	TEXT(TAG_PART, NEED),
	TEXT(TAG_ITEM),
	TEXT(TAG_VALUE),
	INT(TAG_COUNT),
};
static const struct request_field list_released_gives[] = {
	INT(TAG_RELEASE, NEED),
	TEXT(TAG_LIST),
	INT(TAG_VERSION),
	DAY(TAG_ON),
	TEXT(TAG_PURPOSE),
	TEXT(TAG_STATE),
	INT(TAG_COUNT),
	TEXT(TAG_LAW),
	TEXT(TAG_HASH),
	TEXT(TAG_OFFICER),
	TEXT(TAG_OFFICER_NAME),
	INT(TAG_AT),
};
static const struct request_field list_fetch_takes[] = {
	INT(TAG_RELEASE, NEED),
	TEXT(TAG_ENCODING),
	INT(TAG_LEAVE_OUT),
	INT(TAG_RUN),
};
static const struct request_field list_fetch_gives[] = {
	INT(TAG_RELEASE, NEED),
	INT(TAG_COUNT),
	INT(TAG_LEFT_OUT),
	INT(TAG_REPLACED),
	TEXT(TAG_HASH),
};

static const struct request_field notice_run_takes[] = {
	INT(TAG_RELEASE, NEED),
	TEXT(TAG_PROGRAMME),
	DAY(TAG_ON),
	INT(TAG_AGAIN_AFTER),
};
static const struct request_field notice_runs_gives[] = {
	INT(TAG_RUN, NEED),
	INT(TAG_RELEASE),
	TEXT(TAG_PROGRAMME),
	TEXT(TAG_PURPOSE),
	TEXT(TAG_STATE),
	DAY(TAG_ON),
	TEXT(TAG_OFFICER),
	TEXT(TAG_OFFICER_NAME),
	INT(TAG_AT),
};
static const struct request_field notice_mail_takes[] = {
	INT(TAG_RUN, NEED),
	DAY(TAG_ON),
};
static const struct request_field notice_undo_takes[] = {
	INT(TAG_RUN, NEED),
	TEXT(TAG_REASON, NEED),
};
static const struct request_field notice_gives[] = {
	INT(TAG_RUN, NEED),
	TEXT(TAG_ADDRESSEE),
	TEXT(TAG_PROGRAMME),
	INT(TAG_DOSE),
	TEXT(TAG_PURPOSE),
	TEXT(TAG_STATE),
	DAY(TAG_ON),
	TEXT(TAG_REASON),
};
static const struct request_field notice_return_takes[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	INT(TAG_RUN, NEED),
	DAY(TAG_ON),
	TEXT(TAG_REASON, NEED),
};
static const struct request_field notice_resend_takes[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	INT(TAG_RUN, NEED),
	DAY(TAG_ON),
	TEXT(TAG_REASON),
};
static const struct request_field notice_refuse_takes[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	TEXT(TAG_PROGRAMME),
	TEXT(TAG_REASON, NEED),
};
static const struct request_field notice_accept_takes[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	TEXT(TAG_PROGRAMME),
};
static const struct request_field notice_run_names[] = {
	INT(TAG_RUN, NEED),
};
static const struct request_field notice_portal_takes[] = {
	INT(TAG_RUN, NEED),
	TEXT(TAG_REASON),
};
static const struct request_field notice_sent_gives[] = {
	INT(TAG_RUN),
	TEXT(TAG_ADDRESSEE),
	TEXT(TAG_STATE),
	TEXT(TAG_REASON),
	INT(TAG_AT),
};
static const struct request_field notice_wish_gives[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	TEXT(TAG_PROGRAMME),
	TEXT(TAG_STATE),
};

static const struct request_field statistics_doses_takes[] = {
	DAY(TAG_FROM),
	DAY(TAG_UNTIL),
	TEXT(TAG_BY),
	DAY(TAG_AS_OF),
	INT(TAG_PUBLISH),
};
static const struct request_field statistics_doses_gives[] = {
	TEXT(TAG_PERIOD, NEED),
	TEXT(TAG_VACCINE),
	TEXT(TAG_PROGRAMME),
	TEXT(TAG_OUTCOME),
	INT(TAG_DOSE),
	INT(TAG_COUNT),
	INT(TAG_OTHERS),
	TEXT(TAG_STATE),
};
static const struct request_field statistics_coverage_takes[] = {
	DAY(TAG_ON, NEED),
	TEXT(TAG_PROGRAMME),
	TEXT(TAG_AGE),
	TEXT(TAG_BORN),
	TEXT(TAG_COHORT),
	TEXT(TAG_TURNS),
	TEXT(TAG_SEX),
	INT(TAG_PUBLISH),
};
static const struct request_field statistics_coverage_gives[] = {
	TEXT(TAG_COHORT, NEED),
	TEXT(TAG_PROGRAMME),
	DAY(TAG_ON),
	INT(TAG_TOTAL),
	INT(TAG_COMPLETE),
	INT(TAG_OPEN),
	INT(TAG_NO_LONGER),
	INT(TAG_INCOMPLETE),
	INT(TAG_EXEMPT),
	INT(TAG_REVIEW),
	INT(TAG_NOT_ELIGIBLE),
	INT(TAG_DENOMINATOR),
	TEXT(TAG_PERCENT),
	TEXT(TAG_STATE),
};

static const struct request_shape shape[] = {
	{ REQUEST_LIST_DEFINE, "list define", WRITE, ALL(list_define_takes), ALL(list_gives), WHOLE },
	{ REQUEST_LIST_NAMES, "list names", LOOK, NONE, ALL(list_gives),
	    ENDS_AT(1000, WORDS("name one: list show")) },
	{ REQUEST_LIST_SHOW, "list show", LOOK, ALL(list_show_takes), ALL(list_gives),
	    ENDS_AT(1000, WORDS("older versions can still be run: list run --version")) },
	{ REQUEST_LIST_RUN, "list run", LOOK, ALL(list_run_takes), ALL(list_run_gives), WHOLE },
	{ REQUEST_LIST_RELEASE, "list release", WRITE, ALL(list_release_takes), ALL(list_run_gives), WHOLE },
	{ REQUEST_LIST_RELEASED, "list released", LOOK, NONE, ALL(list_released_gives),
	    ENDS_AT(1000, WORDS("older ones are written by their number: list fetch --release")) },
	{ REQUEST_LIST_FETCH, "list fetch", FILE_LOOK, ALL(list_fetch_takes), ALL(list_fetch_gives), WHOLE },
	{ REQUEST_STATISTICS_DOSES, "statistics doses", LOOK, ALL(statistics_doses_takes), ALL(statistics_doses_gives), WHOLE },
	{ REQUEST_STATISTICS_COVERAGE, "statistics coverage", LOOK, ALL(statistics_coverage_takes),
	    ALL(statistics_coverage_gives), WHOLE },
	{ REQUEST_NOTICE_RUN, "notice run", WRITE, ALL(notice_run_takes), ALL(list_run_gives), WHOLE },
	{ REQUEST_NOTICE_RUNS, "notice runs", LOOK, NONE, ALL(notice_runs_gives),
	    ENDS_AT(1000, WORDS("letters of older runs are told with each person: notice list")) },
	{ REQUEST_NOTICE_MAIL, "notice mail", WRITE, ALL(notice_mail_takes), ALL(notice_runs_gives), WHOLE },
	{ REQUEST_NOTICE_UNDO, "notice undo", WRITE, ALL(notice_undo_takes), ALL(notice_runs_gives), WHOLE },
	{ REQUEST_NOTICE_LIST, "notice list", LOOK, ADDRESSEE, ALL(notice_gives), WHOLE },
	{ REQUEST_NOTICE_RETURNED, "notice returned", LOOK, NONE, ALL(notice_gives),
	    ENDS_AT(10000, WORDS("the others follow once some of these have been sent again")) },
	{ REQUEST_NOTICE_RETURN, "notice return", WRITE, ALL(notice_return_takes), ALL(notice_gives), WHOLE },
	{ REQUEST_NOTICE_RESEND, "notice resend", WRITE, ALL(notice_resend_takes), ALL(notice_gives), WHOLE },
	{ REQUEST_NOTICE_REFUSE, "notice refuse", WRITE, ALL(notice_refuse_takes), ALL(notice_wish_gives), WHOLE },
	{ REQUEST_NOTICE_ACCEPT, "notice accept", WRITE, ALL(notice_accept_takes), ALL(notice_wish_gives), WHOLE },
	{ REQUEST_NOTICE_COUNT, "notice count", LOOK, ALL(notice_run_names), ALL(list_run_gives), WHOLE },
	{ REQUEST_NOTICE_PORTAL, "notice portal", WRITE, ALL(notice_portal_takes), ALL(list_run_gives), WHOLE },
	{ REQUEST_NOTICE_SENT, "notice sent", LOOK, ALL(notice_run_names), ALL(notice_sent_gives), WHOLE },
};

const struct request_shape_list request_shape_lists = { ALL(shape) };

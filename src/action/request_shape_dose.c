#include "action/request_shape.h"

/* Doses, circumstances, tickets, and what follows from them. */

#define DOSE_FIELDS \
	TEXT(TAG_LOT, CLEARS), DAY(TAG_EXPIRES_ON), TEXT(TAG_VOLUME_ML), \
	TEXT(TAG_SITE, CLEARS), TEXT(TAG_ROUTE, CLEARS), TEXT(TAG_CLINIC_CODE, CLEARS), \
	TEXT(TAG_CLINIC, CLEARS), TEXT(TAG_PHYSICIAN, CLEARS), TEXT(TAG_STATUS), \
	TEXT(TAG_EVIDENCE, CLEARS), TEXT(TAG_PRODUCT_TEXT, CLEARS), INT(TAG_DOSE), \
	TEXT(TAG_VERIFICATION)
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
	TEXT(TAG_PRODUCT_TEXT),
	INT(TAG_DOSE),
	TEXT(TAG_VERIFICATION),
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
	TEXT(TAG_SPENT_ON),
	TEXT(TAG_WARNINGS),
};
static const struct request_field ticket_count_takes[] = {
	INT(TAG_RELEASE, NEED),
	DAY(TAG_AS_OF),
};
static const struct request_field ticket_run_takes[] = {
	INT(TAG_RELEASE, NEED),
	DAY(TAG_AS_OF),
	TEXT(TAG_REASON, NEED),
};
static const struct request_field ticket_count_gives[] = {
	TEXT(TAG_PART, NEED),
	TEXT(TAG_ITEM),
	TEXT(TAG_VALUE),
	INT(TAG_COUNT),
};
static const struct request_field ticket_runs_gives[] = {
	INT(TAG_RUN, NEED),
	INT(TAG_RELEASE),
	DAY(TAG_AS_OF),
	INT(TAG_COUNT),
	INT(TAG_TICKETS),
	TEXT(TAG_STATE),
	INT(TAG_TOTAL),
	INT(TAG_LEFT_OUT),
	TEXT(TAG_OFFICER),
	TEXT(TAG_OFFICER_NAME),
	INT(TAG_AT),
};
static const struct request_field ticket_fetch_takes[] = {
	INT(TAG_RUN, NEED),
	TEXT(TAG_ENCODING),
};
static const struct request_field ticket_fetch_gives[] = {
	INT(TAG_RUN, NEED),
	INT(TAG_COUNT),
	INT(TAG_LEFT_OUT),
	INT(TAG_REPLACED),
	TEXT(TAG_HASH),
};
static const struct request_field show_takes[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	DAY(TAG_AS_OF),
};
static const struct request_field due_takes[] = {
	DAY(TAG_AS_OF),
	TEXT(TAG_PROGRAMME),
	INT(TAG_OVERDUE),
	TEXT(TAG_AGE),
	TEXT(TAG_BORN),
	TEXT(TAG_COHORT),
	TEXT(TAG_TURNS),
	TEXT(TAG_SEX),
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

static const struct request_shape shape[] = {
	{ REQUEST_DOSE_ADD, "dose add", WRITE, ALL(dose_add_takes),
	    ALL(dose_gives), WHOLE },
	{ REQUEST_DOSE_CORRECT, "dose correct", WRITE,
	    ALL(dose_correct_takes), ALL(dose_gives), WHOLE },
	{ REQUEST_DOSE_WITHDRAW, "dose withdraw", WRITE,
	    ALL(dose_withdraw_takes), ALL(dose_gives), WHOLE },
	{ REQUEST_DOSE_UNDO, "dose undo", WRITE, ALL(dose_withdraw_takes),
	    ALL(dose_gives), WHOLE },
	{ REQUEST_DOSE_VERSIONS, "dose versions", LOOK, ALL(dose_versions_takes),
	    ALL(dose_versions_gives), WHOLE },
	{ REQUEST_CIRCUMSTANCE_ADD, "circumstance add", WRITE,
	    ALL(circumstance_add_takes), ALL(circumstance_gives), WHOLE },
	{ REQUEST_CIRCUMSTANCE_LIST, "circumstance list", LOOK,
	    ADDRESSEE, ALL(circumstance_gives), WHOLE },
	{ REQUEST_CIRCUMSTANCE_END, "circumstance end", WRITE,
	    ALL(circumstance_end_takes), ALL(circumstance_gives), WHOLE },
	{ REQUEST_TICKET_ISSUE, "ticket issue", WRITE,
	    ADDRESSEE, ALL(ticket_gives), WHOLE },
	{ REQUEST_TICKET_REISSUE, "ticket reissue", WRITE,
	    ALL(ticket_programme_takes), ALL(ticket_list_gives), WHOLE },
	{ REQUEST_TICKET_VOID, "ticket void", WRITE,
	    ALL(ticket_programme_takes), ALL(ticket_list_gives), WHOLE },
	{ REQUEST_TICKET_LIST, "ticket list", LOOK,
	    ADDRESSEE, ALL(ticket_list_gives), WHOLE },
	{ REQUEST_TICKET_HAND_OUT, "ticket hand-out", WRITE,
	    ALL(ticket_hand_out_takes), ALL(ticket_list_gives), WHOLE },
	{ REQUEST_TICKET_COUNT, "ticket count", LOOK, ALL(ticket_count_takes), ALL(ticket_count_gives), WHOLE },
	{ REQUEST_TICKET_RUN, "ticket run", WRITE, ALL(ticket_run_takes), ALL(ticket_count_gives), WHOLE },
	{ REQUEST_TICKET_RUNS, "ticket runs", LOOK, NONE, ALL(ticket_runs_gives),
	    ENDS_AT(1000, WORDS("older ones are written by their number: ticket fetch --run")) },
	{ REQUEST_TICKET_FETCH, "ticket fetch", FILE_LOOK, ALL(ticket_fetch_takes), ALL(ticket_fetch_gives), WHOLE },
	{ REQUEST_SHOW, "show", LOOK, ALL(show_takes), NONE, WHOLE },
	{ REQUEST_DUE, "due", LOOK, ALL(due_takes), NONE, WHOLE },
	{ REQUEST_CHECK, "check", LOOK, ALL(check_takes), NONE, WHOLE },
	{ REQUEST_EXPORT, "export", LOOK, ALL(export_takes), NONE, WHOLE },
};

const struct request_shape_list request_shape_dose = { ALL(shape) };

#include "action/request_shape.h"

/* Doses and people that stand here more than once. */

static const struct request_field list_takes[] = {
	TEXT(TAG_ADDRESSEE),
	INT(TAG_ALL),
};
static const struct request_field list_gives[] = {
	INT(TAG_DUPLICATE, NEED),
	TEXT(TAG_ADDRESSEE),
	TEXT(TAG_VACCINE),
	TEXT(TAG_GIVEN_ON),
	INT(TAG_RULE),
	TEXT(TAG_VERDICT),
	TEXT(TAG_STATE),
	TEXT(TAG_TEXT),
};
static const struct request_field show_takes[] = {
	INT(TAG_DUPLICATE, NEED),
};
/* The pair, then what each side says, then what officers said of it: a row each. */
static const struct request_field show_gives[] = {
	TEXT(TAG_PART, NEED),
	TEXT(TAG_STATE),
	INT(TAG_DUPLICATE),
	TEXT(TAG_ADDRESSEE),
	INT(TAG_RULE),
	TEXT(TAG_VERDICT),
	TEXT(TAG_TEXT),
	TEXT(TAG_DOSE_ID),
	INT(TAG_VERSION),
	TEXT(TAG_STATUS),
	TEXT(TAG_GIVEN_ON),
	TEXT(TAG_VACCINE),
	TEXT(TAG_PRODUCT_TEXT),
	INT(TAG_DOSE),
	TEXT(TAG_LOT),
	TEXT(TAG_VOLUME_ML),
	TEXT(TAG_CLINIC_CODE),
	TEXT(TAG_CLINIC),
	TEXT(TAG_PHYSICIAN),
	TEXT(TAG_SOURCE),
	TEXT(TAG_MUNICIPALITY),
	TEXT(TAG_EVIDENCE),
	TEXT(TAG_KEEP),
	TEXT(TAG_DECIDED_BY),
	TEXT(TAG_OFFICER_NAME),
	INT(TAG_DECIDED_AT),
	TEXT(TAG_NOTE),
};
static const struct request_field decide_takes[] = {
	INT(TAG_DUPLICATE, NEED),
	TEXT(TAG_KEEP),
	INT(TAG_BOTH),
	TEXT(TAG_REASON, NEED),
};
static const struct request_field undo_takes[] = {
	INT(TAG_DUPLICATE, NEED),
	TEXT(TAG_REASON, NEED),
};
static const struct request_field decide_gives[] = {
	INT(TAG_DUPLICATE, NEED),
	TEXT(TAG_STATE),
	TEXT(TAG_KEEP),
};

static const struct request_shape shape[] = {
	{ REQUEST_DUPLICATE_LIST, "duplicate list", LOOK, ALL(list_takes), ALL(list_gives), WHOLE },
	{ REQUEST_DUPLICATE_SHOW, "duplicate show", LOOK, ALL(show_takes), ALL(show_gives), WHOLE },
	{ REQUEST_DUPLICATE_DECIDE, "duplicate decide", WRITE, ALL(decide_takes), ALL(decide_gives), WHOLE },
	{ REQUEST_DUPLICATE_UNDO, "duplicate undo", WRITE, ALL(undo_takes), ALL(decide_gives), WHOLE },
};

const struct request_shape_list request_shape_duplicate = { ALL(shape) };

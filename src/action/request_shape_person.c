#include "action/request_shape.h"

/* People who stand here more than once. */

static const struct request_field list_takes[] = {
	TEXT(TAG_ADDRESSEE),
	INT(TAG_ALL),
};
static const struct request_field list_gives[] = {
	INT(TAG_DUPLICATE, NEED),
	TEXT(TAG_ADDRESSEE),
	TEXT(TAG_NAME),
	TEXT(TAG_OTHER_NO),
	TEXT(TAG_OTHER_NAME),
	DAY(TAG_BIRTH),
	TEXT(TAG_FOUND_BY),
	INT(TAG_SCORE),
	TEXT(TAG_STATE),
	TEXT(TAG_KEPT_NO),
	TEXT(TAG_TEXT),
};
static const struct request_field flag_takes[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	TEXT(TAG_OTHER_NO, NEED),
	TEXT(TAG_REASON, NEED),
};
static const struct request_field compare_takes[] = {
	INT(TAG_DUPLICATE, NEED),
};
/* The pair, then what each record says, item by item, then what stands in the way and what officers said. */
static const struct request_field compare_gives[] = {
	TEXT(TAG_PART, NEED),
	TEXT(TAG_ITEM),
	TEXT(TAG_TEXT),
	TEXT(TAG_SIDE_A),
	TEXT(TAG_SIDE_B),
	TEXT(TAG_STATE),
	INT(TAG_DUPLICATE),
	TEXT(TAG_FOUND_BY),
	INT(TAG_SCORE),
	TEXT(TAG_DECIDED_BY),
	TEXT(TAG_OFFICER_NAME),
	INT(TAG_DECIDED_AT),
	TEXT(TAG_NOTE),
};
static const struct request_field merge_takes[] = {
	INT(TAG_DUPLICATE, NEED),
	TEXT(TAG_KEEP, NEED),
	TEXT(TAG_NUMBER_OF),
	TEXT(TAG_REASON, NEED),
};
static const struct request_field decide_takes[] = {
	INT(TAG_DUPLICATE, NEED),
	TEXT(TAG_REASON, NEED),
};
static const struct request_field decide_gives[] = {
	TEXT(TAG_PART, NEED),
	INT(TAG_DUPLICATE),
	TEXT(TAG_STATE),
	TEXT(TAG_ADDRESSEE),
	TEXT(TAG_OTHER_NO),
	INT(TAG_COUNT),
	TEXT(TAG_DOSE_ID),
	TEXT(TAG_GIVEN_ON),
	TEXT(TAG_VACCINE),
	TEXT(TAG_TEXT),
};

static const struct request_shape shape[] = {
	{ REQUEST_PERSON_DUPLICATES, "person duplicates", LOOK, ALL(list_takes), ALL(list_gives), WHOLE },
	{ REQUEST_PERSON_FLAG, "person flag", WRITE, ALL(flag_takes), ALL(list_gives), WHOLE },
	{ REQUEST_PERSON_COMPARE, "person compare", LOOK, ALL(compare_takes), ALL(compare_gives), WHOLE },
	{ REQUEST_PERSON_MERGE, "person merge", WRITE, ALL(merge_takes), ALL(decide_gives), WHOLE },
	{ REQUEST_PERSON_UNMERGE, "person unmerge", WRITE, ALL(decide_takes), ALL(decide_gives), WHOLE },
	{ REQUEST_PERSON_DISTINCT, "person distinct", WRITE, ALL(decide_takes), ALL(list_gives), WHOLE },
};

const struct request_shape_list request_shape_person = { ALL(shape) };

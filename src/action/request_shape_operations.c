#include "action/request_shape.h"

/* Running a node: what watchmen's machines read, and times in which nothing is sent. */

static const struct request_field metrics_gives[] = {
	TEXT(TAG_TEXT, NEED),
};
static const struct request_field maintenance_on_takes[] = {
	INT(TAG_HOURS),
	TEXT(TAG_REASON, NEED),
};
static const struct request_field maintenance_gives[] = {
	TEXT(TAG_STATE, NEED),
	INT(TAG_EXPIRES),
};

static const struct request_shape shape[] = {
	{ REQUEST_METRICS, "metrics", LOOK, NONE, ALL(metrics_gives), WHOLE },
	{ REQUEST_MAINTENANCE_ON, "maintenance on", WRITE, ALL(maintenance_on_takes), ALL(maintenance_gives), WHOLE },
	{ REQUEST_MAINTENANCE_OFF, "maintenance off", WRITE, NONE, ALL(maintenance_gives), WHOLE },
};

const struct request_shape_list request_shape_operations = { ALL(shape) };

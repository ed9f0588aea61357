#include "action/maintenance.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "store/store_setting.h"

#define UNTIL_KEY "maintenance-until"
#define US_PER_HOUR (3600 * INT64_C(1000000))

enum rc
maintenance_load(struct action *a, struct fault *why)
{
	const char *value;
	struct arena arena;
	enum rc rc;

	arena_init(&arena, 4096);
	rc = store_setting_get(a->store, UNTIL_KEY, &arena, &value, why);
	a->maintenance_until_us = rc == RC_OK ? strtoll(value, NULL, 10) : 0;
	arena_clear(&arena);
	return rc == RC_ABSENT ? RC_OK : rc;
}

int64_t
maintenance_until(const struct action *a, int64_t now_us)
{
	return a->maintenance_until_us > now_us ? a->maintenance_until_us : 0;
}

static enum rc
reload(struct action *a, struct fault *why)
{
	enum rc rc = store_begin(a->store, 0, why);

	if (rc == RC_OK)
		rc = maintenance_load(a, why);
	store_rollback(a->store);
	return rc;
}

static enum rc
set(struct call *c, int64_t until_us, const char *detail, struct fault *why)
{
	struct action *a = c->a;
	char value[24];
	struct frame f;
	enum rc rc;

	(void)snprintf(value, sizeof(value), "%lld", (long long)until_us);
	if ((rc = store_begin(a->store, c->now_us, why)) != RC_OK ||
	    (rc = store_setting_set(a->store, UNTIL_KEY, value, why)) != RC_OK ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, detail, why)) != RC_OK)
		return rc;
	c->settled = reload;
	if ((rc = store_commit(a->store, why)) != RC_OK)
		return rc;
	a->maintenance_until_us = until_us;
	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_STATE, until_us > c->now_us ? "maintenance" : "open");
	frame_put_int(&f, TAG_EXPIRES, until_us > c->now_us ? until_us : 0);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

enum rc
do_maintenance_on(struct call *c, struct fault *why)
{
	int64_t hours = request_int(c->r, TAG_HOURS, 1);
	char detail[32];

	if (hours < 1 || hours > MAINTENANCE_HOURS_MAX)
		return fault_set(why, RC_INVALID, "hours", "expected 1 to %d hours", MAINTENANCE_HOURS_MAX);
	(void)snprintf(detail, sizeof(detail), "hours %lld", (long long)hours);
	return set(c, c->now_us + hours * US_PER_HOUR, detail, why);
}

enum rc
do_maintenance_off(struct call *c, struct fault *why)
{
	return set(c, c->now_us, NULL, why);
}

#include <stdlib.h>
#include <string.h>

#include "action/approval.h"
#include "action/approval_table.h"

#define RULES (sizeof(rules) / sizeof(rules[0]))

const struct approval_rule *
approval_rule_of(enum request_kind kind)
{
	for (size_t i = 0; i < RULES; i++)
		if (rules[i].kind == kind)
			return &rules[i];
	return NULL;
}

bool
approval_may_give(const struct approval_rule *rule, enum action_role role)
{
	return (rule->roles >> role & 1u) != 0;
}

/* The next of "dose correct, dose withdraw"; NULL at the end. */
static const char *
next_name(const char **at, size_t *ret_len)
{
	const char *from = *at;
	size_t len;

	from += strspn(from, " \t,");
	if (*from == '\0')
		return NULL;
	len = strcspn(from, ",");
	*at = from + len;
	while (len > 0 && (from[len - 1] == ' ' || from[len - 1] == '\t'))
		len--;
	*ret_len = len;
	return from;
}

static bool
is_named(const struct config *config, enum request_kind kind)
{
	const char *name = request_shape(kind)->name, *at = config->second_officer, *found;
	size_t len;

	while ((found = next_name(&at, &len)) != NULL)
		if (strlen(name) == len && memcmp(name, found, len) == 0)
			return true;
	return false;
}

bool
approval_wanted(const struct config *config, const struct request *r)
{
	const struct approval_rule *rule = approval_rule_of(r->kind);

	if (rule == NULL)
		return false;
	switch (rule->when) {
	case APPROVAL_ALWAYS:
		return true;
	case APPROVAL_CONFIGURED:
		return is_named(config, r->kind);
	case APPROVAL_FIELD:
		return request_int(r, rule->field, 0) != 0;
	}
	return true;
}

enum rc
approval_check_config(const struct config *config, struct fault *why)
{
	const char *at = config->second_officer, *found, *days = config->approval_days;
	size_t len, i;

	while ((found = next_name(&at, &len)) != NULL) {
		for (i = 0; i < RULES; i++) {
			const char *name = request_shape(rules[i].kind)->name;

			if (rules[i].when == APPROVAL_CONFIGURED && strlen(name) == len &&
			    memcmp(name, found, len) == 0)
				break;
		}
		if (i == RULES)
			return fault_set(why, RC_INVALID, "watashi.conf: second_officer",
			    "'%.*s' is no request that can be given to a second officer here", (int)len, found);
	}
	if (days[0] != '\0' && (strspn(days, "0123456789") != strlen(days) ||
	    strtol(days, NULL, 10) < 1 || strtol(days, NULL, 10) > APPROVAL_DAYS_MAX))
		return fault_set(why, RC_INVALID, "watashi.conf: approval_days", "expected a number from 1 to %d",
		    APPROVAL_DAYS_MAX);
	return RC_OK;
}

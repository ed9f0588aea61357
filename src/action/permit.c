#include "action/action.h"

#include <string.h>

#include "action/permission_table.h"

static const char *const role_name[ACTION_ROLE__COUNT] = {
	[ACTION_NOBODY] = "nobody",
	[ACTION_ADMINISTRATOR] = "administrator",
	[ACTION_HEALTH_OFFICER] = "health-officer",
	[ACTION_NURSE] = "nurse",
	[ACTION_CLERK] = "clerk",
	[ACTION_AUDITOR] = "auditor",
	[ACTION_CLINIC] = "clinic",
	[ACTION_MACHINE] = "machine",
	[ACTION_PROTECTING_OFFICER] = "protecting-officer",
	[ACTION_RESIDENT] = "resident",
	[ACTION_GUARDIAN] = "guardian",
};

const char *
action_role_name(enum action_role role)
{
	return (unsigned)role < ACTION_ROLE__COUNT ? role_name[role] : role_name[ACTION_NOBODY];
}

enum action_role
action_role_find(const char *name)
{
	for (unsigned i = 0; i < ACTION_ROLE__COUNT; i++)
		if (strcmp(role_name[i], name) == 0)
			return (enum action_role)i;
	return ACTION_ROLE__COUNT;
}

bool
action_permitted(enum action_role role, enum request_kind kind)
{
	if ((unsigned)role >= ACTION_ROLE__COUNT || kind <= REQUEST_NONE || kind >= REQUEST__PERMISSIONS)
		return false;
	return (permitted[kind] >> role & 1u) != 0;
}

bool
action_own_only(enum action_role role, enum request_kind kind)
{
	return action_permitted(role, kind) && (own_only[kind] >> role & 1u) != 0;
}

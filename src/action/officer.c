#include <stdio.h>

#include "action/node.h"
#include "store/store_officer.h"

/* Who may act here. */
static enum rc
reply_officer(struct call *c, const struct officer *o, struct fault *why)
{
	struct frame f;
	enum rc rc;

	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_OFFICER, o->name);
	frame_put_int(&f, TAG_UID, o->uid);
	frame_put_text(&f, TAG_ROLE, store_officer_role_word(o->role));
	frame_put_text(&f, TAG_STATE, o->is_active ? "active" : "removed");
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

/* The officer that an actor of the log begins with; *ret_rest: what follows him.  False: none. */
static bool
officer_of(struct call *c, const char *actor, struct officer *ret_officer, const char **ret_rest)
{
	long long no;
	int used = 0;

	if (actor == NULL || sscanf(actor, "officer:%lld%n", &no, &used) != 1 || used == 0)
		return false;
	*ret_rest = actor + used;
	return store_officer_get(c->a->store, no, &c->arena, ret_officer, NULL) == RC_OK;
}

void
node_put_officer(struct call *c, struct frame *f, enum request_tag tag, const char *actor)
{
	bool works_here = c->role != ACTION_RESIDENT && c->role != ACTION_GUARDIAN && c->role != ACTION_CLINIC;
	struct officer first, second;
	const char *rest;

	frame_put_text(f, tag, actor);
	if (!works_here || !officer_of(c, actor, &first, &rest))
		return;
	if (*rest == '+' && officer_of(c, rest + 1, &second, &rest)) {
		char both[2 * LIMIT_NAME_CHARS * 4 + 8];

		(void)snprintf(both, sizeof(both), "%s, %s", first.name, second.name);
		frame_put_text(f, TAG_OFFICER_NAME, both);
	} else
		frame_put_text(f, TAG_OFFICER_NAME, first.name);
}

const char *
node_role_of(struct call *c, const char *actor)
{
	struct officer o;
	const char *rest;

	return officer_of(c, actor, &o, &rest) ? store_officer_role_word(o.role) : "";
}

static enum rc
finish(struct call *c, const char *name, const char *detail, struct fault *why)
{
	struct officer o;
	enum rc rc;

	if ((rc = node_audit(c, NULL, AUDIT_DONE, detail, why)) != RC_OK ||
	    (rc = store_officer_find_name(c->a->store, name, &c->arena, &o, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	return reply_officer(c, &o, why);
}

enum rc
do_officer_add(struct call *c, struct fault *why)
{
	const char *name = request_text(c->r, TAG_OFFICER), *word = request_text(c->r, TAG_ROLE);
	const char *addressee_no = request_text(c->r, TAG_ADDRESSEE);
	enum officer_role role;
	struct person p;
	bool is_person;
	int64_t no;
	enum rc rc;

	if (store_officer_role_parse(word, &role) != RC_OK)
		return fault_set(why, RC_INVALID, "role",
		    "expected administrator, health-officer, nurse, clerk, auditor, clinic, machine, protecting-officer, resident or guardian");
	is_person = role == OFFICER_RESIDENT || role == OFFICER_GUARDIAN;
	if (is_person != (addressee_no != NULL))
		return fault_set(why, RC_INVALID, "addressee number", is_person ?
		    "say whose account it is" : "an officer's account is no resident's");
	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	if ((rc = store_officer_add(c->a->store, name, role, request_int(c->r, TAG_UID, -1), &no, why)) == RC_CONFLICT)
		return fault_set(why, RC_CONFLICT, "officer", "this name or uid is taken");
	if (rc != RC_OK)
		return rc;
	if (is_person && ((rc = node_person(c, addressee_no, &p, why)) != RC_OK ||
	    (rc = store_officer_set_person(c->a->store, no, &p.id, why)) != RC_OK))
		return rc;
	return finish(c, name, word, why);
}

enum rc
do_officer_remove(struct call *c, struct fault *why)
{
	const char *name = request_text(c->r, TAG_OFFICER);
	struct officer o;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	if ((rc = store_officer_find_name(c->a->store, name, &c->arena, &o, why)) == RC_ABSENT)
		return fault_set(why, RC_ABSENT, "officer", "nobody is called so");
	if (rc != RC_OK)
		return rc;
	if ((rc = store_officer_change(c->a->store, o.no, o.role, false, why)) == RC_REFUSED)
		return fault_set(why, RC_REFUSED, "officer", "the last administrator stays");
	if (rc != RC_OK)
		return rc;
	return finish(c, name, "removed", why);
}

enum rc
do_officer_list(struct call *c, struct fault *why)
{
	struct officer *o;
	size_t n, i;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = store_officer_list(c->a->store, &c->arena, &o, &n, why)) != RC_OK ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, NULL, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	for (i = 0; i < n && rc == RC_OK; i++)
		rc = reply_officer(c, &o[i], why);
	return rc;
}

#include "action/own_person.h"

#include <string.h>

#include "store/store_guardian.h"
#include "store/store_same.h"

static enum rc
find(struct call *c, struct id *ret_id, bool *ret_own, struct fault *why)
{
	const char *addressee_no = request_text(c->r, TAG_ADDRESSEE);
	size_t len = addressee_no == NULL ? 0 : strlen(addressee_no);
	enum rc rc;

	*ret_own = false;
	if (len == 0 || len > LIMIT_ADDRESSEE_CHARS || c->r->n_addressee > 1 || !id_known(&c->self))
		return RC_OK;
	if ((rc = store_person_find_addressee(c->a->store, addressee_no, ret_id, why)) != RC_OK)
		return rc == RC_ABSENT ? RC_OK : rc;
	/* Whose records were merged sees the person by either number. */
	if ((rc = store_same_is(c->a->store, ret_id, &c->self, ret_own, why)) != RC_OK || *ret_own ||
	    c->role != ACTION_GUARDIAN)
		return rc;
	/* Today, whatever day is asked about: who acts no longer sees nothing of the time in which he did. */
	return store_guardian_acts(c->a->store, &c->self, ret_id, c->today, ret_own, why);
}

enum rc
own_person_check(struct call *c, struct fault *why)
{
	struct id person = ID_NONE;
	bool own;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = find(c, &person, &own, why)) != RC_OK)
		return rc;
	if (own) {
		store_rollback(c->a->store);
		return RC_OK;
	}
	/* A refused look is a look. */
	if ((rc = node_audit(c, id_known(&person) ? &person : NULL, AUDIT_REFUSED, "not own", why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	return fault_set(why, RC_REFUSED, action_role_name(c->role), "this record is not yours to see");
}

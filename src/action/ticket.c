#include "action/node.h"
#include "store/store_ticket.h"

enum rc
do_ticket_issue(struct call *c, struct fault *why)
{
	struct ticket ticket;
	struct person p;
	struct frame f;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	node_see(c);
	if ((rc = node_person(c, request_text(c->r, TAG_ADDRESSEE), &p, why)) != RC_OK)
		return rc;
	if (p.is_shielded)
		return fault_set(why, RC_REFUSED, "ticket", "the record is protected");
	if ((rc = store_ticket_issue(c->a->store, &p.id, &ticket, why)) != RC_OK ||
	    (rc = node_audit(c, &p.id, AUDIT_DONE, NULL, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_ADDRESSEE, p.addressee_no);
	frame_put_text(&f, TAG_TICKET, ticket.number);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

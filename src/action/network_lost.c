#include "action/node.h"
#include "store/store_outbox.h"

enum rc
action_network_lost(struct action *a, int64_t now_us, struct fault *why)
{
	int64_t resumed;
	enum rc rc;

	a->under_way = 0;
	if (a->state != NODE_OPEN)
		return RC_OK;
	if ((rc = node_work(a, now_us, why)) == RC_OK &&
	    (rc = store_outbox_resume(a->store, &resumed, why)) == RC_OK)
		rc = store_commit(a->store, why);
	store_rollback(a->store);
	return rc;
}

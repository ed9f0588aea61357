#include <string.h>

#include "action/node.h"
#include "store/store_outbox.h"

enum rc
action_network_lost(struct action *a, int64_t now_us, struct fault *why)
{
	int64_t resumed;
	enum rc rc;

	memset(a->under_way, 0, sizeof(a->under_way));
	/* A probe among what was lost is answered by nobody: without this its endpoint would not be asked again. */
	for (int e = 0; e < ADAPTER_ENDPOINT__COUNT; e++)
		breaker_forget_probe(&a->breaker[e], now_us / 1000);
	if (a->state != NODE_OPEN)
		return RC_OK;
	if ((rc = node_work(a, now_us, why)) == RC_OK &&
	    (rc = store_outbox_resume(a->store, &resumed, why)) == RC_OK)
		rc = store_commit(a->store, why);
	store_rollback(a->store);
	return rc;
}

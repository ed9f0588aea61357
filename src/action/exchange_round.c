#include <stdlib.h>

#include "action/acquire_code.h"
#include "action/approval.h"
#include "action/ask_again.h"
#include "action/copy_verify.h"
#include "action/correction.h"
#include "action/correction_letter.h"
#include "action/day_count.h"
#include "action/duplicate.h"
#include "action/exchange_send.h"
#include "action/inquiry_run.h"
#include "action/keys.h"
#include "action/maintenance.h"
#include "action/portal.h"
#include "action/provide.h"
#include "action/records.h"
#include "action/same_person.h"
#include "action/say.h"
#include "action/ticket.h"
#include "action/urgent.h"
#include "store/store_again.h"
#include "store/store_inquiry.h"

/* The node's clockwork: what it does by itself, and when next. */
#define US_PER_MS 1000

/* Whatever is no number of the range is the default. */
static int64_t
look_every_us(const struct action *a)
{
	char *end;
	long seconds = strtol(a->config.look_every, &end, 10);

	if (a->config.look_every[0] == '\0' || *end != '\0' || seconds < 1 || seconds > 86400)
		seconds = 10;
	return seconds * INT64_C(1000000);
}

/* Held answers and provision records are asked for; while the network is away one question
 * waiting is enough. */
static enum rc
look_round(struct action *a, int64_t now_us, day today, struct fault *why)
{
	int64_t n[STORE_OUTBOX_STATE__COUNT];
	enum rc rc;

	if ((rc = store_outbox_count(a->store, n, why)) != RC_OK)
		return rc;
	if ((rc = urgent_poll(a, now_us, today, why)) != RC_OK)
		return rc;
	if (a->network.rc != RC_OK && n[STORE_OUTBOX_DUE] > 0)
		return RC_OK;
	if ((rc = copy_verify_poll(a, now_us, why)) != RC_OK ||
	    (rc = provide_held(a, now_us, why)) != RC_OK ||
	    (rc = correction_letter_poll(a, now_us, why)) != RC_OK ||
	    (rc = day_count_poll(a, now_us, today, why)) != RC_OK)
		return rc;
	return records_poll(a, now_us, today, why);
}

static enum rc
plan(struct action *a, int64_t now_us, day today, struct fault *why)
{
	enum rc rc;

	if ((rc = node_work(a, now_us, why)) != RC_OK ||
	    (rc = code_poll(a, now_us, why)) != RC_OK ||
	    (rc = ask_again_poll(a, now_us, today, why)) != RC_OK ||
	    (rc = inquiry_poll(a, now_us, why)) != RC_OK ||
	    (rc = correction_poll(a, now_us, today, why)) != RC_OK ||
	    (rc = provide_due(a, now_us, today, why)) != RC_OK ||
	    (rc = portal_poll(a, now_us, today, why)) != RC_OK)
		goto out;
	if (now_us >= a->next_round_us) {
		if ((rc = look_round(a, now_us, today, why)) != RC_OK)
			goto out;
		a->next_round_us = now_us + look_every_us(a);
	}
	rc = store_commit(a->store, why);
 out:
	store_rollback(a->store);
	return rc;
}

static void
sooner(int64_t *at, int64_t us)
{
	if (us < *at)
		*at = us;
}

static enum rc
exchange_tick(struct action *a, int64_t now_us, day today, int64_t *ret_next_us, struct fault *why)
{
	int64_t next = INT64_MAX, us;
	enum rc rc;

	*ret_next_us = INT64_MAX;
	if (!say_connected(a) || a->is_restored)
		return RC_OK;
	if ((us = maintenance_until(a, now_us)) != 0) {
		*ret_next_us = us;
		return RC_OK;
	}
	if ((rc = exchange_settle(a, now_us, why)) != RC_OK ||
	    (rc = plan(a, now_us, today, why)) != RC_OK ||
	    (rc = exchange_send_due(a, now_us, today, why)) != RC_OK ||
	    (rc = node_work(a, now_us, why)) != RC_OK)
		goto out;
	for (int e = 0; e < ADAPTER_ENDPOINT__COUNT; e++) {
		us = breaker_ready_ms(&a->breaker[e], now_us / US_PER_MS);
		if (us != now_us / US_PER_MS)		/* until its probe, or the answer to it */
			sooner(&next, us == INT64_MAX ? us : us * US_PER_MS);
		else if (store_outbox_next_due(a->store, adapter_endpoint_name((enum adapter_endpoint)e), now_us, &us, NULL) == RC_OK)
			sooner(&next, us);
	}
	if (store_inquiry_next_due(a->store, &us, NULL) == RC_OK)
		sooner(&next, us);
	if (store_again_next(a->store, &us, NULL) == RC_OK)
		sooner(&next, us);
	if (say_corrects(a) && store_correction_next(a->store, &us, NULL) == RC_OK)
		sooner(&next, us);
	sooner(&next, a->next_round_us);
	if (a->more_copies)
		sooner(&next, now_us);
	a->more_copies = false;
	*ret_next_us = next;
 out:
	store_rollback(a->store);
	return rc;
}

enum rc
action_tick(struct action *a, int64_t now_us, day today, int64_t *ret_next_us, struct fault *why)
{
	int64_t exchange = INT64_MAX, keys = INT64_MAX, next = INT64_MAX;
	bool more = false, more_persons = false, more_tickets = false;
	enum rc rc, rc_runs, rc_keys = RC_OK, rc_exchange = RC_OK;

	*ret_next_us = INT64_MAX;
	if (a->state != NODE_OPEN)
		return RC_OK;
	if ((rc = node_keep_lease(a, now_us, why)) != RC_OK ||
	    (rc = approval_expire(a, now_us, &next, why)) != RC_OK ||
	    (rc = duplicate_tick(a, now_us, today, &more, why)) != RC_OK ||
	    (rc = same_person_tick(a, now_us, &more_persons, why)) != RC_OK)
		return rc;
	/* Trouble with the one is no reason to leave the other. */
	rc_runs = ticket_run_tick(a, now_us, today, &more_tickets, why);
	if (more || more_persons || more_tickets)
		next = now_us;
	if (a->key != NULL) {
		rc_keys = keys_tick(a, now_us, &keys, rc_runs == RC_OK ? why : NULL);
		rc_exchange = exchange_tick(a, now_us, today, &exchange, rc_runs == RC_OK && rc_keys == RC_OK ? why : NULL);
	}
	next = keys < next ? keys : next;
	*ret_next_us = exchange < next ? exchange : next;
	return rc_runs != RC_OK ? rc_runs : rc_keys != RC_OK ? rc_keys : rc_exchange;
}

enum rc
action_finish(struct action *a, int64_t now_us, day today, struct fault *why)
{
	bool more = a->state == NODE_OPEN;
	enum rc rc = RC_OK;

	while (more && (rc = node_keep_lease(a, now_us, why)) == RC_OK)
		if ((rc = ticket_run_tick(a, now_us, today, &more, why)) != RC_OK)
			break;
	return rc;
}

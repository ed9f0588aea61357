#include <string.h>

#include "net/net_part.h"

/* One page: entries of some 700 bytes must stay under the ceiling of a message. */
#define PAGE 1000

enum rc
net_record_put(struct net_part *p, const struct message_provision_record *r, struct fault *why)
{
	return net_book_run(p->book, NET_STMT_ANY_RECORD_PUT, why, "tttmmtttiiiid", r->process_no,
	    r->inquirer, r->provider, r->requested_at_ms, r->provided_at_ms, r->affair_code,
	    r->procedure_code, r->item_code, (int64_t)r->outcome, (int64_t)r->error,
	    (int64_t)r->inquirer_non_disclosure, (int64_t)r->provider_non_disclosure,
	    r->expires_on);
}

bool
net_record_entry(const struct net_row *row, struct arena *a, struct message_provision_record *e)
{
	e->process_no = net_row_text(row, 0, a);
	e->inquirer = net_row_text(row, 1, a);
	e->provider = net_row_text(row, 2, a);
	e->requested_at_ms = net_row_time(row, 3);
	e->provided_at_ms = net_row_time(row, 4);
	e->affair_code = net_row_text(row, 5, a);
	e->procedure_code = net_row_text(row, 6, a);
	e->item_code = net_row_text(row, 7, a);
	e->outcome = (enum message_outcome)net_row_int(row, 8);
	e->error = (enum message_error)net_row_int(row, 9);
	e->inquirer_non_disclosure = net_row_int(row, 10) != 0;
	e->provider_non_disclosure = net_row_int(row, 11) != 0;
	e->expires_on = net_row_day(row, 12);
	e->addressee_no = net_row_text(row, 14, a);
	return e->process_no != NULL && e->inquirer != NULL && e->provider != NULL &&
	    e->affair_code != NULL && e->procedure_code != NULL && e->item_code != NULL;
}

enum rc
net_record_list(struct net_part *p, const struct message_record_fetch *which,
    const char *institution, struct arena *a, struct message_record_list *ret_list,
    struct fault *why)
{
	bool north = p->conf->role == NET_INTERMEDIARY;
	struct message_provision_record *entries;
	struct net_row row;
	size_t n = 0;
	enum rc rc;

	if ((entries = arena_array(a, PAGE, sizeof *entries)) == NULL)
		return fault_set(why, RC_NOMEM, "records", "out of memory");
	rc = net_book_row(p->book, north ? NET_STMT_INTERMEDIARY_RECORD_NEWEST :
	    p->conf->role == NET_PORTAL ? NET_STMT_PORTAL_RECORD_NEWEST : NET_STMT_CORE_RECORD_NEWEST, &row, why, "ttti",
	    which->after != NULL ? which->after : "", which->process_no,
	    north ? which->addressee_no : institution, (int64_t)PAGE + 1);
	ret_list->more = false;
	while (rc == RC_OK) {
		if (n == PAGE) {
			ret_list->more = true;
			break;
		}
		if (!net_record_entry(&row, a, &entries[n++])) {
			net_row_end(&row);
			return fault_set(why, RC_NOMEM, "records", "out of memory");
		}
		rc = net_row_next(p->book, &row, why);
	}
	net_row_end(&row);
	if (rc != RC_OK && rc != RC_ABSENT)
		return rc;
	ret_list->entries = entries;
	ret_list->n_entries = n;
	return RC_OK;
}

static enum rc
count_old(struct net_part *p, day today, int64_t *ret_n, day *ret_until, struct fault *why)
{
	struct net_row row;
	enum rc rc = net_book_row(p->book, NET_STMT_ANY_RECORD_OLD, &row, why, "d", today);

	if (rc != RC_OK)
		return rc;
	*ret_n = net_row_int(&row, 0);
	*ret_until = net_row_day(&row, 1);
	net_row_end(&row);
	return RC_OK;
}

enum rc
net_record_old(struct net_part *p, int64_t *ret_n, day *ret_until, struct fault *why)
{
	enum rc rc = net_book_begin(p->book, why);

	if (rc != RC_OK)
		return rc;
	rc = count_old(p, message_day_of(net_clock_ms(&p->net->clock)), ret_n, ret_until, why);
	net_book_rollback(p->book);
	return rc;
}

enum rc
net_record_purge(struct net_part *p, int64_t *ret_n, struct fault *why)
{
	static const struct { enum net_role role; enum net_stmt stmt; } with[] = {
		{ NET_CORE, NET_STMT_CORE_PROCESS_GONE }, { NET_INTERMEDIARY, NET_STMT_INTERMEDIARY_ASKED_GONE },
		{ NET_INTERMEDIARY, NET_STMT_INTERMEDIARY_ANSWERED_GONE }, { NET_INTERMEDIARY, NET_STMT_INTERMEDIARY_TOLD_GONE },
		{ NET_INTERMEDIARY, NET_STMT_INTERMEDIARY_PROOF_GONE }, { NET_INTERMEDIARY, NET_STMT_INTERMEDIARY_LOOK_GONE },
		{ NET_PORTAL, NET_STMT_PORTAL_LOOK_GONE },
	};
	int64_t now = net_clock_ms(&p->net->clock), n = 0;
	day today = message_day_of(now), until = DAY_NONE;
	enum rc rc = net_book_begin(p->book, why);

	if (rc != RC_OK)
		return rc;
	rc = count_old(p, today, &n, &until, why);
	for (size_t i = 0; rc == RC_OK && n > 0 && i < sizeof with / sizeof with[0]; i++)
		if (with[i].role == p->conf->role)
			rc = net_book_run(p->book, with[i].stmt, why, "d", today);
	if (rc == RC_OK && n > 0 && (rc = net_book_run(p->book, NET_STMT_ANY_RECORD_PURGE, why, "d", today)) == RC_OK)
		rc = net_book_run(p->book, NET_STMT_ANY_PURGE_PUT, why, "iid", now, n, until);
	if (rc != RC_OK) {
		net_book_rollback(p->book);
		return rc;
	}
	if ((rc = net_book_commit(p->book, why)) != RC_OK)
		return rc;
	net_log_line(&p->log, "purged %lld exchanges whose time was over", (long long)n);
	*ret_n = n;
	return RC_OK;
}

#include <string.h>

#include "action/day_count.h"
#include "store/store_day_count.h"

/*
 * The comparison of days as an officer sees it.  Which town asked about somebody who has left is for who may see that: to
 * everybody else a row has its day, its side and its counts, and a number by which it is explained.
 */
#define ALL_DAYS 31
#define ROWS_AT_ONCE 120000		/* of all these days: 1,741 municipalities, two sides */
/* What is known of why a day differs: this node comes from a backup older than what the others have. */
#define RESTORED "restored"

static const char *const outcome_word[MESSAGE_OUTCOME_PENDING] = { "", "provided", "no-data", "refused", "failed" };

static bool
same(const struct vault_digest *x, const struct vault_digest *y)
{
	return memcmp(x->b, y->b, sizeof(x->b)) == 0;
}

static const char *
state_of(const struct day_count_row *row, const struct day_compared *c)
{
	if (row->is_due || row->made_us == 0)
		return "not-counted";
	if (c->differs)
		return row->explained_us != 0 && same(&row->explained_of, &c->all) ? "explained" : "differs";
	if (c->is_said[DAY_TELLER_TOWN])
		return "same";
	if (row->is_gone)
		return "left";
	return row->explained_us != 0 && same(&row->explained_of, &c->all) ? "explained" : "not-told";
}

static int64_t
said_of(const struct day_said *s, int outcome)
{
	const int64_t n[MESSAGE_OUTCOME_PENDING] = { 0, s->provided, s->no_data, s->refused, s->failed };

	return n[outcome];
}

static void
begin_row(struct frame *f, const struct day_count_row *row, const char *state)
{
	const char *peer = day_count_peer(row);
	char town[7];

	frame_init(f, RESULT_ROW);
	frame_put_int(f, TAG_COMPARISON, row->no);
	frame_put_day(f, TAG_ON, row->on);
	frame_put_text(f, TAG_HOLDER, row->side == PROVISION_ASKED ? "inquirer" : "provider");
	if (message_municipality_of(peer, town) == RC_OK)
		frame_put_text(f, TAG_MUNICIPALITY, town);
	frame_put_text(f, TAG_STATE, state);
}

static enum rc
end_row(struct call *c, struct frame *f, struct fault *why)
{
	enum rc rc = node_reply(c, f, why);

	frame_clear(f);
	return rc;
}

/* ---- the very exchanges ---- */

struct whose {
	const struct day_entry *at;
	size_t n, next;
	bool is_known;			/* its list is here, or it counted nothing */
};

/* The digests of an entry as we would tell it. */
static bool
as_ours(const struct message_day_entry *own, const struct day_entry *other)
{
	struct vault_digest d;

	return node_digest_of(own->digest, &d) && same(&d, &other->digest) && (int64_t)own->outcome == other->outcome;
}

static enum rc
reply_exchange(struct call *c, const struct day_count_row *row, const char *state, const char *process_no, int outcome,
    const char *lacks, const char *cause, struct fault *why)
{
	struct frame f;

	begin_row(&f, row, state);
	frame_put_text(&f, TAG_OUTCOME, outcome > 0 && outcome < MESSAGE_OUTCOME_PENDING ? outcome_word[outcome] : "");
	frame_put_text(&f, TAG_PROCESS_NO, process_no);
	frame_put_text(&f, TAG_LACKS, lacks);
	frame_put_text(&f, TAG_CAUSE, cause);
	return end_row(c, &f, why);
}

/* All three lists are in order of process number: walked side by side. */
static enum rc
reply_exchanges(struct call *c, const struct day_count_row *row, const struct day_compared *k, const char *state,
    struct fault *why)
{
	static const char *const word[8] = { "", "here", "town", "here town", "hub", "here hub", "town hub", "" };
	struct whose w[DAY_TELLER__COUNT];
	size_t own = 0;
	enum rc rc = RC_OK;

	memset(w, 0, sizeof(w));
	for (int t = 0; t < DAY_TELLER__COUNT; t++) {
		struct day_entry *e = NULL;

		if ((rc = store_day_entry_list(c->a->store, row->no, (enum day_teller)t, &c->arena, &e, &w[t].n, why)) != RC_OK)
			return rc;
		w[t].at = e;
		w[t].is_known = k->is_said[t] && (w[t].n > 0 || said_of(&k->said[t], 1) + said_of(&k->said[t], 2) +
		    said_of(&k->said[t], 3) + said_of(&k->said[t], 4) == 0);
	}
	while (rc == RC_OK) {
		const char *no = own < k->n_own ? k->own[own].process_no : NULL;
		const struct message_day_entry *ours = NULL;
		unsigned lacks = 0;
		int outcome = 0;
		bool otherwise = false;

		for (int t = 0; t < DAY_TELLER__COUNT; t++)
			if (w[t].next < w[t].n && (no == NULL || strcmp(w[t].at[w[t].next].process_no, no) < 0))
				no = w[t].at[w[t].next].process_no;
		if (no == NULL)
			break;
		if (own < k->n_own && strcmp(k->own[own].process_no, no) == 0) {
			ours = &k->own[own++];
			outcome = (int)ours->outcome;
		} else
			lacks |= 1;
		for (int t = 0; t < DAY_TELLER__COUNT; t++) {
			const struct day_entry *e = w[t].next < w[t].n ? &w[t].at[w[t].next] : NULL;

			if (e != NULL && strcmp(e->process_no, no) == 0) {
				w[t].next++;
				outcome = outcome == 0 ? (int)e->outcome : outcome;
				otherwise = otherwise || (ours != NULL && !as_ours(ours, e));
			} else if (w[t].is_known)
				lacks |= 2u << t;
		}
		if (lacks != 0 || otherwise)
			rc = reply_exchange(c, row, state, no, outcome, lacks != 0 ? word[lacks & 7] : "otherwise",
			    k->is_restored && (lacks == 0 || (lacks & 1) != 0) ? RESTORED : NULL, why);
	}
	return rc;
}

/* ---- a day ---- */

static enum rc
reply(struct call *c, const struct day_count_row *row, const struct day_compared *k, bool sees, struct fault *why)
{
	const char *state = state_of(row, k);
	bool any = false;
	struct frame f;
	enum rc rc = RC_OK;

	for (int o = MESSAGE_OUTCOME_PROVIDED; o < MESSAGE_OUTCOME_PENDING && rc == RC_OK; o++) {
		int64_t all = k->n[o];

		for (int t = 0; t < DAY_TELLER__COUNT; t++)
			all += k->is_said[t] ? said_of(&k->said[t], o) : 0;
		/* A day of which nobody counts anything is a row all the same. */
		if (all == 0 && (any || o + 1 < MESSAGE_OUTCOME_PENDING))
			continue;
		any = true;
		begin_row(&f, row, state);
		frame_put_text(&f, TAG_OUTCOME, all > 0 ? outcome_word[o] : "");
		frame_put_int(&f, TAG_HERE, k->n[o]);
		if (k->is_said[DAY_TELLER_TOWN])
			frame_put_int(&f, TAG_THERE, said_of(&k->said[DAY_TELLER_TOWN], o));
		if (k->is_said[DAY_TELLER_HUB])
			frame_put_int(&f, TAG_AT_HUB, said_of(&k->said[DAY_TELLER_HUB], o));
		frame_put_int(&f, TAG_AT, row->since_us);
		if (row->explained_us != 0)
			node_put_officer(c, &f, TAG_DECIDED_BY, row->explained_by);
		frame_put_text(&f, TAG_REASON, row->explanation);
		if (k->differs && k->may_lack && k->is_restored)
			frame_put_text(&f, TAG_CAUSE, RESTORED);
		rc = end_row(c, &f, why);
	}
	return rc == RC_OK && sees && k->differs ? reply_exchanges(c, row, k, state, why) : rc;
}

/* It is the node that counts, and the reader who is told as much as the reader may see. */
static enum rc
compare(struct call *c, int64_t no, struct day_compared *ret, struct fault *why)
{
	enum store_eyes eyes = store_eyes(c->a->store);
	struct day_count_row whole;
	enum rc rc;

	store_see(c->a->store, STORE_EYES_WHOLE);
	if ((rc = store_day_count_get(c->a->store, no, &c->arena, &whole, why)) == RC_OK)
		rc = day_count_compare(c->a, &whole, &c->arena, ret, why);
	store_see(c->a->store, eyes);
	return rc;
}

static enum rc
find(struct call *c, day on, const char *town, struct day_count_row **ret_row, size_t *ret_n, struct fault *why)
{
	/* Those of one town are looked for among those of all. */
	const size_t cap = town != NULL ? ROWS_AT_ONCE : node_most(c);
	const day today = message_day_of(c->now_us / 1000);

	if (day_known(on))
		return store_day_count_list(c->a->store, on, on, cap, &c->arena, ret_row, ret_n, why);
	if (request_int(c->r, TAG_ALL, 0) != 0)
		return store_day_count_list(c->a->store, day_add(today, -ALL_DAYS), today, cap, &c->arena,
		    ret_row, ret_n, why);
	return store_day_count_open(c->a->store, day_add(today, -1), cap, &c->arena, ret_row, ret_n, why);
}

enum rc
do_records_compare(struct call *c, struct fault *why)
{
	const char *town = request_text(c->r, TAG_MUNICIPALITY);
	struct day_count_row *row = NULL;
	struct day_compared k;
	bool sees;
	size_t n = 0, n_meant = 0;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	node_see(c);
	sees = store_eyes(c->a->store) == STORE_EYES_WHOLE;
	if ((rc = node_audit(c, NULL, AUDIT_DONE, sees ? "protected-seen" : NULL, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK || (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	node_see(c);
	if ((rc = find(c, request_day(c->r, TAG_ON), town, &row, &n, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n; i++)
		if (town == NULL || strncmp(day_count_peer(&row[i]), town, 6) == 0)
			row[n_meant++] = row[i];
	n = node_cut(c, n_meant);
	for (size_t i = 0; i < n && rc == RC_OK; i++)
		if ((rc = compare(c, row[i].no, &k, why)) == RC_OK)
			rc = reply(c, &row[i], &k, sees, why);
	return rc;
}

enum rc
do_records_explain(struct call *c, struct fault *why)
{
	int64_t no = request_int(c->r, TAG_COMPARISON, 0);
	const char *reason = request_text(c->r, TAG_REASON);
	char on[DAY_TEXT_SIZE];
	struct day_count_row row;
	struct day_compared k;
	struct frame f;
	enum rc rc;

	if (reason == NULL || reason[strspn(reason, " ")] == '\0')
		return fault_set(why, RC_INVALID, "reason", "say why it differs");
	if ((rc = node_work(c->a, c->now_us, why)) != RC_OK)
		return rc;
	rc = store_day_count_get(c->a->store, no, &c->arena, &row, why);
	if (rc == RC_ABSENT)
		return fault_set(why, RC_ABSENT, "comparison", "there is no comparison of this number");
	if (rc != RC_OK || (rc = day_count_compare(c->a, &row, &c->arena, &k, why)) != RC_OK)
		return rc;
	if (!k.differs && (k.is_said[DAY_TELLER_TOWN] || row.is_gone))
		return fault_set(why, RC_REFUSED, "comparison", "nothing differs: there is nothing to explain");
	row.explained_us = c->now_us;
	row.explained_by = c->actor;
	row.explanation = reason;
	row.explained_of = k.all;
	day_write(row.on, on);
	if ((rc = store_day_count_set(c->a->store, &row, why)) != RC_OK ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, on, why)) != RC_OK || (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	frame_init(&f, RESULT_ROW);
	frame_put_int(&f, TAG_COMPARISON, row.no);
	frame_put_day(&f, TAG_ON, row.on);
	frame_put_text(&f, TAG_STATE, "explained");
	return end_row(c, &f, why);
}

#include "net/net_day.h"

#include <string.h>

#include "base/limits.h"
#include "exchange/wire_write.h"
#include "net/net_limits.h"

/* A day is counted when its night is over: what was under way at midnight has arrived. */
#define DAY_MS (24 * 3600 * INT64_C(1000))
#define JAPAN_AHEAD_MS (9 * 3600 * INT64_C(1000))
#define NIGHT_MS (3 * 3600 * INT64_C(1000))
#define AT_ONCE 100			/* in one transaction, which others wait for */

enum rc
net_day_changed(struct net_part *p, day asked, const struct message_provision_record *r, struct fault *why)
{
	/* A body that asks itself has nobody to compare with, nor has the portal a node. */
	if (strcmp(r->inquirer, r->provider) == 0 || strcmp(r->inquirer, MESSAGE_INSTITUTION_PORTAL) == 0)
		return RC_OK;
	return net_book_run(p->book, NET_STMT_CORE_DAY_COUNT_CHANGE, why, "itt", (int64_t)asked.n, r->inquirer,
	    r->provider);
}

static bool
entry_of(const struct message_provision_record *r, struct arena *a, struct message_day_entry *ret_entry)
{
	char digest[MESSAGE_DIGEST_CHARS + 1];

	message_day_entry_digest(r, digest);
	ret_entry->process_no = r->process_no;
	ret_entry->outcome = r->outcome;
	ret_entry->digest = arena_text(a, digest, MESSAGE_DIGEST_CHARS);
	return ret_entry->digest != NULL;
}

struct due {
	day on;
	const char *inquirer, *provider;
	int64_t told_at;
};

/* Everything of that day; *ret_n may be above what can be listed, and then the list is cut. */
static enum rc
exchanges(struct net_part *p, const struct due *d, struct arena *a, struct message_day_entry **ret_entries, size_t *ret_n,
    struct fault *why)
{
	int64_t from = d->on.n * DAY_MS - JAPAN_AHEAD_MS;
	struct message_day_entry *e = NULL, *more;
	struct message_provision_record r;
	struct net_row row;
	size_t n = 0, room = 0;
	enum rc rc;

	rc = net_book_row(p->book, NET_STMT_CORE_DAY_EXCHANGES, &row, why, "ttiii", d->inquirer, d->provider, from,
	    from + DAY_MS, (int64_t)MESSAGE_OUTCOME_PENDING);
	while (rc == RC_OK) {
		if (n == room) {
			room = room == 0 ? 64 : room * 2;
			if ((more = arena_array(a, room, sizeof *more)) == NULL)
				break;
			if (n > 0)
				memcpy(more, e, n * sizeof *e);
			e = more;
		}
		if (!net_record_entry(&row, a, &r) || !entry_of(&r, a, &e[n]))
			break;
		n++;
		rc = net_row_next(p->book, &row, why);
	}
	net_row_end(&row);
	if (rc == RC_OK)
		return fault_set(why, RC_NOMEM, "day", "out of memory");
	if (rc != RC_ABSENT)
		return rc;
	*ret_entries = e;
	*ret_n = n;
	return RC_OK;
}

/* Signed by the core as a letter, and relayed to the intermediary of one of the two. */
static enum rc
tell(struct net_part *p, const char *recipient, struct message_day_count *count, struct arena *a, struct fault *why)
{
	const struct net_part_conf *to = net_conf_part_of_institution(p->net->conf, recipient);
	struct message letter = { .kind = MESSAGE_DAY_COUNT }, relay = { .kind = MESSAGE_LETTER_RELAY };
	struct buf document = BUF_INIT(LIMIT_WIRE_BYTES);
	unsigned char der[NET_SIGNATURE_MAX];
	size_t der_len;
	enum rc rc;

	if (to == NULL || to->role != NET_INTERMEDIARY)
		return RC_OK;		/* it has left the network */
	if ((letter.header.msg_id = net_part_new_id(a, MESSAGE_ID_CHARS, why)) == NULL)
		return RC_CRYPTO;
	letter.header.mode = p->net->conf->mode;
	letter.header.source = p->conf->institution;
	letter.header.destination = recipient;
	count->recipient = recipient;
	letter.body.day_count = *count;
	if ((rc = wire_write(&letter, &document, NULL, why)) == RC_OK &&
	    (rc = net_sign(p->signer, document.data, document.len, der, &der_len, why)) == RC_OK) {
		relay.body.letter_relay.letter = (struct message_bytes){ document.data, document.len };
		relay.body.letter_relay.signature = (struct message_bytes){ der, der_len };
		rc = net_task_put(p, to, &relay, NULL, a, why);
	}
	buf_clear(&document);
	return rc;
}

/* Anew, too, where somebody had said that it need not stay for that: then it was another difference. */
static enum rc
settle(struct net_part *p, const struct message_day_count *c, int64_t now_ms, struct fault *why)
{
	struct net_row row;
	bool differ;
	enum rc rc = net_book_row(p->book, NET_STMT_CORE_DAY_HEARD_DIFFER, &row, why, "itt", (int64_t)c->on.n, c->inquirer,
	    c->provider);

	if (rc != RC_OK)
		return rc;
	differ = net_row_int(&row, 0) != 0;
	net_row_end(&row);
	return differ ?
	    net_book_run(p->book, NET_STMT_CORE_DISPUTE_PUT, why, "itti", (int64_t)c->on.n, c->inquirer, c->provider, now_ms) :
	    net_book_run(p->book, NET_STMT_CORE_DISPUTE_DROP, why, "itt", (int64_t)c->on.n, c->inquirer, c->provider);
}

enum rc
net_day_heard(struct net_part *p, const struct message_day_count *c, int64_t now_ms, struct fault *why)
{
	bool is_later = true, is_other = true;
	struct arena a;
	struct net_row row;
	enum rc rc;

	arena_init(&a, NET_ARENA_BYTES);
	rc = net_book_row(p->book, NET_STMT_CORE_DAY_HEARD_OF, &row, why, "ittt", (int64_t)c->on.n, c->inquirer, c->provider,
	    c->sender);
	if (rc == RC_OK) {
		const char *was = net_row_text(&row, 1, &a);

		is_later = c->made_at_ms > net_row_int(&row, 0);
		is_other = was != NULL && strcmp(was, c->digest) != 0;
		rc = was == NULL ? fault_set(why, RC_NOMEM, "day", "out of memory") : RC_OK;
		net_row_end(&row);
	}
	if ((rc == RC_OK || rc == RC_ABSENT) && is_later)
		rc = net_book_run(p->book, NET_STMT_CORE_DAY_HEARD_PUT, why, "itttit", (int64_t)c->on.n, c->inquirer,
		    c->provider, c->sender, c->made_at_ms, c->digest);
	if (rc == RC_OK && is_later && is_other)
		rc = settle(p, c, now_ms, why);
	arena_clear(&a);
	return rc == RC_ABSENT ? RC_OK : rc;
}

static enum rc
tell_both(struct net_part *p, const struct due *d, int64_t now_ms, struct arena *a, struct fault *why)
{
	struct message_day_count count = { .sender = p->conf->institution, .on = d->on, .inquirer = d->inquirer,
	    .provider = d->provider, .made_at_ms = now_ms > d->told_at ? now_ms : d->told_at + 1 };
	char digest[MESSAGE_DIGEST_CHARS + 1];
	struct message_day_entry *e = NULL;
	int64_t counted[MESSAGE_OUTCOME_PENDING + 1] = { 0 };
	size_t n = 0;
	enum rc rc;

	if ((rc = exchanges(p, d, a, &e, &n, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n; i++)
		counted[e[i].outcome]++;
	message_day_digest(e, n, digest);
	count.provided = counted[MESSAGE_OUTCOME_PROVIDED];
	count.no_data = counted[MESSAGE_OUTCOME_NO_DATA];
	count.refused = counted[MESSAGE_OUTCOME_REFUSED];
	count.failed = counted[MESSAGE_OUTCOME_FAILED];
	count.digest = digest;
	if (n <= MESSAGE_MAX_LIST) {
		count.entries = e;
		count.n_entries = n;
	}
	if ((rc = tell(p, d->inquirer, &count, a, why)) != RC_OK || (rc = tell(p, d->provider, &count, a, why)) != RC_OK ||
	    (rc = net_day_heard(p, &count, now_ms, why)) != RC_OK)
		return rc;
	return net_book_run(p->book, NET_STMT_CORE_DAY_COUNT_TOLD, why, "itti", (int64_t)d->on.n, d->inquirer, d->provider,
	    count.made_at_ms);
}

static enum rc
tell_next(struct net_part *p, int64_t now_ms, struct arena *a, struct fault *why)
{
	day today = message_day_of(now_ms - NIGHT_MS);
	struct due d = { .inquirer = NULL };
	struct net_row row;
	enum rc rc = net_book_row(p->book, NET_STMT_CORE_DAY_COUNT_DUE, &row, why, "i", (int64_t)today.n);

	if (rc != RC_OK)
		return rc;
	d.on = (day){ (int32_t)net_row_int(&row, 0) };
	d.inquirer = net_row_text(&row, 1, a);
	d.provider = net_row_text(&row, 2, a);
	d.told_at = net_row_int(&row, 3);
	net_row_end(&row);
	return d.inquirer == NULL || d.provider == NULL ? fault_set(why, RC_NOMEM, "day", "out of memory") :
	    tell_both(p, &d, now_ms, a, why);
}

enum rc
net_day_tell(struct net_part *p, int64_t now_ms, struct fault *why)
{
	struct arena a;
	enum rc rc = RC_OK;

	for (int i = 0; i < AT_ONCE && rc == RC_OK; i++) {
		arena_init(&a, NET_ARENA_BYTES);
		rc = tell_next(p, now_ms, &a, why);
		arena_clear(&a);
	}
	return rc == RC_ABSENT ? RC_OK : rc;
}

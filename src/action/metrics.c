#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "action/certificates.h"
#include "action/copy_verify.h"
#include "action/day_count.h"
#include "action/maintenance.h"
#include "action/say.h"
#include "exchange/revocation.h"
#include "store/store_approval.h"
#include "store/store_held.h"
#include "store/store_outbox.h"
#include "store/store_person.h"

/*
 * OpenMetrics 1.0 text, a line a row: what a watchman's machine reads.  Counts of the node as a whole and
 * states of its parts; nothing of anybody in particular, so that no look is written down.
 */
struct metrics {
	struct call *c;
	struct fault *why;
	enum rc rc;		/* first failure; then nothing more is said */
};

static void __attribute__((format(printf, 2, 3)))
line(struct metrics *m, const char *format, ...)
{
	char text[512];
	struct frame f;
	va_list ap;

	if (m->rc != RC_OK)
		return;
	va_start(ap, format);
	(void)vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_TEXT, text);
	m->rc = node_reply(m->c, &f, m->why);
	frame_clear(&f);
}

static void
family(struct metrics *m, const char *name, const char *type, const char *help)
{
	line(m, "# TYPE watashi_%s %s", name, type);
	line(m, "# HELP watashi_%s %s", name, help);
}

static void
gauge(struct metrics *m, const char *name, const char *help, int64_t value)
{
	family(m, name, "gauge", help);
	line(m, "watashi_%s %lld", name, (long long)value);
}

static void
say_register(struct metrics *m, const struct action *a)
{
	int64_t held[HELD_KIND__COUNT] = { 0 }, persons = 0, waiting = 0;
	struct audit_head head = { .sequence = 0 };

	if ((m->rc = store_person_count(a->store, &persons, m->why)) != RC_OK ||
	    (m->rc = store_held_count(a->store, held, m->why)) != RC_OK ||
	    (m->rc = store_audit_head(a->store, &head, m->why)) != RC_OK ||
	    (m->rc = store_approval_count(a->store, APPROVAL_WAITING, &waiting, m->why)) != RC_OK)
		return;
	gauge(m, "persons", "People in the register.", persons);
	family(m, "held", "gauge", "What waits for a decision, by kind.");
	for (int i = 0; i < HELD_KIND__COUNT; i++)
		line(m, "watashi_held{kind=\"%s\"} %lld", held_kind_word((enum held_kind)i), (long long)held[i]);
	gauge(m, "approvals_waiting", "Proposals that wait for a second officer.", waiting);
	family(m, "audit_rows", "counter", "Rows of the audit log.");
	line(m, "watashi_audit_rows_total %lld", (long long)head.sequence);
}

static void
say_outbox(struct metrics *m, const struct action *a)
{
	static const char *const state[STORE_OUTBOX_STATE__COUNT] = { "due", "sent", "done", "stopped" };
	int64_t n[STORE_OUTBOX_STATE__COUNT], oldest;

	if ((m->rc = store_outbox_count(a->store, n, m->why)) != RC_OK ||
	    (m->rc = store_outbox_oldest(a->store, &oldest, m->why)) != RC_OK)
		return;
	family(m, "outbox_messages", "gauge", "Messages to the network, by state.");
	for (int i = 0; i < STORE_OUTBOX_STATE__COUNT; i++)
		line(m, "watashi_outbox_messages{state=\"%s\"} %lld", state[i], (long long)n[i]);
	oldest = oldest < m->c->now_us ? oldest : m->c->now_us;
	family(m, "outbox_oldest_seconds", "gauge", "Age of the oldest message that is not done.");
	line(m, "# UNIT watashi_outbox_oldest_seconds seconds");
	line(m, "watashi_outbox_oldest_seconds %lld", (long long)((m->c->now_us - oldest) / 1000000));
}

static void
say_network(struct metrics *m, const struct action *a)
{
	struct copy_verify_state copies;
	struct day_count_trouble days;
	unsigned under_way = 0;

	for (int e = 0; e < ADAPTER_ENDPOINT__COUNT; e++)
		under_way += a->under_way[e];
	gauge(m, "joined", "1: joined to a network.", say_connected(a));
	family(m, "breaker_open", "gauge", "1: the endpoint is not asked for now, it did not answer.");
	for (int e = 0; e < ADAPTER_ENDPOINT__COUNT; e++)
		line(m, "watashi_breaker_open{endpoint=\"%s\"} %d", adapter_endpoint_name((enum adapter_endpoint)e),
		    a->breaker[e].state != BREAKER_CLOSED);
	gauge(m, "under_way", "Requests to the network that are not answered yet.", under_way);
	gauge(m, "maintenance", "1: nothing is sent, by an operator's word.", maintenance_until(a, m->c->now_us) != 0);
	gauge(m, "restored", "1: from a backup that nobody has accepted, apart from the network.", a->is_restored);
	if (m->rc != RC_OK || (m->rc = copy_verify_state(m->c->a, &copies, m->why)) != RC_OK)
		return;
	family(m, "copies_differ", "gauge", "Copies that others hold and that are not as here, by how.");
	line(m, "watashi_copies_differ{how=\"missing\"} %lld", (long long)copies.missing);
	line(m, "watashi_copies_differ{how=\"stale\"} %lld", (long long)copies.stale);
	line(m, "watashi_copies_differ{how=\"surplus\"} %lld", (long long)copies.surplus);
	if ((m->rc = day_count_trouble(m->c->a, m->c->now_us, &days, m->why)) != RC_OK)
		return;
	family(m, "day_counts", "gauge", "Days of exchanges that need somebody, by how.");
	line(m, "watashi_day_counts{how=\"differs\"} %lld", (long long)days.differs);
	line(m, "watashi_day_counts{how=\"not-told\"} %lld", (long long)days.silent);
	if (copies.done_us == 0)
		return;
	family(m, "copies_compared_seconds", "gauge", "Time since the last comparison of copies.");
	line(m, "# UNIT watashi_copies_compared_seconds seconds");
	line(m, "watashi_copies_compared_seconds %lld", (long long)((m->c->now_us - copies.done_us) / 1000000));
}

static void
say_trust(struct metrics *m, const struct action *a)
{
	struct certificate_life life[CERTIFICATE__COUNT];
	struct vault_signature signature;
	struct revocation *r = NULL;
	int64_t until_s = 0;

	gauge(m, "can_sign", "1: the key process signs.", a->key != NULL &&
	    vault_client_sign(a->key, "metrics", 7, &signature, NULL) == RC_OK);
	if (!say_connected(a))
		return;
	certificates_look(a, m->c->now_us, life);
	family(m, "certificate_days_left", "gauge", "Days to the end of a certificate; absent where it cannot be read.");
	for (int i = 0; i < CERTIFICATE__COUNT; i++)
		if (life[i].is_known)
			line(m, "watashi_certificate_days_left{certificate=\"%s\"} %d",
			    certificate_name((enum certificate)i), life[i].days);
	if (m->rc != RC_OK || (m->rc = revocation_open(a->config.revocations, a->config.authority,
	    config_revocation_grace_s(&a->config), a->config.revocations_demanded, &r, m->why)) != RC_OK)
		return;
	gauge(m, "revocations_state", "0 no list, 1 good, 2 out of date and still used, 3 closed.",
	    (int)revocation_look(r, m->c->now_us / 1000000, &until_s, NULL));
	revocation_close(r);
}

static void
say_disk(struct metrics *m, const struct action *a)
{
	char path[PATH_MAX + 16];
	struct statvfs fs;
	struct stat st;

	(void)snprintf(path, sizeof(path), "%s/watashi.db", a->node);
	if (stat(path, &st) == 0) {
		family(m, "database_bytes", "gauge", "Size of the database file.");
		line(m, "# UNIT watashi_database_bytes bytes");
		line(m, "watashi_database_bytes %lld", (long long)st.st_size);
	}
	if (statvfs(a->node, &fs) == 0) {
		family(m, "disk_free_bytes", "gauge", "Room left on the disk of the node.");
		line(m, "# UNIT watashi_disk_free_bytes bytes");
		line(m, "watashi_disk_free_bytes %lld", (long long)(fs.f_bavail * fs.f_frsize));
	}
}

enum rc
do_metrics(struct call *c, struct fault *why)
{
	struct metrics m = { c, why, RC_OK };
	const struct action *a = c->a;

	if (a->state == NODE_OPEN) {
		if ((m.rc = store_begin(a->store, c->now_us, why)) != RC_OK)
			return m.rc;
		family(&m, "node", "info", "Which node this is.");
		line(&m, "watashi_node_info{municipality=\"%s\",version=\"%s\",law=\"%s\"} 1", a->config.municipality,
		    PACKAGE_VERSION, a->law == NULL ? "" : law_string(a->law, a->law->version));
		say_register(&m, a);
		if (m.rc == RC_OK)
			say_outbox(&m, a);
		if (m.rc == RC_OK)
			say_network(&m, a);
		if (m.rc == RC_OK)
			say_trust(&m, a);
		if (m.rc == RC_OK)
			say_disk(&m, a);
		store_rollback(a->store);
	}
	line(&m, "# EOF");
	return m.rc;
}

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "action/certificates.h"
#include "action/copy_verify.h"
#include "action/correction.h"
#include "action/day_count.h"
#include "action/say.h"
#include "action/keys.h"
#include "action/maintenance.h"
#include "action/node.h"
#include "action/restore.h"
#include "exchange/revocation.h"
#include "record/code.h"
#include "store/store_copy.h"
#include "store/store_held.h"
#include "store/store_outbox.h"

/* Is this node well, and what is to be done where it is not: each with plain advice. */
#define FREE_BYTES_WANTED (256LL << 20)

struct doctor {
	struct call *c;
	struct fault *why;
	bool sick;
};

static enum rc
say(struct doctor *d, const char *check, bool ok, const char *text, const char *advice)
{
	struct frame f;
	enum rc rc;

	if (!ok)
		d->sick = true;
	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_CHECK, check);
	frame_put_int(&f, TAG_OK, ok);
	frame_put_text(&f, TAG_TEXT, text);
	frame_put_text(&f, TAG_ADVICE, ok ? NULL : advice);
	rc = node_reply(d->c, &f, d->why);
	frame_clear(&f);
	return rc;
}

static enum rc
look_at_keys(struct doctor *d)
{
	int64_t waiting = 0;
	bool shown = false;
	char text[96];
	enum rc rc;

	if ((rc = store_begin(d->c->a->store, d->c->now_us, d->why)) != RC_OK)
		return rc;
	rc = keys_look(d->c, &shown, &waiting, d->why);
	store_rollback(d->c->a->store);
	if (rc != RC_OK)
		return rc;
	if (!shown)
		return say(d, "keys", false, "nobody has seen the recovery key that opens the present keys",
		    "run watashi key recovery, and keep the two halves apart");
	if (waiting == 0)
		return say(d, "keys", true, "the key process signs", NULL);
	(void)snprintf(text, sizeof(text), "%lld values are still to be sealed under the new keys",
	    (long long)waiting);
	return say(d, "keys", true, text, NULL);
}

static enum rc
check_restored(struct doctor *d)
{
	int64_t made_us = 0;
	char text[96];
	enum rc rc;

	if ((rc = store_begin(d->c->a->store, d->c->now_us, d->why)) != RC_OK)
		return rc;
	rc = restore_look(d->c->a, &d->c->arena, &made_us, d->why);
	store_rollback(d->c->a->store);
	if (rc == RC_ABSENT)
		return RC_OK;
	if (rc != RC_OK)
		return rc;
	(void)snprintf(text, sizeof(text), "from a backup that is %lld hours old: apart from the network",
	    (long long)((d->c->now_us - made_us) / (3600 * INT64_C(1000000))));
	return say(d, "restored", false, text,
	    "take in again what came since (files of residents and doses), look at what others were told, then watashi restore accept");
}

/* Well, and yet something to think of. */
static enum rc
remark(struct doctor *d, const char *check, const char *text, const char *advice)
{
	struct frame f;
	enum rc rc;

	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_CHECK, check);
	frame_put_int(&f, TAG_OK, 1);
	frame_put_text(&f, TAG_TEXT, text);
	frame_put_text(&f, TAG_ADVICE, advice);
	rc = node_reply(d->c, &f, d->why);
	frame_clear(&f);
	return rc;
}

static enum rc
check_keys(struct doctor *d)
{
	const struct config *k = &d->c->a->config;
	struct vault_signature signature;
	struct fault reason = { .rc = RC_OK };
	struct stat st;

	if (stat(k->keys, &st) != 0)
		return say(d, "keys", false, strerror(errno),
		    "mount the keys directory, or restore it with the two recovery halves");
	if ((st.st_mode & 077) != 0)
		return say(d, "keys", false, "others can read the keys directory", "chmod 700 on it");
	if (d->c->a->key == NULL ||
	    vault_client_sign(d->c->a->key, "doctor", 6, &signature, &reason) != RC_OK)
		return say(d, "keys", false, reason.text, "look at the log of the key process, then restart");
	return look_at_keys(d);
}

static enum rc
check_lives(struct doctor *d)
{
	static const char *const whose[CERTIFICATE__COUNT] = { "our signing certificate", "our TLS certificate",
		"the authority's certificate" };
	struct certificate_life life[CERTIFICATE__COUNT];
	char text[128];
	enum rc rc = RC_OK;

	certificates_look(d->c->a, d->c->now_us, life);
	for (int i = 0; i < CERTIFICATE__COUNT && rc == RC_OK; i++) {
		if (!life[i].is_known) {
			rc = say(d, "certificates", false, life[i].why.text, i == CERTIFICATE_SIGN ?
			    "ask the network's authority to enter our sign.crt" :
			    "put the files that the network's authority gave into the keys directory");
			continue;
		}
		(void)snprintf(text, sizeof(text), "%s is good for %d more days", whose[i], life[i].days);
		rc = say(d, "certificates", life[i].days > certificate_warning_days[0], text,
		    "renew it at the network's authority now");
	}
	return rc;
}

static enum rc
check_certificates(struct doctor *d)
{
	const struct action *a = d->c->a;
	const char *const file[] = { a->config.tls_key, a->config.tls_certificate, a->config.authority,
	    a->config.directory };
	char text[128];
	size_t i;

	if (!say_connected(a))
		return say(d, "certificates", true, "none needed: not joined to a network", NULL);
	for (i = 0; i < sizeof(file) / sizeof(file[0]); i++)
		if (access(file[i], R_OK) != 0) {
			(void)snprintf(text, sizeof(text), "%.100s: %s",
			    strrchr(file[i], '/') != NULL ? strrchr(file[i], '/') + 1 : file[i], strerror(errno));
			return say(d, "certificates", false, text,
			    "put the files that the network's authority gave into the keys directory");
		}
	return check_lives(d);
}

/* What the authority took back: without a list nobody notices, with an old one nothing is believed. */
static enum rc
check_revocations(struct doctor *d)
{
	const struct config *k = &d->c->a->config;
	const int64_t now_s = d->c->now_us / 1000000;
	struct revocation *r = NULL;
	struct fault trouble = { .rc = RC_OK };
	enum revocation_state state;
	int64_t until_s = 0;
	char text[FAULT_TEXT_MAX + 64];
	enum rc rc;

	if (!say_connected(d->c->a))
		return RC_OK;
	if ((rc = revocation_open(k->revocations, k->authority, config_revocation_grace_s(k), k->revocations_demanded, &r,
	    d->why)) != RC_OK)
		return rc;
	state = revocation_look(r, now_s, &until_s, &trouble);
	revocation_close(r);
	if (state == REVOCATION_NONE)
		return remark(d, "revocations", "no list: a certificate that was taken back is not noticed",
		    "fetch the authority's list regularly into revoked.pem in the keys directory");
	if (trouble.rc != RC_OK) {
		(void)snprintf(text, sizeof(text), "the list cannot be used: %s", trouble.text);
		return say(d, "revocations", false, text, "fetch the authority's list anew");
	}
	if (state == REVOCATION_GOOD) {
		(void)snprintf(text, sizeof(text), "the list is good for %lld more hours", (long long)((until_s - now_s) / 3600));
		return say(d, "revocations", true, text, NULL);
	}
	return say(d, "revocations", false, state == REVOCATION_GRACE ?
	    "the list is out of date; it is still used for a while" :
	    "the list is out of date: nothing is sent and nothing believed", "fetch the authority's list anew");
}

/*
 * Most changes of the Order and the Regulation come into force on the first day of a fiscal year and are
 * published in the weeks before: in those weeks a file that knows nothing of that day may be old.
 */
static enum rc
check_april(struct doctor *d, const struct law *law)
{
	int year, month, dom;
	day april;

	day_split(d->c->today, &year, &month, &dom);
	if (!(month == 3 || (month == 4 && dom <= 15)) ||
	    day_make(year, 4, 1, &april) != RC_OK || law_begins_on(law, april))
		return RC_OK;
	return remark(d, "law", "nothing in the law file begins on 1 April of this year",
	    "ask the publisher of the law file whether something was published for this April; install a newer file");
}

static enum rc
check_law(struct doctor *d)
{
	const struct action *a = d->c->a;
	const struct law *law = a->law;
	char text[FAULT_PLACE_MAX + FAULT_TEXT_MAX + 8], hash[LAW_HASH_TEXT_SIZE];
	enum rc rc;

	if (law == NULL && a->law_trouble.rc != RC_OK) {
		(void)snprintf(text, sizeof(text), "%s: %s", a->law_trouble.place, a->law_trouble.text);
		return say(d, "law", false, text,
		    "install a law file made for this program: watashi law install FILE; records are kept meanwhile");
	}
	if (law == NULL)
		return say(d, "law", false, "no law file is installed", "install one: watashi law install FILE");
	law_hash_write(law, hash);
	(void)snprintf(text, sizeof(text), "version %s, %.19s…", law_string(law, law->version), hash);
	if ((rc = say(d, "law", true, text, NULL)) != RC_OK)
		return rc;
	return check_april(d, law);
}

static enum rc
check_database(struct doctor *d)
{
	struct fault reason = { .rc = RC_OK };
	struct statvfs fs;
	char text[128];
	enum rc rc;

	if ((rc = store_begin(d->c->a->store, d->c->now_us, d->why)) != RC_OK)
		return rc;
	rc = store_verify(d->c->a->store, &reason);
	store_rollback(d->c->a->store);
	if (rc != RC_OK && (rc = say(d, "database", false, reason.text,
	    "stop the node and restore the last good backup; keep this copy for the inquiry")) != RC_OK)
		return rc;
	if (reason.rc == RC_OK &&
	    (rc = say(d, "database", true, "whole: structure, references, audit chain", NULL)) != RC_OK)
		return rc;
	if (statvfs(d->c->a->node, &fs) != 0)
		return say(d, "disk", false, strerror(errno), "look at the disk");
	(void)snprintf(text, sizeof(text), "%lld MiB free",
	    (long long)(fs.f_bavail * fs.f_frsize >> 20));
	return say(d, "disk", (long long)(fs.f_bavail * fs.f_frsize) >= FREE_BYTES_WANTED, text,
	    "make room: the node stops taking records when the disk is full");
}

static enum rc
check_network(struct doctor *d)
{
	struct action *a = d->c->a;
	int64_t n[STORE_OUTBOX_STATE__COUNT];
	char text[FAULT_TEXT_MAX + FAULT_PLACE_MAX + 8];
	enum rc rc;

	if (!say_connected(a))
		return remark(d, "network", "not joined: no registrar_url and intermediary_url",
		    "set both in watashi.conf when the town has joined; records can be kept without");
	if (a->network.rc != RC_OK) {
		(void)snprintf(text, sizeof(text), "%s: %s", a->network.place, a->network.text);
		return say(d, "network", false, text,
		    "nothing is lost: what waits is sent by itself once the network answers");
	}
	if ((rc = store_begin(a->store, d->c->now_us, d->why)) != RC_OK)
		return rc;
	rc = store_outbox_count(a->store, n, d->why);
	store_rollback(a->store);
	if (rc != RC_OK)
		return rc;
	if (maintenance_until(a, d->c->now_us) != 0 && (rc = remark(d, "network",
	    "maintenance: nothing is sent", "it ends by itself; watashi maintenance off ends it now")) != RC_OK)
		return rc;
	(void)snprintf(text, sizeof(text), "%lld messages wait, %lld need a person",
	    (long long)(n[STORE_OUTBOX_DUE] + n[STORE_OUTBOX_SENT]), (long long)n[STORE_OUTBOX_FAILED]);
	return say(d, "network", n[STORE_OUTBOX_FAILED] == 0, text, "see watashi queue");
}

/* Copies that did not arrive are answers that others do not get. */
#define COMPARED_US (3 * 24 * 3600 * INT64_C(1000000))
static enum rc
check_copies(struct doctor *d)
{
	struct action *a = d->c->a;
	struct copy_verify_state state;
	char text[128];
	enum rc rc;

	if (!say_connected(a))
		return RC_OK;
	if ((rc = store_begin(a->store, d->c->now_us, d->why)) != RC_OK)
		return rc;
	rc = copy_verify_state(a, &state, d->why);
	store_rollback(a->store);
	if (rc != RC_OK)
		return rc;
	if (state.done_us == 0)
		return say(d, "copies", true, "not compared yet with the intermediary's list", NULL);
	if (state.done_us < d->c->now_us - COMPARED_US)
		return say(d, "copies", false, "not compared with the intermediary's list for three days",
		    "see watashi queue: what asks for the list does not get through");
	(void)snprintf(text, sizeof(text), "%lld missing, %lld stale, %lld surplus there", (long long)state.missing,
	    (long long)state.stale, (long long)state.surplus);
	return say(d, "copies", state.missing + state.stale + state.surplus == 0, text,
	    "see watashi copy verify: what is missing or stale is sent anew by itself");
}

/* Others still believe what we know to be wrong. */
static enum rc
check_corrections(struct doctor *d)
{
	struct action *a = d->c->a;
	int64_t overdue = 0, over_long = 0;
	char text[128];
	enum rc rc;

	if ((rc = store_begin(a->store, d->c->now_us, d->why)) != RC_OK)
		return rc;
	rc = correction_trouble(a, d->c->now_us, &overdue, &over_long, d->why);
	store_rollback(a->store);
	if (rc != RC_OK || overdue == 0)
		return rc;
	(void)snprintf(text, sizeof(text), "%lld without an applied receipt for a week, %lld of them for two",
	    (long long)overdue, (long long)over_long);
	return say(d, "corrections", over_long == 0, text,
	    "see watashi correction list --overdue, and tell those towns otherwise");
}

/* What one side has recorded and the other has not: something was asked, or told, that somebody knows nothing of. */
static enum rc
check_day_counts(struct doctor *d)
{
	struct action *a = d->c->a;
	struct day_count_trouble t;
	char text[160];
	enum rc rc;

	if ((rc = store_begin(a->store, d->c->now_us, d->why)) != RC_OK)
		return rc;
	rc = day_count_trouble(a, d->c->now_us, &t, d->why);
	store_rollback(a->store);
	if (rc != RC_OK || t.differs + t.silent == 0)
		return rc;
	(void)snprintf(text, sizeof(text), "%lld days are counted otherwise elsewhere, %lld of them for more than a day; "
	    "%lld were never told us, %lld of them for a week", (long long)t.differs, (long long)t.differs_long,
	    (long long)t.silent, (long long)t.silent_long);
	return say(d, "day-counts", t.differs_long == 0 && t.silent_long == 0, text,
	    "see watashi records compare, find what is missing with the other town, and say why: watashi records explain");
}

/* How far the table of municipalities that this program carries rests on what somebody read. */
static enum rc
check_municipalities(struct doctor *d)
{
	size_t n = code_municipality_count(), unconfirmed = 0, undated = 0;
	char text[128];

	for (size_t i = 0; i < n; i++) {
		const struct code_municipality *m = code_municipality_at(i);

		unconfirmed += !m->is_confirmed;
		undated += !m->is_dated;
	}
	(void)snprintf(text, sizeof(text), "%zu codes: %zu unconfirmed, days or successor unconfirmed of %zu", n, unconfirmed,
	    undated);
	return say(d, "municipalities", true, text, NULL);
}

enum rc
do_doctor(struct call *c, struct fault *why)
{
	struct doctor d = { c, why, false };
	enum rc rc;

	if (c->a->state == NODE_EMPTY)
		return say(&d, "node", false, "no node here yet", "run watashi init --municipality CODE");
	if (c->a->state == NODE_OLD)
		return say(&d, "database", false, "of an older version", "run watashi migrate");
	if ((rc = check_restored(&d)) == RC_OK && (rc = check_keys(&d)) == RC_OK && (rc = check_certificates(&d)) == RC_OK &&
	    (rc = check_revocations(&d)) == RC_OK && (rc = check_law(&d)) == RC_OK && (rc = check_database(&d)) == RC_OK)
		rc = check_network(&d);
	if (rc == RC_OK)
		rc = check_copies(&d);
	if (rc == RC_OK)
		rc = check_corrections(&d);
	if (rc == RC_OK)
		rc = check_day_counts(&d);
	if (rc == RC_OK)
		rc = check_municipalities(&d);
	return rc;
}

enum rc
do_status(struct call *c, struct fault *why)
{
	static const char *const word[] = { "empty", "old", "open" };
	struct action *a = c->a;
	struct audit_head head = { .sequence = 0 };
	int64_t held[HELD_KIND__COUNT] = { 0 }, persons = 0, open = 0;
	struct frame f;
	size_t i;
	enum rc rc;

	if (a->state == NODE_OPEN) {
		if ((rc = store_begin(a->store, c->now_us, why)) != RC_OK ||
		    (rc = store_audit_head(a->store, &head, why)) != RC_OK ||
		    (rc = store_person_count(a->store, &persons, why)) != RC_OK ||
		    (rc = store_held_count(a->store, held, why)) != RC_OK)
			return rc;
		store_rollback(a->store);
		for (i = 0; i < HELD_KIND__COUNT; i++)
			open += held[i];
	}
	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_STATE, word[a->state]);
	if (a->state == NODE_OPEN) {
		frame_put_text(&f, TAG_MUNICIPALITY, a->config.municipality);
		frame_put_text(&f, TAG_INSTITUTION, a->config.institution);
		frame_put_text(&f, TAG_LAW, a->law == NULL ? "" : law_string(a->law, a->law->version));
		frame_put_int(&f, TAG_SEQUENCE, head.sequence);
		frame_put_int(&f, TAG_COUNT, persons);
		frame_put_int(&f, TAG_HELD, open);
		if (maintenance_until(a, c->now_us) != 0)
			frame_put_text(&f, TAG_ADVICE, "maintenance: nothing is sent");
		else if (a->network.rc != RC_OK)
			frame_put_text(&f, TAG_ADVICE, a->network.text);
	}
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action/approval.h"
#include "action/law_impact.h"
#include "action/law_shelf.h"
#include "exchange/publisher.h"
#include "store/store_law.h"

/*
 * Another law for this node: signed by a publisher whom the settings name, never older than the one in
 * use, its impact shown first, given by a second officer, and used from the next request on.
 */
#define US_PER_S 1000000

/* A law file as it came. */
struct offered {
	struct buf bytes;
	struct law_file *file;
	struct vault_digest hash;
	char publisher[PUBLISHER_NAME_SIZE];
};

static void
offered_clear(struct offered *o)
{
	law_free(o->file);
	buf_clear(&o->bytes);
	o->file = NULL;
}

/* "2026.11" before "2027.4" before "2027.04.1": number by number. */
static int
compare_versions(const char *a, const char *b)
{
	char *end_a, *end_b;
	long n, m;

	for (;;) {
		n = strtol(a, &end_a, 10);
		m = strtol(b, &end_b, 10);
		if (end_a == a || end_b == b)
			return strcmp(a, b);
		if (n != m)
			return n < m ? -1 : 1;
		a = end_a + (*end_a == '.');
		b = end_b + (*end_b == '.');
		if (*a == '\0' || *b == '\0')
			return (*a != '\0') - (*b != '\0');
	}
}

static enum rc
check_newer(const struct law *in_use, const struct law *law, struct fault *why)
{
	const char *is, *would_be = law_string(law, law->version);
	int order;

	if (in_use == NULL)
		return RC_OK;
	is = law_string(in_use, in_use->version);
	if (memcmp(in_use->hash, law->hash, VAULT_DIGEST_BYTES) == 0)
		return fault_set(why, RC_CONFLICT, "law", "this file is in use already");
	if ((order = compare_versions(would_be, is)) < 0)
		return fault_set(why, RC_REFUSED, "law", "version %s is older than the one in use, %s", would_be, is);
	if (order == 0)
		return fault_set(why, RC_REFUSED, "law",
		    "other content under the version in use, %s: its publisher must give it a newer one", is);
	return RC_OK;
}

/* Read, signed, whole, of this program's layout, newer: everything that does not hang on a person. */
static enum rc
offered_open(struct call *c, struct offered *o, struct fault *why)
{
	const struct frame_field *signature = &c->r->field[TAG_SIGNATURE];
	enum rc rc;

	*o = (struct offered){ .file = NULL };
	buf_init(&o->bytes, LIMIT_LAW_BYTES);
	if ((rc = buf_read_fd(&o->bytes, c->r->fd, why)) != RC_OK)
		goto out;
	if ((rc = publisher_verify(c->a->config.publishers, c->now_us / US_PER_S, o->bytes.data, o->bytes.len,
	    signature->text, signature->len, o->publisher, why)) != RC_OK)
		goto out;
	if ((rc = law_load_bytes(o->bytes.data, o->bytes.len, &o->file, why)) != RC_OK ||
	    (rc = check_newer(c->a->law, law_of(o->file), why)) != RC_OK)
		goto out;
	memcpy(o->hash.b, law_of(o->file)->hash, VAULT_DIGEST_BYTES);
 out:
	if (rc != RC_OK)
		offered_clear(o);
	return rc;
}

static enum rc
reply_offered(struct call *c, const struct offered *o, struct fault *why)
{
	const struct law *law = law_of(o->file), *in_use = c->a->law;
	char hash[LAW_HASH_TEXT_SIZE], was[LAW_HASH_TEXT_SIZE];
	struct frame f;
	enum rc rc;

	law_hash_write(law, hash);
	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_LAW, law_string(law, law->version));
	frame_put_text(&f, TAG_HASH, hash);
	frame_put_text(&f, TAG_PUBLISHER, o->publisher);
	if (in_use != NULL) {
		law_hash_write(in_use, was);
		frame_put_text(&f, TAG_BEFORE, law_string(in_use, in_use->version));
		frame_put_text(&f, TAG_PREVIOUS_HASH, was);
	}
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

/* What is decided on is the file; whom it touches today is told beside it. */
enum rc
preview_law_install(struct call *c, struct fault *why)
{
	struct law_impact impact;
	struct offered o;
	enum rc rc;

	if ((rc = offered_open(c, &o, why)) != RC_OK)
		return rc;
	if ((rc = reply_offered(c, &o, why)) == RC_OK && approval_remarks(c, true)) {
		rc = law_impact_of_register(c, c->a->law, law_of(o.file), c->today, false, &impact, why);
		if (rc == RC_OK)
			rc = law_impact_reply(c, &impact, why);
		(void)approval_remarks(c, false);
	}
	offered_clear(&o);
	return rc;
}

enum rc
do_law_install(struct call *c, struct fault *why)
{
	const struct frame_field *signature = &c->r->field[TAG_SIGNATURE];
	struct store *s = c->a->store;
	struct offered o;
	const char *version;
	char detail[64];
	enum rc rc;

	if ((rc = offered_open(c, &o, why)) != RC_OK)
		return rc;
	version = law_string(law_of(o.file), law_of(o.file)->version);
	(void)snprintf(detail, sizeof(detail), "%.48s", version);
	/* The file lies there whole before the row names it. */
	if ((rc = law_shelf_put(c->a->node, &o.hash, o.bytes.data, o.bytes.len, why)) != RC_OK ||
	    (rc = store_begin(s, c->now_us, why)) != RC_OK ||
	    (rc = store_law_install(s, &o.hash, version, c->actor, o.publisher, signature->text, signature->len,
	    why)) != RC_OK ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, detail, why)) != RC_OK ||
	    (rc = store_commit(s, why)) != RC_OK)
		goto out;
	c->settled = law_shelf_open;
	rc = reply_offered(c, &o, why);
 out:
	offered_clear(&o);
	return rc;
}

/* ---- what is there ---- */

static bool
is_in_use(const struct action *a, const struct law_row *row)
{
	return a->law != NULL && memcmp(a->law->hash, row->hash.b, VAULT_DIGEST_BYTES) == 0;
}

static enum rc
reply_law(struct call *c, const struct law_row *row, bool with_path, struct fault *why)
{
	char path[LAW_SHELF_PATH_SIZE], hex[LAW_SHELF_HEX_SIZE], hash[LAW_SHELF_HEX_SIZE + 8];
	struct law_file *file = NULL;
	struct frame f;
	bool reads;
	enum rc rc;

	law_shelf_path(c->a->node, &row->hash, path);
	law_shelf_hex(&row->hash, hex);
	(void)snprintf(hash, sizeof(hash), "sha256:%s", hex);
	reads = law_load(path, &file, NULL) == RC_OK &&
	    memcmp(law_of(file)->hash, row->hash.b, VAULT_DIGEST_BYTES) == 0;
	law_free(file);
	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_LAW, row->version);
	frame_put_text(&f, TAG_HASH, hash);
	frame_put_text(&f, TAG_STATE, !reads ? "damaged" : is_in_use(c->a, row) ? "in-use" : "kept");
	frame_put_int(&f, TAG_AT, row->installed_us);
	node_put_officer(c, &f, TAG_OFFICER, row->installed_by);
	frame_put_text(&f, TAG_PUBLISHER, row->publisher);
	if (with_path && strlen(path) <= LIMIT_TEXT_BYTES)
		frame_put_text(&f, TAG_FILE_NAME, path);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

static enum rc
list_laws(struct call *c, struct law_row **ret_rows, size_t *ret_n, struct fault *why)
{
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = store_law_list(c->a->store, &c->arena, ret_rows, ret_n, why)) != RC_OK ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, NULL, why)) != RC_OK)
		return rc;
	return store_commit(c->a->store, why);
}

enum rc
do_law_list(struct call *c, struct fault *why)
{
	struct law_row *row;
	size_t n, i;
	enum rc rc;

	if ((rc = list_laws(c, &row, &n, why)) != RC_OK)
		return rc;
	n = node_cut(c, n);
	for (i = 0; i < n && rc == RC_OK; i++)
		rc = reply_law(c, &row[i], false, why);
	return rc;
}

/* Named by its version or the beginning of its hash, with or without "sha256:". */
static const struct law_row *
find_law(const struct law_row *row, size_t n, const char *name)
{
	char hex[LAW_SHELF_HEX_SIZE];

	if (strncmp(name, "sha256:", 7) == 0)
		name += 7;
	for (size_t i = 0; i < n; i++) {
		law_shelf_hex(&row[i].hash, hex);
		if (strcmp(row[i].version, name) == 0 || (strlen(name) >= 8 && strncmp(hex, name, strlen(name)) == 0))
			return &row[i];
	}
	return NULL;
}

enum rc
do_law_show(struct call *c, struct fault *why)
{
	const char *name = request_text(c->r, TAG_LAW);
	const struct law_row *found;
	struct law_row *row;
	size_t n;
	enum rc rc;

	if ((rc = list_laws(c, &row, &n, why)) != RC_OK)
		return rc;
	found = name != NULL ? find_law(row, n, name) : n > 0 ? row : NULL;
	if (found == NULL)
		return fault_set(why, RC_ABSENT, "law", "none of this version or hash was ever installed here");
	return reply_law(c, found, true, why);
}

/* ---- law impact ---- */

/* The law compared with: the one in use, or one that was. */
static enum rc
open_before(struct call *c, struct law_file **ret_file, const struct law **ret_law, struct fault *why)
{
	const char *name = request_text(c->r, TAG_LAW);
	char path[LAW_SHELF_PATH_SIZE];
	const struct law_row *found;
	struct law_row *row;
	size_t n;
	enum rc rc;

	if ((rc = list_laws(c, &row, &n, why)) != RC_OK)
		return rc;
	if (name == NULL) {
		if (c->a->law == NULL)
			return fault_set(why, RC_REFUSED, "law", "no law file is installed: see watashi doctor");
		*ret_law = c->a->law;
		return RC_OK;
	}
	if ((found = find_law(row, n, name)) == NULL)
		return fault_set(why, RC_ABSENT, "law", "none of this version or hash was ever installed here");
	law_shelf_path(c->a->node, &found->hash, path);
	if ((rc = law_load(path, ret_file, why)) == RC_OK)
		*ret_law = law_of(*ret_file);
	return rc;
}

enum rc
do_law_impact(struct call *c, struct fault *why)
{
	struct buf bytes = BUF_INIT(LIMIT_LAW_BYTES);
	struct law_file *before_file = NULL, *after_file = NULL;
	const struct law *before = NULL;
	struct law_impact impact;
	enum rc rc;

	if ((rc = buf_read_fd(&bytes, c->r->fd, why)) != RC_OK ||
	    (rc = law_load_bytes(bytes.data, bytes.len, &after_file, why)) != RC_OK ||
	    (rc = open_before(c, &before_file, &before, why)) != RC_OK ||
	    (rc = law_impact_of_register(c, before, law_of(after_file), c->as_of,
	    request_int(c->r, TAG_COUNTS_ONLY, 0) == 0, &impact, why)) != RC_OK)
		goto out;
	rc = law_impact_reply(c, &impact, why);
 out:
	law_free(before_file);
	law_free(after_file);
	buf_clear(&bytes);
	return rc;
}

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "action/keys.h"
#include "action/law_shelf.h"
#include "base/checkdigit.h"
#include "exchange/message.h"
#include "store/store_search.h"
#include "store/store_law.h"
#include "store/store_officer.h"

/*
 * Making a node: keys outside its directory, an empty register, the packaged law
 * as its first, whoever asks as its first administrator.  The settings file is
 * written last: without it the directory is still an empty node.
 */

/* The law file named, or the packaged one, checked and kept under its hash. */
static enum rc
install_law(struct call *c, char version[64], struct fault *why)
{
	const char *named = request_text(c->r, TAG_LAW_FILE);
	struct law_file *file = NULL;
	struct vault_digest hash;
	struct buf bytes = BUF_INIT(LIMIT_LAW_BYTES);
	char path[PATH_MAX];
	enum rc rc;

	if (named != NULL)
		(void)snprintf(path, sizeof(path), "%s", named);
	else if (law_default_path(c->a->program, path, sizeof(path)) != RC_OK)
		return fault_set(why, RC_ABSENT, "law", "the packaged law file is not installed; name one with --law");
	if ((rc = buf_read_file(&bytes, path, why)) != RC_OK ||
	    (rc = law_load_bytes(bytes.data, bytes.len, &file, why)) != RC_OK)
		goto out;
	memcpy(hash.b, law_of(file)->hash, VAULT_DIGEST_BYTES);
	(void)snprintf(version, 64, "%s", law_string(law_of(file), law_of(file)->version));
	/* Whoever installed this program trusts what came with it. */
	if ((rc = law_shelf_put(c->a->node, &hash, bytes.data, bytes.len, why)) == RC_OK)
		rc = store_law_install(c->a->store, &hash, version, c->actor, NULL, NULL, 0, why);
 out:
	law_free(file);
	buf_clear(&bytes);
	return rc;
}

static enum rc
settings_of(struct call *c, struct config *config, struct fault *why)
{
	const char *municipality = request_text(c->r, TAG_MUNICIPALITY), *text;
	char institution[MESSAGE_CODE16_CHARS + 1];

	memset(config, 0, sizeof(*config));
	if (!checkdigit_municipality(municipality, strlen(municipality)))
		return fault_set(why, RC_INVALID, "municipality",
		    "not a municipality code of six digits with a right check digit");
	memcpy(config->municipality, municipality, 7);
	message_institution_of(municipality, institution);
	if ((text = request_text(c->r, TAG_INSTITUTION)) == NULL)
		text = institution;
	if (strlen(text) != MESSAGE_CODE16_CHARS)
		return fault_set(why, RC_INVALID, "institution", "expected 16 characters");
	memcpy(config->institution, text, MESSAGE_CODE16_CHARS + 1);
	if ((text = request_text(c->r, TAG_KEYS)) != NULL) {
		if (strlen(text) > CONFIG_TEXT_MAX - 32)
			return fault_set(why, RC_TOO_BIG, "keys", "the path is too long");
		(void)snprintf(config->keys, sizeof(config->keys), "%s", text);
	} else {
		if (strlen(c->a->node) > CONFIG_TEXT_MAX - 32)
			return fault_set(why, RC_TOO_BIG, "node", "the path is too long");
		(void)snprintf(config->keys, sizeof(config->keys), "%.470s.keys", c->a->node);
	}
	if ((text = request_text(c->r, TAG_URL_REGISTRAR)) != NULL)
		(void)snprintf(config->registrar_url, sizeof(config->registrar_url), "%s", text);
	if ((text = request_text(c->r, TAG_URL_INTERMEDIARY)) != NULL)
		(void)snprintf(config->intermediary_url, sizeof(config->intermediary_url), "%s", text);
	config_complete(config);
	return RC_OK;
}

static enum rc
note_recovery(struct call *c, const struct config *config, struct fault *why)
{
	struct buf wrap = BUF_INIT(1u << 20);
	struct vault_digest digest;
	enum rc rc;

	if ((rc = vault_wrap_read(config->keys, &wrap, why)) == RC_OK &&
	    (rc = vault_digest(wrap.data, wrap.len, &digest)) == RC_OK)
		rc = keys_note_shown(c->a->store, digest.b, why);
	buf_wipe(&wrap);
	return rc;
}

enum rc
node_claim_folder(struct action *a, struct fault *why)
{
	struct config made;
	enum rc rc;

	if (mkdir(a->node, 0750) != 0 && errno != EEXIST)
		return fault_set(why, fault_rc_of_errno(errno), "node", "cannot make the directory: %s", strerror(errno));
	if (a->doors.lock != NULL && (rc = a->doors.lock(a->doors.given, why)) != RC_OK)
		return rc;
	return config_read(a->node, &made, NULL) == RC_ABSENT ? RC_OK :
	    fault_set(why, RC_CONFLICT, "node", "it was made a moment ago by another command");
}

enum rc
do_init(struct call *c, struct fault *why)
{
	struct action *a = c->a;
	const char *name = request_text(c->r, TAG_OFFICER);
	struct vault_recovery recovery;
	struct config config;
	char path[PATH_MAX + 16], version[64];
	struct frame f;
	int64_t no;
	enum rc rc;

	memset(&recovery, 0, sizeof(recovery));
	(void)snprintf(path, sizeof(path), "%s/watashi.db", a->node);
	if ((rc = settings_of(c, &config, why)) != RC_OK)
		return rc;
	if ((rc = node_claim_folder(a, why)) != RC_OK)
		return rc;
	if ((rc = vault_create(config.keys, config.municipality, c->now_us, &recovery, why)) != RC_OK)
		goto out;
	if ((rc = store_create(path, config.municipality, c->now_us, why)) != RC_OK ||
	    (rc = store_open(path, STORE_WRITE, &a->store, why)) != RC_OK ||
	    (rc = store_begin(a->store, c->now_us, why)) != RC_OK ||
	    (rc = store_officer_add(a->store, name == NULL ? "administrator" : name,
	    OFFICER_ADMINISTRATOR, c->uid, &no, why)) != RC_OK ||
	    (rc = install_law(c, version, why)) != RC_OK ||
	    (rc = note_recovery(c, &config, why)) != RC_OK ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, version, why)) != RC_OK ||
	    (rc = store_commit(a->store, why)) != RC_OK ||
	    (rc = config_write(a->node, &config, why)) != RC_OK)
		goto out;
	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_MUNICIPALITY, config.municipality);
	frame_put_text(&f, TAG_INSTITUTION, config.institution);
	frame_put_text(&f, TAG_KEYS, config.keys);
	frame_put_text(&f, TAG_LAW, version);
	frame_put_text(&f, TAG_OFFICER, name == NULL ? "administrator" : name);
	frame_put_text(&f, TAG_RECOVERY_A, recovery.half[0]);
	frame_put_text(&f, TAG_RECOVERY_B, recovery.half[1]);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
 out:
	explicit_bzero(&recovery, sizeof(recovery));
	return rc;
}

static enum rc
fill_search(const char *path, int64_t now_us, struct fault *why)
{
	struct store *s = NULL;
	int64_t n;
	enum rc rc;

	if ((rc = store_open(path, STORE_WRITE, &s, why)) != RC_OK)
		return rc;
	if ((rc = store_begin(s, now_us, why)) == RC_OK && (rc = store_search_fill(s, &n, why)) == RC_OK)
		rc = store_commit(s, why);
	store_close(s);
	return rc;
}

enum rc
do_migrate(struct call *c, struct fault *why)
{
	char path[PATH_MAX + 16];
	struct frame f;
	int from, to;
	enum rc rc;

	/* Nobody can be looked up in a database of another shape: the owner of its file may. */
	(void)snprintf(path, sizeof(path), "%s/watashi.db", c->a->node);
	if (c->a->state == NODE_OLD) {
		struct stat st;

		if (stat(path, &st) != 0 || (c->uid != 0 && st.st_uid != c->uid))
			return fault_set(why, RC_REFUSED, "migrate", "only the owner of the database may");
		if ((rc = store_migrate(path, &from, &to, why)) != RC_OK)
			return rc;
		/* People of before are found by their names too. */
		if ((rc = fill_search(path, c->now_us, why)) != RC_OK)
			return rc;
	} else
		from = to = store_schema_version();
	frame_init(&f, RESULT_ROW);
	frame_put_int(&f, TAG_FROM, from);
	frame_put_int(&f, TAG_INTO, to);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

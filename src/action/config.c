#include "action/config.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/checkdigit.h"

#define CONFIG_FILE_BYTES 65536

static const struct {
	const char *key;
	size_t offset, size;
} entry[] = {
	{ "municipality", offsetof(struct config, municipality), 7 },
	{ "institution", offsetof(struct config, institution), 17 },
	{ "keys", offsetof(struct config, keys), CONFIG_TEXT_MAX },
	{ "registrar_url", offsetof(struct config, registrar_url), CONFIG_TEXT_MAX },
	{ "intermediary_url", offsetof(struct config, intermediary_url), CONFIG_TEXT_MAX },
	{ "network_signer", offsetof(struct config, network_signer), CONFIG_TEXT_MAX },
	{ "directory", offsetof(struct config, directory), CONFIG_TEXT_MAX },
	{ "publishers", offsetof(struct config, publishers), CONFIG_TEXT_MAX },
	{ "tls_key", offsetof(struct config, tls_key), CONFIG_TEXT_MAX },
	{ "tls_certificate", offsetof(struct config, tls_certificate), CONFIG_TEXT_MAX },
	{ "authority", offsetof(struct config, authority), CONFIG_TEXT_MAX },
	{ "revocations", offsetof(struct config, revocations), CONFIG_TEXT_MAX },
	{ "revocation_grace", offsetof(struct config, revocation_grace), 8 },
	{ "ask_previous", offsetof(struct config, ask_previous), 8 },
	{ "look_every", offsetof(struct config, look_every), 8 },
	{ "corrections", offsetof(struct config, corrections), 8 },
	{ "second_officer", offsetof(struct config, second_officer), CONFIG_TEXT_MAX },
	{ "approval_days", offsetof(struct config, approval_days), 8 },
	{ "notice_span_days", offsetof(struct config, notice_span_days), 8 },
	{ "small_cell", offsetof(struct config, small_cell), 8 },
	{ "portal_arrivals", offsetof(struct config, portal_arrivals), 8 },
};
#define ENTRIES (sizeof(entry) / sizeof(entry[0]))

static const struct { size_t offset; const char *file; } in_keys[] = {
	{ offsetof(struct config, network_signer), "network.crt" },
	{ offsetof(struct config, directory), "directory.pem" },
	{ offsetof(struct config, publishers), "publishers.pem" },
	{ offsetof(struct config, tls_key), "tls.key" },
	{ offsetof(struct config, tls_certificate), "tls.crt" },
	{ offsetof(struct config, authority), "authority.crt" },
	{ offsetof(struct config, revocations), "revoked.pem" },
};

static enum rc
config_path(const char *node, char *path, size_t size, struct fault *why)
{
	int n = snprintf(path, size, "%s/watashi.conf", node);

	if (n < 0 || (size_t)n >= size)
		return fault_set(why, RC_TOO_BIG, "node", "the path of the node directory is too long");
	return RC_OK;
}

static char *
trim(char *text)
{
	char *end;

	while (*text == ' ' || *text == '\t')
		text++;
	end = text + strlen(text);
	while (end > text && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r'))
		*--end = '\0';
	return text;
}

static enum rc
take_line(struct config *c, char *line, int number, struct fault *why)
{
	char place[FAULT_PLACE_MAX], *key, *value, *equals;
	size_t i;

	(void)snprintf(place, sizeof(place), "watashi.conf:%d", number);
	key = trim(line);
	if (*key == '\0' || *key == '#')
		return RC_OK;
	if ((equals = strchr(key, '=')) == NULL)
		return fault_set(why, RC_INVALID, place, "expected key = value");
	*equals = '\0';
	key = trim(key);
	value = trim(equals + 1);
	for (i = 0; i < ENTRIES; i++)
		if (strcmp(entry[i].key, key) == 0)
			break;
	if (i == ENTRIES)
		return fault_set(why, RC_INVALID, place, "unknown key '%s'", key);
	if (strlen(value) >= entry[i].size)
		return fault_set(why, RC_INVALID, place, "value of '%s' is too long", key);
	memcpy((char *)c + entry[i].offset, value, strlen(value) + 1);
	return RC_OK;
}

#define GRACE_HOURS 1
#define GRACE_HOURS_MAX 168

/* -1: not a number of hours allowed here. */
int64_t
config_revocation_grace_s(const struct config *c)
{
	char *end;
	long hours = strtol(c->revocation_grace, &end, 10);

	if (c->revocation_grace[0] == '\0')
		hours = GRACE_HOURS;
	return *end == '\0' && hours >= 0 && hours <= GRACE_HOURS_MAX ? hours * 3600 : -1;
}

void
config_complete(struct config *c)
{
	size_t i;

	for (i = 0; i < sizeof(in_keys) / sizeof(in_keys[0]); i++) {
		char *at = (char *)c + in_keys[i].offset;

		if (*at == '\0' && strlen(c->keys) + 1 + strlen(in_keys[i].file) < CONFIG_TEXT_MAX)
			(void)snprintf(at, CONFIG_TEXT_MAX, "%.480s/%.24s", c->keys, in_keys[i].file);
	}
}

enum rc
config_number(const char *key, const char *text, int absent, int most, int *ret_number, struct fault *why)
{
	char place[FAULT_PLACE_MAX];
	long n = absent;

	if (text[0] != '\0') {
		n = strspn(text, "0123456789") == strlen(text) ? strtol(text, NULL, 10) : -1;
		(void)snprintf(place, sizeof(place), "watashi.conf: %.40s", key);
		if (n < 0 || n > most)
			return fault_set(why, RC_INVALID, place, "expected a number from 0 to %d", most);
	}
	*ret_number = (int)n;
	return RC_OK;
}

enum rc
config_read(const char *node, struct config *ret_config, struct fault *why)
{
	struct buf text = BUF_INIT(CONFIG_FILE_BYTES);
	struct config c = { .municipality = "" };
	char path[PATH_MAX], *line, *next;
	int number = 0;
	enum rc rc;

	if ((rc = config_path(node, path, sizeof(path), why)) != RC_OK)
		return rc;
	if (access(path, F_OK) != 0 && errno == ENOENT)
		return RC_ABSENT;
	if ((rc = buf_read_file(&text, path, why)) != RC_OK)
		goto out;
	for (line = text.data; line != NULL; line = next) {
		if ((next = strchr(line, '\n')) != NULL)
			*next++ = '\0';
		if ((rc = take_line(&c, line, ++number, why)) != RC_OK)
			goto out;
	}
	if (!checkdigit_municipality(c.municipality, strlen(c.municipality))) {
		rc = fault_set(why, RC_INVALID, "watashi.conf: municipality",
		    "not a municipality code with a right check digit");
		goto out;
	}
	if (strlen(c.keys) > CONFIG_TEXT_MAX - 32) {
		rc = fault_set(why, RC_INVALID, "watashi.conf: keys", "the path is too long");
		goto out;
	}
	if (c.ask_previous[0] != '\0' && strcmp(c.ask_previous, "all") != 0 && strcmp(c.ask_previous, "last") != 0) {
		rc = fault_set(why, RC_INVALID, "watashi.conf: ask_previous", "expected all or last");
		goto out;
	}
	if (config_revocation_grace_s(&c) < 0) {
		rc = fault_set(why, RC_INVALID, "watashi.conf: revocation_grace", "expected hours, 0 to 168");
		goto out;
	}
	c.revocations_demanded = c.revocations[0] != '\0';
	if (c.corrections[0] != '\0' && strcmp(c.corrections, "yes") != 0 && strcmp(c.corrections, "no") != 0) {
		rc = fault_set(why, RC_INVALID, "watashi.conf: corrections", "expected yes or no");
		goto out;
	}
	config_complete(&c);
	*ret_config = c;
	rc = RC_OK;
 out:
	buf_clear(&text);
	return rc;
}

/* The names in it are on the disk. */
static bool
sync_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), kept;
	bool done = fd >= 0 && fsync(fd) == 0;

	kept = errno;
	if (fd >= 0)
		(void)close(fd);
	errno = kept;
	return done;
}

enum rc
config_write(const char *node, const struct config *c, struct fault *why)
{
	static const char *const written[] = { "municipality", "institution", "keys",
	    "registrar_url", "intermediary_url" };
	struct buf text = BUF_INIT(CONFIG_FILE_BYTES);
	char path[PATH_MAX], fresh[PATH_MAX + 8];
	size_t i, k, done;
	enum rc rc;
	int fd = -1;

	if ((rc = config_path(node, path, sizeof(path), why)) != RC_OK)
		return rc;
	if ((rc = buf_add_text(&text, "# Settings of this node; see watashi.conf(5).\n")) != RC_OK)
		goto out;
	for (k = 0; k < sizeof(written) / sizeof(written[0]); k++)
		for (i = 0; i < ENTRIES; i++)
			if (strcmp(entry[i].key, written[k]) == 0 &&
			    (rc = buf_printf(&text, "%s = %s\n", entry[i].key,
			    (const char *)c + entry[i].offset)) != RC_OK)
				goto out;
	/* Under another name until it is whole on the disk: a node is there once its settings are. */
	(void)snprintf(fresh, sizeof(fresh), "%s.new", path);
	if (access(path, F_OK) == 0) {
		rc = fault_set(why, RC_CONFLICT, "watashi.conf", "cannot make it: %s", strerror(EEXIST));
		goto out;
	}
	if ((fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640)) < 0) {
		rc = fault_set(why, fault_rc_of_errno(errno), "watashi.conf", "cannot make it: %s", strerror(errno));
		goto out;
	}
	for (done = 0; done < text.len; ) {
		ssize_t n = write(fd, text.data + done, text.len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			rc = fault_set(why, fault_rc_of_errno(errno), "watashi.conf",
			    "cannot write it: %s", strerror(errno));
			goto out;
		}
		done += (size_t)n;
	}
	if (fsync(fd) != 0 || rename(fresh, path) != 0 || !sync_folder(node)) {
		rc = fault_set(why, fault_rc_of_errno(errno), "watashi.conf", "cannot write it: %s", strerror(errno));
		goto out;
	}
 out:
	if (fd >= 0 && rc != RC_OK)
		(void)unlink(fresh);
	if (fd >= 0)
		(void)close(fd);
	buf_clear(&text);
	return rc;
}

#include "net/net_conf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/checkdigit.h"
#include "exchange/message.h"
#include "net/net_limits.h"

#define CONF_MEMORY (64u << 20)

struct reading {
	struct net_conf *conf;
	const char *certificates;
	struct net_part_conf *part;	/* NULL before the first section */
	char place[FAULT_PLACE_MAX];
	struct fault *why;
};

static enum rc
bad(struct reading *r, const char *text)
{
	return fault_set(r->why, RC_INVALID, r->place, "%s", text);
}

static enum rc
keep(struct reading *r, const char **field, const char *value)
{
	if (*field != NULL)
		return bad(r, "given twice");
	if ((*field = arena_text(&r->conf->arena, value, strlen(value))) == NULL)
		return fault_set(r->why, RC_NOMEM, r->place, "out of memory");
	return RC_OK;
}

static enum rc
read_number(struct reading *r, const char *value, int64_t most, int64_t *ret_number)
{
	int64_t n = 0;
	const char *c;

	if (*value == '\0')
		return bad(r, "a number is missing");
	for (c = value; *c != '\0'; c++) {
		if (*c < '0' || *c > '9')
			return bad(r, "not a number");
		n = n * 10 + (*c - '0');
		if (n > most)
			return bad(r, "number too large");
	}
	*ret_number = n;
	return RC_OK;
}

static enum rc
read_listen(struct reading *r, const char *value)
{
	const char *colon = strrchr(value, ':');
	int64_t port;
	enum rc rc;

	if (colon == NULL || colon == value || (size_t)(colon - value) >= sizeof r->part->host)
		return bad(r, "listen is ADDRESS:PORT");
	if ((rc = read_number(r, colon + 1, UINT16_MAX, &port)) != RC_OK)
		return rc;
	memcpy(r->part->host, value, (size_t)(colon - value));
	r->part->host[colon - value] = '\0';
	r->part->port = (uint16_t)port;
	return RC_OK;
}

static enum rc
begin_section(struct reading *r, const char *name)
{
	struct net_conf *conf = r->conf;
	struct net_part_conf *part;
	const char *code = "";

	if (conf->n_parts == NET_PARTS_MAX)
		return bad(r, "too many parts");
	part = &conf->parts[conf->n_parts];
	memset(part, 0, sizeof *part);
	if (strcmp(name, "registrar") == 0) {
		part->role = NET_REGISTRAR;
		(void)snprintf(part->institution, sizeof part->institution, "%s",
		    MESSAGE_INSTITUTION_REGISTRAR);
		(void)snprintf(part->name, sizeof part->name, "registrar");
	} else if (strcmp(name, "core") == 0) {
		part->role = NET_CORE;
		(void)snprintf(part->institution, sizeof part->institution, "%s",
		    MESSAGE_INSTITUTION_CORE);
		(void)snprintf(part->name, sizeof part->name, "core");
	} else if (strcmp(name, "portal") == 0) {
		part->role = NET_PORTAL;
		(void)snprintf(part->institution, sizeof part->institution, "%s",
		    MESSAGE_INSTITUTION_PORTAL);
		(void)snprintf(part->name, sizeof part->name, "portal");
	} else if (strncmp(name, "intermediary ", 13) == 0) {
		code = name + 13;
		code += strspn(code, " \t");
		if (!checkdigit_municipality(code, strlen(code)))
			return bad(r, "not a municipality code");
		part->role = NET_INTERMEDIARY;
		memcpy(part->municipality, code, 7);
		message_institution_of(code, part->institution);
		(void)snprintf(part->name, sizeof part->name, "intermediary-%s", code);
	} else {
		return bad(r, "a section is [registrar], [core], [portal] or [intermediary NNNNNN]");
	}
	if (net_conf_part(conf, part->role, part->municipality) != NULL)
		return bad(r, "section given twice");
	(void)snprintf(part->host, sizeof part->host, "127.0.0.1");
	conf->n_parts++;
	r->part = part;
	return RC_OK;
}

static enum rc
read_part_key(struct reading *r, const char *key, const char *value)
{
	struct net_part_conf *part = r->part;

	if (strcmp(key, "listen") == 0)
		return read_listen(r, value);
	if (strcmp(key, "url") == 0)
		return keep(r, &part->url, value);
	if (strcmp(key, "tls_cert") == 0)
		return keep(r, &part->tls_cert, value);
	if (strcmp(key, "tls_key") == 0)
		return keep(r, &part->tls_key, value);
	if (strcmp(key, "sign_cert") == 0)
		return keep(r, &part->sign_cert, value);
	if (strcmp(key, "sign_key") == 0)
		return keep(r, &part->sign_key, value);
	if (strcmp(key, "node_sign_cert") == 0 && part->role == NET_INTERMEDIARY)
		return keep(r, &part->node_sign_cert, value);
	if (strcmp(key, "institution") == 0 && part->role == NET_INTERMEDIARY) {
		if (strlen(value) != MESSAGE_CODE16_CHARS ||
		    strspn(value, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") != MESSAGE_CODE16_CHARS ||
		    strncmp(value, part->municipality, 6) != 0)
			return bad(r, "an institution code is 16 characters of A-Z 0-9 and "
			    "begins with the municipality code");
		memcpy(part->institution, value, sizeof part->institution);
		return RC_OK;
	}
	return bad(r, "unknown key in this section");
}

static enum rc
read_key(struct reading *r, const char *key, const char *value)
{
	struct net_conf *conf = r->conf;

	if (r->part != NULL)
		return read_part_key(r, key, value);
	if (strcmp(key, "state") == 0)
		return keep(r, &conf->state, value);
	if (strcmp(key, "certificates") == 0)
		return keep(r, &r->certificates, value);
	if (strcmp(key, "authority") == 0)
		return keep(r, &conf->authority, value);
	if (strcmp(key, "revocations") == 0)
		return keep(r, &conf->revocations, value);
	if (strcmp(key, "wire") == 0)
		return keep(r, &conf->wire, value);
	if (strcmp(key, "capture") == 0)
		return keep(r, &conf->capture, value);
	if (strcmp(key, "clock") == 0)
		return keep(r, &conf->clock, value);
	if (strcmp(key, "permission") == 0)
		return keep(r, &conf->permission, value);
	if (strcmp(key, "mode") == 0) {
		if (strcmp(value, "0") != 0 && strcmp(value, "1") != 0)
			return bad(r, "mode is 0 or 1");
		conf->mode = value[0] - '0';
		return RC_OK;
	}
	if (strcmp(key, "retry_first_ms") == 0)
		return read_number(r, value, 600000, &conf->retry_first_ms);
	if (strcmp(key, "retry_last_ms") == 0)
		return read_number(r, value, 86400000, &conf->retry_last_ms);
	return bad(r, "unknown key");
}

static enum rc
read_line(struct reading *r, char *line)
{
	char *end = line + strlen(line), *equals, *value;

	while (end > line && strchr(" \t\r", end[-1]) != NULL)
		*--end = '\0';
	line += strspn(line, " \t");
	if (*line == '\0' || *line == '#')
		return RC_OK;
	if (*line == '[') {
		if (end[-1] != ']')
			return bad(r, "section without ']'");
		end[-1] = '\0';
		return begin_section(r, line + 1);
	}
	if ((equals = strchr(line, '=')) == NULL)
		return bad(r, "neither 'key = value' nor a section");
	value = equals + 1 + strspn(equals + 1, " \t");
	while (equals > line && strchr(" \t", equals[-1]) != NULL)
		equals--;
	*equals = '\0';
	if (*value == '\0')
		return bad(r, "value missing");
	return read_key(r, line, value);
}

/* CERTIFICATES/PART/FILE for what was not named. */
static enum rc
default_file(struct reading *r, const char **field, const char *folder, const char *file)
{
	char path[4096];

	if (*field != NULL)
		return RC_OK;
	if (r->certificates == NULL)
		return fault_set(r->why, RC_INVALID, r->conf->path,
		    "%s of %s is not configured, nor is 'certificates'", file, folder);
	if ((size_t)snprintf(path, sizeof path, "%s/%s/%s", r->certificates, folder, file) >= sizeof path)
		return fault_set(r->why, RC_TOO_BIG, r->conf->path, "path too long");
	return keep(r, field, path);
}

static enum rc
complete(struct reading *r)
{
	struct net_conf *conf = r->conf;
	char node[32];
	enum rc rc;

	if (conf->state == NULL)
		return fault_set(r->why, RC_INVALID, conf->path, "'state' is not configured");
	if (conf->wire == NULL && (rc = keep(r, &conf->wire, WATASHI_DATADIR "/wire")) != RC_OK)
		return rc;
	if (conf->permission == NULL &&
	    (rc = keep(r, &conf->permission, WATASHI_DATADIR "/net/permission.tsv")) != RC_OK)
		return rc;
	if ((rc = default_file(r, &conf->authority, ".", "authority.crt")) != RC_OK)
		return rc;
	for (size_t i = 0; i < conf->n_parts; i++) {
		struct net_part_conf *part = &conf->parts[i];

		if ((rc = default_file(r, &part->tls_cert, part->name, "tls.crt")) != RC_OK ||
		    (rc = default_file(r, &part->tls_key, part->name, "tls.key")) != RC_OK ||
		    (rc = default_file(r, &part->sign_cert, part->name, "sign.crt")) != RC_OK ||
		    (rc = default_file(r, &part->sign_key, part->name, "sign.key")) != RC_OK)
			return rc;
		if (part->role != NET_INTERMEDIARY)
			continue;
		(void)snprintf(node, sizeof node, "node-%s", part->municipality);
		if ((rc = default_file(r, &part->node_sign_cert, node, "sign.crt")) != RC_OK)
			return rc;
	}
	if (net_conf_part(conf, NET_CORE, "") == NULL || net_conf_part(conf, NET_REGISTRAR, "") == NULL)
		return fault_set(r->why, RC_INVALID, conf->path,
		    "the sections [core] and [registrar] must both be there");
	return RC_OK;
}

enum rc
net_conf_read(struct net_conf *conf, const char *path, struct fault *why)
{
	struct buf text = BUF_INIT(NET_CONF_BYTES);
	struct reading r = { .conf = conf, .why = why };
	char *line, *next;
	unsigned number = 0;
	enum rc rc;

	memset(conf, 0, sizeof *conf);
	arena_init(&conf->arena, CONF_MEMORY);
	conf->retry_first_ms = 100;
	conf->retry_last_ms = 5000;
	if ((rc = buf_read_file(&text, path, why)) != RC_OK)
		goto out;
	conf->path = arena_text(&conf->arena, path, strlen(path));
	conf->parts = arena_array(&conf->arena, NET_PARTS_MAX, sizeof *conf->parts);
	if (conf->path == NULL || conf->parts == NULL) {
		rc = fault_set(why, RC_NOMEM, path, "out of memory");
		goto out;
	}
	if (text.len > 0 && strlen(text.data) != text.len) {
		rc = fault_set(why, RC_INVALID, path, "holds a NUL byte");
		goto out;
	}
	for (line = text.data; line != NULL && rc == RC_OK; line = next) {
		if ((next = strchr(line, '\n')) != NULL)
			*next++ = '\0';
		(void)snprintf(r.place, sizeof r.place, "%.100s:%u", path, ++number);
		rc = read_line(&r, line);
	}
	if (rc == RC_OK)
		rc = complete(&r);
 out:
	buf_clear(&text);
	if (rc != RC_OK)
		net_conf_clear(conf);
	return rc;
}

void
net_conf_clear(struct net_conf *conf)
{
	arena_clear(&conf->arena);
	memset(conf, 0, sizeof *conf);
}

const struct net_part_conf *
net_conf_part(const struct net_conf *conf, enum net_role role, const char *municipality)
{
	for (size_t i = 0; i < conf->n_parts; i++)
		if (conf->parts[i].role == role &&
		    strcmp(conf->parts[i].municipality, municipality) == 0)
			return &conf->parts[i];
	return NULL;
}

const struct net_part_conf *
net_conf_part_named(const struct net_conf *conf, const char *name)
{
	if (strncmp(name, "intermediary", 12) == 0 && (name[12] == ':' || name[12] == '-'))
		return net_conf_part(conf, NET_INTERMEDIARY, name + 13);
	for (size_t i = 0; i < conf->n_parts; i++)
		if (strcmp(conf->parts[i].name, name) == 0)
			return &conf->parts[i];
	return NULL;
}

const struct net_part_conf *
net_conf_part_of_institution(const struct net_conf *conf, const char *institution)
{
	for (size_t i = 0; i < conf->n_parts; i++)
		if (strcmp(conf->parts[i].institution, institution) == 0)
			return &conf->parts[i];
	return NULL;
}

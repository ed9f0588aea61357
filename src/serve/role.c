#include "serve/role.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "action/config.h"
#include "action/request.h"
#include "exchange/post.h"
#include "exchange/wire_process.h"
#include "serve/clock.h"
#include "serve/log.h"
#include "vault/vault_key_process.h"

/* The processes that are a loop of another room: find its arguments, run it, say how it ended. */

static const char *const role_name[ROLE__COUNT] = {
	[ROLE_PARENT] = "parent",
	[ROLE_STORE] = "store",
	[ROLE_KEY] = "key",
	[ROLE_WIRE] = "wire",
	[ROLE_POST] = "post",
};

const char *
serve_role_name(enum serve_role role)
{
	return role_name[role];
}

enum serve_role
serve_role_find(const char *name)
{
	for (unsigned i = 0; i < ROLE__COUNT; i++)
		if (strcmp(role_name[i], name) == 0)
			return (enum serve_role)i;
	return ROLE__COUNT;
}

void
serve_refuse(int client_fd, enum rc rc, const struct fault *why)
{
	struct frame done;

	frame_init(&done, RESULT_DONE);
	request_put_done(&done, rc, why);
	(void)!frame_send(client_fd, &done, -1, NULL);
	frame_clear(&done);
}

/* Breaking off is the store's way to end us when it ends itself in the middle of something. */
static int
ended(enum rc rc, int store_fd, const struct fault *why)
{
	struct pollfd p = { .fd = store_fd };

	if (rc == RC_IO && poll(&p, 1, 0) == 1 && (p.revents & POLLHUP) != 0)
		return 0;
	if (rc != RC_OK)
		log_fault("cannot serve", why);
	return fault_exit_status(rc);
}

/* Settings of a node that has some; the parent starts these roles for no other. */
static enum rc
settings(const struct serve_options *o, struct config *ret_config, struct fault *why)
{
	enum rc rc = config_read(o->node, ret_config, why);

	return rc == RC_ABSENT ? fault_set(why, rc, "watashi.conf", "no such file") : rc;
}

int
serve_key(const struct serve_options *o)
{
	struct fault why = { .rc = RC_OK };
	struct config c;
	enum rc rc;

	if ((rc = settings(o, &c, &why)) == RC_OK)
		rc = vault_key_serve(c.keys, c.municipality, KEY_FD_STORE, KEY_FD_POST, &why);
	return ended(rc, KEY_FD_STORE, &why);
}

int
serve_wire(const struct serve_options *o)
{
	struct fault why = { .rc = RC_OK };
	struct peer_files files;
	struct config c;
	enum rc rc;

	/* An empty node has no settings yet, but files may be read into it. */
	if ((rc = config_read(o->node, &c, &why)) == RC_OK) {
		files = (struct peer_files){ .directory_pem = c.directory, .authority_pem = c.authority,
			.revocations_pem = c.revocations, .revocation_grace_s = config_revocation_grace_s(&c),
			.revocations_demanded = c.revocations_demanded };
		rc = wire_serve(&files, WIRE_FD_STORE, &why);
	} else if (rc == RC_ABSENT)
		rc = wire_serve(NULL, WIRE_FD_STORE, &why);
	return ended(rc, WIRE_FD_STORE, &why);
}

static const char *
text_or_null(const char *text)
{
	return text[0] == '\0' ? NULL : text;
}

static int64_t
now_s(void)
{
	return clock_now_us() / 1000000;
}

int
serve_post(const struct serve_options *o)
{
	struct fault why = { .rc = RC_OK };
	struct peer_http_config http = { .authority_pem = NULL };
	char intermediary[64];
	struct config c;
	enum rc rc;

	if ((rc = settings(o, &c, &why)) == RC_OK) {
		(void)snprintf(intermediary, sizeof intermediary, "urn:watashi:intermediary:%s", c.municipality);
		http.urn[ADAPTER_REGISTRAR] = "urn:watashi:registrar";
		http.urn[ADAPTER_INTERMEDIARY] = intermediary;
		http.url[ADAPTER_REGISTRAR] = text_or_null(c.registrar_url);
		http.url[ADAPTER_INTERMEDIARY] = text_or_null(c.intermediary_url);
		http.authority_pem = c.authority;
		http.certificate_pem = c.tls_certificate;
		http.key_pem = c.tls_key;
		http.revocations_pem = c.revocations;
		http.now_s = now_s;
		http.revocation_grace_s = config_revocation_grace_s(&c);
		http.revocations_demanded = c.revocations_demanded;
		rc = post_serve(&http, POST_FD_STORE, POST_FD_KEY, &why);
	}
	return ended(rc, POST_FD_STORE, &why);
}

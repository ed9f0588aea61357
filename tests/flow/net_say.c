#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/limits.h"
#include "net/net_call.h"
#include "net/net_limits.h"
#include "net/net_sign.h"

/*
 * Says one message to a part of the reference network, as a node would, or as a
 * bad one: document on standard input, answer on standard output, HTTP status on
 * standard error.
 *	net_say [-c CERT] [-k KEY] [-a AUTHORITY] [-s SIGNING-KEY] [-S SIGNATURE] [-v CERT] [-n URN] URL
 * Exit: 0 an answer came (and holds, with -v), 1 it does not hold, 2 usage, 3 no answer.
 */
static int
failed(const struct fault *why)
{
	fprintf(stderr, "%s: %s\n", why->place, why->text);
	return 3;
}

static int
holds(const struct net_call_answer *answer, const char *cert)
{
	unsigned char der[NET_SIGNATURE_MAX];
	struct net_verifier *v = NULL;
	size_t len;
	int status = 1;

	if (net_verifier_open(cert, &v, NULL) == RC_OK &&
	    net_base64_read(answer->signature, der, sizeof der, &len) == RC_OK &&
	    net_verify(v, answer->body.data, answer->body.len, der, len) == RC_OK)
		status = 0;
	net_verifier_close(v);
	return status;
}

int
main(int argc, char **argv)
{
	struct net_call_options options = { NULL, NULL, NULL, NULL };
	struct net_call_answer answer = { .status = 0 };
	struct buf body = BUF_INIT(LIMIT_WIRE_COPY_BYTES * (size_t)2);
	const char *key = NULL, *given = NULL, *verify = NULL, *urn = NULL;
	char signature[512] = "";
	struct net_signer *signer = NULL;
	struct net_call *call = NULL;
	struct fault why = { .rc = RC_OK };
	unsigned char der[NET_SIGNATURE_MAX];
	size_t len;
	int c, status = 0;

	while ((c = getopt(argc, argv, "c:k:a:s:S:v:n:")) != -1) {
		if (c == 'c')
			options.cert_path = optarg;
		else if (c == 'k')
			options.key_path = optarg;
		else if (c == 'a')
			options.authority_path = optarg;
		else if (c == 's')
			key = optarg;
		else if (c == 'S')
			given = optarg;
		else if (c == 'v')
			verify = optarg;
		else if (c == 'n')
			urn = optarg;
		else
			return 2;
	}
	if (optind + 1 != argc)
		return 2;
	buf_init(&answer.body, LIMIT_WIRE_COPY_BYTES);
	if (buf_read_fd(&body, STDIN_FILENO, &why) != RC_OK || net_call_library(&why) != RC_OK ||
	    net_call_open(&options, &call, &why) != RC_OK) {
		status = failed(&why);
		goto out;
	}
	if (given != NULL) {
		(void)snprintf(signature, sizeof signature, "%s", given);
	} else if (key != NULL) {
		if (net_signer_open(key, &signer, &why) != RC_OK ||
		    net_sign(signer, body.data, body.len, der, &len, &why) != RC_OK) {
			status = failed(&why);
			goto out;
		}
		net_base64_write(der, len, signature);
	}
	if (net_call_post(call, argv[optind], urn, body.data, body.len, signature, &answer, &why) != RC_OK) {
		status = failed(&why);
		goto out;
	}
	fprintf(stderr, "HTTP %ld\n", answer.status);
	if (answer.body.len > 0)
		(void)fwrite(answer.body.data, 1, answer.body.len, stdout);
	if (verify != NULL)
		status = holds(&answer, verify);
 out:
	net_signer_close(signer);
	net_call_close(call);
	buf_clear(&body);
	buf_clear(&answer.body);
	return status;
}

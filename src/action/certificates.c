#include "action/certificates.h"

#include <stdio.h>

#include "action/say.h"
#include "exchange/peer.h"

const int certificate_warning_days[4] = { 30, 14, 7, 1 };

const char *
certificate_name(enum certificate c)
{
	static const char *const name[CERTIFICATE__COUNT] = { "sign", "tls", "authority" };

	return name[c];
}

static void
look_at_signer(const struct action *a, int64_t now_s, struct certificate_life *l)
{
	static const char probe[] = "watashi";
	struct peer_directory *directory = NULL;
	struct vault_signature signature;

	if (peer_directory_open(a->config.directory, a->config.authority, &directory, &l->why) != RC_OK)
		return;
	if (a->key == NULL)
		(void)fault_set(&l->why, RC_CRYPTO, "key", "the key process does not answer");
	else if (vault_client_sign(a->key, probe, sizeof(probe), &signature, &l->why) == RC_OK) {
		if (peer_days_left(directory, PEER_NODE, a->self.institution, now_s, probe, sizeof(probe),
		    signature.bytes, signature.len, &l->days) == RC_OK)
			l->is_known = true;
		else
			(void)fault_set(&l->why, RC_ABSENT, "directory", "our own signer is not in the directory");
	}
	peer_directory_close(directory);
}

void
certificates_look(const struct action *a, int64_t now_us, struct certificate_life ret_life[CERTIFICATE__COUNT])
{
	const char *const file[CERTIFICATE__COUNT] = { NULL, a->config.tls_certificate, a->config.authority };
	const int64_t now_s = now_us / 1000000;

	for (int i = 0; i < CERTIFICATE__COUNT; i++) {
		struct certificate_life *l = &ret_life[i];

		*l = (struct certificate_life){ .why.rc = RC_OK };
		if (!say_connected(a))
			(void)fault_set(&l->why, RC_ABSENT, "network", "not joined to a network");
		else if (file[i] == NULL)
			look_at_signer(a, now_s, l);
		else
			l->is_known = peer_file_days_left(file[i], now_s, &l->days, &l->why) == RC_OK;
	}
}

bool
action_warning(struct action *a, int64_t now_us, day today, char text[ACTION_WARNING_SIZE])
{
	struct certificate_life life[CERTIFICATE__COUNT];
	bool begun = day_known(a->warned_on), speaks = false;
	size_t len = 0;

	if (a->state != NODE_OPEN || (begun && day_equal(a->warned_on, today)))
		return false;
	a->warned_on = today;
	certificates_look(a, now_us, life);
	text[0] = '\0';
	for (int i = 0; i < CERTIFICATE__COUNT; i++) {
		bool now = life[i].is_known && (life[i].days <= 0 || (!begun && life[i].days <= certificate_warning_days[0]));

		for (size_t k = 0; k < 4; k++)
			now = now || (life[i].is_known && life[i].days == certificate_warning_days[k]);
		if (!now || len >= ACTION_WARNING_SIZE)
			continue;
		len += (size_t)snprintf(text + len, ACTION_WARNING_SIZE - len, "%s%s certificate: %d days left", speaks ? "; " : "",
		    certificate_name((enum certificate)i), life[i].days);
		speaks = true;
	}
	return speaks;
}

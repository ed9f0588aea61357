#ifndef ACTION_CONFIG_H
#define ACTION_CONFIG_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"

/*
 * DIR/watashi.conf: lines of `key = value`, `#` begins a comment.  Written by init,
 * edited by the operator, read by the store process and, for paths and addresses
 * only, by the process that starts the others.
 *
 *   municipality      six digits
 *   institution       sixteen characters, the network's name for this municipality
 *   keys              keys directory
 *   registrar_url     https://...  (code requests only)
 *   intermediary_url  https://...  (everything else)
 *   network_signer    PEM certificate of the hub (default KEYS/network.crt)
 *   directory         PEM certificates of all institutions' signers (default KEYS/directory.pem)
 *   revocations       PEM lists of certificates that the authority took back (default KEYS/revoked.pem,
 *                     which need not be there; a file named here must be)
 *   revocation_grace  hours that a list is used after its own end, 0 to 168 (default 1)
 *   publishers        PEM certificates whose law files are accepted (default KEYS/publishers.pem)
 *   ask_previous      all: every previous municipality that a period of residence names is asked
 *                     (default); last: only that of the last period
 *   look_every        seconds between two looks at answers held for us and at provision records,
 *                     1 to 86400 (default 10)
 *   corrections       yes: who was told what has changed since is told again (default); no: the network
 *                     of this place has no message for it, and they learn of it by asking again
 *   second_officer    requests, with commas, that want a second officer here although the
 *                     law does not ask for one (data/code/approval.tsv, configured)
 *   approval_days     days that a proposal waits for a second officer, 1 to 365 (default: as
 *                     data/code/approval.tsv says)
 *   notice_span_days  days between two letters to one person about one programme, 0 to 366 (default 60)
 *   small_cell        a statistic that leaves the office shows no count of people below this, 0 to 100
 *                     (default 5)
 *   portal_arrivals   yes: a person's portal is told when records have arrived from another town; no
 *                     (default)
 */
#define CONFIG_TEXT_MAX 512

struct config {
	char municipality[7];
	char institution[17];
	char keys[CONFIG_TEXT_MAX];
	char registrar_url[CONFIG_TEXT_MAX];		/* "" when not connected */
	char intermediary_url[CONFIG_TEXT_MAX];
	char network_signer[CONFIG_TEXT_MAX];
	char directory[CONFIG_TEXT_MAX];
	char publishers[CONFIG_TEXT_MAX];
	char tls_key[CONFIG_TEXT_MAX];			/* KEYS/tls.key, tls.crt, authority.crt */
	char tls_certificate[CONFIG_TEXT_MAX];
	char authority[CONFIG_TEXT_MAX];
	char revocations[CONFIG_TEXT_MAX];
	bool revocations_demanded;			/* the file was named */
	char revocation_grace[8];			/* "" or a number */
	char ask_previous[8];				/* "" or "all", "last" */
	char look_every[8];				/* "" or a number */
	char corrections[8];				/* "" or "yes", "no" */
	char second_officer[CONFIG_TEXT_MAX];
	char approval_days[8];				/* "" or a number */
	char notice_span_days[8];			/* "" or a number */
	char small_cell[8];				/* "" or a number */
	char portal_arrivals[8];			/* "" or "yes", "no" */
};

/* A setting that is a number; RC_INVALID names it. */
enum rc config_number(const char *key, const char *text, int absent, int most, int *ret_number,
    struct fault *why) MUST_USE;

/* RC_ABSENT: no such file (an empty node).  RC_INVALID names the line. */
enum rc config_read(const char *node, struct config *ret_config, struct fault *why) MUST_USE;
/* Makes the file; RC_CONFLICT when it exists. */
enum rc config_write(const char *node, const struct config *c, struct fault *why) MUST_USE;
int64_t config_revocation_grace_s(const struct config *c);
/* Fills the paths that follow from `keys` where they are "". */
void config_complete(struct config *c);

#endif

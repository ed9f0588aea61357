#ifndef ACTION_CERTIFICATES_H
#define ACTION_CERTIFICATES_H

#include "action/node.h"

/* The certificates that the node lives by, and how long they do. */
enum certificate { CERTIFICATE_SIGN, CERTIFICATE_TLS, CERTIFICATE_AUTHORITY, CERTIFICATE__COUNT };

/* Days to a certificate's end at which the log speaks of it, besides every day after the end. */
extern const int certificate_warning_days[4];		/* 30, 14, 7, 1 */

struct certificate_life {
	bool is_known;			/* else why says what is missing */
	int days;			/* left; negative: over */
	struct fault why;
};

const char *certificate_name(enum certificate c);
/* A node that has not joined a network has none: all unknown, with rc RC_ABSENT. */
void certificates_look(const struct action *a, int64_t now_us, struct certificate_life ret_life[CERTIFICATE__COUNT]);

#endif

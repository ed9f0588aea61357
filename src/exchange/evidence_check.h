#ifndef EXCHANGE_EVIDENCE_CHECK_H
#define EXCHANGE_EVIDENCE_CHECK_H

#include "base/fault.h"
#include "exchange/evidence_file.h"

/*
 * Does a file of evidence prove an exchange?  Without a node, a database or a network: the file itself, and the
 * authority that the reader trusts.  Checked are the archive and its listing; the signature over it; each document's
 * signature over the exact bytes, by a certificate of just that body, issued by the authority, valid when it was
 * signed, and not taken back by the lists that were asked then; and that the documents tell one exchange: the answer
 * belongs to the question, the hub's record to both, nothing of it is missing, nothing before its time.
 */
struct evidence_verdict {
	/* Something is wrong: place is a file in the archive. */
	void (*finding)(void *context, const char *place, const char *text);
	/* Something to know that is no fault: bytes shredded with the person, a list that nobody asked. */
	void (*note)(void *context, const char *place, const char *text);
	void *context;
	/* Out: what it proves, when nothing was found. */
	struct evidence_summary {
		char exchange[MESSAGE_NUMBER_CHARS + 1];
		char inquirer[MESSAGE_CODE16_CHARS + 1], provider[MESSAGE_CODE16_CHARS + 1];
		enum message_outcome outcome;		/* _NONE: not known from this file */
		size_t n_documents, n_corrections;
		long long findings;
	} summary;
};

/* Once in the process, before the first: wire_read_open().  authority_pem: text of PEM certificates.  RC_OK also with findings; RC_INVALID: the authority cannot be used. */
enum rc evidence_check(const void *bytes, size_t len, const char *authority_pem, size_t authority_len,
    struct evidence_verdict *v, struct fault *why) MUST_USE;

#endif

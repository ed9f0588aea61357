#ifndef EXCHANGE_EVIDENCE_FILE_H
#define EXCHANGE_EVIDENCE_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/sha256.h"
#include "exchange/peer.h"

/*
 * The evidence of one exchange as a file that needs no node and no program of ours: an archive (POSIX ustar) of the
 * signed documents, their signatures, certificates and revocation lists, led by MANIFEST, which lists everything, and
 * MANIFEST.sig, its signature by the node that wrote the file.  doc/WIRE section 7 is the format.
 *
 * There is one way to write it: reading builds each header anew and compares, so that no byte can be changed unseen.
 */
#define EVIDENCE_FILE_BYTES (64u << 20)		/* a thousand corrections of one exchange, and four lists of 4 MiB */
#define EVIDENCE_FILE_ENTRIES 8192
#define EVIDENCE_NAME_SIZE 64

struct evidence_entry {
	const char *name;		/* 1..63 of A-Z a-z 0-9 . - */
	const void *bytes;
	size_t len;
};

/* One signed document of the exchange. */
struct evidence_part {
	char name[EVIDENCE_NAME_SIZE];		/* "01-SKI.InquiryRequest.xml"; its signature is NAME.sig */
	enum message_kind kind;
	enum peer_role role;			/* who has signed it */
	char institution[MESSAGE_CODE16_CHARS + 1];
	int64_t at_ms;				/* when it was signed here, or received */
	char certificate[EVIDENCE_NAME_SIZE];	/* file; "-": not known */
	char revocations[EVIDENCE_NAME_SIZE];	/* file of the lists that were asked then; "-": none were */
	bool is_shredded;			/* the bytes are gone with the person; digest and signature stay */
	unsigned char digest[SHA256_BYTES];	/* of the exact bytes */
};

struct evidence_manifest {
	char town[7];				/* whose node wrote the file */
	bool is_inquirer;			/* it asked; else it was asked */
	char exchange[MESSAGE_NUMBER_CHARS + 1];	/* process number; "-": the hub gave none */
	char inquiry[MESSAGE_RECORD_NO_CHARS + 1];	/* of whoever asked; "-" */
	int64_t exported_ms;
	char exporter[EVIDENCE_NAME_SIZE];	/* certificate of MANIFEST.sig */
	struct evidence_part *part;		/* in the order in which they came */
	size_t n_part;
};

/* The text of MANIFEST for these files, in their order. */
enum rc evidence_manifest_write(const struct evidence_manifest *m, const struct evidence_entry *file, size_t n_file,
    struct buf *out) MUST_USE;
/* The archive: MANIFEST, MANIFEST.sig, and the files. */
enum rc evidence_file_write(const struct evidence_entry *manifest, const struct evidence_entry *signature,
    const struct evidence_entry *file, size_t n_file, struct buf *out) MUST_USE;

struct evidence_file {
	struct evidence_manifest manifest;
	struct evidence_entry text, signature;		/* MANIFEST, MANIFEST.sig */
	struct evidence_entry *file;			/* the rest; bytes point into what was read */
	size_t n_file;
};
/*
 * RC_INVALID: place names the file in the archive, or "archive".  Everything that stands in the archive is listed in
 * MANIFEST with its digest, once and in this order, and nothing else is; a signature is the caller's to verify.
 */
enum rc evidence_file_read(const void *bytes, size_t len, struct arena *a, struct evidence_file *ret_file,
    struct fault *why) MUST_USE;
const struct evidence_entry *evidence_file_find(const struct evidence_file *f, const char *name);	/* NULL */

#endif

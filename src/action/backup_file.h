#ifndef ACTION_BACKUP_FILE_H
#define ACTION_BACKUP_FILE_H

#include <limits.h>

#include "store/store_audit.h"
#include "vault/vault_stream.h"

/*
 * The file that "backup" writes and "restore" reads: a head in the clear, a text of lines
 * `key value` ended by an empty one, then a sealed stream (vault/vault_stream.h) of entries:
 *
 *   u16 length of name | name | u64 size | bytes ...   and at the end a name of length 0
 *
 * numbers big-endian.  Names: "watashi.conf", "law/HASH.law", "keys/NAME" (certificates, never
 * a key) and, last, "watashi.db".  The head holds the recovery wrap: file and
 * recovery key are all that is needed on an empty machine.
 */
#define BACKUP_COPY "watashi.db.copy"	/* in the node's directory, while a backup is made */
#define BACKUP_NAME_MAX 128
#define BACKUP_WRAP_MAX 4096

struct backup_head {
	char municipality[7];
	int64_t made_us;
	int schema;
	struct audit_head audit;	/* of the log when the copy was taken; time is that of its last row */
	unsigned char salt[VAULT_SECRET_BYTES];
	unsigned char wrap[BACKUP_WRAP_MAX];
	size_t wrap_len;
};

/* The digest is what binds the stream to the head. */
enum rc backup_head_write(int fd, const struct backup_head *head, struct vault_digest *ret_digest,
    struct fault *why) MUST_USE;
/* RC_INVALID: not a backup; RC_VERSION: of a later version.  fd stands at the stream afterwards. */
enum rc backup_head_read(int fd, struct backup_head *ret_head, struct vault_digest *ret_digest,
    struct fault *why) MUST_USE;

/* The copy of the database that a backup which was cut off left in the node's directory. */
void backup_tidy(const char *node);

/* May an entry be named so?  Whatever else a file says is not written anywhere. */
bool backup_name_holds(const char *name);

enum rc backup_entry_open(struct vault_stream *s, const char *name, uint64_t size, struct fault *why) MUST_USE;
enum rc backup_put_file(struct vault_stream *s, const char *name, const char *path, struct fault *why) MUST_USE;
enum rc backup_close(struct vault_stream *s, struct fault *why) MUST_USE;
/* RC_ABSENT behind the last. */
enum rc backup_entry_next(struct vault_stream *s, char ret_name[BACKUP_NAME_MAX], uint64_t *ret_size,
    struct fault *why) MUST_USE;
/* Its bytes into a new file of mode 0600, synced. */
enum rc backup_take_file(struct vault_stream *s, uint64_t size, const char *path, struct fault *why) MUST_USE;

#endif

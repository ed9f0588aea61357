#ifndef STORE_AUDIT_H
#define STORE_AUDIT_H

#include "store/store.h"
#include "vault/vault_digest.h"

/*
 * The audit log: one row per look and per effect, in the transaction of the
 * effect, each chained to the one before:
 *
 *   h(n) = SHA-256( h(n-1) || row(n) ), h(0) = 32 zero bytes
 *   row  = u64 sequence, i64 time us, then actor, action, subject, outcome, detail,
 *          each as u32 length and bytes, length 0xffffffff where there is none; outcome is
 *          one byte; all numbers big-endian
 *
 * The subject is SHA-256(salt || person id) with a salt of the person's own kept
 * elsewhere, so that it can be erased without breaking the chain.
 */
enum audit_outcome { AUDIT_DONE, AUDIT_REFUSED, AUDIT_FAILED, AUDIT_OUTCOME__COUNT };

struct audit_entry {
	const char *actor;		/* "officer:3", "post", "timer" */
	const char *action;		/* "show", "import-doses", ... */
	const struct id *person;	/* NULL: nobody in particular */
	enum audit_outcome outcome;
	const char *detail;		/* a code or a count, no personal data; NULL none */
};

struct audit_row {
	int64_t sequence, time_us;
	const char *actor, *action, *detail;
	struct vault_digest subject;	/* all zero: none */
	enum audit_outcome outcome;
	struct vault_digest hash;
};

struct audit_head {
	int64_t sequence;		/* = rows so far; 0 when empty */
	int64_t time_us;		/* of the last row */
	struct vault_digest hash;
};

enum rc store_audit_append(struct store *s, const struct audit_entry *e, struct fault *why) MUST_USE;
enum rc store_audit_head(struct store *s, struct audit_head *ret_head, struct fault *why) MUST_USE;
/* Rows after a sequence number, at most cap; into the arena. */
enum rc store_audit_list(struct store *s, int64_t after, size_t cap, struct arena *a,
    struct audit_row **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;
/* Who looked at this person, newest first: at most cap before a sequence number (INT64_MAX: from the last). */
enum rc store_audit_of(struct store *s, const struct id *person, int64_t before, size_t cap, struct arena *a,
    struct audit_row **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;
/* Under what the log knows a person.  RC_ABSENT: it does not. */
enum rc store_audit_subject(struct store *s, const struct id *person, struct vault_digest *ret_subject,
    struct fault *why) MUST_USE;
/*
 * Recompute the whole chain; with head, also that the row it names is still there
 * with that hash.  RC_INVALID, and the sequence number of the first bad row.
 */
enum rc store_audit_verify(struct store *s, const struct audit_head *head, int64_t *ret_bad,
    struct fault *why) MUST_USE;

/* The daily head as text to be signed, printed and lodged:
 *   watashi-audit-head 1 / municipality / sequence / time-us / hash, one per line. */
#define AUDIT_HEAD_TEXT_MAX 256
enum rc store_audit_head_write(const struct audit_head *head, const char *municipality,
    char text[AUDIT_HEAD_TEXT_MAX], struct fault *why) MUST_USE;
enum rc store_audit_head_parse(const char *text, size_t len, struct audit_head *ret_head,
    char ret_municipality[7], struct fault *why) MUST_USE;
/* Keep the head of a day with its signature; one a day. */
enum rc store_audit_head_keep(struct store *s, day of, const struct audit_head *head,
    const void *signature, size_t signature_len, struct fault *why) MUST_USE;

/*
 * Reading a copy for a program that recomputes the chain by itself
 * (watashi-verify): rows as they lie there, nothing checked.  RC_ABSENT at the end.
 */
struct audit_copy;
enum rc store_audit_copy_open(const char *path, struct audit_copy **ret_copy, struct fault *why) MUST_USE;
enum rc store_audit_copy_next(struct audit_copy *c, struct arena *a, struct audit_row *ret_row,
    struct fault *why) MUST_USE;
const char *store_audit_copy_municipality(const struct audit_copy *c);
void store_audit_copy_close(struct audit_copy *c);

#endif

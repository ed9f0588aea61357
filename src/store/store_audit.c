#include "store/store_audit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/store_person.h"
#include "store/store_room.h"
#include "store/store_same.h"

/* Actor, action and detail together; they are names and codes. */
#define ROW_MAX 4096
#define SALT_BYTES 16
#define ABSENT 0xffffffffu

struct packed {
	unsigned char bytes[ROW_MAX];
	size_t len;
	bool over;
};

static void
pack(struct packed *p, const void *bytes, size_t len)
{
	if (p->over || len > sizeof(p->bytes) - p->len) {
		p->over = true;
		return;
	}
	if (len > 0)
		memcpy(p->bytes + p->len, bytes, len);
	p->len += len;
}

static void
pack_number(struct packed *p, uint64_t n, int bytes)
{
	unsigned char b[8];

	for (int i = 0; i < bytes; i++)
		b[i] = (unsigned char)(n >> (8 * (bytes - 1 - i)));
	pack(p, b, (size_t)bytes);
}

static void
pack_field(struct packed *p, const void *bytes, size_t len)
{
	if (bytes == NULL) {
		pack_number(p, ABSENT, 4);
		return;
	}
	pack_number(p, len, 4);
	pack(p, bytes, len);
}

static bool
is_zero(const struct vault_digest *d)
{
	static const struct vault_digest none;

	return memcmp(d->b, none.b, sizeof(none.b)) == 0;
}

static enum rc
chain(const struct vault_digest *before, const struct audit_row *r, struct vault_digest *ret_hash,
    struct fault *why)
{
	struct packed p = { .len = 0, .over = false };
	unsigned char outcome = (unsigned char)r->outcome;

	pack(&p, before->b, sizeof(before->b));
	pack_number(&p, (uint64_t)r->sequence, 8);
	pack_number(&p, (uint64_t)r->time_us, 8);
	pack_field(&p, r->actor, strlen(r->actor));
	pack_field(&p, r->action, strlen(r->action));
	pack_field(&p, is_zero(&r->subject) ? NULL : r->subject.b, sizeof(r->subject.b));
	pack_field(&p, &outcome, 1);
	pack_field(&p, r->detail, r->detail != NULL ? strlen(r->detail) : 0);
	if (p.over)
		return fault_set(why, RC_TOO_BIG, "store/audit", "actor, action and detail are too long");
	if (vault_digest(p.bytes, p.len, ret_hash) != RC_OK)
		return fault_set(why, RC_CRYPTO, "store/audit", "no digest");
	return RC_OK;
}

/* The person's hash in the log; with make, a salt is made on first use. */
static enum rc
subject_of(struct store *s, const struct id *person, bool make, struct vault_digest *ret_subject,
    struct fault *why)
{
	unsigned char salted[SALT_BYTES + ID_BYTES];
	struct stmt *q = stmt_start(s, STMT_AUDIT_SALT_GET);
	enum rc rc;

	stmt_put_id(q, STMT_AUDIT_SALT_GET__PERSON, person);
	rc = stmt_next(q, why);
	if (rc == RC_OK) {
		stmt_bytes(q, salted, SALT_BYTES);
		rc = stmt_end(q, why);
	} else if (rc == RC_ABSENT && make) {
		if (vault_random(salted, SALT_BYTES) != RC_OK)
			return fault_set(why, RC_IO, "store/audit", "the machine gives no randomness");
		q = stmt_start(s, STMT_AUDIT_SALT_ADD);
		stmt_put_id(q, STMT_AUDIT_SALT_ADD__PERSON, person);
		stmt_put_bytes(q, STMT_AUDIT_SALT_ADD__SALT, salted, SALT_BYTES);
		rc = stmt_run(q, why);
	}
	if (rc != RC_OK)
		return rc;
	memcpy(salted + SALT_BYTES, person->b, ID_BYTES);
	if (vault_digest(salted, sizeof(salted), ret_subject) != RC_OK)
		return fault_set(why, RC_CRYPTO, "store/audit", "no digest");
	return RC_OK;
}

static enum rc
read_head(struct store *s, struct fault *why)
{
	struct stmt *q;
	enum rc rc;

	if (s->head_known)
		return RC_OK;
	q = stmt_start(s, STMT_AUDIT_LAST);
	rc = stmt_next(q, why);
	if (rc == RC_ABSENT) {
		s->head_seq = 0;
		s->head_time_us = 0;
		memset(&s->head_hash, 0, sizeof(s->head_hash));
	} else if (rc == RC_OK) {
		s->head_seq = stmt_int(q);
		s->head_time_us = stmt_int(q);
		stmt_bytes(q, s->head_hash.b, sizeof(s->head_hash.b));
		if ((rc = stmt_end(q, why)) != RC_OK)
			return rc;
	} else
		return rc;
	s->head_known = s->is_open;
	return RC_OK;
}

enum rc
store_audit_append(struct store *s, const struct audit_entry *e, struct fault *why)
{
	struct audit_row r = { .actor = e->actor, .action = e->action, .outcome = e->outcome };
	struct stmt *q;
	enum rc rc;

	r.detail = e->detail != NULL && e->detail[0] != '\0' ? e->detail : NULL;
	r.time_us = s->now_us;
	if ((rc = read_head(s, why)) != RC_OK)
		return rc;
	if (e->person != NULL && id_known(e->person) &&
	    (rc = subject_of(s, e->person, true, &r.subject, why)) != RC_OK)
		return rc;
	r.sequence = s->head_seq + 1;
	if ((rc = chain(&s->head_hash, &r, &r.hash, why)) != RC_OK)
		return rc;
	q = stmt_start(s, STMT_AUDIT_ADD);
	stmt_put_int(q, STMT_AUDIT_ADD__SEQ, r.sequence);
	stmt_put_int(q, STMT_AUDIT_ADD__TIME_US, r.time_us);
	stmt_put_text(q, STMT_AUDIT_ADD__ACTOR, r.actor);
	stmt_put_text(q, STMT_AUDIT_ADD__ACTION, r.action);
	if (!is_zero(&r.subject))
		stmt_put_bytes(q, STMT_AUDIT_ADD__SUBJECT, r.subject.b, sizeof(r.subject.b));
	stmt_put_int(q, STMT_AUDIT_ADD__OUTCOME, (int64_t)r.outcome);
	stmt_put_text(q, STMT_AUDIT_ADD__DETAIL, r.detail);
	stmt_put_bytes(q, STMT_AUDIT_ADD__HASH, r.hash.b, sizeof(r.hash.b));
	if ((rc = stmt_run(q, why)) != RC_OK)
		return rc;
	s->head_seq = r.sequence;
	s->head_time_us = r.time_us;
	s->head_hash = r.hash;
	return RC_OK;
}

enum rc
store_audit_head(struct store *s, struct audit_head *ret_head, struct fault *why)
{
	enum rc rc;

	if ((rc = read_head(s, why)) != RC_OK)
		return rc;
	ret_head->sequence = s->head_seq;
	ret_head->time_us = s->head_time_us;
	ret_head->hash = s->head_hash;
	return RC_OK;
}

/* A number that no enumeration holds must not hash like one that does. */
static enum audit_outcome
outcome_of(int64_t n)
{
	return n >= 0 && n < AUDIT_OUTCOME__COUNT ? (enum audit_outcome)n : AUDIT_OUTCOME__COUNT;
}

static void
take(struct stmt *q, struct arena *a, struct audit_row *r)
{
	r->sequence = stmt_int(q);
	r->time_us = stmt_int(q);
	r->actor = stmt_text(q, a);
	r->action = stmt_text(q, a);
	stmt_bytes(q, r->subject.b, sizeof(r->subject.b));
	r->outcome = outcome_of(stmt_int(q));
	r->detail = stmt_text(q, a);
	stmt_bytes(q, r->hash.b, sizeof(r->hash.b));
}

static enum rc
take_all(struct stmt *q, struct arena *a, struct audit_row **ret_rows, size_t *ret_n,
    struct fault *why)
{
	struct rows rows = { a, sizeof(struct audit_row), NULL, 0, 0 };
	struct audit_row *r;
	enum rc rc;

	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((r = rows_add(&rows)) == NULL) {
			stmt_drop(q);
			return fault_set(why, RC_NOMEM, "store/audit", "no memory");
		}
		take(q, a, r);
	}
	if (rc != RC_ABSENT)
		return rc;
	*ret_rows = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

enum rc
store_audit_list(struct store *s, int64_t after, size_t cap, struct arena *a,
    struct audit_row **ret_rows, size_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_AUDIT_LIST);

	stmt_put_int(q, STMT_AUDIT_LIST__AFTER, after);
	stmt_put_int(q, STMT_AUDIT_LIST__CAP, (int64_t)cap);
	return take_all(q, a, ret_rows, ret_n, why);
}

static enum rc
rows_of(struct store *s, const struct id *person, int64_t before, size_t cap, struct arena *a,
    struct audit_row **ret_rows, size_t *ret_n, struct fault *why)
{
	struct vault_digest subject;
	struct stmt *q;
	enum rc rc;

	rc = subject_of(s, person, false, &subject, why);
	if (rc == RC_ABSENT) {		/* nobody ever did anything with this person */
		*ret_rows = NULL;
		*ret_n = 0;
		return RC_OK;
	}
	if (rc != RC_OK)
		return rc;
	q = stmt_start(s, STMT_AUDIT_OF);
	stmt_put_bytes(q, STMT_AUDIT_OF__SUBJECT, subject.b, sizeof(subject.b));
	stmt_put_int(q, STMT_AUDIT_OF__BEFORE, before);
	stmt_put_int(q, STMT_AUDIT_OF__CAP, (int64_t)cap);
	return take_all(q, a, ret_rows, ret_n, why);
}

static int
newest_first(const void *a, const void *b)
{
	const struct audit_row *x = a, *y = b;

	return x->sequence < y->sequence ? 1 : x->sequence > y->sequence ? -1 : 0;
}

/*
 * A step that concerns merged records leaves a row for each, so that each has its own when they are parted.  While
 * they are merged the rows of the one that answers tell them all; of a part those of before are added.
 */
enum rc
store_audit_of(struct store *s, const struct id *person, int64_t before, size_t cap, struct arena *a,
    struct audit_row **ret_rows, size_t *ret_n, struct fault *why)
{
	struct id records[SAME_RECORDS_MAX];
	struct audit_row *all = NULL, *some, *more;
	struct same_part part = { .merged_us = INT64_MAX };
	size_t n_record, n = 0, n_some;
	enum rc rc;

	if ((rc = store_not_shielded(s, person, why)) != RC_OK ||
	    (rc = store_same_of(s, person, records, &n_record, why)) != RC_OK)
		return rc;
	if (n_record == 1)
		return rows_of(s, person, before, cap, a, ret_rows, ret_n, why);
	for (size_t i = 0; i < n_record; i++) {
		if ((i > 0 && (rc = store_same_part(s, &records[i], &part, why)) != RC_OK) ||
		    (rc = rows_of(s, &records[i], before, cap, a, &some, &n_some, why)) != RC_OK)
			return rc;
		if ((more = arena_array(a, n + n_some + 1, sizeof(*more))) == NULL)
			return fault_set(why, RC_NOMEM, "store/audit", "no memory");
		if (n > 0)
			memcpy(more, all, n * sizeof(*more));
		for (size_t k = 0; k < n_some; k++)
			if (some[k].time_us < part.merged_us)
				more[n++] = some[k];
		all = more;
	}
	if (n > 1)
		qsort(all, n, sizeof(*all), newest_first);
	*ret_rows = all;
	*ret_n = n < cap ? n : cap;
	return RC_OK;
}

static enum rc
bad_row(int64_t sequence, const char *text, int64_t *ret_bad, struct fault *why)
{
	*ret_bad = sequence;
	return fault_set(why, RC_INVALID, "store/audit", "row %lld %s", (long long)sequence, text);
}

enum rc
store_audit_subject(struct store *s, const struct id *person, struct vault_digest *ret_subject, struct fault *why)
{
	return subject_of(s, person, false, ret_subject, why);
}

enum rc
store_audit_verify(struct store *s, const struct audit_head *head, int64_t *ret_bad,
    struct fault *why)
{
	struct vault_digest before = { { 0 } }, hash;
	struct stmt *q = stmt_start(s, STMT_AUDIT_LIST);
	struct audit_row r;
	int64_t last = 0;
	enum rc rc;

	stmt_put_int(q, STMT_AUDIT_LIST__AFTER, INT64_MIN);
	stmt_put_int(q, STMT_AUDIT_LIST__CAP, INT64_MAX);
	while ((rc = stmt_next(q, why)) == RC_OK) {
		memset(&r, 0, sizeof(r));
		r.sequence = stmt_int(q);
		r.time_us = stmt_int(q);
		r.actor = stmt_text_peek(q);
		r.action = stmt_text_peek(q);
		stmt_bytes(q, r.subject.b, sizeof(r.subject.b));
		r.outcome = outcome_of(stmt_int(q));
		r.detail = stmt_text_peek(q);
		stmt_bytes(q, r.hash.b, sizeof(r.hash.b));
		if (r.sequence != last + 1) {
			stmt_drop(q);
			return bad_row(last + 1, "is missing or out of order", ret_bad, why);
		}
		if (r.actor == NULL || r.action == NULL ||
		    chain(&before, &r, &hash, NULL) != RC_OK ||
		    memcmp(hash.b, r.hash.b, sizeof(hash.b)) != 0) {
			stmt_drop(q);
			return bad_row(r.sequence, "was changed", ret_bad, why);
		}
		before = r.hash;
		last = r.sequence;
		if (head != NULL && head->sequence == last &&
		    memcmp(head->hash.b, r.hash.b, sizeof(r.hash.b)) != 0) {
			stmt_drop(q);
			return bad_row(last, "is not the one that the head names", ret_bad, why);
		}
	}
	if (rc == RC_DB)
		return bad_row(last + 1, "is damaged", ret_bad, why);
	if (rc != RC_ABSENT)
		return rc;
	if (head != NULL && head->sequence > last)
		return bad_row(last + 1, "is missing: the log was cut short", ret_bad, why);
	return RC_OK;
}

enum rc
store_audit_head_keep(struct store *s, day of, const struct audit_head *head,
    const void *signature, size_t signature_len, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_AUDIT_HEAD_ADD);

	stmt_put_day(q, STMT_AUDIT_HEAD_ADD__OF_DAY, of);
	stmt_put_int(q, STMT_AUDIT_HEAD_ADD__SEQ, head->sequence);
	stmt_put_int(q, STMT_AUDIT_HEAD_ADD__TIME_US, head->time_us);
	stmt_put_bytes(q, STMT_AUDIT_HEAD_ADD__HASH, head->hash.b, sizeof(head->hash.b));
	stmt_put_bytes(q, STMT_AUDIT_HEAD_ADD__SIGNATURE, signature, signature_len);
	return stmt_run(q, why);
}

enum rc
store_verify(struct store *s, struct fault *why)
{
	struct rows rows;
	struct audit_head *heads;
	struct arena a;
	struct stmt *q;
	int64_t bad;
	enum rc rc;

	arena_init(&a, LIMIT_REQUEST_BYTES);
	rows = (struct rows){ &a, sizeof(*heads), NULL, 0, 0 };
	if ((rc = engine_verify(s->engine, why)) != RC_OK ||
	    (rc = store_audit_verify(s, NULL, &bad, why)) != RC_OK)
		goto out;
	q = stmt_start(s, STMT_AUDIT_HEADS);
	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((heads = rows_add(&rows)) == NULL) {
			stmt_drop(q);
			rc = fault_set(why, RC_NOMEM, "store/verify", "no memory");
			goto out;
		}
		heads->sequence = stmt_int(q);
		heads->time_us = stmt_int(q);
		stmt_bytes(q, heads->hash.b, sizeof(heads->hash.b));
	}
	if (rc != RC_ABSENT)
		goto out;
	rc = RC_OK;
	heads = rows.at;
	/* The chain holds: the head of each day must lie on it, the last one standing for all
	 * before it but for those that were never part of it. */
	for (size_t i = 0; i < rows.n && rc == RC_OK; i++) {
		struct audit_row *row;
		size_t n;

		if (heads[i].sequence == 0)
			continue;
		rc = store_audit_list(s, heads[i].sequence - 1, 1, &a, &row, &n, why);
		if (rc == RC_OK && (n == 0 || row->sequence != heads[i].sequence ||
		    memcmp(row->hash.b, heads[i].hash.b, sizeof(row->hash.b)) != 0))
			rc = fault_set(why, RC_INVALID, "store/audit",
			    "row %lld is not the one that the head of its day names",
			    (long long)heads[i].sequence);
	}
 out:
	arena_clear(&a);
	return rc;
}

#include "store/store_evidence.h"

#include <string.h>

#include "store/store_room.h"

static bool
is_named(const struct vault_digest *digest)
{
	static const struct vault_digest none;

	return memcmp(digest->b, none.b, sizeof(none.b)) != 0;
}

static enum rc
read_secret(struct store *s, const struct id *person, unsigned char ret_secret[VAULT_SECRET_BYTES],
    struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_SECRET_GET);
	enum rc rc;

	stmt_put_id(q, STMT_SECRET_GET__PERSON, person);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	stmt_bytes(q, ret_secret, VAULT_SECRET_BYTES);
	return stmt_end(q, why);
}

enum rc
store_evidence_place(struct store *s, const struct id *id, const struct id *person,
    struct vault_place *ret_place, struct fault *why)
{
	struct vault_place place;
	struct stmt *q;
	enum rc rc;

	memset(&place, 0, sizeof(place));
	memcpy(place.municipality, s->municipality, sizeof(place.municipality));
	place.table = VAULT_EVIDENCE;
	memcpy(place.row, id->b, ID_BYTES);
	if (person != NULL && id_known(person)) {
		rc = read_secret(s, person, place.subject_secret, why);
		if (rc == RC_ABSENT) {
			if (vault_random(place.subject_secret, VAULT_SECRET_BYTES) != RC_OK)
				return fault_set(why, RC_IO, "store/evidence", "the machine gives no randomness");
			q = stmt_start(s, STMT_SECRET_ADD);
			stmt_put_id(q, STMT_SECRET_ADD__PERSON, person);
			stmt_put_bytes(q, STMT_SECRET_ADD__SECRET, place.subject_secret, VAULT_SECRET_BYTES);
			rc = stmt_run(q, why);
		}
		if (rc != RC_OK)
			return rc;
	}
	*ret_place = place;
	return RC_OK;
}

enum rc
store_evidence_add(struct store *s, const struct evidence_row *row, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_EVIDENCE_ADD);

	stmt_put_id(q, STMT_EVIDENCE_ADD__ID, &row->id);
	stmt_put_id(q, STMT_EVIDENCE_ADD__PERSON, &row->person);
	stmt_put_text(q, STMT_EVIDENCE_ADD__PROCESS_NO, row->process_no);
	stmt_put_text(q, STMT_EVIDENCE_ADD__MESSAGE_ID, row->message_id);
	stmt_put_text(q, STMT_EVIDENCE_ADD__TYPE, row->type);
	stmt_put_int(q, STMT_EVIDENCE_ADD__IS_OURS, row->is_ours);
	stmt_put_text(q, STMT_EVIDENCE_ADD__SIGNER, row->signer);
	stmt_put_bytes(q, STMT_EVIDENCE_ADD__DIGEST, row->digest.b, sizeof(row->digest.b));
	stmt_put_bytes(q, STMT_EVIDENCE_ADD__SIGNATURE, row->signature, row->signature_len);
	stmt_put_text(q, STMT_EVIDENCE_ADD__HEADER, row->header);
	stmt_put_int(q, STMT_EVIDENCE_ADD__TIME_US, row->time_us);
	stmt_put_day(q, STMT_EVIDENCE_ADD__KEEP_UNTIL, row->keep_until);
	if (row->sealed.len > 0) {
		stmt_put_int(q, STMT_EVIDENCE_ADD__KEY_ID, row->sealed.key_id);
		stmt_put_bytes(q, STMT_EVIDENCE_ADD__NONCE, row->sealed.nonce, sizeof(row->sealed.nonce));
		stmt_put_bytes(q, STMT_EVIDENCE_ADD__SEALED, row->sealed.bytes, row->sealed.len);
	}
	stmt_put_id(q, STMT_EVIDENCE_ADD__INQUIRY, &row->inquiry);
	if (is_named(&row->certificate))
		stmt_put_bytes(q, STMT_EVIDENCE_ADD__CERTIFICATE, row->certificate.b, sizeof(row->certificate.b));
	if (is_named(&row->revocations))
		stmt_put_bytes(q, STMT_EVIDENCE_ADD__REVOCATIONS, row->revocations.b, sizeof(row->revocations.b));
	return stmt_run(q, why);
}

static void
take(struct stmt *q, struct arena *a, struct evidence_row *r)
{
	r->id = stmt_id(q);
	r->person = stmt_id(q);
	r->process_no = stmt_text(q, a);
	r->message_id = stmt_text(q, a);
	r->type = stmt_text(q, a);
	r->is_ours = stmt_int(q) != 0;
	r->signer = stmt_text(q, a);
	stmt_bytes(q, r->digest.b, sizeof(r->digest.b));
	r->signature = stmt_blob(q, a, &r->signature_len);
	r->header = stmt_text(q, a);
	r->time_us = stmt_int(q);
	r->keep_until = stmt_day(q);
	r->sealed.key_id = (uint32_t)stmt_int(q);
	stmt_bytes(q, r->sealed.nonce, sizeof(r->sealed.nonce));
	r->sealed.bytes = stmt_blob(q, a, &r->sealed.len);
	r->inquiry = stmt_id(q);
	stmt_bytes(q, r->certificate.b, sizeof(r->certificate.b));
	stmt_bytes(q, r->revocations.b, sizeof(r->revocations.b));
}

static enum rc
take_all(struct stmt *q, struct arena *a, struct evidence_row **ret_rows, size_t *ret_n, struct fault *why)
{
	struct rows rows = { a, sizeof(struct evidence_row), NULL, 0, 0 };
	struct evidence_row *r;
	enum rc rc;

	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((r = rows_add(&rows)) == NULL) {
			stmt_drop(q);
			return fault_set(why, RC_NOMEM, "store/evidence", "no memory");
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
store_evidence_of_process(struct store *s, const char *process_no, struct arena *a,
    struct evidence_row **ret_rows, size_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_EVIDENCE_BY_PROCESS);

	stmt_put_text(q, STMT_EVIDENCE_BY_PROCESS__PROCESS_NO, process_no);
	return take_all(q, a, ret_rows, ret_n, why);
}

enum rc
store_evidence_exchange(struct store *s, const char *process_no, struct arena *a,
    struct evidence_row **ret_rows, size_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_EVIDENCE_OF_PROCESS);

	stmt_put_text(q, STMT_EVIDENCE_OF_PROCESS__PROCESS_NO, process_no);
	return take_all(q, a, ret_rows, ret_n, why);
}

enum rc
store_evidence_inquiry(struct store *s, const struct id *inquiry, struct arena *a,
    struct evidence_row **ret_rows, size_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_EVIDENCE_OF_INQUIRY);

	stmt_put_id(q, STMT_EVIDENCE_OF_INQUIRY__INQUIRY, inquiry);
	return take_all(q, a, ret_rows, ret_n, why);
}

enum rc
store_evidence_of_message(struct store *s, const char *message_id, struct arena *a,
    struct evidence_row *ret_row, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_EVIDENCE_BY_MESSAGE);
	struct evidence_row r;
	enum rc rc;

	stmt_put_text(q, STMT_EVIDENCE_BY_MESSAGE__MESSAGE_ID, message_id);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	take(q, a, &r);
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret_row = r;
	return rc;
}

/* The secret goes, so that what still lies in old copies of the file stays closed too. */
enum rc
store_evidence_shred(struct store *s, const struct id *person, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_SECRET_DROP);
	enum rc rc;

	stmt_put_id(q, STMT_SECRET_DROP__PERSON, person);
	if ((rc = stmt_run(q, why)) != RC_OK)
		return rc;
	q = stmt_start(s, STMT_EVIDENCE_SHRED);
	stmt_put_id(q, STMT_EVIDENCE_SHRED__PERSON, person);
	return stmt_run(q, why);
}

/* ---- papers ---- */

enum rc
store_paper_put(struct store *s, const struct vault_digest *digest, const void *bytes, size_t len,
    struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_PAPER_ADD);

	stmt_put_bytes(q, STMT_PAPER_ADD__DIGEST, digest->b, sizeof(digest->b));
	stmt_put_bytes(q, STMT_PAPER_ADD__BYTES, bytes, len);
	stmt_put_int(q, STMT_PAPER_ADD__FIRST_US, s->now_us);
	return stmt_run(q, why);
}

enum rc
store_paper_known(struct store *s, const struct vault_digest *digest, bool *ret, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_PAPER_KEPT);
	int64_t n;
	enum rc rc;

	stmt_put_bytes(q, STMT_PAPER_KEPT__DIGEST, digest->b, sizeof(digest->b));
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	n = stmt_int(q);
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret = n > 0;
	return rc;
}

enum rc
store_paper_get(struct store *s, const struct vault_digest *digest, struct arena *a, const void **ret_bytes,
    size_t *ret_len, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_PAPER_GET);
	const void *bytes;
	size_t len;
	enum rc rc;

	stmt_put_bytes(q, STMT_PAPER_GET__DIGEST, digest->b, sizeof(digest->b));
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	bytes = stmt_blob(q, a, &len);
	if ((rc = stmt_end(q, why)) == RC_OK) {
		*ret_bytes = bytes;
		*ret_len = len;
	}
	return rc;
}

/* ---- what may leave ---- */

enum rc
store_evidence_release_add(struct store *s, const struct vault_digest *exchange, const char *released_by,
    struct fault *why)
{
	struct stmt *q;
	struct id id;
	enum rc rc;

	if ((rc = store_id_new(s, &id, why)) != RC_OK)
		return rc;
	q = stmt_start(s, STMT_EVIDENCE_RELEASE_ADD);
	stmt_put_id(q, STMT_EVIDENCE_RELEASE_ADD__ID, &id);
	stmt_put_bytes(q, STMT_EVIDENCE_RELEASE_ADD__EXCHANGE, exchange->b, sizeof(exchange->b));
	stmt_put_int(q, STMT_EVIDENCE_RELEASE_ADD__RELEASED_US, s->now_us);
	stmt_put_text(q, STMT_EVIDENCE_RELEASE_ADD__RELEASED_BY, released_by);
	return stmt_run(q, why);
}

enum rc
store_evidence_hold(struct store *s, const struct id *id, day until, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_EVIDENCE_HOLD);

	stmt_put_id(q, STMT_EVIDENCE_HOLD__ID, id);
	stmt_put_day(q, STMT_EVIDENCE_HOLD__UNTIL, until);
	return stmt_run(q, why);
}

enum rc
store_evidence_released(struct store *s, const struct vault_digest *exchange, struct arena *a, int64_t *ret_us,
    const char **ret_by, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_EVIDENCE_RELEASE_LAST);
	const char *by;
	int64_t us;
	enum rc rc;

	stmt_put_bytes(q, STMT_EVIDENCE_RELEASE_LAST__EXCHANGE, exchange->b, sizeof(exchange->b));
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	us = stmt_int(q);
	by = stmt_text(q, a);
	if ((rc = stmt_end(q, why)) == RC_OK) {
		*ret_us = us;
		*ret_by = by;
	}
	return rc;
}

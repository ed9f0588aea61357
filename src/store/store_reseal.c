#include "store/store_reseal.h"

#include <assert.h>
#include <string.h>

#include "store/store_evidence.h"
#include "store/store_number.h"
#include "store/store_room.h"

static enum rc
take_rows(struct store *s, enum stmt_name name, struct stmt *q, struct rows *rows, struct fault *why)
{
	struct sealed_row *r;
	struct id person;
	size_t first = rows->n;
	enum rc rc;

	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((r = rows_add(rows)) == NULL) {
			stmt_drop(q);
			return fault_set(why, RC_NOMEM, "store/reseal", "no memory");
		}
		memset(r, 0, sizeof(*r));
		r->id = stmt_id(q);
		person = stmt_id(q);
		memcpy(r->place.row, person.b, ID_BYTES);	/* until the place is known, below */
		r->sealed.key_id = (uint32_t)stmt_int(q);
		stmt_bytes(q, r->sealed.nonce, sizeof(r->sealed.nonce));
		r->sealed.bytes = stmt_blob(q, rows->arena, &r->sealed.len);
	}
	if (rc != RC_ABSENT)
		return rc;
	for (size_t i = first; i < rows->n; i++) {
		r = (struct sealed_row *)rows->at + i;
		memcpy(person.b, r->place.row, ID_BYTES);
		if (name == STMT_NUMBER_SEALED_BY)
			store_number_place(s, &person, &r->place);
		else if ((rc = store_evidence_place(s, &r->id, &person, &r->place, why)) != RC_OK)
			return rc;
	}
	return RC_OK;
}

enum rc
store_sealed_by(struct store *s, uint32_t key_id, size_t cap, struct arena *a,
    struct sealed_row **ret_rows, size_t *ret_n, struct fault *why)
{
	struct rows rows = { a, sizeof(struct sealed_row), NULL, 0, 0 };
	struct stmt *q;
	enum rc rc;

	q = stmt_start(s, STMT_NUMBER_SEALED_BY);
	stmt_put_int(q, STMT_NUMBER_SEALED_BY__KEY_ID, key_id);
	stmt_put_int(q, STMT_NUMBER_SEALED_BY__CAP, (int64_t)cap);
	if ((rc = take_rows(s, STMT_NUMBER_SEALED_BY, q, &rows, why)) != RC_OK)
		return rc;
	if (rows.n < cap) {
		q = stmt_start(s, STMT_EVIDENCE_SEALED_BY);
		stmt_put_int(q, STMT_EVIDENCE_SEALED_BY__KEY_ID, key_id);
		stmt_put_int(q, STMT_EVIDENCE_SEALED_BY__CAP, (int64_t)(cap - rows.n));
		if ((rc = take_rows(s, STMT_EVIDENCE_SEALED_BY, q, &rows, why)) != RC_OK)
			return rc;
	}
	*ret_rows = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

enum rc
store_sealed_count(struct store *s, uint32_t key_id, int64_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_SEALED_COUNT);
	int64_t n;
	enum rc rc;

	stmt_put_int(q, STMT_SEALED_COUNT__KEY_ID, key_id);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	n = stmt_int(q);
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret_n = n;
	return rc;
}

enum rc
store_sealed_put(struct store *s, const struct sealed_row *row, const struct vault_sealed *sealed,
    const struct vault_index *index, struct fault *why)
{
	struct stmt *q;

	if (row->place.table == VAULT_NUMBER) {
		assert(index != NULL);
		q = stmt_start(s, STMT_NUMBER_RESEAL);
		stmt_put_id(q, STMT_NUMBER_RESEAL__PERSON, &row->id);
		stmt_put_int(q, STMT_NUMBER_RESEAL__KEY_ID, sealed->key_id);
		stmt_put_bytes(q, STMT_NUMBER_RESEAL__NONCE, sealed->nonce, sizeof(sealed->nonce));
		stmt_put_bytes(q, STMT_NUMBER_RESEAL__SEALED, sealed->bytes, sealed->len);
		stmt_put_bytes(q, STMT_NUMBER_RESEAL__BLIND, index->b, sizeof(index->b));
		return stmt_run(q, why);
	}
	q = stmt_start(s, STMT_EVIDENCE_RESEAL);
	stmt_put_id(q, STMT_EVIDENCE_RESEAL__ID, &row->id);
	stmt_put_int(q, STMT_EVIDENCE_RESEAL__KEY_ID, sealed->key_id);
	stmt_put_bytes(q, STMT_EVIDENCE_RESEAL__NONCE, sealed->nonce, sizeof(sealed->nonce));
	stmt_put_bytes(q, STMT_EVIDENCE_RESEAL__SEALED, sealed->bytes, sealed->len);
	return stmt_run(q, why);
}

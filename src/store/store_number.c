#include "store/store_number.h"

#include <string.h>

#include "store/store_room.h"
#include "store/store_same.h"

void
store_number_place(const struct store *s, const struct id *person, struct vault_place *ret_place)
{
	memset(ret_place, 0, sizeof(*ret_place));
	memcpy(ret_place->municipality, s->municipality, sizeof(ret_place->municipality));
	ret_place->table = VAULT_NUMBER;
	memcpy(ret_place->row, person->b, ID_BYTES);
}

static enum rc
find_blind(struct store *s, const unsigned char blind[VAULT_INDEX_BYTES], struct id *ret_person,
    struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_NUMBER_FIND);
	struct id person;
	enum rc rc;

	stmt_put_bytes(q, STMT_NUMBER_FIND__BLIND, blind, VAULT_INDEX_BYTES);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	person = stmt_id(q);
	if ((rc = stmt_end(q, why)) != RC_OK)
		return rc;
	*ret_person = person;
	return RC_OK;
}

enum rc
store_number_find(struct store *s, const struct vault_index *index, struct id *ret_person,
    struct fault *why)
{
	enum rc rc = find_blind(s, index->b, ret_person, why);

	return rc == RC_ABSENT && index->has_old ? find_blind(s, index->old, ret_person, why) : rc;
}

enum rc
store_number_put(struct store *s, const struct id *person, const struct vault_sealed *sealed,
    const struct vault_index *index, struct fault *why)
{
	struct stmt *q;
	struct id other;
	enum rc rc;

	rc = store_number_find(s, index, &other, why);
	if (rc == RC_OK && !id_equal(&other, person))
		return fault_set(why, RC_CONFLICT, "my_number", "another resident has it");
	if (rc == RC_OK)
		return RC_OK;		/* the same number: what is sealed already stays */
	if (rc != RC_ABSENT)
		return rc;
	q = stmt_start(s, STMT_NUMBER_PUT);
	stmt_put_id(q, STMT_NUMBER_PUT__PERSON, person);
	stmt_put_int(q, STMT_NUMBER_PUT__KEY_ID, sealed->key_id);
	stmt_put_bytes(q, STMT_NUMBER_PUT__NONCE, sealed->nonce, sizeof(sealed->nonce));
	stmt_put_bytes(q, STMT_NUMBER_PUT__SEALED, sealed->bytes, sealed->len);
	stmt_put_bytes(q, STMT_NUMBER_PUT__BLIND, index->b, sizeof(index->b));
	stmt_put_int(q, STMT_NUMBER_PUT__CHANGED_US, s->now_us);
	return stmt_run(q, why);
}

static enum rc
take(struct stmt *q, struct arena *a, struct vault_sealed *ret_sealed, struct id *ret_record, struct fault *why)
{
	struct vault_sealed sealed;
	struct id record;
	enum rc rc;

	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	sealed.key_id = (uint32_t)stmt_int(q);
	stmt_bytes(q, sealed.nonce, sizeof(sealed.nonce));
	sealed.bytes = stmt_blob(q, a, &sealed.len);
	record = stmt_id(q);
	if ((rc = stmt_end(q, why)) != RC_OK)
		return rc;
	*ret_sealed = sealed;
	*ret_record = record;
	return RC_OK;
}

enum rc
store_number_get(struct store *s, const struct id *person, struct arena *a,
    struct vault_sealed *ret_sealed, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_NUMBER_GET);
	struct id record;

	stmt_put_id(q, STMT_NUMBER_GET__PERSON, person);
	return take(q, a, ret_sealed, &record, why);
}

enum rc
store_number_used(struct store *s, const struct id *person, struct arena *a,
    struct vault_sealed *ret_sealed, struct id *ret_record, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_NUMBER_USED);

	stmt_put_id(q, STMT_NUMBER_USED__PERSON, person);
	return take(q, a, ret_sealed, ret_record, why);
}

enum rc
store_number_record(struct store *s, const struct id *person, struct id *ret_record, struct fault *why)
{
	struct id records[SAME_RECORDS_MAX], found;
	struct vault_sealed sealed;
	struct arena a;
	size_t n;
	enum rc rc;

	if ((rc = store_same_of(s, person, records, &n, why)) != RC_OK)
		return rc;
	found = records[0];
	if (n > 1) {
		arena_init(&a, LIMIT_TEXT_BYTES);
		rc = store_number_used(s, person, &a, &sealed, &found, why);
		arena_clear(&a);
	}
	if (rc != RC_OK && rc != RC_ABSENT)
		return rc;
	*ret_record = found;
	return RC_OK;
}

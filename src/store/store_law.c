#include "store/store_law.h"

#include "store/store_room.h"

enum rc
store_law_install(struct store *s, const struct vault_digest *hash, const char *version,
    const char *installed_by, const char *publisher, const void *signature, size_t signature_len,
    struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_LAW_PUT);

	stmt_put_bytes(q, STMT_LAW_PUT__HASH, hash->b, sizeof(hash->b));
	stmt_put_text(q, STMT_LAW_PUT__VERSION, version);
	stmt_put_int(q, STMT_LAW_PUT__INSTALLED_US, s->now_us);
	stmt_put_text(q, STMT_LAW_PUT__INSTALLED_BY, installed_by);
	stmt_put_text(q, STMT_LAW_PUT__PUBLISHER, publisher);
	stmt_put_bytes(q, STMT_LAW_PUT__SIGNATURE, signature, signature_len);
	return stmt_run(q, why);
}

static enum rc
list(struct store *s, int64_t cap, struct arena *a, struct rows *rows, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_LAW_LIST);
	struct law_row *r;
	enum rc rc;

	*rows = (struct rows){ a, sizeof(*r), NULL, 0, 0 };
	stmt_put_int(q, STMT_LAW_LIST__CAP, cap);
	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((r = rows_add(rows)) == NULL) {
			stmt_drop(q);
			return fault_set(why, RC_NOMEM, "store/law", "no memory");
		}
		stmt_bytes(q, r->hash.b, sizeof(r->hash.b));
		r->version = stmt_text(q, a);
		r->installed_us = stmt_int(q);
		r->installed_by = stmt_text(q, a);
		r->publisher = stmt_text(q, a);
	}
	return rc == RC_ABSENT ? RC_OK : rc;
}

enum rc
store_law_current(struct store *s, struct arena *a, struct law_row *ret_row, struct fault *why)
{
	struct rows rows;
	enum rc rc;

	if ((rc = list(s, 1, a, &rows, why)) != RC_OK)
		return rc;
	if (rows.n == 0)
		return RC_ABSENT;
	*ret_row = *(struct law_row *)rows.at;
	return RC_OK;
}

enum rc
store_law_list(struct store *s, struct arena *a, struct law_row **ret_rows, size_t *ret_n,
    struct fault *why)
{
	struct rows rows;
	enum rc rc;

	if ((rc = list(s, INT32_MAX, a, &rows, why)) != RC_OK)
		return rc;
	*ret_rows = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

#include "store/store_restored.h"

#include "store/store_room.h"

enum rc
store_restored_add(struct store *s, int64_t restored_us, int64_t backup_us, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_RESTORED_ADD);

	stmt_put_int(q, STMT_RESTORED_ADD__RESTORED_US, restored_us);
	stmt_put_int(q, STMT_RESTORED_ADD__BACKUP_US, backup_us);
	return stmt_run(q, why);
}

enum rc
store_restored_covers(struct store *s, int64_t from_us, int64_t until_us, bool *ret, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_RESTORED_COVERS);
	int64_t n;
	enum rc rc;

	stmt_put_int(q, STMT_RESTORED_COVERS__FROM_US, from_us);
	stmt_put_int(q, STMT_RESTORED_COVERS__UNTIL_US, until_us);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	n = stmt_int(q);
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret = n > 0;
	return rc;
}

#include <string.h>

#include "action/import_row.h"

#define PROGRESS_ROWS 2000

struct import_doses {
	struct call *c;
	const char *source;
	const char *file;
	bool strict;
	struct import_count n;
	struct arena arena;		/* of one row */
};

static enum rc
take_row(void *closure, const char *const *cell, size_t line, struct fault *why)
{
	struct import_doses *in = closure;
	struct call row_call = *in->c;
	struct import_doubt doubt;
	enum store_fate fate = STORE_UNCHANGED;
	enum held_kind kind;
	bool is_new;
	enum rc rc;

	arena_init(&row_call.arena, LIMIT_TEXT_BYTES * 64);
	in->n.read++;
	rc = import_dose_row(&row_call, cell, in->source, NULL, &fate, &doubt, why);
	arena_clear(&row_call.arena);
	if (rc != RC_OK)
		return rc;
	if (doubt.word != NULL) {
		in->n.held++;
		if (in->strict)
			return fault_set(why, RC_INVALID, in->file, "row %zu, %s: %s", line,
			    doubt.column, doubt.word);
		kind = fate == STORE_CONFLICT ? HELD_CONFLICT : HELD_IMPORT_ROW;
		return import_hold(in->c, kind, IMPORT_OF_DOSES, &doubt, in->file, line, cell, DOSE_COLUMNS,
		    -1, &is_new, why);
	}
	switch (fate) {
	case STORE_NEW:
		in->n.new_++;
		break;
	case STORE_CHANGED:
		in->n.corrected++;
		break;
	case STORE_WITHDRAWN:
		in->n.withdrawn++;
		break;
	case STORE_UNCHANGED:
		in->n.unchanged++;
		break;
	case STORE_CONFLICT:
	case STORE_FATE__COUNT:
		return fault_set(why, RC_BUG, in->file, "a dose without a fate");
	}
	if (in->n.read % PROGRESS_ROWS == 0)
		return node_progress(in->c, in->n.read, 0, why);
	return RC_OK;
}

enum rc
do_import_doses(struct call *c, struct fault *why)
{
	struct import_doses in = { .c = c };
	struct store *s = c->a->store;
	enum rc rc;

	in.source = request_text(c->r, TAG_SOURCE);
	in.file = request_text(c->r, TAG_FILE_NAME);
	if (in.file == NULL)
		in.file = "-";
	in.strict = request_int(c->r, TAG_STRICT, 0) != 0;
	if (c->a->law == NULL)
		return fault_set(why, RC_REFUSED, "law", "no law file is installed: see watashi doctor");
	if ((rc = store_begin(s, c->now_us, why)) != RC_OK ||
	    (rc = wire_client_rows(c->a->wire, c->r->fd, import_dose_column, DOSE_COLUMNS,
	    DOSE_COLUMNS, take_row, &in, why)) != RC_OK ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, NULL, why)) != RC_OK)
		return rc;
	if (request_int(c->r, TAG_DRY_RUN, 0) != 0)
		store_rollback(s);
	else if ((rc = store_commit(s, why)) != RC_OK)
		return rc;
	return import_report(c, &in.n, why);
}

#include <stdlib.h>
#include <string.h>

#include "action/clinic_book.h"
#include "action/clinic_tally.h"
#include "action/duplicate.h"
#include "action/entry_check.h"
#include "action/import_notes.h"
#include "store/store_dose.h"

#define PROGRESS_ROWS 2000
#define PROGRESS_PERSONS 500

/* A dose that came in, to be looked at once all of its person's have. */
struct came {
	struct id person, dose;
	size_t line;
};

struct import_doses {
	struct call *c;
	const char *source;
	const char *file;
	bool strict;
	struct import_count n;
	struct import_known known;
	struct import_notes notes;
	struct clinic_tally tally;
	struct came *came;
	size_t n_came, room_came;
};

static enum rc
note_came(struct import_doses *in, const struct import_taken *taken, size_t line, struct fault *why)
{
	if (in->n_came == in->room_came) {
		size_t room = in->room_came == 0 ? 1024 : in->room_came * 2;
		struct came *bigger = reallocarray(in->came, room, sizeof(*bigger));

		if (bigger == NULL)
			return fault_set(why, RC_NOMEM, in->file, "out of memory");
		in->came = bigger;
		in->room_came = room;
	}
	in->came[in->n_came++] = (struct came){ taken->person, taken->dose, line };
	return RC_OK;
}

/* Counted for the clinic and month that the row names, attached or not. */
static enum rc
count(struct import_doses *in, const char *const *cell, enum clinic_came came, struct fault *why)
{
	const char *code = cell[DOSE_CLINIC] != NULL ? cell[DOSE_CLINIC] : in->source;
	const char *on = cell[DOSE_GIVEN_ON];
	struct day_span given;

	if (code == NULL || *code == '\0' || strlen(code) > LIMIT_TEXT_BYTES)
		return RC_OK;
	if (on == NULL || day_span_parse(on, strlen(on), &given) != RC_OK)
		given = (struct day_span){ DAY_NONE, DAY_NONE };
	return clinic_tally_add(&in->tally, code, clinic_month_of(given), came, why);
}

static enum rc
hold(struct import_doses *in, const char *const *cell, size_t line, const struct import_doubt *doubt,
    enum held_kind kind, struct fault *why)
{
	struct import_place place = { IMPORT_OF_DOSES, in->file, line, in->source };
	enum import_held held;
	enum rc rc;

	if (in->strict)
		return fault_set(why, RC_INVALID, in->file, "row %zu: %s: %s", line, doubt->column, doubt->word);
	if ((rc = import_hold(in->c, kind, &place, doubt, cell, DOSE_COLUMNS, -1, &held, why)) != RC_OK)
		return rc;
	if (held == IMPORT_DECIDED) {
		in->n.unchanged++;
		return RC_OK;
	}
	in->n.held++;
	if ((rc = import_notes_add(&in->notes, line, "held", doubt->column, doubt->word, why)) != RC_OK)
		return rc;
	return held == IMPORT_HELD_NEW ? count(in, cell, CLINIC_CAME_HELD, why) : RC_OK;
}

static enum rc
take_row(void *closure, const char *const *cell, size_t line, struct fault *why)
{
	struct import_doses *in = closure;
	struct call row_call = *in->c;
	struct import_doubt doubt;
	struct import_taken taken = { .fate = STORE_UNCHANGED };
	enum rc rc;

	arena_init(&row_call.arena, LIMIT_TEXT_BYTES * 64);
	in->n.read++;
	rc = import_dose_row(&row_call, cell, in->source, NULL, &in->known, &taken, &doubt, why);
	arena_clear(&row_call.arena);
	if (rc != RC_OK)
		return rc;
	if (doubt.word != NULL)
		rc = hold(in, cell, line, &doubt, taken.fate == STORE_CONFLICT ? HELD_CONFLICT : HELD_IMPORT_ROW, why);
	else switch (taken.fate) {
	case STORE_NEW:
		in->n.new_++;
		if ((rc = count(in, cell, CLINIC_CAME_NEW, why)) == RC_OK)
			rc = note_came(in, &taken, line, why);
		break;
	case STORE_CHANGED:
		in->n.corrected++;
		if ((rc = count(in, cell, CLINIC_CAME_CHANGED, why)) == RC_OK)
			rc = note_came(in, &taken, line, why);
		break;
	case STORE_WITHDRAWN:
		in->n.withdrawn++;
		rc = count(in, cell, CLINIC_CAME_CHANGED, why);
		break;
	case STORE_UNCHANGED:
		in->n.unchanged++;
		break;
	case STORE_CONFLICT:
	case STORE_FATE__COUNT:
		return fault_set(why, RC_BUG, in->file, "a dose without a fate");
	}
	if (rc == RC_OK && in->n.read % PROGRESS_ROWS == 0)
		return node_progress(in->c, in->n.read, 0, why);
	return rc;
}

static int
by_person_and_line(const void *a, const void *b)
{
	const struct came *x = a, *y = b;
	int order = id_compare(&x->person, &y->person);

	return order != 0 ? order : (x->line > y->line) - (x->line < y->line);
}

/* NULL: a later version has come since. */
static const struct dose *
latest(const struct dose *dose, size_t n, const struct id *id)
{
	for (size_t i = 0; i < n; i++)
		if (id_equal(&dose[i].id, id))
			return &dose[i];
	return NULL;
}

/*
 * One person, by one reading of all its doses: which tell one dose, then what is to be said of those that came, as the
 * law judges the whole record with them, and as the clinics' contracts have it.
 */
static enum rc
look_at(struct import_doses *in, const struct clinic_book *book, const struct came *came, size_t n, struct fault *why)
{
	struct call *c = in->c;
	struct buf warnings = BUF_INIT(ENTRY_CHECK_BYTES);
	struct person who;
	struct history h;
	struct dose *dose;
	size_t n_dose;
	enum rc rc;

	if ((rc = store_person_get(c->a->store, &came[0].person, &c->arena, &who, why)) != RC_OK ||
	    who.is_protected || day_after(who.birth.last, c->today) ||
	    (rc = store_dose_list(c->a->store, &who.id, &c->arena, &dose, &n_dose, why)) != RC_OK ||
	    (rc = duplicate_settle_by(c->a, &who, dose, n_dose, c->today, &c->arena, why)) != RC_OK)
		return rc;
	rc = node_history_by(c->a, &who, dose, n_dose, c->today, c->today, &c->arena, &h, why);
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		const struct dose *d = latest(dose, n_dose, &came[i].dose);

		if (d == NULL)
			continue;
		buf_truncate(&warnings, 0);
		if ((rc = entry_check(&h, &who, d, &warnings)) != RC_OK)
			rc = fault_set(why, rc, "dose", "too many warnings");
		else if ((rc = clinic_book_check(c, book, d, &warnings, why)) == RC_OK && warnings.len > 0) {
			in->n.warned++;
			rc = import_notes_add(&in->notes, came[i].line, "warned", "", warnings.data, why);
		}
	}
	buf_clear(&warnings);
	return rc;
}

/* After the last row, since a dose may be judged by one that stands further down in the file. */
static enum rc
look_at_all(struct import_doses *in, struct fault *why)
{
	struct call *c = in->c;
	struct arena whole = c->arena, of_book;
	struct clinic_book book;
	size_t i, k, persons = 0;
	enum rc rc;

	arena_init(&of_book, LIMIT_REQUEST_BYTES);
	rc = clinic_book_read(c, &of_book, &book, why);
	if (in->n_came > 1)
		qsort(in->came, in->n_came, sizeof(*in->came), by_person_and_line);
	for (i = 0; rc == RC_OK && i < in->n_came; i = k) {
		for (k = i + 1; k < in->n_came && id_equal(&in->came[k].person, &in->came[i].person); k++)
			;
		arena_init(&c->arena, LIMIT_REQUEST_BYTES);	/* of one person */
		rc = look_at(in, &book, &in->came[i], k - i, why);
		arena_clear(&c->arena);
		if (rc == RC_OK && ++persons % PROGRESS_PERSONS == 0)
			rc = node_progress(c, (int64_t)k, (int64_t)in->n_came, why);
	}
	c->arena = whole;
	arena_clear(&of_book);
	return rc;
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
	import_notes_init(&in.notes, c);
	clinic_tally_init(&in.tally);
	import_known_init(&in.known);
	if ((rc = store_begin(s, c->now_us, why)) != RC_OK ||
	    (rc = wire_client_rows(c->a->wire, c->r->fd, import_dose_column, DOSE_COLUMNS,
	    DOSE_COLUMNS_REQUIRED, take_row, &in, why)) != RC_OK ||
	    (rc = import_known_settle(c, &in.known, why)) != RC_OK ||
	    (rc = clinic_tally_write(&in.tally, s, in.file, why)) != RC_OK ||
	    (rc = look_at_all(&in, why)) != RC_OK ||
	    /* Whom nobody looked at: protected, not born yet, or with withdrawals alone. */
	    (rc = duplicate_settle(c->a, NULL, c->today, why)) != RC_OK ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, NULL, why)) != RC_OK)
		goto out;
	if (request_int(c->r, TAG_DRY_RUN, 0) != 0)
		store_rollback(s);
	else if ((rc = store_commit(s, why)) != RC_OK)
		goto out;
	if ((rc = import_report(c, &in.n, why)) == RC_OK)
		rc = import_notes_reply(c, &in.notes, why);
 out:
	free(in.came);
	import_known_clear(&in.known);
	clinic_tally_clear(&in.tally);
	import_notes_clear(&in.notes);
	return rc;
}

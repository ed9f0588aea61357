#include <string.h>

#include "action/clinic_book.h"
#include "action/import_notes.h"

/* The list of clinics as the medical association or last year's file has it: one row a period of contract. */

enum clinic_column {
	CLINIC_CODE, CLINIC_NAME, CLINIC_COLUMNS_REQUIRED,
	CLINIC_KANA = CLINIC_COLUMNS_REQUIRED, CLINIC_ROMAN, CLINIC_ADDRESS, CLINIC_PHONE, CLINIC_FROM, CLINIC_UNTIL,
	CLINIC_ACCEPTS, CLINIC_COLUMNS
};
static const char *const column[CLINIC_COLUMNS] = {
	"clinic_code", "name", "kana", "roman", "address", "phone", "contract_from", "contract_until", "accepts",
};

struct import_clinics {
	struct call *c;
	const char *file;
	bool strict;
	struct import_count n;
	struct import_notes notes;
};

static const char *
over(const char *cell, const char *old)
{
	return cell == NULL || *cell == '\0' ? old : cell;
}

/* The period of the row; an empty cell says nothing: what stands of a period that begins on the same day stays. */
static enum rc
take_contract(struct call *c, const char *const *cell, struct arena *a, enum store_fate *ret_fate,
    struct import_doubt *ret_doubt, struct fault *why)
{
	struct clinic_contract k = { .code = cell[CLINIC_CODE], .until = DAY_NONE, .recorded_by = c->actor }, *old;
	const char *accepts = cell[CLINIC_ACCEPTS], *until = cell[CLINIC_UNTIL];
	size_t n, i;
	enum rc rc;

	*ret_fate = STORE_UNCHANGED;
	if (cell[CLINIC_FROM] == NULL) {
		if (until == NULL && accepts == NULL)
			return RC_OK;
		*ret_doubt = (struct import_doubt){ "missing", column[CLINIC_FROM] };
		return RC_OK;
	}
	if (day_parse(cell[CLINIC_FROM], strlen(cell[CLINIC_FROM]), &k.from) != RC_OK) {
		*ret_doubt = (struct import_doubt){ "not-a-day", column[CLINIC_FROM] };
		return RC_OK;
	}
	if (until != NULL && day_parse(until, strlen(until), &k.until) != RC_OK) {
		*ret_doubt = (struct import_doubt){ "not-a-day", column[CLINIC_UNTIL] };
		return RC_OK;
	}
	if ((rc = store_clinic_contract_list(c->a->store, k.code, false, a, &old, &n, why)) != RC_OK)
		return rc;
	for (i = 0; i < n && !day_equal(old[i].from, k.from); i++)
		;
	if (i < n && until == NULL)
		k.until = old[i].until;
	if (i < n && accepts == NULL)
		k.accepts = old[i].accepts;
	else if ((rc = clinic_accepts_read(c->a->law, accepts, a, &k.accepts, NULL)) == RC_INVALID) {
		*ret_doubt = (struct import_doubt){ "unknown-code", column[CLINIC_ACCEPTS] };
		return RC_OK;
	}
	if (rc == RC_OK)
		rc = store_clinic_contract_put(c->a->store, &k, ret_fate, why);
	if (rc == RC_INVALID || rc == RC_CONFLICT) {
		*ret_doubt = (struct import_doubt){ rc == RC_INVALID ? "reversed" : "overlap", column[CLINIC_UNTIL] };
		rc = RC_OK;
	}
	return rc;
}

static enum rc
take_clinic(struct call *c, const char *const *cell, struct arena *a, enum store_fate *ret_fate,
    struct import_doubt *ret_doubt, struct fault *why)
{
	struct clinic_card card = { .code = cell[CLINIC_CODE], .recorded_by = c->actor }, old = { .code = NULL };
	enum store_fate of_card, of_contract;
	enum rc rc;

	*ret_doubt = (struct import_doubt){ NULL, "" };
	if (card.code == NULL || cell[CLINIC_NAME] == NULL) {
		*ret_doubt = (struct import_doubt){ "missing", column[card.code == NULL ? CLINIC_CODE : CLINIC_NAME] };
		return RC_OK;
	}
	if (strlen(card.code) > LIMIT_CODE_CHARS || strpbrk(card.code, " ,;:\t\r\n") != NULL) {
		*ret_doubt = (struct import_doubt){ "out-of-range", column[CLINIC_CODE] };
		return RC_OK;
	}
	rc = store_clinic_card_get(c->a->store, card.code, a, &old, why);
	if (rc != RC_OK && rc != RC_ABSENT)
		return rc;
	card.name = cell[CLINIC_NAME];
	card.kana = over(cell[CLINIC_KANA], old.kana);
	card.roman = over(cell[CLINIC_ROMAN], old.roman);
	card.address = over(cell[CLINIC_ADDRESS], old.address);
	card.phone = over(cell[CLINIC_PHONE], old.phone);
	if ((rc = store_clinic_card_put(c->a->store, &card, &of_card, why)) != RC_OK ||
	    (rc = take_contract(c, cell, a, &of_contract, ret_doubt, why)) != RC_OK)
		return rc;
	*ret_fate = of_card == STORE_NEW || of_contract == STORE_UNCHANGED ? of_card : STORE_CHANGED;
	return RC_OK;
}

static enum rc
take_row(void *closure, const char *const *cell, size_t line, struct fault *why)
{
	struct import_clinics *in = closure;
	struct store *s = in->c->a->store;
	struct import_doubt doubt;
	enum store_fate fate = STORE_UNCHANGED;
	struct import_place place = { IMPORT_OF_CLINICS, in->file, line, NULL };
	struct arena a;
	enum import_held held;
	enum rc rc;

	in->n.read++;
	arena_init(&a, LIMIT_TEXT_BYTES * 64);
	/* Card and contract of a row come together or not at all. */
	if ((rc = store_mark(s, why)) == RC_OK &&
	    (rc = take_clinic(in->c, cell, &a, &fate, &doubt, why)) == RC_OK) {
		if (doubt.word != NULL)
			store_undo_mark(s);
		else
			rc = store_keep_mark(s, why);
	}
	arena_clear(&a);
	if (rc != RC_OK)
		return rc;
	if (doubt.word != NULL) {
		if (in->strict)
			return fault_set(why, RC_INVALID, in->file, "row %zu: %s: %s", line, doubt.column, doubt.word);
		if ((rc = import_hold(in->c, HELD_IMPORT_ROW, &place, &doubt, cell, CLINIC_COLUMNS, -1, &held,
		    why)) != RC_OK)
			return rc;
		in->n.held += held != IMPORT_DECIDED;
		in->n.unchanged += held == IMPORT_DECIDED;
		return held == IMPORT_DECIDED ? RC_OK :
		    import_notes_add(&in->notes, line, "held", doubt.column, doubt.word, why);
	}
	in->n.new_ += fate == STORE_NEW;
	in->n.corrected += fate == STORE_CHANGED;
	in->n.unchanged += fate == STORE_UNCHANGED;
	return RC_OK;
}

enum rc
do_import_clinics(struct call *c, struct fault *why)
{
	struct import_clinics in = { .c = c };
	struct store *s = c->a->store;
	enum rc rc;

	in.file = request_text(c->r, TAG_FILE_NAME);
	if (in.file == NULL)
		in.file = "-";
	in.strict = request_int(c->r, TAG_STRICT, 0) != 0;
	import_notes_init(&in.notes, c);
	if ((rc = store_begin(s, c->now_us, why)) != RC_OK ||
	    (rc = wire_client_rows(c->a->wire, c->r->fd, column, CLINIC_COLUMNS, CLINIC_COLUMNS_REQUIRED, take_row,
	    &in, why)) != RC_OK ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, NULL, why)) != RC_OK)
		goto out;
	if (request_int(c->r, TAG_DRY_RUN, 0) != 0)
		store_rollback(s);
	else if ((rc = store_commit(s, why)) != RC_OK)
		goto out;
	if ((rc = import_report(c, &in.n, why)) == RC_OK)
		rc = import_notes_reply(c, &in.notes, why);
 out:
	import_notes_clear(&in.notes);
	return rc;
}

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action/arrival.h"
#include "action/import_notes.h"
#include "action/provide.h"
#include "action/resident_row.h"
#include "action/same_person.h"
#include "record/record_check.h"
#include "store/store_number.h"
#include "store/store_same.h"

/*
 * One row is one period of residence, and the rows of a person may stand anywhere in the
 * file: so they are kept, put in order of person and period, and each person is written once.
 */
#define PROGRESS_PERSONS 500
#define IMPORT_RESIDENTS_BYTES (1u << 30)

struct import_residents {
	struct call *c;
	const char *file;
	bool strict;
	struct import_count n;
	struct import_notes notes;
	struct arena arena;
	struct resident_row *row;
	size_t n_row, room;
};

static enum rc
keep_row(void *closure, const char *const *cell, size_t line, struct fault *why)
{
	struct import_residents *in = closure;
	struct resident_row *row;
	size_t i;

	if (in->n_row == in->room) {
		size_t room = in->room == 0 ? 1024 : in->room * 2;
		struct resident_row *bigger = reallocarray(in->row, room, sizeof(*bigger));

		if (bigger == NULL)
			return fault_set(why, RC_NOMEM, in->file, "out of memory");
		in->row = bigger;
		in->room = room;
	}
	row = &in->row[in->n_row];
	memset(row, 0, sizeof(*row));
	row->line = line;
	row->from = DAY_NONE;
	for (i = 0; i < RESIDENT_COLUMNS; i++)
		if (cell[i] != NULL && *cell[i] != '\0' &&
		    (row->cell[i] = arena_text(&in->arena, cell[i], strlen(cell[i]))) == NULL)
			return fault_set(why, RC_TOO_BIG, in->file, "the file is larger than this node takes at once");
	/* One that is no day stays unknown, and take_person says so. */
	if (row->cell[RESIDENT_FROM] != NULL &&
	    day_parse(row->cell[RESIDENT_FROM], strlen(row->cell[RESIDENT_FROM]), &row->from) != RC_OK)
		row->from = DAY_NONE;
	in->n_row++;
	in->n.read++;
	return RC_OK;
}

static int
by_person_and_period(const void *a, const void *b)
{
	const struct resident_row *x = a, *y = b;
	const char *p = x->cell[RESIDENT_ADDRESSEE], *q = y->cell[RESIDENT_ADDRESSEE];
	int order = strcmp(p == NULL ? "" : p, q == NULL ? "" : q);

	if (order == 0)
		order = day_compare(x->from, y->from);
	if (order == 0)
		order = (x->line > y->line) - (x->line < y->line);
	return order;
}

static enum rc
hold(struct import_residents *in, const struct resident_row *row, const char *word,
    const char *column, struct fault *why)
{
	struct import_place place = { IMPORT_OF_RESIDENTS, in->file, row->line, NULL };
	struct import_doubt doubt = { word, column };
	enum import_held held;
	enum rc rc;

	if (in->strict)
		return fault_set(why, RC_INVALID, in->file, "row %zu: %s: %s", row->line, column, word);
	if ((rc = import_hold(in->c, HELD_IMPORT_ROW, &place, &doubt, row->cell, RESIDENT_COLUMNS, RESIDENT_NUMBER,
	    &held, why)) != RC_OK)
		return rc;
	/* What was decided is not asked about again: the row is mended at its source. */
	in->n.held += held != IMPORT_DECIDED;
	in->n.unchanged += held == IMPORT_DECIDED;
	return held == IMPORT_DECIDED ? RC_OK : import_notes_add(&in->notes, row->line, "held", column, word, why);
}

/* Periods on record that the file does not speak of stay; one that begins on the same day is
 * the file's now. */
static size_t
merge_residences(struct residence *out, size_t n, const struct person *known)
{
	size_t i, k, at;

	for (i = 0; i < known->n_residences; i++) {
		const struct residence *old = &known->residences[i];

		for (k = 0; k < n; k++)
			if (day_equal(out[k].from, old->from))
				break;
		/* The file does not say how somebody came and went. */
		if (k < n) {
			out[k].entry = old->entry;
			out[k].exit = day_equal(out[k].until, old->until) ? old->exit : EXIT_UNKNOWN;
		}
		if (k < n || n == PERSON_RESIDENCES_MAX)
			continue;
		for (at = 0; at < n && day_before(out[at].from, old->from); at++)
			;
		memmove(&out[at + 1], &out[at], (n - at) * sizeof(*out));
		out[at] = *old;
		n++;
	}
	return n;
}

static enum rc
seal_number(struct call *c, const struct id *person, const char *digits, bool *ret_conflict,
    struct fault *why)
{
	struct vault_place place;
	struct vault_sealed sealed, kept;
	struct vault_index index;
	struct id holder;
	bool same;
	enum rc rc;

	if (c->a->key == NULL)
		return fault_set(why, RC_CRYPTO, "key", "the key process does not answer");
	/* Unchanged numbers are not sealed anew: the same file twice changes nothing. */
	if ((rc = vault_client_index(c->a->key, digits, &index, why)) != RC_OK)
		return rc;
	rc = store_number_find(c->a->store, &index, &holder, why);
	if (rc == RC_OK) {
		if ((rc = store_same_is(c->a->store, &holder, person, &same, why)) != RC_OK)
			return rc;
		*ret_conflict = !same;
		return same ? RC_OK : same_person_note(c->a, &holder, person, SAME_NUMBER, why);
	}
	if (rc != RC_ABSENT)
		return rc;
	/* Somebody with another number already: a number changed by law stays one number a person. */
	rc = store_number_get(c->a->store, person, &c->arena, &kept, why);
	if (rc != RC_OK && rc != RC_ABSENT)
		return rc;
	store_number_place(c->a->store, person, &place);
	if ((rc = vault_client_seal_number(c->a->key, &place, digits, &sealed, &index, why)) != RC_OK ||
	    (rc = store_number_put(c->a->store, person, &sealed, &index, why)) == RC_OK)
		*ret_conflict = false;
	else if (rc == RC_CONFLICT) {
		*ret_conflict = true;
		rc = RC_OK;
	}
	return rc;
}

/* Those who died or are protected: nobody else's row comes before theirs. */
static bool
is_pressing(const struct resident_row *row, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (row[i].cell[RESIDENT_DIED] != NULL || (row[i].cell[RESIDENT_PROTECTED] != NULL &&
		    strcmp(row[i].cell[RESIDENT_PROTECTED], "1") == 0))
			return true;
	return false;
}

/* Another fault of a row must not leave somebody unprotected for a day. */
static enum rc
protect_anyway(struct import_residents *in, const struct resident_row *row, size_t n, struct fault *why)
{
	struct store *s = in->c->a->store;
	enum store_fate fate;
	struct person p;
	struct id id;
	size_t i;
	enum rc rc;

	for (i = 0; i < n; i++)
		if (row[i].cell[RESIDENT_PROTECTED] != NULL && strcmp(row[i].cell[RESIDENT_PROTECTED], "1") == 0)
			break;
	if (i == n || row[0].cell[RESIDENT_ADDRESSEE] == NULL)
		return RC_OK;
	if ((rc = store_person_find_addressee(s, row[0].cell[RESIDENT_ADDRESSEE], &id, why)) == RC_ABSENT)
		return RC_OK;
	if (rc != RC_OK || (rc = store_person_record(s, &id, &in->c->arena, &p, why)) != RC_OK || p.is_protected)
		return rc;
	p.is_protected = true;
	p.protected_from = p.protected_until = DAY_NONE;
	if ((rc = store_person_put(s, &p, &id, &fate, why)) != RC_OK ||
	    (rc = provide_changed(in->c->a, &id, false, in->c->now_us, in->c->today, why)) != RC_OK)
		return rc;
	return node_audit(in->c, &id, AUDIT_DONE, "protected", why);
}

/* All rows of one person: row[0..n). */
static enum rc
take_person(struct import_residents *in, const struct resident_row *row, size_t n, struct fault *why)
{
	struct call *c = in->c;
	struct store *s = c->a->store;
	struct residence residence[PERSON_RESIDENCES_MAX];
	struct person_name names[PERSON_NAMES_MAX];
	struct person p = { .died_on = DAY_NONE, .protected_from = DAY_NONE, .protected_until = DAY_NONE,
	    .registration_until = DAY_NONE };
	struct person known = { .n_residences = 0 };
	struct finding found[4];
	struct finding_list list = { found, 4, 0 };
	const char *word, *column;
	enum store_fate fate;
	bool conflict = false;
	struct id id;
	size_t i, n_residence = 0, n_names = 0;
	enum rc rc;

	if (row[0].cell[RESIDENT_ADDRESSEE] == NULL) {
		for (i = 0; i < n; i++)
			if ((rc = hold(in, &row[i], "missing", "addressee_no", why)) != RC_OK)
				return rc;
		return RC_OK;
	}
	for (i = 0; i < n; i++) {
		if (n_residence < PERSON_RESIDENCES_MAX && (word = resident_row_residence(&row[i],
		    &residence[n_residence], &column)) == NULL) {
			/* The same period twice: the later row is right. */
			if (n_residence > 0 && day_equal(residence[n_residence - 1].from, row[i].from))
				residence[n_residence - 1] = residence[n_residence];
			else
				n_residence++;
		} else if (n_residence == PERSON_RESIDENCES_MAX) {
			if ((rc = hold(in, &row[i], "too-many-periods", "resident_from", why)) != RC_OK)
				return rc;
		} else if ((rc = hold(in, &row[i], word, column, why)) != RC_OK)
			return rc;
	}
	rc = store_person_find_addressee(s, row[0].cell[RESIDENT_ADDRESSEE], &id, why);
	if (rc == RC_OK) {
		if ((rc = store_person_record(s, &id, &c->arena, &known, why)) != RC_OK)
			return rc;
		n_residence = merge_residences(residence, n_residence, &known);
		p = known;
		if ((n_names = known.n_names < PERSON_NAMES_MAX ? known.n_names : PERSON_NAMES_MAX) > 0)
			memcpy(names, known.names, n_names * sizeof(*names));
	} else if (rc != RC_ABSENT)
		return rc;
	word = resident_row_items(&row[n - 1], &p, &column);
	for (i = 0; i < n && word == NULL; i++)
		word = resident_row_other_name(&row[i], names, &n_names, &column);
	if (word != NULL)
		return (rc = protect_anyway(in, row, n, why)) != RC_OK ? rc : hold(in, &row[n - 1], word, column, why);
	p.names = n_names > 0 ? names : NULL;
	p.n_names = n_names;
	p.residences = residence;
	p.n_residences = n_residence;
	record_check_person(&p, c->today, &list);
	if (list.n > 0)
		return (rc = protect_anyway(in, row, n, why)) != RC_OK ? rc : hold(in, &row[n - 1], record_check_word(found[0].code), found[0].field, why);
	if ((rc = store_person_put(s, &p, &id, &fate, why)) != RC_OK)
		return rc;
	if (row[n - 1].cell[RESIDENT_NUMBER] != NULL) {
		if ((rc = seal_number(c, &id, row[n - 1].cell[RESIDENT_NUMBER], &conflict, why)) != RC_OK)
			return rc;
		if (conflict && (rc = hold(in, &row[n - 1], "number-of-another", "my_number", why)) != RC_OK)
			return rc;
		if (!conflict && (rc = arrival_confirmed(c, &id, row[n - 1].cell[RESIDENT_NUMBER], why)) != RC_OK)
			return rc;
	}
	switch (fate) {
	case STORE_NEW:
		in->n.new_++;
		return provide_changed(c->a, &id, !p.is_protected, c->now_us, c->today, why);
	case STORE_CHANGED:
		in->n.corrected++;
		if ((rc = store_person_get(s, &id, &c->arena, &known, why)) != RC_OK)
			return rc;
		return provide_changed(c->a, &id, !known.is_protected, c->now_us, c->today, why);
	case STORE_UNCHANGED:
		in->n.unchanged++;
		return RC_OK;
	case STORE_WITHDRAWN:
	case STORE_CONFLICT:
	case STORE_FATE__COUNT:
		break;
	}
	return fault_set(why, RC_BUG, in->file, "a resident without a fate");
}

/* The first row after those of the person whose first one this is. */
static size_t
end_of_person(const struct import_residents *in, size_t first)
{
	const char *who = in->row[first].cell[RESIDENT_ADDRESSEE], *next;
	size_t k;

	for (k = first + 1; k < in->n_row; k++) {
		next = in->row[k].cell[RESIDENT_ADDRESSEE];
		if (strcmp(who == NULL ? "" : who, next == NULL ? "" : next) != 0)
			break;
	}
	return k;
}

/* The link that the row tells: added, ended, or there already. */
static enum rc
take_guardian(struct import_residents *in, const struct resident_row *row, struct fault *why)
{
	struct store *s = in->c->a->store;
	const char *word, *column, *number = row->cell[RESIDENT_GUARDIAN];
	struct guardian g, *have;
	bool has;
	size_t n, i;
	int64_t seq;
	enum rc rc;

	if ((word = resident_row_guardian(row, &g, &has, &column)) != NULL)
		return hold(in, row, word, column, why);
	if (!has || row->cell[RESIDENT_ADDRESSEE] == NULL)
		return RC_OK;
	/* A row that was held for another fault may have made nobody. */
	if ((rc = store_person_find_addressee(s, row->cell[RESIDENT_ADDRESSEE], &g.person, why)) != RC_OK)
		return rc == RC_ABSENT ? RC_OK : rc;
	if (number != NULL && (rc = store_person_find_addressee(s, number, &g.guardian, why)) != RC_OK)
		return rc == RC_ABSENT ? hold(in, row, "no-such-person", "guardian_no", why) : rc;
	if ((rc = store_guardian_of(s, &g.person, &in->c->arena, &have, &n, why)) != RC_OK)
		return rc;
	for (i = 0; i < n; i++)
		if (have[i].relation == g.relation && day_equal(have[i].from, g.from) &&
		    id_equal(&have[i].guardian, &g.guardian) && (id_known(&g.guardian) ||
		    (have[i].name != NULL && strcmp(have[i].name, g.name) == 0)))
			break;
	if (i < n && (!day_known(g.until) || day_equal(have[i].until, g.until)))
		return RC_OK;
	if (i < n && day_known(have[i].until))
		return hold(in, row, "link-has-ended", "guardian_until", why);
	rc = i < n ? store_guardian_end(s, &have[i].person, have[i].seq, g.until, why) : store_guardian_add(s, &g, &seq, why);
	if (rc == RC_INVALID || rc == RC_TOO_BIG)
		return hold(in, row, rc == RC_INVALID ? "own-guardian" : "too-many-links", "guardian_no", why);
	if (rc == RC_OK)
		rc = node_audit(in->c, &g.person, AUDIT_DONE, "guardian", why);
	return rc;
}

enum rc
do_import_residents(struct call *c, struct fault *why)
{
	struct import_residents in = { .c = c };
	struct store *s = c->a->store;
	struct arena whole = c->arena;
	size_t i, k, persons = 0, done = 0;
	bool more;
	enum rc rc;

	in.file = request_text(c->r, TAG_FILE_NAME);
	if (in.file == NULL)
		in.file = "-";
	in.strict = request_int(c->r, TAG_STRICT, 0) != 0;
	arena_init(&in.arena, IMPORT_RESIDENTS_BYTES);
	import_notes_init(&in.notes, c);
	if ((rc = store_begin(s, c->now_us, why)) != RC_OK)
		goto out;
	/* Compared with what stands there, whole; out go counts. */
	store_see(s, STORE_EYES_WHOLE);
	if ((rc = wire_client_rows(c->a->wire, c->r->fd, import_resident_column,
	    RESIDENT_COLUMNS, RESIDENT_COLUMNS_REQUIRED, keep_row, &in, why)) != RC_OK)
		goto out;
	if (in.n_row > 0)
		qsort(in.row, in.n_row, sizeof(*in.row), by_person_and_period);
	for (int pass = 0; pass < 2; pass++)
		for (i = 0; i < in.n_row; i = k) {
			k = end_of_person(&in, i);
			if (is_pressing(&in.row[i], k - i) != (pass == 0))
				continue;
			arena_init(&c->arena, LIMIT_REQUEST_BYTES);	/* of one person */
			rc = take_person(&in, &in.row[i], k - i, why);
			arena_clear(&c->arena);
			if (rc != RC_OK)
				goto out;
			done += k - i;
			if (++persons % PROGRESS_PERSONS == 0 &&
			    (rc = node_progress(c, (int64_t)done, (int64_t)in.n_row, why)) != RC_OK)
				goto out;
		}
	/* A guardian may stand further down than the child. */
	for (i = 0; i < in.n_row; i++) {
		arena_init(&c->arena, LIMIT_REQUEST_BYTES);
		rc = take_guardian(&in, &in.row[i], why);
		arena_clear(&c->arena);
		if (rc != RC_OK)
			goto out;
	}
	if ((rc = same_person_settle(c->a, SAME_SETTLE_AT_ONCE, &more, why)) != RC_OK ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, NULL, why)) != RC_OK)
		goto out;
	if (request_int(c->r, TAG_DRY_RUN, 0) != 0)
		store_rollback(s);
	else if ((rc = store_commit(s, why)) != RC_OK)
		goto out;
	if ((rc = import_report(c, &in.n, why)) == RC_OK)
		rc = import_notes_reply(c, &in.notes, why);
 out:
	c->arena = whole;
	for (i = 0; i < in.n_row; i++) {
		char *digits = (char *)(uintptr_t)in.row[i].cell[RESIDENT_NUMBER];

		if (digits != NULL)
			explicit_bzero(digits, strlen(digits));
	}
	arena_clear(&in.arena);
	import_notes_clear(&in.notes);
	free(in.row);
	return rc;
}

#include "action/import_row.h"
#include "action/provide.h"
#include "action/same_person.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "record/record_check.h"
#include "store/store_dose.h"
#include "store/store_same.h"
#include "store/store_ticket.h"

const char *const import_dose_column[DOSE_COLUMNS] = {
	"source_id", "source_version", "addressee_no", "ticket_no", "birth_date", "given_on",
	"vaccine", "lot", "expires_on", "volume_ml", "site", "route", "clinic_code",
	"clinic_name", "physician", "status", "reason", "evidence",
	"product_name", "dose_no",
};

const char *const import_resident_column[RESIDENT_COLUMNS] = {
	"addressee_no", "my_number", "name", "kana", "roman", "birth_date", "sex", "address",
	"resident_from", "resident_until", "previous_municipality", "next_municipality",
	"died_on", "protected", "protected_from", "protected_until",
	"other_kind", "other_name", "other_kana", "other_roman", "household_no", "mailing_address", "mailing_name",
	"language", "registration", "registration_basis", "registration_until",
	"guardian_no", "guardian_name", "guardian_kana", "guardian_relation", "guardian_basis", "guardian_from",
	"guardian_until",
};

#define CELL_TAG(i) ((uint16_t)(0x100 + (i)))
#define SOURCE_TAG 0x1ff		/* the source named for the whole file */

/* NULL for what is not stated, as record/ has it. */
static const char *
stated(const char *cell)
{
	return cell == NULL || *cell == '\0' ? NULL : cell;
}

static enum rc
doubt(struct import_doubt *ret, const char *word, const char *column)
{
	ret->word = word;
	ret->column = column;
	return RC_OK;
}

/* 1..18 digits. */
static bool
parse_version(const char *text, int64_t *ret)
{
	int64_t n = 0;
	size_t i, len = strlen(text);

	if (len == 0 || len > 18)
		return false;
	for (i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		n = n * 10 + (text[i] - '0');
	}
	*ret = n;
	return n > 0;
}

void
import_known_init(struct import_known *k)
{
	memset(k, 0, sizeof(*k));
	arena_init(&k->arena, LIMIT_REQUEST_BYTES);
}

void
import_known_clear(struct import_known *k)
{
	arena_clear(&k->arena);
	k->is_known = k->is_changed = false;
}

enum rc
import_known_settle(struct call *c, struct import_known *k, struct fault *why)
{
	if (!k->is_changed)
		return RC_OK;
	k->is_changed = false;
	return provide_changed(c->a, &k->who.id, !k->who.is_protected, c->now_us, c->today, why);
}

/* The person of the row before, or another, once what that one's rows have changed is settled. */
static enum rc
know(struct call *c, const struct id *id, struct import_known *k, struct person *ret_person, struct fault *why)
{
	enum rc rc;

	if (!k->is_known || !id_equal(&k->record, id)) {
		if ((rc = import_known_settle(c, k, why)) != RC_OK)
			return rc;
		import_known_clear(k);
		if ((rc = store_person_get(c->a->store, id, &k->arena, &k->who, why)) != RC_OK)
			return rc;
		k->record = *id;
		k->addressee[0] = '\0';
		if (k->who.n_other_nos == 0)
			(void)snprintf(k->addressee, sizeof(k->addressee), "%s", k->who.addressee_no);
		k->is_known = true;
	}
	*ret_person = k->who;
	return RC_OK;
}

/* Of merged records each has its own: paper bears the one that its record had. */
static enum rc
birth_agrees(struct call *c, const struct person *who, const struct id *record, struct day_span birth, bool *ret,
    struct fault *why)
{
	struct person p;
	enum rc rc;

	*ret = day_equal(birth.first, who->birth.first) && day_equal(birth.last, who->birth.last);
	if (*ret || who->n_other_nos == 0)
		return RC_OK;
	if ((rc = store_person_record(c->a->store, record, &c->arena, &p, why)) == RC_OK)
		*ret = day_equal(birth.first, p.birth.first) && day_equal(birth.last, p.birth.last);
	return rc;
}

/* Whom the row is about: by addressee number, by ticket, or both agreeing; then the birth date. */
static enum rc
find_person(struct call *c, const char *const *cell, const struct id *into, struct import_known *known,
    struct person *ret_person, struct id *ret_record, struct import_doubt *ret_doubt, struct fault *why)
{
	struct store *s = c->a->store;
	const char *addressee = stated(cell[DOSE_ADDRESSEE]), *number = stated(cell[DOSE_TICKET]);
	struct id id = ID_NONE;
	struct day_span birth;
	struct ticket ticket;
	bool same;
	enum rc rc;

	if (into != NULL) {
		*ret_record = *into;
		return store_person_get(s, into, &c->arena, ret_person, why);
	}
	if (addressee == NULL && number == NULL)
		return doubt(ret_doubt, "nobody-named", "addressee_no");
	if (addressee != NULL && known != NULL && known->is_known && strcmp(known->addressee, addressee) == 0)
		id = known->record;
	else if (addressee != NULL) {
		if ((rc = store_person_find_addressee(s, addressee, &id, why)) == RC_ABSENT)
			return doubt(ret_doubt, "no-such-person", "addressee_no");
		if (rc != RC_OK)
			return rc;
	}
	if (number != NULL) {
		if ((rc = store_ticket_find(s, number, &ticket, why)) == RC_ABSENT)
			return doubt(ret_doubt, "no-such-ticket", "ticket_no");
		if (rc == RC_INVALID)
			return doubt(ret_doubt, "bad-check-digit", "ticket_no");
		if (rc != RC_OK)
			return rc;
		same = true;
		if (id_known(&id) && (rc = store_same_is(s, &id, &ticket.person, &same, why)) != RC_OK)
			return rc;
		if (!same) {
			if ((rc = same_person_note(c->a, &id, &ticket.person, SAME_TICKET, why)) != RC_OK)
				return rc;
			return doubt(ret_doubt, "ticket-of-another", "ticket_no");
		}
		id = ticket.person;
	}
	if ((rc = known != NULL ? know(c, &id, known, ret_person, why) :
	    store_person_get(s, &id, &c->arena, ret_person, why)) != RC_OK)
		return rc;
	if (stated(cell[DOSE_BIRTH]) == NULL)
		return doubt(ret_doubt, "missing", "birth_date");
	if (day_span_parse(cell[DOSE_BIRTH], strlen(cell[DOSE_BIRTH]), &birth) != RC_OK)
		return doubt(ret_doubt, "not-a-day", "birth_date");
	if ((rc = birth_agrees(c, ret_person, &id, birth, &same, why)) != RC_OK)
		return rc;
	if (!same)
		return doubt(ret_doubt, "birth-date-differs", "birth_date");
	*ret_record = id;
	return RC_OK;
}

static enum rc
read_dose(struct call *c, const char *const *cell, struct dose *d, struct import_doubt *ret_doubt)
{
	const char *text;
	int64_t number;

	d->source_version = 1;
	if ((d->source_id = stated(cell[DOSE_SOURCE_ID])) == NULL)
		return doubt(ret_doubt, "missing", "source_id");
	if ((text = stated(cell[DOSE_SOURCE_VERSION])) != NULL && !parse_version(text, &d->source_version))
		return doubt(ret_doubt, "bad-digits", "source_version");
	d->status = DOSE_GIVEN;
	if ((text = stated(cell[DOSE_STATUS])) != NULL &&
	    dose_status_parse(text, strlen(text), &d->status) != RC_OK)
		return doubt(ret_doubt, "unknown-code", "status");
	if ((text = stated(cell[DOSE_GIVEN_ON])) == NULL)
		return doubt(ret_doubt, "missing", "given_on");
	if (day_span_parse(text, strlen(text), &d->given) != RC_OK)
		return doubt(ret_doubt, "not-a-day", "given_on");
	if ((d->vaccine = stated(cell[DOSE_VACCINE])) == NULL)
		return doubt(ret_doubt, "missing", "vaccine");
	if (c->a->law == NULL ||
	    law_find_product(c->a->law, d->vaccine, strlen(d->vaccine)) == LAW_NONE)
		return doubt(ret_doubt, "unknown-code", "vaccine");
	d->expires = DAY_NONE;
	if ((text = stated(cell[DOSE_EXPIRES])) != NULL) {
		struct day_span e;	/* a label may name the month alone: its last day */

		if (day_span_parse(text, strlen(text), &e) != RC_OK)
			return doubt(ret_doubt, "not-a-day", "expires_on");
		d->expires = e.last;
	}
	d->volume_ul = DOSE_VOLUME_UNKNOWN;
	if ((text = stated(cell[DOSE_VOLUME])) != NULL &&
	    dose_volume_parse(text, strlen(text), &d->volume_ul) != RC_OK)
		return doubt(ret_doubt, "out-of-range", "volume_ml");
	d->product_text = stated(cell[DOSE_PRODUCT_NAME]);
	if ((text = stated(cell[DOSE_NUMBER])) != NULL) {
		if (!parse_version(text, &number) || number > DOSE_TOLD_MAX)
			return doubt(ret_doubt, "out-of-range", "dose_no");
		d->told_no = (int32_t)number;
	}
	d->lot = stated(cell[DOSE_LOT]);
	d->site = stated(cell[DOSE_SITE]);
	d->route = stated(cell[DOSE_ROUTE]);
	d->clinic_code = stated(cell[DOSE_CLINIC]);
	d->clinic_name = stated(cell[DOSE_CLINIC_NAME]);
	d->physician = stated(cell[DOSE_PHYSICIAN]);
	d->reason = stated(cell[DOSE_REASON]);
	d->evidence = stated(cell[DOSE_EVIDENCE]);
	return RC_OK;
}

enum rc
import_dose_row(struct call *c, const char *const *cell, const char *source,
    const struct id *into, struct import_known *known, struct import_taken *ret_taken,
    struct import_doubt *ret_doubt, struct fault *why)
{
	struct dose d = { .source = DOSE_SOURCE_CLINIC, .verification = DOSE_VERIFIED };
	struct finding found[4];
	struct finding_list list = { found, 4, 0 };
	struct import_doubt none = { NULL, "" };
	struct person who;
	enum store_fate fate;
	struct id id, record = ID_NONE;
	enum rc rc;

	*ret_doubt = none;
	if ((rc = find_person(c, cell, into, known, &who, &record, ret_doubt, why)) != RC_OK || ret_doubt->word != NULL)
		return rc;
	if ((rc = read_dose(c, cell, &d, ret_doubt)) != RC_OK || ret_doubt->word != NULL)
		return rc;
	d.person = record;
	d.source_code = source != NULL ? source : d.clinic_code != NULL ? d.clinic_code : "";
	if (*d.source_code == '\0')
		return doubt(ret_doubt, "missing", "clinic_code");
	record_check_dose(&d, &who, c->today, &list);
	if (list.n > 0)
		return doubt(ret_doubt, record_check_word(found[0].code), found[0].field);
	if ((rc = store_dose_put(c->a->store, &d, &id, &fate, why)) != RC_OK)
		return rc;
	*ret_taken = (struct import_taken){ fate, who.id, id };
	if (fate == STORE_CONFLICT)
		return doubt(ret_doubt, "same-version-other-content", "source_version");
	if (fate != STORE_UNCHANGED && known != NULL)
		known->is_changed = true;
	else if (fate != STORE_UNCHANGED)
		return provide_changed(c->a, &who.id, !who.is_protected, c->now_us, c->today, why);
	return RC_OK;
}

/* Still waiting, or decided? */
static enum rc
how_held(struct call *c, const struct id *id, enum import_held *ret_held, struct fault *why)
{
	struct held_row row;
	struct arena a;
	enum rc rc;

	arena_init(&a, LIMIT_REQUEST_BYTES);
	if ((rc = store_held_get(c->a->store, id, &a, &row, why)) == RC_OK)
		*ret_held = row.state == HELD_OPEN ? IMPORT_HELD_BEFORE : IMPORT_DECIDED;
	arena_clear(&a);
	return rc;
}

enum rc
import_hold(struct call *c, enum held_kind kind, const struct import_place *place,
    const struct import_doubt *d, const char *const *cell, size_t n_cell, int leave_out,
    enum import_held *ret_held, struct fault *why)
{
	struct held_row row = { .kind = kind, .reference = place->what };
	char source[256], reason[96];
	struct frame f;
	struct id id;
	bool is_new = true;
	size_t i;
	enum rc rc;

	frame_init(&f, REQUEST_NONE);
	for (i = 0; i < n_cell; i++)
		if (cell[i] != NULL && (int)i != leave_out)
			frame_put_text(&f, CELL_TAG(i), cell[i]);
	if (place->source != NULL)
		frame_put_text(&f, SOURCE_TAG, place->source);
	(void)snprintf(source, sizeof(source), "%.200s:%zu", place->file, place->line);
	(void)snprintf(reason, sizeof(reason), "%s: %s", d->column, d->word);
	row.reason = reason;
	row.source = source;
	row.payload = f.body.data;
	row.payload_len = f.body.len;
	rc = f.rc != RC_OK ? fault_set(why, f.rc, source, "the row is too large to be held") :
	    store_held_add(c->a->store, &row, &id, &is_new, why);
	frame_clear(&f);
	if (rc == RC_OK && !is_new)
		return how_held(c, &id, ret_held, why);
	if (rc == RC_OK)
		*ret_held = IMPORT_HELD_NEW;
	return rc;
}

enum rc
import_held_cells(const struct held_row *row, struct arena *a, const char **ret_cell,
    size_t n_cell, const char **ret_source, struct fault *why)
{
	struct frame_reader r;
	struct frame_field field;
	size_t i;
	enum rc rc;

	for (i = 0; i < n_cell; i++)
		ret_cell[i] = NULL;
	*ret_source = NULL;
	if ((rc = frame_read_open(&r, REQUEST_NONE, row->payload, row->payload_len, why)) != RC_OK)
		return rc;
	while (frame_next(&r, &field)) {
		const char **to = field.tag == SOURCE_TAG ? ret_source :
		    field.tag >= CELL_TAG(0) && field.tag < CELL_TAG(n_cell) ? &ret_cell[field.tag - CELL_TAG(0)] : NULL;

		if (to != NULL && field.type == FRAME_TEXT &&
		    (*to = arena_text(a, field.text, field.len)) == NULL)
			return fault_set(why, RC_NOMEM, "held row", "out of memory");
	}
	return RC_OK;
}

enum rc
import_report(struct call *c, const struct import_count *n, struct fault *why)
{
	struct frame f;
	enum rc rc;

	frame_init(&f, RESULT_ROW);
	frame_put_int(&f, TAG_READ, n->read);
	frame_put_int(&f, TAG_NEW, n->new_);
	frame_put_int(&f, TAG_UNCHANGED, n->unchanged);
	frame_put_int(&f, TAG_CORRECTED, n->corrected);
	frame_put_int(&f, TAG_WITHDRAWN, n->withdrawn);
	frame_put_int(&f, TAG_HELD, n->held);
	frame_put_int(&f, TAG_WARNED, n->warned);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

#include "action/correction.h"

#include <string.h>

#include "action/say.h"
#include "store/store_dose.h"
#include "store/store_same.h"

/* What a merge or a parting of records leaves to be told. */

enum rc
correction_subject(struct action *a, const struct correction_row *row, struct arena *arena, struct person *ret_person,
    struct fault *why)
{
	struct provision_record *record;
	struct id person = row->person;
	size_t n;
	enum rc rc;

	if ((rc = store_record_find(a->store, row->process_no, arena, &record, &n, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n; i++)
		if (record[i].side == PROVISION_PROVIDED && id_known(&record[i].person))
			person = record[i].person;
	return store_person_get(a->store, &person, arena, ret_person, why);
}

static bool
is_answer(const struct provision_record *r)
{
	return r->side == PROVISION_PROVIDED && r->provided_us > 0 && id_known(&r->person);
}

static bool
has_told(const struct told_row *told, size_t n, const struct id *statement, const char *recipient)
{
	for (size_t i = 0; i < n; i++)
		if (!told[i].parted && id_equal(&told[i].statement, statement) && told[i].recipient != NULL &&
		    strcmp(told[i].recipient, recipient) == 0)
			return true;
	return false;
}

static enum rc
join(struct action *a, const struct id *person, int64_t now_us, struct arena *arena, struct fault *why)
{
	struct provision_record *record;
	struct told_row *told, row;
	struct dose *dose;
	size_t n_record, n_told, n_dose;
	char town[7];
	enum rc rc;

	if ((rc = store_record_of(a->store, person, arena, &record, &n_record, why)) != RC_OK || n_record == 0 ||
	    (rc = store_told_of(a->store, person, arena, &told, &n_told, why)) != RC_OK ||
	    (rc = store_dose_list(a->store, person, arena, &dose, &n_dose, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n_record; i++) {
		bool later = false;

		if (!is_answer(&record[i]) || message_municipality_of(record[i].inquirer, town) != RC_OK)
			continue;
		/* By the last exchange with that town. */
		for (size_t k = 0; k < n_record; k++)
			later = later || (is_answer(&record[k]) && strcmp(record[k].inquirer, record[i].inquirer) == 0 &&
			    id_equal(&record[k].person, &record[i].person) &&
			    (record[k].provided_us > record[i].provided_us ||
			    (record[k].provided_us == record[i].provided_us && k > i)));
		for (size_t k = 0; k < n_dose && !later; k++) {
			if (id_equal(&dose[k].person, &record[i].person) || dose[k].status == DOSE_WITHDRAWN ||
			    has_told(told, n_told, &dose[k].statement, town))
				continue;
			row = (struct told_row){ .person = dose[k].person, .statement = dose[k].statement,
			    .process_no = record[i].process_no, .recipient = town, .told_us = now_us };
			if ((rc = store_told_owe(a->store, &row, why)) != RC_OK)
				return rc;
		}
	}
	return RC_OK;
}

/* What it reads goes to a recipient that was told, and not to who merged. */
enum rc
correction_joined(struct action *a, const struct id *person, int64_t now_us, struct fault *why)
{
	enum store_eyes eyes = store_eyes(a->store);
	struct arena arena;
	enum rc rc;

	arena_init(&arena, LIMIT_REQUEST_BYTES);
	store_see(a->store, STORE_EYES_WHOLE);
	rc = join(a, person, now_us, &arena, why);
	store_see(a->store, eyes);
	arena_clear(&arena);
	return rc;
}

/* Was anything of it sent, or is on its way? */
static enum rc
was_sent(struct action *a, const struct told_row *told, struct arena *arena, bool *ret, struct fault *why)
{
	struct correction_row *row;
	size_t n;
	enum rc rc;

	*ret = told->version > 0;
	if (*ret)
		return RC_OK;
	if ((rc = store_correction_of(a->store, &told->person, arena, &row, &n, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n; i++)
		*ret = *ret || (!row[i].parted && id_equal(&row[i].statement, &told->statement) &&
		    strcmp(row[i].process_no, told->process_no) == 0);
	return RC_OK;
}

static enum rc
take_back(struct action *a, const struct told_row *told, const struct person *subject, int64_t now_us, day today,
    struct arena *arena, struct fault *why)
{
	struct correction_row row = { .person = told->person, .statement = told->statement, .recipient = told->recipient,
	    .process_no = told->process_no, .made_us = now_us, .next_us = INT64_MAX, .state = CORRECTION_STATE__COUNT,
	    .reason = CORRECTION_PARTED, .parted = true };
	struct dose *version, now;
	enum receipt_event event;
	unsigned effects;
	struct id id;
	size_t n;
	enum rc rc;

	if ((rc = store_dose_versions(a->store, &told->statement, arena, &version, &n, why)) != RC_OK || n == 0)
		return rc;
	now = version[n - 1];
	if (now.relayed_by == NULL) {
		now.reason = CORRECTION_PARTED;
		if ((rc = store_dose_correct(a->store, &told->statement, &now, &id, why)) != RC_OK ||
		    (rc = store_dose_get(a->store, &id, arena, &now, why)) != RC_OK)
			return rc;
	}
	row.version = now.version;
	if ((rc = store_id_new(a->store, &row.id, why)) != RC_OK)
		return rc;
	event = subject->is_protected ? RECEIPT_ON_PROTECTED :
	    now.relayed_by == NULL && say_corrects(a) ? RECEIPT_ON_OWED : RECEIPT_ON_UNCARRIED;
	if ((rc = correction_step(&row, event, now_us, &effects, why)) != RC_OK)
		return rc;
	if ((effects & RECEIPT_DO_SEND) != 0 &&
	    (rc = correction_put_letter(a, &row, subject, &now, now_us, today, arena, why)) != RC_OK)
		return rc;
	if ((rc = store_correction_add(a->store, &row, why)) == RC_CONFLICT)
		return RC_OK;		/* told by hand already */
	return rc != RC_OK ? rc : say_audit(a, "correction-owed", &told->person, AUDIT_DONE, CORRECTION_PARTED, why);
}

/* Everything told in this exchange that is not about its subject. */
static enum rc
part(struct action *a, const struct provision_record *r, const struct id *other, int64_t now_us, day today,
    struct arena *arena, struct fault *why)
{
	struct told_row *told;
	struct person subject;
	size_t n;
	bool same, sent;
	enum rc rc;

	if ((rc = store_told_of(a->store, other, arena, &told, &n, why)) != RC_OK ||
	    (rc = store_person_get(a->store, &r->person, arena, &subject, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n; i++) {
		if (told[i].parted || strcmp(told[i].process_no, r->process_no) != 0)
			continue;
		if ((rc = store_same_is(a->store, &told[i].person, &r->person, &same, why)) != RC_OK)
			return rc;
		if (same)
			continue;
		if ((rc = was_sent(a, &told[i], arena, &sent, why)) != RC_OK ||
		    (sent && (rc = take_back(a, &told[i], &subject, now_us, today, arena, why)) != RC_OK) ||
		    (rc = store_told_part(a->store, &told[i], why)) != RC_OK)
			return rc;
	}
	return RC_OK;
}

enum rc
correction_parted(struct action *a, const struct id *record, int64_t now_us, day today, struct fault *why)
{
	enum store_eyes eyes = store_eyes(a->store);
	struct provision_record *r;
	struct same_pair *pair;
	struct arena arena;
	size_t n_record, n_pair;
	enum rc rc;

	arena_init(&arena, LIMIT_REQUEST_BYTES);
	store_see(a->store, STORE_EYES_WHOLE);
	/* Whoever was ever merged with it stands in a pair with a record of the same person. */
	if ((rc = store_same_pairs_of(a->store, record, &arena, &pair, &n_pair, why)) != RC_OK || n_pair == 0 ||
	    (rc = store_record_of(a->store, record, &arena, &r, &n_record, why)) != RC_OK)
		goto out;
	for (size_t i = 0; i < n_record && rc == RC_OK; i++)
		for (size_t k = 0; k < n_pair && rc == RC_OK && is_answer(&r[i]); k++)
			rc = part(a, &r[i], id_equal(&pair[k].first, record) ? &pair[k].second : &pair[k].first, now_us, today,
			    &arena, why);
 out:
	store_see(a->store, eyes);
	arena_clear(&arena);
	return rc;
}

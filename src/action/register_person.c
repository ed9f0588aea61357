#include <stdio.h>
#include <string.h>

#include "action/node.h"
#include "action/provide.h"
#include "base/checkdigit.h"
#include "record/record_check.h"
#include "store/store_copy.h"
#include "store/store_number.h"
#include "store/store_setting.h"
#include "store/store_ticket.h"

/* Residents one at a time: entering, looking, finding, protecting. */
#define FIND_AT_MOST 50

/* A row of a resident; of one who may not be seen only that. */
static enum rc
reply_resident(struct call *c, const struct person *p, struct fault *why)
{
	const struct residence *here = person_residence_on(p, c->as_of);
	char key[PROVIDE_KEY_SIZE];
	const char *answers = "auto";
	struct frame f;
	enum rc rc;

	provide_answers_key(&p->id, key);
	rc = store_setting_get(c->a->store, key, &c->arena, &answers, why);
	if (rc != RC_OK && rc != RC_ABSENT)
		return rc;
	if (here == NULL && p->n_residences > 0)
		here = &p->residences[p->n_residences - 1];
	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_ADDRESSEE, p->addressee_no);
	if (p->is_shielded)
		frame_put_int(&f, TAG_PROTECTED, 1);
	else {
		frame_put_text(&f, TAG_NAME, p->name);
		frame_put_text(&f, TAG_KANA, p->kana);
		frame_put_text(&f, TAG_ROMAN, p->roman);
		frame_put_day(&f, TAG_BIRTH, p->birth.first);
		frame_put_text(&f, TAG_SEX, person_sex_word(p->sex));
		frame_put_text(&f, TAG_ADDRESS, p->address);
		if (here != NULL) {
			frame_put_day(&f, TAG_FROM, here->from);
			frame_put_day(&f, TAG_UNTIL, here->until);
			frame_put_text(&f, TAG_PREVIOUS, here->previous);
			frame_put_text(&f, TAG_NEXT, here->next);
		}
		frame_put_day(&f, TAG_DIED_ON, p->died_on);
		frame_put_int(&f, TAG_PROTECTED, p->is_protected);
		frame_put_text(&f, TAG_ANSWERS, answers);
	}
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

/* Commits with its trace, then shows what stands now. */
static enum rc
finish(struct call *c, const struct id *person, const char *detail, struct fault *why)
{
	struct person p;
	enum rc rc;

	store_see(c->a->store, STORE_EYES_SHIELDED);
	node_see(c);
	if ((rc = store_person_get(c->a->store, person, &c->arena, &p, why)) != RC_OK ||
	    (rc = node_audit(c, person, AUDIT_DONE, detail == NULL && p.is_protected && !p.is_shielded ?
	    "protected-seen" : detail, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK ||
	    (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	return reply_resident(c, &p, why);
}

enum rc
do_resident_add(struct call *c, struct fault *why)
{
	struct store *s = c->a->store;
	const char *digits = request_text(c->r, TAG_MY_NUMBER), *sex = request_text(c->r, TAG_SEX);
	struct residence residence = { .from = request_day(c->r, TAG_FROM),
	    .until = request_day(c->r, TAG_UNTIL), .previous = request_text(c->r, TAG_PREVIOUS),
	    .next = request_text(c->r, TAG_NEXT) };
	struct person p = { .addressee_no = request_text(c->r, TAG_ADDRESSEE),
	    .name = request_text(c->r, TAG_NAME), .kana = request_text(c->r, TAG_KANA),
	    .roman = request_text(c->r, TAG_ROMAN), .address = request_text(c->r, TAG_ADDRESS),
	    .died_on = request_day(c->r, TAG_DIED_ON), .protected_from = DAY_NONE,
	    .protected_until = DAY_NONE, .residences = &residence, .n_residences = 1 };
	struct finding found[1];
	struct finding_list list = { found, 1, 0 };
	struct vault_sealed sealed;
	struct vault_index index;
	struct vault_place place;
	enum store_fate fate;
	struct id id;
	enum rc rc;

	p.birth.first = p.birth.last = request_day(c->r, TAG_BIRTH);
	if (person_sex_parse(sex, strlen(sex), &p.sex) != RC_OK)
		return fault_set(why, RC_INVALID, "sex", "expected female, male, other or unknown");
	if (digits != NULL && !checkdigit_mynumber(digits, strlen(digits)))
		return fault_set(why, RC_INVALID, "my number", "not 12 digits with a right check digit");
	record_check_person(&p, c->today, &list);
	if (list.n > 0)
		return fault_set(why, RC_INVALID, found[0].field, "%s", record_check_word(found[0].code));
	if ((rc = store_begin(s, c->now_us, why)) != RC_OK)
		return rc;
	if ((rc = store_person_find_addressee(s, p.addressee_no, &id, why)) == RC_OK)
		return fault_set(why, RC_CONFLICT, "addressee number", "somebody is registered under it already");
	if (rc != RC_ABSENT || (rc = store_person_put(s, &p, &id, &fate, why)) != RC_OK)
		return rc;
	if (digits != NULL) {
		store_number_place(s, &id, &place);
		if ((rc = vault_client_seal_number(c->a->key, &place, digits, &sealed, &index, why)) != RC_OK)
			return rc;
		if ((rc = store_number_put(s, &id, &sealed, &index, why)) == RC_CONFLICT)
			return fault_set(why, RC_CONFLICT, "my number", "it belongs to somebody registered here");
		if (rc != RC_OK)
			return rc;
	}
	if ((rc = store_copy_touch(s, &id, true, why)) != RC_OK)
		return rc;
	return finish(c, &id, NULL, why);
}

enum rc
do_resident_show(struct call *c, struct fault *why)
{
	struct person p;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = node_person(c, request_text(c->r, TAG_ADDRESSEE), &p, why)) != RC_OK)
		return rc;
	return finish(c, &p.id, NULL, why);
}

enum rc
do_resident_find(struct call *c, struct fault *why)
{
	struct store *s = c->a->store;
	const char *digits = request_text(c->r, TAG_MY_NUMBER), *number = request_text(c->r, TAG_TICKET);
	const char *kana = request_text(c->r, TAG_KANA);
	struct id found[FIND_AT_MOST];
	struct vault_index index;
	struct ticket ticket;
	struct day_span birth;
	struct person p;
	size_t n = 0, i;
	enum rc rc;

	if ((rc = store_begin(s, c->now_us, why)) != RC_OK)
		return rc;
	if (digits != NULL) {
		if (!action_permitted(c->role, REQUEST_FIND_NUMBER)) {
			if ((rc = node_audit(c, NULL, AUDIT_REFUSED, "number", why)) != RC_OK ||
			    (rc = store_commit(s, why)) != RC_OK)
				return rc;
			return fault_set(why, RC_REFUSED, action_role_name(c->role),
			    "this role may not find people by their number");
		}
		if (!checkdigit_mynumber(digits, strlen(digits)))
			return fault_set(why, RC_INVALID, "my number", "not 12 digits with a right check digit");
		if ((rc = vault_client_index(c->a->key, digits, &index, why)) != RC_OK)
			return rc;
		if ((rc = store_number_find(s, &index, &found[0], why)) == RC_OK)
			n = 1;
	} else if (number != NULL) {
		if ((rc = store_ticket_find(s, number, &ticket, why)) == RC_INVALID)
			return fault_set(why, RC_INVALID, "ticket", "wrong check digit");
		if (rc == RC_OK && ticket_good_on(&ticket, c->today)) {
			found[0] = ticket.person;
			n = 1;
		}
	} else if (kana != NULL && day_known(request_day(c->r, TAG_BIRTH))) {
		birth.first = birth.last = request_day(c->r, TAG_BIRTH);
		rc = store_person_find_kana(s, kana, &birth, found, FIND_AT_MOST, &n, why);
	} else
		return fault_set(why, RC_INVALID, "find", "expected kana and birth date, a ticket, or a number");
	if (rc != RC_OK && rc != RC_ABSENT)
		return rc;
	if ((rc = node_audit(c, NULL, AUDIT_DONE, digits != NULL ? "number" : number != NULL ? "ticket" : "kana", why)) != RC_OK ||
	    (rc = store_commit(s, why)) != RC_OK ||
	    (rc = store_begin(s, c->now_us, why)) != RC_OK)
		return rc;
	for (i = 0; i < n && i < FIND_AT_MOST && rc == RC_OK; i++)
		if ((rc = store_person_get(s, &found[i], &c->arena, &p, why)) == RC_OK)
			rc = reply_resident(c, &p, why);
	if (rc == RC_OK && n == 0)
		return fault_set(why, RC_ABSENT, "find", "nobody is registered here under this");
	return rc;
}

enum rc
do_resident_protect(struct call *c, struct fault *why)
{
	struct person p;
	enum store_fate fate;
	struct id id;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	/* To be written back it must be read whole; what goes out is read anew. */
	store_see(c->a->store, STORE_EYES_WHOLE);
	if ((rc = node_person(c, request_text(c->r, TAG_ADDRESSEE), &p, why)) != RC_OK)
		return rc;
	p.is_protected = true;
	p.protected_from = request_day(c->r, TAG_PROTECTED_FROM);
	if (!day_known(p.protected_from))
		p.protected_from = c->today;
	p.protected_until = request_day(c->r, TAG_PROTECTED_UNTIL);
	if ((rc = store_person_put(c->a->store, &p, &id, &fate, why)) != RC_OK ||
	    (rc = store_copy_touch(c->a->store, &id, false, why)) != RC_OK)
		return rc;
	return finish(c, &id, NULL, why);
}

enum rc
do_resident_answers(struct call *c, struct fault *why)
{
	const char *answers = request_text(c->r, TAG_ANSWERS);
	char key[PROVIDE_KEY_SIZE];
	struct person p;
	enum rc rc;

	if (strcmp(answers, "auto") != 0 && strcmp(answers, "manual") != 0)
		return fault_set(why, RC_INVALID, "answers", "expected auto or manual");
	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = node_person(c, request_text(c->r, TAG_ADDRESSEE), &p, why)) != RC_OK)
		return rc;
	provide_answers_key(&p.id, key);
	if ((rc = store_setting_set(c->a->store, key, answers, why)) != RC_OK ||
	    (rc = store_copy_touch(c->a->store, &p.id, !p.is_protected, why)) != RC_OK)
		return rc;
	return finish(c, &p.id, answers, why);
}

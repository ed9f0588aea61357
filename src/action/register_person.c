#include <stdio.h>
#include <string.h>

#include "action/provide.h"
#include "action/register_person.h"
#include "action/same_person.h"
#include "base/checkdigit.h"
#include "record/record_check.h"
#include "store/store_copy.h"
#include "store/store_number.h"
#include "store/store_search.h"
#include "store/store_setting.h"
#include "store/store_ticket.h"

/* Residents one at a time: entering, looking, finding, protecting. */

/* "" takes it away; to the store NULL would say nothing. */
static void
take_text(const struct request *r, enum request_tag tag, const char **to)
{
	const char *text = request_text(r, tag);

	if (text != NULL)
		*to = text;
}

/* What is kept besides, of a request that states it. */
static enum rc
take_besides(struct call *c, struct person *p, struct fault *why)
{
	const char *registration = request_text(c->r, TAG_REGISTRATION);

	if (registration != NULL && person_registration_parse(registration, &p->registration) != RC_OK)
		return fault_set(why, RC_INVALID, "registration",
		    "expected resident, birth-stay, sheltered, institution, abroad or other");
	take_text(c->r, TAG_BASIS, &p->registration_basis);
	if (p->registration != PERSON_RESIDENT && (p->registration_basis == NULL || p->registration_basis[0] == '\0'))
		return fault_set(why, RC_INVALID, "basis", "who is on no resident register is kept on a ground: state it");
	if (day_known(request_day(c->r, TAG_REGISTRATION_UNTIL)))
		p->registration_until = request_day(c->r, TAG_REGISTRATION_UNTIL);
	take_text(c->r, TAG_HOUSEHOLD, &p->household_no);
	take_text(c->r, TAG_MAILING_ADDRESS, &p->mailing_address);
	take_text(c->r, TAG_MAILING_NAME, &p->mailing_name);
	take_text(c->r, TAG_LANGUAGE, &p->language);
	return RC_OK;
}

/* Numbers of the records merged with this one, with blanks between; NULL for none. */
static const char *
other_numbers(const struct person *p, struct arena *arena)
{
	struct buf all = BUF_INIT(LIMIT_TEXT_BYTES);
	const char *text = NULL;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < p->n_other_nos && rc == RC_OK; i++)
		rc = buf_printf(&all, "%s%s", i > 0 ? " " : "", p->other_nos[i]);
	if (rc == RC_OK && all.len > 0)
		text = arena_text(arena, all.data, all.len);
	buf_clear(&all);
	return text;
}

/* Every other name with its kind, parted by "; ": the catalogue knows the kinds. */
static const char *
other_names(const struct person *p, struct arena *arena)
{
	struct buf all = BUF_INIT(LIMIT_TEXT_BYTES);
	const char *text = NULL;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < p->n_names && rc == RC_OK; i++)
		rc = buf_printf(&all, "%s%s: %s", i > 0 ? "; " : "", person_name_kind_word(p->names[i].kind), p->names[i].name);
	if (rc == RC_OK && all.len > 0)
		text = arena_text(arena, all.data, all.len);
	buf_clear(&all);
	return text;
}

/* Where somebody lives, or lived last. */
static const struct residence *
present_period(const struct person *p, day on)
{
	const struct residence *here = person_residence_on(p, on);

	return here != NULL || p->n_residences == 0 ? here : &p->residences[p->n_residences - 1];
}

/* A row of a resident with one of his periods, or none; of one who may not be seen only that. */
static enum rc
reply_resident(struct call *c, const struct person *p, const struct residence *here, int likeness, struct fault *why)
{
	char key[SETTING_KEY_SIZE];
	const char *answers = "auto";
	struct frame f;
	enum rc rc;

	store_setting_key(SETTING_ANSWERS, &p->id, key);
	rc = store_setting_get(c->a->store, key, &c->arena, &answers, why);
	if (rc != RC_OK && rc != RC_ABSENT)
		return rc;
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
		frame_put_text(&f, TAG_NAME_DISPLAY, p->name_display);
		frame_put_text(&f, TAG_OTHER_NO, other_numbers(p, &c->arena));
		frame_put_text(&f, TAG_OTHER_NAME, p->n_names > 0 ? p->names[p->n_names - 1].name : NULL);
		frame_put_text(&f, TAG_OTHER_NAMES, p->n_names > 1 ? other_names(p, &c->arena) : NULL);
		frame_put_text(&f, TAG_REGISTRATION, p->registration != PERSON_RESIDENT ?
		    person_registration_word(p->registration) : NULL);
		frame_put_text(&f, TAG_BASIS, p->registration_basis);
		frame_put_day(&f, TAG_REGISTRATION_UNTIL, p->registration_until);
		frame_put_text(&f, TAG_HOUSEHOLD, p->household_no);
		frame_put_text(&f, TAG_MAILING_ADDRESS, p->mailing_address);
		frame_put_text(&f, TAG_MAILING_NAME, p->mailing_name);
		frame_put_text(&f, TAG_LANGUAGE, p->language);
	}
	if (likeness >= 0)
		frame_put_int(&f, TAG_LIKENESS, likeness);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

/* Commits with its trace, then shows what stands now. */
enum rc
register_person_finish(struct call *c, const struct id *person, const char *detail, struct fault *why)
{
	struct person p;
	bool more;
	enum rc rc;

	if ((rc = same_person_settle(c->a, SAME_SETTLE_AT_ONCE, &more, why)) != RC_OK)
		return rc;
	store_see(c->a->store, STORE_EYES_SHIELDED);
	node_see(c);
	if ((rc = store_person_get(c->a->store, person, &c->arena, &p, why)) != RC_OK ||
	    (rc = node_audit(c, person, AUDIT_DONE, detail == NULL && p.is_protected && !p.is_shielded ?
	    "protected-seen" : detail, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK ||
	    (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	return reply_resident(c, &p, present_period(&p, c->as_of), -1, why);
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
	    .protected_until = DAY_NONE, .registration_until = DAY_NONE, .residences = &residence,
	    .n_residences = 1 };
	struct finding found[1];
	struct finding_list list = { found, 1, 0 };
	struct vault_sealed sealed;
	struct vault_index index;
	struct vault_place place;
	enum store_fate fate;
	struct id id;
	enum rc rc;

	p.birth.first = p.birth.last = request_day(c->r, TAG_BIRTH);
	if (day_before(residence.from, p.birth.first))
		return fault_set(why, RC_INVALID, "from", "the period begins before the birth");
	if (person_sex_parse(sex, strlen(sex), &p.sex) != RC_OK)
		return fault_set(why, RC_INVALID, "sex", "expected female, male, other or unknown");
	if (digits != NULL && !checkdigit_mynumber(digits, strlen(digits)))
		return fault_set(why, RC_INVALID, "my number", "not 12 digits with a right check digit");
	if ((rc = take_besides(c, &p, why)) != RC_OK)
		return rc;
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
	if ((rc = provide_changed(c->a, &id, true, c->now_us, c->today, why)) != RC_OK)
		return rc;
	return register_person_finish(c, &id, NULL, why);
}

/* Every period of residence a row: the present or last one first, then the others, newest first. */
enum rc
do_resident_show(struct call *c, struct fault *why)
{
	const struct residence *now;
	struct person p;
	size_t i;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = node_person(c, request_text(c->r, TAG_ADDRESSEE), &p, why)) != RC_OK)
		return rc;
	node_see(c);
	if ((rc = store_person_get(c->a->store, &p.id, &c->arena, &p, why)) != RC_OK ||
	    (rc = node_audit(c, &p.id, AUDIT_DONE, p.is_protected && !p.is_shielded ? "protected-seen" : NULL, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK ||
	    (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	now = present_period(&p, c->as_of);
	rc = reply_resident(c, &p, now, -1, why);
	for (i = p.is_shielded ? 0 : p.n_residences; i > 0 && rc == RC_OK; i--)
		if (&p.residences[i - 1] != now)
			rc = reply_resident(c, &p, &p.residences[i - 1], -1, why);
	return rc;
}

/* By MyNumber only through its keyed index, with a permission of its own. */
static enum rc
find_number(struct call *c, const char *digits, struct search_hit *ret_hit, size_t *ret_n, struct fault *why)
{
	struct vault_index index;
	enum rc rc;

	if (!action_permitted(c->role, REQUEST_FIND_NUMBER)) {
		if ((rc = node_audit(c, NULL, AUDIT_REFUSED, "number", why)) != RC_OK ||
		    (rc = store_commit(c->a->store, why)) != RC_OK)
			return rc;
		return fault_set(why, RC_REFUSED, action_role_name(c->role),
		    "this role may not find people by their number");
	}
	if (!checkdigit_mynumber(digits, strlen(digits)))
		return fault_set(why, RC_INVALID, "my number", "not 12 digits with a right check digit");
	if ((rc = vault_client_index(c->a->key, digits, &index, why)) != RC_OK)
		return rc;
	rc = store_number_find(c->a->store, &index, &ret_hit->person, why);
	*ret_n = rc == RC_OK;
	return rc == RC_ABSENT ? RC_OK : rc;
}

static enum rc
find_ticket(struct call *c, const char *number, struct search_hit *ret_hit, size_t *ret_n, struct fault *why)
{
	struct ticket ticket;
	enum rc rc;

	if ((rc = store_ticket_find(c->a->store, number, &ticket, why)) == RC_INVALID)
		return fault_set(why, RC_INVALID, "ticket", "wrong check digit");
	if (rc == RC_OK && ticket_good_on(&ticket, c->today)) {
		ret_hit->person = ticket.person;
		*ret_n = 1;
	}
	return rc == RC_ABSENT ? RC_OK : rc;
}

static enum rc
find_known(struct call *c, struct search_hit ret_hits[SEARCH_HITS_MAX], size_t *ret_n, struct fault *why)
{
	const char *birth = request_text(c->r, TAG_BIRTH);
	struct search_query query = { request_text(c->r, TAG_NAME), { DAY_NONE, DAY_NONE } };
	bool more = false;
	enum rc rc;

	if (query.name == NULL)
		query.name = request_text(c->r, TAG_KANA);
	if (birth != NULL && day_span_parse(birth, strlen(birth), &query.birth) != RC_OK)
		return fault_set(why, RC_INVALID, "birth date", "expected a day, a month or a year");
	if (query.name == NULL && birth == NULL)
		return fault_set(why, RC_INVALID, "find",
		    "expected a name, a birth date, an addressee number, a ticket or a number");
	rc = store_search(c->a->store, &query, ret_hits, node_most(c) - 1, ret_n, &more, why);
	if (rc == RC_OK && more)
		(void)!node_cut(c, node_most(c));
	return rc;
}

enum rc
do_resident_find(struct call *c, struct fault *why)
{
	struct store *s = c->a->store;
	const char *digits = request_text(c->r, TAG_MY_NUMBER), *number = request_text(c->r, TAG_TICKET);
	const char *addressee = request_text(c->r, TAG_ADDRESSEE), *how = "name";
	struct search_hit hit[SEARCH_HITS_MAX];
	struct person p;
	size_t n = 0, i, k;
	enum rc rc;

	hit[0].likeness = 1000;
	if ((rc = store_begin(s, c->now_us, why)) != RC_OK)
		return rc;
	if (digits != NULL) {
		how = "number";
		rc = find_number(c, digits, &hit[0], &n, why);
	} else if (number != NULL) {
		how = "ticket";
		rc = find_ticket(c, number, &hit[0], &n, why);
	} else if (addressee != NULL) {
		how = "addressee";
		rc = store_person_find_addressee(s, addressee, &hit[0].person, why);
		n = rc == RC_OK;
		rc = rc == RC_ABSENT ? RC_OK : rc;
	} else
		rc = find_known(c, hit, &n, why);
	if (rc != RC_OK)
		return rc;
	if ((rc = node_audit(c, NULL, AUDIT_DONE, how, why)) != RC_OK ||
	    (rc = store_commit(s, why)) != RC_OK ||
	    (rc = store_begin(s, c->now_us, why)) != RC_OK)
		return rc;
	for (i = 0; i < n && rc == RC_OK; i++) {
		if ((rc = store_person_get(s, &hit[i].person, &c->arena, &p, why)) != RC_OK)
			break;
		/* Of merged records the person, once: by the best of its names. */
		hit[i].person = p.id;
		for (k = 0; k < i; k++)
			if (id_equal(&hit[k].person, &p.id))
				break;
		if (k == i)
			rc = reply_resident(c, &p, present_period(&p, c->as_of), hit[i].likeness, why);
	}
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
	if ((rc = node_record(c, request_text(c->r, TAG_ADDRESSEE), &p, why)) != RC_OK)
		return rc;
	p.is_protected = true;
	p.protected_from = request_day(c->r, TAG_PROTECTED_FROM);
	if (!day_known(p.protected_from))
		p.protected_from = c->today;
	p.protected_until = request_day(c->r, TAG_PROTECTED_UNTIL);
	if ((rc = store_person_put(c->a->store, &p, &id, &fate, why)) != RC_OK ||
	    (rc = provide_changed(c->a, &id, false, c->now_us, c->today, why)) != RC_OK)
		return rc;
	return register_person_finish(c, &id, NULL, why);
}

enum rc
do_resident_answers(struct call *c, struct fault *why)
{
	const char *answers = request_text(c->r, TAG_ANSWERS);
	char key[SETTING_KEY_SIZE];
	struct person p;
	enum rc rc;

	if (strcmp(answers, "auto") != 0 && strcmp(answers, "manual") != 0)
		return fault_set(why, RC_INVALID, "answers", "expected auto or manual");
	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = node_person(c, request_text(c->r, TAG_ADDRESSEE), &p, why)) != RC_OK)
		return rc;
	store_setting_key(SETTING_ANSWERS, &p.id, key);
	if ((rc = store_setting_set(c->a->store, key, answers, why)) != RC_OK ||
	    (rc = store_copy_touch(c->a->store, &p.id, !p.is_protected, why)) != RC_OK)
		return rc;
	return register_person_finish(c, &p.id, answers, why);
}

/*
 * Ending protection takes a second officer (data/code/approval.tsv).  What is answered is no more than
 * that it has ended: the preview of it goes to officers while the record is still protected.
 */
enum rc
do_resident_unprotect(struct call *c, struct fault *why)
{
	struct person p;
	struct frame f;
	day until = request_day(c->r, TAG_UNTIL);
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = node_person(c, request_text(c->r, TAG_ADDRESSEE), &p, why)) != RC_OK)
		return rc;
	if (!p.is_protected)
		return fault_set(why, RC_REFUSED, "protection", "the record is not protected");
	if (!day_known(until))
		until = c->today;
	if (day_known(p.protected_from) && day_before(until, p.protected_from))
		return fault_set(why, RC_INVALID, "until", "lies before its first day");
	if ((rc = store_person_unprotect(c->a->store, &p.id, until, why)) != RC_OK ||
	    (rc = provide_changed(c->a, &p.id, true, c->now_us, c->today, why)) != RC_OK ||
	    (rc = node_audit(c, &p.id, AUDIT_DONE, "unprotected", why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_ADDRESSEE, p.addressee_no);
	frame_put_int(&f, TAG_PROTECTED, 0);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

/* Another name is added to those that stand, or takes the place of the same one of its kind. */
static enum rc
take_other_name(struct call *c, struct person *p, struct person_name names[PERSON_NAMES_MAX], struct fault *why)
{
	const char *kind = request_text(c->r, TAG_OTHER_KIND);
	struct person_name other = { .kind = NAME_OTHER, .name = request_text(c->r, TAG_OTHER_NAME),
	    .kana = request_text(c->r, TAG_OTHER_KANA), .roman = request_text(c->r, TAG_OTHER_ROMAN),
	    .from = request_day(c->r, TAG_FROM), .until = request_day(c->r, TAG_UNTIL) };
	size_t n = p->n_names;

	if (other.name == NULL)
		return kind == NULL ? RC_OK : fault_set(why, RC_INVALID, "other name", "must be stated");
	if (kind == NULL || person_name_kind_parse(kind, &other.kind) != RC_OK)
		return fault_set(why, RC_INVALID, "kind of other name", "expected former-family, common, earlier or other");
	if (n > PERSON_NAMES_MAX)
		n = PERSON_NAMES_MAX;
	if (n > 0)
		memcpy(names, p->names, n * sizeof(*names));
	if (!person_name_put(names, &n, &other))
		return fault_set(why, RC_TOO_BIG, "other name", "more than %d other names", PERSON_NAMES_MAX);
	p->names = names;
	p->n_names = n;
	return RC_OK;
}

enum rc
do_resident_correct(struct call *c, struct fault *why)
{
	const char *sex = request_text(c->r, TAG_SEX), *birth = request_text(c->r, TAG_BIRTH);
	struct person_name names[PERSON_NAMES_MAX];
	struct finding found[1];
	struct finding_list list = { found, 1, 0 };
	enum store_fate fate;
	struct person p;
	struct id id;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	node_see(c);
	if ((rc = node_record(c, request_text(c->r, TAG_ADDRESSEE), &p, why)) != RC_OK)
		return rc;
	if (p.is_shielded)
		return fault_set(why, RC_REFUSED, "protection",
		    "the record is protected: who may not see it may not write it");
	take_text(c->r, TAG_NAME, &p.name);
	take_text(c->r, TAG_KANA, &p.kana);
	take_text(c->r, TAG_ROMAN, &p.roman);
	take_text(c->r, TAG_ADDRESS, &p.address);
	if (birth != NULL && day_span_parse(birth, strlen(birth), &p.birth) != RC_OK)
		return fault_set(why, RC_INVALID, "birth date", "expected a day, a month or a year");
	if (sex != NULL && person_sex_parse(sex, strlen(sex), &p.sex) != RC_OK)
		return fault_set(why, RC_INVALID, "sex", "expected female, male, other or unknown");
	if (request_int(c->r, TAG_ALIVE, 0) != 0 && day_known(request_day(c->r, TAG_DIED_ON)))
		return fault_set(why, RC_INVALID, "alive", "alive, or died on a day: not both");
	if (day_known(request_day(c->r, TAG_DIED_ON)))
		p.died_on = request_day(c->r, TAG_DIED_ON);
	else if (request_int(c->r, TAG_ALIVE, 0) != 0)
		p.died_on = DAY_NONE;		/* it was told of somebody else */
	if ((rc = take_besides(c, &p, why)) != RC_OK || (rc = take_other_name(c, &p, names, why)) != RC_OK)
		return rc;
	record_check_person(&p, c->today, &list);
	if (list.n > 0)
		return fault_set(why, RC_INVALID, found[0].field, "%s", record_check_word(found[0].code));
	if ((rc = store_person_put(c->a->store, &p, &id, &fate, why)) != RC_OK ||
	    (rc = provide_changed(c->a, &id, !p.is_protected, c->now_us, c->today, why)) != RC_OK)
		return rc;
	return register_person_finish(c, &id, fate == STORE_UNCHANGED ? "unchanged" : NULL, why);
}

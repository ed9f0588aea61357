#include <string.h>

#include "action/clinic_book.h"
#include "base/utf8.h"

/* The register of clinics, one at a time; lists come as files (import_clinics.c). */

static enum rc
check_code(const char *code, struct fault *why)
{
	size_t len = strlen(code);

	if (len == 0 || len > LIMIT_CODE_CHARS || strpbrk(code, " ,;:\t\r\n") != NULL)
		return fault_set(why, RC_INVALID, "clinic code", "expected 1 to %d characters without blanks",
		    LIMIT_CODE_CHARS);
	return RC_OK;
}

static void
take(const struct request *r, enum request_tag tag, const char **to)
{
	const char *text = request_text(r, tag);

	if (text != NULL)
		*to = *text == '\0' ? NULL : text;
}

/* The fields that were named over what stands on the card. */
static void
take_fields(struct call *c, struct clinic_card *card)
{
	take(c->r, TAG_NAME, &card->name);
	take(c->r, TAG_KANA, &card->kana);
	take(c->r, TAG_ROMAN, &card->roman);
	take(c->r, TAG_ADDRESS, &card->address);
	take(c->r, TAG_PHONE, &card->phone);
	card->reason = request_text(c->r, TAG_REASON);
	card->recorded_by = c->actor;
}

static const char *
state_of(const struct clinic_contract *k, day on)
{
	if (k == NULL)
		return "no-contract";
	if (k->replaced_us != 0)
		return "replaced";
	if (day_before(on, k->from))
		return "not-yet";
	return day_known(k->until) && day_after(on, k->until) ? "ended" : "under-contract";
}

static void
put_card(struct frame *f, const struct clinic_card *card)
{
	frame_put_text(f, TAG_CLINIC_CODE, card->code);
	frame_put_text(f, TAG_NAME, card->name);
	frame_put_text(f, TAG_KANA, card->kana);
	frame_put_text(f, TAG_ROMAN, card->roman);
	frame_put_text(f, TAG_ADDRESS, card->address);
	frame_put_text(f, TAG_PHONE, card->phone);
}

static void
put_contract(struct frame *f, const struct clinic_contract *k, day on)
{
	if (k != NULL) {
		frame_put_int(f, TAG_SEQUENCE, k->seq);
		frame_put_day(f, TAG_FROM, k->from);
		frame_put_day(f, TAG_UNTIL, k->until);
		frame_put_text(f, TAG_ACCEPTS, k->accepts);
	}
	frame_put_text(f, TAG_STATE, state_of(k, on));
}

/* The period of the day; else the next one to come; else the last. */
static const struct clinic_contract *
period_on(const struct clinic_contract *k, size_t n, day on)
{
	const struct clinic_contract *found = NULL;

	for (size_t i = 0; i < n; i++) {
		if (found != NULL && day_after(k[i].from, on))
			break;
		found = &k[i];
		if (!day_known(k[i].until) || !day_before(k[i].until, on))
			break;
	}
	return found;
}

static enum rc
reply_clinic(struct call *c, const struct clinic_card *card, const struct clinic_contract *k, struct fault *why)
{
	struct frame f;
	enum rc rc;

	frame_init(&f, RESULT_ROW);
	put_card(&f, card);
	put_contract(&f, k, c->as_of);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

static enum rc
get_card(struct call *c, struct clinic_card *ret_card, struct fault *why)
{
	const char *code = request_text(c->r, TAG_CLINIC_CODE);
	enum rc rc = store_clinic_card_get(c->a->store, code, &c->arena, ret_card, why);

	return rc == RC_ABSENT ? fault_set(why, RC_ABSENT, "clinic code", "no clinic of this code is in the register") : rc;
}

/* As it stands now, once its trace is written. */
static enum rc
finish(struct call *c, struct fault *why)
{
	struct clinic_contract *k;
	struct clinic_card card;
	size_t n;
	enum rc rc;

	if ((rc = get_card(c, &card, why)) != RC_OK ||
	    (rc = store_clinic_contract_list(c->a->store, card.code, false, &c->arena, &k, &n, why)) != RC_OK ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, card.code, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	return reply_clinic(c, &card, period_on(k, n, c->as_of), why);
}

/* A period of the request, when it names one. */
static enum rc
put_period(struct call *c, const char *code, struct fault *why)
{
	struct clinic_contract k = { .code = code, .from = request_day(c->r, TAG_FROM),
	    .until = request_day(c->r, TAG_UNTIL), .reason = request_text(c->r, TAG_REASON), .recorded_by = c->actor };
	enum store_fate fate;
	enum rc rc;

	if ((rc = clinic_accepts_read(c->a->law, request_text(c->r, TAG_ACCEPTS), &c->arena, &k.accepts, why)) != RC_OK)
		return rc;
	return store_clinic_contract_put(c->a->store, &k, &fate, why);
}

enum rc
do_clinic_add(struct call *c, struct fault *why)
{
	struct clinic_card card = { .code = request_text(c->r, TAG_CLINIC_CODE) }, old;
	enum store_fate fate;
	enum rc rc;

	take_fields(c, &card);
	if (!day_known(request_day(c->r, TAG_FROM)) && (day_known(request_day(c->r, TAG_UNTIL)) ||
	    request_text(c->r, TAG_ACCEPTS) != NULL))
		return fault_set(why, RC_INVALID, "from", "a contract needs its first day");
	if ((rc = check_code(card.code, why)) != RC_OK ||
	    (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	if ((rc = store_clinic_card_get(c->a->store, card.code, &c->arena, &old, why)) == RC_OK)
		return fault_set(why, RC_CONFLICT, "clinic code", "is in the register already: use clinic correct");
	if (rc != RC_ABSENT || (rc = store_clinic_card_put(c->a->store, &card, &fate, why)) != RC_OK ||
	    (day_known(request_day(c->r, TAG_FROM)) && (rc = put_period(c, card.code, why)) != RC_OK))
		return rc;
	return finish(c, why);
}

enum rc
do_clinic_correct(struct call *c, struct fault *why)
{
	struct clinic_card card;
	enum store_fate fate;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK || (rc = get_card(c, &card, why)) != RC_OK)
		return rc;
	take_fields(c, &card);
	if ((rc = store_clinic_card_put(c->a->store, &card, &fate, why)) != RC_OK)
		return rc;
	return finish(c, why);
}

/* A further period, or that of the same first day corrected. */
enum rc
do_clinic_contract(struct call *c, struct fault *why)
{
	struct clinic_card card;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK || (rc = get_card(c, &card, why)) != RC_OK ||
	    (rc = put_period(c, card.code, why)) != RC_OK)
		return rc;
	return finish(c, why);
}

/* The period that holds the day ends on it. */
enum rc
do_clinic_end(struct call *c, struct fault *why)
{
	day until = request_day(c->r, TAG_UNTIL);
	struct clinic_contract *k;
	struct clinic_card card;
	enum store_fate fate;
	size_t n, i;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK || (rc = get_card(c, &card, why)) != RC_OK ||
	    (rc = store_clinic_contract_list(c->a->store, card.code, false, &c->arena, &k, &n, why)) != RC_OK)
		return rc;
	for (i = 0; i < n; i++)
		if (!day_before(until, k[i].from) && (!day_known(k[i].until) || !day_before(k[i].until, until)))
			break;
	if (i == n)
		return fault_set(why, RC_ABSENT, "until", "no contract of this clinic holds that day");
	k[i].until = until;
	k[i].reason = request_text(c->r, TAG_REASON);
	k[i].recorded_by = c->actor;
	if ((rc = store_clinic_contract_put(c->a->store, &k[i], &fate, why)) != RC_OK)
		return rc;
	return finish(c, why);
}

enum rc
do_clinic_list(struct call *c, struct fault *why)
{
	const char *vaccine = request_text(c->r, TAG_VACCINE);
	struct clinic_book b;
	enum rc rc;

	if (vaccine != NULL && (c->a->law == NULL ||
	    law_find_product(c->a->law, vaccine, strlen(vaccine)) == LAW_NONE))
		return fault_set(why, RC_INVALID, "vaccine", "unknown code");
	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = clinic_book_read(c, &c->arena, &b, why)) != RC_OK ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, vaccine, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	for (size_t i = 0; rc == RC_OK && i < b.n_card; i++) {
		size_t n;
		const struct clinic_contract *k = clinic_book_contracts(&b, b.card[i].code, &n);

		k = period_on(k, n, c->as_of);
		if (vaccine == NULL || (strcmp(state_of(k, c->as_of), "under-contract") == 0 &&
		    clinic_accepts(c->a->law, k, vaccine)))
			rc = reply_clinic(c, &b.card[i], k, why);
	}
	return rc;
}

static void
put_trace(struct call *c, struct frame *f, int64_t at, const char *who, const char *reason)
{
	frame_put_int(f, TAG_AT, at);
	node_put_officer(c, f, TAG_OFFICER, who);
	frame_put_text(f, TAG_REASON, reason);
}

/* Every version of the card, then every period, what was replaced too. */
enum rc
do_clinic_show(struct call *c, struct fault *why)
{
	const char *code = request_text(c->r, TAG_CLINIC_CODE);
	struct clinic_card *card, now;
	struct clinic_contract *k;
	size_t n_card, n, i;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK || (rc = get_card(c, &now, why)) != RC_OK ||
	    (rc = store_clinic_card_list(c->a->store, code, &c->arena, &card, &n_card, why)) != RC_OK ||
	    (rc = store_clinic_contract_list(c->a->store, code, true, &c->arena, &k, &n, why)) != RC_OK ||
	    (rc = node_audit(c, NULL, AUDIT_DONE, now.code, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	for (i = 0; rc == RC_OK && i < n_card + n; i++) {
		struct frame f;

		frame_init(&f, RESULT_ROW);
		frame_put_text(&f, TAG_PART, i < n_card ? "clinic" : "contract");
		if (i < n_card) {
			put_card(&f, &card[i]);
			frame_put_int(&f, TAG_VERSION, card[i].version);
			put_trace(c, &f, card[i].recorded_us, card[i].recorded_by, card[i].reason);
		} else {
			frame_put_text(&f, TAG_CLINIC_CODE, code);
			put_contract(&f, &k[i - n_card], c->as_of);
			put_trace(c, &f, k[i - n_card].recorded_us, k[i - n_card].recorded_by, k[i - n_card].reason);
		}
		rc = node_reply(c, &f, why);
		frame_clear(&f);
	}
	return rc;
}

#include "store/store_clinic_card.h"

#include <stdlib.h>
#include <string.h>

#include "store/store_room.h"

/* Memory to look at what stands. */
#define LOOK_BYTES (1u << 20)

static bool
same(const char *a, const char *b)
{
	return strcmp(a == NULL ? "" : a, b == NULL ? "" : b) == 0;
}

static enum rc
add_card(struct store *s, const struct clinic_card *c, int64_t version, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_CLINIC_CARD_ADD);

	stmt_put_text(q, STMT_CLINIC_CARD_ADD__CODE, c->code);
	stmt_put_int(q, STMT_CLINIC_CARD_ADD__VERSION, version);
	stmt_put_text(q, STMT_CLINIC_CARD_ADD__NAME, c->name);
	stmt_put_text(q, STMT_CLINIC_CARD_ADD__KANA, c->kana);
	stmt_put_text(q, STMT_CLINIC_CARD_ADD__ROMAN, c->roman);
	stmt_put_text(q, STMT_CLINIC_CARD_ADD__ADDRESS, c->address);
	stmt_put_text(q, STMT_CLINIC_CARD_ADD__PHONE, c->phone);
	stmt_put_text(q, STMT_CLINIC_CARD_ADD__REASON, c->reason);
	stmt_put_int(q, STMT_CLINIC_CARD_ADD__RECORDED_US, s->now_us);
	stmt_put_text(q, STMT_CLINIC_CARD_ADD__RECORDED_BY, c->recorded_by);
	return stmt_run(q, why);
}

enum rc
store_clinic_card_put(struct store *s, const struct clinic_card *card, enum store_fate *ret_fate,
    struct fault *why)
{
	struct clinic_card old;
	struct arena a;
	enum store_fate fate = STORE_NEW;
	int64_t version = 1;
	enum rc rc;

	if (card->code == NULL || card->code[0] == '\0' || card->name == NULL || card->name[0] == '\0')
		return fault_set(why, RC_INVALID, "clinic", "code and name are needed");
	arena_init(&a, LOOK_BYTES);
	rc = store_clinic_card_get(s, card->code, &a, &old, why);
	if (rc == RC_OK) {
		version = old.version + 1;
		fate = same(old.name, card->name) && same(old.kana, card->kana) && same(old.roman, card->roman) &&
		    same(old.address, card->address) && same(old.phone, card->phone) ? STORE_UNCHANGED :
		    STORE_CHANGED;
	} else if (rc == RC_ABSENT)
		rc = RC_OK;
	if (rc == RC_OK && fate != STORE_UNCHANGED)
		rc = add_card(s, card, version, why);
	arena_clear(&a);
	if (rc == RC_OK)
		*ret_fate = fate;
	return rc;
}

static void
take_card(struct stmt *q, struct arena *a, struct clinic_card *c)
{
	c->code = stmt_text(q, a);
	c->version = stmt_int(q);
	c->name = stmt_text(q, a);
	c->kana = stmt_text(q, a);
	c->roman = stmt_text(q, a);
	c->address = stmt_text(q, a);
	c->phone = stmt_text(q, a);
	c->reason = stmt_text(q, a);
	c->recorded_us = stmt_int(q);
	c->recorded_by = stmt_text(q, a);
}

enum rc
store_clinic_card_get(struct store *s, const char *code, struct arena *a, struct clinic_card *ret_card,
    struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_CLINIC_CARD_GET);
	struct clinic_card c;
	enum rc rc;

	stmt_put_text(q, STMT_CLINIC_CARD_GET__CODE, code);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	take_card(q, a, &c);
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret_card = c;
	return rc;
}

enum rc
store_clinic_card_list(struct store *s, const char *code, struct arena *a, struct clinic_card **ret_rows,
    size_t *ret_n, struct fault *why)
{
	struct rows rows = { a, sizeof(struct clinic_card), NULL, 0, 0 };
	struct stmt *q = stmt_start(s, code != NULL ? STMT_CLINIC_CARD_OF : STMT_CLINIC_CARD_ALL);
	struct clinic_card c, *last = NULL;
	enum rc rc;

	if (code != NULL)
		stmt_put_text(q, STMT_CLINIC_CARD_OF__CODE, code);
	while ((rc = stmt_next(q, why)) == RC_OK) {
		take_card(q, a, &c);
		/* Versions of one clinic lie together, oldest first. */
		if (code == NULL && last != NULL && same(last->code, c.code)) {
			*last = c;
			continue;
		}
		if ((last = rows_add(&rows)) == NULL) {
			stmt_drop(q);
			return fault_set(why, RC_NOMEM, "store/clinic", "no memory");
		}
		*last = c;
	}
	if (rc != RC_ABSENT)
		return rc;
	*ret_rows = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

static enum rc
last_seq(struct store *s, const char *code, int64_t *ret_seq, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_CLINIC_CONTRACT_LAST);
	enum rc rc;

	stmt_put_text(q, STMT_CLINIC_CONTRACT_LAST__CODE, code);
	if ((rc = stmt_next(q, why)) == RC_ABSENT) {
		*ret_seq = 0;
		return RC_OK;
	}
	if (rc != RC_OK)
		return rc;
	*ret_seq = stmt_int(q);
	return stmt_end(q, why);
}

static enum rc
add_contract(struct store *s, const struct clinic_contract *c, int64_t replaces, struct fault *why)
{
	struct stmt *q;
	int64_t seq;
	enum rc rc;

	if (replaces != 0) {
		q = stmt_start(s, STMT_CLINIC_CONTRACT_REPLACE);
		stmt_put_text(q, STMT_CLINIC_CONTRACT_REPLACE__CODE, c->code);
		stmt_put_int(q, STMT_CLINIC_CONTRACT_REPLACE__SEQ, replaces);
		stmt_put_int(q, STMT_CLINIC_CONTRACT_REPLACE__REPLACED_US, s->now_us);
		if ((rc = stmt_run(q, why)) != RC_OK)
			return rc;
	}
	if ((rc = last_seq(s, c->code, &seq, why)) != RC_OK)
		return rc;
	q = stmt_start(s, STMT_CLINIC_CONTRACT_ADD);
	stmt_put_text(q, STMT_CLINIC_CONTRACT_ADD__CODE, c->code);
	stmt_put_int(q, STMT_CLINIC_CONTRACT_ADD__SEQ, seq + 1);
	stmt_put_day(q, STMT_CLINIC_CONTRACT_ADD__FROM_ON, c->from);
	stmt_put_day(q, STMT_CLINIC_CONTRACT_ADD__UNTIL_ON, c->until);
	stmt_put_text(q, STMT_CLINIC_CONTRACT_ADD__ACCEPTS, c->accepts == NULL ? "" : c->accepts);
	stmt_put_text(q, STMT_CLINIC_CONTRACT_ADD__REASON, c->reason);
	stmt_put_int(q, STMT_CLINIC_CONTRACT_ADD__RECORDED_US, s->now_us);
	stmt_put_text(q, STMT_CLINIC_CONTRACT_ADD__RECORDED_BY, c->recorded_by);
	return stmt_run(q, why);
}

static bool
share_a_day(const struct clinic_contract *a, const struct clinic_contract *b)
{
	return (!day_known(a->until) || !day_before(a->until, b->from)) &&
	    (!day_known(b->until) || !day_before(b->until, a->from));
}

enum rc
store_clinic_contract_put(struct store *s, const struct clinic_contract *c, enum store_fate *ret_fate,
    struct fault *why)
{
	struct clinic_contract *old = NULL;
	struct arena a;
	enum store_fate fate = STORE_NEW;
	int64_t replaces = 0;
	size_t n = 0;
	enum rc rc;

	if (!day_known(c->from) || (day_known(c->until) && day_before(c->until, c->from)))
		return fault_set(why, RC_INVALID, "contract", "its first day must be stated, and not lie after its last");
	arena_init(&a, LOOK_BYTES);
	rc = store_clinic_contract_list(s, c->code, false, &a, &old, &n, why);
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		if (day_equal(old[i].from, c->from)) {
			replaces = old[i].seq;
			fate = day_equal(old[i].until, c->until) && same(old[i].accepts, c->accepts) ?
			    STORE_UNCHANGED : STORE_CHANGED;
		} else if (share_a_day(&old[i], c))
			rc = fault_set(why, RC_CONFLICT, "contract", "shares a day with another period of this clinic");
	}
	if (rc == RC_OK && fate != STORE_UNCHANGED)
		rc = add_contract(s, c, replaces, why);
	arena_clear(&a);
	if (rc == RC_OK)
		*ret_fate = fate;
	return rc;
}

enum rc
store_clinic_contract_list(struct store *s, const char *code, bool with_replaced, struct arena *a,
    struct clinic_contract **ret_rows, size_t *ret_n, struct fault *why)
{
	struct rows rows = { a, sizeof(struct clinic_contract), NULL, 0, 0 };
	struct stmt *q = stmt_start(s, code != NULL ? STMT_CLINIC_CONTRACT_OF : STMT_CLINIC_CONTRACT_ALL);
	struct clinic_contract c, *row;
	enum rc rc;

	if (code != NULL)
		stmt_put_text(q, STMT_CLINIC_CONTRACT_OF__CODE, code);
	while ((rc = stmt_next(q, why)) == RC_OK) {
		c.code = stmt_text(q, a);
		c.seq = stmt_int(q);
		c.from = stmt_day(q);
		c.until = stmt_day(q);
		c.accepts = stmt_text(q, a);
		c.reason = stmt_text(q, a);
		c.recorded_us = stmt_int(q);
		c.recorded_by = stmt_text(q, a);
		c.replaced_us = stmt_int(q);
		if (c.replaced_us != 0 && !with_replaced)
			continue;
		if ((row = rows_add(&rows)) == NULL) {
			stmt_drop(q);
			return fault_set(why, RC_NOMEM, "store/clinic", "no memory");
		}
		*row = c;
	}
	if (rc != RC_ABSENT)
		return rc;
	*ret_rows = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

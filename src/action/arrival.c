#include "action/arrival.h"

#include <stdio.h>
#include <string.h>

#include "base/checkdigit.h"
#include "record/code.h"
#include "record/kana.h"
#include "store/store_number.h"
#include "store/store_setting.h"

#define ARRIVAL_KEY_SIZE (8 + 2 * VAULT_INDEX_BYTES + 1)

/* An arrival is known by the blind index alone until the register's file brings the person. */
static void
arrival_key(const unsigned char blind[VAULT_INDEX_BYTES], char key[ARRIVAL_KEY_SIZE])
{
	size_t i, at;

	at = (size_t)snprintf(key, ARRIVAL_KEY_SIZE, SETTING_ARRIVAL);
	for (i = 0; i < VAULT_INDEX_BYTES; i++)
		at += (size_t)snprintf(key + at, ARRIVAL_KEY_SIZE - at, "%02x", blind[i]);
}

/* What waits under this number, by the present index or that of before a rotation. */
static enum rc
arrival_find(struct call *c, const struct vault_index *index, char key[ARRIVAL_KEY_SIZE],
    const char **ret_value, struct fault *why)
{
	enum rc rc;

	arrival_key(index->b, key);
	rc = store_setting_get(c->a->store, key, &c->arena, ret_value, why);
	if (rc != RC_ABSENT || !index->has_old)
		return rc;
	arrival_key(index->old, key);
	return store_setting_get(c->a->store, key, &c->arena, ret_value, why);
}

enum rc
arrival_confirmed(struct call *c, const struct id *person, const char *digits, struct fault *why)
{
	struct vault_index index;
	struct person p;
	char key[ARRIVAL_KEY_SIZE];
	const char *value;
	size_t n;
	enum rc rc;

	if ((rc = vault_client_index(c->a->key, digits, &index, why)) != RC_OK)
		return rc;
	if ((rc = arrival_find(c, &index, key, &value, why)) == RC_ABSENT)
		return RC_OK;
	if (rc != RC_OK || *value == '\0')
		return rc;
	if ((rc = store_person_get(c->a->store, person, &c->arena, &p, why)) != RC_OK ||
	    (rc = arrival_ask(c, &p, false, &n, why)) != RC_OK)
		return rc;
	/* Still waiting when the file does not name where the person came from yet. */
	return n == 0 ? RC_OK : store_setting_set(c->a->store, key, "", why);
}

/* Does the register's file already hold what was typed? */
static bool
period_known(const struct person *p, const char *from, day today)
{
	const char *typed, *known;
	size_t i;

	if (code_municipality_to_ask(from, today, &typed) != RC_OK)
		return false;
	for (i = 0; i < p->n_residences; i++)
		if (code_municipality_to_ask(p->residences[i].previous, today, &known) == RC_OK &&
		    strcmp(known, typed) == 0)
			return true;
	return false;
}

static enum rc
reply_arrival(struct call *c, const struct person *p, const char *state, struct fault *why)
{
	struct frame f;
	enum rc rc;

	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_ADDRESSEE, p != NULL ? p->addressee_no : "");
	frame_put_text(&f, TAG_STATE, state);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

enum rc
do_move_in(struct call *c, struct fault *why)
{
	struct store *s = c->a->store;
	const char *digits = request_text(c->r, TAG_MY_NUMBER), *from = request_text(c->r, TAG_FROM);
	const char *code, *state = "waits-for-register";
	struct vault_index index;
	struct person p, *found = NULL;
	char key[ARRIVAL_KEY_SIZE];
	struct id id;
	size_t n;
	enum rc rc;

	if (request_int(c->r, TAG_URGENT, 0) != 0)
		return fault_set(why, RC_REFUSED, "urgent",
		    "register the resident first, then: watashi inquire urgent, with a second officer");
	if (!checkdigit_mynumber(digits, strlen(digits)))
		return fault_set(why, RC_INVALID, "my number", "not 12 digits with a right check digit");
	if ((rc = code_municipality_to_ask(from, c->today, &code)) == RC_INVALID)
		return fault_set(why, RC_INVALID, "from", "not a municipality code with a right check digit");
	if (rc == RC_ABSENT)
		return fault_set(why, RC_REFUSED, "from",
		    "nobody is asked abroad or at an unknown place: enter the doses by hand");
	if (c->a->key == NULL)
		return fault_set(why, RC_CRYPTO, "key", "the key process does not answer");
	if ((rc = vault_client_index(c->a->key, digits, &index, why)) != RC_OK ||
	    (rc = store_begin(s, c->now_us, why)) != RC_OK)
		return rc;
	rc = store_number_find(s, &index, &id, why);
	if (rc == RC_OK) {
		if ((rc = store_person_get(s, &id, &c->arena, &p, why)) != RC_OK)
			return rc;
		found = &p;
	} else if (rc != RC_ABSENT)
		return rc;
	if (found != NULL && found->is_protected)
		state = "protected";
	else if (found != NULL && (!day_equal(p.birth.first, request_day(c->r, TAG_BIRTH)) ||
	    !kana_same(p.kana == NULL ? "" : p.kana, request_text(c->r, TAG_KANA))))
		/* Never guess which of the two is right. */
		return fault_set(why, RC_CONFLICT, "move-in",
		    "birth date or kana differ from the resident register: please compare the papers");
	else if (found != NULL && period_known(found, from, c->today)) {
		if ((rc = arrival_ask(c, found, false, &n, why)) != RC_OK)
			return rc;
		state = "asked";
	} else {
		arrival_key(index.b, key);
		if ((rc = store_setting_set(s, key, c->actor, why)) != RC_OK)
			return rc;
	}
	if ((rc = node_audit(c, found != NULL ? &found->id : NULL, AUDIT_DONE, state, why)) != RC_OK ||
	    (rc = store_commit(s, why)) != RC_OK)
		return rc;
	return reply_arrival(c, found, state, why);
}

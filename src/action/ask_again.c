#include "action/ask_again.h"

#include <string.h>

#include "action/acquire_code.h"
#include "action/inquiry_step.h"
#include "action/say.h"
#include "record/code.h"
#include "store/store_again.h"

/*
 * Nobody need remember that a town has not answered: it is asked again as long as the ground for
 * asking stands, which is the period of residence in the register.
 */
#define AGAIN_AT_ONCE 64

/* Lives here, is not protected, and the register still names the town. */
static bool
ground_stands(const struct person *p, const char *provider, day today)
{
	const char *code;
	size_t i;

	if (p->is_protected || day_known(p->died_on) || person_residence_on(p, today) == NULL)
		return false;
	for (i = 0; i < p->n_residences; i++)
		if (code_municipality_to_ask(p->residences[i].previous, today, &code) == RC_OK &&
		    strcmp(code, provider) == 0)
			return true;
	return false;
}

static enum rc
ask(struct action *a, const struct again_row *again, int64_t now_us, day today, struct arena *arena,
    struct fault *why)
{
	struct inquiry_row row = { .person = again->person,
	    .basis = INQUIRY_RESIDENCE, .from = DAY_NONE, .to = DAY_NONE, .asked_by = "node",
	    .requested_us = now_us };
	struct again_row asked = *again;
	enum code_use use;
	struct person p;
	enum rc rc;

	if ((rc = store_person_get(a->store, &again->person, arena, &p, why)) != RC_OK)
		return rc;
	/* A town that was merged since is asked where its records are now. */
	if (code_municipality_to_ask(again->provider, today, &asked.provider) != RC_OK)
		asked.provider = again->provider;
	if (!ground_stands(&p, asked.provider, today) || strcmp(asked.provider, a->config.municipality) == 0)
		return store_again_drop(a->store, &again->person, again->provider, why);
	if ((rc = code_want(a, &again->person, now_us, &use, why)) != RC_OK)
		return rc;
	if (use == CODE_NO_NUMBER || use == CODE_UNUSABLE)	/* an officer has that on the work list */
		return store_again_drop(a->store, &again->person, again->provider, why);
	asked.due_us = INT64_MAX;
	row.provider = asked.provider;
	if (strcmp(asked.provider, again->provider) != 0 &&
	    (rc = store_again_drop(a->store, &again->person, again->provider, why)) != RC_OK)
		return rc;
	if ((rc = store_again_put(a->store, &asked, why)) != RC_OK)
		return rc;
	if ((rc = inquiry_draft(a, &row, why)) == RC_CONFLICT)	/* somebody asks just now */
		return RC_OK;
	if (rc == RC_OK)
		rc = say_audit(a, "inquiry-again", &again->person, AUDIT_DONE, asked.provider, why);
	return rc;
}

enum rc
ask_again_poll(struct action *a, int64_t now_us, day today, struct fault *why)
{
	struct again_row *row;
	struct arena arena;
	size_t n, i;
	enum rc rc;

	arena_init(&arena, LIMIT_REQUEST_BYTES);
	rc = store_again_due(a->store, now_us, AGAIN_AT_ONCE, &arena, &row, &n, why);
	for (i = 0; rc == RC_OK && i < n; i++)
		rc = ask(a, &row[i], now_us, today, &arena, why);
	arena_clear(&arena);
	return rc;
}

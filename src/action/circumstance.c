#include "action/circumstance.h"

#include <stdio.h>
#include <string.h>

#include "store/store_circumstance.h"

static const char *const kind_word[CIRCUMSTANCE_KIND__COUNT] = {
	[CIRCUMSTANCE_CONDITION] = "condition",
	[CIRCUMSTANCE_EXTENSION] = "extension",
	[CIRCUMSTANCE_GESTATION] = "gestation",
	[CIRCUMSTANCE_ANTIBODY] = "antibody",
};
static const char *const basis_word[SCHEDULE_BASIS__COUNT] = {
	[SCHEDULE_LONG_ILLNESS] = "long-illness",
	[SCHEDULE_DISASTER] = "disaster",
	[SCHEDULE_SHORTAGE] = "shortage",
};
#define WEEKS_MAX 45

static void
take_condition(struct schedule_person *who, struct schedule_condition *to, uint16_t condition, day from)
{
	if (condition == LAW_NONE || who->n_condition == LIMIT_PERSON_CONDITIONS)
		return;
	to[who->n_condition++] = (struct schedule_condition){ condition, from };
}

enum rc
circumstance_take(struct action *a, const struct law *law, const struct person *p,
    struct arena *arena, struct schedule_person *who, struct fault *why)
{
	struct schedule_condition *condition;
	struct schedule_extension *extension;
	struct circumstance *row;
	uint16_t index;
	size_t n;
	enum rc rc;

	if ((rc = store_circumstance_of(a->store, &p->id, arena, &row, &n, why)) != RC_OK)
		return rc;
	if ((condition = arena_array(arena, n + 1, sizeof(*condition))) == NULL ||
	    (extension = arena_array(arena, n + 1, sizeof(*extension))) == NULL)
		return fault_set(why, RC_NOMEM, "record", "too large to be shown at once");
	who->condition = condition;
	who->extension = extension;
	for (size_t i = 0; i < n; i++) {
		const struct circumstance *c = &row[i];

		if (c->ended_us != 0)
			continue;
		switch (c->kind) {
		case CIRCUMSTANCE_CONDITION:
			take_condition(who, condition, law_find_condition(law, c->code, strlen(c->code)), c->from);
			break;
		case CIRCUMSTANCE_EXTENSION:
			index = law_find_programme(law, c->code, strlen(c->code));
			if (index != LAW_NONE && who->n_extension < LIMIT_PERSON_EXTENSIONS)
				extension[who->n_extension++] = (struct schedule_extension){ index, c->from, c->until,
				    c->value >= 0 && c->value < SCHEDULE_BASIS__COUNT ? (enum schedule_basis)c->value :
				    SCHEDULE_LONG_ILLNESS };
			break;
		case CIRCUMSTANCE_GESTATION:
			/* The latest pregnancy is the one that a forecast is about. */
			if (!day_known(who->pregnancy_start) || day_after(c->from, who->pregnancy_start))
				who->pregnancy_start = c->from;
			break;
		case CIRCUMSTANCE_ANTIBODY:
			if (!day_known(who->antibody_date) || !day_before(c->from, who->antibody_date)) {
				who->antibody_date = c->from;
				who->antibody_low = c->value == 1;
			}
			break;
		case CIRCUMSTANCE_KIND__COUNT:
			break;
		}
	}
	if (day_known(p->died_on))
		for (index = 0; index < law->n_condition; index++)
			if (law->condition[index].role == LAW_CONDITION_DIED)
				take_condition(who, condition, index, p->died_on);
	return RC_OK;
}

/* ---- what officers say ---- */

static enum rc
check_days(const struct person *p, day from, day today, struct fault *why)
{
	if (day_known(from) && day_before(from, p->birth.first))
		return fault_set(why, RC_INVALID, "on", "before the birth");
	if (day_known(from) && day_after(from, today))
		return fault_set(why, RC_INVALID, "on", "a day to come");
	return RC_OK;
}

static enum rc
take_extension(struct call *c, struct circumstance *to, struct fault *why)
{
	const char *basis = request_text(c->r, TAG_BASIS);

	to->kind = CIRCUMSTANCE_EXTENSION;
	to->code = request_text(c->r, TAG_PROGRAMME);
	to->from = request_day(c->r, TAG_FROM);
	to->until = request_day(c->r, TAG_UNTIL);
	if (law_find_programme(c->a->law, to->code, strlen(to->code)) == LAW_NONE)
		return fault_set(why, RC_INVALID, "programme", "unknown code");
	if (!day_known(to->from) || !day_known(to->until) || day_before(to->until, to->from))
		return fault_set(why, RC_INVALID, "until", "an extension has a first and a last day, in this order");
	for (to->value = 0; to->value < SCHEDULE_BASIS__COUNT; to->value++)
		if (basis != NULL && strcmp(basis_word[to->value], basis) == 0)
			return RC_OK;
	return fault_set(why, RC_INVALID, "basis", "expected long-illness, disaster or shortage");
}

static enum rc
take_gestation(struct call *c, struct circumstance *to, struct fault *why)
{
	int64_t weeks = request_int(c->r, TAG_WEEKS, -1), days = request_int(c->r, TAG_WEEK_DAYS, 0);
	day on = request_day(c->r, TAG_ON);

	to->kind = CIRCUMSTANCE_GESTATION;
	if (weeks < 0 || weeks > WEEKS_MAX || days < 0 || days > 6)
		return fault_set(why, RC_INVALID, "weeks", "expected 0 to 45 weeks and 0 to 6 days");
	if (!day_known(on))
		on = c->today;
	to->from = (day){ (int32_t)(on.n - 7 * weeks - days) };
	return RC_OK;
}

static enum rc
take_antibody(struct call *c, struct circumstance *to, struct fault *why)
{
	const char *result = request_text(c->r, TAG_ANTIBODY);

	to->kind = CIRCUMSTANCE_ANTIBODY;
	to->from = request_day(c->r, TAG_ON);
	if (strcmp(result, "low") != 0 && strcmp(result, "sufficient") != 0)
		return fault_set(why, RC_INVALID, "antibody", "expected low or sufficient");
	if (!day_known(to->from))
		return fault_set(why, RC_INVALID, "on", "the day of the test is wanted");
	to->value = strcmp(result, "low") == 0;
	return RC_OK;
}

static enum rc
take(struct call *c, struct circumstance *to, struct fault *why)
{
	const char *condition = request_text(c->r, TAG_CONDITION);
	int kinds = (condition != NULL) + (request_text(c->r, TAG_PROGRAMME) != NULL) +
	    (request_int(c->r, TAG_WEEKS, -1) >= 0) + (request_text(c->r, TAG_ANTIBODY) != NULL);

	if (kinds != 1)
		return fault_set(why, RC_INVALID, "circumstance",
		    "say one: a condition, an extension of a programme, weeks of a pregnancy, or an antibody result");
	if (c->a->law == NULL)
		return fault_set(why, RC_REFUSED, "law", "no law file is installed: see watashi doctor");
	if (request_text(c->r, TAG_PROGRAMME) != NULL)
		return take_extension(c, to, why);
	if (request_text(c->r, TAG_ANTIBODY) != NULL)
		return take_antibody(c, to, why);
	if (condition == NULL)
		return take_gestation(c, to, why);
	to->kind = CIRCUMSTANCE_CONDITION;
	to->code = condition;
	to->from = request_day(c->r, TAG_ON);
	return law_find_condition(c->a->law, condition, strlen(condition)) == LAW_NONE ?
	    fault_set(why, RC_INVALID, "condition", "unknown code") : RC_OK;
}

static enum rc
reply_circumstance(struct call *c, const struct circumstance *r, struct fault *why)
{
	char id[ID_TEXT_SIZE];
	struct frame f;
	enum rc rc;

	id_write(&r->id, id);
	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_CIRCUMSTANCE, id);
	frame_put_text(&f, TAG_CIRCUMSTANCE_KIND, r->kind < CIRCUMSTANCE_KIND__COUNT ? kind_word[r->kind] : "");
	if (r->kind == CIRCUMSTANCE_CONDITION)
		frame_put_text(&f, TAG_CONDITION, r->code);
	if (r->kind == CIRCUMSTANCE_EXTENSION) {
		frame_put_text(&f, TAG_PROGRAMME, r->code);
		if (r->value >= 0 && r->value < SCHEDULE_BASIS__COUNT)
			frame_put_text(&f, TAG_BASIS, basis_word[r->value]);
	}
	if (r->kind == CIRCUMSTANCE_ANTIBODY)
		frame_put_text(&f, TAG_ANTIBODY, r->value == 1 ? "low" : "sufficient");
	frame_put_day(&f, TAG_FROM, r->from);
	frame_put_day(&f, TAG_UNTIL, r->until);
	frame_put_text(&f, TAG_EVIDENCE, r->evidence);
	frame_put_text(&f, TAG_STATE, r->ended_us == 0 ? "stands" : "ended");
	frame_put_text(&f, TAG_REASON, r->end_reason);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

enum rc
do_circumstance_add(struct call *c, struct fault *why)
{
	struct circumstance r = { .code = "", .from = DAY_NONE, .until = DAY_NONE, .recorded_by = c->actor,
	    .evidence = request_text(c->r, TAG_EVIDENCE) };
	struct person p;
	enum rc rc;

	if ((rc = take(c, &r, why)) != RC_OK ||
	    (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = node_person(c, request_text(c->r, TAG_ADDRESSEE), &p, why)) != RC_OK ||
	    (r.kind != CIRCUMSTANCE_EXTENSION && (rc = check_days(&p, r.from, c->today, why)) != RC_OK))
		return rc;
	r.person = p.id;
	if ((rc = store_circumstance_add(c->a->store, &r, &r.id, why)) != RC_OK ||
	    (rc = node_audit(c, &p.id, AUDIT_DONE, kind_word[r.kind], why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	return reply_circumstance(c, &r, why);
}

enum rc
do_circumstance_list(struct call *c, struct fault *why)
{
	struct circumstance *row;
	struct person p;
	size_t n;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	node_see(c);
	if ((rc = node_person(c, request_text(c->r, TAG_ADDRESSEE), &p, why)) != RC_OK ||
	    (rc = store_circumstance_of(c->a->store, &p.id, &c->arena, &row, &n, why)) != RC_OK ||
	    (rc = node_audit(c, &p.id, AUDIT_DONE, p.is_protected && !p.is_shielded ? "protected-seen" : NULL,
	    why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n && rc == RC_OK; i++)
		rc = reply_circumstance(c, &row[i], why);
	return rc;
}

enum rc
do_circumstance_end(struct call *c, struct fault *why)
{
	const char *text = request_text(c->r, TAG_CIRCUMSTANCE);
	struct circumstance r;
	struct id id;
	enum rc rc;

	if (id_parse(text, strlen(text), &id) != RC_OK)
		return fault_set(why, RC_INVALID, "circumstance", "not an id: 32 hexadecimal digits");
	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	node_see(c);
	if ((rc = store_circumstance_get(c->a->store, &id, &c->arena, &r, why)) == RC_ABSENT)
		return fault_set(why, RC_ABSENT, "circumstance", "none that stands");
	if (rc != RC_OK ||
	    (rc = store_circumstance_end(c->a->store, &id, request_text(c->r, TAG_REASON), why)) != RC_OK ||
	    (rc = node_audit(c, &r.person, AUDIT_DONE, NULL, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	r.ended_us = c->now_us;
	r.end_reason = request_text(c->r, TAG_REASON);
	return reply_circumstance(c, &r, why);
}

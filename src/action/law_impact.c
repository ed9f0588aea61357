#include "action/law_impact.h"

#include <stdlib.h>
#include <string.h>

#include "action/everybody.h"
#include "action/law_shelf.h"
#include "store/store_law.h"
#include "store/store_walk.h"

struct one {			/* person being compared */
	struct call *c;
	struct law_impact *impact;
	const char *addressee_no;
	bool rows;
	bool changed;
	enum rc rc;
	struct fault *why;
};

static int64_t *
counts_of(struct law_impact *impact, const char *code)
{
	size_t i;

	for (i = 0; i < impact->n_programme; i++)
		if (strcmp(impact->programme[i].code, code) == 0)
			return impact->programme[i].count;
	if (i == LAW_IMPACT_PROGRAMMES || strlen(code) > LIMIT_CODE_CHARS)
		return NULL;
	memcpy(impact->programme[i].code, code, strlen(code) + 1);
	impact->n_programme++;
	return impact->programme[i].count;
}

static bool
take_change(void *given, const struct impact_change *change)
{
	struct one *o = given;
	int64_t *count = counts_of(o->impact, change->programme);
	char on[DAY_TEXT_SIZE];
	struct frame f;

	o->changed = true;
	if (count != NULL)
		count[change->kind]++;
	if (!o->rows)
		return true;
	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_ADDRESSEE, o->addressee_no);
	frame_put_text(&f, TAG_PROGRAMME, change->programme);
	frame_put_text(&f, TAG_CHANGE, impact_kind_name(change->kind));
	if (day_known(change->given.first)) {
		day_span_write(change->given, on);
		frame_put_text(&f, TAG_GIVEN_ON, on);
	}
	frame_put_text(&f, TAG_BEFORE, change->before);
	frame_put_text(&f, TAG_AFTER, change->after);
	o->rc = node_reply(o->c, &f, o->why);
	frame_clear(&f);
	return o->rc == RC_OK;
}

/* Both laws, each with its work area. */
struct laws {
	struct call *c;
	const struct law *before, *after;
	day as_of;
	bool rows;
	struct law_impact *impact;
	struct schedule_work work[2];
};

static enum rc
compare_person(void *given, const struct id *id, struct fault *why)
{
	struct laws *l = given;
	struct call *c = l->c;
	day as_of = l->as_of;
	struct one o = { c, l->impact, NULL, l->rows, false, RC_OK, why };
	struct node_judged was, is;
	struct impact_side a, b;
	struct person p;
	struct dose *dose;
	size_t n;
	enum rc rc;

	if ((rc = store_walk_person(c->a->store, id, &c->arena, &p, why)) != RC_OK)
		return rc;
	if (!person_alive_on(&p, as_of) || person_residence_on(&p, as_of) == NULL ||
	    day_after(p.birth.last, as_of))
		return RC_OK;
	if (p.is_protected) {
		l->impact->protected++;
		return RC_OK;
	}
	if ((rc = store_walk_doses(c->a->store, id, &c->arena, &dose, &n, why)) != RC_OK ||
	    (rc = node_judge(c->a, l->before, &p, dose, n, as_of, &l->work[0], &c->arena, &was, why)) != RC_OK ||
	    (rc = node_judge(c->a, l->after, &p, dose, n, as_of, &l->work[1], &c->arena, &is, why)) != RC_OK)
		return rc;
	a = (struct impact_side){ l->before, was.answer };
	b = (struct impact_side){ l->after, is.answer };
	o.addressee_no = p.addressee_no;
	l->impact->persons++;
	if (!impact_compare(&a, &b, is.question.dose, take_change, &o))
		return o.rc;
	if (o.changed)
		l->impact->changed++;
	return RC_OK;
}

enum rc
law_impact_of_register(struct call *c, const struct law *before, const struct law *after, day as_of,
    bool rows, struct law_impact *ret_impact, struct fault *why)
{
	struct laws *l;
	enum rc rc;

	memset(ret_impact, 0, sizeof(*ret_impact));
	if (before == NULL)
		return RC_OK;
	if ((l = calloc(1, sizeof(*l))) == NULL)
		return fault_set(why, RC_NOMEM, "law impact", "out of memory");
	l->c = c;
	l->before = before;
	l->after = after;
	l->as_of = as_of;
	l->rows = rows;
	l->impact = ret_impact;
	if ((rc = store_begin(c->a->store, c->now_us, why)) == RC_OK) {
		rc = everybody(c, DAY_MIN, as_of, compare_person, l, why);
		store_rollback(c->a->store);
	}
	free(l);
	return rc;
}

static enum rc
reply_count(struct call *c, const char *programme, const char *change, int64_t count, struct fault *why)
{
	struct frame f;
	enum rc rc;

	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_PROGRAMME, programme);
	frame_put_text(&f, TAG_CHANGE, change);
	frame_put_int(&f, TAG_COUNT, count);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

enum rc
law_impact_reply(struct call *c, const struct law_impact *impact, struct fault *why)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < impact->n_programme; i++)
		for (int k = 0; k < IMPACT_KIND__COUNT && rc == RC_OK; k++)
			if (impact->programme[i].count[k] > 0)
				rc = reply_count(c, impact->programme[i].code, impact_kind_name((enum impact_kind)k),
				    impact->programme[i].count[k], why);
	if (rc == RC_OK)
		rc = reply_count(c, NULL, "persons-changed", impact->changed, why);
	if (rc == RC_OK)
		rc = reply_count(c, NULL, "persons-judged", impact->persons, why);
	if (rc == RC_OK && impact->protected > 0)
		rc = reply_count(c, NULL, "protected-not-judged", impact->protected, why);
	return rc;
}

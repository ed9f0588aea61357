#include <string.h>

#include "action/node.h"
#include "store/store_guardian.h"

/* Who acts for a person.  Of a protected one only who may see that reads, adds or ends a link. */

static enum rc
begin_with(struct call *c, struct person *ret_person, struct fault *why)
{
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	node_see(c);
	if ((rc = node_person(c, request_text(c->r, TAG_ADDRESSEE), ret_person, why)) != RC_OK)
		return rc;
	if (!ret_person->is_shielded)
		return RC_OK;
	if ((rc = node_audit(c, &ret_person->id, AUDIT_REFUSED, "protected", why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	return fault_set(why, RC_REFUSED, "guardian", "the record is protected");
}

static const char *
state_of(const struct person *p, const struct guardian *g, day on)
{
	if (day_known(g->until) && day_after(on, g->until))
		return "ended";
	if (day_before(on, g->from))
		return "not-yet";
	return p->is_protected && !g->is_named ? "closed" : "acts";
}

static enum rc
reply_guardian(struct call *c, const struct person *p, const struct guardian *g, struct fault *why)
{
	struct person who = { .addressee_no = NULL }, record = *p;
	struct frame f;
	enum rc rc;

	/* A link is numbered within the record that it stands in. */
	if (!id_equal(&g->person, &p->id) &&
	    (rc = store_person_record(c->a->store, &g->person, &c->arena, &record, why)) != RC_OK)
		return rc;

	if (id_known(&g->guardian) &&
	    (rc = store_person_get(c->a->store, &g->guardian, &c->arena, &who, why)) != RC_OK)
		return rc;
	frame_init(&f, RESULT_ROW);
	frame_put_int(&f, TAG_SEQUENCE, g->seq);
	frame_put_text(&f, TAG_ADDRESSEE, record.addressee_no);
	frame_put_text(&f, TAG_GUARDIAN, who.addressee_no);
	frame_put_text(&f, TAG_NAME, id_known(&g->guardian) ? who.name : g->name);
	frame_put_text(&f, TAG_KANA, id_known(&g->guardian) ? who.kana : g->kana);
	frame_put_text(&f, TAG_RELATION, store_guardian_relation_word(g->relation));
	frame_put_text(&f, TAG_BASIS, g->basis);
	frame_put_day(&f, TAG_FROM, g->from);
	frame_put_day(&f, TAG_UNTIL, g->until);
	frame_put_int(&f, TAG_NAMED, g->is_named);
	frame_put_text(&f, TAG_STATE, state_of(p, g, c->as_of));
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

/* What stands now, once its trace is written: all links, or the one of this number. */
static enum rc
finish(struct call *c, const struct person *p, int64_t seq, struct fault *why)
{
	struct guardian *rows;
	size_t n, i;
	enum rc rc;

	if ((rc = store_guardian_of(c->a->store, &p->id, &c->arena, &rows, &n, why)) != RC_OK ||
	    (rc = node_audit(c, &p->id, AUDIT_DONE, p->is_protected ? "protected-seen" : NULL, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK ||
	    (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		return rc;
	node_see(c);
	for (i = 0; i < n && rc == RC_OK; i++)
		if (seq == 0 || (rows[i].seq == seq && id_equal(&rows[i].person, &c->record)))
			rc = reply_guardian(c, p, &rows[i], why);
	return rc;
}

static enum rc
may_name(struct call *c, struct fault *why)
{
	return action_permitted(c->role, REQUEST_SEE_PROTECTED) ? RC_OK :
	    fault_set(why, RC_REFUSED, "named", "only an officer who may see protected people names a guardian");
}

enum rc
do_guardian_add(struct call *c, struct fault *why)
{
	const char *relation = request_text(c->r, TAG_RELATION), *number = request_text(c->r, TAG_GUARDIAN);
	struct guardian g = { .name = request_text(c->r, TAG_NAME), .kana = request_text(c->r, TAG_KANA),
	    .basis = request_text(c->r, TAG_BASIS), .from = request_day(c->r, TAG_FROM),
	    .until = request_day(c->r, TAG_UNTIL), .is_named = request_int(c->r, TAG_NAMED, 0) != 0 };
	struct person p, who;
	int64_t seq;
	enum rc rc;

	if (store_guardian_relation_parse(relation, &g.relation) != RC_OK)
		return fault_set(why, RC_INVALID, "relation",
		    "expected parent, court, foster-parent, institution, child-centre or other");
	if ((g.is_named && (rc = may_name(c, why)) != RC_OK) || (rc = begin_with(c, &p, why)) != RC_OK)
		return rc;
	g.person = c->record;
	if (number != NULL) {
		if ((rc = node_person(c, number, &who, why)) != RC_OK)
			return rc;
		c->record = g.person;
		g.guardian = who.id;
		g.name = g.kana = NULL;
	}
	if ((rc = store_guardian_add(c->a->store, &g, &seq, why)) != RC_OK)
		return rc;
	return finish(c, &p, seq, why);
}

enum rc
do_guardian_end(struct call *c, struct fault *why)
{
	struct person p;
	int64_t seq = request_int(c->r, TAG_SEQUENCE, 0);
	enum rc rc;

	if ((rc = begin_with(c, &p, why)) != RC_OK)
		return rc;
	if ((rc = store_guardian_end(c->a->store, &c->record, seq, request_day(c->r, TAG_UNTIL), why)) == RC_ABSENT)
		return fault_set(why, RC_ABSENT, "sequence", "no link of this number");
	if (rc != RC_OK)
		return rc;
	return finish(c, &p, seq, why);
}

enum rc
do_guardian_name(struct call *c, struct fault *why)
{
	struct person p;
	int64_t seq = request_int(c->r, TAG_SEQUENCE, 0);
	enum rc rc;

	if ((rc = may_name(c, why)) != RC_OK || (rc = begin_with(c, &p, why)) != RC_OK)
		return rc;
	rc = store_guardian_name(c->a->store, &c->record, seq, request_int(c->r, TAG_CLOSED, 0) == 0, why);
	if (rc == RC_ABSENT)
		return fault_set(why, RC_ABSENT, "sequence", "no link of this number");
	if (rc != RC_OK)
		return rc;
	return finish(c, &p, seq, why);
}

enum rc
do_guardian_list(struct call *c, struct fault *why)
{
	struct person p;
	enum rc rc;

	if ((rc = begin_with(c, &p, why)) != RC_OK)
		return rc;
	return finish(c, &p, 0, why);
}

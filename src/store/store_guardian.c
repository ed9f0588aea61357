#include "store/store_guardian.h"

#include <string.h>

#include "store/store_room.h"

static const char *const words[GUARDIAN_RELATION__COUNT] = {
	[GUARDIAN_PARENT] = "parent", [GUARDIAN_BY_COURT] = "court",
	[GUARDIAN_FOSTER_PARENT] = "foster-parent", [GUARDIAN_INSTITUTION] = "institution",
	[GUARDIAN_CHILD_CENTRE] = "child-centre", [GUARDIAN_OTHER] = "other",
};

const char *
store_guardian_relation_word(enum guardian_relation relation)
{
	return (unsigned)relation < GUARDIAN_RELATION__COUNT ? words[relation] : "other";
}

enum rc
store_guardian_relation_parse(const char *text, enum guardian_relation *ret)
{
	for (int i = 0; i < GUARDIAN_RELATION__COUNT; i++)
		if (strcmp(words[i], text) == 0) {
			*ret = (enum guardian_relation)i;
			return RC_OK;
		}
	return RC_INVALID;
}

static enum rc
last_of(struct store *s, const struct id *person, int64_t *ret_seq, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_GUARDIAN_LAST);
	enum rc rc;

	stmt_put_id(q, STMT_GUARDIAN_LAST__PERSON, person);
	if ((rc = stmt_next(q, why)) == RC_ABSENT) {
		*ret_seq = 0;
		return RC_OK;
	}
	if (rc != RC_OK)
		return rc;
	*ret_seq = stmt_int(q);
	return stmt_end(q, why);
}

enum rc
store_guardian_add(struct store *s, const struct guardian *g, int64_t *ret_seq, struct fault *why)
{
	struct stmt *q;
	int64_t seq;
	enum rc rc;

	if (!id_known(&g->guardian) && (g->name == NULL || g->name[0] == '\0'))
		return fault_set(why, RC_INVALID, "guardian", "a person registered here or a name is needed");
	if (id_equal(&g->guardian, &g->person))
		return fault_set(why, RC_INVALID, "guardian", "nobody is their own guardian");
	if (g->basis == NULL || g->basis[0] == '\0')
		return fault_set(why, RC_INVALID, "basis", "must be stated");
	if (!day_known(g->from) || (day_known(g->until) && day_before(g->until, g->from)))
		return fault_set(why, RC_INVALID, "from", "must be stated, and not after the end");
	if ((rc = last_of(s, &g->person, &seq, why)) != RC_OK)
		return rc;
	if (seq >= GUARDIANS_MAX)
		return fault_set(why, RC_TOO_BIG, "guardian", "more than %d links of one person", GUARDIANS_MAX);
	q = stmt_start(s, STMT_GUARDIAN_ADD);
	stmt_put_id(q, STMT_GUARDIAN_ADD__PERSON, &g->person);
	stmt_put_int(q, STMT_GUARDIAN_ADD__SEQ, seq + 1);
	stmt_put_id(q, STMT_GUARDIAN_ADD__GUARDIAN, &g->guardian);
	stmt_put_text(q, STMT_GUARDIAN_ADD__NAME, g->name);
	stmt_put_text(q, STMT_GUARDIAN_ADD__KANA, g->kana);
	stmt_put_int(q, STMT_GUARDIAN_ADD__RELATION, (int64_t)g->relation);
	stmt_put_text(q, STMT_GUARDIAN_ADD__BASIS, g->basis);
	stmt_put_day(q, STMT_GUARDIAN_ADD__FROM_ON, g->from);
	stmt_put_day(q, STMT_GUARDIAN_ADD__UNTIL_ON, g->until);
	stmt_put_int(q, STMT_GUARDIAN_ADD__IS_NAMED, g->is_named);
	stmt_put_int(q, STMT_GUARDIAN_ADD__RECORDED_US, s->now_us);
	if ((rc = stmt_run(q, why)) == RC_OK)
		*ret_seq = seq + 1;
	return rc;
}

static enum rc
span_of(struct store *s, const struct id *person, int64_t seq, day *ret_from, day *ret_until, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_GUARDIAN_SPAN);
	enum rc rc;

	stmt_put_id(q, STMT_GUARDIAN_SPAN__PERSON, person);
	stmt_put_int(q, STMT_GUARDIAN_SPAN__SEQ, seq);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	*ret_from = stmt_day(q);
	*ret_until = stmt_day(q);
	return stmt_end(q, why);
}

enum rc
store_guardian_end(struct store *s, const struct id *person, int64_t seq, day until, struct fault *why)
{
	struct stmt *q;
	day from, ended;
	enum rc rc;

	if ((rc = span_of(s, person, seq, &from, &ended, why)) != RC_OK)
		return rc;
	if (day_known(ended))
		return fault_set(why, RC_REFUSED, "guardian", "the link has ended already");
	if (!day_known(until) || day_before(until, from))
		return fault_set(why, RC_INVALID, "until", "lies before its first day");
	q = stmt_start(s, STMT_GUARDIAN_END);
	stmt_put_id(q, STMT_GUARDIAN_END__PERSON, person);
	stmt_put_int(q, STMT_GUARDIAN_END__SEQ, seq);
	stmt_put_day(q, STMT_GUARDIAN_END__UNTIL_ON, until);
	return stmt_run(q, why);
}

enum rc
store_guardian_name(struct store *s, const struct id *person, int64_t seq, bool is_named, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_GUARDIAN_NAME);
	enum rc rc;

	stmt_put_id(q, STMT_GUARDIAN_NAME__PERSON, person);
	stmt_put_int(q, STMT_GUARDIAN_NAME__SEQ, seq);
	stmt_put_int(q, STMT_GUARDIAN_NAME__IS_NAMED, is_named);
	if ((rc = stmt_run(q, why)) != RC_OK)
		return rc;
	return stmt_changed(q) == 1 ? RC_OK : RC_ABSENT;
}

enum rc
store_guardian_of(struct store *s, const struct id *person, struct arena *a, struct guardian **ret_rows,
    size_t *ret_n, struct fault *why)
{
	struct rows rows = { a, sizeof(struct guardian), NULL, 0, 0 };
	struct stmt *q = stmt_start(s, STMT_GUARDIAN_OF);
	struct guardian *g;
	enum rc rc;

	stmt_put_id(q, STMT_GUARDIAN_OF__PERSON, person);
	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((g = rows_add(&rows)) == NULL) {
			stmt_drop(q);
			return fault_set(why, RC_NOMEM, "store/guardian", "no memory");
		}
		g->person = stmt_id(q);
		g->seq = stmt_int(q);
		g->guardian = stmt_id(q);
		g->name = stmt_text(q, a);
		g->kana = stmt_text(q, a);
		g->relation = (enum guardian_relation)stmt_int(q);
		g->basis = stmt_text(q, a);
		g->from = stmt_day(q);
		g->until = stmt_day(q);
		g->is_named = stmt_int(q) != 0;
	}
	if (rc != RC_ABSENT)
		return rc;
	*ret_rows = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

enum rc
store_guardian_acts(struct store *s, const struct id *guardian, const struct id *person, day on, bool *ret_acts,
    struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_GUARDIAN_ACTS);
	bool acts;
	enum rc rc;

	stmt_put_id(q, STMT_GUARDIAN_ACTS__PERSON, person);
	stmt_put_id(q, STMT_GUARDIAN_ACTS__GUARDIAN, guardian);
	stmt_put_day(q, STMT_GUARDIAN_ACTS__ON_DAY, on);
	rc = stmt_next(q, why);
	if (rc != RC_OK && rc != RC_ABSENT)
		return rc;
	acts = rc == RC_OK;
	if (acts && (rc = stmt_end(q, why)) != RC_OK)
		return rc;
	*ret_acts = acts;
	return RC_OK;
}

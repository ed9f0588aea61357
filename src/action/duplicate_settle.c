#include "action/duplicate.h"

#include <string.h>

#include "store/store_dose.h"
#include "store/store_duplicate.h"
#include "store/store_same.h"

#define CHUNK 200			/* persons asked for at once */

/* One person under way: what the rules say now, beside what is kept. */
struct settling {
	const struct duplicate_side *side;
	struct duplicate_row *found;
	size_t n, room;
	struct arena *arena;
	enum rc rc;
};

static void
take_pair(void *closure, const struct duplicate_pair *p)
{
	struct settling *w = closure;
	struct duplicate_row *more;
	size_t room;

	if (w->n == w->room) {
		room = w->room == 0 ? 16 : 2 * w->room;
		if (w->rc != RC_OK || (more = arena_array(w->arena, room, sizeof(*more))) == NULL) {
			w->rc = RC_NOMEM;
			return;
		}
		if (w->n > 0)
			memcpy(more, w->found, w->n * sizeof(*more));
		w->found = more;
		w->room = room;
	}
	w->found[w->n++] = (struct duplicate_row){ .first = w->side[p->first].dose->statement,
	    .second = w->side[p->second].dose->statement, .rule = p->finding.rule, .verdict = p->finding.verdict,
	    .state = p->state, .is_outdated = p->outdated };
	if (id_equal(&w->side[p->first].dose->person, &w->side[p->second].dose->person))
		w->found[w->n - 1].person = w->side[p->first].dose->person;
}

static uint32_t
antigens_of(const struct law *law, const struct dose *d)
{
	uint16_t i = d->vaccine == NULL ? LAW_NONE : law_find_product(law, d->vaccine, strlen(d->vaccine));

	return i == LAW_NONE ? 0 : law->product[i].antigens;
}

static bool
is_same(const struct duplicate_row *a, const struct duplicate_row *b)
{
	return a->rule == b->rule && a->verdict == b->verdict && a->state == b->state &&
	    a->is_outdated == b->is_outdated;
}

/* Rows that are there become as found; what is found no more stays, as gone. */
static enum rc
keep_pairs(struct action *a, const struct id *person, const struct duplicate_row *kept, size_t n, struct settling *w,
    struct fault *why)
{
	struct duplicate_row gone;
	bool *is_kept;
	size_t i, k;
	int64_t no;
	enum rc rc;

	if ((is_kept = arena_array(w->arena, w->n + 1, sizeof(*is_kept))) == NULL)
		return fault_set(why, RC_NOMEM, "duplicate", "no memory");
	for (i = 0; i < n; i++) {
		for (k = 0; k < w->n; k++)
			if (id_equal(&w->found[k].first, &kept[i].first) && id_equal(&w->found[k].second, &kept[i].second))
				break;
		if (k < w->n) {
			is_kept[k] = true;
			w->found[k].no = kept[i].no;
			if (is_same(&w->found[k], &kept[i]))
				continue;
			gone = w->found[k];
		} else {
			if (kept[i].state == DUPLICATE_GONE)
				continue;
			gone = kept[i];
			gone.state = DUPLICATE_GONE;
			gone.is_outdated = false;
		}
		if ((rc = store_duplicate_put(a->store, &gone, &no, why)) != RC_OK)
			return rc;
	}
	for (k = 0; k < w->n; k++) {
		/* Of one record: its own, also while another answers for it; else of the one that answers. */
		if (!id_known(&w->found[k].person))
			w->found[k].person = *person;
		if (!is_kept[k] && (rc = store_duplicate_put(a->store, &w->found[k], &no, why)) != RC_OK)
			return rc;
	}
	return RC_OK;
}

static enum rc
keep_counts(struct action *a, const struct id *person, const struct duplicate_side *side, const size_t *counts_as,
    size_t n, struct arena *arena, struct fault *why)
{
	struct duplicate_counts_as *now, *kept;
	size_t n_now = 0, n_kept, same = 0;
	enum rc rc;

	if ((rc = store_duplicate_counts_as(a->store, person, arena, &kept, &n_kept, why)) != RC_OK)
		return rc;
	if ((now = arena_array(arena, n + 1, sizeof(*now))) == NULL)
		return fault_set(why, RC_NOMEM, "duplicate", "no memory");
	for (size_t i = 0; i < n; i++)
		if (counts_as[i] != i)
			now[n_now++] = (struct duplicate_counts_as){ side[i].dose->statement,
			    side[counts_as[i]].dose->statement };
	for (size_t i = 0; i < n_now && n_now == n_kept; i++)
		for (size_t k = 0; k < n_kept; k++)
			same += id_equal(&now[i].statement, &kept[k].statement) &&
			    id_equal(&now[i].counts_as, &kept[k].counts_as);
	if (n_now == n_kept && same == n_now)
		return RC_OK;
	return store_duplicate_set_counts_as(a->store, person, now, n_now, why);
}

enum rc
duplicate_settle_by(struct action *a, const struct person *p, const struct dose *dose, size_t n_dose, day today,
    struct arena *arena, struct fault *why)
{
	struct duplicate_decision *decision = NULL;
	struct duplicate_side *side;
	struct duplicate_pair alone = { .state = DUPLICATE_OPEN };
	struct duplicate_row *kept;
	struct settling w = { .arena = arena, .rc = RC_OK };
	struct id record[SAME_RECORDS_MAX];
	size_t n_decision = 0, n = 0, n_kept, n_record, *counts_as;
	enum rc rc;

	/* Officers decide of pairs, which stay: without one nothing was decided. */
	if ((rc = store_duplicate_of(a->store, &p->id, arena, &kept, &n_kept, why)) != RC_OK || (n_kept > 0 &&
	    (rc = store_duplicate_decisions_of(a->store, &p->id, arena, &decision, &n_decision, why)) != RC_OK))
		return rc;
	if ((side = arena_array(arena, n_dose + 1, sizeof(*side))) == NULL ||
	    (counts_as = arena_array(arena, 2 * (n_dose + 1), sizeof(*counts_as))) == NULL)
		return fault_set(why, RC_NOMEM, "duplicate", "no memory");
	for (size_t i = 0; i < n_dose; i++)
		if (dose[i].status == DOSE_GIVEN && dose[i].is_latest)
			side[n++] = (struct duplicate_side){ &dose[i], antigens_of(a->law, &dose[i]) };
	w.side = side;
	duplicate_group(side, n, decision, n_decision, counts_as, counts_as + n_dose + 1, take_pair, &w);
	for (size_t i = 0; i < n; i++) {
		alone.finding = duplicate_alone(side[i].dose, p->birth.first, p->died_on, today);
		alone.first = alone.second = i;
		if (alone.finding.verdict != DUPLICATE_NONE)
			take_pair(&w, &alone);
	}
	if (w.rc != RC_OK)
		return fault_set(why, w.rc, "duplicate", "no memory");
	if ((rc = keep_pairs(a, &p->id, kept, n_kept, &w, why)) != RC_OK ||
	    (rc = keep_counts(a, &p->id, side, counts_as, n, arena, why)) != RC_OK ||
	    (rc = store_same_of(a->store, &p->id, record, &n_record, why)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n_record && rc == RC_OK; i++)
		rc = store_duplicate_due_drop(a->store, &record[i], why);
	return rc;
}

static enum rc
settle_person(struct action *a, const struct id *person, day today, struct arena *arena, struct fault *why)
{
	struct dose *dose;
	struct person p;
	size_t n;
	enum rc rc;

	if ((rc = store_person_get(a->store, person, arena, &p, why)) != RC_OK ||
	    (rc = store_dose_list(a->store, person, arena, &dose, &n, why)) != RC_OK)
		return rc;
	return duplicate_settle_by(a, &p, dose, n, today, arena, why);
}

static enum rc
settle_one(struct action *a, const struct id *person, day today, struct fault *why)
{
	struct arena arena;
	enum rc rc;

	arena_init(&arena, LIMIT_REQUEST_BYTES);
	rc = settle_person(a, person, today, &arena, why);
	arena_clear(&arena);
	return rc;
}

/* At most so many of those marked. */
static enum rc
settle_marked(struct action *a, day today, size_t most, bool *ret_more, struct fault *why)
{
	struct id chunk[CHUNK];
	size_t n = CHUNK, done = 0;
	enum rc rc = RC_OK;

	*ret_more = false;
	while (n == CHUNK && done < most) {
		if ((rc = store_duplicate_due(a->store, chunk, CHUNK, &n, why)) != RC_OK)
			return rc;
		for (size_t i = 0; i < n; i++)
			if ((rc = settle_one(a, &chunk[i], today, why)) != RC_OK)
				return rc;
		done += n;
	}
	*ret_more = n == CHUNK;
	return RC_OK;
}

/* Nothing that is read here goes to a reader. */
enum rc
duplicate_settle(struct action *a, const struct id *person, day today, struct fault *why)
{
	enum store_eyes eyes = store_eyes(a->store);
	bool more;
	enum rc rc;

	if (a->law == NULL)
		return RC_OK;
	store_see(a->store, STORE_EYES_WHOLE);
	rc = person != NULL ? settle_one(a, person, today, why) : settle_marked(a, today, SIZE_MAX, &more, why);
	store_see(a->store, eyes);
	return rc;
}

enum rc
duplicate_tick(struct action *a, int64_t now_us, day today, bool *ret_more, struct fault *why)
{
	struct id one;
	size_t n = 0;
	enum rc rc;

	*ret_more = false;
	if (a->law == NULL)
		return RC_OK;
	if ((rc = node_work(a, now_us, why)) == RC_OK &&
	    (rc = store_duplicate_due(a->store, &one, 1, &n, why)) == RC_OK && n > 0 &&
	    (rc = settle_marked(a, today, CHUNK, ret_more, why)) == RC_OK)
		rc = store_commit(a->store, why);
	store_rollback(a->store);
	return rc;
}

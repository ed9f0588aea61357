#include <string.h>

#include "record/duplicate.h"

/*
 * What hangs together.  A set of statements is joined only where a rule or an officer says of pairs that they are one
 * dose, and nothing within the set contradicts; who joins whom first makes no difference.
 */
struct work {
	const struct duplicate_side *side;
	size_t n;
	const struct duplicate_decision *decision;
	size_t n_decision;
	size_t *root;			/* of each statement; a root is the smallest index of its set */
};

/* The decision on a pair that still stands on what both say; *ret_outdated when there is one that does not. */
static const struct duplicate_decision *
decision_on(const struct work *w, size_t a, size_t b, bool *ret_outdated)
{
	const struct id *first = &w->side[a].dose->statement, *second = &w->side[b].dose->statement;
	unsigned char digest[DUPLICATE_DIGEST];

	*ret_outdated = false;
	for (size_t i = 0; i < w->n_decision; i++) {
		const struct duplicate_decision *d = &w->decision[i];

		if (!(id_equal(&d->first, first) && id_equal(&d->second, second)) &&
		    !(id_equal(&d->first, second) && id_equal(&d->second, first)))
			continue;
		duplicate_digest(w->side[a].dose, w->side[b].dose, digest);
		if (memcmp(digest, d->digest, sizeof(digest)) == 0)
			return d;
		*ret_outdated = true;
	}
	return NULL;
}

static bool
decided_one(const struct duplicate_decision *d)
{
	return d != NULL && id_known(&d->keep);
}

static bool
decided_two(const struct duplicate_decision *d)
{
	return d != NULL && !id_known(&d->keep);
}

/* Every index whose root is b gets the root a, or the other way round: the smaller stays. */
static void
join(struct work *w, size_t a, size_t b)
{
	size_t to = w->root[a] < w->root[b] ? w->root[a] : w->root[b];
	size_t from = w->root[a] < w->root[b] ? w->root[b] : w->root[a];

	for (size_t i = 0; from != to && i < w->n; i++)
		if (w->root[i] == from)
			w->root[i] = to;
}

static struct duplicate_finding
compare(const struct work *w, size_t a, size_t b)
{
	return duplicate_compare(&w->side[a], &w->side[b]);
}

/* Sets that the rule alone would join; `tainted` of a root (in place of an array: its place[]) where two contradict. */
static void
join_by_rule(struct work *w, size_t *tainted)
{
	const struct duplicate_decision *d;
	struct duplicate_finding f;
	bool outdated;
	size_t a, b;

	for (a = 0; a < w->n; a++) {
		w->root[a] = a;
		tainted[a] = 0;
	}
	for (a = 0; a < w->n; a++)
		for (b = a + 1; b < w->n; b++)
			if (compare(w, a, b).verdict == DUPLICATE_ONE &&
			    !decided_two(decision_on(w, a, b, &outdated)))
				join(w, a, b);
	for (a = 0; a < w->n; a++)
		for (b = a + 1; b < w->n; b++) {
			if (w->root[a] != w->root[b])
				continue;
			f = compare(w, a, b);
			d = decision_on(w, a, b, &outdated);
			if (decided_two(d) || (f.verdict != DUPLICATE_ONE && f.verdict != DUPLICATE_NONE &&
			    !decided_one(d)))
				tainted[w->root[a]] = 1;
		}
}

static bool
is_dismissed(const struct work *w, size_t i)
{
	const struct duplicate_decision *d;
	bool outdated;

	for (size_t k = 0; k < w->n; k++)
		if (k != i && w->root[k] == w->root[i] && (d = decision_on(w, i, k, &outdated)) != NULL &&
		    id_known(&d->keep) && !id_equal(&d->keep, &w->side[i].dose->statement))
			return true;
	return false;
}

/* Of each set the one that counts: whom officers kept, else rule 8. */
static void
choose(struct work *w, size_t *counts_as)
{
	enum duplicate_ground ground;

	for (size_t set = 0; set < w->n; set++) {
		size_t best = SIZE_MAX;
		bool best_dismissed = false, dismissed;

		if (w->root[set] != set)
			continue;
		for (size_t i = set; i < w->n; i++) {
			if (w->root[i] != set)
				continue;
			dismissed = w->n_decision > 0 && is_dismissed(w, i);
			if (best == SIZE_MAX || (best_dismissed && !dismissed) || (best_dismissed == dismissed &&
			    duplicate_better(w->side[i].dose, w->side[best].dose, &ground))) {
				best = i;
				best_dismissed = dismissed;
			}
		}
		for (size_t i = set; i < w->n; i++)
			if (w->root[i] == set)
				counts_as[i] = best;
	}
}

static void
tell(const struct work *w, const size_t *tainted, const size_t *set, duplicate_found *found, void *closure)
{
	const struct duplicate_decision *d;
	struct duplicate_pair p;
	bool in_order;

	for (size_t a = 0; a < w->n; a++)
		for (size_t b = a + 1; b < w->n; b++) {
			p.finding = compare(w, a, b);
			d = decision_on(w, a, b, &p.outdated);
			if (p.finding.verdict == DUPLICATE_NONE && d == NULL)
				continue;
			/* One of three that contradict each other: which two are one cannot be seen from here. */
			if (p.finding.verdict == DUPLICATE_ONE && tainted[set[a]])
				p.finding = (struct duplicate_finding){ DUPLICATE_CONFLICT, 5 };
			p.state = d != NULL ? DUPLICATE_DECIDED :
			    p.finding.verdict == DUPLICATE_ONE ? DUPLICATE_BY_RULE : DUPLICATE_OPEN;
			in_order = id_compare(&w->side[a].dose->statement, &w->side[b].dose->statement) < 0;
			p.first = in_order ? a : b;
			p.second = in_order ? b : a;
			found(closure, &p);
		}
}

void
duplicate_group(const struct duplicate_side *side, size_t n, const struct duplicate_decision *decision,
    size_t n_decision, size_t *ret_counts_as, size_t *place, duplicate_found *found, void *closure)
{
	struct work w = { side, n, decision, n_decision, ret_counts_as };
	size_t *tainted = place;
	bool outdated;

	join_by_rule(&w, tainted);
	if (found != NULL)
		tell(&w, tainted, w.root, found, closure);
	/* Sets that contradict fall apart; then officers' words join what they join. */
	for (size_t i = 0; i < n; i++)
		if (tainted[w.root[i]] && w.root[i] != i)
			tainted[i] = 1;
	for (size_t i = 0; i < n; i++)
		if (tainted[i])
			w.root[i] = i;
	for (size_t a = 0; n_decision > 0 && a < n; a++)
		for (size_t b = a + 1; b < n; b++)
			if (decided_one(decision_on(&w, a, b, &outdated)))
				join(&w, a, b);
	memcpy(place, w.root, n * sizeof(*place));
	w.root = place;
	choose(&w, ret_counts_as);
}

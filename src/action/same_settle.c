#include "action/same_person.h"

#include "store/store_number.h"

#define CHUNK 100			/* records asked for at once */
#define CANDIDATES 100			/* looked at closely for one record */
#define READ_BYTES (256u << 10)

static enum rc
read_side(struct action *a, const struct id *record, struct arena *arena, struct same_side *ret_side,
    struct person *ret_person, struct fault *why)
{
	struct vault_sealed sealed;
	enum rc rc;

	if ((rc = store_person_record(a->store, record, arena, ret_person, why)) != RC_OK)
		return rc;
	rc = store_number_get(a->store, record, arena, &sealed, why);
	if (rc != RC_OK && rc != RC_ABSENT)
		return rc;
	if ((rc = same_side_init(ret_person, rc == RC_OK, ret_side)) != RC_OK)
		return fault_set(why, rc, "person", "no memory");
	return RC_OK;
}

/* A rule that looks at names and dates, and speaks of them anew whenever these change. */
static bool
is_derived(enum same_rule rule)
{
	return rule >= SAME_NAME;
}

/* What an officer decided stands; what is open becomes as found. */
static enum rc
keep(struct action *a, const struct id *one, const struct id *other, struct same_finding f, struct fault *why)
{
	struct same_pair pair;
	bool same;
	int64_t no;
	enum rc rc;

	if ((rc = store_same_is(a->store, one, other, &same, why)) != RC_OK || same)
		return rc;
	rc = store_same_between(a->store, one, other, &pair, why);
	if (rc == RC_ABSENT) {
		if (f.rule == SAME_NONE)
			return RC_OK;
		pair = (struct same_pair){ .first = *one, .second = *other, .rule = f.rule, .score = f.score,
		    .state = SAME_OPEN };
		return store_same_put(a->store, &pair, &no, why);
	}
	if (rc != RC_OK || pair.state == SAME_MERGED || pair.state == SAME_TWO_PEOPLE)
		return rc;
	if (pair.state == SAME_OPEN && (!is_derived(pair.rule) || (pair.rule == f.rule && pair.score == f.score)))
		return RC_OK;
	if (f.rule == SAME_NONE) {
		if (pair.state == SAME_GONE)
			return RC_OK;
		pair.state = SAME_GONE;
	} else {
		pair.rule = f.rule;
		pair.score = f.score;
		pair.state = SAME_OPEN;
	}
	return store_same_put(a->store, &pair, &no, why);
}

static enum rc
compare(struct action *a, const struct id *record, const struct same_side *side, const struct id *other,
    struct fault *why)
{
	struct same_side with;
	struct person p;
	struct arena arena;
	enum rc rc;

	arena_init(&arena, READ_BYTES);
	if ((rc = read_side(a, other, &arena, &with, &p, why)) == RC_OK) {
		rc = keep(a, record, other, same_compare(side, &with), why);
		same_side_clear(&with);
	}
	arena_clear(&arena);
	return rc;
}

static enum rc
settle_one(struct action *a, const struct id *record, struct fault *why)
{
	struct id candidate[CANDIDATES];
	struct same_pair *pair;
	struct same_side side;
	struct person p;
	struct arena arena;
	size_t n = 0, n_pair, i, k;
	enum rc rc;

	arena_init(&arena, LIMIT_REQUEST_BYTES);
	if ((rc = read_side(a, record, &arena, &side, &p, why)) != RC_OK) {
		arena_clear(&arena);
		return rc;
	}
	if ((rc = store_same_candidates(a->store, &p, candidate, CANDIDATES, &n, why)) != RC_OK ||
	    (rc = store_same_pairs_of(a->store, record, &arena, &pair, &n_pair, why)) != RC_OK)
		goto out;
	for (i = 0; i < n && rc == RC_OK; i++)
		rc = compare(a, record, &side, &candidate[i], why);
	/* Pairs of before of which no rule may speak any more. */
	for (i = 0; i < n_pair && rc == RC_OK; i++) {
		const struct id *other = id_equal(&pair[i].first, record) ? &pair[i].second : &pair[i].first;

		for (k = 0; k < n && !id_equal(&candidate[k], other); k++)
			;
		if (k == n)
			rc = compare(a, record, &side, other, why);
	}
	if (rc == RC_OK)
		rc = store_same_due_drop(a->store, record, why);
 out:
	same_side_clear(&side);
	arena_clear(&arena);
	return rc;
}

/* Nothing that is read here goes to a reader. */
enum rc
same_person_settle(struct action *a, size_t most, bool *ret_more, struct fault *why)
{
	enum store_eyes eyes = store_eyes(a->store);
	struct id chunk[CHUNK];
	size_t n = CHUNK, done = 0;
	enum rc rc = RC_OK;

	store_see(a->store, STORE_EYES_WHOLE);
	while (rc == RC_OK && n == CHUNK && done < most) {
		if ((rc = store_same_due(a->store, chunk, CHUNK, &n, why)) != RC_OK)
			break;
		for (size_t i = 0; i < n && rc == RC_OK; i++)
			rc = settle_one(a, &chunk[i], why);
		done += n;
	}
	store_see(a->store, eyes);
	if (rc == RC_OK)
		*ret_more = n == CHUNK;
	return rc;
}

enum rc
same_person_tick(struct action *a, int64_t now_us, bool *ret_more, struct fault *why)
{
	struct id one;
	size_t n = 0;
	enum rc rc;

	*ret_more = false;
	if ((rc = node_work(a, now_us, why)) == RC_OK &&
	    (rc = store_same_due(a->store, &one, 1, &n, why)) == RC_OK && n > 0 &&
	    (rc = same_person_settle(a, 2 * CHUNK, ret_more, why)) == RC_OK)
		rc = store_commit(a->store, why);
	store_rollback(a->store);
	return rc;
}

/* Does what they state say that they are two? */
static enum rc
contradict(struct action *a, const struct id *one, const struct id *other, bool *ret, struct fault *why)
{
	enum store_eyes eyes = store_eyes(a->store);
	struct same_side x, y;
	struct person p, q;
	struct arena arena;
	enum rc rc;

	arena_init(&arena, 2 * READ_BYTES);
	store_see(a->store, STORE_EYES_WHOLE);
	if ((rc = read_side(a, one, &arena, &x, &p, why)) == RC_OK) {
		if ((rc = read_side(a, other, &arena, &y, &q, why)) == RC_OK) {
			*ret = same_contradicts(&x, &y);
			same_side_clear(&y);
		}
		same_side_clear(&x);
	}
	store_see(a->store, eyes);
	arena_clear(&arena);
	return rc;
}

enum rc
same_person_note(struct action *a, const struct id *one, const struct id *other, enum same_rule rule, struct fault *why)
{
	struct same_pair pair;
	int64_t no;
	bool same, two;
	enum rc rc;

	if ((rc = store_same_is(a->store, one, other, &same, why)) != RC_OK || same ||
	    (rc = contradict(a, one, other, &two, why)) != RC_OK)
		return rc;
	/* The ticket of a twin in the hand of the other is a mistake at the counter. */
	if (two && rule == SAME_TICKET)
		return RC_OK;
	rc = store_same_between(a->store, one, other, &pair, why);
	if (rc == RC_ABSENT)
		pair = (struct same_pair){ .first = *one, .second = *other };
	else if (rc != RC_OK)
		return rc;
	/* An officer said that they are two, and knew this. */
	else if ((pair.state == SAME_TWO_PEOPLE || pair.state == SAME_OPEN) && pair.rule == rule)
		return RC_OK;
	pair.rule = rule;
	pair.score = two ? 300 : rule == SAME_NUMBER ? SAME_SCORE_MAX : 700;
	pair.state = SAME_OPEN;
	return store_same_put(a->store, &pair, &no, why);
}

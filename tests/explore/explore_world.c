#include "tests/explore/explore_world.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exchange/message.h"
#include "tests/explore/explore_blob.h"

#define US INT64_C(1000000)
/* The deadline of an inquiry is nothing to wait for: whatever is lost must be found before. */
#define INQUIRY_ENDS_DAYS 59
#define START_US INT64_C(1795305600000000)		/* 2026-11-22 00:00 UTC */

const struct story *world_story;
static struct node *world_node[NODES_MAX];

void
world_wrong(struct world *w, const char *what)
{
	if (w->wrong == NULL)
		w->wrong = what;
}

/* ---- states ---- */

void
world_copy(struct world *to, const struct world *from)
{
	*to = *from;
	for (int i = 0; i < world_story->n_nodes; i++)
		to->node[i]->users++;
	to->hub->users++;
}

void
world_drop(struct world *w)
{
	for (int i = 0; i < world_story->n_nodes; i++)
		w->node[i]->users--;
	w->hub->users--;
}

static void
set_node(struct world *w, int node, struct node_image *image)
{
	image->users++;
	w->node[node]->users--;
	w->node[node] = image;
}

static void
set_hub(struct world *w, struct hub_image *hub)
{
	hub->users++;
	w->hub->users--;
	w->hub = hub;
	if (hub->h.wrong != NULL)
		world_wrong(w, hub->h.wrong);
}

static void
put_on(struct world *w, const struct flight *f)
{
	assert(w->n_flight < FLIGHTS_MAX);
	w->flight[w->n_flight++] = f;
}

static void
take_off(struct world *w, int i)
{
	for (w->n_flight--; i < w->n_flight; i++)
		w->flight[i] = w->flight[i + 1];
	w->flight[w->n_flight] = NULL;
}

static bool
has_effect_there(const char *type)
{
	return strstr(type, "Fetch") == NULL;
}

static const struct flight *
as_kind(const struct flight *f, enum flight_kind kind, const struct hub_answer *answer)
{
	struct flight next;

	memcpy(&next, f, sizeof(next));
	next.kind = kind;
	if (answer != NULL)
		memcpy(&next.answer, answer, sizeof(next.answer));
	return flight_of(&next);
}

/* Its process died: nobody waits for the answers, and what has left may still arrive. */
static void
haunt(struct world *w, int node)
{
	for (int i = 0; i < w->n_flight; ) {
		const struct flight *f = w->flight[i];

		if (f->node != node || f->kind == FLIGHT_GHOST)
			i++;
		else if (f->kind == FLIGHT_REQUEST && has_effect_there(f->type))
			w->flight[i++] = as_kind(f, FLIGHT_GHOST, NULL);
		else
			take_off(w, i);
	}
}

/* ---- what may happen ---- */

static bool
is_wanted(void *given, const char *message_id)
{
	const struct world *w = given;

	for (int i = 0; i < w->n_flight; i++)
		if (strcmp(w->flight[i]->message_id, message_id) == 0)
			return true;
	for (int n = 0; n < world_story->n_nodes; n++)
		for (int i = 0; i < w->node[n]->n_pending; i++)
			if (strcmp(w->node[n]->pending[i].message_id, message_id) == 0)
				return true;
	return false;
}

static bool
any_request(const struct world *w)
{
	for (int i = 0; i < w->n_flight; i++)
		if (w->flight[i]->kind == FLIGHT_REQUEST)
			return true;
	return false;
}

/* Nobody's clock goes on further while others have not done what is due. */
static int64_t
turned_until(const struct world *w)
{
	int64_t latest = INT64_MAX;

	if (world_story->lag_days == 0)
		return latest;
	for (int n = 0; n < world_story->n_nodes; n++)
		for (int i = 0; i < w->node[n]->n_times && (world_story->asleep >> n & 1u) == 0; i++)
			if (w->node[n]->time[i] > w->node[n]->at_us && w->node[n]->time[i] + world_story->lag_days * 86400 * US < latest)
				latest = w->node[n]->time[i] + world_story->lag_days * 86400 * US;
	return latest;
}

bool
world_may_fail(const struct world *w)
{
	return w->faults > 0 && (w->losses > 0 || w->doubles > 0);
}

bool
world_choices(const struct world *w, void (*each)(void *given, const struct choice *c), void *given)
{
	bool is_cut = false;
	int64_t latest;
	const struct story *s = world_story;
	struct choice c = { .kind = CHOICE_PASS };

	for (c.what = 0; c.what < w->n_flight; c.what++) {
		const struct flight *f = w->flight[c.what];

		if (f->kind == FLIGHT_ANSWER) {
			c.kind = CHOICE_DELIVER;
			each(given, &c);
			continue;
		}
		if (f->kind == FLIGHT_GHOST) {
			c.kind = CHOICE_REACH;
			each(given, &c);
			continue;
		}
		c.kind = CHOICE_PASS;
		each(given, &c);
		if (w->losses > 0 && w->faults > 0) {
			c.kind = CHOICE_LOSE_ANSWER;
			each(given, &c);
			c.kind = CHOICE_BUSY;
			each(given, &c);
			if (has_effect_there(f->type)) {
				c.kind = CHOICE_LOSE_REQUEST;
				each(given, &c);
			}
		}
		if (w->doubles > 0 && w->faults > 0 && w->n_flight < FLIGHTS_MAX - 4) {
			c.kind = CHOICE_LATE_ANSWER;
			each(given, &c);
			c.kind = CHOICE_TWICE;
			each(given, &c);
			if (has_effect_there(f->type)) {
				c.kind = CHOICE_LATE_REQUEST;
				each(given, &c);
			}
		}
	}
	c.kind = CHOICE_WORK;
	for (c.what = 0; c.what < hub_works(&w->hub->h); c.what++)
		each(given, &c);
	c.kind = CHOICE_DEED;
	for (c.what = 0; c.what < s->n_deeds; c.what++)
		if (w->deed[c.what] < s->deed[c.what].times && (s->deed[c.what].may == NULL || s->deed[c.what].may((struct world *)(uintptr_t)w)))
			each(given, &c);
	/* Time goes on once what was sent has been answered, is late or is lost. */
	if (any_request(w))
		return false;
	latest = turned_until(w);
	c.kind = CHOICE_TIME;
	for (c.what = 0; c.what < s->n_nodes; c.what++) {
		const struct node_image *n = w->node[c.what];

		if ((s->asleep >> c.what & 1u) != 0)
			continue;
		for (c.time = 0; c.time < n->n_times + (world_may_fail(w) ? n->n_counting : 0); c.time++) {
			if (n->time[c.time] <= n->at_us)
				continue;
			if (n->time[c.time] > latest)
				continue;
			if (n->time[c.time] <= START_US + (int64_t)s->days * 86400 * US)
				each(given, &c);
			else if (n->time[c.time] < START_US + INQUIRY_ENDS_DAYS * 86400 * US)
				is_cut = true;
		}
	}
	return is_cut;
}

static bool
is_fault(enum choice_kind kind)
{
	switch (kind) {
	case CHOICE_LOSE_REQUEST: case CHOICE_LOSE_ANSWER: case CHOICE_BUSY: case CHOICE_LATE_REQUEST:
	case CHOICE_LATE_ANSWER: case CHOICE_TWICE:
		return true;
	case CHOICE_PASS: case CHOICE_DELIVER: case CHOICE_REACH: case CHOICE_TIME: case CHOICE_WORK: case CHOICE_DEED:
	case CHOICE__COUNT:
		break;
	}
	return false;
}

bool
choice_is_fault(const struct choice *c)
{
	return c->dies_after > 0 || is_fault(c->kind);
}

static const struct hub_answer *
hear(struct world *w, const struct flight *f)
{
	const struct hub_answer *answer;

	set_hub(w, hub_image_hear(w->hub, &world_story->hub, f->node, f->endpoint, f->request, f->signature, w->now_us / 1000,
	    &answer));
	return answer;
}

static struct blow
answered(const struct world *w, const struct flight *f, const struct hub_answer *answer)
{
	struct blow b = { .kind = BEFALLS_ANSWER, .now_us = w->now_us, .flight = f,
	    .answer = answer != NULL ? answer->blob : -1 };

	if (answer != NULL)
		memcpy(b.signer, answer->signer, sizeof(b.signer));
	return b;
}

/* Questions to which there is no news, answered at once: they change nothing, and their order neither. */
static bool
is_quiet(const struct world *w, const struct flight *f)
{
	const struct hub_answer *answer;

	if (f->kind != FLIGHT_REQUEST)
		return false;
	if (strcmp(f->type, "DBM.CopyListFetch") != 0 && strcmp(f->type, "TKY.HeldFetch") != 0 &&
	    strcmp(f->type, "TKM.RecordFetch") != 0 && strcmp(f->type, "COR.LetterFetch") != 0 &&
	    strcmp(f->type, "TKM.EvidenceFetch") != 0)
		return false;
	(void)hub_image_hear(w->hub, &world_story->hub, f->node, f->endpoint, f->request, f->signature, w->now_us / 1000, &answer);
	return answer->gist[0] == '\0' || strcmp(answer->gist, "held 0") == 0 || strcmp(answer->gist, "records 0") == 0;
}

/* What a step did is part of the state from here on. */
static void
apply(struct world *w, int node, const struct node_step *s)
{
	if (s->died)
		haunt(w, node);
	for (int i = 0; i < s->n_posted; i++)
		if (i >= s->n_before)
			put_on(w, s->posted[i]);
		else if (has_effect_there(s->posted[i]->type))
			put_on(w, as_kind(s->posted[i], FLIGHT_GHOST, NULL));
	set_node(w, node, s->to);
	if (s->wrong != NULL)
		world_wrong(w, s->wrong);
}

static bool
next_quiet(struct world *w, int node, struct blow *ret_blow)
{
	for (int i = 0; i < w->n_flight; i++)
		if (w->flight[i]->node == node && is_quiet(w, w->flight[i])) {
			const struct flight *f = w->flight[i];

			take_off(w, i);
			*ret_blow = answered(w, f, hear(w, f));
			return true;
		}
	return false;
}

/* What befalls a node, and what follows at once.  False: it should die later than at the last step of that. */
static bool
move(struct world *w, int node, struct blow b, int dies_after)
{
	bool died = false;
	int left = dies_after;

	do {
		const struct node_step *s;

		b.dies_after = left;
		s = step_take(node, w->node[node], &b);
		apply(w, node, s);
		died = died || s->died;
		left = left > 0 && !died ? left - s->steps : 0;
	} while (next_quiet(w, node, &b));
	return died || dies_after == 0;
}

static void
forget(struct world *w)
{
	struct hub next;

	for (int n = 0; n < world_story->n_nodes; n++)
		if (!w->node[n]->is_marked)
			node_image_mark(step_stand(n, w->node[n]), w->node[n]);
	for (int i = 0; i < w->hub->h.n_seen; i++)
		if (!is_wanted(w, w->hub->h.seen[i].id)) {
			next = w->hub->h;
			hub_forget(&next, is_wanted, w);
			set_hub(w, hub_keep(&next));
			return;
		}
}

/* What befalls a message under way. */
static bool
go_flight(struct world *w, const struct choice *c)
{
	const struct flight *f = w->flight[c->what];
	const struct hub_answer *answer = NULL;
	struct hub_answer busy;
	int node = f->node;

	take_off(w, c->what);
	w->losses -= c->kind == CHOICE_LOSE_REQUEST || c->kind == CHOICE_LOSE_ANSWER || c->kind == CHOICE_BUSY;
	w->doubles -= c->kind == CHOICE_LATE_REQUEST || c->kind == CHOICE_LATE_ANSWER || c->kind == CHOICE_TWICE;
	if (c->kind == CHOICE_DELIVER)
		return move(w, node, answered(w, f, &f->answer), c->dies_after);
	if (c->kind == CHOICE_LOSE_REQUEST || c->kind == CHOICE_LATE_REQUEST) {
		if (c->kind == CHOICE_LATE_REQUEST)
			put_on(w, as_kind(f, FLIGHT_GHOST, NULL));
		return move(w, node, answered(w, f, NULL), c->dies_after);
	}
	if (c->kind == CHOICE_BUSY) {
		size_t len;
		const void *bytes = blob_bytes(f->request, &len);

		hub_busy(&world_story->hub, node, f->endpoint, bytes, len, &busy);
		return move(w, node, answered(w, f, &busy), c->dies_after);
	}
	answer = hear(w, f);
	if (c->kind == CHOICE_REACH)
		return c->dies_after == 0;
	if (c->kind == CHOICE_TWICE || c->kind == CHOICE_LATE_ANSWER)
		put_on(w, as_kind(f, FLIGHT_ANSWER, answer));
	if (c->kind == CHOICE_LATE_ANSWER)
		return c->dies_after == 0;
	return move(w, node, answered(w, f, c->kind == CHOICE_LOSE_ANSWER ? NULL : answer), c->dies_after);
}

bool
world_go(const struct world *from, const struct choice *c, struct world *w)
{
	struct blow b = { .answer = -1 };
	struct hub next;
	bool went = true;
	int node = c->what;

	world_copy(w, from);
	w->deaths -= c->dies_after > 0;
	w->faults -= (c->dies_after > 0) + is_fault(c->kind);
	switch (c->kind) {
	case CHOICE_TIME:
		b.kind = BEFALLS_TIME;
		if (from->node[node]->time[c->time] > w->now_us)
			w->now_us = from->node[node]->time[c->time];
		b.now_us = w->now_us;
		went = move(w, node, b, c->dies_after);
		break;
	case CHOICE_WORK:
		next = w->hub->h;
		(void)hub_work(&next, &world_story->hub, c->what, w->now_us / 1000);
		set_hub(w, hub_keep(&next));
		went = c->dies_after == 0;
		break;
	case CHOICE_DEED:
		node = world_story->deed[c->what].node;
		w->deed[c->what]++;
		b.kind = BEFALLS_DEED;
		b.deed = world_story->deed[c->what].act;
		b.now_us = w->now_us;
		went = move(w, node, b, c->dies_after);
		break;
	case CHOICE_REACH: case CHOICE_PASS: case CHOICE_LOSE_REQUEST: case CHOICE_LOSE_ANSWER: case CHOICE_BUSY:
	case CHOICE_LATE_REQUEST: case CHOICE_LATE_ANSWER: case CHOICE_TWICE: case CHOICE_DELIVER: case CHOICE__COUNT:
		went = go_flight(w, c);
		break;
	}
	if (went)
		forget(w);
	return went;
}

/* ---- looking ---- */

int64_t
world_number(struct world *w, int node, const char *sql)
{
	return step_number(node, w->node[node], sql);
}

bool
world_holds(struct world *w, int node, const char *bytes)
{
	return step_holds(node, w->node[node], bytes);
}

bool
world_is_good(struct world *w)
{
	for (int i = 0; i < w->n_flight; i++)
		if (w->flight[i]->kind != FLIGHT_GHOST)
			return false;
	if (hub_works(&w->hub->h) > 0)
		return false;
	for (int i = 0; i < world_story->n_nodes; i++)
		if (w->node[i]->n_pending > 0 && (world_story->asleep >> i & 1u) == 0)
			return false;
	return world_story->is_good(w);
}

void
world_print(struct world *w)
{
	printf("     left: %d losses, %d doubles, %d deaths; at %.3f s\n", w->losses, w->doubles, w->deaths,
	    (double)(w->now_us - START_US) / 1e6);
	for (int i = 0; i < world_story->n_nodes; i++) {
		printf("     node %s at %.3f s, %d letters fetched\n", node_town(world_node[i]),
		    (double)(w->node[i]->at_us - START_US) / 1e6, w->node[i]->fetched);
		node_print(step_stand(i, w->node[i]), w->node[i]->at_us);
	}
	for (int i = 0; i < w->n_flight; i++)
		printf("       under way: %s of node %d%s%s\n", w->flight[i]->type, w->flight[i]->node,
		    w->flight[i]->kind == FLIGHT_GHOST ? " (nobody waits)" : w->flight[i]->kind == FLIGHT_ANSWER ? " (answered)" : "",
		    world_is_stale(w, w->flight[i]) ? " (too late)" : "");
	hub_print(&w->hub->h);
	if (w->wrong != NULL)
		printf("     WRONG: %s\n", w->wrong);
}

void
choice_print(const struct world *w, const struct choice *c)
{
	static const char *const word[CHOICE__COUNT] = { "arrives and is answered", "is lost on its way", "arrives, and the answer is lost",
	    "finds the network closed", "is late, given up", "arrives, and the answer is late", "arrives, and the answer comes twice",
	    "answer comes", "comes at last", "time", "the network goes on", "deed" };

	printf("     - ");
	if (c->kind == CHOICE_TIME)
		printf("node %d, to %.3f s", c->what, (double)(w->node[c->what]->time[c->time] - START_US) / 1e6);
	else if (c->kind == CHOICE_DEED)
		printf("%s", world_story->deed[c->what].name);
	else if (c->kind == CHOICE_WORK)
		printf("%s", word[c->kind]);
	else
		printf("%s of node %d %s", w->flight[c->what]->type, w->flight[c->what]->node, word[c->kind]);
	if (c->dies_after > 0)
		printf("; its process dies after step %d", c->dies_after);
	printf("\n");
}

/* ---- begin and end ---- */

/* Nodes are made once; every exploration begins with them as they were made. */
static struct node_image *made[NODES_MAX];
static int n_made;

void
world_open(const struct story *s)
{
	world_story = s;
	node_can(s->day_counts, s->evidence);
	for (; n_made < s->n_nodes; n_made++) {
		world_node[n_made] = node_new(s->hub.town[n_made]);
		step_begin(world_node, n_made + 1);
		node_settle(world_node[n_made], START_US);
		made[n_made] = node_keep(world_node[n_made], START_US);
		made[n_made]->users++;
	}
}

void
world_end(void)
{
	for (int i = 0; i < n_made; i++)
		made[i]->users--;
	step_end();
	while (n_made > 0) {
		node_free(world_node[--n_made]);
		world_node[n_made] = NULL;
	}
}

void
world_first(struct world *w)
{
	struct hub nothing;

	memset(w, 0, sizeof(*w));
	memset(&nothing, 0, sizeof(nothing));
	w->now_us = START_US;
	for (int i = 0; i < world_story->n_nodes; i++) {
		w->node[i] = made[i];
		made[i]->users++;
		node_image_mark(step_stand(i, made[i]), made[i]);
	}
	w->hub = hub_keep(&nothing);
	w->hub->users++;
	world_story->begin(w);
}

void
world_request(struct world *w, int node, const char *words, const char *const *field, const char *const *value,
    int n_fields)
{
	struct blow b;

	apply(w, node, step_ask(node, w->node[node], w->now_us, words,
	    field, value, n_fields));
	while (next_quiet(w, node, &b))
		(void)move(w, node, b, 0);
	forget(w);
}

static void
take_first(void *given, const struct choice *c)
{
	struct choice *best = given;

	if (best->kind == CHOICE__COUNT && (c->kind == CHOICE_PASS || c->kind == CHOICE_WORK || c->kind == CHOICE_DELIVER))
		*best = *c;
}

void
world_calm(struct world *w)
{
	struct world next;

	for (int turns = 0; turns < 500; turns++) {
		struct choice c = { .kind = CHOICE__COUNT };
		int64_t soonest = w->now_us + 60 * US;

		(void)world_choices(w, take_first, &c);
		for (int n = 0; n < world_story->n_nodes && c.kind == CHOICE__COUNT; n++)
			for (int i = 0; i < w->node[n]->n_times; i++)
				if (w->node[n]->time[i] > w->node[n]->at_us && w->node[n]->time[i] < soonest) {
					soonest = w->node[n]->time[i];
					c = (struct choice){ .kind = CHOICE_TIME, .what = n, .time = i };
				}
		if (c.kind == CHOICE__COUNT)
			return;
		(void)world_go(w, &c, &next);
		world_drop(w);
		*w = next;
	}
	printf("     it never rests\n");
	world_print(w);
	abort();
}

void
world_wait(struct world *w, int node)
{
	struct choice c = { .kind = CHOICE_TIME, .what = node };
	const struct node_image *n = w->node[node];
	struct world next;

	while (c.time < n->n_times && n->time[c.time] <= n->at_us)
		c.time++;
	(void)world_go(w, &c, &next);
	world_drop(w);
	*w = next;
}

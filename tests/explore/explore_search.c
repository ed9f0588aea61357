#include "tests/explore/explore_search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOBODY (-1)
#define CHOICES_MAX 128			/* of one state: flights by what may befall each, nodes, deeds */

struct state {
	uint64_t mark;
	int parent, depth;
	struct choice by;
	bool good, is_cut, reaches;
};
struct edge { int from, to; };
struct waiting { struct world world; int state; struct waiting *next; };

static struct state *states;
static int n_states, room;
static int *bucket;
static int buckets;
static struct edge *edges;
static long n_edges, edge_room;
static struct waiting *first, **last;

static void *
need(void *p)
{
	if (p == NULL)
		abort();
	return p;
}

static int
find(uint64_t mark)
{
	for (int at = (int)(mark & (uint64_t)(buckets - 1)); bucket[at] != 0; at = (at + 1) & (buckets - 1))
		if (states[bucket[at] - 1].mark == mark)
			return bucket[at] - 1;
	return NOBODY;
}

static void
insert(int i)
{
	int at;

	for (at = (int)(states[i].mark & (uint64_t)(buckets - 1)); bucket[at] != 0; at = (at + 1) & (buckets - 1))
		;
	bucket[at] = i + 1;
}

static int
add(uint64_t mark, int parent, const struct choice *by)
{
	if (n_states == room) {
		room = room == 0 ? 4096 : room * 2;
		states = need(realloc(states, (size_t)room * sizeof(*states)));
	}
	states[n_states] = (struct state){ .mark = mark, .parent = parent, .depth = parent == NOBODY ? 0 : states[parent].depth + 1 };
	if (by != NULL)
		states[n_states].by = *by;
	if (++n_states * 2 >= buckets) {
		buckets = buckets == 0 ? 16384 : buckets * 2;
		free(bucket);
		bucket = need(calloc((size_t)buckets, sizeof(*bucket)));
		for (int i = 0; i < n_states; i++)
			insert(i);
	} else
		insert(n_states - 1);
	return n_states - 1;
}

static void
join(int from, int to)
{
	if (n_edges == edge_room) {
		edge_room = edge_room == 0 ? 16384 : edge_room * 2;
		edges = need(realloc(edges, (size_t)edge_room * sizeof(*edges)));
	}
	edges[n_edges++] = (struct edge){ from, to };
}

static void
push(struct world *w, int state)
{
	struct waiting *q = need(malloc(sizeof(*q)));

	q->world = *w;
	q->state = state;
	q->next = NULL;
	*last = q;
	last = &q->next;
}

/* The way there, choice by choice, gone once more. */
static void
show_way(const struct world *start, int state)
{
	int way[4000], n = 0;
	struct world w, next;

	for (int i = state; states[i].parent != NOBODY && n < 4000; i = states[i].parent)
		way[n++] = i;
	world_copy(&w, start);
	while (n-- > 0) {
		choice_print(&w, &states[way[n]].by);
		(void)world_go(&w, &states[way[n]].by, &next);
		world_drop(&w);
		w = next;
	}
	world_print(&w);
	world_drop(&w);
}

struct all { struct choice choice[CHOICES_MAX]; int n; };

static void
collect(void *given, const struct choice *c)
{
	struct all *a = given;

	/* One that is left out would be a hole in what "whole" says. */
	if (a->n == CHOICES_MAX)
		abort();
	a->choice[a->n++] = *c;
}

/* Without its death. */
static int
is_fault_kind(const struct choice *c)
{
	struct choice alive = *c;

	alive.dies_after = 0;
	return choice_is_fault(&alive);
}

static bool
can_die(const struct choice *c)
{
	return c->kind == CHOICE_PASS || c->kind == CHOICE_DELIVER || c->kind == CHOICE_TIME || c->kind == CHOICE_DEED;
}

/* From every state a good one, without a further fault? */
static int
stuck(void)
{
	long *at = need(calloc((size_t)n_states + 1, sizeof(*at)));
	int *from = need(malloc(((size_t)n_edges + 1) * sizeof(*from)));
	int *todo = need(malloc(((size_t)n_states + 1) * sizeof(*todo)));
	int n = 0, found = NOBODY;

	for (long e = 0; e < n_edges; e++)
		at[edges[e].to + 1]++;
	for (int i = 0; i < n_states; i++)
		at[i + 1] += at[i];
	for (long e = 0; e < n_edges; e++)
		from[at[edges[e].to]++] = edges[e].from;
	for (int i = n_states; i > 0; i--)
		at[i] = at[i - 1];
	at[0] = 0;
	for (int i = 0; i < n_states; i++)
		if (states[i].good || states[i].is_cut) {
			states[i].reaches = true;
			todo[n++] = i;
		}
	while (n > 0) {
		int to = todo[--n];

		for (long e = at[to]; e < at[to + 1]; e++)
			if (!states[from[e]].reaches) {
				states[from[e]].reaches = true;
				todo[n++] = from[e];
			}
	}
	for (int i = 0; i < n_states && found == NOBODY; i++)
		if (!states[i].reaches)
			found = i;
	free(at);
	free(from);
	free(todo);
	return found;
}

static void
check(struct world *w)
{
	if (w->wrong[0] == '\0')
		world_story->look(w);
}

void
search_run(const struct story *s, bool is_long, bool shows, struct search *ret)
{
	struct world start;
	int bad = NOBODY;

	memset(ret, 0, sizeof(*ret));
	n_states = 0;
	n_edges = 0;
	free(bucket);
	bucket = NULL;
	buckets = 0;
	first = NULL;
	last = &first;
	world_open(s);
	world_first(&start);
	start.losses = s->bound[is_long][0];
	start.doubles = s->bound[is_long][1];
	start.deaths = s->bound[is_long][2];
	start.faults = s->bound[is_long][3];
	check(&start);
	{
		struct world w;

		world_copy(&w, &start);
		push(&w, add(world_mark(&w), NOBODY, NULL));
		states[0].good = world_is_good(&w);
	}
	if (start.wrong[0] != '\0') {
		memcpy(ret->wrong, start.wrong, sizeof(ret->wrong));
		bad = 0;
	}
	ret->is_whole = true;
	while (first != NULL && bad == NOBODY) {
		struct waiting *q = first;
		struct all all = { .n = 0 };

		if ((first = q->next) == NULL)
			last = &first;
		if (n_states >= s->most[is_long])
			ret->is_whole = false;
		else
			states[q->state].is_cut = world_choices(&q->world, collect, &all);
		for (int i = 0; i < all.n && bad == NOBODY; i++) {
			for (int dies = 0; bad == NOBODY; dies++) {
				struct choice c = all.choice[i];
				struct world w;
				uint64_t mark;
				int to;

				if (dies > 0 && (!can_die(&c) || q->world.deaths == 0 || q->world.faults <= is_fault_kind(&c)))
					break;
				c.dies_after = dies;
				if (!world_go(&q->world, &c, &w)) {
					world_drop(&w);
					break;
				}
				ret->transitions++;
				mark = world_mark(&w);
				if ((to = find(mark)) == NOBODY) {
					to = add(mark, q->state, &c);
					check(&w);
					states[to].good = w.wrong[0] == '\0' && world_is_good(&w);
					if (w.wrong[0] != '\0') {
						bad = to;
						memcpy(ret->wrong, w.wrong, sizeof(ret->wrong));
					}
					push(&w, to);
				} else
					world_drop(&w);
				if (!choice_is_fault(&c))
					join(q->state, to);
			}
		}
		world_drop(&q->world);
		free(q);
	}
	while (first != NULL) {
		struct waiting *q = first;

		/* What was not gone on from is no dead end. */
		states[q->state].is_cut = true;
		first = q->next;
		world_drop(&q->world);
		free(q);
	}
	for (int i = 0; i < n_states; i++) {
		ret->good += states[i].good;
		ret->cut += states[i].is_cut;
		if (states[i].depth > ret->deepest)
			ret->deepest = states[i].depth;
	}
	ret->states = n_states;
	if (bad == NOBODY && ret->is_whole && (bad = stuck()) != NOBODY)
		(void)snprintf(ret->wrong, sizeof(ret->wrong), "no good end is reached from here any more");
	if (bad != NOBODY && shows) {
		printf("     %s: %s\n", s->name, ret->wrong);
		show_way(&start, bad);
	}
	world_drop(&start);
	free(states);
	states = NULL;
	room = 0;
	free(edges);
	edges = NULL;
	edge_room = 0;
	free(bucket);
	bucket = NULL;
	buckets = 0;
}

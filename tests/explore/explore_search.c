#include "tests/explore/explore_search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOBODY (-1)
#define CHOICES_MAX 400			/* of one state: flights by what may befall each, nodes, deeds */

struct state {
	uint64_t mark, same;		/* same: world_mark, where the mark is a finer one */
	uint64_t next;			/* the set of those that come of it, by world_mark */
	int parent, depth;
	struct choice by;
	int64_t at_us;			/* the earliest clock at which it was reached */
	bool good, is_cut, reaches, is_gone_on;
};
struct edge { int from, to; };
struct waiting { struct world world; int state; long nth; };

static struct state *states;
static int n_states, room;
static int *bucket;
static int buckets;
static struct edge *edges;
static long n_edges, edge_room;
static struct waiting **heap;		/* the earliest first, and of those the one that came first */
static long n_heap, heap_room, n_pushed;

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
add(uint64_t mark, uint64_t same, int parent, const struct choice *by)
{
	if (n_states == room) {
		room = room == 0 ? 4096 : room * 2;
		states = need(realloc(states, (size_t)room * sizeof(*states)));
	}
	states[n_states] = (struct state){ .mark = mark, .same = same, .parent = parent, .depth = parent == NOBODY ? 0 : states[parent].depth + 1 };
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

static bool
is_before(const struct waiting *a, const struct waiting *b)
{
	return a->world.now_us != b->world.now_us ? a->world.now_us < b->world.now_us : a->nth < b->nth;
}

static void
push(struct world *w, int state)
{
	struct waiting *q = need(malloc(sizeof(*q)));
	long at;

	q->world = *w;
	q->state = state;
	q->nth = n_pushed++;
	states[state].at_us = w->now_us;
	if (n_heap == heap_room) {
		heap_room = heap_room == 0 ? 4096 : heap_room * 2;
		heap = need(realloc(heap, (size_t)heap_room * sizeof(struct waiting *)));
	}
	for (at = n_heap++; at > 0 && is_before(q, heap[(at - 1) / 2]); at = (at - 1) / 2)
		heap[at] = heap[(at - 1) / 2];
	heap[at] = q;
}

/* NULL: none waits. */
static struct waiting *
pull(void)
{
	struct waiting *q, *moved;
	long at = 0, down;

	if (n_heap == 0)
		return NULL;
	q = heap[0];
	moved = heap[--n_heap];
	while ((down = 2 * at + 1) < n_heap) {
		if (down + 1 < n_heap && is_before(heap[down + 1], heap[down]))
			down++;
		if (!is_before(heap[down], moved))
			break;
		heap[at] = heap[down];
		at = down;
	}
	heap[at] = moved;
	return q;
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

/* What comes of one state, each once. */
#define CAME_MAX 4096
struct came { uint64_t mark[CAME_MAX]; int n; };

static void
comes(struct came *c, uint64_t mark)
{
	for (int i = 0; i < c->n; i++)
		if (c->mark[i] == mark)
			return;
	if (c->n == CAME_MAX)
		abort();
	c->mark[c->n++] = mark;
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

static int
by_same(const void *x, const void *y)
{
	const struct state *a = x, *b = y;

	return a->same < b->same ? -1 : a->same > b->same;
}

/* The set of states, and of those that may stay, whatever the order. */
static void
count_sets(struct search *ret)
{
	bool good = false;

	qsort(states, (size_t)n_states, sizeof(*states), by_same);
	for (int i = 0; i < n_states; i++) {
		good = good || states[i].good;
		if (i + 1 < n_states && states[i + 1].same == states[i].same) {
			ret->unlike += !states[i].is_cut && !states[i + 1].is_cut &&
			    (states[i].next != states[i + 1].next || states[i].good != states[i + 1].good);
			continue;
		}
		ret->different++;
		ret->set += states[i].same * UINT64_C(0x9e3779b97f4a7c15);
		if (good)
			ret->good_set += states[i].same * UINT64_C(0xbf58476d1ce4e5b9);
		good = false;
	}
}

static void
check(struct world *w)
{
	if (w->wrong == NULL)
		world_story->look(w);
}

static void
run(const struct story *s, bool is_long, bool shows, bool is_plain, struct search *ret)
{
	struct world start;
	int bad = NOBODY, told = 0;
	static struct came came;
	struct waiting *q;

	memset(ret, 0, sizeof(*ret));
	n_states = 0;
	n_edges = 0;
	free(bucket);
	bucket = NULL;
	buckets = 0;
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
		push(&w, add(is_plain ? world_mark_plain(&w) : world_mark(&w), world_mark(&w), NOBODY, NULL));
		states[0].good = world_is_good(&w);
	}
	if (start.wrong != NULL) {
		(void)snprintf(ret->wrong, sizeof(ret->wrong), "%s", start.wrong);
		bad = 0;
	}
	ret->is_whole = true;
	while (bad == NOBODY && (q = pull()) != NULL) {
		struct all all = { .n = 0 };

		if (states[q->state].is_gone_on) {	/* from an earlier one */
			world_drop(&q->world);
			free(q);
			continue;
		}
		states[q->state].is_gone_on = true;
		step_sweep();
		if (shows && n_states >= told + 50000) {
			told = n_states;
			printf("     %-14s %8d states so far, %d deep\n", s->name, n_states, states[q->state].depth);
			fflush(stdout);
		}
		if (n_states >= s->most[is_long])
			ret->is_whole = false;
		else
			states[q->state].is_cut = world_choices(&q->world, collect, &all);
		came.n = 0;
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
				mark = is_plain ? world_mark_plain(&w) : world_mark(&w);
				comes(&came, is_plain ? world_mark(&w) : mark);
				if ((to = find(mark)) != NOBODY && (states[to].is_gone_on || states[to].at_us <= w.now_us))
					world_drop(&w);
				else if (to != NOBODY) {
					/* The same sooner: more of what comes of it lies within the days of the story. */
					states[to].parent = q->state;
					states[to].by = c;
					states[to].depth = states[q->state].depth + 1;
					push(&w, to);
				} else {
					to = add(mark, is_plain ? world_mark(&w) : mark, q->state, &c);
					check(&w);
					states[to].good = w.wrong == NULL && world_is_good(&w);
					if (w.wrong != NULL) {
						bad = to;
						(void)snprintf(ret->wrong, sizeof(ret->wrong), "%s", w.wrong);
					}
					push(&w, to);
				}
				if (!choice_is_fault(&c))
					join(q->state, to);
			}
		}
		for (int i = 0; i < came.n; i++)
			states[q->state].next += came.mark[i] * UINT64_C(0x9e3779b97f4a7c15);
		world_drop(&q->world);
		free(q);
	}
	while ((q = pull()) != NULL) {
		/* What was not gone on from is no dead end. */
		states[q->state].is_cut = states[q->state].is_cut || !states[q->state].is_gone_on;
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
	count_sets(ret);
	step_end();
	free(states);
	states = NULL;
	room = 0;
	free(edges);
	edges = NULL;
	edge_room = 0;
	free(heap);
	heap = NULL;
	heap_room = 0;
	free(bucket);
	bucket = NULL;
	buckets = 0;
}

void
search_run(const struct story *s, bool is_long, bool shows, struct search *ret)
{
	run(s, is_long, shows, false, ret);
}

void
search_run_plain(const struct story *s, struct search *ret)
{
	run(s, false, false, true, ret);
}

#include "tests/explore/explore_world.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exchange/message.h"

#define US INT64_C(1000000)
/* The deadline of an inquiry is nothing to wait for: whatever is lost must be found before. */
#define INQUIRY_ENDS_DAYS 59
#define START_US INT64_C(1795305600000000)		/* 2026-11-22 00:00 UTC */

struct node *world_node[NODES_MAX];
const struct story *world_story;
static struct node_image *standing[NODES_MAX];		/* as which each node stands now */
static struct world *under_way;				/* what is posted goes there */

static int
index_of(const struct node *n)
{
	int i;

	for (i = 0; world_node[i] != n; i++)
		;
	return i;
}

void
world_wrong(struct world *w, const char *what)
{
	if (w->wrong[0] == '\0')
		(void)snprintf(w->wrong, sizeof(w->wrong), "%s", what);
}

static void
posted(void *given, struct node *n, const unsigned char id[16], enum adapter_endpoint endpoint, const void *bytes,
    size_t len, const void *signature, size_t signature_len)
{
	struct world *w = under_way;
	const char *at, *end;
	struct flight *f;
	char sql[120];

	(void)given;
	assert(w != NULL && w->n_flight < FLIGHTS_MAX);
	f = &w->flight[w->n_flight++];
	memset(f, 0, sizeof(*f));
	f->node = index_of(n);
	memcpy(f->id, id, 16);
	f->endpoint = endpoint;
	f->request = blob_of(bytes, len);
	f->signature = blob_of(signature, signature_len);
	if ((at = memmem(bytes, len, "<MsgID>", 7)) != NULL)
		(void)snprintf(f->message_id, sizeof(f->message_id), "%.32s", at + 7);
	if ((at = memmem(bytes, len, "<MsgType>", 9)) != NULL && (end = memchr(at + 9, '<', 40)) != NULL)
		(void)snprintf(f->type, sizeof(f->type), "%.*s", (int)(end - at - 9), at + 9);
	/* Of somebody protected nothing leaves but what takes the copy away, and looks at what was asked before; a copy that
	 * may be there is tried on. */
	(void)snprintf(sql, sizeof(sql), "SELECT attempts FROM outbox WHERE message_id = '%s'", f->message_id);
	if ((strcmp(f->type, "SKI.InquiryRequest") == 0 || strcmp(f->type, "TKY.Correction") == 0 ||
	    (strcmp(f->type, "DBM.CopyRegister") == 0 && memmem(bytes, len, "<Segment>1<", 11) != NULL &&
	    node_number(n, sql) <= 1)) && node_number(n, "SELECT count(*) FROM person WHERE is_protected = 1") > 0)
		world_wrong(w, "something about a protected person leaves the node");
}

/* ---- states ---- */

static struct node_image *
use(struct node_image *image)
{
	image->users++;
	return image;
}

void
world_copy(struct world *to, const struct world *from)
{
	*to = *from;
	for (int i = 0; i < world_story->n_nodes; i++)
		(void)use(to->node[i]);
}

void
world_drop(struct world *w)
{
	for (int i = 0; i < world_story->n_nodes; i++)
		node_image_drop(w->node[i]);
	memset(w->node, 0, sizeof(w->node));
}

struct node *
world_at(struct world *w, int node)
{
	if (standing[node] != w->node[node]) {
		node_bring_back(world_node[node], w->node[node]);
		node_image_drop(standing[node]);
		standing[node] = use(w->node[node]);
	}
	return world_node[node];
}

/* What the node has become is part of the state from here on. */
static void
became(struct world *w, int node)
{
	struct node_image *image = node_keep(world_node[node], w->now_us);

	node_image_drop(w->node[node]);
	w->node[node] = image;
	node_image_drop(standing[node]);
	standing[node] = use(image);
	w->drawn = node_drawn;
}

static void
take_off(struct world *w, int i)
{
	for (w->n_flight--; i < w->n_flight; i++)
		w->flight[i] = w->flight[i + 1];
	memset(&w->flight[w->n_flight], 0, sizeof(w->flight[0]));
}

static bool
has_effect_there(const char *type)
{
	return strstr(type, "Fetch") == NULL;
}

/* Its process died: nobody waits for the answers, and what has left may still arrive. */
static void
haunt(struct world *w, int node)
{
	for (int i = 0; i < w->n_flight; ) {
		struct flight *f = &w->flight[i];

		if (f->node != node || f->kind == FLIGHT_GHOST)
			i++;
		else if (f->kind == FLIGHT_REQUEST && has_effect_there(f->type)) {
			f->kind = FLIGHT_GHOST;
			i++;
		} else
			take_off(w, i);
	}
}

/* ---- what may happen ---- */

struct wanted { const struct world *w; };

static bool
is_wanted(void *given, const char *message_id)
{
	const struct world *w = ((struct wanted *)given)->w;

	for (int i = 0; i < w->n_flight; i++)
		if (strcmp(w->flight[i].message_id, message_id) == 0)
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
		if (w->flight[i].kind == FLIGHT_REQUEST)
			return true;
	return false;
}

bool
world_choices(const struct world *w, void (*each)(void *given, const struct choice *c), void *given)
{
	bool is_cut = false;
	const struct story *s = world_story;
	struct choice c = { .kind = CHOICE_PASS };

	for (c.what = 0; c.what < w->n_flight; c.what++) {
		const struct flight *f = &w->flight[c.what];

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
	for (c.what = 0; c.what < hub_works(&w->hub); c.what++)
		each(given, &c);
	c.kind = CHOICE_DEED;
	for (c.what = 0; c.what < s->n_deeds; c.what++)
		if (w->deed[c.what] < s->deed[c.what].times && (s->deed[c.what].may == NULL || s->deed[c.what].may(w)))
			each(given, &c);
	/* Time goes on once what was sent has been answered, is late or is lost. */
	if (any_request(w))
		return false;
	c.kind = CHOICE_TIME;
	for (c.what = 0; c.what < s->n_nodes; c.what++) {
		const struct node_image *n = w->node[c.what];

		if ((s->asleep >> c.what & 1u) != 0)
			continue;
		for (c.time = 0; c.time < n->n_times; c.time++) {
			if (n->time[c.time] <= n->at_us)
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

static void
hear(struct world *w, const struct flight *f, struct hub_answer *answer)
{
	size_t len, signature_len;
	const void *bytes = blob_bytes(f->request, &len), *signature = blob_bytes(f->signature, &signature_len);

	hub_hear(&w->hub, &world_story->hub, f->node, f->endpoint, bytes, len, signature, signature_len, w->now_us / 1000, answer);
}

static void
tell(struct world *w, const struct flight *f, const struct hub_answer *answer)
{
	size_t len = 0;
	const void *bytes = answer != NULL ? blob_bytes(answer->blob, &len) : "";

	if (node_answer(world_node[f->node], w->now_us, f->id, f->endpoint,
	    answer != NULL ? SENDING_ANSWERED : SENDING_BROKE_OFF, answer != NULL ? 200 : 0, bytes, len,
	    answer != NULL ? answer->signer : NULL) == RC_BUG)
		world_wrong(w, "a node met a bug of its own");
}

/* Questions to which there is no news, answered at once: they change nothing, and their order neither. */
static bool
is_quiet(const struct world *w, const struct flight *f, struct hub_answer *answer)
{
	struct hub h;
	size_t len;
	const void *bytes;

	if (f->kind != FLIGHT_REQUEST)
		return false;
	if (strcmp(f->type, "DBM.CopyListFetch") != 0 && strcmp(f->type, "TKY.HeldFetch") != 0 &&
	    strcmp(f->type, "TKM.RecordFetch") != 0 && strcmp(f->type, "COR.LetterFetch") != 0 &&
	    strcmp(f->type, "TKM.EvidenceFetch") != 0)
		return false;
	h = w->hub;
	bytes = blob_bytes(f->request, &len);
	hub_hear(&h, &world_story->hub, f->node, f->endpoint, bytes, len, "", 0, w->now_us / 1000, answer);
	return answer->gist[0] == '\0' || strcmp(answer->gist, "held 0") == 0 || strcmp(answer->gist, "records 0") == 0;
}

static void
settle(struct world *w, int node, int64_t dies_after, bool *died)
{
	struct hub_answer answer;
	bool again;

	if (dies_after > 0)
		node_dies_after(world_node[node], (int)dies_after);
	(void)node_tick(world_node[node], w->now_us);
	if (node_died(world_node[node])) {
		*died = true;
		haunt(w, node);
		(void)node_tick(world_node[node], w->now_us);
	}
	do {
		again = false;
		for (int i = 0; i < w->n_flight && !again; i++)
			if (w->flight[i].node == node && is_quiet(w, &w->flight[i], &answer)) {
				struct flight f = w->flight[i];

				take_off(w, i);
				tell(w, &f, &answer);
				(void)node_tick(world_node[node], w->now_us);
				again = true;
			}
	} while (again);
}

/* Its call and the round after it, with the death at a step of either. */
static bool
after(struct world *w, int node, int dies_after)
{
	int steps = node_steps(world_node[node]);
	bool died = node_died(world_node[node]);

	if (died)
		haunt(w, node);
	settle(w, node, died || dies_after == 0 ? 0 : dies_after - steps, &died);
	became(w, node);
	return died || dies_after == 0;
}

bool
world_go(const struct world *from, const struct choice *c, struct world *w)
{
	struct hub_answer answer, *told = NULL;
	struct wanted wanted = { w };
	struct flight f;
	bool went = true;
	int node = c->what;
	int64_t t;

	world_copy(w, from);
	under_way = w;
	node_drawn = w->drawn;
	w->deaths -= c->dies_after > 0;
	w->faults -= (c->dies_after > 0) + is_fault(c->kind);
	switch (c->kind) {
	case CHOICE_TIME:
		t = from->node[node]->time[c->time];
		if (t > w->now_us)
			w->now_us = t;
		(void)world_at(w, node);
		{
			bool died = false;

			settle(w, node, c->dies_after, &died);
			became(w, node);
			went = died || c->dies_after == 0;
		}
		break;
	case CHOICE_WORK:
		(void)hub_work(&w->hub, &world_story->hub, c->what, w->now_us / 1000);
		went = c->dies_after == 0;
		break;
	case CHOICE_DEED:
		node = world_story->deed[c->what].node;
		w->deed[c->what]++;
		(void)world_at(w, node);
		node_dies_after(world_node[node], c->dies_after);
		if (world_story->deed[c->what].act(world_node[node], w->now_us) == RC_BUG)
			world_wrong(w, "an officer's act met a bug");
		/* The officer, who got no answer, looks and does it again. */
		went = after(w, node, c->dies_after);
		break;
	case CHOICE_REACH:
		f = w->flight[c->what];
		take_off(w, c->what);
		hear(w, &f, &answer);
		went = c->dies_after == 0;
		break;
	case CHOICE_PASS: case CHOICE_LOSE_REQUEST: case CHOICE_LOSE_ANSWER: case CHOICE_BUSY: case CHOICE_LATE_REQUEST:
	case CHOICE_LATE_ANSWER: case CHOICE_TWICE: case CHOICE_DELIVER: case CHOICE__COUNT:
		f = w->flight[c->what];
		node = f.node;
		take_off(w, c->what);
		(void)world_at(w, node);
		if (c->kind == CHOICE_PASS || c->kind == CHOICE_TWICE || c->kind == CHOICE_LATE_ANSWER || c->kind == CHOICE_LOSE_ANSWER)
			hear(w, &f, &answer);
		if (c->kind == CHOICE_BUSY) {
			size_t len;
			const void *bytes = blob_bytes(f.request, &len);

			hub_busy(&world_story->hub, node, f.endpoint, bytes, len, &answer);
		}
		w->losses -= c->kind == CHOICE_LOSE_REQUEST || c->kind == CHOICE_LOSE_ANSWER || c->kind == CHOICE_BUSY;
		w->doubles -= c->kind == CHOICE_LATE_REQUEST || c->kind == CHOICE_LATE_ANSWER || c->kind == CHOICE_TWICE;
		if (c->kind == CHOICE_TWICE || c->kind == CHOICE_LATE_ANSWER) {
			struct flight *more = &w->flight[w->n_flight++];

			*more = f;
			more->kind = FLIGHT_ANSWER;
			more->answer = answer;
		}
		if (c->kind == CHOICE_LATE_REQUEST) {
			w->flight[w->n_flight] = f;
			w->flight[w->n_flight++].kind = FLIGHT_GHOST;
		}
		if (c->kind == CHOICE_LATE_ANSWER) {
			went = c->dies_after == 0;
			break;
		}
		if (c->kind == CHOICE_DELIVER)
			told = &f.answer;
		else if (c->kind == CHOICE_PASS || c->kind == CHOICE_TWICE || c->kind == CHOICE_BUSY)
			told = &answer;
		node_dies_after(world_node[node], c->dies_after);
		tell(w, &f, told);
		went = after(w, node, c->dies_after);
		break;
	}
	hub_forget(&w->hub, is_wanted, &wanted);
	if (w->hub.wrong[0] != '\0')
		world_wrong(w, w->hub.wrong);
	under_way = NULL;
	return went;
}

/* ---- marks ---- */

static uint64_t
mix(uint64_t h, uint64_t v)
{
	h ^= v + UINT64_C(0x9e3779b97f4a7c15) + (h << 6) + (h >> 2);
	h *= UINT64_C(0xbf58476d1ce4e5b9);
	return h ^ h >> 29;
}

static uint64_t
mix_text(uint64_t h, const char *text)
{
	for (; *text != '\0'; text++)
		h = (h ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	return mix(h, 0);
}

uint64_t
world_mark(const struct world *w)
{
	uint64_t h = hub_mark(&w->hub), flights = 0;

	for (int n = 0; n < world_story->n_nodes; n++) {
		h = mix(h, w->node[n]->mark);
		for (int i = 0; i < w->node[n]->n_pending; i++)
			h = mix(h, hub_has_seen(&w->hub, w->node[n]->pending[i].message_id));
	}
	/* In whatever order they left. */
	for (int i = 0; i < w->n_flight; i++) {
		const struct flight *f = &w->flight[i];
		uint64_t one = mix((uint64_t)f->kind, (uint64_t)f->node);
		int place;

		for (place = 0; place < w->node[f->node]->n_pending; place++)
			if (strcmp(w->node[f->node]->pending[place].message_id, f->message_id) == 0)
				break;
		one = mix(one, place < w->node[f->node]->n_pending ? (uint64_t)place : 99);
		one = mix_text(one, f->type);
		if (f->kind == FLIGHT_ANSWER)
			one = mix_text(one, f->answer.gist);
		one = mix(one, hub_has_seen(&w->hub, f->message_id));
		flights += one * UINT64_C(0x9e3779b97f4a7c15);
	}
	h = mix(h, flights);
	h = mix(h, (uint64_t)(w->losses * 1000000 + w->doubles * 10000 + w->deaths * 100 + w->faults));
	for (int i = 0; i < world_story->n_deeds; i++)
		h = mix(h, (uint64_t)w->deed[i]);
	return h;
}

/* ---- looking ---- */

bool
world_is_good(struct world *w)
{
	for (int i = 0; i < w->n_flight; i++)
		if (w->flight[i].kind != FLIGHT_GHOST)
			return false;
	if (hub_works(&w->hub) > 0)
		return false;
	for (int i = 0; i < world_story->n_nodes; i++)
		if (w->node[i]->n_pending > 0 && (world_story->asleep >> i & 1u) == 0)
			return false;
	return world_story->is_good(w);
}

void
world_print(struct world *w)
{
	printf("     at %.3f s; left: %d losses, %d doubles, %d deaths\n", (double)(w->now_us - START_US) / 1e6, w->losses, w->doubles,
	    w->deaths);
	for (int i = 0; i < world_story->n_nodes; i++) {
		printf("     node %s\n", node_town(world_node[i]));
		node_print(world_at(w, i), w->now_us);
	}
	for (int i = 0; i < w->n_flight; i++)
		printf("       under way: %s of node %d%s\n", w->flight[i].type, w->flight[i].node,
		    w->flight[i].kind == FLIGHT_GHOST ? " (nobody waits)" : w->flight[i].kind == FLIGHT_ANSWER ? " (answered)" : "");
	hub_print(&w->hub);
	if (w->wrong[0] != '\0')
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
		printf("%s of node %d %s", w->flight[c->what].type, w->flight[c->what].node, word[c->kind]);
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
	node_post_to(posted, NULL);
	for (; n_made < s->n_nodes; n_made++) {
		world_node[n_made] = node_new(s->hub.town[n_made]);
		node_settle(world_node[n_made], START_US);
		made[n_made] = node_keep(world_node[n_made], START_US);
		standing[n_made] = use(made[n_made]);
	}
}

void
world_end(void)
{
	while (n_made > 0) {
		node_image_drop(standing[--n_made]);
		node_image_drop(made[n_made]);
		standing[n_made] = NULL;
		node_free(world_node[n_made]);
		world_node[n_made] = NULL;
	}
}

void
world_first(struct world *w)
{
	memset(w, 0, sizeof(*w));
	w->now_us = START_US;
	node_drawn = 0;
	for (int i = 0; i < world_story->n_nodes; i++)
		w->node[i] = use(made[i]);
	world_story->begin(w);
}

void
world_request(struct world *w, int node, const char *words, const char *const *field, const char *const *value,
    int n_fields)
{
	under_way = w;
	node_drawn = w->drawn;
	(void)world_at(w, node);
	if (node_request(world_node[node], w->now_us, words, field, value, n_fields) != RC_OK) {
		printf("     %s: %s\n", words, node_text(world_node[node]));
		abort();
	}
	(void)after(w, node, 0);
	under_way = NULL;
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

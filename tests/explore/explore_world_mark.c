#include <stdio.h>
#include <string.h>

#include "tests/explore/explore_blob.h"
#include "tests/explore/explore_world.h"

bool
world_is_stale(const struct world *w, const struct flight *f)
{
	int fetched = w->node[f->node]->fetched;
	size_t len;
	const void *bytes = blob_bytes(f->request, &len);
	char after[33];

	if (strcmp(f->type, "COR.LetterFetch") != 0 || fetched == 0)
		return false;
	(void)snprintf(after, sizeof(after), "%015d", fetched);
	return memmem(bytes, len, after, 15) == NULL;
}

static uint64_t
mark_text(uint64_t h, const char *text)
{
	return mark_bytes(h, text, strlen(text) + 1);
}

uint64_t
world_mark(const struct world *w)
{
	uint64_t h, flights = 0;
	int fetched[HUB_TOWNS] = { 0 };

	for (int n = 0; n < world_story->n_nodes; n++)
		fetched[n] = w->node[n]->fetched;
	h = hub_mark(&w->hub->h, fetched);
	for (int n = 0; n < world_story->n_nodes; n++) {
		h = mark_value(h, w->node[n]->mark);
		if (world_may_fail(w))
			h = mark_value(h, w->node[n]->failing);
		for (int i = 0; i < w->node[n]->n_pending; i++)
			h = mark_value(h, hub_has_seen(&w->hub->h, w->node[n]->pending[i].message_id));
	}
	/* In whatever order they left. */
	for (int i = 0; i < w->n_flight; i++) {
		const struct flight *f = w->flight[i];
		bool is_letter = strcmp(f->type, "COR.LetterFetch") == 0;
		uint64_t one = mark_value((uint64_t)f->kind, (uint64_t)f->node);
		int place;

		for (place = 0; place < w->node[f->node]->n_pending; place++)
			if (strcmp(w->node[f->node]->pending[place].message_id, f->message_id) == 0)
				break;
		one = mark_value(one, place < w->node[f->node]->n_pending ? (uint64_t)place : 99);
		one = mark_text(one, f->type);
		if (f->kind == FLIGHT_ANSWER && !is_letter)
			one = mark_text(one, f->answer.gist);
		if (is_letter)
			one = mark_value(one, world_is_stale(w, f));
		one = mark_value(one, hub_has_seen(&w->hub->h, f->message_id));
		if (f->kind != FLIGHT_GHOST) {
			int weighs = node_image_weighs(w->node[f->node], f->endpoint, &f->call);

			one = mark_value(one, weighs == 1 && !world_may_fail(w) ? 0 : (uint64_t)weighs);
		}
		flights += one * UINT64_C(0x9e3779b97f4a7c15);
	}
	h = mark_value(h, flights);
	h = mark_value(h, (uint64_t)(w->losses * 1000000 + w->doubles * 10000 + w->deaths * 100 + w->faults));
	for (int i = 0; i < world_story->n_deeds; i++)
		h = mark_value(h, (uint64_t)w->deed[i]);
	return h;
}

uint64_t
world_mark_plain(const struct world *w)
{
	uint64_t h = mark_value(world_mark(w), hub_mark_plain(&w->hub->h)), flights = 0;

	for (int n = 0; n < world_story->n_nodes; n++)
		h = mark_value(h, w->node[n]->plain_mark);
	for (int i = 0; i < w->n_flight; i++)
		if (w->flight[i]->kind == FLIGHT_ANSWER)
			flights += mark_text((uint64_t)w->flight[i]->node + 1, w->flight[i]->answer.gist);
	return mark_value(h, flights);
}

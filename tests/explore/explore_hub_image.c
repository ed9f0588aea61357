#include "tests/explore/explore_hub_room.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool
hub_has_seen(const struct hub *h, const char *message_id)
{
	for (int i = 0; i < h->n_seen; i++)
		if (strcmp(h->seen[i].id, message_id) == 0)
			return true;
	return false;
}

void
hub_forget(struct hub *h, bool (*is_wanted)(void *given, const char *message_id), void *given)
{
	int n = 0;

	for (int i = 0; i < h->n_seen; i++)
		if (is_wanted(given, h->seen[i].id))
			h->seen[n++] = h->seen[i];
	memset(&h->seen[n], 0, (size_t)(HUB_SEEN - n) * sizeof(h->seen[0]));
	h->n_seen = n;
}

static uint64_t
mark_code(const struct hub *h, int i)
{
	int v[5] = { 1, h->code[i].town, h->code[i].person, (int)h->code[i].state, h->code[i].used };

	return mark_bytes(0, v, sizeof(v));
}

static uint64_t
mark_copy(const struct hub *h, int i)
{
	bool is_dose = strlen(h->copy[i].key) > 20;
	int v[6] = { 2, h->copy[i].town, h->copy[i].person, is_dose ? h->copy[i].version : 0, h->copy[i].no_auto,
	    h->copy[i].erased };

	return mark_bytes(0, v, sizeof(v));
}

static uint64_t
mark_inquiry(const struct hub *h, int i)
{
	int v[8] = { 3, h->inquiry[i].town, h->inquiry[i].provider, h->inquiry[i].person, (int)h->inquiry[i].progress,
	    h->inquiry[i].decision, h->inquiry[i].status, h->inquiry[i].n_told };
	uint64_t one = mark_bytes(0, v, sizeof(v));

	for (int k = 0; k < h->inquiry[i].n_told; k++)
		if (strlen(h->inquiry[i].told[k].key) > 20)
			one = mark_bytes(one, &h->inquiry[i].told[k].version, sizeof(int));
	return one;
}

/* What it is and says, without its ids and times. */
static uint64_t
mark_letter(const struct hub *h, int i, int place)
{
	static const char *const type[] = { "<MsgType>TKY.Correction<", "<MsgType>SKI.CorrectionReceipt<", "<MsgType>TKM.DayCount<",
	    "<MsgType>TKM.DayReceipt<" };
	static const char *const says[] = { "<Outcome>", "<Provided>", "<Refused>" };
	int v[6] = { 4, h->letter[i].from, h->letter[i].to, place, 0, 0 };
	size_t len;
	const char *bytes = blob_bytes(h->letter[i].blob, &len), *at;
	uint64_t one;

	for (size_t t = 0; t < sizeof(type) / sizeof(type[0]); t++)
		if (memmem(bytes, len, type[t], strlen(type[t])) != NULL)
			v[4] = (int)t;
	if ((at = memmem(bytes, len, "<RecordVersion>", 15)) != NULL)
		v[5] = atoi(at + 15);
	one = mark_bytes(0, v, sizeof(v));
	for (size_t k = 0; k < sizeof(says) / sizeof(says[0]); k++)
		if ((at = memmem(bytes, len, says[k], strlen(says[k]))) != NULL)
			one = mark_bytes(one, at, (size_t)((const char *)memchr(at, '/', len - (size_t)(at - bytes)) - at));
	return one;
}

/*
 * What may still come of it.  Copies, inquiries and codes are told apart by what they are, not by the order in which
 * they came; of letters those count that their town has not fetched, in their order.
 */
uint64_t
hub_mark(const struct hub *h, const int fetched[HUB_TOWNS])
{
	uint64_t sum = 0;
	int nth[HUB_TOWNS] = { 0 };

	for (int i = 0; i < h->n_code; i++)
		sum += mark_code(h, i);
	for (int i = 0; i < h->n_copy; i++)
		sum += mark_copy(h, i);
	for (int i = 0; i < h->n_inquiry; i++)
		sum += mark_inquiry(h, i);
	for (int i = 0; i < h->n_letter; i++) {
		int to = h->letter[i].to;

		if (++nth[to] > fetched[to])
			sum += mark_letter(h, i, nth[to] - fetched[to]);
	}
	return mark_value(UINT64_C(0x84222325cbf29ce4), sum);
}

uint64_t
hub_mark_plain(const struct hub *h)
{
	uint64_t m = UINT64_C(0x84222325cbf29ce4);

	for (int i = 0; i < h->n_code; i++)
		m = mark_value(m, mark_code(h, i));
	for (int i = 0; i < h->n_copy; i++)
		m = mark_value(m, mark_copy(h, i));
	for (int i = 0; i < h->n_inquiry; i++)
		m = mark_value(m, mark_inquiry(h, i));
	for (int i = 0; i < h->n_letter; i++)
		m = mark_value(m, mark_letter(h, i, 0));
	return m;
}

/* ---- kept ---- */

#define BUCKETS 65536

static struct hub_image *bucket[BUCKETS];
static long n_images;

struct hub_image *
hub_keep(const struct hub *h)
{
	uint64_t hash = mark_bytes(UINT64_C(0xcbf29ce484222325), h, sizeof(*h));
	struct hub_image **at = &bucket[hash % BUCKETS], *i;

	for (i = *at; i != NULL; i = i->next)
		if (i->hash == hash && memcmp(&i->h, h, sizeof(*h)) == 0)
			return i;
	if ((i = calloc(1, sizeof(*i))) == NULL)
		abort();
	i->h = *h;
	i->hash = hash;
	i->next = *at;
	*at = i;
	n_images++;
	return i;
}

static void
forget_heard(struct hub_image *i)
{
	struct hub_heard *next;

	for (; i->heard != NULL; i->heard = next) {
		next = i->heard->next;
		free(i->heard);
	}
}

long
hub_images(void)
{
	return n_images;
}

void
hub_images_sweep(void)
{
	for (int b = 0; b < BUCKETS; b++)
		for (struct hub_image **at = &bucket[b], *i; (i = *at) != NULL; ) {
			forget_heard(i);
			if (i->users > 0)
				at = &i->next;
			else {
				*at = i->next;
				free(i);
				n_images--;
			}
		}
}

struct hub_image *
hub_image_hear(struct hub_image *from, const struct hub_world *w, int town, enum adapter_endpoint endpoint, int request,
    int signature, int64_t now_ms, const struct hub_answer **ret_answer)
{
	size_t len, signature_len;
	const void *bytes = blob_bytes(request, &len), *by = blob_bytes(signature, &signature_len);
	struct hub_heard *one;
	struct hub next;

	for (one = from->heard; one != NULL; one = one->next)
		if (one->request == request && one->signature == signature && one->town == town && one->endpoint == endpoint &&
		    one->now_ms == now_ms)
			break;
	if (one == NULL) {
		if ((one = calloc(1, sizeof(*one))) == NULL)
			abort();
		*one = (struct hub_heard){ .next = from->heard, .request = request, .signature = signature, .town = town,
		    .endpoint = endpoint, .now_ms = now_ms };
		next = from->h;
		hub_hear(&next, w, town, endpoint, bytes, len, by, signature_len, now_ms, &one->answer);
		one->to = hub_keep(&next);
		from->heard = one;
	}
	*ret_answer = &one->answer;
	return one->to;
}

void
hub_print(const struct hub *h)
{
	for (int i = 0; i < h->n_code; i++)
		printf("       network: code town %d person %d state %d used %d\n", h->code[i].town, h->code[i].person,
		    (int)h->code[i].state, h->code[i].used);
	for (int i = 0; i < h->n_copy; i++)
		printf("       network: copy town %d person %d version %d%s%s\n", h->copy[i].town, h->copy[i].person, h->copy[i].version,
		    h->copy[i].no_auto ? " held back" : "", h->copy[i].erased ? " erased" : "");
	for (int i = 0; i < h->n_inquiry; i++)
		printf("       network: inquiry of %d to %d progress %d decision %d status %d told %d\n", h->inquiry[i].town,
		    h->inquiry[i].provider, (int)h->inquiry[i].progress, h->inquiry[i].decision, h->inquiry[i].status,
		    h->inquiry[i].n_told);
	for (int i = 0; i < h->n_letter; i++)
		printf("       network: letter from %d to %d\n", h->letter[i].from, h->letter[i].to);
	if (h->wrong != NULL)
		printf("       network: %s\n", h->wrong);
}


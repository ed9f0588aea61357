#include "tests/explore/explore_step.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/explore/explore_blob.h"
#include "tests/explore/explore_disk.h"

#define PAGES_MUCH 400000L		/* of 4 KiB, in images */
#define HUBS_MUCH 40000L

static struct node *const *node_of;
static int n_node;
static struct node_image *standing[NODES_MAX];	/* as which each node stands now */
static struct node_step *under_way;		/* what is posted goes there */

const struct flight *
flight_of(const struct flight *f)
{
	size_t len;

	return blob_bytes(blob_of(f, sizeof(*f)), &len);
}

static int
index_of(const struct node *n)
{
	int i;

	for (i = 0; node_of[i] != n; i++)
		;
	return i;
}

static void
posted(void *given, struct node *n, const struct peer_call *call, enum adapter_endpoint endpoint, const void *bytes,
    size_t len, const void *signature, size_t signature_len)
{
	const char *at, *end;
	struct flight f;
	char sql[120];

	(void)given;
	assert(under_way != NULL && under_way->n_posted < POSTED_MAX);
	memset(&f, 0, sizeof(f));
	f.node = index_of(n);
	f.call = *call;
	f.endpoint = endpoint;
	f.request = blob_of(bytes, len);
	f.signature = blob_of(signature, signature_len);
	if ((at = memmem(bytes, len, "<MsgID>", 7)) != NULL)
		memcpy(f.message_id, at + 7, 32);
	if ((at = memmem(bytes, len, "<MsgType>", 9)) != NULL && (end = memchr(at + 9, '<', 40)) != NULL)
		memcpy(f.type, at + 9, (size_t)(end - at - 9) < sizeof(f.type) ? (size_t)(end - at - 9) : sizeof(f.type) - 1);
	/* Of somebody protected nothing leaves but what takes the copy away, and looks at what was asked before; a copy that
	 * may be there is tried on. */
	(void)snprintf(sql, sizeof(sql), "SELECT attempts FROM outbox WHERE message_id = '%s'", f.message_id);
	if ((strcmp(f.type, "SKI.InquiryRequest") == 0 || strcmp(f.type, "TKY.Correction") == 0 ||
	    (strcmp(f.type, "DBM.CopyRegister") == 0 && memmem(bytes, len, "<Segment>1<", 11) != NULL &&
	    node_number(n, sql) <= 1)) && node_number(n, "SELECT count(*) FROM person WHERE is_protected = 1") > 0)
		under_way->wrong = "something about a protected person leaves the node";
	under_way->posted[under_way->n_posted++] = flight_of(&f);
}

void
step_begin(struct node *const *nodes, int n_nodes)
{
	node_of = nodes;
	n_node = n_nodes;
	node_post_to(posted, NULL);
}

struct node *
step_stand(int node, struct node_image *image)
{
	if (standing[node] != image) {
		node_bring_back(node_of[node], image);
		standing[node] = image;
	}
	return node_of[node];
}

static void
tell(struct node *n, struct node_step *s)
{
	const struct blow *b = &s->blow;
	size_t len = 0;
	const void *bytes = b->answer >= 0 ? blob_bytes(b->answer, &len) : "";

	if (node_answer(n, b->now_us, &b->flight->call, b->flight->endpoint, b->answer >= 0 ? SENDING_ANSWERED : SENDING_BROKE_OFF,
	    b->answer >= 0 ? 200 : 0, bytes, len, b->answer >= 0 ? b->signer : NULL) == RC_BUG)
		s->wrong = "a node met a bug of its own";
}

/* The round after it, and the death at a step of either. */
static void
finish(struct node *n, int node, struct node_step *s)
{
	if (node_died(n))
		s->n_before = s->n_posted;
	(void)node_tick(n, s->blow.now_us);
	if (node_died(n) && !s->died) {
		if (s->n_before < 0) {
			s->n_before = s->n_posted;
			(void)node_tick(n, s->blow.now_us);
		}
		s->died = true;
	}
	if (s->n_before < 0)
		s->n_before = 0;
	s->steps = node_steps(n);
	s->to = node_keep(n, s->blow.now_us);
	standing[node] = s->to;
	under_way = NULL;
	node_dies_after(n, 0);
}

static bool
same(const struct blow *a, const struct blow *b)
{
	return a->kind == b->kind && a->now_us == b->now_us && a->dies_after == b->dies_after && a->flight == b->flight &&
	    a->answer == b->answer && a->deed == b->deed && strcmp(a->signer, b->signer) == 0;
}

const struct node_step *
step_take(int node, struct node_image *from, const struct blow *b)
{
	struct node_step *s;
	struct node *n;

	for (s = from->steps; s != NULL; s = s->next)
		if (same(&s->blow, b))
			return s;
	n = step_stand(node, from);
	standing[node] = NULL;
	if ((s = calloc(1, sizeof(*s))) == NULL)
		abort();
	s->blow = *b;
	s->n_before = -1;
	s->next = from->steps;
	from->steps = s;
	under_way = s;
	node_dies_after(n, b->dies_after);
	if (b->kind == BEFALLS_ANSWER)
		tell(n, s);
	else if (b->kind == BEFALLS_DEED && b->deed(n, b->now_us) == RC_BUG)
		s->wrong = "an officer's act met a bug";
	finish(n, node, s);
	return s;
}

const struct node_step *
step_ask(int node, struct node_image *from, int64_t now_us, const char *words, const char *const *field,
    const char *const *value, int n_fields)
{
	static struct node_step s;
	struct node *n = step_stand(node, from);

	standing[node] = NULL;
	memset(&s, 0, sizeof(s));
	s.blow.now_us = now_us;
	s.n_before = -1;
	under_way = &s;
	node_dies_after(n, 0);
	if (node_request(n, now_us, words, field, value, n_fields) != RC_OK) {
		printf("     %s: %s\n", words, node_text(n));
		abort();
	}
	finish(n, node, &s);
	return &s;
}

/* ---- looking ---- */

static int64_t *
fact(struct node_image *image, const char *sql, bool *ret_known)
{
	for (int i = 0; i < image->n_facts; i++)
		if (image->fact[i].sql == sql) {
			*ret_known = true;
			return &image->fact[i].number;
		}
	*ret_known = false;
	assert(image->n_facts < NODE_FACTS_MAX);
	image->fact[image->n_facts].sql = sql;
	return &image->fact[image->n_facts++].number;
}

int64_t
step_number(int node, struct node_image *image, const char *sql)
{
	bool known;
	int64_t *at = fact(image, sql, &known);

	if (!known)
		*at = node_number(step_stand(node, image), sql);
	return *at;
}

bool
step_holds(int node, struct node_image *image, const char *bytes)
{
	bool known;
	int64_t *at = fact(image, bytes, &known);

	if (!known)
		*at = node_holds(step_stand(node, image), bytes);
	return *at != 0;
}

/* ---- forgetting ---- */

static void
forget_steps(struct node_image *image)
{
	struct node_step *next;

	for (struct node_step *s = image->steps; s != NULL; s = next) {
		next = s->next;
		free(s);
	}
	image->steps = NULL;
	for (int i = 0; i < n_node; i++)
		if (standing[i] == image && image->users == 0)
			standing[i] = NULL;
}

void
step_sweep(void)
{
	static long stayed_pages, stayed_hubs;

	/* What stays may be much by itself: not again before as much again has come. */
	if (disk_pages() < PAGES_MUCH + 2 * stayed_pages && hub_images() < HUBS_MUCH + 2 * stayed_hubs)
		return;
	node_images_sweep(forget_steps);
	hub_images_sweep();
	stayed_pages = disk_pages();
	stayed_hubs = hub_images();
}

void
step_end(void)
{
	node_images_sweep(forget_steps);
	hub_images_sweep();
	blobs_forget();
}

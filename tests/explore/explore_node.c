#include "tests/explore/explore_node_room.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/frame.h"
#include "base/limits.h"
#include "exchange/peer.h"
#include "exchange/post.h"
#include "store/sqlite/sqlite_engine.h"
#include "store/sqlite/sqlite_pages.h"
#include "tests/explore/explore_disk.h"
#include "tests/explore/explore_mutant.h"

struct node *nodes[NODES_MAX];
int n_nodes;
node_posted *posted_to;
void *posted_given;
struct node *running, *drawing;
jmp_buf death;

int
node_index(const struct node *n)
{
	int i;

	for (i = 0; nodes[i] != n; i++)
		;
	return i;
}

/* What dies with the process. */
struct memory {
	struct breaker breaker[ADAPTER_ENDPOINT__COUNT];
	unsigned under_way[ADAPTER_ENDPOINT__COUNT];
	bool is_unsettled, more_copies, key_works, is_restored, keys_settled;
	int64_t next_round_us, maintenance_until_us, next_reseal_us, lease_until_us;
	struct fault network;
	day warned_on;
	uint64_t drawn;
	struct store store;
};

static void
to_memory(const struct action *a, struct memory *m)
{
	memcpy(m->breaker, a->breaker, sizeof(m->breaker));
	memcpy(m->under_way, a->under_way, sizeof(m->under_way));
	m->is_unsettled = a->is_unsettled;
	m->more_copies = a->more_copies;
	m->key_works = a->key_works;
	m->is_restored = a->is_restored;
	m->keys_settled = a->keys_settled;
	m->next_round_us = a->next_round_us;
	m->maintenance_until_us = a->maintenance_until_us;
	m->next_reseal_us = a->next_reseal_us;
	m->lease_until_us = a->lease_until_us;
	m->network = a->network;
	m->warned_on = a->warned_on;
}

static void
from_memory(struct action *a, const struct memory *m)
{
	memcpy(a->breaker, m->breaker, sizeof(m->breaker));
	memcpy(a->under_way, m->under_way, sizeof(a->under_way));
	a->is_unsettled = m->is_unsettled;
	a->more_copies = m->more_copies;
	a->key_works = m->key_works;
	a->is_restored = m->is_restored;
	a->keys_settled = m->keys_settled;
	a->next_round_us = m->next_round_us;
	a->maintenance_until_us = m->maintenance_until_us;
	a->next_reseal_us = m->next_reseal_us;
	a->lease_until_us = m->lease_until_us;
	a->network = m->network;
	a->warned_on = m->warned_on;
}

void
node_store_memory(struct store *s, const struct store *was)
{
	struct store keep = *s;

	dict_clear(&s->towns);
	dict_clear(&s->sources);
	dict_clear(&s->products);
	dict_clear(&s->clinics);
	keep.towns = s->towns;
	keep.sources = s->sources;
	keep.products = s->products;
	keep.clinics = s->clinics;
	*s = *was;
	s->path = keep.path;
	s->engine = keep.engine;
	s->towns = keep.towns;
	s->sources = keep.sources;
	s->products = keep.products;
	s->clinics = keep.clinics;
}

/* ---- doors ---- */

void
node_post_to(node_posted *posted, void *given)
{
	posted_to = posted;
	posted_given = given;
}

static enum rc
door_post(void *given, const struct frame *f, struct fault *why)
{
	(void)why;
	node_post_frame(given, f->kind, f->body.data, f->body.len, NULL, 0, NULL, 0);
	return RC_OK;
}

static void
flatten(struct node *n, struct frame_reader *r)
{
	struct frame_reader inner;
	struct frame_field f;

	while (frame_next(r, &f)) {
		if (f.type == FRAME_OPEN) {
			frame_enter(r, &inner);
			continue;
		}
		if (n->n_cells == CELLS_MAX || (f.type != FRAME_TEXT && f.type != FRAME_INT))
			continue;
		(void)snprintf(n->cell[n->n_cells].name, sizeof(n->cell[0].name), "%s",
		    request_tag_name((enum request_tag)f.tag));
		if (f.type == FRAME_TEXT)
			(void)snprintf(n->cell[n->n_cells].value, sizeof(n->cell[0].value), "%.*s", (int)f.len, f.text);
		else
			(void)snprintf(n->cell[n->n_cells].value, sizeof(n->cell[0].value), "%lld", (long long)f.number);
		n->n_cells++;
	}
}

static enum rc
door_reply(void *given, const struct frame *f, struct fault *why)
{
	struct node *n = given;
	struct fault said = { .rc = RC_OK };
	struct frame_reader r;

	if (f->kind == RESULT_DONE) {
		if (request_read_done(f->body.data, f->body.len, &said) != RC_OK)
			abort();
		n->done = said.rc;
		(void)snprintf(n->text, sizeof(n->text), "%s: %s", said.place, said.text);
	} else if (f->kind == RESULT_ROW && frame_read_open(&r, f->kind, f->body.data, f->body.len, why) == RC_OK) {
		n->rows++;
		n->n_cells = 0;
		flatten(n, &r);
	}
	return RC_OK;
}

/* ---- calls ---- */

static day
today(int64_t now_us)
{
	return (day){ (int32_t)((now_us / 1000000 + 9 * 3600) / 86400) };
}

static struct adapter ours;

void
node_can(bool day_counts, bool evidence)
{
	ours = adapter_reference;
	ours.can.day_counts = day_counts;
	ours.can.evidence = evidence;
	mutant_adapter(&ours);
}

static struct action *
open_action(struct node *n, int64_t now_us)
{
	const struct action_doors doors = { n, door_reply, door_post, NULL };
	struct action_place place;
	struct action *a;
	struct fault why;

	memset(&place, 0, sizeof(place));
	place.node = n->place;
	place.program = "/nowhere/watashid";
	if (action_open(&place, &n->key, &n->wire, &doors, now_us, &a, &why) != RC_OK) {
		printf("     open: %s: %s\n", why.place, why.text);
		abort();
	}
	a->adapter = &ours;
	return a;
}

/* Killed: what it knew in memory is gone, what it committed is there; then it is started. */
static void
start_anew(struct node *n)
{
	struct action *b;
	struct memory m;

	running = NULL;
	store_rollback(n->store);
	b = open_action(n, n->now_us);
	to_memory(b, &m);
	from_memory(n->action, &m);
	/* Only the store outlives it here, and its lease is that of the new one. */
	b->store = NULL;
	b->state = NODE_EMPTY;
	action_close(b);
}

static void
begin(struct node *n, int64_t now_us)
{
	n->now_us = now_us;
	running = drawing = n;
}

static void
end(struct node *n)
{
	running = NULL;
	if (n->died)
		n->dies_after = 0;
}

enum rc
node_tick(struct node *n, int64_t now_us)
{
	int64_t next = now_us;
	struct fault why;
	volatile enum rc rc = RC_OK;

	begin(n, now_us);
	if (setjmp(death) == 0) {
		for (int i = 0; i < 20 && next <= now_us; i++)
			if ((rc = action_tick(n->action, now_us, today(now_us), &next, &why)) != RC_OK)
				break;
	} else
		start_anew(n);
	end(n);
	return rc;
}

static enum request_kind
kind_of(const char *words)
{
	const struct request_shape *shape;

	for (int k = 1; k < REQUEST__COUNT; k++)
		if ((shape = request_shape((enum request_kind)k)) != NULL && strcmp(shape->name, words) == 0)
			return (enum request_kind)k;
	abort();
}

static void
put_field(struct frame *f, const struct request_shape *shape, const char *name, const char *value)
{
	for (size_t i = 0; i < shape->n_field; i++) {
		const struct request_field *d = &shape->field[i];
		day on;

		if (strcmp(request_tag_name(d->tag), name) != 0)
			continue;
		if (d->type == FRAME_INT)
			frame_put_int(f, d->tag, atoll(value));
		else if (d->type == FRAME_DAY && day_parse(value, strlen(value), &on) == RC_OK)
			frame_put_day(f, d->tag, on);
		else
			frame_put_text(f, d->tag, value);
		return;
	}
	abort();
}

enum rc
node_request(struct node *n, int64_t now_us, const char *words, const char *const *field, const char *const *value,
    int n_fields)
{
	enum request_kind kind = kind_of(words);
	struct fault why = { .rc = RC_OK };
	struct request r;
	struct frame f;
	int fd = -1;

	n->rows = n->n_cells = 0;
	n->done = RC_BUG;
	n->text[0] = '\0';
	frame_init(&f, (uint16_t)kind);
	for (int i = 0; i < n_fields; i++) {
		if (strcmp(field[i], "file") != 0)
			put_field(&f, request_shape(kind), field[i], value[i]);
		else if ((fd = memfd_create("people", 0)) < 0 ||
		    write(fd, value[i], strlen(value[i])) != (ssize_t)strlen(value[i]) || lseek(fd, 0, SEEK_SET) != 0)
			abort();
	}
	if (request_read(f.kind, f.body.data, f.body.len, fd, &r, &why) != RC_OK) {
		(void)snprintf(n->text, sizeof(n->text), "%s: %s", why.place, why.text);
		n->done = why.rc;
	} else {
		begin(n, now_us);
		if (setjmp(death) == 0) {
			if (action_request(n->action, &r, 1, now_us, today(now_us), &why) != RC_OK)
				abort();
		} else {
			start_anew(n);
			n->done = RC_PENDING;
		}
		end(n);
	}
	frame_clear(&f);
	if (fd >= 0)
		(void)close(fd);
	return n->done;
}

const char *
node_text(const struct node *n)
{
	return n->text;
}

int
node_rows(const struct node *n)
{
	return n->rows;
}

const char *
node_cell(const struct node *n, const char *name)
{
	for (int i = 0; i < n->n_cells; i++)
		if (strcmp(n->cell[i].name, name) == 0)
			return n->cell[i].value;
	return NULL;
}

enum rc
node_answer(struct node *n, int64_t now_us, const struct peer_call *call, enum adapter_endpoint endpoint,
    enum sending_outcome outcome, long status, const void *bytes, size_t len, const char *signer)
{
	struct buf text = BUF_INIT(256);
	struct fault why = { .rc = RC_OK };
	struct frame f;
	volatile enum rc rc = RC_OK;

	frame_init(&f, POST_ANSWER);
	frame_put_bytes(&f, POST_ID, call->id, 16);
	frame_put_int(&f, POST_LEFT, call->left_ms);
	frame_put_int(&f, POST_ENDPOINT, (int)endpoint);
	frame_put_int(&f, POST_OUTCOME, (int)outcome);
	frame_put_int(&f, POST_STATUS, status);
	frame_put_bytes(&f, POST_DOCUMENT, bytes, len);
	if (signer != NULL && peer_signature_text(signer, strlen(signer), &text) == RC_OK)
		frame_put_bytes(&f, POST_SIGNATURE_TEXT, text.data, text.len);
	begin(n, now_us);
	if (setjmp(death) == 0)
		rc = action_network_answer(n->action, f.kind, f.body.data, f.body.len, now_us, today(now_us), &why);
	else
		start_anew(n);
	end(n);
	if (rc == RC_BUG)
		printf("     a bug of its own: %s: %s\n", why.place, why.text);
	frame_clear(&f);
	buf_clear(&text);
	return rc;
}

void
node_dies_after(struct node *n, int steps)
{
	n->dies_after = steps;
	n->steps = 0;
	n->died = false;
}

bool
node_died(const struct node *n)
{
	return n->died;
}

int
node_steps(const struct node *n)
{
	return n->steps;
}

const char *
node_town(const struct node *n)
{
	return n->municipality;
}

static struct node_image *images;
static long n_images;

struct node_image *
node_keep(struct node *n, int64_t now_us)
{
	struct node_image *image = calloc(1, sizeof(*image));
	struct memory *m = calloc(1, sizeof(*m));

	if (image == NULL || m == NULL)
		abort();
	image->at_us = now_us;
	image->disk = disk_keep(n->db);
	to_memory(n->action, m);
	m->drawn = n->drawn;
	m->store = *n->store;
	image->volatile_part = m;
	if ((image->next = images) != NULL)
		images->self = &image->next;
	images = image;
	image->self = &images;
	n_images++;
	return image;
}

void
node_image_mark(struct node *n, struct node_image *image)
{
	if (image->is_marked)
		return;
	image->mark = node_mark(n, image->at_us, NULL);
	node_mark_times(n, image);
	node_mark_pending(n, image);
	image->plain_mark = node_mark_history(n, image->mark);
	image->is_marked = true;
}

int
node_image_weighs(const struct node_image *image, enum adapter_endpoint endpoint, const struct peer_call *call)
{
	const struct breaker *b = &((const struct memory *)image->volatile_part)->breaker[endpoint];

	if (b->state == BREAKER_CLOSED)
		return breaker_counts(b, call->left_ms, INT64_MAX) ? 1 : 0;
	return b->state == BREAKER_PROBING && b->probe_left_ms == call->left_ms ? 2 : 0;
}

void
node_bring_back(struct node *n, const struct node_image *image)
{
	const struct memory *m = image->volatile_part;

	disk_bring_back(n->db, image->disk);
	(void)sqlite3_file_control(n->store->engine->db, "main", SQLITE_FCNTL_RESET_CACHE, NULL);
	(void)sqlite3_file_control(n->look, "main", SQLITE_FCNTL_RESET_CACHE, NULL);
	from_memory(n->action, m);
	n->drawn = m->drawn;
	node_store_memory(n->store, &m->store);
}

long
node_images(void)
{
	return n_images;
}

static void
throw_away(struct node_image *image)
{
	if ((*image->self = image->next) != NULL)
		image->next->self = image->self;
	disk_image_free(image->disk);
	free(image->volatile_part);
	free(image);
	n_images--;
}

void
node_images_sweep(void (*each)(struct node_image *image))
{
	struct node_image *next;

	for (struct node_image *i = images; i != NULL; i = next) {
		next = i->next;
		each(i);
		if (i->users == 0)
			throw_away(i);
	}
}

/* ---- begin and end ---- */

struct node *
node_new(const char *municipality)
{
	const char *build = getenv("top_builddir");
	const char *const field[] = { "municipality", "keys", "lawFile", "officer", "registrarUrl", "intermediaryUrl" };
	char keys[128], law[300];
	const char *value[] = { municipality, keys, law, "first", "https://registrar.invalid", "https://intermediary.invalid" };
	struct node *n = calloc(1, sizeof(*n));
	FILE *conf;

	if (n == NULL || n_nodes == NODES_MAX)
		abort();
	(void)snprintf(n->folder, sizeof(n->folder), "/tmp/watashi-explore-XXXXXX");
	if (mkdtemp(n->folder) == NULL)
		abort();
	(void)snprintf(n->place, sizeof(n->place), "%s/node", n->folder);
	(void)snprintf(n->db, sizeof(n->db), "%s/watashi.db", n->place);
	(void)snprintf(keys, sizeof(keys), "%s/keys", n->folder);
	(void)snprintf(law, sizeof(law), "%s/data/law/watashi.law", build != NULL ? build : ".");
	(void)snprintf(n->municipality, sizeof(n->municipality), "%s", municipality);
	message_institution_of(municipality, n->institution);
	buf_init(&n->sealed, LIMIT_WIRE_COPY_BYTES);
	vault_client_init(&n->key, 0);
	wire_client_init(&n->wire, 0);
	nodes[n_nodes++] = n;
	n->action = open_action(n, 1);
	if (node_request(n, 1, "init", field, value, 6) != RC_OK) {
		printf("     init: %s\n", n->text);
		abort();
	}
	action_close(n->action);
	n->action = NULL;
	(void)snprintf(law, sizeof(law), "%s/watashi.conf", n->place);
	if ((conf = fopen(law, "a")) == NULL || fputs("look_every = 86400\n", conf) < 0 || fclose(conf) != 0)
		abort();
	return n;
}

void
node_settle(struct node *n, int64_t now_us)
{
	sqlite3 *db;

	/* The log beside the database is folded into it: the disk in memory has no shared index for one. */
	if (sqlite_pages_open(n->db, SQLITE_OPEN_READWRITE, &db) != SQLITE_OK ||
	    sqlite3_exec(db, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL) != SQLITE_OK || sqlite3_close(db) != SQLITE_OK)
		abort();
	disk_install();
	disk_adopt(n->db);
	n->action = open_action(n, now_us);
	n->store = n->action->store;
	n->born = *n->store;
	n->born.now_us = 0;
	memset(&n->born.ids, 0, sizeof(n->born.ids));
	n->born.head_known = false;
	if (sqlite_pages_open(n->db, SQLITE_OPEN_READWRITE, &n->look) != SQLITE_OK)
		abort();
	node_mark_begin(n);
	n->settled = true;
}

static void
remove_all(const char *path)
{
	struct dirent *e;
	DIR *d = opendir(path);
	char inner[512];

	while (d != NULL && (e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		(void)snprintf(inner, sizeof(inner), "%.200s/%.255s", path, e->d_name);
		remove_all(inner);
	}
	if (d != NULL)
		(void)closedir(d);
	(void)remove(path);
}

void
node_free(struct node *n)
{
	int at = node_index(n);

	node_mark_end(n);
	sqlite3_close(n->look);
	n->store = NULL;		/* now it is really closed */
	action_close(n->action);
	disk_forget(n->db);
	vault_client_clear(&n->key);
	wire_client_clear(&n->wire);
	buf_clear(&n->sealed);
	remove_all(n->folder);
	for (n_nodes--; at < n_nodes; at++)
		nodes[at] = nodes[at + 1];
	free(n);
}

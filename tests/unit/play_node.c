#include "tests/unit/play_node.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sqlite3.h>

#include "action/action.h"
#include "action/config.h"
#include "store/store_restored.h"
#include "base/frame.h"
#include "base/limits.h"
#include "exchange/post.h"
#include "exchange/wire_process.h"
#include "tests/lib/runner.h"
#include "tests/unit/exchange_authority.h"
#include "tests/unit/play_network.h"
#include "vault/vault_key_process.h"

#define ROWS_MAX 10004
#define CELLS_MAX 24
#define WAITING_MAX 256

struct cell {
	const char *name, *value;
};
struct row {
	struct cell cell[CELLS_MAX];
	int n;
};
struct waiting {			/* an answer on its way */
	int64_t at_us;
	unsigned char id[16];
	int64_t left_ms;
	enum adapter_endpoint endpoint;
	struct play_answer answer;
	bool twice;
};

int64_t play_start_us;

struct play_node {
	char folder[64], node[96], keys[96];
	struct action *action;
	pid_t key_pid, wire_pid;
	struct vault_client key;
	struct wire_client wire;
	int post_fd;			/* what the key process hands to post */
	int64_t now_us, backup_us;
	struct waiting waiting[WAITING_MAX];
	int n_waiting;
	struct row row[ROWS_MAX];
	int n_rows;
	struct arena arena;
	char text[FAULT_PLACE_MAX + FAULT_TEXT_MAX + 4];
	enum rc done;
	char when[40];			/* type waited for; "" none */
	void (*then)(struct play_node *n);
	bool is_met;
	bool by_slices;			/* the test goes on with what is served in slices */
	char rest[256];			/* of a list that was cut off; "" none */
	char twice[40];			/* type whose next answer comes a second time with other bytes */
};

/* ---- the disk ---- */

static int disk_full;
static bool disk_met;
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);

static ssize_t
full_pwrite(int fd, const void *bytes, size_t len, off_t at)
{
	if (disk_full != 0) {
		if (disk_full > 0)
			disk_full--;
		disk_met = true;
		errno = ENOSPC;
		return -1;
	}
	return real_pwrite(fd, bytes, len, at);
}

void
play_node_disk(int writes)
{
	static const char *const name[] = { "pwrite", "pwrite64" };
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);

	for (size_t i = 0; i < 2 && real_pwrite == NULL; i++) {
		sqlite3_syscall_ptr p = vfs->xGetSystemCall(vfs, name[i]);

		if (p != NULL)
			real_pwrite = (ssize_t (*)(int, const void *, size_t, off_t))(void (*)(void))p;
	}
	for (size_t i = 0; i < 2; i++)
		(void)vfs->xSetSystemCall(vfs, name[i], (sqlite3_syscall_ptr)(void (*)(void))full_pwrite);
	disk_full = writes;
	if (writes != 0)
		disk_met = false;
}

bool
play_node_disk_met(void)
{
	return disk_met;
}

/* ---- processes ---- */

/* A process of its own with one end of a socket pair; nothing of ours stays open in it. */
static pid_t
start(int ret_fd[2], int n_pairs, int (*serve)(struct play_node *, int, int), struct play_node *n)
{
	int pair[2][2];
	pid_t pid;

	for (int i = 0; i < n_pairs; i++)
		if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair[i]) != 0)
			abort();
	fflush(stdout);
	if ((pid = fork()) < 0)
		abort();
	if (pid == 0) {
		for (int fd = 3; fd < 256; fd++)
			if (fd != pair[0][1] && (n_pairs < 2 || fd != pair[1][1]))
				(void)close(fd);
		_exit(serve(n, pair[0][1], n_pairs > 1 ? pair[1][1] : -1));
	}
	for (int i = 0; i < n_pairs; i++) {
		(void)close(pair[i][1]);
		ret_fd[i] = pair[i][0];
	}
	return pid;
}

static int
serve_key(struct play_node *n, int store_fd, int post_fd)
{
	return vault_key_serve(n->keys, PLAY_TOWN, store_fd, post_fd, NULL) == RC_OK ? 0 : 1;
}

static int
serve_wire(struct play_node *n, int store_fd, int post_fd)
{
	(void)n, (void)post_fd;
	const struct peer_files files = { .directory_pem = test_path("directory.pem"), .authority_pem = test_path("authority.crt") };

	return wire_serve(&files, store_fd, NULL) == RC_OK ? 0 : 1;
}

void
play_node_key_starts(struct play_node *n)
{
	int fd[2];

	n->key_pid = start(fd, 2, serve_key, n);
	n->key.fd = fd[0];
	n->post_fd = fd[1];
}

void
play_node_key_dies(struct play_node *n)
{
	if (n->key_pid == 0)
		return;
	(void)kill(n->key_pid, SIGKILL);
	(void)waitpid(n->key_pid, NULL, 0);
	n->key_pid = 0;
	(void)close(n->key.fd);
	(void)close(n->post_fd);
	n->key.fd = n->post_fd = -1;
}

/* ---- post ---- */

static void
carry(struct play_node *n, uint16_t kind, const void *body, size_t len)
{
	struct frame_reader r;
	struct frame_field f;
	struct waiting *w;
	const char *document = NULL;
	size_t document_len = 0;

	if (n->n_waiting == WAITING_MAX || frame_read_open(&r, kind, body, len, NULL) != RC_OK)
		abort();
	w = &n->waiting[n->n_waiting++];
	memset(w, 0, sizeof(*w));
	while (frame_next(&r, &f)) {
		if (f.tag == POST_ID)
			memcpy(w->id, f.text, 16);
		else if (f.tag == POST_LEFT)
			w->left_ms = f.number;
		else if (f.tag == POST_ENDPOINT)
			w->endpoint = (enum adapter_endpoint)f.number;
		else if (f.tag == POST_DOCUMENT) {
			document = f.text;
			document_len = f.len;
		}
	}
	w->at_us = n->now_us + PLAY_LATENCY_US;
	play_network_hear(w->endpoint, document, document_len, n->now_us / 1000, &w->answer);
	if (n->twice[0] != '\0' && memmem(document, document_len, n->twice, strlen(n->twice)) != NULL) {
		w->twice = true;
		n->twice[0] = '\0';
	}
	if (n->when[0] != '\0' && memmem(document, document_len, n->when, strlen(n->when)) != NULL)
		n->is_met = true;
}

/* Not within the node's own call: the process dies, the disk fills up, on its own. */
static void
meet(struct play_node *n)
{
	if (!n->is_met)
		return;
	n->is_met = false;
	n->when[0] = '\0';
	n->then(n);
}

void
play_node_when(struct play_node *n, const char *type, void (*then)(struct play_node *n))
{
	(void)snprintf(n->when, sizeof(n->when), "%s", type);
	n->then = then;
}

static enum rc
door_post(void *given, const struct frame *f, struct fault *why)
{
	(void)why;
	carry(given, f->kind, f->body.data, f->body.len);
	return RC_OK;
}

static void
hear_key(struct play_node *n)
{
	struct buf body = BUF_INIT(LIMIT_FRAME_BYTES);
	uint16_t kind;

	while (n->post_fd >= 0 && frame_waiting(n->post_fd, 65536, NULL) == RC_OK &&
	    frame_receive(n->post_fd, &body, &kind, NULL, NULL) == RC_OK)
		carry(n, kind, body.data, body.len);
	buf_wipe(&body);
}

static day
today(const struct play_node *n)
{
	return (day){ (int32_t)((n->now_us / 1000000 + 9 * 3600) / 86400) };
}

static void
deliver(struct play_node *n, int i)
{
	struct waiting w = n->waiting[i];
	struct fault why = { .rc = RC_OK };
	struct frame f;

	n->waiting[i] = n->waiting[--n->n_waiting];
	frame_init(&f, POST_ANSWER);
	frame_put_bytes(&f, POST_ID, w.id, 16);
	frame_put_int(&f, POST_LEFT, w.left_ms);
	frame_put_int(&f, POST_ENDPOINT, (int)w.endpoint);
	frame_put_int(&f, POST_OUTCOME, (int)w.answer.outcome);
	frame_put_int(&f, POST_STATUS, w.answer.status);
	frame_put_bytes(&f, POST_DOCUMENT, w.answer.bytes.data, w.answer.bytes.len);
	if (w.answer.signature.len > 0)
		frame_put_bytes(&f, POST_SIGNATURE_TEXT, w.answer.signature.data, w.answer.signature.len);
	if (action_network_answer(n->action, f.kind, f.body.data, f.body.len, n->now_us, today(n), &why) == RC_BUG)
		CU_FAIL("the node met a bug of its own");
	frame_clear(&f);
	if (w.twice && buf_add_char(&w.answer.bytes, '\n') == RC_OK && n->n_waiting < WAITING_MAX) {
		w.twice = false;
		w.at_us = n->now_us + PLAY_LATENCY_US;
		n->waiting[n->n_waiting++] = w;
		return;
	}
	buf_clear(&w.answer.bytes);
	buf_clear(&w.answer.signature);
}

/* ---- the clock ---- */

void
play_node_run(struct play_node *n, int64_t until_us)
{
	int64_t until = play_start_us + until_us, next = n->now_us, at;
	struct fault why;
	int i, first;

	for (int turns = 0; ; turns++) {
		if (turns > 100000) {
			CU_FAIL("the node never rests");
			return;
		}
		if (n->action == NULL)
			return;
		if (action_tick(n->action, n->now_us, today(n), &next, &why) != RC_OK)
			next = n->now_us + 10 * INT64_C(1000000);
		hear_key(n);
		meet(n);
		for (i = 0, first = -1, at = next < until ? next : until; i < n->n_waiting; i++)
			if (n->waiting[i].at_us <= at) {
				at = n->waiting[i].at_us;
				first = i;
			}
		if (at > n->now_us)
			n->now_us = at;
		if (first >= 0)
			deliver(n, first);
		else if (n->now_us >= until)
			return;
	}
}

int64_t
play_node_now(const struct play_node *n)
{
	return n->now_us - play_start_us;
}

/* ---- requests ---- */

static const char *
text_of(struct play_node *n, const struct frame_field *f)
{
	char text[32];
	int len;

	switch (f->type) {
	case FRAME_TEXT:
		return arena_text(&n->arena, f->text, f->len);
	case FRAME_INT:
		len = snprintf(text, sizeof(text), "%lld", (long long)f->number);
		return arena_text(&n->arena, text, (size_t)len);
	case FRAME_DAY:
		text[0] = '\0';
		if (day_known(f->date))
			day_write(f->date, text);
		return arena_text(&n->arena, text, strlen(text));
	case FRAME_BYTES:
	case FRAME_OPEN:
	case FRAME_CLOSE:
		break;
	}
	return "";
}

static void
flatten(struct play_node *n, struct frame_reader *r, struct row *row)
{
	struct frame_reader inner;
	struct frame_field f;

	while (frame_next(r, &f)) {
		if (f.type == FRAME_OPEN) {
			frame_enter(r, &inner);
			continue;
		}
		if (row->n < CELLS_MAX)
			row->cell[row->n++] = (struct cell){ request_tag_name((enum request_tag)f.tag), text_of(n, &f) };
	}
}

static enum rc
door_reply(void *given, const struct frame *f, struct fault *why)
{
	struct play_node *n = given;
	struct fault said = { .rc = RC_OK };
	struct frame_reader r;

	if (f->kind == RESULT_DONE) {
		if (request_read_done(f->body.data, f->body.len, &said) != RC_OK)
			return fault_set(why, RC_BUG, "play", "the end cannot be read");
		n->done = said.rc;
		(void)snprintf(n->text, sizeof(n->text), "%s: %s", said.place, said.text);
		return RC_OK;
	}
	if (f->kind == RESULT_MORE && frame_read_open(&r, f->kind, f->body.data, f->body.len, why) == RC_OK)
		for (struct frame_field field; frame_next(&r, &field); )
			if (field.tag == TAG_TEXT && field.type == FRAME_TEXT)
				(void)snprintf(n->rest, sizeof(n->rest), "%s", field.text);
	if (f->kind != RESULT_ROW || n->n_rows == ROWS_MAX)
		return RC_OK;
	if (frame_read_open(&r, f->kind, f->body.data, f->body.len, why) != RC_OK)
		return RC_BUG;
	n->row[n->n_rows].n = 0;
	flatten(n, &r, &n->row[n->n_rows++]);
	return RC_OK;
}

static enum request_kind
kind_of(const char *words)
{
	const struct request_shape *shape;

	for (int k = 1; k < REQUEST__COUNT; k++)
		if ((shape = request_shape((enum request_kind)k)) != NULL && strcmp(shape->name, words) == 0)
			return (enum request_kind)k;
	printf("     no request '%s'\n", words);
	return REQUEST_NONE;
}

static bool
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
		else if (d->type == FRAME_BYTES)
			frame_put_bytes(f, d->tag, value, strlen(value));
		else
			frame_put_text(f, d->tag, value);
		return true;
	}
	printf("     no field '%s' in '%s'\n", name, shape->name);
	return false;
}

bool
play_node_slice(struct play_node *n)
{
	bool over;

	return action_go_on(n->action, n->now_us, today(n), &over, NULL) == RC_OK && !over;
}

void
play_node_by_slices(struct play_node *n, bool on)
{
	n->by_slices = on;
}

enum rc
play_node_do(struct play_node *n, uint32_t uid, const char *words, const char *const *field,
    const char *const *value, int n_fields)
{
	enum request_kind kind = kind_of(words);
	struct fault why = { .rc = RC_OK };
	struct request r;
	struct frame f;
	bool good = kind != REQUEST_NONE;
	int fd = -1;

	arena_clear(&n->arena);
	arena_init(&n->arena, 64u << 20);
	n->n_rows = 0;
	n->done = RC_BUG;
	n->text[0] = n->rest[0] = '\0';
	if (!good)
		return RC_BUG;
	frame_init(&f, (uint16_t)kind);
	for (int i = 0; i < n_fields && good; i++) {
		if (strcmp(field[i], "file") == 0) {
			fd = memfd_create("story", 0);
			good = fd >= 0 && write(fd, value[i], strlen(value[i])) == (ssize_t)strlen(value[i]) &&
			    lseek(fd, 0, SEEK_SET) == 0;
		} else
			good = put_field(&f, request_shape(kind), field[i], value[i]);
	}
	if (good && request_read(f.kind, f.body.data, f.body.len, fd, &r, &why) == RC_OK)
		good = action_request(n->action, &r, uid, n->now_us, today(n), &why) == RC_OK;
	else {
		n->done = why.rc != RC_OK ? why.rc : RC_BUG;
		(void)snprintf(n->text, sizeof(n->text), "%s: %s", why.place, why.text);
	}
	while (good && !n->by_slices && action_is_begun(n->action))
		good = play_node_slice(n);
	hear_key(n);
	frame_clear(&f);
	if (fd >= 0)
		(void)close(fd);
	return n->done;
}

enum rc
play_node_done(const struct play_node *n)
{
	return n->done;
}

const char *
play_node_text(const struct play_node *n)
{
	return n->text;
}

int
play_node_rows(const struct play_node *n)
{
	return n->n_rows;
}

const char *
play_node_cell(const struct play_node *n, int row, const char *name)
{
	for (int i = 0; i < n->row[row].n; i++)
		if (strcmp(n->row[row].cell[i].name, name) == 0)
			return n->row[row].cell[i].value;
	return NULL;
}

const char *
play_node_rest(const struct play_node *n)
{
	return n->rest[0] != '\0' ? n->rest : NULL;
}

const char *
play_node_folder(const struct play_node *n)
{
	return n->node;
}

/* ---- begin and end ---- */

static void
open_node(struct play_node *n)
{
	const struct action_doors doors = { n, door_reply, door_post, NULL };
	struct action_place place = { n->node, "/nowhere/watashid" };
	struct fault why;

	if (action_open(&place, n->key_pid == 0 ? NULL : &n->key, &n->wire, &doors, n->now_us, &n->action, &why) != RC_OK) {
		printf("     open: %s: %s\n", why.place, why.text);
		CU_FAIL_FATAL("the node does not open");
	}
}

void
play_node_restart(struct play_node *n)
{
	while (n->n_waiting > 0) {
		n->n_waiting--;
		buf_clear(&n->waiting[n->n_waiting].answer.bytes);
		buf_clear(&n->waiting[n->n_waiting].answer.signature);
	}
	action_close(n->action);
	n->action = NULL;
	open_node(n);
}

static void
copy_database(struct play_node *n, const char *from, const char *to)
{
	char command[512];

	(void)snprintf(command, sizeof(command), "cp %s/%s %s/%s", n->node, from, n->node, to);
	if (system(command) != 0)
		abort();
}

void
play_node_backup(struct play_node *n)
{
	n->backup_us = n->now_us;
	action_close(n->action);
	copy_database(n, "watashi.db", "backup");
	open_node(n);
}

void
play_node_restored(struct play_node *n)
{
	char path[256];
	struct store *s;
	struct fault why;

	action_close(n->action);
	copy_database(n, "backup", "watashi.db");
	(void)snprintf(path, sizeof(path), "%s/watashi.db", n->node);
	if (store_open(path, STORE_WRITE, &s, &why) != RC_OK || store_begin(s, n->now_us, &why) != RC_OK ||
	    store_restored_add(s, n->now_us, n->backup_us, &why) != RC_OK || store_commit(s, &why) != RC_OK)
		abort();
	store_close(s);
	open_node(n);
}

void
play_node_twice(struct play_node *n, const char *type)
{
	(void)snprintf(n->twice, sizeof(n->twice), "%s", type);
}

void
play_node_set(struct play_node *n, const char *key, const char *value)
{
	char path[256];
	FILE *conf;

	(void)snprintf(path, sizeof(path), "%s/watashi.conf", n->node);
	if ((conf = fopen(path, "a")) == NULL || fprintf(conf, "%s = %s\n", key, value) < 0 || fclose(conf) != 0)
		abort();
	play_node_restart(n);
}

struct play_node *
play_node_new_on(day first)
{
	const char *build = getenv("top_builddir");
	char law[256];
	const char *const field[] = { "municipality", "keys", "lawFile", "officer", "registrarUrl", "intermediaryUrl" };
	const char *value[6];
	struct play_node *n = calloc(1, sizeof(*n));
	FILE *conf;
	int fd[2];

	if (n == NULL)
		abort();
	/* Nine in the morning in Japan. */
	play_start_us = (int64_t)first.n * 86400 * 1000000;
	arena_init(&n->arena, 64u << 20);
	play_network_begin(play_start_us / 1000000);
	(void)snprintf(n->folder, sizeof(n->folder), "/tmp/watashi-play-XXXXXX");
	if (mkdtemp(n->folder) == NULL)
		abort();
	(void)snprintf(n->node, sizeof(n->node), "%s/node", n->folder);
	(void)snprintf(n->keys, sizeof(n->keys), "%s/keys", n->folder);
	n->now_us = play_start_us;
	n->key.fd = n->post_fd = -1;
	vault_client_init(&n->key, -1);
	n->wire_pid = start(fd, 1, serve_wire, n);
	wire_client_init(&n->wire, fd[0]);
	open_node(n);
	(void)snprintf(law, sizeof(law), "%s/data/law/watashi.law", build != NULL ? build : ".");
	value[0] = PLAY_TOWN;
	value[1] = n->keys;
	value[2] = law;
	value[3] = "first";
	value[4] = "https://registrar.invalid";
	value[5] = "https://intermediary.invalid";
	if (play_node_do(n, 1, "init", field, value, 6) != RC_OK) {
		printf("     init: %s\n", n->text);
		CU_FAIL_FATAL("the node is not made");
	}
	action_close(n->action);
	n->action = NULL;
	/* Months go by in some stories. */
	(void)snprintf(law, sizeof(law), "%s/watashi.conf", n->node);
	if ((conf = fopen(law, "a")) == NULL || fputs("look_every = 10800\ncorrections = no\n", conf) < 0 || fclose(conf) != 0)
		abort();
	play_node_key_starts(n);
	open_node(n);
	return n;
}

struct play_node *
play_node_new(void)
{
	return play_node_new_on((day){ PLAY_START_DAY });
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
play_node_free(struct play_node *n)
{
	while (n->n_waiting > 0) {
		n->n_waiting--;
		buf_clear(&n->waiting[n->n_waiting].answer.bytes);
		buf_clear(&n->waiting[n->n_waiting].answer.signature);
	}
	action_close(n->action);
	play_node_key_dies(n);
	vault_client_clear(&n->key);
	(void)close(n->wire.fd);
	(void)waitpid(n->wire_pid, NULL, 0);
	wire_client_clear(&n->wire);
	play_network_end();
	remove_all(n->folder);
	arena_clear(&n->arena);
	free(n);
}

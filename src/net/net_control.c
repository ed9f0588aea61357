#include "net/net_control.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "net/net_limits.h"
#include "net/net_portal.h"

#define WORDS_MAX 8
/* A client that says nothing must not hold the program up. */
#define PATIENCE_SECONDS 5

struct command {
	struct net *net;
	char *words[WORDS_MAX];
	size_t n;
	struct buf *out;
	struct arena *arena;
	bool stop;
};

static enum rc
socket_address(const char *state, const char *suffix, struct sockaddr_un *ret_address,
    struct fault *why)
{
	memset(ret_address, 0, sizeof *ret_address);
	ret_address->sun_family = AF_UNIX;
	if ((size_t)snprintf(ret_address->sun_path, sizeof ret_address->sun_path, "%s/control%s.sock",
	    state, suffix) >= sizeof ret_address->sun_path)
		return fault_set(why, RC_TOO_BIG, state, "path too long for a socket");
	return RC_OK;
}

enum rc
net_control_listen(const char *state, const char *suffix, int *ret_fd, struct fault *why)
{
	struct sockaddr_un address;
	mode_t old;
	int fd, code;
	enum rc rc;

	if ((rc = socket_address(state, suffix, &address, why)) != RC_OK)
		return rc;
	if ((fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) < 0)
		return fault_set(why, RC_IO, "control", "%s", strerror(errno));
	(void)unlink(address.sun_path);
	old = umask(0177);
	code = bind(fd, (struct sockaddr *)&address, sizeof address);
	(void)umask(old);
	if (code != 0 || listen(fd, 8) != 0) {
		rc = fault_set(why, RC_IO, "control", "%s", strerror(errno));
		(void)close(fd);
		return rc;
	}
	*ret_fd = fd;
	return RC_OK;
}

void
net_control_remove(const char *state, const char *suffix)
{
	struct sockaddr_un address;

	if (socket_address(state, suffix, &address, NULL) == RC_OK)
		(void)unlink(address.sun_path);
}

/* ---- commands ---- */

static struct net_part *
part_named(struct net *net, const char *name)
{
	const struct net_part_conf *conf = net_conf_part_named(net->conf, name);
	struct net_part *p = conf != NULL ? &net->parts[conf - net->conf->parts] : NULL;

	return p != NULL && p->started ? p : NULL;
}

static struct net_part *
intermediary(struct net *net, const char *municipality)
{
	const struct net_part_conf *conf = net_conf_part(net->conf, NET_INTERMEDIARY, municipality);
	struct net_part *p = conf != NULL ? &net->parts[conf - net->conf->parts] : NULL;

	return p != NULL && p->started ? p : NULL;
}

static enum rc
not_here(struct fault *why, const char *name)
{
	return fault_set(why, RC_ABSENT, name, "is no part that runs in this process");
}

static enum rc
do_hub(struct command *c, bool closed, struct fault *why)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < c->net->n_parts; i++)
		if (c->net->parts[i].started && c->net->parts[i].conf->role != NET_REGISTRAR)
			rc = net_part_close_hours(&c->net->parts[i], closed, why);
	return rc;
}

static enum rc
do_close_hub(struct command *c, struct fault *why)
{
	return do_hub(c, true, why);
}

static enum rc
do_open_hub(struct command *c, struct fault *why)
{
	return do_hub(c, false, why);
}

static enum rc
do_close(struct command *c, struct fault *why)
{
	struct net_part *p = part_named(c->net, c->words[1]);

	return p == NULL ? not_here(why, c->words[1]) : net_part_close_hours(p, true, why);
}

static enum rc
do_open(struct command *c, struct fault *why)
{
	struct net_part *p = part_named(c->net, c->words[1]);

	return p == NULL ? not_here(why, c->words[1]) : net_part_close_hours(p, false, why);
}

static enum rc
do_status(struct command *c, struct fault *why)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < c->net->n_parts; i++) {
		struct net_part *p = &c->net->parts[i];
		int64_t waiting = 0;
		struct net_row row;
		bool closed;

		if (!p->started)
			continue;
		if ((rc = net_book_begin(p->book, why)) != RC_OK)
			return rc;
		if ((rc = net_book_row(p->book, NET_STMT_ANY_TASK_COUNT, &row, why, "")) == RC_OK) {
			waiting = net_row_int(&row, 0);
			net_row_end(&row);
		}
		net_book_rollback(p->book);
		(void)pthread_mutex_lock(&p->lock);
		closed = p->closed;
		(void)pthread_mutex_unlock(&p->lock);
		if (rc == RC_OK)
			rc = buf_printf(c->out, "%s\t%s\t%s\t%lld waiting\n", p->conf->name, p->url,
			    closed ? "closed" : "open", (long long)waiting);
	}
	return rc;
}

/* The code of a town's person; the trainer's power, nobody's on the wire. */
static enum rc
code_of(struct command *c, const char *municipality, const char *addressee, const char **ret_code,
    struct fault *why)
{
	struct net_part *p = intermediary(c->net, municipality);
	struct net_row row;
	enum rc rc;

	if (p == NULL)
		return not_here(why, municipality);
	if ((rc = net_book_begin(p->book, why)) != RC_OK)
		return rc;
	*ret_code = NULL;
	rc = net_book_row(p->book, NET_STMT_INTERMEDIARY_SUBJECT_FIND, &row, why, "t", addressee);
	if (rc == RC_OK) {
		*ret_code = net_row_text(&row, 1, c->arena);
		net_row_end(&row);
	}
	net_book_rollback(p->book);
	if (rc == RC_ABSENT || (rc == RC_OK && *ret_code == NULL))
		return fault_set(why, RC_ABSENT, municipality, "has no code for that addressee number");
	return rc;
}

static enum rc
do_link_wrong(struct command *c, struct fault *why)
{
	struct net_part *core = part_named(c->net, "core");
	const char *code, *other;
	enum rc rc;

	if (core == NULL)
		return not_here(why, "core");
	if ((rc = code_of(c, c->words[1], c->words[2], &code, why)) != RC_OK ||
	    (rc = code_of(c, c->words[3], c->words[4], &other, why)) != RC_OK ||
	    (rc = net_book_begin(core->book, why)) != RC_OK)
		return rc;
	if ((rc = net_book_run(core->book, NET_STMT_CORE_CODE_LINK_WRONG, why, "tt", code, other)) == RC_OK &&
	    net_book_changed(core->book) != 1)
		rc = fault_set(why, RC_ABSENT, "core", "does not know these codes");
	if (rc != RC_OK) {
		net_book_rollback(core->book);
		return rc;
	}
	net_log_line(&core->log, "a code was linked wrongly on purpose");
	return net_book_commit(core->book, why);
}

static enum rc
set_hold(struct command *c, const char *value, struct fault *why)
{
	struct net_part *p = intermediary(c->net, c->words[1]);
	enum rc rc;

	if (p == NULL)
		return not_here(why, c->words[1]);
	if ((rc = net_book_begin(p->book, why)) != RC_OK)
		return rc;
	if ((rc = net_book_run(p->book, NET_STMT_ANY_SETTING_PUT, why, "tt", "hold-all", value)) != RC_OK) {
		net_book_rollback(p->book);
		return rc;
	}
	return net_book_commit(p->book, why);
}

static enum rc
do_hold_all(struct command *c, struct fault *why)
{
	return set_hold(c, "1", why);
}

static enum rc
do_hold_none(struct command *c, struct fault *why)
{
	return set_hold(c, "0", why);
}

static enum rc
print_record(struct command *c, const struct net_part *p, const struct message_provision_record *r)
{
	static const char *const outcomes[] = {
		"-", "provided", "no-data", "refused", "failed", "pending"
	};
	char requested[NET_TIME_TEXT_SIZE], provided[NET_TIME_TEXT_SIZE] = "-", until[DAY_TEXT_SIZE];

	net_clock_write(r->requested_at_ms, requested);
	if (r->provided_at_ms != MESSAGE_NO_TIME)
		net_clock_write(r->provided_at_ms, provided);
	day_write(r->expires_on, until);
	return buf_printf(c->out, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%d\t%d\t%s\n",
	    r->process_no, p->conf->name, r->inquirer, r->provider, requested, provided,
	    r->affair_code, r->procedure_code, r->item_code, outcomes[r->outcome],
	    message_error_name(r->error), r->inquirer_non_disclosure, r->provider_non_disclosure,
	    until);
}

static enum rc
print_records_of(struct command *c, struct net_part *p, const char *process_no, struct fault *why)
{
	struct message_record_fetch which = { .process_no = process_no };
	struct message_record_list list = { .more = true };
	enum rc rc = net_book_begin(p->book, why);

	if (rc != RC_OK)
		return rc;
	while (rc == RC_OK && list.more) {
		rc = net_record_list(p, &which, NULL, c->arena, &list, why);
		for (size_t i = 0; rc == RC_OK && i < list.n_entries; i++)
			rc = print_record(c, p, &list.entries[i]);
		if (list.n_entries > 0)
			which.after = list.entries[list.n_entries - 1].process_no;
	}
	net_book_rollback(p->book);
	return rc;
}

static enum rc
do_records(struct command *c, struct fault *why)
{
	enum rc rc = buf_add_text(c->out, "process_no\tkept_by\tinquirer\tprovider\trequested_at\t"
	    "provided_at\tJM\tJT\tTM\toutcome\terror\tinquirer_non_disclosure\t"
	    "provider_non_disclosure\texpires_on\n");

	for (size_t i = 0; rc == RC_OK && i < c->net->n_parts; i++)
		if (c->net->parts[i].started && c->net->parts[i].conf->role != NET_REGISTRAR)
			rc = print_records_of(c, &c->net->parts[i], c->n > 1 ? c->words[1] : NULL, why);
	return rc;
}

static bool
keeps_records(const struct net_part *p)
{
	return p->started && p->conf->role != NET_REGISTRAR;
}

static enum rc
do_records_old(struct command *c, struct fault *why)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < c->net->n_parts; i++) {
		struct net_part *p = &c->net->parts[i];
		char on[DAY_TEXT_SIZE] = "-";
		int64_t n = 0;
		day until = DAY_NONE;

		if (!keeps_records(p))
			continue;
		if ((rc = net_record_old(p, &n, &until, why)) != RC_OK)
			return rc;
		if (n > 0)
			day_write(until, on);
		rc = buf_printf(c->out, "%s\t%lld\t%s\n", p->conf->name, (long long)n, on);
	}
	return rc;
}

static enum rc
do_records_purge(struct command *c, struct fault *why)
{
	struct net_part *p = part_named(c->net, c->words[1]);
	int64_t n = 0;
	enum rc rc;

	if (p == NULL || !keeps_records(p))
		return not_here(why, c->words[1]);
	if ((rc = net_record_purge(p, &n, why)) != RC_OK)
		return rc;
	return buf_printf(c->out, "%s\t%lld\n", p->conf->name, (long long)n);
}

/* At every part that runs here: whoever has a part elsewhere says it there. */
static enum rc
keep(struct command *c, enum net_stmt stmt, bool with_time, struct fault *why)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < c->net->n_parts; i++) {
		struct net_part *p = &c->net->parts[i];

		if (!keeps_records(p))
			continue;
		if ((rc = net_book_begin(p->book, why)) != RC_OK)
			return rc;
		rc = with_time ? net_book_run(p->book, stmt, why, "ti", c->words[1], net_clock_ms(&p->net->clock)) :
		    net_book_run(p->book, stmt, why, "t", c->words[1]);
		if (rc == RC_OK)
			rc = net_book_commit(p->book, why);
		else
			net_book_rollback(p->book);
	}
	return rc;
}

static enum rc
do_records_keep(struct command *c, struct fault *why)
{
	return keep(c, NET_STMT_ANY_KEPT_PUT, true, why);
}

static enum rc
do_records_let(struct command *c, struct fault *why)
{
	return keep(c, NET_STMT_ANY_KEPT_DROP, false, why);
}

/* Days of which the counts differ, as the core has heard. */
static enum rc
do_disputes(struct command *c, struct fault *why)
{
	struct net_part *p = part_named(c->net, "core");
	struct net_row row;
	enum rc rc;

	if (p == NULL)
		return not_here(why, "core");
	if ((rc = net_book_begin(p->book, why)) != RC_OK)
		return rc;
	rc = net_book_row(p->book, NET_STMT_CORE_DISPUTE_LIST, &row, why, "");
	while (rc == RC_OK) {
		struct arena a;
		char on[DAY_TEXT_SIZE], since[NET_TIME_TEXT_SIZE], let[NET_TIME_TEXT_SIZE] = "-";
		const char *inquirer, *provider;

		arena_init(&a, NET_ARENA_BYTES);
		day_write(net_row_day(&row, 0), on);
		net_clock_write(net_row_int(&row, 3), since);
		if (!net_row_null(&row, 4))
			net_clock_write(net_row_int(&row, 4), let);
		inquirer = net_row_text(&row, 1, &a);
		provider = net_row_text(&row, 2, &a);
		rc = inquirer == NULL || provider == NULL ? fault_set(why, RC_NOMEM, "control", "out of memory") :
		    buf_printf(c->out, "%s\t%s\t%s\t%s\t%s\n", on, inquirer, provider, since, let);
		arena_clear(&a);
		if (rc == RC_OK)
			rc = net_row_next(p->book, &row, why);
	}
	net_row_end(&row);
	net_book_rollback(p->book);
	return rc == RC_ABSENT ? RC_OK : rc;
}

static enum rc
do_dispute_let(struct command *c, struct fault *why)
{
	struct net_part *p = part_named(c->net, "core");
	day on = DAY_NONE;
	enum rc rc;

	if (p == NULL)
		return not_here(why, "core");
	if (day_parse(c->words[1], strlen(c->words[1]), &on) != RC_OK)
		return fault_set(why, RC_INVALID, c->words[1], "expected a day, YYYY-MM-DD");
	if ((rc = net_book_begin(p->book, why)) != RC_OK)
		return rc;
	rc = net_book_run(p->book, NET_STMT_CORE_DISPUTE_LET, why, "itti", (int64_t)on.n, c->words[2], c->words[3],
	    net_clock_ms(&p->net->clock));
	if (rc == RC_OK && net_book_changes(p->book) == 0)
		rc = fault_set(why, RC_ABSENT, "dispute", "no such day is in dispute");
	if (rc == RC_OK)
		rc = net_book_commit(p->book, why);
	else
		net_book_rollback(p->book);
	return rc;
}

static enum rc
do_records_purged(struct command *c, struct fault *why)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < c->net->n_parts; i++) {
		struct net_part *p = &c->net->parts[i];
		struct net_row row;

		if (!keeps_records(p))
			continue;
		if ((rc = net_book_begin(p->book, why)) != RC_OK)
			return rc;
		rc = net_book_row(p->book, NET_STMT_ANY_PURGE_LIST, &row, why, "");
		while (rc == RC_OK) {
			char at[NET_TIME_TEXT_SIZE], on[DAY_TEXT_SIZE];

			net_clock_write(net_row_int(&row, 1), at);
			day_write(net_row_day(&row, 3), on);
			if ((rc = buf_printf(c->out, "%s\t%lld\t%s\t%lld\t%s\n", p->conf->name, (long long)net_row_int(&row, 0), at,
			    (long long)net_row_int(&row, 2), on)) == RC_OK)
				rc = net_row_next(p->book, &row, why);
		}
		net_row_end(&row);
		net_book_rollback(p->book);
		rc = rc == RC_ABSENT ? RC_OK : rc;
	}
	return rc;
}

static enum rc
portal(struct command *c, struct net_part **ret_part, struct fault *why)
{
	return (*ret_part = part_named(c->net, "portal")) == NULL ? not_here(why, "portal") : RC_OK;
}

static enum rc
do_portal_link(struct command *c, struct fault *why)
{
	struct net_part *p;
	enum rc rc = portal(c, &p, why);

	return rc != RC_OK ? rc : net_portal_link(p, c->words[1], c->words[2], c->words[3], c->words[4], why);
}

static enum rc
do_portal_unlink(struct command *c, struct fault *why)
{
	struct net_part *p;
	enum rc rc = portal(c, &p, why);

	return rc != RC_OK ? rc : net_portal_unlink(p, c->words[1], why);
}

static enum rc
do_portal_ask(struct command *c, struct fault *why)
{
	struct net_part *p;
	enum rc rc = portal(c, &p, why);

	return rc != RC_OK ? rc : net_portal_ask(p, c->words[1], c->words[2], c->arena, why);
}

static enum rc
do_portal_show(struct command *c, struct fault *why)
{
	struct net_part *p;
	enum rc rc = portal(c, &p, why);

	return rc != RC_OK ? rc : net_portal_show(p, c->words[1], c->arena, c->out, why);
}

static enum rc
do_faults(struct command *c, struct fault *why)
{
	enum rc rc = RC_OK;

	(void)why;
	for (size_t i = 0; rc == RC_OK && i < c->net->n_parts; i++) {
		struct net_part *p = &c->net->parts[i];

		for (int kind = NET_FAULT_NONE + 1; rc == RC_OK && kind < NET_FAULT__COUNT; kind++) {
			uint64_t n = net_faults_count(p->faults, (enum net_fault_kind)kind);

			if (n > 0)
				rc = buf_printf(c->out, "%s\t%s\t%llu\n", p->conf->name,
				    net_fault_name((enum net_fault_kind)kind), (unsigned long long)n);
		}
	}
	return rc;
}

static enum rc
do_stop(struct command *c, struct fault *why)
{
	(void)why;
	c->stop = true;
	return RC_OK;
}

static const struct {
	const char *name;
	size_t least, most;		/* words after the name */
	enum rc (*run)(struct command *c, struct fault *why);
} commands[] = {
	{ "status", 0, 0, do_status },
	{ "close-hub", 0, 0, do_close_hub },
	{ "open-hub", 0, 0, do_open_hub },
	{ "close", 1, 1, do_close },
	{ "open", 1, 1, do_open },
	{ "link-wrong", 4, 4, do_link_wrong },
	{ "hold-all", 1, 1, do_hold_all },
	{ "hold-none", 1, 1, do_hold_none },
	{ "records", 0, 1, do_records },
	{ "records-old", 0, 0, do_records_old },
	{ "records-purge", 1, 1, do_records_purge },
	{ "records-purged", 0, 0, do_records_purged },
	{ "records-keep", 1, 1, do_records_keep },
	{ "records-let", 1, 1, do_records_let },
	{ "disputes", 0, 0, do_disputes },
	{ "dispute-let", 3, 3, do_dispute_let },
	{ "portal-link", 4, 4, do_portal_link },
	{ "portal-unlink", 1, 1, do_portal_unlink },
	{ "portal-ask", 2, 2, do_portal_ask },
	{ "portal-show", 1, 1, do_portal_show },
	{ "faults", 0, 0, do_faults },
	{ "stop", 0, 0, do_stop },
};

static enum rc
run(struct command *c, struct fault *why)
{
	for (size_t i = 0; c->n > 0 && i < sizeof commands / sizeof commands[0]; i++) {
		if (strcmp(commands[i].name, c->words[0]) != 0)
			continue;
		if (c->n - 1 < commands[i].least || c->n - 1 > commands[i].most)
			return fault_set(why, RC_INVALID, c->words[0], "wrong number of words");
		return commands[i].run(c, why);
	}
	return fault_set(why, RC_INVALID, "control", "unknown command");
}

/* ---- the socket ---- */

/* One line, without its end; false when none came in time. */
static bool
read_line(int fd, char *line, size_t room)
{
	size_t n = 0;

	while (n + 1 < room) {
		ssize_t got = read(fd, line + n, 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got != 1)
			return false;
		if (line[n] == '\n') {
			line[n] = '\0';
			return true;
		}
		n++;
	}
	return false;
}

static void
write_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		bytes += n;
		len -= (size_t)n;
	}
}

void
net_control_serve(struct net *net, int listen_fd, bool *ret_stop)
{
	struct timeval patience = { .tv_sec = PATIENCE_SECONDS };
	struct buf out = BUF_INIT(64u << 20);
	struct fault why = { .rc = RC_OK };
	struct command c = { .net = net, .out = &out };
	struct arena arena;
	char line[NET_CONTROL_BYTES], *rest = line, *word;
	enum rc rc;
	int fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		return;
	arena_init(&arena, NET_ARENA_BYTES);
	c.arena = &arena;
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
	if (!read_line(fd, line, sizeof line))
		goto out;
	while (c.n < WORDS_MAX && (word = strsep(&rest, "\t ")) != NULL)
		if (*word != '\0')
			c.words[c.n++] = word;
	if ((rc = run(&c, &why)) == RC_OK)
		rc = buf_add_text(&out, "ok\n");
	else
		rc = buf_printf(&out, "error: %s: %s\n", why.place, why.text);
	if (rc == RC_OK)
		write_all(fd, out.data, out.len);
 out:
	(void)close(fd);
	buf_clear(&out);
	arena_clear(&arena);
	*ret_stop = *ret_stop || c.stop;
}

int
net_control_send(const char *state, const char *suffix, char *const *words, int n)
{
	struct sockaddr_un address;
	struct fault why = { .rc = RC_OK };
	struct buf answer = BUF_INIT(64u << 20);
	char line[NET_CONTROL_BYTES];
	size_t used = 0;
	int fd = -1, status = 3;

	for (int i = 0; i < n && used < sizeof line; i++)
		used += (size_t)snprintf(line + used, sizeof line - used, "%s%s", i > 0 ? "\t" : "", words[i]);
	if (used + 2 > sizeof line || strchr(line, '\n') != NULL) {
		fprintf(stderr, "watashi-net: command too long\n");
		return 2;
	}
	line[used++] = '\n';
	if (socket_address(state, suffix, &address, &why) != RC_OK ||
	    (fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) < 0 ||
	    connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
		fprintf(stderr, "watashi-net: no network runs with this configuration (%s)\n", strerror(errno));
		goto out;
	}
	write_all(fd, line, used);
	if (buf_read_fd(&answer, fd, &why) != RC_OK || answer.len == 0) {
		fprintf(stderr, "watashi-net: the network gave no answer\n");
		goto out;
	}
	if (answer.len >= 3 && strcmp(answer.data + answer.len - 3, "ok\n") == 0) {
		answer.data[answer.len - 3] = '\0';
		status = fputs(answer.data, stdout) < 0 ? 3 : 0;
	} else {
		fprintf(stderr, "watashi-net: %s", answer.data);
		status = 1;
	}
 out:
	if (fd >= 0)
		(void)close(fd);
	buf_clear(&answer);
	return status;
}

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/words.h"
#include "cli/answer.h"
#include "cli/command.h"
#include "cli/connect.h"
#include "cli/help.h"
#include "cli/impact_command.h"
#include "cli/options.h"
#include "cli/say.h"
#include "cli/output.h"

#define STATUS_NO 1
#define STATUS_USAGE 2
#define SECOND_MS 1000
#define PROGRESS_AFTER_MS (2 * SECOND_MS)
#define JAPAN_AHEAD_S (9 * 3600)
#define DAY_S 86400

/* One message: place and reason. */
static void
complain(const struct options *o, const struct fault *why)
{
	struct arena arena;

	arena_init(&arena, LIMIT_TEXT_BYTES * 4);
	if (why->place[0] != '\0')
		(void)fprintf(stderr, "watashi: %s: %s\n", say(o->lang, why->place, &arena),
		    say(o->lang, why->text, &arena));
	else
		(void)fprintf(stderr, "watashi: %s\n", say(o->lang, why->text, &arena));
	arena_clear(&arena);
	if (why->rc == RC_BUG)
		(void)fprintf(stderr, "watashi: %s\n",
		    words(o->lang, WORDS("this is a defect of the program: please report it")));
}

static int64_t
now_ms(void)
{
	struct timespec t = { 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * SECOND_MS + t.tv_nsec / 1000000;
}

static day
current_day(void)
{
	return (day){ (int32_t)((time(NULL) + JAPAN_AHEAD_S) / DAY_S) };
}

/* A line on standard error for whoever waits at a terminal. */
struct progress {
	enum lang lang;
	bool is_on;			/* standard error is a terminal */
	bool is_shown;
	int64_t began_ms;
	int64_t count, total;
};

static void
progress_show(struct progress *p)
{
	int64_t for_ms = now_ms() - p->began_ms;

	if (!p->is_on || for_ms < PROGRESS_AFTER_MS)
		return;
	p->is_shown = true;
	if (p->total > 0)
		(void)fprintf(stderr, "\r\033[K%s %" PRId64 " / %" PRId64,
		    words(p->lang, WORDS("working…")), p->count, p->total);
	else if (p->count > 0)
		(void)fprintf(stderr, "\r\033[K%s %" PRId64, words(p->lang, WORDS("working…")), p->count);
	else
		(void)fprintf(stderr, "\r\033[K%s %" PRId64 " s", words(p->lang, WORDS("working…")),
		    for_ms / SECOND_MS);
	(void)fflush(stderr);
}

static void
progress_clear(struct progress *p)
{
	if (p->is_shown)
		(void)fputs("\r\033[K", stderr);
	p->is_shown = false;
}

static void
progress_take(struct progress *p, const struct buf *body)
{
	struct frame_reader r;
	struct frame_field f;

	if (frame_read_open(&r, RESULT_PROGRESS, body->data, body->len, NULL) != RC_OK)
		return;
	while (frame_next(&r, &f))
		if (f.type == FRAME_INT && f.tag == TAG_COUNT)
			p->count = f.number;
		else if (f.type == FRAME_INT && f.tag == TAG_TOTAL)
			p->total = f.number;
	progress_show(p);
}

/* Everything up to RESULT_DONE, whose fault is *ret_done. */
static enum rc
hear(const struct connection *c, struct answer_sink *sink, struct progress *p,
    struct fault *ret_done, struct fault *why)
{
	struct buf body = BUF_INIT(LIMIT_FRAME_BYTES);
	struct pollfd e = { .fd = c->fd, .events = POLLIN };
	uint16_t kind;
	enum rc rc;

	for (;;) {
		if (poll(&e, 1, SECOND_MS) == 0) {
			progress_show(p);
			continue;
		}
		if ((rc = frame_receive(c->fd, &body, &kind, NULL, why)) == RC_ABSENT)
			rc = fault_set(why, RC_IO, "node", WORDS("it ended without an answer"));
		if (rc != RC_OK)
			break;
		if (kind == RESULT_DONE) {
			rc = request_read_done(body.data, body.len, ret_done);
			break;
		}
		if (kind == RESULT_PROGRESS)
			progress_take(p, &body);
		else if ((rc = answer_take(sink, kind, body.data, body.len, why)) != RC_OK)
			break;
	}
	progress_clear(p);
	buf_wipe(&body);
	return rc;
}

static day
as_of(const struct frame *f)
{
	struct frame_reader r;
	struct frame_field field;

	if (frame_read_open(&r, f->kind, f->body.data, f->body.len, NULL) == RC_OK)
		while (frame_next(&r, &field))
			if (field.tag == TAG_AS_OF && field.type == FRAME_DAY)
				return field.date;
	return DAY_NONE;
}

/* Whoever reads rows by program, or in a file, is told here that there are more. */
static void
say_more(const struct options *o, const struct answer_sink *sink)
{
	struct buf line = BUF_INIT(LIMIT_TEXT_BYTES);

	if (sink->rows.is_cut && (sink->rows.format != RENDER_TEXT || o->output != NULL) &&
	    render_more_line(&sink->rows, &line) == RC_OK)
		(void)fprintf(stderr, "watashi: %.*s", (int)line.len, line.data);
	buf_clear(&line);
}

/* What an answer that was given says beyond its rows: the exit status, and a hint. */
static int
conclude(const struct options *o, const struct command *c, const struct answer_sink *sink,
    const struct fault *done)
{
	say_more(o, sink);
	if (done->rc != RC_OK) {
		complain(o, done);
		return fault_exit_status(done->rc);
	}
	if ((c->kind == REQUEST_INIT || c->kind == REQUEST_KEY_ROTATE || c->kind == REQUEST_KEY_RECOVERY ||
	    c->kind == REQUEST_KEY_ADOPT) &&
	    isatty(STDERR_FILENO))
		(void)fprintf(stderr, "%s\n", words(o->lang, WORDS(
		    "Print the two halves of the recovery key and keep them apart: they are shown this once.")));
	if (answer_has_rows(c) && sink->rows.says_no)
		return STATUS_NO;
	return 0;
}

static int
ask(struct options *o, const struct command *c, struct frame *f)
{
	struct fault why = { .rc = RC_OK }, done = { .rc = RC_OK };
	struct connection connection;
	struct progress progress = { .lang = o->lang, .is_on = isatty(STDERR_FILENO) != 0,
	    .began_ms = now_ms() };
	struct answer_sink sink;
	day on = as_of(f);
	int status = 0;
	enum rc rc;

	if ((rc = answer_open(&sink, c, o, day_known(on) ? on : current_day(), &why)) != RC_OK) {
		complain(o, &why);
		answer_close(&sink);
		return rc == RC_INVALID ? STATUS_USAGE : fault_exit_status(rc);
	}
	if ((rc = connection_open(o->node, o->today, &connection, &why)) != RC_OK)
		goto out;
	/* A node that is crowded says so and closes, perhaps before the request is sent. */
	if ((rc = frame_send(connection.fd, f, o->file, &why)) == RC_OK)
		rc = hear(&connection, &sink, &progress, &done, &why);
	else if (hear(&connection, &sink, &progress, &done, NULL) == RC_OK)
		rc = RC_OK;
	frame_clear(f);
	if (rc == RC_OK)
		rc = answer_finish(&sink, done.rc != RC_OK, &why);
	if (rc == RC_OK && sink.impact != NULL) {
		if (done.rc == RC_OK)
			rc = impact_sheet_write(sink.impact, o->output, &why);
	} else if (rc == RC_OK && (o->output == NULL || done.rc == RC_OK))
		rc = output_write(o->output, &sink.out, &why);
	if (rc == RC_OK && done.rc == RC_OK)
		rc = options_keep_file(o, &why);
	if (rc == RC_OK)
		status = conclude(o, c, &sink, &done);
	connection_close(&connection);
 out:
	if (rc != RC_OK) {
		complain(o, &why);
		status = fault_exit_status(rc == RC_ABSENT ? RC_IO : rc);
	}
	answer_close(&sink);
	return status;
}

/* The calculator is a program of its own, linked with the C library only. */
static int
run_schedule(const struct options *o, char **argv)
{
	struct fault why = { .rc = RC_OK };
	char path[4096], name[] = "watashi-schedule";

	if (connection_program(name, "bin", WATASHI_BINDIR, path, &why) == RC_OK) {
		argv[0] = name;
		(void)execv(path, argv);
		(void)fault_set(&why, RC_IO, name, "%s", strerrordesc_np(errno));
	}
	complain(o, &why);
	return fault_exit_status(why.rc);
}

static int
usage(const struct options *o, const struct command *c, const struct fault *why)
{
	if (why != NULL)
		complain(o, why);
	if (c != NULL)
		help_use(stderr, c, o->lang);
	else
		help_all(stderr, o->lang);
	return STATUS_USAGE;
}

static bool
has_word(char *const *argv, int argc, const char *word)
{
	for (int i = 0; i < argc; i++)
		if (strcmp(argv[i], word) == 0)
			return true;
	return false;
}

/* `inquire --list` is `inquiry list`. */
static const struct command *
list_instead(const struct command *c, char **argv, int *argc)
{
	char name_a[] = "inquiry", name_b[] = "list", *both[] = { name_a, name_b };
	int n = 0, used;

	if (c->kind != REQUEST_INQUIRE || !has_word(argv, *argc, "--list"))
		return c;
	for (int i = 0; i < *argc; i++)
		if (strcmp(argv[i], "--list") != 0)
			argv[n++] = argv[i];
	*argc = n;
	return command_find(both, 2, &used);
}

static int
run_command(struct options *o, const struct command *c, char **argv, int argc)
{
	struct fault why = { .rc = RC_OK };
	struct frame f;
	int status;
	enum rc rc;

	frame_init(&f, (uint16_t)c->kind);
	if ((rc = options_read(o, c, argv, argc, &f, &why)) != RC_OK) {
		if (fault_exit_status(rc) == 3)
			complain(o, &why);
		status = fault_exit_status(rc) == 3 ? 3 : usage(o, c, &why);
	} else if (o->help) {
		help_command(stdout, c, o->lang);
		status = 0;
	} else if (o->node == NULL) {
		(void)fault_set(&why, RC_INVALID, "--node",
		    WORDS("say which node: --node DIR or WATASHI_NODE"));
		status = usage(o, c, &why);
	} else
		status = ask(o, c, &f);
	frame_clear(&f);
	return status;
}

int
main(int argc, char **argv)
{
	struct fault why = { .rc = RC_OK };
	const struct command *c;
	struct options o;
	char old[IMPACT_COMMAND_OLD_SIZE];
	int used, status;

	(void)signal(SIGPIPE, SIG_IGN);
	options_init(&o);
	words_open(NULL, NULL);
	argc--;
	argv++;
	if (options_read_general(&o, argv, argc, &used, &why) != RC_OK)
		return usage(&o, NULL, &why);
	argc -= used;
	argv += used;
	if (o.version) {
		(void)printf("watashi %s\n", PACKAGE_VERSION);
		return 0;
	}
	if (argc == 0 || strcmp(argv[0], "help") == 0) {
		if (argc == 0 && !o.help)
			return usage(&o, NULL, NULL);
		help_all(stdout, o.lang);
		return 0;
	}
	if (strcmp(argv[0], "schedule") == 0)
		return run_schedule(&o, argv);
	if ((c = command_find(argv, argc, &used)) == NULL) {
		if (used > 0 && argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
			help_group(stdout, argv[0], o.lang);
			return 0;
		}
		(void)fault_set(&why, RC_INVALID, argv[0], used > 0 ?
		    WORDS("say what to do with it; watashi --help lists every command") :
		    WORDS("no such command; watashi --help lists every command"));
		complain(&o, &why);
		if (used > 0)
			help_group(stderr, argv[0], o.lang);
		return STATUS_USAGE;
	}
	argc -= used;
	argv += used;
	c = list_instead(c, argv, &argc);
	if (c->kind == REQUEST_LAW_IMPACT && impact_command_is_local(argv, argc))
		return impact_command(&o, argv, argc);
	if (c->kind == REQUEST_LAW_IMPACT)
		impact_command_old(argv, argc, old);
	status = run_command(&o, c, argv, argc);
	options_clear(&o);
	return status;
}

#include "cli/impact_command.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/sha256.h"
#include "cli/impact_lines.h"
#include "cli/say.h"
#include "law/law_load.h"

#define STATUS_NO 1
#define STATUS_USAGE 2
#define JAPAN_AHEAD_S (9 * 3600)
#define DAY_S 86400

struct given {
	const char *law[2];
	int n_law;
	const char *persons;
	day as_of;
	bool counts_only;
};

static bool
is_option(const char *word, const char *name)
{
	size_t n = strlen(name);

	return strncmp(word, name, n) == 0 && (word[n] == '\0' || word[n] == '=');
}

bool
impact_command_is_local(char *const *argv, int argc)
{
	for (int i = 0; i < argc; i++)
		if (is_option(argv[i], "--ndjson"))
			return true;
	return false;
}

static int
complain(const struct options *o, const struct fault *why, int status)
{
	struct arena arena;

	arena_init(&arena, LIMIT_TEXT_BYTES * 4);
	(void)fprintf(stderr, "watashi: %s: %s\n", say(o->lang, why->place, &arena),
	    say(o->lang, why->text, &arena));
	arena_clear(&arena);
	return status;
}

/* "--name=value" or "--name value". */
static const char *
value_of(char **argv, int argc, int *at, const char *name)
{
	size_t n = strlen(name);

	if (argv[*at][n] == '=')
		return argv[*at] + n + 1;
	return *at + 1 < argc ? argv[++*at] : "";
}

static enum rc
read_words(struct options *o, char **argv, int argc, struct given *g, struct fault *why)
{
	const char *value;
	int used;
	enum rc rc;

	for (int at = 0; at < argc; at++) {
		if ((rc = options_read_general(o, argv + at, argc - at, &used, why)) != RC_OK)
			return rc;
		if ((at += used) >= argc)
			break;
		if (is_option(argv[at], "--ndjson")) {
			g->persons = value_of(argv, argc, &at, "--ndjson");
		} else if (is_option(argv[at], "--as-of")) {
			value = value_of(argv, argc, &at, "--as-of");
			if (day_parse(value, strlen(value), &g->as_of) != RC_OK)
				return fault_set(why, RC_INVALID, "--as-of", WORDS("not a day (YYYY-MM-DD)"));
		} else if (strcmp(argv[at], "--counts-only") == 0) {
			g->counts_only = true;
		} else if (argv[at][0] == '-' && argv[at][1] != '\0') {
			return fault_set(why, RC_INVALID, argv[at], WORDS("this command has no such option"));
		} else if (g->n_law < 2) {
			g->law[g->n_law++] = argv[at];
		} else
			return fault_set(why, RC_INVALID, argv[at], WORDS("one word too many"));
	}
	if (g->n_law < 2 || g->persons == NULL || g->persons[0] == '\0')
		return fault_set(why, RC_INVALID, "law impact",
		    WORDS("expected two law files and, after --ndjson, a file of persons"));
	return RC_OK;
}

static void
show_progress(void *given, int64_t done)
{
	const struct options *o = given;

	(void)fprintf(stderr, "\r\033[K%s %" PRId64, words(o->lang, WORDS("working…")), done);
	(void)fflush(stderr);
}

int
impact_command(struct options *o, char **argv, int argc)
{
	struct given g = { .as_of = DAY_NONE };
	struct fault why = { .rc = RC_OK };
	struct law_file *file[2] = { NULL, NULL };
	enum render_format format;
	static struct impact_sheet sheet;
	bool is_shown = isatty(STDERR_FILENO) != 0;
	FILE *in = NULL;
	int64_t unreadable = 0;
	enum rc rc;

	if (read_words(o, argv, argc, &g, &why) != RC_OK)
		return complain(o, &why, STATUS_USAGE);
	if (render_format_find(o->format, &format) != RC_OK) {
		(void)fault_set(&why, RC_INVALID, "--format", WORDS("this command has no such format"));
		return complain(o, &why, STATUS_USAGE);
	}
	if (!day_known(g.as_of))
		g.as_of = day_known(o->today) ? o->today : (day){ (int32_t)((time(NULL) + JAPAN_AHEAD_S) / DAY_S) };
	for (int i = 0; i < 2; i++)
		if ((rc = law_load(g.law[i], &file[i], &why)) != RC_OK)
			goto out;
	in = strcmp(g.persons, "-") == 0 ? stdin : fopen(g.persons, "re");
	if (in == NULL) {
		rc = fault_set(&why, RC_IO, g.persons, "%s", strerrordesc_np(errno));
		goto out;
	}
	if ((rc = impact_sheet_open(&sheet, format, o->lang, "id", &why)) != RC_OK)
		goto out;
	rc = impact_lines(in, law_of(file[0]), law_of(file[1]), g.as_of, !g.counts_only, &sheet,
	    is_shown ? show_progress : NULL, o, &unreadable, &why);
	if (is_shown)
		(void)fputs("\r\033[K", stderr);
	if (rc == RC_OK)
		rc = impact_sheet_write(&sheet, o->output, &why);
	impact_sheet_close(&sheet);
 out:
	if (in != NULL && in != stdin)
		(void)fclose(in);
	law_free(file[0]);
	law_free(file[1]);
	if (rc != RC_OK)
		return complain(o, &why, fault_exit_status(rc == RC_ABSENT ? RC_IO : rc));
	return unreadable > 0 ? STATUS_NO : 0;
}

void
impact_command_old(char **argv, int argc, char room[IMPACT_COMMAND_OLD_SIZE])
{
	struct buf bytes = BUF_INIT(LIMIT_LAW_BYTES);
	unsigned char digest[SHA256_BYTES];
	struct sha256 hash;
	size_t at;

	if (argc < 2 || argv[0][0] == '-' || argv[1][0] == '-')
		return;
	if (buf_read_file(&bytes, argv[0], NULL) == RC_OK) {
		sha256_init(&hash);
		sha256_add(&hash, bytes.data, bytes.len);
		sha256_digest(&hash, digest);
		at = (size_t)snprintf(room, IMPACT_COMMAND_OLD_SIZE, "--old=");
		for (size_t i = 0; i < SHA256_BYTES; i++)
			at += (size_t)snprintf(room + at, IMPACT_COMMAND_OLD_SIZE - at, "%02x", digest[i]);
	} else
		(void)snprintf(room, IMPACT_COMMAND_OLD_SIZE, "--old=%.80s", argv[0]);
	buf_clear(&bytes);
	argv[0] = room;
}

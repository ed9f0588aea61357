#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/words.h"
#include "serve/confine.h"
#include "serve/log.h"
#include "serve/role.h"

#define STATUS_USAGE 2

static enum lang
language(void)
{
	const char *const from[] = { getenv("LC_ALL"), getenv("LC_MESSAGES"), getenv("LANG") };

	for (size_t i = 0; i < sizeof(from) / sizeof(from[0]); i++)
		if (from[i] != NULL && from[i][0] != '\0')
			return strncmp(from[i], "en", 2) == 0 ? LANG_EN : LANG_JA;
	return LANG_JA;
}

/* Only here are words needed: the processes speak to clients in message ids. */
static int
usage(FILE *to, enum lang lang)
{
	words_open(NULL, NULL);
	(void)fputs(words(lang, WORDS(
	    "usage: watashid --node DIR [--today DAY] [--foreground]\n"
	    "\n"
	    "Serves one municipality's node until it is told to end (SIGTERM), and prints\n"
	    "\"ready\" once it can be talked to.\n"
	    "\n"
	    "  --node DIR      directory of the node (or WATASHI_NODE)\n"
	    "  --today DAY     work as if it were this day: for training and demonstrations;\n"
	    "                  times in the audit log stay real\n"
	    "  --foreground    stay in the foreground (it always does)\n"
	    "  --once FD       serve the one client on this inherited socket, then end\n"
	    "  --help          this text\n"
	    "  --version       the version\n")), to);
	return to == stdout ? 0 : STATUS_USAGE;
}

static int
wrong(enum lang lang, const char *text, const char *what)
{
	words_open(NULL, NULL);
	(void)fprintf(stderr, "watashid: %s: %s\n", what, words(lang, text));
	return STATUS_USAGE;
}

/* Absolute, also when init has yet to make it. */
static const char *
absolute(const char *path, char full[PATH_MAX])
{
	char here[PATH_MAX];
	int n;

	if (path[0] == '/' || getcwd(here, sizeof(here)) == NULL)
		n = snprintf(full, PATH_MAX, "%s", path);
	else
		n = snprintf(full, PATH_MAX, "%s/%s", strcmp(here, "/") == 0 ? "" : here, path);
	return n > 0 && n < PATH_MAX ? full : NULL;
}

static int
run(const struct serve_options *o, enum serve_role role)
{
	struct fault why = { .rc = RC_OK };

	log_open(role, o->once_fd >= 0);
	(void)signal(SIGPIPE, SIG_IGN);
	if (confine_always(&why) != RC_OK) {
		log_fault("start", &why);
		return fault_exit_status(why.rc);
	}
	switch (role) {
	case ROLE_STORE:
		return serve_store(o);
	case ROLE_KEY:
		return serve_key(o);
	case ROLE_WIRE:
		return serve_wire(o);
	case ROLE_POST:
		return serve_post(o);
	case ROLE_PARENT:
	case ROLE__COUNT:
		break;
	}
	return serve_parent(o);
}

static bool
read_fd(const char *text, int *ret_fd)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || n < 3 || n > INT_MAX)
		return false;
	*ret_fd = (int)n;
	return true;
}

int
main(int argc, char **argv)
{
	enum { NODE = 1, TODAY, ONCE, ROLE, FOREGROUND, HELP, VERSION_ };
	static const struct option option[] = {
		{ "node", required_argument, NULL, NODE },
		{ "today", required_argument, NULL, TODAY },
		{ "once", required_argument, NULL, ONCE },
		{ "role", required_argument, NULL, ROLE },
		{ "foreground", no_argument, NULL, FOREGROUND },
		{ "help", no_argument, NULL, HELP },
		{ "version", no_argument, NULL, VERSION_ },
		{ NULL, 0, NULL, 0 },
	};
	struct serve_options o = { .node = getenv("WATASHI_NODE"), .today = DAY_NONE, .once_fd = -1 };
	enum serve_role role = ROLE_PARENT;
	enum lang lang = language();
	char node[PATH_MAX], program[PATH_MAX];
	ssize_t n;
	int c;

	while ((c = getopt_long(argc, argv, "", option, NULL)) != -1)
		switch (c) {
		case NODE:
			o.node = optarg;
			break;
		case TODAY:
			if (day_parse(optarg, strlen(optarg), &o.today) != RC_OK)
				return wrong(lang, WORDS("not a day (YYYY-MM-DD)"), "--today");
			break;
		case ONCE:
			if (!read_fd(optarg, &o.once_fd))
				return wrong(lang, WORDS("not a descriptor"), "--once");
			break;
		case ROLE:	/* how the parent executes the others */
			if ((role = serve_role_find(optarg)) == ROLE__COUNT)
				return wrong(lang, WORDS("no such process"), "--role");
			break;
		case FOREGROUND:
			break;
		case HELP:
			return usage(stdout, lang);
		case VERSION_:
			(void)printf("watashid %s\n", PACKAGE_VERSION);
			return 0;
		default:
			return usage(stderr, lang);
		}
	if (optind != argc)
		return usage(stderr, lang);
	if (o.node == NULL || o.node[0] == '\0')
		return wrong(lang, WORDS("say which node: --node DIR or WATASHI_NODE"), "--node");
	if ((o.node = absolute(o.node, node)) == NULL)
		return wrong(lang, WORDS("the path is too long"), "--node");
	if ((n = readlink("/proc/self/exe", program, sizeof(program) - 1)) < 0)
		n = 0;
	program[n] = '\0';
	o.program = program;
	/* The parent leaves the one client's socket open for the store, and for nobody else. */
	if (role == ROLE_STORE && fcntl(STORE_FD_CLIENT, F_GETFD) >= 0)
		o.once_fd = STORE_FD_CLIENT;
	return run(&o, role);
}

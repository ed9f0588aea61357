#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "exchange/wire_read.h"
#include "net/net_control.h"
#include "net/net_fault_print.h"
#include "net/net_limits.h"
#include "net/net_part.h"

#define SCHEMA "watashi-wire.xsd"
#define PATH_BYTES 4096

static const char usage_text[] =
    "usage: watashi-net --config FILE [--only PART] [FAULTS]\n"
    "       watashi-net control --config FILE [--only PART] COMMAND\n"
    "       watashi-net faults [FAULTS] [--count N] PART PEER | --list\n"
    "\n"
    "The reference network: registrar, core, and an intermediary server for each\n"
    "municipality.  For development, tests, pilots and training; not the national network.\n"
    "\n"
    "  --config FILE    what to run, see watashi-net(8)\n"
    "  --only PART      one part alone: registrar, core, portal or intermediary:CODE\n"
    "  --check          read the configuration and every file it names, then stop\n"
    "  --help           this text\n"
    "  --version        version\n"
    "\n"
    "FAULTS: the network behaves as real ones do, the same for the same seed:\n"
    "  --faults FILE    rates in a million, and times of answers\n"
    "  --fault KIND[@TYPE]=RATE\n"
    "                   one more, or another rate; --list names the kinds\n"
    "  --fault-times N  every rate so many times as high\n"
    "  --fault-first N  only among the first N of each type and peer\n"
    "  --delay-percent N\n"
    "                   how much of the times of answers is waited (100)\n"
    "  --seed N         another course of faults for another number (1)\n"
    "faults prints what the first N (100) messages of each type to PART from PEER would meet.\n"
    "\n"
    "Commands of control:\n"
    "  status                                   parts, addresses, hours, messages waiting\n"
    "  close-hub | open-hub                     core and intermediaries outside hours, or not\n"
    "  close PART | open PART                   one part\n"
    "  hold-all CODE | hold-none CODE           every answer of a municipality waits for staff\n"
    "  link-wrong CODE ADDRESSEE CODE ADDRESSEE the first person's code leads to the second\n"
    "  records [PROCESS_NO]                     provision records of hub and municipalities\n"
    "  records-old                              how many need be kept no longer, by part\n"
    "  records-purge PART                       take these out of one part\n"
    "  records-purged                           what was taken out, when\n"
    "  records-keep NO | records-let NO         keep one beyond its day, or no longer\n"
    "  disputes                                 days whose counts differ: their records stay\n"
    "  dispute-let DAY INQUIRER PROVIDER        they need not stay for that\n"
    "  portal-link ACCOUNT CODE ADDRESSEE BIRTH who somebody signed in to the portal is to a town\n"
    "  portal-unlink ACCOUNT                    to no town any more\n"
    "  portal-ask ACCOUNT ITEM                  the account looks at its own records of an item\n"
    "  portal-show ACCOUNT                      notices, records that came (once), exchanges\n"
    "  faults                                   how often each fault happened since the start\n"
    "  stop                                     end the program\n";

struct options {
	const char *config, *only;
	bool control, check;
	bool faults, list;		/* the word "faults", --list */
	struct net_fault_plan plan;
	int64_t times, first, percent, seed, count;
};

static int
complain(const struct fault *why)
{
	fprintf(stderr, "watashi-net: %s: %s\n", why->place, why->text);
	return why->rc == RC_INVALID ? 2 : fault_exit_status(why->rc);
}

/* ---- the network ---- */

static enum rc
open_verifiers(struct net *net, struct fault *why)
{
	enum rc rc = RC_OK;

	if ((net->part_verifiers = calloc(net->n_parts, sizeof *net->part_verifiers)) == NULL ||
	    (net->node_verifiers = calloc(net->n_parts, sizeof *net->node_verifiers)) == NULL)
		return fault_set(why, RC_NOMEM, "certificates", "out of memory");
	for (size_t i = 0; rc == RC_OK && i < net->n_parts; i++) {
		const struct net_part_conf *conf = net->parts[i].conf;

		rc = net_verifier_open(conf->sign_cert, &net->part_verifiers[i], why);
		if (rc == RC_OK && conf->node_sign_cert != NULL)
			rc = net_verifier_open(conf->node_sign_cert, &net->node_verifiers[i], why);
	}
	return rc;
}

static void
net_close(struct net *net)
{
	for (size_t i = 0; i < net->n_parts; i++)
		net_part_stop(&net->parts[i]);
	for (size_t i = 0; i < net->n_parts; i++) {
		if (net->part_verifiers != NULL)
			net_verifier_close(net->part_verifiers[i]);
		if (net->node_verifiers != NULL)
			net_verifier_close(net->node_verifiers[i]);
	}
	free(net->part_verifiers);
	free(net->node_verifiers);
	free(net->parts);
	net_permission_close(net->permission);
	net_schema_close(net->schema);
	net_capture_close(&net->capture);
}

/* Everything that needs no listener. */
static enum rc
net_open(struct net *net, const struct net_conf *conf, const struct net_fault_plan *plan, struct fault *why)
{
	char path[PATH_BYTES];
	enum rc rc;

	net->conf = conf;
	net->faults = net_fault_plan_any(plan) ? plan : NULL;
	net->n_parts = conf->n_parts;
	if ((net->parts = calloc(conf->n_parts, sizeof *net->parts)) == NULL) {
		net->n_parts = 0;
		return fault_set(why, RC_NOMEM, "parts", "out of memory");
	}
	for (size_t i = 0; i < net->n_parts; i++) {
		net->parts[i].net = net;
		net->parts[i].conf = &conf->parts[i];
		net->parts[i].log.fd = -1;
	}
	if ((size_t)snprintf(path, sizeof path, "%s/" SCHEMA, conf->wire) >= sizeof path)
		return fault_set(why, RC_TOO_BIG, "wire", "path too long");
	if (mkdir(conf->state, 0700) != 0 && errno != EEXIST)
		return fault_set(why, RC_IO, conf->state, "%s", strerror(errno));
	if ((rc = net_clock_init(&net->clock, conf->clock, why)) != RC_OK ||
	    (rc = net_capture_open(&net->capture, conf->capture, why)) != RC_OK ||
	    (rc = net_schema_open(path, &net->schema, why)) != RC_OK ||
	    (rc = net_permission_open(conf->permission, &net->permission, why)) != RC_OK)
		return rc;
	return open_verifiers(net, why);
}

static enum rc
start_parts(struct net *net, const struct net_part_conf *only, struct fault *why)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < net->n_parts; i++)
		if (only == NULL || net->parts[i].conf == only)
			rc = net_part_start(&net->parts[i], why);
	for (size_t i = 0; rc == RC_OK && i < net->n_parts; i++)
		if (net->parts[i].started)
			rc = net_part_run(&net->parts[i], why);
	return rc;
}

/* Where to reach whom: written whole, and only when everybody listens. */
static enum rc
write_ports(const struct net *net, const char *suffix, struct fault *why)
{
	char path[PATH_BYTES], fresh[PATH_BYTES + 8];
	bool good = true;
	FILE *f;

	if ((size_t)snprintf(path, sizeof path, "%s/ports%s", net->conf->state, suffix) >= sizeof path)
		return fault_set(why, RC_TOO_BIG, "ports", "path too long");
	(void)snprintf(fresh, sizeof fresh, "%s.new", path);
	if ((f = fopen(fresh, "we")) == NULL)
		return fault_set(why, RC_IO, fresh, "%s", strerror(errno));
	for (size_t i = 0; i < net->n_parts; i++)
		if (net->parts[i].started)
			good = fprintf(f, "%s=%u\n", net->parts[i].conf->name,
			    (unsigned)net_http_port(net->parts[i].http)) > 0 && good;
	good = fclose(f) == 0 && good;
	if (!good || rename(fresh, path) != 0)
		return fault_set(why, RC_IO, path, "%s", strerror(errno));
	return RC_OK;
}

static enum rc
take_lock(const char *state, const char *suffix, int *ret_fd, struct fault *why)
{
	char path[PATH_BYTES];
	int fd;

	if ((size_t)snprintf(path, sizeof path, "%s/lock%s", state, suffix) >= sizeof path)
		return fault_set(why, RC_TOO_BIG, "lock", "path too long");
	if ((fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600)) < 0)
		return fault_set(why, RC_IO, path, "%s", strerror(errno));
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		(void)close(fd);
		return fault_set(why, RC_BUSY, path, "another network runs on this state directory");
	}
	*ret_fd = fd;
	return RC_OK;
}

static void
serve(struct net *net, int control, int signals)
{
	struct pollfd fds[2] = {
		{ .fd = control, .events = POLLIN },
		{ .fd = signals, .events = POLLIN },
	};
	bool stop = false;

	while (!stop) {
		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			break;
		if ((fds[1].revents & POLLIN) != 0)
			stop = true;
		else if ((fds[0].revents & POLLIN) != 0)
			net_control_serve(net, control, &stop);
	}
}

/* Before any thread is made, so that all of them leave these signals to us. */
static enum rc
catch_signals(int *ret_fd, struct fault *why)
{
	sigset_t set;
	int fd;

	(void)signal(SIGPIPE, SIG_IGN);
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0 ||
	    (fd = signalfd(-1, &set, SFD_CLOEXEC)) < 0)
		return fault_set(why, RC_IO, "signals", "%s", strerror(errno));
	*ret_fd = fd;
	return RC_OK;
}

/* Both ends of many connections are in this process; what the machine does not allow is done without. */
static void
allow_files(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) != 0)
		return;
	if (files.rlim_cur < NET_FILES_MAX)
		files.rlim_cur = files.rlim_max < NET_FILES_MAX ? files.rlim_max : NET_FILES_MAX;
	(void)setrlimit(RLIMIT_NOFILE, &files);
}

static int
run(const struct net_conf *conf, const struct options *o, const struct net_part_conf *only,
    const char *suffix)
{
	struct fault why = { .rc = RC_OK };
	struct net net = { 0 };
	int control = -1, signals = -1, lock = -1, status = 0;
	enum rc rc;

	tzset();
	allow_files();
	wire_read_open();
	if ((rc = net_call_library(&why)) != RC_OK ||
	    (rc = catch_signals(&signals, &why)) != RC_OK ||
	    (rc = net_open(&net, conf, &o->plan, &why)) != RC_OK || o->check)
		goto out;
	if ((rc = take_lock(conf->state, suffix, &lock, &why)) != RC_OK ||
	    (rc = start_parts(&net, only, &why)) != RC_OK ||
	    (rc = net_control_listen(conf->state, suffix, &control, &why)) != RC_OK ||
	    (rc = write_ports(&net, suffix, &why)) != RC_OK)
		goto out;
	printf("watashi-net: ready\n");
	(void)fflush(stdout);
	serve(&net, control, signals);
 out:
	if (rc != RC_OK)
		status = complain(&why);
	if (control >= 0) {
		(void)close(control);
		net_control_remove(conf->state, suffix);
	}
	net_close(&net);
	if (signals >= 0)
		(void)close(signals);
	if (lock >= 0)
		(void)close(lock);
	return status;
}

/* ---- options ---- */

static int
usage(void)
{
	fputs(usage_text, stderr);
	return 2;
}

/* A whole number of at most so much; -1 for anything else. */
static int64_t
number_of(const char *text, int64_t most)
{
	int64_t n = 0;

	if (*text == '\0')
		return -1;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9' || (n = n * 10 + (*text - '0')) > most)
			return -1;
	}
	return n;
}

enum { LONG_FAULTS = 256, LONG_FAULT, LONG_TIMES, LONG_FIRST, LONG_PERCENT, LONG_SEED, LONG_COUNT, LONG_LIST };

static int
usage_or(bool good)
{
	return good ? -1 : usage();
}

/* One option of the fault model.  -1: go on; else the exit status. */
static int
read_fault_option(int c, struct options *o)
{
	struct fault why = { .rc = RC_OK };

	switch (c) {
	case LONG_FAULTS:
		return net_fault_plan_read(&o->plan, optarg, &why) == RC_OK ? -1 : complain(&why);
	case LONG_FAULT:
		return net_fault_plan_add(&o->plan, optarg, &why) == RC_OK ? -1 : complain(&why);
	case LONG_TIMES:
		return usage_or((o->times = number_of(optarg, NET_FAULT_WHOLE)) > 0);
	case LONG_FIRST:
		return usage_or((o->first = number_of(optarg, INT64_MAX / 16)) > 0);
	case LONG_PERCENT:
		return usage_or((o->percent = number_of(optarg, 10000)) >= 0);
	case LONG_SEED:
		return usage_or((o->seed = number_of(optarg, INT64_MAX / 16)) >= 0);
	case LONG_COUNT:
		return usage_or((o->count = number_of(optarg, NET_FAULT_WHOLE)) > 0);
	case LONG_LIST:
		o->list = true;
		return -1;
	default:
		return usage();
	}
}

/* -1: go on; else the exit status. */
static int
read_options(int argc, char **argv, struct options *o)
{
	static const struct option table[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "only", required_argument, NULL, 'o' },
		{ "check", no_argument, NULL, 'k' },
		{ "faults", required_argument, NULL, LONG_FAULTS },
		{ "fault", required_argument, NULL, LONG_FAULT },
		{ "fault-times", required_argument, NULL, LONG_TIMES },
		{ "fault-first", required_argument, NULL, LONG_FIRST },
		{ "delay-percent", required_argument, NULL, LONG_PERCENT },
		{ "seed", required_argument, NULL, LONG_SEED },
		{ "count", required_argument, NULL, LONG_COUNT },
		{ "list", no_argument, NULL, LONG_LIST },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'v' },
		{ NULL, 0, NULL, 0 },
	};
	int c, status;

	while ((c = getopt_long(argc, argv, "+", table, NULL)) != -1) {
		switch (c) {
		case 'c':
			o->config = optarg;
			break;
		case 'o':
			o->only = optarg;
			break;
		case 'k':
			o->check = true;
			break;
		case 'h':
			return fputs(usage_text, stdout) < 0 ? 3 : 0;
		case 'v':
			return puts("watashi-net " PACKAGE_VERSION) < 0 ? 3 : 0;
		default:
			if ((status = read_fault_option(c, o)) >= 0)
				return status;
		}
	}
	return -1;
}

/* -1: go on; else the exit status. */
static int
finish_plan(struct options *o, int argc, char **argv)
{
	struct fault why = { .rc = RC_OK };

	o->plan.seed = (uint64_t)o->seed;
	o->plan.first = (uint64_t)o->first;
	o->plan.delay_percent = (uint32_t)o->percent;
	if (net_fault_plan_finish(&o->plan, (uint32_t)o->times, &why) != RC_OK)
		return complain(&why);
	if (!o->faults)
		return -1;
	if (o->list)
		return net_fault_print_list();
	if (optind + 2 != argc)
		return usage();
	return net_fault_print_plan(&o->plan, argv[optind], argv[optind + 1], (uint64_t)o->count);
}

int
main(int argc, char **argv)
{
	struct options o = { .times = 1, .first = INT64_MAX, .percent = 100, .seed = 1, .count = 100 };
	struct fault why = { .rc = RC_OK };
	const struct net_part_conf *only = NULL;
	struct net_conf conf;
	char suffix[32] = "";
	int status;

	if (argc > 1 && strcmp(argv[1], "control") == 0) {
		o.control = true;
		argv++;
		argc--;
	} else if (argc > 1 && strcmp(argv[1], "faults") == 0) {
		o.faults = true;
		argv++;
		argc--;
	}
	net_fault_plan_init(&o.plan);
	if ((status = read_options(argc, argv, &o)) >= 0 ||
	    (status = finish_plan(&o, argc, argv)) >= 0)
		return status;
	if (o.config == NULL || (o.control ? optind >= argc : optind < argc))
		return usage();
	if (net_conf_read(&conf, o.config, &why) != RC_OK)
		return complain(&why);
	if (o.only != NULL) {
		if ((only = net_conf_part_named(&conf, o.only)) == NULL) {
			fprintf(stderr, "watashi-net: --only: no such part is configured\n");
			net_conf_clear(&conf);
			return 2;
		}
		(void)snprintf(suffix, sizeof suffix, ".%s", only->name);
	}
	status = o.control ? net_control_send(conf.state, suffix, argv + optind, argc - optind) :
	    run(&conf, &o, only, suffix);
	net_conf_clear(&conf);
	return status;
}

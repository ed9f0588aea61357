#include "cli/verify_evidence.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "exchange/evidence_check.h"
#include "exchange/wire_read.h"

#define SHOWN_MAX 50
#define AUTHORITY_MAX_BYTES (1u << 20)

static void
usage(FILE *to)
{
	fputs("usage: watashi-verify evidence --authority FILE FILE...\n"
	    "\n"
	    "Checks files of evidence that watashi evidence export wrote: every signature over the exact\n"
	    "bytes, by a certificate of the authority that was valid then and not taken back by the lists\n"
	    "asked then; that the answer belongs to the question, the hub's record to both, and nothing is\n"
	    "missing, doubled or out of its order.  Neither a node nor a network is needed.\n"
	    "\n"
	    "  --authority FILE    the certificate of the network's authority (PEM), had from elsewhere\n"
	    "  --help              this text\n"
	    "\n"
	    "Exit status: 0 proven, 1 something was found, 2 usage, 3 a file cannot be read.\n", to);
}

struct shown {
	const char *path;
	long long n;
};

static void
finding(void *context, const char *place, const char *text)
{
	struct shown *s = context;

	if (s->n++ < SHOWN_MAX)
		printf("%s: %s: %s\n", s->path, place, text);
}

static void
note(void *context, const char *place, const char *text)
{
	const struct shown *s = context;

	printf("%s: note: %s: %s\n", s->path, place, text);
}

static const char *
outcome_word(enum message_outcome outcome)
{
	switch (outcome) {
	case MESSAGE_OUTCOME_PROVIDED:
		return "provided";
	case MESSAGE_OUTCOME_NO_DATA:
		return "nothing known";
	case MESSAGE_OUTCOME_REFUSED:
		return "refused";
	case MESSAGE_OUTCOME_FAILED:
		return "failed";
	case MESSAGE_OUTCOME_PENDING:
	case MESSAGE_OUTCOME_NONE:
		break;
	}
	return "outcome not known";
}

static int
check_file(const char *path, const struct buf *authority)
{
	struct buf bytes = BUF_INIT(EVIDENCE_FILE_BYTES);
	struct shown shown = { path, 0 };
	struct evidence_verdict v = { .finding = finding, .note = note, .context = &shown };
	struct fault why;
	int status = 3;

	if (buf_read_file(&bytes, path, &why) != RC_OK ||
	    evidence_check(bytes.data != NULL ? bytes.data : "", bytes.len, authority->data, authority->len, &v,
	    &why) != RC_OK) {
		fprintf(stderr, "watashi-verify: %s: %s: %s\n", path, why.place, why.text);
		goto out;
	}
	if (v.summary.findings > SHOWN_MAX)
		printf("... and %lld more\n", v.summary.findings - SHOWN_MAX);
	if (v.summary.findings == 0)
		printf("%s: exchange %s, %s asked %s, %s: %zu documents, %zu corrections, proven\n", path, v.summary.exchange,
		    v.summary.inquirer[0] != '\0' ? v.summary.inquirer : "-",
		    v.summary.provider[0] != '\0' ? v.summary.provider : "-", outcome_word(v.summary.outcome),
		    v.summary.n_documents, v.summary.n_corrections);
	else
		printf("%s: NOT PROVEN\n", path);
	status = v.summary.findings == 0 ? 0 : 1;
 out:
	buf_clear(&bytes);
	return status;
}

int
verify_evidence(int argc, char **argv)
{
	static const struct option options[] = {
		{ "authority", required_argument, NULL, 'a' },
		{ "help", no_argument, NULL, '?' + 128 },
		{ NULL, 0, NULL, 0 },
	};
	struct buf authority = BUF_INIT(AUTHORITY_MAX_BYTES);
	const char *path = NULL;
	struct fault why;
	int o, status = 0, one;

	while ((o = getopt_long(argc, argv, "", options, NULL)) != -1)
		switch (o) {
		case 'a':
			path = optarg;
			break;
		case '?' + 128:
			usage(stdout);
			return 0;
		default:
			usage(stderr);
			return 2;
		}
	if (path == NULL || optind == argc) {
		usage(stderr);
		return 2;
	}
	if (buf_read_file(&authority, path, &why) != RC_OK) {
		fprintf(stderr, "watashi-verify: %s: %s\n", path, why.text);
		return 3;
	}
	wire_read_open();
	if (authority.len == 0)
		status = 3;
	for (; optind < argc && authority.len > 0; optind++)
		if ((one = check_file(argv[optind], &authority)) > status)
			status = one;
	buf_clear(&authority);
	return status;
}

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/outfile.h"
#include "law/law_compile.h"
#include "law/law_load.h"
#include "law/law_print.h"

enum { EXIT_DONE, EXIT_NO, EXIT_USAGE, EXIT_WORLD, EXIT_BUG };

static const char usage_text[] =
    "usage: lawc --check FILE...\n"
    "       lawc --output LAW FILE...\n"
    "       lawc --print DAY [--lang ja|en] LAW\n"
    "       lawc --diff DAY1 DAY2 [--lang ja|en] LAW\n";

static const char help_text[] =
    "\n"
    "lawc reads dated law text (law(5)), checks it, compiles it and prints it.\n"
    "\n"
    "  --check           tell everything wrong as FILE:LINE: CODE: TEXT\n"
    "  --output LAW      check, then write the compiled law to LAW\n"
    "  --print DAY       the compiled law in force on DAY, in plain words\n"
    "  --diff DAY1 DAY2  what changes in the compiled law between two days\n"
    "  --lang ja|en      language of --print and --diff (ja)\n"
    "  --help            this text\n"
    "\n"
    "Exit status: 0 done, 1 the text or the law file has faults, 2 usage,\n"
    "3 a file cannot be read or written, 4 a bug.\n";

static int
usage(void)
{
	fputs(usage_text, stderr);
	return EXIT_USAGE;
}

/* One sentence before the usage. */
static int
usage_of(const char *what, const char *word)
{
	fprintf(stderr, "lawc: %s: %s\n", word, what);
	return usage();
}

static void
hear(void *context, struct law_place place, enum law_finding finding, const char *detail)
{
	(void)context;
	fprintf(stderr, "%s:%u: %s: %s", place.file, (unsigned)place.line, law_finding_word(finding),
	    law_finding_text(finding));
	if (detail[0] != '\0')
		fprintf(stderr, ": %s", detail);
	fputc('\n', stderr);
}

/* A damaged file is an answer about the file (1), a missing one is not (3). */
static int
world(const struct fault *why)
{
	fprintf(stderr, "lawc: %s: %s\n", why->place, why->text);
	return why->rc == RC_ABSENT ? EXIT_WORLD : fault_exit_status(why->rc);
}

/* A half-written law must never stand under the name: a new file takes its place whole. */
static enum rc
replace_file(const char *path, const struct buf *bytes, struct fault *why)
{
	struct outfile o;
	enum rc rc = outfile_begin(&o, path, 0644, why);

	if (rc != RC_OK)
		return rc;
	return outfile_end(&o, outfile_put(o.fd, bytes->data, bytes->len, path, why), why);
}

/* Reads, checks and, when output is named, writes. */
static int
compile(char *const *file, size_t n_files, const char *output)
{
	struct law_input *input = calloc(n_files, sizeof *input);
	struct buf *text = calloc(n_files, sizeof *text), law = BUF_INIT(LIMIT_LAW_BYTES);
	struct fault why = { .rc = RC_OK };
	size_t n_read = 0;
	enum rc rc = RC_OK;
	int status;

	if (input == NULL || text == NULL)
		rc = fault_set(&why, RC_NOMEM, "lawc", "out of memory");
	for (; n_read < n_files && rc == RC_OK; n_read++) {
		buf_init(&text[n_read], LIMIT_LAW_BYTES);
		rc = buf_read_file(&text[n_read], file[n_read], &why);
		input[n_read] = (struct law_input){ file[n_read], text[n_read].data, text[n_read].len };
	}
	if (rc == RC_OK)
		rc = law_compile(input, n_files, (struct law_listener){ hear, NULL }, &law, &why);
	if (rc == RC_OK && output != NULL)
		rc = replace_file(output, &law, &why);
	if (rc == RC_OK)
		status = EXIT_DONE;
	else
		status = rc == RC_INVALID ? EXIT_NO : world(&why);
	for (size_t i = 0; i < n_read; i++)
		buf_clear(&text[i]);
	free(text);
	free(input);
	buf_clear(&law);
	return status;
}

static int
print(const char *path, day from, day to, enum law_print_lang lang)
{
	struct law_file *file;
	struct buf out = BUF_INIT(LIMIT_LAW_BYTES);
	struct fault why = { .rc = RC_OK };
	enum rc rc;
	int status = EXIT_DONE;

	if (law_load(path, &file, &why) != RC_OK)
		return world(&why);
	if (day_known(to))
		rc = law_print_diff(law_of(file), from, to, lang, &out);
	else
		rc = law_print_day(law_of(file), from, lang, &out);
	if (rc != RC_OK) {
		(void)fault_set(&why, rc, path, "too long to print");
		status = world(&why);
	} else if (fwrite(out.data == NULL ? "" : out.data, 1, out.len, stdout) != out.len ||
	    fflush(stdout) != 0) {
		(void)fault_set(&why, RC_IO, "standard output", "cannot write: %s", strerror(errno));
		status = world(&why);
	}
	buf_clear(&out);
	law_free(file);
	return status;
}

static bool
is_day(const char *text, day *ret_day)
{
	return text != NULL && day_parse(text, strlen(text), ret_day) == RC_OK;
}

int
main(int argc, char **argv)
{
	static const struct option option[] = {
		{ "check", no_argument, NULL, 'c' },
		{ "output", required_argument, NULL, 'o' },
		{ "print", required_argument, NULL, 'p' },
		{ "diff", required_argument, NULL, 'd' },
		{ "lang", required_argument, NULL, 'l' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	enum law_print_lang lang = LAW_PRINT_JA;
	const char *value = NULL;
	day from = DAY_NONE, to = DAY_NONE;
	int c, mode = 0;

	while ((c = getopt_long(argc, argv, "", option, NULL)) != -1) {
		switch (c) {
		case 'c':
		case 'o':
		case 'p':
		case 'd':
			if (mode != 0)
				return usage();
			mode = c;
			value = optarg;
			break;
		case 'l':
			if (strcmp(optarg, "en") == 0)
				lang = LAW_PRINT_EN;
			else if (strcmp(optarg, "ja") == 0)
				lang = LAW_PRINT_JA;
			else
				return usage();
			break;
		case 'h':
			fputs(usage_text, stdout);
			fputs(help_text, stdout);
			return EXIT_DONE;
		default:
			return usage();
		}
	}
	argv += optind;
	argc -= optind;
	switch (mode) {
	case 'c':
		return argc < 1 ? usage() : compile(argv, (size_t)argc, NULL);
	case 'o':
		return argc < 1 ? usage() : compile(argv, (size_t)argc, value);
	case 'p':
		if (!is_day(value, &from))
			return usage_of("no such day; a day is YYYY-MM-DD", value);
		return argc != 1 ? usage_of("takes one compiled law after the day", "--print") :
		    print(argv[0], from, DAY_NONE, lang);
	case 'd':
		/* The second day is the first word that is no option, wherever --lang stands. */
		if (!is_day(value, &from))
			return usage_of("no such day; a day is YYYY-MM-DD", value);
		if (argc != 2)
			return usage_of("takes two days and one compiled law", "--diff");
		return !is_day(argv[0], &to) ? usage_of("no such day; a day is YYYY-MM-DD", argv[0]) :
		    print(argv[1], from, to, lang);
	default:
		return usage();
	}
}

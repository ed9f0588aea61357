#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "base/day.h"
#include "base/frame.h"
#include "base/words.h"
#include "cli/command.h"

/* What every command takes besides its own options. */
struct options {
	const char *node;		/* --node or WATASHI_NODE, NULL */
	enum lang lang;
	const char *format;		/* NULL: text */
	const char *output;		/* -o FILE, NULL: standard output */
	day today;			/* --today, DAY_NONE */
	bool help, version;
	int file;			/* opened for the request, -1: none */
	const char *file_path;		/* its path, NULL */
	const char *made;		/* where a file that the request writes comes to lie, NULL */
	char part[4096];		/* its name until it is whole, "" */
	int64_t wait_s;			/* 0: does not wait */
};

/* From the environment alone. */
void options_init(struct options *o);
void options_clear(struct options *o);		/* closes the file; one that was not kept is removed */
/* The file that the request wrote is whole: gives it its name. */
enum rc options_keep_file(struct options *o, struct fault *why) MUST_USE;

/*
 * Reads general options from argv up to the first word that is none; *ret_used: how many
 * words were read.  RC_INVALID: wrong usage, the fault says what.
 */
enum rc options_read_general(struct options *o, char *const *argv, int argc, int *ret_used,
    struct fault *why) MUST_USE;

/*
 * Reads the words after the command into the request frame f (made with frame_init).
 * An individual number comes from the file named and is in f alone.
 */
enum rc options_read(struct options *o, const struct command *c, char *const *argv, int argc,
    struct frame *f, struct fault *why) MUST_USE;

#endif

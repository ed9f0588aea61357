#include "cli/options.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/checkdigit.h"
#include "base/era.h"
#include "base/utf8.h"

#define WAIT_DEFAULT_S 600
#define NUMBER_DIGITS 12
#define NUMBER_FILE_MAX 64
#define HALVES_FILE_MAX 1024

static enum lang
lang_of_locale(void)
{
	const char *const from[] = { getenv("LC_ALL"), getenv("LC_MESSAGES"), getenv("LANG") };

	for (size_t i = 0; i < sizeof(from) / sizeof(from[0]); i++)
		if (from[i] != NULL && from[i][0] != '\0')
			return strncmp(from[i], "en", 2) == 0 ? LANG_EN : LANG_JA;
	return LANG_JA;
}

void
options_init(struct options *o)
{
	const char *node = getenv("WATASHI_NODE");

	*o = (struct options){ .node = node != NULL && node[0] != '\0' ? node : NULL,
	    .lang = lang_of_locale(), .today = DAY_NONE, .file = -1 };
}

void
options_clear(struct options *o)
{
	if (o->file >= 0)
		(void)close(o->file);
	o->file = -1;
	if (o->part[0] != '\0')
		(void)unlink(o->part);
	o->part[0] = '\0';
}

/* The value of "--name=value" or of "--name value"; *at moves to the last word used. */
static const char *
value_of(char *const *argv, int argc, int *at, size_t name_len)
{
	const char *word = argv[*at];

	if (word[2 + name_len] == '=')
		return word + 2 + name_len + 1;
	return *at + 1 < argc ? argv[++*at] : NULL;
}

static enum rc
general(struct options *o, char *const *argv, int argc, int *at, bool *ret_is_general,
    struct fault *why)
{
	static const struct { const char *name; bool value; char which; } known[] = {
		{ "node", true, 'n' }, { "lang", true, 'l' }, { "format", true, 'f' },
		{ "output", true, 'o' }, { "today", true, 't' }, { "help", false, 'h' },
		{ "version", false, 'v' },
	};
	const char *word = argv[*at], *value = NULL;
	char which = '\0', place[48];
	size_t len;

	*ret_is_general = true;
	if (strcmp(word, "-o") == 0) {
		which = 'o';
		value = *at + 1 < argc ? argv[++*at] : NULL;
	} else if (strcmp(word, "-h") == 0) {
		which = 'h';
	} else {
		if (strncmp(word, "--", 2) != 0) {
			*ret_is_general = false;
			return RC_OK;
		}
		len = strcspn(word + 2, "=");
		for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
			if (strlen(known[i].name) == len && memcmp(known[i].name, word + 2, len) == 0) {
				which = known[i].which;
				if (known[i].value)
					value = value_of(argv, argc, at, len);
				else if (word[2 + len] == '=')
					which = '\0';
			}
		if (which == '\0') {
			*ret_is_general = false;
			return RC_OK;
		}
	}
	(void)snprintf(place, sizeof(place), "%.40s", word);
	if (which == 'h') {
		o->help = true;
		return RC_OK;
	}
	if (which == 'v') {
		o->version = true;
		return RC_OK;
	}
	if (value == NULL || value[0] == '\0')
		return fault_set(why, RC_INVALID, place, WORDS("a value is missing"));
	switch (which) {
	case 'n':
		o->node = value;
		return RC_OK;
	case 'f':
		o->format = value;
		return RC_OK;
	case 'o':
		o->output = value;
		return RC_OK;
	case 't':
		if (day_parse(value, strlen(value), &o->today) != RC_OK)
			return fault_set(why, RC_INVALID, place, WORDS("not a day (YYYY-MM-DD)"));
		return RC_OK;
	default:
		if (strcmp(value, "ja") != 0 && strcmp(value, "en") != 0)
			return fault_set(why, RC_INVALID, place, WORDS("expected ja or en"));
		o->lang = strcmp(value, "en") == 0 ? LANG_EN : LANG_JA;
		return RC_OK;
	}
}

enum rc
options_read_general(struct options *o, char *const *argv, int argc, int *ret_used,
    struct fault *why)
{
	int at = 0;
	bool is_general = true;
	enum rc rc;

	while (at < argc) {
		if ((rc = general(o, argv, argc, &at, &is_general, why)) != RC_OK)
			return rc;
		if (!is_general)
			break;
		at++;
	}
	*ret_used = at;
	return RC_OK;
}

/* The number goes from the file into the frame and nowhere else. */
static enum rc
put_number(const char *path, struct frame *f, struct fault *why)
{
	char bytes[NUMBER_FILE_MAX];
	size_t len = 0;
	ssize_t n = 0;
	int fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	enum rc rc = RC_OK;

	if (fd < 0)
		return fault_set(why, RC_IO, "--my-number-from", "%s", strerrordesc_np(errno));
	while (len < sizeof(bytes) && (n = read(fd, bytes + len, sizeof(bytes) - len)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			rc = fault_set(why, RC_IO, "--my-number-from", "%s", strerrordesc_np(errno));
			goto out;
		}
		len += (size_t)n;
	}
	while (len > 0 && (bytes[len - 1] == '\n' || bytes[len - 1] == '\r'))
		len--;
	if (len != NUMBER_DIGITS || !checkdigit_mynumber(bytes, len))
		rc = fault_set(why, RC_INVALID, "--my-number-from",
		    WORDS("not an individual number: expected 12 digits with a right check digit"));
	else
		frame_put_text_n(f, TAG_MY_NUMBER, bytes, len);
 out:
	explicit_bzero(bytes, sizeof(bytes));
	if (fd != STDIN_FILENO)
		(void)close(fd);
	return rc;
}

/* Two lines, one half each; they go from the file into the frame and nowhere else. */
static enum rc
put_halves(const char *path, struct frame *f, struct fault *why)
{
	static const enum request_tag tag[2] = { TAG_RECOVERY_A, TAG_RECOVERY_B };
	struct buf bytes = BUF_INIT(HALVES_FILE_MAX);
	int fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC), n = 0;
	enum rc rc;

	if (fd < 0)
		return fault_set(why, RC_IO, "--recovery-from", "%s", strerrordesc_np(errno));
	rc = buf_read_fd(&bytes, fd, why);
	if (fd != STDIN_FILENO)
		(void)close(fd);
	for (char *line = bytes.data, *next; rc == RC_OK && line != NULL && *line != '\0'; line = next) {
		if ((next = strchr(line, '\n')) != NULL)
			*next++ = '\0';
		line[strcspn(line, "\r")] = '\0';
		if (*line == '\0')
			continue;
		if (n < 2)
			frame_put_text(f, (uint16_t)tag[n], line);
		n++;
	}
	if (rc == RC_OK && n != 2)
		rc = fault_set(why, RC_INVALID, "--recovery-from", WORDS("expected two lines, one half each"));
	buf_wipe(&bytes);
	return rc;
}

static enum frame_type
type_of(const struct command *c, enum request_tag tag)
{
	const struct request_shape *shape = request_shape(c->kind);

	for (size_t i = 0; i < shape->n_field; i++)
		if (shape->field[i].tag == tag)
			return shape->field[i].type;
	return FRAME_TEXT;
}

/* A small file goes along as it is. */
static enum rc
put_bytes(const char *path, enum request_tag tag, const char *place, struct frame *f, struct fault *why)
{
	struct buf bytes = BUF_INIT(LIMIT_TEXT_BYTES);
	enum rc rc = buf_read_file(&bytes, path, NULL);

	if (rc != RC_OK)
		rc = fault_set(why, rc == RC_TOO_BIG ? RC_INVALID : RC_IO, place, rc == RC_TOO_BIG ?
		    WORDS("too large") : WORDS("cannot be read"));
	else
		frame_put_bytes(f, (uint16_t)tag, bytes.data, bytes.len);
	buf_clear(&bytes);
	return rc;
}

/*
 * A day as people have it before them on paper, R8.11.22 or 2026/11/22, is taken too, and said back in both
 * calendars: a year of the wrong era is seen at once.
 */
static bool
read_day(const char *place, const char *value, day *ret)
{
	char iso[DAY_TEXT_SIZE], era[ERA_TEXT_SIZE];

	if (day_parse(value, strlen(value), ret) == RC_OK)
		return true;
	if (era_parse_any(value, strlen(value), ret) != RC_OK)
		return false;
	day_write(*ret, iso);
	era_write(*ret, era);
	(void)fprintf(stderr, "watashi: %s: %s = %s (%s)\n", place, value, iso, era);
	return true;
}

/* Fields that take a day, a month or a year: a whole day in another form is written as days are. */
static const char *
day_of_text(enum request_tag tag, const char *place, const char *value, char room[DAY_TEXT_SIZE])
{
	struct day_span span;
	day d;

	if ((tag != TAG_GIVEN_ON && tag != TAG_BIRTH && tag != TAG_ONSET_ON) ||
	    day_span_parse(value, strlen(value), &span) == RC_OK || !read_day(place, value, &d))
		return value;
	day_write(d, room);
	return room;
}

/* An empty text takes away what stands there. */
static bool
clears(const struct command *c, enum request_tag tag)
{
	const struct request_shape *shape = request_shape(c->kind);

	for (size_t i = 0; i < shape->n_field; i++)
		if (shape->field[i].tag == tag)
			return shape->field[i].clears;
	return false;
}

static enum rc
put_value(const struct command *c, enum request_tag tag, const char *place, const char *value,
    struct frame *f, struct fault *why)
{
	char room[DAY_TEXT_SIZE], *end;
	long long n;
	day d;

	if (tag == TAG_MY_NUMBER)
		return put_number(value, f, why);
	if (tag == TAG_RECOVERY_A)
		return put_halves(value, f, why);
	switch (type_of(c, tag)) {
	case FRAME_DAY:
		if (!read_day(place, value, &d))
			return fault_set(why, RC_INVALID, place, WORDS("not a day (YYYY-MM-DD)"));
		frame_put_day(f, (uint16_t)tag, d);
		return RC_OK;
	case FRAME_INT:
		errno = 0;
		n = strtoll(value, &end, 10);
		if (errno != 0 || end == value || *end != '\0')
			return fault_set(why, RC_INVALID, place, WORDS("not a number"));
		frame_put_int(f, (uint16_t)tag, n);
		return RC_OK;
	case FRAME_BYTES:
		return put_bytes(value, tag, place, f, why);
	case FRAME_TEXT:
	case FRAME_OPEN:
	case FRAME_CLOSE:
		break;
	}
	if ((value[0] == '\0' && !clears(c, tag)) || utf8_check(value, strlen(value), UTF8_LINE, NULL) != RC_OK)
		return fault_set(why, RC_INVALID, place, value[0] == '\0' ? WORDS("a value is missing") :
		    WORDS("not a line of clean UTF-8 text"));
	frame_put_text(f, (uint16_t)tag, day_of_text(tag, place, value, room));
	return RC_OK;
}

static enum rc
take_file(struct options *o, const char *path, struct frame *f, struct fault *why)
{
	const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;

	if ((o->file = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return fault_set(why, RC_IO, path, "%s", strerrordesc_np(errno));
	o->file_path = path;
	if (name[0] != '\0' && utf8_check(name, strlen(name), UTF8_LINE, NULL) == RC_OK)
		frame_put_text(f, TAG_FILE_NAME, name);
	return RC_OK;
}

static enum rc
failed_at(const char *path, int number, struct fault *why)
{
	return fault_set(why, fault_rc_of_errno(number), path, "%s", strerrordesc_np(number));
}

/*
 * Under another name until it is whole; whoever writes it holds its lock, and so does the node that fills it.  A rest
 * that nobody holds is of one that was cut off.
 */
static enum rc
make_file(struct options *o, const char *path, struct fault *why)
{
	char part[sizeof(o->part)];
	int n = snprintf(part, sizeof(part), "%s.part", path), old;
	bool is_held;

	if (n < 0 || (size_t)n >= sizeof(part))
		return fault_set(why, RC_TOO_BIG, path, WORDS("the path is too long"));
	if (access(path, F_OK) == 0)
		return failed_at(path, EEXIST, why);
	if ((old = open(part, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)) >= 0) {
		is_held = flock(old, LOCK_EX | LOCK_NB) != 0;
		if (!is_held)
			(void)unlink(part);
		(void)close(old);
		if (is_held)
			return fault_set(why, RC_BUSY, path, WORDS("it is being written by another command"));
	} else if (errno != ENOENT)
		return failed_at(part, errno, why);
	if ((o->file = open(part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) < 0)
		return failed_at(path, errno, why);
	if (flock(o->file, LOCK_EX | LOCK_NB) != 0)
		return fault_set(why, RC_BUSY, path, WORDS("it is being written by another command"));
	memcpy(o->part, part, sizeof(part));
	o->made = path;
	return RC_OK;
}

/* Never over a file that came to be there meanwhile; on the disk before anybody is told. */
enum rc
options_keep_file(struct options *o, struct fault *why)
{
	char folder[PATH_MAX];
	int fd;

	if (o->part[0] == '\0')
		return RC_OK;
	if (renameat2(AT_FDCWD, o->part, AT_FDCWD, o->made, RENAME_NOREPLACE) != 0) {
		if (errno != EINVAL && errno != ENOSYS)
			return failed_at(o->made, errno, why);
		if (access(o->made, F_OK) == 0)
			return failed_at(o->made, EEXIST, why);
		if (rename(o->part, o->made) != 0)
			return failed_at(o->made, errno, why);
	}
	o->part[0] = '\0';
	if (strlen(o->made) >= sizeof(folder))
		return fault_set(why, RC_TOO_BIG, o->made, WORDS("the path is too long"));
	memcpy(folder, o->made, strlen(o->made) + 1);
	if ((fd = open(dirname(folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		return RC_OK;			/* it may be written into, not read */
	(void)fsync(fd);
	(void)close(fd);
	return RC_OK;
}

static bool
is_repeated(const struct command *c, enum request_tag tag)
{
	const struct request_shape *shape = request_shape(c->kind);

	for (size_t i = 0; i < shape->n_field; i++)
		if (shape->field[i].tag == tag)
			return shape->field[i].repeated;
	return false;
}

static enum rc
take_bare(struct options *o, const struct command *c, const char *word, int n_before,
    struct frame *f, struct fault *why)
{
	if (c->positional == TAG_NONE || (n_before > 0 && !is_repeated(c, c->positional)))
		return fault_set(why, RC_INVALID, word, WORDS("one word too many"));
	if (c->positional == TAG_FILE_NAME)
		return take_file(o, word, f, why);
	if (c->positional == TAG_FILE_MADE)
		return make_file(o, word, why);
	return put_value(c, c->positional, word, word, f, why);
}

static enum rc
take_option(struct options *o, const struct command *c, char *const *argv, int argc, int *at,
    struct frame *f, struct fault *why)
{
	const char *word = argv[*at], *value;
	const struct command_option *option;
	size_t len = strcspn(word + 2, "=");
	char place[48];

	(void)snprintf(place, sizeof(place), "%.40s", word);
	if (strncmp(word, "--", 2) != 0 || (option = command_option_find(c, word + 2, len)) == NULL)
		return fault_set(why, RC_INVALID, place, WORDS("this command has no such option"));
	(void)snprintf(place, sizeof(place), "--%s", option->name);
	if (option->tag == TAG_WAIT) {		/* its value is optional */
		o->wait_s = word[2 + len] == '=' ? strtoll(word + 2 + len + 1, NULL, 10) : WAIT_DEFAULT_S;
		if (o->wait_s <= 0)
			return fault_set(why, RC_INVALID, place, WORDS("not a number"));
		frame_put_int(f, TAG_WAIT, o->wait_s);
		return RC_OK;
	}
	if (option->value == NULL) {
		if (word[2 + len] == '=')
			return fault_set(why, RC_INVALID, place, WORDS("takes no value"));
		frame_put_int(f, (uint16_t)option->tag, 1);
		return RC_OK;
	}
	if ((value = value_of(argv, argc, at, len)) == NULL)
		return fault_set(why, RC_INVALID, place, WORDS("a value is missing"));
	return put_value(c, option->tag, place, value, f, why);
}

/* A detached signature lies beside its file unless it is said where. */
static enum rc
put_signature(const struct options *o, struct frame *f, struct fault *why)
{
	char path[PATH_MAX];
	int n = snprintf(path, sizeof(path), "%s.sig", o->file_path);

	if (n < 0 || (size_t)n >= sizeof(path))
		return fault_set(why, RC_TOO_BIG, "--signature", WORDS("the path is too long"));
	if (access(path, F_OK) != 0)
		return fault_set(why, RC_IO, path, WORDS("there is no signature beside the file"));
	return put_bytes(path, TAG_SIGNATURE, path, f, why);
}

/* What the request cannot do without, told in the words of the command line. */
static enum rc
check_missing(const struct options *o, const struct command *c, const struct frame *f,
    struct fault *why)
{
	const struct request_shape *shape = request_shape(c->kind);
	bool has[TAG__COUNT] = { false };
	struct frame_reader r;
	struct frame_field field;
	char place[48];

	if (f->rc != RC_OK || frame_read_open(&r, f->kind, f->body.data, f->body.len, why) != RC_OK)
		return fault_set(why, RC_INVALID, c->name, WORDS("not a request"));
	while (frame_next(&r, &field))
		has[field.tag] = true;
	if (shape->file && o->file < 0)
		return fault_set(why, RC_INVALID, c->name, WORDS("a file is missing"));
	for (size_t i = 0; i < shape->n_field; i++) {
		const struct command_option *option = command_option_of(c, shape->field[i].tag);

		if (!shape->field[i].required || has[shape->field[i].tag])
			continue;
		(void)snprintf(place, sizeof(place), "%s%s", option != NULL ? "--" : "",
		    option != NULL ? option->name : command_positional_word(c));
		return fault_set(why, RC_INVALID, place, WORDS("missing"));
	}
	return RC_OK;
}

enum rc
options_read(struct options *o, const struct command *c, char *const *argv, int argc,
    struct frame *f, struct fault *why)
{
	bool is_general, only_bare = false, seen[TAG__COUNT] = { false };
	int n_bare = 0;
	enum rc rc;

	for (int at = 0; at < argc; at++) {
		const char *word = argv[at];

		if (!only_bare && strcmp(word, "--") == 0) {
			only_bare = true;
			continue;
		}
		if (only_bare || word[0] != '-' || word[1] == '\0') {
			if ((rc = take_bare(o, c, word, n_bare++, f, why)) != RC_OK)
				return rc;
			continue;
		}
		/* Its own options first: resident add has a --from, and so might everybody. */
		if (strncmp(word, "--", 2) != 0 ||
		    command_option_find(c, word + 2, strcspn(word + 2, "=")) == NULL) {
			if ((rc = general(o, argv, argc, &at, &is_general, why)) != RC_OK)
				return rc;
			if (is_general)
				continue;
		} else {
			enum request_tag tag =
			    command_option_find(c, word + 2, strcspn(word + 2, "="))->tag;

			if (seen[tag])
				return fault_set(why, RC_INVALID, word, WORDS("given twice"));
			seen[tag] = true;
		}
		if ((rc = take_option(o, c, argv, argc, &at, f, why)) != RC_OK)
			return rc;
	}
	if (o->help)
		return RC_OK;
	if (c->kind == REQUEST_EXPORT && o->format != NULL)
		frame_put_text(f, TAG_FORMAT, o->format);
	/* Without --as-of, the day one works as if it were, wherever the answer is made. */
	if (day_known(o->today) && !seen[TAG_AS_OF] && command_option_of(c, TAG_AS_OF) != NULL)
		frame_put_day(f, TAG_AS_OF, o->today);
	if (o->file_path != NULL && !seen[TAG_SIGNATURE] && type_of(c, TAG_SIGNATURE) == FRAME_BYTES &&
	    (rc = put_signature(o, f, why)) != RC_OK)
		return rc;
	return check_missing(o, c, f, why);
}

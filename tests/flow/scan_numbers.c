#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/sha256.h"

/*
 * Looks for MyNumbers, and for hashes and encodings of them, in everything that crossed
 * a wire and in every log.  The numbers are those of the people of the test, since one in ten
 * strings of twelve digits passes the check digit.
 *
 * usage: scan_numbers [--plant] NUMBERS PATH...
 *
 * NUMBERS: a file with twelve digits a line.  A PATH is a file or a folder of files; a captured
 * message NNN-PART-DIRECTION-TYPE.xml is counted under its type, what a part sent under
 * "TYPE sent", any other file under its own name.  Prints a table of
 *     type, files, files with one number or more, numbers in the clear, other forms
 * and exits 1 when anything but a JUKI.CodeRequest held a number or any form of one, or when a
 * JUKI.CodeRequest held other than exactly one.
 */
#define DIGITS 12
#define KINDS 512
#define FIRST_BYTES 6			/* the shortest form */
#define FIRST_BITS 23			/* 21 forms of 20,000 numbers */
#define FILE_BYTES (1u << 30)
#define ONLY_CARRIER "JUKI.CodeRequest"

struct form {
	const char *text;
	size_t len;
	int clear;
};

struct forms {
	struct form *form;
	size_t n, room;
	unsigned char first[(1u << FIRST_BITS) / 8];	/* beginnings that occur, by hash: 19 of 20 places are passed over */
	uint32_t *bucket;			/* index + 1 by hash, open addressing */
	size_t buckets;
	size_t length[64];
	size_t n_length;
};

struct kind {
	char name[128];
	long files, with, numbers, others, wrong;
};

static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void
die(const char *what)
{
	(void)fprintf(stderr, "scan_numbers: %s: %s\n", what, strerror(errno));
	exit(3);
}

static void
encode64(const unsigned char *in, size_t n, char *out)
{
	size_t i, o = 0;

	for (i = 0; i < n; i += 3) {
		uint32_t v = (uint32_t)in[i] << 16 | (i + 1 < n ? (uint32_t)in[i + 1] << 8 : 0) |
		    (i + 2 < n ? (uint32_t)in[i + 2] : 0);

		out[o++] = base64[v >> 18 & 63];
		out[o++] = base64[v >> 12 & 63];
		out[o++] = i + 1 < n ? base64[v >> 6 & 63] : '=';
		out[o++] = i + 2 < n ? base64[v & 63] : '=';
	}
	out[o] = '\0';
}

static void
hex_of(const unsigned char *in, size_t n, const char *digits, char *out)
{
	size_t i;

	for (i = 0; i < n; i++) {
		out[2 * i] = digits[in[i] >> 4];
		out[2 * i + 1] = digits[in[i] & 15];
	}
	out[2 * n] = '\0';
}

static void
add(struct forms *f, const char *text, size_t len, int clear)
{
	char *copy;
	size_t i;

	if (f->n == f->room) {
		f->room = f->room == 0 ? 4096 : f->room * 2;
		if ((f->form = reallocarray(f->form, f->room, sizeof(*f->form))) == NULL)
			die("memory");
	}
	/* A hash holds any byte, also NUL. */
	if ((copy = malloc(len)) == NULL)
		die("memory");
	memcpy(copy, text, len);
	f->form[f->n].text = copy;
	f->form[f->n].len = len;
	f->form[f->n].clear = clear;
	f->n++;
	for (i = 0; i < f->n_length; i++)
		if (f->length[i] == len)
			return;
	f->length[f->n_length++] = len;
}

/* Each digit written so, with a character between groups of four where there is one. */
static void
add_written(struct forms *f, const char *digits, const char *before, const char *after, const char *between)
{
	char text[256];
	size_t used = 0, i;

	for (i = 0; i < DIGITS; i++) {
		if (i > 0 && i % 4 == 0)
			used += (size_t)snprintf(text + used, sizeof(text) - used, "%s", between);
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%c%s", before, digits[i], after);
	}
	add(f, text, used, 0);
}

static void
add_entities(struct forms *f, const char *digits)
{
	char text[8 * DIGITS];
	size_t used = 0, i;

	for (i = 0; i < DIGITS; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "&#%d;", digits[i]);
	add(f, text, used, 0);
}

/* Two bytes a character, either first; twelve full-width digits; two digits a byte. */
static void
add_wide(struct forms *f, const char *digits)
{
	char little[2 * DIGITS], big[2 * DIGITS], full[3 * DIGITS], packed[DIGITS / 2];
	size_t i;

	for (i = 0; i < DIGITS; i++) {
		little[2 * i] = big[2 * i + 1] = digits[i];
		little[2 * i + 1] = big[2 * i] = '\0';
		full[3 * i] = (char)0xef;
		full[3 * i + 1] = (char)0xbc;
		full[3 * i + 2] = (char)(0x90 + digits[i] - '0');
		if (i % 2 == 0)
			packed[i / 2] = (char)((digits[i] - '0') << 4 | (digits[i + 1] - '0'));
	}
	add(f, little, sizeof(little), 0);
	add(f, big, sizeof(big), 0);
	add(f, full, sizeof(full), 0);
	add(f, packed, sizeof(packed), 0);
}

/* Every form in which a careless program would let a number out. */
static void
add_number(struct forms *f, const char *digits)
{
	unsigned char shifted[DIGITS + 3], hash[32];
	struct sha256 h;
	char text[128];
	size_t shift;

	add(f, digits, DIGITS, 1);
	add_wide(f, digits);
	add_written(f, digits, "", "", "-");
	add_written(f, digits, "", "", " ");
	add_written(f, digits, "&#x3", ";", "");
	add_written(f, digits, "\\u003", "", "");
	add_written(f, digits, "%3", "", "");
	add_entities(f, digits);
	for (shift = 0; shift < 3; shift++) {
		/* Inside a longer base64 text: the characters that its neighbours cannot change. */
		size_t from = shift == 0 ? 0 : shift == 1 ? 2 : 3, to = (shift + DIGITS) * 4 / 3;

		memset(shifted, 0, sizeof(shifted));
		memcpy(shifted + shift, digits, DIGITS);
		encode64(shifted, shift + DIGITS, text);
		add(f, text + from, to - from, 0);
	}
	hex_of((const unsigned char *)digits, DIGITS, "0123456789abcdef", text);
	add(f, text, 2 * DIGITS, 0);
	sha256_init(&h);
	sha256_add(&h, digits, DIGITS);
	sha256_digest(&h, hash);
	hex_of(hash, sizeof(hash), "0123456789abcdef", text);
	add(f, text, 64, 0);
	hex_of(hash, sizeof(hash), "0123456789ABCDEF", text);
	add(f, text, 64, 0);
	encode64(hash, sizeof(hash), text);
	add(f, text, 43, 0);
	add(f, (const char *)hash, 32, 0);
}

static uint32_t
hash_of(const char *text, size_t len)
{
	uint32_t h = 2166136261u;
	size_t i;

	for (i = 0; i < len; i++)
		h = (h ^ (unsigned char)text[i]) * 16777619u;
	return h;
}

static uint32_t
first_of(const char *text)
{
	uint64_t bytes = 0;

	memcpy(&bytes, text, FIRST_BYTES);
	return (uint32_t)(bytes * UINT64_C(0x9e3779b97f4a7c15) >> (64 - FIRST_BITS));
}

static void
build(struct forms *f)
{
	size_t i, at;

	for (f->buckets = 1024; f->buckets < 4 * f->n; f->buckets *= 2)
		;
	if ((f->bucket = calloc(f->buckets, sizeof(*f->bucket))) == NULL)
		die("memory");
	for (i = 0; i < f->n; i++) {
		uint32_t first = first_of(f->form[i].text);

		f->first[first / 8] |= (unsigned char)(1u << first % 8);
		for (at = hash_of(f->form[i].text, f->form[i].len) & (f->buckets - 1); f->bucket[at] != 0;
		    at = (at + 1) & (f->buckets - 1))
			;
		f->bucket[at] = (uint32_t)i + 1;
	}
}

static const struct form *
find(const struct forms *f, const char *text, size_t len)
{
	size_t at;

	for (at = hash_of(text, len) & (f->buckets - 1); f->bucket[at] != 0; at = (at + 1) & (f->buckets - 1)) {
		const struct form *form = &f->form[f->bucket[at] - 1];

		if (form->len == len && memcmp(form->text, text, len) == 0)
			return form;
	}
	return NULL;
}

static void
scan_bytes(const struct forms *f, const char *data, size_t len, long *numbers, long *others)
{
	const struct form *form;
	size_t i, k;

	for (i = 0; i + FIRST_BYTES <= len; i++) {
		uint32_t first = first_of(data + i);

		if ((f->first[first / 8] >> first % 8 & 1) == 0)
			continue;
		for (k = 0; k < f->n_length; k++)
			if (i + f->length[k] <= len && (form = find(f, data + i, f->length[k])) != NULL) {
				if (form->clear)
					(*numbers)++;
				else
					(*others)++;
			}
	}
}

/* The type of a captured message, else the name of the file. */
static void
type_of(const char *path, char *name, size_t size)
{
	const char *base = strrchr(path, '/') == NULL ? path : strrchr(path, '/') + 1;
	const char *type = strstr(base, "-in-"), *sent = strstr(base, "-out-");
	size_t len;

	/* A request is caught where it is sent and where it comes; an answer to a node where it is sent alone. */
	sent = type == NULL && strstr(base, ".xml") != NULL ? sent : NULL;
	type = sent != NULL ? sent + 5 : type == NULL ? base : type + 4;
	len = strlen(type);
	if (len > 4 && strcmp(type + len - 4, ".xml") == 0)
		len -= 4;
	(void)snprintf(name, size, "%.*s%s", (int)len, type, sent != NULL ? " sent" : "");
}

static void
scan_file(const struct forms *f, const char *path, struct kind *kind, size_t *n_kind)
{
	struct buf b = BUF_INIT(FILE_BYTES);
	struct fault why;
	char name[128];
	long numbers = 0, others = 0;
	bool wrong;
	size_t i;

	type_of(path, name, sizeof(name));
	if (buf_read_file(&b, path, &why) != RC_OK) {
		(void)fprintf(stderr, "scan_numbers: %s: %s\n", path, why.text);
		exit(3);
	}
	scan_bytes(f, b.data, b.len, &numbers, &others);
	buf_wipe(&b);
	for (i = 0; i < *n_kind; i++)
		if (strcmp(kind[i].name, name) == 0)
			break;
	if (i == *n_kind) {
		if (i == KINDS) {
			errno = E2BIG;
			die("kinds of message");
		}
		(void)snprintf(kind[i].name, sizeof(kind[i].name), "%s", name);
		(*n_kind)++;
	}
	kind[i].files++;
	kind[i].with += numbers + others > 0;
	kind[i].numbers += numbers;
	kind[i].others += others;
	wrong = strcmp(name, ONLY_CARRIER) == 0 ? numbers != 1 || others != 0 : numbers + others != 0;
	kind[i].wrong += wrong;
	if (wrong)
		(void)fprintf(stderr, "scan_numbers: %s: %ld numbers, %ld other forms\n", path, numbers, others);
}

static void
scan_path(const struct forms *f, const char *path, struct kind *kind, size_t *n_kind)
{
	struct dirent **entry;
	struct stat st;
	char inner[4096];
	int n, i;

	if (stat(path, &st) != 0)
		die(path);
	if (S_ISREG(st.st_mode)) {
		scan_file(f, path, kind, n_kind);
		return;
	}
	if (!S_ISDIR(st.st_mode))
		return;
	if ((n = scandir(path, &entry, NULL, alphasort)) < 0)
		die(path);
	for (i = 0; i < n; i++) {
		if (entry[i]->d_name[0] != '.') {
			(void)snprintf(inner, sizeof(inner), "%s/%s", path, entry[i]->d_name);
			scan_path(f, inner, kind, n_kind);
		}
		free(entry[i]);
	}
	free(entry);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct kind *)a)->name, ((const struct kind *)b)->name);
}

/* Every form of every number in turn: does the scanner see it? */
static int
prove(const struct forms *f)
{
	char text[256];
	long numbers, others;
	size_t i, missed = 0;

	for (i = 0; i < f->n; i++) {
		numbers = others = 0;
		memset(text, 'x', sizeof(text));
		memcpy(text + 3, f->form[i].text, f->form[i].len);
		scan_bytes(f, text, sizeof(text), &numbers, &others);
		missed += numbers + others == 0;
	}
	(void)printf("%zu passed, %zu failed\n", f->n - missed, missed);
	return missed != 0;
}

int
main(int argc, char **argv)
{
	static struct forms forms;
	static struct kind kind[KINDS];
	struct buf numbers = BUF_INIT(FILE_BYTES);
	struct fault why;
	size_t n_kind = 0, i;
	char *line, *next;
	long wrong = 0;
	int arg = 1, plant = 0;

	if (argc > 1 && strcmp(argv[1], "--plant") == 0) {
		plant = 1;
		arg++;
	}
	if (argc < arg + 1 + !plant) {
		(void)fprintf(stderr, "usage: scan_numbers [--plant] NUMBERS PATH...\n");
		return 2;
	}
	if (buf_read_file(&numbers, argv[arg], &why) != RC_OK) {
		(void)fprintf(stderr, "scan_numbers: %s: %s\n", argv[arg], why.text);
		return 3;
	}
	for (line = numbers.data; line != NULL && *line != '\0'; line = next) {
		if ((next = strchr(line, '\n')) != NULL)
			*next++ = '\0';
		if (strlen(line) == DIGITS && strspn(line, "0123456789") == DIGITS)
			add_number(&forms, line);
	}
	if (forms.n == 0) {
		buf_clear(&numbers);
		(void)fprintf(stderr, "scan_numbers: %s: no numbers in it\n", argv[arg]);
		return 2;
	}
	buf_wipe(&numbers);
	build(&forms);
	if (plant)
		return prove(&forms);
	for (arg++; arg < argc; arg++)
		scan_path(&forms, argv[arg], kind, &n_kind);
	qsort(kind, n_kind, sizeof(*kind), by_name);
	(void)printf("%-28s %8s %12s %16s %14s\n", "message or log", "count", "with number", "MyNumbers", "other forms");
	for (i = 0; i < n_kind; i++) {
		(void)printf("%-28s %8ld %12ld %16ld %14ld%s\n", kind[i].name, kind[i].files, kind[i].with,
		    kind[i].numbers, kind[i].others, kind[i].wrong != 0 ? "  <-- WRONG" : "");
		wrong += kind[i].wrong;
	}
	return wrong != 0;
}

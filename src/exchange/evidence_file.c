#include "exchange/evidence_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK 512
#define HEX_CHARS (2 * SHA256_BYTES)
#define FIRST_LINE "watashi-evidence 1\n"
#define LINE_MAX_BYTES 512

/* ---- the archive ---- */

static bool
is_name(const char *name, size_t len)
{
	if (len == 0 || len >= EVIDENCE_NAME_SIZE || name[0] == '.' || name[0] == '-')
		return false;
	for (size_t i = 0; i < len; i++)
		if (strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-", name[i]) == NULL ||
		    name[i] == '\0')
			return false;
	return true;
}

/* The one header of a file of that name and size: no owner, no time, nothing to choose. */
static void
header_of(const char *name, size_t size, char header[BLOCK])
{
	unsigned sum = 0;

	memset(header, 0, BLOCK);
	(void)snprintf(header, 100, "%s", name);
	memcpy(header + 100, "0000444", 8);
	memcpy(header + 108, "0000000", 8);
	memcpy(header + 116, "0000000", 8);
	(void)snprintf(header + 124, 12, "%011zo", size);
	memcpy(header + 136, "00000000000", 12);
	memset(header + 148, ' ', 8);
	header[156] = '0';
	memcpy(header + 257, "ustar\00000", 8);
	for (size_t i = 0; i < BLOCK; i++)
		sum += (unsigned char)header[i];
	(void)snprintf(header + 148, 8, "%06o", sum & 0777777);
	header[155] = ' ';
}

static enum rc
add_entry(const struct evidence_entry *e, struct buf *out)
{
	static const char zeros[BLOCK];
	char header[BLOCK];
	enum rc rc;

	header_of(e->name, e->len, header);
	if ((rc = buf_add(out, header, BLOCK)) != RC_OK || (rc = buf_add(out, e->bytes, e->len)) != RC_OK)
		return rc;
	return buf_add(out, zeros, (BLOCK - e->len % BLOCK) % BLOCK);
}

enum rc
evidence_file_write(const struct evidence_entry *manifest, const struct evidence_entry *signature,
    const struct evidence_entry *file, size_t n_file, struct buf *out)
{
	static const char end[2 * BLOCK];
	enum rc rc;

	if ((rc = add_entry(manifest, out)) != RC_OK || (rc = add_entry(signature, out)) != RC_OK)
		return rc;
	for (size_t i = 0; i < n_file; i++)
		if ((rc = add_entry(&file[i], out)) != RC_OK)
			return rc;
	return buf_add(out, end, sizeof(end));
}

static bool
is_zero(const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (bytes[i] != 0)
			return false;
	return true;
}

/* One entry at *at; RC_ABSENT at the end of the archive. */
static enum rc
next_entry(const char *bytes, size_t len, size_t *at, struct arena *a, struct evidence_entry *ret_entry,
    struct fault *why)
{
	const char *header = bytes + *at;
	char expected[BLOCK], *name, *end;
	unsigned long size;
	size_t n;

	if (len - *at < BLOCK)
		return fault_set(why, RC_INVALID, "archive", "is cut short");
	if (header[0] == '\0') {
		if (len - *at != 2 * BLOCK || !is_zero(header, 2 * BLOCK))
			return fault_set(why, RC_INVALID, "archive", "does not end where it must");
		return RC_ABSENT;
	}
	n = strnlen(header, 100);
	if (!is_name(header, n) || (name = arena_text(a, header, n)) == NULL)
		return fault_set(why, RC_INVALID, "archive", "holds a file whose name is none");
	size = memchr(header + 124, '\0', 12) == NULL ? EVIDENCE_FILE_BYTES + 1 : strtoul(header + 124, &end, 8);
	if (size > EVIDENCE_FILE_BYTES)
		return fault_set(why, RC_INVALID, name, "has a size that cannot be");
	header_of(name, size, expected);
	if (memcmp(expected, header, BLOCK) != 0)
		return fault_set(why, RC_INVALID, name, "has another header in the archive than it was written with");
	*at += BLOCK;
	if (len - *at < size + (BLOCK - size % BLOCK) % BLOCK)
		return fault_set(why, RC_INVALID, name, "is cut short");
	*ret_entry = (struct evidence_entry){ name, bytes + *at, size };
	*at += size;
	n = (BLOCK - size % BLOCK) % BLOCK;
	if (!is_zero(bytes + *at, n))
		return fault_set(why, RC_INVALID, name, "is followed by bytes that belong to nothing");
	*at += n;
	return RC_OK;
}

/* ---- MANIFEST ---- */

static const char *const role_word[PEER_ROLE__COUNT] = { "node", "intermediary", "core", "registrar", "portal" };

static void
hex_of(const unsigned char digest[SHA256_BYTES], char hex[HEX_CHARS + 1])
{
	for (size_t i = 0; i < SHA256_BYTES; i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}

static void
digest_of(const void *bytes, size_t len, unsigned char ret_digest[SHA256_BYTES])
{
	struct sha256 h;

	sha256_init(&h);
	sha256_add(&h, bytes, len);
	sha256_digest(&h, ret_digest);
}

static enum rc
write_part(const struct evidence_part *p, struct buf *out)
{
	char at[MESSAGE_TIME_CHARS + 1], hex[HEX_CHARS + 1];

	message_time_write(p->at_ms, at);
	hex_of(p->digest, hex);
	return buf_printf(out, "%s %s %s %s %s %s %s %s %s\n", p->is_shredded ? "shredded" : "document", p->name,
	    message_name(p->kind), role_word[p->role], p->institution, at, p->certificate, p->revocations, hex);
}

enum rc
evidence_manifest_write(const struct evidence_manifest *m, const struct evidence_entry *file, size_t n_file,
    struct buf *out)
{
	char at[MESSAGE_TIME_CHARS + 1], hex[HEX_CHARS + 1];
	unsigned char digest[SHA256_BYTES];
	enum rc rc;

	message_time_write(m->exported_ms, at);
	if ((rc = buf_printf(out, FIRST_LINE "town %s\nside %s\nexchange %s\ninquiry %s\nexported %s\nexporter %s\n", m->town,
	    m->is_inquirer ? "inquirer" : "provider", m->exchange, m->inquiry, at, m->exporter)) != RC_OK)
		return rc;
	for (size_t i = 0; i < m->n_part; i++)
		if ((rc = write_part(&m->part[i], out)) != RC_OK)
			return rc;
	for (size_t i = 0; i < n_file; i++) {
		digest_of(file[i].bytes, file[i].len, digest);
		hex_of(digest, hex);
		/* As sha256sum(1) takes it, behind the first word. */
		if ((rc = buf_printf(out, "file %s  %s\n", hex, file[i].name)) != RC_OK)
			return rc;
	}
	return RC_OK;
}

/* Words of one line; RC_INVALID unless there are just so many. */
static bool
split(char *line, const char *word[], size_t n)
{
	size_t i = 0;

	for (char *at = line; i < n; i++) {
		word[i] = at;
		if ((at = strchr(at, ' ')) == NULL)
			break;
		*at++ = '\0';
		if (i + 1 == n)
			return false;
	}
	return i + 1 == n && *word[n - 1] != '\0';
}

static bool
take_word(char *into, size_t size, const char *word)
{
	int n = snprintf(into, size, "%s", word);

	return n > 0 && (size_t)n < size;
}

static bool
take_digest(const char *hex, unsigned char ret_digest[SHA256_BYTES])
{
	char again[HEX_CHARS + 1];

	if (strlen(hex) != HEX_CHARS)
		return false;
	for (size_t i = 0; i < SHA256_BYTES; i++) {
		unsigned byte = 0;

		if (sscanf(hex + 2 * i, "%2x", &byte) != 1)
			return false;
		ret_digest[i] = (unsigned char)byte;
	}
	hex_of(ret_digest, again);
	return strcmp(again, hex) == 0;
}

static bool
take_part(char *line, bool is_shredded, struct evidence_part *p)
{
	const char *word[8];
	int role;

	memset(p, 0, sizeof(*p));
	p->is_shredded = is_shredded;
	if (!split(line, word, 8) || !take_word(p->name, sizeof(p->name), word[0]) || !is_name(p->name, strlen(p->name)))
		return false;
	p->kind = message_kind_of(word[1]);
	for (role = 0; role < PEER_ROLE__COUNT; role++)
		if (strcmp(role_word[role], word[2]) == 0)
			break;
	p->role = (enum peer_role)role;
	return p->kind != MESSAGE_NONE && role < PEER_ROLE__COUNT &&
	    take_word(p->institution, sizeof(p->institution), word[3]) &&
	    message_time_parse(word[4], strlen(word[4]), &p->at_ms) == RC_OK &&
	    take_word(p->certificate, sizeof(p->certificate), word[5]) &&
	    take_word(p->revocations, sizeof(p->revocations), word[6]) && take_digest(word[7], p->digest);
}

/* One of the lines that stand once, in this order. */
static bool
take_head(const char *line, size_t i, struct evidence_manifest *m)
{
	static const char *const name[] = { "town ", "side ", "exchange ", "inquiry ", "exported ", "exporter " };
	const char *value;

	if (strncmp(line, name[i], strlen(name[i])) != 0)
		return false;
	value = line + strlen(name[i]);
	switch (i) {
	case 0:
		return take_word(m->town, sizeof(m->town), value);
	case 1:
		m->is_inquirer = strcmp(value, "inquirer") == 0;
		return m->is_inquirer || strcmp(value, "provider") == 0;
	case 2:
		return take_word(m->exchange, sizeof(m->exchange), value);
	case 3:
		return take_word(m->inquiry, sizeof(m->inquiry), value);
	case 4:
		return message_time_parse(value, strlen(value), &m->exported_ms) == RC_OK;
	default:
		return take_word(m->exporter, sizeof(m->exporter), value);
	}
}
#define HEAD_LINES 6

/* "file HEX  NAME": the next file of the archive is this one, with this digest. */
static enum rc
take_file(char *line, const struct evidence_file *f, size_t n, struct fault *why)
{
	unsigned char expected[SHA256_BYTES], digest[SHA256_BYTES];
	const char *name = line + HEX_CHARS + 2;

	if (strlen(line) < HEX_CHARS + 3 || memcmp(line + HEX_CHARS, "  ", 2) != 0)
		return fault_set(why, RC_INVALID, "MANIFEST", "has a line that is none");
	line[HEX_CHARS] = '\0';
	if (!take_digest(line, expected) || !is_name(name, strlen(name)))
		return fault_set(why, RC_INVALID, "MANIFEST", "has a line that is none");
	if (n >= f->n_file)
		return fault_set(why, RC_INVALID, name, "is listed and not there");
	if (strcmp(f->file[n].name, name) != 0)
		return fault_set(why, RC_INVALID, name, "is not in its place: %s is", f->file[n].name);
	digest_of(f->file[n].bytes, f->file[n].len, digest);
	return memcmp(digest, expected, sizeof(digest)) == 0 ? RC_OK :
	    fault_set(why, RC_INVALID, name, "has other bytes than MANIFEST says");
}

static enum rc
read_manifest(struct evidence_file *f, struct arena *a, struct fault *why)
{
	char *text = arena_text(a, f->text.bytes, f->text.len), *line, *end;
	struct evidence_manifest *m = &f->manifest;
	size_t i = 0, n_file = 0, n_line = 1, first = strlen(FIRST_LINE);
	enum rc rc;

	for (size_t k = 0; k < f->text.len; k++)
		n_line += ((const char *)f->text.bytes)[k] == '\n';
	if (text == NULL || (m->part = arena_array(a, n_line, sizeof(*m->part))) == NULL)
		return fault_set(why, RC_NOMEM, "MANIFEST", "no memory");
	if (strlen(text) != f->text.len || strncmp(text, FIRST_LINE, first) != 0)
		return fault_set(why, RC_INVALID, "MANIFEST", "is not of version 1");
	for (line = text + first; *line != '\0'; line = end + 1) {
		if ((end = strchr(line, '\n')) == NULL || end - line > LINE_MAX_BYTES)
			return fault_set(why, RC_INVALID, "MANIFEST", "has a line without its end");
		*end = '\0';
		if (i < HEAD_LINES) {
			if (!take_head(line, i++, m))
				return fault_set(why, RC_INVALID, "MANIFEST", "has a line that is none");
		} else if (strncmp(line, "file ", 5) == 0) {
			if ((rc = take_file(line + 5, f, n_file++, why)) != RC_OK)
				return rc;
		} else {
			bool shredded = strncmp(line, "shredded ", 9) == 0;

			if (n_file > 0 || (!shredded && strncmp(line, "document ", 9) != 0) ||
			    m->n_part == n_line || !take_part(line + 9, shredded, &m->part[m->n_part++]))
				return fault_set(why, RC_INVALID, "MANIFEST", "has a line that is none");
		}
	}
	if (i < HEAD_LINES)
		return fault_set(why, RC_INVALID, "MANIFEST", "is cut short");
	return n_file == f->n_file ? RC_OK :
	    fault_set(why, RC_INVALID, f->file[n_file].name, "stands in the archive and is not listed");
}

enum rc
evidence_file_read(const void *bytes, size_t len, struct arena *a, struct evidence_file *ret_file, struct fault *why)
{
	struct evidence_file f = { .n_file = 0 };
	struct evidence_entry *e = NULL, *more;
	size_t at = 0, n = 0, room = 0;
	enum rc rc = RC_OK;

	if (len > EVIDENCE_FILE_BYTES)
		return fault_set(why, RC_INVALID, "archive", "is larger than such a file can be");
	while (n < EVIDENCE_FILE_ENTRIES) {
		if (n == room) {
			room = room == 0 ? 32 : 2 * room;
			if ((more = arena_array(a, room, sizeof(*e))) == NULL)
				return fault_set(why, RC_NOMEM, "archive", "no memory");
			if (n > 0)
				memcpy(more, e, n * sizeof(*e));
			e = more;
		}
		if ((rc = next_entry(bytes, len, &at, a, &e[n], why)) != RC_OK)
			break;
		n++;
	}
	if (n == EVIDENCE_FILE_ENTRIES)
		return fault_set(why, RC_INVALID, "archive", "holds more files than such a file can");
	if (rc != RC_ABSENT)
		return rc;
	if (n < 2 || strcmp(e[0].name, "MANIFEST") != 0 || strcmp(e[1].name, "MANIFEST.sig") != 0)
		return fault_set(why, RC_INVALID, "archive", "does not begin with MANIFEST and MANIFEST.sig");
	f.text = e[0];
	f.signature = e[1];
	f.file = e + 2;
	f.n_file = n - 2;
	if ((rc = read_manifest(&f, a, why)) == RC_OK)
		*ret_file = f;
	return rc;
}

const struct evidence_entry *
evidence_file_find(const struct evidence_file *f, const char *name)
{
	for (size_t i = 0; i < f->n_file; i++)
		if (strcmp(f->file[i].name, name) == 0)
			return &f->file[i];
	return NULL;
}

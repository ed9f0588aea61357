#include "law/law_load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/sha256.h"
#include "law/law_layout.h"

struct law_file {
	struct law law;
	void *map;		/* NULL when the bytes are the caller's */
	size_t map_bytes;
};

static const struct law_section *
section(const struct law_head *head, enum law_table table)
{
	return &head->section[table];
}

/* Every section lies whole, aligned and of this program's shape within the file. */
static bool
sections_ok(const struct law_head *head, size_t content)
{
	for (size_t t = 0; t < LAW_TABLE__COUNT; t++) {
		const struct law_section *s = &head->section[t];

		if (s->each != law_table_shape[t].each || s->count > law_table_shape[t].most ||
		    s->at < sizeof *head || s->at % 8 != 0 || s->at > content ||
		    (uint64_t)s->count * s->each > content - s->at)
			return false;
	}
	return head->strings_bytes > 0 && head->strings_at >= sizeof *head && head->strings_at <= content &&
	    head->strings_bytes <= content - head->strings_at;
}

static void
name_tables(const struct law_head *head, const char *bytes, struct law *law)
{
	law->strings = bytes + head->strings_at;
	law->n_strings = head->strings_bytes;
	law->version = head->version;
	law->history_from.n = head->history_from;
#define TABLE(field, number, TABLE_NAME)								\
	do {											\
		const struct law_section *s = section(head, LAW_TABLE_##TABLE_NAME);		\
		law->field = (const void *)(bytes + s->at);					\
		law->number = (uint16_t)s->count;						\
	} while (0)
	TABLE(source, n_source, SOURCE);
	TABLE(antigen, n_antigen, ANTIGEN);
	TABLE(condition, n_condition, CONDITION);
	TABLE(class_, n_class, CLASS);
	TABLE(product, n_product, PRODUCT);
	TABLE(programme, n_programme, PROGRAMME);
	TABLE(target, n_target, TARGET);
	TABLE(course, n_course, COURSE);
	TABLE(slot, n_slot, SLOT);
	TABLE(way, n_way, WAY);
	TABLE(choice, n_choice, CHOICE);
	TABLE(extension, n_extension, EXTENSION);
	TABLE(spacing, n_spacing, SPACING);
	TABLE(season, n_season, SEASON);
#undef TABLE
}

static enum rc
damaged(struct fault *why, const char *what)
{
	return fault_set(why, RC_INVALID, "law file", "%s", what);
}

static enum rc
read_head(const void *bytes, size_t len, struct law_head *ret_head, struct fault *why)
{
	struct law_head head;

	if (len < sizeof head + SHA256_BYTES || memcmp(bytes, LAW_MAGIC, sizeof head.magic) != 0)
		return damaged(why, "not a compiled law; law text is compiled with lawc --output");
	if ((uintptr_t)bytes % 8 != 0)
		return fault_set(why, RC_BUG, "law file", "bytes are not aligned");
	memcpy(&head, bytes, sizeof head);
	if (head.layout != LAW_LAYOUT || head.byte_order != LAW_BYTE_ORDER)
		return fault_set(why, RC_VERSION, "law file",
		    "made for another version of this program: compile the law text again");
	if (head.bytes != len)
		return damaged(why, "cut short, or bytes were added");
	*ret_head = head;
	return RC_OK;
}

static enum rc
take_tables(const struct law_head *head, const void *bytes, struct law_file **ret_file, struct fault *why)
{
	const char *place = "";
	struct law_file *file;

	if (!sections_ok(head, head->bytes - SHA256_BYTES))
		return damaged(why, "a table does not lie within the file");
	if ((file = calloc(1, sizeof *file)) == NULL)
		return fault_set(why, RC_NOMEM, "law file", "out of memory");
	name_tables(head, bytes, &file->law);
	if (!law_verify(&file->law, &place)) {
		free(file);
		return fault_set(why, RC_INVALID, "law file", "a value is out of range among its %s", place);
	}
	*ret_file = file;
	return RC_OK;
}

enum rc
law_load_tables(const void *bytes, size_t len, struct law_file **ret_file, struct fault *why)
{
	struct law_head head;
	enum rc rc = read_head(bytes, len, &head, why);

	return rc != RC_OK ? rc : take_tables(&head, bytes, ret_file, why);
}

enum rc
law_load_bytes(const void *bytes, size_t len, struct law_file **ret_file, struct fault *why)
{
	const unsigned char *content = bytes;
	unsigned char digest[SHA256_BYTES];
	struct law_file *file = NULL;
	struct law_head head;
	struct sha256 hash;
	enum rc rc;

	if ((rc = read_head(bytes, len, &head, why)) != RC_OK)
		return rc;
	sha256_init(&hash);
	sha256_add(&hash, bytes, len - SHA256_BYTES);
	sha256_digest(&hash, digest);
	if (memcmp(digest, content + len - SHA256_BYTES, SHA256_BYTES) != 0)
		return damaged(why, "the content does not match its hash");
	if ((rc = take_tables(&head, bytes, &file, why)) != RC_OK)
		return rc;
	sha256_add(&hash, digest, sizeof digest);
	sha256_digest(&hash, file->law.hash);
	*ret_file = file;
	return RC_OK;
}

enum rc
law_load(const char *path, struct law_file **ret_file, struct fault *why)
{
	struct stat st;
	void *map = MAP_FAILED;
	struct law_file *file = NULL;
	enum rc rc;
	int fd;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return errno == ENOENT ?
		    fault_set(why, RC_ABSENT, path, "no such law file") :
		    fault_set(why, RC_IO, path, "cannot open: %s", strerror(errno));
	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode)) {
		rc = fault_set(why, RC_INVALID, path, "not a regular file");
		goto out;
	}
	if (st.st_size <= 0 || st.st_size > (off_t)LIMIT_LAW_BYTES) {
		rc = fault_set(why, RC_INVALID, path, "not a compiled law: its size is out of bounds");
		goto out;
	}
	map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED) {
		rc = fault_set(why, RC_IO, path, "cannot map: %s", strerror(errno));
		goto out;
	}
	if ((rc = law_load_bytes(map, (size_t)st.st_size, &file, why)) != RC_OK) {
		if (why != NULL)
			snprintf(why->place, sizeof why->place, "%s", path);
		goto out;
	}
	file->map = map;
	file->map_bytes = (size_t)st.st_size;
	map = MAP_FAILED;
	*ret_file = file;
 out:
	if (map != MAP_FAILED)
		munmap(map, (size_t)st.st_size);
	close(fd);
	return rc;
}

const struct law *
law_of(const struct law_file *file)
{
	return &file->law;
}

void
law_free(struct law_file *file)
{
	if (file == NULL)
		return;
	if (file->map != NULL)
		munmap(file->map, file->map_bytes);
	free(file);
}

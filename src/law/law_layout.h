#ifndef LAW_LAW_LAYOUT_H
#define LAW_LAW_LAYOUT_H

#include "base/fault.h"
#include "law/law.h"

/*
 * The compiled law file, private to its writer and its reader: a head, one section for
 * each table and one of strings, each aligned to 8 bytes, then the SHA-256 of all bytes before it.
 * The hash that answers carry is that of the whole file, as sha256sum prints it.
 */
#define LAW_MAGIC "WATASHIL"
#define LAW_LAYOUT 5u		/* counted up with every change of law.h */
#define LAW_BYTE_ORDER 0x01020304u

enum law_table {
	LAW_TABLE_SOURCE,
	LAW_TABLE_ANTIGEN,
	LAW_TABLE_CONDITION,
	LAW_TABLE_CLASS,
	LAW_TABLE_PRODUCT,
	LAW_TABLE_PROGRAMME,
	LAW_TABLE_TARGET,
	LAW_TABLE_COURSE,
	LAW_TABLE_SLOT,
	LAW_TABLE_WAY,
	LAW_TABLE_CHOICE,
	LAW_TABLE_EXTENSION,
	LAW_TABLE_SPACING,
	LAW_TABLE_SEASON,
	LAW_TABLE__COUNT
};

struct law_section { uint32_t at, count, each; };

struct law_head {
	char magic[8];
	uint32_t layout, byte_order;
	uint32_t bytes;			/* of the whole file */
	uint32_t strings_at, strings_bytes;
	int32_t history_from;
	law_text version;
	uint32_t zero;
	struct law_section section[LAW_TABLE__COUNT];
};

struct law_table_shape {
	const char *name;
	uint32_t each;		/* bytes of a row */
	uint32_t most;		/* rows: what masks and 16-bit indexes can name */
};
extern const struct law_table_shape law_table_shape[LAW_TABLE__COUNT];

struct law_file;

/* law_load_bytes without the look at the hash, which says nothing of what stands behind it: for tests. */
enum rc law_load_tables(const void *bytes, size_t len, struct law_file **ret_file, struct fault *why) MUST_USE;

/* Every index, mask, enumeration and text in tables whose place in memory is sure. */
bool law_verify(const struct law *law, const char **ret_place);

#endif

#ifndef LAW_LAW_DRAFT_H
#define LAW_LAW_DRAFT_H

#include "base/fault.h"
#include "law/law_finding.h"
#include "law/law_layout.h"

/*
 * The law while lawc reads it: the rows of law.h, each with the line that wrote it.
 * Rows are zeroed when born, so that what is emitted depends on the text alone.
 */
struct law_draft_table {
	char *rows;
	struct law_place *place;
	size_t n, room;
};

#define LAW_DRAFT_STAGES 32

struct law_draft {
	struct law_draft_table table[LAW_TABLE__COUNT];
	char *strings;
	size_t n_strings, room_strings;
	law_text version;
	int32_t history_from;
	bool has_history;
	law_text stage_name[LAW_DRAFT_STAGES];	/* names behind law_programme.stages */
	uint16_t n_stages;
	/* Names of short courses, by slot, until every course is known. */
	struct { uint16_t slot; law_text name; struct law_place place; } *short_course;
	size_t n_short, room_short;
	struct law_listener listener;
	size_t n_findings;
	bool no_memory;			/* once set, the draft is only good for clearing */
};

void law_draft_init(struct law_draft *d, struct law_listener listener);
void law_draft_clear(struct law_draft *d);
void law_draft_find_fault(struct law_draft *d, struct law_place place, enum law_finding finding,
    const char *detail);

/* A new zeroed row; NULL when the table is full (a finding) or memory is out. */
void *law_draft_row(struct law_draft *d, enum law_table table, struct law_place place);
/* The row at index i; i must be in the table. */
void *law_draft_at(const struct law_draft *d, enum law_table table, size_t i);
/* Offset of the text, each stored once; LAW_NO_TEXT for "" and when memory is out. */
law_text law_draft_text(struct law_draft *d, const char *text, size_t len);
const char *law_draft_string(const struct law_draft *d, law_text text);
/* Index of the declared name (source, antigen, condition, class, product, programme, season),
 * LAW_NONE when there is none. */
uint16_t law_draft_find(const struct law_draft *d, enum law_table table, const char *name, size_t len);

/* Orders rules by programme, names ranges and short courses, derives what products serve. */
void law_draft_finish(struct law_draft *d);
/* The draft as the tables the calculator reads; valid until the draft changes. */
void law_draft_view(const struct law_draft *d, struct law *ret_law);

#endif

#ifndef LAW_LAW_PARSE_H
#define LAW_LAW_PARSE_H

#include "law/law_read.h"

/*
 * Law text to draft, in two passes over every file, so that the order of files says nothing
 * about who may name whom: the first learns the names that are declared, the second reads all.
 * Everything wrong goes to the draft's listener; reading goes on behind it.
 */
enum law_pass { LAW_PASS_NAMES, LAW_PASS_RULES };

/* RC_OK also when findings were told; RC_NOMEM. file must outlive the draft. */
enum rc law_parse(struct law_draft *d, const char *file, const char *text, size_t len,
    enum law_pass pass) MUST_USE;

/* A statement that declares a name, its word not yet taken; false when it is another. */
bool law_parse_declaration(struct law_reader *r, enum law_pass pass);

/* The statements that are rules, read in the second pass: the word is taken already. */
void law_parse_target(struct law_reader *r);
void law_parse_course(struct law_reader *r);
void law_parse_choice(struct law_reader *r);
void law_parse_extension(struct law_reader *r);
void law_parse_spacing(struct law_reader *r);

/* Fields shared by rules; LAW_FIELD_OTHER: the next word is none of these. */
enum law_field { LAW_FIELD_DONE, LAW_FIELD_FAULT, LAW_FIELD_OTHER };
/* A field may stand once in its scope: marks bit, false (and a finding) when it is marked. */
bool law_parse_once(struct law_reader *r, uint32_t *seen, unsigned bit);
/* Bits 0..7 of seen are law_parse_span's, 8..15 law_parse_who's. */
#define LAW_SEEN_IN_FORCE (1u << 0)
#define LAW_SEEN_PUBLISHED (1u << 1)
#define LAW_SEEN_END (1u << 2)
enum law_field law_parse_span(struct law_reader *r, struct law_span *span, uint32_t *seen);
enum law_field law_parse_who(struct law_reader *r, struct law_who *who, uint32_t *seen);
void law_parse_who_init(struct law_who *who);
/* After the last field: the day of publication is the first day in force unless it is given. */
void law_parse_span_end(struct law_reader *r, struct law_place place, struct law_span *span,
    uint32_t seen);

#endif

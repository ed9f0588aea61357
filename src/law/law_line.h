#ifndef LAW_LAW_LINE_H
#define LAW_LAW_LINE_H

#include "law/law_phrase.h"

/*
 * One line of a printed law: parts joined by commas, each built in the reader's language and
 * added whole; the first failure stays in rc.  Every char *text handed over has room for
 * LAW_LINE_PIECE bytes.
 */
#define LAW_LINE_PIECE 1024

struct law_line {
	const struct law *law;
	enum law_print_lang lang;
	struct buf *out;
	enum rc rc;
	bool first;		/* the next part needs no comma */
};

void law_line_put(struct law_line *p, const char *text);
void law_line_put_name(struct law_line *p, law_text ja, law_text en);
void law_line_phrase(const struct law_line *p, enum law_phrase which, const char *one,
    const char *two, char *text);
/* The phrase as the next part of the line. */
void law_line_part(struct law_line *p, enum law_phrase which, const char *one, const char *two);
void law_line_part_gap(struct law_line *p, const struct law_gap *gap);
void law_line_part_who(struct law_line *p, const struct law_who *who);

void law_line_number(int32_t n, char text[16]);
void law_line_write_day(int32_t n, char text[DAY_TEXT_SIZE]);
void law_line_write_point(const struct law_line *p, const struct law_point *point, char *text);
void law_line_write_points(const struct law_line *p, const struct law_point *from,
    const struct law_point *to, char *text);
void law_line_write_range(const struct law_line *p, const char *from, const char *to, char *text);
void law_line_write_days(const struct law_line *p, int32_t from, int32_t to, char *text);
void law_line_write_amount(const struct law_line *p, const struct law_gap *gap, char *text);
void law_line_write_products(const struct law_line *p, uint64_t mask, char *text);
void law_line_write_conditions(const struct law_line *p, uint32_t mask, char *text);
void law_line_write_classes(const struct law_line *p, uint32_t mask, char *text);

#endif

#ifndef STORE_EACH_H
#define STORE_EACH_H

#include "store/store_room.h"
#include "store/store_same.h"

/*
 * The rows of one person by a statement about one record: most people have one, and a statement that
 * looks for others by itself costs four times as much.  Rows of a record come in the order of the statement, records in
 * that of store_same_of: where order matters, the caller puts them in order once more if n > 1.  Inside src/store only.
 */
struct each_record {
	struct store *s;
	enum stmt_name name;
	int person;		/* place of :person */
	struct stmt *q;		/* the row to be read; NULL before the first */
	size_t n, at;
	struct id record[SAME_RECORDS_MAX];
};

enum rc each_record_start(struct each_record *e, struct store *s, enum stmt_name name, int place_of_person,
    const struct id *person, struct fault *why) MUST_USE;
/* As stmt_next; whoever stops before the end calls stmt_end or stmt_drop of e->q. */
enum rc each_record_next(struct each_record *e, struct fault *why) MUST_USE;

#endif

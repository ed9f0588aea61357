#ifndef RECORD_ID_H
#define RECORD_ID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

/*
 * Identity of a row: 128 bits made by the program, ordered by time of making
 * (48 bits of milliseconds, 80 bits that start at random and count up within
 * one millisecond).  Says nothing about the person.
 */
#define ID_BYTES 16
#define ID_TEXT_SIZE 33			/* 32 hexadecimal digits, small letters, and NUL */

struct id {
	unsigned char b[ID_BYTES];
};

#define ID_NONE ((struct id){ { 0 } })

bool id_known(const struct id *id);	/* false for ID_NONE */
bool id_equal(const struct id *a, const struct id *b);
int id_compare(const struct id *a, const struct id *b);
void id_write(const struct id *id, char text[ID_TEXT_SIZE]);
enum rc id_parse(const char *text, size_t len, struct id *ret_id) MUST_USE;

/* Memory of the last id made; start with all zero.  Ids from one maker strictly increase. */
struct id_maker {
	int64_t last_ms;
	unsigned char tail[10];
};

/* RC_IO when the machine gives no randomness. */
enum rc id_make(struct id_maker *m, int64_t now_us, struct id *ret_id) MUST_USE;

#endif

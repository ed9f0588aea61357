#ifndef JSON_CODE_TABLE_H
#define JSON_CODE_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"
#include "law/law.h"

/*
 * Codes of the law's products, programmes and conditions to their index, by hashing: made
 * once from the law, read millions of times.  The law outlives the table.
 */
#define JSON_CODE_SLOTS 256		/* four times the most codes of any of the three */

struct json_code_table {
	struct json_code {
		uint16_t len;		/* 0: empty */
		uint16_t index;
		char code[LIMIT_CODE_CHARS + 4];	/* padded with NUL; at least sixteen bytes */
	} slot[JSON_CODE_SLOTS];
};

struct json_codes {
	struct json_code_table product, programme, condition;
	uint16_t died;			/* index of the condition that needs a date, LAW_NONE */
};

void json_codes_init(struct json_codes *codes, const struct law *law);
/* LAW_NONE when there is no such code.  Sixteen bytes at code can be read whatever len is. */
uint16_t json_code_find(const struct json_code_table *table, const char *code, size_t len);

#endif

#include "json/code_table.h"

#include <assert.h>
#include <string.h>

#include "json/padded.h"

static inline unsigned
hash(const char *code, size_t len)
{
	uint64_t head;

	memcpy(&head, code, sizeof head);
	if (len < 8)
		head &= low_bytes(len);
	head = (head ^ (uint64_t)len << 56 ^ (uint64_t)(unsigned char)code[len - 1] << 48) *
	    0x9e3779b97f4a7c15u;
	return (unsigned)(head >> 56) % JSON_CODE_SLOTS;
}

static void
put(struct json_code_table *table, const char *text, uint16_t index)
{
	char code[LIMIT_CODE_CHARS + 4] = "";
	size_t len = strlen(text);
	unsigned at;

	/* A code that no input can name is never found: law files hold none. */
	if (len == 0 || len > LIMIT_CODE_CHARS)
		return;
	memcpy(code, text, len);
	at = hash(code, len);
	while (table->slot[at].len != 0)
		at = (at + 1) % JSON_CODE_SLOTS;
	table->slot[at].len = (uint16_t)len;
	table->slot[at].index = index;
	memcpy(table->slot[at].code, code, sizeof code);
}

void
json_codes_init(struct json_codes *codes, const struct law *law)
{
	assert(law->n_product < JSON_CODE_SLOTS && law->n_programme < JSON_CODE_SLOTS &&
	    law->n_condition < JSON_CODE_SLOTS);
	memset(codes, 0, sizeof *codes);
	codes->died = LAW_NONE;
	for (uint16_t i = 0; i < law->n_product; i++)
		put(&codes->product, law_string(law, law->product[i].code), i);
	for (uint16_t i = 0; i < law->n_programme; i++)
		put(&codes->programme, law_string(law, law->programme[i].code), i);
	for (uint16_t i = 0; i < law->n_condition; i++) {
		put(&codes->condition, law_string(law, law->condition[i].code), i);
		if (law->condition[i].role == LAW_CONDITION_DIED)
			codes->died = i;
	}
}

uint16_t
json_code_find(const struct json_code_table *table, const char *code, size_t len)
{
	unsigned at;

	if (len == 0 || len > LIMIT_CODE_CHARS)
		return LAW_NONE;
	for (at = hash(code, len); table->slot[at].len != 0; at = (at + 1) % JSON_CODE_SLOTS)
		if (table->slot[at].len == len && (len <= 16 ? same_bytes(table->slot[at].code, code, len) :
		    memcmp(table->slot[at].code, code, len) == 0))
			return table->slot[at].index;
	return LAW_NONE;
}

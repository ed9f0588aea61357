#include "json/code_table.h"

#include <assert.h>
#include <string.h>

static inline unsigned
hash(const char *code, size_t len)
{
	uint32_t h = (uint32_t)len;

	for (size_t i = 0; i < len; i++)
		h = h * 31 + (unsigned char)code[i];
	return (h ^ (h >> 9)) % JSON_CODE_SLOTS;
}

static void
put(struct json_code_table *table, const char *code, uint16_t index)
{
	size_t len = strlen(code);
	unsigned at = hash(code, len);

	while (table->slot[at].code != NULL)
		at = (at + 1) % JSON_CODE_SLOTS;
	table->slot[at] = (struct json_code){ code, (uint32_t)len, index };
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
	unsigned at = hash(code, len);

	for (; table->slot[at].code != NULL; at = (at + 1) % JSON_CODE_SLOTS)
		if (table->slot[at].len == len && memcmp(table->slot[at].code, code, len) == 0)
			return table->slot[at].index;
	return LAW_NONE;
}

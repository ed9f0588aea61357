#include "record/code.h"

#include <stdint.h>
#include <string.h>

#include "base/checkdigit.h"
#include "record/code_municipality.h"

#define N_MUNICIPALITIES (sizeof(municipalities) / sizeof(municipalities[0]))

/* Nobody was ever merged so often; a circle in the table must not hang a node. */
#define STEPS_MAX 16

size_t
code_municipality_count(void)
{
	return N_MUNICIPALITIES;
}

const struct code_municipality *
code_municipality_at(size_t i)
{
	return i < N_MUNICIPALITIES ? &municipalities[i] : NULL;
}

const struct code_municipality *
code_municipality_find(const char *code, day on)
{
	size_t low = 0, high = N_MUNICIPALITIES, mid;
	const struct code_municipality *m, *last = NULL;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (strcmp(municipalities[mid].code, code) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < N_MUNICIPALITIES && strcmp(municipalities[low].code, code) == 0; low++) {
		last = m = &municipalities[low];
		if ((!day_known(m->from) || !day_before(on, m->from)) &&
		    (!day_known(m->until) || !day_after(on, m->until)))
			return m;
	}
	return last;
}

/* What resident files write for "nowhere that can be asked": from abroad, unknown, none. */
static bool
is_nowhere(const char *code)
{
	return code[0] == '\0' || strcmp(code, "99999") == 0 || strcmp(code, "999999") == 0 ||
	    strcmp(code, "00000") == 0 || strcmp(code, "000000") == 0;
}

enum rc
code_municipality_to_ask(const char *code, day today, const char **ret_code)
{
	const struct code_municipality *m;

	if (code == NULL || is_nowhere(code))
		return RC_ABSENT;
	if (strlen(code) != 6 || strspn(code, "0123456789") != 6 || !checkdigit_municipality(code, 6))
		return RC_INVALID;
	/* xx000: a prefecture keeps no immunization records of residents. */
	if (memcmp(code + 2, "000", 3) == 0)
		return RC_INVALID;
	for (int i = 0; i < STEPS_MAX; i++) {
		if ((m = code_municipality_find(code, today)) == NULL)
			break;
		if (m->city != NULL)
			code = m->city;
		else if (m->successor != NULL && day_after(today, m->until))
			code = m->successor;
		else
			break;
	}
	*ret_code = code;
	return RC_OK;
}

#include "action/clinic_tally.h"

#include <stdlib.h>
#include <string.h>

/* As much as the rows of the largest file can name, each of a clinic and month of its own. */
#define TALLY_BYTES LIMIT_IMPORT_BYTES

void
clinic_tally_init(struct clinic_tally *t)
{
	*t = (struct clinic_tally){ .row = NULL };
	arena_init(&t->arena, TALLY_BYTES);
}

void
clinic_tally_clear(struct clinic_tally *t)
{
	arena_clear(&t->arena);
	free(t->row);
	free(t->bucket);
	t->row = NULL;
	t->bucket = NULL;
	t->n = t->room = t->n_bucket = 0;
}

/* Where the clinic and month stand, or the free place for them. */
static size_t *
find(const struct clinic_tally *t, const char *code, int64_t month)
{
	uint64_t h = UINT64_C(14695981039346656037) ^ (uint64_t)month;
	size_t i;

	for (const char *c = code; *c != '\0'; c++)
		h = (h ^ (unsigned char)*c) * UINT64_C(1099511628211);
	for (i = (size_t)((h ^ h >> 32) & (t->n_bucket - 1)); t->bucket[i] != 0; i = (i + 1) & (t->n_bucket - 1)) {
		const struct clinic_month *row = &t->row[t->bucket[i] - 1];

		if (row->month == month && strcmp(row->code, code) == 0)
			break;
	}
	return &t->bucket[i];
}

static enum rc
grow(struct clinic_tally *t, struct fault *why)
{
	size_t room = t->room == 0 ? 64 : t->room * 2;
	struct clinic_month *row = reallocarray(t->row, room, sizeof(*row));
	size_t *bucket = NULL;

	if (row != NULL)
		t->row = row;
	if (row == NULL || (bucket = calloc(room * 2, sizeof(*bucket))) == NULL)
		return fault_set(why, RC_NOMEM, "import", "out of memory");
	free(t->bucket);
	t->bucket = bucket;
	t->n_bucket = room * 2;
	t->room = room;
	for (size_t i = 0; i < t->n; i++)
		*find(t, t->row[i].code, t->row[i].month) = i + 1;
	return RC_OK;
}

enum rc
clinic_tally_add(struct clinic_tally *t, const char *code, int64_t month, enum clinic_came came, struct fault *why)
{
	struct clinic_month *row;
	const char *copy;
	size_t *at;
	enum rc rc;

	if (t->n == t->room && (rc = grow(t, why)) != RC_OK)
		return rc;
	if (*(at = find(t, code, month)) == 0) {
		if ((copy = arena_text(&t->arena, code, strlen(code))) == NULL)
			return fault_set(why, RC_NOMEM, "import", "out of memory");
		t->row[t->n] = (struct clinic_month){ .code = copy, .month = month };
		*at = ++t->n;
	}
	row = &t->row[*at - 1];
	switch (came) {
	case CLINIC_CAME_NEW:
		row->n_new++;
		break;
	case CLINIC_CAME_CHANGED:
		row->n_changed++;
		break;
	case CLINIC_CAME_HELD:
		row->n_held++;
		break;
	}
	return RC_OK;
}

enum rc
clinic_tally_write(const struct clinic_tally *t, struct store *s, const char *file, struct fault *why)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < t->n; i++)
		rc = store_clinic_month_add(s, &t->row[i], file, why);
	return rc;
}

#include "action/clinic_tally.h"

#include <stdlib.h>
#include <string.h>

/* Thousands of clinics over some years; a file that names more is counted no further by code. */
#define TALLY_MAX 200000
#define TALLY_BYTES (16u << 20)

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
	t->row = NULL;
	t->n = t->room = 0;
}

static int
order(const struct clinic_month *row, const char *code, int64_t month)
{
	int by_code = strcmp(row->code, code);

	return by_code != 0 ? by_code : (row->month > month) - (row->month < month);
}

static enum rc
insert(struct clinic_tally *t, size_t at, const char *code, int64_t month, struct fault *why)
{
	const char *copy;

	if (t->n == t->room) {
		size_t room = t->room == 0 ? 64 : t->room * 2;
		struct clinic_month *bigger = reallocarray(t->row, room, sizeof(*bigger));

		if (bigger == NULL)
			return fault_set(why, RC_NOMEM, "import", "out of memory");
		t->row = bigger;
		t->room = room;
	}
	if (t->n == TALLY_MAX || (copy = arena_text(&t->arena, code, strlen(code))) == NULL)
		return fault_set(why, RC_TOO_BIG, "clinic_code", "more clinics and months than this node counts at once");
	memmove(&t->row[at + 1], &t->row[at], (t->n - at) * sizeof(*t->row));
	t->row[at] = (struct clinic_month){ .code = copy, .month = month };
	t->n++;
	return RC_OK;
}

enum rc
clinic_tally_add(struct clinic_tally *t, const char *code, int64_t month, enum clinic_came came, struct fault *why)
{
	size_t low = 0, high = t->n;
	enum rc rc;

	if (t->last < t->n && order(&t->row[t->last], code, month) == 0)
		low = t->last;
	else {
		while (low < high) {
			size_t mid = low + (high - low) / 2;

			if (order(&t->row[mid], code, month) < 0)
				low = mid + 1;
			else
				high = mid;
		}
		if ((low == t->n || order(&t->row[low], code, month) != 0) &&
		    (rc = insert(t, low, code, month, why)) != RC_OK)
			return rc;
	}
	t->last = low;
	switch (came) {
	case CLINIC_CAME_NEW:
		t->row[low].n_new++;
		break;
	case CLINIC_CAME_CHANGED:
		t->row[low].n_changed++;
		break;
	case CLINIC_CAME_HELD:
		t->row[low].n_held++;
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

#include "action/tally.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 1024			/* a power of two */

static struct tally_cell *
place_of(struct tally_cell *cell, size_t room, uint64_t key)
{
	size_t at = (size_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (room - 1);

	while (cell[at].count + cell[at].others > 0 && cell[at].key != key)
		at = (at + 1) & (room - 1);
	return &cell[at];
}

static enum rc
grow(struct tally *t, struct fault *why)
{
	size_t room = t->room == 0 ? FIRST_ROOM : 2 * t->room;
	struct tally_cell *more;

	if (room > 2 * TALLY_CELLS_MAX)
		return fault_set(why, RC_TOO_BIG, "statistics", "more rows than can be read: ask for less at once");
	if ((more = calloc(room, sizeof(*more))) == NULL)
		return fault_set(why, RC_NOMEM, "statistics", "out of memory");
	for (size_t i = 0; i < t->room; i++)
		if (t->cell[i].count + t->cell[i].others > 0)
			*place_of(more, room, t->cell[i].key) = t->cell[i];
	free(t->cell);
	t->cell = more;
	t->room = room;
	return RC_OK;
}

enum rc
tally_add(struct tally *t, uint64_t key, bool is_other, struct fault *why)
{
	struct tally_cell *c;
	enum rc rc;

	if (2 * t->n >= t->room && (rc = grow(t, why)) != RC_OK)
		return rc;
	c = place_of(t->cell, t->room, key);
	t->n += c->count + c->others == 0;
	c->key = key;
	if (is_other)
		c->others++;
	else
		c->count++;
	return RC_OK;
}

static int
by_key(const void *a, const void *b)
{
	const struct tally_cell *x = a, *y = b;

	return (x->key > y->key) - (x->key < y->key);
}

void
tally_sort(struct tally *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->room; i++)
		if (t->cell[i].count + t->cell[i].others > 0)
			t->cell[n++] = t->cell[i];
	if (n > 1)
		qsort(t->cell, n, sizeof(*t->cell), by_key);
}

void
tally_clear(struct tally *t)
{
	free(t->cell);
	*t = (struct tally){ NULL, 0, 0 };
}

void
tally_hide(const int64_t *count, bool *hidden, size_t n, int64_t below)
{
	size_t n_hidden = 0, smallest = n;

	for (size_t i = 0; i < n; i++) {
		hidden[i] = count[i] > 0 && count[i] < below;
		n_hidden += hidden[i];
	}
	if (n_hidden != 1)
		return;
	for (size_t i = 0; i < n; i++)
		if (!hidden[i] && count[i] > 0 && (smallest == n || count[i] < count[smallest]))
			smallest = i;
	if (smallest < n)
		hidden[smallest] = true;
}

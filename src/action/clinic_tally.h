#ifndef ACTION_CLINIC_TALLY_H
#define ACTION_CLINIC_TALLY_H

#include "action/node.h"
#include "store/store_clinic_month.h"

/* What one file brought from each clinic about each month, counted while its rows are taken and written once. */
struct clinic_tally {
	struct arena arena;		/* codes */
	struct clinic_month *row;	/* as they first came */
	size_t n, room;
	size_t *bucket;			/* index of a row plus one, 0 free; of code and month, twice as many as rows or more */
	size_t n_bucket;
};

enum clinic_came { CLINIC_CAME_NEW, CLINIC_CAME_CHANGED, CLINIC_CAME_HELD };

void clinic_tally_init(struct clinic_tally *t);
void clinic_tally_clear(struct clinic_tally *t);
enum rc clinic_tally_add(struct clinic_tally *t, const char *code, int64_t month, enum clinic_came came,
    struct fault *why) MUST_USE;
enum rc clinic_tally_write(const struct clinic_tally *t, struct store *s, const char *file, struct fault *why) MUST_USE;

#endif

#ifndef STORE_DOSE_PLACE_H
#define STORE_DOSE_PLACE_H

#include "store/store.h"

/* Inside of src/store: where versions of doses stand, for reading and for writing them.  Each RC_ABSENT. */

/* Where a version stands. */
enum rc store_dose_place(struct store *s, const struct id *id, struct id *ret_person, struct id *ret_statement,
    int64_t *ret_version, struct fault *why) MUST_USE;
/* The version that stands, by its source, which has the highest number here; and the lowest number. */
enum rc store_dose_last(struct store *s, const struct id *person, const struct id *statement, int64_t *ret_lowest,
    int64_t *ret_version, int64_t *ret_source_version, struct id *ret_id, struct fault *why) MUST_USE;
/* Something of a source: *ret_source_version is that of its latest. */
enum rc store_dose_by_source(struct store *s, int64_t source, const char *source_id, struct id *ret_id,
    struct id *ret_person, struct id *ret_statement, int64_t *ret_source_version,
    struct fault *why) MUST_USE;

#endif

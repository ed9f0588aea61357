#ifndef STORE_DOSE_H
#define STORE_DOSE_H

#include "record/dose.h"
#include "store/store.h"
#include "store/store_person.h"		/* enum store_fate */

/*
 * Statements about doses.  Append-only: a correction and a withdrawal are new
 * versions.
 */

/*
 * A statement from its source.  Uses of d: person, source, source_code, source_id,
 * source_version and the content; id, statement, version, is_latest and recorded_us are
 * made here.  origin_municipality NULL: recorded here.  Otherwise the statement is known by
 * (origin_municipality, origin_id) and origin_version, whatever source or relay it
 * comes through; one that came home is found as our own.
 *
 *   unknown                                    STORE_NEW
 *   same version, same content                 STORE_UNCHANGED
 *   same version, other content                STORE_CONFLICT, nothing written
 *   higher version                             STORE_CHANGED, or STORE_WITHDRAWN
 *   lower version than the latest              STORE_UNCHANGED: kept below it, numbered 0, -1, ... here
 *   known for another person                   STORE_CONFLICT, nothing written
 *
 * A withdrawal need not repeat what it withdraws: product and day are taken from the
 * version before.  *ret_id: the version written, else the version found.
 */
enum rc store_dose_put(struct store *s, const struct dose *d, struct id *ret_id,
    enum store_fate *ret_fate, struct fault *why) MUST_USE;

/*
 * A correction (or, with status DOSE_WITHDRAWN, a withdrawal) by this office: the next version
 * of a statement that was recorded here.  Uses the content of d, its reason and, as source,
 * source and source_code.  RC_ABSENT: no such statement.  RC_REFUSED: it came from another
 * municipality, which alone may correct it; or the transaction's eyes may not see the person.
 */
enum rc store_dose_correct(struct store *s, const struct id *statement, const struct dose *d,
    struct id *ret_id, struct fault *why) MUST_USE;

/*
 * Every latest version of a person, withdrawn ones too, by day given, then id.  RC_REFUSED for a
 * protected person where the transaction's eyes may not see (store_see): all doses or none, since what is
 * due worked out from a part of them would be wrong.  So does store_dose_versions; store_dose_get finds none.
 */
enum rc store_dose_list(struct store *s, const struct id *person, struct arena *a,
    struct dose **ret_doses, size_t *ret_n, struct fault *why) MUST_USE;
/* Every version of one statement, oldest first. */
enum rc store_dose_versions(struct store *s, const struct id *statement, struct arena *a,
    struct dose **ret_doses, size_t *ret_n, struct fault *why) MUST_USE;
enum rc store_dose_get(struct store *s, const struct id *id, struct arena *a,
    struct dose *ret_dose, struct fault *why) MUST_USE;			/* RC_ABSENT */
/* The latest version of what a source said; RC_ABSENT. */
enum rc store_dose_find_source(struct store *s, enum dose_source source, const char *source_code,
    const char *source_id, struct id *ret_id, struct fault *why) MUST_USE;
enum rc store_dose_count(struct store *s, int64_t *ret_versions, int64_t *ret_statements,
    struct fault *why) MUST_USE;

#endif

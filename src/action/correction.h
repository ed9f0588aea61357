#ifndef ACTION_CORRECTION_H
#define ACTION_CORRECTION_H

#include "action/heard.h"
#include "exchange/receipt.h"
#include "store/store_ledger.h"
#include "store/store_record.h"

/*
 * Whoever was told something is told when it changes.  The ledger says which version of which statement
 * an answer of ours carried; what a recipient has not been told yet follows from it and from what stands
 * on record, whoever changed that: an officer, a file, another town.  So the same call serves corrections,
 * withdrawals, undoing, relayed copies, and what a merge or split of persons leaves behind.
 *
 * Every call inside an open transaction.
 */

/*
 * One row and one letter for each recipient that is behind.  is_wanted false: the person is protected, and
 * what has no receipt yet is withheld until that ends.  Repeating it changes nothing.
 */
enum rc correction_owed(struct action *a, const struct id *person, bool is_wanted, int64_t now_us, day today,
    struct fault *why) MUST_USE;

/* An answer of ours was handed out: what did it carry? */
enum rc correction_provided(struct action *a, const struct provision_record *record, int64_t now_us, day today,
    struct fault *why) MUST_USE;

/*
 * Records of one person were merged: who was told about one is owed what stands in the others, under the exchange
 * about the one.  provide_changed sends it.
 */
enum rc correction_joined(struct action *a, const struct id *person, int64_t now_us, struct fault *why) MUST_USE;
/*
 * Records were parted: who was told, in exchanges about this record, what stands in a record of somebody else is told
 * that it is not about that person, as a withdrawal with its reason.  A statement of ours gets a version more, which
 * stands for its own person as before; one that came from another town can only be told by hand.
 */
#define CORRECTION_PARTED "records-parted"	/* its reason, on the wire and in the register */
enum rc correction_parted(struct action *a, const struct id *record, int64_t now_us, day today, struct fault *why) MUST_USE;
/* The person whom the exchange of a correction was about; whose statement it is where that is not known any more. */
enum rc correction_subject(struct action *a, const struct correction_row *row, struct arena *arena,
    struct person *ret_person, struct fault *why) MUST_USE;
/* What the event makes of *row (exchange/receipt.h); nothing is written.  RC_BUG for an impossible one. */
enum rc correction_step(struct correction_row *row, enum receipt_event event, int64_t now_us, unsigned *ret_effects,
    struct fault *why) MUST_USE;
/* Its letter, to the outbox, when the row has just come to wait for one; the row is not written. */
enum rc correction_put_letter(struct action *a, struct correction_row *row, const struct person *p,
    const struct dose *stands, int64_t now_us, day today, struct arena *arena, struct fault *why) MUST_USE;

enum rc correction_heard(struct action *a, const struct heard *h, struct fault *why) MUST_USE;
/* What has waited too long for its receipt is sent again. */
enum rc correction_poll(struct action *a, int64_t now_us, day today, struct fault *why) MUST_USE;
/* A receipt that holds, signed by the node of sender (municipality code). */
enum rc correction_receipt(struct action *a, const struct heard *h, const struct message_correction_receipt *r,
    const char *sender, struct fault *why) MUST_USE;

#define CORRECTION_OVERDUE_US (RECEIPT_OVERDUE_MS * 1000)
/* Overdue or needing a person, and of those how many for twice as long. */
enum rc correction_trouble(struct action *a, int64_t now_us, int64_t *ret_overdue, int64_t *ret_long,
    struct fault *why) MUST_USE;

#endif

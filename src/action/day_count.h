#ifndef ACTION_DAY_COUNT_H
#define ACTION_DAY_COUNT_H

#include "action/heard.h"
#include "store/store_day_count.h"

/*
 * The omission check: how many exchanges a day had, and how they ended, as this town, the other one and the hub
 * have recorded them (My Number Act, art. 23).  An exchange belongs to the day on which it was asked, in Japan,
 * however late it was answered; once that day is over, and the network has been asked for its records since, the
 * other town is told, and again whenever they change.  Days are those of the clock, as in the records.  A day that the other has not told is not told, never equal.
 *
 * Every call inside an open transaction that sees whole (node_work).
 */

/* A provision record came: its day is to be told (anew). */
enum rc day_count_changed(struct action *a, const struct provision_record *r, struct fault *why) MUST_USE;
/* What is due is told, what has no receipt is told again, and days of the last quarter are looked at, a few a round. */
enum rc day_count_poll(struct action *a, int64_t now_us, day today, struct fault *why) MUST_USE;
/* The network's word about a letter of ours. */
enum rc day_count_heard(struct action *a, const struct heard *h, struct fault *why) MUST_USE;
/* A letter that holds: the count of another town or of the core, or a receipt for ours.  RC_INVALID: it is not about
 * us, or not its signer's to say. */
enum rc day_count_letter(struct action *a, const struct heard *h, const struct message *m, struct fault *why) MUST_USE;

/* What all three say of one row, as of now. */
struct day_compared {
	struct message_day_entry *own;	/* in order of process number */
	size_t n_own;
	int64_t n[MESSAGE_OUTCOME_PENDING];	/* of ours, by outcome */
	struct vault_digest digest;	/* of ours */
	bool is_said[DAY_TELLER__COUNT];
	struct day_said said[DAY_TELLER__COUNT];
	bool differs;			/* somebody who told it has counted otherwise */
	bool may_lack;			/* and not fewer than we: what differs may be what is not known here */
	bool is_restored;		/* this node was made again from a backup of before that day's end, since that day */
	struct vault_digest all;	/* of what all three say */
};
enum rc day_count_compare(struct action *a, const struct day_count_row *row, struct arena *arena, struct day_compared *ret,
    struct fault *why) MUST_USE;
/* The other body of the row. */
const char *day_count_peer(const struct day_count_row *row);

/* So long a difference may be one that a record on its way explains; longer, and health is red. */
#define DAY_DIFFERS_US (24 * 3600 * INT64_C(1000000))
/* So many days after a day's end the other should have told it; so many, and health is red. */
#define DAY_SILENT_DAYS 3
#define DAY_SILENT_LONG_DAYS 7
enum rc day_count_trouble(struct action *a, int64_t now_us, struct day_count_trouble *ret, struct fault *why) MUST_USE;

#endif

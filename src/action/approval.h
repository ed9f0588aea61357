#ifndef ACTION_APPROVAL_H
#define ACTION_APPROVAL_H

#include "action/node.h"

/*
 * Two-person decisions.  A request that data/code/approval.tsv names is not done when it
 * comes: it is previewed, stored whole, and done when a second officer gives it, in one
 * transaction with its approval and its trace.
 *
 * A new two-person action costs one line in approval.tsv and a field TAG_REASON in its
 * shape; its handler is written as if it were done at once.
 * - Preview: the handler itself is run in a transaction that is dropped, and the rows it
 *   answers are what would change.  A handler with an effect outside the database, or
 *   whose preview should say more, has an own preview in the table of approval.c.
 * - Its rows are kept in memory until the commit (APPROVAL_ANSWER_BYTES; more are counted
 *   and not shown), so a release marks what is released, and a look fetches it.
 * - call.actor names both officers, call.officer is who proposed it, call.second who gave it.
 * - An effect in memory that follows the commit is set as call.settled.
 * - The same request proposed again by the same officer while it waits is the same proposal.
 */
enum approval_when { APPROVAL_ALWAYS, APPROVAL_CONFIGURED, APPROVAL_FIELD };

struct approval_rule {
	enum request_kind kind;
	enum approval_when when;
	enum request_tag field;		/* of APPROVAL_FIELD */
	int days;			/* so long it waits */
	unsigned roles;			/* bit set of enum action_role: who may give it */
};

#define APPROVAL_FILE_BYTES LIMIT_LAW_BYTES	/* of a file that comes along: a law file is the largest */
#define APPROVAL_ANSWER_BYTES (4u << 20)	/* of the rows of a preview or an effect: what a person can read, and room */
#define APPROVAL_WAITING_MAX 500		/* proposals waiting: a person must be able to overlook them */
#define APPROVAL_DAYS_MAX 365

/* NULL when the request never wants a second officer. */
const struct approval_rule *approval_rule_of(enum request_kind kind);
/* Does this request of this node want a second officer? */
bool approval_wanted(const struct config *config, const struct request *r);
bool approval_may_give(const struct approval_rule *rule, enum action_role role);
/* RC_INVALID: the settings name a request that cannot be given to a second officer. */
enum rc approval_check_config(const struct config *config, struct fault *why) MUST_USE;

/*
 * For an own preview: rows between on and off inform, such as whom a law touches today, and may
 * differ from one look to the next.  False: nobody will read them, leave them out.
 */
bool approval_remarks(struct call *c, bool on);

/*
 * Previews c's request and stores it.  Answers the rows of the preview, then RC_PENDING with
 * place "approval N"; whatever the preview refuses is refused here.
 */
enum rc approval_propose(struct call *c, struct fault *why) MUST_USE;

/* What is over its time waits no longer; *ret_next_us: when to look again, INT64_MAX never. */
enum rc approval_expire(struct action *a, int64_t now_us, int64_t *ret_next_us,
    struct fault *why) MUST_USE;

/* ---- inside of the mechanism: approval.c and approval_decide.c ---- */

struct approval_row;
struct officer;

/* A request as it was stored, readable again. */
struct approval_stored {
	struct request request;
	int fd;				/* file that came along, -1 */
};
/* RC_VERSION: the program's request has other fields now. */
enum rc approval_read(const struct approval_row *row, struct approval_stored *ret_stored,
    struct fault *why) MUST_USE;
void approval_read_clear(struct approval_stored *s);

#define APPROVAL_PERSONS 100	/* persons of one preview who each get the trace of a look */

/* Rows of an answer, kept until their transaction is over. */
struct approval_kept {
	struct buf frames;		/* packed one after the other */
	struct vault_digest digest;	/* chained over what each row says, times and fresh numbers left out */
	int64_t n;			/* rows */
	int64_t n_dropped;		/* of these not kept */
	bool is_remark;			/* rows that come now inform and are not decided on: not in the digest */
	bool no_remarks;		/* nobody will read them */
	struct id person[APPROVAL_PERSONS];	/* whom the dropped traces of a preview named */
	size_t n_person;
};
void approval_kept_init(struct approval_kept *k);
void approval_kept_clear(struct approval_kept *k);
/* Called by node_reply while c->kept is set. */
enum rc approval_keep(struct approval_kept *k, const struct frame *f, struct fault *why) MUST_USE;
/* Called by node_audit in a preview: whoever sees its rows looks at this person. */
void approval_keep_person(struct approval_kept *k, const struct id *person);
/* The next kept frame after *at (0: the first); false at the end. */
bool approval_kept_next(const struct approval_kept *k, size_t *at, uint16_t *ret_kind,
    const char **ret_body, size_t *ret_len);

/* What the stored request would do now; nothing is done. */
enum rc approval_preview(struct call *c, const struct request *stored, const struct officer *proposer,
    struct approval_kept *kept, struct fault *why) MUST_USE;
/* Does it, inside joined steps that the caller commits or drops; *ret_settled: to be called after
 * the commit, may be NULL. */
enum rc approval_execute(struct call *c, const struct request *stored, const struct officer *proposer,
    struct approval_kept *kept, node_settled **ret_settled, struct fault *why) MUST_USE;
/* The trace of a step: one row for each person whom its preview showed, or one of nobody. */
enum rc approval_trace(struct call *c, const char *action, const struct approval_kept *kept,
    enum audit_outcome outcome, const char *detail, struct fault *why) MUST_USE;

#endif

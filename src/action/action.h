#ifndef ACTION_ACTION_H
#define ACTION_ACTION_H

#include <stdint.h>

#include "action/request.h"
#include "base/arena.h"
#include "base/day.h"
#include "base/fault.h"
#include "base/words.h"

struct vault_client;
struct wire_client;
struct frame;

/*
 * The doors of the register: the store process hands every request, every answer of the
 * network and every tick of its clock to these functions, one at a time.  Each one checks
 * the role, works in one transaction together with its audit row, and is repeatable.
 */

/* Who asks: the peer's uid mapped to an officer (ACTION_NOBODY when unmapped). */
enum action_role {
	ACTION_NOBODY, ACTION_ADMINISTRATOR, ACTION_HEALTH_OFFICER, ACTION_NURSE, ACTION_CLERK,
	ACTION_AUDITOR, ACTION_CLINIC, ACTION_MACHINE, ACTION_PROTECTING_OFFICER, ACTION_RESIDENT,
	ACTION_GUARDIAN, ACTION_ROLE__COUNT
};
const char *action_role_name(enum action_role role);
/* ACTION_ROLE__COUNT when unknown. */
enum action_role action_role_find(const char *name);
/* From data/code/permission.tsv. */
bool action_permitted(enum action_role role, enum request_kind kind);
/* Permitted only about the person whose account it is, or whom that person acts for. */
bool action_own_only(enum action_role role, enum request_kind kind);

/*
 * What the process around gives.  Both return at once; the answer to what was
 * posted comes to action_network_answer.  `given` is handed back to each.
 */
struct action_doors {
	void *given;
	/* A frame to the client whose request is being served. */
	enum rc (*reply)(void *given, const struct frame *f, struct fault *why);
	/* A POST_SEND frame (exchange/post.h) to the post process. */
	enum rc (*post)(void *given, const struct frame *f, struct fault *why);
	/* The node's directory was made a moment ago: nobody else makes a node in it meanwhile.  RC_BUSY.  NULL: nobody could. */
	enum rc (*lock)(void *given, struct fault *why);
};

struct action;		/* the node's state in the store process: database, law, key client, settings */

struct action_place {		/* where the node lives */
	const char *node;	/* directory */
	const char *program;	/* path of the running program, to find law and words */
};

/*
 * Opens a node.  An empty directory opens in a state where only init, doctor and status are
 * served; an older schema in one where only migrate, doctor and status are.
 * RC_BUSY: another store process holds it.  key is NULL on an empty node.
 */
enum rc action_open(const struct action_place *place, struct vault_client *key,
    struct wire_client *wire, const struct action_doors *doors, int64_t now_us, struct action **ret_action,
    struct fault *why) MUST_USE;
void action_close(struct action *a);

/*
 * Serves one request by the peer with this uid: replies rows, then RESULT_DONE; the return
 * value is that of the reply itself (RC_OK also when the request was refused).
 * now_us: microseconds since 1970 UTC.  today: the current day in Japan, the as-of day of
 * requests that name none.
 */
enum rc action_request(struct action *a, const struct request *request, uint32_t uid,
    int64_t now_us, day today, struct fault *why) MUST_USE;

/*
 * A request that would let everybody wait (backup) is served in slices: action_request has begun it and answered nothing
 * yet.  Whoever holds its client asks action_is_begun after each request, and calls action_go_on between others until it
 * is over: rows and RESULT_DONE have been replied then.  One at a time: another is refused meanwhile (RC_BUSY).
 */
bool action_is_begun(const struct action *a);
enum rc action_go_on(struct action *a, int64_t now_us, day today, bool *ret_over, struct fault *why) MUST_USE;
/* Its client has gone: nothing of it stays. */
void action_give_up(struct action *a);

/* A POST_ANSWER frame's body, as post sent it. */
enum rc action_network_answer(struct action *a, uint16_t kind, const void *body, size_t len,
    int64_t now_us, day today, struct fault *why) MUST_USE;
/*
 * Answers that came together, as one transaction: each is taken in or fails by itself between begin and end, and what
 * was taken in lies on the disk when end says so.  Else none was, and each message is sent again for the same answer.
 */
enum rc action_answers_begin(struct action *a, int64_t now_us, struct fault *why) MUST_USE;
enum rc action_answers_end(struct action *a, struct fault *why) MUST_USE;

/* The post process was started anew: what it had in hand will never be answered and is due again. */
enum rc action_network_lost(struct action *a, int64_t now_us, struct fault *why) MUST_USE;

/*
 * Does what is due (sends outbox rows, polls, lists held answers) and says when to call again:
 * *ret_next_us, INT64_MAX when nothing waits.  Called after start, after every request and answer, and
 * when that time has come.
 */
enum rc action_tick(struct action *a, int64_t now_us, day today, int64_t *ret_next_us,
    struct fault *why) MUST_USE;

/*
 * What the log should say once a day, and after a start: certificates that end soon.  text is untouched
 * when there is nothing to say.
 */
#define ACTION_WARNING_SIZE 256
bool action_warning(struct action *a, int64_t now_us, day today, char text[ACTION_WARNING_SIZE]);

/* What was wrong with the network when it was last spoken to; rc RC_OK: nothing.  Borrowed until the next call. */
const struct fault *action_network_trouble(const struct action *a);

/* Is anything still under way of what was asked (inquire --wait, peer test)?  Asked by the loop
 * after each answer, so that a waiting client is told as soon as it is over. */
bool action_waiting(const struct action *a, const struct request *request);

/*
 * Before a process ends that served one command alone: what the clockwork would go on with, to its end (hand-outs of
 * tickets).  What fails is taken up by the next process.
 */
enum rc action_finish(struct action *a, int64_t now_us, day today, struct fault *why) MUST_USE;

#endif

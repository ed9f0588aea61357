#ifndef NET_NET_INTERMEDIARY_H
#define NET_NET_INTERMEDIARY_H

#include "net/net_part.h"

/* The rooms of the intermediary server of one municipality. */

/* ---- the copy (net_copy.c) ---- */
enum rc net_copy_begin(void *work, const struct message_header *header,
    enum message_segment segment, struct fault *why) MUST_USE;
enum rc net_copy_record(void *work, const struct message_copy *record, struct fault *why) MUST_USE;
enum rc net_copy_taken(struct net_work *w, struct fault *why) MUST_USE;
enum rc net_copy_give_result(struct net_work *w, struct fault *why) MUST_USE;
enum rc net_copy_give_list(struct net_work *w, struct fault *why) MUST_USE;

/* What may be told of a person about one item on one day, into the arena. */
struct net_copy_asked {
	const char *addressee_no, *item_code;
	day today, from, to;		/* from, to: DAY_NONE for everything */
};
enum rc net_copy_answer(struct net_part *p, const struct net_copy_asked *asked, struct arena *a,
    const struct message_record_items **ret_records, size_t *ret_n, struct fault *why) MUST_USE;
/* Must staff look first?  Any record of the person says so, or everything is held for training. */
enum rc net_copy_held(struct net_part *p, const char *addressee_no, bool *ret_held,
    struct fault *why) MUST_USE;

/* ---- answering (net_provide.c) ---- */
enum rc net_provide_notice(struct net_work *w, struct fault *why) MUST_USE;
enum rc net_provide_give_held(struct net_work *w, struct fault *why) MUST_USE;
enum rc net_provide_decision(struct net_work *w, struct fault *why) MUST_USE;

/* ---- letters between two towns' nodes, and what an answer told (net_letter.c) ---- */
enum rc net_letter_taken(struct net_work *w, struct fault *why) MUST_USE;
enum rc net_letter_arrived(struct net_work *w, struct fault *why) MUST_USE;
enum rc net_letter_give(struct net_work *w, struct fault *why) MUST_USE;
enum rc net_told_give(struct net_work *w, struct fault *why) MUST_USE;
enum rc net_told_put(struct net_work *w, const char *process_no, const struct message_record_items *records,
    size_t n, struct fault *why) MUST_USE;

/* ---- towards the person's portal (net_portal_door.c) ---- */
enum rc net_portal_notice(struct net_work *w, struct fault *why) MUST_USE;
enum rc net_portal_notice_result(struct net_work *w, struct fault *why) MUST_USE;
enum rc net_portal_self_info(struct net_work *w, struct fault *why) MUST_USE;
/* What became of a notice, or the hub's number of a look. */
enum rc net_portal_heard(struct net_part *p, const struct net_task *t, const struct message *answer,
    struct fault *why) MUST_USE;
enum rc net_portal_look_known(struct net_part *p, const char *process_no, bool *ret_known, struct fault *why) MUST_USE;

#endif

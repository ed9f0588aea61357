#ifndef NET_NET_CORE_H
#define NET_NET_CORE_H

#include "net/net_part.h"

/* What the files of the core share: codes. */

/* A reception and an acquisition number, used once; fetched, and forgotten with the code. */
enum rc net_core_take_number_request(struct net_work *w, struct fault *why) MUST_USE;
enum rc net_core_give_number(struct net_work *w, struct fault *why) MUST_USE;
/* The registrar names the person: the institution gets its code. */
enum rc net_core_take_person(struct net_work *w, struct fault *why) MUST_USE;
/* The institution's code for the person, made when there is none. */
enum rc net_core_code_for(struct net_part *p, const char *person_id, const char *institution,
    struct arena *a, const char **ret_code, struct fault *why) MUST_USE;

#endif

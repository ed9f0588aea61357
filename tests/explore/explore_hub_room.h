#ifndef TESTS_EXPLORE_HUB_ROOM_H
#define TESTS_EXPLORE_HUB_ROOM_H

#include "exchange/message.h"
#include "tests/explore/explore_blob.h"
#include "tests/explore/explore_hub.h"

/* The inside of the network of the exploration. */
void hub_wrong(struct hub *h, const char *what);
int hub_person_of(const char *addressee);
int hub_town_of(const struct hub_world *w, const char *institution);	/* -1: none of them */
const char *hub_numbered(struct arena *a, const char *prefix, int no);
void hub_say_error(struct message *m, enum message_error error);
/* What a message does, heard for the first time, and the answer to it. */
void hub_act(struct hub *h, const struct hub_world *w, int town, const struct message *m, int request, int signature,
    int64_t now_ms, struct arena *a, struct message *out, char gist[24]);

#endif

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/play_network_room.h"

/* Residents' portals behind the intermediary of the stories: what they do with a notice. */

static const char *
does(const char *addressee)
{
	for (int i = 0; i < play_net->n_portal; i++)
		if (strcmp(play_net->portal[i].addressee, addressee) == 0)
			return play_net->portal[i].does;
	return "answers";
}

void
play_network_portal(const char *addressee, const char *what)
{
	int i;

	for (i = 0; i < play_net->n_portal; i++)
		if (strcmp(play_net->portal[i].addressee, addressee) == 0)
			break;
	assert(i < ASKS_MAX);
	if (i == play_net->n_portal)
		(void)snprintf(play_net->portal[play_net->n_portal++].addressee, 16, "%s", addressee);
	(void)snprintf(play_net->portal[i].does, sizeof(play_net->portal[i].does), "%s", what);
}

int
play_network_at_portal(const char *addressee)
{
	int n = 0;

	for (int i = 0; i < play_net->n_notice; i++)
		n += strcmp(play_net->notice[i].addressee, addressee) == 0 && play_net->notice[i].there_ms != 0;
	return n;
}

/* It comes to the portal when somebody looks whether it has: the clock of a story stands still between. */
static void
say_what_became(struct notice_there *n, int64_t now_ms, struct message *out)
{
	const char *what = does(n->addressee);

	out->body.notice_result.taken_at_ms = MESSAGE_NO_TIME;
	out->body.notice_result.state = strcmp(what, "closed") == 0 ? MESSAGE_NOTICE_ON_ITS_WAY :
	    strcmp(what, "none") == 0 ? MESSAGE_NOTICE_NO_PORTAL :
	    strcmp(what, "refuses") == 0 ? MESSAGE_NOTICE_REFUSED : MESSAGE_NOTICE_THERE;
	if (out->body.notice_result.state != MESSAGE_NOTICE_THERE)
		return;
	if (n->there_ms == 0)
		n->there_ms = now_ms;
	out->body.notice_result.taken_at_ms = n->there_ms;
}

void
play_answer_notice(const struct message *m, int64_t now_ms, struct arena *a, struct message *out)
{
	char text[33];
	int n;

	if (m->kind == MESSAGE_NOTICE) {
		assert(play_net->n_notice < NOTICES_MAX);
		n = snprintf(text, sizeof(text), "OS%05d", play_net->n_notice + 1);
		out->header.reception_no = arena_text(a, text, (size_t)n);
		(void)snprintf(play_net->notice[play_net->n_notice].addressee, 16, "%s", m->body.notice.addressee_no);
		(void)snprintf(play_net->notice[play_net->n_notice++].reception, 33, "%s", text);
		return;
	}
	for (n = 0; n < play_net->n_notice; n++)
		if (strcmp(play_net->notice[n].reception, m->body.fetch.reception_no) == 0)
			break;
	assert(n < play_net->n_notice);
	say_what_became(&play_net->notice[n], now_ms, out);
}

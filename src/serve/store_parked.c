/* Clients that are answered later: who waits for the network, who is served in slices, who stands in line for them. */
#include "serve/clock.h"
#include "serve/log.h"
#include "serve/store_loop.h"

#define SECOND_US 1000000
#define PEER_TEST_S 60			/* post gives up after 45 */

bool
store_parked(const struct client *c)
{
	return c->is_waiting || c->is_begun || c->is_in_line;
}

void
store_parked_stand(struct store_loop *l, struct client *c, const struct request *r, int *fd)
{
	if (l->begun != NULL) {
		c->request = *r;
		c->file = *fd;
		*fd = -1;
		c->is_in_line = true;
		return;
	}
	store_loop_run(l, c, r);
	if (action_is_begun(l->action)) {
		c->is_begun = true;
		l->begun = c;
	}
}

static void
begin_next(struct store_loop *l)
{
	for (size_t i = 0; i < CLIENTS_MAX && l->begun == NULL; i++) {
		struct client *c = &l->client[i];

		if (c->fd < 0 || !c->is_in_line || c->is_gone)
			continue;
		c->is_in_line = false;
		c->request.fd = c->file;
		store_parked_stand(l, c, &c->request, &c->file);
	}
}

void
store_parked_go_on(struct store_loop *l)
{
	struct fault why = { .rc = RC_OK };
	struct client *c = l->begun;
	bool over = true;
	int64_t now;

	if (c == NULL)
		return;
	if (c->is_gone)
		action_give_up(l->action);
	else {
		store_link_settle(l);
		now = clock_now_us();
		l->served = c;
		l->done_rc = RC_BUG;
		if (action_go_on(l->action, now, store_loop_today(l, now), &over, &why) != RC_OK) {
			c->is_gone = true;
			if (why.rc != RC_IO)
				log_fault("request", &why);
		}
		l->served = NULL;
	}
	if (!over)
		return;
	c->is_begun = false;
	l->begun = NULL;
	l->next_tick_us = 0;
	begin_next(l);
}

void
store_parked_wait(struct store_loop *l, struct client *c, const struct request *r)
{
	size_t before = c->out.bytes.len;
	int64_t wait_s = r->kind == REQUEST_PEER_TEST ? PEER_TEST_S : request_int(r, TAG_WAIT, 0);

	store_loop_run(l, c, r);
	if (wait_s <= 0 || c->is_gone || l->done_rc != RC_OK || c->out.bytes.len < before)
		return;
	store_loop_tick(l);
	if (!action_waiting(l->action, r))
		return;
	buf_truncate(&c->out.bytes, before);
	c->request = *r;
	c->is_waiting = true;
	if (wait_s > 7 * 86400)
		wait_s = 7 * 86400;
	c->wait_until_us = clock_steady_us() + wait_s * SECOND_US;
}

/* The answer to a client that waited: how its inquiries, or the peers, stand now. */
static void
answer_waiting(struct store_loop *l, struct client *c, bool is_over)
{
	struct fault why = { .rc = RC_OK };
	struct request list;
	struct frame f;

	frame_init(&f, c->request.kind == REQUEST_PEER_TEST ? REQUEST_PEER_TEST : REQUEST_INQUIRY_LIST);
	for (size_t i = 0; i < c->request.n_addressee; i++)
		frame_put_text(&f, TAG_ADDRESSEE, c->request.addressee[i]);
	c->is_waiting = false;
	l->still_waiting = !is_over;
	if (f.rc == RC_OK && request_read(f.kind, f.body.data, f.body.len, -1, &list, &why) == RC_OK)
		store_loop_run(l, c, &list);
	else
		c->is_gone = true;
	l->still_waiting = false;
	frame_clear(&f);
}

void
store_parked_look(struct store_loop *l)
{
	int64_t now = clock_steady_us();

	for (size_t i = 0; i < CLIENTS_MAX; i++) {
		struct client *c = &l->client[i];

		if (c->fd < 0 || !c->is_waiting || c->is_gone)
			continue;
		if (!action_waiting(l->action, &c->request))
			answer_waiting(l, c, true);
		else if (now >= c->wait_until_us)
			answer_waiting(l, c, false);
	}
}

#include "net/net_wait.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "net/net_clock.h"

struct item {
	struct item *next;
	int64_t at_ms;
	void (*then)(void *context);
	void *context;
};

struct net_wait {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	pthread_t thread;
	struct item *items;		/* soonest first */
	bool over;
	bool runs;
};

/* What is due, out of the list; or NULL and how long nothing is.  The lock is held. */
static struct item *
take_due(struct net_wait *w, int64_t *ret_ms)
{
	struct item *i = w->items;
	int64_t now = net_clock_monotonic_ms();

	if (i == NULL || (!w->over && i->at_ms > now)) {
		*ret_ms = i == NULL ? 1000 : i->at_ms - now;
		return NULL;
	}
	w->items = i->next;
	return i;
}

static void
sleep_for(struct net_wait *w, int64_t ms)
{
	struct timespec until;

	(void)clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += ms % 1000 * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_nsec -= 1000000000;
		until.tv_sec++;
	}
	(void)pthread_cond_timedwait(&w->changed, &w->lock, &until);
}

static void *
run(void *context)
{
	struct net_wait *w = context;
	int64_t ms = 0;

	(void)pthread_mutex_lock(&w->lock);
	for (;;) {
		struct item *i = take_due(w, &ms);

		if (i == NULL) {
			if (w->over)
				break;
			sleep_for(w, ms);
			continue;
		}
		(void)pthread_mutex_unlock(&w->lock);
		i->then(i->context);
		free(i);
		(void)pthread_mutex_lock(&w->lock);
	}
	(void)pthread_mutex_unlock(&w->lock);
	return NULL;
}

enum rc
net_wait_open(struct net_wait **ret_wait, struct fault *why)
{
	struct net_wait *w = calloc(1, sizeof *w);

	if (w == NULL)
		return fault_set(why, RC_NOMEM, "wait", "out of memory");
	if (pthread_mutex_init(&w->lock, NULL) != 0) {
		free(w);
		return fault_set(why, RC_NOMEM, "wait", "no lock");
	}
	if (pthread_cond_init(&w->changed, NULL) != 0) {
		(void)pthread_mutex_destroy(&w->lock);
		free(w);
		return fault_set(why, RC_NOMEM, "wait", "no condition");
	}
	w->runs = pthread_create(&w->thread, NULL, run, w) == 0;
	if (!w->runs) {
		net_wait_close(w);
		return fault_set(why, RC_NOMEM, "wait", "no thread");
	}
	*ret_wait = w;
	return RC_OK;
}

void
net_wait_add(struct net_wait *w, int64_t ms, void (*then)(void *context), void *context)
{
	struct item *i = malloc(sizeof *i), **at;
	bool over;

	(void)pthread_mutex_lock(&w->lock);
	over = w->over || i == NULL;
	if (!over) {
		*i = (struct item){ NULL, net_clock_monotonic_ms() + ms, then, context };
		for (at = &w->items; *at != NULL && (*at)->at_ms <= i->at_ms; at = &(*at)->next)
			;
		i->next = *at;
		*at = i;
		(void)pthread_cond_signal(&w->changed);
	}
	(void)pthread_mutex_unlock(&w->lock);
	if (over) {
		free(i);
		then(context);
	}
}

void
net_wait_end(struct net_wait *w)
{
	if (w == NULL || !w->runs)
		return;
	(void)pthread_mutex_lock(&w->lock);
	w->over = true;
	(void)pthread_cond_signal(&w->changed);
	(void)pthread_mutex_unlock(&w->lock);
	(void)pthread_join(w->thread, NULL);
	w->runs = false;
}

void
net_wait_close(struct net_wait *w)
{
	if (w == NULL)
		return;
	net_wait_end(w);
	(void)pthread_cond_destroy(&w->changed);
	(void)pthread_mutex_destroy(&w->lock);
	free(w);
}

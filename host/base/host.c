// SPDX-License-Identifier: GPL-2.0
/* The frame of the host: its lock, noted interrupts, and timers. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "host.h"

struct host_timer {
	struct host_timer *next;
	uint64_t due;			/* ns, in the clock of host_now() */
	host_timer_fn fn;
	void *arg;
};

void host_init(struct host *h, const struct host_ops *ops, void *ops_ctx)
{
	memset(h, 0, sizeof(*h));
	pthread_mutex_init(&h->lock, NULL);
	h->vps = 1;
	h->ops = ops;
	h->ops_ctx = ops_ctx;
}

void host_fini(struct host *h)
{
	while (h->timers) {
		struct host_timer *t = h->timers;

		h->timers = t->next;
		free(t);
	}
	pthread_mutex_destroy(&h->lock);
}

void host_enter(struct host *h)
{
	pthread_mutex_lock(&h->lock);
}

void host_leave(struct host *h)
{
	uint64_t pending[HOST_MAX_VP][4];

	if (!h->any_pending) {
		pthread_mutex_unlock(&h->lock);
		return;
	}
	memcpy(pending, h->pending, sizeof(pending));
	memset(h->pending, 0, sizeof(h->pending));
	h->any_pending = false;
	pthread_mutex_unlock(&h->lock);

	for (unsigned int vp = 0; vp < HOST_MAX_VP; vp++) {
		for (unsigned int w = 0; w < 4; w++) {
			while (pending[vp][w]) {
				unsigned int bit = __builtin_ctzll(pending[vp][w]);

				pending[vp][w] &= pending[vp][w] - 1;
				h->ops->interrupt(h->ops_ctx, vp, w * 64 + bit);
			}
		}
	}
}

uint64_t host_now(const struct host *h)
{
	struct timespec t;

	if (h->ops->now)
		return h->ops->now(h->ops_ctx);
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

void host_interrupt(struct host *h, unsigned int vp, uint8_t vector)
{
	if (vp >= HOST_MAX_VP)
		return;
	h->pending[vp][vector / 64] |= 1ull << vector % 64;
	h->any_pending = true;
}

struct host_timer *host_timer_add(struct host *h, uint64_t delay_ns, host_timer_fn fn, void *arg)
{
	struct host_timer *t = malloc(sizeof(*t));
	uint64_t now = host_now(h);
	struct host_timer **at;

	if (!t)
		abort();
	t->due = delay_ns > UINT64_MAX - now ? UINT64_MAX : now + delay_ns;
	t->fn = fn;
	t->arg = arg;
	/* Behind those of the same time: timers of equal delay run in the order they were added. */
	for (at = &h->timers; *at && (*at)->due <= t->due; at = &(*at)->next)
		;
	t->next = *at;
	*at = t;
	if (at == &h->timers && h->ops->timers_changed)
		h->ops->timers_changed(h->ops_ctx);
	return t;
}

void host_timer_cancel(struct host *h, struct host_timer *t)
{
	struct host_timer **at;

	for (at = &h->timers; *at != t; at = &(*at)->next)
		if (!*at)
			abort();	/* it ran, or was cancelled, before */
	*at = t->next;
	free(t);
}

uint64_t host_timers_run(struct host *h)
{
	/* One reading of the clock: a timer that arms itself anew, due at once, waits a turn. */
	uint64_t now = host_now(h);
	struct host_timer *t;

	while ((t = h->timers) && t->due <= now) {
		h->timers = t->next;
		t->fn(t->arg);
		free(t);
	}
	if (!t)
		return UINT64_MAX;
	now = host_now(h);
	return t->due > now ? t->due - now : 0;
}

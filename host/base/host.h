/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The frame that the partition, the bus servers and the services stand in:
 * one lock, timers, and interrupts that are raised under the lock and
 * delivered after it is dropped.
 *
 * Locking. host->lock is the only lock of the host's model. It protects the
 * partition (SynIC, MSRs), the VMBus server with its channels, rings and
 * GPADLs, vPCI and every service's state. All functions of those parts are
 * called with it held and never drop it; service callbacks and timers run with
 * it held. Guest vCPU threads, the timer thread and the control thread take it
 * at their entry, with host_enter(), and leave with host_leave(). A service
 * with threads of its own does its long work outside and takes the lock to
 * report. Nothing blocks while holding it.
 *
 * Interrupts. Injecting one needs QEMU's own big lock, or its main loop, which
 * may at that moment wait for all vCPUs, one of which may wait for host->lock.
 * So an interrupt is only noted under the lock (host_interrupt()) and handed
 * to ops->interrupt by host_leave() after the lock is gone.
 */
#ifndef HOST_BASE_HOST_H
#define HOST_BASE_HOST_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "gmem.h"

#define HOST_MAX_VP 8

struct host_ops {
	/* Deliver @vector to virtual processor @vp. Without the lock, from any thread. */
	void (*interrupt)(void *ctx, unsigned int vp, uint8_t vector);
	/* Wake the thread of host_timers_run(): the earliest timer changed. May be NULL. */
	void (*timers_changed)(void *ctx);
	/* Monotonic nanoseconds. NULL: CLOCK_MONOTONIC. Unit tests have their own clock. */
	uint64_t (*now)(void *ctx);
};

struct host_timer;
typedef void (*host_timer_fn)(void *arg);

struct host {
	struct gmem mem;
	unsigned int vps;			/* virtual processors, 1 to HOST_MAX_VP */
	pthread_mutex_t lock;
	const struct host_ops *ops;
	void *ops_ctx;
	struct host_timer *timers;		/* by due time, earliest first */
	uint64_t pending[HOST_MAX_VP][4];	/* vectors noted under the lock */
	bool any_pending;
};

void host_init(struct host *h, const struct host_ops *ops, void *ops_ctx);
void host_fini(struct host *h);			/* cancels all timers; does not close h->mem */

void host_enter(struct host *h);
void host_leave(struct host *h);		/* drops the lock, then delivers what was noted */

uint64_t host_now(const struct host *h);	/* nanoseconds */

/* Note an interrupt for delivery; a vector noted twice is delivered once, as in an IRR. */
void host_interrupt(struct host *h, unsigned int vp, uint8_t vector);

/*
 * Run @fn(@arg) once, with the lock held, @delay_ns from now at the earliest.
 * The timer is freed after it ran, or by cancel. A timer must not be cancelled
 * from its own callback or later. Never fails (memory exhaustion ends the host).
 */
struct host_timer *host_timer_add(struct host *h, uint64_t delay_ns, host_timer_fn fn, void *arg);
void host_timer_cancel(struct host *h, struct host_timer *t);

/* Run all that is due. Returns nanoseconds until the next one, UINT64_MAX when there is none. */
uint64_t host_timers_run(struct host *h);

#endif

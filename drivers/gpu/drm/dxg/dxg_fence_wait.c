// SPDX-License-Identifier: GPL-2.0
/*
 * Waiting for several fences at once. Which of them are reached is decided here;
 * the host only knows of single values.
 *
 * A wait is complete when its last missing point is reached, with any the first, or
 * when one cannot be reached any more. Whoever completes it may hold the lock of
 * one fence, so that the callbacks at the others are removed later: by the thread
 * that waits, or, where none does, by a worker.
 */
#include <linux/err.h>
#include <linux/eventfd.h>
#include <linux/kref.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include <kunit/visibility.h>

#include "dxg_fence.h"
#include "dxg_fence_wait.h"
#include "dxg_transport.h"

struct dxg_fence_wait;

/* One point of a wait. */
struct dxg_fence_node {
	struct dxg_fence_cb cb;
	struct dxg_fence *fence;	/* held */
	struct dxg_fence_wait *wait;
};

struct dxg_fence_wait {
	struct kref ref;		/* who makes it; without a thread, its being incomplete */
	wait_queue_head_t queue;	/* of the thread that waits */
	void (*notify)(void *data);	/* or what is called instead */
	void *data;
	struct work_struct work;	/* and who cleans up then */
	atomic_t missing;		/* points until it is complete */
	atomic_t completed;
	bool done;			/* the rest is set */
	int error;
	u32 first;			/* index of a point that is reached */
	u32 added;			/* nodes whose callback was added */
	u32 count;
	struct dxg_fence_node nodes[] __counted_by(count);
};

/* Only the first call counts. From any context, under the lock of a fence. */
static void dxg_fence_wait_complete(struct dxg_fence_wait *wait, u32 first, int error)
{
	if (atomic_xchg(&wait->completed, 1))
		return;
	wait->first = first;
	wait->error = error;
	if (wait->notify) {
		wait->notify(wait->data);
		dxg_queue_work(&wait->work);
		return;
	}
	/* Pairs with the barrier of the sleeper's loop. */
	smp_store_release(&wait->done, true);
	wake_up(&wait->queue);
}

static void dxg_fence_node_reached(struct dxg_fence_node *node, int error)
{
	struct dxg_fence_wait *wait = node->wait;

	if (error || atomic_dec_and_test(&wait->missing))
		dxg_fence_wait_complete(wait, node - wait->nodes, error);
}

static void dxg_fence_node_call(struct dxg_fence_cb *cb, int error)
{
	dxg_fence_node_reached(container_of(cb, struct dxg_fence_node, cb), error);
}

static struct dxg_fence_wait *dxg_fence_wait_alloc(const struct dxg_fence_point *points,
						   u32 count, bool any)
{
	struct dxg_fence_wait *wait;
	u32 i;

	wait = kvzalloc(struct_size(wait, nodes, count), GFP_KERNEL_ACCOUNT);
	if (!wait)
		return NULL;
	kref_init(&wait->ref);
	init_waitqueue_head(&wait->queue);
	wait->count = count;
	atomic_set(&wait->missing, any ? 1 : count);
	for (i = 0; i < count; i++) {
		wait->nodes[i].fence = dxg_fence_get(points[i].fence);
		wait->nodes[i].wait = wait;
	}
	return wait;
}

/* Add the callbacks, as many as are needed. The wait may be complete any time then. */
static void dxg_fence_wait_start(struct dxg_fence_wait *wait, const struct dxg_fence_point *points)
{
	int ret;
	u32 i;

	for (i = 0; i < wait->count && !atomic_read(&wait->completed); i++) {
		ret = dxg_fence_add_cb(wait->nodes[i].fence, &wait->nodes[i].cb, points[i].value,
				       dxg_fence_node_call);
		wait->added = i + 1;
		if (ret)
			dxg_fence_node_reached(&wait->nodes[i], min(ret, 0));
	}
}

static void dxg_fence_wait_release(struct kref *ref)
{
	struct dxg_fence_wait *wait = container_of(ref, struct dxg_fence_wait, ref);
	u32 i;

	for (i = 0; i < wait->added; i++)
		dxg_fence_remove_cb(wait->nodes[i].fence, &wait->nodes[i].cb);
	for (i = 0; i < wait->count; i++)
		dxg_fence_put(wait->nodes[i].fence);
	kvfree(wait);
}

/* Without waiting: 0 and *first, 1 when there is something to wait for, or -errno. */
static int dxg_fence_look(const struct dxg_fence_point *points, u32 count, bool any, u32 *first)
{
	u32 i, reached = 0;
	int ret;

	for (i = 0; i < count; i++) {
		ret = dxg_fence_error(points[i].fence);
		if (ret)
			return ret;
		if (dxg_fence_value(points[i].fence) < points[i].value)
			continue;
		if (!reached++)
			*first = i;
		if (any)
			return 0;
	}
	return reached < count;
}

/**
 * dxg_fence_wait_points() - Wait here.
 * @points: The points.
 * @count: How many, not 0.
 * @any: Until one is reached, else until all are.
 * @deadline: When to give up, CLOCK_MONOTONIC; in the past: only look.
 * @first: Returns the index of a point that is reached: of the first in the array
 *         when more than one were from the beginning.
 *
 * Returns 0, -ETIME, -ERESTARTSYS at a signal, -ECANCELED, -ENODEV, -EBUSY as
 * dxg_fence_add_cb() does, -ENOMEM, or what the host said to the wait.
 */
int dxg_fence_wait_points(const struct dxg_fence_point *points, u32 count, bool any,
			  ktime_t deadline, u32 *first)
{
	struct dxg_fence_wait *wait;
	int ret;

	ret = dxg_fence_look(points, count, any, first);
	if (ret <= 0)
		return ret;
	if (ktime_compare(deadline, ktime_get()) <= 0)
		return -ETIME;

	wait = dxg_fence_wait_alloc(points, count, any);
	if (!wait)
		return -ENOMEM;
	dxg_fence_wait_start(wait, points);
	ret = dxg_fence_sleep(&wait->queue, &wait->done, deadline, TASK_INTERRUPTIBLE);
	if (!ret) {
		ret = wait->error;
		*first = wait->first;
	}
	kref_put(&wait->ref, dxg_fence_wait_release);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_fence_wait_points);

static void dxg_fence_wait_work(struct work_struct *work)
{
	struct dxg_fence_wait *wait = container_of(work, struct dxg_fence_wait, work);

	kref_put(&wait->ref, dxg_fence_wait_release);
}

/**
 * dxg_fence_notify_points() - Have something called once.
 * @points: The points.
 * @count: How many, not 0.
 * @any: When one is reached, else when all are.
 * @notify: What to call, perhaps under the lock of a fence, and before this returns.
 * @data: For @notify.
 *
 * It is called, too, when nothing can be waited for any more. Returns 0 or -ENOMEM.
 */
int dxg_fence_notify_points(const struct dxg_fence_point *points, u32 count, bool any,
			    void (*notify)(void *data), void *data)
{
	struct dxg_fence_wait *wait = dxg_fence_wait_alloc(points, count, any);

	if (!wait)
		return -ENOMEM;
	wait->notify = notify;
	wait->data = data;
	INIT_WORK(&wait->work, dxg_fence_wait_work);
	kref_get(&wait->ref);
	dxg_fence_wait_start(wait, points);
	kref_put(&wait->ref, dxg_fence_wait_release);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_fence_notify_points);

static void dxg_fence_signal_eventfd(void *data)
{
	struct eventfd_ctx *eventfd = data;

	eventfd_signal(eventfd);
	eventfd_ctx_put(eventfd);
}

/**
 * dxg_fence_eventfd_points() - Have an eventfd signalled once.
 * @points: The points.
 * @count: How many, not 0.
 * @any: When one is reached, else when all are.
 * @fd: The descriptor.
 *
 * Returns as dxg_fence_notify_points() does, or -EBADF, -EINVAL.
 */
int dxg_fence_eventfd_points(const struct dxg_fence_point *points, u32 count, bool any, int fd)
{
	struct eventfd_ctx *eventfd = eventfd_ctx_fdget(fd);
	int ret;

	if (IS_ERR(eventfd))
		return PTR_ERR(eventfd);
	ret = dxg_fence_notify_points(points, count, any, dxg_fence_signal_eventfd, eventfd);
	if (ret)
		eventfd_ctx_put(eventfd);
	return ret;
}

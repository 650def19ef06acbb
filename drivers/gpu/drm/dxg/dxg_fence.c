// SPDX-License-Identifier: GPL-2.0
/*
 * Monitored fences: callbacks at values, and the wait on the host that serves
 * them.
 *
 * There is one wait message and one event for each fence. Values for which the
 * message was sent and whose event has not come are a stack: a value is armed only if
 * it is lower than all before, so the host signals the top first, and with each
 * event the top has been reached, whatever the page says by then. When
 * something is armed already, the next value that can be is armed instead of the
 * one that is awaited. So the stack has two entries at most, unless the fence
 * is set back, which ends in EBUSY when somebody makes a habit of it.
 */
#include <linux/dma-fence.h>
#include <linux/err.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/wait.h>

#include <drm/drm_file.h>

#include <kunit/visibility.h>

#include "dxg_cmd_sync.h"
#include "dxg_device.h"
#include "dxg_event.h"
#include "dxg_fence.h"
#include "dxg_file.h"
#include "dxg_host_device.h"
#include "dxg_status.h"
#include "dxg_sync_object.h"

/* Values of one fence that are armed at a time. */
#define DXG_FENCE_ARMS		16

/**
 * struct dxg_fence - A monitored fence.
 */
struct dxg_fence {
	/** @ref: Handles, callbacks, the message under way. Then @event keeps the memory. */
	struct kref ref;

	/** @event: What the host signals. Holds @object and @wait until its last reference. */
	struct dxg_event event;

	/** @object: The host's object. Holds a reference. */
	struct dxg_sync_object *object;

	/** @may: DXG_FENCE_xxx. */
	unsigned int may;

	/** @wait: The wait message, for one value at a time. */
	struct dxg_request *wait;

	/** @group_entry: Entry of the group of the host device. Under its lock. */
	struct list_head group_entry;

	/** @lock: Protects what follows. */
	spinlock_t lock;

	/** @cbs: What is waited for, by value, the lowest first. */
	struct list_head cbs;

	/** @armed: Values for which an event will come, the lowest last. */
	u64 armed[DXG_FENCE_ARMS];

	/** @num_armed: Number of @armed. */
	unsigned int num_armed;

	/** @sending: @wait is under way; the place of its value in @armed is @sent. */
	bool sending;

	/** @sent: See @sending. */
	unsigned int sent;

	/** @error: 0, or why nothing can be waited for any more. */
	int error;
};

/* ---- What is reached ---- */

/* Under the lock: call all that waits for no more than @value. */
static void dxg_fence_reached(struct dxg_fence *fence, u64 value)
{
	struct dxg_fence_cb *cb, *next;

	list_for_each_entry_safe(cb, next, &fence->cbs, list) {
		if (cb->value > value)
			break;
		list_del_init(&cb->list);
		cb->func(cb, 0);
	}
}

/* Under the lock: end all that waits for less than @value, or for anything. */
static void dxg_fence_fail(struct dxg_fence *fence, const u64 *value, int error)
{
	struct dxg_fence_cb *cb, *next;

	list_for_each_entry_safe(cb, next, &fence->cbs, list) {
		if (value && cb->value >= *value)
			break;
		list_del_init(&cb->list);
		cb->func(cb, error);
	}
}

/* ---- Arming ---- */

static void dxg_fence_sent(struct dxg_request *req);

/*
 * Under the lock: is there something to be armed? 1: dxg_fence_send() is to be
 * called without the lock; 0; or -EBUSY.
 */
static int dxg_fence_arm(struct dxg_fence *fence)
{
	struct dxg_fence_cb *first = list_first_entry_or_null(&fence->cbs, struct dxg_fence_cb,
							      list);
	u64 value;

	if (!first || fence->sending || fence->error)
		return 0;
	value = first->value;
	if (fence->num_armed) {
		/* What is armed comes in time, and with it the next look. */
		if (fence->armed[fence->num_armed - 1] <= value)
			return 0;
		if (fence->num_armed == DXG_FENCE_ARMS)
			return -EBUSY;
		value = min(value, dxg_fence_value(fence) + 1);
	}
	fence->sending = true;
	fence->sent = fence->num_armed;
	fence->armed[fence->num_armed++] = value;
	dxg_wait_cpu_set_value(fence->wait, value);
	kref_get(&fence->ref);
	return 1;
}

static void dxg_fence_send(struct dxg_fence *fence)
{
	dxg_request_commit(fence->wait, dxg_fence_sent, fence);
}

/* The host has answered the wait message, or never will. */
static void dxg_fence_sent(struct dxg_request *req)
{
	bool cookie = dma_fence_begin_signalling();
	struct dxg_fence *fence = req->data;
	unsigned long flags;
	u32 status;
	int ret, arm;

	ret = dxg_request_result(req, &status);
	if (!ret)
		ret = dxg_status_to_errno(req->command, status);

	spin_lock_irqsave(&fence->lock, flags);
	fence->sending = false;
	if (ret) {
		/* Nothing was armed behind it, so it is the top, unless its event was faster. */
		fence->num_armed = min(fence->num_armed, fence->sent);
		dxg_fence_fail(fence, fence->num_armed ? &fence->armed[fence->num_armed - 1] :
			       NULL, ret);
	} else if (!fence->error) {
		dxg_fence_reached(fence, dxg_fence_value(fence));
	}
	arm = dxg_fence_arm(fence);
	spin_unlock_irqrestore(&fence->lock, flags);

	if (arm > 0)
		dxg_fence_send(fence);
	dma_fence_end_signalling(cookie);
	dxg_fence_put(fence);
}

/* The host says that the lowest armed value is reached. */
static void dxg_fence_fire(struct dxg_event *event, u64 unused)
{
	struct dxg_fence *fence = container_of(event, struct dxg_fence, event);
	unsigned long flags;
	u64 value = 0;
	bool cookie;
	int arm;

	/* The last user may be leaving: nobody waits then. */
	if (!kref_get_unless_zero(&fence->ref))
		return;
	cookie = dma_fence_begin_signalling();
	spin_lock_irqsave(&fence->lock, flags);
	if (fence->num_armed)
		value = fence->armed[--fence->num_armed];
	if (!fence->error)
		dxg_fence_reached(fence, max(value, dxg_fence_value(fence)));
	arm = dxg_fence_arm(fence);
	spin_unlock_irqrestore(&fence->lock, flags);

	if (arm > 0)
		dxg_fence_send(fence);
	dma_fence_end_signalling(cookie);
	dxg_fence_put(fence);
}

/**
 * dxg_fence_add_cb() - Have something called when a value is reached.
 * @fence: The fence; the caller holds it until the callback was called or removed.
 * @cb: The callback, not in use.
 * @value: The value.
 * @func: What to call.
 *
 * From any context. Returns 0: @func will be called, or has been; 1: the value is
 * reached and @func is not called; -ECANCELED, -ENODEV when the fence has ended,
 * -EBUSY when too many different values have been waited for in descending order:
 * then it is not called, either.
 */
int dxg_fence_add_cb(struct dxg_fence *fence, struct dxg_fence_cb *cb, u64 value,
		     void (*func)(struct dxg_fence_cb *cb, int error))
{
	struct dxg_fence_cb *before;
	unsigned long flags;
	int arm = 0, ret;

	INIT_LIST_HEAD(&cb->list);
	cb->value = value;
	cb->func = func;

	spin_lock_irqsave(&fence->lock, flags);
	ret = fence->error;
	if (!ret && dxg_fence_value(fence) >= value)
		ret = 1;
	if (!ret) {
		list_for_each_entry_reverse(before, &fence->cbs, list)
			if (before->value <= value)
				break;
		list_add(&cb->list, &before->list);
		arm = dxg_fence_arm(fence);
		if (arm < 0) {
			list_del_init(&cb->list);
			ret = arm;
		}
	}
	spin_unlock_irqrestore(&fence->lock, flags);

	if (arm > 0)
		dxg_fence_send(fence);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_fence_add_cb);

/**
 * dxg_fence_remove_cb() - Do not call it any more.
 * @fence: The fence.
 * @cb: A callback for which dxg_fence_add_cb() was called.
 *
 * From any context but that of a callback. Returns true when it will not be
 * called; false when it has been, completely.
 */
bool dxg_fence_remove_cb(struct dxg_fence *fence, struct dxg_fence_cb *cb)
{
	unsigned long flags;
	bool listed;

	spin_lock_irqsave(&fence->lock, flags);
	listed = !list_empty(&cb->list);
	list_del_init(&cb->list);
	spin_unlock_irqrestore(&fence->lock, flags);
	return listed;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_fence_remove_cb);

/**
 * dxg_fence_sleep() - Sleep until *done is true.
 * @queue: What is woken when it may be.
 * @done: What to wait for.
 * @deadline: When to give up, CLOCK_MONOTONIC; KTIME_MAX for never.
 * @state: The task state: which signals end it.
 *
 * Returns 0, -ETIME, -ERESTARTSYS.
 */
int dxg_fence_sleep(wait_queue_head_t *queue, const bool *done, ktime_t deadline, long state)
{
	struct wait_queue_entry entry;
	int ret;

	if (READ_ONCE(*done))
		return 0;
	if (ktime_compare(deadline, ktime_get()) <= 0)
		return -ETIME;

	init_wait_entry(&entry, 0);
	for (;;) {
		ret = prepare_to_wait_event(queue, &entry, state);
		if (READ_ONCE(*done))
			ret = 0;
		else if (!ret && schedule_hrtimeout_range(&deadline, 0, HRTIMER_MODE_ABS))
			continue;
		else if (!ret && !READ_ONCE(*done))
			ret = -ETIME;
		break;
	}
	finish_wait(queue, &entry);
	return ret;
}

/* A thread that waits for one value. */
struct dxg_fence_sleeper {
	struct dxg_fence_cb cb;
	wait_queue_head_t queue;
	bool done;
	int error;
};

static void dxg_fence_wake(struct dxg_fence_cb *cb, int error)
{
	struct dxg_fence_sleeper *sleeper = container_of(cb, struct dxg_fence_sleeper, cb);

	sleeper->error = error;
	sleeper->done = true;
	wake_up(&sleeper->queue);
}

/**
 * dxg_fence_wait() - Wait until a value is reached.
 * @fence: The fence.
 * @value: The value.
 * @deadline: When to give up, CLOCK_MONOTONIC; KTIME_MAX for never.
 * @state: The task state of the wait: which signals end it.
 *
 * Returns 0, -ETIME, -ERESTARTSYS, or an error of dxg_fence_add_cb().
 */
int dxg_fence_wait(struct dxg_fence *fence, u64 value, ktime_t deadline, long state)
{
	struct dxg_fence_sleeper sleeper = {};
	int ret;

	init_waitqueue_head(&sleeper.queue);
	ret = dxg_fence_add_cb(fence, &sleeper.cb, value, dxg_fence_wake);
	if (ret)
		return min(ret, 0);

	ret = dxg_fence_sleep(&sleeper.queue, &sleeper.done, deadline, state);
	/* Called or not, it is over with the callback then. */
	if (!dxg_fence_remove_cb(fence, &sleeper.cb))
		ret = sleeper.error;
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_fence_wait);

/* ---- Objects ---- */

static void dxg_fence_free(struct dxg_event *event)
{
	struct dxg_fence *fence = container_of(event, struct dxg_fence, event);

	if (fence->wait)
		dxg_request_put(fence->wait);
	dxg_sync_object_put(fence->object);
	kfree(fence);
}

/* Join the group, unless it has ended. */
static int dxg_fence_join(struct dxg_fence *fence)
{
	struct dxg_fence_group *group = &fence->object->device->fences;
	int error;

	spin_lock_irq(&group->lock);
	error = group->error;
	if (!error)
		list_add_tail(&fence->group_entry, &group->fences);
	spin_unlock_irq(&group->lock);
	return error;
}

/**
 * dxg_fence_create() - Make a fence of a sync object.
 * @object: A monitored fence of the host. A reference is taken.
 * @may: DXG_FENCE_xxx.
 *
 * Returns the fence with one reference, or ERR_PTR: -ENOMEM, -EBUSY; -ECANCELED or
 * -ENODEV when the host device has ended; -EIO when the host has shown no page.
 */
struct dxg_fence *dxg_fence_create(struct dxg_sync_object *object, unsigned int may)
{
	struct dxg_host_device *device = object->device;
	struct dxg_fence *fence;
	struct dxg_request *req;
	u64 value = 0;
	int ret;

	if (!object->page)
		return ERR_PTR(-EIO);
	fence = kzalloc_obj(*fence, GFP_KERNEL_ACCOUNT);
	if (!fence)
		return ERR_PTR(-ENOMEM);
	kref_init(&fence->ref);
	spin_lock_init(&fence->lock);
	INIT_LIST_HEAD(&fence->group_entry);
	INIT_LIST_HEAD(&fence->cbs);
	dxg_event_init(&fence->event, false, dxg_fence_fire, dxg_fence_free);
	fence->object = dxg_sync_object_get(object);
	fence->may = may;

	ret = dxg_event_add(&device->dxg->host->events, &fence->event);
	if (ret)
		goto err;
	req = dxg_prep_wait_cpu(dxg_host_device_link(device), dxg_host_device_process(device),
				device->handle, &object->handle, &value, 1, false,
				fence->event.id, 0);
	if (IS_ERR(req)) {
		ret = PTR_ERR(req);
		goto err;
	}
	fence->wait = req;
	ret = dxg_fence_join(fence);
	if (!ret)
		return fence;
err:
	dxg_fence_put(fence);
	return ERR_PTR(ret);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_fence_create);

/**
 * dxg_fence_adopt() - Make a fence of what is part of a queue.
 * @device: The host device.
 * @handle: The host's handle of the fence.
 * @address: Guest-physical address of the page with the value.
 * @gpu_va: Where the GPU sees the value, or 0.
 *
 * It can be waited for and read. Returns as dxg_fence_create() does. Who ends the queue
 * calls dxg_fence_end() before.
 */
struct dxg_fence *dxg_fence_adopt(struct dxg_host_device *device, u32 handle, u64 address,
				  u64 gpu_va)
{
	struct dxg_sync_object *object;
	struct dxg_fence *fence;

	object = dxg_sync_object_adopt(device, handle, DXGP_SYNC_MONITORED_FENCE, address, gpu_va);
	if (IS_ERR(object))
		return ERR_CAST(object);
	fence = dxg_fence_create(object, DXG_FENCE_MAY_WAIT | DXG_FENCE_OWNED);
	dxg_sync_object_put(object);
	return fence;
}

static void dxg_fence_set_error(struct dxg_fence *fence, int error)
{
	unsigned long flags;

	spin_lock_irqsave(&fence->lock, flags);
	if (!fence->error)
		fence->error = error;
	dxg_fence_fail(fence, NULL, error);
	spin_unlock_irqrestore(&fence->lock, flags);
}

/**
 * dxg_fence_end() - The owner of an adopted fence is about to end it.
 * @fence: The fence.
 * @error: What waits end with.
 *
 * When this returns, neither the kernel nor a program looks at the page any more. Sleeps.
 */
void dxg_fence_end(struct dxg_fence *fence, int error)
{
	dxg_fence_set_error(fence, error);
	dxg_sync_object_revoke(fence->object);
}

/**
 * dxg_fence_get() - Take a reference.
 * @fence: The fence.
 */
struct dxg_fence *dxg_fence_get(struct dxg_fence *fence)
{
	kref_get(&fence->ref);
	return fence;
}

static void dxg_fence_release(struct kref *ref)
{
	struct dxg_fence *fence = container_of(ref, struct dxg_fence, ref);
	struct dxg_fence_group *group = &fence->object->device->fences;
	unsigned long flags;

	WARN_ON(!list_empty(&fence->cbs));
	spin_lock_irqsave(&group->lock, flags);
	list_del_init(&fence->group_entry);
	spin_unlock_irqrestore(&group->lock, flags);
	/* Waits that are still armed on the host come to nothing. */
	dxg_event_remove(&fence->event);
	dxg_event_put(&fence->event);
}

/**
 * dxg_fence_put() - Drop a reference. From any context; does not wait for the host.
 * @fence: The fence.
 */
void dxg_fence_put(struct dxg_fence *fence)
{
	kref_put(&fence->ref, dxg_fence_release);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_fence_put);

/**
 * dxg_fence_object() - The host's object. Lives as long as the fence.
 * @fence: The fence.
 */
struct dxg_sync_object *dxg_fence_object(const struct dxg_fence *fence)
{
	return fence->object;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_fence_object);

/**
 * dxg_fence_may() - Whether something is allowed with a fence.
 * @fence: The fence.
 * @may: One of DXG_FENCE_xxx.
 */
bool dxg_fence_may(const struct dxg_fence *fence, unsigned int may)
{
	return fence->may & may;
}

/**
 * dxg_fence_value() - The value now. Meaningless once the fence has ended.
 * @fence: The fence.
 */
u64 dxg_fence_value(const struct dxg_fence *fence)
{
	return dxg_sync_object_value(fence->object);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_fence_value);

/**
 * dxg_fence_error() - 0, or why the fence has ended.
 * @fence: The fence.
 */
int dxg_fence_error(const struct dxg_fence *fence)
{
	return READ_ONCE(fence->error);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_fence_error);

/* ---- Groups ---- */

/**
 * dxg_fence_group_init() - Prepare the group of a host device.
 * @group: The group.
 */
void dxg_fence_group_init(struct dxg_fence_group *group)
{
	spin_lock_init(&group->lock);
	INIT_LIST_HEAD(&group->fences);
	group->error = 0;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_fence_group_init);

/**
 * dxg_fence_group_end() - The host device is lost, or its adapter has gone: end all waits.
 * @group: The group.
 * @error: What they end with: -ECANCELED or -ENODEV.
 *
 * From any context. Fences cannot be made any more. Only the first call counts.
 */
void dxg_fence_group_end(struct dxg_fence_group *group, int error)
{
	struct dxg_fence *fence;
	unsigned long flags;

	spin_lock_irqsave(&group->lock, flags);
	if (!group->error) {
		group->error = error;
		list_for_each_entry(fence, &group->fences, group_entry)
			dxg_fence_set_error(fence, error);
	}
	spin_unlock_irqrestore(&group->lock, flags);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_fence_group_end);

/**
 * dxg_fence_group_show() - One line for each fence of a group, for debugfs.
 * @group: The group.
 * @m: The file.
 */
void dxg_fence_group_show(struct dxg_fence_group *group, struct seq_file *m)
{
	struct dxg_fence *fence;

	spin_lock_irq(&group->lock);
	list_for_each_entry(fence, &group->fences, group_entry) {
		spin_lock(&fence->lock);
		seq_printf(m, "  fence 0x%x: value %llu, waits %zu, armed %u%s%s%s%s\n",
			   fence->object->handle, fence->error ? 0 : dxg_fence_value(fence),
			   list_count_nodes(&fence->cbs), fence->num_armed,
			   fence->may & DXG_FENCE_OWNED ? ", queue" : "",
			   fence->object->share ? ", shared" : "",
			   fence->sending ? ", sending" : "", fence->error ? ", ended" : "");
		spin_unlock(&fence->lock);
	}
	spin_unlock_irq(&group->lock);
}

/* ---- Handles of a file ---- */

/**
 * dxg_fence_publish() - Give a fence a handle in a file.
 * @file: The DRM side of the file.
 * @fence: The fence. The handle takes a reference.
 * @handle: Returns the handle, not 0.
 * @mmap_offset: Returns the offset by which the file maps the value. May be NULL.
 *
 * Returns 0, -ENOMEM, or -EBUSY when all handles are taken.
 */
int dxg_fence_publish(struct drm_file *file, struct dxg_fence *fence, u32 *handle,
		      u64 *mmap_offset)
{
	struct dxg_file *dfile = file->driver_priv;
	int ret;

	ret = drm_vma_node_allow(&fence->object->node, file);
	if (ret)
		return ret;
	ret = xa_alloc(&dfile->fences, handle, dxg_fence_get(fence), XA_LIMIT(1, INT_MAX),
		       GFP_KERNEL_ACCOUNT);
	if (ret) {
		dxg_fence_put(fence);
		drm_vma_node_revoke(&fence->object->node, file);
		return ret;
	}
	if (mmap_offset)
		*mmap_offset = drm_vma_node_offset_addr(&fence->object->node);
	return 0;
}

static void dxg_fence_forget(struct drm_file *file, struct dxg_fence *fence)
{
	drm_vma_node_revoke(&fence->object->node, file);
	dxg_fence_put(fence);
}

/**
 * dxg_fence_unpublish() - Take a handle back, whatever it is of.
 * @file: The DRM side of the file.
 * @handle: The handle. One that names nothing is ignored.
 */
void dxg_fence_unpublish(struct drm_file *file, u32 handle)
{
	struct dxg_file *dfile = file->driver_priv;
	struct dxg_fence *fence = xa_erase(&dfile->fences, handle);

	if (fence)
		dxg_fence_forget(file, fence);
}

/**
 * dxg_fence_destroy() - FENCE_DESTROY: take a handle back that is not a queue's.
 * @file: The DRM side of the file.
 * @handle: The handle.
 *
 * Returns 0, -ENOENT, or -EBUSY for the fence of a queue.
 */
int dxg_fence_destroy(struct drm_file *file, u32 handle)
{
	struct dxg_file *dfile = file->driver_priv;
	struct dxg_fence *fence;
	int ret = 0;

	xa_lock(&dfile->fences);
	fence = xa_load(&dfile->fences, handle);
	if (!fence)
		ret = -ENOENT;
	else if (fence->may & DXG_FENCE_OWNED)
		ret = -EBUSY;
	else
		__xa_erase(&dfile->fences, handle);
	xa_unlock(&dfile->fences);
	if (!ret)
		dxg_fence_forget(file, fence);
	return ret;
}

/**
 * dxg_fence_lookup() - The fence of a handle, with a reference, or NULL.
 * @file: The DRM side of the file.
 * @handle: The handle.
 */
struct dxg_fence *dxg_fence_lookup(struct drm_file *file, u32 handle)
{
	struct dxg_file *dfile = file->driver_priv;
	struct dxg_fence *fence;

	xa_lock(&dfile->fences);
	fence = xa_load(&dfile->fences, handle);
	if (fence)
		dxg_fence_get(fence);
	xa_unlock(&dfile->fences);
	return fence;
}

/**
 * dxg_fence_file_open() - Prepare the handles of a file.
 * @dfile: The file.
 */
void dxg_fence_file_open(struct dxg_file *dfile)
{
	xa_init_flags(&dfile->fences, XA_FLAGS_ALLOC1);
}

/**
 * dxg_fence_file_close() - Take all handles back.
 * @file: The DRM side of the file.
 */
void dxg_fence_file_close(struct drm_file *file)
{
	struct dxg_file *dfile = file->driver_priv;
	struct dxg_fence *fence;
	unsigned long handle;

	xa_for_each(&dfile->fences, handle, fence)
		dxg_fence_forget(file, fence);
	xa_destroy(&dfile->fences);
}

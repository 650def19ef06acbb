// SPDX-License-Identifier: GPL-2.0
/*
 * Sync objects of /dev/dxg: made and ended.
 */
#include <linux/err.h>
#include <linux/eventfd.h>
#include <linux/slab.h>

#include <drm/drm_drv.h>

#include "../dxg_cmd_sync.h"
#include "../dxg_device.h"
#include "../dxg_event.h"
#include "../dxg_fence.h"
#include "../dxg_host_device.h"
#include "../dxg_proto.h"
#include "../dxg_sync_object.h"
#include "dxg_compat.h"
#include "dxg_compat_map.h"
#include "dxg_compat_sync.h"

#define DXG_COMPAT_SYNC_FLAGS	0xffu	/* all D3DDDI_SYNCHRONIZATIONOBJECT_xxx */

/* ---- Events ---- */

/* An eventfd that the host has a number for: of a CPU notification object, or once. */
struct dxg_compat_event {
	struct dxg_event event;
	struct eventfd_ctx *eventfd;
	struct dxg_compat_device *device;	/* of one that is signalled once */
	struct list_head entry;			/* of its events, under their lock */
};

static void dxg_compat_event_fire(struct dxg_event *base, u64 value)
{
	struct dxg_compat_event *event = container_of(base, struct dxg_compat_event, event);
	struct dxg_compat_device *device = event->device;
	unsigned long flags;

	eventfd_signal(event->eventfd);
	if (!device)
		return;
	spin_lock_irqsave(&device->events_lock, flags);
	list_del_init(&event->entry);
	spin_unlock_irqrestore(&device->events_lock, flags);
}

static void dxg_compat_event_release(struct dxg_event *base)
{
	struct dxg_compat_event *event = container_of(base, struct dxg_compat_event, event);

	eventfd_ctx_put(event->eventfd);
	kfree(event);
}

/**
 * dxg_compat_event_create() - Give the host a number for an eventfd.
 * @device: The device.
 * @fd: The descriptor, as the interface has it.
 * @once: It is signalled once: dxg_compat_events_end() knows it until then.
 *
 * Returns the event with a reference, or ERR_PTR: -EBADF, -EINVAL, -ENOMEM, -EBUSY.
 */
struct dxg_event *dxg_compat_event_create(struct dxg_compat_device *device, u64 fd, bool once)
{
	struct dxg_compat_event *event;
	struct eventfd_ctx *eventfd;
	int ret;

	if (fd > INT_MAX)
		return ERR_PTR(-EBADF);
	eventfd = eventfd_ctx_fdget(fd);
	if (IS_ERR(eventfd))
		return ERR_CAST(eventfd);
	event = kzalloc_obj(*event, GFP_KERNEL_ACCOUNT);
	if (!event) {
		eventfd_ctx_put(eventfd);
		return ERR_PTR(-ENOMEM);
	}
	dxg_event_init(&event->event, once, dxg_compat_event_fire, dxg_compat_event_release);
	event->eventfd = eventfd;
	INIT_LIST_HEAD(&event->entry);
	if (once) {
		event->device = device;
		spin_lock_irq(&device->events_lock);
		list_add_tail(&event->entry, &device->events);
		spin_unlock_irq(&device->events_lock);
	}
	ret = dxg_event_add(&device->host->dxg->host->events, &event->event);
	if (ret) {
		dxg_compat_event_cancel(&event->event);
		return ERR_PTR(ret);
	}
	return &event->event;
}

/**
 * dxg_compat_event_cancel() - The host was not told, or refused. Drops the caller's reference.
 * @base: The event.
 */
void dxg_compat_event_cancel(struct dxg_event *base)
{
	struct dxg_compat_event *event = container_of(base, struct dxg_compat_event, event);

	dxg_event_remove_sync(base);
	if (event->device) {
		spin_lock_irq(&event->device->events_lock);
		list_del_init(&event->entry);
		spin_unlock_irq(&event->device->events_lock);
	}
	dxg_event_put(base);
}

/**
 * dxg_compat_events_end() - Nothing will be signalled any more: who waits is woken.
 * @device: The device.
 */
void dxg_compat_events_end(struct dxg_compat_device *device)
{
	struct dxg_compat_event *event;

	for (;;) {
		spin_lock_irq(&device->events_lock);
		event = list_first_entry_or_null(&device->events, struct dxg_compat_event, entry);
		if (event) {
			list_del_init(&event->entry);
			dxg_event_get(&event->event);
		}
		spin_unlock_irq(&device->events_lock);
		if (!event)
			break;
		/* When this returns, no handler looks at the device any more. */
		if (dxg_event_remove_sync(&event->event))
			eventfd_signal(event->eventfd);
		dxg_event_put(&event->event);
	}
}

/* ---- Objects ---- */

static void dxg_compat_sync_end(struct dxg_compat_object *object)
{
	struct dxg_compat_sync *sync = to_compat_sync(object);

	dxg_compat_map_end(xchg(&sync->map, NULL));
	if (sync->event)
		dxg_event_remove(sync->event);
}

static void dxg_compat_sync_free(struct dxg_compat_object *object)
{
	struct dxg_compat_sync *sync = to_compat_sync(object);

	if (sync->event)
		dxg_event_put(sync->event);
	if (sync->fence)
		dxg_fence_put(sync->fence);
	if (sync->object)
		dxg_sync_object_put(sync->object);
	kfree(sync);
}

static const struct dxg_compat_ops dxg_compat_sync_ops = {
	.end = dxg_compat_sync_end,
	.free = dxg_compat_sync_free,
};

static struct dxg_compat_sync *dxg_compat_sync_new(struct dxg_compat_process *process,
						   struct dxg_compat_device *device, u32 handle)
{
	struct dxg_compat_sync *sync = kzalloc_obj(*sync, GFP_KERNEL_ACCOUNT);

	if (sync)
		dxg_compat_object_init(&sync->base, DXG_COMPAT_SYNC, &dxg_compat_sync_ops, handle,
				       process, device);
	return sync;
}

/* Show the value of @fence, which the object owns from here on. 0 or -errno. */
static int dxg_compat_sync_show(struct dxg_compat_sync *sync, struct dxg_fence *fence)
{
	struct dxg_compat_map *map;

	sync->fence = fence;
	map = dxg_compat_map_create(dxg_compat_object_dxg(&sync->base), fence, NULL);
	if (IS_ERR(map))
		return PTR_ERR(map);
	sync->map = map;
	return 0;
}

/**
 * dxg_compat_sync_adopt() - Make an object for the fence of a queue.
 * @process: The process.
 * @device: The device.
 * @fence: The fence, whose reference is consumed. The queue ends it.
 *
 * Returns the object with one reference, not published, or ERR_PTR.
 */
struct dxg_compat_sync *dxg_compat_sync_adopt(struct dxg_compat_process *process,
					      struct dxg_compat_device *device,
					      struct dxg_fence *fence)
{
	struct dxg_compat_sync *sync;
	int ret;

	sync = dxg_compat_sync_new(process, device, dxg_fence_object(fence)->handle);
	if (!sync) {
		dxg_fence_put(fence);
		return ERR_PTR(-ENOMEM);
	}
	ret = dxg_compat_sync_show(sync, fence);
	if (ret) {
		dxg_compat_object_put(&sync->base);
		return ERR_PTR(ret);
	}
	return sync;
}

/**
 * dxg_compat_sync_make() - Make an object for a new or opened sync object of the host.
 * @process: The process.
 * @device: The device.
 * @object: The host's object, whose reference is consumed.
 * @event: Of a CPU notification object: its event, whose reference is consumed. Or NULL.
 *
 * Returns the object with one reference, not published, or ERR_PTR.
 */
struct dxg_compat_sync *dxg_compat_sync_make(struct dxg_compat_process *process,
					     struct dxg_compat_device *device,
					     struct dxg_sync_object *object,
					     struct dxg_event *event)
{
	struct dxg_compat_sync *sync;
	struct dxg_fence *fence;
	int ret = 0;

	sync = dxg_compat_sync_new(process, device, object->handle);
	if (!sync) {
		dxg_sync_object_put(object);
		if (event)
			dxg_compat_event_cancel(event);
		return ERR_PTR(-ENOMEM);
	}
	sync->object = object;
	sync->event = event;
	if (object->page) {
		fence = dxg_fence_create(object, DXG_FENCE_MAY_SIGNAL | DXG_FENCE_MAY_WAIT |
					 DXG_FENCE_MAY_EXPORT);
		ret = IS_ERR(fence) ? PTR_ERR(fence) : dxg_compat_sync_show(sync, fence);
	}
	if (ret) {
		dxg_compat_sync_end(&sync->base);
		dxg_compat_object_put(&sync->base);
		return ERR_PTR(ret);
	}
	return sync;
}

/* What of the arguments goes to the host. 0 or -errno. */
static int dxg_compat_sync_data(struct dxg_compat_call *call, struct dxg_compat_device *device,
				struct dxg_cmd_sync *cmd, struct dxg_event **event)
{
	struct d3dkmt_createsynchronizationobject2 *args = call->args;

	memcpy(cmd->data, args->info.reserved.reserved, sizeof(cmd->data));
	switch (cmd->type) {
	case D3DDDI_SYNCHRONIZATION_MUTEX:
	case D3DDDI_SEMAPHORE:
	case D3DDDI_FENCE:
	case D3DDDI_MONITORED_FENCE:
		return 0;
	case D3DDDI_CPU_NOTIFICATION:
		*event = dxg_compat_event_create(device, args->info.cpu_notification.event, false);
		if (IS_ERR(*event))
			return PTR_ERR(*event);
		cmd->data[0] = (*event)->id;
		return 0;
	case D3DDDI_PERIODIC_MONITORED_FENCE: {
		struct dxg_device *dxg;

		dxg = dxg_compat_use_adapter(call, args->info.periodic_monitored_fence.adapter);
		if (IS_ERR(dxg))
			return PTR_ERR(dxg);
		/* The handle of the adapter is the guest's; the host has its own. */
		cmd->data[0] = (cmd->data[0] & ~(u64)U32_MAX) | dxg->handle;
		return 0;
	}
	default:
		return -EINVAL;
	}
}

static void dxg_compat_sync_results(struct d3dkmt_createsynchronizationobject2 *args,
				    const struct dxg_compat_sync *sync)
{
	u64 cpu = dxg_compat_map_address(sync->map);

	args->sync_object = sync->base.handle;
	if (args->info.flags & D3DDDI_SYNCHRONIZATIONOBJECT_SHARED)
		args->info.shared_handle = sync->object->global_handle;
	if (args->info.type == D3DDDI_MONITORED_FENCE) {
		args->info.monitored_fence.fence_cpu_virtual_address = cpu;
		args->info.monitored_fence.fence_gpu_virtual_address = sync->object->gpu_va;
	} else if (args->info.type == D3DDDI_PERIODIC_MONITORED_FENCE) {
		args->info.periodic_monitored_fence.fence_cpu_virtual_address = cpu;
		args->info.periodic_monitored_fence.fence_gpu_virtual_address =
			sync->object->gpu_va;
	} else if (sync->event) {
		args->info.cpu_notification.event = sync->event->id;
	}
}

/**
 * dxg_compat_create_sync() - LX_DXCREATESYNCHRONIZATIONOBJECT.
 * @call: The call.
 */
int dxg_compat_create_sync(struct dxg_compat_call *call)
{
	struct d3dkmt_createsynchronizationobject2 *args = call->args;
	struct dxg_cmd_sync cmd = { .type = args->info.type, .flags = args->info.flags };
	struct dxg_sync_object *object;
	struct dxg_event *event = NULL;
	struct dxg_compat_device *device;
	struct dxg_compat_sync *sync;
	u32 status;
	int ret;

	/* What is shared is shared by descriptor, not by a name that can be guessed. */
	if (args->info.flags & ~DXG_COMPAT_SYNC_FLAGS ||
	    (args->info.flags & D3DDDI_SYNCHRONIZATIONOBJECT_SHARED &&
	     !(args->info.flags & D3DDDI_SYNCHRONIZATIONOBJECT_NT_SECURITY_SHARING)))
		return -EINVAL;
	device = dxg_compat_use_device(call, args->device);
	if (IS_ERR(device))
		return PTR_ERR(device);
	ret = dxg_compat_sync_data(call, device, &cmd, &event);
	if (ret)
		return ret;
	ret = dxg_sync_object_create(device->host, &cmd, DXG_REQ_KILLABLE, &object, &status);
	ret = dxg_compat_result(ret, DXGP_CMD_CREATESYNCOBJECT, status);
	if (ret < 0) {
		if (event)
			dxg_compat_event_cancel(event);
		return ret;
	}
	sync = dxg_compat_sync_make(call->process, device, object, event);
	if (IS_ERR(sync))
		return PTR_ERR(sync);
	dxg_compat_sync_results(args, sync);
	return dxg_compat_finish_make(call, &sync->base, dxg_compat_object_publish(&sync->base));
}

/**
 * dxg_compat_destroy_sync() - LX_DXDESTROYSYNCHRONIZATIONOBJECT.
 * @call: The call.
 */
int dxg_compat_destroy_sync(struct dxg_compat_call *call)
{
	struct d3dkmt_destroysynchronizationobject *args = call->args;
	struct dxg_compat_object *object;

	object = dxg_compat_lookup(call->process, args->sync_object, DXG_COMPAT_SYNC);
	if (!object)
		return -EINVAL;
	call->held[call->held_count++] = object;
	/* The fence of a queue ends with the queue. */
	if (!to_compat_sync(object)->object)
		return -EINVAL;
	return dxg_compat_destroy(call->process, args->sync_object, DXG_COMPAT_SYNC);
}

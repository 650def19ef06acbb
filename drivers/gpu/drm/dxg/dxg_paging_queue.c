// SPDX-License-Identifier: GPL-2.0
/*
 * Paging queues on the host: made and ended.
 */
#include <linux/err.h>
#include <linux/slab.h>

#include <kunit/visibility.h>

#include "dxg_cmd_vm.h"
#include "dxg_fence.h"
#include "dxg_host_device.h"
#include "dxg_paging_queue.h"
#include "dxg_status.h"

/* The host has let go of it. On a worker. */
static void dxg_paging_queue_ended(struct dxg_keep *keep)
{
	struct dxg_paging_queue *queue = container_of(keep, struct dxg_paging_queue, keep);

	dxg_fence_put(queue->fence);
	dxg_host_device_put(queue->device);
	kfree(queue);
}

static void dxg_paging_queue_release(struct kref *ref)
{
	struct dxg_paging_queue *queue = container_of(ref, struct dxg_paging_queue, ref);

	/* The page with the value is the host's again as soon as it ends the queue. */
	dxg_fence_end(queue->fence, -ECANCELED);
	dxg_quarantine_destroy(dxg_host_device_quarantine(queue->device), &queue->keep,
			       queue->destroy);
}

/**
 * dxg_paging_queue_create() - Make a paging queue on the host.
 * @device: The device; the queue takes a reference.
 * @priority: -1 to 1.
 * @flags: DXG_REQ_xxx.
 *
 * Returns the queue with one reference, or ERR_PTR: a failed exchange, -ENODEV when
 * the host takes the adapter away, or -ENOSPC when it refuses another queue.
 */
struct dxg_paging_queue *dxg_paging_queue_create(struct dxg_host_device *device, s32 priority,
						 unsigned int flags)
{
	struct dxg_link *link = dxg_host_device_link(device);
	u32 process = dxg_host_device_process(device);
	struct dxg_cmd_paging_queue args;
	struct dxg_paging_queue *queue;
	u32 status;
	int ret;

	queue = kzalloc_obj(*queue, GFP_KERNEL_ACCOUNT);
	if (!queue)
		return ERR_PTR(-ENOMEM);
	kref_init(&queue->ref);
	queue->device = device;
	queue->keep.release = dxg_paging_queue_ended;

	ret = dxg_cmd_create_paging_queue(link, process, device->handle, priority, 0, flags, &args,
					  &status);
	if (!ret && dxg_status_failed(status))
		ret = dxg_host_device_is_leaving(device) ? -ENODEV : -ENOSPC;
	if (ret)
		goto err_free;
	queue->handle = args.handle;
	queue->destroy = dxg_prep_destroy_paging_queue(link, process, queue->handle);
	if (IS_ERR(queue->destroy)) {
		ret = PTR_ERR(queue->destroy);
		goto err_destroy;
	}
	queue->fence = dxg_fence_adopt(device, args.sync_object, args.fence_address, 0);
	if (IS_ERR(queue->fence)) {
		ret = PTR_ERR(queue->fence);
		goto err_request;
	}
	dxg_host_device_get(device);
	return queue;

err_request:
	dxg_request_put(queue->destroy);
err_destroy:
	dxg_cmd_destroy_paging_queue(link, process, queue->handle);
err_free:
	kfree(queue);
	return ERR_PTR(ret);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_paging_queue_create);

/**
 * dxg_paging_queue_get() - Take a reference.
 * @queue: The queue.
 */
struct dxg_paging_queue *dxg_paging_queue_get(struct dxg_paging_queue *queue)
{
	kref_get(&queue->ref);
	return queue;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_paging_queue_get);

/**
 * dxg_paging_queue_put() - Drop a reference. In process context; does not wait for the host.
 * @queue: The queue.
 */
void dxg_paging_queue_put(struct dxg_paging_queue *queue)
{
	kref_put(&queue->ref, dxg_paging_queue_release);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_paging_queue_put);

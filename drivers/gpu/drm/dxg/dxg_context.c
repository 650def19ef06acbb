// SPDX-License-Identifier: GPL-2.0
/*
 * Host objects that execute: packet contexts, and hardware queues below them.
 */
#include <linux/err.h>
#include <linux/slab.h>

#include <kunit/visibility.h>

#include "dxg_context.h"
#include "dxg_device.h"
#include "dxg_host_device.h"
#include "dxg_status.h"

/* ---- Contexts ---- */

static void dxg_context_gone(struct dxg_keep *keep)
{
	struct dxg_context *context = container_of(keep, struct dxg_context, keep);

	dxg_host_device_put(context->device);
	kfree(context);
}

static struct dxg_alive_table *dxg_context_table(const struct dxg_context *context)
{
	return &dxg_host_device_link(context->device)->host->alive;
}

static void dxg_context_release(struct kref *ref)
{
	struct dxg_context *context = container_of(ref, struct dxg_context, ref);

	dxg_alive_remove(dxg_context_table(context), &context->alive);
	dxg_quarantine_destroy(dxg_host_device_quarantine(context->device), &context->keep,
			       context->destroy);
}

/**
 * dxg_context_put() - Drop a reference. From any context; does not wait for the host.
 * @context: The context.
 */
void dxg_context_put(struct dxg_context *context)
{
	kref_put(&context->ref, dxg_context_release);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_context_put);

static void dxg_context_alive_put(struct dxg_alive *alive)
{
	dxg_context_put(container_of(alive, struct dxg_context, alive));
}

/**
 * dxg_context_create() - Make a context on the host.
 * @device: The host device; the context takes a reference.
 * @args: Arguments but @args->device; its results are filled in.
 * @flags: DXG_REQ_xxx.
 * @context: Returns the context with one reference.
 * @status: NTSTATUS of the host.
 *
 * Returns 0 or -errno; @context is valid when 0 is returned and @status is a success.
 */
int dxg_context_create(struct dxg_host_device *device, struct dxg_cmd_context *args,
		       unsigned int flags, struct dxg_context **context, u32 *status)
{
	struct dxg_link *link = dxg_host_device_link(device);
	u32 process = dxg_host_device_process(device);
	struct dxg_context *c = kzalloc_obj(*c, GFP_KERNEL_ACCOUNT);
	int ret;

	if (!c)
		return -ENOMEM;
	args->device = device->handle;
	ret = dxg_cmd_create_context(link, process, args, flags, status);
	if (ret || dxg_status_failed(*status))
		goto err_free;

	c->destroy = dxg_prep_destroy_context(link, process, args->handle);
	if (IS_ERR(c->destroy)) {
		u32 ignored;

		ret = PTR_ERR(c->destroy);
		dxg_cmd_destroy_context(link, process, args->handle, &ignored);
		goto err_free;
	}
	kref_init(&c->ref);
	c->device = dxg_host_device_get(device);
	c->handle = args->handle;
	c->node = args->node;
	c->flags = args->flags;
	c->keep.release = dxg_context_gone;
	c->alive = (struct dxg_alive) {
		.process = process,
		.handle = c->handle,
		.ref = &c->ref,
		.put = dxg_context_alive_put,
	};
	dxg_alive_add(dxg_context_table(c), &c->alive);
	*context = c;
	return 0;

err_free:
	kfree(c);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_context_create);

/**
 * dxg_context_get() - Take a reference.
 * @context: The context.
 */
struct dxg_context *dxg_context_get(struct dxg_context *context)
{
	kref_get(&context->ref);
	return context;
}

/**
 * dxg_context_set_priority() - Set a priority.
 * @context: The context.
 * @priority: From -7 to 7.
 * @in_process: Among the contexts of the process, not of all.
 * @flags: DXG_REQ_xxx.
 * @status: NTSTATUS of the host.
 */
int dxg_context_set_priority(struct dxg_context *context, s32 priority, bool in_process,
			     unsigned int flags, u32 *status)
{
	return dxg_cmd_set_context_priority(dxg_host_device_link(context->device),
					    dxg_host_device_process(context->device),
					    context->handle, priority, in_process, flags, status);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_context_set_priority);

/**
 * dxg_context_get_priority() - Ask for a priority.
 * @context: The context.
 * @in_process: As in dxg_context_set_priority().
 * @flags: DXG_REQ_xxx.
 * @priority: Returns it.
 * @status: NTSTATUS of the host.
 */
int dxg_context_get_priority(struct dxg_context *context, bool in_process, unsigned int flags,
			     s32 *priority, u32 *status)
{
	return dxg_cmd_get_context_priority(dxg_host_device_link(context->device),
					    dxg_host_device_process(context->device),
					    context->handle, in_process, flags, priority, status);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_context_get_priority);

/* ---- Hardware queues ---- */

static void dxg_hwqueue_gone(struct dxg_keep *keep)
{
	struct dxg_hwqueue *hwqueue = container_of(keep, struct dxg_hwqueue, keep);

	dxg_context_put(hwqueue->context);
	kfree(hwqueue);
}

/**
 * dxg_hwqueue_create() - Make a hardware queue on the host.
 * @context: The context, made with DXGP_CONTEXT_HW_QUEUES; the queue takes a reference.
 * @args: Arguments but @args->context; its results are filled in.
 * @flags: DXG_REQ_xxx.
 * @hwqueue: Returns the queue with one reference.
 * @status: NTSTATUS of the host.
 *
 * Returns 0 or -errno; @hwqueue is valid when 0 is returned and @status is a success.
 */
int dxg_hwqueue_create(struct dxg_context *context, struct dxg_cmd_hwqueue *args,
		       unsigned int flags, struct dxg_hwqueue **hwqueue, u32 *status)
{
	struct dxg_link *link = dxg_host_device_link(context->device);
	u32 process = dxg_host_device_process(context->device);
	struct dxg_hwqueue *q = kzalloc_obj(*q, GFP_KERNEL_ACCOUNT);
	int ret;

	if (!q)
		return -ENOMEM;
	args->context = context->handle;
	ret = dxg_cmd_create_hwqueue(link, process, args, flags, status);
	if (ret || dxg_status_failed(*status))
		goto err_free;

	q->destroy = dxg_prep_destroy_hwqueue(link, process, args->handle);
	if (IS_ERR(q->destroy)) {
		u32 ignored;

		ret = PTR_ERR(q->destroy);
		dxg_cmd_destroy_hwqueue(link, process, args->handle, &ignored);
		goto err_free;
	}
	kref_init(&q->ref);
	q->context = dxg_context_get(context);
	q->handle = args->handle;
	q->fence = args->fence;
	q->fence_address = args->fence_address;
	q->fence_gpu_va = args->fence_gpu_va;
	q->keep.release = dxg_hwqueue_gone;
	*hwqueue = q;
	return 0;

err_free:
	kfree(q);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_hwqueue_create);

static void dxg_hwqueue_release(struct kref *ref)
{
	struct dxg_hwqueue *hwqueue = container_of(ref, struct dxg_hwqueue, ref);
	struct dxg_host_device *device = hwqueue->context->device;

	dxg_quarantine_destroy(dxg_host_device_quarantine(device), &hwqueue->keep,
			       hwqueue->destroy);
}

/**
 * dxg_hwqueue_put() - Drop a reference. From any context; does not wait for the host.
 * @hwqueue: The queue.
 */
void dxg_hwqueue_put(struct dxg_hwqueue *hwqueue)
{
	kref_put(&hwqueue->ref, dxg_hwqueue_release);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_hwqueue_put);

// SPDX-License-Identifier: GPL-2.0
/*
 * Queues: ids, life, properties.
 */
#include <linux/capability.h>
#include <linux/err.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <drm/drm_file.h>

#include <kunit/visibility.h>

#include "dxg_bind_queue.h"
#include "dxg_context.h"
#include "dxg_device.h"
#include "dxg_event.h"
#include "dxg_fence.h"
#include "dxg_file.h"
#include "dxg_host_device.h"
#include "dxg_limits.h"
#include "dxg_paging_queue.h"
#include "dxg_queue_internal.h"
#include "dxg_status.h"
#include "dxg_sync_object.h"

/* The one physical adapter that there is. [host] */
#define DXG_ENGINE_AFFINITY	1

/* ---- Life ---- */

static void dxg_queue_free(struct dxg_queue *queue)
{
	if (queue->progress) {
		dxg_fence_end(queue->progress, -ECANCELED);
		dxg_fence_put(queue->progress);
	}
	if (queue->bind)
		dxg_bind_queue_put(queue->bind);
	if (queue->hwqueue)
		dxg_hwqueue_put(queue->hwqueue);
	if (queue->context)
		dxg_context_put(queue->context);
	if (queue->parent)
		dxg_queue_put(queue->parent);
	dxg_event_group_destroy(queue->events);
	dxg_vm_put(queue->vm);
	kfree(queue);
}

/**
 * dxg_queue_sched_release() - The last job is gone, and whoever could make another.
 * @sched: The timeline.
 */
void dxg_queue_sched_release(struct dxg_sched *sched)
{
	dxg_queue_free(container_of(sched, struct dxg_queue, sched));
}

static void dxg_queue_release(struct kref *ref)
{
	struct dxg_queue *queue = container_of(ref, struct dxg_queue, ref);

	if (queue->type == DRM_DXG_QUEUE_BIND)
		dxg_queue_free(queue);
	else
		dxg_sched_put(&queue->sched);
}

static struct dxg_queue *dxg_queue_get(struct dxg_queue *queue)
{
	kref_get(&queue->ref);
	return queue;
}

/**
 * dxg_queue_put() - Drop a reference. Process context; does not wait for the host.
 * @queue: The queue.
 */
void dxg_queue_put(struct dxg_queue *queue)
{
	kref_put(&queue->ref, dxg_queue_release);
}

/* The VM is lost: complete everything. In the signalling path. */
static void dxg_queue_lost(struct dxg_vm_client *client, int error)
{
	dxg_sched_stop(&container_of(client, struct dxg_queue, client)->sched, error);
}

/* For debugfs. The id is 0 while the queue is made. */
static void dxg_queue_show(struct dxg_vm_client *client, struct seq_file *m)
{
	struct dxg_queue *queue = container_of(client, struct dxg_queue, client);

	seq_printf(m, "  queue %u: %s 0x%x, ", READ_ONCE(queue->id),
		   queue->type == DRM_DXG_QUEUE_HW ? "hardware queue" : "context",
		   queue->host_handle);
	dxg_sched_show(&queue->sched, m);
}

/* What is pending completes with ECANCELED, and nothing is added. The file is open. */
static void dxg_queue_end(struct dxg_queue *queue)
{
	if (queue->is_client)
		dxg_vm_remove_client(queue->vm, &queue->client);
	queue->is_client = false;
	/* A bind queue that the host did not make has no timeline of either kind. */
	if (queue->bind)
		dxg_bind_queue_end(queue->bind);
	else if (queue->type != DRM_DXG_QUEUE_BIND)
		dxg_sched_stop(&queue->sched, -ECANCELED);
	if (queue->fence_handle) {
		dxg_fence_unpublish(queue->file, queue->fence_handle);
		dxg_fence_end(queue->progress, -ECANCELED);
	}
}

/**
 * dxg_queue_abandon() - End a queue that has no id, and drop the reference.
 * @queue: The queue.
 */
void dxg_queue_abandon(struct dxg_queue *queue)
{
	dxg_queue_end(queue);
	dxg_queue_put(queue);
}

/* ---- Ids ---- */

/* Take a queue out of the table, whose lock is held. */
static void dxg_queue_erase(struct dxg_file *dfile, struct dxg_queue *queue)
{
	__xa_erase(&dfile->queues, queue->id);
	if (queue->parent)
		queue->parent->children--;
}

/**
 * dxg_queue_end_vm() - End all queues of a VM, ids included.
 * @dfile: The file.
 * @vm: The VM; NULL for all.
 */
void dxg_queue_end_vm(struct dxg_file *dfile, struct dxg_vm *vm)
{
	struct dxg_queue *queue;
	unsigned long id;

	xa_lock(&dfile->queues);
	xa_for_each(&dfile->queues, id, queue) {
		if (vm && queue->vm != vm)
			continue;
		dxg_queue_erase(dfile, queue);
		xa_unlock(&dfile->queues);
		dxg_queue_abandon(queue);
		xa_lock(&dfile->queues);
	}
	xa_unlock(&dfile->queues);
}

/**
 * dxg_queue_file_close() - End all queues of a file. Does not wait for the host.
 * @dfile: The file.
 */
void dxg_queue_file_close(struct dxg_file *dfile)
{
	dxg_queue_end_vm(dfile, NULL);
}

/**
 * dxg_queue_file_busy() - Whether a file has jobs that are not done.
 * @dfile: The file.
 *
 * In user-fence mode, jobs are done when they have been sent.
 */
bool dxg_queue_file_busy(struct dxg_file *dfile)
{
	struct dxg_queue *queue;
	bool busy = false;
	unsigned long id;

	xa_lock(&dfile->queues);
	xa_for_each(&dfile->queues, id, queue) {
		busy = queue->bind ? dxg_bind_queue_busy(queue->bind) :
				     dxg_sched_busy(&queue->sched);
		if (busy)
			break;
	}
	xa_unlock(&dfile->queues);
	return busy;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_queue_file_busy);

/**
 * dxg_queue_lookup() - The queue of an id, with a reference. ERR_PTR: -ENOENT.
 * @dfile: The file.
 * @id: The id.
 */
struct dxg_queue *dxg_queue_lookup(struct dxg_file *dfile, u32 id)
{
	struct dxg_queue *queue;

	xa_lock(&dfile->queues);
	queue = xa_load(&dfile->queues, id);
	if (queue)
		dxg_queue_get(queue);
	xa_unlock(&dfile->queues);
	return queue ?: ERR_PTR(-ENOENT);
}

/**
 * dxg_queue_lookup_bind() - The bind queue of an id, with a reference.
 * @dfile: The file.
 * @id: The id.
 *
 * ERR_PTR: -ENOENT, -EINVAL for a queue of another type.
 */
struct dxg_bind_queue *dxg_queue_lookup_bind(struct dxg_file *dfile, u32 id)
{
	struct dxg_queue *queue = dxg_queue_lookup(dfile, id);
	struct dxg_bind_queue *bind;

	if (IS_ERR(queue))
		return ERR_CAST(queue);
	bind = queue->bind ? dxg_bind_queue_get(queue->bind) : ERR_PTR(-EINVAL);
	dxg_queue_put(queue);
	return bind;
}

/**
 * dxg_queue_lookup_context() - The context of a CONTEXT queue, with a reference.
 * @dfile: The file.
 * @vm: The VM that it has to be on.
 * @id: The id.
 *
 * ERR_PTR: -ENOENT, -EINVAL for a queue of another type or VM.
 */
struct dxg_context *dxg_queue_lookup_context(struct dxg_file *dfile, struct dxg_vm *vm, u32 id)
{
	struct dxg_queue *queue = dxg_queue_lookup(dfile, id);
	struct dxg_context *context = ERR_PTR(-EINVAL);

	if (IS_ERR(queue))
		return ERR_CAST(queue);
	if (queue->type == DRM_DXG_QUEUE_CONTEXT && queue->vm == vm)
		context = dxg_context_get(queue->context);
	dxg_queue_put(queue);
	return context;
}

/**
 * dxg_queue_insert() - Give a queue an id, which takes over the reference.
 * @dfile: The file.
 * @queue: The queue. Others may find and end it when this returns 0.
 * @id: Returns the id.
 *
 * Returns 0, -ENOMEM, or -ENOENT when its parent has been destroyed.
 */
int dxg_queue_insert(struct dxg_file *dfile, struct dxg_queue *queue, u32 *id)
{
	struct dxg_queue *parent = queue->parent;
	int ret;

	xa_lock(&dfile->queues);
	ret = __xa_alloc(&dfile->queues, &queue->id, queue, xa_limit_31b, GFP_KERNEL_ACCOUNT);
	/* The lock may have been dropped for memory, so this comes after. */
	if (!ret && parent && xa_load(&dfile->queues, parent->id) != parent) {
		__xa_erase(&dfile->queues, queue->id);
		ret = -ENOENT;
	}
	if (!ret && parent)
		parent->children++;
	*id = queue->id;
	xa_unlock(&dfile->queues);
	return ret;
}

/**
 * dxg_queue_destroy() - End the queue of an id.
 * @dfile: The file.
 * @id: The id.
 *
 * Returns 0, -ENOENT, or -EBUSY when there are queues below it.
 */
int dxg_queue_destroy(struct dxg_file *dfile, u32 id)
{
	struct dxg_queue *queue;
	int ret = 0;

	xa_lock(&dfile->queues);
	queue = xa_load(&dfile->queues, id);
	if (!queue)
		ret = -ENOENT;
	else if (queue->children)
		ret = -EBUSY;
	else
		dxg_queue_erase(dfile, queue);
	xa_unlock(&dfile->queues);
	if (!ret)
		dxg_queue_abandon(queue);
	return ret;
}

/* ---- Creation ---- */

/* The user's opaque data in kernel memory; NULL when there is none. */
static void *dxg_queue_data(const struct drm_dxg_queue_create *args)
{
	return args->data_size ? vmemdup_user(u64_to_user_ptr(args->data), args->data_size) : NULL;
}

/* Copy back what the host made of it. */
static int dxg_queue_return_data(const struct drm_dxg_queue_create *args, const void *data)
{
	if (data && copy_to_user(u64_to_user_ptr(args->data), data, args->data_size))
		return -EFAULT;
	return 0;
}

static u32 dxg_context_flags(u32 flags)
{
	u32 host = 0;

	if (flags & DRM_DXG_QUEUE_HW_PARENT)
		host |= DXGP_CONTEXT_HW_QUEUES;
	if (flags & DRM_DXG_QUEUE_SYNC_ONLY)
		host |= DXGP_CONTEXT_SYNC_ONLY;
	if (flags & DRM_DXG_QUEUE_NULL_RENDERING)
		host |= DXGP_CONTEXT_NULL_RENDERING;
	if (flags & DRM_DXG_QUEUE_NO_TIMEOUT)
		host |= DXGP_CONTEXT_NO_TIMEOUT;
	return host;
}

static int dxg_queue_apply_priority(struct dxg_queue *queue, s32 priority, bool in_process)
{
	u32 status;
	int ret;

	ret = dxg_context_set_priority(queue->context, priority, in_process, DXG_REQ_KILLABLE,
				       &status);
	if (!ret)
		ret = dxg_host_device_refused(queue->context->device,
					      DXGP_CMD_SETCONTEXTSCHEDULINGPRIORITY, status);
	if (!ret)
		WRITE_ONCE(queue->priority[in_process], priority);
	return ret;
}

static int dxg_queue_make_context(struct dxg_queue *queue, struct drm_dxg_queue_create *args,
				  void *data)
{
	struct dxg_cmd_context cmd = {
		.node = args->node,
		.engine_affinity = DXG_ENGINE_AFFINITY,
		.flags = dxg_context_flags(args->flags),
		.client_hint = args->client_hint,
		.data = data,
		.data_size = args->data_size,
	};
	u32 status;
	int ret;

	ret = dxg_context_create(dxg_vm_host_device(queue->vm), &cmd, DXG_REQ_KILLABLE,
				 &queue->context, &status);
	if (!ret)
		ret = dxg_host_device_refused(dxg_vm_host_device(queue->vm),
					      DXGP_CMD_CREATECONTEXTVIRTUAL, status);
	if (ret)
		return ret;
	queue->host_handle = queue->context->handle;
	if (args->priority)
		ret = dxg_queue_apply_priority(queue, args->priority, false);
	return ret;
}

static int dxg_queue_make_hwqueue(struct dxg_queue *queue, struct drm_dxg_queue_create *args,
				  void *data)
{
	struct dxg_cmd_hwqueue cmd = {
		.flags = args->flags & DRM_DXG_QUEUE_NO_TIMEOUT ? DXGP_HWQUEUE_NO_TIMEOUT : 0,
		.data = data,
		.data_size = args->data_size,
	};
	struct dxg_fence *fence;
	u32 status;
	int ret;

	queue->context = dxg_context_get(queue->parent->context);
	ret = dxg_hwqueue_create(queue->context, &cmd, DXG_REQ_KILLABLE, &queue->hwqueue, &status);
	if (!ret)
		ret = dxg_host_device_refused(queue->context->device, DXGP_CMD_CREATEHWQUEUE,
					      status);
	if (ret)
		return ret;
	queue->host_handle = queue->hwqueue->handle;

	fence = dxg_fence_adopt(queue->context->device, queue->hwqueue->fence,
				queue->hwqueue->fence_address, queue->hwqueue->fence_gpu_va);
	if (IS_ERR(fence))
		return PTR_ERR(fence);
	queue->progress = fence;
	if (queue->user_fence) {
		args->host_fence = queue->hwqueue->fence;
		args->fence_va = queue->hwqueue->fence_gpu_va;
	}
	return 0;
}

static int dxg_queue_make_bind(struct dxg_queue *queue, struct drm_dxg_queue_create *args)
{
	const struct dxg_paging_queue *paging;
	struct dxg_bind_queue *bind;

	bind = dxg_bind_queue_create(queue->vm, queue->file, args->priority);
	if (IS_ERR(bind))
		return PTR_ERR(bind);
	queue->bind = bind;
	paging = dxg_bind_queue_paging(bind);
	queue->host_handle = paging->handle;
	if (!queue->user_fence)
		return 0;

	queue->progress = dxg_fence_get(paging->fence);
	args->host_fence = dxg_fence_object(paging->fence)->handle;
	return 0;
}

/* Make what the host has of the queue, by its type. */
static int dxg_queue_make(struct dxg_queue *queue, struct drm_dxg_queue_create *args)
{
	void *data = dxg_queue_data(args);
	int ret;

	if (IS_ERR(data))
		return PTR_ERR(data);
	switch (queue->type) {
	case DRM_DXG_QUEUE_CONTEXT:
		ret = dxg_queue_make_context(queue, args, data);
		break;
	case DRM_DXG_QUEUE_HW:
		ret = dxg_queue_make_hwqueue(queue, args, data);
		break;
	default:
		ret = dxg_queue_make_bind(queue, args);
	}
	if (!ret)
		ret = dxg_queue_return_data(args, data);
	kvfree(data);
	args->host_handle = queue->host_handle;
	return ret;
}

static struct dxg_queue *dxg_queue_alloc(struct dxg_device *dxg, struct drm_file *file,
					 struct dxg_vm *vm,
					 const struct drm_dxg_queue_create *args)
{
	struct dxg_queue *queue = kzalloc_obj(*queue, GFP_KERNEL_ACCOUNT);
	int ret;

	if (!queue)
		return ERR_PTR(-ENOMEM);
	kref_init(&queue->ref);
	queue->type = args->type;
	queue->flags = args->flags;
	queue->file = file;
	queue->user_fence = dxg_vm_user_fence(vm);
	queue->client.lost = dxg_queue_lost;
	queue->client.show = dxg_queue_show;
	if (queue->type != DRM_DXG_QUEUE_BIND) {
		ret = dxg_sched_init(&queue->sched, dxg, &dxg_exec_sched_ops, "exec", DXG_CREDITS,
				     queue->user_fence ? 0 : DXG_QUEUE_TIMEOUT_MS);
		if (ret) {
			kfree(queue);
			return ERR_PTR(ret);
		}
	}
	queue->vm = dxg_vm_get(vm);
	return queue;
}

/* HW: find the queue above. */
static int dxg_queue_find_parent(struct dxg_queue *queue, u32 id)
{
	struct dxg_queue *parent = dxg_queue_lookup(queue->file->driver_priv, id);

	if (IS_ERR(parent))
		return PTR_ERR(parent);
	queue->parent = parent;
	return parent->flags & DRM_DXG_QUEUE_HW_PARENT && parent->vm == queue->vm ? 0 : -EINVAL;
}

/**
 * dxg_queue_create() - Make a queue, which has no id yet.
 * @dxg: The device.
 * @file: The file.
 * @vm: The VM.
 * @args: What the user gave, checked; returned fields but the id are filled in.
 *
 * Returns the queue with one reference, or ERR_PTR.
 */
struct dxg_queue *dxg_queue_create(struct dxg_device *dxg, struct drm_file *file,
				   struct dxg_vm *vm, struct drm_dxg_queue_create *args)
{
	struct dxg_queue *queue = dxg_queue_alloc(dxg, file, vm, args);
	int ret = 0;

	if (IS_ERR(queue))
		return queue;
	if (queue->type == DRM_DXG_QUEUE_HW)
		ret = dxg_queue_find_parent(queue, args->parent);
	if (queue->type == DRM_DXG_QUEUE_CONTEXT && !queue->user_fence) {
		queue->events = dxg_event_group_create(&dxg->host->events);
		ret = queue->events ? 0 : -ENOMEM;
	}
	if (!ret)
		ret = dxg_queue_make(queue, args);
	if (!ret && queue->type != DRM_DXG_QUEUE_BIND) {
		ret = dxg_vm_add_client(vm, &queue->client);
		queue->is_client = !ret;
	}
	if (!ret && queue->progress && queue->user_fence) {
		ret = dxg_fence_publish(file, queue->progress, &queue->fence_handle,
					&args->fence_mmap_offset);
		args->fence_handle = queue->fence_handle;
	}
	if (ret) {
		dxg_queue_abandon(queue);
		return ERR_PTR(ret);
	}
	return queue;
}

/* ---- State and properties ---- */

static void dxg_queue_ask_priority(struct dxg_queue *queue, bool in_process)
{
	s32 priority;
	u32 status;
	int ret;

	ret = dxg_context_get_priority(queue->context, in_process, DXG_REQ_KILLABLE, &priority,
				       &status);
	if (!ret && !dxg_status_failed(status))
		WRITE_ONCE(queue->priority[in_process], priority);
}

/* How the VM is lost. Where that is not known yet, the host is asked, killably. */
static int dxg_queue_get_lost(struct dxg_queue *queue, struct drm_dxg_queue_get_state *args)
{
	struct drm_dxg_vm_get_state state = {};
	int ret;

	dxg_vm_get_lost(queue->vm, &args->flags, &args->reason);
	if (args->flags != DRM_DXG_STATE_LOST)
		return 0;
	ret = dxg_vm_get_state(queue->vm, &state);
	if (!ret) {
		args->flags = state.flags;
		args->reason = state.reason;
	}
	return ret;
}

/**
 * dxg_queue_get_state() - What QUEUE_GET_STATE returns.
 * @queue: The queue.
 * @args: Filled in.
 */
int dxg_queue_get_state(struct dxg_queue *queue, struct drm_dxg_queue_get_state *args)
{
	int ret;

	if (queue->bind) {
		dxg_bind_queue_get_state(queue->bind, args);
		return 0;
	}
	ret = dxg_queue_get_lost(queue, args);
	if (ret)
		return ret;
	args->timeout_ms = READ_ONCE(queue->sched.timeout_ms);
	args->submitted = dxg_sched_submitted(&queue->sched);
	args->completed = dxg_sched_completed(&queue->sched);
	if (queue->type != DRM_DXG_QUEUE_CONTEXT)
		return 0;
	/* What is lost there may have no priority any more: then the last one known. */
	if (!args->flags) {
		dxg_queue_ask_priority(queue, false);
		dxg_queue_ask_priority(queue, true);
	}
	args->priority = READ_ONCE(queue->priority[false]);
	args->priority_in_process = READ_ONCE(queue->priority[true]);
	return 0;
}

static int dxg_queue_set_priority(struct dxg_queue *queue, s64 value, bool in_process)
{
	int ret;

	if (queue->type != DRM_DXG_QUEUE_CONTEXT ||
	    value < -DXG_QUEUE_PRIORITY_MAX || value > DXG_QUEUE_PRIORITY_MAX)
		return -EINVAL;
	if (value > 0 && !in_process && !capable(CAP_SYS_NICE))
		return -EACCES;
	ret = dxg_vm_status(queue->vm);
	return ret ?: dxg_queue_apply_priority(queue, value, in_process);
}

static int dxg_queue_set_time_limit(struct dxg_queue *queue, s64 value)
{
	if (value < DXG_QUEUE_TIMEOUT_MIN_MS || value > DXG_QUEUE_TIMEOUT_MS)
		return -EINVAL;
	if (queue->user_fence)
		return -EOPNOTSUPP;
	if (queue->bind)
		dxg_bind_queue_set_timeout(queue->bind, value);
	else
		dxg_sched_set_timeout(&queue->sched, value);
	return 0;
}

/**
 * dxg_queue_set_property() - QUEUE_SET_PROPERTY.
 * @queue: The queue.
 * @args: What the user gave.
 *
 * Returns 0 or -errno.
 */
int dxg_queue_set_property(struct dxg_queue *queue, const struct drm_dxg_queue_set_property *args)
{
	switch (args->property) {
	case DRM_DXG_QUEUE_PRIORITY:
		return dxg_queue_set_priority(queue, args->value, false);
	case DRM_DXG_QUEUE_PRIORITY_IN_PROCESS:
		return dxg_queue_set_priority(queue, args->value, true);
	case DRM_DXG_QUEUE_TIMEOUT_MS:
		return dxg_queue_set_time_limit(queue, args->value);
	default:
		return -EINVAL;
	}
}

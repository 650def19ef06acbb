// SPDX-License-Identifier: GPL-2.0
/*
 * What executes, of /dev/dxg: contexts, hardware queues, paging queues, submissions.
 */
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "../dxg_cmd_queue.h"
#include "../dxg_context.h"
#include "../dxg_device.h"
#include "../dxg_fence.h"
#include "../dxg_host_device.h"
#include "../dxg_paging_queue.h"
#include "../dxg_proto.h"
#include "../dxg_sync_object.h"
#include "dxg_compat.h"
#include "dxg_compat_map.h"

#define DXG_COMPAT_CONTEXT_FLAGS	(D3DDDI_CREATECONTEXT_NULL_RENDERING | \
					 D3DDDI_CREATECONTEXT_INITIAL_DATA | \
					 D3DDDI_CREATECONTEXT_DISABLE_GPU_TIMEOUT | \
					 D3DDDI_CREATECONTEXT_SYNCHRONIZATION_ONLY | \
					 D3DDDI_CREATECONTEXT_HW_QUEUE_SUPPORTED)

static struct dxg_compat_context *to_compat_context(struct dxg_compat_object *object)
{
	return container_of(object, struct dxg_compat_context, base);
}

/* ---- Contexts ---- */

/* Its hardware queues go with it. */
static void dxg_compat_context_end(struct dxg_compat_object *object)
{
	struct dxg_context *context = to_compat_context(object)->context;
	struct dxg_compat_device *device = object->device;
	struct dxg_compat_object *queue, *found;

	do {
		found = NULL;
		mutex_lock(&device->lock);
		list_for_each_entry(queue, &device->objects, entry) {
			if (queue->type != DXG_COMPAT_HWQUEUE ||
			    to_compat_queue(queue)->hwqueue->context != context)
				continue;
			found = queue;
			list_del_init(&found->entry);
			dxg_compat_object_get(found);
			break;
		}
		mutex_unlock(&device->lock);
		if (found) {
			if (dxg_compat_object_forget(found))
				found->ops->end(found);
			dxg_compat_object_put(found);
		}
	} while (found);
}

static void dxg_compat_context_free(struct dxg_compat_object *object)
{
	dxg_context_put(to_compat_context(object)->context);
	kfree(to_compat_context(object));
}

static const struct dxg_compat_ops dxg_compat_context_ops = {
	.end = dxg_compat_context_end,
	.free = dxg_compat_context_free,
};

/**
 * dxg_compat_create_context_virtual() - LX_DXCREATECONTEXTVIRTUAL.
 * @call: The call.
 */
int dxg_compat_create_context_virtual(struct dxg_compat_call *call)
{
	struct d3dkmt_createcontextvirtual *args = call->args;
	struct dxg_cmd_context cmd = {
		.node = args->node_ordinal,
		.engine_affinity = args->engine_affinity,
		.flags = args->flags,
		.client_hint = args->client_hint,
		.data_size = args->priv_drv_data_size,
	};
	struct dxg_compat_context *context;
	struct dxg_compat_device *device;
	struct dxg_context *made;
	u32 status;
	int ret;

	if (args->flags & ~DXG_COMPAT_CONTEXT_FLAGS)
		return -EINVAL;
	if (args->priv_drv_data_size > DXGP_MAX_BLOB)
		return -EOVERFLOW;
	device = dxg_compat_use_device(call, args->device);
	if (IS_ERR(device))
		return PTR_ERR(device);
	cmd.data = dxg_compat_copy_in(call, args->priv_drv_data, args->priv_drv_data_size);
	if (IS_ERR(cmd.data))
		return PTR_ERR(cmd.data);
	context = kzalloc_obj(*context, GFP_KERNEL_ACCOUNT);
	if (!context)
		return -ENOMEM;
	ret = dxg_context_create(device->host, &cmd, DXG_REQ_KILLABLE, &made, &status);
	ret = dxg_compat_result(ret, DXGP_CMD_CREATECONTEXTVIRTUAL, status);
	if (ret < 0) {
		kfree(context);
		return ret;
	}
	context->context = made;
	dxg_compat_object_init(&context->base, DXG_COMPAT_CONTEXT, &dxg_compat_context_ops,
			       made->handle, call->process, device);
	args->context = made->handle;
	ret = dxg_compat_object_publish(&context->base);
	if (!ret && cmd.data_size &&
	    copy_to_user(u64_to_user_ptr(args->priv_drv_data), cmd.data, cmd.data_size)) {
		dxg_compat_object_forget(&context->base);
		ret = -EFAULT;
	}
	return dxg_compat_finish_make(call, &context->base, ret);
}

/**
 * dxg_compat_destroy_context() - LX_DXDESTROYCONTEXT.
 * @call: The call.
 */
int dxg_compat_destroy_context(struct dxg_compat_call *call)
{
	struct d3dkmt_destroycontext *args = call->args;

	return dxg_compat_destroy(call->process, args->context, DXG_COMPAT_CONTEXT);
}

static int dxg_compat_set_priority(struct dxg_compat_call *call, bool in_process)
{
	struct d3dkmt_setcontextschedulingpriority *args = call->args;
	struct dxg_compat_object *object;
	u32 status;
	int ret;

	object = dxg_compat_use(call, args->context, DXG_COMPAT_CONTEXT);
	if (IS_ERR(object))
		return PTR_ERR(object);
	ret = dxg_context_set_priority(to_compat_context(object)->context, args->priority,
				       in_process, DXG_REQ_KILLABLE, &status);
	return dxg_compat_result(ret, DXGP_CMD_SETCONTEXTSCHEDULINGPRIORITY, status);
}

static int dxg_compat_get_priority(struct dxg_compat_call *call, bool in_process)
{
	struct d3dkmt_getcontextschedulingpriority *args = call->args;
	struct dxg_compat_object *object;
	s32 priority;
	u32 status;
	int ret;

	object = dxg_compat_use(call, args->context, DXG_COMPAT_CONTEXT);
	if (IS_ERR(object))
		return PTR_ERR(object);
	ret = dxg_context_get_priority(to_compat_context(object)->context, in_process,
				       DXG_REQ_KILLABLE, &priority, &status);
	ret = dxg_compat_result(ret, DXGP_CMD_GETCONTEXTSCHEDULINGPRIORITY, status);
	if (ret >= 0)
		args->priority = priority;
	return ret;
}

/**
 * dxg_compat_set_context_priority() - LX_DXSETCONTEXTSCHEDULINGPRIORITY.
 * @call: The call.
 */
int dxg_compat_set_context_priority(struct dxg_compat_call *call)
{
	return dxg_compat_set_priority(call, false);
}

/**
 * dxg_compat_set_context_priority_in_process() - LX_DXSETCONTEXTINPROCESSSCHEDULINGPRIORITY.
 * @call: The call.
 */
int dxg_compat_set_context_priority_in_process(struct dxg_compat_call *call)
{
	return dxg_compat_set_priority(call, true);
}

/**
 * dxg_compat_get_context_priority() - LX_DXGETCONTEXTSCHEDULINGPRIORITY.
 * @call: The call.
 */
int dxg_compat_get_context_priority(struct dxg_compat_call *call)
{
	return dxg_compat_get_priority(call, false);
}

/**
 * dxg_compat_get_context_priority_in_process() - LX_DXGETCONTEXTINPROCESSSCHEDULINGPRIORITY.
 * @call: The call.
 */
int dxg_compat_get_context_priority_in_process(struct dxg_compat_call *call)
{
	return dxg_compat_get_priority(call, true);
}

/* ---- Queues with a fence ---- */

/* The fence loses its handle and its page first: the host ends it with the queue. */
static void dxg_compat_queue_end(struct dxg_compat_object *object)
{
	struct dxg_compat_queue *queue = to_compat_queue(object);
	struct dxg_compat_sync *sync = queue->sync;

	if (sync && dxg_compat_object_forget(&sync->base))
		sync->base.ops->end(&sync->base);
}

static void dxg_compat_queue_free(struct dxg_compat_object *object)
{
	struct dxg_compat_queue *queue = to_compat_queue(object);
	struct dxg_compat_sync *sync = queue->sync;

	if (sync) {
		dxg_fence_end(sync->fence, -ECANCELED);
		dxg_compat_object_put(&sync->base);
	}
	if (queue->hwqueue)
		dxg_hwqueue_put(queue->hwqueue);
	if (queue->paging)
		dxg_paging_queue_put(queue->paging);
	kfree(queue);
}

static const struct dxg_compat_ops dxg_compat_queue_ops = {
	.end = dxg_compat_queue_end,
	.free = dxg_compat_queue_free,
};

static struct dxg_compat_queue *dxg_compat_queue_new(struct dxg_compat_call *call,
						     struct dxg_compat_device *device,
						     enum dxg_compat_type type)
{
	struct dxg_compat_queue *queue = kzalloc_obj(*queue, GFP_KERNEL_ACCOUNT);

	if (queue)
		dxg_compat_object_init(&queue->base, type, &dxg_compat_queue_ops, 0,
				       call->process, device);
	return queue;
}

/*
 * Make the fence of a queue known and show its page, at *@cpu_va; then the queue itself. The
 * caller's reference on @fence is consumed. Once published, others may end both.
 */
static int dxg_compat_queue_publish(struct dxg_compat_queue *queue, struct dxg_fence *fence,
				    u32 handle, u64 *cpu_va)
{
	struct dxg_compat_sync *sync;
	int ret;

	sync = dxg_compat_sync_adopt(queue->base.process, queue->base.device, fence);
	if (IS_ERR(sync))
		return PTR_ERR(sync);
	queue->sync = sync;
	queue->base.handle = handle;
	*cpu_va = dxg_compat_map_address(sync->map);
	ret = dxg_compat_object_publish(&sync->base);
	return ret ?: dxg_compat_object_publish(&queue->base);
}

/**
 * dxg_compat_create_paging_queue() - LX_DXCREATEPAGINGQUEUE.
 * @call: The call.
 */
int dxg_compat_create_paging_queue(struct dxg_compat_call *call)
{
	struct d3dkmt_createpagingqueue *args = call->args;
	struct dxg_compat_device *device;
	struct dxg_compat_queue *queue;
	struct dxg_paging_queue *made;
	int ret;

	/* Groups of several physical adapters are not known here. */
	if (args->priority < -1 || args->priority > 1 || args->physical_adapter_index)
		return -EINVAL;
	device = dxg_compat_use_device(call, args->device);
	if (IS_ERR(device))
		return PTR_ERR(device);
	queue = dxg_compat_queue_new(call, device, DXG_COMPAT_PAGING_QUEUE);
	if (!queue)
		return -ENOMEM;
	made = dxg_paging_queue_create(device->host, args->priority, DXG_REQ_KILLABLE);
	if (IS_ERR(made)) {
		dxg_compat_object_put(&queue->base);
		return PTR_ERR(made);
	}
	queue->paging = made;
	args->paging_queue = made->handle;
	args->sync_object = dxg_fence_object(made->fence)->handle;
	ret = dxg_compat_queue_publish(queue, dxg_fence_get(made->fence), made->handle,
				       &args->fence_cpu_virtual_address);
	return dxg_compat_finish_make(call, &queue->base, ret);
}

/**
 * dxg_compat_destroy_paging_queue() - LX_DXDESTROYPAGINGQUEUE.
 * @call: The call.
 */
int dxg_compat_destroy_paging_queue(struct dxg_compat_call *call)
{
	struct d3dddi_destroypagingqueue *args = call->args;

	return dxg_compat_destroy(call->process, args->paging_queue, DXG_COMPAT_PAGING_QUEUE);
}

/* The queue on the host and its fence, known to the program. */
static int dxg_compat_hwqueue_make(struct dxg_compat_queue *queue, struct dxg_context *context,
				   struct dxg_cmd_hwqueue *cmd, u64 *cpu_va)
{
	struct dxg_fence *fence;
	u32 status;
	int ret;

	ret = dxg_hwqueue_create(context, cmd, DXG_REQ_KILLABLE, &queue->hwqueue, &status);
	ret = dxg_compat_result(ret, DXGP_CMD_CREATEHWQUEUE, status);
	if (ret < 0)
		return ret;
	fence = dxg_fence_adopt(context->device, cmd->fence, cmd->fence_address,
				cmd->fence_gpu_va);
	if (IS_ERR(fence))
		return PTR_ERR(fence);
	return dxg_compat_queue_publish(queue, fence, cmd->handle, cpu_va);
}

/**
 * dxg_compat_create_hwqueue() - LX_DXCREATEHWQUEUE.
 * @call: The call.
 */
int dxg_compat_create_hwqueue(struct dxg_compat_call *call)
{
	struct d3dkmt_createhwqueue *args = call->args;
	struct dxg_cmd_hwqueue cmd = {
		.flags = args->flags,
		.data_size = args->priv_drv_data_size,
	};
	struct dxg_compat_object *object;
	struct dxg_compat_queue *queue;
	int ret;

	if (args->flags & ~D3DDDI_CREATEHWQUEUE_DISABLE_GPU_TIMEOUT)
		return -EINVAL;
	if (args->priv_drv_data_size > DXGP_MAX_BLOB)
		return -EOVERFLOW;
	object = dxg_compat_use(call, args->context, DXG_COMPAT_CONTEXT);
	if (IS_ERR(object))
		return PTR_ERR(object);
	if (!(to_compat_context(object)->context->flags & DXGP_CONTEXT_HW_QUEUES))
		return -EINVAL;
	cmd.data = dxg_compat_copy_in(call, args->priv_drv_data, args->priv_drv_data_size);
	if (IS_ERR(cmd.data))
		return PTR_ERR(cmd.data);
	queue = dxg_compat_queue_new(call, object->device, DXG_COMPAT_HWQUEUE);
	if (!queue)
		return -ENOMEM;
	ret = dxg_compat_hwqueue_make(queue, to_compat_context(object)->context, &cmd,
				      &args->queue_progress_fence_cpu_va);
	if (!ret && cmd.data_size &&
	    copy_to_user(u64_to_user_ptr(args->priv_drv_data), cmd.data, cmd.data_size)) {
		dxg_compat_object_forget(&queue->base);
		ret = -EFAULT;
	}
	if (!ret) {
		args->queue = cmd.handle;
		args->queue_progress_fence = cmd.fence;
		args->queue_progress_fence_gpu_va = cmd.fence_gpu_va;
	}
	return dxg_compat_finish_make(call, &queue->base, ret);
}

/**
 * dxg_compat_destroy_hwqueue() - LX_DXDESTROYHWQUEUE.
 * @call: The call.
 */
int dxg_compat_destroy_hwqueue(struct dxg_compat_call *call)
{
	struct d3dkmt_destroyhwqueue *args = call->args;

	return dxg_compat_destroy(call->process, args->queue, DXG_COMPAT_HWQUEUE);
}

/* ---- Submission ---- */

/**
 * dxg_compat_submit_command() - LX_DXSUBMITCOMMAND.
 * @call: The call.
 */
int dxg_compat_submit_command(struct dxg_compat_call *call)
{
	struct d3dkmt_submitcommand *args = call->args;
	struct dxg_cmd_submit cmd = {
		.commands = args->command_buffer,
		.length = args->command_length,
		.flags = args->flags,
		.contexts = args->broadcast_context,
		.context_count = args->broadcast_context_count,
		.primaries = args->written_primaries,
		.primary_count = args->num_primaries,
		.history_count = args->num_history_buffers,
		.present_token = args->present_history_token,
		.data_size = args->priv_drv_data_size,
	};
	struct dxg_compat_object *object;
	u32 status;
	int ret;

	if (!cmd.context_count || cmd.context_count > D3DDDI_MAX_BROADCAST_CONTEXT ||
	    cmd.primary_count > D3DDDI_MAX_WRITTEN_PRIMARIES ||
	    cmd.history_count > DXGP_MAX_HISTORY ||
	    args->flags & ~(D3DKMT_SUBMITCOMMAND_NULL_RENDERING |
			    D3DKMT_SUBMITCOMMAND_PRESENT_REDIRECTED))
		return -EINVAL;
	if (cmd.data_size > DXGP_MAX_BLOB)
		return -EOVERFLOW;
	object = dxg_compat_use(call, args->broadcast_context[0], DXG_COMPAT_CONTEXT);
	if (IS_ERR(object))
		return PTR_ERR(object);
	ret = dxg_compat_check_handles(call, cmd.contexts, cmd.context_count, DXG_COMPAT_CONTEXT,
				       object->device);
	if (ret)
		return ret;
	cmd.history = dxg_compat_copy_in(call, args->history_buffer_array,
					 cmd.history_count * sizeof(u32));
	if (IS_ERR(cmd.history))
		return PTR_ERR(cmd.history);
	cmd.data = dxg_compat_copy_in(call, args->priv_drv_data, cmd.data_size);
	if (IS_ERR(cmd.data))
		return PTR_ERR(cmd.data);
	ret = dxg_cmd_submit(&call->dxg->link, dxg_compat_process_host(call->process), &cmd,
			     DXG_REQ_KILLABLE, &status);
	return dxg_compat_result(ret, DXGP_CMD_SUBMITCOMMAND, status);
}

/**
 * dxg_compat_submit_command_to_hwqueue() - LX_DXSUBMITCOMMANDTOHWQUEUE.
 * @call: The call.
 */
int dxg_compat_submit_command_to_hwqueue(struct dxg_compat_call *call)
{
	struct d3dkmt_submitcommandtohwqueue *args = call->args;
	struct dxg_cmd_submit_hw cmd = {
		.hwqueue = args->hwqueue,
		.length = args->command_length,
		.commands = args->command_buffer,
		.fence_value = args->hwqueue_progress_fence_id,
		.primary_count = args->num_primaries,
		.data_size = args->priv_drv_data_size,
	};
	struct dxg_compat_object *object;
	u32 status;
	int ret;

	if (cmd.data_size > DXGP_MAX_BLOB || cmd.primary_count > DXGP_MAX_BLOB / sizeof(u32))
		return -EOVERFLOW;
	object = dxg_compat_use(call, args->hwqueue, DXG_COMPAT_HWQUEUE);
	if (IS_ERR(object))
		return PTR_ERR(object);
	cmd.primaries = dxg_compat_copy_in(call, args->written_primaries,
					   cmd.primary_count * sizeof(u32));
	if (IS_ERR(cmd.primaries))
		return PTR_ERR(cmd.primaries);
	cmd.data = dxg_compat_copy_in(call, args->priv_drv_data, cmd.data_size);
	if (IS_ERR(cmd.data))
		return PTR_ERR(cmd.data);
	ret = dxg_cmd_submit_hw(&call->dxg->link, dxg_compat_process_host(call->process), &cmd,
				DXG_REQ_KILLABLE, &status);
	return dxg_compat_result(ret, DXGP_CMD_SUBMITCOMMANDTOHWQUEUE, status);
}

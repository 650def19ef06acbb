// SPDX-License-Identifier: MIT
/*
 * Contexts, paging and hardware queues on the render node, and submissions.
 */
#include <stdlib.h>
#include <string.h>

#include "d3dkmt_priv.h"

/* A fence of @queue, which ends with it, as an object. Its page is at @address. */
static NTSTATUS enter_fence(struct kmt_object *queue, uint32_t *handle, __u64 *address)
{
	struct dxg_fence *fence = dxg_queue_fence(queue->queue);
	const uint64_t *page;
	struct kmt_object *o;
	NTSTATUS status;

	if (!fence)
		return STATUS_UNSUCCESSFUL;
	status = kmt_render_status(dxg_fence_map(fence, &page));
	if (status)
		return status;
	o = kmt_object_new(KMT_SYNC, queue->adapter, queue);
	if (!o)
		return STATUS_NO_MEMORY;
	o->fence = dxg_fence_ref(fence);
	o->of_queue = true;
	if (!kmt_object_enter(o, dxg_fence_host_handle(fence)))
		status = STATUS_INVALID_PARAMETER;
	*handle = o->handle;
	*address = (uintptr_t)page;
	kmt_object_put(o);
	return status;
}

/* Make a queue below @owner and enter it; with a reference for the caller. */
static NTSTATUS enter_queue(enum kmt_type type, struct kmt_object *owner,
			    struct drm_dxg_queue_create *args, struct kmt_object **out)
{
	struct kmt_object *o = kmt_object_new(type, owner->adapter, owner);
	NTSTATUS status;

	if (!o)
		return STATUS_NO_MEMORY;
	status = kmt_render_status(dxg_queue_new(o->device->vm, args, &o->queue));
	if (!status && !kmt_object_enter(o, args->host_handle))
		status = STATUS_INVALID_PARAMETER;
	if (status)
		kmt_object_put(o);
	else
		*out = o;
	return status;
}

static NTSTATUS destroy(uint32_t handle, enum kmt_type type)
{
	struct kmt_object *o = kmt_object_get(handle, type);
	bool killed = o && kmt_object_kill(o);

	kmt_object_put(o);
	return killed ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

NTSTATUS render_CreateContextVirtual(D3DKMT_CREATECONTEXTVIRTUAL *args)
{
	const uint32_t known = D3DDDI_CREATECONTEXT_NULL_RENDERING |
			       D3DDDI_CREATECONTEXT_DISABLE_GPU_TIMEOUT |
			       D3DDDI_CREATECONTEXT_SYNCHRONIZATION_ONLY |
			       D3DDDI_CREATECONTEXT_HW_QUEUE_SUPPORTED;
	struct kmt_object *device = kmt_object_get(args->device, KMT_DEVICE), *o;
	struct drm_dxg_queue_create create = {
		.type = DRM_DXG_QUEUE_CONTEXT,
		.node = args->node_ordinal,
		.client_hint = args->client_hint,
		.data = args->priv_drv_data,
		.data_size = args->priv_drv_data_size,
	};
	NTSTATUS status = STATUS_NOT_SUPPORTED;

	if (!device)
		return STATUS_INVALID_PARAMETER;
	if (args->flags & ~known || args->engine_affinity > 1)
		goto out;
	if (args->flags & D3DDDI_CREATECONTEXT_NULL_RENDERING)
		create.flags |= DRM_DXG_QUEUE_NULL_RENDERING;
	if (args->flags & D3DDDI_CREATECONTEXT_DISABLE_GPU_TIMEOUT)
		create.flags |= DRM_DXG_QUEUE_NO_TIMEOUT;
	if (args->flags & D3DDDI_CREATECONTEXT_SYNCHRONIZATION_ONLY)
		create.flags |= DRM_DXG_QUEUE_SYNC_ONLY;
	if (args->flags & D3DDDI_CREATECONTEXT_HW_QUEUE_SUPPORTED)
		create.flags |= DRM_DXG_QUEUE_HW_PARENT;
	status = enter_queue(KMT_CONTEXT, device, &create, &o);
	if (!status) {
		args->context = o->handle;
		kmt_object_put(o);
	}
out:
	kmt_object_put(device);
	return status;
}

NTSTATUS render_DestroyContext(D3DKMT_DESTROYCONTEXT *args)
{
	return destroy(args->context, KMT_CONTEXT);
}

NTSTATUS render_CreateHwQueue(D3DKMT_CREATEHWQUEUE *args)
{
	struct kmt_object *context = kmt_object_get(args->context, KMT_CONTEXT), *o;
	struct drm_dxg_queue_create create = {
		.type = DRM_DXG_QUEUE_HW,
		.data = args->priv_drv_data,
		.data_size = args->priv_drv_data_size,
	};
	NTSTATUS status = STATUS_INVALID_PARAMETER;

	if (!context)
		return status;
	if (args->flags & ~D3DDDI_CREATEHWQUEUE_DISABLE_GPU_TIMEOUT)
		goto out;
	if (args->flags)
		create.flags |= DRM_DXG_QUEUE_NO_TIMEOUT;
	create.parent = dxg_queue_id(context->queue);
	status = enter_queue(KMT_HWQUEUE, context, &create, &o);
	if (status)
		goto out;
	status = enter_fence(o, &args->queue_progress_fence, &args->queue_progress_fence_cpu_va);
	if (status)
		kmt_object_kill(o);
	args->queue = o->handle;
	args->queue_progress_fence_gpu_va = create.fence_va;
	kmt_object_put(o);
out:
	kmt_object_put(context);
	return status;
}

NTSTATUS render_DestroyHwQueue(D3DKMT_DESTROYHWQUEUE *args)
{
	return destroy(args->queue, KMT_HWQUEUE);
}

NTSTATUS render_CreatePagingQueue(D3DKMT_CREATEPAGINGQUEUE *args)
{
	struct kmt_object *device = kmt_object_get(args->device, KMT_DEVICE), *o;
	struct drm_dxg_queue_create create = {
		.type = DRM_DXG_QUEUE_BIND,
		.priority = args->priority,
	};
	NTSTATUS status = STATUS_NOT_SUPPORTED;

	if (!device)
		return STATUS_INVALID_PARAMETER;
	if (args->physical_adapter_index)
		goto out;
	status = enter_queue(KMT_PAGING, device, &create, &o);
	if (status)
		goto out;
	status = enter_fence(o, &args->sync_object, &args->fence_cpu_virtual_address);
	if (status)
		kmt_object_kill(o);
	args->paging_queue = o->handle;
	kmt_object_put(o);
out:
	kmt_object_put(device);
	return status;
}

NTSTATUS render_DestroyPagingQueue(D3DDDI_DESTROYPAGINGQUEUE *args)
{
	return destroy(args->paging_queue, KMT_PAGING);
}

/* ---- Submissions ---- */

NTSTATUS render_SubmitCommand(D3DKMT_SUBMITCOMMAND *args)
{
	struct drm_dxg_submit submit = {
		.va = args->command_buffer,
		.length = args->command_length,
		.data = args->priv_drv_data,
		.data_size = args->priv_drv_data_size,
	};
	struct kmt_object *context;
	NTSTATUS status;

	if (!args->broadcast_context_count || !args->command_length ||
	    args->broadcast_context_count > D3DDDI_MAX_BROADCAST_CONTEXT)
		return STATUS_INVALID_PARAMETER;
	if (args->broadcast_context_count > 1 || args->flags || args->num_primaries ||
	    args->num_history_buffers)
		return STATUS_NOT_SUPPORTED;
	context = kmt_object_get(args->broadcast_context[0], KMT_CONTEXT);
	if (!context)
		return STATUS_INVALID_PARAMETER;
	status = kmt_render_status(dxg_queue_submit(context->queue, &submit, 1));
	kmt_object_put(context);
	return status;
}

NTSTATUS render_SubmitCommandToHwQueue(D3DKMT_SUBMITCOMMANDTOHWQUEUE *args)
{
	struct kmt_object *o = kmt_object_get(args->hwqueue, KMT_HWQUEUE);
	struct drm_dxg_submit submit = {
		.va = args->command_buffer,
		.length = args->command_length,
		.data = args->priv_drv_data,
		.data_size = args->priv_drv_data_size,
		.progress = args->hwqueue_progress_fence_id,
	};
	NTSTATUS status = STATUS_INVALID_PARAMETER;

	if (o && args->num_primaries)
		status = STATUS_NOT_SUPPORTED;
	else if (o && args->command_length)
		status = kmt_render_status(dxg_queue_submit(o->queue, &submit, 1));
	kmt_object_put(o);
	return status;
}

/* ---- Priorities ---- */

static NTSTATUS set_priority(uint32_t handle, uint32_t property, int32_t priority)
{
	struct kmt_object *o = kmt_object_get(handle, KMT_CONTEXT);
	NTSTATUS status = STATUS_INVALID_PARAMETER;

	if (o)
		status = kmt_render_status(dxg_queue_set_property(o->queue, property, priority));
	kmt_object_put(o);
	return status;
}

static NTSTATUS get_state(uint32_t handle, struct drm_dxg_queue_get_state *state)
{
	struct kmt_object *o = kmt_object_get(handle, KMT_CONTEXT);
	NTSTATUS status = STATUS_INVALID_PARAMETER;

	if (o)
		status = kmt_render_status(dxg_queue_get_state(o->queue, state));
	kmt_object_put(o);
	return status;
}

NTSTATUS render_SetContextSchedulingPriority(D3DKMT_SETCONTEXTSCHEDULINGPRIORITY *args)
{
	return set_priority(args->context, DRM_DXG_QUEUE_PRIORITY, args->priority);
}

NTSTATUS
render_SetContextInProcessSchedulingPriority(D3DKMT_SETCONTEXTINPROCESSSCHEDULINGPRIORITY *args)
{
	return set_priority(args->context, DRM_DXG_QUEUE_PRIORITY_IN_PROCESS, args->priority);
}

NTSTATUS render_GetContextSchedulingPriority(D3DKMT_GETCONTEXTSCHEDULINGPRIORITY *args)
{
	struct drm_dxg_queue_get_state state;
	NTSTATUS status = get_state(args->context, &state);

	if (!status)
		args->priority = state.priority;
	return status;
}

NTSTATUS
render_GetContextInProcessSchedulingPriority(D3DKMT_GETCONTEXTINPROCESSSCHEDULINGPRIORITY *args)
{
	struct drm_dxg_queue_get_state state;
	NTSTATUS status = get_state(args->context, &state);

	if (!status)
		args->priority = state.priority_in_process;
	return status;
}

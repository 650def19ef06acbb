// SPDX-License-Identifier: MIT
/*
 * Sync objects on the render node, all of them monitored fences; and what is shared.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "d3dkmt_priv.h"

/* What one FENCE_SIGNAL or FENCE_WAIT takes, of a driver of version 1.0. */
#define MAX_POINTS	4096u
/* Of /dev/dxg. */
#define MAX_CPU_OBJECTS	131072u

/* Enter a fence, which becomes the table's, below @device. Its page is at @address. */
static NTSTATUS enter_fence(struct kmt_object *device, struct dxg_fence *fence, uint32_t *handle,
			    __u64 *address)
{
	struct kmt_object *o = kmt_object_new(KMT_SYNC, device->adapter, device);
	const uint64_t *page;
	NTSTATUS status;

	if (!o) {
		dxg_fence_unref(fence);
		return STATUS_NO_MEMORY;
	}
	o->fence = fence;
	status = kmt_render_status(dxg_fence_map(fence, &page));
	if (!status && !kmt_object_enter(o, dxg_fence_host_handle(fence)))
		status = STATUS_INVALID_PARAMETER;
	if (!status) {
		*handle = o->handle;
		*address = (uintptr_t)page;
	}
	kmt_object_put(o);
	return status;
}

NTSTATUS render_CreateSynchronizationObject2(D3DKMT_CREATESYNCHRONIZATIONOBJECT2 *args)
{
	const uint32_t known = D3DDDI_SYNCHRONIZATIONOBJECT_SHARED |
			       D3DDDI_SYNCHRONIZATIONOBJECT_NT_SECURITY_SHARING |
			       D3DDDI_SYNCHRONIZATIONOBJECT_NO_SIGNAL_MAX_VALUE_ON_TDR |
			       D3DDDI_SYNCHRONIZATIONOBJECT_NO_GPU_ACCESS;
	struct kmt_object *device = kmt_object_get(args->device, KMT_DEVICE);
	uint32_t asked = args->info.flags, flags = 0;
	struct dxg_fence *fence;
	NTSTATUS status = STATUS_INVALID_PARAMETER;

	if (!device || !args->info.type ||
	    args->info.type > D3DDDI_PERIODIC_MONITORED_FENCE ||
	    (asked & D3DDDI_SYNCHRONIZATIONOBJECT_SHARED &&
	     ~asked & D3DDDI_SYNCHRONIZATIONOBJECT_NT_SECURITY_SHARING))
		goto out;
	status = STATUS_NOT_SUPPORTED;
	if (args->info.type != D3DDDI_MONITORED_FENCE || asked & ~known ||
	    args->info.monitored_fence.engine_affinity > 1)
		goto out;
	if (asked & D3DDDI_SYNCHRONIZATIONOBJECT_SHARED)
		flags |= DRM_DXG_FENCE_SHAREABLE;
	if (asked & D3DDDI_SYNCHRONIZATIONOBJECT_NO_GPU_ACCESS)
		flags |= DRM_DXG_FENCE_NO_GPU;
	if (asked & D3DDDI_SYNCHRONIZATIONOBJECT_NO_SIGNAL_MAX_VALUE_ON_TDR)
		flags |= DRM_DXG_FENCE_NO_MAX_ON_RESET;
	status = kmt_render_status(dxg_fence_new(device->vm, flags,
						 args->info.monitored_fence.initial_fence_value,
						 &fence));
	if (status)
		goto out;
	args->info.monitored_fence.fence_gpu_virtual_address = dxg_fence_va(fence);
	/* There are no global names. */
	args->info.shared_handle = 0;
	status = enter_fence(device, fence, &args->sync_object,
			     &args->info.monitored_fence.fence_cpu_virtual_address);
out:
	kmt_object_put(device);
	return status;
}

NTSTATUS render_DestroySynchronizationObject(D3DKMT_DESTROYSYNCHRONIZATIONOBJECT *args)
{
	struct kmt_object *o = kmt_object_get(args->sync_object, KMT_SYNC);
	bool killed = o && !o->of_queue && kmt_object_kill(o);

	kmt_object_put(o);
	return killed ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

/* ---- The CPU's side ---- */

NTSTATUS render_SignalSynchronizationObjectFromCpu(D3DKMT_SIGNALSYNCHRONIZATIONOBJECTFROMCPU *args)
{
	struct kmt_object *device = kmt_object_get(args->device, KMT_DEVICE), **list = NULL;
	const uint64_t *values = kmt_ptr(args->fence_values);
	struct drm_dxg_fence_point *points = NULL;
	struct drm_dxg_fence_signal signal = {};
	uint32_t count = args->object_count, i;
	NTSTATUS status = STATUS_INVALID_PARAMETER;

	if (!device || !values || count > MAX_POINTS ||
	    args->flags & ~D3DDDICB_SIGNAL_ALLOW_FENCE_REWIND)
		goto out;
	list = kmt_list_get(kmt_ptr(args->objects), count, KMT_SYNC, &status);
	if (!list)
		goto out;
	points = calloc(count, sizeof(*points));
	if (!points)
		status = STATUS_NO_MEMORY;
	for (i = 0; points && i < count; i++) {
		if (list[i]->adapter != device->adapter)
			status = STATUS_INVALID_PARAMETER;
		points[i].handle = dxg_fence_handle(list[i]->fence);
		points[i].value = values[i];
	}
	if (status)
		goto out;
	if (args->flags)
		signal.flags = DRM_DXG_FENCE_SIGNAL_REWIND;
	signal.points.stride = sizeof(*points);
	signal.points.count = count;
	signal.points.array = (uintptr_t)points;
	status = kmt_render_status(kmt_ioctl(device->adapter, DRM_IOCTL_DXG_FENCE_SIGNAL,
					     &signal));
out:
	free(points);
	kmt_list_put(list, count);
	kmt_object_put(device);
	return status;
}

NTSTATUS
render_WaitForSynchronizationObjectFromCpu(D3DKMT_WAITFORSYNCHRONIZATIONOBJECTFROMCPU *args)
{
	struct kmt_object *device = kmt_object_get(args->device, KMT_DEVICE), **list = NULL;
	const uint64_t *values = kmt_ptr(args->fence_values);
	uint32_t count = args->object_count, flags = 0, i;
	NTSTATUS status = STATUS_INVALID_PARAMETER;
	struct dxg_fence **fences = NULL;
	int ret;

	if (!device || !values || count > MAX_CPU_OBJECTS ||
	    args->flags & ~D3DDDI_WAITFORSYNCHRONIZATIONOBJECTFROMCPU_WAIT_ANY)
		goto out;
	list = kmt_list_get(kmt_ptr(args->objects), count, KMT_SYNC, &status);
	if (!list)
		goto out;
	fences = calloc(count, sizeof(*fences));
	if (!fences)
		status = STATUS_NO_MEMORY;
	else if (count > MAX_POINTS)
		status = STATUS_NOT_SUPPORTED;
	for (i = 0; fences && i < count; i++) {
		if (list[i]->adapter != device->adapter)
			status = STATUS_INVALID_PARAMETER;
		fences[i] = list[i]->fence;
	}
	if (status)
		goto out;
	if (args->flags)
		flags = DRM_DXG_FENCE_WAIT_ANY;
	if (args->async_event)
		ret = dxg_fences_eventfd(fences, values, count, flags, kmt_fd(args->async_event));
	else
		ret = dxg_fences_wait(fences, values, count, flags, INT64_MAX, NULL);
	status = kmt_render_status(ret);
out:
	free(fences);
	kmt_list_put(list, count);
	kmt_object_put(device);
	return status;
}

/* ---- In the order of a queue ---- */

/* Queue waits for fences, or their raising; @flags: DRM_DXG_SYNC_SIGNAL or 0. */
static NTSTATUS queue_syncs(struct kmt_object *queue, uint64_t handles, uint64_t fence_values,
			    uint32_t count, uint32_t flags)
{
	struct drm_dxg_sync_op syncs[D3DDDI_MAX_OBJECT_WAITED_ON];
	const uint64_t *values = kmt_ptr(fence_values);
	struct kmt_object **list;
	NTSTATUS status;
	uint32_t i;

	if (!queue || !values || count > D3DDDI_MAX_OBJECT_WAITED_ON)
		return STATUS_INVALID_PARAMETER;
	list = kmt_list_get(kmt_ptr(handles), count, KMT_SYNC, &status);
	for (i = 0; list && i < count; i++) {
		if (list[i]->adapter != queue->adapter)
			status = STATUS_INVALID_PARAMETER;
		syncs[i].flags = DRM_DXG_SYNC_FENCE | flags;
		syncs[i].handle = dxg_fence_handle(list[i]->fence);
		syncs[i].value = values[i];
	}
	if (!status)
		status = kmt_render_status(dxg_queue_submit_one(queue->queue, 0, 0, syncs,
								count));
	kmt_list_put(list, count);
	return status;
}

NTSTATUS
render_WaitForSynchronizationObjectFromGpu(D3DKMT_WAITFORSYNCHRONIZATIONOBJECTFROMGPU *args)
{
	struct kmt_object *o = kmt_object_get(args->context, KMT_CONTEXT);
	NTSTATUS status = queue_syncs(o, args->objects, args->monitored_fence_values,
				      args->object_count, 0);

	kmt_object_put(o);
	return status;
}

NTSTATUS render_SignalSynchronizationObjectFromGpu(D3DKMT_SIGNALSYNCHRONIZATIONOBJECTFROMGPU *args)
{
	struct kmt_object *o = kmt_object_get(args->context, KMT_CONTEXT);
	NTSTATUS status = queue_syncs(o, args->objects, args->monitored_fence_values,
				      args->object_count, DRM_DXG_SYNC_SIGNAL);

	kmt_object_put(o);
	return status;
}

NTSTATUS
render_SubmitWaitForSyncObjectsToHwQueue(D3DKMT_SUBMITWAITFORSYNCOBJECTSTOHWQUEUE *args)
{
	struct kmt_object *o = kmt_object_get(args->hwqueue, KMT_HWQUEUE);
	NTSTATUS status = queue_syncs(o, args->objects, args->fence_values, args->object_count, 0);

	kmt_object_put(o);
	return status;
}

NTSTATUS render_SubmitSignalSyncObjectsToHwQueue(D3DKMT_SUBMITSIGNALSYNCOBJECTSTOHWQUEUE *args)
{
	const uint32_t *queues = kmt_ptr(args->hwqueues);
	struct kmt_object *o;
	NTSTATUS status;

	if (!queues || !args->hwqueue_count ||
	    args->hwqueue_count > D3DDDI_MAX_BROADCAST_CONTEXT)
		return STATUS_INVALID_PARAMETER;
	if (args->hwqueue_count > 1 || args->flags)
		return STATUS_NOT_SUPPORTED;
	o = kmt_object_get(queues[0], KMT_HWQUEUE);
	status = queue_syncs(o, args->objects, args->fence_values, args->object_count,
			     DRM_DXG_SYNC_SIGNAL);
	kmt_object_put(o);
	return status;
}

/*
 * Have an eventfd signalled in the order of a context: a fence of the context's own is
 * raised there, and the eventfd waits for it.
 */
static NTSTATUS queue_event(struct kmt_object *context, int fd)
{
	struct drm_dxg_sync_op raise;
	int ret = 0;

	if (fcntl(fd, F_GETFD) < 0)
		return STATUS_INVALID_HANDLE;
	kmt_adapters_lock();
	if (!context->fence)
		ret = dxg_fence_new(context->device->vm, DRM_DXG_FENCE_NO_GPU, 0, &context->fence);
	if (!ret) {
		raise = dxg_raise_fence(context->fence, context->events + 1);
		ret = dxg_queue_submit_one(context->queue, 0, 0, &raise, 1);
	}
	if (!ret) {
		context->events++;
		ret = dxg_fences_eventfd(&context->fence, &context->events, 1, 0, fd);
	}
	kmt_adapters_unlock();
	return kmt_render_status(ret);
}

NTSTATUS
render_SignalSynchronizationObjectFromGpu2(D3DKMT_SIGNALSYNCHRONIZATIONOBJECTFROMGPU2 *args)
{
	const uint32_t *contexts = kmt_ptr(args->contexts);
	struct kmt_object *o;
	NTSTATUS status;

	if (!contexts || !args->context_count ||
	    args->context_count > D3DDDI_MAX_BROADCAST_CONTEXT)
		return STATUS_INVALID_PARAMETER;
	if (args->context_count > 1 || args->flags & ~D3DDDICB_SIGNAL_ENQUEUE_CPU_EVENT)
		return STATUS_NOT_SUPPORTED;
	o = kmt_object_get(contexts[0], KMT_CONTEXT);
	if (!o || (args->flags && args->object_count))
		status = STATUS_INVALID_PARAMETER;
	else if (args->flags)
		status = queue_event(o, kmt_fd(args->cpu_event_handle));
	else
		status = queue_syncs(o, args->objects, args->monitored_fence_values,
				     args->object_count, DRM_DXG_SYNC_SIGNAL);
	kmt_object_put(o);
	return status;
}

/* ---- Sharing ---- */

NTSTATUS render_ShareObjects(D3DKMT_SHAREOBJECTS *args)
{
	uint64_t *shared = kmt_ptr(args->shared_handle);
	const uint32_t *handle = kmt_ptr(args->objects);
	struct kmt_object *o;
	NTSTATUS status;
	int fd = -1;

	if (!handle || !shared || args->object_count != 1)
		return STATUS_INVALID_PARAMETER;
	o = kmt_object_get(*handle, KMT_RESOURCE);
	if (o) {
		status = dxg_bo_alloc_count(o->bo) > 1 ? STATUS_NOT_SUPPORTED :
			 kmt_render_status(dxg_bo_export(o->bo, &fd));
	} else {
		o = kmt_object_get(*handle, KMT_SYNC);
		status = o && !o->of_queue ? kmt_render_status(dxg_fence_export(o->fence, &fd)) :
					     STATUS_INVALID_PARAMETER;
	}
	if (!status)
		*shared = fd;
	kmt_object_put(o);
	return status;
}

NTSTATUS render_OpenSyncObjectFromNtHandle2(D3DKMT_OPENSYNCOBJECTFROMNTHANDLE2 *args)
{
	const uint32_t known = D3DDDI_SYNCHRONIZATIONOBJECT_SHARED |
			       D3DDDI_SYNCHRONIZATIONOBJECT_NT_SECURITY_SHARING |
			       D3DDDI_SYNCHRONIZATIONOBJECT_NO_SIGNAL |
			       D3DDDI_SYNCHRONIZATIONOBJECT_NO_WAIT |
			       D3DDDI_SYNCHRONIZATIONOBJECT_NO_GPU_ACCESS;
	struct kmt_object *device = kmt_object_get(args->device, KMT_DEVICE);
	struct dxg_fence *fence;
	uint32_t flags = 0;
	NTSTATUS status = STATUS_NOT_SUPPORTED;

	if (!device)
		return STATUS_INVALID_PARAMETER;
	if (args->flags & ~known || args->monitored_fence.engine_affinity > 1)
		goto out;
	if (args->flags & D3DDDI_SYNCHRONIZATIONOBJECT_NO_SIGNAL)
		flags |= DRM_DXG_FENCE_NO_SIGNAL;
	if (args->flags & D3DDDI_SYNCHRONIZATIONOBJECT_NO_WAIT)
		flags |= DRM_DXG_FENCE_NO_WAIT;
	if (args->flags & D3DDDI_SYNCHRONIZATIONOBJECT_NO_GPU_ACCESS)
		flags |= DRM_DXG_FENCE_NO_GPU;
	status = kmt_render_status(dxg_fence_import(device->vm, flags, kmt_fd(args->nt_handle),
						    &fence));
	if (status)
		goto out;
	args->monitored_fence.fence_value_gpu_va = dxg_fence_va(fence);
	status = enter_fence(device, fence, &args->sync_object,
			     &args->monitored_fence.fence_value_cpu_va);
out:
	kmt_object_put(device);
	return status;
}

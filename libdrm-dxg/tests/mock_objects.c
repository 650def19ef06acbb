// SPDX-License-Identifier: MIT
/*
 * The driver for tests, its objects: VMs, BOs, queues and fences that are only
 * counted, and the arguments of requests, kept for the test to look at.
 */
#include "mock.h"

#include <errno.h>
#include <sched.h>
#include <string.h>

#define PAGE 4096

static int bo_create(struct drm_dxg_bo_create *args)
{
	struct drm_dxg_bo_alloc *alloc = (void *)(uintptr_t)args->allocs.array;
	uint32_t i;

	for (i = 0; i < args->allocs.count; i++) {
		if (!alloc[i].size)
			alloc[i].size = PAGE;
		alloc[i].host_handle = 0x100 + i;
	}
	args->handle = mock.next_handle++;
	mock.handles[args->handle] = 1;
	return 0;
}

static int bo_query(struct drm_dxg_bo_query_info *info)
{
	if (!mock.handles[info->handle])
		return -ENOENT;
	info->alloc_count = mock.allocations;
	info->size = PAGE * (info->alloc_index + 1);
	info->host_handle = 0x200 + info->alloc_index;
	return 0;
}

static int prime_import(struct drm_prime_handle *prime)
{
	prime->handle = mock.exported;
	if (!mock.handles[prime->handle])
		mock.handles[prime->handle] = 1;
	return 0;
}

static int gem_close(const struct drm_gem_close *args)
{
	/* A request takes its time: let others in where the library would. */
	sched_yield();
	if (!mock.handles[args->handle])
		return -EINVAL;
	mock.handles[args->handle] = 0;
	return 0;
}

static int queue_create(struct drm_dxg_queue_create *args)
{
	args->queue_id = 7;
	args->host_handle = 0x300;
	if (mock.user_fence) {
		args->fence_handle = 8;
		args->host_fence = 0x308;
		args->fence_mmap_offset = MOCK_FENCE_PAGE * PAGE;
	}
	mock.queues_alive++;
	return 0;
}

static int fence_new(__u32 *handle, __u32 *host, __u64 *va, __u64 *offset)
{
	*handle = 9;
	*host = 0x400;
	*va = 0x10000;
	*offset = MOCK_FENCE_PAGE * PAGE;
	mock.fences++;
	return 0;
}

static int fence_create(struct drm_dxg_fence_create *args)
{
	return fence_new(&args->handle, &args->host_handle, &args->gpu_va, &args->mmap_offset);
}

static int fence_import(struct drm_dxg_fence_import *args)
{
	return fence_new(&args->handle, &args->host_handle, &args->gpu_va, &args->mmap_offset);
}

static void keep_points(const struct drm_dxg_array *array)
{
	if (array->count <= sizeof(mock.points) / sizeof(mock.points[0]))
		memcpy(mock.points, (void *)(uintptr_t)array->array,
		       array->count * sizeof(mock.points[0]));
}

static int fence_wait(struct drm_dxg_fence_wait *args)
{
	keep_points(&args->points);
	args->first_signaled = args->points.count - 1;
	return mock.points[0].value <= mock.fence_value ? 0 : -ETIME;
}

static int bind(struct drm_dxg_vm_bind *args)
{
	struct drm_dxg_vm_bind_op *ops = (void *)(uintptr_t)args->ops.array;
	uint32_t i;

	for (i = 0; i < args->ops.count && i < sizeof(mock.ops) / sizeof(mock.ops[0]); i++) {
		mock.ops[i] = ops[i];
		if (ops[i].flags & DRM_DXG_BIND_ANY_VA)
			ops[i].va = 0x40000;
	}
	return 0;
}

static int do_object(unsigned long request, void *arg)
{
	switch (request) {
	case DRM_IOCTL_DXG_VM_CREATE:
		((struct drm_dxg_vm_create *)arg)->vm_id = 5;
		((struct drm_dxg_vm_create *)arg)->host_handle = 0x55;
		mock.vms++;
		return 0;
	case DRM_IOCTL_DXG_VM_DESTROY:
		mock.vms--;
		return 0;
	case DRM_IOCTL_DXG_VM_RESERVE:
		if (!((struct drm_dxg_vm_reserve *)arg)->va)
			((struct drm_dxg_vm_reserve *)arg)->va = 0x30000;
		return 0;
	case DRM_IOCTL_DXG_VM_BIND:
		return bind(arg);
	case DRM_IOCTL_DXG_BO_CREATE:
		return bo_create(arg);
	case DRM_IOCTL_DXG_BO_QUERY_INFO:
		return bo_query(arg);
	case DRM_IOCTL_DXG_BO_MMAP_OFFSET:
		((struct drm_dxg_bo_mmap_offset *)arg)->offset = MOCK_BO_PAGE * PAGE;
		((struct drm_dxg_bo_mmap_offset *)arg)->size = PAGE;
		return 0;
	case DRM_IOCTL_DXG_BO_MADVISE:
		((struct drm_dxg_bo_madvise *)arg)->retained = 1;
		((struct drm_dxg_bo_madvise *)arg)->fence_value = 11;
		return 0;
	case DRM_IOCTL_GEM_CLOSE:
		return gem_close(arg);
	case DRM_IOCTL_PRIME_HANDLE_TO_FD:
		((struct drm_prime_handle *)arg)->fd = 1000;
		return 0;
	case DRM_IOCTL_PRIME_FD_TO_HANDLE:
		return prime_import(arg);
	case DRM_IOCTL_DXG_QUEUE_CREATE:
		return queue_create(arg);
	case DRM_IOCTL_DXG_QUEUE_DESTROY:
		mock.queues_alive--;
		return 0;
	case DRM_IOCTL_DXG_QUEUE_GET_STATE:
		((struct drm_dxg_queue_get_state *)arg)->submitted = 12;
		return 0;
	case DRM_IOCTL_DXG_VM_GET_STATE:
		((struct drm_dxg_vm_get_state *)arg)->generation = 13;
		return 0;
	case DRM_IOCTL_DXG_FENCE_CREATE:
		return fence_create(arg);
	case DRM_IOCTL_DXG_FENCE_IMPORT:
		return fence_import(arg);
	case DRM_IOCTL_DXG_FENCE_DESTROY:
		mock.fences--;
		return 0;
	case DRM_IOCTL_DXG_FENCE_SIGNAL:
		keep_points(&((struct drm_dxg_fence_signal *)arg)->points);
		mock.fence_value = mock.points[0].value;
		return 0;
	case DRM_IOCTL_DXG_FENCE_WAIT:
		return fence_wait(arg);
	case DRM_IOCTL_DXG_FENCE_EVENTFD:
		keep_points(&((struct drm_dxg_fence_eventfd *)arg)->points);
		return 0;
	case DRM_IOCTL_DXG_FENCE_EXPORT:
		((struct drm_dxg_fence_export *)arg)->fd = 1001;
		return 0;
	case DRM_IOCTL_DXG_BO_SYNC:
	case DRM_IOCTL_DXG_BO_SET_PROPERTY:
	case DRM_IOCTL_DXG_QUEUE_SUBMIT:
	case DRM_IOCTL_DXG_QUEUE_SET_PROPERTY:
	case DRM_IOCTL_DXG_DRIVER_PRIVATE:
		return 0;
	default:
		return -ENOTTY;
	}
}

int mock_object(unsigned long request, void *arg)
{
	size_t size = _IOC_SIZE(request);

	mock.last = request;
	memset(&mock.arg, 0, sizeof(mock.arg));
	memcpy(&mock.arg, arg, size < sizeof(mock.arg) ? size : sizeof(mock.arg));
	if (mock.fail_request == request)
		return -mock.fail_error;
	return do_object(request, arg);
}

// SPDX-License-Identifier: MIT
/*
 * Monitored fences.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "dxg_priv.h"

#define DXG_FENCE_PAGE	4096

/** struct dxg_fence - A fence. */
struct dxg_fence {
	/** @refcount: References. */
	_Atomic int refcount;

	/** @vm: The VM. Holds a reference. */
	struct dxg_vm *vm;

	/** @handle: The kernel's handle. Constant. */
	uint32_t handle;

	/** @host_handle: The host's handle. Constant. */
	uint32_t host_handle;

	/** @va: GPU address of the value, or 0. Constant. */
	uint64_t va;

	/** @mmap_offset: For mmap(). Constant. */
	uint64_t mmap_offset;

	/** @of_queue: It ends with its queue, not with this object. Constant. */
	bool of_queue;

	/** @page: Where the value is mapped, or NULL. Set once. */
	const volatile uint64_t *_Atomic page;
};

static struct dxg_fence *dxg_fence_alloc(struct dxg_vm *vm)
{
	struct dxg_fence *fence = calloc(1, sizeof(*fence));

	if (!fence)
		return NULL;
	atomic_init(&fence->refcount, 1);
	atomic_init(&fence->page, NULL);
	fence->vm = dxg_vm_ref(vm);
	return fence;
}

static void dxg_fence_dealloc(struct dxg_fence *fence)
{
	const volatile uint64_t *page = atomic_load(&fence->page);

	if (page)
		munmap((void *)(uintptr_t)page, DXG_FENCE_PAGE);
	dxg_vm_unref(fence->vm);
	free(fence);
}

struct dxg_fence *dxg_fence_of_queue(struct dxg_vm *vm, const struct drm_dxg_queue_create *args)
{
	struct dxg_fence *fence = dxg_fence_alloc(vm);

	if (!fence)
		return NULL;
	fence->handle = args->fence_handle;
	fence->host_handle = args->host_fence;
	fence->va = args->fence_va;
	fence->mmap_offset = args->fence_mmap_offset;
	fence->of_queue = true;
	return fence;
}

drm_public int dxg_fence_new(struct dxg_vm *vm, uint32_t flags, uint64_t value,
			     struct dxg_fence **out)
{
	struct drm_dxg_fence_create args = { .vm_id = vm->id, .flags = flags, .value = value };
	struct dxg_fence *fence = dxg_fence_alloc(vm);
	int ret;

	if (!fence)
		return -ENOMEM;
	ret = dxg_ioctl(vm->dev->fd, DRM_IOCTL_DXG_FENCE_CREATE, &args);
	if (ret) {
		dxg_fence_dealloc(fence);
		return ret;
	}
	fence->handle = args.handle;
	fence->host_handle = args.host_handle;
	fence->va = args.gpu_va;
	fence->mmap_offset = args.mmap_offset;
	*out = fence;
	return 0;
}

drm_public int dxg_fence_import(struct dxg_vm *vm, uint32_t flags, int fd, struct dxg_fence **out)
{
	struct drm_dxg_fence_import args = { .vm_id = vm->id, .flags = flags, .fd = fd };
	struct dxg_fence *fence = dxg_fence_alloc(vm);
	int ret;

	if (!fence)
		return -ENOMEM;
	ret = dxg_ioctl(vm->dev->fd, DRM_IOCTL_DXG_FENCE_IMPORT, &args);
	if (ret) {
		dxg_fence_dealloc(fence);
		return ret;
	}
	fence->handle = args.handle;
	fence->host_handle = args.host_handle;
	fence->va = args.gpu_va;
	fence->mmap_offset = args.mmap_offset;
	*out = fence;
	return 0;
}

drm_public int dxg_fence_export(struct dxg_fence *fence, int *fd)
{
	struct drm_dxg_fence_export args = { .handle = fence->handle, .flags = O_CLOEXEC };
	int ret;

	ret = dxg_ioctl(fence->vm->dev->fd, DRM_IOCTL_DXG_FENCE_EXPORT, &args);
	if (!ret)
		*fd = args.fd;
	return ret;
}

drm_public struct dxg_fence *dxg_fence_ref(struct dxg_fence *fence)
{
	dxg_ref_get(&fence->refcount);
	return fence;
}

drm_public void dxg_fence_unref(struct dxg_fence *fence)
{
	struct drm_dxg_fence_destroy args = {};

	if (!fence || !dxg_ref_put(&fence->refcount))
		return;
	if (!fence->of_queue) {
		args.handle = fence->handle;
		dxg_ioctl(fence->vm->dev->fd, DRM_IOCTL_DXG_FENCE_DESTROY, &args);
	}
	dxg_fence_dealloc(fence);
}

drm_public uint32_t dxg_fence_handle(const struct dxg_fence *fence)
{
	return fence->handle;
}

drm_public uint32_t dxg_fence_host_handle(const struct dxg_fence *fence)
{
	return fence->host_handle;
}

drm_public uint64_t dxg_fence_va(const struct dxg_fence *fence)
{
	return fence->va;
}

drm_public int dxg_fence_map(struct dxg_fence *fence, const uint64_t **value)
{
	const volatile uint64_t *page = atomic_load(&fence->page), *expected = NULL;

	if (!page) {
		void *map = mmap(NULL, DXG_FENCE_PAGE, PROT_READ, MAP_SHARED, fence->vm->dev->fd,
				 fence->mmap_offset);

		if (map == MAP_FAILED)
			return -errno;
		page = map;
		/* Another thread may have been faster: then its mapping is the one. */
		if (!atomic_compare_exchange_strong(&fence->page, &expected, page)) {
			munmap(map, DXG_FENCE_PAGE);
			page = expected;
		}
	}
	*value = (const uint64_t *)page;
	return 0;
}

drm_public int dxg_fence_get_value(struct dxg_fence *fence, uint64_t *value)
{
	const uint64_t *page;
	int ret = dxg_fence_map(fence, &page);

	/* What was written before the fence was raised is visible afterwards. */
	if (!ret)
		*value = __atomic_load_n(page, __ATOMIC_ACQUIRE);
	return ret;
}

drm_public int dxg_fence_signal(struct dxg_fence *fence, uint64_t value)
{
	struct drm_dxg_fence_point point = { .handle = fence->handle, .value = value };
	struct drm_dxg_fence_signal args = { .points = { sizeof(point), 1, (uintptr_t)&point } };

	return dxg_ioctl(fence->vm->dev->fd, DRM_IOCTL_DXG_FENCE_SIGNAL, &args);
}

/* Points for the kernel; the caller frees them. NULL: out of memory. */
static struct drm_dxg_fence_point *dxg_fence_points(struct dxg_fence *const *fences,
						    const uint64_t *values, uint32_t count)
{
	struct drm_dxg_fence_point *points = calloc(count, sizeof(*points));
	uint32_t i;

	for (i = 0; points && i < count; i++) {
		points[i].handle = fences[i]->handle;
		points[i].value = values[i];
	}
	return points;
}

drm_public int dxg_fences_wait(struct dxg_fence *const *fences, const uint64_t *values,
			       uint32_t count, uint32_t flags, int64_t timeout_ns,
			       uint32_t *first)
{
	struct drm_dxg_fence_wait args = { .flags = flags, .timeout_ns = timeout_ns };
	struct drm_dxg_fence_point *points;
	int ret;

	if (!count)
		return -EINVAL;
	points = dxg_fence_points(fences, values, count);
	if (!points)
		return -ENOMEM;
	args.points.stride = sizeof(*points);
	args.points.count = count;
	args.points.array = (uintptr_t)points;
	ret = dxg_ioctl(fences[0]->vm->dev->fd, DRM_IOCTL_DXG_FENCE_WAIT, &args);
	free(points);
	if (!ret && first)
		*first = args.first_signaled;
	return ret;
}

drm_public int dxg_fence_wait(struct dxg_fence *fence, uint64_t value, int64_t timeout_ns)
{
	return dxg_fences_wait(&fence, &value, 1, 0, timeout_ns, NULL);
}

drm_public int dxg_fences_eventfd(struct dxg_fence *const *fences, const uint64_t *values,
				  uint32_t count, uint32_t flags, int fd)
{
	struct drm_dxg_fence_eventfd args = { .flags = flags, .fd = fd };
	struct drm_dxg_fence_point *points;
	int ret;

	if (!count)
		return -EINVAL;
	points = dxg_fence_points(fences, values, count);
	if (!points)
		return -ENOMEM;
	args.points.stride = sizeof(*points);
	args.points.count = count;
	args.points.array = (uintptr_t)points;
	ret = dxg_ioctl(fences[0]->vm->dev->fd, DRM_IOCTL_DXG_FENCE_EVENTFD, &args);
	free(points);
	return ret;
}

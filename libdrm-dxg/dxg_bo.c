// SPDX-License-Identifier: MIT
/*
 * Buffer objects.
 *
 * One handle, one object: making or importing a BO and entering it in the
 * device's list is one critical section, and so is the last reference with the
 * removal and the closing of the handle. Otherwise an import could find a handle
 * that is just being closed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <xf86drm.h>

#include "dxg_priv.h"

/** struct dxg_bo_part - What is known of one allocation. */
struct dxg_bo_part {
	/** @size: Bytes. Constant. */
	uint64_t size;

	/** @host_handle: The host's handle in @vm, or 0. Constant. */
	uint32_t host_handle;

	/** @map: Where it is mapped, or NULL. Under dxg_bo.map_lock. */
	void *map;

	/** @map_size: Bytes at @map. */
	size_t map_size;
};

/** struct dxg_bo - A buffer object. */
struct dxg_bo {
	/** @refcount: References; the last one goes under the device's bos_lock. */
	_Atomic int refcount;

	/** @vm: The VM that it was made or imported in. Holds a reference. */
	struct dxg_vm *vm;

	/** @next: In the device's list, under bos_lock. */
	struct dxg_bo *next;

	/** @handle: GEM handle. Constant. */
	uint32_t handle;

	/** @count: Number of @part. Constant. */
	uint32_t count;

	/** @user: The program's own memory, or NULL. Constant. */
	void *user;

	/** @map_lock: Protects the mappings. */
	pthread_mutex_t map_lock;

	/** @part: The allocations. */
	struct dxg_bo_part part[];
};

static void dxg_bo_close_handle(const struct dxg_vm *vm, uint32_t handle)
{
	struct drm_gem_close args = { .handle = handle };

	dxg_ioctl(vm->dev->fd, DRM_IOCTL_GEM_CLOSE, &args);
}

/* A BO of @count allocations that is not in the list. NULL: out of memory. */
static struct dxg_bo *dxg_bo_alloc(struct dxg_vm *vm, uint32_t count)
{
	struct dxg_bo *bo;

	bo = calloc(1, sizeof(*bo) + count * sizeof(bo->part[0]));
	if (!bo)
		return NULL;
	if (pthread_mutex_init(&bo->map_lock, NULL)) {
		free(bo);
		return NULL;
	}
	atomic_init(&bo->refcount, 1);
	bo->vm = dxg_vm_ref(vm);
	bo->count = count;
	return bo;
}

static void dxg_bo_dealloc(struct dxg_bo *bo)
{
	uint32_t i;

	for (i = 0; i < bo->count; i++) {
		if (bo->part[i].map)
			munmap(bo->part[i].map, bo->part[i].map_size);
	}
	pthread_mutex_destroy(&bo->map_lock);
	dxg_vm_unref(bo->vm);
	free(bo);
}

/* Under bos_lock. */
static void dxg_bo_enter(struct dxg_bo *bo)
{
	bo->next = bo->vm->dev->bos;
	bo->vm->dev->bos = bo;
}

drm_public int dxg_bo_new(struct dxg_vm *vm, struct drm_dxg_bo_create *args,
			  struct drm_dxg_bo_alloc *allocs, uint32_t count, struct dxg_bo **out)
{
	struct dxg_bo *bo;
	uint32_t i;
	int ret;

	bo = dxg_bo_alloc(vm, count);
	if (!bo)
		return -ENOMEM;

	args->vm_id = vm->id;
	args->allocs.stride = sizeof(*allocs);
	args->allocs.count = count;
	args->allocs.array = (uintptr_t)allocs;
	pthread_mutex_lock(&vm->dev->bos_lock);
	ret = dxg_ioctl(vm->dev->fd, DRM_IOCTL_DXG_BO_CREATE, args);
	if (!ret) {
		bo->handle = args->handle;
		if (args->flags & DRM_DXG_BO_USER)
			bo->user = (void *)(uintptr_t)allocs[0].user_ptr;
		for (i = 0; i < count; i++) {
			bo->part[i].size = allocs[i].size;
			bo->part[i].host_handle = allocs[i].host_handle;
		}
		dxg_bo_enter(bo);
	}
	pthread_mutex_unlock(&vm->dev->bos_lock);
	if (ret) {
		dxg_bo_dealloc(bo);
		return ret;
	}
	*out = bo;
	return 0;
}

drm_public int dxg_bo_new_host(struct dxg_vm *vm, uint32_t flags, void *data, uint32_t data_size,
			       struct dxg_bo **bo)
{
	struct drm_dxg_bo_alloc alloc = { .data = (uintptr_t)data, .data_size = data_size };
	struct drm_dxg_bo_create args = { .flags = flags };

	return dxg_bo_new(vm, &args, &alloc, 1, bo);
}

drm_public int dxg_bo_new_system(struct dxg_vm *vm, uint32_t flags, uint64_t size,
				 struct dxg_bo **bo)
{
	struct drm_dxg_bo_create args = {
		.flags = flags | DRM_DXG_BO_SYSTEM | DRM_DXG_BO_STANDARD,
	};
	struct drm_dxg_bo_alloc alloc = { .size = size };

	return dxg_bo_new(vm, &args, &alloc, 1, bo);
}

drm_public int dxg_bo_new_user(struct dxg_vm *vm, uint32_t flags, void *ptr, uint64_t size,
			       struct dxg_bo **bo)
{
	struct drm_dxg_bo_create args = {
		.flags = flags | DRM_DXG_BO_USER | DRM_DXG_BO_STANDARD,
	};
	struct drm_dxg_bo_alloc alloc = { .size = size, .user_ptr = (uintptr_t)ptr };

	return dxg_bo_new(vm, &args, &alloc, 1, bo);
}

static int dxg_bo_query_alloc(struct dxg_vm *vm, uint32_t handle, uint32_t index,
			      struct drm_dxg_bo_query_info *info)
{
	memset(info, 0, sizeof(*info));
	info->handle = handle;
	info->vm_id = vm->id;
	info->alloc_index = index;
	return dxg_ioctl(vm->dev->fd, DRM_IOCTL_DXG_BO_QUERY_INFO, info);
}

/* An object for a handle that is in nobody's hands yet. */
static int dxg_bo_adopt(struct dxg_vm *vm, uint32_t handle, struct dxg_bo **out)
{
	struct drm_dxg_bo_query_info info;
	struct dxg_bo *bo;
	uint32_t i;
	int ret;

	ret = dxg_bo_query_alloc(vm, handle, 0, &info);
	if (ret)
		return ret;
	bo = dxg_bo_alloc(vm, info.alloc_count);
	if (!bo)
		return -ENOMEM;
	bo->handle = handle;
	for (i = 0; i < bo->count; i++) {
		if (i)
			ret = dxg_bo_query_alloc(vm, handle, i, &info);
		if (ret) {
			dxg_bo_dealloc(bo);
			return ret;
		}
		bo->part[i].size = info.size;
		bo->part[i].host_handle = info.host_handle;
	}
	*out = bo;
	return 0;
}

drm_public int dxg_bo_import(struct dxg_vm *vm, int fd, struct dxg_bo **out)
{
	struct drm_prime_handle prime = { .fd = fd };
	struct dxg_bo *bo;
	int ret;

	pthread_mutex_lock(&vm->dev->bos_lock);
	ret = dxg_ioctl(vm->dev->fd, DRM_IOCTL_PRIME_FD_TO_HANDLE, &prime);
	if (ret)
		goto unlock;

	for (bo = vm->dev->bos; bo; bo = bo->next) {
		if (bo->handle == prime.handle) {
			*out = dxg_bo_ref(bo);
			goto unlock;
		}
	}

	ret = dxg_bo_adopt(vm, prime.handle, &bo);
	if (ret) {
		dxg_bo_close_handle(vm, prime.handle);
		goto unlock;
	}
	dxg_bo_enter(bo);
	*out = bo;
unlock:
	pthread_mutex_unlock(&vm->dev->bos_lock);
	return ret;
}

drm_public int dxg_bo_export(struct dxg_bo *bo, int *fd)
{
	struct drm_prime_handle prime = {
		.handle = bo->handle,
		.flags = DRM_CLOEXEC | DRM_RDWR,
	};
	int ret;

	ret = dxg_ioctl(bo->vm->dev->fd, DRM_IOCTL_PRIME_HANDLE_TO_FD, &prime);
	if (!ret)
		*fd = prime.fd;
	return ret;
}

drm_public struct dxg_bo *dxg_bo_ref(struct dxg_bo *bo)
{
	dxg_ref_get(&bo->refcount);
	return bo;
}

drm_public void dxg_bo_unref(struct dxg_bo *bo)
{
	struct dxg_device *dev;
	struct dxg_bo **link;
	bool last;

	if (!bo)
		return;

	dev = bo->vm->dev;
	pthread_mutex_lock(&dev->bos_lock);
	last = dxg_ref_put(&bo->refcount);
	if (last) {
		for (link = &dev->bos; *link != bo; link = &(*link)->next)
			;
		*link = bo->next;
		dxg_bo_close_handle(bo->vm, bo->handle);
	}
	pthread_mutex_unlock(&dev->bos_lock);
	if (last)
		dxg_bo_dealloc(bo);
}

drm_public uint32_t dxg_bo_handle(const struct dxg_bo *bo)
{
	return bo->handle;
}

drm_public uint32_t dxg_bo_alloc_count(const struct dxg_bo *bo)
{
	return bo->count;
}

drm_public uint64_t dxg_bo_size(const struct dxg_bo *bo, uint32_t alloc)
{
	return alloc < bo->count ? bo->part[alloc].size : 0;
}

drm_public uint32_t dxg_bo_host_handle(const struct dxg_bo *bo, uint32_t alloc)
{
	return alloc < bo->count ? bo->part[alloc].host_handle : 0;
}

static int dxg_bo_mmap(struct dxg_bo *bo, uint32_t alloc)
{
	struct drm_dxg_bo_mmap_offset args = { .handle = bo->handle, .alloc_index = alloc };
	void *map;
	int ret;

	ret = dxg_ioctl(bo->vm->dev->fd, DRM_IOCTL_DXG_BO_MMAP_OFFSET, &args);
	if (ret)
		return ret;
	map = mmap(NULL, args.size, PROT_READ | PROT_WRITE, MAP_SHARED, bo->vm->dev->fd,
		   args.offset);
	if (map == MAP_FAILED)
		return -errno;
	bo->part[alloc].map = map;
	bo->part[alloc].map_size = args.size;
	return 0;
}

drm_public int dxg_bo_map(struct dxg_bo *bo, uint32_t alloc, void **ptr)
{
	int ret = 0;

	if (alloc >= bo->count)
		return -EINVAL;
	if (bo->user) {
		*ptr = bo->user;
		return 0;
	}

	pthread_mutex_lock(&bo->map_lock);
	if (!bo->part[alloc].map)
		ret = dxg_bo_mmap(bo, alloc);
	if (!ret)
		*ptr = bo->part[alloc].map;
	pthread_mutex_unlock(&bo->map_lock);
	return ret;
}

drm_public int dxg_bo_query(struct dxg_bo *bo, struct drm_dxg_bo_query_info *info)
{
	info->handle = bo->handle;
	info->vm_id = bo->vm->id;
	return dxg_ioctl(bo->vm->dev->fd, DRM_IOCTL_DXG_BO_QUERY_INFO, info);
}

drm_public int dxg_bo_madvise(struct dxg_bo *bo, uint32_t advice, int *retained,
			      uint64_t *fence_value)
{
	struct drm_dxg_bo_madvise args = { .handle = bo->handle, .advice = advice };
	int ret;

	ret = dxg_ioctl(bo->vm->dev->fd, DRM_IOCTL_DXG_BO_MADVISE, &args);
	if (ret)
		return ret;
	if (retained)
		*retained = args.retained;
	if (fence_value)
		*fence_value = args.fence_value;
	return 0;
}

drm_public int dxg_bo_set_property(struct dxg_bo *bo, struct drm_dxg_bo_set_property *args)
{
	args->handle = bo->handle;
	return dxg_ioctl(bo->vm->dev->fd, DRM_IOCTL_DXG_BO_SET_PROPERTY, args);
}

drm_public int dxg_bo_sync(struct dxg_bo *bo, uint32_t alloc, uint64_t offset, uint64_t size)
{
	struct drm_dxg_bo_sync_range range = {
		.handle = bo->handle,
		.alloc_index = alloc,
		.offset = offset,
		.size = size,
	};
	struct drm_dxg_bo_sync args = { .ranges = { sizeof(range), 1, (uintptr_t)&range } };

	return dxg_ioctl(bo->vm->dev->fd, DRM_IOCTL_DXG_BO_SYNC, &args);
}

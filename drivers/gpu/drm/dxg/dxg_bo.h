/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Buffer objects: GEM objects over host resources and allocations.
 *
 * A BO is made on a host device, its home, and holds it, and with it the host
 * process, until it is freed: closing the file ends only what nobody else has.
 * By which host handles a BO is known in a device is a view of it. The home has
 * one from the beginning. Another file that has imported the BO gets one when it
 * first needs it; for memory of another driver, which has no home, every file
 * does. A BO of a VM that was destroyed still has its memory, also for the CPU,
 * but no address any more; after unplug, CPU mappings of host memory are of a
 * dummy page.
 */
#ifndef _DXG_BO_H_
#define _DXG_BO_H_

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include <drm/drm_gem.h>

#include "dxg_allocation.h"

struct drm_printer;
struct dxg_bo;
struct dxg_device;

/**
 * struct dxg_bo_view - The host objects by which one host device knows a BO.
 */
struct dxg_bo_view {
	/** @ref: The file whose handles were asked for, struct dxg_vm_bo; the home view: the BO. */
	struct kref ref;

	/** @bo: The BO. No reference: a view goes before its BO. */
	struct dxg_bo *bo;

	/** @list: Entry of bo->views, under bo->views_lock. */
	struct list_head list;

	/** @device: The host device. Holds a reference. */
	struct dxg_host_device *device;

	/** @resource: The host resource, or NULL. */
	struct dxg_resource *resource;

	/** @count: Number of @allocs. */
	u32 count;

	/** @allocs: The allocations. */
	struct dxg_allocation *allocs[] __counted_by(count);
};

/**
 * struct dxg_bo_part - What a BO knows of one of its allocations.
 */
struct dxg_bo_part {
	/** @offset: Where it starts in the BO, and in its space of mmap offsets. */
	u64 offset;

	/** @size: Its bytes, whole pages. */
	u64 size;

	/** @data: Opaque data, as the host wrote it back. */
	void *data;

	/** @data_size: Bytes of @data. */
	u32 data_size;

	/** @mappings: CPU mappings. Under the lock of the home view's allocation. */
	unsigned int mappings;

	/** @locked: They hold a lock. Likewise. */
	bool locked;
};

/**
 * struct dxg_bo - A buffer object.
 */
struct dxg_bo {
	/** @base: The GEM object; its size is that of all allocations. */
	struct drm_gem_object base;

	/** @flags: Bits DRM_DXG_BO_xxx. */
	u32 flags;

	/** @count: Number of allocations. */
	u32 count;

	/** @parts: What is known of each. */
	struct dxg_bo_part *parts;

	/** @home: The view of the device that it was made on; NULL for another driver's memory. */
	struct dxg_bo_view *home;

	/** @views_lock: Protects @views and @shared, and the making of views. */
	struct mutex views_lock;

	/** @views: All views, @home among them. */
	struct list_head views;

	/** @shared: The host's NT handle, once one was needed. */
	struct dxg_shared *shared;

	/** @backing: Guest memory under it, or NULL. The BO holds a reference. */
	struct dxg_backing *backing;

	/** @runtime_data: Opaque data that goes with it. */
	void *runtime_data;

	/** @resource_data: Opaque data of the host's driver for all of it. */
	void *resource_data;

	/** @runtime_size: Bytes of @runtime_data. */
	u32 runtime_size;

	/** @resource_size: Bytes of @resource_data. */
	u32 resource_size;

	/** @idle: Gives up the CPU's locks some time after the last mapping has gone. */
	struct delayed_work idle;
};

static inline struct dxg_bo *to_dxg_bo(struct drm_gem_object *obj)
{
	return container_of(obj, struct dxg_bo, base);
}

/* ---- For those who use BOs ---- */

struct dxg_bo *dxg_bo_lookup(struct drm_file *file, u32 handle);

static inline void dxg_bo_put(struct dxg_bo *bo)
{
	drm_gem_object_put(&bo->base);
}

struct dxg_bo_view *dxg_bo_view_obtain(struct dxg_bo *bo, struct dxg_host_device *device,
				       unsigned int flags);
void dxg_bo_view_put(struct dxg_bo_view *view);
u32 dxg_bo_view_handle(struct dxg_bo_view *view, u32 index);

/* ---- Memory kinds ---- */

int dxg_bo_gem_mmap(struct file *filp, struct vm_area_struct *vma);
void dxg_bo_unplug(struct dxg_device *dxg);
enum drm_gem_object_status dxg_bo_status(struct drm_gem_object *obj);
void dxg_bo_show_memory(struct drm_printer *p, struct drm_file *file);

/* ---- Ioctls: dxg_ioctl_bo.c ---- */

int dxg_ioctl_bo_create(struct drm_device *drm, void *data, struct drm_file *file);
int dxg_ioctl_bo_mmap_offset(struct drm_device *drm, void *data, struct drm_file *file);
int dxg_ioctl_bo_query_info(struct drm_device *drm, void *data, struct drm_file *file);
int dxg_ioctl_bo_madvise(struct drm_device *drm, void *data, struct drm_file *file);
int dxg_ioctl_bo_sync(struct drm_device *drm, void *data, struct drm_file *file);
int dxg_ioctl_bo_set_property(struct drm_device *drm, void *data, struct drm_file *file);

#endif /* _DXG_BO_H_ */

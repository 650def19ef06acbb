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

#include <linux/atomic.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include <drm/drm_gem.h>

#include "dxg_allocation.h"

struct drm_dxg_bo_alloc;
struct drm_file;
struct drm_printer;
struct dxg_bo;
struct dxg_device;
struct seq_file;

/**
 * struct dxg_bo_view - The host objects by which one host device knows a BO.
 */
struct dxg_bo_view {
	/** @ref: Each struct dxg_vm_bo, @file; of the home view: the BO. */
	struct kref ref;

	/** @bo: The BO. Users of the view hold it. */
	struct dxg_bo *bo;

	/** @list: Entry of bo->views. */
	struct list_head list;

	/** @device: The host device. Holds a reference. */
	struct dxg_host_device *device;

	/** @file: The file that was told the handles and holds a reference, or NULL. */
	struct drm_file *file;

	/** @resource: The host resource, or NULL. */
	struct dxg_resource *resource;

	/** @handles: The host's handles of @allocs, for those who want an array. */
	u32 *handles;

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

	/** @locked: The CPU mappings hold a lock. Under the lock of the home's allocation. */
	bool locked;

	/** @mappings: VMAs. */
	atomic_t mappings;
};

/**
 * struct dxg_bo - A buffer object.
 */
struct dxg_bo {
	/** @base: The GEM object; its size is that of all allocations. */
	struct drm_gem_object base;

	/** @flags: Bits DRM_DXG_BO_xxx. */
	u32 flags;

	/** @count: Number of @parts: of allocations. */
	u32 count;

	/** @resv_obj: Whose reservation object it uses, or NULL: its own. Holds a reference. */
	struct drm_gem_object *resv_obj;

	/** @lock: Protects the making of views and @shared. Held while the host is asked. */
	struct mutex lock;

	/** @views_lock: Protects @views and view->file. */
	spinlock_t views_lock;

	/** @views: All views, @home among them. */
	struct list_head views;

	/** @home: The view of the device that it was made on; NULL for another driver's memory. */
	struct dxg_bo_view *home;

	/** @shared: The host's NT handle, once one was needed. */
	struct dxg_shared *shared;

	/** @backing: Guest memory under it, or NULL. The BO holds a reference. */
	struct dxg_backing *backing;

	/** @pages: For DRM_DXG_BO_SYSTEM: its pages. */
	struct page **pages;

	/** @pfns: For DRM_DXG_BO_IMPORTED: its page frame numbers, of DXGP_PAGE_SIZE. */
	u64 *pfns;

	/** @imported: Likewise: the dma-buf. A reference. */
	struct dma_buf *imported;

	/** @sgt: Likewise: what the exporter has given; NULL when the device has gone. */
	struct sg_table *sgt;

	/** @import_entry: Likewise: of the device's list, as long as it is attached. */
	struct list_head import_entry;

	/** @embedded: @backing of DRM_DXG_BO_SYSTEM and of imports: releases the BO itself. */
	struct dxg_backing embedded;

	/** @dummy: What CPU mappings of host memory show after unplug, once there are any. */
	struct page *dummy;

	/** @runtime_data: Opaque data that goes with it. */
	void *runtime_data;

	/** @resource_data: Opaque data of the host's driver for all of it. */
	void *resource_data;

	/** @runtime_size: Bytes of @runtime_data. */
	u32 runtime_size;

	/** @resource_size: Bytes of @resource_data. */
	u32 resource_size;

	/** @entry: Entry of the adapter's BOs, under their lock; empty before and after. */
	struct list_head entry;

	/** @idle: Gives up the CPU's locks some time after the last mapping has gone. */
	struct delayed_work idle;

	/** @parts: What is known of each allocation. */
	struct dxg_bo_part parts[] __counted_by(count);
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
struct dxg_bo_view *dxg_bo_view_another(struct dxg_bo *bo, struct dxg_host_device *device,
					unsigned int flags);
void dxg_bo_view_put(struct dxg_bo_view *view);
void dxg_bo_view_pin(struct dxg_bo_view *view, struct drm_file *file, u32 handle);
void dxg_bo_show_memory(struct drm_printer *p, struct drm_file *file);
void dxg_bo_show_all(struct dxg_device *dxg, struct seq_file *m);

/* ---- Making BOs ---- */

struct dxg_bo *dxg_bo_new(struct drm_device *drm, u32 flags, u32 count, u64 size,
			  struct drm_gem_object *resv_obj);
struct dxg_bo *dxg_bo_new_import(struct drm_device *drm, u64 size, u64 *pfns,
				 struct sg_table *sgt);
int dxg_bo_make(struct dxg_bo *bo, struct dxg_host_device *device,
		struct drm_dxg_bo_alloc *allocs);
struct dxg_bo *dxg_bo_adopt(struct dxg_resource *resource, struct dxg_allocation **allocs,
			    u32 count);
int dxg_bo_publish(struct dxg_bo *bo, struct drm_file *file, u32 *handle);

/* ---- CPU access ---- */

int dxg_bo_gem_mmap(struct file *filp, struct vm_area_struct *vma);
int dxg_bo_mmap(struct drm_gem_object *obj, struct vm_area_struct *vma);
int dxg_bo_part_at(const struct dxg_bo *bo, u64 offset);
void dxg_bo_idle(struct work_struct *work);

extern const struct vm_operations_struct dxg_bo_vm_ops;
extern const struct dxg_alloc_ops dxg_bo_alloc_ops;

/* ---- Memory kinds ---- */

/* dxg_bo_host.c */
vm_fault_t dxg_bo_host_fault(struct dxg_bo *bo, u32 index, struct vm_fault *vmf, u64 offset);
int dxg_bo_host_vmap(struct drm_gem_object *obj, struct iosys_map *map);
void dxg_bo_host_vunmap(struct drm_gem_object *obj, struct iosys_map *map);

/* dxg_bo_system.c */
int dxg_bo_system_get_pages(struct dxg_bo *bo);
vm_fault_t dxg_bo_system_fault(struct dxg_bo *bo, struct vm_fault *vmf, u64 offset);
struct sg_table *dxg_bo_system_sg_table(struct drm_gem_object *obj);
int dxg_bo_system_vmap(struct drm_gem_object *obj, struct iosys_map *map);
void dxg_bo_system_vunmap(struct drm_gem_object *obj, struct iosys_map *map);

/* ---- Ioctls: dxg_ioctl_bo.c ---- */

int dxg_ioctl_bo_create(struct drm_device *drm, void *data, struct drm_file *file);
int dxg_ioctl_bo_mmap_offset(struct drm_device *drm, void *data, struct drm_file *file);
int dxg_ioctl_bo_query_info(struct drm_device *drm, void *data, struct drm_file *file);
int dxg_ioctl_bo_madvise(struct drm_device *drm, void *data, struct drm_file *file);
int dxg_ioctl_bo_sync(struct drm_device *drm, void *data, struct drm_file *file);
int dxg_ioctl_bo_set_property(struct drm_device *drm, void *data, struct drm_file *file);

#endif /* _DXG_BO_H_ */

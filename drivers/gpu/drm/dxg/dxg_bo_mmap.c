// SPDX-License-Identifier: GPL-2.0
/*
 * CPU mappings of BOs, for all kinds of memory.
 *
 * A BO has one range of mmap offsets for all its allocations, one behind the
 * other. A mapping is of one allocation or a part of it; it is shared by the children
 * of fork() and does not grow.
 */
#include <linux/mm.h>

#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_vma_manager.h>
#include <drm/dxg_drm.h>

#include <kunit/visibility.h>

#include "dxg_bo.h"
#include "dxg_iospace.h"
#include "dxg_transport.h"

/* How long host memory stays locked when nobody maps it any more. */
#define DXG_BO_IDLE_MS		1000

/**
 * dxg_bo_part_at() - Which allocation an offset is in.
 * @bo: The BO.
 * @offset: The offset.
 *
 * Returns its index, or -1.
 */
int dxg_bo_part_at(const struct dxg_bo *bo, u64 offset)
{
	u32 low = 0, high = bo->count;

	while (low < high) {
		u32 mid = (low + high) / 2;
		const struct dxg_bo_part *part = &bo->parts[mid];

		if (offset < part->offset)
			high = mid;
		else if (offset - part->offset >= part->size)
			low = mid + 1;
		else
			return mid;
	}
	return -1;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_bo_part_at);

/* Where in the BO a page of its VMAs is. */
static u64 dxg_bo_offset(const struct dxg_bo *bo, pgoff_t pgoff)
{
	return (u64)(pgoff - drm_vma_node_start(&bo->base.vma_node)) << PAGE_SHIFT;
}

static struct dxg_bo_part *dxg_bo_vma_part(const struct vm_area_struct *vma)
{
	struct dxg_bo *bo = to_dxg_bo(vma->vm_private_data);

	return &bo->parts[dxg_bo_part_at(bo, dxg_bo_offset(bo, vma->vm_pgoff))];
}

static vm_fault_t dxg_bo_fault(struct vm_fault *vmf)
{
	struct dxg_bo *bo = to_dxg_bo(vmf->vma->vm_private_data);
	u64 offset = dxg_bo_offset(bo, vmf->pgoff);
	int index = dxg_bo_part_at(bo, offset);

	if (index < 0)
		return VM_FAULT_SIGBUS;
	if (bo->pages)
		return dxg_bo_system_fault(bo, vmf, offset);
	return dxg_bo_host_fault(bo, index, vmf, offset - bo->parts[index].offset);
}

static void dxg_bo_vm_open(struct vm_area_struct *vma)
{
	atomic_inc(&dxg_bo_vma_part(vma)->mappings);
	drm_gem_vm_open(vma);
}

static void dxg_bo_vm_close(struct vm_area_struct *vma)
{
	struct dxg_bo *bo = to_dxg_bo(vma->vm_private_data);

	if (atomic_dec_and_test(&dxg_bo_vma_part(vma)->mappings) && !bo->backing)
		dxg_queue_delayed_work(&bo->idle, DXG_BO_IDLE_MS);
	drm_gem_vm_close(vma);
}

const struct vm_operations_struct dxg_bo_vm_ops = {
	.fault = dxg_bo_fault,
	.open = dxg_bo_vm_open,
	.close = dxg_bo_vm_close,
};

/**
 * dxg_bo_mmap() - Prepare a VMA of a BO. Nothing is mapped yet.
 * @obj: The BO.
 * @vma: The VMA, its pgoff in the space of mmap offsets.
 *
 * -EPERM for a BO that is not to be mapped, -EINVAL when the VMA is not within one
 * allocation, or private and writable.
 */
int dxg_bo_mmap(struct drm_gem_object *obj, struct vm_area_struct *vma)
{
	struct dxg_bo *bo = to_dxg_bo(obj);
	u64 offset = dxg_bo_offset(bo, vma->vm_pgoff);
	int ret, index = dxg_bo_part_at(bo, offset);

	if (bo->flags & DRM_DXG_BO_NO_MMAP)
		return -EPERM;
	if (index < 0)
		return -EINVAL;
	offset -= bo->parts[index].offset;
	if (vma->vm_end - vma->vm_start > bo->parts[index].size - offset)
		return -EINVAL;
	ret = dxg_iomem_vma_init(vma);
	if (ret)
		return ret;
	atomic_inc(&bo->parts[index].mappings);
	return 0;
}

/**
 * dxg_bo_gem_mmap() - mmap() of the node, for offsets of BOs.
 * @filp: The open file.
 * @vma: The VMA.
 *
 * As drm_gem_mmap(), but the offset may be within the BO's range.
 */
int dxg_bo_gem_mmap(struct file *filp, struct vm_area_struct *vma)
{
	struct drm_file *file = filp->private_data;
	struct drm_device *drm = file->minor->dev;
	struct drm_gem_object *obj = NULL;
	struct drm_vma_offset_node *node;
	int ret;

	if (drm_dev_is_unplugged(drm))
		return -ENODEV;
	drm_vma_offset_lock_lookup(drm->vma_offset_manager);
	node = drm_vma_offset_lookup_locked(drm->vma_offset_manager, vma->vm_pgoff,
					    vma_pages(vma));
	if (node) {
		obj = container_of(node, struct drm_gem_object, vma_node);
		/* One without references waits for the lock to leave the table. */
		if (!kref_get_unless_zero(&obj->refcount))
			obj = NULL;
	}
	drm_vma_offset_unlock_lookup(drm->vma_offset_manager);
	if (!obj)
		return -EINVAL;

	if (drm_vma_node_is_allowed(&obj->vma_node, file))
		ret = drm_gem_mmap_obj(obj, drm_vma_node_size(&obj->vma_node) << PAGE_SHIFT, vma);
	else
		ret = -EACCES;
	drm_gem_object_put(obj);
	return ret;
}

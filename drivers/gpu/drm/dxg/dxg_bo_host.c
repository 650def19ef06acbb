// SPDX-License-Identifier: GPL-2.0
/*
 * BOs in memory of the host, as the CPU sees them: locked on the host by the
 * first fault, or the first user in the kernel, and given up some time after the
 * last mapping has gone.
 */
#include <linux/err.h>
#include <linux/iosys-map.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>

#include <drm/drm_drv.h>
#include <drm/dxg_drm.h>

#include "dxg_bo.h"
#include "dxg_host_device.h"
#include "dxg_iospace.h"
#include "dxg_proto.h"

/* Map the page that stands for memory that has gone. */
static vm_fault_t dxg_bo_dummy_fault(struct dxg_bo *bo, struct vm_fault *vmf)
{
	struct page *page = READ_ONCE(bo->dummy);

	if (!page) {
		/* One of its own: it is written to, and BOs have nothing to tell each other. */
		page = alloc_page(GFP_KERNEL_ACCOUNT | __GFP_ZERO);
		if (!page)
			return VM_FAULT_OOM;
		if (cmpxchg(&bo->dummy, NULL, page)) {
			__free_page(page);
			page = READ_ONCE(bo->dummy);
		}
	}
	return vmf_insert_pfn(vmf->vma, vmf->address & PAGE_MASK, page_to_pfn(page));
}

/* Lock the part for its mappings. Under the allocation's lock. 0 or -errno. */
static int dxg_bo_host_lock(struct dxg_bo_part *part, struct dxg_allocation *alloc)
{
	u32 status;
	int ret;

	if (part->locked)
		return 0;
	ret = dxg_allocation_lock_held(alloc, false, DXG_REQ_KILLABLE, &status);
	if (!ret)
		ret = dxg_host_device_refused(alloc->device, DXGP_CMD_LOCK2, status);
	part->locked = !ret;
	return ret;
}

/*
 * Ask the host for access without the lock of the address space, which other
 * threads need. What comes of it is seen when the fault is tried again.
 */
static vm_fault_t dxg_bo_host_fault_unlocked(struct dxg_bo *bo, struct dxg_bo_part *part,
					     struct dxg_allocation *alloc, struct vm_fault *vmf)
{
	/* The VMA, and with it the BO, may go from here on. */
	drm_gem_object_get(&bo->base);
	mmap_read_unlock(vmf->vma->vm_mm);
	if (!mutex_lock_killable(&alloc->lock)) {
		dxg_bo_host_lock(part, alloc);
		mutex_unlock(&alloc->lock);
	}
	return VM_FAULT_RETRY;
}

static vm_fault_t dxg_bo_host_fault_locked(struct dxg_bo *bo, struct dxg_bo_part *part,
					   struct dxg_allocation *alloc, struct vm_fault *vmf,
					   u64 offset)
{
	int ret = dxg_bo_host_lock(part, alloc);

	switch (ret) {
	case 0:
		/* Revoked since it was locked, or going: soon nobody can get in here. */
		if (alloc->revoked || !alloc->map)
			return dxg_bo_dummy_fault(bo, vmf);
		return dxg_iomem_fault(alloc->map, vmf, offset);
	case -ENODEV:
		return dxg_bo_dummy_fault(bo, vmf);
	case -ENOMEM:
		return VM_FAULT_OOM;
	default:
		return VM_FAULT_SIGBUS;
	}
}

/**
 * dxg_bo_host_fault() - A page of host memory is missing.
 * @bo: The BO.
 * @index: Which of its allocations.
 * @vmf: The fault.
 * @offset: Where in the allocation.
 *
 * SIGBUS when the host refuses or does not answer; after unplug, a page that has
 * nothing to do with the memory.
 */
vm_fault_t dxg_bo_host_fault(struct dxg_bo *bo, u32 index, struct vm_fault *vmf, u64 offset)
{
	struct dxg_allocation *alloc = bo->home->allocs[index];
	struct dxg_bo_part *part = &bo->parts[index];
	struct drm_device *drm = bo->base.dev;
	vm_fault_t ret;
	int idx;

	if (!drm_dev_enter(drm, &idx))
		return dxg_bo_dummy_fault(bo, vmf);

	/* Whoever holds the lock for long waits for the host with it. */
	if (fault_flag_allow_retry_first(vmf->flags) &&
	    !(READ_ONCE(part->locked) && mutex_trylock(&alloc->lock))) {
		if (vmf->flags & FAULT_FLAG_RETRY_NOWAIT) {
			drm_dev_exit(idx);
			return VM_FAULT_RETRY;
		}
		ret = dxg_bo_host_fault_unlocked(bo, part, alloc, vmf);
		drm_dev_exit(idx);
		dxg_bo_put(bo);
		return ret;
	}
	if (!fault_flag_allow_retry_first(vmf->flags) && mutex_lock_killable(&alloc->lock)) {
		drm_dev_exit(idx);
		return VM_FAULT_SIGBUS;
	}
	ret = dxg_bo_host_fault_locked(bo, part, alloc, vmf, offset);
	mutex_unlock(&alloc->lock);
	drm_dev_exit(idx);
	return ret;
}

/**
 * dxg_bo_idle() - Some time ago, a mapping was the last one of an allocation.
 * @work: bo->idle.
 */
void dxg_bo_idle(struct work_struct *work)
{
	struct dxg_bo *bo = container_of(to_delayed_work(work), struct dxg_bo, idle);
	u32 i;

	for (i = 0; i < bo->count; i++) {
		struct dxg_allocation *alloc = bo->home->allocs[i];
		struct dxg_bo_part *part = &bo->parts[i];

		mutex_lock(&alloc->lock);
		/* A new mapping looks at locked under the lock before it maps anything. */
		if (part->locked && !atomic_read(&part->mappings)) {
			part->locked = false;
			dxg_allocation_unlock_held(alloc, false);
		}
		mutex_unlock(&alloc->lock);
	}
}

static void dxg_bo_revoke(struct dxg_allocation *alloc, void *owner)
{
	struct dxg_bo *bo = owner;

	/* Mappings by way of a dma-buf are in the same address space. */
	drm_vma_node_unmap(&bo->base.vma_node, bo->base.dev->anon_inode->i_mapping);
}

const struct dxg_alloc_ops dxg_bo_alloc_ops = {
	.revoke = dxg_bo_revoke,
};

/**
 * dxg_bo_host_vmap() - Map the BO into the kernel.
 * @obj: The BO, of one allocation.
 * @map: Returned: where.
 *
 * -EPERM for one that is not to be mapped, -ENODEV after unplug, or why the host
 * did not give access. The mapping stays when the adapter goes, but the memory
 * behind it does not.
 */
int dxg_bo_host_vmap(struct drm_gem_object *obj, struct iosys_map *map)
{
	struct dxg_bo *bo = to_dxg_bo(obj);
	struct dxg_allocation *alloc = bo->home->allocs[0];
	u32 status;
	int idx, ret;

	if (bo->flags & DRM_DXG_BO_NO_MMAP)
		return -EPERM;
	if (bo->count > 1)
		return -EOPNOTSUPP;
	if (!drm_dev_enter(obj->dev, &idx))
		return -ENODEV;
	ret = dxg_allocation_lock(alloc, true, DXG_REQ_KILLABLE, &status);
	if (!ret)
		ret = dxg_host_device_refused(alloc->device, DXGP_CMD_LOCK2, status);
	drm_dev_exit(idx);
	if (ret)
		return ret;
	/* Importers such as videobuf2 forget that a map is of IO memory; this one is of none. */
	iosys_map_set_vaddr(map, alloc->map->cpu);
	return 0;
}

/**
 * dxg_bo_host_vunmap() - Undo dxg_bo_host_vmap().
 * @obj: The BO.
 * @map: Where it is.
 */
void dxg_bo_host_vunmap(struct drm_gem_object *obj, struct iosys_map *map)
{
	dxg_allocation_unlock(to_dxg_bo(obj)->home->allocs[0], true);
}

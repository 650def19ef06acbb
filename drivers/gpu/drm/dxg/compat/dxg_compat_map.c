// SPDX-License-Identifier: GPL-2.0
/*
 * User addresses that the interface returns: the value of a fence, a locked allocation.
 *
 * A map is what one address shows. It is a VMA of an internal file whose mapping is the
 * device's, so that unplug takes its pages away with those of the render nodes; pages
 * come by faults. When the map has ended, or the adapter has gone, faults give a page
 * that has to do with nothing. A child of fork() that has the VMA keeps the map, not
 * what was behind it.
 */
#include <linux/anon_inodes.h>
#include <linux/atomic.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include <drm/drm_drv.h>
#include <drm/drm_vma_manager.h>

#include <kunit/visibility.h>

#include "../dxg_allocation.h"
#include "../dxg_device.h"
#include "../dxg_fence.h"
#include "../dxg_iospace.h"
#include "../dxg_sync_object.h"
#include "dxg_compat.h"
#include "dxg_compat_map.h"

/* Offsets in a device's mapping, behind those of BOs and of pages of sync objects. */
#define DXG_COMPAT_OFFSET	BIT_ULL(36)
#define DXG_COMPAT_OFFSETS	BIT_ULL(38)

static struct drm_vma_offset_manager dxg_compat_offsets;
static atomic_t dxg_compat_offsets_users;

struct dxg_compat_map {
	struct kref ref;			/* whose map it is; the file */
	struct dxg_device *dxg;			/* held */
	struct mm_struct *mm;			/* only compared, while the process lives */
	struct drm_vma_offset_node node;
	unsigned long address;
	unsigned long size;
	bool writable;
	struct page *dummy;			/* for writable ones that have ended */
	struct rw_semaphore sem;		/* protects what follows against faults */
	struct dxg_fence *fence;		/* held, or NULL */
	struct dxg_allocation *alloc;		/* locked by the map's owner, or NULL */
};

/**
 * dxg_compat_maps_init() - Prepare the offsets of maps. For the module, and for its tests.
 */
void dxg_compat_maps_init(void)
{
	if (atomic_inc_return(&dxg_compat_offsets_users) > 1)
		return;
	drm_vma_offset_manager_init(&dxg_compat_offsets, DXG_COMPAT_OFFSET, DXG_COMPAT_OFFSETS);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_compat_maps_init);

/**
 * dxg_compat_maps_fini() - The user has no map any more.
 */
void dxg_compat_maps_fini(void)
{
	if (atomic_dec_and_test(&dxg_compat_offsets_users))
		drm_vma_offset_manager_destroy(&dxg_compat_offsets);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_compat_maps_fini);

static void dxg_compat_map_free(struct kref *ref)
{
	struct dxg_compat_map *map = container_of(ref, struct dxg_compat_map, ref);

	drm_vma_offset_remove(&dxg_compat_offsets, &map->node);
	if (map->dummy)
		__free_page(map->dummy);
	drm_dev_put(&map->dxg->drm);
	kfree(map);
}

/* ---- Faults ---- */

static vm_fault_t dxg_compat_dummy_fault(struct dxg_compat_map *map, struct vm_fault *vmf)
{
	struct page *page = ZERO_PAGE(vmf->address);

	if (map->writable) {
		page = READ_ONCE(map->dummy);
		if (!page) {
			page = alloc_page(GFP_KERNEL_ACCOUNT | __GFP_ZERO);
			if (!page)
				return VM_FAULT_OOM;
			if (cmpxchg(&map->dummy, NULL, page)) {
				__free_page(page);
				page = READ_ONCE(map->dummy);
			}
		}
	}
	return vmf_insert_pfn(vmf->vma, vmf->address & PAGE_MASK, page_to_pfn(page));
}

static vm_fault_t dxg_compat_map_fault(struct vm_fault *vmf)
{
	struct dxg_compat_map *map = vmf->vma->vm_private_data;
	u64 offset = (u64)(vmf->pgoff - drm_vma_node_start(&map->node)) << PAGE_SHIFT;
	const struct dxg_iomem *mem = NULL;
	vm_fault_t ret;
	int idx;

	down_read(&map->sem);
	if ((map->fence || map->alloc) && drm_dev_enter(&map->dxg->drm, &idx)) {
		/* Until unplug, the lock or the reference keeps it. */
		mem = map->fence ? dxg_fence_object(map->fence)->page : map->alloc->map;
		ret = mem ? dxg_iomem_fault(mem, vmf, offset) : VM_FAULT_SIGBUS;
		drm_dev_exit(idx);
	} else {
		ret = dxg_compat_dummy_fault(map, vmf);
	}
	up_read(&map->sem);
	return ret;
}

static const struct vm_operations_struct dxg_compat_map_vm_ops = {
	.fault = dxg_compat_map_fault,
};

static int dxg_compat_map_mmap(struct file *filp, struct vm_area_struct *vma)
{
	struct dxg_compat_map *map = filp->private_data;
	int ret;

	if (vma->vm_pgoff != drm_vma_node_start(&map->node) ||
	    vma_pages(vma) != drm_vma_node_size(&map->node))
		return -EINVAL;
	if (!map->writable) {
		if (vma->vm_flags & VM_WRITE)
			return -EACCES;
		vm_flags_clear(vma, VM_MAYWRITE);
	}
	ret = dxg_iomem_vma_init(vma);
	if (ret)
		return ret;
	/* The VMA holds the file, and that the map. */
	vma->vm_private_data = map;
	vma->vm_ops = &dxg_compat_map_vm_ops;
	return 0;
}

static int dxg_compat_map_release(struct inode *inode, struct file *filp)
{
	struct dxg_compat_map *map = filp->private_data;

	kref_put(&map->ref, dxg_compat_map_free);
	return 0;
}

static const struct file_operations dxg_compat_map_fops = {
	.owner = THIS_MODULE,
	.mmap = dxg_compat_map_mmap,
	.release = dxg_compat_map_release,
};

/* ---- Life ---- */

static int dxg_compat_map_insert(struct dxg_compat_map *map)
{
	unsigned long address;
	struct file *file;

	file = anon_inode_getfile("[dxg]", &dxg_compat_map_fops, map,
				  map->writable ? O_RDWR : O_RDONLY);
	if (IS_ERR(file))
		return PTR_ERR(file);
	kref_get(&map->ref);
	file->f_mapping = map->dxg->drm.anon_inode->i_mapping;
	address = vm_mmap(file, 0, map->size, PROT_READ | (map->writable ? PROT_WRITE : 0),
			  MAP_SHARED, drm_vma_node_offset_addr(&map->node));
	fput(file);
	if (IS_ERR_VALUE(address))
		return address;
	map->address = address;
	return 0;
}

/**
 * dxg_compat_map_create() - Show something at an address of the current process.
 * @dxg: The adapter.
 * @fence: A fence, whose page is shown to be read; a reference is taken. Or NULL:
 * @alloc: An allocation that is locked until dxg_compat_map_end(), to be read and written.
 *
 * Returns the map or ERR_PTR.
 */
struct dxg_compat_map *dxg_compat_map_create(struct dxg_device *dxg, struct dxg_fence *fence,
					     struct dxg_allocation *alloc)
{
	u64 size = fence ? PAGE_SIZE : PAGE_ALIGN(alloc->size);
	struct dxg_compat_map *map;
	int ret;

	if (size > LONG_MAX)
		return ERR_PTR(-ENOMEM);
	map = kzalloc_obj(*map, GFP_KERNEL_ACCOUNT);
	if (!map)
		return ERR_PTR(-ENOMEM);
	kref_init(&map->ref);
	init_rwsem(&map->sem);
	drm_vma_node_reset(&map->node);
	drm_dev_get(&dxg->drm);
	map->dxg = dxg;
	map->mm = current->mm;
	map->size = size;
	map->writable = !fence;
	map->fence = fence ? dxg_fence_get(fence) : NULL;
	map->alloc = alloc;
	ret = drm_vma_offset_add(&dxg_compat_offsets, &map->node, size >> PAGE_SHIFT);
	if (!ret)
		ret = dxg_compat_map_insert(map);
	if (ret) {
		dxg_compat_map_end(map);
		return ERR_PTR(ret);
	}
	return map;
}

/* Whether the VMA at the address is still the map's. */
static bool dxg_compat_map_there(const struct dxg_compat_map *map)
{
	struct mm_struct *mm = map->mm;
	struct vm_area_struct *vma;
	bool there;

	mmap_read_lock(mm);
	vma = find_vma(mm, map->address);
	there = vma && vma->vm_start == map->address && vma->vm_ops == &dxg_compat_map_vm_ops &&
		vma->vm_private_data == map;
	mmap_read_unlock(mm);
	return there;
}

/**
 * dxg_compat_map_end() - Nothing is behind the address any more.
 * @map: The map, or NULL.
 *
 * The VMA goes, too, if this is called by its process and it is where it was. Where a
 * program has moved it, or a child has it, it stays and shows a page of zeroes.
 */
void dxg_compat_map_end(struct dxg_compat_map *map)
{
	struct dxg_fence *fence;

	if (!map)
		return;
	down_write(&map->sem);
	fence = map->fence;
	map->fence = NULL;
	map->alloc = NULL;
	up_write(&map->sem);
	drm_vma_node_unmap(&map->node, map->dxg->drm.anon_inode->i_mapping);
	if (fence)
		dxg_fence_put(fence);
	if (map->address && map->mm == current->mm && dxg_compat_map_there(map))
		vm_munmap(map->address, map->size);
	kref_put(&map->ref, dxg_compat_map_free);
}

/**
 * dxg_compat_map_address() - Where it is, 0 for no map.
 * @map: The map, or NULL.
 */
u64 dxg_compat_map_address(const struct dxg_compat_map *map)
{
	return map ? map->address : 0;
}

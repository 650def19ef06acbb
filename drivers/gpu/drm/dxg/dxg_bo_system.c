// SPDX-License-Identifier: GPL-2.0
/*
 * BOs in memory of the guest that the kernel provides: shmem pages, which do not
 * move from the BO's creation until the host has let go of them.
 *
 * The pages are taken by the GEM core's functions; the shmem helpers would take
 * them again for each user, and their fault handler knows one allocation only.
 */
#include <linux/err.h>
#include <linux/iosys-map.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/vmalloc.h>

#include <drm/drm_prime.h>

#include "dxg_bo.h"

/* Pages that a fault maps, if they are there: the one that is needed is the first. */
#define DXG_FAULT_PAGES		16

/**
 * dxg_bo_system_get_pages() - Take the pages of a new BO.
 * @bo: The BO, with its size.
 */
int dxg_bo_system_get_pages(struct dxg_bo *bo)
{
	struct address_space *mapping = bo->base.filp->f_mapping;
	struct page **pages;

	/* Pinned pages are no good in movable memory; failing is no news for the log. */
	mapping_set_gfp_mask(mapping, GFP_HIGHUSER | __GFP_RETRY_MAYFAIL | __GFP_NOWARN);
	pages = drm_gem_get_pages(&bo->base);
	if (IS_ERR(pages))
		return PTR_ERR(pages);
	bo->pages = pages;
	return 0;
}

/**
 * dxg_bo_system_fault() - Map a page, and some behind it.
 * @bo: The BO.
 * @vmf: The fault.
 * @offset: Where in the BO the page is that is missing.
 */
vm_fault_t dxg_bo_system_fault(struct dxg_bo *bo, struct vm_fault *vmf, u64 offset)
{
	unsigned long i, count, first = offset >> PAGE_SHIFT, addr = vmf->address & PAGE_MASK;
	vm_fault_t ret = VM_FAULT_SIGBUS;

	count = min3((bo->base.size >> PAGE_SHIFT) - first,
		     (vmf->vma->vm_end - addr) >> PAGE_SHIFT, (unsigned long)DXG_FAULT_PAGES);
	for (i = 0; i < count; i++) {
		vm_fault_t one = vmf_insert_pfn(vmf->vma, addr + i * PAGE_SIZE,
						page_to_pfn(bo->pages[first + i]));

		if (!i)
			ret = one;
		if (one != VM_FAULT_NOPAGE)
			break;
	}
	return ret;
}

/**
 * dxg_bo_system_sg_table() - The pages, for the dma-buf of the BO.
 * @obj: The BO.
 */
struct sg_table *dxg_bo_system_sg_table(struct drm_gem_object *obj)
{
	return drm_prime_pages_to_sg(obj->dev, to_dxg_bo(obj)->pages, obj->size >> PAGE_SHIFT);
}

/**
 * dxg_bo_system_vmap() - Map the BO into the kernel.
 * @obj: The BO.
 * @map: Returned: where.
 */
int dxg_bo_system_vmap(struct drm_gem_object *obj, struct iosys_map *map)
{
	void *address = vmap(to_dxg_bo(obj)->pages, obj->size >> PAGE_SHIFT, VM_MAP, PAGE_KERNEL);

	if (!address)
		return -ENOMEM;
	iosys_map_set_vaddr(map, address);
	return 0;
}

/**
 * dxg_bo_system_vunmap() - Undo dxg_bo_system_vmap().
 * @obj: The BO.
 * @map: Where it is.
 */
void dxg_bo_system_vunmap(struct drm_gem_object *obj, struct iosys_map *map)
{
	vunmap(map->vaddr);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Pieces of the IO space: mapped into the kernel for their memory type, and into
 * programs page by page.
 */
#include <linux/err.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include <kunit/static_stub.h>
#include <kunit/visibility.h>

#include "dxg_device.h"
#include "dxg_iospace.h"

/* Pages that a fault maps, if they are within the VMA: the one that is needed is the first. */
#define DXG_FAULT_PAGES		16

/**
 * dxg_iomem_map() - Reserve the memory type of a piece and map it into the kernel.
 * @host: The host.
 * @address: Guest-physical address, as the host named it.
 * @size: Bytes; rounded up to pages.
 * @cached: Write-back, else write-combined.
 *
 * Returns the piece or ERR_PTR: -EIO when it is not in the IO space or not on a
 * page boundary, or when part of it is mapped with the other type; -ENOMEM.
 */
struct dxg_iomem *dxg_iomem_map(struct dxg_host *host, u64 address, u64 size, bool cached)
{
	struct dxg_iomem *mem;

	KUNIT_STATIC_STUB_REDIRECT(dxg_iomem_map, host, address, size, cached);

	if (!size || size > host->iospace_size || !PAGE_ALIGNED(address) ||
	    !dxg_host_iospace_ok(host, address, PAGE_ALIGN(size)))
		return ERR_PTR(-EIO);

	mem = kzalloc_obj(*mem, GFP_KERNEL_ACCOUNT);
	if (!mem)
		return ERR_PTR(-ENOMEM);
	mem->address = address;
	mem->size = PAGE_ALIGN(size);
	mem->cached = cached;
	/* Reading and writing has no side effects, so it is no __iomem. */
	mem->cpu = memremap(mem->address, mem->size, cached ? MEMREMAP_WB : MEMREMAP_WC);
	/* The range is good: what failed is memory for page tables, or for the memory type. */
	if (!mem->cpu) {
		kfree(mem);
		return ERR_PTR(-ENOMEM);
	}
	return mem;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_iomem_map);

/**
 * dxg_iomem_unmap() - Undo dxg_iomem_map().
 * @mem: The piece; no page of it is mapped into a program any more.
 */
void dxg_iomem_unmap(struct dxg_iomem *mem)
{
	KUNIT_STATIC_STUB_REDIRECT(dxg_iomem_unmap, mem);

	memunmap(mem->cpu);
	kfree(mem);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_iomem_unmap);

/**
 * dxg_iomem_vma_init() - Prepare a VMA for dxg_iomem_fault().
 * @vma: The VMA, in an mmap operation.
 *
 * Children of fork() share the mapping, which is of memory that is shared with
 * the GPU anyway; it does not grow, because what is behind it is not ours, and is
 * not dumped, because reading write-combined memory is slow.
 *
 * Returns 0, or -EINVAL for a private writable mapping.
 */
int dxg_iomem_vma_init(struct vm_area_struct *vma)
{
	if ((vma->vm_flags & (VM_SHARED | VM_MAYWRITE)) == VM_MAYWRITE)
		return -EINVAL;
	vm_flags_set(vma, VM_IO | VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP);
	return 0;
}

/**
 * dxg_iomem_fault() - Map a page, and some behind it.
 * @mem: The piece.
 * @vmf: The fault, in a VMA of dxg_iomem_vma_init().
 * @offset: Where in @mem the page is that is missing.
 */
vm_fault_t dxg_iomem_fault(const struct dxg_iomem *mem, struct vm_fault *vmf, u64 offset)
{
	unsigned long i, pages, addr = vmf->address & PAGE_MASK;
	vm_fault_t ret = VM_FAULT_SIGBUS;

	if (offset >= mem->size)
		return VM_FAULT_SIGBUS;
	pages = min3((unsigned long)((mem->size - offset) >> PAGE_SHIFT),
		     (vmf->vma->vm_end - addr) >> PAGE_SHIFT, (unsigned long)DXG_FAULT_PAGES);
	for (i = 0; i < pages; i++) {
		u64 at = mem->address + PAGE_ALIGN_DOWN(offset) + i * PAGE_SIZE;
		vm_fault_t one = vmf_insert_pfn(vmf->vma, addr + i * PAGE_SIZE, PHYS_PFN(at));

		if (!i)
			ret = one;
		if (one != VM_FAULT_NOPAGE)
			break;
	}
	return ret;
}

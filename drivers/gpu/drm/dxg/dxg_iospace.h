/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Host memory in the IO space, as the CPU sees it.
 *
 * The cache mode of a page that a fault handler inserts is that of its memory
 * type, not what the VMA says, and an address whose type nobody has reserved
 * is uncached. So a piece of the IO space is mapped into the kernel first, which
 * reserves the type, and stays mapped as long as anybody has a mapping.
 */
#ifndef _DXG_IOSPACE_H_
#define _DXG_IOSPACE_H_

#include <linux/mm_types.h>
#include <linux/types.h>

struct dxg_host;

/**
 * struct dxg_iomem - A piece of the IO space.
 */
struct dxg_iomem {
	/** @address: Guest-physical address, on a page boundary. */
	u64 address;

	/** @size: Bytes, whole pages. */
	u64 size;

	/** @cached: Write-back, else write-combined. */
	bool cached;

	/** @cpu: Where the kernel sees it. */
	void *cpu;
};

/* ERR_PTR: -EIO when it is not in the host's IO space, -ENOMEM. May sleep. */
struct dxg_iomem *dxg_iomem_map(struct dxg_host *host, u64 address, u64 size, bool cached);
/* No mapping of it is left. May sleep. */
void dxg_iomem_unmap(struct dxg_iomem *mem);

/* In a fault handler, for a VMA of dxg_iomem_vma_init(): map the page at @offset. */
vm_fault_t dxg_iomem_fault(const struct dxg_iomem *mem, struct vm_fault *vmf, u64 offset);
/* 0, or -EINVAL for a private writable mapping, which would copy. */
int dxg_iomem_vma_init(struct vm_area_struct *vma);

#endif /* _DXG_IOSPACE_H_ */

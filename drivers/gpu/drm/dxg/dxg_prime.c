// SPDX-License-Identifier: GPL-2.0
/*
 * dma-bufs: BOs that leave the driver, and other drivers' memory that comes in.
 *
 * System BOs are shared as pages. Host BOs have none: other drivers reach
 * them by CPU, and by DMA where a device sees guest-physical addresses as they
 * are. What comes in must be guest memory that the host can be told of: RAM, not
 * copied, translated or encrypted on the way.
 */
#include <linux/cc_platform.h>
#include <linux/dma-buf.h>
#include <linux/dma-map-ops.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/ioport.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/scatterlist.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include <drm/drm_drv.h>
#include <drm/drm_prime.h>
#include <drm/dxg_drm.h>

#include "dxg_bo.h"
#include "dxg_device.h"
#include "dxg_iospace.h"
#include "dxg_prime.h"
#include "dxg_proto.h"

/* Bytes of one entry of a scatter list: their number is an unsigned int. */
#define DXG_MAX_SEGMENT		SZ_1G
/* Larger than any memory, and no sum with it overflows. */
#define DXG_MAX_IMPORT_SIZE	BIT_ULL(46)

/* ---- Export ---- */

/* A table with one entry that has an address for DMA and no page. */
static struct sg_table *dxg_prime_pageless(dma_addr_t address, u64 size)
{
	struct sg_table *sgt = kzalloc_obj(*sgt, GFP_KERNEL);
	struct scatterlist *sg;
	unsigned int i, count = DIV_ROUND_UP_ULL(size, DXG_MAX_SEGMENT);

	if (!sgt)
		return ERR_PTR(-ENOMEM);
	if (sg_alloc_table(sgt, count, GFP_KERNEL)) {
		kfree(sgt);
		return ERR_PTR(-ENOMEM);
	}
	for_each_sgtable_dma_sg(sgt, sg, i) {
		unsigned int len = min_t(u64, size, DXG_MAX_SEGMENT);

		sg_set_page(sg, NULL, len, 0);
		sg_dma_address(sg) = address;
		sg_dma_len(sg) = len;
		address += len;
		size -= len;
	}
	return sgt;
}

/* Host memory for the device of @attach: only if it sees it where the CPU does. */
static struct sg_table *dxg_prime_map_host(struct dxg_bo *bo, struct device *dev,
					   enum dma_data_direction dir)
{
	struct dxg_allocation *alloc = bo->home->allocs[0];
	struct dxg_iomem *mem;
	struct sg_table *sgt;
	struct iosys_map map;
	dma_addr_t address;
	int ret;

	if (!dev_is_dma_coherent(dev))
		return ERR_PTR(-EOPNOTSUPP);
	ret = dxg_bo_host_vmap(&bo->base, &map);
	if (ret)
		return ERR_PTR(ret);
	mem = alloc->map;
	address = dma_map_resource(dev, mem->address, mem->size, dir, DMA_ATTR_SKIP_CPU_SYNC);
	ret = dma_mapping_error(dev, address) ? -EOPNOTSUPP : 0;
	if (!ret && address != mem->address) {
		dma_unmap_resource(dev, address, mem->size, dir, DMA_ATTR_SKIP_CPU_SYNC);
		ret = -EOPNOTSUPP;
	}
	sgt = ret ? ERR_PTR(ret) : dxg_prime_pageless(address, mem->size);
	if (IS_ERR(sgt)) {
		if (!ret)
			dma_unmap_resource(dev, address, mem->size, dir, DMA_ATTR_SKIP_CPU_SYNC);
		dxg_bo_host_vunmap(&bo->base, &map);
	}
	return sgt;
}

static void dxg_prime_unmap_host(struct dxg_bo *bo, struct device *dev, struct sg_table *sgt,
				 enum dma_data_direction dir)
{
	struct iosys_map map;

	dma_unmap_resource(dev, sg_dma_address(sgt->sgl), bo->base.size, dir,
			   DMA_ATTR_SKIP_CPU_SYNC);
	sg_free_table(sgt);
	kfree(sgt);
	dxg_bo_host_vunmap(&bo->base, &map);
}

/* Count what of the pages of @bo a device sees elsewhere: a copy, or an IOMMU. */
static void dxg_prime_count(struct dxg_bo *bo, struct sg_table *sgt)
{
	struct dxg_device *dxg = to_dxg_device(bo->base.dev);
	struct sg_dma_page_iter iter;
	unsigned long i = 0;

	for_each_sgtable_dma_page(sgt, &iter, 0) {
		if (sg_page_iter_dma_address(&iter) != page_to_phys(bo->pages[i++]))
			atomic64_add(PAGE_SIZE, &dxg->bounced);
	}
}

static struct sg_table *dxg_prime_map(struct dma_buf_attachment *attach,
				      enum dma_data_direction dir)
{
	struct drm_gem_object *obj = attach->dmabuf->priv;
	struct dxg_bo *bo = to_dxg_bo(obj);
	struct sg_table *sgt;

	sgt = bo->pages ? drm_gem_map_dma_buf(attach, dir) :
	      dxg_prime_map_host(bo, attach->dev, dir);
	if (IS_ERR(sgt))
		return sgt;
	atomic64_add(obj->size, &to_dxg_device(obj->dev)->mapped);
	if (bo->pages)
		dxg_prime_count(bo, sgt);
	return sgt;
}

static void dxg_prime_unmap(struct dma_buf_attachment *attach, struct sg_table *sgt,
			    enum dma_data_direction dir)
{
	struct drm_gem_object *obj = attach->dmabuf->priv;
	struct dxg_bo *bo = to_dxg_bo(obj);

	if (bo->pages)
		drm_gem_unmap_dma_buf(attach, sgt, dir);
	else
		dxg_prime_unmap_host(bo, attach->dev, sgt, dir);
}

static const struct dma_buf_ops dxg_prime_ops = {
	.map_dma_buf = dxg_prime_map,
	.unmap_dma_buf = dxg_prime_unmap,
	.release = drm_gem_dmabuf_release,
	.mmap = drm_gem_dmabuf_mmap,
	.vmap = drm_gem_dmabuf_vmap,
	.vunmap = drm_gem_dmabuf_vunmap,
};

/**
 * dxg_prime_export() - Make a dma-buf of a BO.
 * @obj: The BO.
 * @flags: O_xxx of the descriptor.
 *
 * ERR_PTR: -EPERM for a BO that may not leave its file, -EOPNOTSUPP for one of
 * several allocations.
 */
struct dma_buf *dxg_prime_export(struct drm_gem_object *obj, int flags)
{
	struct dma_buf_export_info info = {
		.exp_name = KBUILD_MODNAME,
		.owner = THIS_MODULE,
		.ops = &dxg_prime_ops,
		.size = obj->size,
		.flags = flags,
		.priv = obj,
		.resv = obj->resv,
	};
	struct dxg_bo *bo = to_dxg_bo(obj);
	struct dma_buf *dma_buf;

	if (!(bo->flags & DRM_DXG_BO_SHAREABLE))
		return ERR_PTR(-EPERM);
	if (bo->count > 1)
		return ERR_PTR(-EOPNOTSUPP);
	dma_buf = drm_gem_dmabuf_export(obj->dev, &info);
	if (IS_ERR(dma_buf))
		return dma_buf;
	/* Its mappings are among those of the node, so that they can be revoked with them. */
	dma_buf->file->f_mapping = obj->dev->anon_inode->i_mapping;
	return dma_buf;
}

/* ---- Import ---- */

/* Whether devices see RAM where the CPU sees it: nothing copies, translates or encrypts. */
static bool dxg_prime_direct(struct device *dev)
{
	struct page *page;
	dma_addr_t address;
	bool direct;

	if (cc_platform_has(CC_ATTR_MEM_ENCRYPT))
		return false;
	page = alloc_page(GFP_KERNEL);
	if (!page)
		return false;
	address = dma_map_page_attrs(dev, page, 0, PAGE_SIZE, DMA_BIDIRECTIONAL,
				     DMA_ATTR_SKIP_CPU_SYNC);
	direct = !dma_mapping_error(dev, address) && address == page_to_phys(page);
	if (!dma_mapping_error(dev, address))
		dma_unmap_page_attrs(dev, address, PAGE_SIZE, DMA_BIDIRECTIONAL,
				     DMA_ATTR_SKIP_CPU_SYNC);
	__free_page(page);
	return direct;
}

/* All of the memory must be RAM and none of it the host's. */
static bool dxg_prime_is_ram(struct dxg_device *dxg, u64 address, u64 size)
{
	struct dxg_host *host = dxg->host;

	if (region_intersects(address, size, IORESOURCE_SYSTEM_RAM, IORES_DESC_NONE) !=
	    REGION_INTERSECTS)
		return false;
	return address + size <= host->iospace_start ||
	       address >= host->iospace_start + host->iospace_size;
}

/* The page frame numbers of @sgt, @pages of them. 0 or -errno. */
static int dxg_prime_get_pfns(struct dxg_device *dxg, struct sg_table *sgt, u64 *pfns, u64 pages)
{
	struct scatterlist *sg;
	u64 at = 0, i, count;
	unsigned int n;

	for_each_sgtable_dma_sg(sgt, sg, n) {
		u64 address = sg_dma_address(sg), size = sg_dma_len(sg);

		if (!IS_ALIGNED(address | size, DXGP_PAGE_SIZE) ||
		    !dxg_prime_is_ram(dxg, address, size))
			return -EOPNOTSUPP;
		count = min(size / DXGP_PAGE_SIZE, pages - at);
		for (i = 0; i < count; i++)
			pfns[at++] = address / DXGP_PAGE_SIZE + i;
	}
	/* The exporter says that it is larger than what it gave. */
	return at == pages ? 0 : -EINVAL;
}

/* A BO of @sgt, which it owns if this succeeds. */
static struct drm_gem_object *dxg_prime_import_table(struct drm_device *drm,
						     struct dma_buf_attachment *attach,
						     struct sg_table *sgt)
{
	u64 size = attach->dmabuf->size, pages = size / DXGP_PAGE_SIZE;
	struct dxg_bo *bo;
	u64 *pfns;
	int ret;

	pfns = kvmalloc_array(pages, sizeof(*pfns), GFP_KERNEL_ACCOUNT);
	if (!pfns)
		return ERR_PTR(-ENOMEM);
	ret = dxg_prime_get_pfns(to_dxg_device(drm), sgt, pfns, pages);
	if (ret)
		goto err_free;
	bo = dxg_bo_new_import(drm, size, pfns, sgt);
	if (IS_ERR(bo)) {
		ret = PTR_ERR(bo);
		goto err_free;
	}
	return &bo->base;

err_free:
	kvfree(pfns);
	return ERR_PTR(ret);
}

/* Under the lock: the device does no DMA to the memory of @bo any more. */
static void dxg_prime_detach(struct dxg_bo *bo)
{
	struct dma_buf_attachment *attach = bo->base.import_attach;

	list_del_init(&bo->import_entry);
	bo->base.import_attach = NULL;
	dma_buf_unmap_attachment_unlocked(attach, bo->sgt, DMA_BIDIRECTIONAL);
	/* Some mappings last until then. */
	dma_buf_detach(bo->imported, attach);
	bo->sgt = NULL;
}

/* Have the mapping of @bo end no later than its device. 0 or -ENODEV. */
static int dxg_prime_list_import(struct dxg_device *dxg, struct dxg_bo *bo)
{
	int ret = -ENODEV;

	mutex_lock(&dxg->imports_lock);
	if (!dxg->imports_ended) {
		list_add_tail(&bo->import_entry, &dxg->imports);
		ret = 0;
	}
	mutex_unlock(&dxg->imports_lock);
	return ret;
}

/**
 * dxg_prime_imports_end() - The device goes: unmap what is mapped for it.
 * @dxg: The adapter; the host reaches no memory of its BOs any more.
 *
 * Imported BOs that somebody still has keep their dma-bufs, and no more.
 */
void dxg_prime_imports_end(struct dxg_device *dxg)
{
	struct dxg_bo *bo, *next;

	/* What a BO is attached to is read under this lock where it is exported again. */
	mutex_lock(&dxg->drm.object_name_lock);
	mutex_lock(&dxg->imports_lock);
	dxg->imports_ended = true;
	/* Who releases one of them waits for the lock before. */
	list_for_each_entry_safe(bo, next, &dxg->imports, import_entry)
		dxg_prime_detach(bo);
	mutex_unlock(&dxg->imports_lock);
	mutex_unlock(&dxg->drm.object_name_lock);
}

/**
 * dxg_prime_import_release() - Give a dma-buf back.
 * @bo: The imported BO, at its end.
 */
void dxg_prime_import_release(struct dxg_bo *bo)
{
	struct dxg_device *dxg = to_dxg_device(bo->base.dev);

	mutex_lock(&dxg->imports_lock);
	if (bo->base.import_attach)
		dxg_prime_detach(bo);
	mutex_unlock(&dxg->imports_lock);
	dma_buf_put(bo->imported);
}

/**
 * dxg_prime_import() - The BO of a dma-buf.
 * @drm: The DRM device.
 * @dma_buf: The dma-buf.
 *
 * One that this device has exported is the BO that it is of. Another one's memory
 * stays where it is from now on, and is told to the host by the first VM that
 * uses it. ERR_PTR: -EINVAL for a size that cannot be, -EOPNOTSUPP for memory that the
 * host cannot be told of, -ENODEV, or what the exporter returns.
 */
struct drm_gem_object *dxg_prime_import(struct drm_device *drm, struct dma_buf *dma_buf)
{
	struct dma_buf_attachment *attach;
	struct drm_gem_object *obj;
	struct sg_table *sgt;
	int ret;

	if (dma_buf->ops == &dxg_prime_ops) {
		obj = dma_buf->priv;
		if (obj->dev == drm) {
			drm_gem_object_get(obj);
			return obj;
		}
	}
	if (!dma_buf->size || !PAGE_ALIGNED(dma_buf->size) ||
	    dma_buf->size > DXG_MAX_IMPORT_SIZE)
		return ERR_PTR(-EINVAL);
	if (!dxg_prime_direct(drm->dev))
		return ERR_PTR(-EOPNOTSUPP);

	attach = dma_buf_attach(dma_buf, drm->dev);
	if (IS_ERR(attach))
		return ERR_CAST(attach);
	get_dma_buf(dma_buf);
	sgt = dma_buf_map_attachment_unlocked(attach, DMA_BIDIRECTIONAL);
	if (IS_ERR(sgt)) {
		ret = PTR_ERR(sgt);
		goto err_detach;
	}
	obj = dxg_prime_import_table(drm, attach, sgt);
	if (IS_ERR(obj)) {
		ret = PTR_ERR(obj);
		goto err_unmap;
	}
	obj->import_attach = attach;
	obj->resv = dma_buf->resv;
	to_dxg_bo(obj)->imported = dma_buf;
	ret = dxg_prime_list_import(to_dxg_device(drm), to_dxg_bo(obj));
	if (ret) {
		drm_gem_object_put(obj);
		return ERR_PTR(ret);
	}
	atomic64_add(obj->size, &to_dxg_device(drm)->imported);
	return obj;

err_unmap:
	dma_buf_unmap_attachment_unlocked(attach, sgt, DMA_BIDIRECTIONAL);
err_detach:
	dma_buf_detach(dma_buf, attach);
	dma_buf_put(dma_buf);
	return ERR_PTR(ret);
}

MODULE_IMPORT_NS("DMA_BUF");

// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * A peer for tests of drivers that share dma-bufs. It exports what no honest driver of a
 * test machine does: memory of odd sizes, at odd addresses, of a device that has gone; and
 * it counts who has attached, mapped and pinned it. As an importer it tells which
 * addresses a dma-buf has for a device, and writes there.
 */
#include <linux/atomic.h>
#include <linux/dma-buf.h>
#include <linux/dma-mapping.h>
#include <linux/highmem.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "dmabuf_peer.h"

#define MAX_SIZE	(64ul << 20)
#define ODD		512

struct peer_buffer {
	u32 kind;
	u64 address;
	unsigned int count;
	struct page *pages[] __counted_by(count);
};

static struct platform_device *peer_device;
static atomic_t buffers, attached, mapped, pinned;

/* ---- Exporting ---- */

static int peer_attach(struct dma_buf *buf, struct dma_buf_attachment *attach)
{
	struct peer_buffer *b = buf->priv;

	if (b->kind == DMABUF_PEER_NO_ATTACH)
		return -ENODEV;
	atomic_inc(&attached);
	return 0;
}

static void peer_detach(struct dma_buf *buf, struct dma_buf_attachment *attach)
{
	atomic_dec(&attached);
}

static int peer_pin(struct dma_buf_attachment *attach)
{
	atomic_inc(&pinned);
	return 0;
}

static void peer_unpin(struct dma_buf_attachment *attach)
{
	atomic_dec(&pinned);
}

/* Addresses that nobody has mapped. */
static void peer_lie(struct peer_buffer *b, struct sg_table *sgt)
{
	u64 address = b->kind == DMABUF_PEER_ELSEWHERE ? b->address :
		      page_to_phys(b->pages[0]) + ODD;
	struct scatterlist *sg;
	int i;

	for_each_sgtable_sg(sgt, sg, i) {
		sg_dma_address(sg) = address;
		sg_dma_len(sg) = sg->length;
		address += sg->length;
	}
	sgt->nents = sgt->orig_nents;
}

static bool peer_lies(const struct peer_buffer *b)
{
	return b->kind == DMABUF_PEER_ELSEWHERE || b->kind == DMABUF_PEER_ODD_PAGES;
}

static struct sg_table *peer_map(struct dma_buf_attachment *attach, enum dma_data_direction dir)
{
	struct peer_buffer *b = attach->dmabuf->priv;
	unsigned int count = b->kind == DMABUF_PEER_SHORT ? b->count - 1 : b->count;
	struct sg_table *sgt;
	int ret;

	if (b->kind == DMABUF_PEER_NO_MAP)
		return ERR_PTR(-ENODEV);
	sgt = kcalloc(1, sizeof(*sgt), GFP_KERNEL);
	if (!sgt)
		return ERR_PTR(-ENOMEM);
	ret = sg_alloc_table_from_pages(sgt, b->pages, count, 0, (u64)count << PAGE_SHIFT,
					GFP_KERNEL);
	if (ret)
		goto err_free;
	if (peer_lies(b))
		peer_lie(b, sgt);
	else
		ret = dma_map_sgtable(attach->dev, sgt, dir, 0);
	if (ret)
		goto err_table;
	atomic_inc(&mapped);
	return sgt;

err_table:
	sg_free_table(sgt);
err_free:
	kfree(sgt);
	return ERR_PTR(ret);
}

static void peer_unmap(struct dma_buf_attachment *attach, struct sg_table *sgt,
		       enum dma_data_direction dir)
{
	if (!peer_lies(attach->dmabuf->priv))
		dma_unmap_sgtable(attach->dev, sgt, dir, 0);
	sg_free_table(sgt);
	kfree(sgt);
	atomic_dec(&mapped);
}

static void peer_free(struct peer_buffer *b)
{
	unsigned int i;

	for (i = 0; i < b->count && b->pages[i]; i++)
		__free_page(b->pages[i]);
	kvfree(b);
	atomic_dec(&buffers);
}

static void peer_release(struct dma_buf *buf)
{
	peer_free(buf->priv);
}

static int peer_mmap(struct dma_buf *buf, struct vm_area_struct *vma)
{
	struct peer_buffer *b = buf->priv;

	return vm_map_pages(vma, b->pages, b->count);
}

static const struct dma_buf_ops peer_ops = {
	.attach = peer_attach,
	.detach = peer_detach,
	.map_dma_buf = peer_map,
	.unmap_dma_buf = peer_unmap,
	.release = peer_release,
	.mmap = peer_mmap,
};

static const struct dma_buf_ops peer_movable_ops = {
	.attach = peer_attach,
	.detach = peer_detach,
	.pin = peer_pin,
	.unpin = peer_unpin,
	.map_dma_buf = peer_map,
	.unmap_dma_buf = peer_unmap,
	.release = peer_release,
	.mmap = peer_mmap,
};

static struct peer_buffer *peer_make(const struct dmabuf_peer_export *args)
{
	unsigned int i, count = args->size >> PAGE_SHIFT;
	struct peer_buffer *b = kvzalloc(struct_size(b, pages, count), GFP_KERNEL);

	if (!b)
		return NULL;
	atomic_inc(&buffers);
	b->kind = args->kind;
	b->address = args->address;
	b->count = count;
	for (i = 0; i < count; i++) {
		b->pages[i] = alloc_page(GFP_HIGHUSER | __GFP_ZERO);
		if (!b->pages[i]) {
			peer_free(b);
			return NULL;
		}
	}
	return b;
}

static long peer_export(void __user *user)
{
	DEFINE_DMA_BUF_EXPORT_INFO(info);
	struct dmabuf_peer_export args;
	struct peer_buffer *b;
	struct dma_buf *buf;

	if (copy_from_user(&args, user, sizeof(args)))
		return -EFAULT;
	if (args.kind > DMABUF_PEER_MOVABLE || args.size < 2 * PAGE_SIZE || args.size > MAX_SIZE)
		return -EINVAL;
	b = peer_make(&args);
	if (!b)
		return -ENOMEM;
	info.ops = args.kind == DMABUF_PEER_MOVABLE ? &peer_movable_ops : &peer_ops;
	info.size = args.kind == DMABUF_PEER_ODD_SIZE ? args.size - ODD : args.size;
	info.flags = O_RDWR;
	info.priv = b;
	buf = dma_buf_export(&info);
	if (IS_ERR(buf)) {
		peer_free(b);
		return PTR_ERR(buf);
	}
	args.fd = dma_buf_fd(buf, O_CLOEXEC);
	if (args.fd < 0)
		dma_buf_put(buf);
	return args.fd < 0 ? args.fd : copy_to_user(user, &args, sizeof(args)) ? -EFAULT : 0;
}

/* ---- Importing ---- */

/* Write to the page at @address, which must be RAM. */
static int peer_write(dma_addr_t address, u32 base)
{
	unsigned int i;
	u32 *words;

	if (!pfn_valid(PHYS_PFN(address)))
		return -EIO;
	words = kmap_local_page(pfn_to_page(PHYS_PFN(address)));
	for (i = 0; i < PAGE_SIZE / sizeof(*words); i++)
		words[i] = base + i;
	kunmap_local(words);
	return 0;
}

/* Tell the addresses, and write where they point to. */
static int peer_visit(struct sg_table *sgt, struct dmabuf_peer_import *args)
{
	u64 __user *to = u64_to_user_ptr(args->addresses);
	struct sg_dma_page_iter iter;
	u64 i = 0;
	int ret;

	for_each_sgtable_dma_page(sgt, &iter, 0) {
		u64 address = sg_page_iter_dma_address(&iter);

		if (i < args->pages && put_user(address, to + i))
			return -EFAULT;
		ret = args->write ? peer_write(address, args->write) : 0;
		if (ret)
			return ret;
		i++;
	}
	args->pages = i;
	return 0;
}

static long peer_import(void __user *user)
{
	struct dma_buf_attachment *attach;
	struct dmabuf_peer_import args;
	struct sg_table *sgt;
	struct dma_buf *buf;
	long ret;

	if (copy_from_user(&args, user, sizeof(args)))
		return -EFAULT;
	buf = dma_buf_get(args.fd);
	if (IS_ERR(buf))
		return PTR_ERR(buf);
	attach = dma_buf_attach(buf, &peer_device->dev);
	ret = PTR_ERR_OR_ZERO(attach);
	if (ret)
		goto out_put;
	sgt = dma_buf_map_attachment_unlocked(attach, DMA_BIDIRECTIONAL);
	ret = PTR_ERR_OR_ZERO(sgt);
	if (!ret) {
		ret = peer_visit(sgt, &args);
		dma_buf_unmap_attachment_unlocked(attach, sgt, DMA_BIDIRECTIONAL);
	}
	dma_buf_detach(buf, attach);
	if (!ret && copy_to_user(user, &args, sizeof(args)))
		ret = -EFAULT;
out_put:
	dma_buf_put(buf);
	return ret;
}

/* ---- The node ---- */

static long peer_counts(void __user *user)
{
	struct dmabuf_peer_counts counts = {
		.buffers = atomic_read(&buffers),
		.attached = atomic_read(&attached),
		.mapped = atomic_read(&mapped),
		.pinned = atomic_read(&pinned),
	};

	return copy_to_user(user, &counts, sizeof(counts)) ? -EFAULT : 0;
}

static long peer_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	void __user *user = (void __user *)arg;

	switch (cmd) {
	case DMABUF_PEER_EXPORT:
		return peer_export(user);
	case DMABUF_PEER_IMPORT:
		return peer_import(user);
	case DMABUF_PEER_COUNTS:
		return peer_counts(user);
	default:
		return -ENOTTY;
	}
}

static const struct file_operations peer_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = peer_ioctl,
};

static struct miscdevice peer_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "dmabuf_peer",
	.fops = &peer_fops,
	.mode = 0600,
};

static int __init peer_init(void)
{
	int ret;

	peer_device = platform_device_register_simple("dmabuf_peer", -1, NULL, 0);
	if (IS_ERR(peer_device))
		return PTR_ERR(peer_device);
	ret = dma_coerce_mask_and_coherent(&peer_device->dev, DMA_BIT_MASK(64));
	if (!ret)
		ret = misc_register(&peer_misc);
	if (ret)
		platform_device_unregister(peer_device);
	return ret;
}

static void __exit peer_exit(void)
{
	misc_deregister(&peer_misc);
	platform_device_unregister(peer_device);
}

module_init(peer_init);
module_exit(peer_exit);
MODULE_DESCRIPTION("A peer for tests of drivers that share dma-bufs");
MODULE_LICENSE("Dual MIT/GPL");
/* What MODULE_IMPORT_NS() takes is not the same in all kernels. */
MODULE_INFO(import_ns, "DMA_BUF");

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For kernels on which a fence refers to its operations for as long as anybody
 * holds it: let go of them when it is signalled, as newer ones do. Whoever keeps a
 * signalled fence then does not call into a module that has been unloaded.
 *
 * What takes their place are the operations of the kernel's own signalled fence
 * (dma_fence_get_stub()), which is part of the image. Both are there while a reader
 * may have either.
 */
#ifndef _DXG_BACKPORT_FENCE_OPS_H_
#define _DXG_BACKPORT_FENCE_OPS_H_

#include <linux/dma-fence.h>

static const struct dma_fence_ops *dxg_backport_stub_ops __maybe_unused;

/* Not in dma_fence_signal(): this takes a lock that is not safe in interrupts. */
static inline void dxg_backport_find_stub_ops(void)
{
	struct dma_fence *done;

	if (READ_ONCE(dxg_backport_stub_ops))
		return;
	done = dma_fence_get_stub();
	WRITE_ONCE(dxg_backport_stub_ops, done->ops);
	dma_fence_put(done);
}

/* The caller holds a reference. */
static inline void dxg_backport_fence_signal(struct dma_fence *fence)
{
	dma_fence_signal(fence);
	WRITE_ONCE(fence->ops, dxg_backport_stub_ops);
}

#define dma_fence_init(fence, ops, lock, context, seqno) do {		\
	dxg_backport_find_stub_ops();					\
	dma_fence_init(fence, ops, lock, context, seqno);		\
} while (0)

#define dma_fence_signal(fence) dxg_backport_fence_signal(fence)

#endif /* _DXG_BACKPORT_FENCE_OPS_H_ */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Paging queues on the host: what mappings and residency are ordered by.
 *
 * An operation may be answered as pending. It has come into force when the
 * queue's fence has the value that came with the answer. The host alone raises
 * that fence, so it may end dma_fences.
 */
#ifndef _DXG_PAGING_QUEUE_H_
#define _DXG_PAGING_QUEUE_H_

#include <linux/kref.h>
#include <linux/types.h>

#include "dxg_quarantine.h"

struct dxg_fence;
struct dxg_host_device;
struct dxg_request;

/**
 * struct dxg_paging_queue - A paging queue on the host.
 *
 * Nothing but @ref changes while the object lives.
 */
struct dxg_paging_queue {
	/** @ref: References. */
	struct kref ref;

	/** @device: The device that it belongs to. Holds a reference. */
	struct dxg_host_device *device;

	/** @handle: The host's handle. */
	u32 handle;

	/** @fence: Its fence, which only the host raises. Ends with the queue. */
	struct dxg_fence *fence;

	/** @destroy: Ends it. Prepared at creation. */
	struct dxg_request *destroy;

	/** @keep: Until the host has let go. */
	struct dxg_keep keep;
};

struct dxg_paging_queue *dxg_paging_queue_create(struct dxg_host_device *device, s32 priority,
						 unsigned int flags);
struct dxg_paging_queue *dxg_paging_queue_get(struct dxg_paging_queue *queue);
void dxg_paging_queue_put(struct dxg_paging_queue *queue);

#endif /* _DXG_PAGING_QUEUE_H_ */

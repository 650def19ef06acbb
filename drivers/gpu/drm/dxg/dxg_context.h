/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Host objects that execute: packet contexts, and hardware queues below them.
 *
 * Both faces stand on these. They are at the host's granularity: one object here
 * is one there, named by the host's handle; nothing is known of jobs or fences.
 *
 * Lifetime: reference counted. A hardware queue holds its context, a context its
 * host device, so that the host loses them in the order that it wants. The last
 * reference may be dropped anywhere: the request that ends the object is made
 * together with it and handed to the quarantine of the device, which sends it.
 */
#ifndef _DXG_CONTEXT_H_
#define _DXG_CONTEXT_H_

#include <linux/kref.h>
#include <linux/types.h>

#include "dxg_alive.h"
#include "dxg_cmd_queue.h"
#include "dxg_quarantine.h"

struct dxg_host_device;

/**
 * struct dxg_context - A packet context of the host.
 */
struct dxg_context {
	/** @ref: References. */
	struct kref ref;

	/** @device: The host device. Holds a reference. */
	struct dxg_host_device *device;

	/** @handle: The host's handle. */
	u32 handle;

	/** @alive: Found by @handle until it begins to end. */
	struct dxg_alive alive;

	/** @node: The engine. */
	u32 node;

	/** @flags: DXGP_CONTEXT_xxx. */
	u32 flags;

	/** @destroy: The request that ends it, made beforehand. */
	struct dxg_request *destroy;

	/** @keep: In quarantine. */
	struct dxg_keep keep;
};

/**
 * struct dxg_hwqueue - A hardware queue of the host.
 */
struct dxg_hwqueue {
	/** @ref: References. */
	struct kref ref;

	/** @context: The context above it. Holds a reference. */
	struct dxg_context *context;

	/** @handle: The host's handle. */
	u32 handle;

	/** @fence: The host's handle of the progress fence. It ends with the queue. */
	u32 fence;

	/** @fence_address: Guest-physical address of the page with its value. */
	u64 fence_address;

	/** @fence_gpu_va: Where the GPU sees the value. */
	u64 fence_gpu_va;

	/** @destroy: The request that ends it, made beforehand. */
	struct dxg_request *destroy;

	/** @keep: In quarantine. */
	struct dxg_keep keep;
};

int dxg_context_create(struct dxg_host_device *device, struct dxg_cmd_context *args,
		       unsigned int flags, struct dxg_context **context, u32 *status);
struct dxg_context *dxg_context_get(struct dxg_context *context);
void dxg_context_put(struct dxg_context *context);
int dxg_context_set_priority(struct dxg_context *context, s32 priority, bool in_process,
			     unsigned int flags, u32 *status);
int dxg_context_get_priority(struct dxg_context *context, bool in_process, unsigned int flags,
			     s32 *priority, u32 *status);

int dxg_hwqueue_create(struct dxg_context *context, struct dxg_cmd_hwqueue *args,
		       unsigned int flags, struct dxg_hwqueue **hwqueue, u32 *status);
void dxg_hwqueue_put(struct dxg_hwqueue *hwqueue);

#endif /* _DXG_CONTEXT_H_ */

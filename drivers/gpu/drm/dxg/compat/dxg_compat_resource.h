/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Resources of /dev/dxg, between the files that make and share them.
 */
#ifndef _DXG_COMPAT_RESOURCE_H_
#define _DXG_COMPAT_RESOURCE_H_

#include <linux/mutex.h>
#include <linux/types.h>

#include "dxg_compat.h"

struct dxg_bo;
struct dxg_bo_view;
struct dxg_resource;
struct dma_buf;

/**
 * struct dxg_compat_blob - Opaque data that goes with something shared.
 */
struct dxg_compat_blob {
	/** @data: The data, for kvfree(), or NULL. */
	void *data;

	/** @size: Its bytes. */
	u32 size;
};

/**
 * struct dxg_compat_resource - A resource.
 */
struct dxg_compat_resource {
	/** @base: The object. */
	struct dxg_compat_object base;

	/** @resource: The resource on the host. Holds a reference. */
	struct dxg_resource *resource;

	/** @lock: Protects what follows. */
	struct mutex lock;

	/** @shared: It was made to be shared. Does not change. */
	bool shared;

	/** @sealed: It is shared, or was opened: nothing is added any more. */
	bool sealed;

	/** @hosted: A process of the host may have it: no guest memory is added any more. */
	bool hosted;

	/** @dead: It has ended. */
	bool dead;

	/** @allocs: Its allocations, by their sibling. */
	struct list_head allocs;

	/** @count: Number of @allocs. */
	u32 count;

	/** @runtime: Opaque data of the runtime, until it is shared. */
	struct dxg_compat_blob runtime;

	/** @data: Opaque data of the host's driver for all of it, until it is shared. */
	struct dxg_compat_blob data;

	/** @bo: The BO that the memory is, once it was shared, or NULL. Holds a reference. */
	struct dxg_bo *bo;

	/** @view: Of one that was opened: what it is on the host. Holds a reference. */
	struct dxg_bo_view *view;

	/** @dma_buf: What descriptors of it are, if they are dma-bufs. Holds a reference. */
	struct dma_buf *dma_buf;
};

static inline struct dxg_compat_resource *to_compat_resource(struct dxg_compat_object *object)
{
	return container_of(object, struct dxg_compat_resource, base);
}

struct dxg_compat_resource *dxg_compat_resource_new(struct dxg_compat_call *call,
						    struct dxg_compat_device *device);
struct dxg_compat_alloc *dxg_compat_alloc_new(struct dxg_compat_call *call,
					      struct dxg_compat_device *device,
					      struct dxg_allocation *alloc);
int dxg_compat_resource_add(struct dxg_compat_resource *resource, struct dxg_compat_alloc *alloc);

#endif /* _DXG_COMPAT_RESOURCE_H_ */

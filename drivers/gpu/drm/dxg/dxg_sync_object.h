/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sync objects of the host: made, opened, shared, ended, and the page with
 * their value.
 *
 * Lifetime: reference counted. An object holds its host device, hence the host
 * process, and ends before them. The last reference may be dropped in any
 * context: the host is told by a request that was made together with the object,
 * and nobody waits for it. A mapping of the page by user space holds a reference.
 *
 * An adopted object is part of something else on the host (a hardware queue, a
 * paging queue), which ends it: the owner calls dxg_sync_object_revoke() before.
 */
#ifndef _DXG_SYNC_OBJECT_H_
#define _DXG_SYNC_OBJECT_H_

#include <linux/bits.h>
#include <linux/kref.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include <drm/drm_vma_manager.h>

#include "dxg_quarantine.h"

struct dxg_cmd_sync;
struct dxg_device;
struct dxg_host_device;
struct dxg_iomem;
struct dxg_request;
struct dxg_sync_share;
struct file;
struct vm_area_struct;

/* Where in the offsets of a node the pages of sync objects lie: behind the GEM objects. */
#define DXG_SYNC_PAGE_OFFSET	(DRM_FILE_PAGE_OFFSET_START + DRM_FILE_PAGE_OFFSET_SIZE)
/* How many there can be. */
#define DXG_SYNC_PAGES		BIT(24)

/**
 * struct dxg_sync_object - A sync object of the host.
 */
struct dxg_sync_object {
	/** @ref: References. */
	struct kref ref;

	/** @device: The host device that it belongs to. Holds a reference. */
	struct dxg_host_device *device;

	/** @type: DXGP_SYNC_xxx. */
	u32 type;

	/** @flags: DXGP_SYNCFLAG_xxx. */
	u32 flags;

	/** @handle: The host's handle. */
	u32 handle;

	/** @global_handle: The name of a shared object, else 0. */
	u32 global_handle;

	/** @gpu_va: Where the GPU sees the value, or 0. */
	u64 gpu_va;

	/** @page: The page, or NULL. */
	struct dxg_iomem *page;

	/** @node: The offset at which user space maps the page. */
	struct drm_vma_offset_node node;

	/** @sem: Protects @revoked against faults. */
	struct rw_semaphore sem;

	/** @revoked: The page is the host's again. */
	bool revoked;

	/** @destroy: Ends the object on the host; NULL for an adopted one. */
	struct dxg_request *destroy;

	/** @work: Frees an adopted one. */
	struct work_struct work;

	/** @keep: Keeps this struct until the host has answered @destroy. */
	struct dxg_keep keep;

	/** @share_lock: Protects the making of @share. */
	struct mutex share_lock;

	/** @share: What descriptors of the object hold, once there was one. Holds a reference. */
	struct dxg_sync_share *share;
};

int dxg_sync_object_create(struct dxg_host_device *device, struct dxg_cmd_sync *args,
			   unsigned int flags, struct dxg_sync_object **object, u32 *status);
int dxg_sync_object_open(struct dxg_host_device *device, struct dxg_sync_share *share,
			 u32 open_flags, unsigned int flags, struct dxg_sync_object **object,
			 u32 *status);
struct dxg_sync_object *dxg_sync_object_adopt(struct dxg_host_device *device, u32 handle,
					      u32 type, u64 address, u64 gpu_va);
struct dxg_sync_object *dxg_sync_object_get(struct dxg_sync_object *object);
void dxg_sync_object_put(struct dxg_sync_object *object);
void dxg_sync_object_revoke(struct dxg_sync_object *object);

/* ---- The page ---- */

int dxg_sync_pages_init(struct dxg_device *dxg);
u64 dxg_sync_object_value(const struct dxg_sync_object *object);
int dxg_sync_pages_mmap(struct file *filp, struct vm_area_struct *vma);

/* ---- Sharing ---- */

int dxg_sync_object_share(struct dxg_sync_object *object, unsigned int flags,
			  struct dxg_sync_share **share, u32 *status);
struct dxg_sync_share *dxg_sync_share_get(struct dxg_sync_share *share);
void dxg_sync_share_put(struct dxg_sync_share *share);
int dxg_sync_object_home_runs(const struct dxg_sync_object *object, unsigned int flags);
bool dxg_sync_share_of(const struct dxg_sync_share *share, const struct dxg_device *dxg);

#endif /* _DXG_SYNC_OBJECT_H_ */

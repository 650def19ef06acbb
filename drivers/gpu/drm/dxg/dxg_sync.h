/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Syncs: what a submission or a bind waits for and what it signals.
 *
 * Order of use: dxg_syncs_init() checks the user's array, looks up and reserves
 * everything; then the waits are taken (dependencies of a job, and the list of fences
 * for the host); when nothing can fail any more, dxg_syncs_publish() puts the
 * out-fence where it belongs; dxg_syncs_fini() releases the rest, on every path.
 */
#ifndef _DXG_SYNC_H_
#define _DXG_SYNC_H_

#include <linux/types.h>

struct dma_fence;
struct drm_dxg_array;
struct drm_dxg_sync_op;
struct drm_file;
struct dxg_fence;
struct dxg_host_device;
struct dxg_job;
struct dxg_sync;

/** enum dxg_sync_face - Who carries out the operations; decides what is allowed. */
enum dxg_sync_face {
	/** @DXG_SYNC_EXEC_DMA: Submission in dma-fence mode. */
	DXG_SYNC_EXEC_DMA,
	/** @DXG_SYNC_EXEC_USER: Submission in user-fence mode. */
	DXG_SYNC_EXEC_USER,
	/** @DXG_SYNC_BIND_ASYNC_DMA: Bind on a queue in dma-fence mode. */
	DXG_SYNC_BIND_ASYNC_DMA,
	/** @DXG_SYNC_BIND_ASYNC_USER: Bind on a queue in user-fence mode. */
	DXG_SYNC_BIND_ASYNC_USER,
	/** @DXG_SYNC_BIND_SYNC: Bind that is done when the ioctl returns. */
	DXG_SYNC_BIND_SYNC,
};

/**
 * struct dxg_sync_points - Values of fences, in the form that host commands take.
 */
struct dxg_sync_points {
	/** @fences: The fences; each is held. */
	struct dxg_fence **fences;

	/** @objects: Their host handles. */
	u32 *objects;

	/** @values: Their values. */
	u64 *values;

	/** @count: How many. */
	u32 count;
};

/**
 * struct dxg_syncs - The syncs of one submission or bind.
 */
struct dxg_syncs {
	/** @syncobjs: Operations on syncobjs, in the user's order. */
	struct dxg_sync *syncobjs;

	/** @count: How many. */
	u32 count;

	/** @waits: Fences that the host waits for. */
	struct dxg_sync_points waits;

	/** @signals: Fences that the host raises afterwards. */
	struct dxg_sync_points signals;

	/** @earlier: Syncs of the submission before, in the same call, or NULL. */
	const struct dxg_syncs *earlier;
};

int dxg_sync_check(enum dxg_sync_face face, u32 flags);

int dxg_syncs_init(struct dxg_syncs *syncs, struct drm_file *file,
		   struct dxg_host_device *device, enum dxg_sync_face face,
		   const struct drm_dxg_array *array, const struct dxg_syncs *earlier);
int dxg_syncs_init_ops(struct dxg_syncs *syncs, struct drm_file *file,
		       struct dxg_host_device *device, enum dxg_sync_face face,
		       const struct drm_dxg_sync_op *ops, u32 count,
		       const struct dxg_syncs *earlier);
void dxg_syncs_fini(struct dxg_syncs *syncs);

int dxg_syncs_add_dependencies(struct dxg_syncs *syncs, struct dxg_job *job);
void dxg_syncs_publish(struct dxg_syncs *syncs, struct dma_fence *fence);

#endif /* _DXG_SYNC_H_ */

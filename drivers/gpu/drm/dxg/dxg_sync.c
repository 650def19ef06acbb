// SPDX-License-Identifier: GPL-2.0
/*
 * Syncs: checking, looking up and reserving what a submission waits for and
 * signals, so that nothing can fail when its fence is published.
 */
#include <linux/dma-fence-chain.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include <drm/drm_syncobj.h>
#include <drm/dxg_drm.h>

#include <kunit/visibility.h>

#include "dxg_array.h"
#include "dxg_fence.h"
#include "dxg_limits.h"
#include "dxg_sched.h"
#include "dxg_sync.h"
#include "dxg_sync_object.h"

/* Bytes that the structure had when it was introduced. */
#define DXG_SYNC_OP_V1		16

/**
 * struct dxg_sync - One operation on a syncobj.
 */
struct dxg_sync {
	/** @syncobj: The syncobj; held. */
	struct drm_syncobj *syncobj;

	/** @point: Its point, 0 for a binary one. */
	u64 point;

	/** @signal: To be signalled; else waited for. */
	bool signal;

	/** @fence: To wait for; NULL when there is nothing left to wait for. */
	struct dma_fence *fence;

	/** @chain: To signal a point with. */
	struct dma_fence_chain *chain;
};

/* ---- What is allowed ---- */

#define DXG_NO	(-EOPNOTSUPP)

/*
 * By face, type, and whether it is a signal. In dma-fence mode nothing may wait for what
 * user space raises when it pleases; in user-fence mode nothing ends in finite time,
 * so that no dma_fence may stand for it.
 */
static const int dxg_sync_allowed[][3][2] = {
	[DXG_SYNC_EXEC_DMA] = {
		[DRM_DXG_SYNC_SYNCOBJ] = { 0, 0 },
		[DRM_DXG_SYNC_TIMELINE] = { 0, 0 },
		[DRM_DXG_SYNC_FENCE] = { DXG_NO, 0 },
	},
	[DXG_SYNC_EXEC_USER] = {
		[DRM_DXG_SYNC_SYNCOBJ] = { 0, DXG_NO },
		[DRM_DXG_SYNC_TIMELINE] = { 0, DXG_NO },
		[DRM_DXG_SYNC_FENCE] = { 0, 0 },
	},
	[DXG_SYNC_BIND_ASYNC_DMA] = {
		[DRM_DXG_SYNC_SYNCOBJ] = { 0, 0 },
		[DRM_DXG_SYNC_TIMELINE] = { 0, 0 },
		[DRM_DXG_SYNC_FENCE] = { DXG_NO, 0 },
	},
	[DXG_SYNC_BIND_ASYNC_USER] = {
		[DRM_DXG_SYNC_SYNCOBJ] = { DXG_NO, DXG_NO },
		[DRM_DXG_SYNC_TIMELINE] = { DXG_NO, DXG_NO },
		[DRM_DXG_SYNC_FENCE] = { DXG_NO, 0 },
	},
	[DXG_SYNC_BIND_SYNC] = {
		[DRM_DXG_SYNC_SYNCOBJ] = { -EINVAL, -EINVAL },
		[DRM_DXG_SYNC_TIMELINE] = { -EINVAL, -EINVAL },
		[DRM_DXG_SYNC_FENCE] = { -EINVAL, -EINVAL },
	},
};

/**
 * dxg_sync_check() - Whether an operation is allowed.
 * @face: Who carries it out.
 * @flags: &drm_dxg_sync_op.flags.
 *
 * Returns 0; -EINVAL for what there is not, and for anything on a synchronous bind;
 * -EOPNOTSUPP for what the mode forbids.
 */
int dxg_sync_check(enum dxg_sync_face face, u32 flags)
{
	u32 type = flags & DRM_DXG_SYNC_TYPE_MASK;

	if (flags & ~(DRM_DXG_SYNC_TYPE_MASK | DRM_DXG_SYNC_SIGNAL) ||
	    type >= ARRAY_SIZE(dxg_sync_allowed[0]))
		return -EINVAL;
	return dxg_sync_allowed[face][type][!!(flags & DRM_DXG_SYNC_SIGNAL)];
}
EXPORT_SYMBOL_IF_KUNIT(dxg_sync_check);

static int dxg_sync_op_check(enum dxg_sync_face face, const struct drm_dxg_sync_op *op)
{
	u32 type = op->flags & DRM_DXG_SYNC_TYPE_MASK;
	int ret = dxg_sync_check(face, op->flags);

	if (ret)
		return ret;
	if (type == DRM_DXG_SYNC_SYNCOBJ && op->value)
		return -EINVAL;
	if (type == DRM_DXG_SYNC_TIMELINE && !op->value)
		return -EINVAL;
	return 0;
}

/* ---- Syncobjs ---- */

/* A submission of the same call, hence before this one in the queue, signals it. */
static bool dxg_sync_earlier(const struct dxg_syncs *earlier, const struct dxg_sync *sync)
{
	u32 i;

	for (; earlier; earlier = earlier->earlier)
		for (i = 0; i < earlier->count; i++)
			if (earlier->syncobjs[i].signal &&
			    earlier->syncobjs[i].syncobj == sync->syncobj &&
			    !earlier->syncobjs[i].point == !sync->point &&
			    earlier->syncobjs[i].point >= sync->point)
				return true;
	return false;
}

/* What @sync is released by dxg_syncs_fini(), also after an error. */
static int dxg_sync_init_syncobj(struct dxg_sync *sync, struct drm_file *file,
				 const struct drm_dxg_sync_op *op, const struct dxg_syncs *earlier)
{
	sync->syncobj = drm_syncobj_find(file, op->handle);
	if (!sync->syncobj)
		return -ENOENT;
	sync->point = op->value;
	sync->signal = op->flags & DRM_DXG_SYNC_SIGNAL;

	if (sync->signal) {
		if (sync->point)
			sync->chain = dma_fence_chain_alloc();
		return sync->point && !sync->chain ? -ENOMEM : 0;
	}

	if (dxg_sync_earlier(earlier, sync))
		return 0;
	sync->fence = drm_syncobj_fence_get(sync->syncobj);
	if (!sync->fence)
		return -EINVAL;
	/* Leaves NULL when everything up to the point has signalled. */
	return dma_fence_chain_find_seqno(&sync->fence, sync->point);
}

/* ---- Fences ---- */

static int dxg_sync_points_init(struct dxg_sync_points *points, u32 count)
{
	if (!count)
		return 0;
	points->fences = kvcalloc(count, sizeof(*points->fences), GFP_KERNEL_ACCOUNT);
	points->objects = kvcalloc(count, sizeof(*points->objects), GFP_KERNEL_ACCOUNT);
	points->values = kvcalloc(count, sizeof(*points->values), GFP_KERNEL_ACCOUNT);
	return points->fences && points->objects && points->values ? 0 : -ENOMEM;
}

static void dxg_sync_points_fini(struct dxg_sync_points *points)
{
	u32 i;

	for (i = 0; i < points->count; i++)
		dxg_fence_put(points->fences[i]);
	kvfree(points->fences);
	kvfree(points->objects);
	kvfree(points->values);
}

static int dxg_sync_points_add(struct dxg_sync_points *points, struct drm_file *file,
			       struct dxg_host_device *device, const struct drm_dxg_sync_op *op)
{
	bool signal = op->flags & DRM_DXG_SYNC_SIGNAL;
	struct dxg_sync_object *object;
	struct dxg_fence *fence;

	fence = dxg_fence_lookup(file, op->handle);
	if (!fence)
		return -ENOENT;
	/* Released by dxg_syncs_fini(), also after an error. */
	object = dxg_fence_object(fence);
	points->fences[points->count] = fence;
	points->objects[points->count] = object->handle;
	points->values[points->count] = op->value;
	points->count++;

	if (object->device != device)
		return -EINVAL;
	return dxg_fence_may(fence, signal ? DXG_FENCE_MAY_SIGNAL : DXG_FENCE_MAY_WAIT) ?
		0 : -EPERM;
}

/* ---- All together ---- */

static int dxg_syncs_fill(struct dxg_syncs *syncs, struct drm_file *file,
			  struct dxg_host_device *device, const struct drm_dxg_sync_op *ops,
			  u32 count, u32 syncobjs)
{
	struct dxg_sync_points *points;
	int ret = 0;
	u32 i;

	syncs->syncobjs = kvcalloc(max(syncobjs, 1u), sizeof(*syncs->syncobjs),
				   GFP_KERNEL_ACCOUNT);
	if (!syncs->syncobjs)
		return -ENOMEM;

	for (i = 0; i < count && !ret; i++) {
		points = ops[i].flags & DRM_DXG_SYNC_SIGNAL ? &syncs->signals : &syncs->waits;
		if ((ops[i].flags & DRM_DXG_SYNC_TYPE_MASK) == DRM_DXG_SYNC_FENCE)
			ret = dxg_sync_points_add(points, file, device, &ops[i]);
		else
			ret = dxg_sync_init_syncobj(&syncs->syncobjs[syncs->count++], file,
						    &ops[i], syncs->earlier);
	}
	return ret;
}

/**
 * dxg_syncs_init_ops() - Check and reserve what @ops need.
 * @syncs: The result, to be released with dxg_syncs_fini() unless this fails.
 * @file: Whose handles they are.
 * @device: The host device of the VM; fences of others cannot be used.
 * @face: Who carries them out.
 * @ops: The operations.
 * @count: How many.
 * @earlier: Syncs of the submission before, in the same call, or NULL. What
 *           it signals need not be waited for: the queue keeps the order.
 *
 * Returns 0; -EINVAL, -EOPNOTSUPP, -ENOENT, -EPERM, -ENOMEM: then nothing is held.
 * -EINVAL also for a syncobj, or a point of one, that has no fence yet: only the CPU can
 * wait for that.
 */
int dxg_syncs_init_ops(struct dxg_syncs *syncs, struct drm_file *file,
		       struct dxg_host_device *device, enum dxg_sync_face face,
		       const struct drm_dxg_sync_op *ops, u32 count,
		       const struct dxg_syncs *earlier)
{
	u32 i, waits = 0, signals = 0;
	int ret;

	memset(syncs, 0, sizeof(*syncs));
	syncs->earlier = earlier;
	if (!count)
		return 0;

	for (i = 0; i < count; i++) {
		ret = dxg_sync_op_check(face, &ops[i]);
		if (ret)
			return ret;
		if ((ops[i].flags & DRM_DXG_SYNC_TYPE_MASK) != DRM_DXG_SYNC_FENCE)
			continue;
		if (ops[i].flags & DRM_DXG_SYNC_SIGNAL)
			signals++;
		else
			waits++;
	}

	ret = dxg_sync_points_init(&syncs->waits, waits);
	if (!ret)
		ret = dxg_sync_points_init(&syncs->signals, signals);
	if (!ret)
		ret = dxg_syncs_fill(syncs, file, device, ops, count, count - waits - signals);
	if (ret)
		dxg_syncs_fini(syncs);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_syncs_init_ops);

/**
 * dxg_syncs_init() - Check and reserve what an array of the user needs.
 * @syncs: The result, to be released with dxg_syncs_fini() unless this fails.
 * @file: Whose handles they are.
 * @device: The host device of the VM.
 * @face: Who carries them out.
 * @array: Array of &struct drm_dxg_sync_op.
 * @earlier: As for dxg_syncs_init_ops().
 *
 * Returns as dxg_array_get() and dxg_syncs_init_ops() do.
 */
int dxg_syncs_init(struct dxg_syncs *syncs, struct drm_file *file,
		   struct dxg_host_device *device, enum dxg_sync_face face,
		   const struct drm_dxg_array *array, const struct dxg_syncs *earlier)
{
	struct drm_dxg_sync_op *ops;
	int ret;

	ops = dxg_array_get(array, sizeof(*ops), DXG_SYNC_OP_V1, DXG_MAX_SYNCS);
	if (IS_ERR(ops))
		return PTR_ERR(ops);
	ret = dxg_syncs_init_ops(syncs, file, device, face, ops, array->count, earlier);
	dxg_array_free(ops);
	return ret;
}

/**
 * dxg_syncs_fini() - Release what is held. May sleep.
 * @syncs: The syncs; empty afterwards.
 */
void dxg_syncs_fini(struct dxg_syncs *syncs)
{
	u32 i;

	for (i = 0; i < syncs->count; i++) {
		if (syncs->syncobjs[i].syncobj)
			drm_syncobj_put(syncs->syncobjs[i].syncobj);
		dma_fence_put(syncs->syncobjs[i].fence);
		dma_fence_chain_free(syncs->syncobjs[i].chain);
	}
	kvfree(syncs->syncobjs);
	dxg_sync_points_fini(&syncs->waits);
	dxg_sync_points_fini(&syncs->signals);
	memset(syncs, 0, sizeof(*syncs));
}
EXPORT_SYMBOL_IF_KUNIT(dxg_syncs_fini);

/**
 * dxg_syncs_add_dependencies() - Let a job wait for the syncobjs that are to be waited for.
 * @syncs: The syncs.
 * @job: The job, not armed yet.
 *
 * Returns 0 or -ENOMEM.
 */
int dxg_syncs_add_dependencies(struct dxg_syncs *syncs, struct dxg_job *job)
{
	int ret;
	u32 i;

	for (i = 0; i < syncs->count; i++) {
		if (!syncs->syncobjs[i].fence)
			continue;
		ret = dxg_job_add_dependency(job, dma_fence_get(syncs->syncobjs[i].fence));
		if (ret)
			return ret;
	}
	return 0;
}

/**
 * dxg_syncs_publish() - Put @fence into the syncobjs that are to be signalled. Does not fail.
 * @syncs: The syncs.
 * @fence: The out-fence of the submission, which ends in finite time.
 */
void dxg_syncs_publish(struct dxg_syncs *syncs, struct dma_fence *fence)
{
	struct dxg_sync *sync;
	u32 i;

	for (i = 0; i < syncs->count; i++) {
		sync = &syncs->syncobjs[i];
		if (!sync->signal)
			continue;
		if (sync->point)
			drm_syncobj_add_point(sync->syncobj, sync->chain, fence, sync->point);
		else
			drm_syncobj_replace_fence(sync->syncobj, fence);
		/* It belongs to the timeline now. */
		sync->chain = NULL;
	}
}
EXPORT_SYMBOL_IF_KUNIT(dxg_syncs_publish);

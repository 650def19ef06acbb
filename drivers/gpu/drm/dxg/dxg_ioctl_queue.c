// SPDX-License-Identifier: GPL-2.0
/*
 * The DRM face of queues: check arguments, look up, call.
 */
#include <linux/capability.h>
#include <linux/err.h>
#include <linux/slab.h>

#include <drm/drm_drv.h>
#include <drm/drm_file.h>

#include <kunit/visibility.h>

#include "dxg_array.h"
#include "dxg_device.h"
#include "dxg_file.h"
#include "dxg_limits.h"
#include "dxg_query.h"
#include "dxg_queue_internal.h"

#define DXG_CONTEXT_QUEUE_FLAGS \
	(DRM_DXG_QUEUE_HW_PARENT | DRM_DXG_QUEUE_SYNC_ONLY | DRM_DXG_QUEUE_NULL_RENDERING | \
	 DRM_DXG_QUEUE_NO_TIMEOUT)

/* Fields that one type of queue has and others do not. */
static int dxg_queue_create_check_type(const struct drm_dxg_queue_create *args)
{
	switch (args->type) {
	case DRM_DXG_QUEUE_CONTEXT:
		if (args->flags & ~DXG_CONTEXT_QUEUE_FLAGS || args->parent ||
		    args->priority < -DXG_QUEUE_PRIORITY_MAX ||
		    args->priority > DXG_QUEUE_PRIORITY_MAX)
			return -EINVAL;
		return 0;
	case DRM_DXG_QUEUE_HW:
		if (args->flags & ~DRM_DXG_QUEUE_NO_TIMEOUT || args->node || args->client_hint ||
		    args->priority)
			return -EINVAL;
		return 0;
	case DRM_DXG_QUEUE_BIND:
		if (args->flags || args->node || args->client_hint || args->parent ||
		    args->data_size || args->data || args->priority < -1 || args->priority > 1)
			return -EINVAL;
		return 0;
	default:
		return -EINVAL;
	}
}

/**
 * dxg_queue_create_check() - Whether the arguments of QUEUE_CREATE can be. 0 or -errno.
 * @args: The arguments.
 */
int dxg_queue_create_check(const struct drm_dxg_queue_create *args)
{
	int ret;

	if (args->queue_id || args->host_handle || args->fence_handle || args->host_fence ||
	    args->fence_va || args->fence_mmap_offset || args->data_size > DXG_MAX_PRIVATE_DATA)
		return -EINVAL;
	ret = dxg_queue_create_check_type(args);
	if (ret)
		return ret;
	if ((args->priority > 0 || args->flags & DRM_DXG_QUEUE_NO_TIMEOUT) &&
	    !capable(CAP_SYS_NICE))
		return -EACCES;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_queue_create_check);

/* What the VM's mode, the adapter and its engines do not allow. */
static int dxg_queue_create_supported(struct dxg_device *dxg, struct drm_file *file,
				      struct dxg_vm *vm, const struct drm_dxg_queue_create *args)
{
	bool hw = args->type == DRM_DXG_QUEUE_HW || args->flags & DRM_DXG_QUEUE_HW_PARENT;
	int count;

	if (args->flags & DRM_DXG_QUEUE_NO_TIMEOUT && !dxg_vm_user_fence(vm))
		return -EOPNOTSUPP;
	if (hw && !(dxg->info.flags & DXGP_ADAPTER_HW_SCH_ENABLED))
		return -EOPNOTSUPP;
	if (args->type != DRM_DXG_QUEUE_CONTEXT)
		return 0;
	count = dxg_engine_count(dxg, file);
	if (count < 0)
		return count;
	return args->node < count ? 0 : -ENOENT;
}

static int dxg_do_queue_create(struct dxg_device *dxg, struct drm_file *file, struct dxg_vm *vm,
			       struct drm_dxg_queue_create *args)
{
	struct dxg_queue *queue;
	int ret;

	ret = dxg_vm_status(vm);
	if (!ret)
		ret = dxg_queue_create_supported(dxg, file, vm, args);
	if (ret)
		return ret;
	queue = dxg_queue_create(dxg, file, vm, args);
	if (IS_ERR(queue))
		return PTR_ERR(queue);
	ret = dxg_queue_insert(file->driver_priv, queue, &args->queue_id);
	if (ret)
		dxg_queue_abandon(queue);
	return ret;
}

/**
 * dxg_ioctl_queue_create() - DRM_IOCTL_DXG_QUEUE_CREATE.
 * @drm: The DRM device.
 * @data: struct drm_dxg_queue_create.
 * @file: The DRM side of the file.
 */
int dxg_ioctl_queue_create(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct dxg_device *dxg = to_dxg_device(drm);
	struct drm_dxg_queue_create *args = data;
	struct dxg_vm *vm;
	int idx, ret;

	ret = dxg_queue_create_check(args);
	if (ret)
		return ret;
	if (!dxg_enter(dxg, &idx))
		return -ENODEV;
	vm = dxg_vm_lookup(file->driver_priv, args->vm_id);
	if (vm) {
		ret = dxg_do_queue_create(dxg, file, vm, args);
		dxg_vm_put(vm);
	} else {
		ret = -ENOENT;
	}
	dxg_exit(idx);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_ioctl_queue_create);

/**
 * dxg_ioctl_queue_destroy() - DRM_IOCTL_DXG_QUEUE_DESTROY.
 * @drm: The DRM device.
 * @data: struct drm_dxg_queue_destroy.
 * @file: The DRM side of the file.
 */
int dxg_ioctl_queue_destroy(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct drm_dxg_queue_destroy *args = data;

	if (args->pad)
		return -EINVAL;
	return dxg_queue_destroy(file->driver_priv, args->queue_id);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_ioctl_queue_destroy);

/* ---- Submission ---- */

/**
 * struct dxg_batch - The submissions of one call.
 */
struct dxg_batch {
	/** @submits: What the user gave. */
	struct drm_dxg_submit *submits;

	/** @jobs: The jobs; those that were not made are NULL. */
	struct dxg_exec_job **jobs;

	/** @count: Number of both. */
	u32 count;
};

/* Make all jobs. Nothing is queued. */
static int dxg_batch_build(struct dxg_batch *batch, struct dxg_queue *queue, struct drm_file *file)
{
	struct dxg_exec_job *job = NULL;
	u32 i;
	int ret;

	for (i = 0; i < batch->count; i++) {
		ret = dxg_submit_check(queue, &batch->submits[i]);
		if (ret)
			return ret;
	}
	for (i = 0; i < batch->count; i++) {
		job = dxg_exec_job_create(queue, file, &batch->submits[i], job);
		if (IS_ERR(job))
			return PTR_ERR(job);
		batch->jobs[i] = job;
	}
	return 0;
}

/*
 * Choose the values of the progress fence in user-fence mode, where the client
 * sees them, and tell them. Under dxg_sched_lock().
 */
static int dxg_batch_promise(struct dxg_batch *batch, struct dxg_queue *queue,
			     const struct drm_dxg_array *array, u64 *promised)
{
	u32 i;

	*promised = queue->promised;
	if (!queue->user_fence || queue->type != DRM_DXG_QUEUE_HW)
		return 0;
	for (i = 0; i < batch->count; i++) {
		struct drm_dxg_submit *submit = &batch->submits[i];

		if (!submit->length)
			continue;
		if (!submit->progress)
			submit->progress = *promised + 1;
		if (submit->progress <= *promised)
			return -EINVAL;
		*promised = submit->progress;
		dxg_exec_job_set_progress(batch->jobs[i], *promised);
	}
	return dxg_array_put(array, batch->submits, sizeof(*batch->submits));
}

/* Queue all jobs, or none. */
static int dxg_batch_submit(struct dxg_batch *batch, struct dxg_queue *queue,
			    const struct drm_dxg_array *array)
{
	u64 promised;
	u32 i;
	int ret;

	ret = dxg_sched_lock(&queue->sched);
	if (ret)
		return ret;
	ret = dxg_vm_status(queue->vm) ?: dxg_sched_error(&queue->sched);
	if (!ret)
		ret = dxg_batch_promise(batch, queue, array, &promised);
	if (!ret) {
		/* Nothing fails from here on. */
		queue->promised = promised;
		for (i = 0; i < batch->count; i++) {
			dxg_exec_job_submit(batch->jobs[i]);
			batch->jobs[i] = NULL;
		}
	}
	dxg_sched_unlock(&queue->sched);
	return ret;
}

static int dxg_do_queue_submit(struct dxg_queue *queue, struct drm_file *file,
			       const struct drm_dxg_queue_submit *args)
{
	struct dxg_batch batch = { .count = args->submits.count };
	u32 i;
	int ret;

	if (queue->bind || queue->flags & DRM_DXG_QUEUE_HW_PARENT)
		return -EINVAL;
	ret = dxg_vm_status(queue->vm) ?: dxg_sched_error(&queue->sched);
	if (ret || !batch.count)
		return ret;

	batch.submits = dxg_array_get(&args->submits, sizeof(*batch.submits),
				      sizeof(*batch.submits), DXG_MAX_SUBMITS);
	if (IS_ERR(batch.submits))
		return PTR_ERR(batch.submits);
	batch.jobs = kcalloc(batch.count, sizeof(*batch.jobs), GFP_KERNEL_ACCOUNT);
	ret = batch.jobs ? dxg_batch_build(&batch, queue, file) : -ENOMEM;
	if (!ret)
		ret = dxg_batch_submit(&batch, queue, &args->submits);

	for (i = 0; batch.jobs && i < batch.count; i++)
		if (batch.jobs[i])
			dxg_exec_job_discard(batch.jobs[i]);
	kfree(batch.jobs);
	dxg_array_free(batch.submits);
	return ret;
}

/**
 * dxg_ioctl_queue_submit() - DRM_IOCTL_DXG_QUEUE_SUBMIT.
 * @drm: The DRM device.
 * @data: struct drm_dxg_queue_submit.
 * @file: The DRM side of the file.
 */
int dxg_ioctl_queue_submit(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct drm_dxg_queue_submit *args = data;
	struct dxg_queue *queue;
	int idx, ret;

	if (args->flags)
		return -EINVAL;
	if (!dxg_enter(to_dxg_device(drm), &idx))
		return -ENODEV;
	queue = dxg_queue_lookup(file->driver_priv, args->queue_id);
	if (IS_ERR(queue)) {
		ret = PTR_ERR(queue);
	} else {
		ret = dxg_do_queue_submit(queue, file, args);
		dxg_queue_put(queue);
	}
	dxg_exit(idx);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_ioctl_queue_submit);

/* ---- State and properties ---- */

/**
 * dxg_ioctl_queue_get_state() - DRM_IOCTL_DXG_QUEUE_GET_STATE.
 * @drm: The DRM device.
 * @data: struct drm_dxg_queue_get_state.
 * @file: The DRM side of the file.
 */
int dxg_ioctl_queue_get_state(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct drm_dxg_queue_get_state *args = data;
	struct dxg_queue *queue;
	int idx, ret;

	if (args->flags || args->reason || args->timeout_ms || args->priority ||
	    args->priority_in_process || args->submitted || args->completed)
		return -EINVAL;
	if (!dxg_enter(to_dxg_device(drm), &idx))
		return -ENODEV;
	queue = dxg_queue_lookup(file->driver_priv, args->queue_id);
	if (IS_ERR(queue)) {
		ret = PTR_ERR(queue);
	} else {
		ret = dxg_queue_get_state(queue, args);
		dxg_queue_put(queue);
	}
	dxg_exit(idx);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_ioctl_queue_get_state);

/**
 * dxg_ioctl_queue_set_property() - DRM_IOCTL_DXG_QUEUE_SET_PROPERTY.
 * @drm: The DRM device.
 * @data: struct drm_dxg_queue_set_property.
 * @file: The DRM side of the file.
 */
int dxg_ioctl_queue_set_property(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct drm_dxg_queue_set_property *args = data;
	struct dxg_queue *queue;
	int idx, ret;

	if (!dxg_enter(to_dxg_device(drm), &idx))
		return -ENODEV;
	queue = dxg_queue_lookup(file->driver_priv, args->queue_id);
	if (IS_ERR(queue)) {
		ret = PTR_ERR(queue);
	} else {
		ret = dxg_queue_set_property(queue, args);
		dxg_queue_put(queue);
	}
	dxg_exit(idx);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_ioctl_queue_set_property);

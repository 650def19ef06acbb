// SPDX-License-Identifier: GPL-2.0
/*
 * VM_RESERVE and VM_BIND: checked, turned into jobs, waited for.
 */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include <drm/drm_file.h>

#include <kunit/visibility.h>

#include "dxg_bind.h"
#include "dxg_bind_op.h"
#include "dxg_bind_queue.h"
#include "dxg_bo.h"
#include "dxg_cmd_sync.h"
#include "dxg_device.h"
#include "dxg_host_device.h"
#include "dxg_limits.h"
#include "dxg_paging_queue.h"
#include "dxg_proto.h"
#include "dxg_sync.h"

/* ---- Checks of arguments alone ---- */

/* What an operation may have. */
struct dxg_bind_rule {
	u32 flags;
	bool bo;
	bool alloc;			/* alloc_index, bo_offset, driver_protection */
	bool range;
	bool src;
};

static const struct dxg_bind_rule dxg_bind_rules[] = {
	[DRM_DXG_BIND_MAP] = {
		.flags = DRM_DXG_BIND_READONLY | DRM_DXG_BIND_EXECUTE | DRM_DXG_BIND_ANY_VA,
		.bo = true, .alloc = true, .range = true,
	},
	[DRM_DXG_BIND_MAP_NULL] = { .flags = DRM_DXG_BIND_ANY_VA, .range = true },
	[DRM_DXG_BIND_UNMAP] = { .range = true },
	[DRM_DXG_BIND_MAKE_RESIDENT] = {
		.flags = DRM_DXG_BIND_CANT_TRIM | DRM_DXG_BIND_MUST_SUCCEED, .bo = true,
	},
	[DRM_DXG_BIND_EVICT] = { .flags = DRM_DXG_BIND_LAZY, .bo = true },
	[DRM_DXG_BIND_COPY] = { .range = true, .src = true },
};

/* A range of whole pages that a reservation may have. */
static bool dxg_bind_range_ok(u64 va, u64 size)
{
	return size && !((va | size) % DXGP_PAGE_SIZE) && va >= DXG_VA_START &&
	       va <= DXG_VA_END && size <= DXG_VA_END - va;
}

/* Bounds within which the host chooses an address: 0 for none. */
static bool dxg_bind_bounds_ok(u64 min, u64 max, u64 size)
{
	if (!size || (min | max | size) % DXGP_PAGE_SIZE || min > DXG_VA_END || max > DXG_VA_END)
		return false;
	min = max_t(u64, min, DXG_VA_START);
	max = max ?: DXG_VA_END;
	return min <= max && size <= max - min;
}

/**
 * dxg_bind_check_op() - Check one operation of VM_BIND by itself.
 * @op: The operation.
 *
 * 0 or -EINVAL.
 */
int dxg_bind_check_op(const struct drm_dxg_vm_bind_op *op)
{
	const struct dxg_bind_rule *rule;
	bool any_va = op->flags & DRM_DXG_BIND_ANY_VA;

	if (op->op >= ARRAY_SIZE(dxg_bind_rules))
		return -EINVAL;
	rule = &dxg_bind_rules[op->op];
	if (op->flags & ~rule->flags || op->fence_value || op->bytes_to_trim)
		return -EINVAL;
	if (!rule->bo && op->bo_handle)
		return -EINVAL;
	if (!rule->alloc && (op->alloc_index || op->bo_offset || op->driver_protection))
		return -EINVAL;
	if (!rule->range && (op->va || op->size))
		return -EINVAL;
	if (!rule->src && op->src_va)
		return -EINVAL;
	if (!any_va && op->va_max)
		return -EINVAL;
	if (any_va && !dxg_bind_bounds_ok(op->va, op->va_max, op->size))
		return -EINVAL;
	if (rule->range && !any_va && !dxg_bind_range_ok(op->va, op->size))
		return -EINVAL;
	if (rule->src && !dxg_bind_range_ok(op->src_va, op->size))
		return -EINVAL;
	if (op->bo_offset % DXGP_PAGE_SIZE)
		return -EINVAL;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_bind_check_op);

/**
 * dxg_bind_check_reserve() - Check VM_RESERVE by itself.
 * @args: The arguments.
 *
 * 0 or -EINVAL.
 */
int dxg_bind_check_reserve(const struct drm_dxg_vm_reserve *args)
{
	if (args->flags & ~(DRM_DXG_RESERVE_FREE | DRM_DXG_RESERVE_ZERO))
		return -EINVAL;
	if (args->flags & DRM_DXG_RESERVE_FREE) {
		if (args->flags != DRM_DXG_RESERVE_FREE || args->va_min || args->va_max ||
		    args->driver_protection)
			return -EINVAL;
		return dxg_bind_range_ok(args->va, args->size) ? 0 : -EINVAL;
	}
	if (!args->va)
		return dxg_bind_bounds_ok(args->va_min, args->va_max, args->size) ? 0 : -EINVAL;
	if (args->va_min || args->va_max)
		return -EINVAL;
	return dxg_bind_range_ok(args->va, args->size) ? 0 : -EINVAL;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_bind_check_reserve);

/* ---- Reservations ---- */

/* Run a job of one operation, which is copied in; its address is copied out. */
static int dxg_bind_run_one(struct dxg_vm *vm, struct dxg_bind_op *op, unsigned int state)
{
	struct dxg_bind_job *job = dxg_bind_job_create(vm, vm->paging, 1);
	int ret;

	if (!job)
		return -ENOMEM;
	job->ops[0] = *op;
	dxg_space_change_init(&job->ops[0].change);
	ret = dxg_bind_op_prepare(job, &job->ops[0], false);
	if (!ret)
		ret = dxg_bind_job_run(job, true, state);
	if (!ret)
		op->va = job->ops[0].va;
	dxg_bind_job_put(job);
	return ret;
}

/**
 * dxg_bind_reserve() - VM_RESERVE.
 * @vm: The VM.
 * @args: The arguments, checked. Returns the address.
 */
int dxg_bind_reserve(struct dxg_vm *vm, struct drm_dxg_vm_reserve *args)
{
	struct dxg_bind_op op = {
		.type = args->flags & DRM_DXG_RESERVE_FREE ? DXG_OP_FREE : DXG_OP_RESERVE,
		.va = args->va,
		.size = args->size,
		.va_min = args->va_min,
		.va_max = args->va_max,
		.zero = args->flags & DRM_DXG_RESERVE_ZERO,
		.what.driver_protection = args->driver_protection,
	};
	int ret;

	ret = dxg_bind_run_one(vm, &op, TASK_KILLABLE);
	if (!ret)
		args->va = op.va;
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_bind_reserve);

/*
 * Reserve what operations with ANY_VA need; their addresses are written to @ops.
 * *@done counts the operations that are behind it, whatever happens.
 */
static int dxg_bind_reserve_any(struct dxg_vm *vm, struct drm_dxg_vm_bind_op *ops, u32 count,
				u32 *done)
{
	int ret;

	for (*done = 0; *done < count; ++*done) {
		struct drm_dxg_vm_bind_op *user = &ops[*done];
		struct dxg_bind_op op = {
			.type = DXG_OP_RESERVE,
			.size = user->size,
			.va_min = user->va,
			.va_max = user->va_max,
		};

		if (!(user->flags & DRM_DXG_BIND_ANY_VA))
			continue;
		ret = dxg_bind_run_one(vm, &op, TASK_KILLABLE);
		if (ret)
			return ret;
		user->va = op.va;
	}
	return 0;
}

/*
 * The operations have not taken place: give back what was reserved for the first
 * @done. Also on behalf of a thread that is being killed: not killable.
 */
static void dxg_bind_unreserve_any(struct dxg_vm *vm, const struct drm_dxg_vm_bind_op *ops,
				   u32 done)
{
	while (done--) {
		struct dxg_bind_op op = {
			.type = DXG_OP_FREE,
			.va = ops[done].va,
			.size = ops[done].size,
		};
		int ret;

		if (!(ops[done].flags & DRM_DXG_BIND_ANY_VA))
			continue;
		ret = dxg_bind_run_one(vm, &op, TASK_UNINTERRUPTIBLE);
		if (ret)
			dxg_vm_lose_after(vm, ret, DRM_DXG_LOST_UNDO, DXG_BLAME_INNOCENT);
	}
}

/* ---- From the user's operations to a job ---- */

/* The allocation and what the BO's flags have to say of it. */
static int dxg_bind_check_bo(const struct drm_dxg_vm_bind_op *user, const struct dxg_bo *bo)
{
	u64 size;

	if (user->op != DRM_DXG_BIND_MAP)
		return 0;
	if (user->alloc_index >= bo->count)
		return -EINVAL;
	size = bo->parts[user->alloc_index].size;
	if (user->bo_offset > size || user->size > size - user->bo_offset)
		return -EINVAL;
	/* Its pages were pinned for reading. */
	if ((bo->flags & DRM_DXG_BO_READONLY) && !(user->flags & DRM_DXG_BIND_READONLY))
		return -EPERM;
	return 0;
}

static int dxg_bind_take_bo(struct dxg_vm *vm, struct drm_file *file,
			    const struct drm_dxg_vm_bind_op *user, struct dxg_bind_op *op)
{
	struct dxg_vm_bo *vm_bo;
	struct dxg_bo *bo;
	int ret;

	bo = dxg_bo_lookup(file, user->bo_handle);
	if (!bo)
		return -ENOENT;
	ret = dxg_bind_check_bo(user, bo);
	if (!ret) {
		vm_bo = dxg_vm_bo_obtain(vm, &bo->base);
		if (IS_ERR(vm_bo))
			ret = PTR_ERR(vm_bo);
		else
			op->what.vm_bo = vm_bo;
	}
	dxg_bo_put(bo);
	return ret;
}

/* Fill in an operation. 0 or -errno. */
static int dxg_bind_take_op(struct dxg_vm *vm, struct drm_file *file,
			    const struct drm_dxg_vm_bind_op *user, struct dxg_bind_op *op)
{
	op->va = user->va;
	op->size = user->size;
	switch (user->op) {
	case DRM_DXG_BIND_MAP:
		op->type = DXG_OP_MAP;
		op->what.alloc_index = user->alloc_index;
		op->what.offset = user->bo_offset;
		op->what.driver_protection = user->driver_protection;
		if (!(user->flags & DRM_DXG_BIND_READONLY))
			op->what.protection |= DXGP_VA_WRITE;
		if (user->flags & DRM_DXG_BIND_EXECUTE)
			op->what.protection |= DXGP_VA_EXECUTE;
		return dxg_bind_take_bo(vm, file, user, op);
	case DRM_DXG_BIND_MAP_NULL:
		op->type = DXG_OP_MAP;
		op->what.protection = DXGP_VA_ZERO;
		return 0;
	case DRM_DXG_BIND_UNMAP:
		op->type = DXG_OP_UNMAP;
		return 0;
	case DRM_DXG_BIND_COPY:
		op->type = DXG_OP_COPY;
		op->src_va = user->src_va;
		return 0;
	case DRM_DXG_BIND_MAKE_RESIDENT:
		op->type = DXG_OP_MAKE_RESIDENT;
		if (user->flags & DRM_DXG_BIND_CANT_TRIM)
			op->flags |= DXGP_RESIDENT_CANT_TRIM;
		if (user->flags & DRM_DXG_BIND_MUST_SUCCEED)
			op->flags |= DXGP_RESIDENT_MUST_SUCCEED;
		return dxg_bind_take_bo(vm, file, user, op);
	default:
		op->type = DXG_OP_EVICT;
		if (user->flags & DRM_DXG_BIND_LAZY)
			op->flags |= DXGP_EVICT_IF_NECESSARY;
		return dxg_bind_take_bo(vm, file, user, op);
	}
}

/* Would the operation find its reservation now? For an early error; it is checked again. */
static bool dxg_bind_reserved(struct dxg_vm *vm, const struct drm_dxg_vm_bind_op *user)
{
	bool ok;

	if (!dxg_bind_rules[user->op].range)
		return true;
	mutex_lock(&vm->lock);
	ok = dxg_space_find(vm, user->va, user->size);
	mutex_unlock(&vm->lock);
	return ok;
}

/**
 * dxg_bind_make_job() - Make a job of operations.
 * @vm: The VM.
 * @file: The file that the BOs' handles are of.
 * @paging: Where they are ordered.
 * @ops: The operations, checked, addresses chosen.
 * @count: How many.
 * @undo: Undo those before one that fails.
 *
 * Returns the job with one reference, everything prepared; or ERR_PTR: -ENOENT for
 * an unknown BO or a range that is not reserved, and others.
 */
struct dxg_bind_job *dxg_bind_make_job(struct dxg_vm *vm, struct drm_file *file,
				       struct dxg_paging_queue *paging,
				       const struct drm_dxg_vm_bind_op *ops, u32 count,
				       bool undo)
{
	struct dxg_bind_job *job;
	int ret;
	u32 i;

	job = dxg_bind_job_create(vm, paging, count);
	if (!job)
		return ERR_PTR(-ENOMEM);
	job->undo = undo;
	for (i = 0; i < count; i++) {
		ret = -ENOENT;
		if (!dxg_bind_reserved(vm, &ops[i]))
			goto err;
		ret = dxg_bind_take_op(vm, file, &ops[i], &job->ops[i]);
		if (ret)
			goto err;
		/* The last one cannot be followed by one that fails. */
		ret = dxg_bind_op_prepare(job, &job->ops[i], undo && i + 1 < count);
		if (ret)
			goto err;
	}
	return job;
err:
	dxg_bind_job_put(job);
	return ERR_PTR(ret);
}

/* ---- VM_BIND ---- */

static void dxg_bind_results(const struct dxg_bind_job *job, struct drm_dxg_vm_bind_op *ops)
{
	u32 i;

	for (i = 0; i < job->count; i++) {
		ops[i].bytes_to_trim = job->ops[i].bytes_to_trim;
		if (job->vm->user_fence)
			ops[i].fence_value = job->ops[i].fence_value;
	}
}

/**
 * dxg_bind_sync() - VM_BIND, done when it returns.
 * @vm: The VM.
 * @file: The file.
 * @queue: The bind queue whose paging queue is used, or NULL.
 * @ops: The operations, checked.
 * @count: How many.
 */
int dxg_bind_sync(struct dxg_vm *vm, struct drm_file *file, struct dxg_bind_queue *queue,
		  struct drm_dxg_vm_bind_op *ops, u32 count)
{
	struct dxg_paging_queue *paging = queue ? dxg_bind_queue_paging(queue) : vm->paging;
	struct dxg_bind_job *job;
	u32 reserved;
	int ret;

	ret = dxg_bind_reserve_any(vm, ops, count, &reserved);
	if (ret)
		goto err;
	job = dxg_bind_make_job(vm, file, paging, ops, count, true);
	if (IS_ERR(job)) {
		ret = PTR_ERR(job);
		goto err;
	}
	ret = dxg_bind_job_run(job, true, TASK_KILLABLE);
	/* A job whose waiter was killed goes on, and needs what was reserved. */
	if (ret == -ERESTARTSYS)
		reserved = 0;
	else
		dxg_bind_results(job, ops);
	dxg_bind_job_put(job);
	if (ret)
		goto err;
	return 0;
err:
	dxg_bind_unreserve_any(vm, ops, reserved);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_bind_sync);

/* ---- Asynchronous, in user-fence mode ---- */

/* The fences that a job raises when it is in force. */
struct dxg_bind_signal {
	struct dxg_bind_job *job;	/* holds a reference until it is done */
	struct dxg_syncs syncs;
	struct dxg_request *req;	/* NULL: none */
	struct work_struct free_work;
};

static void dxg_bind_signal_free(struct work_struct *work)
{
	struct dxg_bind_signal *signal = container_of(work, struct dxg_bind_signal, free_work);

	if (signal->req)
		dxg_request_put(signal->req);
	dxg_syncs_fini(&signal->syncs);
	dxg_bind_job_put(signal->job);
	kfree(signal);
}

static void dxg_bind_signal_sent(struct dxg_request *req)
{
	struct dxg_bind_signal *signal = req->data;

	dxg_queue_work(&signal->free_work);
}

/* From any context. */
static void dxg_bind_signal_finished(struct dxg_bind_job *job, int error)
{
	struct dxg_bind_signal *signal = job->finished_data;

	if (!error && signal->req)
		dxg_request_commit(signal->req, dxg_bind_signal_sent, signal);
	else
		dxg_queue_work(&signal->free_work);
}

/**
 * dxg_bind_signal_prepare() - Build the message that raises the fences of a bind.
 * @vm: The VM.
 * @syncs: What the bind signals.
 *
 * Returns NULL when there is nothing to raise, or ERR_PTR.
 */
struct dxg_request *dxg_bind_signal_prepare(struct dxg_vm *vm, const struct dxg_syncs *syncs)
{
	struct dxg_cmd_signal args = {
		.device = vm->device->handle,
		.objects = syncs->signals.objects,
		.values = syncs->signals.values,
		.object_count = syncs->signals.count,
	};

	if (!syncs->signals.count)
		return NULL;
	return dxg_prep_signal(dxg_host_device_link(vm->device),
			       dxg_host_device_process(vm->device), &args, 0);
}

/*
 * Return when the host has answered, with the values that its fence will have; raise
 * the fences when they are reached. *@left when the thread was killed and the job
 * goes on.
 */
static int dxg_bind_async_user(struct dxg_vm *vm, struct drm_file *file,
			       struct dxg_bind_queue *queue, struct drm_dxg_vm_bind_op *ops,
			       u32 count, const struct drm_dxg_array *syncs, bool *left)
{
	struct dxg_bind_signal *signal;
	struct dxg_bind_job *job;
	int ret;

	signal = kzalloc_obj(*signal, GFP_KERNEL_ACCOUNT);
	if (!signal)
		return -ENOMEM;
	INIT_WORK(&signal->free_work, dxg_bind_signal_free);
	ret = dxg_syncs_init(&signal->syncs, file, vm->device, DXG_SYNC_BIND_ASYNC_USER, syncs,
			     NULL);
	if (ret)
		goto err_signal;
	signal->req = dxg_bind_signal_prepare(vm, &signal->syncs);
	if (IS_ERR(signal->req)) {
		ret = PTR_ERR(signal->req);
		goto err_syncs;
	}
	job = dxg_bind_make_job(vm, file, dxg_bind_queue_paging(queue), ops, count, true);
	if (IS_ERR(job)) {
		ret = PTR_ERR(job);
		goto err_request;
	}

	dxg_bind_job_get(job);
	signal->job = job;
	job->finished_data = signal;
	job->finished = dxg_bind_signal_finished;
	ret = dxg_bind_job_run(job, false, TASK_KILLABLE);
	if (ret != -ERESTARTSYS)
		dxg_bind_results(job, ops);
	else
		*left = true;
	/* Not even begun: it will not be finished, either. */
	if (ret && !job->begun)
		dxg_queue_work(&signal->free_work);
	dxg_bind_job_put(job);
	return ret;

err_request:
	if (signal->req)
		dxg_request_put(signal->req);
err_syncs:
	dxg_syncs_fini(&signal->syncs);
err_signal:
	kfree(signal);
	return ret;
}

/**
 * dxg_bind_async() - VM_BIND on a queue.
 * @vm: The VM.
 * @file: The file.
 * @queue: The bind queue.
 * @ops: The operations, checked.
 * @count: How many.
 * @syncs: What to wait for and to signal.
 *
 * In dma-fence mode, returns when the operations are queued. In user-fence mode,
 * returns when the host has answered: the operations have failed or will come
 * into force, and are undone as synchronous ones.
 */
int dxg_bind_async(struct dxg_vm *vm, struct drm_file *file, struct dxg_bind_queue *queue,
		   struct drm_dxg_vm_bind_op *ops, u32 count, const struct drm_dxg_array *syncs)
{
	bool left = false;
	u32 reserved;
	int ret;

	ret = dxg_bind_reserve_any(vm, ops, count, &reserved);
	if (!ret && vm->user_fence)
		ret = dxg_bind_async_user(vm, file, queue, ops, count, syncs, &left);
	else if (!ret)
		ret = dxg_bind_queue_submit(queue, file, ops, count, syncs);
	if (ret && !left)
		dxg_bind_unreserve_any(vm, ops, reserved);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_bind_async);

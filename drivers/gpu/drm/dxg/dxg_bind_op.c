// SPDX-License-Identifier: GPL-2.0
/*
 * Operations on a VM: checked against the book-keeping, put into messages, booked,
 * undone.
 *
 * On the host every binding is one command, MAPGPUVIRTUALADDRESS: of a BO, of null
 * pages, of nothing. What it binds over is replaced there, and what is left of a
 * mapping that was cut stays. So undoing restores, piece by piece, what was
 * bound in the range before.
 */
#include <linux/err.h>
#include <linux/slab.h>

#include <kunit/visibility.h>

#include "dxg_bind_op.h"
#include "dxg_bo.h"
#include "dxg_cmd.h"
#include "dxg_cmd_vm.h"
#include "dxg_device.h"
#include "dxg_host_device.h"
#include "dxg_limits.h"
#include "dxg_paging_queue.h"
#include "dxg_status.h"

static struct dxg_link *dxg_bind_link(const struct dxg_bind_job *job)
{
	return dxg_host_device_link(job->vm->device);
}

static u32 dxg_bind_process(const struct dxg_bind_job *job)
{
	return dxg_host_device_process(job->vm->device);
}

/*
 * What a refusal means. The host's lack of memory, of whichever kind, is not the
 * guest's.
 */
static int dxg_bind_errno(const struct dxg_bind_job *job, u32 command, u32 status)
{
	int ret = dxg_host_device_errno(job->vm->device, command, status);

	return ret == -ENOMEM ? -ENOSPC : ret;
}

/* ---- Making ---- */

static void dxg_bind_map_args(const struct dxg_bind_job *job, const struct dxg_binding *what,
			      u64 va, u64 size, struct dxg_cmd_map *args)
{
	*args = (struct dxg_cmd_map) {
		.paging_queue = job->paging->handle,
		.base = va,
		.size_pages = size / DXGP_PAGE_SIZE,
		.protection = what->protection,
		.driver_protection = what->driver_protection,
	};
	if (what->vm_bo) {
		args->allocation = what->vm_bo->view->handles[what->alloc_index];
		args->offset_pages = what->offset / DXGP_PAGE_SIZE;
	}
}

/* Nothing is bound: what the reservation gives. */
static struct dxg_binding dxg_bind_nothing(const struct dxg_reservation *res)
{
	return (struct dxg_binding) {
		.protection = res->zero ? DXGP_VA_ZERO : DXGP_VA_NO_ACCESS,
	};
}

static struct dxg_request *dxg_bind_prep_map(struct dxg_bind_job *job, struct dxg_bind_op *op)
{
	struct dxg_cmd_map args;

	dxg_bind_map_args(job, &op->what, op->va, op->size, &args);
	return dxg_prep_map_gpu_va(dxg_bind_link(job), dxg_bind_process(job), &args, 0);
}

static struct dxg_request *dxg_bind_prep_reserve(struct dxg_bind_job *job, struct dxg_bind_op *op)
{
	struct dxg_cmd_reserve args = {
		.adapter = job->vm->dxg->handle,
		.type = op->zero ? DXGP_RESERVE_ZERO : DXGP_RESERVE_NO_ACCESS,
		.base = op->va,
		.minimum = op->va ? 0 : max_t(u64, op->va_min, DXG_VA_START),
		.maximum = op->va ? 0 : op->va_max,
		.size = op->size,
		.driver_protection = op->what.driver_protection,
	};

	return dxg_prep_reserve_gpu_va(dxg_bind_link(job), dxg_bind_process(job), &args, 0);
}

static struct dxg_request *dxg_bind_prep_free(struct dxg_bind_job *job, struct dxg_bind_op *op)
{
	return dxg_prep_free_gpu_va(dxg_bind_link(job), dxg_bind_process(job),
				    job->vm->dxg->handle, op->va, op->size);
}

/* MAKE_RESIDENT or EVICT of all allocations of a BO. */
static struct dxg_request *dxg_bind_prep_residency(struct dxg_bind_job *job,
						   struct dxg_bind_op *op, bool resident,
						   u32 flags)
{
	const struct dxg_bo_view *view = op->what.vm_bo->view;
	struct dxg_link *link = dxg_bind_link(job);
	u32 process = dxg_bind_process(job);
	struct dxg_cmd_resident args = {
		.paging_queue = job->paging->handle,
		.flags = flags,
		.handles = view->handles,
		.count = view->count,
	};

	if (resident)
		return dxg_prep_make_resident(link, process, &args, 0);
	return dxg_prep_evict(link, process, job->vm->device->handle, view->handles, view->count,
			      flags, 0);
}

static struct dxg_request *dxg_bind_prep(struct dxg_bind_job *job, struct dxg_bind_op *op)
{
	switch (op->type) {
	case DXG_OP_RESERVE:
		return dxg_bind_prep_reserve(job, op);
	case DXG_OP_FREE:
		return dxg_bind_prep_free(job, op);
	case DXG_OP_MAKE_RESIDENT:
		return dxg_bind_prep_residency(job, op, true, op->flags);
	case DXG_OP_EVICT:
		return dxg_bind_prep_residency(job, op, false, op->flags);
	default:
		return dxg_bind_prep_map(job, op);
	}
}

static struct dxg_request *dxg_bind_prep_undo(struct dxg_bind_job *job, struct dxg_bind_op *op)
{
	switch (op->type) {
	case DXG_OP_MAKE_RESIDENT:
		return dxg_bind_prep_residency(job, op, false, 0);
	case DXG_OP_EVICT:
		return dxg_bind_prep_residency(job, op, true, DXGP_RESIDENT_MUST_SUCCEED);
	default:
		return dxg_bind_prep_map(job, op);
	}
}

/**
 * dxg_bind_op_prepare() - Get all that an operation will need.
 * @job: Its job.
 * @op: The operation.
 * @undo: It may have to be undone.
 *
 * 0 or -errno; what there is belongs to @op in both cases.
 */
int dxg_bind_op_prepare(struct dxg_bind_job *job, struct dxg_bind_op *op, bool undo)
{
	struct dxg_request *req;

	if (op->type == DXG_OP_RESERVE) {
		op->res = kzalloc_obj(*op->res, GFP_KERNEL_ACCOUNT);
		if (!op->res)
			return -ENOMEM;
	} else if (op->type == DXG_OP_MAP || op->type == DXG_OP_UNMAP ||
		   op->type == DXG_OP_COPY) {
		op->change.start = op->va;
		op->change.size = op->size;
		if (dxg_space_change_prepare(&op->change, DXG_SPACE_SPARE))
			return -ENOMEM;
	}

	req = dxg_bind_prep(job, op);
	if (IS_ERR(req))
		return PTR_ERR(req);
	op->req = req;
	if (!undo)
		return 0;
	req = dxg_bind_prep_undo(job, op);
	if (IS_ERR(req))
		return PTR_ERR(req);
	op->undo = req;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_bind_op_prepare);

/**
 * dxg_bind_op_fini() - Release what an operation holds. From process context.
 * @vm: Its VM.
 * @op: The operation; no message of it is under way.
 */
void dxg_bind_op_fini(struct dxg_vm *vm, struct dxg_bind_op *op)
{
	dxg_space_change_fini(vm, &op->change);
	if (op->what.vm_bo)
		dxg_vm_bo_put(op->what.vm_bo);
	if (op->req)
		dxg_request_put(op->req);
	if (op->undo)
		dxg_request_put(op->undo);
	kfree(op->res);
}

/* ---- Doing ---- */

static int dxg_bind_begin_unmap(struct dxg_bind_job *job, struct dxg_bind_op *op)
{
	struct dxg_reservation *res = dxg_space_find(job->vm, op->va, op->size);
	struct dxg_binding what;
	struct dxg_cmd_map args;

	if (!res)
		return -ENOENT;
	what = dxg_bind_nothing(res);
	dxg_bind_map_args(job, &what, op->va, op->size, &args);
	dxg_map_gpu_va_set(op->req, &args);
	return 0;
}

/* From now on, this is a MAP of what is bound at the source. */
static int dxg_bind_begin_copy(struct dxg_bind_job *job, struct dxg_bind_op *op)
{
	struct dxg_mapping *map = dxg_space_mapping(job->vm, op->src_va, op->size);
	struct dxg_cmd_map args;

	if (!map || !dxg_space_find(job->vm, op->va, op->size))
		return -ENOENT;
	op->what = map->what;
	op->what.offset += op->src_va - map->base.va.addr;
	if (op->what.vm_bo)
		dxg_vm_bo_get(op->what.vm_bo);
	dxg_bind_map_args(job, &op->what, op->va, op->size, &args);
	dxg_map_gpu_va_set(op->req, &args);
	return 0;
}

/**
 * dxg_bind_op_begin() - Check an operation and fill in its message.
 * @job: Its job.
 * @op: The operation.
 *
 * 0: op->req is to be sent. Else -errno, and nothing has changed.
 */
int dxg_bind_op_begin(struct dxg_bind_job *job, struct dxg_bind_op *op)
{
	struct dxg_vm *vm = job->vm;

	switch (op->type) {
	case DXG_OP_FREE:
		return dxg_space_exact(vm, op->va, op->size) ? 0 : -ENOENT;
	case DXG_OP_MAP:
		return dxg_space_find(vm, op->va, op->size) ? 0 : -ENOENT;
	case DXG_OP_UNMAP:
		return dxg_bind_begin_unmap(job, op);
	case DXG_OP_COPY:
		return dxg_bind_begin_copy(job, op);
	default:
		return 0;
	}
}

/*
 * An exchange that failed leaves open what the host has done: the book-keeping is
 * worth nothing any more.
 */
static int dxg_bind_exchange(struct dxg_bind_job *job, int ret)
{
	if (ret)
		dxg_vm_lose_after(job->vm, ret, DRM_DXG_LOST_HOST, DXG_BLAME_INNOCENT);
	return ret;
}

/* The host has named a range that cannot be: nothing it says of addresses can be trusted. */
static int dxg_bind_violation(struct dxg_bind_job *job, const char *what, u64 value)
{
	dxg_port_violation(dxg_bind_link(job)->port, what, value);
	dxg_vm_lose(job->vm, DRM_DXG_LOST_HOST, DXG_BLAME_INNOCENT);
	return -EIO;
}

static int dxg_bind_end_reserve(struct dxg_bind_job *job, struct dxg_bind_op *op)
{
	u64 min = op->va ?: max_t(u64, op->va_min, DXG_VA_START);
	u64 max = op->va ? op->va + op->size : op->va_max ?: DXG_VA_END;
	struct dxg_cmd_reserve args = {};
	u32 status;
	int ret;

	ret = dxg_bind_exchange(job, dxg_reserve_gpu_va_result(op->req, &args, &status));
	if (ret)
		return ret;
	/* The reply has no status: whatever the reason, there is no such range. */
	if (dxg_status_failed(status))
		return -ENOSPC;
	if (args.address % DXGP_PAGE_SIZE || args.address < min || args.address > max ||
	    op->size > max - args.address)
		return dxg_bind_violation(job, "reserved address out of range", args.address);

	op->va = args.address;
	op->res->start = args.address;
	op->res->size = op->size;
	op->res->zero = op->zero;
	if (!dxg_space_reserve(job->vm, op->res))
		return dxg_bind_violation(job, "reserved address twice", args.address);
	op->res = NULL;
	return 0;
}

static int dxg_bind_end_free(struct dxg_bind_job *job, struct dxg_bind_op *op)
{
	struct dxg_reservation *res;
	u32 status;
	int ret;

	ret = dxg_bind_exchange(job, dxg_request_result(op->req, &status));
	if (!ret)
		ret = dxg_bind_errno(job, DXGP_CMD_FREEGPUVIRTUALADDRESS, status);
	if (ret)
		return ret;
	res = dxg_space_exact(job->vm, op->va, op->size);
	if (WARN_ON_ONCE(!res))
		return -EIO;
	dxg_space_unreserve(job->vm, res);
	kfree(res);
	return 0;
}

/* The reply of a MAPGPUVIRTUALADDRESS, doing or undoing. */
static int dxg_bind_map_result(struct dxg_bind_job *job, struct dxg_request *req, u64 va,
			       u64 *fence_value)
{
	struct dxg_cmd_map args = { .base = va };
	u32 status;
	int ret;

	ret = dxg_bind_exchange(job, dxg_map_gpu_va_result(req, &args, &status));
	if (!ret)
		ret = dxg_bind_errno(job, DXGP_CMD_MAPGPUVIRTUALADDRESS, status);
	if (ret)
		return ret;
	if (status == DXG_STATUS_PENDING)
		*fence_value = args.fence_value;
	return 0;
}

static int dxg_bind_end_map(struct dxg_bind_job *job, struct dxg_bind_op *op)
{
	int ret = dxg_bind_map_result(job, op->req, op->va, &op->fence_value);

	if (ret)
		return ret;
	if (op->type == DXG_OP_UNMAP)
		dxg_space_unmap(job->vm, &op->change);
	else
		dxg_space_map(job->vm, &op->change, &op->what);
	return 0;
}

static int dxg_bind_resident_result(struct dxg_bind_job *job, struct dxg_request *req,
				    u64 *bytes_to_trim, u64 *fence_value)
{
	struct dxg_cmd_resident args = {};
	u32 status;
	int ret;

	ret = dxg_bind_exchange(job, dxg_make_resident_result(req, &args, &status));
	if (ret)
		return ret;
	*bytes_to_trim = args.bytes_to_trim;
	if (status == DXG_STATUS_PENDING)
		*fence_value = args.fence_value;
	return dxg_bind_errno(job, DXGP_CMD_MAKERESIDENT, status);
}

static int dxg_bind_evict_result(struct dxg_bind_job *job, struct dxg_request *req,
				 u64 *bytes_to_trim)
{
	u32 status;
	int ret;

	ret = dxg_bind_exchange(job, dxg_evict_result(req, bytes_to_trim, &status));
	return ret ?: dxg_bind_errno(job, DXGP_CMD_EVICT, status);
}

/**
 * dxg_bind_op_end() - The host has answered: book what it did.
 * @job: Its job.
 * @op: The operation.
 * @fence_value: Raised to what the paging fence must reach.
 *
 * 0, or why the operation has failed; then it changed nothing.
 */
int dxg_bind_op_end(struct dxg_bind_job *job, struct dxg_bind_op *op, u64 *fence_value)
{
	int ret;

	switch (op->type) {
	case DXG_OP_RESERVE:
		ret = dxg_bind_end_reserve(job, op);
		break;
	case DXG_OP_FREE:
		ret = dxg_bind_end_free(job, op);
		break;
	case DXG_OP_MAKE_RESIDENT:
		ret = dxg_bind_resident_result(job, op->req, &op->bytes_to_trim,
					       &op->fence_value);
		break;
	case DXG_OP_EVICT:
		ret = dxg_bind_evict_result(job, op->req, &op->bytes_to_trim);
		break;
	default:
		ret = dxg_bind_end_map(job, op);
	}
	if (!ret)
		*fence_value = max(*fence_value, op->fence_value);
	return ret;
}

/* ---- Undoing ---- */

/**
 * dxg_bind_op_undo_begin() - Fill in the next message that undoes an operation.
 * @job: Its job; undo_at says how far it has come.
 * @op: The operation, which has been done.
 *
 * True: op->undo is to be sent. False: the operation is undone.
 */
bool dxg_bind_op_undo_begin(struct dxg_bind_job *job, struct dxg_bind_op *op)
{
	struct dxg_binding what;
	struct dxg_mapping *map;
	struct dxg_cmd_map args;
	u64 end;

	if (op->type == DXG_OP_MAKE_RESIDENT || op->type == DXG_OP_EVICT)
		return !job->undo_at;

	if (!job->undo_at)
		job->undo_at = op->change.start;
	if (job->undo_at == op->change.start + op->change.size) {
		dxg_space_revert(job->vm, &op->change);
		return false;
	}
	end = dxg_space_piece(&op->change, job->undo_at, &map);
	if (map) {
		what = map->what;
		what.offset += job->undo_at - map->base.va.addr;
	} else {
		/* The range was within one reservation, and that cannot go meanwhile. */
		what = dxg_bind_nothing(dxg_space_find(job->vm, job->undo_at, DXGP_PAGE_SIZE));
	}
	dxg_bind_map_args(job, &what, job->undo_at, end - job->undo_at, &args);
	dxg_map_gpu_va_set(op->undo, &args);
	job->undo_next = end;
	return true;
}

/**
 * dxg_bind_op_undo_end() - The host has answered the message that undoes.
 * @job: Its job.
 * @op: The operation.
 * @fence_value: Raised to what the paging fence must reach.
 *
 * 0, or why it cannot be undone.
 */
int dxg_bind_op_undo_end(struct dxg_bind_job *job, struct dxg_bind_op *op, u64 *fence_value)
{
	u64 value = 0, bytes;
	int ret;

	switch (op->type) {
	case DXG_OP_MAKE_RESIDENT:
		ret = dxg_bind_evict_result(job, op->undo, &bytes);
		job->undo_next = 1;
		break;
	case DXG_OP_EVICT:
		ret = dxg_bind_resident_result(job, op->undo, &bytes, &value);
		job->undo_next = 1;
		break;
	default:
		ret = dxg_bind_map_result(job, op->undo, job->undo_at, &value);
	}
	job->undo_at = job->undo_next;
	*fence_value = max(*fence_value, value);
	return ret;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * What all calls of /dev/dxg do: find what handles are of, copy, translate statuses.
 */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <drm/drm_drv.h>

#include <kunit/visibility.h>

#include "../dxg_device.h"
#include "../dxg_host_device.h"
#include "../dxg_status.h"
#include "../dxg_trace.h"
#include "dxg_compat.h"

static const struct {
	u32 status;
	int error;
} dxg_compat_status_table[] = {
	{ DXG_STATUS_OBJECT_NAME_COLLISION, -EEXIST },
	{ DXG_STATUS_NO_MEMORY, -ENOMEM },
	{ DXG_STATUS_NO_VIDEO_MEMORY, -ENOMEM },
	{ DXG_STATUS_INVALID_PARAMETER, -EINVAL },
	{ DXG_STATUS_OBJECT_NAME_INVALID, -ENOENT },
	{ DXG_STATUS_OBJECT_NAME_NOT_FOUND, -ENOENT },
	{ DXG_STATUS_BUFFER_TOO_SMALL, -EOVERFLOW },
	{ DXG_STATUS_DEVICE_REMOVED, -ENODEV },
	{ DXG_STATUS_ACCESS_DENIED, -EACCES },
	{ DXG_STATUS_NOT_SUPPORTED, -EPERM },
	{ DXG_STATUS_NOT_IMPLEMENTED, -EPERM },
	{ DXG_STATUS_ILLEGAL_INSTRUCTION, -EOPNOTSUPP },
	{ DXG_STATUS_INVALID_HANDLE, -EBADF },
	{ DXG_STATUS_ALLOCATION_BUSY, -EINPROGRESS },
	{ DXG_STATUS_OBJECT_TYPE_MISMATCH, -EPROTOTYPE },
};

/**
 * dxg_compat_status() - What a status means to a program.
 * @command: The command that was answered, for the trace.
 * @status: The NTSTATUS.
 *
 * A success is returned as it is: 0, 259 (pending) and others. What is not in the
 * table is -EINVAL.
 */
int dxg_compat_status(u32 command, u32 status)
{
	int error = -EINVAL;
	size_t i;

	if (!dxg_status_failed(status))
		return status;
	for (i = 0; i < ARRAY_SIZE(dxg_compat_status_table); i++) {
		if (dxg_compat_status_table[i].status == status) {
			error = dxg_compat_status_table[i].error;
			break;
		}
	}
	trace_dxg_status(command, status, error);
	return error;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_compat_status);

/* ---- What a call is about ---- */

/* The call is about @dxg, and about no other adapter. 0, -EINVAL, -ENODEV. */
static int dxg_compat_enter(struct dxg_compat_call *call, struct dxg_device *dxg)
{
	if (call->dxg)
		return call->dxg == dxg ? 0 : -EINVAL;
	if (!dxg_enter(dxg, &call->idx))
		return -ENODEV;
	call->entered = true;
	drm_dev_get(&dxg->drm);
	call->dxg = dxg;
	return 0;
}

/**
 * dxg_compat_leave() - The adapter may go from here on, for what waits without limit.
 * @call: The call. What it holds stays.
 */
void dxg_compat_leave(struct dxg_compat_call *call)
{
	if (call->entered)
		dxg_exit(call->idx);
	call->entered = false;
}

/**
 * dxg_compat_use_adapter() - The adapter of a handle, for the rest of the call.
 * @call: The call.
 * @handle: The handle.
 *
 * Returns it or ERR_PTR: -EINVAL when the process has no such handle, -ENODEV when the
 * adapter has gone.
 */
struct dxg_device *dxg_compat_use_adapter(struct dxg_compat_call *call, u32 handle)
{
	struct dxg_device *dxg;
	int ret;

	xa_lock(&call->process->adapters);
	dxg = xa_load(&call->process->adapters, handle >> 6);
	if (dxg && !(handle & 63))
		drm_dev_get(&dxg->drm);
	else
		dxg = NULL;
	xa_unlock(&call->process->adapters);
	if (!dxg)
		return ERR_PTR(-EINVAL);
	ret = dxg_compat_enter(call, dxg);
	/* The call has a reference of its own now. */
	drm_dev_put(&dxg->drm);
	return ret ? ERR_PTR(ret) : dxg;
}

/**
 * dxg_compat_use() - The object of a handle, for the rest of the call.
 * @call: The call.
 * @handle: The handle.
 * @type: What it must be.
 *
 * Returns it or ERR_PTR: -EINVAL when the process has no such object, or it is on
 * another adapter than what was used before; -ENODEV when the adapter has gone.
 */
struct dxg_compat_object *dxg_compat_use(struct dxg_compat_call *call, u32 handle,
					 enum dxg_compat_type type)
{
	struct dxg_compat_object *object;
	int ret;

	if (WARN_ON_ONCE(call->held_count == DXG_COMPAT_HELD))
		return ERR_PTR(-EINVAL);
	object = dxg_compat_lookup(call->process, handle, type);
	if (!object)
		return ERR_PTR(-EINVAL);
	call->held[call->held_count++] = object;
	ret = dxg_compat_enter(call, dxg_compat_object_dxg(object));
	return ret ? ERR_PTR(ret) : object;
}

/**
 * dxg_compat_use_device() - As dxg_compat_use(), of a device.
 * @call: The call.
 * @handle: The handle.
 */
struct dxg_compat_device *dxg_compat_use_device(struct dxg_compat_call *call, u32 handle)
{
	struct dxg_compat_object *object = dxg_compat_use(call, handle, DXG_COMPAT_DEVICE);

	return IS_ERR(object) ? ERR_CAST(object) : to_compat_device(object);
}

/* ---- Copying ---- */

/**
 * dxg_compat_copy_out() - Copy the arguments back. 0 or -EFAULT.
 * @call: The call.
 */
int dxg_compat_copy_out(struct dxg_compat_call *call)
{
	return copy_to_user(call->user, call->args, call->size) ? -EFAULT : 0;
}

/**
 * dxg_compat_finish_make() - The end of a call that makes an object.
 * @call: The call, whose arguments have the results.
 * @object: The object, published or not; the caller's reference is dropped.
 * @ret: 0, or why it failed: then nothing of the object is left.
 */
int dxg_compat_finish_make(struct dxg_compat_call *call, struct dxg_compat_object *object,
			   int ret)
{
	if (!ret)
		ret = dxg_compat_copy_out(call);
	if (ret) {
		dxg_compat_object_forget(object);
		object->ops->end(object);
	}
	dxg_compat_object_put(object);
	return ret;
}

static void *dxg_compat_keep(struct dxg_compat_call *call, void *mem)
{
	if (!IS_ERR_OR_NULL(mem))
		call->mem[call->mem_count++] = mem;
	return mem ?: ERR_PTR(-ENOMEM);
}

/**
 * dxg_compat_alloc_mem() - Memory of zeroes for the call, or ERR_PTR.
 * @call: The call.
 * @size: Bytes.
 */
void *dxg_compat_alloc_mem(struct dxg_compat_call *call, size_t size)
{
	if (WARN_ON_ONCE(call->mem_count == DXG_COMPAT_MEM))
		return ERR_PTR(-ENOMEM);
	return dxg_compat_keep(call, kvzalloc(max(size, 1ul), GFP_KERNEL_ACCOUNT));
}

/**
 * dxg_compat_copy_in() - A copy of what is in user space, for the call.
 * @call: The call.
 * @user: Where it is.
 * @size: Bytes; the caller has limited them.
 *
 * Returns it, NULL with @size 0, or ERR_PTR.
 */
void *dxg_compat_copy_in(struct dxg_compat_call *call, u64 user, size_t size)
{
	if (!size)
		return NULL;
	if (WARN_ON_ONCE(call->mem_count == DXG_COMPAT_MEM))
		return ERR_PTR(-ENOMEM);
	return dxg_compat_keep(call, vmemdup_user(u64_to_user_ptr(user), size));
}

/**
 * dxg_compat_check_handles() - Whether the process has all of them.
 * @call: The call.
 * @handles: The handles.
 * @count: How many.
 * @type: What they must be.
 * @device: What they must be on; NULL: what the call is about.
 *
 * Who ends one of them meanwhile gets what the host says. 0 or -EINVAL.
 */
int dxg_compat_check_handles(struct dxg_compat_call *call, const u32 *handles, u32 count,
			     enum dxg_compat_type type, struct dxg_compat_device *device)
{
	struct dxg_compat_object *object;
	bool good = true;
	u32 i;

	for (i = 0; i < count && good; i++) {
		object = dxg_compat_lookup(call->process, handles[i], type);
		if (!object)
			return -EINVAL;
		if (device)
			good = object->device == device;
		else
			good = dxg_compat_object_dxg(object) == call->dxg;
		dxg_compat_object_put(object);
		if (!(i % 1024))
			cond_resched();
	}
	return good ? 0 : -EINVAL;
}

/**
 * dxg_compat_copy_handles() - An array of handles, copied and checked.
 * @call: The call.
 * @user: Where it is in user space.
 * @count: How many; the caller has limited them.
 * @type: What they must be.
 * @device: What they must be on; NULL: what the call is about.
 *
 * Returns it, NULL with @count 0, or ERR_PTR.
 */
u32 *dxg_compat_copy_handles(struct dxg_compat_call *call, u64 user, u32 count,
			     enum dxg_compat_type type, struct dxg_compat_device *device)
{
	u32 *handles = dxg_compat_copy_in(call, user, (size_t)count * sizeof(*handles));
	int ret;

	if (IS_ERR_OR_NULL(handles))
		return handles;
	ret = dxg_compat_check_handles(call, handles, count, type, device);
	return ret ? ERR_PTR(ret) : handles;
}

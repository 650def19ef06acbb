// SPDX-License-Identifier: GPL-2.0
/*
 * The DRM face of VMs: check arguments, look up, call.
 */
#include <linux/err.h>
#include <linux/uaccess.h>

#include <drm/drm_file.h>
#include <drm/dxg_drm.h>

#include <kunit/visibility.h>

#include "dxg_array.h"
#include "dxg_bind.h"
#include "dxg_bind_queue.h"
#include "dxg_device.h"
#include "dxg_file.h"
#include "dxg_host_device.h"
#include "dxg_limits.h"
#include "dxg_queue.h"
#include "dxg_vm.h"

/* Bytes that the structure had when it was introduced. */
#define DXG_VM_BIND_OP_V1	80

/**
 * dxg_ioctl_vm_create() - DRM_IOCTL_DXG_VM_CREATE.
 * @drm: The DRM device.
 * @data: struct drm_dxg_vm_create.
 * @file: The DRM side of the file.
 */
int dxg_ioctl_vm_create(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct dxg_device *dxg = to_dxg_device(drm);
	struct drm_dxg_vm_create *args = data;
	struct dxg_vm *vm;
	int idx, ret;

	if (args->flags & ~DRM_DXG_VM_USER_FENCE || args->pad)
		return -EINVAL;
	if (!dxg_enter(dxg, &idx))
		return -ENODEV;
	ret = dxg_vm_create(dxg, file, args->flags, &vm);
	if (!ret) {
		args->vm_id = dxg_vm_id(vm);
		args->host_handle = dxg_vm_host_device(vm)->handle;
		dxg_vm_put(vm);
	}
	dxg_exit(idx);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_ioctl_vm_create);

/**
 * dxg_ioctl_vm_destroy() - DRM_IOCTL_DXG_VM_DESTROY.
 * @drm: The DRM device.
 * @data: struct drm_dxg_vm_destroy.
 * @file: The DRM side of the file.
 */
int dxg_ioctl_vm_destroy(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct drm_dxg_vm_destroy *args = data;
	int idx, ret;

	if (args->pad)
		return -EINVAL;
	if (!dxg_enter(to_dxg_device(drm), &idx))
		return -ENODEV;
	ret = dxg_vm_destroy(file->driver_priv, args->vm_id);
	dxg_exit(idx);
	return ret;
}

/* The VM of an ioctl, usable. ERR_PTR. */
static struct dxg_vm *dxg_ioctl_vm(struct drm_file *file, u32 id)
{
	struct dxg_vm *vm = dxg_vm_lookup(file->driver_priv, id);
	int ret;

	if (!vm)
		return ERR_PTR(-ENOENT);
	ret = dxg_vm_status(vm);
	if (ret) {
		dxg_vm_put(vm);
		return ERR_PTR(ret);
	}
	return vm;
}

/**
 * dxg_ioctl_vm_reserve() - DRM_IOCTL_DXG_VM_RESERVE.
 * @drm: The DRM device.
 * @data: struct drm_dxg_vm_reserve.
 * @file: The DRM side of the file.
 */
int dxg_ioctl_vm_reserve(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct drm_dxg_vm_reserve *args = data;
	struct dxg_vm *vm;
	int idx, ret;

	ret = dxg_bind_check_reserve(args);
	if (ret)
		return ret;
	if (!dxg_enter(to_dxg_device(drm), &idx))
		return -ENODEV;
	vm = dxg_ioctl_vm(file, args->vm_id);
	if (IS_ERR(vm)) {
		ret = PTR_ERR(vm);
	} else {
		ret = dxg_bind_reserve(vm, args);
		/* The host does not say why there is no such range. */
		if (ret == -ENOSPC && dxg_host_device_is_leaving(dxg_vm_host_device(vm)))
			ret = -ENODEV;
		dxg_vm_put(vm);
	}
	dxg_exit(idx);
	return ret;
}

/* Look up VM and queue, and bind. */
static int dxg_ioctl_vm_bind_on(struct drm_file *file, const struct drm_dxg_vm_bind *args,
				struct drm_dxg_vm_bind_op *ops)
{
	bool async = args->flags & DRM_DXG_VM_BIND_ASYNC;
	struct dxg_bind_queue *queue = NULL;
	struct dxg_vm *vm;
	int ret;

	vm = dxg_ioctl_vm(file, args->vm_id);
	if (IS_ERR(vm))
		return PTR_ERR(vm);
	if (args->queue_id || async) {
		queue = dxg_queue_lookup_bind(file->driver_priv, args->queue_id);
		if (IS_ERR(queue)) {
			ret = PTR_ERR(queue);
			goto out_vm;
		}
	}

	if (queue && dxg_bind_queue_vm(queue) != vm)
		ret = -EINVAL;
	else if (async)
		ret = dxg_bind_async(vm, file, queue, ops, args->ops.count, &args->syncs);
	else
		ret = args->ops.count ? dxg_bind_sync(vm, file, queue, ops, args->ops.count) : 0;
	if (queue)
		dxg_bind_queue_put(queue);
out_vm:
	dxg_vm_put(vm);
	return ret;
}

/* After ENOSPC: how much the program has to evict, and nothing else. */
static void dxg_ioctl_put_trim(const struct drm_dxg_vm_bind *args,
			       const struct drm_dxg_vm_bind_op *ops)
{
	void __user *to = u64_to_user_ptr(args->ops.array);
	u32 i;

	to += offsetof(struct drm_dxg_vm_bind_op, bytes_to_trim);
	for (i = 0; i < args->ops.count; i++)
		if (copy_to_user(to + (size_t)i * args->ops.stride, &ops[i].bytes_to_trim,
				 sizeof(ops[i].bytes_to_trim)))
			return;
}

/**
 * dxg_ioctl_vm_bind() - DRM_IOCTL_DXG_VM_BIND.
 * @drm: The DRM device.
 * @data: struct drm_dxg_vm_bind.
 * @file: The DRM side of the file.
 */
int dxg_ioctl_vm_bind(struct drm_device *drm, void *data, struct drm_file *file)
{
	const struct drm_dxg_vm_bind *args = data;
	struct drm_dxg_vm_bind_op *ops;
	int idx, ret = 0;
	u32 i;

	if (args->flags & ~DRM_DXG_VM_BIND_ASYNC || args->pad)
		return -EINVAL;
	if (!(args->flags & DRM_DXG_VM_BIND_ASYNC) && args->syncs.count)
		return -EINVAL;
	ops = dxg_array_get(&args->ops, sizeof(*ops), DXG_VM_BIND_OP_V1, DXG_MAX_BIND_OPS);
	if (IS_ERR(ops))
		return PTR_ERR(ops);
	for (i = 0; i < args->ops.count && !ret; i++)
		ret = dxg_bind_check_op(&ops[i]);
	if (ret)
		goto out;

	if (dxg_enter(to_dxg_device(drm), &idx)) {
		ret = dxg_ioctl_vm_bind_on(file, args, ops);
		dxg_exit(idx);
	} else {
		ret = -ENODEV;
	}
	if (!ret && dxg_array_put(&args->ops, ops, sizeof(*ops)))
		ret = -EFAULT;
	else if (ret == -ENOSPC)
		dxg_ioctl_put_trim(args, ops);
out:
	dxg_array_free(ops);
	return ret;
}

/**
 * dxg_ioctl_vm_get_state() - DRM_IOCTL_DXG_VM_GET_STATE.
 * @drm: The DRM device.
 * @data: struct drm_dxg_vm_get_state.
 * @file: The DRM side of the file.
 */
int dxg_ioctl_vm_get_state(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct drm_dxg_vm_get_state *args = data;
	struct dxg_vm *vm;
	int idx, ret;

	if (args->flags || args->reason || args->execution_state || args->reset_state ||
	    args->fault_flags || args->fault_stage || args->fault_error || args->fault_address ||
	    args->generation)
		return -EINVAL;
	if (!dxg_enter(to_dxg_device(drm), &idx))
		return -ENODEV;
	vm = dxg_vm_lookup(file->driver_priv, args->vm_id);
	if (vm) {
		ret = dxg_vm_get_state(vm, args);
		dxg_vm_put(vm);
	} else {
		ret = -ENOENT;
	}
	dxg_exit(idx);
	return ret;
}

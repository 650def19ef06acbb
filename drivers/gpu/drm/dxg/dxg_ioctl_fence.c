// SPDX-License-Identifier: GPL-2.0
/*
 * The DRM face of fences: check arguments, look up, call; and the file type by
 * which a fence goes to another process.
 */
#include <linux/anon_inodes.h>
#include <linux/err.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>

#include <drm/drm_file.h>
#include <drm/dxg_drm.h>

#include <kunit/visibility.h>

#include "dxg_array.h"
#include "dxg_cmd_sync.h"
#include "dxg_device.h"
#include "dxg_fence.h"
#include "dxg_fence_wait.h"
#include "dxg_file.h"
#include "dxg_host_device.h"
#include "dxg_limits.h"
#include "dxg_status.h"
#include "dxg_sync_object.h"
#include "dxg_vm.h"

/* Bytes that the structure had when it was introduced. */
#define DXG_FENCE_POINT_V1	16

/* ---- Making and ending ---- */

/* Make a fence and a handle of @object, whose reference is consumed. */
static int dxg_fence_publish_object(struct drm_file *file, struct dxg_sync_object *object,
				    unsigned int may, u32 *handle, u64 *mmap_offset)
{
	struct dxg_fence *fence = dxg_fence_create(object, may);
	int ret;

	dxg_sync_object_put(object);
	if (IS_ERR(fence))
		return PTR_ERR(fence);
	ret = dxg_fence_publish(file, fence, handle, mmap_offset);
	dxg_fence_put(fence);
	return ret;
}

static int dxg_fence_make(struct dxg_vm *vm, struct drm_file *file,
			  struct drm_dxg_fence_create *args)
{
	struct dxg_host_device *device = dxg_vm_host_device(vm);
	unsigned int may = DXG_FENCE_MAY_SIGNAL | DXG_FENCE_MAY_WAIT;
	struct dxg_cmd_sync cmd = {
		.type = DXGP_SYNC_MONITORED_FENCE,
		.data[0] = args->value,
	};
	struct dxg_sync_object *object;
	u32 status;
	int ret;

	if (args->flags & DRM_DXG_FENCE_SHAREABLE) {
		cmd.flags |= DXGP_SYNCFLAG_SHARED | DXGP_SYNCFLAG_NT_SECURITY;
		may |= DXG_FENCE_MAY_EXPORT;
	}
	if (args->flags & DRM_DXG_FENCE_NO_GPU)
		cmd.flags |= DXGP_SYNCFLAG_NO_GPU_ACCESS;
	if (args->flags & DRM_DXG_FENCE_NO_MAX_ON_RESET)
		cmd.flags |= DXGP_SYNCFLAG_NO_TDR_SIGNAL;

	ret = dxg_sync_object_create(device, &cmd, DXG_REQ_KILLABLE, &object, &status);
	if (!ret)
		ret = dxg_host_device_refused(device, DXGP_CMD_CREATESYNCOBJECT, status);
	if (!ret)
		ret = dxg_fence_publish_object(file, object, may, &args->handle,
					       &args->mmap_offset);
	if (!ret) {
		args->host_handle = cmd.handle;
		args->gpu_va = cmd.gpu_va;
	}
	return ret;
}

/**
 * dxg_ioctl_fence_create() - DRM_IOCTL_DXG_FENCE_CREATE.
 * @drm: The DRM device.
 * @data: struct drm_dxg_fence_create.
 * @file: The DRM side of the file.
 */
int dxg_ioctl_fence_create(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct drm_dxg_fence_create *args = data;
	struct dxg_vm *vm;
	int idx, ret;

	if (args->flags & ~(DRM_DXG_FENCE_SHAREABLE | DRM_DXG_FENCE_NO_GPU |
			    DRM_DXG_FENCE_NO_MAX_ON_RESET) ||
	    args->handle || args->host_handle || args->gpu_va || args->mmap_offset)
		return -EINVAL;
	if (!dxg_enter(to_dxg_device(drm), &idx))
		return -ENODEV;
	vm = dxg_vm_lookup(file->driver_priv, args->vm_id);
	ret = vm ? dxg_vm_status(vm) : -ENOENT;
	if (!ret)
		ret = dxg_fence_make(vm, file, args);
	if (vm)
		dxg_vm_put(vm);
	dxg_exit(idx);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_ioctl_fence_create);

/**
 * dxg_ioctl_fence_destroy() - DRM_IOCTL_DXG_FENCE_DESTROY.
 * @drm: The DRM device.
 * @data: struct drm_dxg_fence_destroy.
 * @file: The DRM side of the file.
 */
int dxg_ioctl_fence_destroy(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct drm_dxg_fence_destroy *args = data;

	return args->pad ? -EINVAL : dxg_fence_destroy(file, args->handle);
}

/* ---- Points ---- */

struct dxg_fence_points {
	struct dxg_fence_point *points;
	u32 count;	/* of those that hold a fence */
};

static void dxg_fence_points_put(struct dxg_fence_points *points)
{
	u32 i;

	for (i = 0; i < points->count; i++)
		dxg_fence_put(points->points[i].fence);
	kvfree(points->points);
}

/* Look the fences of @array up, with all of which @may is allowed. */
static int dxg_fence_points_get(struct drm_file *file, const struct drm_dxg_array *array,
				unsigned int may, struct dxg_fence_points *points)
{
	struct drm_dxg_fence_point *from;
	int ret = 0;
	u32 i;

	points->count = 0;
	points->points = NULL;
	if (!array->count)
		return -EINVAL;
	from = dxg_array_get(array, sizeof(*from), DXG_FENCE_POINT_V1, DXG_MAX_FENCE_POINTS);
	if (IS_ERR(from))
		return PTR_ERR(from);
	points->points = kvmalloc_objs(*points->points, array->count, GFP_KERNEL_ACCOUNT);
	if (!points->points)
		ret = -ENOMEM;

	for (i = 0; i < array->count && !ret; i++) {
		struct dxg_fence *fence;

		if (from[i].pad) {
			ret = -EINVAL;
			break;
		}
		fence = dxg_fence_lookup(file, from[i].handle);
		if (!fence) {
			ret = -ENOENT;
			break;
		}
		points->points[i].fence = fence;
		points->points[i].value = from[i].value;
		points->count++;
		if (!dxg_fence_may(fence, may))
			ret = -EPERM;
	}
	dxg_array_free(from);
	if (ret)
		dxg_fence_points_put(points);
	return ret;
}

/* ---- Raising ---- */

/* Fill the arrays of the message and look for what cannot be. */
static int dxg_fence_signal_fill(const struct dxg_fence_points *points, bool rewind,
				 u32 *objects, u64 *values)
{
	struct dxg_sync_object *object, *first = dxg_fence_object(points->points[0].fence);
	u32 i;
	int ret;

	for (i = 0; i < points->count; i++) {
		object = dxg_fence_object(points->points[i].fence);
		if (object->device != first->device)
			return -EINVAL;
		ret = dxg_fence_error(points->points[i].fence);
		if (ret)
			return ret;
		/* The host refuses it, but where messages are not answered nobody would know. */
		if (!rewind &&
		    points->points[i].value < dxg_fence_value(points->points[i].fence))
			return -EINVAL;
		objects[i] = object->handle;
		values[i] = points->points[i].value;
	}
	return 0;
}

static int dxg_fence_signal_points(const struct dxg_fence_points *points, bool rewind)
{
	struct dxg_host_device *device = dxg_fence_object(points->points[0].fence)->device;
	struct dxg_cmd_signal cmd = {
		.flags = rewind ? DXGP_SIGNAL_ALLOW_REWIND : 0,
		.device = device->handle,
		.object_count = points->count,
	};
	u32 *objects = kvmalloc_objs(*objects, points->count, GFP_KERNEL_ACCOUNT);
	u64 *values = kvmalloc_objs(*values, points->count, GFP_KERNEL_ACCOUNT);
	u32 status;
	int ret = -ENOMEM;

	if (objects && values)
		ret = dxg_fence_signal_fill(points, rewind, objects, values);
	if (!ret) {
		cmd.objects = objects;
		cmd.values = values;
		ret = dxg_cmd_signal(dxg_host_device_link(device), dxg_host_device_process(device),
				     &cmd, DXG_REQ_KILLABLE, &status);
	}
	if (!ret)
		ret = dxg_host_device_refused(device, DXGP_CMD_SIGNALSYNCOBJECT, status);
	kvfree(objects);
	kvfree(values);
	return ret;
}

/**
 * dxg_ioctl_fence_signal() - DRM_IOCTL_DXG_FENCE_SIGNAL.
 * @drm: The DRM device.
 * @data: struct drm_dxg_fence_signal.
 * @file: The DRM side of the file.
 */
int dxg_ioctl_fence_signal(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct drm_dxg_fence_signal *args = data;
	struct dxg_fence_points points;
	int idx, ret;

	if (args->flags & ~DRM_DXG_FENCE_SIGNAL_REWIND || args->pad)
		return -EINVAL;
	if (!dxg_enter(to_dxg_device(drm), &idx))
		return -ENODEV;
	ret = dxg_fence_points_get(file, &args->points, DXG_FENCE_MAY_SIGNAL, &points);
	if (!ret) {
		ret = dxg_fence_signal_points(&points, args->flags & DRM_DXG_FENCE_SIGNAL_REWIND);
		dxg_fence_points_put(&points);
	}
	dxg_exit(idx);
	return ret;
}

/* ---- Waiting ---- */

/*
 * @count points are reached, some perhaps only because the host raises the fences of a device
 * that fails to the highest value: it is asked, about the caller's device and about the one
 * that an imported fence was made on. A program that raises a fence so high itself pays
 * a message or two for it. 0 or -errno.
 */
static int dxg_fence_points_judge(const struct dxg_fence_point *points, u32 count)
{
	const struct dxg_host_device *asked = NULL;
	int ret = 0;
	u32 i;

	for (i = 0; i < count && !ret; i++) {
		const struct dxg_sync_object *object = dxg_fence_object(points[i].fence);

		if (points[i].value == U64_MAX || dxg_fence_value(points[i].fence) != U64_MAX)
			continue;
		if (object->device != asked)
			ret = dxg_host_device_runs(object->device, DXG_REQ_KILLABLE);
		asked = object->device;
		if (!ret)
			ret = dxg_sync_object_home_runs(object, DXG_REQ_KILLABLE);
	}
	return ret;
}

/**
 * dxg_ioctl_fence_wait() - DRM_IOCTL_DXG_FENCE_WAIT.
 * @drm: The DRM device.
 * @data: struct drm_dxg_fence_wait.
 * @file: The DRM side of the file.
 *
 * Not inside drm_dev_enter() while it waits: a removal ends the fences.
 */
int dxg_ioctl_fence_wait(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct drm_dxg_fence_wait *args = data;
	struct dxg_fence_points points;
	bool any = args->flags & DRM_DXG_FENCE_WAIT_ANY;
	u32 first;
	int ret;

	if (args->flags & ~DRM_DXG_FENCE_WAIT_ANY || args->first_signaled)
		return -EINVAL;
	if (READ_ONCE(to_dxg_device(drm)->link.gone))
		return -ENODEV;
	ret = dxg_fence_points_get(file, &args->points, DXG_FENCE_MAY_WAIT, &points);
	if (ret)
		return ret;
	ret = dxg_fence_wait_points(points.points, points.count, any,
				    ns_to_ktime(args->timeout_ns), &first);
	if (!ret)
		ret = any ? dxg_fence_points_judge(&points.points[first], 1) :
			    dxg_fence_points_judge(points.points, points.count);
	if (!ret)
		args->first_signaled = first;
	dxg_fence_points_put(&points);
	return ret;
}

/**
 * dxg_ioctl_fence_eventfd() - DRM_IOCTL_DXG_FENCE_EVENTFD.
 * @drm: The DRM device.
 * @data: struct drm_dxg_fence_eventfd.
 * @file: The DRM side of the file.
 */
int dxg_ioctl_fence_eventfd(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct drm_dxg_fence_eventfd *args = data;
	struct dxg_fence_points points;
	int idx, ret;

	if (args->flags & ~DRM_DXG_FENCE_WAIT_ANY)
		return -EINVAL;
	if (!dxg_enter(to_dxg_device(drm), &idx))
		return -ENODEV;
	ret = dxg_fence_points_get(file, &args->points, DXG_FENCE_MAY_WAIT, &points);
	if (!ret) {
		ret = dxg_fence_eventfd_points(points.points, points.count,
					       args->flags & DRM_DXG_FENCE_WAIT_ANY, args->fd);
		dxg_fence_points_put(&points);
	}
	dxg_exit(idx);
	return ret;
}

/* ---- Descriptors ---- */

static int dxg_fence_file_release(struct inode *inode, struct file *filp)
{
	dxg_sync_share_put(filp->private_data);
	return 0;
}

/* It is not a sync_file: there is nothing that it could promise to signal. */
static __poll_t dxg_fence_file_poll(struct file *filp, struct poll_table_struct *table)
{
	return 0;
}

static const struct file_operations dxg_fence_file_ops = {
	.owner = THIS_MODULE,
	.release = dxg_fence_file_release,
	.poll = dxg_fence_file_poll,
	.llseek = noop_llseek,
};

/**
 * dxg_fence_share_file() - A file that holds a shared fence.
 * @share: What it holds; the reference is consumed.
 *
 * Returns the file or ERR_PTR.
 */
struct file *dxg_fence_share_file(struct dxg_sync_share *share)
{
	struct file *filp;

	filp = anon_inode_getfile("dxg_fence", &dxg_fence_file_ops, share, O_RDWR);
	if (IS_ERR(filp))
		dxg_sync_share_put(share);
	return filp;
}

/* A descriptor of @share, whose reference is consumed. */
static int dxg_fence_file_create(struct dxg_sync_share *share, unsigned int flags)
{
	struct file *filp;
	int fd;

	fd = get_unused_fd_flags(flags);
	if (fd < 0) {
		dxg_sync_share_put(share);
		return fd;
	}
	filp = dxg_fence_share_file(share);
	if (IS_ERR(filp)) {
		put_unused_fd(fd);
		return PTR_ERR(filp);
	}
	fd_install(fd, filp);
	return fd;
}

static int dxg_fence_export(struct dxg_fence *fence, unsigned int flags)
{
	struct dxg_sync_object *object = dxg_fence_object(fence);
	struct dxg_sync_share *share;
	u32 status;
	int ret;

	if (!dxg_fence_may(fence, DXG_FENCE_MAY_EXPORT))
		return -EPERM;
	ret = dxg_sync_object_share(object, DXG_REQ_KILLABLE, &share, &status);
	if (!ret)
		ret = dxg_host_device_refused(object->device, DXGP_CMD_CREATENTSHAREDOBJECT,
					      status);
	return ret ?: dxg_fence_file_create(share, flags);
}

/**
 * dxg_ioctl_fence_export() - DRM_IOCTL_DXG_FENCE_EXPORT.
 * @drm: The DRM device.
 * @data: struct drm_dxg_fence_export.
 * @file: The DRM side of the file.
 */
int dxg_ioctl_fence_export(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct drm_dxg_fence_export *args = data;
	struct dxg_fence *fence;
	int idx, ret;

	if (args->flags & ~O_CLOEXEC || args->fd || args->pad)
		return -EINVAL;
	if (!dxg_enter(to_dxg_device(drm), &idx))
		return -ENODEV;
	fence = dxg_fence_lookup(file, args->handle);
	ret = fence ? dxg_fence_export(fence, args->flags) : -ENOENT;
	if (ret >= 0) {
		args->fd = ret;
		ret = 0;
	}
	if (fence)
		dxg_fence_put(fence);
	dxg_exit(idx);
	return ret;
}

/**
 * dxg_fence_file_get() - The share that a descriptor holds.
 * @fd: The descriptor.
 * @dxg: The adapter that it must be of.
 *
 * Returns it with a reference, or ERR_PTR: -EBADF, -EINVAL.
 */
struct dxg_sync_share *dxg_fence_file_get(int fd, const struct dxg_device *dxg)
{
	struct dxg_sync_share *share;
	struct file *filp = fget(fd);

	if (!filp)
		return ERR_PTR(-EBADF);
	share = filp->private_data;
	if (filp->f_op == &dxg_fence_file_ops && dxg_sync_share_of(share, dxg))
		dxg_sync_share_get(share);
	else
		share = ERR_PTR(-EINVAL);
	fput(filp);
	return share;
}

static int dxg_fence_import(struct dxg_vm *vm, struct drm_file *file,
			    struct dxg_sync_share *share, struct drm_dxg_fence_import *args)
{
	struct dxg_host_device *device = dxg_vm_host_device(vm);
	unsigned int may = DXG_FENCE_MAY_SIGNAL | DXG_FENCE_MAY_WAIT | DXG_FENCE_MAY_EXPORT;
	struct dxg_sync_object *object;
	u32 status, handle, flags = 0;
	u64 gpu_va;
	int ret;

	if (args->flags & DRM_DXG_FENCE_NO_GPU)
		flags |= DXGP_SYNCFLAG_NO_GPU_ACCESS;
	if (args->flags & DRM_DXG_FENCE_NO_SIGNAL) {
		flags |= DXGP_SYNCFLAG_NO_SIGNAL;
		may &= ~DXG_FENCE_MAY_SIGNAL;
	}
	if (args->flags & DRM_DXG_FENCE_NO_WAIT) {
		flags |= DXGP_SYNCFLAG_NO_WAIT;
		may &= ~DXG_FENCE_MAY_WAIT;
	}

	ret = dxg_sync_object_open(device, share, flags, DXG_REQ_KILLABLE, &object, &status);
	if (!ret)
		ret = dxg_host_device_refused(device, DXGP_CMD_OPENSYNCOBJECT, status);
	if (ret)
		return ret;
	handle = object->handle;
	gpu_va = object->gpu_va;
	ret = dxg_fence_publish_object(file, object, may, &args->handle, &args->mmap_offset);
	if (!ret) {
		args->host_handle = handle;
		args->gpu_va = gpu_va;
	}
	return ret;
}

/**
 * dxg_ioctl_fence_import() - DRM_IOCTL_DXG_FENCE_IMPORT.
 * @drm: The DRM device.
 * @data: struct drm_dxg_fence_import.
 * @file: The DRM side of the file.
 */
int dxg_ioctl_fence_import(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct drm_dxg_fence_import *args = data;
	struct dxg_sync_share *share;
	struct dxg_vm *vm;
	int idx, ret;

	if (args->flags & ~(DRM_DXG_FENCE_NO_GPU | DRM_DXG_FENCE_NO_SIGNAL |
			    DRM_DXG_FENCE_NO_WAIT) ||
	    args->handle || args->host_handle || args->pad || args->gpu_va || args->mmap_offset)
		return -EINVAL;
	if (!dxg_enter(to_dxg_device(drm), &idx))
		return -ENODEV;
	vm = dxg_vm_lookup(file->driver_priv, args->vm_id);
	ret = vm ? dxg_vm_status(vm) : -ENOENT;
	if (ret)
		goto out;
	share = dxg_fence_file_get(args->fd, to_dxg_device(drm));
	if (IS_ERR(share)) {
		ret = PTR_ERR(share);
		goto out;
	}
	ret = dxg_fence_import(vm, file, share, args);
	dxg_sync_share_put(share);
out:
	if (vm)
		dxg_vm_put(vm);
	dxg_exit(idx);
	return ret;
}

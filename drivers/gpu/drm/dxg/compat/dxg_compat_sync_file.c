// SPDX-License-Identifier: GPL-2.0
/*
 * Sync files of /dev/dxg: descriptors of values of monitored fences.
 *
 * They look like the kernel's sync files to those who poll them and ask for their state,
 * but there is no dma_fence in them: nothing promises that a program signals a monitored
 * fence. Other drivers refuse them. A point that can no longer be reached, because its
 * device was lost or ended or the adapter went, has an error for a status.
 *
 * A point holds its fence, and with it the device, only until its status is known.
 */
#include <linux/anon_inodes.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <uapi/linux/sync_file.h>

#include "../dxg_cmd_sync.h"
#include "../dxg_device.h"
#include "../dxg_fence.h"
#include "../dxg_host_device.h"
#include "../dxg_proto.h"
#include "../dxg_sync_object.h"
#include "dxg_compat.h"
#include "dxg_compat_map.h"
#include "dxg_compat_sync.h"

/* Points of one file. */
#define DXG_COMPAT_MAX_POINTS	1024

struct dxg_compat_sync_file;

struct dxg_compat_point {
	struct dxg_fence_cb cb;
	struct dxg_compat_sync_file *file;
	struct dxg_fence *fence;	/* held until @status is known; under file->lock */
	struct dxg_sync_share *share;	/* held, or NULL: it is not shared */
	u64 value;
	int status;			/* 0: not yet, 1: reached, or -errno */
	ktime_t stamp;			/* since when */
};

struct dxg_compat_sync_file {
	struct mutex lock;		/* protects the fences of points */
	wait_queue_head_t queue;
	struct work_struct work;	/* lets go of fences */
	atomic_t left;			/* points without a status */
	u32 count;
	struct dxg_compat_point points[] __counted_by(count);
};

static const struct file_operations dxg_compat_sync_fops;

/* ---- Life ---- */

static void dxg_compat_sync_file_work(struct work_struct *work);

static struct dxg_compat_sync_file *dxg_compat_sync_file_alloc(u32 count)
{
	struct dxg_compat_sync_file *file;
	u32 i;

	file = kvzalloc(struct_size(file, points, count), GFP_KERNEL_ACCOUNT);
	if (!file)
		return NULL;
	file->count = count;
	mutex_init(&file->lock);
	init_waitqueue_head(&file->queue);
	INIT_WORK(&file->work, dxg_compat_sync_file_work);
	atomic_set(&file->left, count);
	for (i = 0; i < count; i++)
		file->points[i].file = file;
	return file;
}

/* Under the lock: fences of points whose status is known. */
static void dxg_compat_sync_file_drop(struct dxg_compat_sync_file *file, bool all)
{
	u32 i;

	for (i = 0; i < file->count; i++) {
		struct dxg_compat_point *point = &file->points[i];

		if (!point->fence || !(all || READ_ONCE(point->status)))
			continue;
		/* When this returns, the callback has, too. */
		dxg_fence_remove_cb(point->fence, &point->cb);
		dxg_fence_put(point->fence);
		point->fence = NULL;
	}
}

static void dxg_compat_sync_file_work(struct work_struct *work)
{
	struct dxg_compat_sync_file *file = container_of(work, struct dxg_compat_sync_file, work);

	mutex_lock(&file->lock);
	dxg_compat_sync_file_drop(file, false);
	mutex_unlock(&file->lock);
}

static void dxg_compat_sync_file_free(struct dxg_compat_sync_file *file)
{
	u32 i;

	mutex_lock(&file->lock);
	dxg_compat_sync_file_drop(file, true);
	mutex_unlock(&file->lock);
	cancel_work_sync(&file->work);
	for (i = 0; i < file->count; i++)
		if (file->points[i].share)
			dxg_sync_share_put(file->points[i].share);
	mutex_destroy(&file->lock);
	kvfree(file);
}

/* The status of a point is known. From any context. */
static void dxg_compat_point_done(struct dxg_compat_point *point, int status)
{
	struct dxg_compat_sync_file *file = point->file;

	point->stamp = ktime_get();
	/* Pairs with the reader of the status. */
	smp_store_release(&point->status, status);
	atomic_dec(&file->left);
	wake_up_all(&file->queue);
}

static int dxg_compat_point_status(const struct dxg_compat_point *point)
{
	/* Pairs with dxg_compat_point_done(): whoever sees the status sees since when. */
	return smp_load_acquire(&point->status);
}

static void dxg_compat_point_called(struct dxg_fence_cb *cb, int error)
{
	struct dxg_compat_point *point = container_of(cb, struct dxg_compat_point, cb);

	dxg_compat_point_done(point, error ?: 1);
	schedule_work(&point->file->work);
}

/* A point, whose references on fence and share are taken over. */
static void dxg_compat_point_start(struct dxg_compat_point *point, struct dxg_fence *fence,
				   struct dxg_sync_share *share, u64 value)
{
	int ret;

	point->fence = fence;
	point->share = share;
	point->value = value;
	ret = dxg_fence_add_cb(fence, &point->cb, value, dxg_compat_point_called);
	if (ret)
		dxg_compat_point_done(point, ret);
}

/* A descriptor of @file, which it owns if this succeeds. */
static int dxg_compat_sync_file_fd(struct dxg_compat_sync_file *file, struct file **filp)
{
	int fd = get_unused_fd_flags(O_CLOEXEC);

	if (fd < 0)
		return fd;
	*filp = anon_inode_getfile("dxg_sync_file", &dxg_compat_sync_fops, file, O_RDWR);
	if (IS_ERR(*filp)) {
		put_unused_fd(fd);
		return PTR_ERR(*filp);
	}
	return fd;
}

/* ---- File operations ---- */

static int dxg_compat_sync_file_release(struct inode *inode, struct file *filp)
{
	dxg_compat_sync_file_free(filp->private_data);
	return 0;
}

/* 0: not all are reached, 1: all are, or why one never will be. */
static int dxg_compat_sync_file_status(struct dxg_compat_sync_file *file)
{
	int status;
	u32 i;

	for (i = 0; i < file->count; i++) {
		status = dxg_compat_point_status(&file->points[i]);
		if (status < 0)
			return status;
	}
	return !atomic_read(&file->left);
}

static __poll_t dxg_compat_sync_file_poll(struct file *filp, struct poll_table_struct *table)
{
	struct dxg_compat_sync_file *file = filp->private_data;

	poll_wait(filp, &file->queue, table);
	return dxg_compat_sync_file_status(file) ? EPOLLIN : 0;
}

static long dxg_compat_sync_file_info(struct dxg_compat_sync_file *file, void __user *user)
{
	struct sync_fence_info one = { .obj_name = "monitored", .driver_name = "dxg" };
	struct sync_fence_info __user *infos;
	struct sync_file_info info;
	u32 i;

	if (copy_from_user(&info, user, sizeof(info)))
		return -EFAULT;
	if (info.flags || info.pad)
		return -EINVAL;
	infos = u64_to_user_ptr(info.sync_fence_info);
	if (info.num_fences && info.num_fences < file->count)
		return -EINVAL;
	for (i = 0; info.num_fences && i < file->count; i++) {
		one.status = dxg_compat_point_status(&file->points[i]);
		one.timestamp_ns = one.status ? ktime_to_ns(file->points[i].stamp) : 0;
		if (copy_to_user(&infos[i], &one, sizeof(one)))
			return -EFAULT;
	}
	strscpy_pad(info.name, "dxg", sizeof(info.name));
	info.status = dxg_compat_sync_file_status(file);
	info.num_fences = file->count;
	return copy_to_user(user, &info, sizeof(info)) ? -EFAULT : 0;
}

/* A point of @from in a new file: as it is, or still waiting. */
static void dxg_compat_point_copy(struct dxg_compat_point *to, const struct dxg_compat_point *from)
{
	struct dxg_sync_share *share = from->share ? dxg_sync_share_get(from->share) : NULL;
	int status = dxg_compat_point_status(from);

	if (from->fence) {
		dxg_compat_point_start(to, dxg_fence_get(from->fence), share, from->value);
		return;
	}
	to->share = share;
	to->value = from->value;
	dxg_compat_point_done(to, status);
	to->stamp = from->stamp;
}

static void dxg_compat_points_copy(struct dxg_compat_point *to, struct dxg_compat_sync_file *from)
{
	u32 i;

	mutex_lock(&from->lock);
	for (i = 0; i < from->count; i++)
		dxg_compat_point_copy(&to[i], &from->points[i]);
	mutex_unlock(&from->lock);
}

/* The file behind a descriptor, held by *@filp; ERR_PTR: -EBADF, -EINVAL for another kind. */
static struct dxg_compat_sync_file *dxg_compat_sync_file_get(u64 fd, struct file **filp)
{
	if (fd > INT_MAX)
		return ERR_PTR(-EBADF);
	*filp = fget(fd);
	if (!*filp)
		return ERR_PTR(-EBADF);
	if ((*filp)->f_op != &dxg_compat_sync_fops) {
		fput(*filp);
		return ERR_PTR(-EINVAL);
	}
	return (*filp)->private_data;
}

static long dxg_compat_sync_file_merge(struct dxg_compat_sync_file *file, void __user *user)
{
	struct dxg_compat_sync_file *other, *merged;
	struct sync_merge_data data;
	struct file *filp, *result;
	int fd = -ENOMEM;

	if (copy_from_user(&data, user, sizeof(data)))
		return -EFAULT;
	if (data.flags || data.pad)
		return -EINVAL;
	other = dxg_compat_sync_file_get(data.fd2, &filp);
	if (IS_ERR(other))
		return PTR_ERR(other) == -EBADF ? -ENOENT : PTR_ERR(other);
	merged = NULL;
	if (file->count + other->count <= DXG_COMPAT_MAX_POINTS)
		merged = dxg_compat_sync_file_alloc(file->count + other->count);
	if (merged) {
		dxg_compat_points_copy(merged->points, file);
		dxg_compat_points_copy(merged->points + file->count, other);
		fd = dxg_compat_sync_file_fd(merged, &result);
		if (fd < 0)
			dxg_compat_sync_file_free(merged);
	}
	fput(filp);
	if (fd < 0)
		return fd;
	data.fence = fd;
	if (copy_to_user(user, &data, sizeof(data))) {
		put_unused_fd(fd);
		fput(result);
		return -EFAULT;
	}
	fd_install(fd, result);
	return 0;
}

static long dxg_compat_sync_file_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	switch (cmd) {
	case SYNC_IOC_MERGE:
		return dxg_compat_sync_file_merge(filp->private_data, (void __user *)arg);
	case SYNC_IOC_FILE_INFO:
		return dxg_compat_sync_file_info(filp->private_data, (void __user *)arg);
	default:
		return -ENOTTY;
	}
}

static const struct file_operations dxg_compat_sync_fops = {
	.owner = THIS_MODULE,
	.release = dxg_compat_sync_file_release,
	.poll = dxg_compat_sync_file_poll,
	.unlocked_ioctl = dxg_compat_sync_file_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.llseek = noop_llseek,
};

/* ---- Ioctls ---- */

/**
 * dxg_compat_create_sync_file() - LX_DXCREATESYNCFILE.
 * @call: The call.
 */
int dxg_compat_create_sync_file(struct dxg_compat_call *call)
{
	struct d3dkmt_createsyncfile *args = call->args;
	struct dxg_sync_share *share = NULL;
	struct dxg_compat_sync_file *file;
	struct dxg_compat_object *object;
	struct dxg_compat_device *device;
	struct dxg_compat_sync *sync;
	struct file *filp;
	u32 status;
	int ret;

	device = dxg_compat_use_device(call, args->device);
	if (IS_ERR(device))
		return PTR_ERR(device);
	object = dxg_compat_use(call, args->monitored_fence, DXG_COMPAT_SYNC);
	if (IS_ERR(object))
		return PTR_ERR(object);
	sync = to_compat_sync(object);
	if (!sync->fence || object->device != device)
		return -EINVAL;
	if (sync->object && sync->object->global_handle) {
		ret = dxg_sync_object_share(sync->object, DXG_REQ_KILLABLE, &share, &status);
		ret = dxg_compat_result(ret, DXGP_CMD_CREATENTSHAREDOBJECT, status);
		if (ret < 0)
			return ret;
	}
	file = dxg_compat_sync_file_alloc(1);
	if (!file) {
		if (share)
			dxg_sync_share_put(share);
		return -ENOMEM;
	}
	dxg_compat_point_start(file->points, dxg_fence_get(sync->fence), share, args->fence_value);
	ret = dxg_compat_sync_file_fd(file, &filp);
	if (ret < 0) {
		dxg_compat_sync_file_free(file);
		return ret;
	}
	args->sync_file_handle = ret;
	if (dxg_compat_copy_out(call)) {
		put_unused_fd(ret);
		fput(filp);
		return -EFAULT;
	}
	fd_install(ret, filp);
	return 0;
}

/* Have @context wait for a point. Under the lock of its file. */
static int dxg_compat_point_wait(struct dxg_compat_call *call, struct dxg_compat_object *context,
				 struct dxg_compat_point *point)
{
	struct dxg_host_device *host = context->device->host;
	struct dxg_sync_object *object;
	u32 handle, status;
	int ret = READ_ONCE(point->status);

	if (ret)
		return min(ret, 0);
	object = point->fence ? dxg_fence_object(point->fence) : NULL;
	if (object && object->device == host) {
		dxg_sync_object_get(object);
	} else {
		if (!point->share || !dxg_sync_share_of(point->share, call->dxg))
			return -EINVAL;
		ret = dxg_sync_object_open(host, point->share, DXGP_SYNCFLAG_NO_SIGNAL,
					   DXG_REQ_KILLABLE, &object, &status);
		ret = dxg_compat_result(ret, DXGP_CMD_OPENSYNCOBJECT, status);
		if (ret < 0)
			return ret;
	}
	handle = object->handle;
	ret = dxg_cmd_wait_gpu(&call->dxg->link, dxg_compat_process_host(call->process),
			       context->handle, &handle, &point->value, 1, false,
			       DXG_REQ_KILLABLE, &status);
	dxg_sync_object_put(object);
	return dxg_compat_result(ret, DXGP_CMD_WAITFORSYNCOBJECTFROMGPU, status);
}

/**
 * dxg_compat_wait_sync_file() - LX_DXWAITSYNCFILE.
 * @call: The call.
 */
int dxg_compat_wait_sync_file(struct dxg_compat_call *call)
{
	struct d3dkmt_waitsyncfile *args = call->args;
	struct dxg_compat_sync_file *file;
	struct dxg_compat_object *context;
	struct file *filp;
	int ret = 0;
	u32 i;

	context = dxg_compat_use(call, args->context, DXG_COMPAT_CONTEXT);
	if (IS_ERR(context))
		return PTR_ERR(context);
	file = dxg_compat_sync_file_get(args->sync_file_handle, &filp);
	if (IS_ERR(file))
		return PTR_ERR(file);
	mutex_lock(&file->lock);
	for (i = 0; i < file->count && ret >= 0; i++)
		ret = dxg_compat_point_wait(call, context, &file->points[i]);
	mutex_unlock(&file->lock);
	fput(filp);
	return ret;
}

/**
 * dxg_compat_open_sync_from_file() - LX_DXOPENSYNCOBJECTFROMSYNCFILE.
 * @call: The call.
 */
int dxg_compat_open_sync_from_file(struct dxg_compat_call *call)
{
	struct d3dkmt_opensyncobjectfromsyncfile *args = call->args;
	struct dxg_compat_sync_file *file;
	struct dxg_compat_device *device;
	struct dxg_sync_object *object;
	struct dxg_compat_sync *sync;
	struct dxg_compat_point *point;
	struct file *filp;
	int ret = -EINVAL;
	u32 status;

	device = dxg_compat_use_device(call, args->device);
	if (IS_ERR(device))
		return PTR_ERR(device);
	file = dxg_compat_sync_file_get(args->sync_file_handle, &filp);
	if (IS_ERR(file))
		return PTR_ERR(file);
	point = &file->points[0];
	if (file->count == 1 && point->share && dxg_sync_share_of(point->share, call->dxg)) {
		ret = dxg_sync_object_open(device->host, point->share, 0, DXG_REQ_KILLABLE,
					   &object, &status);
		ret = dxg_compat_result(ret, DXGP_CMD_OPENSYNCOBJECT, status);
	}
	args->fence_value = point->value + (READ_ONCE(point->status) == 1);
	fput(filp);
	if (ret < 0)
		return ret;
	sync = dxg_compat_sync_make(call->process, device, object, NULL);
	if (IS_ERR(sync))
		return PTR_ERR(sync);
	args->syncobj = sync->base.handle;
	args->fence_value_cpu_va = dxg_compat_map_address(sync->map);
	args->fence_value_gpu_va = sync->object->gpu_va;
	return dxg_compat_finish_make(call, &sync->base, dxg_compat_object_publish(&sync->base));
}

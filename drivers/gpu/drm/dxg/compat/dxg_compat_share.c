// SPDX-License-Identifier: GPL-2.0
/*
 * Sharing of /dev/dxg: descriptors of resources and sync objects, and what they open.
 *
 * What is shared of a resource is a BO, as of the render nodes. With one allocation of
 * host memory its descriptor is a dma-buf; else it is a file that only /dev/dxg knows.
 * Descriptors of sync objects are those of the render nodes' fences.
 */
#include <linux/anon_inodes.h>
#include <linux/dma-buf.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/pagemap.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "../dxg_allocation.h"
#include "../dxg_bo.h"
#include "../dxg_cmd_sync.h"
#include "../dxg_device.h"
#include "../dxg_fence.h"
#include "../dxg_host_device.h"
#include "../dxg_prime.h"
#include "../dxg_proto.h"
#include "../dxg_sync_object.h"
#include "dxg_compat.h"
#include "dxg_compat_map.h"
#include "dxg_compat_resource.h"
#include "dxg_compat_sync.h"

/* ---- Files of resources that are no dma-bufs ---- */

static int dxg_compat_bo_release(struct inode *inode, struct file *filp)
{
	dxg_bo_put(filp->private_data);
	return 0;
}

static const struct file_operations dxg_compat_bo_fops = {
	.owner = THIS_MODULE,
	.release = dxg_compat_bo_release,
	.llseek = noop_llseek,
};

static struct file *dxg_compat_bo_file(struct dxg_bo *bo)
{
	struct file *filp = anon_inode_getfile("dxgresource", &dxg_compat_bo_fops, bo, O_RDWR);

	if (!IS_ERR(filp))
		drm_gem_object_get(&bo->base);
	return filp;
}

/* ---- Sharing ---- */

/* The BO of a resource, made by the first descriptor; from then on it is sealed. */
static int dxg_compat_resource_seal(struct dxg_compat_resource *resource)
{
	struct dxg_allocation **allocs;
	struct dxg_compat_alloc *alloc;
	struct dxg_bo *bo;
	u32 i = 0;

	if (resource->bo)
		return 0;
	if (!resource->shared || resource->dead || !resource->count)
		return -EINVAL;
	allocs = kvcalloc(resource->count, sizeof(*allocs), GFP_KERNEL);
	if (!allocs)
		return -ENOMEM;
	list_for_each_entry(alloc, &resource->allocs, sibling)
		allocs[i++] = alloc->alloc;
	bo = dxg_bo_adopt(resource->resource, allocs, i);
	kvfree(allocs);
	if (IS_ERR(bo))
		return PTR_ERR(bo);
	i = 0;
	list_for_each_entry(alloc, &resource->allocs, sibling) {
		swap(bo->parts[i].data, alloc->data);
		bo->parts[i++].data_size = alloc->data_size;
	}
	swap(bo->runtime_data, resource->runtime.data);
	bo->runtime_size = resource->runtime.size;
	swap(bo->resource_data, resource->data.data);
	bo->resource_size = resource->data.size;
	resource->bo = bo;
	resource->sealed = true;
	return 0;
}

/* A file of a resource. Under its lock. */
static struct file *dxg_compat_resource_file(struct dxg_compat_resource *resource)
{
	struct dma_buf *dma_buf;
	int ret;

	ret = dxg_compat_resource_seal(resource);
	if (ret)
		return ERR_PTR(ret);
	if (!resource->dma_buf && (resource->bo->count > 1 || resource->bo->backing))
		return dxg_compat_bo_file(resource->bo);
	if (!resource->dma_buf) {
		/* One for all descriptors: a BO has no second dma-buf. */
		dma_buf = dxg_prime_export(&resource->bo->base, O_RDWR);
		if (IS_ERR(dma_buf))
			return ERR_CAST(dma_buf);
		resource->dma_buf = dma_buf;
	}
	return get_file(resource->dma_buf->file);
}

static struct file *dxg_compat_share_resource(struct dxg_compat_object *object)
{
	struct dxg_compat_resource *resource = to_compat_resource(object);
	struct file *filp;

	if (mutex_lock_killable(&resource->lock))
		return ERR_PTR(-ERESTARTSYS);
	filp = dxg_compat_resource_file(resource);
	mutex_unlock(&resource->lock);
	return filp;
}

static struct file *dxg_compat_share_sync(struct dxg_compat_object *object)
{
	struct dxg_compat_sync *sync = to_compat_sync(object);
	struct dxg_sync_share *share;
	u32 status;
	int ret;

	if (!sync->object)
		return ERR_PTR(-EINVAL);
	ret = dxg_sync_object_share(sync->object, DXG_REQ_KILLABLE, &share, &status);
	ret = dxg_compat_result(ret, DXGP_CMD_CREATENTSHAREDOBJECT, status);
	return ret < 0 ? ERR_PTR(ret) : dxg_fence_share_file(share);
}

static struct file *dxg_compat_share_file(struct dxg_compat_object *object)
{
	return object->type == DXG_COMPAT_SYNC ? dxg_compat_share_sync(object) :
						 dxg_compat_share_resource(object);
}

/**
 * dxg_compat_share_objects() - LX_DXSHAREOBJECTS.
 * @call: The call.
 */
int dxg_compat_share_objects(struct dxg_compat_call *call)
{
	struct d3dkmt_shareobjects *args = call->args;
	u64 __user *result = u64_to_user_ptr(args->shared_handle);
	struct dxg_compat_object *object;
	struct file *filp;
	u32 handle;
	int fd;

	if (args->object_count != 1)
		return -EINVAL;
	if (get_user(handle, (u32 __user *)u64_to_user_ptr(args->objects)))
		return -EFAULT;
	object = dxg_compat_use(call, handle, DXG_COMPAT_RESOURCE);
	if (object == ERR_PTR(-EINVAL))
		object = dxg_compat_use(call, handle, DXG_COMPAT_SYNC);
	if (IS_ERR(object))
		return PTR_ERR(object);
	/* What can fail without it comes first: a resource that was shared is sealed. */
	fd = get_unused_fd_flags(O_CLOEXEC);
	if (fd < 0)
		return fd;
	if (fault_in_writeable((char __user *)result, sizeof(*result)))
		filp = ERR_PTR(-EFAULT);
	else
		filp = dxg_compat_share_file(object);
	if (!IS_ERR(filp) && put_user((u64)fd, result)) {
		fput(filp);
		filp = ERR_PTR(-EFAULT);
	}
	if (IS_ERR(filp)) {
		put_unused_fd(fd);
		return PTR_ERR(filp);
	}
	fd_install(fd, filp);
	return 0;
}

/*
 * Guest memory does not leave: nobody could say when the host's process is done with it.
 * Nor is it added to what may have left.
 */
static bool dxg_compat_resource_may_leave(struct dxg_compat_resource *resource)
{
	struct dxg_compat_alloc *alloc;
	bool may = true;

	mutex_lock(&resource->lock);
	list_for_each_entry(alloc, &resource->allocs, sibling)
		may &= !alloc->alloc->backing;
	if (may)
		resource->hosted = true;
	mutex_unlock(&resource->lock);
	return may;
}

/**
 * dxg_compat_share_object_with_host() - LX_DXSHAREOBJECTWITHHOST.
 * @call: The call.
 */
int dxg_compat_share_object_with_host(struct dxg_compat_call *call)
{
	struct d3dkmt_shareobjectwithhost *args = call->args;
	struct dxg_compat_device *device;
	struct dxg_compat_object *object;
	u32 status;
	int ret;

	device = dxg_compat_use_device(call, args->device_handle);
	if (IS_ERR(device))
		return PTR_ERR(device);
	object = dxg_compat_use(call, args->object_handle, DXG_COMPAT_RESOURCE);
	if (object == ERR_PTR(-EINVAL))
		object = dxg_compat_use(call, args->object_handle, DXG_COMPAT_SYNC);
	if (IS_ERR(object))
		return PTR_ERR(object);
	if (object->device != device ||
	    (object->type == DXG_COMPAT_RESOURCE &&
	     !dxg_compat_resource_may_leave(to_compat_resource(object))))
		return -EINVAL;
	ret = dxg_cmd_share_with_host(&call->dxg->host->link, &call->dxg->link,
				      dxg_compat_process_host(call->process),
				      args->device_handle, args->object_handle, DXG_REQ_KILLABLE,
				      &args->object_vail_nt_handle, &status);
	return dxg_compat_result(ret, DXGP_CMD_SHAREOBJECTWITHHOST, status);
}

/* ---- Opening sync objects ---- */

/**
 * dxg_compat_open_sync() - LX_DXOPENSYNCOBJECTFROMNTHANDLE2.
 * @call: The call.
 */
int dxg_compat_open_sync(struct dxg_compat_call *call)
{
	struct d3dkmt_opensyncobjectfromnthandle2 *args = call->args;
	struct dxg_compat_device *device;
	struct dxg_sync_object *object;
	struct dxg_sync_share *share;
	struct dxg_compat_sync *sync;
	u32 status;
	int ret;

	if (args->nt_handle > INT_MAX)
		return -EBADF;
	if (args->flags & ~0xffu)
		return -EINVAL;
	device = dxg_compat_use_device(call, args->device);
	if (IS_ERR(device))
		return PTR_ERR(device);
	share = dxg_fence_file_get(args->nt_handle, call->dxg);
	if (IS_ERR(share))
		return PTR_ERR(share);
	ret = dxg_sync_object_open(device->host, share, args->flags, DXG_REQ_KILLABLE, &object,
				   &status);
	dxg_sync_share_put(share);
	ret = dxg_compat_result(ret, DXGP_CMD_OPENSYNCOBJECT, status);
	if (ret < 0)
		return ret;
	sync = dxg_compat_sync_make(call->process, device, object, NULL);
	if (IS_ERR(sync))
		return PTR_ERR(sync);
	args->sync_object = sync->base.handle;
	args->monitored_fence.fence_value_cpu_va = dxg_compat_map_address(sync->map);
	args->monitored_fence.fence_value_gpu_va = sync->object->gpu_va;
	return dxg_compat_finish_make(call, &sync->base, dxg_compat_object_publish(&sync->base));
}

/* ---- Opening resources ---- */

/* What a descriptor is of: a BO, and a dma-buf if it is one. Both with a reference. */
static int dxg_compat_shared_get(u64 fd, struct dxg_device *dxg, struct dxg_bo **bo,
				 struct dma_buf **dma_buf)
{
	struct drm_gem_object *obj;
	struct file *filp;
	int ret = 0;

	*dma_buf = NULL;
	if (fd > INT_MAX)
		return -EBADF;
	filp = fget(fd);
	if (!filp)
		return -EBADF;
	if (filp->f_op == &dxg_compat_bo_fops) {
		*bo = filp->private_data;
		if ((*bo)->base.dev == &dxg->drm)
			drm_gem_object_get(&(*bo)->base);
		else
			ret = -EINVAL;
		fput(filp);
		return ret;
	}
	fput(filp);
	*dma_buf = dma_buf_get(fd);
	if (IS_ERR(*dma_buf))
		return -EINVAL;
	obj = dxg_prime_import(&dxg->drm, *dma_buf);
	if (IS_ERR(obj)) {
		dma_buf_put(*dma_buf);
		return PTR_ERR(obj);
	}
	*bo = to_dxg_bo(obj);
	return 0;
}

static u32 dxg_compat_total_data(const struct dxg_bo *bo)
{
	u32 i, total = 0;

	for (i = 0; i < bo->count; i++)
		total += bo->parts[i].data_size;
	return total;
}

/**
 * dxg_compat_query_resource_info() - LX_DXQUERYRESOURCEINFOFROMNTHANDLE.
 * @call: The call.
 */
int dxg_compat_query_resource_info(struct dxg_compat_call *call)
{
	struct d3dkmt_queryresourceinfofromnthandle *args = call->args;
	struct dxg_compat_device *device;
	struct dma_buf *dma_buf;
	struct dxg_bo *bo;
	int ret;

	device = dxg_compat_use_device(call, args->device);
	if (IS_ERR(device))
		return PTR_ERR(device);
	ret = dxg_compat_shared_get(args->nt_handle, call->dxg, &bo, &dma_buf);
	if (ret)
		return ret;
	args->private_runtime_data_size = bo->runtime_size;
	args->resource_priv_drv_data_size = bo->resource_size;
	args->total_priv_drv_data_size = dxg_compat_total_data(bo);
	args->allocation_count = bo->count;
	dxg_bo_put(bo);
	if (dma_buf)
		dma_buf_put(dma_buf);
	return 0;
}

/* The objects of an opened resource. Under its lock. */
static int dxg_compat_open_objects(struct dxg_compat_call *call,
				   struct dxg_compat_resource *resource, u32 *handles)
{
	struct dxg_allocation **allocs = resource->view->allocs;
	struct dxg_compat_alloc *alloc;
	u32 i;
	int ret;

	for (i = 0; i < resource->view->count; i++) {
		alloc = dxg_compat_alloc_new(call, resource->base.device, allocs[i]);
		if (!alloc)
			return -ENOMEM;
		handles[i] = alloc->base.handle;
		ret = dxg_compat_resource_add(resource, alloc);
		/* What is in the table is its own; what is not goes here. */
		if (ret)
			list_del_init(&alloc->sibling);
		dxg_compat_object_put(&alloc->base);
		if (ret)
			return ret;
	}
	return dxg_compat_object_publish(&resource->base);
}

/* What goes with an opened resource, to where the caller has room for it. */
static int dxg_compat_open_copy_out(struct dxg_compat_call *call, const struct dxg_bo *bo,
				    const u32 *handles)
{
	struct d3dkmt_openresourcefromnthandle *args = call->args;
	struct d3dddi_openallocationinfo2 __user *infos = u64_to_user_ptr(args->open_alloc_info);
	u64 at = args->total_priv_drv_data;
	u32 i;

	if (copy_to_user(u64_to_user_ptr(args->private_runtime_data), bo->runtime_data,
			 bo->runtime_size) ||
	    copy_to_user(u64_to_user_ptr(args->resource_priv_drv_data), bo->resource_data,
			 bo->resource_size))
		return -EFAULT;
	for (i = 0; i < bo->count; i++) {
		struct d3dddi_openallocationinfo2 info = {
			.allocation = handles[i],
			.priv_drv_data = at,
			.priv_drv_data_size = bo->parts[i].data_size,
		};

		if (copy_to_user(&infos[i], &info, sizeof(info)) ||
		    copy_to_user(u64_to_user_ptr(at), bo->parts[i].data, info.priv_drv_data_size))
			return -EFAULT;
		at += info.priv_drv_data_size;
	}
	args->total_priv_drv_data_size = at - args->total_priv_drv_data;
	return 0;
}

/* Whether the caller knows what it opens, and has room. */
static bool dxg_compat_open_fits(const struct d3dkmt_openresourcefromnthandle *args,
				 const struct dxg_bo *bo)
{
	return args->allocation_count == bo->count &&
	       (u32)args->private_runtime_data_size >= bo->runtime_size &&
	       args->resource_priv_drv_data_size >= bo->resource_size &&
	       args->total_priv_drv_data_size >= dxg_compat_total_data(bo);
}

/**
 * dxg_compat_open_resource() - LX_DXOPENRESOURCEFROMNTHANDLE.
 * @call: The call.
 */
int dxg_compat_open_resource(struct dxg_compat_call *call)
{
	struct d3dkmt_openresourcefromnthandle *args = call->args;
	struct dxg_compat_resource *resource;
	struct dxg_compat_device *device;
	struct dxg_bo_view *view;
	u32 *handles;
	int ret;

	device = dxg_compat_use_device(call, args->device);
	if (IS_ERR(device))
		return PTR_ERR(device);
	handles = dxg_compat_alloc_mem(call, DXGP_MAX_ALLOCATIONS * sizeof(*handles));
	if (IS_ERR(handles))
		return PTR_ERR(handles);
	resource = dxg_compat_resource_new(call, device);
	if (!resource)
		return -ENOMEM;
	resource->sealed = true;
	ret = dxg_compat_shared_get(args->nt_handle, call->dxg, &resource->bo,
				    &resource->dma_buf);
	if (ret) {
		resource->bo = NULL;
		resource->dma_buf = NULL;
		dxg_compat_object_put(&resource->base);
		return ret;
	}
	view = ERR_PTR(-EINVAL);
	if (dxg_compat_open_fits(args, resource->bo))
		view = dxg_bo_view_another(resource->bo, device->host, DXG_REQ_KILLABLE);
	if (IS_ERR(view)) {
		dxg_compat_object_put(&resource->base);
		return PTR_ERR(view);
	}
	resource->view = view;
	resource->base.handle = view->resource->handle;
	mutex_lock(&resource->lock);
	ret = dxg_compat_open_objects(call, resource, handles);
	mutex_unlock(&resource->lock);
	ret = ret ?: dxg_compat_open_copy_out(call, resource->bo, handles);
	args->resource = resource->base.handle;
	return dxg_compat_finish_make(call, &resource->base, ret);
}

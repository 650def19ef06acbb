// SPDX-License-Identifier: GPL-2.0
/*
 * The DRM face of BOs: check arguments, look up, call.
 */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <drm/drm_file.h>
#include <drm/drm_vma_manager.h>
#include <drm/dxg_drm.h>

#include "dxg_array.h"
#include "dxg_bind_queue.h"
#include "dxg_bo.h"
#include "dxg_cmd_memory.h"
#include "dxg_device.h"
#include "dxg_fence.h"
#include "dxg_file.h"
#include "dxg_host_device.h"
#include "dxg_limits.h"
#include "dxg_paging_queue.h"
#include "dxg_proto.h"
#include "dxg_queue.h"
#include "dxg_status.h"
#include "dxg_vm.h"

/* Bytes that the structures had when they were introduced. */
#define DXG_BO_ALLOC_V1		40
#define DXG_BO_SYNC_RANGE_V1	24

#define DXG_BO_CREATE_FLAGS	(DRM_DXG_BO_SYSTEM | DRM_DXG_BO_USER | DRM_DXG_BO_READONLY | \
				 DRM_DXG_BO_NO_MMAP | DRM_DXG_BO_CACHED | \
				 DRM_DXG_BO_SHAREABLE | DRM_DXG_BO_STANDARD | DRM_DXG_BO_RESOURCE)
#define DXG_BO_GUEST_FLAGS	(DRM_DXG_BO_SYSTEM | DRM_DXG_BO_USER)

/* ---- Creation ---- */

static int dxg_bo_check_flags(const struct drm_dxg_bo_create *args)
{
	u32 flags = args->flags, guest = flags & DXG_BO_GUEST_FLAGS;

	if (flags & ~DXG_BO_CREATE_FLAGS || guest == DXG_BO_GUEST_FLAGS)
		return -EINVAL;
	if (flags & DRM_DXG_BO_READONLY && !(flags & DRM_DXG_BO_USER))
		return -EINVAL;
	/* What a program has pinned is its own; guest memory is always cached. */
	if (flags & DRM_DXG_BO_SHAREABLE && flags & DRM_DXG_BO_USER)
		return -EINVAL;
	if (flags & DRM_DXG_BO_CACHED && guest)
		return -EINVAL;
	if (flags & DRM_DXG_BO_STANDARD &&
	    (!guest || args->allocs.count != 1 || args->runtime_data_size ||
	     args->resource_data_size))
		return -EINVAL;
	return 0;
}

/* Check what is asked for; *@size is the sum of the sizes. */
static int dxg_bo_check_allocs(const struct drm_dxg_bo_create *args,
			       const struct drm_dxg_bo_alloc *allocs, u64 *size)
{
	bool guest = args->flags & DXG_BO_GUEST_FLAGS;
	u32 i, data = args->runtime_data_size + args->resource_data_size;

	*size = 0;
	for (i = 0; i < args->allocs.count; i++) {
		const struct drm_dxg_bo_alloc *alloc = &allocs[i];

		if (alloc->host_handle || alloc->pad || alloc->data_size > DXG_MAX_PRIVATE_DATA)
			return -EINVAL;
		if (args->flags & DRM_DXG_BO_STANDARD && alloc->data_size)
			return -EINVAL;
		if (!(args->flags & DRM_DXG_BO_USER) && alloc->user_ptr)
			return -EINVAL;
		if (!guest != !alloc->size || !PAGE_ALIGNED(alloc->size) ||
		    alloc->size > DXG_MAX_ALLOC_SIZE)
			return -EINVAL;
		*size += alloc->size;
		data += alloc->data_size;
	}
	/* All of the data has to fit one message, with what stands around it. */
	if (data > DXG_MAX_CREATE_DATA)
		return -EINVAL;
	/* Nor need it be tried. */
	return *size >> PAGE_SHIFT > totalram_pages() ? -ENOMEM : 0;
}

/* A copy of opaque data of the user, for kvfree(); NULL when there is none. ERR_PTR. */
static void *dxg_bo_get_data(u64 from, u32 size)
{
	void *data;

	if (!size)
		return NULL;
	data = kvmalloc(size, GFP_KERNEL_ACCOUNT);
	if (!data)
		return ERR_PTR(-ENOMEM);
	if (copy_from_user(data, u64_to_user_ptr(from), size)) {
		kvfree(data);
		return ERR_PTR(-EFAULT);
	}
	return data;
}

/* The opaque data of @args and @allocs, into @bo. */
static int dxg_bo_get_all_data(struct dxg_bo *bo, const struct drm_dxg_bo_create *args,
			       const struct drm_dxg_bo_alloc *allocs)
{
	void *data;
	u32 i;

	data = dxg_bo_get_data(args->runtime_data, args->runtime_data_size);
	if (IS_ERR(data))
		return PTR_ERR(data);
	bo->runtime_data = data;
	bo->runtime_size = args->runtime_data_size;
	data = dxg_bo_get_data(args->resource_data, args->resource_data_size);
	if (IS_ERR(data))
		return PTR_ERR(data);
	bo->resource_data = data;
	bo->resource_size = args->resource_data_size;
	for (i = 0; i < bo->count; i++) {
		data = dxg_bo_get_data(allocs[i].data, allocs[i].data_size);
		if (IS_ERR(data))
			return PTR_ERR(data);
		bo->parts[i].data = data;
		bo->parts[i].data_size = allocs[i].data_size;
	}
	return 0;
}

/* What the host has written, back to the user, as far as the user gave data. */
static int dxg_bo_put_all_data(const struct dxg_bo *bo, const struct drm_dxg_bo_create *args,
			       const struct drm_dxg_bo_alloc *allocs)
{
	u32 i;

	for (i = 0; i < bo->count; i++)
		if (allocs[i].data_size &&
		    copy_to_user(u64_to_user_ptr(allocs[i].data), bo->parts[i].data,
				 allocs[i].data_size))
			return -EFAULT;
	return dxg_array_put(&args->allocs, allocs, sizeof(*allocs));
}

static int dxg_bo_create(struct dxg_vm *vm, struct drm_file *file, struct drm_dxg_bo_create *args,
			 struct drm_dxg_bo_alloc *allocs)
{
	struct drm_gem_object *resv_obj = NULL;
	struct dxg_bo *bo;
	u64 size;
	int ret;

	ret = dxg_bo_check_allocs(args, allocs, &size);
	if (ret)
		return ret;
	/* What stays in the file shares the locks and fences of its VM. */
	if (!(args->flags & DRM_DXG_BO_SHAREABLE))
		resv_obj = dxg_vm_resv_obj(vm);
	bo = dxg_bo_new(&dxg_vm_dxg(vm)->drm, args->flags, args->allocs.count, size, resv_obj);
	if (IS_ERR(bo))
		return PTR_ERR(bo);

	ret = dxg_bo_get_all_data(bo, args, allocs);
	if (!ret)
		ret = dxg_bo_make(bo, dxg_vm_host_device(vm), allocs);
	if (!ret)
		ret = dxg_bo_put_all_data(bo, args, allocs);
	if (!ret)
		ret = dxg_bo_publish(bo, file, &args->handle);
	if (!ret && bo->home->resource)
		args->host_resource = bo->home->resource->handle;
	/* The handle holds it now. */
	dxg_bo_put(bo);
	return ret;
}

/**
 * dxg_ioctl_bo_create() - DRM_IOCTL_DXG_BO_CREATE.
 * @drm: The DRM device.
 * @data: struct drm_dxg_bo_create.
 * @file: The DRM side of the file.
 */
int dxg_ioctl_bo_create(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct drm_dxg_bo_create *args = data;
	struct drm_dxg_bo_alloc *allocs;
	struct dxg_vm *vm;
	int idx, ret;

	if (args->handle || args->host_resource || !args->allocs.count ||
	    args->runtime_data_size > DXG_MAX_PRIVATE_DATA ||
	    args->resource_data_size > DXG_MAX_PRIVATE_DATA)
		return -EINVAL;
	ret = dxg_bo_check_flags(args);
	if (ret)
		return ret;
	allocs = dxg_array_get(&args->allocs, sizeof(*allocs), DXG_BO_ALLOC_V1,
			       DXG_MAX_ALLOCATIONS);
	if (IS_ERR(allocs))
		return PTR_ERR(allocs);
	if (!dxg_enter(to_dxg_device(drm), &idx)) {
		ret = -ENODEV;
		goto out_free;
	}

	vm = dxg_vm_lookup(file->driver_priv, args->vm_id);
	ret = vm ? dxg_vm_status(vm) : -ENOENT;
	if (!ret)
		ret = dxg_bo_create(vm, file, args, allocs);
	if (vm)
		dxg_vm_put(vm);
	dxg_exit(idx);
out_free:
	dxg_array_free(allocs);
	return ret;
}

/* ---- Queries ---- */

/**
 * dxg_ioctl_bo_mmap_offset() - DRM_IOCTL_DXG_BO_MMAP_OFFSET.
 * @drm: The DRM device.
 * @data: struct drm_dxg_bo_mmap_offset.
 * @file: The DRM side of the file.
 */
int dxg_ioctl_bo_mmap_offset(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct drm_dxg_bo_mmap_offset *args = data;
	struct dxg_bo *bo;
	int ret = 0;

	if (args->offset || args->size)
		return -EINVAL;
	bo = dxg_bo_lookup(file, args->handle);
	if (!bo)
		return -ENOENT;
	if (args->alloc_index >= bo->count) {
		ret = -EINVAL;
	} else if (bo->flags & (DRM_DXG_BO_NO_MMAP | DRM_DXG_BO_USER)) {
		ret = -EPERM;
	} else if (bo->flags & DRM_DXG_BO_IMPORTED) {
		ret = -EOPNOTSUPP;
	} else {
		args->offset = drm_vma_node_offset_addr(&bo->base.vma_node) +
			       bo->parts[args->alloc_index].offset;
		args->size = bo->parts[args->alloc_index].size;
	}
	dxg_bo_put(bo);
	return ret;
}

/* Give opaque data to the user. *@size is what the user has room for, and then what there is. */
static int dxg_bo_return_data(u64 to, u32 *size, const void *data, u32 data_size)
{
	u32 room = *size;

	*size = data_size;
	if (!room)
		return 0;
	if (room < data_size)
		return -EINVAL;
	return copy_to_user(u64_to_user_ptr(to), data, data_size) ? -EFAULT : 0;
}

static int dxg_bo_ask_residency(const struct dxg_bo_view *view, struct drm_dxg_bo_query_info *args)
{
	struct dxg_host_device *device = view->device;
	u32 residency, status;
	int ret;

	ret = dxg_cmd_query_residency(dxg_host_device_link(device),
				      dxg_host_device_process(device), device->handle, 0,
				      &view->handles[args->alloc_index], 1, &residency,
				      DXG_REQ_KILLABLE, &status);
	if (!ret)
		ret = dxg_host_device_refused(device, DXGP_CMD_QUERYALLOCATIONRESIDENCY, status);
	if (ret)
		return ret;
	/* The numbers are the host's. */
	args->residency = residency <= DRM_DXG_RESIDENCY_NONE ? residency :
			  DRM_DXG_RESIDENCY_UNKNOWN;
	return 0;
}

static int dxg_bo_ask_priority(const struct dxg_bo_view *view, struct drm_dxg_bo_query_info *args)
{
	struct dxg_host_device *device = view->device;
	u32 priority, status;
	int ret;

	ret = dxg_cmd_get_allocation_priority(dxg_host_device_link(device),
					      dxg_host_device_process(device), device->handle, 0,
					      &view->handles[args->alloc_index], 1, &priority,
					      DXG_REQ_KILLABLE, &status);
	if (!ret)
		ret = dxg_host_device_refused(device, DXGP_CMD_GETALLOCATIONPRIORITY, status);
	if (!ret)
		args->priority = priority;
	return ret;
}

/* What depends on the VM: host handles, and what the host is asked for. */
static int dxg_bo_query_view(struct dxg_bo *bo, struct drm_file *file,
			     struct drm_dxg_bo_query_info *args)
{
	struct dxg_bo_view *view;
	struct dxg_vm *vm;
	int ret;

	vm = dxg_vm_lookup(file->driver_priv, args->vm_id);
	if (!vm)
		return -ENOENT;
	view = dxg_bo_view_obtain(bo, dxg_vm_host_device(vm), DXG_REQ_KILLABLE);
	dxg_vm_put(vm);
	if (IS_ERR(view))
		return PTR_ERR(view);
	dxg_bo_view_pin(view, file, args->handle);

	args->host_handle = view->handles[args->alloc_index];
	args->host_resource = view->resource ? view->resource->handle : 0;
	ret = args->query & DRM_DXG_BO_QUERY_RESIDENCY ? dxg_bo_ask_residency(view, args) : 0;
	if (!ret && args->query & DRM_DXG_BO_QUERY_PRIORITY)
		ret = dxg_bo_ask_priority(view, args);
	dxg_bo_view_put(view);
	return ret;
}

static int dxg_bo_query(struct dxg_bo *bo, struct drm_file *file,
			struct drm_dxg_bo_query_info *args)
{
	const struct dxg_bo_part *part = &bo->parts[args->alloc_index];
	int ret, runtime, resource, data;

	args->flags = bo->flags;
	args->alloc_count = bo->count;
	args->size = part->size;
	if (args->vm_id) {
		ret = dxg_bo_query_view(bo, file, args);
		if (ret)
			return ret;
	}
	/* All sizes are returned, also when the first does not suffice. */
	runtime = dxg_bo_return_data(args->runtime_data, &args->runtime_data_size,
				     bo->runtime_data, bo->runtime_size);
	resource = dxg_bo_return_data(args->resource_data, &args->resource_data_size,
				      bo->resource_data, bo->resource_size);
	data = dxg_bo_return_data(args->data, &args->data_size, part->data, part->data_size);
	return runtime ?: resource ?: data;
}

/**
 * dxg_ioctl_bo_query_info() - DRM_IOCTL_DXG_BO_QUERY_INFO.
 * @drm: The DRM device.
 * @data: struct drm_dxg_bo_query_info.
 * @file: The DRM side of the file.
 */
int dxg_ioctl_bo_query_info(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct drm_dxg_bo_query_info *args = data;
	struct dxg_bo *bo;
	int idx, ret = -ENODEV;

	if (args->query & ~(DRM_DXG_BO_QUERY_RESIDENCY | DRM_DXG_BO_QUERY_PRIORITY) ||
	    (args->query && !args->vm_id) || args->flags || args->alloc_count ||
	    args->host_handle || args->host_resource || args->size || args->residency ||
	    args->priority || args->pad)
		return -EINVAL;
	bo = dxg_bo_lookup(file, args->handle);
	if (!bo)
		return -ENOENT;
	if (args->alloc_index >= bo->count) {
		ret = -EINVAL;
	} else if (dxg_enter(to_dxg_device(drm), &idx)) {
		ret = dxg_bo_query(bo, file, args);
		dxg_exit(idx);
	}
	dxg_bo_put(bo);
	return ret;
}

/* ---- Content and properties ---- */

/* The VM of the file, if it is the one that @bo was made in; with a reference. ERR_PTR. */
static struct dxg_vm *dxg_bo_home_vm(const struct dxg_bo *bo, struct dxg_file *dfile)
{
	struct dxg_vm *vm = NULL;
	int ret;

	spin_lock(&dfile->vm_lock);
	if (dfile->vm)
		vm = dxg_vm_get(dfile->vm);
	spin_unlock(&dfile->vm_lock);
	if (!vm)
		return ERR_PTR(-EPERM);
	ret = dxg_vm_status(vm);
	if (!ret && (!bo->home || bo->home->device != dxg_vm_host_device(vm)))
		ret = -EPERM;
	if (!ret)
		return vm;
	dxg_vm_put(vm);
	return ERR_PTR(ret);
}

/*
 * Where something on a paging queue is done: on the bind queue @id, or with 0 on the
 * VM's own. Returns a reference, or ERR_PTR.
 */
static struct dxg_paging_queue *dxg_bo_paging_queue(struct dxg_vm *vm, struct dxg_file *dfile,
						    u32 id)
{
	struct dxg_paging_queue *paging;
	struct dxg_bind_queue *queue;

	if (!id)
		return dxg_paging_queue_get(dxg_vm_paging_queue(vm));
	queue = dxg_queue_lookup_bind(dfile, id);
	if (IS_ERR(queue))
		return ERR_CAST(queue);
	if (dxg_bind_queue_vm(queue) == vm)
		paging = dxg_paging_queue_get(dxg_bind_queue_paging(queue));
	else
		paging = ERR_PTR(-EINVAL);
	dxg_bind_queue_put(queue);
	return paging;
}

/*
 * The host says @status, and that @value of the queue's fence tells the rest. The
 * user waits for it where there is a fence for that, else it is waited for here.
 */
static int dxg_bo_paging_wait(struct dxg_vm *vm, struct dxg_paging_queue *paging, u32 queue_id,
			      u32 status, u64 value, u64 *fence_value)
{
	ktime_t deadline;

	if (status != DXG_STATUS_PENDING)
		return 0;
	if (dxg_vm_user_fence(vm) && queue_id) {
		*fence_value = value;
		return 0;
	}
	deadline = ktime_add_ms(ktime_get(), dxg_request_timeout_ms());
	return dxg_fence_wait(paging->fence, value, deadline, TASK_KILLABLE);
}

static int dxg_bo_offer(struct dxg_bo *bo, const struct drm_dxg_bo_madvise *args)
{
	struct dxg_host_device *device = bo->home->device;
	u32 status;
	int ret;

	/* What nobody maps any more is not to be kept for the CPU. */
	cancel_delayed_work_sync(&bo->idle);
	dxg_bo_idle(&bo->idle.work);
	/* The advices are in the order of the host's priorities, from 1. */
	ret = dxg_cmd_offer_allocations(dxg_host_device_link(device),
					dxg_host_device_process(device), device->handle,
					bo->home->handles, bo->count, false,
					DXGP_OFFER_LOW + args->advice - DRM_DXG_DONTNEED_LOW, 0,
					DXG_REQ_KILLABLE, &status);
	return ret ?: dxg_host_device_refused(device, DXGP_CMD_OFFERALLOCATIONS, status);
}

static int dxg_bo_reclaim(struct dxg_bo *bo, struct dxg_vm *vm, struct dxg_file *dfile,
			  struct drm_dxg_bo_madvise *args)
{
	struct dxg_host_device *device = bo->home->device;
	struct dxg_cmd_reclaim cmd = {
		.device = device->handle,
		.handles = bo->home->handles,
		.count = bo->count,
	};
	struct dxg_paging_queue *paging;
	u32 i, status;
	int ret;

	paging = dxg_bo_paging_queue(vm, dfile, args->queue_id);
	if (IS_ERR(paging))
		return PTR_ERR(paging);
	cmd.paging_queue = paging->handle;
	cmd.results = kcalloc(bo->count, sizeof(*cmd.results), GFP_KERNEL_ACCOUNT);
	ret = cmd.results ? 0 : -ENOMEM;
	if (!ret)
		ret = dxg_cmd_reclaim_allocations(dxg_host_device_link(device),
						  dxg_host_device_process(device), &cmd,
						  DXG_REQ_KILLABLE, &status);
	if (!ret)
		ret = dxg_host_device_refused(device, DXGP_CMD_RECLAIMALLOCATIONS, status);
	if (!ret)
		ret = dxg_bo_paging_wait(vm, paging, args->queue_id, status, cmd.fence_value,
					 &args->fence_value);
	if (!ret) {
		args->retained = 1;
		for (i = 0; i < bo->count; i++)
			if (cmd.results[i] != DXGP_RECLAIM_OK)
				args->retained = 0;
	}
	kfree(cmd.results);
	dxg_paging_queue_put(paging);
	return ret;
}

static int dxg_bo_madvise(struct dxg_bo *bo, struct dxg_file *dfile,
			  struct drm_dxg_bo_madvise *args)
{
	struct dxg_vm *vm;
	int ret;

	if (bo->backing)
		return -EOPNOTSUPP;
	vm = dxg_bo_home_vm(bo, dfile);
	if (IS_ERR(vm))
		return PTR_ERR(vm);
	if (args->advice == DRM_DXG_WILLNEED)
		ret = dxg_bo_reclaim(bo, vm, dfile, args);
	else
		ret = dxg_bo_offer(bo, args);
	dxg_vm_put(vm);
	return ret;
}

/**
 * dxg_ioctl_bo_madvise() - DRM_IOCTL_DXG_BO_MADVISE.
 * @drm: The DRM device.
 * @data: struct drm_dxg_bo_madvise.
 * @file: The DRM side of the file.
 */
int dxg_ioctl_bo_madvise(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct drm_dxg_bo_madvise *args = data;
	struct dxg_bo *bo;
	int idx, ret;

	if (args->advice > DRM_DXG_DONTNEED_HIGH || args->retained || args->fence_value ||
	    (args->queue_id && args->advice != DRM_DXG_WILLNEED))
		return -EINVAL;
	bo = dxg_bo_lookup(file, args->handle);
	if (!bo)
		return -ENOENT;
	ret = -ENODEV;
	if (dxg_enter(to_dxg_device(drm), &idx)) {
		ret = dxg_bo_madvise(bo, file->driver_priv, args);
		dxg_exit(idx);
	}
	dxg_bo_put(bo);
	return ret;
}

static int dxg_bo_sync_range(struct dxg_bo *bo, struct dxg_host_device *device,
			     const struct drm_dxg_bo_sync_range *range)
{
	struct dxg_bo_view *view;
	u32 status;
	int ret;

	view = dxg_bo_view_obtain(bo, device, DXG_REQ_KILLABLE);
	if (IS_ERR(view))
		return PTR_ERR(view);
	ret = dxg_cmd_invalidate_cache(dxg_host_device_link(device),
				       dxg_host_device_process(device), device->handle,
				       view->handles[range->alloc_index], range->offset,
				       range->size, DXG_REQ_KILLABLE, &status);
	if (!ret)
		ret = dxg_host_device_refused(device, DXGP_CMD_INVALIDATECACHE, status);
	dxg_bo_view_put(view);
	return ret;
}

static int dxg_bo_check_range(const struct dxg_bo *bo, const struct drm_dxg_bo_sync_range *range)
{
	u64 size;

	if (range->alloc_index >= bo->count)
		return -EINVAL;
	size = bo->parts[range->alloc_index].size;
	if (!range->size || range->offset > size || range->size > size - range->offset)
		return -EINVAL;
	return 0;
}

/* All ranges are checked, then the host is told of each. */
static int dxg_bo_sync(struct drm_file *file, const struct drm_dxg_bo_sync_range *ranges,
		       u32 count)
{
	struct dxg_file *dfile = file->driver_priv;
	struct dxg_vm *vm = NULL;
	struct dxg_bo **bos;
	u32 i, held = 0;
	int ret = 0;

	bos = kvcalloc(count, sizeof(*bos), GFP_KERNEL_ACCOUNT);
	if (!bos)
		return -ENOMEM;
	for (i = 0; i < count && !ret; i++) {
		bos[i] = dxg_bo_lookup(file, ranges[i].handle);
		if (!bos[i]) {
			ret = -ENOENT;
			break;
		}
		held++;
		ret = dxg_bo_check_range(bos[i], &ranges[i]);
	}
	if (!ret) {
		mutex_lock(&dfile->lock);
		if (dfile->vm)
			vm = dxg_vm_get(dfile->vm);
		mutex_unlock(&dfile->lock);
		ret = vm ? dxg_vm_status(vm) : -EPERM;
	}
	for (i = 0; i < count && !ret; i++)
		ret = dxg_bo_sync_range(bos[i], dxg_vm_host_device(vm), &ranges[i]);
	if (vm)
		dxg_vm_put(vm);
	while (held)
		dxg_bo_put(bos[--held]);
	kvfree(bos);
	return ret;
}

/**
 * dxg_ioctl_bo_sync() - DRM_IOCTL_DXG_BO_SYNC.
 * @drm: The DRM device.
 * @data: struct drm_dxg_bo_sync.
 * @file: The DRM side of the file.
 */
int dxg_ioctl_bo_sync(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct drm_dxg_bo_sync *args = data;
	struct drm_dxg_bo_sync_range *ranges;
	int idx, ret;

	if (args->flags || args->pad)
		return -EINVAL;
	ranges = dxg_array_get(&args->ranges, sizeof(*ranges), DXG_BO_SYNC_RANGE_V1,
			       DXG_MAX_SYNC_RANGES);
	if (IS_ERR_OR_NULL(ranges))
		return PTR_ERR_OR_ZERO(ranges);
	ret = -ENODEV;
	if (dxg_enter(to_dxg_device(drm), &idx)) {
		ret = dxg_bo_sync(file, ranges, args->ranges.count);
		dxg_exit(idx);
	}
	dxg_array_free(ranges);
	return ret;
}

static int dxg_bo_set_priority(struct dxg_bo *bo, const struct drm_dxg_bo_set_property *args)
{
	struct dxg_host_device *device = bo->home->device;
	u32 status;
	int ret;

	ret = dxg_cmd_set_allocation_priority(dxg_host_device_link(device),
					      dxg_host_device_process(device), device->handle, 0,
					      &bo->home->handles[args->alloc_index], 1,
					      &args->priority, DXG_REQ_KILLABLE, &status);
	return ret ?: dxg_host_device_refused(device, DXGP_CMD_SETALLOCATIONPRIORITY, status);
}

static int dxg_bo_set_segments(struct dxg_bo *bo, struct dxg_vm *vm, struct dxg_file *dfile,
			       struct drm_dxg_bo_set_property *args)
{
	struct dxg_host_device *device = bo->home->device;
	struct dxg_cmd_property cmd = {
		.allocation = bo->home->handles[args->alloc_index],
		.supported_segments = args->supported_segments,
		.preferred_segment = args->preferred_segments,
	};
	struct dxg_paging_queue *paging;
	u32 status;
	int ret;

	if (args->properties & DRM_DXG_BO_SUPPORTED_SEGMENTS)
		cmd.mask |= DXGP_PROPERTY_SUPPORTED;
	if (args->properties & DRM_DXG_BO_PREFERRED_SEGMENTS)
		cmd.mask |= DXGP_PROPERTY_PREFERRED;
	paging = dxg_bo_paging_queue(vm, dfile, args->queue_id);
	if (IS_ERR(paging))
		return PTR_ERR(paging);
	cmd.paging_queue = paging->handle;
	ret = dxg_cmd_update_property(dxg_host_device_link(device),
				      dxg_host_device_process(device), &cmd, DXG_REQ_KILLABLE,
				      &status);
	if (!ret)
		ret = dxg_host_device_refused(device, DXGP_CMD_UPDATEALLOCATIONPROPERTY, status);
	if (!ret)
		ret = dxg_bo_paging_wait(vm, paging, args->queue_id, status, cmd.fence_value,
					 &args->fence_value);
	dxg_paging_queue_put(paging);
	return ret;
}

static int dxg_bo_set_property(struct dxg_bo *bo, struct dxg_file *dfile,
			       struct drm_dxg_bo_set_property *args)
{
	struct dxg_vm *vm;
	int ret = 0;

	if (args->alloc_index >= bo->count)
		return -EINVAL;
	vm = dxg_bo_home_vm(bo, dfile);
	if (IS_ERR(vm))
		return PTR_ERR(vm);
	if (args->properties & DRM_DXG_BO_PRIORITY)
		ret = dxg_bo_set_priority(bo, args);
	if (!ret && args->properties & ~DRM_DXG_BO_PRIORITY)
		ret = dxg_bo_set_segments(bo, vm, dfile, args);
	dxg_vm_put(vm);
	return ret;
}

/**
 * dxg_ioctl_bo_set_property() - DRM_IOCTL_DXG_BO_SET_PROPERTY.
 * @drm: The DRM device.
 * @data: struct drm_dxg_bo_set_property.
 * @file: The DRM side of the file.
 */
int dxg_ioctl_bo_set_property(struct drm_device *drm, void *data, struct drm_file *file)
{
	const u32 segments = DRM_DXG_BO_SUPPORTED_SEGMENTS | DRM_DXG_BO_PREFERRED_SEGMENTS;
	struct drm_dxg_bo_set_property *args = data;
	struct dxg_bo *bo;
	int idx, ret;

	if (!args->properties || args->properties & ~(DRM_DXG_BO_PRIORITY | segments) ||
	    (args->queue_id && !(args->properties & segments)) || args->pad || args->fence_value)
		return -EINVAL;
	bo = dxg_bo_lookup(file, args->handle);
	if (!bo)
		return -ENOENT;
	ret = -ENODEV;
	if (dxg_enter(to_dxg_device(drm), &idx)) {
		ret = dxg_bo_set_property(bo, file->driver_priv, args);
		dxg_exit(idx);
	}
	dxg_bo_put(bo);
	return ret;
}

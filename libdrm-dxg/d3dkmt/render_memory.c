// SPDX-License-Identifier: MIT
/*
 * Allocations and resources on the render node: a resource is one BO with all its
 * allocations; an allocation without a resource is a BO of its own.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "d3dkmt_priv.h"

/* A block of opaque data of this size or more is refused by /dev/dxg. */
#define MAX_DATA	131072u

/* Flags that change nothing here, and those that have a flag of a BO. */
#define CREATE_HARMLESS	(D3DKMT_CREATEALLOCATION_NON_SECURE | \
			 D3DKMT_CREATEALLOCATION_EXISTING_SYSMEM | \
			 D3DKMT_CREATEALLOCATION_NT_SECURITY_SHARING | \
			 D3DKMT_CREATEALLOCATION_CREATE_WRITE_COMBINED | \
			 D3DKMT_CREATEALLOCATION_ZEROED)
#define CREATE_KNOWN	(CREATE_HARMLESS | D3DKMT_CREATEALLOCATION_CREATE_RESOURCE | \
			 D3DKMT_CREATEALLOCATION_CREATE_SHARED | \
			 D3DKMT_CREATEALLOCATION_READ_ONLY | \
			 D3DKMT_CREATEALLOCATION_CREATE_CACHED | \
			 D3DKMT_CREATEALLOCATION_STANDARD_ALLOCATION)
#define CREATE_WRONG	(D3DKMT_CREATEALLOCATION_CREATE_PROTECTED | \
			 D3DKMT_CREATEALLOCATION_EXISTING_SECTION)

static NTSTATUS create_check(const D3DKMT_CREATEALLOCATION *args)
{
	const D3DDDI_ALLOCATIONINFO2 *infos = kmt_ptr(args->allocation_info);
	bool standard = args->flags & D3DKMT_CREATEALLOCATION_STANDARD_ALLOCATION;
	const D3DKMT_CREATESTANDARDALLOCATION *heap = kmt_ptr(args->standard_allocation);
	uint32_t i;

	if (!infos || !args->alloc_count || args->alloc_count > D3DKMT_CREATEALLOCATION_MAX ||
	    args->flags & CREATE_WRONG)
		return STATUS_INVALID_PARAMETER;
	if (args->flags & D3DKMT_CREATEALLOCATION_CREATE_SHARED &&
	    (~args->flags & D3DKMT_CREATEALLOCATION_NT_SECURITY_SHARING ||
	     ~args->flags & D3DKMT_CREATEALLOCATION_CREATE_RESOURCE))
		return STATUS_INVALID_PARAMETER;
	if (args->private_runtime_data_size >= MAX_DATA || args->priv_drv_data_size >= MAX_DATA)
		return STATUS_BUFFER_TOO_SMALL;
	for (i = 0; i < args->alloc_count; i++) {
		if (infos[i].priv_drv_data_size >= MAX_DATA)
			return STATUS_BUFFER_TOO_SMALL;
		if (!infos[i].sysmem != !infos[0].sysmem || infos[i].sysmem % KMT_PAGE)
			return STATUS_INVALID_PARAMETER;
	}
	if (args->flags & ~CREATE_KNOWN ||
	    (args->resource && ~args->flags & D3DKMT_CREATEALLOCATION_CREATE_RESOURCE))
		return STATUS_NOT_SUPPORTED;
	if (!standard)
		return infos[0].sysmem ? STATUS_NOT_SUPPORTED : STATUS_SUCCESS;
	if (!heap)
		return STATUS_INVALID_PARAMETER;
	if (heap->type == D3DKMT_STANDARDALLOCATIONTYPE_CROSSADAPTER)
		return STATUS_NOT_SUPPORTED;
	if (heap->type != D3DKMT_STANDARDALLOCATIONTYPE_EXISTINGHEAP || args->alloc_count != 1 ||
	    !infos[0].sysmem || !heap->existing_heap_data.size ||
	    heap->existing_heap_data.size % KMT_PAGE || heap->flags)
		return STATUS_INVALID_PARAMETER;
	return STATUS_SUCCESS;
}

/* Make a BO of @count allocations from @infos on. */
static NTSTATUS create_bo(const D3DKMT_CREATEALLOCATION *args, struct kmt_object *device,
			  D3DDDI_ALLOCATIONINFO2 *infos, uint32_t count,
			  struct drm_dxg_bo_create *bo_args, struct dxg_bo **bo)
{
	const D3DKMT_CREATESTANDARDALLOCATION *heap = kmt_ptr(args->standard_allocation);
	bool standard = args->flags & D3DKMT_CREATEALLOCATION_STANDARD_ALLOCATION;
	struct drm_dxg_bo_alloc *allocs = calloc(count, sizeof(*allocs));
	uint32_t i;
	int ret;

	if (!allocs)
		return STATUS_NO_MEMORY;
	memset(bo_args, 0, sizeof(*bo_args));
	if (args->flags & D3DKMT_CREATEALLOCATION_CREATE_RESOURCE) {
		bo_args->flags |= DRM_DXG_BO_RESOURCE;
		bo_args->runtime_data = args->private_runtime_data;
		bo_args->runtime_data_size = args->private_runtime_data_size;
	}
	if (args->flags & D3DKMT_CREATEALLOCATION_CREATE_SHARED)
		bo_args->flags |= DRM_DXG_BO_SHAREABLE;
	if (standard) {
		bo_args->flags |= DRM_DXG_BO_USER | DRM_DXG_BO_STANDARD;
		if (args->flags & D3DKMT_CREATEALLOCATION_READ_ONLY)
			bo_args->flags |= DRM_DXG_BO_READONLY;
	} else {
		if (args->flags & D3DKMT_CREATEALLOCATION_CREATE_CACHED)
			bo_args->flags |= DRM_DXG_BO_CACHED;
		bo_args->resource_data = args->priv_drv_data;
		bo_args->resource_data_size = args->priv_drv_data_size;
	}
	for (i = 0; i < count; i++) {
		if (standard)
			allocs[i].size = heap->existing_heap_data.size;
		allocs[i].user_ptr = infos[i].sysmem;
		allocs[i].data = infos[i].priv_drv_data;
		allocs[i].data_size = infos[i].priv_drv_data_size;
		allocs[i].host_flags = infos[i].flags;
	}
	ret = dxg_bo_new(device->vm, bo_args, allocs, count, bo);
	free(allocs);
	return kmt_render_status(ret);
}

/* An object for allocation @index of @bo, entered in the table. NULL: no memory, or no owner. */
static struct kmt_object *enter_allocation(struct kmt_object *owner, struct dxg_bo *bo,
					   uint32_t index, void *sysmem)
{
	struct kmt_object *o = kmt_object_new(KMT_ALLOCATION, owner->adapter, owner);

	if (!o)
		return NULL;
	o->bo = dxg_bo_ref(bo);
	o->index = index;
	o->sysmem = sysmem;
	if (!kmt_object_enter(o, dxg_bo_host_handle(bo, index))) {
		kmt_object_put(o);
		return NULL;
	}
	/* The table keeps it. */
	kmt_object_put(o);
	return o;
}

/* A resource of @bo and its allocations; takes no reference of the caller's. */
static NTSTATUS enter_resource(struct kmt_object *device, struct dxg_bo *bo, uint32_t wanted,
			       const D3DDDI_ALLOCATIONINFO2 *infos, struct kmt_object **out)
{
	struct kmt_object *o = kmt_object_new(KMT_RESOURCE, device->adapter, device);
	uint32_t count = dxg_bo_alloc_count(bo), i;

	if (!o)
		return STATUS_NO_MEMORY;
	o->bo = dxg_bo_ref(bo);
	o->parts = calloc(count, sizeof(*o->parts));
	if (!o->parts || !kmt_object_enter(o, wanted)) {
		kmt_object_put(o);
		return STATUS_NO_MEMORY;
	}
	for (i = 0; i < count; i++) {
		o->parts[i] = enter_allocation(o, bo, i, infos ? kmt_ptr(infos[i].sysmem) : NULL);
		if (!o->parts[i]) {
			kmt_object_kill(o);
			kmt_object_put(o);
			return STATUS_NO_MEMORY;
		}
		o->count = i + 1;
	}
	*out = o;
	return STATUS_SUCCESS;
}

static NTSTATUS create_resource(D3DKMT_CREATEALLOCATION *args, struct kmt_object *device)
{
	D3DDDI_ALLOCATIONINFO2 *infos = kmt_ptr(args->allocation_info);
	struct drm_dxg_bo_create bo_args;
	struct kmt_object *o;
	struct dxg_bo *bo;
	NTSTATUS status;
	uint32_t i;

	status = create_bo(args, device, infos, args->alloc_count, &bo_args, &bo);
	if (status)
		return status;
	status = enter_resource(device, bo, bo_args.host_resource, infos, &o);
	dxg_bo_unref(bo);
	if (status)
		return status;
	for (i = 0; i < args->alloc_count; i++)
		infos[i].allocation = o->parts[i]->handle;
	args->resource = o->handle;
	kmt_object_put(o);
	return STATUS_SUCCESS;
}

static NTSTATUS create_loose(D3DKMT_CREATEALLOCATION *args, struct kmt_object *device)
{
	D3DDDI_ALLOCATIONINFO2 *infos = kmt_ptr(args->allocation_info);
	struct drm_dxg_bo_create bo_args;
	NTSTATUS status = STATUS_SUCCESS;
	struct kmt_object *o;
	struct dxg_bo *bo;
	uint32_t i;

	for (i = 0; !status && i < args->alloc_count; i++) {
		status = create_bo(args, device, &infos[i], 1, &bo_args, &bo);
		if (status)
			break;
		o = enter_allocation(device, bo, 0, kmt_ptr(infos[i].sysmem));
		dxg_bo_unref(bo);
		if (!o) {
			status = STATUS_NO_MEMORY;
			break;
		}
		infos[i].allocation = o->handle;
	}
	if (!status)
		return STATUS_SUCCESS;
	while (i--) {
		o = kmt_object_get(infos[i].allocation, KMT_ALLOCATION);
		if (o)
			kmt_object_kill(o);
		kmt_object_put(o);
	}
	return status;
}

NTSTATUS render_CreateAllocation2(D3DKMT_CREATEALLOCATION *args)
{
	struct kmt_object *device = kmt_object_get(args->device, KMT_DEVICE);
	NTSTATUS status = device ? create_check(args) : STATUS_INVALID_PARAMETER;

	if (!status && args->flags & D3DKMT_CREATEALLOCATION_CREATE_RESOURCE)
		status = create_resource(args, device);
	else if (!status)
		status = create_loose(args, device);
	kmt_object_put(device);
	return status;
}

NTSTATUS render_DestroyAllocation2(D3DKMT_DESTROYALLOCATION2 *args)
{
	struct kmt_object *device = kmt_object_get(args->device, KMT_DEVICE), *o, **list = NULL;
	NTSTATUS status = STATUS_INVALID_PARAMETER;
	uint32_t i;

	if (!device || !args->resource == !args->alloc_count ||
	    args->alloc_count > D3DKMT_CREATEALLOCATION_MAX ||
	    args->flags & D3DDDICB_DESTROYALLOCATION2_SYSTEM_USE_ONLY)
		goto out;
	if (args->resource) {
		o = kmt_object_get(args->resource, KMT_RESOURCE);
		if (o && o->device == device && kmt_object_kill(o))
			status = STATUS_SUCCESS;
		kmt_object_put(o);
		goto out;
	}
	list = kmt_list_get(kmt_ptr(args->allocations), args->alloc_count, KMT_ALLOCATION, &status);
	if (!list)
		goto out;
	for (i = 0; !status && i < args->alloc_count; i++) {
		if (list[i]->device != device)
			status = STATUS_INVALID_PARAMETER;
		else if (list[i]->owner != device)
			status = STATUS_NOT_SUPPORTED;
	}
	for (i = 0; !status && i < args->alloc_count; i++)
		kmt_object_kill(list[i]);
	kmt_list_put(list, args->alloc_count);
out:
	kmt_object_put(device);
	return status;
}

/* ---- Locks ---- */

static int map_allocation(struct kmt_object *o)
{
	struct drm_dxg_bo_mmap_offset args = {
		.handle = dxg_bo_handle(o->bo),
		.alloc_index = o->index,
	};
	void *map;
	int ret;

	ret = kmt_ioctl(o->adapter, DRM_IOCTL_DXG_BO_MMAP_OFFSET, &args);
	if (ret)
		return ret;
	map = mmap(NULL, args.size, PROT_READ | PROT_WRITE, MAP_SHARED,
		   dxg_device_fd(o->adapter->dev), args.offset);
	if (map == MAP_FAILED)
		return -errno;
	o->map = map;
	o->map_size = args.size;
	return 0;
}

/* An allocation of @device. */
static struct kmt_object *allocation_get(uint32_t device, uint32_t allocation)
{
	struct kmt_object *o = kmt_object_get(allocation, KMT_ALLOCATION);

	if (o && o->device->handle == device)
		return o;
	kmt_object_put(o);
	return NULL;
}

NTSTATUS render_Lock2(D3DKMT_LOCK2 *args)
{
	struct kmt_object *o = allocation_get(args->device, args->allocation);
	int ret = 0;

	if (!o)
		return STATUS_INVALID_PARAMETER;
	if (args->flags) {
		kmt_object_put(o);
		return STATUS_INVALID_PARAMETER;
	}
	kmt_objects_lock();
	if (!o->sysmem && !o->map)
		ret = map_allocation(o);
	if (!ret) {
		o->locks++;
		args->data = (uintptr_t)(o->sysmem ? o->sysmem : o->map);
	}
	kmt_objects_unlock();
	kmt_object_put(o);
	return kmt_render_status(ret);
}

NTSTATUS render_Unlock2(D3DKMT_UNLOCK2 *args)
{
	struct kmt_object *o = allocation_get(args->device, args->allocation);
	NTSTATUS status = STATUS_INVALID_PARAMETER;

	if (!o)
		return status;
	kmt_objects_lock();
	if (o->locks) {
		status = STATUS_SUCCESS;
		if (!--o->locks && o->map) {
			munmap(o->map, o->map_size);
			o->map = NULL;
		}
	}
	kmt_objects_unlock();
	kmt_object_put(o);
	return status;
}

NTSTATUS render_InvalidateCache(D3DKMT_INVALIDATECACHE *args)
{
	struct kmt_object *o = allocation_get(args->device, args->allocation);
	NTSTATUS status = STATUS_INVALID_PARAMETER;

	if (o)
		status = kmt_render_status(dxg_bo_sync(o->bo, o->index, args->offset,
						       args->length));
	kmt_object_put(o);
	return status;
}

/* ---- Properties ---- */

/*
 * The allocations that a resource or a list names, each with a reference: the
 * argument of three calls. @count: in, of the list; out, of the result.
 */
static struct kmt_object **named(uint32_t device, uint32_t resource, uint64_t handles,
				 uint32_t *count, NTSTATUS *status)
{
	struct kmt_object **list, *o;
	uint32_t *parts, i;

	*status = STATUS_INVALID_PARAMETER;
	if (!resource == !*count)
		return NULL;
	if (resource) {
		o = kmt_object_get(resource, KMT_RESOURCE);
		if (!o)
			return NULL;
		*count = o->count;
		parts = calloc(o->count, sizeof(*parts));
		for (i = 0; parts && i < o->count; i++)
			parts[i] = o->parts[i]->handle;
		kmt_object_put(o);
		list = kmt_list_get(parts, *count, KMT_ALLOCATION, status);
		free(parts);
	} else {
		list = kmt_list_get(kmt_ptr(handles), *count, KMT_ALLOCATION, status);
	}
	for (i = 0; list && i < *count; i++) {
		if (list[i]->device->handle != device) {
			kmt_list_put(list, *count);
			*status = STATUS_INVALID_PARAMETER;
			return NULL;
		}
	}
	return list;
}

/* Ask the host for @what of an allocation. */
static NTSTATUS query(struct kmt_object *o, uint32_t what, struct drm_dxg_bo_query_info *info)
{
	memset(info, 0, sizeof(*info));
	info->alloc_index = o->index;
	info->query = what;
	return kmt_render_status(dxg_bo_query(o->bo, info));
}

NTSTATUS render_QueryAllocationResidency(D3DKMT_QUERYALLOCATIONRESIDENCY *args)
{
	uint32_t count = args->allocation_count, *out = kmt_ptr(args->residency_status), i;
	struct drm_dxg_bo_query_info info;
	struct kmt_object **list;
	NTSTATUS status;

	if (!out)
		return STATUS_INVALID_PARAMETER;
	list = named(args->device, args->resource, args->allocations, &count, &status);
	if (args->resource && list)
		*out = 0;
	for (i = 0; list && !status && i < count; i++) {
		status = query(list[i], DRM_DXG_BO_QUERY_RESIDENCY, &info);
		if (status)
			break;
		/* Of a resource, where the farthest is. */
		if (!args->resource)
			out[i] = info.residency;
		else if (info.residency > *out)
			*out = info.residency;
	}
	kmt_list_put(list, count);
	return status;
}

NTSTATUS render_GetAllocationPriority(D3DKMT_GETALLOCATIONPRIORITY *args)
{
	uint32_t count = args->allocation_count, *out = kmt_ptr(args->priorities), i;
	struct drm_dxg_bo_query_info info;
	struct kmt_object **list;
	NTSTATUS status;

	if (!out)
		return STATUS_INVALID_PARAMETER;
	list = named(args->device, args->resource, args->allocation_list, &count, &status);
	for (i = 0; list && !status && i < (args->resource ? 1 : count); i++) {
		status = query(list[i], DRM_DXG_BO_QUERY_PRIORITY, &info);
		if (!status)
			out[i] = info.priority;
	}
	kmt_list_put(list, count);
	return status;
}

NTSTATUS render_SetAllocationPriority(D3DKMT_SETALLOCATIONPRIORITY *args)
{
	const uint32_t *in = kmt_ptr(args->priorities);
	uint32_t count = args->allocation_count, i;
	struct kmt_object **list;
	NTSTATUS status;

	if (!in)
		return STATUS_INVALID_PARAMETER;
	list = named(args->device, args->resource, args->allocation_list, &count, &status);
	for (i = 0; list && !status && i < count; i++) {
		struct drm_dxg_bo_set_property set = {
			.alloc_index = list[i]->index,
			.properties = DRM_DXG_BO_PRIORITY,
			.priority = in[args->resource ? 0 : i],
		};

		status = kmt_render_status(dxg_bo_set_property(list[i]->bo, &set));
	}
	kmt_list_put(list, count);
	return status;
}

NTSTATUS render_UpdateAllocationProperty(D3DDDI_UPDATEALLOCPROPERTY *args)
{
	struct kmt_object *paging = kmt_object_get(args->paging_queue, KMT_PAGING);
	struct kmt_object *o = kmt_object_get(args->allocation, KMT_ALLOCATION);
	struct drm_dxg_bo_set_property set = {
		.supported_segments = args->supported_segment_set,
		.preferred_segments = args->preferred_segment,
	};
	NTSTATUS status = STATUS_INVALID_PARAMETER;

	if (!paging || !o || o->device != paging->device)
		goto out;
	if (args->property_mask_value & D3DDDI_UPDATEALLOCPROPERTY_SET_ACCESSED_PHYSICALLY) {
		status = STATUS_NOT_SUPPORTED;
		goto out;
	}
	set.alloc_index = o->index;
	set.queue_id = dxg_queue_id(paging->queue);
	if (args->property_mask_value & D3DDDI_UPDATEALLOCPROPERTY_SET_SUPPORTED_SEGMENTSET)
		set.properties |= DRM_DXG_BO_SUPPORTED_SEGMENTS;
	else
		set.supported_segments = 0;
	if (args->property_mask_value & D3DDDI_UPDATEALLOCPROPERTY_SET_PREFERRED_SEGMENT)
		set.properties |= DRM_DXG_BO_PREFERRED_SEGMENTS;
	else
		set.preferred_segments = 0;
	status = kmt_render_status(dxg_bo_set_property(o->bo, &set));
	if (!status) {
		args->paging_fence_value = set.fence_value;
		status = kmt_paging_status(paging, set.fence_value);
	}
out:
	kmt_object_put(o);
	kmt_object_put(paging);
	return status;
}

/* ---- Offer and reclaim ---- */

/*
 * The BOs that an array of resources or one of allocations names: one object each.
 * A BO is offered whole, so a single allocation of a resource cannot be.
 */
static struct kmt_object **offered(uint64_t resources, uint64_t allocations, uint32_t count,
				   NTSTATUS *status)
{
	struct kmt_object **list;
	uint32_t i;

	*status = STATUS_INVALID_PARAMETER;
	if (!resources == !allocations || !count || count > D3DKMT_MAKERESIDENT_ALLOC_MAX)
		return NULL;
	list = kmt_list_get(kmt_ptr(resources ? resources : allocations), count,
			    resources ? KMT_RESOURCE : KMT_ALLOCATION, status);
	for (i = 0; list && i < count; i++) {
		if (dxg_bo_alloc_count(list[i]->bo) > 1 && !resources) {
			kmt_list_put(list, count);
			*status = STATUS_NOT_SUPPORTED;
			return NULL;
		}
	}
	return list;
}

static int advise(struct kmt_object *o, uint32_t advice, struct kmt_object *paging,
		  struct drm_dxg_bo_madvise *args)
{
	memset(args, 0, sizeof(*args));
	args->handle = dxg_bo_handle(o->bo);
	args->advice = advice;
	args->queue_id = paging ? dxg_queue_id(paging->queue) : 0;
	return kmt_ioctl(o->adapter, DRM_IOCTL_DXG_BO_MADVISE, args);
}

NTSTATUS render_OfferAllocations(D3DKMT_OFFERALLOCATIONS *args)
{
	static const uint32_t advice[] = {
		[D3DKMT_OFFER_PRIORITY_LOW] = DRM_DXG_DONTNEED_LOW,
		[D3DKMT_OFFER_PRIORITY_NORMAL] = DRM_DXG_DONTNEED_NORMAL,
		[D3DKMT_OFFER_PRIORITY_HIGH] = DRM_DXG_DONTNEED_HIGH,
		[D3DKMT_OFFER_PRIORITY_AUTO] = DRM_DXG_DONTNEED_NORMAL,
	};
	struct drm_dxg_bo_madvise unused;
	struct kmt_object **list;
	NTSTATUS status;
	uint32_t i;

	if (args->priority < D3DKMT_OFFER_PRIORITY_LOW ||
	    args->priority > D3DKMT_OFFER_PRIORITY_AUTO)
		return STATUS_INVALID_PARAMETER;
	list = offered(args->resources, args->allocations, args->allocation_count, &status);
	for (i = 0; list && !status && i < args->allocation_count; i++) {
		status = list[i]->device->handle != args->device ? STATUS_INVALID_PARAMETER :
			 kmt_render_status(advise(list[i], advice[args->priority], NULL,
						  &unused));
		if (!status)
			continue;
		/* All or none: nothing can have been dropped that was not before. */
		while (i--)
			advise(list[i], DRM_DXG_WILLNEED, NULL, &unused);
		break;
	}
	kmt_list_put(list, args->allocation_count);
	return status;
}

NTSTATUS render_ReclaimAllocations2(D3DKMT_RECLAIMALLOCATIONS2 *args)
{
	struct kmt_object *paging = kmt_object_get(args->paging_queue, KMT_PAGING), **list;
	uint32_t *results = kmt_ptr(args->results), i;
	struct drm_dxg_bo_madvise madvise;
	uint64_t fence_value = 0;
	NTSTATUS status;

	if (!paging)
		return STATUS_INVALID_PARAMETER;
	list = offered(args->resources, args->allocations, args->allocation_count, &status);
	for (i = 0; list && !status && i < args->allocation_count; i++) {
		if (list[i]->device != paging->device) {
			status = STATUS_INVALID_PARAMETER;
			break;
		}
		status = kmt_render_status(advise(list[i], DRM_DXG_WILLNEED, paging, &madvise));
		if (status)
			break;
		if (results)
			results[i] = madvise.retained ? D3DDDI_RECLAIM_RESULT_OK :
							D3DDDI_RECLAIM_RESULT_DISCARDED;
		if (madvise.fence_value > fence_value)
			fence_value = madvise.fence_value;
	}
	kmt_list_put(list, args->allocation_count);
	if (!status) {
		args->paging_fence_value = fence_value;
		status = kmt_paging_status(paging, fence_value);
	}
	kmt_object_put(paging);
	return status;
}

/* ---- Resources from elsewhere ---- */

/** struct shared_info - What the opener of a resource has to bring room for. */
struct shared_info {
	uint32_t runtime, resource, total, count;
};

/* The sizes of a BO's opaque data; nothing is asked of the host. */
static NTSTATUS shared_sizes(struct kmt_object *device, struct dxg_bo *bo,
			     struct shared_info *sizes)
{
	uint32_t i;

	memset(sizes, 0, sizeof(*sizes));
	sizes->count = dxg_bo_alloc_count(bo);
	for (i = 0; i < sizes->count; i++) {
		struct drm_dxg_bo_query_info info = {
			.handle = dxg_bo_handle(bo),
			.alloc_index = i,
		};
		int ret = kmt_ioctl(device->adapter, DRM_IOCTL_DXG_BO_QUERY_INFO, &info);

		if (ret)
			return kmt_render_status(ret);
		sizes->runtime = info.runtime_data_size;
		sizes->resource = info.resource_data_size;
		sizes->total += info.data_size;
	}
	return STATUS_SUCCESS;
}

NTSTATUS render_QueryResourceInfoFromNtHandle(D3DKMT_QUERYRESOURCEINFOFROMNTHANDLE *args)
{
	struct kmt_object *device = kmt_object_get(args->device, KMT_DEVICE);
	struct shared_info sizes;
	struct dxg_bo *bo;
	NTSTATUS status;

	if (!device)
		return STATUS_INVALID_PARAMETER;
	status = kmt_render_status(dxg_bo_import(device->vm, kmt_fd(args->nt_handle), &bo));
	if (!status) {
		status = shared_sizes(device, bo, &sizes);
		dxg_bo_unref(bo);
	}
	kmt_object_put(device);
	if (status)
		return status;
	args->private_runtime_data_size = sizes.runtime;
	args->resource_priv_drv_data_size = sizes.resource;
	args->total_priv_drv_data_size = sizes.total;
	args->allocation_count = sizes.count;
	return STATUS_SUCCESS;
}

/* Copy the opaque data out, and say where each allocation's is. */
static NTSTATUS open_data(D3DKMT_OPENRESOURCEFROMNTHANDLE *args, struct dxg_bo *bo)
{
	D3DDDI_OPENALLOCATIONINFO2 *infos = kmt_ptr(args->open_alloc_info);
	uint32_t used = 0, i;

	for (i = 0; i < args->allocation_count; i++) {
		struct drm_dxg_bo_query_info info = {
			.alloc_index = i,
			.data = args->total_priv_drv_data + used,
			.data_size = args->total_priv_drv_data_size - used,
			.runtime_data = args->private_runtime_data,
			.runtime_data_size = args->private_runtime_data_size,
			.resource_data = args->resource_priv_drv_data,
			.resource_data_size = args->resource_priv_drv_data_size,
		};
		NTSTATUS status = kmt_render_status(dxg_bo_query(bo, &info));

		if (status)
			return status;
		memset(&infos[i], 0, sizeof(infos[i]));
		infos[i].priv_drv_data = args->total_priv_drv_data + used;
		infos[i].priv_drv_data_size = info.data_size;
		used += info.data_size;
	}
	args->total_priv_drv_data_size = used;
	return STATUS_SUCCESS;
}

NTSTATUS render_OpenResourceFromNtHandle(D3DKMT_OPENRESOURCEFROMNTHANDLE *args)
{
	struct kmt_object *device = kmt_object_get(args->device, KMT_DEVICE), *o;
	D3DDDI_OPENALLOCATIONINFO2 *infos = kmt_ptr(args->open_alloc_info);
	struct drm_dxg_bo_query_info info = {};
	struct shared_info sizes;
	struct dxg_bo *bo = NULL;
	NTSTATUS status;
	uint32_t i;

	status = device && infos ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
	if (!status && (args->keyed_mutex_private_data || args->keyed_mutex_private_data_size))
		status = STATUS_NOT_SUPPORTED;
	if (!status)
		status = kmt_render_status(dxg_bo_import(device->vm, kmt_fd(args->nt_handle), &bo));
	if (!status)
		status = shared_sizes(device, bo, &sizes);
	if (!status && (args->allocation_count != sizes.count ||
			(uint32_t)args->private_runtime_data_size < sizes.runtime ||
			args->resource_priv_drv_data_size < sizes.resource ||
			args->total_priv_drv_data_size < sizes.total))
		status = STATUS_INVALID_PARAMETER;
	if (!status)
		status = open_data(args, bo);
	if (!status)
		status = kmt_render_status(dxg_bo_query(bo, &info));
	if (!status)
		status = enter_resource(device, bo, info.host_resource, NULL, &o);
	if (!status) {
		for (i = 0; i < sizes.count; i++)
			infos[i].allocation = o->parts[i]->handle;
		args->resource = o->handle;
		args->keyed_mutex = 0;
		args->sync_object = 0;
		kmt_object_put(o);
	}
	dxg_bo_unref(bo);
	kmt_object_put(device);
	return status;
}

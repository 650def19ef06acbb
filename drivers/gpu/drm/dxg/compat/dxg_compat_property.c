// SPDX-License-Identifier: GPL-2.0
/*
 * What /dev/dxg asks and tells about allocations: residency, priorities, offers,
 * segments, caches.
 */
#include <linux/err.h>
#include <linux/uaccess.h>

#include "../dxg_allocation.h"
#include "../dxg_cmd_memory.h"
#include "../dxg_device.h"
#include "../dxg_proto.h"
#include "dxg_compat.h"

/* Handles of one call about allocations, where the interface says nothing else. */
#define DXG_COMPAT_MAX_LIST	131072

/*
 * The allocations, or the resource, that a call is about: 0 with *@handles, and room for
 * a word of each in *@words; or -errno.
 */
static int dxg_compat_list(struct dxg_compat_call *call, u32 device_handle, u32 resource,
			   u64 list, u32 count, const u32 **handles, u32 **words)
{
	struct dxg_compat_device *device;
	struct dxg_compat_object *object;

	if (!count == !resource || count > DXG_COMPAT_MAX_LIST)
		return -EINVAL;
	device = dxg_compat_use_device(call, device_handle);
	if (IS_ERR(device))
		return PTR_ERR(device);
	if (resource) {
		object = dxg_compat_use(call, resource, DXG_COMPAT_RESOURCE);
		if (IS_ERR(object))
			return PTR_ERR(object);
		if (object->device != device)
			return -EINVAL;
	}
	*handles = dxg_compat_copy_handles(call, list, count, DXG_COMPAT_ALLOCATION, device);
	if (IS_ERR(*handles))
		return PTR_ERR(*handles);
	*words = dxg_compat_alloc_mem(call, (count ?: 1) * sizeof(**words));
	return PTR_ERR_OR_ZERO(*words);
}

static int dxg_compat_put_words(u64 user, const u32 *words, u32 count)
{
	return copy_to_user(u64_to_user_ptr(user), words, (count ?: 1) * sizeof(*words)) ?
	       -EFAULT : 0;
}

/* A command that is answered by a word of each allocation, or by one of the resource. */
typedef int (*dxg_compat_ask_fn)(struct dxg_link *link, u32 process, u32 device, u32 resource,
				 const u32 *handles, u32 count, u32 *words, unsigned int flags,
				 u32 *status);

static int dxg_compat_ask(struct dxg_compat_call *call, u32 device, u32 resource, u64 list,
			  u32 count, u64 answer, u32 command, dxg_compat_ask_fn ask)
{
	const u32 *handles;
	u32 *words, status;
	int ret;

	ret = dxg_compat_list(call, device, resource, list, count, &handles, &words);
	if (ret)
		return ret;
	ret = ask(&call->dxg->link, dxg_compat_process_host(call->process), device, resource,
		  handles, count, words, DXG_REQ_KILLABLE, &status);
	ret = dxg_compat_result(ret, command, status);
	if (ret < 0)
		return ret;
	return dxg_compat_put_words(answer, words, count) ?: ret;
}

/**
 * dxg_compat_query_residency() - LX_DXQUERYALLOCATIONRESIDENCY.
 * @call: The call.
 */
int dxg_compat_query_residency(struct dxg_compat_call *call)
{
	struct d3dkmt_queryallocationresidency *args = call->args;

	return dxg_compat_ask(call, args->device, args->resource, args->allocations,
			      args->allocation_count, args->residency_status,
			      DXGP_CMD_QUERYALLOCATIONRESIDENCY, dxg_cmd_query_residency);
}

/**
 * dxg_compat_get_allocation_priority() - LX_DXGETALLOCATIONPRIORITY.
 * @call: The call.
 */
int dxg_compat_get_allocation_priority(struct dxg_compat_call *call)
{
	struct d3dkmt_getallocationpriority *args = call->args;

	return dxg_compat_ask(call, args->device, args->resource, args->allocation_list,
			      args->allocation_count, args->priorities,
			      DXGP_CMD_GETALLOCATIONPRIORITY, dxg_cmd_get_allocation_priority);
}

/**
 * dxg_compat_set_allocation_priority() - LX_DXSETALLOCATIONPRIORITY.
 * @call: The call.
 */
int dxg_compat_set_allocation_priority(struct dxg_compat_call *call)
{
	struct d3dkmt_setallocationpriority *args = call->args;
	u32 count = args->allocation_count, status;
	const u32 *handles;
	u32 *words;
	int ret;

	ret = dxg_compat_list(call, args->device, args->resource, args->allocation_list, count,
			      &handles, &words);
	if (ret)
		return ret;
	if (copy_from_user(words, u64_to_user_ptr(args->priorities),
			   (count ?: 1) * sizeof(*words)))
		return -EFAULT;
	ret = dxg_cmd_set_allocation_priority(&call->dxg->link,
					      dxg_compat_process_host(call->process),
					      args->device, args->resource, handles, count, words,
					      DXG_REQ_KILLABLE, &status);
	return dxg_compat_result(ret, DXGP_CMD_SETALLOCATIONPRIORITY, status);
}

/* ---- Offers ---- */

/* Handles of allocations, or of resources: one of the pointers is null. */
static const u32 *dxg_compat_either(struct dxg_compat_call *call, u64 resources, u64 allocations,
				    u32 count, struct dxg_compat_device *device)
{
	if (!resources == !allocations || !count || count > D3DKMT_MAKERESIDENT_ALLOC_MAX)
		return ERR_PTR(-EINVAL);
	return dxg_compat_copy_handles(call, resources ?: allocations, count,
				       resources ? DXG_COMPAT_RESOURCE : DXG_COMPAT_ALLOCATION,
				       device);
}

/**
 * dxg_compat_offer_allocations() - LX_DXOFFERALLOCATIONS.
 * @call: The call.
 */
int dxg_compat_offer_allocations(struct dxg_compat_call *call)
{
	struct d3dkmt_offerallocations *args = call->args;
	struct dxg_compat_device *device;
	const u32 *handles;
	u32 status;
	int ret;

	if (args->priority < D3DKMT_OFFER_PRIORITY_LOW ||
	    args->priority > D3DKMT_OFFER_PRIORITY_AUTO ||
	    args->flags & ~(DXGP_OFFER_IMMEDIATELY | DXGP_OFFER_ALLOW_DECOMMIT))
		return -EINVAL;
	device = dxg_compat_use_device(call, args->device);
	if (IS_ERR(device))
		return PTR_ERR(device);
	handles = dxg_compat_either(call, args->resources, args->allocations,
				    args->allocation_count, device);
	if (IS_ERR(handles))
		return PTR_ERR(handles);
	ret = dxg_cmd_offer_allocations(&call->dxg->link, dxg_compat_process_host(call->process),
					args->device, handles, args->allocation_count,
					!!args->resources, args->priority, args->flags,
					DXG_REQ_KILLABLE, &status);
	return dxg_compat_result(ret, DXGP_CMD_OFFERALLOCATIONS, status);
}

/**
 * dxg_compat_reclaim_allocations() - LX_DXRECLAIMALLOCATIONS2.
 * @call: The call.
 */
int dxg_compat_reclaim_allocations(struct dxg_compat_call *call)
{
	struct d3dkmt_reclaimallocations2 *args = call->args;
	struct dxg_cmd_reclaim cmd = {
		.paging_queue = args->paging_queue,
		.count = args->allocation_count,
		.resources = !!args->resources,
	};
	struct dxg_compat_object *queue;
	u32 status;
	int ret;

	queue = dxg_compat_use(call, args->paging_queue, DXG_COMPAT_PAGING_QUEUE);
	if (IS_ERR(queue))
		return PTR_ERR(queue);
	cmd.device = queue->device->base.handle;
	cmd.handles = dxg_compat_either(call, args->resources, args->allocations, cmd.count,
					queue->device);
	if (IS_ERR(cmd.handles))
		return PTR_ERR(cmd.handles);
	if (args->results) {
		cmd.results = dxg_compat_alloc_mem(call, cmd.count * sizeof(*cmd.results));
		if (IS_ERR(cmd.results))
			return PTR_ERR(cmd.results);
	}
	ret = dxg_cmd_reclaim_allocations(&call->dxg->link,
					  dxg_compat_process_host(call->process), &cmd,
					  DXG_REQ_KILLABLE, &status);
	ret = dxg_compat_result(ret, DXGP_CMD_RECLAIMALLOCATIONS, status);
	if (ret < 0)
		return ret;
	args->paging_fence_value = cmd.fence_value;
	if (cmd.results && dxg_compat_put_words(args->results, cmd.results, cmd.count))
		return -EFAULT;
	return ret;
}

/* ---- One allocation ---- */

/**
 * dxg_compat_update_property() - LX_DXUPDATEALLOCPROPERTY.
 * @call: The call.
 */
int dxg_compat_update_property(struct dxg_compat_call *call)
{
	struct d3dddi_updateallocproperty *args = call->args;
	struct dxg_cmd_property cmd = {
		.paging_queue = args->paging_queue,
		.allocation = args->allocation,
		.mask = args->property_mask_value,
		.supported_segments = args->supported_segment_set,
		.preferred_segment = args->preferred_segment,
		.flags = args->flags,
	};
	struct dxg_compat_object *object;
	u32 status;
	int ret;

	if (args->property_mask_value & ~(D3DDDI_UPDATEALLOCPROPERTY_SET_ACCESSED_PHYSICALLY |
					  D3DDDI_UPDATEALLOCPROPERTY_SET_SUPPORTED_SEGMENTSET |
					  D3DDDI_UPDATEALLOCPROPERTY_SET_PREFERRED_SEGMENT) ||
	    args->flags & ~D3DDDI_UPDATEALLOCPROPERTY_ACCESSED_PHYSICALLY)
		return -EINVAL;
	object = dxg_compat_use(call, args->paging_queue, DXG_COMPAT_PAGING_QUEUE);
	if (!IS_ERR(object))
		object = dxg_compat_use(call, args->allocation, DXG_COMPAT_ALLOCATION);
	if (IS_ERR(object))
		return PTR_ERR(object);
	ret = dxg_cmd_update_property(&call->dxg->link, dxg_compat_process_host(call->process),
				      &cmd, DXG_REQ_KILLABLE, &status);
	ret = dxg_compat_result(ret, DXGP_CMD_UPDATEALLOCATIONPROPERTY, status);
	if (ret >= 0)
		args->paging_fence_value = cmd.fence_value;
	return ret;
}

/**
 * dxg_compat_invalidate_cache() - LX_DXINVALIDATECACHE.
 * @call: The call.
 */
int dxg_compat_invalidate_cache(struct dxg_compat_call *call)
{
	struct d3dkmt_invalidatecache *args = call->args;
	struct dxg_compat_device *device;
	struct dxg_compat_object *object;
	u64 size;
	u32 status;
	int ret;

	device = dxg_compat_use_device(call, args->device);
	if (IS_ERR(device))
		return PTR_ERR(device);
	object = dxg_compat_use(call, args->allocation, DXG_COMPAT_ALLOCATION);
	if (IS_ERR(object))
		return PTR_ERR(object);
	size = to_compat_alloc(object)->alloc->size;
	if (object->device != device || args->offset > size || args->length > size - args->offset)
		return -EINVAL;
	ret = dxg_cmd_invalidate_cache(&call->dxg->link, dxg_compat_process_host(call->process),
				       args->device, args->allocation, args->offset,
				       args->length, DXG_REQ_KILLABLE, &status);
	return dxg_compat_result(ret, DXGP_CMD_INVALIDATECACHE, status);
}

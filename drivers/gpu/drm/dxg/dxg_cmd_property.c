// SPDX-License-Identifier: GPL-2.0
/*
 * Host commands about properties of allocations: segments, offers, residency,
 * priorities.
 */
#include <linux/err.h>
#include <linux/overflow.h>
#include <linux/string.h>

#include <kunit/visibility.h>

#include "dxg_cmd_internal.h"
#include "dxg_cmd_memory.h"
#include "dxg_proto.h"
#include "dxg_status.h"

/**
 * dxg_cmd_update_property() - Say where the host should keep an allocation.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @args: Arguments and result.
 * @flags: DXG_REQ_xxx.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_update_property(struct dxg_link *link, u32 process, struct dxg_cmd_property *args,
			    unsigned int flags, u32 *status)
{
	const struct dxgp_updateallocationproperty_reply *reply;
	struct dxgp_updateallocationproperty *cmd;
	struct dxg_request *req;
	int ret;

	req = dxg_request_alloc(link, DXGP_CMD_UPDATEALLOCATIONPROPERTY, process, sizeof(*cmd),
				sizeof(*reply), flags);
	if (IS_ERR(req))
		return PTR_ERR(req);
	cmd = dxg_request_cmd(req);
	cmd->args.paging_queue = args->paging_queue;
	cmd->args.allocation = args->allocation;
	cmd->args.supported_segment_set = args->supported_segments;
	cmd->args.preferred_segment = args->preferred_segment;
	cmd->args.flags = args->flags;
	cmd->args.property_mask = args->mask;

	ret = dxg_cmd_run(req, offsetof(struct dxgp_updateallocationproperty_reply, status),
			  status);
	if (!ret && !dxg_status_failed(*status)) {
		reply = req->reply;
		args->fence_value = *status == DXG_STATUS_PENDING ? reply->paging_fence_value : 0;
	}
	dxg_request_put(req);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_update_property);

/**
 * dxg_cmd_offer_allocations() - Allow the host to drop what allocations hold.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @device: Host device.
 * @handles: Allocations, or resources.
 * @count: Number of @handles, 1 to DXGP_MAX_RESIDENT.
 * @resources: @handles are resources.
 * @priority: DXGP_OFFER_xxx, a number.
 * @offer_flags: DXGP_OFFER_xxx, bits.
 * @flags: DXG_REQ_xxx.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_offer_allocations(struct dxg_link *link, u32 process, u32 device, const u32 *handles,
			      u32 count, bool resources, u32 priority, u32 offer_flags,
			      unsigned int flags, u32 *status)
{
	struct dxgp_offerallocations *cmd;
	struct dxg_request *req;

	if (!count || count > DXGP_MAX_RESIDENT)
		return -EINVAL;
	req = dxg_request_alloc(link, DXGP_CMD_OFFERALLOCATIONS, process,
				DXGP_OFFER_SIZE((size_t)count), sizeof(u32), flags);
	if (!IS_ERR(req)) {
		cmd = dxg_request_cmd(req);
		cmd->device = device;
		cmd->allocation_count = count;
		cmd->priority = priority;
		cmd->flags = offer_flags;
		cmd->resources = resources;
		dxg_put_bytes(cmd->allocations, handles, count * sizeof(u32));
	}
	return dxg_cmd_status(req, status);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_offer_allocations);

/**
 * dxg_cmd_reclaim_allocations() - Take an offer back, and learn what was dropped.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @args: Arguments and results.
 * @flags: DXG_REQ_xxx.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_reclaim_allocations(struct dxg_link *link, u32 process, struct dxg_cmd_reclaim *args,
				unsigned int flags, u32 *status)
{
	const struct dxgp_reclaimallocations_reply *reply;
	size_t results = args->results ? args->count : 1;
	struct dxgp_reclaimallocations *cmd;
	struct dxg_request *req;
	int ret;

	if (!args->count || args->count > DXGP_MAX_RESIDENT)
		return -EINVAL;
	req = dxg_request_alloc(link, DXGP_CMD_RECLAIMALLOCATIONS, process,
				DXGP_RECLAIM_SIZE((size_t)args->count),
				DXGP_RECLAIM_REPLY_SIZE(results), flags);
	if (IS_ERR(req))
		return PTR_ERR(req);
	cmd = dxg_request_cmd(req);
	cmd->device = args->device;
	cmd->paging_queue = args->paging_queue;
	cmd->allocation_count = args->count;
	cmd->resources = args->resources;
	cmd->write_results = !!args->results;
	dxg_put_bytes(cmd->allocations, args->handles, args->count * sizeof(u32));

	ret = dxg_cmd_run(req, offsetof(struct dxgp_reclaimallocations_reply, status), status);
	if (!ret && !dxg_status_failed(*status)) {
		reply = req->reply;
		args->fence_value = reply->paging_fence_value;
		if (args->results)
			dxg_put_bytes(args->results, reply->discarded,
				      args->count * sizeof(u32));
	}
	dxg_request_put(req);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_reclaim_allocations);

/* Run a query whose reply is a status and @count words. */
static int dxg_cmd_words(struct dxg_request *req, u32 *words, u32 count, u32 *status)
{
	int ret = dxg_cmd_run(req, 0, status);

	if (!ret && !dxg_status_failed(*status))
		dxg_put_bytes(words, req->reply + sizeof(u32), count * sizeof(u32));
	dxg_request_put(req);
	return ret;
}

/**
 * dxg_cmd_query_residency() - Ask where allocations are.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @device: Host device.
 * @resource: The resource to ask about, or 0.
 * @handles: Allocations, when @resource is 0.
 * @count: Number of @handles; 0 with @resource.
 * @residency: Returns DXGP_RESIDENCY_xxx of each allocation; one for a resource.
 * @flags: DXG_REQ_xxx.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_query_residency(struct dxg_link *link, u32 process, u32 device, u32 resource,
			    const u32 *handles, u32 count, u32 *residency, unsigned int flags,
			    u32 *status)
{
	struct dxgp_queryallocationresidency *cmd;
	size_t size = size_mul(count, sizeof(u32));
	struct dxg_request *req;

	if (!count == !resource)
		return -EINVAL;
	req = dxg_request_alloc(link, DXGP_CMD_QUERYALLOCATIONRESIDENCY, process,
				size_add(sizeof(*cmd), size),
				size_add(sizeof(u32), size ?: sizeof(u32)), flags);
	if (IS_ERR(req))
		return PTR_ERR(req);
	cmd = dxg_request_cmd(req);
	cmd->args.device = device;
	cmd->args.resource = resource;
	cmd->args.allocation_count = count;
	dxg_put_bytes(cmd + 1, handles, size);
	return dxg_cmd_words(req, residency, count ?: 1, status);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_query_residency);

/**
 * dxg_cmd_set_allocation_priority() - Order allocations by how much they need their place.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @device: Host device.
 * @resource: The resource to speak of, or 0.
 * @handles: Allocations, when @resource is 0.
 * @count: Number of @handles; 0 with @resource.
 * @priorities: A priority for each allocation; one for a resource.
 * @flags: DXG_REQ_xxx.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_set_allocation_priority(struct dxg_link *link, u32 process, u32 device, u32 resource,
				    const u32 *handles, u32 count, const u32 *priorities,
				    unsigned int flags, u32 *status)
{
	size_t size = size_mul(count, sizeof(u32));
	size_t values = size ?: sizeof(u32);
	struct dxgp_setallocationpriority *cmd;
	struct dxg_request *req;

	if (!count == !resource)
		return -EINVAL;
	req = dxg_request_alloc(link, DXGP_CMD_SETALLOCATIONPRIORITY, process,
				size_add(sizeof(*cmd), size_add(size, values)), sizeof(u32),
				flags);
	if (!IS_ERR(req)) {
		cmd = dxg_request_cmd(req);
		cmd->device = device;
		cmd->resource = resource;
		cmd->allocation_count = count;
		dxg_put_bytes(dxg_put_bytes(cmd + 1, handles, size), priorities, values);
	}
	return dxg_cmd_status(req, status);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_set_allocation_priority);

/**
 * dxg_cmd_get_allocation_priority() - Ask for those priorities.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @device: Host device.
 * @resource: The resource to ask about, or 0.
 * @handles: Allocations, when @resource is 0.
 * @count: Number of @handles; 0 with @resource.
 * @priorities: Returns the priority of each allocation; one for a resource.
 * @flags: DXG_REQ_xxx.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_get_allocation_priority(struct dxg_link *link, u32 process, u32 device, u32 resource,
				    const u32 *handles, u32 count, u32 *priorities,
				    unsigned int flags, u32 *status)
{
	size_t size = size_mul(count, sizeof(u32));
	struct dxgp_getallocationpriority *cmd;
	struct dxg_request *req;

	if (!count == !resource)
		return -EINVAL;
	req = dxg_request_alloc(link, DXGP_CMD_GETALLOCATIONPRIORITY, process,
				size_add(sizeof(*cmd), size),
				size_add(sizeof(u32), size ?: sizeof(u32)), flags);
	if (IS_ERR(req))
		return PTR_ERR(req);
	cmd = dxg_request_cmd(req);
	cmd->device = device;
	cmd->resource = resource;
	cmd->allocation_count = count;
	dxg_put_bytes(cmd + 1, handles, size);
	return dxg_cmd_words(req, priorities, count ?: 1, status);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_get_allocation_priority);

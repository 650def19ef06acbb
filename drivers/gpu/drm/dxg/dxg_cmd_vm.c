// SPDX-License-Identifier: GPL-2.0
/*
 * Host commands about the GPU's address space: paging queues, reservations,
 * mappings, residency.
 */
#include <linux/err.h>
#include <linux/string.h>

#include <kunit/visibility.h>

#include "dxg_cmd_internal.h"
#include "dxg_cmd_vm.h"
#include "dxg_proto.h"
#include "dxg_status.h"

/* ---- Paging queues ---- */

static void dxg_create_paging_queue_undo(struct dxg_request *req)
{
	u32 queue = dxg_reply_word(req, 0);

	if (queue)
		dxg_cmd_discard(dxg_prep_destroy_paging_queue(req->link, dxg_request_process(req),
							      queue));
}

static int dxg_paging_queue_decode(struct dxg_request *req, struct dxg_cmd_paging_queue *queue)
{
	const struct dxgp_createpagingqueue_reply *reply = req->reply;

	queue->handle = reply->paging_queue;
	queue->sync_object = reply->sync_object;
	queue->fence_address = reply->fence_storage_physical_address;
	if (!queue->sync_object)
		return dxg_reply_violation(req, "paging queue without a fence", queue->handle);
	return dxg_reply_page(req, queue->fence_address, DXGP_PAGE_SIZE);
}

/**
 * dxg_cmd_create_paging_queue() - Make what orders changes of the address space.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @device: Host device.
 * @priority: -1 below normal, 0 normal, 1 above normal.
 * @physical_adapter: Index in a linked group.
 * @flags: DXG_REQ_xxx.
 * @queue: Returns what was made.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_create_paging_queue(struct dxg_link *link, u32 process, u32 device, s32 priority,
				u32 physical_adapter, unsigned int flags,
				struct dxg_cmd_paging_queue *queue, u32 *status)
{
	struct dxgp_createpagingqueue *cmd;
	struct dxg_request *req;
	int ret;

	req = dxg_request_alloc(link, DXGP_CMD_CREATEPAGINGQUEUE, process, sizeof(*cmd),
				sizeof(struct dxgp_createpagingqueue_reply), flags);
	if (IS_ERR(req))
		return PTR_ERR(req);
	cmd = dxg_request_cmd(req);
	req->parent = device;
	cmd->args.device = device;
	cmd->args.priority = priority;
	cmd->args.physical_adapter_index = physical_adapter;

	ret = dxg_cmd_create(req, req->want, DXG_NO_STATUS, dxg_create_paging_queue_undo, status);
	if (!ret && !dxg_status_failed(*status)) {
		if (!dxg_reply_word(req, 0)) {
			*status = DXG_STATUS_UNSUCCESSFUL;
		} else {
			ret = dxg_paging_queue_decode(req, queue);
			if (ret)
				dxg_create_paging_queue_undo(req);
		}
	}
	dxg_request_put(req);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_create_paging_queue);

/**
 * dxg_prep_destroy_paging_queue() - Build that command. The reply carries nothing.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @queue: Host paging queue.
 */
struct dxg_request *dxg_prep_destroy_paging_queue(struct dxg_link *link, u32 process, u32 queue)
{
	return dxg_prep_handle(link, DXGP_CMD_DESTROYPAGINGQUEUE, process, queue, 0,
			       DXG_REQ_TEARDOWN);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_prep_destroy_paging_queue);

/**
 * dxg_cmd_destroy_paging_queue() - End a paging queue. The reply carries nothing.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @queue: Host paging queue.
 */
int dxg_cmd_destroy_paging_queue(struct dxg_link *link, u32 process, u32 queue)
{
	struct dxg_request *req = dxg_prep_destroy_paging_queue(link, process, queue);
	int ret;

	if (IS_ERR(req))
		return PTR_ERR(req);
	ret = dxg_request_run(req);
	dxg_request_put(req);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_destroy_paging_queue);

/* ---- Addresses ---- */

/*
 * Judge where the host has put @size bytes: at @base if that was given, else
 * within @minimum and @maximum where these were given.
 */
static int dxg_reply_gpu_va(struct dxg_request *req, u64 address, u64 size, u64 base, u64 minimum,
			    u64 maximum)
{
	u64 last = maximum ?: U64_MAX;
	bool good;

	if (base)
		good = address == base;
	else
		good = address && !(address % DXGP_PAGE_SIZE) && address >= minimum &&
		       address <= last && size - 1 <= last - address;
	return good ? 0 : dxg_reply_violation(req, "GPU address that was not asked for", address);
}

static void dxg_reserve_gpu_va_undo(struct dxg_request *req)
{
	const struct dxgp_reservegpuvirtualaddress *cmd = dxg_request_cmd(req);
	const struct dxgp_reservegpuvirtualaddress_reply *reply = req->reply;

	if (req->got >= sizeof(u64) && reply->virtual_address)
		dxg_cmd_discard(dxg_prep_free_gpu_va(req->link, dxg_request_process(req),
						     cmd->args.adapter, reply->virtual_address,
						     cmd->args.size));
}

/**
 * dxg_prep_reserve_gpu_va() - Build that command.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @args: Arguments.
 * @flags: DXG_REQ_xxx.
 */
struct dxg_request *dxg_prep_reserve_gpu_va(struct dxg_link *link, u32 process,
					    const struct dxg_cmd_reserve *args,
					    unsigned int flags)
{
	struct dxgp_reservegpuvirtualaddress *cmd;
	struct dxg_request *req;

	if (!args->size)
		return ERR_PTR(-EINVAL);
	req = dxg_request_alloc(link, DXGP_CMD_RESERVEGPUVIRTUALADDRESS, process, sizeof(*cmd),
				sizeof(struct dxgp_reservegpuvirtualaddress_reply), flags);
	if (IS_ERR(req))
		return req;
	cmd = dxg_request_cmd(req);
	cmd->args.adapter = args->adapter;
	cmd->args.base_address = args->base;
	cmd->args.minimum_address = args->minimum;
	cmd->args.maximum_address = args->maximum;
	cmd->args.size = args->size;
	cmd->args.reservation_type = args->type;
	cmd->args.driver_protection = args->driver_protection;
	return req;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_prep_reserve_gpu_va);

/* The reply is there, of a length and a status that are good. */
static int dxg_reserve_gpu_va_decode(struct dxg_request *req, struct dxg_cmd_reserve *args,
				     u32 *status)
{
	const struct dxgp_reservegpuvirtualaddress_reply *reply = req->reply;
	const struct dxgp_reservegpuvirtualaddress *cmd = dxg_request_cmd(req);

	if (!reply->virtual_address) {
		*status = DXG_STATUS_UNSUCCESSFUL;
		return 0;
	}
	args->address = reply->virtual_address;
	args->fence_value = reply->paging_fence_value;
	return dxg_reply_gpu_va(req, reply->virtual_address, cmd->args.size,
				cmd->args.base_address, cmd->args.minimum_address,
				cmd->args.maximum_address);
}

/**
 * dxg_reserve_gpu_va_result() - Read the reply of that command.
 * @req: The request, ended.
 * @args: Returns the results; the arguments are not looked at.
 * @status: NTSTATUS of the host.
 *
 * Returns 0 or -errno.
 */
int dxg_reserve_gpu_va_result(struct dxg_request *req, struct dxg_cmd_reserve *args, u32 *status)
{
	int ret;

	if (req->error)
		return req->error;
	ret = dxg_reply_check(req, req->want, DXG_NO_STATUS, status);
	if (ret || dxg_status_failed(*status))
		return ret;
	return dxg_reserve_gpu_va_decode(req, args, status);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_reserve_gpu_va_result);

/**
 * dxg_cmd_reserve_gpu_va() - Reserve a range of the address space.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @args: Arguments and results.
 * @flags: DXG_REQ_xxx.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_reserve_gpu_va(struct dxg_link *link, u32 process, struct dxg_cmd_reserve *args,
			   unsigned int flags, u32 *status)
{
	struct dxg_request *req = dxg_prep_reserve_gpu_va(link, process, args, flags);
	int ret;

	if (IS_ERR(req))
		return PTR_ERR(req);
	ret = dxg_cmd_create(req, req->want, DXG_NO_STATUS, dxg_reserve_gpu_va_undo, status);
	if (!ret && !dxg_status_failed(*status)) {
		ret = dxg_reserve_gpu_va_decode(req, args, status);
		if (ret)
			dxg_reserve_gpu_va_undo(req);
	}
	dxg_request_put(req);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_reserve_gpu_va);

/**
 * dxg_prep_free_gpu_va() - Build that command.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @adapter: The host's handle of the adapter.
 * @base: Start of the reservation.
 * @size: Its bytes.
 */
struct dxg_request *dxg_prep_free_gpu_va(struct dxg_link *link, u32 process, u32 adapter,
					 u64 base, u64 size)
{
	struct dxgp_freegpuvirtualaddress *cmd;
	struct dxg_request *req;

	req = dxg_request_alloc(link, DXGP_CMD_FREEGPUVIRTUALADDRESS, process, sizeof(*cmd),
				sizeof(u32), DXG_REQ_TEARDOWN);
	if (!IS_ERR(req)) {
		cmd = dxg_request_cmd(req);
		cmd->args.adapter = adapter;
		cmd->args.base_address = base;
		cmd->args.size = size;
	}
	return req;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_prep_free_gpu_va);

/**
 * dxg_cmd_free_gpu_va() - Give up a reservation, with the mappings in it.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @adapter: The host's handle of the adapter.
 * @base: Start of the reservation.
 * @size: Its bytes.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_free_gpu_va(struct dxg_link *link, u32 process, u32 adapter, u64 base, u64 size,
			u32 *status)
{
	return dxg_cmd_status(dxg_prep_free_gpu_va(link, process, adapter, base, size), status);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_free_gpu_va);

/* ---- Mappings ---- */

/**
 * dxg_prep_map_gpu_va() - Build that command.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @args: Arguments.
 * @flags: DXG_REQ_xxx.
 */
struct dxg_request *dxg_prep_map_gpu_va(struct dxg_link *link, u32 process,
					const struct dxg_cmd_map *args, unsigned int flags)
{
	struct dxg_request *req;

	if (!args->size_pages || args->size_pages > U64_MAX / DXGP_PAGE_SIZE)
		return ERR_PTR(-EINVAL);
	req = dxg_request_alloc(link, DXGP_CMD_MAPGPUVIRTUALADDRESS, process,
				sizeof(struct dxgp_mapgpuvirtualaddress),
				sizeof(struct dxgp_mapgpuvirtualaddress_reply), flags);
	if (!IS_ERR(req))
		dxg_map_gpu_va_set(req, args);
	return req;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_prep_map_gpu_va);

/**
 * dxg_map_gpu_va_set() - Change the arguments of that command.
 * @req: The request, not under way.
 * @args: Arguments.
 */
void dxg_map_gpu_va_set(struct dxg_request *req, const struct dxg_cmd_map *args)
{
	struct dxgp_mapgpuvirtualaddress *cmd = dxg_request_cmd(req);

	cmd->args.paging_queue = args->paging_queue;
	cmd->args.base_address = args->base;
	cmd->args.minimum_address = args->minimum;
	cmd->args.maximum_address = args->maximum;
	cmd->args.allocation = args->allocation;
	cmd->args.offset_in_pages = args->offset_pages;
	cmd->args.size_in_pages = args->size_pages;
	cmd->args.protection = args->protection;
	cmd->args.driver_protection = args->driver_protection;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_map_gpu_va_set);

/**
 * dxg_map_gpu_va_result() - Read the reply of that command.
 * @req: The request, ended.
 * @args: Returns the results; the arguments are not looked at.
 * @status: NTSTATUS of the host.
 *
 * Returns 0 or -errno.
 */
int dxg_map_gpu_va_result(struct dxg_request *req, struct dxg_cmd_map *args, u32 *status)
{
	const struct dxgp_mapgpuvirtualaddress_reply *reply = req->reply;
	const struct dxgp_mapgpuvirtualaddress *cmd = dxg_request_cmd(req);
	int ret;

	if (req->error)
		return req->error;
	ret = dxg_reply_check(req, req->want,
			      offsetof(struct dxgp_mapgpuvirtualaddress_reply, status), status);
	if (ret || dxg_status_failed(*status))
		return ret;
	args->address = reply->virtual_address;
	args->fence_value = reply->paging_fence_value;
	return dxg_reply_gpu_va(req, reply->virtual_address,
				cmd->args.size_in_pages * DXGP_PAGE_SIZE, cmd->args.base_address,
				cmd->args.minimum_address, cmd->args.maximum_address);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_map_gpu_va_result);

/**
 * dxg_cmd_map_gpu_va() - Map an allocation, or nothing, into the address space.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @args: Arguments and results.
 * @flags: DXG_REQ_xxx.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_map_gpu_va(struct dxg_link *link, u32 process, struct dxg_cmd_map *args,
		       unsigned int flags, u32 *status)
{
	struct dxg_request *req = dxg_prep_map_gpu_va(link, process, args, flags);
	int ret;

	if (IS_ERR(req))
		return PTR_ERR(req);
	ret = dxg_request_run(req);
	if (!ret)
		ret = dxg_map_gpu_va_result(req, args, status);
	dxg_request_put(req);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_map_gpu_va);

/**
 * dxg_prep_update_gpu_va() - Build that command.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @args: Arguments.
 * @flags: DXG_REQ_xxx.
 */
struct dxg_request *dxg_prep_update_gpu_va(struct dxg_link *link, u32 process,
					   const struct dxg_cmd_update *args, unsigned int flags)
{
	struct dxgp_updategpuvirtualaddress *cmd;
	struct dxg_request *req;

	if (!args->count || args->count > DXGP_MAX_VA_OPERATIONS)
		return ERR_PTR(-EINVAL);
	req = dxg_request_alloc(link, DXGP_CMD_UPDATEGPUVIRTUALADDRESS, process,
				struct_size(cmd, operations, args->count), sizeof(u32), flags);
	if (IS_ERR(req))
		return req;
	cmd = dxg_request_cmd(req);
	cmd->fence_value = args->fence_value;
	cmd->device = args->device;
	cmd->context = args->context;
	cmd->fence_object = args->fence_object;
	cmd->num_operations = args->count;
	cmd->flags = args->flags;
	memcpy(cmd->operations, args->operations, args->count * sizeof(*cmd->operations));
	return req;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_prep_update_gpu_va);

/**
 * dxg_cmd_update_gpu_va() - Change mappings in the order of a context.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @args: Arguments.
 * @flags: DXG_REQ_xxx.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_update_gpu_va(struct dxg_link *link, u32 process, const struct dxg_cmd_update *args,
			  unsigned int flags, u32 *status)
{
	return dxg_cmd_status(dxg_prep_update_gpu_va(link, process, args, flags), status);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_update_gpu_va);

/* ---- Residency ---- */

/**
 * dxg_prep_make_resident() - Build that command.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @args: Arguments.
 * @flags: DXG_REQ_xxx.
 */
struct dxg_request *dxg_prep_make_resident(struct dxg_link *link, u32 process,
					   const struct dxg_cmd_resident *args,
					   unsigned int flags)
{
	struct dxgp_makeresident *cmd;
	struct dxg_request *req;

	if (!args->count || args->count > DXGP_MAX_RESIDENT)
		return ERR_PTR(-EINVAL);
	req = dxg_request_alloc(link, DXGP_CMD_MAKERESIDENT, process,
				DXGP_MAKERESIDENT_SIZE((size_t)args->count),
				sizeof(struct dxgp_makeresident_reply), flags);
	if (IS_ERR(req))
		return req;
	cmd = dxg_request_cmd(req);
	cmd->paging_queue = args->paging_queue;
	cmd->flags = args->flags;
	cmd->alloc_count = args->count;
	memcpy(cmd->allocations, args->handles, args->count * sizeof(u32));
	return req;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_prep_make_resident);

/**
 * dxg_make_resident_result() - Read the reply of that command.
 * @req: The request, ended.
 * @args: Returns the results; the arguments are not looked at.
 * @status: NTSTATUS of the host.
 *
 * Returns 0 or -errno.
 */
int dxg_make_resident_result(struct dxg_request *req, struct dxg_cmd_resident *args, u32 *status)
{
	const struct dxgp_makeresident_reply *reply = req->reply;
	int ret;

	if (req->error)
		return req->error;
	ret = dxg_reply_check(req, req->want, offsetof(struct dxgp_makeresident_reply, status),
			      status);
	if (ret)
		return ret;
	args->fence_value = dxg_status_failed(*status) ? 0 : reply->paging_fence_value;
	args->bytes_to_trim = req->got >= req->want ? reply->num_bytes_to_trim : 0;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_make_resident_result);

/**
 * dxg_cmd_make_resident() - Have the host keep allocations where the GPU reaches them.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @args: Arguments and results.
 * @flags: DXG_REQ_xxx.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_make_resident(struct dxg_link *link, u32 process, struct dxg_cmd_resident *args,
			  unsigned int flags, u32 *status)
{
	struct dxg_request *req = dxg_prep_make_resident(link, process, args, flags);
	int ret;

	if (IS_ERR(req))
		return PTR_ERR(req);
	ret = dxg_request_run(req);
	if (!ret)
		ret = dxg_make_resident_result(req, args, status);
	dxg_request_put(req);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_make_resident);

/**
 * dxg_prep_evict() - Build that command.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @device: Host device.
 * @handles: Allocations.
 * @count: Number of @handles, 1 to DXGP_MAX_RESIDENT.
 * @evict_flags: DXGP_EVICT_xxx.
 * @flags: DXG_REQ_xxx.
 */
struct dxg_request *dxg_prep_evict(struct dxg_link *link, u32 process, u32 device,
				   const u32 *handles, u32 count, u32 evict_flags,
				   unsigned int flags)
{
	struct dxgp_evict *cmd;
	struct dxg_request *req;

	if (!count || count > DXGP_MAX_RESIDENT)
		return ERR_PTR(-EINVAL);
	req = dxg_request_alloc(link, DXGP_CMD_EVICT, process, DXGP_EVICT_SIZE((size_t)count),
				sizeof(struct dxgp_evict_reply), flags);
	if (IS_ERR(req))
		return req;
	cmd = dxg_request_cmd(req);
	cmd->device = device;
	cmd->flags = evict_flags;
	cmd->alloc_count = count;
	memcpy(cmd->allocations, handles, count * sizeof(u32));
	return req;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_prep_evict);

/**
 * dxg_evict_result() - Read the reply of that command.
 * @req: The request, ended.
 * @bytes_to_trim: Returns what the host wants to have evicted besides.
 * @status: NTSTATUS of the host.
 *
 * The reply is as long as a bare status that VMBus has padded. It is taken for
 * one when it looks like one and cannot be a number of bytes in whole pages.
 *
 * Returns 0 or -errno.
 */
int dxg_evict_result(struct dxg_request *req, u64 *bytes_to_trim, u32 *status)
{
	const struct dxgp_evict_reply *reply = req->reply;
	u64 bytes;
	int ret;

	if (req->error)
		return req->error;
	ret = dxg_reply_check(req, req->want, DXG_NO_STATUS, status);
	if (ret || dxg_status_failed(*status))
		return ret;
	bytes = reply->num_bytes_to_trim;
	if (bytes <= U32_MAX && bytes % DXGP_PAGE_SIZE && dxg_status_failed(bytes))
		*status = bytes;
	else
		*bytes_to_trim = bytes;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_evict_result);

/**
 * dxg_cmd_evict() - Allow the host to move allocations away.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @device: Host device.
 * @handles: Allocations.
 * @count: Number of @handles, 1 to DXGP_MAX_RESIDENT.
 * @evict_flags: DXGP_EVICT_xxx.
 * @flags: DXG_REQ_xxx.
 * @bytes_to_trim: Returns what the host wants to have evicted besides.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_evict(struct dxg_link *link, u32 process, u32 device, const u32 *handles, u32 count,
		  u32 evict_flags, unsigned int flags, u64 *bytes_to_trim, u32 *status)
{
	struct dxg_request *req = dxg_prep_evict(link, process, device, handles, count,
						 evict_flags, flags);
	int ret;

	if (IS_ERR(req))
		return PTR_ERR(req);
	ret = dxg_request_run(req);
	if (!ret)
		ret = dxg_evict_result(req, bytes_to_trim, status);
	dxg_request_put(req);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_evict);

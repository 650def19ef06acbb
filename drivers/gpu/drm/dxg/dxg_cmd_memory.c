// SPDX-License-Identifier: GPL-2.0
/*
 * Host commands about allocations and resources: making and ending them, guest
 * memory as their backing, CPU access. dxg_cmd_property.c has what is asked and
 * told about them.
 */
#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include <kunit/visibility.h>

#include "dxg_cmd_internal.h"
#include "dxg_cmd_memory.h"
#include "dxg_proto.h"
#include "dxg_status.h"

/* ---- Making ---- */

/*
 * End what the reply, as far as it goes, says was made: the resource if this
 * command made one, else the allocations one by one.
 */
static void dxg_create_allocation_undo(struct dxg_request *req)
{
	const struct dxgp_createallocation *cmd = dxg_request_cmd(req);
	const struct dxgp_createallocation_reply *reply = req->reply;
	struct dxg_cmd_destroy_alloc args = {
		.device = cmd->device,
		.flags = DXGP_DESTROYALLOC_NOT_IN_USE,
	};
	u32 handles[32];
	u32 i;

	if (cmd->flags & DXGP_CREATEALLOC_RESOURCE)
		args.resource = dxg_reply_word(req, offsetof(typeof(*reply), resource));
	if (args.resource) {
		dxg_cmd_discard(dxg_prep_destroy_allocation(req->link, dxg_request_process(req),
							    &args));
		return;
	}

	args.handles = handles;
	for (i = 0; i < cmd->alloc_count; i++) {
		handles[args.count] = dxg_reply_word(req, offsetof(typeof(*reply),
								   allocation_info[i].allocation));
		args.count += !!handles[args.count];
		if (args.count == ARRAY_SIZE(handles) ||
		    (args.count && i + 1 == cmd->alloc_count)) {
			dxg_cmd_discard(dxg_prep_destroy_allocation(req->link,
								    dxg_request_process(req),
								    &args));
			args.count = 0;
		}
	}
}

static void dxg_create_allocation_encode(struct dxgp_createallocation *cmd,
					 const struct dxg_cmd_create_alloc *args)
{
	struct dxgp_createallocation_info *info = (void *)(cmd + 1);
	void *tail = info + args->count;
	u32 i;

	cmd->device = args->device;
	cmd->resource = args->resource;
	cmd->private_runtime_data_size = args->runtime_size;
	cmd->priv_drv_data_size = args->resource_size;
	cmd->alloc_count = args->count;
	cmd->flags = args->flags;
	cmd->private_runtime_resource_handle = args->runtime_handle;

	tail = dxg_put_bytes(tail, args->runtime_data, args->runtime_size);
	tail = dxg_put_bytes(tail, args->resource_data, args->resource_size);
	for (i = 0; i < args->count; i++) {
		info[i].flags = args->allocs[i].flags;
		info[i].priv_drv_data_size = args->allocs[i].data_size;
		info[i].vidpn_source_id = args->allocs[i].vidpn_source;
		tail = dxg_put_bytes(tail, args->allocs[i].data, args->allocs[i].data_size);
	}
}

/*
 * Judge the entries of a reply whose heads are there. Nothing is written to the
 * caller's data yet.
 */
static int dxg_create_allocation_judge(struct dxg_request *req,
				       const struct dxg_cmd_create_alloc *args)
{
	const struct dxgp_createallocation_reply *reply = req->reply;
	size_t end = struct_size(reply, allocation_info, args->count);
	u32 i;

	if ((args->flags & DXGP_CREATEALLOC_RESOURCE) && !reply->resource)
		return dxg_reply_violation(req, "resource handle 0", req->command);
	for (i = 0; i < args->count; i++) {
		const struct dxgp_allocinfo_reply *info = &reply->allocation_info[i];

		if (!info->allocation)
			return dxg_reply_violation(req, "allocation handle 0", i);
		if (info->priv_drv_data_size > args->allocs[i].data_size)
			return dxg_reply_violation(req, "more private data than was sent",
						   info->priv_drv_data_size);
		if (!info->allocation_size)
			return dxg_reply_violation(req, "allocation of no size",
						   info->allocation);
		end += info->priv_drv_data_size;
	}
	if (req->got < end)
		return dxg_reply_violation(req, "private data beyond the reply", end);
	return 0;
}

static void dxg_create_allocation_decode(struct dxg_request *req,
					 struct dxg_cmd_create_alloc *args)
{
	const struct dxgp_createallocation_reply *reply = req->reply;
	const void *data = &reply->allocation_info[args->count];
	u32 i;

	if (args->flags & DXGP_CREATEALLOC_RESOURCE)
		args->resource = reply->resource;
	args->global_share = reply->global_share;
	for (i = 0; i < args->count; i++) {
		const struct dxgp_allocinfo_reply *info = &reply->allocation_info[i];
		struct dxg_cmd_alloc *alloc = &args->allocs[i];

		alloc->handle = info->allocation;
		alloc->host_flags = info->allocation_flags;
		alloc->size = info->allocation_size;
		alloc->returned_size = info->priv_drv_data_size;
		if (alloc->data_size)
			memset(dxg_put_bytes(alloc->data, data, alloc->returned_size), 0,
			       alloc->data_size - alloc->returned_size);
		data += alloc->returned_size;
	}
}

/* Judge and take a reply without a failure status. */
static int dxg_create_allocation_result(struct dxg_request *req,
					struct dxg_cmd_create_alloc *args, u32 *status)
{
	const struct dxgp_createallocation_reply *reply = req->reply;
	int ret;

	/* The host has no other way to say no. */
	if (!reply->resource && !reply->allocation_info[0].allocation) {
		*status = DXG_STATUS_UNSUCCESSFUL;
		return 0;
	}
	ret = dxg_create_allocation_judge(req, args);
	if (ret)
		dxg_create_allocation_undo(req);
	else
		dxg_create_allocation_decode(req, args);
	return ret;
}

/**
 * dxg_cmd_create_allocation() - Make allocations, and a resource of them if wanted.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @args: Arguments and results.
 * @flags: DXG_REQ_xxx.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_create_allocation(struct dxg_link *link, u32 process,
			      struct dxg_cmd_create_alloc *args, unsigned int flags, u32 *status)
{
	struct dxgp_createallocation_reply *reply;
	struct dxg_request *req;
	size_t data = 0;
	u32 i;
	int ret;

	if (!args->count || args->count > DXGP_MAX_ALLOCATIONS)
		return -EINVAL;
	for (i = 0; i < args->count; i++)
		data = size_add(data, args->allocs[i].data_size);
	if (data >= DXGP_MAX_BLOB || args->runtime_size >= DXGP_MAX_BLOB ||
	    args->resource_size >= DXGP_MAX_BLOB)
		return -E2BIG;

	req = dxg_request_alloc(link, DXGP_CMD_CREATEALLOCATION, process,
				sizeof(struct dxgp_createallocation) +
				args->count * sizeof(struct dxgp_createallocation_info) +
				args->runtime_size + args->resource_size + data,
				struct_size(reply, allocation_info, args->count) + data, flags);
	if (IS_ERR(req))
		return PTR_ERR(req);
	req->parent = args->device;
	dxg_create_allocation_encode(dxg_request_cmd(req), args);

	ret = dxg_cmd_create(req, struct_size(reply, allocation_info, args->count),
			     DXG_NO_STATUS, dxg_create_allocation_undo, status);
	if (!ret && !dxg_status_failed(*status))
		ret = dxg_create_allocation_result(req, args, status);
	dxg_request_put(req);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_create_allocation);

/**
 * dxg_prep_destroy_allocation() - Build that command.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @args: Arguments.
 */
struct dxg_request *dxg_prep_destroy_allocation(struct dxg_link *link, u32 process,
						const struct dxg_cmd_destroy_alloc *args)
{
	struct dxgp_destroyallocation *cmd;
	struct dxg_request *req;

	if (args->count > DXGP_MAX_ALLOCATIONS || !args->resource == !args->count)
		return ERR_PTR(-EINVAL);
	req = dxg_request_alloc(link, DXGP_CMD_DESTROYALLOCATION, process,
				DXGP_DESTROYALLOCATION_SIZE((size_t)args->count), sizeof(u32),
				DXG_REQ_TEARDOWN);
	if (IS_ERR(req))
		return req;
	cmd = dxg_request_cmd(req);
	cmd->device = args->device;
	cmd->resource = args->resource;
	cmd->alloc_count = args->count;
	cmd->flags = args->flags;
	dxg_put_bytes(cmd->allocations, args->handles, args->count * sizeof(u32));
	return req;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_prep_destroy_allocation);

/* Bytes of that command behind its handles. */
#define DXG_DESTROY_SLACK \
	(DXGP_DESTROYALLOCATION_SIZE(0) - sizeof(struct dxgp_destroyallocation))

/**
 * dxg_destroy_allocations_clear() - Name no allocation.
 * @req: From dxg_prep_destroy_allocations(), not under way.
 */
void dxg_destroy_allocations_clear(struct dxg_request *req)
{
	struct dxgp_destroyallocation *cmd = dxg_request_cmd(req);

	/* What the last use left would stand in the filling behind the handles. */
	memset(cmd->allocations, 0, DXGP_DESTROYALLOCATION_SIZE(cmd->alloc_count) - sizeof(*cmd));
	cmd->alloc_count = 0;
	req->msg_len = (void *)cmd - req->msg + DXGP_DESTROYALLOCATION_SIZE(0);
}

/**
 * dxg_destroy_allocations_add() - Name one more, at most as many as there may be.
 * @req: From dxg_prep_destroy_allocations(), not under way.
 * @handle: The host's handle of an allocation.
 */
void dxg_destroy_allocations_add(struct dxg_request *req, u32 handle)
{
	struct dxgp_destroyallocation *cmd = dxg_request_cmd(req);

	cmd->allocations[cmd->alloc_count++] = handle;
	req->msg_len += sizeof(handle);
	/* What stands behind the last one is zero, whatever an earlier use has left there. */
	memset(&cmd->allocations[cmd->alloc_count], 0, DXG_DESTROY_SLACK);
}

/**
 * dxg_prep_destroy_allocations() - Build that command for allocations that are named later.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @device: Host device.
 * @max: How many there may be.
 *
 * The end of the request is told on a worker.
 */
struct dxg_request *dxg_prep_destroy_allocations(struct dxg_link *link, u32 process, u32 device,
						 u32 max)
{
	struct dxgp_destroyallocation *cmd;
	struct dxg_request *req;

	req = dxg_request_alloc(link, DXGP_CMD_DESTROYALLOCATION, process,
				DXGP_DESTROYALLOCATION_SIZE((size_t)max), sizeof(u32),
				DXG_REQ_TEARDOWN | DXG_REQ_WORKER);
	if (!IS_ERR(req)) {
		cmd = dxg_request_cmd(req);
		cmd->device = device;
	}
	return req;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_prep_destroy_allocations);

/**
 * dxg_prep_destroy_resource() - Build that command for a resource that is named later.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @device: Host device.
 */
struct dxg_request *dxg_prep_destroy_resource(struct dxg_link *link, u32 process, u32 device)
{
	struct dxgp_destroyallocation *cmd;
	struct dxg_request *req;

	req = dxg_request_alloc(link, DXGP_CMD_DESTROYALLOCATION, process,
				DXGP_DESTROYALLOCATION_SIZE(0), sizeof(u32), DXG_REQ_TEARDOWN);
	if (!IS_ERR(req)) {
		cmd = dxg_request_cmd(req);
		cmd->device = device;
	}
	return req;
}

/**
 * dxg_destroy_resource_set() - Name the resource of a destroying command.
 * @req: From dxg_prep_destroy_resource(), not under way.
 * @resource: The host's handle.
 * @flags: DXGP_DESTROYALLOC_xxx.
 */
void dxg_destroy_resource_set(struct dxg_request *req, u32 resource, u32 flags)
{
	struct dxgp_destroyallocation *cmd = dxg_request_cmd(req);

	cmd->resource = resource;
	cmd->flags = flags;
}

/**
 * dxg_cmd_destroy_allocation() - End allocations, or a resource with all of its own.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @args: Arguments.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_destroy_allocation(struct dxg_link *link, u32 process,
			       const struct dxg_cmd_destroy_alloc *args, u32 *status)
{
	return dxg_cmd_status(dxg_prep_destroy_allocation(link, process, args), status);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_destroy_allocation);

/* ---- Opening ---- */

static void dxg_open_resource_undo(struct dxg_request *req)
{
	const struct dxgp_openresource *cmd = dxg_request_cmd(req);
	struct dxg_cmd_destroy_alloc args = {
		.device = cmd->device,
		.resource = dxg_reply_word(req, 0),
		.flags = DXGP_DESTROYALLOC_NOT_IN_USE,
	};

	if (args.resource)
		dxg_cmd_discard(dxg_prep_destroy_allocation(req->link, dxg_request_process(req),
							    &args));
}

static int dxg_open_resource_decode(struct dxg_request *req, struct dxg_cmd_open_resource *args)
{
	const struct dxgp_openresource_reply *reply = req->reply;
	const u32 *handles = (const u32 *)(reply + 1);
	u32 i;

	args->resource = reply->resource;
	if (!args->resource)
		return dxg_reply_violation(req, "resource handle 0", req->command);
	for (i = 0; i < args->count; i++) {
		args->handles[i] = handles[i];
		if (!handles[i])
			return dxg_reply_violation(req, "allocation handle 0", i);
	}
	return 0;
}

/**
 * dxg_cmd_open_resource() - Open a shared resource in another process or device.
 * @link: The adapter's link.
 * @process: Host handle of the process that opens.
 * @args: Arguments and results.
 * @flags: DXG_REQ_xxx.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_open_resource(struct dxg_link *link, u32 process, struct dxg_cmd_open_resource *args,
			  unsigned int flags, u32 *status)
{
	struct dxgp_openresource *cmd;
	struct dxg_request *req;
	int ret;

	if (!args->count || args->count > DXGP_MAX_ALLOCATIONS)
		return -EINVAL;
	req = dxg_request_alloc(link, DXGP_CMD_OPENRESOURCE, process, sizeof(*cmd),
				sizeof(struct dxgp_openresource_reply) +
				args->count * sizeof(u32), flags);
	if (IS_ERR(req))
		return PTR_ERR(req);
	cmd = dxg_request_cmd(req);
	req->parent = args->device;
	cmd->device = args->device;
	cmd->nt_security_sharing = 1;
	cmd->global_share = args->nt_handle;
	cmd->allocation_count = args->count;
	cmd->total_priv_drv_data_size = args->data_size;

	ret = dxg_cmd_create(req, req->want, offsetof(struct dxgp_openresource_reply, status),
			     dxg_open_resource_undo, status);
	if (!ret && !dxg_status_failed(*status)) {
		ret = dxg_open_resource_decode(req, args);
		if (ret)
			dxg_open_resource_undo(req);
	}
	dxg_request_put(req);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_open_resource);

/* ---- Standard allocations ---- */

static int dxg_standard_data_decode(struct dxg_request *req, struct dxg_cmd_standard_data *args)
{
	const struct dxgp_getstandardallocprivdata_reply *reply = req->reply;
	u32 alloc_size = reply->priv_driver_data_size;
	u32 resource_size = reply->priv_driver_resource_size;
	const void *data = reply + 1;

	if (args->alloc_data) {
		if (alloc_size > args->alloc_size || resource_size > args->resource_size)
			return dxg_reply_violation(req, "more data than was asked for",
						   alloc_size);
		/* The places are those of the sizes that were asked for. */
		memset(dxg_put_bytes(args->alloc_data, data, alloc_size), 0,
		       args->alloc_size - alloc_size);
		if (args->resource_size)
			memset(dxg_put_bytes(args->resource_data, data + args->alloc_size,
					     resource_size), 0,
			       args->resource_size - resource_size);
	} else if (alloc_size >= DXGP_MAX_BLOB || resource_size >= DXGP_MAX_BLOB) {
		return dxg_reply_violation(req, "data that no message can carry", alloc_size);
	}
	args->alloc_size = alloc_size;
	args->resource_size = resource_size;
	memcpy(args->surface, reply->surface, sizeof(args->surface));
	return 0;
}

/**
 * dxg_cmd_get_standard_data() - Ask the host's driver for the data of a standard allocation.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @args: Arguments and results. Asked twice: for the sizes, then for the data.
 * @flags: DXG_REQ_xxx.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_get_standard_data(struct dxg_link *link, u32 process,
			      struct dxg_cmd_standard_data *args, unsigned int flags, u32 *status)
{
	struct dxgp_getstandardallocprivdata *cmd;
	struct dxg_request *req;
	size_t data = 0;
	int ret;

	if (args->alloc_data)
		data = size_add(args->alloc_size, args->resource_size);
	req = dxg_request_alloc(link, DXGP_CMD_GETSTANDARDALLOCPRIVDATA, process, sizeof(*cmd),
				size_add(sizeof(struct dxgp_getstandardallocprivdata_reply), data),
				flags);
	if (IS_ERR(req))
		return PTR_ERR(req);
	cmd = dxg_request_cmd(req);
	cmd->alloc_type = args->alloc_type;
	if (args->alloc_data) {
		cmd->priv_driver_data_size = args->alloc_size;
		cmd->priv_driver_resource_size = args->resource_size;
	}
	cmd->physical_adapter_index = args->physical_adapter;
	memcpy(cmd->surface, args->surface, sizeof(cmd->surface));

	ret = dxg_cmd_run(req, offsetof(struct dxgp_getstandardallocprivdata_reply, status),
			  status);
	if (!ret && !dxg_status_failed(*status))
		ret = dxg_standard_data_decode(req, args);
	dxg_request_put(req);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_get_standard_data);

/* ---- Guest memory as backing ---- */

static int dxg_cmd_set_sysmem_chunk(struct dxg_link *link, u32 process, u32 device,
				    u32 allocation, u32 first, u32 count, dxg_fill_pfns_t fill,
				    void *ctx, unsigned int flags, u32 *status)
{
	struct dxgp_setexistingsysmempages *cmd;
	struct dxg_request *req;

	req = dxg_request_alloc(link, DXGP_CMD_SETEXISTINGSYSMEMPAGES, process,
				DXGP_SYSMEMPAGES_SIZE, sizeof(u32), flags);
	if (!IS_ERR(req)) {
		cmd = dxg_request_cmd(req);
		cmd->device = device;
		cmd->allocation = allocation;
		cmd->num_pages = count;
		cmd->alloc_offset_in_pages = first;
		fill(ctx, first, count, cmd->pfns);
	}
	return dxg_cmd_status(req, status);
}

/**
 * dxg_cmd_set_sysmem_pages() - Back an allocation by guest pages, by their numbers.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @device: Host device.
 * @allocation: Host allocation, made with DXGP_CREATEALLOC_SYSMEM.
 * @pages: How many pages.
 * @fill: Writes their numbers.
 * @ctx: For @fill.
 * @flags: DXG_REQ_xxx.
 * @status: NTSTATUS of the host.
 *
 * For hosts with DXGP_HOST_CAPS_MAP_GUEST_MEMORY. One message for each
 * DXGP_SYSMEM_PAGES pages, one after the other; the first failure ends it. The
 * host may then have taken some of the pages: they are free again when the
 * allocation has been destroyed. The same after an error: a message that nobody
 * waits for any more may still be carried out.
 */
int dxg_cmd_set_sysmem_pages(struct dxg_link *link, u32 process, u32 device, u32 allocation,
			     u64 pages, dxg_fill_pfns_t fill, void *ctx, unsigned int flags,
			     u32 *status)
{
	u64 first;
	int ret;

	if (!pages || pages > U32_MAX)
		return -EINVAL;
	for (first = 0; first < pages; first += DXGP_SYSMEM_PAGES) {
		u32 count = min_t(u64, pages - first, DXGP_SYSMEM_PAGES);

		ret = dxg_cmd_set_sysmem_chunk(link, process, device, allocation, first, count,
					       fill, ctx, flags, status);
		if (ret || dxg_status_failed(*status))
			return ret;
	}
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_set_sysmem_pages);

/**
 * dxg_cmd_set_sysmem_store() - Back an allocation by guest memory that a GPADL names.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @device: Host device.
 * @allocation: Host allocation, made with DXGP_CREATEALLOC_SYSMEM.
 * @gpadl: Number of the GPADL, which was made on the global channel.
 * @flags: DXG_REQ_xxx.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_set_sysmem_store(struct dxg_link *link, u32 process, u32 device, u32 allocation,
			     u32 gpadl, unsigned int flags, u32 *status)
{
	struct dxgp_setexistingsysmemstore *cmd;
	struct dxg_request *req;

	req = dxg_request_alloc(link, DXGP_CMD_SETEXISTINGSYSMEMSTORE, process, sizeof(*cmd),
				sizeof(u32), flags);
	if (!IS_ERR(req)) {
		cmd = dxg_request_cmd(req);
		cmd->device = device;
		cmd->allocation = allocation;
		cmd->gpadl = gpadl;
	}
	return dxg_cmd_status(req, status);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_set_sysmem_store);

/* ---- CPU access ---- */

static void dxg_lock2_undo(struct dxg_request *req)
{
	const struct dxgp_lock2 *cmd = dxg_request_cmd(req);

	if (req->got >= sizeof(u32) && !dxg_status_failed(dxg_reply_word(req, 0)))
		dxg_cmd_discard(dxg_prep_unlock2(req->link, dxg_request_process(req),
						 cmd->args.device, cmd->args.allocation));
}

/**
 * dxg_cmd_lock2() - Have an allocation appear in the IO space.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @device: Host device.
 * @allocation: Host allocation.
 * @size: Its bytes; that much the CPU will reach.
 * @flags: DXG_REQ_xxx.
 * @address: Returns its guest-physical address, of @size bytes in the IO space.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_lock2(struct dxg_link *link, u32 process, u32 device, u32 allocation, u64 size,
		  unsigned int flags, u64 *address, u32 *status)
{
	const struct dxgp_lock2_reply *reply;
	struct dxgp_lock2 *cmd;
	struct dxg_request *req;
	int ret;

	req = dxg_request_alloc(link, DXGP_CMD_LOCK2, process, sizeof(*cmd), sizeof(*reply),
				flags);
	if (IS_ERR(req))
		return PTR_ERR(req);
	cmd = dxg_request_cmd(req);
	cmd->args.device = device;
	cmd->args.allocation = allocation;

	/* A lock that comes late stays: it ends with the allocation, which may have gone. */
	ret = dxg_request_run(req);
	if (ret)
		goto out;
	ret = dxg_reply_check(req, req->want, offsetof(struct dxgp_lock2_reply, status), status);
	if (ret)
		dxg_lock2_undo(req);
	if (!ret && !dxg_status_failed(*status)) {
		reply = req->reply;
		*address = reply->cpu_visible_buffer_offset;
		ret = dxg_reply_page(req, *address, size);
		if (ret)
			dxg_lock2_undo(req);
	}
out:
	dxg_request_put(req);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_lock2);

/**
 * dxg_prep_unlock2() - Build that command.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @device: Host device.
 * @allocation: Host allocation.
 */
struct dxg_request *dxg_prep_unlock2(struct dxg_link *link, u32 process, u32 device,
				     u32 allocation)
{
	struct dxgp_unlock2 *cmd;
	struct dxg_request *req;

	req = dxg_request_alloc(link, DXGP_CMD_UNLOCK2, process, sizeof(*cmd), sizeof(u32),
				DXG_REQ_TEARDOWN);
	if (!IS_ERR(req)) {
		cmd = dxg_request_cmd(req);
		cmd->args.device = device;
		cmd->args.allocation = allocation;
	}
	return req;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_prep_unlock2);

/**
 * dxg_cmd_unlock2() - The CPU no longer reaches an allocation.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @device: Host device.
 * @allocation: Host allocation.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_unlock2(struct dxg_link *link, u32 process, u32 device, u32 allocation, u32 *status)
{
	return dxg_cmd_status(dxg_prep_unlock2(link, process, device, allocation), status);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_unlock2);

/**
 * dxg_cmd_invalidate_cache() - Make the GPU's and the CPU's view of a range agree.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @device: Host device.
 * @allocation: Host allocation.
 * @offset: Byte offset.
 * @length: Bytes.
 * @flags: DXG_REQ_xxx.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_invalidate_cache(struct dxg_link *link, u32 process, u32 device, u32 allocation,
			     u64 offset, u64 length, unsigned int flags, u32 *status)
{
	struct dxgp_invalidatecache *cmd;
	struct dxg_request *req;

	req = dxg_request_alloc(link, DXGP_CMD_INVALIDATECACHE, process, sizeof(*cmd),
				sizeof(u32), flags);
	if (!IS_ERR(req)) {
		cmd = dxg_request_cmd(req);
		cmd->device = device;
		cmd->allocation = allocation;
		cmd->offset = offset;
		cmd->length = length;
	}
	return dxg_cmd_status(req, status);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_invalidate_cache);

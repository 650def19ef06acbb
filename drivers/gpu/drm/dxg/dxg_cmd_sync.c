// SPDX-License-Identifier: GPL-2.0
/*
 * Host commands about sync objects: making, opening and sharing them, signals
 * and waits.
 */
#include <linux/err.h>
#include <linux/overflow.h>
#include <linux/string.h>

#include <kunit/visibility.h>

#include "dxg_cmd_internal.h"
#include "dxg_cmd_sync.h"
#include "dxg_device.h"
#include "dxg_proto.h"
#include "dxg_status.h"

/* ---- Making and opening ---- */

static void dxg_create_sync_object_undo(struct dxg_request *req)
{
	u32 object = dxg_reply_word(req, 0);

	/* They are made on the adapter's way, but ended on the machine's. */
	if (object && req->link->host)
		dxg_cmd_discard(dxg_prep_destroy_sync_object(&req->link->host->link,
							     dxg_request_process(req), object));
}

static bool dxg_sync_has_page(u32 type)
{
	return type == DXGP_SYNC_MONITORED_FENCE || type == DXGP_SYNC_PERIODIC_FENCE;
}

/* What of the type's data is an argument; results and what is not used are not sent. */
static void dxg_sync_put_data(struct dxgp_arg_synchronizationobjectinfo2 *info,
			      const struct dxg_cmd_sync *args)
{
	switch (args->type) {
	case DXGP_SYNC_MUTEX:
		info->data[0] = (u32)args->data[0];
		break;
	case DXGP_SYNC_SEMAPHORE:
	case DXGP_SYNC_FENCE:
	case DXGP_SYNC_CPU_NOTIFICATION:
		info->data[0] = args->data[0];
		break;
	case DXGP_SYNC_MONITORED_FENCE:
		info->data[0] = args->data[0];
		info->data[3] = (u32)args->data[3];
		break;
	case DXGP_SYNC_PERIODIC_FENCE:
		info->data[0] = args->data[0];
		info->data[1] = args->data[1];
		info->data[4] = (u32)args->data[4];
		break;
	}
}

static int dxg_sync_decode(struct dxg_request *req, struct dxg_cmd_sync *args)
{
	const struct dxgp_createsyncobject_reply *reply = req->reply;

	args->handle = reply->sync_object;
	args->global_handle = reply->global_sync_object;
	args->gpu_va = reply->fence_gpu_va;
	args->address = 0;
	if ((args->flags & DXGP_SYNCFLAG_SHARED) && !args->global_handle)
		return dxg_reply_violation(req, "shared sync object without a name",
					   args->handle);
	if (!dxg_sync_has_page(args->type))
		return 0;
	args->address = reply->fence_storage_address;
	return dxg_reply_page(req, args->address, DXGP_PAGE_SIZE);
}

/**
 * dxg_cmd_create_sync_object() - Make a sync object.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @args: Arguments and results.
 * @flags: DXG_REQ_xxx.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_create_sync_object(struct dxg_link *link, u32 process, struct dxg_cmd_sync *args,
			       unsigned int flags, u32 *status)
{
	struct dxgp_createsyncobject *cmd;
	struct dxg_request *req;
	int ret;

	req = dxg_request_alloc(link, DXGP_CMD_CREATESYNCOBJECT, process, sizeof(*cmd),
				sizeof(struct dxgp_createsyncobject_reply), flags);
	if (IS_ERR(req))
		return PTR_ERR(req);
	cmd = dxg_request_cmd(req);
	req->parent = args->device;
	cmd->args.device = args->device;
	cmd->args.info.type = args->type;
	cmd->args.info.flags = args->flags;
	dxg_sync_put_data(&cmd->args.info, args);
	cmd->client_hint = args->client_hint;

	ret = dxg_cmd_create(req, req->want, DXG_NO_STATUS, dxg_create_sync_object_undo, status);
	if (!ret && !dxg_status_failed(*status)) {
		if (!dxg_reply_word(req, 0)) {
			*status = DXG_STATUS_UNSUCCESSFUL;
		} else {
			ret = dxg_sync_decode(req, args);
			if (ret)
				dxg_create_sync_object_undo(req);
		}
	}
	dxg_request_put(req);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_create_sync_object);

static void dxg_open_sync_object_undo(struct dxg_request *req)
{
	u32 object = dxg_reply_word(req, 0);

	if (object)
		dxg_cmd_discard(dxg_prep_destroy_sync_object(req->link, dxg_request_process(req),
							     object));
}

static int dxg_open_sync_decode(struct dxg_request *req, struct dxg_cmd_open_sync *args)
{
	const struct dxgp_opensyncobject_reply *reply = req->reply;

	args->handle = reply->sync_object;
	args->gpu_va = reply->gpu_virtual_address;
	args->address = 0;
	if (!args->handle)
		return dxg_reply_violation(req, "sync object handle 0", req->command);
	if (!args->monitored)
		return 0;
	args->address = reply->guest_cpu_physical_address;
	return dxg_reply_page(req, args->address, DXGP_PAGE_SIZE);
}

/**
 * dxg_cmd_open_sync_object() - Open a shared sync object in another process.
 * @link: The host's link.
 * @owner: The link whose end ends the wait.
 * @process: Host handle of the process that opens.
 * @args: Arguments and results.
 * @flags: DXG_REQ_xxx.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_open_sync_object(struct dxg_link *link, struct dxg_link *owner, u32 process,
			     struct dxg_cmd_open_sync *args, unsigned int flags, u32 *status)
{
	struct dxgp_opensyncobject *cmd;
	struct dxg_request *req;
	int ret;

	req = dxg_request_alloc(link, DXGP_CMD_OPENSYNCOBJECT, process, sizeof(*cmd),
				sizeof(struct dxgp_opensyncobject_reply), flags);
	if (IS_ERR(req))
		return PTR_ERR(req);
	req->owner = owner;
	req->parent = args->device;
	cmd = dxg_request_cmd(req);
	cmd->device = args->device;
	cmd->global_sync_object = args->global_handle;
	cmd->engine_affinity = args->engine_affinity;
	cmd->flags = args->flags;

	ret = dxg_cmd_create(req, req->want, offsetof(struct dxgp_opensyncobject_reply, status),
			     dxg_open_sync_object_undo, status);
	if (!ret && !dxg_status_failed(*status)) {
		ret = dxg_open_sync_decode(req, args);
		if (ret)
			dxg_open_sync_object_undo(req);
	}
	dxg_request_put(req);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_open_sync_object);

/**
 * dxg_prep_destroy_sync_object() - Build that command.
 * @link: The host's link.
 * @process: Host handle of the process.
 * @object: Host sync object.
 */
struct dxg_request *dxg_prep_destroy_sync_object(struct dxg_link *link, u32 process, u32 object)
{
	return dxg_prep_handle(link, DXGP_CMD_DESTROYSYNCOBJECT, process, object, sizeof(u32),
			       DXG_REQ_TEARDOWN);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_prep_destroy_sync_object);

/**
 * dxg_cmd_destroy_sync_object() - End a sync object.
 * @link: The host's link.
 * @process: Host handle of the process.
 * @object: Host sync object.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_destroy_sync_object(struct dxg_link *link, u32 process, u32 object, u32 *status)
{
	return dxg_cmd_status(dxg_prep_destroy_sync_object(link, process, object), status);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_destroy_sync_object);

/* ---- Sharing ---- */

static void dxg_create_nt_shared_undo(struct dxg_request *req)
{
	u32 handle = dxg_reply_word(req, 0);

	if (handle)
		dxg_cmd_discard(dxg_prep_destroy_nt_shared(req->link, handle));
}

/**
 * dxg_cmd_create_nt_shared() - Make a handle of a shared object that any process can open.
 * @link: The host's link.
 * @owner: The link whose end ends the wait.
 * @process: Host handle of the process that has the object.
 * @object: Resource, or sync object.
 * @flags: DXG_REQ_xxx.
 * @nt_handle: Returns the host's NT handle, not 0. It keeps the object.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_create_nt_shared(struct dxg_link *link, struct dxg_link *owner, u32 process,
			     u32 object, unsigned int flags, u32 *nt_handle, u32 *status)
{
	struct dxg_request *req;
	int ret;

	req = dxg_prep_handle(link, DXGP_CMD_CREATENTSHAREDOBJECT, process, object, sizeof(u32),
			      flags);
	if (IS_ERR(req))
		return PTR_ERR(req);
	req->owner = owner;
	ret = dxg_cmd_create(req, req->want, DXG_NO_STATUS, dxg_create_nt_shared_undo, status);
	if (!ret && !dxg_status_failed(*status)) {
		*nt_handle = dxg_reply_word(req, 0);
		if (!*nt_handle)
			*status = DXG_STATUS_UNSUCCESSFUL;
	}
	dxg_request_put(req);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_create_nt_shared);

/**
 * dxg_prep_destroy_nt_shared() - Build that command.
 * @link: The host's link.
 * @nt_handle: The host's NT handle.
 */
struct dxg_request *dxg_prep_destroy_nt_shared(struct dxg_link *link, u32 nt_handle)
{
	return dxg_prep_handle(link, DXGP_CMD_DESTROYNTSHAREDOBJECT, 0, nt_handle, sizeof(u32),
			       DXG_REQ_TEARDOWN);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_prep_destroy_nt_shared);

/**
 * dxg_cmd_destroy_nt_shared() - Close an NT handle.
 * @link: The host's link.
 * @nt_handle: The host's NT handle.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_destroy_nt_shared(struct dxg_link *link, u32 nt_handle, u32 *status)
{
	return dxg_cmd_status(dxg_prep_destroy_nt_shared(link, nt_handle), status);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_destroy_nt_shared);

/**
 * dxg_cmd_share_with_host() - Make a handle of an object in a process of the host's own.
 * @link: The host's link.
 * @owner: The link whose end ends the wait.
 * @process: Host handle of the process that has the object.
 * @device: Host device.
 * @object: The object.
 * @flags: DXG_REQ_xxx.
 * @handle: Returns the number by which the host's process knows it.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_share_with_host(struct dxg_link *link, struct dxg_link *owner, u32 process,
			    u32 device, u32 object, unsigned int flags, u64 *handle, u32 *status)
{
	const struct dxgp_shareobjectwithhost_reply *reply;
	struct dxgp_shareobjectwithhost *cmd;
	struct dxg_request *req;
	int ret;

	req = dxg_request_alloc(link, DXGP_CMD_SHAREOBJECTWITHHOST, process, sizeof(*cmd),
				sizeof(*reply), flags);
	if (IS_ERR(req))
		return PTR_ERR(req);
	req->owner = owner;
	cmd = dxg_request_cmd(req);
	cmd->device_handle = device;
	cmd->object_handle = object;

	ret = dxg_cmd_run(req, offsetof(struct dxgp_shareobjectwithhost_reply, status), status);
	if (!ret && !dxg_status_failed(*status)) {
		reply = req->reply;
		*handle = reply->vail_nt_handle;
	}
	dxg_request_put(req);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_share_with_host);

/* ---- Signals and waits ---- */

/**
 * dxg_prep_signal() - Build that command.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @args: Arguments.
 * @flags: DXG_REQ_xxx.
 */
struct dxg_request *dxg_prep_signal(struct dxg_link *link, u32 process,
				    const struct dxg_cmd_signal *args, unsigned int flags)
{
	size_t handles = size_mul(args->object_count, sizeof(u32));
	size_t contexts = size_mul(args->context_count, sizeof(u32));
	size_t values = args->values ? size_mul(args->object_count, sizeof(u64)) : 0;
	struct dxgp_signalsyncobject *cmd;
	struct dxg_request *req;
	void *tail;

	if ((args->flags & DXGP_SIGNAL_CPU_EVENT) && args->object_count)
		return ERR_PTR(-EINVAL);
	req = dxg_request_alloc(link, DXGP_CMD_SIGNALSYNCOBJECT, process,
				size_add(size_add(sizeof(*cmd), handles),
					 size_add(contexts, values)),
				sizeof(u32), flags | DXG_REQ_ASYNC);
	if (IS_ERR(req))
		return req;
	cmd = dxg_request_cmd(req);
	cmd->object_count = args->object_count;
	cmd->flags = args->flags;
	cmd->context_count = args->context_count;
	cmd->fence_value = args->fence_value;
	cmd->event_or_device = args->flags & DXGP_SIGNAL_CPU_EVENT ? args->event : args->device;
	tail = dxg_put_bytes(cmd + 1, args->objects, handles);
	tail = dxg_put_bytes(tail, args->contexts, contexts);
	dxg_put_bytes(tail, args->values, values);
	return req;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_prep_signal);

/**
 * dxg_cmd_signal() - Signal sync objects, now or in the order of contexts.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @args: Arguments.
 * @flags: DXG_REQ_xxx.
 * @status: NTSTATUS of the host; a success where no reply is wanted.
 */
int dxg_cmd_signal(struct dxg_link *link, u32 process, const struct dxg_cmd_signal *args,
		   unsigned int flags, u32 *status)
{
	return dxg_cmd_status(dxg_prep_signal(link, process, args, flags), status);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_signal);

/**
 * dxg_prep_wait_gpu() - Build that command.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @context: Context or hardware queue in whose order the wait is.
 * @objects: Sync objects, all of which are awaited.
 * @values: A value for each.
 * @count: Number of @objects, 1 to DXGP_MAX_OBJECTS.
 * @legacy: They are no monitored fences.
 * @flags: DXG_REQ_xxx.
 */
struct dxg_request *dxg_prep_wait_gpu(struct dxg_link *link, u32 process, u32 context,
				      const u32 *objects, const u64 *values, u32 count,
				      bool legacy, unsigned int flags)
{
	struct dxgp_waitforsyncobjectfromgpu *cmd;
	struct dxg_request *req;

	if (!count || count > DXGP_MAX_OBJECTS)
		return ERR_PTR(-EINVAL);
	req = dxg_request_alloc(link, DXGP_CMD_WAITFORSYNCOBJECTFROMGPU, process,
				struct_size(cmd, fence_values, count) + count * sizeof(u32),
				sizeof(u32), flags | DXG_REQ_ASYNC);
	if (IS_ERR(req))
		return req;
	cmd = dxg_request_cmd(req);
	cmd->context = context;
	cmd->object_count = count;
	cmd->legacy_fence_object = legacy;
	dxg_put_bytes(cmd->fence_values, values, count * sizeof(u64));
	dxg_put_bytes(cmd->fence_values + count, objects, count * sizeof(u32));
	return req;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_prep_wait_gpu);

/**
 * dxg_cmd_wait_gpu() - Have a context wait for sync objects.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @context: Context or hardware queue in whose order the wait is.
 * @objects: Sync objects, all of which are awaited.
 * @values: A value for each.
 * @count: Number of @objects, 1 to DXGP_MAX_OBJECTS.
 * @legacy: They are no monitored fences.
 * @flags: DXG_REQ_xxx.
 * @status: NTSTATUS of the host; a success where no reply is wanted.
 */
int dxg_cmd_wait_gpu(struct dxg_link *link, u32 process, u32 context, const u32 *objects,
		     const u64 *values, u32 count, bool legacy, unsigned int flags, u32 *status)
{
	return dxg_cmd_status(dxg_prep_wait_gpu(link, process, context, objects, values, count,
						legacy, flags), status);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_wait_gpu);

/**
 * dxg_prep_wait_cpu() - Build that command.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @device: Host device.
 * @objects: Sync objects.
 * @values: A value for each.
 * @count: Number of @objects, from 1.
 * @any: One of them is enough.
 * @event: What the host signals then: an id in host->events.
 * @flags: DXG_REQ_xxx.
 *
 * The reply says that the host waits, not that the wait is over.
 */
struct dxg_request *dxg_prep_wait_cpu(struct dxg_link *link, u32 process, u32 device,
				      const u32 *objects, const u64 *values, u32 count, bool any,
				      u64 event, unsigned int flags)
{
	struct dxgp_waitforsyncobjectfromcpu *cmd;
	struct dxg_request *req;
	void *tail;

	if (!count)
		return ERR_PTR(-EINVAL);
	req = dxg_request_alloc(link, DXGP_CMD_WAITFORSYNCOBJECTFROMCPU, process,
				size_add(sizeof(*cmd), size_mul(count, sizeof(u32) + sizeof(u64))),
				sizeof(u32), flags);
	if (IS_ERR(req))
		return req;
	cmd = dxg_request_cmd(req);
	cmd->device = device;
	cmd->object_count = count;
	cmd->flags = any ? DXGP_WAIT_ANY : 0;
	cmd->event = event;
	tail = dxg_put_bytes(cmd + 1, objects, count * sizeof(u32));
	/* Not aligned when the count is odd. */
	dxg_put_bytes(tail, values, count * sizeof(u64));
	return req;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_prep_wait_cpu);

/**
 * dxg_wait_cpu_set_value() - Change the value of a wait that was built for one object.
 * @req: From dxg_prep_wait_cpu() with a count of 1, not under way.
 * @value: The value to wait for.
 */
void dxg_wait_cpu_set_value(struct dxg_request *req, u64 value)
{
	struct dxgp_waitforsyncobjectfromcpu *cmd = dxg_request_cmd(req);

	WARN_ON_ONCE(cmd->object_count != 1);
	memcpy((void *)(cmd + 1) + sizeof(u32), &value, sizeof(value));
}
EXPORT_SYMBOL_IF_KUNIT(dxg_wait_cpu_set_value);

/**
 * dxg_cmd_wait_cpu() - Have the host signal an event when sync objects have their values.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @device: Host device.
 * @objects: Sync objects.
 * @values: A value for each.
 * @count: Number of @objects, from 1.
 * @any: One of them is enough.
 * @event: What the host signals then: an id in host->events.
 * @flags: DXG_REQ_xxx.
 * @status: NTSTATUS of the host.
 *
 * There is no way to take such a wait back.
 */
int dxg_cmd_wait_cpu(struct dxg_link *link, u32 process, u32 device, const u32 *objects,
		     const u64 *values, u32 count, bool any, u64 event, unsigned int flags,
		     u32 *status)
{
	return dxg_cmd_status(dxg_prep_wait_cpu(link, process, device, objects, values, count, any,
						event, flags), status);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_wait_cpu);

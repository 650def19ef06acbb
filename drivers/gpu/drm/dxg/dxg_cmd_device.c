// SPDX-License-Identifier: GPL-2.0
/*
 * Host commands about devices: making and ending them, their state, escapes.
 */
#include <linux/err.h>
#include <linux/string.h>

#include <kunit/visibility.h>

#include "dxg_cmd.h"
#include "dxg_cmd_internal.h"
#include "dxg_proto.h"
#include "dxg_status.h"

static void dxg_create_device_undo(struct dxg_request *req)
{
	u32 device = dxg_reply_word(req, 0);

	if (device)
		dxg_cmd_discard(dxg_prep_destroy_device(req->link, dxg_request_process(req),
							device));
}

/**
 * dxg_cmd_create_device() - Make a device: what allocations and contexts belong to.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @create_flags: DXGP_DEVICE_xxx.
 * @cookie: By what the host names it when its state changes: an id in host->devices.
 * @flags: DXG_REQ_xxx.
 * @device: Returns the host's handle, not 0.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_create_device(struct dxg_link *link, u32 process, u32 create_flags, u64 cookie,
			  unsigned int flags, u32 *device, u32 *status)
{
	struct dxgp_createdevice *cmd;
	struct dxg_request *req;
	int ret;

	req = dxg_request_alloc(link, DXGP_CMD_CREATEDEVICE, process, sizeof(*cmd),
				sizeof(struct dxgp_createdevice_reply), flags);
	if (IS_ERR(req))
		return PTR_ERR(req);
	cmd = dxg_request_cmd(req);
	cmd->flags = create_flags;
	cmd->cookie = cookie;

	ret = dxg_cmd_create(req, req->want, DXG_NO_STATUS, dxg_create_device_undo, status);
	if (!ret && !dxg_status_failed(*status)) {
		*device = dxg_reply_word(req, 0);
		if (!*device)
			*status = DXG_STATUS_UNSUCCESSFUL;
	}
	dxg_request_put(req);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_create_device);

/**
 * dxg_prep_destroy_device() - Build that command.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @device: Host device.
 */
struct dxg_request *dxg_prep_destroy_device(struct dxg_link *link, u32 process, u32 device)
{
	return dxg_prep_handle(link, DXGP_CMD_DESTROYDEVICE, process, device, sizeof(u32),
			       DXG_REQ_TEARDOWN);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_prep_destroy_device);

/**
 * dxg_cmd_destroy_device() - End a device, with all it holds.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @device: Host device.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_destroy_device(struct dxg_link *link, u32 process, u32 device, u32 *status)
{
	return dxg_cmd_status(dxg_prep_destroy_device(link, process, device), status);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_destroy_device);

static struct dxg_request *dxg_build_flush_device(struct dxg_link *link, u32 process, u32 device,
						  u32 reason, unsigned int flags)
{
	struct dxgp_flushdevice *cmd;
	struct dxg_request *req;

	req = dxg_request_alloc(link, DXGP_CMD_FLUSHDEVICE, process, sizeof(*cmd), sizeof(u32),
				flags);
	if (!IS_ERR(req)) {
		cmd = dxg_request_cmd(req);
		cmd->device = device;
		cmd->reason = reason;
	}
	return req;
}

/**
 * dxg_prep_flush_device() - Build that command, for a device whose owner leaves.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @device: Host device.
 */
struct dxg_request *dxg_prep_flush_device(struct dxg_link *link, u32 process, u32 device)
{
	return dxg_build_flush_device(link, process, device, DXGP_FLUSH_TERMINATE,
				      DXG_REQ_TEARDOWN);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_prep_flush_device);

/**
 * dxg_cmd_flush_device() - Have the host finish or drop what the device has queued.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @device: Host device.
 * @reason: DXGP_FLUSH_xxx.
 * @flags: DXG_REQ_xxx.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_flush_device(struct dxg_link *link, u32 process, u32 device, u32 reason,
			 unsigned int flags, u32 *status)
{
	return dxg_cmd_status(dxg_build_flush_device(link, process, device, reason, flags),
			      status);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_flush_device);

/**
 * dxg_cmd_get_device_state() - Ask how a device is.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @device: Host device.
 * @type: DXGP_STATE_xxx.
 * @state: Returns DXG_DEVICE_STATE_SIZE bytes in the host's format.
 * @flags: DXG_REQ_xxx.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_get_device_state(struct dxg_link *link, u32 process, u32 device, u32 type,
			     void *state, unsigned int flags, u32 *status)
{
	const struct dxgp_getdevicestate_reply *reply;
	struct dxgp_getdevicestate *cmd;
	struct dxg_request *req;
	int ret;

	static_assert(sizeof(reply->args.state) == DXG_DEVICE_STATE_SIZE);
	req = dxg_request_alloc(link, DXGP_CMD_GETDEVICESTATE, process, sizeof(*cmd),
				sizeof(*reply), flags);
	if (IS_ERR(req))
		return PTR_ERR(req);
	cmd = dxg_request_cmd(req);
	cmd->args.device = device;
	cmd->args.state_type = type;

	ret = dxg_cmd_run(req, offsetof(struct dxgp_getdevicestate_reply, status), status);
	if (!ret && !dxg_status_failed(*status)) {
		reply = req->reply;
		memcpy(state, reply->args.state, DXG_DEVICE_STATE_SIZE);
	}
	dxg_request_put(req);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_get_device_state);

static struct dxg_request *dxg_build_mark_device(struct dxg_link *link, u32 process, u32 device,
						 u32 reason, unsigned int flags)
{
	struct dxgp_markdeviceaserror *cmd;
	struct dxg_request *req;

	req = dxg_request_alloc(link, DXGP_CMD_MARKDEVICEASERROR, process, sizeof(*cmd),
				sizeof(u32), flags);
	if (!IS_ERR(req)) {
		cmd = dxg_request_cmd(req);
		cmd->args.device = device;
		cmd->args.reason = reason;
	}
	return req;
}

/**
 * dxg_prep_mark_device_as_error() - Build that command, for a device that the guest has given up.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @device: Host device.
 */
struct dxg_request *dxg_prep_mark_device_as_error(struct dxg_link *link, u32 process, u32 device)
{
	return dxg_build_mark_device(link, process, device, DXGP_ERROR_GENERIC, DXG_REQ_TEARDOWN);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_prep_mark_device_as_error);

/**
 * dxg_cmd_mark_device_as_error() - Have the host give up a device.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @device: Host device.
 * @reason: DXGP_ERROR_xxx.
 * @flags: DXG_REQ_xxx.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_mark_device_as_error(struct dxg_link *link, u32 process, u32 device, u32 reason,
				 unsigned int flags, u32 *status)
{
	return dxg_cmd_status(dxg_build_mark_device(link, process, device, reason, flags), status);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_mark_device_as_error);

/**
 * dxg_cmd_escape() - Bytes for the host's driver, and its answer.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @args: Arguments; the data is replaced on success.
 * @flags: DXG_REQ_xxx.
 * @status: NTSTATUS of the host.
 *
 * -EIO also for an empty answer, which is how the host's driver refuses what it does
 * not understand.
 */
int dxg_cmd_escape(struct dxg_link *link, u32 process, const struct dxg_cmd_escape *args,
		   unsigned int flags, u32 *status)
{
	struct dxgp_escape *cmd;
	struct dxg_request *req;
	int ret;

	req = dxg_request_alloc(link, DXGP_CMD_ESCAPE, process,
				DXGP_ESCAPE_SIZE((size_t)args->size), args->size, flags);
	if (IS_ERR(req))
		return PTR_ERR(req);
	cmd = dxg_request_cmd(req);
	cmd->adapter = args->adapter;
	cmd->device = args->device;
	cmd->type = args->type;
	cmd->flags = args->flags;
	cmd->priv_drv_data_size = args->size;
	cmd->context = args->context;
	dxg_put_bytes(cmd->priv_drv_data, args->data, args->size);

	ret = dxg_request_run(req);
	/* Without a status, no data is how the host's driver refuses: the user's doing. */
	if (!ret)
		ret = req->got ? dxg_reply_check(req, req->want, DXG_NO_STATUS, status) : -EIO;
	if (!ret && !dxg_status_failed(*status))
		dxg_put_bytes(args->data, req->reply, args->size);
	dxg_request_put(req);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_escape);

/**
 * dxg_cmd_flush_heap_transitions() - Have the host finish moves between heaps.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @flags: DXG_REQ_xxx.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_flush_heap_transitions(struct dxg_link *link, u32 process, unsigned int flags,
				   u32 *status)
{
	return dxg_cmd_status(dxg_request_alloc(link, DXGP_CMD_FLUSHHEAPTRANSITIONS, process,
						sizeof(struct dxgp_flushheaptransitions),
						sizeof(u32), flags), status);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_flush_heap_transitions);

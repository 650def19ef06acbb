// SPDX-License-Identifier: GPL-2.0
/*
 * Host commands: encode, send, judge the reply, decode. Nothing but the files
 * called dxg_cmd builds or reads a message. Here: what they share, and the
 * commands about the machine and about adapters.
 */
#include <linux/err.h>
#include <linux/nls.h>
#include <linux/string.h>

#include <kunit/visibility.h>

#include "dxg_cmd.h"
#include "dxg_cmd_internal.h"
#include "dxg_device.h"
#include "dxg_process.h"
#include "dxg_proto.h"
#include "dxg_proto_check.h"
#include "dxg_status.h"

/* ---- What the commands share ---- */

/**
 * dxg_prep_handle() - Build a command that says no more than a handle.
 * @link: Whom it is for.
 * @command: DXGP_CMD_xxx; header, handle and padding is all it has.
 * @process: Host handle of the process, or 0.
 * @handle: The handle.
 * @reply_len: Bytes of the reply.
 * @flags: DXG_REQ_xxx.
 */
struct dxg_request *dxg_prep_handle(struct dxg_link *link, u32 command, u32 process, u32 handle,
				    size_t reply_len, unsigned int flags)
{
	struct dxgp_destroydevice *cmd;
	struct dxg_request *req;

	req = dxg_request_alloc(link, command, process, sizeof(*cmd), reply_len, flags);
	if (!IS_ERR(req)) {
		cmd = dxg_request_cmd(req);
		cmd->device = handle;
	}
	return req;
}

/**
 * dxg_put_bytes() - Append to a message.
 * @to: Where to.
 * @from: What; not looked at with @size 0.
 * @size: Bytes.
 *
 * Returns the place behind.
 */
void *dxg_put_bytes(void *to, const void *from, size_t size)
{
	if (size)
		memcpy(to, from, size);
	return to + size;
}

/**
 * dxg_reply_violation() - The reply says what cannot be.
 * @req: The request.
 * @what: What is wrong, a constant.
 * @value: A number to go with it.
 *
 * Returns -EIO.
 */
int dxg_reply_violation(struct dxg_request *req, const char *what, u64 value)
{
	dxg_port_violation(req->link->port, what, value);
	return -EIO;
}

/**
 * dxg_reply_page() - Judge memory that a reply names.
 * @req: The request.
 * @address: Guest-physical address.
 * @size: Bytes.
 *
 * Returns 0 when it lies in the IO space of the host, else -EIO.
 */
int dxg_reply_page(struct dxg_request *req, u64 address, u64 size)
{
	if (dxg_host_iospace_ok(req->link->host, address, size))
		return 0;
	return dxg_reply_violation(req, "memory outside of the IO space", address);
}

/**
 * dxg_reply_check() - Judge the length of a reply and find its status.
 * @req: The request, answered.
 * @min: Bytes that a success has at least.
 * @status_at: Where the status stands, or DXG_NO_STATUS.
 * @status: Returns the status; success when there is none.
 *
 * A host that fails a command may answer with less than the whole structure:
 * either cut behind the status, or with a bare status. A failure status in
 * such a reply counts, whatever its length; a short reply without one is
 * malformed. VMBus pads to eight bytes, so four bytes of status look like
 * eight.
 */
int dxg_reply_check(struct dxg_request *req, size_t min, size_t status_at, u32 *status)
{
	*status = DXG_STATUS_SUCCESS;
	if (status_at != DXG_NO_STATUS)
		*status = dxg_reply_word(req, status_at);
	if (req->got >= min || dxg_status_failed(*status))
		return 0;

	if (req->got <= 8) {
		*status = dxg_reply_word(req, 0);
		if (dxg_status_failed(*status))
			return 0;
	}
	return dxg_reply_violation(req, "reply shorter than the command's", req->command);
}

/**
 * dxg_cmd_run() - Run a command and judge its reply by dxg_reply_check().
 * @req: The request.
 * @status_at: Where the status stands, or DXG_NO_STATUS.
 * @status: Returns the status.
 */
int dxg_cmd_run(struct dxg_request *req, size_t status_at, u32 *status)
{
	int ret = dxg_request_run(req);

	if (ret)
		return ret;
	/* As a rule it is whole. */
	if (req->got == req->want && status_at != DXG_NO_STATUS) {
		*status = dxg_reply_word(req, status_at);
		return 0;
	}
	return dxg_reply_check(req, req->want, status_at, status);
}

/*
 * The reply came when the caller had left. A process that has ended meanwhile took with it
 * what was made in it, and is not to be named again; but for NT handles, which no process
 * owns. Under host->lock, so that the process does not end in between. The same holds for
 * what it was made on, which is held meanwhile.
 */
static void dxg_cmd_late(struct dxg_request *req)
{
	struct dxg_host *host = req->link->host;
	u32 process = dxg_request_process(req);
	struct dxg_alive *parent = NULL;

	if (req->parent) {
		/* The adapter's end is that of all that was made in it. */
		if (READ_ONCE(req->owner->gone))
			return;
		parent = dxg_alive_get(&host->alive, process, req->parent);
		if (!parent)
			return;
	}
	mutex_lock(&host->lock);
	if (!process || req->command == DXGP_CMD_CREATENTSHAREDOBJECT ||
	    dxg_process_known(host, process))
		req->undo(req);
	mutex_unlock(&host->lock);
	if (parent)
		parent->put(parent);
}

/**
 * dxg_cmd_create() - Run a command that makes something on the host.
 * @req: The request.
 * @min: Bytes that a successful reply has at least.
 * @status_at: Where the status stands, or DXG_NO_STATUS.
 * @undo: Ends what a reply says was made, as far as it says so.
 * @status: Returns the status.
 *
 * What is made although the caller has left, or said in a malformed reply, is
 * ended by @undo.
 */
int dxg_cmd_create(struct dxg_request *req, size_t min, size_t status_at,
		   void (*undo)(struct dxg_request *req), u32 *status)
{
	int ret;

	req->undo = undo;
	req->late = dxg_cmd_late;
	ret = dxg_request_run(req);
	if (ret)
		return ret;
	ret = dxg_reply_check(req, min, status_at, status);
	if (ret)
		undo(req);
	return ret;
}

/**
 * dxg_cmd_status() - Run a command that is answered by a status, and drop it.
 * @req: The request, or ERR_PTR.
 * @status: Returns the status.
 *
 * Without a reply, where the link allows that for the command: the message is on
 * the wire then, and the status a success.
 */
int dxg_cmd_status(struct dxg_request *req, u32 *status)
{
	int ret;

	if (IS_ERR(req))
		return PTR_ERR(req);
	if ((req->flags & DXG_REQ_ASYNC) && req->link->async) {
		*status = DXG_STATUS_SUCCESS;
		ret = dxg_request_post(req);
	} else {
		ret = dxg_cmd_run(req, 0, status);
	}
	dxg_request_put(req);
	return ret;
}

/**
 * dxg_cmd_discard() - Send a destroying command and do not wait for it.
 * @req: The request, or ERR_PTR: then there is no memory to say it with, and the
 *	host keeps the object until the process ends.
 */
void dxg_cmd_discard(struct dxg_request *req)
{
	if (!IS_ERR(req))
		dxg_request_commit(req, dxg_request_put, NULL);
}

/**
 * dxg_request_result() - The outcome of a request that is answered by a status.
 * @req: The request, ended: in its callback, or after dxg_request_run().
 * @status: Returns the status; a success for what wants no reply.
 *
 * Also for commands whose reply carries nothing. Returns 0 or -errno.
 */
int dxg_request_result(struct dxg_request *req, u32 *status)
{
	*status = DXG_STATUS_SUCCESS;
	if (req->error)
		return req->error;
	if (req->posted || !req->want)
		return 0;
	return dxg_reply_check(req, sizeof(u32), 0, status);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_request_result);

/* ---- Whole machine ---- */

/**
 * dxg_utf16_to_utf8() - Copy a string of the host.
 * @in: UTF-16, ended by 0 or by @units.
 * @units: Size of @in in 16-bit units.
 * @out: UTF-8, always ended by 0, cut at a character when too long.
 * @size: Bytes of @out, at least 1.
 *
 * Control characters become question marks: the text goes to logs and sysfs.
 */
void dxg_utf16_to_utf8(const u16 *in, size_t units, char *out, size_t size)
{
	int len = utf16s_to_utf8s((const wchar_t *)in, units, UTF16_LITTLE_ENDIAN, out, size - 1);
	int i;

	for (i = 0; i < len; i++)
		if ((u8)out[i] < ' ' || out[i] == 0x7f)
			out[i] = '?';
	out[len] = '\0';
}
EXPORT_SYMBOL_IF_KUNIT(dxg_utf16_to_utf8);

/**
 * dxg_cmd_set_iospace_region() - Tell the host where its memory may appear.
 * @link: The host's link.
 * @start: Guest-physical address.
 * @length: Bytes.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_set_iospace_region(struct dxg_link *link, u64 start, u64 length, u32 *status)
{
	struct dxgp_setiospaceregion *cmd;
	struct dxg_request *req;

	req = dxg_request_alloc(link, DXGP_CMD_SETIOSPACEREGION, 0, sizeof(*cmd), sizeof(u32), 0);
	if (IS_ERR(req))
		return PTR_ERR(req);
	cmd = dxg_request_cmd(req);
	cmd->start = start;
	cmd->length = length;
	return dxg_cmd_status(req, status);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_set_iospace_region);

static void dxg_create_process_undo(struct dxg_request *req)
{
	u32 process = dxg_reply_word(req, 0);

	if (process)
		dxg_cmd_discard(dxg_prep_destroy_process(req->link, process));
}

/**
 * dxg_cmd_create_process() - Make a process on the host.
 * @host: The host.
 * @owner: The link whose end ends the wait.
 * @cookie: Any number that names the process here; never an address.
 * @pid: Process id in the initial name space.
 * @name: Name to show on the host, at most 260 bytes count.
 * @flags: DXG_REQ_xxx.
 * @process: Returns the host's handle.
 *
 * The reply has no status: -ENOMEM when the host refused. If the wait ends
 * early, a process that the host still makes is destroyed.
 */
int dxg_cmd_create_process(struct dxg_host *host, struct dxg_link *owner, u64 cookie, u32 pid,
			   const char *name, unsigned int flags, u32 *process)
{
	struct dxgp_createprocess *cmd;
	struct dxg_request *req;
	u32 status;
	size_t i;
	int ret;

	req = dxg_request_alloc(&host->link, DXGP_CMD_CREATEPROCESS, 0, sizeof(*cmd),
				sizeof(struct dxgp_createprocess_reply), flags);
	if (IS_ERR(req))
		return PTR_ERR(req);
	req->owner = owner;
	cmd = dxg_request_cmd(req);
	cmd->cookie = cookie;
	cmd->process_id = pid;
	cmd->flags = DXGP_PROCESS_LINUX;
	for (i = 0; name[i] && i < ARRAY_SIZE(cmd->process_name) - 1; i++)
		cmd->process_name[i] = (u8)name[i];

	ret = dxg_cmd_create(req, req->want, DXG_NO_STATUS, dxg_create_process_undo, &status);
	if (!ret && dxg_status_failed(status))
		ret = -ENOMEM;
	if (!ret) {
		*process = dxg_reply_word(req, 0);
		if (!*process)
			ret = -ENOMEM;
	}
	dxg_request_put(req);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_create_process);

/**
 * dxg_cmd_destroy_process() - End a process on the host, with all it holds.
 * @link: The host's link.
 * @process: The host's handle.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_destroy_process(struct dxg_link *link, u32 process, u32 *status)
{
	return dxg_cmd_status(dxg_prep_destroy_process(link, process), status);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_destroy_process);

/**
 * dxg_prep_destroy_process() - Build that command.
 * @link: The host's link.
 * @process: The host's handle.
 */
struct dxg_request *dxg_prep_destroy_process(struct dxg_link *link, u32 process)
{
	return dxg_request_alloc(link, DXGP_CMD_DESTROYPROCESS, process,
				 sizeof(struct dxgp_destroyprocess), sizeof(u32),
				 DXG_REQ_TEARDOWN);
}

/* ---- One adapter ---- */

/**
 * dxg_cmd_open_adapter() - Begin to use an adapter.
 * @link: The adapter's link.
 * @adapter: Returns the host's handle of the adapter, not 0.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_open_adapter(struct dxg_link *link, u32 *adapter, u32 *status)
{
	const struct dxgp_openadapter_reply *reply;
	struct dxgp_openadapter *cmd;
	struct dxg_request *req;
	int ret;

	req = dxg_request_alloc(link, DXGP_CMD_OPENADAPTER, 0, sizeof(*cmd), sizeof(*reply), 0);
	if (IS_ERR(req))
		return PTR_ERR(req);
	cmd = dxg_request_cmd(req);
	cmd->vmbus_interface_version = link->version;
	cmd->vmbus_last_compatible_interface_version = DXGP_VERSION_COMPATIBLE;

	ret = dxg_cmd_run(req, offsetof(struct dxgp_openadapter_reply, status), status);
	if (!ret && !dxg_status_failed(*status)) {
		reply = req->reply;
		*adapter = reply->host_adapter_handle;
		if (!*adapter) {
			dxg_port_violation(link->port, "adapter handle 0", req->command);
			ret = -EIO;
		}
	}
	dxg_request_put(req);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_open_adapter);

/**
 * dxg_cmd_close_adapter() - No longer use an adapter. The reply carries nothing.
 * @link: The adapter's link.
 * @adapter: The host's handle.
 */
int dxg_cmd_close_adapter(struct dxg_link *link, u32 adapter)
{
	struct dxg_request *req;
	int ret;

	req = dxg_prep_handle(link, DXGP_CMD_CLOSEADAPTER, 0, adapter, 0, DXG_REQ_TEARDOWN);
	if (IS_ERR(req))
		return PTR_ERR(req);
	ret = dxg_request_run(req);
	dxg_request_put(req);
	return ret;
}

/**
 * dxg_cmd_get_adapter_info() - Ask what the adapter is.
 * @link: The adapter's link.
 * @info: Returns what the host said.
 *
 * The reply has no status: 0 or -errno.
 */
int dxg_cmd_get_adapter_info(struct dxg_link *link, struct dxg_adapter_info *info)
{
	const struct dxgp_getinternaladapterinfo_reply *reply;
	size_t want = sizeof(*reply);
	struct dxg_request *req;
	u32 status;
	int ret;

	if (link->version < DXGP_VERSION_EXT_HEADER)
		want = offsetof(struct dxgp_getinternaladapterinfo_reply, host_vgpu_luid);

	req = dxg_request_alloc(link, DXGP_CMD_GETINTERNALADAPTERINFO, 0,
				sizeof(struct dxgp_getinternaladapterinfo), want, 0);
	if (IS_ERR(req))
		return PTR_ERR(req);

	ret = dxg_cmd_run(req, DXG_NO_STATUS, &status);
	if (!ret && dxg_status_failed(status))
		ret = dxg_status_to_errno(req->command, status);
	if (!ret) {
		reply = req->reply;
		memset(info, 0, sizeof(*info));
		info->luid = reply->host_adapter_luid;
		if (want == sizeof(*reply))
			info->vgpu_luid = reply->host_vgpu_luid;
		info->flags = reply->flags;
		info->driver_ddi_version = reply->driver_ddi_version;
		dxg_utf16_to_utf8(reply->device_description,
				  ARRAY_SIZE(reply->device_description), info->description,
				  sizeof(info->description));
	}
	dxg_request_put(req);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_get_adapter_info);

/**
 * dxg_cmd_query_adapter_info() - Ask for one property in the host's format.
 * @link: The adapter's link.
 * @process: Host handle of the asking process.
 * @query: The host's number of the property.
 * @data: In and out.
 * @size: Bytes of @data, from 1.
 * @flags: DXG_REQ_xxx.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_query_adapter_info(struct dxg_link *link, u32 process, u32 query, void *data,
			       u32 size, unsigned int flags, u32 *status)
{
	bool has_status = link->version >= DXGP_VERSION_EXT_HEADER;
	size_t head = has_status ? sizeof(u32) : 0;
	struct dxgp_queryadapterinfo *cmd;
	struct dxg_request *req;
	int ret;

	req = dxg_request_alloc(link, DXGP_CMD_QUERYADAPTERINFO, process,
				DXGP_QUERYADAPTERINFO_SIZE((size_t)size), head + size, flags);
	if (IS_ERR(req))
		return PTR_ERR(req);
	cmd = dxg_request_cmd(req);
	cmd->query_type = query;
	cmd->private_data_size = size;
	memcpy(cmd->private_data, data, size);

	ret = dxg_request_run(req);
	if (!ret && !has_status && !req->got)
		/* An old host has no other way to refuse than an empty reply. */
		*status = DXG_STATUS_INVALID_PARAMETER;
	else if (!ret)
		ret = dxg_reply_check(req, req->want, has_status ? 0 : DXG_NO_STATUS, status);
	if (!ret && !dxg_status_failed(*status))
		memcpy(data, req->reply + head, size);
	dxg_request_put(req);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_query_adapter_info);

static int dxg_cmd_feature(struct dxg_link *link, u32 command, u32 feature, u32 *version,
			   u32 *flags, u32 *status)
{
	const struct dxgp_isfeatureenabled_reply *reply;
	struct dxgp_isfeatureenabled *cmd;
	struct dxg_request *req;
	int ret;

	static_assert(sizeof(*cmd) == sizeof(struct dxgp_isfeatureenabled_gbl));
	req = dxg_request_alloc(link, command, 0, sizeof(*cmd), sizeof(*reply), DXG_REQ_KILLABLE);
	if (IS_ERR(req))
		return PTR_ERR(req);
	cmd = dxg_request_cmd(req);
	cmd->feature_id = feature;

	ret = dxg_cmd_run(req, offsetof(struct dxgp_isfeatureenabled_reply, status), status);
	if (!ret && !dxg_status_failed(*status)) {
		reply = req->reply;
		*version = reply->result.version;
		*flags = reply->result.flags;
	}
	dxg_request_put(req);
	return ret;
}

/**
 * dxg_cmd_is_feature_enabled() - Ask whether the adapter has a feature.
 * @link: The adapter's link.
 * @feature: The host's number of the feature.
 * @version: Returns the version of the feature.
 * @flags: Returns DXGP_FEATURE_xxx.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_is_feature_enabled(struct dxg_link *link, u32 feature, u32 *version, u32 *flags,
			       u32 *status)
{
	return dxg_cmd_feature(link, DXGP_CMD_ISFEATUREENABLED, feature, version, flags, status);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_is_feature_enabled);

/**
 * dxg_cmd_is_feature_enabled_global() - Ask whether the machine has a feature.
 * @link: The host's link.
 * @feature: The host's number of the feature.
 * @version: Returns the version of the feature.
 * @flags: Returns DXGP_FEATURE_xxx.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_is_feature_enabled_global(struct dxg_link *link, u32 feature, u32 *version,
				      u32 *flags, u32 *status)
{
	return dxg_cmd_feature(link, DXGP_CMD_ISFEATUREENABLED_GLOBAL, feature, version, flags,
			       status);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_is_feature_enabled_global);

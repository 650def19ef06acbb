// SPDX-License-Identifier: GPL-2.0
/*
 * Host commands about what executes: contexts, hardware queues, submissions,
 * priorities.
 */
#include <linux/err.h>
#include <linux/string.h>

#include <kunit/visibility.h>

#include "dxg_cmd_internal.h"
#include "dxg_cmd_queue.h"
#include "dxg_proto.h"
#include "dxg_status.h"

/* ---- Contexts ---- */

static void dxg_create_context_undo(struct dxg_request *req)
{
	u32 context = dxg_reply_word(req, offsetof(struct dxgp_createcontextvirtual, context));

	if (context)
		dxg_cmd_discard(dxg_prep_destroy_context(req->link, dxg_request_process(req),
							 context));
}

/**
 * dxg_cmd_create_context() - Make a context: an order of submissions to one engine.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @args: Arguments and results.
 * @flags: DXG_REQ_xxx.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_create_context(struct dxg_link *link, u32 process, struct dxg_cmd_context *args,
			   unsigned int flags, u32 *status)
{
	const struct dxgp_createcontextvirtual *reply;
	struct dxgp_createcontextvirtual *cmd;
	struct dxg_request *req;
	int ret;

	/* The reply is the message; what stands behind the data is of no use. */
	req = dxg_request_alloc(link, DXGP_CMD_CREATECONTEXTVIRTUAL, process,
				DXGP_CREATECONTEXT_SIZE((size_t)args->data_size),
				offsetof(struct dxgp_createcontextvirtual, priv_drv_data) +
				args->data_size, flags);
	if (IS_ERR(req))
		return PTR_ERR(req);
	cmd = dxg_request_cmd(req);
	req->parent = args->device;
	cmd->device = args->device;
	cmd->node_ordinal = args->node;
	cmd->engine_affinity = args->engine_affinity;
	cmd->flags = args->flags;
	cmd->client_hint = args->client_hint;
	cmd->priv_drv_data_size = args->data_size;
	dxg_put_bytes(cmd->priv_drv_data, args->data, args->data_size);

	ret = dxg_cmd_create(req, req->want, DXG_NO_STATUS, dxg_create_context_undo, status);
	if (!ret && !dxg_status_failed(*status)) {
		reply = req->reply;
		args->handle = reply->context;
		if (args->handle)
			dxg_put_bytes(args->data, reply->priv_drv_data, args->data_size);
		else
			*status = DXG_STATUS_UNSUCCESSFUL;
	}
	dxg_request_put(req);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_create_context);

/**
 * dxg_prep_destroy_context() - Build that command.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @context: Host context.
 */
struct dxg_request *dxg_prep_destroy_context(struct dxg_link *link, u32 process, u32 context)
{
	return dxg_prep_handle(link, DXGP_CMD_DESTROYCONTEXT, process, context, sizeof(u32),
			       DXG_REQ_TEARDOWN);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_prep_destroy_context);

/**
 * dxg_cmd_destroy_context() - End a context.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @context: Host context.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_destroy_context(struct dxg_link *link, u32 process, u32 context, u32 *status)
{
	return dxg_cmd_status(dxg_prep_destroy_context(link, process, context), status);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_destroy_context);

/**
 * dxg_cmd_set_context_priority() - Order contexts against others.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @context: Host context.
 * @priority: The priority; higher is more.
 * @in_process: Among the contexts of the process only.
 * @flags: DXG_REQ_xxx.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_set_context_priority(struct dxg_link *link, u32 process, u32 context, s32 priority,
				 bool in_process, unsigned int flags, u32 *status)
{
	struct dxgp_setcontextschedulingpriority2 *cmd;
	struct dxg_request *req;

	req = dxg_request_alloc(link, DXGP_CMD_SETCONTEXTSCHEDULINGPRIORITY, process,
				sizeof(*cmd), sizeof(u32), flags);
	if (!IS_ERR(req)) {
		cmd = dxg_request_cmd(req);
		cmd->context = context;
		cmd->priority = priority;
		cmd->in_process = in_process;
	}
	return dxg_cmd_status(req, status);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_set_context_priority);

/**
 * dxg_cmd_get_context_priority() - Ask for that priority.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @context: Host context.
 * @in_process: The one among the contexts of the process.
 * @flags: DXG_REQ_xxx.
 * @priority: Returns the priority.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_get_context_priority(struct dxg_link *link, u32 process, u32 context, bool in_process,
				 unsigned int flags, s32 *priority, u32 *status)
{
	const struct dxgp_getcontextschedulingpriority_reply *reply;
	struct dxgp_getcontextschedulingpriority *cmd;
	struct dxg_request *req;
	int ret;

	req = dxg_request_alloc(link, DXGP_CMD_GETCONTEXTSCHEDULINGPRIORITY, process,
				sizeof(*cmd), sizeof(*reply), flags);
	if (IS_ERR(req))
		return PTR_ERR(req);
	cmd = dxg_request_cmd(req);
	cmd->context = context;
	cmd->in_process = in_process;

	ret = dxg_cmd_run(req, offsetof(struct dxgp_getcontextschedulingpriority_reply, status),
			  status);
	if (!ret && !dxg_status_failed(*status)) {
		reply = req->reply;
		*priority = reply->priority;
	}
	dxg_request_put(req);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_get_context_priority);

/* ---- Hardware queues ---- */

static void dxg_create_hwqueue_undo(struct dxg_request *req)
{
	u32 hwqueue = dxg_reply_word(req, offsetof(struct dxgp_createhwqueue, hwqueue));

	if (hwqueue)
		dxg_cmd_discard(dxg_prep_destroy_hwqueue(req->link, dxg_request_process(req),
							 hwqueue));
}

static int dxg_hwqueue_decode(struct dxg_request *req, struct dxg_cmd_hwqueue *args)
{
	const struct dxgp_createhwqueue *reply = req->reply;
	int ret;

	args->handle = reply->hwqueue;
	args->fence = reply->hwqueue_progress_fence;
	args->fence_address = reply->hwqueue_progress_fence_cpuva;
	args->fence_gpu_va = reply->hwqueue_progress_fence_gpuva;
	if (!args->handle || !args->fence)
		return dxg_reply_violation(req, "hardware queue without a handle or a fence",
					   args->handle);
	ret = dxg_reply_page(req, args->fence_address, DXGP_PAGE_SIZE);
	if (!ret)
		dxg_put_bytes(args->data, reply->priv_drv_data, args->data_size);
	return ret;
}

/**
 * dxg_cmd_create_hwqueue() - Make a queue of the hardware's own scheduler.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @args: Arguments and results.
 * @flags: DXG_REQ_xxx.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_create_hwqueue(struct dxg_link *link, u32 process, struct dxg_cmd_hwqueue *args,
			   unsigned int flags, u32 *status)
{
	struct dxgp_createhwqueue *cmd;
	struct dxg_request *req;
	int ret;

	/* The reply is the message; what stands behind the data is of no use. */
	req = dxg_request_alloc(link, DXGP_CMD_CREATEHWQUEUE, process,
				DXGP_CREATEHWQUEUE_SIZE((size_t)args->data_size),
				offsetof(struct dxgp_createhwqueue, priv_drv_data) +
				args->data_size, flags);
	if (IS_ERR(req))
		return PTR_ERR(req);
	cmd = dxg_request_cmd(req);
	req->parent = args->context;
	cmd->context = args->context;
	cmd->flags = args->flags;
	cmd->priv_drv_data_size = args->data_size;
	dxg_put_bytes(cmd->priv_drv_data, args->data, args->data_size);

	ret = dxg_cmd_create(req, req->want, offsetof(struct dxgp_createhwqueue, status),
			     dxg_create_hwqueue_undo, status);
	if (!ret && !dxg_status_failed(*status)) {
		ret = dxg_hwqueue_decode(req, args);
		if (ret)
			dxg_create_hwqueue_undo(req);
	}
	dxg_request_put(req);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_create_hwqueue);

/**
 * dxg_prep_destroy_hwqueue() - Build that command.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @hwqueue: Host hardware queue.
 */
struct dxg_request *dxg_prep_destroy_hwqueue(struct dxg_link *link, u32 process, u32 hwqueue)
{
	return dxg_prep_handle(link, DXGP_CMD_DESTROYHWQUEUE, process, hwqueue, sizeof(u32),
			       DXG_REQ_TEARDOWN);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_prep_destroy_hwqueue);

/**
 * dxg_cmd_destroy_hwqueue() - End a hardware queue.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @hwqueue: Host hardware queue.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_destroy_hwqueue(struct dxg_link *link, u32 process, u32 hwqueue, u32 *status)
{
	return dxg_cmd_status(dxg_prep_destroy_hwqueue(link, process, hwqueue), status);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_destroy_hwqueue);

/* ---- Submission ---- */

/**
 * dxg_prep_submit() - Build that command.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @args: Arguments.
 * @flags: DXG_REQ_xxx.
 */
struct dxg_request *dxg_prep_submit(struct dxg_link *link, u32 process,
				    const struct dxg_cmd_submit *args, unsigned int flags)
{
	struct dxgp_submitcommand *cmd;
	struct dxg_request *req;
	void *tail;

	if (!args->context_count || args->context_count > DXGP_MAX_BROADCAST ||
	    args->primary_count > DXGP_MAX_PRIMARIES || args->history_count > DXGP_MAX_HISTORY)
		return ERR_PTR(-EINVAL);
	req = dxg_request_alloc(link, DXGP_CMD_SUBMITCOMMAND, process,
				sizeof(*cmd) + args->history_count * sizeof(u32) +
				(size_t)args->data_size, sizeof(u32), flags | DXG_REQ_ASYNC);
	if (IS_ERR(req))
		return req;
	cmd = dxg_request_cmd(req);
	cmd->args.command_buffer = args->commands;
	cmd->args.command_length = args->length;
	cmd->args.flags = args->flags;
	cmd->args.present_history_token = args->present_token;
	cmd->args.broadcast_context_count = args->context_count;
	dxg_put_bytes(cmd->args.broadcast_context, args->contexts,
		      args->context_count * sizeof(u32));
	cmd->args.priv_drv_data_size = args->data_size;
	cmd->args.num_primaries = args->primary_count;
	dxg_put_bytes(cmd->args.written_primaries, args->primaries,
		      args->primary_count * sizeof(u32));
	cmd->args.num_history_buffers = args->history_count;
	tail = dxg_put_bytes(cmd + 1, args->history, args->history_count * sizeof(u32));
	dxg_put_bytes(tail, args->data, args->data_size);
	return req;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_prep_submit);

/**
 * dxg_cmd_submit() - Queue commands to contexts.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @args: Arguments.
 * @flags: DXG_REQ_xxx.
 * @status: NTSTATUS of the host; a success where no reply is wanted.
 */
int dxg_cmd_submit(struct dxg_link *link, u32 process, const struct dxg_cmd_submit *args,
		   unsigned int flags, u32 *status)
{
	return dxg_cmd_status(dxg_prep_submit(link, process, args, flags), status);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_submit);

/**
 * dxg_prep_submit_hw() - Build that command.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @args: Arguments.
 * @flags: DXG_REQ_xxx.
 */
struct dxg_request *dxg_prep_submit_hw(struct dxg_link *link, u32 process,
				       const struct dxg_cmd_submit_hw *args, unsigned int flags)
{
	struct dxgp_submitcommandtohwqueue *cmd;
	struct dxg_request *req;
	void *tail;

	req = dxg_request_alloc(link, DXGP_CMD_SUBMITCOMMANDTOHWQUEUE, process,
				sizeof(*cmd) + args->primary_count * sizeof(u32) +
				(size_t)args->data_size, sizeof(u32), flags | DXG_REQ_ASYNC);
	if (IS_ERR(req))
		return req;
	cmd = dxg_request_cmd(req);
	cmd->args.hwqueue = args->hwqueue;
	cmd->args.hwqueue_progress_fence_id = args->fence_value;
	cmd->args.command_buffer = args->commands;
	cmd->args.command_length = args->length;
	cmd->args.priv_drv_data_size = args->data_size;
	cmd->args.num_primaries = args->primary_count;
	tail = dxg_put_bytes(cmd + 1, args->primaries, args->primary_count * sizeof(u32));
	dxg_put_bytes(tail, args->data, args->data_size);
	return req;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_prep_submit_hw);

/**
 * dxg_submit_hw_set_fence_value() - Change the value of a command that was built.
 * @req: From dxg_prep_submit_hw(), not under way.
 * @value: What the progress fence will be when the commands are done.
 */
void dxg_submit_hw_set_fence_value(struct dxg_request *req, u64 value)
{
	struct dxgp_submitcommandtohwqueue *cmd = dxg_request_cmd(req);

	cmd->args.hwqueue_progress_fence_id = value;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_submit_hw_set_fence_value);

/**
 * dxg_cmd_submit_hw() - Queue commands to a hardware queue.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @args: Arguments.
 * @flags: DXG_REQ_xxx.
 * @status: NTSTATUS of the host; a success where no reply is wanted.
 */
int dxg_cmd_submit_hw(struct dxg_link *link, u32 process, const struct dxg_cmd_submit_hw *args,
		      unsigned int flags, u32 *status)
{
	return dxg_cmd_status(dxg_prep_submit_hw(link, process, args, flags), status);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_submit_hw);

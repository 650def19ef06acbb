// SPDX-License-Identifier: GPL-2.0
/*
 * Host commands that ask: memory budget, clocks, statistics.
 */
#include <linux/err.h>
#include <linux/string.h>

#include <kunit/visibility.h>

#include "dxg_cmd.h"
#include "dxg_cmd_internal.h"
#include "dxg_proto.h"
#include "dxg_status.h"

/**
 * dxg_cmd_query_video_memory_info() - Ask for the memory budget of a process.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @adapter: The host's handle of the adapter.
 * @group: DXGP_MEMORY_xxx.
 * @physical_adapter: Index in a linked group.
 * @flags: DXG_REQ_xxx.
 * @info: Returns the budget.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_query_video_memory_info(struct dxg_link *link, u32 process, u32 adapter, u32 group,
				    u32 physical_adapter, unsigned int flags,
				    struct dxg_cmd_memory_info *info, u32 *status)
{
	const struct dxgp_queryvideomemoryinfo_reply *reply;
	struct dxgp_queryvideomemoryinfo *cmd;
	struct dxg_request *req;
	int ret;

	req = dxg_request_alloc(link, DXGP_CMD_QUERYVIDEOMEMORYINFO, process, sizeof(*cmd),
				sizeof(*reply), flags);
	if (IS_ERR(req))
		return PTR_ERR(req);
	cmd = dxg_request_cmd(req);
	cmd->adapter = adapter;
	cmd->memory_segment_group = group;
	cmd->physical_adapter_index = physical_adapter;

	ret = dxg_cmd_run(req, DXG_NO_STATUS, status);
	if (!ret && !dxg_status_failed(*status)) {
		reply = req->reply;
		info->budget = reply->budget;
		info->usage = reply->current_usage;
		info->reservation = reply->current_reservation;
		info->available = reply->available_for_reservation;
	}
	dxg_request_put(req);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_query_video_memory_info);

/**
 * dxg_cmd_change_video_memory_reservation() - Reserve memory for a process.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @group: DXGP_MEMORY_xxx.
 * @physical_adapter: Index in a linked group.
 * @reservation: Bytes.
 * @flags: DXG_REQ_xxx.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_change_video_memory_reservation(struct dxg_link *link, u32 process, u32 group,
					    u32 physical_adapter, u64 reservation,
					    unsigned int flags, u32 *status)
{
	struct dxgp_changevideomemoryreservation *cmd;
	struct dxg_request *req;

	req = dxg_request_alloc(link, DXGP_CMD_CHANGEVIDEOMEMORYRESERVATION, process,
				sizeof(*cmd), sizeof(u32), flags);
	if (!IS_ERR(req)) {
		cmd = dxg_request_cmd(req);
		cmd->args.memory_segment_group = group;
		cmd->args.reservation = reservation;
		cmd->args.physical_adapter_index = physical_adapter;
	}
	return dxg_cmd_status(req, status);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_change_video_memory_reservation);

/**
 * dxg_cmd_query_clock_calibration() - Ask for the GPU's and the host's clock at one moment.
 * @link: The adapter's link.
 * @process: Host handle of the process.
 * @adapter: The host's handle of the adapter.
 * @node: Engine.
 * @physical_adapter: Index in a linked group.
 * @flags: DXG_REQ_xxx.
 * @clock: Returns the clocks.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_query_clock_calibration(struct dxg_link *link, u32 process, u32 adapter, u32 node,
				    u32 physical_adapter, unsigned int flags,
				    struct dxg_cmd_clock *clock, u32 *status)
{
	const struct dxgp_queryclockcalibration_reply *reply;
	struct dxgp_queryclockcalibration *cmd;
	struct dxg_request *req;
	int ret;

	req = dxg_request_alloc(link, DXGP_CMD_QUERYCLOCKCALIBRATION, process, sizeof(*cmd),
				sizeof(*reply), flags);
	if (IS_ERR(req))
		return PTR_ERR(req);
	cmd = dxg_request_cmd(req);
	cmd->args.adapter = adapter;
	cmd->args.node_ordinal = node;
	cmd->args.physical_adapter_index = physical_adapter;

	ret = dxg_cmd_run(req, offsetof(struct dxgp_queryclockcalibration_reply, status), status);
	if (!ret && !dxg_status_failed(*status)) {
		reply = req->reply;
		clock->gpu_frequency = reply->clock_data.gpu_frequency;
		clock->gpu_counter = reply->clock_data.gpu_clock_counter;
		clock->cpu_counter = reply->clock_data.cpu_clock_counter;
		clock->flags = reply->clock_data.flags;
	}
	dxg_request_put(req);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_query_clock_calibration);

/**
 * dxg_prep_query_statistics() - Build the command of dxg_cmd_query_statistics().
 * @link: The adapter's link.
 * @process: Host handle of the process that is asked about, or 0.
 * @type: The host's number of the statistic.
 * @luid: LUID of the adapter on the host.
 * @selector: Which segment or node, for the types that have one; else 0.
 * @flags: DXG_REQ_xxx.
 */
struct dxg_request *dxg_prep_query_statistics(struct dxg_link *link, u32 process, u32 type,
					      struct dxgp_luid luid, u32 selector,
					      unsigned int flags)
{
	struct dxgp_querystatistics *cmd;
	struct dxg_request *req;

	req = dxg_request_alloc(link, DXGP_CMD_QUERYSTATISTICS, process, sizeof(*cmd),
				sizeof(struct dxgp_querystatistics_reply), flags);
	if (IS_ERR(req))
		return req;
	cmd = dxg_request_cmd(req);
	cmd->args.type = type;
	cmd->args.adapter_luid = luid;
	cmd->args.pad1[0] = selector;
	return req;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_prep_query_statistics);

/**
 * dxg_query_statistics_result() - The outcome of that command.
 * @req: The request, ended.
 * @result: Returns what the host said, DXG_STATISTICS_SIZE bytes that live as long as @req.
 * @status: NTSTATUS of the host.
 */
int dxg_query_statistics_result(struct dxg_request *req, const void **result, u32 *status)
{
	const struct dxgp_querystatistics_reply *reply = req->reply;

	static_assert(sizeof(reply->result) == DXG_STATISTICS_SIZE);
	*result = &reply->result;
	return req->error ?:
	       dxg_reply_check(req, req->want,
			       offsetof(struct dxgp_querystatistics_reply, status), status);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_query_statistics_result);

/**
 * dxg_cmd_query_statistics() - Ask for one of the host's statistics.
 * @link: The adapter's link.
 * @process: Host handle of the process that is asked about, or 0.
 * @type: The host's number of the statistic.
 * @luid: LUID of the adapter on the host.
 * @selector: Which segment or node, for the types that have one; else 0.
 * @result: Returns DXG_STATISTICS_SIZE bytes in the host's format.
 * @flags: DXG_REQ_xxx.
 * @status: NTSTATUS of the host.
 */
int dxg_cmd_query_statistics(struct dxg_link *link, u32 process, u32 type, struct dxgp_luid luid,
			     u32 selector, void *result, unsigned int flags, u32 *status)
{
	struct dxg_request *req;
	const void *reply;
	int ret;

	req = dxg_prep_query_statistics(link, process, type, luid, selector, flags);
	if (IS_ERR(req))
		return PTR_ERR(req);
	ret = dxg_request_run(req);
	if (!ret)
		ret = dxg_query_statistics_result(req, &reply, status);
	if (!ret && !dxg_status_failed(*status))
		memcpy(result, reply, DXG_STATISTICS_SIZE);
	dxg_request_put(req);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_cmd_query_statistics);

// SPDX-License-Identifier: GPL-2.0
/*
 * What /dev/dxg asks and tells adapters: properties, memory, clocks, statistics,
 * features, and who else uses them.
 */
#include <linux/err.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include <drm/drm_drv.h>

#include "../dxg_cmd.h"
#include "../dxg_device.h"
#include "../dxg_process.h"
#include "../dxg_proto.h"
#include "../dxg_query.h"
#include "../dxg_status.h"
#include "dxg_compat.h"

/* Opaque data of one call. The message around it may make this too much: EOVERFLOW. */
#define DXG_COMPAT_MAX_QUERY	DXGP_MAX_MESSAGE
/* Processes of which one call tells. */
#define DXG_COMPAT_MAX_PIDS	65536

/* The guest decides some bits of the adapter's type. */
static void dxg_compat_fix_query(struct dxg_device *dxg, u32 type, void *data, u32 size)
{
	u32 word;

	if ((type != KMTQAITYPE_ADAPTERTYPE && type != KMTQAITYPE_ADAPTERTYPE_RENDER) ||
	    size < sizeof(word))
		return;
	memcpy(&word, data, sizeof(word));
	word = dxg_fix_adapter_type(word, dxg->fn.compute_only);
	memcpy(data, &word, sizeof(word));
}

/**
 * dxg_compat_query_adapter_info() - LX_DXQUERYADAPTERINFO.
 * @call: The call.
 */
int dxg_compat_query_adapter_info(struct dxg_compat_call *call)
{
	struct d3dkmt_queryadapterinfo *args = call->args;
	struct dxg_device *dxg;
	void *data;
	u32 status;
	int ret;

	if (!args->private_data_size || args->private_data_size > DXG_COMPAT_MAX_QUERY)
		return -EINVAL;
	dxg = dxg_compat_use_adapter(call, args->adapter);
	if (IS_ERR(dxg))
		return PTR_ERR(dxg);
	data = dxg_compat_copy_in(call, args->private_data, args->private_data_size);
	if (IS_ERR(data))
		return PTR_ERR(data);
	ret = dxg_cmd_query_adapter_info(&dxg->link, dxg_compat_process_host(call->process),
					 args->type, data, args->private_data_size,
					 DXG_REQ_KILLABLE, &status);
	ret = dxg_compat_result(ret, DXGP_CMD_QUERYADAPTERINFO, status);
	if (ret < 0)
		return ret;
	dxg_compat_fix_query(dxg, args->type, data, args->private_data_size);
	if (copy_to_user(u64_to_user_ptr(args->private_data), data, args->private_data_size))
		return -EFAULT;
	return ret;
}

/**
 * dxg_compat_query_video_memory_info() - LX_DXQUERYVIDEOMEMORYINFO.
 * @call: The call.
 */
int dxg_compat_query_video_memory_info(struct dxg_compat_call *call)
{
	struct d3dkmt_queryvideomemoryinfo *args = call->args;
	struct dxg_cmd_memory_info info;
	struct dxg_device *dxg;
	u32 status;
	int ret;

	if (args->process)
		return -EINVAL;
	dxg = dxg_compat_use_adapter(call, args->adapter);
	if (IS_ERR(dxg))
		return PTR_ERR(dxg);
	ret = dxg_cmd_query_video_memory_info(&dxg->link, dxg_compat_process_host(call->process),
					      dxg->handle, args->memory_segment_group,
					      args->physical_adapter_index, DXG_REQ_KILLABLE,
					      &info, &status);
	ret = dxg_compat_result(ret, DXGP_CMD_QUERYVIDEOMEMORYINFO, status);
	if (ret < 0)
		return ret;
	args->budget = info.budget;
	args->current_usage = info.usage;
	args->current_reservation = info.reservation;
	args->available_for_reservation = info.available;
	return ret;
}

/**
 * dxg_compat_change_video_memory_reservation() - LX_DXCHANGEVIDEOMEMORYRESERVATION.
 * @call: The call.
 */
int dxg_compat_change_video_memory_reservation(struct dxg_compat_call *call)
{
	struct d3dkmt_changevideomemoryreservation *args = call->args;
	struct dxg_device *dxg;
	u32 status;
	int ret;

	if (args->process)
		return -EINVAL;
	dxg = dxg_compat_use_adapter(call, args->adapter);
	if (IS_ERR(dxg))
		return PTR_ERR(dxg);
	ret = dxg_cmd_change_video_memory_reservation(&dxg->link,
						      dxg_compat_process_host(call->process),
						      args->memory_segment_group,
						      args->physical_adapter_index,
						      args->reservation, DXG_REQ_KILLABLE,
						      &status);
	return dxg_compat_result(ret, DXGP_CMD_CHANGEVIDEOMEMORYRESERVATION, status);
}

/**
 * dxg_compat_query_clock_calibration() - LX_DXQUERYCLOCKCALIBRATION.
 * @call: The call.
 */
int dxg_compat_query_clock_calibration(struct dxg_compat_call *call)
{
	struct d3dkmt_queryclockcalibration *args = call->args;
	struct dxg_cmd_clock clock;
	struct dxg_device *dxg;
	u32 status;
	int ret;

	dxg = dxg_compat_use_adapter(call, args->adapter);
	if (IS_ERR(dxg))
		return PTR_ERR(dxg);
	ret = dxg_cmd_query_clock_calibration(&dxg->link, dxg_compat_process_host(call->process),
					      dxg->handle, args->node_ordinal,
					      args->physical_adapter_index, DXG_REQ_KILLABLE,
					      &clock, &status);
	ret = dxg_compat_result(ret, DXGP_CMD_QUERYCLOCKCALIBRATION, status);
	if (ret < 0)
		return ret;
	args->clock_data.gpu_frequency = clock.gpu_frequency;
	args->clock_data.gpu_clock_counter = clock.gpu_counter;
	args->clock_data.cpu_clock_counter = clock.cpu_counter;
	args->clock_data.flags = clock.flags;
	return ret;
}

/**
 * dxg_compat_flush_heap_transitions() - LX_DXFLUSHHEAPTRANSITIONS.
 * @call: The call.
 */
int dxg_compat_flush_heap_transitions(struct dxg_compat_call *call)
{
	struct d3dkmt_flushheaptransitions *args = call->args;
	struct dxg_device *dxg;
	u32 status;
	int ret;

	dxg = dxg_compat_use_adapter(call, args->adapter);
	if (IS_ERR(dxg))
		return PTR_ERR(dxg);
	ret = dxg_cmd_flush_heap_transitions(&dxg->link, dxg_compat_process_host(call->process),
					     DXG_REQ_KILLABLE, &status);
	return dxg_compat_result(ret, DXGP_CMD_FLUSHHEAPTRANSITIONS, status);
}

/* Which segment, node or source: the word behind the result, for the types that have one. */
static u32 dxg_compat_statistics_selector(const struct d3dkmt_querystatistics *args)
{
	u32 selector;

	switch (args->type) {
	case D3DKMT_QUERYSTATISTICS_ADAPTER:
	case D3DKMT_QUERYSTATISTICS_PROCESS:
	case D3DKMT_QUERYSTATISTICS_PROCESS_ADAPTER:
		return 0;
	default:
		memcpy(&selector, args->pad_end, sizeof(selector));
		return selector;
	}
}

/**
 * dxg_compat_query_statistics() - LX_DXQUERYSTATISTICS.
 * @call: The call.
 *
 * No handle names the adapter, but its LUID does. The process is the caller's id of one
 * that has the node open, or 0.
 */
int dxg_compat_query_statistics(struct dxg_compat_call *call)
{
	struct d3dkmt_querystatistics *args = call->args;
	struct dxg_device *dxg;
	u32 status, process = 0;
	int idx, ret = 0;

	if (args->process > U32_MAX)
		return -EINVAL;
	if (args->process)
		ret = dxg_compat_process_find(args->process, &process);
	if (ret)
		return ret;
	dxg = dxg_device_find(dxg_compat_luid(&args->adapter_luid));
	if (!dxg)
		return -EINVAL;
	if (dxg_enter(dxg, &idx)) {
		ret = dxg_cmd_query_statistics(&dxg->link, process, args->type, dxg->info.luid,
					       dxg_compat_statistics_selector(args),
					       args->result.data, DXG_REQ_KILLABLE, &status);
		ret = dxg_compat_result(ret, DXGP_CMD_QUERYSTATISTICS, status);
		dxg_exit(idx);
	} else {
		ret = -ENODEV;
	}
	drm_dev_put(&dxg->drm);
	return ret;
}

/**
 * dxg_compat_is_feature_enabled() - LX_ISFEATUREENABLED.
 * @call: The call.
 *
 * Without an adapter, the question is about the host as a whole.
 */
int dxg_compat_is_feature_enabled(struct dxg_compat_call *call)
{
	struct d3dkmt_isfeatureenabled *args = call->args;
	u32 version = 0, flags = 0, status;
	struct dxg_device *dxg;
	int ret;

	if (args->adapter) {
		dxg = dxg_compat_use_adapter(call, args->adapter);
		if (IS_ERR(dxg))
			return PTR_ERR(dxg);
		ret = dxg_cmd_is_feature_enabled(&dxg->link, args->feature_id, &version, &flags,
						 &status);
		ret = dxg_compat_result(ret, DXGP_CMD_ISFEATUREENABLED, status);
	} else {
		ret = dxg_cmd_is_feature_enabled_global(&call->process->process->host->link,
							args->feature_id, &version, &flags,
							&status);
		ret = dxg_compat_result(ret, DXGP_CMD_ISFEATUREENABLED_GLOBAL, status);
	}
	if (ret >= 0) {
		args->result.version = version;
		args->result.value = flags;
	}
	return ret;
}

/**
 * dxg_compat_enum_processes() - LX_DXENUMPROCESSES.
 * @call: The call.
 *
 * Without a buffer, or with no room in it, only the number is returned. With too little
 * room it is -EOVERFLOW, and nothing is written.
 */
int dxg_compat_enum_processes(struct dxg_compat_call *call)
{
	struct d3dkmt_enumprocesses *args = call->args;
	u64 luid = dxg_compat_luid(&args->adapter_luid);
	u32 count, room = 0, *pids = NULL;
	struct dxg_device *dxg;

	dxg = dxg_device_find(luid);
	if (!dxg)
		return -EINVAL;
	drm_dev_put(&dxg->drm);
	if (args->buffer)
		room = min_t(u64, args->buffer_count, DXG_COMPAT_MAX_PIDS);
	if (room) {
		pids = dxg_compat_alloc_mem(call, room * sizeof(*pids));
		if (IS_ERR(pids))
			return PTR_ERR(pids);
	}
	count = dxg_compat_process_list(luid, pids, room);
	if (room && count > room)
		return -EOVERFLOW;
	if (room && copy_to_user(u64_to_user_ptr(args->buffer), pids, count * sizeof(*pids)))
		return -EFAULT;
	args->buffer_count = count;
	return 0;
}

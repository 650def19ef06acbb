// SPDX-License-Identifier: GPL-2.0
/*
 * DEV_QUERY: what changes while the adapter is there: memory in use, clocks.
 */
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/sizes.h>
#include <linux/uaccess.h>

#include "dxg_cmd.h"
#include "dxg_device.h"
#include "dxg_file.h"
#include "dxg_process.h"
#include "dxg_query.h"
#include "dxg_status.h"

/* Bytes that each structure had when it was introduced. */
#define DXG_MEM_REGIONS_V1	16
#define DXG_MEM_REGION_V1	48
#define DXG_CLOCK_V1		48

/* What SEGMENT_SIZE returns. */
struct dxg_segment_size {
	u64 dedicated_video;
	u64 dedicated_system;
	u64 shared_system;
};

/* ---- MEM_REGIONS ---- */

static const struct {
	u32 group;
	u32 mem_class;
} dxg_regions[] = {
	{ DXGP_MEMORY_LOCAL, DRM_DXG_MEM_LOCAL },
	{ DXGP_MEMORY_NON_LOCAL, DRM_DXG_MEM_NONLOCAL },
};

/* How much there is in all; zeroes when the host does not tell. */
static int dxg_fetch_sizes(struct dxg_device *dxg, u32 process, struct dxg_segment_size *sizes)
{
	u32 status;
	int ret;

	memset(sizes, 0, sizeof(*sizes));
	ret = dxg_cmd_query_adapter_info(&dxg->link, process, DRM_DXG_HOST_QUERY_SEGMENT_SIZE,
					 sizes, sizeof(*sizes), DXG_REQ_KILLABLE, &status);
	if (!ret && dxg_status_failed(status))
		memset(sizes, 0, sizeof(*sizes));
	return ret;
}

static int dxg_fetch_region(struct dxg_device *dxg, u32 process, u32 index,
			    const struct dxg_segment_size *sizes, struct drm_dxg_mem_region *out)
{
	struct dxg_cmd_memory_info info;
	u32 status;
	int ret;

	ret = dxg_cmd_query_video_memory_info(&dxg->link, process, dxg->handle,
					      dxg_regions[index].group, 0, DXG_REQ_KILLABLE,
					      &info, &status);
	if (!ret)
		ret = dxg_status_to_errno(DXGP_CMD_QUERYVIDEOMEMORYINFO, status);
	if (ret)
		return ret;

	memset(out, 0, sizeof(*out));
	out->mem_class = dxg_regions[index].mem_class;
	out->budget = info.budget;
	out->used = info.usage;
	out->reserved = info.reservation;
	out->reservable = info.available;
	out->size = out->mem_class == DRM_DXG_MEM_LOCAL ? sizes->dedicated_video :
		    sizes->shared_system;
	return 0;
}

/**
 * dxg_query_mem_regions() - Answer DRM_DXG_DEV_QUERY_MEM_REGIONS.
 * @dxg: The device, inside dxg_enter().
 * @file: Who asks: the numbers are of its process.
 * @user: struct drm_dxg_mem_regions.
 * @size: Bytes at @user; updated.
 */
int dxg_query_mem_regions(struct dxg_device *dxg, struct drm_file *file, void __user *user,
			  u32 *size)
{
	struct drm_dxg_mem_region regions[ARRAY_SIZE(dxg_regions)];
	struct drm_dxg_mem_regions args;
	struct dxg_segment_size sizes;
	struct dxg_process *process;
	u32 i, count;
	int ret;

	if (*size < DXG_MEM_REGIONS_V1)
		return -EINVAL;
	ret = copy_struct_from_user(&args, sizeof(args), user, *size);
	if (ret)
		return ret;
	if (!dxg_query_stride_ok(args.stride, DXG_MEM_REGION_V1))
		return -EINVAL;

	count = min_t(u32, args.count, ARRAY_SIZE(regions));
	if (count) {
		process = dxg_file_process(dxg, file);
		if (IS_ERR(process))
			return PTR_ERR(process);
		ret = dxg_fetch_sizes(dxg, process->handle, &sizes);
		for (i = 0; i < count && !ret; i++)
			ret = dxg_fetch_region(dxg, process->handle, i, &sizes, &regions[i]);
		dxg_process_put(process);
		if (!ret)
			ret = dxg_query_copy_array(args.regions, args.stride, regions,
						   sizeof(regions[0]), count);
		if (ret)
			return ret;
	}
	args.count = ARRAY_SIZE(regions);
	*size = sizeof(args);
	return copy_to_user(user, &args, sizeof(args)) ? -EFAULT : 0;
}

/* ---- CLOCK ---- */

static int dxg_fetch_clock(struct dxg_device *dxg, u32 process, struct drm_dxg_clock *out)
{
	struct dxg_cmd_clock clock;
	u32 status;
	int ret;

	out->cpu_before_ns = ktime_get_ns();
	ret = dxg_cmd_query_clock_calibration(&dxg->link, process, dxg->handle, out->node, 0,
					      DXG_REQ_KILLABLE, &clock, &status);
	out->cpu_after_ns = ktime_get_ns();
	if (!ret)
		ret = dxg_status_to_errno(DXGP_CMD_QUERYCLOCKCALIBRATION, status);
	if (ret)
		return ret;
	out->flags = clock.flags;
	out->gpu_frequency = clock.gpu_frequency;
	out->gpu_counter = clock.gpu_counter;
	out->host_cpu_counter = clock.cpu_counter;
	return 0;
}

/**
 * dxg_query_clock() - Answer DRM_DXG_DEV_QUERY_CLOCK.
 * @dxg: The device, inside dxg_enter().
 * @file: Who asks.
 * @user: struct drm_dxg_clock.
 * @size: Bytes at @user; updated.
 */
int dxg_query_clock(struct dxg_device *dxg, struct drm_file *file, void __user *user, u32 *size)
{
	struct dxg_process *process;
	struct drm_dxg_clock args;
	int ret;

	if (*size < DXG_CLOCK_V1)
		return -EINVAL;
	ret = copy_struct_from_user(&args, sizeof(args), user, *size);
	if (ret)
		return ret;
	if (args.flags || args.gpu_frequency || args.gpu_counter || args.host_cpu_counter ||
	    args.cpu_before_ns || args.cpu_after_ns)
		return -EINVAL;

	ret = dxg_engine_count(dxg, file);
	if (ret < 0)
		return ret;
	if (args.node >= ret)
		return -ENOENT;
	process = dxg_file_process(dxg, file);
	if (IS_ERR(process))
		return PTR_ERR(process);
	ret = dxg_fetch_clock(dxg, process->handle, &args);
	dxg_process_put(process);
	if (ret)
		return ret;
	*size = sizeof(args);
	return copy_to_user(user, &args, sizeof(args)) ? -EFAULT : 0;
}

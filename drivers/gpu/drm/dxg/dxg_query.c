// SPDX-License-Identifier: GPL-2.0
/*
 * DEV_QUERY: what the kernel knows of an adapter, and what the host tells.
 */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <drm/drm_print.h>

#include <kunit/visibility.h>

#include "dxg_cmd.h"
#include "dxg_device.h"
#include "dxg_file.h"
#include "dxg_limits.h"
#include "dxg_process.h"
#include "dxg_query.h"
#include "dxg_status.h"

/* The end of the list of engines is an error of the host; this one ends it without. */
#define DXG_MAX_ENGINES		64

/* Bytes that each structure had when it was introduced. */
#define DXG_DEVICE_INFO_V1	368
#define DXG_HOST_INFO_V1	16
#define DXG_ENGINES_V1		16
#define DXG_ENGINE_V1		128
#define DXG_FEATURE_V1		16

static u64 dxg_luid(const struct dxgp_luid *luid)
{
	return (u64)luid->b << 32 | luid->a;
}

/**
 * dxg_query_stride_ok() - Whether elements of an array to be returned may have this size.
 * @stride: The user's.
 * @first: Bytes that an element had when it was introduced.
 */
bool dxg_query_stride_ok(u32 stride, size_t first)
{
	return stride >= first && !(stride % 8) && stride <= DXG_MAX_STRIDE;
}

/**
 * dxg_query_copy_array() - Return an array whose elements may grow.
 * @user: User pointer.
 * @stride: The user's size of an element.
 * @from: The elements.
 * @size: Bytes of each, as the kernel knows it.
 * @count: How many.
 */
int dxg_query_copy_array(u64 user, u32 stride, const void *from, size_t size, u32 count)
{
	u32 known = min_t(size_t, stride, size), i;
	void __user *to = u64_to_user_ptr(user);

	for (i = 0; i < count; i++, to += stride, from += size)
		if (copy_to_user(to, from, known) || clear_user(to + known, stride - known))
			return -EFAULT;
	return 0;
}

/* ---- DEVICE_INFO ---- */

static void dxg_fill_device_info(struct dxg_device *dxg, struct drm_dxg_device_info *out)
{
	memset(out, 0, sizeof(*out));
	out->luid = dxg->fn.luid;
	out->host_luid = dxg_luid(&dxg->info.luid);
	out->interface_version = dxg->link.version;
	if (dxg->fn.compute_only)
		out->flags |= DRM_DXG_DEVICE_COMPUTE_ONLY;
	if (dxg->link.port == &dxg->host->port)
		out->flags |= DRM_DXG_DEVICE_ASYNC_MESSAGES;
	if (dxg->host->caps & DXGP_HOST_CAPS_MAP_GUEST_MEMORY)
		out->flags |= DRM_DXG_DEVICE_MAP_GUEST_MEMORY;
	if (dxg->info.flags & DXGP_ADAPTER_HW_SCH_ENABLED)
		out->flags |= DRM_DXG_DEVICE_HW_SCHEDULING;
	if (dxg->ids_known) {
		out->flags |= DRM_DXG_DEVICE_HOST_IDS;
		out->host_vendor_id = dxg->ids.vendor;
		out->host_device_id = dxg->ids.device;
		out->host_subvendor_id = dxg->ids.subvendor;
		out->host_subsystem_id = dxg->ids.subsystem;
		out->host_revision_id = dxg->ids.revision;
	}
	out->driver_ddi_version = dxg->info.driver_ddi_version;
	out->max_host_data = DXG_MAX_HOST_DATA;
	out->request_timeout_ms = dxg_request_timeout_ms();
	out->iospace_size = dxg->host->iospace_size;
	static_assert(sizeof(out->description) >= sizeof(dxg->info.description));
	memcpy(out->description, dxg->info.description, sizeof(dxg->info.description));
	out->va_start = DXG_VA_START;
	out->va_end = DXG_VA_END;
	out->max_private_data = DXG_MAX_PRIVATE_DATA;
	out->max_allocations = DXG_MAX_ALLOCATIONS;
	out->max_bind_ops = DXG_MAX_BIND_OPS;
	out->max_submits = DXG_MAX_SUBMITS;
	out->max_syncs = DXG_MAX_SYNCS;
	out->max_fence_points = DXG_MAX_FENCE_POINTS;
	out->queue_timeout_ms = DXG_QUEUE_TIMEOUT_MS;
	out->bo_size_align = DXGP_PAGE_SIZE;
}

static int dxg_query_device_info(struct dxg_device *dxg, void __user *user, u32 *size)
{
	struct drm_dxg_device_info info;
	u32 known = min_t(u32, *size, sizeof(info));

	if (*size < DXG_DEVICE_INFO_V1)
		return -EINVAL;
	dxg_fill_device_info(dxg, &info);
	if (copy_to_user(user, &info, known) || clear_user(user + known, *size - known))
		return -EFAULT;
	*size = known;
	return 0;
}

/* ---- HOST_ADAPTER_INFO ---- */

static const struct dxg_host_query {
	u32 query;
	u32 size;	/* bytes that the property has; 0: any */
} dxg_host_queries[] = {
	{ DRM_DXG_HOST_QUERY_UMD_PRIVATE, 0 },
	{ DRM_DXG_HOST_QUERY_SEGMENT_SIZE, 24 },
	{ DRM_DXG_HOST_QUERY_REGISTRY_INFO, 2080 },
	{ DRM_DXG_HOST_QUERY_DRIVER_VERSION, 4 },
	{ DRM_DXG_HOST_QUERY_ADAPTER_TYPE, 4 },
	{ DRM_DXG_HOST_QUERY_NODE_METADATA, sizeof(struct dxgp_query_node_metadata) },
	{ DRM_DXG_HOST_QUERY_PHYSICAL_ADAPTER_COUNT, 4 },
	{ DRM_DXG_HOST_QUERY_DEVICE_IDS, sizeof(struct dxgp_query_device_ids) },
	{ DRM_DXG_HOST_QUERY_REGISTRY_INFO_RENDER, 2080 },
	{ DRM_DXG_HOST_QUERY_DRIVER_VERSION_RENDER, 4 },
	{ DRM_DXG_HOST_QUERY_ADAPTER_TYPE_RENDER, 4 },
	{ DRM_DXG_HOST_QUERY_DRIVER_DESCRIPTION, 8192 },
	{ DRM_DXG_HOST_QUERY_DRIVER_DESCRIPTION_RENDER, 8192 },
	{ DRM_DXG_HOST_QUERY_WDDM_2_7_CAPS, 4 },
};

/**
 * dxg_host_query_size() - Bytes of a property of the host.
 * @query: Its number.
 *
 * Returns the bytes, 0 when any size will do, -EOPNOTSUPP for what clients may
 * not ask.
 */
int dxg_host_query_size(u32 query)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(dxg_host_queries); i++)
		if (dxg_host_queries[i].query == query)
			return dxg_host_queries[i].size;
	return -EOPNOTSUPP;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_host_query_size);

/**
 * dxg_fix_adapter_type() - What is true of the adapter here, not on the host.
 * @type: What the host says.
 * @compute_only: The PCI function is a compute accelerator.
 */
u32 dxg_fix_adapter_type(u32 type, bool compute_only)
{
	type &= ~(DXGP_ADAPTER_TYPE_DISPLAY | DXGP_ADAPTER_TYPE_COMPUTE_ONLY);
	type |= DXGP_ADAPTER_TYPE_PARAVIRTUAL;
	if (compute_only)
		type |= DXGP_ADAPTER_TYPE_COMPUTE_ONLY;
	return type;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_fix_adapter_type);

static int dxg_query_host(struct dxg_device *dxg, struct drm_file *file, u32 query, void *data,
			  u32 size)
{
	struct dxg_process *process = dxg_file_process(dxg, file);
	u32 status, type;
	int ret;

	if (IS_ERR(process))
		return PTR_ERR(process);
	ret = dxg_cmd_query_adapter_info(&dxg->link, process->handle, query, data, size,
					 DXG_REQ_KILLABLE, &status);
	dxg_process_put(process);
	if (ret)
		return ret;
	ret = dxg_status_to_errno(DXGP_CMD_QUERYADAPTERINFO, status);
	if (ret) {
		drm_dbg(&dxg->drm, "host query %u of %u bytes: status 0x%08x\n", query, size,
			status);
		return ret;
	}
	if (query == DRM_DXG_HOST_QUERY_ADAPTER_TYPE ||
	    query == DRM_DXG_HOST_QUERY_ADAPTER_TYPE_RENDER) {
		memcpy(&type, data, sizeof(type));
		type = dxg_fix_adapter_type(type, dxg->fn.compute_only);
		memcpy(data, &type, sizeof(type));
	}
	return 0;
}

static int dxg_query_host_adapter_info(struct dxg_device *dxg, struct drm_file *file,
				       void __user *user, u32 *size)
{
	struct drm_dxg_host_adapter_info args;
	void __user *udata;
	int need, ret;
	void *data;

	if (*size < DXG_HOST_INFO_V1)
		return -EINVAL;
	ret = copy_struct_from_user(&args, sizeof(args), user, *size);
	if (ret)
		return ret;

	need = dxg_host_query_size(args.query);
	if (need < 0)
		return need;
	if (!args.data_size || args.data_size > DXG_MAX_HOST_DATA)
		return -EINVAL;
	if (args.data_size < need) {
		args.data_size = need;
		return copy_to_user(user, &args, sizeof(args)) ? -EFAULT : -EINVAL;
	}
	/* The host is shown exactly the property: it may judge the size. */
	if (need)
		args.data_size = need;

	udata = u64_to_user_ptr(args.data);
	data = vmemdup_user(udata, args.data_size);
	if (IS_ERR(data))
		return PTR_ERR(data);
	ret = dxg_query_host(dxg, file, args.query, data, args.data_size);
	if (!ret && (copy_to_user(udata, data, args.data_size) ||
		     copy_to_user(user, &args, sizeof(args))))
		ret = -EFAULT;
	kvfree(data);
	*size = sizeof(args);
	return ret;
}

/* ---- ENGINES ---- */

/* Ask for one engine. 1 when there is no such engine, 0, or -errno. */
static int dxg_fetch_engine(struct dxg_device *dxg, u32 process, u32 node,
			    struct drm_dxg_engine *out)
{
	struct dxgp_query_node_metadata meta = { .node = node };
	u32 status;
	int ret;

	ret = dxg_cmd_query_adapter_info(&dxg->link, process, DRM_DXG_HOST_QUERY_NODE_METADATA,
					 &meta, sizeof(meta), DXG_REQ_KILLABLE, &status);
	if (ret)
		return ret;
	if (status == DXG_STATUS_INVALID_PARAMETER)
		return 1;
	ret = dxg_status_to_errno(DXGP_CMD_QUERYADAPTERINFO, status);
	if (ret)
		return ret;

	out->node = node;
	out->engine_class = meta.engine_type;
	out->flags = (meta.gpu_mmu ? DRM_DXG_ENGINE_GPU_MMU : 0) |
		     (meta.io_mmu ? DRM_DXG_ENGINE_IO_MMU : 0);
	dxg_utf16_to_utf8(meta.name, ARRAY_SIZE(meta.name), (char *)out->name, sizeof(out->name));
	return 0;
}

/* Fill the cache of engines. Engines do not change while the adapter is there. */
static int dxg_fetch_engines(struct dxg_device *dxg, struct drm_file *file)
{
	struct dxg_process *process;
	struct drm_dxg_engine *engines;
	u32 count;
	int ret;

	process = dxg_file_process(dxg, file);
	if (IS_ERR(process))
		return PTR_ERR(process);
	engines = kzalloc_objs(*engines, DXG_MAX_ENGINES);
	if (!engines) {
		ret = -ENOMEM;
		goto out;
	}
	for (count = 0; count < DXG_MAX_ENGINES; count++) {
		ret = dxg_fetch_engine(dxg, process->handle, count, &engines[count]);
		if (ret)
			break;
	}
	if (ret < 0) {
		kfree(engines);
		goto out;
	}
	dxg->engines = engines;
	dxg->engine_count = count;
	ret = 0;
out:
	dxg_process_put(process);
	return ret;
}

/**
 * dxg_engine_count() - How many engines there are.
 * @dxg: The device, inside drm_dev_enter().
 * @file: The file, whose process asks.
 *
 * Returns the number, or -errno: killable, the host is asked the first time.
 */
int dxg_engine_count(struct dxg_device *dxg, struct drm_file *file)
{
	int ret;

	if (mutex_lock_killable(&dxg->engines_lock))
		return -ERESTARTSYS;
	ret = dxg->engines ? 0 : dxg_fetch_engines(dxg, file);
	if (!ret)
		ret = dxg->engine_count;
	mutex_unlock(&dxg->engines_lock);
	return ret;
}

static int dxg_query_engines(struct dxg_device *dxg, struct drm_file *file, void __user *user,
			     u32 *size)
{
	struct drm_dxg_engines args;
	int ret;

	if (*size < DXG_ENGINES_V1)
		return -EINVAL;
	ret = copy_struct_from_user(&args, sizeof(args), user, *size);
	if (ret)
		return ret;
	if (!dxg_query_stride_ok(args.stride, DXG_ENGINE_V1))
		return -EINVAL;

	ret = dxg_engine_count(dxg, file);
	/* From here on the cache is constant. */
	if (ret >= 0)
		ret = dxg_query_copy_array(args.engines, args.stride, dxg->engines,
					   sizeof(*dxg->engines),
					   min(args.count, dxg->engine_count));
	if (ret)
		return ret;

	args.count = dxg->engine_count;
	*size = sizeof(args);
	return copy_to_user(user, &args, sizeof(args)) ? -EFAULT : 0;
}

/* ---- FEATURE ---- */

static int dxg_query_feature(struct dxg_device *dxg, void __user *user, u32 *size)
{
	struct drm_dxg_feature args;
	u32 status, version, flags;
	int ret;

	if (*size < DXG_FEATURE_V1)
		return -EINVAL;
	ret = copy_struct_from_user(&args, sizeof(args), user, *size);
	if (ret)
		return ret;
	if (args.flags || args.version || args.pad)
		return -EINVAL;

	ret = dxg_cmd_is_feature_enabled(&dxg->link, args.feature, &version, &flags, &status);
	if (!ret)
		ret = dxg_status_to_errno(DXGP_CMD_ISFEATUREENABLED, status);
	if (ret)
		return ret;

	args.version = version;
	if (flags & DXGP_FEATURE_ENABLED)
		args.flags |= DRM_DXG_FEATURE_ENABLED;
	if (flags & DXGP_FEATURE_KNOWN)
		args.flags |= DRM_DXG_FEATURE_KNOWN;
	if (flags & DXGP_FEATURE_DRIVER)
		args.flags |= DRM_DXG_FEATURE_DRIVER;
	if (flags & DXGP_FEATURE_CONFIG)
		args.flags |= DRM_DXG_FEATURE_CONFIG;
	*size = sizeof(args);
	return copy_to_user(user, &args, sizeof(args)) ? -EFAULT : 0;
}

/**
 * dxg_query() - Answer DRM_IOCTL_DXG_DEV_QUERY.
 * @dxg: The device, inside drm_dev_enter().
 * @file: Who asks.
 * @args: The argument of the ioctl; @args->size is updated.
 */
int dxg_query(struct dxg_device *dxg, struct drm_file *file, struct drm_dxg_dev_query *args)
{
	static const u32 sizes[] = {
		[DRM_DXG_DEV_QUERY_DEVICE_INFO] = sizeof(struct drm_dxg_device_info),
		[DRM_DXG_DEV_QUERY_HOST_ADAPTER_INFO] = sizeof(struct drm_dxg_host_adapter_info),
		[DRM_DXG_DEV_QUERY_ENGINES] = sizeof(struct drm_dxg_engines),
		[DRM_DXG_DEV_QUERY_FEATURE] = sizeof(struct drm_dxg_feature),
		[DRM_DXG_DEV_QUERY_MEM_REGIONS] = sizeof(struct drm_dxg_mem_regions),
		[DRM_DXG_DEV_QUERY_CLOCK] = sizeof(struct drm_dxg_clock),
	};
	void __user *user = u64_to_user_ptr(args->pointer);

	if (args->type >= ARRAY_SIZE(sizes))
		return -EINVAL;
	if (!args->pointer) {
		args->size = sizes[args->type];
		return 0;
	}
	/* Room for what newer programs know, and a bound for what is cleared or checked. */
	if (args->size > SZ_4K)
		return -EINVAL;

	switch (args->type) {
	case DRM_DXG_DEV_QUERY_DEVICE_INFO:
		return dxg_query_device_info(dxg, user, &args->size);
	case DRM_DXG_DEV_QUERY_HOST_ADAPTER_INFO:
		return dxg_query_host_adapter_info(dxg, file, user, &args->size);
	case DRM_DXG_DEV_QUERY_ENGINES:
		return dxg_query_engines(dxg, file, user, &args->size);
	case DRM_DXG_DEV_QUERY_MEM_REGIONS:
		return dxg_query_mem_regions(dxg, file, user, &args->size);
	case DRM_DXG_DEV_QUERY_CLOCK:
		return dxg_query_clock(dxg, file, user, &args->size);
	default:
		return dxg_query_feature(dxg, user, &args->size);
	}
}

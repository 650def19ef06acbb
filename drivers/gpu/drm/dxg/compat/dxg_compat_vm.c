// SPDX-License-Identifier: GPL-2.0
/*
 * The GPU's address space, of /dev/dxg: reservations, mappings, residency. Its
 * book-keeping is the program's.
 */
#include <linux/err.h>
#include <linux/uaccess.h>

#include "../dxg_cmd_vm.h"
#include "../dxg_device.h"
#include "../dxg_proto.h"
#include "../dxg_status.h"
#include "dxg_compat.h"

/**
 * dxg_compat_reserve_gpu_va() - LX_DXRESERVEGPUVIRTUALADDRESS.
 * @call: The call.
 *
 * An adapter is named, or a paging queue.
 */
int dxg_compat_reserve_gpu_va(struct dxg_compat_call *call)
{
	struct d3dddi_reservegpuvirtualaddress *args = call->args;
	u32 process = dxg_compat_process_host(call->process), status;
	struct dxg_cmd_reserve cmd = {
		.type = args->reservation_type,
		.base = args->base_address,
		.minimum = args->minimum_address,
		.maximum = args->maximum_address,
		.size = args->size,
		.driver_protection = args->driver_protection,
	};
	struct dxg_compat_object *queue;
	struct dxg_device *dxg;
	int ret;

	dxg = dxg_compat_use_adapter(call, args->adapter);
	if (!IS_ERR(dxg)) {
		cmd.adapter = dxg->handle;
	} else {
		queue = ERR_CAST(dxg);
		if (PTR_ERR(dxg) == -EINVAL)
			queue = dxg_compat_use(call, args->adapter, DXG_COMPAT_PAGING_QUEUE);
		if (IS_ERR(queue))
			return PTR_ERR(queue);
		cmd.adapter = queue->handle;
	}
	ret = dxg_cmd_reserve_gpu_va(&call->dxg->link, process, &cmd, DXG_REQ_KILLABLE, &status);
	ret = dxg_compat_result(ret, DXGP_CMD_RESERVEGPUVIRTUALADDRESS, status);
	if (ret < 0)
		return ret;
	args->virtual_address = cmd.address;
	if (dxg_compat_copy_out(call)) {
		dxg_cmd_free_gpu_va(&call->dxg->link, process, call->dxg->handle, cmd.address,
				    args->size, &status);
		return -EFAULT;
	}
	return ret;
}

/**
 * dxg_compat_free_gpu_va() - LX_DXFREEGPUVIRTUALADDRESS.
 * @call: The call.
 */
int dxg_compat_free_gpu_va(struct dxg_compat_call *call)
{
	struct d3dkmt_freegpuvirtualaddress *args = call->args;
	struct dxg_device *dxg;
	u32 status;
	int ret;

	dxg = dxg_compat_use_adapter(call, args->adapter);
	if (IS_ERR(dxg))
		return PTR_ERR(dxg);
	ret = dxg_cmd_free_gpu_va(&dxg->link, dxg_compat_process_host(call->process), dxg->handle,
				  args->base_address, args->size, &status);
	return dxg_compat_result(ret, DXGP_CMD_FREEGPUVIRTUALADDRESS, status);
}

/**
 * dxg_compat_map_gpu_va() - LX_DXMAPGPUVIRTUALADDRESS.
 * @call: The call.
 */
int dxg_compat_map_gpu_va(struct dxg_compat_call *call)
{
	struct d3dddi_mapgpuvirtualaddress *args = call->args;
	struct dxg_cmd_map cmd = {
		.paging_queue = args->paging_queue,
		.allocation = args->allocation,
		.base = args->base_address,
		.minimum = args->minimum_address,
		.maximum = args->maximum_address,
		.offset_pages = args->offset_in_pages,
		.size_pages = args->size_in_pages,
		.protection = args->protection,
		.driver_protection = args->driver_protection,
	};
	struct dxg_compat_object *object;
	u32 status;
	int ret;

	object = dxg_compat_use(call, args->paging_queue, DXG_COMPAT_PAGING_QUEUE);
	if (!IS_ERR(object) && args->allocation)
		object = dxg_compat_use(call, args->allocation, DXG_COMPAT_ALLOCATION);
	if (IS_ERR(object))
		return PTR_ERR(object);
	ret = dxg_cmd_map_gpu_va(&call->dxg->link, dxg_compat_process_host(call->process), &cmd,
				 DXG_REQ_KILLABLE, &status);
	ret = dxg_compat_result(ret, DXGP_CMD_MAPGPUVIRTUALADDRESS, status);
	if (ret >= 0) {
		args->virtual_address = cmd.address;
		args->paging_fence_value = cmd.fence_value;
	}
	return ret;
}

/* One operation in the host's form; what its kind does not use is 0. */
static int dxg_compat_update_op(struct dxg_compat_call *call,
				const struct d3dddi_updategpuvirtualaddress_operation *in,
				struct dxgp_arg_updategpuvirtualaddress_operation *out)
{
	out->operation = in->operation;
	switch (in->operation) {
	case D3DDDI_UPDATEGPUVIRTUALADDRESS_MAP_PROTECT:
		out->data[5] = in->map_protect.protection;
		out->data[6] = in->map_protect.driver_protection;
		fallthrough;
	case D3DDDI_UPDATEGPUVIRTUALADDRESS_MAP:
		out->data[0] = in->map.base_address;
		out->data[1] = in->map.size;
		out->data[2] = in->map.allocation;
		out->data[3] = in->map.allocation_offset;
		out->data[4] = in->map.allocation_size;
		return dxg_compat_check_handles(call, &in->map.allocation, 1,
						DXG_COMPAT_ALLOCATION, NULL);
	case D3DDDI_UPDATEGPUVIRTUALADDRESS_UNMAP:
		out->data[0] = in->unmap.base_address;
		out->data[1] = in->unmap.size;
		out->data[2] = in->unmap.protection;
		return 0;
	case D3DDDI_UPDATEGPUVIRTUALADDRESS_COPY:
		out->data[0] = in->copy.source_address;
		out->data[1] = in->copy.size;
		out->data[2] = in->copy.dest_address;
		return 0;
	default:
		return -EINVAL;
	}
}

/**
 * dxg_compat_update_gpu_va() - LX_DXUPDATEGPUVIRTUALADDRESS.
 * @call: The call.
 */
int dxg_compat_update_gpu_va(struct dxg_compat_call *call)
{
	struct d3dkmt_updategpuvirtualaddress *args = call->args;
	const struct d3dddi_updategpuvirtualaddress_operation *in;
	struct dxgp_arg_updategpuvirtualaddress_operation *out;
	struct dxg_cmd_update cmd = {
		.device = args->device,
		.context = args->context,
		.fence_object = args->fence_object,
		.flags = args->flags,
		.fence_value = args->fence_value,
		.count = args->num_operations,
	};
	struct dxg_compat_object *object;
	u32 i, status;
	int ret = 0;

	if (!cmd.count || cmd.count > DXGP_MAX_VA_OPERATIONS ||
	    args->flags & ~D3DKMT_UPDATEGPUVIRTUALADDRESS_DO_NOT_WAIT)
		return -EINVAL;
	object = dxg_compat_use(call, args->device, DXG_COMPAT_DEVICE);
	if (!IS_ERR(object))
		object = dxg_compat_use(call, args->context, DXG_COMPAT_CONTEXT);
	if (!IS_ERR(object) && args->fence_object)
		object = dxg_compat_use(call, args->fence_object, DXG_COMPAT_SYNC);
	if (IS_ERR(object))
		return PTR_ERR(object);
	in = dxg_compat_copy_in(call, args->operations, cmd.count * sizeof(*in));
	if (IS_ERR(in))
		return PTR_ERR(in);
	out = dxg_compat_alloc_mem(call, cmd.count * sizeof(*out));
	if (IS_ERR(out))
		return PTR_ERR(out);
	for (i = 0; i < cmd.count && !ret; i++)
		ret = dxg_compat_update_op(call, &in[i], &out[i]);
	if (ret)
		return ret;
	cmd.operations = out;
	ret = dxg_cmd_update_gpu_va(&call->dxg->link, dxg_compat_process_host(call->process),
				    &cmd, DXG_REQ_KILLABLE, &status);
	return dxg_compat_result(ret, DXGP_CMD_UPDATEGPUVIRTUALADDRESS, status);
}

/* ---- Residency ---- */

/**
 * dxg_compat_make_resident() - LX_DXMAKERESIDENT.
 * @call: The call.
 *
 * How much is to be evicted is told after a failure, too.
 */
int dxg_compat_make_resident(struct dxg_compat_call *call)
{
	struct d3dddi_makeresident *args = call->args;
	struct dxg_cmd_resident cmd = {
		.paging_queue = args->paging_queue,
		.flags = args->flags,
		.count = args->alloc_count,
	};
	struct dxg_compat_object *object;
	u32 status = 0;
	int ret;

	if (!cmd.count || cmd.count > D3DKMT_MAKERESIDENT_ALLOC_MAX ||
	    args->flags & ~(D3DDDI_MAKERESIDENT_CANT_TRIM_FURTHER |
			    D3DDDI_MAKERESIDENT_MUST_SUCCEED))
		return -EINVAL;
	object = dxg_compat_use(call, args->paging_queue, DXG_COMPAT_PAGING_QUEUE);
	if (IS_ERR(object))
		return PTR_ERR(object);
	cmd.handles = dxg_compat_copy_handles(call, args->allocation_list, cmd.count,
					      DXG_COMPAT_ALLOCATION, NULL);
	if (IS_ERR(cmd.handles))
		return PTR_ERR(cmd.handles);
	ret = dxg_cmd_make_resident(&call->dxg->link, dxg_compat_process_host(call->process),
				    &cmd, DXG_REQ_KILLABLE, &status);
	if (ret)
		return ret;
	args->num_bytes_to_trim = cmd.bytes_to_trim;
	ret = dxg_compat_status(DXGP_CMD_MAKERESIDENT, status);
	if (ret >= 0)
		args->paging_fence_value = cmd.fence_value;
	return dxg_compat_copy_out(call) ?: ret;
}

/**
 * dxg_compat_evict() - LX_DXEVICT.
 * @call: The call.
 */
int dxg_compat_evict(struct dxg_compat_call *call)
{
	struct d3dkmt_evict *args = call->args;
	struct dxg_compat_device *device;
	const u32 *handles;
	u32 status;
	int ret;

	if (!args->alloc_count || args->alloc_count > D3DKMT_MAKERESIDENT_ALLOC_MAX ||
	    args->flags & ~(D3DDDI_EVICT_EVICT_ONLY_IF_NECESSARY | D3DDDI_EVICT_NOT_WRITTEN_TO))
		return -EINVAL;
	device = dxg_compat_use_device(call, args->device);
	if (IS_ERR(device))
		return PTR_ERR(device);
	handles = dxg_compat_copy_handles(call, args->allocations, args->alloc_count,
					  DXG_COMPAT_ALLOCATION, device);
	if (IS_ERR(handles))
		return PTR_ERR(handles);
	ret = dxg_cmd_evict(&call->dxg->link, dxg_compat_process_host(call->process),
			    args->device, handles, args->alloc_count, args->flags,
			    DXG_REQ_KILLABLE, &args->num_bytes_to_trim, &status);
	return dxg_compat_result(ret, DXGP_CMD_EVICT, status);
}

// SPDX-License-Identifier: MIT
/*
 * GPU addresses and residency on the render node: a paging queue is a bind queue,
 * whose fence is the paging fence.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "d3dkmt_priv.h"

/* What one VM_BIND takes, of a driver of version 1.0. */
#define MAX_OPS		1024u
#define MAX_UPDATES	2048u

NTSTATUS kmt_paging_status(struct kmt_object *paging, uint64_t value)
{
	uint64_t now;

	if (!dxg_fence_get_value(dxg_queue_fence(paging->queue), &now) && now >= value)
		return STATUS_SUCCESS;
	return STATUS_PENDING;
}

NTSTATUS render_MakeResident(D3DDDI_MAKERESIDENT *args)
{
	const uint32_t known = D3DDDI_MAKERESIDENT_CANT_TRIM_FURTHER |
			       D3DDDI_MAKERESIDENT_MUST_SUCCEED;
	struct kmt_object *paging = kmt_object_get(args->paging_queue, KMT_PAGING), **list = NULL;
	uint32_t count = args->alloc_count, done = 0, part, i;
	NTSTATUS status = STATUS_INVALID_PARAMETER;
	struct drm_dxg_vm_bind_op *ops = NULL;

	if (!paging || count > D3DKMT_MAKERESIDENT_ALLOC_MAX || args->flags & ~known)
		goto out;
	list = kmt_list_get(kmt_ptr(args->allocation_list), count, KMT_ALLOCATION, &status);
	if (!list)
		goto out;
	ops = calloc(count, sizeof(*ops));
	if (!ops)
		status = STATUS_NO_MEMORY;
	for (i = 0; ops && i < count; i++) {
		if (list[i]->device != paging->device)
			status = STATUS_INVALID_PARAMETER;
		ops[i].op = DRM_DXG_BIND_MAKE_RESIDENT;
		ops[i].bo_handle = dxg_bo_handle(list[i]->bo);
		if (args->flags & D3DDDI_MAKERESIDENT_CANT_TRIM_FURTHER)
			ops[i].flags |= DRM_DXG_BIND_CANT_TRIM;
		if (args->flags & D3DDDI_MAKERESIDENT_MUST_SUCCEED)
			ops[i].flags |= DRM_DXG_BIND_MUST_SUCCEED;
	}
	args->num_bytes_to_trim = 0;
	while (!status && done < count) {
		part = count - done < MAX_OPS ? count - done : MAX_OPS;
		status = kmt_render_status(dxg_vm_bind(paging->device->vm, paging->queue,
						       ops + done, part, NULL, 0));
		/* How much is over the budget is told with a refusal, too. */
		for (i = done; i < done + part; i++) {
			if (ops[i].bytes_to_trim > args->num_bytes_to_trim)
				args->num_bytes_to_trim = ops[i].bytes_to_trim;
		}
		if (!status)
			done += part;
	}
	if (!status) {
		args->paging_fence_value = ops[count - 1].fence_value;
		status = kmt_paging_status(paging, args->paging_fence_value);
	} else if (done) {
		/* All or none. */
		for (i = 0; i < done; i++)
			ops[i] = (struct drm_dxg_vm_bind_op) {
				.op = DRM_DXG_BIND_EVICT,
				.bo_handle = ops[i].bo_handle,
			};
		for (i = 0; i < done; i += MAX_OPS)
			dxg_vm_bind(paging->device->vm, NULL, ops + i, MAX_OPS, NULL, 0);
	}
out:
	free(ops);
	kmt_list_put(list, count);
	kmt_object_put(paging);
	return status;
}

NTSTATUS render_Evict(D3DKMT_EVICT *args)
{
	const uint32_t known = D3DDDI_EVICT_EVICT_ONLY_IF_NECESSARY | D3DDDI_EVICT_NOT_WRITTEN_TO;
	struct kmt_object *device = kmt_object_get(args->device, KMT_DEVICE), **list = NULL;
	uint32_t count = args->alloc_count, done = 0, part, i;
	NTSTATUS status = STATUS_INVALID_PARAMETER;
	struct drm_dxg_vm_bind_op *ops = NULL;

	if (!device || count > D3DKMT_MAKERESIDENT_ALLOC_MAX || args->flags & ~known)
		goto out;
	list = kmt_list_get(kmt_ptr(args->allocations), count, KMT_ALLOCATION, &status);
	if (!list)
		goto out;
	ops = calloc(count, sizeof(*ops));
	if (!ops)
		status = STATUS_NO_MEMORY;
	for (i = 0; ops && i < count; i++) {
		if (list[i]->device != device)
			status = STATUS_INVALID_PARAMETER;
		ops[i].op = DRM_DXG_BIND_EVICT;
		ops[i].bo_handle = dxg_bo_handle(list[i]->bo);
		/* That it was not written to is a hint that nothing has use for. */
		if (args->flags & D3DDDI_EVICT_EVICT_ONLY_IF_NECESSARY)
			ops[i].flags = DRM_DXG_BIND_LAZY;
	}
	while (!status && done < count) {
		part = count - done < MAX_OPS ? count - done : MAX_OPS;
		status = kmt_render_status(dxg_vm_bind(device->vm, NULL, ops + done, part, NULL,
						       0));
		done += part;
	}
	if (!status)
		args->num_bytes_to_trim = ops[count - 1].bytes_to_trim;
out:
	free(ops);
	kmt_list_put(list, count);
	kmt_object_put(device);
	return status;
}

/* ---- Ranges ---- */

static int reserve(struct kmt_adapter *adapter, struct dxg_vm *vm,
		   const D3DDDI_RESERVEGPUVIRTUALADDRESS *args, __u64 *va)
{
	struct drm_dxg_vm_reserve r = {
		.vm_id = dxg_vm_id(vm),
		.va = args->base_address,
		.size = args->size,
		.driver_protection = args->driver_protection,
	};
	int ret;

	if (args->reservation_type == D3DDDIGPUVA_RESERVE_ZERO)
		r.flags = DRM_DXG_RESERVE_ZERO;
	if (!r.va) {
		r.va_min = args->minimum_address;
		r.va_max = args->maximum_address;
	}
	ret = kmt_ioctl(adapter, DRM_IOCTL_DXG_VM_RESERVE, &r);
	if (!ret)
		*va = r.va;
	return ret;
}

NTSTATUS render_ReserveGpuVirtualAddress(D3DDDI_RESERVEGPUVIRTUALADDRESS *args)
{
	struct kmt_object *o = kmt_object_get(args->adapter, KMT_ADAPTER);
	NTSTATUS status = STATUS_INVALID_PARAMETER;
	struct dxg_vm *vm = NULL;

	if (!o)
		o = kmt_object_get(args->adapter, KMT_PAGING);
	if (!o || !args->size)
		goto out;
	status = STATUS_NOT_SUPPORTED;
	if (args->reservation_type == D3DDDIGPUVA_RESERVE_NO_COMMIT)
		goto out;
	status = STATUS_INVALID_PARAMETER;
	if (args->reservation_type > D3DDDIGPUVA_RESERVE_NO_COMMIT)
		goto out;
	status = kmt_adapter_vm(o->adapter, &vm);
	if (!status)
		status = kmt_render_status(reserve(o->adapter, vm, args, &args->virtual_address));
out:
	dxg_vm_unref(vm);
	kmt_object_put(o);
	return status;
}

NTSTATUS render_FreeGpuVirtualAddress(D3DKMT_FREEGPUVIRTUALADDRESS *args)
{
	struct kmt_object *o = kmt_object_get(args->adapter, KMT_ADAPTER);
	struct dxg_vm *vm = NULL;
	NTSTATUS status;

	if (!o)
		return STATUS_INVALID_PARAMETER;
	status = kmt_adapter_vm(o->adapter, &vm);
	if (!status)
		status = kmt_render_status(dxg_vm_free(vm, args->base_address, args->size));
	dxg_vm_unref(vm);
	kmt_object_put(o);
	return status;
}

/* What a protection asks for: the operation and its flags. False: it cannot be. */
static bool protect(struct drm_dxg_vm_bind_op *op, uint64_t protection)
{
	const uint64_t known = D3DDDIGPUVA_PROTECTION_TYPE_WRITE |
			       D3DDDIGPUVA_PROTECTION_TYPE_EXECUTE |
			       D3DDDIGPUVA_PROTECTION_TYPE_ZERO |
			       D3DDDIGPUVA_PROTECTION_TYPE_NO_ACCESS;

	if (protection & ~known)
		return false;
	if (protection & D3DDDIGPUVA_PROTECTION_TYPE_NO_ACCESS) {
		op->op = DRM_DXG_BIND_UNMAP;
	} else if (protection & D3DDDIGPUVA_PROTECTION_TYPE_ZERO) {
		op->op = DRM_DXG_BIND_MAP_NULL;
	} else {
		op->op = DRM_DXG_BIND_MAP;
		if (~protection & D3DDDIGPUVA_PROTECTION_TYPE_WRITE)
			op->flags |= DRM_DXG_BIND_READONLY;
		if (protection & D3DDDIGPUVA_PROTECTION_TYPE_EXECUTE)
			op->flags |= DRM_DXG_BIND_EXECUTE;
	}
	return true;
}

/* A range without an allocation, and nothing in it: a reservation. */
static NTSTATUS map_nothing(D3DDDI_MAPGPUVIRTUALADDRESS *args, struct kmt_object *paging)
{
	D3DDDI_RESERVEGPUVIRTUALADDRESS r = {
		.base_address = args->base_address,
		.minimum_address = args->minimum_address,
		.maximum_address = args->maximum_address,
		.size = args->size_in_pages * KMT_PAGE,
		.driver_protection = args->driver_protection,
	};

	args->paging_fence_value = 0;
	return kmt_render_status(reserve(paging->adapter, paging->device->vm, &r,
					 &args->virtual_address));
}

NTSTATUS render_MapGpuVirtualAddress(D3DDDI_MAPGPUVIRTUALADDRESS *args)
{
	struct kmt_object *paging = kmt_object_get(args->paging_queue, KMT_PAGING);
	struct kmt_object *o = kmt_object_get(args->allocation, KMT_ALLOCATION);
	struct drm_dxg_vm_bind_op op = {
		.va = args->base_address,
		.size = args->size_in_pages * KMT_PAGE,
	};
	NTSTATUS status = STATUS_INVALID_PARAMETER;
	bool reserved = false;
	struct dxg_vm *vm;
	int ret;

	if (!paging || (args->allocation && (!o || o->device != paging->device)) ||
	    !args->size_in_pages || args->size_in_pages > UINT64_MAX / KMT_PAGE ||
	    args->offset_in_pages > UINT64_MAX / KMT_PAGE || !protect(&op, args->protection))
		goto out;
	if (!o && op.op != DRM_DXG_BIND_MAP_NULL) {
		status = map_nothing(args, paging);
		goto out;
	}
	if (o && op.op != DRM_DXG_BIND_MAP)
		goto out;
	if (o) {
		op.bo_handle = dxg_bo_handle(o->bo);
		op.alloc_index = o->index;
		op.bo_offset = args->offset_in_pages * KMT_PAGE;
		op.driver_protection = args->driver_protection;
	}
	vm = paging->device->vm;
	if (!op.va) {
		op.flags |= DRM_DXG_BIND_ANY_VA;
		op.va = args->minimum_address;
		op.va_max = args->maximum_address;
	}
	ret = dxg_vm_bind(vm, paging->queue, &op, 1, NULL, 0);
	/* An address that is not reserved is free, then: it becomes a range of its own. */
	if (ret == -ENOENT && args->base_address) {
		uint64_t va = op.va;

		reserved = !dxg_vm_reserve(vm, 0, op.size, &va);
		if (reserved)
			ret = dxg_vm_bind(vm, paging->queue, &op, 1, NULL, 0);
	}
	if (ret && reserved)
		dxg_vm_free(vm, op.va, op.size);
	status = kmt_render_status(ret);
	if (!status) {
		args->virtual_address = op.va;
		args->paging_fence_value = op.fence_value;
		status = kmt_paging_status(paging, op.fence_value);
	}
out:
	kmt_object_put(o);
	kmt_object_put(paging);
	return status;
}

/* One operation of an update. @keep: the allocation, which is held until all are sent. */
static NTSTATUS update_op(const D3DDDI_UPDATEGPUVIRTUALADDRESS_OPERATION *in,
			  struct kmt_object *device, struct drm_dxg_vm_bind_op *op,
			  struct kmt_object **keep)
{
	uint64_t protection = D3DDDIGPUVA_PROTECTION_TYPE_WRITE;

	switch (in->operation) {
	case D3DDDI_UPDATEGPUVIRTUALADDRESS_MAP_PROTECT:
		protection = in->map_protect.protection;
		op->driver_protection = in->map_protect.driver_protection;
		break;
	case D3DDDI_UPDATEGPUVIRTUALADDRESS_MAP:
		break;
	case D3DDDI_UPDATEGPUVIRTUALADDRESS_UNMAP:
		op->va = in->unmap.base_address;
		op->size = in->unmap.size;
		if (!in->unmap.protection)
			op->op = DRM_DXG_BIND_UNMAP;
		else if (!protect(op, in->unmap.protection) || op->op == DRM_DXG_BIND_MAP)
			return STATUS_INVALID_PARAMETER;
		return STATUS_SUCCESS;
	case D3DDDI_UPDATEGPUVIRTUALADDRESS_COPY:
		op->op = DRM_DXG_BIND_COPY;
		op->src_va = in->copy.source_address;
		op->va = in->copy.dest_address;
		op->size = in->copy.size;
		return STATUS_SUCCESS;
	default:
		return STATUS_INVALID_PARAMETER;
	}
	/* Both kinds of maps begin alike. A range that repeats what it maps is not there. */
	if (in->map.allocation_size && in->map.allocation_size != in->map.size)
		return STATUS_NOT_SUPPORTED;
	*keep = kmt_object_get(in->map.allocation, KMT_ALLOCATION);
	if (!*keep || (*keep)->device != device || !protect(op, protection) ||
	    op->op != DRM_DXG_BIND_MAP)
		return STATUS_INVALID_PARAMETER;
	op->va = in->map.base_address;
	op->size = in->map.size;
	op->bo_handle = dxg_bo_handle((*keep)->bo);
	op->alloc_index = (*keep)->index;
	op->bo_offset = in->map.allocation_offset;
	return STATUS_SUCCESS;
}

NTSTATUS render_UpdateGpuVirtualAddress(D3DKMT_UPDATEGPUVIRTUALADDRESS *args)
{
	const D3DDDI_UPDATEGPUVIRTUALADDRESS_OPERATION *in = kmt_ptr(args->operations);
	struct kmt_object *device = kmt_object_get(args->device, KMT_DEVICE);
	struct kmt_object *context = kmt_object_get(args->context, KMT_CONTEXT);
	struct kmt_object *fence = kmt_object_get(args->fence_object, KMT_SYNC), **keep = NULL;
	uint32_t count = args->num_operations, i;
	NTSTATUS status = STATUS_INVALID_PARAMETER;
	struct drm_dxg_vm_bind_op *ops = NULL;

	if (!device || !context || !fence || context->device != device ||
	    fence->device != device || !in || !count || count > MAX_UPDATES)
		goto out;
	status = STATUS_NOT_SUPPORTED;
	if (~args->flags & D3DKMT_UPDATEGPUVIRTUALADDRESS_DO_NOT_WAIT || count > MAX_OPS)
		goto out;
	status = STATUS_NO_MEMORY;
	ops = calloc(count, sizeof(*ops));
	keep = calloc(count, sizeof(*keep));
	if (!ops || !keep)
		goto out;
	status = STATUS_SUCCESS;
	for (i = 0; !status && i < count; i++)
		status = update_op(&in[i], device, &ops[i], &keep[i]);
	/* In force when this returns: the fence may be raised at once. */
	if (!status)
		status = kmt_render_status(dxg_vm_bind(device->vm, NULL, ops, count, NULL, 0));
	if (!status)
		status = kmt_render_status(dxg_fence_signal(fence->fence, args->fence_value));
out:
	kmt_list_put(keep, keep ? count : 0);
	free(ops);
	kmt_object_put(fence);
	kmt_object_put(context);
	kmt_object_put(device);
	return status;
}

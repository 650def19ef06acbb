// SPDX-License-Identifier: MIT
/*
 * Address spaces: reservations, bindings, state.
 */
#include <errno.h>
#include <stdlib.h>

#include "dxg_priv.h"

drm_public int dxg_vm_new(struct dxg_device *dev, uint32_t flags, struct dxg_vm **out)
{
	struct drm_dxg_vm_create args = { .flags = flags };
	struct dxg_vm *vm;
	int ret;

	vm = calloc(1, sizeof(*vm));
	if (!vm)
		return -ENOMEM;
	ret = dxg_ioctl(dev->fd, DRM_IOCTL_DXG_VM_CREATE, &args);
	if (ret) {
		free(vm);
		return ret;
	}
	atomic_init(&vm->refcount, 1);
	vm->dev = dxg_device_ref(dev);
	vm->id = args.vm_id;
	vm->host_handle = args.host_handle;
	*out = vm;
	return 0;
}

drm_public struct dxg_vm *dxg_vm_ref(struct dxg_vm *vm)
{
	dxg_ref_get(&vm->refcount);
	return vm;
}

drm_public void dxg_vm_unref(struct dxg_vm *vm)
{
	struct drm_dxg_vm_destroy args = {};

	if (!vm || !dxg_ref_put(&vm->refcount))
		return;
	args.vm_id = vm->id;
	dxg_ioctl(vm->dev->fd, DRM_IOCTL_DXG_VM_DESTROY, &args);
	dxg_device_unref(vm->dev);
	free(vm);
}

drm_public uint32_t dxg_vm_id(const struct dxg_vm *vm)
{
	return vm->id;
}

drm_public uint32_t dxg_vm_host_handle(const struct dxg_vm *vm)
{
	return vm->host_handle;
}

drm_public struct dxg_device *dxg_vm_device(const struct dxg_vm *vm)
{
	return vm->dev;
}

drm_public int dxg_vm_get_state(struct dxg_vm *vm, struct drm_dxg_vm_get_state *state)
{
	struct drm_dxg_vm_get_state args = { .vm_id = vm->id };
	int ret;

	ret = dxg_ioctl(vm->dev->fd, DRM_IOCTL_DXG_VM_GET_STATE, &args);
	if (!ret)
		*state = args;
	return ret;
}

drm_public int dxg_vm_reserve(struct dxg_vm *vm, uint32_t flags, uint64_t size, uint64_t *va)
{
	struct drm_dxg_vm_reserve args = {
		.vm_id = vm->id,
		.flags = flags,
		.va = *va,
		.size = size,
	};
	int ret;

	ret = dxg_ioctl(vm->dev->fd, DRM_IOCTL_DXG_VM_RESERVE, &args);
	if (!ret)
		*va = args.va;
	return ret;
}

drm_public int dxg_vm_free(struct dxg_vm *vm, uint64_t va, uint64_t size)
{
	return dxg_vm_reserve(vm, DRM_DXG_RESERVE_FREE, size, &va);
}

drm_public int dxg_vm_bind(struct dxg_vm *vm, struct dxg_queue *queue,
			   struct drm_dxg_vm_bind_op *ops, uint32_t op_count,
			   const struct drm_dxg_sync_op *syncs, uint32_t sync_count)
{
	struct drm_dxg_vm_bind args = {
		.vm_id = vm->id,
		.ops = { sizeof(*ops), op_count, (uintptr_t)ops },
		.syncs = { sizeof(*syncs), sync_count, (uintptr_t)syncs },
	};

	if (queue) {
		args.flags = DRM_DXG_VM_BIND_ASYNC;
		args.queue_id = dxg_queue_id(queue);
	}
	return dxg_ioctl(vm->dev->fd, DRM_IOCTL_DXG_VM_BIND, &args);
}

drm_public int dxg_vm_map_bo(struct dxg_vm *vm, struct dxg_bo *bo, uint32_t alloc, uint32_t flags,
			     uint64_t *va)
{
	struct drm_dxg_vm_bind_op ops[2] = {
		{
			.op = DRM_DXG_BIND_MAKE_RESIDENT,
			.bo_handle = dxg_bo_handle(bo),
		}, {
			.op = DRM_DXG_BIND_MAP,
			.flags = flags,
			.bo_handle = dxg_bo_handle(bo),
			.alloc_index = alloc,
			.va = *va,
			.size = dxg_bo_size(bo, alloc),
		},
	};
	int ret;

	if (!*va)
		ops[1].flags |= DRM_DXG_BIND_ANY_VA;
	ret = dxg_vm_bind(vm, NULL, ops, 2, NULL, 0);
	if (!ret)
		*va = ops[1].va;
	return ret;
}

drm_public int dxg_vm_unmap(struct dxg_vm *vm, uint64_t va, uint64_t size)
{
	struct drm_dxg_vm_bind_op op = { .op = DRM_DXG_BIND_UNMAP, .va = va, .size = size };

	return dxg_vm_bind(vm, NULL, &op, 1, NULL, 0);
}

drm_public int dxg_vm_driver_private(struct dxg_vm *vm, struct dxg_queue *queue, uint32_t flags,
				     void *data, uint32_t size)
{
	struct drm_dxg_driver_private args = {
		.vm_id = vm->id,
		.queue_id = queue ? dxg_queue_id(queue) : 0,
		.flags = flags,
		.data_size = size,
		.data = (uintptr_t)data,
	};

	return dxg_ioctl(vm->dev->fd, DRM_IOCTL_DXG_DRIVER_PRIVATE, &args);
}

// SPDX-License-Identifier: MIT
/*
 * Helpers for tests that reserve and bind addresses.
 */
#include "igt_dxg_vm.h"

#include "igt.h"
#include "igt_dxg.h"
#include "igt_dxg_exec.h"

/* --- Reservations --- */

int __dxg_reserve(int fd, uint32_t vm, uint32_t flags, uint64_t *va, uint64_t size)
{
	struct drm_dxg_vm_reserve args = { .vm_id = vm, .flags = flags, .va = *va, .size = size };
	int ret = __dxg_ioctl(fd, DRM_IOCTL_DXG_VM_RESERVE, &args);

	if (!ret)
		*va = args.va;
	return ret;
}

uint64_t igt_dxg_reserve(int fd, uint32_t vm, uint64_t size)
{
	uint64_t va = 0;

	igt_assert_eq(__dxg_reserve(fd, vm, 0, &va, size), 0);
	igt_assert_neq_u64(va, 0);
	return va;
}

int __dxg_unreserve(int fd, uint32_t vm, uint64_t va, uint64_t size)
{
	struct drm_dxg_vm_reserve args = {
		.vm_id = vm,
		.flags = DRM_DXG_RESERVE_FREE,
		.va = va,
		.size = size,
	};

	return __dxg_ioctl(fd, DRM_IOCTL_DXG_VM_RESERVE, &args);
}

void igt_dxg_unreserve(int fd, uint32_t vm, uint64_t va, uint64_t size)
{
	igt_assert_eq(__dxg_unreserve(fd, vm, va, size), 0);
}

/* --- Binds --- */

struct drm_dxg_vm_bind_op igt_dxg_op_map(uint32_t bo, uint64_t bo_offset, uint64_t va,
					 uint64_t size)
{
	return (struct drm_dxg_vm_bind_op) {
		.op = DRM_DXG_BIND_MAP,
		.bo_handle = bo,
		.bo_offset = bo_offset,
		.va = va,
		.size = size,
	};
}

struct drm_dxg_vm_bind_op igt_dxg_op_range(uint32_t type, uint64_t va, uint64_t size)
{
	return (struct drm_dxg_vm_bind_op) { .op = type, .va = va, .size = size };
}

struct drm_dxg_vm_bind_op igt_dxg_op_bo(uint32_t type, uint32_t bo)
{
	return (struct drm_dxg_vm_bind_op) { .op = type, .bo_handle = bo };
}

int __dxg_bind(int fd, uint32_t vm, struct drm_dxg_vm_bind_op *ops, uint32_t count)
{
	struct drm_dxg_vm_bind args = {
		.vm_id = vm,
		.ops = { .stride = sizeof(*ops), .count = count, .array = (uintptr_t)ops },
	};

	return __dxg_ioctl(fd, DRM_IOCTL_DXG_VM_BIND, &args);
}

void igt_dxg_bind_op(int fd, uint32_t vm, struct drm_dxg_vm_bind_op op)
{
	igt_assert_eq(__dxg_bind(fd, vm, &op, 1), 0);
}

int __dxg_bind_async(int fd, uint32_t vm, uint32_t queue, struct drm_dxg_vm_bind_op *ops,
		     uint32_t count, struct drm_dxg_sync_op *syncs, uint32_t sync_count)
{
	struct drm_dxg_vm_bind args = {
		.vm_id = vm,
		.flags = DRM_DXG_VM_BIND_ASYNC,
		.queue_id = queue,
		.ops = { .stride = sizeof(*ops), .count = count, .array = (uintptr_t)ops },
		.syncs = {
			.stride = sizeof(*syncs),
			.count = sync_count,
			.array = (uintptr_t)syncs,
		},
	};

	return __dxg_ioctl(fd, DRM_IOCTL_DXG_VM_BIND, &args);
}

uint32_t igt_dxg_bind_queue_create(int fd, uint32_t vm, uint32_t *fence)
{
	struct drm_dxg_queue_create args = { .vm_id = vm, .type = DRM_DXG_QUEUE_BIND };

	igt_assert_eq(__dxg_queue_create(fd, &args), 0);
	igt_assert_neq_u32(args.queue_id, 0);
	if (fence)
		*fence = args.fence_handle;
	return args.queue_id;
}

/* --- State --- */

int __dxg_vm_get_state(int fd, uint32_t vm, struct drm_dxg_vm_get_state *state)
{
	*state = (struct drm_dxg_vm_get_state) { .vm_id = vm };
	return __dxg_ioctl(fd, DRM_IOCTL_DXG_VM_GET_STATE, state);
}

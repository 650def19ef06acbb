// SPDX-License-Identifier: MIT
/*
 * Helpers for tests that run work.
 */
#include "igt_dxg_exec.h"

#include <sys/mman.h>

#include "igt.h"
#include "igt_dxg.h"
#include "igt_syncobj.h"
#include "sw_sync.h"

#define PAGE	4096ull

/* --- Buffers --- */

static void buffer_bind(int fd, struct igt_dxg_buffer *buffer)
{
	struct drm_dxg_vm_bind_op ops[] = {
		{
			.op = DRM_DXG_BIND_MAP,
			.flags = DRM_DXG_BIND_ANY_VA | DRM_DXG_BIND_EXECUTE,
			.bo_handle = buffer->handle,
			.size = buffer->size,
		},
		{ .op = DRM_DXG_BIND_MAKE_RESIDENT, .bo_handle = buffer->handle },
	};
	struct drm_dxg_vm_bind args = {
		.vm_id = buffer->vm,
		.ops = { .stride = sizeof(ops[0]), .count = 2, .array = (uintptr_t)ops },
	};

	igt_dxg_ioctl(fd, DRM_IOCTL_DXG_VM_BIND, &args, 0);
	igt_assert_neq_u64(ops[0].va, 0);
	buffer->va = ops[0].va;
}

void igt_dxg_buffer_create(int fd, uint32_t vm, uint64_t size, struct igt_dxg_buffer *buffer)
{
	struct drm_dxg_bo_alloc alloc = { .size = (size + PAGE - 1) & ~(PAGE - 1) };
	struct drm_dxg_bo_create bo = {
		.vm_id = vm,
		.flags = DRM_DXG_BO_SYSTEM | DRM_DXG_BO_STANDARD,
		.allocs = { .stride = sizeof(alloc), .count = 1, .array = (uintptr_t)&alloc },
	};
	struct drm_dxg_bo_mmap_offset offset = { 0 };

	igt_dxg_ioctl(fd, DRM_IOCTL_DXG_BO_CREATE, &bo, 0);
	buffer->vm = vm;
	buffer->handle = bo.handle;
	buffer->size = alloc.size;
	buffer_bind(fd, buffer);

	offset.handle = bo.handle;
	igt_dxg_ioctl(fd, DRM_IOCTL_DXG_BO_MMAP_OFFSET, &offset, 0);
	buffer->map = mmap(NULL, buffer->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
			   (off_t)offset.offset);
	igt_assert(buffer->map != MAP_FAILED);
}

void igt_dxg_buffer_destroy(int fd, struct igt_dxg_buffer *buffer)
{
	struct drm_dxg_vm_reserve reserve = {
		.vm_id = buffer->vm,
		.flags = DRM_DXG_RESERVE_FREE,
		.va = buffer->va,
		.size = buffer->size,
	};
	struct drm_gem_close close_args = { .handle = buffer->handle };

	igt_assert_eq(munmap(buffer->map, buffer->size), 0);
	igt_dxg_ioctl(fd, DRM_IOCTL_DXG_VM_RESERVE, &reserve, 0);
	igt_dxg_ioctl(fd, DRM_IOCTL_GEM_CLOSE, &close_args, 0);
}

/* --- Queues --- */

struct drm_dxg_queue_create igt_dxg_context(uint32_t vm, uint32_t node)
{
	return (struct drm_dxg_queue_create) {
		.vm_id = vm,
		.type = DRM_DXG_QUEUE_CONTEXT,
		.node = node,
	};
}

int __dxg_queue_create(int fd, struct drm_dxg_queue_create *args)
{
	return __dxg_ioctl(fd, DRM_IOCTL_DXG_QUEUE_CREATE, args);
}

uint32_t igt_dxg_queue_create(int fd, uint32_t vm, uint32_t node)
{
	struct drm_dxg_queue_create args = igt_dxg_context(vm, node);

	igt_assert_eq(__dxg_queue_create(fd, &args), 0);
	igt_assert_neq_u32(args.queue_id, 0);
	return args.queue_id;
}

uint32_t igt_dxg_hw_queue_create(int fd, uint32_t vm, uint32_t node, uint32_t *parent)
{
	struct drm_dxg_queue_create args = igt_dxg_context(vm, node);
	struct drm_dxg_device_info info;

	igt_dxg_device_info(fd, &info);
	igt_require_f(info.flags & DRM_DXG_DEVICE_HW_SCHEDULING, "no hardware queues\n");

	args.flags = DRM_DXG_QUEUE_HW_PARENT;
	igt_assert_eq(__dxg_queue_create(fd, &args), 0);
	*parent = args.queue_id;
	args = (struct drm_dxg_queue_create) {
		.vm_id = vm,
		.type = DRM_DXG_QUEUE_HW,
		.parent = *parent,
	};
	igt_assert_eq(__dxg_queue_create(fd, &args), 0);
	return args.queue_id;
}

int __dxg_queue_destroy(int fd, uint32_t queue)
{
	struct drm_dxg_queue_destroy args = { .queue_id = queue };

	return __dxg_ioctl(fd, DRM_IOCTL_DXG_QUEUE_DESTROY, &args);
}

void igt_dxg_queue_destroy(int fd, uint32_t queue)
{
	igt_assert_eq(__dxg_queue_destroy(fd, queue), 0);
}

int __dxg_queue_set(int fd, uint32_t queue, uint32_t property, int64_t value)
{
	struct drm_dxg_queue_set_property args = {
		.queue_id = queue,
		.property = property,
		.value = value,
	};

	return __dxg_ioctl(fd, DRM_IOCTL_DXG_QUEUE_SET_PROPERTY, &args);
}

void igt_dxg_queue_state(int fd, uint32_t queue, struct drm_dxg_queue_get_state *state)
{
	memset(state, 0, sizeof(*state));
	state->queue_id = queue;
	igt_dxg_ioctl(fd, DRM_IOCTL_DXG_QUEUE_GET_STATE, state, 0);
}

/* --- Submissions --- */

static struct drm_dxg_sync_op syncobj_op(uint32_t handle, uint64_t point, uint32_t flags)
{
	return (struct drm_dxg_sync_op) {
		.flags = (point ? DRM_DXG_SYNC_TIMELINE : DRM_DXG_SYNC_SYNCOBJ) | flags,
		.handle = handle,
		.value = point,
	};
}

struct drm_dxg_sync_op igt_dxg_wait_syncobj(uint32_t handle, uint64_t point)
{
	return syncobj_op(handle, point, 0);
}

struct drm_dxg_sync_op igt_dxg_signal_syncobj(uint32_t handle, uint64_t point)
{
	return syncobj_op(handle, point, DRM_DXG_SYNC_SIGNAL);
}

struct drm_dxg_submit igt_dxg_work(uint64_t va, uint32_t length, struct drm_dxg_sync_op *syncs,
				   uint32_t count)
{
	return (struct drm_dxg_submit) {
		.va = va,
		.length = length,
		.syncs = {
			.stride = sizeof(*syncs),
			.count = count,
			.array = (uintptr_t)syncs,
		},
	};
}

int __dxg_submit(int fd, uint32_t queue, struct drm_dxg_submit *submits, uint32_t count)
{
	struct drm_dxg_queue_submit args = {
		.queue_id = queue,
		.submits = {
			.stride = sizeof(*submits),
			.count = count,
			.array = (uintptr_t)submits,
		},
	};

	return __dxg_ioctl(fd, DRM_IOCTL_DXG_QUEUE_SUBMIT, &args);
}

void igt_dxg_submit(int fd, uint32_t queue, struct drm_dxg_submit submit)
{
	igt_assert_eq(__dxg_submit(fd, queue, &submit, 1), 0);
}

int igt_dxg_sync_file(int fd, uint32_t syncobj)
{
	return syncobj_handle_to_fd(fd, syncobj, DRM_SYNCOBJ_HANDLE_TO_FD_FLAGS_EXPORT_SYNC_FILE);
}

int igt_dxg_syncobj_result(int fd, uint32_t syncobj, int seconds)
{
	int file, status;

	igt_assert_f(syncobj_wait(fd, &syncobj, 1, igt_dxg_time(seconds * 1000), 0, NULL),
		     "not signalled after %d s\n", seconds);
	file = igt_dxg_sync_file(fd, syncobj);
	status = sync_fence_status(file);
	close(file);
	return status;
}

void igt_dxg_run(int fd, uint32_t queue, uint64_t va, uint32_t length)
{
	uint32_t syncobj = syncobj_create(fd, 0);
	struct drm_dxg_sync_op op = igt_dxg_signal_syncobj(syncobj, 0);

	igt_dxg_submit(fd, queue, igt_dxg_work(va, length, &op, 1));
	igt_assert_eq(igt_dxg_syncobj_result(fd, syncobj, 120), 1);
	syncobj_destroy(fd, syncobj);
}

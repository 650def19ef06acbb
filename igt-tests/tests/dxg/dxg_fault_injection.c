// SPDX-License-Identifier: MIT
/*
 * Error paths: each call is made again and again, and each time the next thing in it that
 * can fail does, until it passes without having met the fault. What can fail is memory
 * (failslab, fail_page_alloc) or what is asked of the host (fail_function).
 *
 * Needs a kernel with fault injection; in this project, the debug kernel.
 */
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "igt.h"
#include "igt_dxg.h"
#include "igt_dxg_bo.h"
#include "igt_dxg_exec.h"
#include "igt_dxg_fence.h"
#include "igt_dxg_inject.h"
#include "igt_dxg_vm.h"
#include "igt_syncobj.h"
#include "softgpu_alloc.h"
#include "softgpu_build.h"
#include "softgpu_escape.h"

/**
 * TEST: dxg fault_injection
 * Category: Core
 * Mega feature: dxg
 * Sub-category: robustness
 * Functionality: error paths of the guest
 *
 * SUBTEST: memory
 * Description: Each allocation of memory of each call fails once.
 *
 * SUBTEST: requests
 * Description: Each request of each call to the host fails once.
 *
 * SUBTEST: leaks
 * Description: Nothing was left behind in the guest.
 */

IGT_TEST_DESCRIPTION("Every error path of every ioctl of the dxg driver.");

#define PAGE	4096ull
#define KB64	(64ull << 10)
#define DEBUGFS	"/sys/kernel/debug/"

/* More points than any call has. */
#define POINTS	400

/* What a call may have made, and works on. */
struct env {
	int fd;
	uint32_t vm;
	uint32_t bo;			/* host memory */
	uint32_t shared;		/* system memory, shareable */
	uint64_t va;			/* a reservation of 64 KiB */
	uint32_t queue, bind_queue;
	uint32_t syncobj[2];
	uint32_t fence;
	struct igt_dxg_buffer commands;
	uint32_t length;		/* of the commands */
	void *memory;			/* of the program, 64 KiB */
	char path[64];			/* of the node */

	/* Of the call under test. */
	uint32_t made;
	uint64_t made_va;
	int made_fd;
	void *map;
};

/**
 * struct walk - A call to be walked.
 */
struct walk {
	const char *name;
	uint32_t vm_flags;
	/* Before each call, without faults; may be NULL. */
	void (*before)(struct env *e);
	/* The call: 0 or a negative errno. */
	int (*call)(struct env *e);
	/* Undo what a call that did not fail has done; may be NULL. */
	void (*undo)(struct env *e);
	/* Undo @before; may be NULL. */
	void (*clean)(struct env *e);
};

/* --- Files and queries --- */

static int call_open(struct env *e)
{
	e->made_fd = open(e->path, O_RDWR | O_CLOEXEC);
	return e->made_fd < 0 ? -errno : 0;
}

static void close_made(struct env *e)
{
	close(e->made_fd);
}

static void before_open(struct env *e)
{
	e->made_fd = open(e->path, O_RDWR | O_CLOEXEC);
	igt_assert_fd(e->made_fd);
}

/* A file with everything in it is closed. It cannot fail. */
static void before_close(struct env *e)
{
	uint32_t vm, bo;

	before_open(e);
	vm = igt_dxg_vm_create(e->made_fd, 0);
	bo = igt_dxg_bo_host(e->made_fd, vm, KB64, 0, 0);
	igt_dxg_bind(e->made_fd, vm, bo, 0, KB64, 0);
	igt_dxg_bo_system(e->made_fd, vm, KB64, DRM_DXG_BO_SHAREABLE);
	igt_dxg_queue_create(e->made_fd, vm, 0);
	igt_dxg_bind_queue_create(e->made_fd, vm, NULL);
	igt_dxg_fence_create(e->made_fd, vm, 0, 0);
}

static int call_close(struct env *e)
{
	return close(e->made_fd) ? -errno : 0;
}

/* On a file of its own: what is asked once only is asked anew after a failure. */
static int call_queries(struct env *e)
{
	static const uint32_t types[] = {
		DRM_DXG_DEV_QUERY_DEVICE_INFO, DRM_DXG_DEV_QUERY_ENGINES,
		DRM_DXG_DEV_QUERY_FEATURE, DRM_DXG_DEV_QUERY_MEM_REGIONS,
		DRM_DXG_DEV_QUERY_CLOCK,
	};
	static char data[4096];
	uint32_t i, size;
	int ret;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		memset(data, 0, sizeof(data));
		size = 0;
		/* Where a list is asked for, only how long it is. */
		if (types[i] == DRM_DXG_DEV_QUERY_ENGINES)
			((struct drm_dxg_engines *)data)->stride = sizeof(struct drm_dxg_engine);
		if (types[i] == DRM_DXG_DEV_QUERY_MEM_REGIONS)
			((struct drm_dxg_mem_regions *)data)->stride =
				sizeof(struct drm_dxg_mem_region);
		ret = __dxg_query(e->made_fd, types[i], NULL, &size);
		ret = ret ? ret : __dxg_query(e->made_fd, types[i], data, &size);
		if (ret)
			return ret;
	}
	return __dxg_ask_host(e->made_fd);
}

static int call_fdinfo(struct env *e)
{
	char path[64], text[4096];
	ssize_t ret;
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", e->fd);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ret = read(fd, text, sizeof(text));
	ret = ret < 0 ? -errno : 0;
	close(fd);
	return ret;
}

/* --- VMs --- */

static int call_vm_create(struct env *e)
{
	int64_t ret = __dxg_vm_create(e->made_fd, 0);

	e->made = ret > 0 ? ret : 0;
	return ret > 0 ? 0 : ret;
}

static int call_vm_create_user(struct env *e)
{
	int64_t ret = __dxg_vm_create(e->made_fd, DRM_DXG_VM_USER_FENCE);

	return ret > 0 ? 0 : ret;
}

static void before_vm_destroy(struct env *e)
{
	uint32_t bo;

	before_open(e);
	e->made = igt_dxg_vm_create(e->made_fd, 0);
	bo = igt_dxg_bo_system(e->made_fd, e->made, KB64, 0);
	igt_dxg_bind(e->made_fd, e->made, bo, 0, KB64, 0);
	igt_dxg_queue_create(e->made_fd, e->made, 0);
}

static int call_vm_destroy(struct env *e)
{
	struct drm_dxg_vm_destroy args = { .vm_id = e->made };

	return __dxg_ioctl(e->made_fd, DRM_IOCTL_DXG_VM_DESTROY, &args);
}

static int call_vm_state(struct env *e)
{
	struct drm_dxg_vm_get_state state;
	int ret = __dxg_vm_get_state(e->fd, e->vm, &state);

	igt_assert(ret || !state.flags);
	return ret;
}

static int call_reserve(struct env *e)
{
	e->made_va = 0;
	return __dxg_reserve(e->fd, e->vm, 0, &e->made_va, KB64);
}

static void unreserve(struct env *e)
{
	igt_dxg_unreserve(e->fd, e->vm, e->made_va, KB64);
}

/* It is given back, or it is still there. */
static int call_unreserve(struct env *e)
{
	int ret;

	if (!e->made_va)
		e->made_va = igt_dxg_reserve(e->fd, e->vm, KB64);
	ret = __dxg_unreserve(e->fd, e->vm, e->made_va, KB64);
	if (!ret)
		e->made_va = 0;
	return ret;
}

static void before_unreserve(struct env *e)
{
	if (!e->made_va)
		e->made_va = igt_dxg_reserve(e->fd, e->vm, KB64);
	igt_dxg_bind_op(e->fd, e->vm, igt_dxg_op_map(e->bo, 0, e->made_va, KB64));
}

/* --- Binds --- */

/* All kinds in one array, which cuts, covers and undoes. */
static int call_bind(struct env *e)
{
	struct drm_dxg_vm_bind_op ops[] = {
		igt_dxg_op_map(e->bo, 0, e->va, KB64),
		igt_dxg_op_map(e->shared, PAGE, e->va + 2 * PAGE, 4 * PAGE),
		igt_dxg_op_range(DRM_DXG_BIND_MAP_NULL, e->va + 3 * PAGE, PAGE),
		igt_dxg_op_range(DRM_DXG_BIND_UNMAP, e->va + 8 * PAGE, 2 * PAGE),
		igt_dxg_op_bo(DRM_DXG_BIND_MAKE_RESIDENT, e->bo),
		igt_dxg_op_bo(DRM_DXG_BIND_EVICT, e->bo),
		igt_dxg_op_range(DRM_DXG_BIND_COPY, e->va + 12 * PAGE, PAGE),
	};

	ops[6].src_va = e->va;
	return __dxg_bind(e->fd, e->vm, ops, ARRAY_SIZE(ops));
}

static int call_bind_any(struct env *e)
{
	struct drm_dxg_vm_bind_op op = igt_dxg_op_map(e->bo, 0, 0, KB64);
	int ret;

	op.flags = DRM_DXG_BIND_ANY_VA;
	ret = __dxg_bind(e->fd, e->vm, &op, 1);
	e->made_va = op.va;
	return ret;
}

static int call_bind_async(struct env *e)
{
	struct drm_dxg_vm_bind_op ops[] = {
		igt_dxg_op_map(e->bo, 0, e->va, KB64),
		igt_dxg_op_map(e->shared, PAGE, e->va + 2 * PAGE, 4 * PAGE),
		igt_dxg_op_range(DRM_DXG_BIND_UNMAP, e->va + 8 * PAGE, 2 * PAGE),
	};
	struct drm_dxg_sync_op syncs[] = {
		igt_dxg_signal_syncobj(e->syncobj[0], 0),
		igt_dxg_signal_syncobj(e->syncobj[1], ++e->made_va),
	};

	return __dxg_bind_async(e->fd, e->vm, e->bind_queue, ops, ARRAY_SIZE(ops), syncs,
				ARRAY_SIZE(syncs));
}

static void after_bind_async(struct env *e)
{
	igt_assert_eq(igt_dxg_syncobj_result(e->fd, e->syncobj[0], 120), 1);
}

/* --- BOs --- */

static int call_bo_host(struct env *e)
{
	return __dxg_bo_host(e->fd, e->vm, KB64, 0, 0, &e->made);
}

static int call_bo_several(struct env *e)
{
	struct drm_dxg_bo_alloc allocs[3] = { 0 };
	struct igt_dxg_data data[3];
	char runtime[64] = "", resource[64] = "";
	struct drm_dxg_bo_create args = {
		.vm_id = e->vm,
		.flags = DRM_DXG_BO_SHAREABLE,
		.allocs = {
			.stride = sizeof(allocs[0]),
			.count = ARRAY_SIZE(allocs),
			.array = (uintptr_t)allocs,
		},
		.runtime_data = (uintptr_t)runtime,
		.runtime_data_size = sizeof(runtime),
		.resource_data = (uintptr_t)resource,
		.resource_data_size = sizeof(resource),
	};
	unsigned int i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(allocs); i++) {
		data[i] = igt_dxg_data(KB64, 0);
		allocs[i].data = (uintptr_t)&data[i];
		allocs[i].data_size = sizeof(data[i]);
	}
	ret = __dxg_bo_create(e->fd, &args);
	e->made = args.handle;
	return ret;
}

static int call_bo_system(struct env *e)
{
	return __dxg_bo_system(e->fd, e->vm, KB64, 0, &e->made);
}

static int call_bo_user(struct env *e)
{
	return __dxg_bo_user(e->fd, e->vm, e->memory, KB64, 0, &e->made);
}

static void close_bo(struct env *e)
{
	igt_dxg_bo_close(e->fd, e->made);
}

static void before_bo_close(struct env *e)
{
	e->made = igt_dxg_bo_host(e->fd, e->vm, KB64, 0, 0);
}

static int call_bo_close(struct env *e)
{
	return __dxg_bo_close(e->fd, e->made);
}

static int call_mmap(struct env *e)
{
	int64_t offset = __dxg_bo_offset(e->fd, e->made, 0, NULL);

	if (offset < 0)
		return offset;
	e->map = mmap(NULL, KB64, PROT_READ | PROT_WRITE, MAP_SHARED, e->fd, offset);
	return e->map == MAP_FAILED ? -errno : 0;
}

static void unmap(struct env *e)
{
	igt_assert_eq(munmap(e->map, KB64), 0);
}

/* The first touch locks the memory on the host. By the kernel: a program would fault again. */
static int call_touch(struct env *e)
{
	return write(e->made_fd, e->map, sizeof(uint64_t)) < 0 ? -errno : 0;
}

static void before_touch(struct env *e)
{
	e->made = igt_dxg_bo_host(e->fd, e->vm, KB64, 0, 0);
	e->map = igt_dxg_bo_map(e->fd, e->made, 0, KB64);
	e->made_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	igt_assert_fd(e->made_fd);
}

static void clean_touch(struct env *e)
{
	close(e->made_fd);
	unmap(e);
	igt_dxg_bo_close(e->fd, e->made);
}

static int call_bo_query(struct env *e)
{
	struct igt_dxg_data data = { 0 };
	struct drm_dxg_bo_query_info info = {
		.handle = e->bo,
		.vm_id = e->vm,
		.query = DRM_DXG_BO_QUERY_RESIDENCY | DRM_DXG_BO_QUERY_PRIORITY,
		.data = (uintptr_t)&data,
		.data_size = sizeof(data),
	};

	return __dxg_ioctl(e->fd, DRM_IOCTL_DXG_BO_QUERY_INFO, &info);
}

static int advise(struct env *e, uint32_t advice)
{
	struct drm_dxg_bo_madvise args = { .handle = e->bo, .advice = advice };

	return __dxg_ioctl(e->fd, DRM_IOCTL_DXG_BO_MADVISE, &args);
}

static int call_offer(struct env *e)
{
	return advise(e, DRM_DXG_DONTNEED_NORMAL);
}

static int call_reclaim(struct env *e)
{
	return advise(e, DRM_DXG_WILLNEED);
}

static void need(struct env *e)
{
	igt_assert_eq(advise(e, DRM_DXG_WILLNEED), 0);
}

/* After a call that may have done it. */
static void need_it(struct env *e)
{
	int ret = advise(e, DRM_DXG_WILLNEED);

	igt_assert(!ret || ret == -EINVAL);
}

static void before_reclaim(struct env *e)
{
	igt_assert_eq(advise(e, DRM_DXG_DONTNEED_HIGH), 0);
}

static int call_bo_sync(struct env *e)
{
	struct drm_dxg_bo_sync_range range = { .handle = e->bo, .size = PAGE };
	struct drm_dxg_bo_sync args = {
		.ranges = { .stride = sizeof(range), .count = 1, .array = (uintptr_t)&range },
	};

	return __dxg_ioctl(e->fd, DRM_IOCTL_DXG_BO_SYNC, &args);
}

static int call_bo_property(struct env *e)
{
	struct drm_dxg_bo_set_property args = {
		.handle = e->bo,
		.properties = DRM_DXG_BO_PRIORITY,
		.priority = 0x78000000,
	};

	return __dxg_ioctl(e->fd, DRM_IOCTL_DXG_BO_SET_PROPERTY, &args);
}

static int call_bo_segments(struct env *e)
{
	struct drm_dxg_bo_set_property args = {
		.handle = e->bo,
		.properties = DRM_DXG_BO_SUPPORTED_SEGMENTS | DRM_DXG_BO_PREFERRED_SEGMENTS,
		.supported_segments = 1,
		.preferred_segments = 1,
	};

	return __dxg_ioctl(e->fd, DRM_IOCTL_DXG_BO_SET_PROPERTY, &args);
}

/* --- dma-bufs --- */

static void before_export(struct env *e)
{
	e->made = igt_dxg_bo_system(e->fd, e->vm, KB64, DRM_DXG_BO_SHAREABLE);
}

static int call_export(struct env *e)
{
	e->made_fd = __dxg_prime_export(e->fd, e->made);
	return e->made_fd < 0 ? e->made_fd : 0;
}

/* In another file: the host is asked to open it there, when it is bound. */
static void before_import(struct env *e)
{
	int other = open(e->path, O_RDWR | O_CLOEXEC);
	uint32_t vm, bo;

	igt_assert_fd(other);
	vm = igt_dxg_vm_create(other, 0);
	bo = igt_dxg_bo_system(other, vm, KB64, DRM_DXG_BO_SHAREABLE);
	e->made_fd = __dxg_prime_export(other, bo);
	igt_assert_fd(e->made_fd);
	close(other);
}

static int call_import(struct env *e)
{
	struct drm_dxg_vm_bind_op op;
	int ret;

	e->made = 0;
	ret = __dxg_prime_import(e->fd, e->made_fd, &e->made);
	if (ret)
		return ret;
	op = igt_dxg_op_map(e->made, 0, e->va, KB64);
	ret = __dxg_bind(e->fd, e->vm, &op, 1);
	if (ret)
		igt_dxg_bo_close(e->fd, e->made);
	return ret;
}

/* --- Queues --- */

static int call_context(struct env *e)
{
	struct drm_dxg_queue_create args = igt_dxg_context(e->vm, 0);
	int ret;

	args.priority = -1;
	ret = __dxg_queue_create(e->fd, &args);
	e->made = args.queue_id;
	return ret;
}

static int call_hw_queue(struct env *e)
{
	struct drm_dxg_queue_create args = igt_dxg_context(e->vm, 0);
	uint32_t parent;
	int ret;

	args.flags = DRM_DXG_QUEUE_HW_PARENT;
	ret = __dxg_queue_create(e->fd, &args);
	if (ret)
		return ret;
	parent = args.queue_id;
	args = (struct drm_dxg_queue_create) {
		.vm_id = e->vm,
		.type = DRM_DXG_QUEUE_HW,
		.parent = parent,
	};
	ret = __dxg_queue_create(e->fd, &args);
	if (!ret)
		igt_dxg_queue_destroy(e->fd, args.queue_id);
	igt_dxg_queue_destroy(e->fd, parent);
	return ret;
}

static int call_bind_queue(struct env *e)
{
	struct drm_dxg_queue_create args = { .vm_id = e->vm, .type = DRM_DXG_QUEUE_BIND };
	int ret = __dxg_queue_create(e->fd, &args);

	e->made = args.queue_id;
	return ret;
}

static void destroy_queue(struct env *e)
{
	igt_dxg_queue_destroy(e->fd, e->made);
}

static void before_queue_destroy(struct env *e)
{
	e->made = igt_dxg_queue_create(e->fd, e->vm, 0);
}

static int call_queue_destroy(struct env *e)
{
	return __dxg_queue_destroy(e->fd, e->made);
}

static int call_queue_state(struct env *e)
{
	struct drm_dxg_queue_get_state state = { .queue_id = e->queue };

	return __dxg_ioctl(e->fd, DRM_IOCTL_DXG_QUEUE_GET_STATE, &state);
}

static int call_queue_property(struct env *e)
{
	int ret = __dxg_queue_set(e->fd, e->queue, DRM_DXG_QUEUE_PRIORITY, -2);

	return ret ? ret : __dxg_queue_set(e->fd, e->queue, DRM_DXG_QUEUE_PRIORITY_IN_PROCESS, 1);
}

/* Waits for one timeline point, signals another and a binary syncobj, twice in one call. */
static int call_submit(struct env *e)
{
	struct drm_dxg_sync_op syncs[] = {
		igt_dxg_signal_syncobj(e->syncobj[0], 0),
		igt_dxg_signal_syncobj(e->syncobj[1], e->made_va + 1),
		igt_dxg_wait_syncobj(e->syncobj[1], e->made_va),
	};
	struct drm_dxg_submit submits[] = {
		igt_dxg_work(e->commands.va, e->length, syncs, e->made_va ? 3 : 2),
		igt_dxg_work(0, 0, NULL, 0),
	};
	char data[64] = "";
	int ret;

	submits[0].data = (uintptr_t)data;
	submits[0].data_size = sizeof(data);
	ret = __dxg_submit(e->fd, e->queue, submits, ARRAY_SIZE(submits));
	if (!ret)
		e->made_va++;
	return ret;
}

static void after_submit(struct env *e)
{
	igt_assert_eq(igt_dxg_syncobj_result(e->fd, e->syncobj[0], 120), 1);
}

static int call_submit_user(struct env *e)
{
	struct drm_dxg_sync_op syncs[] = {
		{ .flags = DRM_DXG_SYNC_FENCE, .handle = e->fence, .value = e->made_va },
		{ .flags = DRM_DXG_SYNC_FENCE | DRM_DXG_SYNC_SIGNAL, .handle = e->fence,
		  .value = e->made_va + 1 },
	};
	struct drm_dxg_submit submit = igt_dxg_work(e->commands.va, e->length, syncs, 2);
	int ret = __dxg_submit(e->fd, e->queue, &submit, 1);

	if (!ret)
		e->made_va++;
	return ret;
}

static void after_submit_user(struct env *e)
{
	igt_assert_eq(__dxg_fence_wait(e->fd, e->fence, e->made_va, igt_dxg_time(120000)), 0);
}

/* --- Fences --- */

static int call_fence_create(struct env *e)
{
	struct drm_dxg_fence_create args;
	int ret = __dxg_fence_create(e->fd, e->vm, DRM_DXG_FENCE_SHAREABLE, 7, &args);

	e->made = args.handle;
	return ret;
}

static void destroy_fence(struct env *e)
{
	igt_dxg_fence_destroy(e->fd, e->made);
}

static void before_fence(struct env *e)
{
	e->made = igt_dxg_fence_create(e->fd, e->vm, DRM_DXG_FENCE_SHAREABLE, 7);
}

static int call_fence_destroy(struct env *e)
{
	return __dxg_fence_destroy(e->fd, e->made);
}

static int call_fence_signal(struct env *e)
{
	struct drm_dxg_fence_point points[2] = {
		{ .handle = e->fence, .value = 1000 },
		{ .handle = e->made, .value = 1000 },
	};

	return __dxg_fence_signal_array(e->fd, 0, points, 2);
}

/* What is not reached: it ends by its time. */
static int call_fence_wait(struct env *e)
{
	struct drm_dxg_fence_point points[2] = {
		{ .handle = e->fence, .value = 1ull << 50 },
		{ .handle = e->made, .value = 1ull << 50 },
	};
	int ret = __dxg_fence_wait_array(e->fd, DRM_DXG_FENCE_WAIT_ANY, points, 2,
					 igt_dxg_time(2), NULL);

	return ret == -ETIME ? 0 : ret;
}

static int call_fence_eventfd(struct env *e)
{
	struct drm_dxg_fence_point point = { .handle = e->made, .value = 8 };

	return __dxg_fence_eventfd(e->fd, 0, &point, 1, e->made_fd);
}

static void before_fence_eventfd(struct env *e)
{
	before_fence(e);
	e->made_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	igt_assert_fd(e->made_fd);
}

/* It comes when it was promised. */
static void await_eventfd(struct env *e)
{
	struct pollfd poll_fd = { .fd = e->made_fd, .events = POLLIN };

	igt_dxg_fence_signal(e->fd, e->made, 8);
	igt_assert_eq(poll(&poll_fd, 1, 120000), 1);
}

static void clean_fence_eventfd(struct env *e)
{
	close(e->made_fd);
	igt_dxg_fence_destroy(e->fd, e->made);
}

static int call_fence_export(struct env *e)
{
	e->made_fd = __dxg_fence_export(e->fd, e->made, O_CLOEXEC);
	return e->made_fd < 0 ? e->made_fd : 0;
}

static void before_fence_import(struct env *e)
{
	uint32_t fence = igt_dxg_fence_create(e->fd, e->vm, DRM_DXG_FENCE_SHAREABLE, 7);

	e->made_fd = __dxg_fence_export(e->fd, fence, O_CLOEXEC);
	igt_assert_fd(e->made_fd);
	igt_dxg_fence_destroy(e->fd, fence);
}

static int call_fence_import(struct env *e)
{
	return __dxg_fence_import(e->fd, e->vm, 0, e->made_fd, &e->made);
}

/* --- The rest --- */

static int call_private(struct env *e)
{
	struct softgpu_escape data = {
		.magic = SOFTGPU_ESCAPE_MAGIC,
		.version = SOFTGPU_ESCAPE_VERSION,
	};
	struct drm_dxg_driver_private args = {
		.vm_id = e->vm,
		.data_size = sizeof(data),
		.data = (uintptr_t)&data,
	};

	return __dxg_ioctl(e->fd, DRM_IOCTL_DXG_DRIVER_PRIVATE, &args);
}

static const struct walk walks[] = {
	{ "open", 0, NULL, call_open, close_made, NULL },
	{ "close", 0, before_close, call_close, NULL, NULL },
	{ "queries", 0, before_open, call_queries, NULL, close_made },
	{ "fdinfo", 0, NULL, call_fdinfo, NULL, NULL },
	{ "vm-create", 0, before_open, call_vm_create, NULL, close_made },
	{ "vm-create-user", 0, before_open, call_vm_create_user, NULL, close_made },
	{ "vm-destroy", 0, before_vm_destroy, call_vm_destroy, NULL, close_made },
	{ "vm-get-state", 0, NULL, call_vm_state, NULL, NULL },
	{ "vm-reserve", 0, NULL, call_reserve, unreserve, NULL },
	{ "vm-unreserve", 0, before_unreserve, call_unreserve, NULL, NULL },
	{ "vm-bind", 0, NULL, call_bind, NULL, NULL },
	{ "vm-bind-any", 0, NULL, call_bind_any, unreserve, NULL },
	{ "vm-bind-async", 0, NULL, call_bind_async, after_bind_async, NULL },
	{ "vm-bind-user", DRM_DXG_VM_USER_FENCE, NULL, call_bind, NULL, NULL },
	{ "bo-create-host", 0, NULL, call_bo_host, close_bo, NULL },
	{ "bo-create-several", 0, NULL, call_bo_several, close_bo, NULL },
	{ "bo-create-system", 0, NULL, call_bo_system, close_bo, NULL },
	{ "bo-create-user", 0, NULL, call_bo_user, close_bo, NULL },
	{ "bo-close", 0, before_bo_close, call_bo_close, NULL, NULL },
	{ "bo-mmap", 0, before_bo_close, call_mmap, unmap, close_bo },
	{ "bo-touch", 0, before_touch, call_touch, NULL, clean_touch },
	{ "bo-query-info", 0, NULL, call_bo_query, NULL, NULL },
	{ "bo-madvise-offer", 0, NULL, call_offer, need, NULL },
	{ "bo-madvise-reclaim", 0, before_reclaim, call_reclaim, NULL, need_it },
	{ "bo-sync", 0, NULL, call_bo_sync, NULL, NULL },
	{ "bo-set-priority", 0, NULL, call_bo_property, NULL, NULL },
	{ "bo-set-segments", 0, NULL, call_bo_segments, NULL, NULL },
	{ "prime-export", 0, before_export, call_export, close_made, close_bo },
	{ "prime-import", 0, before_import, call_import, close_bo, close_made },
	{ "queue-create-context", 0, NULL, call_context, destroy_queue, NULL },
	{ "queue-create-hw", 0, NULL, call_hw_queue, NULL, NULL },
	{ "queue-create-hw-user", DRM_DXG_VM_USER_FENCE, NULL, call_hw_queue, NULL, NULL },
	{ "queue-create-bind", 0, NULL, call_bind_queue, destroy_queue, NULL },
	{ "queue-create-bind-user", DRM_DXG_VM_USER_FENCE, NULL, call_bind_queue, destroy_queue,
	  NULL },
	{ "queue-destroy", 0, before_queue_destroy, call_queue_destroy, NULL, NULL },
	{ "queue-get-state", 0, NULL, call_queue_state, NULL, NULL },
	{ "queue-set-property", 0, NULL, call_queue_property, NULL, NULL },
	{ "queue-submit", 0, NULL, call_submit, after_submit, NULL },
	{ "queue-submit-user", DRM_DXG_VM_USER_FENCE, NULL, call_submit_user, after_submit_user,
	  NULL },
	{ "fence-create", 0, NULL, call_fence_create, destroy_fence, NULL },
	{ "fence-destroy", 0, before_fence, call_fence_destroy, NULL, NULL },
	{ "fence-signal", 0, before_fence, call_fence_signal, NULL, destroy_fence },
	{ "fence-wait", 0, before_fence, call_fence_wait, NULL, destroy_fence },
	{ "fence-eventfd", 0, before_fence_eventfd, call_fence_eventfd, await_eventfd,
	  clean_fence_eventfd },
	{ "fence-export", 0, before_fence, call_fence_export, close_made, destroy_fence },
	{ "fence-import", 0, before_fence_import, call_fence_import, destroy_fence, close_made },
	{ "driver-private", 0, NULL, call_private, NULL, NULL },
};

/* --- Walking --- */

/* A number of the host, or -1 when it cannot be asked. */
static int objects(void)
{
	const char *program = getenv("DXG_HOSTCTL");
	char line[256];
	int count = -1;
	FILE *file;

	if (!program)
		return -1;
	snprintf(line, sizeof(line), "%s gpupv objects", program);
	file = popen(line, "r");
	igt_assert(file);
	while (fgets(line, sizeof(line), file))
		sscanf(line, "objects %d", &count);
	pclose(file);
	return count;
}

static void begin(struct env *e, const char *path, uint32_t vm_flags)
{
	struct softgpu_buffer b;

	memset(e, 0, sizeof(*e));
	snprintf(e->path, sizeof(e->path), "%s", path);
	e->fd = open(path, O_RDWR | O_CLOEXEC);
	igt_assert_fd(e->fd);
	e->vm = igt_dxg_vm_create(e->fd, vm_flags);
	e->bo = igt_dxg_bo_host(e->fd, e->vm, KB64, 0, 0);
	e->shared = igt_dxg_bo_system(e->fd, e->vm, KB64, DRM_DXG_BO_SHAREABLE);
	e->va = igt_dxg_reserve(e->fd, e->vm, KB64);
	e->queue = igt_dxg_queue_create(e->fd, e->vm, 0);
	e->bind_queue = igt_dxg_bind_queue_create(e->fd, e->vm, NULL);
	e->syncobj[0] = syncobj_create(e->fd, 0);
	e->syncobj[1] = syncobj_create(e->fd, 0);
	e->fence = igt_dxg_fence_create(e->fd, e->vm, 0, 0);
	igt_dxg_buffer_create(e->fd, e->vm, PAGE, &e->commands);
	softgpu_buffer_init(&b, e->commands.map, PAGE);
	softgpu_fill(&b, e->commands.va + PAGE / 2, 64, 0x5a5a5a5a);
	e->length = b.used;
	e->memory = mmap(NULL, KB64, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	igt_assert(e->memory != MAP_FAILED);
}

static void end(struct env *e)
{
	munmap(e->memory, KB64);
	munmap(e->commands.map, e->commands.size);
	close(e->fd);
}

/* A failure is that of the fault, but for what others make of it. */
static bool expected(const struct walk *w, int ret, int error)
{
	if (w->call == call_touch && ret == -EFAULT)	/* an access of the kernel to user memory */
		return true;
	if (ret == -ENOSPC && error == -ENOMEM)	/* shmem, for want of an inode */
		return w->call == call_bo_system || w->call == call_export;
	return ret == error;
}

/* One round: whether the call met the fault. */
static bool round_of(const struct walk *w, struct env *e, unsigned int n, int error)
{
	struct drm_dxg_vm_get_state state;
	bool met;
	int ret;

	if (w->before)
		w->before(e);
	igt_dxg_inject_arm(n);
	ret = w->call(e);
	met = n && !igt_dxg_inject_arm(0);
	igt_debug("%s, point %u: %d%s\n", w->name, n, ret, met ? ", met" : "");
	if (ret)
		igt_assert_f(met && expected(w, ret, error), "point %u: %d\n", n, ret);
	else if (w->undo)
		w->undo(e);
	if (w->clean)
		w->clean(e);
	igt_assert_eq(__dxg_vm_get_state(e->fd, e->vm, &state), 0);
	igt_assert_eq_u32(state.flags, 0);
	return met;
}

static void walk(const struct walk *w, const char *path, int error)
{
	int before = objects(), keep = open(path, O_RDWR | O_CLOEXEC);
	unsigned int n;
	struct env e;

	igt_assert_fd(keep);
	begin(&e, path, w->vm_flags);
	/* Once in good order: what is made once is made then. */
	round_of(w, &e, 0, 0);
	for (n = 1; n < POINTS && round_of(w, &e, n, error); n++)
		;
	igt_info("%s: %u points\n", w->name, n - 1);
	igt_assert_lt(n, POINTS);
	end(&e);
	igt_dxg_wait_idle(keep);
	close(keep);
	igt_assert_eq(objects(), before);
}

/* What nobody refers to, and code of the driver has asked for. */
static unsigned int leaks(void)
{
	static char text[1 << 20];
	char *block, *next;
	unsigned int count = 0;
	size_t used = 0;
	FILE *file;

	/* What is younger than five seconds is not looked at. Twice: a register may hold it. */
	sleep(6);
	igt_assert_eq(__dxg_write(DEBUGFS "kmemleak", "scan"), 0);
	igt_assert_eq(__dxg_write(DEBUGFS "kmemleak", "scan"), 0);
	file = fopen(DEBUGFS "kmemleak", "re");
	igt_assert(file);
	used = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[used] = 0;
	for (block = strstr(text, "unreferenced object"); block; block = next) {
		next = strstr(block + 1, "unreferenced object");
		if (next)
			next[-1] = 0;
		if (strstr(block, "dxg")) {
			igt_info("%s\n", block);
			count++;
		}
	}
	return count;
}

int igt_main()
{
	static char path[64];
	unsigned int i;

	igt_fixture() {
		int fd = drm_open_driver_render(DRIVER_DXG);
		struct stat st;

		igt_assert_eq(fstat(fd, &st), 0);
		snprintf(path, sizeof(path), "/dev/dri/renderD%u", minor(st.st_rdev));
		drm_close_driver(fd);
		igt_dxg_inject_begin();
		if (!access(DEBUGFS "kmemleak", F_OK))
			igt_assert_eq(__dxg_write(DEBUGFS "kmemleak", "clear"), 0);
	}

	igt_describe("Each allocation of memory of each call fails once.");
	igt_subtest_with_dynamic("memory") {
		igt_dxg_inject_memory();
		for (i = 0; i < ARRAY_SIZE(walks); i++)
			igt_dynamic(walks[i].name)
				walk(&walks[i], path, -ENOMEM);
	}

	igt_describe("Each request of each call to the host fails once.");
	igt_subtest_with_dynamic("requests") {
		igt_dxg_inject_requests();
		for (i = 0; i < ARRAY_SIZE(walks); i++)
			igt_dynamic(walks[i].name)
				walk(&walks[i], path, -ETIMEDOUT);
	}

	igt_fixture() {
		igt_dxg_inject_end();
	}

	igt_describe("Nothing was left behind in the guest.");
	igt_subtest("leaks") {
		igt_require_f(!access(DEBUGFS "kmemleak", F_OK), "the kernel has no kmemleak\n");
		igt_assert_eq_u32(leaks(), 0);
	}
}

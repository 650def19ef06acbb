// SPDX-License-Identifier: MIT
/*
 * What one file has is of no use to another: ids, host handles, mmap offsets, GPU
 * addresses; memory that comes from somebody else is zero; and what the kernel
 * returns is the host's, not what lay around.
 */
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>

#include "igt.h"
#include "igt_dxg.h"
#include "igt_dxg_bo.h"
#include "igt_dxg_exec.h"
#include "igt_dxg_fence.h"
#include "igt_dxg_host.h"
#include "igt_dxg_rig.h"
#include "igt_dxg_vm.h"
#include "igt_syncobj.h"

/**
 * TEST: dxg isolation
 * Category: Core
 * Mega feature: dxg
 * Sub-category: isolation
 * Functionality: files that share an adapter
 *
 * SUBTEST: bo-ids
 * Description: No request takes a BO of another file.
 *
 * SUBTEST: queue-ids
 * Description: No request takes a queue of another file.
 *
 * SUBTEST: fence-ids
 * Description: No request takes a fence of another file.
 *
 * SUBTEST: host-handles
 * Description: Handles of the host, one's own or another file's, are no ids.
 *
 * SUBTEST: mmap-offsets
 * Description: Offsets of BOs and fences map nothing in another file, not by guessing, either.
 *
 * SUBTEST: gpu-addresses
 * Description: A GPU address of another file is a page fault, and the memory stays as it was.
 *
 * SUBTEST: zeroed-%s
 * Description: %arg[1] that another file has written and given back is zero.
 *
 * arg[1]:
 *
 * @host:	Host memory
 * @system:	Guest memory
 */

/**
 * SUBTEST: zeroed-gpu
 * Description: Freed host memory that comes back is zero to the GPU before the CPU looks.
 *
 * SUBTEST: answers
 * Description: Bytes of an output that neither host nor kernel has filled stay the caller's.
 *
 * SUBTEST: fork
 * Description: A file that a child inherits is one file: the same VM, not another.
 */

IGT_TEST_DESCRIPTION("Isolation of the files of the dxg driver.");

#define PAGE	IGT_DXG_PAGE
#define MANY	16

/* The last of many, which a file that has few does not have. */
static uint32_t foreign_bo(struct igt_dxg_rig *rig)
{
	uint32_t handle = 0, i;

	for (i = 0; i < MANY; i++)
		handle = igt_dxg_bo_host(rig->fd, rig->vm, PAGE, 0, DRM_DXG_BO_SHAREABLE);
	return handle;
}

static int bo_requests(struct igt_dxg_rig *rig, uint32_t handle, unsigned int which)
{
	struct drm_dxg_bo_sync_range range = { .handle = handle, .size = PAGE };
	struct drm_dxg_vm_bind_op op = igt_dxg_op_map(handle, 0, rig->va, PAGE);
	struct drm_dxg_bo_query_info query = { .handle = handle, .vm_id = rig->vm };
	struct drm_dxg_bo_madvise madvise = { .handle = handle, .advice = DRM_DXG_DONTNEED_LOW };
	struct drm_dxg_bo_set_property set = {
		.handle = handle,
		.properties = DRM_DXG_BO_PRIORITY,
		.priority = 0x78000000,
	};
	struct drm_dxg_bo_sync sync = {
		.ranges = { .stride = sizeof(range), .count = 1, .array = (uintptr_t)&range },
	};
	int64_t offset;

	switch (which) {
	case 0:
		return __dxg_bind(rig->fd, rig->vm, &op, 1);
	case 1:
		op = igt_dxg_op_bo(DRM_DXG_BIND_MAKE_RESIDENT, handle);
		return __dxg_bind(rig->fd, rig->vm, &op, 1);
	case 2:
		return __dxg_bind_async(rig->fd, rig->vm, rig->bind_queue, &op, 1, NULL, 0);
	case 3:
		return __dxg_ioctl(rig->fd, DRM_IOCTL_DXG_BO_QUERY_INFO, &query);
	case 4:
		return __dxg_ioctl(rig->fd, DRM_IOCTL_DXG_BO_MADVISE, &madvise);
	case 5:
		return __dxg_ioctl(rig->fd, DRM_IOCTL_DXG_BO_SET_PROPERTY, &set);
	case 6:
		return __dxg_ioctl(rig->fd, DRM_IOCTL_DXG_BO_SYNC, &sync);
	case 7:
		offset = __dxg_bo_offset(rig->fd, handle, 0, NULL);
		return offset < 0 ? offset : 0;
	case 8:
		return __dxg_prime_export(rig->fd, handle);
	default:
		return 1;
	}
}

static void refuse_bo(struct igt_dxg_rig *rig, uint32_t handle)
{
	unsigned int i;
	int ret;

	for (i = 0; (ret = bo_requests(rig, handle, i)) != 1; i++)
		igt_assert_f(ret == -ENOENT, "request %u: %d\n", i, ret);
	igt_assert_eq(i, 9);
	igt_assert_eq(__dxg_bo_close(rig->fd, handle), -EINVAL);
}

static void bo_ids(struct igt_dxg_rig *a, struct igt_dxg_rig *b)
{
	refuse_bo(b, foreign_bo(a));
}

static void refuse_queue(struct igt_dxg_rig *rig, uint32_t queue)
{
	struct drm_dxg_queue_get_state state = { .queue_id = queue };
	struct drm_dxg_submit work = igt_dxg_work(rig->buffer.va, rig->length, NULL, 0);
	struct drm_dxg_vm_bind_op op = igt_dxg_op_map(rig->bo_system, 0, rig->va, PAGE);
	struct drm_dxg_bo_madvise madvise = { .handle = rig->bo_host, .queue_id = queue };
	struct drm_dxg_queue_create hw = {
		.vm_id = rig->vm,
		.type = DRM_DXG_QUEUE_HW,
		.parent = queue,
	};

	igt_assert_eq(__dxg_submit(rig->fd, queue, &work, 1), -ENOENT);
	igt_assert_eq(__dxg_ioctl(rig->fd, DRM_IOCTL_DXG_QUEUE_GET_STATE, &state), -ENOENT);
	igt_assert_eq(__dxg_queue_set(rig->fd, queue, DRM_DXG_QUEUE_PRIORITY, 0), -ENOENT);
	igt_assert_eq(__dxg_bind_async(rig->fd, rig->vm, queue, &op, 1, NULL, 0), -ENOENT);
	igt_assert_eq(__dxg_ioctl(rig->fd, DRM_IOCTL_DXG_BO_MADVISE, &madvise), -ENOENT);
	igt_assert_eq(__dxg_queue_create(rig->fd, &hw), -ENOENT);
	igt_assert_eq(__dxg_queue_destroy(rig->fd, queue), -ENOENT);
}

static void queue_ids(struct igt_dxg_rig *a, struct igt_dxg_rig *b)
{
	uint32_t queue = 0, i;

	for (i = 0; i < MANY; i++)
		queue = igt_dxg_queue_create(a->fd, a->vm, IGT_DXG_NODE_3D);
	refuse_queue(b, queue);
	igt_dxg_run(a->fd, queue, a->buffer.va, a->length);
}

static void refuse_fence(struct igt_dxg_rig *rig, uint32_t fence)
{
	const struct drm_dxg_fence_point point = { .handle = fence, .value = 1 };
	struct drm_dxg_sync_op op = {
		.flags = DRM_DXG_SYNC_FENCE | DRM_DXG_SYNC_SIGNAL,
		.handle = fence,
		.value = 1,
	};
	struct drm_dxg_submit work = igt_dxg_work(rig->buffer.va, rig->length, &op, 1);
	int efd = eventfd(0, EFD_CLOEXEC);

	igt_assert_eq(__dxg_fence_signal(rig->fd, fence, 1), -ENOENT);
	igt_assert_eq(__dxg_fence_wait(rig->fd, fence, 1, 0), -ENOENT);
	igt_assert_eq(__dxg_fence_eventfd(rig->fd, 0, &point, 1, efd), -ENOENT);
	igt_assert_eq(__dxg_fence_export(rig->fd, fence, 0), -ENOENT);
	igt_assert_eq(__dxg_submit(rig->fd, rig->queue, &work, 1), -ENOENT);
	igt_assert_eq(__dxg_fence_destroy(rig->fd, fence), -ENOENT);
	close(efd);
}

static void fence_ids(struct igt_dxg_rig *a, struct igt_dxg_rig *b)
{
	uint32_t fence = 0, i;

	for (i = 0; i < MANY; i++)
		fence = igt_dxg_fence_create(a->fd, a->vm, DRM_DXG_FENCE_SHAREABLE, 0);
	refuse_fence(b, fence);
	igt_assert_eq(__dxg_fence_wait(a->fd, fence, 1, 0), -ETIME);
}

static void host_handles(struct igt_dxg_rig *a, struct igt_dxg_rig *b)
{
	struct drm_dxg_bo_query_info bo = { .handle = a->bo_host, .vm_id = a->vm };
	struct drm_dxg_queue_create queue = igt_dxg_context(a->vm, IGT_DXG_NODE_3D);
	struct drm_dxg_fence_create fence;
	struct igt_dxg_rig *rigs[2] = { a, b };
	int i;

	igt_dxg_ioctl(a->fd, DRM_IOCTL_DXG_BO_QUERY_INFO, &bo, 0);
	igt_assert_eq(__dxg_queue_create(a->fd, &queue), 0);
	igt_assert_eq(__dxg_fence_create(a->fd, a->vm, 0, 0, &fence), 0);
	igt_assert(bo.host_handle && queue.host_handle && fence.host_handle);
	for (i = 0; i < 2; i++) {
		refuse_bo(rigs[i], bo.host_handle);
		refuse_bo(rigs[i], bo.host_resource);
		refuse_queue(rigs[i], queue.host_handle);
		refuse_fence(rigs[i], fence.host_handle);
	}
}

/* Whether an offset is within a BO of a rig. */
static bool own_offset(struct igt_dxg_rig *rig, int64_t offset)
{
	const uint32_t handles[] = { rig->bo_host, rig->bo_system, rig->buffer.handle };
	uint64_t size;
	int64_t start;
	int i;

	for (i = 0; i < 3; i++) {
		start = __dxg_bo_offset(rig->fd, handles[i], 0, &size);
		if (offset >= start && offset < start + (int64_t)size)
			return true;
	}
	return false;
}

static void mmap_offsets(struct igt_dxg_rig *a, struct igt_dxg_rig *b)
{
	struct drm_dxg_fence_create fence;
	int64_t offsets[3], offset;
	unsigned int i, fences = 0;

	igt_assert_eq(__dxg_fence_create(a->fd, a->vm, 0, 99, &fence), 0);
	offsets[0] = __dxg_bo_offset(a->fd, foreign_bo(a), 0, NULL);
	offsets[1] = __dxg_bo_offset(a->fd, a->bo_system, 0, NULL);
	offsets[2] = fence.mmap_offset;
	for (i = 0; i < 3; i++) {
		igt_assert(offsets[i] > 0);
		igt_assert(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, b->fd, offsets[i]) ==
			   MAP_FAILED);
		igt_assert(errno == EACCES || errno == EINVAL || errno == EPERM);
		/* Around it, too. */
		for (offset = offsets[i] - 64 * PAGE; offset < offsets[i] + 64 * (int64_t)PAGE;
		     offset += PAGE) {
			void *map = offset <= 0 ? MAP_FAILED :
				    mmap(NULL, PAGE, PROT_READ, MAP_SHARED, b->fd, offset);

			if (map == MAP_FAILED)
				continue;
			/* Of its own it may find what the rig has, the fence's page among it. */
			if (!own_offset(b, offset)) {
				igt_assert_eq_u64(*(volatile uint64_t *)map, *b->fence_page);
				fences++;
			}
			munmap(map, PAGE);
		}
	}
	errno = 0;
	igt_assert(fences <= 3);
}

static void gpu_addresses(struct igt_dxg_rig *a, struct igt_dxg_rig *b)
{
	struct drm_dxg_vm_get_state state;
	uint32_t handle = igt_dxg_bo_system(a->fd, a->vm, 64 * PAGE, 0), *map;
	uint64_t va = igt_dxg_bind(a->fd, a->vm, handle, 0, 64 * PAGE, 0);
	struct igt_dxg_rig thief;
	uint32_t syncobj;

	(void)b;
	map = igt_dxg_bo_map(a->fd, handle, 0, 64 * PAGE);
	memset(map, 0x42, 64 * PAGE);
	/* Somebody else has nothing at that address, which is behind all that it has. */
	igt_dxg_rig_open(&thief, 0);
	igt_assert(va + 32 * PAGE > thief.buffer.va + thief.buffer.size);
	igt_dxg_rig_begin(&thief);
	softgpu_fill(&thief.commands, va + 32 * PAGE, 64, 1);
	syncobj = syncobj_create(thief.fd, 0);
	igt_assert_eq(__dxg_rig_submit(&thief, thief.queue, syncobj), 0);
	igt_assert_eq(igt_dxg_syncobj_result(thief.fd, syncobj, 120), -ECANCELED);
	igt_assert_eq(__dxg_vm_get_state(thief.fd, thief.vm, &state), 0);
	igt_assert_eq_u32(state.reason, DRM_DXG_LOST_PAGE_FAULT);
	igt_assert_eq_u64(state.fault_address & ~(PAGE - 1), va + 32 * PAGE);
	igt_dxg_check_word(map, 64 * PAGE, 0x42424242);
	munmap(map, 64 * PAGE);
	igt_dxg_unbind(a->fd, a->vm, va, 64 * PAGE);
	igt_dxg_bo_close(a->fd, handle);
	igt_dxg_rig_close(&thief);
}

/* --- Contents --- */

#define SOME	(4ull << 20)

/* Memory of the host that is zero because the driver asks for it, not because it always is. */
static void soil(bool on)
{
	if (getenv("DXG_HOSTCTL"))
		igt_dxg_host("gpupv set soiled %s", on ? "on" : "off");
}

static uint32_t make(int fd, uint32_t vm, bool system)
{
	return system ? igt_dxg_bo_system(fd, vm, SOME, 0) : igt_dxg_bo_host(fd, vm, SOME, 0, 0);
}

static void zeroed(struct igt_dxg_rig *a, struct igt_dxg_rig *b, bool system)
{
	int i, rounds = igt_dxg_full() ? 50 : 3;
	uint32_t handle, *map;

	soil(true);
	for (i = 0; i < rounds; i++) {
		handle = make(a->fd, a->vm, system);
		map = igt_dxg_bo_map(a->fd, handle, 0, SOME);
		memset(map, 0xee, SOME);
		munmap(map, SOME);
		igt_dxg_bo_close(a->fd, handle);
		igt_dxg_wait_idle(a->fd);

		handle = make(b->fd, b->vm, system);
		map = igt_dxg_bo_map(b->fd, handle, 0, SOME);
		igt_dxg_check_word(map, SOME, 0);
		munmap(map, SOME);
		igt_dxg_bo_close(b->fd, handle);
	}
	soil(false);
}

static void zeroed_gpu(struct igt_dxg_rig *a, struct igt_dxg_rig *b)
{
	uint32_t secret = igt_dxg_bo_host(a->fd, a->vm, SOME, 0, 0), handle, copy, *map;
	struct igt_dxg_gpu gpu;
	uint64_t va, copy_va;

	soil(true);
	igt_dxg_gpu_init(&gpu, a->fd, a->vm);
	va = igt_dxg_bind(a->fd, a->vm, secret, 0, SOME, 0);
	igt_dxg_gpu_fill(&gpu, va, SOME, 0x5ec4e7);
	igt_dxg_unbind(a->fd, a->vm, va, SOME);
	igt_dxg_gpu_fini(&gpu);
	igt_dxg_bo_close(a->fd, secret);
	igt_dxg_wait_idle(a->fd);

	handle = igt_dxg_bo_host(b->fd, b->vm, SOME, 0, 0);
	copy = igt_dxg_bo_system(b->fd, b->vm, SOME, 0);
	map = igt_dxg_bo_map(b->fd, copy, 0, SOME);
	memset(map, 0xff, SOME);
	igt_dxg_gpu_init(&gpu, b->fd, b->vm);
	va = igt_dxg_bind(b->fd, b->vm, handle, 0, SOME, 0);
	copy_va = igt_dxg_bind(b->fd, b->vm, copy, 0, SOME, 0);
	igt_dxg_gpu_copy(&gpu, copy_va, va, SOME);
	igt_dxg_check_word(map, SOME, 0);
	soil(false);
	igt_dxg_unbind(b->fd, b->vm, va, SOME);
	igt_dxg_unbind(b->fd, b->vm, copy_va, SOME);
	igt_dxg_gpu_fini(&gpu);
	munmap(map, SOME);
	igt_dxg_bo_close(b->fd, copy);
	igt_dxg_bo_close(b->fd, handle);
}

#define FILLER	0xd7

static void check_filler(const uint8_t *data, size_t from, size_t to)
{
	for (; from < to; from++)
		igt_assert_f(data[from] == FILLER, "byte %zu is %#x\n", from, data[from]);
}

/* A property of the host, the BO's opaque data, regions and engines: what is behind. */
static void answers(struct igt_dxg_rig *a, struct igt_dxg_rig *b)
{
	uint8_t data[4096];
	struct drm_dxg_host_adapter_info info = {
		.query = DRM_DXG_HOST_QUERY_UMD_PRIVATE,
		.data = (uintptr_t)data,
		.data_size = sizeof(data),
	};
	struct drm_dxg_bo_query_info bo = {
		.handle = a->bo_host,
		.data = (uintptr_t)data,
		.data_size = sizeof(data),
		.runtime_data = (uintptr_t)data,
		.runtime_data_size = sizeof(data),
	};
	struct drm_dxg_engines engines = {
		.stride = sizeof(struct drm_dxg_engine),
		.count = 8,
		.engines = (uintptr_t)data,
	};
	uint32_t size = sizeof(info);
	int ret;

	(void)b;
	memset(data, FILLER, sizeof(data));
	ret = __dxg_query(a->fd, DRM_DXG_DEV_QUERY_HOST_ADAPTER_INFO, &info, &size);
	igt_assert_f(!ret || ret == -EINVAL || ret == -EOPNOTSUPP, "%d\n", ret);
	igt_assert(info.data_size <= sizeof(data));
	if (ret)
		check_filler(data, 0, sizeof(data));

	memset(data, FILLER, sizeof(data));
	igt_dxg_ioctl(a->fd, DRM_IOCTL_DXG_BO_QUERY_INFO, &bo, 0);
	check_filler(data, bo.data_size, sizeof(data));

	memset(data, FILLER, sizeof(data));
	size = sizeof(engines);
	igt_assert_eq(__dxg_query(a->fd, DRM_DXG_DEV_QUERY_ENGINES, &engines, &size), 0);
	check_filler(data, engines.count * sizeof(struct drm_dxg_engine), sizeof(data));
}

static void inherited(struct igt_dxg_rig *a, struct igt_dxg_rig *b)
{
	(void)b;
	igt_fork(child, 1) {
		igt_assert_eq(__dxg_vm_create(a->fd, 0), -EBUSY);
		igt_dxg_run(a->fd, a->queue, a->buffer.va, a->length);
		igt_assert_eq_u32(*igt_dxg_rig_word(a, 0), 0x600d);
	}
	igt_waitchildren();
	igt_assert_eq_u32(*igt_dxg_rig_word(a, 0), 0x600d);
}

int igt_main()
{
	static const struct {
		const char *name;
		void (*run)(struct igt_dxg_rig *a, struct igt_dxg_rig *b);
	} tests[] = {
		{ "bo-ids", bo_ids }, { "queue-ids", queue_ids }, { "fence-ids", fence_ids },
		{ "host-handles", host_handles }, { "mmap-offsets", mmap_offsets },
		{ "gpu-addresses", gpu_addresses }, { "zeroed-gpu", zeroed_gpu },
		{ "answers", answers }, { "fork", inherited },
	};
	static struct igt_dxg_rig a, b;
	size_t i;

	igt_fixture() {
		igt_dxg_rig_open(&a, 0);
		igt_dxg_rig_open(&b, 0);
	}

	for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		igt_subtest(tests[i].name)
			tests[i].run(&a, &b);
	igt_subtest("zeroed-host")
		zeroed(&a, &b, false);
	igt_subtest("zeroed-system")
		zeroed(&a, &b, true);

	igt_fixture() {
		soil(false);
		igt_dxg_rig_close(&b);
		igt_dxg_rig_close(&a);
	}
}

// SPDX-License-Identifier: MIT
/*
 * Buffer objects: making each kind, what is known of them, their content, their end.
 */
#include <string.h>
#include <sys/mman.h>

#include "igt.h"
#include "igt_dxg.h"
#include "igt_dxg_bo.h"
#include "softgpu_alloc.h"

/**
 * TEST: dxg bo
 * Category: Core
 * Mega feature: dxg
 * Sub-category: memory
 * Functionality: buffer objects
 *
 * SUBTEST: create-host
 * Description: Host memory: sizes, handles, opaque data in and out.
 *
 * SUBTEST: create-system
 * Description: Guest memory that every vendor's driver knows.
 *
 * SUBTEST: create-system-opaque
 * Description: Guest memory by opaque data, of the right, a larger and a smaller size.
 *
 * SUBTEST: create-several
 * Description: Several allocations of host memory.
 *
 * SUBTEST: create-several-system
 * Description: Several allocations of guest memory, each with its own pages.
 *
 * SUBTEST: create-large
 * Description: More pages than one message names.
 *
 * SUBTEST: query-no-vm
 * Description: A query without a VM.
 *
 * SUBTEST: query-data
 * Description: Opaque data comes back, also in its exact size, and not in less.
 *
 * SUBTEST: query-residency
 * Description: Where the memory is.
 *
 * SUBTEST: priority
 * Description: A priority is what it was set to.
 *
 * SUBTEST: segments
 * Description: Segments can be set.
 *
 * SUBTEST: madvise-retained
 * Description: Offered content is kept while nobody needs the memory.
 *
 * SUBTEST: madvise-guest
 * Description: Guest memory cannot be offered.
 *
 * SUBTEST: sync
 * Description: Ranges to be written back, and some that are not in the BO.
 *
 * SUBTEST: zeroed-host
 * Description: New host memory is zero.
 *
 * SUBTEST: zeroed-system
 * Description: New guest memory is zero.
 *
 * SUBTEST: content-system-host
 * Description: CPU and GPU see the same: from guest memory to host memory.
 *
 * SUBTEST: content-host-system
 * Description: CPU and GPU see the same: from host memory to guest memory.
 *
 * SUBTEST: close-twice
 * Description: A handle is closed once.
 *
 * SUBTEST: isolated
 * Description: A handle is of its file.
 *
 * SUBTEST: vm-destroyed
 * Description: The VM goes before its BOs.
 *
 * SUBTEST: close-many
 * Description: A file with many BOs is closed.
 *
 * SUBTEST: exhaust
 * Description: The host has no more memory.
 *
 * SUBTEST: fdinfo
 * Description: What fdinfo says of memory.
 *
 * SUBTEST: invalid-create
 * Description: Each bad field of BO_CREATE.
 *
 * SUBTEST: invalid-arrays
 * Description: Bad arrays of allocations.
 *
 * SUBTEST: invalid-several
 * Description: More than one standard allocation; too much opaque data.
 *
 * SUBTEST: invalid-others
 * Description: Each bad field of the other requests about BOs.
 */

IGT_TEST_DESCRIPTION("Buffer objects of the dxg driver.");

#define PAGE	4096ull
#define KB64	(64ull << 10)

struct fd_vm {
	int fd;
	uint32_t vm;
};

static int query(int fd, struct drm_dxg_bo_query_info *args)
{
	return __dxg_ioctl(fd, DRM_IOCTL_DXG_BO_QUERY_INFO, args);
}

/* --- Making --- */

static void create_host(const struct fd_vm *t)
{
	struct igt_dxg_data data = igt_dxg_data(PAGE + 1, 0);
	struct drm_dxg_bo_alloc alloc = { .data = (uintptr_t)&data, .data_size = sizeof(data) };
	struct drm_dxg_bo_create args = {
		.vm_id = t->vm,
		.allocs = { .stride = sizeof(alloc), .count = 1, .array = (uintptr_t)&alloc },
	};

	memset(data.tail, 0x5a, sizeof(data.tail));
	igt_assert_eq(__dxg_bo_create(t->fd, &args), 0);
	igt_assert_neq_u32(args.handle, 0);
	igt_assert_eq_u32(args.host_resource, 0);
	igt_assert_neq_u32(alloc.host_handle, 0);
	igt_assert_eq_u64(alloc.size, 2 * PAGE);
	/* The host's driver has written to the data, and left alone what it does not know. */
	igt_assert_eq_u64(data.size, 2 * PAGE);
	igt_assert_eq_u32(data.segment, 1);
	igt_assert_eq_u32(data.tail[0], 0x5a);
	igt_assert_eq_u32(data.tail[31], 0x5a);
	igt_dxg_bo_close(t->fd, args.handle);
}

static void create_system(const struct fd_vm *t)
{
	uint32_t handle = igt_dxg_bo_system(t->fd, t->vm, KB64, 0);
	struct drm_dxg_bo_query_info info = { .handle = handle, .vm_id = t->vm };

	igt_assert_eq(query(t->fd, &info), 0);
	igt_assert_eq_u64(info.size, KB64);
	igt_assert_eq_u32(info.flags, DRM_DXG_BO_SYSTEM | DRM_DXG_BO_STANDARD);
	igt_assert_eq_u32(info.alloc_count, 1);
	igt_assert_neq_u32(info.host_handle, 0);
	igt_dxg_bo_close(t->fd, handle);
}

/* Guest memory that the vendor's driver is told of by opaque data. */
static void create_system_opaque(const struct fd_vm *t)
{
	struct igt_dxg_data data = igt_dxg_data(KB64, 0);
	struct drm_dxg_bo_alloc alloc = {
		.size = KB64,
		.data = (uintptr_t)&data,
		.data_size = sizeof(data),
	};
	struct drm_dxg_bo_create args = {
		.vm_id = t->vm,
		.flags = DRM_DXG_BO_SYSTEM,
		.allocs = { .stride = sizeof(alloc), .count = 1, .array = (uintptr_t)&alloc },
	};

	igt_assert_eq(__dxg_bo_create(t->fd, &args), 0);
	igt_assert(data.flags & SOFTGPU_ALLOC_EXISTING);
	igt_dxg_bo_close(t->fd, args.handle);

	/* The data names more memory than there is: it must not be given to the host. */
	data = igt_dxg_data(KB64 + PAGE, 0);
	alloc.size = KB64;
	alloc.host_handle = 0;
	args.handle = 0;
	igt_assert_eq(__dxg_bo_create(t->fd, &args), -EIO);
	/* Less is as good. */
	data = igt_dxg_data(KB64 - PAGE, 0);
	igt_assert_eq(__dxg_bo_create(t->fd, &args), 0);
	igt_assert_eq_u64(alloc.size, KB64 - PAGE);
	igt_dxg_bo_close(t->fd, args.handle);
}

#define SEVERAL	5

static void create_several(const struct fd_vm *t)
{
	struct drm_dxg_bo_query_info info = { .vm_id = t->vm };
	struct drm_dxg_bo_alloc allocs[SEVERAL] = { 0 };
	struct igt_dxg_data data[SEVERAL];
	struct drm_dxg_bo_create args = {
		.vm_id = t->vm,
		.allocs = {
			.stride = sizeof(allocs[0]),
			.count = SEVERAL,
			.array = (uintptr_t)allocs,
		},
	};
	int i, k;

	for (i = 0; i < SEVERAL; i++) {
		data[i] = igt_dxg_data((i + 1) * PAGE, 0);
		data[i].tail[0] = i;
		allocs[i].data = (uintptr_t)&data[i];
		allocs[i].data_size = sizeof(data[i]);
	}
	igt_assert_eq(__dxg_bo_create(t->fd, &args), 0);
	igt_assert_neq_u32(args.host_resource, 0);
	for (i = 0; i < SEVERAL; i++) {
		struct igt_dxg_data back;

		igt_assert_eq_u64(allocs[i].size, (i + 1) * PAGE);
		for (k = 0; k < i; k++)
			igt_assert_neq_u32(allocs[i].host_handle, allocs[k].host_handle);

		info = (struct drm_dxg_bo_query_info) {
			.handle = args.handle,
			.vm_id = t->vm,
			.alloc_index = i,
			.data = (uintptr_t)&back,
			.data_size = sizeof(back),
		};
		igt_assert_eq(query(t->fd, &info), 0);
		igt_assert_eq_u32(info.alloc_count, SEVERAL);
		igt_assert_eq_u32(info.host_handle, allocs[i].host_handle);
		igt_assert_eq_u32(info.host_resource, args.host_resource);
		igt_assert_eq_u64(info.size, (i + 1) * PAGE);
		igt_assert(!memcmp(&back, &data[i], sizeof(back)));
	}
	igt_dxg_bo_close(t->fd, args.handle);
}

static void create_several_system(const struct fd_vm *t)
{
	struct drm_dxg_bo_alloc allocs[SEVERAL] = { 0 };
	struct igt_dxg_data data[SEVERAL];
	struct drm_dxg_bo_create args = {
		.vm_id = t->vm,
		.flags = DRM_DXG_BO_SYSTEM,
		.allocs = {
			.stride = sizeof(allocs[0]),
			.count = SEVERAL,
			.array = (uintptr_t)allocs,
		},
	};
	uint32_t *map;
	int i;

	for (i = 0; i < SEVERAL; i++) {
		data[i] = igt_dxg_data((i + 1) * PAGE, 0);
		allocs[i].size = (i + 1) * PAGE;
		allocs[i].data = (uintptr_t)&data[i];
		allocs[i].data_size = sizeof(data[i]);
	}
	igt_assert_eq(__dxg_bo_create(t->fd, &args), 0);
	for (i = 0; i < SEVERAL; i++) {
		map = igt_dxg_bo_map(t->fd, args.handle, i, allocs[i].size);
		igt_dxg_pattern(map, allocs[i].size, i << 20);
		munmap(map, allocs[i].size);
	}
	for (i = 0; i < SEVERAL; i++) {
		map = igt_dxg_bo_map(t->fd, args.handle, i, allocs[i].size);
		igt_dxg_check_pattern(map, allocs[i].size, i << 20);
		munmap(map, allocs[i].size);
	}
	igt_dxg_bo_close(t->fd, args.handle);
}

/* A BO as large as a page list of more than one message. */
static void create_large(const struct fd_vm *t)
{
	const uint64_t size = (15867 * 2 + 1) * PAGE;
	uint32_t handle, *map;
	uint64_t i;

	igt_require(sysconf(_SC_AVPHYS_PAGES) * PAGE > 2 * size);
	handle = igt_dxg_bo_system(t->fd, t->vm, size, 0);
	map = igt_dxg_bo_map(t->fd, handle, 0, size);
	for (i = 0; i < size; i += PAGE)
		map[i / 4] = i;
	for (i = 0; i < size; i += PAGE)
		igt_assert_eq_u32(map[i / 4], i);
	munmap(map, size);
	igt_dxg_bo_close(t->fd, handle);
}

/* --- What is known --- */

static void query_no_vm(const struct fd_vm *t)
{
	uint32_t handle = igt_dxg_bo_host(t->fd, t->vm, PAGE, 0, 0);
	struct drm_dxg_bo_query_info info = { .handle = handle };

	igt_assert_eq(query(t->fd, &info), 0);
	igt_assert_eq_u32(info.host_handle, 0);
	igt_assert_eq_u32(info.data_size, sizeof(struct igt_dxg_data));
	igt_assert_eq_u64(info.size, PAGE);
	igt_dxg_bo_close(t->fd, handle);
}

static void query_data(const struct fd_vm *t)
{
	char runtime[] = "the runtime's", resource[] = "of the whole", back[2][64];
	struct igt_dxg_data data = igt_dxg_data(PAGE, 0);
	struct drm_dxg_bo_alloc alloc = { .data = (uintptr_t)&data, .data_size = sizeof(data) };
	struct drm_dxg_bo_create args = {
		.vm_id = t->vm,
		.flags = DRM_DXG_BO_RESOURCE,
		.allocs = { .stride = sizeof(alloc), .count = 1, .array = (uintptr_t)&alloc },
		.runtime_data = (uintptr_t)runtime,
		.runtime_data_size = sizeof(runtime),
		.resource_data = (uintptr_t)resource,
		.resource_data_size = sizeof(resource),
	};
	struct drm_dxg_bo_query_info info = { 0 }, clean;

	igt_assert_eq(__dxg_bo_create(t->fd, &args), 0);
	igt_assert_neq_u32(args.host_resource, 0);
	info.handle = args.handle;
	clean = info;
	igt_assert_eq(query(t->fd, &info), 0);
	igt_assert_eq_u32(info.runtime_data_size, sizeof(runtime));
	igt_assert_eq_u32(info.resource_data_size, sizeof(resource));
	igt_assert_eq_u32(info.data_size, sizeof(data));

	info = clean;
	memset(back, 0xff, sizeof(back));
	info.runtime_data = (uintptr_t)back[0];
	info.runtime_data_size = sizeof(back[0]);
	info.resource_data = (uintptr_t)back[1];
	info.resource_data_size = sizeof(resource);
	igt_assert_eq(query(t->fd, &info), 0);
	igt_assert(!memcmp(back[0], runtime, sizeof(runtime)));
	igt_assert(!memcmp(back[1], resource, sizeof(resource)));
	/* Nothing is written behind what there is. */
	igt_assert_eq(back[0][sizeof(runtime)], (char)0xff);

	/* Too small: the sizes are returned all the same. */
	info = clean;
	info.runtime_data = (uintptr_t)back[0];
	info.runtime_data_size = sizeof(runtime) - 1;
	igt_assert_eq(query(t->fd, &info), -EINVAL);
	igt_assert_eq_u32(info.runtime_data_size, sizeof(runtime));
	igt_assert_eq_u32(info.data_size, sizeof(data));

	info = clean;
	info.data = 8;
	info.data_size = sizeof(data);
	igt_assert_eq(query(t->fd, &info), -EFAULT);
	igt_dxg_bo_close(t->fd, args.handle);
}

static void query_residency(const struct fd_vm *t)
{
	uint32_t handle = igt_dxg_bo_host(t->fd, t->vm, KB64, 0, 0);
	struct drm_dxg_bo_query_info info = {
		.handle = handle,
		.vm_id = t->vm,
		.query = DRM_DXG_BO_QUERY_RESIDENCY,
	}, clean = info;
	uint64_t va;

	igt_assert_eq(query(t->fd, &info), 0);
	igt_assert_eq_u32(info.residency, DRM_DXG_RESIDENCY_NONE);
	va = igt_dxg_bind(t->fd, t->vm, handle, 0, KB64, 0);
	info = clean;
	igt_assert_eq(query(t->fd, &info), 0);
	igt_assert_eq_u32(info.residency, DRM_DXG_RESIDENCY_LOCAL);
	igt_dxg_unbind(t->fd, t->vm, va, KB64);
	igt_dxg_bo_close(t->fd, handle);
}

/* --- Properties --- */

static void priority(const struct fd_vm *t)
{
	uint32_t handle = igt_dxg_bo_host(t->fd, t->vm, PAGE, 0, 0);
	struct drm_dxg_bo_set_property set = {
		.handle = handle,
		.properties = DRM_DXG_BO_PRIORITY,
		.priority = 0x28000000,
	};
	struct drm_dxg_bo_query_info info = {
		.handle = handle,
		.vm_id = t->vm,
		.query = DRM_DXG_BO_QUERY_PRIORITY,
	};

	igt_dxg_ioctl(t->fd, DRM_IOCTL_DXG_BO_SET_PROPERTY, &set, 0);
	igt_assert_eq(query(t->fd, &info), 0);
	igt_assert_eq_u32(info.priority, 0x28000000);
	igt_dxg_bo_close(t->fd, handle);
}

static void segments(const struct fd_vm *t)
{
	uint32_t handle = igt_dxg_bo_host(t->fd, t->vm, PAGE, 0, 0);
	struct drm_dxg_bo_set_property set = {
		.handle = handle,
		.properties = DRM_DXG_BO_SUPPORTED_SEGMENTS | DRM_DXG_BO_PREFERRED_SEGMENTS,
		.supported_segments = 3,
		.preferred_segments = 2,
	};

	igt_dxg_ioctl(t->fd, DRM_IOCTL_DXG_BO_SET_PROPERTY, &set, 0);
	igt_assert_eq_u64(set.fence_value, 0);
	igt_dxg_bo_close(t->fd, handle);
}

static int madvise_bo(int fd, uint32_t handle, uint32_t advice, uint32_t *retained)
{
	struct drm_dxg_bo_madvise args = { .handle = handle, .advice = advice };
	int ret = __dxg_ioctl(fd, DRM_IOCTL_DXG_BO_MADVISE, &args);

	if (retained)
		*retained = args.retained;
	return ret;
}

static void madvise_retained(const struct fd_vm *t)
{
	uint32_t handle = igt_dxg_bo_host(t->fd, t->vm, KB64, 0, 0), advice, retained;
	void *map = igt_dxg_bo_map(t->fd, handle, 0, KB64);

	igt_dxg_pattern(map, KB64, 1);
	igt_assert_eq(munmap(map, KB64), 0);
	for (advice = DRM_DXG_DONTNEED_LOW; advice <= DRM_DXG_DONTNEED_HIGH; advice++) {
		igt_assert_eq(madvise_bo(t->fd, handle, advice, NULL), 0);
		igt_assert_eq(madvise_bo(t->fd, handle, DRM_DXG_WILLNEED, &retained), 0);
		igt_assert_eq_u32(retained, 1);
	}
	map = igt_dxg_bo_map(t->fd, handle, 0, KB64);
	igt_dxg_check_pattern(map, KB64, 1);
	/* What is mapped is needed. */
	igt_assert_eq(madvise_bo(t->fd, handle, DRM_DXG_DONTNEED_LOW, NULL), -EBUSY);
	igt_dxg_check_pattern(map, KB64, 1);
	munmap(map, KB64);
	igt_dxg_bo_close(t->fd, handle);
}

static void madvise_guest(const struct fd_vm *t)
{
	uint32_t handle = igt_dxg_bo_system(t->fd, t->vm, PAGE, 0);

	igt_assert_eq(madvise_bo(t->fd, handle, DRM_DXG_DONTNEED_LOW, NULL), -EOPNOTSUPP);
	igt_assert_eq(madvise_bo(t->fd, handle, DRM_DXG_WILLNEED, NULL), -EOPNOTSUPP);
	igt_dxg_bo_close(t->fd, handle);
}

static int sync_range(int fd, struct drm_dxg_bo_sync_range range)
{
	struct drm_dxg_bo_sync args = {
		.ranges = { .stride = sizeof(range), .count = 1, .array = (uintptr_t)&range },
	};

	return __dxg_ioctl(fd, DRM_IOCTL_DXG_BO_SYNC, &args);
}

static void sync_ranges(const struct fd_vm *t)
{
	uint32_t handle = igt_dxg_bo_host(t->fd, t->vm, KB64, SOFTGPU_ALLOC_CACHED, 0);
	struct drm_dxg_bo_sync_range range = { .handle = handle, .size = KB64 };
	struct drm_dxg_bo_sync none = { 0 };

	igt_assert_eq(sync_range(t->fd, range), 0);
	igt_dxg_ioctl(t->fd, DRM_IOCTL_DXG_BO_SYNC, &none, 0);
	range.offset = PAGE;
	igt_assert_eq(sync_range(t->fd, range), -EINVAL);
	range.size = KB64 - PAGE;
	igt_assert_eq(sync_range(t->fd, range), 0);
	range.offset = UINT64_MAX - PAGE + 1;
	igt_assert_eq(sync_range(t->fd, range), -EINVAL);
	range.offset = 0;
	range.size = 0;
	igt_assert_eq(sync_range(t->fd, range), -EINVAL);
	range.size = PAGE;
	range.alloc_index = 1;
	igt_assert_eq(sync_range(t->fd, range), -EINVAL);
	range.alloc_index = 0;
	range.handle = 0;
	igt_assert_eq(sync_range(t->fd, range), -ENOENT);
	igt_dxg_bo_close(t->fd, handle);
}

/* --- Content --- */

/* New memory is zero, though what others have left must be among it. */
static void zeroed(const struct fd_vm *t, bool host)
{
	const uint64_t size = 1 << 20;
	uint32_t handle, *map;
	int i;

	for (i = 0; i < 20; i++) {
		handle = host ? igt_dxg_bo_host(t->fd, t->vm, size, 0, 0) :
			 igt_dxg_bo_system(t->fd, t->vm, size, 0);
		map = igt_dxg_bo_map(t->fd, handle, 0, size);
		igt_dxg_check_word(map, size, 0);
		memset(map, 0xa5, size);
		munmap(map, size);
		igt_dxg_bo_close(t->fd, handle);
		igt_dxg_wait_idle(t->fd);
	}
}

/* What the GPU sees is what the CPU sees, both ways. */
static void content(const struct fd_vm *t, uint32_t from, uint32_t to)
{
	struct igt_dxg_gpu gpu;
	uint64_t from_va, to_va;
	void *map;

	igt_dxg_gpu_init(&gpu, t->fd, t->vm);
	from_va = igt_dxg_bind(t->fd, t->vm, from, 0, KB64, 0);
	to_va = igt_dxg_bind(t->fd, t->vm, to, 0, KB64, 0);

	map = igt_dxg_bo_map(t->fd, from, 0, KB64);
	igt_dxg_pattern(map, KB64, 0x1000);
	igt_dxg_gpu_copy(&gpu, to_va, from_va, KB64);
	munmap(map, KB64);
	map = igt_dxg_bo_map(t->fd, to, 0, KB64);
	igt_dxg_check_pattern(map, KB64, 0x1000);
	igt_dxg_gpu_fill(&gpu, to_va, KB64, 0xcafe);
	igt_dxg_check_word(map, KB64, 0xcafe);
	munmap(map, KB64);

	igt_dxg_unbind(t->fd, t->vm, from_va, KB64);
	igt_dxg_unbind(t->fd, t->vm, to_va, KB64);
	igt_dxg_gpu_fini(&gpu);
	igt_dxg_bo_close(t->fd, from);
	igt_dxg_bo_close(t->fd, to);
}

/* --- The end --- */

static void close_twice(const struct fd_vm *t)
{
	uint32_t handle = igt_dxg_bo_system(t->fd, t->vm, PAGE, 0);
	struct drm_dxg_bo_query_info info = { .handle = handle };

	igt_dxg_bo_close(t->fd, handle);
	igt_assert_eq(__dxg_bo_close(t->fd, handle), -EINVAL);
	igt_assert_eq(query(t->fd, &info), -ENOENT);
}

/* A BO is of its file: neither its handle nor its host handle mean anything elsewhere. */
static void isolated(const struct fd_vm *t)
{
	uint32_t handle = igt_dxg_bo_system(t->fd, t->vm, PAGE, 0);
	struct drm_dxg_bo_query_info info = { .handle = handle };
	int fd = drm_open_driver_render(DRIVER_DXG);

	igt_dxg_vm_create(fd, 0);
	igt_assert_eq(query(fd, &info), -ENOENT);
	igt_assert_eq(madvise_bo(fd, handle, DRM_DXG_WILLNEED, NULL), -ENOENT);
	igt_assert_eq(__dxg_bo_close(fd, handle), -EINVAL);
	drm_close_driver(fd);
	igt_dxg_bo_close(t->fd, handle);
}

/* BOs outlive their VM: useless to the GPU, but whole. */
static void vm_destroyed(void)
{
	int fd = drm_open_driver_render(DRIVER_DXG);
	uint32_t vm = igt_dxg_vm_create(fd, 0), other;
	uint32_t host = igt_dxg_bo_host(fd, vm, KB64, 0, 0);
	uint32_t system = igt_dxg_bo_system(fd, vm, KB64, 0);
	struct drm_dxg_bo_query_info info = { .handle = host };
	struct drm_dxg_vm_bind_op op = {
		.op = DRM_DXG_BIND_MAP,
		.flags = DRM_DXG_BIND_ANY_VA,
		.bo_handle = host,
		.size = KB64,
	};
	struct drm_dxg_vm_bind bind = {
		.ops = { .stride = sizeof(op), .count = 1, .array = (uintptr_t)&op },
	};
	void *map = igt_dxg_bo_map(fd, host, 0, KB64);

	igt_dxg_pattern(map, KB64, 3);
	igt_dxg_vm_destroy(fd, vm);
	igt_dxg_check_pattern(map, KB64, 3);
	munmap(map, KB64);
	map = igt_dxg_bo_map(fd, system, 0, KB64);
	igt_dxg_check_word(map, KB64, 0);
	igt_assert_eq(query(fd, &info), 0);
	igt_assert_eq_u64(info.size, KB64);
	igt_assert_eq(madvise_bo(fd, host, DRM_DXG_WILLNEED, NULL), -EPERM);

	/* Nor does it come back with another one: it may not leave the first. */
	other = igt_dxg_vm_create(fd, 0);
	bind.vm_id = other;
	igt_dxg_ioctl(fd, DRM_IOCTL_DXG_VM_BIND, &bind, -EPERM);
	igt_assert_eq(madvise_bo(fd, host, DRM_DXG_WILLNEED, NULL), -EPERM);
	munmap(map, KB64);
	igt_dxg_bo_close(fd, host);
	igt_dxg_bo_close(fd, system);
	drm_close_driver(fd);
}

static uint64_t now_ms(void)
{
	return igt_dxg_time(0) / 1000000;
}

/* A file with many BOs is closed at once; then all of them go. */
static void close_many(int count)
{
	int fd = drm_open_driver_render(DRIVER_DXG), watch = drm_open_driver_render(DRIVER_DXG);
	uint32_t vm = igt_dxg_vm_create(fd, 0);
	uint64_t start, end;
	int i;

	for (i = 0; i < count; i++) {
		if (i % 2)
			igt_dxg_bo_host(fd, vm, PAGE, 0, i % 4 == 1 ? DRM_DXG_BO_RESOURCE : 0);
		else
			igt_dxg_bo_system(fd, vm, PAGE, 0);
	}
	start = now_ms();
	drm_close_driver(fd);
	end = now_ms();
	igt_info("closing %d BOs: %llu ms\n", count, (unsigned long long)(end - start));
	/* As long as each BO had to be answered for it must not take; the benchmark counts. */
	igt_assert_lt(end - start, 60000);
	igt_dxg_wait_idle(watch);
	igt_info("and until they were gone: %llu ms\n", (unsigned long long)(now_ms() - end));
	drm_close_driver(watch);
}

/* Until the host has no more: an error, and everything works when some is given back. */
static void exhaust(void)
{
	int fd = drm_open_driver_render(DRIVER_DXG), count = 0, ret;
	uint32_t vm = igt_dxg_vm_create(fd, 0), *handles, handle;
	const uint64_t size = 64 << 20;

	handles = calloc(4096, sizeof(*handles));
	while ((ret = __dxg_bo_host(fd, vm, size, 0, 0, &handle)) == 0) {
		igt_assert(count < 4096);
		handles[count++] = handle;
	}
	igt_assert_eq(ret, -ENOSPC);
	igt_assert(count > 0);
	igt_info("%d times %llu MiB\n", count, (unsigned long long)size >> 20);
	igt_dxg_bo_close(fd, handles[--count]);
	igt_dxg_wait_idle(fd);
	igt_assert_eq(__dxg_bo_host(fd, vm, size, 0, 0, &handle), 0);
	free(handles);
	drm_close_driver(fd);
}

/* --- fdinfo --- */

static uint64_t memory_key(int fd, const char *key)
{
	unsigned long long value;
	char text[64], unit[8] = "";

	igt_assert_f(igt_dxg_fdinfo(fd, key, text, sizeof(text)), "no key %s\n", key);
	igt_assert(sscanf(text, "%llu %7s", &value, unit) >= 1);
	if (!strcmp(unit, "KiB"))
		value <<= 10;
	else if (!strcmp(unit, "MiB"))
		value <<= 20;
	return value;
}

static void fdinfo(void)
{
	int fd = drm_open_driver_render(DRIVER_DXG);
	uint32_t vm = igt_dxg_vm_create(fd, 0), host, system;

	igt_assert_eq_u64(memory_key(fd, "drm-total-local"), 0);
	host = igt_dxg_bo_host(fd, vm, KB64, 0, 0);
	system = igt_dxg_bo_system(fd, vm, 2 * KB64, 0);
	igt_assert_eq_u64(memory_key(fd, "drm-total-local"), KB64);
	igt_assert_eq_u64(memory_key(fd, "drm-total-nonlocal"), 2 * KB64);
	igt_assert_eq_u64(memory_key(fd, "drm-resident-nonlocal"), 2 * KB64);
	igt_assert_eq_u64(memory_key(fd, "drm-shared-nonlocal"), 0);
	igt_dxg_bo_close(fd, host);
	igt_assert_eq_u64(memory_key(fd, "drm-total-local"), 0);
	igt_dxg_bo_close(fd, system);
	drm_close_driver(fd);
}

/* --- Bad input --- */

/* A valid creation, of which each case spoils one thing. */
struct creation {
	struct igt_dxg_data data;
	struct drm_dxg_bo_alloc alloc;
	struct drm_dxg_bo_create args;
};

static void creation_host(const struct fd_vm *t, struct creation *c)
{
	memset(c, 0, sizeof(*c));
	c->data = igt_dxg_data(PAGE, 0);
	c->alloc.data = (uintptr_t)&c->data;
	c->alloc.data_size = sizeof(c->data);
	c->args.vm_id = t->vm;
	c->args.allocs.stride = sizeof(c->alloc);
	c->args.allocs.count = 1;
	c->args.allocs.array = (uintptr_t)&c->alloc;
}

static void creation_system(const struct fd_vm *t, struct creation *c)
{
	creation_host(t, c);
	c->alloc.data = 0;
	c->alloc.data_size = 0;
	c->alloc.size = PAGE;
	c->args.flags = DRM_DXG_BO_SYSTEM | DRM_DXG_BO_STANDARD;
}

/* As it is when one field is spoilt: the error, and nothing returned. */
#define SPOIL(make, change, error) do { \
	struct creation spoilt; \
	make(t, &spoilt); \
	spoilt.change; \
	igt_assert_eq(__dxg_bo_create(t->fd, &spoilt.args), (error)); \
	igt_assert_f(!spoilt.args.handle || spoilt.args.handle == 77, "%s: a handle\n", #change); \
} while (0)

static void invalid_create(const struct fd_vm *t)
{
	/* First of all, the creations are good. */
	struct creation good;

	creation_host(t, &good);
	igt_assert_eq(__dxg_bo_create(t->fd, &good.args), 0);
	igt_dxg_bo_close(t->fd, good.args.handle);
	creation_system(t, &good);
	igt_assert_eq(__dxg_bo_create(t->fd, &good.args), 0);
	igt_dxg_bo_close(t->fd, good.args.handle);

	SPOIL(creation_host, args.vm_id = 0, -ENOENT);
	SPOIL(creation_host, args.vm_id += 1, -ENOENT);
	SPOIL(creation_host, args.flags = 1 << 9, -EINVAL);
	SPOIL(creation_host, args.flags = DRM_DXG_BO_IMPORTED, -EINVAL);
	SPOIL(creation_host, args.flags = DRM_DXG_BO_READONLY, -EINVAL);
	SPOIL(creation_host, args.flags = DRM_DXG_BO_STANDARD, -EINVAL);
	SPOIL(creation_host, args.handle = 77, -EINVAL);
	SPOIL(creation_host, args.host_resource = 1, -EINVAL);
	SPOIL(creation_host, args.runtime_data_size = (64 << 10) + 1, -EINVAL);
	SPOIL(creation_host, args.resource_data_size = (64 << 10) + 1, -EINVAL);
	SPOIL(creation_host, args.runtime_data_size = 8, -EFAULT);
	SPOIL(creation_host, args.resource_data_size = 8, -EFAULT);
	SPOIL(creation_host, alloc.size = PAGE, -EINVAL);
	SPOIL(creation_host, alloc.user_ptr = PAGE, -EINVAL);
	SPOIL(creation_host, alloc.host_handle = 1, -EINVAL);
	SPOIL(creation_host, alloc.pad = 1, -EINVAL);
	SPOIL(creation_host, alloc.data_size = (64 << 10) + 1, -EINVAL);
	SPOIL(creation_host, alloc.data = 8, -EFAULT);
	/* The host's driver does not take the data; it does not say why. */
	SPOIL(creation_host, data.magic = 0, -ENOSPC);
	SPOIL(creation_host, data.size = 0, -ENOSPC);
	SPOIL(creation_host, data.size = UINT64_MAX, -ENOSPC);

	SPOIL(creation_system, args.flags |= DRM_DXG_BO_USER, -EINVAL);
	SPOIL(creation_system, args.flags |= DRM_DXG_BO_READONLY, -EINVAL);
	SPOIL(creation_system, args.flags |= DRM_DXG_BO_CACHED, -EINVAL);
	SPOIL(creation_system, args.runtime_data_size = 8, -EINVAL);
	SPOIL(creation_system, args.resource_data_size = 8, -EINVAL);
	SPOIL(creation_system, alloc.data_size = 8, -EINVAL);
	SPOIL(creation_system, alloc.size = 0, -EINVAL);
	SPOIL(creation_system, alloc.size = PAGE + 1, -EINVAL);
	SPOIL(creation_system, alloc.size = PAGE / 2, -EINVAL);
	SPOIL(creation_system, alloc.size = UINT64_MAX - PAGE + 1, -EINVAL);
	SPOIL(creation_system, alloc.size = 1ull << 45, -ENOMEM);
	SPOIL(creation_system, alloc.user_ptr = PAGE, -EINVAL);
}

static void invalid_arrays(const struct fd_vm *t)
{
	struct drm_dxg_device_info info;
	struct creation c;
	struct {
		struct drm_dxg_bo_alloc alloc;
		uint64_t more;
	} longer = { 0 };

	igt_dxg_device_info(t->fd, &info);
	SPOIL(creation_host, args.allocs.count = 0, -EINVAL);
	SPOIL(creation_host, args.allocs.count = info.max_allocations + 1, -EINVAL);
	SPOIL(creation_host, args.allocs.stride = sizeof(c.alloc) - 8, -EINVAL);
	SPOIL(creation_host, args.allocs.stride = sizeof(c.alloc) + 4, -EINVAL);
	SPOIL(creation_host, args.allocs.stride = 4096 + 8, -EINVAL);
	SPOIL(creation_host, args.allocs.array = 8, -EFAULT);

	creation_host(t, &c);
	longer.alloc = c.alloc;
	longer.more = 1;
	c.args.allocs.stride = sizeof(longer);
	c.args.allocs.array = (uintptr_t)&longer;
	igt_assert_eq(__dxg_bo_create(t->fd, &c.args), -E2BIG);
	longer.more = 0;
	igt_assert_eq(__dxg_bo_create(t->fd, &c.args), 0);
	igt_assert_eq_u64(longer.alloc.size, PAGE);
	igt_dxg_bo_close(t->fd, c.args.handle);
}

/* Two allocations of guest memory where only one may be; too much data in all. */
static void invalid_several(const struct fd_vm *t)
{
	static uint8_t data[2][50 << 10];
	struct drm_dxg_bo_alloc allocs[2] = {
		{ .size = PAGE }, { .size = PAGE },
	};
	struct drm_dxg_bo_create args = {
		.vm_id = t->vm,
		.flags = DRM_DXG_BO_SYSTEM | DRM_DXG_BO_STANDARD,
		.allocs = { .stride = sizeof(allocs[0]), .count = 2, .array = (uintptr_t)allocs },
	};
	int i;

	igt_assert_eq(__dxg_bo_create(t->fd, &args), -EINVAL);

	args.flags = 0;
	for (i = 0; i < 2; i++) {
		struct igt_dxg_data head = igt_dxg_data(PAGE, 0);

		memcpy(data[i], &head, sizeof(head));
		allocs[i] = (struct drm_dxg_bo_alloc) {
			.data = (uintptr_t)data[i],
			.data_size = sizeof(data[i]),
		};
	}
	igt_assert_eq(__dxg_bo_create(t->fd, &args), -EINVAL);
	allocs[1].data_size = 46 << 10;
	igt_assert_eq(__dxg_bo_create(t->fd, &args), 0);
	igt_dxg_bo_close(t->fd, args.handle);
}

static void invalid_others(const struct fd_vm *t)
{
	uint32_t handle = igt_dxg_bo_host(t->fd, t->vm, PAGE, 0, 0);
	const struct drm_dxg_bo_query_info q = { .handle = handle, .vm_id = t->vm };
	const struct drm_dxg_bo_madvise m = { .handle = handle, .advice = DRM_DXG_WILLNEED };
	const struct drm_dxg_bo_set_property p = {
		.handle = handle,
		.properties = DRM_DXG_BO_PRIORITY,
		.priority = 0x78000000,
	};
	const struct drm_dxg_bo_mmap_offset o = { .handle = handle };
	const struct drm_dxg_bo_sync s = { 0 };

#define BAD(request, good, type, change, error) do { \
	struct type a = good; \
	a.change; \
	igt_dxg_ioctl(t->fd, request, &a, error); \
} while (0)
#define BAD_QUERY(change, error) \
	BAD(DRM_IOCTL_DXG_BO_QUERY_INFO, q, drm_dxg_bo_query_info, change, error)
#define BAD_MADVISE(change, error) \
	BAD(DRM_IOCTL_DXG_BO_MADVISE, m, drm_dxg_bo_madvise, change, error)
#define BAD_PROPERTY(change, error) \
	BAD(DRM_IOCTL_DXG_BO_SET_PROPERTY, p, drm_dxg_bo_set_property, change, error)
#define BAD_OFFSET(change, error) \
	BAD(DRM_IOCTL_DXG_BO_MMAP_OFFSET, o, drm_dxg_bo_mmap_offset, change, error)

	BAD_QUERY(handle = 0, -ENOENT);
	BAD_QUERY(vm_id += 1, -ENOENT);
	BAD_QUERY(alloc_index = 1, -EINVAL);
	BAD_QUERY(query = 4, -EINVAL);
	BAD_QUERY(flags = 1, -EINVAL);
	BAD_QUERY(alloc_count = 1, -EINVAL);
	BAD_QUERY(host_handle = 1, -EINVAL);
	BAD_QUERY(host_resource = 1, -EINVAL);
	BAD_QUERY(size = 1, -EINVAL);
	BAD_QUERY(residency = 1, -EINVAL);
	BAD_QUERY(priority = 1, -EINVAL);
	BAD_QUERY(pad = 1, -EINVAL);
	{
		struct drm_dxg_bo_query_info a = {
			.handle = handle,
			.query = DRM_DXG_BO_QUERY_RESIDENCY,
		};

		igt_assert_eq(query(t->fd, &a), -EINVAL);
	}

	BAD_MADVISE(handle = 0, -ENOENT);
	BAD_MADVISE(advice = 4, -EINVAL);
	BAD_MADVISE(queue_id = 77, -ENOENT);
	BAD_MADVISE(retained = 1, -EINVAL);
	BAD_MADVISE(fence_value = 1, -EINVAL);
	{
		struct drm_dxg_bo_madvise a = {
			.handle = handle,
			.advice = DRM_DXG_DONTNEED_LOW,
			.queue_id = 1,
		};

		igt_dxg_ioctl(t->fd, DRM_IOCTL_DXG_BO_MADVISE, &a, -EINVAL);
	}

	BAD_PROPERTY(handle = 0, -ENOENT);
	BAD_PROPERTY(alloc_index = 1, -EINVAL);
	BAD_PROPERTY(properties = 0, -EINVAL);
	BAD_PROPERTY(properties = 8, -EINVAL);
	BAD_PROPERTY(queue_id = 1, -EINVAL);
	BAD_PROPERTY(pad = 1, -EINVAL);
	BAD_PROPERTY(fence_value = 1, -EINVAL);

	BAD_OFFSET(handle = 0, -ENOENT);
	BAD_OFFSET(alloc_index = 1, -EINVAL);
	BAD_OFFSET(offset = 1, -EINVAL);
	BAD_OFFSET(size = 1, -EINVAL);

	BAD(DRM_IOCTL_DXG_BO_SYNC, s, drm_dxg_bo_sync, flags = 1, -EINVAL);
	BAD(DRM_IOCTL_DXG_BO_SYNC, s, drm_dxg_bo_sync, pad = 1, -EINVAL);
	BAD(DRM_IOCTL_DXG_BO_SYNC, s, drm_dxg_bo_sync, ranges.count = 1, -EINVAL);
	igt_dxg_bo_close(t->fd, handle);
}

/* Making, asking, properties. */
static void making(struct fd_vm *t)
{
	igt_describe("Host memory: sizes, handles, opaque data in and out.");
	igt_subtest("create-host")
		create_host(t);
	igt_describe("Guest memory that every vendor's driver knows.");
	igt_subtest("create-system")
		create_system(t);
	igt_describe("Guest memory by opaque data, of the right, a larger and a smaller size.");
	igt_subtest("create-system-opaque")
		create_system_opaque(t);
	igt_describe("Several allocations of host memory.");
	igt_subtest("create-several")
		create_several(t);
	igt_describe("Several allocations of guest memory, each with its own pages.");
	igt_subtest("create-several-system")
		create_several_system(t);
	igt_describe("More pages than one message names.");
	igt_subtest("create-large")
		create_large(t);

	igt_describe("A query without a VM.");
	igt_subtest("query-no-vm")
		query_no_vm(t);
	igt_describe("Opaque data comes back, also in its exact size, and not in less.");
	igt_subtest("query-data")
		query_data(t);
	igt_describe("Where the memory is.");
	igt_subtest("query-residency")
		query_residency(t);

	igt_describe("A priority is what it was set to.");
	igt_subtest("priority")
		priority(t);
	igt_describe("Segments can be set.");
	igt_subtest("segments")
		segments(t);
	igt_describe("Offered content is kept while nobody needs the memory.");
	igt_subtest("madvise-retained")
		madvise_retained(t);
	igt_describe("Guest memory cannot be offered.");
	igt_subtest("madvise-guest")
		madvise_guest(t);
	igt_describe("Ranges to be written back, and some that are not in the BO.");
	igt_subtest("sync")
		sync_ranges(t);
}

/* What is in the memory. */
static void contents(struct fd_vm *t)
{
	igt_describe("New host memory is zero.");
	igt_subtest("zeroed-host")
		zeroed(t, true);
	igt_describe("New guest memory is zero.");
	igt_subtest("zeroed-system")
		zeroed(t, false);
	igt_describe("CPU and GPU see the same: from guest memory to host memory.");
	igt_subtest("content-system-host")
		content(t, igt_dxg_bo_system(t->fd, t->vm, KB64, 0),
			igt_dxg_bo_host(t->fd, t->vm, KB64, 0, 0));
	igt_describe("CPU and GPU see the same: from host memory to guest memory.");
	igt_subtest("content-host-system")
		content(t, igt_dxg_bo_host(t->fd, t->vm, KB64, SOFTGPU_ALLOC_CACHED, 0),
			igt_dxg_bo_system(t->fd, t->vm, KB64, 0));
}

/* Ends, and limits. */
static void lives(struct fd_vm *t)
{
	igt_describe("A handle is closed once.");
	igt_subtest("close-twice")
		close_twice(t);
	igt_describe("A handle is of its file.");
	igt_subtest("isolated")
		isolated(t);
	igt_describe("The VM goes before its BOs.");
	igt_subtest("vm-destroyed")
		vm_destroyed();
	igt_describe("A file with many BOs is closed.");
	igt_subtest("close-many")
		close_many(2000);
	igt_describe("The host has no more memory.");
	igt_subtest("exhaust")
		exhaust();
	igt_describe("What fdinfo says of memory.");
	igt_subtest("fdinfo")
		fdinfo();
}

/* What is refused. */
static void refusals(struct fd_vm *t)
{
	igt_describe("Each bad field of BO_CREATE.");
	igt_subtest("invalid-create")
		invalid_create(t);
	igt_describe("Bad arrays of allocations.");
	igt_subtest("invalid-arrays")
		invalid_arrays(t);
	igt_describe("More than one standard allocation; too much opaque data.");
	igt_subtest("invalid-several")
		invalid_several(t);
	igt_describe("Each bad field of the other requests about BOs.");
	igt_subtest("invalid-others")
		invalid_others(t);
}

int igt_main()
{
	/* Not in a register: subtests are left by a jump. */
	static struct fd_vm t;

	igt_fixture() {
		t.fd = drm_open_driver_render(DRIVER_DXG);
		t.vm = igt_dxg_vm_create(t.fd, 0);
	}
	making(&t);
	contents(&t);
	lives(&t);
	refusals(&t);
	igt_fixture()
		drm_close_driver(t.fd);
}

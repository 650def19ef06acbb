// SPDX-License-Identifier: MIT
/*
 * Helpers for tests of buffer objects.
 */
#include "igt_dxg_bo.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>

#include "igt.h"
#include "igt_dxg.h"
#include "softgpu_alloc.h"
#include "softgpu_build.h"

/* --- Making --- */

struct igt_dxg_data igt_dxg_data(uint64_t size, uint32_t flags)
{
	return (struct igt_dxg_data) {
		.magic = SOFTGPU_ALLOC_MAGIC,
		.version = SOFTGPU_ALLOC_VERSION,
		.size = size,
		.flags = flags,
	};
}

int __dxg_bo_create(int fd, struct drm_dxg_bo_create *args)
{
	return __dxg_ioctl(fd, DRM_IOCTL_DXG_BO_CREATE, args);
}

static int create_one(int fd, uint32_t vm, uint32_t flags, struct drm_dxg_bo_alloc *alloc,
		      uint32_t *handle)
{
	struct drm_dxg_bo_create args = {
		.vm_id = vm,
		.flags = flags,
		.allocs = { .stride = sizeof(*alloc), .count = 1, .array = (uintptr_t)alloc },
	};
	int ret = __dxg_bo_create(fd, &args);

	*handle = args.handle;
	return ret;
}

int __dxg_bo_host(int fd, uint32_t vm, uint64_t size, uint32_t alloc_flags, uint32_t flags,
		  uint32_t *handle)
{
	struct igt_dxg_data data = igt_dxg_data(size, alloc_flags);
	struct drm_dxg_bo_alloc alloc = { .data = (uintptr_t)&data, .data_size = sizeof(data) };

	return create_one(fd, vm, flags, &alloc, handle);
}

uint32_t igt_dxg_bo_host(int fd, uint32_t vm, uint64_t size, uint32_t alloc_flags, uint32_t flags)
{
	uint32_t handle;

	igt_assert_eq(__dxg_bo_host(fd, vm, size, alloc_flags, flags, &handle), 0);
	igt_assert_neq_u32(handle, 0);
	return handle;
}

int __dxg_bo_system(int fd, uint32_t vm, uint64_t size, uint32_t flags, uint32_t *handle)
{
	struct drm_dxg_bo_alloc alloc = { .size = size };

	return create_one(fd, vm, flags | DRM_DXG_BO_SYSTEM | DRM_DXG_BO_STANDARD, &alloc, handle);
}

uint32_t igt_dxg_bo_system(int fd, uint32_t vm, uint64_t size, uint32_t flags)
{
	uint32_t handle;

	igt_assert_eq(__dxg_bo_system(fd, vm, size, flags, &handle), 0);
	igt_assert_neq_u32(handle, 0);
	return handle;
}

int __dxg_bo_user(int fd, uint32_t vm, void *address, uint64_t size, uint32_t flags,
		  uint32_t *handle)
{
	struct drm_dxg_bo_alloc alloc = { .size = size, .user_ptr = (uintptr_t)address };

	return create_one(fd, vm, flags | DRM_DXG_BO_USER | DRM_DXG_BO_STANDARD, &alloc, handle);
}

uint32_t igt_dxg_bo_user(int fd, uint32_t vm, void *address, uint64_t size, uint32_t flags)
{
	uint32_t handle;

	igt_assert_eq(__dxg_bo_user(fd, vm, address, size, flags, &handle), 0);
	igt_assert_neq_u32(handle, 0);
	return handle;
}

int __dxg_bo_close(int fd, uint32_t handle)
{
	struct drm_gem_close args = { .handle = handle };

	return __dxg_ioctl(fd, DRM_IOCTL_GEM_CLOSE, &args);
}

void igt_dxg_bo_close(int fd, uint32_t handle)
{
	igt_assert_eq(__dxg_bo_close(fd, handle), 0);
}

/* --- Mapping --- */

int64_t __dxg_bo_offset(int fd, uint32_t handle, uint32_t index, uint64_t *size)
{
	struct drm_dxg_bo_mmap_offset args = { .handle = handle, .alloc_index = index };
	int ret = __dxg_ioctl(fd, DRM_IOCTL_DXG_BO_MMAP_OFFSET, &args);

	if (size)
		*size = args.size;
	return ret ? ret : (int64_t)args.offset;
}

void *igt_dxg_bo_map(int fd, uint32_t handle, uint32_t index, uint64_t size)
{
	int64_t offset = __dxg_bo_offset(fd, handle, index, NULL);
	void *map;

	igt_assert_f(offset > 0, "no offset: %lld\n", (long long)offset);
	map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, offset);
	igt_assert(map != MAP_FAILED);
	return map;
}

uint64_t igt_dxg_bind(int fd, uint32_t vm, uint32_t handle, uint32_t index, uint64_t size,
		      uint32_t flags)
{
	struct drm_dxg_vm_bind_op ops[] = {
		{
			.op = DRM_DXG_BIND_MAP,
			.flags = DRM_DXG_BIND_ANY_VA | flags,
			.bo_handle = handle,
			.alloc_index = index,
			.size = size,
		},
		{ .op = DRM_DXG_BIND_MAKE_RESIDENT, .bo_handle = handle },
	};
	struct drm_dxg_vm_bind args = {
		.vm_id = vm,
		.ops = { .stride = sizeof(ops[0]), .count = 2, .array = (uintptr_t)ops },
	};

	igt_dxg_ioctl(fd, DRM_IOCTL_DXG_VM_BIND, &args, 0);
	igt_assert_neq_u64(ops[0].va, 0);
	return ops[0].va;
}

void igt_dxg_unbind(int fd, uint32_t vm, uint64_t va, uint64_t size)
{
	struct drm_dxg_vm_reserve args = {
		.vm_id = vm,
		.flags = DRM_DXG_RESERVE_FREE,
		.va = va,
		.size = size,
	};

	igt_dxg_ioctl(fd, DRM_IOCTL_DXG_VM_RESERVE, &args, 0);
}

/* --- dma-bufs --- */

int __dxg_prime_export(int fd, uint32_t handle)
{
	struct drm_prime_handle args = { .handle = handle, .flags = DRM_CLOEXEC | DRM_RDWR };
	int ret = __dxg_ioctl(fd, DRM_IOCTL_PRIME_HANDLE_TO_FD, &args);

	return ret ? ret : args.fd;
}

int __dxg_prime_import(int fd, int dma_buf, uint32_t *handle)
{
	struct drm_prime_handle args = { .fd = dma_buf };
	int ret = __dxg_ioctl(fd, DRM_IOCTL_PRIME_FD_TO_HANDLE, &args);

	*handle = args.handle;
	return ret;
}

/* --- The GPU --- */

#define COMMANDS	4096

void igt_dxg_gpu_init(struct igt_dxg_gpu *gpu, int fd, uint32_t vm)
{
	gpu->fd = fd;
	gpu->vm = vm;
	igt_dxg_buffer_create(fd, vm, COMMANDS, &gpu->commands);
	gpu->queue = igt_dxg_queue_create(fd, vm, IGT_DXG_NODE_COPY);
}

void igt_dxg_gpu_fini(struct igt_dxg_gpu *gpu)
{
	igt_dxg_queue_destroy(gpu->fd, gpu->queue);
	igt_dxg_buffer_destroy(gpu->fd, &gpu->commands);
}

static void run(struct igt_dxg_gpu *gpu, const struct softgpu_buffer *b)
{
	igt_assert(!b->overflow);
	igt_dxg_run(gpu->fd, gpu->queue, gpu->commands.va, b->used);
}

void igt_dxg_gpu_fill(struct igt_dxg_gpu *gpu, uint64_t va, uint64_t bytes, uint32_t pattern)
{
	struct softgpu_buffer b;

	softgpu_buffer_init(&b, gpu->commands.map, COMMANDS);
	softgpu_fill(&b, va, bytes, pattern);
	run(gpu, &b);
}

void igt_dxg_gpu_copy(struct igt_dxg_gpu *gpu, uint64_t to, uint64_t from, uint64_t bytes)
{
	struct softgpu_buffer b;

	softgpu_buffer_init(&b, gpu->commands.map, COMMANDS);
	softgpu_copy(&b, to, from, bytes);
	run(gpu, &b);
}

/* --- Contents --- */

void igt_dxg_pattern(void *map, uint64_t bytes, uint32_t base)
{
	uint32_t *words = map;
	uint64_t i;

	for (i = 0; i < bytes / 4; i++)
		words[i] = base + i;
}

void igt_dxg_check_pattern(const void *map, uint64_t bytes, uint32_t base)
{
	const uint32_t *words = map;
	uint64_t i;

	for (i = 0; i < bytes / 4; i++)
		igt_assert_f(words[i] == base + i, "word %llu is %#x, not %#x\n",
			     (unsigned long long)i, words[i], (uint32_t)(base + i));
}

void igt_dxg_check_word(const void *map, uint64_t bytes, uint32_t word)
{
	const uint32_t *words = map;
	uint64_t i;

	for (i = 0; i < bytes / 4; i++)
		igt_assert_f(words[i] == word, "word %llu is %#x, not %#x\n",
			     (unsigned long long)i, words[i], word);
}

/* --- The end --- */

void igt_dxg_wait_idle(int fd)
{
	char path[512], value[64];

	igt_dxg_debugfs_path(fd, path, sizeof(path));
	igt_assert_eq(__dxg_read(path, "dxg_idle", value, sizeof(value)), 0);
}

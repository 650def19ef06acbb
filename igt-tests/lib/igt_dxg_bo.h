/* SPDX-License-Identifier: MIT */
/*
 * Helpers for tests of buffer objects: each kind of memory, mapped by the CPU and
 * used by the GPU; the rules of igt_dxg.h hold.
 */
#ifndef IGT_DXG_BO_H
#define IGT_DXG_BO_H

#include <stdint.h>

#include "dxg_drm.h"
#include "igt_dxg_exec.h"

/* What the software GPU is told of host memory, in a struct that has room for more. */
struct igt_dxg_data {
	uint32_t magic;
	uint32_t version;
	uint64_t size;
	uint32_t flags;
	uint32_t segment;
	uint64_t reserved;
	uint8_t tail[32];
};

/* SOFTGPU_ALLOC_xxx in @flags. */
struct igt_dxg_data igt_dxg_data(uint64_t size, uint32_t flags);

int __dxg_bo_create(int fd, struct drm_dxg_bo_create *args);

/* One allocation each. SOFTGPU_ALLOC_xxx in @alloc_flags, DRM_DXG_BO_xxx in @flags. */
int __dxg_bo_host(int fd, uint32_t vm, uint64_t size, uint32_t alloc_flags, uint32_t flags,
		  uint32_t *handle);
uint32_t igt_dxg_bo_host(int fd, uint32_t vm, uint64_t size, uint32_t alloc_flags,
			 uint32_t flags);
int __dxg_bo_system(int fd, uint32_t vm, uint64_t size, uint32_t flags, uint32_t *handle);
uint32_t igt_dxg_bo_system(int fd, uint32_t vm, uint64_t size, uint32_t flags);
int __dxg_bo_user(int fd, uint32_t vm, void *address, uint64_t size, uint32_t flags,
		  uint32_t *handle);
uint32_t igt_dxg_bo_user(int fd, uint32_t vm, void *address, uint64_t size, uint32_t flags);

int __dxg_bo_close(int fd, uint32_t handle);
void igt_dxg_bo_close(int fd, uint32_t handle);

/* The offset to map an allocation at, or a negative errno; the mapping. */
int64_t __dxg_bo_offset(int fd, uint32_t handle, uint32_t index, uint64_t *size);
void *igt_dxg_bo_map(int fd, uint32_t handle, uint32_t index, uint64_t size);

/* Bind an allocation at an address that the host chooses; undo that. */
uint64_t igt_dxg_bind(int fd, uint32_t vm, uint32_t handle, uint32_t index, uint64_t size,
		      uint32_t flags);
void igt_dxg_unbind(int fd, uint32_t vm, uint64_t va, uint64_t size);

/* A dma-buf of a BO, or a negative errno; the handle of a dma-buf. Of any DRM driver. */
int __dxg_prime_export(int fd, uint32_t handle);
int __dxg_prime_import(int fd, int dma_buf, uint32_t *handle);

/**
 * struct igt_dxg_gpu - A queue and commands for it, to fill and to copy.
 */
struct igt_dxg_gpu {
	int fd;
	uint32_t vm;
	uint32_t queue;
	struct igt_dxg_buffer commands;
};

void igt_dxg_gpu_init(struct igt_dxg_gpu *gpu, int fd, uint32_t vm);
void igt_dxg_gpu_fini(struct igt_dxg_gpu *gpu);
/* These return when the GPU is done. */
void igt_dxg_gpu_fill(struct igt_dxg_gpu *gpu, uint64_t va, uint64_t bytes, uint32_t pattern);
void igt_dxg_gpu_copy(struct igt_dxg_gpu *gpu, uint64_t to, uint64_t from, uint64_t bytes);

/* Words of @base + n at @map; whether they are still there. */
void igt_dxg_pattern(void *map, uint64_t bytes, uint32_t base);
void igt_dxg_check_pattern(const void *map, uint64_t bytes, uint32_t base);
void igt_dxg_check_word(const void *map, uint64_t bytes, uint32_t word);

/* Wait until what closed handles and files had has gone on the host. */
void igt_dxg_wait_idle(int fd);

#endif

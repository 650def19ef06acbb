/* SPDX-License-Identifier: MIT */
/*
 * Helpers for tests that use fences; the rules of igt_dxg.h hold.
 */
#ifndef IGT_DXG_FENCE_H
#define IGT_DXG_FENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "dxg_drm.h"

/* Make a fence. Returns what the ioctl returned, in *@args. */
int __dxg_fence_create(int fd, uint32_t vm, uint32_t flags, uint64_t value,
		       struct drm_dxg_fence_create *args);
uint32_t igt_dxg_fence_create(int fd, uint32_t vm, uint32_t flags, uint64_t value);
int __dxg_fence_destroy(int fd, uint32_t handle);
void igt_dxg_fence_destroy(int fd, uint32_t handle);

/* One point. @timeout as in struct drm_dxg_fence_wait. */
int __dxg_fence_signal(int fd, uint32_t handle, uint64_t value);
void igt_dxg_fence_signal(int fd, uint32_t handle, uint64_t value);
int __dxg_fence_wait(int fd, uint32_t handle, uint64_t value, int64_t timeout);

/* Several. @first may be NULL. */
int __dxg_fence_signal_array(int fd, uint32_t flags, const struct drm_dxg_fence_point *points,
			     uint32_t count);
int __dxg_fence_wait_array(int fd, uint32_t flags, const struct drm_dxg_fence_point *points,
			   uint32_t count, int64_t timeout, uint32_t *first);
int __dxg_fence_eventfd(int fd, uint32_t flags, const struct drm_dxg_fence_point *points,
			uint32_t count, int eventfd);

/* A descriptor of a fence, or a negative errno; the fence of a descriptor. */
int __dxg_fence_export(int fd, uint32_t handle, uint32_t flags);
int __dxg_fence_import(int fd, uint32_t vm, uint32_t flags, int fence_fd, uint32_t *handle);

#endif

// SPDX-License-Identifier: MIT
/*
 * Helpers for tests that use fences.
 */
#include "igt_dxg_fence.h"

#include "igt.h"
#include "igt_dxg.h"

int __dxg_fence_create(int fd, uint32_t vm, uint32_t flags, uint64_t value,
		       struct drm_dxg_fence_create *args)
{
	memset(args, 0, sizeof(*args));
	args->vm_id = vm;
	args->flags = flags;
	args->value = value;
	return __dxg_ioctl(fd, DRM_IOCTL_DXG_FENCE_CREATE, args);
}

uint32_t igt_dxg_fence_create(int fd, uint32_t vm, uint32_t flags, uint64_t value)
{
	struct drm_dxg_fence_create args;

	igt_assert_eq(__dxg_fence_create(fd, vm, flags, value, &args), 0);
	igt_assert_neq_u32(args.handle, 0);
	return args.handle;
}

int __dxg_fence_destroy(int fd, uint32_t handle)
{
	struct drm_dxg_fence_destroy args = { .handle = handle };

	return __dxg_ioctl(fd, DRM_IOCTL_DXG_FENCE_DESTROY, &args);
}

void igt_dxg_fence_destroy(int fd, uint32_t handle)
{
	igt_assert_eq(__dxg_fence_destroy(fd, handle), 0);
}

static struct drm_dxg_array array_of(const struct drm_dxg_fence_point *points, uint32_t count)
{
	return (struct drm_dxg_array) {
		.stride = sizeof(*points),
		.count = count,
		.array = (uintptr_t)points,
	};
}

int __dxg_fence_signal_array(int fd, uint32_t flags, const struct drm_dxg_fence_point *points,
			     uint32_t count)
{
	struct drm_dxg_fence_signal args = { .flags = flags, .points = array_of(points, count) };

	return __dxg_ioctl(fd, DRM_IOCTL_DXG_FENCE_SIGNAL, &args);
}

int __dxg_fence_signal(int fd, uint32_t handle, uint64_t value)
{
	const struct drm_dxg_fence_point point = { .handle = handle, .value = value };

	return __dxg_fence_signal_array(fd, 0, &point, 1);
}

void igt_dxg_fence_signal(int fd, uint32_t handle, uint64_t value)
{
	igt_assert_eq(__dxg_fence_signal(fd, handle, value), 0);
}

int __dxg_fence_wait_array(int fd, uint32_t flags, const struct drm_dxg_fence_point *points,
			   uint32_t count, int64_t timeout, uint32_t *first)
{
	struct drm_dxg_fence_wait args = {
		.flags = flags,
		.timeout_ns = timeout,
		.points = array_of(points, count),
	};
	int ret = __dxg_ioctl(fd, DRM_IOCTL_DXG_FENCE_WAIT, &args);

	if (first)
		*first = args.first_signaled;
	return ret;
}

int __dxg_fence_wait(int fd, uint32_t handle, uint64_t value, int64_t timeout)
{
	const struct drm_dxg_fence_point point = { .handle = handle, .value = value };

	return __dxg_fence_wait_array(fd, 0, &point, 1, timeout, NULL);
}

int __dxg_fence_eventfd(int fd, uint32_t flags, const struct drm_dxg_fence_point *points,
			uint32_t count, int eventfd)
{
	struct drm_dxg_fence_eventfd args = {
		.flags = flags,
		.fd = eventfd,
		.points = array_of(points, count),
	};

	return __dxg_ioctl(fd, DRM_IOCTL_DXG_FENCE_EVENTFD, &args);
}

int __dxg_fence_export(int fd, uint32_t handle, uint32_t flags)
{
	struct drm_dxg_fence_export args = { .handle = handle, .flags = flags };
	int ret = __dxg_ioctl(fd, DRM_IOCTL_DXG_FENCE_EXPORT, &args);

	return ret ? ret : args.fd;
}

int __dxg_fence_import(int fd, uint32_t vm, uint32_t flags, int fence_fd, uint32_t *handle)
{
	struct drm_dxg_fence_import args = { .vm_id = vm, .flags = flags, .fd = fence_fd };
	int ret = __dxg_ioctl(fd, DRM_IOCTL_DXG_FENCE_IMPORT, &args);

	*handle = args.handle;
	return ret;
}

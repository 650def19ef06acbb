// SPDX-License-Identifier: MIT
/*
 * Stand-in: syncobjs and sync files.
 */
#include "igt_syncobj.h"

uint32_t syncobj_create(int fd, uint32_t flags)
{
	struct drm_syncobj_create args = { .flags = flags };

	do_ioctl(fd, DRM_IOCTL_SYNCOBJ_CREATE, &args);
	igt_assert(args.handle);
	return args.handle;
}

void syncobj_destroy(int fd, uint32_t handle)
{
	struct drm_syncobj_destroy args = { .handle = handle };

	do_ioctl(fd, DRM_IOCTL_SYNCOBJ_DESTROY, &args);
}

int syncobj_handle_to_fd(int fd, uint32_t handle, uint32_t flags)
{
	struct drm_syncobj_handle args = {
		.handle = handle,
		.flags = flags,
		.fd = -1,
	};

	do_ioctl(fd, DRM_IOCTL_SYNCOBJ_HANDLE_TO_FD, &args);
	return args.fd;
}

void syncobj_import_sync_file(int fd, uint32_t handle, int sync_file)
{
	struct drm_syncobj_handle args = {
		.handle = handle,
		.flags = DRM_SYNCOBJ_FD_TO_HANDLE_FLAGS_IMPORT_SYNC_FILE,
		.fd = sync_file,
	};

	do_ioctl(fd, DRM_IOCTL_SYNCOBJ_FD_TO_HANDLE, &args);
}

static void syncobj_array(int fd, unsigned long request, uint32_t *handles, uint32_t count)
{
	struct drm_syncobj_array args = {
		.handles = (uintptr_t)handles,
		.count_handles = count,
	};

	do_ioctl(fd, request, &args);
}

void syncobj_reset(int fd, uint32_t *handles, uint32_t count)
{
	syncobj_array(fd, DRM_IOCTL_SYNCOBJ_RESET, handles, count);
}

void syncobj_signal(int fd, uint32_t *handles, uint32_t count)
{
	syncobj_array(fd, DRM_IOCTL_SYNCOBJ_SIGNAL, handles, count);
}

static int do_wait(int fd, struct drm_syncobj_wait *args)
{
	int ret = igt_ioctl(fd, DRM_IOCTL_SYNCOBJ_WAIT, args) ? -errno : 0;

	errno = 0;
	return ret;
}

int syncobj_wait_err(int fd, uint32_t *handles, uint32_t count, int64_t abs_timeout_nsec,
		     uint32_t flags)
{
	struct drm_syncobj_wait args = {
		.handles = (uintptr_t)handles,
		.timeout_nsec = abs_timeout_nsec,
		.count_handles = count,
		.flags = flags,
	};

	return do_wait(fd, &args);
}

bool syncobj_wait(int fd, uint32_t *handles, uint32_t count, int64_t abs_timeout_nsec,
		  uint32_t flags, uint32_t *first_signaled)
{
	struct drm_syncobj_wait args = {
		.handles = (uintptr_t)handles,
		.timeout_nsec = abs_timeout_nsec,
		.count_handles = count,
		.flags = flags,
	};
	int ret = do_wait(fd, &args);

	igt_assert(!ret || ret == -ETIME);
	if (first_signaled)
		*first_signaled = args.first_signaled;
	return !ret;
}

static int do_timeline_wait(int fd, struct drm_syncobj_timeline_wait *args)
{
	int ret = igt_ioctl(fd, DRM_IOCTL_SYNCOBJ_TIMELINE_WAIT, args) ? -errno : 0;

	errno = 0;
	return ret;
}

int syncobj_timeline_wait_err(int fd, uint32_t *handles, uint64_t *points, unsigned int count,
			      int64_t abs_timeout_nsec, unsigned int flags)
{
	struct drm_syncobj_timeline_wait args = {
		.handles = (uintptr_t)handles,
		.points = (uintptr_t)points,
		.timeout_nsec = abs_timeout_nsec,
		.count_handles = count,
		.flags = flags,
	};

	return do_timeline_wait(fd, &args);
}

bool syncobj_timeline_wait(int fd, uint32_t *handles, uint64_t *points, unsigned int count,
			   int64_t abs_timeout_nsec, unsigned int flags,
			   uint32_t *first_signaled)
{
	struct drm_syncobj_timeline_wait args = {
		.handles = (uintptr_t)handles,
		.points = (uintptr_t)points,
		.timeout_nsec = abs_timeout_nsec,
		.count_handles = count,
		.flags = flags,
	};
	int ret = do_timeline_wait(fd, &args);

	igt_assert(!ret || ret == -ETIME);
	if (first_signaled)
		*first_signaled = args.first_signaled;
	return !ret;
}

static void timeline_array(int fd, unsigned long request, uint32_t *handles, uint64_t *points,
			   uint32_t count)
{
	struct drm_syncobj_timeline_array args = {
		.handles = (uintptr_t)handles,
		.points = (uintptr_t)points,
		.count_handles = count,
	};

	do_ioctl(fd, request, &args);
}

void syncobj_timeline_query(int fd, uint32_t *handles, uint64_t *points, uint32_t count)
{
	timeline_array(fd, DRM_IOCTL_SYNCOBJ_QUERY, handles, points, count);
}

void syncobj_timeline_signal(int fd, uint32_t *handles, uint64_t *points, uint32_t count)
{
	timeline_array(fd, DRM_IOCTL_SYNCOBJ_TIMELINE_SIGNAL, handles, points, count);
}

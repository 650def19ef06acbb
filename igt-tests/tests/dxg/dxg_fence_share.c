// SPDX-License-Identifier: MIT
/*
 * Fences in several files: descriptors, what they keep alive, what an importer
 * may do.
 */
#include "igt.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <linux/sync_file.h>

#include "igt_dxg.h"
#include "igt_dxg_fence.h"

/**
 * TEST: dxg fence_share
 * Category: Core
 * Mega feature: dxg
 * Sub-category: synchronization
 * Functionality: fences shared by descriptors
 *
 * SUBTEST: both-ways
 * Description: Exporter and importer see each other's signals.
 *
 * SUBTEST: same-file
 * Description: Handles of one fence in one file.
 *
 * SUBTEST: outlives-its-file
 * Description: The descriptor keeps the fence when its file is closed.
 *
 * SUBTEST: restricted
 * Description: An importer that may not raise, or not wait.
 *
 * SUBTEST: not-shareable
 * Description: A fence that was not made to be shared stays in its file.
 *
 * SUBTEST: cloexec
 * Description: O_CLOEXEC is honoured.
 *
 * SUBTEST: descriptor
 * Description: The descriptor is good for nothing else.
 *
 * SUBTEST: invalid-export
 * Description: Bad fields of FENCE_EXPORT.
 *
 * SUBTEST: invalid-import
 * Description: Bad fields and descriptors of FENCE_IMPORT.
 */

IGT_TEST_DESCRIPTION("Sharing of monitored fences of the dxg driver.");

#define LONG	igt_dxg_time(120000)

struct fd_vm {
	int fd;
	uint32_t vm;
};

static struct fd_vm another(void)
{
	struct fd_vm t = { .fd = drm_open_driver_render(DRIVER_DXG) };

	t.vm = igt_dxg_vm_create(t.fd, 0);
	return t;
}

static uint32_t shareable(const struct fd_vm *t, uint64_t value)
{
	return igt_dxg_fence_create(t->fd, t->vm, DRM_DXG_FENCE_SHAREABLE, value);
}

static int export(const struct fd_vm *t, uint32_t handle)
{
	int fd = __dxg_fence_export(t->fd, handle, O_CLOEXEC);

	igt_assert_fd(fd);
	return fd;
}

static uint32_t import(const struct fd_vm *t, uint32_t flags, int fd)
{
	uint32_t handle;

	igt_assert_eq(__dxg_fence_import(t->fd, t->vm, flags, fd, &handle), 0);
	igt_assert_neq_u32(handle, 0);
	return handle;
}

/* Each side raises, the other waits. */
static void both_ways(const struct fd_vm *t)
{
	struct fd_vm other = another();
	uint32_t mine = shareable(t, 3), theirs;
	int fd = export(t, mine);

	theirs = import(&other, 0, fd);
	close(fd);
	igt_assert_eq(__dxg_fence_wait(other.fd, theirs, 3, 0), 0);
	igt_dxg_fence_signal(t->fd, mine, 4);
	igt_assert_eq(__dxg_fence_wait(other.fd, theirs, 4, LONG), 0);
	igt_dxg_fence_signal(other.fd, theirs, 5);
	igt_assert_eq(__dxg_fence_wait(t->fd, mine, 5, LONG), 0);
	igt_dxg_fence_destroy(other.fd, theirs);
	igt_dxg_fence_destroy(t->fd, mine);
	drm_close_driver(other.fd);
}

/* In the same file each import is a handle of its own. */
static void same_file(const struct fd_vm *t)
{
	uint32_t mine = shareable(t, 0), a, b;
	int fd = export(t, mine);

	a = import(t, 0, fd);
	b = import(t, 0, fd);
	close(fd);
	igt_assert_neq_u32(a, b);
	igt_assert_neq_u32(a, mine);
	igt_dxg_fence_destroy(t->fd, mine);
	igt_dxg_fence_signal(t->fd, a, 1);
	igt_dxg_fence_destroy(t->fd, a);
	igt_assert_eq(__dxg_fence_wait(t->fd, b, 1, LONG), 0);
	igt_dxg_fence_destroy(t->fd, b);
}

/* The descriptor alone keeps the fence, and its value. */
static void outlives_its_file(const struct fd_vm *t)
{
	struct fd_vm maker = another();
	int fd = export(&maker, shareable(&maker, 9)), again;
	uint32_t handle, copy;

	drm_close_driver(maker.fd);
	usleep(100000);
	handle = import(t, 0, fd);
	close(fd);
	igt_assert_eq(__dxg_fence_wait(t->fd, handle, 9, 0), 0);
	/* What was imported can be passed on. */
	again = export(t, handle);
	igt_dxg_fence_destroy(t->fd, handle);
	copy = import(t, 0, again);
	close(again);
	igt_assert_eq(__dxg_fence_wait(t->fd, copy, 9, 0), 0);
	igt_dxg_fence_destroy(t->fd, copy);
}

static void restricted(const struct fd_vm *t)
{
	struct fd_vm other = another();
	uint32_t mine = shareable(t, 0), handle;
	int fd = export(t, mine);

	handle = import(&other, DRM_DXG_FENCE_NO_SIGNAL, fd);
	igt_assert_eq(__dxg_fence_signal(other.fd, handle, 1), -EPERM);
	igt_assert_eq(__dxg_fence_wait(other.fd, handle, 0, 0), 0);
	handle = import(&other, DRM_DXG_FENCE_NO_WAIT, fd);
	igt_assert_eq(__dxg_fence_wait(other.fd, handle, 0, 0), -EPERM);
	igt_dxg_fence_signal(other.fd, handle, 1);
	igt_assert_eq(__dxg_fence_wait(t->fd, mine, 1, LONG), 0);
	close(fd);
	drm_close_driver(other.fd);
	igt_dxg_fence_destroy(t->fd, mine);
}

static void not_shareable(const struct fd_vm *t)
{
	uint32_t handle = igt_dxg_fence_create(t->fd, t->vm, 0, 0);

	igt_assert_eq(__dxg_fence_export(t->fd, handle, 0), -EPERM);
	igt_dxg_fence_destroy(t->fd, handle);
}

static void cloexec(const struct fd_vm *t)
{
	uint32_t handle = shareable(t, 0);
	int on = __dxg_fence_export(t->fd, handle, O_CLOEXEC);
	int off = __dxg_fence_export(t->fd, handle, 0);

	igt_assert_fd(on);
	igt_assert_fd(off);
	igt_assert(fcntl(on, F_GETFD) & FD_CLOEXEC);
	igt_assert(!(fcntl(off, F_GETFD) & FD_CLOEXEC));
	close(on);
	close(off);
	igt_dxg_fence_destroy(t->fd, handle);
}

/* It can be passed, not waited for, and it is no sync_file. */
static void descriptor(const struct fd_vm *t)
{
	struct sync_file_info info = {};
	uint32_t handle = shareable(t, 1);
	struct pollfd p = { .fd = export(t, handle), .events = POLLIN | POLLOUT };
	struct drm_syncobj_handle sync = {
		.fd = p.fd,
		.flags = DRM_SYNCOBJ_FD_TO_HANDLE_FLAGS_IMPORT_SYNC_FILE,
	};

	igt_assert_eq(poll(&p, 1, 50), 0);
	igt_assert_eq(ioctl(p.fd, SYNC_IOC_FILE_INFO, &info), -1);
	igt_assert_eq(errno, ENOTTY);
	igt_assert_neq(__dxg_ioctl(t->fd, DRM_IOCTL_SYNCOBJ_FD_TO_HANDLE, &sync), 0);
	sync.flags = 0;
	igt_assert_neq(__dxg_ioctl(t->fd, DRM_IOCTL_SYNCOBJ_FD_TO_HANDLE, &sync), 0);
	close(p.fd);
	errno = 0;
	igt_dxg_fence_destroy(t->fd, handle);
}

static void invalid_export(const struct fd_vm *t)
{
	static const struct drm_dxg_fence_export cases[] = {
		{ .flags = 1 }, { .flags = O_CLOEXEC | O_NONBLOCK }, { .fd = 1 }, { .pad = 1 },
	};
	struct drm_dxg_fence_export args;
	uint32_t handle = shareable(t, 0);
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		args = cases[i];
		args.handle = handle;
		igt_dxg_ioctl(t->fd, DRM_IOCTL_DXG_FENCE_EXPORT, &args, -EINVAL);
	}
	igt_assert_eq(__dxg_fence_export(t->fd, 0, 0), -ENOENT);
	igt_dxg_fence_destroy(t->fd, handle);
}

static void invalid_import(const struct fd_vm *t)
{
	static const struct {
		struct drm_dxg_fence_import args;
		int error;
	} cases[] = {
		{ { .flags = DRM_DXG_FENCE_SHAREABLE }, -EINVAL },
		{ { .flags = 1 << 31 }, -EINVAL },
		{ { .handle = 1 }, -EINVAL },
		{ { .host_handle = 1 }, -EINVAL },
		{ { .pad = 1 }, -EINVAL },
		{ { .gpu_va = 1 }, -EINVAL },
		{ { .mmap_offset = 1 }, -EINVAL },
		{ { .vm_id = 1 << 30 }, -ENOENT },
	};
	struct drm_dxg_fence_import args;
	uint32_t handle = shareable(t, 0);
	int fd = export(t, handle), null = open("/dev/null", O_RDWR | O_CLOEXEC);
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		args = cases[i].args;
		args.vm_id += t->vm;
		args.fd = fd;
		igt_dxg_ioctl(t->fd, DRM_IOCTL_DXG_FENCE_IMPORT, &args, cases[i].error);
	}
	igt_assert_eq(__dxg_fence_import(t->fd, t->vm, 0, -1, &handle), -EBADF);
	igt_assert_eq(__dxg_fence_import(t->fd, t->vm, 0, null, &handle), -EINVAL);
	igt_assert_eq(__dxg_fence_import(t->fd, t->vm, 0, t->fd, &handle), -EINVAL);
	close(null);
	close(fd);
}

int igt_main()
{
	static struct fd_vm t;

	igt_fixture()
		t = another();

	igt_describe("Exporter and importer see each other's signals.");
	igt_subtest("both-ways")
		both_ways(&t);
	igt_describe("Handles of one fence in one file.");
	igt_subtest("same-file")
		same_file(&t);
	igt_describe("The descriptor keeps the fence when its file is closed.");
	igt_subtest("outlives-its-file")
		outlives_its_file(&t);
	igt_describe("An importer that may not raise, or not wait.");
	igt_subtest("restricted")
		restricted(&t);
	igt_describe("A fence that was not made to be shared stays in its file.");
	igt_subtest("not-shareable")
		not_shareable(&t);
	igt_describe("O_CLOEXEC is honoured.");
	igt_subtest("cloexec")
		cloexec(&t);
	igt_describe("The descriptor is good for nothing else.");
	igt_subtest("descriptor")
		descriptor(&t);
	igt_describe("Bad fields of FENCE_EXPORT.");
	igt_subtest("invalid-export")
		invalid_export(&t);
	igt_describe("Bad fields and descriptors of FENCE_IMPORT.");
	igt_subtest("invalid-import")
		invalid_import(&t);

	igt_fixture()
		drm_close_driver(t.fd);
}

// SPDX-License-Identifier: MIT
/*
 * Stand-in: software fences, by the kernel's file in debugfs.
 */
#include "sw_sync.h"

#include <fcntl.h>
#include <linux/ioctl.h>
#include <linux/sync_file.h>
#include <sys/mount.h>
#include <unistd.h>

#define SW_SYNC	"/sys/kernel/debug/sync/sw_sync"

/* What the file takes; the kernel has no header of it for programs. */
struct sw_sync_create_fence_data {
	uint32_t value;
	char name[32];
	int32_t fence;
};

#define SW_SYNC_IOC_CREATE_FENCE	_IOWR('W', 0, struct sw_sync_create_fence_data)
#define SW_SYNC_IOC_INC			_IOW('W', 1, uint32_t)

void igt_require_sw_sync(void)
{
	if (access("/sys/kernel/debug/sync", F_OK) && !geteuid())
		mount("debug", "/sys/kernel/debug", "debugfs", 0, NULL);
	igt_require_f(!access(SW_SYNC, R_OK | W_OK), "no software fences: %s\n", SW_SYNC);
	errno = 0;
}

int sw_sync_timeline_create(void)
{
	int timeline = open(SW_SYNC, O_RDWR | O_CLOEXEC);

	igt_assert_fd(timeline);
	return timeline;
}

int sw_sync_timeline_create_fence(int timeline, uint32_t seqno)
{
	struct sw_sync_create_fence_data args = { .value = seqno, .fence = -1 };

	do_ioctl(timeline, SW_SYNC_IOC_CREATE_FENCE, &args);
	igt_assert_fd(args.fence);
	return args.fence;
}

void sw_sync_timeline_inc(int timeline, uint32_t count)
{
	do_ioctl(timeline, SW_SYNC_IOC_INC, &count);
}

int sync_fence_status(int fence)
{
	struct sync_fence_info info = { .status = 0 };
	struct sync_file_info file = {
		.num_fences = 1,
		.sync_fence_info = (uintptr_t)&info,
	};

	do_ioctl(fence, SYNC_IOC_FILE_INFO, &file);
	return file.status;
}

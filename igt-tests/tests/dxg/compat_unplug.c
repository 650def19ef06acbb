// SPDX-License-Identifier: MIT
/*
 * /dev/dxg: the adapter goes while it is used, and comes back.
 */
#include "igt.h"

#include <limits.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <linux/sync_file.h>

#include "igt_dxg.h"
#include "igt_dxg_bo.h"
#include "igt_dxg_compat.h"

/**
 * TEST: compat unplug
 * Category: Core
 * Mega feature: dxg
 * Sub-category: /dev/dxg
 * Functionality: the adapter goes while it is used
 *
 * SUBTEST: unbind
 * Description: The driver is unbound under waits, eventfds, sync files and mappings: all are told,
 *	mappings read as zero, and the adapter that comes back is a new one.
 */

IGT_TEST_DESCRIPTION("Unplug under users of /dev/dxg.");

#define SIZE	65536
#define PATIENCE	120

static char function[64];	/* address of the PCI function of the first adapter */

struct user {
	int fd;
	uint32_t adapter;
	uint32_t device;
	uint32_t fence;
	const volatile uint64_t *value;
};

static struct user user_open(void)
{
	struct user u = { .fd = igt_dxg_compat_open() };
	struct d3dkmt_createdevice device = {};
	struct d3dkmt_createsynchronizationobject2 fence = {
		.info.type = D3DDDI_MONITORED_FENCE,
		.info.monitored_fence.initial_fence_value = 7,
	};

	u.adapter = igt_dxg_compat_adapter(u.fd, NULL);
	device.adapter = u.adapter;
	igt_dxg_d3d(u.fd, LX_DXCREATEDEVICE, &device, 0);
	u.device = device.device;
	fence.device = u.device;
	igt_dxg_d3d(u.fd, LX_DXCREATESYNCHRONIZATIONOBJECT, &fence, 0);
	u.fence = fence.sync_object;
	u.value = (void *)(uintptr_t)fence.info.monitored_fence.fence_cpu_virtual_address;
	return u;
}

static int wait_for(const struct user *u, uint64_t value, int event)
{
	struct d3dkmt_waitforsynchronizationobjectfromcpu args = {
		.device = u->device,
		.object_count = 1,
		.objects = (uintptr_t)&u->fence,
		.fence_values = (uintptr_t)&value,
		.async_event = event,
	};

	return __dxg_d3d(u->fd, LX_DXWAITFORSYNCHRONIZATIONOBJECTFROMCPU, &args);
}

static char *lock_memory(const struct user *u)
{
	struct igt_dxg_data data = igt_dxg_data(SIZE, 0);
	struct d3dddi_allocationinfo2 info = {
		.priv_drv_data = (uintptr_t)&data,
		.priv_drv_data_size = sizeof(data),
	};
	struct d3dkmt_createallocation args = {
		.device = u->device,
		.alloc_count = 1,
		.allocation_info = (uintptr_t)&info,
	};
	struct d3dkmt_lock2 lock = { .device = u->device };

	igt_dxg_d3d(u->fd, LX_DXCREATEALLOCATION, &args, 0);
	lock.allocation = info.allocation;
	igt_dxg_d3d(u->fd, LX_DXLOCK2, &lock, 0);
	return (char *)(uintptr_t)lock.data;
}

static bool adapters_are(const void *arg)
{
	return igt_dxg_count() == *(const int *)arg;
}

static void driver_write(const char *name, int expected)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/bus/pci/drivers/dxg/%s", name);
	igt_assert_eq(__dxg_write(path, function), 0);
	igt_assert(igt_dxg_wait(adapters_are, &expected, PATIENCE));
}

static void unbind(void)
{
	struct user u = user_open();
	int efd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), count = igt_dxg_count();
	struct d3dkmt_createsyncfile file = {
		.device = u.device,
		.monitored_fence = u.fence,
		.fence_value = 100,
	};
	struct d3dkmt_queryvideomemoryinfo query = { .adapter = u.adapter };
	struct d3dkmt_destroydevice end = { .device = u.device };
	struct sync_file_info info = {};
	unsigned int *begun = igt_dxg_begun_new();
	char *memory = lock_memory(&u);
	struct pollfd poll_fd = { .fd = efd, .events = POLLIN };

	memset(memory, 0x77, SIZE);
	igt_assert_eq_u64(*u.value, 7);
	igt_assert_eq(wait_for(&u, 50, efd), 0);
	igt_dxg_d3d(u.fd, LX_DXCREATESYNCFILE, &file, 0);
	igt_fork(child, 2) {
		struct user c = user_open();

		igt_dxg_begun(begun);
		igt_assert_eq(wait_for(&c, 10 + child, 0), -ENODEV);
		close(c.fd);
	}
	igt_dxg_begun_wait(begun, 2);
	usleep(500000);
	driver_write("unbind", count - 1);
	/* Who waits is told; the pages are of nothing, and still can be touched. */
	igt_waitchildren_timeout(PATIENCE, "waits for fences");
	igt_assert_eq(poll(&poll_fd, 1, 0), 1);
	igt_assert_eq(ioctl(file.sync_file_handle, SYNC_IOC_FILE_INFO, &info), 0);
	igt_assert_eq(info.status, -ENODEV);
	igt_assert_eq_u64(*u.value, 0);
	igt_assert_eq(memory[SIZE - 1], 0);
	memory[0] = 1;
	igt_assert_eq(wait_for(&u, 7, 0), -ENODEV);
	igt_dxg_d3d(u.fd, LX_DXQUERYVIDEOMEMORYINFO, &query, -ENODEV);
	driver_write("bind", count);
	/* What is of the adapter that was, stays gone. */
	igt_dxg_d3d(u.fd, LX_DXQUERYVIDEOMEMORYINFO, &query, -ENODEV);
	query.adapter = igt_dxg_compat_adapter(u.fd, NULL);
	igt_dxg_d3d(u.fd, LX_DXQUERYVIDEOMEMORYINFO, &query, 0);
	igt_dxg_d3d(u.fd, LX_DXDESTROYDEVICE, &end, 0);
	close((int)file.sync_file_handle);
	close(efd);
	close(u.fd);
}

int igt_main()
{
	igt_fixture() {
		char path[PATH_MAX];
		int fd = igt_dxg_open_render(0);

		igt_require_fd(fd);
		close(igt_dxg_compat_open());
		igt_dxg_pci_path(fd, path, sizeof(path));
		snprintf(function, sizeof(function), "%.60s", strrchr(path, '/') + 1);
		close(fd);
	}

	igt_subtest("unbind")
		unbind();
}

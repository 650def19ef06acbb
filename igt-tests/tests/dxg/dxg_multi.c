// SPDX-License-Identifier: MIT
/*
 * Several adapters: each is itself, and none sees the others' things.
 */
#include <fcntl.h>
#include <limits.h>

#include "igt.h"
#include "igt_dxg.h"
#include "igt_dxg_fence.h"

/**
 * TEST: dxg multi
 * Category: Core
 * Mega feature: dxg
 * Sub-category: information
 * Functionality: several adapters
 *
 * SUBTEST: identity
 * Description: LUIDs and PCI functions differ, the host is the same.
 *
 * SUBTEST: together
 * Description: All of them answer at the same time.
 *
 * SUBTEST: stable-over-reopen
 * Description: A node stays with its adapter.
 *
 * SUBTEST: fence-import
 * Description: A fence of one adapter is refused by another.
 */

IGT_TEST_DESCRIPTION("Several dxg adapters in one machine.");

#define MAX_ADAPTERS	8

static int fds[MAX_ADAPTERS];
static int count;

static void identity(void)
{
	struct drm_dxg_device_info info[MAX_ADAPTERS];
	char path[MAX_ADAPTERS][PATH_MAX];
	int i, j;

	for (i = 0; i < count; i++) {
		igt_dxg_device_info(fds[i], &info[i]);
		igt_dxg_pci_path(fds[i], path[i], sizeof(path[i]));
		for (j = 0; j < i; j++) {
			igt_assert_neq_u64(info[i].luid, info[j].luid);
			igt_assert_neq(strcmp(path[i], path[j]), 0);
		}
	}
	/* There is one host and one region for its memory. */
	for (i = 1; i < count; i++) {
		igt_assert_eq_u32(info[i].interface_version, info[0].interface_version);
		igt_assert_eq_u64(info[i].iospace_size, info[0].iospace_size);
	}
}

/* Requests to all adapters at the same time, from one process and from several. */
static void together(void)
{
	igt_fork(child, count * 2) {
		int i;

		for (i = 0; i < 50; i++)
			igt_assert_eq(__dxg_ask_host(fds[child % count]), 0);
	}
	igt_waitchildren_timeout(300, "queries to all adapters");
}

static void stable_over_reopen(void)
{
	struct drm_dxg_device_info before, after;
	int i, fd;

	for (i = 0; i < count; i++) {
		igt_dxg_device_info(fds[i], &before);
		fd = igt_dxg_open_render(i);
		igt_assert_fd(fd);
		igt_dxg_device_info(fd, &after);
		igt_assert_eq(memcmp(&before, &after, sizeof(before)), 0);
		close(fd);
	}
}

/* A fence stays with its adapter; a descriptor of one is no use to another. */
static void fence_import(void)
{
	uint32_t vms[2], fence, handle;
	int fd, i;

	for (i = 0; i < 2; i++)
		vms[i] = igt_dxg_vm_create(fds[i], 0);
	fence = igt_dxg_fence_create(fds[0], vms[0], DRM_DXG_FENCE_SHAREABLE, 5);
	fd = __dxg_fence_export(fds[0], fence, O_CLOEXEC);
	igt_assert_fd(fd);
	igt_assert_eq(__dxg_fence_import(fds[1], vms[1], 0, fd, &handle), -EINVAL);
	igt_assert_eq(__dxg_fence_import(fds[0], vms[0], 0, fd, &handle), 0);
	igt_assert_eq(__dxg_fence_wait(fds[0], handle, 5, 0), 0);
	close(fd);
	for (i = 0; i < 2; i++)
		igt_dxg_vm_destroy(fds[i], vms[i]);
}

int igt_main()
{
	igt_fixture() {
		int i;

		count = igt_dxg_count();
		igt_require_f(count >= 2, "one adapter is not several\n");
		igt_assert_lte(count, MAX_ADAPTERS);
		for (i = 0; i < count; i++) {
			fds[i] = igt_dxg_open_render(i);
			igt_assert_fd(fds[i]);
		}
	}

	igt_describe("LUIDs and PCI functions differ, the host is the same.");
	igt_subtest("identity")
		identity();
	igt_describe("All of them answer at the same time.");
	igt_subtest("together")
		together();
	igt_describe("A node stays with its adapter.");
	igt_subtest("stable-over-reopen")
		stable_over_reopen();
	igt_describe("A fence of one adapter is refused by another.");
	igt_subtest("fence-import")
		fence_import();

	igt_fixture() {
		int i;

		for (i = 0; i < count; i++)
			drm_close_driver(fds[i]);
	}
}

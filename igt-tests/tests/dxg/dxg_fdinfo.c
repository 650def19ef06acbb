// SPDX-License-Identifier: MIT
/*
 * fdinfo of the render node: the keys of DRM, and whom they count.
 */
#include <sys/mman.h>

#include "igt.h"
#include "igt_dxg.h"
#include "igt_dxg_exec.h"
#include "softgpu_build.h"

/**
 * TEST: dxg fdinfo
 * Category: Core
 * Mega feature: dxg
 * Sub-category: information
 * Functionality: fdinfo
 *
 * SUBTEST: mandatory-keys
 * Description: The mandatory keys are there, and name the driver and the PCI function.
 *
 * SUBTEST: client-ids
 * Description: Each open file is a client of its own, a duplicate is not.
 *
 * SUBTEST: repeated
 * Description: fdinfo can be read all the time.
 *
 * SUBTEST: engines
 * Description: The work of engines is counted, for each file its own.
 */

IGT_TEST_DESCRIPTION("The fdinfo of dxg nodes.");

static void key(int fd, const char *name, char *value, size_t size)
{
	igt_assert_f(igt_dxg_fdinfo(fd, name, value, size), "no %s\n", name);
	igt_assert_neq(value[0], 0);
}

static void mandatory(int fd)
{
	char value[128], path[256];

	key(fd, "drm-driver", value, sizeof(value));
	igt_assert_f(!strcmp(value, "dxg"), "drm-driver is %s\n", value);
	key(fd, "drm-client-id", value, sizeof(value));
	igt_assert_eq(strspn(value, "0123456789"), strlen(value));
	key(fd, "drm-pdev", value, sizeof(value));
	igt_dxg_pci_path(fd, path, sizeof(path));
	igt_assert_f(!strcmp(value, strrchr(path, '/') + 1), "drm-pdev is %s, not %s\n", value,
		     path);
}

static void client_ids(int fd)
{
	char first[64], second[64], copy[64];
	int other = igt_dxg_open_render(0), same = dup(fd);

	igt_assert_fd(other);
	igt_assert_fd(same);
	key(fd, "drm-client-id", first, sizeof(first));
	key(other, "drm-client-id", second, sizeof(second));
	key(same, "drm-client-id", copy, sizeof(copy));
	igt_assert_neq(strcmp(first, second), 0);
	igt_assert_eq(strcmp(first, copy), 0);
	close(same);
	close(other);
}

/* Reading it waits for nothing and changes nothing. */
static void repeated(int fd)
{
	char first[64], value[64];
	int i;

	key(fd, "drm-client-id", first, sizeof(first));
	for (i = 0; i < 1000; i++) {
		key(fd, "drm-client-id", value, sizeof(value));
		igt_assert_eq(strcmp(first, value), 0);
	}
}

/* --- Engines --- */

/* What the commands of a subtest write, again and again, and what that takes at least. */
#define BUFFER_SIZE	(2 << 20)
#define FILLS		64
#define BUSY_NS		1000000ull

static uint64_t busy(int fd, const char *engine)
{
	char name[64], value[64], *end;
	unsigned long long ns;

	snprintf(name, sizeof(name), "drm-engine-%s", engine);
	key(fd, name, value, sizeof(value));
	ns = strtoull(value, &end, 10);
	igt_assert_f(!strcmp(end, " ns"), "%s: %s\n", name, value);
	return ns;
}

static bool has_worked(const void *arg)
{
	return busy(*(const int *)arg, "3d") >= BUSY_NS;
}

/* The engine that has worked is counted, for the file that it has worked for. */
static void engines(void)
{
	int fd = igt_dxg_open_render(0), idle = igt_dxg_open_render(0), calm, i;
	uint32_t vm = igt_dxg_vm_create(fd, 0), queue;
	struct softgpu_buffer commands;
	struct igt_dxg_buffer buffer;
	int64_t begin = igt_dxg_time(0);
	uint64_t last = 0, now;

	igt_dxg_vm_create(idle, 0);
	queue = igt_dxg_queue_create(fd, vm, IGT_DXG_NODE_3D);
	igt_dxg_buffer_create(fd, vm, BUFFER_SIZE, &buffer);
	softgpu_buffer_init(&commands, buffer.map, 8192);
	for (i = 0; i < FILLS; i++)
		softgpu_fill(&commands, buffer.va + 8192, buffer.size - 8192, i);
	igt_assert(!commands.overflow);
	igt_dxg_run(fd, queue, buffer.va, commands.used);
	igt_assert_f(igt_dxg_wait(has_worked, &fd, 120), "%llu ns\n",
		     (unsigned long long)busy(fd, "3d"));
	/* It grows until the host has told all, and then no more. */
	for (i = 0, calm = 0; calm < 20; i++, last = now) {
		now = busy(fd, "3d");
		igt_assert_lte_u64(last, now);
		calm = now == last ? calm + 1 : 0;
		igt_assert_lt(i, 3000);
		usleep(20000);
	}
	igt_assert_lte_u64(last, igt_dxg_time(0) - begin);
	igt_assert_eq_u64(busy(fd, "copy"), 0);
	busy(idle, "3d");
	usleep(200000);
	igt_assert_eq_u64(busy(idle, "3d"), 0);

	/* What was counted stays, whatever becomes of the VM. */
	igt_assert_eq(munmap(buffer.map, buffer.size), 0);
	igt_dxg_vm_destroy(fd, vm);
	igt_assert_lte_u64(last, busy(fd, "3d"));
	igt_dxg_vm_create(fd, 0);
	for (i = 0; i < 5; i++) {
		igt_assert_lte_u64(last, busy(fd, "3d"));
		usleep(60000);
	}
	close(idle);
	close(fd);
}

int igt_main()
{
	static int fd = -1;

	igt_fixture()
		fd = drm_open_driver_render(DRIVER_DXG);

	igt_describe("The mandatory keys are there, and name the driver and the PCI function.");
	igt_subtest("mandatory-keys")
		mandatory(fd);
	igt_describe("Each open file is a client of its own, a duplicate is not.");
	igt_subtest("client-ids")
		client_ids(fd);
	igt_describe("fdinfo can be read all the time.");
	igt_subtest("repeated")
		repeated(fd);

	igt_describe("The work of engines is counted, for each file its own.");
	igt_subtest("engines")
		engines();

	igt_fixture()
		drm_close_driver(fd);
}

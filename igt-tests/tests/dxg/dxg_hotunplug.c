// SPDX-License-Identifier: MIT
/*
 * The adapter goes away while its node is open: by unbinding in sysfs, and by
 * the host, which is asked through the program in $DXG_HOSTCTL.
 */
#include <fcntl.h>
#include <limits.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "igt.h"
#include "igt_dxg.h"
#include "igt_dxg_fence.h"
#include "igt_dxg_host.h"

/**
 * TEST: dxg hotunplug
 * Category: Core
 * Mega feature: dxg
 * Sub-category: hotplug
 * Functionality: adapters that come and go
 *
 * SUBTEST: unbind-rebind
 * Description: Unbind and bind with no file open.
 *
 * SUBTEST: unbind-open
 * Description: Unbind with a file open: ENODEV from then on.
 *
 * SUBTEST: unbind-fences
 * Description: Unbind with fences that are waited for, mapped and exported.
 *
 * SUBTEST: unbind-rounds
 * Description: Ten rounds with a file closed between unbind and bind.
 *
 * SUBTEST: unbind-busy
 * Description: Unbind while eight processes ask the host.
 *
 * SUBTEST: host-remove
 * Description: The host takes the adapter in good order.
 *
 * SUBTEST: host-remove-surprise
 * Description: The host takes the adapter at once.
 */

IGT_TEST_DESCRIPTION("Unplug, unbind and rescind of dxg adapters.");

#define DRIVER_FOLDER	"/sys/bus/pci/drivers/dxg"

/* Seconds that a removal or an arrival may take under emulation. */
#define PATIENCE	120
#define MOST		8	/* adapters */

static char function[64];	/* address of the PCI function of the first node */
static int adapters;

static bool has_adapters(const void *arg)
{
	return igt_dxg_count() == *(const int *)arg;
}

static void expect_adapters(int expected)
{
	igt_assert_f(igt_dxg_wait(has_adapters, &expected, PATIENCE), "%d adapters, not %d\n",
		     igt_dxg_count(), expected);
}

/* --- By the guest --- */

static void driver_write(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), DRIVER_FOLDER "/%s", name);
	igt_assert_eq(__dxg_write(path, function), 0);
}

/* Whatever the subtest before left behind: all adapters are bound again. */
static void restore(void)
{
	char path[128];

	if (igt_dxg_count() == adapters)
		return;
	snprintf(path, sizeof(path), DRIVER_FOLDER "/bind");
	igt_debug("bind after a failure: %d\n", __dxg_write(path, function));
	expect_adapters(adapters);
}

static void unbind(void)
{
	driver_write("unbind");
	expect_adapters(adapters - 1);
}

static void bind(void)
{
	driver_write("bind");
	expect_adapters(adapters);
}

/*
 * Open the node of the function that is unbound here. Not by its place among the
 * nodes: each bind may give it another minor number.
 */
static int open_first(void)
{
	char path[PATH_MAX];
	int fd = -1, i;

	for (i = 0; i < adapters; i++) {
		fd = igt_dxg_open_render(i);
		igt_assert_fd(fd);
		igt_dxg_pci_path(fd, path, sizeof(path));
		if (!strcmp(strrchr(path, '/') + 1, function))
			break;
		close(fd);
	}
	igt_assert_f(i < adapters, "no node of %s\n", function);
	return fd;
}

/* What an open node of an adapter says that is gone. */
static void expect_gone(int fd)
{
	struct drm_dxg_device_info info = {};

	igt_dxg_query(fd, DRM_DXG_DEV_QUERY_DEVICE_INFO, &info, sizeof(info), -ENODEV);
	igt_assert_eq(__dxg_ask_host(fd), -ENODEV);
}

static void unbind_closed(void)
{
	int fd;

	unbind();
	bind();
	fd = open_first();
	igt_assert_eq(__dxg_ask_host(fd), 0);
	close(fd);
}

static void unbind_open(void)
{
	int fd = open_first(), again;

	igt_assert_eq(__dxg_ask_host(fd), 0);
	unbind();
	expect_gone(fd);
	bind();
	/* The old file stays gone, a new one works beside it. */
	expect_gone(fd);
	again = open_first();
	igt_assert_eq(__dxg_ask_host(again), 0);
	close(fd);
	igt_assert_eq(__dxg_ask_host(again), 0);
	close(again);
}

/* Who waits for a fence is told, and the page of its value becomes one of zeroes. */
static void unbind_fences(void)
{
	int fd = open_first(), efd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), shared;
	struct drm_dxg_fence_point point = { .value = 10 };
	struct drm_dxg_fence_create args;
	const volatile uint64_t *page;
	uint64_t events = 0;
	uint32_t vm;

	igt_assert_fd(efd);
	vm = igt_dxg_vm_create(fd, 0);
	igt_assert_eq(__dxg_fence_create(fd, vm, DRM_DXG_FENCE_SHAREABLE, 7, &args), 0);
	point.handle = args.handle;
	page = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, args.mmap_offset);
	igt_assert(page != MAP_FAILED);
	igt_assert_eq_u64(*page, 7);
	shared = __dxg_fence_export(fd, args.handle, O_CLOEXEC);
	igt_assert_fd(shared);
	igt_assert_eq(__dxg_fence_eventfd(fd, 0, &point, 1, efd), 0);

	igt_fork(child, 2)
		igt_assert_eq(__dxg_fence_wait(fd, args.handle, 10 + child, INT64_MAX), -ENODEV);
	usleep(200000);
	unbind();
	igt_waitchildren_timeout(PATIENCE, "waits for fences");
	igt_assert_eq(read(efd, &events, sizeof(events)), sizeof(events));
	igt_assert_eq_u64(events, 1);
	igt_assert_eq_u64(*page, 0);
	igt_assert_eq(__dxg_fence_wait(fd, args.handle, 7, 0), -ENODEV);
	igt_assert_eq(munmap((void *)page, 4096), 0);
	close(shared);
	close(efd);
	close(fd);
	bind();
}

static void unbind_rounds(void)
{
	int i;

	for (i = 0; i < 10; i++) {
		int fd = open_first();

		if (i & 1)
			igt_assert_eq(__dxg_ask_host(fd), 0);
		unbind();
		close(fd);
		bind();
	}
}

/* Eight processes ask all the time; each must see ENODEV and nothing else. */
static void unbind_busy(void)
{
	unsigned int *begun = igt_dxg_begun_new();

	igt_fork(child, 8) {
		int fd = open_first(), ret;

		igt_assert_eq(__dxg_ask_host(fd), 0);
		igt_dxg_begun(begun);
		do {
			ret = __dxg_ask_host(fd);
		} while (!ret);
		igt_assert_eq(ret, -ENODEV);
		expect_gone(fd);
	}
	igt_dxg_begun_wait(begun, 8);
	unbind();
	igt_waitchildren_timeout(PATIENCE, "processes that use a removed adapter");
	bind();
}

/* --- By the host --- */

/* All adapters answer but the one at @gone, if it is one. Returns the first that does not. */
static int expect_answers(const int *fds, int gone)
{
	int i, silent = -1;

	for (i = 0; i < adapters; i++) {
		if (!__dxg_ask_host(fds[i]))
			continue;
		igt_assert_eq(silent, -1);
		silent = i;
		igt_assert(gone < 0 || i == gone);
		expect_gone(fds[i]);
	}
	return silent;
}

/*
 * Take the last GPU with all nodes open, and give it back. Which node is its is not known: who
 * was unbound and bound again has another one.
 */
static void host_removes(const char *how)
{
	char name[64], command[128];
	int fds[MOST], i, gone;

	igt_require(adapters <= MOST);
	igt_dxg_host_gpu(name);
	for (i = 0; i < adapters; i++) {
		fds[i] = igt_dxg_open_render(i);
		igt_assert_fd(fds[i]);
	}
	igt_assert_eq(expect_answers(fds, -1), -1);
	igt_dxg_host("gpu remove %s%s", name, how);
	expect_adapters(adapters - 1);
	gone = expect_answers(fds, -1);
	igt_assert_lte(0, gone);
	/* The node goes before the guest has let go of the rest: the host refuses that long. */
	snprintf(command, sizeof(command), "gpu add %s", name);
	igt_assert(igt_dxg_wait(igt_dxg_host_obeys, command, PATIENCE));
	expect_adapters(adapters);
	igt_assert_eq(expect_answers(fds, gone), gone);
	for (i = 0; i < adapters; i++) {
		close(fds[i]);
		fds[i] = igt_dxg_open_render(i);
		igt_assert_fd(fds[i]);
	}
	igt_assert_eq(expect_answers(fds, -1), -1);
	for (i = 0; i < adapters; i++)
		close(fds[i]);
}

int igt_main()
{
	igt_fixture() {
		char path[PATH_MAX];
		int fd = drm_open_driver_render(DRIVER_DXG);

		igt_dxg_pci_path(fd, path, sizeof(path));
		snprintf(function, sizeof(function), "%s", strrchr(path, '/') + 1);
		drm_close_driver(fd);
		adapters = igt_dxg_count();
	}

	igt_describe("Unbind and bind with no file open.");
	igt_subtest("unbind-rebind") {
		restore();
		unbind_closed();
	}
	igt_describe("Unbind with a file open: ENODEV from then on.");
	igt_subtest("unbind-open") {
		restore();
		unbind_open();
	}
	igt_describe("Unbind with fences that are waited for, mapped and exported.");
	igt_subtest("unbind-fences") {
		restore();
		unbind_fences();
	}
	igt_describe("Ten rounds with a file closed between unbind and bind.");
	igt_subtest("unbind-rounds") {
		restore();
		unbind_rounds();
	}
	igt_describe("Unbind while eight processes ask the host.");
	igt_subtest("unbind-busy") {
		restore();
		unbind_busy();
	}
	igt_describe("The host takes the adapter in good order.");
	igt_subtest("host-remove") {
		restore();
		host_removes("");
	}
	igt_describe("The host takes the adapter at once.");
	igt_subtest("host-remove-surprise") {
		restore();
		host_removes(" surprise");
	}
}

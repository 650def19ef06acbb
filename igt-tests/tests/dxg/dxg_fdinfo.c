// SPDX-License-Identifier: MIT
/*
 * fdinfo of the render node: the keys of DRM, and whom they count.
 */
#include "igt.h"
#include "igt_dxg.h"

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

/* Reading it asks nothing of the host and changes nothing. */
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

	igt_fixture()
		drm_close_driver(fd);
}

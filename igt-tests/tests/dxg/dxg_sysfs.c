// SPDX-License-Identifier: MIT
/*
 * The sysfs attributes of an adapter say the same as the queries.
 */
#include <dirent.h>
#include <limits.h>
#include <sys/stat.h>

#include "igt.h"
#include "igt_dxg.h"

/**
 * TEST: dxg sysfs
 * Category: Core
 * Mega feature: dxg
 * Sub-category: information
 * Functionality: attributes of the adapter
 *
 * SUBTEST: luid
 * Description: The LUIDs.
 *
 * SUBTEST: host-ids
 * Description: The ids of the real GPU.
 *
 * SUBTEST: description
 * Description: The name of the GPU.
 *
 * SUBTEST: interface-version
 * Description: The version of the protocol.
 *
 * SUBTEST: iospace-size
 * Description: The IO space.
 *
 * SUBTEST: compute-only
 * Description: Whether it renders.
 *
 * SUBTEST: state
 * Description: An adapter with a node is ready.
 *
 * SUBTEST: read-only
 * Description: All of them are read-only.
 */

IGT_TEST_DESCRIPTION("The sysfs attributes of dxg adapters.");

static char folder[PATH_MAX];
static struct drm_dxg_device_info info;

static void expect(const char *name, const char *text)
{
	char value[512];

	igt_assert_eq(__dxg_read(folder, name, value, sizeof(value)), 0);
	igt_assert_f(!strcmp(value, text), "%s is \"%s\", not \"%s\"\n", name, value, text);
}

static void expect_number(const char *name, unsigned long long number)
{
	char value[512], *end;

	igt_assert_eq(__dxg_read(folder, name, value, sizeof(value)), 0);
	errno = 0;
	igt_assert_eq_u64(strtoull(value, &end, 0), number);
	igt_assert_f(end != value && !*end, "%s is \"%s\"\n", name, value);
}

static void ids(void)
{
	if (info.flags & DRM_DXG_DEVICE_HOST_IDS) {
		expect_number("host_vendor", info.host_vendor_id);
		expect_number("host_device", info.host_device_id);
	} else {
		expect("host_vendor", "");
		expect("host_device", "");
	}
}

/* Nobody can write them, and reading them does not open the node or wake the host. */
static void read_only(void)
{
	const struct dirent *entry;
	char path[PATH_MAX + 256];
	struct stat st;
	int count = 0;
	DIR *dir;

	dir = opendir(folder);
	igt_assert(dir);
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		igt_assert_eq(stat(path, &st), 0);
		igt_assert_f((st.st_mode & 0777) == 0444, "%s has mode %o\n", entry->d_name,
			     st.st_mode & 0777);
		count++;
	}
	closedir(dir);
	igt_assert_lt(0, count);
}

int igt_main()
{
	static int fd = -1;

	igt_fixture() {
		char path[PATH_MAX - 8];

		fd = drm_open_driver_render(DRIVER_DXG);
		igt_dxg_pci_path(fd, path, sizeof(path));
		snprintf(folder, sizeof(folder), "%s/dxg", path);
		igt_dxg_device_info(fd, &info);
	}

	igt_describe("The LUIDs.");
	igt_subtest("luid") {
		expect_number("luid", info.luid);
		expect_number("host_luid", info.host_luid);
	}
	igt_describe("The ids of the real GPU.");
	igt_subtest("host-ids")
		ids();
	igt_describe("The name of the GPU.");
	igt_subtest("description")
		expect("description", (const char *)info.description);
	igt_describe("The version of the protocol.");
	igt_subtest("interface-version")
		expect_number("interface_version", info.interface_version);
	igt_describe("The IO space.");
	igt_subtest("iospace-size")
		expect_number("iospace_size", info.iospace_size);
	igt_describe("Whether it renders.");
	igt_subtest("compute-only")
		expect_number("compute_only", !!(info.flags & DRM_DXG_DEVICE_COMPUTE_ONLY));
	igt_describe("An adapter with a node is ready.");
	igt_subtest("state")
		expect("state", "ready");
	igt_describe("All of them are read-only.");
	igt_subtest("read-only")
		read_only();

	igt_fixture()
		drm_close_driver(fd);
}

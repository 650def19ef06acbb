// SPDX-License-Identifier: MIT
/*
 * The library against the mock driver: counts, errors, sizes, lists.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dxg.h"
#include "mock.h"

static int setup(void **state)
{
	int *fd = malloc(sizeof(*fd));

	mock_reset();
	*fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	*state = fd;
	return *fd < 0;
}

static int teardown(void **state)
{
	close(*(int *)*state);
	free(*state);
	return 0;
}

/* The lowest free descriptor: the same before and after means that none leaked. */
static int next_fd(void)
{
	int fd = dup(0);

	close(fd);
	return fd;
}

static struct dxg_device *device(void **state)
{
	struct dxg_device *dev = NULL;

	assert_int_equal(dxg_device_new(*(int *)*state, &dev), 0);
	assert_non_null(dev);
	return dev;
}

static void new_duplicates_and_last_unref_closes(void **state)
{
	struct dxg_device *dev;
	int fd, free_fd = next_fd(), major, minor;

	dev = device(state);
	fd = dxg_device_fd(dev);
	assert_int_not_equal(fd, *(int *)*state);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	dxg_device_get_version(dev, &major, &minor);
	assert_int_equal(major, 1);
	assert_int_equal(minor, 2);
	dxg_device_get_version(dev, NULL, NULL);

	assert_ptr_equal(dxg_device_ref(dev), dev);
	dxg_device_unref(dev);
	assert_true(fcntl(fd, F_GETFD) >= 0);
	dxg_device_unref(dev);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
	assert_int_equal(next_fd(), free_fd);
	/* The caller's own is untouched. */
	assert_true(fcntl(*(int *)*state, F_GETFD) >= 0);
	dxg_device_unref(NULL);
}

static void new_refuses_others(void **state)
{
	struct dxg_device *dev = NULL;
	int fd = *(int *)*state, free_fd = next_fd();

	assert_int_equal(dxg_device_new(-1, &dev), -EBADF);
	mock.version_error = ENOTTY;
	assert_int_equal(dxg_device_new(fd, &dev), -ENOTTY);
	mock.version_error = 0;
	mock.name = "dxh";
	assert_int_equal(dxg_device_new(fd, &dev), -ENODEV);
	mock.name = "dxgkrnl";
	assert_int_equal(dxg_device_new(fd, &dev), -ENODEV);
	mock.name = "dx";
	assert_int_equal(dxg_device_new(fd, &dev), -ENODEV);
	mock.name = "dxg";
	mock.major = 2;
	assert_int_equal(dxg_device_new(fd, &dev), -EPROTO);
	assert_null(dev);
	assert_int_equal(next_fd(), free_fd);
}

static void open_reports_the_path(void **state)
{
	struct dxg_device *dev = NULL;
	int free_fd = next_fd();

	(void)state;
	assert_int_equal(dxg_device_open("/nonexistent/renderD128", &dev), -ENOENT);
	mock.name = "vgem";
	assert_int_equal(dxg_device_open("/dev/null", &dev), -ENODEV);
	assert_null(dev);
	mock.name = "dxg";
	assert_int_equal(dxg_device_open("/dev/null", &dev), 0);
	dxg_device_unref(dev);
	assert_int_equal(next_fd(), free_fd);
}

static void query_passes_sizes(void **state)
{
	struct dxg_device *dev = device(state);
	uint8_t data[sizeof(struct drm_dxg_device_info) + 64];
	uint32_t size = 12345;

	assert_int_equal(dxg_device_query(dev, DRM_DXG_DEV_QUERY_DEVICE_INFO, NULL, &size), 0);
	assert_int_equal(mock.query.size, 0);
	assert_int_equal(size, sizeof(struct drm_dxg_device_info));

	size = sizeof(data);
	assert_int_equal(dxg_device_query(dev, DRM_DXG_DEV_QUERY_DEVICE_INFO, data, &size), 0);
	assert_int_equal(mock.query.size, sizeof(data));
	assert_int_equal(size, sizeof(struct drm_dxg_device_info));

	size = 77;
	assert_int_equal(dxg_device_query(dev, 999, data, &size), -EINVAL);
	assert_int_equal(size, 77);
	dxg_device_unref(dev);
}

static void info_is_zero_beyond_an_older_driver(void **state)
{
	struct dxg_device *dev = device(state);
	struct drm_dxg_device_info info;

	memset(&info, 0xff, sizeof(info));
	mock.info_size = offsetof(struct drm_dxg_device_info, flags);
	assert_int_equal(dxg_device_get_info(dev, &info), 0);
	assert_int_equal(info.luid, 0x1122334455667788);
	assert_int_equal(info.interface_version, 40);
	assert_int_equal(info.flags, 0);
	assert_int_equal(info.iospace_size, 0);

	mock_reset();
	memset(mock.info.description, 'x', sizeof(mock.info.description));
	assert_int_equal(dxg_device_get_info(dev, &info), 0);
	assert_int_equal(info.description[sizeof(info.description) - 1], 0);

	memset(&info, 0x55, sizeof(info));
	mock.query_error = ENODEV;
	assert_int_equal(dxg_device_get_info(dev, &info), -ENODEV);
	assert_int_equal(info.flags, 0x55555555);
	dxg_device_unref(dev);
}

static void engines_come_whole_or_not(void **state)
{
	struct dxg_device *dev = device(state);
	struct drm_dxg_engine *engines = NULL;
	uint32_t count = 99;

	assert_int_equal(dxg_device_get_engines(dev, &engines, &count), 0);
	assert_int_equal(count, 2);
	assert_int_equal(engines[0].engine_class, DRM_DXG_ENGINE_3D);
	assert_int_equal(engines[1].node, 1);
	free(engines);

	mock.engine_count = 0;
	engines = (void *)state;
	assert_int_equal(dxg_device_get_engines(dev, &engines, &count), 0);
	assert_int_equal(count, 0);
	assert_null(engines);

	mock.engine_count = UINT32_MAX;
	count = 99;
	assert_int_equal(dxg_device_get_engines(dev, &engines, &count), -EPROTO);
	mock.engine_count = 1;
	mock.engines_grow = 1;
	assert_int_equal(dxg_device_get_engines(dev, &engines, &count), -EAGAIN);
	mock.query_error = EIO;
	assert_int_equal(dxg_device_get_engines(dev, &engines, &count), -EIO);
	assert_int_equal(count, 99);
	dxg_device_unref(dev);
}

static void feature_returns_what_is_asked_for(void **state)
{
	struct dxg_device *dev = device(state);
	uint32_t flags = 0, version = 0;

	assert_int_equal(dxg_device_get_feature(dev, 42, &flags, &version), 0);
	assert_int_equal(mock.feature.feature, 42);
	assert_int_equal(flags, DRM_DXG_FEATURE_ENABLED);
	assert_int_equal(version, 3);
	assert_int_equal(dxg_device_get_feature(dev, 42, NULL, NULL), 0);
	mock.query_error = EOPNOTSUPP;
	assert_int_equal(dxg_device_get_feature(dev, 42, NULL, NULL), -EOPNOTSUPP);
	dxg_device_unref(dev);
}

static void host_info_returns_the_needed_size(void **state)
{
	struct dxg_device *dev = device(state);
	uint32_t value = 0, size = 2;

	assert_int_equal(dxg_device_get_host_info(dev, DRM_DXG_HOST_QUERY_DRIVER_VERSION, &value,
						  &size), -EINVAL);
	assert_int_equal(size, 4);
	assert_int_equal(dxg_device_get_host_info(dev, DRM_DXG_HOST_QUERY_DRIVER_VERSION, &value,
						  &size), 0);
	assert_int_equal(value, 2700);
	size = 8;
	assert_int_equal(dxg_device_get_host_info(dev, DRM_DXG_HOST_QUERY_WDDM_2_7_CAPS, &value,
						  &size), -EOPNOTSUPP);
	assert_int_equal(size, 8);
	dxg_device_unref(dev);
}

/* What libdrm lists: others first, ours out of order. */
struct bus {
	drmPciBusInfo pci[6];
	drmPciDeviceInfo ids[6];
	char *nodes[6][DRM_NODE_MAX];
	drmDevice devices[6];
};

static void add(struct bus *bus, int i, int vendor, int id, const char *render)
{
	drmDevice *d = &bus->devices[i];

	bus->pci[i].bus = i;
	bus->ids[i].vendor_id = vendor;
	bus->ids[i].device_id = id;
	bus->nodes[i][DRM_NODE_PRIMARY] = (char *)"/dev/dri/card0";
	bus->nodes[i][DRM_NODE_RENDER] = (char *)render;
	d->nodes = bus->nodes[i];
	d->available_nodes = 1 << DRM_NODE_PRIMARY;
	if (render)
		d->available_nodes |= 1 << DRM_NODE_RENDER;
	d->bustype = DRM_BUS_PCI;
	d->businfo.pci = &bus->pci[i];
	d->deviceinfo.pci = &bus->ids[i];
}

static void adapters_are_ours_in_order(void **state)
{
	struct dxg_adapter **list = NULL;
	struct bus bus = { 0 };

	(void)state;
	add(&bus, 0, 0x8086, 0x1234, "/dev/dri/renderD127");
	add(&bus, 1, 0x1414, 0x008e, "/dev/dri/renderD1280");
	add(&bus, 2, 0x1414, 0x5353, "/dev/dri/renderD126");
	add(&bus, 3, 0x1414, 0x008a, "/dev/dri/renderD128");
	add(&bus, 4, 0x1414, 0x008e, NULL);
	add(&bus, 5, 0x1414, 0x008e, "/dev/dri/renderD125");
	bus.devices[5].bustype = DRM_BUS_PLATFORM;
	mock.devices = bus.devices;
	mock.device_count = 6;
	assert_int_equal(dxg_adapters_get(&list), 3);
	assert_int_equal(mock.freed, 6);
	memset(&bus, 0, sizeof(bus));
	assert_string_equal(list[0]->render_node, "/dev/dri/renderD128");
	assert_string_equal(list[0]->primary_node, "/dev/dri/card0");
	assert_int_equal(list[0]->device_id, DXG_PCI_DEVICE_COMPUTE);
	assert_int_equal(list[0]->pci_bus, 3);
	assert_string_equal(list[1]->render_node, "/dev/dri/renderD1280");
	assert_null(list[2]->render_node);
	assert_null(list[3]);
	dxg_adapters_free(list);
	dxg_adapters_free(NULL);
}

static void adapters_may_be_none(void **state)
{
	struct dxg_adapter **list = NULL;

	(void)state;
	mock.device_count = -ENOENT;
	assert_int_equal(dxg_adapters_get(&list), 0);
	assert_non_null(list);
	assert_null(list[0]);
	dxg_adapters_free(list);

	list = NULL;
	mock.device_count = -EACCES;
	assert_int_equal(dxg_adapters_get(&list), -EACCES);
	assert_null(list);
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(new_duplicates_and_last_unref_closes),
		TEST(new_refuses_others),
		TEST(open_reports_the_path),
		TEST(query_passes_sizes),
		TEST(info_is_zero_beyond_an_older_driver),
		TEST(engines_come_whole_or_not),
		TEST(feature_returns_what_is_asked_for),
		TEST(host_info_returns_the_needed_size),
		TEST(adapters_are_ours_in_order),
		TEST(adapters_may_be_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: MIT
/*
 * The driver for tests.
 */
#include "mock.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

struct mock mock;

int __wrap_drmIoctl(int fd, unsigned long request, void *arg);
int __wrap_drmGetDevices2(uint32_t flags, drmDevicePtr devices[], int max);
void __wrap_drmFreeDevices(drmDevicePtr devices[], int count);

static const struct mock good = {
	.name = "dxg",
	.major = 1,
	.minor = 2,
	.info = {
		.luid = 0x1122334455667788,
		.host_luid = 0x99,
		.interface_version = 40,
		.flags = DRM_DXG_DEVICE_ASYNC_MESSAGES | DRM_DXG_DEVICE_HOST_IDS,
		.host_vendor_id = 0x10de,
		.host_device_id = 0x2684,
		.max_host_data = 65536,
		.request_timeout_ms = 10000,
		.iospace_size = 1 << 20,
		.description = "Test \"GPU\" \x1b[31m\xff\xc3\xa9",
	},
	.info_size = sizeof(struct drm_dxg_device_info),
	.engine_count = 2,
	.feature = { .flags = DRM_DXG_FEATURE_ENABLED, .version = 3 },
	.host_data = 2700,
	.region_count = 2,
	.next_handle = 1,
	.allocations = 1,
};

void mock_reset(void)
{
	mock = good;
}

/* dxginfo has no test around it that could do this. */
static void __attribute__((constructor)) mock_start(void)
{
	mock_reset();
}

static int fail(int error)
{
	errno = error;
	return -1;
}

static int mock_version(struct drm_version *v)
{
	size_t len = strlen(mock.name);

	if (mock.version_error)
		return fail(mock.version_error);
	memcpy(v->name, mock.name, len < v->name_len ? len : v->name_len);
	v->name_len = len;
	v->version_major = mock.major;
	v->version_minor = mock.minor;
	return 0;
}

static int mock_engines(struct drm_dxg_engines *engines)
{
	uint8_t *element = (uint8_t *)(uintptr_t)engines->engines;
	uint32_t i;

	for (i = 0; i < engines->count && i < mock.engine_count; i++) {
		struct drm_dxg_engine engine = { .node = i, .engine_class = i ? 6 : 1 };

		if (i)
			strcpy((char *)engine.name, "Copy \x1b[0m");
		memcpy(element + (size_t)i * engines->stride, &engine, sizeof(engine));
	}
	engines->count = mock.engine_count;
	if (mock.engines_grow)
		mock.engine_count++;
	return 0;
}

static int mock_regions(struct drm_dxg_mem_regions *regions)
{
	struct drm_dxg_mem_region *region = (void *)(uintptr_t)regions->regions;
	uint32_t i;

	for (i = 0; i < regions->count && i < mock.region_count; i++) {
		region[i] = (struct drm_dxg_mem_region) {
			.mem_class = i,
			.budget = 1000u << i,
			.used = 10,
		};
	}
	regions->count = mock.region_count;
	return 0;
}

static int mock_host(struct drm_dxg_host_adapter_info *host)
{
	if (host->query == DRM_DXG_HOST_QUERY_DRIVER_DESCRIPTION) {
		static const char text[] = "D\0r\0i\0v\0e\0r\0\x1b\0\0";

		memcpy((void *)(uintptr_t)host->data, text, sizeof(text));
		return 0;
	}
	if (host->query == DRM_DXG_HOST_QUERY_WDDM_2_7_CAPS)
		return fail(EOPNOTSUPP);
	if (host->data_size < sizeof(mock.host_data)) {
		host->data_size = sizeof(mock.host_data);
		return fail(EINVAL);
	}
	host->data_size = sizeof(mock.host_data);
	memcpy((void *)(uintptr_t)host->data, &mock.host_data, sizeof(mock.host_data));
	return 0;
}

static int mock_query(struct drm_dxg_dev_query *query)
{
	void *data = (void *)(uintptr_t)query->pointer;

	mock.query = *query;
	mock.queries++;
	if (mock.query_error)
		return fail(mock.query_error);
	if (!data) {
		query->size = mock.info_size;
		return 0;
	}
	switch (query->type) {
	case DRM_DXG_DEV_QUERY_DEVICE_INFO:
		if (query->size > mock.info_size)
			query->size = mock.info_size;
		memcpy(data, &mock.info, query->size);
		return 0;
	case DRM_DXG_DEV_QUERY_ENGINES:
		return mock_engines(data);
	case DRM_DXG_DEV_QUERY_FEATURE:
		mock.feature.feature = ((struct drm_dxg_feature *)data)->feature;
		memcpy(data, &mock.feature, sizeof(mock.feature));
		return 0;
	case DRM_DXG_DEV_QUERY_HOST_ADAPTER_INFO:
		return mock_host(data);
	case DRM_DXG_DEV_QUERY_MEM_REGIONS:
		return mock_regions(data);
	case DRM_DXG_DEV_QUERY_CLOCK:
		((struct drm_dxg_clock *)data)->gpu_frequency = 1000000;
		return 0;
	default:
		return fail(EINVAL);
	}
}

int __wrap_drmIoctl(int fd, unsigned long request, void *arg)
{
	int ret;

	if (fd < 0)
		return fail(EBADF);
	if (request == DRM_IOCTL_VERSION)
		return mock_version(arg);
	if (request == DRM_IOCTL_DXG_DEV_QUERY)
		return mock_query(arg);
	ret = mock_object(request, arg);
	return ret < 0 ? fail(-ret) : 0;
}

int __wrap_drmGetDevices2(uint32_t flags, drmDevicePtr devices[], int max)
{
	int i;

	if (flags)
		return -EINVAL;
	for (i = 0; i < mock.device_count && i < max; i++)
		devices[i] = &mock.devices[i];
	return mock.device_count;
}

void __wrap_drmFreeDevices(drmDevicePtr devices[], int count)
{
	int i;

	for (i = 0; i < count; i++)
		mock.freed += !!devices[i];
}

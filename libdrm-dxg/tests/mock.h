/* SPDX-License-Identifier: MIT */
/*
 * A driver for tests: it answers the two ioctls that the library uses, and
 * libdrm's list of devices.
 */
#ifndef MOCK_H
#define MOCK_H

#include <stdint.h>
#include <xf86drm.h>

#include "dxg_drm.h"

/** struct mock - What the driver is like. Set it before the call under test. */
struct mock {
	/** @name: Driver name that the version ioctl returns. */
	const char *name;

	/** @major: Version that it returns. */
	int major;

	/** @minor: Version that it returns. */
	int minor;

	/** @version_error: Errno of the version ioctl, or 0. */
	int version_error;

	/** @query_error: Errno of DEV_QUERY, or 0. */
	int query_error;

	/** @info: Answer to DEVICE_INFO. */
	struct drm_dxg_device_info info;

	/** @info_size: How much of @info the driver knows. */
	uint32_t info_size;

	/** @engine_count: Answer to ENGINES. */
	uint32_t engine_count;

	/** @engines_grow: One engine more each time. */
	int engines_grow;

	/** @feature: Answer to FEATURE. */
	struct drm_dxg_feature feature;

	/** @host_data: Answer to HOST_ADAPTER_INFO. */
	uint32_t host_data;

	/** @query: The last DEV_QUERY as it came in. */
	struct drm_dxg_dev_query query;

	/** @queries: How many came. */
	unsigned int queries;

	/** @devices: What libdrm lists, @device_count of them, or its error. */
	drmDevice *devices;

	/** @device_count: Number or negative errno. */
	int device_count;

	/** @freed: How many devices were given back. */
	int freed;
};

extern struct mock mock;

/* Back to a good driver with one adapter's answers. */
void mock_reset(void);

#endif

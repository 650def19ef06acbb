/* SPDX-License-Identifier: MIT */
/*
 * A driver for tests: it answers the ioctls that the library uses, and libdrm's
 * list of devices. Objects are counted, so that a leak shows.
 */
#ifndef MOCK_H
#define MOCK_H

#include <stdint.h>
#include <xf86drm.h>

#include "dxg_drm.h"

#define MOCK_HANDLES	16

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

	/** @region_count: Answer to MEM_REGIONS. */
	uint32_t region_count;

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

	/** @fail_request: The ioctl that fails with @fail_error, or 0. */
	unsigned long fail_request;

	/** @fail_error: Its errno. */
	int fail_error;

	/** @vms: VMs that exist. */
	int vms;

	/** @queues: Queues that exist. */
	int queues_alive;

	/** @fences: Fences that exist, those of queues not counted. */
	int fences;

	/** @handles: GEM handles that are open, by number; 0 is never used. */
	int handles[MOCK_HANDLES];

	/** @next_handle: The next new one. */
	uint32_t next_handle;

	/** @exported: The handle behind every dma-buf. */
	uint32_t exported;

	/** @allocations: Number of allocations of an imported BO. */
	uint32_t allocations;

	/** @user_fence: Queues come with a fence. */
	int user_fence;

	/** @fence_value: Where the fence waits compare with. */
	uint64_t fence_value;

	/** @last: The last request of an object, and a copy of its argument. */
	unsigned long last;
	union {
		uint8_t bytes[256];
		struct drm_dxg_vm_reserve reserve;
		struct drm_dxg_vm_bind bind;
		struct drm_dxg_bo_create bo_create;
		struct drm_dxg_queue_create queue_create;
		struct drm_dxg_queue_submit submit;
		struct drm_dxg_queue_set_property property;
		struct drm_dxg_fence_wait wait;
		struct drm_dxg_fence_eventfd eventfd;
		struct drm_dxg_driver_private private;
		struct drm_dxg_bo_sync sync;
		struct drm_dxg_bo_madvise madvise;
	} arg;

	/** @ops: The operations of the last bind. */
	struct drm_dxg_vm_bind_op ops[4];

	/** @points: The points of the last fence request. */
	struct drm_dxg_fence_point points[4];
};

/* Offsets of mmap() that the driver gives: in pages of the file that stands for the node. */
#define MOCK_BO_PAGE		1
#define MOCK_FENCE_PAGE		8

/* Answer the ioctls of objects. -ENOTTY: it is none. */
int mock_object(unsigned long request, void *arg);

extern struct mock mock;

/* Back to a good driver with one adapter's answers. */
void mock_reset(void);

#endif

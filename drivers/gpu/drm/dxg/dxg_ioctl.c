// SPDX-License-Identifier: GPL-2.0
/*
 * The DRM face: check arguments, look up, call.
 */
#include <drm/drm_drv.h>

#include "dxg_device.h"
#include "dxg_file.h"

static_assert(sizeof(struct drm_dxg_dev_query) == 16);
static_assert(sizeof(struct drm_dxg_device_info) == 368);
static_assert(sizeof(struct drm_dxg_host_adapter_info) == 16);
static_assert(sizeof(struct drm_dxg_engine) == 128);
static_assert(sizeof(struct drm_dxg_engines) == 16);
static_assert(sizeof(struct drm_dxg_feature) == 16);
static_assert(sizeof(struct drm_dxg_mem_region) == 48);
static_assert(sizeof(struct drm_dxg_mem_regions) == 16);
static_assert(sizeof(struct drm_dxg_clock) == 48);
static_assert(sizeof(struct drm_dxg_array) == 16);
static_assert(sizeof(struct drm_dxg_sync_op) == 16);
static_assert(sizeof(struct drm_dxg_vm_create) == 16);
static_assert(sizeof(struct drm_dxg_vm_destroy) == 8);
static_assert(sizeof(struct drm_dxg_vm_reserve) == 48);
static_assert(sizeof(struct drm_dxg_vm_bind_op) == 80);
static_assert(sizeof(struct drm_dxg_vm_bind) == 48);
static_assert(sizeof(struct drm_dxg_vm_get_state) == 48);
static_assert(sizeof(struct drm_dxg_bo_alloc) == 40);
static_assert(sizeof(struct drm_dxg_bo_create) == 56);
static_assert(sizeof(struct drm_dxg_bo_mmap_offset) == 24);
static_assert(sizeof(struct drm_dxg_bo_query_info) == 88);
static_assert(sizeof(struct drm_dxg_bo_madvise) == 24);
static_assert(sizeof(struct drm_dxg_bo_sync_range) == 24);
static_assert(sizeof(struct drm_dxg_bo_sync) == 24);
static_assert(sizeof(struct drm_dxg_bo_set_property) == 40);
static_assert(sizeof(struct drm_dxg_queue_create) == 72);
static_assert(sizeof(struct drm_dxg_queue_destroy) == 8);
static_assert(sizeof(struct drm_dxg_submit) == 56);
static_assert(sizeof(struct drm_dxg_queue_submit) == 24);
static_assert(sizeof(struct drm_dxg_queue_get_state) == 40);
static_assert(sizeof(struct drm_dxg_queue_set_property) == 16);
static_assert(sizeof(struct drm_dxg_fence_create) == 40);
static_assert(sizeof(struct drm_dxg_fence_destroy) == 8);
static_assert(sizeof(struct drm_dxg_fence_point) == 16);
static_assert(sizeof(struct drm_dxg_fence_signal) == 24);
static_assert(sizeof(struct drm_dxg_fence_wait) == 32);
static_assert(sizeof(struct drm_dxg_fence_eventfd) == 24);
static_assert(sizeof(struct drm_dxg_fence_export) == 16);
static_assert(sizeof(struct drm_dxg_fence_import) == 40);
static_assert(sizeof(struct drm_dxg_driver_private) == 24);

/**
 * dxg_enter() - Begin an ioctl that needs the adapter.
 * @dxg: The device.
 * @idx: For dxg_exit().
 *
 * False when the adapter is being removed. A removal wakes the waiters before the
 * device counts as unplugged, and who saw ENODEV must not see success after it.
 */
bool dxg_enter(struct dxg_device *dxg, int *idx)
{
	if (!drm_dev_enter(&dxg->drm, idx))
		return false;
	if (!READ_ONCE(dxg->link.gone))
		return true;
	drm_dev_exit(*idx);
	return false;
}

/**
 * dxg_exit() - The end of what dxg_enter() began.
 * @idx: From dxg_enter().
 */
void dxg_exit(int idx)
{
	drm_dev_exit(idx);
}

/**
 * dxg_ioctl_dev_query() - DRM_IOCTL_DXG_DEV_QUERY.
 * @drm: The DRM device.
 * @data: struct drm_dxg_dev_query.
 * @file: The DRM side of the file.
 */
int dxg_ioctl_dev_query(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct dxg_device *dxg = to_dxg_device(drm);
	int idx, ret;

	if (!dxg_enter(dxg, &idx))
		return -ENODEV;
	ret = dxg_query(dxg, file, data);
	dxg_exit(idx);
	return ret;
}

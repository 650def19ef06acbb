// SPDX-License-Identifier: GPL-2.0
/*
 * The DRM face: check arguments, look up, call.
 */
#include <drm/drm_drv.h>

#include "dxg_device.h"
#include "dxg_file.h"

static_assert(sizeof(struct drm_dxg_dev_query) == 16);
static_assert(sizeof(struct drm_dxg_device_info) == 320);
static_assert(sizeof(struct drm_dxg_host_adapter_info) == 16);
static_assert(sizeof(struct drm_dxg_engine) == 128);
static_assert(sizeof(struct drm_dxg_engines) == 16);
static_assert(sizeof(struct drm_dxg_feature) == 16);

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

	if (!drm_dev_enter(drm, &idx))
		return -ENODEV;
	/*
	 * A removal wakes the waiters before the device counts as unplugged. Who saw
	 * ENODEV must not see success after it.
	 */
	ret = READ_ONCE(dxg->link.gone) ? -ENODEV : dxg_query(dxg, file, data);
	drm_dev_exit(idx);
	return ret;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * The DRM driver: its description, and the making of its devices.
 */
#include <linux/module.h>
#include <linux/slab.h>

#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_gem.h>
#include <drm/drm_ioctl.h>
#include <drm/drm_managed.h>

#include "dxg_device.h"
#include "dxg_file.h"
#include "dxg_sched.h"

static const struct drm_ioctl_desc dxg_ioctls[] = {
	DRM_IOCTL_DEF_DRV(DXG_DEV_QUERY, dxg_ioctl_dev_query, DRM_RENDER_ALLOW),
};

static const struct file_operations dxg_fops = {
	.owner = THIS_MODULE,
	DRM_GEM_FOPS,
	.show_fdinfo = drm_show_fdinfo,
};

/*
 * Versions of the user interface:
 * - 1.0 - DEV_QUERY.
 */
static const struct drm_driver dxg_drm_driver = {
	.driver_features = DRIVER_RENDER | DRIVER_GEM | DRIVER_SYNCOBJ | DRIVER_SYNCOBJ_TIMELINE,
	.open = dxg_file_open,
	.postclose = dxg_file_postclose,
	.ioctls = dxg_ioctls,
	.num_ioctls = ARRAY_SIZE(dxg_ioctls),
	.fops = &dxg_fops,
	.name = "dxg",
	.desc = "Hyper-V GPU paravirtualization",
	.major = 1,
	.minor = 0,
};

static void dxg_device_release(struct drm_device *drm, void *data)
{
	struct dxg_device *dxg = to_dxg_device(drm);

	kfree(dxg->engines);
	if (dxg->quarantine)
		dxg_quarantine_put(dxg->quarantine);
	dxg_host_put(dxg->host);
}

/**
 * dxg_device_alloc() - Make a DRM device, not yet registered.
 * @parent: The PCI function; a devres group of it owns the device.
 * @host: The host; the device takes a reference.
 *
 * Returns the device or ERR_PTR.
 */
struct dxg_device *dxg_device_alloc(struct device *parent, struct dxg_host *host)
{
	struct dxg_device *dxg;
	int ret;

	dxg = devm_drm_dev_alloc(parent, &dxg_drm_driver, struct dxg_device, drm);
	if (IS_ERR(dxg))
		return dxg;
	dxg->host = dxg_host_get(host);
	ret = drmm_add_action_or_reset(&dxg->drm, dxg_device_release, NULL);
	if (ret)
		return ERR_PTR(ret);
	dxg->quarantine = dxg_quarantine_create();
	if (!dxg->quarantine)
		return ERR_PTR(-ENOMEM);
	spin_lock_init(&dxg->locked_lock);
	INIT_LIST_HEAD(&dxg->locked);
	ret = drmm_mutex_init(&dxg->drm, &dxg->engines_lock);
	if (ret)
		return ERR_PTR(ret);
	ret = dxg_sched_wq_init(dxg);
	if (ret)
		return ERR_PTR(ret);
	return dxg;
}

MODULE_DESCRIPTION("DRM driver for Hyper-V GPU paravirtualization");
MODULE_LICENSE("GPL");

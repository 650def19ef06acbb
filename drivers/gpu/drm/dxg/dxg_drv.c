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

#include "dxg_bo.h"
#include "dxg_device.h"
#include "dxg_fence.h"
#include "dxg_file.h"
#include "dxg_host_device.h"
#include "dxg_prime.h"
#include "dxg_queue.h"
#include "dxg_sched.h"
#include "dxg_sync_object.h"
#include "dxg_usage.h"
#include "dxg_vm.h"

static const struct drm_ioctl_desc dxg_ioctls[] = {
	DRM_IOCTL_DEF_DRV(DXG_DEV_QUERY, dxg_ioctl_dev_query, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(DXG_VM_CREATE, dxg_ioctl_vm_create, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(DXG_VM_DESTROY, dxg_ioctl_vm_destroy, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(DXG_VM_RESERVE, dxg_ioctl_vm_reserve, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(DXG_VM_BIND, dxg_ioctl_vm_bind, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(DXG_VM_GET_STATE, dxg_ioctl_vm_get_state, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(DXG_BO_CREATE, dxg_ioctl_bo_create, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(DXG_BO_MMAP_OFFSET, dxg_ioctl_bo_mmap_offset, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(DXG_BO_QUERY_INFO, dxg_ioctl_bo_query_info, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(DXG_BO_MADVISE, dxg_ioctl_bo_madvise, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(DXG_BO_SYNC, dxg_ioctl_bo_sync, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(DXG_BO_SET_PROPERTY, dxg_ioctl_bo_set_property, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(DXG_QUEUE_CREATE, dxg_ioctl_queue_create, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(DXG_QUEUE_DESTROY, dxg_ioctl_queue_destroy, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(DXG_QUEUE_SUBMIT, dxg_ioctl_queue_submit, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(DXG_QUEUE_GET_STATE, dxg_ioctl_queue_get_state, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(DXG_QUEUE_SET_PROPERTY, dxg_ioctl_queue_set_property, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(DXG_FENCE_CREATE, dxg_ioctl_fence_create, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(DXG_FENCE_DESTROY, dxg_ioctl_fence_destroy, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(DXG_FENCE_SIGNAL, dxg_ioctl_fence_signal, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(DXG_FENCE_WAIT, dxg_ioctl_fence_wait, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(DXG_FENCE_EVENTFD, dxg_ioctl_fence_eventfd, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(DXG_FENCE_EXPORT, dxg_ioctl_fence_export, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(DXG_FENCE_IMPORT, dxg_ioctl_fence_import, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(DXG_DRIVER_PRIVATE, dxg_ioctl_driver_private, DRM_RENDER_ALLOW),
};

/* Offsets beyond those of BOs are those of the pages of sync objects. */
static int dxg_mmap(struct file *filp, struct vm_area_struct *vma)
{
	if (vma->vm_pgoff >= DXG_SYNC_PAGE_OFFSET)
		return dxg_sync_pages_mmap(filp, vma);
	return dxg_bo_gem_mmap(filp, vma);
}

/* The BOs of the file go to the host together: as many in each message as it takes. */
static int dxg_release(struct inode *inode, struct file *filp)
{
	struct drm_file *file = filp->private_data;
	struct dxg_host_device *device = dxg_file_device(file->driver_priv);
	int ret;

	if (device)
		dxg_keep_batch_plug(&device->allocations);
	ret = drm_release(inode, filp);
	if (device) {
		dxg_keep_batch_unplug(&device->allocations);
		dxg_host_device_put(device);
	}
	return ret;
}

static const struct file_operations dxg_fops = {
	.owner = THIS_MODULE,
	.open = drm_open,
	.release = dxg_release,
	.unlocked_ioctl = drm_ioctl,
	.compat_ioctl = drm_compat_ioctl,
	.poll = drm_poll,
	.read = drm_read,
	.llseek = noop_llseek,
	.mmap = dxg_mmap,
	.fop_flags = FOP_UNSIGNED_OFFSET,
	.show_fdinfo = drm_show_fdinfo,
};

static void dxg_show_fdinfo(struct drm_printer *p, struct drm_file *file)
{
	dxg_usage_show(p, file);
	dxg_bo_show_memory(p, file);
}

/*
 * Versions of the user interface:
 * - 1.0 - all that there is.
 */
static const struct drm_driver dxg_drm_driver = {
	.driver_features = DRIVER_RENDER | DRIVER_GEM | DRIVER_SYNCOBJ | DRIVER_SYNCOBJ_TIMELINE,
	.open = dxg_file_open,
	.postclose = dxg_file_postclose,
	.ioctls = dxg_ioctls,
	.num_ioctls = ARRAY_SIZE(dxg_ioctls),
	.gem_prime_import = dxg_prime_import,
	.show_fdinfo = dxg_show_fdinfo,
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
	spin_lock_init(&dxg->bos_lock);
	INIT_LIST_HEAD(&dxg->bos);
	spin_lock_init(&dxg->locked_lock);
	INIT_LIST_HEAD(&dxg->locked);
	INIT_LIST_HEAD(&dxg->vms);
	INIT_LIST_HEAD(&dxg->running);
	ret = drmm_mutex_init(&dxg->drm, &dxg->vms_lock);
	if (ret)
		return ERR_PTR(ret);
	INIT_LIST_HEAD(&dxg->imports);
	ret = drmm_mutex_init(&dxg->drm, &dxg->imports_lock);
	if (ret)
		return ERR_PTR(ret);
	ret = drmm_mutex_init(&dxg->drm, &dxg->engines_lock);
	if (ret)
		return ERR_PTR(ret);
	ret = dxg_sync_pages_init(dxg);
	if (ret)
		return ERR_PTR(ret);
	ret = dxg_sched_wq_init(dxg);
	if (ret)
		return ERR_PTR(ret);
	return dxg;
}

MODULE_DESCRIPTION("DRM driver for Hyper-V GPU paravirtualization");
MODULE_LICENSE("GPL");

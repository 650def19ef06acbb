// SPDX-License-Identifier: GPL-2.0
/*
 * The DRM face of requests to the vendor's driver on the host. Only this type of
 * the host's escapes can be sent; what the bytes mean is not known here.
 */
#include <linux/capability.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include <drm/drm_file.h>
#include <drm/dxg_drm.h>

#include "dxg_cmd.h"
#include "dxg_context.h"
#include "dxg_device.h"
#include "dxg_file.h"
#include "dxg_host_device.h"
#include "dxg_limits.h"
#include "dxg_queue.h"
#include "dxg_status.h"
#include "dxg_vm.h"

/* Ask the host on behalf of @vm. @data is request and answer. */
static int dxg_private_ask(struct dxg_vm *vm, struct drm_file *file,
			   const struct drm_dxg_driver_private *args, void *data)
{
	struct dxg_host_device *device = dxg_vm_host_device(vm);
	struct dxg_cmd_escape cmd = {
		.adapter = device->dxg->handle,
		.device = device->handle,
		.type = DXGP_ESCAPE_DRIVER_PRIVATE,
		.flags = args->flags & DRM_DXG_PRIVATE_HARDWARE ? DXGP_ESCAPE_HARDWARE_ACCESS : 0,
		.size = args->data_size,
		.data = data,
	};
	struct dxg_context *context = NULL;
	u32 status;
	int ret;

	if (args->queue_id) {
		context = dxg_queue_lookup_context(file->driver_priv, vm, args->queue_id);
		if (IS_ERR(context))
			return PTR_ERR(context);
		cmd.context = context->handle;
	}
	ret = dxg_cmd_escape(dxg_host_device_link(device), dxg_host_device_process(device), &cmd,
			     DXG_REQ_KILLABLE, &status);
	if (!ret)
		ret = dxg_host_device_refused(device, DXGP_CMD_ESCAPE, status);
	/* An empty answer does not say who refuses. */
	else if (ret == -EIO && dxg_host_device_is_leaving(device))
		ret = -ENODEV;
	if (context)
		dxg_context_put(context);
	return ret;
}

/**
 * dxg_ioctl_driver_private() - DRM_IOCTL_DXG_DRIVER_PRIVATE.
 * @drm: The DRM device.
 * @data: struct drm_dxg_driver_private.
 * @file: The DRM side of the file.
 */
int dxg_ioctl_driver_private(struct drm_device *drm, void *data, struct drm_file *file)
{
	struct drm_dxg_driver_private *args = data;
	void __user *user = u64_to_user_ptr(args->data);
	struct dxg_vm *vm;
	int idx, ret;
	void *blob;

	if (args->flags & ~DRM_DXG_PRIVATE_HARDWARE || !args->data_size ||
	    args->data_size > DXG_MAX_PRIVATE_DATA)
		return -EINVAL;
	if (args->flags & DRM_DXG_PRIVATE_HARDWARE && !capable(CAP_SYS_ADMIN))
		return -EACCES;
	if (!dxg_enter(to_dxg_device(drm), &idx))
		return -ENODEV;
	vm = dxg_vm_lookup(file->driver_priv, args->vm_id);
	ret = vm ? dxg_vm_status(vm) : -ENOENT;
	if (ret)
		goto out;
	blob = vmemdup_user(user, args->data_size);
	if (IS_ERR(blob)) {
		ret = PTR_ERR(blob);
		goto out;
	}
	ret = dxg_private_ask(vm, file, args, blob);
	if (!ret && copy_to_user(user, blob, args->data_size))
		ret = -EFAULT;
	kvfree(blob);
out:
	if (vm)
		dxg_vm_put(vm);
	dxg_exit(idx);
	return ret;
}

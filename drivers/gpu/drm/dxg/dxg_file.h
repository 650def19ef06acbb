/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Open files of the render node, and the ioctls on them.
 */
#ifndef _DXG_FILE_H_
#define _DXG_FILE_H_

#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/xarray.h>

struct drm_device;
struct drm_dxg_dev_query;
struct drm_file;
struct dxg_device;
struct dxg_process;
struct dxg_vm;

/**
 * struct dxg_file - One open file.
 */
struct dxg_file {
	/** @lock: Protects the making of @process, @vm and @next_vm_id. */
	struct mutex lock;

	/** @process: The host process, made at first need and kept until the file is closed. */
	struct dxg_process *process;

	/** @vm: The VM, or NULL. Holds a reference. */
	struct dxg_vm *vm;

	/** @next_vm_id: The id of the next VM, so that an old one does not name it. */
	u32 next_vm_id;

	/** @queues: Queues of all types by id, from 1; each entry holds a reference. */
	struct xarray queues;

	/** @fences: Monitored fences by handle, from 1; each entry holds a reference. */
	struct xarray fences;
};

int dxg_file_open(struct drm_device *drm, struct drm_file *file);
void dxg_file_postclose(struct drm_device *drm, struct drm_file *file);
struct dxg_process *dxg_file_process(struct dxg_device *dxg, struct drm_file *file);

/* dxg_ioctl.c */
int dxg_ioctl_dev_query(struct drm_device *drm, void *data, struct drm_file *file);

/* dxg_ioctl_private.c */
int dxg_ioctl_driver_private(struct drm_device *drm, void *data, struct drm_file *file);

/* dxg_query.c */
int dxg_query(struct dxg_device *dxg, struct drm_file *file, struct drm_dxg_dev_query *args);

#endif /* _DXG_FILE_H_ */

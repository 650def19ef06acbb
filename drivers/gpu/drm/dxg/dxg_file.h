/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Open files of the render node, and the ioctls on them.
 */
#ifndef _DXG_FILE_H_
#define _DXG_FILE_H_

#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/xarray.h>

struct drm_device;
struct drm_dxg_dev_query;
struct drm_file;
struct dxg_device;
struct dxg_host_device;
struct dxg_process;
struct dxg_usage;
struct dxg_vm;

/**
 * struct dxg_file - One open file.
 */
struct dxg_file {
	/** @lock: Protects @process, and the making and ending of @vm. Outermost. */
	struct mutex lock;

	/**
	 * @process: The host process, made at first need. It ends with @vm, or the file.
	 * Read under RCU, too.
	 */
	struct dxg_process __rcu *process;

	/** @vm_lock: Protects @vm. */
	spinlock_t vm_lock;

	/** @vm: The VM, or NULL. Holds a reference. */
	struct dxg_vm *vm;

	/** @last_vm_id: The id of the newest VM; an old one does not name it. */
	u32 last_vm_id;

	/** @queues: Queues of all types by id, from 1; each entry holds a reference. */
	struct xarray queues;

	/** @usage: What the host has said of the engines, once fdinfo was read. */
	struct dxg_usage *usage;

	/** @fences: Monitored fences by handle, from 1; each entry holds a reference. */
	struct xarray fences;
};

int dxg_file_open(struct drm_device *drm, struct drm_file *file);
void dxg_file_postclose(struct drm_device *drm, struct drm_file *file);
struct dxg_process *dxg_file_process(struct dxg_device *dxg, struct drm_file *file);
struct dxg_host_device *dxg_file_device(struct dxg_file *dfile);
struct dxg_process *dxg_file_process_locked(struct dxg_device *dxg, struct dxg_file *dfile);

/* dxg_ioctl.c */
int dxg_ioctl_dev_query(struct drm_device *drm, void *data, struct drm_file *file);

/* dxg_ioctl_private.c */
int dxg_ioctl_driver_private(struct drm_device *drm, void *data, struct drm_file *file);

/* dxg_query.c */
int dxg_query(struct dxg_device *dxg, struct drm_file *file, struct drm_dxg_dev_query *args);

#endif /* _DXG_FILE_H_ */

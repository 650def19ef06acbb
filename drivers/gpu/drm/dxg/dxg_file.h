/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Open files of the render node, and the ioctls on them.
 */
#ifndef _DXG_FILE_H_
#define _DXG_FILE_H_

#include <linux/mutex.h>

struct drm_device;
struct drm_dxg_dev_query;
struct drm_file;
struct dxg_device;
struct dxg_process;

/**
 * struct dxg_file - One open file.
 */
struct dxg_file {
	/** @lock: Protects the making of @process. */
	struct mutex lock;

	/** @process: The host process, made at first need and kept until the file is closed. */
	struct dxg_process *process;
};

int dxg_file_open(struct drm_device *drm, struct drm_file *file);
void dxg_file_postclose(struct drm_device *drm, struct drm_file *file);
struct dxg_process *dxg_file_process(struct dxg_device *dxg, struct drm_file *file);

/* dxg_ioctl.c */
int dxg_ioctl_dev_query(struct drm_device *drm, void *data, struct drm_file *file);

/* dxg_query.c */
int dxg_query(struct dxg_device *dxg, struct drm_file *file, struct drm_dxg_dev_query *args);

#endif /* _DXG_FILE_H_ */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sync objects of /dev/dxg, between the files that make, signal and share them.
 */
#ifndef _DXG_COMPAT_SYNC_H_
#define _DXG_COMPAT_SYNC_H_

#include <linux/types.h>

struct dxg_compat_device;
struct dxg_compat_process;
struct dxg_compat_sync;
struct dxg_event;
struct dxg_sync_object;

struct dxg_compat_sync *dxg_compat_sync_make(struct dxg_compat_process *process,
					     struct dxg_compat_device *device,
					     struct dxg_sync_object *object,
					     struct dxg_event *event);
struct dxg_event *dxg_compat_event_create(struct dxg_compat_device *device, u64 fd, bool once);
void dxg_compat_event_cancel(struct dxg_event *event);

#endif /* _DXG_COMPAT_SYNC_H_ */

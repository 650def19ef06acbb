/* SPDX-License-Identifier: GPL-2.0 */
/*
 * debugfs files.
 */
#ifndef _DXG_DEBUGFS_H_
#define _DXG_DEBUGFS_H_

struct dxg_device;

void dxg_debugfs_add(struct dxg_device *dxg);

#endif /* _DXG_DEBUGFS_H_ */

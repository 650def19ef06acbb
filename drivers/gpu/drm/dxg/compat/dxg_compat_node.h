/* SPDX-License-Identifier: GPL-2.0 */
/*
 * /dev/dxg, as the rest of the driver sees it: what is told to the node.
 */
#ifndef _DXG_COMPAT_NODE_H_
#define _DXG_COMPAT_NODE_H_

#include <linux/kconfig.h>

struct dxg_device;

#if IS_ENABLED(CONFIG_DRM_DXG_COMPAT)
/* The module is loaded: make the node. A module without it is as good: no result. */
void dxg_compat_register(void);
void dxg_compat_unregister(void);
/* The adapter goes: all waits for something of it end. Its link is aborted. */
void dxg_compat_unplug(struct dxg_device *dxg);
#else
static inline void dxg_compat_register(void)
{
}

static inline void dxg_compat_unregister(void)
{
}

static inline void dxg_compat_unplug(struct dxg_device *dxg)
{
}
#endif

#endif /* _DXG_COMPAT_NODE_H_ */

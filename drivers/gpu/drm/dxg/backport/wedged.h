/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For kernels on which user space is not told of wedged devices.
 */
#ifndef _DXG_BACKPORT_WEDGED_H_
#define _DXG_BACKPORT_WEDGED_H_

#define DRM_WEDGE_RECOVERY_REBIND	0

#define drm_dev_wedged_event(drm, method, info)	((void)(drm))

#endif /* _DXG_BACKPORT_WEDGED_H_ */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For kernels that prepare GEM objects for drm_gpuvm only where a driver says that it
 * uses it: a driver of GEM objects does.
 */
#ifndef _DXG_BACKPORT_GEM_GPUVA_H_
#define _DXG_BACKPORT_GEM_GPUVA_H_

#include <drm/drm_drv.h>

#define DRIVER_GEM	(DRIVER_GEM | DRIVER_GEM_GPUVA)

#endif /* _DXG_BACKPORT_GEM_GPUVA_H_ */

/* SPDX-License-Identifier: MIT */
/*
 * Inside of libdrm_dxg: what its files share and nobody else sees.
 */
#ifndef DXG_PRIV_H
#define DXG_PRIV_H

#include <stdatomic.h>
#include <stdint.h>

#include "dxg.h"

/* Part of the ABI; everything else is hidden by the build. */
#define drm_public __attribute__((visibility("default")))

/** struct dxg_device - An open node. */
struct dxg_device {
	/** @refcount: References that users hold. The last one frees. */
	_Atomic int refcount;

	/** @fd: Our own duplicate, closed on exec. Constant. */
	int fd;

	/** @major: Major version of the driver's interface. Constant. */
	int major;

	/** @minor: Minor version of the driver's interface. Constant. */
	int minor;
};

/*
 * drmIoctl() with a negative errno instead of -1. drmIoctl() restarts what a
 * signal interrupted.
 */
int dxg_ioctl(int fd, unsigned long request, void *arg);

#endif

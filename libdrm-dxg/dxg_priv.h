/* SPDX-License-Identifier: MIT */
/*
 * Inside of libdrm_dxg: what its files share and nobody else sees.
 */
#ifndef DXG_PRIV_H
#define DXG_PRIV_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
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

	/** @bos_lock: Protects @bos and the last reference of each BO in it. */
	pthread_mutex_t bos_lock;

	/**
	 * @bos: The BOs of this device, a list. The kernel gives the same handle for
	 * a second import of one buffer, so that a handle must have one object.
	 */
	struct dxg_bo *bos;
};

/** struct dxg_vm - An address space. */
struct dxg_vm {
	/** @refcount: References that users and objects hold. */
	_Atomic int refcount;

	/** @dev: The device. Holds a reference. */
	struct dxg_device *dev;

	/** @id: The kernel's number. Constant. */
	uint32_t id;

	/** @host_handle: The host's handle. Constant. */
	uint32_t host_handle;
};

/* Count a reference. */
static inline void dxg_ref_get(_Atomic int *refcount)
{
	atomic_fetch_add_explicit(refcount, 1, memory_order_relaxed);
}

/* Give one back. True: it was the last; what other threads did comes before. */
static inline bool dxg_ref_put(_Atomic int *refcount)
{
	return atomic_fetch_sub_explicit(refcount, 1, memory_order_acq_rel) == 1;
}

/* Fence @handle of a queue: the object does not destroy it. NULL: out of memory. */
struct dxg_fence *dxg_fence_of_queue(struct dxg_vm *vm, const struct drm_dxg_queue_create *args);

/*
 * drmIoctl() with a negative errno instead of -1. drmIoctl() restarts what a
 * signal interrupted.
 */
int dxg_ioctl(int fd, unsigned long request, void *arg);

#endif

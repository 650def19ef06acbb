/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Devices on the host: what the objects of one client on one adapter belong to,
 * and what becomes lost together.
 *
 * A VM of the DRM face stands on one; the compatibility node has its own.
 * Whatever has a host handle that belongs to a device (queues, allocations,
 * fences) holds a reference on it until the host has let go of that handle. The
 * last reference may be dropped in any context: the device is flushed and
 * destroyed on the host by messages that nobody waits for.
 */
#ifndef _DXG_HOST_DEVICE_H_
#define _DXG_HOST_DEVICE_H_

#include <linux/kref.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "dxg_event.h"
#include "dxg_alive.h"
#include "dxg_fence.h"
#include "dxg_quarantine.h"

struct dxg_device;
struct dxg_host_device;
struct dxg_link;
struct dxg_process;
struct dxg_request;

/**
 * struct dxg_home - What those remember of a host device who outlive it: was it lost?
 *
 * Reference counted, by the device and by what was shared from it. It does not keep
 * the device.
 */
struct dxg_home {
	/** @ref: References. */
	struct kref ref;

	/** @lock: Protects @device; taken in interrupts. */
	spinlock_t lock;

	/** @device: The device, NULL once its last reference has gone. */
	struct dxg_host_device *device;

	/** @lost: It was lost, not just ended. Never false again. */
	bool lost;
};

struct dxg_home *dxg_home_get(struct dxg_home *home);
void dxg_home_put(struct dxg_home *home);
int dxg_home_runs(struct dxg_home *home, unsigned int flags);

/**
 * struct dxg_host_device - A device on the host.
 *
 * What has no note does not change while the object lives.
 */
struct dxg_host_device {
	/** @ref: References. */
	struct kref ref;

	/** @dxg: The adapter. Holds a reference on its DRM device. */
	struct dxg_device *dxg;

	/** @process: The process that it belongs to. Holds a reference. */
	struct dxg_process *process;

	/** @handle: The host's handle of the device. */
	u32 handle;

	/** @home: What is remembered of it. Holds a reference. */
	struct dxg_home *home;

	/** @alive: Found by @handle until it begins to end. */
	struct dxg_alive alive;

	/**
	 * @generation: Counts what the host has said about the state of the
	 * device; whoever has seen the same number before knows the state.
	 */
	atomic64_t generation;

	/** @event: By which the host names the device. */
	struct dxg_event event;

	/** @lock: Protects @changed and @changed_data; taken in interrupts. */
	spinlock_t lock;

	/** @changed: Called in atomic context after each change of @generation. May be NULL. */
	void (*changed)(struct dxg_host_device *device, void *data);

	/** @changed_data: For @changed. */
	void *changed_data;

	/**
	 * @fences: Its monitored fences. Who finds the device lost, or the adapter
	 * gone, calls dxg_fence_group_end().
	 */
	struct dxg_fence_group fences;

	/** @allocations: Those without a resource that are to end. They hold the device. */
	struct dxg_keep_batch allocations;

	/** @mark: Has the host give up a device that the guest has given up. */
	struct dxg_request *mark;

	/** @flush: Ends what the GPU still does for it; sent in front of @destroy. */
	struct dxg_request *flush;

	/** @destroy: Ends it. Prepared at creation, so that ending it cannot fail. */
	struct dxg_request *destroy;

	/** @keep: Until the host has let go. */
	struct dxg_keep keep;
};

struct dxg_host_device *dxg_host_device_create(struct dxg_device *dxg, struct dxg_process *process,
					       u32 create_flags, unsigned int flags);
struct dxg_host_device *dxg_host_device_get(struct dxg_host_device *device);
void dxg_host_device_put(struct dxg_host_device *device);
void dxg_host_device_set_changed(struct dxg_host_device *device,
				 void (*changed)(struct dxg_host_device *device, void *data),
				 void *data);
void dxg_host_device_lost(struct dxg_host_device *device);
void dxg_host_device_give_up(struct dxg_host_device *device);
void dxg_host_device_flush(struct dxg_host_device *device);

/* The process handle for the header of a message about something of the device. */
u32 dxg_host_device_process(const struct dxg_host_device *device);
int dxg_host_device_errno(const struct dxg_host_device *device, u32 command, u32 status);
bool dxg_host_device_is_leaving(const struct dxg_host_device *device);
int dxg_host_device_refused(const struct dxg_host_device *device, u32 command, u32 status);
int dxg_host_device_runs(const struct dxg_host_device *device, unsigned int flags);
struct dxg_link *dxg_host_device_link(const struct dxg_host_device *device);
struct dxg_quarantine *dxg_host_device_quarantine(const struct dxg_host_device *device);

#endif /* _DXG_HOST_DEVICE_H_ */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The host, the adapters that it lends, and the DRM devices made of them.
 *
 * An adapter shows up as two devices of this machine: a PCI function and a
 * VMBus channel, both naming the same LUID. They arrive in any order, may go
 * one by one, and need a third thing: the global channel of the machine, which
 * is the host. struct dxg_adapter is what is known of one LUID; when all three
 * are there, a struct dxg_device is started on it.
 */
#ifndef _DXG_DEVICE_H_
#define _DXG_DEVICE_H_

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include <drm/drm_device.h>
#include <drm/drm_vma_manager.h>
#include <drm/dxg_drm.h>

#include "dxg_alive.h"
#include "dxg_cmd.h"
#include "dxg_event.h"
#include "dxg_quarantine.h"
#include "dxg_transport.h"

/**
 * struct dxg_host - The host as this machine sees it: the global channel.
 *
 * Reference counted: DRM devices and processes hold one, so that the global
 * port can be asked (and refuse) after the channel has gone.
 */
struct dxg_host {
	/** @ref: References. */
	struct kref ref;

	/** @dev: The device of the global channel, for log lines. */
	struct device *dev;

	/** @port: The global channel. */
	struct dxg_port port;

	/** @link: The machine as a whole, LUID 0. */
	struct dxg_link link;

	/** @caps: DXGP_HOST_CAPS_xxx. */
	u32 caps;

	/** @iospace_start: Guest-physical start of the region where host memory appears. */
	u64 iospace_start;

	/** @iospace_size: Its bytes. */
	u64 iospace_size;

	/** @started: The channel is open and the host knows the IO space. Registry lock. */
	bool started;

	/** @lock: Protects @processes. */
	struct mutex lock;

	/** @processes: All struct dxg_process. */
	struct list_head processes;

	/** @cookies: Their ids. */
	struct xarray cookies;

	/** @next_cookie: Where the search for a free id starts. */
	u32 next_cookie;

	/** @gpadl_lock: Protects @gpadls; held while the host is asked to let go. */
	struct mutex gpadl_lock;

	/** @gpadls: Guest memory that the host reaches by number. */
	struct list_head gpadls;

	/** @events: What the host signals, by the number it was given. */
	struct dxg_events events;

	/** @devices: Devices whose change of state the host tells, by their cookie. */
	struct dxg_events devices;

	/** @alive: Devices and contexts that have not begun to end. */
	struct dxg_alive_table alive;
};

/**
 * struct dxg_function - What the PCI function says.
 */
struct dxg_function {
	/** @luid: Low half of the channel's instance id. */
	u64 luid;

	/** @vgpu_luid: LUID of the virtual GPU on the host; zero before version 40. */
	struct dxgp_luid vgpu_luid;

	/** @version: Interface version of the machine. */
	u32 version;

	/** @host_caps: DXGP_HOST_CAPS_xxx of the machine. */
	u32 host_caps;

	/** @compute_only: PCI device 008a. */
	bool compute_only;
};

/** enum dxg_state - How far an adapter has come. */
enum dxg_state {
	/** @DXG_STATE_WAITING: Something has not arrived yet. */
	DXG_STATE_WAITING,
	/** @DXG_STATE_FAILED: All is there, but starting failed. */
	DXG_STATE_FAILED,
	/** @DXG_STATE_READY: The DRM device is registered. */
	DXG_STATE_READY,
};

/**
 * struct dxg_adapter - What is known of one LUID.
 *
 * Lives as long as one of its two devices is bound. Fields without a note are
 * protected by the registry's lock.
 */
struct dxg_adapter {
	/** @list: Entry of the registry. */
	struct list_head list;

	/** @luid: The key; does not change. */
	u64 luid;

	/** @parent: The PCI function, or NULL. */
	struct device *parent;

	/** @fn: What it says. */
	struct dxg_function fn;

	/** @channel: The device of the vGPU channel, or NULL. */
	struct device *channel;

	/** @port: The vGPU channel, or NULL. */
	struct dxg_port *port;

	/** @group: The devres group of @parent that owns @dxg. */
	void *group;

	/** @nag: Says after a while what is missing. */
	struct delayed_work nag;

	/** @lock: Protects what follows, for readers without the registry's lock. */
	struct mutex lock;

	/** @dxg: The DRM device, from the beginning of its start to the end of its stop. */
	struct dxg_device *dxg;

	/** @host: The host that @dxg is on. */
	struct dxg_host *host;

	/** @state: How far it has come. */
	enum dxg_state state;

	/** @why: What is missing or failed; a constant. Empty when ready. */
	const char *why;

	/** @error: -errno of a failed start. */
	int error;
};

/**
 * struct dxg_device - A running adapter as a DRM device.
 */
struct dxg_device {
	/** @drm: The DRM device; its parent is the PCI function. */
	struct drm_device drm;

	/** @host: The host. Holds a reference. */
	struct dxg_host *host;

	/** @link: How to reach the adapter. */
	struct dxg_link link;

	/** @fn: What the PCI function says. */
	struct dxg_function fn;

	/** @info: What the host says. */
	struct dxg_adapter_info info;

	/** @ids: PCI ids of the real GPU; valid with @ids_known. */
	struct dxgp_query_device_ids ids;

	/** @ids_known: The host told @ids. */
	bool ids_known;

	/** @handle: The host's handle of the adapter. */
	u32 handle;

	/** @sched_wq: Runs the jobs, completions and timers of all queues. */
	struct workqueue_struct *sched_wq;

	/** @vms_lock: Protects @vms. Outside of all locks of a VM. */
	struct mutex vms_lock;

	/** @vms: VMs that were not destroyed. */
	struct list_head vms;

	/** @sync_pages: Offsets at which pages of sync objects are mapped. */
	struct drm_vma_offset_manager sync_pages;

	/** @wedged: User space was told that the adapter does not answer. */
	bool wedged;

	/** @quarantine: What the host has not let go of. */
	struct dxg_quarantine *quarantine;

	/** @bos_lock: Protects @bos. */
	spinlock_t bos_lock;

	/** @bos: All BOs that somebody in the guest has, for debugfs. */
	struct list_head bos;

	/** @mapped: Bytes of BOs that were mapped for devices of other drivers, ever. */
	atomic64_t mapped;

	/** @bounced: Of these: where the device does not see the pages themselves. */
	atomic64_t bounced;

	/** @imports_lock: Protects @imports, and what its BOs are attached to. */
	struct mutex imports_lock;

	/** @imports: BOs of other drivers' memory, which is mapped for the device. */
	struct list_head imports;

	/** @imports_ended: There are no more of them: the device goes. */
	bool imports_ended;

	/** @imported: Bytes of other drivers' memory that became BOs, ever. */
	atomic64_t imported;

	/** @locked_lock: Protects @locked. */
	spinlock_t locked_lock;

	/** @locked: Allocations with access for the CPU. */
	struct list_head locked;

	/** @engines_lock: Protects @engines and @engine_count. */
	struct mutex engines_lock;

	/** @engines: The engines, once somebody asked. */
	struct drm_dxg_engine *engines;

	/** @engine_count: Number of @engines. */
	u32 engine_count;

	/** @running: Entry of the running adapters, under their lock; empty before and after. */
	struct list_head running;
};

static inline struct dxg_device *to_dxg_device(struct drm_device *drm)
{
	return container_of(drm, struct dxg_device, drm);
}

bool dxg_enter(struct dxg_device *dxg, int *idx);
void dxg_exit(int idx);

/* ---- Hosts ---- */

struct dxg_host *dxg_host_create(const struct dxg_port_ops *ops, struct device *dev,
				 void *transport, u64 iospace_start, u64 iospace_size);
struct dxg_host *dxg_host_get(struct dxg_host *host);
void dxg_host_put(struct dxg_host *host);
bool dxg_host_iospace_ok(const struct dxg_host *host, u64 address, u64 size);
int dxg_host_attach(struct dxg_host *host);
void dxg_host_detach(struct dxg_host *host);
struct dxg_host *dxg_host_find(void);

/* ---- Adapters ---- */

struct dxg_adapter *dxg_adapter_attach_function(struct device *parent,
						const struct dxg_function *fn);
void dxg_adapter_detach_function(struct dxg_adapter *adapter);
struct dxg_adapter *dxg_adapter_attach_channel(struct device *channel, u64 luid,
					       struct dxg_port *port);
void dxg_adapter_detach_channel(struct dxg_adapter *adapter);

/* ---- DRM devices ---- */

struct dxg_device *dxg_device_alloc(struct device *parent, struct dxg_host *host);
struct dxg_device *dxg_device_find(u64 luid);
u32 dxg_device_list(struct dxg_device **list, u32 max);

#endif /* _DXG_DEVICE_H_ */

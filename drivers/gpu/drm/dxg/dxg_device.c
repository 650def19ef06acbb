// SPDX-License-Identifier: GPL-2.0
/*
 * Joining the parts of an adapter, starting and stopping its DRM device.
 *
 * The registry is module-wide because PCI and VMBus know nothing of each
 * other: it is where their halves meet. Lock order: device lock of the half
 * that comes or goes, registry, then adapter->lock. The registry's lock is held
 * while starting and stopping, that is, during time-limited requests; what must
 * not wait for it (aborting a start whose device is leaving, sysfs) uses
 * adapter->lock.
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/slab.h>

#include <drm/drm_drv.h>
#include <drm/drm_print.h>

#include <kunit/visibility.h>

#include "compat/dxg_compat_node.h"
#include "dxg_allocation.h"
#include "dxg_debugfs.h"
#include "dxg_device.h"
#include "dxg_gpadl.h"
#include "dxg_prime.h"
#include "dxg_process.h"
#include "dxg_status.h"
#include "dxg_trace.h"
#include "dxg_vm.h"

/* How long an adapter may wait for its other parts before the log says so. */
#define DXG_NAG_MS	10000
/* How long an adapter that is taken away waits for the ends of its objects. */
#define DXG_LEAVE_MS	1000

static DEFINE_MUTEX(dxg_registry_lock);
static LIST_HEAD(dxg_adapters);
static struct dxg_host *dxg_the_host;

/*
 * What runs, for those who must not wait for the registry's lock. The lock of this is
 * innermost.
 */
static DEFINE_SPINLOCK(dxg_running_lock);
static LIST_HEAD(dxg_running);
static struct dxg_host *dxg_running_host;

/* ---- What runs ---- */

static void dxg_host_set_running(struct dxg_host *host)
{
	spin_lock(&dxg_running_lock);
	dxg_running_host = host;
	spin_unlock(&dxg_running_lock);
}

static void dxg_device_set_running(struct dxg_device *dxg, bool running)
{
	spin_lock(&dxg_running_lock);
	if (running)
		list_add_tail(&dxg->running, &dxg_running);
	else
		list_del_init(&dxg->running);
	spin_unlock(&dxg_running_lock);
}

/**
 * dxg_host_find() - The host, with a reference; NULL when there is none that listens.
 */
struct dxg_host *dxg_host_find(void)
{
	struct dxg_host *host;

	spin_lock(&dxg_running_lock);
	host = dxg_running_host;
	if (host)
		dxg_host_get(host);
	spin_unlock(&dxg_running_lock);
	return host;
}

/**
 * dxg_device_find() - The adapter of a LUID, with a reference on its DRM device.
 * @luid: The LUID, as the guest has it.
 *
 * Returns NULL when no such adapter is running.
 */
struct dxg_device *dxg_device_find(u64 luid)
{
	struct dxg_device *dxg, *found = NULL;

	spin_lock(&dxg_running_lock);
	list_for_each_entry(dxg, &dxg_running, running) {
		if (dxg->fn.luid == luid) {
			drm_dev_get(&dxg->drm);
			found = dxg;
			break;
		}
	}
	spin_unlock(&dxg_running_lock);
	return found;
}

/**
 * dxg_device_list() - The running adapters.
 * @list: Returned: the adapters, with a reference on each one's DRM device.
 * @max: How many there is room for.
 *
 * Returns how many there are.
 */
u32 dxg_device_list(struct dxg_device **list, u32 max)
{
	struct dxg_device *dxg;
	u32 count = 0;

	spin_lock(&dxg_running_lock);
	list_for_each_entry(dxg, &dxg_running, running) {
		if (count < max) {
			drm_dev_get(&dxg->drm);
			list[count] = dxg;
		}
		count++;
	}
	spin_unlock(&dxg_running_lock);
	return count;
}

/* ---- Hosts ---- */

/**
 * dxg_host_create() - Make a host for a global channel. Sends nothing.
 * @ops: What carries the messages.
 * @dev: Device of the channel.
 * @transport: For @ops.
 * @iospace_start: Guest-physical start of the IO space.
 * @iospace_size: Its bytes; 0 when the host offers none.
 *
 * Returns the host with one reference, or NULL.
 */
struct dxg_host *dxg_host_create(const struct dxg_port_ops *ops, struct device *dev,
				 void *transport, u64 iospace_start, u64 iospace_size)
{
	struct dxg_host *host = kzalloc_obj(*host, GFP_KERNEL);

	if (!host)
		return NULL;
	kref_init(&host->ref);
	host->dev = get_device(dev);
	dxg_port_init(&host->port, ops, dev, "global", transport);
	host->port.message = dxg_host_message;
	host->link.port = &host->port;
	host->link.host = host;
	host->iospace_start = iospace_start;
	host->iospace_size = iospace_size;
	mutex_init(&host->lock);
	INIT_LIST_HEAD(&host->processes);
	mutex_init(&host->gpadl_lock);
	INIT_LIST_HEAD(&host->gpadls);
	xa_init_flags(&host->cookies, XA_FLAGS_ALLOC1);
	dxg_events_init(&host->events);
	dxg_events_init(&host->devices);
	dxg_alive_init(&host->alive);
	return host;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_host_create);

static void dxg_host_release(struct kref *ref)
{
	struct dxg_host *host = container_of(ref, struct dxg_host, ref);

	dxg_events_fini(&host->devices);
	dxg_events_fini(&host->events);
	xa_destroy(&host->cookies);
	dxg_port_fini(&host->port);
	mutex_destroy(&host->gpadl_lock);
	mutex_destroy(&host->lock);
	put_device(host->dev);
	kfree(host);
}

/**
 * dxg_host_get() - Take a reference.
 * @host: The host.
 */
struct dxg_host *dxg_host_get(struct dxg_host *host)
{
	kref_get(&host->ref);
	return host;
}

/**
 * dxg_host_put() - Drop a reference.
 * @host: The host.
 */
void dxg_host_put(struct dxg_host *host)
{
	kref_put(&host->ref, dxg_host_release);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_host_put);

/**
 * dxg_host_iospace_ok() - Whether the host may name this piece of memory.
 * @host: The host. May be NULL: nothing is good then.
 * @address: Guest-physical address of whole pages.
 * @size: Bytes, from 1.
 *
 * Every address and length that the host names is held against the region that
 * it was given, before anything is made of it.
 */
bool dxg_host_iospace_ok(const struct dxg_host *host, u64 address, u64 size)
{
	return host && size && !(address % DXGP_PAGE_SIZE) && size <= host->iospace_size &&
	       address >= host->iospace_start &&
	       address - host->iospace_start <= host->iospace_size - size;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_host_iospace_ok);

/*
 * Open the global channel and name the IO space to the host. Returns 0 or
 * -errno with *why set. Only now: before the first PCI function has been read,
 * the version and with it the form of the messages is unknown.
 */
static int dxg_host_start(struct dxg_host *host, const struct dxg_function *fn, const char **why)
{
	u32 status;
	int ret;

	if (host->started)
		return 0;
	if (!host->iospace_size) {
		*why = "the host offers no IO space (MMIO size 0)";
		return -ENXIO;
	}

	host->link.version = fn->version;
	host->caps = fn->host_caps;
	ret = dxg_port_open(&host->port);
	if (ret) {
		*why = "the global VMBus channel cannot be opened";
		return ret;
	}
	ret = dxg_cmd_set_iospace_region(&host->link, host->iospace_start, host->iospace_size,
					 &status);
	if (!ret)
		ret = dxg_status_to_errno(DXGP_CMD_SETIOSPACEREGION, status);
	if (ret) {
		*why = "the host does not take the IO space";
		dxg_port_close(&host->port);
		return ret;
	}
	host->started = true;
	dxg_host_set_running(host);
	return 0;
}

/* ---- Starting and stopping ---- */

static void dxg_adapter_set_state(struct dxg_adapter *adapter, enum dxg_state state,
				  const char *why, int error)
{
	mutex_lock(&adapter->lock);
	adapter->state = state;
	adapter->why = why;
	adapter->error = error;
	mutex_unlock(&adapter->lock);
}

static void dxg_adapter_set_device(struct dxg_adapter *adapter, struct dxg_device *dxg,
				   struct dxg_host *host)
{
	mutex_lock(&adapter->lock);
	adapter->dxg = dxg;
	adapter->host = host;
	mutex_unlock(&adapter->lock);
}

/* Ask for the ids of the real GPU. An adapter without them is as good. */
static void dxg_device_identify(struct dxg_device *dxg)
{
	struct dxg_process *process;
	u32 status;
	int ret;

	process = dxg_process_create(dxg->host, &dxg->link, "dxg", 0);
	if (IS_ERR(process))
		return;
	ret = dxg_cmd_query_adapter_info(&dxg->link, process->handle, DRM_DXG_HOST_QUERY_DEVICE_IDS,
					 &dxg->ids, sizeof(dxg->ids), 0, &status);
	dxg->ids_known = !ret && !dxg_status_failed(status);
	dxg_process_end(process);
	dxg_process_put(process);
}

/* Talk to the adapter until all is known. 0 or -errno with *why set. */
static int dxg_device_greet(struct dxg_device *dxg, const char **why)
{
	u32 status;
	int ret;

	ret = dxg_cmd_open_adapter(&dxg->link, &dxg->handle, &status);
	if (!ret)
		ret = dxg_status_to_errno(DXGP_CMD_OPENADAPTER, status);
	if (ret) {
		*why = "the host does not open the adapter";
		return ret;
	}

	ret = dxg_cmd_get_adapter_info(&dxg->link, &dxg->info);
	if (ret) {
		*why = "the host does not describe the adapter";
		return ret;
	}

	/* Without the extended header a message on the global channel could not be routed. */
	if (dxg->link.version >= DXGP_VERSION_EXT_HEADER) {
		if (dxg->info.vgpu_luid.a || dxg->info.vgpu_luid.b)
			dxg->link.luid = dxg->info.vgpu_luid;
		if (dxg->info.flags & DXGP_ADAPTER_ASYNC) {
			dxg->link.port = &dxg->host->port;
			dxg->link.async = true;
		}
	}

	dxg_device_identify(dxg);
	/* The function or the channel may have begun to leave meanwhile. */
	if (READ_ONCE(dxg->link.gone)) {
		*why = "the adapter left while it was started";
		return -ENODEV;
	}
	return 0;
}

/*
 * Tell the host, if it is still there, and close the channel. Then the host
 * reaches nothing of this adapter any more, and nobody looks at the port.
 */
static void dxg_device_leave(struct dxg_adapter *adapter, struct dxg_device *dxg)
{
	if (dxg->handle && !adapter->port->ops->gone(adapter->port)) {
		/* What is on its way is ended by its own requests, if the host listens. */
		if (!READ_ONCE(dxg->link.port->suspect))
			dxg_quarantine_wait_idle(dxg->quarantine, DXG_LEAVE_MS);
		/* The host ends with the adapter what is in it, and is not to be asked for that. */
		dxg_quarantine_stop(dxg->quarantine);
		WRITE_ONCE(dxg->link.closing, true);
		dxg_cmd_close_adapter(&dxg->link, dxg->handle);
	}
	dxg->handle = 0;
	dxg_link_drain(&dxg->link, adapter->port, &dxg->host->port);
	dxg_port_close(adapter->port);
	dxg_quarantine_close(dxg->quarantine);
}

/* All parts are there: make the DRM device. 0 or -errno with *why set. */
static int dxg_adapter_start(struct dxg_adapter *adapter, struct dxg_host *host, const char **why)
{
	struct dxg_device *dxg;
	int ret;

	*why = "out of memory";
	adapter->group = devres_open_group(adapter->parent, NULL, GFP_KERNEL);
	if (!adapter->group)
		return -ENOMEM;
	dxg = dxg_device_alloc(adapter->parent, host);
	if (IS_ERR(dxg)) {
		ret = PTR_ERR(dxg);
		goto err_group;
	}
	dxg->fn = adapter->fn;
	dxg->link.port = adapter->port;
	dxg->link.luid = adapter->fn.vgpu_luid;
	dxg->link.version = host->link.version;
	dxg->link.host = host;

	ret = dxg_port_open(adapter->port);
	if (ret) {
		*why = "the vGPU VMBus channel cannot be opened";
		goto err_group;
	}
	dxg_adapter_set_device(adapter, dxg, host);
	ret = dxg_device_greet(dxg, why);
	if (ret)
		goto err_leave;

	dxg_debugfs_add(dxg);
	ret = drm_dev_register(&dxg->drm, 0);
	if (ret) {
		*why = "the DRM device cannot be registered";
		goto err_leave;
	}
	dxg_device_set_running(dxg, true);
	devres_close_group(adapter->parent, adapter->group);
	return 0;

err_leave:
	dxg_link_abort(&dxg->link, NULL, NULL);
	dxg_device_leave(adapter, dxg);
	dxg_adapter_set_device(adapter, NULL, NULL);
err_group:
	devres_release_group(adapter->parent, adapter->group);
	adapter->group = NULL;
	return ret;
}

/* End the waits of an adapter that will be stopped. Without the registry's lock. */
static void dxg_adapter_abort(struct dxg_adapter *adapter)
{
	mutex_lock(&adapter->lock);
	if (adapter->dxg) {
		dxg_link_abort(&adapter->dxg->link, adapter->port, &adapter->host->port);
		dxg_vm_unplug(adapter->dxg);
		dxg_compat_unplug(adapter->dxg);
	}
	mutex_unlock(&adapter->lock);
}

static void dxg_adapter_stop(struct dxg_adapter *adapter, const char *why)
{
	struct dxg_device *dxg = adapter->dxg;

	if (dxg) {
		dxg_device_set_running(dxg, false);
		/* Users are woken first: drm_dev_unplug() waits for them. */
		dxg_adapter_abort(adapter);
		drm_dev_unplug(&dxg->drm);
		dxg_allocations_revoke(dxg);
		dxg_device_leave(adapter, dxg);
		dxg_prime_imports_end(dxg);
		dxg_adapter_set_device(adapter, NULL, NULL);
		devres_release_group(adapter->parent, adapter->group);
		adapter->group = NULL;
	}
	dxg_adapter_set_state(adapter, DXG_STATE_WAITING, why, 0);
}

static const char *dxg_adapter_missing(const struct dxg_adapter *adapter)
{
	if (!adapter->parent)
		return "the PCI function of this virtual GPU is missing";
	if (!adapter->port)
		return "the VMBus channel of this virtual GPU is missing";
	if (!dxg_the_host)
		return "the global GPU VMBus channel is missing";
	return NULL;
}

/* Start an adapter if it can be. @adapter has just got a new part. */
static void dxg_adapter_join(struct dxg_adapter *adapter)
{
	const char *why = dxg_adapter_missing(adapter);
	struct dxg_device *dxg;
	int ret;

	if (adapter->dxg)
		return;
	if (why) {
		dxg_adapter_set_state(adapter, DXG_STATE_WAITING, why, 0);
		dxg_queue_delayed_work(&adapter->nag, DXG_NAG_MS);
		return;
	}

	ret = dxg_host_start(dxg_the_host, &adapter->fn, &why);
	if (!ret)
		ret = dxg_adapter_start(adapter, dxg_the_host, &why);
	if (ret) {
		dxg_adapter_set_state(adapter, DXG_STATE_FAILED, why, ret);
		dev_err(adapter->parent, "no GPU on this function: %s (%pe)\n", why, ERR_PTR(ret));
		return;
	}
	dxg_adapter_set_state(adapter, DXG_STATE_READY, "", 0);
	dxg = adapter->dxg;
	drm_info(&dxg->drm, "%s, GPU-PV version %u, %s messages\n", dxg->info.description,
		 dxg->link.version,
		 dxg->link.port == &dxg->host->port ? "asynchronous" : "synchronous");
}

/* ---- Arrivals and departures ---- */

static void dxg_adapter_nag(struct work_struct *work)
{
	struct dxg_adapter *adapter = container_of(to_delayed_work(work), struct dxg_adapter, nag);

	mutex_lock(&adapter->lock);
	if (adapter->state == DXG_STATE_WAITING)
		dev_warn(adapter->parent ?: adapter->channel, "waiting: %s\n", adapter->why);
	mutex_unlock(&adapter->lock);
}

/* Find or make the adapter of @luid. Registry lock held. */
static struct dxg_adapter *dxg_adapter_obtain(u64 luid)
{
	struct dxg_adapter *adapter;

	list_for_each_entry(adapter, &dxg_adapters, list)
		if (adapter->luid == luid)
			return adapter;

	adapter = kzalloc_obj(*adapter, GFP_KERNEL);
	if (!adapter)
		return NULL;
	adapter->luid = luid;
	adapter->why = "";
	mutex_init(&adapter->lock);
	INIT_DELAYED_WORK(&adapter->nag, dxg_adapter_nag);
	list_add_tail(&adapter->list, &dxg_adapters);
	return adapter;
}

/* One half has gone, what was running has been stopped. Registry lock held. */
static void dxg_adapter_departed(struct dxg_adapter *adapter)
{
	if (adapter->parent || adapter->port)
		return;
	list_del(&adapter->list);
	mutex_destroy(&adapter->lock);
	kfree(adapter);
}

/**
 * dxg_host_attach() - The global channel is there. Takes a reference of its own.
 * @host: The host.
 *
 * Starts the adapters that waited for it. -EBUSY when there is a host already:
 * a machine has one.
 */
int dxg_host_attach(struct dxg_host *host)
{
	struct dxg_adapter *adapter;
	int ret = 0;

	mutex_lock(&dxg_registry_lock);
	if (dxg_the_host) {
		ret = -EBUSY;
	} else {
		dxg_the_host = dxg_host_get(host);
		host->link.gone = false;
		host->link.dead = false;
		list_for_each_entry(adapter, &dxg_adapters, list)
			dxg_adapter_join(adapter);
	}
	mutex_unlock(&dxg_registry_lock);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_host_attach);

/**
 * dxg_host_detach() - The global channel is about to go.
 * @host: The host.
 *
 * Stops all adapters and ends, as far as the host still listens, all processes.
 */
void dxg_host_detach(struct dxg_host *host)
{
	struct dxg_process *process;
	struct dxg_adapter *adapter;

	mutex_lock(&dxg_registry_lock);
	dxg_the_host = NULL;
	dxg_host_set_running(NULL);
	list_for_each_entry(adapter, &dxg_adapters, list)
		if (adapter->host == host)
			dxg_adapter_stop(adapter, "the global GPU VMBus channel is missing");

	/* Closed files first, then the processes of files that are still open. */
	dxg_flush_work();
	mutex_lock(&host->lock);
	list_for_each_entry(process, &host->processes, list)
		dxg_process_end(process);
	mutex_unlock(&host->lock);

	dxg_link_drain(&host->link, &host->port, NULL);
	dxg_gpadl_destroy_all(host);
	dxg_port_close(&host->port);
	host->started = false;
	mutex_unlock(&dxg_registry_lock);
	dxg_host_put(host);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_host_detach);

/**
 * dxg_adapter_attach_function() - A PCI function is there.
 * @parent: Its device, which is bound until dxg_adapter_detach_function().
 * @fn: What it says.
 *
 * Returns the adapter, whether it could be started or not: its state tells.
 * ERR_PTR: -EEXIST when another function has the same LUID, -ENOMEM.
 */
struct dxg_adapter *dxg_adapter_attach_function(struct device *parent,
						const struct dxg_function *fn)
{
	struct dxg_adapter *adapter;

	mutex_lock(&dxg_registry_lock);
	adapter = dxg_adapter_obtain(fn->luid);
	if (!adapter) {
		adapter = ERR_PTR(-ENOMEM);
	} else if (adapter->parent) {
		adapter = ERR_PTR(-EEXIST);
	} else {
		mutex_lock(&adapter->lock);
		adapter->parent = parent;
		mutex_unlock(&adapter->lock);
		adapter->fn = *fn;
		dev_set_drvdata(parent, adapter);
		dxg_adapter_join(adapter);
	}
	mutex_unlock(&dxg_registry_lock);
	return adapter;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_adapter_attach_function);

/**
 * dxg_adapter_detach_function() - The PCI function is about to go.
 * @adapter: The adapter.
 */
void dxg_adapter_detach_function(struct dxg_adapter *adapter)
{
	dxg_adapter_abort(adapter);
	mutex_lock(&dxg_registry_lock);
	cancel_delayed_work_sync(&adapter->nag);
	dxg_adapter_stop(adapter, "the PCI function of this virtual GPU is missing");
	dev_set_drvdata(adapter->parent, NULL);
	mutex_lock(&adapter->lock);
	adapter->parent = NULL;
	mutex_unlock(&adapter->lock);
	dxg_adapter_departed(adapter);
	mutex_unlock(&dxg_registry_lock);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_adapter_detach_function);

/**
 * dxg_adapter_attach_channel() - A vGPU channel is there.
 * @channel: Its device.
 * @luid: Low half of its instance id.
 * @port: The channel, closed; it is opened when the adapter is started.
 *
 * Returns as dxg_adapter_attach_function() does.
 */
struct dxg_adapter *dxg_adapter_attach_channel(struct device *channel, u64 luid,
					       struct dxg_port *port)
{
	struct dxg_adapter *adapter;

	mutex_lock(&dxg_registry_lock);
	adapter = dxg_adapter_obtain(luid);
	if (!adapter) {
		adapter = ERR_PTR(-ENOMEM);
	} else if (adapter->port) {
		adapter = ERR_PTR(-EEXIST);
	} else {
		mutex_lock(&adapter->lock);
		adapter->channel = channel;
		adapter->port = port;
		mutex_unlock(&adapter->lock);
		dxg_adapter_join(adapter);
	}
	mutex_unlock(&dxg_registry_lock);
	return adapter;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_adapter_attach_channel);

/**
 * dxg_adapter_detach_channel() - The vGPU channel is about to go.
 * @adapter: The adapter.
 */
void dxg_adapter_detach_channel(struct dxg_adapter *adapter)
{
	dxg_adapter_abort(adapter);
	mutex_lock(&dxg_registry_lock);
	cancel_delayed_work_sync(&adapter->nag);
	dxg_adapter_stop(adapter, "the VMBus channel of this virtual GPU is missing");
	mutex_lock(&adapter->lock);
	adapter->channel = NULL;
	adapter->port = NULL;
	mutex_unlock(&adapter->lock);
	dxg_adapter_departed(adapter);
	mutex_unlock(&dxg_registry_lock);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_adapter_detach_channel);

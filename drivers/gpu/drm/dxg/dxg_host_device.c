// SPDX-License-Identifier: GPL-2.0
/*
 * Devices on the host: made, named by the host when their state changes, ended
 * without waiting.
 */
#include <linux/err.h>
#include <linux/slab.h>

#include <drm/drm_drv.h>

#include <kunit/visibility.h>

#include "dxg_allocation.h"
#include "dxg_cmd.h"
#include "dxg_device.h"
#include "dxg_host_device.h"
#include "dxg_process.h"
#include "dxg_status.h"

/* ---- What is remembered of one ---- */

static struct dxg_home *dxg_home_create(struct dxg_host_device *device)
{
	struct dxg_home *home = kzalloc_obj(*home, GFP_KERNEL_ACCOUNT);

	if (!home)
		return NULL;
	kref_init(&home->ref);
	spin_lock_init(&home->lock);
	home->device = device;
	return home;
}

/**
 * dxg_home_get() - Take a reference.
 * @home: What is remembered of a device.
 */
struct dxg_home *dxg_home_get(struct dxg_home *home)
{
	kref_get(&home->ref);
	return home;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_home_get);

static void dxg_home_release(struct kref *ref)
{
	kfree(container_of(ref, struct dxg_home, ref));
}

/**
 * dxg_home_put() - Drop a reference. From any context.
 * @home: What is remembered of a device.
 */
void dxg_home_put(struct dxg_home *home)
{
	kref_put(&home->ref, dxg_home_release);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_home_put);

/* The last reference to the device has gone. From any context. */
static void dxg_home_leave(struct dxg_home *home)
{
	unsigned long flags;

	spin_lock_irqsave(&home->lock, flags);
	home->device = NULL;
	spin_unlock_irqrestore(&home->lock, flags);
}

/**
 * dxg_home_runs() - Whether a device runs, or ended without being lost.
 * @home: What is remembered of it.
 * @flags: DXG_REQ_xxx.
 *
 * The host is asked as long as there is the device: it knows of a loss before the guest
 * does. Returns 0, -ECANCELED when it was lost, or -errno of an exchange that failed.
 */
int dxg_home_runs(struct dxg_home *home, unsigned int flags)
{
	struct dxg_host_device *device;
	int ret = 0;

	if (READ_ONCE(home->lost))
		return -ECANCELED;
	spin_lock_irq(&home->lock);
	device = home->device;
	if (device && !kref_get_unless_zero(&device->ref))
		device = NULL;
	spin_unlock_irq(&home->lock);
	if (device) {
		ret = dxg_host_device_runs(device, flags);
		if (ret == -ECANCELED)
			dxg_host_device_lost(device);
		dxg_host_device_put(device);
	}
	/* It may have been lost and have ended while it was looked for. */
	return READ_ONCE(home->lost) ? -ECANCELED : ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_home_runs);

/**
 * dxg_host_device_lost() - Remember that a device is lost. From any context.
 * @device: The device.
 */
void dxg_host_device_lost(struct dxg_host_device *device)
{
	WRITE_ONCE(device->home->lost, true);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_host_device_lost);

/* ---- Making and ending ---- */

/* The host said something about the state of the device. Atomic context. */
static void dxg_host_device_fire(struct dxg_event *event, u64 value)
{
	struct dxg_host_device *device = container_of(event, struct dxg_host_device, event);
	unsigned long flags;

	/* A zero says nothing. */
	if (!value)
		return;
	atomic64_inc(&device->generation);
	spin_lock_irqsave(&device->lock, flags);
	if (device->changed)
		device->changed(device, device->changed_data);
	spin_unlock_irqrestore(&device->lock, flags);
}

static void dxg_host_device_free(struct dxg_event *event)
{
	struct dxg_host_device *device = container_of(event, struct dxg_host_device, event);

	if (device->flush)
		dxg_request_put(device->flush);
	if (device->mark)
		dxg_request_put(device->mark);
	dxg_home_put(device->home);
	kfree(device);
}

/* The host has let go of it. On a worker. */
static void dxg_host_device_ended(struct dxg_keep *keep)
{
	struct dxg_host_device *device = container_of(keep, struct dxg_host_device, keep);
	struct drm_device *drm = &device->dxg->drm;

	dxg_keep_batch_fini(&device->allocations);
	dxg_process_put(device->process);
	dxg_event_put(&device->event);
	drm_dev_put(drm);
}

static void dxg_host_device_release(struct kref *ref)
{
	struct dxg_host_device *device = container_of(ref, struct dxg_host_device, ref);

	dxg_home_leave(device->home);
	dxg_alive_remove(&device->dxg->host->alive, &device->alive);
	dxg_event_remove(&device->event);
	dxg_quarantine_destroy(dxg_host_device_quarantine(device), &device->keep,
			       device->destroy);
}

static void dxg_host_device_alive_put(struct dxg_alive *alive)
{
	dxg_host_device_put(container_of(alive, struct dxg_host_device, alive));
}

/* Make what ends the device and its allocations, so that no end needs memory. */
static int dxg_host_device_prepare(struct dxg_host_device *device)
{
	struct dxg_link *link = &device->dxg->link;
	u32 process = device->process->handle;
	struct dxg_request *req;

	req = dxg_prep_mark_device_as_error(link, process, device->handle);
	if (IS_ERR(req))
		return PTR_ERR(req);
	device->mark = req;
	req = dxg_prep_flush_device(link, process, device->handle);
	if (IS_ERR(req))
		return PTR_ERR(req);
	device->flush = req;
	req = dxg_prep_destroy_device(link, process, device->handle);
	if (IS_ERR(req))
		return PTR_ERR(req);
	device->destroy = req;
	return dxg_allocations_init(device);
}

/*
 * Whether the host has begun to take the adapter away: asked by a command about the
 * adapter that has a status.
 */
static bool dxg_device_is_leaving(struct dxg_device *dxg, u32 process)
{
	struct dxg_cmd_clock clock;
	u32 status;
	int ret;

	ret = dxg_cmd_query_clock_calibration(&dxg->link, process, dxg->handle, 0, 0,
					      DXG_REQ_KILLABLE, &clock, &status);
	if (!ret)
		ret = dxg_status_to_errno(DXGP_CMD_QUERYCLOCKCALIBRATION, status);
	return ret == -ENODEV;
}

/**
 * dxg_host_device_create() - Make a device on the host.
 * @dxg: The adapter.
 * @process: The process; the device takes a reference.
 * @create_flags: The host's flags (D3DKMT_CREATEDEVICEFLAGS).
 * @flags: DXG_REQ_xxx.
 *
 * Returns the device with one reference, or ERR_PTR: a failed exchange, -ENODEV
 * when the host takes the adapter away, or -ENOSPC when it refuses another device.
 */
struct dxg_host_device *dxg_host_device_create(struct dxg_device *dxg, struct dxg_process *process,
					       u32 create_flags, unsigned int flags)
{
	struct dxg_link *link = &dxg->link;
	struct dxg_host_device *device;
	u32 status;
	int ret;

	device = kzalloc_obj(*device, GFP_KERNEL_ACCOUNT);
	if (!device)
		return ERR_PTR(-ENOMEM);
	device->home = dxg_home_create(device);
	if (!device->home) {
		kfree(device);
		return ERR_PTR(-ENOMEM);
	}
	kref_init(&device->ref);
	spin_lock_init(&device->lock);
	atomic64_set(&device->generation, 1);
	dxg_fence_group_init(&device->fences);
	device->dxg = dxg;
	device->process = process;
	device->keep.release = dxg_host_device_ended;
	dxg_event_init(&device->event, false, dxg_host_device_fire, dxg_host_device_free);
	ret = dxg_event_add(&dxg->host->devices, &device->event);
	if (ret)
		goto err_event;

	ret = dxg_cmd_create_device(link, process->handle, create_flags, device->event.id, flags,
				    &device->handle, &status);
	if (!ret && dxg_status_failed(status))
		ret = dxg_device_is_leaving(dxg, process->handle) ? -ENODEV : -ENOSPC;
	if (ret)
		goto err_remove;

	ret = dxg_host_device_prepare(device);
	if (ret)
		goto err_destroy;
	dxg_process_get(process);
	drm_dev_get(&dxg->drm);
	device->alive = (struct dxg_alive) {
		.process = process->handle,
		.handle = device->handle,
		.ref = &device->ref,
		.put = dxg_host_device_alive_put,
	};
	dxg_alive_add(&dxg->host->alive, &device->alive);
	return device;

err_destroy:
	if (device->destroy)
		dxg_request_put(device->destroy);
	dxg_cmd_destroy_device(link, process->handle, device->handle, &status);
err_remove:
	dxg_event_remove_sync(&device->event);
err_event:
	dxg_event_put(&device->event);
	return ERR_PTR(ret);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_host_device_create);

/**
 * dxg_host_device_get() - Take a reference.
 * @device: The device.
 */
struct dxg_host_device *dxg_host_device_get(struct dxg_host_device *device)
{
	kref_get(&device->ref);
	return device;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_host_device_get);

/**
 * dxg_host_device_put() - Drop a reference. From any context; the last one ends the device.
 * @device: The device.
 */
void dxg_host_device_put(struct dxg_host_device *device)
{
	kref_put(&device->ref, dxg_host_device_release);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_host_device_put);

/**
 * dxg_host_device_set_changed() - Say who wants to know of changes of the state.
 * @device: The device.
 * @changed: Called in atomic context; NULL: nobody.
 * @data: For @changed.
 *
 * When this returns, the one before is not called any more.
 */
void dxg_host_device_set_changed(struct dxg_host_device *device,
				 void (*changed)(struct dxg_host_device *device, void *data),
				 void *data)
{
	spin_lock_irq(&device->lock);
	device->changed = changed;
	device->changed_data = data;
	spin_unlock_irq(&device->lock);
}

static void dxg_host_device_told(struct dxg_request *req)
{
}

/**
 * dxg_host_device_give_up() - Tell the host that the guest has given up the device.
 * @device: The device, which the host still runs. Once only.
 *
 * The host then ends what the GPU does for it, and lets go of what that uses. Does not
 * wait, fail or allocate.
 */
void dxg_host_device_give_up(struct dxg_host_device *device)
{
	dxg_request_commit(device->mark, dxg_host_device_told, NULL);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_host_device_give_up);

/**
 * dxg_host_device_flush() - Tell the host to end what the GPU still does. Does not wait.
 * @device: The device, whose owner leaves. Once only.
 */
void dxg_host_device_flush(struct dxg_host_device *device)
{
	dxg_request_commit(device->flush, dxg_host_device_told, NULL);
}

/**
 * dxg_host_device_process() - The host's handle of the process that a device belongs to.
 * @device: The device.
 */
u32 dxg_host_device_process(const struct dxg_host_device *device)
{
	return READ_ONCE(device->process->handle);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_host_device_process);

/**
 * dxg_host_device_errno() - What a status means to a client of a device.
 * @device: The device.
 * @command: The command that was answered.
 * @status: The NTSTATUS.
 *
 * Returns as dxg_status_to_errno() does, but -ECANCELED when the device is lost, which is
 * not that the adapter has gone.
 */
int dxg_host_device_errno(const struct dxg_host_device *device, u32 command, u32 status)
{
	int ret = dxg_status_to_errno(command, status);

	return ret == -ENODEV && !READ_ONCE(device->dxg->link.gone) ? -ECANCELED : ret;
}

/**
 * dxg_host_device_is_leaving() - Whether the host has begun to take the adapter away.
 * @device: A device of the adapter.
 *
 * For a refusal that says nothing else. Waits for the host.
 */
bool dxg_host_device_is_leaving(const struct dxg_host_device *device)
{
	return READ_ONCE(device->dxg->link.gone) ||
	       dxg_device_is_leaving(device->dxg, dxg_host_device_process(device));
}

/**
 * dxg_host_device_refused() - What a status means to a client of a device, who may wait.
 * @device: The device.
 * @command: The command that was answered.
 * @status: The NTSTATUS.
 *
 * A host that takes an adapter away by surprise refuses what is asked of it, and the bus
 * tells later. A refusal that has no status, or that may as well be of the device or of
 * what went with the adapter, leaves open which it is: then the host is asked.
 *
 * Returns as dxg_host_device_errno() does, but -ENODEV when the adapter has gone for the
 * host alone.
 */
int dxg_host_device_refused(const struct dxg_host_device *device, u32 command, u32 status)
{
	int ret = dxg_host_device_errno(device, command, status);

	switch (status) {
	case DXG_STATUS_UNSUCCESSFUL:
	case DXG_STATUS_INVALID_HANDLE:
	case DXG_STATUS_DEVICE_REMOVED:
		if (dxg_host_device_is_leaving(device))
			ret = -ENODEV;
	}
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_host_device_refused);

/**
 * dxg_host_device_runs() - Ask the host whether a device still runs.
 * @device: The device.
 * @flags: DXG_REQ_xxx.
 *
 * 0, -ECANCELED when it does not, or -errno of an exchange that failed.
 */
int dxg_host_device_runs(const struct dxg_host_device *device, unsigned int flags)
{
	u64 state[DXG_DEVICE_STATE_SIZE / sizeof(u64)] = {};
	u32 status;
	int ret;

	ret = dxg_cmd_get_device_state(&device->dxg->link, dxg_host_device_process(device),
				       device->handle, DXGP_DEVICE_STATE_EXECUTION, state, flags,
				       &status);
	if (!ret)
		ret = dxg_host_device_errno(device, DXGP_CMD_GETDEVICESTATE, status);
	if (!ret && *(u32 *)state != DXGP_EXECUTION_ACTIVE)
		ret = -ECANCELED;
	return ret;
}

/**
 * dxg_host_device_link() - How to reach the adapter of a device.
 * @device: The device.
 */
struct dxg_link *dxg_host_device_link(const struct dxg_host_device *device)
{
	return &device->dxg->link;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_host_device_link);

/**
 * dxg_host_device_quarantine() - Where what ends on the host is kept meanwhile.
 * @device: The device.
 */
struct dxg_quarantine *dxg_host_device_quarantine(const struct dxg_host_device *device)
{
	return device->dxg->quarantine;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_host_device_quarantine);

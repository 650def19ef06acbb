// SPDX-License-Identifier: GPL-2.0
/*
 * Devices of /dev/dxg: made, ended with all that was made on them, their state, and
 * escapes.
 */
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include <drm/drm_drv.h>

#include "../dxg_allocation.h"
#include "../dxg_cmd.h"
#include "../dxg_device.h"
#include "../dxg_event.h"
#include "../dxg_host_device.h"
#include "../dxg_process.h"
#include "../dxg_proto.h"
#include "../dxg_status.h"
#include "dxg_compat.h"
#include "dxg_compat_node.h"

#define DXG_COMPAT_DEVICE_FLAGS	(D3DKMT_CREATEDEVICE_LEGACY_MODE | \
				 D3DKMT_CREATEDEVICE_REQUEST_VSYNC | \
				 D3DKMT_CREATEDEVICE_DISABLE_GPU_TIMEOUT | \
				 D3DKMT_CREATEDEVICE_GDI_DEVICE)

/* Of all processes, for unplug. */
static DEFINE_MUTEX(dxg_compat_devices_lock);
static LIST_HEAD(dxg_compat_devices);

/* ---- State ---- */

static u32 dxg_compat_device_cached(struct dxg_compat_device *device)
{
	u32 state = 0;

	spin_lock(&device->state_lock);
	if (device->state_generation == atomic64_read(&device->host->generation))
		state = device->state;
	spin_unlock(&device->state_lock);
	return state;
}

static void dxg_compat_device_cache(struct dxg_compat_device *device, u32 state, s64 generation)
{
	spin_lock(&device->state_lock);
	device->state = state;
	device->state_generation = generation;
	spin_unlock(&device->state_lock);
}

/* Ask the host for a state; that of execution is remembered. */
static int dxg_compat_device_ask(struct dxg_compat_device *device, u32 type, void *state)
{
	s64 generation = atomic64_read(&device->host->generation);
	u32 status, word;
	int ret;

	ret = dxg_cmd_get_device_state(dxg_host_device_link(device->host),
				       dxg_host_device_process(device->host),
				       device->host->handle, type, state, DXG_REQ_KILLABLE,
				       &status);
	ret = dxg_compat_result(ret, DXGP_CMD_GETDEVICESTATE, status);
	if (ret >= 0 && type == DXGP_STATE_EXECUTION) {
		memcpy(&word, state, sizeof(word));
		dxg_compat_device_cache(device, word, generation);
	}
	return ret;
}

/* The host said that the state changed: whoever waits for a lost device is told. */
static void dxg_compat_device_work(struct work_struct *work)
{
	struct dxg_compat_device *device = container_of(work, struct dxg_compat_device,
							changed_work);
	u8 state[DXG_DEVICE_STATE_SIZE];
	int idx, ret;
	u32 word;

	if (!dxg_enter(device->host->dxg, &idx))
		return;
	ret = dxg_compat_device_ask(device, DXGP_STATE_EXECUTION, state);
	dxg_exit(idx);
	if (ret < 0)
		return;
	memcpy(&word, state, sizeof(word));
	if (word == DXGP_EXECUTION_ACTIVE)
		return;
	dxg_host_device_lost(device->host);
	dxg_fence_group_end(&device->host->fences, -ECANCELED);
	dxg_compat_events_end(device);
}

static void dxg_compat_device_changed(struct dxg_host_device *host, void *data)
{
	struct dxg_compat_device *device = data;

	queue_work(device->host->dxg->sched_wq, &device->changed_work);
}

/**
 * dxg_compat_get_device_state() - LX_DXGETDEVICESTATE.
 * @call: The call.
 */
int dxg_compat_get_device_state(struct dxg_compat_call *call)
{
	struct d3dkmt_getdevicestate *args = call->args;
	struct dxg_compat_device *device;
	u8 state[DXG_DEVICE_STATE_SIZE];
	u32 cached = 0;
	int ret;

	device = dxg_compat_use_device(call, args->device);
	if (IS_ERR(device))
		return PTR_ERR(device);
	if (args->state_type == D3DKMT_DEVICESTATE_EXECUTION)
		cached = dxg_compat_device_cached(device);
	if (cached) {
		args->execution_state = cached;
		return 0;
	}
	ret = dxg_compat_device_ask(device, args->state_type, state);
	static_assert(sizeof(*args) - offsetof(struct d3dkmt_getdevicestate, execution_state) ==
		      DXG_DEVICE_STATE_SIZE);
	if (ret >= 0)
		memcpy((u8 *)args + offsetof(struct d3dkmt_getdevicestate, execution_state),
		       state, sizeof(state));
	return ret;
}

/**
 * dxg_compat_mark_device_as_error() - LX_DXMARKDEVICEASERROR.
 * @call: The call.
 */
int dxg_compat_mark_device_as_error(struct dxg_compat_call *call)
{
	struct d3dkmt_markdeviceaserror *args = call->args;
	struct dxg_compat_device *device;
	u32 status;
	int ret;

	device = dxg_compat_use_device(call, args->device);
	if (IS_ERR(device))
		return PTR_ERR(device);
	if (args->reason != D3DKMT_DEVICE_ERROR_REASON_GENERIC &&
	    args->reason != D3DKMT_DEVICE_ERROR_REASON_DRIVER_ERROR)
		return -EINVAL;
	ret = dxg_cmd_mark_device_as_error(&call->dxg->link, dxg_compat_process_host(call->process),
					   device->base.handle, args->reason, DXG_REQ_KILLABLE,
					   &status);
	ret = dxg_compat_result(ret, DXGP_CMD_MARKDEVICEASERROR, status);
	if (ret >= 0)
		dxg_compat_device_changed(device->host, device);
	return ret;
}

/* ---- The end ---- */

/* What dxg_compat_device_pop() takes. */
enum dxg_compat_pick {
	DXG_COMPAT_PLAIN,	/* allocations outside of resources */
	DXG_COMPAT_WHOLE,	/* resources, which end their allocations */
	DXG_COMPAT_ANY,
};

static bool dxg_compat_picked(struct dxg_compat_object *object, enum dxg_compat_pick pick)
{
	switch (pick) {
	case DXG_COMPAT_PLAIN:
		return object->type == DXG_COMPAT_ALLOCATION && !to_compat_alloc(object)->resource;
	case DXG_COMPAT_WHOLE:
		return object->type == DXG_COMPAT_RESOURCE;
	default:
		return true;
	}
}

/* Take an object off the list, with a reference. */
static struct dxg_compat_object *dxg_compat_device_pop(struct dxg_compat_device *device,
						       enum dxg_compat_pick pick)
{
	struct dxg_compat_object *object, *found = NULL;

	mutex_lock(&device->lock);
	list_for_each_entry(object, &device->objects, entry) {
		if (!dxg_compat_picked(object, pick))
			continue;
		found = object;
		list_del_init(&found->entry);
		dxg_compat_object_get(found);
		break;
	}
	mutex_unlock(&device->lock);
	return found;
}

static void dxg_compat_device_end_objects(struct dxg_compat_device *device,
					  enum dxg_compat_pick pick)
{
	struct dxg_compat_object *object, *next;
	LIST_HEAD(picked);

	/* To the front, so that each is found at once. */
	mutex_lock(&device->lock);
	list_for_each_entry_safe(object, next, &device->objects, entry)
		if (dxg_compat_picked(object, pick))
			list_move_tail(&object->entry, &picked);
	list_splice(&picked, &device->objects);
	mutex_unlock(&device->lock);

	while ((object = dxg_compat_device_pop(device, pick))) {
		if (dxg_compat_object_forget(object))
			object->ops->end(object);
		dxg_compat_object_put(object);
	}
}

static void dxg_compat_device_end(struct dxg_compat_object *object)
{
	struct dxg_compat_device *device = to_compat_device(object);

	mutex_lock(&object->process->lock);
	list_del_init(&device->process_entry);
	mutex_unlock(&object->process->lock);
	mutex_lock(&device->lock);
	device->dead = true;
	mutex_unlock(&device->lock);
	/* Behind that: its maker, who may not have come so far yet, adds no dead device. */
	mutex_lock(&dxg_compat_devices_lock);
	list_del_init(&device->entry);
	mutex_unlock(&dxg_compat_devices_lock);

	dxg_host_device_set_changed(device->host, NULL, NULL);
	cancel_work_sync(&device->changed_work);
	/* Who waits for something of it is told before it goes. */
	dxg_fence_group_end(&device->host->fences, -ECANCELED);
	dxg_compat_events_end(device);
	/* Plain allocations behind each other, so that the host is told of many at a time. */
	dxg_keep_batch_plug(&device->host->allocations);
	dxg_compat_device_end_objects(device, DXG_COMPAT_PLAIN);
	dxg_keep_batch_unplug(&device->host->allocations);
	dxg_compat_device_end_objects(device, DXG_COMPAT_WHOLE);
	dxg_compat_device_end_objects(device, DXG_COMPAT_ANY);
}

static void dxg_compat_device_free(struct dxg_compat_object *object)
{
	struct dxg_compat_device *device = to_compat_device(object);

	dxg_host_device_put(device->host);
	mutex_destroy(&device->lock);
	kfree(device);
}

static const struct dxg_compat_ops dxg_compat_device_ops = {
	.end = dxg_compat_device_end,
	.free = dxg_compat_device_free,
};

/**
 * dxg_compat_devices_end() - End the devices that a process has on an adapter.
 * @process: The process.
 * @dxg: The adapter; NULL: on all.
 */
void dxg_compat_devices_end(struct dxg_compat_process *process, const struct dxg_device *dxg)
{
	struct dxg_compat_device *device, *found;

	for (;;) {
		found = NULL;
		mutex_lock(&process->lock);
		list_for_each_entry(device, &process->devices, process_entry) {
			if (!dxg || device->host->dxg == dxg) {
				found = device;
				list_del_init(&found->process_entry);
				dxg_compat_object_get(&found->base);
				break;
			}
		}
		mutex_unlock(&process->lock);
		if (!found)
			break;
		if (dxg_compat_object_forget(&found->base)) {
			dxg_host_device_flush(found->host);
			dxg_compat_device_end(&found->base);
		}
		dxg_compat_object_put(&found->base);
	}
}

/**
 * dxg_compat_unplug() - The adapter goes: all waits for something of it end.
 * @dxg: The adapter, whose link is aborted.
 */
void dxg_compat_unplug(struct dxg_device *dxg)
{
	struct dxg_compat_device *device;

	mutex_lock(&dxg_compat_devices_lock);
	list_for_each_entry(device, &dxg_compat_devices, entry) {
		if (device->host->dxg != dxg)
			continue;
		dxg_fence_group_end(&device->host->fences, -ENODEV);
		dxg_compat_events_end(device);
	}
	mutex_unlock(&dxg_compat_devices_lock);
}

/* ---- Making ---- */

static struct dxg_compat_device *dxg_compat_device_new(struct dxg_compat_process *process,
						       struct dxg_host_device *host)
{
	struct dxg_compat_device *device = kzalloc_obj(*device, GFP_KERNEL_ACCOUNT);

	if (!device)
		return NULL;
	dxg_compat_object_init(&device->base, DXG_COMPAT_DEVICE, &dxg_compat_device_ops,
			       host->handle, process, NULL);
	device->host = host;
	INIT_LIST_HEAD(&device->process_entry);
	INIT_LIST_HEAD(&device->entry);
	mutex_init(&device->lock);
	INIT_LIST_HEAD(&device->objects);
	spin_lock_init(&device->state_lock);
	INIT_WORK(&device->changed_work, dxg_compat_device_work);
	spin_lock_init(&device->events_lock);
	INIT_LIST_HEAD(&device->events);
	dxg_host_device_set_changed(host, dxg_compat_device_changed, device);
	return device;
}

/* The handle names the device, unless the process has closed the adapter meanwhile. */
static int dxg_compat_device_publish(struct dxg_compat_device *device)
{
	struct dxg_compat_process *process = device->base.process;
	struct dxg_device *dxg = device->host->dxg;
	int ret = -EINVAL;

	mutex_lock(&process->lock);
	if (dxg_compat_adapter_is_open(process, dxg))
		ret = dxg_compat_object_publish(&device->base);
	if (!ret)
		list_add_tail(&device->process_entry, &process->devices);
	mutex_unlock(&process->lock);
	if (ret)
		return ret;
	mutex_lock(&dxg_compat_devices_lock);
	if (!device->dead)
		list_add_tail(&device->entry, &dxg_compat_devices);
	mutex_unlock(&dxg_compat_devices_lock);
	/* Not seen by dxg_compat_unplug()? Then this sees what happened before that. */
	if (READ_ONCE(dxg->link.gone))
		dxg_fence_group_end(&device->host->fences, -ENODEV);
	return 0;
}

/**
 * dxg_compat_create_device() - LX_DXCREATEDEVICE.
 * @call: The call.
 */
int dxg_compat_create_device(struct dxg_compat_call *call)
{
	struct d3dkmt_createdevice *args = call->args;
	struct dxg_compat_device *device;
	struct dxg_host_device *host;
	struct dxg_device *dxg;

	if (args->flags & ~DXG_COMPAT_DEVICE_FLAGS)
		return -EINVAL;
	dxg = dxg_compat_use_adapter(call, args->adapter);
	if (IS_ERR(dxg))
		return PTR_ERR(dxg);
	host = dxg_host_device_create(dxg, call->process->process, args->flags, DXG_REQ_KILLABLE);
	if (IS_ERR(host))
		return PTR_ERR(host);
	device = dxg_compat_device_new(call->process, host);
	if (!device) {
		dxg_host_device_put(host);
		return -ENOMEM;
	}
	args->device = host->handle;
	return dxg_compat_finish_make(call, &device->base, dxg_compat_device_publish(device));
}

/**
 * dxg_compat_destroy_device() - LX_DXDESTROYDEVICE.
 * @call: The call.
 */
int dxg_compat_destroy_device(struct dxg_compat_call *call)
{
	struct d3dkmt_destroydevice *args = call->args;

	return dxg_compat_destroy(call->process, args->device, DXG_COMPAT_DEVICE);
}

/* ---- Escapes ---- */

/*
 * What the public interface of drivers says about the use of a CPU event. The interface of
 * this node has the number of the escape, and no layout.
 */
struct dxg_compat_cpu_event_usage {
	u32 escape_type;
	u32 sync_object;
	u64 event;
	u32 usage[8];
};

/*
 * Escapes that are about this interface. 1: answered here; 0: the host is to see it,
 * as it is in @data now; or -errno.
 */
static int dxg_compat_known_escape(struct dxg_compat_call *call, void *data, u32 size)
{
	struct dxg_compat_cpu_event_usage *usage = data;
	struct dxg_compat_object *object;
	u32 type;

	if (size < sizeof(type))
		return -EINVAL;
	memcpy(&type, data, sizeof(type));
	switch (type) {
	case D3DDDI_DRIVERESCAPETYPE_TRANSLATEALLOCATIONHANDLE:
	case D3DDDI_DRIVERESCAPETYPE_TRANSLATERESOURCEHANDLE:
		/* A handle is the host's already. */
		return size >= sizeof(struct d3dddi_translate_allocation_handle) ? 1 : -EINVAL;
	case D3DDDI_DRIVERESCAPETYPE_CPUEVENTUSAGE:
		if (size < sizeof(*usage))
			return -EINVAL;
		object = dxg_compat_use(call, usage->sync_object, DXG_COMPAT_SYNC);
		if (IS_ERR(object))
			return PTR_ERR(object);
		if (!to_compat_sync(object)->event)
			return -EINVAL;
		usage->event = to_compat_sync(object)->event->id;
		return 0;
	default:
		return 0;
	}
}

/**
 * dxg_compat_escape() - LX_DXESCAPE.
 * @call: The call.
 */
int dxg_compat_escape(struct dxg_compat_call *call)
{
	struct d3dkmt_escape *args = call->args;
	struct dxg_cmd_escape cmd = {
		.device = args->device,
		.context = args->context,
		.type = args->type,
		.flags = args->flags,
		.size = args->priv_drv_data_size,
	};
	struct dxg_compat_object *object;
	struct dxg_device *dxg;
	u32 status;
	int ret = 0;

	if (args->priv_drv_data_size > DXGP_MAX_BLOB)
		return -EOVERFLOW;
	dxg = dxg_compat_use_adapter(call, args->adapter);
	if (IS_ERR(dxg))
		return PTR_ERR(dxg);
	object = args->device ? dxg_compat_use(call, args->device, DXG_COMPAT_DEVICE) : NULL;
	if (!IS_ERR(object) && args->context)
		object = dxg_compat_use(call, args->context, DXG_COMPAT_CONTEXT);
	if (IS_ERR(object))
		return PTR_ERR(object);
	cmd.adapter = dxg->handle;
	cmd.data = dxg_compat_copy_in(call, args->priv_drv_data, args->priv_drv_data_size);
	if (IS_ERR(cmd.data))
		return PTR_ERR(cmd.data);
	if (args->type == D3DKMT_ESCAPE_DRIVERPRIVATE &&
	    args->flags & D3DDDI_ESCAPE_DRIVER_KNOWN_ESCAPE)
		ret = dxg_compat_known_escape(call, cmd.data, cmd.size);
	if (ret)
		return min(ret, 0);
	ret = dxg_cmd_escape(&dxg->link, dxg_compat_process_host(call->process), &cmd,
			     DXG_REQ_KILLABLE, &status);
	ret = dxg_compat_result(ret, DXGP_CMD_ESCAPE, status);
	if (ret >= 0 && cmd.size &&
	    copy_to_user(u64_to_user_ptr(args->priv_drv_data), cmd.data, cmd.size))
		return -EFAULT;
	return ret;
}

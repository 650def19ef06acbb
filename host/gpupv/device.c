// SPDX-License-Identifier: GPL-2.0
/*
 * Devices: what a process works with on one GPU. A device owns nearly all
 * other objects, and takes them with it. When it has failed, its further work
 * is refused, and the guest is told by the cookie that it gave.
 */
#include "memory.h"

struct gpupv_device *device_get(const struct gpupv_message *m, uint32_t handle)
{
	struct gpupv_device *d;

	if (!m->process)
		return NULL;
	d = handle_get(&m->process->handles, handle, HANDLE_DEVICE);
	/* A global command names a device without a GPU. */
	return d && (!m->gpu || d->gpu == m->gpu) ? d : NULL;
}

struct gpupv_device *device_named(const struct gpupv_message *m, uint32_t handle)
{
	struct gpupv_device *d = device_get(m, handle);

	if (!d)
		refuse(m, STATUS_INVALID_HANDLE, "unknown device %#x", handle);
	return d;
}

struct gpupv_device *device_get_active(const struct gpupv_message *m, uint32_t handle,
				       uint32_t *status)
{
	struct gpupv_device *d = device_named(m, handle);

	*status = STATUS_SUCCESS;
	if (!d)
		*status = STATUS_INVALID_HANDLE;
	else if (d->state != DEVICE_ACTIVE)
		*status = STATUS_DEVICE_REMOVED;
	return *status ? NULL : d;
}

uint32_t run_createdevice(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct gpupv_process *p = m->process;
	struct wire_createdevice c;
	struct gpupv_device *d;
	uint32_t *reply;

	message_copy(m, &c, sizeof(c));
	if (c.cdd_device)
		return refuse(m, STATUS_INVALID_PARAMETER, "a display driver's device");
	if (require_zero(m, offsetof(struct wire_createdevice, pad),
			 offsetof(struct wire_createdevice, cookie), "padding"))
		return STATUS_INVALID_PARAMETER;
	if (looks_like_kernel_address(c.cookie))
		return refuse(m, STATUS_INVALID_PARAMETER, "the cookie is a kernel address: %#llx",
			      (unsigned long long)c.cookie);
	if (c.flags & ~WIRE_DEVICE_FLAGS)
		return STATUS_INVALID_PARAMETER;
	d = g_new0(struct gpupv_device, 1);
	d->handle = handle_new(&p->handles, HANDLE_DEVICE, d);
	if (!d->handle) {
		g_free(d);
		return STATUS_NO_MEMORY;
	}
	d->process = p;
	d->gpu = m->gpu;
	d->space = space_of(p, m->gpu);
	d->cookie = c.cookie;
	d->flags = c.flags;
	d->state = DEVICE_ACTIVE;
	p->devices = g_list_prepend(p->devices, d);
	log_debug(AREA, "%s: device %#x of process %#x", m->gpu->cfg.name, d->handle, p->handle);

	reply = reply_make(r, sizeof(*reply));
	*reply = d->handle;
	return STATUS_SUCCESS;
}

void device_fail(struct gpupv_device *d, enum device_state state, uint64_t fault_va,
		 uint32_t fault_flags, bool guilty)
{
	if (d->state != DEVICE_ACTIVE)
		return;
	log_info(AREA, "%s: device %#x of process %#x failed, state %u%s", d->gpu->cfg.name,
		 d->handle, d->process->handle, state, guilty ? ", guilty" : "");
	d->state = state;
	d->fault_va = fault_va;
	d->fault_flags = fault_flags;
	d->guilty = guilty;
	d->resets++;
	contexts_fail(d);
	event_guest_data(d->gpu->g, d->cookie, 1);
}

/*
 * Who uses goes before what is used: contexts, then paging queues, then sync
 * objects and memory.
 */
void device_free(struct gpupv_device *d)
{
	while (d->contexts)
		context_free(d->contexts->data);
	paging_finish(d->process, d->gpu);
	while (d->paging_queues)
		paging_queue_free(d->paging_queues->data);
	waits_drop(d);
	while (d->syncs)
		sync_free(d->syncs->data);
	while (d->resources)
		resource_free(d->resources->data);
	while (d->allocations)
		allocation_free(d->allocations->data);
	d->process->devices = g_list_remove(d->process->devices, d);
	handle_drop(&d->process->handles, d->handle);
	g_free(d);
}

void devices_free(struct gpupv_process *p, const struct gpupv_gpu *gpu)
{
	GList *next;

	for (GList *l = p->devices; l; l = next) {
		struct gpupv_device *d = l->data;

		next = l->next;
		if (!gpu || d->gpu == gpu)
			device_free(d);
	}
}

uint32_t run_destroydevice(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_one_handle c;
	struct gpupv_device *d;

	(void)r;
	message_copy(m, &c, sizeof(c));
	if (c.more)
		return refuse(m, STATUS_INVALID_PARAMETER, "padding %#x", c.more);
	d = device_named(m, c.handle);
	if (!d)
		return STATUS_INVALID_HANDLE;
	device_free(d);
	return STATUS_SUCCESS;
}

/* The end of a device is near: what paging has left to do is done. */
uint32_t run_flushdevice(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_one_handle c;
	struct gpupv_device *d;

	(void)r;
	message_copy(m, &c, sizeof(c));
	d = device_named(m, c.handle);
	if (!d)
		return STATUS_INVALID_HANDLE;
	if (c.more != WIRE_FLUSH_TERMINATE)
		return refuse(m, STATUS_INVALID_PARAMETER, "reason %u", c.more);
	paging_finish(d->process, d->gpu);
	return STATUS_SUCCESS;
}

uint32_t run_markdeviceaserror(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_markdeviceaserror c;
	struct gpupv_device *d;

	(void)r;
	message_copy(m, &c, sizeof(c));
	d = device_named(m, c.device);
	if (!d)
		return STATUS_INVALID_HANDLE;
	if (c.reason != WIRE_ERROR_GENERIC && c.reason != WIRE_ERROR_DRIVER)
		return STATUS_INVALID_PARAMETER;
	device_fail(d, DEVICE_RESET, 0, 0, true);
	return STATUS_SUCCESS;
}

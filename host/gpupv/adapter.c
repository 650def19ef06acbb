// SPDX-License-Identifier: GPL-2.0
/* One adapter's session: open, what the guest's driver must know of it, close. */
#include <string.h>

#include "memory.h"

uint32_t run_openadapter(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_openadapter_return *reply;
	struct gpupv_gpu *gpu = m->gpu;
	struct gpupv *g = m->g;
	struct wire_openadapter c;

	message_copy(m, &c, sizeof(c));
	if (gpupv_has_ext_header(g) && !g->guest_version)
		return refuse(m, STATUS_INVALID_DEVICE_STATE,
			      "the guest wrote no interface version into config space");
	if (c.version != gpupv_version(g) || c.last_compatible != WIRE_LAST_COMPATIBLE)
		return refuse(m, STATUS_INVALID_PARAMETER,
			      "interface version %u, compatible with %u", c.version,
			      c.last_compatible);
	if (c.guest_luid)
		return refuse(m, STATUS_INVALID_PARAMETER, "guest adapter LUID %#llx",
			      (unsigned long long)c.guest_luid);
	if (gpu->adapter)
		return refuse(m, STATUS_INVALID_DEVICE_STATE, "%s is open as %#x", gpu->cfg.name,
			      gpu->adapter);
	gpu->adapter = handle_new(&g->handles, HANDLE_ADAPTER, gpu);
	if (!gpu->adapter)
		return STATUS_NO_MEMORY;
	log_info(AREA, "%s: adapter %#x opened", gpu->cfg.name, gpu->adapter);

	reply = reply_make(r, sizeof(*reply));
	reply->adapter = gpu->adapter;
	reply->version = g->cfg.version ? g->cfg.version : GPUPV_VERSION_OLD;
	reply->last_compatible = WIRE_LAST_COMPATIBLE;
	return STATUS_SUCCESS;
}

/* What the guest's processes have on the GPU ends with its session. */
static void end_processes(struct gpupv_gpu *gpu, bool report)
{
	for (struct gpupv_process *p = gpu->g->processes; p; p = p->next) {
		struct gpupv_space *s = space_find(p, gpu);

		for (GList *l = p->devices; report && l; l = l->next) {
			const struct gpupv_device *d = l->data;

			if (d->gpu == gpu)
				left_behind(gpu->g, "device %#x of process %#x on %s", d->handle,
					    p->handle, gpu->cfg.name);
		}
		devices_free(p, gpu);
		if (s)
			space_end(s);
	}
}

/* Whether what ends now is taken from the guest. */
static void set_taking(struct gpupv *g, bool taking)
{
	g->handles.taking = taking;
	for (struct gpupv_process *p = g->processes; p; p = p->next)
		p->handles.taking = taking;
}

void adapter_close(struct gpupv_gpu *gpu, bool report)
{
	set_taking(gpu->g, gpu->channel_withdrawn);
	end_processes(gpu, report);
	nt_forget_gpu(gpu);
	set_taking(gpu->g, false);
	if (gpu->adapter && report)
		left_behind(gpu->g, "adapter %#x of %s", gpu->adapter, gpu->cfg.name);
	if (gpu->adapter)
		handle_drop(&gpu->g->handles, gpu->adapter);
	gpu->adapter = 0;
	gpu->info_asked = false;
	gpu->async_told = false;
	gpu->async_used = false;
}

uint32_t run_closeadapter(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_closeadapter c;

	(void)r;
	message_copy(m, &c, sizeof(c));
	if (handle_get(&m->g->handles, c.adapter, HANDLE_ADAPTER) != m->gpu)
		return refuse(m, STATUS_INVALID_HANDLE, "adapter %#x, %s is open as %#x", c.adapter,
			      m->gpu->cfg.name, m->gpu->adapter);
	if (c.pad)
		return refuse(m, STATUS_INVALID_PARAMETER, "padding %#x", c.pad);
	log_info(AREA, "%s: adapter %#x closed", m->gpu->cfg.name, m->gpu->adapter);
	adapter_close(m->gpu, false);
	return STATUS_SUCCESS;
}

char *adapter_instance_id(const struct gpupv_gpu *gpu)
{
	const struct gpupv_gpu_config *c = &gpu->cfg;

	return g_strdup_printf("PCI\\VEN_%04X&DEV_%04X&SUBSYS_%04X%04X&REV_%02X\\4&%08X&0&%04X",
			       c->vendor, c->device, c->sub_system, c->sub_vendor, c->revision,
			       (uint32_t)c->adapter_luid, 8u * gpu->index);
}

/*
 * From this answer on, and when the async bit is in it, the adapter's messages
 * travel on the global channel. Below version 40 nothing could route them
 * there: the bit then only allows asynchronous messages.
 */
uint32_t run_getinternaladapterinfo(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_getinternaladapterinfo_return info = { 0 };
	const struct gpupv_gpu_config *c = &m->gpu->cfg;
	char *id = adapter_instance_id(m->gpu);
	uint32_t len = sizeof(info);

	info.device_types = WIRE_DEVICE_TYPE_VIRTUAL_RENDER;
	info.driver_ddi_version = WIRE_DRIVERVERSION_WDDM_2_7;
	if (c->hw_sch)
		info.flags |= WIRE_ADAPTER_HW_SCH_CAPABLE | WIRE_ADAPTER_HW_SCH_ENABLED;
	if (c->async)
		info.flags |= WIRE_ADAPTER_ASYNC;
	info.host_adapter_luid = c->adapter_luid;
	text_to_utf16(info.description, WIRE_DESCRIPTION_UNITS, c->description);
	text_to_utf16(info.instance_id, WIRE_INSTANCE_ID_UNITS, id);
	g_free(id);
	if (gpupv_has_ext_header(m->g))
		info.host_vgpu_luid = c->host_luid;
	else
		len = offsetof(struct wire_getinternaladapterinfo_return, host_vgpu_luid);
	memcpy(reply_make(r, len), &info, len);
	m->gpu->info_asked = true;
	m->gpu->async_told = c->async;
	return STATUS_SUCCESS;
}

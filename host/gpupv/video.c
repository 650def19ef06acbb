// SPDX-License-Identifier: GPL-2.0
/*
 * Video memory as a whole: budgets, reservations, standard allocations, and the
 * flush of heap transitions, of which there are none.
 */
#include <string.h>

#include "../softgpu/softgpu_alloc.h"
#include "memory.h"

/* Half of a segment can be reserved, by all processes together. [host] */
static uint64_t reservable(const struct gpupv_space *s, enum gpu_segment segment)
{
	uint64_t most = residency_size(s->gpu, segment) / 2;

	for (const struct gpupv_process *p = s->gpu->g->processes; p; p = p->next) {
		const struct gpupv_space *other = space_find(p, s->gpu);

		if (other && other != s)
			most -= other->reserved[segment];
	}
	return most;
}

uint32_t run_queryvideomemoryinfo(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_queryvideomemoryinfo_return *reply;
	struct wire_queryvideomemoryinfo c;
	struct gpupv_space *s;

	message_copy(m, &c, sizeof(c));
	if (c.adapter != m->gpu->adapter || c.pad)
		return refuse(m, STATUS_INVALID_HANDLE, "adapter %#x, padding %#x", c.adapter,
			      c.pad);
	if (c.segment_group >= GPU_SEGMENTS || c.physical_adapter)
		return STATUS_INVALID_PARAMETER;
	s = space_of(m->process, m->gpu);
	reply = reply_make(r, sizeof(*reply));
	reply->budget = residency_budget(s, c.segment_group);
	reply->usage = s->resident[c.segment_group];
	reply->reservation = s->reserved[c.segment_group];
	reply->available = reservable(s, c.segment_group);
	return STATUS_SUCCESS;
}

uint32_t run_changevideomemoryreservation(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_changevideomemoryreservation c;
	struct gpupv_space *s;

	(void)r;
	message_copy(m, &c, sizeof(c));
	if (c.process || c.adapter)
		return refuse(m, STATUS_INVALID_PARAMETER, "process %#llx, adapter %#x",
			      (unsigned long long)c.process, c.adapter);
	if (c.segment_group >= GPU_SEGMENTS || c.physical_adapter)
		return STATUS_INVALID_PARAMETER;
	s = space_of(m->process, m->gpu);
	if (c.reservation > reservable(s, c.segment_group))
		return STATUS_GRAPHICS_NO_VIDEO_MEMORY;
	s->reserved[c.segment_group] = c.reservation;
	return STATUS_SUCCESS;
}

uint32_t run_flushheaptransitions(const struct gpupv_message *m, struct gpupv_reply *r)
{
	(void)m;
	(void)r;
	return STATUS_SUCCESS;
}

/* ---- standard allocations ---- */

void shape_getstandardallocation(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_getstandardallocation c = { 0 };

	message_copy(m, &c, sizeof(c));
	if (c.data_size < WIRE_MAX_PRIVATE / 2 && c.resource_size < WIRE_MAX_PRIVATE / 2)
		r->fail_len = sizeof(struct wire_getstandardallocation_return) + c.data_size +
			      c.resource_size;
}

/* What the GPU's driver says of a surface. The guest asks for sizes first. */
uint32_t run_getstandardallocation(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct softgpu_alloc data = {
		.magic = SOFTGPU_ALLOC_MAGIC,
		.version = SOFTGPU_ALLOC_VERSION,
		.flags = SOFTGPU_ALLOC_CACHED | SOFTGPU_ALLOC_SYSTEM,
	};
	struct softgpu_standard resource = {
		.magic = SOFTGPU_ALLOC_MAGIC,
		.version = SOFTGPU_ALLOC_VERSION,
	};
	struct wire_getstandardallocation_return head = { 0 };
	struct wire_getstandardallocation c;
	uint32_t bytes;
	uint8_t *out;

	message_copy(m, &c, sizeof(c));
	if (c.type != WIRE_STANDARD_GDI_SURFACE)
		return refuse(m, STATUS_NOT_SUPPORTED, "type %u", c.type);
	if (!c.gdi.type || c.gdi.type > WIRE_GDI_SURFACE_LAST || c.physical_adapter)
		return refuse(m, STATUS_INVALID_PARAMETER, "surface of type %u, adapter %u",
			      c.gdi.type, c.physical_adapter);
	/* Bytes of a pixel: none is known of format 0, which then is a row of bytes. */
	bytes = c.gdi.format ? 4 : 1;
	if (!c.gdi.width || !c.gdi.height || c.gdi.width > UINT32_MAX / bytes)
		return STATUS_INVALID_PARAMETER;
	head.data_size = sizeof(data);
	head.resource_size = sizeof(resource);
	head.gdi = c.gdi;
	head.gdi.pitch = c.gdi.width * bytes;
	if (!c.data_size && !c.resource_size) {
		memcpy(reply_make(r, sizeof(head)), &head, sizeof(head));
		return STATUS_SUCCESS;
	}
	if (c.data_size != sizeof(data) || c.resource_size != sizeof(resource))
		return refuse(m, STATUS_BUFFER_TOO_SMALL, "%u and %u bytes of data", c.data_size,
			      c.resource_size);
	data.size = (uint64_t)head.gdi.pitch * c.gdi.height;
	resource.width = c.gdi.width;
	resource.height = c.gdi.height;
	resource.pitch = head.gdi.pitch;
	out = reply_make(r, sizeof(head) + sizeof(data) + sizeof(resource));
	memcpy(out, &head, sizeof(head));
	memcpy(out + sizeof(head), &data, sizeof(data));
	memcpy(out + sizeof(head) + sizeof(data), &resource, sizeof(resource));
	return STATUS_SUCCESS;
}

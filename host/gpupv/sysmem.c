// SPDX-License-Identifier: GPL-2.0
/*
 * Guest memory for allocations: told by frame numbers in chunks, or by a GPADL
 * of the global channel. Each page must be guest RAM and none of the IO space.
 * The pages belong to the allocation until its end has been answered; the host
 * keeps only pointers into its mapping of the guest's RAM, which stay valid. A
 * GPADL is held until then, so that a guest that takes it back early is caught.
 */
#include "memory.h"

/* An allocation of @device that waits for its pages; NULL: *@status. */
static struct gpupv_allocation *waiting(const struct gpupv_message *m, uint32_t device,
					uint32_t allocation, uint32_t *status)
{
	struct gpupv_device *d = device_named(m, device);
	struct gpupv_allocation *a = d ? allocation_named(m, d, allocation) : NULL;

	*status = STATUS_INVALID_HANDLE;
	if (!a)
		return NULL;
	*status = STATUS_INVALID_PARAMETER;
	if (a->memory->guest && !memory_complete(a->memory))
		return a;
	refuse(m, *status, "%#x does not wait for pages", allocation);
	return NULL;
}

static uint8_t *guest_page(const struct gpupv *g, uint64_t pfn)
{
	uint64_t gpa = pfn * WIRE_PAGE;

	if (pfn > UINT64_MAX / WIRE_PAGE || iospace_has(g, gpa))
		return NULL;
	return gmem_at(&g->host->mem, gpa, WIRE_PAGE);
}

uint32_t run_setexistingsysmempages(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_setexistingsysmempages c;
	struct gpupv_allocation *a;
	struct gpupv_memory *mem;
	uint32_t status;

	(void)r;
	message_copy(m, &c, sizeof(c));
	if (!gpupv_has_ext_header(m->g) || !(m->g->cfg.host_caps & WIRE_HOST_CAPS_MAP_GUEST_MEMORY))
		return refuse(m, STATUS_NOT_SUPPORTED, "this host takes no frame numbers");
	a = waiting(m, c.device, c.allocation, &status);
	if (!a)
		return status;
	mem = a->memory;
	if (mem->by_gpadl || c.first != mem->told)
		return refuse(m, STATUS_INVALID_PARAMETER, "page %u, %llu are told", c.first,
			      (unsigned long long)mem->told);
	if (!c.count || c.count > WIRE_SYSMEM_PAGES || c.count > mem->pages - mem->told)
		return refuse(m, STATUS_INVALID_PARAMETER, "%u pages, %llu are missing", c.count,
			      (unsigned long long)(mem->pages - mem->told));
	for (uint32_t i = 0; i < c.count; i++) {
		uint64_t pfn = message_u64(m, sizeof(c) + 8 * i);

		mem->page[c.first + i] = guest_page(m->g, pfn);
		if (!mem->page[c.first + i])
			return refuse(m, STATUS_INVALID_PARAMETER, "frame %#llx is not RAM",
				      (unsigned long long)pfn);
	}
	mem->told += c.count;
	return STATUS_SUCCESS;
}

uint32_t run_setexistingsysmemstore(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_setexistingsysmemstore c;
	struct gpupv_allocation *a;
	struct gpupv_memory *mem;
	uint32_t status, pages = 0;
	const uint64_t *pfn;

	(void)r;
	message_copy(m, &c, sizeof(c));
	if (c.pad)
		return refuse(m, STATUS_INVALID_PARAMETER, "padding %#x", c.pad);
	a = waiting(m, c.device, c.allocation, &status);
	if (!a)
		return status;
	mem = a->memory;
	if (mem->told)
		return refuse(m, STATUS_INVALID_PARAMETER, "%llu pages are told",
			      (unsigned long long)mem->told);
	pfn = vmbus_gpadl_pages(m->g->global.ch, c.gpadl, &pages);
	if (!pfn || pages != mem->pages)
		return refuse(m, STATUS_INVALID_PARAMETER,
			      "GPADL %#x of %u pages, %llu are missing", c.gpadl, pages,
			      (unsigned long long)mem->pages);
	for (uint32_t i = 0; i < pages; i++) {
		mem->page[i] = guest_page(m->g, pfn[i]);
		if (!mem->page[i])
			return refuse(m, STATUS_INVALID_PARAMETER, "frame %#llx is not RAM",
				      (unsigned long long)pfn[i]);
	}
	mem->told = pages;
	mem->by_gpadl = vmbus_gpadl_hold(m->g->global.ch, c.gpadl);
	mem->gpadl = c.gpadl;
	return STATUS_SUCCESS;
}

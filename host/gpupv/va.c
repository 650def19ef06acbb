// SPDX-License-Identifier: GPL-2.0
/*
 * The commands about GPU addresses: reserve, map, free, update. What is mapped
 * lies in a reserved range, or in one that MAP chooses; each ends as a whole.
 *
 * All numbers come from the guest's user, so that what is wrong with them is an
 * error and no violation. MAP is an operation of a paging queue: its range is
 * taken at once, the page table changes when the operation ends.
 */
#include <string.h>

#include "memory.h"

#define PAGE		((uint64_t)WIRE_PAGE)
#define MAX_PAGES	(SPACE_GUEST_END / PAGE)

/* Protection bits to an access; false: a combination that has no meaning. */
static bool access_of(uint64_t protection, const struct gpupv_allocation *a, unsigned int *access)
{
	bool none = protection & WIRE_PROTECT_NO_ACCESS, zero = protection & WIRE_PROTECT_ZERO;

	*access = 0;
	if (protection & ~(uint64_t)(WIRE_PROTECT_WRITE | WIRE_PROTECT_EXECUTE |
				     WIRE_PROTECT_ZERO | WIRE_PROTECT_NO_ACCESS))
		return false;
	if (none || zero) {
		if (a || (none && zero))
			return false;
		if (zero)
			*access = SOFTGPU_READ;
		return true;
	}
	if (!a)
		return !protection;
	*access = SOFTGPU_READ;
	if (protection & WIRE_PROTECT_WRITE)
		*access |= SOFTGPU_WRITE;
	if (protection & WIRE_PROTECT_EXECUTE)
		*access |= SOFTGPU_EXECUTE;
	return true;
}

/* What of an allocation is to be mapped, or nothing of none; 0 or the error. */
static uint32_t check_pages(const struct va_map *map, uint64_t protection)
{
	const struct gpupv_allocation *a = map->allocation;

	if (!a)
		return STATUS_SUCCESS;
	if (map->first > a->memory->pages || map->pages > a->memory->pages - map->first)
		return STATUS_INVALID_PARAMETER;
	if (a->memory->read_only && protection & WIRE_PROTECT_WRITE)
		return STATUS_ACCESS_DENIED;
	return STATUS_SUCCESS;
}

/* ---- reserve and free ---- */

uint32_t run_reservegpuva(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_reservegpuva_return *reply;
	struct wire_reservegpuva c;
	struct va_range *range;
	struct va_wish wish;
	uint32_t status;

	message_copy(m, &c, sizeof(c));
	/* The guest's driver puts one or the other there. */
	if (c.adapter != m->gpu->adapter && !paging_queue_get(m, c.adapter))
		return STATUS_INVALID_HANDLE;
	if (c.type > WIRE_RESERVE_NO_COMMIT)
		return STATUS_INVALID_PARAMETER;
	wish = (struct va_wish) {
		.base = c.base,
		.minimum = c.minimum,
		.maximum = c.maximum,
		.size = c.size,
	};
	range = space_reserve(space_of(m->process, m->gpu), &wish, c.type == WIRE_RESERVE_ZERO,
			      &status);
	if (!range)
		return status;
	reply = reply_make(r, sizeof(*reply));
	reply->address = range->base;
	return STATUS_SUCCESS;
}

uint32_t run_freegpuva(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct gpupv_space *s = space_find(m->process, m->gpu);
	struct wire_freegpuva c;
	struct va_range *range;

	(void)r;
	message_copy(m, &c, sizeof(c));
	if (c.adapter != m->gpu->adapter)
		return refuse(m, STATUS_INVALID_HANDLE, "adapter %#x", c.adapter);
	range = s && !c.reserved ? space_range_at(s, c.base) : NULL;
	/* A part of a range cannot be freed. [host] */
	if (!range || range->size != c.size)
		return STATUS_INVALID_PARAMETER;
	paging_finish(m->process, m->gpu);
	space_release(s, range);
	return STATUS_SUCCESS;
}

/* ---- map ---- */

struct map_operation {
	struct gpupv_space *space;
	struct va_range *range;
	struct va_map map;
};

static void map_end(void *arg)
{
	struct map_operation *op = arg;

	if (!space_map(op->space, op->range, &op->map))
		log_info(AREA, "no more mappings for this process: %#llx is not mapped",
			 (unsigned long long)op->map.va);
	g_free(op);
}

/* The range to map into: the one that has @base, or a new one. */
static uint32_t map_range(struct gpupv_space *s, const struct wire_mapgpuva *c,
			  struct va_range **range)
{
	struct va_wish wish = {
		.minimum = c->minimum,
		.maximum = c->maximum,
		.size = c->pages * PAGE,
	};
	uint32_t status;

	if (c->base) {
		*range = space_range(s, c->base, c->pages * PAGE);
		return *range ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
	}
	*range = space_reserve(s, &wish, false, &status);
	if (*range)
		(*range)->by_map = true;
	return status;
}

uint32_t run_mapgpuva(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_mapgpuva_return *reply;
	struct gpupv_paging_queue *q;
	struct map_operation *op;
	struct va_map map = { 0 };
	struct wire_mapgpuva c;
	struct gpupv_device *d;
	struct va_range *range;
	uint32_t status;
	uint64_t value;

	message_copy(m, &c, sizeof(c));
	if (c.device || c.pad3)
		return refuse(m, STATUS_INVALID_PARAMETER, "device %#x, padding %#x", c.device,
			      c.pad3);
	q = paging_queue_get(m, c.paging_queue);
	if (!q)
		return STATUS_INVALID_HANDLE;
	d = paging_queue_device(q);
	if (d->state != DEVICE_ACTIVE)
		return STATUS_DEVICE_REMOVED;
	if (c.reserved0 || c.reserved1 || !c.pages || c.pages > MAX_PAGES)
		return STATUS_INVALID_PARAMETER;
	map.first = c.first_page;
	map.pages = c.pages;
	if (c.allocation) {
		map.allocation = allocation_get(m, c.allocation);
		if (!map.allocation)
			return STATUS_INVALID_HANDLE;
	}
	if (!access_of(c.protection, map.allocation, &map.access))
		return STATUS_INVALID_PARAMETER;
	status = check_pages(&map, c.protection);
	if (!status)
		status = map_range(d->space, &c, &range);
	if (status)
		return status;
	map.va = c.base ? c.base : range->base;
	op = g_new(struct map_operation, 1);
	*op = (struct map_operation) { .space = d->space, .range = range, .map = map };
	value = paging_queue_add(q, map_end, op);

	reply = reply_make(r, sizeof(*reply));
	reply->address = map.va;
	reply->fence_value = value;
	reply->status = paging_status(q, value);
	return STATUS_SUCCESS;
}

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

#include "exec.h"
#include "memory.h"

#define PAGE		((uint64_t)WIRE_PAGE)
#define MAX_PAGES	(SPACE_GUEST_END / PAGE)
#define MAX_REPEATS	4096u			/* of an allocation in one operation */

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

/* ---- update ---- */

/* Operations that a context carries out in its order, or at once. */
struct update {
	struct gpupv_space *space;
	uint32_t count;
	struct wire_va_operation op[];
};

/* What a map operation maps: 0, or why it cannot. */
static uint32_t check_map(struct gpupv_space *s, const struct wire_va_operation *op,
			  struct va_map *map)
{
	uint64_t protection = op->type == WIRE_VA_MAP ? WIRE_PROTECT_WRITE : op->map.protection;

	*map = (struct va_map) {
		.va = op->map.base,
		.first = op->map.offset / PAGE,
		.pages = MIN(op->map.size, op->map.allocation_size) / PAGE,
	};
	if (op->map.allocation) {
		map->allocation = handle_get(&s->process->handles, op->map.allocation,
					     HANDLE_ALLOCATION);
		if (!map->allocation || map->allocation->device->space != s)
			return STATUS_INVALID_HANDLE;
		if (op->map.offset % PAGE || op->map.allocation_size % PAGE || !map->pages ||
		    op->map.size / PAGE / map->pages > MAX_REPEATS)
			return STATUS_INVALID_PARAMETER;
	} else {
		map->pages = op->map.size / PAGE;
	}
	/* Without a protection, what the memory allows. */
	if (op->type == WIRE_VA_MAP && map->allocation && map->allocation->memory->read_only)
		protection = 0;
	if (!access_of(protection, map->allocation, &map->access) ||
	    !space_range(s, op->map.base, op->map.size))
		return STATUS_INVALID_PARAMETER;
	return check_pages(map, protection);
}

static uint32_t check_operation(struct gpupv_space *s, const struct wire_va_operation *op)
{
	unsigned int access;
	struct va_map map;

	switch (op->type) {
	case WIRE_VA_MAP:
	case WIRE_VA_MAP_PROTECT:
		return check_map(s, op, &map);
	case WIRE_VA_UNMAP:
		if (!access_of(op->unmap.protection, NULL, &access) ||
		    !space_range(s, op->unmap.base, op->unmap.size))
			break;
		return STATUS_SUCCESS;
	case WIRE_VA_COPY:
		if (!space_range(s, op->copy.source, op->copy.size) ||
		    !space_range(s, op->copy.dest, op->copy.size))
			break;
		return STATUS_SUCCESS;
	}
	return STATUS_INVALID_PARAMETER;
}

/* A range that is longer than what it maps repeats it. [host] */
static bool do_map(struct gpupv_space *s, const struct wire_va_operation *op)
{
	struct va_range *range = space_range(s, op->map.base, op->map.size);
	uint64_t end = op->map.base + op->map.size;
	struct va_map map;

	check_map(s, op, &map);
	while (map.va < end) {
		map.pages = MIN(map.pages, (end - map.va) / PAGE);
		if (!space_map(s, range, &map))
			return false;
		map.va += map.pages * PAGE;
	}
	return true;
}

static bool do_operation(struct gpupv_space *s, const struct wire_va_operation *op)
{
	struct va_map map = { .va = op->unmap.base, .pages = op->unmap.size / PAGE };

	switch (op->type) {
	case WIRE_VA_COPY:
		return space_copy(s, op->copy.source, op->copy.dest, op->copy.size / PAGE);
	case WIRE_VA_UNMAP:
		access_of(op->unmap.protection, NULL, &map.access);
		return space_map(s, space_range(s, map.va, op->unmap.size), &map);
	}
	return do_map(s, op);
}

/* What the list names may have ended since it was checked. */
static void update_run(void *arg)
{
	struct update *u = arg;

	for (uint32_t i = 0; i < u->count; i++) {
		if (check_operation(u->space, &u->op[i]) || !do_operation(u->space, &u->op[i]))
			log_info(AREA, "operation %u of %u on addresses cannot be done any more",
				 i, u->count);
	}
}

static void update_drop(void *arg)
{
	g_free(arg);
}

/* @fence takes @value after the update. */
static struct exec_signal *update_signal(struct gpupv *g, struct sync_core *fence, uint64_t value)
{
	struct exec_signal *s = g_new0(struct exec_signal, 1);

	s->refs = 1;
	s->g = g;
	s->count = 1;
	s->core[0] = fence;
	s->value[0] = value;
	sync_core_get(fence);
	return s;
}

static struct update *update_new(const struct gpupv_message *m, struct gpupv_space *s,
				 uint32_t count)
{
	struct update *u = g_malloc(sizeof(*u) + count * sizeof(u->op[0]));

	u->space = s;
	u->count = count;
	memcpy(u->op, m->data + sizeof(struct wire_updategpuva), count * sizeof(u->op[0]));
	return u;
}

/* All of the list is possible now. */
static uint32_t check_update(const struct update *u)
{
	uint32_t status = STATUS_SUCCESS;

	for (uint32_t i = 0; !status && i < u->count; i++)
		status = check_operation(u->space, &u->op[i]);
	return status;
}

/* Queue an update behind the work of its context, or do it now. */
static uint32_t update_start(const struct gpupv_message *m, const struct wire_updategpuva *c,
			     struct update *u)
{
	struct gpupv_sync *fence = c->fence_object ? sync_get(m, c->fence_object) : NULL;
	struct exec_queue *q = queue_get(m, c->context);
	uint32_t status = check_update(u);
	struct exec_signal *signal;

	if (status)
		return status;
	if (!q || q->device->handle != c->device ||
	    (c->fence_object && (!fence || !sync_is_fence(fence->core))))
		return STATUS_INVALID_HANDLE;
	if (c->flags & WIRE_UPDATE_DO_NOT_WAIT) {
		update_run(u);
		update_drop(u);
		if (fence)
			sync_signal(fence->core, c->fence_value, false);
		return STATUS_SUCCESS;
	}
	if (!queue_has_room(q))
		return STATUS_NO_MEMORY;
	queue_add(q, item_new_call(update_run, update_drop, u));
	if (fence) {
		signal = update_signal(m->g, fence->core, c->fence_value);
		queue_add(q, item_new_signal(signal));
		signal_put(signal);
	}
	return STATUS_SUCCESS;
}

uint32_t run_updategpuva(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_updategpuva c;
	struct gpupv_device *d;
	struct update *u;
	uint32_t status;
	uint64_t end;

	(void)r;
	message_copy(m, &c, sizeof(c));
	if (!c.count || c.count > WIRE_MAX_OPERATIONS)
		return refuse(m, STATUS_INVALID_PARAMETER, "%u operations", c.count);
	end = sizeof(c) + (uint64_t)c.count * sizeof(struct wire_va_operation);
	if (check_size(m, end, end))
		return STATUS_INVALID_PARAMETER;
	if (c.pad)
		return refuse(m, STATUS_INVALID_PARAMETER, "padding %#x", c.pad);
	d = device_get_active(m, c.device, &status);
	if (!d)
		return status;
	if (c.flags & ~WIRE_UPDATE_DO_NOT_WAIT)
		return STATUS_INVALID_PARAMETER;
	u = update_new(m, d->space, c.count);
	status = update_start(m, &c, u);
	if (status)
		update_drop(u);
	return status;
}

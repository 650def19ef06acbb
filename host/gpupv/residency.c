// SPDX-License-Identifier: GPL-2.0
/*
 * Residency: which allocations the GPU may use now. MAKERESIDENT and EVICT
 * count per allocation; the first and the last of them pay and unpay for its
 * bytes, against the process's budget and the GPU's pool.
 */
#include "memory.h"

/* ---- budgets ---- */

uint64_t residency_size(const struct gpupv_gpu *gpu, enum gpu_segment segment)
{
	return segment == GPU_LOCAL ? gpu->cfg.video_memory : gpu->cfg.shared_memory;
}

/* What a process may have resident: all, but what others have reserved. */
uint64_t residency_budget(const struct gpupv_space *s, enum gpu_segment segment)
{
	uint64_t size = residency_size(s->gpu, segment), others = 0;
	const struct gpupv *g = s->gpu->g;

	if (segment == GPU_LOCAL && s->gpu->cfg.budget && s->gpu->cfg.budget < size)
		size = s->gpu->cfg.budget;
	for (const struct gpupv_process *p = g->processes; p; p = p->next) {
		const struct gpupv_space *other = space_find(p, s->gpu);

		if (other && other != s)
			others += other->reserved[segment];
	}
	return others < size ? size - others : 0;
}

/* Bytes over the budget when @more were resident, too. */
static uint64_t over_budget(const struct gpupv_space *s, const uint64_t *more)
{
	uint64_t over = 0;

	for (int i = 0; i < GPU_SEGMENTS; i++) {
		uint64_t budget = residency_budget(s, i), want = s->resident[i] + more[i];

		if (want > budget)
			over += want - budget;
	}
	return over;
}

/* Bytes that a segment of the pool lacks for @more. */
static uint64_t lack(const struct gpupv_gpu *gpu, enum gpu_segment segment, uint64_t more)
{
	uint64_t size = residency_size(gpu, segment), want = gpu->pool.resident[segment] + more;

	return want > size ? want - size : 0;
}

/* The same of all segments, after offered memory has gone for it. */
static uint64_t over_pool(struct gpupv_gpu *gpu, const uint64_t *more)
{
	uint64_t over = 0;

	for (int i = 0; i < GPU_SEGMENTS; i++) {
		pool_discard_resident(gpu, i, lack(gpu, i, more[i]));
		over += lack(gpu, i, more[i]);
	}
	return over;
}

/* ---- lists ---- */

static bool list_one(const struct gpupv_message *m, GPtrArray *list, uint32_t handle,
		     bool resources)
{
	struct gpupv_allocation *a;
	struct gpupv_resource *res;

	if (!resources) {
		a = allocation_get(m, handle);
		if (a)
			g_ptr_array_add(list, a);
		return a;
	}
	res = resource_get(m, handle);
	for (GList *l = res ? res->allocations : NULL; l; l = l->next)
		g_ptr_array_add(list, l->data);
	return res;
}

GPtrArray *listed(const struct gpupv_message *m, uint32_t at, uint32_t count, bool resources)
{
	GPtrArray *list = g_ptr_array_sized_new(count);

	for (uint32_t i = 0; i < count; i++) {
		if (!list_one(m, list, message_u32(m, at + 4 * i), resources)) {
			g_ptr_array_free(list, TRUE);
			return NULL;
		}
	}
	return list;
}

GPtrArray *listed_or_resource(const struct gpupv_message *m, uint32_t at, uint32_t count,
			      uint32_t resource, uint32_t *status)
{
	GPtrArray *list;

	*status = STATUS_INVALID_PARAMETER;
	if (!count == !resource)
		return NULL;
	*status = STATUS_INVALID_HANDLE;
	if (count)
		return listed(m, at, count, false);
	list = g_ptr_array_new();
	if (list_one(m, list, resource, true))
		return list;
	g_ptr_array_free(list, TRUE);
	return NULL;
}

static void shown(void *arg)
{
	GPtrArray *list = arg;

	for (guint i = 0; i < list->len; i++) {
		struct gpupv_allocation *a = list->pdata[i];

		memory_update(a->memory);
	}
	g_ptr_array_free(list, TRUE);
}

/* ---- make resident, evict ---- */

/*
 * Bytes that have to be counted when all of the list is resident, each allocation
 * and each memory once.
 */
static void cost(const GPtrArray *list, uint64_t *process, uint64_t *pool)
{
	GHashTable *seen = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < list->len; i++) {
		const struct gpupv_allocation *a = list->pdata[i];

		if (!a->charged && g_hash_table_add(seen, (gpointer)a))
			process[a->memory->segment] += memory_bytes(a->memory);
		if (!a->memory->charged && g_hash_table_add(seen, a->memory))
			pool[a->memory->segment] += memory_bytes(a->memory);
	}
	g_hash_table_destroy(seen);
}

bool residency_make_room(const struct gpupv_device *d, const GPtrArray *list, uint64_t *trim)
{
	uint64_t process[GPU_SEGMENTS] = { 0 }, pool[GPU_SEGMENTS] = { 0 };

	cost(list, process, pool);
	*trim = over_pool(d->gpu, pool);
	return !*trim;
}

bool residency_may_move(struct gpupv_memory *mem, enum gpu_segment segment)
{
	uint64_t more[GPU_SEGMENTS] = { 0 };

	if (mem->charged)
		more[segment] = memory_bytes(mem);
	return !over_pool(mem->gpu, more);
}

/* Whether all of the list may become resident now; *@trim: what has to go first. */
static uint32_t may_be_resident(const struct gpupv_device *d, const GPtrArray *list,
				uint32_t flags, uint64_t *trim)
{
	uint64_t process[GPU_SEGMENTS] = { 0 }, pool[GPU_SEGMENTS] = { 0 };

	*trim = 0;
	for (guint i = 0; i < list->len; i++) {
		const struct gpupv_allocation *a = list->pdata[i];

		if (!memory_complete(a->memory) || a->memory->offered ||
		    a->resident > UINT32_MAX - WIRE_MAX_LIST)
			return STATUS_INVALID_PARAMETER;
	}
	if (!residency_make_room(d, list, trim))
		return STATUS_GRAPHICS_NO_VIDEO_MEMORY;
	cost(list, process, pool);
	*trim = over_budget(d->space, process);
	if (*trim && !(flags & (WIRE_RESIDENT_CANT_TRIM | WIRE_RESIDENT_MUST_SUCCEED)))
		return STATUS_GRAPHICS_NO_VIDEO_MEMORY;
	return STATUS_SUCCESS;
}

uint32_t run_makeresident(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_makeresident_return *reply;
	struct gpupv_paging_queue *q;
	struct wire_makeresident c;
	struct gpupv_device *d;
	GPtrArray *list;
	uint64_t trim;
	uint32_t end, status;

	message_copy(m, &c, sizeof(c));
	if (!c.count || c.count > WIRE_MAX_LIST)
		return refuse(m, STATUS_INVALID_PARAMETER, "%u allocations", c.count);
	end = sizeof(c) + 4 * c.count;
	if (check_size(m, end + WIRE_MAKERESIDENT_SLACK, end))
		return STATUS_INVALID_PARAMETER;
	if (c.device)
		return refuse(m, STATUS_INVALID_PARAMETER, "device %#x", c.device);
	q = paging_queue_get(m, c.paging_queue);
	if (!q)
		return STATUS_INVALID_HANDLE;
	d = paging_queue_device(q);
	if (d->state != DEVICE_ACTIVE)
		return STATUS_DEVICE_REMOVED;
	if (c.flags & ~(WIRE_RESIDENT_CANT_TRIM | WIRE_RESIDENT_MUST_SUCCEED))
		return STATUS_INVALID_PARAMETER;
	list = listed(m, sizeof(c), c.count, false);
	if (!list)
		return STATUS_INVALID_HANDLE;
	status = may_be_resident(d, list, c.flags, &trim);

	reply = reply_make(r, sizeof(*reply));
	reply->bytes_to_trim = trim;
	reply->status = status;
	if (status) {
		g_ptr_array_free(list, TRUE);
		r->own_failure = true;
		return status;
	}
	for (guint i = 0; i < list->len; i++) {
		struct gpupv_allocation *a = list->pdata[i];

		allocation_set_resident(a, a->resident + 1);
	}
	reply->fence_value = paging_queue_add(q, shown, list);
	reply->status = paging_status(q, reply->fence_value);
	return STATUS_SUCCESS;
}

/* An allocation that is not resident stays so. */
uint32_t run_evict(const struct gpupv_message *m, struct gpupv_reply *r)
{
	static const uint64_t no_more[GPU_SEGMENTS];
	struct wire_evict_return *reply;
	struct wire_evict c;
	struct gpupv_device *d;
	GPtrArray *list;
	uint32_t end;

	message_copy(m, &c, sizeof(c));
	if (!c.count || c.count > WIRE_MAX_LIST)
		return refuse(m, STATUS_INVALID_PARAMETER, "%u allocations", c.count);
	end = WIRE_EVICT_HANDLES + 4 * c.count;
	if (check_size(m, end, end))
		return STATUS_INVALID_PARAMETER;
	d = device_named(m, c.device);
	if (!d)
		return STATUS_INVALID_HANDLE;
	if (c.flags & ~(WIRE_EVICT_IF_NECESSARY | WIRE_EVICT_NOT_WRITTEN))
		return STATUS_INVALID_PARAMETER;
	list = listed(m, WIRE_EVICT_HANDLES, c.count, false);
	if (!list)
		return STATUS_INVALID_HANDLE;
	paging_finish(m->process, m->gpu);
	for (guint i = 0; i < list->len; i++) {
		struct gpupv_allocation *a = list->pdata[i];

		if (a->resident)
			allocation_set_resident(a, a->resident - 1);
	}
	g_ptr_array_free(list, TRUE);
	reply = reply_make(r, sizeof(*reply));
	reply->bytes_to_trim = over_budget(d->space, no_more);
	return STATUS_SUCCESS;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * OFFERALLOCATIONS and RECLAIMALLOCATIONS: memory whose contents the user can do
 * without, until it takes it back. The GPU cannot see it meanwhile. [host]
 */
#include "memory.h"

/* Each allocation of the list once. */
static void without_repeats(GPtrArray *list)
{
	GHashTable *seen = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < list->len;) {
		if (g_hash_table_add(seen, list->pdata[i]))
			i++;
		else
			g_ptr_array_remove_index(list, i);
	}
	g_hash_table_destroy(seen);
}

/*
 * What cannot be offered: guest pages, which the host does not own; what others
 * have open; what is offered already; what a guest CPU has locked.
 */
static uint32_t may_be_offered(const GPtrArray *list)
{
	for (guint i = 0; i < list->len; i++) {
		const struct gpupv_allocation *a = list->pdata[i];

		if (a->memory->guest || a->memory->refs > 1 || a->memory->offered)
			return STATUS_INVALID_PARAMETER;
		if (a->memory->locks)
			return STATUS_GRAPHICS_ALLOCATION_BUSY;
	}
	return STATUS_SUCCESS;
}

/* Queues of the pool by priority; "automatic" is normal. [host] */
static uint32_t queue_of(uint32_t priority)
{
	return priority == WIRE_OFFER_PRIORITY_AUTO ? 1 : priority - WIRE_OFFER_PRIORITY_LOW;
}

uint32_t run_offerallocations(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_offerallocations c;
	uint32_t end, status;
	GPtrArray *list;

	(void)r;
	message_copy(m, &c, sizeof(c));
	if (!c.count || c.count > WIRE_MAX_LIST)
		return refuse(m, STATUS_INVALID_PARAMETER, "%u allocations", c.count);
	end = WIRE_OFFER_HANDLES + 4 * c.count;
	if (check_size(m, end, end) ||
	    require_zero(m, offsetof(struct wire_offerallocations, pad), WIRE_OFFER_HANDLES,
			 "padding"))
		return STATUS_INVALID_PARAMETER;
	if (c.resources > 1)
		return refuse(m, STATUS_INVALID_PARAMETER, "resources %u", c.resources);
	if (!device_named(m, c.device))
		return STATUS_INVALID_HANDLE;
	if (c.priority < WIRE_OFFER_PRIORITY_LOW || c.priority > WIRE_OFFER_PRIORITY_AUTO ||
	    c.flags & ~(WIRE_OFFER_IMMEDIATELY | WIRE_OFFER_ALLOW_DECOMMIT))
		return STATUS_INVALID_PARAMETER;
	list = listed(m, WIRE_OFFER_HANDLES, c.count, c.resources);
	if (!list)
		return STATUS_INVALID_HANDLE;
	without_repeats(list);
	paging_finish(m->process, m->gpu);
	status = may_be_offered(list);
	for (guint i = 0; !status && i < list->len; i++) {
		struct gpupv_allocation *a = list->pdata[i];

		memory_offer(a->memory, queue_of(c.priority),
			     c.flags & WIRE_OFFER_ALLOW_DECOMMIT);
	}
	g_ptr_array_free(list, TRUE);
	return status;
}

void shape_reclaimallocations(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_reclaimallocations c = { 0 };

	message_copy(m, &c, sizeof(c));
	if (c.write_results && c.count && c.count <= WIRE_MAX_LIST)
		r->fail_len += 4 * (c.count - 1);
}

/* What became of an allocation; of a resource, the worst of its allocations. */
static uint32_t result_of(const struct gpupv_memory *mem)
{
	if (!mem->discarded)
		return WIRE_RECLAIM_OK;
	return mem->committed ? WIRE_RECLAIM_DISCARDED : WIRE_RECLAIM_NOT_COMMITTED;
}

static void write_results(const struct gpupv_message *m,
			  const struct wire_reclaimallocations *c, uint32_t *results)
{
	for (uint32_t i = 0; i < c->count; i++) {
		GPtrArray *one = listed(m, sizeof(*c) + 4 * i, 1, c->resources);

		for (guint k = 0; k < one->len; k++) {
			const struct gpupv_allocation *a = one->pdata[k];

			results[i] = MAX(results[i], result_of(a->memory));
		}
		g_ptr_array_free(one, TRUE);
	}
}

static void shown_again(void *arg)
{
	GPtrArray *list = arg;

	for (guint i = 0; i < list->len; i++) {
		struct gpupv_allocation *a = list->pdata[i];

		memory_update(a->memory);
	}
	g_ptr_array_free(list, TRUE);
}

/* Whether all of the list can be had; what has lost its commitment may stay without. */
static uint32_t may_be_reclaimed(const struct gpupv_device *d, const GPtrArray *list)
{
	GPtrArray *resident = g_ptr_array_new();
	uint64_t trim;
	bool room;

	for (guint i = 0; i < list->len; i++) {
		struct gpupv_allocation *a = list->pdata[i];

		if (memory_commit(a->memory) && a->resident)
			g_ptr_array_add(resident, a);
	}
	room = residency_make_room(d, resident, &trim);
	g_ptr_array_free(resident, TRUE);
	return room ? STATUS_SUCCESS : STATUS_GRAPHICS_NO_VIDEO_MEMORY;
}

static bool all_offered(const GPtrArray *list)
{
	for (guint i = 0; i < list->len; i++) {
		const struct gpupv_allocation *a = list->pdata[i];

		if (!a->memory->offered)
			return false;
	}
	return true;
}

/* Take the list back, for which others may be discarded, but none of itself. */
static uint32_t reclaim(const struct gpupv_message *m, const struct wire_reclaimallocations *c,
			const struct gpupv_device *d, const GPtrArray *list, uint32_t *results)
{
	uint32_t status;

	if (!all_offered(list))
		return STATUS_INVALID_PARAMETER;
	for (guint i = 0; i < list->len; i++) {
		struct gpupv_allocation *a = list->pdata[i];

		memory_withdraw(a->memory);
	}
	status = may_be_reclaimed(d, list);
	if (!status && c->write_results)
		write_results(m, c, results);
	for (guint i = 0; i < list->len; i++) {
		struct gpupv_allocation *a = list->pdata[i];

		if (status)
			memory_offer_again(a->memory);
		else if (a->memory->committed)
			memory_reclaim(a->memory);
	}
	return status;
}

uint32_t run_reclaimallocations(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_reclaimallocations_return *reply;
	struct wire_reclaimallocations c;
	struct gpupv_paging_queue *q;
	uint32_t end, status;
	GPtrArray *list;

	message_copy(m, &c, sizeof(c));
	if (!c.count || c.count > WIRE_MAX_LIST)
		return refuse(m, STATUS_INVALID_PARAMETER, "%u allocations", c.count);
	end = sizeof(c) + 4 * c.count;
	if (check_size(m, end + WIRE_RECLAIM_SLACK, end))
		return STATUS_INVALID_PARAMETER;
	if (c.resources > 1 || c.write_results > 1 || c.pad[0] || c.pad[1])
		return refuse(m, STATUS_INVALID_PARAMETER, "resources %u, results %u", c.resources,
			      c.write_results);
	q = paging_queue_get(m, c.paging_queue);
	if (!q)
		return STATUS_INVALID_HANDLE;
	if (c.device != paging_queue_device(q)->handle)
		return refuse(m, STATUS_INVALID_HANDLE, "device %#x, the queue's is %#x", c.device,
			      paging_queue_device(q)->handle);
	if (paging_queue_device(q)->state != DEVICE_ACTIVE)
		return STATUS_DEVICE_REMOVED;
	list = listed(m, sizeof(c), c.count, c.resources);
	if (!list)
		return STATUS_INVALID_HANDLE;
	without_repeats(list);
	reply = reply_make(r, sizeof(*reply) + (c.write_results ? 4 * (c.count - 1) : 0));
	status = reclaim(m, &c, paging_queue_device(q), list, reply->results);
	if (status) {
		g_ptr_array_free(list, TRUE);
		return status;
	}
	reply->fence_value = paging_queue_add(q, shown_again, list);
	reply->status = paging_status(q, reply->fence_value);
	return STATUS_SUCCESS;
}

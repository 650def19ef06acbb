// SPDX-License-Identifier: GPL-2.0
/*
 * What can be said and asked of allocations: priorities, where they are resident,
 * in which segments they may be.
 */
#include "memory.h"

/* ---- priorities ---- */

/* Lists of any length may come, but not beyond a packet. */
static uint32_t check_list(const struct gpupv_message *m, uint32_t count)
{
	if (count <= WIRE_MAX_MESSAGE / 4)
		return STATUS_SUCCESS;
	return refuse(m, STATUS_INVALID_PARAMETER, "%u allocations", count);
}

/* How many priorities go with a list, or with a resource. */
static uint32_t priorities(const struct wire_allocationpriority *c)
{
	return c->count ? c->count : 1;
}

uint32_t run_setallocationpriority(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_allocationpriority c;
	uint32_t at, end, status;
	GPtrArray *list;

	(void)r;
	message_copy(m, &c, sizeof(c));
	at = sizeof(c) + 4 * c.count;
	end = at + 4 * priorities(&c);
	if (check_list(m, c.count) || check_size(m, end, end))
		return STATUS_INVALID_PARAMETER;
	if (c.pad)
		return refuse(m, STATUS_INVALID_PARAMETER, "padding %#x", c.pad);
	if (!device_named(m, c.device))
		return STATUS_INVALID_HANDLE;
	list = listed_or_resource(m, sizeof(c), c.count, c.resource, &status);
	if (!list)
		return status;
	for (guint i = 0; i < list->len; i++) {
		struct gpupv_allocation *a = list->pdata[i];

		a->priority = message_u32(m, at + (c.count ? 4 * i : 0));
	}
	g_ptr_array_free(list, TRUE);
	return STATUS_SUCCESS;
}

void shape_getallocationpriority(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_allocationpriority c = { 0 };

	message_copy(m, &c, sizeof(c));
	if (c.count <= m->len / 4)
		r->fail_len = 4 + 4 * priorities(&c);
}

/* Behind the handles there may be zeros, as many as the answer has bytes. */
uint32_t run_getallocationpriority(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_allocationpriority c;
	uint32_t end, status, *reply;
	GPtrArray *list;

	message_copy(m, &c, sizeof(c));
	end = sizeof(c) + 4 * c.count;
	if (check_list(m, c.count))
		return STATUS_INVALID_PARAMETER;
	if (m->len > ((end + 7) & ~7u))
		status = check_size(m, (uint64_t)end + 4 + 4 * priorities(&c), end);
	else
		status = check_size(m, end, end);
	if (status)
		return status;
	if (c.pad)
		return refuse(m, STATUS_INVALID_PARAMETER, "padding %#x", c.pad);
	if (!device_named(m, c.device))
		return STATUS_INVALID_HANDLE;
	list = listed_or_resource(m, sizeof(c), c.count, c.resource, &status);
	if (!list)
		return status;
	reply = reply_make(r, 4 + 4 * priorities(&c));
	for (guint i = 0; i < list->len; i++) {
		const struct gpupv_allocation *a = list->pdata[i];

		reply[c.count ? 1 + i : 1] = a->priority;
	}
	g_ptr_array_free(list, TRUE);
	return STATUS_SUCCESS;
}

/* ---- residency ---- */

static uint32_t residency_of(const struct gpupv_allocation *a)
{
	if (!a->charged)
		return WIRE_NOT_RESIDENT;
	return a->memory->segment == GPU_LOCAL ? WIRE_RESIDENT_IN_GPU_MEMORY :
						 WIRE_RESIDENT_IN_SHARED_MEMORY;
}

void shape_queryallocationresidency(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_queryallocationresidency c = { 0 };

	message_copy(m, &c, sizeof(c));
	if (c.count && c.count <= m->len / 4)
		r->fail_len = 4 + 4 * c.count;
}

/* Of a resource: the one that is farthest away. */
uint32_t run_queryallocationresidency(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_queryallocationresidency c;
	uint32_t end, status, *reply;
	GPtrArray *list;

	message_copy(m, &c, sizeof(c));
	end = sizeof(c) + 4 * c.count;
	if (check_list(m, c.count) || check_size(m, end, end))
		return STATUS_INVALID_PARAMETER;
	if (!device_named(m, c.device))
		return STATUS_INVALID_HANDLE;
	list = listed_or_resource(m, sizeof(c), c.count, c.resource, &status);
	if (!list)
		return status;
	reply = reply_make(r, 4 + 4 * MAX(c.count, 1));
	for (guint i = 0; i < list->len; i++) {
		uint32_t *where = &reply[c.count ? 1 + i : 1];

		*where = MAX(*where, residency_of(list->pdata[i]));
	}
	g_ptr_array_free(list, TRUE);
	return STATUS_SUCCESS;
}

/* ---- segments ---- */

struct segment_operation {
	struct gpupv_memory *memory;
	enum gpu_segment segment;
};

static void segment_end(void *arg)
{
	struct segment_operation *op = arg;

	memory_set_segment(op->memory, op->segment);
	memory_put(op->memory);
	g_free(op);
}

/* The segment that the properties ask for; false: they make no sense. */
static bool segment_wanted(const struct wire_updateallocationproperty *c,
			   const struct gpupv_memory *mem, enum gpu_segment *segment)
{
	uint32_t set = c->mask & WIRE_PROPERTY_SEGMENT_SET ? c->segment_set : 3;
	uint32_t first = c->preferred & 0x1f;

	/* Guest pages are in system memory. */
	if (mem->guest)
		set &= 1u << GPU_NON_LOCAL;
	if (!set || set & ~3u)
		return false;
	if (!(set & 1u << mem->segment))
		*segment = set & 1u << GPU_LOCAL ? GPU_LOCAL : GPU_NON_LOCAL;
	else
		*segment = mem->segment;
	if (!(c->mask & WIRE_PROPERTY_PREFERRED) || !first)
		return true;
	if (first > GPU_SEGMENTS || !(set & 1u << (first - 1)))
		return false;
	*segment = first - 1;
	return true;
}

uint32_t run_updateallocationproperty(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_updateallocationproperty_return *reply;
	struct wire_updateallocationproperty c;
	struct segment_operation *op;
	struct gpupv_paging_queue *q;
	struct gpupv_allocation *a;
	enum gpu_segment segment;

	message_copy(m, &c, sizeof(c));
	q = paging_queue_get(m, c.paging_queue);
	if (!q)
		return STATUS_INVALID_HANDLE;
	if (paging_queue_device(q)->state != DEVICE_ACTIVE)
		return STATUS_DEVICE_REMOVED;
	a = allocation_get(m, c.allocation);
	if (!a)
		return STATUS_INVALID_HANDLE;
	if (c.mask & ~(WIRE_PROPERTY_PHYSICALLY | WIRE_PROPERTY_SEGMENT_SET |
		       WIRE_PROPERTY_PREFERRED) ||
	    (c.mask & WIRE_PROPERTY_PHYSICALLY && c.flags > 1) ||
	    !segment_wanted(&c, a->memory, &segment))
		return STATUS_INVALID_PARAMETER;
	if (segment != a->memory->segment && !residency_may_move(a->memory, segment))
		return STATUS_GRAPHICS_NO_VIDEO_MEMORY;
	op = g_new(struct segment_operation, 1);
	op->memory = a->memory;
	op->segment = segment;
	memory_ref(a->memory);

	reply = reply_make(r, sizeof(*reply));
	reply->fence_value = paging_queue_add(q, segment_end, op);
	reply->status = paging_status(q, reply->fence_value);
	return STATUS_SUCCESS;
}

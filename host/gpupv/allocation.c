// SPDX-License-Identifier: GPL-2.0
/*
 * Allocations: created by the guest's user with private data that the GPU's
 * driver understands (softgpu_alloc.h), or as standard ones without; and ended.
 *
 * CREATEALLOCATION has no status in its answer: a failure is an answer of the
 * same length with no handles. [host]
 */
#include <string.h>

#include "../softgpu/softgpu_alloc.h"
#include "memory.h"

#define HEAD		((uint32_t)sizeof(struct wire_createallocation))
#define ENTRY		((uint32_t)sizeof(struct wire_allocinfo))
#define PRIORITY_NORMAL	0x78000000u	/* of the public residency priorities */

/* ---- objects ---- */

struct gpupv_allocation *allocation_new(struct gpupv_device *d, struct gpupv_memory *mem)
{
	struct gpupv_allocation *a = g_new0(struct gpupv_allocation, 1);

	a->handle = handle_new(&d->process->handles, HANDLE_ALLOCATION, a);
	if (!a->handle) {
		g_free(a);
		return NULL;
	}
	memory_ref(mem);
	a->device = d;
	a->memory = mem;
	a->priority = PRIORITY_NORMAL;
	d->allocations = g_list_prepend(d->allocations, a);
	a->link = d->allocations;
	mem->allocations = g_list_prepend(mem->allocations, a);
	return a;
}

/*
 * Its mappings go with it; those of other openers stay. The caller has ended
 * what paging queues had left to do.
 */
void allocation_free(struct gpupv_allocation *a)
{
	struct gpupv_device *d = a->device;
	struct gpupv_memory *mem = a->memory;

	while (a->mappings)
		mapping_end(a->mappings);
	allocation_set_resident(a, 0);
	if (a->locked)
		memory_unlock(mem);
	mem->allocations = g_list_remove(mem->allocations, a);
	if (a->resource)
		a->resource->allocations = g_list_remove(a->resource->allocations, a);
	d->allocations = g_list_delete_link(d->allocations, a->link);
	handle_drop(&d->process->handles, a->handle);
	g_free(a);
	memory_put(mem);
}

struct gpupv_allocation *allocation_get(const struct gpupv_message *m, uint32_t handle)
{
	struct gpupv_allocation *a;

	if (!m->process)
		return NULL;
	a = handle_get(&m->process->handles, handle, HANDLE_ALLOCATION);
	return a && a->device->gpu == m->gpu ? a : NULL;
}

struct gpupv_allocation *allocation_named(const struct gpupv_message *m,
					  const struct gpupv_device *d, uint32_t handle)
{
	struct gpupv_allocation *a = allocation_get(m, handle);

	if (a && a->device == d)
		return a;
	refuse(m, STATUS_INVALID_HANDLE, "unknown allocation %#x of device %#x", handle,
	       d->handle);
	return NULL;
}

void allocation_set_resident(struct gpupv_allocation *a, uint32_t count)
{
	bool was = a->resident, is = count;

	a->resident = count;
	if (was == is)
		return;
	a->memory->residents += is ? 1 : -1;
	memory_charge(a->memory);
	if (!is)
		memory_update(a->memory);
}

/* ---- creation ---- */

/* What one CREATEALLOCATION asks for, checked. */
struct creation {
	struct wire_createallocation c;
	struct gpupv_device *device;
	struct gpupv_resource *resource;	/* that it adds to, or that it makes */
	uint32_t data;			/* where the data of the allocations begins */
	uint32_t data_size;		/* of all of them */
};

static uint32_t entry_size(const struct gpupv_message *m, uint32_t i)
{
	return message_u32(m, HEAD + i * ENTRY + offsetof(struct wire_allocinfo, private_size));
}

static uint32_t answer_size(const struct creation *n)
{
	return sizeof(struct wire_createallocation_return) +
	       n->c.count * sizeof(struct wire_allocinfo_return) + n->data_size;
}

/* Counts and sizes: they must add up to the message. */
static uint32_t check_layout(const struct gpupv_message *m, struct creation *n)
{
	uint64_t size = HEAD;

	message_copy(m, &n->c, sizeof(n->c));
	if (!n->c.count || n->c.count > WIRE_MAX_ALLOCATIONS)
		return refuse(m, STATUS_INVALID_PARAMETER, "%u allocations", n->c.count);
	size += (uint64_t)n->c.count * ENTRY;
	if (size > m->len)
		return refuse(m, STATUS_INVALID_PARAMETER, "%u bytes for %u allocations", m->len,
			      n->c.count);
	if (n->c.runtime_size >= WIRE_MAX_PRIVATE || n->c.private_size >= WIRE_MAX_PRIVATE)
		return refuse(m, STATUS_INVALID_PARAMETER, "%u and %u bytes of data",
			      n->c.runtime_size, n->c.private_size);
	size += n->c.runtime_size + n->c.private_size;
	n->data = size;
	for (uint32_t i = 0; i < n->c.count; i++) {
		if (entry_size(m, i) >= WIRE_MAX_PRIVATE - n->data_size)
			return refuse(m, STATUS_INVALID_PARAMETER, "%u bytes of data",
				      entry_size(m, i));
		n->data_size += entry_size(m, i);
	}
	size += n->data_size;
	return check_size(m, size, size);
}

void shape_createallocation(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct creation n = { 0 };
	uint32_t size;

	message_copy(m, &n.c, sizeof(n.c));
	if (m->len < HEAD || !n.c.count || n.c.count > (m->len - HEAD) / ENTRY)
		return;
	for (uint32_t i = 0; i < n.c.count && n.data_size < WIRE_MAX_MESSAGE; i++)
		n.data_size += MIN(entry_size(m, i), WIRE_MAX_MESSAGE);
	size = answer_size(&n);
	if (n.data_size < WIRE_MAX_MESSAGE && size <= WIRE_MAX_MESSAGE)
		r->fail_len = size;
}

/* What the guest's driver has seen to. */
static uint32_t check_driver(const struct gpupv_message *m, const struct creation *n)
{
	const struct wire_createallocation *c = &n->c;
	uint32_t flags = c->flags;
	bool standard = flags & WIRE_CREATE_STANDARD;

	if (c->make_resident)
		return refuse(m, STATUS_INVALID_PARAMETER, "make resident");
	if (require_zero(m, offsetof(struct wire_createallocation, pad), HEAD, "padding"))
		return STATUS_INVALID_PARAMETER;
	if (flags & (WIRE_CREATE_PROTECTED | WIRE_CREATE_EXISTING_SECTION))
		return refuse(m, STATUS_INVALID_PARAMETER, "flags %#x", flags);
	if (flags & WIRE_CREATE_SHARED &&
	    (flags & (WIRE_CREATE_RESOURCE | WIRE_CREATE_NT_SHARING)) !=
	    (WIRE_CREATE_RESOURCE | WIRE_CREATE_NT_SHARING))
		return refuse(m, STATUS_INVALID_PARAMETER, "shared, flags %#x", flags);
	if (standard && (c->private_size != sizeof(struct wire_standardallocation) ||
			 n->data_size))
		return refuse(m, STATUS_INVALID_PARAMETER,
			      "a standard allocation with %u bytes, and %u of its own",
			      c->private_size, n->data_size);
	if (standard && c->count != 1)
		return refuse(m, STATUS_INVALID_PARAMETER, "%u standard allocations", c->count);
	return STATUS_SUCCESS;
}

/* The description of a standard allocation, as private data would have it. */
static uint32_t standard_data(const struct gpupv_message *m, const struct creation *n,
			      struct softgpu_alloc *data)
{
	struct wire_standardallocation s;

	memcpy(&s, m->data + n->data - sizeof(s), sizeof(s));
	if (s.type == WIRE_STANDARD_EXISTING_HEAP) {
		if (!(n->c.flags & WIRE_CREATE_EXISTING_SYSMEM))
			return STATUS_INVALID_PARAMETER;
	} else if (s.type != WIRE_STANDARD_CROSS_ADAPTER) {
		return STATUS_INVALID_PARAMETER;
	}
	if (s.reserved || s.flags || s.reserved1 || s.size % WIRE_PAGE)
		return STATUS_INVALID_PARAMETER;
	data->size = s.size;
	data->flags = SOFTGPU_ALLOC_SYSTEM | SOFTGPU_ALLOC_CACHED;
	return STATUS_SUCCESS;
}

/* The private data of an allocation that is no standard one. */
static uint32_t private_data(const struct gpupv_message *m, uint32_t at, uint32_t size,
			     struct softgpu_alloc *data)
{
	if (size < sizeof(*data))
		return STATUS_INVALID_PARAMETER;
	memcpy(data, m->data + at, sizeof(*data));
	if (data->magic != SOFTGPU_ALLOC_MAGIC || data->version != SOFTGPU_ALLOC_VERSION ||
	    data->flags & ~(SOFTGPU_ALLOC_CACHED | SOFTGPU_ALLOC_SYSTEM) || data->segment ||
	    data->reserved)
		return STATUS_INVALID_PARAMETER;
	return STATUS_SUCCESS;
}

/* The driver's answer in @data; the memory that it describes. */
static struct gpupv_memory *make_memory(const struct creation *n, struct softgpu_alloc *data,
					uint32_t *status)
{
	bool guest = n->c.flags & WIRE_CREATE_EXISTING_SYSMEM;
	enum gpu_segment segment = GPU_LOCAL;
	struct gpupv_memory *mem;

	*status = STATUS_INVALID_PARAMETER;
	if (!data->size || data->size > UINT64_MAX - WIRE_PAGE)
		return NULL;
	if (guest)
		data->flags |= SOFTGPU_ALLOC_SYSTEM | SOFTGPU_ALLOC_CACHED | SOFTGPU_ALLOC_EXISTING;
	if (n->c.flags & WIRE_CREATE_CACHED)
		data->flags |= SOFTGPU_ALLOC_CACHED;
	if (data->flags & SOFTGPU_ALLOC_SYSTEM)
		segment = GPU_NON_LOCAL;
	data->size = (data->size + WIRE_PAGE - 1) & ~(uint64_t)(WIRE_PAGE - 1);
	data->segment = segment + 1;
	mem = memory_new(n->device->gpu, data->size / WIRE_PAGE, segment, guest, status);
	if (!mem)
		return NULL;
	if (n->device->gpu->g->cfg.soiled && !guest && !(n->c.flags & WIRE_CREATE_ZEROED))
		memory_soil(mem);
	mem->cached = data->flags & SOFTGPU_ALLOC_CACHED;
	mem->read_only = guest && n->c.flags & WIRE_CREATE_READ_ONLY;
	mem->cross_adapter = n->c.flags & WIRE_CREATE_CROSS_ADAPTER;
	*status = STATUS_SUCCESS;
	return mem;
}

/* Allocation @i, whose data is at @at; its entry of the answer and its data are filled. */
static uint32_t create_one(const struct gpupv_message *m, struct creation *n, uint32_t i,
			   uint32_t at, struct wire_allocinfo_return *out, uint8_t *data_out)
{
	struct softgpu_alloc data = { 0 };
	uint32_t size = entry_size(m, i), status;
	struct gpupv_allocation *a;
	struct gpupv_memory *mem;

	if (n->c.flags & WIRE_CREATE_STANDARD)
		status = standard_data(m, n, &data);
	else
		status = private_data(m, at, size, &data);
	if (status)
		return status;
	mem = make_memory(n, &data, &status);
	if (!mem)
		return status;
	a = allocation_new(n->device, mem);
	memory_put(mem);
	if (!a)
		return STATUS_NO_MEMORY;
	a->private_size = size;
	if (n->resource && !resource_add(n->resource, a)) {
		allocation_free(a);
		return STATUS_INVALID_PARAMETER;
	}
	out->allocation = a->handle;
	out->private_size = size;
	out->size = memory_bytes(mem);
	if (mem->guest)
		out->flags |= WIRE_ALLOCATION_EXISTING_SYSMEM;
	if (mem->cached)
		out->flags |= WIRE_ALLOCATION_CACHED;
	out->driver_allocation = a->handle;
	memcpy(data_out, m->data + at, size);
	if (size)
		memcpy(data_out, &data, sizeof(data));
	return STATUS_SUCCESS;
}

/* All of them, or none. */
static uint32_t create_all(const struct gpupv_message *m, struct creation *n,
			   struct gpupv_reply *r)
{
	struct wire_createallocation_return *head = reply_make(r, answer_size(n));
	struct wire_allocinfo_return *entries = (void *)(head + 1);
	uint8_t *data_out = (void *)(entries + n->c.count);
	uint32_t at = n->data, status = STATUS_SUCCESS, done = 0;

	for (; done < n->c.count; done++) {
		status = create_one(m, n, done, at, &entries[done], data_out);
		if (status)
			break;
		at += entry_size(m, done);
		data_out += entry_size(m, done);
	}
	while (status && done)
		allocation_free(handle_get(&m->process->handles, entries[--done].allocation,
					   HANDLE_ALLOCATION));
	head->flags = n->c.flags;
	if (n->resource)
		resource_answer(n->resource, head);
	return status;
}

uint32_t run_createallocation(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct creation n = { 0 };
	uint32_t status = check_layout(m, &n);
	bool made;

	if (!status)
		status = check_driver(m, &n);
	if (status)
		return status;
	n.device = device_get_active(m, n.c.device, &status);
	if (!n.device)
		return status;
	if (n.c.flags & ~WIRE_CREATE_KNOWN || answer_size(&n) > WIRE_MAX_MESSAGE)
		return STATUS_INVALID_PARAMETER;
	status = resource_for_creation(m, n.device, &n.c, &n.resource);
	if (status)
		return status;
	made = n.resource && n.c.flags & WIRE_CREATE_RESOURCE;
	status = create_all(m, &n, r);
	if (status && made)
		resource_free(n.resource);
	return status;
}

/* ---- the end ---- */

/* The handles of the list; each must be one of the device's, none twice. */
static uint32_t destroy_list(const struct gpupv_message *m, struct gpupv_device *d, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		uint32_t handle = message_u32(m, sizeof(struct wire_destroyallocation) + 4 * i);

		if (!allocation_named(m, d, handle))
			return STATUS_INVALID_HANDLE;
		for (uint32_t k = 0; k < i; k++) {
			if (message_u32(m, sizeof(struct wire_destroyallocation) + 4 * k) == handle)
				return refuse(m, STATUS_INVALID_HANDLE, "%#x twice", handle);
		}
	}
	paging_finish(d->process, d->gpu);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t handle = message_u32(m, sizeof(struct wire_destroyallocation) + 4 * i);

		allocation_free(allocation_get(m, handle));
	}
	return STATUS_SUCCESS;
}

uint32_t run_destroyallocation(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_destroyallocation c;
	struct gpupv_resource *resource;
	struct gpupv_device *d;

	(void)r;
	message_copy(m, &c, sizeof(c));
	if (c.count > WIRE_MAX_ALLOCATIONS)
		return refuse(m, STATUS_INVALID_PARAMETER, "%u allocations", c.count);
	if (check_size(m, sizeof(c) + 4 * c.count + WIRE_DESTROYALLOCATION_SLACK,
		       sizeof(c) + 4 * c.count))
		return STATUS_INVALID_PARAMETER;
	d = device_named(m, c.device);
	if (!d)
		return STATUS_INVALID_HANDLE;
	if (!c.resource == !c.count)
		return refuse(m, STATUS_INVALID_PARAMETER, "resource %#x and %u allocations",
			      c.resource, c.count);
	if (c.flags & ~(WIRE_DESTROY_NOT_IN_USE | WIRE_DESTROY_SYNCHRONOUS))
		return STATUS_INVALID_PARAMETER;
	if (c.count)
		return destroy_list(m, d, c.count);
	resource = resource_named(m, d, c.resource);
	if (!resource)
		return STATUS_INVALID_HANDLE;
	paging_finish(d->process, d->gpu);
	resource_free(resource);
	return STATUS_SUCCESS;
}

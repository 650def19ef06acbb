// SPDX-License-Identifier: GPL-2.0
/*
 * Resources: allocations that are opened and destroyed together. A shared one
 * has a list of what it consists of, which outlives it while others have it
 * open or may still open it.
 */
#include "memory.h"

/* ---- what is shared ---- */

static struct gpupv_share *share_new(struct gpupv_gpu *gpu)
{
	struct gpupv_share *share = g_new0(struct gpupv_share, 1);

	share->global = handle_new(&gpu->g->handles, HANDLE_SHARED_RESOURCE, share);
	if (!share->global) {
		g_free(share);
		return NULL;
	}
	share->refs = 1;
	share->gpu = gpu;
	share->memory = g_ptr_array_new();
	return share;
}

void share_ref(struct gpupv_share *share)
{
	share->refs++;
}

void share_put(struct gpupv_share *share)
{
	if (--share->refs)
		return;
	for (guint i = 0; i < share->memory->len; i++)
		memory_put(share->memory->pdata[i]);
	g_ptr_array_free(share->memory, TRUE);
	handle_drop(&share->gpu->g->handles, share->global);
	g_free(share);
}

/* ---- resources ---- */

static struct gpupv_resource *resource_new(struct gpupv_device *d)
{
	struct gpupv_resource *res = g_new0(struct gpupv_resource, 1);

	res->handle = handle_new(&d->process->handles, HANDLE_RESOURCE, res);
	if (!res->handle) {
		g_free(res);
		return NULL;
	}
	res->device = d;
	d->resources = g_list_prepend(d->resources, res);
	return res;
}

uint32_t resource_for_creation(const struct gpupv_message *m, struct gpupv_device *d,
			       const struct wire_createallocation *c,
			       struct gpupv_resource **resource)
{
	struct gpupv_resource *res;

	*resource = NULL;
	if (!(c->flags & WIRE_CREATE_RESOURCE)) {
		if (c->resource)
			*resource = resource_named(m, d, c->resource);
		return c->resource && !*resource ? STATUS_INVALID_HANDLE : STATUS_SUCCESS;
	}
	res = resource_new(d);
	if (!res)
		return STATUS_NO_MEMORY;
	if (c->flags & WIRE_CREATE_SHARED)
		res->share = share_new(d->gpu);
	if (c->flags & WIRE_CREATE_SHARED && !res->share) {
		resource_free(res);
		return STATUS_NO_MEMORY;
	}
	*resource = res;
	return STATUS_SUCCESS;
}

bool resource_add(struct gpupv_resource *res, struct gpupv_allocation *a)
{
	if (res->share && res->share->opened)
		return false;
	if (res->share) {
		memory_ref(a->memory);
		g_ptr_array_add(res->share->memory, a->memory);
		res->share->private_size += a->private_size;
	}
	a->resource = res;
	res->allocations = g_list_append(res->allocations, a);
	return true;
}

void resource_answer(const struct gpupv_resource *res, struct wire_createallocation_return *head)
{
	head->resource = res->handle;
	head->global_share = res->share ? res->share->global : 0;
}

struct gpupv_resource *resource_get(const struct gpupv_message *m, uint32_t handle)
{
	struct gpupv_resource *res = handle_get(&m->process->handles, handle, HANDLE_RESOURCE);

	return res && (!m->gpu || res->device->gpu == m->gpu) ? res : NULL;
}

struct gpupv_resource *resource_named(const struct gpupv_message *m, const struct gpupv_device *d,
				      uint32_t handle)
{
	struct gpupv_resource *res = resource_get(m, handle);

	if (res && res->device == d)
		return res;
	refuse(m, STATUS_INVALID_HANDLE, "unknown resource %#x of device %#x", handle, d->handle);
	return NULL;
}

void resource_free(struct gpupv_resource *res)
{
	struct gpupv_device *d = res->device;

	while (res->allocations)
		allocation_free(res->allocations->data);
	d->resources = g_list_remove(d->resources, res);
	handle_drop(&d->process->handles, res->handle);
	if (res->share)
		share_put(res->share);
	g_free(res);
}

/* ---- opening ---- */

void shape_openresource(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_openresource c = { 0 };

	message_copy(m, &c, sizeof(c));
	if (c.count <= WIRE_MAX_ALLOCATIONS)
		r->fail_len = sizeof(struct wire_openresource_return) + 4 * c.count;
}

/* A resource of @d with an allocation for each memory of @share, or the error. */
static uint32_t open_share(struct gpupv_device *d, struct gpupv_share *share,
			   struct gpupv_reply *r)
{
	uint32_t *handle = reply_make(r, sizeof(struct wire_openresource_return) +
				      4 * share->memory->len);
	struct gpupv_resource *res = resource_new(d);

	if (!res)
		return STATUS_NO_MEMORY;
	share_ref(share);
	res->share = share;
	*handle = res->handle;
	handle += 2;
	for (guint i = 0; i < share->memory->len; i++) {
		struct gpupv_allocation *a = allocation_new(d, share->memory->pdata[i]);

		if (!a) {
			resource_free(res);
			return STATUS_NO_MEMORY;
		}
		a->opened = true;
		a->resource = res;
		res->allocations = g_list_append(res->allocations, a);
		*handle++ = a->handle;
	}
	share->opened = true;
	return STATUS_SUCCESS;
}

/*
 * The guest's driver knows how many allocations the resource has, but not
 * whether the device is of the same GPU, nor what its user has room for.
 */
uint32_t run_openresource(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct gpupv_share *share;
	struct wire_openresource c;
	struct gpupv_device *d;
	uint32_t status;

	message_copy(m, &c, sizeof(c));
	if (c.nt_security_sharing != 1 || c.pad1)
		return refuse(m, STATUS_INVALID_PARAMETER, "sharing %u, padding %#x",
			      c.nt_security_sharing, c.pad1);
	if (require_zero(m, offsetof(struct wire_openresource, pad),
			 offsetof(struct wire_openresource, nt_handle), "padding"))
		return STATUS_INVALID_PARAMETER;
	d = device_get_active(m, c.device, &status);
	if (!d)
		return status;
	share = nt_share(m, c.nt_handle, &status);
	if (!share)
		return status;
	if (share->gpu != m->gpu)
		return STATUS_INVALID_PARAMETER;
	if (c.count != share->memory->len)
		return refuse(m, STATUS_INVALID_PARAMETER, "%u allocations, it has %u", c.count,
			      share->memory->len);
	if (c.private_size < share->private_size)
		return STATUS_BUFFER_TOO_SMALL;
	return open_share(d, share, r);
}

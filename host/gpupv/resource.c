// SPDX-License-Identifier: GPL-2.0
/* Resources: allocations that are opened and destroyed together. */
#include "memory.h"

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
	*resource = NULL;
	if (c->flags & WIRE_CREATE_RESOURCE) {
		*resource = resource_new(d);
		return *resource ? STATUS_SUCCESS : STATUS_NO_MEMORY;
	}
	if (!c->resource)
		return STATUS_SUCCESS;
	*resource = resource_named(m, d, c->resource);
	return *resource ? STATUS_SUCCESS : STATUS_INVALID_HANDLE;
}

void resource_add(struct gpupv_resource *res, struct gpupv_allocation *a)
{
	a->resource = res;
	res->allocations = g_list_append(res->allocations, a);
}

void resource_answer(const struct gpupv_resource *res, struct wire_createallocation_return *head)
{
	head->resource = res->handle;
}

struct gpupv_resource *resource_named(const struct gpupv_message *m, const struct gpupv_device *d,
				      uint32_t handle)
{
	struct gpupv_resource *res = handle_get(&d->process->handles, handle, HANDLE_RESOURCE);

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
	g_free(res);
}

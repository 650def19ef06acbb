// SPDX-License-Identifier: GPL-2.0
/*
 * Allocations and resources of /dev/dxg: made and ended.
 */
#include <linux/dma-buf.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "../dxg_allocation.h"
#include "../dxg_bo.h"
#include "../dxg_cmd_memory.h"
#include "../dxg_device.h"
#include "../dxg_host_device.h"
#include "../dxg_proto.h"
#include "dxg_compat.h"
#include "dxg_compat_resource.h"

/* What is refused, and what is not known. */
#define DXG_COMPAT_CREATE_FLAGS	(0x3ffffu & ~(D3DKMT_CREATEALLOCATION_CREATE_PROTECTED | \
					      D3DKMT_CREATEALLOCATION_EXISTING_SECTION))

/* ---- Allocations ---- */

/*
 * Take an allocation out of its resource; out of one that is shared only with @whole.
 * Returns whether the memory is its own. What is shared ends with the last who has it.
 */
static bool dxg_compat_alloc_leave(struct dxg_compat_alloc *alloc, bool whole)
{
	struct dxg_compat_resource *resource = alloc->resource;
	bool own;

	if (!resource)
		return true;
	mutex_lock(&resource->lock);
	own = !resource->bo;
	if ((own || whole) && !list_empty(&alloc->sibling)) {
		list_del_init(&alloc->sibling);
		resource->count--;
	}
	mutex_unlock(&resource->lock);
	return own;
}

static void dxg_compat_alloc_end(struct dxg_compat_object *object)
{
	struct dxg_compat_alloc *alloc = to_compat_alloc(object);

	dxg_compat_alloc_hide(alloc);
	if (dxg_compat_alloc_leave(alloc, true))
		dxg_allocation_destroy(alloc->alloc, 0);
}

static void dxg_compat_alloc_free(struct dxg_compat_object *object)
{
	struct dxg_compat_alloc *alloc = to_compat_alloc(object);

	dxg_allocation_put(alloc->alloc);
	if (alloc->resource)
		dxg_compat_object_put(&alloc->resource->base);
	kvfree(alloc->data);
	mutex_destroy(&alloc->lock);
	kfree(alloc);
}

static const struct dxg_compat_ops dxg_compat_alloc_ops = {
	.end = dxg_compat_alloc_end,
	.free = dxg_compat_alloc_free,
};

/**
 * dxg_compat_alloc_new() - An object for an allocation of the host.
 * @call: The call.
 * @device: The device.
 * @alloc: The allocation; a reference is taken.
 *
 * Returns it with one reference, not published, or NULL.
 */
struct dxg_compat_alloc *dxg_compat_alloc_new(struct dxg_compat_call *call,
					      struct dxg_compat_device *device,
					      struct dxg_allocation *alloc)
{
	struct dxg_compat_alloc *made = kzalloc_obj(*made, GFP_KERNEL_ACCOUNT);

	if (!made)
		return NULL;
	dxg_compat_object_init(&made->base, DXG_COMPAT_ALLOCATION, &dxg_compat_alloc_ops,
			       alloc->handle, call->process, device);
	mutex_init(&made->lock);
	INIT_LIST_HEAD(&made->sibling);
	dxg_allocation_get(alloc);
	made->alloc = alloc;
	return made;
}

/* ---- Resources ---- */

/* Its allocations lose their handles first; then it goes with them, or what shares it. */
static void dxg_compat_resource_end(struct dxg_compat_object *object)
{
	struct dxg_compat_resource *resource = to_compat_resource(object);
	struct dxg_compat_alloc *alloc;

	mutex_lock(&resource->lock);
	resource->dead = true;
	while (!list_empty(&resource->allocs)) {
		alloc = list_first_entry(&resource->allocs, struct dxg_compat_alloc, sibling);
		list_del_init(&alloc->sibling);
		dxg_compat_object_get(&alloc->base);
		mutex_unlock(&resource->lock);
		if (dxg_compat_object_forget(&alloc->base))
			dxg_compat_alloc_hide(alloc);
		dxg_compat_object_put(&alloc->base);
		mutex_lock(&resource->lock);
	}
	mutex_unlock(&resource->lock);
	if (!resource->bo)
		dxg_resource_destroy(resource->resource, 0);
}

static void dxg_compat_resource_free(struct dxg_compat_object *object)
{
	struct dxg_compat_resource *resource = to_compat_resource(object);

	dxg_resource_put(resource->resource);
	if (resource->view)
		dxg_bo_view_put(resource->view);
	if (resource->bo)
		dxg_bo_put(resource->bo);
	if (resource->dma_buf)
		dma_buf_put(resource->dma_buf);
	kvfree(resource->runtime.data);
	kvfree(resource->data.data);
	mutex_destroy(&resource->lock);
	kfree(resource);
}

static const struct dxg_compat_ops dxg_compat_resource_ops = {
	.end = dxg_compat_resource_end,
	.free = dxg_compat_resource_free,
};

/**
 * dxg_compat_resource_new() - An object for a resource that will be made.
 * @call: The call.
 * @device: The device.
 *
 * Returns it with one reference, without a handle yet, or NULL.
 */
struct dxg_compat_resource *dxg_compat_resource_new(struct dxg_compat_call *call,
						    struct dxg_compat_device *device)
{
	struct dxg_compat_resource *resource = kzalloc_obj(*resource, GFP_KERNEL_ACCOUNT);

	if (!resource)
		return NULL;
	dxg_compat_object_init(&resource->base, DXG_COMPAT_RESOURCE, &dxg_compat_resource_ops, 0,
			       call->process, device);
	mutex_init(&resource->lock);
	INIT_LIST_HEAD(&resource->allocs);
	return resource;
}

/**
 * dxg_compat_resource_add() - Put an allocation into a resource. Under resource->lock.
 * @resource: The resource.
 * @alloc: The allocation, not published.
 */
int dxg_compat_resource_add(struct dxg_compat_resource *resource, struct dxg_compat_alloc *alloc)
{
	dxg_compat_object_get(&resource->base);
	alloc->resource = resource;
	list_add_tail(&alloc->sibling, &resource->allocs);
	resource->count++;
	return dxg_compat_object_publish(&alloc->base);
}

/* ---- Making: arguments ---- */

/**
 * struct dxg_compat_creation - A CREATEALLOCATION under way.
 */
struct dxg_compat_creation {
	/** @call: The call. */
	struct dxg_compat_call *call;

	/** @args: Its arguments. */
	struct d3dkmt_createallocation *args;

	/** @device: The device. */
	struct dxg_compat_device *device;

	/** @resource: What is made, or added to; or NULL. */
	struct dxg_compat_resource *resource;

	/** @made: @resource is made here. */
	bool made;

	/** @infos: The entries of the user. */
	struct d3dddi_allocationinfo2 *infos;

	/** @descs: What is made of them. */
	struct dxg_alloc_desc *descs;

	/** @allocs: The objects, as far as they were made. */
	struct dxg_compat_alloc **allocs;

	/** @host: For the core. */
	struct dxg_alloc_args host;
};

/* The sizes of what is opaque. 0, or -EOVERFLOW for what no message carries. */
static int dxg_compat_create_sizes(const struct dxg_compat_creation *c)
{
	u64 sum = 0;
	u32 i;

	for (i = 0; i < c->args->alloc_count; i++)
		sum += c->infos[i].priv_drv_data_size;
	if (sum >= DXGP_MAX_BLOB || c->args->private_runtime_data_size >= DXGP_MAX_BLOB ||
	    c->args->priv_drv_data_size >= DXGP_MAX_BLOB)
		return -EOVERFLOW;
	return 0;
}

/* Either all entries have memory of the program, or none. */
static int dxg_compat_create_memory(struct dxg_compat_creation *c)
{
	bool user = c->infos[0].sysmem;
	u32 i;

	for (i = 0; i < c->args->alloc_count; i++)
		if (!c->infos[i].sysmem != !user || !PAGE_ALIGNED(c->infos[i].sysmem))
			return -EINVAL;
	c->host.flags = c->args->flags & ~D3DKMT_CREATEALLOCATION_EXISTING_SYSMEM;
	if (user)
		c->host.flags |= DXGP_CREATEALLOC_SYSMEM;
	else if (c->args->flags & D3DKMT_CREATEALLOCATION_EXISTING_SYSMEM)
		return -EINVAL;
	return 0;
}

/* A standard allocation: what it is stands in the place of opaque data. */
static int dxg_compat_create_standard(struct dxg_compat_creation *c)
{
	struct d3dkmt_createstandardallocation *standard;
	u64 size;

	standard = dxg_compat_copy_in(c->call, c->args->standard_allocation, sizeof(*standard));
	if (IS_ERR(standard))
		return PTR_ERR(standard);
	size = standard->existing_heap_data.size;
	if (standard->flags || standard->reserved || standard->reserved1 ||
	    c->args->alloc_count != 1 || c->infos[0].priv_drv_data_size)
		return -EINVAL;
	switch (standard->type) {
	case D3DKMT_STANDARDALLOCATIONTYPE_EXISTINGHEAP:
		/* The host is told the bytes as a width of 32 bits, too. */
		if (!size || size % DXGP_PAGE_SIZE || size > U32_MAX || !c->infos[0].sysmem)
			return -EINVAL;
		break;
	case D3DKMT_STANDARDALLOCATIONTYPE_CROSSADAPTER:
		if (c->infos[0].sysmem)
			return -EINVAL;
		break;
	default:
		return -EINVAL;
	}
	c->host.resource_data = standard;
	c->host.resource_size = sizeof(*standard);
	return 0;
}

static int dxg_compat_create_data(struct dxg_compat_creation *c)
{
	struct dxg_alloc_args *host = &c->host;
	u32 i, at = 0, sum = 0;
	void *data;

	host->runtime_size = c->args->private_runtime_data_size;
	host->runtime_data = dxg_compat_copy_in(c->call, c->args->private_runtime_data,
						host->runtime_size);
	if (IS_ERR(host->runtime_data))
		return PTR_ERR(host->runtime_data);
	if (c->args->flags & D3DKMT_CREATEALLOCATION_STANDARD_ALLOCATION)
		return dxg_compat_create_standard(c);
	host->resource_size = c->args->priv_drv_data_size;
	host->resource_data = dxg_compat_copy_in(c->call, c->args->priv_drv_data,
						 host->resource_size);
	if (IS_ERR(host->resource_data))
		return PTR_ERR(host->resource_data);

	for (i = 0; i < c->args->alloc_count; i++)
		sum += c->infos[i].priv_drv_data_size;
	data = dxg_compat_alloc_mem(c->call, sum);
	if (IS_ERR(data))
		return PTR_ERR(data);
	for (i = 0; i < c->args->alloc_count; i++) {
		c->descs[i].data = data + at;
		c->descs[i].data_size = c->infos[i].priv_drv_data_size;
		at += c->descs[i].data_size;
		if (copy_from_user(c->descs[i].data, u64_to_user_ptr(c->infos[i].priv_drv_data),
				   c->descs[i].data_size))
			return -EFAULT;
	}
	return 0;
}

static int dxg_compat_create_check(struct dxg_compat_creation *c)
{
	u32 flags = c->args->flags, count = c->args->alloc_count, i;
	int ret;

	if (flags & ~DXG_COMPAT_CREATE_FLAGS || !count || count > D3DKMT_CREATEALLOCATION_MAX)
		return -EINVAL;
	/* What is shared is shared by descriptor, not by a name that can be guessed. */
	if (flags & D3DKMT_CREATEALLOCATION_CREATE_SHARED &&
	    !(flags & D3DKMT_CREATEALLOCATION_CREATE_RESOURCE &&
	      flags & D3DKMT_CREATEALLOCATION_NT_SECURITY_SHARING))
		return -EINVAL;
	c->infos = dxg_compat_copy_in(c->call, c->args->allocation_info,
				      count * sizeof(*c->infos));
	if (IS_ERR(c->infos))
		return PTR_ERR(c->infos);
	c->descs = dxg_compat_alloc_mem(c->call, count * sizeof(*c->descs));
	if (IS_ERR(c->descs))
		return PTR_ERR(c->descs);
	c->allocs = dxg_compat_alloc_mem(c->call, count * sizeof(*c->allocs));
	if (IS_ERR(c->allocs))
		return PTR_ERR(c->allocs);
	for (i = 0; i < count; i++) {
		c->descs[i].flags = c->infos[i].flags;
		c->descs[i].vidpn_source = c->infos[i].vidpn_source_id;
	}
	c->host.allocs = c->descs;
	c->host.count = count;
	c->host.runtime_handle = c->args->private_runtime_resource_handle;
	ret = dxg_compat_create_sizes(c);
	ret = ret ?: dxg_compat_create_memory(c);
	return ret ?: dxg_compat_create_data(c);
}

/* ---- Making ---- */

/* The host has told the size: pin so much of the program's memory. */
static int dxg_compat_create_back(struct dxg_alloc_args *host, u32 index)
{
	struct dxg_compat_creation *c = host->back_data;
	struct dxg_allocation *alloc = host->allocs[index].alloc;
	struct dxg_user_range range = {
		.address = c->infos[index].sysmem,
		.size = alloc->size,
	};
	struct dxg_backing *backing;

	backing = dxg_user_pages_pin(&range, 1,
				     c->args->flags & D3DKMT_CREATEALLOCATION_READ_ONLY);
	if (IS_ERR(backing))
		return PTR_ERR(backing);
	alloc->backing = backing;
	return 0;
}

/* What a shared resource is told by goes with it. */
static int dxg_compat_create_save(struct dxg_compat_creation *c, struct dxg_compat_alloc *alloc,
				  const struct dxg_alloc_desc *desc)
{
	if (!c->resource || !c->resource->shared || !desc->data_size)
		return 0;
	alloc->data = kvmemdup(desc->data, desc->data_size, GFP_KERNEL_ACCOUNT);
	alloc->data_size = desc->data_size;
	return alloc->data ? 0 : -ENOMEM;
}

/* The host has made all: the objects for them, and their handles in the table. */
static int dxg_compat_create_objects(struct dxg_compat_creation *c)
{
	int ret = 0;
	u32 i;

	for (i = 0; i < c->host.count && !ret; i++) {
		struct dxg_compat_alloc *alloc;

		alloc = dxg_compat_alloc_new(c->call, c->device, c->descs[i].alloc);
		if (!alloc)
			return -ENOMEM;
		c->allocs[i] = alloc;
		alloc->user = c->infos[i].sysmem;
		c->infos[i].allocation = alloc->base.handle;
		ret = dxg_compat_create_save(c, alloc, &c->descs[i]);
		if (!ret && c->resource)
			ret = dxg_compat_resource_add(c->resource, alloc);
		else if (!ret)
			ret = dxg_compat_object_publish(&alloc->base);
	}
	return ret;
}

static int dxg_compat_create_copy_out(struct dxg_compat_creation *c)
{
	struct d3dddi_allocationinfo2 __user *user = u64_to_user_ptr(c->args->allocation_info);
	u32 i;

	for (i = 0; i < c->host.count; i++) {
		if (put_user(c->infos[i].allocation, &user[i].allocation) ||
		    copy_to_user(u64_to_user_ptr(c->infos[i].priv_drv_data), c->descs[i].data,
				 c->descs[i].data_size))
			return -EFAULT;
	}
	if (c->made)
		c->args->resource = c->resource->base.handle;
	return dxg_compat_copy_out(c->call);
}

/* Undo what dxg_compat_create_objects() did, and have the host end what it made. */
static void dxg_compat_create_undo(struct dxg_compat_creation *c)
{
	u32 i;

	for (i = 0; i < c->host.count; i++) {
		if (!c->allocs[i])
			continue;
		dxg_compat_object_forget(&c->allocs[i]->base);
		dxg_compat_alloc_hide(c->allocs[i]);
		if (c->resource && !list_empty(&c->allocs[i]->sibling)) {
			list_del_init(&c->allocs[i]->sibling);
			c->resource->count--;
		}
	}
	if (c->made)
		dxg_resource_destroy(c->resource->resource, DXGP_DESTROYALLOC_NOT_IN_USE);
	for (i = 0; i < c->host.count; i++)
		dxg_allocation_destroy(c->descs[i].alloc, DXGP_DESTROYALLOC_NOT_IN_USE);
}

/* Under the lock of the resource, if there is one. A status of success, or -errno. */
static int dxg_compat_create(struct dxg_compat_creation *c)
{
	u32 i, status;
	int ret, made;

	if (c->resource && (c->resource->sealed || c->resource->dead))
		return -EINVAL;
	if (c->resource && c->resource->hosted && c->host.flags & DXGP_CREATEALLOC_SYSMEM)
		return -EINVAL;
	if (c->resource && !c->made)
		c->host.resource = c->resource->resource;
	if (c->host.flags & DXGP_CREATEALLOC_SYSMEM) {
		c->host.back = dxg_compat_create_back;
		c->host.back_data = c;
	}
	made = dxg_alloc_create(c->device->host, &c->host, DXG_REQ_KILLABLE, &status);
	made = dxg_compat_result(made, DXGP_CMD_CREATEALLOCATION, status);
	if (made < 0)
		return made;
	if (c->made) {
		c->resource->resource = c->host.resource;
		c->resource->base.handle = c->host.resource->handle;
	}
	ret = dxg_compat_create_objects(c);
	if (!ret && c->made)
		ret = dxg_compat_object_publish(&c->resource->base);
	if (!ret)
		ret = dxg_compat_create_copy_out(c);
	if (ret) {
		if (c->made)
			dxg_compat_object_forget(&c->resource->base);
		dxg_compat_create_undo(c);
	}
	for (i = 0; i < c->host.count; i++) {
		dxg_allocation_put(c->descs[i].alloc);
		if (c->allocs[i])
			dxg_compat_object_put(&c->allocs[i]->base);
	}
	return ret ?: made;
}

/* What of a resource is for those who will open it. */
static int dxg_compat_create_resource(struct dxg_compat_creation *c)
{
	struct dxg_compat_resource *resource = dxg_compat_resource_new(c->call, c->device);

	if (!resource)
		return -ENOMEM;
	c->resource = resource;
	c->made = true;
	resource->shared = c->args->flags & D3DKMT_CREATEALLOCATION_CREATE_SHARED;
	if (resource->shared && c->host.runtime_size) {
		resource->runtime.size = c->host.runtime_size;
		resource->runtime.data = kvmemdup(c->host.runtime_data, c->host.runtime_size,
						  GFP_KERNEL_ACCOUNT);
	}
	if (resource->shared && c->host.resource_size) {
		resource->data.size = c->host.resource_size;
		resource->data.data = kvmemdup(c->host.resource_data, c->host.resource_size,
					       GFP_KERNEL_ACCOUNT);
	}
	if (!resource->runtime.data != !resource->runtime.size ||
	    !resource->data.data != !resource->data.size) {
		dxg_compat_object_put(&resource->base);
		return -ENOMEM;
	}
	return 0;
}

/**
 * dxg_compat_create_allocation() - LX_DXCREATEALLOCATION.
 * @call: The call.
 */
int dxg_compat_create_allocation(struct dxg_compat_call *call)
{
	struct d3dkmt_createallocation *args = call->args;
	struct dxg_compat_creation c = { .call = call, .args = args };
	struct dxg_compat_object *object;
	int ret;

	c.device = dxg_compat_use_device(call, args->device);
	if (IS_ERR(c.device))
		return PTR_ERR(c.device);
	ret = dxg_compat_create_check(&c);
	if (ret)
		return ret;
	if (args->flags & D3DKMT_CREATEALLOCATION_CREATE_RESOURCE) {
		ret = dxg_compat_create_resource(&c);
		if (ret)
			return ret;
	} else if (args->resource) {
		object = dxg_compat_use(call, args->resource, DXG_COMPAT_RESOURCE);
		if (IS_ERR(object))
			return PTR_ERR(object);
		if (object->device != c.device)
			return -EINVAL;
		c.resource = to_compat_resource(object);
	}
	if (c.resource && mutex_lock_killable(&c.resource->lock))
		ret = -ERESTARTSYS;
	if (!ret) {
		ret = dxg_compat_create(&c);
		if (c.resource)
			mutex_unlock(&c.resource->lock);
	}
	if (c.made)
		dxg_compat_object_put(&c.resource->base);
	return ret;
}

/* ---- The end ---- */

/* Take allocations out of the table: all of them, or -EINVAL and none. */
static int dxg_compat_destroy_take(struct dxg_compat_call *call, struct dxg_compat_device *device,
				   const u32 *handles, u32 count,
				   struct dxg_compat_object **objects)
{
	int ret = 0;
	u32 i;

	for (i = 0; i < count && !ret; i++) {
		objects[i] = dxg_compat_lookup(call->process, handles[i], DXG_COMPAT_ALLOCATION);
		if (!objects[i] || objects[i]->device != device ||
		    (to_compat_alloc(objects[i])->resource &&
		     to_compat_alloc(objects[i])->resource->sealed))
			ret = -EINVAL;
	}
	return ret;
}

static int dxg_compat_destroy_list(struct dxg_compat_call *call, struct dxg_compat_device *device)
{
	struct d3dkmt_destroyallocation2 *args = call->args;
	struct dxg_compat_object **objects;
	const u32 *handles;
	int ret;
	u32 i;

	handles = dxg_compat_copy_in(call, args->allocations, args->alloc_count * sizeof(*handles));
	if (IS_ERR(handles))
		return PTR_ERR(handles);
	objects = dxg_compat_alloc_mem(call, args->alloc_count * sizeof(*objects));
	if (IS_ERR(objects))
		return PTR_ERR(objects);
	ret = dxg_compat_destroy_take(call, device, handles, args->alloc_count, objects);
	for (i = 0; i < args->alloc_count && !ret; i++) {
		struct dxg_compat_alloc *alloc = to_compat_alloc(objects[i]);

		/* Its resource may have been shared since the list was looked at. */
		if (!dxg_compat_alloc_leave(alloc, false)) {
			ret = -EINVAL;
			break;
		}
		/* Twice in the list, or by two threads: once. */
		if (!dxg_compat_object_forget(objects[i]))
			continue;
		dxg_compat_alloc_hide(alloc);
		dxg_allocation_destroy(alloc->alloc, args->flags);
	}
	for (i = 0; i < args->alloc_count && objects[i]; i++)
		dxg_compat_object_put(objects[i]);
	return ret;
}

/**
 * dxg_compat_destroy_allocation() - LX_DXDESTROYALLOCATION2.
 * @call: The call.
 */
int dxg_compat_destroy_allocation(struct dxg_compat_call *call)
{
	struct d3dkmt_destroyallocation2 *args = call->args;
	struct dxg_compat_device *device;
	struct dxg_compat_object *object;

	if (!args->alloc_count == !args->resource ||
	    args->alloc_count > D3DKMT_CREATEALLOCATION_MAX ||
	    args->flags & ~(D3DDDICB_DESTROYALLOCATION2_ASSUME_NOT_IN_USE |
			    D3DDDICB_DESTROYALLOCATION2_SYNCHRONOUS_DESTROY))
		return -EINVAL;
	device = dxg_compat_use_device(call, args->device);
	if (IS_ERR(device))
		return PTR_ERR(device);
	if (args->alloc_count)
		return dxg_compat_destroy_list(call, device);
	object = dxg_compat_use(call, args->resource, DXG_COMPAT_RESOURCE);
	if (IS_ERR(object))
		return PTR_ERR(object);
	if (object->device != device)
		return -EINVAL;
	return dxg_compat_destroy(call->process, args->resource, DXG_COMPAT_RESOURCE);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Allocations and resources of the host: their making, with the guest memory
 * under them, and their end.
 */
#include <linux/err.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include <kunit/visibility.h>

#include "dxg_allocation.h"
#include "dxg_cmd_memory.h"
#include "dxg_device.h"
#include "dxg_gpadl.h"
#include "dxg_host_device.h"
#include "dxg_limits.h"
#include "dxg_proto.h"
#include "dxg_status.h"

/* ---- Guest memory ---- */

/**
 * dxg_backing_init() - Prepare a backing, with one reference.
 * @backing: The backing.
 * @pages: Its pages of DXGP_PAGE_SIZE.
 * @fill: Writes their page frame numbers.
 * @page: Returns one of them, or NULL where they have no struct page.
 * @release: Called when the last reference is gone.
 */
void dxg_backing_init(struct dxg_backing *backing, u64 pages,
		      void (*fill)(struct dxg_backing *backing, u64 first, u32 count, u64 *pfns),
		      struct page *(*page)(struct dxg_backing *backing, u64 index),
		      void (*release)(struct dxg_backing *backing))
{
	kref_init(&backing->ref);
	backing->pages = pages;
	backing->fill = fill;
	backing->page = page;
	backing->release = release;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_backing_init);

static void dxg_backing_free(struct kref *ref)
{
	struct dxg_backing *backing = container_of(ref, struct dxg_backing, ref);

	backing->release(backing);
}

/**
 * dxg_backing_get() - Take a reference.
 * @backing: The backing.
 */
void dxg_backing_get(struct dxg_backing *backing)
{
	kref_get(&backing->ref);
}

/**
 * dxg_backing_put() - Drop a reference. May sleep.
 * @backing: The backing, or NULL.
 */
void dxg_backing_put(struct dxg_backing *backing)
{
	if (backing)
		kref_put(&backing->ref, dxg_backing_free);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_backing_put);

/**
 * dxg_backing_fill_pages() - For dxg_backing.fill of who has an array of pages.
 * @pages: The array.
 * @first: First page of DXGP_PAGE_SIZE.
 * @count: How many.
 * @pfns: Where to.
 */
void dxg_backing_fill_pages(struct page **pages, u64 first, u32 count, u64 *pfns)
{
	const u32 per_page = PAGE_SIZE / DXGP_PAGE_SIZE;
	u32 i;

	for (i = 0; i < count; i++) {
		u64 n = first + i;

		pfns[i] = page_to_phys(pages[n / per_page]) / DXGP_PAGE_SIZE + n % per_page;
	}
}

static void dxg_allocation_fill(void *ctx, u64 first, u32 count, u64 *pfns)
{
	struct dxg_allocation *alloc = ctx;

	alloc->backing->fill(alloc->backing, alloc->backing_first + first, count, pfns);
}

/* Let the host reach the pages by a GPADL. 0 or -errno. */
static int dxg_allocation_make_gpadl(struct dxg_allocation *alloc)
{
	u64 i, first = alloc->backing_first * DXGP_PAGE_SIZE / PAGE_SIZE;
	struct dxg_host *host = alloc->device->dxg->host;
	u64 count = alloc->size / PAGE_SIZE;
	struct page **pages;
	void *address;
	int ret;

	if (!alloc->backing->page || !PAGE_ALIGNED(alloc->size))
		return -EOPNOTSUPP;
	pages = kvmalloc_array(count, sizeof(*pages), GFP_KERNEL_ACCOUNT);
	if (!pages)
		return -ENOMEM;
	for (i = 0; i < count; i++)
		pages[i] = alloc->backing->page(alloc->backing, first + i);
	address = vmap(pages, count, VM_MAP, PAGE_KERNEL);
	kvfree(pages);
	if (!address)
		return -ENOMEM;
	ret = dxg_gpadl_create(host, address, alloc->size, &alloc->gpadl);
	vunmap(address);
	return ret;
}

/* Tell the host the pages of @alloc, in the one way that this machine has. */
static int dxg_allocation_give_pages(struct dxg_allocation *alloc, unsigned int flags,
				     u32 *status)
{
	struct dxg_host_device *device = alloc->device;
	struct dxg_link *link = dxg_host_device_link(device);
	u32 process = dxg_host_device_process(device);
	int ret;

	if (device->dxg->host->caps & DXGP_HOST_CAPS_MAP_GUEST_MEMORY)
		return dxg_cmd_set_sysmem_pages(link, process, device->handle, alloc->handle,
						alloc->size / DXGP_PAGE_SIZE, dxg_allocation_fill,
						alloc, flags, status);
	ret = dxg_allocation_make_gpadl(alloc);
	if (ret)
		return ret;
	return dxg_cmd_set_sysmem_store(link, process, device->handle, alloc->handle,
					alloc->gpadl.handle, flags, status);
}

/* ---- Objects ---- */

static void dxg_allocation_free(struct kref *ref)
{
	struct dxg_allocation *alloc = container_of(ref, struct dxg_allocation, ref);

	WARN_ON(alloc->map || alloc->gpadl.handle);
	dxg_backing_put(alloc->backing);
	dxg_resource_put(alloc->resource);
	dxg_host_device_put(alloc->device);
	mutex_destroy(&alloc->lock);
	kfree(alloc);
}

/**
 * dxg_allocation_get() - Take a reference.
 * @alloc: The allocation.
 */
void dxg_allocation_get(struct dxg_allocation *alloc)
{
	kref_get(&alloc->ref);
}

/**
 * dxg_allocation_put() - Drop a reference. May sleep.
 * @alloc: The allocation, or NULL.
 */
void dxg_allocation_put(struct dxg_allocation *alloc)
{
	if (alloc)
		kref_put(&alloc->ref, dxg_allocation_free);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_allocation_put);

static void dxg_resource_free(struct kref *ref)
{
	struct dxg_resource *resource = container_of(ref, struct dxg_resource, ref);

	WARN_ON(!list_empty(&resource->allocs));
	if (resource->destroy)
		dxg_request_put(resource->destroy);
	dxg_host_device_put(resource->device);
	kfree(resource);
}

/**
 * dxg_resource_put() - Drop a reference. May sleep.
 * @resource: The resource, or NULL.
 */
void dxg_resource_put(struct dxg_resource *resource)
{
	if (resource)
		kref_put(&resource->ref, dxg_resource_free);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_resource_put);

static struct dxg_allocation *dxg_allocation_new(struct dxg_host_device *device,
						 const struct dxg_alloc_desc *desc)
{
	struct dxg_allocation *alloc = kzalloc_obj(*alloc, GFP_KERNEL_ACCOUNT);

	if (!alloc)
		return NULL;
	kref_init(&alloc->ref);
	mutex_init(&alloc->lock);
	INIT_LIST_HEAD(&alloc->list);
	INIT_LIST_HEAD(&alloc->locked);
	alloc->device = dxg_host_device_get(device);
	if (desc->backing) {
		dxg_backing_get(desc->backing);
		alloc->backing = desc->backing;
		alloc->backing_first = desc->backing_first;
	}
	return alloc;
}

/* An empty resource, not yet on the host, with one reference. */
static struct dxg_resource *dxg_resource_new(struct dxg_host_device *device)
{
	struct dxg_resource *resource = kzalloc_obj(*resource, GFP_KERNEL_ACCOUNT);
	struct dxg_request *destroy;

	if (!resource)
		return NULL;
	destroy = dxg_prep_destroy_resource(dxg_host_device_link(device),
					    dxg_host_device_process(device), device->handle);
	if (IS_ERR(destroy)) {
		kfree(resource);
		return NULL;
	}
	resource->destroy = destroy;
	kref_init(&resource->ref);
	spin_lock_init(&resource->lock);
	INIT_LIST_HEAD(&resource->allocs);
	resource->device = dxg_host_device_get(device);
	return resource;
}

/**
 * dxg_allocation_born() - The host has the allocation now: what is there has a reference.
 * @alloc: The allocation.
 * @resource: The resource that it is in, or NULL.
 */
void dxg_allocation_born(struct dxg_allocation *alloc, struct dxg_resource *resource)
{
	dxg_allocation_get(alloc);
	if (!resource)
		return;
	kref_get(&resource->ref);
	alloc->resource = resource;
	spin_lock(&resource->lock);
	list_add_tail(&alloc->list, &resource->allocs);
	spin_unlock(&resource->lock);
}

/* ---- The end ---- */

/* The host has let go: it cannot reach the memory any more. */
static void dxg_allocation_gone(struct dxg_allocation *alloc)
{
	dxg_gpadl_destroy(alloc->device->dxg->host, &alloc->gpadl);
	dxg_allocation_put(alloc);
}

static void dxg_allocation_let_go(struct dxg_keep *keep)
{
	dxg_allocation_gone(container_of(keep, struct dxg_allocation, keep));
}

static void dxg_resource_let_go(struct dxg_keep *keep)
{
	struct dxg_resource *resource = container_of(keep, struct dxg_resource, keep);
	struct dxg_allocation *alloc, *next;

	/* Nobody adds to or takes from a dead resource. */
	list_for_each_entry_safe(alloc, next, &resource->allocs, list) {
		list_del_init(&alloc->list);
		dxg_allocation_gone(alloc);
	}
	dxg_resource_put(resource);
}

static u64 dxg_allocation_bytes(const struct dxg_allocation *alloc)
{
	return alloc->backing ? alloc->size : 0;
}

/* For the batch of the host device. */
static void dxg_allocation_name_all(struct dxg_request *req, struct list_head *keeps)
{
	struct dxg_keep *keep;

	dxg_destroy_allocations_clear(req);
	list_for_each_entry(keep, keeps, list)
		dxg_destroy_allocations_add(req, container_of(keep, struct dxg_allocation,
							      keep)->handle);
}

/**
 * dxg_allocations_init() - Prepare the end of the allocations of a host device.
 * @device: The host device, which is on the host.
 *
 * Returns 0 or -ENOMEM. Undone by dxg_keep_batch_fini().
 */
int dxg_allocations_init(struct dxg_host_device *device)
{
	struct dxg_request *req;

	req = dxg_prep_destroy_allocations(dxg_host_device_link(device),
					   dxg_host_device_process(device), device->handle,
					   DXG_DESTROY_BATCH);
	if (IS_ERR(req))
		return PTR_ERR(req);
	dxg_keep_batch_init(&device->allocations, dxg_host_device_quarantine(device), req,
			    DXG_DESTROY_BATCH, dxg_allocation_name_all);
	return 0;
}

/**
 * dxg_allocation_destroy() - End an allocation on the host. Does not wait for it.
 * @alloc: The allocation. The caller keeps its reference.
 * @flags: DXGP_DESTROYALLOC_xxx.
 *
 * Many that are destroyed at a time without flags go to the host together. Does nothing
 * when the allocation or its resource was destroyed already.
 */
void dxg_allocation_destroy(struct dxg_allocation *alloc, u32 flags)
{
	struct dxg_host_device *device = alloc->device;
	struct dxg_resource *resource = alloc->resource;
	struct dxg_request *req = NULL;
	bool mine;

	mutex_lock(&alloc->lock);
	mine = !alloc->dead;
	if (resource && mine) {
		spin_lock(&resource->lock);
		mine = !resource->dead;
		if (mine)
			list_del_init(&alloc->list);
		spin_unlock(&resource->lock);
	}
	alloc->dead = true;
	mutex_unlock(&alloc->lock);
	if (!mine)
		return;

	dxg_allocation_revoke(alloc);
	alloc->keep.bytes = dxg_allocation_bytes(alloc);
	alloc->keep.release = dxg_allocation_let_go;
	if (flags) {
		struct dxg_cmd_destroy_alloc args = {
			.device = device->handle,
			.handles = &alloc->handle,
			.count = 1,
			.flags = flags,
		};

		req = dxg_prep_destroy_allocation(dxg_host_device_link(device),
						  dxg_host_device_process(device), &args);
	}
	/* Flags are hints: without memory for them, it goes without. */
	if (IS_ERR_OR_NULL(req))
		dxg_quarantine_destroy_batched(&device->allocations, &alloc->keep);
	else
		dxg_quarantine_destroy(dxg_host_device_quarantine(device), &alloc->keep, req);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_allocation_destroy);

/**
 * dxg_resource_destroy() - End a resource and its allocations on the host. Does not wait.
 * @resource: The resource. The caller keeps its reference.
 * @flags: DXGP_DESTROYALLOC_xxx.
 *
 * Does nothing when it was destroyed already.
 */
void dxg_resource_destroy(struct dxg_resource *resource, u32 flags)
{
	struct dxg_allocation *alloc;
	bool mine;

	spin_lock(&resource->lock);
	mine = !resource->dead;
	resource->dead = true;
	spin_unlock(&resource->lock);
	if (!mine)
		return;

	resource->keep.bytes = 0;
	list_for_each_entry(alloc, &resource->allocs, list) {
		dxg_allocation_revoke(alloc);
		resource->keep.bytes += dxg_allocation_bytes(alloc);
	}
	kref_get(&resource->ref);
	resource->keep.release = dxg_resource_let_go;
	dxg_destroy_resource_set(resource->destroy, resource->handle, flags);
	dxg_quarantine_destroy(dxg_host_device_quarantine(resource->device), &resource->keep,
			       xchg(&resource->destroy, NULL));
}
EXPORT_SYMBOL_IF_KUNIT(dxg_resource_destroy);

/* ---- Creation ---- */

/*
 * Whether the host's size can be: -EIO when it does not fit the pages. Opaque data of a
 * user may have brought this about, so it is no violation of the protocol.
 */
static int dxg_alloc_check_size(const struct dxg_alloc_desc *desc)
{
	u64 size = desc->alloc->size;

	if (!size || size > DXG_MAX_ALLOC_SIZE)
		return -EIO;
	if (desc->backing && (size % DXGP_PAGE_SIZE || size / DXGP_PAGE_SIZE > desc->backing_pages))
		return -EIO;
	return 0;
}

/* What the host has made goes again. */
static void dxg_alloc_undo(struct dxg_alloc_args *args, struct dxg_resource *made)
{
	u32 i;

	if (made)
		dxg_resource_destroy(made, DXGP_DESTROYALLOC_NOT_IN_USE);
	for (i = 0; i < args->count; i++) {
		if (!made)
			dxg_allocation_destroy(args->allocs[i].alloc, DXGP_DESTROYALLOC_NOT_IN_USE);
		dxg_allocation_put(args->allocs[i].alloc);
		args->allocs[i].alloc = NULL;
	}
	dxg_resource_put(made);
}

/**
 * dxg_alloc_prepare() - Make structures for what the host will make.
 * @device: The host device.
 * @args: What will be made.
 * @made: Returned: the new resource, or untouched when there is to be none.
 *
 * 0 or -ENOMEM; in both cases dxg_alloc_unprepare() undoes it.
 */
int dxg_alloc_prepare(struct dxg_host_device *device, struct dxg_alloc_args *args,
		      struct dxg_resource **made)
{
	u32 i;

	for (i = 0; i < args->count; i++)
		args->allocs[i].alloc = NULL;
	for (i = 0; i < args->count; i++) {
		args->allocs[i].alloc = dxg_allocation_new(device, &args->allocs[i]);
		if (!args->allocs[i].alloc)
			return -ENOMEM;
	}
	if (args->flags & DXGP_CREATEALLOC_RESOURCE && !args->resource) {
		*made = dxg_resource_new(device);
		if (!*made)
			return -ENOMEM;
	}
	return 0;
}

/**
 * dxg_alloc_unprepare() - Undo dxg_alloc_prepare(), nothing being on the host.
 * @args: What was to be made.
 * @made: The resource, or NULL.
 */
void dxg_alloc_unprepare(struct dxg_alloc_args *args, struct dxg_resource *made)
{
	u32 i;

	for (i = 0; i < args->count; i++) {
		dxg_allocation_put(args->allocs[i].alloc);
		args->allocs[i].alloc = NULL;
	}
	dxg_resource_put(made);
}

/* Ask the host; on success, the structures are what the host has. */
static int dxg_alloc_ask(struct dxg_host_device *device, struct dxg_alloc_args *args,
			 struct dxg_resource *made, unsigned int flags, u32 *status)
{
	struct dxg_cmd_create_alloc cmd = {
		.device = device->handle,
		.flags = args->flags,
		.resource = args->resource ? args->resource->handle : 0,
		.runtime_handle = args->runtime_handle,
		.runtime_data = args->runtime_data,
		.runtime_size = args->runtime_size,
		.resource_data = args->resource_data,
		.resource_size = args->resource_size,
		.count = args->count,
	};
	u32 i;
	int ret;

	cmd.allocs = kvcalloc(args->count, sizeof(*cmd.allocs), GFP_KERNEL_ACCOUNT);
	if (!cmd.allocs)
		return -ENOMEM;
	for (i = 0; i < args->count; i++) {
		cmd.allocs[i].flags = args->allocs[i].flags;
		cmd.allocs[i].vidpn_source = args->allocs[i].vidpn_source;
		cmd.allocs[i].data = args->allocs[i].data;
		cmd.allocs[i].data_size = args->allocs[i].data_size;
		if (args->allocs[i].backing)
			cmd.flags |= DXGP_CREATEALLOC_SYSMEM;
	}
	ret = dxg_cmd_create_allocation(dxg_host_device_link(device),
					dxg_host_device_process(device), &cmd, flags, status);
	if (ret || dxg_status_failed(*status))
		goto out;

	if (made) {
		made->handle = cmd.resource;
		made->global_share = cmd.global_share;
	}
	for (i = 0; i < args->count; i++) {
		struct dxg_allocation *alloc = args->allocs[i].alloc;

		alloc->handle = cmd.allocs[i].handle;
		alloc->host_flags = cmd.allocs[i].host_flags;
		alloc->size = cmd.allocs[i].size;
		args->allocs[i].returned_size = cmd.allocs[i].returned_size;
		dxg_allocation_born(alloc, made ?: args->resource);
	}
out:
	kvfree(cmd.allocs);
	return ret;
}

/**
 * dxg_alloc_create() - Make allocations on the host, and give it the memory under them.
 * @device: The host device.
 * @args: What to make. What is returned is valid only on success.
 * @flags: DXG_REQ_xxx.
 * @status: NTSTATUS of the host.
 *
 * Besides the failures of an exchange: -EIO when the host's sizes do not fit
 * the memory that is there, -EOPNOTSUPP when it cannot be given to this host. On
 * failure nothing is left on the host, as soon as it has answered that.
 */
int dxg_alloc_create(struct dxg_host_device *device, struct dxg_alloc_args *args,
		     unsigned int flags, u32 *status)
{
	struct dxg_resource *made = NULL;
	u32 i;
	int ret;

	ret = dxg_alloc_prepare(device, args, &made);
	if (!ret)
		ret = dxg_alloc_ask(device, args, made, flags, status);
	if (ret || dxg_status_failed(*status)) {
		dxg_alloc_unprepare(args, made);
		return ret;
	}

	for (i = 0; i < args->count && !ret; i++)
		ret = dxg_alloc_check_size(&args->allocs[i]);
	for (i = 0; args->back && i < args->count && !ret; i++)
		ret = args->back(args, i);
	for (i = 0; i < args->count && !ret && !dxg_status_failed(*status); i++)
		if (args->allocs[i].alloc->backing)
			ret = dxg_allocation_give_pages(args->allocs[i].alloc, flags, status);
	if (ret || dxg_status_failed(*status)) {
		dxg_alloc_undo(args, made);
		return ret;
	}
	if (made)
		args->resource = made;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_alloc_create);

/**
 * dxg_alloc_standard_heap() - What stands for opaque data in a standard allocation.
 * @heap: To be filled in.
 * @size: Bytes of guest memory, whole pages.
 */
void dxg_alloc_standard_heap(struct dxgp_standardallocation *heap, u64 size)
{
	memset(heap, 0, sizeof(*heap));
	heap->type = DXGP_STANDARD_EXISTING_HEAP;
	heap->size = size;
}

/**
 * dxg_alloc_standard_data() - Ask the host for the data of a standard allocation.
 * @device: The host device.
 * @size: Its bytes.
 * @data: Returned: the data, to be freed by the caller.
 * @flags: DXG_REQ_xxx.
 * @status: NTSTATUS of the host.
 *
 * It does not go back to the host; a user of the allocation in another process
 * is told it.
 */
int dxg_alloc_standard_data(struct dxg_host_device *device, u64 size,
			    struct dxg_standard_data *data, unsigned int flags, u32 *status)
{
	struct dxg_link *link = dxg_host_device_link(device);
	u32 process = dxg_host_device_process(device);
	struct dxg_cmd_standard_data cmd = {
		.alloc_type = DXGP_STANDARD_GDI_SURFACE,
		/* Width, height, format, kind. */
		.surface = { (u32)size, 1, 0, DXGP_GDI_CROSS_ADAPTER },
	};
	int ret;

	memset(data, 0, sizeof(*data));
	ret = dxg_cmd_get_standard_data(link, process, &cmd, flags, status);
	if (ret || dxg_status_failed(*status))
		return ret;
	if (cmd.alloc_size >= DXGP_MAX_BLOB || cmd.resource_size >= DXGP_MAX_BLOB) {
		dxg_port_violation(link->port, "standard allocation with too much data",
				   max(cmd.alloc_size, cmd.resource_size));
		return -EIO;
	}
	data->alloc_size = cmd.alloc_size;
	data->resource_size = cmd.resource_size;
	data->alloc = kvzalloc(max(cmd.alloc_size, 1u), GFP_KERNEL_ACCOUNT);
	data->resource = kvzalloc(max(cmd.resource_size, 1u), GFP_KERNEL_ACCOUNT);
	if (!data->alloc || !data->resource) {
		ret = -ENOMEM;
		goto err_free;
	}
	cmd.alloc_data = data->alloc;
	cmd.resource_data = data->resource;
	ret = dxg_cmd_get_standard_data(link, process, &cmd, flags, status);
	if (ret || dxg_status_failed(*status))
		goto err_free;
	/* What the second answer has less is not there; more is not taken. */
	data->alloc_size = min(data->alloc_size, cmd.alloc_size);
	data->resource_size = min(data->resource_size, cmd.resource_size);
	return 0;

err_free:
	kvfree(data->alloc);
	kvfree(data->resource);
	memset(data, 0, sizeof(*data));
	return ret;
}

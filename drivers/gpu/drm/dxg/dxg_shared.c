// SPDX-License-Identifier: GPL-2.0
/*
 * Sharing of resources between host processes: the host's NT handles, and opening
 * what they name.
 */
#include <linux/err.h>
#include <linux/slab.h>

#include <kunit/visibility.h>

#include "dxg_allocation.h"
#include "dxg_cmd_memory.h"
#include "dxg_cmd_sync.h"
#include "dxg_device.h"
#include "dxg_host_device.h"
#include "dxg_status.h"

static void dxg_shared_let_go(struct dxg_keep *keep)
{
	struct dxg_shared *shared = container_of(keep, struct dxg_shared, keep);

	dxg_backing_put(shared->backing);
	dxg_host_device_put(shared->device);
	kfree(shared);
}

static void dxg_shared_free(struct kref *ref)
{
	struct dxg_shared *shared = container_of(ref, struct dxg_shared, ref);

	shared->keep.bytes = shared->backing ? shared->backing->pages * DXGP_PAGE_SIZE : 0;
	shared->keep.release = dxg_shared_let_go;
	dxg_quarantine_destroy(dxg_host_device_quarantine(shared->device), &shared->keep,
			       shared->destroy);
}

/**
 * dxg_shared_put() - Drop a reference; the last one ends the handle, without waiting.
 * @shared: The NT handle, or NULL.
 */
void dxg_shared_put(struct dxg_shared *shared)
{
	if (shared)
		kref_put(&shared->ref, dxg_shared_free);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_shared_put);

/**
 * dxg_resource_share() - Get an NT handle for a resource.
 * @resource: A resource that was made with DXGP_CREATEALLOC_SHARED.
 * @backing: The guest memory under it, or NULL: it stays as long as the handle.
 * @flags: DXG_REQ_xxx.
 * @shared: Returned: the handle, with one reference.
 * @status: NTSTATUS of the host.
 */
int dxg_resource_share(struct dxg_resource *resource, struct dxg_backing *backing,
		       unsigned int flags, struct dxg_shared **shared, u32 *status)
{
	struct dxg_host_device *device = resource->device;
	struct dxg_link *link = &device->dxg->host->link;
	struct dxg_shared *made;
	int ret;

	made = kzalloc_obj(*made, GFP_KERNEL_ACCOUNT);
	if (!made)
		return -ENOMEM;
	kref_init(&made->ref);
	ret = dxg_cmd_create_nt_shared(link, dxg_host_device_link(device),
				       dxg_host_device_process(device), resource->handle, flags,
				       &made->nt_handle, status);
	if (ret || dxg_status_failed(*status)) {
		kfree(made);
		return ret;
	}
	made->destroy = dxg_prep_destroy_nt_shared(link, made->nt_handle);
	if (IS_ERR(made->destroy)) {
		ret = PTR_ERR(made->destroy);
		dxg_cmd_destroy_nt_shared(link, made->nt_handle, status);
		kfree(made);
		return ret;
	}
	made->device = dxg_host_device_get(device);
	if (backing) {
		dxg_backing_get(backing);
		made->backing = backing;
	}
	*shared = made;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_resource_share);

static void dxg_resource_opened(struct dxg_resource *resource, struct dxg_alloc_args *args,
				const u32 *handles)
{
	u32 i;

	for (i = 0; i < args->count; i++) {
		struct dxg_alloc_desc *desc = &args->allocs[i];

		desc->alloc->handle = handles[i];
		desc->alloc->size = desc->size;
		desc->alloc->host_flags = desc->host_flags;
		dxg_allocation_born(desc->alloc, resource);
	}
}

/**
 * dxg_resource_open() - Open a shared resource in another device.
 * @device: The host device, of the same adapter.
 * @shared: The NT handle.
 * @args: What its maker knows: the number of allocations, and of each its size,
 *	host flags and guest memory. What is returned is valid only on success:
 *	the allocations and the resource, with one reference each.
 * @data_size: Bytes of the private data of all allocations.
 * @flags: DXG_REQ_xxx.
 * @status: NTSTATUS of the host.
 */
int dxg_resource_open(struct dxg_host_device *device, struct dxg_shared *shared,
		      struct dxg_alloc_args *args, u32 data_size, unsigned int flags,
		      u32 *status)
{
	struct dxg_cmd_open_resource cmd = {
		.device = device->handle,
		.nt_handle = shared->nt_handle,
		.data_size = data_size,
		.count = args->count,
	};
	struct dxg_resource *made = NULL;
	int ret;

	args->flags |= DXGP_CREATEALLOC_RESOURCE;
	args->resource = NULL;
	ret = dxg_alloc_prepare(device, args, &made);
	if (ret)
		goto err_unprepare;
	cmd.handles = kvcalloc(args->count, sizeof(*cmd.handles), GFP_KERNEL_ACCOUNT);
	if (!cmd.handles) {
		ret = -ENOMEM;
		goto err_unprepare;
	}
	ret = dxg_cmd_open_resource(dxg_host_device_link(device), dxg_host_device_process(device),
				    &cmd, flags, status);
	if (ret || dxg_status_failed(*status))
		goto err_handles;

	made->handle = cmd.resource;
	dxg_resource_opened(made, args, cmd.handles);
	args->resource = made;
	kvfree(cmd.handles);
	return 0;

err_handles:
	kvfree(cmd.handles);
err_unprepare:
	dxg_alloc_unprepare(args, made);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_resource_open);

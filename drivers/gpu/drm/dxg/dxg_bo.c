// SPDX-License-Identifier: GPL-2.0
/*
 * Buffer objects: their life, and the views that host devices have of them.
 */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_prime.h>
#include <drm/drm_print.h>
#include <drm/dxg_drm.h>

#include <kunit/visibility.h>

#include "dxg_bo.h"
#include "dxg_device.h"
#include "dxg_host_device.h"
#include "dxg_prime.h"
#include "dxg_proto.h"
#include "dxg_queue.h"
#include "dxg_status.h"

/* ---- Life ---- */

/* The end of the structure. Nothing on the host can reach the memory. */
static void dxg_bo_release(struct dxg_bo *bo)
{
	if (bo->pages)
		drm_gem_put_pages(&bo->base, bo->pages, true, true);
	if (bo->imported)
		dxg_prime_import_release(bo);
	kvfree(bo->pfns);
	drm_gem_object_release(&bo->base);
	mutex_destroy(&bo->lock);
	kfree(bo);
}

static void dxg_bo_embedded_release(struct dxg_backing *backing)
{
	dxg_bo_release(container_of(backing, struct dxg_bo, embedded));
}

static void dxg_bo_embedded_fill(struct dxg_backing *backing, u64 first, u32 count, u64 *pfns)
{
	struct dxg_bo *bo = container_of(backing, struct dxg_bo, embedded);

	if (bo->pfns)
		memcpy(pfns, bo->pfns + first, count * sizeof(*pfns));
	else
		dxg_backing_fill_pages(bo->pages, first, count, pfns);
}

static struct page *dxg_bo_embedded_page(struct dxg_backing *backing, u64 index)
{
	return container_of(backing, struct dxg_bo, embedded)->pages[index];
}

/* Give up the views that @file, or with NULL any file, was told of. */
static void dxg_bo_views_unpin(struct dxg_bo *bo, const struct drm_file *file)
{
	struct dxg_bo_view *view, *found;

	do {
		found = NULL;
		spin_lock(&bo->views_lock);
		list_for_each_entry(view, &bo->views, list) {
			if (view->file && (!file || view->file == file)) {
				view->file = NULL;
				found = view;
				break;
			}
		}
		spin_unlock(&bo->views_lock);
		if (found)
			dxg_bo_view_put(found);
	} while (found);
}

/*
 * Nobody in the guest has the BO any more. The host is asked to end its objects,
 * and the guest memory under them stays until it has.
 */
static void dxg_bo_free(struct drm_gem_object *obj)
{
	struct dxg_bo *bo = to_dxg_bo(obj);
	struct dxg_device *dxg = to_dxg_device(obj->dev);
	struct dxg_backing *backing = bo->backing;
	u32 i;

	spin_lock(&dxg->bos_lock);
	list_del_init(&bo->entry);
	spin_unlock(&dxg->bos_lock);
	cancel_delayed_work_sync(&bo->idle);
	dxg_bo_views_unpin(bo, NULL);
	if (bo->home)
		dxg_bo_view_put(bo->home);
	WARN_ON(!list_empty(&bo->views));
	dxg_shared_put(bo->shared);
	for (i = 0; i < bo->count; i++)
		kvfree(bo->parts[i].data);
	kvfree(bo->runtime_data);
	kvfree(bo->resource_data);
	if (bo->dummy)
		__free_page(bo->dummy);
	if (bo->resv_obj)
		drm_gem_object_put(bo->resv_obj);

	if (backing != &bo->embedded)
		dxg_bo_release(bo);
	dxg_backing_put(backing);
}

/* A file gives up its handle: the view that it was told of goes with it. */
static void dxg_bo_close(struct drm_gem_object *obj, struct drm_file *file)
{
	dxg_bo_views_unpin(to_dxg_bo(obj), file);
}

static void dxg_bo_print_info(struct drm_printer *p, unsigned int indent,
			      const struct drm_gem_object *obj)
{
	const struct dxg_bo *bo = container_of(obj, struct dxg_bo, base);

	drm_printf_indent(p, indent, "flags=0x%x allocations=%u\n", bo->flags, bo->count);
}

/* Guest memory is there; where host memory is, only the host knows. */
static enum drm_gem_object_status dxg_bo_status(struct drm_gem_object *obj)
{
	return to_dxg_bo(obj)->backing ? DRM_GEM_OBJECT_RESIDENT : 0;
}

static const struct drm_gem_object_funcs dxg_bo_host_funcs = {
	.free = dxg_bo_free,
	.close = dxg_bo_close,
	.print_info = dxg_bo_print_info,
	.export = dxg_prime_export,
	.vmap = dxg_bo_host_vmap,
	.vunmap = dxg_bo_host_vunmap,
	.mmap = dxg_bo_mmap,
	.vm_ops = &dxg_bo_vm_ops,
	.status = dxg_bo_status,
};

static const struct drm_gem_object_funcs dxg_bo_system_funcs = {
	.free = dxg_bo_free,
	.close = dxg_bo_close,
	.print_info = dxg_bo_print_info,
	.export = dxg_prime_export,
	.get_sg_table = dxg_bo_system_sg_table,
	.vmap = dxg_bo_system_vmap,
	.vunmap = dxg_bo_system_vunmap,
	.mmap = dxg_bo_mmap,
	.vm_ops = &dxg_bo_vm_ops,
	.status = dxg_bo_status,
};

/* Memory that the program maps, or its exporter. */
static const struct drm_gem_object_funcs dxg_bo_foreign_funcs = {
	.free = dxg_bo_free,
	.close = dxg_bo_close,
	.print_info = dxg_bo_print_info,
	.export = dxg_prime_export,
	.status = dxg_bo_status,
};

/* The structure, with nothing of the GEM core in it. */
static struct dxg_bo *dxg_bo_alloc(u32 flags, u32 count)
{
	struct dxg_bo *bo;

	bo = kzalloc(struct_size(bo, parts, count), GFP_KERNEL_ACCOUNT);
	if (!bo)
		return NULL;
	bo->count = count;
	bo->flags = flags;
	mutex_init(&bo->lock);
	spin_lock_init(&bo->views_lock);
	INIT_LIST_HEAD(&bo->views);
	INIT_LIST_HEAD(&bo->entry);
	INIT_LIST_HEAD(&bo->import_entry);
	INIT_DELAYED_WORK(&bo->idle, dxg_bo_idle);
	return bo;
}

/* From here on, the BO is the GEM core's. */
static void dxg_bo_enlist(struct dxg_bo *bo)
{
	struct dxg_device *dxg = to_dxg_device(bo->base.dev);

	spin_lock(&dxg->bos_lock);
	list_add_tail(&bo->entry, &dxg->bos);
	spin_unlock(&dxg->bos_lock);
}

static void dxg_bo_embed(struct dxg_bo *bo, bool paged)
{
	dxg_backing_init(&bo->embedded, bo->base.size / DXGP_PAGE_SIZE, dxg_bo_embedded_fill,
			 paged ? dxg_bo_embedded_page : NULL, dxg_bo_embedded_release);
	bo->backing = &bo->embedded;
}

/**
 * dxg_bo_new() - Make the guest's side of a BO.
 * @drm: The DRM device.
 * @flags: DRM_DXG_BO_xxx.
 * @count: Number of allocations.
 * @size: With DRM_DXG_BO_SYSTEM: bytes of all allocations, whole pages.
 * @resv_obj: Whose reservation object to use, or NULL for its own.
 *
 * Returns the BO, to be dropped by dxg_bo_put() from now on, or ERR_PTR.
 */
struct dxg_bo *dxg_bo_new(struct drm_device *drm, u32 flags, u32 count, u64 size,
			  struct drm_gem_object *resv_obj)
{
	struct dxg_bo *bo = dxg_bo_alloc(flags, count);
	int ret = 0;

	if (!bo)
		return ERR_PTR(-ENOMEM);
	if (resv_obj)
		bo->base.resv = resv_obj->resv;
	if (flags & DRM_DXG_BO_SYSTEM) {
		bo->base.funcs = &dxg_bo_system_funcs;
		ret = drm_gem_object_init(drm, &bo->base, size);
	} else {
		bo->base.funcs = flags & DRM_DXG_BO_USER ? &dxg_bo_foreign_funcs :
				 &dxg_bo_host_funcs;
		drm_gem_private_object_init(drm, &bo->base, 0);
	}
	if (ret) {
		drm_gem_private_object_fini(&bo->base);
		mutex_destroy(&bo->lock);
		kfree(bo);
		return ERR_PTR(ret);
	}
	dxg_bo_enlist(bo);
	if (resv_obj) {
		drm_gem_object_get(resv_obj);
		bo->resv_obj = resv_obj;
	}

	if (flags & DRM_DXG_BO_SYSTEM) {
		ret = dxg_bo_system_get_pages(bo);
		if (ret) {
			dxg_bo_put(bo);
			return ERR_PTR(ret);
		}
		dxg_bo_embed(bo, true);
	}
	return bo;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_bo_new);

/**
 * dxg_bo_new_import() - Make a BO of another driver's memory.
 * @drm: The DRM device.
 * @size: Bytes, whole pages.
 * @pfns: Its page frame numbers, which the BO owns if this succeeds.
 * @sgt: What the exporter has given; it goes back when the BO is released.
 *
 * The caller sets imported, import_attach and resv. Returns the BO or ERR_PTR.
 */
struct dxg_bo *dxg_bo_new_import(struct drm_device *drm, u64 size, u64 *pfns,
				 struct sg_table *sgt)
{
	struct dxg_bo *bo = dxg_bo_alloc(DRM_DXG_BO_IMPORTED, 1);

	if (!bo)
		return ERR_PTR(-ENOMEM);
	bo->base.funcs = &dxg_bo_foreign_funcs;
	drm_gem_private_object_init(drm, &bo->base, size);
	dxg_bo_enlist(bo);
	bo->parts[0].size = size;
	bo->pfns = pfns;
	bo->sgt = sgt;
	dxg_bo_embed(bo, false);
	return bo;
}

/**
 * dxg_bo_lookup() - The BO of a handle.
 * @file: The file.
 * @handle: The handle.
 *
 * Returns the BO with a reference, or NULL: ENOENT.
 */
struct dxg_bo *dxg_bo_lookup(struct drm_file *file, u32 handle)
{
	struct drm_gem_object *obj = drm_gem_object_lookup(file, handle);

	return obj ? to_dxg_bo(obj) : NULL;
}

/**
 * dxg_bo_publish() - Give a file a handle of a new BO.
 * @bo: The BO, complete.
 * @file: The file.
 * @handle: Returned: the handle.
 */
int dxg_bo_publish(struct dxg_bo *bo, struct drm_file *file, u32 *handle)
{
	int ret;

	/* Now, because a mapping by way of a dma-buf has its offset, too. */
	ret = bo->flags & DRM_DXG_BO_USER ? 0 : drm_gem_create_mmap_offset(&bo->base);
	return ret ?: drm_gem_handle_create(file, &bo->base, handle);
}

/* ---- Views ---- */

/* The last reference has gone; under bo->views_lock. */
static void dxg_bo_view_unlist(struct kref *ref)
{
	list_del(&container_of(ref, struct dxg_bo_view, ref)->list);
}

/* Nobody finds the view any more. */
static void dxg_bo_view_free(struct dxg_bo_view *view)
{
	u32 i;

	for (i = 0; i < view->count; i++)
		dxg_allocation_set_owner(view->allocs[i], NULL, NULL);
	if (view->resource)
		dxg_resource_destroy(view->resource, 0);
	for (i = 0; i < view->count; i++) {
		dxg_allocation_destroy(view->allocs[i], 0);
		dxg_allocation_put(view->allocs[i]);
	}
	dxg_resource_put(view->resource);
	dxg_host_device_put(view->device);
	kfree(view->handles);
	kfree(view);
}

/**
 * dxg_bo_view_put() - Drop a reference; the last one ends the host's objects.
 * @view: The view. The caller holds the BO.
 */
void dxg_bo_view_put(struct dxg_bo_view *view)
{
	struct dxg_bo *bo = view->bo;
	bool last;

	/* Who looks for views takes references under the lock. */
	spin_lock(&bo->views_lock);
	last = kref_put(&view->ref, dxg_bo_view_unlist);
	spin_unlock(&bo->views_lock);
	if (last)
		dxg_bo_view_free(view);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_bo_view_put);

/* Room for a view, with one reference, and for what makes it. 0 or -ENOMEM. */
static int dxg_bo_view_new(struct dxg_bo *bo, struct dxg_host_device *device,
			   struct dxg_bo_view **made, struct dxg_alloc_desc **descs)
{
	struct dxg_bo_view *view;

	view = kzalloc(struct_size(view, allocs, bo->count), GFP_KERNEL_ACCOUNT);
	*descs = kvcalloc(bo->count, sizeof(**descs), GFP_KERNEL_ACCOUNT);
	if (view)
		view->handles = kcalloc(bo->count, sizeof(*view->handles), GFP_KERNEL_ACCOUNT);
	if (!view || !view->handles || !*descs) {
		if (view)
			kfree(view->handles);
		kfree(view);
		kvfree(*descs);
		return -ENOMEM;
	}
	kref_init(&view->ref);
	view->count = bo->count;
	view->bo = bo;
	view->device = device;
	*made = view;
	return 0;
}

/* The host has made or opened @args: the view takes it over. */
static void dxg_bo_view_complete(struct dxg_bo_view *view, const struct dxg_alloc_args *args)
{
	u32 i;

	dxg_host_device_get(view->device);
	view->resource = args->resource;
	for (i = 0; i < view->count; i++) {
		view->allocs[i] = args->allocs[i].alloc;
		view->handles[i] = view->allocs[i]->handle;
	}
	spin_lock(&view->bo->views_lock);
	list_add_tail(&view->list, &view->bo->views);
	spin_unlock(&view->bo->views_lock);
}

static void dxg_bo_view_drop(struct dxg_bo_view *view, struct dxg_alloc_desc *descs)
{
	kfree(view->handles);
	kfree(view);
	kvfree(descs);
}

static u32 dxg_bo_create_flags(const struct dxg_bo *bo)
{
	u32 flags = 0;

	if (bo->flags & (DRM_DXG_BO_SHAREABLE | DRM_DXG_BO_RESOURCE) || bo->count > 1)
		flags |= DXGP_CREATEALLOC_RESOURCE;
	if (bo->flags & DRM_DXG_BO_SHAREABLE)
		flags |= DXGP_CREATEALLOC_SHARED | DXGP_CREATEALLOC_NT_SECURITY;
	if (bo->flags & DRM_DXG_BO_READONLY)
		flags |= DXGP_CREATEALLOC_READ_ONLY;
	if (bo->flags & DRM_DXG_BO_CACHED)
		flags |= DXGP_CREATEALLOC_CACHED;
	if (bo->flags & (DRM_DXG_BO_STANDARD | DRM_DXG_BO_IMPORTED))
		flags |= DXGP_CREATEALLOC_STANDARD;
	if (!bo->backing)
		flags |= DXGP_CREATEALLOC_ZEROED;
	return flags;
}

/* The data of a standard allocation, for those who import it. */
static int dxg_bo_standard_data(struct dxg_bo *bo, struct dxg_host_device *device,
				unsigned int flags)
{
	struct dxg_standard_data data;
	u32 status;
	int ret;

	ret = dxg_alloc_standard_data(device, bo->parts[0].size, &data, flags, &status);
	if (!ret)
		ret = dxg_host_device_refused(device, DXGP_CMD_GETSTANDARDALLOCPRIVDATA, status);
	if (ret)
		return ret;
	bo->parts[0].data = data.alloc;
	bo->parts[0].data_size = data.alloc_size;
	bo->resource_data = data.resource;
	bo->resource_size = data.resource_size;
	return 0;
}

/*
 * Have the host make the allocations of @bo on @device. @allocs has the flags of the
 * user, or is NULL. Returns the view, listed, with one reference, or ERR_PTR.
 */
static struct dxg_bo_view *dxg_bo_view_make(struct dxg_bo *bo, struct dxg_host_device *device,
					    const struct drm_dxg_bo_alloc *allocs,
					    unsigned int flags)
{
	struct dxgp_standardallocation heap;
	struct dxg_alloc_args args = {
		.flags = dxg_bo_create_flags(bo),
		.runtime_data = bo->runtime_data,
		.runtime_size = bo->runtime_size,
		.count = bo->count,
	};
	struct dxg_bo_view *view;
	u32 i, status = DXG_STATUS_SUCCESS;
	int ret;

	ret = dxg_bo_view_new(bo, device, &view, &args.allocs);
	if (ret)
		return ERR_PTR(ret);
	if (args.flags & DXGP_CREATEALLOC_STANDARD) {
		dxg_alloc_standard_heap(&heap, bo->parts[0].size);
		args.resource_data = &heap;
		args.resource_size = sizeof(heap);
	} else {
		args.resource_data = bo->resource_data;
		args.resource_size = bo->resource_size;
	}
	for (i = 0; i < bo->count; i++) {
		struct dxg_alloc_desc *desc = &args.allocs[i];

		desc->flags = allocs ? allocs[i].host_flags : 0;
		if (!(args.flags & DXGP_CREATEALLOC_STANDARD)) {
			desc->data = bo->parts[i].data;
			desc->data_size = bo->parts[i].data_size;
		}
		desc->backing = bo->backing;
		desc->backing_first = bo->parts[i].offset / DXGP_PAGE_SIZE;
		desc->backing_pages = bo->parts[i].size / DXGP_PAGE_SIZE;
	}
	ret = dxg_alloc_create(device, &args, flags, &status);
	if (!ret)
		ret = dxg_host_device_refused(device, DXGP_CMD_CREATEALLOCATION, status);
	/* A host that refuses does not say why. What it lacks is memory, most likely. */
	if (ret == -EIO && status == DXG_STATUS_UNSUCCESSFUL)
		ret = -ENOSPC;
	if (ret) {
		dxg_bo_view_drop(view, args.allocs);
		return ERR_PTR(ret);
	}
	dxg_bo_view_complete(view, &args);
	kvfree(args.allocs);
	return view;
}

/* Open @bo, which another device made, on @device. Under bo->lock; as dxg_bo_view_make(). */
static struct dxg_bo_view *dxg_bo_view_open(struct dxg_bo *bo, struct dxg_host_device *device,
					    unsigned int flags)
{
	struct dxg_alloc_args args = { .count = bo->count };
	struct dxg_bo_view *view;
	u32 i, status, data_size = 0;
	int ret = 0;

	if (!bo->shared) {
		if (!(bo->flags & DRM_DXG_BO_SHAREABLE))
			return ERR_PTR(-EPERM);
		ret = dxg_resource_share(bo->home->resource, bo->backing, flags, &bo->shared,
					 &status);
		if (!ret)
			ret = dxg_host_device_refused(device, DXGP_CMD_CREATENTSHAREDOBJECT,
						      status);
	}
	if (!ret)
		ret = dxg_bo_view_new(bo, device, &view, &args.allocs);
	if (ret)
		return ERR_PTR(ret);
	for (i = 0; i < bo->count; i++) {
		args.allocs[i].size = bo->home->allocs[i]->size;
		args.allocs[i].host_flags = bo->home->allocs[i]->host_flags;
		args.allocs[i].backing = bo->backing;
		data_size += bo->parts[i].data_size;
	}
	ret = dxg_resource_open(device, bo->shared, &args, data_size, flags, &status);
	if (!ret)
		ret = dxg_host_device_refused(device, DXGP_CMD_OPENRESOURCE, status);
	if (ret) {
		dxg_bo_view_drop(view, args.allocs);
		return ERR_PTR(ret);
	}
	dxg_bo_view_complete(view, &args);
	kvfree(args.allocs);
	return view;
}

/* The living view of @device, with a reference, or NULL. */
static struct dxg_bo_view *dxg_bo_view_find(struct dxg_bo *bo, struct dxg_host_device *device)
{
	struct dxg_bo_view *view, *found = NULL;

	spin_lock(&bo->views_lock);
	list_for_each_entry(view, &bo->views, list) {
		/* One without references waits for the lock to leave the list. */
		if (view->device == device && kref_get_unless_zero(&view->ref)) {
			found = view;
			break;
		}
	}
	spin_unlock(&bo->views_lock);
	return found;
}

/**
 * dxg_bo_view_obtain() - The view that a host device has of a BO, made if need be.
 * @bo: The BO, which the caller holds as long as the view.
 * @device: The host device, of the BO's adapter.
 * @flags: DXG_REQ_xxx.
 *
 * Inside drm_dev_enter(). Returns the view with a reference, or ERR_PTR.
 */
struct dxg_bo_view *dxg_bo_view_obtain(struct dxg_bo *bo, struct dxg_host_device *device,
				       unsigned int flags)
{
	struct dxg_bo_view *view = dxg_bo_view_find(bo, device);

	if (view)
		return view;
	if (mutex_lock_killable(&bo->lock))
		return ERR_PTR(-ERESTARTSYS);
	view = dxg_bo_view_find(bo, device);
	if (!view && bo->home)
		view = dxg_bo_view_open(bo, device, flags);
	else if (!view)
		view = dxg_bo_view_make(bo, device, NULL, flags);
	mutex_unlock(&bo->lock);
	return view;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_bo_view_obtain);

/**
 * dxg_bo_view_another() - A view of a host device's, whatever others it has.
 * @bo: The BO, which the caller holds as long as the view.
 * @device: The host device, of the BO's adapter.
 * @flags: DXG_REQ_xxx.
 *
 * For those to whom each opening is an object of its own, in a resource. Inside
 * drm_dev_enter(). Returns the view with a reference, or ERR_PTR.
 */
struct dxg_bo_view *dxg_bo_view_another(struct dxg_bo *bo, struct dxg_host_device *device,
					unsigned int flags)
{
	struct dxg_bo_view *view;

	if (mutex_lock_killable(&bo->lock))
		return ERR_PTR(-ERESTARTSYS);
	if (bo->home) {
		view = dxg_bo_view_open(bo, device, flags);
	} else {
		bo->flags |= DRM_DXG_BO_RESOURCE;
		view = dxg_bo_view_make(bo, device, NULL, flags);
	}
	mutex_unlock(&bo->lock);
	return view;
}

/**
 * dxg_bo_view_pin() - Keep a view as long as a file has a handle of the BO.
 * @view: The view, with a reference of the caller, who keeps it.
 * @file: The file whose device it is of.
 * @handle: The handle by which the file knows the BO.
 */
void dxg_bo_view_pin(struct dxg_bo_view *view, struct drm_file *file, u32 handle)
{
	struct dxg_bo *bo = view->bo, *now;

	if (view == bo->home)
		return;
	spin_lock(&bo->views_lock);
	if (!view->file) {
		kref_get(&view->ref);
		view->file = file;
	}
	spin_unlock(&bo->views_lock);

	/* The handle may have been closed before: then nobody would undo this. */
	now = dxg_bo_lookup(file, handle);
	if (now != bo)
		dxg_bo_views_unpin(bo, file);
	if (now)
		dxg_bo_put(now);
}

/* ---- Making the host's side ---- */

/* Where the allocations are in a BO, by the sizes of @allocs. */
static void dxg_bo_layout(struct dxg_bo *bo, const struct drm_dxg_bo_alloc *allocs)
{
	u64 offset = 0;
	u32 i;

	for (i = 0; i < bo->count; i++) {
		bo->parts[i].offset = offset;
		bo->parts[i].size = PAGE_ALIGN(allocs[i].size);
		offset += bo->parts[i].size;
	}
	bo->base.size = offset;
}

/* Pin the memory of all allocations, one behind the other. */
static int dxg_bo_pin_user(struct dxg_bo *bo, const struct drm_dxg_bo_alloc *allocs)
{
	struct dxg_user_range *ranges;
	struct dxg_backing *backing;
	u32 i;

	ranges = kvmalloc_array(bo->count, sizeof(*ranges), GFP_KERNEL_ACCOUNT);
	if (!ranges)
		return -ENOMEM;
	for (i = 0; i < bo->count; i++) {
		ranges[i].address = allocs[i].user_ptr;
		ranges[i].size = allocs[i].size;
	}
	backing = dxg_user_pages_pin(ranges, bo->count, bo->flags & DRM_DXG_BO_READONLY);
	kvfree(ranges);
	if (IS_ERR(backing))
		return PTR_ERR(backing);
	bo->backing = backing;
	return 0;
}

/**
 * dxg_bo_make() - Make the host's side of a BO, on its home.
 * @bo: The BO, with opaque data of the user in its parts.
 * @device: The host device.
 * @allocs: What the user asks for. Returned: host handle and size of each.
 *
 * Inside drm_dev_enter().
 */
int dxg_bo_make(struct dxg_bo *bo, struct dxg_host_device *device,
		struct drm_dxg_bo_alloc *allocs)
{
	bool host_memory = !(bo->flags & (DRM_DXG_BO_SYSTEM | DRM_DXG_BO_USER));
	struct dxg_bo_view *view;
	int ret = 0;
	u32 i;

	if (!host_memory)
		dxg_bo_layout(bo, allocs);
	if (bo->flags & DRM_DXG_BO_USER)
		ret = dxg_bo_pin_user(bo, allocs);
	if (ret)
		return ret;
	if (bo->flags & DRM_DXG_BO_STANDARD)
		ret = dxg_bo_standard_data(bo, device, DXG_REQ_KILLABLE);
	if (ret)
		return ret;

	view = dxg_bo_view_make(bo, device, allocs, DXG_REQ_KILLABLE);
	if (IS_ERR(view))
		return PTR_ERR(view);
	bo->home = view;
	for (i = 0; i < bo->count; i++) {
		allocs[i].size = view->allocs[i]->size;
		allocs[i].host_handle = view->handles[i];
		if (host_memory)
			dxg_allocation_set_owner(view->allocs[i], &dxg_bo_alloc_ops, bo);
	}
	if (host_memory)
		dxg_bo_layout(bo, allocs);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_bo_make);

/**
 * dxg_bo_adopt() - Make a BO of a shared resource that there is.
 * @resource: The resource, to which nothing is added any more. Who has made it does not
 *	destroy it, but drops the BO.
 * @allocs: Its allocations.
 * @count: How many.
 *
 * The caller gives it the opaque data, before anybody else has it. Returns the BO or
 * ERR_PTR.
 */
struct dxg_bo *dxg_bo_adopt(struct dxg_resource *resource, struct dxg_allocation **allocs,
			    u32 count)
{
	struct drm_device *drm = &resource->device->dxg->drm;
	u32 i, flags = DRM_DXG_BO_SHAREABLE | DRM_DXG_BO_RESOURCE;
	bool user = allocs[0]->backing;
	struct dxg_alloc_args args = { .resource = resource };
	struct dxg_bo_view *view;
	struct dxg_bo *bo;
	int ret;

	if (user && count > 1)
		return ERR_PTR(-EOPNOTSUPP);
	bo = dxg_bo_new(drm, flags | (user ? DRM_DXG_BO_USER : 0), count, 0, NULL);
	if (IS_ERR(bo))
		return bo;
	for (i = 0; i < count; i++) {
		bo->parts[i].offset = bo->base.size;
		bo->parts[i].size = PAGE_ALIGN(allocs[i]->size);
		bo->base.size += bo->parts[i].size;
	}
	/* From the view on, the BO ends the resource; so what may fail is before it. */
	ret = user ? 0 : drm_gem_create_mmap_offset(&bo->base);
	if (!ret)
		ret = dxg_bo_view_new(bo, resource->device, &view, &args.allocs);
	if (ret) {
		dxg_bo_put(bo);
		return ERR_PTR(ret);
	}
	kref_get(&resource->ref);
	for (i = 0; i < count; i++) {
		dxg_allocation_get(allocs[i]);
		args.allocs[i].alloc = allocs[i];
		if (!user)
			dxg_allocation_set_owner(allocs[i], &dxg_bo_alloc_ops, bo);
	}
	dxg_bo_view_complete(view, &args);
	kvfree(args.allocs);
	bo->home = view;
	if (user) {
		dxg_backing_get(allocs[0]->backing);
		bo->backing = allocs[0]->backing;
	}
	return bo;
}

/* ---- debugfs, fdinfo ---- */

static void dxg_bo_show_one(struct dxg_bo *bo, struct seq_file *m)
{
	static const char * const kinds[] = { "host", "system", "user", "imported" };
	unsigned int mappings = 0, locked = 0, kind = 0;
	u32 i;

	if (bo->flags & DRM_DXG_BO_SYSTEM)
		kind = 1;
	else if (bo->flags & DRM_DXG_BO_USER)
		kind = 2;
	else if (bo->flags & DRM_DXG_BO_IMPORTED)
		kind = 3;
	for (i = 0; i < bo->count; i++) {
		mappings += atomic_read(&bo->parts[i].mappings);
		locked += bo->parts[i].locked;
	}
	seq_printf(m, "%s size %zu flags 0x%x allocations %u refs %u handles %u%s mappings %u locked %u",
		   kinds[kind], bo->base.size, bo->flags, bo->count,
		   kref_read(&bo->base.refcount), bo->base.handle_count,
		   bo->base.dma_buf ? " dma-buf" : "", mappings, locked);
	if (bo->home)
		seq_printf(m, " host 0x%x\n", bo->home->handles[0]);
	else
		seq_puts(m, "\n");
}

/**
 * dxg_bo_show_all() - For debugfs: one line for each BO.
 * @dxg: The adapter.
 * @m: Where to.
 */
void dxg_bo_show_all(struct dxg_device *dxg, struct seq_file *m)
{
	struct dxg_bo *bo;

	spin_lock(&dxg->bos_lock);
	list_for_each_entry(bo, &dxg->bos, entry)
		dxg_bo_show_one(bo, m);
	spin_unlock(&dxg->bos_lock);
}

static void dxg_bo_count(const struct dxg_bo *bo, bool active, struct drm_memory_stats *stats)
{
	const struct drm_gem_object *obj = &bo->base;

	if (obj->handle_count > 1 || obj->dma_buf)
		stats->shared += obj->size;
	else
		stats->private += obj->size;
	if (bo->backing)
		stats->resident += obj->size;
	if (active)
		stats->active += obj->size;
}

/**
 * dxg_bo_show_memory() - The memory part of fdinfo.
 * @p: Where to.
 * @file: The file.
 *
 * What the client has committed, by where it asked for it: the host decides
 * where host memory really is, and moves it. While the file has jobs, all of its BOs
 * are active: any that is bound may be used.
 */
void dxg_bo_show_memory(struct drm_printer *p, struct drm_file *file)
{
	bool busy = dxg_queue_file_busy(file->driver_priv);
	struct drm_memory_stats host = {}, guest = {};
	struct drm_gem_object *obj;
	int id;

	spin_lock(&file->table_lock);
	idr_for_each_entry(&file->object_idr, obj, id) {
		const struct dxg_bo *bo = to_dxg_bo(obj);

		dxg_bo_count(bo, busy, bo->backing ? &guest : &host);
	}
	spin_unlock(&file->table_lock);

	drm_print_memory_stats(p, &host, DRM_GEM_OBJECT_ACTIVE, "local");
	drm_print_memory_stats(p, &guest, DRM_GEM_OBJECT_ACTIVE | DRM_GEM_OBJECT_RESIDENT,
			       "nonlocal");
}

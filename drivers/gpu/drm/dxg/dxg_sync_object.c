// SPDX-License-Identifier: GPL-2.0
/*
 * Sync objects of the host: their making and ending, the page with the value,
 * and what descriptors of shared ones hold.
 */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_managed.h>

#include <kunit/visibility.h>

#include "dxg_cmd_sync.h"
#include "dxg_device.h"
#include "dxg_host_device.h"
#include "dxg_iospace.h"
#include "dxg_status.h"
#include "dxg_sync_object.h"

/**
 * struct dxg_sync_share - What a descriptor of a sync object holds.
 *
 * As long as the host's NT handle exists, the object lives on the host and can be
 * opened by its global handle, also when its maker is gone.
 */
struct dxg_sync_share {
	/** @ref: References: descriptors, objects. */
	struct kref ref;

	/** @dxg: The adapter. Holds a reference on its DRM device. */
	struct dxg_device *dxg;

	/** @type: DXGP_SYNC_xxx. */
	u32 type;

	/** @global_handle: The name of the object. */
	u32 global_handle;

	/** @home: What is remembered of the device that it was made on. Holds a reference. */
	struct dxg_home *home;

	/** @raised: The host raises it to the highest value when that device is lost. */
	bool raised;

	/** @destroy: Ends the NT handle. */
	struct dxg_request *destroy;
};

/* ---- Making and ending ---- */

/* Neither the host nor a program reaches the object any more. May sleep. */
static void dxg_sync_object_free(struct dxg_sync_object *object)
{
	drm_vma_offset_remove(&object->device->dxg->sync_pages, &object->node);
	if (object->page)
		dxg_iomem_unmap(object->page);
	if (object->share)
		dxg_sync_share_put(object->share);
	dxg_host_device_put(object->device);
	mutex_destroy(&object->share_lock);
	kfree(object);
}

static void dxg_sync_object_keep_release(struct dxg_keep *keep)
{
	dxg_sync_object_free(container_of(keep, struct dxg_sync_object, keep));
}

static void dxg_sync_object_work(struct work_struct *work)
{
	dxg_sync_object_free(container_of(work, struct dxg_sync_object, work));
}

static void dxg_sync_object_release(struct kref *ref)
{
	struct dxg_sync_object *object = container_of(ref, struct dxg_sync_object, ref);

	if (object->destroy)
		dxg_quarantine_destroy(dxg_host_device_quarantine(object->device), &object->keep,
				       object->destroy);
	else
		dxg_queue_work(&object->work);
}

static struct dxg_sync_object *dxg_sync_object_alloc(struct dxg_host_device *device, u32 type)
{
	struct dxg_sync_object *object = kzalloc_obj(*object, GFP_KERNEL_ACCOUNT);

	if (!object)
		return NULL;
	kref_init(&object->ref);
	init_rwsem(&object->sem);
	mutex_init(&object->share_lock);
	drm_vma_node_reset(&object->node);
	INIT_WORK(&object->work, dxg_sync_object_work);
	object->keep.release = dxg_sync_object_keep_release;
	object->device = dxg_host_device_get(device);
	object->type = type;
	return object;
}

/* Map the page for the kernel, and give it an offset for programs. */
static int dxg_sync_object_add_page(struct dxg_sync_object *object, u64 address)
{
	struct dxg_device *dxg = object->device->dxg;
	struct dxg_iomem *page;

	if (!address)
		return 0;
	page = dxg_iomem_map(dxg->host, address, PAGE_SIZE, true);
	if (IS_ERR(page))
		return PTR_ERR(page);
	object->page = page;
	return drm_vma_offset_add(&dxg->sync_pages, &object->node, 1);
}

/* The host has made or opened the object: all that is needed here, or undo it there. */
static int dxg_sync_object_finish(struct dxg_sync_object *object, u32 handle, u64 gpu_va,
				  u64 address)
{
	struct dxg_link *link = &object->device->dxg->host->link;
	u32 process = dxg_host_device_process(object->device);
	struct dxg_request *destroy;
	u32 status;
	int ret;

	object->handle = handle;
	object->gpu_va = gpu_va;
	destroy = dxg_prep_destroy_sync_object(link, process, handle);
	ret = PTR_ERR_OR_ZERO(destroy);
	if (!ret) {
		object->destroy = destroy;
		ret = dxg_sync_object_add_page(object, address);
		if (!ret)
			return 0;
		dxg_sync_object_put(object);
		return ret;
	}
	/* Memory is short. If this fails, too, the object ends with its device. */
	dxg_cmd_destroy_sync_object(link, process, handle, &status);
	dxg_sync_object_free(object);
	return ret;
}

/**
 * dxg_sync_object_create() - Make a sync object.
 * @device: The host device.
 * @args: Type, flags and data; the rest is filled in.
 * @flags: DXG_REQ_xxx.
 * @object: Returns the object with one reference, when the status is a success.
 * @status: NTSTATUS of the host.
 *
 * Returns 0 or -errno of a failed exchange, as host commands do.
 */
int dxg_sync_object_create(struct dxg_host_device *device, struct dxg_cmd_sync *args,
			   unsigned int flags, struct dxg_sync_object **object, u32 *status)
{
	struct dxg_sync_object *new = dxg_sync_object_alloc(device, args->type);
	int ret;

	if (!new)
		return -ENOMEM;
	new->flags = args->flags;
	args->device = device->handle;
	args->client_hint = DXGP_SYNC_HINT_UMD;
	ret = dxg_cmd_create_sync_object(dxg_host_device_link(device),
					 dxg_host_device_process(device), args, flags, status);
	if (ret || dxg_status_failed(*status)) {
		dxg_sync_object_free(new);
		return ret;
	}
	new->global_handle = args->global_handle;
	ret = dxg_sync_object_finish(new, args->handle, args->gpu_va, args->address);
	if (!ret)
		*object = new;
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_sync_object_create);

/**
 * dxg_sync_object_open() - Open a shared sync object in another device.
 * @device: The host device, of the adapter that the object is on.
 * @share: What the descriptor holds.
 * @open_flags: DXGP_SYNCFLAG_xxx of the new handle; what makes it a shared one is added.
 * @flags: DXG_REQ_xxx.
 * @object: Returns the object with one reference, when the status is a success.
 * @status: NTSTATUS of the host.
 *
 * Returns 0 or -errno of a failed exchange, as host commands do.
 */
int dxg_sync_object_open(struct dxg_host_device *device, struct dxg_sync_share *share,
			 u32 open_flags, unsigned int flags, struct dxg_sync_object **object,
			 u32 *status)
{
	struct dxg_sync_object *new = dxg_sync_object_alloc(device, share->type);
	struct dxg_cmd_open_sync args = {
		.device = device->handle,
		.global_handle = share->global_handle,
		.flags = open_flags | DXGP_SYNCFLAG_SHARED | DXGP_SYNCFLAG_NT_SECURITY,
		.monitored = share->type == DXGP_SYNC_MONITORED_FENCE,
	};
	int ret;

	if (!new)
		return -ENOMEM;
	ret = dxg_cmd_open_sync_object(&device->dxg->host->link, dxg_host_device_link(device),
				       dxg_host_device_process(device), &args, flags, status);
	if (ret || dxg_status_failed(*status)) {
		dxg_sync_object_free(new);
		return ret;
	}
	new->flags = args.flags;
	new->global_handle = share->global_handle;
	new->share = dxg_sync_share_get(share);
	ret = dxg_sync_object_finish(new, args.handle, args.gpu_va, args.address);
	if (!ret)
		*object = new;
	return ret;
}

/**
 * dxg_sync_object_adopt() - Stand for a sync object that is part of something else.
 * @device: The host device.
 * @handle: The host's handle.
 * @type: DXGP_SYNC_xxx.
 * @address: Guest-physical address of the page with the value.
 * @gpu_va: Where the GPU sees the value, or 0.
 *
 * Returns the object with one reference, or ERR_PTR: -ENOMEM, -EIO for an address
 * that cannot be. Whoever ends the owner calls dxg_sync_object_revoke() first.
 */
struct dxg_sync_object *dxg_sync_object_adopt(struct dxg_host_device *device, u32 handle,
					      u32 type, u64 address, u64 gpu_va)
{
	struct dxg_sync_object *object = dxg_sync_object_alloc(device, type);
	int ret;

	if (!object)
		return ERR_PTR(-ENOMEM);
	object->handle = handle;
	object->gpu_va = gpu_va;
	ret = dxg_sync_object_add_page(object, address);
	if (ret) {
		dxg_sync_object_free(object);
		return ERR_PTR(ret);
	}
	return object;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_sync_object_adopt);

/**
 * dxg_sync_object_get() - Take a reference.
 * @object: The object.
 */
struct dxg_sync_object *dxg_sync_object_get(struct dxg_sync_object *object)
{
	kref_get(&object->ref);
	return object;
}

/**
 * dxg_sync_object_put() - Drop a reference. From any context; does not wait for the host.
 * @object: The object.
 */
void dxg_sync_object_put(struct dxg_sync_object *object)
{
	kref_put(&object->ref, dxg_sync_object_release);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_sync_object_put);

/* ---- The page ---- */

static void dxg_sync_pages_fini(struct drm_device *drm, void *data)
{
	drm_vma_offset_manager_destroy(&to_dxg_device(drm)->sync_pages);
}

/**
 * dxg_sync_pages_init() - Prepare the offsets at which pages of sync objects are mapped.
 * @dxg: The device.
 */
int dxg_sync_pages_init(struct dxg_device *dxg)
{
	drm_vma_offset_manager_init(&dxg->sync_pages, DXG_SYNC_PAGE_OFFSET, DXG_SYNC_PAGES);
	return drmm_add_action_or_reset(&dxg->drm, dxg_sync_pages_fini, NULL);
}

/**
 * dxg_sync_object_value() - The value, as the page has it now.
 * @object: An object with a page.
 */
u64 dxg_sync_object_value(const struct dxg_sync_object *object)
{
	/* The host and the GPU write it; what they wrote before is seen after. */
	return smp_load_acquire((const u64 *)object->page->cpu);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_sync_object_value);

/**
 * dxg_sync_object_revoke() - The owner of an adopted object is about to end it.
 * @object: The object.
 *
 * When this returns, no program reaches the page any more: a page of zeroes takes
 * its place. The kernel keeps its mapping, but must not look any more. Sleeps.
 */
void dxg_sync_object_revoke(struct dxg_sync_object *object)
{
	struct drm_device *drm = &object->device->dxg->drm;

	down_write(&object->sem);
	object->revoked = true;
	up_write(&object->sem);
	drm_vma_node_unmap(&object->node, drm->anon_inode->i_mapping);
}

static vm_fault_t dxg_sync_page_fault(struct vm_fault *vmf)
{
	struct dxg_sync_object *object = vmf->vma->vm_private_data;
	bool present = false;
	vm_fault_t ret;
	int idx;

	down_read(&object->sem);
	if (!object->revoked)
		present = drm_dev_enter(&object->device->dxg->drm, &idx);
	if (present) {
		ret = dxg_iomem_fault(object->page, vmf, 0);
		drm_dev_exit(idx);
	} else {
		ret = vmf_insert_pfn(vmf->vma, vmf->address,
				     page_to_pfn(ZERO_PAGE(vmf->address)));
	}
	up_read(&object->sem);
	return ret;
}

static void dxg_sync_page_open(struct vm_area_struct *vma)
{
	dxg_sync_object_get(vma->vm_private_data);
}

static void dxg_sync_page_close(struct vm_area_struct *vma)
{
	dxg_sync_object_put(vma->vm_private_data);
}

static const struct vm_operations_struct dxg_sync_page_ops = {
	.fault = dxg_sync_page_fault,
	.open = dxg_sync_page_open,
	.close = dxg_sync_page_close,
};

/*
 * Map the page into a program, to be read. The VMA is at the offset of @object->node in
 * the mapping of the device's anonymous inode. Returns 0, -EINVAL for another size than a
 * page's or without one, -EACCES when it is to be written.
 */
static int dxg_sync_object_mmap(struct dxg_sync_object *object, struct vm_area_struct *vma)
{
	int ret;

	if (!object->page || vma_pages(vma) != 1)
		return -EINVAL;
	if (vma->vm_flags & VM_WRITE)
		return -EACCES;
	/* Nor by mprotect() later. */
	vm_flags_clear(vma, VM_MAYWRITE);
	ret = dxg_iomem_vma_init(vma);
	if (ret)
		return ret;
	vma->vm_private_data = dxg_sync_object_get(object);
	vma->vm_ops = &dxg_sync_page_ops;
	return 0;
}

/**
 * dxg_sync_pages_mmap() - mmap() of the node, for offsets from DXG_SYNC_PAGE_OFFSET.
 * @filp: The open file.
 * @vma: The VMA.
 *
 * Returns 0; -EINVAL for another size than a page's, or when the offset names nothing;
 * -EACCES when it is to be written, or is another file's.
 */
int dxg_sync_pages_mmap(struct file *filp, struct vm_area_struct *vma)
{
	struct drm_file *file = filp->private_data;
	struct dxg_device *dxg = to_dxg_device(file->minor->dev);
	struct dxg_sync_object *object = NULL;
	struct drm_vma_offset_node *node;
	int ret;

	if (drm_dev_is_unplugged(&dxg->drm))
		return -ENODEV;
	drm_vma_offset_lock_lookup(&dxg->sync_pages);
	node = drm_vma_offset_exact_lookup_locked(&dxg->sync_pages, vma->vm_pgoff, vma_pages(vma));
	if (node) {
		object = container_of(node, struct dxg_sync_object, node);
		/* One whose last reference has gone waits for the host, and for this lock. */
		if (!kref_get_unless_zero(&object->ref))
			object = NULL;
	}
	drm_vma_offset_unlock_lookup(&dxg->sync_pages);
	if (!object)
		return -EINVAL;

	if (drm_vma_node_is_allowed(&object->node, file))
		ret = dxg_sync_object_mmap(object, vma);
	else
		ret = -EACCES;
	dxg_sync_object_put(object);
	return ret;
}

/* ---- Sharing ---- */

static void dxg_sync_share_free(struct dxg_sync_share *share)
{
	dxg_home_put(share->home);
	drm_dev_put(&share->dxg->drm);
	kfree(share);
}

static void dxg_sync_share_ended(struct dxg_request *req)
{
	dxg_request_put(req);
}

/*
 * Not by the quarantine, which is the adapter's: an NT handle is the machine's, and
 * has to be given back when the adapter has gone, too.
 */
static void dxg_sync_share_release(struct kref *ref)
{
	struct dxg_sync_share *share = container_of(ref, struct dxg_sync_share, ref);

	dxg_request_commit(share->destroy, dxg_sync_share_ended, NULL);
	dxg_sync_share_free(share);
}

/* Make the host's NT handle. */
static int dxg_sync_share_create(struct dxg_sync_object *object, unsigned int flags,
				 struct dxg_sync_share **share, u32 *status)
{
	struct dxg_host_device *device = object->device;
	struct dxg_link *link = &device->dxg->host->link;
	struct dxg_sync_share *new = kzalloc_obj(*new, GFP_KERNEL_ACCOUNT);
	u32 nt_handle, ignored;
	int ret;

	if (!new)
		return -ENOMEM;
	kref_init(&new->ref);
	new->dxg = device->dxg;
	drm_dev_get(&new->dxg->drm);
	new->type = object->type;
	new->global_handle = object->global_handle;
	new->home = dxg_home_get(device->home);
	new->raised = object->type == DXGP_SYNC_MONITORED_FENCE &&
		      !(object->flags & DXGP_SYNCFLAG_NO_TDR_SIGNAL);
	ret = dxg_cmd_create_nt_shared(link, dxg_host_device_link(device),
				       dxg_host_device_process(device), object->handle, flags,
				       &nt_handle, status);
	if (ret || dxg_status_failed(*status))
		goto err_free;
	new->destroy = dxg_prep_destroy_nt_shared(link, nt_handle);
	if (IS_ERR(new->destroy)) {
		ret = PTR_ERR(new->destroy);
		dxg_cmd_destroy_nt_shared(link, nt_handle, &ignored);
		goto err_free;
	}
	*share = new;
	return 0;

err_free:
	dxg_sync_share_free(new);
	return ret;
}

/**
 * dxg_sync_object_share() - What a descriptor of the object is to hold.
 * @object: The object.
 * @flags: DXG_REQ_xxx.
 * @share: Returns it with a reference, when the status is a success.
 * @status: NTSTATUS of the host; invalid parameter for an object that was not made
 *          to be shared.
 *
 * Returns 0, -ERESTARTSYS, or -errno of a failed exchange, as host commands do.
 */
int dxg_sync_object_share(struct dxg_sync_object *object, unsigned int flags,
			  struct dxg_sync_share **share, u32 *status)
{
	int ret = 0;

	*status = DXG_STATUS_INVALID_PARAMETER;
	if (!object->global_handle)
		return 0;
	if (mutex_lock_killable(&object->share_lock))
		return -ERESTARTSYS;
	*status = DXG_STATUS_SUCCESS;
	if (!object->share)
		ret = dxg_sync_share_create(object, flags, &object->share, status);
	if (!ret && !dxg_status_failed(*status))
		*share = dxg_sync_share_get(object->share);
	mutex_unlock(&object->share_lock);
	return ret;
}

/**
 * dxg_sync_share_get() - Take a reference.
 * @share: The share.
 */
struct dxg_sync_share *dxg_sync_share_get(struct dxg_sync_share *share)
{
	kref_get(&share->ref);
	return share;
}

/**
 * dxg_sync_share_put() - Drop a reference. Process context; does not wait for the host.
 * @share: The share.
 */
void dxg_sync_share_put(struct dxg_sync_share *share)
{
	kref_put(&share->ref, dxg_sync_share_release);
}

/**
 * dxg_sync_object_home_runs() - Whether the device that an imported object was made on runs.
 * @object: The object, of value U64_MAX.
 * @flags: DXG_REQ_xxx.
 *
 * Returns 0, also for what is not imported or not raised by a loss; -ECANCELED when that
 * device was lost; or -errno of an exchange that failed.
 */
int dxg_sync_object_home_runs(const struct dxg_sync_object *object, unsigned int flags)
{
	const struct dxg_sync_share *share = READ_ONCE(object->share);

	if (!share || !share->raised || share->home == object->device->home)
		return 0;
	return dxg_home_runs(share->home, flags);
}

/**
 * dxg_sync_share_of() - Whether a shared object is on this adapter.
 * @share: The share.
 * @dxg: The adapter.
 */
bool dxg_sync_share_of(const struct dxg_sync_share *share, const struct dxg_device *dxg)
{
	return share->dxg == dxg;
}

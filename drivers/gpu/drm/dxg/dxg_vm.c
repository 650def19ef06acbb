// SPDX-License-Identifier: GPL-2.0
/*
 * VMs: made for a file, looked up, ended; the BOs that they know.
 */
#include <linux/dma-resv.h>
#include <linux/err.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include <drm/drm_file.h>
#include <drm/drm_gem.h>

#include <kunit/visibility.h>

#include "dxg_bo.h"
#include "dxg_device.h"
#include "dxg_file.h"
#include "dxg_host_device.h"
#include "dxg_limits.h"
#include "dxg_paging_queue.h"
#include "dxg_process.h"
#include "dxg_queue.h"
#include "dxg_vm_internal.h"

/* ---- BOs ---- */

/* The pair ends, under the lock of the BO's reservation object. */
static void dxg_vm_bo_release(struct drm_gpuvm_bo *base)
{
	struct dxg_vm_bo *vm_bo = to_dxg_vm_bo(base);

	if (vm_bo->view)
		dxg_bo_view_put(vm_bo->view);
	kfree(vm_bo);
}

static struct drm_gpuvm_bo *dxg_vm_bo_alloc(void)
{
	struct dxg_vm_bo *vm_bo = kzalloc_obj(*vm_bo, GFP_KERNEL_ACCOUNT);

	if (!vm_bo)
		return NULL;
	INIT_LIST_HEAD(&vm_bo->garbage);
	return &vm_bo->base;
}

/* Drop @count references where locks of reservation objects may be taken. */
static void dxg_vm_bo_put_locked(struct dxg_vm_bo *vm_bo, unsigned int count)
{
	struct drm_gem_object *obj = vm_bo->base.obj;

	/* The BO must outlive the lock in it. */
	drm_gem_object_get(obj);
	dma_resv_lock(obj->resv, NULL);
	while (count--)
		drm_gpuvm_bo_put(&vm_bo->base);
	dma_resv_unlock(obj->resv);
	drm_gem_object_put(obj);
}

/**
 * dxg_vm_bo_obtain() - What a VM knows of a BO.
 * @vm: The VM.
 * @obj: The BO.
 *
 * Opens the BO on the host for the VM, if that has not happened yet. In process
 * context, killable; no reservation object may be locked. Returns a reference,
 * or ERR_PTR.
 */
struct dxg_vm_bo *dxg_vm_bo_obtain(struct dxg_vm *vm, struct drm_gem_object *obj)
{
	struct drm_gpuvm_bo *base;
	struct dxg_bo_view *view;
	struct dxg_vm_bo *vm_bo;

	dma_resv_lock(obj->resv, NULL);
	base = drm_gpuvm_bo_obtain_locked(&vm->base, obj);
	dma_resv_unlock(obj->resv);
	if (IS_ERR(base))
		return ERR_CAST(base);
	vm_bo = to_dxg_vm_bo(base);
	/* Pairs with the store below: who sees the view sees what is in it. */
	if (smp_load_acquire(&vm_bo->view))
		return vm_bo;

	view = dxg_bo_view_obtain(to_dxg_bo(obj), vm->device, DXG_REQ_KILLABLE);
	if (IS_ERR(view)) {
		dxg_vm_bo_put(vm_bo);
		return ERR_CAST(view);
	}
	/* Pairs with the load above. All who come here together have the same view. */
	if (cmpxchg_release(&vm_bo->view, NULL, view))
		dxg_bo_view_put(view);
	return vm_bo;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_vm_bo_obtain);

/**
 * dxg_vm_bo_get() - Take a reference.
 * @vm_bo: The pair.
 */
struct dxg_vm_bo *dxg_vm_bo_get(struct dxg_vm_bo *vm_bo)
{
	drm_gpuvm_bo_get(&vm_bo->base);
	return vm_bo;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_vm_bo_get);

/**
 * dxg_vm_bo_put() - Drop a reference. From any context.
 * @vm_bo: The pair.
 */
void dxg_vm_bo_put(struct dxg_vm_bo *vm_bo)
{
	struct dxg_vm *vm = to_dxg_vm(vm_bo->base.vm);
	unsigned long flags;

	if (refcount_dec_not_one(&vm_bo->base.kref.refcount))
		return;
	spin_lock_irqsave(&vm->garbage_lock, flags);
	if (!vm_bo->garbage_count++)
		list_add_tail(&vm_bo->garbage, &vm->garbage_bos);
	dxg_queue_work(&vm->garbage_work);
	spin_unlock_irqrestore(&vm->garbage_lock, flags);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_vm_bo_put);

/**
 * dxg_vm_discard_mappings() - Let a worker free mappings. From any context.
 * @vm: The VM.
 * @mappings: Their list, empty afterwards.
 */
void dxg_vm_discard_mappings(struct dxg_vm *vm, struct list_head *mappings)
{
	unsigned long flags;

	if (list_empty(mappings))
		return;
	spin_lock_irqsave(&vm->garbage_lock, flags);
	list_splice_tail_init(mappings, &vm->garbage_mappings);
	dxg_queue_work(&vm->garbage_work);
	spin_unlock_irqrestore(&vm->garbage_lock, flags);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_vm_discard_mappings);

/*
 * The last reference to a BO's pair may hold the last one to the VM: the end of
 * the VM then waits for this worker.
 */
static void dxg_vm_garbage(struct work_struct *work)
{
	struct dxg_vm *vm = container_of(work, struct dxg_vm, garbage_work);
	struct dxg_mapping *map;
	struct dxg_vm_bo *vm_bo;
	unsigned int count;

	/* Much of what goes here ends on the host. */
	if (vm->device)
		dxg_keep_batch_plug(&vm->device->allocations);
	for (;;) {
		count = 0;
		spin_lock_irq(&vm->garbage_lock);
		map = list_first_entry_or_null(&vm->garbage_mappings, struct dxg_mapping, link);
		if (map)
			list_del(&map->link);
		vm_bo = list_first_entry_or_null(&vm->garbage_bos, struct dxg_vm_bo, garbage);
		if (vm_bo) {
			list_del_init(&vm_bo->garbage);
			swap(count, vm_bo->garbage_count);
		}
		spin_unlock_irq(&vm->garbage_lock);
		if (!map && !vm_bo)
			break;

		if (vm_bo)
			dxg_vm_bo_put_locked(vm_bo, count);
		if (map) {
			if (map->what.vm_bo)
				dxg_vm_bo_put_locked(map->what.vm_bo, 1);
			kfree(map);
		}
		cond_resched();
	}
	if (vm->device)
		dxg_keep_batch_unplug(&vm->device->allocations);
}

/* ---- References ---- */

static void dxg_vm_free_work(struct work_struct *work)
{
	struct dxg_vm *vm = container_of(work, struct dxg_vm, free_work);

	dxg_binder_fini(&vm->binder);
	dxg_vm_state_fini(vm);
	cancel_work_sync(&vm->garbage_work);
	dxg_vm_garbage(&vm->garbage_work);
	if (vm->paging)
		dxg_paging_queue_put(vm->paging);
	if (vm->device)
		dxg_host_device_put(vm->device);
	mutex_destroy(&vm->clients_lock);
	mutex_destroy(&vm->lock);
	kfree(vm);
}

/* The last reference is gone. A worker does the rest: this may be one of the VM's own. */
static void dxg_vm_release(struct drm_gpuvm *gpuvm)
{
	dxg_queue_work(&to_dxg_vm(gpuvm)->free_work);
}

static void dxg_vm_put_work(struct work_struct *work)
{
	drm_gpuvm_put(&container_of(work, struct dxg_vm, put_work)->base);
}

/**
 * dxg_vm_get() - Take a reference.
 * @vm: The VM.
 */
struct dxg_vm *dxg_vm_get(struct dxg_vm *vm)
{
	drm_gpuvm_get(&vm->base);
	return vm;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_vm_get);

/**
 * dxg_vm_put() - Drop a reference. From any context.
 * @vm: The VM.
 */
void dxg_vm_put(struct dxg_vm *vm)
{
	if (!refcount_dec_not_one(&vm->base.kref.refcount))
		dxg_queue_work(&vm->put_work);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_vm_put);

/* ---- Making and ending ---- */

static const struct drm_gpuvm_ops dxg_vm_gpuvm_ops = {
	.vm_free = dxg_vm_release,
	.vm_bo_alloc = dxg_vm_bo_alloc,
	.vm_bo_free = dxg_vm_bo_release,
	.sm_step_map = dxg_space_step_map,
	.sm_step_remap = dxg_space_step_remap,
	.sm_step_unmap = dxg_space_step_unmap,
};

/* Reclaim may wait for fences, and these are taken to signal them. */
static void dxg_vm_prime_lockdep(struct dxg_vm *vm)
{
	if (!IS_ENABLED(CONFIG_LOCKDEP))
		return;
	fs_reclaim_acquire(GFP_KERNEL);
	might_lock(&vm->lock);
	might_lock(&vm->clients_lock);
	fs_reclaim_release(GFP_KERNEL);
}

static struct dxg_vm *dxg_vm_alloc(struct dxg_device *dxg, u32 flags)
{
	struct drm_gem_object *resv_obj;
	struct dxg_vm *vm;

	vm = kzalloc_obj(*vm, GFP_KERNEL_ACCOUNT);
	if (!vm)
		return NULL;
	resv_obj = drm_gpuvm_resv_object_alloc(&dxg->drm);
	if (!resv_obj) {
		kfree(vm);
		return NULL;
	}
	vm->dxg = dxg;
	vm->user_fence = flags & DRM_DXG_VM_USER_FENCE;
	INIT_LIST_HEAD(&vm->entry);
	mutex_init(&vm->lock);
	vm->reservations = RB_ROOT;
	dxg_binder_init(&vm->binder);
	spin_lock_init(&vm->garbage_lock);
	INIT_LIST_HEAD(&vm->garbage_mappings);
	INIT_LIST_HEAD(&vm->garbage_bos);
	INIT_WORK(&vm->garbage_work, dxg_vm_garbage);
	INIT_WORK(&vm->put_work, dxg_vm_put_work);
	INIT_WORK(&vm->free_work, dxg_vm_free_work);
	dxg_vm_state_init(vm);
	dxg_vm_prime_lockdep(vm);
	drm_gpuvm_init(&vm->base, "dxg", 0, &dxg->drm, resv_obj, DXG_VA_START,
		       DXG_VA_END - DXG_VA_START, 0, 0, &dxg_vm_gpuvm_ops);
	drm_gem_object_put(resv_obj);
	return vm;
}

/*
 * Nothing more can be done with the VM: clients are told, bindings forgotten. Does
 * not wait for the host.
 */
static void dxg_vm_shut(struct dxg_vm *vm)
{
	struct dxg_device *dxg = vm->dxg;

	mutex_lock(&dxg->vms_lock);
	list_del_init(&vm->entry);
	mutex_unlock(&dxg->vms_lock);

	dxg_vm_lose_with(vm, -ECANCELED, DRM_DXG_LOST_NOT, DXG_BLAME_UNKNOWN);
	flush_work(&vm->lost_work);
	dxg_host_device_set_changed(vm->device, NULL, NULL);
	dxg_host_device_flush(vm->device);

	mutex_lock(&vm->lock);
	dxg_space_clear(vm);
	mutex_unlock(&vm->lock);
}

/* Make what the host has of a VM. */
static int dxg_vm_create_host(struct dxg_vm *vm, struct dxg_process *process)
{
	struct dxg_host_device *device;

	device = dxg_host_device_create(vm->dxg, process, 0, DXG_REQ_KILLABLE);
	if (IS_ERR(device))
		return PTR_ERR(device);
	vm->device = device;
	vm->host_state.generation = atomic64_read(&device->generation);
	vm->paging = dxg_paging_queue_create(device, 0, DXG_REQ_KILLABLE);
	if (IS_ERR(vm->paging)) {
		int ret = PTR_ERR(vm->paging);

		vm->paging = NULL;
		return ret;
	}
	return 0;
}

/* Under dfile->lock: make the VM of a file that has none. */
static struct dxg_vm *dxg_vm_create_locked(struct dxg_device *dxg, struct dxg_file *dfile,
					   u32 flags)
{
	struct dxg_process *process;
	struct dxg_vm *vm;
	int ret;

	vm = dxg_vm_alloc(dxg, flags);
	if (!vm)
		return ERR_PTR(-ENOMEM);
	process = dxg_file_process_locked(dxg, dfile);
	if (IS_ERR(process)) {
		ret = PTR_ERR(process);
	} else {
		ret = dxg_vm_create_host(vm, process);
		dxg_process_put(process);
	}
	if (ret) {
		dxg_vm_put(vm);
		return ERR_PTR(ret);
	}
	dxg_vm_state_watch(vm);

	mutex_lock(&dxg->vms_lock);
	list_add_tail(&vm->entry, &dxg->vms);
	mutex_unlock(&dxg->vms_lock);
	/* Not seen by dxg_vm_unplug()? Then this sees what happened before that. */
	if (READ_ONCE(dxg->link.gone))
		dxg_vm_lose_with(vm, -ENODEV, DRM_DXG_LOST_HOST, DXG_BLAME_INNOCENT);
	vm->id = ++dfile->last_vm_id;
	spin_lock(&dfile->vm_lock);
	dfile->vm = dxg_vm_get(vm);
	spin_unlock(&dfile->vm_lock);
	return vm;
}

/**
 * dxg_vm_create() - Make the VM of a file.
 * @dxg: The adapter.
 * @file: The DRM side of the file.
 * @flags: DRM_DXG_VM_xxx.
 * @vm: Returns the VM with a reference.
 *
 * Inside drm_dev_enter(). -EBUSY when the file has one already, or what asking the
 * host returned.
 */
int dxg_vm_create(struct dxg_device *dxg, struct drm_file *file, u32 flags, struct dxg_vm **vm)
{
	struct dxg_file *dfile = file->driver_priv;
	struct dxg_vm *new;

	if (mutex_lock_killable(&dfile->lock))
		return -ERESTARTSYS;
	if (dfile->vm)
		new = ERR_PTR(-EBUSY);
	else
		new = dxg_vm_create_locked(dxg, dfile, flags);
	mutex_unlock(&dfile->lock);
	if (IS_ERR(new))
		return PTR_ERR(new);
	*vm = new;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_vm_create);

/* Take the VM out of its file. With @id 0: whichever it is. */
static struct dxg_vm *dxg_vm_take(struct dxg_file *dfile, u32 id)
{
	struct dxg_vm *vm;

	spin_lock(&dfile->vm_lock);
	vm = dfile->vm;
	if (vm && (!id || vm->id == id))
		dfile->vm = NULL;
	else
		vm = NULL;
	spin_unlock(&dfile->vm_lock);
	return vm;
}

/**
 * dxg_vm_destroy() - VM_DESTROY.
 * @dfile: The file.
 * @id: The VM.
 *
 * The host process goes with it: its addresses are the process's, and the next VM
 * begins with none. 0 or -ENOENT.
 */
int dxg_vm_destroy(struct dxg_file *dfile, u32 id)
{
	struct dxg_process *process;
	struct dxg_vm *vm;

	if (!id)
		return -ENOENT;
	mutex_lock(&dfile->lock);
	vm = dxg_vm_take(dfile, id);
	process = vm ? rcu_replace_pointer(dfile->process, NULL, lockdep_is_held(&dfile->lock)) :
		       NULL;
	mutex_unlock(&dfile->lock);
	if (!vm)
		return -ENOENT;

	dxg_queue_end_vm(dfile, vm);
	dxg_vm_shut(vm);
	dxg_process_put(process);
	dxg_vm_put(vm);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_vm_destroy);

/**
 * dxg_vm_file_close() - The file is closed; its queues have ended.
 * @dfile: The file.
 */
void dxg_vm_file_close(struct dxg_file *dfile)
{
	struct dxg_vm *vm = dxg_vm_take(dfile, 0);

	if (!vm)
		return;
	dxg_vm_shut(vm);
	dxg_vm_put(vm);
}

/**
 * dxg_vm_lookup() - The VM of a file.
 * @dfile: The file.
 * @id: The id.
 *
 * Returns it with a reference, or NULL.
 */
struct dxg_vm *dxg_vm_lookup(struct dxg_file *dfile, u32 id)
{
	struct dxg_vm *vm;

	spin_lock(&dfile->vm_lock);
	vm = dfile->vm;
	if (vm && vm->id == id)
		dxg_vm_get(vm);
	else
		vm = NULL;
	spin_unlock(&dfile->vm_lock);
	return vm;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_vm_lookup);

/**
 * dxg_vm_unplug() - The adapter goes: every VM is lost with ENODEV.
 * @dxg: The adapter, whose link is aborted.
 *
 * When this returns, all waiters have been woken.
 */
void dxg_vm_unplug(struct dxg_device *dxg)
{
	struct dxg_vm *vm;

	mutex_lock(&dxg->vms_lock);
	list_for_each_entry(vm, &dxg->vms, entry)
		dxg_vm_lose_with(vm, -ENODEV, DRM_DXG_LOST_HOST, DXG_BLAME_INNOCENT);
	list_for_each_entry(vm, &dxg->vms, entry)
		flush_work(&vm->lost_work);
	mutex_unlock(&dxg->vms_lock);
}

/* ---- What it is ---- */

/**
 * dxg_vm_id() - The id in its file.
 * @vm: The VM.
 */
u32 dxg_vm_id(const struct dxg_vm *vm)
{
	return vm->id;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_vm_id);

/**
 * dxg_vm_user_fence() - Whether it is in user-fence mode.
 * @vm: The VM.
 */
bool dxg_vm_user_fence(const struct dxg_vm *vm)
{
	return vm->user_fence;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_vm_user_fence);

/**
 * dxg_vm_host_device() - What it is on the host.
 * @vm: The VM, which holds it.
 */
struct dxg_host_device *dxg_vm_host_device(const struct dxg_vm *vm)
{
	return vm->device;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_vm_host_device);

/**
 * dxg_vm_dxg() - The adapter.
 * @vm: The VM.
 */
struct dxg_device *dxg_vm_dxg(const struct dxg_vm *vm)
{
	return vm->dxg;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_vm_dxg);

/**
 * dxg_vm_paging_queue() - The paging queue of what is on no bind queue.
 * @vm: The VM, which holds it.
 */
struct dxg_paging_queue *dxg_vm_paging_queue(const struct dxg_vm *vm)
{
	return vm->paging;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_vm_paging_queue);

/* ---- Reservation objects ---- */

/**
 * dxg_vm_resv_obj() - What BOs share that never leave the file.
 * @vm: The VM.
 */
struct drm_gem_object *dxg_vm_resv_obj(const struct dxg_vm *vm)
{
	return drm_gpuvm_resv_obj(&vm->base);
}

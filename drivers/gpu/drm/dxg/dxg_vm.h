/* SPDX-License-Identifier: GPL-2.0 */
/*
 * VMs: GPU address spaces of the DRM face.
 *
 * A VM is a host device, the guest's book-keeping of its addresses
 * (&struct drm_gpuvm), and what becomes lost together. Queues, BOs and fences
 * hold a reference. A VM that was destroyed, by VM_DESTROY or with its file, is
 * lost for those who still hold one.
 */
#ifndef _DXG_VM_H_
#define _DXG_VM_H_

#include <linux/list.h>
#include <linux/types.h>

#include <drm/drm_gpuvm.h>
#include <drm/dxg_drm.h>

struct dma_fence;
struct drm_file;
struct drm_gem_object;
struct drm_device;
struct dxg_bo_view;
struct dxg_device;
struct dxg_file;
struct dxg_host_device;
struct dxg_paging_queue;
struct dxg_vm;
struct seq_file;

/* ---- Life ---- */

int dxg_vm_create(struct dxg_device *dxg, struct drm_file *file, u32 flags, struct dxg_vm **vm);
int dxg_vm_destroy(struct dxg_file *dfile, u32 id);
void dxg_vm_file_close(struct dxg_file *dfile);
void dxg_vm_unplug(struct dxg_device *dxg);

/* The VM of a file with a reference, or NULL: ENOENT. */
struct dxg_vm *dxg_vm_lookup(struct dxg_file *dfile, u32 id);
struct dxg_vm *dxg_vm_get(struct dxg_vm *vm);
void dxg_vm_put(struct dxg_vm *vm);	/* from any context */

/* ---- What it is ---- */

u32 dxg_vm_id(const struct dxg_vm *vm);
bool dxg_vm_user_fence(const struct dxg_vm *vm);
/* Lives as long as the VM; take a reference for more. */
struct dxg_host_device *dxg_vm_host_device(const struct dxg_vm *vm);
struct dxg_device *dxg_vm_dxg(const struct dxg_vm *vm);
/* The paging queue of what is on no bind queue. Lives as long as the VM. */
struct dxg_paging_queue *dxg_vm_paging_queue(const struct dxg_vm *vm);

/* ---- Being lost ---- */

/** enum dxg_blame - Who has done it. */
enum dxg_blame {
	/** @DXG_BLAME_UNKNOWN: The host is asked. */
	DXG_BLAME_UNKNOWN,
	/** @DXG_BLAME_GUILTY: This VM. */
	DXG_BLAME_GUILTY,
	/** @DXG_BLAME_INNOCENT: Others, or the host. */
	DXG_BLAME_INNOCENT,
};

/**
 * struct dxg_vm_client - Who must know when the VM is lost. Embedded in queues and fences.
 */
struct dxg_vm_client {
	/** @list: Entry of the VM's list, under its lock. */
	struct list_head list;

	/**
	 * @lost: The VM is lost: stop, complete everything with @error
	 * (-ECANCELED, or -ENODEV when the adapter has gone), wake waiters. Called
	 * once, in process context, on the fence signalling path: it neither
	 * allocates nor waits for the host, and calls nothing of dxg_vm.h
	 * but dxg_vm_status() and dxg_vm_get_lost().
	 */
	void (*lost)(struct dxg_vm_client *client, int error);

	/**
	 * @show: Write a line for debugfs, under the lock of the list: does not allocate. May
	 * be NULL.
	 */
	void (*show)(struct dxg_vm_client *client, struct seq_file *m);
};

/* 0, or what dxg_vm_status() returns: then the client is not added and not called. */
int dxg_vm_add_client(struct dxg_vm *vm, struct dxg_vm_client *client);
/* After this, @lost is not called and does not run any more. */
void dxg_vm_remove_client(struct dxg_vm *vm, struct dxg_vm_client *client);

/*
 * The VM is lost from now on. Does nothing when it was already. From any context:
 * clients are told by a worker that does not depend on the host.
 */
void dxg_vm_lose(struct dxg_vm *vm, enum drm_dxg_lost_reason reason, enum dxg_blame blame);
int dxg_vm_lose_after(struct dxg_vm *vm, int ret, enum drm_dxg_lost_reason reason,
		      enum dxg_blame blame);

/* 0, -ECANCELED when lost, -ENODEV when the adapter has gone. From any context. */
int dxg_vm_status(const struct dxg_vm *vm);
/* DRM_DXG_STATE_xxx and &enum drm_dxg_lost_reason, as the state queries have them. */
void dxg_vm_get_lost(struct dxg_vm *vm, u32 *flags, u32 *reason);
int dxg_vm_get_state(struct dxg_vm *vm, struct drm_dxg_vm_get_state *args);

/* ---- debugfs ---- */

void dxg_vms_show(struct dxg_device *dxg, struct seq_file *m);

/* ---- Reservation objects ---- */

/* What BOs that never leave the file share: their obj->resv is this object's. */
struct drm_gem_object *dxg_vm_resv_obj(const struct dxg_vm *vm);

/* ---- BOs in a VM ---- */

/**
 * struct dxg_vm_bo - A BO as one VM knows it.
 *
 * Held by mappings and by operations under way.
 */
struct dxg_vm_bo {
	/** @base: The pair; base.obj is the BO, base.vm the VM. */
	struct drm_gpuvm_bo base;

	/** @view: The host's handles of the BO here; holds a reference. NULL until there are. */
	struct dxg_bo_view *view;

	/** @garbage: Entry of the VM's list of references to be dropped. */
	struct list_head garbage;

	/** @garbage_count: How many are to be dropped; 0: not in the list. */
	unsigned int garbage_count;
};

static inline struct dxg_vm_bo *to_dxg_vm_bo(struct drm_gpuvm_bo *vm_bo)
{
	return container_of(vm_bo, struct dxg_vm_bo, base);
}

/**
 * struct dxg_binding - What is bound at an address.
 *
 * With @vm_bo NULL, null pages.
 */
struct dxg_binding {
	/** @vm_bo: The BO. */
	struct dxg_vm_bo *vm_bo;

	/** @alloc_index: Which of its allocations. */
	u32 alloc_index;

	/** @offset: Where in the allocation. */
	u64 offset;

	/** @protection: DXGP_VA_xxx, as the host is told. */
	u64 protection;

	/** @driver_protection: Opaque protection of the vendor's driver. */
	u64 driver_protection;
};

/* Find or make the pair, with a reference. ERR_PTR. May ask the host, killably. */
struct dxg_vm_bo *dxg_vm_bo_obtain(struct dxg_vm *vm, struct drm_gem_object *obj);
struct dxg_vm_bo *dxg_vm_bo_get(struct dxg_vm_bo *vm_bo);
/* From any context: what goes with the last one is ended by a worker. */
void dxg_vm_bo_put(struct dxg_vm_bo *vm_bo);

/* ---- dxg_ioctl_vm.c ---- */

int dxg_ioctl_vm_create(struct drm_device *drm, void *data, struct drm_file *file);
int dxg_ioctl_vm_destroy(struct drm_device *drm, void *data, struct drm_file *file);
int dxg_ioctl_vm_reserve(struct drm_device *drm, void *data, struct drm_file *file);
int dxg_ioctl_vm_bind(struct drm_device *drm, void *data, struct drm_file *file);
int dxg_ioctl_vm_get_state(struct drm_device *drm, void *data, struct drm_file *file);

#endif /* _DXG_VM_H_ */

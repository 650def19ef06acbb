/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of a VM share: dxg_vm.c (life, BOs), dxg_space.c (the
 * book-keeping of addresses), dxg_binder.c (the order of what is asked of the
 * host), dxg_vm_state.c (being lost).
 */
#ifndef _DXG_VM_INTERNAL_H_
#define _DXG_VM_INTERNAL_H_

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rbtree.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "dxg_binder.h"
#include "dxg_vm.h"

struct dxg_coredump;
struct dxg_paging_queue;
struct dxg_request;

/* ---- Addresses: dxg_space.c ---- */

/**
 * struct dxg_reservation - A range that the host has given to the VM.
 */
struct dxg_reservation {
	/** @node: Entry of the VM's tree, by address. Under its lock. */
	struct rb_node node;

	/** @start: First address. */
	u64 start;

	/** @size: Bytes. */
	u64 size;

	/** @zero: What is not bound reads as zero; else it is a fault. */
	bool zero;
};

/**
 * struct dxg_mapping - What is bound at a range.
 *
 * Mappings are in the tree of the drm_gpuvm but not in the lists of their BOs:
 * nobody asks where a BO is bound.
 */
struct dxg_mapping {
	/** @base: The range; base.gem.offset is where in the allocation. */
	struct drm_gpuva base;

	/** @link: Among what a change has inserted or has to spare, or the VM's garbage. */
	struct list_head link;

	/** @old: Among what a change has displaced, be it inserted by one before. */
	struct list_head old;

	/** @what: What is bound. Holds a reference on the BO. */
	struct dxg_binding what;
};

/**
 * struct dxg_space_change - A change of the book-keeping, and how it was before.
 *
 * Made with its memory beforehand, because changes are booked where none may
 * be had. At most the new mapping and what is left of the two that it cuts.
 */
struct dxg_space_change {
	/** @start: First address of the range. */
	u64 start;

	/** @size: Its bytes. */
	u64 size;

	/** @spare: Mappings not used yet, by their link. */
	struct list_head spare;

	/** @inserted: Mappings that are there since. */
	struct list_head inserted;

	/** @displaced: Mappings that were there before, in order of address, by their old. */
	struct list_head displaced;

	/** @cursor: Of dxg_space_piece(): the last of @displaced that is behind, or NULL. */
	struct dxg_mapping *cursor;
};

/* How many mappings a change may need: the new one, two that are cut. */
#define DXG_SPACE_SPARE		3

void dxg_space_change_init(struct dxg_space_change *change);
int dxg_space_change_prepare(struct dxg_space_change *change, unsigned int spare);
void dxg_space_change_fini(struct dxg_vm *vm, struct dxg_space_change *change);

/* Under vm->lock; nothing here allocates. */
struct dxg_reservation *dxg_space_find(struct dxg_vm *vm, u64 start, u64 size);
struct dxg_reservation *dxg_space_exact(struct dxg_vm *vm, u64 start, u64 size);
bool dxg_space_reserve(struct dxg_vm *vm, struct dxg_reservation *res);
void dxg_space_unreserve(struct dxg_vm *vm, struct dxg_reservation *res);
struct dxg_mapping *dxg_space_mapping(struct dxg_vm *vm, u64 start, u64 size);
void dxg_space_map(struct dxg_vm *vm, struct dxg_space_change *change,
		   const struct dxg_binding *what);
void dxg_space_unmap(struct dxg_vm *vm, struct dxg_space_change *change);
void dxg_space_settle(struct dxg_vm *vm, struct dxg_space_change *change);
void dxg_space_revert(struct dxg_vm *vm, struct dxg_space_change *change);
u64 dxg_space_piece(struct dxg_space_change *change, u64 from, struct dxg_mapping **mapping);
void dxg_space_clear(struct dxg_vm *vm);

/* For drm_gpuvm. */
int dxg_space_step_map(struct drm_gpuva_op *op, void *priv);
int dxg_space_step_remap(struct drm_gpuva_op *op, void *priv);
int dxg_space_step_unmap(struct drm_gpuva_op *op, void *priv);

/* ---- The VM ---- */

/**
 * struct dxg_vm_lost - What is known of a loss.
 */
struct dxg_vm_lost {
	/** @error: 0, or what is returned from now on. */
	int error;

	/** @reason: &enum drm_dxg_lost_reason. */
	u32 reason;

	/** @blame: Who has done it. */
	enum dxg_blame blame;
};

/**
 * struct dxg_vm_host_state - What the host said about the device.
 */
struct dxg_vm_host_state {
	/** @generation: Of the device, before the host was asked. */
	u64 generation;

	/** @after_loss: The VM was lost when the host was asked. */
	bool after_loss;

	/** @execution: DXGP_EXECUTION_xxx. */
	u32 execution;

	/** @reset: D3DKMT_DEVICERESET_STATE. */
	u32 reset;

	/** @fault_flags: Of the page fault; bit 0: a write. */
	u32 fault_flags;

	/** @fault_stage: The pipeline stage that faulted. */
	u32 fault_stage;

	/** @fault_error: The host's code. */
	u32 fault_error;

	/** @fault_address: GPU address. */
	u64 fault_address;
};

/**
 * struct dxg_vm - A VM.
 *
 * @lock and @clients_lock are taken in the path that signals fences: nothing
 * allocates under them. For the order of locks see Documentation/gpu/dxg.rst.
 */
struct dxg_vm {
	/** @base: Mappings, the common reservation object, the references. */
	struct drm_gpuvm base;

	/** @dxg: The adapter. */
	struct dxg_device *dxg;

	/** @device: The host device. Holds a reference. */
	struct dxg_host_device *device;

	/** @paging: The paging queue of what is on no bind queue. Holds a reference. */
	struct dxg_paging_queue *paging;

	/** @id: The id in its file. */
	u32 id;

	/** @user_fence: User-fence mode. */
	bool user_fence;

	/** @entry: Entry of the adapter's VMs, under their lock. */
	struct list_head entry;

	/** @lock: Protects the mappings and @reservations. */
	struct mutex lock;

	/** @reservations: All struct dxg_reservation. */
	struct rb_root reservations;

	/** @binder: What is asked of the host, in order. */
	struct dxg_binder binder;

	/** @garbage_lock: Protects @garbage_mappings and @garbage_bos; taken in interrupts. */
	spinlock_t garbage_lock;

	/** @garbage_mappings: Mappings to be freed by @garbage_work. */
	struct list_head garbage_mappings;

	/** @garbage_bos: struct dxg_vm_bo to be put by @garbage_work, by their garbage. */
	struct list_head garbage_bos;

	/** @garbage_work: Frees what could not be freed on the spot. */
	struct work_struct garbage_work;

	/** @lost_lock: Protects @lost and @host_state; taken in interrupts. */
	spinlock_t lost_lock;

	/** @lost: Whether it is lost. */
	struct dxg_vm_lost lost;

	/** @host_state: What the host said last. */
	struct dxg_vm_host_state host_state;

	/** @lost_work: Tells @clients. In the signalling path. */
	struct work_struct lost_work;

	/** @state_work: Asks the host for its state. */
	struct work_struct state_work;

	/** @report_work: Leaves a report of a loss; holds a reference. */
	struct work_struct report_work;

	/** @snapshot: What the report will show of the moment of the loss, or NULL. */
	struct dxg_coredump *snapshot;

	/** @clients_lock: Protects @clients and @told. */
	struct mutex clients_lock;

	/** @clients: Who must know when the VM is lost. */
	struct list_head clients;

	/** @told: @clients have been told, new ones are refused. */
	bool told;

	/** @put_work: Drops the last reference, for those who may not. */
	struct work_struct put_work;

	/** @free_work: Ends what the last reference leaves. */
	struct work_struct free_work;
};

static inline struct dxg_vm *to_dxg_vm(struct drm_gpuvm *gpuvm)
{
	return container_of(gpuvm, struct dxg_vm, base);
}

/* dxg_vm.c */
void dxg_vm_discard_mappings(struct dxg_vm *vm, struct list_head *mappings);

/* dxg_vm_state.c */
void dxg_vm_state_init(struct dxg_vm *vm);
void dxg_vm_state_watch(struct dxg_vm *vm);
void dxg_vm_state_fini(struct dxg_vm *vm);
void dxg_vm_lose_with(struct dxg_vm *vm, int error, enum drm_dxg_lost_reason reason,
		      enum dxg_blame blame);

#endif /* _DXG_VM_INTERNAL_H_ */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One operation on a VM: what is asked of the host, and how it is booked and
 * undone.
 */
#ifndef _DXG_BIND_OP_H_
#define _DXG_BIND_OP_H_

#include "dxg_vm_internal.h"

/** enum dxg_bind_op_type - What an operation does. */
enum dxg_bind_op_type {
	/** @DXG_OP_RESERVE: Reserve a range. */
	DXG_OP_RESERVE,
	/** @DXG_OP_FREE: Give a reservation back, with all bound in it. */
	DXG_OP_FREE,
	/** @DXG_OP_MAP: Bind a BO, or null pages. */
	DXG_OP_MAP,
	/** @DXG_OP_UNMAP: Bind nothing. */
	DXG_OP_UNMAP,
	/** @DXG_OP_COPY: Bind what is bound elsewhere. */
	DXG_OP_COPY,
	/** @DXG_OP_MAKE_RESIDENT: Bring a BO's memory to where the GPU can use it. */
	DXG_OP_MAKE_RESIDENT,
	/** @DXG_OP_EVICT: Undo one of those. */
	DXG_OP_EVICT,
};

/**
 * struct dxg_bind_op - One operation.
 *
 * Zeroed and filled in by its maker up to and including @flags; the rest is made
 * by dxg_bind_op_prepare().
 */
struct dxg_bind_op {
	/** @type: What it does. */
	enum dxg_bind_op_type type;

	/** @va: The address; of RESERVE: 0 for the host to choose. Returned by that. */
	u64 va;

	/** @size: Bytes of the range. */
	u64 size;

	/** @src_va: COPY: where to look. */
	u64 src_va;

	/** @va_min: RESERVE: lowest address to choose. */
	u64 va_min;

	/** @va_max: RESERVE: first address behind what may be chosen, or 0. */
	u64 va_max;

	/** @zero: RESERVE: what is not bound reads as zero. */
	bool zero;

	/**
	 * @what: MAP: what to bind. RESERVE: driver_protection. Residency: the
	 * BO. The operation holds a reference on the BO.
	 */
	struct dxg_binding what;

	/** @flags: Residency: DXGP_RESIDENT_xxx or DXGP_EVICT_xxx. */
	u32 flags;

	/** @fence_value: Returned: what the paging fence must reach, or 0. */
	u64 fence_value;

	/** @bytes_to_trim: Returned: residency: bytes beyond the budget. */
	u64 bytes_to_trim;

	/** @req: Does it. */
	struct dxg_request *req;

	/** @undo: Undoes it, maybe sent several times; NULL when that is not wanted. */
	struct dxg_request *undo;

	/** @res: RESERVE: the reservation, until it is booked. */
	struct dxg_reservation *res;

	/** @change: How it is booked. */
	struct dxg_space_change change;
};

int dxg_bind_op_prepare(struct dxg_bind_job *job, struct dxg_bind_op *op, bool undo);
void dxg_bind_op_fini(struct dxg_vm *vm, struct dxg_bind_op *op);

/* For the binder, under vm->lock; nothing here allocates or waits. */
int dxg_bind_op_begin(struct dxg_bind_job *job, struct dxg_bind_op *op);
int dxg_bind_op_end(struct dxg_bind_job *job, struct dxg_bind_op *op, u64 *fence_value);
bool dxg_bind_op_undo_begin(struct dxg_bind_job *job, struct dxg_bind_op *op);
int dxg_bind_op_undo_end(struct dxg_bind_job *job, struct dxg_bind_op *op, u64 *fence_value);

#endif /* _DXG_BIND_OP_H_ */

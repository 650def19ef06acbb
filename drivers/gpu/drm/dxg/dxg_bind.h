/* SPDX-License-Identifier: GPL-2.0 */
/*
 * VM_RESERVE and VM_BIND: from the arguments of a user to jobs of the binder.
 */
#ifndef _DXG_BIND_H_
#define _DXG_BIND_H_

#include <linux/types.h>

#include <drm/dxg_drm.h>

struct drm_file;
struct dxg_bind_job;
struct dxg_bind_queue;
struct dxg_paging_queue;
struct dxg_request;
struct dxg_syncs;
struct dxg_vm;

/* Arguments alone: 0 or -EINVAL. */
int dxg_bind_check_op(const struct drm_dxg_vm_bind_op *op);
int dxg_bind_check_reserve(const struct drm_dxg_vm_reserve *args);

int dxg_bind_reserve(struct dxg_vm *vm, struct drm_dxg_vm_reserve *args);

/* @ops are checked; results are written to them, also after an error. */
int dxg_bind_sync(struct dxg_vm *vm, struct drm_file *file, struct dxg_bind_queue *queue,
		  struct drm_dxg_vm_bind_op *ops, u32 count);
int dxg_bind_async(struct dxg_vm *vm, struct drm_file *file, struct dxg_bind_queue *queue,
		   struct drm_dxg_vm_bind_op *ops, u32 count, const struct drm_dxg_array *syncs);

/* Between dxg_bind.c and dxg_bind_queue.c: a job with everything for @ops. ERR_PTR. */
struct dxg_bind_job *dxg_bind_make_job(struct dxg_vm *vm, struct drm_file *file,
				       struct dxg_paging_queue *paging,
				       const struct drm_dxg_vm_bind_op *ops, u32 count,
				       bool undo);
struct dxg_request *dxg_bind_signal_prepare(struct dxg_vm *vm, const struct dxg_syncs *syncs);
/* dxg_bind_queue.c: in dma-fence mode. */
int dxg_bind_queue_submit(struct dxg_bind_queue *queue, struct drm_file *file,
			  const struct drm_dxg_vm_bind_op *ops, u32 count,
			  const struct drm_dxg_array *syncs);

#endif /* _DXG_BIND_H_ */

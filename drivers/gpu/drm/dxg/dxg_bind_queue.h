/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Bind queues: queues of asynchronous VM_BIND operations.
 *
 * The table of a file's queues has them under their ids, among the others.
 */
#ifndef _DXG_BIND_QUEUE_H_
#define _DXG_BIND_QUEUE_H_

#include <linux/types.h>

struct drm_dxg_queue_get_state;
struct drm_file;
struct dxg_bind_queue;
struct dxg_paging_queue;
struct dxg_vm;

/* QUEUE_CREATE of type BIND, arguments checked. ERR_PTR; takes a reference on @vm. */
struct dxg_bind_queue *dxg_bind_queue_create(struct dxg_vm *vm, struct drm_file *file,
					     s32 priority);
struct dxg_bind_queue *dxg_bind_queue_get(struct dxg_bind_queue *queue);
void dxg_bind_queue_put(struct dxg_bind_queue *queue);	/* from process context */
/* QUEUE_DESTROY, or the file is closed: what is pending ends with ECANCELED. */
void dxg_bind_queue_end(struct dxg_bind_queue *queue);

struct dxg_vm *dxg_bind_queue_vm(const struct dxg_bind_queue *queue);
/* Its host object: host handles, the fence. Lives as long as the queue. */
struct dxg_paging_queue *dxg_bind_queue_paging(const struct dxg_bind_queue *queue);
/* QUEUE_SET_PROPERTY in dma-fence mode, @ms checked: the time limit. */
void dxg_bind_queue_set_timeout(struct dxg_bind_queue *queue, unsigned int ms);
/* All but the queue id. */
bool dxg_bind_queue_busy(struct dxg_bind_queue *queue);
void dxg_bind_queue_get_state(struct dxg_bind_queue *queue, struct drm_dxg_queue_get_state *args);

#endif /* _DXG_BIND_QUEUE_H_ */

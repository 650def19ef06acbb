/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Queues of the user interface: the ids of all of them, and exec queues.
 *
 * A queue's id belongs to its file. An exec queue (CONTEXT, HW) is all here; of
 * a bind queue, which is the VM's, here are only its id and a reference.
 *
 * Lifetime: reference counted. The id holds a reference, so does each lookup. When
 * the id goes, the queue is ended: what is pending completes with
 * ECANCELED. Host objects are kept until the last job has been freed.
 */
#ifndef _DXG_QUEUE_H_
#define _DXG_QUEUE_H_

#include <linux/types.h>

struct drm_device;
struct drm_file;
struct dxg_bind_queue;
struct dxg_context;
struct dxg_file;
struct dxg_queue;
struct dxg_vm;

/* ---- Of a file ---- */

void dxg_queue_file_close(struct dxg_file *dfile);
bool dxg_queue_file_busy(struct dxg_file *dfile);

/* End all queues of @vm, ids included: VM_DESTROY. Does not wait for the host. */
void dxg_queue_end_vm(struct dxg_file *dfile, struct dxg_vm *vm);

/* ---- Lookups: a reference, or ERR_PTR: -ENOENT ---- */

struct dxg_queue *dxg_queue_lookup(struct dxg_file *dfile, u32 id);
void dxg_queue_put(struct dxg_queue *queue);

/* -EINVAL for an exec queue. */
struct dxg_bind_queue *dxg_queue_lookup_bind(struct dxg_file *dfile, u32 id);
/* For what a CONTEXT queue of @vm stands on; -EINVAL for another kind or VM. */
struct dxg_context *dxg_queue_lookup_context(struct dxg_file *dfile, struct dxg_vm *vm, u32 id);

/* ---- dxg_ioctl_queue.c ---- */

int dxg_ioctl_queue_create(struct drm_device *drm, void *data, struct drm_file *file);
int dxg_ioctl_queue_destroy(struct drm_device *drm, void *data, struct drm_file *file);
int dxg_ioctl_queue_submit(struct drm_device *drm, void *data, struct drm_file *file);
int dxg_ioctl_queue_get_state(struct drm_device *drm, void *data, struct drm_file *file);
int dxg_ioctl_queue_set_property(struct drm_device *drm, void *data, struct drm_file *file);

#endif /* _DXG_QUEUE_H_ */

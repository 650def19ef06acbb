/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of queues share: dxg_queue.c (life, ids, properties),
 * dxg_submit.c (jobs), dxg_ioctl_queue.c (the ioctls).
 */
#ifndef _DXG_QUEUE_INTERNAL_H_
#define _DXG_QUEUE_INTERNAL_H_

#include <linux/kref.h>
#include <linux/types.h>

#include "dxg_queue.h"
#include "dxg_sched.h"
#include "dxg_vm.h"

struct drm_dxg_queue_create;
struct drm_dxg_queue_get_state;
struct drm_dxg_queue_set_property;
struct drm_dxg_submit;
struct dxg_exec_job;
struct dxg_fence;
struct dxg_hwqueue;

/**
 * struct dxg_queue - What an id of a queue names.
 *
 * What has no note does not change while the queue lives.
 */
struct dxg_queue {
	/** @ref: References: the id's, those of lookups, those of queues below. */
	struct kref ref;

	/** @type: DRM_DXG_QUEUE_xxx. */
	u32 type;

	/** @flags: DRM_DXG_QUEUE_xxx of &enum drm_dxg_queue_flags. */
	u32 flags;

	/** @id: The id. Valid while the queue is in its file's table. */
	u32 id;

	/** @file: The file. Valid until the queue is ended. */
	struct drm_file *file;

	/** @vm: The VM. Holds a reference. */
	struct dxg_vm *vm;

	/** @user_fence: The VM is in user-fence mode. */
	bool user_fence;

	/** @bind: BIND: the queue. Holds a reference. For other types NULL. */
	struct dxg_bind_queue *bind;

	/** @parent: HW: the queue above. Holds a reference. */
	struct dxg_queue *parent;

	/** @children: Queues below. Under the lock of the file's table. */
	unsigned int children;

	/** @context: CONTEXT, HW: what the host has. Holds a reference. */
	struct dxg_context *context;

	/** @hwqueue: HW: what the host has. Holds a reference. */
	struct dxg_hwqueue *hwqueue;

	/** @progress: HW: its progress fence; BIND, user-fence mode: the paging fence. */
	struct dxg_fence *progress;

	/** @fence_handle: Handle of @progress in user-fence mode, else 0. */
	u32 fence_handle;

	/** @events: CONTEXT: those of its jobs. NULL where an event ends none. */
	struct dxg_events *events;

	/** @host_handle: What submissions name: the context or the hardware queue. */
	u32 host_handle;

	/** @priority: As it was set last: [0] among all, [1] in the process. Not for decisions. */
	s32 priority[2];

	/** @promised: HW, user-fence mode: the last value of @progress. Under dxg_sched_lock(). */
	u64 promised;

	/** @client: To hear when the VM is lost. */
	struct dxg_vm_client client;

	/** @is_client: @client was added. */
	bool is_client;

	/** @sched: The timeline; not of a BIND queue, which has its own. */
	struct dxg_sched sched;
};

/* dxg_queue.c */
void dxg_queue_sched_release(struct dxg_sched *sched);
struct dxg_queue *dxg_queue_create(struct dxg_device *dxg, struct drm_file *file,
				   struct dxg_vm *vm, struct drm_dxg_queue_create *args);
int dxg_queue_insert(struct dxg_file *dfile, struct dxg_queue *queue, u32 *id);
int dxg_queue_destroy(struct dxg_file *dfile, u32 id);
void dxg_queue_abandon(struct dxg_queue *queue);
int dxg_queue_get_state(struct dxg_queue *queue, struct drm_dxg_queue_get_state *args);
int dxg_queue_set_property(struct dxg_queue *queue,
			   const struct drm_dxg_queue_set_property *args);

/* dxg_ioctl_queue.c */
int dxg_queue_create_check(const struct drm_dxg_queue_create *args);

/* dxg_submit.c */
extern const struct dxg_sched_ops dxg_exec_sched_ops;

int dxg_submit_check(const struct dxg_queue *queue, const struct drm_dxg_submit *submit);
struct dxg_exec_job *dxg_exec_job_create(struct dxg_queue *queue, struct drm_file *file,
					 const struct drm_dxg_submit *submit,
					 const struct dxg_exec_job *earlier);
void dxg_exec_job_discard(struct dxg_exec_job *job);
void dxg_exec_job_set_progress(struct dxg_exec_job *job, u64 value);
void dxg_exec_job_submit(struct dxg_exec_job *job);

#endif /* _DXG_QUEUE_INTERNAL_H_ */

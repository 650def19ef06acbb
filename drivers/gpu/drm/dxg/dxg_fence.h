/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Monitored fences: handles of a file, and waiting for values.
 *
 * A fence is a sync object of the host whose 64-bit value appears in a page. The
 * kernel reads the page first. What is not reached yet is a callback in a list
 * sorted by value; for the lowest of them one wait is armed on the host, whose
 * event comes when the value is reached. The host cannot withdraw a wait, so one
 * that nobody waits for any more stays armed and serves the next waiter.
 *
 * Nothing here allocates or waits after dxg_fence_create(), apart from
 * dxg_fence_wait() itself: a callback can be added in the path that signals
 * dma_fences.
 *
 * Lifetime: reference counted; handles, callbacks and armed waits hold the fence.
 * Callbacks end early, with an error, when the group of the fence ends.
 *
 * Locking: group->lock, then the fence's own lock. Both are taken in interrupts.
 * Callbacks are called under the fence's lock.
 */
#ifndef _DXG_FENCE_H_
#define _DXG_FENCE_H_

#include <linux/bits.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>

struct drm_device;
struct drm_file;
struct dxg_device;
struct dxg_fence;
struct dxg_file;
struct dxg_host_device;
struct dxg_sync_object;
struct dxg_sync_share;
struct file;
struct seq_file;

/**
 * struct dxg_fence_group - The fences of one host device: they are lost together.
 *
 * Embedded in struct dxg_host_device, which every fence holds by its object.
 */
struct dxg_fence_group {
	/** @lock: Protects the other fields. */
	spinlock_t lock;

	/** @fences: All fences, by their group_entry. */
	struct list_head fences;

	/** @error: 0, or why nothing can be waited for any more. */
	int error;
};

void dxg_fence_group_init(struct dxg_fence_group *group);
void dxg_fence_group_end(struct dxg_fence_group *group, int error);
void dxg_fence_group_show(struct dxg_fence_group *group, struct seq_file *m);

/* What a file may do with a fence. */
#define DXG_FENCE_MAY_SIGNAL	BIT(0)
#define DXG_FENCE_MAY_WAIT	BIT(1)
#define DXG_FENCE_MAY_EXPORT	BIT(2)
/* It belongs to a queue, which ends it: FENCE_DESTROY is refused. */
#define DXG_FENCE_OWNED		BIT(3)

/* ---- Objects ---- */

struct dxg_fence *dxg_fence_create(struct dxg_sync_object *object, unsigned int may);
struct dxg_fence *dxg_fence_adopt(struct dxg_host_device *device, u32 handle, u64 address,
				  u64 gpu_va);
void dxg_fence_end(struct dxg_fence *fence, int error);
struct dxg_fence *dxg_fence_get(struct dxg_fence *fence);
void dxg_fence_put(struct dxg_fence *fence);
struct dxg_sync_object *dxg_fence_object(const struct dxg_fence *fence);
bool dxg_fence_may(const struct dxg_fence *fence, unsigned int may);
u64 dxg_fence_value(const struct dxg_fence *fence);
int dxg_fence_error(const struct dxg_fence *fence);

/* ---- Handles of a file ---- */

int dxg_fence_publish(struct drm_file *file, struct dxg_fence *fence, u32 *handle,
		      u64 *mmap_offset);
void dxg_fence_unpublish(struct drm_file *file, u32 handle);
int dxg_fence_destroy(struct drm_file *file, u32 handle);
struct dxg_fence *dxg_fence_lookup(struct drm_file *file, u32 handle);
void dxg_fence_file_open(struct dxg_file *dfile);
void dxg_fence_file_close(struct drm_file *file);

/* ---- Waiting ---- */

/**
 * struct dxg_fence_cb - Something to call when a value is reached.
 */
struct dxg_fence_cb {
	/** @list: Entry of the fence's list, empty when not in it. */
	struct list_head list;

	/** @value: The value. */
	u64 value;

	/**
	 * @func: Called once, with 0 when the value is reached, or -errno when it
	 * cannot be waited for any more. Under the fence's lock, from any context.
	 */
	void (*func)(struct dxg_fence_cb *cb, int error);
};

int dxg_fence_add_cb(struct dxg_fence *fence, struct dxg_fence_cb *cb, u64 value,
		     void (*func)(struct dxg_fence_cb *cb, int error));
bool dxg_fence_remove_cb(struct dxg_fence *fence, struct dxg_fence_cb *cb);
int dxg_fence_wait(struct dxg_fence *fence, u64 value, ktime_t deadline, long state);
int dxg_fence_sleep(wait_queue_head_t *queue, const bool *done, ktime_t deadline, long state);

/* ---- dxg_ioctl_fence.c ---- */

struct file *dxg_fence_share_file(struct dxg_sync_share *share);
struct dxg_sync_share *dxg_fence_file_get(int fd, const struct dxg_device *dxg);

int dxg_ioctl_fence_create(struct drm_device *drm, void *data, struct drm_file *file);
int dxg_ioctl_fence_destroy(struct drm_device *drm, void *data, struct drm_file *file);
int dxg_ioctl_fence_signal(struct drm_device *drm, void *data, struct drm_file *file);
int dxg_ioctl_fence_wait(struct drm_device *drm, void *data, struct drm_file *file);
int dxg_ioctl_fence_eventfd(struct drm_device *drm, void *data, struct drm_file *file);
int dxg_ioctl_fence_export(struct drm_device *drm, void *data, struct drm_file *file);
int dxg_ioctl_fence_import(struct drm_device *drm, void *data, struct drm_file *file);

#endif /* _DXG_FENCE_H_ */

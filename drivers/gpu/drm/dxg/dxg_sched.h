/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The timeline of a queue: jobs in order, each with a dma_fence that the kernel
 * completes in finite time. For exec queues and bind queues alike.
 *
 * One drm_gpu_scheduler with one entity stands behind each timeline: it keeps
 * the order and waits for dependencies. It is not asked for more. The fence of
 * a job is not the scheduler's, because on older kernels that refers to the
 * scheduler for as long as anybody holds it; ours refers to nothing. Nor is
 * the time limit the scheduler's: see @timer.
 *
 * A job's way: dxg_job_init(), dxg_job_add_dependency() as often as needed, and
 * all else that can fail; then, under dxg_sched_lock(), dxg_job_arm(), publishing of
 * the fence that it returned, and dxg_job_push(), between which nothing
 * fails: the job may be gone then. ops->run() is called when everything
 * that the job waits for is done, in the order of pushing. The fence
 * signals when the job and all before it are done, so fences of one timeline
 * signal in order. ops->free() is called at last.
 *
 * Stopping: dxg_sched_stop() signals what is under way with an error, at once
 * and for good. Jobs that still wait for their dependencies are not run any
 * more, but keep their place: their fences carry the error as soon as the
 * dependencies are done, which are fences of finite time themselves.
 *
 * Lifetime: reference counted; each job holds one. When the last is dropped, a
 * worker takes the scheduler down and calls ops->release().
 *
 * Locking: the mutex behind dxg_sched_lock() orders those who submit. @lock
 * protects what is under way; it is taken in the receive path with interrupts
 * off, and fences are signalled under it. What ops->run() does, all that
 * completes jobs, and the timer are in the signalling path: no memory
 * allocation that may sleep, no lock that is held over one.
 */
#ifndef _DXG_SCHED_H_
#define _DXG_SCHED_H_

#include <linux/dma-fence.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include <drm/gpu_scheduler.h>

struct dxg_device;
struct dxg_job;
struct dxg_sched;
struct seq_file;

/* Messages of a job are counted in these, so that one queue cannot fill the ring. */
#define DXG_CREDIT_BYTES	1024
/* Half of the ring, for the jobs of a queue that are under way; one job always fits. */
#define DXG_CREDITS		128

/* What dxg_sched_ops.run() returns when nothing more will be heard of the job. */
#define DXG_JOB_DONE		1

/**
 * struct dxg_sched_ops - What a queue does with its jobs.
 */
struct dxg_sched_ops {
	/**
	 * @run: Send the job's messages, which are prepared: commit them. In
	 * process context, one job at a time, in the signalling path.
	 *
	 * Returns 0 when dxg_job_done() or dxg_sched_complete() will be called
	 * (perhaps it has been already), DXG_JOB_DONE when the job is done as
	 * soon as those before it are, or -errno when it failed. Never called
	 * once the timeline is stopped.
	 */
	int (*run)(struct dxg_job *job);

	/**
	 * @free: Nobody needs the job any more. It may not have been run. Ends with
	 * dxg_job_cleanup(). Process context, in the signalling path.
	 */
	void (*free)(struct dxg_job *job);

	/**
	 * @poll: Look at the host's memory for progress that it has not told,
	 * and dxg_sched_complete() it. Called before the time limit strikes.
	 * May be NULL.
	 */
	void (*poll)(struct dxg_sched *sched);

	/**
	 * @expired: The time limit has struck, and the timeline is about to be
	 * stopped with -ETIMEDOUT. Loses the VM. Under the lock of the timeline.
	 */
	void (*expired)(struct dxg_sched *sched);

	/**
	 * @release: The last reference is gone, the scheduler is down. Frees
	 * what the timeline is embedded in. On a worker, may sleep.
	 */
	void (*release)(struct dxg_sched *sched);
};

/**
 * struct dxg_sched - The timeline of a queue.
 */
struct dxg_sched {
	/** @ref: References: the owner's, and one of each job. */
	struct kref ref;

	/** @ops: What the queue does. */
	const struct dxg_sched_ops *ops;

	/** @dxg: The device. Holds a reference. */
	struct dxg_device *dxg;

	/** @base: The scheduler. */
	struct drm_gpu_scheduler base;

	/** @entity: Its only entity. */
	struct drm_sched_entity entity;

	/** @submit_lock: Held from the first dxg_job_arm() of a submission to its last push. */
	struct mutex submit_lock;

	/** @fence_context: The dma_fence context of the timeline. */
	u64 fence_context;

	/** @lock: Protects what follows. */
	spinlock_t lock;

	/** @under_way: Jobs that were run and whose fences are not signalled, in order. */
	struct list_head under_way;

	/** @submitted: Sequence number of the last armed job, from 1. */
	u64 submitted;

	/** @completed: Sequence number of the last job whose fence was signalled. */
	u64 completed;

	/** @error: 0, or -errno of jobs from now on: the timeline is stopped. */
	int error;

	/** @timeout_ms: Time limit of progress, 0 for none. */
	unsigned int timeout_ms;

	/** @deadline: When the time limit strikes, in jiffies; valid while jobs are under way. */
	unsigned long deadline;

	/**
	 * @timer: Looks at @deadline. It is not moved with each progress: it
	 * finds out when it runs, and sleeps for the rest.
	 */
	struct delayed_work timer;

	/** @release_work: Takes the scheduler down. */
	struct work_struct release_work;
};

/**
 * struct dxg_job - One job, embedded in the queue's own.
 */
struct dxg_job {
	/** @base: The scheduler's part. */
	struct drm_sched_job base;

	/** @sched: The timeline. Holds a reference. */
	struct dxg_sched *sched;

	/** @link: Entry of sched->under_way. Under sched->lock. */
	struct list_head link;

	/** @fence: The job's fence; holds a reference. Not to be used before dxg_job_arm(). */
	struct dma_fence *fence;

	/** @seqno: Its sequence number. */
	u64 seqno;

	/** @error: -errno that the fence will carry. Under sched->lock. */
	int error;

	/** @done: Signal the fence when those before it are. Under sched->lock. */
	bool done;

	/** @armed: dxg_job_arm() was called. */
	bool armed;
};

int dxg_sched_wq_init(struct dxg_device *dxg);

int dxg_sched_init(struct dxg_sched *sched, struct dxg_device *dxg, const struct dxg_sched_ops *ops,
		   const char *name, u32 credits, unsigned int timeout_ms);
void dxg_sched_get(struct dxg_sched *sched);
void dxg_sched_put(struct dxg_sched *sched);

/* Who submits to it, one after the other. */
int dxg_sched_lock(struct dxg_sched *sched);
void dxg_sched_unlock(struct dxg_sched *sched);

/* Ending it. From any context. */
void dxg_sched_stop(struct dxg_sched *sched, int error);
int dxg_sched_error(struct dxg_sched *sched);

void dxg_sched_complete(struct dxg_sched *sched, u64 seqno);
void dxg_sched_set_timeout(struct dxg_sched *sched, unsigned int ms);
u64 dxg_sched_submitted(struct dxg_sched *sched);
u64 dxg_sched_completed(struct dxg_sched *sched);
bool dxg_sched_busy(struct dxg_sched *sched);
void dxg_sched_show(struct dxg_sched *sched, struct seq_file *m);

u32 dxg_job_credits(const struct dxg_sched *sched, size_t bytes);
int dxg_job_init(struct dxg_job *job, struct dxg_sched *sched, u32 credits, u64 client_id);
int dxg_job_add_dependency(struct dxg_job *job, struct dma_fence *fence);
struct dma_fence *dxg_job_arm(struct dxg_job *job);
void dxg_job_push(struct dxg_job *job);
void dxg_job_done(struct dxg_job *job, int error);
void dxg_job_cleanup(struct dxg_job *job);

#endif /* _DXG_SCHED_H_ */

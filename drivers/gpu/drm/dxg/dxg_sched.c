// SPDX-License-Identifier: GPL-2.0
/*
 * The timeline of a queue: order, dependencies, completion, the time limit.
 */
#include <linux/dma-fence-unwrap.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include <drm/drm_drv.h>
#include <drm/drm_managed.h>

#include <kunit/visibility.h>

#include "dxg_device.h"
#include "dxg_sched.h"

/**
 * struct dxg_job_fence - The fence of a job.
 *
 * Outlives job, queue and device, so it refers to none of them.
 */
struct dxg_job_fence {
	/** @base: The fence; first, because the core frees it. */
	struct dma_fence base;

	/** @lock: Its lock. */
	spinlock_t lock;

	/** @name: Name of the timeline, a constant. */
	const char *name;
};

static_assert(offsetof(struct dxg_job_fence, base) == 0);

static const char *dxg_job_fence_driver(struct dma_fence *fence)
{
	return "dxg";
}

static const char *dxg_job_fence_timeline(struct dma_fence *fence)
{
	return container_of(fence, struct dxg_job_fence, base)->name;
}

/* No release: signalled fences must not need this module any more. */
static const struct dma_fence_ops dxg_job_fence_ops = {
	.get_driver_name = dxg_job_fence_driver,
	.get_timeline_name = dxg_job_fence_timeline,
};

static struct dxg_job *to_dxg_job(struct drm_sched_job *base)
{
	return container_of(base, struct dxg_job, base);
}

/* ---- Completion; sched->lock is held ---- */

static void dxg_sched_signal(struct dxg_sched *sched, struct dxg_job *job)
{
	lockdep_assert_held(&sched->lock);

	sched->completed = job->seqno;
	sched->deadline = jiffies + msecs_to_jiffies(sched->timeout_ms);
	list_del_init(&job->link);
	if (job->error)
		dma_fence_set_error(job->fence, job->error);
	/* The job may be freed as soon as this is done. */
	dma_fence_signal(job->fence);
}

/* Signal what is done, up to the first job that is not. */
static void dxg_sched_flush(struct dxg_sched *sched)
{
	struct dxg_job *job, *next;

	list_for_each_entry_safe(job, next, &sched->under_way, link) {
		if (!job->done)
			break;
		dxg_sched_signal(sched, job);
	}
}

/* The first job has failed with @error; what comes after it has been in vain. */
static void dxg_sched_stop_locked(struct dxg_sched *sched, int error)
{
	struct dxg_job *job, *next;

	if (!sched->error)
		sched->error = error == -ETIMEDOUT ? -ECANCELED : error;
	list_for_each_entry_safe(job, next, &sched->under_way, link) {
		job->error = error;
		error = sched->error;
		dxg_sched_signal(sched, job);
	}
}

/* ---- The time limit ---- */

/* Have the timer look at the deadline when it is due. sched->lock is held. */
static void dxg_sched_watch(struct dxg_sched *sched)
{
	unsigned long now = jiffies;
	unsigned long left = time_before(now, sched->deadline) ? sched->deadline - now : 0;

	mod_delayed_work(sched->dxg->sched_wq, &sched->timer, left);
}

static void dxg_sched_timer(struct work_struct *work)
{
	struct dxg_sched *sched = container_of(to_delayed_work(work), struct dxg_sched, timer);
	bool cookie = dma_fence_begin_signalling();

	if (sched->ops->poll)
		sched->ops->poll(sched);

	spin_lock_irq(&sched->lock);
	if (sched->timeout_ms && !list_empty(&sched->under_way)) {
		if (time_before(jiffies, sched->deadline)) {
			dxg_sched_watch(sched);
		} else {
			/* First: who is woken by a fence finds the VM lost. */
			if (sched->ops->expired)
				sched->ops->expired(sched);
			dxg_sched_stop_locked(sched, -ETIMEDOUT);
		}
	}
	spin_unlock_irq(&sched->lock);
	dma_fence_end_signalling(cookie);
}

/**
 * dxg_sched_set_timeout() - Set the time limit, also for what is under way.
 * @sched: The timeline.
 * @ms: Milliseconds from the last progress, 0 for no limit.
 */
void dxg_sched_set_timeout(struct dxg_sched *sched, unsigned int ms)
{
	spin_lock_irq(&sched->lock);
	sched->deadline += msecs_to_jiffies(ms) - msecs_to_jiffies(sched->timeout_ms);
	sched->timeout_ms = ms;
	if (ms && !list_empty(&sched->under_way))
		dxg_sched_watch(sched);
	spin_unlock_irq(&sched->lock);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_sched_set_timeout);

/* ---- What the scheduler calls ---- */

/* Take the job under way. 0, or why it will not be run. */
static int dxg_sched_begin(struct dxg_sched *sched, struct dxg_job *job)
{
	int error;

	spin_lock_irq(&sched->lock);
	error = sched->error;
	if (error) {
		/* Everything before it has been signalled, so it is its turn. */
		job->error = error;
		dxg_sched_signal(sched, job);
	} else {
		bool idle = list_empty(&sched->under_way);

		list_add_tail(&job->link, &sched->under_way);
		if (idle && sched->timeout_ms) {
			sched->deadline = jiffies + msecs_to_jiffies(sched->timeout_ms);
			/* A timer that is pending from before is early: it will find out. */
			queue_delayed_work(sched->dxg->sched_wq, &sched->timer,
					   msecs_to_jiffies(sched->timeout_ms));
		}
	}
	spin_unlock_irq(&sched->lock);
	return error;
}

static struct dma_fence *dxg_sched_run_job(struct drm_sched_job *base)
{
	struct dxg_job *job = to_dxg_job(base);
	struct dma_fence *fence = dma_fence_get(job->fence);
	bool cookie = dma_fence_begin_signalling();
	int ret;

	if (!dxg_sched_begin(job->sched, job)) {
		ret = job->sched->ops->run(job);
		if (ret)
			dxg_job_done(job, min(ret, 0));
	}
	dma_fence_end_signalling(cookie);
	return fence;
}

static void dxg_sched_free_job(struct drm_sched_job *base)
{
	struct dxg_job *job = to_dxg_job(base);

	job->sched->ops->free(job);
}

static const struct drm_sched_backend_ops dxg_sched_backend_ops = {
	.run_job = dxg_sched_run_job,
	.free_job = dxg_sched_free_job,
};

/* ---- Life ---- */

static void dxg_sched_wq_fini(struct drm_device *drm, void *wq)
{
	destroy_workqueue(wq);
}

/**
 * dxg_sched_wq_init() - Make what runs the jobs, completions and timers of a device.
 * @dxg: The device.
 *
 * One for all queues: a queue of its own for each would need a rescuer thread each.
 */
int dxg_sched_wq_init(struct dxg_device *dxg)
{
	dxg->sched_wq = alloc_workqueue("dxg-sched", WQ_MEM_RECLAIM | WQ_UNBOUND, 0);
	if (!dxg->sched_wq)
		return -ENOMEM;
	return drmm_add_action_or_reset(&dxg->drm, dxg_sched_wq_fini, dxg->sched_wq);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_sched_wq_init);

static void dxg_sched_release_work(struct work_struct *work)
{
	struct dxg_sched *sched = container_of(work, struct dxg_sched, release_work);
	struct dxg_device *dxg = sched->dxg;

	/* No job is left, so nothing is killed here and nobody is waited for. */
	drm_sched_entity_destroy(&sched->entity);
	drm_sched_fini(&sched->base);
	cancel_delayed_work_sync(&sched->timer);
	mutex_destroy(&sched->submit_lock);
	sched->ops->release(sched);
	drm_dev_put(&dxg->drm);
}

static void dxg_sched_release(struct kref *ref)
{
	struct dxg_sched *sched = container_of(ref, struct dxg_sched, ref);

	/* Not on the device's own workqueue, which may go with the device. */
	dxg_queue_work(&sched->release_work);
}

/**
 * dxg_sched_init() - Make a timeline.
 * @sched: Where, zeroed.
 * @dxg: The device.
 * @ops: What the queue does with its jobs.
 * @name: Name of the timeline, a constant.
 * @credits: How much may be under way, at most DXG_CREDITS.
 * @timeout_ms: Time limit of progress, 0 for none.
 *
 * Returns 0 with one reference, or -errno, and then there is nothing to undo.
 */
int dxg_sched_init(struct dxg_sched *sched, struct dxg_device *dxg, const struct dxg_sched_ops *ops,
		   const char *name, u32 credits, unsigned int timeout_ms)
{
	const struct drm_sched_init_args args = {
		.ops = &dxg_sched_backend_ops,
		.submit_wq = dxg->sched_wq,
		.num_rqs = 1,
		.credit_limit = credits,
		/* The time limit is ours. */
		.timeout = MAX_SCHEDULE_TIMEOUT,
		.name = name,
		.dev = dxg->drm.dev,
	};
	struct drm_gpu_scheduler *base = &sched->base;
	int ret;

	ret = drm_sched_init(base, &args);
	if (ret)
		return ret;
	ret = drm_sched_entity_init(&sched->entity, 0, &base, 1, NULL);
	if (ret) {
		drm_sched_fini(base);
		return ret;
	}
	kref_init(&sched->ref);
	mutex_init(&sched->submit_lock);
	spin_lock_init(&sched->lock);
	INIT_LIST_HEAD(&sched->under_way);
	INIT_DELAYED_WORK(&sched->timer, dxg_sched_timer);
	INIT_WORK(&sched->release_work, dxg_sched_release_work);
	sched->fence_context = dma_fence_context_alloc(1);
	sched->timeout_ms = timeout_ms;
	sched->ops = ops;
	sched->dxg = dxg;
	drm_dev_get(&dxg->drm);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_sched_init);

/**
 * dxg_sched_get() - Take a reference.
 * @sched: The timeline.
 */
void dxg_sched_get(struct dxg_sched *sched)
{
	kref_get(&sched->ref);
}

/**
 * dxg_sched_put() - Drop a reference. From any context.
 * @sched: The timeline.
 *
 * The owner stops the timeline first, unless it wants the jobs to be run.
 */
void dxg_sched_put(struct dxg_sched *sched)
{
	kref_put(&sched->ref, dxg_sched_release);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_sched_put);

/**
 * dxg_sched_lock() - Be the only one who submits. Killable: 0 or -ERESTARTSYS.
 * @sched: The timeline.
 */
int dxg_sched_lock(struct dxg_sched *sched)
{
	return mutex_lock_killable(&sched->submit_lock) ? -ERESTARTSYS : 0;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_sched_lock);

/**
 * dxg_sched_unlock() - Let others submit.
 * @sched: The timeline.
 */
void dxg_sched_unlock(struct dxg_sched *sched)
{
	mutex_unlock(&sched->submit_lock);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_sched_unlock);

/**
 * dxg_sched_stop() - Signal what is under way, run nothing any more. Idempotent.
 * @sched: The timeline.
 * @error: -errno that the first fence carries, and all others, but -ECANCELED
 *	   after -ETIMEDOUT, which is the fault of the first alone.
 *
 * From any context. Needs neither memory nor the host.
 */
void dxg_sched_stop(struct dxg_sched *sched, int error)
{
	unsigned long flags;

	spin_lock_irqsave(&sched->lock, flags);
	dxg_sched_stop_locked(sched, error);
	spin_unlock_irqrestore(&sched->lock, flags);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_sched_stop);

/**
 * dxg_sched_error() - 0, or the -errno of jobs on a timeline that was stopped.
 * @sched: The timeline.
 */
int dxg_sched_error(struct dxg_sched *sched)
{
	return READ_ONCE(sched->error);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_sched_error);

/**
 * dxg_sched_submitted() - Sequence number of the last job.
 * @sched: The timeline.
 */
u64 dxg_sched_submitted(struct dxg_sched *sched)
{
	return READ_ONCE(sched->submitted);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_sched_submitted);

/**
 * dxg_sched_completed() - Sequence number of the last job that is done.
 * @sched: The timeline.
 */
u64 dxg_sched_completed(struct dxg_sched *sched)
{
	return READ_ONCE(sched->completed);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_sched_completed);

/**
 * dxg_sched_busy() - Whether there are jobs that are not done. From any context.
 * @sched: The timeline.
 */
bool dxg_sched_busy(struct dxg_sched *sched)
{
	return dxg_sched_completed(sched) != dxg_sched_submitted(sched);
}

/**
 * dxg_sched_show() - The rest of a line for debugfs.
 * @sched: The timeline.
 * @m: The file.
 */
void dxg_sched_show(struct dxg_sched *sched, struct seq_file *m)
{
	spin_lock_irq(&sched->lock);
	seq_printf(m, "submitted %llu, completed %llu, under way %zu, limit %u ms, error %d\n",
		   READ_ONCE(sched->submitted), sched->completed,
		   list_count_nodes(&sched->under_way), sched->timeout_ms, sched->error);
	spin_unlock_irq(&sched->lock);
}

/**
 * dxg_sched_complete() - All jobs up to @seqno are done, as far as they were run.
 * @sched: The timeline.
 * @seqno: Sequence number; it may come from the host, hence be any number.
 *
 * From any context.
 */
void dxg_sched_complete(struct dxg_sched *sched, u64 seqno)
{
	struct dxg_job *job;
	unsigned long flags;

	spin_lock_irqsave(&sched->lock, flags);
	list_for_each_entry(job, &sched->under_way, link) {
		if (job->seqno > seqno)
			break;
		job->done = true;
	}
	dxg_sched_flush(sched);
	spin_unlock_irqrestore(&sched->lock, flags);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_sched_complete);

/* ---- Jobs ---- */

/**
 * dxg_job_credits() - What a job with so many bytes of messages costs.
 * @sched: The timeline.
 * @bytes: Bytes of its messages.
 */
u32 dxg_job_credits(const struct dxg_sched *sched, size_t bytes)
{
	return clamp_t(size_t, DIV_ROUND_UP(bytes, DXG_CREDIT_BYTES), 1, sched->base.credit_limit);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_job_credits);

/**
 * dxg_job_init() - Prepare a job.
 * @job: Where, zeroed.
 * @sched: The timeline; the job takes a reference.
 * @credits: From dxg_job_credits().
 * @client_id: Of the file, for traces.
 *
 * Returns 0 or -ENOMEM. Undone by dxg_job_cleanup().
 */
int dxg_job_init(struct dxg_job *job, struct dxg_sched *sched, u32 credits, u64 client_id)
{
	struct dxg_job_fence *fence = kzalloc_obj(*fence, GFP_KERNEL_ACCOUNT);
	int ret;

	if (!fence)
		return -ENOMEM;
	ret = drm_sched_job_init(&job->base, &sched->entity, credits, sched, client_id);
	if (ret) {
		kfree(fence);
		return ret;
	}
	spin_lock_init(&fence->lock);
	fence->name = sched->base.name;
	job->fence = &fence->base;
	INIT_LIST_HEAD(&job->link);
	/* A job may wait for others after its file was closed, and then runs our code. */
	__module_get(THIS_MODULE);
	dxg_sched_get(sched);
	job->sched = sched;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_job_init);

/**
 * dxg_job_add_dependency() - Let a job wait for a fence.
 * @job: The job, not armed.
 * @fence: The fence, whose reference is consumed. NULL is no dependency.
 *
 * Returns 0 or -ENOMEM.
 */
int dxg_job_add_dependency(struct dxg_job *job, struct dma_fence *fence)
{
	struct dma_fence_unwrap iter;
	struct dma_fence *f;
	int ret = 0;

	dma_fence_unwrap_for_each(f, &iter, fence) {
		/* Order on the own timeline needs no waiting. */
		if (ret || f->context == job->sched->fence_context || dma_fence_is_signaled(f))
			continue;
		ret = drm_sched_job_add_dependency(&job->base, dma_fence_get(f));
	}
	dma_fence_put(fence);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_job_add_dependency);

/**
 * dxg_job_arm() - Give a job its place and its fence.
 * @job: The job. From now on it must be pushed.
 *
 * Under dxg_sched_lock(). Returns a reference to the fence.
 */
struct dma_fence *dxg_job_arm(struct dxg_job *job)
{
	struct dxg_job_fence *fence = container_of(job->fence, struct dxg_job_fence, base);
	struct dxg_sched *sched = job->sched;

	lockdep_assert_held(&sched->submit_lock);

	job->seqno = sched->submitted + 1;
	WRITE_ONCE(sched->submitted, job->seqno);
	dma_fence_init(&fence->base, &dxg_job_fence_ops, &fence->lock, sched->fence_context,
		       job->seqno);
	drm_sched_job_arm(&job->base);
	job->armed = true;
	return dma_fence_get(job->fence);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_job_arm);

/**
 * dxg_job_push() - Queue a job. It belongs to the timeline then, and may be gone already.
 * @job: The job, armed.
 */
void dxg_job_push(struct dxg_job *job)
{
	lockdep_assert_held(&job->sched->submit_lock);

	drm_sched_entity_push_job(&job->base);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_job_push);

/**
 * dxg_job_done() - A job that was run is at its end.
 * @job: The job. The caller makes sure that it has not been freed.
 * @error: 0 or -errno, which its fence carries.
 *
 * From any context. Does nothing for a job whose fence has been signalled.
 */
void dxg_job_done(struct dxg_job *job, int error)
{
	struct dxg_sched *sched = job->sched;
	unsigned long flags;

	spin_lock_irqsave(&sched->lock, flags);
	if (!list_empty(&job->link)) {
		job->error = error;
		job->done = true;
		dxg_sched_flush(sched);
	}
	spin_unlock_irqrestore(&sched->lock, flags);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_job_done);

/**
 * dxg_job_cleanup() - Undo dxg_job_init(): of a job that was not armed, or in ops->free().
 * @job: The job.
 */
void dxg_job_cleanup(struct dxg_job *job)
{
	struct dxg_sched *sched = job->sched;

	drm_sched_job_cleanup(&job->base);
	if (job->armed)
		dma_fence_put(job->fence);
	else
		kfree(container_of(job->fence, struct dxg_job_fence, base));
	dxg_sched_put(sched);
	module_put(THIS_MODULE);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_job_cleanup);
